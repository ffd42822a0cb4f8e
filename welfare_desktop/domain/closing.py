"""Which reports of closed (確定) years a change of the plan's structure alters.

What is written per year is locked outright.  Titles, numbers, the order of things, who answers a slot, the plan book's
measures, roles and indicators belong to no year: a closed year's report that is made once more would say something else
than the one that was handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from .fields import CHILD_OF, Change, FieldKey, Owner, Value, lines_of
from .model import Plan, is_between

_LASTING = ("reported_from", "retired_from")
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


def first_years(plan: Plan) -> dict[str, int]:
    """Return by id the first fiscal year of everything that was not there from the beginning, slots included."""
    found: dict[str, int] = {}

    def take(item_id: str, *starts: int | None) -> None:
        year = max((start for start in starts if start is not None), default=None)
        if year is not None:
            found[item_id] = year

    for basic in plan.basic_goals:
        take(basic.id, basic.reported_from)
        for goal in basic.activity_goals:
            take(goal.id, basic.reported_from, goal.reported_from)
    for basic, goal, activity in plan.walk():
        above = (basic.reported_from, goal.reported_from, activity.reported_from)
        take(activity.id, *above)
        for slot in (slot for part in activity.parts for slot in part.slots):
            take(slot.id, *above, slot.reported_from)
    return found


def reports_altered(
    changes: Iterable[Change], closed: Collection[int], firsts: Mapping[str, int] | None = None
) -> frozenset[int]:
    """Return the years of ``closed`` whose reports would print something else after ``changes``.

    ``firsts`` (:func:`first_years`) says of what stands in the plan since when it is reported; what ``changes`` add
    or take out says so itself.
    """
    together = list(changes)
    return frozenset(year for year in closed if _alters(together, year, _later(together, year, firsts or {})))


def _alters(changes: Iterable[Change], year: int, later: Collection[str]) -> bool:
    for change in changes:
        key = change.key
        if key.owner_id in later:
            continue
        if key.name in _LASTING:
            if _prints(key.name, change.before, year) != _prints(key.name, change.after, year):
                return True
        elif is_printed_every_year(key) and _shown(change.before, later) != _shown(change.after, later):
            return True  # the targets of an indicator are not printed, only its wording is
    return False


def _later(changes: Iterable[Change], year: int, firsts: Mapping[str, int]) -> frozenset[str]:
    """Return the ids of everything the report of ``year`` does not know yet, before and after ``changes``."""
    found = {item for item, first in firsts.items() if first > year}
    lists = [change for change in changes if (change.key.owner, change.key.name) in CHILD_OF]
    come = {item for change in lists for item in {*lines_of(change.after)} - {*lines_of(change.before)}}
    gone = {item for change in lists for item in {*lines_of(change.before)} - {*lines_of(change.after)}}
    moved = come & gone  # some report may have printed it, or prints it now: never later
    found -= moved
    coming = come ^ gone
    for change in changes:
        key = change.key
        if key.name == "reported_from":
            years = [value for value in (change.before, change.after) if isinstance(value, int)]
            if key.owner_id in coming and years and min(years) > year:
                found.add(key.owner_id)
            elif not all(value > year for value in years) or len(years) < 2:
                found.discard(key.owner_id)
    while below := _below(lists, found) - moved:  # what hangs below something later is later too
        found |= below
    return frozenset(found)


def _below(lists: Iterable[Change], above: Collection[str]) -> set[str]:
    """Return what ``lists`` hang below ``above`` and is not in it yet."""
    hung = (change for change in lists if change.key.owner_id in above)
    return {item for change in hung for item in (*lines_of(change.before), *lines_of(change.after))} - {*above}


def _shown(value: Value, later: Collection[str]) -> tuple[str, ...]:
    return tuple(line for line in lines_of(value) if line not in later)


def _prints(name: str, value: object, year: int) -> bool:
    known = value if isinstance(value, int) else None
    return is_between(known, None, year) if name == "reported_from" else is_between(None, known, year)
