"""Lines break where Japanese type allows it, and nothing of a text is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.line_breaking import NOT_AT_END, NOT_AT_START, line_ends, may_break

LETTERS = st.text(alphabet="地域福祉あいうカキクー、。（）「」・ABc019 ㈱①～𠮷\u3099", max_size=60)


def widths(text: str) -> list[float]:
    """Full-width letters are 1, the others half, marks that combine nothing."""
    return [0.0 if char == "\u3099" else 0.5 if char < "\u2000" else 1.0 for char in text]


def lines(text: str, room: float, rest: float | None = None, whole: tuple[tuple[int, int], ...] = ()) -> list[str]:
    ends = line_ends(text, widths(text), room, room if rest is None else rest, whole)
    return [text[a:b] for a, b in pairwise((0, *ends))]


@given(LETTERS, st.floats(0.1, 30), st.floats(0.1, 30))
def test_lines_are_the_text_and_fit(text: str, first: float, rest: float) -> None:
    found = lines(text, first, rest)
    assert "".join(found) == text
    for number, line in enumerate(found):
        room = first if number == 0 else rest
        kept = line.rstrip()
        # A line too narrow for one letter, or for a letter with its marks, still takes it.
        assert sum(widths(kept)) <= room + 1e-6 or len(kept.rstrip("\u3099")) == 1
        assert line or not text


@given(LETTERS, st.floats(2, 30))
def test_no_line_starts_or_ends_against_the_rules_where_another_break_was_possible(text: str, room: float) -> None:
    found = lines(text, room)
    for line, following in pairwise(found):
        allowed = [at for at in range(1, len(line)) if may_break(line[at - 1], line[at])]
        if allowed and line.rstrip() == line:
            assert following[0] not in NOT_AT_START
            assert line[-1] not in NOT_AT_END


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("", 5, [""]),
        ("地域福祉", 4, ["地域福祉"]),
        ("地域福祉課", 4, ["地域福祉", "課"]),
        # 。 and small kana are carried with the letter before them.
        ("地域福祉。", 4, ["地域福", "祉。"]),
        ("ボランティア", 4, ["ボラン", "ティア"]),
        ("サポーター", 3, ["サポー", "ター"]),
        ("会議（仮称）", 3, ["会議", "（仮", "称）"]),
        # Numbers and words stay whole as long as a line can hold them.
        ("令和H32(2020)年", 6, ["令和", "H32(2020)年"]),
        ("件数12,500件", 4, ["件数", "12,500件"]),
        ("第２０１８号", 4, ["第", "２０１８", "号"]),
        ("ABCDEFGH", 2, ["ABCD", "EFGH"]),
        # Spaces at the end of a line hang.
        ("年1回  2会場", 2, ["年1", "回  ", "2会", "場"]),
        ("か\u3099か\u3099か\u3099", 1, ["か\u3099", "か\u3099", "か\u3099"]),
    ],
)
def test_examples(text: str, room: float, expected: list[str]) -> None:
    assert lines(text, room) == expected


def test_a_tag_moves_to_the_next_line_whole() -> None:
    text = "講座の開催【新規】"
    assert lines(text, 7) == ["講座の開催【新", "規】"]
    assert lines(text, 7, whole=((5, 9),)) == ["講座の開催", "【新規】"]
    # One that no line can hold is broken like anything else.
    assert "".join(lines(text, 3, whole=((5, 9),))) == text


def test_a_hanging_indent_narrows_the_later_lines() -> None:
    assert lines("あいうえおかきく", 4, 2) == ["あいうえ", "おか", "きく"]
