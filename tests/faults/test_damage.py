"""Data files that were changed by anything but this program: nothing is different without a word.

Prints its figures.  ``WELFARE_FAULTS=10`` runs ten times as many as fit a build.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.data_files import EDIT, make_file
from tests.faults.flows import wide_plan
from welfare_desktop.domain.errors import StoreError
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Entry, Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.opening import open_file
from welfare_desktop.storage.connecting import journal_of
from welfare_desktop.storage.opening import open_store

Damage = Callable[[bytearray, random.Random], None]


def times(in_a_build: int) -> int:
    """How often: as often as fits a build, times what was asked for."""
    return in_a_build * int(os.environ.get("WELFARE_FAULTS", "1"))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with some history; not to be changed."""
    path = make_file(tmp_path_factory.mktemp("original") / "計画.welfare", wide_plan(3))
    with closing(open_file(path)) as session:
        for number in range(6):
            session.enter(session.resolve("1-1-1/council/status@2018"), f"{number}回目の文。" * 30)
        session.undo()
    return path


def fate(path: Path, plan: Plan, dump: str) -> str:
    """Return how a damaged file is met: refused, told by verify, unchanged — or silently different."""
    try:
        with closing(open_file(path)) as session:
            if session.opening_notes:
                return "told when opened"
            problems = session.problems()
            found = session.plan()
            same = found == plan and dump_text(found) == dump
            same = same and all(session.value(key) == value for key, value in values_of(plan))
            if problems:
                return "told by verify" if same else "told by verify, shown differently"
            return "unchanged" if same else "SILENT"
    except StoreError:
        return "refused"


def met(original: Path, tmp_path: Path, count: int, damage: Damage, seed: int = 0) -> Counter[str]:
    """Damage copies of ``original`` in ``count`` ways and count how they are met."""
    data = original.read_bytes()
    with closing(open_file(original, read_only=True)) as session:
        plan = session.plan()
    dump = dump_text(plan)
    found: Counter[str] = Counter()
    for number in range(count):
        content = bytearray(data)
        damage(content, random.Random(seed * 100_000 + number))
        path = tmp_path / f"{number}.welfare"
        path.write_bytes(content)
        found[fate(path, plan, dump)] += 1
        path.unlink()
        journal_of(path).unlink(missing_ok=True)
    print(f"{damage.__name__}: {dict(found)}")
    return found


def flip_a_bit(content: bytearray, dice: random.Random) -> None:
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)


def flip_a_used_bit(content: bytearray, dice: random.Random) -> None:
    """A bit that is not within a run of zeros: most of a database is empty space."""
    while True:
        place = dice.randrange(len(content))
        if content[place]:
            content[place] ^= 1 << dice.randrange(8)
            return


def flip_a_bit_of_the_header(content: bytearray, dice: random.Random) -> None:
    content[dice.randrange(100)] ^= 1 << dice.randrange(8)


def cut_off(content: bytearray, dice: random.Random) -> None:
    del content[dice.randrange(len(content)) :]


