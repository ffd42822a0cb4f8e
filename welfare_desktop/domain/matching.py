"""Laying a report that was read over a plan that is already kept.

Nothing kept is overwritten: blank fields are filled, equal ones left, differing ones reported.  Goals and activities
are matched by title first and by number second, because a later edition renumbers; an activity that was moved or
renamed here is found wherever it stands, by its title or by what it says; slots by their departments, then by position.
What the plan does not have is added at the end of its siblings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

from .addresses import address_of, places
from .fields import Change, FieldKey, Owner, Value, lines_of
from .identity import activity_with_ids, slot_with_ids, with_ids
from .model import Activity, ActivityGoal, ActorPart, BasicGoal, Department, Plan, Slot
from .text import folded
from .values import activity_values, department_values, slot_values, values_of

#: Titles at least this alike at the same number are the same thing, a character apart.
_ALIKE = 0.6
#: Activities that share so many lines, and this part of what the shorter one holds, are one.
_SHARED, _SHARED_OF = 4, 0.6


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that holds something else than the report: kept as it is, reported."""

    address: str
    kept: Value
    read: Value


@dataclass
class Laid:
    """What laying a report over a plan amounts to.

    ``changes`` fill blanks and add what was missing; ``added`` names (in Japanese) what was added to the structure;
    ``matched`` and ``unmatched`` count the report's activities.
    """

    changes: list[Change] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    matched: int = 0
    unmatched: int = 0


class _Titled(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def title(self) -> str: ...


K = TypeVar("K", bound=_Titled)
R = TypeVar("R", bound=_Titled)
T = TypeVar("T", BasicGoal, ActivityGoal, Activity)


def pair(kept: Sequence[K], read: Sequence[R]) -> list[tuple[K | None, R]]:
    """Pair siblings that were read with those kept: same title, same number and alike, or goals of the same things."""
    free = list(kept)
    found: dict[int, K] = {}

    def take(index: int, fits: Callable[[K, R], bool]) -> None:
        match = next((item for item in free if fits(item, read[index])), None)
        if match is not None:
            found[index] = match
            free.remove(match)

    rounds: tuple[Callable[[K, R], bool], ...] = (
        lambda a, b: folded(a.title) == folded(b.title),
        lambda a, b: a.number == b.number and _alike(a.title, b.title) >= _ALIKE,
        lambda a, b: _alike(a.title, b.title) >= 0.8,
        lambda a, b: _hold_the_same(_titles_below(a), _titles_below(b)),
    )
    for fits in rounds:
        for index in range(len(read)):
            if index not in found:
                take(index, fits)
    return [(found.get(index), item) for index, item in enumerate(read)]


def _titles_below(item: _Titled) -> set[str]:
    """Return the titles of the activities a goal holds; nothing for an activity."""
    if isinstance(item, BasicGoal):
        return {folded(activity.title) for goal in item.activity_goals for activity in goal.activities}
    return {folded(activity.title) for activity in item.activities} if isinstance(item, ActivityGoal) else set()


def _hold_the_same(one: set[str], other: set[str]) -> bool:
    shared = len(one & other)
    return shared > 0 and shared * 2 >= min(len(one), len(other))


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, folded(one), folded(other), False).ratio()


def found_elsewhere(plan: Plan, report: Plan) -> dict[int, Activity]:
    """Return the kept activity for each activity of ``report`` (by ``id``) that is not found among its siblings.

    Somebody moved it to another goal, or gave it another name: then it is told by its title, if no other has the
    same, or by the lines it holds.
    """
    pairs: list[tuple[Activity | None, Activity]] = []
    for basic, other in pair(plan.basic_goals, report.basic_goals):
        for goal, below in pair(basic.activity_goals if basic else (), other.activity_goals):
            pairs += pair(goal.activities if goal else (), below.activities)
    taken = {id(kept) for kept, _ in pairs}
    free = [activity for _, _, activity in plan.walk() if id(activity) not in taken]
    missing = [read for kept, read in pairs if kept is None]
    if not free or not missing:
        return {}
    found: dict[int, Activity] = {}
    for fits in (_only_title, _most_alike):
        for read in missing:
            kept = None if id(read) in found else fits(read, free)
            if kept is not None:
                found[id(read)] = kept
                free = [activity for activity in free if activity is not kept]
    return found


