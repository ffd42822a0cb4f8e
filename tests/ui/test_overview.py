"""The overview on the real report: what it shows, by keyboard into the field behind a count and back, states and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QHeaderView, QMenu
from pytestqt.qtbot import QtBot

from tests.builders import small_plan
from tests.ui.conftest import Windows
from tests.ui.driving import answering
from welfare_desktop.domain.completeness import UNASSIGNED, WorkState
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Actor, ActorPart, BasicGoal, Judgement, Plan, Slot
from welfare_desktop.domain.overview import Level
from welfare_desktop.operations.department_work import declare, declared_state
from welfare_desktop.operations.exporting import departments_task
from welfare_desktop.operations.office import OfficeWords, set_office
from welfare_desktop.operations.previewing import PaperKind, Scope
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.form.line_editor import LineText
from welfare_desktop.ui.form.result_block import ResultBlock
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.output.print_preview import PrintPreview
from welfare_desktop.ui.overview.cells import Shows, Tail
from welfare_desktop.ui.overview.page import OverviewPage
from welfare_desktop.ui.parts.marks import Mark
from welfare_desktop.ui.verbs import VERBS

YEAR = 2018
COUNCIL = Actor.COUNCIL.label
OWNER = "高齢福祉課"


@pytest.fixture
def window(windows: Windows, report_file: Path) -> MainWindow:
    return windows.open(report_file, 1366, 697)


@pytest.fixture
def page(window: MainWindow) -> OverviewPage:
    window.verbs.run("plan_overview")
    return window.bench.overview.page


def goal(window: MainWindow, path: str) -> str:
    """The id of a goal by its number."""
    for basic in window.desk.session.plan(()).basic_goals:
        if path == str(basic.number):
            return basic.id
        for item in basic.activity_goals:
            if path == f"{basic.number}-{item.number}":
                return item.id
    raise AssertionError(path)


def show(window: MainWindow, path: str) -> OverviewPage:
    assert window.desk.tree.choose(goal(window, path))
    return window.bench.overview.page


def level(page: OverviewPage) -> Level:
    assert page.view is not None
    return page.view.level


def cell(page: OverviewPage, owner: str, label: str) -> tuple[int, int]:
    """Row and column of a cell."""
    model = page.matrix.matrix
    assert model.view is not None
    row = model.row_of(owner)
    assert row is not None
    return row, [column.label for column in model.view.columns].index(label)


def go(page: OverviewPage, owner: str, label: str) -> None:
    page.matrix.setCurrentIndex(page.matrix.matrix.index(*cell(page, owner, label)))
    page.matrix.setFocus()


def blank(window: MainWindow, owner: str, name: str = "status") -> FieldKey:
    """Make a field ``owner`` owes blank, and return its key."""
    session = window.desk.session
    for _, _, activity in session.plan(()).walk():
        for slot in activity.city.slots:
            if slot.department_names == (owner,):
                key = FieldKey(Owner.SLOT, slot.id, name, None, YEAR)
                session.enter(key, "")
                return key
    raise AssertionError(owner)


class TestWhatItShows:
    def test_a_goal_shows_matrix_tiles_and_bars(self, window: MainWindow) -> None:
        page = show(window, "2")
        model = page.matrix.matrix
        assert page.view is not None
        assert page.view.heading == "基本目標2　安全に安心して生活できる地域の輪づくり"
        assert [column.label for column in page.view.columns] == [f"2-{number}" for number in range(1, 7)]
        assert [model.owner(row) for row in (0, model.rowCount() - 2, model.rowCount() - 1)] == [
            COUNCIL,
            UNASSIGNED,
            None,
        ]
        assert page.filled.figure.number == "100%"
        assert page.finished.figure.rest == "/ 9 課"
        assert page.answered.figure.rest == "用紙は未配布"
        assert sum(page.view.judged.values()) == 46

    def test_every_cell_says_whose_and_of_what_it_is(self, window: MainWindow) -> None:
        page = show(window, "2")
        found = QAccessible.queryAccessibleInterface(page.matrix)
        names = {found.child(place).text(QAccessible.Text.Name) for place in range(found.childCount())}
        assert f"{OWNER}　2-3 地域の支え合い活動の推進　9 欄のうち 9 欄記入済み、記入済" in names
        assert f"{OWNER}　2-5 安全に暮らせる交通安全・防犯活動の推進　求める欄なし" in names
        assert {OWNER, COUNCIL} <= names

    def test_every_bar_says_its_counts(self, window: MainWindow) -> None:
        page = show(window, "2")
        bars = QAccessible.queryAccessibleInterface(page.bars)
        names = [bars.child(place).text(QAccessible.Text.Name) for place in range(bars.childCount())]
        assert any(name.startswith("2-2 ") and "12 目標" in name and "未達 2" in name for name in names)

    def test_switches_say_the_same_otherwise(self, window: MainWindow) -> None:
        page = show(window, "2")
        model = page.matrix.matrix
        row, column = cell(page, OWNER, "2-3")
        said = []
        for number, _ in enumerate(Shows):
            page._shows.button(number).click()
            said.append(model.cell(row, column).text)
        assert said == ["9 / 9", "100%", "済"]

    def test_the_whole_plan_is_chosen_by_the_heading_of_the_tree(self, window: MainWindow) -> None:
        window.desk.plan_button.click()
        page = window.bench.overview.page
        assert window.bench.shows_overview
        assert page.view is not None
        assert len(page.view.columns) == 10
        assert not window.desk.tree.currentIndex().isValid()
        assert page.view.fill == window.desk.fill

    def test_the_tree_keeps_no_row_until_an_arrow_chooses_one(
        self, window: MainWindow, page: OverviewPage, qtbot: QtBot
    ) -> None:
        qtbot.keyClick(page.matrix, Qt.Key.Key_Escape)
        assert window.desk.tree.hasFocus()
        assert level(page) is Level.PLAN
        qtbot.keyClick(window.desk.tree, Qt.Key.Key_Down)
        assert level(page) is Level.BASIC_GOAL

    def test_ctrl_down_goes_from_the_plan_to_its_first_activity(self, window: MainWindow, page: OverviewPage) -> None:
        window.verbs.run("next_activity")
        assert window.bench.activity is not None
        assert window.bench.activity.id == window.desk.model.activity_ids()[0]
        assert page.view is not None

    def test_the_panel_stays_away_and_comes_back(self, window: MainWindow, page: OverviewPage) -> None:
        assert not window.bench.context.isVisible()
        window.verbs.run("next_activity")
        assert window.bench.context.isVisible()
        window.verbs.run("plan_overview")
        window.verbs.run("context", checked=False)
        window.verbs.run("next_activity")
        assert not window.bench.context.isVisible()
        assert page.view is not None

    def test_an_activity_goal_has_its_activities_as_columns(self, window: MainWindow) -> None:
        page = show(window, "2-4")
        assert page.view is not None
        assert [column.label for column in page.view.columns] == ["2-4①", "2-4②"]

    def test_what_wants_a_look_is_that_of_the_tree(self, window: MainWindow, page: OverviewPage, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: window.bench.watcher.known, timeout=30_000)
        whole = sum(item.findings for item in window.desk.attention.values())
        assert page.open_questions.figure.number == f"{whole}・0"
        part = show(window, "2").open_questions.figure.number
        assert 0 < int(part.split("・")[0]) < whole


class TestThereAndBack:
    def test_enter_goes_to_the_blank_field_and_back(self, window: MainWindow, page: OverviewPage, qtbot: QtBot) -> None:
        key = blank(window, OWNER)
        label = _label_of(window, key)
        go(page, OWNER, label)
        assert page.matrix.matrix.cell(*cell(page, OWNER, label)).mark is Mark.HALF
        qtbot.keyClick(page.matrix, Qt.Key.Key_Return)
        assert (window.desk.department, window.bench.form.focused_key) == (OWNER, key)
        assert isinstance(QApplication.focusWidget(), LineText)
        window.verbs.run("back_to_overview")
        assert not window.desk.department
        assert page.place() == (OWNER, goal(window, label))
        assert page.matrix.hasFocus()

    def test_a_double_click_does_it_too(self, window: MainWindow, page: OverviewPage, qtbot: QtBot) -> None:
        key = blank(window, OWNER)
        row, column = cell(page, OWNER, _label_of(window, key))
        index = page.matrix.matrix.index(row, column)
        page.matrix.scrollTo(index)
        place = page.matrix.visualRect(index).center()
        qtbot.mouseDClick(page.matrix.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert window.bench.form.focused_key == key

    def test_a_filled_cell_leads_to_its_first_field(self, window: MainWindow, page: OverviewPage, qtbot: QtBot) -> None:
        go(page, COUNCIL, "1-1")
        qtbot.keyClick(page.matrix, Qt.Key.Key_Return)
        key = window.bench.form.focused_key
        assert key is not None and key.name == "status"
        assert window.desk.department == COUNCIL

    def test_an_empty_cell_leads_nowhere(self, window: MainWindow, page: OverviewPage, qtbot: QtBot) -> None:
        go(page, OWNER, "1-1")
        qtbot.keyClick(page.matrix, Qt.Key.Key_Return)
        assert window.bench.shows_overview
        assert window.desk.department is None

    def test_back_from_anywhere_is_the_goal_one_is_in(self, window: MainWindow) -> None:
        window.desk.tree.choose(window.desk.session.resolve("2-4-1/title").owner_id)
        window.verbs.run("back_to_overview")
        assert window.bench.overview.goal_id == goal(window, "2-4")

    def test_a_segment_leads_to_its_first_target(self, window: MainWindow, qtbot: QtBot) -> None:
        page = show(window, "2")
        page.bars.setFocus()
        page.bars.setCurrentIndex(page.bars.model().index(1, 0))
        qtbot.keyClick(page.bars, Qt.Key.Key_Right)
        qtbot.keyClick(page.bars, Qt.Key.Key_Return)
        key = window.bench.form.focused_key
        assert key is not None
        block = window.bench.form.block_of(key)
        assert isinstance(block, ResultBlock)
        row = block.model.rows[block.table.currentIndex().row()]
        assert any(item.judgement is Judgement.MISSED for item in row.judged)
        window.verbs.run("back_to_overview")
        assert window.bench.overview.goal_id == goal(window, "2")

    def test_a_click_on_a_segment_does_it_too(self, window: MainWindow, qtbot: QtBot) -> None:
        page = show(window, "2")
        box = page.bars.segment_box(1, Judgement.UNDER_WAY)
        assert box is not None
        qtbot.mouseClick(page.bars.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
        assert not window.bench.shows_overview

    def test_activities_are_a_list_below(self, window: MainWindow, qtbot: QtBot) -> None:
        page = show(window, "2-4")
        page.activities.focus_first()
        qtbot.keyClick(page.activities, Qt.Key.Key_Down)
        qtbot.keyClick(page.activities, Qt.Key.Key_Return)
        assert window.bench.activity_id == window.desk.session.resolve("2-4-2/title").owner_id

    def test_the_department_above_is_honoured(self, window: MainWindow, page: OverviewPage) -> None:
        window.bench.show_department(OWNER)
        assert page.view is not None
        assert [row.name for row in page.view.rows] == [OWNER]
        assert page.view.fill == window.desk.fill
        page.all_button.click()
        assert window.desk.department is None
        assert len(page.view.rows) > 1


class TestStates:
    def test_complete_asks_while_anything_is_blank(self, window: MainWindow, page: OverviewPage) -> None:
        blank(window, OWNER)
        go(page, OWNER, "2-3")
        session = window.desk.session
        with answering(1) as asked:
            window.verbs.run("owner_complete")
        assert asked == [f"{OWNER}を完了にしますか"]
        assert declared_state(session, OWNER, YEAR) is None
        with answering(0):
            window.verbs.run("owner_complete")
        assert declared_state(session, OWNER, YEAR) is WorkState.COMPLETE
        row = page.matrix.matrix.row_of(OWNER)
        assert row is not None
        column = page.matrix.matrix.goals + Tail.STATE.value
        assert page.matrix.matrix.cell(row, column).text == "完了"
        assert page.finished.figure.number == "1"
        window.verbs.run("undo")
        assert page.matrix.matrix.cell(row, column).text == "記入中"

    def test_complete_asks_nothing_where_all_is_filled(self, window: MainWindow, page: OverviewPage) -> None:
        go(page, OWNER, "2-3")
        window.verbs.run("owner_complete")
        assert declared_state(window.desk.session, OWNER, YEAR) is WorkState.COMPLETE
        assert page.owner_here() == OWNER

    def test_signed_off_slots_cannot_be_typed_into(self, window: MainWindow, page: OverviewPage, qtbot: QtBot) -> None:
        go(page, OWNER, "2-3")
        with answering(0):
            window.verbs.run("owner_close")
        window.activateWindow()  # this platform does not come back to it by itself
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        qtbot.keyClick(page.matrix, Qt.Key.Key_Return)
        editor = QApplication.focusWidget()
        assert isinstance(editor, LineText)
        assert editor.isReadOnly()
        key = window.bench.form.focused_key
        assert key is not None
        before = window.desk.session.value(key)
        window.verbs.run("copy_last_year")
        qtbot.keyClicks(editor, "x")
        window.bench.finish_and_save()
        assert window.desk.session.value(key) == before
        parts = window.bench.form._parts
        heads = [part.head for part in parts] + [slot.head for part in parts for slot in part.slots]
        assert Mark.PADLOCK in {head._mark.mark for head in heads}

    def test_the_form_is_open_again_after_taking_it_back(
        self, window: MainWindow, page: OverviewPage, qtbot: QtBot
    ) -> None:
        go(page, OWNER, "2-3")
        declare(window.desk.session, OWNER, YEAR, WorkState.CLOSED)
        qtbot.keyClick(page.matrix, Qt.Key.Key_Return)
        declare(window.desk.session, OWNER, YEAR, None, "訂正")
        key = window.bench.form.focused_key
        assert key is not None
        block = window.bench.form.block_of(key)
        assert block is not None and not isinstance(block, ResultBlock)
        assert not block.read_only

    def test_from_the_form_it_is_about_the_slot_one_is_in(self, window: MainWindow) -> None:
        window.desk.tree.choose(window.desk.session.resolve("2-4-1/title").owner_id)
        assert window.bench.form.focus_key(window.desk.session.resolve("2-4-1/council/status@2018"))
        with answering(0) as asked:  # one field of the council is blank in the real report
            window.verbs.run("owner_complete")
        assert asked == [f"{COUNCIL}を完了にしますか"]
        assert declared_state(window.desk.session, COUNCIL, YEAR) is WorkState.COMPLETE
        window.verbs.run("owner_reopen")
        assert declared_state(window.desk.session, COUNCIL, YEAR) is None

    def test_nobody_chosen_is_said(self, window: MainWindow, page: OverviewPage) -> None:
        page.matrix.choose(UNASSIGNED, None)
        with answering(0) as asked:
            window.verbs.run("owner_complete")
        assert asked == ["担当課が決まっていません"]

    def test_the_menu_of_a_row_by_keyboard(self, window: MainWindow, page: OverviewPage, qtbot: QtBot) -> None:
        go(page, OWNER, "2-3")
        seen: list[list[str]] = []

        def look() -> None:
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            seen.append([action.text() for action in menu.actions()])
            menu.close()

        QTimer.singleShot(0, look)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
        QApplication.sendEvent(page.matrix, event)
        assert seen and seen[0][0] == OWNER
        assert "担当課を完了にする" in seen[0]

    def test_verbs_rest_in_a_closed_year(self, window: MainWindow, page: OverviewPage) -> None:
        close_year(window.desk.session, YEAR)
        for name in ("owner_complete", "owner_close", "owner_reopen"):
            assert not window.action(name).isEnabled()
        row = page.matrix.matrix.row_of(OWNER)
        assert row is not None
        assert page.matrix.matrix.cell(row, page.matrix.matrix.goals + Tail.STATE.value).text == "確定"


class TestAnswers:
    def test_sheets_and_deadline(self, window: MainWindow, page: OverviewPage, tmp_path: Path) -> None:
        session = window.desk.session
        set_office(session, YEAR, OfficeWords(deadline="2019-04-26"))
        perform(session, departments_task(session, YEAR, tmp_path / "用紙", names=(OWNER, "学校教育課")))
        assert page.answered.figure.number == "2"
        assert page.answered.figure.mark is Mark.CROSS
        model = page.matrix.matrix
        row = model.row_of(OWNER)
        assert row is not None
        assert model.cell(row, model.goals + Tail.ANSWER.value).spoken == "未提出、期限を過ぎています"
        assert page.remind_button.isEnabled()

    def test_reminders_are_those_shown(
        self, window: MainWindow, page: OverviewPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = window.desk.session
        perform(session, departments_task(session, YEAR, tmp_path / "用紙", names=(OWNER, "学校教育課")))
        target = tmp_path / "督促.csv"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(target), "CSV (*.csv)"))
        show(window, "2")
        page.remind_button.click()
        text = target.read_text(encoding="utf-8-sig")
        assert OWNER in text
        assert "学校教育課" not in text


def test_the_preview_shows_what_is_chosen_and_forgets_it(window: MainWindow, qtbot: QtBot) -> None:
    before = window.settings.paper_kind
    scope = Scope(goal(window, "2"))
    box = PrintPreview(window, window.desk.session, YEAR, window.settings, set(), kind=PaperKind.OVERVIEW, scope=scope)
    qtbot.addWidget(box)
    qtbot.waitUntil(lambda: box._preview is not None, timeout=20_000)
    assert box._preview is not None
    said = "".join(run.text for page in box._preview.document.pages for run in page.runs)
    assert "基本目標2　安全に安心して生活できる地域の輪づくり" in said
    assert "2-6" in said and "3-1" not in said
    box.reject()
    assert window.settings.paper_kind == before


class TestOtherPlans:
    def test_a_plan_without_goals(self, windows: Windows, make_file: Callable[..., Path]) -> None:
        window = windows.open(make_file(replace(small_plan(), basic_goals=())))
        window.verbs.run("plan_overview")
        page = window.bench.overview.page
        assert page.view is not None
        assert not page.matrix.isVisible()
        assert "目標がまだありません" in page._empty.text()
        window.verbs.run("back_to_overview")
        window.bench.focus_form()

    def test_a_plan_without_departments(self, windows: Windows, make_file: Callable[..., Path]) -> None:
        window = windows.open(make_file(replace(small_plan(), departments=(), basic_goals=_bare())))
        window.verbs.run("plan_overview")
        page = window.bench.overview.page
        assert page.view is not None
        assert [row.name for row in page.view.rows] == [COUNCIL, UNASSIGNED]

    def test_a_large_plan_is_counted_beside_the_work(
        self, windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
    ) -> None:
        window = windows.open(make_file(_large(130)))
        centre = window.bench.overview
        window.verbs.run("plan_overview")
        assert centre.figures is None
        assert centre.page.activities.isVisible()
        qtbot.waitUntil(lambda: centre.figures is not None, timeout=30_000)
        assert centre.page.view is not None
        assert centre.page.view.fill == window.desk.fill
        key = FieldKey(Owner.SLOT, centre.page.view.activities[0].slots[0].slot_id, "status", None, YEAR)
        window.desk.session.enter(key, "")
        assert centre.page.view.fill == window.desk.fill
        assert not centre.jobs.busy

    def test_leaving_while_it_counts(self, windows: Windows, make_file: Callable[..., Path]) -> None:
        window = windows.open(make_file(_large(130)))
        window.verbs.run("plan_overview")
        assert window.bench.overview.jobs.busy
        assert window.leave_file()
        assert window.has_left

    def test_it_is_read_when_the_file_is_for_viewing_only(self, windows: Windows, report_file: Path) -> None:
        first = windows.open(report_file)
        second = windows.open(report_file)
        assert second.desk.session.read_only
        second.verbs.run("plan_overview")
        assert second.bench.overview.page.view is not None
        assert not second.action("owner_complete").isEnabled()
        assert not first.desk.session.read_only


@pytest.mark.parametrize(("width", "height"), [(1366, 697), (911, 512)])
def test_nothing_is_wider_than_the_page(window: MainWindow, width: int, height: int, qtbot: QtBot) -> None:
    window.resize(width, height)
    window.verbs.run("plan_overview")
    page = window.bench.overview.page
    qtbot.waitUntil(lambda: page.width() > 0 and page.matrix.width() <= page.width())
    for part in (page.matrix, page.bars, page.activities, page.filled, page.open_questions):
        assert part.mapTo(page, part.rect().topRight()).x() <= page.width()


def test_verbs_have_words_and_keys() -> None:
    wanted = {"plan_overview", "back_to_overview", "owner_complete", "owner_close", "owner_reopen", "print_overview"}
    found = {verb.name: verb.keys for verb in VERBS if verb.name in wanted}
    assert set(found) == wanted
    assert all(found.values())


def _label_of(window: MainWindow, key: FieldKey) -> str:
    for basic, item, activity in window.desk.session.plan(()).walk():
        if any(slot.id == key.owner_id for slot in (*activity.city.slots, *activity.council.slots)):
            return f"{basic.number}-{item.number}"
    raise AssertionError(key)


def _bare() -> tuple[BasicGoal, ...]:
    """The goals of the small plan with no department anywhere."""
    basic = small_plan().basic_goals[0]
    item = basic.activity_goals[0]
    activities = tuple(replace(activity, city=ActorPart(Actor.CITY, (), (Slot(),))) for activity in item.activities)
    return (replace(basic, activity_goals=(replace(item, activities=activities),)),)


def _large(count: int) -> Plan:
    """The small plan with many activities."""
    plan = small_plan()
    basic = plan.basic_goals[0]
    item = basic.activity_goals[0]
    activities = tuple(replace(item.activities[0], number=number) for number in range(1, count + 1))
    return replace(plan, basic_goals=(replace(basic, activity_goals=(replace(item, activities=activities),)),))


def test_states_stand_beside_the_names_where_not_all_goals_fit(window: MainWindow, qtbot: QtBot) -> None:
    """At 1366 px ten goals pushed sums and states out of sight; in a wide window they close the row."""
    window.verbs.run("plan_overview")
    matrix = window.bench.overview.page.matrix
    header, goals = matrix.horizontalHeader(), matrix.matrix.goals
    for width, first in ((1366, True), (2400, False), (1100, True)):
        window.resize(width, 768)
        tail, front = list(range(goals, header.count())), list(range(goals))
        assert settled_order(header, tail + front if first else front + tail, qtbot)


def settled_order(header: QHeaderView, wanted: list[int], qtbot: QtBot) -> bool:
    """Wait until the columns stand in the ``wanted`` order."""

    def order() -> list[int]:
        return [header.logicalIndex(place) for place in range(header.count())]

    qtbot.waitUntil(lambda: order() == wanted)
    return True


def test_what_was_found_before_the_page_was_shown_is_complete(
    windows: Windows, report_file: Path, qtbot: QtBot
) -> None:
    window = windows.open(report_file)
    qtbot.waitUntil(lambda: window.bench.watcher.known, timeout=30_000)
    window.action("plan_overview").trigger()
    tile = window.bench.overview.page.open_questions
    assert "まだ数えています" not in tile.accessibleName()
    window.bench.show_year(2019)  # nothing is known of that year yet
    assert "まだ数えています" in tile.accessibleName()
    qtbot.waitUntil(lambda: "まだ数えています" not in tile.accessibleName(), timeout=30_000)
