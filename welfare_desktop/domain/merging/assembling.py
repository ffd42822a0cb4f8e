"""From the rows of a returned file to whole values, each against the value that was exported.

A workbook shows one field in several rows: the results answering each indicator, the lines of a long text, a line per
row in the flat workbook.  Here these rows are put together again.  The starting point is always the exported value:
what has no row in the file stays as it was, because a missing row is never a deletion, and a row that came back empty
does not take its lines away but is reported.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from welfare_desktop.domain.fields import Kind, key_from_text
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.official_form import CONTINUED

from .forms import TEXT_KINDS, annotation_of, retyped, with_annotation
from .lines import Value, canonical_value, hunks_between, is_none_mark, plain_text, same_meaning
from .resolving import Contribution
from .returned import FileKind, ReturnedFile, ReturnedValue

#: The item of results that answer no indicator.
UNLINKED = "none"


@dataclass(frozen=True, slots=True)
class Assembled:
    """Whole values of one file.

    ``values`` maps ``FieldKey.text`` to the value that came back; ``uncertain`` are the fields that must not be better
    than review because a column was recognised by its heading only.  ``emptied`` are rows that had text, came back
    empty, and were left as they were.  ``outside`` are values of fields that were not exported with this file.
    """

    values: Mapping[str, Value]
    uncertain: frozenset[str] = frozenset()
    emptied: tuple[ReturnedValue, ...] = ()
    outside: tuple[ReturnedValue, ...] = ()


@dataclass(slots=True)
class _Collected:
    values: dict[str, Value] = field(default_factory=dict)
    uncertain: set[str] = field(default_factory=set)
    emptied: list[ReturnedValue] = field(default_factory=list)
    outside: list[ReturnedValue] = field(default_factory=list)


def assemble(base: Mapping[str, Value], returned: ReturnedFile) -> Assembled:
    """Return the whole values of a workbook; for a package see :mod:`.packaged`.

    ``base`` maps ``FieldKey.text`` to what the export said (:func:`~.forms.merge_value`).  In a department's file its
    keys are all the sender may write; the other kinds carry the whole plan, so that a field without a base was blank.
    """
    collected = _Collected()
    whole_plan = returned.kind is not FileKind.DEPARTMENT
    _collect_rows(base, returned, whole_plan, collected)
    return Assembled(
        collected.values, frozenset(collected.uncertain), tuple(collected.emptied), tuple(collected.outside)
    )


def _collect_rows(base: Mapping[str, Value], returned: ReturnedFile, whole_plan: bool, collected: _Collected) -> None:
    grouped: dict[str, list[ReturnedValue]] = {}
    for row in returned.values:
        kind = _kind_of(row.field)
        if kind not in TEXT_KINDS or not (whole_plan or row.field in base):
            if not row.untouched:
                collected.outside.append(row)
            continue
        grouped.setdefault(row.field, []).append(row)
        if not row.certain:
            collected.uncertain.add(row.field)
    cut = {name for name, _ in returned.missing}
    for name, group in grouped.items():
        kind = key_from_text(name).spec.kind
        old = base.get(name, "" if kind is Kind.LINE else ())
        collected.values[name] = _whole(kind, old, group, collected.emptied, complete=name not in cut)


def _kind_of(name: str) -> Kind | None:
    try:
        return key_from_text(name).spec.kind
    except ValueError:
        return None


def _whole(
    kind: Kind, base: Value, rows: Sequence[ReturnedValue], emptied: list[ReturnedValue], *, complete: bool
) -> Value:
    if all(row.untouched for row in rows):
        return base
    if isinstance(base, str):
        return retyped(kind, base, rows[0].lines)
    if any(row.item or row.number is not None for row in rows):
        return _from_items(base, rows, emptied, complete=complete)
    texts = rows[0].lines if rows[0].part is None else _from_parts(base, rows, emptied)
    return base if texts == _texts(base) else retyped(kind, base, texts)


def _texts(lines: Lines) -> Lines:
    return tuple(plain_text(line) for line in lines)


def _from_parts(base: Lines, rows: Sequence[ReturnedValue], emptied: list[ReturnedValue]) -> Lines:
    """Put rows that stand for some lines each in the order of these lines; rows nobody sent keep theirs."""
    result: list[str] = []
    position = 0
    for row in sorted(rows, key=lambda row: row.part or (0, 0)):
        first, count = row.part or (0, len(base))
        lines = row.lines
        if lines and lines[0].startswith(CONTINUED):
            # The row before ended within a line, and this one goes on with it; without that row the line stays.
            if first < position:
                result[-1] += lines[0].removeprefix(CONTINUED)
            else:
                result += _texts(base[position : first + 1])
                position = min(first + 1, len(base))
            lines, first, count = lines[1:], first + 1, count - 1
        start = min(max(first, position), len(base))
        end = min(max(first + count, start), len(base))
        result += _texts(base[position:start])
        own = _texts(base[start:end])
        if own and not row.lines:
            emptied.append(row)
            lines = own
        result += lines
        position = end
    return (*result, *_texts(base[position:]))


# --- results, a row per indicator -----------------------------------------------------------------------------------


def item_lines(lines: Lines, item: str) -> Lines:
    """Return those lines of a results value that a workbook shows in the row of ``item``.

    ``item`` is an indicator's id, :data:`UNLINKED` for results that answer none or are undecided, or empty for all.
    A lone 「—」 says of every indicator that there was nothing.
    """
    if not item or (_says_none(lines) and item != UNLINKED):
        return lines
    return tuple(line for line in lines if item_of(line) == item)


def item_of(line: str) -> str:
    """Return the indicator a result line answers, ``none`` where it answers none or nobody decided."""
    return str(annotation_of(line).get("link") or UNLINKED)


def shown_quantity(lines: Lines) -> tuple[str, str]:
    """Return number and unit a row shows for its lines: only what a person set, and only where one line has it."""
    if len(lines) != 1:
        return "", ""
    data = annotation_of(lines[0])
    return (str(data["value"]), str(data.get("unit") or "")) if data.get("value") is not None else ("", "")


def _says_none(lines: Lines) -> bool:
    return len(lines) == 1 and is_none_mark(lines[0]) and item_of(lines[0]) == UNLINKED


def _from_items(base: Lines, rows: Sequence[ReturnedValue], emptied: list[ReturnedValue], *, complete: bool) -> Lines:
    places = {row.item: number for number, row in enumerate(rows)}
    wanted = {row.item: _row_lines(item_lines(base, row.item), row, emptied) for row in rows}
    if complete and len(rows) > 1 and all(len(lines) == 1 and is_none_mark(lines[0]) for lines in wanted.values()):
        return (plain_text(wanted[rows[0].item][0]),)
    result = base
    for item, lines in wanted.items():
        if lines == item_lines(base, item):
            continue
        if _says_none(result) and item not in ("", UNLINKED):
            # It spoke for all rows; now one of them says something, and the others are as they were exported.
            result = ()
        result = _replaced(result, item_lines(result, item), lines, item, places)
    return result


def _row_lines(own: Lines, row: ReturnedValue, emptied: list[ReturnedValue]) -> Lines:
    """Return the lines a row stands for now, ``own`` being those it stood for."""
    if row.untouched:
        return own
    texts = row.lines
    quantity = (row.number or "", row.unit or "") if row.number else None
    old_quantity = shown_quantity(own)
    if (own and not texts) or (old_quantity[0] and quantity is None and row.number is not None):
        emptied.append(row)
    if own and not texts:
        texts = _texts(own)
    elif not texts and quantity is not None:
        texts = (quantity[0] + quantity[1],)
    if texts == _texts(own) and quantity in (None, old_quantity):
        return own
    lines = retyped(Kind.RESULTS, own, texts)
    assert not isinstance(lines, str)
    if row.item and row.item != UNLINKED:
        lines = tuple(_linked(line, row.item) for line in lines)
    return lines if quantity in (None, old_quantity) else _with_quantity(lines, quantity)


def _linked(line: str, item: str) -> str:
    return with_annotation(plain_text(line), {**annotation_of(line), "link": item})


def _with_quantity(lines: Lines, quantity: tuple[str, str]) -> Lines:
    """Let the first line that writes the number have it, or else the first line."""
    number, unit = quantity
    index = next((place for place, line in enumerate(lines) if number in plain_text(line)), 0)
    line = lines[index]
    data = {**annotation_of(line), "value": number, "unit": unit}
    return (*lines[:index], with_annotation(plain_text(line), data), *lines[index + 1 :])


def _replaced(base: Lines, own: Lines, new: Lines, item: str, places: Mapping[str, int]) -> Lines:
    """Return ``base`` with the lines ``own`` turned into ``new``; added lines follow the line they were added after."""
    at = [place for place, line in enumerate(base) if not item or item_of(line) == item]
    pieces: list[list[str]] = [[line] for line in base]
    before: list[str] = []
    for hunk in hunks_between(own, new):
        for place in at[hunk.start : hunk.end]:
            pieces[place] = []
        if hunk.start < hunk.end:
            pieces[at[hunk.start]] = list(hunk.lines)
        elif hunk.start:
            pieces[at[hunk.start - 1]] += hunk.lines
        else:
            before += hunk.lines
    first = at[0] if at else _place_of_first(base, item, places)
    return tuple(line for piece in (*pieces[:first], before, *pieces[first:]) for line in piece)


def _place_of_first(base: Lines, item: str, places: Mapping[str, int]) -> int:
    """Return where the first result of ``item`` goes: after those of the indicators before it."""
    earlier = [place for place, line in enumerate(base) if places.get(item_of(line), len(places)) < places[item]]
    return earlier[-1] + 1 if earlier else 0


# --- contributions --------------------------------------------------------------------------------------------------


def contributions_of(
    export: str,
    department: str,
    base: Mapping[str, Value],
    values: Mapping[str, Value],
    *,
    seen: Mapping[str, frozenset[str]] | None = None,
    uncertain: frozenset[str] = frozenset(),
) -> tuple[Contribution, ...]:
    """Return one contribution for every value that differs from what was exported, in the order of their fields.

    The id of a contribution is made of what it says, so that the same file read twice says the same, and a copy of it
    under another name too.  ``seen`` gives per field the contributions that were part of the exported value.
    """
    found = []
    for name in sorted(values):
        new = values[name]
        exported = base.get(name, "" if isinstance(new, str) else ())
        if exported == new:
            continue
        old = canonical_value(exported)
        if same_meaning(old, canonical_value(new)):
            continue
        content = json.dumps([export, department, name, old, new], ensure_ascii=False)
        identifier = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        visible = (seen or {}).get(name, frozenset())
        found.append(Contribution(identifier, export, department, name, old, new, visible, name not in uncertain))
    return tuple(found)
