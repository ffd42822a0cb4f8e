"""One field of lines in the form: heading, state, editor, and the way from typing to the disk.

A block is bound to a field and rebound when another activity is shown; its widgets stay.  What is typed goes to
``Pending`` at once and is saved when the field is left; after a save the block only takes over the new value as its
starting point and does not reload what is on screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import FieldKey, Value, lines_of, state_of_value
from welfare_desktop.domain.last_year import repeats_last_year
from welfare_desktop.domain.model import Entry, Lines
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.session import Session

from ..parts import theme
from ..parts.controls import FittedLabel, FoldButton, NoteLabel, push_button
from ..parts.marks import Mark, MarkLabel, mark_of_state
from .line_editor import LineField
from .pending import Pending

if TYPE_CHECKING:
    from ..beside.proofreading import Noted

_HEADING_PX = 24
SAME_WORDS = "昨年度と同文"


class FieldBlock(QWidget):
    """An editable field of lines; ``focused`` carries the block when its editor gets the focus.

    ``confirm_asked`` carries the block when a person presses 確定する on a draft.
    """

    focused = Signal(object)
    confirm_asked = Signal(object)

    def __init__(
        self, pending: Pending, *, fold_title: str = "", minimum_lines: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pending = pending
        self._key: FieldKey | None = None
        self._value: Value = ()
        self._read_only = False
        self._notes = 0
        self._last_year: Lines = ()
        self.field = LineField(self, minimum_lines=minimum_lines)
        self.fold = FoldButton(fold_title, self) if fold_title else None
        self.mark = MarkLabel(self)
        self.same = MarkLabel(self)
        self.same.show_mark(Mark.SAME, SAME_WORDS)
        self.same.hide()
        self._label = FittedLabel(size_px=theme.TEXT_PX, bold=True, parent=self)
        self._year = FittedLabel(colour=theme.SECOND, parent=self)
        self._confirm = push_button("確定する", self._on_confirm_clicked, kind="small")
        self._confirm.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._error = NoteLabel(colour=theme.BAD, parent=self)
        self._lay_out()
        self._label.setBuddy(self.field.text)
        self.field.text.edited.connect(self._on_text_edited)
        self.field.text.left.connect(self._on_text_left)
        self.field.text.entered.connect(self._on_text_entered)
        pending.changed.connect(self._on_pending_changed)

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        heading = QHBoxLayout()
        heading.setContentsMargins(0, 0, 0, 0)
        heading.setSpacing(theme.STEP)
        if self.fold is not None:
            self.fold.toggled.connect(self._on_fold_toggled)
            self.field.setVisible(False)
            self._label.hide()
            self._year.hide()
            heading.addWidget(self.fold, 1)
        else:
            heading.addWidget(self._label)
            heading.addWidget(self._year)
            heading.addStretch(1)
        heading.addWidget(self.same)
        self._confirm.hide()
        heading.addWidget(self._confirm)
        heading.addWidget(self.mark)
        row = QWidget(self)
        row.setFixedHeight(_HEADING_PX)
        row.setLayout(heading)
        column.addWidget(row)
        column.addWidget(self.field)
        self._error.hide()
        column.addWidget(self._error)

    # --- binding ------------------------------------------------------------------------------------------------

    @property
    def key(self) -> FieldKey | None:
        """The field shown, or None before the first binding."""
        return self._key

    @property
    def read_only(self) -> bool:
        """Whether it can only be read: the year is closed, the slot is signed off, the file is open for viewing."""
        return self._read_only

    @property
    def value(self) -> Value:
        """The stored value what is on screen started from."""
        return self._value

    @property
    def lines(self) -> Lines:
        """The lines on screen, as they would be stored."""
        return self.field.text.lines()

    def bind(self, key: FieldKey, value: Value, *, whose: str, placeholder: str, read_only: bool) -> None:
        """Show ``key``; ``value`` is what is stored, text typed and not saved yet comes first.

        ``whose`` names the actor and departments for screen readers.
        """
        if key != self._key:
            self._notes = 0
            self.field.set_line_marks({})
        self._key, self._value, self._read_only = key, value, read_only
        label, year = key.spec.label, fiscal_label(key.year) if key.year is not None else ""
        self._label.setText(label)
        self._year.setText(year)
        held = self._pending.typed(key)
        self.field.set_lines(held.lines if held is not None and held.lines is not None else lines_of(value))
        self.field.set_placeholder(placeholder)
        self.field.set_read_only(read_only)
        self.field.text.setAccessibleName(" ".join(part for part in (whose, label, year) if part))
        self._show_state()

    def compare(self, last_year: Lines) -> None:
        """Say 昨年度と同文 as long as what is on screen is ``last_year``; empty where there is nothing to compare."""
        self._last_year = last_year
        self._show_same()

    def _show_same(self) -> None:
        same = repeats_last_year(self.lines, self._last_year) if self._last_year else False
        if same == self.same.isHidden():
            self.same.setVisible(same)
            self._speak()

    def adopt(self, value: Value) -> None:
        """Take over a newly stored value; the screen is left alone where it says the same already."""
        assert self._key is not None
        self._value = value
        if self.lines == lines_of(value):
            self.field.text.settle()
        elif self._pending.typed(self._key) is None:
            self.field.set_lines(lines_of(value))
        self._show_state()
        self._show_same()

    def add_lines(self, lines: Sequence[str]) -> None:
        """Append ``lines`` as if typed."""
        self.field.text.add_lines(lines)

    def show_notes(self, notes: Sequence[Noted]) -> None:
        """Show findings at their lines, and how many there are in the heading."""
        self._notes = len(notes)
        self.field.set_line_marks({item.line: item.mark for item in notes if item.line is not None})
        if self._key is not None:
            self._show_state()

    def confirm(self, session: Session) -> bool:
        """Take a draft over as entered, with what was changed in it; False where it is none.

        Raises as ``Session.enter``.
        """
        if self._key is None or not isinstance(self._value, Entry) or not self._value.draft:
            return False
        self.field.text.finish_composition()
        if self._pending.typed(self._key) is not None:
            self._pending.save(self._key)  # what a person typed is no draft any more
        else:
            session.enter(self._key, self._value.lines, before=self._value)
        return True

    def open_fold(self, opened: bool = True) -> None:
        """Open or close the editor of a block that folds."""
        if self.fold is not None:
            self.fold.setChecked(opened)

    # --- state --------------------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        assert self._key is not None
        held = self._pending.typed(self._key)
        error = held.error if held is not None else None
        state = state_of_value(self._value)
        draft = isinstance(self._value, Entry) and self._value.draft
        self.field.set_unsaved(error is not None)
        self.field.set_draft(draft)
        self._confirm.setVisible(draft and not self._read_only)
        if error is not None:
            self.mark.show_mark(Mark.CROSS, "未保存")
        elif self._notes:
            self.mark.show_mark(Mark.TRIANGLE, f"{'下書き・' if draft else ''}要確認 {self._notes}")
        elif self._read_only:
            self.mark.show_mark(mark_of_state(state), f"{state.label}・閲覧のみ")
        else:
            self.mark.show_mark(mark_of_state(state), state.label)
        if isinstance(error, InvalidValue):
            self._error.setText(f"{error.message}{error.next_step}")
        self._error.setVisible(isinstance(error, InvalidValue))
        if self.fold is not None:
            shown = lines_of(self._value)
            self.fold.describe(f"{len(shown)}行" if shown else "未記入", " ／ ".join(shown))
            self.mark.setVisible(error is not None or self._notes > 0)
        self._speak()

    def _speak(self) -> None:
        """Let a screen reader say with the field what marks and small print say to the eye."""
        words = [self.mark.text(), "" if self.same.isHidden() else SAME_WORDS]
        words.append("" if self._error.isHidden() else self._error.text())
        self.field.describe("、".join(filter(None, words)))

    def _on_pending_changed(self, key: FieldKey) -> None:
        if key == self._key:
            self._show_state()

    # --- typing -------------------------------------------------------------------------------------------------

    def _on_text_edited(self) -> None:
        if self._key is None:
            return
        lines = self.lines
        self._show_same()
        if lines == lines_of(self._value):
            self._pending.drop(self._key)
        else:
            self._pending.note_lines(self._key, lines, self._value)

    def _on_text_left(self) -> None:
        """Save; then show the text as it is stored, without the bullets and blank lines that were typed."""
        if self._key is None or self._pending.save(self._key) is not None:
            return
        stored = lines_of(self._value)
        if self.field.text.toPlainText() != "\n".join(stored) and self.lines == stored:
            self.field.set_lines(stored)

    def _on_text_entered(self) -> None:
        self.focused.emit(self)

    def _on_confirm_clicked(self) -> None:
        self.confirm_asked.emit(self)

    def _on_fold_toggled(self, opened: bool) -> None:
        self.field.setVisible(opened)
        if opened and self.isVisible():
            self.field.text.setFocus()
