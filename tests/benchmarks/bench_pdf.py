"""The official report as PDF against QTextDocument setting the same table.  Goal: at least twice as fast.

At 3,000 activities the memory must not grow with the pages: half of them and all of them are printed in processes of
their own, and their highest memory is compared.
"""

from __future__ import annotations

import datetime as dt
import html
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QApplication

from welfare_desktop.domain.model import Activity, Plan, Slot
from welfare_desktop.domain.text import shown_line
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.operations.printing import Edition, official_paper, write_document

_ROOT = Path(__file__).resolve().parents[2]
_YEAR = 2018
_LARGE = """
import datetime as dt, resource, sys, time
from dataclasses import replace
from pathlib import Path
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.operations.printing import Edition, official_paper, write_document
copies, report, target = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
plan = read_report_text(report.read_text(encoding="utf-8")).plan
goals = tuple(replace(item, number=n + 1) for n, item in enumerate(g for _ in range(copies) for g in plan.basic_goals))
plan = replace(plan, basic_goals=goals)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
start = time.perf_counter()
paper = official_paper(plan, 2018, Edition(dt.date(2019, 5, 20), ""))
write_document(paper, target)
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
print(len(paper.pages), round(time.perf_counter() - start, 2), round(used))
"""


def _ours(plan: Plan, path: Path) -> None:
    write_document(official_paper(plan, _YEAR, Edition(dt.date(2019, 5, 20), "")), path, force=True)


def _cell(lines: tuple[str, ...]) -> str:
    return "<td>" + "<br>".join(html.escape(shown_line(line)) for line in lines) + "</td>"


def _slot_cells(slot: Slot) -> str:
    status, planned = slot.status.get(_YEAR), slot.planned.get(_YEAR + 1)
    return (
        _cell(status.lines if status else ())
        + _cell(planned.lines if planned else ())
        + _cell(tuple(item.text for item in slot.indicators))
        + _cell(tuple(item.text for item in slot.results.get(_YEAR, ())))
    )


def _rows(activity: Activity) -> str:
    rows = ""
    council = activity.council.slots[0]
    for number, slot in enumerate(activity.city.slots):
        first = number == 0
        rows += "<tr>" + _cell((activity.title,) if first else ())
        rows += _cell(activity.residents_role if first else ()) + _cell(activity.organizations_role if first else ())
        rows += _cell(activity.council.initiatives if first else ()) + _slot_cells(council if first else Slot())
        rows += _cell(activity.city.initiatives if first else ()) + _cell(slot.department_names) + _slot_cells(slot)
        rows += "</tr>"
    return rows


def _qt_document(plan: Plan, path: Path) -> None:
    document = QTextDocument()
    font = QFont("BIZ UDPGothic")
    font.setPointSizeF(8.5)
    document.setDefaultFont(font)
    tables = "".join(
        f"<h3>{html.escape(goal.title)}</h3><table border='1' cellspacing='0' width='100%'>"
        + "".join(_rows(activity) for activity in goal.activities)
        + "</table>"
        for basic in plan.basic_goals
        for goal in basic.activity_goals
    )
    document.setHtml(tables)
    writer = QPdfWriter(str(path))
    size = QPageSize(QSizeF(297, 420), QPageSize.Unit.Millimeter)
    layout = QPageLayout(size, QPageLayout.Orientation.Landscape, QMarginsF(10, 10, 10, 10))
    writer.setPageLayout(layout)
    document.print_(writer)


def _seconds(work: Callable[[], None], runs: int = 5) -> float:
    taken = []
    for _ in range(runs):
        start = time.process_time()  # of the processor: another program on the machine must not decide
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def test_pdf(tmp_path: Path, report_text: str, qapp: QApplication) -> None:
    plan = read_report_text(report_text).plan
    ours = _seconds(lambda: _ours(plan, tmp_path / "ours.pdf"))
    theirs = _seconds(lambda: _qt_document(plan, tmp_path / "document.pdf"))
    print(
        f"\nofficial PDF: ours {ours:.2f} s of processor, QTextDocument {theirs:.2f} s, {theirs / ours:.1f} times faster (goal 2)"
    )


def test_memory(tmp_path: Path, report_path: Path) -> None:
    found = []
    for copies in (50, 100):
        command = [sys.executable, "-c", _LARGE, str(copies), str(report_path), str(tmp_path / f"{copies}.pdf")]
        done = subprocess.run(command, check=True, cwd=_ROOT, capture_output=True, text=True, timeout=600)
        pages, seconds, megabytes = done.stdout.split()
        found.append(float(megabytes))
        print(f"\n{30 * copies} activities: {pages} pages in {seconds} s, {megabytes} MB above the plan itself")
    print(f"memory, twice the pages: {found[1] / max(found[0], 1):.2f} times")
