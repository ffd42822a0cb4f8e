"""Indicators and results of one slot in the form: heading, table, and the way from a typed cell to the disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import FieldKey, Owner, Value, parse_text, realign_results
from welfare_desktop.domain.model import (
    ActorPart,
    EntryState,
    Indicator,
    Result,
    Slot,
    state_of,
)
from welfare_desktop.domain.numbers import read_quantity
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.domain.years import fiscal_label

from ..parts import theme
from ..parts.controls import FittedLabel, NoteLabel, push_button
from ..parts.marks import Mark, MarkLabel, mark_of_state
from .pending import Part, Pending

if TYPE_CHECKING:
    from ..beside.proofreading import Noted
from .result_delegate import CellText, ResultDelegate
from .result_model import CELL_ROLE, Column, ResultModel
from .result_rows import Link, ResultRow, numbered, reading_of, rows_of
from .row_verbs import RowVerb

_HEADING_PX = 24
_HEAD_PX = 28
_NUMBER_PX = 64
_JUDGEMENT_PX = 104
_TARGET_PX = 92
_PREVIOUS_PX = 96


class ResultTable(QTableView):
    """The table, as high as its rows; the form scrolls.  Arrow keys move inside, Tab leaves it."""

    entered = Signal()
    left = Signal()
    add_asked = Signal()
    remove_asked = Signal()
    judge_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = ResultDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(10)
        header = self.horizontalHeader()
        header.setFixedHeight(_HEAD_PX)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(30)

    def table_model(self) -> ResultModel:
        """Return the model shown."""
        model = self.model()
        assert isinstance(model, ResultModel)
        return model

    def fit(self) -> None:
        """Give columns their widths and the table the height of all its rows."""
        model = self.table_model()
        room = self.width() - 2
        model.set_wide(room >= theme.WIDE_PANE)
        fixed = {Column.NUMBER: _NUMBER_PX, Column.JUDGEMENT: _JUDGEMENT_PX}
        if Column.TARGET in model.columns:
            fixed |= {Column.TARGET: _TARGET_PX, Column.PREVIOUS: _PREVIOUS_PX}
        rest = max(room - sum(fixed.values()), 120)
        wording = round(rest * 0.54)
        widths = {**fixed, Column.INDICATOR: wording, Column.RESULT: rest - wording}
        height = _HEAD_PX + 2
        for place, column in enumerate(model.columns):
            self.setColumnWidth(place, widths[column])
        for row in range(model.rowCount()):
            cells = ((model.index(row, place).data(CELL_ROLE), column) for place, column in enumerate(model.columns))
            row_height = max(self._delegate.height_px(cell, widths[column]) for cell, column in cells)
            row_height = max(row_height, self._editor_px(row))
            self.setRowHeight(row, row_height)
            height += row_height
        self.setFixedHeight(height)

    def _editor_px(self, row: int) -> int:
        """Return how high the open editor of a row wants to be, 0 when none is open there."""
        index = self.currentIndex()
        editor = self.indexWidget(index) if index.isValid() and index.row() == row else None
        return editor.wanted_px() if isinstance(editor, CellText) else 0

    @property
    def cell_delegate(self) -> ResultDelegate:
        """What paints and edits the cells."""
        return self._delegate

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width wraps the text anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter edits (or judges), Insert adds, Delete removes; Tab leaves the table."""
        index = self.currentIndex()
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.open_cell(index)
        elif key == Qt.Key.Key_Insert:
            self.add_asked.emit()
        elif key == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def open_cell(self, index: QModelIndex) -> None:
        """Edit a cell, or judge when it holds the judgement."""
        if self.table_model().columns[index.column()] is Column.JUDGEMENT:
            self.judge_asked.emit(index.row())
        elif index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: choose the first result when nothing is chosen yet."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.table_model().rowCount():
            self.setCurrentIndex(self.table_model().place_of(0, Column.RESULT))
        self.entered.emit()

    def finish_editing(self) -> None:
        """Take over what an open cell editor holds and close it."""
        editor = self.indexWidget(self.currentIndex())
        if editor is not None:
            self.commitData(editor)
            self.closeEditor(editor, self._delegate.EndEditHint.NoHint)


