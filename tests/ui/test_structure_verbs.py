"""Slots, departments, history, locks and names, driven through the window's verbs and dialogs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import Boxes, answering, block, choose, enter, stored
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.model import Actor, Entry
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.form.dialogs import DepartmentsDialog
from welfare_desktop.ui.form.slot_verbs import SlotVerb
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts.asking import LineDialog
from welfare_desktop.ui.parts.banner import Banners
from welfare_desktop.ui.structure.node_dialogs import BeginDialog, RetireDialog


def names(window: MainWindow) -> list[tuple[str, ...]]:
    """The departments of the city's slots of the activity shown."""
    activity = window.bench.activity
    assert activity is not None
    return [slot.department_names for slot in activity.city.slots]


def answering_now(window: MainWindow) -> list[tuple[str, ...]]:
    """The departments of the city's slots the form shows."""
    activity = window.bench.activity
    assert activity is not None
    form = window.bench.form
    return [slot.department_names for slot in activity.city.slots if form.slot_actor(slot.id) is not None]


def slot_ids(window: MainWindow) -> list[str]:
    activity = window.bench.activity
    assert activity is not None
    return [slot.id for slot in activity.city.slots]


# --- slots --------------------------------------------------------------------------------------------------------


def test_slots_are_moved_split_and_taken_out_and_all_of_it_undone(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    before = names(window)
    assert before == [("地域福祉課",), ("協働推進課",)]
    window.verbs.slots.run(SlotVerb.DOWN, slot_ids(window)[0])
    assert names(window) == [("協働推進課",), ("地域福祉課",)]
    assert block(window, "1-1-1/city.2/status@2018").lines == ("支えた。",)
    enter(window, "1-1-1/city/status@2018")
    window.verbs.run_slot_verb(SlotVerb.REMOVE)
    assert names(window) == [("地域福祉課",)]
    choose(window, "1-1-2")
    enter(window, "1-1-2/city/status@2018")
    window.verbs.run_slot_verb(SlotVerb.SPLIT)
    assert names(window) == [("地域福祉課",), ("協働推進課",)]
    for _ in range(3):
        window.action("undo").trigger()
    choose(window, "1-1-1")
    assert names(window) == before


def test_a_slot_with_text_is_not_taken_out_and_the_reason_is_said(
    windows: Windows, make_file: Callable[..., Path]
) -> None:
    window = windows.open(make_file())
    enter(window, "1-1-1/city/status@2018")
    with answering(0) as asked:
        window.verbs.run_slot_verb(SlotVerb.REMOVE)
    assert asked == ["空の記入欄を消す"]
    assert len(names(window)) == 2


def test_typing_survives_a_new_slot_beside_it(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    editor = enter(window, "1-1-1/city.2/status@2018")
    qtbot.keyClicks(editor, "abc")
    from welfare_desktop.operations import structure

    activity = window.bench.activity
    assert activity is not None
    structure.add_slot(window.desk.session, activity.id, Actor.CITY, at=0)
    assert len(names(window)) == 3
    key = window.desk.session.resolve("1-1-1/city.3/status@2018")
    assert block(window, "1-1-1/city.3/status@2018").lines == ("abc",)
    window.action("save").trigger()
    assert window.desk.session.value(key) == Entry(("abc",))
    assert stored(window, "1-1-1/city.2/status@2018") == ("支えた。",)


def test_a_refused_verb_changes_nothing_and_the_form_stays(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    enter(window, "1-1-1/city/status@2018")
    with answering(0) as asked:
        window.verbs.run_slot_verb(SlotVerb.SPLIT)
    assert asked == ["担当課ごとに記入欄を分ける"]
    window.verbs.run_slot_verb(SlotVerb.UP)
    assert names(window) == [("地域福祉課",), ("協働推進課",)]


def test_a_slot_ends_with_a_year_and_another_begins(windows: Windows, make_file: Callable[..., Path]) -> None:
    """What one department answered passes to another: each year's report names who answered then."""
    window = windows.open(make_file())
    enter(window, "1-1-1/city/status@2018")

    def retire(box: QDialog) -> None:
        assert isinstance(box, RetireDialog)
        box.years.setCurrentIndex(box.years.findData(2019))
        box._on_done_clicked()

    with Boxes(retire):
        window.verbs.run_slot_verb(SlotVerb.RETIRE)
    assert len(answering_now(window)) == 2
    window.bench.show_year(2019)
    assert answering_now(window) == [("協働推進課",)]

    def add(box: QDialog) -> None:
        assert isinstance(box, DepartmentsDialog)
        assert "令和元年度の報告から" in box.windowTitle()
        box.known.setCurrentRow(0)
        box._on_add_clicked()
        box._on_done_clicked()

    with Boxes(add):
        window.verbs.slots.run(SlotVerb.ADD, slot_ids(window)[1])
    assert answering_now(window) == [("協働推進課",), ("地域福祉課",)]
    window.bench.show_year(2018)
    assert answering_now(window) == [("地域福祉課",), ("協働推進課",)]
    window.bench.show_year(2019)
    activity = window.bench.activity
    assert activity is not None
    assert [slot.reported_from for slot in activity.city.slots] == [None, None, 2019]

    def always(box: QDialog) -> None:
        assert isinstance(box, BeginDialog)
        box.years.setCurrentIndex(0)
        box._on_done_clicked()

    with Boxes(always):
        window.verbs.slots.run(SlotVerb.BEGIN, slot_ids(window)[2])
    window.bench.show_year(2018)
    assert len(answering_now(window)) == 3


# --- departments --------------------------------------------------------------------------------------------------


def test_departments_are_chosen_ordered_and_added_by_name(qtbot: QtBot) -> None:
    taken: list[list[str]] = []
    box = DepartmentsDialog(
        None,
        "担当課",
        ("地域福祉課",),
        ("地域福祉課", "協働推進課"),
        lambda chosen: taken.append(list(chosen)),
        verb="する",
    )
    qtbot.addWidget(box)
    box.known.setCurrentRow(0)
    box._on_add_clicked()
    box._on_up_clicked()
    box.fresh.setText("・新しい課 ")
    box._on_done_clicked()
    assert taken == [["協働推進課", "地域福祉課", "新しい課"]]
    assert box.result() == QDialog.DialogCode.Accepted


def test_a_department_named_twice_is_said_in_the_dialog_and_nothing_is_lost(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    from welfare_desktop.operations import structure

    slot_id = slot_ids(window)[0]
    box = DepartmentsDialog(
        window,
        "担当課",
        ("地域福祉課",),
        ("地域福祉課", "協働推進課"),
        lambda chosen: structure.set_departments(window.desk.session, slot_id, chosen),
        verb="する",
    )
    qtbot.addWidget(box)
    box.fresh.setText("地域福祉課")
    box._on_done_clicked()
    assert "二度" in box.error.text()
    assert box.names() == ["地域福祉課", "地域福祉課"]
    box.chosen.setCurrentRow(1)
    box._on_remove_clicked()
    box.fresh.setText("防災課")
    box._on_done_clicked()
    assert names(window)[0] == ("地域福祉課", "防災課")
    assert "防災課" in [window._department_box.itemText(row) for row in range(window._department_box.count())]


# --- the panel ----------------------------------------------------------------------------------------------------


def test_the_panel_tells_the_last_changes(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    editor = enter(window, "1-1-1/council/status@2018")
    qtbot.keyClicks(editor, "x")
    window.action("save").trigger()

    def words() -> set[str]:
        return {label.text() for label in window.bench.context.findChildren(QLabel) if label.isVisible()}

    qtbot.waitUntil(lambda: {"1行目を変更", "2行を記入"} <= words())


# --- years --------------------------------------------------------------------------------------------------------


def test_a_closed_year_is_locked_until_a_reason_is_given(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    close_year(session, 2018)
    assert window.banners.topics() == ("lock",)
    editor = enter(window, "1-1-1/council/status@2018")
    qtbot.keyClicks(editor, "x")
    assert editor.toPlainText() == "開いた。\n数えた。"
    assert not window.action("confirm").isEnabled()
    window.bench.show_year(2019)
    assert window.banners.topics() == ()
    window.bench.show_year(2018)
    refused: list[str] = []

    def take(reason: str) -> None:
        from welfare_desktop.operations.year_work import unlock_year

        try:
            unlock_year(session, 2018, reason)
        except InvalidValue as error:
            refused.append(error.code)
            raise

    box = LineDialog(window, "鍵", "理由", "", take, verb="外す")
    qtbot.addWidget(box)
    box._on_done_clicked()
    assert refused == ["W-162"] and box.error.text()
    box.line.setText("数の誤り")
    box._on_done_clicked()
    assert window.banners.topics() == ()
    qtbot.keyClicks(enter(window, "1-1-1/council/status@2018"), "x")
    window.action("save").trigger()
    assert stored(window, "1-1-1/council/status@2018")[0] == "x開いた。"


def test_years_are_chosen_by_box_menu_and_keys(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    years = [window._year_box.itemData(row) for row in range(window._year_box.count())]
    assert years == [2018, 2019, 2020, 2021, 2022]
    assert window._year_box.currentText() == "平成30年度 実施状況 ／ 令和元年度 実施予定　記入中"
    assert window._year_box.itemText(4) == "令和4年度 実施状況 ／ 令和5年度 実施予定　未開始"
    window.action("next_year").trigger()
    assert window.desk.year == 2019 and window._year_box.currentData() == 2019
    window.action("previous_year").trigger()
    window.action("previous_year").trigger()
    assert window.desk.year == 2018
    window._year_box.activated.emit(4)
    assert window.desk.year == 2022
    checked = [action.data() for action in window._menus["year"].actions() if action.isChecked()]
    assert checked == [2022]


# --- names and files ----------------------------------------------------------------------------------------------


def test_the_name_for_the_history_is_kept_on_this_pc(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    window.verbs.history.take_who("事務局")
    session = window.desk.session
    session.enter(session.resolve("1-1-2/council/status@2018"), "x")
    assert session.history(limit=1)[0].who == "事務局"
    assert windows.settings.who == "事務局"


def test_a_copy_is_made_and_the_file_proved(
    windows: Windows, make_file: Callable[..., Path], tmp_path: Path, qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    window.action("back_up").trigger()
    qtbot.waitUntil(lambda: "done" in window.banners.topics(), timeout=30_000)
    assert len(list((tmp_path / "控え").glob("*.welfare"))) == 1
    with answering(0) as asked:
        window.action("verify").trigger()
        qtbot.waitUntil(lambda: bool(asked), timeout=30_000)
    assert asked == ["問題はありません"]


def test_leaving_makes_a_copy_when_something_changed(
    windows: Windows, make_file: Callable[..., Path], tmp_path: Path, qtbot: QtBot
) -> None:
    path = make_file()
    windows.open(path).close()
    assert not (tmp_path / "控え").exists()
    window = windows.open(path)
    qtbot.keyClicks(enter(window, "1-1-1/council/status@2018"), "x")
    window.close()
    assert len(list((tmp_path / "控え").glob("*.welfare"))) == 1


def test_layout_and_folds_are_kept(windows: Windows, make_file: Callable[..., Path]) -> None:
    path = make_file()
    window = windows.open(path, 1500, 800)
    window.action("roles").trigger()
    window.splitter.setSizes([320, 880, 300])
    window.close()
    again = windows.programs[-1].open(path)
    assert again is not None
    windows.ready(again, again.width(), again.height())
    assert again.action("roles").isChecked()
    assert again.bench.form.residents.field.isVisible()
    assert abs(windows.settings.tree_width_px - 320) <= 2
    assert abs(windows.settings.context_width_px - 300) <= 2
    assert windows.settings.recent_files[0] == str(path)


@pytest.mark.parametrize("verb", ["manual", "keys", "about", "history", "who"])
def test_every_box_opens_and_closes(windows: Windows, make_file: Callable[..., Path], verb: str) -> None:
    window = windows.open(make_file())
    with answering(-1 if verb != "about" else 0) as asked:
        window.action(verb).trigger()
    assert len(asked) == 1
    assert QApplication.activeModalWidget() is None


def test_a_newer_notice_takes_the_place_of_an_older_one_about_the_same(qtbot: QtBot) -> None:
    from welfare_desktop.ui.parts.banner import Notice, Tone

    banners = Banners()
    qtbot.addWidget(banners)
    for title in ("一", "二"):
        banners.show_notice(Notice("a", Tone.BAD, title, ""))
    banners.show_notice(Notice("b", Tone.INFO, "三", "文"))
    assert banners.topics() == ("a", "b")
    banners.dismiss("a")
    banners.dismiss("a")
    assert banners.topics() == ("b",)


def test_a_slot_of_a_closed_year_changes_with_a_reason(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    session = window.desk.session
    close_year(session, 2018)
    window.bench.show_year(2019)
    with answering(-1) as asked:
        window.verbs.slots.run(SlotVerb.DOWN, slot_ids(window)[0])
    assert asked == ["確定した年度の報告書も変わります"]
    assert names(window) == [("地域福祉課",), ("協働推進課",)]

    def give(box: QDialog) -> None:
        assert isinstance(box, LineDialog)
        box.line.setText("並びの訂正")
        box._on_done_clicked()

    with Boxes(give):
        window.verbs.slots.run(SlotVerb.DOWN, slot_ids(window)[0])
    assert names(window) == [("協働推進課",), ("地域福祉課",)]
    assert session.history(limit=1)[0].why == "並びの訂正"


def test_one_stays_in_a_field_over_activities_and_verbs_know_which(
    windows: Windows, make_file: Callable[..., Path]
) -> None:
    """Ctrl+Down leaves the keyboard where it is: a verb then means the slot one is in, not the first one."""
    window = windows.open(make_file())
    enter(window, "1-1-1/city/status@2018")
    choose(window, "1-1-2")
    enter(window, "1-1-2/city/status@2018")
    current = window.bench.form.current_slot()
    assert current is not None and current == (Actor.CITY, slot_ids(window)[0])
