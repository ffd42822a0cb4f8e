"""Which stored value a cell of the official workbook shows."""

from __future__ import annotations

from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Activity
from welfare_desktop.domain.official_form import COLUMNS, Cell, CellKind, Column

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
