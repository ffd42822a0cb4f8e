"""Copies that can be trusted (控え): made with SQLite's backup API, proved, then renamed into place.

Automatic copies lie in the folder 控え beside the data file and are thinned out: all of two days, the last of each of
14 days, 8 weeks, 24 months and every fiscal year stay; the newest one always does.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from welfare_desktop.domain.errors import StoreDamaged, StoreError

from .connecting import (
    connect_ours,
    copy_database,
    finish_interrupted,
    held_still,
    is_there,
    journal_of,
    look_at,
    put_in_place,
    remove_scratch,
    scratch_beside,
    sweep,
)
from .failures import store_error
from .opening import open_store

FOLDER = "控え"
_STAMP = re.compile(r"_(?P<at>[0-9]{8}-[0-9]{6})(?:-(?P<number>[0-9]+))?\.welfare$")
#: A copy that is still being made is younger than this.
_ABANDONED_S = 24 * 3600.0
_FORMAT = "%Y%m%d-%H%M%S"


def backup_folder(path: Path) -> Path:
    """Return where the automatic copies of ``path`` lie."""
    return path.parent / FOLDER


def back_up(path: Path, target: Path | None = None, *, force: bool = False, now: datetime | None = None) -> Path:
    """Copy the data file at ``path`` whole and proved to ``target`` (None: a stamped name in the 控え folder).

    Raises StoreError when the copy cannot be made and StoreDamaged when the source does not prove itself; then
    nothing was left behind.
    """
    now = _local(now)
    look_at(path)
    finish_interrupted(path)
    connect_ours(path, read_only=True)[0].close()
    if target is not None:
        if is_there(target) and not force:
            raise _in_the_way(target)
        if is_there(target) and target.samefile(path):
            raise _same_file(path)
        try:
            _proved_copy(path, target, force=force)
        except FileExistsError as error:
            raise _in_the_way(target) from error
        return target
    made = _kept_copy(path, now)
    thin_out(path, now)
    for folder in (path.parent, backup_folder(path)):
        sweep(folder, path.stem, _ABANDONED_S)
    return made


def _in_the_way(target: Path) -> StoreError:
    return StoreError(
        "同じ名前のファイルがすでにあります。上書きしていません。",
        code="W-207",
        where=str(target),
        next_step="別の名前にするか、上書きしてよければ上書きを指定（コマンドでは --force）してください。",
    )


def _same_file(path: Path) -> StoreError:
    return StoreError(
        "控えと保存ファイルが同じファイルです。",
        code="W-213",
        where=str(path),
        next_step="別のファイルを選んでください。何も変わっていません。",
    )


def _local(now: datetime | None) -> datetime:
    """Return ``now`` (None: the clock's) in local time: names of copies are read by people."""
    return (now or datetime.now(UTC)).astimezone()


def _stem(path: Path) -> str:
    """Return what the names of all copies of ``path`` begin with."""
    return path.stem if path.suffix == ".welfare" else path.name


def _kept_copy(path: Path, now: datetime) -> Path:
    """Put a proved copy of ``path`` into the 控え folder under the first free stamped name."""
    folder = backup_folder(path)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise store_error(error, folder) from error
    for target in _names(folder, _stem(path), now):
        if not target.exists():
            try:
                _proved_copy(path, target, force=False)
            except FileExistsError:  # another one of us took the name meanwhile
                continue
            return target
    raise AssertionError("names never end")


def save_open(path: Path, target: Path, fill: Callable[[Path], None], *, force: bool = False) -> Path:
    """Put what is still open of the lost data file ``path`` at ``target``; ``fill`` copies it into a new file.

    Raises as :func:`back_up`, also for ``path`` itself: whoever has it open still holds that name.
    """
    if is_there(target) and not force:
        raise _in_the_way(target)
    if target.absolute() == path.absolute():
        raise StoreError(
            "元のファイルと同じ名前には保存できません。",
            code="W-213",
            where=str(path),
            next_step="別の名前を付けてください。何も変わっていません。",
        )
    _proved_copy(path, target, force=force, fill=fill)
    return target


def _proved_copy(path: Path, target: Path, *, force: bool, fill: Callable[[Path], None] | None = None) -> None:
    scratch = scratch_beside(target)
    try:
        if fill is None:
            copy_database(path, scratch)
        else:
            fill(scratch)
        prove(scratch, path, way_on="前の控えから戻してください。控えは作っていません。")
        put_in_place(scratch, target, force=force)
    except FileExistsError:  # only without ``force``; the caller knows another name, or what to say
        raise
    except (OSError, sqlite3.Error) as error:
        raise store_error(error, target) from error
    finally:
        remove_scratch(scratch)


def prove(path: Path, named: Path | None = None, *, way_on: str = "別の控えを選んでください。") -> None:
    """Raise StoreDamaged unless everything in the file proves itself; ``named`` is the file to speak of.

    ``way_on`` says what to do then.

    Raises StoreTooNew for a file whose content this program cannot prove.
    """
    try:
        with closing(open_store(path, read_only=True, check=False)) as store:
            store.require_provable()
            problems = store.problems()
    except StoreError as error:
        error.where = str(named or path)
        raise
    if problems:
        raise StoreDamaged(
            "".join(problems),
            where=str(named or path),
            next_step=f"ファイルは消さずに残してあります。{way_on}",
        )


def restore(backup: Path, path: Path, *, now: datetime | None = None) -> Path | None:
    """Put a proved copy of ``backup`` in the place of ``path``; return where the present file was kept (None: none).

    The backup itself stays.  Nobody can write into the present file between its copy and the exchange.  Raises
    StoreError or StoreDamaged; then the present file is as it was.
    """
    look_at(backup)
    finish_interrupted(backup)
    prove(backup)
    if is_there(path) and path.samefile(backup):
        raise _same_file(path)
    scratch = scratch_beside(path)
    kept: Path | None = None
    try:
        copy_database(backup, scratch)
        prove(scratch, backup)
        if path.exists():
            journal = journal_of(path)
            leftover = journal.read_bytes() if journal.exists() else b""  # SQLite takes it away, played in or not
            finish_interrupted(path)
            with held_still(path):
                kept = _keep_present(path, leftover, _local(now))
                put_in_place(scratch, path, force=True)
        else:
            put_in_place(scratch, path, force=True)
    except (OSError, sqlite3.Error) as error:
        raise store_error(error, path) from error
    finally:
        remove_scratch(scratch)
    return kept


def _keep_present(path: Path, journal: bytes, now: datetime) -> Path:
    """Keep the present file, sound or not; one that cannot be read as a database together with its journal."""
    folder = backup_folder(path)
    folder.mkdir(exist_ok=True)
    kept = next(name for name in _names(folder, f"{_stem(path)}_復元前", now) if not name.exists())
    scratch = scratch_beside(kept)
    try:
        try:
            copy_database(path, scratch)
        except sqlite3.DatabaseError:  # too damaged to be read page by page: keep the bytes
            shutil.copyfile(path, scratch)
            if journal:
                journal_of(kept).write_bytes(journal)
        put_in_place(scratch, kept, force=False)
    finally:
        remove_scratch(scratch)
    return kept


def backups_of(path: Path) -> list[tuple[datetime, Path]]:
    """Return the stamped copies of ``path``, newest first, with the (local) time in their names."""
    found = []
    folder = backup_folder(path)
    for item in folder.iterdir() if folder.is_dir() else ():
        match = _STAMP.search(item.name)
        if match and item.name[: match.start()] == _stem(path):
            with suppress(ValueError):  # digits that are no date: somebody else's file
                at = datetime.strptime(match["at"], _FORMAT).astimezone()
                found.append((at, int(match["number"] or 1), item))
    return [(at, item) for at, _, item in sorted(found, reverse=True)]


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


def _names(folder: Path, stem: str, now: datetime) -> Iterator[Path]:
    """Yield the names a copy made ``now`` may have, best first."""
    stamp = now.strftime(_FORMAT)
    yield folder / f"{stem}_{stamp}.welfare"
    for number in count(2):
        yield folder / f"{stem}_{stamp}-{number}.welfare"
