"""Sections of the panel beside the form that are shown anew with every field: last year's lines, the history in short.

Their rows are kept and given other words: making and styling forty small widgets took longer than everything else that
going to another activity means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.field_history import Past

from ..parts import theme
from ..parts.controls import ElidedLabel, FittedLabel, NoteLabel, push_button
from .history_text import spoken_time, summary
from .last_year import Beside

MOST_HISTORY = 4


class Band(QWidget):
    """A section's heading bar."""

    def __init__(self, title: str, right: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(26)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(theme.STEP)
        self.title = ElidedLabel(title, bold=True)
        row.addWidget(self.title, 1)
        self.right = FittedLabel(right, size_px=theme.NOTE_PX, colour=theme.SECOND)
        row.addWidget(self.right)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the bar behind the words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.BAND))
        painter.end()


class _Copier(QObject):
    """A 写す button with the lines it copies; no closure keeps the panel alive."""

    def __init__(self, words: str, copied: Callable[[Lines], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._copied = copied
        self._lines: Lines = ()
        self.button = push_button(words, kind="small")
        self.button.clicked.connect(self._copy)

    def offer(self, lines: Lines, words: str, what: str, *, offered: bool) -> None:
        """Copy ``lines`` from now on, under ``words``; a button that is not ``offered`` is not there."""
        self._lines = lines if offered else ()
        self.button.setText(words)
        self.button.setAccessibleName(f"{words} {what}")
        self.button.setVisible(offered)

    def _copy(self) -> None:
        self._copied(self._lines)


class _Line:
    """One line of last year's text: its number, its words, its button."""

    def __init__(self, grid: QGridLayout, row: int, copied: Callable[[Lines], None], parent: QWidget) -> None:
        self.number = FittedLabel(str(row + 1), size_px=theme.NOTE_PX, colour=theme.SECOND)
        self.words = NoteLabel()
        self.copier = _Copier("写す", copied, parent)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.number, row, 0, top)
        grid.addWidget(self.words, row, 1, top)
        grid.addWidget(self.copier.button, row, 2, top)

    def show(self, line: str | None, *, editable: bool) -> None:
        """Show ``line``, or nothing for None."""
        self.words.setText(line or "")
        self.copier.offer((line or "",), "写す", line or "", offered=line is not None and editable)
        self.number.setVisible(line is not None)
        self.words.setVisible(line is not None)


class BesideSection(QWidget):
    """One text that stands beside the field, line by line, with buttons to copy it."""

    def __init__(self, copied: Callable[[Lines], None], import_asked: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._copied = copied
        self._lines: list[_Line] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._band = Band("")
        column.addWidget(self._band)
        box = QWidget()
        inner = QVBoxLayout(box)
        inner.setContentsMargins(10, 8, 8, 10)
        inner.setSpacing(6)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.STEP)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        inner.addLayout(self._grid)
        self._none = NoteLabel()
        inner.addWidget(self._none)
        self._import = push_button("昨年の報告を読み込む…", import_asked, kind="small")
        inner.addWidget(self._import)
        self._all = _Copier("すべて写す", copied, self)
        inner.addWidget(self._all.button, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(box)

    def show_text(self, item: Beside, first_year: int, year: int | None, *, editable: bool, first: bool) -> None:
        """Show ``item`` beside a field of fiscal ``year``; the ``first`` section is the one Ctrl+D copies.

        ``first_year`` is the plan's: before it there can be no record.
        """
        self._band.title.setText(item.title)
        while len(self._lines) < len(item.lines):
            self._lines.append(_Line(self._grid, len(self._lines), self._copied, self))
        for row, line in enumerate(self._lines):
            line.show(item.lines[row] if row < len(item.lines) else None, editable=editable)
        words = f"{fiscal_label(item.year)}の記録はありません。"
        self._none.setText(words + ("この計画の1年目です。" if item.year < first_year else ""))
        self._none.setVisible(not item.lines)
        self._import.setVisible(not item.lines and year is not None and item.year < year)
        copied = "すべて写す" + ("  Ctrl+D" if first else "")
        self._all.offer(item.lines, copied, item.title, offered=len(item.lines) > 1 and editable)


class _Event:
    """One line of the history: when, who, what."""

    def __init__(self, grid: QGridLayout, row: int) -> None:
        self.when = FittedLabel(size_px=theme.NOTE_PX)
        self.who = FittedLabel(size_px=theme.NOTE_PX, colour=theme.SECOND)
        self.what = ElidedLabel(size_px=theme.NOTE_PX)
        for column, label in enumerate((self.when, self.who, self.what)):
            grid.addWidget(label, row, column)

    def show(self, item: Past | None) -> None:
        """Show what happened, or nothing for None."""
        if item is not None:
            today = datetime.now().astimezone().date()
            words = (spoken_time(item.at, today), item.who, item.state or summary(item.before, item.after))
        else:
            words = ("", "", "")
        for label, text in zip((self.when, self.who, self.what), words, strict=True):
            label.setText(text)
            label.updateGeometry()
            label.setVisible(item is not None)


class HistorySection(QWidget):
    """The last changes of the field, and the way to all of them."""

    def __init__(self, history_asked: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Band("履歴", "この欄"))
        box = QWidget()
        inner = QVBoxLayout(box)
        inner.setContentsMargins(10, 6, 8, 8)
        inner.setSpacing(2)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.STEP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        self._events = [_Event(grid, row) for row in range(MOST_HISTORY)]
        self._none = NoteLabel("まだ変更はありません。", colour=theme.SECOND)
        self._all = push_button("すべての履歴…", history_asked, kind="small")
        inner.addWidget(self._none)
        inner.addLayout(grid)
        inner.addWidget(self._all)
        column.addWidget(box)

    def show_history(self, history: Sequence[Past]) -> None:
        """Show the newest of ``history`` (newest first)."""
        for row, event in enumerate(self._events):
            event.show(history[row] if row < len(history) else None)
        self._none.setVisible(not history)
        self._all.setVisible(bool(history))
