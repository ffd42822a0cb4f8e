"""From placed activities to a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Plan,
    Result,
    Slot,
)
from welfare_desktop.domain.years import find_years

from .columns import Column
from .contents import Address
from .drafting import Draft, Texts, draft_of
from .findings import Findings
from .placing import Outline

_Child = TypeVar("_Child")
#: How many fiscal years a plan lasts when no target says more.
_USUAL_YEARS = 5
#: Years named further ahead are taken for slips.
_MOST_YEARS = 15
_COUNCIL_SLOT = (
    Column.COUNCIL_STATUS,
    Column.COUNCIL_PLANNED,
    Column.COUNCIL_INDICATORS,
    Column.COUNCIL_RESULTS,
)
_CITY_SLOT = (Column.CITY_STATUS, Column.CITY_PLANNED, Column.CITY_INDICATORS, Column.CITY_RESULTS)


def build_plan(title: str, vision: str, year: int, outline: Outline, findings: Findings) -> Plan:
    """Return the plan of a placed ``outline``; ``year`` is the fiscal year whose status the report tells.

    The first year is ``year``, as far as a report can know; the last one the latest year its indicators name.
    """
    builder = _Builder(year)
    drafts = {unit.address: draft_of(unit, findings) for unit in outline.units}
    names = sorted(outline.titles.items())
    activities: dict[Address, Activity] = {
        address: builder.activity(address[2], name, drafts.get(address)) for address, name in names if len(address) == 3
    }
    goals: dict[Address, ActivityGoal] = {
        address: ActivityGoal(address[1], name, _below(activities, address))
        for address, name in names
        if len(address) == 2
    }
    basics = tuple(BasicGoal(address[0], name, _below(goals, address)) for address, name in names if len(address) == 1)
    departments = tuple(builder.departments.values())
    return Plan(title, vision, year, _last_year(year, activities.values()), departments, basics)


def _below(children: Mapping[Address, _Child], address: Address) -> tuple[_Child, ...]:
    return tuple(child for place, child in children.items() if place[:-1] == address)


def _last_year(year: int, activities: Iterable[Activity]) -> int:
    """Return the latest fiscal year that an indicator names, or the fifth from ``year`` on."""
    named = [
        found
        for activity in activities
        for part in activity.parts
        for slot in part.slots
        for indicator in slot.indicators
        for found in find_years(indicator.text)
        if year < found <= year + _MOST_YEARS
    ]
    return max(named, default=year + _USUAL_YEARS - 1)


class _Builder:
    def __init__(self, year: int) -> None:
        self.departments: dict[str, Department] = {}
        self._year = year

    def activity(self, number: int, title: str, draft: Draft | None) -> Activity:
        """Return one activity; ``draft`` None for one that only the contents page names."""
        draft = draft or Draft()
        council = self._slot(draft.shared, _COUNCIL_SLOT)
        slots = tuple(self._slot(texts, _CITY_SLOT) for texts in draft.slots or [{}])
        return Activity(
            number,
            title,
            draft.lines(Column.RESIDENTS),
            draft.lines(Column.ORGANIZATIONS),
            ActorPart(Actor.COUNCIL, draft.lines(Column.COUNCIL_INITIATIVES), (council,)),
            ActorPart(Actor.CITY, draft.lines(Column.CITY_INITIATIVES), slots),
        )

    def _slot(self, texts: Texts, columns: Sequence[Column]) -> Slot:
        status, planned, indicators, results = (tuple(texts.get(column, ())) for column in columns)
        names = texts.get(Column.DEPARTMENTS, ()) if columns is _CITY_SLOT else ()
        return Slot(
            tuple(self.departments.setdefault(name, Department(name)) for name in names),
            {self._year: Entry(status)} if status else {},
            {self._year + 1: Entry(planned)} if planned else {},
            tuple(Indicator(text) for text in indicators),
            {self._year: tuple(Result(text) for text in results)} if results else {},
        )
