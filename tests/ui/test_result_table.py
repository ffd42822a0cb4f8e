"""Indicators and results in the form: rows, typing into cells, numbers that are none, lines added and removed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import choose, compose, stored, table
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Actor, ActorPart, Indicator, Judgement, Result, Slot, Target, TargetKind
from welfare_desktop.ui.form.dialogs import JudgementDialog
from welfare_desktop.ui.form.result_block import ResultBlock
from welfare_desktop.ui.form.result_delegate import CellText
from welfare_desktop.ui.form.result_model import Column, ResultModel
from welfare_desktop.ui.form.result_rows import ResultRow, rows_of, target_text
from welfare_desktop.ui.main_window import MainWindow

_YEARS = (2018, 2022)
_RESULTS = "1-1-1/council/results@2018"


def editor_at(block: ResultBlock, row: int, column: Column) -> CellText:
    """Open the editor of a cell and return it."""
    index = block.model.place_of(row, column)
    block.table.setFocus()
    block.table.setCurrentIndex(index)
    block.table.open_cell(index)
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellText)
    return editor


def type_into(block: ResultBlock, row: int, column: Column, text: str, qtbot: QtBot) -> None:
    editor = editor_at(block, row, column)
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    compose(editor, "", text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def results(window: MainWindow, address: str = _RESULTS) -> tuple[Result, ...]:
    value = window.desk.session.value(window.desk.session.resolve(address))
    assert isinstance(value, tuple)
    return tuple(item for item in value if isinstance(item, Result))


# --- rows ---------------------------------------------------------------------------------------------------------


def test_results_stand_beside_their_indicators_and_the_rest_at_the_end() -> None:
    slot = Slot(
        indicators=(Indicator("講座 年2回", "i1"), Indicator("登録者 H32(2020) 250人", "i2")),
        results={
            2018: (
                Result("自由な実績", "r1", link=""),
                Result("登録者 200人", "r2", link="i2"),
                Result("講座(2回)", "r3", link="i1"),
                Result("講座(1回)", "r4", link="i1"),
            ),
            2017: (Result("前の年", "r0", link="i1"),),
        },
        id="s",
    )
    rows = rows_of(ActorPart(Actor.COUNCIL, (), (slot,)), 0, 2018, _YEARS)
    assert [row.key for row in rows] == [("i1", "r3"), ("i1", "r4"), ("i2", "r2"), ("", "r1")]
    assert [row.continued for row in rows] == [False, True, False, False]
    assert (rows[0].number, rows[0].unit, rows[0].previous) == ("2", "回", "前の年")
    assert rows[2].targets == ("令和2(2020)年度 250人",)
    assert [item.judgement for item in rows[2].judged] == [Judgement.UNDER_WAY]


def test_an_indicator_of_another_slot_does_not_swallow_a_result() -> None:
    first = Slot(indicators=(Indicator("講座 年2回", "i1"),), id="s1")
    second = Slot(results={2018: (Result("講座(2回)", "r1", link="i1"),)}, id="s2")
    part = ActorPart(Actor.CITY, (), (first, second))
    assert [row.key for row in rows_of(part, 0, 2018, _YEARS)] == [("i1", "")]
    assert [row.key for row in rows_of(part, 1, 2018, _YEARS)] == [("", "r1")]


def test_targets_in_words() -> None:
    assert target_text(Target("年2回", TargetKind.ANNUAL, Decimal(2), "回")) == "年2回"
    assert target_text(Target("…の充実", TargetKind.QUALITATIVE)) == "定性"
    dated = Target("H32(2020) 70%", TargetKind.BY_YEAR, Decimal(70), "％", "≥", 2020)
    assert target_text(dated) == "令和2(2020)年度 70％以上"
    start = Target("H30(2018)～ 年2地区", TargetKind.ANNUAL_FROM, Decimal(2), "地区", "=", 2018)
    assert target_text(start) == "平成30(2018)年度から 年2地区"


# --- the model ----------------------------------------------------------------------------------------------------


def test_rows_are_exchanged_without_a_reset() -> None:
    model = ResultModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    rows = [ResultRow(result=Result(f"行{n}", f"r{n}"), result_place=n) for n in range(6)]
    for chosen in ([0, 1, 2], [0, 2], [3, 0, 2], [], [5, 4, 3, 2, 1, 0], [0]):
        model.show_rows([rows[n] for n in chosen], 2018, editable=True, refused={})
        shown = [model.index(n, 1).data() for n in range(model.rowCount())]
        assert shown == [f"行{n}" for n in chosen]
    model.set_wide(True)
    assert [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())] == [
        "主な活動指標",
        "目標",
        "前年度実績",
        "30年度実績",
        "数値",
        "判定",
    ]
    model.set_wide(False)
    assert model.columnCount() == 4
    assert resets == []


# --- typing -------------------------------------------------------------------------------------------------------


def test_a_result_is_typed_changed_and_taken_out(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = table(window, _RESULTS)
    type_into(block, 0, Column.RESULT, "講座(3回)", qtbot)
    assert [item.text for item in results(window)] == ["講座(3回)"]
    assert block.model.index(0, 2).data() == "3"
    kept = results(window)[0].id
    type_into(block, 0, Column.RESULT, "", qtbot)
    assert results(window) == ()
    assert block.model.rows[0].result is None
    window.action("undo").trigger()
    assert results(window)[0].id == kept


def test_a_blank_cell_takes_a_result_that_answers_its_indicator(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    window.bench.show_year(2019)
    address = "1-1-1/city/results@2019"
    block = table(window, address)
    type_into(block, 0, Column.RESULT, "登録者 260人", qtbot)
    (made,) = results(window, address)
    assert made.link == block.slot.indicators[0].id
    assert [item.judgement for item in block.model.rows[0].judged] == [Judgement.ACHIEVED]


def test_an_open_cell_is_taken_along_by_commands_and_compositions_are_kept(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    editor = editor_at(table(window, _RESULTS), 0, Column.RESULT)
    editor.selectAll()
    compose(editor, "", "講座(4回)")
    compose(editor, "かいさい")
    choose(window, "1-1-2")
    assert stored(window, _RESULTS) == ("講座(4回)かいさい",)


def test_leaving_a_cell_stores_it_and_escape_does_not(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = table(window, _RESULTS)
    editor = editor_at(block, 0, Column.RESULT)
    compose(editor, "", "x")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert stored(window, _RESULTS) == ("講座(2回)",)
    editor = editor_at(block, 0, Column.RESULT)
    editor.selectAll()
    compose(editor, "かいかい")
    window.desk.tree.setFocus()
    qtbot.waitUntil(lambda: stored(window, _RESULTS) == ("かいかい",))


def test_numbers_are_read_by_the_domain_and_bad_ones_stay_with_a_sentence(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = table(window, _RESULTS)
    type_into(block, 0, Column.NUMBER, "１２", qtbot)
    assert results(window)[0].value == Decimal(12)
    type_into(block, 0, Column.NUMBER, "約140", qtbot)
    assert results(window)[0].value == Decimal(12)
    assert block.model.index(0, 2).data() == "約140"
    assert block.mark.text() == "未保存"
    assert "約140" in block._error.text() and block._error.isVisible()
    choose(window, "1-1-2")
    choose(window, "1-1-1")
    assert table(window, _RESULTS).model.index(0, 2).data() == "約140"
    type_into(block, 0, Column.NUMBER, "", qtbot)
    assert results(window)[0].value is None
    assert not block._error.isVisible()
    assert block.model.index(0, 2).data() == "2"


def test_lines_are_added_and_an_untouched_new_line_goes_away(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = table(window, _RESULTS)
    block.table.setFocus()
    window.action("add_result").trigger()
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellText)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert block.model.rowCount() == 1
    window.action("add_result").trigger()
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellText)
    compose(editor, "", "ほかの実績")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert [item.text for item in results(window)] == ["講座(2回)", "ほかの実績"]
    assert results(window)[1].link == ""
    window.action("add_indicator").trigger()
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellText)
    compose(editor, "", "新しい指標 年3回")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert stored(window, "1-1-1/council/indicators") == ("講座 年2回", "新しい指標 年3回")
    assert block.model.rows[1].targets == ("年3回",)


def test_a_line_is_taken_out_result_first_then_indicator(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = table(window, _RESULTS)
    block.table.setFocus()
    qtbot.keyClick(block.table, Qt.Key.Key_Delete)
    assert (stored(window, _RESULTS), stored(window, "1-1-1/council/indicators")) == ((), ("講座 年2回",))
    qtbot.keyClick(block.table, Qt.Key.Key_Delete)
    assert stored(window, "1-1-1/council/indicators") == ()
    assert not block.table.isVisible()
    window.action("undo").trigger()
    window.action("undo").trigger()
    assert stored(window, _RESULTS) == ("講座(2回)",)
    assert block.table.isVisible()


def test_a_renamed_indicator_keeps_its_results(windows: Windows, make_file: Callable[..., Path], qtbot: QtBot) -> None:
    window = windows.open(make_file())
    block = table(window, _RESULTS)
    before = block.slot.indicators[0].id
    type_into(block, 0, Column.INDICATOR, "講座の開催 年2回", qtbot)
    assert block.slot.indicators[0].id == before
    assert block.model.rowCount() == 1


def test_a_judgement_is_set_by_hand_with_a_reason_and_given_back(
    windows: Windows, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    window = windows.open(make_file())
    block = table(window, _RESULTS)
    row = block.model.rows[0]
    assert [item.judgement for item in row.judged] == [Judgement.ACHIEVED]
    session = window.desk.session
    key = FieldKey(Owner.SLOT, block.slot.id, "judgements", None, 2018)

    def take(target_index: int, judgement: Judgement | None, reason: str) -> None:
        window.verbs.measures.set_judgement(block, row, target_index, judgement, reason)

    box = JudgementDialog(window, row, take)
    qtbot.addWidget(box)
    box.choices.button(1 + tuple(Judgement).index(Judgement.MISSED)).click()
    box._on_done_clicked()
    assert box.error.text() and session.value(key) == ()
    box.reason.setText("数え方が違う")
    box._on_done_clicked()
    assert [item.judgement for item in block.model.rows[0].judged] == [Judgement.MISSED]
    assert block.model.rows[0].judged[0].overridden
    again = JudgementDialog(window, block.model.rows[0], take)
    qtbot.addWidget(again)
    assert again.reason.text() == "数え方が違う"
    again.choices.button(0).click()
    again._on_done_clicked()
    assert session.value(key) == ()


def test_every_cell_of_the_real_report_is_as_high_as_its_text(
    windows: Windows, report_file: Path, qtbot: QtBot
) -> None:
    window = windows.open(report_file)
    delegate_heights = 0
    for activity_id in window.desk.model.activity_ids():
        window.desk.tree.choose(activity_id)
        for block in window.bench.form.blocks():
            if isinstance(block, ResultBlock) and block.model.rows:
                view = block.table
                total = view.horizontalHeader().height() + 2
                for row in range(block.model.rowCount()):
                    total += view.rowHeight(row)
                    for column in range(block.model.columnCount()):
                        index: QModelIndex = block.model.index(row, column)
                        cell = index.data(Qt.ItemDataRole.UserRole)
                        needed = view._delegate.height_px(cell, view.columnWidth(column))
                        assert view.rowHeight(row) >= needed
                        delegate_heights += 1
                assert view.height() == total
    assert delegate_heights > 300
