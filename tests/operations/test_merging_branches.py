"""Three copies of the program send packages to and fro over several rounds; files whose names are no names."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.operations.returned import merge, sent
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Actor
from welfare_desktop.operations.bases import read_edits
from welfare_desktop.operations.deciding import Choice, decide_all, open_questions
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.exporting import package_task
from welfare_desktop.operations.ledger import exchanged
from welfare_desktop.operations.merging import Merged, plan_merge
from welfare_desktop.operations.nodes import add_node, move_below, rename_node
from welfare_desktop.operations.opening import new_from_package
from welfare_desktop.operations.reading_back import read_files, returned_files
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.unmerging import undo_merge

_YEAR = 2019


@pytest.fixture
def branches(office: Session, tmp_path: Path) -> Iterator[list[Session]]:
    """Two branch offices that began from one package of the main office."""
    path = package(office, tmp_path / "始め.welfarepkg")
    with ExitStack() as stack:
        names = ("北部支所", "南部支所")
        yield [
            stack.enter_context(closing(new_from_package(tmp_path / f"{name}.welfare", path, who=name)))
            for name in names
        ]


def package(session: Session, path: Path) -> Path:
    perform(session, package_task(session, _YEAR, path))
    return path


def goal_of(session: Session) -> str:
    return next(goal.id for _, goal, _ in session.plan(()).walk())


def titles(session: Session) -> list[str]:
    return [activity.title for _, _, activity in session.plan(()).walk()]


def test_new_activities_of_all_offices_reach_all_of_them_once(
    office: Session, branches: list[Session], tmp_path: Path
) -> None:
    """A branch takes back its own new activity together with the main office's: it stands there once."""
    for session, title in zip((office, *branches), ("本所の活動", "北部の活動", "南部の活動"), strict=True):
        add_node(session, Owner.ACTIVITY_GOAL, goal_of(session), title)
    for number in range(3):
        packages = [package(one, tmp_path / f"{number} {place}.welfarepkg") for place, one in enumerate(branches)]
        done = merge(office, *packages)
        told = [note.place for item in done.plan.files for note in item.notes if note.code == "M-216"]
        assert len(told) == (0 if number else 2)  # every one of the three is the goal's last activity
        assert plan_merge(office, read_files(packages)).changes == ()
        decide_all(office, [item.id for item in open_questions(office, review=True)], Choice(current=True))
        back = package(office, tmp_path / f"{number} 本所.welfarepkg")
        for session in branches:
            merge(session, back)
            once = dump_text(session.plan())
            decide_all(session, [item.id for item in open_questions(session, review=True)], Choice(proposed=True))
            merge(session, back)
            assert dump_text(session.plan()).count("の活動") >= once.count("の活動")
            assert session.problems() == []
    for session in (office, *branches):
        found = titles(session)
        assert [found.count(title) for title in ("本所の活動", "北部の活動", "南部の活動")] == [1, 1, 1]


def parent_of(session: Session, title: str) -> str:
    return next(goal.id for _, goal, activity in session.plan(()).walk() if activity.title == title)


def parent_of_id(session: Session, activity_id: str) -> str:
    return next(goal.id for _, goal, activity in session.plan(()).walk() if activity.id == activity_id)


def codes(done: Merged) -> list[str]:
    return [note.code for item in done.plan.files for note in item.notes]


def test_an_activity_moved_by_two_offices_stays_where_the_receiver_has_it(
    office: Session, branches: list[Session], tmp_path: Path
) -> None:
    """A thing stands in one list: two moves of it must not refuse the whole package, and the answer is told."""
    goals = list(dict.fromkeys(goal.id for _, goal, _ in office.plan(()).walk()))
    _, _, activity = next(iter(office.plan(()).walk()))
    move_below(branches[0], activity.id, goals[1], 0)
    move_below(office, activity.id, goals[2], 0)
    done = merge(office, package(branches[0], tmp_path / "北部.welfarepkg"))
    assert [code for code in codes(done) if code in ("M-217", "M-218")] == ["M-218"]
    assert parent_of(office, activity.title) == goals[2]
    assert office.problems() == []
    _, added = add_node(branches[0], Owner.ACTIVITY_GOAL, goals[0], "北部の活動")
    merge(office, package(branches[0], tmp_path / "北部2.welfarepkg"))
    move_below(office, added, goals[3], 0)
    again = merge(office, package(branches[0], tmp_path / "北部3.welfarepkg"))
    assert again.merge_id is not None
    assert parent_of(office, "北部の活動") == goals[3]
    assert titles(office).count("北部の活動") == 1


def test_of_two_branches_that_moved_one_activity_to_different_goals_the_older_package_gives_the_place(
    office: Session, branches: list[Session], tmp_path: Path
) -> None:
    """Together they refused every file chosen with them; whichever way they are chosen, one is told and none refused."""
    goals = list(dict.fromkeys(goal.id for _, goal, _ in office.plan(()).walk()))
    _, _, activity = next(iter(office.plan(()).walk()))
    before = dump_text(office.plan())
    rename_node(branches[0], activity.id, "先に書き出した方")
    move_below(branches[0], activity.id, goals[1], 0)
    north = package(branches[0], tmp_path / "北部.welfarepkg")
    for number in range(20):  # of packages of one day the one with more changes behind it is the younger
        rename_node(branches[1], activity.id, f"名前{number}")
    move_below(branches[1], activity.id, goals[2], 0)
    south = package(branches[1], tmp_path / "南部.welfarepkg")
    for paths in ((north, south), (south, north)):
        done = merge(office, *paths)
        told = {item.path: [note.code for note in item.notes if note.code == "M-218"] for item in done.plan.files}
        assert told == {north: [], south: ["M-218"]}
        assert parent_of_id(office, activity.id) == goals[1]
        assert office.problems() == []
        assert done.merge_id is not None
        assert undo_merge(office, done.merge_id) == ()
        assert dump_text(office.plan()) == before
    merge(office, south)
    merge(office, north)
    assert parent_of_id(office, activity.id) == goals[2]