def lose_a_sector(content: bytearray, dice: random.Random) -> None:
    place = dice.randrange(len(content) // 512) * 512
    content[place : place + 512] = bytes(512)


def swap_two_pages(content: bytearray, dice: random.Random) -> None:
    one, other = dice.sample(range(1, len(content) // 4096), 2)
    first, second = content[one * 4096 : (one + 1) * 4096], content[other * 4096 : (other + 1) * 4096]
    content[one * 4096 : (one + 1) * 4096], content[other * 4096 : (other + 1) * 4096] = second, first


def keep_an_old_page(content: bytearray, dice: random.Random) -> None:
    """A copy that mixes two moments: one page is what another page was."""
    one, other = dice.sample(range(1, len(content) // 4096), 2)
    content[one * 4096 : (one + 1) * 4096] = content[other * 4096 : (other + 1) * 4096]


def append_rubbish(content: bytearray, dice: random.Random) -> None:
    content += dice.randbytes(dice.randrange(1, 9000))


@pytest.mark.parametrize(
    ("damage", "in_a_build"),
    [
        (flip_a_bit, 150),
        (flip_a_used_bit, 150),
        (flip_a_bit_of_the_header, 60),
        (cut_off, 50),
        (lose_a_sector, 50),
        (swap_two_pages, 30),
        (keep_an_old_page, 30),
        (append_rubbish, 10),
    ],
)
def test_nothing_changes_silently(original: Path, tmp_path: Path, damage: Damage, in_a_build: int) -> None:
    count = times(in_a_build)
    found = met(original, tmp_path, count, damage, seed=random.randrange(1000) if "WELFARE_FAULTS" in os.environ else 0)
    assert found["SILENT"] == 0
    assert found["told by verify, shown differently"] == 0, "opening a file of this size walks its indexes"
    if damage is cut_off:
        assert found["refused"] == count


def test_without_the_digests_flips_would_go_unnoticed(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own check sees one flip in some; what proves the content is ours."""
    monkeypatch.setattr("welfare_desktop.storage.store.content_digest", lambda db: _recorded(db, "content_digest"))
    monkeypatch.setattr("welfare_desktop.storage.store.history_digest", lambda db: _recorded(db, "history_digest"))
    assert met(original, tmp_path, 150, flip_a_used_bit)["SILENT"] > 5


def _recorded(db: object, column: str) -> str:
    from peewee import Database

    from welfare_desktop.storage.sql import fetch

    assert isinstance(db, Database)
    return str(fetch(db, f"SELECT {column} FROM store")[0][0])


class TestJournals:
    """A journal is only true beside the file it was written for."""

    @pytest.fixture
    def journals(self, original: Path, tmp_path: Path) -> list[tuple[bytes, bytes]]:
        """Files as they are in the middle of a write, each with its journal, at several moments of one file's life."""
        import sqlite3

        path = tmp_path / "lebt.welfare"
        shutil.copyfile(original, path)
        found = []
        for number in range(8):
            with closing(open_store(path)) as store:
                _, _, activity = next(store.plan().walk())
                from welfare_desktop.domain.fields import FieldKey, Owner

                key = FieldKey(Owner.SLOT, activity.city.slots[0].id, "status", None, 2018 + number % 3)
                store.apply([Change(key, store.value(key), Entry((f"{number}の文。" * 400,)))], EDIT)
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("PRAGMA cache_size = 2")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("UPDATE slot_entry SET text = text || printf('%5000d', 1)")
                connection.execute("UPDATE change SET after = after || ' '")
                found.append((path.read_bytes(), journal_of(path).read_bytes()))
                connection.execute("ROLLBACK")
        return found

    def test_its_own_takes_the_write_back(self, journals: list[tuple[bytes, bytes]], tmp_path: Path) -> None:
        for data, journal in journals:
            path = tmp_path / "a.welfare"
            path.write_bytes(data)
            journal_of(path).write_bytes(journal)
            with closing(open_file(path)) as session:
                assert session.problems() == []
                assert session.opening_notes

    @pytest.mark.parametrize("what", ["missing", "another", "cut", "flipped"])
    def test_any_other_is_told_or_harmless(
        self, journals: list[tuple[bytes, bytes]], tmp_path: Path, what: str
    ) -> None:
        dice = random.Random(5)
        found: Counter[str] = Counter()
        states = [self.sound(tmp_path, data, journal) for data, journal in journals]
        for number, (data, journal) in enumerate(journals):
            for _ in range(max(1, times(24) // len(journals))):
                path = tmp_path / "a.welfare"
                path.write_bytes(data)
                content = bytearray(journal)
                if what == "missing":
                    content.clear()
                elif what == "another":
                    content = bytearray(dice.choice([other for _, other in journals if other != journal]))
                elif what == "cut":
                    cut_off(content, dice)
                else:
                    flip_a_used_bit(content, dice)
                journal_of(path).unlink(missing_ok=True)
                if content:
                    journal_of(path).write_bytes(content)
                found[self.fate(path, states[number])] += 1
        print(f"journal {what}: {dict(found)}")
        assert found["SILENT"] == 0

    def sound(self, folder: Path, data: bytes, journal: bytes) -> Plan:
        path = folder / "b.welfare"
        path.write_bytes(data)
        journal_of(path).write_bytes(journal)
        with closing(open_file(path)) as session:
            return session.plan()

    def fate(self, path: Path, plan: Plan) -> str:
        try:
            with closing(open_file(path)) as session:
                if session.problems():
                    return "told by verify"
                if session.plan() == plan:
                    return "unchanged"
                return "told when opened" if session.opening_notes else "SILENT"
        except StoreError:
            return "refused"
