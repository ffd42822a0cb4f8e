"""Older files: migrated on a copy that takes over only when it proves to hold the same."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.data_files import EDIT, make_file, status_key
from welfare_desktop.domain.errors import StoreBusy, StoreDamaged, StoreError
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Entry, Plan
from welfare_desktop.paths import migrations_dir
from welfare_desktop.storage import migrating, opening
from welfare_desktop.storage.locking import hold
from welfare_desktop.storage.migrating import migrate, schema_version
from welfare_desktop.storage.opening import open_store

ADD_COLUMN = """
from peewee import TextField

def up(migrator, db):
    migrator.migrate(migrator.add_column("slot", "colour", TextField(default="")))
"""
REBUILD_PARENT = """
from peewee import TextField

def up(migrator, db):
    # SQLite can do this only by making the table anew, while foreign keys point at it.
    migrator.migrate(migrator.alter_column_type("activity", "title", TextField()))
"""
LOSES_ROWS = """
def up(migrator, db):
    db.execute_sql("DELETE FROM schema_migration")
"""
LOSES_A_TABLE = """
def up(migrator, db):
    db.execute_sql("DROP TABLE merged_field")
"""
CHANGES_CONTENT = """
def up(migrator, db):
    db.execute_sql("UPDATE activity SET title = title || '。'")
"""
CHANGES_HISTORY = """
def up(migrator, db):
    db.execute_sql("UPDATE operation SET who = ''")
"""
FAILS = """
def up(migrator, db):
    db.execute_sql("UPDATE activity SET title = ''")
    db.execute_sql("SELECT * FROM nowhere")
