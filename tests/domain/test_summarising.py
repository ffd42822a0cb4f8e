"""The figures of the committee's summary: counted, compared, listed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import small_plan
from welfare_desktop.domain.differences import Change
from welfare_desktop.domain.edition_changes import EditionChange, edition_changes
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.judging import judgements_of
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
    Lines,
    Plan,
    Result,
    Slot,
)
from welfare_desktop.domain.summarising import Outcome, Summary, Tally, actor_word, summarise, tagged_measures

WELFARE = Department("地域福祉課", "d1")
CIVIC = Department("協働推進課", "d2", (("市民活動課", 2018),))


def activity(number: int, title: str, *slots: Slot, initiatives: Lines = (), **changes: object) -> Activity:
    """An activity of the council; its identifier is its title's."""
    council = ActorPart(Actor.COUNCIL, initiatives, slots)
    return replace(Activity(number, title, council=council, id=title), **changes)  # type: ignore[arg-type]


def plan_of(*activities: Activity, first_year: int = 2018) -> Plan:
    goal = ActivityGoal(1, "人材の育成", activities, id="g")
    basic = BasicGoal(1, "ひとづくり", (goal,), id="b")
    return Plan("計画", "理念", first_year, 2022, (WELFARE, CIVIC), (basic,), id="p")


def figures(*pairs: tuple[str, str], overrides: tuple[JudgementOverride, ...] = ()) -> Slot:
    """A slot whose indicators are answered one by one; an empty answer stands for none."""
    indicators = tuple(Indicator(wording, f"i{number}") for number, (wording, _) in enumerate(pairs))
    results = tuple(Result(text, link=f"i{number}") for number, (_, text) in enumerate(pairs) if text)
    return Slot((), {}, {}, indicators, {2018: results}, {2018: overrides}, "s")


def outcomes(summary: Summary) -> dict[Outcome, int]:
    return {outcome: summary.total()[outcome] for outcome in Outcome if summary.total()[outcome]}


def test_every_target_is_counted_once() -> None:
    slot = figures(
        ("研修 年2回", "研修 2回"),
        ("訪問 H32(2020) 100人", "訪問 80人"),
        ("会議 年4回", "会議 3回"),
        ("見学 年10校", "見学 10件"),
        ("講座 年1回", ""),
        ("広報の充実", "広報紙を発行"),
        ("小学校 年2校 中学校 年3校", "小学校 2校"),
    )
    summary = summarise(plan_of(activity(1, "担い手", slot)), 2018)
    expected = {Outcome.ACHIEVED, Outcome.UNDER_WAY, Outcome.MISSED, Outcome.UNDECIDED, Outcome.NO_RESULT}
    assert expected <= set(outcomes(summary))
    assert summary.total().total == 8
    assert summary.total(Actor.COUNCIL).total == 8
    assert summary.total(Actor.CITY) == Tally(dict.fromkeys(Outcome, 0))


def test_a_unit_that_does_not_fit_is_to_be_looked_at() -> None:
    plan = plan_of(activity(1, "担い手", figures(("見学 年10校", "見学 10件"))))
    judged = judgements_of(plan.basic_goals[0].activity_goals[0].activities[0].council, 2018)
    assert [item.judgement for item in judged] == [Judgement.UNIT_MISMATCH]
    assert outcomes(summarise(plan, 2018)) == {Outcome.UNDECIDED: 1}
    assert {Outcome.of(judgement) for judgement in Judgement} == set(Outcome)


