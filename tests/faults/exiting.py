"""``python -m tests.faults.exiting FLOW AT_MOST``: take a step and end the process right before one SQL statement.

Every statement in turn, or a selection of ``AT_MOST`` spread over all of them and close to the end, where the
transaction is committed.  Prints one JSON object with the figures.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

from tests.faults.flows import NAME, Flow, copies_of, fate_of, flow_named, state_of, states_of
from tests.faults.forking import Acknowledge, Work, memory_folder, run_child

#: What a child that ended itself ends with.
CUT = 9


def exit_everywhere(flow: Flow, at_most: int, folder: Path) -> dict[str, int]:
    """End ``flow`` before each of its statements, each time on a fresh copy of what it starts from."""
    template = folder / "template"
    template.mkdir()
    flow.prepare(template)
    states = states_of(flow, _copy(template, folder / "whole"))
    statements = _count(flow, _copy(template, folder / "counted"))
    found = {"statements": statements, **dict.fromkeys(("cut", "untouched", "finished", "lost", "half"), 0)}
    for number in selected(statements, at_most):
        path = _copy(template, folder / f"run{number}")
        ended = run_child(_cut_off(flow, path, number))
        steps = len(ended.acknowledged)
        state = fate_of(path)
        for copy in copies_of(path):
            state_of(copy)  # under a name a person would trust there is nothing half
        found["cut"] += ended.status == CUT
        found["untouched"] += state == states[0]
        found["finished"] += state == states[-1]
        found["half"] += state not in states
        found["lost"] += state not in states[steps : steps + 2]
        shutil.rmtree(path.parent)
    return found


def selected(count: int, at_most: int) -> list[int]:
    """Return up to ``at_most`` of the points 1 to ``count``: the last twelve, and others evenly spread."""
    if count <= at_most:
        return list(range(1, count + 1))
    last = list(range(count - 11, count + 1))
    spread = [1 + index * (count - 13) // max(1, at_most - 13) for index in range(at_most - 12)]
    return sorted({*spread, *last})


def _copy(template: Path, folder: Path) -> Path:
    shutil.copytree(template, folder)
    return folder / NAME


def _count(flow: Flow, path: Path) -> int:
    def work(acknowledge: Acknowledge) -> None:
        counter = _Counter(0)
        for _ in flow.act(path):
            pass
        acknowledge(str(counter.count))

    return int(run_child(work).acknowledged[0])


def _cut_off(flow: Flow, path: Path, number: int) -> Work:
    def work(acknowledge: Acknowledge) -> None:
        _Counter(number)
        for _ in flow.act(path):
            acknowledge("done")

    return work


class _Counter:
    """Counts the statements of all connections this process opens from now on, and ends it before one of them."""

    def __init__(self, end_before: int) -> None:
        self.count = 0
        self._end_before = end_before
        self._connect = sqlite3.connect
        sqlite3.connect = self._connect_counted  # type: ignore[assignment]

    def _connect_counted(self, *arguments: Any, **settings: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._connect(*arguments, **settings)
        connection.set_trace_callback(self._before)
        return connection

    def _before(self, _statement: str) -> None:
        self.count += 1
        if self.count == self._end_before:
            os._exit(CUT)


def main() -> None:
    """Run what the command line asks for and print the figures."""
    name, at_most = sys.argv[1], int(sys.argv[2])
    with memory_folder() as folder:
        found = exit_everywhere(flow_named(name), at_most, folder)
    print(json.dumps({"flow": name, **found}))


if __name__ == "__main__":
    main()
