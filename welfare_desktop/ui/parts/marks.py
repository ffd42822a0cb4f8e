"""State marks: a painted shape beside a word, so that state is never told by colour alone.

The shapes are painted because the font's own ◐ ▲ ≠ differ in size and weight.  Which state means which mark is
decided here once, for tree, form, table, status bar and panels.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QLabel, QWidget

from welfare_desktop.domain.completeness import WorkState
from welfare_desktop.domain.model import EntryState, Judgement

from . import theme

MARK_PX = 13
_GAP_PX = 5


class Mark(Enum):
    """The shapes; the value is the colour that goes with the shape."""

    RING = (theme.NEUTRAL, "ring")
    TICK = (theme.GOOD, "tick")
    DASHED = (theme.DRAFT, "dashed")
    HALF = (theme.ACCENT, "half")
    TRIANGLE = (theme.ATTENTION, "triangle")
    CROSS = (theme.BAD, "cross")
    BAR = (theme.NEUTRAL, "bar")
    DOWN = (theme.BAD, "down")
    UNEQUAL = (theme.ATTENTION, "unequal")
    DIAMOND = (theme.NEUTRAL, "diamond")
    PADLOCK = (theme.TEXT, "padlock")
    QUESTION = (theme.DRAFT, "question")
    INFO = (theme.ACCENT, "info")
    SAME = (theme.NEUTRAL, "same")

    @property
    def colour(self) -> QColor:
        """The colour of the shape and of the word beside it."""
        return QColor(self.value[0])


_OF_STATE = {
    EntryState.BLANK: Mark.RING,
    EntryState.DRAFT: Mark.DASHED,
    EntryState.ENTERED: Mark.TICK,
    EntryState.NONE: Mark.BAR,
}
_OF_JUDGEMENT = {
    Judgement.ACHIEVED: Mark.TICK,
    Judgement.MISSED: Mark.DOWN,
    Judgement.UNDER_WAY: Mark.HALF,
    Judgement.UNIT_MISMATCH: Mark.UNEQUAL,
    Judgement.NO_RESULT: Mark.BAR,
    Judgement.QUALITATIVE: Mark.DIAMOND,
    Judgement.UNDECIDED: Mark.TRIANGLE,
}


_OF_WORK = {
    WorkState.NOTHING_ASKED: Mark.BAR,
    WorkState.NOT_STARTED: Mark.RING,
    WorkState.IN_PROGRESS: Mark.HALF,
    WorkState.COMPLETE: Mark.TICK,
    WorkState.CLOSED: Mark.PADLOCK,
}


def mark_of_work(state: WorkState) -> Mark:
    """Return the mark of how far the work on a year is."""
    return _OF_WORK[state]


def mark_of_state(state: EntryState) -> Mark:
    """Return the mark of a field's state."""
    return _OF_STATE[state]


def mark_of_judgement(judgement: Judgement) -> Mark:
    """Return the mark of a judgement."""
    return _OF_JUDGEMENT[judgement]


def mark_of_fill(entered: int, expected: int, drafts: int = 0) -> Mark:
    """Return the mark for ``entered`` of ``expected`` fields; nothing expected counts as done, drafts as begun."""
    if entered >= expected:
        return Mark.TICK
    return Mark.HALF if entered or drafts else Mark.RING


