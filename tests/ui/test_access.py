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
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import enter, table
from welfare_desktop.ui.form.activity_form import Panes
from welfare_desktop.ui.form.dialogs import ReadingDialog, TextDialog
from welfare_desktop.ui.form.line_editor import LineText
from welfare_desktop.ui.form.result_block import ResultBlock
from welfare_desktop.ui.form.slot_verbs import SlotVerb
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.merging.window import MergeWindow
from welfare_desktop.ui.parts import theme
from welfare_desktop.ui.parts.controls import ChoiceBox
from welfare_desktop.ui.parts.marks import Mark
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
    table(window, "1-1-1/council/results@2018").table.setFocus()
    assert nameless_in(window) == []
    window.desk.tree.setCurrentIndex(window.desk.model.index(0, 0))
    assert nameless_in(window) == []


def nameless_in(window: QWidget) -> list[str]:
    """Return what is on screen and takes the focus without telling a screen reader its name and what it is."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        if widget.parentWidget() is not None and widget.objectName().startswith("qt_"):
            continue  # a part of a Qt widget that has the name
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        if not interface.text(QAccessible.Text.Name) or interface.role() == QAccessible.Role.NoRole:
            owner = widget.parentWidget() or window
            found.append(f"{widget.metaObject().className()} in {owner.metaObject().className()}")
    return found


def test_fields_say_their_state(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    spoken = {}
    for address in ("1-1-1/council/status@2018", "1-1-1/city/planned@2019", "1-1-1/city.2/status@2018"):
        editor = enter(window, address)
        spoken[address] = QAccessible.queryAccessibleInterface(editor).text(QAccessible.Text.Description)
    assert [words.partition("　")[0] for words in spoken.values()] == ["記入済", "下書き", "未記入"]
    window.bench.proofreader.look(window.bench.activity_id, 2018)


def test_the_focus_is_in_the_tree_when_a_file_was_opened(windows: Windows, report_file: Path, qtbot: QtBot) -> None:
    window = windows.open(report_file)
    assert QApplication.focusWidget() is window.desk.tree
    shown = window.bench.activity_id
    qtbot.keyClick(window.desk.tree, Qt.Key.Key_Down)
    assert window.bench.activity_id not in ("", shown)
    qtbot.keyClick(window.desk.tree, Qt.Key.Key_Return)
    assert isinstance(QApplication.focusWidget(), LineText)


def test_f6_goes_round_tree_form_and_panel(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    enter(window, "1-1-1/council/status@2018")
    areas = []
    for _ in range(3):
        window.action("next_area").trigger()
        focus = QApplication.focusWidget()
        assert focus is not None
        names = {"tree": window.desk.panel, "form": window.bench.stack, "panel": window.bench.context}
        areas.append(next(name for name, area in names.items() if area.isAncestorOf(focus)))
    assert areas == ["panel", "tree", "form"]
    window.action("previous_area").trigger()
    focus = QApplication.focusWidget()
    assert focus is not None and window.desk.panel.isAncestorOf(focus)


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
    assert spoken == [
        "主な活動指標 講座 年2回 目標 年2回",
        "30年度実績 講座(2回) 対応は案",
        "数値 2回",
        "判定 達成",
    ]
    view = QAccessible.queryAccessibleInterface(block.table)
    cells = [view.child(number) for number in range(view.childCount())]
    heard = [item.text(QAccessible.Text.Name) for item in cells if item.role() == QAccessible.Role.Cell]
    assert heard == spoken
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
    boxes = {box.accessibleName(): box for box in window.findChildren(ChoiceBox)}
    for name, words, beside in (("年度", "平成30年度…", 55), ("担当課", "すべての担当課", 36)):
        room = boxes[name].width() - beside
        assert room >= boxes[name].fontMetrics().horizontalAdvance(words), "the choice is cut short"
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


def test_at_double_text_size_the_window_still_fits_a_small_screen(
    windows: Windows, report_file: Path, qtbot: QtBot
) -> None:
    """1366×768 at 200 %, without task bar and title."""
    window = windows.open(report_file, 683, 348)
    least = window.minimumSizeHint()
    assert least.width() <= 683 and least.height() <= 348
    editor = enter(window, "1-1-1/council/status@2018")
    assert editor.isVisible() and editor.width() > 200
    assert table(window, "1-1-1/council/results@2018").width() <= window.bench.form.width()


# --- high contrast ------------------------------------------------------------------------------------------------

_IN_HIGH_CONTRAST = """
import sys
from pathlib import Path
from welfare_desktop.ui import app
from welfare_desktop.ui.parts import theme
from welfare_desktop.ui.settings import Settings
settings = Settings()
settings.high_contrast = True
running = app._make_application(settings)
from welfare_desktop.ui.program import Program
from welfare_desktop.ui.parts.marks import Mark
window = Program(settings, "試験").open(Path(sys.argv[1]))
window.resize(1366, 697)
window.after_first_paint()
running.processEvents()
assert window.action("high_contrast").isChecked()
assert Mark.CROSS.colour.name().upper() == theme.HIGH_CONTRAST["BAD"]
window.grab().save(sys.argv[2])
window.let_go()
"""


def test_high_contrast_draws_the_whole_window_in_strong_colours(make_file: Callable[..., Path], tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", _IN_HIGH_CONTRAST, str(make_file()), str(shot)],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    picture = QImage(str(shot))
    colours = {picture.pixelColor(x, y).name() for x in range(0, 1366, 2) for y in range(0, 697, 2)}
    strong = {value.lower() for value in theme.HIGH_CONTRAST.values()}
    assert {theme.HIGH_CONTRAST["ACCENT"].lower(), "#000000", "#ffffff"} <= colours
    weak = {getattr(theme, name).lower() for name in ("ACCENT", "GOOD", "BAD", "SECOND", "FIELD_BORDER", "WINDOW")}
    assert not (weak - strong) & colours


def test_high_contrast_is_kept_for_the_next_start(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    assert not window.action("high_contrast").isChecked()
    window.action("high_contrast").trigger()
    assert windows.settings.high_contrast
    assert "done" in window.banners.topics()
    window.action("high_contrast").trigger()
    assert not windows.settings.high_contrast


def test_only_colours_of_the_theme_can_be_exchanged() -> None:
    assert set(theme.HIGH_CONTRAST) == {
        name for name, value in vars(theme).items() if isinstance(value, str) and value.startswith("#")
    }
    for name in ("FAMILY", "NOBODY"):
        with pytest.raises(KeyError):
            theme.use({name: "#000000"})


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


_MARKS = ("ACCENT", "GOOD", "ATTENTION", "BAD", "DRAFT", "NEUTRAL")
_PAIRS = [
    *((colour, ground) for colour in ("TEXT", "SECOND") for ground in ("FIELD", "WINDOW", "BAND", "GUTTER")),
    *(("PLACEHOLDER", ground) for ground in ("FIELD", "WINDOW", "BAND")),
    *((mark, ground) for mark in _MARKS for ground in ("FIELD", "WINDOW", "ACCENT_TINT")),
    *(
        ("TEXT", tint)
        for tint in ("ACCENT_TINT", "GOOD_TINT", "ATTENTION_TINT", "BAD_TINT", "COUNCIL_TINT", "CITY_TINT", "FOUND")
    ),
    *(("SECOND", tint) for tint in ("ACCENT_TINT", "COUNCIL_TINT", "CITY_TINT", "ATTENTION_TINT", "BAD_TINT")),
    ("GOOD", "GOOD_TINT"),
    ("ATTENTION", "ATTENTION_TINT"),
    ("BAD", "BAD_TINT"),
    ("GOOD", "COUNCIL_TINT"),
    ("GOOD", "CITY_TINT"),
    ("ATTENTION", "COUNCIL_TINT"),
    ("ATTENTION", "CITY_TINT"),
    ("COUNCIL", "FIELD"),
    ("CITY", "FIELD"),
    ("FIELD", "ACCENT"),
    ("FIELD", "ACCENT_DARK"),
    ("TEXT", "INSERTED"),
    ("TEXT", "REMOVED"),
]


@pytest.mark.parametrize(("text", "ground"), _PAIRS)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5
    assert contrast(theme.HIGH_CONTRAST[text], theme.HIGH_CONTRAST[ground]) >= 7


def test_field_borders_can_be_seen() -> None:
    assert contrast(theme.FIELD_BORDER, theme.FIELD) >= 3
    assert contrast(theme.FIELD_BORDER, theme.WINDOW) >= 3
    strong = theme.HIGH_CONTRAST
    assert contrast(strong["FIELD_BORDER"], strong["FIELD"]) >= 7
    assert contrast(strong["SEPARATOR"], strong["WINDOW"]) >= 7
    assert contrast(strong["SCROLL_HANDLE"], strong["BAND"]) >= 3


def test_qts_own_menus_speak_japanese(qtbot: QtBot, qapp: QApplication) -> None:
    from welfare_desktop.ui.program import settle_in

    settle_in()
    editor = LineText()
    qtbot.addWidget(editor)
    words = " ".join(action.text() for action in editor.createStandardContextMenu().actions())
    assert "Paste" not in words and "貼り付け" in words


def test_both_enter_keys_confirm_and_the_menu_names_the_one_on_the_key(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    keys = [sequence.toString() for sequence in window.action("confirm").shortcuts()]
    assert keys == ["Ctrl+Enter", "Ctrl+Return"]


def test_the_lists_keep_the_width_of_the_window(windows: Windows, report_file: Path, qtbot: QtBot) -> None:
    window = windows.open(report_file, 911, 480)
    window.resize(700, 480)
    for verb in ("proofread", "gaps", "proofread", "gaps"):
        window.action(verb).trigger()
        qtbot.wait(0)  # the lay-out of the new heading
        assert window.width() == 700, verb
    window.search_box.setText("サロン")
    qtbot.keyClick(window.search_box, Qt.Key.Key_Return)
    qtbot.wait(0)
    assert window.width() == 700
    shown = [
        button for button in window.findChildren(QPushButton) if button.text() == "前年度と同じ" and button.isVisible()
    ]
    for button in shown:
        assert window.rect().contains(button.mapTo(window, button.rect().bottomRight()))
    assert shown


def test_the_focus_stays_in_the_form_when_its_panes_change(windows: Windows, report_file: Path, qtbot: QtBot) -> None:
    window = windows.open(report_file, 911, 600)
    _choose(window, "2-4-1")
    council = enter(window, "2-4-1/council/planned@2019")
    for verb in ("council_pane", "both_panes"):
        window.action(verb).trigger()
        assert QApplication.focusWidget() is council
    window.action("city_pane").trigger()
    city = QApplication.focusWidget()
    assert isinstance(city, LineText) and city.isVisible()
    assert city is enter(window, "2-4-1/city/status@2018")
    window.resize(1366, 697)
    qtbot.waitUntil(lambda: not window.bench.form.chooses_panes and council.isVisible())
    assert QApplication.focusWidget() is city


def test_choosing_a_pane_says_so_where_both_stand_side_by_side(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    for verb in ("council_pane", "city_pane", "both_panes"):
        window.action(verb).trigger()
        assert window.banners.topics()


def test_texts_to_be_read_and_the_merge_window_fit_a_small_screen(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    text = TextDialog(window, "使い方", "長い文")
    reading = ReadingDialog(window, "読み取り", "結果", [("1行", "読みました", "W-1")] * 40, None)
    screen = window.screen().availableGeometry()
    for dialog in (text, reading):
        assert dialog.width() < screen.width() and dialog.height() < screen.height()
    merging = MergeWindow(window, window.desk.session, window.settings)
    assert merging.minimumSizeHint().width() <= 900
    for box in (text, reading, merging):
        box.deleteLater()
