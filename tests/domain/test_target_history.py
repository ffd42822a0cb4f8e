"""The course of targets over the years, and numbers nobody should guess."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.judging import judged_targets
from welfare_desktop.domain.linking import read_value
from welfare_desktop.domain.model import Indicator, Judgement, JudgementOverride, Result, Slot
from welfare_desktop.domain.target_history import point_words, series_of

_YEARS = (2018, 2022)


def _slot() -> Slot:
    return Slot(
        indicators=(Indicator("登録者 H32(2020) 250人", "i"), Indicator("講座 年2回", "j")),
        results={
            2018: (Result("登録者 200人", "r1", "i"), Result("講座(2回)", "r2", "j")),
            2019: (Result("講座(1回)", "r3", "j"),),
            2020: (Result("登録者 260人", "r4", "i"), Result("講座(5件)", "r5", "j")),
        },
        overrides={2020: (JudgementOverride("j", 0, Judgement.ACHIEVED, "5回と数える"),)},
        id="s",
    )


def test_a_series_has_a_point_for_every_year_of_the_plan() -> None:
    registered, courses = series_of([_slot()], _YEARS)
    assert [point.year for point in registered.points] == [2018, 2019, 2020, 2021, 2022]
    assert [point.value for point in registered.points] == [Decimal(200), None, Decimal(260), None, None]
    assert [point.judgement for point in registered.points[:3]] == [
        Judgement.UNDER_WAY,
        Judgement.NO_RESULT,
        Judgement.ACHIEVED,
    ]
    assert [point.reported for point in registered.points] == [True, True, True, False, False]
    assert registered.due == 2020 and courses.due is None
    assert registered.top == 260
    odd = courses.point(2020)
    assert odd is not None and odd.overridden and not odd.comparable
    assert courses.point(2030) is None
    assert courses.top == 2


def test_steps_of_one_course_are_judged_by_the_same_number() -> None:
    """H32 70% H34 80%: one result says how far both are; it used to be given to the first only."""
    line = "割合 H32(2020) 70% H34(2022) 80%"
    slot = Slot(indicators=(Indicator(line, "i"),), results={2020: (Result("72%", "r"),)})
    judged = judged_targets([slot], 2020, _YEARS)
    assert [(item.value, item.judgement) for item in judged] == [
        (Decimal(72), Judgement.ACHIEVED),
        (Decimal(72), Judgement.UNDER_WAY),
    ]
    schools = "小学校 H32(2020) 2校 中学校 H34(2022) 1校"
    other = Slot(indicators=(Indicator(schools, "i"),), results={2020: (Result("小学校 2校", "r"),)})
    assert [item.value for item in judged_targets([other], 2020, _YEARS)] == [Decimal(2), None]


def test_points_in_words() -> None:
    registered, courses = series_of([_slot()], _YEARS)
    assert [point_words(point) for point in registered.points[:4]] == [
        "平成30年度 200人 途中",
        "令和元年度 実績なし",
        "令和2年度 260人 達成",
        "令和3年度 記入なし",
    ]
    odd = courses.point(2020)
    assert odd is not None
    assert point_words(odd) == "令和2年度 5件 達成（手で判定 理由 5回と数える）"


def test_no_indicator_no_series() -> None:
    assert series_of([], _YEARS) == ()
    assert series_of([Slot()], _YEARS) == ()


@pytest.mark.parametrize(
    "text",
    [
        "約100人",
        "5人程度",
        "▲5人",
        "△3人",
        "10～20人",
        "100人余り",
        "概ね30人",
        "-5人",
        "参加者約12人",
        "30人弱",
        "３０人前後",
        "5人?",
    ],
)
def test_numbers_that_are_not_exact_are_asked_about(text: str) -> None:
    slot = Slot(indicators=(Indicator("参加者 年3人", "i"),), results={2018: (Result(text, "r"),)})
    (judged,) = judged_targets([slot], 2018)
    assert judged.judgement is Judgement.UNDECIDED
    assert "はっきりした数ではありません" in judged.reason
    assert judged.value is None
    by_hand = Slot(indicators=slot.indicators, results={2018: (Result(text, "r", value=Decimal(4)),)})
    assert judged_targets([by_hand], 2018)[0].judgement is Judgement.ACHIEVED


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１２３人", 123),
        ("1,234人", 1234),
        ("参加者 44人（強化）", 44),
        ("開催2回（参加5人程度）", 2),
        ("体制強化 3人", 3),
        ("余暇 3人余暇", 3),
    ],
)
def test_exact_numbers_are_read(text: str, value: int) -> None:
    unit = "年3回" if "回" in text else "年3人"
    slot = Slot(indicators=(Indicator(f"参加者 {unit}", "i"),), results={2018: (Result(text, "r", "i"),)})
    assert judged_targets([slot], 2018)[0].value == value


@given(st.integers(0, 999_999), st.sampled_from(("約{}人", "{}人程度", "▲{}人", "{}人前後", "概ね{}人")))
def test_no_vague_number_is_ever_guessed(number: int, words: str) -> None:
    assert read_value(words.format(number), None)[0] is None
    assert read_value(f"{number}人", None) == (Decimal(number), "人")
