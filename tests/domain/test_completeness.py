"""Fill states: which fields a report asks for, and how they add up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.completeness import (
    UNASSIGNED,
    Fill,
    WorkState,
    fill_matrix,
    fill_of,
    fill_of_goal,
    fill_of_plan,
    slot_fields,
    total,
)
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    EntryState,
    Indicator,
    Plan,
    Result,
    Slot,
)

WELFARE, SUPPORT, INDUSTRY = Department("地域福祉課"), Department("協働推進課"), Department("ふるさと産業振興課")
DONE, DRAFT, NONE = Entry(("済",)), Entry(("案",), draft=True), Entry(("—",))


def three_departments() -> Activity:
    """The shape of 1-1③: one council slot, three city slots of which only the first has indicators."""
    council = Slot((), {2018: DONE}, {2019: DONE}, (Indicator("講座 隔年1回"),), {2018: (Result("—"),)})
    first = Slot((WELFARE,), {2018: DONE}, {2019: DRAFT}, (Indicator("検討会議 年1回"),))
    second = Slot((SUPPORT,), {2018: NONE}, {})
    third = Slot((INDUSTRY, WELFARE), {}, {})
    return Activity(
        3,
        "新たな財源の確保",
        council=ActorPart(Actor.COUNCIL, slots=(council,)),
        city=ActorPart(Actor.CITY, slots=(first, second, third)),
    )


def plan_of(*activities: Activity) -> Plan:
    goal = ActivityGoal(1, "活動目標", activities)
    return Plan("計画", "", 2018, 2022, (WELFARE, SUPPORT, INDUSTRY), (BasicGoal(1, "基本目標", (goal,)),))


def test_status_and_planned_of_every_slot_and_results_where_indicators_ask_for_them() -> None:
    assert fill_of(three_departments(), 2018) == Fill(expected=10, entered=5, draft=1, blank=4, none=2)


def test_the_fields_of_a_slot_in_print_order_with_their_own_years() -> None:
    slot = three_departments().council.slots[0]
    assert [(item.field, item.year, item.state) for item in slot_fields(slot, 2018)] == [
        ("status", 2018, EntryState.ENTERED),
        ("planned", 2019, EntryState.ENTERED),
        ("results", 2018, EntryState.NONE),
    ]


@pytest.mark.parametrize(
    ("department", "expected"),
    [
        ("地域福祉課", Fill(expected=5, entered=1, draft=1, blank=3)),
        ("協働推進課", Fill(expected=2, entered=1, blank=1, none=1)),
        ("ふるさと産業振興課", Fill(expected=2, blank=2)),
        ("市社会福祉協議会", Fill(expected=3, entered=3, none=1)),
        (UNASSIGNED, Fill()),
        ("高齢福祉課", Fill()),
    ],
)
def test_a_department_owes_its_own_slots_and_shared_ones_in_full(department: str, expected: Fill) -> None:
    assert fill_of(three_departments(), 2018, department) == expected


def test_a_city_slot_without_department_is_unassigned_and_the_councils_is_not() -> None:
    part = ActorPart(Actor.CITY, slots=(Slot(),))
    activity = Activity(1, "活動", council=ActorPart(Actor.COUNCIL, slots=(Slot(),)), city=part)
    assert fill_of(activity, 2018, UNASSIGNED) == Fill(expected=2, blank=2)
    assert fill_of(activity, 2018, "市社会福祉協議会") == Fill(expected=2, blank=2)


def test_what_is_retired_asks_nothing_from_its_year_on() -> None:
    slot = Slot(retired_from=2019)
    assert [len(slot_fields(slot, year)) for year in (2018, 2019, 2020)] == [2, 0, 0]
    activity = Activity(1, "活動", city=ActorPart(Actor.CITY, slots=(Slot(),)), retired_from=2020)
    assert [fill_of(activity, year).expected for year in (2019, 2020)] == [2, 0]
    goal = ActivityGoal(1, "目標", (activity,), retired_from=2019)
    assert [fill_of_goal(goal, year).expected for year in (2018, 2019)] == [2, 0]


@pytest.mark.parametrize(
    ("fill", "word", "percent"),
    [
        (Fill(), "該当なし", 100),
        (Fill(6, 0, 0, 6), "未着手", 0),
        (Fill(6, 0, 1, 5), "記入中", 0),
        (Fill(6, 5, 0, 1), "記入中", 83),
        (Fill(6, 5, 1, 0), "記入中", 83),
        (Fill(6, 6, 0, 0), "完了", 100),
        (Fill(1000, 999, 0, 1), "記入中", 99),
    ],
)
def test_the_word_for_a_fill(fill: Fill, word: str, percent: int) -> None:
    assert (fill.state_word, fill.percent) == (word, percent)


def test_a_closed_year_is_settled_whatever_is_blank() -> None:
    assert Fill(6, 5, 0, 1).state_when(closed=True) is WorkState.CLOSED
    assert Fill(6, 5, 0, 1).state_when(closed=False) is WorkState.IN_PROGRESS
    assert Fill().state_when(closed=True) is WorkState.NOTHING_ASKED


def test_the_matrix_counts_by_department_and_goal_in_the_plans_order() -> None:
    matrix = fill_matrix(plan_of(three_departments()), 2018)
    assert list(matrix) == ["市社会福祉協議会", "地域福祉課", "協働推進課", "ふるさと産業振興課"]
    assert matrix["地域福祉課"] == {(1, 1): Fill(expected=5, entered=1, draft=1, blank=3)}


@pytest.mark.parametrize(("numbers", "expected"), [((1, 1, 3), 10), ((2, 5, 3), 8), ((2, 4, 1), 6), ((3, 1, 2), 6)])
def test_activities_of_the_real_report(real_plan: Plan, numbers: tuple[int, int, int], expected: int) -> None:
    activity = next(
        activity
        for basic_goal, goal, activity in real_plan.walk()
        if (basic_goal.number, goal.number, activity.number) == numbers
    )
    assert fill_of(activity, 2018).expected == expected


def test_the_real_report_asks_for_186_fields_and_leaves_one_blank(real_plan: Plan) -> None:
    fill = fill_of_plan(real_plan, 2018)
    assert (fill.expected, fill.entered, fill.draft, fill.blank) == (186, 185, 0, 1)
    first, *_, last = fill_matrix(real_plan, 2018)
    assert (first, last) == ("市社会福祉協議会", UNASSIGNED)


entries = st.sampled_from([None, DONE, DRAFT, NONE])


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    status, planned = draw(entries), draw(entries)
    return Slot(
        tuple(draw(st.lists(st.sampled_from([WELFARE, SUPPORT, INDUSTRY]), max_size=3, unique=True))),
        {} if status is None else {2018: status},
        {} if planned is None else {2019: planned},
        tuple(draw(st.lists(st.just(Indicator("年1回")), max_size=2))),
        {2018: tuple(draw(st.lists(st.sampled_from([Result("1回"), Result("—")]), max_size=2)))},
    )


parts = st.lists(slots(), max_size=3).map(tuple)
activities = st.builds(
    lambda council, city: Activity(
        1, "活動", council=ActorPart(Actor.COUNCIL, slots=council), city=ActorPart(Actor.CITY, slots=city)
    ),
    parts,
    parts,
)


@given(activities)
def test_every_expected_field_is_counted_in_exactly_one_state(activity: Activity) -> None:
    fill = fill_of(activity, 2018)
    assert fill.expected == fill.entered + fill.draft + fill.blank
    assert fill.none <= fill.entered
    assert 0 <= fill.percent <= 100
    assert (fill.percent == 100) == (fill.entered == fill.expected)


@given(st.lists(activities, max_size=4))
def test_goals_and_plan_are_sums_of_what_is_below(below: list[Activity]) -> None:
    plan = plan_of(*below)
    assert fill_of_plan(plan, 2018) == total(fill_of(activity, 2018) for activity in below)
    for name, row in fill_matrix(plan, 2018).items():
        assert total(row.values()) == fill_of_plan(plan, 2018, name)


@given(st.lists(st.builds(Fill, *[st.integers(0, 9)] * 5), min_size=1))
def test_adding_fills_does_not_depend_on_order(fills: list[Fill]) -> None:
    assert total(fills) == total(reversed(fills))
    assert all(one + other == other + one for one, other in pairwise(fills))
