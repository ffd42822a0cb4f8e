"""What stands in an activity or goal: why it cannot simply be taken out of a plan.

A year has *used* something when anything was written for that year.  What belongs to no year (取組み, 役割, 指標) counts
too: it was typed by somebody and would leave the report with its owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .fields import FieldKey, Value
from .model import Activity, ActivityGoal, BasicGoal, Slot
from .values import activity_values, slot_values
from .years import fiscal_label

#: Fields that make up the place itself rather than what was written into it.
FRAME = frozenset({"number", "title", "reported_from", "retired_from", "slots", "departments"})


@dataclass(frozen=True, slots=True)
class Usage:
    """What stands below something.

    ``years`` are the fiscal years that hold entries, ascending; ``texts`` the Japanese names of what belongs to no year
    and is filled; ``reports`` the years whose reports print any of the entries: what is planned for a year is printed
    in the report of the year before.
    """

    years: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    reports: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything at all stands there."""
        return bool(self.years or self.texts)

    @property
    def words(self) -> str:
        """What stands there as a person reads it: ``平成30年度、令和元年度の記入、取組み``; empty when nothing does."""
        entries = f"{'、'.join(fiscal_label(year) for year in self.years)}の記入" if self.years else ""
        return "、".join(part for part in (entries, *self.texts) if part)


def usage_of(activities: Iterable[Activity]) -> Usage:
    """Return what stands in ``activities``, every year taken together."""
    return _usage(pair for activity in activities for pair in activity_values(activity))


def usage_of_slot(slot: Slot) -> Usage:
    """Return what stands in a slot, every year taken together."""
    return _usage(slot_values(slot))


def _usage(values: Iterable[tuple[FieldKey, Value]]) -> Usage:
    years: set[int] = set()
    texts: dict[str, None] = {}
    reports: set[int] = set()
    for key, value in values:
        if key.name in FRAME or _is_nothing(value, key.spec.default):
            continue
        if key.year is not None:
            years.add(key.year)
            reports.add(key.year - 1 if key.name == "planned" else key.year)
        else:
            texts[key.spec.label] = None
    return Usage(tuple(sorted(years)), tuple(texts), tuple(sorted(reports)))


def _is_nothing(value: Value, default: Value) -> bool:
    return value == default or value == ()


def activities_of(node: BasicGoal | ActivityGoal | Activity) -> Iterator[Activity]:
    """Yield the activities of a goal, or the activity itself."""
    if isinstance(node, Activity):
        yield node
    elif isinstance(node, ActivityGoal):
        yield from node.activities
    else:
        for goal in node.activity_goals:
            yield from goal.activities


def ids_of(node: BasicGoal | ActivityGoal | Activity) -> Iterator[str]:
    """Yield the ids of ``node`` and of everything below it, slots included."""
    yield node.id
    if isinstance(node, BasicGoal):
        for goal in node.activity_goals:
            yield from ids_of(goal)
    elif isinstance(node, ActivityGoal):
        for activity in node.activities:
            yield from ids_of(activity)
    else:
        yield from (slot.id for slot in _slots(node))


def _slots(activity: Activity) -> Iterator[Slot]:
    for part in activity.parts:
        yield from part.slots
