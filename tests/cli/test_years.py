"""``rollover``, ``confirm``, ``close`` and ``unlock``: everything the window's dialogs of the year do."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

STATUS = "1-1-1/council/status@2019"


def test_rollover_turns_the_plan_and_closes_the_year_before(run: Run, db: Path) -> None:
    data = run("rollover", "--db", db, "--to", 2019, "--draft-status", "--close", "--json").data
    assert data["draft_fields"][0] == {"address": STATUS, "lines": ["開いた。"]}
    assert run("get", "--db", db, STATUS, "--json").data["state"] == "draft"
    error = run("set", "--db", db, "1-1-1/council/status@2018", "あとから", "--json").error
    assert error["code"] == "W-160"


def test_rollover_takes_the_plan_word_for_word(run: Run, db: Path) -> None:
    run("rollover", "--db", db, "--to", 2019, "--as-planned")
    assert run("get", "--db", db, STATUS).out == "開く。\n"


def test_only_one_style_at_a_time(run: Run, db: Path) -> None:
    before = db.read_bytes()
    error = run("rollover", "--db", db, "--to", 2019, "--as-planned", "--draft-status", "--json").error
    assert error["next"]
    assert db.read_bytes() == before


def test_rollover_twice_says_that_nothing_changed(run: Run, db: Path) -> None:
    run("rollover", "--db", db, "--to", 2019, "--draft-status", "--close")
    assert "何も変わっていません" in run("rollover", "--db", db, "--to", 2019, "--draft-status", "--close").out


def test_a_year_outside_the_plan_is_refused(run: Run, db: Path) -> None:
    for year in (2017, 2023):
        assert run("rollover", "--db", db, "--to", year, "--json").error["code"] == "W-150"


def test_drafts_are_confirmed_one_by_one_or_all(run: Run, db: Path) -> None:
    run("rollover", "--db", db, "--to", 2019, "--draft-status")
    one = run("confirm", "--db", db, "--year", 2019, STATUS, "1-1-2/council/status@2019", "--json")
    assert one.status == 1
    assert one.data == {"year": 2019, "confirmed": [STATUS], "no_draft": ["1-1-2/council/status@2019"], "left": 1}
    assert run("confirm", "--db", db, "--year", 2019, "--json").data["confirmed"] == ["1-1-1/city/status@2019"]
    assert run("confirm", "--db", db, "--year", 2019, "--json").data["confirmed"] == []
    assert run("confirm", "--db", db, "--year", 1999, "--json").error["code"] == "W-150"


def test_a_year_is_closed_and_opened_again_with_a_reason(run: Run, db: Path) -> None:
    closed = run("close", "--db", db, "--year", 2018, "--strict", "--json")
    assert closed.status == 1
    assert closed.data == {
        "year": 2018,
        "closed": True,
        "changed": True,
        "left": {"blank": 6, "draft": 1, "conflicts": 0},
    }
    assert not run("close", "--db", db, "--year", 2018, "--json").data["changed"]
    assert run("unlock", "--db", db, "--year", 2018, "--reason", " ", "--json").error["code"] == "W-162"
    assert run("unlock", "--db", db, "--year", 2018, "--reason", "誤字", "--json").data["changed"]
    changes = run("history", "--db", db, "--json").data["changes"]
    assert changes[0]["why"] == "誤字"
    assert "何も変わっていません" in run("unlock", "--db", db, "--year", 2018, "--reason", "もう一度").out
