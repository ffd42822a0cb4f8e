"""控えから戻す in the window: what is shown first, what comes back, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import Boxes, press, stored
from welfare_desktop.operations.backing_up import back_up
from welfare_desktop.operations.opening import open_file
from welfare_desktop.ui.restoring import RestoreDialog

_STATUS = "1-1-1/council/status@2018"


def _write(path: Path, text: str) -> None:
    session = open_file(path, who="試験")
    session.enter(session.resolve(_STATUS), text)
    session.close()


def test_a_copy_is_shown_compared_and_put_back(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    path = make_file()
    _write(path, "前の文です。")
    copy = back_up(path)
    _write(path, "あとの文です。")
    window = windows.open(path)

    def take(box: QDialog) -> None:
        assert isinstance(box, RestoreDialog)
        assert box.chosen == copy
        assert "違う欄は 1 か所" in box.told.text()
        assert box.differing.model().index(0, 0).data() == "1-1① 市社会福祉協議会 実施状況（平成30年度）"
        press(box, "この控えに戻す")

    with Boxes(take):
        window.action("restore").trigger()
    program = windows.programs[-1]
    qtbot.waitUntil(lambda: program.window is not None and program.window is not window)
    assert program.window is not None
    again = windows.ready(program.window)
    assert stored(again, _STATUS) == ("前の文です。",)
    assert "restored" in again.banners.topics()
    kept = next((path.parent / "控え").glob("*復元前*"))
    with closing(open_file(kept, read_only=True)) as session:
        assert "あとの文です。" in str(session.value(session.resolve(_STATUS)))


def test_typed_text_is_saved_before_a_copy_is_put_back(windows: Windows, make_file: Callable[..., Path]) -> None:
    path = make_file()
    back_up(path)
    window = windows.open(path)
    window.desk.choose_first()
    window.bench.form.focus_first()
    field = window.bench.form.focused_block
    assert field is not None and field.key is not None
    typed = field.field.text  # type: ignore[union-attr]
    typed.setPlainText("打ちかけの文です。")

    def look(box: QDialog) -> None:
        assert isinstance(box, RestoreDialog)
        assert "違う欄は 1 か所" in box.told.text()
        box.reject()

    with Boxes(look):
        window.action("restore").trigger()
    assert window.desk.session.value(field.key) != field.key.spec.default
    assert "打ちかけの文です。" in str(window.desk.session.value(field.key))


def test_a_damaged_copy_cannot_be_taken_and_says_why(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    path = make_file()
    copy = back_up(path)
    copy.write_bytes(copy.read_bytes().replace("支えた".encode(), "抜けた".encode()))
    box = RestoreDialog(windows.open(path), path)
    qtbot.addWidget(box)
    assert box.chosen is None and not box.done_button.isEnabled()
    assert "控え" in box.error.text()


def test_without_copies_the_way_on_is_named(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    path = make_file()
    box = RestoreDialog(windows.open(path), path)
    qtbot.addWidget(box)
    box.show()
    assert "ほかの控えを選ぶ" in box.told.text()
    assert not box.done_button.isEnabled() and box.other.isEnabled()
