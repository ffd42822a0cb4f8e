"""The panel right of the form: what helps with the field one is in — last year, findings, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.field_history import Past

from ..parts import theme
from ..parts.controls import ElidedLabel, FittedLabel, NoteLabel, push_button
from ..parts.marks import MarkLabel
from .history_text import spoken_time, summary
from .last_year import Beside
from .proofreading import Noted

_MOST_HISTORY = 4


@dataclass(frozen=True, slots=True)
class FieldContext:
    """Everything the panel shows about one field; ``history`` is newest first."""

    key: FieldKey
    heading: str
    sub: str
    beside: tuple[Beside, ...]
    first_year: int
    history: Sequence[Past]
    editable: bool


class _Band(QWidget):
    """A section's heading bar."""

    def __init__(self, title: str, right: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(26)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(theme.STEP)
        self.title = ElidedLabel(title, bold=True)
        row.addWidget(self.title, 1)
        self.right = FittedLabel(right, size_px=theme.NOTE_PX, colour=theme.SECOND)
        row.addWidget(self.right)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.BAND))
        painter.end()


class _FieldHead(QWidget):
    """Which field the panel is about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 5, 10, 6)
        column.setSpacing(0)
        self.title = NoteLabel(bold=True)
        self.sub = NoteLabel(colour=theme.SECOND, size_px=theme.NOTE_PX)
        column.addWidget(self.title)
        column.addWidget(self.sub)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(theme.MIN_CONTEXT)

    def sizeHint(self) -> QSize:
        """Qt: at the panel's width; the layout would ask how high the words are in no width at all."""
        return QSize(theme.MIN_CONTEXT, self.heightForWidth(theme.MIN_CONTEXT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.ACCENT_TINT))
        painter.end()


class _CopyLine(QObject):
    """What a 写す button copies; the button's own object, so that no closure keeps the panel alive."""

    def __init__(self, lines: Lines, copied: Callable[[Lines], None], parent: QObject) -> None:
        super().__init__(parent)
        self._lines = lines
        self._copied = copied

    def copy(self) -> None:
        """Hand the lines on."""
        self._copied(self._lines)


class _About(QObject):
    """Which finding a button is about."""

    def __init__(self, note: Noted, asked: Callable[[Noted], None], parent: QObject) -> None:
        super().__init__(parent)
        self._note = note
        self._asked = asked

    def ask(self) -> None:
        """Hand the finding on."""
        self._asked(self._note)


