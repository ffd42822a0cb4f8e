"""A list of sentences that does not fit into a banner: what a template could not take, what a layout had to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from . import theme
from .controls import NoteLabel, push_button
from .text_table import TextTable


class NotesDialog(QDialog):
    """Sentences, one a row, to be read."""

    def __init__(self, parent: QWidget | None, title: str, notes: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(760, 460)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel(title, size_px=theme.PANE_TITLE_PX, bold=True))
        self.table = TextTable((f"お知らせ {len(notes)} 件",), (0,))
        self.table.setAccessibleName(title)
        self.table.show_rows([(note,) for note in notes])
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        close = push_button("閉じる", self.accept, kind="primary")
        close.setDefault(True)
        row.addWidget(close)
        column.addLayout(row)
