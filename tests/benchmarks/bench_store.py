"""Opening and reading data files: the real report, and 3,000 activities over five years.

Goal for the real report: open, content proved, in 30 ms of work.  For the large one the figures are printed, with the
memory that opening and loading everything needs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.large import large_file
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Entry
from welfare_desktop.operations.importing import import_report
from welfare_desktop.operations.opening import open_file

_ROOT = Path(__file__).resolve().parents[2]
_ACTIVITIES = int(os.environ.get("WELFARE_ACTIVITIES", "3000"))
_YEARS = range(2018, 2023)


def _median_ms(work: Callable[[], object], runs: int, clock: Callable[[], float] = time.perf_counter) -> float:
    times = []
    for _ in range(runs):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times) * 1000


def test_the_real_report(tmp_path: Path, report_path: Path) -> None:
    path = tmp_path / "計画.welfare"
    import_report(report_path, path)
    elapsed = _median_ms(lambda: open_file(path).close(), 15)
    work = _median_ms(lambda: open_file(path).close(), 15, time.process_time)
    with closing(open_file(path)) as session:
        key = session.resolve("1-1-1/council/status@2018")
        activity = next(session.plan(()).walk())[2].id
        print(
            f"\nbench_store, real report ({path.stat().st_size // 1024} kB): open and prove {elapsed:.1f} ms elapsed, "
            f"{work:.1f} ms of work (goal 30); whole plan {_median_ms(session.plan, 9):.1f} ms, "
            f"one activity {_median_ms(lambda: session.activity(activity), 9):.2f} ms, "
            f"one field {_median_ms(lambda: session.value(key), 9):.3f} ms"
        )


def test_a_large_plan(tmp_path: Path) -> None:
    path = tmp_path / "大きな計画.welfare"
    start = time.perf_counter()
    large_file(path, _ACTIVITIES)
    made = time.perf_counter() - start
    written = _fill(path)
    with closing(open_file(path, check=False)) as session:
        activities = [activity.id for _, _, activity in session.plan(()).walk()]
        middle = activities[len(activities) // 2]
        figures = {
            "open and prove": _median_ms(lambda: open_file(path).close(), 3),
            "open": _median_ms(lambda: open_file(path, check=False).close(), 5),
            "outline": _median_ms(session.outline, 5),
            "structure": _median_ms(lambda: open_file(path, check=False).plan(()), 3),
            "whole plan": _median_ms(session.plan, 3),
            "one activity": _median_ms(lambda: session.activity(middle), 9),
        }
        key = session.resolve("3-5-10/city/status@2020")
    with closing(open_file(path)) as session:
        figures["edit"] = _median_ms(lambda: session.enter(key, str(time.perf_counter_ns())), 15)
        assert session.problems() == []
    print(
        f"\nbench_store, {_ACTIVITIES} activities x {len(_YEARS)} years ({path.stat().st_size / 1e6:.0f} MB): "
        f"made in {made:.1f} s, {written[0]} fields written in {written[1]:.1f} s; "
        + ", ".join(f"{name} {value:.1f} ms" for name, value in figures.items())
        + f"; memory: {_memory_mb(path, False):.0f} MB open, {_memory_mb(path, True):.0f} MB with everything loaded"
    )


def _fill(path: Path) -> tuple[int, float]:
    """Write status and planned work for every slot and year, a year in one step."""
    start = time.perf_counter()
    count = 0
    with closing(open_file(path)) as session:
        plan = session.plan()
        for year in _YEARS:
            changes = []
            for _, _, activity in plan.walk():
                for slot in (slot for part in activity.parts for slot in part.slots):
                    for name, held in (("status", slot.status), ("planned", slot.planned)):
                        key = FieldKey(Owner.SLOT, slot.id, name, None, year)
                        before = held.get(year, Entry())
                        after = replace(before, lines=(f"{year}年度の{activity.title}を進めた。", "地区で話し合った。"))
                        changes.append(Change(key, before, after))
            session.apply(changes, kind="fill", label=f"{year}年度")
            count += len(changes)
    return count, time.perf_counter() - start


_MEMORY = """
import resource, sys
from pathlib import Path
from welfare_desktop.operations.opening import open_file
session = open_file(Path(sys.argv[1]))
if sys.argv[2] == "True":
    plan = session.plan()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def _memory_mb(path: Path, load: bool) -> float:
    """Return the greatest memory a process of its own needed."""
    command = [sys.executable, "-c", _MEMORY, str(path), str(load)]
    return float(subprocess.run(command, cwd=_ROOT, capture_output=True, encoding="utf-8", check=True).stdout)
