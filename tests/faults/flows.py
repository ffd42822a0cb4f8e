"""Everything that writes a data file, as one step each: what it starts from, what it does, what state a file is in."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from tests.builders import small_plan
from tests.strategies import identifiers
from welfare_desktop.domain.completeness import WorkState
from welfare_desktop.domain.errors import StoreError
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Actor, ActorPart, Entry, Plan, Slot
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.domain.values import values_of
from welfare_desktop.exchange.reading import Reading
from welfare_desktop.operations.backing_up import restore
from welfare_desktop.operations.department_work import declare
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.exporting import package_task
from welfare_desktop.operations.importing import import_into
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.nodes import add_node, move_below, retire_node
from welfare_desktop.operations.opening import create_from, new_from_package, open_file
from welfare_desktop.operations.reading_back import ReadFile, read_files
from welfare_desktop.operations.replacing import plan_replacement, replace_words
from welfare_desktop.operations.rolling import confirm_drafts, drafts_in, roll_over
from welfare_desktop.operations.structure import set_departments, split_slot
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.unmerging import undo_merge
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.paths import migrations_dir
from welfare_desktop.storage import migrating
from welfare_desktop.storage.backups import back_up
from welfare_desktop.storage.store import Operation

NAME = "計画.welfare"
_ACTIVITIES_REPLACED = 20 if "WELFARE_FAULTS" in os.environ else 5
NEW = Operation("new", "作成", "試験")


@dataclass(frozen=True)
class Flow:
    """Something that writes.

    ``prepare`` makes the files of an empty folder; ``act`` works on the data file in it and yields each time a step
    is durable.  ``honest`` does the same as it should be done, where ``act`` does not (None: it does).
    """

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], Iterator[None]]
    honest: Callable[[Path], Iterator[None]] | None = None


def state_of(path: Path) -> str | None:
    """Return all a data file holds, and how it came to it, in a form two equal runs share; None: there is no file.

    Opening lets an interrupted write be taken back, as a person's next start does.  Raises AssertionError when
    anything in the file does not prove itself.
    """
    if not path.exists():
        return None
    with closing(open_file(path, check=False)) as session:  # for viewing; everything is proved in the next line
        problems = session.problems()
        assert problems == [], problems
        plan = session.plan()
        notes = sorted((key.name, key.year or 0, lines) for key, lines in session.notes().items() if lines)
        steps = [row.label for row in reversed(session.history())]
        dump = dump_text(replace(plan, dataset_id=""))
    return json.dumps([dump, notes, steps, _rows(path)], ensure_ascii=False)


def fate_of(path: Path) -> str | None:
    """Return the state of a file, or words where it cannot be told because something does not prove itself."""
    try:
        return state_of(path)
    except (AssertionError, StoreError) as error:
        return f"half: {error}"


def take(steps: Iterator[None]) -> int:
    """Take all steps and return how many there were."""
    return sum(1 for _ in steps)


def states_of(flow: Flow, path: Path) -> list[str | None]:
    """Take all steps of ``flow`` on ``path`` and return the state before, between and after them."""
    states = [state_of(path)]
    for _ in (flow.honest or flow.act)(path):
        states.append(state_of(path))
    return states


def _rows(path: Path) -> dict[str, int]:
    """Return the schema's version and how many rows each table holds."""
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: int(connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]) for name in names}
        return {**rows, "version": int(connection.execute("PRAGMA user_version").fetchone()[0])}


# --- what the flows start from ------------------------------------------------------------------------------------


def wide_plan(activities: int = 3) -> Plan:
    """A plan of several activities with a status and planned work everywhere."""
    plan = small_plan()
    goal = plan.basic_goals[0].activity_goals[0]
    first = goal.activities[0]
    several = tuple(
        replace(
            first,
            number=number,
            title=f"活動その{number}",
            council=_written(first.council, f"{number}番目の実施。" * 20),
            city=_written(first.city, f"{number}番目の市の実施。" * 20),
        )
        for number in range(1, activities + 1)
    )
    return replace(
        plan, basic_goals=(replace(plan.basic_goals[0], activity_goals=(replace(goal, activities=several),)),)
    )


def _written(part: ActorPart, text: str) -> ActorPart:
    def slot(item: Slot) -> Slot:
        return replace(item, status={2018: Entry((text,))}, planned={2019: Entry((text, text))})

    return replace(part, slots=tuple(slot(item) for item in part.slots))


