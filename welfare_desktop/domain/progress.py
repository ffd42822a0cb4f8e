"""How a long job says how far it is, and how a person stops it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told between the steps of a long job, on the thread that does the job; it touches no widget itself."""

    def step(self, done: int, total: int, label: str) -> None:
        """Take note that ``done`` of ``total`` steps are behind; ``label`` (Japanese) names the next one.

        ``total`` may grow while the job finds out more.  Raises ``domain.errors.Cancelled`` to stop the job, which
        then leaves nothing half done.
        """


class Unwatched:
    """The progress nobody looks at."""

    def step(self, done: int, total: int, label: str) -> None:
        """Go on."""
