"""Writing the official workbook against plain openpyxl writing the same cells.  Goal: 1.5 times; 1.3 at 3,000 activities.

The plain side is given the finished cells: it writes values, fonts, borders, merges and sizes, and measures nothing.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from welfare_desktop.domain.model import Plan
from welfare_desktop.exchange.official_workbook import OfficialOptions, write_official
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.operations.printing import Edition, official_paper
from welfare_desktop.paper.measurer import QtMeasurer

_YEAR = 2018


def _ours(plan: Plan, path: Path) -> None:
    paper = official_paper(plan, _YEAR, Edition(dt.date(2019, 5, 20), ""))
    write_official(plan, _YEAR, path, measurer=QtMeasurer(), pages=paper.plan, options=OfficialOptions(), force=True)


def _plain(source: Workbook, path: Path) -> None:
    """Write the cells of ``source`` anew, as anybody would with openpyxl."""
    font, bold = Font(name="BIZ UDPGothic", size=9), Font(name="BIZ UDPGothic", size=9, bold=True)
    side = Side(style="thin")
    border = Border(left=side, right=side, top=side, bottom=side)
    wrap = Alignment(wrap_text=True, vertical="top")
    fill = PatternFill("solid", fgColor="E9EDF0")
    made = Workbook()
    made.remove(made.worksheets[0])
    for sheet in source.worksheets:
        copy = made.create_sheet(sheet.title)
        for number, row in enumerate(sheet.iter_rows(), start=1):
            for place, cell in enumerate(row, start=1):
                if cell.value is None and not cell.has_style:
                    continue
                target = copy.cell(number, place, cell.value)
                target.font = bold if number < 7 else font
                target.border = border
                target.alignment = wrap
                target.number_format = "@"
                if number < 7:
                    target.fill = fill
        for merged in sheet.merged_cells.ranges:
            copy.merge_cells(str(merged))
        for number, height in sheet.row_dimensions.items():
            copy.row_dimensions[number].height = height.height
        for letter, width in sheet.column_dimensions.items():
            copy.column_dimensions[letter].width = width.width
    made.save(path)


def _seconds(work: Callable[[], None], runs: int) -> float:
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


@pytest.mark.parametrize(("copies", "goal"), [(1, 1.5), (100, 1.3)])
def test_official(tmp_path: Path, report_text: str, copies: int, goal: float) -> None:
    plan = read_report_text(report_text).plan
    goals = tuple(
        replace(item, number=number + 1)
        for number, item in enumerate(goal for _ in range(copies) for goal in plan.basic_goals)
    )
    large = replace(plan, basic_goals=goals)
    path = tmp_path / "official.xlsx"
    runs = 3 if copies == 1 else 1
    _ours(large, path)
    source = load_workbook(path)
    ours = _seconds(lambda: _ours(large, path), runs)
    plain = _seconds(lambda: _plain(source, tmp_path / "plain.xlsx"), runs)
    print(
        f"\nofficial workbook, {30 * copies} activities: ours {ours:.2f} s, plain openpyxl {plain:.2f} s, "
        f"ratio {ours / plain:.2f} (goal {goal})"
    )
