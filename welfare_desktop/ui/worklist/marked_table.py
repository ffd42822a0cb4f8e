"""A table whose cells are paragraphs with marked places: findings, hits, blanks, previews of many changes.

A place is marked by a background and an underline, so that it shows without colour.  Rows may carry a check box or be
headings.  What is painted is what a screen reader is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ..parts import theme
from ..parts.marked_text import Row, lines_of_para, paint_check, paint_para
from ..parts.tables import HeadedModel, choose_by_rows

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_SIDE_PX = 7
_TOP_PX = 5
_CHECK_COLUMN_PX = 24
_BAND_PX = 28


class MarkedModel(HeadedModel):
    """The rows of a :class:`MarkedTable`."""

    toggled = Signal(int, bool)

    def __init__(self, headings: Sequence[str], parent: QObject) -> None:
        super().__init__(headings, parent)
        self.rows: list[Row] = []

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def replace_row(self, number: int, row: Row) -> None:
        """Show one row anew."""
        self.rows[number] = row
        self.dataChanged.emit(self.index(number, 0), self.index(number, self.columnCount() - 1))

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Qt: rows."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Qt: headings cannot be chosen; rows with a box can be checked."""
        row = self.rows[index.row()]
        if row.band:
            return Qt.ItemFlag.ItemIsEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if row.checked is not None and not index.column() else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: texts and checks; the delegate takes the row itself."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken(index.column())
        if role == Qt.ItemDataRole.CheckStateRole and row.checked is not None and not index.column():
            return Qt.CheckState.Checked if row.checked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt: a check box was pressed, also by a screen reader."""
        if role != Qt.ItemDataRole.CheckStateRole or self.rows[index.row()].checked is None:
            return False
        self.toggled.emit(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        return True


class _Delegate(QStyledItemDelegate):
    """Measures and paints the paragraphs of a cell."""

    def __init__(self, table: MarkedTable) -> None:
        super().__init__(table)
        self._table = table

    def height_px(self, row: Row, column: int, width_px: int) -> int:
        """How high a cell must be at ``width_px``."""
        if row.band:
            return _BAND_PX
        inner = self._inner(row, column, width_px)
        return 2 * _TOP_PX + sum(lines_of_para(para, inner) * theme.PITCH[para.size_px] for para in row.cells[column])

    def _inner(self, row: Row, column: int, width_px: int) -> int:
        box = _CHECK_COLUMN_PX if row.checked is not None and not column else 0
        return max(width_px - 2 * _SIDE_PX - 1 - box, 20)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Qt: the table sets widths and heights itself."""
        return QSize(40, _BAND_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Qt: background, check box, paragraphs."""
        row = self._table.rows[index.row()]
        box: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(box)
        painter.fillRect(box, QColor(theme.BAND if row.band else theme.ACCENT_TINT if selected else theme.FIELD))
        if selected and not index.column():
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.ACCENT))
        left, top = float(box.left() + _SIDE_PX), float(box.top() + _TOP_PX)
        if row.checked is not None and not index.column():
            paint_check(painter, left, top + 2, checked=row.checked)
            left += _CHECK_COLUMN_PX
        # The column's width, as measured: what Qt hands over is the grid line narrower, and a last line would not fit.
        width = self._inner(row, index.column(), self._table.columnWidth(index.column()))
        for para in row.cells[index.column()]:
            top = paint_para(painter, para, QRectF(left, top, width, box.height()), dimmed=row.dimmed)
        painter.restore()


class MarkedTable(QTableView):
    """Rows under ``headings``; a width above 0 is in px, one below 0 a share of what is left.

    ``opened`` carries the row somebody pressed Enter on or clicked twice, ``current_changed`` the row that became
    current, ``toggled`` a row and the state its box should take, ``remove_asked`` the row somebody pressed Del on.
    """

    opened = Signal(int)
    current_changed = Signal(int)
    toggled = Signal(int, bool)
    remove_asked = Signal(int)

    def __init__(
        self,
        name: str,
        headings: Sequence[str],
        widths: Sequence[int],
        *,
        head: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._widths = widths
        self._fitting = False
        self._spare: tuple[int, int] | None = None
        self._content = MarkedModel(headings, self)
        self._content.toggled.connect(self.toggled)
        self._delegate = _Delegate(self)
        self.setModel(self._content)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        choose_by_rows(self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setVisible(head)
        self.doubleClicked.connect(self._on_double_clicked)

    # --- content ------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Row]:
        """The rows shown."""
        return self._content.rows

    def show_rows(self, rows: Sequence[Row], current: int = 0) -> None:
        """Show ``rows`` and make ``current`` (or the last one before it) the current row."""
        self._content.show_rows(rows)
        self._fit()
        self.choose(min(current, len(rows) - 1))

    def replace_row(self, number: int, row: Row) -> None:
        """Show one row anew, at the height it has."""
        self._content.replace_row(number, row)

    def choose(self, number: int) -> None:
        """Make a row current; of a heading the next row below."""
        while 0 <= number < len(self.rows) and self.rows[number].band:
            number += 1
        if 0 <= number < len(self.rows):
            self.setCurrentIndex(self._content.index(number, 0))
            self.scrollTo(self.currentIndex())

    @property
    def current(self) -> int:
        """The number of the current row, -1 when there is none."""
        index = self.currentIndex()
        return index.row() if index.isValid() else -1

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Qt: another row is current."""
        super().currentChanged(current, previous)
        if current.row() != previous.row() or not previous.isValid():
            self.current_changed.emit(current.row())

    def _fit(self) -> None:
        """Set widths and heights; once more where a scroll bar that came or went changed the room meanwhile."""
        if self._fitting:
            return
        self._fitting = True
        for _ in range(2):
            room = self.viewport().width()
            self._fit_to(room)
            if self.viewport().width() == room:
                break
        self._fitting = False

    def hide_below(self, column: int, width_px: int) -> None:
        """Leave a column out while the table is narrower than ``width_px``; what it says must stand elsewhere too."""
        self._spare = (column, width_px)

    def _fit_to(self, room: int) -> None:
        wanted = list(self._widths)
        if self._spare is not None:
            column, least = self._spare
            self.setColumnHidden(column, room < least)
            wanted[column] = 0 if room < least else wanted[column]
        shares = -sum(width for width in wanted if width < 0)
        rest = max(room - sum(width for width in wanted if width > 0), 120)
        widths = [width if width >= 0 else rest * -width // shares for width in wanted]
        for column, width in enumerate(widths):
            if width:
                self.setColumnWidth(column, width)
        for number, row in enumerate(self.rows):
            heights = (self._delegate.height_px(row, column, width) for column, width in enumerate(widths) if width)
            self.setRowHeight(number, max(heights))
        self.updateGeometries()

    # --- acting -------------------------------------------------------------------------------------------------

    def _on_double_clicked(self, index: _Index) -> None:
        if not self.rows[index.row()].band:
            self.opened.emit(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter opens, Space checks, Del removes, Ctrl+C copies the row."""
        number = self.current
        if number >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(number)
        elif number >= 0 and event.key() == Qt.Key.Key_Space and self.rows[number].checked is not None:
            self.toggled.emit(number, not self.rows[number].checked)
        elif number >= 0 and event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit(number)
        else:
            super().keyPressEvent(event)

    def copy_row(self) -> None:
        """Put the current row on the clipboard as text."""
        if self.current >= 0:
            row = self.rows[self.current]
            QApplication.clipboard().setText("\t".join(row.spoken(column) for column in range(len(row.cells))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on a check box."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or index.column() or event.button() is not Qt.MouseButton.LeftButton:
            return
        row = self.rows[index.row()]
        if row.checked is not None and event.position().x() < _SIDE_PX + _CHECK_COLUMN_PX:
            self.toggled.emit(index.row(), not row.checked)

    def event(self, event: QEvent) -> bool:
        """Qt: Enter and Del are the table's own even where a button or a menu would take them."""
        own = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in own:
            event.setAccepted(event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier))
            if event.isAccepted():
                return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width wraps anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()