def test_real_figures_add_up_by_goal_and_actor(report_text: str) -> None:
    from welfare_desktop.exchange.report_text import read_report_text

    numbers = itertools.count()
    plan = with_ids(read_report_text(report_text).plan, lambda: f"id{next(numbers)}")
    summary = summarise(plan, 2018)
    judged = [
        item.judgement
        for _, _, found in plan.walk()
        for part in found.parts
        for item in judgements_of(part, 2018, (2018, 2022))
    ]
    assert summary.total().total == len(judged)
    assert summary.total()[Outcome.ACHIEVED] == judged.count(Judgement.ACHIEVED)
    assert [goal.label for goal in summary.goals] == [
        *("1-1", "1-2", "1-3"),
        *("2-1", "2-2", "2-3", "2-4", "2-5", "2-6"),
        "3-1",
    ]
    assert sum((goal.council + goal.city).total for goal in summary.goals) == len(judged)
    assert len(summary.missed) == judged.count(Judgement.MISSED)
    assert len(summary.new_measures) == report_text.count("【新規】")
    assert all(item.indicator and item.target for item in summary.missed)


def test_a_missed_target_says_what_was_reached() -> None:
    plan = plan_of(activity(2, "担い手", figures(("会議 年4回", "会議 3回"), ("苦情 5件以下", "苦情 9件"))))
    first, second = summarise(plan, 2018).missed
    assert (first.place, first.indicator, first.target, first.results) == ("1-1②", "会議", "毎年 4回", ("会議 3回",))
    assert first.percent == 75
    # Of a ceiling that was broken no percentage makes sense.
    assert second.percent is None
    assert second.target == "5件以下"


def test_one_of_several_targets_is_named() -> None:
    plan = plan_of(activity(1, "担い手", figures(("小学校 年2校 中学校 年3校", "小学校 2校、中学校 1校"))))
    (missed,) = summarise(plan, 2018).missed
    assert missed.indicator == "中学校"


def test_a_person_overrules_and_the_reason_is_told() -> None:
    override = JudgementOverride("i0", 0, Judgement.MISSED, "途中で中止のため")
    plan = plan_of(activity(1, "担い手", figures(("会議 年4回", "会議 4回"), overrides=(override,))))
    summary = summarise(plan, 2018)
    assert summary.overridden == 1
    assert summary.missed[0].reason == "途中で中止のため"
    assert "理由を付けて変更 1件" in summary.judging_note
    assert "変更" not in summarise(plan, 2019).judging_note


def test_what_is_retired_counts_no_more() -> None:
    slot = figures(("会議 年4回", "会議 4回"))
    plan = plan_of(
        activity(1, "残る", slot), activity(2, "やめた", slot, retired_from=2018, initiatives=("古い【新規】",))
    )
    summary = summarise(plan, 2018)
    assert summary.total().total == 1
    assert summary.new_measures == ()
    retired = plan_of(activity(1, "残る", slot, replace(slot, retired_from=2018)))
    assert summarise(retired, 2018).total().total == 1


@pytest.mark.parametrize(
    ("line", "measures"),
    [
        ("講座の開催【新規】", [("講座の開催", "")]),
        ("講座の開催", []),
        ("講座の開催【再掲】", []),
        ("講座の開催（市民講座、親子講座【新規】）", [("親子講座", "講座の開催")]),
        ("講座の開催(市民講座【新規】、親子講座【新規】)", [("市民講座", "講座の開催"), ("親子講座", "講座の開催")]),
        ("育成(小学生(高学年)及び中学生の体験【新規】)", [("小学生(高学年)及び中学生の体験", "育成")]),
        ("会議（仮称）の設置【新規】", [("会議（仮称）の設置", "")]),
        ("子ども食堂【新規】（社協と共催）", [("子ども食堂（社協と共催）", "")]),
        ("【新規】子ども食堂", [("子ども食堂", "")]),
        ("食の支援(【新規】子ども食堂、配食)", [("子ども食堂", "食の支援")]),
        ("見守り【新規】 配食【新規】", [("見守り", ""), ("配食", "")]),
        ("【新規】見守り 【新規】配食", [("見守り", ""), ("配食", "")]),
        ("研修【再掲】、講座【新規】", [("研修、講座", "")]),
        ("外(中(奥【新規】)、他)", [("奥", "中")]),
    ],
)
def test_new_measures_are_cut_out_of_their_line(line: str, measures: list[tuple[str, str]]) -> None:
    assert list(tagged_measures(line)) == measures


