"""``python -m tests.faults.writing GUARD N``: two processes count one field up, N times each, at the same time.

GUARD ``guarded`` makes every edit conditional on the text it started from and starts again when it lost the race;
``unguarded`` writes its result over whatever stands there by then, as a careless program would.
"""

from __future__ import annotations

import json
import os
import random
import sys
from contextlib import closing
from pathlib import Path

from tests.faults.flows import NAME, wide_plan
from tests.faults.forking import memory_folder
from welfare_desktop.domain.errors import EditConflict
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.model import Entry
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.store import Operation

ADDRESS = "1-1-1/council/status@2018"


def hammer(times: int, folder: Path, *, guarded: bool) -> dict[str, int]:
    """Let two processes count and return how far they came."""
    path = folder / NAME
    create_from(wide_plan(1), path, Operation("new", "作成", "試験")).close()
    with closing(open_file(path)) as session:
        session.enter(session.resolve(ADDRESS), "0")
    children = [_start(path, times, guarded, seed) for seed in range(2)]
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert statuses == [0, 0]
    with closing(open_file(path)) as session:
        key = session.resolve(ADDRESS)
        counted = _number(session, key)
        edits = [row for row in session.history(key) if row.who != "試験"]
        return {
            "edits": 2 * times,
            "lost": 2 * times - counted,
            "in_history": sum(row.who in ("0", "1") for row in edits),
            "problems": len(session.problems()),
        }


def _start(path: Path, times: int, guarded: bool, seed: int) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        _count_up(path, times, guarded, random.Random(seed), str(seed))
        status = 0
    finally:
        os._exit(status)


def _count_up(path: Path, times: int, guarded: bool, dice: random.Random, who: str) -> None:
    with closing(open_file(path, who=who)) as session:
        key = session.resolve(ADDRESS)
        done = 0
        while done < times:
            seen = session.value(key)
            after = Entry((str(_number(session, key, seen) + 1),))
            for _ in range(dice.randrange(40_000)):  # somebody thinks before typing
                pass
            try:
                session.edit(key, after, before=seen if guarded else None)
            except EditConflict:
                continue
            done += 1


def _number(session: Session, key: FieldKey, value: object = None) -> int:
    found = session.value(key) if value is None else value
    assert isinstance(found, Entry)
    return int(found.lines[0])


def main() -> None:
    """Run what the command line asks for and print the figures."""
    guarded, times = sys.argv[1] == "guarded", int(sys.argv[2])
    with memory_folder() as folder:
        print(json.dumps({"writers": sys.argv[1], **hammer(times, folder, guarded=guarded)}))


if __name__ == "__main__":
    main()
