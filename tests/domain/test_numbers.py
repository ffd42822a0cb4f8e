"""Numbers: strict in a cell, found in a sentence, written plainly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.numbers import (
    KNOWN_UNITS,
    MAX_DIGITS,
    Quantity,
    canonical_unit,
    find_quantities,
    format_decimal,
    format_quantity,
    half_width,
    read_decimal,
    read_quantity,
    same_unit,
    unit_at,
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("5", "5"),
        ("１２", "12"),
        ("８１，５２６", "81526"),
        ("81,526", "81526"),
        ("1,234,567", "1234567"),
        ("44.1", "44.1"),
        ("４４．１", "44.1"),
        ("  7\u3000", "7"),
        ("-5", "-5"),
        ("－５", "-5"),
        ("\u22125", "-5"),
        ("0", "0"),
        ("007", "7"),
        ("44.1%", "44.1"),
        ("１００％", "100"),
        ("12 %", "12"),
    ],
)
def test_a_plain_number_is_read(typed: str, value: str) -> None:
    assert read_decimal(typed) == Decimal(value)


def test_a_percent_sign_is_a_unit() -> None:
    assert read_quantity("70%") == read_quantity("70％") == Quantity(Decimal(70), "％")
    assert read_quantity("70") == Quantity(Decimal(70), "")


@pytest.mark.parametrize(
    ("typed", "message", "next_step"),
    [
        ("▲5", "「▲5」は負の数か減った数か決められません。", "負の数なら -5 のように入れてください。"),
        ("△５", "「△５」は負の数か減った数か決められません。", "負の数なら -5 のように入れてください。"),
        ("約140", "「約140」は数として読めません。", "140 と入れるか、判定を手で決めてください。"),
        ("1,000人程度", "「1,000人程度」は数として読めません。", "1,000 と入れるか、判定を手で決めてください。"),
        ("5人", "「5人」には数でない文字が付いています。", "5 と入れ、単位は単位の欄に入れてください。"),
        ("1,23", "「1,23」は数として読めません。", "けたの区切り（,）の位置を確かめてください。"),
        ("", "数が入っていません。", "数を入れるか、「—」（該当なし）にしてください。"),
        ("—", "「—」は数として読めません。", "数を一つだけ入れるか、判定を手で決めてください。"),
        ("2回と3回", "「2回と3回」は数として読めません。", "数を一つだけ入れるか、判定を手で決めてください。"),
    ],
)
def test_what_is_not_plainly_a_number_is_refused_with_a_sentence(typed: str, message: str, next_step: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_decimal(typed)
    assert (caught.value.code, caught.value.message, caught.value.next_step) == ("W-101", message, next_step)


@pytest.mark.parametrize(
    "typed",
    [
        *("①", "５²", "½", "1e5", "1_000", "0x10", "٣", "๓", "十", "Ⅳ", "NaN", "inf", ".5", "5.", "1 000", "1,2,3"),
        *("--5", "+5", "5-", "1,,000", ",100", "12,34.5", "10～20", "#REF!", "=1+1", "2018/5/1", "5%%", "%", "％５"),
        "5\n6",
    ],
)
def test_near_numbers_are_not_numbers(typed: str) -> None:
    with pytest.raises(InvalidValue):
        read_decimal(typed)


def test_a_sentence_for_a_long_cell_stays_short() -> None:
    with pytest.raises(InvalidValue) as caught:
        read_decimal("あ" * 5000)
    assert len(str(caught.value)) < 120
    with pytest.raises(InvalidValue, match="多すぎます"):
        read_decimal("9" * (MAX_DIGITS + 1))
    assert read_decimal("9" * MAX_DIGITS) == Decimal("9" * MAX_DIGITS)


@given(st.text(max_size=40))
@example("1" * 400)
def test_any_text_is_a_number_or_a_told_refusal(text: str) -> None:
    try:
        value = read_decimal(text)
    except InvalidValue as error:
        told = (error.code, bool(error.message), bool(error.next_step))
    else:
        told = ("W-101", value.is_finite(), any(ch.isdigit() for ch in text))
    assert told == ("W-101", True, True)


decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(decimals, st.booleans())
def test_what_is_written_is_read_back(value: Decimal, grouped: bool) -> None:
    written = format_decimal(value, grouped)
    assert read_decimal(written) == value
    assert "E" not in written
    assert format_decimal(read_decimal(written), grouped) == written


@given(decimals)
def test_width_makes_no_difference(value: Decimal) -> None:
    written = format_decimal(value)
    wide = "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in written)
    assert read_decimal(wide) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("81526", "81,526"),
        ("44.10", "44.1"),
        ("1E+3", "1,000"),
        ("-0.0", "0"),
        ("0.05", "0.05"),
        ("-1234.5", "-1,234.5"),
    ],
)
def test_numbers_are_written_plainly(value: str, text: str) -> None:
    assert format_decimal(Decimal(value)) == text


def test_a_quantity_is_written_with_its_unit() -> None:
    assert format_quantity(Decimal(81526), "人") == "81,526人"


def found(text: str) -> list[tuple[str, str]]:
    return [(str(item.value), item.unit) for item in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("災害ボランティア研修会(1回、382人参加)", [("1", "回"), ("382", "人")]),
        ("小・中学校 30校", [("30", "校")]),
        ("支援回数:243回", [("243", "回")]),
        ("11地区協議", [("11", "地区協議")]),
        ("25地区社協", [("25", "地区社協")]),
        ("児童館2箇所 放課後児童クラブ16", [("2", "箇所"), ("16", "")]),
        ("新規開設(年7か所)", [("7", "か所")]),
        ("８１，５２６人", [("81526", "人")]),
        ("44.1%", [("44.1", "%")]),
        ("29万円を1.5万人に", [("290000", "円"), ("15000", "人")]),
        ("1万2,000人と2千人", [("12000", "人"), ("2000", "人")]),
        ("400 人", [("400", "人")]),
        ("年1回×2会場", [("1", "回"), ("2", "会場")]),
        ("722グループ以上", [("722", "グループ")]),
        ("10回開催した", [("10", "回")]),
        ("40社会福祉法人", [("40", "社会福祉法人")]),
        ("5,212回", [("5212", "回")]),
        ("152日", [("152", "日")]),
        # Not quantities: words, dates, telephone numbers, fractions, lists.
        ("(P32参照)と第2層と№5", []),
        ("平成31年2月3日と3月21日", []),
        ("083-934-2794 と 12/25 と 9:30", []),
        ("12.34.56 と 1,2,3", []),
        ("①②", []),
    ],
)
def test_quantities_are_found_in_running_text(text: str, quantities: list[tuple[str, str]]) -> None:
    assert found(text) == quantities


@given(st.text(alphabet="0123456789０１２年月日回人%％,.、()（）第P万千 校地区社協あア", max_size=30))
def test_found_positions_lie_in_the_text_as_typed(text: str) -> None:
    last = 0
    for item in find_quantities(text):
        assert last <= item.start < item.number_end <= item.end <= len(text)
        assert text[item.number_end : item.end].strip() == item.unit
        assert half_width(text)[item.start].isdigit()
        last = item.end


@given(st.text())
def test_widths_are_changed_character_for_character(text: str) -> None:
    assert len(half_width(text)) == len(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("箇所", "ヵ所"), ("か所", "カ所"), ("ヶ所", "ケ所"), ("%", "％"), ("人", "名"), ("企業", "社"), ("回", "回")],
)
def test_units_that_count_the_same(one: str, other: str) -> None:
    assert same_unit(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("回", "件"), ("地区", "地区社協"), ("校", "件"), ("人", "グループ"), ("", "人"), ("％", "人")]
)
def test_units_that_do_not(one: str, other: str) -> None:
    assert not same_unit(one, other)


@pytest.mark.parametrize("unit", sorted(KNOWN_UNITS))
def test_every_known_unit_is_read_after_a_number_and_keeps_its_family(unit: str) -> None:
    assert unit_at(f"3{unit}", 1) == unit
    assert canonical_unit(canonical_unit(unit)) == canonical_unit(unit)
