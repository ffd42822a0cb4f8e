"""Giving identifiers to a tree that was read from paper."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from tests.builders import small_plan
from tests.strategies import identifiers, plans
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Department, Plan


def ids_of(plan: Plan) -> list[str]:
    found = [plan.id, *(department.id for department in plan.departments)]
    for basic in plan.basic_goals:
        found.append(basic.id)
        for goal in basic.activity_goals:
            found.append(goal.id)
            for activity in goal.activities:
                found.append(activity.id)
                for part in activity.parts:
                    for slot in part.slots:
                        found.append(slot.id)
                        found += [item.id for item in slot.indicators]
                        found += [item.id for items in slot.results.values() for item in items]
    return found


def test_everything_gets_its_own() -> None:
    ids = ids_of(with_ids(small_plan(), identifiers()))
    assert all(ids)
    assert len(set(ids)) == len(ids)


def test_departments_of_one_name_are_one() -> None:
    plan = with_ids(small_plan(), identifiers())
    first, second = plan.basic_goals[0].activity_goals[0].activities
    assert second.city.slots[0].departments == plan.departments
    assert first.city.slots[0].departments[0] is plan.departments[0]


def test_a_department_only_a_slot_names_joins_the_list() -> None:
    small = small_plan()
    plan = with_ids(replace(small, departments=(Department("高齢福祉課"),)), identifiers())
    assert [department.name for department in plan.departments] == ["高齢福祉課", "地域福祉課", "協働推進課"]


@given(plans())
def test_what_has_identifiers_keeps_them(plan: Plan) -> None:
    assert with_ids(plan, identifiers()) == plan
