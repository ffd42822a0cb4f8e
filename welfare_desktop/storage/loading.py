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
from .tables import (
    ActivityGoalRow,
    ActivityRow,
    ActivityTextRow,
    BasicGoalRow,
    DepartmentFormerRow,
    DepartmentRow,
    IndicatorRow,
    JudgementRow,
    PlanRow,
    ResultRow,
    SlotDepartmentRow,
    SlotEntryRow,
    SlotRow,
    StoreRow,
    TargetRow,
)


def load_plan(db: Database, years: Collection[int] | None = None) -> Plan:
    """Return the plan with the entries of ``years`` (None: of every year; empty: structure and indicators only)."""
    loader = _Loader(db, years, None)
    activities = loader.activities()
    goals: dict[str, list[ActivityGoal]] = defaultdict(list)
    for goal_id, parent, number, title, retired in _positioned(db, ActivityGoalRow):
        goals[parent].append(ActivityGoal(number, title, tuple(activities[goal_id]), goal_id, retired))
    basic = tuple(
        BasicGoal(number, title, tuple(goals[basic_id]), basic_id, retired)
        for basic_id, _, number, title, retired in _positioned(db, BasicGoalRow)
    )
    dataset_id = next(iter(StoreRow.select(StoreRow.dataset_id).tuples().execute(db)))[0]
    plans = list(PlanRow.select().tuples().execute(db))
    if not plans:
        return Plan("", "", 0, 0, dataset_id=dataset_id)
    plan_id, title, vision, first_year, last_year = plans[0]
    query = DepartmentRow.select(DepartmentRow.id).where(DepartmentRow.position.is_null(False))
    order = [row[0] for row in query.order_by(DepartmentRow.position).tuples().execute(db)]
    departments = tuple(loader.departments[department_id] for department_id in order)
    return Plan(title, vision, first_year, last_year, departments, basic, plan_id, dataset_id)


def load_activity(db: Database, activity_id: str) -> Activity | None:
    """Return one activity with every year's entries, or None when it is not in the structure."""
    found = _Loader(db, None, activity_id).activities()
    return next((activity for group in found.values() for activity in group), None)


def load_outline(db: Database) -> list[list[tuple[str, str, int, str, int | None]]]:
    """Return the three levels as plain rows (id, parent id, number, title, retired_from) in print order.

    Lean on purpose: a tree over 100,000 activities is shown from these.
    """
    return [list(_positioned(db, table)) for table in (BasicGoalRow, ActivityGoalRow, ActivityRow)]


def entry_years(db: Database) -> list[int]:
    """Return every fiscal year any slot has a status, planned work or a result of, ascending."""
    years = {row[0] for row in SlotEntryRow.select(SlotEntryRow.year).distinct().tuples().execute(db)}
    years |= {row[0] for row in ResultRow.select(ResultRow.year).distinct().tuples().execute(db)}
    return sorted(years)


def reported_years(db: Database) -> list[int]:
    """Return every fiscal year any slot has a status or a result of, ascending."""
    table = SlotEntryRow
    query = table.select(table.year).where(table.field == "status").distinct()
    years = {row[0] for row in query.tuples().execute(db)}
    years |= {row[0] for row in ResultRow.select(ResultRow.year).distinct().tuples().execute(db)}
    return sorted(years)


