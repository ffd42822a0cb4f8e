"""The list of files that came back, with what each amounts to; choosing one shows only its differences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from welfare_desktop.operations.merging import FileOutcome
from welfare_desktop.operations.reviewing import counts_words

from ..parts import theme
from ..parts.marks import MARK_PX, Mark, paint_mark

_COUNTS = (("自動", ("automatic", "new")), ("見直し", ("review",)), ("衝突", ("conflict",)))
_MARK = Qt.ItemDataRole.UserRole + 1
_UNREADABLE = Qt.ItemDataRole.UserRole + 2
#: Below this width the counts of files are in their tool tips only.
_NARROW_PX = 250
_Index = QModelIndex | QPersistentModelIndex
_ROW_PX = 2 * theme.PITCH[theme.SMALL_PX] + 4


def mark_of_file(item: FileOutcome) -> Mark:
    """Return the mark that says how pressing a file is."""
    if item.error is not None or item.counts.get("conflict"):
        return Mark.CROSS
    if item.counts.get("review"):
        return Mark.TRIANGLE
    if item.counts.get("unmatched"):
        return Mark.QUESTION
    return Mark.TICK


class _NameDelegate(QStyledItemDelegate):
    """A file's mark, its name, and below it who sent it or why it cannot be read."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, QColor(theme.ACCENT_TINT if chosen else theme.FIELD))
        mark: Mark | None = index.data(_MARK)
        left = box.left() + theme.HALF
        pitch = theme.PITCH[theme.SMALL_PX]
        lines = str(index.data()).split("\n")
        top = box.top() + (box.height() - pitch * len(lines)) // 2
        if mark is not None:
            paint_mark(painter, mark, QRectF(left, top + (pitch - MARK_PX) / 2, MARK_PX, MARK_PX))
            left += MARK_PX + theme.HALF
        unreadable = bool(index.data(_UNREADABLE))
        room = box.right() - left
        for number, line in enumerate(lines):
            size = theme.NOTE_PX if number else theme.SMALL_PX
            painter.setFont(theme.font(size, bold=mark in (Mark.CROSS, Mark.TRIANGLE) and not number))
            painter.setPen(QColor((theme.BAD if unreadable else theme.SECOND) if number else theme.TEXT))
            how = Qt.TextElideMode.ElideRight if number else Qt.TextElideMode.ElideMiddle
            text = painter.fontMetrics().elidedText(line, how, room)
            painter.drawText(QRect(left, top, room + 2, pitch), Qt.AlignmentFlag.AlignVCenter, text)
            top += pitch
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRect(QRectF(box).adjusted(1, 1, -1, -1))


class FileList(QTreeWidget):
    """One row per file below a row for all; ``chosen`` carries the file's number, or None for all."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("返ってきたファイル")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setItemDelegateForColumn(0, _NameDelegate(self))
        self.setFont(theme.font(theme.SMALL_PX))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHeaderLabels(["ファイル", *(label for label, _ in _COUNTS)])
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, QColor(theme.ACCENT_TINT))
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor(theme.TEXT))
        self.setPalette(palette)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(40)
        header.setFixedHeight(28)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place in range(1, len(_COUNTS) + 1):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(place, 50)
        self.currentItemChanged.connect(self._on_current_changed)

    def show_files(self, files: Sequence[FileOutcome]) -> None:
        """Show ``files`` and choose the row of all."""
        self.clear()
        self.setHeaderLabels([f"ファイル {len(files)}", *(label for label, _ in _COUNTS)])
        if not files:
            return
        everything = QTreeWidgetItem(["すべてのファイル", "", "", ""])
        everything.setData(0, Qt.ItemDataRole.UserRole, None)
        self._add(everything)
        for number, item in enumerate(files):
            self._add(self._row(number, item))
        self.setCurrentItem(everything)

    def choose_all(self) -> None:
        """Choose the row of all files."""
        first = self.topLevelItem(0)
        if first is not None:
            self.setCurrentItem(first)

    def _add(self, item: QTreeWidgetItem) -> None:
        item.setSizeHint(0, QSize(0, _ROW_PX))
        self.addTopLevelItem(item)

    def _row(self, number: int, item: FileOutcome) -> QTreeWidgetItem:
        below = item.error.message if item.error is not None else item.department or counts_words(item)
        counts = [str(sum(item.counts.get(name, 0) for name in names) or "–") for _, names in _COUNTS]
        row = QTreeWidgetItem([f"{item.path.name}\n{below}", *(counts if item.error is None else ("", "", ""))])
        row.setData(0, Qt.ItemDataRole.UserRole, number)
        row.setData(0, _MARK, mark_of_file(item))
        row.setData(0, _UNREADABLE, item.error is not None)
        tip = f"{item.error.message}{item.error.next_step}" if item.error is not None else counts_words(item)
        row.setToolTip(0, f"{item.path.name}\n{tip}")
        row.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{item.path.name} {item.department} {tip}")
        for place in range(1, len(_COUNTS) + 1):
            row.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for place, mark in ((2, Mark.TRIANGLE), (3, Mark.CROSS)):
            if row.text(place) not in ("", "–"):
                row.setForeground(place, mark.colour)
                row.setFont(place, theme.font(theme.SMALL_PX, bold=True))
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: names come before counts where there is little room."""
        super().resizeEvent(event)
        for place in range(1, len(_COUNTS) + 1):
            self.setColumnHidden(place, event.size().width() < _NARROW_PX)

    def _on_current_changed(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(0, Qt.ItemDataRole.UserRole))
