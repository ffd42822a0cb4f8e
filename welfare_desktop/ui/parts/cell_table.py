"""A read-only table whose cells are paragraphs: text that wraps, changed words marked, a mark and its word.

What was changed is never told by colour alone: added words are underlined, removed ones struck out.  Cells are asked
for when they are needed, and rows are measured a few at a time: a preview of 25,000 lines opens at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from welfare_desktop.domain.differences import Change, Segment

from . import theme
from .marks import MARK_PX, Mark, paint_mark
from .tables import HeadedModel, choose_by_rows
from .wrapping import wrap

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_SIDE_PX = 8
_TOP_PX = 6
_SIGN_PX = 16
_CELL = Qt.ItemDataRole.UserRole + 1
#: How many rows are measured before the window gets a turn again.
_AT_ONCE = 120
_TINT = {Change.ADDED: theme.INSERTED, Change.REMOVED: theme.REMOVED}


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph of a cell; ``segments`` spell it with its changes, ``sign`` (＋, −) stands before a changed line."""

    segments: tuple[Segment, ...]
    colour: str = theme.TEXT
    bold: bool = False
    mark: Mark | None = None
    size_px: int = theme.SMALL_PX
    sign: str | None = None

    @property
    def text(self) -> str:
        """The letters."""
        return "".join(segment.text for segment in self.segments)

    @property
    def indent_px(self) -> int:
        """How far right the text begins."""
        return MARK_PX + 5 if self.mark is not None else (_SIGN_PX if self.sign is not None else 0)

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return {"＋": "追加 ", "−": "削除 "}.get(self.sign or "", "") + self.text

    def lines(self, width_px: int) -> list[str]:
        """Return the text cut at ``width_px``."""
        return wrap(self.text, theme.font(self.size_px, bold=self.bold), max(width_px - self.indent_px, 20))


Cell = Sequence[Words]


def plain(
    text: str,
    *,
    colour: str = theme.TEXT,
    bold: bool = False,
    mark: Mark | None = None,
    size_px: int = theme.SMALL_PX,
    sign: str | None = None,
) -> Words:
    """Return a paragraph in which nothing is marked as changed."""
    return Words((Segment(Change.SAME, text),) if text else (), colour, bold, mark, size_px, sign)


def note(text: str, colour: str = theme.SECOND) -> Words:
    """Return a second line in small letters."""
    return plain(text, colour=colour, size_px=theme.NOTE_PX)


def one_side(segments: Sequence[Segment], left_out: Change) -> tuple[Segment, ...]:
    """Return the pieces of a difference without those ``left_out``: the text before, or the text after."""
    return tuple(segment for segment in segments if segment.change is not left_out)


class _Model(HeadedModel):
    def __init__(self, headings: Sequence[str], parent: QObject) -> None:
        super().__init__(headings, parent)
        self._count = 0
        self._cell: Callable[[int, int], Cell] = _empty

    def show_rows(self, count: int, cell: Callable[[int, int], Cell]) -> None:
        self.beginResetModel()  # another set of rows: another filter, another year
        self._count, self._cell = count, cell
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def cell(self, row: int, column: int) -> Cell:
        return self._cell(row, column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == _CELL:
            return self._cell(index.row(), index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return "\n".join(item.spoken for item in self._cell(index.row(), index.column()))
        return None


def _empty(_row: int, _column: int) -> Cell:
    return ()


class _Delegate(QStyledItemDelegate):
    def __init__(self, tinted: Collection[int], parent: QObject) -> None:
        super().__init__(parent)
        self._tinted = tinted

    def height_px(self, cell: Cell, width_px: int) -> int:
        room = width_px - 2 * _SIDE_PX - 1
        return sum(theme.PITCH[item.size_px] * len(item.lines(room)) for item in cell) + 2 * _TOP_PX

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = theme.WINDOW if index.column() in self._tinted else theme.FIELD
        painter.fillRect(box, QColor(theme.ACCENT_TINT if chosen else ground))
        top = box.top() + _TOP_PX
        for item in index.data(_CELL) or ():
            top = _paint(painter, box, top, item)
        if chosen and index.column() == 0:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.ACCENT))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRect(QRectF(box).adjusted(1, 1, -1, -1))


