"""年度更新 in the window: the preview, opening and closing, taking it back; closing, and confirming drafts together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import answering, choose, enter, stored
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.domain.years import YearState
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.rolling import drafts_in, roll_over
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.output.list_preview import ListPreview
from welfare_desktop.ui.years.rollover_dialog import RolloverDialog


class Dialog:
    """The dialog of the verb, handed to a function once its preview is there; closed afterwards."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self._window = window
        self._qtbot = qtbot

    def use(self, act: Callable[[RolloverDialog], object]) -> None:
        """Open the dialog by its verb and let ``act`` use it."""
        failures: list[BaseException] = []

        def when_open() -> None:
            box = QApplication.activeModalWidget()
            if not isinstance(box, RolloverDialog) or box.jobs.busy:
                QTimer.singleShot(10, when_open)
                return
            try:
                act(box)
                self._qtbot.waitUntil(lambda: not box.jobs.busy, timeout=30_000)
            except BaseException as error:  # noqa: BLE001 - raised again outside of Qt's event loop
                failures.append(error)
            if box.isVisible():
                box.reject()

        QTimer.singleShot(0, when_open)
        self._window.action("rollover").trigger()
        if failures:
            raise failures[0]


def count_words(box: RolloverDialog) -> list[str]:
    return [button.text() for button in box.filters.buttons() if not button.isHidden()]


def test_the_preview_shows_every_line_of_the_real_report(windows: Windows, report_file: Path, qtbot: QtBot) -> None:
    window = windows.open(report_file)
    session = window.desk.session
    before = session.latest_revision()

    def look(box: RolloverDialog) -> None:
        opening = box.opening
        assert opening is not None
        rows = opening.rows
        assert box.year == 2019
        assert box.title.text() == "年度更新　平成30年度 →"
        assert box.table.model().rowCount() == len(rows)
        assert count_words(box)[0] == f"すべて {len(rows)} 行"
        assert [label.text() for label in box.carried] == [
            "取組み・役割・主な活動指標　30 活動",
            "担当課と記入欄の分け方　63 欄",
            "実績と令和2年度の予定は空欄から",
        ]
        review = next(button for button in box.filters.buttons() if button.text().startswith("要確認"))
        review.click()
        assert box.table.model().rowCount() == sum(bool(row.reasons) for row in rows)
        assert box.table.cell(0, 2)[1].text == next(row.reasons[0] for row in rows if row.reasons)
        box.styles.button(2).click()
        assert box.table.model().rowCount() == 0
        assert "空欄から始めます" in box.about.text()
        assert box.width() <= 1120 and box.height() <= 704

    Dialog(window, qtbot).use(look)
    assert session.latest_revision() == before


def test_the_changed_letters_are_marked_on_both_sides(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())

    def look(box: RolloverDialog) -> None:
        planned, drafted = box.table.cell(0, 1)[0], box.table.cell(0, 2)[0]
        assert (planned.text, drafted.text) == ("開く。", "開いた。")
        assert [segment.change.value for segment in planned.segments] == ["same", "removed", "same"]
        assert [segment.change.value for segment in drafted.segments] == ["same", "added", "same"]
        index = box.table.model().index(0, 3)
        assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "直した"
        assert any(button.text() == "予定なし 3" for button in box.filters.buttons())

    Dialog(window, qtbot).use(look)


