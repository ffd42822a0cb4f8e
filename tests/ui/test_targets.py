"""Targets in the form: read while typed, corrected by hand, results linked, judgements, the course over the years."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import choose, compose, enter, stored, table
from tests.ui.test_result_table import editor_at, results, type_into
from welfare_desktop.domain.model import Indicator, Judgement, TargetKind
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.beside.target_chart import TargetCourse, TargetHistoryDialog
from welfare_desktop.ui.form.dialogs import JudgementDialog
from welfare_desktop.ui.form.result_block import ResultBlock
from welfare_desktop.ui.form.result_delegate import CellText
from welfare_desktop.ui.form.result_model import Column
from welfare_desktop.ui.form.result_rows import Link, reading_of
from welfare_desktop.ui.form.row_verbs import RowVerb
from welfare_desktop.ui.form.targets_dialog import LinkDialog, TargetsDialog
from welfare_desktop.ui.main_window import MainWindow

_YEARS = (2018, 2022)
_RESULTS = "1-1-1/council/results@2018"
_INDICATORS = "1-1-1/council/indicators"


def at_row(window: MainWindow, address: str = _RESULTS, row: int = 0, column: Column = Column.RESULT) -> ResultBlock:
    """Go into a row of a table."""
    block = table(window, address)
    block.table.setFocus()
    block.table.setCurrentIndex(block.model.place_of(row, column))
    return block


def during(window: MainWindow, verb: str, kind: type[QWidget], act: Callable[[QWidget], None], qtbot: QtBot) -> None:
    """Run a verb of the window and do ``act`` in the dialog it opens."""
    from PySide6.QtCore import QTimer

    seen: list[QWidget] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, kind):
            timer.stop()
            seen.append(box)
            try:
                act(box)
            finally:
                if isinstance(box, QDialog):
                    box.reject()

    timer = QTimer()
    timer.setInterval(0)
    timer.timeout.connect(look)
    timer.start()
    window.action(verb).trigger()
    timer.stop()
    assert seen, verb
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def link_at(block: ResultBlock, row: int) -> Link | None:
    return block.model.rows[row].link


def targets_at(block: ResultBlock, row: int) -> tuple[str, ...]:
    return block.model.rows[row].targets


def indicators(window: MainWindow, address: str = _INDICATORS) -> tuple[Indicator, ...]:
    value = window.desk.session.value(window.desk.session.resolve(address))
    assert isinstance(value, tuple)
    return tuple(item for item in value if isinstance(item, Indicator))


# --- read while typed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("割合 H32(2020) 70%", "目標 令和2(2020)年度 70％"),
        ("講座の充実", "目標を読み取れません（定性）"),
        ("小学校 年2校 中学校 年1校", "目標 ①小学校 年2校　②中学校 年1校"),
        ("年２回以上", "目標 年２回以上"),
        ("", "目標はありません"),
    ],
)
def test_what_is_read_from_a_wording_in_words(typed: str, read: str) -> None:
    assert reading_of(typed, _YEARS) == read


def test_the_target_is_read_while_the_wording_is_typed_and_nothing_is_stored(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = table(window, _RESULTS)
    before = window.desk.session.latest_revision()
    editor = editor_at(block, 0, Column.INDICATOR)
    assert editor.reading == "目標 年2回"
    editor.selectAll()
    compose(editor, "", "参加する人の割合が増えていくことを長い文で書いてみた H32(2020) 70%")
    assert editor.reading == "目標 令和2(2020)年度 70％"
    assert editor.accessibleDescription() == editor.reading
    compose(editor, "", " H34(2022) 80%")
    assert editor.reading == "目標 ①令和2(2020)年度 70％　②令和4(2022)年度 80％"
    qtbot.waitUntil(lambda: block.table.rowHeight(0) >= editor.wanted_px())
    assert editor._below is not None and editor._below.isVisible()
    assert editor._below.geometry().bottom() <= editor.height()
    assert window.desk.session.latest_revision() == before
    editor.selectAll()
    compose(editor, "", "充実")
    assert editor.reading == "目標を読み取れません（定性）"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert stored(window, _INDICATORS) == ("講座 年2回",)


def test_other_cells_have_nothing_to_read(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    assert editor_at(table(window, _RESULTS), 0, Column.RESULT).reading == ""


# --- corrected by hand --------------------------------------------------------------------------------------------


def test_targets_are_corrected_kept_and_left_to_the_wording_again(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = at_row(window)

    def correct(box: QWidget) -> None:
        assert isinstance(box, TargetsDialog)
        (row,) = box.rows
        assert (row.value.text(), row.unit.text()) == ("2", "回")
        row.value.setText("約3")
        box.finish()
        assert row.error.isVisible() and "W-101" in row.error.text() and row.value.text() == "約3"
        assert row.value.accessibleDescription()
        row.value.setText("１,000")
        row.kind.setCurrentIndex(list(TargetKind).index(TargetKind.BY_YEAR))
        row.year.setText("R9")
        box.finish()
        assert "W-150" in row.error.text() and row.year.text() == "R9"
        row.year.setText("R2")
        assert "令和2(2020)年度 1,000回" in row.words.text()
        box.finish()

    during(window, "correct_targets", TargetsDialog, correct, qtbot)
    (target,) = indicators(window)[0].targets or ()
    assert (target.kind, target.value, target.fiscal_year) == (TargetKind.BY_YEAR, Decimal(1000), 2020)
    assert indicators(window)[0].text == "講座 年2回"
    assert targets_at(block, 0) == ("令和2(2020)年度 1,000回",)
    assert [item.judgement for item in block.model.rows[0].judged] == [Judgement.UNDER_WAY]
    assert "手で直した目標" in block.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)

    type_into(block, 0, Column.INDICATOR, "市民講座 年5回", qtbot)
    assert indicators(window)[0].targets == (target,)
    assert block.model.rows[0].outdated
    assert "文が変わりました" in block.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)

    def reset(box: QWidget) -> None:
        assert isinstance(box, TargetsDialog)
        box.reset_button.click()
        assert [row.value.text() for row in box.rows] == ["5"]
        box.finish()

    at_row(window)
    during(window, "correct_targets", TargetsDialog, reset, qtbot)
    assert indicators(window)[0].targets is None
    window.action("undo").trigger()
    assert indicators(window)[0].targets == (target,)


def test_targets_are_added_and_removed(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    block = at_row(window)

    def add(box: QWidget) -> None:
        assert isinstance(box, TargetsDialog)
        box.add_button.click()
        assert len(box.rows) == 2
        assert box.rows[1].value.accessibleName() == "目標2 数"
        box.rows[1].value.setText("40")
        box.rows[1].unit.setText("人")
        box.finish()

    during(window, "correct_targets", TargetsDialog, add, qtbot)
    assert targets_at(block, 0) == ("毎年 2回", "毎年 40人")
    assert len(block.model.rows[0].judged) == 2

    def remove_all(box: QWidget) -> None:
        assert isinstance(box, TargetsDialog)
        for row in tuple(box.rows):
            row.remove.click()
        assert box._none.isVisible()
        box.finish()

    during(window, "correct_targets", TargetsDialog, remove_all, qtbot)
    assert indicators(window)[0].targets == ()
    assert targets_at(block, 0) == ()
    choose(window, "1-1-2")
    choose(window, "1-1-1")
    assert table(window, _RESULTS).model.rows[0].corrected


def test_the_dialog_fits_a_small_screen_and_tab_goes_field_by_field(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file(), 911, 512)
    box = TargetsDialog(window, Indicator("参加者の割合 H32(2020) 70% " * 4, "i"), _YEARS, lambda _drafts: None)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(box.isActiveWindow)
    least = box.minimumSizeHint()
    assert least.width() <= 911 and least.height() <= 470
    row = box.rows[0]
    assert row.kind.hasFocus(), "not the button that closes the dialog"
    names = []
    for _ in range(4):
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
        following = QApplication.focusWidget()
        assert following is not None
        names.append(following.accessibleName())
    assert names == ["目標1 数", "目標1 単位", "目標1 比べ方", "目標1 年度"]


# --- links --------------------------------------------------------------------------------------------------------


def test_links_are_proposed_confirmed_changed_and_taken_away(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = at_row(window)
    assert link_at(block, 0) is Link.PROPOSED
    assert "対応は案" in block.model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    window.action("confirm_link").trigger()
    assert results(window)[0].link == block.slot.indicators[0].id
    assert link_at(block, 0) is Link.CONFIRMED
    assert not block.can(RowVerb.CONFIRM)

    def none(box: QWidget) -> None:
        assert isinstance(box, LinkDialog)
        assert box.chosen == block.slot.indicators[0].id
        box.list.setCurrentRow(1)
        assert box.done_button.text() == "指標の実績でないとする"
        qtbot.keyClick(box.list, Qt.Key.Key_Return)

    during(window, "link_result", LinkDialog, none, qtbot)
    assert results(window)[0].link == ""
    assert [row.link for row in block.model.rows] == [None, Link.NONE]

    def back(box: QWidget) -> None:
        assert isinstance(box, LinkDialog)
        box.list.setCurrentRow(2)
        assert box.chosen is None
        box.done_button.click()

    at_row(window, row=1)
    during(window, "link_result", LinkDialog, back, qtbot)
    assert results(window)[0].link is None
    for _ in range(3):
        window.action("undo").trigger()
    assert results(window)[0].link is None
    assert link_at(block, 0) is Link.PROPOSED


def test_all_proposals_of_a_slot_are_confirmed_in_one_step(windows: Windows, report_file: Path, qtbot: QtBot) -> None:
    window = windows.open(report_file)
    choose(window, "2-4-1")
    address = "2-4-1/council/results@2018"
    block = at_row(window, address)
    proposed = sum(row.link is Link.PROPOSED for row in block.model.rows)
    assert proposed > 1
    window.action("confirm_links").trigger()
    assert sum(row.link is Link.CONFIRMED for row in block.model.rows) == proposed
    window.action("undo").trigger()
    assert sum(row.link is Link.PROPOSED for row in block.model.rows) == proposed


# --- numbers ------------------------------------------------------------------------------------------------------


def test_a_vague_number_is_asked_about_and_settled_in_its_cell(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = at_row(window)
    type_into(block, 0, Column.RESULT, "講座 2回程度", qtbot)
    assert (block.model.rows[0].number, block.model.rows[0].vague) == ("", "2回程度")
    spoken = block.model.place_of(0, Column.NUMBER).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "数値 要確認 「2回程度」は、はっきりした数ではありません"
    found: list[str] = []
    window.bench.proofreader.found.connect(lambda notes: found.extend(note.finding.message for note in notes))
    window.bench.proofreader.look_now()
    qtbot.waitUntil(lambda: "「2回程度」は、はっきりした数ではありません。数値の欄に数を入れてください。" in found)
    assert [item.judgement for item in block.model.rows[0].judged] == [Judgement.UNDECIDED]
    type_into(block, 0, Column.NUMBER, "２", qtbot)
    assert block.model.rows[0].number_by_hand
    assert [item.judgement for item in block.model.rows[0].judged] == [Judgement.ACHIEVED]
    number = block.model.place_of(0, Column.NUMBER).data(Qt.ItemDataRole.AccessibleTextRole)
    assert number == "数値 2回（手で入れた数）"


@pytest.mark.parametrize("typed", ["5人程度", "▲5", "約100", "二", "1,2", "1-1-1"])
def test_what_is_no_number_stays_with_code_and_example(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot, typed: str
) -> None:
    window = windows.open(make_file())
    block = at_row(window)
    type_into(block, 0, Column.NUMBER, typed, qtbot)
    place = block.model.place_of(0, Column.NUMBER)
    assert place.data() == typed
    assert "W-101" in block._error.text() and block._error.isVisible()
    assert "数値ではありません" in place.data(Qt.ItemDataRole.AccessibleTextRole)
    assert results(window)[0].value is None


# --- judgements ---------------------------------------------------------------------------------------------------


def test_each_target_of_a_line_is_judged_by_hand_and_the_reason_is_shown_and_spoken(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = at_row(window)
    type_into(block, 0, Column.INDICATOR, "小学校 年2校 中学校 年1校", qtbot)
    assert len(block.model.rows[0].judged) == 2

    def second(box: QWidget) -> None:
        assert isinstance(box, JudgementDialog)
        box.targets.button(1).click()
        assert box.automatic.text() == f"プログラムの判定に任せる（{block.model.rows[0].judged[1].proposed.label}）"
        box.choices.button(1 + tuple(Judgement).index(Judgement.ACHIEVED)).click()
        box.reason.setText("分校を含む")
        box._on_done_clicked()

    during(window, "judge", JudgementDialog, second, qtbot)
    judged = block.model.rows[0].judged
    assert [item.overridden for item in judged] == [False, True]
    place = block.model.place_of(0, Column.JUDGEMENT)
    assert "達成（手で判定 理由 分校を含む）" in place.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "分校を含む" in place.data(Qt.ItemDataRole.ToolTipRole)
    window.action("undo").trigger()
    assert not any(item.overridden for item in block.model.rows[0].judged)


def test_a_closed_year_lets_nothing_be_decided(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    close_year(window.desk.session, 2018)
    window.bench.show_year(2018)
    block = at_row(window)
    for verb in ("judge", "correct_targets", "link_result", "confirm_link", "confirm_links"):
        assert not window.action(verb).isEnabled(), verb
    for row_verb in RowVerb:
        assert block.can(row_verb) is (row_verb is RowVerb.HISTORY)


def test_a_verb_without_its_row_says_what_to_choose(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    choose(window, "1-1-2")
    enter(window, "1-1-2/council/status@2018")
    for verb in ("correct_targets", "link_result", "confirm_link", "confirm_links", "target_history"):
        window.action(verb).trigger()
        assert "row" in window.banners.topics(), verb
    choose(window, "1-1-1")
    enter(window, "1-1-1/council/status@2018")
    window.action("confirm_links").trigger()
    assert results(window)[0].link
    assert "row" not in window.banners.topics()


def test_a_result_may_answer_an_indicator_of_another_slot(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    address = "1-1-1/city.2/results@2018"
    enter(window, "1-1-1/city.2/status@2018")
    window.action("add_result").trigger()
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellText)
    compose(editor, "", "登録者 260人")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    block = at_row(window, address)
    assert link_at(block, 0) is Link.NONE

    def elsewhere(box: QWidget) -> None:
        assert isinstance(box, LinkDialog)
        assert "別の記入欄" in box.list.item(0).text()
        box.list.setCurrentRow(0)
        box.finish()

    during(window, "link_result", LinkDialog, elsewhere, qtbot)
    assert block.model.rows[0].elsewhere == "登録者 250人"
    assert link_at(block, 0) is Link.CONFIRMED
    other = table(window, "1-1-1/city/results@2018")
    assert [item.judgement for item in other.model.rows[0].judged] == [Judgement.ACHIEVED]


# --- over the years -----------------------------------------------------------------------------------------------


def test_the_course_of_a_target_stands_beside_the_form_while_one_is_in_its_row(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    at_row(window)
    (course,) = window.bench.context.findChildren(TargetCourse)
    assert course.words[0] == "平成30年度 2回 達成"
    assert course.words[1] == "令和元年度 記入なし"
    interface = QAccessible.queryAccessibleInterface(course.chart)
    assert "平成30年度 2回 達成" in interface.text(QAccessible.Text.Description)
    picture = course.chart.grab().toImage()
    colours = {picture.pixelColor(QPoint(x, y)).name() for x in range(picture.width()) for y in range(picture.height())}
    assert len(colours) > 8
    enter(window, "1-1-1/council/status@2018")
    qtbot.waitUntil(lambda: not window.bench.context.findChildren(TargetCourse))


def test_the_course_opens_as_a_dialog(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    at_row(window)

    def look(box: QWidget) -> None:
        assert isinstance(box, TargetHistoryDialog)
        assert [len(item.words) for item in box.courses] == [5]

    during(window, "target_history", TargetHistoryDialog, look, qtbot)


def test_every_course_of_the_real_report_can_be_drawn(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    drawn = 0
    for activity_id in window.desk.model.activity_ids():
        window.desk.tree.choose(activity_id)
        for block in window.bench.form.blocks():
            if isinstance(block, ResultBlock):
                for row in block.model.rows:
                    courses = window.verbs.measures.courses_of(block, row)
                    assert len(courses) == (0 if row.indicator is None else len(courses))
                    drawn += len(courses)
                    for course in courses[:1]:
                        assert not TargetCourse(course, 2018).grab().isNull()
    assert drawn > 60
