"""The editor of a field: line pitch, growth, input method, undo of unsaved typing, pasting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextBlockFormat
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from welfare_desktop.ui.form.line_editor import LineField
from welfare_desktop.ui.parts import theme
from welfare_desktop.ui.parts.marks import Mark


@pytest.fixture
def field(qtbot: QtBot) -> Iterator[LineField]:
    """A field with the focus, in a window with something else to go to."""
    window = QWidget()
    column = QVBoxLayout(window)
    made = LineField()
    column.addWidget(made)
    column.addWidget(QLineEdit())
    column.addStretch(1)
    qtbot.addWidget(window)
    window.resize(500, 400)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    made.text.setFocus()
    qtbot.waitUntil(made.text.hasFocus)
    yield made
    window.close()


def compose(field: LineField, preedit: str, commit: str = "") -> None:
    """Send what an input method sends: the open composition, and text it confirms."""
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QCoreApplication.sendEvent(field.text, event)


def pitches(field: LineField) -> set[float]:
    """The line heights of all blocks; only fixed ones count."""
    found = set()
    block = field.text.document().begin()
    while block.isValid():
        kind = block.blockFormat().lineHeightType()
        found.add(block.blockFormat().lineHeight() if kind == _FIXED else -1.0)
        block = block.next()
    return found


_KEY = Qt.Key
_NONE = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
_PITCH = {float(theme.PITCH[theme.TEXT_PX])}


def swallows(field: LineField, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
    """Whether the editor keeps a key for itself that could be a shortcut of the window."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
    event.ignore()
    QApplication.sendEvent(field.text, event)
    return event.isAccepted()


