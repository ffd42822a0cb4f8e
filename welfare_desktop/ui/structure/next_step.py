"""What the centre shows where the plan has nothing yet: what to do next, and a button for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..parts import theme
from ..parts.controls import NoteLabel, push_button


class NextStep(QWidget):
    """A sentence and the verbs that lead on; the first is the next step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(theme.STEP)
        self.title = NoteLabel(size_px=theme.TITLE_PX, bold=True)
        self.text = NoteLabel(colour=theme.SECOND, size_px=theme.TEXT_PX)
        column.addWidget(self.title)
        column.addWidget(self.text)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.STEP)
        column.addLayout(self._row)
        column.addStretch(1)
        self.buttons: list[QPushButton] = []

    def show_step(self, title: str, text: str, verbs: list[tuple[str, Callable[[], object]]]) -> None:
        """Show ``title`` and ``text`` with a button for each of ``verbs`` (none where nothing can be changed)."""
        self.title.setText(title)
        self.text.setText(text)
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = [
            push_button(words, run, kind="" if number else "primary") for number, (words, run) in enumerate(verbs)
        ]
        for button in self.buttons:
            self._row.addWidget(button)
        self._row.addStretch(1)
        if self.buttons:
            self.setFocusProxy(self.buttons[0])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.buttons else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)
