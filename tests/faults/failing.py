"""``python -m tests.faults.failing KIND AT_MOST``: edit a file while one call to the disk after the other fails.

KIND is ``full`` (no space) or ``error`` (the device fails), each once and from then on.  Whatever call fails: what was
acknowledged is there, what was not is not half there, the error is one that says what to do, and the same session goes
on once the disk is well again.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from tests.faults.exiting import selected
from tests.faults.flows import NAME, fate_of, wide_plan
from tests.faults.forking import memory_folder
from tests.faults.shim import OK, Call, listening
from tests.strategies import identifiers
from welfare_desktop.domain.errors import StoreError
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Entry
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.store import Operation

_CODES = {"full": sqlite3.SQLITE_FULL, "error": sqlite3.SQLITE_IOERR_WRITE}


class FailingDisk:
    """Fails the ``fail_at``-th call (0: none), and every later one too if it ``stays`` broken, until it is mended."""

    def __init__(self, code: int, fail_at: int, *, stays: bool) -> None:
        self.code = code
        self.fail_at = fail_at
        self.stays = stays
        self.calls = 0
        self.failed = 0

    def __call__(self, _call: Call) -> int:
        """Hear of one call."""
        self.calls += 1
        if self.fail_at and (self.calls == self.fail_at or (self.stays and self.calls > self.fail_at)):
            self.failed += 1
            return self.code
        return OK

    def mend(self) -> None:
        """Fail no more."""
        self.fail_at = 0


def fail_everywhere(kind: str, at_most: int, folder: Path) -> dict[str, int]:
    """Let each call fail, once and from then on."""
    template = folder / "template"
    template.mkdir()
    create_from(with_ids(wide_plan(2), identifiers()), template / NAME, Operation("new", "作成", "試験")).close()
    undisturbed = FailingDisk(OK, 0, stays=False)
    _edit_on(undisturbed, template, folder / "undisturbed")
    names = ("failed", "told", "done_all_the_same", "lost", "half", "stuck", "not_told_well")
    found = {"calls": undisturbed.calls, **dict.fromkeys(names, 0)}
    for number in selected(undisturbed.calls, at_most):
        for stays in (False, True):
            run = folder / f"run{number}{stays}"
            for name, count in _edit_on(FailingDisk(_CODES[kind], number, stays=stays), template, run).items():
                found[name] += count
            shutil.rmtree(run)
    return found


def _edit_on(disk: FailingDisk, template: Path, folder: Path) -> dict[str, int]:
    """Edit on ``disk`` until it fails and once more when it is mended; return what came of it."""
    shutil.copytree(template, folder)
    path = folder / NAME
    found = dict.fromkeys(("failed", "told", "done_all_the_same", "lost", "half", "stuck", "not_told_well"), 0)
    with listening(disk), closing(open_file(path, who="試験")) as session:
        disk.calls = 0
        key = session.resolve("1-1-1/council/status@2018")
        other = session.resolve("1-1-2/city/planned@2019")
        acknowledged: list[tuple[FieldKey, tuple[str, ...]]] = []
        for target, text in ((key, "短い。"), (other, "長い。" * 3000), (key, ""), (other, "終わり。")):
            try:
                session.enter(target, text)
                acknowledged.append((target, (text,) if text else ()))
            except StoreError as error:
                found["told"] += 1
                found["not_told_well"] += not (error.next_step and error.code in ("W-201", "W-204"))
                break
        found["failed"] = int(disk.failed > 0)
        found["done_all_the_same"] = int(disk.failed > 0 and not found["told"])
        disk.mend()
        found["lost"] += _lost(session, acknowledged)
        found["half"] += len(session.problems())
        try:
            session.enter(key, "また書ける。")
            acknowledged.append((key, ("また書ける。",)))
        except StoreError:
            found["stuck"] += 1
        found["lost"] += _lost(session, acknowledged)
    found["half"] += (fate_of(path) or "half").startswith("half")
    return found


def _lost(session: Session, acknowledged: list[tuple[FieldKey, tuple[str, ...]]]) -> int:
    last = dict(acknowledged)
    return sum(session.value(key) != Entry(lines) for key, lines in last.items())


def main() -> None:
    """Run what the command line asks for and print the figures."""
    kind, at_most = sys.argv[1], int(sys.argv[2])
    with memory_folder() as folder:
        found = fail_everywhere(kind, at_most, folder)
    print(json.dumps({"kind": kind, **found}))


if __name__ == "__main__":
    main()
