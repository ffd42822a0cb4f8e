"""The summary as a workbook: the same figures, numbers as numbers, differences marked, nothing hidden."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.exchange.libreoffice import convert, pdf_text
from welfare_desktop.domain.differences import Change, character_difference
from welfare_desktop.domain.edition_changes import EditionChange
from welfare_desktop.domain.errors import Cancelled, TargetInTheWay
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.summarising import (
    EditionNotes,
    GoalTally,
    MissedTarget,
    NewMeasure,
    Outcome,
    PlanBesideDone,
    Summary,
    Tally,
    summarise,
)
from welfare_desktop.domain.text import shown_line
from welfare_desktop.exchange.cell_text import from_cell
from welfare_desktop.exchange.official_sheet import TALLEST_ROW_PT
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.exchange.summary_workbook import FIRST_ROW, HEADER_ROW, summary_workbook, write_summary
from welfare_desktop.paper.measurer import QtMeasurer

NOTES = EditionNotes("第2版", "初版 5月20日", dt.date(2019, 6, 10), "○○会")
TALLIES = {outcome: number for number, outcome in enumerate(Outcome, start=1)}


@pytest.fixture(scope="module")
def measurer() -> QtMeasurer:
    return QtMeasurer()


def change(before: str, after: str) -> EditionChange:
    return EditionChange("1-1②", Actor.CITY, "平成30年度実施状況", character_difference(before, after), ("地域福祉課",))


SUMMARY = Summary(
    "計画実施状況報告",
    2018,
    (
        GoalTally(1, "ひとづくり", "1-1", "人材の育成", Tally(TALLIES), Tally({Outcome.MISSED: 2})),
        GoalTally(1, "ひとづくり", "1-2", "情報の発信", Tally(), Tally({Outcome.ACHIEVED: 3})),
    ),
    (
        MissedTarget("1-1②", Actor.COUNCIL, "会議", "毎年 4回", ("会議 3回", "中止 1回"), 75),
        MissedTarget("1-1②", Actor.CITY, "苦情", "5件以下", (), None, "中止のため"),
    ),
    1,
    (change("講座を開きます。", "講座を2回開きました。"), change("", "足しました。"), change("消しました。", "")),
    (NewMeasure("1-1①", Actor.COUNCIL, "親子講座", "講座の開催"), NewMeasure("1-1②", Actor.CITY, "配食")),
    (PlanBesideDone("1-1①", "担い手", Actor.CITY, ("地域福祉課", "協働推進課"), ("広げます。",), ("※ 注", "足す")),),
    False,
)
SHEETS = ["達成状況", "前回以降の変更点", "未達", "新規", "予定と実施"]


def reopened(measurer: QtMeasurer, tmp_path: Path, summary: Summary = SUMMARY, rich: bool = False) -> Workbook:
    path = tmp_path / "summary.xlsx"
    write_summary(summary, path, measurer=measurer, notes=NOTES, force=True)
    return openpyxl.load_workbook(path, rich_text=rich)


def rows(sheet: Worksheet) -> list[list[object]]:
    """The rows below the header; what is empty is None."""
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW)]


def headings(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[HEADER_ROW]]


def texts(workbook: Workbook) -> Iterator[str]:
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            yield from (from_cell(cell.value) for cell in row if isinstance(cell.value, str))


def test_figures_are_numbers(measurer: QtMeasurer, tmp_path: Path) -> None:
    workbook = reopened(measurer, tmp_path)
    assert workbook.sheetnames == SHEETS
    sheet = workbook["達成状況"]
    assert headings(sheet)[4:] == ["目標の数", *(outcome.label for outcome in Outcome), "達成率"]
    found = rows(sheet)
    assert found[0] == ["1-1", "1　ひとづくり", "人材の育成", "社協", 21, 1, 2, 3, 4, 5, 6, pytest.approx(1 / 21)]
    # Nobody has reached a share of nothing.
    assert found[2][4:] == [0, 0, 0, 0, 0, 0, 0, None]
    totals = {str(row[3]): row[4:11] for row in found if row[0] == "合計"}
    assert totals["全体"] == [26, 4, 2, 5, 4, 5, 6]
    assert [sum(column) for column in zip(totals["社協"], totals["市"], strict=True)] == totals["全体"]  # type: ignore[arg-type]
    shares = [sheet.cell(FIRST_ROW, 12), workbook["未達"].cell(FIRST_ROW, 6)]
    assert [cell.number_format for cell in shares] == ["0%", "0%"]


def test_the_filter_ends_before_the_totals(measurer: QtMeasurer, tmp_path: Path) -> None:
    sheet = reopened(measurer, tmp_path)["達成状況"]
    assert sheet.auto_filter.ref == f"A{HEADER_ROW}:L{FIRST_ROW + 3}"
    assert sheet.freeze_panes == f"A{FIRST_ROW}"
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"


def test_differences_are_marked_in_the_cell(measurer: QtMeasurer, tmp_path: Path) -> None:
    sheet = reopened(measurer, tmp_path, rich=True)["前回以降の変更点"]
    before, after = sheet.cell(FIRST_ROW, 4).value, sheet.cell(FIRST_ROW, 5).value
    assert isinstance(before, CellRichText)
    assert isinstance(after, CellRichText)
    assert (str(before), str(after)) == ("講座を開きます。", "講座を2回開きました。")
    struck = "".join(block.text for block in before if not isinstance(block, str) and block.font.strike)
    added = "".join(block.text for block in after if not isinstance(block, str) and block.font.u == "single")
    segments = SUMMARY.changes[0].segments if SUMMARY.changes else ()
    assert struck == "".join(segment.text for segment in segments if segment.change is Change.REMOVED)
    assert added == "".join(segment.text for segment in segments if segment.change is Change.ADDED)
    assert all(block.font.b for block in after if not isinstance(block, str) and block.font.u)
    assert sheet.cell(FIRST_ROW + 1, 4).value is None
    assert str(sheet.cell(FIRST_ROW + 2, 4).value) == "消しました。"
    assert sheet["A2"].value == "前回以降の変更点（初版 5月20日 → 第2版）"


def test_lists_say_what_the_paper_says(measurer: QtMeasurer, tmp_path: Path) -> None:
    workbook = reopened(measurer, tmp_path)
    assert rows(workbook["未達"]) == [
        ["1-1②", "社協", "会議", "毎年 4回", "会議 3回\n中止 1回", 0.75, None],
        ["1-1②", "市", "苦情", "5件以下", None, None, "中止のため"],
    ]
    assert rows(workbook["新規"]) == [["1-1①", "社協", "親子講座", "講座の開催"], ["1-1②", "市", "配食", None]]
    assert rows(workbook["予定と実施"]) == [
        ["1-1①", "担い手", "市", "地域福祉課\n協働推進課", "・広げます。", "※ 注\n・足す"]
    ]
    assert headings(workbook["予定と実施"])[4:] == ["平成30年度実施予定（昨年度の報告）", "平成30年度実施状況"]


def test_empty_lists_say_so(measurer: QtMeasurer, tmp_path: Path) -> None:
    empty = Summary("報告", 2018, (), (), 0, None, (), (), True)
    workbook = reopened(measurer, tmp_path, empty)
    sentences = [sheet.cell(FIRST_ROW, 1).value for sheet in workbook.worksheets]
    assert sentences == [
        empty.goals_sentence,
        empty.changes_sentence,
        empty.missed_sentence,
        empty.new_sentence,
        empty.beside_sentence,
    ]
    assert all(sheet.auto_filter.ref is None for sheet in workbook.worksheets)


@pytest.mark.parametrize(
    "nasty", ["=1+1", "+81-3", "-5度", "@所", "1-2", "_x0041_", "#REF!", "'引用", "TRUE", " 端の空白"]
)
def test_text_stays_text(measurer: QtMeasurer, tmp_path: Path, nasty: str) -> None:
    summary = replace(
        SUMMARY,
        missed=(MissedTarget(nasty, Actor.CITY, nasty, nasty, (nasty,), None, nasty),),
        new_measures=(NewMeasure("1-1①", Actor.CITY, nasty, nasty),),
        changes=(change("", nasty), change(nasty, nasty + "末"), change(nasty, "")),
        beside=(PlanBesideDone("1-1①", nasty, Actor.CITY, (nasty,), (nasty,), ("※" + nasty,)),),
    )
    workbook = reopened(measurer, tmp_path, summary)
    for name in SHEETS[1:]:
        for row in workbook[name].iter_rows(min_row=FIRST_ROW):
            assert all(cell.data_type in ("s", "n") for cell in row)
            assert all(cell.data_type == "s" and cell.number_format == "@" for cell in row if cell.value is not None)
    assert [from_cell(cell.value) for cell in workbook["未達"][FIRST_ROW]][2:5] == [nasty] * 3
    changes = workbook["前回以降の変更点"]
    assert [from_cell(changes.cell(FIRST_ROW + n, 5).value) for n in range(3)] == [nasty, nasty + "末", ""]
    assert [from_cell(changes.cell(FIRST_ROW + n, 4).value) for n in range(3)] == ["", nasty, nasty]


def test_rows_are_high_enough_and_never_too_high(measurer: QtMeasurer, tmp_path: Path) -> None:
    long = tuple(f"{number}番目の予定について関係する団体と協議しながら進めます。" * 2 for number in range(90))
    huge = "長い一文" * 2000
    summary = replace(
        SUMMARY,
        beside=(replace(SUMMARY.beside[0], planned=long, done=(huge,)), SUMMARY.beside[0]),
        changes=(change(huge, huge.replace("一", "二", 3)),),
    )
    workbook = reopened(measurer, tmp_path, summary)
    for sheet in workbook.worksheets:
        for number in range(1, sheet.max_row + 1):
            assert 0 < sheet.row_dimensions[number].height <= TALLEST_ROW_PT
    found = rows(workbook["予定と実施"])
    first = [row for row in found if str(row[0]).startswith("1-1①")][:-1]
    assert len(first) > 2
    assert [row[0] for row in first] == ["1-1①", *["1-1①（続き）"] * (len(first) - 1)]
    planned = "\n".join(str(row[4]) for row in first if row[4]).split("\n")
    assert planned == [shown_line(line) for line in long]
    done = "".join(str(row[5]) for row in first if row[5]).replace("（続き）", "")
    assert done == shown_line(huge)
    told = rows(workbook["前回以降の変更点"])
    assert len(told) > 1
    assert "".join(str(row[3] or "") for row in told).replace("（続き）", "") == huge
    assert "".join(str(row[4] or "") for row in told).replace("（続き）", "") == huge.replace("一", "二", 3)


lines = st.lists(
    st.text(st.sampled_from("あ漢字、。（）=-+@_x0041'ABC12・※【新規】𠮷"), min_size=1, max_size=60), max_size=60
)


@settings(max_examples=25, deadline=None)
@given(planned=lines, done=lines)
def test_no_line_is_ever_lost(measurer: QtMeasurer, planned: list[str], done: list[str]) -> None:
    row = PlanBesideDone("1-1①", "担い手", Actor.CITY, (), tuple(planned), tuple(done))
    workbook = summary_workbook(replace(SUMMARY, beside=(row,)), measurer=measurer)
    sheet = workbook["予定と実施"]
    for column, given_lines in ((5, planned), (6, done)):
        cells = [from_cell(sheet.cell(number, column).value) for number in range(FIRST_ROW, sheet.max_row + 1)]
        shown = "\n".join(text for text in cells if text)
        assert shown == "\n".join(shown_line(line) for line in given_lines)


def test_the_file_names_no_person_and_says_when(measurer: QtMeasurer, tmp_path: Path) -> None:
    workbook = reopened(measurer, tmp_path)
    assert workbook.properties.creator == workbook.properties.lastModifiedBy == "welfare_desktop"
    assert workbook.properties.created == dt.datetime(2019, 6, 10)  # noqa: DTZ001 - a workbook's dates have no zone
    for sheet in workbook.worksheets:
        assert sheet["A1"].value == "推進協議会資料　実施状況の概要　平成30年度実績（第2版）"
        footer = sheet.oddFooter
        assert footer is not None and "○○会" in str(footer.right.text)
        assert sheet["A5"].font.name == "BIZ UDPGothic"


def test_an_old_file_stays_whole(measurer: QtMeasurer, tmp_path: Path) -> None:
    class Impatient:
        def step(self, done: int, total: int, label: str) -> None:
            if done == 3:
                raise Cancelled

    path = tmp_path / "summary.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(TargetInTheWay):
        write_summary(SUMMARY, path, measurer=measurer)
    with pytest.raises(Cancelled):
        write_summary(SUMMARY, path, measurer=measurer, progress=Impatient(), force=True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_libreoffice_hides_nothing_of_the_real_report(measurer: QtMeasurer, report_text: str, tmp_path: Path) -> None:
    numbers = itertools.count()
    plan = with_ids(read_report_text(report_text).plan, lambda: f"id{next(numbers)}")
    path = tmp_path / "summary.xlsx"
    summary = replace(summarise(plan, 2019), missed=summarise(plan, 2018).missed)
    write_summary(summary, path, measurer=measurer)
    printed = squeezed("".join(pdf_text(convert(path, "pdf", tmp_path / "out"))))
    wanted = [text for row in summary.beside for text in (*row.planned, *row.done, row.title)]
    wanted += [item.text for item in summary.new_measures]
    wanted += [text for item in summary.missed for text in (item.indicator, *item.results)]
    assert len(wanted) > 250
    assert [text for text in wanted if squeezed(text) not in printed] == []


def squeezed(text: str) -> str:
    return "".join(text.split())
