"""Packages of offices that changed the structure of one plan side by side: nothing is refused, lost, or in two places."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.builders import small_plan
from tests.operations.returned import merge
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import FieldKey, Kind, Owner, lines_of
from welfare_desktop.domain.model import Activity, Actor, Slot
from welfare_desktop.domain.values import values_of
from welfare_desktop.operations.deciding import Choice, decide, open_questions
from welfare_desktop.operations.department_register import (
    add_department,
    move_department,
    register,
    remove_department,
    rename_department,
)
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.exporting import package_task
from welfare_desktop.operations.merging import Merged, apply_merge, plan_merge
from welfare_desktop.operations.nodes import (
    PARENT_OF,
    Node,
    add_node,
    all_nodes,
    move_below,
    remove_node,
    rename_node,
    retire_node,
    shift_node,
)
from welfare_desktop.operations.opening import create_from, new_from_package, open_file
from welfare_desktop.operations.reading_back import ReadFile, read_files
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.structure import add_slot, move_slot, remove_slot, set_departments, split_slot
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.unmerging import undo_merge
from welfare_desktop.storage.store import Operation

_YEAR = 2019
_NAMES = ("東支所", "西支所")


@pytest.fixture
def main_office(tmp_path: Path) -> Iterator[Session]:
    """The main office with a plan of two basic goals, three activity goals and five activities."""
    with closing(create_from(small_plan(), tmp_path / "本所.welfare", Operation("new", "作成", "本所"))) as session:
        plan = session.plan(())
        basic = plan.basic_goals[0]
        _, second = add_node(session, Owner.BASIC_GOAL, basic.id, "二つ目の活動目標")
        _, other = add_node(session, Owner.PLAN, plan.id, "もう一つの基本目標")
        _, third = add_node(session, Owner.BASIC_GOAL, other, "三つ目の活動目標")
        for goal, title in ((second, "活動あ"), (second, "活動い"), (third, "活動う")):
            add_node(session, Owner.ACTIVITY_GOAL, goal, title)
        yield session


@pytest.fixture
def offices(main_office: Session, tmp_path: Path) -> Iterator[list[Session]]:
    """Two branch offices that began from one package of the main office."""
    path = package(main_office, tmp_path / "始め.welfarepkg")
    with ExitStack() as stack:
        yield [
            stack.enter_context(closing(new_from_package(tmp_path / f"{name}.welfare", path, who=name)))
            for name in _NAMES
        ]


def package(session: Session, path: Path) -> Path:
    perform(session, package_task(session, _YEAR, path))
    return path


def nodes_of(session: Session, owner: Owner) -> list[Node]:
    return [node for node in all_nodes(session.plan(())) if node.owner is owner]


def codes(done: Merged) -> list[str]:
    return [note.code for item in done.plan.files for note in item.notes]


def words(session: Session) -> set[str]:
    """Everything typed that the plan shows."""
    ids = (Kind.CHILDREN, Kind.REFERENCES)
    return {line for key, value in values_of(session.plan()) if key.spec.kind not in ids for line in lines_of(value)}


def in_two_places(session: Session) -> list[object]:
    lists = (value for key, value in values_of(session.plan()) if key.spec.kind is Kind.CHILDREN)
    return [item for item, times in Counter(item for value in lists for item in lines_of(value)).items() if times > 1]


# --- one thing after another ----------------------------------------------------------------------------------------


def test_a_goal_that_everything_was_moved_out_of(main_office: Session, offices: list[Session], tmp_path: Path) -> None:
    """Its list comes back empty, which is no field left blank: it stood in both goals, and refused the merge."""
    branch = offices[0]
    goals = nodes_of(branch, Owner.ACTIVITY_GOAL)
    (only,) = (node for node in nodes_of(branch, Owner.ACTIVITY) if node.parent_id == goals[2].id)
    move_below(branch, only.id, goals[0].id, 0)
    merge(main_office, package(branch, tmp_path / "東.welfarepkg"))
    assert next(node for node in nodes_of(main_office, Owner.ACTIVITY) if node.id == only.id).parent_id == goals[0].id
    assert in_two_places(main_office) == []


def test_an_order_in_dispute_keeps_no_addition_out(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    """The list was in conflict and the fields of what was added were not: the whole merge was refused."""
    goal = nodes_of(main_office, Owner.ACTIVITY_GOAL)[1]
    _, added = add_node(offices[0], Owner.ACTIVITY_GOAL, goal.id, "東の活動", at=0)
    shift_node(offices[0], goal.item.activities[1].id, -1)  # type: ignore[union-attr]
    shift_node(main_office, goal.item.activities[0].id, 1)  # type: ignore[union-attr]
    add_node(main_office, Owner.ACTIVITY_GOAL, goal.id, "本所の活動", at=1)
    merge(main_office, package(offices[0], tmp_path / "東.welfarepkg"))
    standing = {node.item.title for node in nodes_of(main_office, Owner.ACTIVITY) if node.parent_id == goal.id}
    assert standing == {"東の活動", "本所の活動", "活動あ", "活動い"}
    for question in open_questions(main_office, review=True):
        if question.key.name == "activities":
            decide(main_office, question.id, Choice(base=True))
    here = [node.item.title for node in nodes_of(main_office, Owner.ACTIVITY) if node.parent_id == goal.id]
    assert set(here) == standing
    assert here.index("活動あ") < here.index("活動い")
    assert {node.id for node in nodes_of(main_office, Owner.ACTIVITY)} >= {added}


def test_a_move_into_what_is_no_longer_here(main_office: Session, offices: list[Session], tmp_path: Path) -> None:
    """The goal was the branch's own and its merge taken back; a colleague had moved an activity there by then."""
    basic = nodes_of(offices[0], Owner.BASIC_GOAL)[0]
    _, goal = add_node(offices[0], Owner.BASIC_GOAL, basic.id, "東の活動目標")
    first = merge(main_office, package(offices[0], tmp_path / "東.welfarepkg"))
    merge(offices[1], package(main_office, tmp_path / "本所.welfarepkg"))
    moved = nodes_of(offices[1], Owner.ACTIVITY)[0]
    move_below(offices[1], moved.id, goal, 0)
    back = package(offices[1], tmp_path / "西.welfarepkg")
    assert first.merge_id is not None
    undo_merge(main_office, first.merge_id)
    before = words(main_office)
    done = merge(main_office, back)
    assert "M-218" in codes(done)
    assert words(main_office) >= before
    stands = next(node for node in nodes_of(main_office, Owner.ACTIVITY) if node.id == moved.id)
    assert stands.parent_id == moved.parent_id