def test_activities_that_changed_places_between_goals_at_a_branch_come_in_and_go_back(
    office: Session, branches: list[Session], tmp_path: Path
) -> None:
    """Every goal gives one and takes one: no order of the lists is right, and the file's was by chance of the ids."""
    goals = list(dict.fromkeys(goal.id for _, goal, _ in office.plan(()).walk()))
    firsts = {goal.id: goal.activities[0] for _, goal, _ in reversed(list(office.plan(()).walk()))}
    for place, goal in enumerate(goals):
        move_below(branches[0], firsts[goal].id, goals[place - 1], 0)
    before = dump_text(office.plan())
    done = merge(office, package(branches[0], tmp_path / "北部.welfarepkg"))
    assert [parent_of(office, firsts[goal].title) for goal in goals] == [goals[-1], *goals[:-1]]
    assert office.problems() == []
    assert done.merge_id is not None
    assert undo_merge(office, done.merge_id) == ()
    assert dump_text(office.plan()) == before


def test_what_is_missing_in_a_package_is_not_taken_out(
    office: Session, branches: list[Session], tmp_path: Path
) -> None:
    """The branch takes an empty slot out; in it the main office wrote meanwhile."""
    branch = branches[0]
    slot = next(
        (activity, slot)
        for _, _, activity in branch.plan().walk()
        for slot in activity.city.slots
        if len(activity.city.slots) > 1
    )
    key = FieldKey(Owner.ACTOR, slot[0].id, "slots", Actor.CITY)
    before = branch.value(key)
    assert isinstance(before, tuple)
    after = tuple(str(item) for item in before if item != slot[1].id)
    branch.apply([Change(key, before, after)], kind="structure", label="記入欄の削除")
    office.enter(FieldKey(Owner.SLOT, slot[1].id, "status", None, _YEAR), "本所の文。")
    done = merge(office, package(branch, tmp_path / "北部.welfarepkg"))
    assert "M-217" in codes(done)
    assert office.value(key) == before
    assert "本所の文。" in dump_text(office.plan())
    assert done.plan.files[0].counts["review"] == 1


def test_of_packages_only_the_edits_stay_in_memory(office: Session, branches: list[Session], tmp_path: Path) -> None:
    """Read beside whoever has the data file open, as the window does; it comes to the same as reading them whole."""
    for session, text in zip(branches, ("北部の文。", "南部の文。"), strict=True):
        slot = next(item for _, _, item in session.plan(()).walk()).council.slots[0]
        session.enter(FieldKey(Owner.SLOT, slot.id, "status", None, _YEAR), text)
    paths = [package(one, tmp_path / f"{place}.welfarepkg") for place, one in enumerate(branches)]
    paths.append(tmp_path / "ない.welfarepkg")
    read = read_edits(office.path, paths)
    assert [len(item.edits.values) if item.edits else None for item in read] == [1, 1, None]
    assert [item.returned.packaged if item.returned else None for item in read] == [(), (), None]
    lean, whole = plan_merge(office, read), plan_merge(office, read_files(paths))
    assert [item.counts for item in lean.files] == [item.counts for item in whole.files]
    assert (lean.changes, lean.states) == (whole.changes, whole.states)
    assert lean.files[0].counts["same"] > 100


def test_a_package_of_another_main_office_stays_whole(office: Session, branches: list[Session], tmp_path: Path) -> None:
    """What it answers is not known here: all of it is compared with what stands here, nothing is automatic."""
    path = package(office, tmp_path / "本所.welfarepkg")
    (item,) = read_edits(branches[0].path, [path])
    assert item.edits is None and item.returned is not None and item.returned.packaged
    merge(branches[0], path)
    assert branches[0].problems() == []


@pytest.mark.skipif(sys.platform == "win32", reason="names there are always characters")
def test_a_name_that_is_no_text_is_read_kept_and_shown(office: Session, tmp_path: Path) -> None:
    """A zip of another system unpacks to names whose bytes are no characters."""
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\x8b\xa6\x93\xad.xlsx"))
    shutil.copyfile(sent(office, "協働推進課"), odd)
    empty = odd.with_name(odd.name.replace(".xlsx", "2.xlsx"))
    empty.write_bytes(b"")
    merge(office, odd, empty)
    assert [item.file_name.count("\ufffd") > 0 for item in exchanged(office)[:2]] == [True, True]


def test_a_name_too_long_for_any_file_is_told(office: Session, tmp_path: Path) -> None:
    (item,) = read_files(returned_files([tmp_path / ("長" * 300 + ".xlsx")]))
    assert item.error is not None
    assert item.error.code == "W-330"
