"""Making, checking and opening data files.

A file is made beside its final place and put there whole, so a name never stands for half a file.  Opening looks at
the file before trusting it: size, application id, schema version, then the digest of the content.  Older schemas are
migrated first (``migrating``); a file that is only looked at is left as it is, and migrated in memory.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from pathlib import Path

from peewee import SqliteDatabase

from welfare_desktop.domain.errors import StoreDamaged, StoreError, StoreTooNew
from welfare_desktop.domain.fields import Change

from .connecting import (
    APPLICATION_ID,
    connect_memory,
    connect_ours,
    connect_scratch,
    copy_into_memory,
    finish_interrupted,
    is_there,
    look_at,
    put_in_place,
    remove_scratch,
    scratch_beside,
    uri,
)
from .digests import EMPTY, identity_digest
from .failures import SQLITE_ERRORS, store_error
from .locking import hold
from .migrating import migrate, run_migrations, schema_version
from .sql import fetch, run
from .store import Connection, Operation, Store
from .tables import TABLES

__all__ = [
    "create_store",
    "migrate",
    "open_store",
    "put_in_place",
    "schema_sql",
    "schema_version",
    "table_columns",
]

_INTERRUPTED = "前回、保存の途中で止まった跡がありました。最後に保存が済んだ状態に戻して開きました。"
_TOO_NEW = "新しい版の本ソフトで作られたファイルなので、見るだけで開きました。内容の照合はしていません。"


def create_store(
    path: Path,
    changes: Sequence[Change],
    operation: Operation,
    *,
    force: bool = False,
    dataset_id: str = "",
    also: Callable[[Connection, int], None] | None = None,
) -> Store:
    """Make a data file holding the result of ``changes`` and open it.

    ``dataset_id`` is given where the content is a copy of another file's (empty: a new identity); ``also`` as in
    ``Store.apply``.

    Raises StoreError when something is already there (unless ``force``) or the place cannot be written; then nothing
    was made.
    """
    require_room(path, force=force)
    scratch = scratch_beside(path)
    try:
        scratch.touch(exist_ok=False)  # the system says better than SQLite why there can be no file here
        database = connect_scratch(scratch, "rw")
        initialise(database, dataset_id or str(uuid.uuid4()))
        with closing(Store(scratch, database, read_only=False)) as store:
            store.apply(changes, operation, also=also)
        put_in_place(scratch, path, force=force)
    except (OSError, *SQLITE_ERRORS) as error:
        raise store_error(error, path) from error
    finally:
        remove_scratch(scratch)
    return open_store(path)


def require_room(path: Path, *, force: bool = False) -> None:
    """Raise StoreError where no new file can be made: something has the name (unless ``force``), or no folder is there."""
    if is_there(path) and not force:
        raise StoreError(
            "同じ名前のファイルがすでにあります。上書きしていません。",
            code="W-207",
            where=str(path),
            next_step="別の名前にするか、上書きしてよければ上書きを指定（コマンドでは --force）してください。",
        )
    if not path.parent.is_dir():
        raise StoreError(
            "保存先のフォルダーがありません。",
            code="W-208",
            where=str(path.parent),
            next_step="フォルダーを作るか、別の場所を選んでください。",
        )


def initialise(database: SqliteDatabase, dataset_id: str) -> None:
    """Make the tables of an empty file and give it its identity."""
    try:
        run_migrations(database)
        run(database, f"PRAGMA application_id = {APPLICATION_ID}")
        run(database, f"PRAGMA user_version = {schema_version()}")
        row = (dataset_id, identity_digest(dataset_id), EMPTY)
        run(database, "INSERT INTO store (id, dataset_id, content_digest, history_digest) VALUES (1, ?, ?, ?)", row)
    except BaseException:
        database.close()
        raise


def open_store(path: Path, *, read_only: bool = False, check: bool = True, locked: bool = False) -> Store:
    """Open a data file for writing, or for viewing only.

    ``check`` proves the content against its digest; ``locked`` says that the caller holds the session lock, which a
    migration takes otherwise.  Raises StoreError (no such file, not ours), StoreTooNew (opening
    ``read_only`` is still possible, the content is then not proved) or StoreDamaged.
    """
    look_at(path)
    notes = (_INTERRUPTED,) if finish_interrupted(path) else ()
    database, version = connect_ours(path, read_only=read_only)
    current = schema_version()
    try:
        if version > current:
            if not read_only:
                raise StoreTooNew(
                    "このファイルは新しい版の本ソフトで作られました。",
                    where=str(path),
                    next_step="見ることと書き出すことはできます。直すには新しい版をお使いください。",
                )
            return Store(path, database, read_only, (*notes, _TOO_NEW), proved=False, too_new=True)
        if version < current:
            database = _brought_up(database, path, read_only, locked)
    except BaseException:
        database.close()
        raise
    store = Store(path, database, read_only, notes, proved=check)
    problems = store.problems(thorough=False) if check else []
    if problems:
        store.close()
        raise StoreDamaged(
            "".join(problems),
            where=str(path),
            next_step="ファイルは消さずに残してあります。控えから戻すか、見るだけで開いてください。",
        )
    return store


def _brought_up(database: SqliteDatabase, path: Path, read_only: bool, locked: bool) -> SqliteDatabase:
    """Return a connection to the same content in the present schema."""
    if not read_only:
        database.close()
        with nullcontext() if locked else hold(path):
            migrate(path)
        return connect_ours(path, read_only=False)[0]
    memory = connect_memory()
    try:
        with closing(database):
            copy_into_memory(database, memory)
        run_migrations(memory)
        fetch(memory, "PRAGMA query_only = 1")
    except SQLITE_ERRORS as error:
        memory.close()
        raise store_error(error, path) from error
    return memory


def schema_sql(path: Path) -> str:
    """Return the schema of a data file as SQL text, in a fixed order."""
    with closing(sqlite3.connect(uri(path, "ro"), uri=True)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
        ).fetchall()
    return "".join(f"{row[0]};\n" for row in rows)


def table_columns() -> dict[str, set[str]]:
    """Return table and column names as ``tables`` describes them, to be compared with a migrated file."""
    return {table._meta.table_name: {field.column_name for field in table._meta.sorted_fields} for table in TABLES}
