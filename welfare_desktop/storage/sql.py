"""Plain SQL statements, where peewee has no words for them (PRAGMA)."""

from __future__ import annotations

from typing import Any, cast

from peewee import Database


def fetch(database: Database, statement: str) -> list[tuple[Any, ...]]:
    """Run one statement and return all its rows."""
    return list(cast(Any, database).execute_sql(statement).fetchall())