def paste(field: LineField, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    field.text.insertFromMimeData(data)


# --- text ---------------------------------------------------------------------------------------------------------


def test_lines_come_back_as_they_would_be_stored(field: LineField) -> None:
    field.set_lines(("一行目", "二行目"))
    assert field.text.lines() == ("一行目", "二行目")
    field.text.setPlainText("・一行目\n\n  \n・ 二行目　\r\n—")
    assert field.text.lines() == ("一行目", "二行目", "—")


def test_every_way_of_getting_text_in_keeps_the_line_pitch(field: LineField, qtbot: QtBot) -> None:
    field.set_lines(("一", "二"))
    assert pitches(field) == _PITCH
    qtbot.keyClick(field.text, Qt.Key.Key_Return)
    paste(field, "三\n四\n五")
    qtbot.keyClick(field.text, Qt.Key.Key_Enter, Qt.KeyboardModifier.ShiftModifier)
    compose(field, "", "六")
    field.text.add_lines(("七", "八"))
    assert pitches(field) == _PITCH
    field.text.undo()
    assert pitches(field) == _PITCH
    assert field.text.lines() == ("三", "四", "五", "六一", "二")


def test_loading_leaves_nothing_to_undo_and_says_nothing(field: LineField, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(field.text.edited):
        field.set_lines(("一", "二"))
    assert not field.text.can_undo_typing()


def test_shift_enter_makes_a_line_of_its_own(field: LineField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.text, "a")
    qtbot.keyClick(field.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field.text, "b")
    assert field.text.document().blockCount() == 2
    assert field.text.lines() == ("a", "b")


@pytest.mark.parametrize(
    ("clipboard", "lines"),
    [
        ("・一つ目\r\n・二つ目\r\n", ("一つ目", "二つ目")),
        ("一つ目\u2028・二つ目", ("一つ目", "二つ目")),
        ("\n\n一つ目\n\n\n二つ目", ("一つ目", "二つ目")),
        ("・一つ目", ("一つ目",)),
    ],
)
def test_pasted_bullets_and_blank_lines_fall_away(field: LineField, clipboard: str, lines: tuple[str, ...]) -> None:
    paste(field, clipboard)
    assert tuple(field.text.toPlainText().strip("\n").split("\n")) == lines


def test_a_piece_pasted_into_a_line_stays_as_it_is(field: LineField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.text, "ab")
    paste(field, " c・d ")
    assert field.text.toPlainText() == "ab c・d "


def test_rich_text_arrives_as_plain_text(field: LineField) -> None:
    data = QMimeData()
    data.setHtml("<b>太い</b>")
    data.setText("太い")
    field.text.insertFromMimeData(data)
    assert "bold" not in field.text.toHtml().lower()
    assert field.text.lines() == ("太い",)


def test_going_to_a_line_counts_stored_lines_only(field: LineField) -> None:
    field.text.setPlainText("一\n\n二\n\n三")
    field.text.go_to_line(1)
    assert field.text.textCursor().block().text() == "二"
    assert field.text.current_line() == 1
    field.text.go_to_line(99)
    assert field.text.textCursor().block().text() == "三"


# --- growing ------------------------------------------------------------------------------------------------------


def test_the_field_is_as_high_as_its_text(field: LineField, qtbot: QtBot) -> None:
    low = field.height()
    field.set_lines(tuple("行" * 60 for _ in range(5)))
    qtbot.waitUntil(lambda: field.height() > low + 5 * theme.PITCH[theme.TEXT_PX])
    high = field.height()
    assert field.text.verticalScrollBar().maximum() == 0
    field.window().resize(1200, 400)
    qtbot.waitUntil(lambda: field.height() < high)
    assert field.text.verticalScrollBar().maximum() == 0


# --- the input method ---------------------------------------------------------------------------------------------


def test_an_open_composition_is_no_edit_and_no_text(field: LineField, qtbot: QtBot) -> None:
    field.set_lines(("前",))
    with qtbot.assertNotEmitted(field.text.edited):
        compose(field, "へ")
        compose(field, "へんかん")
    assert field.text.composing
    assert field.text.lines() == ("前",)


def test_a_confirmed_composition_is_one_edit(field: LineField, qtbot: QtBot) -> None:
    compose(field, "へんかん")
    with qtbot.waitSignal(field.text.edited):
        compose(field, "", "変換")
    assert not field.text.composing
    assert field.text.lines() == ("変換",)


def test_a_partly_confirmed_composition_says_edited_only_at_its_end(field: LineField, qtbot: QtBot) -> None:
    compose(field, "へんかん")
    with qtbot.assertNotEmitted(field.text.edited):
        compose(field, "かん", "変")
    with qtbot.waitSignal(field.text.edited):
        compose(field, "")
    assert field.text.lines() == ("変",)


def test_a_given_up_composition_leaves_the_text(field: LineField) -> None:
    field.set_lines(("前",))
    compose(field, "へんかん")
    compose(field, "")
    assert field.text.lines() == ("前",)


def test_finishing_a_composition_keeps_what_was_typed(field: LineField) -> None:
    compose(field, "へんかん")
    field.text.finish_composition()
    assert not field.text.composing
    assert field.text.lines() == ("へんかん",)


def test_leaving_confirms_an_open_composition_before_saying_left(field: LineField, qtbot: QtBot) -> None:
    seen: list[tuple[str, ...]] = []
    field.text.left.connect(lambda: seen.append(field.text.lines()))
    compose(field, "へんかん")
    other = field.window().findChild(QLineEdit)
    assert other is not None
    other.setFocus()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("へんかん",)]


def test_loading_over_a_composition_confirms_it_first(field: LineField, qtbot: QtBot) -> None:
    compose(field, "へんかん")
    with qtbot.waitSignal(field.text.edited):
        field.set_lines(("別の文",))
    assert not field.text.composing
    assert field.text.lines() == ("別の文",)


# --- undo ---------------------------------------------------------------------------------------------------------


def test_undo_and_redo_keys_are_left_to_the_window(field: LineField) -> None:
    for key, modifiers in ((_KEY.Key_Z, _CTRL), (_KEY.Key_Y, _CTRL), (_KEY.Key_Z, _CTRL | _SHIFT)):
        assert not swallows(field, key, modifiers), key


def test_keys_of_the_window_are_not_swallowed(field: LineField) -> None:
    with_ctrl = (
        _KEY.Key_Up,
        _KEY.Key_Down,
        _KEY.Key_D,
        _KEY.Key_S,
        _KEY.Key_Return,
        _KEY.Key_K,
        _KEY.Key_E,
        _KEY.Key_J,
    )
    for key in with_ctrl:
        assert not swallows(field, key, _CTRL), key
    for key in (_KEY.Key_F6, _KEY.Key_F8, _KEY.Key_F9):
        assert not swallows(field, key, _NONE), key


def test_saved_text_is_no_longer_typing(field: LineField, qtbot: QtBot) -> None:
    field.set_lines(("前",))
    qtbot.keyClicks(field.text, "abc")
    assert field.text.can_undo_typing()
    field.text.settle()
    assert not field.text.can_undo_typing()
    assert field.text.toPlainText().count("abc") == 1


# --- keyboard and looks -------------------------------------------------------------------------------------------


def test_tab_leaves_the_field(field: LineField, qtbot: QtBot) -> None:
    qtbot.keyClick(field.text, Qt.Key.Key_Tab)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    assert field.text.toPlainText() == ""


def test_read_only_text_can_be_read_and_copied_but_not_changed(field: LineField, qtbot: QtBot) -> None:
    field.set_lines(("読むだけ",))
    field.set_read_only(True)
    qtbot.keyClicks(field.text, "x")
    qtbot.keyClick(field.text, Qt.Key.Key_Return)
    paste_allowed = field.text.canPaste()
    field.text.selectAll()
    field.text.copy()
    assert field.text.lines() == ("読むだけ",)
    assert not paste_allowed
    assert QApplication.clipboard().text() == "読むだけ"


def test_frames_and_marks_are_painted(field: LineField) -> None:
    """Each state changes the picture; what it looks like is judged by eye."""
    field.window().setFocus()
    field.set_lines(("一", "二"))
    pictures = [field.grab().toImage()]
    field.set_draft(True)
    pictures.append(field.grab().toImage())
    field.set_draft(False)
    field.set_unsaved(True)
    pictures.append(field.grab().toImage())
    field.set_unsaved(False)
    field.set_line_marks({1: Mark.TRIANGLE})
    pictures.append(field.grab().toImage())
    for number, picture in enumerate(pictures):
        assert all(picture != other for other in pictures[number + 1 :])
