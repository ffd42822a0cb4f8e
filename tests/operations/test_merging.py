"""Merging on the real report: sheets go out, are edited in every way, and come back while the office edits too."""

from __future__ import annotations

import itertools
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.exchange.libreoffice import convert
from tests.operations.returned import delete_row, fill, lines, merge, sent, shuffle
from welfare_desktop.domain.errors import EditConflict, InvalidValue, UnknownAddress
from welfare_desktop.operations.deciding import Choice, decide, open_conflicts, open_questions
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.exporting import departments_task, flat_task, official_task, package_task
from welfare_desktop.operations.importing import import_report
from welfare_desktop.operations.ledger import LedgerState, ledger
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.opening import new_from_package, open_file
from welfare_desktop.operations.reading_back import read_files
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.unmerging import undo_merge

_YEAR = 2019


def test_untouched_workbooks_are_no_edit(office: Session) -> None:
    before = dump_text(office.plan())
    plan = plan_merge(office, read_files(sorted((office.path.parent / "sent").glob("*.xlsx"))))
    assert len(plan.files) == 14
    assert all(item.error is None for item in plan.files)
    assert all(item.counts["same"] == sum(item.counts.values()) for item in plan.files)
    assert plan.changes == ()
    apply_merge(office, plan)
    assert dump_text(office.plan()) == before


def test_an_answer_arrives_and_can_be_taken_back(office: Session) -> None:
    before = dump_text(office.plan())
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "・助成金の情報を伝えた。\n・窓口を開いた。"})
    done = merge(office, path)
    assert lines(office, "1-1-3/city.2/status@2019") == ("助成金の情報を伝えた。", "窓口を開いた。")
    assert done.merge_id is not None
    assert undo_merge(office, done.merge_id) == ()
    assert dump_text(office.plan()) == before
    with pytest.raises(InvalidValue):
        undo_merge(office, done.merge_id)
    with pytest.raises(UnknownAddress):
        undo_merge(office, "no-such-merge")


def test_the_same_file_twice_does_nothing(office: Session) -> None:
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "一度だけ。"})
    first = merge(office, path)
    after = dump_text(office.plan())
    copy = path.with_name("コピー ～ 協働推進課 (2).xlsx")
    shutil.copyfile(path, copy)
    again = merge(office, copy)
    assert again.plan.changes == ()
    assert dump_text(office.plan()) == after
    assert first.merge_id is not None
    undo_merge(office, first.merge_id)
    assert lines(office, "1-1-3/city.2/status@2019") != ("一度だけ。",)


@pytest.mark.component
def test_everything_people_do_to_a_workbook(office: Session, tmp_path: Path) -> None:
    """Rows sorted, hidden and inserted, saved by LibreOffice, renamed: what was typed arrives, nothing else does."""
    before = dump_text(office.plan())
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "並べ替えても届く。"})
    shuffle(path)
    saved = convert(path, "xlsx", tmp_path / "saved")
    renamed = saved.rename(tmp_path / "無題.xlsx")
    done = merge(office, renamed)
    assert lines(office, "1-1-3/city.2/status@2019") == ("並べ替えても届く。",)
    assert len(done.plan.changes) == 1
    assert done.merge_id is not None
    undo_merge(office, done.merge_id)
    assert dump_text(office.plan()) == before


def test_a_row_taken_out_deletes_nothing(office: Session) -> None:
    before = lines(office, "1-1-3/city.2/status@2019")
    path = sent(office, "協働推進課")
    delete_row(path, "1-1 ③", "実施状況")
    done = merge(office, path)
    assert done.plan.changes == ()
    assert lines(office, "1-1-3/city.2/status@2019") == before
    assert any(note.code == "M-206" for note in done.plan.files[0].notes)


