"""The flat workbook and its CSV files: for sorting, filtering and counting, in a spreadsheet or a statistics program.

Numbers are numbers, no cell is merged, the first row names the columns, lists offer the usual values.  Lines of text
carry hidden keys, so that an edited copy can be merged.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.domain.measuring import PAPER_FAMILY
from welfare_desktop.domain.model import NONE_MARKS, Plan
from welfare_desktop.domain.official_form import date_label, document_title, report_title
from welfare_desktop.domain.progress import Progress, Unwatched

from .files import replacing
from .flat_rows import CHOICES, COLUMNS, FlatRow, FlatTable, Value, flat_rows
from .keys import Identity, column_id, make_key, value_hash, write_identity
from .workbook_style import INVISIBLE_FORMAT, Look, Styles, new_workbook, put_styled

CHOICES_SHEET, ABOUT_SHEET = "選択肢", "説明"
#: The hidden column of keys calls itself by this id, and the sheet's text stands in the column headed 内容.
FLAT_MARK = "flat"
_HEADER_PT = 24.0
_FILL, _WHITE = "3C5A6E", "FFFFFF"
_SIZE_PT = 10.0
_A4_PAPER = 9
_STEPS = 500
#: What spreadsheets take for the beginning of a formula, in either width, and what they skip before one.
_FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r\n")


@dataclass(frozen=True, slots=True)
class FlatOptions:
    """How a flat workbook is made; without ``identity`` it carries no keys and cannot be merged."""

    made_on: dt.date | None = None
    family: str = PAPER_FAMILY
    identity: Identity | None = None


def write_flat(
    plan: Plan,
    year: int | None,
    path: Path,
    *,
    options: FlatOptions | None = None,
    progress: Progress | None = None,
    force: bool = False,
) -> None:
    """Write the flat workbook of the report of fiscal ``year`` (None: of all years) to ``path``.

    Raises TargetInTheWay as ``files.replacing`` does and ``Cancelled`` when ``progress`` does; the old file is then
    whole.
    """
    with replacing(path, force=force) as fresh:
        flat_workbook(plan, year, options=options, progress=progress).save(fresh)


def flat_workbook(
    plan: Plan, year: int | None, *, options: FlatOptions | None = None, progress: Progress | None = None
) -> Workbook:
    """Build the workbook of :func:`write_flat` in memory."""
    options = options or FlatOptions()
    watch = progress or Unwatched()
    title = document_title(plan, year) if year is not None else report_title(plan)
    workbook = new_workbook(title, options.made_on)
    styles = Styles(workbook)
    hashes: dict[str, tuple[str, str]] = {}
    for table in FlatTable:
        sheet = workbook.create_sheet(table.value)
        count = _fill(sheet, styles, table, flat_rows(plan, year, table), options, hashes, watch)
        _finish(sheet, table, count)
    _choices(workbook.create_sheet(CHOICES_SHEET), styles, options.family)
    _about(workbook.create_sheet(ABOUT_SHEET), styles, options, title)
    if options.identity is not None:
        write_identity(workbook, options.identity, hashes)
    return workbook


def _fill(
    sheet: Worksheet,
    styles: Styles,
    table: FlatTable,
    rows: Iterable[FlatRow],
    options: FlatOptions,
    hashes: dict[str, tuple[str, str]],
    watch: Progress,
) -> int:
    """Write header and rows; returns the number of rows."""
    _header(sheet, styles, options.family, [column.heading for column in COLUMNS[table]])
    text = styles.of(Look(options.family, _SIZE_PT, wrap=False))
    number = styles.of(Look(options.family, _SIZE_PT, wrap=False, horizontal="right", number_format="General"))
    kinds = [number if column.number else text for column in COLUMNS[table]]
    hidden = styles.of(Look(options.family, _SIZE_PT, wrap=False, number_format=INVISIBLE_FORMAT))
    keyed = options.identity is not None and table is FlatTable.TEXTS
    key_column = len(kinds) + 1
    count = 0
    for count, row in enumerate(rows, start=1):
        if count % _STEPS == 1:
            # How many there will be is not known before they are made.
            watch.step(count - 1, count + _STEPS, f"{table.value} {count} 行目から")
        for column, (value, style) in enumerate(zip(row.values, kinds, strict=True), start=1):
            if value is not None:
                put_styled(sheet, count + 1, column, style, _cell_value(value))
        if keyed and row.key is not None:
            key = make_key(row.key, part=(row.line, 1))
            hashes[key] = (value_hash((row.text,)), "")
            put_styled(sheet, count + 1, key_column, hidden, key)
    if keyed:
        put_styled(sheet, 1, key_column, hidden, column_id(FLAT_MARK))
        sheet.column_dimensions[get_column_letter(key_column)].hidden = True
    return count


def _cell_value(value: str | int | Decimal) -> str | int | float:
    """Return what the cell holds; decimals of a report have few digits and survive as floating numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _header(sheet: Worksheet, styles: Styles, family: str, headings: Sequence[str]) -> None:
    look = Look(family, _SIZE_PT, True, vertical="center", wrap=False, fill=_FILL, colour=_WHITE)
    for column, heading in enumerate(headings, start=1):
        put_styled(sheet, 1, column, styles.of(look), heading)
    sheet.row_dimensions[1].height = _HEADER_PT
    sheet.freeze_panes = "A2"


