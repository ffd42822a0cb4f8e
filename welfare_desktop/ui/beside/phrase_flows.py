"""Verbs of the window around reusable lines (定型文)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QApplication, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.model import Lines, Slot

from ..bench import Bench
from ..form.field_block import FieldBlock
from ..form.line_editor import LineText
from ..parts.asking import tell_error
from ..parts.banner import Banners, Notice, Tone

_DONE = "done"


class PhraseFlows(QObject):
    """The verbs of one window."""

    def __init__(self, window: QWidget, banners: Banners, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._banners = banners
        self._bench = bench

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {
            "insert_phrase": self.insert,
            "add_phrase": self.add_line,
            "edit_phrases": self.edit,
        }

    def _slot(self) -> Slot | None:
        """Return the slot one is in, or None."""
        current, activity = self._bench.form.current_slot(), self._bench.activity
        if current is None or activity is None:
            return None
        return next((slot for slot in activity.part(current[0]).slots if slot.id == current[1]), None)

    def _text(self) -> LineText | None:
        """Return the text one is in; None elsewhere, and while an input method composes: its keys are its own."""
        focus, block = QApplication.focusWidget(), self._bench.form.focused_block
        if not isinstance(focus, LineText) or focus.composing or not isinstance(block, FieldBlock):
            return None
        return focus if focus is block.field.text else None

    def insert(self) -> None:
        """Choose a line and put it where the caret is, as if typed."""
        from welfare_desktop.operations.phrases import offered

        from .phrase_dialogs import PhraseDialog

        text = self._text()
        if text is None or text.isReadOnly():
            return
        self._bench.finish_and_save()  # so that the phrase is a step of undo of its own
        slot = self._slot()
        departments = tuple(item.id for item in slot.departments) if slot is not None else ()
        key = self._bench.form.focused_key
        box = PhraseDialog(self._window, offered(self._bench.session, departments))
        with QSignalBlocker(text):  # a list that opens is no leaving: bullets and blank lines stay where they are
            box.exec()
        line, editing = box.chosen, box.wants_editing
        box.deleteLater()
        text.setFocus(Qt.FocusReason.OtherFocusReason)
        if line and self._bench.form.focused_key == key:
            text.insert_line(line)
        elif editing:
            self.edit()

    def add_line(self) -> None:
        """Add the line one is in to the phrases of the department that answers there; else to the shared ones."""
        from welfare_desktop.operations.phrases import SHARED, add_phrase

        text = self._text()
        if text is None:
            return
        slot = self._slot()
        alone = slot.departments[0] if slot is not None and len(slot.departments) == 1 else None
        line = text.textCursor().block().text()
        try:
            applied = add_phrase(self._bench.session, alone.id if alone is not None else None, line)
        except WelfareError as error:
            tell_error(self._window, error, "定型文に加えられませんでした")
            return
        whose = alone.name if alone is not None else SHARED
        title = f"定型文（{whose}）に加えました" if applied is not None else f"定型文（{whose}）にもうあります"
        self._tell(title, line)

    def _tell(self, title: str, text: str) -> None:
        def dismiss() -> None:
            self._banners.dismiss(_DONE)

        actions = (("定型文を編集…", self.edit), ("閉じる", dismiss))
        self._banners.show_notice(Notice(_DONE, Tone.INFO, title, text, actions=actions))

    def edit(self) -> None:
        """Edit the lists, beginning with the one of the department one is at."""
        from welfare_desktop.operations.phrases import phrase_lists, set_phrases

        from .phrase_dialogs import PhrasesDialog

        session = self._bench.session
        if session.read_only:
            return
        self._bench.finish_and_save()
        slot = self._slot()
        start = slot.departments[0].id if slot is not None and len(slot.departments) == 1 else None

        def take(wanted: Mapping[str | None, Lines]) -> None:
            set_phrases(session, wanted)

        box = PhrasesDialog(self._window, phrase_lists(session), start, take)
        box.exec()
        box.deleteLater()
