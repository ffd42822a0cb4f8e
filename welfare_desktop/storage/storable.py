"""Which values a data file can give back as they went in.

A value that comes back otherwise would make the whole file look damaged at the next opening, because the digest of the
content is computed from what is written.  So it is refused, before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import FieldKey, Kind, Value
from welfare_desktop.domain.model import Entry, Indicator, Judgement, JudgementOverride, Result, Target, TargetKind


def require_storable(key: FieldKey, value: Value) -> None:
    """Raise InvalidValue unless ``value`` has the shape of ``key`` and would come back from the file as it is."""
    if not _STORABLE[key.spec.kind](value):
        raise InvalidValue(
            f"「{spoken(key)}」に保存できない値が渡されました。",
            code="W-112",
            where=key.text,
            next_step="文字化けした文字や改行が混じっていないか確かめてください。何も変わっていません。",
        )


def require_text(label: str, text: str) -> None:
    """Raise InvalidValue unless ``text`` can be written; ``label`` says in Japanese what it is."""
    if not _is_text(text):
        raise InvalidValue(
            f"{label}に、保存できない文字が入っています。",
            code="W-112",
            where=label,
            next_step="文字化けした文字が混じっていないか確かめてください。何も変わっていません。",
        )


def _is_text(value: object) -> bool:
    """Whether ``value`` is text that UTF-8 can hold."""
    if not isinstance(value, str):
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_a(kind: type, value: object) -> bool:
    """Whether ``value`` is what its annotation says; a value may have been built without anybody checking."""
    return isinstance(value, kind)


def _is_integer(value: object) -> bool:
    """Whether ``value`` is a whole number SQLite can hold; True and False are none, they come back as 1 and 0."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, Decimal) and value.is_finite())


def _are_lines(value: object) -> bool:
    return isinstance(value, tuple) and all(_is_text(line) and line and "\n" not in line for line in value)


def _are_ids(value: object) -> bool:
    return isinstance(value, tuple) and all(_is_text(item) and item for item in value)


def _are_different(ids: Sequence[str]) -> bool:
    return all(_is_text(item) and item for item in ids) and len(set(ids)) == len(ids)


def _is_entry(value: object) -> bool:
    return isinstance(value, Entry) and _are_lines(value.lines) and _is_a(bool, value.draft)


def _is_target(value: object) -> bool:
    return (
        isinstance(value, Target)
        and _is_a(TargetKind, value.kind)
        and all(_is_text(text) for text in (value.wording, value.unit, value.comparator))
        and _is_number(value.value)
        and (value.fiscal_year is None or _is_integer(value.fiscal_year))
    )


def _is_indicator(value: object) -> bool:
    return (
        isinstance(value, Indicator)
        and _is_text(value.text)
        and (value.targets is None or (_is_a(tuple, value.targets) and all(map(_is_target, value.targets))))
    )


def _are_indicators(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_indicator, value)) and _are_different([item.id for item in value])


def _is_result(value: object) -> bool:
    return (
        isinstance(value, Result)
        and _is_text(value.text)
        and (value.link is None or _is_text(value.link))
        and (value.unit is None or _is_text(value.unit))
        and _is_number(value.value)
    )


def _are_results(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_result, value)) and _are_different([item.id for item in value])


def _is_override(value: object) -> bool:
    return (
        isinstance(value, JudgementOverride)
        and _is_a(Judgement, value.judgement)
        and _is_integer(value.target_index)
        and _is_text(value.indicator_id)
        and _is_text(value.reason)
    )


def _are_overrides(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_override, value))


def _are_former(value: object) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(item, tuple) and len(item) == 2 and _is_text(item[0]) and _is_integer(item[1]) for item in value
    )


_STORABLE: dict[Kind, Callable[[object], bool]] = {
    Kind.LINE: _is_text,
    Kind.NUMBER: _is_integer,
    Kind.YEAR: lambda value: value is None or _is_integer(value),
    Kind.LINES: _are_lines,
    Kind.NOTE: _are_lines,
    Kind.ENTRY: _is_entry,
    Kind.INDICATORS: _are_indicators,
    Kind.RESULTS: _are_results,
    Kind.OVERRIDES: _are_overrides,
    Kind.CHILDREN: lambda value: _are_ids(value) and isinstance(value, tuple) and len(set(value)) == len(value),
    Kind.REFERENCES: _are_ids,
    Kind.FORMER: _are_former,
}
