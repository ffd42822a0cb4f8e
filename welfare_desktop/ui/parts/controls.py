"""Small controls the windows share: elided labels, choice boxes, fold buttons, and one way to make push buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSizePolicy, QToolButton, QWidget

from . import theme
from .wrapping import wrap


class ElidedLabel(QLabel):
    """A label on one line that gives way: its text never decides how wide a pane is."""

    def __init__(
        self,
        text: str = "",
        *,
        size_px: int = theme.SMALL_PX,
        bold: bool = False,
        colour: str = theme.TEXT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setFont(theme.font(size_px, bold=bold))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        palette = self.palette()
        palette.setColor(self.foregroundRole(), QColor(colour))
        self.setPalette(palette)
        self._pitch = theme.PITCH[size_px]

    def sizeHint(self) -> QSize:
        """Qt: as wide as the text if there is room."""
        margins = self.contentsMargins()
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(width + margins.left() + margins.right(), self._pitch)

    def minimumSizeHint(self) -> QSize:
        """Qt: no minimum width."""
        return QSize(0, self._pitch)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the text, cut with … where it does not fit; then the tool tip holds all of it."""
        painter = QPainter(self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
        tip = self.text() if text != self.text() else ""
        if tip != self.toolTip():
            self.setToolTip(tip)


class FittedLabel(ElidedLabel):
    """An elided label that takes no more room than its text, so that something can follow it."""

    def __init__(
        self,
        text: str = "",
        *,
        size_px: int = theme.SMALL_PX,
        bold: bool = False,
        colour: str = theme.TEXT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, size_px=size_px, bold=bold, colour=colour, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)


class NoteLabel(QLabel):
    """Text that wraps, with the line pitch the font lacks; LF starts a new line."""

    def __init__(
        self,
        text: str = "",
        *,
        colour: str = theme.TEXT,
        size_px: int = theme.SMALL_PX,
        bold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setFont(theme.font(size_px, bold=bold))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        palette = self.palette()
        palette.setColor(self.foregroundRole(), QColor(colour))
        self.setPalette(palette)
        self._pitch = theme.PITCH[size_px]

    def hasHeightForWidth(self) -> bool:
        """Qt: the height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: as many lines as the text takes at ``width``."""
        return self._pitch * len(wrap(self.text(), self.font(), max(width, 20)))

    def sizeHint(self) -> QSize:
        """Qt: one line if it fits into a pane, else what it takes there."""
        width = min(self.fontMetrics().horizontalAdvance(self.text()) + 2, theme.MIN_PANE)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Qt: no minimum width."""
        return QSize(0, self._pitch)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the lines, pitch by pitch."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        for number, line in enumerate(wrap(self.text(), self.font(), self.width())):
            box = QRect(0, number * self._pitch, self.width() + 4, self._pitch)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, line)
        painter.end()


class _WithoutState(QObject):
    """Calls what a click means without the checked state Qt sends along; lives and dies with the button."""

    def __init__(self, pressed: Callable[[], object], button: QPushButton) -> None:
        super().__init__(button)
        self._pressed = pressed

    def run(self) -> None:
        """Do it."""
        self._pressed()


def push_button(
    text: str, pressed: Callable[[], object] | None = None, *, kind: str = "", name: str = "", tip: str = ""
) -> QPushButton:
    """Return a push button; ``kind`` is "primary", "small", "flat" or empty, ``name`` what a screen reader says.

    ``pressed`` None leaves it to the caller to connect the click.
    """
    button = QPushButton(text)
    button.setObjectName(kind)
    button.setAutoDefault(False)
    button.setAccessibleName(name or text)
    if tip:
        button.setToolTip(tip)
    if pressed is not None:
        button.clicked.connect(_WithoutState(pressed, button).run)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button


class ChoiceBox(QComboBox):
    """A combo box with a plain chevron; the wheel scrolls the page instead of changing it unseen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(theme.BUTTON_HEIGHT)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: never change the choice by scrolling over it."""
        event.ignore()

    def sizeHint(self) -> QSize:
        """Qt: the widest choice, its margins and the chevron."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(self.itemText(row)) for row in range(self.count())), default=60)
        return QSize(widest + self._left() + 30, max(self.minimumHeight(), theme.BUTTON_HEIGHT))

    def _left(self) -> int:
        """Return where the text begins: behind the mark of the choice, if there is one."""
        return 10 if self.itemIcon(self.currentIndex()).isNull() else 10 + self.iconSize().width() + 3

    def minimumSizeHint(self) -> QSize:
        """Qt: may shrink; the text is elided then."""
        return QSize(90, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: frame, text, chevron."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        width = 2.0 if focus else 1.0
        painter.setPen(QPen(QColor(theme.ACCENT if focus else theme.FIELD_BORDER), width))
        painter.setBrush(QColor(theme.FIELD if self.isEnabled() else theme.WINDOW))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), 3, 3)
        left = self._left()
        room = QRect(left, 0, self.width() - left - 26, self.height())
        icon = self.itemIcon(self.currentIndex())
        if not icon.isNull():
            side = self.iconSize().width()
            icon.paint(painter, QRect(10, (self.height() - side) // 2, side, side))
        painter.setPen(QColor(theme.TEXT if self.isEnabled() else theme.PLACEHOLDER))
        painter.setFont(self.font())
        text = painter.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QPen(QColor(theme.TEXT), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(self.width() - 15, self.height() / 2)
        painter.drawPolyline(QPolygonF([QPointF(-4, -2), QPointF(0, 2.5), QPointF(4, -2)]))
        painter.end()


class StepButton(QPushButton):
    """A square button with a painted chevron: the bundled font has none."""

    def __init__(self, name: str, *, up: bool) -> None:
        super().__init__()
        self._up = up
        self.setFixedSize(QSize(theme.BUTTON_HEIGHT, theme.BUTTON_HEIGHT))
        self.setAccessibleName(name)
        self.setToolTip(f"{name}（Ctrl+{'↑' if up else '↓'}）")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the button, and the chevron on it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.TEXT), 1.8))
        painter.translate(self.width() / 2, self.height() / 2)
        if self._up:
            painter.rotate(180)
        painter.drawPolyline(QPolygonF([QPointF(-4.5, -2), QPointF(0, 2.5), QPointF(4.5, -2)]))
        painter.end()


class FoldButton(QToolButton):
    """A heading that opens and closes what stands below it: chevron, bold title, count, then a preview."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._count = ""
        self._preview = ""
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.SMALL_BUTTON_HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # Skipped by Tab so that the form's order stays field after field; the arrow keys and F2 reach it.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.toggled.connect(self.update)

    def describe(self, count: str, preview: str) -> None:
        """Show ``count`` (4行) and, while closed, ``preview`` behind the title."""
        self._count, self._preview = count, preview
        self.setAccessibleName(f"{self._title} {count}")
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: any width."""
        return QSize(theme.MIN_PANE // 2, theme.SMALL_BUTTON_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Qt: no minimum width."""
        return QSize(60, theme.SMALL_BUTTON_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: chevron, title, count, preview."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.fillRect(self.rect(), QColor(theme.ACCENT_TINT))
        middle = self.height() / 2
        painter.save()
        painter.translate(8, middle)
        painter.setPen(QPen(QColor(theme.TEXT), 1.6))
        if self.isChecked():
            painter.rotate(90)
        painter.drawPolyline(QPolygonF([QPointF(-2, -4), QPointF(2.5, 0), QPointF(-2, 4)]))
        painter.restore()
        x = 20
        for text, bold, colour in ((self._title, True, theme.TEXT), (self._count, False, theme.SECOND)):
            painter.setFont(theme.font(theme.SMALL_PX, bold=bold))
            painter.setPen(QColor(colour))
            painter.drawText(QRect(x, 0, self.width() - x, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            x += painter.fontMetrics().horizontalAdvance(text) + theme.STEP
        if not self.isChecked():
            room = QRect(x, 0, max(self.width() - x - 2, 0), self.height())
            text = painter.fontMetrics().elidedText(self._preview, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class TypedLine(QLineEdit):
    """A line edit that leaves Ctrl+Z to the window when it has nothing to take back itself."""

    def event(self, event: QEvent) -> bool:
        """Qt: decline undo and redo where there is nothing to undo or redo."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            idle_undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            idle_redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if idle_undo or idle_redo:
                event.ignore()
                return False
        return super().event(event)
