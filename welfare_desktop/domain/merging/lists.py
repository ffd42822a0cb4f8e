"""Lists of goals, activities, slots and departments: what stands in them, and in which order.

Such a list is no text.  Two offices that changed it side by side do not contradict each other: what one added or moved
in stands there, what one moved out does not, and only the order is a matter of taste.  So a list is never in conflict;
were it, the texts below what was added would have no place, and a thing could stand in two lists or in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from welfare_desktop.domain.model import Lines

from .lines import canonical_value
from .resolving import Contribution, FieldOutcome, OutcomeKind, Settled, resolve


def resolve_list(
    settled: Settled, contributions: Iterable[Contribution], order: Mapping[str, int] | None = None
) -> FieldOutcome:
    """Return the outcome of a list of ids; arguments as for :func:`~.resolving.resolve`, whose order it takes.

    Where the order is in dispute the settled one goes on, with what was added behind what it was added behind, and the
    outcome is a review.  A list that came back empty is one that everything was moved out of.
    """
    active = {item.id: item for item in contributions if item.id not in settled.considered}
    edits = [item for item in active.values() if _lines(item.base) != _lines(item.value)]
    outcome = resolve(settled, [item for item in edits if item.value], order)
    certain = [item for item in edits if item.certain]
    if not certain:
        return outcome
    old = _lines(settled.value)
    ranked = [item for candidate in outcome.candidates for item in candidate.contributions if item.certain]
    conflict = outcome.kind is OutcomeKind.CONFLICT
    start = old if conflict else _lines(outcome.value)
    value = in_order(start, [_lines(item.value) for item in ranked], _members(old, certain))
    kind = OutcomeKind.REVIEW if conflict else outcome.kind
    if kind in (OutcomeKind.SAME, OutcomeKind.AUTOMATIC, OutcomeKind.NEW):
        kind = OutcomeKind.SAME if value == old else OutcomeKind.AUTOMATIC if old else OutcomeKind.NEW
    return replace(outcome, kind=kind, value=value, included=frozenset(item.id for item in certain))


def in_order(start: Iterable[str], others: Iterable[Lines], members: Iterable[str]) -> Lines:
    """Return ``members``, each once: as they stand in ``start``, the rest behind what they stand behind in ``others``."""
    wanted = dict.fromkeys(members)
    found = [item for item in dict.fromkeys(start) if item in wanted]
    for other in (*others, tuple(wanted)):
        for place, item in enumerate(other):
            if item in wanted and item not in found:
                before = next((one for one in reversed(other[:place]) if one in found), None)
                found.insert(0 if before is None else found.index(before) + 1, item)
    return tuple(found)


def _members(old: Lines, edits: Sequence[Contribution]) -> Lines:
    """Return what stands in a list after ``edits``; who saw an edit has the last word over it."""
    members = dict.fromkeys(old)
    touched: dict[str, list[tuple[Contribution, bool]]] = {}
    for edit in edits:
        base, value = _lines(edit.base), _lines(edit.value)
        for item in value:
            if item not in base:
                touched.setdefault(item, []).append((edit, True))
        for item in base:
            if item not in value:
                touched.setdefault(item, []).append((edit, False))
    for item, found in touched.items():
        answered = frozenset[str]().union(*(edit.seen for edit, _ in found))
        last = [adds for edit, adds in found if edit.id not in answered] or [adds for _, adds in found]
        if any(last) and (item not in old or all(last)):
            members[item] = None
        elif not all(last):
            members.pop(item, None)
    return tuple(members)


def _lines(value: object) -> Lines:
    lines = canonical_value(value) if isinstance(value, tuple) else ()
    return lines if isinstance(lines, tuple) else ()
