"""Which reports of closed (確定) years a change of the plan's structure alters.

What is written per year is locked outright.  Titles, numbers, the order of things, who answers a slot, the plan book's
measures, roles and indicators belong to no year: a closed year's report that is made once more would say something else
than the one that was handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .fields import Change, FieldKey, Owner, lines_of
from .model import in_use

_PRINTED = {
    Owner.PLAN: frozenset({"title", "vision", "basic_goals"}),
    Owner.BASIC_GOAL: frozenset({"title", "number", "activity_goals"}),
    Owner.ACTIVITY_GOAL: frozenset({"title", "number", "activities"}),
    Owner.ACTIVITY: frozenset({"title", "number", "residents_role", "organizations_role"}),
    Owner.ACTOR: frozenset({"slots", "initiatives"}),
    Owner.SLOT: frozenset({"departments", "indicators"}),
}


def is_printed_every_year(key: FieldKey) -> bool:
    """Whether the report of every year prints what stands in ``key``."""
    return key.name in _PRINTED.get(key.owner, ())


def reports_altered(changes: Iterable[Change], closed: Collection[int]) -> frozenset[int]:
    """Return the years of ``closed`` whose reports would print something else after ``changes``."""
    found: set[int] = set()
    for change in changes:
        if change.key.name == "retired_from":
            found.update(year for year in closed if _in_use(change.before, year) != _in_use(change.after, year))
        elif is_printed_every_year(change.key) and lines_of(change.before) != lines_of(change.after):
            found.update(closed)  # the targets of an indicator are not printed, only its wording is
    return frozenset(found)


def _in_use(retired_from: object, year: int) -> bool:
    return in_use(retired_from if isinstance(retired_from, int) else None, year)
