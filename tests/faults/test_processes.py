"""Programs that are killed, cut off, starved of disk or in each other's way: what was acknowledged is there, whole.

Each prints its figure.  ``WELFARE_FAULTS=20`` runs twenty times as many as fit a build: a thousand kills instead of 50.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from typing import Any

import pytest

from tests.faults.flows import FLOWS
from tests.unprivileged import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="built on fork and signals; the store is the same")

NAMES = [flow.name for flow in FLOWS]
#: Flows of several steps with copies in between: a build has time for fewer of them.
LONG = ("year-end", "replace")


def times(in_a_build: int) -> int:
    """How often: as often as fits a build, times what was asked for."""
    return in_a_build * int(os.environ.get("WELFARE_FAULTS", "1"))


def figures(module: str, *arguments: object) -> dict[str, Any]:
    """Run a fault in a process of its own, print what it found and return it."""
    command = [sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    print(ran.stdout.strip())
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def seed() -> int:
    """Another one every time; it stands among the figures."""
    return random.randrange(10**6)


class TestKilled:
    @pytest.mark.parametrize("flow", ["edits", "undos"])
    def test_at_work_loses_no_acknowledged_edit(self, flow: str) -> None:
        found = figures("killing", flow, times(50), seed())
        assert found["killed"] == found["times"]
        assert found["acknowledged"] > found["times"]
        assert (found["lost"], found["half"]) == (0, 0), found

    @pytest.mark.parametrize("flow", NAMES)
    def test_in_a_step_leaves_it_done_or_not_begun(self, flow: str) -> None:
        found = figures("killing", flow, times(20 if flow in LONG else 50), seed())
        assert found["killed"] > found["times"] // 5
        assert (found["lost"], found["half"]) == (0, 0), found

    @pytest.mark.parametrize("flow", ["lie", "bypass"])
    def test_this_would_be_noticed(self, flow: str) -> None:
        """A step that says it is done before it is, and one that writes beside the one door."""
        assert figures("killing", flow, 20, 1)["lost"] > 0
        assert figures("exiting", flow, 15)["lost"] > 0


class TestCutOffAtEveryStatement:
    @pytest.mark.parametrize("flow", NAMES)
    def test_leaves_it_done_or_not_begun(self, flow: str) -> None:
        points = times(15 if flow in LONG else 30)
        found = figures("exiting", flow, points)
        assert found["cut"] == min(found["statements"], points)
        assert (found["lost"], found["half"]) == (0, 0), found


class TestPowerCut:
    def test_loses_nothing_that_was_acknowledged(self) -> None:
        found = figures("power", "extra", times(100), seed())
        assert found["cut_in_a_write"] > found["cuts"] // 5
        assert (found["lost"], found["half"]) == (0, 0), found

    def test_this_would_be_noticed(self) -> None:
        assert figures("power", "off", 40, 1)["half"] > 0

    def test_the_folder_has_to_be_synced_too(self) -> None:
        """Why EXTRA and not FULL: a journal whose deletion was not synced is back, and takes the edit back."""
        assert figures("power", "full", 100, 1)["lost"] > 0


class TestDiskThatFails:
    @pytest.mark.parametrize("kind", ["full", "error"])
    def test_at_any_call_is_told_loses_nothing_and_the_session_goes_on(self, kind: str) -> None:
        found = figures("failing", kind, times(40))
        assert found["failed"] == found["told"] > 0
        names = ("lost", "half", "stuck", "not_told_well", "done_all_the_same")
        assert {name: found[name] for name in names} == dict.fromkeys(names, 0)


class TestTwoWriters:
    def test_lose_nothing(self) -> None:
        found = figures("writing", "guarded", times(60))
        assert found == {
            "writers": "guarded",
            "edits": found["edits"],
            "lost": 0,
            "in_history": found["edits"],
            "problems": 0,
        }

    def test_without_the_guard_would(self) -> None:
        assert figures("writing", "unguarded", 60)["lost"] > 0
