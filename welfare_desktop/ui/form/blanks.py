"""Finding the next field that is still blank or a draft, in the order in which a person fills them."""

from __future__ import annotations

from collections.abc import Iterator

from welfare_desktop.domain.completeness import owners_of, slot_fields
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Activity, EntryState


def fields_in_state(activity: Activity, year: int, department: str | None, state: EntryState) -> Iterator[FieldKey]:
    """Yield the fields of ``activity`` the report of ``year`` asks for that are in ``state``, in form order.

    ``department`` restricts to the slots it owes; None means all.
    """
    for part in activity.parts:
        for slot in part.slots:
            if department is None or department in owners_of(part, slot):
                for item in slot_fields(slot, year):
                    if item.state is state:
                        yield FieldKey(Owner.SLOT, slot.id, item.field, None, item.year)


def all_fields(activity: Activity, year: int, department: str | None = None) -> list[FieldKey]:
    """Return every field the report of ``year`` asks for, in form order; ``department`` as above."""
    return [
        FieldKey(Owner.SLOT, slot.id, item.field, None, item.year)
        for part in activity.parts
        for slot in part.slots
        if department is None or department in owners_of(part, slot)
        for item in slot_fields(slot, year)
    ]
