"""The official workbook: laid out after the printed form, nothing hidden, text stays text."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.exchange.libreoffice import convert, pdf_text
from tests.paper.sample import PARKS, WELFARE, YEAR, activity, plain, sample_plan, shapes, slot, texts_of
from welfare_desktop.domain.errors import Cancelled, TargetInTheWay
from welfare_desktop.domain.model import Activity, Plan
from welfare_desktop.domain.official_form import COLUMNS
from welfare_desktop.domain.text import circled, shown_line
from welfare_desktop.exchange.cell_text import from_cell
from welfare_desktop.exchange.keys import Identity, read_column_id, read_identity, read_key, split_keys, value_hash
from welfare_desktop.exchange.official_extras import read_extras
from welfare_desktop.exchange.official_sheet import TALLEST_ROW_PT
from welfare_desktop.exchange.official_workbook import (
    FIRST_DATA_ROW,
    OfficialOptions,
    official_workbook,
    write_official,
)
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.paper.measurer import QtMeasurer
from welfare_desktop.paper.official import OfficialPaper, lay_out

IDENTITY = Identity(
    "official", "01234567-89ab-4cde-8f01-23456789abcd", "f0000000-0000-4000-8000-00000000000f", YEAR, 7, "2020-05-20"
)
MADE_ON = dt.date(2020, 5, 20)


@pytest.fixture(scope="module")
def measurer() -> QtMeasurer:
    return QtMeasurer()


@pytest.fixture(scope="module")
def real_plan(report_text: str) -> Plan:
    return read_report_text(report_text).plan


@pytest.fixture(scope="module")
def real_paper(real_plan: Plan, measurer: QtMeasurer) -> OfficialPaper:
    return lay_out(real_plan, 2018, measurer=measurer)


@pytest.fixture(scope="module")
def real_file(
    real_plan: Plan, real_paper: OfficialPaper, measurer: QtMeasurer, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("real") / "report.xlsx"
    write_official(real_plan, 2018, path, measurer=measurer, pages=real_paper.plan)
    return path


def built(measurer: QtMeasurer, plan: Plan, *, identity: Identity | None = None) -> Workbook:
    pages = lay_out(plan, YEAR, measurer=measurer).plan
    options = OfficialOptions(MADE_ON, "見本市社会福祉協議会", identity=identity)
    return official_workbook(plan, YEAR, measurer=measurer, pages=pages, options=options)


def reopened(workbook: Workbook, tmp_path: Path) -> Workbook:
    path = tmp_path / "again.xlsx"
    workbook.save(path)
    return openpyxl.load_workbook(path)


def goal_sheets(workbook: Workbook) -> list[Worksheet]:
    return [sheet for sheet in workbook.worksheets if re.fullmatch(r"\d+-\d+", sheet.title)]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_sheets_titles_and_header(measurer: QtMeasurer, tmp_path: Path) -> None:
    workbook = reopened(built(measurer, sample_plan()), tmp_path)
    assert [sheet.title for sheet in workbook.worksheets] == ["目次", "1-1", "1-2", "2-1", "_plan"]
    sheet = workbook["1-1"]
    assert sheet["A2"].value == "基本目標1　交わるまち"
    assert sheet["A3"].value == "活動目標1　花と緑の交わり"
    assert sheet["N1"].value == "見本市地域福祉計画実施状況報告（令和元年度実施状況・令和2年度実施予定）"
    assert [sheet.cell(6, column).value for column in range(4, 15)] == [column.label(YEAR) for column in COLUMNS[3:]]
    assert (sheet["A4"].value, sheet["D4"].value) == ("活動名", "活動目標の実現に向けた取組み")
    assert (sheet["D5"].value, sheet["I5"].value) == ("市社会福祉協議会の取組み", "市の取組み")
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A4:A6", "B4:B6", "C4:C6", "D4:N4", "D5:H5", "I5:N5"} <= merged


def test_slots_have_rows_and_what_they_share_is_merged(measurer: QtMeasurer, tmp_path: Path) -> None:
    sheet = reopened(built(measurer, sample_plan()), tmp_path)["1-1"]
    assert str(sheet["A8"].value).startswith("② 公園と図書館")
    merged = {str(area) for area in sheet.merged_cells.ranges}
    # Three slots of the city; the council's second one goes on over the last row; figures stand once.
    assert {"A8:A10", "B8:B10", "D8:D10", "E9:E10", "G8:G10", "I8:I10", "M8:M10", "N8:N10"} <= merged
    assert [sheet.cell(row, 10).value for row in (8, 9, 10)] == ["福祉課\n公園緑地課", "中央図書館", None]
    assert sheet["E8"].value == "〔北部支所〕\n・北の公園で花を植えました。(2回、延べ40人)"
    assert sheet["K8"].value == "・花の苗を届けました。\n※苗は県の事業による。"
    assert (sheet["N8"].value, sheet["N8"].alignment.horizontal) == ("—", "center")


def test_contents_sheet(measurer: QtMeasurer, tmp_path: Path) -> None:
    plan = sample_plan()
    workbook = reopened(built(measurer, plan), tmp_path)
    sheet = workbook["目次"]
    assert [sheet.cell(3, column).value for column in range(1, 6)] == ["理　念", "基本目標", "活動目標", "取組み", "頁"]
    assert sheet["A4"].value == plan.vision
    rows = [(sheet.cell(row, 4).value, sheet.cell(row, 5).value) for row in range(4, 10)]
    assert rows[0] == ("① 見本の活動その1", 1)
    assert rows[-1] == ("① 見本の活動その1", 3)
    assert sheet["B9"].value == "2　安心して住みつづけられるまちの仕組みと支え手の広がり"
    assert {"A4:A9", "B4:B8", "C4:C6"} <= {str(area) for area in sheet.merged_cells.ranges}


def test_every_cell_has_a_font_borders_close_and_rows_have_heights(measurer: QtMeasurer, tmp_path: Path) -> None:
    workbook = reopened(built(measurer, sample_plan()), tmp_path)
    for sheet in goal_sheets(workbook):
        last = int(sheet.print_area.split("$")[-1])
        for row in range(4, last + 1):
            height = sheet.row_dimensions[row].height
            assert height is not None
            assert 14 <= height <= TALLEST_ROW_PT
            for column in range(1, 15):
                cell = sheet.cell(row, column)
                # Reading forgets the styles inside merged areas, apart from their borders.
                if not isinstance(cell, MergedCell):
                    assert cell.font.name == "BIZ UDPGothic", cell.coordinate
                    assert cell.font.scheme is None
            assert sheet.cell(row, 1).border.left.style == "medium"
            assert sheet.cell(row, 14).border.right.style == "medium"
            assert sheet.cell(row, 4).border.left.style == "medium"
        for column in range(1, 15):
            assert sheet.cell(last, column).border.bottom.style == "medium"
            assert sheet.cell(4, column).border.top.style == "medium"
    widths = [workbook["1-1"].column_dimensions[letter].width for letter in "ABCDEFGHIJKLMN"]
    assert sum(widths) == pytest.approx(212.7, abs=0.2)


def test_the_normal_style_makes_a_digit_seven_pixels(measurer: QtMeasurer, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    built(measurer, sample_plan()).save(path)
    with zipfile.ZipFile(path) as archive:
        styles = archive.read("xl/styles.xml").decode()
    first = styles[styles.index("<fonts") : styles.index("</font>")]
    assert 'val="BIZ UDGothic"' in first
    assert '<sz val="10.5"' in first
    assert "Calibri" not in styles
    assert '<xf numFmtId="0" fontId="0"' in styles[styles.index("<cellStyleXfs") : styles.index("</cellStyleXfs>")]


def test_page_setup(measurer: QtMeasurer, tmp_path: Path) -> None:
    plan = sample_plan(tuple(tall(number, 14) for number in range(1, 4)))
    pages = lay_out(plan, YEAR, measurer=measurer).plan
    workbook = reopened(built(measurer, plan), tmp_path)
    assert pages.starts_page
    for sheet in goal_sheets(workbook):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
        assert sheet.print_title_rows == "$1:$6"
        assert sheet.freeze_panes == "B7"
        footer = sheet.oddFooter
        assert footer is not None
        assert "&P" in str(footer.center.text)
        assert footer.left.text == "見本市地域福祉計画実施状況報告"
        assert footer.right.text == "令和2年5月20日 作成　見本市社会福祉協議会"
        assert sheet.page_setup.useFirstPageNumber
        key = tuple(int(part) for part in sheet.title.split("-"))
        assert sheet.page_setup.firstPageNumber == pages.first_page[(key[0], key[1])]
        fitting = sheet.sheet_properties.pageSetUpPr
        assert fitting is None or not fitting.fitToPage
        assert 80 <= (sheet.page_setup.scale or 0) <= 100
    broken = [row.id + 1 for row in workbook["1-1"].row_breaks.brk]
    first_row = {str(workbook["1-1"].cell(row, 1).value)[:2]: row for row in range(7, 30)}
    assert broken == sorted(first_row[f"{circled(number)} "] for _, _, number in pages.starts_page)


def test_a_workbook_with_drafts_says_so_at_the_foot_of_every_page(measurer: QtMeasurer, tmp_path: Path) -> None:
    item = tall(1, 2)
    first = item.council.slots[0]
    drafted = replace(first, status={**first.status, YEAR: replace(first.status[YEAR], draft=True)})
    plan = sample_plan((replace(item, council=replace(item.council, slots=(drafted,))),))
    for sheet in goal_sheets(reopened(built(measurer, plan), tmp_path)):
        footer = sheet.oddFooter
        assert footer is not None and "下書き 1 欄を含みます" in str(footer.left.text)


def tall(number: int, items: int) -> Activity:
    entries = [f"{n}回目の集まりを開き、顔の見える関係づくりを進めました。" for n in range(items)]
    return activity(
        number, f"長い活動{number}", council=[slot(900 + number, (), entries)], city=[], identity=900 + number
    )


def test_document_properties_name_the_program_only(measurer: QtMeasurer, tmp_path: Path) -> None:
    properties = reopened(built(measurer, sample_plan()), tmp_path).properties
    assert properties.creator == properties.lastModifiedBy == "welfare_desktop"
    assert str(properties.title).startswith("見本市地域福祉計画")
    assert str(properties.created) == "2020-05-20 00:00:00"


HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://example.invalid","押す")',
    "+81-83-000",
    "-5度",
    "@SUM(1)",
    "'引用",
    "#REF!",
    "TRUE",
    "1-2",
    "_x000D_ と _x005F_x000D_",
    "𠮷野家&<tag>\"'",
    "終わりの空白を挟む　文字",
)


def test_text_stays_text_and_comes_back_as_typed(measurer: QtMeasurer, tmp_path: Path) -> None:
    hostile = activity(
        1, "=1+1", council=[slot(1, (), HOSTILE)], city=[slot(2, (WELFARE,), ["=1+1"])], initiatives=(HOSTILE, ())
    )
    path = tmp_path / "hostile.xlsx"
    built(measurer, sample_plan((hostile,))).save(path)
    workbook = openpyxl.load_workbook(path)
    expected = "\n".join(shown_line(line) for line in HOSTILE)
    assert from_cell(workbook["1-1"]["E7"].value) == expected
    assert from_cell(workbook["1-1"]["D7"].value) == expected
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for column, cell in enumerate(row, start=1):
                assert cell.data_type in ("s", "n")
                if cell.data_type == "s" and sheet.title[0] in "目12" and column <= len(COLUMNS):
                    assert cell.number_format == "@"
                    assert cell.quotePrefix
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)


def test_names_of_departments_cannot_become_formulas_either(measurer: QtMeasurer, tmp_path: Path) -> None:
    odd = slot(1, (replace(WELFARE, name="=課"),), ["行いました。"])
    sheet = reopened(built(measurer, sample_plan((activity(1, "活動", council=[], city=[odd]),))), tmp_path)["1-1"]
    assert (sheet["J7"].value, sheet["J7"].data_type) == ("=課", "s")


def test_what_no_file_can_hold_is_left_out_and_nothing_else(measurer: QtMeasurer, tmp_path: Path) -> None:
    broken = activity(1, "活動", council=[slot(1, (), ["前\x00\x0b\x1f後", "半端\ud800な字"])], city=[])
    sheet = reopened(built(measurer, sample_plan((broken,))), tmp_path)["1-1"]
    assert squeezed(str(sheet["E7"].value)) == "・前後・半端な字"


def test_a_row_that_can_grow_no_more_goes_on_below(measurer: QtMeasurer, tmp_path: Path) -> None:
    sheet = reopened(built(measurer, sample_plan((tall(1, 70), plain(2, 2)))), tmp_path)["1-1"]
    rows = [row for row in range(7, 20) if str(sheet.cell(row, 1).value or "").startswith("①")]
    assert len(rows) > 2
    titles = [str(sheet.cell(row, 1).value) for row in rows]
    assert titles == ["① 長い活動1", *["①（続き）\n長い活動1"] * (len(rows) - 1)]
    assert all(sheet.row_dimensions[row].height <= TALLEST_ROW_PT for row in rows)
    items = [line for row in rows for line in str(sheet.cell(row, 5).value).split("\n")]
    assert items == [f"・{n}回目の集まりを開き、顔の見える関係づくりを進めました。" for n in range(70)]
    assert str(sheet.cell(rows[-1] + 1, 1).value).startswith("②")


def test_one_item_longer_than_a_row_and_than_a_cell_is_cut_within(measurer: QtMeasurer, tmp_path: Path) -> None:
    long = "あ" * 40_000
    item = activity(1, "活動", council=[slot(1, (), [long, "次の行です。"])], city=[slot(2, (WELFARE,), ["短い"])])
    sheet = reopened(built(measurer, sample_plan((item,))), tmp_path)["1-1"]
    texts = [str(sheet.cell(row, 5).value) for row in range(7, sheet.max_row + 1) if sheet.cell(row, 5).value]
    assert all(len(text) <= 32_767 for text in texts)
    assert texts[1].startswith("（続き）あ")
    joined = texts[0] + "".join(text.removeprefix("（続き）") for text in texts[1:])
    assert joined.replace("\n", "") == f"・{long}・次の行です。"


def test_shared_text_longer_than_its_slots_goes_on_too(measurer: QtMeasurer, tmp_path: Path) -> None:
    entries = [f"{n}番目の取組みを進めます。" for n in range(150)]
    slots = [slot(1, (WELFARE,), ["行いました。"]), slot(2, (PARKS,), ["支えました。"])]
    item = activity(1, "活動", council=[], city=slots, initiatives=((), entries))
    sheet = reopened(built(measurer, sample_plan((item,))), tmp_path)["1-1"]
    lines = [line for row in range(7, 30) for line in str(sheet.cell(row, 9).value or "").split("\n") if line]
    assert lines == [f"・{entry}" for entry in entries]
    names = [sheet.cell(row, 10).value for row in range(7, 11)]
    assert names[:3] == ["福祉課", "公園緑地課", "公園緑地課\n（続き）"]


def test_keys_name_every_value_and_its_hash(measurer: QtMeasurer, tmp_path: Path) -> None:
    plan = sample_plan()
    workbook = reopened(built(measurer, plan, identity=IDENTITY), tmp_path)
    found = read_identity(workbook["_id"].iter_rows(values_only=True))
    assert found is not None
    assert found.sealed
    assert found.identity == IDENTITY
    assert workbook["_id"].sheet_state == workbook["_plan"].sheet_state == "veryHidden"
    keys = list(keys_of(workbook))
    assert {key for _, _, key in keys} == set(found.hashes)
    for sheet, row, text in keys:
        key = read_key(text)
        assert key is not None
        column = next(n for n in range(1, 15) if id_of(sheet, n) == key.column)
        shown = from_cell(sheet.cell(row, column).value)
        if key.field.name == "title":
            assert shown == f"{shown[0]} {title_of(plan, key.field.owner_id)}"
        elif key.field.name == "status" and key.column == "city.status":
            lines = tuple(line.removeprefix("・") for line in shown.split("\n") if line)
            assert found.hashes[text][0] == value_hash(lines)
    assert all(sheet.column_dimensions["O"].hidden for sheet in goal_sheets(workbook))
    assert len(keys) == len(set(keys))


def keys_of(workbook: Workbook) -> Iterator[tuple[Worksheet, int, str]]:
    for sheet in goal_sheets(workbook):
        for row in range(FIRST_DATA_ROW, sheet.max_row + 1):
            for text in split_keys(from_cell(sheet.cell(row, 15).value)):
                if read_column_id(text) is None:
                    yield sheet, row, text


def id_of(sheet: Worksheet, column: int) -> str | None:
    return read_column_id(from_cell(sheet.cell(sheet.max_row, column).value))


def title_of(plan: Plan, owner_id: str) -> str:
    return next(item.title for _, _, item in plan.walk() if item.id == owner_id)


def test_parts_of_a_long_value_say_which_lines_they_hold(measurer: QtMeasurer, tmp_path: Path) -> None:
    workbook = reopened(built(measurer, sample_plan((tall(1, 70),)), identity=IDENTITY), tmp_path)
    parts = []
    for _, _, text in keys_of(workbook):
        key = read_key(text)
        assert key is not None
        if key.column == "council.status" and key.part:
            parts.append(key.part)
    assert len(parts) > 1
    assert [first for first, _ in parts] == [0, *(first + count for first, count in parts[:-1])]
    assert sum(count for _, count in parts) == 70


def test_a_plan_without_identifiers_gets_no_keys(measurer: QtMeasurer) -> None:
    plan = replace(sample_plan(), basic_goals=())
    assert "_id" not in built(measurer, plan).sheetnames


def test_extras_survive(measurer: QtMeasurer, tmp_path: Path) -> None:
    workbook = reopened(built(measurer, sample_plan()), tmp_path)
    extras = read_extras(workbook["_plan"].iter_rows(values_only=True))
    assert extras is not None
    assert (extras["first_year"], extras["last_year"], extras["year"]) == (2018, 2022, YEAR)
    workbook["_plan"]["A4"].value = "{}"
    assert read_extras(workbook["_plan"].iter_rows(values_only=True)) is None


def test_an_existing_file_is_kept_and_a_stopped_export_leaves_none(
    measurer: QtMeasurer, real_file: Path, tmp_path: Path
) -> None:
    plan = sample_plan()
    pages = lay_out(plan, YEAR, measurer=measurer).plan
    target = tmp_path / "report.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(TargetInTheWay):
        write_official(plan, YEAR, target, measurer=measurer, pages=pages)

    class Stopper:
        def step(self, done: int, total: int, label: str) -> None:
            if done == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        write_official(plan, YEAR, target, measurer=measurer, pages=pages, progress=Stopper(), force=True)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]
    write_official(plan, YEAR, target, measurer=measurer, pages=pages, force=True)
    assert openpyxl.load_workbook(target).sheetnames[0] == "目次"


def test_the_real_report_prints_whole_with_the_page_numbers_of_the_paper(
    real_plan: Plan, real_paper: OfficialPaper, real_file: Path, tmp_path: Path
) -> None:
    pages = [squeezed(page) for page in pdf_text(convert(real_file, "pdf", tmp_path))]
    assert len(pages) == 13
    everything = "".join(pages)
    missing = [line for line in texts_of(real_plan, 2018) if squeezed(shown_line(line)) not in everything]
    assert missing == []
    for basic, goal, item in real_plan.walk():
        number = real_paper.page_of[(basic.number, goal.number, item.number)]
        assert squeezed(item.title) in pages[number]
        assert f"－{number}－" in pages[number]
        for words in (basic.title, goal.title, "活動目標の実現に向けた取組み", "取組み（計画）", "30年度実績"):
            assert squeezed(words) in pages[number]


def test_hostile_shapes_print_whole_too(measurer: QtMeasurer, tmp_path: Path) -> None:
    hostile = activity(4, "=1+1", council=[slot(41, (), HOSTILE)], city=[slot(42, (WELFARE,), ["=1+1"])])
    plan = sample_plan((plain(1, 1), shapes(), tall(3, 70), hostile))
    path = tmp_path / "hostile.xlsx"
    built(measurer, plan, identity=IDENTITY).save(path)
    everything = squeezed("".join(pdf_text(convert(path, "pdf", tmp_path / "out"))))
    lost = set(measurer.missing("".join(texts_of(plan, YEAR)), "BIZ UDPGothic"))
    missing = [
        line for line in texts_of(plan, YEAR) if squeezed(shown_line(line)) not in everything and not set(line) & lost
    ]
    assert missing == []
    # Neither keys nor column ids nor what the layout does not show may be printed.
    assert "w1|" not in everything
    assert "welfare-official" not in everything
