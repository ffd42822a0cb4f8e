"""Any sequence of steps can be taken back and brought again, to the exact content of every point between."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.storage.test_round_trip import indicator_ids, replayed, value_keys
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import FieldKey, Owner, Value
from welfare_desktop.domain.model import Actor, Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.operations.department_register import rename_department
from welfare_desktop.operations.nodes import add_node, move_node, retire
from welfare_desktop.operations.opening import create_from
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.structure import (
    add_slot,
    move_slot,
    remove_slot,
    set_departments,
    split_slot,
)
from welfare_desktop.operations.year_work import close_year, unlock_year
from welfare_desktop.storage.store import Operation

T = TypeVar("T")

#: What a step leaves behind: the plan, and what the office keeps beside it.
State = tuple[Plan, dict[FieldKey, Value]]


def state_of(session: Session) -> State:
    return session.plan(), {key: lines for key, lines in session.notes().items() if lines}


class Clerk:
    """Does one of everything a person can do to a plan, somewhere in it."""

    def __init__(self, session: Session, dice: random.Random, data: st.DataObject) -> None:
        self.session = session
        self.dice = dice
        self.data = data
        self.new_id = strategies.identifiers()

    def step(self) -> None:
        verbs: list[Callable[[], object]] = [
            self.enter,
            self.enter,
            self.add_slot,
            self.move_slot,
            self.split_slot,
            self.remove_slot,
            self.set_departments,
            self.rename_department,
            self.add_node,
            self.move_node,
            self.retire,
            self.close_or_unlock,
        ]
        try:
            self.dice.choice(verbs)()
        except (WelfareError, _NothingThere):
            return

    def enter(self) -> None:
        key = self.one(value_keys(self.session.plan()))
        named = indicator_ids(self.session.plan()), tuple(item.id for item in self.session.plan().departments)
        value = self.data.draw(strategies.values(key, lambda: f"typed-{self.new_id()}", *named))
        self.session.edit(key, value)

    def add_slot(self) -> None:
        add_slot(self.session, self.activity(), self.actor(), at=self.dice.choice((None, 0, 1)))

    def move_slot(self) -> None:
        activity, actor, slot = self.slot()
        move_slot(self.session, activity, actor, slot, self.dice.randint(0, 2))

    def split_slot(self) -> None:
        split_slot(self.session, *self.slot())

    def remove_slot(self) -> None:
        remove_slot(self.session, *self.slot())

    def set_departments(self) -> None:
        names = self.dice.sample(["甲課", "乙課", "丙課", "丁館"], self.dice.randint(0, 3))
        set_departments(self.session, self.slot()[2], names)

    def rename_department(self) -> None:
        department = self.one(self.session.plan().departments)
        rename_department(self.session, department.id, f"課{self.dice.randint(0, 9)}", self.dice.randint(2016, 2024))

    def add_node(self) -> None:
        owner, owner_id = self.parent()
        add_node(self.session, owner, owner_id, "新しいもの")

    def move_node(self) -> None:
        owner, from_id = self.parent()
        to_owner, to_id = self.parent()
        if owner is not to_owner:
            raise _NothingThere
        key = {"plan": "basic_goals", "basic_goal": "activity_goals", "activity_goal": "activities"}[owner.value]
        children = self.session.value(FieldKey(owner, from_id, key))
        assert isinstance(children, tuple)
        move_node(self.session, owner, from_id, str(self.one(children)), to_id, self.dice.randint(0, 2))

    def retire(self) -> None:
        retire(self.session, Owner.ACTIVITY, self.activity(), self.dice.choice((None, 2019, 2021)))

    def close_or_unlock(self) -> None:
        year = self.one(range(self.session.plan().first_year, self.session.plan().last_year + 1))
        if year in self.session.closed_years():
            unlock_year(self.session, year, "訂正")
        else:
            close_year(self.session, year)

    def parent(self) -> tuple[Owner, str]:
        plan = self.session.plan()
        found = [(Owner.PLAN, plan.id)]
        found += [(Owner.BASIC_GOAL, basic.id) for basic in plan.basic_goals]
        found += [(Owner.ACTIVITY_GOAL, goal.id) for basic in plan.basic_goals for goal in basic.activity_goals]
        return self.one(found)

    def activity(self) -> str:
        return self.one([activity.id for _, _, activity in self.session.plan().walk()])

    def actor(self) -> Actor:
        return self.dice.choice((Actor.COUNCIL, Actor.CITY))

    def slot(self) -> tuple[str, Actor, str]:
        return self.one(
            [
                (activity.id, part.actor, slot.id)
                for _, _, activity in self.session.plan().walk()
                for part in activity.parts
                for slot in part.slots
            ]
        )

    def one(self, found: Sequence[T]) -> T:
        if not found:
            raise _NothingThere
        return self.dice.choice(found)


class _NothingThere(Exception):
    """There is nothing to do this to."""


@settings(max_examples=20, deadline=None)
@given(strategies.plans(2), st.integers(0, 2**32), st.integers(1, 15), st.data())
def test_everything_can_be_taken_back_and_brought_again(plan: Plan, seed: int, steps: int, data: st.DataObject) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(create_from(plan, Path(folder) / "計画.welfare", Operation("new", "作成", "試験"))) as session,
    ):
        clerk = Clerk(session, random.Random(seed), data)
        states = [state_of(session)]
        for _ in range(steps):
            before = session.latest_operation()
            clerk.step()
            if session.latest_operation() != before:
                states.append(state_of(session))
        for state in reversed(states[:-1]):
            assert session.undo() is not None
            assert state_of(session) == state
        assert session.undo() is None
        for state in states[1:]:
            assert session.redo() is not None
            assert state_of(session) == state
        assert session.problems() == []
        # What history leads to is what stands in the structure, and what was taken out of it.
        standing = dict(values_of(session.plan()))
        assert replayed(session.history()).items() >= standing.items()
