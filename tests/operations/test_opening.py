"""Opening a file: alone in a window, beside others for single edits, for viewing when it cannot be otherwise."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import small_plan
from tests.data_files import make_file
from tests.storage.test_locking import other_process
from tests.unprivileged import run_unprivileged
from welfare_desktop.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreTooNew
from welfare_desktop.operations import opening
from welfare_desktop.operations.backing_up import restore
from welfare_desktop.operations.opening import create_from, default_who, open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.locking import lock_file
from welfare_desktop.storage.opening import schema_version
from welfare_desktop.storage.store import Operation

TITLE = "1-1-1/title"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_file(tmp_path / "計画.welfare")


def edit(session: Session, text: str) -> None:
    session.enter(session.resolve(TITLE), text)


class TestAlone:
    def test_a_window_has_it_until_it_closes(self, path: Path) -> None:
        with closing(open_file(path, who="山口", exclusive=True)) as window:
            assert not window.read_only
            assert window.held_by is None
            assert lock_file(path).exists()
            edit(window, "書ける")
        assert not lock_file(path).exists()

    def test_the_second_window_looks_and_is_told_who(self, path: Path) -> None:
        with closing(open_file(path, who="山口", exclusive=True)) as first:
            with closing(open_file(path, who="隣の人", exclusive=True)) as second:
                assert second.read_only
                assert second.held_by is not None
                assert second.held_by.user == "山口"
                assert second.held_by.since is not None
                with pytest.raises(StoreError) as caught:
                    edit(second, "書けない")
                assert caught.value.code == "W-202"
                edit(first, "一人目の")
                assert next(second.plan().walk())[2].title == "一人目の"
            edit(first, "まだ書ける")
        with closing(open_file(path, who="隣の人", exclusive=True)) as later:
            edit(later, "今は書ける")

    def test_another_program(self, path: Path) -> None:
        with other_process(path, "離れた人"), closing(open_file(path, exclusive=True)) as session:
            assert session.held_by is not None
            assert session.held_by.user == "離れた人"
            assert session.read_only

    def test_a_new_file(self, tmp_path: Path) -> None:
        path = tmp_path / "新.welfare"
        operation = Operation("new", "作成", "山口")
        with closing(create_from(small_plan(), path, operation, exclusive=True)):
            assert lock_file(path).exists()
        assert [item.name for item in tmp_path.iterdir()] == ["新.welfare"]

    def test_what_cannot_be_opened_leaves_no_lock(self, tmp_path: Path) -> None:
        other = tmp_path / "報告.txt"
        other.write_text("平成30年度", encoding="utf-8")
        for path in (other, tmp_path / "ない.welfare", tmp_path / "ない" / "計画.welfare", tmp_path / ("x" * 300)):
            with pytest.raises(StoreError):
                open_file(path, exclusive=True)
            with pytest.raises(StoreError):
                create_from(
                    small_plan(),
                    other if path == other else path.parent / "無" / "a",
                    Operation("", "", ""),
                    exclusive=True,
                )
        assert list(tmp_path.iterdir()) == [other]

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
    def test_a_read_only_place_is_looked_at_and_told(self, path: Path) -> None:
        program = (
            "import sys\nfrom pathlib import Path\nfrom welfare_desktop.operations.opening import open_file\n"
            "session = open_file(Path(sys.argv[1]), exclusive=True)\n"
            "print(session.read_only, len(session.opening_notes), session.held_by)\n"
        )
        path.parent.chmod(0o555)
        try:
            result = run_unprivileged("-c", program, str(path))
        finally:
            path.parent.chmod(0o755)
        assert result.stdout == "True 1 None\n", result.stderr


class TestBesideAWindow:
    @pytest.fixture
    def window(self, path: Path) -> Iterator[Session]:
        with closing(open_file(path, who="山口", exclusive=True)) as opened:
            yield opened

    def test_single_edits_go_on_on_a_local_disk(self, path: Path, window: Session) -> None:
        with closing(open_file(path)) as command:
            edit(command, "コマンドから")
        assert next(window.plan().walk())[2].title == "コマンドから"
        edit(window, "窓から")

    def test_on_a_share_they_are_refused(self, path: Path, window: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(opening, "is_shared", lambda _path: True)
        with pytest.raises(StoreBusy) as caught:
            open_file(path)
        assert "山口" in caught.value.message
        with closing(open_file(path, read_only=True)) as viewer:
            assert viewer.read_only

    def test_on_a_share_one_at_a_time(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(opening, "is_shared", lambda _path: True)
        with closing(open_file(path)) as first:
            with pytest.raises(StoreBusy):
                open_file(path)
            edit(first, "書いた")
        open_file(path).close()

    def test_nothing_replaces_the_file_under_it(self, path: Path, window: Session, tmp_path: Path) -> None:
        copy = make_file(tmp_path / "控え.welfare")
        before = path.read_bytes()
        with pytest.raises(StoreBusy):
            restore(copy, path)
        with pytest.raises(StoreBusy):
            create_from(small_plan(), path, Operation("new", "作成", "隣"), force=True)
        assert path.read_bytes() == before


class TestDamagedOrNew:
    def test_damage_is_told_and_can_be_looked_at(self, path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("UPDATE activity SET title = '傷'")
        for exclusive in (False, True):
            with pytest.raises(StoreDamaged):
                open_file(path, exclusive=exclusive)
        assert not lock_file(path).exists()
        with closing(open_file(path, check=False)) as session:
            assert session.read_only
            assert session.problems() != []

    def test_a_newer_file_can_be_looked_at(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {schema_version() + 1}")
        with pytest.raises(StoreTooNew):
            open_file(path, exclusive=True)
        assert not lock_file(path).exists()
        with closing(open_file(path, read_only=True)) as session:
            assert session.opening_notes


def test_somebody_always_did_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "山口")
    assert default_who() == "山口"
