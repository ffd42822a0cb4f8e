"""``status`` says what the overview shows, ``state`` declares a department's part, ``print overview`` prints it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.overview import figures_of

OWNER = "地域福祉課"


def test_status_is_what_the_overview_shows(run: Run, db: Path) -> None:
    data = run("status", "--db", db, "--year", "2018", "--json").data
    session = open_file(db, read_only=True)
    view = figures_of(session, 2018).view()
    session.close()
    assert data["total"]["blank"] == view.fill.blank
    assert [(item["name"], item["entered"], item["expected"]) for item in data["departments"]] == [
        (row.name, row.fill.entered, row.fill.expected) for row in view.rows
    ]
    assert [item["targets"] for item in data["goals"]] == [
        {judgement.value: count for judgement, count in bar.counts.items()} for bar in view.bars
    ]
    cells = {item["name"]: item["goals"] for item in data["departments"]}
    assert cells[OWNER]["1-1"]["expected"] == view.rows[1].fills[0].expected


def test_state_declares_and_takes_back(run: Run, db: Path) -> None:
    left = run("state", "--db", db, "--year", "2018", OWNER, "--complete", "--json")
    assert left.status == 1
    assert left.data["state"] == "complete"
    assert left.data["blank"] > 0
    states = {item["name"]: item for item in run("status", "--db", db, "--year", "2018", "--json").data["departments"]}
    assert (states[OWNER]["state"], states[OWNER]["declared"]) == ("complete", True)
    assert run("state", "--db", db, "--year", "2018", OWNER, "--closed").status == 1
    refused = run("set", "--db", db, "1-1-1/city/status@2018", "書けない。")
    assert refused.status == 2
    assert "W-169" in refused.err
    assert run("state", "--db", db, "--year", "2018", OWNER, "--reopen").status == 2
    assert run("state", "--db", db, "--year", "2018", OWNER, "--reopen", "--reason", "訂正").status == 0
    assert run("set", "--db", db, "1-1-1/city/status@2018", "書ける。").status == 0


def test_state_refuses_what_it_cannot_do(run: Run, db: Path) -> None:
    for arguments in (("ない課", "--complete"), ("未割当", "--closed")):
        assert run("state", "--db", db, "--year", "2018", *arguments).status == 2
    assert run("state", "--db", db, "--year", "1999", OWNER, "--complete").status == 2
    assert run("state", "--db", db, "--year", "2018", OWNER).status == 2


def test_print_overview(run: Run, db: Path, tmp_path: Path) -> None:
    target = tmp_path / "一覧.pdf"
    ran = run("print", "overview", "--db", db, "--year", "2018", target, "--goal", "1-1", "--json")
    assert ran.status == 0
    assert ran.data["pages"] == 1
    assert target.read_bytes().startswith(b"%PDF")
    assert run("print", "overview", "--db", db, "--year", "2018", tmp_path / "b.pdf", "--goal", "9").status == 2
    assert not (tmp_path / "b.pdf").exists()
