"""The one door every write goes through: whole groups of changes, conditional on what was read, with their history."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from tests.data_files import EDIT, make_store, status_key
from welfare_desktop.domain.errors import EditConflict, InvalidValue, StoreBusy, StoreError
from welfare_desktop.domain.fields import Change, FieldKey, Owner, Value
from welfare_desktop.domain.model import (
    Actor,
    Entry,
    Indicator,
    Judgement,
    JudgementOverride,
    Result,
    Slot,
    Target,
    TargetKind,
)
from welfare_desktop.storage.opening import open_store
from welfare_desktop.storage.store import Operation, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(make_store(tmp_path / "計画.welfare")) as opened:
        yield opened


def dump_bytes(path: Path) -> str:
    """Everything in the file, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def city_slots(store: Store) -> tuple[Slot, ...]:
    _, _, activity = next(store.plan().walk())
    return activity.city.slots


def activity_id(store: Store) -> str:
    return next(store.plan().walk())[2].id


class TestApplying:
    def test_one_edit(self, store: Store) -> None:
        key = status_key(store)
        before = store.value(key)
        applied = store.apply([Change(key, before, Entry(("新しい。",)))], EDIT)
        assert store.value(key) == Entry(("新しい。",))
        assert store.revision(key) == applied.revisions[0] > 0
        assert store.latest_operation() == applied.operation_id
        assert store.problems() == []

    def test_an_edit_is_seen_by_whoever_opens_the_file(self, store: Store) -> None:
        key = status_key(store)
        store.apply([Change(key, store.value(key), Entry(("見える。",)))], EDIT)
        with closing(open_store(store.path, read_only=True)) as other:
            assert other.value(key) == Entry(("見える。",))

    def test_changes_of_one_field_follow_each_other(self, store: Store) -> None:
        key = status_key(store)
        first, second, third = store.value(key), Entry(("二",)), Entry(("三",))
        applied = store.apply([Change(key, first, second), Change(key, second, third)], EDIT)
        assert store.value(key) == third
        assert store.revision(key) == applied.revisions[1]
        assert store.problems() == []

    def test_revisions_only_grow_and_are_per_field(self, store: Store) -> None:
        key, other = status_key(store), status_key(store, 2020)
        assert store.revision(other) == 0
        seen = [store.revision(key)]
        for text in "一二三":
            seen += store.apply([Change(key, store.value(key), Entry((text,)))], EDIT).revisions
        assert seen == sorted(set(seen))
        assert store.revision(other) == 0

    def test_no_change_at_all_is_an_operation_without_changes(self, store: Store) -> None:
        applied = store.apply([], EDIT)
        assert applied.revisions == ()
        assert store.history(operation_id=applied.operation_id) == []
        assert store.problems() == []

    @pytest.mark.parametrize(
        "at",
        [
            datetime(1999, 1, 1, tzinfo=UTC),
            datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
            datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=2))),
        ],
    )
    def test_a_clock_that_is_wrong_disturbs_nothing(self, store: Store, at: datetime) -> None:
        key = status_key(store)
        revision = store.revision(key)
        store.apply([Change(key, store.value(key), Entry(("時計。",)))], replace(EDIT, at=at))
        assert store.revision(key) > revision
        assert store.history(key)[0].change.after == Entry(("時計。",))
        assert abs(store.history(key)[0].at - at) < timedelta(milliseconds=1)
        assert store.problems() == []

    def test_viewing_only(self, store: Store) -> None:
        key = status_key(store)
        with closing(open_store(store.path, read_only=True)) as viewer, pytest.raises(StoreError) as caught:
            viewer.apply([Change(key, viewer.value(key), Entry(("書く。",)))], EDIT)
        assert caught.value.code == "W-202"

    def test_inside_somebody_elses_transaction_it_would_not_be_durable(self, store: Store) -> None:
        with store.snapshot(), pytest.raises(RuntimeError):
            store.apply([], EDIT)


