"""The schema: what the migrations make is what ``tables`` and ``db/schema.sql`` say."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.data_files import make_file
from welfare_desktop.domain.fields import FIELDS, Kind, Owner
from welfare_desktop.paths import migrations_dir, schema_file
from welfare_desktop.storage.opening import schema_sql, schema_version, table_columns
from welfare_desktop.storage.tables import TABLES


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_file(tmp_path_factory.mktemp("schema") / "a.welfare")


def test_schema_file_is_what_the_migrations_make(path: Path) -> None:
    assert schema_file().read_text(encoding="utf-8") == schema_sql(path), "write db/schema.sql anew"


def test_tables_describe_what_the_migrations_make(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        made = {name: {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')} for name in names}
    del made["schema_migration"]  # the runner's own
    assert made == table_columns()


def test_tables_say_what_may_be_absent_and_what_refers_to_what(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table in TABLES:
            meta = table._meta
            info = {row[1]: row for row in connection.execute(f'PRAGMA table_info("{meta.table_name}")')}
            for field in meta.sorted_fields:
                assert bool(info[field.column_name][3]) != field.null, (meta.table_name, field.column_name)
            references = {
                (row[3], row[2], row[6]) for row in connection.execute(f'PRAGMA foreign_key_list("{meta.table_name}")')
            }
            assert references == {
                (field.column_name, field.rel_model._meta.table_name, field.on_delete)
                for field in meta.sorted_fields
                if hasattr(field, "rel_model")
            }


def test_nothing_is_deleted_with_something_else(path: Path) -> None:
    """Rows that history speaks of must stay: no reference cascades."""
    assert "CASCADE" not in schema_sql(path)
    assert "SET NULL" not in schema_sql(path)


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(item.name[:4]) for item in migrations_dir().glob("[0-9]*.py"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert schema_version() == len(numbers)
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", item.name) for item in migrations_dir().glob("[0-9]*"))


def test_every_single_value_has_its_column(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for spec in FIELDS:
            if spec.kind in (Kind.LINE, Kind.NUMBER, Kind.YEAR):
                assert spec.owner is not Owner.ACTOR
                connection.execute(f'SELECT "{spec.name}" FROM "{spec.owner.value}"')
