"""Copies that can be trusted (控え): made with SQLite's backup API, proved, then renamed into place.

Automatic copies lie in the folder 控え beside the data file and are thinned out: all of two days, the last of each of
14 days, 8 weeks, 24 months and every fiscal year stay; the newest one always does.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from welfare_desktop.domain.errors import StoreDamaged, StoreError

from .opening import open_store, put_in_place
from .store import store_error

FOLDER = "控え"
_STAMP = re.compile(r"_(\d{8}-\d{6})(?:-\d+)?\.welfare$")
_FORMAT = "%Y%m%d-%H%M%S"


def backup_folder(path: Path) -> Path:
    """Return where the automatic copies of ``path`` lie."""
    return path.parent / FOLDER


def back_up(path: Path, target: Path | None = None, *, force: bool = False, now: datetime | None = None) -> Path:
    """Copy the data file at ``path`` whole and proved to ``target`` (None: a stamped name in the 控え folder).

    Raises StoreError when the copy cannot be made and StoreDamaged when the source does not prove itself; then
    nothing was left behind.
    """
    automatic = target is None
    if target is None:
        folder = backup_folder(path)
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise store_error(error, folder) from error
        target = _free_name(folder, path.stem, now or datetime.now().astimezone())
    if target.exists() and not force:
        raise StoreError(
            "同じ名前のファイルがすでにあります。上書きしていません。",
            code="W-207",
            where=str(target),
            next_step="別の名前にするか、--force を付けてください。",
        )
    scratch = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
    try:
        with closing(open_store(path, read_only=True, check=False)), closing(sqlite3.connect(path)) as source:
            with closing(sqlite3.connect(scratch)) as copy:
                source.backup(copy)
        prove(scratch, path)
        put_in_place(scratch, target, force=force)
    except (OSError, sqlite3.Error) as error:
        raise store_error(error, target) from error
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
    if automatic:
        thin_out(path, now or datetime.now().astimezone())
    return target


def prove(path: Path, named: Path | None = None) -> None:
    """Raise StoreDamaged unless everything in the file proves itself; ``named`` is the file to speak of."""
    with closing(open_store(path, read_only=True, check=False)) as store:
        problems = store.problems()
    if problems:
        raise StoreDamaged(
            "".join(problems),
            where=str(named or path),
            next_step="ファイルは消さずに残してあります。別の控えを選んでください。",
        )


def restore(backup: Path, path: Path, *, now: datetime | None = None) -> Path | None:
    """Put a proved copy of ``backup`` in the place of ``path``; return where the present file was kept (None: none).

    The backup itself stays.  Raises StoreError or StoreDamaged; then the present file is as it was.
    """
    prove(backup)
    scratch = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    kept: Path | None = None
    try:
        shutil.copyfile(backup, scratch)
        prove(scratch, backup)
        if path.exists():
            folder = backup_folder(path)
            folder.mkdir(exist_ok=True)
            kept = _free_name(folder, f"{path.stem}_復元前", now or datetime.now().astimezone())
            shutil.copyfile(path, kept)
            journal = path.with_name(path.name + "-journal")
            if journal.exists():  # belongs to the file that is kept, and would spoil the one that comes in
                shutil.move(journal, kept.with_name(kept.name + "-journal"))
        put_in_place(scratch, path, force=True)
    except OSError as error:
        raise store_error(error, path) from error
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
    return kept


def backups_of(path: Path) -> list[tuple[datetime, Path]]:
    """Return the stamped copies of ``path``, newest first, with the (local) time in their names."""
    found = []
    for item in backup_folder(path).glob(f"{path.stem}_*.welfare"):
        match = _STAMP.search(item.name)
        if match and item.name[: match.start()] == path.stem:
            found.append((datetime.strptime(match[1], _FORMAT).astimezone(), item))
    return sorted(found, reverse=True)


def thin_out(path: Path, now: datetime) -> list[Path]:
    """Delete copies that :func:`kept` lets go; return them."""
    copies = backups_of(path)
    keep = kept((at for at, _ in copies), now)
    gone = [item for at, item in copies if at not in keep]
    for item in gone:
        with suppress(OSError):  # a copy that cannot be deleted is only a copy too many
            item.unlink()
    return gone


def kept(times: Iterable[datetime], now: datetime) -> set[datetime]:
    """Return which of ``times`` stay; a clock set back makes future ones, which stay as well."""
    newest_first = sorted(times, reverse=True)
    keep = {at for at in newest_first if at > now - timedelta(days=2)}
    keep.update(newest_first[:1])
    rules: tuple[tuple[Callable[[datetime], object], int], ...] = (
        (lambda at: at.date(), 14),
        (lambda at: at.isocalendar()[:2], 8),
        (lambda at: (at.year, at.month), 24),
        (lambda at: at.year - (at.month < 4), len(newest_first)),  # fiscal years: every one
    )
    for period_of, limit in rules:
        last_of: dict[object, datetime] = {}
        for at in newest_first:
            last_of.setdefault(period_of(at), at)
        keep.update(list(last_of.values())[:limit])
    return keep


def _free_name(folder: Path, stem: str, now: datetime) -> Path:
    stamp = now.strftime(_FORMAT)
    candidate = folder / f"{stem}_{stamp}.welfare"
    number = 2
    while candidate.exists():
        candidate = folder / f"{stem}_{stamp}-{number}.welfare"
        number += 1
    return candidate
