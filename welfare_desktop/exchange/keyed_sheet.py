"""Where things are on a sheet that people have rearranged: columns by their hidden ids, rows by their hidden keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .guard.cells import Cell, CellKind, Place, Sheet
from .keys import WorkbookKey, is_identity_copy, looks_like_key, read_column_id, read_key, split_keys

#: Columns of a sheet with one field a row, and the heading a person sees over each.
ROLE_HEADINGS: Mapping[str, str] = {
    "text": "記入欄",
    "number": "数値",
    "unit": "単位",
    "none": "該当なし",
    "note": "連絡事項（任意）",
}
#: The flat workbook names its key column only; the text stands under this heading in the row of that name.
FLAT_MARK, FLAT_HEADING = "flat", "内容"
#: Columns that say what the row is about; what stands there is not merged, but compared with what was exported.
REFERENCE_ROLES = ("row", "activity", "item", "reference1", "reference2")
#: Headings of the columns of an entry sheet that are not written in.
READ_HEADINGS: Mapping[str, str] = {
    "row": "番号",
    "activity": "活動",
    "item": "記入する項目",
    "reference1": "参考①（記入不要）",
    "reference2": "参考②（記入不要）",
    "state": "状態",
}
#: What the column of states works out by itself.
STATE_WORDS = ("未記入", "下書き", "記入済", "該当なし")
#: What stands over columns for writing and is nobody's answer.
HEADINGS = frozenset({*ROLE_HEADINGS.values(), FLAT_HEADING})
KEY_COLUMN, STATE_COLUMN = "key", "state"
#: Prefix of the id of a column that repeats which export the sheet belongs to, should the sheet be moved to another file.
EXPORT_STAMP = "export."
#: Prefix of the ids that mark the reply cells on the instructions sheet.
REPLY_MARK = "reply."


@dataclass(frozen=True, slots=True)
class FoundKey:
    """One key of a row as written and as read; ``key`` None: it was a key once and is damaged."""

    text: str
    key: WorkbookKey | None


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """One row with everything in it that is no key: cells by column number."""

    number: int
    keys: tuple[FoundKey, ...]
    cells: Mapping[int, Cell]


@dataclass(frozen=True)
class KeyedSheet:
    """A sheet with its columns found.

    ``columns`` maps a name to all columns that carry its id (a copied column carries it, too).  ``certain`` is False
    when the ids are gone and the columns were found by their headings.  ``stamps`` are the exports the sheet says it
    belongs to, ``id_rows`` the rows that hold ids.
    """

    sheet: Sheet
    columns: Mapping[str, tuple[int, ...]]
    rows: tuple[KeyedRow, ...]
    stamps: frozenset[str]
    certain: bool = True

    @cached_property
    def keyed(self) -> bool:
        """Whether the sheet is one that was sent to be filled in, even if every key is gone."""
        return any(row.keys for row in self.rows) or bool(self.stamps) or {"text", "none"} <= set(self.columns)

    @cached_property
    def first_keyed_row(self) -> int:
        """The number of the first row with a key; 0 where there is none."""
        return next((row.number for row in self.rows if row.keys), 0)

    @cached_property
    def headed_columns(self) -> frozenset[int]:
        """The columns with anything above the first key."""
        return frozenset(column for row in self.rows if row.number < self.first_keyed_row for column in row.cells)


def keyed_sheet(sheet: Sheet) -> KeyedSheet:
    """Return ``sheet`` with its columns and keys found, wherever they are now."""
    ids: dict[str, list[int]] = {}
    stamps = set()
    special: set[Place] = set()
    for (row, column), cell in sheet.cells.items():
        if is_identity_copy(cell.text):
            special.add((row, column))
        name = read_column_id(cell.text) if cell.kind is CellKind.TEXT else None
        if name is None:
            continue
        special.add((row, column))
        if name.startswith(EXPORT_STAMP):
            stamps.add(name.removeprefix(EXPORT_STAMP))
        elif not name.startswith(REPLY_MARK) and column not in ids.setdefault(name, []):
            ids[name].append(column)
    rows = tuple(_rows(sheet, special))
    columns = {name: tuple(sorted(found)) for name, found in ids.items()}
    if FLAT_MARK in columns:
        heads = {row for row, column in special if column in columns[FLAT_MARK]}
        columns["text"] = _headed(sheet, heads)
        return KeyedSheet(sheet, columns, rows, frozenset(stamps))
    lost = {name: found for name, found in _by_heading(sheet).items() if name not in columns}
    if not (any(columns.get(name) for name in ROLE_HEADINGS) or any(row.keys for row in rows) or "none" in lost):
        return KeyedSheet(sheet, columns, rows, frozenset(stamps))
    certain = not any(name in lost for name in ROLE_HEADINGS)
    return KeyedSheet(sheet, {**lost, **columns}, rows, frozenset(stamps), certain)


def reply_rows(sheet: Sheet) -> Iterator[tuple[str, int, tuple[tuple[int, Cell], ...]]]:
    """Yield the rows marked as reply cells: name, row, and the other cells of the row from left to right."""
    for (row, column), cell in sheet.cells.items():
        name = read_column_id(cell.text) if cell.kind is CellKind.TEXT else None
        if name and name.startswith(REPLY_MARK):
            others = sorted((place[1], other) for place, other in _row_cells(sheet, row) if place[1] != column)
            yield name.removeprefix(REPLY_MARK), row, tuple(others)


def _row_cells(sheet: Sheet, row: int) -> Iterator[tuple[Place, Cell]]:
    return ((place, cell) for place, cell in sheet.cells.items() if place[0] == row)


def _rows(sheet: Sheet, special: set[Place]) -> Iterator[KeyedRow]:
    """Yield the rows that say anything beside ids, from the top."""
    by_row: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sheet.cells.items():
        if (row, column) not in special:
            by_row.setdefault(row, {})[column] = cell
    for number, cells in sorted(by_row.items()):
        keys: list[FoundKey] = []
        rest: dict[int, Cell] = {}
        for column, cell in cells.items():
            if looks_like_key(cell.text):
                keys += (FoundKey(text, read_key(text)) for text in split_keys(cell.text))
            else:
                rest[column] = cell
        # A copied key column says the same twice.
        yield KeyedRow(number, tuple(dict.fromkeys(keys)), rest)


def _headed(sheet: Sheet, rows: set[int]) -> tuple[int, ...]:
    places = (place for place, cell in sheet.cells.items() if place[0] in rows and cell.text.strip() == FLAT_HEADING)
    return tuple(sorted(column for _, column in places))


_BY_HEADING = {
    **{heading: name for names in (ROLE_HEADINGS, READ_HEADINGS) for name, heading in names.items()},
    FLAT_HEADING: "text",
}


def _by_heading(sheet: Sheet) -> dict[str, tuple[int, ...]]:
    """Return the columns by what stands over them, in the row that holds most headings."""
    rows: dict[int, dict[str, list[int]]] = {}
    for (row, column), cell in sheet.cells.items():
        name = _BY_HEADING.get(cell.text.strip())
        if name:
            rows.setdefault(row, {}).setdefault(name, []).append(column)
    found = max(rows.values(), key=len, default={})
    whole = all(name in found for name in REFERENCE_ROLES)
    return {name: tuple(sorted(at)) for name, at in found.items() if whole or name in ROLE_HEADINGS}
