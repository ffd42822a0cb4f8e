"""Making, checking, opening and migrating data files.

A file is made beside its final place and put there whole, so a name never stands for half a file.  Opening looks at
the file before trusting it: size and magic, application id, schema version, then the digest of the content.  Older
schemas are migrated on a copy which replaces the original only after its content proved equal.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from peewee import DatabaseError, OperationalError, SqliteDatabase

from welfare_desktop.domain.errors import StoreDamaged, StoreError, StoreTooNew
from welfare_desktop.domain.fields import Change
from welfare_desktop.paths import migrations_dir

from .digests import EMPTY, content_digest, identity_digest
from .sql import fetch
from .store import Operation, Store, store_error
from .tables import TABLES, StoreRow

#: "WFLR" in SQLite's application_id: tells our files from other SQLite databases.
APPLICATION_ID = 0x57464C52
_MAGIC = b"SQLite format 3\x00"
#: Never WAL: a copied file must be whole, and WAL locking fails on network drives.  EXTRA also syncs the folder.
_PRAGMAS = (
    ("busy_timeout", 5000),
    ("foreign_keys", 1),
    ("journal_mode", "delete"),
    ("synchronous", 3),
    ("trusted_schema", 0),
    ("cell_size_check", 1),
)


def schema_version(directory: Path | None = None) -> int:
    """Return the number of the newest migration: the schema this program writes."""
    return max(int(path.name[:4]) for path in (directory or migrations_dir()).glob("[0-9]*.py"))


def create_store(path: Path, changes: Sequence[Change], operation: Operation, *, force: bool = False) -> Store:
    """Make a data file holding the result of ``changes`` and open it.

    Raises StoreError when something is already there (unless ``force``) or the place cannot be written; then nothing
    was made.
    """
    if path.exists() and not force:
        raise StoreError(
            "同じ名前のファイルがすでにあります。上書きしていません。",
            code="W-207",
            where=str(path),
            next_step="別の名前にするか、--force を付けてください。",
        )
    if not path.parent.is_dir():
        raise StoreError(
            "保存先のフォルダーがありません。",
            code="W-208",
            where=str(path.parent),
            next_step="フォルダーを作るか、別の場所を選んでください。",
        )
    scratch = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        _initialise(scratch)
        store = Store(scratch, _connect(scratch, "rw"), read_only=False)
        with closing(store):
            store.apply(changes, operation)
        put_in_place(scratch, path, force=force)
    except (OSError, OperationalError, DatabaseError, sqlite3.Error) as error:
        raise store_error(error, path) from error
    finally:
        for leftover in (scratch, scratch.with_name(scratch.name + "-journal")):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
    return open_store(path)


def _initialise(path: Path) -> None:
    database = _connect(path, "rwc")
    try:
        _run_migrations(database, migrations_dir())
        fetch(database, f"PRAGMA application_id = {APPLICATION_ID}")
        fetch(database, f"PRAGMA user_version = {schema_version()}")
        dataset_id = str(uuid.uuid4())
        StoreRow.insert(
            id=1, dataset_id=dataset_id, content_digest=identity_digest(dataset_id), history_digest=EMPTY
        ).execute(database)
    finally:
        database.close()


def _run_migrations(database: SqliteDatabase, directory: Path) -> None:
    """Bring an open database to the newest schema.  The runner is imported only here: opening needs it rarely."""
    from playhouse.migrations import Runner

    Runner(database, str(directory)).up()


def open_store(path: Path, *, read_only: bool = False, check: bool = True) -> Store:
    """Open a data file for writing, or for viewing only.

    ``check`` proves the content against its digest.  Raises StoreError (no such file, not ours), StoreTooNew (opening
    ``read_only`` is still possible) or StoreDamaged.
    """
    _look_at(path)
    version = _identify(path)
    if version > schema_version() and not read_only:
        raise StoreTooNew(
            "このファイルは新しい版の本ソフトで作られました。",
            where=str(path),
            next_step="見ることと書き出すことはできます。直すには新しい版をお使いください。",
        )
    if version < schema_version() and not read_only:
        migrate(path)
    try:
        database = _connect(path, "ro" if read_only else "rw")
    except (OperationalError, DatabaseError, sqlite3.Error) as error:
        raise store_error(error, path) from error
    store = Store(path, database, read_only)
    problems = store.problems(thorough=False) if check else []
    if problems:
        store.close()
        raise StoreDamaged(
            "".join(problems),
            where=str(path),
            next_step="ファイルは消さずに残してあります。控えから戻すか、見るだけで開いてください。",
        )
    return store


def _look_at(path: Path) -> None:
    """Refuse what is plainly no data file, before SQLite touches it."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise StoreError(
            "ファイルがありません。",
            code="W-205",
            where=str(path),
            next_step="場所と名前を確かめるか、new で新しく作ってください。",
        ) from error
    except OSError as error:
        raise store_error(error, path) from error
    if not head:
        raise StoreDamaged(
            "ファイルの中身が空です。",
            code="W-231",
            where=str(path),
            next_step="コピーの途中で切れたのかもしれません。元のファイルか控えを使ってください。",
        )
    if head != _MAGIC:
        raise _not_ours(path)


