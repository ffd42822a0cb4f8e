"""The course of a target over the fiscal years of its plan: what was reached each year, and how it was judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .judging import judged_targets
from .model import Indicator, Judgement, Lines, Slot, Target, TargetKind
from .numbers import format_quantity, same_unit
from .years import fiscal_label


@dataclass(frozen=True, slots=True)
class TargetPoint:
    """One fiscal year of a target.

    ``value`` and ``unit`` are the number judged, None and "" where there is none; ``texts`` are the results as written.
    ``comparable`` says that the number counts in the target's unit, so that both can stand on one scale.  ``reported`` is
    False for a year in which nothing was entered for the actor at all: it is a gap, not a target without a result.
    """

    year: int
    judgement: Judgement
    reason: str
    overridden: bool
    value: Decimal | None
    unit: str
    texts: Lines
    comparable: bool
    reported: bool


@dataclass(frozen=True, slots=True)
class TargetSeries:
    """The points of one target, one for every fiscal year of the plan, oldest first."""

    indicator: Indicator
    target_index: int
    target: Target
    points: tuple[TargetPoint, ...]

    def point(self, year: int) -> TargetPoint | None:
        """Return the point of a fiscal year, None outside of the plan."""
        return next((point for point in self.points if point.year == year), None)

    @property
    def due(self) -> int | None:
        """The fiscal year by which the target is to be reached; None where every year owes it or none is named."""
        dated = self.target.kind in (TargetKind.BY_YEAR, TargetKind.ONCE)
        return self.target.fiscal_year if dated else None

    @property
    def top(self) -> Decimal:
        """The highest number a chart of the series has to show; 0 where there is none."""
        values = [point.value for point in self.points if point.value is not None and point.comparable]
        return max([*values, self.target.value or Decimal(0), Decimal(0)])


def series_of(slots: Sequence[Slot], plan_years: tuple[int, int]) -> tuple[TargetSeries, ...]:
    """Return the series of every target of ``slots`` (one actor's, with every year's entries), in order."""
    years = range(plan_years[0], plan_years[1] + 1)
    judged = {year: judged_targets(slots, year, plan_years) for year in years}
    points: dict[tuple[int, int], list[TargetPoint]] = {}
    for year in years:
        results = [item for slot in slots for item in slot.results.get(year, ())]
        for item in judged[year]:
            unit = item.target.unit
            point = TargetPoint(
                year,
                item.judgement,
                item.reason,
                item.overridden,
                item.value,
                item.unit,
                tuple(results[number].text for number in item.result_indexes),
                item.value is not None and (not unit or not item.unit or same_unit(unit, item.unit)),
                bool(results) or item.overridden,
            )
            points.setdefault((item.indicator_index, item.target_index), []).append(point)
    first = judged[years[0]] if years else ()
    return tuple(
        TargetSeries(
            item.indicator, item.target_index, item.target, tuple(points[item.indicator_index, item.target_index])
        )
        for item in first
    )


def point_words(point: TargetPoint) -> str:
    """Return a year of a target in one sentence: for a screen reader, and where a chart is no help."""
    year = fiscal_label(point.year)
    if not point.reported:
        return f"{year} 記入なし"
    if point.value is not None:
        amount = format_quantity(point.value, point.unit)
    else:
        amount = "、".join(point.texts) or "実績なし"
    word = "" if amount == point.judgement.label else f" {point.judgement.label}"
    by_hand = "（手で判定" + (f" 理由 {point.reason}" if point.reason else "") + "）" if point.overridden else ""
    return f"{year} {amount}{word}{by_hand}"