def _positioned(db: Database, table: Any) -> Any:
    query = table.select(table.id, table.parent, table.number, table.title, table.retired_from)
    return query.where(table.position.is_null(False)).order_by(table.parent, table.position).tuples().execute(db)


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
        table = DepartmentFormerRow
        query = table.select(table.department, table.name, table.last_year).order_by(table.department, table.position)
        for department, name, last_year in query.tuples().execute(self.db):
            former[department].append((name, last_year))
        rows = DepartmentRow.select(DepartmentRow.id, DepartmentRow.name).tuples().execute(self.db)
        return {row_id: Department(name, row_id, tuple(former[row_id])) for row_id, name in rows}

    def _of_activity(self, query: Any, slot_field: Any) -> Any:
        """Restrict ``query`` to the slots of the wanted activity."""
        if self.activity_id is None:
            return query
        slots = SlotRow.select(SlotRow.id).where(SlotRow.parent == self.activity_id)
        return query.where(slot_field.in_(slots))

    def _of_years(self, query: Any, year_field: Any) -> Any:
        return query if self.years is None else query.where(year_field.in_(list(self.years)))

    def _gather(self) -> None:
        links = SlotDepartmentRow
        query: Any = links.select(links.slot, links.department).order_by(links.slot, links.position)
        for slot, department in self._of_activity(query, links.slot).tuples().execute(self.db):
            self._slots[slot].departments.append(self.departments[department])
        table = SlotEntryRow
        query = table.select(table.slot, table.field, table.year, table.text, table.draft).order_by(table.year)
        query = self._of_years(self._of_activity(query, table.slot), table.year)
        for slot, name, year, text, draft in query.tuples().execute(self.db):
            parts = self._slots[slot]
            entries = parts.status if name == "status" else parts.planned
            entries[year] = Entry(split_lines(text), bool(draft))
        self._gather_indicators()
        self._gather_results()

    def _gather_indicators(self) -> None:
        targets: dict[str, list[Target]] = defaultdict(list)
        query: Any = TargetRow.select(TargetRow.indicator, *TARGET_COLUMNS)
        for indicator, *columns in query.order_by(TargetRow.indicator, TargetRow.position).tuples().execute(self.db):
            targets[indicator].append(target_from_row(tuple(columns)))
        table = IndicatorRow
        query = table.select(table.id, table.slot, table.text, table.corrected).where(table.position.is_null(False))
        query = self._of_activity(query, table.slot).order_by(table.slot, table.position)
        for row_id, slot, text, corrected in query.tuples().execute(self.db):
            own = tuple(targets[row_id]) if corrected else None
            self._slots[slot].indicators.append(Indicator(text, row_id, own))

    def _gather_results(self) -> None:
        query: Any = ResultRow.select(ResultRow.slot, ResultRow.year, *RESULT_COLUMNS)
        query = self._of_years(self._of_activity(query, ResultRow.slot), ResultRow.year)
        for slot, year, *columns in query.order_by(ResultRow.year, ResultRow.position).tuples().execute(self.db):
            self._slots[slot].results.setdefault(year, []).append(result_from_row(tuple(columns)))
        query = JudgementRow.select(JudgementRow.slot, JudgementRow.year, *OVERRIDE_COLUMNS)
        query = self._of_years(self._of_activity(query, JudgementRow.slot), JudgementRow.year)
        query = query.order_by(JudgementRow.year, JudgementRow.position)
        for slot, year, *columns in query.tuples().execute(self.db):
            self._slots[slot].overrides.setdefault(year, []).append(override_from_row(tuple(columns)))

    def _texts(self) -> dict[tuple[str, str, str], Lines]:
        table = ActivityTextRow
        rows = table.select(table.activity, table.actor, table.field, table.text)
        if self.activity_id is not None:
            rows = rows.where(table.activity == self.activity_id)
        return {
            (activity, actor, name): split_lines(text) for activity, actor, name, text in rows.tuples().execute(self.db)
        }

    def _slots_by_part(self) -> dict[tuple[str, str], list[Slot]]:
        self._gather()
        rows = SlotRow.select(SlotRow.id, SlotRow.parent, SlotRow.actor, SlotRow.retired_from)
        rows = self._of_activity(rows.where(SlotRow.position.is_null(False)), SlotRow.id)
        found: dict[tuple[str, str], list[Slot]] = defaultdict(list)
        ordered = rows.order_by(SlotRow.parent, SlotRow.actor, SlotRow.position)
        for slot_id, activity, actor, retired in ordered.tuples().execute(self.db):
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
                )
            )
        return found

    def activities(self) -> dict[str, list[Activity]]:
        """Return activities in print order, grouped by the id of their activity goal."""
        texts = self._texts()
        slots = self._slots_by_part()
        table = ActivityRow
        rows = table.select(table.id, table.parent, table.number, table.title, table.retired_from)
        rows = rows.where(table.position.is_null(False)).order_by(table.parent, table.position)
        if self.activity_id is not None:
            rows = rows.where(table.id == self.activity_id)
        found: dict[str, list[Activity]] = defaultdict(list)
        for row_id, parent, number, title, retired in rows.tuples().execute(self.db):
            parts = {
                actor: ActorPart(
                    actor,
                    texts.get((row_id, actor.value, "initiatives"), ()),
                    tuple(slots.get((row_id, actor.value), ())),
                )
                for actor in Actor
            }
            found[parent].append(
                Activity(
                    number,
                    title,
                    texts.get((row_id, "", "residents_role"), ()),
                    texts.get((row_id, "", "organizations_role"), ()),
                    parts[Actor.COUNCIL],
                    parts[Actor.CITY],
                    row_id,
                    retired,
                )
            )
        return found