def blank_plan() -> Plan:
    """The structure of :func:`wide_plan` with nothing written in it."""

    def empty(part: ActorPart) -> ActorPart:
        return replace(part, slots=tuple(replace(slot, status={}, planned={}, results={}) for slot in part.slots))

    plan = wide_plan()
    goal = plan.basic_goals[0].activity_goals[0]
    activities = tuple(replace(item, council=empty(item.council), city=empty(item.city)) for item in goal.activities)
    return replace(
        plan, basic_goals=(replace(plan.basic_goals[0], activity_goals=(replace(goal, activities=activities),)),)
    )


def _make(plan: Plan, path: Path) -> None:
    create_from(with_ids(plan, identifiers()), path, NEW).close()


def _prepare_written(folder: Path) -> None:
    _make(wide_plan(), folder / NAME)


# --- the steps ------------------------------------------------------------------------------------------------------


def _edit(path: Path) -> Iterator[None]:
    """Several fields in one step, of every kind of row."""
    with closing(open_file(path, who="試験")) as session:
        activity = next(session.plan().walk())[2]
        slot = activity.city.slots[0]
        changes = [
            Change(FieldKey(Owner.ACTIVITY, activity.id, "title"), activity.title, "新しい名前"),
            Change(FieldKey(Owner.ACTOR, activity.id, "initiatives", Actor.CITY), (), ("見守り" * 100,)),
            Change(FieldKey(Owner.SLOT, slot.id, "status", None, 2018), slot.status[2018], Entry(("直した。" * 900,))),
            Change(FieldKey(Owner.SLOT, slot.id, "indicators"), slot.indicators, ()),
            Change(FieldKey(Owner.SLOT, slot.id, "results", None, 2018), slot.results[2018], ()),
        ]
        session.apply(changes, kind="edit", label="まとめて変更")
        yield


def _structure(path: Path) -> Iterator[None]:
    with closing(open_file(path, who="試験")) as session:
        activity = next(session.plan().walk())[2]
        set_departments(session, activity.city.slots[0].id, "地域福祉課\n協働推進課\n新しい課")
        yield
        split_slot(session, activity.id, Actor.CITY, activity.city.slots[0].id)
        yield


def _undo(path: Path) -> Iterator[None]:
    with closing(open_file(path, who="試験")) as session:
        key = session.resolve("1-1-1/council/status@2018")
        session.enter(key, "一度だけ。" * 50)
        yield
        session.undo()
        yield
        session.redo()
        yield


def _import(path: Path) -> Iterator[None]:
    with closing(open_file(path, who="試験")) as session:
        import_into(session, Reading(wide_plan(), 2018, ()), "読込み")
        yield


def _create(path: Path) -> Iterator[None]:
    create_from(wide_plan(), path, NEW).close()
    yield


def _prepare_restore(folder: Path) -> None:
    path = folder / NAME
    _make(wide_plan(), path)
    back_up(path, folder / "控え.welfare")
    take(_edit(path))


def _restore(path: Path) -> Iterator[None]:
    restore(path.parent / "控え.welfare", path)
    yield


def _roll_over(path: Path) -> Iterator[None]:
    with closing(open_file(path, who="試験")) as session:
        roll_over(session, 2019, DraftStyle.TURNED)
        yield


def _year_end(path: Path) -> Iterator[None]:
    """Open a year and close the one before in one step, then take every draft over, declare and close it too."""
    with closing(open_file(path, who="試験")) as session:
        roll_over(session, 2019, DraftStyle.TURNED, close_finished=True)
        yield
        assert confirm_drafts(session, drafts_in(session, 2019)) is not None
        yield
        declare(session, "地域福祉課", 2019, WorkState.CLOSED)
        yield
        close_year(session, 2019)
        yield


def _replace(path: Path) -> Iterator[None]:
    """One word in every field of a kind, a hundred when asked for with ``WELFARE_FAULTS``."""
    with closing(open_file(path, who="試験")) as session:
        keys = [key for key, _ in values_of(session.plan())]
        done = replace_words(session, plan_replacement(session, "実施", "取組み", keys))
        assert done is not None and done.fields > 5 * _ACTIVITIES_REPLACED
        assert fate_of(done.backup) is not None
        yield


