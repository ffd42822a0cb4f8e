"""What needs a person, from the window: counts that jump, the list of findings, search, blanks and drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from .bench import Bench

if TYPE_CHECKING:  # imported late at run time: the first paint needs none of it
    from .main_window import MainWindow


class WorkFlows(QObject):
    """The verbs of one window around its work list."""

    def __init__(self, window: MainWindow, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._bench = bench
        bench.watcher.changed.connect(self._on_attention_changed)
        bench.watcher.start()

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {}

    def _on_attention_changed(self) -> None:
        watcher = self._bench.watcher
        self._window.status.show_attention(watcher.finding_count, watcher.conflict_count)
