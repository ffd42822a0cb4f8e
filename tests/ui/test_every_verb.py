"""Every verb in every state of the window: none stumbles, and none writes where nobody looks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.builders import small_plan
from tests.ui.conftest import Windows
from tests.ui.driving import choose, enter
from welfare_desktop.domain.completeness import WorkState
from welfare_desktop.domain.model import Actor, Plan
from welfare_desktop.domain.progress import Progress
from welfare_desktop.operations.department_work import declare
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.form.slot_verbs import SlotVerb
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts.jobs import ProgressDialog
from welfare_desktop.ui.verbs import VERBS

#: These leave the file; other tests press them.
_LEAVING = {"quit", "start_page"}
_VERBS = [verb.name for verb in VERBS if verb.name not in _LEAVING]


@contextmanager
def closing_boxes() -> Iterator[None]:
    """Close every box and menu that comes up, as Esc does."""

    def look() -> None:
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            popup.close()
        box = QApplication.activeModalWidget()
        if isinstance(box, QDialog) and not isinstance(box, ProgressDialog):
            box.reject()

    timer = QTimer()
    timer.setInterval(0)
    timer.timeout.connect(look)
    timer.start()
    try:
        yield
    finally:
        timer.stop()


def in_a_field(window: MainWindow) -> None:
    window.desk.choose_first()  # some verbs move and renumber what stands there
    window.bench.form.focus_first()


def on_a_goal(window: MainWindow) -> None:
    in_a_field(window)
    window.desk.tree.setCurrentIndex(window.desk.model.index(0, 0))


def on_the_plan(window: MainWindow) -> None:
    in_a_field(window)
    window.action("plan_overview").trigger()


def in_a_list(window: MainWindow) -> None:
    in_a_field(window)
    window.action("gaps").trigger()


def nowhere(window: MainWindow) -> None:
    window.desk.tree.setFocus()


def closed_year(path: Path) -> None:
    session = open_file(path, who="試験")
    close_year(session, 2018)
    session.close()


def signed_off(path: Path) -> None:
    session = open_file(path, who="試験")
    declare(session, Actor.COUNCIL.label, 2018, WorkState.CLOSED)
    session.close()


def as_it_is(_path: Path) -> None:
    pass


_STATES: dict[str, tuple[Callable[[], Plan], Callable[[Path], None], Callable[[MainWindow], None]]] = {
    "a field": (small_plan, as_it_is, in_a_field),
    "a goal": (small_plan, as_it_is, on_a_goal),
    "the plan": (small_plan, as_it_is, on_the_plan),
    "a list": (small_plan, as_it_is, in_a_list),
    "a closed year": (small_plan, closed_year, in_a_field),
    "a department signed off": (small_plan, signed_off, in_a_field),
    "an empty plan": (lambda: Plan("空の計画", "", 2018, 2022), as_it_is, nowhere),
}


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until what the verb began is done, and go back to where nothing is open."""
    qtbot.waitUntil(lambda: not window.verbs.jobs.busy, timeout=30_000)
    if window.verbs.work.listing:
        window.verbs.work.leave()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None and QApplication.activeWindow() is window)


@pytest.mark.parametrize("state", _STATES)
def test_no_verb_stumbles(windows: Windows, make_file: Callable[..., Path], state: str, qtbot: QtBot) -> None:
    plan, prepare, go = _STATES[state]
    path = make_file(plan())
    prepare(path)
    window = windows.open(path)
    for name in _VERBS:
        settle(window, qtbot)
        window.bench.show_year(2018)
        go(window)
        with closing_boxes():
            window.verbs.run(name, not window.action(name).isChecked())
            settle(window, qtbot)
        assert not window.has_left, name
    assert window.desk.session.problems() == []


def test_no_verb_writes_into_a_file_for_viewing(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    path = make_file()
    holder = open_file(path, who="北部支所", exclusive=True)
    window = windows.open(path)
    assert window.desk.session.read_only
    before = window.desk.session.plan()
    for name in _VERBS:
        settle(window, qtbot)
        in_a_field(window)
        with closing_boxes():
            window.verbs.run(name, not window.action(name).isChecked())
            settle(window, qtbot)
    assert window.desk.session.plan() == before
    holder.close()


@pytest.mark.parametrize("go", [on_a_goal, on_the_plan])
def test_no_verb_of_a_field_writes_while_an_overview_hides_the_form(
    windows: Windows, make_file: Callable[..., Path], go: Callable[[MainWindow], None], qtbot: QtBot
) -> None:
    """Ctrl+D, Ctrl+Enter and the rows of the table changed the activity shown before, behind the overview."""
    window = windows.open(make_file())
    for name in ("copy_last_year", "confirm", "confirm_slot", "confirm_activity", "apply_proposal", "insert_phrase",
                 "add_phrase", "add_indicator", "add_result", "remove_row", "judge", "correct_targets", "link_result",
                 "confirm_link", "confirm_links", "history"):  # fmt: skip
        in_a_field(window)
        enter(window, "1-1-1/city/planned@2019")  # a draft, with something to copy
        before = window.desk.session.plan()
        go(window)
        assert name == "add_phrase" or not window.action(name).isEnabled(), name
        with closing_boxes():
            window.verbs.run(name)
            settle(window, qtbot)
        for verb in SlotVerb:
            with closing_boxes():
                window.verbs.run_slot_verb(verb)
        window.bench.finish_and_save()
        assert window.desk.session.plan() == before, name
        assert window.bench.shows_overview
    choose(window, "1-1-1")
    assert all(window.action(name).isEnabled() for name in ("copy_last_year", "confirm", "judge", "insert_phrase"))


def test_no_verb_stumbles_over_a_running_job(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    for name in _VERBS:
        settle(window, qtbot)
        in_a_field(window)
        go_on = threading.Event()
        window.verbs.jobs.start("仕事", partial(_wait_for, go_on), _nothing, _nothing)
        with closing_boxes():
            window.verbs.run(name, not window.action(name).isChecked())
            go_on.set()
            settle(window, qtbot)
        assert not window.has_left, name
    assert window.desk.session.problems() == []


def _wait_for(go_on: threading.Event, _progress: Progress) -> None:
    go_on.wait(30)


def _nothing(_of: object) -> None:
    pass
