"""From the rows of a returned file to whole values, each against the value that was exported.

A workbook shows one field in several rows: the results answering each indicator, the lines of a long text, a line per
row in the flat workbook.  Here these rows are put together again.  The starting point is always the exported value:
what has no row in the file stays as it was, because a missing row is never a deletion, and a row that came back empty
does not take its lines away but is reported.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from welfare_desktop.domain import fields
from welfare_desktop.domain.fields import FieldKey, Kind, key_from_text
from welfare_desktop.domain.model import Lines

from .forms import TEXT_KINDS, annotation_of, merge_value, retyped, with_annotation
from .lines import Value, canonical_value, plain_text, same_meaning
from .resolving import Contribution
from .returned import PackagedValue, ReturnedFile, ReturnedValue

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
    outside: tuple[ReturnedValue | PackagedValue, ...] = ()


@dataclass(slots=True)
class _Collected:
    values: dict[str, Value] = field(default_factory=dict)
    uncertain: set[str] = field(default_factory=set)
    emptied: list[ReturnedValue] = field(default_factory=list)
    outside: list[ReturnedValue | PackagedValue] = field(default_factory=list)


def assemble(
    base: Mapping[str, Value], returned: ReturnedFile, items: Mapping[str, Sequence[str]] | None = None
) -> Assembled:
    """Return the whole values of ``returned``.

    ``base`` maps ``FieldKey.text`` to what the export said (:func:`~.forms.merge_value`); its keys are all that was
    exported.  ``items`` gives, for a results field, the indicators in the order in which new results are to stand
    (default: as they come in the file).
    """
    collected = _Collected()
    _collect_rows(base, returned.values, items or {}, collected)
    _collect_packaged(base, returned.packaged, collected)
    return Assembled(
        collected.values, frozenset(collected.uncertain), tuple(collected.emptied), tuple(collected.outside)
    )


def _collect_rows(
    base: Mapping[str, Value],
    rows: Iterable[ReturnedValue],
    items: Mapping[str, Sequence[str]],
    collected: _Collected,
) -> None:
    grouped: dict[str, list[ReturnedValue]] = {}
    for row in rows:
        if row.field not in base or _kind_of(row.field) not in TEXT_KINDS:
            if not row.untouched:
                collected.outside.append(row)
            continue
        grouped.setdefault(row.field, []).append(row)
        if not row.certain:
            collected.uncertain.add(row.field)
    for name, group in grouped.items():
        collected.values[name] = _whole(name, base[name], group, items.get(name, ()), collected.emptied)


def _kind_of(name: str) -> Kind | None:
    try:
        return key_from_text(name).spec.kind
    except ValueError:
        return None


def _whole(
    name: str, base: Value, rows: Sequence[ReturnedValue], items: Sequence[str], emptied: list[ReturnedValue]
) -> Value:
    kind = key_from_text(name).spec.kind
    if isinstance(base, str):
        return retyped(kind, base, rows[0].lines)
    if any(row.item for row in rows):
        return _from_items(base, rows, items, emptied)
    if all(row.part is None for row in rows):
        return retyped(kind, base, rows[0].lines) if not rows[0].untouched else base
    texts = _from_parts(base, rows, emptied)
    return base if texts == _texts(base) else retyped(kind, base, texts)


def _texts(lines: Lines) -> Lines:
    return tuple(plain_text(line) for line in lines)


def _from_parts(base: Lines, rows: Sequence[ReturnedValue], emptied: list[ReturnedValue]) -> Lines:
    """Put rows that stand for some lines each in the order of these lines; rows nobody sent keep theirs."""
    result: list[str] = []
    position = 0
    for row in sorted(rows, key=lambda row: row.part or (0, 0)):
        first, count = row.part or (0, len(base))
        start = min(max(first, position), len(base))
        end = min(max(first + count, start), len(base))
        result += _texts(base[position:start])
        own = _texts(base[start:end])
        if own and not row.lines:
            emptied.append(row)
        result += row.lines or own
        position = end
    return (*result, *_texts(base[position:]))


# --- results, a row per indicator -----------------------------------------------------------------------------------


def item_lines(lines: Lines, item: str) -> Lines:
    """Return those lines of a results value that belong to the row of ``item`` (an indicator's id, or ``none``)."""
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


def _from_items(
    base: Lines, rows: Sequence[ReturnedValue], items: Sequence[str], emptied: list[ReturnedValue]
) -> Lines:
    places = {
        item: number for number, item in enumerate((*items, *(row.item for row in rows if row.item not in items)))
    }
    result = base
    for row in sorted(rows, key=lambda row: (row.item == UNLINKED, places[row.item])):
        if not row.untouched:
            result = _with_item(result, row, places, emptied)
    return result


def _with_item(base: Lines, row: ReturnedValue, places: Mapping[str, int], emptied: list[ReturnedValue]) -> Lines:
    own = item_lines(base, row.item)
    texts = row.lines
    if own and not texts:
        emptied.append(row)
        texts = _texts(own)
    old_quantity = shown_quantity(own)
    quantity = _quantity_of(row)
    if not texts and quantity and quantity[0]:
        texts = (quantity[0] + quantity[1],)
    if old_quantity[0] and quantity == ("", ""):
        if row not in emptied:
            emptied.append(row)
        quantity = None
    if texts == _texts(own) and quantity in (None, old_quantity):
        return base
    new = _linked(retyped(Kind.RESULTS, own, texts), row.item)
    if quantity is not None and quantity[0] and quantity != old_quantity:
        new = _with_quantity(new, quantity)
    return _replaced(base, own, new, row.item, places)


def _quantity_of(row: ReturnedValue) -> tuple[str, str] | None:
    """Number and unit as one thing; a unit without a number (the drop-down's default) says nothing."""
    if row.number is None:
        return None
    return (row.number, row.unit or "") if row.number else ("", "")


def _linked(lines: Value, item: str) -> Lines:
    assert not isinstance(lines, str)
    if item == UNLINKED:
        return lines
    return tuple(with_annotation(plain_text(line), {**annotation_of(line), "link": item}) for line in lines)


def _with_quantity(lines: Lines, quantity: tuple[str, str]) -> Lines:
    """Let the first line that writes the number have it, or else the first line."""
    number, unit = quantity
    index = next((place for place, line in enumerate(lines) if number in plain_text(line)), 0)
    line = lines[index]
    data = {**annotation_of(line), "value": number, "unit": unit}
    return (*lines[:index], with_annotation(plain_text(line), data), *lines[index + 1 :])


def _replaced(base: Lines, own: Lines, new: Lines, item: str, places: Mapping[str, int]) -> Lines:
    """Return ``base`` with the lines ``own`` turned into ``new``; added lines follow the line they were added after."""
    at = [place for place, line in enumerate(base) if item_of(line) == item]
    start = _place_of_first(base, item, places)
    result: list[list[str]] = [[line] for line in base]
    before: list[str] = []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, own, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for place in at[old_start:old_end]:
            result[place] = []
        if old_start < old_end:
            result[at[old_start]] = list(new[new_start:new_end])
        elif old_start:
            result[at[old_start - 1]] += new[new_start:new_end]
        else:
            before += new[new_start:new_end]
    first = at[0] if at else start
    pieces = [*result[:first], before, *result[first:]]
    return tuple(line for piece in pieces for line in piece)


def _place_of_first(base: Lines, item: str, places: Mapping[str, int]) -> int:
    """Return where the first result of ``item`` goes: after those of the indicators before it."""
    if item == UNLINKED:
        return len(base)
    earlier = [place for place, line in enumerate(base) if places.get(item_of(line), len(places)) < places[item]]
    return earlier[-1] + 1 if earlier else 0


# --- packages -------------------------------------------------------------------------------------------------------


def _collect_packaged(base: Mapping[str, Value], packaged: Sequence[PackagedValue], collected: _Collected) -> None:
    """Take the fields of a package; what its owner no longer has there came back blank, what has no owner is missing."""
    if not packaged:
        return
    owners = set()
    for entry in packaged:
        key = key_from_text(entry.field)
        owners.add(key.owner_id)
        if entry.field in base:
            collected.values[entry.field] = merge_value(fields.from_json(key.spec.kind, entry.json))
        else:
            collected.outside.append(entry)
    sent = {entry.field for entry in packaged}
    for name, value in base.items():
        if name not in sent and key_from_text(name).owner_id in owners:
            collected.values[name] = "" if isinstance(value, str) else ()


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
        old, new = canonical_value(base.get(name, "" if isinstance(values[name], str) else ())), values[name]
        if same_meaning(old, canonical_value(new)):
            continue
        content = json.dumps([export, department, name, old, new], ensure_ascii=False)
        identifier = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        visible = (seen or {}).get(name, frozenset())
        found.append(Contribution(identifier, export, department, name, old, new, visible, name not in uncertain))
    return tuple(found)


def text_fields(values: Iterable[tuple[FieldKey, fields.Value]]) -> dict[str, Value]:
    """Return field values by ``FieldKey.text`` in the form that is merged, as a base to keep with an export."""
    return {key.text: merge_value(value) for key, value in values}
