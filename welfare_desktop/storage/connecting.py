"""Connections to data files, and whole copies of them: the settings every file is opened with, renames that last.

Never open and close a data file in any other way than through SQLite while it may be in use: on POSIX systems closing
any descriptor of a file drops all locks the process has on it, SQLite's included, and a second writer walks in.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from peewee import Database, OperationalError, SqliteDatabase

from welfare_desktop.domain.errors import StoreDamaged, StoreError

from .failures import SQLITE_ERRORS, is_no_database, store_error
from .sql import fetch

#: "WFLR" in SQLite's application_id: tells our files from other SQLite databases.
APPLICATION_ID = 0x57464C52
#: Never WAL: a copied file must be whole, and WAL locking fails on network drives.  EXTRA also syncs the folder.
_SETTINGS: tuple[tuple[str, object], ...] = (
    ("foreign_keys", 1),
    ("journal_mode", "delete"),
    ("synchronous", 3),
    ("trusted_schema", 0),
    ("cell_size_check", 1),
)
#: Of a file nobody sees yet: it is synced as a whole before it gets its name.
_SCRATCH_SETTINGS = tuple((name, 0 if name == "synchronous" else value) for name, value in _SETTINGS)
#: Only looked at, never written: the journal mode is left as it is.
_VIEW_SETTINGS = tuple(item for item in _SETTINGS if item[0] != "journal_mode")
_BUSY_TIMEOUT_S = 5


def uri(path: Path, mode: str) -> str:
    """Return SQLite's URI for ``path``; ``mode`` is ``ro``, ``rw`` or ``rwc``.  A UNC share needs an empty authority."""
    text = str(path.absolute()).replace("\\", "/") if os.name == "nt" else str(path.absolute())
    for mark in "%?#":  # the three that mean something in a URI; SQLite takes everything else as it stands
        text = text.replace(mark, f"%{ord(mark):02X}")
    return f"file:{text if text.startswith('/') else '/' + text}?mode={mode}"


def connect_scratch(path: Path, mode: str) -> SqliteDatabase:
    """Connect to a file that nobody else sees yet; it is durable only after :func:`put_in_place`."""
    database = _connect(uri(path, mode))
    _set_up(database, _SCRATCH_SETTINGS)
    return database


def connect_memory() -> SqliteDatabase:
    """Connect to an empty database in memory."""
    return _connect(":memory:")


def connect_ours(path: Path, *, read_only: bool) -> tuple[SqliteDatabase, int]:
    """Connect to a data file and return its schema version too.

    Looks whose file it is before it changes any setting of it.  Raises StoreError or StoreDamaged.
    """
    look_at(path)
    try:
        database = _connect(uri(path, "ro" if read_only else "rw"))
        try:
            version = _identify(database, path)
            _set_up(database, _VIEW_SETTINGS if read_only else _SETTINGS)
        except BaseException:
            database.close()
            raise
    except SQLITE_ERRORS as error:
        raise _refusal(error, path) from error
    return database, version


def _connect(address: str) -> SqliteDatabase:
    database = SqliteDatabase(address, uri=True, timeout=_BUSY_TIMEOUT_S, autoconnect=False)
    database.connect()
    return database


def _set_up(database: SqliteDatabase, settings: tuple[tuple[str, object], ...]) -> None:
    """Give a connection its settings and read them back; an unknown or refused one would otherwise go unnoticed."""
    for name, wanted in settings:
        fetch(database, f"PRAGMA {name} = {wanted}")
        if str(fetch(database, f"PRAGMA {name}")[0][0]) != str(wanted):
            database.close()
            raise OperationalError(f"setting {name} was not taken")


def is_there(path: Path) -> bool:
    """Whether a file has this name.

    Raises StoreError for what is no file, as a folder or a device, and for a name the system cannot look up.
    """
    try:
        found = path.exists()
        if not path.name or (found and not path.is_file()):
            raise StoreError(
                "ファイルの名前ではなく、フォルダーや装置の名前です。",
                code="W-206",
                where=str(path),
                next_step="ファイルの名前まで指定してください。何も変わっていません。",
            )
    except (OSError, ValueError) as error:
        raise store_error(error, path) from error
    return found


def look_at(path: Path) -> None:
    """Refuse what is plainly no data file, before SQLite touches it."""
    if not is_there(path):
        raise StoreError(
            "ファイルがありません。",
            code="W-205",
            where=str(path),
            next_step="場所と名前を確かめるか、新しく作ってください（コマンドでは new）。",
        )
    try:
        size = path.stat().st_size
    except OSError as error:
        raise store_error(error, path) from error
    if not size:
        raise StoreDamaged(
            "ファイルの中身が空です。",
            code="W-231",
            where=str(path),
            next_step="コピーの途中で切れたのかもしれません。元のファイルか控えを使ってください。",
        )


def _refusal(error: Exception, path: Path) -> StoreError:
    """Return why a file could not be opened at all."""
    if is_no_database(error):
        return _not_ours(path)
    told = store_error(error, path)
    if told.code in ("W-203", "W-204") and _has_content(journal_of(path)):
        return StoreError(
            "保存の途中で止まった跡（-journal）が残っていて、この場所では元に戻せません。",
            code="W-233",
            where=str(path),
            next_step="ファイルと -journal の両方を書き込める場所へ写して、そちらを開いてください。"
            "どちらも消さないでください。",
        )
    return told


def _not_ours(path: Path) -> StoreError:
    return StoreError(
        "このファイルは本ソフトの保存ファイルではありません。",
        code="W-206",
        where=str(path),
        next_step="報告書なら「昨年の報告を読み込む」で読んでください（コマンドでは import-report）。"
        "保存ファイルだったはずなら壊れています。控えから戻してください。",
    )


