"""Addresses: how a person or a script names one field by the numbers on paper.

``1-1-3/city.2/status@2018`` is basic goal 1, activity goal 1, activity 3, second slot of the city, status of fiscal
2018.  Parts: ``B``, ``B-A``, ``B-A-N``, then ``council`` or ``city`` (``.K`` picks slot K, 1 if absent), then the
field, with ``@YEAR`` where it is yearly.  ``plan/vision`` names a field of the plan, ``2-1/title`` a goal's title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import UnknownAddress
from .fields import FieldKey, Owner, spec_of
from .model import Activity, ActivityGoal, Actor, BasicGoal, Plan
from .text import circled
from .years import fiscal_label

_ADDRESS = re.compile(
    r"(?:(?P<plan>plan)|(?P<b>\d{1,4})(?:-(?P<a>\d{1,4})(?:-(?P<n>\d{1,4}))?)?)"
    r"(?:/(?P<actor>council|city)(?:\.(?P<slot>\d{1,4}))?)?/(?P<field>[a-z_]+)(?:@(?P<year>\d{4}))?"
)
#: Fields an address may name; structure is changed by operations of its own.
_ADDRESSABLE = {
    Owner.PLAN: ("title", "vision", "first_year", "last_year", "maker", "contact", "deadline"),
    Owner.BASIC_GOAL: ("title",),
    Owner.ACTIVITY_GOAL: ("title",),
    Owner.ACTIVITY: ("title", "residents_role", "organizations_role"),
    Owner.ACTOR: ("initiatives",),
    Owner.SLOT: ("departments", "status", "planned", "indicators", "results"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed address; ``basic_goal`` 0 means the plan itself, None means the level is not named."""

    basic_goal: int
    activity_goal: int | None
    activity: int | None
    actor: Actor | None
    slot: int | None
    field: str
    year: int | None

    @property
    def owner(self) -> Owner:
        """What kind of thing owns the addressed field."""
        if self.basic_goal == 0:
            return Owner.PLAN
        if self.activity_goal is None:
            return Owner.BASIC_GOAL
        if self.activity is None:
            return Owner.ACTIVITY_GOAL
        if self.actor is None:
            return Owner.ACTIVITY
        return Owner.ACTOR if self.field == "initiatives" else Owner.SLOT

    def __str__(self) -> str:
        """The address as it is typed."""
        numbers = [self.basic_goal, self.activity_goal, self.activity]
        path = "-".join(str(number) for number in numbers if number is not None) if self.basic_goal else "plan"
        if self.actor is not None:
            path += f"/{self.actor.value}" + (f".{self.slot}" if self.slot not in (None, 1) else "")
        return f"{path}/{self.field}" + (f"@{self.year}" if self.year is not None else "")


def parse_address(text: str) -> Address:
    """Read an address; raises UnknownAddress when it is malformed or names a field that does not exist there."""
    match = _ADDRESS.fullmatch(text.strip())
    if match is None:
        raise _unknown(text, "アドレスの形になっていません。")
    actor = Actor(match["actor"]) if match["actor"] else None
    slot = int(match["slot"]) if match["slot"] else None
    basic, goal, activity = (int(match[name]) if match[name] else None for name in ("b", "a", "n"))
    year = int(match["year"]) if match["year"] else None
    address = Address(basic or 0, goal, activity, actor, slot, match["field"], year)
    if (basic == 0 and not match["plan"]) or (actor is not None and activity is None):
        raise _unknown(text, "アドレスの形になっていません。")
    if address.field not in _ADDRESSABLE[address.owner]:
        raise _unknown(text, f"「{address.field}」という欄はここにはありません。")
    if spec_of(address.owner, address.field).yearly != (year is not None):
        raise _unknown(text, "年度（@2018 など）の要る欄か、要らない欄かを確かめてください。")
    return address


def _unknown(text: str, why: str) -> UnknownAddress:
    return UnknownAddress(
        why, code="W-120", where=text[:80], next_step="例: 1-1-3/city.2/status@2018（何も変わっていません）"
    )


