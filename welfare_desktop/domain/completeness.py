"""How far a year's entries are filled: per slot, activity, goal and department.

What a report for fiscal year Y asks of a slot (``domain.md``: it prints status@Y, planned@Y+1, the indicators and
results@Y) is what counts here: 実施状況 of Y and 実施予定 of Y+1 always, 実績 of Y only where the slot has indicators to
answer.  Draft entries are not filled yet; 「—」 is (what is empty is meant to be empty).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .model import Activity, ActivityGoal, Actor, ActorPart, BasicGoal, EntryState, Plan, Slot, in_use, state_of

#: Stands for "no department" (未割当) where departments are counted.
UNASSIGNED = "未割当"


class WorkState(StrEnum):
    """How far the work on a year is (未着手 → 記入中 → 完了 → 確定)."""

    NOTHING_ASKED = "nothing_asked"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The Japanese word shown beside the mark."""
        return {
            "nothing_asked": "該当なし",
            "not_started": "未着手",
            "in_progress": "記入中",
            "complete": "完了",
            "closed": "確定",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Fill:
    """Counts of fields a report asks for: ``expected`` = ``entered`` + ``draft`` + ``blank``.

    ``entered`` fields need nothing more: they hold text, or were left empty on purpose (「—」); the latter are also
    counted in ``none``.  Fills add up; ``Fill()`` is the sum of nothing.
    """

    expected: int = 0
    entered: int = 0
    draft: int = 0
    blank: int = 0
    none: int = 0

    def __add__(self, other: Fill) -> Fill:
        return Fill(
            self.expected + other.expected,
            self.entered + other.entered,
            self.draft + other.draft,
            self.blank + other.blank,
            self.none + other.none,
        )

    @property
    def percent(self) -> int:
        """Entered fields in percent, rounded down so that 100 means all; 100 where nothing is asked."""
        return self.entered * 100 // self.expected if self.expected else 100

    @property
    def state(self) -> WorkState:
        """How far the work is, as long as nobody closed the year."""
        if not self.expected:
            return WorkState.NOTHING_ASKED
        if self.entered == self.expected:
            return WorkState.COMPLETE
        return WorkState.NOT_STARTED if self.blank == self.expected else WorkState.IN_PROGRESS

    @property
    def state_word(self) -> str:
        """The Japanese word for :attr:`state`."""
        return self.state.label

    def state_when(self, closed: bool) -> WorkState:
        """How far the work is in a year that is ``closed`` (確定) or not."""
        return WorkState.CLOSED if closed and self.expected else self.state


@dataclass(frozen=True, slots=True)
class FieldState:
    """One field a report asks for: ``field`` is its name (status, planned, results), ``year`` its own fiscal year."""

    field: str
    year: int
    state: EntryState


def slot_fields(slot: Slot, year: int) -> tuple[FieldState, ...]:
    """Return the fields the report of ``year`` asks of ``slot``, in print order; none for a retired slot."""
    if not in_use(slot, year):
        return ()
    status, planned = slot.status.get(year), slot.planned.get(year + 1)
    fields = [
        FieldState("status", year, status.state if status else EntryState.BLANK),
        FieldState("planned", year + 1, planned.state if planned else EntryState.BLANK),
    ]
    if slot.indicators:
        lines = tuple(result.text for result in slot.results.get(year, ()))
        fields.append(FieldState("results", year, state_of(lines)))
    return tuple(fields)


def fill_of_slot(slot: Slot, year: int) -> Fill:
    """Return how far one slot is filled for ``year``."""
    states = [item.state for item in slot_fields(slot, year)]
    return Fill(
        expected=len(states),
        entered=states.count(EntryState.ENTERED) + states.count(EntryState.NONE),
        draft=states.count(EntryState.DRAFT),
        blank=states.count(EntryState.BLANK),
        none=states.count(EntryState.NONE),
    )


def owners_of(part: ActorPart, slot: Slot) -> tuple[str, ...]:
    """Return who owes the slot: its departments; the council itself, or 未割当 for the city, where there are none."""
    if slot.departments:
        return slot.department_names
    return (part.actor.label,) if part.actor is Actor.COUNCIL else (UNASSIGNED,)


def fill_of_part(part: ActorPart, year: int, department: str | None = None) -> Fill:
    """Return how far one actor's slots are filled; ``department`` as in :func:`fill_of`."""
    wanted = (slot for slot in part.slots if department is None or department in owners_of(part, slot))
    return total(fill_of_slot(slot, year) for slot in wanted)


def fill_of(activity: Activity, year: int, department: str | None = None) -> Fill:
    """Return how far ``activity`` is filled for the report of ``year``.

    ``department`` None counts every slot once; a name counts the slots that department owes, a shared slot in full
    for each of its departments; :data:`UNASSIGNED` and 市社会福祉協議会 count slots without a department.
    """
    if not in_use(activity, year):
        return Fill()
    return fill_of_part(activity.council, year, department) + fill_of_part(activity.city, year, department)


def fill_of_goal(goal: BasicGoal | ActivityGoal, year: int, department: str | None = None) -> Fill:
    """Return how far everything below ``goal`` is filled; ``department`` as in :func:`fill_of`."""
    if not in_use(goal, year):
        return Fill()
    if isinstance(goal, BasicGoal):
        return total(fill_of_goal(below, year, department) for below in goal.activity_goals)
    return total(fill_of(activity, year, department) for activity in goal.activities)


def fill_of_plan(plan: Plan, year: int, department: str | None = None) -> Fill:
    """Return how far the whole plan is filled; ``department`` as in :func:`fill_of`."""
    return total(fill_of_goal(goal, year, department) for goal in plan.basic_goals)


def total(fills: Iterable[Fill]) -> Fill:
    """Add fills up."""
    return sum(fills, start=Fill())


def fill_matrix(plan: Plan, year: int) -> Mapping[str, Mapping[tuple[int, int], Fill]]:
    """Return department × activity goal: name → (basic goal number, activity goal number) → fill.

    Rows stand in the order 市社会福祉協議会, the plan's departments, 未割当; rows and cells that owe nothing are left
    out.  A shared slot counts for each of its departments, so the rows add up to more than the plan.
    """
    order = [Actor.COUNCIL.label, *(department.name for department in plan.departments), UNASSIGNED]
    rows: dict[str, dict[tuple[int, int], Fill]] = {name: {} for name in order}
    for basic_goal, goal, activity in plan.walk():
        if not all(in_use(item, year) for item in (basic_goal, goal, activity)):
            continue
        cell = (basic_goal.number, goal.number)
        for part in activity.parts:
            for slot in part.slots:
                fill = fill_of_slot(slot, year)
                for name in dict.fromkeys(owners_of(part, slot)) if fill.expected else ():
                    row = rows.setdefault(name, {})
                    row[cell] = row.get(cell, Fill()) + fill
    return {name: row for name, row in rows.items() if row}