@given(st.text(st.sampled_from("あ漢()（）、【新規】再掲"), max_size=40), st.integers(0, 3))
def test_any_line_gives_as_many_measures_as_tags(text: str, extra: int) -> None:
    line = text + "【新規】" * extra
    found = list(tagged_measures(line))
    assert len(found) == line.count("【新規】")
    assert all("【新規】" not in part for pair in found for part in pair)
    assert all(part in line or "【" in line for pair in found for part in pair)


def test_new_measures_say_whose_and_where() -> None:
    (measure,) = summarise(small_plan(), 2018).new_measures
    assert (measure.place, measure.actor, measure.text) == ("1-1①", Actor.COUNCIL, "講座の開催")
    assert [actor_word(actor) for actor in (*Actor, None)] == ["社協", "市", "共通"]


# --- planned beside done ------------------------------------------------------------------------------------------


def test_plan_of_last_year_beside_what_was_done() -> None:
    slot = Slot((CIVIC,), {2018: Entry(("済んだ",)), 2019: Entry(("終えた",))}, {2019: Entry(("行う",))}, id="s")
    idle = Slot((WELFARE,), {}, {}, id="t")
    summary = summarise(plan_of(activity(1, "担い手", slot, idle)), 2019)
    assert [(row.departments, row.planned, row.done) for row in summary.beside] == [
        (("協働推進課",), ("行う",), ("終えた",))
    ]
    assert not summary.first_year
    assert summarise(plan_of(activity(1, "担い手", slot, idle)), 2018).beside == ()


def test_without_any_plan_nothing_stands_beside() -> None:
    summary = summarise(plan_of(activity(1, "担い手", Slot((), {2018: Entry(("済んだ",))}))), 2018)
    assert summary.beside == ()
    assert summary.first_year
    assert summary.beside_sentence == "計画の初年度のため、昨年度の報告に平成30年度の実施予定はありません。"
    later = summarise(plan_of(activity(1, "担い手", Slot((), {2020: Entry(("済んだ",))}))), 2020)
    assert later.beside_sentence == "記載がないため、昨年度の報告に令和2年度の実施予定はありません。"


# --- what changed -------------------------------------------------------------------------------------------------


def told(changes: list[EditionChange]) -> list[tuple[str, str, str, str]]:
    return [(change.place, change.label, change.before, change.after) for change in changes]


def base() -> Plan:
    slot = Slot(
        (WELFARE,),
        {2018: Entry(("講座を開きました。", "周知しました。")), 2019: Entry(("翌年の分",))},
        {2019: Entry(("続けます。",))},
        (Indicator("講座 年2回", "i"),),
        {2018: (Result("講座 2回", "r"),)},
        id="s",
    )
    part = ActorPart(Actor.CITY, ("講座の開催",), (slot,))
    return plan_of(activity(1, "担い手", city=part, residents_role=("参加",)), activity(2, "財源"))


def edited(plan: Plan, **changes: object) -> Plan:
    """The plan with its first activity changed."""
    goal = plan.basic_goals[0].activity_goals[0]
    first = replace(goal.activities[0], **changes)  # type: ignore[arg-type]
    goal = replace(goal, activities=(first, *goal.activities[1:]))
    return replace(plan, basic_goals=(replace(plan.basic_goals[0], activity_goals=(goal,)),))


def first_city(plan: Plan) -> ActorPart:
    return plan.basic_goals[0].activity_goals[0].activities[0].city


def with_slot(plan: Plan, **changes: object) -> Plan:
    part = first_city(plan)
    return edited(plan, city=replace(part, slots=(replace(part.slots[0], **changes), *part.slots[1:])))  # type: ignore[arg-type]


