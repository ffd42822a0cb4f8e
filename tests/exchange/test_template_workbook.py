"""An office's own template: named cells are filled, every other byte stays, and text stays text."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet
from PySide6.QtGui import QImage

from tests.builders import small_plan
from tests.exchange.libreoffice import convert
from welfare_desktop.domain.errors import Cancelled, FileRefused, TargetInTheWay
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Activity, ActivityGoal, Actor, ActorPart, BasicGoal, Entry, Plan, Slot
from welfare_desktop.domain.template_names import Dictionary, cell_name
from welfare_desktop.exchange.template_workbook import fill_template


def dictionary(plan: Plan | None = None, year: int = 2018) -> Dictionary:
    plan = with_ids(plan or small_plan(), lambda: str(uuid4()))
    notes = {FieldKey(Owner.PLAN, plan.id, "maker"): ("事務局",)}
    return Dictionary(plan, year, date(2019, 5, 20), notes)


def plan_saying(*lines: str) -> Plan:
    """A plan whose only status is ``lines``; the title of its activity is the first of them."""
    council = ActorPart(Actor.COUNCIL, (), (Slot(status={2018: Entry(lines)}),))
    activity = Activity(1, lines[0], (), (), council, ActorPart(Actor.CITY, (), (Slot(),)))
    return Plan("計画", "", 2018, 2022, (), (BasicGoal(1, "基本", (ActivityGoal(1, "目標", (activity,)),)),))


def saved(book: openpyxl.Workbook, folder: Path, name: str = "様式.xlsx") -> Path:
    path = folder / name
    book.save(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class Picture(Image):
    """A picture for a sheet, without the imaging library openpyxl would ask."""

    def __init__(self, path: Path) -> None:
        image = QImage(8, 8, QImage.Format.Format_RGB32)
        image.fill(0x1B5A99)
        assert image.save(str(path))
        self.ref, self.format, self.width, self.height = str(path), "png", 8, 8

    def _data(self) -> bytes:
        return Path(str(self.ref)).read_bytes()


@pytest.fixture
def office_book(tmp_path: Path) -> Path:
    """What an office might have: text, formulas, a chart, a picture, merged and named cells, a second sheet."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheet = book.create_sheet("様式 1")
    sheet["A1"] = "{{plan/title}}　{{年度}}の報告"
    sheet["A1"].font = Font(name="MS 明朝", size=16, bold=True)
    sheet["A2"] = "作成 {{作成日}} {{plan/maker}}"
    sheet["A3"] = "担当"
    sheet["B3"] = "{{1-1-1/city.2/departments}}"
    sheet.merge_cells("B4:D6")
    sheet["B4"] = "｛｛１－１－１／社協／実施状況｝｝"
    sheet["B4"].alignment = Alignment(wrap_text=True)
    sheet["B7"] = "{{1-1-1/city/planned}}"
    sheet["C7"] = "{{1-9-9/title}} と {{1-1/title}}"
    sheet["A8"] = "そのまま & <b> の字"
    sheet["B8"] = 12
    sheet["C8"] = "=B8*2"
    sheet["D8"] = '="{{plan/title}}"'
    sheet["A9"] = 3
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=8, max_row=9))
    sheet.add_chart(chart, "F2")
    sheet.add_image(Picture(tmp_path / "mark.png"), "F20")
    other = book.create_sheet("控え")
    other["A1"] = "触らない"
    other["A20"] = "下の行"
    book.defined_names["W_1_1_1_council_results"] = DefinedName("W_1_1_1_council_results", attr_text="'様式 1'!$B$9")
    book.defined_names["W_1_1_2_title"] = DefinedName("W_1_1_2_title", attr_text="控え!$C$12")
    book.defined_names["W_1_7_title"] = DefinedName("W_1_7_title", attr_text="控え!$C$13")
    book.defined_names["自分の名前"] = DefinedName("自分の名前", attr_text="控え!$A$1")
    return saved(book, tmp_path)


