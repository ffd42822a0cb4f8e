"""The work list in the real window, by keyboard: findings, blanks and drafts, jumping and coming back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui import driving
from tests.ui.conftest import Windows
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.checking import check_year, stopped_rules
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.rolling import roll_over
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.form.line_editor import LineText
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts.asking import LineDialog
from welfare_desktop.ui.worklist.fix_dialog import FixDialog
from welfare_desktop.ui.worklist.flows import WorkFlows

_STATUS = "2-4-1/city/status@2018"


@pytest.fixture
def window(windows: Windows, report_file: Path) -> MainWindow:
    return windows.open(report_file)


def work(window: MainWindow) -> WorkFlows:
    return window.verbs.work


def listed(flows: WorkFlows) -> bool:
    """Whether a list stands in the place of the form, asked anew."""
    return flows.listing


def ready(qtbot: QtBot, window: MainWindow) -> WorkFlows:
    """Show the findings and wait until everything is looked through."""
    flows = work(window)
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert listed(flows)
    qtbot.waitUntil(lambda: window.bench.watcher.known and not window.verbs.jobs.busy, timeout=20_000)
    activate(qtbot, window)  # the box of a job that took long was the active window
    flows.findings.refresh()
    flows.findings.focus_list()
    return flows


def activate(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifier)


def in_dialog(act: Callable[[QDialog], object]) -> None:
    """Do something in the dialog that comes up next."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QDialog) and box.isVisible():
            act(box)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def go_to_finding(flows: WorkFlows, wanted: Callable[[object], bool]) -> int:
    place = next(number for number, item in enumerate(flows.findings.shown) if wanted(item))
    flows.findings.table.choose(place)
    return place


# --- findings -----------------------------------------------------------------------------------------------------


