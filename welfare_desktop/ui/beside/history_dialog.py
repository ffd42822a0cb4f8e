"""すべての履歴: every change of one field, with what was changed in it; a former text can be brought back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from welfare_desktop.domain.differences import Change, LineDifference, LineKind, Segment, line_difference
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.operations.field_history import Past

from ..parts import theme
from ..parts.cell_table import Cell, CellTable, Words, note, one_side, plain
from ..parts.controls import NoteLabel, push_button
from .history_text import spoken_time, summary


class HistoryDialog(QDialog):
    """The changes, newest first.

    ``restore`` is given the change whose text before it is wanted; what it refuses is said here.  None where nothing
    can be changed: ``locked`` says why then.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        whose: str,
        past: Sequence[Past],
        restore: Callable[[Past], object] | None,
        locked: str = "",
    ) -> None:
        super().__init__(parent)
        self._past = past
        self._restore = restore
        self._today = datetime.now().astimezone().date()
        self.setWindowTitle(title)
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(980, screen.width()), min(600, screen.height() - 40))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel(title, size_px=theme.PANE_TITLE_PX, bold=True))
        if whose:
            column.addWidget(NoteLabel(whose, colour=theme.SECOND))
        row = QHBoxLayout()
        legend = "新しい順です。−（取り消し線）は前の文、＋（下線）は後の文です。"
        row.addWidget(NoteLabel(legend, colour=theme.SECOND, size_px=theme.NOTE_PX), 1)
        self.whole = QCheckBox("変わらない行も見せる")
        self.whole.toggled.connect(self._show)
        row.addWidget(self.whole)
        column.addLayout(row)
        self.table = CellTable(("いつ・だれ", "何を", "変わったところ"), (-170, -210, 1), title)
        column.addWidget(self.table, 1)
        self.error = NoteLabel(locked, colour=theme.SECOND if locked else theme.BAD)
        self.error.setVisible(bool(locked))
        column.addWidget(self.error)
        column.addLayout(self._make_foot())
        self._show()
        self.table.setFocus()

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        if self._restore is not None and self._past:
            self.restore_button = push_button("選んだ変更の前の文に戻す", self._on_restore_clicked)
            row.addWidget(self.restore_button)
        row.addStretch(1)
        close = push_button("閉じる", self.accept, kind="primary")
        close.setDefault(True)
        row.addWidget(close)
        return row

    def _show(self) -> None:
        whole = self.whole.isChecked()

        def cell(row: int, column: int) -> Cell:
            return tuple(_cell(self._past[row], column, self._today, whole))

        self.table.show_rows(len(self._past), cell, self.table.chosen_row() or 0)

    def _on_restore_clicked(self) -> None:
        number = self.table.chosen_row()
        if self._restore is None or number is None:
            return
        try:
            self._restore(self._past[number])
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
        else:
            self.accept()


def _cell(item: Past, column: int, today: date, whole: bool) -> Iterator[Words]:
    if column == 0:
        yield plain(spoken_time(item.at, today), bold=True)
        yield note(item.who or "（名前なし）")
    elif column == 1:
        yield plain(item.kind, bold=True)
        if item.label != item.kind:
            yield note(item.label)
        yield from (note(f"送った人: {sender}") for sender in item.senders)
        if item.why:
            yield note(f"理由: {item.why}")
    elif item.state:
        yield note(item.state)
    else:
        yield note(summary(item.before, item.after))
        yield from _changes(item, whole)


def _changes(item: Past, whole: bool) -> Iterator[Words]:
    """Yield the lines that changed, as they were and as they became; with ``whole`` the others too."""
    for line in line_difference(item.before, item.after):
        if line.kind is LineKind.SAME:
            if whole:
                yield plain(line.after or "", colour=theme.SECOND, sign="")
            continue
        before, after = _sides(line)
        if before:
            yield Words(before, sign="−")
        if after:
            yield Words(after, sign="＋")


def _sides(line: LineDifference) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    return one_side(line.segments, Change.ADDED) if line.before is not None else (), (
        one_side(line.segments, Change.REMOVED) if line.after is not None else ()
    )
