"""Narrowing the tree: what is listed, what is said about it, and how it is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui import driving
from tests.ui.conftest import Windows
from welfare_desktop.domain.findings import asks_for_a_look
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.checking import check_year
from welfare_desktop.operations.filtering import Filter
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.rolling import roll_over
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.structure.tree_filter import TreeFilter


@pytest.fixture
def window(windows: Windows, report_file: Path) -> MainWindow:
    return windows.open(report_file)


@pytest.fixture
def second_year(windows: Windows, report_file: Path) -> MainWindow:
    session = open_file(report_file, who="試験")
    roll_over(session, 2019, DraftStyle.TURNED)
    session.close()
    window = windows.open(report_file)
    window.bench.show_year(2019)
    return window


def tree_filter(window: MainWindow) -> TreeFilter:
    return window.verbs.filter


def listed(window: MainWindow) -> set[str]:
    return set(window.desk.model.activity_ids())


def test_blank_lists_what_is_blank_and_says_so(qtbot: QtBot, second_year: MainWindow) -> None:
    everything = listed(second_year)
    narrowing = tree_filter(second_year)
    narrowing.narrow(Filter.BLANK)
    wanted = {name for name, fill in second_year.desk.fills.items() if fill.blank}
    assert listed(second_year) == wanted
    assert narrowing.strip.isVisible()
    assert narrowing.words.text() == f"未記入 {len(wanted)} 件だけ表示中"
    qtbot.keyClick(second_year, Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert listed(second_year) == everything
    assert not narrowing.strip.isVisible()


def test_drafts_stay_listed_while_one_works_on_them(second_year: MainWindow) -> None:
    narrowing = tree_filter(second_year)
    narrowing.narrow(Filter.DRAFT)
    before = listed(second_year)
    assert before == {name for name, fill in second_year.desk.fills.items() if fill.draft}
    second_year.bench.next_draft()
    second_year.bench.confirm()
    assert listed(second_year) == before


def test_findings_and_new_and_unchanged(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.bench.watcher.known, timeout=20_000)
    narrowing = tree_filter(window)
    session = window.desk.session
    narrowing.narrow(Filter.FINDING)
    found = [item for item in check_year(session, 2018).findings if asks_for_a_look(item)]
    numbers = {(item.address.basic_goal, item.address.activity_goal, item.address.activity) for item in found}
    assert len(listed(window)) == len(numbers)
    narrowing.narrow(Filter.NEW)
    new = {
        activity.id
        for _, _, activity in session.plan((2018, 2019)).walk()
        if any("【新規】" in line for part in activity.parts for line in part.initiatives)
    }
    assert new
    assert new <= listed(window)
    narrowing.narrow(Filter.SAME)
    assert listed(window) == set()
    assert narrowing.words.text() == "前年度と同じの活動はありません"
    same = session.value(session.resolve("2-4-1/city/status@2018"))
    session.edit(session.resolve("2-4-1/city/status@2019"), same)
    window.bench.show_year(2019)
    assert listed(window) == {session.resolve("2-4-1/title").owner_id}


def test_another_department_is_narrowed_as_well(second_year: MainWindow) -> None:
    narrowing = tree_filter(second_year)
    narrowing.narrow(Filter.DRAFT)
    second_year.bench.show_department("地域福祉課")
    wanted = {name for name, fill in second_year.desk.fills.items() if fill.draft}
    assert listed(second_year) == wanted
    assert narrowing.strip.isVisible()


def test_the_activity_one_was_in_stays_or_the_first_is_shown(window: MainWindow) -> None:
    driving.choose(window, "2-4-1")
    tree_filter(window).narrow(Filter.NEW)
    assert window.bench.activity_id in listed(window)


def test_what_a_jump_goes_to_is_shown_again(window: MainWindow) -> None:
    narrowing = tree_filter(window)
    narrowing.narrow(Filter.CONFLICT)
    assert listed(window) == set()
    window.verbs.work.jump(window.desk.session.resolve("2-4-1/city/status@2018"), 0)
    assert window.bench.activity_id == window.desk.session.resolve("2-4-1/title").owner_id
    assert narrowing.chosen is Filter.ALL
    assert not narrowing.strip.isVisible()


def test_the_menu_counts_what_it_offers(qtbot: QtBot, window: MainWindow) -> None:
    narrowing = tree_filter(window)
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
    assert narrowing.menu.isVisible()
    texts = [action.text() for action in narrowing.menu.actions()]
    blank = sum(1 for fill in window.desk.fills.values() if fill.blank)
    assert f"未記入　{blank} 件" in texts
    narrowing.menu.close()
