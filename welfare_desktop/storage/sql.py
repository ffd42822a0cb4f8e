"""Plain SQL statements on a peewee database: PRAGMA, and the statements on the path of every edit and every opening.

peewee describes the tables, connects, migrates and keeps transactions.  Its query builder, however, costs more than
the statements it builds; what runs once per changed field is therefore written out here and in its callers, and the
sqlite3 module keeps it prepared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from peewee import Database


def fetch(database: Database, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return all its rows."""
    return list(cast(Any, database).execute_sql(statement, parameters).fetchall())


def run(database: Database, statement: str, parameters: Sequence[object] = ()) -> int:
    """Run one writing statement and return the row id it made, if it made one."""
    return int(cast(Any, database).execute_sql(statement, parameters).lastrowid or 0)


def run_many(database: Database, statement: str, rows: Iterable[Sequence[object]]) -> None:
    """Run one writing statement once for each row of parameters."""
    cast(Any, database).connection().executemany(statement, rows)
