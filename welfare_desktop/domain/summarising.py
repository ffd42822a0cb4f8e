"""The figures of the summary for the committee (推進協議会資料): pure counting and comparing, no layout.

For fiscal year Y it tells which targets were reached, by activity goal and actor; which were missed; what changed since
an earlier edition of the same report; which measures are new; and what was planned for Y beside what was done.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .edition_changes import EditionChange, edition_changes, place_label
from .judging import Judged, judged_targets
from .linking import targets_of
from .model import Activity, Actor, ActorPart, Entry, Judgement, Lines, Plan, Slot, in_use
from .official_form import GoalKey, Section, report_title, sections
from .targets import describe_target, target_names
from .years import fiscal_label

_NEW_TAG = "【新規】"
_TAG = re.compile("【(?:新規|再掲)】")
_OPEN, _CLOSE, _SEPARATORS = "(（", ")）", "、，,"


#: What the summary is called.
SUMMARY_TITLE = "推進協議会資料　実施状況の概要"


class Outcome(StrEnum):
    """What became of a target, as far as the committee is concerned; in print order.

    単位不一致 counts as 要確認: somebody has to look at it before it can be called reached or missed.
    """

    ACHIEVED = "achieved"
    UNDER_WAY = "under_way"
    MISSED = "missed"
    UNDECIDED = "undecided"
    NO_RESULT = "no_result"
    QUALITATIVE = "qualitative"

    @property
    def label(self) -> str:
        """The Japanese word."""
        return Judgement(self.value).label

    @property
    def meaning(self) -> str:
        """What the word means, for a legend."""
        return {
            "achieved": "目標に達した",
            "under_way": "目標年度がこれから",
            "missed": "目標に届かない",
            "undecided": "単位や名称が合わない",
            "no_result": "実績の記入なし・「—」",
            "qualitative": "数値目標なし",
        }[self.value]

    @classmethod
    def of(cls, judgement: Judgement) -> Outcome:
        """Return the outcome a judgement counts as."""
        return cls.UNDECIDED if judgement is Judgement.UNIT_MISMATCH else cls(judgement.value)


def actor_word(actor: Actor | None) -> str:
    """Return the short name of an actor for narrow columns; None is what both share."""
    if actor is None:
        return "共通"
    return "社協" if actor is Actor.COUNCIL else "市"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many targets had which outcome; tallies add up."""

    counts: Mapping[Outcome, int] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return Tally({outcome: self[outcome] + other[outcome] for outcome in Outcome})

    def __getitem__(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)

    @property
    def total(self) -> int:
        """All targets counted."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class GoalTally:
    """The tallies of one activity goal, with the basic goal above it; ``label`` is its number (``1-2``)."""

    basic_number: int
    basic_title: str
    label: str
    title: str
    council: Tally
    city: Tally

    def of(self, actor: Actor) -> Tally:
        """The tally of one actor."""
        return self.council if actor is Actor.COUNCIL else self.city


@dataclass(frozen=True, slots=True)
class MissedTarget:
    """A target that was not reached.

    ``indicator`` names what is counted, ``target`` is the target in the program's words, ``results`` are the results
    that answer it, as written.  ``percent`` says how much of it was reached, None where a percentage would say nothing
    (no figure, or a ceiling).  ``reason`` is why a person judged so against the program's proposal, else empty.
    """

    place: str
    actor: Actor
    indicator: str
    target: str
    results: Lines
    percent: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewMeasure:
    """A measure the plan calls new (【新規】); ``under`` is the measure in whose bracket it stands, or empty."""

    place: str
    actor: Actor
    text: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class PlanBesideDone:
    """What a slot had planned for the year, and what it did; ``departments`` have the names of the year."""

    place: str
    title: str
    actor: Actor
    departments: Lines
    planned: Lines
    done: Lines


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything the committee's summary says.

    ``changes`` is None where there is no earlier edition to compare with, empty where nothing changed.  ``overridden``
    counts judgements a person set against the program's proposal.  ``beside`` is empty where nothing was planned for
    the year in the year before; ``first_year`` says that there could not be.
    """

    title: str
    year: int
    goals: tuple[GoalTally, ...]
    missed: tuple[MissedTarget, ...]
    overridden: int
    changes: tuple[EditionChange, ...] | None
    new_measures: tuple[NewMeasure, ...]
    beside: tuple[PlanBesideDone, ...]
    first_year: bool

    def total(self, actor: Actor | None = None) -> Tally:
        """Return the tally over all goals, of one actor or (None) of both."""
        actors = tuple(Actor) if actor is None else (actor,)
        return sum((goal.of(one) for goal in self.goals for one in actors), start=Tally())

    @property
    def judging_note(self) -> str:
        """What a reader must know about the judgements."""
        changed = f"を事務局が確認したものです（理由を付けて変更 {self.overridden}件）" if self.overridden else "です"
        return (
            f"※ 判定はプログラムの提案{changed}。1つの指標に目標が2つ以上あるときは、1つずつ数えています。"
            "公式の様式には印字しません。"
        )

    @property
    def goals_sentence(self) -> str:
        """What to say where there is no goal to count."""
        return "この年度に報告する活動はありません。"

    @property
    def changes_sentence(self) -> str:
        """What to say where no change is listed."""
        if self.changes is None:
            return "比べる前回の版はありません（初めての版です）。"
        return "前回の版から変わったところはありません。"

    @property
    def missed_sentence(self) -> str:
        """What to say where no target was missed."""
        return "未達と判定した目標はありません。"

    @property
    def new_sentence(self) -> str:
        """What to say where no measure is new."""
        return "【新規】の付いた取組みはありません。"

    @property
    def beside_sentence(self) -> str:
        """What to say where nothing had been planned."""
        why = "計画の初年度のため" if self.first_year else "記載がないため"
        return f"{why}、昨年度の報告に{fiscal_label(self.year)}の実施予定はありません。"


