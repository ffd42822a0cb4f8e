"""Arbitrary plans and field values, as the store has to keep them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import TypeVar

from hypothesis import strategies as st

from welfare_desktop.domain.fields import FieldKey, Kind, Value
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Judgement,
    JudgementOverride,
    Lines,
    Plan,
    Result,
    Slot,
    Target,
    TargetKind,
)
from welfare_desktop.domain.text import canonical_line

T = TypeVar("T")

#: Characters that appear in reports, and ones that break careless storage.
_LETTERS = st.one_of(
    st.sampled_from("活動をした。講座【新規】※○①㈱（）１２12 、—-'\"%?#;--\\/,:[]{}"),
    st.sampled_from("神\ufa19か\u3099がÅ\u212b𠮷👪\u200d\ufe0f\u3099ｱﾊﾞ"),
    st.characters(exclude_categories=["Cs"]),
)


def lines_of_text(min_size: int = 0) -> st.SearchStrategy[str]:
    """One line as it is stored; ``min_size`` 1 leaves the empty one out."""
    found = st.text(_LETTERS, max_size=12).map(canonical_line)
    return found.filter(bool) if min_size else found


def lines(max_size: int = 4) -> st.SearchStrategy[Lines]:
    """The lines of one field."""
    return st.lists(lines_of_text(1), max_size=max_size).map(tuple)


def fiscal_years() -> st.SearchStrategy[int]:
    """A fiscal year around a plan's five."""
    return st.integers(2016, 2024)


def targets() -> st.SearchStrategy[Target]:
    """A target corrected by hand."""
    return st.builds(
        Target,
        wording=lines_of_text(),
        kind=st.sampled_from(TargetKind),
        value=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
        unit=lines_of_text(),
        comparator=st.sampled_from("=≥≤"),
        fiscal_year=st.none() | fiscal_years(),
    )


def entries() -> st.SearchStrategy[Entry]:
    """An entry, drafts and blank drafts included."""
    return st.builds(Entry, lines(), st.booleans())


def identifiers() -> Callable[[], str]:
    """Return a source of UUIDs that gives the same ones in the same order every time."""
    numbers = count(1)
    return lambda: str(uuid.UUID(int=next(numbers)))


@st.composite
def indicators(draw: st.DrawFn, new_id: Callable[[], str]) -> tuple[Indicator, ...]:
    """The indicators of a slot, some with targets corrected by hand."""
    corrected = st.none() | st.lists(targets(), max_size=2).map(tuple)
    found = draw(st.lists(st.tuples(lines_of_text(1), corrected), max_size=3))
    return tuple(Indicator(text, new_id(), own) for text, own in found)


@st.composite
def results(draw: st.DrawFn, new_id: Callable[[], str], indicator_ids: tuple[str, ...]) -> tuple[Result, ...]:
    """The results of a slot and year; links may name any of ``indicator_ids``."""
    links = st.sampled_from((None, "", *indicator_ids))
    values = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
    units = st.none() | lines_of_text()
    found = draw(st.lists(st.tuples(lines_of_text(1), links, values, units), min_size=1, max_size=3))
    return tuple(Result(text, new_id(), link, value, unit) for text, link, value, unit in found)


@st.composite
def overrides(draw: st.DrawFn, indicator_ids: tuple[str, ...]) -> tuple[JudgementOverride, ...]:
    """Judgements set by hand against some of ``indicator_ids``."""
    one = st.builds(
        JudgementOverride,
        indicator_id=st.sampled_from(indicator_ids),
        target_index=st.integers(0, 3),
        judgement=st.sampled_from(Judgement),
        reason=lines_of_text(),
    )
    return draw(st.lists(one, min_size=1, max_size=2).map(tuple))


@st.composite
def plans(draw: st.DrawFn, max_activities: int = 3) -> Plan:
    """A whole plan with identifiers, numbers that are unique among siblings, and no default stored as an entry.

    Its texts and numbers are drawn one by one, its shape from a seed: drawing every branch takes a hundred times as
    long, and a text that breaks something still shrinks.
    """
    texts = draw(st.lists(lines_of_text(1), min_size=1, max_size=6))
    values = draw(st.lists(st.decimals(allow_nan=False, allow_infinity=False), min_size=1, max_size=3))
    return _Grower(random.Random(draw(st.integers(0, 2**32))), texts, values, max_activities).plan()


