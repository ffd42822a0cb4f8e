"""Years in a text: which words are one, which year they name, and where two namings disagree."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.year_words import written_years, year_words
from welfare_desktop.domain.years import compact_era, fiscal_label


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("平成30年度に引き続き、連携します。", ["平成30年度"]),
        ("来年度に構築予定のウェブサイト", ["来年度"]),
        ("1地域が次年度以降も継続", ["次年度"]),
        ("前年の研修に加え、昨年度と今年度の", ["前年", "昨年度", "今年度"]),
        ("再来年度、一昨年、本年、翌年度、去年、当年度", ["再来年度", "一昨年", "本年", "翌年度", "去年", "当年度"]),
        ("平成29年(2017年)4月1日開設", ["平成29年(2017年)"]),
        ("H30(2018)～ 年2地区", ["H30(2018)"]),
        ("Ｈ３４（２０２２） 70％", ["Ｈ３４（２０２２）"]),
        ("2020（令和2）年度と2021年度", ["2020（令和2）年度", "2021年度"]),
        ("㋿2年度末まで", ["㋿2年度"]),
        ("30年度実績、元年度予定", ["30年度", "元年度"]),
        ("S60開設", ["S60"]),
        # Not years.
        ("毎年8校、年2回、年間活動件数、2年間の指定、隔年1回", []),
        ("2000件、2,018人、P2018、SR2、H2O", []),
        ("前年度比10％増の", ["前年度"]),
        ("今年齢層、来年少組", []),
        ("", []),
    ],
)
def test_words_that_name_a_year(line: str, words: list[str]) -> None:
    found = year_words(line)
    assert [word.text for word in found] == words
    assert [line[word.start : word.end] for word in found] == words


@pytest.mark.parametrize(
    ("text", "year", "gloss"),
    [
        ("平成30年度", 2018, None),
        ("令和元年度", 2019, None),
        ("H32(2020)", 2020, 2020),
        ("Ｈ３２（２０２０）", 2020, 2020),
        ("令和2年度(2020年度)", 2020, 2020),
        ("R4", 2022, None),
        ("2020(R2)年度", 2020, 2020),
        ("2020年度", 2020, None),
        ("昭和60年", 1985, None),
        ("㍻32年度", 2020, None),
    ],
)
def test_the_year_a_word_names(text: str, year: int, gloss: int | None) -> None:
    (word,) = written_years(text)
    assert (word.year, word.gloss, word.disagrees) == (year, gloss, False)


@pytest.mark.parametrize("text", ["H32(2021)", "2021（令和2）年度", "平成30年度(2019年度)"])
def test_two_namings_that_disagree(text: str) -> None:
    (word,) = written_years(text)
    assert word.disagrees


def test_relative_words_name_no_year_by_themselves() -> None:
    assert [word.year for word in year_words("来年度と30年度")] == [None, None]
    assert written_years("来年度と30年度") == ()


@given(st.integers(1926, 2050))
def test_every_year_as_the_program_writes_it_is_read_back(year: int) -> None:
    for text in (fiscal_label(year), compact_era(year), f"{compact_era(year)}({year})", f"{year}年度"):
        (word,) = written_years(text)
        assert (word.year, word.disagrees) == (year, False)


@given(st.text(alphabet="平成令和HR元0123456789２年度()（） 来次今昨前～末", max_size=20))
def test_words_never_overlap(line: str) -> None:
    found = year_words(line)
    assert all(0 <= word.start < word.end <= len(line) for word in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