@dataclass(frozen=True, slots=True)
class EditionNotes:
    """What the summary says about itself.

    ``edition`` (``第2版``) and ``previous`` (``初版 5月20日``) name the editions that are compared, empty where nobody
    named them; ``made_on`` None prints no date.
    """

    edition: str = ""
    previous: str = ""
    made_on: dt.date | None = None
    maker: str = ""

    @property
    def compared(self) -> str:
        """Both editions in brackets (``（初版 5月20日 → 第2版）``), as far as they are named; empty where none is."""
        named = " → ".join(part for part in (self.previous, self.edition) if part)
        return f"（{named}）" if named else ""


def summarise(plan: Plan, year: int, previous: Plan | None = None) -> Summary:
    """Return the summary of the report of fiscal ``year``; ``previous`` is the plan as the last edition showed it."""
    years = (plan.first_year, plan.last_year)
    found = list(found_targets(plan, year))
    return Summary(
        report_title(plan),
        year,
        tuple(_goal_tallies(plan, year, found)),
        tuple(_missed(item, year, years) for item in found if item.outcome is Outcome.MISSED),
        sum(item.judged.overridden for item in found),
        None if previous is None else tuple(edition_changes(previous, plan, year)),
        tuple(_new_measures(plan, year)),
        tuple(_beside(plan, year)),
        year <= plan.first_year,
    )


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A judged target, where it stands (``place`` is ``1-2③``), and the slots in use it was judged in."""

    goal: GoalKey
    place: str
    activity: Activity
    part: ActorPart
    slots: tuple[Slot, ...]
    judged: Judged

    @property
    def actor(self) -> Actor:
        """Whose target it is."""
        return self.part.actor

    @property
    def outcome(self) -> Outcome:
        """What became of it, as far as the committee is concerned."""
        return Outcome.of(self.judged.judgement)

    @property
    def place_of_indicator(self) -> tuple[Slot, int]:
        """The slot its indicator stands in, and the line (from 0) there."""
        line = self.judged.indicator_index
        for slot in self.slots:
            if line < len(slot.indicators):
                return slot, line
            line -= len(slot.indicators)
        raise IndexError(self.judged.indicator_index)


def _parts(plan: Plan, year: int) -> Iterator[tuple[Section, Activity, str, ActorPart, tuple[Slot, ...]]]:
    """Yield every actor's part with its place and the slots in use."""
    for section in sections(plan, year):
        for activity in section.activities:
            place = place_label(section.key, activity)
            for part in activity.parts:
                slots = tuple(slot for slot in part.slots if in_use(slot, year))
                yield section, activity, place, part, slots


def found_targets(plan: Plan, year: int) -> Iterator[FoundTarget]:
    """Yield every target of the report of fiscal ``year`` with its judgement, in print order."""
    for section in sections(plan, year):
        for activity in section.activities:
            yield from targets_in(section.key, activity, year, (plan.first_year, plan.last_year))