def _only_title(read: Activity, free: Sequence[Activity]) -> Activity | None:
    same = [activity for activity in free if folded(activity.title) == folded(read.title)]
    return same[0] if len(same) == 1 else None


def _most_alike(read: Activity, free: Sequence[Activity]) -> Activity | None:
    """Return the activity that shares most lines with ``read``, if that is most of what one of them holds."""
    wanted = _lines_held(read)
    best = max(free, key=lambda activity: len(wanted & _lines_held(activity)), default=None)
    if best is None:
        return None
    held = _lines_held(best)
    shared = len(wanted & held)
    return best if shared >= _SHARED and shared >= _SHARED_OF * min(len(wanted), len(held)) else None


def _lines_held(activity: Activity) -> set[tuple[str, str]]:
    """Return what stays from year to year in an activity: roles, initiatives and indicators, with where they stand."""
    lines = {("residents", line) for line in activity.residents_role}
    lines |= {("organizations", line) for line in activity.organizations_role}
    for part in activity.parts:
        lines |= {(part.actor.value, line) for line in part.initiatives}
        lines |= {(part.actor.value, item.text) for slot in part.slots for item in slot.indicators}
    return lines


def lay_over(plan: Plan, report: Plan, new_id: Callable[[], str]) -> Laid:
    """Return what has to change in ``plan`` so that it holds what ``report`` says, overwriting nothing."""
    return _Laying(plan, new_id).run(report)


