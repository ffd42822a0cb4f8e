"""Search over all years in the real window, by keyboard: hits, filters, jumping, replacing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from tests.ui import driving
from tests.ui.conftest import Windows
from tests.ui.test_work_list import activate, in_dialog, listed, press
from welfare_desktop.operations.checking import check_year
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.form.line_editor import LineText
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.output.list_preview import ListPreview
from welfare_desktop.ui.worklist.replace_dialog import ReplaceDialog
from welfare_desktop.ui.worklist.search_pane import SearchPane

_LATER = "2-4-1/city/status@2021"


@pytest.fixture
def window(windows: Windows, report_file: Path) -> MainWindow:
    return windows.open(report_file)


def search(qtbot: QtBot, window: MainWindow, words: str) -> SearchPane:
    """Type words into the search box, as a person does."""
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is window.search_box
    window.search_box.setText(words)
    qtbot.keyClick(window.search_box, Qt.Key.Key_Return)
    return window.verbs.work.hits


def test_every_line_is_found_whatever_the_width_or_kana(qtbot: QtBot, window: MainWindow) -> None:
    hits = search(qtbot, window, "ｻﾛﾝ")
    assert listed(window.verbs.work)
    assert len(hits.hits) > 5
    assert hits.complete
    assert "これがすべて" in hits.truth.text()
    assert {hit.line for hit in search(qtbot, window, "さろん").hits} == {hit.line for hit in hits.hits}
    for hit, row in zip(hits.hits, hits.table.rows, strict=True):
        spans = row.cells[2][0].spans
        assert spans
        assert all("サロン" in hit.line[start:end] for start, end in spans)


def test_all_words_or_any(qtbot: QtBot, window: MainWindow) -> None:
    hits = search(qtbot, window, "サロン 交流会")
    every = len(hits.hits)
    hits.mode_box.setCurrentIndex(1)
    hits.mode_box.activated.emit(1)
    assert len(hits.hits) > every


def test_enter_goes_to_another_year_and_esc_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    window.desk.session.enter(window.desk.session.resolve(_LATER), ["前の行です。", "花咲かせ隊が歩きました。"])
    hits = search(qtbot, window, "花咲かせ隊")
    assert [hit.number for hit in hits.hits] == [2]
    assert QApplication.focusWidget() is hits.table
    press(qtbot, Qt.Key.Key_Return)
    assert not listed(window.verbs.work)
    assert window.desk.year == 2021
    assert window.bench.form.focused_key == window.desk.session.resolve(_LATER)
    assert window.bench.form.current_line() == 1
    assert isinstance(QApplication.focusWidget(), LineText)
    press(qtbot, Qt.Key.Key_Escape)
    assert listed(window.verbs.work)
    assert hits.table.current == 0
    assert QApplication.focusWidget() is hits.table


def test_a_department_that_hides_the_activity_gives_way(qtbot: QtBot, window: MainWindow) -> None:
    hits = search(qtbot, window, "サロン")
    activity = hits.hits[0].activity_id
    window.bench.show_department("道路河川管理課")
    assert not window.desk.model.index_of(activity).isValid()
    window.verbs.work.jump(
        hits.hits[0].key if hits.hits else window.desk.session.resolve("2-2-1/council/status@2018"), 0
    )
    assert window.desk.department is None
    assert not listed(window.verbs.work)
    assert window.bench.activity_id


def test_titles_are_found_and_gone_to(qtbot: QtBot, window: MainWindow) -> None:
    goal = window.desk.session.plan(()).basic_goals[1]
    window.desk.session.enter(window.desk.session.resolve("2/title"), "まちの輪づくり試験題名")
    hits = search(qtbot, window, "輪づくり試験題名")
    assert len(hits.hits) == 1
    press(qtbot, Qt.Key.Key_Return)
    assert not listed(window.verbs.work)
    assert window.desk.model.row_of(window.desk.tree.currentIndex())[0] == goal.id  # type: ignore[index]


def test_nothing_found_says_what_to_do_next(qtbot: QtBot, window: MainWindow) -> None:
    hits = search(qtbot, window, "ありえないことば")
    assert hits.hits == ()
    assert "見つかりません" in hits.empty.text()
    assert "Ctrl+F" in hits.empty.text()
    assert not hits.replace_button.isEnabled()
    hits = search(qtbot, window, "サロン")
    hits.year_box.setCurrentIndex(hits.year_box.findData(2022))
    hits.year_box.activated.emit(0)
    assert hits.hits == ()
    assert "絞って" in hits.empty.text()


def test_filters_narrow_by_field_and_state(qtbot: QtBot, window: MainWindow) -> None:
    hits = search(qtbot, window, "を")
    everything = len(hits.hits)
    hits.field_box.setCurrentIndex(1)
    hits.field_box.activated.emit(1)
    assert 0 < len(hits.hits) < everything
    assert {hit.key.name for hit in hits.hits} == {"status"}
    hits.field_box.setCurrentIndex(0)
    qtbot.waitUntil(lambda: window.bench.watcher.known, timeout=20_000)
    hits.toggles[2].click()
    found = check_year(window.desk.session, 2018).findings
    flagged = {(item.owner_id, item.address.field) for item in found if item.severity != "info"}
    assert 0 < len(hits.hits) < everything
    assert all((hit.key.owner_id, hit.key.name) in flagged for hit in hits.hits)
    hits.toggles[2].click()
    hits.toggles[5].click()
    assert all("【新規】" in hit.line for hit in hits.hits)
    hits.toggles[5].click()
    session = window.desk.session
    same = session.value(session.resolve("2-4-1/city/status@2018"))
    session.edit(session.resolve("2-4-1/city/status@2019"), same)
    hits.toggles[4].click()
    assert {hit.address for hit in hits.hits} == {"2-4-1/city/status@2019"}


def test_hits_follow_an_edit(qtbot: QtBot, window: MainWindow) -> None:
    session = window.desk.session
    session.enter(session.resolve(_LATER), "花咲かせ隊です。")
    hits = search(qtbot, window, "花咲かせ隊")
    assert len(hits.hits) == 1
    session.undo()
    qtbot.waitUntil(lambda: hits.hits == ())


def test_more_than_a_screenful_is_not_hidden(qtbot: QtBot, window: MainWindow) -> None:
    hits = search(qtbot, window, "の")
    assert not hits.complete
    assert hits.more.isVisible()
    assert "続きがあります" in hits.truth.text()
    before = len(hits.hits)
    hits.more.click()
    assert len(hits.hits) > before


def test_esc_in_the_box_goes_back_to_where_one_was(qtbot: QtBot, window: MainWindow) -> None:
    driving.choose(window, "2-4-1")
    driving.enter(window, "2-4-1/city/status@2018")
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window.search_box, Qt.Key.Key_Escape)
    assert window.bench.form.focused_key == window.desk.session.resolve("2-4-1/city/status@2018")
    assert isinstance(QApplication.focusWidget(), LineText)


# --- replacing ----------------------------------------------------------------------------------------------------


def test_words_are_replaced_after_a_look_and_taken_back(qtbot: QtBot, window: MainWindow) -> None:
    hits = search(qtbot, window, "サロン")
    address = hits.hits[0].address
    before = driving.stored(window, address)
    seen: list[int] = []

    def answer(box: QDialog) -> None:
        assert isinstance(box, ReplaceDialog)
        assert box.words.text() == "サロン"
        box.new_words.setText("つどい")
        box.look()
        seen.append(len(box.planned))
        box.table.setFocus()
        box.table.choose(1)
        qtbot.keyClick(box.table, Qt.Key.Key_Space)
        seen.append(len(box.checked_rows()))
        assert box.done_button.isEnabled()
        box.done_button.click()

    in_dialog(answer)
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert seen == [len(hits_before(seen)), seen[0] - 1]
    assert "つどい" in "".join(driving.stored(window, address))
    assert len(hits.hits) == 1
    activate(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert driving.stored(window, address) == before


def hits_before(seen: list[int]) -> range:
    """The lines the dialog showed first, to be compared with what was left checked."""
    return range(seen[0])


def test_a_closed_year_is_left_and_said(qtbot: QtBot, window: MainWindow) -> None:
    session = window.desk.session
    session.enter(session.resolve("2-4-1/city/status@2019"), "サロンを開きました。")
    close_year(session, 2018)
    search(qtbot, window, "サロン")
    said: list[str] = []

    def answer(box: QDialog) -> None:
        assert isinstance(box, ReplaceDialog)
        box.new_words.setText("つどい")
        box.look()
        said.append(box.about.text())
        refused = [number for number, item in enumerate(box.planned) if item.refused]
        assert refused
        assert all(box.table.rows[number].checked is False for number in refused)
        box.all_button.click()
        assert all(box.table.rows[number].checked is False for number in refused)
        box.done_button.click()

    in_dialog(answer)
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert "変えません" in said[0]
    assert driving.stored(window, "2-4-1/city/status@2019") == ("つどいを開きました。",)


def test_without_new_words_nothing_is_replaced_by_enter(qtbot: QtBot, window: MainWindow) -> None:
    search(qtbot, window, "サロン")

    def answer(box: QDialog) -> None:
        assert isinstance(box, ReplaceDialog)
        box.words.setText("")
        box.look()
        assert box.error.text()
        assert not box.done_button.isEnabled()
        box.reject()

    in_dialog(answer)
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert not window.desk.session.undo_label


def test_a_file_for_viewing_only_can_be_searched_but_not_changed(
    qtbot: QtBot, windows: Windows, report_file: Path
) -> None:
    windows.open(report_file)
    window = windows.open(report_file)
    hits = search(qtbot, window, "サロン")
    assert hits.hits
    assert not hits.replace_button.isEnabled()


def test_the_list_goes_to_paper(qtbot: QtBot, window: MainWindow) -> None:
    hits = search(qtbot, window, "サロン")
    pages: list[int] = []

    def answer(box: QDialog) -> None:
        assert isinstance(box, ListPreview)
        pages.append(box.view.count)
        box.reject()

    in_dialog(answer)
    hits.print_button.click()
    assert pages and pages[0] >= 1
