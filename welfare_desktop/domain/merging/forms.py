"""Stored values as merging sees them, and back.

Merging knows one text or lines of text (:data:`~.lines.Value`).  What a stored item has beside its text (the indicator
a result answers, a corrected number or target) travels with its line as an annotation, so that text and number of one
result are merged, kept or refused together and never torn apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from welfare_desktop.domain import fields
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Kind
from welfare_desktop.domain.model import Entry, Indicator, JudgementOverride, Lines, Result
from welfare_desktop.domain.numbers import format_decimal

from .lines import ANNOTATION, Value, canonical_value, plain_text

#: Fields whose lines are text that a person may retype in a workbook.
TEXT_KINDS = frozenset({Kind.LINE, Kind.LINES, Kind.ENTRY, Kind.INDICATORS, Kind.RESULTS})


def merge_value(value: fields.Value) -> Value:
    """Return ``value`` (as ``domain.fields`` stores it) in the form that is merged; nothing there is ``""`` or ``()``."""
    if value is None or value == 0:
        return ""
    if isinstance(value, str | int):
        return canonical_value(str(value))
    if isinstance(value, Entry):
        return canonical_value(value.lines)
    return canonical_value(tuple(_annotated(item) for item in value))


def _annotated(item: object) -> str:
    match item:
        case str():
            return item
        case Indicator():
            data: dict[str, Any] = {"id": item.id}
            if item.targets is not None:
                data["targets"] = [fields.target_to_json(target) for target in item.targets]
            return with_annotation(item.text, data)
        case Result():
            return result_line(item)
        case JudgementOverride():
            return with_annotation(f"{item.judgement.label} {item.reason}", fields.to_json((item,))[0])
        case (str() as name, int() as year):
            return with_annotation(name, {"year": year})
    raise TypeError(item)


def result_line(item: Result) -> str:
    """Return a result as one line; a result nobody said anything about beside its text is just its text."""
    data = {
        "link": item.link,
        "unit": item.unit,
        "value": None if item.value is None else format_decimal(item.value, grouped=False),
    }
    return with_annotation(item.text, {name: value for name, value in data.items() if value is not None})


def with_annotation(text: str, data: dict[str, Any]) -> str:
    """Return ``text`` carrying ``data``, always written the same way."""
    if not data:
        return text
    return text + ANNOTATION + json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def annotation_of(line: str) -> dict[str, Any]:
    """Return what a line carries beside its text; raises ValueError when that is unreadable."""
    _, mark, annotation = line.partition(ANNOTATION)
    data = json.loads(annotation) if mark else {}
    if not isinstance(data, dict):
        raise ValueError(annotation)
    return data


def stored_value(kind: Kind, value: Value, current: fields.Value, new_id: Callable[[], str]) -> fields.Value:
    """Return a merged value in the form that is stored.

    ``current`` is what the field holds now: items that stay keep their ids, and a draft that nobody changed stays a
    draft.  ``new_id`` gives ids to new items.  Raises InvalidValue W-102 where a merged value does not fit its field
    (a file can carry anything).
    """
    try:
        return _stored(kind, value, current, new_id)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise InvalidValue(
            "返ってきた値の形がこの欄に合いません。",
            code="W-102",
            next_step="元の値は変わっていません。手で入れ直してください。",
        ) from error


def _stored(kind: Kind, value: Value, current: fields.Value, new_id: Callable[[], str]) -> fields.Value:
    lines = (value,) if isinstance(value, str) else value
    match kind:
        case Kind.LINE:
            return "".join(lines)
        case Kind.NUMBER:
            return int("".join(lines) or "0")
        case Kind.YEAR:
            return int("".join(lines)) if any(lines) else None
        case Kind.LINES | Kind.NOTE | Kind.CHILDREN | Kind.REFERENCES:
            return lines
        case Kind.ENTRY:
            return current if isinstance(current, Entry) and current.lines == lines else Entry(lines)
        case Kind.INDICATORS:
            return _indicators(lines, new_id)
        case Kind.RESULTS:
            assert isinstance(current, tuple)
            return results_of(lines, tuple(item for item in current if isinstance(item, Result)), new_id)
        case Kind.OVERRIDES:
            return fields.from_json(kind, [annotation_of(line) for line in lines])
        case Kind.FORMER:
            return tuple((plain_text(line), int(annotation_of(line)["year"])) for line in lines)


def _indicators(lines: Lines, new_id: Callable[[], str]) -> tuple[Indicator, ...]:
    items = []
    used: set[str] = set()
    for line in lines:
        data = annotation_of(line)
        identifier = str(data.get("id", ""))
        if not identifier or identifier in used:
            identifier = new_id()
        used.add(identifier)
        targets = data.get("targets")
        corrected = None if targets is None else tuple(fields.target_from_json(target) for target in targets)
        items.append(Indicator(plain_text(line), identifier, corrected))
    return tuple(items)


def results_of(lines: Lines, current: tuple[Result, ...], new_id: Callable[[], str]) -> tuple[Result, ...]:
    """Return the results that ``lines`` say; those whose text continues one of ``current`` keep its id."""
    aligned = fields.realign_results(current, tuple(plain_text(line) for line in lines), new_id)
    results = []
    for item, line in zip(aligned, lines, strict=True):
        data = annotation_of(line)
        value = None if data.get("value") is None else Decimal(data["value"])
        results.append(replace(item, link=data.get("link"), value=value, unit=data.get("unit")))
    return tuple(results)


def retyped(kind: Kind, base: Value, texts: Lines) -> Value:
    """Return ``base`` after a person retyped it as plain ``texts``: lines that go on keep what they carry.

    The rule is the one of the entry form (``domain.fields``): a corrected number stays while the digits stay, a
    corrected target while its wording stays.
    """
    if kind in (Kind.LINE, Kind.NUMBER, Kind.YEAR):
        return canonical_value("".join(texts))
    if kind is Kind.RESULTS and not isinstance(base, str):
        old = results_of(base, (), _no_id)
        return merge_value(fields.realign_results(old, texts, _no_id))
    if kind is Kind.INDICATORS and not isinstance(base, str):
        return merge_value(fields.realign_indicators(_indicators(base, _no_id), texts, _no_id))
    return texts


def _no_id() -> str:
    """Ids are given when a value is stored; while merging, equal lines of two senders must be equal."""
    return ""
