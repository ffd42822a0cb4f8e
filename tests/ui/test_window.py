"""The main window on real files: open, choose, type, switch, undo, close, reopen, export, reread."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import block, choose, compose, enter, stored
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Actor, Entry
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.opening import open_file
from welfare_desktop.ui.form.line_editor import LineText
from welfare_desktop.ui.form.result_block import ResultBlock
from welfare_desktop.ui.parts.marks import Mark
from welfare_desktop.ui.program import Program
from welfare_desktop.ui.structure.tree_model import COUNT_ROLE


def holds_focus(area: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and area.isAncestorOf(focus)


def test_the_real_report_is_opened_filled_and_chosen(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    assert len(window.desk.model.activity_ids()) == 30
    assert window.desk.year == 2018
    assert window.bench.activity_id == window.desk.model.activity_ids()[0]
    choose(window, "1-1-3")
    form = window.bench.form
    slots = [item for item in form.blocks() if isinstance(item, ResultBlock)]
    assert len(slots) == 4
    assert [slot.table.isVisible() for slot in slots] == [bool(slot.model.rows) for slot in slots]
    assert form.shown is not None and form.shown.activity.title == "新たな財源の確保"
    assert window.desk.tree.currentIndex().data(COUNT_ROLE) == "10/10"


def test_typing_is_saved_when_the_field_is_left(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    editor = enter(window, "1-1-1/council/status@2018")
    qtbot.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "new line")
    assert window.status.saving_words.startswith("入力中")
    assert stored(window, "1-1-1/council/status@2018") == ("開いた。", "数えた。")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert stored(window, "1-1-1/council/status@2018") == ("開いた。", "数えた。", "new line")
    assert window.status.saving_words.startswith("保存済み")


def test_typing_is_saved_after_a_pause_without_touching_the_editor(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    choose(window, "1-1-2")
    editor = enter(window, "1-1-2/council/status@2018")
    compose(editor, "", "・")
    qtbot.keyClicks(editor, "abc ")
    key = window.desk.session.resolve("1-1-2/council/status@2018")
    qtbot.waitUntil(lambda: window.desk.session.value(key) == Entry(("abc",)), timeout=10_000)
    assert editor.toPlainText() == "・abc "
    assert editor.hasFocus()
    window.desk.tree.setFocus()
    qtbot.waitUntil(lambda: editor.toPlainText() == "abc")


def test_a_composition_is_never_saved_half_and_never_lost(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    choose(window, "1-1-2")
    editor = enter(window, "1-1-2/city/planned@2019")
    key = window.desk.session.resolve("1-1-2/city/planned@2019")
    compose(editor, "かいさい")
    assert window.status.saving_words.startswith("変換中")
    window.bench.pending.save_all()
    assert window.desk.session.value(key) == Entry()
    compose(editor, "", "開催")
    compose(editor, "します")
    choose(window, "1-1-1")
    assert window.desk.session.value(key) == Entry(("開催します",))


@pytest.mark.parametrize("verb", ["save", "next_activity", "next_year", "history_step", "close"])
def test_every_command_takes_pending_text_and_compositions_along(
    windows: Windows, make_file: Callable[..., Path], verb: str
) -> None:
    path = make_file()
    window = windows.open(path)
    editor = enter(window, "1-1-1/city/status@2018")
    compose(editor, "", "確定した文")
    compose(editor, "変換中の文")
    if verb == "close":
        window.close()
    elif verb == "history_step":
        window.bench.finish_and_save()
    else:
        window.action(verb).trigger()
    if verb != "close":
        assert "確定した文変換中の文支えた。" in stored(window, "1-1-1/city/status@2018")
        window.close()
    again = open_file(path)
    entry = again.value(again.resolve("1-1-1/city/status@2018"))
    again.close()
    assert isinstance(entry, Entry) and entry.lines == ("確定した文変換中の文支えた。",)


def test_undo_first_takes_back_typing_then_crosses_fields_and_activities(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    editor = enter(window, "1-1-1/council/status@2018")
    qtbot.keyClicks(editor, "one")
    choose(window, "1-1-2")
    editor = enter(window, "1-1-2/city/status@2018")
    qtbot.keyClicks(editor, "two")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    second = enter(window, "1-1-2/city/status@2018")
    qtbot.keyClicks(second, "typing ")
    window.action("undo").trigger()
    assert second.toPlainText().strip() == "two"
    assert window.desk.session.undo_label is not None
    window.action("undo").trigger()
    assert stored(window, "1-1-2/city/status@2018") == ()
    assert second.toPlainText() == ""
    window.action("undo").trigger()
    assert window.bench.activity is not None and window.bench.activity.number == 1
    assert stored(window, "1-1-1/council/status@2018") == ("開いた。", "数えた。")
    assert block(window, "1-1-1/council/status@2018").lines == ("開いた。", "数えた。")
    assert QApplication.focusWidget() is block(window, "1-1-1/council/status@2018").field.text
    window.action("redo").trigger()
    assert stored(window, "1-1-1/council/status@2018")[0].startswith("one")
    window.action("redo").trigger()
    assert window.bench.activity.number == 2
    assert stored(window, "1-1-2/city/status@2018") == ("two",)


def test_the_keys_reach_undo_from_inside_an_editor(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    editor = enter(window, "1-1-1/council/status@2018")
    qtbot.keyClicks(editor, "x")
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.toPlainText() == "開いた。\n数えた。"
    qtbot.keyClick(editor, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert editor.toPlainText().startswith("x")


def test_keys_move_between_activities_fields_and_areas(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    enter(window, "1-1-1/council/status@2018")
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert window.bench.activity is not None and window.bench.activity.number == 2
    assert isinstance(QApplication.focusWidget(), LineText)
    window.action("next_area").trigger()
    assert holds_focus(window.bench.context)
    window.action("next_area").trigger()
    assert QApplication.focusWidget() is window.desk.tree
    window.action("previous_area").trigger()
    window.action("previous_area").trigger()
    assert holds_focus(window.bench.form)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert window.bench.activity.number == 1


def test_f8_walks_over_every_blank_and_says_when_none_is_left(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    seen = []
    for _ in range(6):
        window.action("next_blank").trigger()
        key = window.bench.form.focused_key
        assert key is not None
        seen.append(window.desk.session.address(key))
    assert seen == [
        "1-1-1/city.2/status@2018",
        "1-1-1/city.2/planned@2019",
        "1-1-2/council/status@2018",
        "1-1-2/council/planned@2019",
        "1-1-2/city/status@2018",
        "1-1-2/city/planned@2019",
    ]
    for address in seen:
        session = window.desk.session
        session.enter(session.resolve(address), "—")
    window.action("next_blank").trigger()
    assert "done" in window.banners.topics()


def test_the_tree_follows_an_edit(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    choose(window, "1-1-2")
    assert window.desk.tree.currentIndex().data(COUNT_ROLE) == "0/4"
    editor = enter(window, "1-1-2/council/status@2018")
    qtbot.keyClicks(editor, "abc")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert window.desk.tree.currentIndex().data(COUNT_ROLE) == "1/4"
    assert block(window, "1-1-2/council/status@2018").mark.mark is Mark.TICK


def test_a_draft_is_confirmed_as_it_is_or_by_editing_it(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    address = "1-1-1/city/planned@2019"
    assert block(window, address).mark.mark is Mark.DASHED
    enter(window, address)
    window.action("confirm").trigger()
    key = window.desk.session.resolve(address)
    assert window.desk.session.value(key) == Entry(("支える。",))
    assert block(window, address).mark.mark is Mark.TICK
    window.action("undo").trigger()
    assert window.desk.session.value(key) == Entry(("支える。",), draft=True)
    editor = enter(window, address)
    qtbot.keyClicks(editor, "x")
    window.action("save").trigger()
    assert window.desk.session.value(key) == Entry(("x支える。",))


def test_roles_and_initiatives_fold_and_can_be_edited(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    role = window.bench.form.residents
    assert not role.field.isVisible()
    window.action("roles").trigger()
    window.action("initiatives").trigger()
    assert role.field.isVisible()
    editor = enter(window, "1-1-1/council/initiatives")
    editor.add_lines(("加えた取組み",))
    window.action("save").trigger()
    assert stored(window, "1-1-1/council/initiatives") == ("講座の開催【新規】", "加えた取組み")
    editor = enter(window, "1-1-1/residents_role")
    qtbot.keyClicks(editor, "x")
    window.action("save").trigger()
    assert stored(window, "1-1-1/residents_role") == ("x参加する",)


def test_last_years_text_is_beside_the_field_and_can_be_copied(
    windows: Windows, make_file: Callable[..., Path]
) -> None:
    window = windows.open(make_file())
    window.bench.show_year(2019)
    enter(window, "1-1-1/council/status@2019")
    shown = window.bench.context
    texts = [label.text() for label in shown.findChildren(type(shown._head.title))]
    assert {"開いた。", "数えた。", "開く。"} <= set(texts)
    window.action("copy_last_year").trigger()
    window.action("save").trigger()
    assert stored(window, "1-1-1/council/status@2019") == ("開いた。", "数えた。")
    window.action("undo").trigger()
    assert stored(window, "1-1-1/council/status@2019") == ()


def test_a_department_shows_only_what_it_owes(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    window.bench.show_department("協働推進課")
    fill = window.desk.fill
    assert (fill.expected, fill.entered) == (4, 0)
    window.bench.show_department("市社会福祉協議会")
    assert window.desk.fill.expected == 5
    window.bench.show_department(None)
    assert window.desk.fill.expected == 12


def test_a_goal_lists_its_activities_and_leads_to_them(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    goal = window.desk.session.resolve("1-1/title").owner_id
    window.desk.tree.choose(goal)
    assert window.bench.stack.currentWidget() is window.bench.overview.page
    window.desk.tree.setFocus()
    qtbot.keyClick(window.desk.tree, Qt.Key.Key_Return)
    page = window.bench.overview.page
    assert page.matrix.hasFocus()
    page.activities.focus_first()
    qtbot.keyClick(page.activities, Qt.Key.Key_Down)
    qtbot.keyClick(page.activities, Qt.Key.Key_Return)
    assert window.bench.activity is not None and window.bench.activity.number == 2


def test_what_another_session_wrote_is_not_overwritten(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    path = make_file()
    window = windows.open(path)
    editor = enter(window, "1-1-1/council/status@2018")
    other = open_file(path, who="別の人")
    key = other.resolve("1-1-1/council/status@2018")
    other.enter(key, "先に書いた")
    other.close()
    qtbot.keyClicks(editor, "x")
    window.action("save").trigger()
    assert window.desk.session.value(key) == Entry(("先に書いた",))
    assert editor.toPlainText().startswith("x開いた")
    assert "save" in window.banners.topics()
    assert block(window, "1-1-1/council/status@2018").mark.text() == "未保存"
    window.bench.pending.overwrite(key)
    assert window.desk.session.value(key) == Entry(("x開いた。", "数えた。"))
    assert "save" not in window.banners.topics()


def test_giving_up_typed_text_shows_what_is_stored(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    path = make_file()
    window = windows.open(path)
    editor = enter(window, "1-1-1/council/status@2018")
    other = open_file(path, who="別の人")
    key = other.resolve("1-1-1/council/status@2018")
    other.enter(key, "先に書いた")
    other.close()
    qtbot.keyClicks(editor, "x")
    window.action("save").trigger()
    window.bench.give_up(key)
    assert editor.lines() == ("先に書いた",)
    assert len(window.bench.pending) == 0


def test_the_main_job_on_the_real_report(
    windows: Windows,
    report_file: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Open, choose, type, undo, redo, close, reopen, export, reread: the workbook holds what was typed."""
    window = windows.open(report_file)
    choose(window, "2-4-1")
    editor = enter(window, "2-4-1/city/status@2018")
    qtbot.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    compose(editor, "ついき")
    compose(editor, "", "画面から追記しました。")
    choose(window, "3-1-2")
    window.action("undo").trigger()
    assert "画面から追記しました。" not in stored(window, "2-4-1/city/status@2018")
    window.action("redo").trigger()
    window.close()

    window = windows.open(report_file)
    choose(window, "2-4-1")
    assert block(window, "2-4-1/city/status@2018").lines[-1] == "画面から追記しました。"
    target = tmp_path / "report.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    window.action("export_official").trigger()
    qtbot.waitUntil(lambda: "done" in window.banners.topics(), timeout=60_000)
    assert target.is_file()

    workbook = openpyxl.load_workbook(target, read_only=True)
    texts = [str(cell) for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    workbook.close()
    assert any("画面から追記しました。" in text for text in texts)


def test_reading_the_report_into_the_open_bundled_file_is_one_step_of_undo(
    windows: Windows,
    make_file: Callable[..., Path],
    report_path: Path,
    imported_report: Path,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "open.welfare"
    shutil.copyfile(imported_report, path)
    window = windows.open(path)
    session = window.desk.session
    before = dump_text(session.plan())
    key = session.resolve("1-1-1/council/status@2018")
    session.enter(key, "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_kwargs: (str(report_path), ""))
    monkeypatch.setattr("welfare_desktop.ui.file_flows.ReadingDialog.exec", lambda _self: 1)
    window.action("import_report").trigger()
    qtbot.waitUntil(lambda: "done" in window.banners.topics(), timeout=60_000)
    assert dump_text(session.plan()) == before
    window.action("undo").trigger()
    assert session.value(key) == Entry()


def test_actor_fields_lie_apart(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    activity = window.bench.activity
    assert activity is not None
    council = FieldKey(Owner.ACTOR, activity.id, "initiatives", Actor.COUNCIL)
    city = FieldKey(Owner.ACTOR, activity.id, "initiatives", Actor.CITY)
    assert window.bench.form.block_of(council) is not window.bench.form.block_of(city)


def test_the_first_activity_is_shown_although_the_tree_had_the_focus_first(windows: Windows, report_file: Path) -> None:
    """The tree takes a current row with the focus, before there is a form to show it."""
    program = Program(windows.settings, "試験")
    windows.programs.append(program)
    window = program.open(report_file)
    assert window is not None
    window.desk.tree.setCurrentIndex(window.desk.model.index(0, 0))
    windows.ready(window)
    assert window.bench.activity_id
    assert window.bench.activity is not None
    assert window.bench.activity.number == 1
