"""A plan from its field values: the inverse of ``domain.values``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from .fields import Change, FieldKey, Owner, Value
from .model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Lines,
    Plan,
    Slot,
)

T = TypeVar("T")


def rewound(values: Mapping[FieldKey, Value], changes: Iterable[Change]) -> dict[FieldKey, Value]:
    """Return what ``values`` were before ``changes`` (newest first) were made."""
    found = dict(values)
    for change in changes:
        found[change.key] = change.before
    return found


def plan_of(values: Mapping[FieldKey, Value], plan_id: str, dataset_id: str = "") -> Plan:
    """Return the plan that ``values`` describe; a field without a value has its default."""
    return _Rebuilding(values).plan(plan_id, dataset_id)


class _Rebuilding:
    def __init__(self, values: Mapping[FieldKey, Value]) -> None:
        self.values = values
        self.yearly: dict[tuple[str, str], dict[int, Value]] = {}
        for key, value in values.items():
            if key.owner is Owner.SLOT and key.year is not None and value != key.spec.default:
                self.yearly.setdefault((key.owner_id, key.name), {})[key.year] = value

    def get(self, owner: Owner, owner_id: str, name: str, actor: Actor | None = None) -> Value:
        key = FieldKey(owner, owner_id, name, actor)
        return self.values.get(key, key.spec.default)

    def text(self, owner: Owner, owner_id: str, name: str) -> str:
        return cast(str, self.get(owner, owner_id, name))

    def number(self, owner: Owner, owner_id: str, name: str) -> int:
        return cast(int, self.get(owner, owner_id, name))

    def ids(self, owner: Owner, owner_id: str, name: str, actor: Actor | None = None) -> Lines:
        return cast(Lines, self.get(owner, owner_id, name, actor))

    def lasting(self, owner: Owner, owner_id: str) -> tuple[int | None, int | None]:
        """Return the year something is retired from and the year it is reported from."""
        first, end = (self.get(owner, owner_id, name) for name in ("reported_from", "retired_from"))
        return cast("tuple[int | None, int | None]", (end, first))

    def plan(self, plan_id: str, dataset_id: str) -> Plan:
        return Plan(
            self.text(Owner.PLAN, plan_id, "title"),
            self.text(Owner.PLAN, plan_id, "vision"),
            self.number(Owner.PLAN, plan_id, "first_year"),
            self.number(Owner.PLAN, plan_id, "last_year"),
            tuple(self.department(item) for item in self.ids(Owner.PLAN, plan_id, "departments")),
            tuple(self.basic_goal(item) for item in self.ids(Owner.PLAN, plan_id, "basic_goals")),
            plan_id,
            dataset_id,
        )

    def department(self, row: str) -> Department:
        former = cast("tuple[tuple[str, int], ...]", self.get(Owner.DEPARTMENT, row, "former"))
        return Department(self.text(Owner.DEPARTMENT, row, "name"), row, former)

    def basic_goal(self, row: str) -> BasicGoal:
        owner = Owner.BASIC_GOAL
        goals = tuple(self.activity_goal(item) for item in self.ids(owner, row, "activity_goals"))
        return BasicGoal(
            self.number(owner, row, "number"), self.text(owner, row, "title"), goals, row, *self.lasting(owner, row)
        )

    def activity_goal(self, row: str) -> ActivityGoal:
        owner = Owner.ACTIVITY_GOAL
        activities = tuple(self.activity(item) for item in self.ids(owner, row, "activities"))
        return ActivityGoal(
            self.number(owner, row, "number"),
            self.text(owner, row, "title"),
            activities,
            row,
            *self.lasting(owner, row),
        )

    def activity(self, row: str) -> Activity:
        owner = Owner.ACTIVITY
        return Activity(
            self.number(owner, row, "number"),
            self.text(owner, row, "title"),
            self.ids(owner, row, "residents_role"),
            self.ids(owner, row, "organizations_role"),
            self.part(row, Actor.COUNCIL),
            self.part(row, Actor.CITY),
            row,
            *self.lasting(owner, row),
        )

    def part(self, activity: str, actor: Actor) -> ActorPart:
        slots = tuple(self.slot(item) for item in self.ids(Owner.ACTOR, activity, "slots", actor))
        return ActorPart(actor, self.ids(Owner.ACTOR, activity, "initiatives", actor), slots)

    def slot(self, row: str) -> Slot:
        return Slot(
            tuple(self.department(item) for item in self.ids(Owner.SLOT, row, "departments")),
            cast("dict[int, Entry]", self.yearly.get((row, "status"), {})),
            cast("dict[int, Entry]", self.yearly.get((row, "planned"), {})),
            self._items(row, "indicators"),
            self._by_year(row, "results"),
            self._by_year(row, "judgements"),
            row,
            *self.lasting(Owner.SLOT, row),
        )

    def _items(self, row: str, name: str) -> tuple[T, ...]:
        return cast("tuple[T, ...]", self.get(Owner.SLOT, row, name))

    def _by_year(self, row: str, name: str) -> dict[int, tuple[T, ...]]:
        return cast("dict[int, tuple[T, ...]]", self.yearly.get((row, name), {}))
