"""Finds out, a little at a time, what of the year shown needs a person; tree, status bar and lists are told.

Nothing is looked through before the window stands, and nothing while somebody types: each slice of work is short, and
typing puts the next one off.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from welfare_desktop.operations.counting import YearWatch

from ..desk import Desk

#: One slice of work, the pause to the next, and the rest after something was typed or chosen.
_SLICE_S = 0.008
_PAUSE_MS = 25
_REST_MS = 400
#: While a large plan is looked through, what is known so far is shown this often.
_SLICES_TO_SHOW = 80


class Watcher(QObject):
    """Keeps the findings of the year on the desk.  ``changed`` says that what needs a person is another set now."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._watch: YearWatch | None = None
        self._slices = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_slice_due)
        desk.reloaded.connect(self._on_desk_reloaded)
        desk.session.subscribe(self._on_committed)

    @property
    def watch(self) -> YearWatch:
        """The findings of the year on the desk."""
        if self._watch is None or self._watch.year != self._desk.year:
            if self._watch is not None:
                self._watch.close()
            self._watch = YearWatch(self._desk.session, self._desk.year)
        return self._watch

    @property
    def known(self) -> bool:
        """Whether everything was looked through as it stands."""
        return self._watch is not None and self._watch.year == self._desk.year and self._watch.complete

    @property
    def finding_count(self) -> int:
        """How many findings the year and department on the desk have, as far as they are known."""
        return sum(item.findings for item in self._desk.attention.values())

    @property
    def conflict_count(self) -> int:
        """How many conflicts are open in the whole file, whatever year is shown: none may be overlooked."""
        return len(self.watch.conflicts)

    def start(self) -> None:
        """Begin to look, soon."""
        self._timer.start(_REST_MS)

    def rest(self) -> None:
        """Put the next slice off: somebody is typing."""
        if self._timer.isActive():
            self._timer.start(_REST_MS)

    def tell(self) -> None:
        """Show what is known; for whoever took the findings of a job into :attr:`watch`."""
        self._desk.show_attention(self.watch.attention(self._desk.department))
        self.changed.emit()

    def let_go(self) -> None:
        """Stop looking and stop following the session."""
        self._timer.stop()
        self._desk.session.unsubscribe(self._on_committed)
        if self._watch is not None:
            self._watch.close()

    def _on_slice_due(self) -> None:
        watch = self.watch
        if watch.look_at_some(_SLICE_S):
            self._slices += 1
        if watch.complete:
            self._slices = 0
            self.tell()
            return
        if self._slices and self._slices % _SLICES_TO_SHOW == 0:
            self.tell()
        self._timer.start(_PAUSE_MS)

    def _on_committed(self, _applied: object) -> None:
        self._timer.start(_PAUSE_MS)

    def _on_desk_reloaded(self) -> None:
        if self.known:
            self.tell()
        else:
            self._timer.start(_PAUSE_MS)
