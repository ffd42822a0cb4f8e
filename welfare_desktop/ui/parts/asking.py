"""Asking and telling: the few boxes that interrupt, all with what is safe and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError

from . import theme
from .banner import Tone
from .controls import NoteLabel, TypedLine, push_button
from .marks import Mark, paint_mark

_MARK_PX = 28


class _BigMark(QWidget):
    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self._mark = mark
        self.setFixedSize(QSize(_MARK_PX, _MARK_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_mark(painter, self._mark, QRectF(1, 1, _MARK_PX - 2, _MARK_PX - 2))
        painter.end()


class AskDialog(QDialog):
    """A question with one button per answer; the first is the next step and the default.

    ``answer`` is the number of the button pressed, -1 when the box was closed.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        answers: Sequence[str],
        *,
        tone: Tone = Tone.INFO,
        detail: str = "",
    ) -> None:
        super().__init__(parent)
        self.answer = -1
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.DIALOG_MARGIN)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(_BigMark(tone.value[2]), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme.HALF)
        words.addWidget(NoteLabel(title, colour=tone.value[0], size_px=theme.PANE_TITLE_PX, bold=True))
        words.addWidget(NoteLabel(text, size_px=theme.TEXT_PX))
        if detail:
            words.addWidget(NoteLabel(detail, colour=theme.SECOND, size_px=theme.NOTE_PX))
        words.addStretch(1)  # room to spare stands below the words, not between them
        row.addLayout(words, 1)
        column.addLayout(row)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.buttons = QButtonGroup(self)
        for number, words_ in reversed(list(enumerate(answers))):
            button = push_button(words_, kind="primary" if number == 0 else "")
            button.setDefault(number == 0)
            self.buttons.addButton(button, number)
            buttons.addWidget(button)
        self.buttons.idClicked.connect(self._on_answered)
        self.buttons.button(0).setFocus()
        column.addLayout(buttons)
        width = max(self.minimumWidth(), column.totalSizeHint().width())
        self.resize(width, column.totalHeightForWidth(width))

    def _on_answered(self, number: int) -> None:
        self.answer = number
        self.accept()


def ask(
    parent: QWidget | None,
    title: str,
    text: str,
    answers: Sequence[str],
    *,
    tone: Tone = Tone.INFO,
    detail: str = "",
) -> int:
    """Ask and wait; return the number of the answer, -1 when the box was closed."""
    box = AskDialog(parent, title, text, answers, tone=tone, detail=detail)
    box.exec()
    box.deleteLater()
    return box.answer


def tell_error(parent: QWidget | None, error: WelfareError, title: str) -> None:
    """Tell why something a person asked for was not done."""
    place = "  ".join(part for part in (error.code, error.where) if part)
    ask(parent, title, f"{error.message}\n{error.next_step}".strip(), ("閉じる",), tone=Tone.BAD, detail=place)


class LineDialog(QDialog):
    """Asks for one line; what ``take`` refuses is said below the line and the typed text stays."""

    def __init__(
        self, parent: QWidget | None, title: str, label: str, text: str, take: Callable[[str], object], *, verb: str
    ) -> None:
        super().__init__(parent)
        self._take = take
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        caption = NoteLabel(label, size_px=theme.TEXT_PX)
        column.addWidget(caption)
        self.line = TypedLine(text)
        self.line.setAccessibleName(label)
        caption.setBuddy(self.line)
        column.addWidget(self.line)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(push_button("やめる", self.reject))
        done = push_button(verb, self._on_done_clicked, kind="primary")
        done.setDefault(True)
        buttons.addWidget(done)
        column.addLayout(buttons)
        # As high as the words are at this width; Qt's own guess leaves a gap below a caption of two lines.
        self.resize(self.minimumWidth(), column.totalHeightForWidth(self.minimumWidth()))

    def _on_done_clicked(self) -> None:
        try:
            self._take(self.line.text())
        except WelfareError as error:  # the disk may refuse it too; the typed line stays either way
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
            self.line.setFocus()
        else:
            self.accept()
