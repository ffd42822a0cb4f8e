"""The tree on screen: up to two title lines, count and mark per row, painted by hand.

Row heights follow the titles while the plan is small; above a few thousand rows every row gets two lines, so that the
view never has to measure what nobody looks at.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ..parts import theme
from ..parts.marks import MARK_PX, Mark, paint_mark
from ..parts.wrapping import wrap
from .tree_model import COUNT_ROLE, LEVEL_ROLE, MARK_ROLE, NUMBER_ROLE, TreeModel

_Index = QModelIndex | QPersistentModelIndex
_INDENT_PX = 14
_PITCH_PX = 18
_ROW_PADDING_PX = 10
_NUMBER_PX = 18
_RIGHT_PX = 8
_COUNT_GAP_PX = 4
_UNIFORM_ABOVE = 3000
#: Titles this close to the width of their column are wrapped to know how many lines they take.
_CLOSE_PX = 8


class TreeDelegate(QStyledItemDelegate):
    """Paints one row: number, title on one or two lines, count, mark."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._fonts = (theme.font(theme.SMALL_PX, bold=True), theme.font(theme.SMALL_PX))
        self._metrics = tuple(QFontMetrics(font) for font in self._fonts)
        self._count_width = self._metrics[0].horizontalAdvance("100%")
        self.width_px = theme.TREE_WIDTH
        self.uniform = False

    def _font(self, level: int) -> QFont:
        return self._fonts[1 if level == 2 else 0]

    def _title_box(self, left: int, right: int) -> tuple[int, int]:
        """Return where titles start and how wide they may be, for a row from ``left`` to ``right``."""
        start = left + _NUMBER_PX
        end = right - _RIGHT_PX - MARK_PX - _COUNT_GAP_PX - self._count_width - _COUNT_GAP_PX
        return start, max(end - start, 40)

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Qt: one or two lines high."""
        if self.uniform:
            return QSize(0, 2 * _PITCH_PX + _ROW_PADDING_PX)
        level = index.data(LEVEL_ROLE)
        _, width = self._title_box((level + 1) * _INDENT_PX, self.width_px)
        # Rows off the screen are not wrapped: mostly the plain width tells whether one line takes the title.
        title = index.data(Qt.ItemDataRole.DisplayRole)
        spare = width - self._metrics[1 if level == 2 else 0].horizontalAdvance(title)
        lines = 1 if spare > 0 else 2
        if abs(spare) <= _CLOSE_PX:
            lines = len(wrap(title, self._font(level), width, 2))
        return QSize(0, lines * _PITCH_PX + _ROW_PADDING_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Qt: the row; its background and branch are the view's."""
        level = index.data(LEVEL_ROLE)
        font = self._font(level)
        box: QRect = option.rect
        left, width = self._title_box(box.left(), box.right() + 1)
        lines = wrap(index.data(Qt.ItemDataRole.DisplayRole), font, width, 2)
        top = box.top() + (box.height() - len(lines) * _PITCH_PX) / 2
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(QRectF(box.left(), top, _NUMBER_PX, _PITCH_PX), flags, index.data(NUMBER_ROLE))
        for number, line in enumerate(lines):
            painter.drawText(QRectF(left, top + number * _PITCH_PX, width + 2, _PITCH_PX), flags, line)
        right = box.right() + 1 - _RIGHT_PX - MARK_PX
        mark: Mark | None = index.data(MARK_ROLE)
        if mark is not None:
            paint_mark(painter, mark, QRectF(right, top + (_PITCH_PX - MARK_PX) / 2, MARK_PX, MARK_PX))
        painter.setFont(self._font(level))
        count_box = QRectF(right - _COUNT_GAP_PX - 60, top, 60, _PITCH_PX)
        painter.drawText(count_box, flags | Qt.AlignmentFlag.AlignRight, index.data(COUNT_ROLE))