def _identify(database: SqliteDatabase, path: Path) -> int:
    """Return the schema version of a file of ours; raises StoreError for any other database."""
    with database.atomic():  # at one state: while somebody reads, nobody writes
        application_id = fetch(database, "PRAGMA application_id")[0][0]
        fetch(database, "SELECT COUNT(*) FROM sqlite_master")
        if application_id != APPLICATION_ID:
            raise _not_ours(path)
        pages, page_size = (fetch(database, f"PRAGMA {name}")[0][0] for name in ("page_count", "page_size"))
        # With a WAL, which only somebody else's program switches on, the file itself may rightly be shorter.
        whole = fetch(database, "PRAGMA journal_mode")[0][0] == "wal" or path.stat().st_size >= pages * page_size
        if not whole:
            raise StoreDamaged(
                "ファイルの終わりが切れています。",
                code="W-234",
                where=str(path),
                next_step="コピーの途中で切れたのかもしれません。ファイルは消さずに、元のファイルか控えを使ってください。",
            )
        return int(fetch(database, "PRAGMA user_version")[0][0])


# --- interrupted writes ---------------------------------------------------------------------------------------------


def journal_of(path: Path) -> Path:
    """Return where SQLite keeps the journal of a transaction on ``path``."""
    return path.with_name(path.name + "-journal")


def finish_interrupted(path: Path) -> bool:
    """Let SQLite take back a transaction that was cut off in ``path``; return whether there was one.

    A connection for reading only could not, and would find the file unreadable.
    """
    journal = journal_of(path)
    if not _has_content(journal):
        return False
    try:
        with closing(sqlite3.connect(uri(path, "rw"), uri=True, timeout=0, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error:  # somebody is just writing: then nothing is interrupted; or it shows when the file is opened
        return False
    return not _has_content(journal)


def _has_content(journal: Path) -> bool:
    try:
        return journal.stat().st_size > 0
    except OSError:
        return False


# --- whole copies ---------------------------------------------------------------------------------------------------


def scratch_beside(path: Path) -> Path:
    """Return a name beside ``path`` for a file that shall replace it."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")


def copy_database(source: Path, target: Path) -> None:
    """Copy a database page by page into a new file, at one state whatever others write meanwhile.

    Raises sqlite3.Error.  The copy is durable only after :func:`put_in_place`.
    """

    def give_up_when_busy(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # would otherwise be tried for ever
            raise sqlite3.OperationalError("database is locked")

    with (
        closing(sqlite3.connect(uri(source, "ro"), uri=True, timeout=_BUSY_TIMEOUT_S)) as connection,
        closing(sqlite3.connect(target)) as copy,
    ):
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        connection.backup(copy, progress=give_up_when_busy)


def copy_open(database: Database, target: Path) -> None:
    """Copy everything of an open database into a new file, whatever became of the name it was opened by.

    Raises sqlite3.Error.  The copy is durable only after :func:`put_in_place`.
    """
    with closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        cast(Any, database).connection().backup(copy)


def copy_into_memory(database: SqliteDatabase, memory: SqliteDatabase) -> None:
    """Copy everything of an open database into an empty one in memory.  Raises sqlite3.Error."""
    cast(Any, database).connection().backup(cast(Any, memory).connection())


def serialized(database: SqliteDatabase) -> bytes:
    """Return an open database as the bytes of a file."""
    return bytes(cast(Any, database).connection().serialize())


@contextmanager
def held_still(path: Path) -> Iterator[None]:
    """Keep everybody from writing into the data file at ``path``, unless it is too damaged for anybody to.

    Whoever had it open and waits finds it replaced afterwards, and is told so by its Store.
    """
    with closing(sqlite3.connect(uri(path, "rw"), uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None)) as held:
        try:
            held.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            yield
            return
        if os.name == "posix":
            yield
            held.execute("ROLLBACK")
        else:  # an open file cannot be replaced there, neither by us nor under anybody's hands
            held.close()
            yield


def put_in_place(scratch: Path, path: Path, *, force: bool) -> None:
    """Sync ``scratch`` and give it the name ``path``; without ``force`` an existing file raises FileExistsError."""
    with scratch.open("rb+") as file:
        os.fsync(file.fileno())
    if force:
        _set_journal_aside(path)
        scratch.replace(path)
    else:
        try:
            os.link(scratch, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: the check and the rename are two steps there
            if path.exists():
                raise FileExistsError(path) from None
            scratch.replace(path)
    sync_folder(path.parent)


def _set_journal_aside(path: Path) -> None:
    """Keep the journal of a file that is being replaced from being played into the one that comes in."""
    if path.exists():
        finish_interrupted(path)
    journal = journal_of(path)
    if _has_content(journal):
        journal.replace(path.with_name(f"{path.name}-journal.{uuid.uuid4().hex[:8]}.bak"))


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable, where the system lets a folder be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep(folder: Path, stem: str, older_than_s: float) -> None:
    """Take away scratch files a killed program left in ``folder`` for files whose names begin with ``stem``."""
    ours = re.compile(rf"\.{re.escape(stem)}.*\.[0-9a-f]{{32}}\.tmp(-journal)?")
    with suppress(OSError):  # what cannot be looked through or taken away is only in nobody's way
        for item in folder.iterdir():
            if ours.fullmatch(item.name) and item.stat().st_mtime < time.time() - older_than_s:
                item.unlink()


def remove_scratch(scratch: Path) -> None:
    """Take a scratch file and its journal away, as far as the system lets us."""
    for leftover in (scratch, journal_of(scratch)):
        with suppress(OSError):
            leftover.unlink(missing_ok=True)
