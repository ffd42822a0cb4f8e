"""Opening a year: drafts from the plan, flags where a person must read, and nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from tests.strategies import plans
from welfare_desktop.domain.endings import Outcome
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Entry,
    Plan,
    Slot,
)
from welfare_desktop.domain.rolling import DraftStyle, Rollover, propose_rollover


def plan_of(*slots: Slot) -> Plan:
    activity = Activity(1, "活動", council=ActorPart(Actor.COUNCIL), city=ActorPart(Actor.CITY, slots=slots))
    return Plan("計画", "", 2018, 2022, (), (BasicGoal(1, "基本", (ActivityGoal(1, "目標", (activity,)),)),))


def drafts(slot: Slot, style: DraftStyle = DraftStyle.TURNED) -> list[tuple[str, Outcome]]:
    return [
        (line.drafted, line.outcome)
        for draft in propose_rollover(plan_of(slot), 2019, style).drafts
        for line in draft.lines
    ]


LINES = ("研修会を開催します。", "見守りの推進", "連絡会を開催しました。", "来年度に向けて検討します。")
PLANNED = Slot(planned={2019: Entry(LINES)}, id="s")


def test_planned_work_becomes_a_draft_with_its_endings_turned() -> None:
    assert drafts(PLANNED) == [
        ("研修会を開催しました。", Outcome.TURNED),
        ("見守りの推進", Outcome.KEPT),
        ("連絡会を開催しました。", Outcome.REVIEW),
        ("来年度に向けて検討しました。", Outcome.REVIEW),
    ]
    (draft,) = propose_rollover(plan_of(PLANNED), 2019).drafts
    assert (draft.slot_id, draft.field, draft.year, str(draft.address)) == (
        "s",
        "status",
        2019,
        "1-1-1/city/status@2019",
    )
    assert draft.entry.draft
    assert len(draft.entry.lines) == 4


def test_warnings_name_the_line_and_say_why() -> None:
    warnings = propose_rollover(plan_of(PLANNED), 2019).warnings
    assert [(str(item.address), item.line, item.message) for item in warnings] == [
        ("1-1-1/city/status@2019", 3, "予定の文が過去形です。今年の実施内容か確かめてください。"),
        ("1-1-1/city/status@2019", 4, "「来年度」は年を表すことばです。今年の報告に合うか確かめてください。"),
    ]


def test_the_plan_may_be_taken_word_for_word_or_not_at_all() -> None:
    assert drafts(PLANNED, DraftStyle.AS_PLANNED) == [
        ("研修会を開催します。", Outcome.KEPT),
        ("見守りの推進", Outcome.KEPT),
        ("連絡会を開催しました。", Outcome.KEPT),
        ("来年度に向けて検討します。", Outcome.REVIEW),
    ]
    blank = propose_rollover(plan_of(PLANNED), 2019, DraftStyle.BLANK)
    assert (blank.drafts, blank.warnings) == ((), ())


@pytest.mark.parametrize(
    "status",
    [Entry(("済み",)), Entry(("案",), draft=True), Entry(("—",))],
)
def test_what_stands_already_is_left_alone(status: Entry) -> None:
    proposed = propose_rollover(plan_of(replace(PLANNED, status={2019: status})), 2019)
    assert (proposed.drafts, proposed.warnings) == ((), ())


def test_a_slot_without_a_plan_gets_no_draft_and_is_told() -> None:
    (warning,) = propose_rollover(plan_of(Slot()), 2019).warnings
    assert (warning.line, warning.message) == (None, "令和元年度の実施予定がないので、下書きはありません。")
    assert propose_rollover(plan_of(Slot(planned={2019: Entry(("—",))})), 2019).warnings == ()


def test_what_is_retired_gets_no_draft() -> None:
    assert drafts(replace(PLANNED, retired_from=2019)) == []
    assert len(drafts(replace(PLANNED, retired_from=2020))) == 4


@pytest.mark.parametrize("year", [2017, 2023])
def test_a_year_outside_of_the_plan_is_refused(year: int) -> None:
    with pytest.raises(InvalidValue, match="期間") as caught:
        propose_rollover(plan_of(PLANNED), year)
    assert caught.value.code == "W-150"
    assert caught.value.next_step


def applied(plan: Plan, rollover: Rollover) -> Plan:
    """Return the plan with every draft stored."""
    entries = {str(draft.address): draft.entry for draft in rollover.drafts}

    def filled(slot: Slot, path: str) -> Slot:
        entry = entries.get(f"{path}/status@{rollover.year}")
        status: Mapping[int, Entry] = slot.status if entry is None else {**slot.status, rollover.year: entry}
        return replace(slot, status=status)

    def part_filled(part: ActorPart, path: str) -> ActorPart:
        slots = tuple(
            filled(slot, f"{path}/{part.actor.value}" + (f".{number}" if number > 1 else ""))
            for number, slot in enumerate(part.slots, start=1)
        )
        return replace(part, slots=slots)

    goals = []
    for basic in plan.basic_goals:
        below = []
        for goal in basic.activity_goals:
            activities = tuple(
                replace(
                    item,
                    council=part_filled(item.council, f"{basic.number}-{goal.number}-{item.number}"),
                    city=part_filled(item.city, f"{basic.number}-{goal.number}-{item.number}"),
                )
                for item in goal.activities
            )
            below.append(replace(goal, activities=activities))
        goals.append(replace(basic, activity_goals=tuple(below)))
    return replace(plan, basic_goals=tuple(goals))


def test_the_real_report_opens_its_second_year(real_plan: Plan) -> None:
    """63 slots, every planned line drafted; what is flagged was read and is rightly flagged."""
    rollover = propose_rollover(real_plan, 2019)
    assert len(rollover.drafts) == 63
    assert rollover.count(Outcome.TURNED) == 164
    assert rollover.count(Outcome.KEPT) == 4
    assert rollover.count(Outcome.REVIEW) == len(rollover.warnings) == 18


def test_rolling_over_twice_changes_nothing(real_plan: Plan) -> None:
    once = applied(real_plan, propose_rollover(real_plan, 2019))
    again = propose_rollover(once, 2019)
    assert again.drafts == ()
    assert applied(once, again) == once


@given(plans())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=25)
def test_drafts_only_fill_blanks_line_by_line(plan: Plan) -> None:
    rollover = propose_rollover(plan, plan.first_year)
    slots = {slot.id: slot for _, _, activity in plan.walk() for part in activity.parts for slot in part.slots}
    for draft in rollover.drafts:
        slot = slots[draft.slot_id]
        assert not slot.status.get(draft.year, Entry()).lines
        assert tuple(line.planned for line in draft.lines) == slot.planned[draft.year].lines
        assert draft.entry.draft
        assert all((line.outcome is Outcome.REVIEW) == bool(line.reasons) for line in draft.lines)
