"""Lists of goals, activities, slots and departments that come in with a package."""

from __future__ import annotations

from welfare_desktop.domain.merging.children import standing_in, straightened, taken_in, with_kept, without_moved
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


def test_what_goes_to_a_goal_that_is_no_longer_here_stays_and_so_does_its_old_place() -> None:
    values: dict[str, Value] = {GOAL_1: ("11", "13"), GOAL_2: ("21", "12", "22")}
    here: dict[str, Value] = {**BASE, "basic_goal:e1/activity_goals": ("a1", "c1")}
    found, names = without_moved(values, BASE, here)
    assert found == {GOAL_1: BASE[GOAL_1], GOAL_2: ("21", "22")}
    assert [key.text for key in names] == ["activity:12/title"]
    assert "22" not in standing_in(here, found, BASE)
    assert "22" in standing_in(BASE, found, BASE)


def test_what_a_package_lists_as_it_did_is_not_brought_by_it() -> None:
    gone: dict[str, Value] = {**BASE, "plan:1/departments": ("d2",)}
    listed: dict[str, Value] = {"plan:1/departments": ("d2", "d1", "d3")}
    assert standing_in(gone, listed, BASE) >= {"d2", "d3"}
    assert "d1" not in standing_in(gone, listed, BASE)


def test_what_stands_elsewhere_here_does_not_come_back_with_a_list_that_names_it() -> None:
    """The move of another office lost; its package names the thing where it was, and the next one is looked at."""
    moved_here: dict[str, Value] = {**BASE, GOAL_1: ("11", "13"), GOAL_3: ("12",)}
    after = taken_in(moved_here, {GOAL_1: ("12", "11", "13"), GOAL_2: ()}, BASE)
    assert [after[name] for name in (GOAL_1, GOAL_2, GOAL_3)] == [("11", "13"), (), ("12",)]
    brought = taken_in(moved_here, {GOAL_1: ("11", "12", "13", "21"), GOAL_2: ()}, BASE)
    assert [brought[name] for name in (GOAL_1, GOAL_2, GOAL_3)] == [("11", "13", "21"), (), ("12",)]


def test_everything_stands_in_one_list_and_what_is_written_in_in_some() -> None:
    written: dict[str, Value] = {**BASE, "slot:91/status@2019": ("書いた。",)}
    assert straightened({GOAL_1: ("11", "12", "13"), GOAL_2: ("21", "12")}, written) == {GOAL_2: ("21",)}
    assert straightened({GOAL_1: ("13",)}, written) == {GOAL_1: ("12", "13")}
    assert straightened({GOAL_1: ("13",)}, BASE) == {}
    assert straightened({GOAL_1: ("13",)}, BASE, own_name=lambda key: key.owner_id == "12") == {GOAL_1: ("12", "13")}
    goal: dict[str, Value] = {"basic_goal:e1/activity_goals": ("b1", "c1"), GOAL_1: ()}
    found = straightened(goal, written)
    assert found == {"basic_goal:e1/activity_goals": ("a1", "b1", "c1"), GOAL_1: ("12",)}
