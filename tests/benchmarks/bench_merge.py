"""Merging returned files.

Elapsed time and, for the packages, processor time too: a machine busy with other work tells less by the clock.
25 department workbooks against openpyxl reading the same files in read-only mode (goal: 1.5 times), and many returned
packages of one large plan: time and memory must not grow faster than the number of edits.  ``WELFARE_PACKAGES`` and
``WELFARE_ACTIVITIES`` set the size (1,741 of 3,000 activities at full length).
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from openpyxl import load_workbook

from tests.benchmarks.large import large_file
from tests.operations.returned import FIRST, ITEM, SHEET, TEXT
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Entry
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.domain.values import values_of
from welfare_desktop.exchange.package import PackageIdentity, write_package
from welfare_desktop.operations.exporting import departments_task, package_task
from welfare_desktop.operations.importing import import_report
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.opening import new_from_package, open_file
from welfare_desktop.operations.reading_back import read_files, reading
from welfare_desktop.operations.rolling import roll_over
from welfare_desktop.operations.session import Session, new_id
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.tracking import origin_of

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


def _packages(branch: Session, places: range, folder: Path) -> Iterator[Path]:
    """Write what a branch sends back after each of so many edits, each to an activity of its own (in turn)."""
    origin = origin_of(branch)
    assert origin is not None
    plan = branch.plan()
    values = list(values_of(plan))
    where = {key.text: place for place, (key, _) in enumerate(values)}
    ids = [activity.council.slots[0].id for _, _, activity in plan.walk()]
    for place in places:
        key = FieldKey(Owner.SLOT, ids[place % len(ids)], "status", None, 2018)
        edited = (key, Entry((f"{place} 番目の支所の文。",)))
        at = where.get(key.text, len(values))
        identity = PackageIdentity(new_id(), branch.dataset_id, origin.id, 2018, branch.latest_revision(), "2019-04-26")
        path = folder / f"back{place}.pkg"
        write_package([*values[:at], edited, *values[at + 1 :]], identity, path)
        yield path


def _processor_seconds() -> float:
    """Return the processor time of this process and of the readers it waited for."""
    own, readers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + readers.ru_utime + readers.ru_stime


def test_packages(tmp_path: Path) -> None:
    activities = int(os.environ.get("WELFARE_ACTIVITIES", "300"))
    count = int(os.environ.get("WELFARE_PACKAGES", "40"))
    office = open_file(large_file(tmp_path / "office.welfare", activities))
    perform(office, package_task(office, 2018, tmp_path / "out.pkg"))
    new_from_package(tmp_path / "branch.welfare", tmp_path / "out.pkg").close()
    branch = open_file(tmp_path / "branch.welfare")
    steps, worked, memory = [], [], []
    bounds = [count * batch // 4 for batch in range(5)]
    for first, last in pairwise(bounds):
        paths = list(_packages(branch, range(first, last), tmp_path))
        start, before = time.perf_counter(), _processor_seconds()
        merged = apply_merge(office, plan_merge(office, reading(paths)))
        steps.append((time.perf_counter() - start) / len(paths))
        worked.append((_processor_seconds() - before) / len(paths))
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        assert len(merged.plan.brought) == len(paths)
        for path in paths:
            path.unlink()
    shown, processor = (", ".join(f"{seconds * 1000:.0f}" for seconds in each) for each in (steps, worked))
    print(
        f"\n{count} packages of {activities} activities in 4 batches: {shown} ms per package, "
        f"last to first {steps[-1] / steps[0]:.2f}; of the processor {processor} ms, last to first "
        f"{worked[-1] / worked[0]:.2f}; process {', '.join(f'{size:.0f}' for size in memory)} MB"
    )
    branch.close()
    office.close()
