"""Child processes that can be killed at any moment, made fast by forking a process that has imported everything.

Only for a process of its own without threads (``python -m tests.faults.…``), never inside the test runner.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Sends one line to the process that watches; what was sent was acknowledged.
Acknowledge = Callable[[str], None]
Work = Callable[[Acknowledge], None]


@dataclass(frozen=True)
class Ended:
    """How a child ended: what it acknowledged, its exit status, and whether it was killed."""

    acknowledged: tuple[str, ...]
    status: int
    killed: bool


@contextmanager
def memory_folder() -> Iterator[Path]:
    """Yield a folder for one run, in memory where there is such a place.

    A killed process leaves what it wrote to the system, synced or not, so a disk would only make the run slower.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def run_child(work: Work, *, kill_after_s: float | None = None, kill_at: int | None = None) -> Ended:
    """Run ``work`` in a child; SIGKILL it after some time, or some time after its ``kill_at``-th acknowledgement."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(work, reading, writing)
    os.close(writing)
    received = b""
    deadline = None if kill_after_s is None or kill_at is not None else time.monotonic() + kill_after_s
    killed = False
    while True:
        wait_s = None if deadline is None or killed else max(0.0, deadline - time.monotonic())
        if not select.select([reading], [], [], wait_s)[0]:
            os.kill(child, signal.SIGKILL)
            killed = True
            continue
        data = os.read(reading, 65536)
        if not data:
            break
        received += data
        if deadline is None and kill_at is not None and received.count(b"\n") >= kill_at:
            deadline = time.monotonic() + (kill_after_s or 0.0)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    lines = received.decode("utf-8").split("\n")
    return Ended(tuple(lines[:-1]), os.waitstatus_to_exitcode(status), killed)


def _be_the_child(work: Work, reading: int, writing: int) -> None:
    """Never returns: a child that went on would run the rest of its parent's program too."""
    status = 1
    try:
        os.close(reading)

        def acknowledge(line: str) -> None:
            os.write(writing, (line + "\n").encode("utf-8"))

        work(acknowledge)
        status = 0
    except BaseException as error:  # noqa: BLE001 - told, and judged by the status
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)
