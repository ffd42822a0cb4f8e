"""Texts that came back without a field, on the real report: proposed, decided by a person, never lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.operations.returned import KEY, SHEET, TEXT, fill, find_row, lines, merge, sent, shuffle
from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.operations.deciding import Choice, decide, open_questions
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.loose_edits import assign, open_texts, places_for
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.reading_back import read_files
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.unmerging import undo_merge
from welfare_desktop.operations.year_work import close_year

_FIELD = "1-1-3/city.2/status@2019"


def without_key(session: Session, text: str) -> Path:
    """The sheet of 協働推進課 with a text in the row of the field, whose hidden key somebody deleted."""
    path = sent(session, "協働推進課")
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    row = find_row(sheet, "1-1 ③", "実施状況")
    sheet.cell(row, TEXT).value = text
    sheet.cell(row, KEY).value = None
    workbook.save(path)
    return path


def test_a_text_without_a_key_is_proposed_by_its_wording_and_taken_where_a_person_says(office: Session) -> None:
    before = dump_text(office.plan())
    path = without_key(office, "鍵のない文。")
    plan = plan_merge(office, read_files([path]))
    assert plan.files[0].counts["unmatched"] == 1
    loose = plan.files[0].loose[0]
    assert loose.unmatched.lines == ("鍵のない文。",)
    name = office.resolve(_FIELD).text
    assert places_for(office, loose, 2019, plan.read[0].returned.export_id)[0].field == name  # type: ignore[union-attr]
    old = lines(office, _FIELD)
    chosen = plan_merge(office, read_files([path]), {loose.id: name})
    assert chosen.files[0].counts["unmatched"] == 0
    assert chosen.files[0].counts["automatic"] == 1
    done = apply_merge(office, chosen)
    assert lines(office, _FIELD) == (*old, "鍵のない文。")
    assert open_texts(office) == []
    again = merge(office, path)
    assert again.plan.changes == ()
    assert again.plan.files[0].counts["unmatched"] == 0
    assert done.merge_id is not None
    assert again.merge_id is not None
    undo_merge(office, again.merge_id)
    undo_merge(office, done.merge_id)
    assert dump_text(office.plan()) == before
    assert plan_merge(office, read_files([path])).files[0].counts["unmatched"] == 1


def test_what_is_put_off_is_kept_and_given_a_field_later(office: Session) -> None:
    before = dump_text(office.plan())
    draft = office.value(office.resolve(_FIELD))
    path = without_key(office, "あとで決める文。")
    done = merge(office, path)
    assert dump_text(office.plan()) == before
    waiting = open_texts(office)
    assert [item.text.unmatched.lines for item in waiting] == [("あとで決める文。",)]
    assert waiting[0].received.file_name == path.name
    with pytest.raises(UnknownAddress):
        assign(office, "ffffffff", office.resolve(_FIELD))
    with pytest.raises(UnknownAddress):
        assign(office, waiting[0].id, office.resolve("1-1-3/city.2/departments"))
    assign(office, waiting[0].id, office.resolve(_FIELD))
    assert lines(office, _FIELD)[-1] == "あとで決める文。"
    assert open_texts(office) == []
    shuffle(path)
    renamed = shutil.copyfile(path, path.with_name("コピー.xlsx"))
    assert merge(office, renamed).plan.changes == ()
    assert open_texts(office) == []
    assert done.merge_id is not None
    assert undo_merge(office, done.merge_id) == ()
    assert dump_text(office.plan()) == before
    assert office.value(office.resolve(_FIELD)) == draft


def test_laying_a_text_aside_takes_nothing_and_asks_no_more(office: Session) -> None:
    before = dump_text(office.plan())
    path = without_key(office, "要らない文。")
    loose = plan_merge(office, read_files([path])).files[0].loose[0]
    done = apply_merge(office, plan_merge(office, read_files([path]), {loose.id: ""}))
    assert dump_text(office.plan()) == before
    assert open_texts(office) == []
    assert plan_merge(office, read_files([path])).files[0].counts["unmatched"] == 0
    office.enter(office.resolve("plan/title"), "変わった計画名")
    assert done.merge_id is not None
    assert undo_merge(office, done.merge_id) == ()


def test_a_given_text_meets_the_offices_edit_in_a_conflict(office: Session) -> None:
    path = without_key(office, "鍵のない文。")
    merge(office, path)
    office.enter(office.resolve(_FIELD), "事務局の文。")
    assign(office, open_texts(office)[0].id, office.resolve(_FIELD))
    question = open_questions(office, review=True)[0]
    assert "鍵のない文。" in question.candidates[0].lines
    decide(office, question.id, Choice(both=True))
    assert "鍵のない文。" in lines(office, _FIELD)
    assert "事務局の文。" in lines(office, _FIELD)


def test_copied_rows_are_both_kept(office: Session) -> None:
    """A row copied within the sheet and changed: two texts for one key, both candidates of the field."""
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "一つ目。"})
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    row, last = find_row(sheet, "1-1 ③", "実施状況"), sheet.max_row + 1
    for column in range(1, sheet.max_column + 1):
        sheet.cell(last, column).value = sheet.cell(row, column).value
    sheet.cell(last, TEXT).value = "二つ目。"
    workbook.save(path)
    files = read_files([path])
    texts = plan_merge(office, files).files[0].loose
    assert {item.unmatched.lines for item in texts} == {("一つ目。",), ("二つ目。",)}
    name = office.resolve(_FIELD).text
    assert all(places_for(office, item, 2019)[0].field == name for item in texts)
    apply_merge(office, plan_merge(office, files, {item.id: name for item in texts}))
    question = open_questions(office, review=True)[0]
    held = {line for candidate in question.candidates for line in candidate.lines}
    assert {"一つ目。", "二つ目。"} <= held | set(lines(office, _FIELD))


def test_a_closed_year_offers_no_field_and_takes_none(office: Session) -> None:
    merge(office, without_key(office, "遅れた文。"))
    close_year(office, 2019)
    waiting = open_texts(office)[0]
    assert places_for(office, waiting.text, 2019) == []
    before = dump_text(office.plan())
    with pytest.raises(InvalidValue):
        assign(office, waiting.id, office.resolve(_FIELD))
    assert dump_text(office.plan()) == before
    assert open_texts(office) == [waiting]
