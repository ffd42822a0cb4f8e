"""Lists of fields for a person to work through: where each stands in words, and what of a year is blank or a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from welfare_desktop.domain.completeness import owners_of, slot_fields
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Actor, EntryState, Lines, Plan, Slot, in_use
from welfare_desktop.domain.text import circled
from welfare_desktop.domain.years import fiscal_label

from .session import Session

_ACTOR_WORDS = {Actor.COUNCIL: "社協", Actor.CITY: "市"}


@dataclass(frozen=True, slots=True)
class _SlotWords:
    activity_id: str
    actor: Actor
    owners: tuple[str, ...]
    number: int
    alone: bool


class Directory:
    """Where the fields of a plan stand, in the words of the list: ``2-2② 子育て家庭の交流の推進``, ``社協``, ``実施状況``."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._titles: dict[str, str] = {}
        self._slots: dict[str, _SlotWords] = {}
        self._goals: dict[str, str] = {}
        for basic in plan.basic_goals:
            self._goals[basic.id] = f"基本目標{basic.number} {basic.title}"
            for goal in basic.activity_goals:
                self._goals[goal.id] = f"活動目標{basic.number}-{goal.number} {goal.title}"
        for basic, goal, activity in plan.walk():
            self._titles[activity.id] = f"{basic.number}-{goal.number}{circled(activity.number)} {activity.title}"
            for part in activity.parts:
                for number, slot in enumerate(part.slots, start=1):
                    words = _SlotWords(
                        activity.id, part.actor, owners_of(part, slot), number, alone=len(part.slots) == 1
                    )
                    self._slots[slot.id] = words

    def activity_of(self, key: FieldKey) -> str:
        """Return the id of the activity ``key`` belongs to; empty above activities."""
        if key.owner in (Owner.ACTIVITY, Owner.ACTOR):
            return key.owner_id
        slot = self._slots.get(key.owner_id)
        return slot.activity_id if slot is not None else ""

    def owners(self, key: FieldKey) -> tuple[str, ...]:
        """Return who owes the slot ``key`` belongs to; nobody where it belongs to none."""
        slot = self._slots.get(key.owner_id)
        return slot.owners if slot is not None else ()

    def title(self, key: FieldKey) -> str:
        """Return number and title of the activity, or the goal, ``key`` belongs to."""
        return self._titles.get(self.activity_of(key)) or self._goals.get(key.owner_id, "計画全体")

    def whose(self, key: FieldKey) -> str:
        """Return who writes the field: 社協, departments of the city, or 市 where none is named; empty for nobody."""
        if key.actor is not None:
            return _ACTOR_WORDS[key.actor]
        slot = self._slots.get(key.owner_id)
        if slot is None:
            return ""
        if slot.actor is Actor.COUNCIL and slot.owners == (Actor.COUNCIL.label,):
            return "社協" if slot.alone else f"社協 {slot.number}"
        return "・".join(slot.owners)


def year_words(key: FieldKey) -> str:
    """Return the year of a field in words; 計画 for what belongs to no year."""
    return fiscal_label(key.year) if key.year is not None else "計画"


# --- blanks and drafts --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A field the report asks for that is blank or a draft: who owes it, and what the draft says."""

    key: FieldKey
    state: EntryState
    owners: tuple[str, ...]
    lines: Lines


def gaps(session: Session, year: int, department: str | None = None) -> tuple[Gap, ...]:
    """Return every blank field and every draft of the report of ``year``, in print order.

    ``department`` as in ``domain.completeness.fill_of``.
    """
    plan = session.plan((year, year + 1))
    found = []
    for levels in plan.walk():
        activity = levels[2]
        if not all(in_use(level, year) for level in levels):
            continue
        for part in activity.parts:
            for slot in part.slots:
                owners = owners_of(part, slot)
                if department is None or department in owners:
                    found += list(_gaps_of(slot, year, owners))
    return tuple(found)


def _gaps_of(slot: Slot, year: int, owners: tuple[str, ...]) -> Iterator[Gap]:
    for item in slot_fields(slot, year):
        if item.state in (EntryState.BLANK, EntryState.DRAFT):
            entry = slot.status.get(item.year) if item.field == "status" else slot.planned.get(item.year)
            lines = entry.lines if entry is not None and item.state is EntryState.DRAFT else ()
            yield Gap(FieldKey(Owner.SLOT, slot.id, item.field, None, item.year), item.state, owners, lines)
