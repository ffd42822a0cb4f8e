"""Goals and activities: named, numbered, moved, retired, taken out; nothing written is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from welfare_desktop.domain.errors import ClosedReport, InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.usage import Usage
from welfare_desktop.exchange.read_aloud import read_aloud
from welfare_desktop.operations.exporting import package_task
from welfare_desktop.operations.nodes import (
    add_node,
    all_nodes,
    begin_node,
    find_node,
    move_below,
    node_at,
    remove_node,
    rename_node,
    renumber,
    retire_node,
    set_number,
    shift_node,
    usage,
)
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.structure import add_slot, set_departments
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.year_work import close_year


def paths(session: Session) -> list[str]:
    return [f"{node.path} {node.item.title}" for node in all_nodes(session.plan(()))]


def at(session: Session, path: str) -> str:
    return node_at(session, path).id


@pytest.fixture(autouse=True)
def sound(session: Session) -> Iterator[None]:
    """Whatever a test does: taking it all back restores the plan exactly."""
    before = session.plan()
    yield
    assert session.problems() == []
    while session.undo() is not None:
        pass
    assert session.plan() == before


class TestAdding:
    def test_after_another_pushes_the_numbers_on(self, session: Session) -> None:
        goal = at(session, "1-1")
        add_node(session, Owner.ACTIVITY_GOAL, goal, "間の活動", at=1)
        assert paths(session)[2:] == ["1-1-1 担い手の確保と育成の支援", "1-1-2 間の活動", "1-1-3 団体間の交流促進"]
        assert session.activity(at(session, "1-1-1")) is not None

    def test_into_a_gap_leaves_the_rest(self, session: Session) -> None:
        set_number(session, at(session, "1-1-2"), 5)
        add_node(session, Owner.ACTIVITY_GOAL, at(session, "1-1"), "間の活動", at=1)
        assert [item[:5] for item in paths(session)[2:]] == ["1-1-1", "1-1-2", "1-1-5"]

    def test_far_behind_the_end_is_the_end(self, session: Session) -> None:
        add_node(session, Owner.PLAN, session.plan(()).id, "二つ目", at=99)
        assert paths(session)[-1] == "2 二つ目"


class TestNaming:
    def test_a_title_is_changed_and_history_says_so(self, session: Session) -> None:
        activity = at(session, "1-1-1")
        assert rename_node(session, activity, "・新しい名前　") is not None
        assert find_node(session, activity).item.title == "新しい名前"
        assert rename_node(session, activity, "新しい名前") is None
        assert "新しい名前" in session.history(limit=1)[0].label

    @pytest.mark.parametrize("title", ["", " ", "　・"])
    def test_an_empty_one_is_refused(self, session: Session, title: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            rename_node(session, at(session, "1"), title)
        assert caught.value.code == "W-110"

    def test_what_is_gone_is_told(self, session: Session) -> None:
        for act in (
            lambda: rename_node(session, "gone", "名前"),
            lambda: shift_node(session, "gone", 1),
            lambda: remove_node(session, "gone"),
            lambda: usage(session, "gone"),
            lambda: node_at(session, "9-9"),
        ):
            with pytest.raises(UnknownAddress):
                act()


class TestNumbers:
    @pytest.mark.parametrize("number", [0, 1, 1000])
    def test_a_number_out_of_order_is_refused(self, session: Session, number: int) -> None:
        with pytest.raises(InvalidValue) as caught:
            set_number(session, at(session, "1-1-2"), number)
        assert caught.value.code == "W-123"

    def test_gaps_are_made_and_closed(self, session: Session) -> None:
        second, goal = at(session, "1-1-2"), at(session, "1-1")
        set_number(session, second, 4)
        assert find_node(session, second).path == "1-1-4"
        assert set_number(session, second, 4) is None
        renumber(session, Owner.ACTIVITY_GOAL, goal)
        assert find_node(session, second).path == "1-1-2"
        assert renumber(session, Owner.ACTIVITY_GOAL, goal) is None


class TestMoving:
    def test_one_place_and_no_further_than_the_end(self, session: Session) -> None:
        first = at(session, "1-1-1")
        before = session.activity(first)
        assert shift_node(session, first, -1) is None
        assert shift_node(session, first, 1) is not None
        assert shift_node(session, first, 1) is None
        assert find_node(session, first).path == "1-1-2"
        after = session.activity(first)
        assert before is not None and after is not None and after.council == before.council

    def test_below_another_goal_with_everything_in_it(self, session: Session) -> None:
        _, basic = add_node(session, Owner.PLAN, session.plan(()).id, "二つ目")
        _, other = add_node(session, Owner.BASIC_GOAL, basic, "別の目標")
        first = at(session, "1-1-1")
        before = session.activity(first)
        move_below(session, first, other, 0)
        assert paths(session) == [
            "1 ひとづくり",
            "1-1 活動の推進",
            "1-1-1 団体間の交流促進",
            "2 二つ目",
            "2-1 別の目標",
            "2-1-1 担い手の確保と育成の支援",
        ]
        moved = session.activity(first)
        assert before is not None and moved is not None and moved.city == before.city
        goal = at(session, "1-1")
        move_below(session, goal, basic, 0)
        assert paths(session)[2:] == [
            "2-1 活動の推進",
            "2-1-1 団体間の交流促進",
            "2-2 別の目標",
            "2-2-1 担い手の確保と育成の支援",
        ]


class TestRetiring:
    def test_only_within_the_plan(self, session: Session) -> None:
        for year in (2017, 2023):
            with pytest.raises(InvalidValue) as caught:
                retire_node(session, at(session, "1-1-1"), year)
            assert caught.value.code == "W-150"

    def test_and_taken_back(self, session: Session) -> None:
        goal = at(session, "1-1")
        retire_node(session, goal, 2020)
        assert find_node(session, goal).item.retired_from == 2020
        retire_node(session, goal, None)
        assert find_node(session, goal).item.retired_from is None


class TestTakingOut:
    def test_what_is_written_in_stays(self, session: Session) -> None:
        for path in ("1-1-1", "1-1", "1"):
            with pytest.raises(InvalidValue) as caught:
                remove_node(session, at(session, path))
            assert caught.value.code == "W-124"
            assert "平成30年度" in caught.value.message and "廃止" in caught.value.next_step

    def test_what_is_empty_goes_and_comes_back(self, session: Session) -> None:
        second = at(session, "1-1-2")
        assert usage(session, second) == Usage()
        remove_node(session, second)
        assert len(paths(session)) == 3
        session.undo()
        assert find_node(session, second).path == "1-1-2"

    @pytest.mark.parametrize(
        ("address", "text", "words"),
        [
            ("1-1-2/residents_role", "見守る。", "住民、地域の役割"),
            ("1-1-2/city/initiatives", "講座の開催", "取組み"),
            ("1-1-2/city/indicators", "年2回", "主な活動指標"),
            ("1-1-2/city/results@2020", "3回", "令和2年度の記入"),
            ("1-1-2/council/planned@2021", "続ける。", "令和3年度の記入"),
            ("1-1-2/council/status@2022", "—", "令和4年度の記入"),
        ],
    )
    def test_anything_in_any_year_keeps_it(self, session: Session, address: str, text: str, words: str) -> None:
        session.enter(session.resolve(address), text)
        with pytest.raises(InvalidValue) as caught:
            remove_node(session, at(session, "1-1-2"))
        assert words in caught.value.message

    def test_a_file_that_was_handed_out_keeps_it(self, session: Session, tmp_path: Path) -> None:
        perform(session, package_task(session, 2018, tmp_path / "受渡し.welfarepkg"))
        with pytest.raises(InvalidValue) as caught:
            remove_node(session, at(session, "1-1-2"))
        assert "書き出したファイル" in caught.value.message
        _, fresh = add_node(session, Owner.ACTIVITY_GOAL, at(session, "1-1"), "あとから")
        remove_node(session, fresh)


class TestBeginning:
    def test_something_new_is_reported_from_its_year_on(self, session: Session) -> None:
        _, fresh = add_node(session, Owner.ACTIVITY_GOAL, at(session, "1-1"), "途中から", from_year=2019)
        assert find_node(session, fresh).item.reported_from == 2019
        assert fresh not in session.fills(2018) or not session.fills(2018)[fresh].expected
        assert session.fills(2019)[fresh].expected

    def test_the_first_year_of_the_plan_is_always(self, session: Session) -> None:
        first = at(session, "1-1-1")
        assert begin_node(session, first, 2018) is None
        begin_node(session, first, 2020)
        begin_node(session, first, 2018)
        assert find_node(session, first).item.reported_from is None

    def test_within_the_plan_and_before_it_is_retired(self, session: Session) -> None:
        first = at(session, "1-1-1")
        for year in (2017, 2023):
            with pytest.raises(InvalidValue, match="W-150"):
                begin_node(session, first, year)
        retire_node(session, first, 2020)
        with pytest.raises(InvalidValue, match="W-153"):
            begin_node(session, first, 2020)
        begin_node(session, first, 2019)
        with pytest.raises(InvalidValue, match="W-153"):
            retire_node(session, first, 2019)

    def test_closed_reports_know_nothing_of_what_begins_later(self, session: Session) -> None:
        close_year(session, 2018)
        goal = at(session, "1-1")
        before = read_aloud(session.plan(), 2018)
        _, fresh = add_node(session, Owner.ACTIVITY_GOAL, goal, "途中から", from_year=2019)
        rename_node(session, fresh, "別の名前")
        set_number(session, fresh, 9)
        set_departments(session, next(_slots_of(session, fresh)), "新しい課")
        begin_node(session, fresh, 2020)
        with pytest.raises(ClosedReport):
            begin_node(session, fresh, None)
        assert read_aloud(session.plan(), 2018) == before
        for _ in range(5):
            session.undo()
        assert session.plan(()).basic_goals[0].activity_goals[0].activities[-1].id != fresh
        assert read_aloud(session.plan(), 2018) == before

    def test_what_is_moved_out_of_a_later_goal_appears_in_closed_reports(self, session: Session) -> None:
        _, later = add_node(session, Owner.BASIC_GOAL, at(session, "1"), "後の目標", from_year=2019)
        _, inside = add_node(session, Owner.ACTIVITY_GOAL, later, "中の活動")
        close_year(session, 2018)
        with pytest.raises(ClosedReport):
            move_below(session, inside, at(session, "1-1"), 0)
        with pytest.raises(ClosedReport):
            move_below(session, at(session, "1-1-1"), later, 0)


def _slots_of(session: Session, activity_id: str) -> Iterator[str]:
    activity = session.activity(activity_id)
    assert activity is not None
    return (slot.id for part in activity.parts for slot in part.slots)


class TestClosedYears:
    def test_nothing_their_reports_print_changes_without_a_reason(self, session: Session) -> None:
        close_year(session, 2018)
        plan, first, second = session.plan(()), at(session, "1-1-1"), at(session, "1-1-2")
        slot = next(session.plan(()).walk())[2].city.slots[0].id
        acts: tuple[Callable[[str], object], ...] = (
            lambda why: rename_node(session, first, "別の名前", why=why),
            lambda why: shift_node(session, first, 1, why=why),
            lambda why: set_number(session, at(session, "1-1-2"), 7, why=why),
            lambda why: renumber(session, Owner.ACTIVITY_GOAL, at(session, "1-1"), why=why),
            lambda why: add_node(session, Owner.PLAN, plan.id, "新しい目標", why=why),
            lambda why: retire_node(session, second, 2018, why=why),
            lambda why: add_slot(session, first, Actor.CITY, why=why),
            lambda why: set_departments(session, slot, "新しい課", why=why),
            lambda why: remove_node(session, second, why=why),
        )
        for act in acts:
            before, operation = session.plan(), session.latest_operation()
            with pytest.raises(ClosedReport) as caught:
                act("")
            assert caught.value.code == "W-149" and "平成30年度" in caught.value.message
            assert (session.plan(), session.latest_operation()) == (before, operation)
            act("名称の訂正")
            assert session.history(limit=1)[0].why == "名称の訂正"

    def test_a_title_set_by_its_address_too(self, session: Session) -> None:
        close_year(session, 2018)
        key = session.resolve("1-1/title")
        with pytest.raises(ClosedReport):
            session.enter(key, "別の名前")
        assert session.enter(key, "別の名前", why="訂正") is not None

    def test_retiring_from_a_later_year_changes_no_closed_report(self, session: Session) -> None:
        close_year(session, 2018)
        retire_node(session, at(session, "1-1-1"), 2019)
        session.enter(FieldKey(Owner.PLAN, session.plan(()).id, "contact"), "事務局")

    def test_what_the_plan_book_says_wants_a_reason_too(self, session: Session) -> None:
        close_year(session, 2018)
        key = FieldKey(Owner.ACTIVITY, at(session, "1-1-2"), "residents_role")
        with pytest.raises(ClosedReport):
            session.enter(key, "見守る。")
        session.enter(key, "見守る。", why="計画の訂正")
        assert session.history(key)[0].why == "計画の訂正"
