"""The four figures above the matrix: each a mark, a word, a number, and a way to what it counts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ..parts import theme
from ..parts.marks import MARK_PX, Mark, paint_mark

_HEIGHT_PX = 40
_PAD_PX = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """What a tile says: ``number`` is large, ``rest`` follows it small; ``spoken`` is the whole in words."""

    mark: Mark
    word: str
    number: str
    rest: str
    spoken: str


class Tile(QAbstractButton):
    """One figure; pressing it goes to what it counts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure = Figure(Mark.BAR, "", "", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_figure(self, figure: Figure, tip: str, *, leads: bool) -> None:
        """Show ``figure``; ``tip`` says where pressing leads, ``leads`` whether it does."""
        self._figure = figure
        self.setAccessibleName(figure.spoken)
        self.setToolTip(f"{figure.spoken}\n{tip}" if leads else figure.spoken)
        self.setEnabled(leads)
        self.update()

    @property
    def figure(self) -> Figure:
        """What it shows."""
        return self._figure

    def sizeHint(self) -> QSize:
        """Qt: wide enough for a short figure."""
        return QSize(150, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: frame, mark, word, number."""
        painter = QPainter(self)
        hovered = self.isEnabled() and self.underMouse()
        painter.fillRect(self.rect(), QColor(theme.ACCENT_TINT if hovered else theme.FIELD))
        focus = self.hasFocus()
        painter.setPen(QPen(QColor(theme.ACCENT if focus else theme.SEPARATOR), 2 if focus else 1))
        inset = 1 if focus else 0
        painter.drawRect(self.rect().adjusted(inset, inset, -1, -1))
        figure, middle = self._figure, self.height() / 2
        paint_mark(painter, figure.mark, QRectF(_PAD_PX, middle - MARK_PX / 2, MARK_PX, MARK_PX))
        left, end = _PAD_PX + MARK_PX + 8, self.width() - _PAD_PX
        big, small = theme.font(theme.TITLE_PX, bold=True), theme.font(theme.SMALL_PX)
        number_px = QFontMetrics(big).horizontalAdvance(figure.number)
        rest_px = QFontMetrics(small).horizontalAdvance(figure.rest)
        word_px = QFontMetrics(small).horizontalAdvance(figure.word)
        if left + word_px + 10 + number_px + 6 + rest_px > end:
            rest_px = max(end - left - word_px - 16 - number_px, 0)
        room = max(end - left - number_px - rest_px - 16, 20)
        for text, font, width, gap in (
            (figure.word, small, min(word_px, room), 10),
            (figure.number, big, number_px, 6),
            (figure.rest, small, rest_px, 0),
        ):
            painter.setFont(font)
            painter.setPen(QColor(theme.SECOND if font is small and text == figure.rest else theme.TEXT))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width + 1)
            painter.drawText(QRect(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            left += width + gap
        painter.end()