def test_no_earlier_edition_is_not_the_same_as_no_change() -> None:
    assert summarise(base(), 2018).changes is None
    assert summarise(base(), 2018, base()).changes == ()
    assert "初めて" in summarise(base(), 2018).changes_sentence
    assert "変わったところはありません" in summarise(base(), 2018, base()).changes_sentence


def test_each_changed_line_is_told_with_its_difference() -> None:
    new = with_slot(base(), status={2018: Entry(("講座を2回開きました。", "周知しました。", "足しました。"))})
    changes = list(edition_changes(base(), new, 2018))
    assert told(changes) == [
        ("1-1①", "平成30年度実施状況", "講座を開きました。", "講座を2回開きました。"),
        ("1-1①", "平成30年度実施状況", "", "足しました。"),
    ]
    assert [segment.change for segment in changes[0].segments] == [Change.SAME, Change.ADDED, Change.SAME]
    assert changes[0].owners == ("地域福祉課",)
    assert changes[0].actor is Actor.CITY


def test_every_field_the_report_prints_is_compared() -> None:
    new = with_slot(
        base(),
        departments=(CIVIC,),
        planned={2019: Entry(("広げます。",))},
        indicators=(Indicator("講座 年3回", "i"),),
        results={2018: (Result("講座 3回", "r"),)},
    )
    new = edited(
        new,
        title="担い手の確保",
        residents_role=("参加と協力",),
        organizations_role=("共有",),
        city=replace(first_city(new), initiatives=("講座の開催【新規】",)),
    )
    new = replace(new, title="新計画", vision="新しい理念")
    labels = [change.label for change in edition_changes(base(), new, 2018)]
    assert labels == [
        "計画の名称",
        "理念",
        "活動名",
        "住民、地域の役割",
        "関係機関の役割",
        "取組み（計画）",
        "担当課",
        "担当課",
        "令和元年度実施予定",
        "主な活動指標",
        "平成30年度実績",
    ]


def test_what_the_report_does_not_print_is_no_change() -> None:
    override = JudgementOverride("i", 0, Judgement.MISSED, "理由")
    new = with_slot(
        base(),
        status={2018: Entry(("講座を開きました。", "周知しました。"), draft=True), 2019: Entry(("別の年",))},
        results={2018: (Result("講座 2回", "r", link="i", value=Decimal(2)),), 2019: (Result("別の年"),)},
        overrides={2018: (override,)},
    )
    assert list(edition_changes(base(), new, 2018)) == []


def test_a_department_that_got_a_new_name_later_is_no_change() -> None:
    old = with_slot(base(), departments=(replace(CIVIC, name="市民活動課", former=()),))
    new = with_slot(base(), departments=(CIVIC,))
    assert list(edition_changes(old, new, 2018)) == []
    assert told(list(edition_changes(old, new, 2019))) == [
        ("1-1①", "担当課", "市民活動課", ""),
        ("1-1①", "担当課", "", "協働推進課"),
    ]


def test_renumbered_moved_and_renamed_activities_keep_their_identity() -> None:
    goal = base().basic_goals[0].activity_goals[0]
    swapped = (replace(goal.activities[1], number=1), replace(goal.activities[0], number=2))
    basic = replace(base().basic_goals[0], activity_goals=(replace(goal, activities=swapped),))
    changes = told(list(edition_changes(base(), replace(base(), basic_goals=(basic,)), 2018)))
    assert changes == [("1-1①", "番号", "1-1②", "1-1①"), ("1-1②", "番号", "1-1①", "1-1②")]


def test_an_activity_that_came_or_went_is_told_line_by_line() -> None:
    new = with_slot(base())
    goal = new.basic_goals[0].activity_goals[0]
    gone = replace(goal, activities=(replace(goal.activities[0], retired_from=2018), goal.activities[1]))
    new = replace(new, basic_goals=(replace(new.basic_goals[0], activity_goals=(gone,)),))
    changes = told(list(edition_changes(base(), new, 2018)))
    assert ("1-1①", "活動名", "担い手", "") in changes
    assert ("1-1①", "平成30年度実施状況", "周知しました。", "") in changes
    back = told(list(edition_changes(new, base(), 2018)))
    assert ("1-1①", "活動名", "", "担い手") in back
    assert sorted(after for _, _, _, after in back if after) == sorted(before for _, _, before, _ in changes if before)


