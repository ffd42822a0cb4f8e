"""The course of a target over the years: a bar for every fiscal year, the target as a line, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from welfare_desktop.domain.model import Judgement
from welfare_desktop.domain.numbers import format_decimal, format_quantity
from welfare_desktop.domain.target_history import TargetPoint, TargetSeries, point_words
from welfare_desktop.domain.targets import describe_target, target_names
from welfare_desktop.domain.years import compact_era, fiscal_label

from ..parts import theme
from ..parts.controls import FittedLabel, NoteLabel, push_button
from ..parts.marks import MARK_PX, Mark, MarkLabel, mark_of_judgement, paint_mark

_CHART_PX = 132
_TOP_PX = 18
_FOOT_PX = 36
_SIDE_PX = 6
_WIDEST_BAR_PX = 34
#: Bars that missed or are under way are hatched, in opposite directions, as everywhere.
_HATCH = {Judgement.MISSED: Qt.BrushStyle.BDiagPattern, Judgement.UNDER_WAY: Qt.BrushStyle.FDiagPattern}


class TargetChart(QWidget):
    """Bars of one target.  Decoration for the eye: the rows below it say the same in words."""

    def __init__(self, series: TargetSeries, year: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series = series
        self._year = year
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_CHART_PX)
        self.setAccessibleName(f"目標の推移の図 {describe_target(series.target)}")
        self.setAccessibleDescription("、".join(point_words(point) for point in series.points))

    def sizeHint(self) -> QSize:
        """Qt: any width."""
        return QSize(theme.MIN_CONTEXT, _CHART_PX)

    def _height_of(self, value: float, top: float) -> float:
        return (self.height() - _TOP_PX - _FOOT_PX) * value / top if top else 0.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: base line, bars, target line, years and marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = self._series.points
        base = self.height() - _FOOT_PX
        step = (self.width() - 2 * _SIDE_PX) / max(len(points), 1)
        top = float(self._series.top)
        painter.setPen(QPen(QColor(theme.FIELD_BORDER), 1))
        painter.drawLine(QPointF(_SIDE_PX, base), QPointF(self.width() - _SIDE_PX, base))
        for number, point in enumerate(points):
            column = QRectF(_SIDE_PX + number * step, 0, step, self.height())
            self._paint_point(painter, point, column, base, top)
        self._paint_target(painter, base, step, top)
        painter.end()

    def _paint_point(self, painter: QPainter, point: TargetPoint, column: QRectF, base: float, top: float) -> None:
        mark = mark_of_judgement(point.judgement)
        label = QRectF(column.left(), base + 3, column.width(), 14)
        painter.setFont(theme.font(theme.NOTE_PX, bold=point.year == self._year))
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, compact_era(point.year))
        if point.reported:
            left = column.center().x() - MARK_PX / 2
            paint_mark(painter, mark, QRectF(left, base + 19, MARK_PX, MARK_PX))
        if point.value is None:
            return
        high = max(self._height_of(float(point.value), top), 2.0) if point.comparable else 0.0
        if point.comparable:
            width = min(column.width() * 0.62, _WIDEST_BAR_PX)
            bar = QRectF(column.center().x() - width / 2, base - high, width, high)
            painter.setPen(QPen(mark.colour, 1.4))
            painter.setBrush(QBrush(mark.colour, _HATCH.get(point.judgement, Qt.BrushStyle.SolidPattern)))
            painter.drawRect(bar)
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(theme.NOTE_PX, bold=point.year == self._year))
        words = QRectF(column.left() - 4, self._words_top(base, high, top), column.width() + 8, 15)
        text = format_decimal(point.value) if point.comparable else format_quantity(point.value, point.unit)
        room = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, room)

    def _words_top(self, base: float, high: float, top: float) -> float:
        """Return where a bar's number stands: above the bar, and above the target's line where it would be struck out."""
        upper = base - high - 16
        target = self._series.target.value
        if target is None:
            return upper
        line = base - self._height_of(float(target), top)
        return line - 16 if upper - 2 <= line <= upper + 16 else upper

    def _paint_target(self, painter: QPainter, base: float, step: float, top: float) -> None:
        """Draw the target as a dashed line; where it is due in one year, with a post under its end."""
        target = self._series.target
        if target.value is None or not top:
            return
        high = base - self._height_of(float(target.value), top)
        pen = QPen(QColor(theme.TEXT), 1.4)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        due = self._series.due
        years = [point.year for point in self._series.points]
        if due in years:
            middle = _SIDE_PX + (years.index(due) + 0.5) * step
            painter.drawLine(QPointF(_SIDE_PX, high), QPointF(middle, high))
            painter.setPen(QPen(QColor(theme.TEXT), 1.4))
            painter.drawLine(QPointF(middle, high), QPointF(middle, base))
            painter.setBrush(QColor(theme.TEXT))
            painter.drawEllipse(QPointF(middle, high), 3.2, 3.2)
        else:
            painter.drawLine(QPointF(_SIDE_PX, high), QPointF(self.width() - _SIDE_PX, high))


class TargetCourse(QWidget):
    """One target: its words, its chart, and a row of words for every year."""

    def __init__(self, series: TargetSeries, year: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 8, 8)
        column.setSpacing(theme.HALF)
        names = target_names(series.indicator.text, (series.target,))
        name = names[0] if names else ""
        self.title = NoteLabel(name or series.indicator.text, size_px=theme.SMALL_PX)
        column.addWidget(self.title)
        column.addWidget(
            NoteLabel(f"目標 {describe_target(series.target)}", colour=theme.SECOND, size_px=theme.NOTE_PX)
        )
        self.chart = TargetChart(series, year)
        if any(point.value is not None for point in series.points):
            column.addWidget(self.chart)
        else:
            self.chart.setParent(None)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.STEP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        self.words: list[str] = []
        for row, point in enumerate(series.points):
            self._show_point(grid, row, point, bold=point.year == year)
        column.addLayout(grid)

    def _show_point(self, grid: QGridLayout, row: int, point: TargetPoint, *, bold: bool) -> None:
        self.words.append(point_words(point))
        grid.addWidget(
            FittedLabel(fiscal_label(point.year), size_px=theme.NOTE_PX, bold=bold),
            row * 2,
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        if point.value is not None:
            amount = format_quantity(point.value, point.unit)
        else:
            amount = "、".join(point.texts) if point.reported else ""
        grid.addWidget(NoteLabel(amount, size_px=theme.NOTE_PX, bold=bold), row * 2, 1, Qt.AlignmentFlag.AlignTop)
        mark = MarkLabel()
        if point.reported:
            word = point.judgement.label + ("（手）" if point.overridden else "")
            mark.show_mark(mark_of_judgement(point.judgement), word)
        else:
            mark.show_mark(Mark.RING, "記入なし")
        grid.addWidget(mark, row * 2, 2, Qt.AlignmentFlag.AlignTop)
        if point.overridden and point.reason:
            reason = NoteLabel(f"理由 {point.reason}", size_px=theme.NOTE_PX, colour=theme.SECOND)
            grid.addWidget(reason, row * 2 + 1, 1, 1, 2)


class TargetHistoryDialog(QDialog):
    """The course of every target of one indicator, larger than beside the form."""

    def __init__(self, parent: QWidget | None, courses: Sequence[TargetSeries], year: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("目標の推移")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel("目標の推移", size_px=theme.PANE_TITLE_PX, bold=True))
        if courses:
            column.addWidget(NoteLabel(courses[0].indicator.text))
        column.addWidget(NoteLabel("破線は目標、柱の下の印は判定です。", colour=theme.SECOND, size_px=theme.NOTE_PX))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("目標の推移")
        holder = QWidget()
        inner = QVBoxLayout(holder)
        self.courses = [TargetCourse(item, year) for item in courses]
        for course in self.courses:
            inner.addWidget(course)
        inner.addStretch(1)
        scroll.setWidget(holder)
        column.addWidget(scroll, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        close = push_button("閉じる", self.accept, kind="primary")
        close.setDefault(True)
        row.addWidget(close)
        column.addLayout(row)
        screen = (self.parentWidget() or self).screen()
        most = screen.availableGeometry().size() - QSize(40, 60)
        self.resize(QSize(560, 290 + 210 * min(len(courses), 2)).boundedTo(most))
