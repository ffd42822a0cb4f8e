"""What changed in the report of a year since an earlier edition of it (前回以降の変更点), field by field and line by line.

Only what the report of the year prints is compared.  Things are told apart by their identifiers; an earlier edition
that was read back from paper or a workbook has none of ours, so titles, departments and places decide then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from .differences import Change, LineKind, Segment, character_difference, line_difference
from .fields import Owner, spec_of
from .model import Activity, Actor, ActorPart, Lines, Plan, Slot, in_use
from .official_form import GoalKey, Section, sections, slot_lines
from .text import circled, folded
from .years import fiscal_label

_SLOT_FIELDS = ("departments", "status", "planned", "indicators", "results")


@dataclass(frozen=True, slots=True)
class EditionChange:
    """One line that changed.

    ``place`` is where it stands (``1-1②``, ``1-1``, ``1`` or 計画), ``actor`` None above the actors; ``label`` names the
    field; ``segments`` spell the line with what was removed and added; ``owners`` are the departments of the slot, in
    the year's names.
    """

    place: str
    actor: Actor | None
    label: str
    segments: tuple[Segment, ...]
    owners: Lines = ()

    @property
    def before(self) -> str:
        """The line as it was; empty where it was added."""
        return "".join(segment.text for segment in self.segments if segment.change is not Change.ADDED)

    @property
    def after(self) -> str:
        """The line as it is; empty where it was removed."""
        return "".join(segment.text for segment in self.segments if segment.change is not Change.REMOVED)


def place_label(key: GoalKey, activity: Activity) -> str:
    """Return where an activity stands, as the committee reads it: ``1-1②``."""
    return f"{key[0]}-{key[1]}{circled(activity.number)}"


def edition_changes(previous: Plan, plan: Plan, year: int) -> Iterator[EditionChange]:
    """Yield every line of the report of fiscal ``year`` that differs between two editions, in print order."""
    yield from _line("計画", None, "計画の名称", previous.title, plan.title)
    yield from _line("計画", None, "理念", previous.vision, plan.vision)
    yield from _goal_changes(previous, plan, year)
    for old, new in paired(_placed(previous, year), _placed(plan, year), _ACTIVITY_ROUNDS):
        yield from _activity_changes(old, new, year)


# --- pairing ----------------------------------------------------------------------------------------------------


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Identified)


def paired(
    old: Sequence[T], new: Sequence[T], rounds: Sequence[Callable[[T, T], bool]]
) -> list[tuple[T | None, T | None]]:
    """Pair what is the same in two editions: by identifier, then by each of ``rounds`` among what is left.

    The order is that of ``new``; what only ``old`` has comes last.
    """
    left = list(old)
    partners: list[T | None] = [None] * len(new)

    def same_id(one: T, other: T) -> bool:
        return bool(one.id) and one.id == other.id

    known = {item.id for item in old} & {item.id for item in new} - {""}
    for fits in (same_id, *rounds):
        for index, item in enumerate(new):
            if partners[index] is None:
                partners[index] = _taken(left, item, fits, known)
    return [*zip(partners, new, strict=True), *((item, None) for item in left)]


def _taken(left: list[T], item: T, fits: Callable[[T, T], bool], known: set[str]) -> T | None:
    """Take the first of ``left`` that fits; something both editions know by identifier is only ever itself."""
    for candidate in left:
        if fits(candidate, item) and (candidate.id == item.id or not {candidate.id, item.id} & known):
            left.remove(candidate)
            return candidate
    return None


@dataclass(frozen=True, slots=True)
class _Placed:
    """An activity with where it stands in its edition."""

    section: Section
    activity: Activity

    @property
    def id(self) -> str:
        return self.activity.id

    @property
    def place(self) -> str:
        return place_label(self.section.key, self.activity)


@dataclass(frozen=True, slots=True)
class _Goal:
    """A goal's number as shown, its title and identifier."""

    place: str
    title: str
    id: str


def _placed(plan: Plan, year: int) -> list[_Placed]:
    return [_Placed(section, activity) for section in sections(plan, year) for activity in section.activities]


def _same_title(one: _Placed, other: _Placed) -> bool:
    return folded(one.activity.title) == folded(other.activity.title)


def _same_goal_and_title(one: _Placed, other: _Placed) -> bool:
    same_goal = folded(one.section.activity_goal.title) == folded(other.section.activity_goal.title)
    return same_goal and _same_title(one, other)


def _same_place(one: _Placed, other: _Placed) -> bool:
    return one.place == other.place


