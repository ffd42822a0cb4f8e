"""Lists of goals, activities, slots and departments that come in with a package."""

from __future__ import annotations

from welfare_desktop.domain.merging.children import with_kept, without_moved
from welfare_desktop.domain.merging.lines import Value

GOAL_1, GOAL_2, GOAL_3 = (f"activity_goal:{letter}1/activities" for letter in "abc")
BASE: dict[str, Value] = {
    "plan:1/basic_goals": ("e1",),
    "basic_goal:e1/activity_goals": ("a1", "b1", "c1"),
    GOAL_1: ("11", "12", "13"),
    GOAL_2: ("21",),
    GOAL_3: (),
    "activity:12/title": "題",
    "actor:12/city/slots": ("91",),
    "slot:91/status@2019": (),
    "slot:91/departments": (),
    "plan:1/departments": ("d1", "d2"),
}


def kept(values: dict[str, Value], current: dict[str, Value], *, empty_too: bool = False) -> tuple[object, list[str]]:
    found, names = with_kept(values, BASE, current, empty_too=empty_too)
    return found, [key.text for key in names]


def test_what_is_written_in_here_is_not_taken_out_by_a_package() -> None:
    values: dict[str, Value] = {GOAL_1: ("11", "13")}
    assert kept(values, BASE) == (values, [])
    written = {**BASE, "slot:91/status@2019": ("書いた。",)}
    assert kept(values, written) == ({GOAL_1: ("11", "12", "13")}, ["activity:12/title"])


def test_an_office_that_began_from_a_package_takes_nothing_out() -> None:
    added: dict[str, Value] = {GOAL_1: ("14", "13"), "slot:91/status@2019": ()}
    assert kept(added, BASE, empty_too=True)[0] == {**added, GOAL_1: ("11", "12", "14", "13")}
    taken_out_here = {**BASE, GOAL_1: ("13",)}
    assert kept(added, taken_out_here, empty_too=True) == (added, [])


def test_what_stands_in_another_list_now_was_moved_and_not_taken_out() -> None:
    values: dict[str, Value] = {GOAL_1: ("11", "13"), GOAL_2: ("21", "12")}
    assert kept(values, BASE, empty_too=True) == (values, [])


def test_a_department_that_fills_a_slot_here_stays() -> None:
    values: dict[str, Value] = {"plan:1/departments": ("d2",)}
    assert kept(values, BASE) == (values, [])
    used = {**BASE, "slot:91/departments": ("d1",)}
    assert kept(values, used) == ({"plan:1/departments": ("d1", "d2")}, ["department:d1/name"])


def test_what_was_moved_here_too_stays_where_it_is() -> None:
    values: dict[str, Value] = {GOAL_1: ("11", "13"), GOAL_2: ("21", "12")}
    assert without_moved(values, BASE, BASE) == (values, [])
    moved_here: dict[str, Value] = {**BASE, GOAL_1: ("11", "13"), GOAL_3: ("12",)}
    found, names = without_moved(values, BASE, moved_here)
    stays = {GOAL_1: BASE[GOAL_1], GOAL_2: ("21",)}
    assert (found, [key.text for key in names]) == (stays, ["activity:12/title"])
    same_move: dict[str, Value] = {**BASE, GOAL_1: ("11", "13"), GOAL_2: ("21", "12")}
    assert without_moved(values, BASE, same_move) == (values, [])


def test_what_a_sender_added_and_was_moved_here_stays_where_it_is() -> None:
    values: dict[str, Value] = {GOAL_2: ("21", "22")}
    assert without_moved(values, BASE, BASE) == (values, [])
    here: dict[str, Value] = {**BASE, GOAL_3: ("22",)}
    assert without_moved(values, BASE, here)[0] == {GOAL_2: ("21",)}
