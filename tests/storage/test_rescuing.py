"""What is left of a damaged file is got out of it; what is said to be complete is complete."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.data_files import make_file
from tests.faults.flows import wide_plan
from tests.faults.test_damage import (
    Damage,
    cut_off,
    flip_a_bit_of_the_header,
    flip_a_used_bit,
    keep_an_old_page,
    lose_a_sector,
    swap_two_pages,
)
from tests.old_databases.make import fill, told
from welfare_desktop.domain.errors import StoreDamaged, StoreError
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.operations.backing_up import rescue, verify
from welfare_desktop.operations.opening import open_file


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with everything in it: notes, what left the structure, what was taken back.  Not to be changed."""
    path = make_file(tmp_path_factory.mktemp("original") / "計画.welfare", wide_plan(3))
    with closing(open_file(path, who="山口")) as session:
        fill(session)
    return path


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "計画.welfare"
    copy.write_bytes(original.read_bytes())
    return copy


def everything(path: Path) -> dict[str, object]:
    with closing(open_file(path, read_only=True)) as session:
        return told(session)


def plan_of(path: Path) -> Plan:
    with closing(open_file(path, read_only=True)) as session:
        return session.plan()


def spoil(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


class TestWhatStillProvesItself:
    def test_a_spoiled_content_is_rebuilt_from_the_history(self, original: Path, path: Path) -> None:
        spoil(path, "UPDATE slot_entry SET text = '傷'", "DELETE FROM result", "UPDATE activity SET title = ''")
        before = path.read_bytes()
        done = rescue(path, path.with_name("救出.welfare"))
        assert (done.complete, done.history_kept, done.doubtful) == (True, True, ())
        assert everything(done.path) == everything(original)
        assert verify(done.path) == []
        assert path.read_bytes() == before

    def test_a_spoiled_history_leaves_the_content(self, original: Path, path: Path) -> None:
        spoil(path, "UPDATE change SET after = '傷' WHERE id > 5", "DELETE FROM change WHERE id = 3")
        done = rescue(path, path.with_name("救出.welfare"), who="山口")
        assert (done.complete, done.history_kept) == (True, False)
        assert plan_of(done.path) == plan_of(original)
        assert everything(done.path)["notes"] == everything(original)["notes"]
        with closing(open_file(done.path)) as session:
            assert {row.label for row in session.history()} == {"壊れたファイルからの救出（計画.welfare）"}

    def test_one_can_go_on_with_it(self, path: Path) -> None:
        spoil(path, "UPDATE slot_entry SET text = '傷'")
        done = rescue(path, path.with_name("救出.welfare"))
        with closing(open_file(done.path)) as session:
            session.enter(session.resolve("1-1-1/council/status@2019"), "救出のあとで書いた。")
            session.undo()
            assert session.problems() == []

    def test_where_both_are_spoiled_the_differences_are_named(self, path: Path) -> None:
        spoil(
            path,
            "UPDATE slot_entry SET text = '傷' WHERE rowid = 1",
            "UPDATE change SET after = '\"傷\"' WHERE field = 'title' AND owner = 'plan'",
            "DELETE FROM activity_text WHERE field = 'residents_role'",
        )
        done = rescue(path, path.with_name("救出.welfare"))
        assert not done.complete
        assert "plan/title" in done.doubtful
        assert any(address.endswith("status@2018") for address in done.doubtful)
        assert plan_of(done.path).title == "計画", "what stands there"
        roles = [activity.residents_role for _, _, activity in plan_of(done.path).walk()]
        assert set(roles) == {("参加する",)}, "what only the history still has"
        assert verify(done.path) == []

    def test_a_lost_identity_gets_a_new_one(self, path: Path) -> None:
        plan = plan_of(path)
        spoil(path, "DELETE FROM store")
        done = rescue(path, path.with_name("救出.welfare"))
        rescued = plan_of(done.path)
        assert rescued.basic_goals == plan.basic_goals
        assert rescued.dataset_id != plan.dataset_id
        assert not done.complete, "nothing is left that could prove it"


@pytest.mark.parametrize(
    ("damage", "at_least"),
    [
        (flip_a_used_bit, 14),
        (flip_a_bit_of_the_header, 15),
        (lose_a_sector, 14),
        (keep_an_old_page, 12),
        (swap_two_pages, 9),
        (cut_off, 0),
    ],
)
def test_damage_of_any_kind(original: Path, tmp_path: Path, damage: Damage, at_least: int) -> None:
    """15 files of each kind: at least so many are rescued whole, and none is said to be that is not."""
    data = original.read_bytes()
    plan, whole = plan_of(original), everything(original)
    values = dict(values_of(plan))
    found: Counter[str] = Counter()
    for number in range(15):
        content = bytearray(data)
        damage(content, random.Random(number))
        path, target = tmp_path / f"{number}.welfare", tmp_path / f"{number}救出.welfare"
        path.write_bytes(content)
        try:
            done = rescue(path, target)
        except StoreDamaged:
            found["nothing left"] += 1
            assert not target.exists()
            continue
        finally:
            assert path.read_bytes() == bytes(content)
        assert verify(target) == []
        if done.complete:
            assert plan_of(target) == plan
            assert not done.history_kept or everything(target) == whole
        else:
            _require_told(values, dict(values_of(plan_of(target))), done.doubtful)
        found["complete" if done.complete else "in part"] += 1
    assert found["complete"] >= at_least, dict(found)


def _require_told(
    values: Mapping[FieldKey, object], rescued: Mapping[FieldKey, object], doubtful: tuple[str, ...]
) -> None:
    """A text that is there and is another one than it was is named among the doubtful ones."""
    changed = [key for key, value in rescued.items() if key in values and values[key] != value]
    texts = [key for key in changed if key.name in ("status", "planned", "title", "initiatives")]
    assert len(texts) <= len(doubtful)


class TestWhatCannotBe:
    @pytest.mark.parametrize("content", [b"x" * 9000, bytes(40960), b"SQLite format 3\x00" + bytes(5000)])
    def test_nothing_to_rescue(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.welfare"
        path.write_bytes(content)
        with pytest.raises(StoreDamaged) as caught:
            rescue(path, tmp_path / "救出.welfare")
        assert caught.value.code == "W-235"
        assert list(tmp_path.iterdir()) == [path]

    def test_no_file_at_all(self, tmp_path: Path) -> None:
        (tmp_path / "空.welfare").touch()
        for name, code in (("ない.welfare", "W-205"), ("空.welfare", "W-231")):
            with pytest.raises(StoreError) as caught:
                rescue(tmp_path / name, tmp_path / "救出.welfare")
            assert caught.value.code == code

    def test_not_over_another_file(self, path: Path) -> None:
        target = path.with_name("大事.txt")
        target.write_text("大事な文書", encoding="utf-8")
        for place, code in ((target, "W-207"), (path, "W-207"), (path.parent / "ない" / "a.welfare", "W-208")):
            with pytest.raises(StoreError) as caught:
                rescue(path, place)
            assert caught.value.code == code
        assert target.read_text(encoding="utf-8") == "大事な文書"
