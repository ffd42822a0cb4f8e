"""A plan from nothing: made, built, entered, exported, printed and merged in the window; no verb stumbles on the way."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import Boxes, enter
from welfare_desktop.domain.model import BasicGoal, Plan
from welfare_desktop.operations.opening import new_empty, open_file
from welfare_desktop.operations.plan_settings import PlanWords
from welfare_desktop.operations.printing import official_print_task
from welfare_desktop.operations.tasks import perform
from welfare_desktop.ui.form.dialogs import DepartmentsDialog
from welfare_desktop.ui.form.slot_verbs import SlotVerb
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.output.department_export import DepartmentExportDialog
from welfare_desktop.ui.parts.asking import AskDialog, LineDialog
from welfare_desktop.ui.program import Program
from welfare_desktop.ui.settings import Settings
from welfare_desktop.ui.structure.departments_register import DepartmentsRegister
from welfare_desktop.ui.structure.plan_dialog import PlanDialog
from welfare_desktop.ui.verbs import VERBS

#: Verbs that end the window or ask the system for a file to go on with.
_LEAVING = ("start_page", "open", "quit", "save_copy")


class Walking:
    """Answers whatever comes up: questions with their first answer, other boxes by closing them."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look)

    def __enter__(self) -> Walking:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()

    def _look(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        box = QApplication.activeModalWidget()
        assert not isinstance(box, QMessageBox)
        if isinstance(box, AskDialog):
            self.told.append(box.windowTitle())
            box.buttons.button(0).click()
        elif isinstance(box, QDialog):
            self.told.append(box.windowTitle())
            box.reject()


@pytest.fixture
def system_dialogs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The system's dialogs answer with names in this folder; nothing is chosen for reading."""
    folder = tmp_path / "書出し"
    folder.mkdir()
    count = iter(range(1000))

    def save(*arguments: object, **_given: object) -> tuple[str, str]:
        proposed = next((Path(str(item)) for item in arguments if isinstance(item, str) and "." in item), Path("x"))
        return str(folder / f"{next(count)}{proposed.suffix}"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", save)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a, **_k: ([], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(folder))
    return folder


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.verbs.jobs.busy, timeout=60_000)


# --- every verb on a plan of nothing ------------------------------------------------------------------------------


@pytest.mark.parametrize("goals", [(), (BasicGoal(1, "しくみづくり"),)], ids=["nothing", "one goal"])
def test_no_verb_stumbles_on_a_plan_of(
    windows: Windows,
    make_file: Callable[..., Path],
    system_dialogs: Path,
    qtbot: QtBot,
    goals: tuple[BasicGoal, ...],
) -> None:
    window = windows.open(make_file(Plan("空の計画", "", 2024, 2028, (), goals)))
    if goals:
        window.desk.tree.setCurrentIndex(window.desk.model.index(0, 0))
    with Walking() as walking:
        for verb in VERBS:
            if verb.name in _LEAVING:
                continue
            walking.told.append(f"［{verb.name}］")
            # By its handler: a verb that rests in the menu must not stumble either when something else asks for it.
            window.verbs.run(verb.name, True)
            idle(window, qtbot)
            with qtbot.captureExceptions() as found:
                QApplication.processEvents()
            assert found == [], walking.told[-3:]
    assert "できませんでした" not in walking.told
    assert window.desk.session.problems() == []


def test_no_slot_verb_stumbles_without_an_activity(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file(Plan("空の計画", "", 2024, 2028)))
    with Walking() as walking:
        for verb in SlotVerb:
            window.verbs.run_slot_verb(verb)
    assert walking.told == []


# --- the whole way ------------------------------------------------------------------------------------------------


def line(qtbot: QtBot, text: str) -> Callable[[QDialog], None]:
    """Type a line into a box and press Enter."""

    def act(box: QDialog) -> None:
        assert isinstance(box, LineDialog)
        box.line.insert(text)
        qtbot.keyClick(box.line, Qt.Key.Key_Return)

    return act


def show_ways(program: Program, qtbot: QtBot) -> None:
    """Show the first window and make it the one that gets the keys."""
    program.ways.show()
    program.ways.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is program.ways.window)


