"""From process start to a painted window, against a bare PySide6 window with a tree.  Goal: at most 1.5 times.

Both are whole processes on the same data size, run in turn; the ratio is that of the medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from welfare_desktop.operations.importing import import_report

_ROOT = Path(__file__).resolve().parents[2]
_RUNS = 9
_BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTreeView

app = QApplication(sys.argv)
window = QMainWindow()
model = QStandardItemModel()
for goal in range(3):
    top = QStandardItem(f"基本目標{goal}")
    for activity in range(13):
        top.appendRow(QStandardItem(f"活動{activity}"))
    model.appendRow(top)
tree = QTreeView()
tree.setModel(model)
tree.expandAll()
window.setCentralWidget(tree)
window.resize(1366, 768)
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
"""


def test_start(tmp_path: Path, report_path: Path) -> None:
    store = tmp_path / "start.welfare"
    import_report(report_path, store)
    bare = tmp_path / "bare.py"
    bare.write_text(_BARE, encoding="utf-8")
    commands = {
        "bare": [sys.executable, str(bare)],
        "ours": [sys.executable, str(_ROOT / "main.py"), "gui", "--db", str(store), "--smoke-test"],
    }
    # As on a clerk's PC: what was compiled once is kept.  The first run of each is not counted.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(_RUNS + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, cwd=tmp_path, env=environment, capture_output=True, timeout=60)
            taken[name].append(time.perf_counter() - start)
    taken = {name: seconds[1:] for name, seconds in taken.items()}
    ours, plain = statistics.median(taken["ours"]), statistics.median(taken["bare"])
    print(f"\nstart: ours {ours * 1000:.0f} ms, bare {plain * 1000:.0f} ms, ratio {ours / plain:.2f} (goal 1.5)")