_ACTIVITY_ROUNDS = (_same_goal_and_title, _same_title, _same_place)


def _same_goal_title(one: _Goal, other: _Goal) -> bool:
    return folded(one.title) == folded(other.title)


def _same_goal_place(one: _Goal, other: _Goal) -> bool:
    return one.place == other.place


_GOAL_ROUNDS = (_same_goal_title, _same_goal_place)


def _same_departments(one: Slot, other: Slot) -> bool:
    return set(one.department_names) == set(other.department_names)


def _any(_one: Slot, _other: Slot) -> bool:
    return True


# --- comparing --------------------------------------------------------------------------------------------------


def _goal_changes(previous: Plan, plan: Plan, year: int) -> Iterator[EditionChange]:
    old, new = (list(sections(edition, year)) for edition in (previous, plan))
    for former, present in paired(_basic_goals(old), _basic_goals(new), _GOAL_ROUNDS):
        yield from _title_change("基本目標", former, present)
    for former, present in paired(_activity_goals(old), _activity_goals(new), _GOAL_ROUNDS):
        yield from _title_change("活動目標", former, present)


def _basic_goals(found: Sequence[Section]) -> list[_Goal]:
    goals = {section.basic_goal.number: section.basic_goal for section in found}
    return [_Goal(str(goal.number), goal.title, goal.id) for goal in goals.values()]


def _activity_goals(found: Sequence[Section]) -> list[_Goal]:
    return [
        _Goal(f"{section.key[0]}-{section.key[1]}", section.activity_goal.title, section.activity_goal.id)
        for section in found
    ]


def _title_change(label: str, former: _Goal | None, present: _Goal | None) -> Iterator[EditionChange]:
    place = (present or former or _Goal("", "", "")).place
    if former and present and former.place != present.place:
        yield from _line(place, None, "番号", former.place, present.place)
    yield from _line(place, None, label, former.title if former else "", present.title if present else "")


def _line(
    place: str, actor: Actor | None, label: str, before: str, after: str, owners: Lines = ()
) -> Iterator[EditionChange]:
    if before != after:
        yield EditionChange(place, actor, label, character_difference(before, after), owners)


def _lines(
    place: str, actor: Actor | None, label: str, before: Lines, after: Lines, owners: Lines = ()
) -> Iterator[EditionChange]:
    for line in line_difference(before, after):
        if line.kind is not LineKind.SAME:
            yield EditionChange(place, actor, label, line.segments, owners)


def _activity_changes(old: _Placed | None, new: _Placed | None, year: int) -> Iterator[EditionChange]:
    present = new or old
    assert present is not None, "one of a pair is always there"
    place = present.place
    before, after = (item.activity if item else None for item in (old, new))
    if old and new and old.place != place:
        yield from _line(place, None, "番号", old.place, place)
    yield from _line(place, None, "活動名", before.title if before else "", after.title if after else "")
    for name in ("residents_role", "organizations_role"):
        label = spec_of(Owner.ACTIVITY, name).label
        former, now = (getattr(item, name) if item else () for item in (before, after))
        yield from _lines(place, None, label, former, now)
    for actor in Actor:
        one, other = (item.part(actor) if item else ActorPart(actor) for item in (before, after))
        yield from _part_changes(place, one, other, year)


def _part_changes(place: str, old: ActorPart, new: ActorPart, year: int) -> Iterator[EditionChange]:
    yield from _lines(place, new.actor, "取組み（計画）", old.initiatives, new.initiatives)
    for former, present in paired(_slots(old, year), _slots(new, year), (_same_departments, _any)):
        yield from _slot_changes(place, new.actor, former, present, year)


def _slots(part: ActorPart, year: int) -> tuple[Slot, ...]:
    return tuple(slot for slot in part.slots if in_use(slot, year))


def _slot_changes(place: str, actor: Actor, old: Slot | None, new: Slot | None, year: int) -> Iterator[EditionChange]:
    owners = slot_lines(new or old or Slot(), "departments", year)
    for name in _SLOT_FIELDS:
        before, after = (slot_lines(slot, name, year) if slot else () for slot in (old, new))
        yield from _lines(place, actor, field_label(name, year), before, after, owners)


def field_label(name: str, year: int) -> str:
    """Return what the report of ``year`` calls a field of a slot, with its year where it has one."""
    label = spec_of(Owner.SLOT, name).label
    shown = {"status": year, "results": year, "planned": year + 1}.get(name)
    return label if shown is None else f"{fiscal_label(shown)}{label}"