def test_the_year_is_opened_shown_told_and_taken_back(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    before = dump_text(session.plan())
    Dialog(window, qtbot).use(lambda box: box.done_button.click())
    assert window.desk.year == 2019
    assert session.closed_years() == {2018}
    assert stored(window, "1-1-1/council/status@2019") == ("開いた。",)
    assert window._year_box.itemText(0).endswith("確定")
    assert window._year_box.itemText(1).endswith("記入中")
    assert "year" in window.banners.topics()
    assert list((session.path.parent / "控え").glob("*.welfare"))
    window.action("undo").trigger()
    assert dump_text(session.plan()) == before
    assert session.closed_years() == frozenset()
    assert window.desk.year == 2018
    window.action("redo").trigger()
    assert (window.desk.year, session.closed_years()) == (2019, frozenset({2018}))


def banner_buttons(window: MainWindow) -> dict[str, QPushButton]:
    return {item.text(): item for item in window.banners.findChildren(QPushButton) if item.isVisible()}


def test_the_banner_takes_back_the_opening_and_nothing_later(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    Dialog(window, qtbot).use(lambda box: box.done_button.click())
    banner_buttons(window)["元に戻す"].click()
    assert session.year_states()[2019] is YearState.NOT_OPENED
    Dialog(window, qtbot).use(lambda box: box.done_button.click())
    session.enter(session.resolve("1-1-2/council/status@2019"), "あとから書いた。")
    assert "元に戻す" not in banner_buttons(window)
    assert "閉じる" in banner_buttons(window)


def test_the_banner_goes_when_the_opening_is_taken_back_by_the_keys(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    """It went on saying that the year was opened, also when something else had been done and taken back before."""
    window = windows.open(make_file())
    session = window.desk.session
    Dialog(window, qtbot).use(lambda box: box.done_button.click())
    session.enter(session.resolve("1-1-2/council/status@2019"), "あとから書いた。")
    window.action("undo").trigger()
    assert "year" in window.banners.topics()
    window.action("undo").trigger()
    assert session.year_states()[2019] is YearState.NOT_OPENED
    assert "year" not in window.banners.topics()


def test_choosing_years_by_keyboard_stays_at_the_years(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    """The box rests while the preview is made; the focus went on to the filters and stayed there."""
    window = windows.open(make_file())

    def look(box: RolloverDialog) -> None:
        qtbot.waitUntil(box.isActiveWindow)
        qtbot.waitUntil(box.years.hasFocus)
        qtbot.keyClick(box.years, Qt.Key.Key_Down)
        qtbot.waitUntil(lambda: box.year == 2020 and not box.jobs.busy)
        qtbot.waitUntil(box.years.hasFocus)

    Dialog(window, qtbot).use(look)


def test_without_the_tick_the_year_before_stays_open(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())

    def act(box: RolloverDialog) -> None:
        box.close_box.click()
        box.styles.button(1).click()
        box.done_button.click()

    Dialog(window, qtbot).use(act)
    assert window.desk.session.closed_years() == frozenset()
    assert stored(window, "1-1-1/council/status@2019") == ("開く。",)


def test_what_is_left_in_the_year_before_is_told_beside_the_lock(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())

    def look(box: RolloverDialog) -> None:
        assert "未記入 6 欄、下書き 1 欄" in box.lock_note.text()
        assert box.close_box.isChecked()
        box.years.setCurrentIndex(box.years.findData(2021))
        box.years.activated.emit(box.years.currentIndex())
        qtbot.waitUntil(lambda: box.opening is not None)
        assert not box.close_box.isChecked()  # nobody has written anything for that year

    Dialog(window, qtbot).use(look)


def test_typing_is_saved_before_the_preview(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    choose(window, "1-1-2")
    qtbot.keyClicks(enter(window, "1-1-2/council/planned@2019"), "abc")

    def look(box: RolloverDialog) -> None:
        assert box.opening is not None
        assert "abc" in [row.planned for row in box.opening.rows]

    Dialog(window, qtbot).use(look)


def test_a_year_opened_before_is_only_shown(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    roll_over(session, 2019, DraftStyle.TURNED, close_finished=True)
    held = session.latest_revision()

    def act(box: RolloverDialog) -> None:
        box.years.setCurrentIndex(box.years.findData(2019))
        box.years.activated.emit(box.years.currentIndex())
        qtbot.waitUntil(lambda: not box.jobs.busy and box.opening is not None)
        assert "何も変わりません" in box.about.text()
        assert box.done_button.text() == "令和元年度を見る"
        box.done_button.click()

    Dialog(window, qtbot).use(act)
    assert session.latest_revision() == held
    assert window.desk.year == 2019


def test_a_closed_year_is_refused_with_a_sentence_in_the_dialog(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    close_year(window.desk.session, 2020)

    def act(box: RolloverDialog) -> None:
        box.years.setCurrentIndex(box.years.findData(2020))
        box.years.activated.emit(box.years.currentIndex())
        assert "確定" in box.error.text() and box.error.isVisible()
        assert not box.done_button.isEnabled()
        box.years.setCurrentIndex(box.years.findData(2021))
        box.years.activated.emit(box.years.currentIndex())
        qtbot.waitUntil(lambda: box.done_button.isEnabled())
        assert box.error.isHidden()

    Dialog(window, qtbot).use(act)


def test_after_the_last_year_it_is_said_what_to_do(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    for year in range(2019, 2023):
        roll_over(window.desk.session, year, DraftStyle.BLANK)
    with answering(0) as asked:
        window.action("rollover").trigger()
    assert asked == ["次に開く年度はありません"]


def test_the_preview_is_saved_as_a_pdf(
    windows: Windows,
    make_file: Callable[..., Path],
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = windows.open(make_file())
    target = tmp_path / "下見.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kinds: (str(target), ""))

    def save() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, ListPreview):
            QTimer.singleShot(10, save)
            return
        box.save_pdf()
        qtbot.waitUntil(lambda: not box.jobs.busy)
        box.reject()

    def act(box: RolloverDialog) -> None:
        QTimer.singleShot(0, save)
        box.print_button.click()

    Dialog(window, qtbot).use(act)
    assert target.read_bytes().startswith(b"%PDF")


def test_in_a_narrow_window_the_verb_stands_below_a_button_with_a_name(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file(), 911, 512)
    rest = window._bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert rest is not None
    qtbot.waitUntil(rest.isVisible)
    assert rest.accessibleName() == "ほかの操作"
    assert window._year_box.currentText() == "平成30年度 ／ 令和元年度　記入中"


# --- closing and confirming ---------------------------------------------------------------------------------------


def test_closing_tells_what_is_left_and_is_undone(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    with answering(0) as asked:  # going back is the default while something is left
        window.action("close_year").trigger()
    assert asked == ["平成30年度を確定しますか"]
    assert session.closed_years() == frozenset()
    with answering(1):
        window.action("close_year").trigger()
    assert session.year_states()[2018] is YearState.CLOSED
    assert not window.action("close_year").isEnabled()
    assert not window.action("confirm_slot").isEnabled()
    assert "lock" in window.banners.topics()
    window.action("undo").trigger()
    assert session.closed_years() == frozenset()
    assert window.action("close_year").isEnabled()


def drafts(session: Session, year: int = 2019) -> int:
    return len(drafts_in(session, year))


def test_drafts_of_slot_activity_and_year_are_confirmed(windows: Windows, report_file: Path, qtbot: QtBot) -> None:
    window = windows.open(report_file)
    session = window.desk.session
    roll_over(session, 2019, DraftStyle.TURNED)
    window.bench.show_year(2019)
    choose(window, "1-1-3")
    assert drafts(session) == 63
    enter(window, "1-1-3/city.2/status@2019")
    window.action("confirm_slot").trigger()
    assert drafts(session) == 62
    with answering(1) as asked:
        window.action("confirm_activity").trigger()
    assert asked == ["下書き 3 欄をまとめて確定しますか"]
    assert drafts(session) == 62
    with answering(0):
        window.action("confirm_activity").trigger()
    assert drafts(session) == 59
    with answering(0):
        window.action("confirm_year").trigger()
    assert drafts(session) == 0
    window.action("confirm_year").trigger()
    for left in (59, 62, 63):
        window.action("undo").trigger()
        assert drafts(session) == left


def test_the_verbs_rest_while_the_file_is_open_for_viewing(windows: Windows, make_file: Callable[..., Path]) -> None:
    path = make_file()
    first = windows.open(path)
    second = windows.open(path)
    assert second.desk.session.read_only
    for name in ("rollover", "close_year", "confirm_slot", "confirm_activity", "confirm_year", "unlock"):
        assert not second.action(name).isEnabled(), name
    assert first.action("rollover").isEnabled()
