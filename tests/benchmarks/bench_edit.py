"""One committed edit against a bare sqlite3 transaction with the same settings writing the same rows.  Goal: 3 times.

Edits and bare transactions take turns on two copies of one file, on the disk that tests use and, where there is one, on
a disk in memory: there syncing costs nothing, so that only the work is left.  The ratio is that of the medians.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from welfare_desktop.operations.importing import import_report
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.store import Connection

_EDITS = 100
_ADDRESS = "1-1-1/council/status@2018"
_SETTINGS = ("foreign_keys", "journal_mode", "synchronous", "trusted_schema", "cell_size_check", "cache_size")


def _settings(database: Connection) -> list[str]:
    from welfare_desktop.storage.sql import fetch

    return [f"PRAGMA {name} = {fetch(database, f'PRAGMA {name}')[0][0]}" for name in _SETTINGS]


class _Bare:
    """The rows an edit writes, written by hand."""

    def __init__(self, path: Path, settings: list[str], slot: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.slot = slot
        for setting in settings:
            self.connection.execute(setting)

    def edit(self, text: str) -> None:
        execute = self.connection.execute
        execute("BEGIN IMMEDIATE")
        operation = execute(
            "INSERT INTO operation (kind, label, who, at, why, undoes_id) VALUES (?, ?, ?, ?, ?, NULL)",
            ("edit", "実施状況（平成30年度）の変更", "山口", "2026-11-23T05:06:07.890+00:00", ""),
        ).lastrowid
        execute(
            "UPDATE slot_entry SET text = ?, draft = 0 WHERE slot_id = ? AND field = 'status' AND year = 2018",
            (text, self.slot),
        )
        execute(
            "INSERT INTO change (operation_id, owner, owner_id, actor, field, year, before, after) "
            "VALUES (?, 'slot', ?, '', 'status', 2018, ?, ?)",
            (operation, self.slot, f'{{"lines":["{text}"]}}', f'{{"lines":["{text}"]}}'),
        )
        execute("UPDATE store SET content_digest = ?, history_digest = ?", ("0" * 64, "1" * 64))
        execute("COMMIT")


def _measure(folder: Path, report: Path, words: str) -> None:
    path = folder / "計画.welfare"
    import_report(report, path)
    shutil.copyfile(path, folder / "bare.db")
    ours: list[float] = []
    plain: list[float] = []
    with closing(open_file(path)) as session:
        key = session.resolve(_ADDRESS)
        bare = _Bare(folder / "bare.db", session.look(_settings), key.owner_id)
        with closing(bare.connection):
            for number in range(_EDITS):
                text = f"{number}回目に打った、ふつうの長さの文です。" * 4
                ours.append(_timed_edit(session, text))
                start = time.perf_counter()
                bare.edit(text)
                plain.append(time.perf_counter() - start)
        assert session.problems() == []
    ratio = statistics.median(ours) / statistics.median(plain)
    print(
        f"\nbench_edit, {words}: edit {statistics.median(ours) * 1000:.2f} ms, "
        f"bare {statistics.median(plain) * 1000:.2f} ms, ratio {ratio:.2f} (goal 3)"
    )


def _timed_edit(session: Session, text: str) -> float:
    key = session.resolve(_ADDRESS)
    seen = session.value(key)
    start = time.perf_counter()
    session.enter(key, text, before=seen)
    return time.perf_counter() - start


def test_edit_on_disk(tmp_path: Path, report_path: Path) -> None:
    _measure(tmp_path, report_path, "on disk")


def test_edit_in_memory(report_path: Path) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        print("\nbench_edit: no disk in memory here")
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        _measure(Path(folder), report_path, "in memory")