def test_named_cells_are_filled_and_the_rest_stays(office_book: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    filled = fill_template(office_book, target, dictionary())
    book = openpyxl.load_workbook(target)
    sheet, other = book["様式 1"], book["控え"]
    assert sheet["A1"].value == "計画　平成30年度の報告"
    assert (sheet["A1"].font.name, sheet["A1"].font.sz, sheet["A1"].font.b) == ("MS 明朝", 16, True)
    assert sheet["A2"].value == "作成 令和元年5月20日 事務局"
    assert sheet["B3"].value == "協働推進課"
    assert sheet["B4"].value == "・開いた。\n・数えた。"
    assert sheet["B4"].alignment.wrap_text
    assert sheet["B7"].value == "・支える。"
    assert sheet["C7"].value == "{{1-9-9/title}} と 活動の推進"
    assert sheet["B9"].value == "・講座(2回)"
    assert sheet["C8"].value == "=B8*2" and sheet["D8"].value == '="{{plan/title}}"'
    assert other["C12"].value == "団体間の交流促進"
    assert (other["A1"].value, other["A20"].value) == ("触らない", "下の行")
    assert filled.cells == 8 and filled.drafts == 1
    told = "\n".join(filled.notes)
    assert "{{1-9-9/title}}" in told and "様式 1!C7" in told and "W_1_7_title" in told
    assert "自分の名前" not in told


def test_every_part_that_holds_no_named_cell_keeps_its_bytes(office_book: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    fill_template(office_book, target, dictionary())
    before, after = parts(office_book), parts(target)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    # The workbook part only asks for formulas to be worked out again.
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"}
    assert {"xl/charts/chart1.xml", "xl/media/image1.png"} <= before.keys()
    assert after["xl/workbook.xml"].count(b"fullCalcOnLoad") == 1


def test_cells_that_are_not_named_keep_their_bytes(office_book: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    fill_template(office_book, target, dictionary())

    def cells(path: Path) -> dict[bytes, bytes]:
        sheet = parts(path)["xl/worksheets/sheet1.xml"]
        return {match[1]: match[0] for match in re.finditer(rb'(?s)<c r="([A-Z]+\d+)"(?:[^>]*/>|.*?</c>)', sheet)}

    before, after = cells(office_book), cells(target)
    assert {name for name in before if before[name] != after[name]} == {
        b"A1", b"A2", b"B3", b"B4", b"B7", b"C7",
    }  # fmt: skip
    assert after.keys() - before.keys() == {b"B9"}


@pytest.mark.component
def test_a_template_saved_by_libreoffice_is_filled_and_opens_there(office_book: Path, tmp_path: Path) -> None:
    resaved = convert(office_book, "xlsx", tmp_path / "lo")
    target = tmp_path / "out.xlsx"
    filled = fill_template(resaved, target, dictionary())
    before, after = parts(resaved), parts(target)
    kept = [name for name in before if re.search("chart|media|drawing|styles|theme", name)]
    assert len(kept) >= 5 and all(before[name] == after[name] for name in kept)
    assert filled.cells == 8
    again = openpyxl.load_workbook(convert(target, "xlsx", tmp_path / "again"))
    sheet = again["様式 1"]
    assert isinstance(sheet, Worksheet)
    assert sheet["A1"].value == "計画　平成30年度の報告"
    assert sheet["B4"].value == "・開いた。\n・数えた。"
    assert again["控え"]["C12"].value == "団体間の交流促進"
    assert len(sheet._charts) == 1  # type: ignore[attr-defined]  # openpyxl has no public list of them


@pytest.mark.parametrize("text", ["=1+1", "+81", "-1", "@SUM(A1)", "＝1", '=HYPERLINK("x")', "_x0041_", "<a>&\"'"])
def test_text_stays_text(text: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B2"] = "{{1-1-1/title}}"
    sheet["B2"].font = Font(bold=True)
    target = tmp_path / "out.xlsx"
    fill_template(saved(book, tmp_path), target, dictionary(plan_saying(text)))
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    cell = sheet["B2"]
    assert cell.data_type in ("s", "inlineStr")
    assert str(cell.value).replace("_x005F_", "_") == text
    assert cell.font.b
    assert bool(cell.quotePrefix) is text.startswith(("=", "+", "-", "@", "＝"))


def test_pieces_in_other_letter_forms_keep_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    bold = InlineFont(b=True)
    sheet["A1"] = CellRichText("年度: ", TextBlock(bold, "{{年度}}"), " です")
    sheet["A2"] = CellRichText("切れた {{年", TextBlock(bold, "度}} の目印"))
    target = tmp_path / "out.xlsx"
    assert fill_template(saved(book, tmp_path), target, dictionary()).cells == 2
    sheet = openpyxl.load_workbook(target, rich_text=True).active
    assert sheet is not None
    first = sheet["A1"].value
    assert isinstance(first, CellRichText) and str(first) == "年度: 平成30年度 です"
    assert any(isinstance(piece, TextBlock) and piece.font.b and piece.text == "平成30年度" for piece in first)
    assert str(sheet["A2"].value) == "切れた 平成30年度 の目印"


def test_years_follow_the_report_unless_they_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, text in enumerate(
        ("{{1-1-1/council/status}}", "{{1-1-1/council/status@2018}}", "{{1-1-1/council/planned}}", "{{前年度}}"), 1
    ):
        sheet.cell(row, 1, text)
    book.defined_names["W_1_1_1_council_planned_2019"] = DefinedName(
        "W_1_1_1_council_planned_2019", attr_text="Sheet!$A$9"
    )
    target = tmp_path / "out.xlsx"
    fill_template(saved(book, tmp_path), target, dictionary(year=2019))
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    texts = [sheet.cell(row, 1).value for row in (1, 2, 3, 4, 9)]
    assert texts == [None, "・開いた。\n・数えた。", None, "平成30年度", "・開く。"]


def test_new_cells_come_in_order_with_the_look_of_their_row_or_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B2"], sheet["D2"], sheet["B7"] = "左", "右", "下"
    sheet.column_dimensions["C"].font = Font(bold=True)
    for number, place in enumerate(("C2", "A2", "E2", "C4", "C9", "C1")):
        name = cell_name(("plan/title", "1/title", "1-1/title", "1-1-1/title", "1-1-2/title", "plan/vision")[number])
        book.defined_names[name] = DefinedName(name, attr_text=f"Sheet!${place[0]}${place[1]}")
    target = tmp_path / "out.xlsx"
    assert fill_template(saved(book, tmp_path), target, dictionary()).cells == 6
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == ["ひとづくり", "左", "計画", "右", "活動の推進"]
    assert (sheet["C4"].value, sheet["C9"].value) == ("担い手の確保と育成の支援", "団体間の交流促進")
    assert sheet["C1"].value == "理念の文" and sheet["C4"].font.b
    assert sheet.dimensions == "A1:E9"
    raw = parts(target)["xl/worksheets/sheet1.xml"]
    assert [int(row) for row in re.findall(rb'<row r="(\d+)"', raw)] == [1, 2, 4, 7, 9]


def test_an_empty_sheet_can_be_filled_by_names_alone(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.defined_names["w_plan_TITLE"] = DefinedName("w_plan_TITLE", attr_text="Sheet!$B$3")
    target = tmp_path / "out.xlsx"
    fill_template(saved(book, tmp_path), target, dictionary())
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    assert sheet["B3"].value == "計画"


def test_a_name_inside_merged_cells_fills_what_is_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B2"] = "前の文"
    sheet.merge_cells("B2:D4")
    book.defined_names["W_plan_title"] = DefinedName("W_plan_title", attr_text="Sheet!$C$3")
    target = tmp_path / "out.xlsx"
    fill_template(saved(book, tmp_path), target, dictionary())
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    assert sheet["B2"].value == "計画"


def test_headings_of_tables_and_formulas_are_left_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "{{年度}}", "数", "{{plan/title}}", 1
    sheet["C2"] = "=B2"
    sheet.add_table(Table(displayName="表", ref="A1:B2"))
    book.defined_names["W_plan_vision"] = DefinedName("W_plan_vision", attr_text="Sheet!$C$2")
    target = tmp_path / "out.xlsx"
    filled = fill_template(saved(book, tmp_path), target, dictionary())
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    assert (sheet["A1"].value, sheet["A2"].value, sheet["C2"].value) == ("{{年度}}", "計画", "=B2")
    assert any("Sheet!A1" in note and "見出し" in note for note in filled.notes)
    assert any("Sheet!C2" in note and "数式" in note for note in filled.notes)


def test_rows_of_no_set_height_may_grow(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = "{{1-1-1/council/status}}", "{{1-1-1/council/status}}"
    sheet.row_dimensions[2].height = 60
    path = saved(book, tmp_path)
    content = parts(path)
    content["xl/worksheets/sheet1.xml"] = content["xl/worksheets/sheet1.xml"].replace(
        b'<row r="1"', b'<row r="1" ht="15"'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    target = tmp_path / "out.xlsx"
    fill_template(path, target, dictionary())
    rows = re.findall(rb"<row [^>]*>", parts(target)["xl/worksheets/sheet1.xml"])
    assert b" ht=" not in rows[0] and b'ht="60"' in rows[1]


def with_macros(path: Path, kind: bytes) -> None:
    """Make a workbook one with macros, as far as the container is concerned."""
    content = parts(path)
    content["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 a program"
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", kind
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def test_macros_are_carried_along_and_ask_for_their_ending(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "{{年度}}"
    path = saved(book, tmp_path, "様式.xltm")
    with_macros(path, b"application/vnd.ms-excel.template.macroEnabled.main+xml")
    with pytest.raises(TargetInTheWay, match=r"\.xlsm"):
        fill_template(path, tmp_path / "out.xlsx", dictionary())
    fill_template(path, tmp_path / "out.xlsm", dictionary())
    after = parts(tmp_path / "out.xlsm")
    assert after["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0 a program"
    assert b"ms-excel.sheet.macroEnabled.main+xml" in after["[Content_Types].xml"]


def test_a_template_that_names_nothing_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "目印なし"
    with pytest.raises(FileRefused) as refused:
        fill_template(saved(book, tmp_path), tmp_path / "out.xlsx", dictionary())
    assert refused.value.code == "W-369" and not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("content", [b"", b"just text", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_refused_and_nothing_is_written(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "様式.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        fill_template(path, tmp_path / "out.xlsx", dictionary())
    assert "取り込んで" not in refused.value.message
    assert sorted(item.name for item in tmp_path.iterdir()) == ["様式.xlsx"]


def test_a_document_type_in_a_sheet_is_refused(office_book: Path, tmp_path: Path) -> None:
    content = parts(office_book)
    sheet = content["xl/worksheets/sheet1.xml"]
    content["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet
    with zipfile.ZipFile(office_book, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    with pytest.raises(FileRefused) as refused:
        fill_template(office_book, tmp_path / "out.xlsx", dictionary())
    assert refused.value.code == "W-351"


def test_an_old_file_is_not_touched_unless_asked_and_never_the_template(office_book: Path, tmp_path: Path) -> None:
    before = office_book.read_bytes()
    with pytest.raises(TargetInTheWay):
        fill_template(office_book, office_book, dictionary(), force=True)
    assert office_book.read_bytes() == before
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(TargetInTheWay):
        fill_template(office_book, target, dictionary())
    assert target.read_bytes() == b"old"
    fill_template(office_book, target, dictionary(), force=True)
    assert zipfile.is_zipfile(target)


class _Stop:
    def step(self, done: int, total: int, label: str) -> None:
        raise Cancelled


def test_stopping_writes_nothing(office_book: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        fill_template(office_book, tmp_path / "out.xlsx", dictionary(), progress=_Stop())
    assert not (tmp_path / "out.xlsx").exists()


@pytest.fixture(scope="module")
def one_cell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "前 {{1-1-1/council/status}} 後"
    return saved(book, tmp_path_factory.mktemp("one"))


LINES = st.lists(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=30), min_size=1, max_size=4
)


@given(lines=LINES)
def test_any_text_comes_out_as_it_was_entered(one_cell: Path, lines: list[str]) -> None:
    target = one_cell.with_name("out.xlsx")
    fill_template(one_cell, target, dictionary(plan_saying(*lines)), force=True)
    sheet = openpyxl.load_workbook(io.BytesIO(target.read_bytes())).active
    assert sheet is not None
    value = str(sheet["A1"].value)
    shown = "\n".join(line if line in "—－―" or line.startswith(("※", "○")) else f"・{line}" for line in lines)
    assert value.replace("_x005F_", "_") == f"前 {shown} 後".replace("_x005F_", "_")
