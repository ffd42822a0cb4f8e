"""Official and flat workbooks that come back: the same keys, the same promise as for a department's form."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from tests.exchange.department_sample import ids, read
from tests.exchange.libreoffice import convert
from tests.paper.sample import YEAR, sample_plan, slot
from tests.paper.sample import activity as made_activity
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.merging.assembling import assemble, contributions_of
from welfare_desktop.domain.merging.forms import merge_value
from welfare_desktop.domain.merging.lines import Value, plain_text
from welfare_desktop.domain.merging.returned import FileKind, UnmatchedReason
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.exchange.flat_workbook import FlatOptions, flat_workbook
from welfare_desktop.exchange.keys import Identity, read_column_id, read_key, split_keys
from welfare_desktop.exchange.official_workbook import OfficialOptions, official_workbook
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.paper.measurer import QtMeasurer
from welfare_desktop.paper.official import lay_out

FAR = 60


def base_of(plan: Plan) -> dict[str, Value]:
    return {key.text: merge_value(value) for key, value in values_of(plan)}


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def official(plan: Plan, year: int = YEAR) -> bytes:
    measurer = QtMeasurer()
    identity = Identity("official", "export-1", "dataset-1", year, 7, "2020-05-20")
    pages = lay_out(plan, year, measurer=measurer).plan
    options = OfficialOptions(identity=identity)
    return saved(official_workbook(plan, year, measurer=measurer, pages=pages, options=options))


def flat(plan: Plan, year: int | None = YEAR) -> bytes:
    identity = Identity("flat", "export-1", "dataset-1", year or 0, 7, "2020-05-20")
    return saved(flat_workbook(plan, year, options=FlatOptions(identity=identity)))


def edits(plan: Plan, content: bytes) -> dict[str, tuple[str, ...]]:
    base = base_of(plan)
    found = contributions_of("export-1", "", base, assemble(base, read(content)).values)
    return {
        item.field: (item.value,) if isinstance(item.value, str) else tuple(plain_text(line) for line in item.value)
        for item in found
    }


def edited(content: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    change(workbook)
    return saved(workbook)


def cell_of(sheet: Worksheet, field: str, number: int = 0) -> tuple[int, int]:
    """The place of the n-th cell that shows (some of) a field in the official layout."""
    columns = {
        name: column
        for row in sheet.iter_rows()
        for column, cell in enumerate(row, start=1)
        if (name := read_column_id(str(cell.value or "")))
    }
    found = [
        (row, columns[key.column])
        for row in range(1, sheet.max_row + 1)
        for text in split_keys(str(sheet.cell(row, columns["key"]).value or ""))
        if (key := read_key(text)) and key.field.text == field
    ]
    return found[number]


@pytest.fixture(scope="module")
def real_plan(report_text: str) -> Plan:
    return with_ids(read_report_text(report_text).plan, ids())


@pytest.mark.parametrize("make", [official, flat])
def test_untouched_files_bring_no_edit(make: Callable[[Plan], bytes]) -> None:
    returned = read(make(sample_plan()))
    assert returned.kind is (FileKind.OFFICIAL if make is official else FileKind.FLAT)
    assert returned.values
    assert all(value.untouched and value.certain for value in returned.values)
    assert (returned.findings, returned.unmatched, returned.missing, returned.problems) == ((), (), (), ())
    assert edits(sample_plan(), make(sample_plan())) == {}
    assert edits(sample_plan(), edited(make(sample_plan()), lambda _: None)) == {}


@pytest.mark.component
@pytest.mark.parametrize("make", [official, flat])
def test_the_real_report_saved_by_libreoffice_brings_no_edit(
    make: Callable[[Plan, int], bytes], real_plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(make(real_plan, 2018))
    again = convert(path, "xlsx", tmp_path / "saved").read_bytes()
    returned = read(again)
    assert len(returned.values) > 400
    assert (returned.findings, returned.unmatched, returned.missing, returned.problems) == ((), (), (), ())
    assert edits(real_plan, again) == {}


def first_city_status(plan: Plan) -> str:
    slots = [slot for _, _, activity in plan.walk() for slot in activity.city.slots if slot.status.get(YEAR)]
    return f"slot:{slots[0].id}/status@{YEAR}"


def test_an_edited_cell_of_the_official_layout_arrives() -> None:
    plan = sample_plan()
    field = first_city_status(plan)

    def change(workbook: openpyxl.Workbook) -> None:
        place = workbook["1-1"].cell(*cell_of(workbook["1-1"], field))
        place.value = f"{place.value}\n・加えた行。"

    old = base_of(plan)[field]
    assert not isinstance(old, str)
    assert edits(plan, edited(official(plan), change)) == {field: (*old, "加えた行。")}


def test_a_retitled_activity_arrives_without_its_number() -> None:
    plan = sample_plan()
    field = f"activity:{next(activity for _, _, activity in plan.walk()).id}/title"

    def change(workbook: openpyxl.Workbook) -> None:
        place = workbook["1-1"].cell(*cell_of(workbook["1-1"], field))
        assert str(place.value).startswith("①")
        place.value = "① 新しい名前"

    assert edits(plan, edited(official(plan), change)) == {field: ("新しい名前",)}


def test_the_names_of_branches_above_a_text_are_not_part_of_it() -> None:
    plan = sample_plan()
    fields = [
        f"slot:{slot.id}/status@{YEAR}"
        for _, _, activity in plan.walk()
        for slot in activity.council.slots
        if len(activity.council.slots) > 1 and slot.departments and slot.status.get(YEAR)
    ]
    assert fields
    field = fields[0]

    def change(workbook: openpyxl.Workbook) -> None:
        place = workbook["1-1"].cell(*cell_of(workbook["1-1"], field))
        assert str(place.value).startswith("〔")
        place.value = f"{place.value}\n加えた行。"

    old = base_of(plan)[field]
    assert not isinstance(old, str)
    assert edits(plan, edited(official(plan), change)) == {field: (*old, "加えた行。")}


def tall_plan(lines: tuple[str, ...]) -> Plan:
    return sample_plan((made_activity(1, "長い活動", council=[slot(900, (), lines)], city=[], identity=900),))


def test_rows_that_go_on_are_put_together() -> None:
    plan = tall_plan(tuple(f"{number}番目の取組みを、地域の人たちとともに進めました。" for number in range(FAR)))
    field = next(name for name in base_of(plan) if name.startswith("slot:") and "/status@" in name)
    content = official(plan)
    assert edits(plan, content) == {}

    def change(workbook: openpyxl.Workbook) -> None:
        place = workbook["1-1"].cell(*cell_of(workbook["1-1"], field, 1))
        place.value = "\n".join([*str(place.value).split("\n"), "終わりに加えた行。"])

    old = base_of(plan)[field]
    assert not isinstance(old, str)
    new = edits(plan, edited(content, change))[field]
    assert set(new) == {*old, "終わりに加えた行。"}
    assert len(new) == len(old) + 1


def test_one_line_over_several_rows_is_one_line() -> None:
    plan = tall_plan(("始めの行。", "続" * 3000, "終わりの行。"))
    assert edits(plan, official(plan)) == {}


def test_text_typed_where_nothing_was_exported_is_unmatched() -> None:
    plan = sample_plan()

    def change(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["1-1"]
        column = cell_of(sheet, first_city_status(plan))[1]
        bottom = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value) - 1
        sheet.insert_rows(bottom + 1)
        sheet.cell(bottom + 1, column).value = "下に書き足した。"

    unmatched = read(edited(official(plan), change)).unmatched
    assert [(item.reason, item.lines) for item in unmatched] == [(UnmatchedReason.NO_KEY, ("下に書き足した。",))]


# --- flat ----------------------------------------------------------------------------------------------------------


def flat_rows(sheet: Worksheet) -> dict[tuple[str, int], int]:
    """Rows of the flat sheet by field and line."""
    found = {}
    for row in sheet.iter_rows():
        for cell in row:
            key = read_key(str(cell.value or ""))
            if key and key.part:
                found[key.field.text, key.part[0]] = cell.row or 0
    return found


def content_column(sheet: Worksheet) -> int:
    return next(cell.column or 0 for cell in sheet[1] if cell.value == "内容")


def test_edited_cleared_and_deleted_lines_of_the_flat_sheet() -> None:
    plan = sample_plan()
    field = next(name for name, value in base_of(plan).items() if "/status@" in name and len(value) > 2)
    old = base_of(plan)[field]
    assert not isinstance(old, str)

    def change(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["本文"]
        rows, column = flat_rows(sheet), content_column(sheet)
        sheet.cell(rows[field, 0], column).value = "書き換えた。"
        sheet.cell(rows[field, 1], column).value = None
        sheet.delete_rows(rows[field, 2])

    content = edited(flat(plan), change)
    assert edits(plan, content) == {field: ("書き換えた。", *old[1:])}
    assembled = assemble(base_of(plan), read(content))
    assert [(row.field, row.part) for row in assembled.emptied] == [(field, (1, 1))]
    assert read(content).missing == ((field, ""),)


def test_a_sorted_flat_sheet_changes_nothing_and_an_inserted_row_is_unmatched() -> None:
    plan = sample_plan()

    def change(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["本文"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        rows.sort(key=lambda row: str(row[11]))
        column = content_column(sheet)
        rows.insert(3, [*rows[3][: column - 1], "挿し込んだ行。", *[None] * (len(rows[3]) - column)])
        for number, row in enumerate(rows, start=2):
            for place, value in enumerate(row, start=1):
                sheet.cell(number, place).value = value

    content = edited(flat(plan), change)
    assert edits(plan, content) == {}
    (unmatched,) = read(content).unmatched
    assert (unmatched.reason, unmatched.lines) == (UnmatchedReason.NO_KEY, ("挿し込んだ行。",))
    assert len(unmatched.wording) > 3


def test_a_rewritten_sheet_without_keys_is_told() -> None:
    plan = sample_plan()

    def change(workbook: openpyxl.Workbook) -> None:
        workbook["指標"]["H2"].value = "書き換えた指標"

    returned = read(edited(flat(plan), change))
    assert [problem.code for problem in returned.problems] == ["M-207"]
    assert "指標" in returned.problems[0].message
    assert [(item.code, item.cell, item.shown) for item in returned.findings] == [("M-112", "H2", "書き換えた指標")]


@pytest.mark.parametrize("make", [official, flat])
def test_words_written_where_nothing_is_taken_from_are_told(make: Callable[[Plan], bytes]) -> None:
    """In headings, titles, the contents sheet, and columns that only say where a row belongs."""
    plan = sample_plan()
    written = []

    def change(workbook: openpyxl.Workbook) -> None:
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                for row in (1, 2, 5):
                    cell = sheet.cell(row, 2)
                    if not isinstance(cell, MergedCell):
                        cell.value = f"{cell.value or ''}\n書込み{sheet.title}{row}"
                        written.append(f"書込み{sheet.title}{row}")

    returned = read(edited(make(plan), change))
    told = [item.shown for item in returned.findings]
    told += ["\n".join(item.lines) for item in returned.unmatched]
    told += ["\n".join(item.lines) for item in returned.values]
    assert [words for words in written if not any(words in text for text in told)] == []
