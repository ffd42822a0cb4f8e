"""Slots, departments, goals and activities: added, moved, split, retired; nothing used is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from welfare_desktop.domain.errors import EditConflict, InvalidValue, StoreError, UnknownAddress
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Activity, Actor, Entry, Plan, Slot
from welfare_desktop.operations.department_register import rename_department
from welfare_desktop.operations.nodes import add_node, move_node, retire
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.structure import (
    add_slot,
    departments_of,
    move_slot,
    remove_slot,
    set_departments,
    split_slot,
)


def activities(session: Session) -> list[Activity]:
    return [activity for _, _, activity in session.plan().walk()]


def city_slots(session: Session, index: int = 0) -> tuple[Slot, ...]:
    return activities(session)[index].city.slots


def names(slots: tuple[Slot, ...]) -> list[tuple[str, ...]]:
    return [slot.department_names for slot in slots]


@pytest.fixture(autouse=True)
def sound(session: Session) -> Iterator[None]:
    """Whatever a test does: taking it all back restores the plan exactly, bringing it back too."""
    before = session.plan()
    yield
    after = session.plan()
    assert session.problems() == []
    steps = 0
    while session.undo() is not None:
        steps += 1
    assert session.plan() == before
    for _ in range(steps):
        session.redo()
    assert session.plan() == after
    assert session.problems() == []


class TestSlots:
    def test_added_at_the_end_or_before_another(self, session: Session) -> None:
        activity = activities(session)[0]
        welfare, civic = departments_of(session)
        _, last = add_slot(session, activity.id, Actor.CITY, (civic.id, welfare.id))
        _, first = add_slot(session, activity.id, Actor.CITY, at=0)
        slots = city_slots(session)
        assert (slots[0].id, slots[-1].id) == (first, last)
        assert names(slots) == [(), ("地域福祉課",), ("協働推進課",), ("協働推進課", "地域福祉課")]

    def test_added_for_a_department_that_is_none(self, session: Session) -> None:
        with pytest.raises(StoreError):
            add_slot(session, activities(session)[0].id, Actor.CITY, ("no such department",))

    def test_added_to_nothing(self, session: Session) -> None:
        with pytest.raises(EditConflict):
            add_slot(session, "no such activity", Actor.CITY)

    def test_moved(self, session: Session) -> None:
        activity = activities(session)[0]
        first, second = city_slots(session)
        assert move_slot(session, activity.id, Actor.CITY, second.id, 0) is not None
        assert city_slots(session) == (second, first)
        assert move_slot(session, activity.id, Actor.CITY, second.id, 0) is None

    def test_split_gives_each_department_its_own(self, session: Session) -> None:
        activity = activities(session)[1]
        (slot,) = city_slots(session, 1)
        session.enter(FieldKey(Owner.SLOT, slot.id, "status", None, 2018), "書いたもの。")
        split_slot(session, activity.id, Actor.CITY, slot.id)
        slots = city_slots(session, 1)
        assert names(slots) == [("地域福祉課",), ("協働推進課",)]
        assert slots[0].id == slot.id
        assert slots[0].status == {2018: Entry(("書いたもの。",))}
        assert slots[1].status == {}

    def test_one_department_cannot_be_split(self, session: Session) -> None:
        with pytest.raises(InvalidValue) as caught:
            split_slot(session, activities(session)[0].id, Actor.CITY, city_slots(session)[0].id)
        assert caught.value.code == "W-140"

    def test_an_empty_one_can_be_taken_out(self, session: Session) -> None:
        activity = activities(session)[0]
        first, second = city_slots(session)
        remove_slot(session, activity.id, Actor.CITY, second.id)
        assert city_slots(session) == (first,)

    def test_one_that_is_written_in_cannot(self, session: Session) -> None:
        activity = activities(session)[0]
        with pytest.raises(InvalidValue) as caught:
            remove_slot(session, activity.id, Actor.CITY, city_slots(session)[0].id)
        assert caught.value.code == "W-141"

    def test_the_only_one_cannot(self, session: Session) -> None:
        activity = activities(session)[1]
        with pytest.raises(InvalidValue) as caught:
            remove_slot(session, activity.id, Actor.COUNCIL, activity.council.slots[0].id)
        assert caught.value.code == "W-146"

    def test_one_that_is_gone_is_told(self, session: Session) -> None:
        activity = activities(session)[0]
        second = city_slots(session)[1]
        remove_slot(session, activity.id, Actor.CITY, second.id)
        for verb in (remove_slot, split_slot):
            with pytest.raises((UnknownAddress, InvalidValue)):
                verb(session, activity.id, Actor.CITY, second.id)


class TestDepartments:
    def test_set_by_name_in_order(self, session: Session) -> None:
        slot = city_slots(session)[0]
        assert set_departments(session, slot.id, "協働推進課\n地域福祉課") is not None
        assert names(city_slots(session))[0] == ("協働推進課", "地域福祉課")
        assert set_departments(session, slot.id, ["協働推進課", "地域福祉課"]) is None

    def test_a_new_one_joins_the_plan(self, session: Session) -> None:
        slot = city_slots(session)[0]
        set_departments(session, slot.id, "危機管理課\n地域福祉課")
        assert [item.name for item in departments_of(session)] == ["地域福祉課", "協働推進課", "危機管理課"]
        assert names(city_slots(session))[0] == ("危機管理課", "地域福祉課")

    def test_none_means_unassigned(self, session: Session) -> None:
        set_departments(session, city_slots(session)[0].id, "")
        assert names(city_slots(session))[0] == ()

    @pytest.mark.parametrize("text", ["地域福祉課\n地域福祉課", "健康ﾌﾟﾗｻﾞ\n健康プラザ"])
    def test_the_same_twice_is_told(self, session: Session, text: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            set_departments(session, city_slots(session)[0].id, text)
        assert caught.value.code == "W-142"

    def test_renamed_from_a_year_on(self, session: Session) -> None:
        welfare, _ = departments_of(session)
        rename_department(session, welfare.id, "福祉総務課", 2020)
        renamed = departments_of(session)[0]
        assert renamed.name == "福祉総務課"
        assert [renamed.name_in(year) for year in (2018, 2019, 2020, 2022)] == [
            "地域福祉課",
            "地域福祉課",
            "福祉総務課",
            "福祉総務課",
        ]
        rename_department(session, welfare.id, "福祉政策課", 2022)
        assert departments_of(session)[0].name_in(2021) == "福祉総務課"

    def test_renamed_from_the_beginning_leaves_no_trace(self, session: Session) -> None:
        welfare, _ = departments_of(session)
        rename_department(session, welfare.id, "福祉総務課", 2018)
        assert departments_of(session)[0].former == ()

    @pytest.mark.parametrize("name", ["", "　", "協働推進課"])
    def test_a_name_that_cannot_be(self, session: Session, name: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            rename_department(session, departments_of(session)[0].id, name, 2020)
        assert caught.value.code == "W-143"

    def test_before_an_earlier_renaming(self, session: Session) -> None:
        welfare, _ = departments_of(session)
        rename_department(session, welfare.id, "福祉総務課", 2021)
        with pytest.raises(InvalidValue) as caught:
            rename_department(session, welfare.id, "福祉政策課", 2020)
        assert caught.value.code == "W-144"

    def test_to_the_name_it_has(self, session: Session) -> None:
        welfare, _ = departments_of(session)
        assert rename_department(session, welfare.id, "・地域福祉課　", 2020) is None

    def test_one_that_is_gone_is_told(self, session: Session) -> None:
        with pytest.raises(UnknownAddress):
            rename_department(session, "gone", "新しい名前", 2020)


class TestNodes:
    def test_a_plan_can_be_built_from_nothing(self, session: Session) -> None:
        plan = session.plan()
        _, basic = add_node(session, Owner.PLAN, plan.id, "しくみづくり")
        _, goal = add_node(session, Owner.BASIC_GOAL, basic, "相談体制")
        _, activity = add_node(session, Owner.ACTIVITY_GOAL, goal, "相談窓口の充実")
        session.enter(session.resolve("2-1-1/council/status@2018"), "相談を受けた。")
        session.enter(session.resolve("2-1-1/city/status@2018"), "相談を受けた。")
        added = session.plan().basic_goals[1]
        assert (added.number, added.title) == (2, "しくみづくり")
        assert added.activity_goals[0].activities[0].id == activity
        assert [len(part.slots) for part in added.activity_goals[0].activities[0].parts] == [1, 1]

    @pytest.mark.parametrize("title", ["", "　\n・"])
    def test_without_a_title(self, session: Session, title: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            add_node(session, Owner.PLAN, session.plan().id, title)
        assert caught.value.code == "W-110"

    def test_moved_among_siblings_are_numbered_anew(self, session: Session) -> None:
        _, goal, first = next(session.plan().walk())
        move_node(session, Owner.ACTIVITY_GOAL, goal.id, first.id, goal.id, 1)
        assert [(item.number, item.title) for item in activities(session)] == [
            (1, "団体間の交流促進"),
            (2, "担い手の確保と育成の支援"),
        ]
        assert activities(session)[1].city == first.city

    def test_moved_to_another_goal(self, session: Session) -> None:
        basic, goal, first = next(session.plan().walk())
        _, other = add_node(session, Owner.BASIC_GOAL, basic.id, "別の活動目標")
        move_node(session, Owner.ACTIVITY_GOAL, goal.id, first.id, other, 0)
        goals = session.plan().basic_goals[0].activity_goals
        assert [[(item.number, item.title) for item in group.activities] for group in goals] == [
            [(1, "団体間の交流促進")],
            [(1, "担い手の確保と育成の支援")],
        ]
        assert goals[1].activities[0].council == first.council

    def test_retired_and_back(self, session: Session) -> None:
        activity = activities(session)[0]
        assert retire(session, Owner.ACTIVITY, activity.id, 2020, "統合") is not None
        assert activities(session)[0].retired_from == 2020
        assert session.history(limit=1)[0].why == "統合"
        assert retire(session, Owner.ACTIVITY, activity.id, 2020) is None
        retire(session, Owner.ACTIVITY, activity.id, None)
        assert activities(session)[0].retired_from is None
        retire(session, Owner.SLOT, activity.city.slots[0].id, 2021)
        retire(session, Owner.BASIC_GOAL, session.plan().basic_goals[0].id, 2022)


def test_what_was_left_alone_is_left_alone(session: Session) -> None:
    def others(plan: Plan) -> Activity:
        return plan.basic_goals[0].activity_goals[0].activities[1]

    before = others(session.plan())
    activity = activities(session)[0]
    add_slot(session, activity.id, Actor.CITY)
    split = city_slots(session)[0]
    set_departments(session, split.id, "地域福祉課\n協働推進課")
    split_slot(session, activity.id, Actor.CITY, split.id)
    assert others(session.plan()) == before
