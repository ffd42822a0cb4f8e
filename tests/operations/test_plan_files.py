"""Plan files out of a data file: what they hold can be read back; the next period begins where this one ends."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.model import Actor, Entry, Plan
from welfare_desktop.operations.department_register import register, rename_department
from welfare_desktop.operations.nodes import node_at, retire_node
from welfare_desktop.operations.opening import new_empty, new_file
from welfare_desktop.operations.plan_files import plan_file_task
from welfare_desktop.operations.plan_settings import PlanWords
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.structure import add_slot
from welfare_desktop.operations.tasks import perform


def made_from(session: Session, folder: Path, *, following: bool = False) -> Plan:
    """Write a plan file and return the plan a new data file made from it holds."""
    target = folder / "計画.toml"
    assert perform(session, plan_file_task(session, target, following=following)).files == (target,)
    with closing(new_file(folder / "次.welfare", target)) as made:
        return made.plan()


def test_the_structure_alone_goes_round(session: Session, tmp_path: Path) -> None:
    add_slot(session, node_at(session, "1-1-1").id, Actor.COUNCIL)
    plan = made_from(session, tmp_path)
    before = session.plan()
    assert (plan.title, plan.vision, plan.first_year, plan.last_year) == ("計画", "理念の文", 2018, 2022)
    (_, _, first), (_, _, now) = next(before.walk()), next(plan.walk())
    assert (now.title, now.residents_role, now.council.initiatives) == (
        first.title,
        first.residents_role,
        first.council.initiatives,
    )
    assert [slot.department_names for slot in now.city.slots] == [slot.department_names for slot in first.city.slots]
    assert len(now.council.slots) == 2
    assert [item.text for slot in now.city.slots for item in slot.indicators] == ["登録者 250人"]
    assert all(not slot.status and not slot.planned and not slot.results for slot in now.city.slots)


def test_a_line_longer_than_a_page_goes_round(session: Session, tmp_path: Path) -> None:
    """A plan file was once written that could not be read again."""
    session.enter(session.resolve("1-1-1/residents_role"), "長い文" * 10_000)
    (_, _, activity) = next(made_from(session, tmp_path).walk())
    assert activity.residents_role == ("長い文" * 10_000,)


def test_the_next_period_drops_what_is_retired_and_keeps_what_is_planned(session: Session, tmp_path: Path) -> None:
    retire_node(session, node_at(session, "1-1-2").id, 2022)
    rename_department(session, register(session)[0].id, "福祉総務課", 2020)
    session.enter(session.resolve("1-1-1/city/planned@2023"), "次の計画でも続ける。")
    plan = made_from(session, tmp_path, following=True)
    assert (plan.first_year, plan.last_year) == (2023, 2027)
    activities = [activity for _, _, activity in plan.walk()]
    assert [activity.title for activity in activities] == ["担い手の確保と育成の支援"]
    slot = activities[0].city.slots[0]
    assert slot.department_names == ("福祉総務課",) and slot.departments[0].former == ()
    assert slot.planned == {2023: Entry(("次の計画でも続ける。",))} and not slot.status


def test_a_plan_of_nothing_is_no_plan_file(tmp_path: Path) -> None:
    with closing(new_empty(tmp_path / "空.welfare", PlanWords("空の計画", "", "R6", "R10"))) as session:
        with pytest.raises(InvalidValue) as caught:
            plan_file_task(session, tmp_path / "計画.toml")
        assert caught.value.code == "W-126"
    assert not (tmp_path / "計画.toml").exists()
