"""Merging from the command line: folders, what has no field, conflicts settled in every way, departments that are done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import Run
from tests.operations.returned import KEY, SHEET, TEXT, entry_rows, fill, find_row

FIELD = "1-1-3/city.2/status@2019"
ROW = ("1-1 ③", "実施状況")


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory, imported_report: Path) -> Path:
    """A folder with the real report opened for 2019 and the sheets of two departments."""
    from welfare_desktop.operations.exporting import departments_task
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.tasks import perform

    folder = tmp_path_factory.mktemp("handed_out")
    shutil.copyfile(imported_report, folder / "plan.welfare")
    session = open_file(folder / "plan.welfare", who="事務局")
    session.enter(session.resolve(FIELD), "配った文。")
    perform(session, departments_task(session, 2019, folder / "sent", names=["協働推進課", "学校教育課"]))
    session.close()
    return folder


@pytest.fixture
def db(handed_out: Path, tmp_path: Path) -> Path:
    shutil.copytree(handed_out, tmp_path, dirs_exist_ok=True)
    return tmp_path / "plan.welfare"


def answer(db: Path, text: str) -> Path:
    return fill(db.parent / "sent" / "R1_協働推進課.xlsx", {ROW: text})


def lines(run: Run, db: Path) -> list[str]:
    found: list[str] = run("get", "--db", db, FIELD, "--json").data["lines"]
    return found


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (("--current",), ["事務局の文。"]),
        (("--candidate", "1"), ["課の文。"]),
        (("--both",), ["事務局の文。", "課の文。"]),
        (("--text", "二人で\n決めた文。"), ["二人で", "決めた文。"]),
        (("--base",), ["配った文。"]),
    ],
)
def test_a_conflict_is_settled(run: Run, db: Path, choice: tuple[str, ...], expected: list[str]) -> None:
    path = answer(db, "課の文。")
    run("set", "--db", db, FIELD, "事務局の文。")
    merged = run("merge", "--db", db, path, "--json")
    assert merged.status == 1
    assert merged.data["files"][0]["conflict"] == 1
    asked = run("conflicts", "--db", db, "--json")
    assert asked.status == 1
    (conflict,) = asked.data["conflicts"]
    assert conflict["current"] == ["事務局の文。"]
    assert run("resolve", "--db", db, conflict["id"], *choice).status == 0
    assert lines(run, db) == expected
    assert run("conflicts", "--db", db).status == 0
    assert run("merge", "--db", db, path, "--json").data["files"][0]["conflict"] == 0


def without_key(db: Path, text: str) -> Path:
    path = db.parent / "sent" / "R1_協働推進課.xlsx"
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    row = find_row(sheet, *ROW)
    sheet.cell(row, TEXT).value = text
    sheet.cell(row, KEY).value = None
    workbook.save(path)
    return path


def test_a_text_without_a_field_is_given_one(run: Run, db: Path) -> None:
    path = without_key(db, "鍵のない文。")
    merged = run("merge", "--db", db, path, "--json")
    assert merged.data["files"][0]["unmatched"] == 1
    (text,) = run("conflicts", "--db", db, "--json").data["texts"]
    assert text["value"] == ["鍵のない文。"]
    assert text["proposals"][0]["address"] == FIELD
    assert FIELD in run("conflicts", "--db", db).out
    wrong = run("resolve", "--db", db, text["id"], "--field", "9-9-9/city/status@2019", "--json")
    assert wrong.status == 2
    assert run("resolve", "--db", db, text["id"], "--field", FIELD).status == 0
    assert lines(run, db) == ["配った文。", "鍵のない文。"]
    assert run("merge", "--db", db, path, "--json").data["files"][0]["unmatched"] == 0
    assert run("undo-merge", "--db", db, merged.data["merge_id"]).status == 0
    assert run("conflicts", "--db", db, "--json").data["texts"] == []


def test_a_text_without_a_field_is_laid_aside(run: Run, db: Path) -> None:
    run("merge", "--db", db, without_key(db, "要らない文。"))
    (text,) = run("conflicts", "--db", db, "--json").data["texts"]
    assert run("resolve", "--db", db, text["id"], "--drop").status == 0
    assert run("conflicts", "--db", db).status == 0
    assert run("resolve", "--db", db, text["id"], "--drop", "--json").error["code"] == "W-179"
    assert lines(run, db) == ["配った文。"]


def test_a_folder_is_taken_in_and_a_department_that_is_done_is_said_to_be(run: Run, db: Path) -> None:
    path = db.parent / "sent" / "R1_学校教育課.xlsx"
    workbook = load_workbook(path)
    cell = next(cell for row in workbook["はじめに"].iter_rows() for cell in row if cell.value == "作成中")
    cell.value = "完成"
    sheet = workbook[SHEET]
    for row in entry_rows(sheet):
        sheet.cell(row, TEXT).value = "書いた。"
    workbook.save(path)
    first = run("merge", "--db", db, db.parent / "sent", "--json")
    assert {Path(item["file"]).name for item in first.data["files"]} == {"R1_学校教育課.xlsx", "R1_協働推進課.xlsx"}
    (declared,) = first.data["declared"]
    assert (declared["department"], declared["blank"], declared["complete"]) == ("学校教育課", 0, False)
    again = run("merge", "--db", db, path, "--complete", "--json")
    assert again.data["declared"][0]["complete"] is True
    assert run("merge", "--db", db, path, "--json").data["declared"] == []


def test_an_empty_name_is_refused_and_not_the_folder_one_is_in(run: Run, db: Path) -> None:
    refused = run("merge", "", "--db", str(db))
    assert refused.status == 2


def test_files_that_are_all_refused_are_an_error_with_every_reason(run: Run, db: Path) -> None:
    """Nothing was done: a script finds the error where every command has it, a person the reason of each file."""
    paths = [db.parent / "一.xlsx", db.parent / "二.xlsx"]
    for path in paths:
        path.write_bytes(b"PK\x03\x04 nothing")
    one = run("merge", "--db", db, paths[0], "--json")
    assert (one.status, one.data["merge_id"]) == (2, None)
    assert one.data["error"] == one.data["files"][0]["error"]
    both = run("merge", "--db", db, *paths, "--json")
    assert (both.status, both.data["error"]["code"]) == (2, "M-221")
    assert [item["error"]["code"] for item in both.data["files"]] == [one.data["error"]["code"]] * 2
    told = run("merge", "--db", db, *paths)
    assert (told.status, told.out) == (2, "")
    assert [line.startswith(f"エラー {one.data['error']['code']}") for line in told.err.splitlines()] == [True, True]
    assert "一.xlsx" in told.err
    assert run("merge", "--db", db, *paths, "--dry-run").status == 2
