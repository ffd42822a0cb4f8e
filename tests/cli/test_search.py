"""Searching and replacing from the command line; rules that were stopped in the window."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from welfare_desktop.operations.checking import check_year, stop_rule
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.year_work import close_year

_STATUS = "1-1-1/council/status@2018"
_LATER = "1-1-1/council/status@2019"


@pytest.fixture
def filled(run: Run, db: Path) -> Path:
    run("set", "--db", db, _STATUS, "ふれあいｻﾛﾝを開いた。")
    run("set", "--db", db, _LATER, "サロンを開いた。")
    return db


def test_any_word_or_all(run: Run, filled: Path) -> None:
    every = run("search", "--db", filled, "ふれあい サロン", "--json").data["hits"]
    some = run("search", "--db", filled, "ふれあい サロン", "--any", "--json").data["hits"]
    assert {hit["address"] for hit in every} == {_STATUS}
    assert {hit["address"] for hit in some} == {_STATUS, _LATER}


def test_replacing_is_shown_without_writing(run: Run, filled: Path) -> None:
    before = run("dump", "--db", filled).out
    ran = run("search", "--db", filled, "サロン", "--replace", "つどい", "--dry-run", "--json")
    assert ran.status == 0
    assert [item["after"] for item in ran.data["replaced"]] == ["ふれあいつどいを開いた。", "つどいを開いた。"]
    assert ran.data["backup"] is None
    assert run("dump", "--db", filled).out == before


def test_replacing_makes_a_copy_first(run: Run, filled: Path) -> None:
    ran = run("search", "--db", filled, "サロン", "--replace", "つどい", "--json")
    assert Path(ran.data["backup"]).is_file()
    assert run("get", "--db", filled, _STATUS).out == "ふれあいつどいを開いた。\n"
    assert run("verify", "--db", filled).status == 0


def test_exactly_what_was_typed(run: Run, filled: Path) -> None:
    ran = run("search", "--db", filled, "サロン", "--replace", "つどい", "--exact", "--json")
    assert [item["address"] for item in ran.data["replaced"]] == [_LATER]


def test_a_closed_year_is_left_for_a_person(run: Run, filled: Path) -> None:
    with closing(open_file(filled, who="試験")) as session:
        close_year(session, 2018)
    ran = run("search", "--db", filled, "サロン", "--replace", "つどい", "--json")
    assert ran.status == 1
    assert [item["address"] for item in ran.data["left"]] == [_STATUS]
    assert run("get", "--db", filled, _LATER).out == "つどいを開いた。\n"


def test_nothing_to_replace_is_said(run: Run, filled: Path) -> None:
    ran = run("search", "--db", filled, "ありえないことば", "--replace", "x")
    assert ran.status == 0
    assert "何も変わっていません" in ran.out


def test_stopped_rules_are_left_out_of_check(run: Run, filled: Path) -> None:
    with closing(open_file(filled, who="試験")) as session:
        rule = check_year(session, 2018).findings[0].rule
        stop_rule(session, rule)
    data = run("check", "--db", filled, "--year", "2018", "--json").data
    assert rule not in {item["rule"] for item in data["findings"]}
    assert data["stopped_rules"] == [rule]
    everything = run("check", "--db", filled, "--year", "2018", "--all-rules", "--json").data
    assert rule in {item["rule"] for item in everything["findings"]}
