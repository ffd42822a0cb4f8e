"""What stands beside a field: last year's text, and what had been planned for the year that is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from welfare_desktop.domain.fields import Change, FieldKey, Owner, Value, lines_of
from welfare_desktop.domain.last_year import WRITTEN_YEARLY
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.years import fiscal_label


@dataclass(frozen=True, slots=True)
class Beside:
    """One text to show beside a field; no ``lines`` means there is no record, which is said."""

    title: str
    lines: Lines
    year: int


def beside(values: Mapping[FieldKey, Value], key: FieldKey) -> tuple[Beside, ...]:
    """Return last year's text of ``key`` and, for 実施状況, what was planned for the same year; empty without years."""
    if key.owner is not Owner.SLOT or key.year is None:
        return ()
    previous = replace(key, year=key.year - 1)
    label = key.spec.label
    found = [Beside(f"前年度（{fiscal_label(key.year - 1)}）の{label}", _lines(values, previous), key.year - 1)]
    if key.name == "status":
        planned = replace(key, name="planned")
        found.append(Beside(f"昨年立てた{fiscal_label(key.year)}の予定", _lines(values, planned), key.year))
    return tuple(found)


def last_year_of(values: Mapping[FieldKey, Value], key: FieldKey) -> Lines:
    """Return last year's text of a field that is written anew every year; empty for any other field."""
    if key.owner is not Owner.SLOT or key.name not in WRITTEN_YEARLY or key.year is None:
        return ()
    return _lines(values, replace(key, year=key.year - 1))


def year_to_show(changes: Sequence[Change]) -> int | None:
    """Return the year in which one sees that a year was opened, closed, or either taken back; None for other changes."""
    for change in changes:
        if change.key.name == "opened" and change.key.year is not None:
            return change.key.year if change.after else change.key.year - 1
    return next((change.key.year for change in changes if change.key.name == "closed"), None)


def _lines(values: Mapping[FieldKey, Value], key: FieldKey) -> Lines:
    return lines_of(values.get(key, key.spec.default))
