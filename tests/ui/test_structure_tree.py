"""Structure editing in the tree: added, named, numbered, moved, retired and taken out by keyboard, menu and dialogs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

from tests.builders import small_plan
from tests.ui.conftest import Windows
from tests.ui.driving import Boxes, answering, enter, stored
from welfare_desktop.domain.model import Activity, ActivityGoal, Actor, ActorPart, BasicGoal, Plan, Slot
from welfare_desktop.operations.nodes import all_nodes, node_at
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts.asking import LineDialog
from welfare_desktop.ui.structure.node_dialogs import BeginDialog, MoveDialog, RetireDialog


def paths(window: MainWindow) -> list[str]:
    """The structure as the file holds it."""
    return [f"{node.path} {node.item.title}" for node in all_nodes(window.desk.session.plan(()))]


def shown(window: MainWindow) -> list[str]:
    """The titles the tree shows, in order."""
    model = window.desk.model
    titles: list[str] = []

    def walk(index: object) -> None:
        for row in range(model.rowCount(index)):  # type: ignore[arg-type]  # an index, or none for the top
            child = model.index(row, 0, index)  # type: ignore[arg-type]
            titles.append(str(child.data()))
            walk(child)

    from PySide6.QtCore import QModelIndex

    walk(QModelIndex())
    return titles


def choose_node(window: MainWindow, path: str) -> str:
    """Choose a goal or activity by its numbers, with the focus in the tree; return its id."""
    node_id = node_at(window.desk.session, path).id
    assert window.desk.tree.choose(node_id)
    window.desk.tree.setFocus()
    return node_id


def current(window: MainWindow) -> str:
    """The title chosen in the tree."""
    return str(window.desk.tree.currentIndex().data())


def type_line(qtbot: QtBot, text: str) -> Callable[[QDialog], None]:
    """Fill a box that asks for a line, and press Enter."""

    def act(box: QDialog) -> None:
        assert isinstance(box, LineDialog)
        box.line.selectAll()
        box.line.insert(text)
        qtbot.keyClick(box.line, Qt.Key.Key_Return)

    return act


# --- adding -------------------------------------------------------------------------------------------------------


def test_goals_and_activities_are_added_where_one_is(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    choose_node(window, "1-1-1")
    for verb, title in (
        ("add_activity", "間の活動"),
        ("add_activity_goal", "次の活動目標"),
        ("add_activity", "その活動"),
    ):
        with Boxes(type_line(qtbot, title)):
            window.action(verb).trigger()
        assert current(window) == title
        assert window.focusWidget() is window.desk.tree
    with Boxes(type_line(qtbot, "二つ目")):
        window.action("add_basic_goal").trigger()
    assert paths(window) == [
        "1 ひとづくり",
        "1-1 活動の推進",
        "1-1-1 担い手の確保と育成の支援",
        "1-1-2 間の活動",
        "1-1-3 団体間の交流促進",
        "1-2 次の活動目標",
        "1-2-1 その活動",
        "2 二つ目",
    ]
    assert shown(window) == [item.split(" ", 1)[1] for item in paths(window)]
    window.activateWindow()  # offscreen nobody gives it back after a box
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    for _ in range(4):
        window.action("undo").trigger()
    assert len(paths(window)) == 4


def test_an_empty_name_is_said_at_the_field_and_what_was_typed_stays(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    choose_node(window, "1-1-1")

    def act(box: QDialog) -> None:
        assert isinstance(box, LineDialog)
        assert box.line.text() == "担い手の確保と育成の支援"
        box.line.setText("　")
        qtbot.keyClick(box.line, Qt.Key.Key_Return)
        assert "空" in box.error.text() and box.error.isVisible()
        assert box.line.text() == "　" and box.focusWidget() is box.line
        box.line.setText("担い手")
        qtbot.keyClick(box.line, Qt.Key.Key_Return)

    with Boxes(act):
        qtbot.keyClick(window.desk.tree, Qt.Key.Key_F2)
    assert current(window) == "担い手"
    assert window.bench.activity is not None and window.bench.activity.title == "担い手"


# --- numbers and places -------------------------------------------------------------------------------------------


def test_alt_and_arrows_move_with_everything_written(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    editor = enter(window, "1-1-1/council/status@2018")
    qtbot.keyClicks(editor, "abc")  # not saved yet
    moved = choose_node(window, "1-1-1")
    qtbot.keyClick(window.desk.tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert shown(window)[2:] == ["団体間の交流促進", "担い手の確保と育成の支援"]
    assert window.bench.activity_id == moved and current(window) == "担い手の確保と育成の支援"
    assert stored(window, "1-1-2/council/status@2018") == ("abc開いた。", "数えた。")
    qtbot.keyClick(window.desk.tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)  # the end: nothing
    qtbot.keyClick(window.desk.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert paths(window)[2] == "1-1-1 担い手の確保と育成の支援"
    window.action("undo").trigger()
    assert paths(window)[2] == "1-1-1 団体間の交流促進"


def test_the_trees_keys_mean_what_they_mean_in_a_text(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    editor = enter(window, "1-1-1/council/status@2018")
    before = paths(window)
    with answering(-1) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_F2)
        qtbot.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        qtbot.keyClick(editor, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert asked == [] and paths(window) == before


def test_a_number_is_changed_and_numbers_are_counted_anew(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    choose_node(window, "1-1-2")

    def act(box: QDialog) -> None:
        assert isinstance(box, LineDialog)
        for text in ("", "いち", "1", "1000"):
            box.line.setText(text)
            qtbot.keyClick(box.line, Qt.Key.Key_Return)
            assert box.isVisible() and box.error.isVisible() and box.line.text() == text
        box.line.setText("４")
        qtbot.keyClick(box.line, Qt.Key.Key_Return)

    with Boxes(act):
        window.action("number_node").trigger()
    assert paths(window)[3] == "1-1-4 団体間の交流促進"
    window.action("renumber").trigger()
    assert paths(window)[3] == "1-1-2 団体間の交流促進"


def test_an_activity_is_moved_to_another_goal_with_its_texts(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    other = ActivityGoal(
        2, "別の目標", (Activity(1, "先にある活動", council=_part(Actor.COUNCIL), city=_part(Actor.CITY)),)
    )
    plan = small_plan()
    basic = plan.basic_goals[0]
    window = windows.open(
        make_file(
            Plan("計画", "", 2018, 2022, plan.departments, (BasicGoal(1, "目標", (*basic.activity_goals, other)),))
        )
    )
    choose_node(window, "1-1-1")

    def act(box: QDialog) -> None:
        assert isinstance(box, MoveDialog)
        assert box.preview.text() == "移したあとの番号: 1-1-1"
        box.goals.setCurrentRow(1)
        assert [box.positions.itemText(row) for row in range(box.positions.count())] == [
            "いちばん上",
            "1 先にある活動 の次",
        ]
        assert box.preview.text() == "移したあとの番号: 1-2-2"
        box._on_done_clicked()

    with Boxes(act):
        window.action("move_to").trigger()
    assert paths(window)[1:] == [
        "1-1 活動の推進",
        "1-1-1 団体間の交流促進",
        "1-2 別の目標",
        "1-2-1 先にある活動",
        "1-2-2 担い手の確保と育成の支援",
    ]
    assert current(window) == "担い手の確保と育成の支援"
    assert stored(window, "1-2-2/council/status@2018") == ("開いた。", "数えた。")
    window.action("undo").trigger()
    assert paths(window)[2] == "1-1-1 担い手の確保と育成の支援"


def _part(actor: Actor) -> ActorPart:
    return ActorPart(actor, (), (Slot(),))


# --- retiring and taking out --------------------------------------------------------------------------------------


def test_what_is_retired_is_listed_in_earlier_years_and_on_request(
    windows: Windows, make_file: Callable[..., Path]
) -> None:
    window = windows.open(make_file())
    node_id = choose_node(window, "1-1-1")

    def act(box: QDialog) -> None:
        assert isinstance(box, RetireDialog)
        # The year after the last one reported: what is planned for it stands in the report of the year before.
        assert box.years.currentData() == 2019 and not box.note.isVisible()
        box.years.setCurrentIndex(box.years.findData(2018))
        assert "平成30年度の記入があります" in box.note.text()
        box.years.setCurrentIndex(box.years.findData(2019))
        box._on_done_clicked()

    with Boxes(act):
        window.action("retire").trigger()
    assert "担い手の確保と育成の支援" in shown(window)  # 2018 keeps it
    window.bench.show_year(2019)
    assert "担い手の確保と育成の支援" not in shown(window)
    window.action("show_retired").trigger()
    index = window.desk.model.index_of(node_id)
    assert index.isValid()
    assert "廃止" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    window.desk.tree.choose(node_id)
    assert stored(window, "1-1-1/city/planned@2019") == ("支える。",)

    def back(box: QDialog) -> None:
        assert isinstance(box, RetireDialog)
        box._on_back_clicked()

    with Boxes(back):
        window.action("retire").trigger()
    window.action("show_retired").trigger()
    assert "担い手の確保と育成の支援" in shown(window)


def test_what_is_added_while_a_later_year_is_shown_begins_with_it(
    windows: Windows, make_file: Callable[..., Path]
) -> None:
    window = windows.open(make_file())
    window.bench.show_year(2019)
    choose_node(window, "1-1")

    def name(box: QDialog) -> None:
        assert isinstance(box, LineDialog)
        assert any("令和元年度の報告から載ります" in label.text() for label in box.findChildren(QLabel))
        box.line.setText("途中から")
        box._on_done_clicked()

    with Boxes(name):
        window.action("add_activity").trigger()
    assert "途中から" in shown(window)
    window.bench.show_year(2018)
    assert "途中から" not in shown(window)
    window.action("show_retired").trigger()
    index = window.desk.model.index_of(choose_node(window, "1-1-3"))
    assert "開始前" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))

    def always(box: QDialog) -> None:
        assert isinstance(box, BeginDialog)
        assert box.years.currentData() == 2019 and not box.note.isVisible()
        box.years.setCurrentIndex(0)
        box._on_done_clicked()

    with Boxes(always):
        window.action("begin_from").trigger()
    window.action("show_retired").trigger()
    assert "途中から" in shown(window)


def test_what_is_used_is_not_taken_out_but_may_be_retired(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    choose_node(window, "1-1-1")
    with answering(1) as asked:
        window.action("remove_node").trigger()
    assert asked == ["消せません"] and len(paths(window)) == 4
    choose_node(window, "1-1-2")
    window.action("remove_node").trigger()
    assert len(paths(window)) == 3 and "done" in window.banners.topics()
    window.action("undo").trigger()
    assert paths(window)[3] == "1-1-2 団体間の交流促進"


def test_the_only_activity_can_go_and_the_window_says_what_is_next(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    goal = ActivityGoal(1, "目標", (Activity(1, "空の活動", council=_part(Actor.COUNCIL), city=_part(Actor.CITY)),))
    window = windows.open(make_file(Plan("計画", "", 2018, 2022, (), (BasicGoal(1, "基本", (goal,)),))))
    choose_node(window, "1-1-1")
    window.action("remove_node").trigger()
    choose_node(window, "1-1")
    page = window.bench.stack.currentWidget()
    assert page is not None and page.accessibleName() == "「目標」には、まだ活動がありません"
    window.bench.focus_form()
    focus = window.focusWidget()
    assert page.isAncestorOf(focus)
    choose_node(window, "1")
    window.action("remove_node").trigger()
    assert shown(window) == []
    assert "まだ何もありません" in page.accessibleName()
    window.action("undo").trigger()
    window.action("undo").trigger()
    assert shown(window) == ["基本", "目標", "空の活動"]


def test_what_is_added_is_shown_whatever_the_department_filter(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    window.bench.show_department("協働推進課")
    choose_node(window, "1-1-1")
    with Boxes(type_line(qtbot, "担当の決まらない活動")):
        window.action("add_activity").trigger()
    assert window.desk.department is None
    assert current(window) == "担当の決まらない活動"


# --- closed years and files for viewing ---------------------------------------------------------------------------


def test_a_closed_year_asks_for_a_reason_once(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    close_year(session, 2018)
    choose_node(window, "1-1-1")
    with answering(-1) as asked:
        window.action("move_down").trigger()
    assert asked == ["確定した年度の報告書も変わります"]
    assert paths(window)[2] == "1-1-1 担い手の確保と育成の支援"
    with Boxes(type_line(qtbot, "計画書の訂正")):
        window.action("move_down").trigger()
    assert paths(window)[2] == "1-1-1 団体間の交流促進"
    assert session.history(limit=1)[0].why == "計画書の訂正"

    def rename(box: QDialog) -> None:
        assert isinstance(box, LineDialog)
        box.line.setText("新しい名前")
        QTimer.singleShot(0, box._on_done_clicked)

    with Boxes(rename, type_line(qtbot, "名称の変更")):
        window.action("rename_node").trigger()
    assert paths(window)[3] == "1-1-2 新しい名前"


def test_a_file_for_viewing_lets_every_verb_rest(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    path = make_file()
    windows.open(path)
    window = windows.open(path)
    assert window.desk.session.read_only
    choose_node(window, "1-1-1")
    for name in (
        *("add_basic_goal", "add_activity_goal", "add_activity", "rename_node", "number_node", "renumber", "move_up"),
        *("move_down", "move_to", "retire", "remove_node", "plan_settings"),
    ):
        assert not window.action(name).isEnabled(), name
        with answering(-1) as asked:
            window.verbs.run(name)
        assert asked == [], name
    assert len(paths(window)) == 4
    with answering(-1) as asked:
        window.action("departments").trigger()
    assert asked == ["担当課の一覧"]


# --- menus and readers --------------------------------------------------------------------------------------------


def test_the_trees_menu_comes_by_mouse_button_and_menu_key(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    tree = window.desk.tree
    choose_node(window, "1-1-1")

    def opened() -> bool:
        return isinstance(QApplication.activePopupWidget(), QMenu)

    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), tree.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(tree, event)
    qtbot.waitUntil(opened)
    assert window.action("rename_node") in window.plan_menu.actions()
    window.plan_menu.close()
    window.verbs.structure.button.click()
    qtbot.waitUntil(opened)
    window.plan_menu.close()
    interface = QAccessible.queryAccessibleInterface(window.verbs.structure.button)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name) == "計画の構成を変える"


def test_shift_f10_opens_the_menu(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    choose_node(window, "1-1")
    qtbot.keyClick(window.desk.tree, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is window.plan_menu)
    window.plan_menu.close()


# --- large plans --------------------------------------------------------------------------------------------------


def test_one_of_3000_activities_is_moved_by_moving_one_row(windows: Windows, make_file: Callable[..., Path]) -> None:
    activities = tuple(
        Activity(number, f"活動{number}", council=_part(Actor.COUNCIL), city=_part(Actor.CITY))
        for number in range(1, 3001)
    )
    plan = Plan("計画", "", 2018, 2022, (), (BasicGoal(1, "基本", (ActivityGoal(1, "目標", activities),)),))
    window = windows.open(make_file(plan))
    model = window.desk.model
    moves: list[object] = []
    model.rowsMoved.connect(lambda *found: moves.append(found))
    model.rowsInserted.connect(lambda *found: moves.append(found) if model.rowCount() > 1 else None)
    first = node_at(window.desk.session, "1-1-1")
    from welfare_desktop.operations.nodes import move_below

    move_below(window.desk.session, first.id, first.parent_id, 2999)
    assert len(moves) == 1
    assert model.row_of(model.index_of(first.id))[2] == 3000  # type: ignore[index]
    move_below(window.desk.session, first.id, first.parent_id, 0)
    assert len(moves) == 2
