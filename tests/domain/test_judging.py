"""Judgements: every rule, the real report, and a person's last word."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from welfare_desktop.domain.judging import Judged, judge, judged_targets, judgements_of
from welfare_desktop.domain.model import (
    Actor,
    ActorPart,
    Indicator,
    Judgement,
    JudgementOverride,
    Plan,
    Result,
    Slot,
    Target,
    TargetKind,
)
from welfare_desktop.domain.targets import read_targets

PLAN = (2018, 2022)


def target_of(wording: str) -> Target:
    return read_targets(wording, PLAN)[0]


@pytest.mark.parametrize(
    ("wording", "value", "unit", "judgement", "reason"),
    [
        # A yearly count.
        ("年2回", "2", "回", Judgement.ACHIEVED, ""),
        ("年2回", "3", "回", Judgement.ACHIEVED, ""),
        ("年2回", "1", "回", Judgement.MISSED, "あと1回"),
        ("年2回以上", "1", "回", Judgement.MISSED, "あと1回"),
        ("年1,000人", "1", "人", Judgement.MISSED, "あと999人"),
        # A level without a year is due now.
        ("25地区社協", "23", "地区社協", Judgement.MISSED, "あと2地区社協"),
        ("7人", "7", "人", Judgement.ACHIEVED, ""),
        # By a year: under way before, due in it and after it; reached early is reached.
        ("H32(2020) 250人", "44", "人", Judgement.UNDER_WAY, "17％"),
        ("H34(2022) 70%", "60", "％", Judgement.UNDER_WAY, "85％"),
        ("H32(2020) 35%", "44.1", "％", Judgement.ACHIEVED, ""),
        ("H30(2018) 250人", "249", "人", Judgement.MISSED, "あと1人"),
        ("H29(2017) 250人", "249", "人", Judgement.MISSED, "あと1人"),
        ("H31(2019)～ 年2地区", "1", "地区", Judgement.UNDER_WAY, "50％"),
        ("H30(2018)～ 年2地区", "1", "地区", Judgement.MISSED, "あと1地区"),
        # Until a year means every year until then.
        ("R4まで毎年3回", "2", "回", Judgement.MISSED, "あと1回"),
        # A ceiling is reached from below.
        ("年5件以下", "5", "件", Judgement.ACHIEVED, ""),
        ("年5件以下", "7", "件", Judgement.MISSED, "2件超えています。"),
        ("H34(2022) 10人未満", "10", "人", Judgement.UNDER_WAY, "0人超えています。"),
        ("H34(2022) 10人未満", "9", "人", Judgement.ACHIEVED, ""),
        ("参加率 50%超", "50", "％", Judgement.MISSED, "あと0％"),
        ("事故 0件", "0", "件", Judgement.ACHIEVED, ""),
        ("事故 0件", "2", "件", Judgement.MISSED, "あと2件"),
        # Units: spellings of one unit agree, a bare number is taken in the target's.
        ("年10ヵ所", "10", "箇所", Judgement.ACHIEVED, ""),
        ("年10人", "10", "名", Judgement.ACHIEVED, ""),
        ("70%", "70", "%", Judgement.ACHIEVED, ""),
        ("年10人", "10", "", Judgement.ACHIEVED, ""),
        ("放課後児童クラブ16", "16", "箇所", Judgement.ACHIEVED, ""),
        ("年20件", "30", "校", Judgement.UNIT_MISMATCH, "目標は「20件」、実績は「30校」です。"),
        ("21地区", "21", "地区社協", Judgement.UNIT_MISMATCH, "目標は「21地区」、実績は「21地区社協」です。"),
        ("10%増", "10", "％", Judgement.UNIT_MISMATCH, "目標は「10％増」、実績は「10％」です。"),
        # No number, or none to reach.
        ("年2回", None, "", Judgement.UNDECIDED, "実績に数値がありません。"),
        ("調査 H30(2018)", None, "", Judgement.ACHIEVED, ""),
        ("研修会の充実", "3", "回", Judgement.QUALITATIVE, ""),
        # A product and a rhythm.
        ("年1回×2会場", "1", "回", Judgement.MISSED, "あと1回"),
        ("訪問 月1回", "12", "回", Judgement.ACHIEVED, ""),
        ("声かけ 週3回", "150", "回", Judgement.UNIT_MISMATCH, "目標は「3回/週」、実績は「150回」です。"),
        ("講座 隔年1回", "1", "回", Judgement.ACHIEVED, ""),
    ],
)
def test_one_number_against_one_target(
    wording: str, value: str | None, unit: str, judgement: Judgement, reason: str
) -> None:
    number = None if value is None else Decimal(value)
    assert judge(target_of(wording), number, unit, 2018) == (judgement, reason)


def test_a_corrected_target_without_a_number_is_for_a_person() -> None:
    target = Target("平成30年度", TargetKind.BY_YEAR, fiscal_year=2018)
    assert judge(target, Decimal(3), "回", 2018) == (Judgement.UNDECIDED, "目標に数値がありません。")


def slot_of(indicators: list[str], results: dict[int, list[str]], **more: object) -> Slot:
    return Slot(
        indicators=tuple(Indicator(text, f"i{number}") for number, text in enumerate(indicators)),
        results={
            year: tuple(Result(text, f"r{year}{number}") for number, text in enumerate(texts))
            for year, texts in results.items()
        },
        **more,  # type: ignore[arg-type]  # keyword arguments of Slot, passed through
    )


def judged(indicators: list[str], results: dict[int, list[str]], year: int = 2018) -> list[Judged]:
    return list(judged_targets([slot_of(indicators, results)], year, PLAN))


def only(indicator: str, results: dict[int, list[str]], year: int = 2018) -> tuple[Judgement, str]:
    (found,) = judged([indicator], results, year)
    return found.judgement, found.reason


def test_yearly_counts_add_up() -> None:
    (found,) = judged(["研修会等 年3回以上"], {2018: ["研修・交流会(2回)", "研修会(1回)"]})
    assert (found.judgement, found.value, found.result_indexes, found.percent) == (
        Judgement.ACHIEVED,
        Decimal(3),
        (0, 1),
        100,
    )


def test_levels_and_rates_do_not_add_up() -> None:
    results = {2018: ["福祉員等への情報提供(10地区)", "福祉員等への情報提供(12地区)"]}
    (found,) = judged(["福祉員等への情報提供 21地区"], results)
    assert found.value == Decimal(12)
    assert (found.judgement, found.reason) == (Judgement.UNDECIDED, "実績が複数あります。合わせると目標に届きます。")
    (found,) = judged(["加入率 H30(2018) 70%"], {2018: ["加入率 40%", "加入率 50%"]})
    assert (found.judgement, found.value) == (Judgement.MISSED, Decimal(50))


def test_a_target_for_each_of_several_needs_a_result_that_says_each() -> None:
    assert only("情報交換会 年各1回", {2018: ["情報交換会(1回)"]})[0] is Judgement.UNDECIDED
    assert only("情報交換会 年各1回", {2018: ["情報交換会(各1回)"]})[0] is Judgement.ACHIEVED
    assert only("情報交換会 年各2回", {2018: ["情報交換会(各1回)"]})[0] is Judgement.MISSED


@pytest.mark.parametrize("results", [[], ["—"], ["－"]])
def test_no_result_and_the_mark_for_none(results: list[str]) -> None:
    assert only("交流会 年1回", {2018: results}) == (Judgement.NO_RESULT, "")
    assert only("登録者数 H32(2020) 250人", {2018: results}) == (Judgement.NO_RESULT, "")


def test_a_biennial_target_is_not_owed_every_year() -> None:
    assert only("講座 隔年1回", {2018: ["—"]}) == (Judgement.NO_RESULT, "")
    assert only("講座 隔年1回", {2018: ["講座(1回)"]}) == (Judgement.ACHIEVED, "")
    results = {2018: ["講座(1回)"], 2019: ["—"]}
    assert only("講座 隔年1回", results, 2019) == (
        Judgement.NO_RESULT,
        "隔年の目標です。平成30年度に実績があります。",
    )
    results = {2018: ["—"], 2019: ["—"]}
    assert only("講座 隔年1回", results, 2019)[0] is Judgement.MISSED
    assert only("講座 隔年1回", {2018: ["—"]}, 2019) == (Judgement.NO_RESULT, "")


def test_what_was_to_be_done_once_stays_done() -> None:
    results = {2018: ["アンケート調査を実施"], 2020: ["—"]}
    assert only("アンケート調査 H30(2018)", results, 2018)[0] is Judgement.ACHIEVED
    assert only("アンケート調査 H30(2018)", results, 2020) == (Judgement.ACHIEVED, "平成30年度に実績があります。")
    assert only("アンケート調査 H30(2018)", {}, 2018) == (Judgement.NO_RESULT, "")


def test_results_nobody_linked_are_not_called_none() -> None:
    results = {2018: ["大学での講義(2回)", "広報紙の発行(6回)"]}
    assert only("養成講座 年2地区", results) == (
        Judgement.UNDECIDED,
        "どの指標の実績か決まっていない行が2行あります。",
    )
    unlinked = (Result("大学での講義(2回)", link=""), Result("広報紙の発行(6回)", link=""))
    slot = Slot(indicators=(Indicator("養成講座 年2地区", "a"),), results={2018: unlinked})
    assert judged_targets([slot], 2018)[0].judgement is Judgement.NO_RESULT


@pytest.mark.parametrize(
    ("indicator", "result", "reason"),
    [
        (
            "サポーター登録者数 H32(2020) 250人",
            "フォローアップ講座受講者 44人",
            "指標は「登録者」、実績は「受講者」です。",
        ),
        ("サポーター養成講座 年1回", "サポーター説明会(1回)", "指標は「講座」、実績は「説明会」です。"),
    ],
)
def test_a_number_that_counts_something_else_is_for_a_person(indicator: str, result: str, reason: str) -> None:
    assert only(indicator, {2018: [result]}) == (Judgement.UNDECIDED, reason)


def test_a_link_a_person_made_is_not_doubted() -> None:
    slot = Slot(
        indicators=(Indicator("サポーター養成講座 年1回", "a"),),
        results={2018: (Result("サポーター説明会(1回)", link="a"),)},
    )
    assert judged_targets([slot], 2018)[0].judgement is Judgement.ACHIEVED


def test_several_targets_of_one_line_take_their_own_numbers() -> None:
    line = "指定小学校 年2校 指定中学校 年2校 指定高等学校 年1校"
    found = judged([line], {2018: ["指定高等学校(年1校)", "指定中学校(年1校)", "指定小学校(年2校)"]})
    assert [(item.target_index, item.judgement.value, str(item.value)) for item in found] == [
        (0, "achieved", "2"),
        (1, "missed", "1"),
        (2, "achieved", "1"),
    ]
    found = judged(["児童館2 放課後児童クラブ16"], {2018: ["(放課後児童クラブ16 児童館2箇所)"]})
    assert [(item.judgement.value, str(item.value)) for item in found] == [("achieved", "2"), ("achieved", "16")]
    found = judged(["点訳 522件 音訳 321件"], {2018: ["音訳 471件"]})
    assert [item.judgement.value for item in found] == ["no_result", "achieved"]
    found = judged(["研修会 年2回以上、50人以上"], {2018: ["研修会(2回、62人)"]})
    assert [(item.judgement.value, item.unit) for item in found] == [("achieved", "回"), ("achieved", "人")]


def test_a_number_corrected_by_hand_is_the_one_judged() -> None:
    slot = Slot(
        indicators=(Indicator("活動件数 年10件", "a"),),
        results={2018: (Result("約12件", value=Decimal(9), unit="件"), Result("別の記録", link=""))},
    )
    (found,) = judged_targets([slot], 2018)
    assert (found.judgement, found.value, found.reason) == (Judgement.MISSED, Decimal(9), "あと1件")


def test_a_persons_judgement_replaces_the_proposal_and_keeps_its_reason() -> None:
    override = JudgementOverride("i0", 1, Judgement.ACHIEVED, "会場を合わせた数")
    slot = slot_of(["全体会 年2回 部会 年4回"], {2018: ["全体会(2回)", "部会(3回)"]}, overrides={2018: (override,)})
    first, second = judged_targets([slot], 2018)
    assert (first.overridden, first.judgement) == (False, Judgement.ACHIEVED)
    assert (second.overridden, second.judgement, second.reason) == (True, Judgement.ACHIEVED, "会場を合わせた数")
    assert (second.proposed, second.value) == (Judgement.MISSED, Decimal(3))


def test_an_override_of_another_year_target_or_indicator_changes_nothing() -> None:
    overrides = {
        2019: (JudgementOverride("i0", 0, Judgement.MISSED, "別の年"),),
        2018: (
            JudgementOverride("gone", 0, Judgement.MISSED, "無い指標"),
            JudgementOverride("i0", 7, Judgement.MISSED, ""),
        ),
    }
    (found,) = judged_targets([slot_of(["交流会 年1回"], {2018: ["交流会(1回)"]}, overrides=overrides)], 2018)
    assert (found.overridden, found.judgement) == (False, Judgement.ACHIEVED)


def test_indexes_count_over_all_slots_of_the_actor() -> None:
    first = slot_of(["交流会 年1回"], {2018: ["交流会(1回)"]})
    second = slot_of(["調査の充実", "講座 年2回"], {2018: ["講座(1回)"]})
    found = judgements_of(ActorPart(Actor.CITY, slots=(first, second)), 2018)
    assert [(item.indicator_index, item.result_indexes, item.judgement.value) for item in found] == [
        (0, (0,), "achieved"),
        (1, (), "qualitative"),
        (2, (1,), "missed"),
    ]


def test_a_percentage_is_given_only_where_it_says_something() -> None:
    assert judged(["交流会 年4回"], {2018: ["交流会(3回)"]})[0].percent == 75
    assert judged(["苦情 年4件以下"], {2018: ["苦情(3件)"]})[0].percent is None
    assert judged(["周知 年4件"], {2018: ["周知(3校)"]})[0].percent is None
    assert judged(["交流会 年4回"], {2018: []})[0].percent is None


#: The real report of fiscal 2018, by goal and actor; what a reader of the paper would say.
REAL = {
    Actor.COUNCIL: {"達成": 26, "途中": 1, "未達": 8, "単位不一致": 4, "要確認": 5, "実績なし": 5, "定性": 4},
    Actor.CITY: {"達成": 16, "途中": 6, "未達": 1, "単位不一致": 1, "要確認": 3, "実績なし": 4},
}


@pytest.mark.parametrize("actor", list(Actor))
def test_the_real_report(real_plan: Plan, actor: Actor) -> None:
    counts = Counter(
        item.judgement.label
        for _, _, activity in real_plan.walk()
        for item in judgements_of(activity.part(actor), 2018, (real_plan.first_year, real_plan.last_year))
    )
    assert counts == REAL[actor]


@pytest.mark.parametrize(
    ("numbers", "actor", "expected"),
    [
        ((1, 1, 2), Actor.COUNCIL, ["達成", "未達", "達成", "実績なし"]),
        ((1, 2, 1), Actor.COUNCIL, ["達成", "達成", "達成", "達成"]),
        ((1, 2, 4), Actor.CITY, ["途中", "達成"]),
        ((2, 2, 2), Actor.COUNCIL, ["達成", "達成", "達成", "達成"]),
        ((2, 3, 3), Actor.COUNCIL, ["達成", "要確認"]),
        ((2, 4, 1), Actor.COUNCIL, ["単位不一致", "未達"]),
        ((3, 1, 1), Actor.COUNCIL, ["定性", "定性", "未達", "達成"]),
    ],
)
def test_activities_of_the_real_report(
    real_plan: Plan, numbers: tuple[int, int, int], actor: Actor, expected: list[str]
) -> None:
    part = next(
        activity.part(actor)
        for basic_goal, goal, activity in real_plan.walk()
        if (basic_goal.number, goal.number, activity.number) == numbers
    )
    assert [item.judgement.label for item in judgements_of(part, 2018, PLAN)] == expected


texts = st.lists(st.text(alphabet="研修会交流 年隔各12回人％%(（）)、—×～以上下H30", max_size=14), max_size=4)


@given(texts, texts, texts)
@example([""], ["実施"], [])  # an indicator without targets
def test_every_target_gets_one_judgement_that_rests_on_existing_results(
    indicators: list[str], now: list[str], before: list[str]
) -> None:
    slot = slot_of(indicators, {2018: now, 2017: before})
    found = judged_targets([slot], 2018, PLAN)
    expected = [
        (index, place) for index, text in enumerate(indicators) for place in range(len(read_targets(text, PLAN)))
    ]
    assert [(item.indicator_index, item.target_index) for item in found] == expected
    for item in found:
        assert all(0 <= index < len(now) for index in item.result_indexes)
        assert item.proposed is item.judgement
        assert (item.judgement is Judgement.QUALITATIVE) == (item.target.kind is TargetKind.QUALITATIVE)


@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from(["年{}回", "年{}回以上", "H30(2018) {}回", "{}回"]))
def test_a_higher_number_never_makes_it_worse(low: int, more: int, wording: str) -> None:
    target = target_of(wording.format(max(1, low)))
    order = [Judgement.MISSED, Judgement.ACHIEVED]
    first, second = (judge(target, Decimal(value), "回", 2018)[0] for value in (low, low + more))
    assert order.index(first) <= order.index(second)
