"""How far a year is, for the whole plan or one goal of it: 担当課 × 目標, and what became of the targets.

:func:`facts_of` reads what a report asks and got once, activity by activity; :func:`overview` adds it up for what is
chosen.  Window, paper and ``status`` show these figures and count nothing themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .completeness import UNASSIGNED, Fill, fill_of_slot, owners_of, total
from .model import Activity, Actor, ActorPart, EntryState, Judgement, Lines, Plan, in_use
from .progress import Progress
from .summarising import targets_in
from .text import circled

#: What became of targets, in the order in which bars and legends show it.
BAR_ORDER = (
    Judgement.ACHIEVED,
    Judgement.MISSED,
    Judgement.UNDER_WAY,
    Judgement.UNIT_MISMATCH,
    Judgement.UNDECIDED,
    Judgement.NO_RESULT,
    Judgement.QUALITATIVE,
)


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """Who owes a slot in use, and how far it is."""

    slot_id: str
    owners: Lines
    fill: Fill


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """One judged target: who owes it, in which slot it stands, which line (from 0) of that slot's indicators."""

    judgement: Judgement
    owners: Lines
    slot_id: str
    line: int


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """What an activity is asked and gave; ``numbers`` are those of basic goal, activity goal and activity."""

    id: str
    goal_id: str
    basic_id: str
    numbers: tuple[int, int, int]
    title: str
    slots: tuple[SlotFacts, ...]
    targets: tuple[TargetFacts, ...]

    def fill(self, owner: str | None = None) -> Fill:
        """Return how far it is: every slot once (None), or what one owner owes."""
        return total(slot.fill for slot in self.slots if owner is None or owner in slot.owners)


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """A basic goal or (with ``basic_id``) an activity goal in use; ``label`` is its number as shown (``2``, ``2-4``)."""

    id: str
    label: str
    title: str
    basic_id: str = ""


@dataclass(frozen=True, slots=True)
class YearFacts:
    """Everything :func:`overview` adds up for one fiscal year.

    ``owners`` lists everybody who may owe something, in the order of the rows; ``current`` maps an owner's name in
    that year to the present one where a department was renamed since.
    """

    year: int
    plan_title: str
    vision: str
    owners: Lines
    basic_goals: tuple[GoalFacts, ...]
    goals: tuple[GoalFacts, ...]
    activities: tuple[ActivityFacts, ...]
    current: Mapping[str, str] = field(default_factory=dict)


class Level(StrEnum):
    """What is chosen."""

    PLAN = "plan"
    BASIC_GOAL = "basic_goal"
    ACTIVITY_GOAL = "activity_goal"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the matrix: an activity goal, or an activity below the activity goal chosen."""

    id: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """What one owner owes; ``fills`` has one for every column, ``Fill()`` where nothing is asked."""

    name: str
    fills: tuple[Fill, ...]

    @property
    def fill(self) -> Fill:
        """All of the row."""
        return total(self.fills)


@dataclass(frozen=True, slots=True)
class TargetBar:
    """The judged targets of one column, in print order."""

    column: Column
    targets: tuple[TargetFacts, ...]

    @property
    def counts(self) -> Mapping[Judgement, int]:
        """How many targets were judged how, without those that are none."""
        return _counted(self.targets)

    def first(self, judgement: Judgement) -> TargetFacts | None:
        """Return the first target judged so."""
        return next((item for item in self.targets if item.judgement is judgement), None)


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures below what is chosen.

    ``label`` and ``title`` name it (``基本目標2``, its title; for the whole plan ``計画全体`` and the plan's title).
    ``sums`` add the rows up, so that a slot several departments share counts for each; ``fill`` counts it once.
    ``department`` is the only owner counted, or None.
    """

    level: Level
    label: str
    title: str
    vision: str
    year: int
    department: str | None
    columns: tuple[Column, ...]
    rows: tuple[OwnerRow, ...]
    sums: tuple[Fill, ...]
    fill: Fill
    bars: tuple[TargetBar, ...]
    activities: tuple[ActivityFacts, ...]

    @property
    def sum(self) -> Fill:
        """All rows together."""
        return total(self.sums)

    @property
    def judged(self) -> Mapping[Judgement, int]:
        """How many targets were judged how, over all bars."""
        return _counted(item for bar in self.bars for item in bar.targets)

    @property
    def shared(self) -> bool:
        """Whether some slot counts for several rows."""
        return self.sum != self.fill

    @property
    def heading(self) -> str:
        """Label and title in one line."""
        return f"{self.label}　{self.title}"