def test_order_of_files_does_not_matter(office: Session, sent_report: Path, tmp_path: Path) -> None:
    """Three departments of one slot answer, the office edits too: every order ends in the same content."""
    answers = {
        "地域福祉課": "地域福祉課が答えた。",
        "高齢福祉課": "高齢福祉課が答えた。",
        "協働推進課": "協働推進課が答えた。",
    }
    paths = [fill(sent(office, name), {("2-1 ①", "実施状況"): text}) for name, text in answers.items()]
    results = set()
    for number, order in enumerate(itertools.permutations(paths)):
        copy = tmp_path / f"order{number}.welfare"
        shutil.copyfile(sent_report / "plan.welfare", copy)
        session = open_file(copy, who="事務局")
        session.enter(session.resolve("1-1-1/council/status@2019"), "事務局も直した。")
        for path in order:
            merge(session, path)
        held = {
            line
            for question in open_questions(session, review=True)
            for candidate in question.candidates
            for line in candidate.lines
        }
        shown = set(lines(session, "2-1-1/city/status@2019"))
        assert set(answers.values()) <= held | shown
        results.add((dump_text(session.plan()), tuple(sorted(held))))
        session.close()
    batch = tmp_path / "batch.welfare"
    shutil.copyfile(sent_report / "plan.welfare", batch)
    session = open_file(batch, who="事務局")
    session.enter(session.resolve("1-1-1/council/status@2019"), "事務局も直した。")
    merge(session, *paths)
    results.add((dump_text(session.plan()), tuple(sorted(held))))
    session.close()
    assert len(results) == 1


def test_a_conflict_keeps_both_and_waits_for_a_decision(office: Session) -> None:
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課の文。"})
    office.enter(office.resolve("1-1-3/city.2/status@2019"), "事務局の文。")
    done = merge(office, path)
    assert done.plan.files[0].counts["conflict"] == 1
    question = open_questions(office)[0]
    assert question.current == ("事務局の文。",)
    assert [item.lines for item in question.candidates] == [("課の文。",)]
    assert lines(office, "1-1-3/city.2/status@2019") == ("事務局の文。",)
    with pytest.raises(InvalidValue):
        decide(office, question.id, Choice(candidate=2))
    decide(office, question.id, Choice(candidate=1))
    assert lines(office, "1-1-3/city.2/status@2019") == ("課の文。",)
    assert open_questions(office) == []
    with pytest.raises(UnknownAddress):
        decide(office, question.id, Choice(current=True))
    assert merge(office, path).plan.changes == ()
    assert open_questions(office) == []


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(current=True), ("事務局の文。",)),
        (Choice(text="二人で\n決めた文。"), ("二人で", "決めた文。")),
    ],
)
def test_ways_to_decide(office: Session, choice: Choice, expected: tuple[str, ...]) -> None:
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課の文。"})
    office.enter(office.resolve("1-1-3/city.2/status@2019"), "事務局の文。")
    merge(office, path)
    decide(office, open_questions(office)[0].id, choice)
    assert lines(office, "1-1-3/city.2/status@2019") == expected


def test_a_decision_survives_undoing_the_merge(office: Session) -> None:
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課の文。"})
    office.enter(office.resolve("1-1-3/city.2/status@2019"), "事務局の文。")
    done = merge(office, path)
    decide(office, open_questions(office)[0].id, Choice(text="決めた文。"))
    assert done.merge_id is not None
    assert undo_merge(office, done.merge_id) == ("1-1-3/city.2/status@2019",)
    assert lines(office, "1-1-3/city.2/status@2019") == ("決めた文。",)


_FIELD = "1-1-3/city.2/status@2019"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(current=True), ("事務局の文。",)),
        (Choice(candidate=1), ("課の文。",)),
        (Choice(both=True), ("事務局の文。", "課の文。")),
        (Choice(text="二人で\n決めた文。"), ("二人で", "決めた文。")),
    ],
)
def test_what_is_decided_with_a_merge_is_taken_back_with_it(
    office: Session, choice: Choice, expected: tuple[str, ...]
) -> None:
    """One step: the decision stands after it, raises no question again, and undoing the merge undoes it too."""
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課の文。"})
    office.enter(office.resolve(_FIELD), "事務局の文。")
    before = dump_text(office.plan())
    operations = office.latest_operation()
    name = office.resolve(_FIELD).text
    done = apply_merge(office, plan_merge(office, read_files([path])), {name: choice})
    assert office.latest_operation() == operations + 1
    assert lines(office, _FIELD) == expected
    assert open_questions(office, review=True) == []
    assert merge(office, path).plan.changes == ()
    assert done.merge_id is not None
    assert undo_merge(office, done.merge_id) == ()
    assert dump_text(office.plan()) == before
    again = plan_merge(office, read_files([path]))
    assert again.files[0].counts["conflict"] == 1


def test_what_is_typed_after_deciding_with_a_merge_stays(office: Session) -> None:
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課の文。"})
    office.enter(office.resolve(_FIELD), "事務局の文。")
    plan = plan_merge(office, read_files([path]))
    done = apply_merge(office, plan, {office.resolve(_FIELD).text: Choice(candidate=1)})
    office.enter(office.resolve(_FIELD), "あとで打った文。")
    assert done.merge_id is not None
    assert undo_merge(office, done.merge_id) == (_FIELD,)
    assert lines(office, _FIELD) == ("あとで打った文。",)