def _move(path: Path) -> Iterator[None]:
    """Move, retire and add in the structure, each renumbering what stands beside it."""
    with closing(open_file(path, who="試験")) as session:
        goal = session.plan(()).basic_goals[0].activity_goals[0]
        _, goal_id = add_node(session, Owner.BASIC_GOAL, session.plan(()).basic_goals[0].id, "新しい目標", at=0)
        yield
        move_below(session, goal.activities[1].id, goal_id, 0)
        yield
        retire_node(session, goal.activities[0].id, 2020)
        yield
        add_node(session, Owner.ACTIVITY_GOAL, goal_id, "加えた活動", at=0)
        yield


def _back_up(path: Path) -> Iterator[None]:
    back_up(path)
    yield


LATER = """
from peewee import TextField

def up(migrator, db):
    migrator.migrate(migrator.add_column("slot", "colour", TextField(default="")))
"""


def _prepare_migration(folder: Path) -> None:
    _prepare_written(folder)
    later = folder / "migrations"
    shutil.copytree(migrations_dir(), later, ignore=shutil.ignore_patterns("__pycache__"))
    (later / f"{migrating.schema_version() + 1:04d}_later.py").write_text(LATER, encoding="utf-8")


def _migrate(path: Path) -> Iterator[None]:
    migrating.migrate(path, path.parent / "migrations")
    yield


def _prepare_merge(folder: Path) -> None:
    """An office that sent a package, edited on, and got it back edited."""
    path = folder / NAME
    _make(wide_plan(), path)
    with closing(open_file(path, who="試験")) as office:
        perform(office, package_task(office, 2018, folder / "sent.zip"))
        new_from_package(folder / "支所.db", folder / "sent.zip", who="支所").close()
        office.enter(office.resolve("1-1-2/city/status@2018"), "本店で直した。")
    with closing(open_file(folder / "支所.db", who="支所")) as branch:
        for address in ("1-1-1/council/status@2018", "1-1-2/city/status@2018", "1-1-3/council/planned@2019"):
            branch.enter(branch.resolve(address), "支所で直した。" * 30)
        perform(branch, package_task(branch, 2018, folder / "back.zip"))
    # Read before anything is killed: reading has a process and faults of its own.
    _RETURNED[:] = read_files([folder / "back.zip"])


_RETURNED: list[ReadFile] = []


def _merge(path: Path) -> Iterator[None]:
    with closing(open_file(path, who="試験")) as session:
        merged = apply_merge(session, plan_merge(session, _RETURNED))
        yield
        assert merged.merge_id is not None and len(merged.plan.changes) >= 2
        undo_merge(session, merged.merge_id)
        yield


FLOWS = (
    Flow("edit", _prepare_written, _edit),
    Flow("structure", _prepare_written, _structure),
    Flow("undo", _prepare_written, _undo),
    Flow("import", lambda folder: _make(blank_plan(), folder / NAME), _import),
    Flow("create", lambda _folder: None, _create),
    Flow("restore", _prepare_restore, _restore),
    Flow("rollover", _prepare_written, _roll_over),
    Flow("year-end", _prepare_written, _year_end),
    Flow("replace", lambda folder: _make(wide_plan(_ACTIVITIES_REPLACED), folder / NAME), _replace),
    Flow("move", _prepare_written, _move),
    Flow("migrate", _prepare_migration, _migrate),
    Flow("merge", _prepare_merge, _merge),
    Flow("backup", _prepare_written, _back_up),
)


# --- what the harness must catch ------------------------------------------------------------------------------------


def _lie(path: Path) -> Iterator[None]:
    """Say that it is done before it is."""
    yield
    take(_edit(path))


def _bypass(path: Path) -> Iterator[None]:
    """Write without the one door: rows, history and digests each for themselves."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for _ in range(40):
            connection.execute("UPDATE slot_entry SET text = text || '。' WHERE field = 'status'")
            connection.execute("INSERT INTO operation (kind, label, who, at, why) VALUES ('', '', '', '', '')")
    yield


TEETH = (Flow("lie", _prepare_written, _lie, _edit), Flow("bypass", _prepare_written, _bypass, _edit))


def flow_named(name: str) -> Flow:
    """Return the flow of this name."""
    return next(flow for flow in (*FLOWS, *TEETH) if flow.name == name)


def copies_of(path: Path) -> list[Path]:
    """Return every whole copy that was left in the folder of ``path`` under a name a person would trust."""
    return [item for item in path.parent.rglob("*") if item.suffix in (".welfare", ".bak") and item != path]
