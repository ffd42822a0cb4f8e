"""Targets corrected by hand: reading what is typed, and telling when the wording has moved on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.linking import targets_of
from welfare_desktop.domain.model import Indicator, Judgement, JudgementOverride, Target, TargetKind
from welfare_desktop.domain.target_correction import (
    COMPARATORS,
    KIND_WORDS,
    NEEDS_YEAR,
    WITHOUT_NUMBER,
    TargetDraft,
    comparator_word,
    corrected,
    draft_of,
    is_outdated,
    moved_overrides,
    read_year,
    year_words,
)
from welfare_desktop.domain.targets import read_targets, target_names

_YEARS = (2018, 2022)
_BY_2020 = TargetDraft(TargetKind.BY_YEAR, "70", "％", "≥", "2020", "H32(2020) 70%", 0)


def _sound() -> st.SearchStrategy[Target]:
    """A target a person could have typed."""

    def build(kind: TargetKind, value: Decimal, unit: str, comparator: str, year: int | None) -> Target:
        number = None if kind in WITHOUT_NUMBER else value
        return Target("", kind, number, unit, comparator, (year or 2020) if kind in NEEDS_YEAR else year)

    return st.builds(
        build,
        st.sampled_from(TargetKind),
        st.decimals(0, 999_999, places=2),
        st.sampled_from(("", "回", "地区社協", "％")),
        st.sampled_from(COMPARATORS),
        st.none() | st.integers(*_YEARS),
    )


@given(_sound(), st.integers(0, 5))
def test_a_target_shown_for_typing_reads_back_as_itself(target: Target, origin: int) -> None:
    draft = draft_of(target, origin)
    assert draft.origin == origin
    assert corrected(draft, _YEARS) == target


@pytest.mark.parametrize(
    "line",
    [
        "講座 年2回",
        "H32(2020) 70%",
        "年各1回",
        "隔年1回",
        "H30(2018)～ 年2地区",
        "25地区社協",
        "調査 H30(2018)",
        "月1回",
        "充実",
    ],
)
def test_targets_read_from_a_line_read_back_as_themselves(line: str) -> None:
    read = read_targets(line, _YEARS)
    assert read
    assert tuple(corrected(draft_of(item), _YEARS) for item in read) == read


def test_full_width_figures_commas_and_percent_are_numbers() -> None:
    for typed, value, unit in (("１２", 12, ""), ("1,234", 1234, ""), ("44.1", "44.1", ""), ("70%", 70, "％")):
        target = corrected(TargetDraft(TargetKind.ANNUAL, typed), _YEARS)
        assert (target.value, target.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("draft", "code", "where"),
    [
        (replace(_BY_2020, value="約70"), "W-101", "value"),
        (replace(_BY_2020, value="▲5"), "W-101", "value"),
        (replace(_BY_2020, value="-1"), "W-101", "value"),
        (replace(_BY_2020, value=" "), "W-103", "value"),
        (replace(_BY_2020, kind=TargetKind.QUALITATIVE), "W-103", "value"),
        (replace(_BY_2020, year="2023"), "W-150", "year"),
        (replace(_BY_2020, year="R9"), "W-150", "year"),
        (replace(_BY_2020, year="来年"), "W-104", "year"),
        (replace(_BY_2020, year="20"), "W-104", "year"),
        (replace(_BY_2020, year=""), "W-103", "year"),
        (replace(_BY_2020, unit="あ" * 21), "W-103", "unit"),
        (replace(_BY_2020, comparator=">"), "W-103", "comparator"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(draft: TargetDraft, code: str, where: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        corrected(draft, _YEARS)
    assert (caught.value.code, caught.value.where) == (code, where)
    assert caught.value.next_step


@pytest.mark.parametrize("typed", ["2020", "２０２０", "2020年度", "R2", "令和2年度", "H32(2020)", "Ｒ２"])
def test_a_year_is_read_however_it_is_typed(typed: str) -> None:
    assert read_year(typed) == 2020
    assert year_words(typed) == "令和2(2020)年度"


def test_a_year_that_is_none_has_no_words() -> None:
    assert year_words("来年") == ""


@given(st.text(max_size=12))
def test_any_text_is_a_year_or_a_sentence(typed: str) -> None:
    try:
        words = str(read_year(typed))
    except InvalidValue as error:
        words = error.message
    assert words


def test_every_kind_and_comparator_has_a_word() -> None:
    assert set(KIND_WORDS) == set(TargetKind)
    assert [comparator_word(item) for item in COMPARATORS] == ["（なし）", "以上", "以下"]
    assert (comparator_word("≤", "5件未満"), comparator_word("≥", "5件超")) == ("未満", "超")


@pytest.mark.parametrize(
    ("text", "outdated"),
    [
        ("講座 年2回", False),
        ("講座の開催 年2回", False),
        ("講座 年3回", True),
        ("講座 年2回以上", True),
        ("講座の充実", True),
    ],
)
def test_a_reworded_line_is_told(text: str, outdated: bool) -> None:
    target = Target("年2回", TargetKind.ANNUAL, Decimal(4), "回")
    assert is_outdated(Indicator(text, "i", (target,)), _YEARS) is outdated


def test_nothing_corrected_is_never_outdated() -> None:
    assert not is_outdated(Indicator("講座 年2回", "i"), _YEARS)
    assert not is_outdated(Indicator("講座", "i", (Target("", TargetKind.LEVEL, Decimal(1)),)), _YEARS)


@given(st.sampled_from(("講座 年2回", "校数 H32(2020) 5校 H34(2022) 8校", "小学校 年2校 中学校 年1校", "充実")))
def test_a_correction_made_from_the_line_is_not_outdated(line: str) -> None:
    read = tuple(replace(item, value=Decimal(9), kind=TargetKind.ANNUAL) for item in read_targets(line, _YEARS))
    assert not is_outdated(Indicator(line, "i", read), _YEARS)


def test_an_added_target_counts_what_the_line_does() -> None:
    added = Target("", TargetKind.ANNUAL, Decimal(3), "人")
    assert target_names("講座 年2回", (added,)) == ("講座",)
    both = (*read_targets("講座 年2回"), added)
    assert target_names("講座 年2回", both)[1] == "講座"
    assert targets_of(Indicator("講座 年2回", "i", both)) == both


def test_judgements_follow_their_targets() -> None:
    overrides = tuple(JudgementOverride("i", number, Judgement.MISSED, f"理由{number}") for number in range(3))
    other = JudgementOverride("j", 0, Judgement.ACHIEVED, "ほか")
    moved = moved_overrides((*overrides, other), "i", (2, None, 0))
    assert [(item.indicator_id, item.target_index, item.reason) for item in moved] == [
        ("i", 2, "理由0"),
        ("i", 0, "理由2"),
        ("j", 0, "ほか"),
    ]