def make_plan(program: Program, folder: Path, qtbot: QtBot) -> MainWindow:
    """Make a new plan from the first window by its keys."""
    program.ways.use_folder(folder)
    show_ways(program, qtbot)

    def act(box: QDialog) -> None:
        assert isinstance(box, PlanDialog)
        for title, first, last, field in (
            ("", "R6", "R10", box.title),
            ("架空町地域福祉計画", "いつか", "R10", box.first_year),
            ("架空町地域福祉計画", "R6", "平成30", box.last_year),
        ):
            box.title.setText(title)
            box.first_year.setText(first)
            box.last_year.setText(last)
            qtbot.keyClick(box.title, Qt.Key.Key_Return)
            assert box.isVisible() and box.focusWidget() is field
            assert [label.isVisible() for label in box.errors.values()].count(True) == 1
        box.vision.setText("ともに生きるまち")
        box.first_year.setText("Ｒ６")
        box.last_year.setText("2028")
        assert [label.text() for label in box.read] == ["→ 令和6(2024)年度", "→ 令和10(2028)年度"]
        qtbot.keyClick(box.last_year, Qt.Key.Key_Return)

    with Boxes(act):
        qtbot.keyClick(program.ways.window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: program.window is not None)
    assert program.window is not None
    return program.window


@pytest.fixture
def program(windows: Windows, tmp_path: Path) -> Program:
    """A program without any window yet."""
    made = Program(Settings(tmp_path / "settings.json"), "試験")
    windows.programs.append(made)
    return made


def build(window: MainWindow, qtbot: QtBot) -> None:
    """Build goals, an activity and its departments with the window's verbs."""
    for verb, text in (
        ("add_basic_goal", "しくみづくり"),
        ("add_activity_goal", "相談の体制"),
        ("add_activity", "相談窓口の充実"),
        ("add_activity", "見守りの仕組み"),
    ):
        with Boxes(line(qtbot, text)):
            window.action(verb).trigger()

    def add(box: QDialog) -> None:
        assert isinstance(box, DepartmentsRegister)
        for name in ("福祉総務課", "健康推進課"):
            box.fresh.setText(name)
            qtbot.keyClick(box.fresh, Qt.Key.Key_Return)
        box.accept()

    with Boxes(add):
        window.action("departments").trigger()
    window.activateWindow()  # offscreen nobody gives it back after a box
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    enter(window, "1-1-2/city/status@2024")

    def assign(box: QDialog) -> None:
        assert isinstance(box, DepartmentsDialog)
        box.known.setCurrentRow(0)
        box._on_add_clicked()
        box._on_done_clicked()

    with Boxes(assign):
        window.verbs.run_slot_verb(SlotVerb.DEPARTMENTS)


