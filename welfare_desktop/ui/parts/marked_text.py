"""Paragraphs with marked places, as tables and panels paint them.

A place is marked by a background and an underline (or struck out), so that it shows without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from . import theme
from .marks import MARK_PX, Mark, paint_mark
from .wrapping import wrap

CHECK_PX = 15
_MARK_GAP_PX = 5
_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph of a cell.

    ``spans`` are the marked places as (start, end) in ``text``; ``tint`` is their background, ``struck`` strikes them out
    instead of underlining.  ``mark`` stands before the first line.
    """

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    size_px: int = theme.SMALL_PX
    bold: bool = False
    colour: str = theme.TEXT
    tint: str = theme.FOUND
    struck: bool = False
    mark: Mark | None = None
    right: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, and whether it has a check box (None: none) or is a heading that cannot be chosen.

    ``dimmed`` rows are there to be told about, not to be acted on.
    """

    cells: tuple[tuple[Para, ...], ...]
    checked: bool | None = None
    band: bool = False
    dimmed: bool = False

    def spoken(self, column: int) -> str:
        """What a screen reader is told of a cell."""
        text = " ".join(para.text for para in self.cells[column] if para.text)
        if column == 0 and self.checked is not None:
            return f"{'選択中' if self.checked else '選択なし'} {text}"
        return text


def _indent(para: Para) -> int:
    return MARK_PX + _MARK_GAP_PX if para.mark is not None else 0


def lines_of_para(para: Para, width_px: float) -> int:
    """How many lines a paragraph takes at ``width_px``."""
    room = width_px - _indent(para)
    font = theme.font(para.size_px, bold=para.bold)
    # Most texts fit on one line, and an advance is much quicker than a layout; the two differ by some pixels, though.
    if "\n" not in para.text and QFontMetricsF(font).horizontalAdvance(para.text) < _SURE * room:
        return 1
    return len(wrap(para.text, font, room))


def height_of(paras: Sequence[Para], width_px: float) -> int:
    """How high paragraphs are one below the other at ``width_px``."""
    return sum(lines_of_para(para, width_px) * theme.PITCH[para.size_px] for para in paras)


def paint_para(painter: QPainter, para: Para, room: QRectF, *, dimmed: bool = False) -> float:
    """Paint ``para`` at the top of ``room`` and return where the next one begins."""
    font = theme.font(para.size_px, bold=para.bold)
    pitch = theme.PITCH[para.size_px]
    indent = _indent(para)
    left, top = room.left() + indent, room.top()
    if para.mark is not None:
        paint_mark(painter, para.mark, QRectF(room.left(), top + (pitch - MARK_PX) / 2, MARK_PX, MARK_PX))
    painter.setFont(font)
    colour = QColor(theme.SECOND if dimmed else para.colour)
    metrics = QFontMetricsF(font)
    start = 0
    flags = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if para.right else Qt.AlignmentFlag.AlignLeft)
    for paragraph in para.text.split("\n"):
        for line in wrap(paragraph, font, room.width() - indent):
            for first, last in para.spans:
                begin, end = max(first - start, 0), min(last - start, len(line))
                if begin < end:
                    x = left + metrics.horizontalAdvance(line[:begin])
                    width = metrics.horizontalAdvance(line[begin:end])
                    _paint_span(painter, QRectF(x, top, width, pitch), para, before=True)
            painter.setPen(colour)
            extra = 0 if para.right else 4
            painter.drawText(QRectF(left, top, room.width() - indent + extra, pitch), flags, line)
            for first, last in para.spans:
                begin, end = max(first - start, 0), min(last - start, len(line))
                if begin < end:
                    x = left + metrics.horizontalAdvance(line[:begin])
                    width = metrics.horizontalAdvance(line[begin:end])
                    _paint_span(painter, QRectF(x, top, width, pitch), para, before=False)
            start += len(line)
            top += pitch
        start += 1  # the line feed
    return top


def _paint_span(painter: QPainter, box: QRectF, para: Para, *, before: bool) -> None:
    """Paint the background of a marked place before its text, the line under or through it after."""
    if before:
        painter.fillRect(box.adjusted(0, 1, 0, -1), QColor(para.tint))
        return
    painter.setPen(QPen(QColor(theme.TEXT), 1))
    y = box.center().y() + 0.5 if para.struck else box.bottom() - 2.5
    painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


def paint_check(painter: QPainter, left: float, top: float, *, checked: bool) -> None:
    """Paint a check box."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.ACCENT if checked else theme.FIELD_BORDER), 1.4))
    painter.setBrush(QColor(theme.ACCENT if checked else theme.FIELD))
    painter.drawRoundedRect(QRectF(left + 0.5, top + 0.5, CHECK_PX - 1, CHECK_PX - 1), 2, 2)
    if checked:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.FIELD), 1.9))
        painter.drawPolyline(
            QPolygonF(
                [QPointF(left + 3.6, top + 7.6), QPointF(left + 6.4, top + 10.4), QPointF(left + 11.4, top + 4.6)]
            )
        )
    painter.restore()


class MarkedLabel(QWidget):
    """Paragraphs one below the other, as high as they are at the width there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paras: tuple[Para, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_paras(self, paras: Sequence[Para]) -> None:
        """Show other paragraphs."""
        self._paras = tuple(paras)
        self.setAccessibleName(" ".join(para.text for para in paras))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Qt: the height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: as high as the paragraphs are."""
        return height_of(self._paras, max(width, 40))

    def sizeHint(self) -> QSize:
        """Qt: at the width a panel has."""
        return QSize(theme.MIN_CONTEXT, self.heightForWidth(theme.MIN_CONTEXT))

    def minimumSizeHint(self) -> QSize:
        """Qt: no minimum width."""
        return QSize(0, theme.PITCH[theme.SMALL_PX] if self._paras else 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the paragraphs."""
        painter = QPainter(self)
        top = 0.0
        for para in self._paras:
            top = paint_para(painter, para, QRectF(0, top, self.width(), self.height()))
        painter.end()
