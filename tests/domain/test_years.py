"""Fiscal years: Gregorian inside, era years outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.years import (
    both_label,
    compact_era,
    era_year,
    find_years,
    fiscal_label,
    gregorian,
    read_year,
    short_label,
)


@pytest.mark.parametrize(
    ("year", "label", "short", "both", "compact"),
    [
        (2018, "平成30年度", "30年度", "平成30(2018)年度", "H30"),
        (2019, "令和元年度", "元年度", "令和元(2019)年度", "R1"),
        (2020, "令和2年度", "2年度", "令和2(2020)年度", "R2"),
        (1989, "平成元年度", "元年度", "平成元(1989)年度", "H1"),
        (1988, "昭和63年度", "63年度", "昭和63(1988)年度", "S63"),
        (1925, "1925年度", "1925年度", "1925(1925)年度", "1925"),
    ],
)
def test_labels(year: int, label: str, short: str, both: str, compact: str) -> None:
    assert fiscal_label(year) == label
    assert short_label(year) == short
    assert both_label(year) == both
    assert compact_era(year) == compact


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("平成30年度に", [2018]),
        ("H32 250人", [2020]),
        ("Ｈ３２から令和４年度まで", [2020, 2022]),
        ("令和元年度", [2019]),
        ("平成31年4月", [2019]),  # written about a date: fiscal 2019 begins there
        ("年2回", []),
        ("", []),
    ],
)
def test_years_written_in_a_text(text: str, years: list[int]) -> None:
    assert find_years(text) == years


@given(st.integers(1926, 2080))
def test_a_year_written_is_the_year_read(year: int) -> None:
    assert find_years(fiscal_label(year)) == [year]
    assert find_years(compact_era(year)) == [year]


@pytest.mark.parametrize(("era", "number", "year"), [("H", "32", 2020), ("平成", "３４", 2022), ("令和", "元", 2019)])
def test_era_years_after_the_era_ended_are_read(era: str, number: str, year: int) -> None:
    assert gregorian(era, number) == year
    assert era_year(2020) == "令和2"


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("平成30", 2018),
        ("平成30年度", 2018),
        ("H30", 2018),
        ("ｈ３０", 2018),
        ("2018", 2018),
        ("２０１８年", 2018),
        ("令和元", 2019),
        (" 令和 元 年度 ", 2019),
        ("R1", 2019),
        ("令和2(2020)年度", 2020),
        ("令和2年度（2020）", 2020),
        ("H32", 2020),
        ("昭和63", 1988),
    ],
)
def test_a_year_is_understood_as_people_type_it(typed: str, year: int) -> None:
    assert read_year(typed) == year


@pytest.mark.parametrize("typed", ["", "30", "いつか", "H32(2021)", "R100", "20180", "平成", "2018-2022"])
def test_what_is_no_year_is_none(typed: str) -> None:
    assert read_year(typed) is None
