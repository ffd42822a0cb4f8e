"""Writes the official report as a workbook: a contents sheet and an A3 sheet for every activity goal.

The workbook is laid out after the printed report and numbered like it, opens in Excel and LibreOffice without hidden
text, and carries hidden keys so that an edited copy can be merged, and what the layout does not show so that it can be
read back whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.domain.cell_flow import Setter
from welfare_desktop.domain.measuring import PAPER_FAMILY, TextMeasurer
from welfare_desktop.domain.model import Activity, Actor, Plan
from welfare_desktop.domain.official_form import (
    ACTIONS_LABEL,
    ACTOR_LABELS,
    COLUMNS,
    ActivityKey,
    CellKind,
    PagePlan,
    Section,
    document_title,
    maker_label,
    report_footer,
    sections,
)
from welfare_desktop.domain.progress import Progress, Unwatched

from .files import replacing
from .keys import Identity, column_id, join_keys, make_key, value_hash, write_identity
from .official_contents_sheet import write_contents
from .official_extras import write_extras
from .official_keys import column_name, key_and_value, row_mark
from .official_sheet import COLUMN_UNITS, SheetPortion, SheetText, pages_need_pt, sheet_portions, sheet_setter
from .sheet_paper import printable_pt, set_footer, set_up_a3
from .workbook_style import INVISIBLE_FORMAT, BorderStyle, Look, StyleArray, Styles, frame, new_workbook, put_styled

FIRST_DATA_ROW = 7
KEY_COLUMN = len(COLUMNS) + 1
MARK_COLUMN = KEY_COLUMN + 1
_COUNCIL = next(i for i, column in enumerate(COLUMNS) if column.actor is Actor.COUNCIL)
_CITY = next(i for i, column in enumerate(COLUMNS) if column.actor is Actor.CITY)
_LAST = len(COLUMNS)
_HEADER_END = FIRST_DATA_ROW - 1
_MARK_HEADING = "取込み用"
_HEAD_PT = (15.0, 15.0, 19.0, 14.5, 14.5, 21.0)
_TINT_SHARED, _TINT_COUNCIL, _TINT_CITY = "E9EDF0", "DCE9F2", "F3E9D8"
#: Rows are never shrunk below this to keep a page number: it would be smaller than the smallest printed type.
_LEAST_SCALE = 80


@dataclass(frozen=True, slots=True)
class OfficialOptions:
    """How an official workbook is made: date and maker for the footers, the type, and which export it is.

    Without ``identity`` the workbook carries no keys: it can be read back, but not merged.
    """

    made_on: dt.date | None = None
    maker: str = ""
    family: str = PAPER_FAMILY
    identity: Identity | None = None


def write_official(
    plan: Plan,
    year: int,
    path: Path,
    *,
    measurer: TextMeasurer,
    pages: PagePlan,
    options: OfficialOptions | None = None,
    progress: Progress | None = None,
    force: bool = False,
) -> None:
    """Write the report of fiscal ``year`` to ``path``.

    ``pages`` gives the page numbers of the printed report.  Raises TargetInTheWay as ``files.replacing`` does and
    ``Cancelled`` when ``progress`` does; the old file is then whole.
    """
    with replacing(path, force=force) as fresh:
        official_workbook(plan, year, measurer=measurer, pages=pages, options=options, progress=progress).save(fresh)


def official_workbook(
    plan: Plan,
    year: int,
    *,
    measurer: TextMeasurer,
    pages: PagePlan,
    options: OfficialOptions | None = None,
    progress: Progress | None = None,
) -> Workbook:
    """Build the workbook of :func:`write_official` in memory."""
    options = options or OfficialOptions()
    watch = progress or Unwatched()
    workbook = new_workbook(document_title(plan, year), options.made_on)
    styles = Styles(workbook)
    reported = tuple(sections(plan, year))
    write_contents(workbook, styles, plan, year, reported, pages.page_of, measurer, options.family, _footer(options))
    writer = _SheetWriter(workbook, styles, plan, year, pages, options, sheet_setter(measurer, options.family))
    for number, section in enumerate(reported):
        watch.step(number, len(reported), f"シート {section.key[0]}-{section.key[1]}")
        writer.write(section)
    write_extras(workbook, plan, year)
    if options.identity is not None:
        write_identity(workbook, options.identity, writer.hashes)
    watch.step(len(reported), len(reported), "保存")
    return workbook


def _footer(options: OfficialOptions) -> str:
    return maker_label(options.made_on, options.maker)


class _SheetWriter:
    """Writes one sheet after another, collecting the hashes of all values on the way."""

    def __init__(
        self,
        workbook: Workbook,
        styles: Styles,
        plan: Plan,
        year: int,
        pages: PagePlan,
        options: OfficialOptions,
        setter: Setter,
    ) -> None:
        self._workbook = workbook
        self._styles = styles
        self._plan = plan
        self._year = year
        self._footer = report_footer(plan, year)
        self._pages = pages
        self._options = options
        self._setter = setter
        self._body = Look(options.family)
        self.hashes: dict[str, tuple[str, str]] = {}

    def write(self, section: Section) -> None:
        """Add the sheet of one goal."""
        sheet = self._workbook.create_sheet(f"{section.key[0]}-{section.key[1]}")
        portions = tuple(sheet_portions(section, self._year, self._setter))
        self._head(sheet, section)
        row = FIRST_DATA_ROW
        activities = {(*section.key, activity.number): activity for activity in section.activities}
        for number, portion in enumerate(portions):
            if portion.key in self._pages.starts_page and not portion.continued and row > FIRST_DATA_ROW:
                sheet.row_breaks.append(Break(id=row - 1))
            self._rows(sheet, row, portion, last=number == len(portions) - 1)
            if self._options.identity is not None:
                self._keys(sheet, row, portion, activities)
            row += len(portion.heights_pt)
        if self._options.identity is not None:
            self._column_ids(sheet, row + 1)
        self._page_setup(sheet, section, portions, row - 1)

    def _head(self, sheet: Worksheet, section: Section) -> None:
        family = self._options.family
        title = Look(family, 9.0, horizontal="right", vertical="center", wrap=False)
        put_styled(sheet, 1, _LAST, self._styles.of(title), document_title(self._plan, self._year))
        basic = Look(family, 10.5, True, vertical="center", wrap=False)
        put_styled(sheet, 2, 1, self._styles.of(basic), section.basic_heading)
        put_styled(sheet, 3, 1, self._styles.of(replace(basic, size_pt=12.0)), section.goal_heading)
        head = Look(family, 9.0, True, horizontal="center", vertical="center")
        for index, column in enumerate(COLUMNS[:_COUNCIL]):
            look = replace(head, fill=_TINT_SHARED, borders=(*_sides(index), "medium", "medium"))
            frame(sheet, self._styles, look, (4, index + 1, 6, index + 1), "\n".join(column.label_lines(self._year)))
        look = replace(head, fill=_TINT_SHARED, borders=("medium", "medium", "medium", "thin"))
        frame(sheet, self._styles, look, (4, _COUNCIL + 1, 4, _LAST), ACTIONS_LABEL)
        for actor, first, end, tint in (
            (Actor.COUNCIL, _COUNCIL, _CITY, _TINT_COUNCIL),
            (Actor.CITY, _CITY, _LAST, _TINT_CITY),
        ):
            look = replace(head, fill=tint, borders=("medium", "medium", "thin", "thin"))
            frame(sheet, self._styles, look, (5, first + 1, 5, end), ACTOR_LABELS[actor])
            for index in range(first, end):
                # A label that just does not fit shrinks rather than breaks within 実績.
                look = replace(head, fill=tint, wrap=False, shrink=True, borders=(*_sides(index), "thin", "medium"))
                frame(sheet, self._styles, look, (6, index + 1, 6, index + 1), COLUMNS[index].label(self._year))
        for hidden in (KEY_COLUMN, MARK_COLUMN):
            put_styled(sheet, _HEADER_END, hidden, self._hidden_style(), _MARK_HEADING)
            sheet.column_dimensions[get_column_letter(hidden)].hidden = True
        for row, height in enumerate(_HEAD_PT, start=1):
            sheet.row_dimensions[row].height = height
        for index, units in enumerate(COLUMN_UNITS):
            sheet.column_dimensions[get_column_letter(index + 1)].width = units

    def _rows(self, sheet: Worksheet, top: int, portion: SheetPortion, *, last: bool) -> None:
        hidden = self._hidden_style()
        for offset, height in enumerate(portion.heights_pt):
            sheet.row_dimensions[top + offset].height = height
            put_styled(sheet, top + offset, MARK_COLUMN, hidden, row_mark(portion.key, portion.first_row + offset))
        end = len(portion.heights_pt) - 1
        for text in portion.texts:
            index = text.cell.column
            below: BorderStyle = "medium" if last and text.last_row == end else "thin"
            look = replace(
                self._body,
                bold=text.cell.kind is CellKind.TITLE,
                horizontal="center" if text.centred else "left",
                borders=(*_sides(index), "thin", below),
            )
            area = (top + text.first_row, index + 1, top + text.last_row, index + 1)
            frame(sheet, self._styles, look, area, text.text)

    def _keys(
        self, sheet: Worksheet, top: int, portion: SheetPortion, activities: Mapping[ActivityKey, Activity]
    ) -> None:
        """Write the hidden keys of every row: of the values whose cells begin in it."""
        by_row: dict[int, list[str]] = {}
        for text in portion.texts:
            found = self._key(text, activities[portion.key])
            if found is not None:
                key, hashed = found
                self.hashes[key] = (hashed, "")
                by_row.setdefault(top + text.first_row, []).append(key)
        for row, keys in by_row.items():
            put_styled(sheet, row, KEY_COLUMN, self._hidden_style(), join_keys(keys))

    def _hidden_style(self) -> StyleArray:
        return self._styles.of(replace(self._body, wrap=False, size_pt=6.0, number_format=INVISIBLE_FORMAT))

    def _key(self, text: SheetText, activity: Activity) -> tuple[str, str] | None:
        if text.repeated:
            return None
        found = key_and_value(activity, text.cell)
        if found is None:
            return None
        field, value = found
        if text.part is not None:
            value = tuple(text.cell.lines[text.part[0] : text.part[0] + text.part[1]])
        return make_key(field, part=text.part, column=column_name(COLUMNS[text.cell.column])), value_hash(value)

    def _column_ids(self, sheet: Worksheet, row: int) -> None:
        """Write the hidden row of column ids, below the table: the header keeps the printed form."""
        plain = self._hidden_style()
        for index, column in enumerate(COLUMNS):
            put_styled(sheet, row, index + 1, plain, column_id(column_name(column)))
        put_styled(sheet, row, KEY_COLUMN, plain, column_id("key"))
        sheet.row_dimensions[row].hidden = True

    def _page_setup(self, sheet: Worksheet, section: Section, portions: tuple[SheetPortion, ...], end: int) -> None:
        set_up_a3(sheet)
        sheet.freeze_panes = f"B{FIRST_DATA_ROW}"
        sheet.print_title_rows = f"1:{FIRST_DATA_ROW - 1}"
        sheet.print_area = f"A1:{get_column_letter(_LAST)}{max(end, FIRST_DATA_ROW)}"
        sheet.page_setup.firstPageNumber = self._pages.first_page[section.key]
        sheet.page_setup.useFirstPageNumber = True
        room = printable_pt() - sum(_HEAD_PT)
        need = max(pages_need_pt(portions, self._pages.starts_page))
        scale = min(100, int(room / need * 98)) if need else 100
        # An activity higher than a page is broken by the program that prints; shrinking would not keep it whole.
        sheet.page_setup.scale = scale if scale >= _LEAST_SCALE else 100
        set_footer(sheet, self._options.family, self._footer, "－ &P －", _footer(self._options))


def _sides(index: int) -> tuple[BorderStyle, BorderStyle]:
    """Return the borders left and right of a column: heavy around the table and between the actors."""
    heavy = {0, _COUNCIL, _CITY, _LAST}
    return ("medium" if index in heavy else "thin", "medium" if index + 1 in heavy else "thin")