def test_a_later_answer_reopens_what_was_decided_with_a_merge(office: Session) -> None:
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課の文。"})
    office.enter(office.resolve(_FIELD), "事務局の文。")
    before = dump_text(office.plan())
    plan = plan_merge(office, read_files([path]))
    done = apply_merge(office, plan, {office.resolve(_FIELD).text: Choice(candidate=1)})
    second = merge(office, fill(path, {("1-1 ③", "実施状況"): "言い直した文。"}))
    assert [item.kind.value for item in open_questions(office)] == ["conflict"]
    assert done.merge_id is not None
    assert second.merge_id is not None
    assert undo_merge(office, done.merge_id) == ()
    assert lines(office, _FIELD) == ("事務局の文。",)
    undo_merge(office, second.merge_id)
    assert dump_text(office.plan()) == before


def test_deciding_a_field_nobody_sent_is_refused(office: Session) -> None:
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課の文。"})
    plan = plan_merge(office, read_files([path]))
    before = dump_text(office.plan())
    with pytest.raises(UnknownAddress):
        apply_merge(office, plan, {office.resolve("1-1-1/title").text: Choice(current=True)})
    with pytest.raises(InvalidValue):
        apply_merge(office, plan, {office.resolve(_FIELD).text: Choice(candidate=9)})
    assert dump_text(office.plan()) == before


def test_both_keeps_every_line_and_brings_back_none_the_office_changed(office: Session) -> None:
    old = lines(office, _FIELD)
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課が直した行。\n課が加えた行。"})
    office.enter(office.resolve(_FIELD), "事務局が直した行。")
    plan = plan_merge(office, read_files([path]))
    apply_merge(office, plan, {office.resolve(_FIELD).text: Choice(both=True)})
    assert lines(office, _FIELD) == ("事務局が直した行。", "課が直した行。", "課が加えた行。")
    assert not set(old) & set(lines(office, _FIELD))


def test_merges_are_undone_in_any_order(office: Session) -> None:
    before = dump_text(office.plan())
    first = merge(office, fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "一つ目。"}))
    second = merge(office, fill(sent(office, "ふるさと産業振興課"), {("1-1 ③", "実施状況"): "二つ目。"}))
    assert first.merge_id is not None
    assert second.merge_id is not None
    undo_merge(office, first.merge_id)
    assert lines(office, "1-1-3/city.3/status@2019") == ("二つ目。",)
    undo_merge(office, second.merge_id)
    assert dump_text(office.plan()) == before


def test_a_plan_made_before_another_edit_is_refused(office: Session) -> None:
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "課の文。"})
    plan = plan_merge(office, read_files([path]))
    office.enter(office.resolve("1-1-1/title"), "変わった題名")
    before = dump_text(office.plan())
    with pytest.raises(EditConflict):
        apply_merge(office, plan)
    assert dump_text(office.plan()) == before


def test_a_closed_year_takes_nothing_in(office: Session) -> None:
    from welfare_desktop.operations.year_work import close_year

    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "遅れて来た。"})
    close_year(office, _YEAR)
    done = merge(office, path)
    assert done.plan.files[0].counts["out_of_scope"] == 1
    assert done.plan.changes == ()
    assert any(note.text == "遅れて来た。" for note in done.plan.files[0].notes)


def test_a_broken_file_does_not_stop_the_others(office: Session, tmp_path: Path) -> None:
    broken = tmp_path / "壊れた.xlsx"
    broken.write_bytes(sent(office, "協働推進課").read_bytes()[:4000])
    good = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "届いた。"})
    done = merge(office, broken, good)
    assert done.plan.files[0].error is not None
    assert done.plan.files[1].error is None
    assert lines(office, "1-1-3/city.2/status@2019") == ("届いた。",)


def test_only_broken_files_leave_the_store_as_it_is(office: Session, tmp_path: Path) -> None:
    broken = tmp_path / "壊れた.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    bytes_before = office.path.read_bytes()
    assert merge(office, broken).merge_id is None
    assert office.path.read_bytes() == bytes_before


