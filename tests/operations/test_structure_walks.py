"""Any walk through the structure's verbs keeps numbers printable and every text, and undo retraces it exactly."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import small_plan
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import Owner, lines_of
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.numbering import is_rising
from welfare_desktop.domain.values import values_of
from welfare_desktop.operations.department_register import add_department, move_department, register, remove_department
from welfare_desktop.operations.nodes import (
    PARENT_OF,
    Node,
    add_node,
    all_nodes,
    move_below,
    remove_node,
    renumber,
    retire_node,
    set_number,
    shift_node,
)
from welfare_desktop.operations.opening import create_from
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.digests import content_digest
from welfare_desktop.storage.store import Operation

_WRITTEN = ("lines", "entry", "indicators", "results", "overrides")


def texts(plan: Plan) -> Counter[str]:
    """Everything people wrote, with how often."""
    return Counter(
        line for key, value in values_of(plan) if key.spec.kind.value in _WRITTEN for line in lines_of(value)
    )


def digest(session: Session) -> str:
    return str(session.look(content_digest))


class Walker:
    """Does one thing to the structure, anywhere in it."""

    def __init__(self, session: Session, dice: random.Random) -> None:
        self.session = session
        self.dice = dice

    def step(self) -> None:
        verbs: tuple[Callable[[], object], ...] = (
            self.add,
            self.add,
            self.move,
            self.move,
            self.shift,
            self.number,
            self.renumber,
            self.retire,
            self.remove,
            self.departments,
            self.session.undo,
            self.session.redo,
        )
        try:
            self.dice.choice(verbs)()
        except WelfareError:
            return

    def nodes(self) -> list[Node]:
        return all_nodes(self.session.plan(()))

    def node(self) -> Node:
        return self.dice.choice(self.nodes())

    def add(self) -> None:
        above = [(Owner.PLAN, self.session.plan(()).id)]
        above += [(node.owner, node.id) for node in self.nodes() if node.owner is not Owner.ACTIVITY]
        add_node(self.session, *self.dice.choice(above), "加えたもの", at=self.dice.choice((None, 0, 1, 2)))

    def move(self) -> None:
        node = self.node()
        places = [item.id for item in self.nodes() if item.owner is PARENT_OF[node.owner]] or [node.parent_id]
        move_below(self.session, node.id, self.dice.choice(places), self.dice.randint(0, 3))

    def shift(self) -> None:
        shift_node(self.session, self.node().id, self.dice.choice((-1, 1)))

    def number(self) -> None:
        set_number(self.session, self.node().id, self.dice.randint(1, 9))

    def renumber(self) -> None:
        node = self.node()
        renumber(self.session, PARENT_OF[node.owner], node.parent_id)

    def retire(self) -> None:
        retire_node(self.session, self.node().id, self.dice.choice((None, 2018, 2020, 2022)))

    def remove(self) -> None:
        remove_node(self.session, self.node().id)

    def departments(self) -> None:
        verb = self.dice.randint(0, 2)
        if verb == 0:
            add_department(self.session, f"課{self.dice.randint(0, 5)}")
        elif verb == 1:
            move_department(self.session, self.dice.choice(register(self.session)).id, self.dice.choice((-1, 1)))
        else:
            remove_department(self.session, self.dice.choice(register(self.session)).id)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_numbers_stay_printable_and_no_text_is_lost(seed: int, steps: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(create_from(small_plan(), Path(folder) / "計画.welfare", Operation("new", "作成", "試験"))) as session,
    ):
        walker = Walker(session, random.Random(seed))
        written, start = texts(session.plan()), digest(session)
        for _ in range(steps):
            walker.step()
            assert texts(session.plan()) == written
            for node in walker.nodes():
                assert is_rising(node.numbers), node.path
        while session.undo() is not None:
            pass
        assert digest(session) == start
        assert session.problems() == []
