"""The first window: three ways in, none a dead end, each ending in an open file or a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import Boxes, answering, press
from welfare_desktop.operations.backing_up import back_up
from welfare_desktop.ui.form.dialogs import ReadingDialog
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.program import Program
from welfare_desktop.ui.settings import Settings
from welfare_desktop.ui.ways_in import WaysIn


@pytest.fixture
def program(windows: Windows) -> Program:
    """A program without any window yet."""
    made = Program(Settings(), "試験")
    windows.programs.append(made)
    return made


@pytest.fixture
def ways(program: Program, tmp_path: Path, qtbot: QtBot) -> WaysIn:
    """The first window, shown, making files in a folder that is not there yet."""
    program.ways.use_folder(tmp_path / "地域福祉計画")
    program.ways.show()
    program.ways.window.activateWindow()
    qtbot.waitExposed(program.ways.window)
    return program.ways


def opened(program: Program, qtbot: QtBot, windows: Windows) -> MainWindow:
    qtbot.waitUntil(lambda: program.window is not None, timeout=60_000)
    assert program.window is not None
    return windows.ready(program.window)


def test_the_likely_way_has_the_focus_and_keys_choose(ways: WaysIn, qtbot: QtBot) -> None:
    assert [way.text() for way in ways.window.ways] == [
        "同梱の計画で始める",
        "これまでのファイルを開く",
        "昨年の報告を読み込む",
    ]
    assert ways.window.focusWidget() is ways.window.ways[0]
    qtbot.keyClick(ways.window.ways[0], Qt.Key.Key_Tab)
    assert ways.window.focusWidget() is ways.window.ways[1]
    for number, way in enumerate(ways.window.ways, start=1):
        assert way.shortcut().toString() == f"Alt+{number}"
        assert way.accessibleName() and way.accessibleDescription()


def test_the_bundled_plan_is_made_into_a_file_and_opened(
    ways: WaysIn, program: Program, windows: Windows, tmp_path: Path, qtbot: QtBot
) -> None:
    ways.window.ways[0].click()
    window = opened(program, qtbot, windows)
    assert window.desk.session.path == tmp_path / "地域福祉計画" / "地域福祉計画.welfare"
    assert len(window.desk.model.activity_ids()) == 30
    assert not program.has_ways


def test_a_second_new_file_takes_another_name(program: Program, windows: Windows, tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "地域福祉計画.welfare").write_bytes(b"something else")
    program.ways.use_folder(folder)
    program.ways.start_from_plan()
    window = opened(program, qtbot, windows)
    assert window.desk.session.path.name == "地域福祉計画 2.welfare"
    assert (folder / "地域福祉計画.welfare").read_bytes() == b"something else"


def test_a_file_is_chosen_and_opened(
    ways: WaysIn,
    program: Program,
    windows: Windows,
    make_file: Callable[..., Path],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = make_file()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_kwargs: (str(path), ""))
    ways.window.ways[1].click()
    assert opened(program, qtbot, windows).desk.session.path == path


def test_giving_up_the_choice_leaves_everything_as_it_was(
    ways: WaysIn, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_kwargs: ("", ""))
    ways.window.ways[1].click()
    ways.window.ways[2].click()
    assert program.window is None
    assert ways.window.isVisible()
    assert ways.window.banners.topics() == ()


def test_the_real_report_is_read_opened_and_its_doubts_listed(
    ways: WaysIn,
    program: Program,
    windows: Windows,
    report_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_kwargs: (str(report_path), ""))
    ways.window.ways[2].click()
    qtbot.waitUntil(lambda: program.window is not None, timeout=60_000)
    assert program.window is not None
    box = next(item for item in program.window.findChildren(QDialog) if isinstance(item, ReadingDialog))
    assert box.isVisible()
    assert box.table.model().rowCount() > 5
    box.accept()
    window = windows.ready(program.window)
    assert len(window.desk.model.activity_ids()) == 30
    assert window.desk.year == 2018


@pytest.mark.parametrize("content", [b"", b"not a database", b"PK\x03\x04broken", "計画".encode()])
def test_a_file_that_is_none_of_ours_gives_a_sentence_and_the_ways_stay(
    ways: WaysIn,
    program: Program,
    tmp_path: Path,
    content: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "other.welfare"
    path.write_bytes(content)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_kwargs: (str(path), ""))
    with answering(-1):
        ways.window.ways[1].click()
    assert program.window is None
    assert ways.window.isVisible()
    assert ways.window.banners.topics() == ("start",)
    assert ways.window.height() <= 600
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", "ただの文".encode(), b"\xff\xfe\x00", b"PK\x03\x04broken"])
def test_a_report_that_is_none_leaves_no_file_behind(
    ways: WaysIn, program: Program, tmp_path: Path, content: bytes, qtbot: QtBot
) -> None:
    source = tmp_path / "report.txt"
    source.write_bytes(content)
    ways.read(source)
    qtbot.waitUntil(lambda: ways.window.banners.topics() == ("start",), timeout=30_000)
    assert program.window is None
    assert list((tmp_path / "地域福祉計画").iterdir()) == []


def test_a_folder_that_cannot_be_made_gives_a_sentence(ways: WaysIn, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    ways.use_folder(tmp_path / "file" / "below")
    ways.start_from_plan()
    assert ways.window.banners.topics() == ("start",)
    assert not ways.jobs.busy


def test_a_damaged_file_can_be_viewed(
    program: Program, windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    path = make_file()
    data = bytearray(path.read_bytes())
    place = data.rindex("支えた".encode())
    data[place : place + 3] = "抜".encode()
    path.write_bytes(data)
    with answering(1) as asked:
        window = program.open(path)
    assert len(asked) == 1
    assert window is not None
    windows.ready(window)
    assert window.desk.session.read_only
    assert "read_only" in window.banners.topics()
    assert path.read_bytes() == bytes(data)
    back_up_of_it = [button.text() for button in window.banners.findChildren(QPushButton)]
    assert back_up_of_it == ["控えから戻す…"]  # a copy of a damaged file cannot be made


def test_a_damaged_file_is_brought_back_from_a_copy(
    program: Program, windows: Windows, make_file: Callable[..., Path]
) -> None:
    path = make_file()
    back_up(path)
    path.write_bytes(path.read_bytes().replace("支えた".encode(), "抜けた".encode()))
    with Boxes(lambda box: press(box, "控えから戻す…"), lambda box: press(box, "この控えに戻す")):
        window = program.open(path)
    assert window is not None
    windows.ready(window)
    assert not window.desk.session.read_only
    assert window.desk.session.problems() == []


def test_what_can_be_read_of_a_damaged_file_is_rescued_into_a_new_one(
    program: Program, windows: Windows, make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file()
    damaged = path.read_bytes().replace("支えた".encode(), "抜けた".encode())
    path.write_bytes(damaged)
    target = path.with_name("救い出し.welfare")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    with Boxes(lambda box: press(box, "読めるところを救い出す…"), lambda box: press(box, "新しいファイルで続ける")):
        window = program.open(path)
    assert window is not None
    windows.ready(window)
    assert window.desk.session.path == target and not window.desk.session.read_only
    assert path.read_bytes() == damaged


def test_of_an_empty_file_nothing_is_offered_to_be_read(
    program: Program, windows: Windows, make_file: Callable[..., Path]
) -> None:
    path = make_file()
    path.write_bytes(b"")
    offered: list[str] = []

    def look(box: QDialog) -> None:
        offered.extend(button.text() for button in box.findChildren(QPushButton))
        press(box, "やめる")

    with Boxes(look):
        assert program.open(path) is None
    assert sorted(offered) == ["やめる", "控えから戻す…"]
    assert path.read_bytes() == b""


def test_leaving_a_damaged_file_alone_is_not_told_twice_over_a_window(
    program: Program, windows: Windows, make_file: Callable[..., Path]
) -> None:
    window = program.open(make_file())
    assert window is not None
    windows.ready(window)
    path = make_file(name="other.welfare")
    path.write_bytes(path.read_bytes().replace("支えた".encode(), "抜けた".encode()))
    with Boxes(lambda box: press(box, "やめる")):
        assert program.open(path) is None
    assert program.window is window


def test_back_to_the_first_window_saves_and_lets_go(
    program: Program, windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    path = make_file()
    window = program.open(path)
    assert window is not None
    windows.ready(window)
    window.action("start_page").trigger()
    assert program.window is None
    assert program.has_ways and program.ways.window.isVisible()
    again = program.open(path)
    assert again is not None and not again.desk.session.read_only


def test_the_ways_can_all_be_named_by_a_screen_reader(ways: WaysIn) -> None:
    assert all(button.accessibleName() for button in ways.window.findChildren(QPushButton))
    assert QApplication.activeWindow() is ways.window


def test_everything_fits_a_low_screen_at_150_percent(ways: WaysIn, qtbot: QtBot) -> None:
    ways.window.resize(911, 480)  # 1366×768 at 150 %, without task bar and title
    qtbot.waitUntil(lambda: ways.window.height() == 480)
    for button in (*ways.window.ways, *ways.window.findChildren(QPushButton)):
        assert button.isVisible()
        assert ways.window.rect().contains(QRect(button.mapTo(ways.window, QPoint(0, 0)), button.size()))
