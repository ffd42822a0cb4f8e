"""Asking where files go: a name or a folder, and what happens to files that are there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ..file_flows import with_suffix
from ..parts.asking import ask
from ..parts.banner import Tone
from ..settings import Settings

_NAMED = 3


class SavingPlace:
    """Asks for one window; the folder files went to last is remembered on this PC, ``first`` is proposed before."""

    def __init__(self, window: QWidget, settings: Settings, first: Path) -> None:
        self._window = window
        self._settings = settings
        self._first = first

    def folder(self) -> str:
        """Return the folder to begin in."""
        last = self._settings.output_folder
        return last if last and Path(last).is_dir() else str(self._first)

    def remember(self, folder: Path) -> None:
        """Begin here next time."""
        self._settings.output_folder = str(folder)
        self._settings.save()

    def ask_file(self, title: str, proposed: str, filters: str) -> tuple[Path, bool] | None:
        """Ask for a file; return it and whether it may be replaced, None when a person stops.

        Without a suffix it gets the one of ``proposed``, or of CSV where that is chosen among the filters.
        """
        start = str(Path(self.folder()) / proposed)
        while True:
            # Whether to replace is asked here: the system's dialog would not know of a suffix added afterwards.
            name, chosen = QFileDialog.getSaveFileName(
                self._window, title, start, filters, options=QFileDialog.Option.DontConfirmOverwrite
            )
            if not name:
                return None
            suffix = Path(proposed).suffix
            if chosen.startswith("CSV"):
                name, suffix = name.removesuffix(suffix), ".csv"
            target = with_suffix(name, suffix)
            answer = self._may_replace((target,))
            if answer is not None:
                return target, answer
            start = str(target)

    def ask_folder(self, title: str, targets_in: Callable[[Path], Sequence[Path]]) -> tuple[Path, bool] | None:
        """Ask for a folder for the files ``targets_in`` names; return as :meth:`ask_file`."""
        while True:
            chosen = QFileDialog.getExistingDirectory(self._window, title, self.folder())
            if not chosen:
                return None
            answer = self._may_replace(targets_in(Path(chosen)))
            if answer is not None:
                return Path(chosen), answer

    def _may_replace(self, targets: Sequence[Path]) -> bool | None:
        """Return whether files are there that may be replaced; None when they must not be."""
        present = [path for path in targets if path.exists()]
        if not present:
            return False
        more = f" ほか {len(present) - _NAMED} 件" if present[_NAMED:] else ""
        named = "、".join(path.name for path in present[:_NAMED]) + more
        text = f"{named}\n上書きすると前の内容はなくなります。書出しを途中でやめたときは、前のファイルのままです。"
        answers = ("別の場所か名前にする", "上書きする")
        place = str(present[0].parent)
        title = "同じ名前のファイルがあります"
        answer = ask(self._window, title, text, answers, tone=Tone.ATTENTION, detail=place)
        return True if answer == 1 else None
