"""What a department's sheet (担当課別シート) says: only its own slots, each with last year's text beside this year's.

The sheet of fiscal year Y asks for status@Y, planned@Y+1 and results@Y.  Beside the space for them stand status@Y-1,
planned@Y (what had been planned for Y, handed in a year ago) and results@Y-1.  Nothing here knows millimetres.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..domain.completeness import fill_matrix, owners_of
from ..domain.linking import propose_links, targets_of
from ..domain.model import Activity, Actor, ActorPart, Entry, EntryState, Indicator, Lines, Plan, Slot, in_use, state_of
from ..domain.official_form import ACTOR_LABELS, sections
from ..domain.targets import describe_target, target_names
from ..domain.text import circled

#: Stands where an indicator would: results that answer none.
OTHER_FIGURES = "（上記以外の実績）"
_NAME_LENGTH = 40


class SheetMode(StrEnum):
    """What stands in the space to fill in: ruled lines for the pen, or the text there is by now."""

    BLANK = "blank"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class OfficeNotes:
    """What the office writes on a department's sheet; empty ones leave room for writing by hand.

    ``deadline`` is printed as it stands (``令和2年4月24日（金）``), ``contact`` says where to send the sheet and whom to
    ask, ``reference`` is the sheet's 整理番号, ``maker`` who made the report.
    """

    deadline: str = ""
    contact: Lines = ()
    reference: str = ""
    maker: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator with its targets, or the results that answer none.

    ``wording`` is the indicator's line as it stands; ``targets`` are the targets in the program's own words, each with
    its unit; ``last`` and ``present`` are last year's and this year's results.
    """

    wording: str
    targets: tuple[tuple[str, str], ...]
    last: Lines
    present: Lines


@dataclass(frozen=True, slots=True)
class Band:
    """One slot on the sheet.

    ``number`` counts within the sheet, ``path`` is the slot's address without a field, ``label`` its place as printed
    (``1-1 ①``).  ``partners`` are the other departments of a shared slot.
    """

    number: int
    path: str
    label: str
    title: str
    partners: Lines
    initiatives: Lines
    last_status: Lines
    last_planned: Lines
    status: Entry
    planned: Entry
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class SheetContent:
    """A department's sheet for one year.

    ``name`` is the department's name in that year; ``initiatives_label`` heads the plan book's measures.  ``first_year``:
    the plan begins with this year, so there is no last year to look back at.
    """

    name: str
    initiatives_label: str
    first_year: bool
    bands: tuple[Band, ...]


def sheet_owners(plan: Plan, year: int) -> Lines:
    """Return the departments that get a sheet for fiscal ``year``: those with a slot in use, in the plan's order.

    The council's own slots and those nobody is assigned to get one only when asked for by name.
    """
    named = {department.name for department in plan.departments}
    return tuple(name for name in fill_matrix(plan, year) if name in named)


def sheet_content(plan: Plan, owner: str, year: int) -> SheetContent:
    """Gather what the sheet of ``owner`` says.

    ``owner`` is a department's present name, or, as in ``domain.completeness``, 市社会福祉協議会 or 未割当 for slots
    without a department.
    """
    mine = list(_slots_of(plan, owner, year))
    actors = {part.actor for _, _, part, _ in mine}
    label = "取組み（計画）" if len(actors) > 1 else f"{ACTOR_LABELS[min(actors, default=Actor.CITY)]}（計画）"
    bands = tuple(_band(plan, owner, year, number, *found) for number, found in enumerate(mine, start=1))
    name = next((item.name_in(year) for item in plan.departments if item.name == owner), owner)
    return SheetContent(name, label, year <= plan.first_year, bands)


def _slots_of(plan: Plan, owner: str, year: int) -> Iterator[tuple[str, Activity, ActorPart, int]]:
    """Yield goal, activity, part and the slot's position for every slot of ``owner`` in use."""
    for section in sections(plan, year):
        for activity in section.activities:
            for part in activity.parts:
                for position, slot in enumerate(part.slots):
                    if in_use(slot, year) and owner in owners_of(part, slot):
                        yield f"{section.key[0]}-{section.key[1]}", activity, part, position


def _band(
    plan: Plan, owner: str, year: int, number: int, goal: str, activity: Activity, part: ActorPart, position: int
) -> Band:
    slot = part.slots[position]
    suffix = f".{position + 1}" if position else ""
    return Band(
        number,
        f"{goal}-{activity.number}/{part.actor.value}{suffix}",
        f"{goal} {circled(activity.number)}",
        activity.title,
        tuple(item.name_in(year) for item in slot.departments if item.name != owner),
        part.initiatives,
        slot.status.get(year - 1, Entry()).lines,
        slot.planned.get(year, Entry()).lines,
        slot.status.get(year, Entry()),
        slot.planned.get(year + 1, Entry()),
        tuple(_figures(slot, year, (plan.first_year, plan.last_year))),
    )


def _figures(slot: Slot, year: int, plan_years: tuple[int, int]) -> Iterator[Figure]:
    """Yield every indicator, and the results that answer none."""
    last, present = _by_indicator(slot, year - 1), _by_indicator(slot, year)
    for number, indicator in enumerate(slot.indicators):
        yield Figure(indicator.text, tuple(_targets(indicator, plan_years)), last[number], present[number])
    if last[-1] or present[-1]:
        yield Figure(OTHER_FIGURES, (), last[-1], present[-1])


def _targets(indicator: Indicator, plan_years: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """Yield every target in the program's words, with what it counts where there are several, and its unit."""
    targets = targets_of(indicator, plan_years)
    names = target_names(indicator.text, targets) if len(targets) > 1 else ("",) * len(targets)
    for target, name in zip(targets, names, strict=True):
        # The whole wording stands beside it: a long name need not be said twice.
        short = name if len(name) <= _NAME_LENGTH else name[:_NAME_LENGTH] + "…"
        yield f"{short} {describe_target(target)}".strip(), target.unit


def _by_indicator(slot: Slot, year: int) -> list[Lines]:
    """Return the result lines of a year for every indicator, and at the end those that answer none.

    A slot with one indicator shows all of them beside it, as the report does; a lone 「—」 says of every indicator that
    there was nothing.
    """
    results = slot.results.get(year, ())
    lines = tuple(result.text for result in results)
    count = len(slot.indicators)
    if count and state_of(lines) is EntryState.NONE:
        return [lines] * count + [()]
    answers: list[list[str]] = [[] for _ in range(count + 1)]
    for result, place in zip(results, propose_links(slot.indicators, results), strict=True):
        alone = count == 1 and result.link is None
        answers[0 if alone else -1 if place is None else place].append(result.text)
    return [tuple(texts) for texts in answers]
