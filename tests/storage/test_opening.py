"""Opening: what is no data file is refused, what is damaged is told, what can be read is never made worse."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from peewee import Database

from tests.data_files import EDIT, make_file, make_store, status_key
from tests.unprivileged import run_unprivileged
from welfare_desktop.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreTooNew
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Entry, Plan
from welfare_desktop.storage.connecting import APPLICATION_ID, held_still, journal_of, put_in_place, uri
from welfare_desktop.storage.opening import create_store, open_store, schema_version
from welfare_desktop.storage.sql import fetch
from welfare_desktop.storage.store import Operation

AWKWARD_NAMES = [
    "計画 2018 (写し).welfare",
    "100%.welfare",
    "a#b.welfare",
    "what?.welfare",
    "[1].welfare",
    "it's;--.welfare",
    "名前\u3000全角.db",
    "か\u3099.welfare",  # not composed, as macOS writes names
    "&=+,.welfare",
    "~$lock.welfare",
    "x" * 180 + ".welfare",
    ".hidden",
]


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def told_or_unchanged(path: Path, plan: Plan) -> str:
    """Fail when ``path`` opens without a word, proves itself, and holds anything else than ``plan``."""
    try:
        with closing(open_store(path)) as store:
            if store.opening_notes or store.problems():
                return "told"
            assert store.plan() == plan
            return "unchanged"
    except StoreError:
        return "told"


class TestNames:
    @pytest.mark.parametrize("name", AWKWARD_NAMES)
    def test_any_name_works(self, tmp_path: Path, name: str) -> None:
        folder = tmp_path / "フォルダー 100% #1?"
        folder.mkdir()
        path = make_file(folder / name)
        assert [item.name for item in folder.iterdir()] == [name]
        with closing(open_store(path)) as store:
            key = status_key(store)
            store.apply([Change(key, store.value(key), Entry(("書いた。",)))], EDIT)
        with closing(open_store(path, read_only=True)) as store:
            assert store.value(key) == Entry(("書いた。",))
        assert [item.name for item in folder.iterdir()] == [name]

    @pytest.mark.skipif(os.name != "posix", reason="a backslash is no letter of a name on Windows")
    def test_a_backslash_in_a_name(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a\\b.welfare")
        open_store(path).close()
        assert [item.name for item in tmp_path.iterdir()] == ["a\\b.welfare"]

    def test_a_relative_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        make_file(Path("計画.welfare"))
        open_store(Path("計画.welfare")).close()
        assert (tmp_path / "計画.welfare").is_file()

    def test_uri(self) -> None:
        assert uri(Path("/a/b c/100%#?.db"), "rw") == "file:/a/b c/100%25%23%3F.db?mode=rw"


class TestSettings:
    def test_are_those_a_data_file_needs(self, tmp_path: Path) -> None:
        wanted = {
            "foreign_keys": 1,
            "journal_mode": "delete",
            "synchronous": 3,
            "busy_timeout": 5000,
            "trusted_schema": 0,
            "cell_size_check": 1,
            "application_id": APPLICATION_ID,
            "user_version": schema_version(),
        }

        def settings(db: Database) -> dict[str, object]:
            return {name: fetch(db, f"PRAGMA {name}")[0][0] for name in wanted}

        with closing(make_store(tmp_path / "a.welfare")) as store:
            assert store.look(settings) == wanted

    def test_a_file_somebody_turned_to_wal_is_turned_back(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        execute(path, "PRAGMA journal_mode = WAL", "UPDATE plan SET vision = vision")
        with closing(open_store(path)) as store:
            key = status_key(store)
            store.apply([Change(key, store.value(key), Entry(("書いた。",)))], EDIT)
        assert [item.name for item in tmp_path.iterdir()] == ["a.welfare"]
        assert path.read_bytes()[18:20] == b"\x01\x01"  # neither reading nor writing needs WAL

    def test_a_wal_somebodys_program_left_is_taken_in(self, tmp_path: Path) -> None:
        """What was committed stands in it still; the file was told to be cut off."""
        path = make_file(tmp_path / "a.welfare")
        left = tmp_path / "left.welfare"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE foreign_one (a)")
            connection.commit()
            for suffix in ("", "-wal"):  # as after a kill: closing would take it in
                shutil.copyfile(f"{path}{suffix}", f"{left}{suffix}")
        with closing(open_store(left, read_only=True)) as store:
            assert store.problems() == []
        with closing(open_store(left)) as store:
            assert store.problems() == []


class TestNotADataFile:
    def refused(self, path: Path) -> StoreError:
        before = path.read_bytes() if path.is_file() else None
        found = []
        for read_only in (False, True):
            with pytest.raises(StoreError) as caught:
                open_store(path, read_only=read_only)
            found.append(caught.value)
        assert found[0].code == found[1].code
        assert found[0].next_step
        if before is not None:
            assert path.read_bytes() == before
        return found[0]

    def test_missing(self, tmp_path: Path) -> None:
        assert self.refused(tmp_path / "ない.welfare").code == "W-205"
        assert list(tmp_path.iterdir()) == []

    def test_missing_folder(self, tmp_path: Path) -> None:
        assert self.refused(tmp_path / "ない" / "計画.welfare").code == "W-205"

    def test_a_folder(self, tmp_path: Path) -> None:
        assert self.refused(tmp_path).code == "W-206"

    def test_empty(self, tmp_path: Path) -> None:
        (tmp_path / "空.welfare").touch()
        error = self.refused(tmp_path / "空.welfare")
        assert error.code == "W-231"
        assert isinstance(error, StoreDamaged)

    @pytest.mark.parametrize(
        "content",
        [
            "平成30年度 実施状況報告\n".encode() * 200,
            b"PK\x03\x04" + bytes(2000),
            b"x",
            b"SQLite format 3",
            b"SQLite format 3\x00",
            b"SQLite format 3\x00" + bytes(84),
            b"SQLite format 3\x00" + bytes(5000),
            bytes(4096),
            b"\xff" * 4096,
        ],
    )
    def test_other_files(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "報告.welfare"
        path.write_bytes(content)
        assert self.refused(path).code in ("W-206", "W-230")

    def test_another_programs_database_stays_as_it_is(self, tmp_path: Path) -> None:
        path = tmp_path / "places.sqlite"
        execute(path, "PRAGMA journal_mode = WAL", "CREATE TABLE t (x)", "INSERT INTO t VALUES (1)")
        assert self.refused(path).code == "W-206"
        assert path.read_bytes()[18:20] == b"\x02\x02", "still WAL"

    def test_an_empty_database(self, tmp_path: Path) -> None:
        path = tmp_path / "leer.welfare"
        execute(path, "PRAGMA user_version = 1")
        assert self.refused(path).code == "W-206"

    def test_our_sign_on_a_database_without_our_tables(self, tmp_path: Path) -> None:
        path = tmp_path / "fake.welfare"
        execute(path, "CREATE TABLE plan (id)", f"PRAGMA application_id = {APPLICATION_ID}")
        execute(path, f"PRAGMA user_version = {schema_version()}")
        assert isinstance(self.refused(path), StoreDamaged)


class TestDamage:
    @pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.9, 1])
    def test_truncated(self, tmp_path: Path, part: float) -> None:
        path = make_file(tmp_path / "a.welfare")
        data = path.read_bytes()
        path.write_bytes(data[: min(int(len(data) * part), len(data) - 1)])
        with pytest.raises(StoreError):
            open_store(path)
        assert path.read_bytes() == data[: min(int(len(data) * part), len(data) - 1)]

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE slot_entry SET text = text || '。' WHERE field = 'status'",
            "DELETE FROM slot_entry WHERE field = 'planned'",
            "UPDATE slot_entry SET year = year + 1",
            "UPDATE slot_entry SET draft = 1 - draft",
            "UPDATE activity SET title = 'x' WHERE number = 1",
            "UPDATE activity SET position = 1 - position",
            "UPDATE activity SET number = 9 WHERE number = 2",
            "UPDATE slot SET position = NULL WHERE actor = 'city'",
            "UPDATE slot SET actor = 'council' WHERE actor = 'city'",
            "UPDATE slot SET retired_from = 2020",
            "DELETE FROM slot_department",
            "UPDATE slot_department SET department_id = (SELECT MAX(id) FROM department)",
            "UPDATE department SET name = 'x'",
            "INSERT INTO department_former SELECT id, 0, 'x', 2018 FROM department",
            "UPDATE indicator SET text = 'x'",
            "UPDATE indicator SET corrected = 1",
            "UPDATE target SET value = '251'",
            "UPDATE result SET text = 'x'",
            "UPDATE result SET decided = 1",
            "UPDATE activity_text SET text = 'x'",
            "UPDATE plan SET vision = 'x'",
            "UPDATE plan SET first_year = 2017",
            "INSERT INTO plan SELECT 'b', title, vision, first_year, last_year FROM plan",
            "INSERT INTO note VALUES ('plan', 'p', 'closed', 2018, '確定')",
            "UPDATE store SET content_digest = history_digest",
            "UPDATE store SET dataset_id = 'x'",
            "DELETE FROM store",
            "DELETE FROM plan",
            "UPDATE slot_entry SET field = 'x'",
            "UPDATE slot_entry SET text = x'ff'",
            "UPDATE slot_entry SET text = 5",
            "UPDATE result SET value = 'x'",
        ],
    )
    def test_a_change_nobody_made_here_is_told(self, tmp_path: Path, statement: str) -> None:
        path = make_file(tmp_path / "a.welfare")
        execute(path, "PRAGMA foreign_keys = OFF", statement)
        with pytest.raises(StoreDamaged) as caught:
            open_store(path)
        assert "消さずに" in caught.value.next_step or "そのまま" in caught.value.next_step
        with pytest.raises(StoreDamaged):
            open_store(path, read_only=True)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE change SET after = '\"x\"'",
            "UPDATE operation SET who = 'x'",
            "DELETE FROM change WHERE id = 3",
            "INSERT INTO operation (kind, label, who, at, why) VALUES ('edit', '', '', '', '')",
            "UPDATE store SET history_digest = content_digest",
        ],
    )
    def test_a_history_nobody_wrote_is_told_by_verify(self, tmp_path: Path, statement: str) -> None:
        path = make_file(tmp_path / "a.welfare")
        execute(path, statement)
        with closing(open_store(path)) as store:
            assert store.problems() == ["履歴が最後に保存したときの内容と一致しません。"]

    def test_a_broken_index_is_told_by_verify(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        execute(
            path,
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, '(\"slot_id\")', '(\"text\")') WHERE name = 'slotentryrow_slot_id'",
        )
        with closing(open_store(path, check=False)) as store:
            assert store.problems() != []

    def test_a_damaged_file_can_be_looked_at(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        execute(path, "UPDATE activity SET title = '傷' WHERE number = 1")
        with closing(open_store(path, read_only=True, check=False)) as store:
            assert next(store.plan().walk())[2].title == "傷"
            assert store.problems() == ["本文が最後に保存したときの内容と一致しません。"]

    def test_what_cannot_be_read_there_is_told_as_damage(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        execute(path, "UPDATE target SET kind = 'x'")
        with closing(open_store(path, read_only=True, check=False)) as store, pytest.raises(StoreDamaged):
            store.plan()


class TestNewer:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = make_file(tmp_path / "a.welfare")
        execute(path, f"PRAGMA user_version = {schema_version() + 1}", "ALTER TABLE slot ADD COLUMN colour TEXT")
        return path

    def test_is_not_written(self, path: Path) -> None:
        before = path.read_bytes()
        with pytest.raises(StoreTooNew) as caught:
            open_store(path)
        assert "見ること" in caught.value.next_step
        assert path.read_bytes() == before

    def test_can_be_looked_at_and_says_so(self, path: Path) -> None:
        before = path.read_bytes()
        with closing(open_store(path, read_only=True)) as store:
            assert store.read_only
            assert len(list(store.plan().walk())) == 2
            assert any("新しい版" in note for note in store.opening_notes)
            with pytest.raises(StoreTooNew):
                store.require_provable()
        assert path.read_bytes() == before


class TestReadOnlyPlaces:
    PROGRAM = """