"""


class Later:
    """The program of a later release: its migrations are today's and one more."""

    def __init__(self, folder: Path, body: str) -> None:
        self.directory = folder / "後の版"
        shutil.copytree(migrations_dir(), self.directory, ignore=shutil.ignore_patterns("__pycache__"))
        self.version = schema_version() + 1
        (self.directory / f"{self.version:04d}_later.py").write_text(body, encoding="utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_file(tmp_path / "計画.welfare")


def plan_of(path: Path) -> Plan:
    with closing(open_store(path, read_only=True, check=False)) as store:
        return store.plan()


def rows_of(path: Path) -> list[str]:
    """All rows of the file, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


class TestMigrating:
    @pytest.mark.parametrize("body", [ADD_COLUMN, REBUILD_PARENT])
    def test_keeps_everything_and_the_original(self, tmp_path: Path, path: Path, body: str) -> None:
        later = Later(tmp_path, body)
        before, plan = rows_of(path), plan_of(path)
        kept = migrate(path, later.directory)
        assert kept == path.with_name(f"計画.welfare.v{later.version - 1}.bak")
        assert plan_of(kept) == plan
        assert rows_of(kept) == before
        assert version_of(path) == later.version
        assert plan_of(path) == plan
        with closing(open_store(path, read_only=True, check=False)) as store:
            assert store.problems() == []
        assert {item.name for item in tmp_path.iterdir()} == {path.name, kept.name, later.directory.name}

    @pytest.mark.parametrize("body", [LOSES_ROWS, LOSES_A_TABLE, CHANGES_CONTENT, CHANGES_HISTORY])
    def test_that_does_not_keep_everything_keeps_the_original(self, tmp_path: Path, path: Path, body: str) -> None:
        later = Later(tmp_path, body)
        before = path.read_bytes()
        with pytest.raises(StoreDamaged) as caught:
            migrate(path, later.directory)
        assert caught.value.code == "W-232"
        assert path.read_bytes() == before
        assert {item.name for item in tmp_path.iterdir()} == {path.name, later.directory.name}

    def test_that_fails_keeps_the_original(self, tmp_path: Path, path: Path) -> None:
        later = Later(tmp_path, FAILS)
        before = path.read_bytes()
        with pytest.raises(StoreError):
            migrate(path, later.directory)
        assert path.read_bytes() == before
        assert {item.name for item in tmp_path.iterdir()} == {path.name, later.directory.name}

    def test_twice_does_nothing_the_second_time(self, tmp_path: Path, path: Path) -> None:
        later = Later(tmp_path, ADD_COLUMN)
        migrate(path, later.directory)
        before = path.read_bytes()
        assert migrate(path, later.directory) == path
        assert path.read_bytes() == before

    def test_an_original_kept_earlier_is_not_overwritten(self, tmp_path: Path, path: Path) -> None:
        later = Later(tmp_path, ADD_COLUMN)
        first = path.with_name(f"計画.welfare.v{later.version - 1}.bak")
        first.write_text("前の写し", encoding="utf-8")
        kept = migrate(path, later.directory)
        assert first.read_text(encoding="utf-8") == "前の写し"
        assert kept.name == f"計画.welfare.v{later.version - 1}-2.bak"

    def test_while_somebody_writes_waits_or_says_so(
        self, tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("welfare_desktop.storage.connecting._BUSY_TIMEOUT_S", 0.05)
        later = Later(tmp_path, ADD_COLUMN)
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy):
                migrate(path, later.directory)
            writer.execute("ROLLBACK")
        migrate(path, later.directory)

    def test_a_folder_with_pattern_letters_in_its_name(self, tmp_path: Path, path: Path) -> None:
        folder = tmp_path / "版[1]"
        folder.mkdir()
        later = Later(folder, ADD_COLUMN)
        migrate(path, later.directory)
        assert version_of(path) == later.version


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Later:
    """Pretend to be the later release for the whole test."""
    later = Later(tmp_path, ADD_COLUMN)
    monkeypatch.setattr(migrating, "migrations_dir", lambda: later.directory)
    monkeypatch.setattr(opening, "schema_version", lambda: later.version)
    return later


class TestOpeningAnOlderFile:
    def test_for_writing_migrates_it(self, path: Path, later: Later) -> None:
        plan = plan_of(path)
        with closing(open_store(path)) as store:
            assert store.plan() == plan
            key = status_key(store)
            store.apply([Change(key, store.value(key), Entry(("続ける。",)))], EDIT)
            assert store.problems() == []
        assert version_of(path) == later.version
        assert path.with_name(f"計画.welfare.v{later.version - 1}.bak").exists()

    def test_for_viewing_leaves_it_as_it_is(self, path: Path, later: Later) -> None:
        before = path.read_bytes()
        with closing(open_store(path, read_only=True)) as store:
            assert len(list(store.plan().walk())) == 2
            assert store.problems() == []
            with pytest.raises(StoreError) as caught:
                store.apply([], EDIT)
            assert caught.value.code == "W-202"
        assert path.read_bytes() == before
        assert not list(path.parent.glob("*.bak"))

    def test_damage_in_it_is_told_before_anything_is_replaced(self, path: Path, later: Later) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("UPDATE activity SET title = '傷'")
        before = path.read_bytes()
        for read_only in (False, True):
            with pytest.raises(StoreDamaged):
                open_store(path, read_only=read_only)
        assert path.read_bytes() == before

    def test_that_a_window_has_open_is_left_to_it(self, path: Path, later: Later) -> None:
        before = path.read_bytes()
        lock = hold(path, "窓口")
        with pytest.raises(StoreBusy) as caught:
            open_store(path)
        assert "窓口" in caught.value.message
        assert path.read_bytes() == before
        open_store(path, locked=True).close()  # the window itself
        assert version_of(path) == later.version
        lock.release()

    def test_whoever_still_had_it_open_is_not_told_it_was_saved(self, path: Path, tmp_path: Path) -> None:
        later = Later(tmp_path, ADD_COLUMN)
        with closing(open_store(path)) as earlier:
            key = status_key(earlier)
            migrate(path, later.directory)
            with pytest.raises(StoreError) as caught:
                earlier.apply([Change(key, earlier.value(key), Entry(("どこへ。",)))], EDIT)
            assert caught.value.code == "W-212"
