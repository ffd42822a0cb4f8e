"""A plan as a flat list of field values: what is stored, hashed, compared and imported."""

from __future__ import annotations

from collections.abc import Iterator

from .fields import FieldKey, Owner, Value
from .model import Activity, ActivityGoal, ActorPart, BasicGoal, Department, Plan, Slot


def values_of(plan: Plan) -> Iterator[tuple[FieldKey, Value]]:
    """Yield every field of ``plan`` with its value, owners before what they own; defaults are left out.

    The order is one in which the values can be stored: a list of children comes before the children's own fields.
    """
    for key, value in _all_values(plan):
        if value != key.spec.default:
            yield key, value


def _all_values(plan: Plan) -> Iterator[tuple[FieldKey, Value]]:
    def own(name: str, value: Value) -> tuple[FieldKey, Value]:
        return FieldKey(Owner.PLAN, plan.id, name), value

    yield own("title", plan.title)
    yield own("vision", plan.vision)
    yield own("first_year", plan.first_year)
    yield own("last_year", plan.last_year)
    yield own("departments", tuple(department.id for department in plan.departments))
    for department in plan.departments:
        yield from department_values(department)
    yield own("basic_goals", tuple(goal.id for goal in plan.basic_goals))
    for basic_goal in plan.basic_goals:
        yield from _basic_goal_values(basic_goal)


def department_values(department: Department) -> Iterator[tuple[FieldKey, Value]]:
    """Yield the fields of one department."""
    yield FieldKey(Owner.DEPARTMENT, department.id, "name"), department.name
    yield FieldKey(Owner.DEPARTMENT, department.id, "former"), department.former


def _basic_goal_values(goal: BasicGoal) -> Iterator[tuple[FieldKey, Value]]:
    yield FieldKey(Owner.BASIC_GOAL, goal.id, "number"), goal.number
    yield FieldKey(Owner.BASIC_GOAL, goal.id, "title"), goal.title
    yield FieldKey(Owner.BASIC_GOAL, goal.id, "reported_from"), goal.reported_from
    yield FieldKey(Owner.BASIC_GOAL, goal.id, "retired_from"), goal.retired_from
    yield FieldKey(Owner.BASIC_GOAL, goal.id, "activity_goals"), tuple(item.id for item in goal.activity_goals)
    for activity_goal in goal.activity_goals:
        yield from _activity_goal_values(activity_goal)


def _activity_goal_values(goal: ActivityGoal) -> Iterator[tuple[FieldKey, Value]]:
    yield FieldKey(Owner.ACTIVITY_GOAL, goal.id, "number"), goal.number
    yield FieldKey(Owner.ACTIVITY_GOAL, goal.id, "title"), goal.title
    yield FieldKey(Owner.ACTIVITY_GOAL, goal.id, "reported_from"), goal.reported_from
    yield FieldKey(Owner.ACTIVITY_GOAL, goal.id, "retired_from"), goal.retired_from
    yield FieldKey(Owner.ACTIVITY_GOAL, goal.id, "activities"), tuple(item.id for item in goal.activities)
    for activity in goal.activities:
        yield from activity_values(activity)


def activity_values(activity: Activity) -> Iterator[tuple[FieldKey, Value]]:
    """Yield the fields of one activity and everything below it."""
    for name in ("number", "title", "reported_from", "retired_from", "residents_role", "organizations_role"):
        yield FieldKey(Owner.ACTIVITY, activity.id, name), getattr(activity, name)
    for part in activity.parts:
        yield from _part_values(activity.id, part)


def _part_values(activity_id: str, part: ActorPart) -> Iterator[tuple[FieldKey, Value]]:
    yield FieldKey(Owner.ACTOR, activity_id, "initiatives", part.actor), part.initiatives
    yield FieldKey(Owner.ACTOR, activity_id, "slots", part.actor), tuple(slot.id for slot in part.slots)
    for slot in part.slots:
        yield from slot_values(slot)


def slot_values(slot: Slot) -> Iterator[tuple[FieldKey, Value]]:
    """Yield the fields of one slot, all years; indicators before the results that may name them."""

    def own(name: str, value: Value, year: int | None = None) -> tuple[FieldKey, Value]:
        return FieldKey(Owner.SLOT, slot.id, name, None, year), value

    yield own("reported_from", slot.reported_from)
    yield own("retired_from", slot.retired_from)
    yield own("departments", tuple(department.id for department in slot.departments))
    yield own("indicators", slot.indicators)
    for year, entry in slot.status.items():
        yield own("status", entry, year)
    for year, entry in slot.planned.items():
        yield own("planned", entry, year)
    for year, results in slot.results.items():
        yield own("results", results, year)
    for year, overrides in slot.overrides.items():
        yield own("judgements", overrides, year)
