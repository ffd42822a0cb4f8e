"""What a year's results say about each target (判定): proposed by these rules, overridable by a person with a reason.

The rules, after ``domain.md``:

* qualitative 定性: the target has no number to reach.
* no_result 実績なし: nothing was entered, or 「—」 was.
* undecided 要確認: there is a result, but no number in it, or no exact one (約100人, 5人程度, ▲5); or the number counts something else by its name; or results
  stand in the slot that nobody linked; or the target asks a number of *each* of several and the result does not.
* unit_mismatch 単位不一致: the number counts in another unit (件 and 校); %／％, 箇所／ヵ所, 人／名 are the same.
* achieved 達成: the number is reached; before the target's year as well.  ≤ is reached from below, 0 件 only by 0.
* under_way 途中: not reached, and the target's year lies ahead.
* missed 未達: not reached, and the year is the target's, or past it, or none is named.

Several results of one target add up for a yearly count (研修会 1回 and 交流会 1回 are 2回); for a level, a rate or a target
with a year the highest counts, and where only the sum would reach it a person decides.  A biennial target (隔年) is not
owed every year: without a result it is no_result, and missed only when 「—」 stands in two years running.  A target
``once`` is achieved by any result of its year or before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .answering import Answer, answers_to
from .linking import propose_links, targets_of
from .model import (
    NONE_MARKS,
    ActorPart,
    Indicator,
    Judgement,
    JudgementOverride,
    Result,
    Slot,
    Target,
    TargetKind,
)
from .numbers import PERCENT, format_quantity, same_unit
from .years import fiscal_label

Verdict = tuple[Judgement, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgement of one target in one year.

    ``indicator_index`` counts over the indicators of all slots passed, ``target_index`` within the indicator.
    ``value`` and ``unit`` are the number judged (None and "" where there is none); ``result_indexes`` count over the
    year's results of all slots.  ``proposed`` is the program's own judgement, whatever a person set.
    """

    indicator_index: int
    target_index: int
    indicator: Indicator
    target: Target
    judgement: Judgement
    reason: str
    value: Decimal | None = None
    unit: str = ""
    result_indexes: tuple[int, ...] = ()
    overridden: bool = False
    proposed: Judgement = Judgement.UNDECIDED

    @property
    def percent(self) -> int | None:
        """How much of the target is reached, rounded down; None where that says nothing (a ceiling, another unit)."""
        target = self.target
        if self.value is None or not target.value or target.comparator == "≤":
            return None
        if not _units_agree(target, self.unit):
            return None
        return int(self.value * 100 / target.value)


# --- one target ---------------------------------------------------------------------------------------------------


def judge(target: Target, value: Decimal | None, unit: str, year: int) -> Verdict:
    """Judge one number given for ``target`` in the report of fiscal ``year``; ``value`` None: a result without one.

    Returns the judgement and a Japanese reason, empty where the judgement needs none.
    """
    if target.kind is TargetKind.QUALITATIVE:
        return Judgement.QUALITATIVE, ""
    if target.kind is TargetKind.ONCE:
        return Judgement.ACHIEVED, ""
    if target.value is None:
        return Judgement.UNDECIDED, "目標に数値がありません。"
    if value is None:
        return Judgement.UNDECIDED, "実績に数値がありません。"
    if not _units_agree(target, unit):
        wanted, given = format_quantity(target.value, target.unit), format_quantity(value, unit)
        return Judgement.UNIT_MISMATCH, f"目標は「{wanted}」、実績は「{given}」です。"
    if _is_reached(target, value):
        return Judgement.ACHIEVED, ""
    missing = format_quantity(abs(target.value - value), target.unit)
    words = f"{missing}超えています。" if target.comparator == "≤" else f"あと{missing}"
    if _lies_ahead(target, year):
        return Judgement.UNDER_WAY, _share(target, value) or words
    return Judgement.MISSED, words


def _units_agree(target: Target, unit: str) -> bool:
    """Whether units can be compared; a number typed without a unit is taken in the target's."""
    return not target.unit or not unit or same_unit(target.unit, unit)


def _is_reached(target: Target, value: Decimal) -> bool:
    assert target.value is not None
    if target.comparator == "≤":
        return value < target.value if "未満" in target.wording else value <= target.value
    if target.value == 0 and target.comparator == "=":
        return value == 0
    return value > target.value if "超" in target.wording and target.comparator == "≥" else value >= target.value


