"""指標の達成: a bar per goal with a segment for every judgement, each with its mark, its number and its own hatching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from welfare_desktop.domain.model import Judgement
from welfare_desktop.domain.overview import BAR_ORDER, TargetBar
from welfare_desktop.paper.bar_scale import unit_for, widths_of

from ..parts import theme
from ..parts.marks import MARK_PX, mark_of_judgement, paint_mark

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROW_PX = 23
_BAR_PX = 18
_PAD_PX = 9
_TOTAL_PX = 66
_GAP_PX = 2
_HALVES = 4  # room left and right of mark and number


@dataclass(frozen=True, slots=True)
class Look:
    """How a segment looks: its tint, its border and strokes, and the pattern of the strokes."""

    tint: str
    line: str
    pattern: Qt.BrushStyle = Qt.BrushStyle.NoBrush


#: 未達 and 途中 are hatched in opposite directions; the marks and numbers tell all of it without colour.
LOOKS: Mapping[Judgement, Look] = {
    Judgement.ACHIEVED: Look("#BFE0C8", theme.GOOD),
    Judgement.MISSED: Look("#F6C7C2", theme.BAD, Qt.BrushStyle.BDiagPattern),
    Judgement.UNDER_WAY: Look("#C4DBF1", theme.ACCENT, Qt.BrushStyle.FDiagPattern),
    Judgement.UNIT_MISMATCH: Look("#FFE3A1", theme.ATTENTION),
    Judgement.UNDECIDED: Look("#FFF1CF", theme.ATTENTION, Qt.BrushStyle.HorPattern),
    Judgement.NO_RESULT: Look("#DDE1E5", theme.NEUTRAL),
    Judgement.QUALITATIVE: Look(theme.FIELD, theme.NEUTRAL),
}


def words_of(counts: Mapping[Judgement, int]) -> str:
    """Return counts as words: 達成 4、未達 1."""
    return "、".join(f"{judgement.label} {count}" for judgement, count in counts.items())


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.bars: tuple[TargetBar, ...] = ()
        #: Which segment of the current bar is chosen.
        self.chosen: Judgement | None = None

    def show_bars(self, bars: tuple[TargetBar, ...]) -> None:
        if [bar.column for bar in bars] == [bar.column for bar in self.bars]:
            self.bars = bars
            if bars:
                self.dataChanged.emit(self.index(0, 0), self.index(len(bars) - 1, 0))
            return
        self.beginResetModel()
        self.bars = bars
        self.chosen = None
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.bars)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        bar = self.bars[index.row()]
        name = f"{bar.column.label} {bar.column.title}"
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            words = f"{name}　{len(bar.targets)} 目標　{words_of(bar.counts)}" if bar.targets else f"{name}　目標なし"
            view = self.parent()
            here = isinstance(view, QListView) and view.currentIndex() == index
            chosen = f"　選んでいるのは {self.chosen.label}" if here and self.chosen is not None else ""
            return words + chosen if role == Qt.ItemDataRole.AccessibleTextRole else words
        return None


class _Delegate(QStyledItemDelegate):
    """Paints a bar; where its segments are is asked by the view as well."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._metrics = QFontMetrics(theme.font(theme.SMALL_PX, bold=True))
        self.unit = 0.0
        self.label_px = 200

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, _ROW_PX)

    def least(self, counts: Mapping[Judgement, int]) -> dict[Judgement, float]:
        """Return how narrow each segment may be: mark and number fit."""
        return {
            judgement: MARK_PX + 4 + self._metrics.horizontalAdvance(str(count)) + 2 * _HALVES
            for judgement, count in counts.items()
        }

    def fit(self, bars: tuple[TargetBar, ...], width: int) -> None:
        """Choose the scale for a view of ``width``."""
        self.label_px = min(max(width // 4, 110), 240)
        counts = [bar.counts for bar in bars]
        least = [self.least(item) for item in counts]
        self.unit = unit_for(counts, least, max(width - self.label_px - _TOTAL_PX - 2 * _PAD_PX, 40), _GAP_PX)

    def segments(self, bar: TargetBar, box: QRect) -> list[tuple[Judgement, int, QRectF]]:
        """Return judgement, count and place of every segment of a bar painted into ``box``."""
        counts = bar.counts
        widths = widths_of(counts, self.least(counts), self.unit)
        left, found = float(box.left() + _PAD_PX + self.label_px), []
        for judgement, count in counts.items():
            top = box.top() + (box.height() - _BAR_PX) / 2
            found.append((judgement, count, QRectF(left, top, widths[judgement], _BAR_PX)))
            left += widths[judgement] + _GAP_PX
        return found

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model, view = index.model(), self.parent()
        assert isinstance(model, _Model) and isinstance(view, QListView)
        bar: TargetBar = model.bars[index.row()]
        box: QRect = option.rect
        current = view.currentIndex() == index
        painter.save()
        painter.fillRect(box, QColor(theme.ACCENT_TINT if current and view.hasFocus() else theme.FIELD))
        self._paint_label(painter, bar, box)
        for judgement, count, place in self.segments(bar, box):
            chosen = current and view.hasFocus() and judgement is model.chosen
            self._paint_segment(painter, judgement, count, place, chosen=chosen)
        painter.setPen(QColor(theme.SECOND))
        painter.setFont(theme.font(theme.SMALL_PX))
        words = f"{len(bar.targets)} 目標" if bar.targets else "目標なし"
        painter.drawText(
            box.adjusted(0, 0, -_PAD_PX, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words
        )
        painter.restore()

    def _paint_label(self, painter: QPainter, bar: TargetBar, box: QRect) -> None:
        room = QRect(box.left() + _PAD_PX, box.top(), self.label_px - 6, box.height())
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(theme.SMALL_PX, bold=True))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, bar.column.label)
        room.setLeft(room.left() + max(painter.fontMetrics().horizontalAdvance(bar.column.label) + 8, 34))
        painter.setFont(theme.font(theme.SMALL_PX))
        text = painter.fontMetrics().elidedText(bar.column.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_segment(
        self, painter: QPainter, judgement: Judgement, count: int, place: QRectF, *, chosen: bool
    ) -> None:
        look, mark = LOOKS[judgement], mark_of_judgement(judgement)
        painter.fillRect(place, QColor(look.tint))
        text_px = self._metrics.horizontalAdvance(str(count))
        whole = MARK_PX + 4 + text_px
        left = place.left() + (place.width() - whole) / 2
        if look.pattern is not Qt.BrushStyle.NoBrush:
            strokes = QColor(look.line)
            strokes.setAlphaF(0.45)
            painter.fillRect(place, QBrush(strokes, look.pattern))
            plate = QRectF(left - 3, place.top(), whole + 6, place.height())  # mark and number stand free of strokes
            painter.fillRect(plate & place, QColor(look.tint))
        painter.setPen(QPen(QColor(theme.TEXT if chosen else look.line), 2 if chosen else 1))
        inset = 1.0 if chosen else 0.5
        painter.drawRect(place.adjusted(inset, inset, -inset, -inset))
        paint_mark(painter, mark, QRectF(left, place.center().y() - MARK_PX / 2, MARK_PX, MARK_PX))
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(theme.SMALL_PX, bold=True))
        box = QRectF(left + MARK_PX + 4, place.top(), text_px + 4, place.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, str(count))


class TargetBars(QListView):
    """The bars, as high as there are; ← → choose a segment, Enter or a click goes to its first target.

    ``opened`` carries the row of the bar and the judgement chosen.  ``moved`` carries where the current bar is.
    """

    opened = Signal(int, object)
    moved = Signal(QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars = _Model(self)
        self._delegate = _Delegate(self)
        self.setModel(self._bars)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setAccessibleName("指標の達成")
        self.setMouseTracking(True)
        self.setStyleSheet(f"QListView {{ border: 1px solid {theme.SEPARATOR}; }}")

    def show_bars(self, bars: tuple[TargetBar, ...]) -> None:
        """Show ``bars``; the place of the focus stays while the same goals are shown."""
        self._bars.show_bars(bars)
        self._delegate.fit(bars, self.viewport().width())
        self.setFixedHeight(len(bars) * _ROW_PX + 2 * self.frameWidth())
        self.viewport().update()

    def segment_box(self, row: int, judgement: Judgement) -> QRect | None:
        """Return where a segment is painted, None where the bar has none."""
        box = self.visualRect(self._bars.index(row, 0))
        for item, _, place in self._delegate.segments(self._bars.bars[row], box):
            if item is judgement:
                return place.toRect()
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: bars of another length."""
        super().resizeEvent(event)
        self._delegate.fit(self._bars.bars, self.viewport().width())

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Qt: another bar; its first segment is chosen unless it has the one chosen before."""
        super().currentChanged(current, previous)
        if current.isValid():
            counts = self._bars.bars[current.row()].counts
            if self._bars.chosen not in counts:
                self._bars.chosen = next(iter(counts), None)
            self.moved.emit(self.visualRect(current))
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: along the bar, into it; keys of the window to the window."""
        index, key = self.currentIndex(), event.key()
        if (
            event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            or key == Qt.Key.Key_Escape
        ):
            event.ignore()
        elif index.isValid() and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(index, -1 if key == Qt.Key.Key_Left else 1)
        elif index.isValid() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(index.row(), self._bars.chosen)
        else:
            super().keyPressEvent(event)

    def _step(self, index: QModelIndex, step: int) -> None:
        order = list(self._bars.bars[index.row()].counts)
        if self._bars.chosen in order:
            place = min(max(order.index(self._bars.chosen) + step, 0), len(order) - 1)
            self._bars.chosen = order[place]
            self._bars.dataChanged.emit(index, index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on a segment goes to its first target."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            for judgement, _, place in self._delegate.segments(self._bars.bars[index.row()], self.visualRect(index)):
                if place.contains(event.position()):
                    self._bars.chosen = judgement
                    self._open(index.row(), judgement)
                    return

    def _open(self, row: int, judgement: Judgement | None) -> None:
        if judgement in self._bars.bars[row].counts:
            self.opened.emit(row, judgement)


class Legend(QWidget):
    """What the marks of the bars mean, with how many targets there are of each; wraps where it is too narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: Mapping[Judgement, int] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_counts(self, counts: Mapping[Judgement, int]) -> None:
        """Show the counts of every judgement there is."""
        self._counts = counts
        self.setAccessibleName(words_of(counts) or "目標なし")
        self.updateGeometry()
        self.update()

    def _places(self, width: int) -> list[tuple[Judgement, str, int, int]]:
        """Return judgement, words and place of every item."""
        metrics = QFontMetrics(theme.font(theme.SMALL_PX))
        left, top, found = 0, 0, []
        for judgement in BAR_ORDER:
            if judgement in self._counts:
                words = f"{judgement.label} {self._counts[judgement]}"
                room = MARK_PX + 5 + metrics.horizontalAdvance(words) + 16
                if left and left + room - 16 > width:
                    left, top = 0, top + theme.PITCH[theme.SMALL_PX]
                found.append((judgement, words, left, top))
                left += room
        return found

    def hasHeightForWidth(self) -> bool:
        """Qt: the height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: as many lines as the items take."""
        places = self._places(max(width, 60))
        return (places[-1][3] if places else 0) + theme.PITCH[theme.SMALL_PX]

    def sizeHint(self) -> QSize:
        """Qt: one line."""
        return QSize(theme.MIN_PANE, theme.PITCH[theme.SMALL_PX])

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: marks and words."""
        painter = QPainter(self)
        pitch = theme.PITCH[theme.SMALL_PX]
        painter.setFont(theme.font(theme.SMALL_PX))
        painter.setPen(QColor(theme.TEXT))
        for judgement, words, left, top in self._places(self.width()):
            paint_mark(
                painter, mark_of_judgement(judgement), QRectF(left, top + (pitch - MARK_PX) / 2, MARK_PX, MARK_PX)
            )
            painter.drawText(left + MARK_PX + 5, top, 400, pitch, Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()
