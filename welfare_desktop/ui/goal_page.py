"""What the centre shows while a goal is chosen: its activities with their fill, each a way into its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.completeness import Fill, total
from welfare_desktop.domain.text import circled
from welfare_desktop.domain.years import fiscal_label

from . import theme
from .controls import ElidedLabel
from .marks import MARK_PX, mark_of_fill, paint_mark

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROW_PX = 30
_HEADINGS = ("番号", "活動", "記入済み", "未記入", "下書き", "状態")
_WIDTHS = (64, 0, 88, 72, 72, 110)


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One activity: id, path of its goal (``2-4``), number, title, fill."""

    activity_id: str
    path: str
    number: int
    title: str
    fill: Fill


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[GoalRow] = ()

    def show_rows(self, rows: Sequence[GoalRow]) -> None:
        self.beginResetModel()  # another goal: nothing of the old list stays
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

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
            mark = mark_of_fill(fill.entered, fill.expected)
            top = box.center().y() - MARK_PX / 2
            paint_mark(painter, mark, QRectF(box.left(), top, MARK_PX, MARK_PX))
            box.adjust(MARK_PX + 5, 0, 0, 0)
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(theme.SMALL_PX, bold=index.column() == 1))
        right = index.column() in (2, 3, 4)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)


class _List(QTableView):
    opened = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)


class GoalPage(QWidget):
    """The activities below a goal.  ``opened`` carries the id of the one to show."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(theme.HALF)
        self._vision = ElidedLabel(colour=theme.SECOND)
        self._title = ElidedLabel(size_px=theme.TITLE_PX, bold=True)
        self._sum = ElidedLabel(colour=theme.SECOND)
        self._model = _Model(self)
        self._list = _List(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Delegate(self._list))
        self._list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setTabKeyNavigation(False)
        self._list.verticalHeader().hide()
        self._list.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = self._list.horizontalHeader()
        header.setFixedHeight(28)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        for place, width in enumerate(_WIDTHS):
            if width:
                self._list.setColumnWidth(place, width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self._list.opened.connect(self._on_row_opened)
        self._list.doubleClicked.connect(self._on_row_double_clicked)
        for widget in (self._vision, self._title, self._sum):
            column.addWidget(widget)
        column.addSpacing(theme.HALF)
        column.addWidget(self._list, 1)

    def show_goal(self, vision: str, title: str, year: int, rows: Sequence[GoalRow]) -> None:
        """Show the activities ``rows`` below the goal ``title``."""
        fill = total(row.fill for row in rows)
        self._vision.setText(f"理念　{vision}")
        self._title.setText(title)
        self._sum.setText(
            f"{fiscal_label(year)}　記入済みの欄 {fill.percent}%（{fill.entered} / {fill.expected}）　"
            f"未記入 {fill.blank}　下書き {fill.draft}"
        )
        self._list.setAccessibleName(f"{title}の活動")
        self._model.show_rows(rows)

    def focus_list(self) -> None:
        """Go into the list."""
        if not self._list.currentIndex().isValid() and self._model.rowCount():
            self._list.setCurrentIndex(self._model.index(0, 0))
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_row_opened(self, row: int) -> None:
        self.opened.emit(self._model.rows[row].activity_id)

    def _on_row_double_clicked(self, index: QModelIndex) -> None:
        self._on_row_opened(index.row())
