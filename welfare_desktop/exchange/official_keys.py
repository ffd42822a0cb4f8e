"""Which stored value a cell of the official workbook shows, and which row of which activity a row is.

The row marks travel in a hidden column of their own, with or without keys: they tell a further slot from a row that
goes on, which a person sees by the merged cells.  They are a hint; what the cells themselves say comes first.
"""

from __future__ import annotations

import re

from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Activity
from welfare_desktop.domain.official_form import COLUMNS, ActivityKey, Cell, CellKind, Column

from .keys import Value


def column_name(column: Column) -> str:
    """Return a column's name in hidden keys and ids: ``title``, ``council.status``, ``city.departments`` …"""
    return f"{column.actor.value}.{column.field}" if column.actor else column.field


def key_and_value(activity: Activity, cell: Cell) -> tuple[FieldKey, Value] | None:
    """Return the stored value's name and canonical content; None where nothing stored stands behind the cell.

    That is so for an actor without any slot, and for a plan that was just read and has no identifiers yet.
    """
    column = COLUMNS[cell.column]
    if not activity.id:
        return None
    if column.actor is None:
        value: Value = activity.title if cell.kind is CellKind.TITLE else cell.lines
        return FieldKey(Owner.ACTIVITY, activity.id, column.field), value
    if column.field == "initiatives":
        return FieldKey(Owner.ACTOR, activity.id, column.field, column.actor), cell.lines
    slots = activity.part(column.actor).slots
    number = cell.address.slot or 1
    if number > len(slots) or not slots[number - 1].id:
        return None
    return FieldKey(Owner.SLOT, slots[number - 1].id, column.field, None, cell.address.year), cell.lines


_ROW_MARK = re.compile(r"row (\d{1,4})-(\d{1,4})-(\d{1,4})/(\d{1,4})")


def row_mark(key: ActivityKey, row: int) -> str:
    """Return the mark of the row-th (from 0) row of an activity; rows that go on carry the same one again."""
    return "row {}-{}-{}/{}".format(*key, row + 1)


def read_row_mark(text: str) -> tuple[ActivityKey, int] | None:
    """Read back :func:`row_mark`; None when it is none."""
    match = _ROW_MARK.fullmatch(text.strip())
    if match is None:
        return None
    return (int(match[1]), int(match[2]), int(match[3])), int(match[4]) - 1