class TestConflicts:
    def test_a_lost_race_overwrites_nothing_and_writes_nothing(self, store: Store) -> None:
        key, other = status_key(store), status_key(store, 2020)
        read = store.value(key)
        with closing(open_store(store.path)) as quicker:
            quicker.apply([Change(key, read, Entry(("先に。",)))], EDIT)
        before = dump_bytes(store.path)
        with pytest.raises(EditConflict) as caught:
            store.apply([Change(other, Entry(), Entry(("別の欄。",))), Change(key, read, Entry(("後から。",)))], EDIT)
        assert "実施状況（平成30年度）" in caught.value.message
        assert caught.value.next_step
        assert dump_bytes(store.path) == before
        assert store.value(key) == Entry(("先に。",))
        assert store.value(other) == Entry()

    def test_what_the_caller_decided_by_must_still_hold(self, store: Store) -> None:
        key, other = status_key(store), status_key(store, 2020)
        change = Change(other, Entry(), Entry(("別の欄。",)))
        before = dump_bytes(store.path)
        with pytest.raises(EditConflict):
            store.apply([change], EDIT, given={key: Entry(("違う。",))})
        assert dump_bytes(store.path) == before
        store.apply([change], EDIT, given={key: store.value(key)})
        assert store.value(other) == Entry(("別の欄。",))

    def test_nobody_to_write_to(self, store: Store) -> None:
        key = FieldKey(Owner.SLOT, "no such slot", "status", None, 2018)
        with pytest.raises(EditConflict):
            store.apply([Change(key, Entry(), Entry(("宛先なし。",)))], EDIT)

    def test_an_equal_value_in_another_spelling_is_no_conflict_and_no_damage(self, store: Store) -> None:
        """The digest once took out the term of what the caller said, not of what stood there."""
        slot = city_slots(store)[0]
        key = FieldKey(Owner.SLOT, slot.id, "results", None, 2019)
        stored = (Result("2.0回", "r1", None, Decimal("2.0"), "回"),)
        store.apply([Change(key, (), stored)], EDIT)
        same = (Result("2.0回", "r1", None, Decimal("2"), "回"),)
        store.apply([Change(key, same, (Result("3回", "r1", None, Decimal("3"), "回"),))], EDIT)
        assert store.problems() == []
        assert "2.0" in repr(store.history(key)[0].change.before)

    def test_a_second_plan_in_one_file(self, store: Store) -> None:
        before = dump_bytes(store.path)
        with pytest.raises(EditConflict) as caught:
            store.apply([Change(FieldKey(Owner.PLAN, "another", "title"), "", "別の計画")], EDIT)
        assert caught.value.code == "W-131"
        assert dump_bytes(store.path) == before

    def test_one_thing_in_two_lists(self, store: Store) -> None:
        """Taking it silently out of the other list would change a field that nobody named."""
        plan = store.plan()
        _, goal, first = next(plan.walk())
        second = goal.activities[1]
        slots = FieldKey(Owner.ACTOR, second.id, "slots", Actor.CITY)
        value = store.value(slots)
        assert isinstance(value, tuple)
        taken = first.city.slots[0].id
        before = dump_bytes(store.path)
        with pytest.raises(EditConflict) as caught:
            store.apply([Change(slots, value, (*value, taken))], EDIT)
        assert caught.value.code == "W-131"
        assert dump_bytes(store.path) == before

    @pytest.mark.parametrize("turned", [False, True])
    def test_things_change_places_between_lists_in_one_step(self, store: Store, turned: bool) -> None:
        """Whichever list is written first; a merged package names them in any order."""
        _, goal, _ = next(store.plan().walk())
        lists = [(activity.id, actor) for activity in goal.activities[:2] for actor in Actor]
        keys = [FieldKey(Owner.ACTOR, owner_id, "slots", actor) for owner_id, actor in lists]
        held = [store.value(key) for key in keys]
        assert sum(map(bool, held)) > 1
        after = held[1:] + held[:1]
        changes = [Change(*change) for change in zip(keys, held, after, strict=True)]
        store.apply(changes[::-1] if turned else changes, EDIT)
        assert [store.value(key) for key in keys] == after
        assert store.problems() == []

    def test_one_indicator_in_two_slots(self, store: Store) -> None:
        one, other = city_slots(store)
        key = FieldKey(Owner.SLOT, other.id, "indicators")
        with pytest.raises(EditConflict):
            store.apply([Change(key, (), one.indicators)], EDIT)
        assert store.problems() == []

    def test_one_result_in_two_slots(self, store: Store) -> None:
        one, other = city_slots(store)
        key = FieldKey(Owner.SLOT, other.id, "results", None, 2018)
        with pytest.raises(EditConflict):
            store.apply([Change(key, (), one.results[2018])], EDIT)
        assert store.problems() == []

    def test_a_link_to_nothing_is_told_and_written_nowhere(self, store: Store) -> None:
        key = FieldKey(Owner.SLOT, city_slots(store)[1].id, "results", None, 2018)
        before = dump_bytes(store.path)
        with pytest.raises(StoreError) as caught:
            store.apply([Change(key, (), (Result("1回", "new", "no such indicator"),))], EDIT)
        assert caught.value.code == "W-209"
        assert dump_bytes(store.path) == before
        store.apply([Change(key, (), (Result("1回", "new"),))], EDIT)  # and the store goes on


