"""Ranges of sheets as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.page_ranges import read_page_range


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("　", None),
        ("1", range(1)),
        ("13", range(12, 13)),
        ("3-5", range(2, 5)),
        ("３～５", range(2, 5)),
        ("3 – 5", range(2, 5)),
        ("3から5まで", range(2, 5)),
        ("12-", range(11, 13)),
        ("-2", range(2)),
        ("1-13", range(13)),
    ],
)
def test_a_range_is_read(text: str, expected: range | None) -> None:
    assert read_page_range(text, 13) == expected


@pytest.mark.parametrize("text", ["0", "14", "5-3", "1-14", "-", "a", "3 5", "35-", "1,3", "3-5-7", "9" * 30])
def test_what_names_no_sheet_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_page_range(text, 13)
    assert refused.value.code == "W-154" and "13" in refused.value.message


@given(text=st.text(max_size=12), count=st.integers(1, 2000))
def test_every_answer_lies_within_the_document(text: str, count: int) -> None:
    try:
        wanted = read_page_range(text, count)
    except InvalidValue:
        return
    assert wanted is None or (len(wanted) > 0 and wanted[0] >= 0 and wanted[-1] < count)
