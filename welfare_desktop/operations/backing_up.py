"""Backups (控え), restoring, and proving a data file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from welfare_desktop.domain.errors import StoreDamaged, StoreError
from welfare_desktop.storage import backups
from welfare_desktop.storage.locking import hold
from welfare_desktop.storage.opening import open_store

from .session import Session


def back_up(path: Path, target: Path | None = None, *, force: bool = False) -> Path:
    """Make a proved copy of a data file and return where it is; raises StoreError or StoreDamaged."""
    return backups.back_up(path, target, force=force)


def restore(backup: Path, path: Path) -> Path | None:
    """Bring a data file back from ``backup``; return where the present one was kept (None: there was none).

    Raises as :func:`back_up`, and StoreBusy while a window has the file open: close its session first.
    """
    if not path.parent.is_dir():
        raise StoreError(
            "戻す先のフォルダーがありません。",
            code="W-208",
            where=str(path.parent),
            next_step="フォルダーを作るか、別の場所を選んでください。",
        )
    with hold(path):
        return backups.restore(backup, path)


def verify(path: Path) -> list[str]:
    """Return sentences about everything in a data file that does not prove itself; empty when it is sound.

    Raises StoreError when it is no data file at all, StoreTooNew when this program cannot tell.
    """
    try:
        with closing(open_store(path, read_only=True, check=False)) as store:
            store.require_provable()
            return store.problems()
    except StoreDamaged as error:
        return [error.message]


class BackupClock:
    """Makes automatic copies of an open file when something changed since the last one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._backed_up = session.latest_operation()

    def back_up_if_changed(self) -> Path | None:
        """Make a copy if anything was committed since the last one; None when nothing was."""
        latest = self._session.latest_operation()
        if latest == self._backed_up:
            return None
        made = backups.back_up(self._session.path)
        self._backed_up = latest
        return made