class ContextPanel(QFrame):
    """Last year beside this year, findings of the activity, history of the field.

    ``copy_asked`` carries lines to copy into the focused field; ``go_asked``, ``apply_asked`` and ``ignore_asked`` carry
    a finding.
    """

    copy_asked = Signal(object)
    go_asked = Signal(object)
    apply_asked = Signal(object)
    ignore_asked = Signal(object)
    import_asked = Signal()
    history_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("参照")
        self.setMinimumWidth(theme.MIN_CONTEXT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = _FieldHead(self)
        column.addWidget(self._head)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName("参照の内容（上下の矢印で送る）")
        self._body = QWidget()
        self._body.setObjectName("contextBody")
        self._body.setStyleSheet(f"#contextBody {{ background: {theme.FIELD}; }}")
        self._sections = QVBoxLayout(self._body)
        self._sections.setContentsMargins(0, 0, 0, 0)
        self._sections.setSpacing(0)
        self._scroll.setWidget(self._body)
        column.addWidget(self._scroll, 1)
        self._beside = self._section()
        self._targets = self._section()
        self._findings = self._section()
        self._sections.addStretch(1)
        self._history = self._section()
        self._context: FieldContext | None = None
        self.show_nothing()

    def _section(self) -> QVBoxLayout:
        holder = QWidget(self._body)
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._sections.addWidget(holder)
        return layout

    def focus_first(self) -> None:
        """Go to the first button, or to the panel itself so that it can be scrolled."""
        button = next((item for item in self._body.findChildren(QPushButton) if item.isVisible()), None)
        (button or self._scroll).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- showing ------------------------------------------------------------------------------------------------

    def show_nothing(self) -> None:
        """Show that no field is chosen yet."""
        self._context = None
        self._head.title.setText("参照")
        self._head.sub.setText("欄を選ぶと、前年度の文と履歴がここに出ます。")
        for section in (self._beside, self._targets, self._findings, self._history):
            _clear(section)

    def show_field(self, context: FieldContext) -> None:
        """Show what belongs to a field."""
        self._context = context
        self._head.title.setText(context.heading)
        self._head.sub.setText(context.sub)
        _clear(self._beside)
        for item in context.beside:
            self._show_beside(item, context)
        _clear(self._history)
        self._show_history(context)

    def show_targets(self, courses: Sequence[QWidget]) -> None:
        """Show how the targets of the row one is in went over the years; nothing takes the section away."""
        _clear(self._targets)
        if courses:
            self._targets.addWidget(_Band("目標の推移"))
        for course in courses:
            self._targets.addWidget(course)

    def show_findings(self, notes: Sequence[Noted], *, editable: bool) -> None:
        """Show what a person should look at in this activity; F4 does what the first proposal says."""
        _clear(self._findings)
        if not notes:
            return
        self._findings.addWidget(_Band("指摘", f"この活動に {len(notes)} 件"))
        first = next((note for note in notes if note.can_be_applied), None)
        for note in notes:
            self._findings.addWidget(self._finding_box(note, editable=editable, first=note is first))

    def _show_beside(self, item: Beside, context: FieldContext) -> None:
        band = _Band(item.title)
        self._beside.addWidget(band)
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(10, 8, 8, 10)
        grid.setHorizontalSpacing(theme.STEP)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        if not item.lines:
            words = f"{fiscal_label(item.year)}の記録はありません。"
            if item.year < context.first_year:
                words += "この計画の1年目です。"
            grid.addWidget(NoteLabel(words), 0, 0, 1, 3)
            if context.key.year is not None and item.year < context.key.year:
                button = push_button("昨年の報告を読み込む…", self.import_asked.emit, kind="small")
                grid.addWidget(button, 1, 0, 1, 3)
        for row, line in enumerate(item.lines):
            number = FittedLabel(str(row + 1), size_px=theme.NOTE_PX, colour=theme.SECOND)
            grid.addWidget(number, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(NoteLabel(line), row, 1, Qt.AlignmentFlag.AlignTop)
            if context.editable:
                grid.addWidget(self._copy_button("写す", (line,), line), row, 2, Qt.AlignmentFlag.AlignTop)
        if len(item.lines) > 1 and context.editable:
            words = "すべて写す" + ("  Ctrl+D" if item is context.beside[0] else "")
            button = self._copy_button(words, item.lines, item.title)
            grid.addWidget(button, len(item.lines), 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        self._beside.addWidget(box)

    def _copy_button(self, text: str, lines: Lines, what: str) -> QPushButton:
        button = push_button(text, kind="small", name=f"{text} {what}")
        button.clicked.connect(_CopyLine(lines, self.copy_asked.emit, button).copy)
        return button

    def _finding_box(self, note: Noted, *, editable: bool, first: bool) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(10, 8, 8, 10)
        column.setSpacing(4)
        head = QHBoxLayout()
        mark = MarkLabel()
        mark.show_mark(note.mark, note.title)
        head.addWidget(mark)
        head.addStretch(1)
        head.addWidget(FittedLabel(note.where, size_px=theme.NOTE_PX, colour=theme.SECOND))
        column.addLayout(head)
        column.addWidget(NoteLabel(note.finding.message))
        if note.can_be_applied:
            words = "この行を消します。" if note.finding.removes_line else f"案: {note.finding.suggestion}"
            column.addWidget(NoteLabel(words, colour=theme.SECOND, size_px=theme.NOTE_PX))
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        asked = [("欄へ", self.go_asked)]
        if editable and note.can_be_applied:
            asked.append(("直す F4" if first else "直す", self.apply_asked))
        if editable:
            asked.append(("無視…", self.ignore_asked))
        for words, signal in asked:
            button = push_button(words, kind="small", name=f"{words} {note.title} {note.where}")
            button.clicked.connect(_About(note, signal.emit, button).ask)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return box

    def _show_history(self, context: FieldContext) -> None:
        self._history.addWidget(_Band("履歴", "この欄"))
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(10, 6, 8, 8)
        grid.setHorizontalSpacing(theme.STEP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        today = datetime.now().astimezone().date()
        if not context.history:
            grid.addWidget(NoteLabel("まだ変更はありません。", colour=theme.SECOND), 0, 0, 1, 3)
        for row, item in enumerate(context.history[:_MOST_HISTORY]):
            words = item.state or summary(item.before, item.after)
            grid.addWidget(FittedLabel(spoken_time(item.at, today), size_px=theme.NOTE_PX), row, 0)
            grid.addWidget(FittedLabel(item.who, size_px=theme.NOTE_PX, colour=theme.SECOND), row, 1)
            grid.addWidget(ElidedLabel(words, size_px=theme.NOTE_PX), row, 2)
        if context.history:
            button = push_button("すべての履歴…", self.history_asked.emit, kind="small")
            grid.addWidget(button, _MOST_HISTORY, 0, 1, 3)
        self._history.addWidget(box)


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
