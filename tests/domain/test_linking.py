"""Links between results and indicators, and the number of a result."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.linking import likeness, name_of_indicator, name_of_result, propose_links, read_value
from welfare_desktop.domain.model import Indicator, Plan, Result, Target, TargetKind
from welfare_desktop.domain.targets import read_targets


def links(indicators: list[str], results: list[str]) -> list[int | None]:
    return list(propose_links([Indicator(text) for text in indicators], [Result(text) for text in results]))


@pytest.mark.parametrize(
    ("indicators", "results", "expected"),
    [
        # Names alike, in whatever order.
        (
            ["サロン新規開設 年10ヵ所", "地区サロン連絡会の開催 年25地区協議"],
            ["地区サロン連絡会の開催(11地区協議)", "サロン新規開設(年7箇所)"],
            [1, 0],
        ),
        (["市民公開講座の実施 年1回以上", "広報紙の発行 年6回"], ["市民講座1回"], [0]),
        # 各種…等 takes anything of its kind.
        (["研修会の充実", "各種研修会等の開催 年20回"], ["新任福祉員研修の開催（1回）"], [1]),
        # A word in common is not enough.
        (
            ["地域ニーズに対するボランティア養成講座 年2地区"],
            ["大学等での講義(2回)", "災害ボランティア研修会(1回)"],
            [None, None],
        ),
        # Bare numbers: one indicator, as many as indicators, by their unit.
        (["課題を認識している市民の割合 H32(2020) 35%"], ["44.1%"], [0]),
        (["利用者数 年50人", "開催回数 年4回"], ["62人", "5回"], [0, 1]),
        (["利用者数 年50人", "開催回数 年4回", "協力校 年3校"], ["5回"], [1]),
        (["利用者数 年50人", "登録者数 年50人", "協力校 年3校"], ["62人"], [None]),
        # A lone result belongs to a lone indicator whatever it is called.
        (["会議への参加 年1回以上"], ["役員会へ出席 5回"], [0]),
        # 「—」 answers the indicator in its place.
        (["講座 隔年1回"], ["—"], [0]),
        (["交流会 年1回", "講座 隔年1回"], ["交流会(1回)", "－"], [0, 1]),
        (["交流会 年1回", "講座 隔年1回", "調査 H30(2018)"], ["交流会(1回)", "—"], [0, None]),
        # Two indicators of the same words get one result each.
        (["情報提供 21地区", "情報提供 21地区"], ["情報提供(21地区)", "情報提供(20地区)"], [0, 1]),
        # Nothing to link with.
        ([], ["5回"], [None]),
        (["交流会 年1回"], [], []),
        (["交流会 年1回", "調査"], ["", "全く別の言葉"], [None, None]),
    ],
)
def test_links_are_proposed(indicators: list[str], results: list[str], expected: list[int | None]) -> None:
    assert links(indicators, results) == expected


def test_a_persons_decision_stands() -> None:
    indicators = [Indicator("交流会 年1回", "a"), Indicator("講座 隔年1回", "b")]
    results = [Result("交流会(1回)", link="b"), Result("講座(1回)", link=""), Result("講座(1回)", link="gone")]
    assert propose_links(indicators, results) == (1, None, 1)


def test_a_lone_result_a_person_said_answers_none_stays_unlinked() -> None:
    assert propose_links([Indicator("交流会 年1回", "a")], [Result("交流会(1回)", link="")]) == (None,)


def test_links_in_the_real_report(real_plan: Plan) -> None:
    """Every result of the report is linked, except those that name nothing the slot's indicators name."""
    unlinked = []
    linked = 0
    for basic_goal, goal, activity in real_plan.walk():
        for part in activity.parts:
            indicators = [item for slot in part.slots for item in slot.indicators]
            results = [item for slot in part.slots for item in slot.results.get(2018, ())]
            for result, link in zip(results, propose_links(indicators, results), strict=True):
                linked += link is not None
                if link is None:
                    unlinked.append((f"{basic_goal.number}-{goal.number}-{activity.number}", result.text[:8]))
    assert linked == 76
    assert unlinked == [
        ("1-1-1", "大学等での講義("),
        ("1-1-1", "災害ボランティア"),
        ("1-1-1", "南部地域手話・点"),
        ("1-1-1", "介護予防・生活支"),
        ("1-2-1", "福祉体験学習サポ"),
        ("1-2-3", "平川小学校(児童"),
        ("1-2-3", "八坂小学校(児童"),
        ("1-2-3", "阿東東中学校(生"),
        ("3-1-2", "市長申立 6件"),
        ("3-1-2", "報酬助成 1件"),
    ]


