"""Who signed its part of a year off (確定): what the year's report prints of its slots is locked.

A slot several departments share is locked as soon as one of them is 確定: what it signed must not change unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Actor, Lines, Plan

#: What a state note says, and the fields it stands in.
SIGNED = "確定"
STATE_FIELDS = ("state", "council_state")


@dataclass(frozen=True, slots=True)
class SlotOwner:
    """Somebody who owes a slot: a department, or (``id`` empty) the council itself."""

    id: str
    name: str


def slot_owners(plan: Plan) -> dict[str, tuple[SlotOwner, ...]]:
    """Return who owes every slot, by its id; nobody where a city slot is 未割当."""
    council = (SlotOwner("", Actor.COUNCIL.label),)
    return {
        slot.id: tuple(SlotOwner(item.id, item.name) for item in slot.departments)
        or (council if part.actor is Actor.COUNCIL else ())
        for _, _, activity in plan.walk()
        for part in activity.parts
        for slot in part.slots
    }


def state_key_of(plan_id: str, owner_id: str, year: int) -> FieldKey:
    """Return the key of what is said of an owner's work on a year; ``owner_id`` empty is the council."""
    if owner_id:
        return FieldKey(Owner.DEPARTMENT, owner_id, "state", None, year)
    return FieldKey(Owner.PLAN, plan_id, "council_state", None, year)


#: Ids of the owners slots are given, by the slot's id; the empty id is the council.
Handed = Mapping[str, tuple[str, ...]]


def handed_over(changes: Iterable[Change]) -> dict[str, tuple[str, ...]]:
    """Return to whom ``changes`` give slots: a department is locked in a slot it gets as in those it has."""
    found: dict[str, tuple[str, ...]] = {}
    for change in changes:
        key = change.key
        if not isinstance(change.after, tuple):
            continue
        if (key.owner, key.name) == (Owner.SLOT, "departments"):
            found[key.owner_id] = tuple(str(item) for item in change.after)
        elif (key.owner, key.name, key.actor) == (Owner.ACTOR, "slots", Actor.COUNCIL):
            before = change.before if isinstance(change.before, tuple) else ()
            found |= {str(item): ("",) for item in change.after if item not in before}
    return found


@dataclass(frozen=True, slots=True)
class SignOffs:
    """What everybody said of its work, as the file says it now."""

    plan_id: str
    owners: Mapping[str, tuple[SlotOwner, ...]]
    said: Mapping[FieldKey, Lines]

    def handing(self, handed: Handed, names: Mapping[str, str]) -> SignOffs:
        """Return this with new owners beside those that slots have; ``names`` of departments by id."""
        spoken = {"": Actor.COUNCIL.label, **names}
        owners = {
            slot_id: (
                *self.owners.get(slot_id, ()),
                *(SlotOwner(owner_id, spoken.get(owner_id, "")) for owner_id in owner_ids),
            )
            for slot_id, owner_ids in handed.items()
        }
        return replace(self, owners={**self.owners, **owners})

    def keys(self, slot_id: str, year: int) -> dict[FieldKey, str]:
        """Return the keys of what the owners of a slot said of a year, with their names."""
        return {state_key_of(self.plan_id, item.id, year): item.name for item in self.owners.get(slot_id, ())}

    def signed(self, slot_id: str) -> list[tuple[str, int]]:
        """Return who signed something of a slot off, with the year."""
        names = {item.id: item.name for item in self.owners.get(slot_id, ())}
        return [
            (names[owner_id], key.year)
            for key, lines in self.said.items()
            if SIGNED in lines
            and key.year is not None
            and (owner_id := key.owner_id if key.owner is Owner.DEPARTMENT else "") in names
        ]

    def by(self, slot_id: str, year: int) -> str:
        """Return who signed a slot off for the report of ``year``, empty where nobody did."""
        return next((name for key, name in self.keys(slot_id, year).items() if SIGNED in self.said.get(key, ())), "")