def _counted(targets: Iterable[TargetFacts]) -> Mapping[Judgement, int]:
    counts = Counter(item.judgement for item in targets)
    return {judgement: counts[judgement] for judgement in BAR_ORDER if counts[judgement]}


# --- reading ------------------------------------------------------------------------------------------------------


def facts_of(plan: Plan, year: int, progress: Progress | None = None) -> YearFacts:
    """Read everything the report of fiscal ``year`` asks and got; ``plan`` holds the entries of every year.

    Targets look back to earlier years.  Raises Cancelled when ``progress`` says so.
    """
    plan_years = (plan.first_year, plan.last_year)
    activities = []
    for basic, goal, activity in plan.walk():
        if progress is not None:
            progress.step(0, 1, activity.title)
        if all(in_use(item, year) for item in (basic, goal, activity)):
            numbers = (basic.number, goal.number, activity.number)
            activities.append(_facts(activity, goal.id, basic.id, numbers, year, plan_years))
    basics = tuple(item for item in plan.basic_goals if in_use(item, year))
    return YearFacts(
        year,
        plan.title,
        plan.vision,
        (Actor.COUNCIL.label, *(department.name for department in plan.departments), UNASSIGNED),
        tuple(GoalFacts(item.id, str(item.number), item.title) for item in basics),
        tuple(
            GoalFacts(goal.id, f"{basic.number}-{goal.number}", goal.title, basic.id)
            for basic in basics
            for goal in basic.activity_goals
            if in_use(goal, year)
        ),
        tuple(activities),
        {department.name_in(year): department.name for department in plan.departments},
    )


def _facts(
    activity: Activity,
    goal_id: str,
    basic_id: str,
    numbers: tuple[int, int, int],
    year: int,
    plan_years: tuple[int, int],
) -> ActivityFacts:
    slots = tuple(item for part in activity.parts for item in _slots(part, year))
    targets = []
    for found in targets_in(numbers[:2], activity, year, plan_years):
        slot, line = found.place_of_indicator
        owners = tuple(dict.fromkeys(owners_of(found.part, slot)))
        targets.append(TargetFacts(found.judged.judgement, owners, slot.id, line))
    return ActivityFacts(activity.id, goal_id, basic_id, numbers, activity.title, slots, tuple(targets))


def _slots(part: ActorPart, year: int) -> Iterable[SlotFacts]:
    for slot in part.slots:
        fill = fill_of_slot(slot, year)
        if fill.expected:
            yield SlotFacts(slot.id, tuple(dict.fromkeys(owners_of(part, slot))), fill)


def renewed(facts: YearFacts, activities: Mapping[str, Activity], plan_years: tuple[int, int]) -> YearFacts:
    """Return ``facts`` with these activities (by id, with the entries of every year) read again.

    Only what is written in them may have changed: after a change of the structure everything is read anew.
    """
    fresh = tuple(
        _facts(activities[item.id], item.goal_id, item.basic_id, item.numbers, facts.year, plan_years)
        if item.id in activities
        else item
        for item in facts.activities
    )
    return replace(facts, activities=fresh)


# --- adding up ----------------------------------------------------------------------------------------------------


