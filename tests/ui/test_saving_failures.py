"""What a person sees and keeps when the disk does not take what was typed.  The disk is really full here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import Boxes, answering, block, choose, enter, stored
from welfare_desktop.domain.errors import StoreDamaged
from welfare_desktop.domain.model import Entry
from welfare_desktop.operations.backing_up import verify
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.sql import fetch
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts.banner import Banners

_ADDRESS = "1-1-1/council/status@2018"


@contextmanager
def full_disk(session: Session) -> Iterator[None]:
    """Let the data file grow no further, as on a full disk."""
    database = session._store._db  # the fault is injected below everything that is tested
    before = fetch(database, "PRAGMA max_page_count")[0][0]
    fetch(database, "PRAGMA max_page_count = 1")  # SQLite takes the present size at least
    yield
    if not database.is_closed():
        fetch(database, f"PRAGMA max_page_count = {before}")


def type_much(window: MainWindow, qtbot: QtBot, address: str = _ADDRESS) -> str:
    """Type more than fits into the free room of the file's pages; return what was typed."""
    editor = enter(window, address)
    text = "長い文" * 4000
    editor.insertPlainText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    return text


def press(banners: Banners, words: str) -> None:
    button = next(item for item in banners.findChildren(QPushButton) if item.text() == words)
    button.click()


