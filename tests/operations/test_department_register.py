"""The register of departments: names are unique, former ones stay, nothing used is taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from welfare_desktop.domain.errors import ClosedReport, InvalidValue
from welfare_desktop.operations.department_register import (
    add_department,
    department_called,
    move_department,
    register,
    remove_department,
    rename_department,
)
from welfare_desktop.operations.exporting import departments_task
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.structure import set_departments
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.year_work import close_year


def names(session: Session) -> list[tuple[str, int]]:
    return [(item.name, item.slots) for item in register(session)]


def test_the_register_counts_where_each_answers(session: Session) -> None:
    assert names(session) == [("地域福祉課", 2), ("協働推進課", 2)]


def test_added_ordered_and_taken_out(session: Session) -> None:
    _, fresh = add_department(session, "・防災課　")
    assert names(session)[-1] == ("防災課", 0)
    assert move_department(session, fresh, -1) is not None
    assert move_department(session, fresh, -5) is None
    assert [name for name, _ in names(session)] == ["地域福祉課", "防災課", "協働推進課"]
    remove_department(session, fresh)
    assert len(names(session)) == 2
    session.undo()
    assert department_called(session, "防災課").id == fresh


@pytest.mark.parametrize("name", ["", "　", "地域福祉課", "協働推進課 "])
def test_a_name_it_cannot_have(session: Session, name: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        add_department(session, name)
    assert caught.value.code == "W-143"


def test_one_that_answers_a_slot_stays(session: Session) -> None:
    with pytest.raises(InvalidValue) as caught:
        remove_department(session, department_called(session, "協働推進課").id)
    assert caught.value.code == "W-125" and "2 か所" in caught.value.message


def test_one_that_was_sent_a_sheet_stays(session: Session, tmp_path: Path) -> None:
    perform(session, departments_task(session, 2018, tmp_path / "記入用紙", names=()))
    for _, _, activity in session.plan(()).walk():
        for slot in activity.city.slots:
            set_departments(session, slot.id, "地域福祉課")
    assert names(session)[1] == ("協働推進課", 0)
    with pytest.raises(InvalidValue) as caught:
        remove_department(session, department_called(session, "協働推進課").id)
    assert "記入用紙" in caught.value.message


def test_a_name_in_another_width_is_the_department_that_is_there(session: Session) -> None:
    _, fresh = add_department(session, "健康プラザ")
    slot = next(session.plan(()).walk())[2].city.slots[0]
    set_departments(session, slot.id, "健康ﾌﾟﾗｻﾞ")
    assert department_called(session, "健康ﾌﾟﾗｻﾞ").id == fresh
    assert department_called(session, "健康プラザ").slots == 1


def test_a_closed_year_prints_the_name_it_printed(session: Session) -> None:
    close_year(session, 2018)
    welfare = department_called(session, "地域福祉課").id
    with pytest.raises(ClosedReport):
        rename_department(session, welfare, "福祉総務課", 2018)
    rename_department(session, welfare, "福祉総務課", 2019)
    assert register(session)[0].former == ("地域福祉課（平成30年度まで）",)
    session.undo()
    rename_department(session, welfare, "福祉総務課", 2018, why="誤記の訂正")
    assert register(session)[0].former == ()


def test_no_department_of_that_name(session: Session) -> None:
    with pytest.raises(InvalidValue) as caught:
        department_called(session, "ない課")
    assert caught.value.code == "W-166"


def test_a_name_corrected_from_its_own_first_year_leaves_the_older_one(session: Session) -> None:
    welfare = department_called(session, "地域福祉課").id
    rename_department(session, welfare, "福祉政策課", 2020)
    assert register(session)[0].since == 2020
    rename_department(session, welfare, "福祉総務課", 2020)
    assert register(session)[0].former == ("地域福祉課（令和元年度まで）",)
    department = session.plan(()).departments[0]
    assert [department.name_in(year) for year in (2019, 2020)] == ["地域福祉課", "福祉総務課"]


@pytest.mark.parametrize("name", ["市社会福祉協議会", " 未割当 "])
def test_names_the_lists_use_for_something_else_are_refused(session: Session, name: str) -> None:
    before = session.latest_operation()
    slot = next(item for _, _, one in session.plan(()).walk() for item in one.city.slots)
    with pytest.raises(InvalidValue, match="別の意味"):
        add_department(session, name)
    with pytest.raises(InvalidValue, match="別の意味"):
        rename_department(session, session.plan(()).departments[0].id, name, 2019)
    with pytest.raises(InvalidValue, match="別の意味"):
        set_departments(session, slot.id, [name])
    assert session.latest_operation() == before
