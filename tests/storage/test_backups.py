"""Copies that can be trusted, how long they stay, and the way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.data_files import EDIT, make_file, status_key
from welfare_desktop.domain.errors import StoreDamaged, StoreError, StoreTooNew
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Entry, Plan
from welfare_desktop.storage.backups import back_up, backup_folder, backups_of, kept, restore, thin_out
from welfare_desktop.storage.connecting import journal_of
from welfare_desktop.storage.opening import open_store, schema_version


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_file(tmp_path / "計画 [1].welfare")


def plan_of(path: Path) -> Plan:
    with closing(open_store(path, read_only=True)) as store:
        return store.plan()


def edit(path: Path, text: str) -> None:
    with closing(open_store(path)) as store:
        key = status_key(store)
        store.apply([Change(key, store.value(key), Entry((text,)))], EDIT)


def spoil(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE activity SET title = '傷'")


def everything_below(folder: Path) -> dict[str, bytes]:
    return {str(item.relative_to(folder)): item.read_bytes() for item in folder.rglob("*") if item.is_file()}


class TestWhatCannotBeProved:
    @pytest.mark.parametrize("statement", ["DELETE FROM store", "UPDATE activity SET title = '傷'", "newer"])
    def test_is_told_of_the_file_itself(self, path: Path, statement: str) -> None:
        """Not of a scratch copy that is gone by then."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA user_version = {schema_version() + 1}" if statement == "newer" else statement)
        with pytest.raises(StoreError) as caught:
            back_up(path)
        assert caught.value.where == str(path)
        assert "別の控え" not in caught.value.next_step
        assert list(backup_folder(path).iterdir()) == []