class _Laying:
    def __init__(self, plan: Plan, new_id: Callable[[], str]) -> None:
        self.plan = plan
        self.new_id = new_id
        self.laid = Laid()
        self.kept = dict(values_of(plan))
        self.where = places(plan)
        # An older report calls a department by the name it had then.
        self.departments = {name: department for department in plan.departments for name, _ in department.former}
        self.departments |= {department.name: department for department in plan.departments}
        self.new_departments: list[Department] = []
        self.elsewhere: dict[int, Activity] = {}

    def run(self, report: Plan) -> Laid:
        self.elsewhere = found_elsewhere(self.plan, report)
        self._fill(FieldKey(Owner.PLAN, self.plan.id, "title"), report.title)
        self._fill(FieldKey(Owner.PLAN, self.plan.id, "vision"), report.vision)
        new_goals = []
        for kept, read in pair(self.plan.basic_goals, report.basic_goals):
            if kept is None:
                below = self._with_new(read.activity_goals)
                if below or not read.activity_goals:
                    new_goals.append(replace(read, activity_goals=below))
            else:
                self._lay_basic_goal(kept, read)
        self._add_basic_goals(new_goals)
        changes = self.laid.changes
        if self.new_departments:
            key = FieldKey(Owner.PLAN, self.plan.id, "departments")
            before = tuple(department.id for department in self.plan.departments)
            after = before + tuple(department.id for department in self.new_departments)
            values = [item for department in self.new_departments for item in department_values(department)]
            changes[:0] = [Change(key, before, after), *_fresh(values)]
        return self.laid

    # --- matching levels ----------------------------------------------------------------------------------------

    def _lay_basic_goal(self, kept: BasicGoal, read: BasicGoal) -> None:
        self._fill(FieldKey(Owner.BASIC_GOAL, kept.id, "title"), read.title)
        missing: list[ActivityGoal] = []
        for goal, other in pair(kept.activity_goals, read.activity_goals):
            if goal is None:
                missing += self._with_new((other,))
            else:
                self._lay_activity_goal(goal, other)
        if missing:
            numbered = _renumbered([goal.number for goal in kept.activity_goals], missing)
            fresh = [self._identified_goal(goal) for goal in numbered]
            self._add_children(FieldKey(Owner.BASIC_GOAL, kept.id, "activity_goals"), [goal.id for goal in fresh])
            for goal in fresh:
                self._add_goal_values(goal, f"活動目標{kept.number}-{goal.number}")

    def _lay_activity_goal(self, kept: ActivityGoal, read: ActivityGoal) -> None:
        self._fill(FieldKey(Owner.ACTIVITY_GOAL, kept.id, "title"), read.title)
        missing = []
        for activity, other in pair(kept.activities, read.activities):
            known = activity or self.elsewhere.get(id(other))
            if known is None:
                missing.append(other)
            else:
                self.laid.matched += 1
                self._lay_activity(known, other)
        if missing:
            self.laid.unmatched += len(missing)
            numbered = _renumbered([activity.number for activity in kept.activities], missing)
            fresh = [activity_with_ids(activity, self._department, self.new_id) for activity in numbered]
            self._add_children(FieldKey(Owner.ACTIVITY_GOAL, kept.id, "activities"), [item.id for item in fresh])
            for activity in fresh:
                self.laid.changes += _fresh(activity_values(activity))
                self.laid.added.append(f"活動「{activity.title}」")

    def _with_new(self, goals: Sequence[ActivityGoal]) -> tuple[ActivityGoal, ...]:
        """Return goals the plan does not have with the activities it does not have; lays those that stand elsewhere."""
        result = []
        for goal in goals:
            new = []
            for activity in goal.activities:
                known = self.elsewhere.get(id(activity))
                if known is None:
                    new.append(activity)
                else:
                    self.laid.matched += 1
                    self._lay_activity(known, activity)
            if new or not goal.activities:
                result.append(replace(goal, activities=tuple(new)))
        return tuple(result)

    def _lay_activity(self, kept: Activity, read: Activity) -> None:
        for name in ("title", "residents_role", "organizations_role"):
            self._fill(FieldKey(Owner.ACTIVITY, kept.id, name), getattr(read, name))
        for part, other in zip(kept.parts, read.parts, strict=True):
            self._fill(FieldKey(Owner.ACTOR, kept.id, "initiatives", part.actor), other.initiatives)
            self._lay_slots(kept, part, other)

    def _lay_slots(self, activity: Activity, kept: ActorPart, read: ActorPart) -> None:
        missing = []
        for slot, other in _pair_slots(kept.slots, [self._with_present_names(item) for item in read.slots]):
            identified = slot_with_ids(other, self._department, self.new_id)
            if slot is None:
                missing.append(identified)
                continue
            for key, value in slot_values(replace(identified, id=slot.id)):
                self._fill(key, value)
        if missing:
            key = FieldKey(Owner.ACTOR, activity.id, "slots", kept.actor)
            self._add_children(key, [slot.id for slot in missing])
            for slot in missing:
                self.laid.changes += _fresh(slot_values(slot))
                self.laid.added.append(f"活動「{activity.title}」の{kept.actor.label}の記入欄")

    # --- adding -------------------------------------------------------------------------------------------------

    def _add_basic_goals(self, goals: Sequence[BasicGoal]) -> None:
        if not goals:
            return
        fresh = [
            replace(
                goal,
                id=self.new_id(),
                activity_goals=tuple(self._identified_goal(item) for item in goal.activity_goals),
            )
            for goal in _renumbered([goal.number for goal in self.plan.basic_goals], goals)
        ]
        self._add_children(FieldKey(Owner.PLAN, self.plan.id, "basic_goals"), [goal.id for goal in fresh])
        for goal in fresh:
            for name in ("number", "title"):
                self.laid.changes.append(_set(FieldKey(Owner.BASIC_GOAL, goal.id, name), getattr(goal, name)))
            children = tuple(item.id for item in goal.activity_goals)
            self.laid.changes.append(_set(FieldKey(Owner.BASIC_GOAL, goal.id, "activity_goals"), children))
            for item in goal.activity_goals:
                self._add_goal_values(item, f"活動目標{goal.number}-{item.number}")

    def _identified_goal(self, goal: ActivityGoal) -> ActivityGoal:
        activities = tuple(activity_with_ids(item, self._department, self.new_id) for item in goal.activities)
        return replace(goal, id=self.new_id(), activities=activities)

    def _add_goal_values(self, goal: ActivityGoal, words: str) -> None:
        for name in ("number", "title"):
            self.laid.changes.append(_set(FieldKey(Owner.ACTIVITY_GOAL, goal.id, name), getattr(goal, name)))
        children = tuple(activity.id for activity in goal.activities)
        self.laid.changes.append(_set(FieldKey(Owner.ACTIVITY_GOAL, goal.id, "activities"), children))
        for activity in goal.activities:
            self.laid.changes += _fresh(activity_values(activity))
        self.laid.unmatched += len(goal.activities)
        self.laid.added.append(f"{words}「{goal.title}」")

    def _add_children(self, key: FieldKey, ids: Sequence[str]) -> None:
        before = self.kept.get(key, ())
        assert isinstance(before, tuple)
        self.laid.changes.append(Change(key, before, (*before, *ids)))

    def _with_present_names(self, slot: Slot) -> Slot:
        return replace(slot, departments=tuple(self.departments.get(item.name, item) for item in slot.departments))

    def _department(self, item: Department) -> Department:
        if item.name not in self.departments:
            fresh = Department(item.name, self.new_id())
            self.departments[item.name] = fresh
            self.new_departments.append(fresh)
            self.laid.added.append(f"担当課「{item.name}」")
        return self.departments[item.name]

    # --- filling ------------------------------------------------------------------------------------------------

    def _fill(self, key: FieldKey, read: Value) -> None:
        kept = self.kept.get(key, key.spec.default)
        if read == key.spec.default or (key.name == "judgements"):
            return
        if kept == key.spec.default:
            self.laid.changes.append(Change(key, kept, read))
        elif lines_of(kept) != lines_of(read):
            self.laid.differences.append(Difference(address_of(key, self.where), kept, read))


