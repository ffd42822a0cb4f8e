"""Stored text: what was typed, without layout."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from welfare_desktop.domain.model import NONE_MARKS, EntryState, state_of
from welfare_desktop.domain.text import (
    canonical_line,
    canonical_lines,
    circled,
    compose,
    folded,
    shown_line,
    tags_of,
)

#: Text with what makes trouble: bullets, every kind of line end and space, controls, accents, compatibility forms.
TROUBLE = st.text(
    st.one_of(
        st.sampled_from(
            "・･※○—－―。、あア漢①㈱１1a \t\n\r\u3000\u00a0\x00\x0b\x0c\x85\u2028\u2029\ufeff\u0301\u3099か"
        ),
        st.sampled_from("神\ufa19塚\ufa10﨎Å\u212b𠮷👪\u200d\ufe0f"),
        st.characters(),
    ),
    max_size=30,
)


class TestLines:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("・活動した。", ("活動した。",)),
            ("・ 活動した。　", ("活動した。",)),
            ("・・活動した。", ("活動した。",)),
            ("一\r\n二\r三\n四", ("一", "二", "三", "四")),
            ("一\u2028二\u2029三\x0b四\x0c五\x85六", ("一", "二", "三", "四", "五", "六")),
            ("一\n\n\n二\n", ("一", "二")),
            ("・\n　\n", ()),
            ("", ()),
            ("※注\n○項目\n(ア)項目", ("※注", "○項目", "(ア)項目")),
            ("①㈱１２", ("①㈱１２",)),
            ("—", ("—",)),
            ("か\u3099", ("が",)),
            ("\ufeff先頭", ("先頭",)),
            ("途中\tの空白", ("途中 の空白",)),
            ("【新規】講座（P32参照）", ("【新規】講座（P32参照）",)),
        ],
    )
    def test_examples(self, typed: str, stored: tuple[str, ...]) -> None:
        assert canonical_lines(typed) == stored

    @given(TROUBLE)
    def test_what_is_stored_is_stored_again_as_it_is(self, text: str) -> None:
        lines = canonical_lines(text)
        assert canonical_lines(lines) == lines
        assert canonical_lines("\n".join(lines)) == lines

    @given(TROUBLE)
    def test_lines_hold_no_layout(self, text: str) -> None:
        for line in canonical_lines(text):
            assert line
            assert line == line.strip(" \t\u3000\u00a0")
            assert not line.startswith("・")
            assert not set(line) & set("\n\r\t\x00\x0b\x0c\x85\u2028\u2029\ufeff")
            line.encode("utf-8")

    @given(TROUBLE)
    @example("e\x00\u0301")  # a control between a letter and its accent kept them apart, until the next time
    def test_one_line_is_stored_again_as_it_is(self, text: str) -> None:
        line = canonical_line(text)
        assert canonical_line(line) == line
        assert "\n" not in line
        assert "\r" not in line

    @given(TROUBLE)
    def test_showing_and_typing_again_changes_nothing(self, text: str) -> None:
        lines = canonical_lines(text)
        assert canonical_lines("\n".join(map(shown_line, lines))) == lines

    @given(st.lists(TROUBLE, max_size=5))
    def test_lines_and_joined_lines_are_the_same(self, lines: list[str]) -> None:
        assert canonical_lines(lines) == canonical_lines("\n".join(lines))


class TestComposing:
    @pytest.mark.parametrize("kept", ["\ufa10", "\ufa19", "\ufa11", "\u212b", "\U0002f800", "①", "㈱", "１"])
    def test_characters_that_nfc_or_nfkc_would_exchange_stay(self, kept: str) -> None:
        assert compose(f"か\u3099{kept}か\u3099") == f"が{kept}が"

    @given(TROUBLE)
    def test_composing_twice_is_composing_once(self, text: str) -> None:
        assert compose(compose(text)) == compose(text)

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_nothing_is_lost(self, text: str) -> None:
        assert unicodedata.normalize("NFC", compose(text)) == unicodedata.normalize("NFC", text)


class TestShowing:
    @pytest.mark.parametrize(
        ("line", "shown"),
        [("活動", "・活動"), ("—", "—"), ("－", "－"), ("―", "―"), ("※注", "※注"), ("○項", "○項"), ("①項", "・①項")],
    )
    def test_bullet(self, line: str, shown: str) -> None:
        assert shown_line(line) == shown

    @pytest.mark.parametrize(
        ("number", "shown"),
        [(1, "①"), (20, "⑳"), (21, "㉑"), (35, "㉟"), (36, "㊱"), (50, "㊿"), (51, "(51)"), (0, "(0)")],
    )
    def test_circled(self, number: int, shown: str) -> None:
        assert circled(number) == shown

    def test_tags(self) -> None:
        assert tags_of("講座【新規】の（【再掲】）開催【予定】") == ("新規", "再掲")


class TestFolding:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("ﾎﾞﾗﾝﾃｨｱ", "ぼらんてぃあ"), ("ＡＢＣ１２", "abc12"), ("㈱", "(株)"), ("ガ", "が"), ("ヴ", "ゔ")],
    )
    def test_same_when_compared(self, one: str, other: str) -> None:
        assert folded(one) == folded(other)

    @given(TROUBLE)
    def test_folding_twice_is_folding_once(self, text: str) -> None:
        assert folded(folded(text)) == folded(text)


class TestStates:
    @pytest.mark.parametrize("mark", sorted(NONE_MARKS))
    def test_a_lone_mark_means_empty_on_purpose(self, mark: str) -> None:
        assert state_of((mark,)) is EntryState.NONE
        assert state_of((mark, mark)) is EntryState.ENTERED
        assert state_of((f"{mark}です",)) is EntryState.ENTERED

    def test_draft_counts_only_with_text(self) -> None:
        assert state_of((), draft=True) is EntryState.BLANK
        assert state_of(("—",), draft=True) is EntryState.DRAFT
        assert state_of(("文",)) is EntryState.ENTERED
