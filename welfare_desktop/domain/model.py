"""What a plan's yearly status report is made of, as frozen values.

The tree mirrors the printed report: a :class:`Plan` (計画) holds basic goals (基本目標), these hold activity goals
(活動目標), these hold activities (活動名／取組み).  Every activity has one part per actor (実施主体): the council
(市社会福祉協議会) and the city (市).  A part lists its initiatives (取組み) and one or more slots (記入欄); a slot is
what one group of departments (担当課) answers together.

The same tree is what a report reader produces, what a snapshot of the store is, and what every writer consumes.
Identifiers are UUID strings; a tree that was just read from paper has empty identifiers until the store gives them.
Mappings keyed by ``int`` are keyed by Gregorian fiscal year (April to March).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

Lines = tuple[str, ...]

#: Marks that say "left empty on purpose" (該当なし／実績なし) when they stand alone; the mark typed is kept.
NONE_MARKS = frozenset({"—", "－", "―"})


class Actor(StrEnum):
    """Who acts (実施主体)."""

    COUNCIL = "council"
    CITY = "city"

    @property
    def label(self) -> str:
        """The Japanese name on screen and paper."""
        return "市社会福祉協議会" if self is Actor.COUNCIL else "市"


class EntryState(StrEnum):
    """How far one field is filled."""

    BLANK = "blank"
    DRAFT = "draft"
    ENTERED = "entered"
    NONE = "none"

    @property
    def label(self) -> str:
        """The Japanese word shown beside the mark."""
        return {"blank": "未記入", "draft": "下書き", "entered": "記入済", "none": "該当なし"}[self.value]


def state_of(lines: Lines, draft: bool = False) -> EntryState:
    """Tell the state of a field from its lines; ``draft`` counts only while there is text."""
    if not lines:
        return EntryState.BLANK
    if draft:
        return EntryState.DRAFT
    if len(lines) == 1 and lines[0] in NONE_MARKS:
        return EntryState.NONE
    return EntryState.ENTERED


class TargetKind(StrEnum):
    """How a target (目標) is worded; see ``domain.targets`` for the grammar."""

    ANNUAL = "annual"
    ANNUAL_EACH = "annual_each"
    BIENNIAL = "biennial"
    ANNUAL_FROM = "annual_from"
    BY_YEAR = "by_year"
    LEVEL = "level"
    ONCE = "once"
    MULTIPLE = "multiple"
    QUALITATIVE = "qualitative"


class Judgement(StrEnum):
    """What a result says about a target in one year (判定)."""

    ACHIEVED = "achieved"
    MISSED = "missed"
    UNDER_WAY = "under_way"
    UNIT_MISMATCH = "unit_mismatch"
    NO_RESULT = "no_result"
    QUALITATIVE = "qualitative"
    UNDECIDED = "undecided"

    @property
    def label(self) -> str:
        """The Japanese word shown beside the mark."""
        return {
            "achieved": "達成",
            "missed": "未達",
            "under_way": "途中",
            "unit_mismatch": "単位不一致",
            "no_result": "実績なし",
            "qualitative": "定性",
            "undecided": "要確認",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Target:
    """One target read from an indicator's wording, or corrected by hand.

    ``comparator`` is ``≥`` (以上), ``≤`` (以下) or ``=`` (neither); ``fiscal_year`` is None where none is named;
    ``value`` is None for a qualitative target.
    """

    wording: str
    kind: TargetKind
    value: Decimal | None = None
    unit: str = ""
    comparator: str = "="
    fiscal_year: int | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of 主な活動指標.  ``targets`` None means: read them from the wording."""

    text: str
    id: str = ""
    targets: tuple[Target, ...] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One line of 実績.

    ``link`` is the id of the indicator it answers, ``""`` where a person said it answers none, None while nobody
    decided (the program proposes one by likeness).  ``value`` and ``unit`` None mean: read them from the text.
    """

    text: str
    id: str = ""
    link: str | None = None
    value: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class JudgementOverride:
    """A judgement a person set against the program's proposal, with the reason."""

    indicator_id: str
    target_index: int
    judgement: Judgement
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines of 実施状況 or 実施予定 for one year; ``draft`` while proposed by a rollover and not confirmed."""

    lines: Lines = ()
    draft: bool = False

    @property
    def state(self) -> EntryState:
        """How far this entry is filled."""
        return state_of(self.lines, self.draft)


@dataclass(frozen=True, slots=True)
class Department:
    """A 担当課.  ``former`` lists earlier names as (name, last fiscal year it was used), oldest first."""

    name: str
    id: str = ""
    former: tuple[tuple[str, int], ...] = ()

    def name_in(self, year: int) -> str:
        """Return the name used in fiscal ``year``, so that old reports print the old name."""
        for name, last_year in self.former:
            if year <= last_year:
                return name
        return self.name


@dataclass(frozen=True, slots=True)
class Slot:
    """One block of entries (記入欄) with its departments in order; no department means 未割当."""

    departments: tuple[Department, ...] = ()
    status: Mapping[int, Entry] = field(default_factory=dict)
    planned: Mapping[int, Entry] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    results: Mapping[int, tuple[Result, ...]] = field(default_factory=dict)
    overrides: Mapping[int, tuple[JudgementOverride, ...]] = field(default_factory=dict)
    id: str = ""
    retired_from: int | None = None
    reported_from: int | None = None

    @property
    def department_names(self) -> Lines:
        """Present names of the departments, in order."""
        return tuple(department.name for department in self.departments)


@dataclass(frozen=True, slots=True)
class ActorPart:
    """What one actor contributes to one activity."""

    actor: Actor
    initiatives: Lines = ()
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """活動名／取組み, shown ①②③.

    ``reported_from`` is the first fiscal year it is reported, None from the beginning; ``retired_from`` the first it no
    longer is, None where it goes on.  Goals and slots have the same two years.
    """

    number: int
    title: str
    residents_role: Lines = ()
    organizations_role: Lines = ()
    council: ActorPart = ActorPart(Actor.COUNCIL)
    city: ActorPart = ActorPart(Actor.CITY)
    id: str = ""
    retired_from: int | None = None
    reported_from: int | None = None

    @property
    def parts(self) -> tuple[ActorPart, ActorPart]:
        """Both actors' parts in print order."""
        return (self.council, self.city)

    def part(self, actor: Actor) -> ActorPart:
        """The part of ``actor``."""
        return self.council if actor is Actor.COUNCIL else self.city