def _pair_slots(kept: Sequence[Slot], read: Sequence[Slot]) -> list[tuple[Slot | None, Slot]]:
    """Pair slots by equal departments, then by shared departments, then a free slot of the same position."""
    free = list(kept)
    found: dict[int, Slot] = {}
    names = [set(slot.department_names) for slot in read]
    fits: tuple[Callable[[Slot, int], bool], ...] = (
        lambda slot, index: set(slot.department_names) == names[index] and bool(names[index]),
        lambda slot, index: bool(set(slot.department_names) & names[index]),
        lambda slot, index: list(kept).index(slot) == index and not (slot.departments and names[index]),
    )
    for fit in fits:
        for index in range(len(read)):
            match = None if index in found else next((slot for slot in free if fit(slot, index)), None)
            if match is not None:
                found[index] = match
                free.remove(match)
    return [(found.get(index), slot) for index, slot in enumerate(read)]


def _renumbered(taken: Sequence[int], items: Sequence[T]) -> list[T]:
    """Return ``items`` with their own numbers where free, else the next free ones."""
    used = set(taken)
    result = []
    for item in items:
        number = item.number if item.number not in used else max(used) + 1
        used.add(number)
        result.append(replace(item, number=number))
    return result


def _set(key: FieldKey, value: Value) -> Change:
    return Change(key, key.spec.default, value)


def _fresh(values: Iterable[tuple[FieldKey, Value]]) -> list[Change]:
    """Return changes that store ``values`` into things that do not exist yet."""
    return [_set(key, value) for key, value in values if value != key.spec.default]


def creating(plan: Plan, new_id: Callable[[], str]) -> list[Change]:
    """Return the changes that build ``plan`` in an empty store."""
    return [_set(key, value) for key, value in values_of(with_ids(plan, new_id))]
