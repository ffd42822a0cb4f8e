"""A plan's title and years: read as people type them; a year that holds anything is never cut off."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from welfare_desktop.domain.errors import ClosedReport, InvalidValue, StoreError
from welfare_desktop.operations.opening import new_empty, open_file
from welfare_desktop.operations.plan_settings import (
    FIRST_YEAR,
    LAST_YEAR,
    TITLE,
    PlanWords,
    plan_words,
    read_settings,
    set_plan,
)
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import close_year

WORDS = PlanWords("架空町計画", "ともに生きる", "R6", "令和10年度")


def test_years_in_any_form() -> None:
    assert (read_settings(WORDS).first_year, read_settings(WORDS).last_year) == (2024, 2028)
    assert read_settings(replace(WORDS, first_year="平成30", last_year="２０２２")).first_year == 2018


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (replace(WORDS, title=" 　"), TITLE),
        (replace(WORDS, first_year=""), FIRST_YEAR),
        (replace(WORDS, first_year="いつか"), FIRST_YEAR),
        (replace(WORDS, last_year="H32(2021)"), LAST_YEAR),
        (replace(WORDS, last_year="R5"), LAST_YEAR),
        (replace(WORDS, last_year="2099"), LAST_YEAR),
        (replace(WORDS, first_year="1900"), FIRST_YEAR),
    ],
)
def test_what_is_wrong_is_told_at_its_field(words: PlanWords, where: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_settings(words)
    assert caught.value.where == where and caught.value.next_step


def test_all_of_it_is_one_step(session: Session) -> None:
    words = plan_words(session.plan(()))
    assert words == PlanWords("計画", "理念の文", "平成30", "令和4")
    assert set_plan(session, words) is None
    set_plan(session, PlanWords("新しい名称", "新しい理念", "H29", "R6"))
    plan = session.plan(())
    assert (plan.title, plan.vision, plan.first_year, plan.last_year) == ("新しい名称", "新しい理念", 2017, 2024)
    assert session.years()[-1] == 2024
    session.undo()
    assert plan_words(session.plan(())) == words


@pytest.mark.parametrize(("first", "last", "where"), [("2019", "2022", FIRST_YEAR), ("2018", "2019", LAST_YEAR)])
def test_a_year_that_holds_entries_is_not_cut_off(session: Session, first: str, last: str, where: str) -> None:
    session.enter(session.resolve("1-1-2/council/planned@2021"), "続ける。")  # part of the report of 2020
    with pytest.raises(InvalidValue) as caught:
        set_plan(session, PlanWords("計画", "", first, last))
    assert (caught.value.code, caught.value.where) == ("W-127", where)
    assert set_plan(session, PlanWords("計画", "", "2018", "2020")) is not None


def test_a_closed_year_keeps_its_title_without_a_reason(session: Session) -> None:
    close_year(session, 2018)
    words = replace(plan_words(session.plan(())), title="別の名称")
    with pytest.raises(ClosedReport):
        set_plan(session, words)
    assert set_plan(session, words, why="訂正") is not None
    with pytest.raises(InvalidValue) as caught:
        set_plan(session, replace(words, first_year="2019"), why="訂正")
    assert caught.value.code == "W-127"


def test_an_empty_plan_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "新しい計画.welfare"
    with pytest.raises(InvalidValue):
        new_empty(path, replace(WORDS, title=""))
    assert not path.exists()
    new_empty(path, WORDS, who="試験").close()
    with closing(open_file(path)) as session:
        plan = session.plan()
        assert (plan.title, plan.vision, plan.basic_goals, plan.departments) == ("架空町計画", "ともに生きる", (), ())
        assert session.years() == [2024, 2025, 2026, 2027, 2028] and session.latest_year() == 2024
        assert session.problems() == []
    with pytest.raises(StoreError):
        new_empty(path, WORDS)