@dataclass(frozen=True, slots=True)
class ActivityGoal:
    """活動目標; its number counts within the basic goal."""

    number: int
    title: str
    activities: tuple[Activity, ...] = ()
    id: str = ""
    retired_from: int | None = None
    reported_from: int | None = None


@dataclass(frozen=True, slots=True)
class BasicGoal:
    """基本目標."""

    number: int
    title: str
    activity_goals: tuple[ActivityGoal, ...] = ()
    id: str = ""
    retired_from: int | None = None
    reported_from: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan: structure and every year's entries.

    ``departments`` lists all 担当課 in order of first appearance; ``vision`` is the 理念 on one line.
    """

    title: str
    vision: str
    first_year: int
    last_year: int
    departments: tuple[Department, ...] = ()
    basic_goals: tuple[BasicGoal, ...] = ()
    id: str = ""
    dataset_id: str = ""

    def walk(self) -> Iterator[tuple[BasicGoal, ActivityGoal, Activity]]:
        """Yield every activity with the goals above it, in print order."""
        for basic_goal in self.basic_goals:
            for activity_goal in basic_goal.activity_goals:
                for activity in activity_goal.activities:
                    yield basic_goal, activity_goal, activity


#: What is reported from one fiscal year to another.
Reported = BasicGoal | ActivityGoal | Activity | Slot


def in_use(item: Reported, year: int) -> bool:
    """Whether ``item`` belongs to the report of ``year``."""
    return is_between(item.reported_from, item.retired_from, year)


def is_between(reported_from: int | None, retired_from: int | None, year: int) -> bool:
    """Whether ``year`` is one of those reported; the two years as in :class:`Activity`."""
    return (reported_from is None or reported_from <= year) and (retired_from is None or year < retired_from)
