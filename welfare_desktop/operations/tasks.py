"""Long work as a value: prepared from a snapshot, run on any thread, and finished where the data file is open.

Preparing reads the open file; running touches neither it nor any widget; finishing records what was done.  The command
line does the three one after another, the window runs the middle one in the background.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from welfare_desktop.domain.progress import Progress, Unwatched

from .session import Session


@dataclass(frozen=True, slots=True)
class Written:
    """Files that were written, how many pages they hold in all (0 where pages mean nothing), and what to tell."""

    files: tuple[Path, ...]
    pages: int = 0
    notes: tuple[str, ...] = ()


def _nothing_to_record(_session: Session) -> None:
    """Finish a task that leaves no trace in the data file."""


@dataclass(frozen=True, slots=True)
class Task:
    """Writing files: ``run`` does it, ``finish`` records it.  ``title`` says in Japanese what is going on."""

    title: str
    run: Callable[[Progress], Written]
    finish: Callable[[Session], None] = _nothing_to_record


def perform(session: Session, task: Task, progress: Progress | None = None) -> Written:
    """Run a task to its end on this thread."""
    written = task.run(progress or Unwatched())
    task.finish(session)
    return written
