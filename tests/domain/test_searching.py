"""Searching finds what a person means, marks it in the text as typed, and misses nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from welfare_desktop.domain.searching import Mode, SearchIndex, occurrences_of, sieve_of, spans_of, terms_of
from welfare_desktop.domain.text import folded

FIELDS = [
    ("1-1-1/council/status@2018", ("地域のサロンの開設", "交流会の開催 128人参加")),
    ("1-1-1/city/status@2018", ("子育てサロン交流会（年１回）",)),
    ("1-1-2/council/status@2018", ("ﾕﾆﾊﾞｰｻﾙﾃﾞｻﾞｲﾝの周知", "㈱やまぐちとの協定")),
    ("1-1-2/city/status@2018", ("ＰＲ用冊子の作成", "Ｐｒ誌")),
]


def hits(query: str, mode: Mode = Mode.ALL) -> list[tuple[str, int, list[str]]]:
    found = SearchIndex(FIELDS).search(query, mode)
    return [(hit.key, hit.number, [hit.line[start:end] for start, end in hit.spans]) for hit in found.hits]


@pytest.mark.parametrize("query", ["サロン", "さろん", "ｻﾛﾝ", "さロん"])
def test_kana_and_width_make_no_difference(query: str) -> None:
    assert hits(query) == [
        ("1-1-1/council/status@2018", 1, ["サロン"]),
        ("1-1-1/city/status@2018", 1, ["サロン"]),
    ]


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("pr", ["ＰＲ", "Ｐｒ"]),
        ("（年1回）", ["（年１回）"]),
        ("(年１回)", ["（年１回）"]),
        ("ゆにばーさるでざいん", ["ﾕﾆﾊﾞｰｻﾙﾃﾞｻﾞｲﾝ"]),
        ("ば", ["ﾊﾞ"]),
        ("株", ["㈱"]),
        ("(株)やま", ["㈱やま"]),
        ("128", ["128"]),
        ("１２８", ["128"]),
    ],
)
def test_hits_are_marked_in_the_text_as_typed(query: str, marked: list[str]) -> None:
    assert [piece for _, _, pieces in hits(query) for piece in pieces] == marked


def test_terms_may_stand_in_different_lines_of_one_field() -> None:
    assert hits("サロン 交流会") == [
        ("1-1-1/council/status@2018", 1, ["サロン"]),
        ("1-1-1/council/status@2018", 2, ["交流会"]),
        ("1-1-1/city/status@2018", 1, ["サロン交流会"]),
    ]
    assert [key for key, _, _ in hits("サロン　冊子")] == []
    assert [key for key, _, _ in hits("サロン　冊子", Mode.ANY)] == [
        "1-1-1/council/status@2018",
        "1-1-1/city/status@2018",
        "1-1-2/city/status@2018",
    ]


def test_a_phrase_in_quotation_marks_keeps_its_spaces() -> None:
    assert terms_of('"開催 128"　ｻﾛﾝ サロン “年 1”') == ("開催 128", "サロン", "年 1")
    assert hits('"開催 128人"') == [("1-1-1/council/status@2018", 2, ["開催 128人"])]
    assert hits('"開催128人"') == []


@pytest.mark.parametrize("query", ["", " ", "\u3000", '""', '"  "'])
def test_a_query_without_a_term_finds_nothing(query: str) -> None:
    found = SearchIndex(FIELDS).search(query)
    assert (found.hits, found.field_count, found.complete) == ((), 0, True)


def test_the_index_follows_edits_and_keeps_its_order() -> None:
    index = SearchIndex(FIELDS)
    index.put("1-1-1/council/status@2018", ("サロンの閉会",))
    index.put("9-9-9", ("サロン",))
    assert [(hit.key, hit.line) for hit in index.search("サロン").hits] == [
        ("1-1-1/council/status@2018", "サロンの閉会"),
        ("1-1-1/city/status@2018", "子育てサロン交流会（年１回）"),
        ("9-9-9", "サロン"),
    ]
    index.put("1-1-1/council/status@2018", ())
    index.put("nowhere", ())
    assert len(index) == 4
    assert [hit.key for hit in index.search("サロン").hits] == ["1-1-1/city/status@2018", "9-9-9"]


def test_more_lines_than_asked_for_are_counted_by_field() -> None:
    index = SearchIndex((number, ("サロン", "サロン")) for number in range(30))
    found = index.search("サロン", limit=7)
    assert (len(found.hits), found.field_count, found.complete) == (7, 30, False)
    found = index.search("サロン", limit=60)
    assert (len(found.hits), found.field_count, found.complete) == (60, 30, True)


def test_characters_that_only_look_alike_to_the_sieve_are_not_found() -> None:
    # U+4E41 and U+4EA1 differ by the same 0x60 as hiragana and katakana.
    assert SearchIndex([("a", ("\u4ea1",))]).search("\u4e41").hits == ()


TRICKY = "サさｻザざｻﾞばバﾊﾞぱﾊﾟＡaAａ１1①㈱ｱあァ会议\u4e41\u4ea1\u3099゛゜ßİﬁ𠮷﨑\ud83d\ude00がか ー-－"
texts = st.one_of(st.text(alphabet=TRICKY, min_size=1, max_size=12), st.text(min_size=1, max_size=12))


def one_line(text: str) -> str:
    return " ".join(text.split()) or "空"


@given(st.lists(texts.map(one_line), min_size=1, max_size=5), texts.map(one_line))
@example(["ﾊﾞｻﾞ"], "バ")
@example(["か\u3099"], "ガ")
@example(["ß"], "SS")
@example(["\u0130\u3099"], "\u0130\u3099")
def test_a_search_finds_exactly_the_lines_whose_folded_text_holds_the_term(lines: list[str], query: str) -> None:
    phrase = query.replace('"', "")
    terms = terms_of(f'"{phrase}"')
    found = SearchIndex([("field", tuple(lines))]).search(f'"{phrase}"')
    wanted = [number for number, line in enumerate(lines, start=1) if terms and terms[0] in folded(line)]
    assert [hit.number for hit in found.hits] == wanted
    for hit in found.hits:
        assert hit.spans
        assert all(0 <= start < end <= len(hit.line) for start, end in hit.spans)


@given(texts, st.integers(0, 12), st.integers(1, 6))
def test_a_piece_of_a_text_is_marked_where_it_stands(text: str, start: int, length: int) -> None:
    piece = folded(text)[start : start + length]
    spans = spans_of(text, [piece] if piece else [])
    assert bool(spans) == bool(piece)
    for begin, end in spans:
        assert folded(text[begin:end]) in folded(text) or (begin, end) == (0, len(text))
    assert list(spans) == sorted(spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


_TEXTS = st.text(alphabet="サロンさろんｻﾛﾝﾞABaｂ㈱株式会社 。", max_size=30)


@given(line=_TEXTS, words=_TEXTS, new=st.text(alphabet="つどい□", max_size=4))
def test_what_is_replaced_was_found_and_the_rest_stays(line: str, words: str, new: str) -> None:
    spans = occurrences_of(line, words)
    assert all(0 <= start < end <= len(line) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(folded(line[start:end]) == folded(words) for start, end in spans)
    if spans:
        assert any(start <= spans[0][0] and spans[0][1] <= end for start, end in spans_of(line, [folded(words)]))


@given(line=_TEXTS, words=_TEXTS)
def test_exact_replacing_is_what_python_replaces(line: str, words: str) -> None:
    spans = occurrences_of(line, words, exact=True)
    assert len(spans) == (line.count(words) if words else 0)


@given(texts=st.lists(_TEXTS, max_size=5), query=_TEXTS)
def test_an_index_that_reads_its_lines_finds_the_same(texts: list[str], query: str) -> None:
    fields = {number: (text,) for number, text in enumerate(texts) if text}
    reading = SearchIndex[int](read=lambda key: fields[key])
    for number, lines in fields.items():
        reading.put_sieve(number, sieve_of("\n".join(lines)))
    assert reading.search(query) == SearchIndex(fields.items()).search(query)