def _not_ours(path: Path) -> StoreError:
    return StoreError(
        "このファイルは本ソフトの保存ファイルではありません。",
        code="W-206",
        where=str(path),
        next_step="報告書なら import-report（昨年の報告を読み込む）で読んでください。",
    )


def _identify(path: Path) -> int:
    """Return the schema version of a file of ours."""
    try:
        with closing(sqlite3.connect(_uri(path, "ro"), uri=True, timeout=5)) as connection:
            application_id = connection.execute("PRAGMA application_id").fetchone()[0]
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise store_error(error, path) from error
    if application_id != APPLICATION_ID:
        raise _not_ours(path)
    return version


def _uri(path: Path, mode: str) -> str:
    """Return SQLite's URI for ``path``; a UNC share needs an empty authority."""
    text = str(path.absolute()).replace("\\", "/")
    for mark in "%?#":  # the three that mean something in a URI; SQLite takes everything else as it stands
        text = text.replace(mark, f"%{ord(mark):02X}")
    return f"file:{text if text.startswith('/') else '/' + text}?mode={mode}"


def _connect(path: Path, mode: str) -> SqliteDatabase:
    """Return an open database with the settings a data file needs, read back."""
    pragmas = _PRAGMAS if mode != "ro" else tuple(item for item in _PRAGMAS if item[0] != "journal_mode")
    database = SqliteDatabase(_uri(path, mode), pragmas=pragmas, uri=True, autoconnect=False)
    database.connect()
    for name, wanted in pragmas:
        if str(fetch(database, f"PRAGMA {name}")[0][0]) != str(wanted):
            database.close()
            raise OperationalError(f"setting {name} was not taken")
    return database


def put_in_place(scratch: Path, path: Path, *, force: bool) -> None:
    """Sync ``scratch`` and give it the name ``path``; without ``force`` an existing file raises FileExistsError."""
    with scratch.open("rb+") as file:
        os.fsync(file.fileno())
    if force:
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


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable, where the system lets a folder be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def migrate(path: Path, directory: Path | None = None) -> Path:
    """Bring ``path`` to the present schema on a copy; return where the original was kept.

    The copy replaces the original only when its rows and content digest prove equal.  Raises StoreDamaged otherwise,
    leaving the original as it was.
    """
    target = schema_version(directory)
    scratch = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    version = _identify(path)
    kept = path.with_name(f"{path.name}.v{version}.bak")
    try:
        _connect(path, "rw").close()  # lets SQLite finish an interrupted transaction before the bytes are copied
        shutil.copyfile(path, scratch)
        database = _connect(scratch, "rw")
        try:
            before = list(StoreRow.select(StoreRow.content_digest).tuples().execute(database))
            _run_migrations(database, directory or migrations_dir())
            after = [(content_digest(database),)]
            fetch(database, f"PRAGMA user_version = {target}")
        finally:
            database.close()
        if before != after:
            raise StoreDamaged(
                "新しい版への移し替えで内容が一致しません。",
                code="W-232",
                where=str(path),
                next_step="元のファイルは変わっていません。控えを添えて管理者に相談してください。",
            )
        if not kept.exists():
            shutil.copyfile(path, kept)
        put_in_place(scratch, path, force=True)
    except (OSError, OperationalError, DatabaseError, sqlite3.Error) as error:
        raise store_error(error, path) from error
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
    return kept


def schema_sql(path: Path) -> str:
    """Return the schema of a data file as SQL text, in a fixed order."""
    with closing(sqlite3.connect(_uri(path, "ro"), uri=True)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
        ).fetchall()
    return "".join(f"{row[0]};\n" for row in rows)


def table_columns() -> dict[str, set[str]]:
    """Return table and column names as ``tables`` describes them, to be compared with a migrated file."""
    return {table._meta.table_name: {field.column_name for field in table._meta.sorted_fields} for table in TABLES}
