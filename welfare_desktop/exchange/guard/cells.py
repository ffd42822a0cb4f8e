"""Cells as plain data, and how spreadsheets write places, dates and numbers."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]{1,3})?")
_MAX_COLUMN, _MAX_ROW = 16_384, 1_048_576
#: Built-in number formats that show dates or times, the Japanese ones included.
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_FORMATS = frozenset((9, 10))
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hmsHMS]+\])[^\]]*\]')
_DATE_LETTER = re.compile(r"[ymdhsYMDHSgG]|(?<![0#?])e|[aA]{3}|\[[hmsHMS]+\]")
_GENERAL = re.compile("general|g/標準|標準", re.IGNORECASE)
_DAYS_PER_SECOND = Decimal(1) / 86_400


class CellKind(StrEnum):
    """What kind of value a cell holds, as the spreadsheet sees it."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    BOOLEAN = "boolean"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty; ``text`` is what it shows, for a formula its last result."""

    kind: CellKind
    text: str


Place = tuple[int, int]


@dataclass(slots=True)
class Sheet:
    """One worksheet; places are (row, column) from 1.  ``comments`` are (place, text), ``boxes`` texts of drawings."""

    name: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    comments: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    def text(self, row: int, column: int) -> str:
        """Return what the cell shows, empty where nothing is."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""


@dataclass(frozen=True, slots=True)
class Workbook:
    """All worksheets of a file in their order."""

    sheets: tuple[Sheet, ...]


def read_place(text: str) -> Place | None:
    """Return (row, column) of ``G5``; None when it is no place on a sheet."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row, column) if column <= _MAX_COLUMN and row <= _MAX_ROW else None


def write_place(row: int, column: int) -> str:
    """Return ``G5`` for (5, 7)."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def range_size(text: str) -> int:
    """Return how many cells ``A1:C3`` covers; raises ValueError when it is no range."""
    first, _, last = text.partition(":")
    start, end = read_place(first), read_place(last or first)
    if start is None or end is None:
        raise ValueError(text)
    return (abs(end[0] - start[0]) + 1) * (abs(end[1] - start[1]) + 1)


def kind_of_format(number: int, code: str | None) -> CellKind:
    """Return what a number looks like in a format: a number, a percentage or a date."""
    if code is None:
        if number in _DATE_FORMATS:
            return CellKind.DATE
        return CellKind.PERCENT if number in _PERCENT_FORMATS else CellKind.NUMBER
    bare = _GENERAL.sub("", _NOT_CODE.sub("", code))
    if _DATE_LETTER.search(bare):
        return CellKind.DATE
    return CellKind.PERCENT if "%" in bare else CellKind.NUMBER


def number_cell(raw: str, kind: CellKind, from_1904: bool) -> Cell:
    """Return the cell for a stored number, as it shows; what is no number is an error cell."""
    if not _NUMBER.fullmatch(raw):
        return Cell(CellKind.ERROR, raw)
    try:
        # Fifteen digits, as Excel shows: the binary rest of 0.1 is not something anybody typed.
        value = Decimal(format(float(raw), ".15g"))
    except (InvalidOperation, OverflowError, ValueError):
        return Cell(CellKind.ERROR, raw)
    if not value.is_finite():
        return Cell(CellKind.ERROR, raw)
    if kind is CellKind.PERCENT:
        return Cell(kind, f"{_plain(value * 100)}%")
    if kind is CellKind.DATE:
        return Cell(kind, _date_text(value, from_1904))
    return Cell(CellKind.NUMBER, _plain(value))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date_text(value: Decimal, from_1904: bool) -> str:
    """Return a serial day as a date, or as the number it is where there is no such day."""
    # Excel counts a 29 February 1900 that never was.
    start = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 31 if value < 60 else 30)
    days = int(value)
    try:
        day = start + dt.timedelta(days=days)
    except OverflowError:
        return _plain(value)
    seconds = int(((value - days) / _DAYS_PER_SECOND).to_integral_value())
    if not seconds:
        return day.isoformat()
    clock = f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}"
    return clock if days == 0 else f"{day.isoformat()} {clock}"