def test_what_was_added_with_a_merge_and_written_in_since_stays_when_it_is_taken_back(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    goal = nodes_of(offices[0], Owner.ACTIVITY_GOAL)[1]
    ids = [add_node(offices[0], Owner.ACTIVITY_GOAL, goal.id, title)[1] for title in ("東の活動", "東の空の活動")]
    done = merge(main_office, package(offices[0], tmp_path / "東.welfarepkg"))
    activity = main_office.activity(ids[0])
    assert activity is not None and done.merge_id is not None
    main_office.enter(FieldKey(Owner.SLOT, activity.council.slots[0].id, "status", None, _YEAR), "本所の文。")
    stay = undo_merge(main_office, done.merge_id)
    assert {"東の活動", "本所の文。"} <= words(main_office)
    assert "東の空の活動" not in words(main_office)
    assert any(place.endswith("/title") for place in stay)
    assert main_office.problems() == []


def test_a_department_taken_out_at_a_branch_and_renamed_at_the_main_office_is_told(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    _, department = add_department(main_office, "新しい課")
    merge(offices[0], package(main_office, tmp_path / "本所.welfarepkg"))
    slot = next(item for _, _, item in offices[0].plan(()).walk()).city.slots[0]
    remove_department(offices[0], department)
    rename_department(main_office, department, "もっと新しい課", 2018)
    set_departments(main_office, slot.id, ["もっと新しい課"])
    done = merge(offices[0], package(main_office, tmp_path / "本所2.welfarepkg"))
    assert [note.text for item in done.plan.files for note in item.notes if note.code == "M-212"] == [
        "もっと新しい課",
        "もっと新しい課",
    ]
    assert offices[0].problems() == []
    package(offices[0], tmp_path / "東.welfarepkg")
    merge(main_office, tmp_path / "東.welfarepkg")
    assert "もっと新しい課" in words(main_office)


def test_what_a_merge_moved_does_not_vanish_when_its_old_list_was_changed_since(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    """The old list stays as it was made since, the new one gives the activity back: it stood in neither."""
    goals = nodes_of(main_office, Owner.ACTIVITY_GOAL)
    moved = next(node for node in nodes_of(offices[0], Owner.ACTIVITY) if node.item.title == "活動あ")
    move_below(offices[0], moved.id, goals[2].id, 0)
    done = merge(main_office, package(offices[0], tmp_path / "東.welfarepkg"))
    add_node(main_office, Owner.ACTIVITY_GOAL, moved.parent_id, "本所の活動")
    assert done.merge_id is not None
    assert undo_merge(main_office, done.merge_id)
    assert {"活動あ", "本所の活動"} <= words(main_office)
    assert in_two_places(main_office) == []
    assert main_office.problems() == []


def test_a_department_that_came_back_with_a_merge_goes_again_with_it(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    """Its row had kept its name, which looked as if somebody had named it since."""
    _, department = add_department(main_office, "新しい課")
    merge(offices[0], package(main_office, tmp_path / "本所.welfarepkg"))
    slot = next(item for _, _, item in offices[0].plan(()).walk()).city.slots[1]
    set_departments(offices[0], slot.id, ["新しい課"])
    remove_department(main_office, department)
    kept_there = merge(offices[0], package(main_office, tmp_path / "本所2.welfarepkg"))
    assert "M-217" in codes(kept_there)
    before = dump_text(main_office.plan())
    done = merge(main_office, package(offices[0], tmp_path / "東.welfarepkg"))
    assert "新しい課" in words(main_office)
    assert done.merge_id is not None
    assert undo_merge(main_office, done.merge_id) == ()
    assert dump_text(main_office.plan()) == before


# --- packages of the main office, one after another ------------------------------------------------------------------


def typed(session: Session, text: str) -> None:
    session.enter(session.resolve(f"1-1-1/council/status@{_YEAR}"), text)


def said(session: Session) -> tuple[str, ...]:
    return lines_of(session.value(session.resolve(f"1-1-1/council/status@{_YEAR}")))


def test_the_main_office_goes_on_from_its_own_package(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    """What it added to its own words was a conflict at every branch, and the words went out of sight there."""
    typed(main_office, "一行目。")
    merge(offices[0], package(main_office, tmp_path / "1.welfarepkg"))
    typed(main_office, "一行目。\n二行目。")
    merge(offices[0], package(main_office, tmp_path / "2.welfarepkg"))
    assert said(offices[0]) == ("一行目。", "二行目。")
    typed(main_office, "一行目。\n二行目は直した。")
    typed(main_office, "一行目。\n二行目は直した。\n三行目。")
    paths = [package(main_office, tmp_path / "3.welfarepkg")]
    typed(main_office, "一行目も直した。\n二行目は直した。\n三行目。")
    paths.append(package(main_office, tmp_path / "4.welfarepkg"))
    merge(offices[0], *reversed(paths))
    assert said(offices[0]) == ("一行目も直した。", "二行目は直した。", "三行目。")
    assert open_questions(offices[0], review=True) == []
    merge(offices[0], tmp_path / "1.welfarepkg")
    assert said(offices[0])[0] == "一行目も直した。"
    merge(main_office, package(offices[0], tmp_path / "東.welfarepkg"))
    assert open_questions(main_office, review=True) == []


def test_a_package_of_the_main_office_that_was_taken_back_is_not_taken_out_there(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    """What the branch sent then was compared with it, as if the branch had taken every new word out."""
    typed(main_office, "本所の文。")
    path = package(main_office, tmp_path / "1.welfarepkg")
    done = merge(offices[0], path)
    assert done.merge_id is not None
    undo_merge(offices[0], done.merge_id)
    merge(main_office, package(offices[0], tmp_path / "東.welfarepkg"))
    assert said(main_office) == ("本所の文。",)
    merge(offices[0], path)
    assert said(offices[0]) == ("本所の文。",)


def test_an_older_package_of_the_main_office_waits_for_a_person(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    typed(main_office, "古い文。")
    older = package(main_office, tmp_path / "1.welfarepkg")
    typed(main_office, "新しい文。")
    merge(offices[0], package(main_office, tmp_path / "2.welfarepkg"))
    done = merge(offices[0], older)
    assert "M-219" in codes(done)
    assert said(offices[0]) == ("新しい文。",)
    merge(main_office, package(offices[0], tmp_path / "東.welfarepkg"))
    assert said(main_office) == ("新しい文。",)


def test_what_a_branch_has_not_decided_yet_is_no_answer_to_the_main_office(
    main_office: Session, offices: list[Session], tmp_path: Path
) -> None:
    """It shows its own words as long as it is asked, and the main office's were replaced by them without a question."""
    typed(main_office, "一行目。")
    merge(offices[0], package(main_office, tmp_path / "1.welfarepkg"))
    typed(main_office, "本所が直した。")
    typed(offices[0], "支所が直した。")
    merge(offices[0], package(main_office, tmp_path / "2.welfarepkg"))
    merge(main_office, package(offices[0], tmp_path / "東1.welfarepkg"))
    assert said(main_office) == ("本所が直した。",)
    (question,) = open_questions(main_office, review=True)
    assert [item.lines for item in question.candidates] == [("支所が直した。",)]
    decide(offices[0], open_questions(offices[0])[0].id, Choice(current=True))
    merge(main_office, package(offices[0], tmp_path / "東2.welfarepkg"))
    assert said(main_office) == ("支所が直した。",)


# --- at random ------------------------------------------------------------------------------------------------------


class Editor:
    """Changes a plan anywhere, as one office does; ``who`` stands in every word typed."""

    def __init__(self, session: Session, dice: random.Random, who: str) -> None:
        self.session, self.dice, self.who = session, dice, who
        self.count = 0

    def word(self) -> str:
        self.count += 1
        return f"{self.who}の{self.count}番目の言葉"

    def work(self, times: int) -> None:
        verbs: tuple[Callable[[], object], ...] = (
            *(self.add, self.move, self.move, self.swap, self.shift, self.rename, self.retire, self.remove),
            *(self.add_slot, self.move_slot, self.split_slot, self.remove_slot, self.owners),
            *(self.new_department, self.other_name, self.other_place, self.no_department),
            *(self.write, self.write, self.write, self.session.undo),
        )
        for _ in range(times):
            try:
                self.dice.choice(verbs)()
            except WelfareError:
                continue

    def nodes(self) -> list[Node]:
        return all_nodes(self.session.plan(()))

    def node(self) -> Node:
        return self.dice.choice(self.nodes())

    def slot(self) -> tuple[Activity, Actor, Slot]:
        walk = self.session.plan(()).walk()
        return self.dice.choice(
            [(one, part.actor, slot) for _, _, one in walk for part in one.parts for slot in part.slots]
        )

    def add(self) -> None:
        above = [(node.owner, node.id) for node in self.nodes() if node.owner is not Owner.ACTIVITY]
        place = self.dice.choice([(Owner.PLAN, self.session.plan(()).id), *above])
        add_node(self.session, *place, self.word(), at=self.dice.choice((None, 0, 1)))

    def move(self) -> None:
        node = self.node()
        above = [item.id for item in self.nodes() if item.owner is PARENT_OF[node.owner]] or [node.parent_id]
        move_below(self.session, node.id, self.dice.choice(above), self.dice.randint(0, 2))

    def swap(self) -> None:
        one, other = self.dice.sample([node for node in self.nodes() if node.owner is Owner.ACTIVITY], 2)
        move_below(self.session, one.id, other.parent_id, 0)
        move_below(self.session, other.id, one.parent_id, 0)

    def shift(self) -> None:
        shift_node(self.session, self.node().id, self.dice.choice((-1, 1)))

    def rename(self) -> None:
        rename_node(self.session, self.node().id, self.word())

    def retire(self) -> None:
        retire_node(self.session, self.node().id, self.dice.choice((None, 2020, 2021)))

    def remove(self) -> None:
        remove_node(self.session, self.node().id)

    def add_slot(self) -> None:
        activity, actor, _ = self.slot()
        add_slot(self.session, activity.id, actor, at=self.dice.choice((None, 0)))

    def move_slot(self) -> None:
        activity, actor, slot = self.slot()
        move_slot(self.session, activity.id, actor, slot.id, self.dice.randint(0, 2))

    def split_slot(self) -> None:
        activity, actor, slot = self.slot()
        split_slot(self.session, activity.id, actor, slot.id)

    def remove_slot(self) -> None:
        activity, actor, slot = self.slot()
        remove_slot(self.session, activity.id, actor, slot.id)

    def owners(self) -> None:
        names = [item.name for item in register(self.session)]
        chosen = self.dice.sample(names, min(len(names), self.dice.randint(0, 2)))
        set_departments(self.session, self.slot()[2].id, chosen)

    def department(self) -> str:
        return self.dice.choice(register(self.session)).id

    def new_department(self) -> None:
        add_department(self.session, self.word())

    def other_name(self) -> None:
        rename_department(self.session, self.department(), self.word(), self.dice.choice((2018, 2020)))

    def other_place(self) -> None:
        move_department(self.session, self.department(), self.dice.choice((-1, 1)))

    def no_department(self) -> None:
        remove_department(self.session, self.department())

    def write(self) -> None:
        name, year = self.dice.choice((("status", _YEAR), ("planned", 2020), ("results", _YEAR), ("indicators", None)))
        key = FieldKey(Owner.SLOT, self.slot()[2].id, name, None, year)
        lines = [self.word()] if self.dice.random() < 0.3 else [*lines_of(self.session.value(key)), self.word()]
        self.session.enter(key, "\n".join(lines))


def taken_in(session: Session, *batch: ReadFile) -> Merged:
    """Look, then apply: the same comes out, and nothing stands twice."""
    plan = plan_merge(session, batch)
    done = apply_merge(session, plan)
    assert all(session.value(change.key) == change.after for change in plan.changes)
    assert in_two_places(session) == []
    assert session.problems() == []
    return done


def kept(session: Session, merged: Sequence[Merged]) -> str:
    """Everything in which a typed word may be found again."""
    asked = [line for item in open_questions(session, review=True) for one in item.candidates for line in one.lines]
    told = [note.text for done in merged for item in done.plan.files for note in item.notes]
    return "\n".join((*words(session), *asked, *told))


def state(session: Session) -> tuple[object, ...]:
    open_now = open_questions(session, review=True)
    asked = [(item.id, item.kind, item.current, [one.lines for one in item.candidates]) for item in open_now]
    return dump_text(session.plan()), in_two_places(session), asked


def in_a_copy(
    office: Session, path: Path, batches: Sequence[Sequence[ReadFile]], dice: random.Random
) -> tuple[object, ...]:
    """Take batches in, twice; take all of it back; take it in again and decide it: returns what came out first."""
    shutil.copyfile(office.path, path)
    before, own = state(office), words(office)
    with closing(open_file(path, who="本所")) as session:
        merged = [taken_in(session, *batch) for batch in batches]
        result = state(session)
        found = kept(session, merged)
        assert [word for word in own if word.startswith(("本所", *_NAMES)) and word not in found] == []
        again = taken_in(session, *[item for batch in batches for item in batch])
        assert again.plan.changes == ()
        assert state(session) == result
        back = [done.merge_id or "" for done in (*merged, again)]
        dice.shuffle(back)
        assert [undo_merge(session, merge_id) for merge_id in back] == [()] * len(back)
        assert state(session) == before
        for batch in batches:
            taken_in(session, *batch)
        for question in open_questions(session, review=True):
            ways = [Choice(current=True), Choice(base=True), Choice(proposed=True)]
            ways += [Choice(candidate=number + 1) for number in range(len(question.candidates))]
            decide(session, question.id, dice.choice(ways))
            assert in_two_places(session) == []
        assert open_questions(session, review=True) == []
        assert plan_merge(session, [item for batch in batches for item in batch]).changes == ()
        assert session.problems() == []
    return result


@pytest.mark.parametrize("seed", range(5))
def test_rounds_of_structure_changed_on_all_sides(
    main_office: Session, offices: list[Session], tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    sides = dict(zip(("本所", *_NAMES), (main_office, *offices), strict=True))
    before = words(main_office)
    for who, session in sides.items():
        Editor(session, dice, who).work(dice.randint(2, 8))
    batch = read_files([package(branch, tmp_path / f"{branch.who}.welfarepkg") for branch in offices])
    new = [word for branch in offices for word in words(branch) - before]
    results = [
        in_a_copy(main_office, tmp_path / f"{number}.welfare", batches, dice)
        for number, batches in enumerate(([batch], [batch[::-1]], [[item] for item in batch]))
    ]
    assert results[0] == results[1]
    done = taken_in(main_office, *batch)
    found = kept(main_office, [done])
    assert [word for word in new if word not in found] == []
    back = read_files([package(main_office, tmp_path / "本所.welfarepkg")])
    for branch in offices:
        own, old = words(branch), state(branch)
        merged = taken_in(branch, *back)
        found = kept(branch, [merged])
        assert [word for word in (own & words(main_office)) - before if word not in found] == []
        assert [word for word in words(main_office) - before if word not in found] == []
        assert undo_merge(branch, merged.merge_id or "") == ()
        assert state(branch) == old
