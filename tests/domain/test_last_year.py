"""昨年度と同文: what counts as last year's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.last_year import repeated_fields, repeats_last_year
from welfare_desktop.domain.model import Entry, Slot

_LINES = st.lists(st.text(alphabet="会議を開催しました。—", min_size=1, max_size=6), max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("now", "before", "same"),
    [
        (("会議を開きました。",), ("会議を開きました。",), True),
        (("会議を開きました。",), ("会議を開きました",), False),
        (("年２回",), ("年2回",), False),  # what was typed counts: another width was typed anew
        (("会議", "広報"), ("広報", "会議"), False),
        ((), (), False),
        (("—",), ("—",), False),
        (("－", "—"), ("－", "—"), False),
        (("会議", "—"), ("会議", "—"), True),
    ],
)
def test_the_same_words_in_the_same_order(now: tuple[str, ...], before: tuple[str, ...], same: bool) -> None:
    assert repeats_last_year(now, before) is same


@given(_LINES, _LINES)
def test_it_does_not_matter_which_year_is_asked(now: tuple[str, ...], before: tuple[str, ...]) -> None:
    assert repeats_last_year(now, before) == repeats_last_year(before, now)
    assert not repeats_last_year((*now, "ほか"), now)


def test_each_field_is_held_against_its_own_year_before() -> None:
    said = Entry(("会議を開きます。",))
    slot = Slot(
        status={2018: Entry(("会議を開きました。",)), 2019: Entry(("広報に載せました。",))},
        planned={2019: said, 2020: Entry(said.lines, draft=True)},
    )

    assert repeated_fields(slot, 2019) == (("planned", 2020),)
    assert repeated_fields(slot, 2018) == ()


def test_a_retired_slot_repeats_nothing() -> None:
    same = Entry(("会議",))
    slot = Slot(status={2018: same, 2019: same}, retired_from=2019)

    assert repeated_fields(slot, 2019) == ()