def _finish(sheet: Worksheet, table: FlatTable, count: int) -> None:
    """Set widths, the filter and the lists of choices; lists reach beyond the last row for rows added by hand."""
    columns = COLUMNS[table]
    last = get_column_letter(len(columns))
    sheet.auto_filter.ref = f"A1:{last}{count + 1}"
    places = {name: index for index, name in enumerate(CHOICES, start=1)}
    for index, column in enumerate(columns, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        if column.choices:
            source = get_column_letter(places[column.choices])
            end = len(CHOICES[column.choices]) + 1
            listed = DataValidation(
                type="list", formula1=f"'{CHOICES_SHEET}'!${source}$2:${source}${end}", allow_blank=True
            )
            # A list that helps, not one that forbids: offices have words of their own.
            listed.showErrorMessage = False
            listed.add(f"{letter}2:{letter}{count + 1000}")
            sheet.add_data_validation(listed)
    sheet.page_setup.paperSize = _A4_PAPER
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _choices(sheet: Worksheet, styles: Styles, family: str) -> None:
    _header(sheet, styles, family, list(CHOICES))
    text = styles.of(Look(family, _SIZE_PT, wrap=False))
    for column, words in enumerate(CHOICES.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = 20
        for row, word in enumerate(words, start=2):
            put_styled(sheet, row, column, text, word)


def _about(sheet: Worksheet, styles: Styles, options: FlatOptions, title: str) -> None:
    _header(sheet, styles, options.family, ["シート", "列", "説明"])
    text = styles.of(Look(options.family, _SIZE_PT, wrap=False))
    made = f"{date_label(options.made_on)} 作成" if options.made_on else ""
    rows = [("", "", title), ("", "", made), *_explained()]
    for number, row in enumerate((row for row in rows if row[2]), start=2):
        for column, word in enumerate(row, start=1):
            put_styled(sheet, number, column, text, word)
    for letter, width in zip("ABC", (10.0, 18.0, 80.0), strict=True):
        sheet.column_dimensions[letter].width = width


def _explained() -> list[tuple[str, str, str]]:
    return [
        (table.value, column.heading, column.note) for table in FlatTable for column in COLUMNS[table] if column.note
    ]


# --- CSV ----------------------------------------------------------------------------------------------------------


def write_csv(plan: Plan, year: int | None, path: Path, table: FlatTable, *, force: bool = False) -> None:
    """Write one of the tables as CSV, as Excel on a Japanese Windows opens it: UTF-8 with a mark, CRLF.

    A text that a spreadsheet would take for a formula begins with ``'``; numbers stay numbers.  Raises TargetInTheWay
    as ``files.replacing`` does.
    """
    with replacing(path, force=force) as fresh:
        fresh.write_bytes(csv_text(plan, year, table).encode("utf-8-sig", "replace"))


def csv_text(plan: Plan, year: int | None, table: FlatTable) -> str:
    """Return the content of :func:`write_csv` without its mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.heading for column in COLUMNS[table]])
    for row in flat_rows(plan, year, table):
        writer.writerow([_csv_value(value) for value in row.values])
    return buffer.getvalue()


def _csv_value(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return disarmed(value) if isinstance(value, str) else str(value)


def disarmed(text: str) -> str:
    """Return ``text`` so that no spreadsheet runs it: with ``'`` before what begins like a formula.

    The mark 「－」 alone says 該当なし and is no formula.
    """
    if text in NONE_MARKS or not text.lstrip(" \u3000\xa0\ufeff\u200b").startswith(_FORMULA_STARTS):
        return text
    return f"'{text}"
