"""Random rounds on the stored file: what is promised of merging holds where it is kept, not only where it is computed."""

from __future__ import annotations

import hashlib
import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.operations.returned import NONE, NUMBER, SHEET, TEXT, entry_rows
from welfare_desktop.operations.deciding import Choice, decide, open_questions
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.loose_edits import assign, open_texts
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.reading_back import ReadFile, read_files
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.unmerging import undo_merge

_OFFICE = ("1-1-3/city.2/status@2019", "1-1-1/council/status@2019", "2-1-1/city/status@2019")


def answered(path: Path, dice: random.Random, name: str) -> list[str]:
    """Type into a sheet as careless people do; returns the texts that stand in it afterwards."""
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    for number in range(dice.randint(1, 5)):
        row = dice.choice(entry_rows(sheet))
        text = f"{name}の{number}番目の文"
        match dice.choice(("text", "text", "text", "beside", "number", "mark", "above", "instructions", "copied")):
            case "text":
                sheet.cell(row, TEXT).value = text
            case "beside":
                sheet.cell(row, dice.choice((NUMBER, NUMBER + 1, NONE + 2, NONE + 4))).value = text
            case "number":
                sheet.cell(row, NUMBER).value = dice.choice(("１２", "約3", 0.5, 1e-7))
            case "mark":
                sheet.cell(row, NONE).value = dice.choice(("—", "-", "なし"))
            case "above":
                sheet.cell(dice.choice((2, 3)), dice.randint(2, 14)).value = text
            case "instructions":
                workbook.worksheets[0].cell(dice.randint(1, 35), dice.randint(1, 6)).value = text
            case "copied":
                sheet.append([sheet.cell(row, column).value for column in range(1, TEXT)] + [text])
    shown = {str(cell.value) for one in workbook for row in one.iter_rows() for cell in row}
    if dice.random() < 0.3:
        sheet.insert_rows(dice.choice((1, 4, 7)))
    if dice.random() < 0.2:
        sheet.delete_cols(1)
    workbook.save(path)
    return [text for number in range(5) if (text := f"{name}の{number}番目の文") in shown]


def state(session: Session) -> tuple[object, ...]:
    """The content, what is open and with which candidates, the texts without a field."""
    asked = [
        (item.id, item.kind, item.current, [one.lines for one in item.candidates])
        for item in open_questions(session, review=True)
    ]
    return dump_text(session.plan()), asked, sorted(item.text.id for item in open_texts(session))


def kept(session: Session, notes: list[str]) -> str:
    """Everything in which a typed text may be found again."""
    texts = [line for item in open_questions(session, review=True) for one in item.candidates for line in one.lines]
    for item in open_texts(session):
        texts += (*item.text.unmatched.lines, *item.text.unmatched.wording)
    return "\n".join((dump_text(session.plan()), *texts, *notes))


def taken_in(session: Session, *batch: ReadFile) -> tuple[str, list[str]]:
    """Look without writing, then apply: the same content comes out; returns the merge and its notes."""
    before = hashlib.sha256(session.path.read_bytes()).hexdigest()
    plan = plan_merge(session, batch)
    assert hashlib.sha256(session.path.read_bytes()).hexdigest() == before
    merge_id = apply_merge(session, plan).merge_id
    assert merge_id is not None
    assert all(session.value(change.key) == change.after for change in plan.changes)
    return merge_id, [note.text for item in plan.files for note in item.notes]


@pytest.mark.parametrize("seed", range(4))
def test_rounds_of_careless_answers(sent_report: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    files, typed = [], []
    for number, source in enumerate(dice.choices(sorted((sent_report / "sent").glob("*.xlsx")), k=3)):
        files.append(Path(shutil.copyfile(source, tmp_path / f"{number}.xlsx")))
        typed += answered(files[-1], dice, "甲乙丙"[number])
    read = read_files(files)
    assert all(item.error is None for item in read)
    edited = dice.choice(_OFFICE)
    results = []
    for name, batches in (("together", [read]), ("singly", [[item] for item in reversed(read)])):
        copy = tmp_path / f"{name}.welfare"
        shutil.copyfile(sent_report / "plan.welfare", copy)
        with closing(open_file(copy, who="事務局")) as session:
            session.enter(session.resolve(edited), "事務局の文。")
            before = state(session)
            merged = [taken_in(session, *batch) for batch in batches]
            results.append(state(session))
            found = kept(session, [note for _, notes in merged for note in notes])
            assert [text for text in typed if text not in found] == []
            again, _ = taken_in(session, *read)
            assert state(session) == results[-1]
            if name == "together":
                settled_and_read_again(session, dice, read)
            else:
                ids = [again, *(merge_id for merge_id, _ in merged)]
                dice.shuffle(ids)
                assert [undo_merge(session, merge_id) for merge_id in ids] == [()] * len(ids)
                assert state(session) == before
            assert session.problems() == []
    assert results[0] == results[1]


def settled_and_read_again(session: Session, dice: random.Random, read: list[ReadFile]) -> None:
    """Decide everything somehow: the files that asked do not ask again."""
    for question in open_questions(session, review=True):
        ways = [Choice(current=True), Choice(base=True), Choice(proposed=True)]
        ways += [Choice(candidate=number + 1) for number in range(len(question.candidates))]
        decide(session, question.id, dice.choice(ways))
    for text in open_texts(session):
        assign(session, text.text.id, None)
    settled = state(session)
    assert settled[1:] == ([], [])
    assert plan_merge(session, read).changes == ()
    taken_in(session, *read)
    assert state(session) == settled