def test_findings_are_listed_with_the_count_of_the_status_bar(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    listed = [item for item in check_year(window.desk.session, 2018).findings if item.rule != "blank"]
    assert {item.fingerprint for item in flows.findings.shown} == {item.fingerprint for item in listed}
    count = flows.findings.count
    assert flows.page.tabs.tabText(0) == f"校正  {count}"
    buttons = [child.text().strip() for child in window.status.findChildren(QWidget) if hasattr(child, "text")]
    assert f"要確認 {count}" in buttons
    assert QApplication.focusWidget() is flows.findings.table


def test_enter_goes_to_the_line_and_esc_comes_back_to_the_row(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    place = go_to_finding(flows, lambda item: item.rule == "status_in_present")  # type: ignore[attr-defined]
    finding = flows.findings.shown[place]
    press(qtbot, Qt.Key.Key_Return)
    assert not listed(flows)
    focus = QApplication.focusWidget()
    assert isinstance(focus, LineText)
    assert window.bench.form.focused_key == window.desk.session.resolve(str(finding.address))
    assert window.bench.form.current_line() == (finding.line or 0) - 1
    press(qtbot, Qt.Key.Key_Escape)
    assert listed(flows)
    assert flows.findings.table.current == place
    assert QApplication.focusWidget() is flows.findings.table
    press(qtbot, Qt.Key.Key_Escape)
    assert not listed(flows)
    assert not window.action("back_to_list").isEnabled()


def test_leaving_the_list_goes_back_to_the_field_one_came_from(qtbot: QtBot, window: MainWindow) -> None:
    driving.choose(window, "2-4-1")
    driving.enter(window, _STATUS)
    flows = ready(qtbot, window)
    press(qtbot, Qt.Key.Key_Escape)
    assert not listed(flows)
    assert window.bench.form.focused_key == window.desk.session.resolve(_STATUS)
    assert isinstance(QApplication.focusWidget(), LineText)


def test_what_is_typed_is_saved_before_the_list_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    driving.choose(window, "2-4-1")
    editor = driving.enter(window, _STATUS)
    qtbot.keyClicks(editor, "x")
    ready(qtbot, window)
    assert any(line.startswith("x") or line.endswith("x") for line in driving.stored(window, _STATUS))


def test_f4_does_what_is_proposed_and_undo_takes_it_back(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    place = go_to_finding(flows, lambda item: item.rule == "planned_in_past")  # type: ignore[attr-defined]
    finding = flows.findings.shown[place]
    address = str(finding.address)
    before = driving.stored(window, address)
    press(qtbot, Qt.Key.Key_F4)
    assert driving.stored(window, address)[(finding.line or 0) - 1] == finding.suggestion
    qtbot.waitUntil(lambda: finding.fingerprint not in {item.fingerprint for item in flows.findings.shown})
    assert flows.findings.table.current == place
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert driving.stored(window, address) == before
    qtbot.waitUntil(lambda: finding.fingerprint in {item.fingerprint for item in flows.findings.shown})


def test_del_puts_a_finding_aside_with_a_reason_and_takes_it_back(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    place = go_to_finding(flows, lambda item: item.rule == "unmatched_bracket")  # type: ignore[attr-defined]
    finding = flows.findings.shown[place]

    def answer(box: QDialog) -> None:
        assert isinstance(box, LineDialog)
        box.line.setText("引用なのでこのまま")
        qtbot.keyClick(box.line, Qt.Key.Key_Return)

    in_dialog(answer)
    press(qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: finding not in flows.findings.shown)
    rules = flows.findings.rules
    rules.choose(len(rules.rows) - 1)
    assert flows.findings.shown == (finding,)
    assert "引用なのでこのまま" in flows.findings.table.rows[0].spoken(2)
    activate(qtbot, window)
    flows.findings.table.setFocus()
    press(qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: flows.findings.shown == ())
    assert "無視した指摘はありません" in flows.findings.empty.text()
    rules.choose(0)
    assert finding in flows.findings.shown


def test_a_rule_is_stopped_with_space_and_stays_so(qtbot: QtBot, window: MainWindow, windows: Windows) -> None:
    flows = ready(qtbot, window)
    count = flows.findings.count or 0
    rules = flows.findings.rules
    rules.setFocus()
    place = next(number for number, row in enumerate(rules.rows) if row.cells[0][0].text == "予定の文が過去形")
    rules.choose(place)
    found = len(flows.findings.shown)
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: flows.findings.count == count - found)
    qtbot.waitUntil(lambda: "止" in rules.rows[place].spoken(1))
    assert stopped_rules(window.desk.session) == {"planned_in_past"}
    assert "選択なし" in rules.rows[place].spoken(0)
    assert "止めてあります" in flows.findings.empty.text()
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: flows.findings.count == count)


def test_what_is_sure_is_put_right_after_a_look(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    certain = flows.findings.certain()
    texts = {item.text for item in certain}
    seen: list[int] = []

    def answer(box: QDialog) -> None:
        assert isinstance(box, FixDialog)
        seen.append(len(box.checked_rows()))
        box.table.setFocus()
        qtbot.keyClick(box.table, Qt.Key.Key_Space)
        seen.append(len(box.checked_rows()))
        box.take()

    in_dialog(answer)
    qtbot.keyClick(window, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert seen == [len(certain), len(certain) - 1]
    qtbot.waitUntil(lambda: window.bench.watcher.known, timeout=20_000)
    left = {item.text for item in check_year(window.desk.session, 2018).findings if item.certain}
    assert len(left & texts) < len(texts)
    assert window.desk.session.undo_label == "校正の案でまとめて直す（" + str(seen[1]) + "件）" or left


def test_an_edit_makes_the_list_follow(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    place = go_to_finding(flows, lambda item: item.rule == "half_width_colon")  # type: ignore[attr-defined]
    finding = flows.findings.shown[place]
    window.desk.session.enter(window.desk.session.resolve(str(finding.address)), "訓練を行いました。")
    qtbot.waitUntil(lambda: finding not in flows.findings.shown)


def test_a_closed_year_can_be_read_but_not_put_right(qtbot: QtBot, window: MainWindow) -> None:
    close_year(window.desk.session, 2018)
    flows = ready(qtbot, window)
    go_to_finding(flows, lambda item: item.rule == "planned_in_past")  # type: ignore[attr-defined]
    assert not flows.findings.detail.fix.isEnabled()
    assert not flows.findings.fix_button.isEnabled()
    assert not window.action("apply_proposal").isEnabled()
    assert flows.findings.detail.go.isEnabled()


def test_a_file_for_viewing_only_shows_its_findings(qtbot: QtBot, windows: Windows, report_file: Path) -> None:
    windows.open(report_file)
    window = windows.open(report_file)
    assert window.desk.session.read_only
    flows = ready(qtbot, window)
    go_to_finding(flows, lambda item: item.rule == "planned_in_past")  # type: ignore[attr-defined]
    assert flows.findings.shown
    assert not flows.findings.detail.fix.isEnabled()
    assert not flows.findings.detail.put_aside.isEnabled()
    press(qtbot, Qt.Key.Key_Delete)
    assert QApplication.activeModalWidget() is None


def test_another_department_lists_what_it_owes(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    everything = len(flows.findings.shown)
    window.bench.show_department("地域福祉課")
    qtbot.waitUntil(lambda: len(flows.findings.shown) < everything)
    assert all("地域福祉課" in row.spoken(1) for row in flows.findings.table.rows)


def test_screen_readers_are_told_rows_and_boxes(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    table = QAccessible.queryAccessibleInterface(flows.findings.table)
    assert table.text(QAccessible.Text.Name) == "指摘の一覧"
    assert table.role() == QAccessible.Role.Table
    model = flows.findings.table.model()
    said = [model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in range(4)]
    assert said[0] in ("要確認", "直せる", "誤り")
    assert all(said)
    rules = flows.findings.rules.model()
    assert "選択中" in rules.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert rules.index(2, 0).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked


# --- blanks and drafts --------------------------------------------------------------------------------------------


@pytest.fixture
def second_year(windows: Windows, report_file: Path) -> MainWindow:
    session = open_file(report_file, who="試験")
    roll_over(session, 2019, DraftStyle.TURNED)
    session.close()
    window = windows.open(report_file)
    window.bench.show_year(2019)
    return window


def test_blanks_and_drafts_say_who_owes_them(qtbot: QtBot, second_year: MainWindow) -> None:
    flows = work(second_year)
    qtbot.keyClick(second_year, Qt.Key.Key_F7, Qt.KeyboardModifier.ControlModifier)
    assert flows.page.pane is flows.gaps
    fill = second_year.desk.fill
    assert len(flows.gaps.shown) == fill.blank + fill.draft
    assert all(row.spoken(3) for row in flows.gaps.table.rows)
    flows.gaps.draft_toggle.click()
    assert len(flows.gaps.shown) == fill.draft


def test_a_draft_is_confirmed_from_the_list(qtbot: QtBot, second_year: MainWindow) -> None:
    flows = work(second_year)
    qtbot.keyClick(second_year, Qt.Key.Key_F7, Qt.KeyboardModifier.ControlModifier)
    flows.gaps.draft_toggle.click()
    flows.gaps.table.setFocus()
    before = len(flows.gaps.shown)
    key = flows.gaps.shown[0].key
    qtbot.keyClick(second_year, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(flows.gaps.shown) == before - 1)
    value = second_year.desk.session.value(key)
    assert not value.draft  # type: ignore[union-attr]
    second_year.bench.undo()
    qtbot.waitUntil(lambda: len(flows.gaps.shown) == before)


def test_all_drafts_shown_are_confirmed_as_one_step(qtbot: QtBot, second_year: MainWindow) -> None:
    flows = work(second_year)
    second_year.bench.show_department("地域福祉課")
    flows.show_gaps()
    drafts = second_year.desk.fill.draft
    assert drafts > 0
    with driving.answering(0) as asked:
        flows.gaps.confirm_all_button.click()
    assert len(asked) == (1 if drafts > 1 else 0)
    qtbot.waitUntil(lambda: second_year.desk.fill.draft == 0)
    second_year.bench.undo()
    qtbot.waitUntil(lambda: second_year.desk.fill.draft == drafts)


def test_a_blank_is_gone_to(qtbot: QtBot, second_year: MainWindow) -> None:
    flows = work(second_year)
    flows.show_gaps()
    flows.gaps.blank_toggle.click()
    flows.gaps.table.choose(3)
    flows.gaps.table.setFocus()
    key = flows.gaps.shown[3].key
    press(qtbot, Qt.Key.Key_Return)
    assert not listed(flows)
    assert second_year.bench.form.focused_key == key
    press(qtbot, Qt.Key.Key_Escape)
    assert flows.gaps.table.current == 3


def test_form_verbs_rest_while_a_list_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    for name in ("add_indicator", "copy_last_year", "next_activity"):
        assert not window.action(name).isEnabled()
    flows.leave()
    for name in ("add_indicator", "copy_last_year", "next_activity"):
        assert window.action(name).isEnabled()


def test_a_list_that_is_about_to_follow_an_edit_lets_go_of_the_file(qtbot: QtBot, window: MainWindow) -> None:
    flows = ready(qtbot, window)
    window.bench.watcher.tell()  # the list is brought in line at the next turn of the event loop
    window.let_go()
    with qtbot.captureExceptions() as caught:
        QApplication.processEvents()
    assert caught == []
    assert listed(flows)
