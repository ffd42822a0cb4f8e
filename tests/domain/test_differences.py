"""Differences spell both texts exactly and read well."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from welfare_desktop.domain.differences import (
    Change,
    LineKind,
    Segment,
    changed_spans,
    character_difference,
    line_difference,
)


def shown(segments: tuple[Segment, ...]) -> str:
    """``[-removed-]`` and ``{+added+}`` in one string."""
    signs = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "{{+{}+}}"}
    return "".join(signs[segment.change].format(segment.text) for segment in segments)


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("研修会を開催します。", "研修会を開催しました。", "研修会を開催しま[-す-]{+した+}。"),
        ("しだれ校の保全", "しだれ桜の保全", "しだれ[-校-]{+桜+}の保全"),
        ("5団体にに対して", "5団体に対して", "5団体に[-に-]対して"),
        ("研修会", "研修会(年1回)", "研修会{+(年1回)+}"),
        ("", "研修会", "{+研修会+}"),
        ("研修会", "", "[-研修会-]"),
        ("", "", ""),
        ("同じ", "同じ", "同じ"),
        # A lone character kept between two changes says nothing: the change is shown whole.
        ("行います", "図りました", "[-行います-]{+図りました+}"),
    ],
)
def test_characters(before: str, after: str, difference: str) -> None:
    assert shown(character_difference(before, after)) == difference


japanese = st.text(alphabet="研修会を開催しますたり、。(1回)2", max_size=40)


@given(japanese, japanese)
@example("あ" * 50, "あ" * 49 + "い")
@example("aba", "bab")
def test_the_pieces_spell_both_texts(before: str, after: str) -> None:
    segments = character_difference(before, after)
    assert "".join(item.text for item in segments if item.change is not Change.ADDED) == before
    assert "".join(item.text for item in segments if item.change is not Change.REMOVED) == after
    assert all(segment.text for segment in segments)
    assert all(item.change is Change.SAME for item in segments) == (before == after)


@given(japanese, japanese)
def test_pieces_of_one_kind_never_touch(before: str, after: str) -> None:
    kinds = [segment.change for segment in character_difference(before, after)]
    assert all(one is not other for one, other in pairwise(kinds))


def test_a_pasted_page_is_shown_as_replaced() -> None:
    segments = character_difference("あ" + "い" * 3000 + "う", "あ" + "え" * 3000 + "う")
    assert [item.change for item in segments] == [Change.SAME, Change.REMOVED, Change.ADDED, Change.SAME]


def kinds(before: list[str], after: list[str]) -> list[tuple[str, int | None, int | None]]:
    return [(item.kind.value, item.before_number, item.after_number) for item in line_difference(before, after)]


def test_lines_added_removed_and_reworded() -> None:
    before = ["研修会を開催します。", "広報紙を発行します。", "相談に応じます。"]
    after = ["交流会を新たに企画します。", "研修会を開催しました。", "相談に応じます。"]
    assert kinds(before, after) == [("added", None, 1), ("changed", 1, 2), ("removed", 2, None), ("same", 3, 3)]
    changed = line_difference(before, after)[1]
    assert shown(changed.segments) == "研修会を開催しま[-す-]{+した+}。"


def test_a_line_is_paired_with_the_wording_most_like_it() -> None:
    before = ["転倒予防研修会を開催します。"]
    after = ["転倒予防登録の受付を開始します。", "転倒予防研修会を開催しました。"]
    assert kinds(before, after) == [("added", None, 1), ("changed", 1, 2)]


def test_nothing_and_the_same_line_twice() -> None:
    assert kinds([], []) == []
    assert kinds(["同"], ["同", "同"]) == [("same", 1, 1), ("added", None, 2)]
    assert kinds(["同", "同"], []) == [("removed", 1, None), ("removed", 2, None)]


lines = st.lists(st.text(alphabet="研修会を開催しますた。", max_size=12), max_size=8)


@given(lines, lines)
def test_every_line_appears_once_on_its_side_in_order(before: list[str], after: list[str]) -> None:
    differences = line_difference(before, after)
    assert [item.before for item in differences if item.before is not None] == before
    assert [item.after for item in differences if item.after is not None] == after
    assert [n for item in differences if (n := item.before_number)] == list(range(1, len(before) + 1))
    assert [n for item in differences if (n := item.after_number)] == list(range(1, len(after) + 1))
    for item in differences:
        assert (item.kind is LineKind.SAME) == (item.before == item.after)
        old = "".join(piece.text for piece in item.segments if piece.change is not Change.ADDED)
        new = "".join(piece.text for piece in item.segments if piece.change is not Change.REMOVED)
        assert (old, new) == (item.before or "", item.after or "")


@given(before=st.text(alphabet="あいう。AB", max_size=20), after=st.text(alphabet="あいう。AB", max_size=20))
def test_what_is_not_marked_is_the_same_in_both(before: str, after: str) -> None:
    gone, new = changed_spans(before, after)

    def kept(text: str, spans: tuple[tuple[int, int], ...]) -> str:
        marked = {place for start, end in spans for place in range(start, end)}
        return "".join(letter for place, letter in enumerate(text) if place not in marked)

    assert kept(before, gone) == kept(after, new)
