"""The department workbook as it goes out: what stands where, what can be written, what nobody sees."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.exchange import department_sample as sample
from tests.exchange.libreoffice import convert, pdf_text
from welfare_desktop.domain.errors import TargetInTheWay
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.merging.assembling import assemble
from welfare_desktop.domain.merging.forms import merge_value
from welfare_desktop.domain.model import Entry, Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.exchange.department_rows import department_form
from welfare_desktop.exchange.department_workbook import department_workbook, write_department
from welfare_desktop.exchange.keys import is_identity_copy, read_column_id, read_key
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.paper.measurer import QtMeasurer

GOLDEN = Path(__file__).parents[1] / "golden" / "department_workbook.txt"
FAMILY = "BIZ UDPGothic"


@pytest.fixture(scope="module")
def form() -> sample.Exported:
    return sample.exported()


@pytest.fixture(scope="module")
def workbook(form: sample.Exported) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(form.content))


@pytest.fixture(scope="module")
def real_plan(report_text: str) -> Plan:
    return with_ids(read_report_text(report_text).plan, sample.ids())


def pictured(sheet: Worksheet) -> list[str]:
    """A sheet as text: one line a row, its height, and what its cells say; keys and ids by what they mean."""
    lines = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        shown = []
        for cell in row:
            text = "" if cell.value is None else str(cell.value)
            key = read_key(text)
            name = read_column_id(text)
            if is_identity_copy(text):
                continue
            if key:
                text = f"<{key.field.name}@{key.field.year} {key.item} {key.part or ''}>".replace(" ", "")
            elif name:
                text = f"<{name}>"
            mark = "" if cell.protection.locked else "*"
            shown.append(f"{mark}{text}".replace("\n", "/"))
        height = sheet.row_dimensions[number].height
        lines.append(f"{number:>3} {height or '':>6} | " + " | ".join(shown).rstrip(" |"))
    return lines


def test_the_layout_is_the_one_agreed_on(workbook: openpyxl.Workbook) -> None:
    text = "\n\n".join("\n".join([sheet.title, *pictured(sheet)]) for sheet in workbook.worksheets[:2]) + "\n"
    assert GOLDEN.read_text(encoding="utf-8") == text


def test_three_sheets_two_of_them_to_see(workbook: openpyxl.Workbook) -> None:
    assert [(sheet.title, sheet.sheet_state) for sheet in workbook.worksheets] == [
        ("はじめに", "visible"),
        ("記入", "visible"),
        ("_id", "veryHidden"),
    ]
    assert workbook.active is workbook["はじめに"]


def test_the_footer_has_room_below_the_rows(workbook: openpyxl.Workbook) -> None:
    for sheet in workbook.worksheets[:2]:  # else LibreOffice prints only the tops of its letters
        assert (sheet.page_margins.bottom - sheet.page_margins.footer) * 25.4 >= 5


def test_only_input_cells_can_be_written_and_no_password_is_needed(workbook: openpyxl.Workbook) -> None:
    for sheet in workbook.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
    entry = workbook["記入"]
    assert not entry.protection.formatColumns and not entry.protection.formatRows
    assert not entry.protection.autoFilter and not entry.protection.sort
    unlocked = [cell for row in entry.iter_rows() for cell in row if not cell.protection.locked]
    assert {cell.coordinate[0] for cell in unlocked} == {"G", "H", "I", "J", "K"}
    assert all(cell.fill.fgColor.rgb == "FFFFF6D6" for cell in unlocked)
    assert all(cell.number_format == ("General" if cell.coordinate[0] == "H" else "@") for cell in unlocked)


def test_numbers_and_units_only_in_rows_of_results(workbook: openpyxl.Workbook) -> None:
    entry = workbook["記入"]
    for row in range(4, entry.max_row + 1):
        key = read_key(str(entry.cell(row, 1).value))
        assert key is not None
        assert entry.cell(row, 8).protection.locked == (key.field.name != "results")


def test_hidden_things_are_hidden_and_the_view_is_set(workbook: openpyxl.Workbook) -> None:
    entry = workbook["記入"]
    assert entry.row_dimensions[1].hidden and entry.column_dimensions["A"].hidden
    assert workbook["はじめに"].column_dimensions["D"].hidden
    assert entry.freeze_panes == "E4"
    assert entry.auto_filter.ref == f"B3:L{entry.max_row}"
    assert (entry.print_title_rows, entry.page_setup.orientation) == ("$2:$3", "landscape")
    lists = {str(item.sqref): item.formula1 for item in entry.data_validations.dataValidation}
    assert lists[f"J4:J{entry.max_row}"] == '"—"'
    assert "回" in (lists[f"I4:I{entry.max_row}"] or "")
    assert workbook["はじめに"].data_validations.dataValidation[0].formula1 == '"作成中,完成"'


def test_text_stays_text_and_what_looks_like_an_escape_too(form: sample.Exported, workbook: openpyxl.Workbook) -> None:
    entry = workbook["記入"]
    reference = next(cell for row in entry.iter_rows() for cell in row if "=1+1" in str(cell.value))
    assert reference.data_type == "s"
    with zipfile.ZipFile(io.BytesIO(form.content)) as archive:
        assert b"_x005F_x000D_" in archive.read("xl/worksheets/sheet2.xml")


def test_properties_say_what_the_file_is_and_nothing_about_this_pc(workbook: openpyxl.Workbook) -> None:
    properties = workbook.properties
    assert (properties.creator, properties.lastModifiedBy) == ("welfare_desktop", "welfare_desktop")
    assert properties.title == "地域福祉課 記入用紙（令和元年度実施状況・令和2年度実施予定）"


def test_nothing_of_another_department_is_inside(form: sample.Exported) -> None:
    with zipfile.ZipFile(io.BytesIO(form.content)) as archive:
        parts = [archive.read(name).decode("utf-8") for name in archive.namelist()]
    assert not any("ほかの課の文" in part for part in parts)
    assert sample.slot_field(form.plan, 4, "status") not in form.base


def test_the_base_is_what_the_plan_says_blank_fields_included(form: sample.Exported) -> None:
    stored = {key.text: merge_value(value) for key, value in values_of(form.plan)}
    assert len(form.base) == 12
    assert all(value == stored.get(name, ()) for name, value in form.base.items())
    assert () in form.base.values()


def test_long_texts_go_on_in_further_rows_and_come_back_whole(form: sample.Exported) -> None:
    lines = tuple(f"{number}番目の長い取組みについて書いた、何行にもわたる文です。" * 3 for number in range(60))
    plan = sample.sample_plan()
    slot = plan.basic_goals[0].activity_goals[0].activities[0].city.slots[0]
    assert isinstance(slot.status, dict)
    slot.status[2019], slot.status[2018] = Entry(lines), Entry(lines[:40])
    long = sample.exported(plan)
    rows = department_form(plan, sample.OWNER, sample.YEAR, QtMeasurer(), FAMILY).rows
    field = sample.slot_field(plan, 0, "status")
    mine = [row for row in rows if row.field.text == field]
    assert len(mine) > 3
    assert all(0 < row.height_pt <= 409 for row in rows)
    assert sum((row.lines for row in mine), ()) == lines
    assert [row.counts for row in mine] == [True] + [False] * (len(mine) - 1)
    assert sample.edits(long, long.content) == {}

    with sample.editing(long.content) as (_, sheet, saved):
        cell = next(
            sheet.sheet.cell(row, sheet.columns["text"])
            for row in range(4, 30)
            if (key := read_key(str(sheet.sheet.cell(row, 1).value))) and key.part and key.part[0] > 0
        )
        cell.value = "書き換えた。"
    edited = sample.edits(long, saved[0])[field]
    assert "書き換えた。" in edited
    assert edited[0] == lines[0] and len(edited) < len(lines)


def test_a_row_higher_than_a_sheet_allows_keeps_its_text(form: sample.Exported) -> None:
    plan = sample.sample_plan()
    slot = plan.basic_goals[0].activity_goals[0].activities[0].city.slots[0]
    assert isinstance(slot.status, dict)
    slot.status[2019] = Entry(("あ" * 5000, "終わり"))
    long = sample.exported(plan)
    assert sample.edits(long, long.content) == {}


def test_an_existing_file_is_kept_without_force(form: sample.Exported, tmp_path: Path) -> None:
    target = sample.write(tmp_path, b"kept", "out.xlsx")
    with pytest.raises(TargetInTheWay):
        write_department(
            form.plan, sample.OWNER, sample.YEAR, target, measurer=QtMeasurer(), identity=sample.identity_of(form.plan)
        )
    assert target.read_bytes() == b"kept"


def test_slots_without_a_department_can_have_a_sheet_too(form: sample.Exported) -> None:
    _, base = department_workbook(
        form.plan, "市社会福祉協議会", sample.YEAR, measurer=QtMeasurer(), identity=sample.identity_of(form.plan)
    )
    council = {slot.id for _, _, activity in form.plan.walk() for slot in activity.council.slots}
    assert {name.split(":")[1].split("/")[0] for name in base} == council


def test_the_real_report_gives_62_rows_for_21_slots(real_plan: Plan) -> None:
    form = department_form(real_plan, "地域福祉課", 2019, QtMeasurer(), FAMILY)
    assert (form.fields, len(form.rows), form.activities) == (62, 62, 21)


def test_every_department_of_the_real_report_comes_back_untouched(real_plan: Plan) -> None:
    for department in real_plan.departments:
        for year in (2018, 2019):
            book, base = department_workbook(
                real_plan, department.name, year, measurer=QtMeasurer(), identity=sample.identity_of(real_plan)
            )
            buffer = io.BytesIO()
            book.save(buffer)
            returned = sample.read(buffer.getvalue())
            assert all(value.untouched for value in returned.values)
            assert (returned.findings, returned.unmatched, returned.missing, returned.problems) == ((), (), (), ())
            values = assemble(base, returned).values
            assert values.keys() <= base.keys()
            assert all(value == base[name] for name, value in values.items())


@pytest.mark.component
def test_libreoffice_shows_every_character_of_the_real_reference(real_plan: Plan, tmp_path: Path) -> None:
    book, _ = department_workbook(
        real_plan, "高齢福祉課", 2019, measurer=QtMeasurer(), identity=sample.identity_of(real_plan)
    )
    path = tmp_path / "a.xlsx"
    book.save(path)
    printed = "".join("".join(pdf_text(convert(path, "pdf", tmp_path))).split())
    rows = department_form(real_plan, "高齢福祉課", 2019, QtMeasurer(), FAMILY).rows
    for row in rows:
        for text in row.references:
            for line in text.split("\n"):
                assert "".join(line.split()) in printed
