"""What stands in an activity: any year, and what belongs to no year."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import small_plan
from welfare_desktop.domain.model import Entry
from welfare_desktop.domain.usage import Usage, activities_of, ids_of, usage_of


def test_every_year_and_every_text_counts() -> None:
    first, second = (activity for _, _, activity in small_plan().walk())
    used = usage_of([first, second])
    assert used.years == (2018, 2019)
    assert used.reports == (2018,)  # what is planned for 2019 is printed in the report of 2018
    assert used.texts == ("住民、地域の役割", "関係機関の役割", "取組み", "主な活動指標")
    assert used.words == "平成30年度、令和元年度の記入、住民、地域の役割、関係機関の役割、取組み、主な活動指標"


def test_titles_places_and_departments_are_no_use() -> None:
    _, second = (activity for _, _, activity in small_plan().walk())
    assert usage_of([second]) == Usage() and not usage_of([second]) and usage_of([second]).words == ""


def test_a_draft_counts() -> None:
    _, second = (activity for _, _, activity in small_plan().walk())
    slot = replace(second.city.slots[0], status={2020: Entry(("案",), draft=True)})
    assert usage_of([replace(second, city=replace(second.city, slots=(slot,)))]).years == (2020,)


def test_what_is_below_a_goal() -> None:
    basic = small_plan().basic_goals[0]
    goal = basic.activity_goals[0]
    assert list(activities_of(basic)) == list(activities_of(goal)) == list(goal.activities)
    assert len(list(ids_of(basic))) == 2 + 2 + 5
