"""Banners above the form: what happened, what is safe, what to do.  Never a modal box while somebody types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from . import theme
from .controls import NoteLabel, push_button
from .marks import Mark, paint_mark

_MARK_PX = 20


class Tone(Enum):
    """How serious: colour of the strip and title, tint, mark."""

    BAD = (theme.BAD, theme.BAD_TINT, Mark.CROSS)
    ATTENTION = (theme.ATTENTION, theme.ATTENTION_TINT, Mark.TRIANGLE)
    LOCKED = (theme.TEXT, theme.BAND, Mark.PADLOCK)
    INFO = (theme.ACCENT, theme.ACCENT_TINT, Mark.INFO)


@dataclass(frozen=True, slots=True)
class Notice:
    """One banner: title, text, then code and place last.

    ``actions`` are button texts with what they do; the first is the next step.  ``topic`` names what it is about, so
    that a newer notice of the same topic takes its place.
    """

    topic: str
    tone: Tone
    title: str
    text: str
    detail: str = ""
    actions: Sequence[tuple[str, Callable[[], object]]] = ()


class _Bar(QFrame):
    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice = notice
        colour = notice.tone.value[0]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(16 + _MARK_PX + 10, 7, 12, 7)
        row.setSpacing(theme.STEP)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(NoteLabel(notice.title, colour=colour, size_px=theme.TEXT_PX, bold=True))
        if notice.text:
            words.addWidget(NoteLabel(notice.text))
        if notice.detail:
            words.addWidget(NoteLabel(notice.detail, colour=theme.SECOND, size_px=theme.NOTE_PX))
        row.addLayout(words, 1)
        for number, (text, pressed) in enumerate(notice.actions):
            urgent = number == 0 and notice.tone in (Tone.BAD, Tone.ATTENTION)
            button = push_button(text, pressed, kind="primary" if urgent else "")
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(f"{notice.title} {notice.text}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        colour, tint, mark = self._notice.tone.value
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tint))
        painter.setPen(QColor(colour))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.fillRect(0, 0, 5, self.height(), QColor(colour))
        paint_mark(painter, mark, QRectF(16, 10, _MARK_PX, _MARK_PX))
        painter.end()


class Banners(QWidget):
    """The place for banners, newest first; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: dict[str, _Bar] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fit()

    def hasHeightForWidth(self) -> bool:
        """Qt: no.  Else the window asks how high the words are at its smallest width, and grows to that height."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: at another width the words wrap anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _fit(self) -> None:
        """Be as high as the banners are at the present width."""
        # Before the first lay-out the place is 100 px wide: words and buttons would be higher than any screen, and a
        # window that once grew to that height stays so.
        place = self if self.isVisible() else self.parentWidget() or self
        width = max(place.width(), theme.MIN_PANE)
        self.setFixedHeight(sum(bar.heightForWidth(width) for bar in self._bars.values()))

    def sizeHint(self) -> QSize:
        """Qt: any width."""
        return QSize(theme.MIN_PANE, self.minimumHeight())

    def show_notice(self, notice: Notice) -> None:
        """Show ``notice`` in place of an older one about the same topic."""
        self.dismiss(notice.topic)
        bar = _Bar(notice, self)
        self._bars[notice.topic] = bar
        self._column.insertWidget(0, bar)
        bar.show()
        self._fit()

    def dismiss(self, topic: str) -> None:
        """Take the notice about ``topic`` away, if there is one."""
        bar = self._bars.pop(topic, None)
        if bar is not None:
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
            self._fit()

    def topics(self) -> tuple[str, ...]:
        """Return what the banners on screen are about."""
        return tuple(self._bars)
