"""Backups (控え), restoring, proving a data file, and rescuing what is left of a damaged one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from welfare_desktop.domain.addresses import address_of, in_words, places
from welfare_desktop.domain.errors import StoreDamaged, StoreError
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.values import values_of
from welfare_desktop.storage import backups
from welfare_desktop.storage.connecting import copy_open
from welfare_desktop.storage.locking import hold
from welfare_desktop.storage.opening import open_store
from welfare_desktop.storage.store import HistoryRow, Operation

from .opening import default_who, open_file
from .session import Session


def back_up(path: Path, target: Path | None = None, *, force: bool = False) -> Path:
    """Make a proved copy of a data file and return where it is; raises StoreError or StoreDamaged."""
    return backups.back_up(path, target, force=force)


def save_open(session: Session, target: Path, *, force: bool = False) -> Path:
    """Make a proved copy of a file that was deleted, moved or replaced while it is open; raises as :func:`back_up`.

    On the session's own thread: only what has the file open can still read it.
    """

    def fill(scratch: Path) -> None:
        session.look(lambda database: copy_open(database, scratch))

    return backups.save_open(session.path, target, fill, force=force)


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


def backups_of(path: Path) -> list[tuple[datetime, Path]]:
    """Return the automatic copies of a data file, newest first, each with the local time it was made."""
    return backups.backups_of(path)


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """What bringing a copy back would mean.

    ``last_change`` is when something was last changed in the copy (local time; None: never); ``counts`` are those of
    the copy, ``present_counts`` those of the file it would replace (None: there is none, or it cannot be read);
    ``differing`` are the addresses of fields that would be different, ``places`` the same in words.
    """

    last_change: datetime | None
    counts: Mapping[str, int]
    present_counts: Mapping[str, int] | None
    differing: Lines
    places: Lines = ()


def preview_restore(backup: Path, path: Path) -> RestorePreview:
    """Return what :func:`restore` would mean, without changing anything; raises as it does for a damaged copy."""
    from .importing import counts_of

    backups.prove(backup)
    with closing(open_file(backup, read_only=True)) as session:
        copied = session.plan()
        last = session.history(limit=1)
    try:
        with closing(open_file(path, read_only=True)) as session:
            present = session.plan()
    except StoreError:
        return RestorePreview(_last_change(last), counts_of(copied), None, ())
    before, after = dict(values_of(present)), dict(values_of(copied))
    where = {**places(present), **places(copied)}
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    differing = tuple(address_of(key, where) for key in keys)
    words = tuple(in_words(key, where) for key in keys)
    return RestorePreview(_last_change(last), counts_of(copied), counts_of(present), differing, words)


def _last_change(rows: Sequence[HistoryRow]) -> datetime | None:
    return rows[0].at.astimezone() if rows else None


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


@dataclass(frozen=True, slots=True)
class RescueReport:
    """What came of a rescue: whether everything proved to be there, whether the history came along, and the addresses
    of fields a person should look at because content and history say different things (``places``: in words)."""

    path: Path
    complete: bool
    history_kept: bool
    doubtful: Lines
    places: Lines = ()


def rescue(path: Path, target: Path, *, who: str = "") -> RescueReport:
    """Make a new data file at ``target`` from whatever can still be read of a damaged one, which stays as it is.

    Raises StoreDamaged when nothing can be read, StoreError when something is in the way; then nothing was made.
    """
    from welfare_desktop.storage import rescuing

    operation = Operation("rescue", f"壊れたファイルからの救出（{path.name}）", who or default_who())
    rescued = rescuing.rescue(path, target, operation)
    with closing(open_file(target, read_only=True)) as session:
        where = places(session.plan(()))
    doubtful = tuple(address_of(key, where) for key in rescued.doubtful)
    words = tuple(in_words(key, where) for key in rescued.doubtful)
    return RescueReport(target, rescued.complete, rescued.history_kept, doubtful, words)


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
