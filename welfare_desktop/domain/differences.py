"""Differences between two texts, as pieces to show: line by line, and character by character within a changed line.

Japanese has no spaces between words, so the character difference compares characters and then widens changes over
stretches too short to read (a lone し kept between two changes says nothing).  Whatever is widened, the pieces still
spell both texts exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: Unchanged stretches shorter than this between two changes are shown as changed.
_READABLE = 2
#: Two lines at least this alike are one line that changed; less, and one was taken out and another put in.
_ALIKE = 0.5
#: Above this many character pairs two texts are not aligned any more but shown as replaced (a pasted page, not a line).
_TOO_MUCH = 1_000_000
#: How many lines ahead the reworded form of a line is looked for.
_AHEAD = 20


class Change(StrEnum):
    """What happened to a piece."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text and what happened to it."""

    change: Change
    text: str


class LineKind(StrEnum):
    """What happened to a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line before and after; ``before`` None for an added line, ``after`` None for a removed one.

    ``segments`` spell the line with its changes.  Line numbers count from 1.
    """

    kind: LineKind
    before: str | None
    after: str | None
    before_number: int | None
    after_number: int | None
    segments: tuple[Segment, ...]


def character_difference(before: str, after: str) -> tuple[Segment, ...]:
    """Return the pieces that lead from ``before`` to ``after``; removed comes before added where both meet.

    Joined without the added pieces they are ``before``, without the removed ones ``after``.
    """
    head = common_prefix(before, after)
    tail = common_prefix(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    pieces = [(before[:head], before[:head]), *_aligned(old, new), (before[len(before) - tail :],) * 2]
    return tuple(_segments(_readable(pieces)))


def changed_spans(before: str, after: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return where ``before`` lost something and where ``after`` gained something, as (start, end) in each."""
    gone: list[tuple[int, int]] = []
    new: list[tuple[int, int]] = []
    old_place = new_place = 0
    for segment in character_difference(before, after):
        length = len(segment.text)
        if segment.change is Change.REMOVED:
            gone.append((old_place, old_place + length))
        elif segment.change is Change.ADDED:
            new.append((new_place, new_place + length))
        old_place += length if segment.change is not Change.ADDED else 0
        new_place += length if segment.change is not Change.REMOVED else 0
    return tuple(gone), tuple(new)


def common_prefix(one: str, other: str) -> int:
    """Return how many characters two texts share from the start."""
    limit = min(len(one), len(other))
    return next((index for index in range(limit) if one[index] != other[index]), limit)


def _aligned(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield (before, after) pieces of two texts without a common start or end; equal pieces are unchanged."""
    if not old or not new or len(old) * len(new) > _TOO_MUCH:
        yield old, new
        return
    for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield old[i1:i2], new[j1:j2]


def _readable(pieces: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join changes over unchanged stretches too short to read, and drop empty pieces."""
    kept: list[tuple[str, str]] = []
    last = len(pieces) - 1
    for index, (old, new) in enumerate(pieces):
        if not old and not new:
            continue
        changed = old != new or (len(old) < _READABLE and 0 < index < last and _between_changes(pieces, index))
        if changed and kept and kept[-1][0] != kept[-1][1]:
            kept[-1] = (kept[-1][0] + old, kept[-1][1] + new)
        else:
            kept.append((old, new))
    return kept


def _between_changes(pieces: Sequence[tuple[str, str]], index: int) -> bool:
    before, after = pieces[index - 1], pieces[index + 1]
    return before[0] != before[1] and after[0] != after[1]


def _segments(pieces: Sequence[tuple[str, str]]) -> Iterator[Segment]:
    for old, new in pieces:
        if old == new:
            yield Segment(Change.SAME, old)
            continue
        if old:
            yield Segment(Change.REMOVED, old)
        if new:
            yield Segment(Change.ADDED, new)


def line_difference(before: Sequence[str], after: Sequence[str]) -> tuple[LineDifference, ...]:
    """Return what became of every line, in reading order.

    A line that was reworded is CHANGED, with its characters compared; lines with little in common are REMOVED and
    ADDED.
    """
    found: list[LineDifference] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_same(before[i], i, j) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
        else:
            found += _replaced(before, after, range(i1, i2), range(j1, j2))
    return tuple(found)


def _same(line: str, before_index: int, after_index: int) -> LineDifference:
    segments = (Segment(Change.SAME, line),) if line else ()
    return LineDifference(LineKind.SAME, line, line, before_index + 1, after_index + 1, segments)


def _replaced(before: Sequence[str], after: Sequence[str], old: range, new: range) -> Iterator[LineDifference]:
    """Yield a block of lines that gave way to another: like lines paired in order, the rest removed or added."""
    position = new.start
    for index in old:
        partner = _partner(before[index], after, range(position, new.stop))
        if partner is None:
            yield _removed(before[index], index)
            continue
        for skipped in range(position, partner):
            yield _added(after[skipped], skipped)
        segments = character_difference(before[index], after[partner])
        yield LineDifference(LineKind.CHANGED, before[index], after[partner], index + 1, partner + 1, segments)
        position = partner + 1
    for rest in range(position, new.stop):
        yield _added(after[rest], rest)


def _partner(line: str, after: Sequence[str], candidates: range) -> int | None:
    """Return the line of ``candidates`` that is most like ``line`` reworded; None where none is like enough."""
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(line)
    best, best_ratio = None, _ALIKE
    for index in candidates[:_AHEAD]:
        if len(line) * len(after[index]) > _TOO_MUCH:
            continue
        matcher.set_seq1(after[index])
        if matcher.real_quick_ratio() < best_ratio or matcher.quick_ratio() < best_ratio:
            continue
        ratio = matcher.ratio()
        if ratio > best_ratio or (best is None and ratio == best_ratio):
            best, best_ratio = index, ratio
    return best


def _removed(line: str, index: int) -> LineDifference:
    return LineDifference(LineKind.REMOVED, line, None, index + 1, None, (Segment(Change.REMOVED, line),))


def _added(line: str, index: int) -> LineDifference:
    return LineDifference(LineKind.ADDED, None, line, None, index + 1, (Segment(Change.ADDED, line),))
