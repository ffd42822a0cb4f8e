"""Laying a report over a plan: nothing kept is overwritten, nothing read is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.builders import small_plan
from tests.strategies import identifiers, plans
from welfare_desktop.domain.fields import CHILD_OF, Change, FieldKey, Kind, Owner
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.matching import Laid, creating, lay_over, pair
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Judgement,
    JudgementOverride,
    Plan,
    Result,
    Slot,
)
from welfare_desktop.domain.values import values_of


def kept_plan() -> Plan:
    return with_ids(small_plan(), identifiers())


def with_activities(plan: Plan, *activities: Activity) -> Plan:
    goal = plan.basic_goals[0].activity_goals[0]
    return replace(
        plan,
        basic_goals=(replace(plan.basic_goals[0], activity_goals=(replace(goal, activities=activities),)),),
    )


def activities_of(plan: Plan) -> tuple[Activity, ...]:
    return plan.basic_goals[0].activity_goals[0].activities


def laid(plan: Plan, report: Plan) -> Laid:
    new_id = identifiers()
    return lay_over(plan, report, lambda: f"new-{new_id()}")


def by_key(changes: list[Change]) -> dict[FieldKey, Change]:
    found = {change.key: change for change in changes}
    assert len(found) == len(changes), "one change per field"
    return found


class TestPairing:
    def paired(self, kept: list[tuple[int, str]], read: list[tuple[int, str]]) -> list[str | None]:
        found = pair([Activity(*item) for item in kept], [Activity(*item) for item in read])
        assert [item.title for _, item in found] == [title for _, title in read]
        return [match.title if match else None for match, _ in found]

    def test_by_title_whatever_the_number(self) -> None:
        assert self.paired([(1, "講座"), (2, "交流")], [(1, "交流"), (2, "講座")]) == ["交流", "講座"]

    def test_width_and_kana_do_not_matter(self) -> None:
        assert self.paired([(1, "ボランティア")], [(5, "ﾎﾞﾗﾝﾃｨｱ")]) == ["ボランティア"]

    def test_a_character_apart_at_the_same_number(self) -> None:
        assert self.paired([(1, "相談支援の充実")], [(1, "相談支援の充実化")]) == ["相談支援の充実"]

    def test_another_thing_at_the_same_number_is_another_thing(self) -> None:
        assert self.paired([(1, "災害への備え")], [(1, "健康づくり")]) == [None]

    def test_nothing_is_taken_twice(self) -> None:
        assert self.paired([(1, "講座")], [(1, "講座"), (2, "講座")]) == ["講座", None]


class TestOverThePlanItself:
    def test_the_same_report_changes_nothing(self) -> None:
        found = laid(kept_plan(), small_plan())
        assert (found.changes, found.differences, found.added) == ([], [], [])
        assert (found.matched, found.unmatched) == (2, 0)

    @given(plans())
    def test_any_plan_with_titles_of_its_own(self, plan: Plan) -> None:
        plan = distinct(plan)
        found = laid(plan, stripped(plan))
        assert (found.changes, found.differences, found.added) == ([], [], [])


class TestFilling:
    def test_blanks_are_filled_and_the_rest_is_left(self) -> None:
        full = kept_plan()
        first, second = activities_of(full)
        blank_slot = replace(first.council.slots[0], status={}, results={}, planned={2019: Entry(("別の予定。",))})
        blank = with_activities(full, replace(first, council=replace(first.council, slots=(blank_slot,))), second)
        found = laid(blank, small_plan())
        keys = by_key(found.changes)
        slot_id = first.council.slots[0].id
        assert set(keys) == {
            FieldKey(Owner.SLOT, slot_id, "status", None, 2018),
            FieldKey(Owner.SLOT, slot_id, "results", None, 2018),
        }
        assert [item.address for item in found.differences] == ["1-1-1/council/planned@2019"]
        assert found.differences[0].kept == Entry(("別の予定。",))
        assert found.differences[0].read == Entry(("開く。",))

    def test_what_was_confirmed_here_is_no_difference_to_the_same_words(self) -> None:
        """Identifiers, links and drafts are ours; only the words are compared."""
        plan = kept_plan()
        first, second = activities_of(plan)
        slot = first.city.slots[0]
        results = (replace(slot.results[2018][0], link=slot.indicators[0].id),)
        changed = replace(slot, results={2018: results}, planned={2019: Entry(("支える。",))})
        mine = replace(first, city=replace(first.city, slots=(changed, *first.city.slots[1:])))
        found = laid(with_activities(plan, mine, second), small_plan())
        assert (found.changes, found.differences) == ([], [])

    def test_a_judgement_in_a_report_is_not_taken(self) -> None:
        report = small_plan()
        first, second = activities_of(report)
        override = JudgementOverride("x", 0, Judgement.MISSED, "理由")
        judged = replace(first.council.slots[0], overrides={2018: (override,)})
        report = with_activities(report, replace(first, council=replace(first.council, slots=(judged,))), second)
        assert laid(kept_plan(), report).changes == []


class TestAdding:
    def test_an_activity_the_plan_does_not_have_goes_to_the_end(self) -> None:
        plan = kept_plan()
        fresh = Activity(2, "災害への備え", city=ActorPart(Actor.CITY, (), (Slot((Department("危機管理課"),)),)))
        found = laid(plan, with_activities(small_plan(), *activities_of(small_plan()), fresh))
        keys = by_key(found.changes)
        goal = plan.basic_goals[0].activity_goals[0]
        children = keys[FieldKey(Owner.ACTIVITY_GOAL, goal.id, "activities")]
        assert isinstance(children.after, tuple)
        assert children.before == tuple(item.id for item in goal.activities)
        assert children.after[:2] == children.before
        new = str(children.after[2])
        assert keys[FieldKey(Owner.ACTIVITY, new, "number")].after == 3  # 2 is taken
        assert sorted(found.added) == ["担当課「危機管理課」", "活動「災害への備え」"]
        assert (found.matched, found.unmatched) == (2, 1)

    def test_a_whole_goal(self) -> None:
        report = small_plan()
        goal = ActivityGoal(2, "新しい活動目標", (Activity(1, "新しい活動"),))
        basic = replace(report.basic_goals[0], activity_goals=(*report.basic_goals[0].activity_goals, goal))
        found = laid(kept_plan(), replace(report, basic_goals=(basic, BasicGoal(2, "しくみづくり"))))
        titles = {change.after for change in found.changes if change.key.name == "title"}
        assert titles == {"新しい活動目標", "新しい活動", "しくみづくり"}

    def test_a_further_slot_and_its_department(self) -> None:
        plan = kept_plan()
        report = small_plan()
        first, second = activities_of(report)
        extra = Slot((Department("高齢福祉課"),), {2018: Entry(("訪ねた。",))}, indicators=(Indicator("年1回"),))
        report = with_activities(
            report, replace(first, city=replace(first.city, slots=(*first.city.slots, extra))), second
        )
        found = laid(plan, report)
        keys = by_key(found.changes)
        assert FieldKey(Owner.PLAN, plan.id, "departments") in keys
        slots = keys[FieldKey(Owner.ACTOR, activities_of(plan)[0].id, "slots", Actor.CITY)]
        assert isinstance(slots.after, tuple) and isinstance(slots.before, tuple)
        assert slots.after[: len(slots.before)] == slots.before
        assert any(change.after == Entry(("訪ねた。",)) for change in found.changes)

    def test_slots_are_matched_by_department_in_any_order(self) -> None:
        report = small_plan()
        first, second = activities_of(report)
        turned = replace(first, city=replace(first.city, slots=first.city.slots[::-1]))
        found = laid(kept_plan(), with_activities(report, turned, second))
        assert (found.changes, found.differences) == ([], [])


class TestCreating:
    @given(plans())
    def test_creating_starts_from_nothing_and_ends_at_the_plan(self, plan: Plan) -> None:
        values = dict(values_of(plan))
        changes = creating(plan, identifiers())
        assert by_key(changes).keys() == values.keys()
        assert all(change.before == change.key.spec.default for change in changes)
        assert {change.key: change.after for change in changes} == values


class TestPromises:
    @given(plans(), plans())
    def test_nothing_kept_is_overwritten_and_nothing_twice(self, plan: Plan, report: Plan) -> None:
        plan = distinct(plan)
        kept = dict(values_of(plan))
        for change in by_key(laid(plan, stripped(distinct(report))).changes).values():
            before = kept.get(change.key, change.key.spec.default)
            assert change.before == before
            if change.key.spec.kind is Kind.CHILDREN:
                assert isinstance(before, tuple) and isinstance(change.after, tuple)
                assert change.after[: len(before)] == before
            else:
                assert before == change.key.spec.default

    @given(plans(), plans())
    def test_every_line_read_is_kept_filled_or_told(self, plan: Plan, report: Plan) -> None:
        plan, report = distinct(plan), stripped(distinct(report))
        found = laid(plan, report)
        present = " ".join(map(repr, [*dict(values_of(plan)).values(), *(change.after for change in found.changes)]))
        told = " ".join(repr(item.read) for item in found.differences)
        for _, _, activity in report.walk():
            for part in activity.parts:
                for slot in part.slots:
                    for entry in (*slot.status.values(), *slot.planned.values()):
                        assert all(repr(line) in present or repr(line) in told for line in entry.lines)

    @given(plans(), plans())
    def test_new_things_are_owned_before_they_are_filled(self, plan: Plan, report: Plan) -> None:
        plan = distinct(plan)
        known = {(Owner.PLAN, plan.id)}
        for key, value in values_of(plan):
            known.add((key.owner, key.owner_id))
            if key.spec.kind is Kind.CHILDREN and isinstance(value, tuple):
                known |= {(CHILD_OF[(key.owner, key.name)], str(item)) for item in value}
        for change in laid(plan, stripped(distinct(report))).changes:
            owner = Owner.ACTIVITY if change.key.owner is Owner.ACTOR else change.key.owner
            assert (owner, change.key.owner_id) in known
            if change.key.spec.kind is Kind.CHILDREN and isinstance(change.after, tuple):
                known |= {(CHILD_OF[(change.key.owner, change.key.name)], str(item)) for item in change.after}


def distinct(plan: Plan) -> Plan:
    """Give every sibling a title no other has, and every slot a place of its own."""
    return replace(
        plan,
        basic_goals=tuple(
            replace(
                basic,
                title=f"{'い' * basic.number}基本",
                activity_goals=tuple(
                    replace(
                        goal,
                        title=f"{'ろ' * goal.number}活動目標",
                        activities=tuple(
                            replace(
                                activity,
                                title=f"{'は' * activity.number}活動",
                                council=lone(activity.council),
                                city=lone(activity.city),
                            )
                            for activity in goal.activities
                        ),
                    )
                    for goal in basic.activity_goals
                ),
            )
            for basic in plan.basic_goals
        ),
    )


def lone(part: ActorPart) -> ActorPart:
    return replace(part, slots=part.slots[:1])


def stripped(plan: Plan) -> Plan:
    """The same as a reader gives it: without identifiers, links and judgements."""

    def slot(item: Slot) -> Slot:
        return replace(
            item,
            id="",
            departments=tuple(Department(department.name) for department in item.departments),
            indicators=tuple(Indicator(indicator.text) for indicator in item.indicators),
            results={year: tuple(Result(result.text) for result in items) for year, items in item.results.items()},
            overrides={},
        )

    def part(item: ActorPart) -> ActorPart:
        return replace(item, slots=tuple(slot(own) for own in item.slots))

    return replace(
        plan,
        id="",
        departments=tuple(Department(department.name) for department in plan.departments),
        basic_goals=tuple(
            replace(
                basic,
                id="",
                activity_goals=tuple(
                    replace(
                        goal,
                        id="",
                        activities=tuple(
                            replace(activity, id="", council=part(activity.council), city=part(activity.city))
                            for activity in goal.activities
                        ),
                    )
                    for goal in basic.activity_goals
                ),
            )
            for basic in plan.basic_goals
        ),
    )


@pytest.mark.parametrize("marks", [("—",), ("－",)])
def test_an_entry_left_empty_on_purpose_fills_a_blank(marks: tuple[str, ...]) -> None:
    plan = kept_plan()
    report = small_plan()
    first, second = activities_of(report)
    slots = (first.city.slots[0], replace(first.city.slots[1], status={2018: Entry(marks)}))
    report = with_activities(report, replace(first, city=replace(first.city, slots=slots)), second)
    (change,) = laid(plan, report).changes
    assert change.after == Entry(marks)
