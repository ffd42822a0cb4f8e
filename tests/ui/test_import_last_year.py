"""昨年の報告を読み込む, from the empty panel of a plan's first year: the report of a year before the plan's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.builders import small_plan
from tests.ui.conftest import Windows
from tests.ui.driving import block, choose, enter
from welfare_desktop.domain.model import Activity, Actor, Plan, Slot
from welfare_desktop.domain.progress import Unwatched
from welfare_desktop.domain.years import YearState
from welfare_desktop.operations.exporting import official_task
from welfare_desktop.operations.opening import open_file
from welfare_desktop.ui.form.dialogs import ReadingDialog


def without_entries(plan: Plan) -> Plan:
    """Return the plan of the years after ``plan``'s first one, with nothing written yet."""

    def emptied(slot: Slot) -> Slot:
        return replace(slot, status={}, planned={}, results={})

    def cleared(activity: Activity) -> Activity:
        parts = {
            part.actor: replace(part, slots=tuple(emptied(slot) for slot in part.slots)) for part in activity.parts
        }
        return replace(activity, council=parts[Actor.COUNCIL], city=parts[Actor.CITY])

    basic = plan.basic_goals[0]
    goal = replace(basic.activity_goals[0], activities=tuple(map(cleared, basic.activity_goals[0].activities)))
    goals = (replace(basic, activity_goals=(goal,)),)
    return replace(plan, first_year=2019, last_year=2023, basic_goals=goals)


@pytest.fixture
def last_years_report(make_file: Callable[..., Path], tmp_path: Path) -> Path:
    session = open_file(make_file(name="last.welfare"), who="試験")
    target = tmp_path / "平成30年度.xlsx"
    official_task(session, 2018, target).run(Unwatched())
    session.close()
    return target


def test_the_report_of_the_year_before_the_plan_stands_beside(
    windows: Windows,
    make_file: Callable[..., Path],
    last_years_report: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = windows.open(make_file(without_entries(small_plan())))
    session = window.desk.session
    assert window.desk.year == 2019
    enter(window, "1-1-1/council/status@2019")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(last_years_report), ""))
    failures: list[str] = []

    def accept() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, ReadingDialog):
            box.accept()
        elif box is not None:
            failures.append(box.windowTitle())
            box.close()
        else:
            QTimer.singleShot(20, accept)

    def buttons() -> list[QPushButton]:
        found = window.bench.context.findChildren(QPushButton)
        return [item for item in found if item.isVisible() and item.text().startswith("昨年の報告")]

    qtbot.waitUntil(lambda: bool(buttons()))
    QTimer.singleShot(20, accept)
    buttons()[0].click()
    qtbot.waitUntil(lambda: "done" in window.banners.topics() or bool(failures), timeout=60_000)
    assert failures == []
    assert window.desk.year == 2019  # one goes on writing this year, with last year beside
    assert session.year_states()[2018] is YearState.BEFORE_PLAN
    assert window._year_box.itemText(0) == "平成30年度 実施状況 ／ 令和元年度 実施予定　参考"
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    choose(window, "1-1-1")
    enter(window, "1-1-1/council/status@2019")
    window.action("copy_last_year").trigger()
    assert block(window, "1-1-1/council/status@2019").lines == ("開いた。", "数えた。")
    assert block(window, "1-1-1/council/status@2019").same.isVisible()
    window._year_box.activated.emit(0)
    assert window.desk.year == 2018
    assert not window.action("close_year").isEnabled()
