"""Text that was typed and is not on disk yet.

One place holds it for the whole window, by field and not by editor: an activity can be left while one of its texts
could not be saved, and shows that text again when it comes back.  Text leaves this place only when the session has
committed it, or when a person said to drop it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from welfare_desktop.domain.errors import ClosedReport, InvalidValue, WelfareError
from welfare_desktop.domain.fields import FieldKey, Value
from welfare_desktop.domain.model import Lines
from welfare_desktop.operations.session import Session

#: A field is saved when nothing was typed for this long, if it was not left before.
IDLE_MS = 2000


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into ``key``, starting from the stored value ``before``.

    ``lines`` is text that the domain still has to read; None means ``after`` is the value itself.  ``error`` is why
    the last attempt to save it failed, None while there was none.
    """

    key: FieldKey
    before: Value
    lines: Lines | None = None
    after: Value = None
    error: WelfareError | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Text typed into a part of a field that the domain refused, and why; it stays on screen as typed."""

    text: str
    error: InvalidValue


#: A part of a field, such as the number cell of one result.
Part = tuple[str, Hashable]


class Pending(QObject):
    """Collects what is typed, saves it, and keeps what could not be saved.

    ``saved`` says that everything is on disk, with the local time; ``changed`` that something was typed, saved, failed or was
    dropped (ask :meth:`typed`).
    """

    saved = Signal(object)
    changed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._typed: dict[FieldKey, Typed] = {}
        self._refused: dict[FieldKey, dict[Part, Refused]] = {}
        self._composing: Callable[[], bool] = _never
        self._ask_reason: Callable[[ClosedReport], str] = _no_reason
        self._asking = False
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._on_idle_timeout)
        self.failing_since: datetime | None = None

    def watch_composition(self, composing: Callable[[], bool]) -> None:
        """Ask ``composing`` before saving by the clock: never while an input method composes."""
        self._composing = composing

    def ask_reasons(self, ask: Callable[[ClosedReport], str]) -> None:
        """Ask ``ask`` for a reason where the report of a closed year would change; empty means that none was given."""
        self._ask_reason = ask

    # --- taking in ----------------------------------------------------------------------------------------------

    def note_lines(self, key: FieldKey, lines: Lines, before: Value) -> None:
        """Hold typed text for ``key``; ``before`` counts only for the first typing since the last save."""
        held = self._typed.get(key)
        self._typed[key] = Typed(key, before if held is None else held.before, lines)
        self._idle.start()
        self.changed.emit(key)

    def note_value(self, key: FieldKey, after: Value, before: Value) -> None:
        """Hold a finished value for ``key``, such as a table's results."""
        held = self._typed.get(key)
        self._typed[key] = Typed(key, before if held is None else held.before, None, after)
        self._idle.start()
        self.changed.emit(key)

    def drop(self, key: FieldKey) -> None:
        """Forget what was typed into ``key``, because it was taken back or a person gave it up."""
        if self._typed.pop(key, None) is not None:
            self.changed.emit(key)
            self._calm()

    def refuse(self, key: FieldKey, part: Part, text: str, error: InvalidValue) -> None:
        """Hold text that cannot be stored, so that it stays visible where it was typed."""
        self._refused.setdefault(key, {})[part] = Refused(text, error)
        self.changed.emit(key)

    def accept(self, key: FieldKey, part: Part) -> None:
        """Forget refused text, because something else was typed there."""
        if self._refused.get(key, {}).pop(part, None) is not None:
            self.changed.emit(key)

    def abandon(self) -> None:
        """Forget everything: the file is let go of, and what was not saved was copied elsewhere or given up."""
        self._idle.stop()
        self._typed.clear()
        self._refused.clear()

    # --- asking -------------------------------------------------------------------------------------------------

    def typed(self, key: FieldKey) -> Typed | None:
        """Return what is held for ``key``, or None when the disk has it."""
        return self._typed.get(key)

    def held(self) -> tuple[Typed, ...]:
        """Return everything that is not on disk."""
        return tuple(self._typed.values())

    def failures(self) -> tuple[Typed, ...]:
        """Return everything that could not be saved."""
        return tuple(item for item in self._typed.values() if item.error is not None)

    def refused(self, key: FieldKey) -> Mapping[Part, Refused]:
        """Return what was refused in ``key``, by part."""
        return self._refused.get(key, {})

    def __len__(self) -> int:
        """How many fields hold text that is not on disk."""
        return len(self._typed.keys() | {key for key, parts in self._refused.items() if parts})

    # --- saving -------------------------------------------------------------------------------------------------

    def save(self, key: FieldKey, *, quietly: bool = False) -> Typed | None:
        """Save what is held for ``key``; return what is still held, with its error, or None when the disk has it.

        Where a reason is wanted a person is asked for it; ``quietly`` holds the text until the field is left.
        """
        item = self._typed.get(key)
        if item is None:
            return None
        try:
            try:
                self._write(item)
            except ClosedReport as error:
                if quietly or self._asking:
                    return item
                self._write(item, self._reason(error))
        except WelfareError as error:
            failed = replace(item, error=error)
            self._typed[key] = failed
            self.failing_since = self.failing_since or datetime.now().astimezone()
            self.changed.emit(key)
            return failed
        del self._typed[key]
        self.changed.emit(key)
        self._calm()
        return None

    def save_all(self) -> tuple[Typed, ...]:
        """Save everything held, including what failed before; return what is still held."""
        self._idle.stop()
        asked = {key for key, item in self._typed.items() if isinstance(item.error, ClosedReport)}
        return tuple(left for key in tuple(self._typed) if (left := self.save(key, quietly=key in asked)) is not None)

    def _write(self, item: Typed, why: str = "") -> None:
        if item.lines is not None:
            self._session.enter(item.key, item.lines, before=item.before, why=why)
        else:
            self._session.edit(item.key, item.after, before=item.before, why=why)

    def _reason(self, error: ClosedReport) -> str:
        """Return a person's reason; raises ``error`` where none is given."""
        self._asking = True  # the dialog takes the focus from the field, which is saved on losing it
        try:
            why = self._ask_reason(error)
        finally:
            self._asking = False
        if not why:
            raise error
        return why

    def take_over(self, other: Pending) -> None:
        """Hold what ``other`` holds: work goes on in a copy of its file, where the values are the same."""
        for item in other.held():
            self._typed[item.key] = replace(item, error=None)
            self.changed.emit(item.key)
        for key, parts in other._refused.items():
            self._refused[key] = dict(parts)
            self.changed.emit(key)

    def overwrite(self, key: FieldKey) -> Typed | None:
        """Save what is held for ``key`` over whatever is stored now, because a person compared both and said so."""
        item = self._typed.get(key)
        if item is None:
            return None
        self._typed[key] = replace(item, before=self._session.value(key), error=None)
        return self.save(key)

    def _calm(self) -> None:
        if not self._typed:
            self._idle.stop()
        if not self.failures():
            self.failing_since = None
            self.saved.emit(datetime.now().astimezone())

    def _on_idle_timeout(self) -> None:
        if self._composing():
            self._idle.start()
        else:
            for key in tuple(self._typed):
                self.save(key, quietly=True)  # nobody is asked in the middle of a sentence


def _no_reason(_error: ClosedReport) -> str:
    return ""


def _never() -> bool:
    return False
