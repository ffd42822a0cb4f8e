"""Numbers of siblings: rising, none twice, gaps kept where nobody asked for their closing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.numbering import is_rising, new_numbers, room_for, with_inserted

RISING = st.lists(st.integers(1, 60), unique=True, max_size=12).map(sorted)


@pytest.mark.parametrize(
    ("numbers", "at", "after"),
    [
        ((), 0, (1,)),
        ((1, 2, 3), 3, (1, 2, 3, 4)),
        ((1, 2, 3), 0, (1, 2, 3, 4)),
        ((1, 2, 3), 1, (1, 2, 3, 4)),
        ((1, 2, 5), 2, (1, 2, 3, 5)),
        ((2, 4), 0, (1, 2, 4)),
        ((1, 4, 5), 1, (1, 2, 4, 5)),
    ],
)
def test_what_comes_in_pushes_on_only_what_it_must(numbers: tuple[int, ...], at: int, after: tuple[int, ...]) -> None:
    assert with_inserted(numbers, at) == after


@given(RISING, st.data())
def test_numbers_stay_rising(numbers: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(numbers)))
    after = with_inserted(numbers, at)
    assert is_rising(after)
    assert list(after[:at]) == numbers[:at]
    assert all(now >= was for was, now in zip(numbers[at:], after[at + 1 :], strict=True))


@given(RISING, st.data())
def test_any_number_with_room_can_be_printed(numbers: list[int], data: st.DataObject) -> None:
    if not numbers:
        return
    place = data.draw(st.integers(0, len(numbers) - 1))
    lowest, highest = room_for(numbers, place)
    assert lowest <= numbers[place] and (highest is None or numbers[place] <= highest)
    number = data.draw(st.integers(lowest, lowest + 5 if highest is None else highest))
    assert is_rising([*numbers[:place], number, *numbers[place + 1 :]])


def test_numbering_anew_names_only_what_changes() -> None:
    assert new_numbers(("a", "b", "c"), {"a": 1, "b": 3, "c": 4}) == {"b": 2, "c": 3}
    assert not is_rising((1, 1)) and not is_rising((0, 1)) and not is_rising((2, 1))