def test_a_plan_is_built_entered_and_issued_without_any_file_before(
    windows: Windows, program: Program, system_dialogs: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = windows.ready(make_plan(program, tmp_path / "地域福祉計画", qtbot))
    session = window.desk.session
    assert session.path == tmp_path / "地域福祉計画" / "地域福祉計画.welfare"
    page = window.bench.stack.currentWidget()
    assert page is not None and page.accessibleName() == "「架空町地域福祉計画」には、まだ何もありません"
    build(window, qtbot)
    for address, text in (
        ("1-1-2/city/indicators", "見守り 年12回以上"),
        ("1-1-2/city/status@2024", "毎月見守った。"),
        ("1-1-2/city/planned@2025", "続けて見守る。"),
        ("1-1-2/city/results@2024", "見守り 13回"),
        ("1-1-1/council/status@2024", "窓口を開いた。"),
    ):
        session.enter(session.resolve(address), text)
    assert window.desk.fill.entered == 4
    with Walking():
        for verb in ("export_official", "export_flat", "export_summary", "plan_file"):
            window.action(verb).trigger()
            idle(window, qtbot)
    written = sorted(system_dialogs.iterdir())
    assert [item.suffix for item in written] == [".xlsx", ".xlsx", ".xlsx", ".toml"]
    assert all(zipfile.is_zipfile(item) for item in written[:3])
    book = openpyxl.load_workbook(written[0])
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("見守りの仕組み" in text for text in cells) and any("毎月見守った。" in text for text in cells)
    printed = perform(session, official_print_task(session, 2024, tmp_path / "報告書.pdf"))
    assert printed.pages >= 2 and (tmp_path / "報告書.pdf").read_bytes().startswith(b"%PDF")
    _departments_out_and_back(window, system_dialogs, qtbot)


def _departments_out_and_back(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    """Hand the departments their workbooks, fill one in, take it back in."""
    from welfare_desktop.operations.merging import apply_merge, plan_merge
    from welfare_desktop.operations.reading_back import read_files

    def hand_out(box: QDialog) -> None:
        assert isinstance(box, DepartmentExportDialog)
        assert box.names() == ["福祉総務課"]
        box.accept()

    with Boxes(hand_out):
        window.action("export_departments").trigger()
        idle(window, qtbot)
    (sheet,) = [item for item in folder.iterdir() if "福祉総務課" in item.name]
    book = openpyxl.load_workbook(sheet)
    cells = (cell for page in book for row in page.iter_rows() for cell in row if not cell.protection.locked)
    cell = next(cell for cell in cells if "続けて見守る。" in str(cell.value))
    cell.value = f"{cell.value}\n訪問も始める。"
    book.save(sheet)
    session = window.desk.session
    apply_merge(session, plan_merge(session, read_files([sheet])))
    key = session.resolve("1-1-2/city/planned@2025")
    assert tuple(session.shown(key, session.value(key))) == ("続けて見守る。", "訪問も始める。")


def test_the_next_plan_period_begins_from_a_plan_file(
    windows: Windows, program: Program, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from welfare_desktop.domain.fields import Owner
    from welfare_desktop.operations.nodes import add_node
    from welfare_desktop.operations.plan_files import plan_file_task

    target = tmp_path / "次の計画.toml"
    with closing(new_empty(tmp_path / "前.welfare", PlanWords("前の計画", "", "R6", "R10"))) as session:
        add_node(session, Owner.PLAN, session.plan(()).id, "しくみづくり")
        perform(session, plan_file_task(session, target, following=True))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_given: (str(target), ""))
    program.ways.use_folder(tmp_path / "新しい")
    show_ways(program, qtbot)
    qtbot.keyClick(program.ways.window, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: program.window is not None, timeout=30_000)
    assert program.window is not None
    window = windows.ready(program.window)
    assert window.desk.session.years() == [2029, 2030, 2031, 2032, 2033]
    page = window.bench.stack.currentWidget()
    assert page is not None and page.accessibleName() == "「しくみづくり」には、まだ活動目標がありません"


def test_giving_up_a_new_plan_leaves_nothing(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    program.ways.use_folder(tmp_path / "新しい")
    program.ways.show()

    def act(box: QDialog) -> None:
        box.reject()

    with Boxes(act):
        program.ways.ask_and_make()
    assert program.window is None and list((tmp_path / "新しい").iterdir()) == []


def test_the_plans_settings_are_changed_and_the_window_follows(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    path = make_file(Plan("空の計画", "", 2024, 2028, (), (BasicGoal(1, "しくみづくり"),)))
    window = windows.open(path)
    window.bench.show_year(2028)

    def act(box: QDialog) -> None:
        assert isinstance(box, PlanDialog)
        box.title.setText("架空町計画")
        box.last_year.setText("R8")
        box._on_done_clicked()

    with Boxes(act):
        window.action("plan_settings").trigger()
    assert window.windowTitle() == "plan.welfare ― 架空町計画"
    assert window.desk.year == 2024
    assert [window._year_box.itemData(row) for row in range(window._year_box.count())] == [2024, 2025, 2026]
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    window.action("undo").trigger()
    assert window.windowTitle() == "plan.welfare ― 空の計画"
    assert window._year_box.count() == 5
    with closing(open_file(path, read_only=True)) as session:
        assert session.plan(()).last_year == 2028
