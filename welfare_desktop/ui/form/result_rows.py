"""The rows of one slot's table of indicators and results, put together from what the domain proposes.

An indicator stands with the result that answers it; further results of the same indicator follow below it; results
that answer none stand at the end.  Nothing is decided here: links, numbers and judgements come from the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from welfare_desktop.domain.judging import judgements_of
from welfare_desktop.domain.linking import propose_links, read_value, targets_of, vague_piece
from welfare_desktop.domain.model import (
    NONE_MARKS,
    ActorPart,
    Indicator,
    Judgement,
    Lines,
    Result,
    Slot,
    Target,
    TargetKind,
)
from welfare_desktop.domain.numbers import format_decimal
from welfare_desktop.domain.target_correction import is_outdated
from welfare_desktop.domain.targets import describe_target, read_targets
from welfare_desktop.domain.text import circled
from welfare_desktop.domain.years import both_label


class Link(Enum):
    """Whether it is settled which indicator a result answers; the value is the word shown."""

    PROPOSED = "対応は案"
    CONFIRMED = "対応を確認済"
    OPEN = "対応不明"
    NONE = "指標の実績でない"


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgement of one target; ``note`` is why, a person's reason when ``overridden``.

    ``proposed`` is the program's own judgement, whatever a person set.
    """

    target_index: int
    target: str
    judgement: Judgement
    note: str
    overridden: bool
    proposed: Judgement = Judgement.UNDECIDED


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row: an indicator (``indicator_place`` in the slot's list) and a result (``result_place``), or one of both.

    ``continued`` rows show a further result of the indicator above.  ``previous`` is last year's result text.  ``link`` says
    how sure it is that the result belongs here (None without a result, and for 「—」), ``elsewhere`` is the indicator of
    another slot that it answers.  ``corrected`` targets were set by hand, ``outdated`` ones before the line was reworded;
    ``number_by_hand`` says that the number is not the one in the text; ``vague`` is the piece of the text that is no exact
    number, where a person has to say which.
    """

    indicator: Indicator | None = None
    indicator_place: int | None = None
    result: Result | None = None
    result_place: int | None = None
    continued: bool = False
    targets: Lines = ()
    number: str = ""
    unit: str = ""
    previous: str = ""
    judged: tuple[Judged, ...] = ()
    link: Link | None = None
    elsewhere: str = ""
    corrected: bool = False
    outdated: bool = False
    number_by_hand: bool = False
    vague: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Which indicator and which result the row shows, by id."""
        return (self.indicator.id if self.indicator else "", self.result.id if self.result else "")

    @property
    def identity(self) -> tuple[str, str]:
        """What stays the same while a row is worked on: its indicator; its result where it is a further one."""
        return ("", self.key[1]) if self.indicator is None or self.continued else (self.key[0], "")


def rows_of(part: ActorPart, slot_index: int, year: int, plan_years: tuple[int, int]) -> list[ResultRow]:
    """Return the rows of ``part.slots[slot_index]`` for fiscal ``year``."""
    slot = part.slots[slot_index]
    offset = sum(len(item.indicators) for item in part.slots[:slot_index])
    answers = _answers(part, slot_index, year)
    before = _answers(part, slot_index, year - 1)
    judged = _judged(part, year, plan_years)
    rows: list[ResultRow] = []
    for place, indicator in enumerate(slot.indicators):
        targets = targets_of(indicator, plan_years)
        mine = [number for number, link in enumerate(answers) if link == offset + place]
        last_year = [
            slot.results[year - 1][number].text for number, link in enumerate(before) if link == offset + place
        ]
        head = ResultRow(
            indicator,
            place,
            targets=texts_of(indicator, targets),
            corrected=indicator.targets is not None,
            outdated=is_outdated(indicator, plan_years),
            previous="\n".join(last_year),
            judged=tuple(judged.get(offset + place, ())),
        )
        rows.append(_with_result(head, slot, year, mine[0], targets) if mine else head)
        rows += [
            _with_result(ResultRow(indicator, place, continued=True), slot, year, number, targets)
            for number in mine[1:]
        ]
    own = range(offset, offset + len(slot.indicators))
    free = [number for number, link in enumerate(answers) if link not in own]
    everybodys = [item for other in part.slots for item in other.indicators]
    for number in free:
        link = answers[number]
        elsewhere = "" if link is None else everybodys[link].text
        rows.append(_with_result(ResultRow(elsewhere=elsewhere), slot, year, number, ()))
    return rows


def _answers(part: ActorPart, slot_index: int, year: int) -> list[int | None]:
    """Return for each result of the slot which indicator (of the whole part) it answers."""
    indicators = [item for slot in part.slots for item in slot.indicators]
    results = [item for slot in part.slots for item in slot.results.get(year, ())]
    start = sum(len(slot.results.get(year, ())) for slot in part.slots[:slot_index])
    count = len(part.slots[slot_index].results.get(year, ()))
    return list(propose_links(indicators, results))[start : start + count]


def _with_result(row: ResultRow, slot: Slot, year: int, place: int, targets: Sequence[Target]) -> ResultRow:
    result = slot.results[year][place]
    value, unit = read_value(result.text, next(iter(targets), None))
    value = value if result.value is None else result.value
    unit = unit if result.unit is None else result.unit
    number = "" if value is None else format_decimal(value)
    return replace(
        row,
        result=result,
        result_place=place,
        number=number,
        unit=unit,
        link=_link(result, found=row.indicator is not None or bool(row.elsewhere)),
        number_by_hand=result.value is not None,
        vague="" if number else vague_piece(result.text, next(iter(targets), None)),
    )


def _link(result: Result, *, found: bool) -> Link | None:
    if result.text in NONE_MARKS and result.link is None:
        return None
    if result.link is None:
        return Link.PROPOSED if found else Link.OPEN
    return Link.CONFIRMED if found else Link.NONE


def _judged(part: ActorPart, year: int, plan_years: tuple[int, int]) -> dict[int, list[Judged]]:
    found: dict[int, list[Judged]] = {}
    for item in judgements_of(part, year, plan_years):
        (words,) = texts_of(item.indicator, (item.target,))
        judged = Judged(item.target_index, words, item.judgement, item.reason, item.overridden, item.proposed)
        found.setdefault(item.indicator_index, []).append(judged)
    return found


def texts_of(indicator: Indicator, targets: Sequence[Target]) -> Lines:
    """Return targets of ``indicator`` as the table shows them; corrected ones in the program's words, not the line's."""
    if indicator.targets is None:
        return tuple(target_text(target) for target in targets)
    return tuple("定性" if target.kind is TargetKind.QUALITATIVE else describe_target(target) for target in targets)


def reading_of(line: str, plan_years: tuple[int, int]) -> str:
    """Return what would be read from ``line`` as it stands in the editor, in one sentence for below it."""
    targets = read_targets(line, plan_years)
    if not targets:
        return "目標はありません"
    if all(target.kind is TargetKind.QUALITATIVE for target in targets):
        return "目標を読み取れません（定性）"
    return f"目標 {numbered(tuple(target_text(target) for target in targets))}"


def numbered(texts: Sequence[str]) -> str:
    """Return several texts on one line, each with its number; one alone has none."""
    return "　".join(each_numbered(texts))


def each_numbered(texts: Sequence[str]) -> list[str]:
    """Return several texts, each with its number; one alone has none."""
    if len(texts) < 2:
        return list(texts)
    return [f"{circled(number)}{text}" for number, text in enumerate(texts, start=1)]


def target_text(target: Target) -> str:
    """Return a target as the table shows it: its wording, with the year the program reads it as where one is named."""
    if target.value is None and target.fiscal_year is None:
        return "定性"
    amount = "" if target.value is None else f"{format_decimal(target.value)}{target.unit}"
    bound = {"≥": "以上", "≤": "以下"}.get(target.comparator, "")
    if target.kind is TargetKind.ANNUAL_FROM and target.fiscal_year is not None:
        return f"{both_label(target.fiscal_year)}から 年{amount}{bound}"
    if target.fiscal_year is not None:
        return f"{both_label(target.fiscal_year)} {amount}{bound}".rstrip()
    return target.wording or f"{amount}{bound}"
