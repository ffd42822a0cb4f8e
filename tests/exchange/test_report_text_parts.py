"""The parts of the report reader on their own: bytes, brackets, looks, lines, names."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.errors import NotAReport
from welfare_desktop.exchange.report_text import decode_report, read_report_text
from welfare_desktop.exchange.report_text.alignment import align
from welfare_desktop.exchange.report_text.cells import JOINT, LINE, LIST, Cell, clean
from welfare_desktop.exchange.report_text.columns import Column, Shape, is_contents_label, is_table_label
from welfare_desktop.exchange.report_text.scoring import Look, is_department_name, look_of
from welfare_desktop.exchange.report_text.splitting import Doubt, split_cell, split_names
from welfare_desktop.exchange.report_text.tokens import Gap, bracketed, tokens_of


class TestDecoding:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp"])
    def test_what_offices_save_text_as(self, report_text: str, encoding: str) -> None:
        # Signs the old encodings do not have; that is their loss, not the reader's.
        text = report_text.replace("—", "―") if encoding == "cp932" else report_text
        text = re.sub("[①-④～—]", "", text) if encoding == "euc_jp" else text
        assert decode_report(text.encode(encoding), "a.txt") == text

    def test_a_character_cut_off_at_the_end_is_marked(self, report_text: str) -> None:
        whole = report_text[:5_000].rstrip(" \t()0123456789")
        text = decode_report(whole.encode()[:-1], "a.txt")
        assert text == whole[:-1] + "\ufffd"

    def test_a_few_damaged_bytes_are_marked_not_fatal(self, report_text: str) -> None:
        data = bytearray(report_text.encode())
        for place in range(4_000, 80_000, 4_000):
            data[place] = 0xFF
        text = decode_report(bytes(data), "a.txt")
        assert 0 < text.count("\ufffd") < 80
        codes = {warning.code for warning in read_report_text(text).warnings}
        assert "R-106" in codes

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"PK\x03\x04" + b"\0" * 50, "圧縮"),
            (b"%PDF-1.7\n", "PDF"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
            (b"SQLite format 3\0" + b"\0" * 100, "データベース"),
            (b"\x89PNG\r\n\x1a\n", "画像"),
            (b"{\\rtf1\\ansi", "リッチテキスト"),
            (b"\0" * 400, "文字データとして"),
            (random.Random(1).randbytes(4_000), "文字データとして"),
        ],
    )
    def test_what_is_no_text_is_said_to_be(self, data: bytes, words: str) -> None:
        with pytest.raises(NotAReport) as caught:
            decode_report(data, "b.bin")
        assert caught.value.code == "W-311"
        assert words in caught.value.message
        assert caught.value.where == "b.bin"

    @given(st.binary(max_size=400))
    def test_any_bytes_are_text_or_refused(self, data: bytes) -> None:
        try:
            text = decode_report(data, "c")
        except NotAReport:
            return
        with pytest.raises(NotAReport):
            read_report_text(text, "c")


class TestTokens:
    def test_brackets_nest_and_mix_widths(self) -> None:
        assert bracketed("あ(い（う)え）お「か」") == [(1, 7), (9, 11)]

    @pytest.mark.parametrize(
        "text", ["あ(い", "あ)い", "あ)い(う", "「あ", "(あ。 ・い)", f"(あ{LIST}い)", f"「あ{LINE}い」"]
    )
    def test_what_is_no_bracket(self, text: str) -> None:
        assert bracketed(text) == []

    def test_one_forgotten_bracket_does_not_undo_the_next(self) -> None:
        assert bracketed("「あ。い(う え)お") == [(4, 8)]

    def test_gaps(self) -> None:
        text = f"あ い  う ・え{LINE}お{LIST}か{JOINT}き ・く {JOINT}け"
        assert [(token.text, token.gap) for token in tokens_of(text)] == [
            ("あ", Gap.CELL),
            ("い", Gap.SPACE),
            ("う", Gap.WIDE),
            ("え", Gap.BULLET),
            ("お", Gap.LINE),
            ("か", Gap.LIST),
            ("き", Gap.JOINT),
            ("く", Gap.BULLET),
            ("け", Gap.SPACE),
        ]

    def test_a_bullet_only_where_an_item_begins(self) -> None:
        assert [token.text for token in tokens_of("・民生委員・児童委員 ・小・中学校")] == [
            "民生委員・児童委員",
            "小・中学校",
        ]
        assert [token.text for token in tokens_of("・行った。・配った【新規】・し・た")] == [
            "行った。",
            "配った【新規】",
            "し・た",
        ]

    @given(st.text(st.sampled_from("あい・ 　\n\x1e\x1f(（)）「」。、1"), max_size=60))
    def test_every_character_is_in_one_token(self, text: str) -> None:
        tokens = tokens_of(text)
        assert all(text[token.start : token.end] == token.text for token in tokens)
        assert all(one.end <= other.start for one, other in pairwise(tokens))
        skip = set(" 　\n\x1e\x1f・")
        assert "".join(c for c in "".join(token.text for token in tokens) if c not in skip) == "".join(
            c for c in text if c not in skip
        )


class TestCells:
    def test_tags_go_and_leave_marks(self) -> None:
        assert clean('<ul style="list-style-type: none"> あ ') == " あ "
        assert clean("<p>あ</p>") == "あ"
        assert clean("<ul><li>あ</li><li>い</li></ul>").split(LINE) == ["あ", "", "い"]
        assert clean("あ<br/>い<BR>う").split(LINE) == ["あ", "い", "う"]
        assert clean('あ <ul style="x">い') == f"あ {LIST}い"

    @pytest.mark.parametrize("text", ["a < b", "<延期>", "5<6>4", "<>", "<ulあ>"])
    def test_what_is_no_tag_is_text(self, text: str) -> None:
        assert clean(text) == text

    def test_a_tag_cut_off_goes(self) -> None:
        assert clean('あ<ul style="list-st') == "あ"
        assert clean("あ</ul") == "あ"

    def test_other_bullets_become_ours_only_at_the_beginning(self) -> None:
        assert clean("•あ ･い 民生･児童") == "・あ ・い 民生･児童"


class TestLabels:
    @pytest.mark.parametrize(
        "label",
        [
            "活動名",
            "住民、地域の役割",
            "住民、 地域の役割",
            "平成30年度実施状況",
            "令和２年度実施予定",
            "30年度実績",
            "2021年度実施状況",
            "主な活動指標",
            "取組み(計画)",
            "取組み（計画）",
            "町の取組み",
            "担当課",
            "市社会福祉協議会の取組み",
        ],
    )
    def test_labels(self, label: str) -> None:
        assert is_table_label(label)

    @pytest.mark.parametrize("text", ["担当課へ連絡", "実施状況を報告", "4回", "—", "", "活動名簿"])
    def test_no_labels(self, text: str) -> None:
        assert not is_table_label(text)

    def test_contents_labels(self) -> None:
        assert is_contents_label("目　次") and is_contents_label("理 念") and is_contents_label("取 組 み")


class TestLooks:
    @pytest.mark.parametrize(
        ("text", "look"),
        [
            ("① 見守り", Look.TITLE),
            ("研修会を開催しました。", Look.PAST),
            ("研修会を開催しました。(年1回 参加者20人)", Look.PAST),
            ("周知に努めました", Look.PAST),
            ("周知に努めます。", Look.FUTURE),
            ("対応していきます。", Look.FUTURE),
            ("設立。", Look.SENTENCE),
            ("研修会への参加", Look.PHRASE),
            ("講座の開催【新規】", Look.NEW_PHRASE),
            ("年2回以上", Look.TARGET),
            ("参加者数 H32(2020)", Look.TARGET),
            ("研修会(2回)", Look.COUNTED),
            ("開催数:44件", Look.COUNTED),
            ("44.1%", Look.FIGURE),
            ("2,000件", Look.FIGURE),
            ("８１，５２６人", Look.FIGURE),
            ("—", Look.NONE),
            ("－", Look.NONE),
            ("障がい福祉課", Look.NAME),
            ("中央図書館", Look.NAME),
            ("※注", Look.NOTE),
        ],
    )
    def test_looks(self, text: str, look: Look) -> None:
        assert look_of(text) is look

    @pytest.mark.parametrize(
        "name", ["ふるさと産業振興課", "こども未来課", "障がい福祉課", "北部支所", "中央図書館", "総務課(庶務係)"]
    )
    def test_department_names(self, name: str) -> None:
        assert is_department_name(name)

    @pytest.mark.parametrize(
        "text", ["課題", "関係課を支援", "各課による協議の館", "地域福祉課 学校教育課", "", "A" * 40 + "課"]
    )
    def test_no_department_names(self, text: str) -> None:
        assert not is_department_name(text)


class TestLines:
    @pytest.mark.parametrize(
        ("text", "shape", "lines", "doubts"),
        [
            ("・あ ・い", Shape.PHRASES, ["あ", "い"], []),
            ("あ\nい", Shape.PHRASES, ["あ", "い"], []),
            ("・あ ※注 ○印", Shape.PHRASES, ["あ", "※注", "○印"], []),
            ("・民生委員・児童委員の会 ・小・中学校", Shape.PHRASES, ["民生委員・児童委員の会", "小・中学校"], []),
            ("行った。 開いた。", Shape.SENTENCES, ["行った。", "開いた。"], []),
            ("行った。(市内 3地区) 開いた。", Shape.SENTENCES, ["行った。(市内 3地区)", "開いた。"], []),
            ("行う。 (市内) 開く。", Shape.SENTENCES, ["行う。 (市内)", "開く。"], [Doubt.LOOSE_NOTE]),
            ("発行した。 10回 配った。", Shape.SENTENCES, ["発行した。 10回", "配った。"], [Doubt.LOOSE_FIGURE]),
            ("掲載していきま す。 行う。", Shape.SENTENCES, ["掲載していきま す。", "行う。"], [Doubt.BROKEN_WORD]),
            ("・掲載していきま す。 ・行う。", Shape.SENTENCES, ["掲載していきま す。", "行う。"], [Doubt.BROKEN_WORD]),
            ("福祉員に対し、 周知を行う。", Shape.SENTENCES, ["福祉員に対し、 周知を行う。"], [Doubt.BROKEN_WORD]),
            ("器材貸出 215件 情報誌 年6回 会議の開催", Shape.SENTENCES, ["器材貸出 215件", "情報誌 年6回", "会議の開催"], []),
            ("加入率 (60%) 件数 (3件)", Shape.MEASURES, ["加入率 (60%)", "件数 (3件)"], []),
            ("登録者数 H32(2020) 250人", Shape.MEASURES, ["登録者数 H32(2020) 250人"], []),
            ("講座 H30(2018)～ 年2地区", Shape.MEASURES, ["講座 H30(2018)～ 年2地区"], []),
            ("講座 令和2年度まで 年2回", Shape.MEASURES, ["講座 令和2年度まで 年2回"], []),
            ("養成講座 年1回×2会場 研修会 隔年1回", Shape.MEASURES, ["養成講座 年1回×2会場", "研修会 隔年1回"], []),
            ("点訳 486件 音訳 471件", Shape.MEASURES, ["点訳 486件", "音訳 471件"], []),
            ("更新作業 取組地区 年1回", Shape.MEASURES, ["更新作業 取組地区 年1回"], [Doubt.SUB_LABEL]),
            ("運営の充実 児童館2 クラブ16 活動 年5件", Shape.MEASURES, ["運営の充実 児童館2 クラブ16", "活動 年5件"], [Doubt.LIST_OF_COUNTS]),
            ("① あい ② うえ", Shape.PHRASES, ["① あい", "② うえ"], []),
            ("※ 注", Shape.PHRASES, ["※ 注"], []),
            ("(仮称)会議の設置 (仮称)計画の策定", Shape.PHRASES, ["(仮称)会議の設置", "(仮称)計画の策定"], []),
            ("推進員 (仮称)の配置", Shape.PHRASES, ["推進員 (仮称)の配置"], []),
            ("・推進員 ・推進員 (仮称)の配置", Shape.SENTENCES, ["推進員", "推進員 (仮称)の配置"], [Doubt.BEGUN_TWICE]),
            ("会 議", Shape.PHRASES, ["会", "議"], [Doubt.BARE_WORDS]),
            ("—", Shape.MEASURES, ["—"], []),
            ("・", Shape.PHRASES, [], []),
            ("  ", Shape.PHRASES, [], []),
        ],
    )  # fmt: skip
    def test_where_lines_end(self, text: str, shape: Shape, lines: list[str], doubts: list[Doubt]) -> None:
        cut = split_cell(text, shape)
        assert (list(cut.lines), list(cut.doubts)) == (lines, doubts)

    @given(
        st.text(st.sampled_from("・ 　※○(（)）「」。、年2回数いま課児童館【新規】\n\x1e\x1f①—%:H30"), max_size=80),
        st.sampled_from([Shape.PHRASES, Shape.SENTENCES, Shape.MEASURES]),
    )
    def test_no_character_is_lost(self, text: str, shape: Shape) -> None:
        skip = set(" 　\n\x1e\x1f・")
        lines = split_cell(text, shape).lines
        assert [c for c in "".join(lines) if c not in skip] == [c for c in text if c not in skip]
        assert all(line and line == line.strip() for line in lines)

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("地域福祉課 学校教育課", ("地域福祉課", "学校教育課")),
            ("地域福祉課、学校教育課／市民課", ("地域福祉課", "学校教育課", "市民課")),
            ("地域福祉課・学校教育課", ("地域福祉課", "学校教育課")),
            ("地域福祉\n課", ("地域福祉課",)),
            ("人権・同和対策課", ("人権・同和対策課",)),
            ("未定、検討中", ("未定、検討中",)),
        ],
    )
    def test_names(self, text: str, names: tuple[str, ...]) -> None:
        assert split_names(text) == names


class TestAlignment:
    def columns(self, *texts: str, width: int = 0) -> list[Column]:
        cells = [Cell(clean(text), 1, position) for position, text in enumerate(texts)]
        return [part.column for part in align(cells, width).parts]

    def test_an_empty_row(self) -> None:
        assert align([]).parts == ()
        assert align([Cell("  ", 1, 0), Cell("", 1, 1)]).parts == ()

    def test_words_without_any_clue_keep_their_places(self) -> None:
        assert self.columns(*["語"] * 14) == list(Column)

    def test_a_row_of_a_further_slot(self) -> None:
        texts = [""] * 9 + ["協働推進課", "・会議を開きました。", "・会議を開きます。", "", ""]
        assert self.columns(*texts) == [Column.DEPARTMENTS, Column.CITY_STATUS, Column.CITY_PLANNED]
        assert self.columns(*texts[9:12]) == [Column.DEPARTMENTS, Column.CITY_STATUS, Column.CITY_PLANNED]

    @given(
        st.lists(
            st.sampled_from(
                ["", "① 題", "・参加", "・行いました。", "・行います。", "年1回", "(1回)", "—", "市民課", "x" * 50]
            ),
            max_size=40,
        )
    )
    def test_any_row_keeps_all_its_cells_in_order(self, texts: list[str]) -> None:
        cells = [Cell(text, 1, position) for position, text in enumerate(texts)]
        alignment = align(cells)
        assert [part.cell for part in alignment.parts if part.whole] == [cell for cell in cells if not cell.blank]
        assert [part.column for part in alignment.parts] == sorted(part.column for part in alignment.parts)
