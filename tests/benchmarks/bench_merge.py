"""Merging returned files.

25 department workbooks against openpyxl reading the same files in read-only mode (goal: 1.5 times), and many returned
packages of one large plan: time and memory must not grow faster than the number of edits.  ``WELFARE_PACKAGES`` and
``WELFARE_ACTIVITIES`` set the size (1,741 of 3,000 activities at full length).
"""

from __future__ import annotations

import os
import resource
import shutil
import time
from pathlib import Path

from openpyxl import load_workbook

from tests.benchmarks.large import large_file
from tests.operations.returned import FIRST, ITEM, SHEET, TEXT
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.exporting import departments_task, package_task
from welfare_desktop.operations.importing import import_report
from welfare_desktop.operations.merging import apply_merge, plan_merge, read_files
from welfare_desktop.operations.opening import new_from_package, open_file
from welfare_desktop.operations.rolling import roll_over
from welfare_desktop.operations.tasks import perform

_FILES = 25
_YEAR = 2019


def _returned(folder: Path, report: Path) -> tuple[Path, list[Path]]:
    """Return a data file and 25 workbooks that came back with three answers each."""
    store = folder / "plan.welfare"
    import_report(report, store)
    session = open_file(store)
    roll_over(session, _YEAR, DraftStyle.BLANK)
    sent = perform(session, departments_task(session, _YEAR, folder / "sent")).files
    again = perform(session, departments_task(session, _YEAR, folder / "again")).files
    session.close()
    paths = [*sent, *again][:_FILES]
    for number, path in enumerate(paths):
        workbook = load_workbook(path)
        sheet = workbook[SHEET]
        for row in range(FIRST, FIRST + 3):
            if sheet.cell(row, ITEM).value:
                sheet.cell(row, TEXT).value = f"{number} 番目の答え。"
        workbook.save(path)
    return store, paths


def _plain(paths: list[Path]) -> None:
    """Read every cell, as anybody would with openpyxl."""
    for path in paths:
        workbook = load_workbook(path, read_only=True)
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()
            for _ in sheet.iter_rows(values_only=True):
                pass
        workbook.close()


def test_workbooks(tmp_path: Path, report_path: Path) -> None:
    store, paths = _returned(tmp_path, report_path)
    start = time.perf_counter()
    _plain(paths)
    plain = time.perf_counter() - start
    session = open_file(store)
    start = time.perf_counter()
    read = read_files(paths)
    reading = time.perf_counter() - start
    done = apply_merge(session, plan_merge(session, read))
    ours = time.perf_counter() - start
    session.close()
    assert done.merge_id is not None
    print(
        f"\n{len(paths)} workbooks: merged in {ours:.2f} s (reading {reading:.2f} s), plain openpyxl {plain:.2f} s, "
        f"ratio {ours / plain:.2f} (goal 1.5)"
    )


def test_packages(tmp_path: Path) -> None:
    activities = int(os.environ.get("WELFARE_ACTIVITIES", "300"))
    count = int(os.environ.get("WELFARE_PACKAGES", "40"))
    office = open_file(large_file(tmp_path / "office.welfare", activities))
    perform(office, package_task(office, 2018, tmp_path / "out.pkg"))
    ids = [activity.id for _, _, activity in office.plan(()).walk()]
    new_from_package(tmp_path / "branch.welfare", tmp_path / "out.pkg").close()
    steps = []
    for batch in range(4):
        paths = []
        for number in range(count // 4):
            copy = tmp_path / f"branch{batch}-{number}.welfare"
            shutil.copyfile(tmp_path / "branch.welfare", copy)
            branch = open_file(copy, check=True)
            activity = branch.activity(ids[(batch * count // 4 + number) % len(ids)])
            assert activity is not None
            key = FieldKey(Owner.SLOT, activity.council.slots[0].id, "status", None, 2018)
            branch.enter(key, f"支所{batch}-{number}の文。")
            path = tmp_path / f"back{batch}-{number}.pkg"
            perform(branch, package_task(branch, 2018, path))
            branch.close()
            copy.unlink()
            paths.append(path)
        start = time.perf_counter()
        apply_merge(office, plan_merge(office, read_files(paths)))
        steps.append((time.perf_counter() - start) / len(paths))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shown = ", ".join(f"{seconds * 1000:.0f}" for seconds in steps)
    print(
        f"\n{count} packages of {activities} activities in 4 batches: {shown} ms per package, "
        f"last to first {steps[-1] / steps[0]:.2f}, process {memory:.0f} MB"
    )
    office.close()
