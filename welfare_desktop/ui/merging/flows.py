"""Verbs of the window around files that come back: taking them in, the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ..bench import Bench
from ..parts.asking import ask
from ..parts.banner import Tone
from ..parts.jobs import Jobs
from .file_drops import FileDrops

if TYPE_CHECKING:  # imported late at run time: the first paint needs none of it
    from ..main_window import MainWindow
    from .window import MergeWindow


class MergeFlows(QObject):
    """The verbs of one window."""

    def __init__(self, window: MainWindow, jobs: Jobs, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._bench = bench
        FileDrops(window, self._wanted, self.take_dropped)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {"merge": self.merge, "ledger": self.show_ledger}

    def merge(self) -> None:
        """Ask for files that came back and take them in; without files, decide what earlier ones left open."""
        box = self._window_for()
        if box is not None:
            paths = box.choose_files()
            self._run(box, paths)

    def take_dropped(self, paths: Sequence[Path]) -> None:
        """Take in files that were dropped on the window."""
        box = self._window_for()
        if box is not None:
            self._run(box, list(paths))

    def _wanted(self) -> bool:
        return not self._jobs.busy and self._window.action("merge").isEnabled()

    def decide(self) -> None:
        """Show what earlier merges left open, without asking for files."""
        box = self._window_for()
        if box is not None:
            self._run(box, [])

    def show_ledger(self) -> None:
        """Show who was sent a sheet and who returned it."""
        box = self._window_for()
        if box is not None:
            box.tabs.setCurrentWidget(box.ledger)
            self._run(box, [])

    def _window_for(self) -> MergeWindow | None:
        """Save what is typed and make the window; None when that is not possible now."""
        if self._jobs.busy:
            return None
        if self._bench.finish_and_save():
            text = "保存できていない文があります。取り込むと食い違うことがあるので、先に保存してください。"
            ask(self._window, "保存できていません", text, ("閉じる",), tone=Tone.ATTENTION)
            return None
        from .window import MergeWindow

        return MergeWindow(self._window, self._bench.session, self._window.settings)

    def _run(self, box: MergeWindow, paths: list[Path]) -> None:
        box.read(paths)
        box.exec()
        written = box.written_anything
        box.deleteLater()
        if written:
            self._bench.desk.reload()
