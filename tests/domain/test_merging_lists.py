"""What stands in a list, and in which order, whoever changed it beside whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.merging.lists import in_order, resolve_list
from welfare_desktop.domain.merging.resolving import Contribution, OutcomeKind, Settled
from welfare_desktop.domain.model import Lines

LISTS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6).map(tuple)
#: What several offices made of one list that was handed to all of them.
EDITS = st.tuples(LISTS, st.lists(LISTS, min_size=1, max_size=4))


def edit(
    number: int, base: Lines, value: Lines, *, seen: frozenset[str] = frozenset(), sure: bool = True
) -> Contribution:
    return Contribution(str(number), f"x{number}", "", "f", base, value, seen, sure)


@given(EDITS)
def test_what_anybody_added_stands_and_what_anybody_moved_out_does_not(case: tuple[Lines, list[Lines]]) -> None:
    base, values = case
    items = [edit(number, base, value) for number, value in enumerate(values)]
    outcome = resolve_list(Settled(base), items)
    added = {item for value in values for item in value if item not in base}
    gone = {item for value in values for item in base if item not in value}
    assert set(outcome.value) == (set(base) - gone) | added
    assert len(set(outcome.value)) == len(outcome.value)
    assert outcome.kind is not OutcomeKind.CONFLICT
    assert resolve_list(Settled(base), [*reversed(items), items[0]]) == outcome
    assert outcome.kind is not OutcomeKind.SAME or outcome.value == base


@given(LISTS, LISTS)
def test_a_single_edit_applies_exactly_an_empty_list_too(base: Lines, value: Lines) -> None:
    outcome = resolve_list(Settled(base), [edit(1, base, value)])
    assert outcome.value == value
    assert (outcome.kind is OutcomeKind.SAME) == (base == value)


def test_who_saw_an_edit_has_the_last_word_over_it() -> None:
    added = edit(1, ("a",), ("a", "b"))
    out_again = edit(2, ("a", "b"), ("a",), seen=frozenset({"1"}))
    assert resolve_list(Settled(("a",)), [added, out_again]).value == ("a",)
    out = edit(3, ("a", "b"), ("a",))
    in_again = edit(4, ("a",), ("b", "a"), seen=frozenset({"3"}))
    assert resolve_list(Settled(("a", "b")), [out, in_again]).value == ("b", "a")


def test_an_order_in_dispute_is_asked_about_and_nothing_else() -> None:
    items = [edit(1, ("a", "b", "c"), ("c", "b", "a", "d")), edit(2, ("a", "b", "c"), ("b", "e", "c", "a"))]
    outcome = resolve_list(Settled(("a", "b", "c")), items)
    assert outcome.kind is OutcomeKind.REVIEW
    assert [item for item in outcome.value if item in "abc"] == ["a", "b", "c"]
    assert len(outcome.candidates) == 2
    assert outcome.included == {"1", "2"}


def test_a_list_nobody_is_sure_of_waits() -> None:
    outcome = resolve_list(Settled(("a",)), [edit(1, ("a",), ("a", "b"), sure=False)])
    assert (outcome.kind, outcome.value) == (OutcomeKind.REVIEW, ("a",))


def test_what_has_no_place_follows_what_it_stood_behind() -> None:
    assert in_order(("c", "a", "x"), [("a", "b", "c", "d")], ("a", "b", "c", "d")) == ("c", "d", "a", "b")
    assert in_order((), [("b",)], ("a", "b")) == ("a", "b")
