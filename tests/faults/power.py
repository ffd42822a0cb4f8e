"""``python -m tests.faults.power SYNCHRONOUS CUTS SEED``: edit a file, and cut the power at CUTS random moments.

What SQLite wrote is recorded once, call by call.  For each cut a disk is built as the machine might find it afterwards:
what was synced is there; of what was not, any part may be, in any order, a write torn between sectors included; a file
whose folder was not synced may be missing, and a deleted one may be back.  SYNCHRONOUS is the setting to edit with:
``extra`` must lose nothing, and the harness must notice that ``off`` does.
"""

from __future__ import annotations

import json
import random
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.flows import NAME, fate_of, state_of, wide_plan
from tests.faults.forking import memory_folder
from tests.faults.shim import OK, Call, listening
from tests.strategies import identifiers
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.storage import connecting
from welfare_desktop.storage.store import Operation

_SECTOR = 512


@dataclass
class _File:
    """One file on a disk that may lose its power: its name is durable or not, and so is each write."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)
    named: bool = False
    deleted: bool = False

    def settle(self) -> None:
        """Make all writes durable."""
        for call in self.pending:
            _perform(self.durable, call)
        self.pending.clear()


def _perform(content: bytearray, call: Call, length: int | None = None) -> None:
    if call.kind == "truncate":
        del content[call.offset :]
        return
    data = call.data if length is None else call.data[:length]
    if len(content) < call.offset:
        content.extend(bytes(call.offset - len(content)))
    content[call.offset : call.offset + len(data)] = data


class Disk:
    """A folder of files, as far as it is on the disk after a number of calls."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {name: _File(bytearray(data), named=True) for name, data in files.items()}

    def take(self, call: Call) -> None:
        """Note one call."""
        if call.kind == "create":
            self.files[call.name] = _File()
            return
        found = self.files[call.name]
        if call.kind == "sync":
            found.settle()
            if not found.named:
                self._sync_folder()
        elif call.kind == "delete":
            found.deleted = True
            if call.synced:
                self._sync_folder()
        else:
            found.pending.append(call)

    def _sync_folder(self) -> None:
        self.files = {name: found for name, found in self.files.items() if not found.deleted}
        for found in self.files.values():
            found.named = True

    def after_the_cut(self, dice: random.Random) -> dict[str, bytes]:
        """Return the files the machine may find when it starts again."""
        left = {}
        for name, found in self.files.items():
            if (found.deleted or not found.named) and dice.random() < 0.5:
                continue
            content = bytearray(found.durable)
            kept = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
            for call in found.pending:
                if dice.random() < kept:
                    torn = dice.random() < 0.2 and len(call.data) > _SECTOR
                    sectors = dice.randrange(len(call.data) // _SECTOR) if torn else 0
                    _perform(content, call, sectors * _SECTOR if torn else None)
            left[name] = bytes(content)
        return left


def cut_power(synchronous: int, cuts: int, dice: random.Random, folder: Path) -> dict[str, int]:
    """Record some edits and cut the power at random moments of them."""
    path = folder / "work" / NAME
    path.parent.mkdir()
    create_from(with_ids(wide_plan(2), identifiers()), path, Operation("new", "作成", "試験")).close()
    start = {str(path): path.read_bytes()}
    states, log = _record(path, synchronous)
    found = {"calls": len(log), **dict.fromkeys(("cut_in_a_write", "taken_back", "lost", "half"), 0)}
    # Right after "saved" was said is the moment a promise is broken most easily.
    saved = [place + 1 for place, call in enumerate(log) if call is None]
    for number in range(cuts):
        moment = dice.choice(saved) if number % 3 == 0 else dice.randrange(len(log) + 1)
        disk, done = Disk(start), 0
        for call in log[:moment]:
            if call is None:
                done += 1
            else:
                disk.take(call)
        image = folder / f"cut{number}" / NAME
        image.parent.mkdir()
        for name, data in disk.after_the_cut(dice).items():
            (image.parent / Path(name).name).write_bytes(data)
        interrupted = connecting.journal_of(image).exists()
        state = fate_of(image)
        found["cut_in_a_write"] += interrupted
        found["taken_back"] += interrupted and state == states[done]
        found["half"] += state not in states
        found["lost"] += state not in states[done : done + 2]
    return found


def _record(path: Path, synchronous: int) -> tuple[list[str | None], list[Call | None]]:
    """Edit ``path``; return its state before, between and after, and all calls with None for "saved" was said."""
    log: list[Call | None] = []
    states = [state_of(path)]

    def note(call: Call) -> int:
        log.append(call)
        return OK

    settings = connecting._SETTINGS
    connecting._SETTINGS = tuple((name, synchronous if name == "synchronous" else value) for name, value in settings)
    try:
        with listening(note), closing(open_file(path, who="試験")) as session:
            for text in ("短い。", "長い。" * 3000, "", "別の。"):
                for address in ("1-1-1/council/status@2018", "1-1-2/city/planned@2019"):
                    session.enter(session.resolve(address), text)
                    log.append(None)
                    states.append(state_of(path))
            session.undo()
            log.append(None)
            states.append(state_of(path))
    finally:
        connecting._SETTINGS = settings
    return states, log


def main() -> None:
    """Run what the command line asks for and print the figures."""
    synchronous = ("off", "normal", "full", "extra").index(sys.argv[1])
    cuts, seed = int(sys.argv[2]), int(sys.argv[3])
    with memory_folder() as folder:
        found = cut_power(synchronous, cuts, random.Random(seed), folder)
    print(json.dumps({"synchronous": sys.argv[1], "cuts": cuts, "seed": seed, **found}))


if __name__ == "__main__":
    main()