class TestMoving:
    def test_a_slot_moves_to_another_activity_with_all_it_holds(self, store: Store) -> None:
        _, goal, first = next(store.plan().walk())
        second = goal.activities[1]
        slot = first.city.slots[0]
        source = FieldKey(Owner.ACTOR, first.id, "slots", Actor.CITY)
        target = FieldKey(Owner.ACTOR, second.id, "slots", Actor.COUNCIL)
        old, new = store.value(source), store.value(target)
        assert isinstance(old, tuple) and isinstance(new, tuple)
        there = [Change(source, old, old[1:]), Change(target, new, (slot.id, *new))]
        before = store.plan()
        store.apply(there, EDIT)
        moved = next(item for item in goal_activities(store) if item.id == second.id)
        assert moved.council.slots[0] == slot
        assert store.problems() == []
        store.apply([change.inverse for change in reversed(there)], EDIT)
        assert store.plan() == before
        assert store.problems() == []

    def test_a_result_moves_to_another_slot(self, store: Store) -> None:
        one, other = city_slots(store)
        keys = [FieldKey(Owner.SLOT, slot.id, "results", None, 2018) for slot in (one, other)]
        results = one.results[2018]
        store.apply([Change(keys[0], results, ()), Change(keys[1], (), results)], EDIT)
        assert [store.value(key) for key in keys] == [(), results]
        assert store.problems() == []

    def test_what_left_the_structure_comes_back_as_it_was(self, store: Store) -> None:
        key = FieldKey(Owner.ACTOR, activity_id(store), "slots", Actor.CITY)
        slots = store.value(key)
        before = store.plan()
        assert isinstance(slots, tuple)
        store.apply([Change(key, slots, ())], EDIT)
        assert city_slots(store) == ()
        assert store.problems() == []
        with closing(open_store(store.path)) as reopened:
            reopened.apply([Change(key, (), slots[::-1])], EDIT)
            reopened.apply([Change(key, slots[::-1], slots)], EDIT)
            assert reopened.plan() == before
            assert reopened.problems() == []

    def test_a_whole_goal_leaves_and_comes_back(self, store: Store) -> None:
        before = store.plan()
        key = FieldKey(Owner.PLAN, before.id, "basic_goals")
        goals = store.value(key)
        store.apply([Change(key, goals, ())], EDIT)
        assert store.plan().basic_goals == ()
        assert store.problems() == []
        store.apply([Change(key, (), goals)], EDIT)
        assert store.plan() == before

    def test_a_removed_indicator_is_still_there_for_other_years(self, store: Store) -> None:
        slot = city_slots(store)[0]
        indicator = slot.indicators[0]
        results = FieldKey(Owner.SLOT, slot.id, "results", None, 2020)
        judged = FieldKey(Owner.SLOT, slot.id, "judgements", None, 2020)
        indicators = FieldKey(Owner.SLOT, slot.id, "indicators")
        linked = (Result("200人", "r", indicator.id),)
        override = (JudgementOverride(indicator.id, 0, Judgement.ACHIEVED, "見込み"),)
        store.apply([Change(results, (), linked), Change(judged, (), override)], EDIT)
        store.apply([Change(indicators, slot.indicators, ())], EDIT)
        assert store.value(results) == linked
        assert store.problems() == []
        store.apply([Change(indicators, (), slot.indicators)], EDIT)
        assert store.value(indicators) == slot.indicators
        assert store.problems() == []

    def test_a_result_may_name_an_indicator_that_the_same_step_makes_later(self, store: Store) -> None:
        one, other = city_slots(store)
        made = Indicator("年1回", "made")
        store.apply(
            [
                Change(FieldKey(Owner.SLOT, one.id, "results", None, 2021), (), (Result("1回", "r", "made"),)),
                Change(FieldKey(Owner.SLOT, other.id, "indicators"), (), (made,)),
            ],
            EDIT,
        )
        assert store.problems() == []


