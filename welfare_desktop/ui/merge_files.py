"""The list of files that came back, with what each amounts to; choosing one shows only its differences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from welfare_desktop.operations.merging import FileOutcome
from welfare_desktop.operations.reviewing import counts_words

from . import theme
from .marks import Mark, mark_icon

_COUNTS = (("自動", ("automatic", "new")), ("見直し", ("review",)), ("衝突", ("conflict",)))
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


class FileList(QTreeWidget):
    """One row per file below a row for all; ``chosen`` carries the file's number, or None for all."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("返ってきたファイル")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(14, 14))
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
        row.setIcon(0, mark_icon(mark_of_file(item)))
        tip = f"{item.error.message}{item.error.next_step}" if item.error is not None else counts_words(item)
        row.setToolTip(0, f"{item.path.name}\n{tip}")
        row.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{item.path.name} {item.department} {tip}")
        if item.error is not None:
            row.setForeground(0, QColor(theme.BAD))
        for place in range(1, len(_COUNTS) + 1):
            row.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for place, mark in ((2, Mark.TRIANGLE), (3, Mark.CROSS)):
            if row.text(place) not in ("", "–"):
                row.setForeground(place, mark.colour)
                row.setFont(place, theme.font(theme.SMALL_PX, bold=True))
        return row

    def _on_current_changed(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(0, Qt.ItemDataRole.UserRole))
