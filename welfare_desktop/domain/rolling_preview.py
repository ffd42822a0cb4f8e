"""What a rollover would do, as rows to look at before the year opens: every drafted line beside the planned one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .addresses import Address
from .completeness import UNASSIGNED
from .endings import Outcome
from .model import Activity, Actor, ActorPart, Entry, Lines, Plan, Slot, in_use
from .rolling import Rollover
from .text import circled

#: The council as a list of departments calls it, where it has none of its own.
_COUNCIL = "社協"


class Handling(StrEnum):
    """What happens to a planned line."""

    TURNED = "turned"
    REVIEW = "review"
    KEPT = "kept"
    UNPLANNED = "unplanned"

    @property
    def label(self) -> str:
        """The Japanese word in the table."""
        return {"turned": "直した", "review": "要確認", "kept": "そのまま", "unplanned": "予定なし"}[self.value]

    @property
    def heading(self) -> str:
        """The Japanese words of the filter."""
        return "文末を直した" if self is Handling.TURNED else self.label


_OF_OUTCOME = {
    Outcome.TURNED: Handling.TURNED,
    Outcome.REVIEW: Handling.REVIEW,
    Outcome.KEPT: Handling.KEPT,
}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One line of the preview; ``reasons`` say why a person has to read it.

    ``activity`` is ``1-1① title``, ``owner`` who answers.  An UNPLANNED row has no lines: its slot stays blank.
    """

    activity: str
    owner: str
    planned: str
    drafted: str
    handling: Handling
    reasons: Lines = ()


@dataclass(frozen=True, slots=True)
class Carried:
    """What is simply there in a new year: counts of activities and slots in use.

    ``written`` counts slots whose 実施状況 of the year holds something already; a rollover leaves them alone.
    """

    activities: int
    slots: int
    written: int


def carried_into(plan: Plan, year: int) -> Carried:
    """Return what carries over into fiscal ``year``."""
    activities = slots = written = 0
    for activity in _activities(plan, year):
        activities += 1
        for _, slot in _slots(activity[2], year):
            slots += 1
            written += bool(slot.status.get(year, Entry()).lines)
    return Carried(activities, slots, written)


def preview_rows(plan: Plan, rollover: Rollover) -> tuple[PreviewRow, ...]:
    """Return ``rollover`` line by line in print order; slots that get no draft for want of a plan stand among them."""
    year = rollover.year
    drafts = {draft.slot_id: draft for draft in rollover.drafts}
    unplanned = {str(item.address): item.message for item in rollover.warnings if item.line is None}
    rows: list[PreviewRow] = []
    for path, numbers, activity in _activities(plan, year):
        heading = f"{path}{circled(activity.number)} {activity.title}"
        for part in activity.parts:
            for number, slot in enumerate(part.slots, start=1):
                owner = owner_words(part, slot, year)
                draft = drafts.get(slot.id)
                address = str(Address(*numbers, part.actor, number, "status", year))
                if draft is not None:
                    rows += [
                        PreviewRow(heading, owner, one.planned, one.drafted, _OF_OUTCOME[one.outcome], one.reasons)
                        for one in draft.lines
                    ]
                elif address in unplanned:
                    rows.append(PreviewRow(heading, owner, "", "", Handling.UNPLANNED, (unplanned[address],)))
    return tuple(rows)


def owner_words(part: ActorPart, slot: Slot, year: int) -> str:
    """Return who answers ``slot``, by the names of ``year``, joined by ・."""
    if slot.departments:
        return "・".join(department.name_in(year) for department in slot.departments)
    return _COUNCIL if part.actor is Actor.COUNCIL else UNASSIGNED


def _activities(plan: Plan, year: int) -> Iterator[tuple[str, tuple[int, int, int], Activity]]:
    """Yield the activities in use in ``year`` with the goal's path (``1-1``) and all three numbers."""
    for basic_goal, goal, activity in plan.walk():
        if all(in_use(level, year) for level in (basic_goal, goal, activity)):
            numbers = (basic_goal.number, goal.number, activity.number)
            yield f"{basic_goal.number}-{goal.number}", numbers, activity


def _slots(activity: Activity, year: int) -> Iterator[tuple[ActorPart, Slot]]:
    for part in activity.parts:
        for slot in part.slots:
            if in_use(slot, year):
                yield part, slot