def goal_activities(store: Store) -> list:  # type: ignore[type-arg]
    return [activity for _, _, activity in store.plan().walk()]


BAD_VALUES: list[tuple[Owner, str, int | None, object]] = [
    (Owner.SLOT, "status", 2018, Entry(("一\n二",))),
    (Owner.SLOT, "status", 2018, Entry(("",))),
    (Owner.SLOT, "status", 2018, Entry(("\ud800",))),
    (Owner.SLOT, "status", 2018, Entry(["list"])),  # type: ignore[arg-type]
    (Owner.SLOT, "status", 2018, Entry(("文",), 1)),  # type: ignore[arg-type]
    (Owner.SLOT, "status", 2018, ("文",)),
    (Owner.SLOT, "status", 2018, None),
    (Owner.SLOT, "retired_from", None, True),
    (Owner.SLOT, "retired_from", None, "2018"),
    (Owner.SLOT, "retired_from", None, 2**63),
    (Owner.SLOT, "indicators", None, (Indicator("文", ""),)),
    (Owner.SLOT, "indicators", None, (Indicator("文", "a"), Indicator("文", "a"))),
    (Owner.SLOT, "indicators", None, (Indicator("\udfff", "a"),)),
    (Owner.SLOT, "indicators", None, (Indicator("文", "a", (Target("文", TargetKind.LEVEL, Decimal("NaN")),)),)),
    (Owner.SLOT, "indicators", None, (Indicator("文", "a", (Target("文", "level"),)),)),  # type: ignore[arg-type]
    (Owner.SLOT, "indicators", None, (Result("文", "a"),)),
    (Owner.SLOT, "results", 2018, (Result("文", "a", None, Decimal("Infinity")),)),
    (Owner.SLOT, "results", 2018, (Result("文", "a", None, 1.5),)),  # type: ignore[arg-type]
    (Owner.SLOT, "results", 2018, (Result("文", "a"), Result("別", "a"))),
    (Owner.SLOT, "judgements", 2018, (JudgementOverride("a", 0, "missed", ""),)),  # type: ignore[arg-type]
    (Owner.SLOT, "departments", None, ("",)),
    (Owner.ACTIVITY, "title", None, None),
    (Owner.ACTIVITY, "title", None, "\ud83d"),
    (Owner.ACTIVITY, "residents_role", None, ("一\n二",)),
    (Owner.ACTIVITY, "residents_role", None, "文"),
]


class TestWhatCannotBeKept:
    @pytest.mark.parametrize(("owner", "name", "year", "value"), BAD_VALUES)
    def test_is_refused_before_anything_is_written(
        self, store: Store, owner: Owner, name: str, year: int | None, value: Value
    ) -> None:
        owner_id = activity_id(store) if owner is Owner.ACTIVITY else city_slots(store)[1].id
        key = FieldKey(owner, owner_id, name, None, year)
        before = dump_bytes(store.path)
        with pytest.raises(InvalidValue) as caught:
            store.apply([Change(key, store.value(key), value)], EDIT)
        assert caught.value.code == "W-112"
        assert dump_bytes(store.path) == before

    def test_a_list_that_names_one_thing_twice(self, store: Store) -> None:
        key = FieldKey(Owner.ACTOR, activity_id(store), "slots", Actor.CITY)
        slots = store.value(key)
        assert isinstance(slots, tuple)
        with pytest.raises(InvalidValue):
            store.apply([Change(key, slots, (*slots, slots[0]))], EDIT)


