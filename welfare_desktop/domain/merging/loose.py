"""Texts that came back without a field: how each is called, where it may belong, what the field says with it.

The program only proposes; a person chooses.  From then on the text is an edit of its export like any other: its id is
made of what it says, so that the same file read again brings it under the same name.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from welfare_desktop.domain.differences import LineKind, line_difference
from welfare_desktop.domain.fields import Kind
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.text import canonical_lines, folded

from .assembling import UNLINKED
from .forms import annotation_of, retyped, with_annotation
from .lines import Value, canonical_value, plain_text
from .returned import Unmatched, UnmatchedReason

#: Reasons that leave no doubt that the row was the row of one field: its lines may then be reworded ones.
_ROW_OF_A_FIELD = (UnmatchedReason.DAMAGED_KEY, UnmatchedReason.DOUBLED_KEY)
_KNOWN, _PLACE, _LABEL, _OWN, _ALIKE = 100.0, 20.0, 15.0, 10.0, 10.0


@dataclass(frozen=True, slots=True)
class LooseText:
    """A text without a field.  ``id`` is the id its edit has once a field is chosen."""

    id: str
    unmatched: Unmatched


@dataclass(frozen=True, slots=True)
class Place:
    """A field a text may belong to.

    ``field`` is a ``FieldKey.text``; ``path`` (``1-1③``), ``title`` and ``label`` (実施状況（令和元年度）) are what stands
    beside it in a sheet, ``lines`` what it said; ``own`` says that the sender was asked to fill it in.
    """

    field: str
    path: str
    title: str
    label: str
    lines: Lines = ()
    own: bool = False


def loose_texts(export: str, unmatched: Iterable[Unmatched]) -> tuple[LooseText, ...]:
    """Return the texts of one file that have no field, with their ids; ``export`` says which file it is.

    Where in the sheet a text stands says nothing (rows are sorted); texts that say the same are counted through.
    """
    seen: Counter[tuple[Lines, str, str]] = Counter()
    found = []
    for item in unmatched:
        what = (canonical_lines(item.lines), item.field, item.item)
        seen[what] += 1
        content = json.dumps(["loose", export, *what, seen[what]], ensure_ascii=False)
        identifier = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        found.append(LooseText(identifier, item))
    return tuple(found)


def value_with(kind: Kind, base: Value, text: Unmatched) -> Value:
    """Return what a field says when ``text`` is put into it; ``base`` is what it said when it was exported.

    Lines of ``base`` between the first and the last that ``text`` repeats give way to it, as when the cell was retyped.
    A text that repeats nothing is added at the end: nothing is taken out because a row lost its key.
    """
    lines = canonical_lines(text.lines)
    if isinstance(base, str):
        return canonical_value("".join(lines))
    old = tuple(plain_text(line) for line in base)
    anchors = _anchors(old, lines, reworded=text.reason in _ROW_OF_A_FIELD)
    first, last = (min(anchors), max(anchors) + 1) if anchors else (len(old), len(old))
    value = retyped(kind, base, (*old[:first], *lines, *old[last:]))
    if kind is not Kind.RESULTS or not text.item or text.item == UNLINKED or isinstance(value, str):
        return value
    mine = range(first, first + len(lines))
    return tuple(_linked(line, text.item) if place in mine else line for place, line in enumerate(value))


def _anchors(old: Lines, new: Lines, *, reworded: bool) -> list[int]:
    kinds = (LineKind.SAME, LineKind.CHANGED) if reworded else (LineKind.SAME,)
    found = (row.before_number for row in line_difference(old, new) if row.kind in kinds)
    return [number - 1 for number in found if number is not None]


def _linked(line: str, item: str) -> str:
    return with_annotation(plain_text(line), {"link": item, **annotation_of(line)})


def ranked(text: Unmatched, places: Sequence[Place]) -> list[Place]:
    """Return ``places``, the likeliest first: by its key, by what stands beside it, by what the field said."""
    beside = tuple(_squeezed(cell) for cell in text.wording)
    whole = "\n".join(beside)
    paths = tuple("".join(cell.split()) for cell in text.wording)
    letters = _pairs("".join(text.lines))

    def score_of(place: Place) -> float:
        at = any(cell.startswith(place.path) for cell in paths) if place.path else False
        return (_PLACE if at else 0.0) + _score(text, place, beside, whole, letters)

    score: Mapping[str, float] = {place.field: score_of(place) for place in places}
    return sorted(places, key=lambda place: -score[place.field])


def _score(text: Unmatched, place: Place, beside: Lines, whole: str, letters: frozenset[str]) -> float:
    label, title = _squeezed(place.label), _squeezed(place.title)
    score = _KNOWN if place.field == text.field else 0.0
    score += _PLACE if title and title in whole else 0.0
    score += _LABEL if any(_says(cell, label) for cell in beside) else 0.0
    score += _OWN if place.own else 0.0
    return score + _ALIKE * _likeness(letters, _pairs("".join(place.lines)))


def _says(cell: str, label: str) -> bool:
    """Whether a cell is the heading ``label``: 実施状況（令和元年度） is written 令和元年度 above 実施状況 in a sheet."""
    name, _, year = label.partition("(")
    return cell == label or cell.startswith(year.rstrip(")") + name)


def _squeezed(text: str) -> str:
    return "".join(folded(text).split())


def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters: enough to tell likeness, and quick for thousands of fields."""
    plain = _squeezed(text)
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
