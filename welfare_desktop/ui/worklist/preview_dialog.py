"""Looking at many changes before they are made: one row a line, each with a box to leave it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ..parts import theme
from ..parts.controls import NoteLabel, push_button
from .marked_table import MarkedTable

_WIDTH_PX, _HEIGHT_PX = 1080, 640


class PreviewDialog(QDialog):
    """A list of changes with boxes, what is to be known above it, and one button that makes those that stay checked."""

    def __init__(self, parent: QWidget | None, title: str, headings: Sequence[str], widths: Sequence[int]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(_WIDTH_PX, screen.width() - 40), min(_HEIGHT_PX, screen.height() - 60))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        self.column.setSpacing(theme.STEP)
        self.about = NoteLabel()
        self.column.addWidget(self.about)
        self.table = MarkedTable(title, headings, widths)
        self.table.toggled.connect(self._on_toggled)
        self.column.addWidget(self.table, 1)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        self.column.addWidget(self.error)
        foot = QHBoxLayout()
        self.all_button = push_button("すべて選ぶ", self._choose_all, kind="small")
        self.none_button = push_button("すべて外す", self._choose_none, kind="small")
        foot.addWidget(self.all_button)
        foot.addWidget(self.none_button)
        foot.addWidget(NoteLabel("Space で選ぶ・外す", colour=theme.SECOND, size_px=theme.NOTE_PX), 1)
        foot.addWidget(push_button("やめる", self.reject))
        self.done_button = push_button("", self._on_done_clicked, kind="primary")
        self.done_button.setDefault(True)
        foot.addWidget(self.done_button)
        self.column.addLayout(foot)

    def checked_rows(self) -> list[int]:
        """Return the numbers of the rows that stay checked."""
        return [number for number, row in enumerate(self.table.rows) if row.checked]

    def _on_toggled(self, number: int, checked: bool) -> None:
        row = self.table.rows[number]
        if row.checked is not None and not row.dimmed:
            self.table.replace_row(number, replace(row, checked=checked))
            self.describe()

    def _choose_all(self) -> None:
        self._set_all(checked=True)

    def _choose_none(self) -> None:
        self._set_all(checked=False)

    def _set_all(self, *, checked: bool) -> None:
        for number, row in enumerate(self.table.rows):
            if row.checked is not None and not row.dimmed:
                self.table.replace_row(number, replace(row, checked=checked))
        self.describe()

    def describe(self) -> None:
        """Say how much is checked, on the button and above the list."""

    def tell_refusal(self, words: str) -> None:
        """Say below the list why it was not done; what was chosen stays."""
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def _on_done_clicked(self) -> None:
        self.take()

    def take(self) -> None:
        """Make the changes that stay checked."""
