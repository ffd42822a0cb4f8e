"""Pages on screen, one below the other, as they come out of the printer.

Only pages in sight are made and painted; what was painted is kept while it may come back into sight, within a bound
that does not grow with the document.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from welfare_desktop.paper.measurer import UNITS_PER_MM, load_bundled_fonts
from welfare_desktop.paper.painter import PagePainter

from ..parts import theme

if TYPE_CHECKING:
    from welfare_desktop.paper.page import Page

_GAP_PX = 14
_MM_PER_INCH = 25.4
_LOGICAL_DPI = 96
#: How much is kept painted, in device pixels: about 100 MB.
_MOST_PIXELS = 26_000_000
ZOOMS = (25, 50, 75, 100, 125, 150, 200)
_DESK = "#A9B2BA"


class Fit(Enum):
    """How large pages are shown, where not by a percentage."""

    PAGE = "page"
    WIDTH = "width"


class PageView(QAbstractScrollArea):
    """Pages to scroll through.

    ``page_changed`` carries the position (from 0) of the page in the middle, ``zoom_changed`` the percentage shown.
    """

    page_changed = Signal(int)
    zoom_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: Sequence[Page] = ()
        self._size_mm = (297.0, 210.0)
        self._fit: Fit | None = Fit.WIDTH
        self._zoom_percent = 100.0
        self._painted: OrderedDict[tuple[int, int, int], QPixmap] = OrderedDict()
        self._current = 0
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.setInterval(0)
        self._ahead.timeout.connect(self._on_ahead_timeout)
        self.setAccessibleName("印刷するページ")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Always there: one that comes and goes would change the width pages are fitted to.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(40)
        self.horizontalScrollBar().setSingleStep(40)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    # --- what is shown ------------------------------------------------------------------------------------------

    def show_pages(self, pages: Sequence[Page], paper_mm: tuple[float, float]) -> None:
        """Show ``pages`` on paper of a size (width, height), smaller than they are where the paper is."""
        same = len(pages) == len(self._pages)
        self._pages = pages
        self._size_mm = paper_mm
        self._painted.clear()
        if not same:
            self._current = 0
        self._lay_out(self._current)
        self._tell_page()

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    @property
    def current(self) -> int:
        """The position of the page in the middle, from 0."""
        return self._current

    @property
    def zoom_percent(self) -> int:
        """How large pages are shown; 100 is their size on paper."""
        return round(self._zoom_percent)

    @property
    def fit(self) -> Fit | None:
        """Whether the size follows the window."""
        return self._fit

    def set_fit(self, fit: Fit) -> None:
        """Let the size follow the window."""
        self._fit = fit
        self._lay_out(self._current)

    def set_zoom(self, percent: int) -> None:
        """Show pages at a percentage of their size on paper."""
        self._fit = None
        self._zoom_percent = float(min(max(percent, ZOOMS[0]), ZOOMS[-1]))
        self._lay_out(self._current)

    def zoom_by(self, step: int) -> None:
        """Go to the next larger (+1) or smaller (-1) size."""
        shown = self.zoom_percent
        wanted = [zoom for zoom in ZOOMS if (zoom > shown if step > 0 else zoom < shown)]
        if wanted:
            self.set_zoom(wanted[0] if step > 0 else wanted[-1])

    def go_to_page(self, position: int) -> None:
        """Bring a page to the top."""
        if self._pages:
            position = min(max(position, 0), len(self._pages) - 1)
            self._current = position
            self.verticalScrollBar().setValue(self._top_px(position) - _GAP_PX // 2)
            self._note_current(position)

    # --- measures -----------------------------------------------------------------------------------------------

    @property
    def _page_px(self) -> QSize:
        scale = self._zoom_percent / 100 * _LOGICAL_DPI / _MM_PER_INCH
        width, height = self._size_mm
        return QSize(max(round(width * scale), 1), max(round(height * scale), 1))

    def _top_px(self, position: int) -> int:
        return _GAP_PX + position * (self._page_px.height() + _GAP_PX)

    def _lay_out(self, keep: int) -> None:
        """Fit size and scroll bars to the window; page ``keep`` stays where it is seen."""
        if self._fit is not None:
            self._zoom_percent = self._fitting_percent()
        size, room = self._page_px, self.viewport().size()
        before = self.verticalScrollBar().value()
        across = self.horizontalScrollBar()
        middle = across.value() / across.maximum() if across.maximum() else 0.0
        was_top = keep == 0 and before == 0
        bars = (self.verticalScrollBar(), self.horizontalScrollBar())
        tall = self._top_px(len(self._pages)) if self._pages else 0
        for bar, whole, seen in (
            (bars[0], tall, room.height()),
            (bars[1], size.width() + 2 * _GAP_PX, room.width()),
        ):
            bar.setPageStep(seen)
            # A page fitted to the width may be a pixel off by rounding: that is nothing to scroll.
            bar.setRange(0, whole - seen if whole > seen + 2 else 0)
        if not was_top:
            bars[0].setValue(self._top_px(keep) - _GAP_PX // 2)
        across.setValue(round(across.maximum() * middle))
        self.zoom_changed.emit(self.zoom_percent)
        self.viewport().update()

    def _fitting_percent(self) -> float:
        room = self.viewport().size()
        width_mm, height_mm = self._size_mm
        px_per_mm = _LOGICAL_DPI / _MM_PER_INCH
        across = (room.width() - 2 * _GAP_PX) / (width_mm * px_per_mm)
        down = (room.height() - 2 * _GAP_PX) / (height_mm * px_per_mm)
        wanted = across if self._fit is Fit.WIDTH else min(across, down)
        return min(max(wanted * 100, 10.0), float(ZOOMS[-1]))

    # --- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the pages in sight."""
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(_DESK))
        size = self._page_px
        for position in self._in_sight():
            box = QRect(self._left_px(), self._top_px(position) - self.verticalScrollBar().value(), 0, 0)
            box.setSize(size)
            painter.drawPixmap(box.topLeft(), self._picture(position))
            painter.setPen(QPen(QColor(theme.NEUTRAL), 1))
            painter.drawRect(box.adjusted(-1, -1, 0, 0))
        painter.end()
        self._ahead.start()

    def _left_px(self) -> int:
        room = self.viewport().width() - self._page_px.width()
        return room // 2 if room >= 2 * _GAP_PX else _GAP_PX - self.horizontalScrollBar().value()

    def _in_sight(self) -> range:
        pitch = self._page_px.height() + _GAP_PX
        top = self.verticalScrollBar().value()
        first = max((top - _GAP_PX) // pitch, 0)
        last = (top + self.viewport().height() - _GAP_PX) // pitch
        return range(first, min(last + 1, len(self._pages)))

    def _picture(self, position: int) -> QPixmap:
        size, ratio = self._page_px, self.devicePixelRatioF()
        key = (position, size.width(), round(ratio * 100))
        kept = self._painted.get(key)
        if kept is None:
            kept = self._painted[key] = self._paint(self._pages[position], size, ratio)
            pixels = sum(item.width() * item.height() for item in self._painted.values())
            while pixels > _MOST_PIXELS and len(self._painted) > 2:
                _, old = self._painted.popitem(last=False)
                pixels -= old.width() * old.height()
        self._painted.move_to_end(key)
        return kept

    def _paint(self, page: Page, size: QSize, ratio: float) -> QPixmap:
        load_bundled_fonts()
        picture = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        scale = min(size.width() / page.width_mm, size.height() / page.height_mm) / UNITS_PER_MM
        painter.scale(scale, scale)
        PagePainter(painter).draw(page)
        painter.end()
        return picture

    def _on_ahead_timeout(self) -> None:
        """Paint the next page before it is scrolled to, while nothing else is to be done."""
        sight = self._in_sight()
        if sight and sight[-1] + 1 < len(self._pages) and self.isVisible():
            self._picture(sight[-1] + 1)

    # --- moving -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the size follows the window, the page in the middle stays."""
        super().resizeEvent(event)
        self._lay_out(self._current)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Qt: paint anew; what is in sight is kept painted."""
        self.viewport().update()

    def _on_scrolled(self, value: int) -> None:
        if 0 < self.verticalScrollBar().maximum() == value:
            self._note_current(len(self._pages) - 1)
            return
        middle = value + self.viewport().height() // 3
        pitch = self._page_px.height() + _GAP_PX
        self._note_current(min(max((middle - _GAP_PX // 2) // pitch, 0), max(len(self._pages) - 1, 0)))

    def _note_current(self, position: int) -> None:
        self._current = position
        self._tell_page()

    def _tell_page(self) -> None:
        if self._pages:
            self.setAccessibleDescription(f"{len(self._pages)} 枚のうち {self._current + 1} 枚目")
        self.page_changed.emit(self._current)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: with Ctrl, the wheel changes the size."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: PageUp and PageDown go from page to page where a whole one is in sight, Home and End to the ends."""
        moves = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self._pages) - 1}
        if self._page_px.height() <= self.viewport().height():
            moves |= {Qt.Key.Key_PageDown: self._current + 1, Qt.Key.Key_PageUp: self._current - 1}
        wanted = moves.get(Qt.Key(event.key()))
        if wanted is not None:
            self.go_to_page(wanted)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.zoom_by(1 if event.key() == Qt.Key.Key_Plus else -1)
        else:
            super().keyPressEvent(event)