def overview(facts: YearFacts, goal_id: str = "", department: str | None = None) -> Overview:
    """Add ``facts`` up below the basic or activity goal ``goal_id`` (empty: the whole plan).

    ``department`` counts only what that owner owes.  A goal that is not in use in that year has nothing below it.
    """
    level, label, title = _named(facts, goal_id)
    activities = tuple(item for item in facts.activities if goal_id in ("", item.goal_id, item.basic_id))
    if department is not None:
        activities = tuple(item for item in activities if item.fill(department).expected)
    columns, column_of = _columns(facts, level, goal_id, activities)
    rows = _rows(facts.owners if department is None else (department,), columns, column_of, activities)
    sums = tuple(total(row.fills[place] for row in rows) for place in range(len(columns)))
    below: dict[str, list[TargetFacts]] = {column.id: [] for column in columns}
    for item in activities:
        wanted = (target for target in item.targets if department is None or department in target.owners)
        below[column_of[item.id]].extend(wanted)
    return Overview(
        level,
        label,
        title,
        facts.vision,
        facts.year,
        department,
        columns,
        rows,
        sums,
        total(item.fill(department) for item in activities),
        tuple(TargetBar(column, tuple(below[column.id])) for column in columns),
        activities,
    )


def _named(facts: YearFacts, goal_id: str) -> tuple[Level, str, str]:
    if not goal_id:
        return Level.PLAN, "計画全体", facts.plan_title
    for level, word, goals in (
        (Level.BASIC_GOAL, "基本目標", facts.basic_goals),
        (Level.ACTIVITY_GOAL, "活動目標", facts.goals),
    ):
        for item in goals:
            if item.id == goal_id:
                return level, f"{word}{item.label}", item.title
    return Level.ACTIVITY_GOAL, "この年度にない目標", ""


def _columns(
    facts: YearFacts, level: Level, goal_id: str, activities: tuple[ActivityFacts, ...]
) -> tuple[tuple[Column, ...], Mapping[str, str]]:
    """Return the columns and, by activity, the id of the column it counts in."""
    if level is Level.ACTIVITY_GOAL:
        columns = tuple(
            Column(item.id, f"{item.numbers[0]}-{item.numbers[1]}{circled(item.numbers[2])}", item.title)
            for item in activities
        )
        return columns, {item.id: item.id for item in activities}
    goals = (goal for goal in facts.goals if level is Level.PLAN or goal.basic_id == goal_id)
    columns = tuple(Column(goal.id, goal.label, goal.title) for goal in goals)
    return columns, {item.id: item.goal_id for item in activities}


def _rows(
    owners: Lines, columns: tuple[Column, ...], column_of: Mapping[str, str], activities: tuple[ActivityFacts, ...]
) -> tuple[OwnerRow, ...]:
    """Return the rows of those who owe anything."""
    cells: dict[str, dict[str, Fill]] = {name: {} for name in owners}
    for item in activities:
        column = column_of[item.id]
        for slot in item.slots:
            for name in slot.owners:
                row = cells.get(name)
                if row is not None:
                    row[column] = row.get(column, Fill()) + slot.fill
    return tuple(
        OwnerRow(name, tuple(row.get(column.id, Fill()) for column in columns)) for name, row in cells.items() if row
    )


# --- finding ------------------------------------------------------------------------------------------------------


def where_to_go(view: Overview, owner: str | None, column_id: str | None) -> tuple[str, EntryState | None] | None:
    """Return the activity to go to from a cell, and the state of the field wanted there (None: its first).

    The first blank of ``owner`` (None: anybody's) in the column (None: any), else the first draft, else the first
    field at all; None where nothing is asked.
    """
    here = [
        (item, slot.fill)
        for item in view.activities
        if column_id is None or column_id in (item.id, item.goal_id)
        for slot in item.slots
        if owner is None or owner in slot.owners
    ]
    for state, count in ((EntryState.BLANK, "blank"), (EntryState.DRAFT, "draft")):
        found = next((item for item, fill in here if getattr(fill, count)), None)
        if found is not None:
            return found.id, state
    return (here[0][0].id, None) if here else None