def resolve(plan: Plan, text: str) -> FieldKey:
    """Return the key the address ``text`` names in ``plan`` (structure is enough); raises UnknownAddress."""
    address = parse_address(text)
    basic, goal, activity = _locate(plan, address, text)
    owner_id = plan.id
    match address.owner:
        case Owner.BASIC_GOAL:
            owner_id = basic.id if basic else ""
        case Owner.ACTIVITY_GOAL:
            owner_id = goal.id if goal else ""
        case Owner.ACTIVITY:
            owner_id = activity.id if activity else ""
        case Owner.ACTOR:
            if address.slot not in (None, 1):
                raise _unknown(text, "取組みは記入欄ごとではなく、実施主体ごとに一つです。")
            assert activity is not None and address.actor is not None
            return FieldKey(Owner.ACTOR, activity.id, address.field, address.actor)
        case Owner.SLOT:
            assert activity is not None and address.actor is not None
            slots = activity.part(address.actor).slots
            number = 1 if address.slot is None else address.slot
            if not 1 <= number <= len(slots):
                raise _unknown(text, f"記入欄は{len(slots)}つです。{number}番目はありません。")
            owner_id = slots[number - 1].id
    return FieldKey(address.owner, owner_id, address.field, None, address.year)


def _locate(plan: Plan, address: Address, text: str) -> tuple[BasicGoal | None, ActivityGoal | None, Activity | None]:
    if address.basic_goal == 0:
        return None, None, None
    basic = next((item for item in plan.basic_goals if item.number == address.basic_goal), None)
    if basic is None:
        raise _unknown(text, f"基本目標{address.basic_goal}はありません。")
    if address.activity_goal is None:
        return basic, None, None
    goal = next((item for item in basic.activity_goals if item.number == address.activity_goal), None)
    if goal is None:
        raise _unknown(text, f"活動目標{address.basic_goal}-{address.activity_goal}はありません。")
    if address.activity is None:
        return basic, goal, None
    activity = next((item for item in goal.activities if item.number == address.activity), None)
    if activity is None:
        raise _unknown(text, f"活動{address.basic_goal}-{address.activity_goal}-{address.activity}はありません。")
    return basic, goal, activity


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the structure: its address path (``1-1-3/city.2``) and its activity's id, if any."""

    path: str
    activity_id: str = ""


def places(plan: Plan) -> dict[tuple[Owner, str], Place]:
    """Return the place of everything in ``plan`` by kind and id, for turning keys into addresses."""
    found = {(Owner.PLAN, plan.id): Place("plan")}
    for department in plan.departments:
        found[(Owner.DEPARTMENT, department.id)] = Place(f"department:{department.name}")
    for basic in plan.basic_goals:
        found[(Owner.BASIC_GOAL, basic.id)] = Place(f"{basic.number}")
        for goal in basic.activity_goals:
            found[(Owner.ACTIVITY_GOAL, goal.id)] = Place(f"{basic.number}-{goal.number}")
    for basic, goal, activity in plan.walk():
        path = f"{basic.number}-{goal.number}-{activity.number}"
        found[(Owner.ACTIVITY, activity.id)] = Place(path, activity.id)
        for part in activity.parts:
            for index, slot in enumerate(part.slots, start=1):
                suffix = f".{index}" if index > 1 else ""
                found[(Owner.SLOT, slot.id)] = Place(f"{path}/{part.actor.value}{suffix}", activity.id)
    return found


def address_of(key: FieldKey, where: dict[tuple[Owner, str], Place]) -> str:
    """Return the address of ``key``; something no longer in the structure is shown by its id."""
    owner = Owner.ACTIVITY if key.owner is Owner.ACTOR else key.owner
    place = where.get((owner, key.owner_id))
    path = place.path if place else f"({key.owner.value}:{key.owner_id})"
    actor = f"/{key.actor.value}" if key.actor else ""
    return f"{path}{actor}/{key.name}" + (f"@{key.year}" if key.year is not None else "")


def spoken(key: FieldKey) -> str:
    """Return the field's Japanese name with its year: ``実施状況（平成30年度）``."""
    return key.spec.label + (f"（{fiscal_label(key.year)}）" if key.year is not None else "")


def in_words(key: FieldKey, where: Mapping[tuple[Owner, str], Place]) -> str:
    """Return where ``key`` stands, for a person: ``1-1③ 市 2 実施状況（平成30年度）``."""
    place = where.get((Owner.ACTIVITY if key.owner is Owner.ACTOR else key.owner, key.owner_id))
    if place is None:
        return f"今はないところ {spoken(key)}"
    if key.owner is Owner.DEPARTMENT:  # a name may hold anything
        return f"{place.path.partition(':')[2]} {spoken(key)}"
    path, _, slot = place.path.partition("/")
    actor, _, number = slot.partition(".")
    if place.activity_id:
        goal, _, last = path.rpartition("-")
        path = goal + circled(int(last))
    whose = Actor(actor).label if actor else key.actor.label if key.actor else ""
    return " ".join(part for part in ("計画" if path == "plan" else path, whose, number, spoken(key)) if part)
