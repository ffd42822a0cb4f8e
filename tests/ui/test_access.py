"""Keyboard, screen readers, contrast, sizes: what decides whether everybody can use the window."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QColor, QImage, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import enter, table
from welfare_desktop.ui import theme
from welfare_desktop.ui.activity_form import Panes
from welfare_desktop.ui.line_editor import LineText
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.marks import Mark
from welfare_desktop.ui.result_block import ResultBlock, ResultTable
from welfare_desktop.ui.slot_verbs import SlotVerb
from welfare_desktop.ui.verbs import TOOLBAR, VERBS


def reached(window: MainWindow, start: QWidget, qtbot: QtBot, most: int = 40) -> Iterator[QWidget]:
    """Walk with Tab from ``start`` and yield what gets the focus."""
    focus = start
    for _ in range(most):
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
        following = QApplication.focusWidget()
        assert following is not None
        if following is start:
            return
        focus = following
        yield focus


# --- verbs --------------------------------------------------------------------------------------------------------


def test_every_verb_does_something_and_stands_in_a_menu_with_its_keys(
    windows: Windows, make_file: Callable[..., Path]
) -> None:
    window = windows.open(make_file())
    assert set(window.verbs.handlers) == {verb.name for verb in VERBS}
    shown: list[QAction] = []
    for menu in window.menuBar().actions():
        below = menu.menu()
        assert isinstance(below, QWidget)
        shown += below.actions()
    for verb in VERBS:
        action = window.action(verb.name)
        assert action in shown, verb.name
        assert not action.shortcut().isEmpty(), verb.name
    assert {name for name, _, _ in TOOLBAR} <= {verb.name for verb in VERBS}


def test_no_two_verbs_share_their_keys() -> None:
    keys = Counter(QKeySequence(item).toString() for item in [verb.keys for verb in VERBS if verb.keys])
    keys.update(QKeySequence(verb.shortcut).toString() for verb in SlotVerb)
    assert [text for text, count in keys.items() if count > 1] == []


# --- screen readers -----------------------------------------------------------------------------------------------


def test_everything_one_can_go_into_has_a_name(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    window.action("roles").trigger()
    window.action("initiatives").trigger()
    nameless = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        if isinstance(widget, (QAbstractButton, QComboBox, QLineEdit, QTextEdit, ResultTable)):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None
            if not interface.text(QAccessible.Text.Name):
                nameless.append(widget.metaObject().className())
    assert nameless == []


def test_fields_are_named_by_actor_department_label_and_year(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    editor = enter(window, "1-1-1/city/status@2018")
    interface = QAccessible.queryAccessibleInterface(editor)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name) == "市 地域福祉課 実施状況 平成30年度"
    assert interface.role() == QAccessible.Role.EditableText
    labels = [item for item, kind in interface.relations(QAccessible.RelationFlag.AllRelations)]
    assert any(label.text(QAccessible.Text.Name) == "実施状況" for label in labels)


def test_tree_rows_and_table_cells_speak(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    index = window.desk.tree.currentIndex()
    assert "8欄のうち5欄 記入中" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    block = table(window, "1-1-1/council/results@2018")
    spoken = [
        block.model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)
        for column in range(block.model.columnCount())
    ]
    assert spoken == ["講座 年2回 目標 年2回", "講座(2回)", "2回", "達成"]
    view = QAccessible.queryAccessibleInterface(block.table)
    assert view.role() == QAccessible.Role.Table


def test_no_state_is_told_by_colour_alone() -> None:
    """Every mark has a shape of its own."""
    assert len({mark.value[1] for mark in Mark}) == len(Mark)


# --- tab order ----------------------------------------------------------------------------------------------------


def test_tab_follows_the_form_field_by_field(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    start = enter(window, "1-1-1/council/status@2018")
    names = [start.accessibleName()]
    for widget in reached(window, start, qtbot):
        if not window.bench.form.isAncestorOf(widget):
            break
        names.append(widget.accessibleName())
    assert names == [
        "市社会福祉協議会 事務局 実施状況 平成30年度",
        "市社会福祉協議会 事務局 実施予定 令和元年度",
        "市社会福祉協議会 事務局 指標と実績 平成30年度",
        "市 地域福祉課 実施状況 平成30年度",
        "市 地域福祉課 実施予定 令和元年度",
        "市 地域福祉課 指標と実績 平成30年度",
        "市 協働推進課 実施状況 平成30年度",
        "市 協働推進課 実施予定 令和元年度",
    ]


def test_opened_roles_and_initiatives_join_the_order(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    window.action("roles").trigger()
    window.action("initiatives").trigger()
    start = window.bench.form.residents.field.text
    start.setFocus()
    names = [start.accessibleName()]
    for widget in reached(window, start, qtbot):
        if not window.bench.form.isAncestorOf(widget):
            break
        names.append(widget.accessibleName())
    assert names[:4] == ["住民、地域の役割", "関係機関の役割", "市社会福祉協議会 取組み", names[3]]
    assert names[6] == "市 取組み"


# --- sizes --------------------------------------------------------------------------------------------------------


def test_narrow_windows_show_one_pane_and_fold_the_panel(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file(), 911, 512)
    assert window.size().toTuple() == (911, 512)
    form = window.bench.form
    assert not window.bench.context.isVisible()
    tables = [item.table for item in form.blocks() if isinstance(item, ResultBlock)]
    assert tables[0].x() == tables[1].x() or tables[0].mapTo(form, tables[0].rect().topLeft()).x() < 40
    form.choose_panes(Panes.CITY)
    assert not enter_is_possible(window, "1-1-1/council/status@2018")
    form.choose_panes(Panes.BOTH)
    window.action("context").trigger()
    assert window.bench.context.isVisible()
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: window.bench.context.isVisible())
    editor = enter(window, "1-1-1/city/status@2018")
    qtbot.waitUntil(lambda: editor.mapTo(form, editor.rect().topLeft()).x() > form.width() / 2)


def enter_is_possible(window: MainWindow, address: str) -> bool:
    block = window.bench.form.block_of(window.desk.session.resolve(address))
    return block is not None and block.isVisible()


def test_going_to_a_field_of_the_hidden_pane_shows_it(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file(), 911, 512)
    window.bench.form.choose_panes(Panes.CITY)
    editor = enter(window, "1-1-1/council/status@2018")
    assert editor.isVisible() and editor.hasFocus()


def test_the_window_fits_a_small_screen(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file, 911, 480)
    least = window.minimumSizeHint()
    assert least.width() <= 911 and least.height() <= 480


def test_both_panes_are_equally_wide_and_level(windows: Windows, report_file: Path, qtbot: QtBot) -> None:
    window = windows.open(report_file)
    for address in ("2-4-1", "3-1-2", "1-1-1"):
        council = enter(window, f"{address}/council/status@2018") if _choose(window, address) else None
        city = enter(window, f"{address}/city/status@2018")
        assert council is not None
        qtbot.waitUntil(lambda a=council, b=city: abs(a.width() - b.width()) <= 1)  # type: ignore[misc]
        form = window.bench.form
        assert council.mapTo(form, council.rect().topLeft()).y() == city.mapTo(form, city.rect().topLeft()).y()


def _choose(window: MainWindow, path: str) -> bool:
    return window.desk.tree.choose(window.desk.session.resolve(f"{path}/title").owner_id)


@pytest.mark.parametrize("scale", ["1", "1.5"])
def test_the_window_starts_paints_and_leaves_at_any_text_size(
    make_file: Callable[..., Path], tmp_path: Path, scale: str
) -> None:
    shot = tmp_path / "shot.png"
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale, "PYTHONUTF8": "1"}
    command = [sys.executable, "main.py", "gui", "--db", str(make_file()), "--smoke-test", "--screenshot", str(shot)]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    picture = QImage(str(shot))
    assert picture.width() == round(1366 * float(scale))
    colours = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 7) for y in range(0, 700, 7)}
    assert theme.ACCENT.lower() in colours and len(colours) > 20


# --- contrast -----------------------------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG defines it (1 to 21)."""

    def luminance(name: str) -> float:
        shade = QColor(name)
        parts = [
            value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
            for value in (shade.redF(), shade.greenF(), shade.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((colour, ground) for colour in ("TEXT", "SECOND", "PLACEHOLDER") for ground in ("FIELD", "WINDOW", "BAND")),
        *((mark, "FIELD") for mark in ("ACCENT", "GOOD", "ATTENTION", "BAD", "DRAFT", "NEUTRAL")),
        ("ACCENT", "ACCENT_TINT"),
        ("GOOD", "GOOD_TINT"),
        ("ATTENTION", "ATTENTION_TINT"),
        ("BAD", "BAD_TINT"),
        ("FIELD", "ACCENT"),
        ("TEXT", "INSERTED"),
        ("TEXT", "REMOVED"),
    ],
)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


def test_field_borders_can_be_seen() -> None:
    assert contrast(theme.FIELD_BORDER, theme.FIELD) >= 3
    assert contrast(theme.FIELD_BORDER, theme.WINDOW) >= 3


def test_qts_own_menus_speak_japanese(qtbot: QtBot, qapp: QApplication) -> None:
    from welfare_desktop.ui.program import settle_in

    settle_in()
    editor = LineText()
    qtbot.addWidget(editor)
    words = " ".join(action.text() for action in editor.createStandardContextMenu().actions())
    assert "Paste" not in words and "貼り付け" in words
