"""Giving identifiers to a tree that was read from paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .model import Activity, ActorPart, Department, Indicator, Plan, Result, Slot


def with_ids(plan: Plan, new_id: Callable[[], str]) -> Plan:
    """Return ``plan`` with a fresh identifier wherever one is empty; departments of one name share one.

    Departments that only slots name are appended to the plan's list in order of appearance.
    """
    departments: dict[str, Department] = {}

    def department(item: Department) -> Department:
        if item.name not in departments:
            departments[item.name] = replace(item, id=item.id or new_id())
        return departments[item.name]

    for item in plan.departments:
        department(item)
    basic_goals = tuple(
        replace(
            basic,
            id=basic.id or new_id(),
            activity_goals=tuple(
                replace(
                    goal,
                    id=goal.id or new_id(),
                    activities=tuple(activity_with_ids(activity, department, new_id) for activity in goal.activities),
                )
                for goal in basic.activity_goals
            ),
        )
        for basic in plan.basic_goals
    )
    return replace(plan, id=plan.id or new_id(), departments=tuple(departments.values()), basic_goals=basic_goals)


def activity_with_ids(
    activity: Activity, department: Callable[[Department], Department], new_id: Callable[[], str]
) -> Activity:
    """Return ``activity`` with identifiers; ``department`` returns the one department of that name."""

    def part(item: ActorPart) -> ActorPart:
        return replace(item, slots=tuple(slot_with_ids(slot, department, new_id) for slot in item.slots))

    return replace(activity, id=activity.id or new_id(), council=part(activity.council), city=part(activity.city))


def slot_with_ids(slot: Slot, department: Callable[[Department], Department], new_id: Callable[[], str]) -> Slot:
    """Return ``slot`` with identifiers for itself, its indicators and its results."""

    def indicator(item: Indicator) -> Indicator:
        return replace(item, id=item.id or new_id())

    def result(item: Result) -> Result:
        return replace(item, id=item.id or new_id())

    return replace(
        slot,
        id=slot.id or new_id(),
        departments=tuple(department(item) for item in slot.departments),
        indicators=tuple(indicator(item) for item in slot.indicators),
        results={year: tuple(result(item) for item in items) for year, items in slot.results.items()},
    )
