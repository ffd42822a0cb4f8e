"""A read-only table whose cells wrap, for lists in dialogs: warnings, departments."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from . import theme
from .tables import HeadedModel, choose_by_rows
from .wrapping import wrap

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_SIDE_PX = 8
_TOP_PX = 5


class _Model(HeadedModel):
    def __init__(self, headings: Sequence[str], parent: QObject) -> None:
        super().__init__(headings, parent)
        self.rows: Sequence[Sequence[str]] = ()

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        self.beginResetModel()  # filled once, when its dialog opens
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.rows[index.row()][index.column()]
        return None


class _Delegate(QStyledItemDelegate):
    def height_px(self, text: str, width_px: int) -> int:
        lines = len(wrap(text, theme.font(theme.SMALL_PX), width_px - 2 * _SIDE_PX - 1))
        return lines * theme.PITCH[theme.SMALL_PX] + 2 * _TOP_PX

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        box: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, QColor(theme.ACCENT_TINT if selected else theme.FIELD))
        painter.setFont(theme.font(theme.SMALL_PX))
        painter.setPen(QColor(theme.TEXT))
        pitch = theme.PITCH[theme.SMALL_PX]
        top = box.top() + _TOP_PX
        width = box.width() - 2 * _SIDE_PX
        for line in wrap(str(index.data()), theme.font(theme.SMALL_PX), width):
            painter.drawText(QRectF(box.left() + _SIDE_PX, top, width, pitch), Qt.AlignmentFlag.AlignVCenter, line)
            top += pitch


class TextTable(QTableView):
    """Rows of text under ``headings``; a width of 0 shares what the others leave."""

    def __init__(self, headings: Sequence[str], widths_px: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widths = widths_px
        self._model = _Model(headings, self)
        self._delegate = _Delegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        choose_by_rows(self)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show ``rows`` and choose the first."""
        self._model.show_rows(rows)
        if rows:
            self.selectRow(0)
        self._fit()

    def chosen_row(self) -> int | None:
        """Return the number of the chosen row, or None."""
        return self.currentIndex().row() if self.currentIndex().isValid() else None

    def _fit(self) -> None:
        room = self.viewport().width()
        shared = [place for place, width in enumerate(self._widths) if not width]
        rest = max(room - sum(self._widths), 80 * len(shared))
        widths = [width or rest // len(shared) for width in self._widths]
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width)
        for number, row in enumerate(self._model.rows):
            height = max(self._delegate.height_px(text, widths[place]) for place, text in enumerate(row))
            self.setRowHeight(number, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width wraps anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()
