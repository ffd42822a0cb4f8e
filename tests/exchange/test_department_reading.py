"""Department workbooks that come back in any state: nothing typed is lost, nothing is invented."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.exchange import department_sample as sample
from tests.exchange.department_sample import EditedSheet, Exported, editing, edits, read, slot_field
from tests.exchange.libreoffice import convert
from welfare_desktop.domain.errors import FileRefused
from welfare_desktop.domain.merging.assembling import assemble
from welfare_desktop.domain.merging.lines import plain_text
from welfare_desktop.domain.merging.returned import FileKind, UnmatchedReason
from welfare_desktop.exchange.returned import read_returned


@pytest.fixture(scope="module")
def form() -> Exported:
    return sample.exported()


def edited(form: Exported, change: Callable[[openpyxl.Workbook, EditedSheet], None]) -> bytes:
    with editing(form.content) as (workbook, sheet, saved):
        change(workbook, sheet)
    return saved[0]


def typed(form: Exported, field: str, value: object, column: str = "text", item: str = "") -> bytes:
    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, value, column=column, item=item)

    return edited(form, change)


def test_an_untouched_file_says_which_export_it_is_and_brings_no_edit(form: Exported, tmp_path: Path) -> None:
    returned = read_returned(sample.write(tmp_path, form.content))
    assert (returned.kind, returned.export_id, returned.dataset_id) == (FileKind.DEPARTMENT, "export-1", "dataset-1")
    assert (returned.department, returned.year, returned.base_revision) == ("地域福祉課", 2019, 12)
    assert all(value.untouched and value.certain for value in returned.values)
    assert (returned.findings, returned.unmatched, returned.missing, returned.problems) == ((), (), (), ())
    assert edits(form, form.content) == {}
    assert edits(form, edited(form, lambda *_: None)) == {}


@pytest.mark.component
def test_saving_with_libreoffice_changes_nothing(form: Exported, tmp_path: Path) -> None:
    saved = convert(sample.write(tmp_path, form.content, "a.xlsx"), "xlsx", tmp_path / "saved").read_bytes()
    returned = read(saved)
    assert all(value.untouched for value in returned.values)
    assert (returned.findings, returned.unmatched, returned.missing, returned.problems) == ((), (), (), ())
    again = typed(form, slot_field(form.plan, 1, "status"), "書いた。")
    edited_saved = convert(sample.write(tmp_path, again, "b.xlsx"), "xlsx", tmp_path / "saved").read_bytes()
    assert edits(form, edited_saved) == {slot_field(form.plan, 1, "status"): ("書いた。",)}


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("書いた。", ("書いた。",)),
        ("・一つ目\n・二つ目", ("一つ目", "二つ目")),
        ("一つ目\r\n\r\n　二つ目　", ("一つ目", "二つ目")),
        ("一つ目_x000D_\n二つ目", ("一つ目", "二つ目")),
        ("=式のような文", None),
        ("１２人 ㈱①", ("１２人 ㈱①",)),
        ("か\u3099", ("が",)),
        ("𠮷野家", ("𠮷野家",)),
        (12, ("12",)),
        (0.1 + 0.2, ("0.3",)),
        ("—", ("—",)),
    ],
)
def test_what_was_typed_arrives(form: Exported, value: object, lines: tuple[str, ...] | None) -> None:
    field = slot_field(form.plan, 1, "status")
    if lines is None:
        content = edited(form, lambda _, sheet: _as_text(sheet, field, str(value)))
        assert edits(form, content) == {field: (str(value),)}
    else:
        assert edits(form, typed(form, field, value)) == {field: lines}


def _as_text(sheet: EditedSheet, field: str, text: str) -> None:
    cell = sheet.sheet.cell(sheet.row(field), sheet.columns["text"])
    cell.value = text
    cell.data_type = "s"


def test_a_line_added_changed_and_taken_out(form: Exported) -> None:
    field = slot_field(form.plan, 0, "status")
    assert edits(form, typed(form, field, "一つ目。\n新しい。\n三つ目！")) == {
        field: ("一つ目。", "新しい。", "三つ目！")
    }


def test_an_emptied_cell_arrives_as_blank(form: Exported) -> None:
    field = slot_field(form.plan, 0, "status")
    assert edits(form, typed(form, field, None)) == {field: ()}
    assert edits(form, typed(form, field, "　 ")) == {field: ()}


@pytest.mark.parametrize("mark", ["—", "－", "―", "-", "ー"])
def test_choosing_none(form: Exported, mark: str) -> None:
    field = slot_field(form.plan, 1, "status")
    expected = mark if mark in "—－―" else "—"
    assert edits(form, typed(form, field, mark, "none")) == {field: (expected,)}


def test_choosing_none_beside_the_exported_text_means_none(form: Exported) -> None:
    field = slot_field(form.plan, 0, "status")
    assert edits(form, typed(form, field, "—", "none")) == {field: ("—",)}


def test_writing_where_none_was_exported_means_the_text(form: Exported) -> None:
    field = slot_field(form.plan, 2, "status")
    assert edits(form, typed(form, field, "やはり行った。")) == {field: ("やはり行った。",)}


def test_none_and_new_text_together_are_asked_about(form: Exported) -> None:
    field = slot_field(form.plan, 1, "status")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "行った。")
        sheet.put(field, "—", column="none")

    content = edited(form, change)
    assert edits(form, content) == {}
    (finding,) = read(content).findings
    assert (finding.code, finding.shown, finding.field, finding.taken) == ("M-107", "行った。", field, False)


def test_an_unclear_mark_is_asked_about_and_takes_nothing(form: Exported) -> None:
    field = slot_field(form.plan, 1, "status")
    content = edited(
        form, lambda _, sheet: (sheet.put(field, "行った。"), sheet.put(field, "○", column="none"), None)[2]
    )
    assert edits(form, content) == {}
    assert [finding.code for finding in read(content).findings] == ["M-106", "M-111"]


# --- results ------------------------------------------------------------------------------------------------------


def results_of(form: Exported, content: bytes, slot: int) -> list[str]:
    field = slot_field(form.plan, slot, "results")
    value = assemble(form.base, read(content)).values[field]
    assert isinstance(value, tuple)
    return list(value)


def test_a_result_for_one_indicator_keeps_the_others(form: Exported) -> None:
    content = typed(form, slot_field(form.plan, 0, "results"), "講座を3回開いた", item="i2")
    lines = results_of(form, content, 0)
    assert [plain_text(line) for line in lines] == ["登録者 60人", "講座を3回開いた", "別の実績"]
    assert '"value":"60"' in lines[0] and '"link":"i2"' in lines[1]


def test_a_first_result_stands_in_the_order_of_the_indicators(form: Exported) -> None:
    field = slot_field(form.plan, 0, "results")
    lines = results_of(form, typed(form, field, "提供した", item="i3"), 0)
    assert [plain_text(line) for line in lines] == ["登録者 60人", "講座を開いた", "提供した", "別の実績"]


@pytest.mark.parametrize(
    ("number", "text"), [(12, "12"), ("１２", "12"), ("1,234", "1234"), (44.1, "44.1"), ("12.50", "12.5")]
)
def test_a_number_alone_is_a_result(form: Exported, number: object, text: str) -> None:
    field = slot_field(form.plan, 1, "results")
    (line,) = results_of(form, typed(form, field, number, "number"), 1)
    assert plain_text(line) == f"{text}回"
    assert f'"value":"{text}"' in line and '"unit":"回"' in line


def test_a_number_beside_a_text_belongs_to_the_line_that_writes_it(form: Exported) -> None:
    field = slot_field(form.plan, 1, "results")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "準備した\n催しを3回")
        sheet.put(field, 3, column="number")
        sheet.put(field, "度", column="unit")

    first, second = results_of(form, edited(form, change), 1)
    assert first == "準備した"
    assert second.startswith("催しを3回\x1f") and '"unit":"度"' in second


def test_a_changed_number_changes_only_the_number(form: Exported) -> None:
    field = slot_field(form.plan, 0, "results")
    lines = results_of(form, typed(form, field, 75, "number", "i1"), 0)
    assert [plain_text(line) for line in lines] == ["登録者 60人", "講座を開いた", "別の実績"]
    assert '"value":"75"' in lines[0]


def test_an_emptied_number_or_result_is_reported_and_kept(form: Exported) -> None:
    field = slot_field(form.plan, 0, "results")
    for column, item in (("number", "i1"), ("text", "i2")):
        content = typed(form, field, None, column, item)
        assert edits(form, content) == {}
        (row,) = sample.assembled_of(form, content).emptied
        assert (row.field, row.item) == (field, item)


@pytest.mark.parametrize("number", ["▲5", "約140", "5人", "①", "1e5", "なし"])
def test_what_is_no_plain_number_is_asked_about(form: Exported, number: str) -> None:
    field = slot_field(form.plan, 1, "results")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "催した")
        sheet.put(field, number, column="number")

    content = edited(form, change)
    (finding,) = read(content).findings
    assert (finding.code, finding.shown, finding.taken) == ("M-105", number, False)
    assert edits(form, content) == {field: ("催した",)}


def test_a_percentage_keeps_its_sign(form: Exported) -> None:
    field = slot_field(form.plan, 1, "results")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        cell = sheet.sheet[sheet.put(field, 0.441, column="number")]
        cell.number_format = "0.0%"

    (line,) = results_of(form, edited(form, change), 1)
    assert plain_text(line) == "44.1％"


def test_writing_for_one_indicator_where_none_stood_for_all(form: Exported) -> None:
    field = slot_field(form.plan, 2, "results")
    content = typed(form, field, "点検を1回", item="i5")
    assert edits(form, content) == {field: ("点検を1回",)}


def test_none_for_every_indicator_is_one_none(form: Exported) -> None:
    field = slot_field(form.plan, 0, "results")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        for item in ("i1", "i2", "i3", "none"):
            for column in ("text", "number"):
                sheet.put(field, None, column=column, item=item)
            sheet.put(field, "—", column="none", item=item)

    assert edits(form, edited(form, change)) == {field: ("—",)}


# --- rows and columns moved about ----------------------------------------------------------------------------------


def test_sorted_rows_moved_columns_and_renamed_sheets_change_nothing(form: Exported) -> None:
    field = slot_field(form.plan, 1, "status")

    def change(workbook: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "書いた。")
        rows = [[cell.value for cell in row] for row in sheet.sheet.iter_rows(min_row=4)]
        rows.sort(key=lambda row: str(row[1]), reverse=True)
        for number, row in enumerate(rows, start=4):
            for column, value in enumerate(row, start=1):
                sheet.sheet.cell(number, column).value = value
        sheet.sheet.insert_cols(1, 2)
        sheet.sheet.insert_rows(1, 3)
        sheet.sheet.move_range("I1:I60", cols=12)
        for number in (8, 9):
            sheet.sheet.row_dimensions[number].hidden = True
        sheet.sheet.title = "Sheet1"
        workbook["はじめに"].title = "表紙"
        workbook.move_sheet("Sheet1", -1)

    content = edited(form, change)
    assert edits(form, content) == {field: ("書いた。",)}
    returned = read(content)
    assert (returned.missing, returned.problems, returned.unmatched) == ((), (), ())


def test_a_deleted_row_is_missing_and_no_deletion(form: Exported) -> None:
    field = slot_field(form.plan, 0, "status")
    content = edited(form, lambda _, sheet: sheet.sheet.delete_rows(sheet.row(field)))
    returned = read(content)
    assert returned.missing == ((field, ""),)
    assert [problem.code for problem in returned.problems] == ["M-206"]
    assert edits(form, content) == {}


def test_a_deleted_column_takes_nothing(form: Exported) -> None:
    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.sheet.delete_cols(sheet.columns["text"])

    content = edited(form, change)
    assert edits(form, content) == {}
    assert "M-204" in [problem.code for problem in read(content).problems]


def test_text_in_an_inserted_row_is_unmatched_with_its_wording(form: Exported) -> None:
    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.sheet.insert_rows(6)
        sheet.sheet.cell(6, sheet.columns["activity"]).value = "担い手の確保"
        sheet.sheet.cell(6, sheet.columns["text"]).value = "余分に書いた。"

    content = edited(form, change)
    (unmatched,) = read(content).unmatched
    assert (unmatched.reason, unmatched.cell, unmatched.lines) == (UnmatchedReason.NO_KEY, "G6", ("余分に書いた。",))
    assert unmatched.wording == ("担い手の確保",)
    assert edits(form, content) == {}


def test_a_damaged_key_is_unmatched_and_told_apart(form: Exported) -> None:
    field = slot_field(form.plan, 1, "status")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "書いた。")
        cell = sheet.sheet.cell(sheet.row(field), sheet.columns["key"])
        cell.value = str(cell.value)[:-1] + ("0" if str(cell.value)[-1] != "0" else "1")

    returned = read(edited(form, change))
    (unmatched,) = returned.unmatched
    assert (unmatched.reason, unmatched.lines) == (UnmatchedReason.DAMAGED_KEY, ("書いた。",))
    assert (field, "") in returned.missing


def test_keys_damaged_by_dragging_do_not_make_the_program_s_own_words_somebody_s(form: Exported) -> None:
    """Only what was written in these rows is asked about, and its field is known by what stands beside it."""

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(slot_field(form.plan, 1, "status"), "書いた。")
        for row in range(4, sheet.sheet.max_row + 1):
            cell = sheet.sheet.cell(row, sheet.columns["key"])
            cell.value = f"{cell.value}X" if cell.value else None

    returned = read(edited(form, change))
    (unmatched,) = returned.unmatched
    assert (unmatched.lines, unmatched.field) == (("書いた。",), slot_field(form.plan, 1, "status"))
    assert returned.findings == ()


def copy_row(sheet: EditedSheet, source: int, target: int) -> None:
    for column in range(1, sheet.sheet.max_column + 1):
        sheet.sheet.cell(target, column).value = sheet.sheet.cell(source, column).value


def test_a_row_copied_and_changed_is_unmatched_twice(form: Exported) -> None:
    field = slot_field(form.plan, 1, "status")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "一通り目")
        copy_row(sheet, sheet.row(field), 60)
        sheet.sheet.cell(60, sheet.columns["text"]).value = "二通り目"

    content = edited(form, change)
    found = read(content).unmatched
    assert {item.reason for item in found} == {UnmatchedReason.DOUBLED_KEY}
    assert [item.lines for item in found] == [("一通り目",), ("二通り目",)]
    assert {item.field for item in found} == {field}
    assert edits(form, content) == {}


def test_a_row_or_sheet_copied_and_left_alone_decides_nothing(form: Exported) -> None:
    field = slot_field(form.plan, 0, "status")

    def change(workbook: openpyxl.Workbook, sheet: EditedSheet) -> None:
        copy_row(sheet, sheet.row(field), 60)
        workbook.copy_worksheet(sheet.sheet)

    content = edited(form, change)
    assert edits(form, content) == {}
    assert read(content).unmatched == ()


def test_a_copied_column_that_says_something_else_is_unmatched(form: Exported) -> None:
    field = slot_field(form.plan, 1, "status")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "一通り目")
        for row in range(1, sheet.sheet.max_row + 1):
            sheet.sheet.cell(row, 20).value = sheet.sheet.cell(row, sheet.columns["text"]).value
        sheet.sheet.cell(sheet.row(field), 20).value = "二通り目"

    content = edited(form, change)
    assert [item.lines for item in read(content).unmatched] == [("一通り目",), ("二通り目",)]
    assert edits(form, content) == {}


def test_lost_column_ids_are_made_up_for_by_headings_but_not_trusted(form: Exported) -> None:
    field = slot_field(form.plan, 1, "status")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "書いた。")
        sheet.sheet.delete_rows(1)

    content = edited(form, change)
    returned = read(content)
    assert [problem.code for problem in returned.problems] == ["M-203"]
    assembled = assemble(form.base, returned)
    assert field in assembled.uncertain
    assert assembled.values[field] == ("書いた。",)


# --- cells that cannot be taken -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code"),
    [("=1+2", "M-101"), ("#REF!", "M-102"), (dt.datetime(2019, 5, 1), "M-103"), (True, "M-104")],  # noqa: DTZ001  # Excel has no zones
)
def test_cells_that_say_nothing_a_person_typed_are_told_with_their_place(
    form: Exported, value: object, code: str
) -> None:
    field = slot_field(form.plan, 0, "status")
    content = typed(form, field, value)
    (finding,) = read(content).findings
    assert (finding.code, finding.sheet, finding.cell, finding.taken) == (code, "記入", "G4", False)
    assert finding.field == field
    assert edits(form, content) == {}
    assert read(content).missing == ()


def test_control_characters_are_left_out_and_told(form: Exported) -> None:
    field = slot_field(form.plan, 1, "status")
    content = typed(form, field, "書_x0007_いた。")
    assert edits(form, content) == {field: ("書いた。",)}
    (finding,) = read(content).findings
    assert (finding.code, finding.taken) == ("M-108", True)


def test_a_rewritten_reference_is_told_and_not_taken(form: Exported) -> None:
    field = slot_field(form.plan, 0, "status")
    content = typed(form, field, "去年の分を直した。", "reference1")
    (finding,) = read(content).findings
    assert (finding.code, finding.cell) == ("M-109", "E4")
    assert "去年の分を直した。" in finding.shown
    assert edits(form, content) == {}


# --- what is written to the office ------------------------------------------------------------------------------------


def test_remarks_comments_and_replies_arrive(form: Exported) -> None:
    field = slot_field(form.plan, 0, "status")

    def change(workbook: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.put(field, "電話します", column="note")
        sheet.sheet["G5"].comment = Comment("ここは後で", "だれか")
        cover = workbook["はじめに"]
        for row in cover.iter_rows(min_col=2, max_col=3):
            if row[0].value == "記入者の氏名":
                row[1].value = "山田"
            if row[0].value == "提出状態":
                row[1].value = "完成"

    found = {(remark.name, remark.text) for remark in read(edited(form, change)).remarks}
    assert found == {("note", "電話します"), ("comment", "ここは後で"), ("writer", "山田"), ("state", "完成")}


def test_text_beside_the_table_and_on_new_sheets_is_told(form: Exported) -> None:
    def change(workbook: openpyxl.Workbook, sheet: EditedSheet) -> None:
        sheet.sheet["N5"].value = "欄の外の書き込み"
        workbook.create_sheet("追加")["A1"].value = "別紙"

    returned = read(edited(form, change))
    assert [(item.reason, item.sheet, item.cell, item.lines) for item in returned.unmatched] == [
        (UnmatchedReason.OUTSIDE, "記入", "N5", ("欄の外の書き込み",)),
        (UnmatchedReason.OUTSIDE, "追加", "A1", ("別紙",)),
    ]
    assert [problem.code for problem in returned.problems] == ["M-205"]


# --- identity -------------------------------------------------------------------------------------------------------


def test_without_the_identity_sheet_the_copy_in_the_entry_sheet_says_as_much(form: Exported) -> None:
    """Somebody moves the entry sheet into a workbook of his own, or takes out a sheet he did not make."""

    def change(workbook: openpyxl.Workbook, sheet: EditedSheet) -> None:
        del workbook["_id"]
        sheet.sheet["E4"].value = f"{sheet.sheet['E4'].value}\n参考に書いた文"
        workbook["はじめに"]["C3"].value = "はじめにに書いた文"

    returned = read(edited(form, change))
    assert (returned.export_id, returned.dataset_id) == ("export-1", read(form.content).dataset_id)
    assert [problem.code for problem in returned.problems] == []
    assert all(value.untouched for value in returned.values)
    (told,) = [item for item in returned.findings if item.code == "M-109"]
    assert "参考に書いた文" in told.shown
    assert [item.lines for item in returned.unmatched] == [("はじめにに書いた文",)]


def test_without_any_identity_what_stands_beside_the_answers_is_told_as_a_copy(form: Exported) -> None:
    def change(workbook: openpyxl.Workbook, sheet: EditedSheet) -> None:
        del workbook["_id"]
        for cell in sheet.sheet[1]:
            if str(cell.value).startswith("w1i|"):
                cell.value = None
        sheet.sheet["E4"].value = "参考に書いた文"
        sheet.put(slot_field(form.plan, 1, "status"), "答え。")

    returned = read(edited(form, change))
    assert returned.export_id == "export-1"
    assert [problem.code for problem in returned.problems] == ["M-201"]
    assert not any(value.untouched for value in returned.values)
    told = {item.sheet: item.shown for item in returned.findings if item.code == "M-112"}
    assert told.keys() == {"はじめに", "記入"}
    assert "参考に書いた文" in told["記入"]
    assert "答え。" not in told["記入"]


def test_a_copy_that_was_changed_is_not_believed(form: Exported) -> None:
    def change(workbook: openpyxl.Workbook, sheet: EditedSheet) -> None:
        del workbook["_id"]
        cell = next(cell for cell in sheet.sheet[1] if str(cell.value).startswith("w1i|"))
        text = str(cell.value)
        cell.value = f"{text[:-40]}{text[-20:]}"

    assert [problem.code for problem in read(edited(form, change)).problems] == ["M-201"]


def test_words_anywhere_on_the_sheets_are_told(form: Exported) -> None:
    """In the title, over the headings, under the table, beside an answer that is taken."""
    cells = ("C2", "I2", "M3", "E3", "C40", "A40")

    def change(_: openpyxl.Workbook, sheet: EditedSheet) -> None:
        for cell in cells:
            sheet.sheet[cell].value = f"{sheet.sheet[cell].value or ''}\n書込み{cell}"
        sheet.put(slot_field(form.plan, 1, "status"), "答え。")

    returned = read(edited(form, change))
    told = [item.shown for item in returned.findings] + ["".join(item.lines) for item in returned.unmatched]
    assert [cell for cell in cells if not any(f"書込み{cell}" in text for text in told)] == []


def test_a_changed_identity_is_believed_only_where_the_sheet_agrees(form: Exported) -> None:
    def change(workbook: openpyxl.Workbook, _: EditedSheet) -> None:
        for row in workbook["_id"].iter_rows(min_row=2, max_row=12):
            if row[0].value == "export_id":
                row[1].value = "export-9"

    returned = read(edited(form, change))
    assert returned.export_id == "export-1"
    assert [problem.code for problem in returned.problems] == ["M-202"]


def test_two_forms_in_one_file_are_refused(form: Exported) -> None:
    other = sample.exported(form.plan, "export-2")

    def change(workbook: openpyxl.Workbook, _: EditedSheet) -> None:
        foreign = openpyxl.load_workbook(io.BytesIO(other.content))
        copy = workbook.create_sheet("もう一つ")
        for row in foreign["記入"].iter_rows():
            for cell in row:
                copy[cell.coordinate].value = cell.value

    with pytest.raises(FileRefused) as refused:
        read(edited(form, change))
    assert refused.value.code == "W-366"


def test_a_foreign_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(FileRefused) as refused:
        read_returned(path)
    assert (refused.value.code, refused.value.where) == ("W-365", "foreign.xlsx")
