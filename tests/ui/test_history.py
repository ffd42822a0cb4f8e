"""すべての履歴, bringing a former text back, undo across activities and years, and the name that goes into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import answering, block, choose, compose, enter, stored
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.rolling import confirm_drafts, roll_over
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.beside.history_dialog import HistoryDialog
from welfare_desktop.ui.main_window import MainWindow

STATUS = "1-1-1/council/status@2018"
#: The title of 2-4-1, which 中央図書館 has nothing to do with.
HIDDEN = "地域の共助による避難支援体制づくりの推進"


def using(window: MainWindow, act: Callable[[HistoryDialog], object]) -> None:
    """Open the history of the field one is in and let ``act`` use it."""
    failures: list[BaseException] = []

    def when_open() -> None:
        box = QApplication.activeModalWidget()
        try:
            assert isinstance(box, HistoryDialog)
            act(box)
        except BaseException as error:  # noqa: BLE001 - raised again outside of Qt's event loop
            failures.append(error)
        if box is not None and box.isVisible():
            box.close()

    QTimer.singleShot(0, when_open)
    window.action("history").trigger()
    if failures:
        raise failures[0]


def shown_title(window: MainWindow) -> str:
    activity = window.bench.activity
    return activity.title if activity is not None else ""


def spoken(box: HistoryDialog, row: int, column: int) -> list[str]:
    return [words.spoken for words in box.table.cell(row, column)]


def test_who_when_in_what_way_and_which_words(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    session.enter(session.resolve(STATUS), "講座を開いた。\n数えた。", why="聞いた")
    enter(window, STATUS)

    def look(box: HistoryDialog) -> None:
        assert box.table.model().rowCount() == 2
        assert spoken(box, 0, 0)[0].startswith("今日") and spoken(box, 0, 0)[1] == "試験"
        assert spoken(box, 0, 1) == ["入力", "実施状況（平成30年度）の変更", "理由: 聞いた"]
        assert spoken(box, 0, 2) == ["1行目を変更", "削除 開いた。", "追加 講座を開いた。"]
        after = box.table.cell(0, 2)[2]
        assert [(item.change.value, item.text) for item in after.segments] == [
            ("added", "講座を"),
            ("same", "開いた。"),
        ]
        assert spoken(box, 1, 2) == ["2行を記入", "追加 開いた。", "追加 数えた。"]
        box.whole.click()
        assert "数えた。" in spoken(box, 0, 2)

    using(window, look)


def test_a_former_text_is_brought_back_in_one_step(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    session.enter(session.resolve(STATUS), "別の文")
    enter(window, STATUS)

    def restore(box: HistoryDialog) -> None:
        box.table.selectRow(0)
        box.restore_button.click()
        assert not box.isVisible()

    using(window, restore)
    assert block(window, STATUS).lines == ("開いた。", "数えた。")
    assert stored(window, STATUS) == ("開いた。", "数えた。")
    newest = session.history(session.resolve(STATUS), limit=1)[0]
    assert newest.kind == "restore" and "変更の前の文" in newest.why
    assert "done" in window.banners.topics()

    def restore_the_same(box: HistoryDialog) -> None:
        box.table.selectRow(1)
        box.restore_button.click()

    using(window, restore_the_same)
    assert block(window, STATUS).lines == ("開いた。", "数えた。")  # it said so already
    window.action("undo").trigger()
    assert block(window, STATUS).lines == ("別の文",)


def test_typing_is_saved_before_the_history_is_shown(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    qtbot.keyClicks(enter(window, STATUS), "x")
    using(window, lambda box: spoken(box, 0, 2).index("追加 x開いた。"))


def test_the_panel_leads_to_the_whole_history(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    enter(window, STATUS)

    def buttons() -> list[QPushButton]:
        found = window.bench.context.findChildren(QPushButton)
        return [item for item in found if item.isVisible() and item.text() == "すべての履歴…"]

    qtbot.waitUntil(lambda: bool(buttons()))
    with answering(-1) as asked:
        buttons()[0].click()
    assert asked == ["実施状況（平成30年度）の履歴"]


def test_a_closed_year_shows_its_history_and_says_why_nothing_comes_back(
    windows: Windows, make_file: Callable[..., Path]
) -> None:
    window = windows.open(make_file())
    close_year(window.desk.session, 2018)
    enter(window, STATUS)

    def look(box: HistoryDialog) -> None:
        assert not hasattr(box, "restore_button")
        assert "確定" in box.error.text() and box.error.isVisible()

    using(window, look)


def test_a_refused_restore_is_said_in_the_dialog(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    session.enter(session.resolve(STATUS), "別の文")
    enter(window, STATUS)

    def restore(box: HistoryDialog) -> None:
        close_year(session, 2018)  # somebody else did, meanwhile
        box.restore_button.click()
        assert box.isVisible() and "確定" in box.error.text()

    using(window, restore)
    assert stored(window, STATUS) == ("別の文",)


def test_a_rollover_and_a_confirmation_are_told_apart(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    roll_over(session, 2019, DraftStyle.TURNED)
    confirm_drafts(session, [session.resolve("1-1-1/council/status@2019")])
    window.bench.show_year(2019)
    enter(window, "1-1-1/council/status@2019")

    def look(box: HistoryDialog) -> None:
        assert spoken(box, 0, 1)[0] == "下書きの確定"
        assert spoken(box, 0, 2) == ["下書きを確定した（文は同じ）"]
        assert spoken(box, 1, 1)[0] == "年度更新"
        box.table.selectRow(0)
        box.restore_button.click()

    using(window, look)
    assert block(window, "1-1-1/council/status@2019").mark.text().startswith("下書き")


def test_the_history_of_the_real_report_names_the_import(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    choose(window, "1-1-3")
    enter(window, "1-1-3/city.2/status@2018")

    def look(box: HistoryDialog) -> None:
        assert spoken(box, 0, 1)[0] == "報告書の読込み"
        assert "status_report" in spoken(box, 0, 1)[1]

    using(window, look)


# --- undo ---------------------------------------------------------------------------------------------------------


def test_undo_goes_where_the_step_was(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    qtbot.keyClicks(enter(window, STATUS), "x")
    choose(window, "1-1-2")
    qtbot.keyClicks(enter(window, "1-1-2/council/status@2018"), "y")
    window.bench.show_year(2020)
    choose(window, "1-1-1")
    qtbot.keyClicks(enter(window, "1-1-1/council/status@2020"), "z")
    window.action("save").trigger()
    window.desk.tree.setFocus()
    window.action("undo").trigger()
    assert (window.desk.year, stored(window, "1-1-1/council/status@2020")) == (2020, ())
    window.action("undo").trigger()
    assert (window.desk.year, stored(window, "1-1-2/council/status@2018")) == (2018, ())
    assert shown_title(window) == "団体間の交流促進"
    assert window.bench.form.focused_key == window.desk.session.resolve("1-1-2/council/status@2018")
    window.action("undo").trigger()
    assert stored(window, STATUS) == ("開いた。", "数えた。")
    assert shown_title(window) == "担い手の確保と育成の支援"
    for _ in range(3):
        window.action("redo").trigger()
    assert (window.desk.year, stored(window, "1-1-1/council/status@2020")) == (2020, ("z",))


def test_undo_shows_a_step_the_department_filter_hides(windows: Windows, report_file: Path, qtbot: QtBot) -> None:
    window = windows.open(report_file)
    choose(window, "2-4-1")
    qtbot.keyClicks(enter(window, "2-4-1/council/status@2018"), "x")
    window.action("save").trigger()
    window.bench.show_department("中央図書館")
    shown = {window.desk.model.row_of(window.desk.model.index_of(item)) for item in window.desk.model.activity_ids()}
    assert len(shown) < 30
    window.desk.choose_first()
    assert shown_title(window) != HIDDEN
    window.action("undo").trigger()
    assert shown_title(window) == HIDDEN
    assert window.bench.form.focused_key == window.desk.session.resolve("2-4-1/council/status@2018")


def test_undo_after_a_rollover_takes_back_what_came_before_too(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    qtbot.keyClicks(enter(window, STATUS), "x")
    window.action("save").trigger()
    roll_over(session, 2019, DraftStyle.TURNED, close_finished=True)
    window.bench.show_year(2019)
    editor = enter(window, "1-1-1/council/status@2019")
    qtbot.keyClick(editor, Qt.Key.Key_Home)
    qtbot.keyClicks(editor, "y")
    window.action("save").trigger()
    window.desk.tree.setFocus()
    for _ in range(3):
        window.action("undo").trigger()
    assert stored(window, STATUS) == ("開いた。", "数えた。")
    assert session.closed_years() == frozenset()
    for _ in range(3):
        window.action("redo").trigger()
    assert stored(window, "1-1-1/council/status@2019") == ("y開いた。",)
    assert session.closed_years() == {2018}


# --- the name -----------------------------------------------------------------------------------------------------


def test_a_name_that_says_nothing_is_asked_for_once_and_never_in_the_way(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    window.desk.session.who = "user01"
    editor = enter(window, STATUS)
    qtbot.keyClicks(editor, "x")
    assert "who" not in window.banners.topics()
    window.action("save").trigger()
    assert "who" in window.banners.topics()
    assert editor.hasFocus()
    compose(editor, "", "y")
    window.action("save").trigger()
    assert stored(window, STATUS)[0] == "xy開いた。"
    window.verbs.history.take_who("事務局 山田")
    assert windows.settings.who == "事務局 山田"
    compose(editor, "", "z")
    window.action("save").trigger()
    assert window.desk.session.history(limit=1)[0].who == "事務局 山田"


def test_a_known_name_is_not_asked_for(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    window.desk.session.who = "user01"
    windows.settings.who = "user01"  # somebody said that it may stay
    qtbot.keyClicks(enter(window, STATUS), "x")
    window.action("save").trigger()
    assert "who" not in window.banners.topics()


def test_the_name_is_changed_by_its_verb(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    with answering(-1) as asked:
        window.action("who").trigger()
    assert asked == ["入力者の名前"]