def _lies_ahead(target: Target, year: int) -> bool:
    """Whether the year in which the target is due lies after ``year``; until R4 does not excuse a year before."""
    dated = target.kind not in (TargetKind.ANNUAL, TargetKind.ANNUAL_EACH, TargetKind.MULTIPLE, TargetKind.BIENNIAL)
    return dated and target.fiscal_year is not None and target.fiscal_year > year


def _share(target: Target, value: Decimal) -> str:
    if not target.value or target.comparator == "≤":
        return ""
    return f"{int(value * 100 / target.value)}％"


# --- one target, several answers ----------------------------------------------------------------------------------

_ADDS_UP = frozenset({TargetKind.ANNUAL, TargetKind.ANNUAL_EACH, TargetKind.ANNUAL_FROM, TargetKind.MULTIPLE})


def _judge_answers(target: Target, answers: Sequence[Answer], year: int) -> tuple[Verdict, Decimal | None, str]:
    """Judge all numbers given for a target; returns the verdict and the number it rests on."""
    numbers = [answer for answer in answers if answer.value is not None]
    if not numbers:
        vague = next((answer.vague for answer in answers if answer.vague), "")
        verdict = judge(target, None, "", year)
        if vague and verdict[0] is Judgement.UNDECIDED and target.value is not None:
            verdict = (Judgement.UNDECIDED, f"「{vague}」は、はっきりした数ではありません。")
        return verdict, None, ""
    fitting = [answer for answer in numbers if _units_agree(target, answer.unit)] or numbers
    value, unit = _combined(target, fitting)
    verdict = judge(target, value, unit, year)
    doubt = next((answer.doubt for answer in fitting if answer.doubt), None)
    if verdict[0] in (Judgement.QUALITATIVE, Judgement.UNIT_MISMATCH):
        return verdict, value, unit
    if doubt:
        return (Judgement.UNDECIDED, f"指標は「{doubt[0]}」、実績は「{doubt[1]}」です。"), value, unit
    if verdict[0] is Judgement.ACHIEVED and target.kind is TargetKind.ANNUAL_EACH:
        if not any("各" in answer.text for answer in fitting):
            return (Judgement.UNDECIDED, "目標は「各」です。それぞれの数を確かめてください。"), value, unit
    elif verdict[0] in (Judgement.MISSED, Judgement.UNDER_WAY) and _only_the_sum_reaches(target, fitting):
        return (Judgement.UNDECIDED, "実績が複数あります。合わせると目標に届きます。"), value, unit
    return verdict, value, unit


def _combined(target: Target, answers: Sequence[Answer]) -> tuple[Decimal, str]:
    values = [answer.value for answer in answers if answer.value is not None]
    unit = answers[0].unit
    if len(values) == 1:
        return values[0], unit
    if _adds_up(target, answers):
        return sum(values, start=Decimal(0)), unit
    return (min(values) if target.comparator == "≤" and target.unit == PERCENT else max(values)), unit


def _adds_up(target: Target, answers: Sequence[Answer]) -> bool:
    """Whether numbers may be added: yearly counts in one unit, but no rates and no 地区 counted twice."""
    units = {answer.unit for answer in answers}
    return target.kind in _ADDS_UP and target.unit != PERCENT and all(same_unit(target.unit, unit) for unit in units)


def _only_the_sum_reaches(target: Target, answers: Sequence[Answer]) -> bool:
    values = [answer.value for answer in answers if answer.value is not None]
    return (
        len(values) > 1
        and target.unit != PERCENT
        and target.comparator != "≤"
        and _is_reached(target, sum(values, start=Decimal(0)))
    )


# --- all targets of a year ----------------------------------------------------------------------------------------


def judgements_of(part: ActorPart, year: int, plan_years: tuple[int, int] | None = None) -> tuple[Judged, ...]:
    """Return the judgement of every target of an actor in fiscal ``year``; ``plan_years`` as in ``read_targets``."""
    return judged_targets(part.slots, year, plan_years)


