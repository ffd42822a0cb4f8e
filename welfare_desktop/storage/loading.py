"""Rows to the domain tree: the structure alone, the whole plan, or one activity, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    JudgementOverride,
    Lines,
    Plan,
    Result,
    Slot,
    Target,
)

from .rows import (
    OVERRIDE_COLUMNS,
    RESULT_COLUMNS,
    TARGET_COLUMNS,
    override_from_row,
    result_from_row,
    split_lines,
    target_from_row,
)
from .sql import fetch

#: One row of the tree: (id, parent id, number, title, retired_from, reported_from).
OutlineRow = tuple[str, str, int, str, int | None, int | None]
#: Each level of the tree with the column that names the level above.
_LEVELS = (("basic_goal", "plan_id"), ("activity_goal", "basic_goal_id"), ("activity", "activity_goal_id"))
#: Restricts a query on the parts of slots to the slots of one activity.
_OF_ACTIVITY = "slot_id IN (SELECT id FROM slot WHERE activity_id = ?)"


def load_plan(db: Database, years: Collection[int] | None = None) -> Plan:
    """Return the plan with the entries of ``years`` (None: of every year; empty: structure and indicators only)."""
    loader = _Loader(db, years, None)
    activities = loader.activities()
    goals: dict[str, list[ActivityGoal]] = defaultdict(list)
    for goal_id, parent, number, title, *lasting in _level(db, 1):
        goals[parent].append(ActivityGoal(number, title, tuple(activities[goal_id]), goal_id, *lasting))
    basic = tuple(
        BasicGoal(number, title, tuple(goals[basic_id]), basic_id, *lasting)
        for basic_id, _, number, title, *lasting in _level(db, 0)
    )
    dataset_id = fetch(db, "SELECT dataset_id FROM store")[0][0]
    plans = fetch(db, "SELECT id, title, vision, first_year, last_year FROM plan")
    if not plans:
        return Plan("", "", 0, 0, dataset_id=dataset_id)
    plan_id, title, vision, first_year, last_year = plans[0]
    order = fetch(db, "SELECT id FROM department WHERE position IS NOT NULL ORDER BY position")
    departments = tuple(loader.departments[department_id] for (department_id,) in order)
    return Plan(title, vision, first_year, last_year, departments, basic, plan_id, dataset_id)


def load_activity(db: Database, activity_id: str) -> Activity | None:
    """Return one activity with every year's entries, or None when it is not in the structure."""
    found = _Loader(db, None, activity_id).activities()
    return next((activity for group in found.values() for activity in group), None)


def load_outline(db: Database) -> list[list[OutlineRow]]:
    """Return the three levels as plain rows (id, parent id, number, title, retired_from, reported_from) in print order.

    Lean on purpose: a tree over 100,000 activities is shown from these.
    """
    return [_level(db, level) for level in range(len(_LEVELS))]


def entry_years(db: Database) -> list[int]:
    """Return every fiscal year any slot has a status, planned work or a result of, ascending."""
    rows = fetch(db, "SELECT year FROM slot_entry UNION SELECT year FROM result ORDER BY year")
    return [year for (year,) in rows]


def reported_years(db: Database) -> list[int]:
    """Return every fiscal year any slot has a status or a result of, ascending."""
    statement = "SELECT year FROM slot_entry WHERE field = 'status' UNION SELECT year FROM result ORDER BY year"
    return [year for (year,) in fetch(db, statement)]


def _level(db: Database, level: int) -> list[OutlineRow]:
    table, parent = _LEVELS[level]
    columns = f"id, {parent}, number, title, retired_from, reported_from"
    return fetch(db, f"SELECT {columns} FROM {table} WHERE position IS NOT NULL ORDER BY {parent}, position")


@dataclass
class _SlotParts:
    """What one slot is gathered from."""

    departments: list[Department] = field(default_factory=list)
    status: dict[int, Entry] = field(default_factory=dict)
    planned: dict[int, Entry] = field(default_factory=dict)
    indicators: list[Indicator] = field(default_factory=list)
    results: dict[int, list[Result]] = field(default_factory=dict)
    overrides: dict[int, list[JudgementOverride]] = field(default_factory=dict)