def targets_in(key: GoalKey, activity: Activity, year: int, plan_years: tuple[int, int]) -> Iterator[FoundTarget]:
    """Yield the targets of one activity below the goal ``key``; ``plan_years`` as in ``read_targets``."""
    place = place_label(key, activity)
    for part in activity.parts:
        slots = tuple(slot for slot in part.slots if in_use(slot, year))
        for judged in judged_targets(slots, year, plan_years):
            yield FoundTarget(key, place, activity, part, slots, judged)


def _goal_tallies(plan: Plan, year: int, found: Iterable[FoundTarget]) -> Iterator[GoalTally]:
    counts: dict[tuple[GoalKey, Actor], Counter[Outcome]] = {}
    for item in found:
        counts.setdefault((item.goal, item.actor), Counter())[item.outcome] += 1
    for section in sections(plan, year):
        council, city = (Tally(dict(counts.get((section.key, actor), {}))) for actor in Actor)
        yield GoalTally(
            section.basic_goal.number,
            section.basic_goal.title,
            f"{section.key[0]}-{section.key[1]}",
            section.activity_goal.title,
            council,
            city,
        )


def _new_measures(plan: Plan, year: int) -> Iterator[NewMeasure]:
    for _, _, place, part, _ in _parts(plan, year):
        for line in part.initiatives:
            yield from (NewMeasure(place, part.actor, text, under) for text, under in tagged_measures(line) if text)


def tagged_measures(line: str) -> Iterator[tuple[str, str]]:
    """Yield every measure of a line that is tagged 【新規】, with the measure in whose bracket it stands, if any.

    Of 「講座の開催（市民講座、親子講座【新規】）」 only 親子講座 is new, under 講座の開催.  Outside of brackets the tag means
    the whole line, or the piece since the tag before it.
    """
    begin = 0
    for match in re.finditer(_NEW_TAG, line):
        start, bracket = _phrase_start(line, match.start())
        if bracket is not None:
            head = _plain(line[_phrase_start(line, bracket)[0] : bracket])
            inside = _plain(line[start : match.start()]) or _plain(line[match.end() : _phrase_end(line, match.end())])
            yield inside, head
            continue
        following = line.find(_NEW_TAG, match.end())
        piece = _plain(line[begin : match.start()])
        if following < 0:
            yield _plain(line[begin:]), ""
        elif piece:
            yield piece, ""
            begin = match.end()
        else:
            yield _plain(line[match.end() : following]), ""
            begin = following


def _phrase_start(line: str, end: int) -> tuple[int, int | None]:
    """Return where the phrase ending at ``end`` starts, and the opening bracket around it (None: there is none)."""
    depth, separator = 0, None
    for index in range(end - 1, -1, -1):
        char = line[index]
        if char in _CLOSE:
            depth += 1
        elif char in _OPEN and depth:
            depth -= 1
        elif char in _OPEN:
            return (index + 1 if separator is None else separator), index
        elif char in _SEPARATORS and not depth and separator is None:
            separator = index + 1
    return 0, None


def _phrase_end(line: str, start: int) -> int:
    """Return where the phrase starting at ``start`` inside a bracket ends."""
    depth = 0
    for index in range(start, len(line)):
        char = line[index]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE or (char in _SEPARATORS and not depth):
            if not depth:
                return index
            depth -= 1
    return len(line)


def _plain(text: str) -> str:
    return _TAG.sub("", text).strip(" \u3000")


def _beside(plan: Plan, year: int) -> Iterator[PlanBesideDone]:
    """Yield planned and done of every slot, if anything at all had been planned for the year."""
    rows = [
        PlanBesideDone(
            place,
            activity.title,
            part.actor,
            tuple(department.name_in(year) for department in slot.departments),
            slot.planned.get(year, Entry()).lines,
            slot.status.get(year, Entry()).lines,
        )
        for _, activity, place, part, slots in _parts(plan, year)
        for slot in slots
    ]
    if any(row.planned for row in rows):
        yield from (row for row in rows if row.planned or row.done)


def _missed(item: FoundTarget, year: int, plan_years: tuple[int, int]) -> MissedTarget:
    judged = item.judged
    targets = targets_of(judged.indicator, plan_years)
    results = [result.text for slot in item.slots for result in slot.results.get(year, ())]
    return MissedTarget(
        item.place,
        item.actor,
        target_names(judged.indicator.text, targets)[judged.target_index] or judged.indicator.text,
        describe_target(judged.target),
        tuple(results[index] for index in judged.result_indexes),
        judged.percent,
        judged.reason if judged.overridden else "",
    )