@pytest.mark.parametrize(
    ("text", "wording", "value", "unit"),
    [
        ("災害ボランティア研修会(1回、382人参加)", "年1回", "1", "回"),
        ("災害ボランティア研修会(1回、382人参加)", "参加者 年300人", "382", "人"),
        ("地域包括支援センターに2層コーディネーターを4人配置", "7人", "4", "人"),
        ("全体会2回、エリア別会議13回", "全体会 年2回 エリア別会議 年13回", "2", "回"),
        ("運営シミュレーション(小郡地域 1回・阿東地域 1回)", "年1回以上", "2", "回"),
        ("加入率 (60%)", "H34(2022) 70%", "60", "％"),
        ("44.1％", "H32(2020) 35%", "44.1", "％"),
        ("新規開設(年7箇所)", "年10ヵ所", "7", "箇所"),
        ("放課後児童クラブ16", "放課後児童クラブ16", "16", ""),
        ("実施及び周知(小・中学校 30校)", "年20件", "30", "校"),
        ("登録 62", "年50人", "62", ""),
        ("８１，５２６人", "85,000人", "81526", "人"),
        ("子ども110番の家 50軒", "40軒", "50", "軒"),
    ],
)
def test_the_number_that_answers_a_target(text: str, wording: str, value: str, unit: str) -> None:
    assert read_value(text, read_targets(wording)[0]) == (Decimal(value), unit)


def test_the_second_target_of_a_line_gets_the_number_with_its_name() -> None:
    targets = read_targets("全体会 年2回 エリア別会議 年13回")
    assert read_value("全体会2回、エリア別会議13回", targets[1]) == (Decimal(13), "回")


def test_a_lone_target_is_helped_by_the_indicators_name() -> None:
    (target,) = read_targets("地域ケア会議等への出席(エリア別会議 13回)")
    assert read_value("全体会2回、エリア別会議13回", target) == (Decimal(2), "回")
    assert read_value("全体会2回、エリア別会議13回", target, "地域ケア会議(エリア別会議)") == (Decimal(13), "回")


@pytest.mark.parametrize("text", ["", "—", "補助金交付による支援を実施", "第2層", "平成30年3月21日に実施"])
def test_a_result_without_a_number(text: str) -> None:
    assert read_value(text, None) == (None, "")
    assert read_value(text, Target("年1回", TargetKind.ANNUAL, Decimal(1), "回")) == (None, "")


def test_without_a_target_it_is_the_first_number_that_counts() -> None:
    assert read_value("2層コーディネーターを4人配置", None) == (Decimal(4), "人")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("44.1%", ""),
        ("4回", ""),
        ("年2校", ""),
        ("指定小学校(年2校)", "指定小学校"),
        ("災害ボランティア研修会(1回、382人参加)", "災害ボランティア研修会"),
        ("支援回数:243回", "支援回数"),
        ("推進協議会への加入率 (60%)", "推進協議会への加入率"),
    ],
)
def test_what_a_result_counts(text: str, name: str) -> None:
    assert name_of_result(text) == name


def test_what_an_indicator_counts() -> None:
    assert name_of_indicator(Indicator("点字・声の広報 H32(2020) 点訳 522件 音訳 321件")) == "点字・声の広報 点訳 音訳"
    assert name_of_indicator(Indicator("—")) == "—"


names = st.text(alphabet="研修会交流の開催支援サロン地区 ・(", max_size=14)


@given(names, names)
def test_likeness_is_symmetric_and_between_nothing_and_one(one: str, other: str) -> None:
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert 0 <= likeness(one, other) <= 1.0000001
    assert likeness(one, one) in (0.0, pytest.approx(1.0))


texts = st.lists(st.text(alphabet="研修会交流講座開催 年12回人％(（）)、—", max_size=12), max_size=5)


@given(texts, texts)
def test_every_result_gets_an_existing_indicator_or_none(indicators: list[str], results: list[str]) -> None:
    proposed = links(indicators, results)
    assert len(proposed) == len(results)
    assert all(link is None or 0 <= link < len(indicators) for link in proposed)
    decided = [Result(text, link="") for text in results]
    assert set(propose_links([Indicator(text) for text in indicators], decided)) <= {None}
