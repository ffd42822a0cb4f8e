"""The matrix 担当課 × 目標: who owes how much, how far it is, and whether it was handed in.

The departments are the table's row headers, so that they stay in sight while a plan of many goals is scrolled sideways.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ..parts import theme
from ..parts.marks import MARK_PX, paint_mark
from ..parts.wrapping import wrap
from .cells import SUM_ROW, SUM_TINT, TAIL, MatrixModel, Tail

_Index = QModelIndex | QPersistentModelIndex
_ROW_PX = 24
_HEAD_PX = 60
_HEAD_PITCH_PX = 17
_PAD_PX = 7
_OWNER_PX = (96, 168)
_LEAST_PX = 88
#: 計 (at least), 割合, 状態, 提出.
_TAIL_PX = (88, 126, 92, 76)


class _Heads(QHeaderView):
    """The goals: number, then the title on up to two lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFixedHeight(_HEAD_PX)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Qt: one heading."""
        model = self.model()
        assert isinstance(model, MatrixModel) and model.view is not None
        painter.save()
        painter.fillRect(rect, QColor(theme.BAND))
        painter.setPen(QColor(theme.SEPARATOR))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(QColor(theme.FIELD_BORDER))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(QColor(theme.TEXT))
        room = rect.adjusted(_PAD_PX, 0, -4, 0)
        bold, plain = theme.font(theme.SMALL_PX, bold=True), theme.font(theme.NOTE_PX)
        if section >= model.goals:
            painter.setFont(bold)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, TAIL[section - model.goals])
        else:
            column = model.view.columns[section]
            lines = wrap(column.title, plain, room.width(), 2)
            top = rect.top() + (rect.height() - (len(lines) + 1) * _HEAD_PITCH_PX) // 2
            for number, (text, font) in enumerate([(column.label, bold), *((line, plain) for line in lines)]):
                painter.setFont(font)
                box = QRect(room.left(), top + number * _HEAD_PITCH_PX, room.width() + 4, _HEAD_PITCH_PX)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class _Owners(QHeaderView):
    """The owners at the left; clicking one chooses its row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setDefaultSectionSize(_ROW_PX)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(True)

    def sizeHint(self) -> QSize:
        """Qt: as wide as the longest name, within bounds."""
        model = self.model()
        names = [str(model.headerData(row, Qt.Orientation.Vertical)) for row in range(model.rowCount())]
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0) + 2 * _PAD_PX
        return QSize(min(max(widest, _OWNER_PX[0]), _OWNER_PX[1]), 0)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Qt: one name."""
        model, table = self.model(), self.parent()
        assert isinstance(model, MatrixModel) and isinstance(table, QTableView)
        is_sum = model.owner(section) is None
        here = table.currentIndex().row() == section
        painter.save()
        painter.fillRect(rect, QColor(SUM_TINT if is_sum else theme.ACCENT_TINT if here else theme.FIELD))
        if here:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(theme.ACCENT))
        painter.setPen(QColor(theme.SEPARATOR))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(QColor(theme.FIELD_BORDER))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(theme.SMALL_PX, bold=is_sum))
        room = rect.adjusted(_PAD_PX, 0, -4, 0)
        name = str(model.headerData(section, Qt.Orientation.Vertical))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, MatrixModel)
        cell = model.cell(index.row(), index.column())
        box: QRect = option.rect
        painter.save()
        painter.fillRect(box, QColor(cell.tint))
        tail = model.tail(index.column())
        room = box.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        if cell.mark is not None:
            paint_mark(painter, cell.mark, QRectF(room.left(), box.center().y() - MARK_PX / 2 + 1, MARK_PX, MARK_PX))
            room.setLeft(room.left() + MARK_PX + 5)
        if cell.percent is not None:
            _paint_share(painter, QRect(room.left(), box.center().y() - 5, room.width() - 44, 11), cell.percent)
        painter.setPen(QColor(cell.colour))
        painter.setFont(theme.font(theme.SMALL_PX, bold=cell.bold))
        side = Qt.AlignmentFlag.AlignLeft if tail in (Tail.STATE, Tail.ANSWER) else Qt.AlignmentFlag.AlignRight
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, cell.text)
        if option.state & QStyle.StateFlag.State_Selected:
            view = self.parent()
            focus = isinstance(view, QTableView) and view.hasFocus()
            painter.setPen(QPen(QColor(theme.ACCENT if focus else theme.FIELD_BORDER), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.restore()


def _paint_share(painter: QPainter, box: QRect, percent: int) -> None:
    painter.setPen(QColor(theme.FIELD_BORDER))
    painter.setBrush(QColor(theme.FIELD))
    painter.drawRect(box)
    inner = box.adjusted(1, 1, 0, 0)
    painter.fillRect(QRect(inner.left(), inner.top(), inner.width() * percent // 100, inner.height()), theme.ACCENT)
    painter.setBrush(Qt.BrushStyle.NoBrush)


class MatrixView(QTableView):
    """The matrix on screen, as high as it has rows.

    ``opened`` carries row and column of a cell somebody wants to go into, ``menu_asked`` a row and a place on screen,
    ``moved`` the cell that became current.
    """

    opened = Signal(int, int)
    menu_asked = Signal(int, QPoint)
    moved = Signal(QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix = MatrixModel(self)
        self.setHorizontalHeader(_Heads(self))
        self.setVerticalHeader(_Owners(self))
        self.setModel(self.matrix)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("担当課と目標の一覧")
        self._corner = QLabel("担当課", self)
        self._corner.setFont(theme.font(theme.SMALL_PX, bold=True))
        self._corner.setStyleSheet(
            f"background: {theme.BAND}; padding-left: {_PAD_PX}px; border-right: 1px solid {theme.FIELD_BORDER};"
            f" border-bottom: 1px solid {theme.FIELD_BORDER};"
        )
        self.matrix.modelReset.connect(self._on_reset)
        self.verticalHeader().sectionClicked.connect(self._on_owner_clicked)

    def focus_first(self) -> None:
        """Go into the matrix: where one was, or its first cell."""
        if not self.currentIndex().isValid() and self.matrix.rowCount():
            self.setCurrentIndex(self.matrix.index(0, 0))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, owner: str | None, column_id: str | None) -> None:
        """Make the cell of an owner (None: the sum) and a column current, as far as it is still there."""
        row = self.matrix.row_of(owner if owner is not None else SUM_ROW)
        columns = range(self.matrix.columnCount())
        column = next((place for place in columns if column_id and self.matrix.column_id(place) == column_id), 0)
        if row is not None:
            self.setCurrentIndex(self.matrix.index(row, column))

    # --- sizes ----------------------------------------------------------------------------------------------------

    def _on_reset(self) -> None:
        self.verticalHeader().setFixedWidth(self.verticalHeader().sizeHint().width())
        self.updateGeometries()
        self._spread()

    def _spread(self) -> None:
        """Share what the tail leaves among the goals; below what they need they are scrolled."""
        goals = self.matrix.goals
        tail = (self._sum_px(), *_TAIL_PX[1:])
        room = self.width() - 2 * self.frameWidth() - self.verticalHeader().width() - sum(tail)
        each, rest = divmod(max(room, 0), goals) if goals else (0, 0)
        least = self._least_px()
        fits = each >= least
        for column in range(goals):
            self.setColumnWidth(column, each + (column < rest) if fits else least)
        spare = room if not goals and room > 0 else 0
        for place, width in enumerate(tail):
            self.setColumnWidth(goals + place, width + (spare if place == Tail.SHARE.value else 0))
        self._order_tail(goals, first=not fits and bool(goals))
        bar = 0 if fits or not goals else self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(_HEAD_PX + self.matrix.rowCount() * _ROW_PX + 2 * self.frameWidth() + bar)
        frame = self.frameWidth()
        self._corner.setGeometry(frame, frame, self.verticalHeader().width(), _HEAD_PX)
        self._corner.raise_()

    def _order_tail(self, goals: int, *, first: bool) -> None:
        """Show sums, shares and states beside the names where not all goals fit: they are what one looks for first."""
        header = self.horizontalHeader()
        places = range(len(_TAIL_PX)) if first else reversed(range(len(_TAIL_PX)))
        for place in places:
            header.moveSection(header.visualIndex(goals + place), place if first else goals + place)

    def _least_px(self) -> int:
        """Return how narrow the goals' columns may be: mark and count of the last row, whose counts are the longest."""
        metrics = QFontMetrics(theme.font(theme.SMALL_PX, bold=True))
        row = self.matrix.rowCount() - 1
        texts = (self.matrix.cell(row, column).text for column in range(self.matrix.goals) if row >= 0)
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        return max(widest + MARK_PX + 5 + 2 * _PAD_PX + 4, _LEAST_PX)

    def _sum_px(self) -> int:
        """Return the width of the sums: the last row's are the longest."""
        metrics = QFontMetrics(theme.font(theme.SMALL_PX, bold=True))
        last = self.matrix.index(self.matrix.rowCount() - 1, self.matrix.goals)
        return max(metrics.horizontalAdvance(str(last.data())) + 2 * _PAD_PX + 4, _TAIL_PX[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the columns share another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._spread()

    # --- keys and clicks ------------------------------------------------------------------------------------------

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Qt: another cell; its owner's name shows it."""
        super().currentChanged(current, previous)
        self.verticalHeader().viewport().update()
        if current.isValid():
            self.moved.emit(self.visualRect(current))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter goes into a cell; Home and End to the ends of a row, keys of the window to the window."""
        index, key = self.currentIndex(), event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and index.isValid():
            self.opened.emit(index.row(), index.column())
        elif (
            event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            or key == Qt.Key.Key_Escape
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: as Enter."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(index.row(), index.column())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: the verbs of a row, by mouse or by the menu key."""
        index = self.currentIndex()
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(self.viewport().mapFrom(self, event.pos()))
            self.setCurrentIndex(index)
        elif index.isValid():
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        if index.isValid():
            self.menu_asked.emit(index.row(), place)

    def _on_owner_clicked(self, row: int) -> None:
        self.setCurrentIndex(self.matrix.index(row, max(self.currentIndex().column(), 0)))
        self.setFocus(Qt.FocusReason.MouseFocusReason)
