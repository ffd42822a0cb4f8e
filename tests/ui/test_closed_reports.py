"""Texts every year's report prints, while a year is closed: a person is asked why, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import answering, block, enter, stored
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.rolling import roll_over
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts.asking import LineDialog

_ADDRESS = "1-1-1/city/initiatives"


@contextmanager
def giving(reason: str) -> Iterator[list[str]]:
    """Give ``reason`` (empty: none) to every dialog that asks for one, while inside."""
    asked: list[str] = []
    timer = QTimer()

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, LineDialog):
            asked.append(box.windowTitle())
            if reason:
                box.line.setText(reason)
                box._on_done_clicked()
            else:
                box.reject()

    timer.timeout.connect(look)
    timer.start(0)
    yield asked
    timer.stop()


@pytest.fixture
def window(windows: Windows, make_file: Callable[..., Path]) -> MainWindow:
    """A window on 2019 of a file whose 2018 is closed."""
    path = make_file()
    session = open_file(path, who="試験")
    roll_over(session, 2019, DraftStyle.BLANK, close_finished=True)
    session.close()
    opened = windows.open(path)
    opened.bench.show_year(2019)
    return opened


def _type(window: MainWindow, qtbot: QtBot, text: str) -> None:
    block(window, _ADDRESS).open_fold()
    editor = enter(window, _ADDRESS)
    editor.selectAll()
    editor.insertPlainText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)


def test_a_reason_is_asked_for_once_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    with giving("計画の訂正") as asked:
        _type(window, qtbot, "直した取組み")
    assert len(asked) == 1
    assert stored(window, _ADDRESS) == ("直した取組み",)
    session = window.desk.session
    assert session.history(session.resolve(_ADDRESS), 1)[0].why == "計画の訂正"
    assert window.bench.pending.held() == ()
    session.undo()
    assert stored(window, _ADDRESS) == ()


def test_without_a_reason_the_text_stays_on_screen_and_nobody_is_asked_at_every_step(
    window: MainWindow, qtbot: QtBot
) -> None:
    with giving("") as asked:
        _type(window, qtbot, "直した取組み")
        assert len(asked) == 1
        window.bench.finish_and_save()
        window.bench.finish_and_save()
    assert len(asked) == 1
    assert stored(window, _ADDRESS) == ()
    assert block(window, _ADDRESS).field.text.toPlainText() == "直した取組み"
    assert len(window.bench.pending.failures()) == 1
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)  # the dialog goes when events are worked off
    with giving("計画の訂正"):
        _type(window, qtbot, "直した取組み。")
    assert stored(window, _ADDRESS) == ("直した取組み。",)


def test_nobody_is_asked_by_the_clock(window: MainWindow, qtbot: QtBot) -> None:
    block(window, _ADDRESS).open_fold()
    editor = enter(window, _ADDRESS)
    editor.insertPlainText("書きかけ")
    with giving("") as asked:
        window.bench.pending._on_idle_timeout()
        QApplication.processEvents()
    assert asked == []
    assert window.bench.pending.failures() == () and len(window.bench.pending.held()) == 1
    with giving("計画の訂正"), answering(0):
        window.bench.finish_and_save()
    assert window.bench.pending.held() == ()
