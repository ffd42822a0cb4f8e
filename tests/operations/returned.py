"""What people do to workbooks that were sent to them."""

from __future__ import annotations

from copy import copy
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.operations.merging import Merged, apply_merge, plan_merge
from welfare_desktop.operations.reading_back import read_files
from welfare_desktop.operations.session import Session

FIRST = 4
SHEET = "記入"
#: Columns of the entry sheet as it is sent.
KEY, PLACE, ITEM, TEXT, NUMBER, UNIT, NONE = 1, 3, 4, 7, 8, 9, 10


def entry_rows(sheet: Worksheet) -> list[int]:
    """Return the rows that hold a key."""
    return [row for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, KEY).value]


def find_row(sheet: Worksheet, place: str, item: str) -> int:
    """Return the row whose activity begins with ``place`` (``1-1 ③``) and whose field contains ``item``."""
    return next(
        row
        for row in entry_rows(sheet)
        if str(sheet.cell(row, PLACE).value).startswith(place) and item in str(sheet.cell(row, ITEM).value)
    )


def fill(path: Path, answers: dict[tuple[str, str], str], target: Path | None = None) -> Path:
    """Type ``answers`` (by place and field) into a department's workbook and save it, as ``target`` if given."""
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    for (place, item), text in answers.items():
        sheet.cell(find_row(sheet, place, item), TEXT).value = text
    workbook.save(target or path)
    return target or path


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def _style(sheet: Worksheet, row: int, column: int) -> object:
    return copy(_cell(sheet, row, column)._style)  # type: ignore[attr-defined]  # openpyxl's only way to copy a style


def shuffle(path: Path) -> None:
    """Sort the rows backwards, hide one, and put an empty row and a note between them."""
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    rows = entry_rows(sheet)
    columns = range(1, sheet.max_column + 1)
    contents = [[(sheet.cell(row, column).value, _style(sheet, row, column)) for column in columns] for row in rows]
    for row, content in zip(rows, reversed(contents), strict=True):
        for column, (value, style) in zip(columns, content, strict=True):
            sheet.cell(row, column).value = value
            _cell(sheet, row, column)._style = style  # type: ignore[attr-defined]
    sheet.row_dimensions[rows[0]].hidden = True
    sheet.insert_rows(rows[1])
    workbook.save(path)


def delete_row(path: Path, place: str, item: str) -> None:
    """Take a row out."""
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    sheet.delete_rows(find_row(sheet, place, item))
    workbook.save(path)


def sent(session: Session, department: str) -> Path:
    """Return the workbook that was sent to a department."""
    return session.path.parent / "sent" / f"R1_{department}.xlsx"


def merge(session: Session, *paths: Path) -> Merged:
    """Take files in without deciding anything."""
    return apply_merge(session, plan_merge(session, read_files(paths)))


def lines(session: Session, address: str) -> tuple[str, ...]:
    """Return what a field says."""
    key = session.resolve(address)
    return tuple(session.shown(key, session.value(key)))
