"""What people and programs do to workbooks: odd values, foreign rows, an older edition, all departments at once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.exchange.libreoffice import convert
from tests.operations.returned import (
    ITEM,
    KEY,
    NONE,
    NUMBER,
    SHEET,
    TEXT,
    entry_rows,
    fill,
    find_row,
    lines,
    merge,
    sent,
    shuffle,
)
from welfare_desktop.domain.fields import Owner
from welfare_desktop.operations.deciding import open_questions
from welfare_desktop.operations.differing import Group
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.loose_edits import open_texts
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.nodes import move_node, retire
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.reading_back import read_files
from welfare_desktop.operations.reviewing import Review
from welfare_desktop.operations.session import Session

_YEAR = 2019
_FIELD = "1-1-3/city.2/status@2019"
_ROW = ("1-1 ③", "実施状況")


def typed(session: Session, value: object) -> Path:
    """The sheet of 協働推進課 with ``value`` in a text cell."""
    path = sent(session, "協働推進課")
    workbook = load_workbook(path, rich_text=True)
    sheet = workbook[SHEET]
    cell = sheet.cell(find_row(sheet, *_ROW), TEXT)
    cell.value = value  # type: ignore[assignment]  # openpyxl takes more than it says
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, ("12",)),
        (3.5, ("3.5",)),
        ("－", ("－",)),
        ("―", ("―",)),
        ("—", ("—",)),
        ("一行目\r\n二行目\n\n三行目", ("一行目", "二行目", "三行目")),
        ("あ" * 32_767, ("あ" * 32_767,)),
        ("まったく別の文です。\n二つ目。", ("まったく別の文です。", "二つ目。")),
        ("・一つ\n・ 二つ\n●三つ", ("一つ", "二つ", "●三つ")),
        ("'=A1", ("'=A1",)),
        ("１２３人", ("１２３人",)),
        (CellRichText("赤い", TextBlock(InlineFont(b=True), "太い"), "文。"), ("赤い太い文。",)),
    ],
)
def test_what_is_typed_arrives_as_typed(office: Session, value: object, expected: tuple[str, ...]) -> None:
    done = merge(office, typed(office, value))
    assert done.plan.files[0].counts["automatic"] == 1
    assert lines(office, _FIELD) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (dt.date(2020, 4, 1), "M-103"),
        (True, "M-104"),
        ("=1+1", "M-101"),
        ("#REF!", "M-102"),
        (None, ""),
        ("  　 ", ""),
    ],
)
def test_what_cannot_be_a_text_waits_for_a_person_and_erases_nothing(office: Session, value: object, code: str) -> None:
    before = dump_text(office.plan())
    plan = plan_merge(office, read_files([typed(office, value)]))
    assert plan.files[0].counts["review"] == 1
    rows = [row for row in Review(office, plan).differences if row.group is Group.REVIEW]
    assert len(rows) == 1
    assert plan.changes == ()
    if code:
        (note,) = [note for note in plan.files[0].notes if note.code == code]
        assert note.place.startswith(f"{SHEET}!G")
        assert rows[0].place == note.place
    merge(office, sent(office, "協働推進課"))
    assert dump_text(office.plan()) == before


def test_a_number_that_is_none_leaves_the_number_and_waits(office: Session) -> None:
    path = sent(office, "協働推進課")
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    row = next(row for row in entry_rows(sheet) if "実績" in str(sheet.cell(row, ITEM).value))
    sheet.cell(row, NUMBER).value = "約１００人"
    workbook.save(path)
    plan = plan_merge(office, read_files([path]))
    assert plan.files[0].counts["review"] == 1
    assert plan.changes == ()
    assert any(note.code == "M-105" and note.text == "約１００人" for note in plan.files[0].notes)


def test_renamed_sheet_hidden_columns_and_merged_cells(office: Session) -> None:
    path = typed(office, "届く文。")
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    row = find_row(sheet, *_ROW)
    sheet.title = "提出用"
    sheet.column_dimensions["G"].hidden = True
    sheet.merge_cells(start_row=row, start_column=TEXT, end_row=row, end_column=NONE)
    workbook.save(path)
    done = merge(office, path)
    assert lines(office, _FIELD) == ("届く文。",)
    assert len(done.plan.changes) == 1


def test_rows_of_another_department_are_shown_and_not_taken(office: Session) -> None:
    before = dump_text(office.plan())
    source = load_workbook(sent(office, "学校教育課"))[SHEET]
    path = sent(office, "協働推進課")
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    last = sheet.max_row
    for place, row in enumerate(entry_rows(source)[:3], start=1):
        for column in range(1, source.max_column + 1):
            sheet.cell(last + place, column).value = source.cell(row, column).value
        sheet.cell(last + place, TEXT).value = f"他課の行 {place}。"
    workbook.save(path)
    plan = plan_merge(office, read_files([path]))
    told = [note.code for note in plan.files[0].notes if note.code in ("M-112", "M-214")]
    assert sorted(told) == ["M-112"] * 3 + ["M-214"] * 3  # the answers, and what stands beside them
    assert plan.files[0].counts["out_of_scope"] == len(told)
    shown = {line for row in Review(office, plan).differences for one in row.theirs for line in one.lines}
    assert {"他課の行 1。", "他課の行 2。", "他課の行 3。"} <= shown
    merge(office, path)
    assert dump_text(office.plan()) == before


def test_an_older_edition_is_answered_after_the_structure_changed(office: Session) -> None:
    """The activity was renamed, moved before others and retired meanwhile: the answer still finds its field."""
    path = fill(sent(office, "協働推進課"), {_ROW: "旧い版への答え。"})
    key = office.resolve(_FIELD)
    _, goal, activity = next(item for item in office.plan(()).walk() if item[2].title == "新たな財源の確保")
    office.enter(office.resolve("1-1-3/title"), "財源を確かにする")
    move_node(office, Owner.ACTIVITY_GOAL, goal.id, activity.id, goal.id, 0)
    retire(office, Owner.ACTIVITY, activity.id, 2021, "統合")
    done = merge(office, path)
    assert done.plan.files[0].counts["automatic"] == 1
    assert tuple(office.shown(key, office.value(key))) == ("旧い版への答え。",)
    assert office.address(key).startswith("1-1-1/")


def test_one_department_in_two_files_with_other_texts(office: Session) -> None:
    first = fill(sent(office, "協働推進課"), {_ROW: "一人目の文。"})
    second = fill(sent(office, "協働推進課"), {_ROW: "二人目の文。"}, first.with_name("もう一つ.xlsx"))
    outcomes = set()
    for order in ((first, second), (second, first)):
        plan = plan_merge(office, read_files(order))
        assert plan.changes == ()
        (row,) = [row for row in Review(office, plan).differences if row.group is Group.CONFLICT]
        outcomes.add(tuple(one.lines for one in row.theirs))
    assert outcomes == {(("一人目の文。",), ("二人目の文。",))} or outcomes == {(("二人目の文。",), ("一人目の文。",))}


# --- everybody at once ------------------------------------------------------------------------------------------------


def returned_by_all(session: Session, folder: Path) -> tuple[list[Path], dict[str, list[str]]]:
    """Every department's sheet: filled in, sorted, rows hidden, inserted and taken out, saved by LibreOffice, renamed.

    Returns the files, one of them twice, and the texts each department wrote.
    """
    folder.mkdir()
    files, written = [], {}
    for number, path in enumerate(sorted((session.path.parent / "sent").glob("*.xlsx"))):
        name = path.stem.removeprefix("R1_")
        workbook = load_workbook(path)
        sheet = workbook[SHEET]
        rows = entry_rows(sheet)
        written[name] = [f"{name}の答え{place}。" for place in range(2)]
        for row, text in zip(rows, written[name], strict=False):
            sheet.cell(row, TEXT).value = text
        amount = next((row for row in rows[2:] if "実績" in str(sheet.cell(row, ITEM).value)), None)
        if amount is not None:
            sheet.cell(amount, NUMBER).value = f"１，２３{number % 10}"
            written[name].append(f"123{number % 10}")
        untouched = [row for row in rows[2:] if row != amount]
        if untouched:
            sheet.cell(untouched[-1], KEY).value = None
            sheet.delete_rows(untouched[-1])
        workbook.save(path)
        shuffle(path)
        saved = convert(path, "xlsx", folder / "saved") if number % 2 else path
        files.append(shutil.copyfile(saved, folder / f"【回答】 {number} 番目.xlsx"))
    files.append(shutil.copyfile(files[0], folder / "コピー ～ 回答.xlsx"))
    return files, written


@pytest.mark.component
def test_all_departments_answer_while_the_office_edits(office: Session, sent_report: Path, tmp_path: Path) -> None:
    """Whatever the order of the files, the same content and the same candidates; no answer is lost."""
    files, written = returned_by_all(office, tmp_path / "returned")
    read = read_files(files)
    assert all(item.error is None for item in read)
    results = set()
    orders = [
        read,
        read[::-1],
        read[5:] + read[:5],
        [item for pair in zip(read[::2], read[1::2], strict=False) for item in pair],
    ]
    for number, order in enumerate(orders):
        rest = [item for item in read if item not in order]
        copy = tmp_path / f"order{number}.welfare"
        shutil.copyfile(sent_report / "plan.welfare", copy)
        session = open_file(copy, who="事務局")
        session.enter(session.resolve(_FIELD), "事務局も書いた。")
        session.enter(session.resolve("1-1-1/council/status@2019"), "事務局だけが書いた。")
        before = dump_text(session.plan())
        batches = ([*order, *rest],) if number % 2 else tuple([item] for item in (*order, *rest))
        for batch in batches:
            apply_merge(session, plan_merge(session, batch))
        questions = open_questions(session, review=True)
        held = sorted({line for item in questions for one in item.candidates for line in one.lines})
        shown = dump_text(session.plan())
        for name, texts in written.items():
            for text in texts:
                assert text in shown or any(text in line for line in held), (name, text)
        assert open_texts(session) == []
        assert shown != before
        results.add((shown, tuple(held), tuple(item.id for item in questions)))
        assert session.problems() == []
        session.close()
    assert len(results) == 1
