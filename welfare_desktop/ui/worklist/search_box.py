"""The box in the toolbar in which one types what to look for in all years."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from welfare_desktop.paths import resource

from ..parts import theme
from ..parts.controls import TypedLine

_WIDE_PX, _USUAL_PX, _NARROW_PX = 208, 160, 130
_WITH_KEYS_PX = 200
_ICON_PX = 16
_ASKING = "全年度から探す"


class SearchBox(TypedLine):
    """``searched`` carries what to look for, ``left`` says that Esc was pressed."""

    searched = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("")
        if parent is not None:
            self.setParent(parent)
        self._icon: QIcon | None = None
        self.setPlaceholderText(_ASKING)
        self.setToolTip("すべての年度と欄から探します（Ctrl+F）")
        self.setAccessibleName("全年度から探す")
        self.setFixedHeight(theme.TOOL_HEIGHT)
        self.setMinimumWidth(_NARROW_PX)
        self.setMaximumWidth(_WIDE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.returnPressed.connect(self._on_return_pressed)

    def show_icon(self) -> None:
        """Show the glass; apart from making the box, which the first paint waits for."""
        self._icon = QIcon(str(resource("icons", "search.svg")))
        self.setTextMargins(_ICON_PX + 4, 0, 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the line, and the glass in the middle of its height, where an action's icon would not stand."""
        super().paintEvent(event)
        if self._icon is not None:
            painter = QPainter(self)
            self._icon.paint(painter, QRect(7, (self.height() - _ICON_PX) // 2, _ICON_PX, _ICON_PX))
            painter.end()

    def sizeHint(self) -> QSize:
        """Qt: wide enough for what it asks for."""
        return QSize(_USUAL_PX, theme.TOOL_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the keys are named where there is room for them."""
        super().resizeEvent(event)
        self.setPlaceholderText(f"{_ASKING}  Ctrl+F" if event.size().width() >= _WITH_KEYS_PX else _ASKING)

    def _on_return_pressed(self) -> None:
        self.searched.emit(self.text())

    def event(self, event: QEvent) -> bool:
        """Qt: Esc is the box's own while one types in it."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.left.emit()
                return True
        return super().event(event)