class PlanTree(QTreeView):
    """The plan's tree.

    ``chosen`` carries the id and level of the row that became current, ``entered`` says that Enter was pressed,
    ``painted`` that the tree was painted for the first time.
    """

    chosen = Signal(str, int)
    entered = Signal()
    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = TreeDelegate(self)
        self._unpainted = True
        self.setItemDelegate(self._delegate)
        self.setHeaderHidden(True)
        self.setIndentation(_INDENT_PX)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(True)
        self.setAccessibleName("計画の構成")

    def show_model(self, model: TreeModel) -> None:
        """Show ``model``; small plans are opened whole, of large ones the first branch."""
        self._delegate.uniform = len(model) > _UNIFORM_ABOVE
        self.setUniformRowHeights(self._delegate.uniform)
        self.setModel(model)
        model.counts_replaced.connect(self._on_counts_replaced)
        self.unfold()

    def unfold(self) -> None:
        """Open small plans whole, of large ones the first branch."""
        model = self.model()
        if isinstance(model, TreeModel) and len(model) > _UNIFORM_ABOVE:
            first = model.index(0, 0)
            self.expand(first)
            self.expand(model.index(0, 0, first))
        else:
            self.expandAll()

    def choose(self, row_id: str) -> bool:
        """Make the row with ``row_id`` current and visible; False when it is not in the tree."""
        model = self.model()
        assert isinstance(model, TreeModel)
        index = model.index_of(row_id)
        if not index.isValid():
            return False
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def choose_none(self) -> None:
        """Have no current row: the whole plan is shown."""
        self.setCurrentIndex(QModelIndex())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt would make the first row current on the way in; while the whole plan is shown only an arrow key does."""
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Qt: another row is current."""
        super().currentChanged(current, previous)
        model = self.model()
        if isinstance(model, TreeModel) and current.isValid():
            row = model.row_of(current)
            if row is not None:
                self.chosen.emit(row[0], model.level_of(current))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter goes into the form, Shift+F10 opens the menu."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return
        if event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            # Windows turns these keys into a context menu by itself, the menu key is turned into one everywhere.
            self.customContextMenuRequested.emit(self.visualRect(self.currentIndex()).center())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: titles wrap anew at another width."""
        super().resizeEvent(event)
        width = event.size().width()
        if width != self._delegate.width_px:
            self._delegate.width_px = width
            if not self._delegate.uniform:
                self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the rows; the first time somebody is told."""
        super().paintEvent(event)
        if self._unpainted:
            self._unpainted = False
            self.painted.emit()

    def _on_counts_replaced(self) -> None:
        self.viewport().update()

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Qt: background over the whole width, branch, then the delegate's part."""
        row: QRect = QRect(option.rect)
        row.setLeft(0)
        row.setRight(self._delegate.width_px - 1)
        current = index == self.currentIndex()
        painter.fillRect(row, QColor(theme.ACCENT_TINT if current else theme.FIELD))
        if current:
            painter.fillRect(QRect(row.left(), row.top(), 3, row.height()), QColor(theme.ACCENT))
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.ACCENT), 1))
                painter.drawRect(row.adjusted(0, 0, -1, -1))
        depth = int(index.data(LEVEL_ROLE)) + 1
        content = QRect(row)
        content.setLeft(depth * _INDENT_PX)
        if self.model().hasChildren(index):
            self._draw_chevron(painter, index, content)
        option.rect = content
        self._delegate.paint(painter, option, index)

    def _draw_chevron(self, painter: QPainter, index: _Index, content: QRect) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.TEXT), 1.6))
        painter.translate(content.left() - _INDENT_PX / 2, content.top() + _ROW_PADDING_PX / 2 + _PITCH_PX / 2)
        if self.isExpanded(index):
            painter.rotate(90)
        painter.drawPolyline(QPolygonF([QPointF(-2, -4), QPointF(2.5, 0), QPointF(-2, 4)]))
        painter.restore()
