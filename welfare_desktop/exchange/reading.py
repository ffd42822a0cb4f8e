"""What every reader of a report hands over: the plan, the year it reports, and what was doubtful on the way.

A reader never asks and never drops: it decides, says in a :class:`ReadingWarning` what it decided and where, and
leaves the rest to a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from welfare_desktop.domain.model import Plan


@dataclass(frozen=True, slots=True)
class ReadingWarning:
    """One doubtful decision.

    ``code`` is stable (``R-301``); ``message`` says in Japanese what was doubtful and what was done; ``line`` is the
    1-based line of a text source, ``cell`` the ``sheet!A1`` place of a workbook; both None where the whole file is
    meant.
    """

    code: str
    message: str
    line: int | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as it was read.

    ``plan`` has empty identifiers; ``year`` is the fiscal year whose status it reports (planned work is of
    ``year + 1``); ``lines`` counts the lines of text, without layout, that went into fields.
    """

    plan: Plan
    year: int
    warnings: tuple[ReadingWarning, ...] = ()
    lines: int = 0
