"""The structure on the command line: the same verbs as in the window, the same refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


def titles(run: Run, db: Path) -> list[str]:
    goals = run("dump", "--db", db).data["basic_goals"]
    return [
        f"{basic['number']}-{goal['number']}-{activity['number']} {activity['title']}"
        for basic in goals
        for goal in basic["activity_goals"]
        for activity in goal["activities"]
    ]


def test_a_plan_from_nothing(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "新しい計画.welfare"
    made = run("new", db, "--empty", "架空町計画", "--first-year", "Ｒ６", "--last-year", "令和10", "--json")
    assert made.status == 0 and made.data["counts"]["activities"] == 0
    assert run("structure", "add", "--db", db, "plan", "しくみ", "--json").data["path"] == "1"
    assert run("structure", "add", "--db", db, "1", "体制", "--json").data["path"] == "1-1"
    assert run("structure", "add", "--db", db, "1-1", "窓口", "--json").data["path"] == "1-1-1"
    first = run("structure", "add", "--db", db, "1-1", "最初", "--at", "1", "--json")
    assert first.data == {"path": "1-1-1", "title": "最初", "reported_from": None, "retired_from": None}
    assert titles(run, db) == ["1-1-1 最初", "1-1-2 窓口"]
    moved = run("structure", "move", "--db", db, "1-1-2", "--at", "1", "--json")
    assert moved.data["path"] == "1-1-1"
    renamed = run("structure", "rename", "--db", db, "1-1-1", "相談窓口", "--json")
    assert renamed.data["title"] == "相談窓口"
    assert run("set", "--db", db, "1-1-1/city/status@2024", "開いた。").status == 0
    assert run("structure", "remove", "--db", db, "1-1-1", "--json").error["code"] == "W-124"
    assert run("structure", "remove", "--db", db, "1-1-2").status == 0
    assert run("structure", "retire", "--db", db, "1-1-1", "--from", "2026", "--json").data["retired_from"] == 2026
    assert run("structure", "retire", "--db", db, "1-1-1", "--back", "--json").data["retired_from"] is None
    later = run("structure", "add", "--db", db, "1-1", "途中から", "--from", "2026", "--json").data
    assert (later["path"], later["reported_from"]) == ("1-1-2", 2026)
    assert run("structure", "begin", "--db", db, "1-1-2", "--from", "2025", "--json").data["reported_from"] == 2025
    assert run("export", "official", "--db", db, "--year", "2024", tmp_path / "報告.xlsx").status == 0
    assert run("check", "--db", db, "--year", "2024").status in (0, 1)
    assert run("verify", "--db", db).status == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "1-1-1", "x"), "W-128"),
        (("add", "9", "x"), "W-122"),
        (("add", "plan", " "), "W-110"),
        (("rename", "1", "　"), "W-110"),
        (("move", "1-1-1", "--below", "1"), "W-129"),
        (("move", "1", "--below", "1"), "W-129"),
        (("retire", "1-1-1", "--from", "2050"), "W-150"),
        (("begin", "1-1-1", "--from", "2050"), "W-150"),
        (("remove", "1"), "W-124"),
        (("plan", "--last-year", "いつか"), "W-101"),
        (("plan", "--first-year", "2020"), "W-127"),
        (("department", "ない課", "--remove"), "W-166"),
        (("department", "地域福祉課", "--add"), "W-143"),
        (("department", "地域福祉課", "--remove"), "W-125"),
        (("department", "地域福祉課", "--rename", "x"), "W-001"),
    ],
)
def test_refusals_change_nothing(run: Run, db: Path, arguments: tuple[str, ...], code: str) -> None:
    before = run("dump", "--db", db).out
    ran = run("structure", arguments[0], "--db", db, *arguments[1:], "--json")
    assert ran.status == 2 and ran.error["code"] == code
    assert run("dump", "--db", db).out == before


def test_departments_plan_and_numbers(run: Run, db: Path) -> None:
    assert run("structure", "department", "--db", db, "防災課", "--add").status == 0
    ran = run("structure", "department", "--db", db, "地域福祉課", "--rename", "福祉総務課", "--from", "2020", "--json")
    assert ran.data == {"name": "福祉総務課", "former": "地域福祉課"}
    assert run("structure", "department", "--db", db, "防災課", "--remove").status == 0
    plan = run("structure", "plan", "--db", db, "--title", "別の名称", "--last-year", "R6", "--json")
    assert plan.data == {"title": "別の名称", "vision": "理念の文", "first_year": 2018, "last_year": 2024}
    assert run("structure", "renumber", "--db", db, "1-1").status == 0


def test_the_next_period_from_a_plan_file(run: Run, db: Path, tmp_path: Path) -> None:
    target = tmp_path / "次.toml"
    assert run("export", "plan", "--db", db, target, "--next").status == 0
    assert run("export", "plan", "--db", db, target, "--json").error["code"].startswith("W-32")
    assert run("new", tmp_path / "次.welfare", "--plan", target).status == 0
    assert titles(run, tmp_path / "次.welfare") == titles(run, db)


def test_three_ways_to_make_a_file_exclude_each_other(run: Run, tmp_path: Path) -> None:
    ran = run("new", tmp_path / "x.welfare", "--empty", "名称", "--plan", "p.toml", "--json")
    assert ran.error["code"] == "W-001"
    assert run("new", tmp_path / "x.welfare", "--empty", "名称", "--json").error["code"] == "W-101"
    assert list(tmp_path.iterdir()) == []