import sys
from pathlib import Path
from welfare_desktop.domain.errors import StoreError
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Entry, Plan
from welfare_desktop.storage.opening import open_store
from tests.data_files import EDIT, status_key
with_view = open_store(Path(sys.argv[1]), read_only=True)
key = status_key(with_view)
print(len(list(with_view.plan().walk())))
try:
    store = open_store(Path(sys.argv[1]))
    store.apply([Change(key, store.value(key), Entry(("x",)))], EDIT)
except StoreError as error:
    print(error.code)
"""

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
    @pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)])
    def test_can_be_looked_at_and_say_why_not_more(self, tmp_path: Path, file_mode: int, folder_mode: int) -> None:
        folder = tmp_path / "読取り専用"
        folder.mkdir()
        path = make_file(folder / "a.welfare")
        before = path.read_bytes()
        path.chmod(file_mode)
        folder.chmod(folder_mode)
        try:
            result = run_unprivileged("-c", self.PROGRAM, str(path))
        finally:
            folder.chmod(0o755)
        assert result.stdout.split() == ["2", "W-203"], result.stderr
        assert path.read_bytes() == before
        assert list(folder.iterdir()) == [path]

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
    def test_making_a_file_there_is_told(self, tmp_path: Path) -> None:
        folder = tmp_path / "読取り専用"
        folder.mkdir(mode=0o555)
        program = (
            "import sys\nfrom pathlib import Path\nfrom welfare_desktop.domain.errors import StoreError\n"
            "from tests.data_files import make_file\n"
            "try:\n    make_file(Path(sys.argv[1]))\nexcept StoreError as error:\n    print(error.code)\n"
        )
        result = run_unprivileged("-c", program, str(folder / "a.welfare"))
        assert result.stdout.split() == ["W-203"], result.stderr


class TestInterruptedWrites:
    """A journal is left when the program or the machine stopped in the middle of a write."""

    def interrupted(self, path: Path) -> bytes:
        """Leave ``path`` half written with its journal; return what it held before."""
        before = path.read_bytes()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA cache_spill = ON")
            connection.execute("PRAGMA cache_size = 1")
            connection.execute("BEGIN IMMEDIATE")
            for table, column in (("slot_entry", "text"), ("activity_text", "text"), ("change", "after")):
                connection.execute(f"UPDATE {table} SET {column} = {column} || printf('%9000d', 1)")
            half, journal = path.read_bytes(), journal_of(path).read_bytes()
            connection.execute("ROLLBACK")
        assert half != before
        path.write_bytes(half)
        journal_of(path).write_bytes(journal)
        return before

    @pytest.mark.parametrize("read_only", [False, True])
    def test_are_taken_back_and_told(self, tmp_path: Path, read_only: bool) -> None:
        path = make_file(tmp_path / "a.welfare")
        with closing(open_store(path)) as store:
            plan = store.plan()
        self.interrupted(path)
        with closing(open_store(path, read_only=read_only)) as store:
            assert store.plan() == plan
            assert any("途中で止まった" in note for note in store.opening_notes)
            assert store.problems() == []
        assert not journal_of(path).exists()
        with closing(open_store(path)) as store:
            assert store.opening_notes == ()

    def test_without_the_journal_are_told_as_damage(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        with closing(open_store(path)) as store:
            plan = store.plan()
        self.interrupted(path)
        journal_of(path).unlink()
        assert told_or_unchanged(path, plan) == "told"

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
    def test_in_a_read_only_place_are_told(self, tmp_path: Path) -> None:
        folder = tmp_path / "読取り専用"
        folder.mkdir()
        path = make_file(folder / "a.welfare")
        self.interrupted(path)
        path.chmod(0o444)
        folder.chmod(0o555)
        program = (
            "import sys\nfrom pathlib import Path\nfrom welfare_desktop.domain.errors import StoreError\n"
            "from welfare_desktop.storage.opening import open_store\n"
            "try:\n    open_store(Path(sys.argv[1]), read_only=True)\nexcept StoreError as error:\n    print(error.code)\n"
        )
        try:
            result = run_unprivileged("-c", program, str(path))
        finally:
            folder.chmod(0o755)
        assert result.stdout.split() == ["W-233"], result.stderr
        assert journal_of(path).exists()

    def test_a_journal_that_is_none_harms_nothing(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        journal_of(path).write_bytes(random.Random(1).randbytes(4000))
        with closing(open_store(path)) as store:
            assert store.problems() == []

    def test_a_journal_of_another_time_is_never_played_in_silently(self, tmp_path: Path) -> None:
        """Either the file is what it was, or the difference is told."""
        path = make_file(tmp_path / "a.welfare")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE plan SET vision = 'x'")
            connection.execute("PRAGMA cache_spill")
            stale = journal_of(path).read_bytes()
            connection.execute("ROLLBACK")
        with closing(open_store(path)) as store:
            key = status_key(store)
            for number in range(40):
                store.apply([Change(key, store.value(key), Entry((f"{number}" * 300,)))], EDIT)
            plan = store.plan()
        journal_of(path).write_bytes(stale)
        told_or_unchanged(path, plan)

    def test_somebody_who_is_writing_for_ever_is_told_as_such(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("welfare_desktop.storage.connecting._BUSY_TIMEOUT_S", 0.05)
        path = make_file(tmp_path / "a.welfare")
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            writer.execute("UPDATE plan SET vision = 'neu'")
            assert journal_of(path).stat().st_size > 0
            for read_only in (False, True):
                with pytest.raises(StoreBusy):
                    open_store(path, read_only=read_only)
            writer.execute("ROLLBACK")
        open_store(path).close()

    def test_somebody_who_is_writing_is_not_interrupted(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE plan SET vision = 'neu'")
            assert journal_of(path).stat().st_size > 0
            with closing(open_store(path, read_only=True)) as viewer:
                assert viewer.plan().vision == "理念の文"
                assert viewer.opening_notes == ()
            writer.execute("ROLLBACK")


class TestCreating:
    def test_leaves_nothing_but_the_file(self, tmp_path: Path) -> None:
        make_file(tmp_path / "a.welfare")
        assert [item.name for item in tmp_path.iterdir()] == ["a.welfare"]

    def test_overwrites_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "a.welfare"
        path.write_text("大事な文書", encoding="utf-8")
        with pytest.raises(StoreError) as caught:
            make_file(path)
        assert caught.value.code == "W-207"
        assert path.read_text(encoding="utf-8") == "大事な文書"

    def test_overwrites_when_told_to(self, tmp_path: Path) -> None:
        path = tmp_path / "a.welfare"
        path.write_text("要らない文書", encoding="utf-8")
        create_store(path, [], Operation("new", "作成", "試験"), force=True).close()
        with closing(open_store(path)) as store:
            assert store.plan().title == ""

    def test_a_missing_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError) as caught:
            make_file(tmp_path / "ない" / "a.welfare")
        assert caught.value.code == "W-208"
        assert list(tmp_path.iterdir()) == []

    def test_a_failure_leaves_nothing(self, tmp_path: Path) -> None:
        from welfare_desktop.domain.errors import EditConflict
        from welfare_desktop.domain.fields import FieldKey, Owner

        orphan = Change(FieldKey(Owner.SLOT, "nobody", "status", None, 2018), Entry(), Entry(("x",)))
        with pytest.raises(EditConflict):
            create_store(tmp_path / "a.welfare", [orphan], EDIT)
        assert list(tmp_path.iterdir()) == []

    def test_two_files_have_two_identities(self, tmp_path: Path) -> None:
        with closing(make_store(tmp_path / "a.welfare")) as one, closing(make_store(tmp_path / "b.welfare")) as other:
            assert one.dataset_id != other.dataset_id


class TestPuttingInPlace:
    def test_without_force_the_one_who_was_first_stays(self, tmp_path: Path) -> None:
        scratch, path = tmp_path / "neu", tmp_path / "a"
        scratch.write_text("neu", encoding="utf-8")
        path.write_text("alt", encoding="utf-8")
        with pytest.raises(FileExistsError):
            put_in_place(scratch, path, force=False)
        assert path.read_text(encoding="utf-8") == "alt"

    def test_a_journal_of_the_old_file_is_not_played_into_the_new_one(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        other = make_file(tmp_path / "b.welfare")
        with closing(open_store(other)) as store:
            wanted = store.plan()
        TestInterruptedWrites().interrupted(path)
        damaged = bytearray(path.read_bytes())
        damaged[0:16] = b"not a database!!"
        path.write_bytes(damaged)
        journal = journal_of(path).read_bytes()
        shutil.copyfile(other, tmp_path / "scratch")
        put_in_place(tmp_path / "scratch", path, force=True)
        with closing(open_store(path)) as store:
            assert store.plan() == wanted
        assert [item.read_bytes() for item in tmp_path.glob("*-journal.*.bak")] in ([journal], [])

    def test_held_still_keeps_writers_out(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        with (
            held_still(path),
            closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as writer,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            writer.execute("BEGIN IMMEDIATE")


class TestLocksOfTheProcess:
    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks")
    @pytest.mark.parametrize("look", [lambda path: open_store(path, read_only=True).close(), lambda path: path.stat()])
    def test_opening_a_second_time_lets_nobody_else_in(self, tmp_path: Path, look: Callable[[Path], object]) -> None:
        """Closing any descriptor of a file drops all POSIX locks the process has on it.

        Opening once read the first bytes by hand: a second process could then write into the middle of a transaction.
        """
        path = make_file(tmp_path / "a.welfare")
        program = (
            "import sqlite3, sys\n"
            "connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
            "try:\n    connection.execute('BEGIN IMMEDIATE')\n    print('in')\n"
            "except sqlite3.OperationalError:\n    print('kept out')\n"
        )
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            look(path)
            assert run_unprivileged("-c", program, str(path)).stdout.strip() == "kept out"