def judged_targets(slots: Sequence[Slot], year: int, plan_years: tuple[int, int] | None = None) -> tuple[Judged, ...]:
    """Return the judgement of every target of ``slots`` (one actor's, in order) in fiscal ``year``.

    A person's judgement replaces the program's, which stays in ``proposed``.
    """
    now = _Year(slots, year)
    overrides = {
        (item.indicator_id, item.target_index): item
        for slot in slots
        for item in slot.overrides.get(year, ())
        if item.indicator_id
    }
    found: list[Judged] = []
    for index, indicator in enumerate(now.indicators):
        targets = targets_of(indicator, plan_years)
        answers = answers_to(indicator, targets, now.linked_to(index))
        for place, target in enumerate(targets):
            judged = _judged(now, index, place, target, answers[place])
            found.append(_overridden(judged, overrides.get((indicator.id, place))))
    return tuple(found)


class _Year:
    """One actor's indicators and one year's results, with the links between them."""

    def __init__(self, slots: Sequence[Slot], year: int) -> None:
        self.year = year
        self.slots = slots
        self.indicators = [item for slot in slots for item in slot.indicators]
        self.results = [item for slot in slots for item in slot.results.get(year, ())]
        self.links = propose_links(self.indicators, self.results)

    def linked_to(self, index: int) -> list[tuple[int, Result]]:
        """Return (index, result) of the results that answer indicator ``index``, without 「—」."""
        return [
            (place, result)
            for place, (result, link) in enumerate(zip(self.results, self.links, strict=True))
            if link == index and result.text not in NONE_MARKS
        ]

    def earlier_years(self) -> list[int]:
        """Return the years before this one that have results, oldest first."""
        return sorted({year for slot in self.slots for year in slot.results if year < self.year})

    def left_open(self, index: int) -> int:
        """Return how many results of the indicator's own slot nobody linked to anything."""
        first = result_first = 0
        for slot in self.slots:
            results = slot.results.get(self.year, ())
            if index < first + len(slot.indicators):
                return sum(
                    result.link is None and result.text not in NONE_MARKS and self.links[result_first + place] is None
                    for place, result in enumerate(results)
                )
            first += len(slot.indicators)
            result_first += len(results)
        return 0

    def says_none(self, index: int) -> bool:
        """Whether 「—」 was entered for indicator ``index``."""
        return any(
            link == index and result.text in NONE_MARKS for result, link in zip(self.results, self.links, strict=True)
        )


def _judged(now: _Year, index: int, place: int, target: Target, answers: Sequence[Answer]) -> Judged:
    indicator = now.indicators[index]
    if target.kind is TargetKind.QUALITATIVE:
        verdict, value, unit = (Judgement.QUALITATIVE, ""), None, ""
    elif answers:
        verdict, value, unit = _judge_answers(target, answers, now.year)
    else:
        verdict, value, unit = _judge_silence(now, index, target), None, ""
    return Judged(
        index,
        place,
        indicator,
        target,
        verdict[0],
        verdict[1],
        value,
        unit,
        tuple(dict.fromkeys(answer.result_index for answer in answers)),
        proposed=verdict[0],
    )


def _judge_silence(now: _Year, index: int, target: Target) -> Verdict:
    """Judge a target nothing answers."""
    open_results = now.left_open(index)
    if open_results and not now.linked_to(index):
        return Judgement.UNDECIDED, f"どの指標の実績か決まっていない行が{open_results}行あります。"
    if target.kind is TargetKind.ONCE:
        earlier = (_Year(now.slots, year) for year in now.earlier_years())
        done = next((past.year for past in earlier if past.linked_to(index)), None)
        if done is not None:
            return Judgement.ACHIEVED, f"{fiscal_label(done)}に実績があります。"
    if target.kind is TargetKind.BIENNIAL:
        before = _Year(now.slots, now.year - 1)
        if before.linked_to(index):
            return Judgement.NO_RESULT, f"隔年の目標です。{fiscal_label(before.year)}に実績があります。"
        if now.says_none(index) and before.says_none(index):
            return Judgement.MISSED, "隔年の目標ですが、2年続けて実績がありません。"
    return Judgement.NO_RESULT, ""


def _overridden(judged: Judged, override: JudgementOverride | None) -> Judged:
    if override is None:
        return judged
    return Judged(
        judged.indicator_index,
        judged.target_index,
        judged.indicator,
        judged.target,
        override.judgement,
        override.reason,
        judged.value,
        judged.unit,
        judged.result_indexes,
        overridden=True,
        proposed=judged.judgement,
    )