def test_goal_titles_are_compared() -> None:
    basic = base().basic_goals[0]
    goal = replace(basic.activity_goals[0], title="人材の確保")
    new = replace(base(), basic_goals=(replace(basic, title="ひとのわ", activity_goals=(goal,)),))
    assert told(list(edition_changes(base(), new, 2018))) == [
        ("1", "基本目標", "ひとづくり", "ひとのわ"),
        ("1-1", "活動目標", "人材の育成", "人材の確保"),
    ]


def without_ids(plan: Plan) -> Plan:
    """The plan as it is read back from paper: nothing has an identifier."""

    def slot(item: Slot) -> Slot:
        return replace(
            item,
            id="",
            departments=tuple(replace(department, id="") for department in item.departments),
            indicators=tuple(replace(indicator, id="") for indicator in item.indicators),
            results={year: tuple(replace(r, id="", link=None) for r in rs) for year, rs in item.results.items()},
        )

    def part(item: ActorPart) -> ActorPart:
        return replace(item, slots=tuple(slot(one) for one in item.slots))

    basics = tuple(
        replace(
            basic,
            id="",
            activity_goals=tuple(
                replace(
                    goal,
                    id="",
                    activities=tuple(
                        replace(one, id="", council=part(one.council), city=part(one.city)) for one in goal.activities
                    ),
                )
                for goal in basic.activity_goals
            ),
        )
        for basic in plan.basic_goals
    )
    return replace(plan, id="", basic_goals=basics)


def test_an_edition_read_from_paper_is_matched_by_its_words() -> None:
    new = with_slot(base(), status={2018: Entry(("講座を開催しました。", "周知しました。"))})
    changes = told(list(edition_changes(without_ids(base()), new, 2018)))
    assert changes == [("1-1①", "平成30年度実施状況", "講座を開きました。", "講座を開催しました。")]
    assert list(edition_changes(without_ids(base()), base(), 2018)) == []


def test_slots_are_told_apart_by_their_departments() -> None:
    def plan(*slots: Slot) -> Plan:
        return edited(base(), city=ActorPart(Actor.CITY, (), slots))

    one = Slot((WELFARE,), {2018: Entry(("甲",))})
    other = Slot((CIVIC,), {2018: Entry(("乙",))})
    assert list(edition_changes(plan(one, other), plan(other, one), 2018)) == []
    changes = told(list(edition_changes(plan(one), plan(one, other), 2018)))
    assert changes == [("1-1①", "担当課", "", "市民活動課"), ("1-1①", "平成30年度実施状況", "", "乙")]


words = st.lists(
    st.sampled_from(["講座を開いた。", "講座を2回開いた。", "周知した。", "訪問した。", "※注"]), max_size=4
)


@given(before=words, after=words)
def test_changes_spell_both_editions(before: list[str], after: list[str]) -> None:
    old = with_slot(base(), status={2018: Entry(tuple(before))})
    new = with_slot(base(), status={2018: Entry(tuple(after))})
    changes = list(edition_changes(old, new, 2018))
    removed = sorted(change.before for change in changes if change.before)
    added = sorted(change.after for change in changes if change.after)
    # What is not told is what both editions have.
    left, right = list(before), list(after)
    for line in removed:
        left.remove(line)
    for line in added:
        right.remove(line)
    assert sorted(left) == sorted(right)
    assert bool(changes) == (before != after)


def test_previous_may_be_of_another_shape_altogether() -> None:
    other = small_plan()
    changes = list(edition_changes(other, base(), 2018))
    assert changes
    assert all(change.segments and change.before != change.after for change in changes)