class _Grower:
    """Builds a plan of any shape out of given texts and numbers."""

    def __init__(self, dice: random.Random, texts: list[str], values: list[Decimal], max_activities: int) -> None:
        self.dice = dice
        self.texts = texts
        self.values = values
        self.max_activities = max_activities
        self.new_id = identifiers()
        self.departments: tuple[Department, ...] = ()

    def plan(self) -> Plan:
        names = self.dice.sample(sorted(set(self.texts)), self.dice.randint(0, len(set(self.texts))))
        self.departments = tuple(
            Department(name, self.new_id(), tuple((self.text(), self.year()) for _ in self.some(2))) for name in names
        )
        basic_goals = tuple(
            BasicGoal(number, self.text(), self.activity_goals(), self.new_id(), self.maybe(self.year))
            for number in self.numbers(2)
        )
        first = self.year()
        return Plan(self.text(), self.text(), first, first + 4, self.departments, basic_goals, self.new_id(), "unknown")

    def activity_goals(self) -> tuple[ActivityGoal, ...]:
        return tuple(
            ActivityGoal(
                number,
                self.text(),
                tuple(self.activity(number) for number in self.numbers(self.max_activities)),
                self.new_id(),
                self.maybe(self.year),
            )
            for number in self.numbers(2)
        )

    def activity(self, number: int) -> Activity:
        council, city = self.part(Actor.COUNCIL), self.part(Actor.CITY)
        retired = self.maybe(self.year)
        return Activity(number, self.text(), self.lines(), self.lines(), council, city, self.new_id(), retired)

    def part(self, actor: Actor) -> ActorPart:
        groups = [tuple(self.indicator() for _ in self.some(2)) for _ in self.some(2)]
        # A result may answer an indicator of another slot of its actor, a later one too.
        ids = [item.id for group in groups for item in group]
        return ActorPart(actor, self.lines(), tuple(self.slot(group, ids) for group in groups))

    def slot(self, own: tuple[Indicator, ...], indicator_ids: list[str]) -> Slot:
        chosen = self.dice.sample(self.departments, min(len(self.departments), self.dice.randint(0, 2)))
        judged = self.years() if indicator_ids else []
        return Slot(
            tuple(chosen),
            {year: self.entry() for year in self.years()},
            {year: self.entry() for year in self.years()},
            own,
            {year: tuple(self.result(indicator_ids) for _ in range(self.dice.randint(1, 2))) for year in self.years()},
            {year: (self.override(indicator_ids),) for year in judged},
            self.new_id(),
            self.maybe(self.year),
        )

    def indicator(self) -> Indicator:
        return Indicator(self.text(), self.new_id(), self.maybe(lambda: tuple(self.target() for _ in self.some(2))))

    def target(self) -> Target:
        return Target(
            self.text(),
            self.dice.choice(list(TargetKind)),
            self.maybe(self.value),
            self.text(),
            self.dice.choice("=≥≤"),
            self.maybe(self.year),
        )

    def result(self, indicator_ids: list[str]) -> Result:
        link = self.dice.choice((None, "", *indicator_ids))
        return Result(self.text(), self.new_id(), link, self.maybe(self.value), self.maybe(self.text))

    def override(self, indicator_ids: list[str]) -> JudgementOverride:
        judgement = self.dice.choice(list(Judgement))
        return JudgementOverride(self.dice.choice(indicator_ids), self.dice.randint(0, 3), judgement, self.text())

    def entry(self) -> Entry:
        lines = self.lines()
        return Entry(lines, not lines or self.dice.random() < 0.3)

    def text(self) -> str:
        return self.dice.choice(self.texts)

    def value(self) -> Decimal:
        return self.dice.choice(self.values)

    def lines(self) -> Lines:
        return tuple(self.text() for _ in self.some(3))

    def year(self) -> int:
        return self.dice.randint(2016, 2024)

    def years(self) -> list[int]:
        return self.dice.sample(range(2016, 2025), self.dice.randint(0, 2))

    def numbers(self, at_most: int) -> list[int]:
        return self.dice.sample(range(1, 60), self.dice.randint(0, at_most))

    def some(self, at_most: int) -> range:
        return range(self.dice.randint(0, at_most))

    def maybe(self, make: Callable[[], T]) -> T | None:
        return make() if self.dice.random() < 0.3 else None


def values(
    key: FieldKey,
    new_id: Callable[[], str],
    indicator_ids: tuple[str, ...] = (),
    department_ids: tuple[str, ...] = (),
) -> st.SearchStrategy[Value]:
    """A value a field of this kind may be given; lists of children are left to plans."""
    kinds: dict[Kind, st.SearchStrategy[Value]] = {
        Kind.LINE: lines_of_text(),
        Kind.NUMBER: st.integers(0, 9999),
        Kind.YEAR: st.none() | fiscal_years(),
        Kind.LINES: lines(),
        Kind.NOTE: lines(),
        Kind.ENTRY: entries(),
        Kind.INDICATORS: indicators(new_id),
        Kind.RESULTS: st.just(()) | results(new_id, indicator_ids),
        Kind.OVERRIDES: st.just(()) | overrides(indicator_ids) if indicator_ids else st.just(()),
        Kind.REFERENCES: st.lists(st.sampled_from(department_ids), max_size=3).map(tuple)
        if department_ids
        else st.just(()),
        Kind.FORMER: st.lists(st.tuples(lines_of_text(1), fiscal_years()), max_size=2).map(tuple),
    }
    return kinds[key.spec.kind]
