"""What of a plan goes into a plan file: its structure as it stands, or the pattern for the next plan period."""

from __future__ import annotations

from dataclasses import replace

from .model import Activity, ActivityGoal, ActorPart, BasicGoal, Entry, Plan, Slot, in_use


def structure_only(plan: Plan) -> Plan:
    """Return ``plan`` without anything that was written for a year."""

    def part(item: ActorPart) -> ActorPart:
        slots = tuple(replace(slot, status={}, planned={}, results={}, overrides={}) for slot in item.slots)
        return replace(item, slots=slots)

    def activity(item: Activity) -> Activity:
        return replace(item, council=part(item.council), city=part(item.city))

    def goal(item: ActivityGoal) -> ActivityGoal:
        return replace(item, activities=tuple(activity(one) for one in item.activities))

    def basic(item: BasicGoal) -> BasicGoal:
        return replace(item, activity_goals=tuple(goal(one) for one in item.activity_goals))

    return replace(plan, basic_goals=tuple(basic(one) for one in plan.basic_goals))


def next_period(plan: Plan) -> Plan:
    """Return the pattern of the plan that follows ``plan``: as many years, what is not retired by then, no entries.

    Departments go by their present names.  What was already planned for the new first year stays beside it, so that
    its report can be compared with what was meant; drafts nobody confirmed stay behind.
    """
    length = plan.last_year - plan.first_year + 1
    first = plan.last_year + 1

    def slot(item: Slot) -> Slot:
        meant = item.planned.get(first, Entry())
        planned = {first: meant} if meant.lines and not meant.draft else {}
        departments = tuple(replace(department, former=()) for department in item.departments)
        return replace(
            item,
            departments=departments,
            status={},
            planned=planned,
            results={},
            overrides={},
            retired_from=None,
            reported_from=None,
        )

    def part(item: ActorPart) -> ActorPart:
        kept = tuple(one for one in item.slots if in_use(one, first))
        return replace(item, slots=tuple(slot(one) for one in kept))

    def activity(item: Activity) -> Activity:
        return replace(item, council=part(item.council), city=part(item.city), retired_from=None, reported_from=None)

    def goal(item: ActivityGoal) -> ActivityGoal:
        kept = tuple(activity(one) for one in item.activities if in_use(one, first))
        return replace(item, activities=kept, retired_from=None, reported_from=None)

    def basic(item: BasicGoal) -> BasicGoal:
        kept = tuple(goal(one) for one in item.activity_goals if in_use(one, first))
        return replace(item, activity_goals=kept, retired_from=None, reported_from=None)

    return replace(
        plan,
        first_year=first,
        last_year=first + length - 1,
        departments=tuple(replace(department, former=()) for department in plan.departments),
        basic_goals=tuple(basic(one) for one in plan.basic_goals if in_use(one, first)),
    )
