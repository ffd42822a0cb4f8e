"""Bringing older data files to the present schema: on a copy that must prove to hold the same before it takes over."""

from __future__ import annotations

import glob
from contextlib import closing
from pathlib import Path

from peewee import Database

from welfare_desktop.domain.errors import StoreDamaged, StoreError
from welfare_desktop.paths import migrations_dir

from .connecting import (
    connect_ours,
    connect_scratch,
    copy_database,
    held_still,
    put_in_place,
    remove_scratch,
    scratch_beside,
)
from .digests import content_digest, history_digest
from .failures import SQLITE_ERRORS, store_error
from .sql import fetch, run


def schema_version(directory: Path | None = None) -> int:
    """Return the number of the newest migration: the schema this program writes."""
    names = (path.name for path in (directory or migrations_dir()).iterdir())
    return max(int(name[:4]) for name in names if name[:4].isdecimal())


def run_migrations(database: Database, directory: Path | None = None) -> None:
    """Bring an open database to the newest schema.  The runner is imported only here: opening needs it rarely."""
    from playhouse.migrations import Runner

    # The runner looks for its files by a pattern; a folder may have brackets in its name.
    Runner(database, glob.escape(str(directory or migrations_dir()))).up()


def migrate(path: Path, directory: Path | None = None) -> Path:
    """Bring ``path`` to the present schema on a copy; return where the original was kept (``path``: it was present).

    The copy replaces the original only when its content and history prove equal and no table lost a row.  Raises
    StoreDamaged otherwise, leaving the original as it was.
    """
    scratch = scratch_beside(path)
    try:
        with held_still(path):
            database, version = connect_ours(path, read_only=True)
            database.close()
            if version >= schema_version(directory):  # another one of us was quicker
                return path
            copy_database(path, scratch)
            _migrate_copy(scratch, path, directory)
            kept = _keep(path, version)
            put_in_place(scratch, path, force=True)
    except (OSError, *SQLITE_ERRORS) as error:
        raise store_error(error, path) from error
    finally:
        remove_scratch(scratch)
    return kept


def _migrate_copy(scratch: Path, path: Path, directory: Path | None) -> None:
    database = connect_scratch(scratch, "rw")
    with closing(database):
        rows = _row_counts(database)
        recorded = fetch(database, "SELECT content_digest, history_digest FROM store")
        run_migrations(database, directory)
        found = [(content_digest(database), history_digest(database))]
        run(database, f"PRAGMA user_version = {schema_version(directory)}")
        lost = {table for table, count in _row_counts(database).items() if count < rows.get(table, 0)}
        lost |= set(rows).difference(_row_counts(database))
    if recorded != found or lost:
        raise StoreDamaged(
            "新しい版への移し替えで内容が一致しません。",
            code="W-232",
            where=str(path),
            next_step="元のファイルは変わっていません。控えを添えて管理者に相談してください。",
        )


def _row_counts(database: Database) -> dict[str, int]:
    names = fetch(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: fetch(database, f'SELECT COUNT(*) FROM "{name}"')[0][0] for (name,) in names}


def _keep(path: Path, version: int) -> Path:
    """Keep the file as it was before, under a name of its own."""
    number = 1
    while True:
        kept = path.with_name(f"{path.name}.v{version}{f'-{number}' if number > 1 else ''}.bak")
        scratch = scratch_beside(kept)
        try:
            copy_database(path, scratch)
            put_in_place(scratch, kept, force=False)
        except FileExistsError as error:
            number += 1
            if number > 999:
                raise StoreError(
                    "移し替える前の写しを置けません。",
                    code="W-207",
                    where=str(kept),
                    next_step="同じ名前の写しを別のフォルダーへ移してください。元のファイルは変わっていません。",
                ) from error
        else:
            return kept
        finally:
            remove_scratch(scratch)
