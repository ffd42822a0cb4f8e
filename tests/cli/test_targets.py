"""`targets`: what the window can decide about indicators and results, a script can too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_targets_are_listed_with_their_years(run: Run, db: Path) -> None:
    found = run("targets", "list", "--db", db, "--json").data["targets"]
    assert [(item["address"], item["indicator"], item["target"]) for item in found] == [
        ("1-1-1/council/indicators", 1, 1),
        ("1-1-1/city/indicators", 1, 1),
    ]
    assert found[0]["corrected"] is False and found[1]["corrected"] is True
    assert found[0]["years"] == [
        {
            "year": 2018,
            "value": "2",
            "unit": "回",
            "results": ["講座(2回)"],
            "judgement": "achieved",
            "reason": "",
            "by_hand": False,
        }
    ]
    shown = run("targets", "list", "--db", db, "1-1-1/council/indicators").out
    assert "目標1 毎年 2回" in shown and "平成30年度 2回 達成" in shown and "目標 1 件" in shown


def test_targets_are_corrected_and_read_anew(run: Run, db: Path) -> None:
    where = ("--db", db, "1-1-1/council/indicators", 1)
    targets = json.dumps([{"kind": "by_year", "value": "１,000", "unit": "人", "comparator": "≥", "fiscal_year": "R2"}])
    assert run("targets", "correct", *where, "--targets", targets, "--json").data == {"changed": True}
    (first, _) = run("targets", "list", "--db", db, "--json").data["targets"]
    assert (first["kind"], first["value"], first["fiscal_year"], first["corrected"]) == ("by_year", "1000", 2020, True)
    assert run("get", "--db", db, "1-1-1/council/indicators", "--json").data["lines"] == ["講座 年2回"]
    assert run("targets", "correct", *where, "--as-read", "--json").data == {"changed": True}
    assert run("targets", "correct", *where, "--as-read", "--json").data == {"changed": False}


@pytest.mark.parametrize(
    ("targets", "code", "where"),
    [
        ("nonsense", "W-105", "--targets"),
        ("{}", "W-105", "--targets"),
        ('[{"kind": "often"}]', "W-105", "--targets"),
        ("[1]", "W-105", "--targets"),
        ('[{"kind": "annual", "value": "約5"}]', "W-101", "0.value"),
        ('[{"kind": "by_year", "value": "5", "fiscal_year": 2030}]', "W-150", "0.year"),
    ],
)
def test_targets_that_cannot_be_read_change_nothing(run: Run, db: Path, targets: str, code: str, where: str) -> None:
    before = run("dump", "--db", db).out
    error = run("targets", "correct", "--db", db, "1-1-1/council/indicators", 1, "--targets", targets, "--json").error
    assert (error["code"], error["where"]) == (code, where)
    assert run("dump", "--db", db).out == before


def test_results_are_linked_numbered_and_judged(run: Run, db: Path) -> None:
    where = ("--db", db, "1-1-1/council/results@2018")

    def point() -> dict[str, object]:
        years: list[dict[str, object]] = run("targets", "list", "--db", db, "--json").data["targets"][0]["years"]
        return years[0]

    assert run("targets", "link", *where, "--confirm-all", "--json").data == {"changed": True}
    assert run("targets", "link", *where, "--confirm-all", "--json").data == {"changed": False}
    run("targets", "number", *where, 1, "--value", "１", "--unit", "回")
    assert (point()["value"], point()["judgement"]) == ("1", "missed")
    run("targets", "judge", *where, 1, "--as", "achieved", "--why", "延期分を含む")
    assert (point()["judgement"], point()["reason"], point()["by_hand"]) == ("achieved", "延期分を含む", True)
    run("targets", "judge", *where, 1, "--automatic")
    run("targets", "number", *where, 1, "--as-written")
    assert (point()["value"], point()["judgement"]) == ("2", "achieved")
    run("targets", "link", *where, 1, "--none")
    assert point()["results"] == []
    run("targets", "link", *where, 1, "--indicator", 1)
    assert point()["results"] == ["講座(2回)"]
    assert run("targets", "link", *where, 1, "--undecided", "--json").data == {"changed": True}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("judge", "1-1-1/council/results@2018", 1, "--as", "missed"), "W-145"),
        (("judge", "1-1-1/council/results@2018", 1, "--target", 2, "--automatic"), "W-120"),
        (("judge", "1-1-1/council/indicators", 1, "--automatic"), "W-105"),
        (("judge", "1-1-1/council/results@2030", 1, "--automatic"), "W-150"),
        (("link", "1-1-1/council/results@2018", "--none"), "W-001"),
        (("link", "1-1-1/council/results@2018", 2, "--none"), "W-105"),
        (("link", "1-1-1/council/results@2018", 1, "--indicator", 9), "W-105"),
        (("number", "1-1-1/council/results@2018", 1, "--value", "5人程度"), "W-101"),
        (("number", "1-1-1/council/results@2018", 1, "--value", " "), "W-101"),
        (("list", "1-1-1/title"), "W-120"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, db: Path, arguments: tuple[object, ...], code: str) -> None:
    kind, *rest = arguments
    assert run("targets", kind, "--db", db, *rest, "--json").error["code"] == code