class ResultBlock(QWidget):
    """指標と実績 of one slot and year.

    ``focused`` carries the block; ``judge_asked`` the block and the row whose judgement a person wants to set, ``row_asked``
    block, row and the verb a person chose for it; ``row_chosen`` the block when one is in another row.
    """

    focused = Signal(object)
    judge_asked = Signal(object, object)
    row_asked = Signal(object, object, object)
    row_chosen = Signal(object)

    def __init__(self, pending: Pending, new_id: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pending = pending
        self._new_id = new_id
        self._slot = Slot()
        self._year = 0
        self._editable = False
        self._notes = 0
        self.model = ResultModel(self)
        self.table = ResultTable(self)
        self.table.setModel(self.model)
        self.mark = MarkLabel(self)
        self._label = FittedLabel("指標と実績", size_px=theme.TEXT_PX, bold=True, parent=self)
        self._year_label = FittedLabel(colour=theme.SECOND, parent=self)
        self._error = NoteLabel(colour=theme.BAD, parent=self)
        self._plan_years = (0, 9999)
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(0)
        self._fitting.timeout.connect(self._fit)
        self._menu = QMenu(self)
        self._add_indicator = self._menu.addAction("指標を加える", self.add_indicator)
        self._add_result = self._menu.addAction("指標のない実績を加える", self.add_result)
        self._remove = self._menu.addAction("選んだ行を消す", self.remove_row)
        self._judge = self._menu.addAction("判定を決める…", self.judge_row)
        self._row_actions = self._add_row_actions()
        self._more = push_button("行…", self._on_more_clicked, kind="small", name="指標と実績の行を加える・消す")
        self._lay_out()
        self.model.typed.connect(self._on_model_typed)
        self.table.entered.connect(self._on_table_entered)
        self.table.add_asked.connect(self.add_result)
        self.table.remove_asked.connect(self.remove_row)
        self.table.judge_asked.connect(self._on_table_judge_asked)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._on_table_menu_requested)
        self.table.itemDelegate().closeEditor.connect(self._on_editor_closed)
        self.table.cell_delegate.reading = self._read_typed
        self.table.cell_delegate.grown.connect(self._fitting.start)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        pending.changed.connect(self._on_pending_changed)

    def _add_row_actions(self) -> dict[RowVerb, QAction]:
        self._menu.addSeparator()
        found = {}
        for verb in RowVerb:
            action = self._menu.addAction(verb.label)
            action.setData(verb)
            found[verb] = action
        self._menu.triggered.connect(self._on_menu_triggered)
        return found

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QWidget(self)
        row.setFixedHeight(_HEADING_PX)
        heading = QHBoxLayout(row)
        heading.setContentsMargins(0, 0, 0, 0)
        heading.setSpacing(theme.STEP)
        self._label.setBuddy(self.table)
        for widget in (self._label, self._year_label):
            heading.addWidget(widget)
        heading.addStretch(1)
        heading.addWidget(self._more)
        heading.addWidget(self.mark)
        self._more.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        column.addWidget(row)
        column.addWidget(self.table)
        self._error.hide()
        column.addWidget(self._error)

    # --- binding ------------------------------------------------------------------------------------------------

    @property
    def key(self) -> FieldKey:
        """The field the results are stored in."""
        return FieldKey(Owner.SLOT, self._slot.id, "results", None, self._year)

    @property
    def indicators_key(self) -> FieldKey:
        """The field the indicators are stored in."""
        return FieldKey(Owner.SLOT, self._slot.id, "indicators")

    @property
    def slot(self) -> Slot:
        """The slot shown, as it is stored."""
        return self._slot

    def bind(
        self,
        part: ActorPart,
        slot_index: int,
        year: int,
        plan_years: tuple[int, int],
        *,
        whose: str,
        editable: bool,
    ) -> None:
        """Show the indicators and results of a slot; what was typed and not saved yet comes first."""
        if part.slots[slot_index].id != self._slot.id or year != self._year:
            self._notes = 0
        self._slot, self._year, self._editable = part.slots[slot_index], year, editable
        self._plan_years = plan_years
        self._year_label.setText(fiscal_label(year))
        self._more.setVisible(editable)
        slots = list(part.slots)
        slots[slot_index] = self._with_typed(self._slot)
        rows = rows_of(replace(part, slots=tuple(slots)), slot_index, year, plan_years)
        self.model.show_rows(rows, year, editable=editable, refused=self._refused_texts())
        self.table.setAccessibleName(f"{whose} 指標と実績 {fiscal_label(year)}")
        self._fit()
        self._show_state()

    def _fit(self) -> None:
        """A table without rows would only be a heading: it is not shown."""
        self.table.setVisible(bool(self.model.rows))
        self.table.fit()

    def _refused_texts(self) -> dict[Part, str]:
        return {part: item.text for part, item in self._pending.refused(self.key).items()}

    def _with_typed(self, slot: Slot) -> Slot:
        """Return ``slot`` with results and indicators that were typed and could not be saved."""
        results, indicators = self._pending.typed(self.key), self._pending.typed(self.indicators_key)
        if results is not None and isinstance(results.after, tuple):
            kept = tuple(item for item in results.after if isinstance(item, Result))
            slot = replace(slot, results={**slot.results, self._year: kept})
        if indicators is not None and isinstance(indicators.after, tuple):
            slot = replace(slot, indicators=tuple(item for item in indicators.after if isinstance(item, Indicator)))
        return slot

    def show_notes(self, notes: Sequence[Noted]) -> None:
        """Show how many findings there are in this table."""
        self._notes = len(notes)
        self._show_state()

    def _show_state(self) -> None:
        refused = self._pending.refused(self.key)
        errors = [item.error for key in (self.key, self.indicators_key) if (item := self._pending.typed(key))]
        told = [item.error for item in refused.values()]
        told += [error for error in errors if isinstance(error, InvalidValue)]
        sentences = [f"{error.message}{error.next_step}（{error.code}）" for error in told]
        self._error.setText("\n".join(sentences))
        self._error.setVisible(bool(sentences))
        state = state_of(tuple(item.text for item in self._slot.results.get(self._year, ())))
        if refused or any(errors):
            self.mark.show_mark(Mark.CROSS, "未保存")
        elif self._notes:
            self.mark.show_mark(Mark.TRIANGLE, f"要確認 {self._notes}")
        elif not self._slot.indicators and state is EntryState.BLANK:
            self.mark.show_mark(Mark.BAR, "指標なし")
        else:
            self.mark.show_mark(mark_of_state(state), state.label)

    def _on_pending_changed(self, key: FieldKey) -> None:
        if key in (self.key, self.indicators_key):
            self.model.show_refused(self._refused_texts())
            self._fit()
            self._show_state()

    # --- rows ---------------------------------------------------------------------------------------------------

    @property
    def current_row(self) -> ResultRow | None:
        """The row one is in, None before the first."""
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() and index.row() < len(self.model.rows) else None

    def go_to_line(self, name: str, line: int) -> None:
        """Choose the row of a stored line (from 0) of ``name``: the indicators or the results."""
        column = Column.INDICATOR if name == "indicators" else Column.RESULT
        for number, row in enumerate(self.model.rows):
            place = row.indicator_place if column is Column.INDICATOR else row.result_place
            if place == line and not (column is Column.INDICATOR and row.continued):
                self.table.setCurrentIndex(self.model.place_of(number, column))
                return

    def can(self, verb: RowVerb) -> bool:
        """Whether ``verb`` makes sense for the row one is in."""
        row = self.current_row or ResultRow()
        if verb.writes and not self._editable:
            return False
        match verb:
            case RowVerb.TARGETS:
                return row.indicator is not None
            case RowVerb.LINK:
                return row.result is not None
            case RowVerb.CONFIRM:
                return row.link is Link.PROPOSED
            case RowVerb.CONFIRM_ALL:
                return any(item.link is Link.PROPOSED for item in self.model.rows)
            case RowVerb.HISTORY:
                return bool(row.indicator is not None and (row.targets or row.continued))

    def ask_row(self, verb: RowVerb) -> None:
        """Ask for ``verb`` on the row one is in, if it makes sense there."""
        if self.can(verb):
            self.row_asked.emit(self, self.current_row or ResultRow(), verb)

    def _on_row_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.row_chosen.emit(self)

    def _on_menu_triggered(self, action: QAction) -> None:
        if isinstance(action.data(), RowVerb):
            self.ask_row(action.data())

    def _read_typed(self, text: str, row: ResultRow) -> str:
        """Say what would be read from the wording as it is being typed."""
        if row.corrected:
            return f"手で直した目標を使います: {numbered(row.targets) or '目標なし'}"
        return reading_of(text, self._plan_years)

    # --- typing -------------------------------------------------------------------------------------------------

    def _on_model_typed(self, row_number: int, column: Column, text: str) -> None:
        row = self.model.rows[row_number]
        match column:
            case Column.INDICATOR:
                self._enter_indicator(row, text)
            case Column.RESULT:
                self._enter_result(row, text)
            case Column.NUMBER:
                self._enter_number(row, text)

    def _save(self, key: FieldKey, after: Value, before: Value) -> None:
        self._pending.note_value(key, after, before)
        self._pending.save(key)

    def _enter_indicator(self, row: ResultRow, text: str) -> None:
        before = self._slot.indicators
        lines = [item.text for item in before]
        if row.indicator_place is None:
            lines.append(text)
        else:
            lines[row.indicator_place] = text
        self._save(self.indicators_key, parse_text(self.indicators_key, lines, before, self._new_id), before)

    def _enter_result(self, row: ResultRow, text: str) -> None:
        before = self._slot.results.get(self._year, ())
        line = canonical_line(text)
        if row.result_place is None:
            link = row.indicator.id if row.indicator is not None else ""
            after = (*before, Result(line, self._new_id(), link)) if line else before
        else:
            place = row.result_place
            changed = realign_results(before[place : place + 1], (line,) if line else (), self._new_id)
            after = (*before[:place], *changed, *before[place + 1 :])
        self._save(self.key, after, before)

    def _enter_number(self, row: ResultRow, text: str) -> None:
        if row.result is None or row.result_place is None:
            return
        before = self._slot.results.get(self._year, ())
        place = row.result_place
        changed = before[place]
        if not text.strip():
            changed = replace(changed, value=None, unit=None)
        else:
            try:
                quantity = read_quantity(text)
            except InvalidValue as error:
                self._pending.refuse(self.key, (changed.id, Column.NUMBER), text, error)
                return
            changed = replace(changed, value=quantity.value, unit=quantity.unit or changed.unit or row.unit)
        self._pending.accept(self.key, (changed.id, Column.NUMBER))
        self._save(self.key, (*before[:place], changed, *before[place + 1 :]), before)

    # --- verbs --------------------------------------------------------------------------------------------------

    def add_indicator(self) -> None:
        """Open a row for a new indicator."""
        self._open_blank(Column.INDICATOR)

    def add_result(self) -> None:
        """Open a row for a result that answers no indicator."""
        self._open_blank(Column.RESULT)

    def _open_blank(self, column: Column) -> None:
        if not self._editable:
            return
        self.table.finish_editing()
        row = self.model.add_blank_row()
        self._fit()
        index = self.model.place_of(row, column)
        self.table.setCurrentIndex(index)
        self.table.edit(index)

    def _on_editor_closed(self) -> None:
        self.model.drop_blank_row()
        self._fit()

    def remove_row(self) -> None:
        """Take the chosen line out: the result of the row, or its indicator where there is no result."""
        index = self.table.currentIndex()
        if not self._editable or not index.isValid():
            return
        row = self.model.rows[index.row()]
        if row.result is not None:
            self._enter_result(row, "")
        elif row.indicator is not None:
            before = self._slot.indicators
            self._save(self.indicators_key, tuple(item for item in before if item.id != row.indicator.id), before)

    def judge_row(self) -> None:
        """Ask for a judgement of the chosen row."""
        index = self.table.currentIndex()
        if index.isValid():
            self._on_table_judge_asked(index.row())

    def _on_table_judge_asked(self, row_number: int) -> None:
        row = self.model.rows[row_number]
        if self._editable and row.judged:
            self.judge_asked.emit(self, row)

    def _on_table_entered(self) -> None:
        self.focused.emit(self)

    def _on_more_clicked(self) -> None:
        self._show_menu_at(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _on_table_menu_requested(self, position: QPoint) -> None:
        self._show_menu_at(self.table.viewport().mapToGlobal(position))

    def _show_menu_at(self, position: QPoint) -> None:
        index = self.table.currentIndex()
        row = self.model.rows[index.row()] if index.isValid() else ResultRow()
        self._remove.setEnabled(self._editable and row != ResultRow())
        self._judge.setEnabled(self._editable and bool(row.judged))
        for action in (self._add_indicator, self._add_result):
            action.setEnabled(self._editable)
        for verb, item in self._row_actions.items():
            item.setEnabled(self.can(verb))
        self._menu.popup(position)
