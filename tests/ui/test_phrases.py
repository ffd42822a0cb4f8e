"""定型文 in the window: a line found by typing and inserted as if typed, lists edited, a line added."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import answering, block, choose, compose, enter, stored
from welfare_desktop.operations.phrases import PhraseList, phrase_lists, set_phrases
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.beside.phrase_dialogs import PhraseDialog, PhrasesDialog
from welfare_desktop.ui.main_window import MainWindow

BLANK = "1-1-2/council/status@2018"
CITY = "1-1-1/city/status@2018"
B = TypeVar("B", bound=QDialog)


def using(window: MainWindow, verb: str, kind: type[B], act: Callable[[B], object]) -> None:
    """Do ``verb`` and let ``act`` use the dialog it opens."""
    failures: list[BaseException] = []

    def when_open() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, kind):
            failures.append(AssertionError(f"no {kind.__name__}: {box}"))
            if isinstance(box, QDialog):
                box.reject()
            return
        try:
            act(box)
        except BaseException as error:  # noqa: BLE001 - raised again outside of Qt's event loop
            failures.append(error)
        if box.isVisible():
            box.reject()

    QTimer.singleShot(0, when_open)
    window.action(verb).trigger()
    if failures:
        raise failures[0]


def shown(box: PhraseDialog) -> list[str]:
    return [box.table.cell(row, 0)[0].text for row in range(box.table.model().rowCount())]


def with_phrases(window: MainWindow) -> None:
    plan = window.desk.session.plan(())
    lines = {None: ("周知を図りました。", "サロンを開きました。"), plan.departments[0].id: ("地域福祉課の文。",)}
    set_phrases(window.desk.session, lines)


def test_a_phrase_is_found_by_typing_and_inserted_by_enter(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    with_phrases(window)
    choose(window, "1-1-2")
    editor = enter(window, BLANK)

    def act(box: PhraseDialog) -> None:
        assert shown(box) == ["周知を図りました。", "サロンを開きました。"]
        qtbot.keyClick(box.line, Qt.Key.Key_Down)
        assert box.table.chosen_row() == 1
        qtbot.keyClick(box.line, Qt.Key.Key_Down)
        assert box.table.chosen_row() == 1
        box.line.setText("ｻﾛﾝ")
        assert shown(box) == ["サロンを開きました。"]
        qtbot.keyClick(box.line, Qt.Key.Key_Return)
        assert not box.isVisible()

    using(window, "insert_phrase", PhraseDialog, act)
    assert editor.toPlainText() == "サロンを開きました。"
    window.activateWindow()
    qtbot.waitUntil(editor.hasFocus)
    using(window, "insert_phrase", PhraseDialog, lambda box: box.done_button.click())
    assert block(window, BLANK).lines == ("サロンを開きました。", "周知を図りました。")
    window.action("undo").trigger()
    assert block(window, BLANK).lines == ("サロンを開きました。",)


def test_inside_a_sentence_the_phrase_goes_where_the_caret_is(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    with_phrases(window)
    choose(window, "1-1-2")
    editor = enter(window, BLANK)
    compose(editor, "", "広報で")
    using(window, "insert_phrase", PhraseDialog, lambda box: box.done_button.click())
    assert editor.toPlainText() == "広報で周知を図りました。"


def test_bullets_typed_in_front_do_not_move_the_caret(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    with_phrases(window)
    choose(window, "1-1-2")
    editor = enter(window, BLANK)
    for line in ("・一つ目。", "", "・広報で"):
        compose(editor, "", line)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    compose(editor, "", "・三つ目。")
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    qtbot.keyClick(editor, Qt.Key.Key_End)
    using(window, "insert_phrase", PhraseDialog, lambda box: box.done_button.click())
    assert block(window, BLANK).lines == ("一つ目。", "広報で周知を図りました。", "三つ目。")


def test_esc_leaves_everything_as_it_was(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    with_phrases(window)
    editor = enter(window, CITY)

    def act(box: PhraseDialog) -> None:
        assert shown(box)[0] == "地域福祉課の文。"
        qtbot.keyClick(box.line, Qt.Key.Key_Escape)
        assert not box.isVisible()

    using(window, "insert_phrase", PhraseDialog, act)
    assert editor.toPlainText() == "支えた。"
    window.activateWindow()
    qtbot.waitUntil(editor.hasFocus)


def test_a_composition_is_left_alone(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    with_phrases(window)
    editor = enter(window, CITY)
    compose(editor, "さろ")
    with answering(-1) as asked:
        window.action("insert_phrase").trigger()
        window.action("add_phrase").trigger()
    assert asked == []
    assert editor.composing
    window.action("save").trigger()
    assert stored(window, CITY) == ("さろ支えた。",)


def test_without_phrases_it_is_said_how_to_get_some(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    enter(window, CITY)

    def act(box: PhraseDialog) -> None:
        assert not box.done_button.isEnabled()
        assert "まだありません" in box.none.text() and box.none.isVisible()

    using(window, "insert_phrase", PhraseDialog, act)


def test_the_line_one_is_in_is_added_to_its_department(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    enter(window, CITY)
    window.action("add_phrase").trigger()
    assert "done" in window.banners.topics()
    enter(window, "1-1-1/council/status@2018").go_to_line(1)
    window.action("add_phrase").trigger()
    lists = {item.name: item.lines for item in phrase_lists(session)}
    assert lists == {"共通": ("数えた。",), "地域福祉課": ("支えた。",), "協働推進課": ()}
    window.action("undo").trigger()
    assert phrase_lists(session)[0].lines == ()


def test_the_lists_are_edited_in_one_step(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    with_phrases(window)
    session = window.desk.session
    enter(window, CITY)

    def act(box: PhrasesDialog) -> None:
        assert box.box.currentText() == "地域福祉課"
        assert box.lines() == ["地域福祉課の文。"]
        box.fresh.setText("・もう一つ。")
        qtbot.keyClick(box.fresh, Qt.Key.Key_Return)
        box._on_up_clicked()
        assert box.lines() == ["もう一つ。", "地域福祉課の文。"]
        box.box.setCurrentIndex(0)
        box.box.activated.emit(0)
        box.list.setCurrentRow(0)
        qtbot.keyClick(box.list, Qt.Key.Key_Delete)
        item = box.list.item(0)
        item.setText("サロンを開いた。")
        box.fresh.setText("まだ加えていない文。")
        box._on_done_clicked()
        assert not box.isVisible()

    using(window, "edit_phrases", PhrasesDialog, act)
    lists = [item.lines for item in phrase_lists(session)]
    assert lists == [("サロンを開いた。", "まだ加えていない文。"), ("もう一つ。", "地域福祉課の文。"), ()]
    window.action("undo").trigger()
    assert phrase_lists(session)[1].lines == ("地域福祉課の文。",)


def test_leaving_the_lists_changes_nothing(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    with_phrases(window)
    held = window.desk.session.latest_revision()

    def act(box: PhrasesDialog) -> None:
        box.list.setCurrentRow(0)
        box._on_remove_clicked()

    using(window, "edit_phrases", PhrasesDialog, act)
    assert window.desk.session.latest_revision() == held


def test_a_closed_year_takes_no_phrase_but_gives_one(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    close_year(window.desk.session, 2018)
    assert not window.action("insert_phrase").isEnabled()
    enter(window, CITY)
    window.action("add_phrase").trigger()
    assert phrase_lists(window.desk.session)[1].lines == ("支えた。",)
    assert stored(window, CITY) == ("支えた。",)


def test_an_empty_list_says_what_to_do_and_offers_nothing_to_choose(qtbot: QtBot) -> None:
    box = PhrasesDialog(None, (PhraseList(None, "共通", ()),), None, lambda _changed: None)
    qtbot.addWidget(box)
    box.show()
    assert box.none.isVisible() and not any(button.isEnabled() for button in box.verbs)
    box.fresh.setText("いつもの文です。")
    qtbot.keyClick(box.fresh, Qt.Key.Key_Return)
    assert not box.none.isVisible() and all(button.isEnabled() for button in box.verbs)
