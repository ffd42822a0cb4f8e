"""Which reports of closed (確定) years a change of the plan's structure alters.

What is written per year is locked outright.  Titles, numbers, the order of things and who answers a slot belong to no
year: a closed year's report that is made once more would say something else than the one that was handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .fields import Change, Owner
from .model import in_use

_PRINTED = {
    Owner.PLAN: frozenset({"title", "vision", "basic_goals"}),
    Owner.BASIC_GOAL: frozenset({"title", "number", "activity_goals"}),
    Owner.ACTIVITY_GOAL: frozenset({"title", "number", "activities"}),
    Owner.ACTIVITY: frozenset({"title", "number"}),
    Owner.ACTOR: frozenset({"slots"}),
    Owner.SLOT: frozenset({"departments"}),
}


def reports_altered(changes: Iterable[Change], closed: Collection[int]) -> frozenset[int]:
    """Return the years of ``closed`` whose reports would print something else after ``changes``."""
    found: set[int] = set()
    for change in changes:
        if change.key.name == "retired_from":
            found.update(year for year in closed if _in_use(change.before, year) != _in_use(change.after, year))
        elif change.key.name in _PRINTED.get(change.key.owner, ()):
            found.update(closed)
    return frozenset(found)


def _in_use(retired_from: object, year: int) -> bool:
    return in_use(retired_from if isinstance(retired_from, int) else None, year)
