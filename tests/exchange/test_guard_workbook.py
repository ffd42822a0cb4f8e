"""The guard's own workbook reader: what cells say, however the file writes it."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange import department_sample as sample
from tests.faults.hostile import ENTRY, cell, entries, pack, row_after, unpacked, with_parts
from welfare_desktop.exchange.cell_text import put_text
from welfare_desktop.exchange.guard.cells import (
    Cell,
    CellKind,
    Workbook,
    kind_of_format,
    number_cell,
    range_size,
    read_place,
    write_place,
)
from welfare_desktop.exchange.guard.limits import DEFAULT_LIMITS
from welfare_desktop.exchange.guard.prescan import prescan
from welfare_desktop.exchange.guard.workbook import read_workbook

#: The cell of the entry sheet that is changed: 実施状況 of the second slot, blank when it goes out.
PLACE = (10, 7)


@pytest.fixture(scope="module")
def form() -> sample.Exported:
    return sample.exported()


def cells_of(content: bytes) -> Workbook:
    return read_workbook(prescan(content, DEFAULT_LIMITS), DEFAULT_LIMITS)


def cell_of(content: bytes) -> Cell | None:
    return cells_of(content).sheets[1].cells.get(PLACE)


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (b'<c r="G10"><v>12</v></c>', Cell(CellKind.NUMBER, "12")),
        (b'<c r="G10" t="n"><v>1.5E3</v></c>', Cell(CellKind.NUMBER, "1500")),
        (b'<c r="G10"><v>0.30000000000000004</v></c>', Cell(CellKind.NUMBER, "0.3")),
        (b'<c r="G10"><v> 7 </v></c>', Cell(CellKind.NUMBER, "7")),
        (b'<c r="G10"><v>NaN</v></c>', Cell(CellKind.ERROR, "NaN")),
        (b'<c r="G10"><v>1E999</v></c>', Cell(CellKind.ERROR, "1E999")),
        (b'<c r="G10"><v>twelve</v></c>', Cell(CellKind.ERROR, "twelve")),
        ('<c r="G10"><v>１２</v></c>'.encode(), Cell(CellKind.ERROR, "１２")),
        (b'<c r="G10" t="b"><v>1</v></c>', Cell(CellKind.BOOLEAN, "TRUE")),
        (b'<c r="G10" t="e"><v>#DIV/0!</v></c>', Cell(CellKind.ERROR, "#DIV/0!")),
        (b'<c r="G10" t="str"><v>#REF!</v></c>', Cell(CellKind.ERROR, "#REF!")),
        (b'<c r="G10" t="str"><v>Err:502</v></c>', Cell(CellKind.ERROR, "Err:502")),
        (b'<c r="G10" t="d"><v>2019-05-01</v></c>', Cell(CellKind.DATE, "2019-05-01")),
        (b'<c r="G10"><f>1+2</f><v>3</v></c>', Cell(CellKind.FORMULA, "3")),
        (b'<c r="G10" t="str"><f>A1</f><v>x</v></c>', Cell(CellKind.FORMULA, "x")),
        (b'<c r="G10"><f t="shared" si="0"/></c>', Cell(CellKind.FORMULA, "")),
        (b'<c r="G10" t="str"><v> a_x000D_b </v></c>', Cell(CellKind.TEXT, " a\rb ")),
        (b'<c r="G10" t="str"><v>_x005F_x0041_</v></c>', Cell(CellKind.TEXT, "_x0041_")),
        (b'<c r="G10" t="inlineStr"><is><t>a</t></is></c>', Cell(CellKind.TEXT, "a")),
        (
            b'<c r="G10" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r></is></c>',
            Cell(CellKind.TEXT, "ab"),
        ),
        (
            '<c r="G10" t="inlineStr"><is><t>漢字</t><rPh sb="0" eb="2"><t>かんじ</t></rPh></is></c>'.encode(),
            Cell(CellKind.TEXT, "漢字"),
        ),
        (b'<c r="G10" t="str"><v>  </v></c>', None),
        (b'<c r="G10" t="inlineStr"><is/></c>', None),
        (b'<c r="G10" s="1"/>', None),
    ],
)
def test_what_a_cell_says(form: sample.Exported, inner: bytes, expected: Cell | None) -> None:
    assert cell_of(with_parts(entry=cell(inner))(form.content)) == expected


def test_shared_strings_without_their_readings(form: sample.Exported) -> None:
    parts = unpacked(with_parts(entry=cell(b'<c r="G10" t="s"><v>1</v></c>'))(form.content))
    strings = "<si><t>x</t></si><si><r><t>漢</t></r><r><t>字</t></r><rPh><t>かんじ</t></rPh><phoneticPr/></si>"
    parts["xl/sharedStrings.xml"] = f"<sst>{strings}</sst>".encode()
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="q" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
    )
    assert cell_of(pack(entries(parts))) == Cell(CellKind.TEXT, "漢字")


def test_rows_and_cells_without_places_follow_each_other(form: sample.Exported) -> None:
    rows = b'<row><c t="str"><v>a</v></c><c/><c t="str"><v>b</v></c></row><row><c t="str"><v>c</v></c></row>'
    sheet = cells_of(with_parts(entry=row_after(rows))(form.content)).sheets[1]
    assert [sheet.text(19, 1), sheet.text(19, 3), sheet.text(20, 1)] == ["a", "b", "c"]


def test_the_strict_namespace_and_prefixes_are_read_the_same(form: sample.Exported) -> None:
    old = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = {
        name: data.replace(old, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        for name, data in unpacked(form.content).items()
    }
    assert cells_of(pack(entries(strict))) == cells_of(form.content)
    prefixed = with_parts(
        entry=lambda data: re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", data).replace(b'xmlns="', b'xmlns:x="', 1)
    )
    assert cells_of(prefixed(form.content)) == cells_of(form.content)


def test_empty_cells_far_away_do_no_harm(form: sample.Exported) -> None:
    far = b'<row r="1048576" ht="12.8"><c r="XFD1048576" s="1"/></row>'
    assert cells_of(with_parts(entry=row_after(far))(form.content)) == cells_of(form.content)


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        (0, None, CellKind.NUMBER),
        (14, None, CellKind.DATE),
        (57, None, CellKind.DATE),
        (9, None, CellKind.PERCENT),
        (200, "General", CellKind.NUMBER),
        (200, 'G/標準"人"', CellKind.NUMBER),
        (200, "@", CellKind.NUMBER),
        (200, "#,##0_ ;[Red]-#,##0", CellKind.NUMBER),
        (200, '0"回"', CellKind.NUMBER),
        (200, '"¥"#,##0', CellKind.NUMBER),
        (200, "0.00E+00", CellKind.NUMBER),
        (200, "0.0%", CellKind.PERCENT),
        (200, '[$-411]ggge"年"m"月"d"日"', CellKind.DATE),
        (200, "yyyy/m/d", CellKind.DATE),
        (200, "[h]:mm", CellKind.DATE),
        (200, "aaa", CellKind.DATE),
        (27, "[$-411]ge.m.d", CellKind.DATE),
    ],
)
def test_how_numbers_look(number: int, code: str | None, kind: CellKind) -> None:
    assert kind_of_format(number, code) is kind


@pytest.mark.parametrize(
    ("raw", "from_1904", "text"),
    [
        ("43586", False, "2019-05-01"),
        ("42124", True, "2019-05-01"),
        ("1", False, "1900-01-01"),
        ("43586.5", False, "2019-05-01 12:00"),
        ("0.25", False, "06:00"),
        ("1E9", False, "1000000000"),
    ],
)
def test_dates_show_as_dates(raw: str, from_1904: bool, text: str) -> None:
    assert number_cell(raw, CellKind.DATE, from_1904) == Cell(CellKind.DATE, text)


def test_places_and_ranges() -> None:
    assert read_place("$XFD$1048576") == (1048576, 16384)
    assert [read_place(text) for text in ("XFE1", "A1048577", "A0", "1A", "", "a1", "A１")] == [None] * 7
    assert range_size("C3:A1") == 9
    with pytest.raises(ValueError, match="A:A"):
        range_size("A:A")


@given(st.integers(1, 1048576), st.integers(1, 16384))
def test_places_read_back(row: int, column: int) -> None:
    assert read_place(write_place(row, column)) == (row, column)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.floats(-1e300, 1e300),
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None)
def test_what_openpyxl_writes_is_read(values: list[str | float]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, value in enumerate(values, start=1):
        place = sheet.cell(number, 1)
        if isinstance(value, str):
            assert isinstance(place, openpyxl.cell.Cell)
            put_text(place, value)
        else:
            place.value = value
    found = cells_of(saved(book)).sheets[0]
    for number, value in enumerate(values, start=1):
        text = found.text(number, 1)
        if isinstance(value, float):
            assert float(text) == pytest.approx(value, rel=1e-14)
        elif value.strip() and found.cells[number, 1].kind is CellKind.TEXT:
            assert text == value.replace("\ufffe", "").replace("\uffff", "")


def test_dates_of_openpyxl_are_dates() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = dt.date(2019, 5, 1)
    assert cells_of(saved(book)).sheets[0].cells[1, 1] == Cell(CellKind.DATE, "2019-05-01")


THREADED = b"""<ThreadedComments xmlns="x"><threadedComment ref="G4" id="1"><text>\xe9\x9b\xbb\xe8\xa9\xb1</text></threadedComment>
<threadedComment ref="G4" id="2" parentId="1"><text>ok</text></threadedComment></ThreadedComments>"""
DRAWING = b"""<xdr:wsDr xmlns:xdr="x" xmlns:a="y"><xdr:sp><xdr:txBody><a:p><a:r><a:t>one</a:t></a:r><a:r><a:t> two</a:t></a:r></a:p>
<a:p><a:r><a:t>three</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>"""


def test_threads_and_text_boxes_are_read(form: sample.Exported) -> None:
    parts = unpacked(form.content)
    parts["xl/worksheets/_rels/sheet2.xml.rels"] = (
        b'<Relationships><Relationship Id="a" Type="x/threadedComment" Target="../threadedComments/t1.xml"/>'
        b'<Relationship Id="b" Type="x/comments" Target="../comments1.xml"/>'
        b'<Relationship Id="c" Type="x/drawing" Target="../drawings/d1.xml"/>'
        b'<Relationship Id="d" Type="x/hyperlink" TargetMode="External" Target="http://x/"/></Relationships>'
    )
    parts["xl/threadedComments/t1.xml"] = THREADED
    old = b"<comment ref='G4'><text><t>[Threaded comment]</t></text></comment><comment ref='H4'><text><r><t>note</t></r></text></comment>"
    parts["xl/comments1.xml"] = b"<comments><authors/><commentList>" + old + b"</commentList></comments>"
    parts["xl/drawings/d1.xml"] = DRAWING
    sheet = cells_of(pack(entries(parts))).sheets[1]
    assert sheet.comments == [("H4", "note"), ("G4", "電話\nok")]
    assert sheet.boxes == ["one two\nthree"]
    assert {remark.name for remark in sample.read(pack(entries(parts))).remarks} == {"comment", "text_box", "state"}


def test_the_entry_part_is_where_the_builders_look(form: sample.Exported) -> None:
    assert b"w1c|text" in unpacked(form.content)[ENTRY]
