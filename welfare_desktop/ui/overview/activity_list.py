"""The activities below what is chosen, each with its fill and a way into its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from welfare_desktop.domain.completeness import Fill
from welfare_desktop.domain.text import circled

from ..parts import theme
from ..parts.marks import MARK_PX, mark_of_work, paint_mark
from ..parts.tables import HeadedModel, choose_by_rows

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROW_PX = 28
_MOST_ROWS = 12
_HEADINGS = ("番号", "活動", "記入済み", "未記入", "下書き", "状態")
_WIDTHS = (64, 0, 88, 72, 72, 110)


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One activity: id, path of its goal (``2-4``), number, title, fill."""

    activity_id: str
    path: str
    number: int
    title: str
    fill: Fill


class _Model(HeadedModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(_HEADINGS, parent)
        self.rows: Sequence[ActivityRow] = ()

    def show_rows(self, rows: Sequence[ActivityRow]) -> None:
        self.beginResetModel()  # another goal: nothing of the old list stays
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.rows[index.row()]
        return (
            f"{row.path}{circled(row.number)}",
            row.title,
            f"{row.fill.entered} / {row.fill.expected}",
            str(row.fill.blank or ""),
            str(row.fill.draft or ""),
            row.fill.state_word,
        )[index.column()]


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, QColor(theme.ACCENT_TINT if selected else theme.FIELD))
        box = QRectF(option.rect).adjusted(8, 0, -8, 0)
        model = index.model()
        if index.column() == len(_HEADINGS) - 1 and isinstance(model, _Model):
            fill = model.rows[index.row()].fill
            mark = mark_of_work(fill.state)
            top = box.center().y() - MARK_PX / 2
            paint_mark(painter, mark, QRectF(box.left(), top, MARK_PX, MARK_PX))
            box.adjust(MARK_PX + 5, 0, 0, 0)
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(theme.SMALL_PX, bold=index.column() == 1))
        right = index.column() in (2, 3, 4)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)


class ActivityList(QTableView):
    """The list, a dozen rows high at most.  ``opened`` carries the id of the activity to show."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        choose_by_rows(self)
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = self.horizontalHeader()
        for place, width in enumerate(_WIDTHS):
            if width:
                self.setColumnWidth(place, width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._on_double_clicked)

    def show_rows(self, name: str, rows: Sequence[ActivityRow]) -> None:
        """Show ``rows``; ``name`` is what a screen reader calls the list.  The place in it stays while it fits."""
        current = self.currentIndex().row()
        self.setAccessibleName(name)
        self._model.show_rows(rows)
        self.setFixedHeight(28 + min(max(len(rows), 1), _MOST_ROWS) * _ROW_PX + 2 * self.frameWidth())
        if 0 <= current < len(rows):
            self.setCurrentIndex(self._model.index(current, 0))

    def focus_first(self) -> None:
        """Go into the list."""
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0, 0))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, row: int) -> None:
        self.opened.emit(self._model.rows[row].activity_id)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self._open(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter goes into the form."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex().row())
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier or event.key() == Qt.Key.Key_Escape:
            event.ignore()  # left to the window and to the page
        else:
            super().keyPressEvent(event)