class TestBackingUp:
    def test_the_copy_holds_the_same_and_proves_itself(self, path: Path) -> None:
        copy = back_up(path)
        assert copy.parent == backup_folder(path)
        assert plan_of(copy) == plan_of(path)
        with closing(open_store(copy, read_only=True)) as store:
            assert store.problems() == []
            with closing(open_store(path, read_only=True)) as original:
                assert store.dataset_id == original.dataset_id
                assert store.history() == original.history()

    def test_leaves_the_file_and_no_scratch(self, path: Path) -> None:
        before = path.read_bytes()
        copy = back_up(path)
        assert path.read_bytes() == before
        assert set(everything_below(path.parent)) == {path.name, f"控え/{copy.name}"}

    def test_many_in_one_second_overwrite_nothing(self, path: Path) -> None:
        now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        copies = [back_up(path, now=now) for _ in range(12)]
        assert len(set(copies)) == 12
        assert all(copy.exists() for copy in copies)
        assert [item for _, item in backups_of(path)] == copies[::-1]

    def test_to_a_name_of_ones_own(self, path: Path, tmp_path: Path) -> None:
        target = tmp_path / "USB" / "写し.welfare"
        target.parent.mkdir()
        assert back_up(path, target) == target
        assert plan_of(target) == plan_of(path)
        assert not backup_folder(path).exists()

    def test_overwrites_nothing_unless_told(self, path: Path, tmp_path: Path) -> None:
        target = tmp_path / "写し.welfare"
        target.write_text("大事な文書", encoding="utf-8")
        with pytest.raises(StoreError) as caught:
            back_up(path, target)
        assert caught.value.code == "W-207"
        assert target.read_text(encoding="utf-8") == "大事な文書"
        back_up(path, target, force=True)
        assert plan_of(target) == plan_of(path)

    def test_not_onto_itself(self, path: Path) -> None:
        before = path.read_bytes()
        with pytest.raises(StoreError) as caught:
            back_up(path, path, force=True)
        assert caught.value.code == "W-213"
        assert path.read_bytes() == before

    @pytest.mark.parametrize("name", ["ない/写し.welfare", "x" * 300])
    def test_a_place_that_cannot_be_is_told(self, path: Path, tmp_path: Path, name: str) -> None:
        with pytest.raises(StoreError):
            back_up(path, tmp_path / name)
        assert set(everything_below(tmp_path)) == {path.name}

    @pytest.mark.skipif(os.name != "posix", reason="no such things elsewhere")
    def test_what_is_no_file_is_not_replaced(self, path: Path, tmp_path: Path) -> None:
        """A device was once replaced by the copy, where the rights allowed it."""
        pipe = tmp_path / "管.welfare"
        os.mkfifo(pipe)
        (tmp_path / "箱").mkdir()
        for target in (pipe, tmp_path / "箱"):
            with pytest.raises(StoreError) as caught:
                back_up(path, target, force=True)
            assert caught.value.code == "W-206"
            with pytest.raises(StoreError):
                restore(path, target)
            with pytest.raises(StoreError):
                open_store(target)
        assert pipe.is_fifo()

    def test_a_damaged_file_is_not_copied_as_if_it_were_sound(self, path: Path) -> None:
        spoil(path)
        with pytest.raises(StoreDamaged) as caught:
            back_up(path)
        assert str(path) == caught.value.where
        assert set(everything_below(path.parent)) == {path.name}

    def test_no_data_file(self, tmp_path: Path) -> None:
        other = tmp_path / "報告.txt"
        other.write_text("平成30年度", encoding="utf-8")
        with pytest.raises(StoreError) as caught:
            back_up(other)
        assert caught.value.code == "W-206"
        with pytest.raises(StoreError) as caught:
            back_up(tmp_path / "ない.welfare")
        assert caught.value.code == "W-205"

    def test_a_newer_files_content_cannot_be_proved(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {schema_version() + 1}")
        with pytest.raises(StoreTooNew):
            back_up(path)

    def test_while_somebody_edits(self, path: Path) -> None:
        with closing(open_store(path)) as store:
            key = status_key(store)
            store.apply([Change(key, store.value(key), Entry(("前。",)))], EDIT)
            copy = back_up(path)
            store.apply([Change(key, store.value(key), Entry(("後。",)))], EDIT)
        with closing(open_store(copy, read_only=True)) as store:
            assert store.value(key) == Entry(("前。",))

    def test_two_files_of_one_folder_keep_their_copies_apart(self, path: Path) -> None:
        others = [make_file(path.with_name(name)) for name in ("計画 [1]_2.welfare", "計画 [1].db", "計画 1.welfare")]
        copies = {item: back_up(item) for item in (path, *others)}
        for item, copy in copies.items():
            assert [found for _, found in backups_of(item)] == [copy]


class TestWhatKilledProgramsLeft:
    def test_is_taken_away_when_it_is_old(self, path: Path) -> None:
        folder = backup_folder(path)
        folder.mkdir()
        scratch = [
            path.with_name(f".計画 [1].welfare.{'a1' * 16}.tmp"),
            path.with_name(f".計画 [1].welfare.{'b2' * 16}.tmp-journal"),
            folder / f".計画 [1]_20260101-090000.welfare.{'c3' * 16}.tmp",
        ]
        others = [path.with_name(".計画 [1].welfare.lock"), path.with_name("計画 [1].welfare.tmp"), folder / "メモ.tmp"]
        young = path.with_name(f".計画 [1].welfare.{'d4' * 16}.tmp")
        for item in (*scratch, *others, young):
            item.touch()
        for item in (*scratch, *others):
            os.utime(item, (0, 0))
        back_up(path)
        assert not [item for item in scratch if item.exists()]
        assert all(item.exists() for item in (*others, young))


class TestListing:
    def test_knows_only_its_own(self, path: Path) -> None:
        folder = backup_folder(path)
        folder.mkdir()
        for name in (
            "計画 [1]_20261123-090000.welfare",
            "計画 [1]_20261123-090000-2.welfare",
            "計画 [1]_20261123-090000-10.welfare",
            "計画 [1]_20261399-990000.welfare",  # no date
            "計画 [1]_復元前_20261123-090000.welfare",
            "計画 1_20261123-090000.welfare",
            ".計画 [1]_20261123-090000.welfare.abc.tmp",
            "メモ.txt",
        ):
            (folder / name).touch()
        assert [item.name for _, item in backups_of(path)] == [
            "計画 [1]_20261123-090000-10.welfare",
            "計画 [1]_20261123-090000-2.welfare",
            "計画 [1]_20261123-090000.welfare",
        ]

    def test_none_yet(self, path: Path) -> None:
        assert backups_of(path) == []


NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TIMES = st.lists(st.timedeltas(timedelta(days=-30), timedelta(days=3000)).map(lambda age: NOW - age), max_size=60)


class TestHowLongCopiesStay:
    @given(TIMES)
    def test_the_newest_and_those_of_two_days_stay(self, times: list[datetime]) -> None:
        stay = kept(times, NOW)
        assert stay <= set(times)
        assert {at for at in times if at > NOW - timedelta(days=2)} <= stay
        assert not times or max(times) in stay

    @given(TIMES)
    def test_every_fiscal_year_keeps_its_last(self, times: list[datetime]) -> None:
        last: dict[int, datetime] = {}
        for at in times:
            year = at.year if at.month >= 4 else at.year - 1
            last[year] = max(last.get(year, at), at)
        assert set(last.values()) <= kept(times, NOW)

    @given(TIMES)
    def test_the_last_of_fourteen_days_eight_weeks_and_twenty_four_months_stay(self, times: list[datetime]) -> None:
        stay = kept(times, NOW)
        for period_of, limit in (
            (lambda at: at.date(), 14),
            (lambda at: at.date() - timedelta(days=at.weekday()), 8),
            (lambda at: date(at.year, at.month, 1), 24),
        ):
            newest: dict[date, datetime] = {}
            for at in times:
                newest[period_of(at)] = max(newest.get(period_of(at), at), at)
            for period in sorted(newest, reverse=True)[:limit]:
                assert newest[period] in stay

    @given(TIMES)
    def test_thinning_twice_is_thinning_once(self, times: list[datetime]) -> None:
        stay = kept(times, NOW)
        assert kept(stay, NOW) == stay

    @given(TIMES)
    def test_the_rest_goes(self, times: list[datetime]) -> None:
        old = [at for at in times if at <= NOW - timedelta(days=2)]
        years = {at.year - (at.month < 4) for at in old}
        assert len(kept(old, NOW)) <= 14 + 8 + 24 + len(years)

    @given(TIMES, st.timedeltas(timedelta(days=-800), timedelta(days=800)))
    @example([NOW], timedelta(days=-400))
    def test_the_one_just_made_stays_whatever_the_clock_says(self, times: list[datetime], wrong: timedelta) -> None:
        just_made = NOW + wrong
        assert just_made in kept([*times, just_made], just_made)

    def test_copies_in_the_folder(self, path: Path) -> None:
        folder = backup_folder(path)
        folder.mkdir()
        for days in range(120):
            at = (NOW - timedelta(days=days)).astimezone()
            (folder / f"計画 [1]_{at:%Y%m%d-%H%M%S}.welfare").touch()
        (folder / "メモ.txt").touch()
        gone = thin_out(path, NOW)
        assert len(gone) + len(backups_of(path)) == 120
        assert 14 <= len(backups_of(path)) <= 14 + 8 + 5 + 1
        assert (folder / "メモ.txt").exists()

    def test_making_one_thins_out(self, path: Path) -> None:
        folder = backup_folder(path)
        folder.mkdir()
        for hours in range(24):
            at = (NOW - timedelta(days=400, hours=hours)).astimezone()
            (folder / f"計画 [1]_{at:%Y%m%d-%H%M%S}.welfare").touch()
        copy = back_up(path, now=NOW)
        assert copy.exists()
        assert len(backups_of(path)) < 5


class TestRestoring:
    def test_brings_back_and_keeps_the_present(self, path: Path) -> None:
        before = plan_of(path)
        copy = back_up(path)
        edit(path, "後の内容。")
        present = plan_of(path)
        aside = restore(copy, path)
        assert plan_of(path) == before
        assert aside is not None
        assert plan_of(aside) == present
        assert plan_of(copy) == before
        assert backups_of(path) == [(backups_of(path)[0][0], copy)], "what was kept aside is no copy to be thinned out"

    def test_and_back_again(self, path: Path) -> None:
        copy = back_up(path)
        edit(path, "後の内容。")
        present = plan_of(path)
        aside = restore(copy, path)
        assert aside is not None
        restore(aside, path)
        assert plan_of(path) == present

    def test_where_nothing_is_left(self, path: Path) -> None:
        before = plan_of(path)
        copy = back_up(path)
        path.unlink()
        assert restore(copy, path) is None
        assert plan_of(path) == before

    def test_over_a_damaged_file_keeps_it_byte_by_byte(self, path: Path) -> None:
        before = plan_of(path)
        copy = back_up(path)
        data = bytearray(path.read_bytes())
        data[0:100] = bytes(100)
        path.write_bytes(data)
        journal_of(path).write_bytes(b"leftover")
        aside = restore(copy, path)
        assert plan_of(path) == before
        assert aside is not None
        assert aside.read_bytes() == bytes(data)
        assert journal_of(aside).read_bytes() == b"leftover"

    def test_over_a_spoiled_but_readable_file(self, path: Path) -> None:
        before = plan_of(path)
        copy = back_up(path)
        spoil(path)
        aside = restore(copy, path)
        assert plan_of(path) == before
        assert aside is not None
        with pytest.raises(StoreDamaged):
            plan_of(aside)

    def test_a_damaged_copy_is_refused(self, path: Path) -> None:
        copy = back_up(path)
        spoil(copy)
        before = everything_below(path.parent)
        with pytest.raises(StoreDamaged) as caught:
            restore(copy, path)
        assert str(copy) == caught.value.where
        assert everything_below(path.parent) == before

    def test_a_copy_with_a_spoiled_history_is_refused(self, path: Path) -> None:
        copy = back_up(path)
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("UPDATE operation SET who = 'x'")
        with pytest.raises(StoreDamaged):
            restore(copy, path)

    @pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\x00" + bytes(100)])
    def test_what_is_no_copy_is_refused(self, path: Path, tmp_path: Path, content: bytes) -> None:
        other = tmp_path / "他.welfare"
        other.write_bytes(content)
        before = everything_below(tmp_path)
        with pytest.raises(StoreError):
            restore(other, path)
        assert everything_below(tmp_path) == before

    def test_not_from_itself(self, path: Path) -> None:
        with pytest.raises(StoreError) as caught:
            restore(path, path)
        assert caught.value.code == "W-213"

    def test_a_copy_that_was_cut_off_while_it_was_copied(self, path: Path, tmp_path: Path) -> None:
        copy = back_up(path)
        cut = tmp_path / "切れた.welfare"
        shutil.copyfile(copy, cut)
        with cut.open("r+b") as file:
            file.truncate(copy.stat().st_size - 4096)
        with pytest.raises(StoreDamaged):
            restore(cut, path)
        assert plan_of(path) == plan_of(copy)