def _paint(painter: QPainter, box: QRect, top: int, item: Words) -> int:
    """Paint one paragraph and return where the next begins."""
    pitch = theme.PITCH[item.size_px]
    # The box is the column without its grid line, which is what was measured.
    left, room = box.left() + _SIDE_PX, box.width() - 2 * _SIDE_PX
    if item.mark is not None:
        paint_mark(painter, item.mark, QRectF(left, top + (pitch - MARK_PX) / 2, MARK_PX, MARK_PX))
    if item.sign:
        painter.setFont(theme.font(item.size_px, bold=True))
        painter.setPen(QColor(item.colour))
        painter.drawText(QRectF(left, top, _SIGN_PX, pitch), Qt.AlignmentFlag.AlignVCenter, item.sign)
    offset = 0
    for line in item.lines(room):
        x = float(left + item.indent_px)
        for text, change in _stretches(item.segments, offset, offset + len(line)):
            x = _paint_stretch(painter, x, top, text, change, item)
        offset += len(line)
        top += pitch
    return top


def _stretches(segments: Sequence[Segment], begin: int, end: int) -> Iterator[tuple[str, Change]]:
    """Yield the pieces of the letters from ``begin`` to ``end``."""
    position = 0
    for segment in segments:
        text = segment.text[max(begin - position, 0) : max(end - position, 0)]
        position += len(segment.text)
        if text:
            yield text, segment.change


def _paint_stretch(painter: QPainter, x: float, top: int, text: str, change: Change, item: Words) -> float:
    painter.setFont(theme.font(item.size_px, bold=item.bold))
    pitch = theme.PITCH[item.size_px]
    width = painter.fontMetrics().horizontalAdvance(text)
    room = QRectF(x, top, width, pitch)
    if change in _TINT:
        painter.fillRect(room, QColor(_TINT[change]))
    painter.setPen(QColor(item.colour))
    painter.drawText(room.adjusted(0, 0, 2, 0), Qt.AlignmentFlag.AlignVCenter, text)
    if change in _TINT:
        y = top + (pitch - 2 if change is Change.ADDED else pitch / 2 + 1)
        painter.setPen(QPen(QColor(item.colour), 1))
        painter.drawLine(int(x), int(y), int(x + width), int(y))
    return x + width


class CellTable(QTableView):
    """Rows of cells under ``headings``.

    ``shares`` divide the width among the columns; a negative share is a width in pixels.  ``tinted`` columns stand on
    grey: they are for comparison only.
    """

    def __init__(
        self,
        headings: Sequence[str],
        shares: Sequence[int],
        name: str,
        *,
        tinted: Collection[int] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shares = shares
        self._cells = _Model(headings, self)
        self._delegate = _Delegate(tinted, self)
        self._measured = 0
        self._measuring = QTimer(self)
        self._measuring.setInterval(0)
        self._measuring.timeout.connect(self._measure_some)
        self.setModel(self._cells)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        choose_by_rows(self)
        # Always there: one that comes and goes would change the width the texts wrap at.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalHeader().setDefaultSectionSize(2 * theme.PITCH[theme.SMALL_PX] + 2 * _TOP_PX)

    def show_rows(self, count: int, cell: Callable[[int, int], Cell], chosen: int = 0) -> None:
        """Show ``count`` rows; ``cell`` is asked for row and column when one is needed.  ``chosen`` is chosen."""
        self._cells.show_rows(count, cell)
        self._fit()
        if count:
            self.selectRow(min(chosen, count - 1))

    def set_headings(self, headings: Sequence[str]) -> None:
        """Show other words above the columns."""
        self._cells.set_headings(headings)

    def cell(self, row: int, column: int) -> Cell:
        """Return what a cell says."""
        return self._cells.cell(row, column)

    def chosen_row(self) -> int | None:
        """Return the number of the chosen row, or None."""
        return self.currentIndex().row() if self.currentIndex().isValid() else None

    def _fit(self) -> None:
        fixed = sum(-share for share in self._shares if share < 0)
        room = max(self.viewport().width() - fixed, 80 * len(self._shares))
        whole = sum(share for share in self._shares if share > 0)
        for column, share in enumerate(self._shares):
            self.setColumnWidth(column, -share if share < 0 else room * share // whole)
        self._measured = 0
        self._measuring.start()
        self._measure_some()

    def _measure_some(self) -> None:
        count = self._cells.rowCount()
        end = min(self._measured + _AT_ONCE, count)
        columns = range(len(self._shares))
        for row in range(self._measured, end):
            heights = (
                self._delegate.height_px(self._cells.cell(row, place), self.columnWidth(place)) for place in columns
            )
            self.setRowHeight(row, max(heights))
        self._measured = end
        if end >= count:
            self._measuring.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width wraps anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()
