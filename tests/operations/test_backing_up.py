"""Copies of an open file, the way back, and the proof that a file is sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.data_files import make_file
from welfare_desktop.domain.errors import StoreDamaged, StoreError, StoreTooNew
from welfare_desktop.operations.backing_up import BackupClock, back_up, backups_of, preview_restore, restore, verify
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.opening import schema_version


class TestClock:
    def test_copies_only_when_something_changed(self, session: Session) -> None:
        clock = BackupClock(session)
        assert clock.back_up_if_changed() is None
        session.enter(session.resolve("1-1-1/title"), "変えた")
        copy = clock.back_up_if_changed()
        assert copy is not None
        with closing(open_file(copy, read_only=True)) as copied:
            assert copied.plan() == session.plan()
        assert clock.back_up_if_changed() is None

    def test_what_others_changed_counts_too(self, session: Session) -> None:
        clock = BackupClock(session)
        with closing(open_file(session.path)) as other:
            other.enter(other.resolve("1-1-1/title"), "隣が変えた")
        assert clock.back_up_if_changed() is not None

    def test_a_copy_that_failed_is_tried_again(self, session: Session) -> None:
        clock = BackupClock(session)
        session.enter(session.resolve("1-1-1/title"), "変えた")
        in_the_way = session.path.parent / "控え"
        in_the_way.write_text("フォルダーではない", encoding="utf-8")
        with pytest.raises(StoreError):
            clock.back_up_if_changed()
        in_the_way.unlink()
        assert clock.back_up_if_changed() is not None


class TestVerifying:
    def test_sound(self, tmp_path: Path) -> None:
        assert verify(make_file(tmp_path / "a.welfare")) == []

    def test_damaged(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("UPDATE activity SET title = '傷'")
            connection.execute("UPDATE operation SET who = '傷'")
        assert verify(path) == [
            "本文が最後に保存したときの内容と一致しません。",
            "履歴が最後に保存したときの内容と一致しません。",
        ]

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.welfare").touch()
        assert verify(tmp_path / "a.welfare") == ["ファイルの中身が空です。"]

    def test_half_a_file(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        path.write_bytes(path.read_bytes()[:9000])
        assert len(verify(path)) == 1

    def test_no_file_and_no_data_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("文", encoding="utf-8")
        for name in ("ない.welfare", "a.txt"):
            with pytest.raises(StoreError):
                verify(tmp_path / name)

    def test_a_newer_file_is_not_called_damaged(self, tmp_path: Path) -> None:
        path = make_file(tmp_path / "a.welfare")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {schema_version() + 1}")
        with pytest.raises(StoreTooNew):
            verify(path)


class TestPreview:
    def test_says_when_how_much_and_what_differs(self, session: Session) -> None:
        copy = back_up(session.path)
        before = preview_restore(copy, session.path)
        assert before.differing == ()
        assert before.counts == before.present_counts
        last = session.history(limit=1)[0].at
        assert before.last_change is not None
        assert before.last_change == last
        session.enter(session.resolve("1-1-1/council/status@2018"), "一行だけ。")
        session.enter(session.resolve("1-1-1/city.2/status@2018"), "新しく。")
        found = preview_restore(copy, session.path)
        assert set(found.differing) == {"1-1-1/council/status@2018", "1-1-1/city.2/status@2018"}
        assert found.present_counts is not None
        assert found.present_counts["activities"] == found.counts["activities"] == 2
        assert found.last_change == last
        assert backups_of(session.path)[0][1] == copy

    def test_where_nothing_can_be_compared(self, session: Session, tmp_path: Path) -> None:
        copy = back_up(session.path)
        for path in (tmp_path / "ない.welfare", tmp_path / "文書.txt"):
            if path.suffix == ".txt":
                path.write_text("文書", encoding="utf-8")
            found = preview_restore(copy, path)
            assert (found.present_counts, found.differing) == (None, ())
            assert found.counts["slots"] == 5

    def test_a_damaged_copy_is_refused(self, session: Session) -> None:
        copy = back_up(session.path)
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("UPDATE activity SET title = '傷'")
        with pytest.raises(StoreDamaged):
            preview_restore(copy, session.path)


def test_there_and_back(session: Session) -> None:
    before = session.plan()
    copy = back_up(session.path)
    session.enter(session.resolve("1-1-1/title"), "変えた")
    changed = session.plan()
    kept = restore(copy, session.path)
    assert kept is not None
    for path, plan in ((session.path, before), (kept, changed)):
        with closing(open_file(path, read_only=True)) as opened:
            assert opened.plan() == plan


def test_into_a_folder_that_is_not_there(session: Session, tmp_path: Path) -> None:
    copy = back_up(session.path)
    with pytest.raises(StoreError) as caught:
        restore(copy, tmp_path / "ない" / "a.welfare")
    assert caught.value.code == "W-208"
