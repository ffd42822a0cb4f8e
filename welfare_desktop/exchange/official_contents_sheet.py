"""The contents sheet of the official workbook: 理念, goals, activities and the pages they are printed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.domain.cell_flow import Setter
from welfare_desktop.domain.measuring import MM_PER_POINT, TextMeasurer
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.official_form import ActivityKey, Section, document_title
from welfare_desktop.domain.text import circled

from .official_sheet import TALLEST_ROW_PT, inner_mm, sheet_setter
from .sheet_paper import printable_pt, set_footer, set_up_a3
from .workbook_style import BorderStyle, Look, Styles, frame, put_styled

SHEET = "目次"
LABELS = ("理　念", "基本目標", "活動目標", "取組み", "頁")
FIRST_ROW = 4
NOTE = "※ 頁は本報告の頁番号です。本文中の「（P32参照）」などは計画書の頁を指します。"
_COLUMN_UNITS = (24.5, 40.4, 55.3, 71.3, 8.5)
_SIZE_PT = 10.5
_ROW_PT = 20.8
_HEAD_PT = (34.0, 26.0, 22.0)
_LEAST_SCALE = 70
_INDENT_UNITS = 1.5
_TINT = "E9EDF0"
_VISION, _BASIC, _GOAL, _ACTIVITY, _PAGE = range(1, 6)


@dataclass(frozen=True, slots=True)
class _Area:
    """Text over one column and some rows, counted from the first activity's."""

    column: int
    first: int
    last: int
    text: str
    bold: bool = False
    centred: bool = False


def write_contents(
    workbook: Workbook,
    styles: Styles,
    plan: Plan,
    year: int,
    sections: Sequence[Section],
    page_of: Mapping[ActivityKey, int],
    measurer: TextMeasurer,
    family: str,
    footer_right: str,
) -> None:
    """Add the contents sheet.  ``page_of`` gives the page an activity begins on; one without shows none."""
    sheet = workbook.create_sheet(SHEET)
    usual = Look(family, _SIZE_PT, vertical="center")
    for row, (text, size) in enumerate(((document_title(plan, year), 17.0), ("目　次", 13.0)), start=1):
        look = replace(usual, size_pt=size, bold=True, horizontal="center", wrap=False, shrink=True)
        frame(sheet, styles, look, (row, _VISION, row, _PAGE), text)
    head = replace(usual, bold=True, horizontal="center", fill=_TINT, borders=_edges("medium"))
    for column, label in enumerate(LABELS, start=1):
        frame(sheet, styles, head, (3, column, 3, column), label)
    areas = _areas(plan, sections)
    for area in areas:
        look = replace(usual, bold=area.bold, indent=1, borders=_edges("thin", area.column))
        if area.centred:
            look = replace(look, horizontal="center", indent=0)
        place = (FIRST_ROW + area.first, area.column, FIRST_ROW + area.last, area.column)
        frame(sheet, styles, look, place, area.text)
    number = replace(usual, horizontal="center", number_format="0", borders=_edges("thin", _PAGE))
    keys = [(*section.key, activity.number) for section in sections for activity in section.activities]
    for row, key in enumerate(keys, start=FIRST_ROW):
        put_styled(sheet, row, _PAGE, styles.of(number), page_of.get(key))
    _set_up(sheet, _heights(areas, max(len(keys), 1), sheet_setter(measurer, family, _SIZE_PT)), family, footer_right)


def _areas(plan: Plan, sections: Sequence[Section]) -> list[_Area]:
    """Return all texts of the table with the rows they span."""
    areas: list[_Area] = []
    row = 0
    basic_from = 0
    for position, section in enumerate(sections):
        for offset, activity in enumerate(section.activities):
            title = f"{circled(activity.number)} {activity.title}"
            areas.append(_Area(_ACTIVITY, row + offset, row + offset, title))
        end = row + len(section.activities) - 1
        areas.append(_Area(_GOAL, row, end, f"{section.activity_goal.number}　{section.activity_goal.title}"))
        row = end + 1
        following = sections[position + 1] if position + 1 < len(sections) else None
        if following is None or following.basic_goal.number != section.basic_goal.number:
            title = f"{section.basic_goal.number}　{section.basic_goal.title}"
            areas.append(_Area(_BASIC, basic_from, end, title, bold=True))
            basic_from = row
    return [_Area(_VISION, 0, max(row - 1, 0), plan.vision, bold=True, centred=True), *areas]


def _heights(areas: Sequence[_Area], rows: int, setter: Setter) -> list[float]:
    """Return the height of every row in points; what a text over several rows lacks goes to its last row."""
    heights = [_ROW_PT] * rows
    for area in sorted(areas, key=lambda area: (area.last, -area.first)):
        width = inner_mm(_COLUMN_UNITS[area.column - 1] - _INDENT_UNITS)
        lines = len(setter.paragraph(area.text, width, bold=area.bold).ends)
        need = setter.style.height_mm(lines) / MM_PER_POINT
        lacking = need - sum(heights[area.first : area.last + 1])
        heights[area.last] = min(TALLEST_ROW_PT, heights[area.last] + max(0.0, lacking))
    return heights


def _edges(inner: BorderStyle, column: int | None = None) -> tuple[BorderStyle, BorderStyle, BorderStyle, BorderStyle]:
    left: BorderStyle = "medium" if column in (None, _VISION) else "thin"
    right: BorderStyle = "medium" if column in (None, _PAGE) else "thin"
    return (left, right, inner, inner)


def _set_up(sheet: Worksheet, heights: Sequence[float], family: str, footer_right: str) -> None:
    set_up_a3(sheet)
    for row, height in enumerate((*_HEAD_PT, *heights), start=1):
        sheet.row_dimensions[row].height = height
    for column, units in enumerate(_COLUMN_UNITS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = units
    last = FIRST_ROW + len(heights) - 1
    sheet.print_area = f"A1:{get_column_letter(_PAGE)}{last}"
    sheet.print_title_rows = "3:3"
    sheet.freeze_panes = f"A{FIRST_ROW}"
    scale = min(100, int(printable_pt() / (sum(_HEAD_PT) + sum(heights)) * 98))
    # A contents of several pages is not squeezed onto one.
    sheet.page_setup.scale = scale if scale >= _LEAST_SCALE else 100
    set_footer(sheet, family, NOTE, "", footer_right)
