"""The panel right of the form: what helps with the field one is in — last year, findings, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.operations.field_history import Past

from ..parts import theme
from ..parts.controls import FittedLabel, NoteLabel, push_button
from ..parts.marks import MarkLabel
from .last_year import Beside
from .proofreading import Noted
from .sections import Band, BesideSection, HistorySection


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
        self._beside: list[BesideSection] = []
        self._besides = self._section()
        self._targets = self._section()
        self._findings = self._section()
        self._sections.addStretch(1)
        self._history = HistorySection(self.history_asked.emit, self._body)
        self._sections.addWidget(self._history)
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
        self._show_beside((), None)
        self._history.hide()
        for section in (self._targets, self._findings):
            _clear(section)

    def show_field(self, context: FieldContext) -> None:
        """Show what belongs to a field."""
        self._context = context
        self._head.title.setText(context.heading)
        self._head.sub.setText(context.sub)
        self._show_beside(context.beside, context)
        self._history.show_history(context.history)
        self._history.show()

    def show_targets(self, courses: Sequence[QWidget]) -> None:
        """Show how the targets of the row one is in went over the years; nothing takes the section away."""
        _clear(self._targets)
        if courses:
            self._targets.addWidget(Band("目標の推移"))
        for course in courses:
            self._targets.addWidget(course)

    def show_findings(self, notes: Sequence[Noted], *, editable: bool) -> None:
        """Show what a person should look at in this activity; F4 does what the first proposal says."""
        _clear(self._findings)
        if not notes:
            return
        self._findings.addWidget(Band("指摘", f"この活動に {len(notes)} 件"))
        first = next((note for note in notes if note.can_be_applied), None)
        for note in notes:
            self._findings.addWidget(self._finding_box(note, editable=editable, first=note is first))

    def _show_beside(self, items: Sequence[Beside], context: FieldContext | None) -> None:
        while len(self._beside) < len(items):
            self._beside.append(BesideSection(self.copy_asked.emit, self.import_asked.emit, self._body))
            self._besides.addWidget(self._beside[-1])
        for place, section in enumerate(self._beside):
            section.setVisible(place < len(items))
            if context is not None and place < len(items):
                first_year, year = context.first_year, context.key.year
                section.show_text(items[place], first_year, year, editable=context.editable, first=not place)

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


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