class TestHistory:
    def test_tells_who_when_what_and_why(self, store: Store) -> None:
        key = status_key(store)
        at = datetime(2026, 11, 23, 5, 6, 7, 890000, tzinfo=UTC)
        operation = Operation("edit", "実施状況の変更", "山口", "訂正", at)
        before = store.value(key)
        applied = store.apply([Change(key, before, Entry(("後。",)))], operation)
        row = store.history(key)[0]
        assert row.change == Change(key, before, Entry(("後。",)))
        assert (row.kind, row.label, row.who, row.why, row.at) == ("edit", "実施状況の変更", "山口", "訂正", at)
        assert (row.revision, row.operation_id, row.undoes) == (applied.revisions[0], applied.operation_id, None)

    def test_newest_first_of_a_field_an_operation_or_all(self, store: Store) -> None:
        key, other = status_key(store), status_key(store, 2020)
        for number in range(3):
            store.apply([Change(key, store.value(key), Entry((f"{number}",)))], EDIT)
        last = store.apply(
            [Change(other, Entry(), Entry(("他",))), Change(key, store.value(key), Entry(("終",)))], EDIT
        )
        assert [row.change.after for row in store.history(key, limit=2)] == [Entry(("終",)), Entry(("2",))]
        assert [row.revision for row in store.history(operation_id=last.operation_id)] == list(last.revisions[::-1])
        revisions = [row.revision for row in store.history()]
        assert revisions == sorted(revisions, reverse=True)
        assert store.history(limit=0) == []
        assert store.history(limit=-1) == []

    def test_names_what_it_takes_back(self, store: Store) -> None:
        key = status_key(store)
        done = store.apply([Change(key, store.value(key), Entry(("後。",)))], EDIT)
        store.apply([done.changes[0].inverse], replace(EDIT, kind="undo", undoes=done.operation_id))
        assert store.history(key)[0].undoes == done.operation_id
        assert store.problems() == []


class TestTwoAtOnce:
    def test_one_waits_for_the_other(self, store: Store) -> None:
        """A writer that finds another one at work waits for it, and then meets what it wrote."""
        key = status_key(store)
        read = store.value(key)
        holding = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
        holding.execute("BEGIN IMMEDIATE")

        def let_go() -> None:
            holding.execute("COMMIT")
            holding.close()

        finish = threading.Timer(0.3, let_go)
        finish.start()
        store.apply([Change(key, read, Entry(("待った。",)))], EDIT)
        finish.join()
        assert store.value(key) == Entry(("待った。",))

    def test_a_snapshot_keeps_to_one_state(self, store: Store) -> None:
        key = status_key(store)
        read = store.value(key)
        with closing(open_store(store.path, read_only=True)) as viewer:
            version = viewer.data_version()
            with viewer.snapshot():
                assert viewer.value(key) == read
                # The writer cannot finish while somebody reads: it waits, and gives up after five seconds.
                with closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as writer:
                    writer.execute("BEGIN IMMEDIATE")
                    writer.execute("UPDATE plan SET title = 'x'")
                    with pytest.raises(sqlite3.OperationalError, match="locked"):
                        writer.execute("COMMIT")
                    writer.execute("ROLLBACK")
                assert viewer.value(key) == read
            store.apply([Change(key, read, Entry(("次。",)))], EDIT)
            assert viewer.value(key) == Entry(("次。",))
            assert viewer.data_version() != version

    def test_somebody_who_never_lets_go_is_told(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("welfare_desktop.storage.connecting._BUSY_TIMEOUT_S", 0.05)
        key = status_key(store)
        with (
            closing(open_store(store.path)) as impatient,
            closing(sqlite3.connect(store.path, isolation_level=None)) as holding,
        ):
            holding.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy) as caught:
                impatient.apply([Change(key, impatient.value(key), Entry(("待てない。",)))], EDIT)
            holding.execute("ROLLBACK")
            assert "打った文は残っています" in caught.value.next_step
            impatient.apply([Change(key, impatient.value(key), Entry(("空いた。",)))], EDIT)


@pytest.mark.skipif(os.name != "posix", reason="an open file can be neither deleted nor replaced on Windows")
class TestFileThatIsNoLongerThere:
    """What is written into a file without a name is gone; nobody may be told it was saved."""

    def edit(self, store: Store) -> None:
        key = status_key(store)
        store.apply([Change(key, store.value(key), Entry(("どこへ。",)))], EDIT)

    def test_deleted(self, store: Store) -> None:
        store.path.unlink()
        with pytest.raises(StoreError) as caught:
            self.edit(store)
        assert caught.value.code == "W-212"
        assert not store.path.exists()

    def test_replaced_by_a_copy(self, store: Store) -> None:
        copy = store.path.with_name("写し.welfare")
        shutil.copyfile(store.path, copy)
        before = copy.read_bytes()
        copy.replace(store.path)
        with pytest.raises(StoreError) as caught:
            self.edit(store)
        assert caught.value.code == "W-212"
        assert store.path.read_bytes() == before

    def test_moved_away_and_back(self, store: Store) -> None:
        away = store.path.with_name("別名.welfare")
        store.path.rename(away)
        with pytest.raises(StoreError):
            self.edit(store)
        away.rename(store.path)
        self.edit(store)
        assert store.problems() == []