def test_text_that_cannot_be_saved_stays_and_is_saved_later(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    with full_disk(session):
        text = type_much(window, qtbot)
        shown = block(window, _ADDRESS)
        assert text in shown.field.text.toPlainText()
        assert shown.mark.text() == "未保存"
        assert window.status.saving_words.startswith("保存できていません")
        assert window.banners.topics() == ("save",)
        assert window.size().toTuple() == (1366, 768)
        assert 40 < window.banners.height() < 110
        assert stored(window, _ADDRESS) == ("開いた。", "数えた。")
        press(window.banners, "もう一度")
        assert "save" in window.banners.topics()
    press(window.banners, "もう一度")
    assert window.banners.topics() == ()
    assert text in "".join(stored(window, _ADDRESS))
    assert block(window, _ADDRESS).mark.text() == "記入済"
    assert window.status.saving_words.startswith("保存済み")


def test_unsaved_text_survives_going_to_another_activity(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    with full_disk(window.desk.session):
        text = type_much(window, qtbot)
        choose(window, "1-1-2")
        window.bench.show_year(2019)
        window.bench.show_year(2018)
        choose(window, "1-1-1")
        assert text in block(window, _ADDRESS).field.text.toPlainText()
        assert block(window, _ADDRESS).mark.text() == "未保存"
    window.action("save").trigger()
    assert text in "".join(stored(window, _ADDRESS))


def test_undo_waits_while_something_cannot_be_saved(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    session.enter(session.resolve("1-1-2/council/status@2018"), "前の変更")
    with full_disk(session):
        type_much(window, qtbot)
        window.desk.tree.setFocus()
        window.action("undo").trigger()
        assert stored(window, "1-1-2/council/status@2018") == ("前の変更",)


def test_going_on_in_a_copy_takes_the_unsaved_text_along(
    windows: Windows,
    make_file: Callable[..., Path],
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = make_file()
    window = windows.open(path)
    program = windows.programs[-1]
    choose(window, "1-1-2")
    target = tmp_path / "elsewhere.welfare"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    with full_disk(window.desk.session):
        text = type_much(window, qtbot, "1-1-2/council/status@2018")
        press(window.banners, "別の場所に保存…")
        qtbot.waitUntil(lambda: program.window is not window, timeout=30_000)
    fresh = program.window
    assert fresh is not None
    windows.ready(fresh)
    assert fresh.desk.session.path == target
    assert fresh.bench.activity is not None and fresh.bench.activity.number == 2
    assert text in "".join(stored(fresh, "1-1-2/council/status@2018"))
    assert len(fresh.bench.pending) == 0
    old = open_file(path)
    assert old.value(old.resolve("1-1-2/council/status@2018")) == Entry()
    old.close()


@pytest.mark.parametrize(("answer", "closes", "copied"), [(0, False, False), (1, True, True), (2, True, False)])
def test_closing_over_unsaved_text_asks(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot, answer: int, closes: bool, copied: bool
) -> None:
    path = make_file()
    window = windows.open(path)
    with full_disk(window.desk.session):
        text = type_much(window, qtbot)
        with answering(answer) as asked:
            window.close()
        assert len(asked) == 1
        assert window.has_left is closes
        assert (text in QApplication.clipboard().text()) is copied
        if not closes:
            assert text in block(window, _ADDRESS).field.text.toPlainText()


def test_a_number_that_is_none_counts_as_unsaved(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    shown = next(item for item in window.bench.form.blocks() if item.key.name == "results")  # type: ignore[union-attr]
    shown.model.typed.emit(0, shown.model.columns[2], "約140")  # type: ignore[union-attr]
    with answering(0) as asked:
        window.close()
    assert len(asked) == 1
    assert not window.has_left


def test_a_read_only_file_is_shown_and_says_so(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    path = make_file()
    first = windows.open(path)
    second = windows.open(path)
    assert second.desk.session.read_only
    assert "read_only" in second.banners.topics()
    qtbot.waitUntil(lambda: second.banners.height() > 40)
    assert second.minimumSizeHint().height() < 480  # the words of the banner once made the window 1,700 px high
    filled = [button for button in second.findChildren(QPushButton, "primary") if button.isVisible()]
    assert [button.text() for button in filled] == ["手元の写しで作業…"]
    editor = enter(second, _ADDRESS)
    qtbot.keyClicks(editor, "x")
    assert editor.toPlainText() == "開いた。\n数えた。"
    assert not second.action("import_report").isEnabled()
    assert block(second, _ADDRESS).mark.text() == "記入済・閲覧のみ"
    first.close()
    press(second.banners, "もう一度調べる")
    fresh = windows.programs[-1].window
    assert fresh is not None and not fresh.desk.session.read_only
    windows.ready(fresh)
    assert "read_only" not in fresh.banners.topics()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file can be neither deleted nor replaced")
@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_lost_its_name_goes_on_in_a_copy_of_what_is_open(
    windows: Windows,
    make_file: Callable[..., Path],
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    *,
    replaced: bool,
) -> None:
    """The copy was made of the name: of nothing, or of the file that took the place, without what had been saved."""
    path = make_file()
    window = windows.open(path)
    program = windows.programs[-1]
    window.desk.session.enter(window.desk.session.resolve("1-1-2/council/status@2018"), "保存した文")
    if replaced:
        make_file(name="other.welfare").replace(path)
    else:
        path.unlink()
    editor = enter(window, _ADDRESS)
    editor.insertPlainText("打った文")
    window.action("save").trigger()
    assert window.banners.topics() == ("save",)
    target = tmp_path / "elsewhere.welfare"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    press(window.banners, "別の場所に保存…")
    fresh = program.window
    assert fresh is not None and fresh is not window
    windows.ready(fresh)
    assert fresh.desk.session.path == target
    assert stored(fresh, "1-1-2/council/status@2018") == ("保存した文",)
    assert "打った文" in "".join(stored(fresh, _ADDRESS))
    assert verify(target) == []


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file can be neither deleted nor replaced")
@pytest.mark.parametrize(("answer", "closes"), [(1, False), (2, True)])
def test_closing_over_a_file_that_lost_its_name_asks(
    windows: Windows, make_file: Callable[..., Path], answer: int, closes: bool
) -> None:
    """All that was ever saved can only be read as long as the window has it open."""
    path = make_file()
    window = windows.open(path)
    path.unlink()
    with answering(answer) as asked:
        window.close()
    assert asked == ["開いていたファイルがなくなりました"]
    assert window.has_left is closes


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file can be neither deleted nor replaced")
def test_what_lost_its_name_is_not_saved_under_it_again(
    windows: Windows, make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file()
    window = windows.open(path)
    path.unlink()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(path), ""))
    with answering(0) as asked:
        window.action("save_copy").trigger()
    assert asked == ["写しを保存できませんでした"]
    assert not path.exists()


def test_a_damaged_file_is_not_called_safe_nor_copies_promised(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    """The banner said that everything so far was safe, and verifying told of copies there were none of."""
    path = make_file()
    window = windows.open(path)
    editor = enter(window, _ADDRESS)
    whole = path.read_bytes()
    told: list[str] = []

    def read(box: QDialog) -> None:
        told.extend(label.text() for label in box.findChildren(QLabel))
        box.reject()

    with qtbot.captureExceptions() as raised:  # what is being shown meanwhile cannot be read either
        with path.open("rb+") as file:
            file.truncate(8192)
        editor.insertPlainText("打った文")
        window.action("save").trigger()
        words = " ".join(label.text() for label in window.banners.findChildren(QLabel))
        with Boxes(read):
            window.action("verify").trigger()
            qtbot.waitUntil(lambda: bool(told), timeout=30_000)
        path.write_bytes(whole)
    assert "壊れています" in words and "無事" not in words
    assert "控えはまだありません" in " ".join(told)
    assert all(issubclass(kind, StoreDamaged) for kind, _, _ in raised)
