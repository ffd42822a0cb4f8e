"""Texts without a field: their ids, what a field says with them, where they seem to belong."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from welfare_desktop.domain.fields import Kind
from welfare_desktop.domain.merging.loose import Place, loose_texts, ranked, value_with
from welfare_desktop.domain.merging.returned import Unmatched, UnmatchedReason
from welfare_desktop.domain.text import canonical_lines

LINES = st.lists(st.sampled_from(["あ", "い", "う", "え", "お", "会議を開いた。", "会議を開きました。"]), max_size=5)


def text(
    *lines: str,
    reason: UnmatchedReason = UnmatchedReason.NO_KEY,
    wording: tuple[str, ...] = (),
    field: str = "",
    item: str = "",
    cell: str = "G5",
) -> Unmatched:
    return Unmatched(reason, "記入", cell, lines, wording, field, item)


def test_an_id_says_nothing_of_the_place_and_tells_equal_texts_apart() -> None:
    first, second, third = loose_texts("x", [text("あ"), text("い"), text("あ", cell="G9")])
    moved = loose_texts("x", [text("い", cell="G7"), text("・あ　", cell="G8"), text("あ", cell="G5")])
    assert [moved[1].id, moved[0].id, moved[2].id] == [first.id, second.id, third.id]
    assert len({first.id, second.id, third.id}) == 3
    assert loose_texts("y", [text("あ")])[0].id != first.id


@pytest.mark.parametrize(
    ("base", "lines", "reason", "expected"),
    [
        ((), ("あ",), UnmatchedReason.NO_KEY, ("あ",)),
        (("あ",), ("い",), UnmatchedReason.NO_KEY, ("あ", "い")),
        (("あ", "い"), ("あ", "う", "い"), UnmatchedReason.NO_KEY, ("あ", "う", "い")),
        (("あ", "い", "う"), ("い", "え"), UnmatchedReason.NO_KEY, ("あ", "い", "え", "う")),
        (("会議を開いた。",), ("会議を開きました。",), UnmatchedReason.DAMAGED_KEY, ("会議を開きました。",)),
        (
            ("会議を開いた。",),
            ("会議を開きました。",),
            UnmatchedReason.OUTSIDE,
            ("会議を開いた。", "会議を開きました。"),
        ),
    ],
)
def test_a_text_takes_the_place_of_what_it_repeats_and_is_added_where_it_repeats_nothing(
    base: tuple[str, ...], lines: tuple[str, ...], reason: UnmatchedReason, expected: tuple[str, ...]
) -> None:
    assert value_with(Kind.ENTRY, base, text(*lines, reason=reason)) == expected


def test_a_single_text_is_one_line_and_a_result_keeps_its_indicator() -> None:
    assert value_with(Kind.LINE, "前", text("後の", "題名")) == "後の題名"
    value = value_with(Kind.RESULTS, ("あ",), text("5回", item="i-1"))
    assert value[0] == "あ"
    line, _, data = value[1].partition("\x1f")
    assert (line, json.loads(data)) == ("5回", {"link": "i-1"})


@given(LINES, LINES, st.sampled_from(list(UnmatchedReason)))
@settings(max_examples=1000, deadline=None)
def test_no_line_of_the_text_is_lost_and_none_of_the_field_without_a_repeated_one(
    base: list[str], lines: list[str], reason: UnmatchedReason
) -> None:
    value = value_with(Kind.ENTRY, tuple(base), text(*lines, reason=reason))
    rest = iter(value)
    assert all(line in rest for line in canonical_lines(lines))
    if not set(base) & set(lines) and reason in (UnmatchedReason.NO_KEY, UnmatchedReason.OUTSIDE):
        assert value == (*base, *lines)


PLACES = [
    Place("a", "1-1①", "絆づくり", "実施状況（令和元年度）", ("交流会を開いた。",)),
    Place("b", "1-1①", "絆づくり", "実施予定（令和2年度）", ("交流会を開く。",)),
    Place("c", "1-1③", "財源の確保", "実施状況（令和元年度）", ("助成金を案内した。",), own=True),
    Place("d", "1-1③", "財源の確保", "実施予定（令和2年度）", (), own=True),
]


@pytest.mark.parametrize(
    ("item", "first"),
    [
        (text("何か", wording=("1-1 ③\n財源の確保", "令和元年度\n実施状況", "【平成30年度実施状況】")), "c"),
        (text("何か", wording=("1-1 ③\n財源の確保", "令和2年度\n実施予定")), "d"),
        (text("何か", wording=("1-1 ①\n絆づくり", "令和2年度\n実施予定")), "b"),
        (text("助成金を広く案内した。"), "c"),
        (text("交流会を二度開いた。", wording=("1-1 ①",)), "a"),
        (text("何か", wording=("1-1 ①\n絆づくり",), field="d"), "d"),
    ],
)
def test_the_likeliest_field_comes_first(item: Unmatched, first: str) -> None:
    found = ranked(item, PLACES)
    assert found[0].field == first
    assert sorted(place.field for place in found) == ["a", "b", "c", "d"]
