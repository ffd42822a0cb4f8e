"""Last year beside this year: what is shown, what is copied, and the mark at a text that repeats last year's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import block, choose, compose, enter, stored
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.rolling import roll_over
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts.controls import ElidedLabel, NoteLabel

STATUS = "1-1-1/council/status@2019"


def opened(windows: Windows, path: Path, style: DraftStyle = DraftStyle.BLANK) -> MainWindow:
    window = windows.open(path)
    roll_over(window.desk.session, 2019, style)
    window.bench.show_year(2019)
    choose(window, "1-1-1")
    return window


def test_the_mark_follows_what_is_typed(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = opened(windows, make_file())
    editor = enter(window, STATUS)
    mark = block(window, STATUS).same
    assert mark.isHidden()
    window.action("copy_last_year").trigger()
    assert mark.isVisible() and mark.text() == "昨年度と同文"
    assert "昨年度と同文" in editor.accessibleDescription()
    compose(editor, "", "x")
    assert mark.isHidden()
    assert "同文" not in editor.accessibleDescription()
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert mark.isVisible()
    window.action("save").trigger()
    assert stored(window, STATUS) == ("開いた。", "数えた。")
    assert mark.isVisible()
    choose(window, "1-1-2")
    assert block(window, "1-1-2/council/status@2019").same.isHidden()
    choose(window, "1-1-1")
    assert block(window, STATUS).same.isVisible()


def test_a_mark_of_nothing_done_repeats_nothing(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = opened(windows, make_file())
    session = window.desk.session
    for year in (2018, 2019):
        session.enter(session.resolve(f"1-1-2/council/status@{year}"), "—")
    choose(window, "1-1-2")
    assert block(window, "1-1-2/council/status@2019").same.isHidden()


def texts(window: MainWindow) -> list[str]:
    panel = window.bench.context
    return [
        label.text() for kind in (ElidedLabel, NoteLabel) for label in panel.findChildren(kind) if label.isVisible()
    ]


def test_last_year_and_the_plan_of_this_year_stand_beside(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = opened(windows, make_file())
    enter(window, STATUS)
    qtbot.waitUntil(lambda: "開く。" in texts(window))
    found = texts(window)
    assert "前年度（平成30年度）の実施状況" in found and "数えた。" in found
    assert "昨年立てた令和元年度の予定" in found and "開く。" in found
    buttons = [button for button in window.bench.context.findChildren(QPushButton) if button.isVisible()]
    next(button for button in buttons if button.accessibleName() == "写す 開く。").click()
    assert block(window, STATUS).lines == ("開く。",)
    next(button for button in buttons if button.text().startswith("すべて写す")).click()
    assert block(window, STATUS).lines == ("開く。", "開いた。", "数えた。")
    window.action("undo").trigger()
    assert block(window, STATUS).lines == ("開く。",)


def test_copying_and_confirming_say_so_where_there_is_nothing_to_take(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    choose(window, "1-1-3")
    enter(window, "1-1-3/council/status@2018")  # the plan's first year, and no draft
    for verb in ("copy_last_year", "confirm"):
        before = window.desk.session.latest_operation()
        window.action(verb).trigger()
        assert window.banners.topics(), verb
        assert window.desk.session.latest_operation() == before
        for topic in window.banners.topics():
            window.banners.dismiss(topic)
