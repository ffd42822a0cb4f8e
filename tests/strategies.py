"""Arbitrary plans and field values, as the store has to keep them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import count

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
    """A whole plan with identifiers, numbers that are unique among siblings, and no default stored as an entry."""
    new_id = identifiers()
    names = draw(st.lists(lines_of_text(1), max_size=4, unique=True))
    former = st.lists(st.tuples(lines_of_text(1), fiscal_years()), max_size=2).map(tuple)
    departments = tuple(Department(name, new_id(), draw(former)) for name in names)
    basic_goals = tuple(
        BasicGoal(
            number,
            draw(lines_of_text()),
            tuple(
                ActivityGoal(
                    goal_number,
                    draw(lines_of_text()),
                    tuple(
                        _activity(draw, new_id, departments, activity_number)
                        for activity_number in _numbers(draw, max_activities)
                    ),
                    new_id(),
                    draw(st.none() | fiscal_years()),
                )
                for goal_number in _numbers(draw, 2)
            ),
            new_id(),
            draw(st.none() | fiscal_years()),
        )
        for number in _numbers(draw, 2)
    )
    first = draw(fiscal_years())
    return Plan(
        draw(lines_of_text()), draw(lines_of_text()), first, first + 4, departments, basic_goals, new_id(), "unknown"
    )


def _numbers(draw: st.DrawFn, max_size: int) -> list[int]:
    return draw(st.lists(st.integers(1, 60), max_size=max_size, unique=True))


def _activity(draw: st.DrawFn, new_id: Callable[[], str], departments: tuple[Department, ...], number: int) -> Activity:
    council, city = (_part(draw, new_id, departments, actor) for actor in (Actor.COUNCIL, Actor.CITY))
    retired = draw(st.none() | fiscal_years())
    return Activity(number, draw(lines_of_text()), draw(lines()), draw(lines()), council, city, new_id(), retired)


def _part(draw: st.DrawFn, new_id: Callable[[], str], departments: tuple[Department, ...], actor: Actor) -> ActorPart:
    own = [draw(indicators(new_id)) for _ in range(draw(st.integers(0, 2)))]
    # A result may answer an indicator of another slot of its actor, a later one too.
    ids = tuple(item.id for group in own for item in group)
    slots = tuple(_slot(draw, new_id, departments, group, ids) for group in own)
    return ActorPart(actor, draw(lines()), slots)


def _slot(
    draw: st.DrawFn,
    new_id: Callable[[], str],
    departments: tuple[Department, ...],
    own: tuple[Indicator, ...],
    indicator_ids: tuple[str, ...],
) -> Slot:
    of_year = st.dictionaries(fiscal_years(), entries().filter(lambda entry: entry != Entry()), max_size=2)
    chosen = draw(st.lists(st.sampled_from(departments), max_size=3, unique=True)) if departments else []
    judged = draw(st.sets(fiscal_years(), max_size=1)) if indicator_ids else set()
    return Slot(
        tuple(chosen),
        draw(of_year),
        draw(of_year),
        own,
        {year: draw(results(new_id, indicator_ids)) for year in draw(st.sets(fiscal_years(), max_size=2))},
        {year: draw(overrides(indicator_ids)) for year in judged},
        new_id(),
        draw(st.none() | fiscal_years()),
    )


def values(key: FieldKey, new_id: Callable[[], str], indicator_ids: tuple[str, ...] = ()) -> st.SearchStrategy[Value]:
    """A value a field of this kind may be given; structure (children, references) is left to plans."""
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
        Kind.FORMER: st.lists(st.tuples(lines_of_text(1), fiscal_years()), max_size=2).map(tuple),
    }
    return kinds[key.spec.kind]