def paint_mark(painter: QPainter, mark: Mark, box: QRectF) -> None:
    """Paint ``mark`` into the square ``box``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center())
    scale = box.width() / MARK_PX
    painter.scale(scale, scale)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _PAINTERS[mark.value[1]](painter, mark.colour)
    painter.restore()


def _stroke(painter: QPainter, colour: QColor, width: float = 1.6) -> None:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)


def _polyline(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _ring(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour)
    painter.drawEllipse(QPointF(0, 0), 5.2, 5.2)


def _tick(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(0, 0), 6.2, 6.2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _stroke(painter, QColor(theme.FIELD))
    _polyline(painter, (-2.8, 0.2), (-0.8, 2.3), (3.0, -2.2))


def _dashed(painter: QPainter, colour: QColor) -> None:
    # Corners and the middles of the sides, so that the dashes sit alike at every scale.
    _stroke(painter, colour, 1.7)
    for turn in range(4):
        painter.save()
        painter.rotate(90 * turn)
        _polyline(painter, (-5.2, -2.6), (-5.2, -5.2), (-2.6, -5.2))
        _polyline(painter, (-0.7, -5.2), (0.7, -5.2))
        painter.restore()


def _half(painter: QPainter, colour: QColor) -> None:
    path = QPainterPath()
    path.arcTo(QRectF(-5.2, -5.2, 10.4, 10.4), 90, 180)
    path.closeSubpath()
    painter.fillPath(path, colour)
    _ring(painter, colour)


def _triangle(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(0, -6.0), QPointF(6.5, 5.6), QPointF(-6.5, 5.6)]))
    _stroke(painter, QColor(theme.FIELD), 1.5)
    _polyline(painter, (0, -2.0), (0, 1.6))
    _polyline(painter, (0, 3.9), (0, 4.0))


def _cross(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(-6, -6, 12, 12), 1.5, 1.5)
    _stroke(painter, QColor(theme.FIELD), 1.7)
    _polyline(painter, (-2.6, -2.6), (2.6, 2.6))
    _polyline(painter, (2.6, -2.6), (-2.6, 2.6))


def _bar(painter: QPainter, colour: QColor) -> None:
    painter.fillRect(QRectF(-6, -1, 12, 2), colour)


def _down(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(-6, -4.4), QPointF(6, -4.4), QPointF(0, 5.4)]))


def _unequal(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour, 1.8)
    _polyline(painter, (-5, -2.2), (5, -2.2))
    _polyline(painter, (-5, 2.2), (5, 2.2))
    _polyline(painter, (2.6, -5.6), (-2.6, 5.6))


def _same(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour, 2.0)
    _polyline(painter, (-4.8, -2.4), (4.8, -2.4))
    _polyline(painter, (-4.8, 2.4), (4.8, 2.4))


def _diamond(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(0, -5.6), QPointF(5.6, 0), QPointF(0, 5.6), QPointF(-5.6, 0)]))


def _padlock(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(-5.4, -1.2, 10.8, 7.2), 1.2, 1.2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _stroke(painter, colour, 1.8)
    painter.drawArc(QRectF(-3.4, -6, 6.8, 9), 0, 180 * 16)


def _lettered_ring(painter: QPainter, colour: QColor, letter: str) -> None:
    _ring(painter, colour)
    painter.setFont(theme.font(9, bold=True))
    painter.drawText(QRectF(-6, -6, 12, 12), Qt.AlignmentFlag.AlignCenter, letter)


def _question(painter: QPainter, colour: QColor) -> None:
    _lettered_ring(painter, colour, "?")


def _info(painter: QPainter, colour: QColor) -> None:
    _lettered_ring(painter, colour, "i")


_PAINTERS = {
    "ring": _ring,
    "tick": _tick,
    "dashed": _dashed,
    "half": _half,
    "triangle": _triangle,
    "cross": _cross,
    "bar": _bar,
    "down": _down,
    "unequal": _unequal,
    "diamond": _diamond,
    "padlock": _padlock,
    "question": _question,
    "info": _info,
    "same": _same,
}


def mark_icon(mark: Mark, size_px: int = MARK_PX) -> QIcon:
    """Return ``mark`` as an icon, sharp up to 300 %."""
    icon = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(size_px * ratio, size_px * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, mark, QRectF(0, 0, size_px * ratio, size_px * ratio))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        icon.addPixmap(pixmap)
    return icon


class MarkLabel(QLabel):
    """A mark and its word.  A label, so that a screen reader reads the word as plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark: Mark | None = None
        self.setFont(theme.font(theme.SMALL_PX))
        self.setFixedHeight(theme.PITCH[theme.SMALL_PX])

    @property
    def mark(self) -> Mark | None:
        """The mark shown, or None while nothing is."""
        return self._mark

    def show_mark(self, mark: Mark, word: str, *, bold: bool = False) -> None:
        """Show ``mark`` with ``word`` in the mark's colour."""
        if (mark, word) == (self._mark, self.text()):
            return
        self._mark = mark
        self.setFont(theme.font(theme.SMALL_PX, bold=bold or mark in (Mark.TRIANGLE, Mark.CROSS)))
        palette = self.palette()
        palette.setColor(self.foregroundRole(), mark.colour)
        self.setPalette(palette)
        self.setContentsMargins(MARK_PX + _GAP_PX, 0, 0, 0)
        self.setText(word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: room for mark and word."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + MARK_PX + _GAP_PX + 1
        return QSize(width, theme.PITCH[theme.SMALL_PX])

    def minimumSizeHint(self) -> QSize:
        """Qt: a state word is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the word, and the mark left of it."""
        super().paintEvent(event)
        if self._mark is None:
            return
        painter = QPainter(self)
        top = (self.height() - MARK_PX) / 2
        paint_mark(painter, self._mark, QRectF(0, top, MARK_PX, MARK_PX))
        painter.end()
