"""What SQLite and the system report about a data file, as sentences that say what is safe and what to do."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

from peewee import DatabaseError, IntegrityError

from welfare_desktop.domain.errors import StoreBusy, StoreDamaged, StoreError


class _Kind(Enum):
    """What went wrong, in the order in which it is looked for.

    After a full disk SQLite rolls back by itself and the ROLLBACK that follows fails too: the reason is then further
    down the chain of exceptions, and must win over what hides it.
    """

    BUSY = auto()
    FULL = auto()
    READ_ONLY = auto()
    DAMAGED = auto()
    DANGLING = auto()
    OTHER = auto()


_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: _Kind.BUSY,
    sqlite3.SQLITE_LOCKED: _Kind.BUSY,
    sqlite3.SQLITE_FULL: _Kind.FULL,
    sqlite3.SQLITE_READONLY: _Kind.READ_ONLY,
    sqlite3.SQLITE_PERM: _Kind.READ_ONLY,
    sqlite3.SQLITE_AUTH: _Kind.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _Kind.DAMAGED,
    sqlite3.SQLITE_NOTADB: _Kind.DAMAGED,
    sqlite3.SQLITE_CONSTRAINT: _Kind.DANGLING,
}
_OF_SYSTEM = {
    errno.ENOSPC: _Kind.FULL,
    errno.EDQUOT: _Kind.FULL,
    errno.EFBIG: _Kind.FULL,
    errno.EROFS: _Kind.READ_ONLY,
    errno.EACCES: _Kind.READ_ONLY,
    errno.EPERM: _Kind.READ_ONLY,
}


#: What SQLite's complaints arrive as; the last where the text of a complaint, quoted from the file, is no UTF-8.
SQLITE_ERRORS = (DatabaseError, sqlite3.Error, UnicodeDecodeError)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite reports about ``path`` inside into a StoreError."""
    try:
        yield
    except SQLITE_ERRORS as error:
        raise store_error(error, path) from error


def is_no_database(error: BaseException) -> bool:
    """Whether SQLite said that the file is no database at all."""
    return any(
        isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB
        for cause in _chain(error)
    )


def store_error(error: BaseException, path: Path) -> StoreError:
    """Return the error to show for what SQLite or the system reported about ``path``."""
    where = str(path)
    match min((_kind_of(cause) for cause in _chain(error)), key=lambda kind: kind.value):
        case _Kind.BUSY:
            return StoreBusy(
                "ほかのプログラムがこのファイルに書き込んでいます。",
                where=where,
                next_step="少し待って、もう一度試してください。打った文は残っています。",
            )
        case _Kind.FULL:
            return StoreError(
                "ディスクがいっぱいで保存できません。",
                code="W-201",
                where=where,
                next_step="空きを作るか、別の場所に保存してください。前に保存した内容は無事です。",
            )
        case _Kind.READ_ONLY:
            return StoreError(
                "この場所には書き込めません（読み取り専用か、ほかのプログラムが開いています）。",
                code="W-203",
                where=where,
                next_step="書き込める場所に保存してください。前に保存した内容は無事です。",
            )
        case _Kind.DAMAGED:
            return StoreDamaged(
                "ファイルの一部が壊れています。",
                where=where,
                next_step="ファイルは消さずに残してあります。控えから戻してください。",
            )
        case _Kind.DANGLING:
            return StoreError(
                "つながる先（指標や担当課など）がなくなっているので保存できません。",
                code="W-209",
                where=where,
                next_step="今の内容を見てから、もう一度行ってください。何も変わっていません。",
            )
        case _Kind.OTHER:
            return StoreError(
                "ファイルを読み書きできません。",
                code="W-204",
                where=where,
                next_step="ファイルがその場所にあるか、USB メモリーやネットワークがつながっているかを確かめてください。",
            )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield ``error`` and everything it was raised from or while handling."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _kind_of(error: BaseException) -> _Kind:
    if isinstance(error, IntegrityError):
        return _Kind.DANGLING
    if isinstance(error, UnicodeDecodeError):
        return _Kind.DAMAGED
    if isinstance(error, sqlite3.Error):
        # Bytes that are no UTF-8 where text was stored; a table or column that every file of ours has.
        if re.search("could not decode|no such (table|column)", str(error), re.IGNORECASE):
            return _Kind.DAMAGED
        return _OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, _Kind.OTHER)
    if isinstance(error, OSError):
        return _OF_SYSTEM.get(error.errno or 0, _Kind.OTHER)
    return _Kind.OTHER
