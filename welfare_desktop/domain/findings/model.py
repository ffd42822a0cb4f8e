"""What proofreading (校正) finds, and the view of a plan its rules look at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ..addresses import Address
from ..judging import Judged, judged_targets
from ..model import Activity, ActivityGoal, Actor, ActorPart, BasicGoal, Entry, Lines, Plan, Slot, in_use
from .spellings import Spellings


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # cannot be right
    WARNING = "warning"  # somebody should look
    INFO = "info"  # worth knowing

    @property
    def label(self) -> str:
        """The Japanese word."""
        return {"error": "誤り", "warning": "要確認", "info": "参考"}[self.value]


class Group(StrEnum):
    """Rules as the list on the screen groups them."""

    FORM = "文の形"
    VARIANTS = "ことばのゆれ"
    MEASURES = "指標と実績"
    REPEATS = "重なり"
    FILLING = "記入"
    PRIVACY = "個人の情報"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    ``address`` names the field (see ``domain.addresses``); ``line`` counts from 1, None where the field as a whole is
    meant; ``text`` is the line as it stands and ``span`` the place in it.  ``suggestion`` is the whole line put right,
    empty where a person has to find the words; ``removes_line`` says that the line should go.  ``certain`` suggestions
    may be applied without being read one by one.  ``owner_id`` is the id of the activity or slot that owns the field.
    """

    rule: str
    severity: Severity
    address: Address
    line: int | None
    message: str
    suggestion: str = ""
    certain: bool = False
    removes_line: bool = False
    text: str = ""
    span: tuple[int, int] | None = None
    owner_id: str = ""

    @property
    def fingerprint(self) -> str:
        """A short name that stays the same while the finding does, for remembering which ones were put aside."""
        owner = self.owner_id or str(self.address)
        where = f"{owner}/{self.address.field}@{self.address.year}"
        return hashlib.sha256(f"{self.rule}\n{where}\n{self.text}\n{self.message}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Passage:
    """The lines of one field of the report."""

    address: Address
    owner_id: str
    lines: Lines
    draft: bool = False

    @property
    def field(self) -> str:
        """The field's name: status, planned …"""
        return self.address.field


@dataclass(frozen=True, slots=True)
class SlotPlace:
    """A slot with where it stands; ``number`` counts from 1 within its actor's part."""

    activity: Activity
    part: ActorPart
    slot: Slot
    number: int
    numbers: tuple[int, int, int]

    def address(self, name: str, year: int | None = None) -> Address:
        """Return the address of one of the slot's fields."""
        return Address(*self.numbers, self.part.actor, self.number, name, year)

    def passage(self, name: str, year: int) -> Passage:
        """Return status or planned of ``year``; without lines where nothing was entered."""
        entry = getattr(self.slot, name).get(year, Entry())
        return Passage(self.address(name, year), self.slot.id, entry.lines, entry.draft)


@dataclass(frozen=True)
class Scene:
    """The report of one fiscal year as the rules see it.

    ``chosen`` limits what is looked at to activities with these numbers; None means all.  What rules compare across the
    whole report they take from :attr:`spellings`, whatever is chosen; ``known`` are spellings counted before.
    """

    plan: Plan
    year: int
    chosen: Collection[tuple[int, int, int]] | None = None
    known: Spellings | None = None

    @property
    def plan_years(self) -> tuple[int, int]:
        """First and last fiscal year of the plan."""
        return self.plan.first_year, self.plan.last_year

    @cached_property
    def slots(self) -> list[SlotPlace]:
        """Every slot in use, in print order."""
        return [
            SlotPlace(activity, part, slot, number, numbers)
            for numbers, activity in self._activities()
            for part in activity.parts
            for number, slot in enumerate(part.slots, start=1)
            if in_use(slot, self.year)
        ]

    @cached_property
    def passages(self) -> list[Passage]:
        """Every field of the report that holds lines, in print order."""
        found = []
        for numbers, activity in self._activities():
            found += list(_activity_passages(numbers, activity))
            for place in self.slots_of(activity):
                found += [passage for passage in self._slot_passages(place) if passage.lines]
        return found

    def slots_of(self, activity: Activity) -> list[SlotPlace]:
        """Return the slots of one activity."""
        return self._by_activity.get(id(activity), [])

    @cached_property
    def _by_activity(self) -> dict[int, list[SlotPlace]]:
        """Slots by the activity itself: numbers may be doubled in a plan that is being built."""
        found: dict[int, list[SlotPlace]] = {}
        for place in self.slots:
            found.setdefault(id(place.activity), []).append(place)
        return found

    @cached_property
    def spellings(self) -> Spellings:
        """How the whole report spells what can be spelled in several ways."""
        if self.known is not None:
            return self.known
        whole = self if self.chosen is None else Scene(self.plan, self.year)
        return Spellings.of(line for passage in whole.passages for line in passage.lines)

    @cached_property
    def judged(self) -> list[tuple[SlotPlace, Judged]]:
        """Every judged target with the slot whose indicator it is; result indexes count over the actor's slots."""
        parts: dict[tuple[int, Actor], list[SlotPlace]] = {}
        for place in self.slots:
            parts.setdefault((id(place.activity), place.part.actor), []).append(place)
        found = []
        for places in parts.values():
            owners = [place for place in places for _ in place.slot.indicators]
            for item in judged_targets([place.slot for place in places], self.year, self.plan_years):
                found.append((owners[item.indicator_index], item))
        return found

    def _activities(self) -> Iterator[tuple[tuple[int, int, int], Activity]]:
        for basic_goal, goal, activity in self.plan.walk():
            numbers = (basic_goal.number, goal.number, activity.number)
            levels: tuple[BasicGoal | ActivityGoal | Activity, ...] = (basic_goal, goal, activity)
            used = all(in_use(level, self.year) for level in levels)
            if used and (self.chosen is None or numbers in self.chosen):
                yield numbers, activity

    def _slot_passages(self, place: SlotPlace) -> Iterator[Passage]:
        slot, year = place.slot, self.year
        yield place.passage("status", year)
        yield place.passage("planned", year + 1)
        yield Passage(place.address("indicators"), slot.id, tuple(item.text for item in slot.indicators))
        results = tuple(item.text for item in slot.results.get(year, ()))
        yield Passage(place.address("results", year), slot.id, results)


def _activity_passages(numbers: tuple[int, int, int], activity: Activity) -> Iterator[Passage]:
    for name in ("residents_role", "organizations_role"):
        lines: Lines = getattr(activity, name)
        if lines:
            yield Passage(Address(*numbers, None, None, name, None), activity.id, lines)
    for part in activity.parts:
        if part.initiatives:
            yield Passage(Address(*numbers, part.actor, None, "initiatives", None), activity.id, part.initiatives)


#: Fields the office writes itself every year; the plan's own wording is never put right without being read.
_WRITTEN_YEARLY = frozenset({"status", "planned", "results"})

Check = Callable[["Rule", Scene], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a stable id, how much it matters, what the screen calls it, and the function that looks."""

    id: str
    severity: Severity
    group: Group
    label: str
    check: Check

    def find(self, scene: Scene) -> Iterator[Finding]:
        """Yield what this rule finds in ``scene``."""
        yield from self.check(self, scene)

    def at(
        self,
        passage: Passage,
        index: int,
        message: str,
        *,
        suggestion: str = "",
        certain: bool = False,
        removes_line: bool = False,
        span: tuple[int, int] | None = None,
    ) -> Finding:
        """Return a finding at line ``index`` (from 0) of ``passage``."""
        text = passage.lines[index]
        if suggestion == text:
            suggestion = ""
        return Finding(
            self.id,
            self.severity,
            passage.address,
            index + 1,
            message,
            suggestion,
            certain and bool(suggestion) and passage.field in _WRITTEN_YEARLY,
            removes_line,
            text,
            span,
            passage.owner_id,
        )

    def on(self, address: Address, owner_id: str, message: str) -> Finding:
        """Return a finding about a field as a whole."""
        return Finding(self.id, self.severity, address, None, message, owner_id=owner_id)


def is_council(place: SlotPlace) -> bool:
    """Whether the slot is the council's, which owes it itself where no branch is named."""
    return place.part.actor is Actor.COUNCIL
