"""What a change of the structure alters in the reports of closed years."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.closing import first_years, reports_altered
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Actor, Indicator

CLOSED = frozenset({2018, 2019})


@pytest.mark.parametrize(
    "change",
    [
        Change(FieldKey(Owner.PLAN, "p", "title"), "a", "b"),
        Change(FieldKey(Owner.BASIC_GOAL, "g", "number"), 1, 2),
        Change(FieldKey(Owner.ACTIVITY_GOAL, "g", "activities"), ("a",), ("a", "b")),
        Change(FieldKey(Owner.ACTIVITY, "a", "title"), "a", "b"),
        Change(FieldKey(Owner.ACTOR, "a", "slots", Actor.CITY), (), ("s",)),
        Change(FieldKey(Owner.SLOT, "s", "departments"), (), ("d",)),
        Change(FieldKey(Owner.ACTIVITY, "a", "residents_role"), (), ("a",)),
        Change(FieldKey(Owner.ACTIVITY, "a", "organizations_role"), ("a",), ()),
        Change(FieldKey(Owner.ACTOR, "a", "initiatives", Actor.CITY), (), ("a",)),
        Change(FieldKey(Owner.SLOT, "s", "indicators"), (), (Indicator("講座 年2回"),)),
    ],
)
def test_what_every_report_prints(change: Change) -> None:
    assert reports_altered([change], CLOSED) == CLOSED
    assert reports_altered([change], ()) == frozenset()


@pytest.mark.parametrize(
    ("before", "after", "altered"),
    [(None, 2019, {2019}), (None, 2020, set()), (2018, None, {2018, 2019}), (2019, 2021, {2019}), (None, 2018, CLOSED)],
)
def test_retiring_touches_the_years_it_takes_away(before: int | None, after: int | None, altered: set[int]) -> None:
    change = Change(FieldKey(Owner.ACTIVITY, "a", "retired_from"), before, after)
    assert reports_altered([change], CLOSED) == altered


@pytest.mark.parametrize(
    ("before", "after", "altered"),
    [(None, 2019, {2018}), (None, 2018, set()), (2019, None, {2018}), (2019, 2021, {2019}), (2020, 2021, set())],
)
def test_beginning_later_touches_the_years_before(before: int | None, after: int | None, altered: set[int]) -> None:
    change = Change(FieldKey(Owner.ACTIVITY, "a", "reported_from"), before, after)
    assert reports_altered([change], CLOSED) == altered


def added(first: int | None) -> list[Change]:
    """An activity with a slot, reported from ``first`` on."""
    return [
        Change(FieldKey(Owner.ACTIVITY_GOAL, "g", "activities"), ("a",), ("a", "b")),
        Change(FieldKey(Owner.ACTIVITY, "b", "title"), "", "新しい"),
        Change(FieldKey(Owner.ACTIVITY, "b", "reported_from"), None, first),
        Change(FieldKey(Owner.ACTOR, "b", "slots", Actor.CITY), (), ("s",)),
        Change(FieldKey(Owner.SLOT, "s", "departments"), (), ("d",)),
    ]


@pytest.mark.parametrize(("first", "altered"), [(None, CLOSED), (2019, {2019}), (2020, set())])
def test_what_begins_later_is_in_no_earlier_report_nor_missing_in_it(first: int | None, altered: set[int]) -> None:
    changes = added(first)
    assert reports_altered(changes, CLOSED) == altered
    assert reports_altered([change.inverse for change in reversed(changes)], CLOSED) == altered


def test_years_of_goals_hold_for_all_that_is_below() -> None:
    plan = small_plan()
    goal = replace(plan.basic_goals[0], id="g", reported_from=2020)
    firsts = first_years(replace(plan, basic_goals=(goal, *plan.basic_goals[1:])))
    _, below, activity = next(plan.walk())
    ids = {"g", below.id, activity.id, *(slot.id for part in activity.parts for slot in part.slots)}
    assert {firsts[item] for item in ids} == {2020}
    assert first_years(plan) == {}


def test_what_no_report_prints() -> None:
    changes = [
        Change(FieldKey(Owner.PLAN, "p", "contact"), (), ("a",)),
        Change(FieldKey(Owner.PLAN, "p", "departments"), (), ("d",)),
        Change(FieldKey(Owner.SLOT, "s", "status", None, 2020), (), ("a",)),
        Change(FieldKey(Owner.SLOT, "s", "indicators"), (Indicator("講座"),), (Indicator("講座", targets=()),)),
    ]
    assert reports_altered(changes, CLOSED) == frozenset()