class _Loader:
    """Gathers activities; ``activity_id`` None means all of them."""

    def __init__(self, db: Database, years: Collection[int] | None, activity_id: str | None) -> None:
        self.db = db
        self.years = years
        self.activity_id = activity_id
        self.departments = self._departments()
        self._slots: dict[str, _SlotParts] = defaultdict(_SlotParts)

    def _departments(self) -> dict[str, Department]:
        former: dict[str, list[tuple[str, int]]] = defaultdict(list)
        rows = fetch(self.db, "SELECT department_id, name, last_year FROM department_former ORDER BY position")
        for department, name, last_year in rows:
            former[department].append((name, last_year))
        return {
            row_id: Department(name, row_id, tuple(former[row_id]))
            for row_id, name in fetch(self.db, "SELECT id, name FROM department")
        }

    def _fetch(self, columns: str, table: str, order: str, *, where: str = "", yearly: bool = False) -> Any:
        """Fetch rows of slots' parts: of the wanted activity, and of the wanted years where rows are ``yearly``."""
        conditions = [where] if where else []
        parameters: list[object] = []
        if self.activity_id is not None:
            conditions.append(_OF_ACTIVITY)
            parameters.append(self.activity_id)
        if yearly and self.years is not None:
            conditions.append(f"year IN ({', '.join('?' * len(self.years))})")
            parameters += self.years
        condition = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return fetch(self.db, f"SELECT {columns} FROM {table}{condition} ORDER BY {order}", parameters)

    def _gather(self) -> None:
        for slot, department in self._fetch("slot_id, department_id", "slot_department", "slot_id, position"):
            self._slots[slot].departments.append(self.departments[department])
        columns = "slot_id, field, year, text, draft"
        for slot, name, year, text, draft in self._fetch(columns, "slot_entry", "year", yearly=True):
            parts = self._slots[slot]
            entries = parts.status if name == "status" else parts.planned
            entries[year] = Entry(split_lines(text), bool(draft))
        self._gather_indicators()
        self._gather_results()

    def _gather_indicators(self) -> None:
        targets: dict[str, list[Target]] = defaultdict(list)
        condition, parameters = self._only_in(f"indicator_id IN (SELECT id FROM indicator WHERE {_OF_ACTIVITY})")
        statement = f"SELECT indicator_id, {TARGET_COLUMNS} FROM target{condition} ORDER BY indicator_id, position"
        for indicator, *columns in fetch(self.db, statement, parameters):
            targets[indicator].append(target_from_row(columns))
        rows = self._fetch(
            "slot_id, id, text, corrected", "indicator", "slot_id, position", where="position IS NOT NULL"
        )
        for slot, row_id, text, corrected in rows:
            own = tuple(targets[row_id]) if corrected else None
            self._slots[slot].indicators.append(Indicator(text, row_id, own))

    def _gather_results(self) -> None:
        rows = self._fetch(f"slot_id, year, {RESULT_COLUMNS}", "result", "year, position", yearly=True)
        for slot, year, *columns in rows:
            self._slots[slot].results.setdefault(year, []).append(result_from_row(columns))
        rows = self._fetch(f"slot_id, year, {OVERRIDE_COLUMNS}", "judgement", "year, position", yearly=True)
        for slot, year, *columns in rows:
            self._slots[slot].overrides.setdefault(year, []).append(override_from_row(columns))

    def _texts(self) -> dict[tuple[str, str, str], Lines]:
        condition, parameters = self._only_in("activity_id = ?")
        rows = fetch(self.db, f"SELECT activity_id, actor, field, text FROM activity_text{condition}", parameters)
        return {(activity, actor, name): split_lines(text) for activity, actor, name, text in rows}

    def _only_in(self, condition: str, always: str = "") -> tuple[str, tuple[str, ...]]:
        """Return a WHERE clause of ``always`` and, where one activity is wanted, ``condition`` with its parameter."""
        conditions = [part for part in (always, condition if self.activity_id is not None else "") if part]
        clause = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return clause, () if self.activity_id is None else (self.activity_id,)

    def _slots_by_part(self) -> dict[tuple[str, str], list[Slot]]:
        self._gather()
        condition, parameters = self._only_in("activity_id = ?", "position IS NOT NULL")
        order = "ORDER BY activity_id, actor, position"
        rows = fetch(
            self.db,
            f"SELECT id, activity_id, actor, retired_from, reported_from FROM slot{condition} {order}",
            parameters,
        )
        found: dict[tuple[str, str], list[Slot]] = defaultdict(list)
        for slot_id, activity, actor, retired, reported in rows:
            parts = self._slots[slot_id]
            found[(activity, actor)].append(
                Slot(
                    tuple(parts.departments),
                    parts.status,
                    parts.planned,
                    tuple(parts.indicators),
                    {year: tuple(items) for year, items in parts.results.items()},
                    {year: tuple(items) for year, items in parts.overrides.items()},
                    slot_id,
                    retired,
                    reported,
                )
            )
        return found

    def activities(self) -> dict[str, list[Activity]]:
        """Return activities in print order, grouped by the id of their activity goal."""
        texts = self._texts()
        slots = self._slots_by_part()
        condition, parameters = self._only_in("id = ?", "position IS NOT NULL")
        columns = "id, activity_goal_id, number, title, retired_from, reported_from"
        order = "ORDER BY activity_goal_id, position"
        found: dict[str, list[Activity]] = defaultdict(list)
        for row_id, parent, number, title, retired, reported in fetch(
            self.db, f"SELECT {columns} FROM activity{condition} {order}", parameters
        ):
            council, city = (
                ActorPart(
                    actor,
                    texts.get((row_id, actor.value, "initiatives"), ()),
                    tuple(slots.get((row_id, actor.value), ())),
                )
                for actor in (Actor.COUNCIL, Actor.CITY)
            )
            found[parent].append(
                Activity(
                    number,
                    title,
                    texts.get((row_id, "", "residents_role"), ()),
                    texts.get((row_id, "", "organizations_role"), ()),
                    council,
                    city,
                    row_id,
                    retired,
                    reported,
                )
            )
        return found
