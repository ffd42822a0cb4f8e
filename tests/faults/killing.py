"""``python -m tests.faults.killing FLOW N SEED``: take a step N times and SIGKILL it at a random moment each time.

Prints one JSON object: how many kills hit, how many found the file before and how many after the step, what was lost.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.faults.flows import NAME, Flow, copies_of, fate_of, flow_named, state_of, states_of, wide_plan
from tests.faults.forking import Acknowledge, Work, memory_folder, run_child
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.model import Entry
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.connecting import journal_of
from welfare_desktop.storage.store import Operation

_PER_FILE = 50


def kill_steps(flow: Flow, times: int, dice: random.Random, folder: Path) -> dict[str, int]:
    """Kill ``flow`` again and again, each time on a fresh copy of what it starts from."""
    template = folder / "template"
    template.mkdir()
    flow.prepare(template)
    states = states_of(flow, _copy(template, folder / "whole"))
    duration_s = _duration_s(flow, template, folder)
    found = dict.fromkeys(("killed", "untouched", "finished", "acknowledged", "journals", "lost", "half"), 0)
    for number in range(times):
        path = _copy(template, folder / f"run{number}")
        ended = run_child(_work(flow, path), kill_after_s=dice.uniform(0, duration_s * 1.2))
        steps = len(ended.acknowledged)
        found["killed"] += ended.killed
        found["acknowledged"] += steps
        found["journals"] += journal_of(path).exists()
        state = fate_of(path)
        for copy in copies_of(path):
            state_of(copy)  # under a name a person would trust there is nothing half
        found["untouched"] += state == states[0]
        found["finished"] += state == states[-1]
        found["half"] += state not in states
        found["lost"] += state not in states[steps : steps + 2]
        shutil.rmtree(path.parent)
    return found


def _work(flow: Flow, path: Path) -> Work:
    def work(acknowledge: Acknowledge) -> None:
        for _ in flow.act(path):
            acknowledge("done")

    return work


def _duration_s(flow: Flow, template: Path, folder: Path) -> float:
    """Return how long ``flow`` takes in a child: the middle one of three runs."""
    durations = []
    for number in range(3):
        path = _copy(template, folder / f"timed{number}")
        began = time.monotonic()
        ended = run_child(_work(flow, path))
        durations.append(time.monotonic() - began)
        assert ended.status == 0, f"{flow.name} does not even work undisturbed"
    return sorted(durations)[1]


def _copy(template: Path, folder: Path) -> Path:
    shutil.copytree(template, folder)
    return folder / NAME


def kill_edits(times: int, dice: random.Random, folder: Path, *, undo: bool) -> dict[str, int]:
    """Kill somebody who edits one field after another (``undo``: and takes edits back and brings them again).

    One file for many of them: what a killed one leaves, the next one goes on from.
    """
    path = folder / NAME
    found = dict.fromkeys(("killed", "acknowledged", "journals", "lost", "half"), 0)
    for number in range(times):
        if number % _PER_FILE == 0:  # its history is read after every kill and must not grow for ever
            path.unlink(missing_ok=True)
            create_from(wide_plan(3), path, Operation("new", "作成", "試験")).close()

        def work(acknowledge: Acknowledge, number: int = number) -> None:
            with closing(open_file(path, who="試験")) as session:
                _edit_for_ever(session, acknowledge, random.Random(number), undo)

        ended = run_child(work, kill_at=dice.randint(0, 6), kill_after_s=dice.uniform(0, 0.03))
        found["killed"] += ended.killed
        found["acknowledged"] += len(ended.acknowledged)
        found["journals"] += journal_of(path).exists()
        with closing(open_file(path)) as session:
            found["half"] += len(session.problems())
            found["lost"] += _lost(session, ended.acknowledged)
    return found


def _edit_for_ever(session: Session, acknowledge: Acknowledge, dice: random.Random, undo: bool) -> None:
    keys = _keys(session)
    while True:
        if undo and dice.random() < 0.5:
            applied = dice.choice((session.undo, session.redo))()
        else:
            text = f"{dice.random()} " * dice.choice((1, 400))
            applied = session.enter(dice.choice(keys), text)
        if applied is not None:
            change = applied.changes[-1]
            assert isinstance(change.after, Entry)
            acknowledge(json.dumps([applied.revisions[-1], change.key.text, list(change.after.lines)]))


def _keys(session: Session) -> list[FieldKey]:
    return [
        session.resolve(f"1-1-{number}/{actor}/status@2018") for number in (1, 2, 3) for actor in ("council", "city")
    ]


def _lost(session: Session, acknowledged: tuple[str, ...]) -> int:
    """Count what was acknowledged and is not there: in the history, and unless edited again since, in the field."""
    history = {row.revision: row.change for row in session.history()}
    newest = {key.text: session.revision(key) for key in _keys(session)}
    lost = 0
    for line in acknowledged:
        revision, key, lines = json.loads(line)
        change = history.get(revision)
        kept = change is not None and change.key.text == key and change.after == Entry(tuple(lines))
        if kept and change is not None and newest[key] == revision:
            kept = session.value(change.key) == change.after
        lost += not kept
    return lost


def main() -> None:
    """Run what the command line asks for and print the figures."""
    name, times, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    dice = random.Random(seed)
    with memory_folder() as folder:
        if name in ("edits", "undos"):
            found = kill_edits(times, dice, folder, undo=name == "undos")
        else:
            found = kill_steps(flow_named(name), times, dice, folder)
    print(json.dumps({"flow": name, "times": times, "seed": seed, **found}))


if __name__ == "__main__":
    main()