def test_another_plans_file_is_refused(office: Session, tmp_path: Path, report_path: Path) -> None:
    import_report(report_path, tmp_path / "other.welfare")
    other = open_file(tmp_path / "other.welfare")
    perform(other, official_task(other, 2018, tmp_path / "other.xlsx"))
    other.close()
    plan = plan_merge(office, read_files([tmp_path / "other.xlsx"]))
    assert plan.files[0].error is not None
    assert plan.files[0].error.code == "M-220"


def test_official_and_flat_workbooks_come_back(office: Session, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    before = dump_text(office.plan())
    for name, task in (("official", official_task), ("flat", flat_task)):
        path = tmp_path / f"{name}.xlsx"
        perform(office, task(office, _YEAR, path))
        assert merge(office, path).plan.changes == ()
        old = lines(office, "1-1-3/city.2/status@2019")
        workbook = load_workbook(path)
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.lstrip("・") == old[0]:
                        cell.value = cell.value + "なお続く。"
        workbook.save(path)
        done = merge(office, path)
        assert lines(office, "1-1-3/city.2/status@2019") == (old[0] + "なお続く。",)
        assert done.merge_id is not None
        undo_merge(office, done.merge_id)
        assert dump_text(office.plan()) == before


def test_a_branch_office_works_on_a_package(office: Session, tmp_path: Path) -> None:
    perform(office, package_task(office, _YEAR, tmp_path / "out.welfarepkg"))
    branch = new_from_package(tmp_path / "branch.welfare", tmp_path / "out.welfarepkg", who="北部支所")
    assert dump_text(branch.plan()) == dump_text(office.plan())
    branch.enter(branch.resolve("1-1-1/council/status@2019"), "支所の文。")
    perform(branch, package_task(branch, _YEAR, tmp_path / "back.welfarepkg"))
    branch.close()
    office.enter(office.resolve("1-1-2/council/status@2019"), "本店の文。")
    done = merge(office, tmp_path / "back.welfarepkg")
    assert done.plan.files[0].counts["automatic"] == 1
    assert lines(office, "1-1-1/council/status@2019") == ("支所の文。",)
    assert lines(office, "1-1-2/council/status@2019") == ("本店の文。",)


def test_ledger(office: Session) -> None:
    rows = {row.department: row for row in ledger(office, _YEAR, date(2020, 4, 1))}
    assert len(rows) == 14
    assert {row.state for row in rows.values()} == {LedgerState.SENT}
    assert {row.state for row in ledger(office, _YEAR, date(2020, 5, 1))} == {LedgerState.OVERDUE}
    path = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "届いた。"})
    merge(office, path)
    assert _state(office, "協働推進課") is LedgerState.RETURNED
    merge(office, fill(path, {("1-1 ③", "実施状況"): "もう一度。"}))
    assert _state(office, "協働推進課") is LedgerState.TWICE
    late = fill(sent(office, "学校教育課"), {("1-2 ①", "実施状況"): "旧い用紙。"})
    kept = late.rename(late.with_name("旧い用紙.xlsx"))
    perform(
        office,
        departments_task(office, _YEAR, office.path.parent / "sent", names=["学校教育課"], force=True),
    )
    merge(office, kept)
    assert _state(office, "学校教育課") is LedgerState.OLD_VERSION


def _state(session: Session, department: str) -> LedgerState:
    return next(row.state for row in ledger(session, _YEAR, date(2020, 4, 1)) if row.department == department)


def test_open_conflicts_are_those_that_wait_for_a_decision(office: Session) -> None:
    assert open_conflicts(office) == ()
    answers = {("1-1 ③", "実施状況"): "課の文。", ("1-1 ③", "実施予定"): "自動で入る文。"}
    path = fill(sent(office, "協働推進課"), answers)
    office.enter(office.resolve(_FIELD), "事務局の文。")
    done = merge(office, path)
    assert [key.text for key in open_conflicts(office)] == [office.resolve(_FIELD).text]
    assert open_conflicts(office) == tuple(question.key for question in open_questions(office))
    office.enter(office.resolve(_FIELD), "手で直した文。")
    assert open_conflicts(office) == ()
    office.undo()
    assert len(open_conflicts(office)) == 1
    decide(office, open_questions(office)[0].id, Choice(current=True))
    assert open_conflicts(office) == ()
    again = merge(office, fill(path, {("1-1 ③", "実施状況"): "言い直した文。"}))
    assert len(open_conflicts(office)) == 1
    assert again.merge_id is not None
    undo_merge(office, again.merge_id)
    assert open_conflicts(office) == ()
    assert done.merge_id is not None
