"""Lines as merging sees them: their canonical form, what differs between two texts, and how a difference moves along.

A :data:`Value` is either one text or a tuple of lines.  A line may carry what belongs to it but is not its text (the
indicator a result answers, its number): after :data:`ANNOTATION`, which no typed text can contain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from welfare_desktop.domain.model import NONE_MARKS, Lines
from welfare_desktop.domain.text import canonical_line

#: One thing a value can be while merging: a single text, or lines.
Value = str | Lines
#: Unit separator: control characters are not stored, so this one cannot come from a keyboard.
ANNOTATION = "\x1f"

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SPACES = re.compile(r"\s+")
#: Above this many comparisons two texts are not aligned line by line; what lies between their common start and
#: common end then counts as one change, which can only make a merge more careful.
_MAX_COMPARISONS = 400_000


def unescape(text: str) -> str:
    """Undo the ``_x000D_`` a workbook writes for characters XML cannot hold (``_x005F_`` protects a real ``_x``)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def canonical_value(value: Value) -> Value:
    """Return ``value`` in canonical form; annotations are kept as they are."""
    if isinstance(value, str):
        return _canonical_annotated(value)
    return tuple(line for raw in value if (line := _canonical_annotated(raw)))


def _canonical_annotated(line: str) -> str:
    text, mark, annotation = line.partition(ANNOTATION)
    return canonical_line(text) + mark + annotation


def plain_text(line: str) -> str:
    """Return what a person reads of a line: without its annotation."""
    return line.partition(ANNOTATION)[0]


def is_blank(value: Value) -> bool:
    """Whether nothing is there (未記入); 「—」 is something."""
    return not value


def is_none_mark(line: str) -> bool:
    """Whether a line says 「—」: left empty on purpose."""
    return plain_text(line) in NONE_MARKS


def same_meaning(one: Value, other: Value) -> bool:
    """Whether two canonical values differ in white space inside lines at most, or in the form of a lone 「—」."""
    if one == other:
        return True
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and _squeezed(one) == _squeezed(other)
    return len(one) == len(other) and all(_squeezed(a) == _squeezed(b) for a, b in zip(one, other, strict=True))


def _squeezed(line: str) -> str:
    text, mark, annotation = line.partition(ANNOTATION)
    return ("—" if text in NONE_MARKS else _SPACES.sub("", text)) + mark + annotation


@dataclass(frozen=True, slots=True, order=True)
class Hunk:
    """One change: lines ``start`` to ``end`` (not included) of a text are replaced by ``lines``."""

    start: int
    end: int
    lines: Lines

    @property
    def inserts(self) -> bool:
        """Whether the change only adds lines, in the gap before line ``start``."""
        return self.start == self.end

    def touches(self, other: Hunk) -> bool:
        """Whether two changes of one text share a line or stand side by side."""
        return self.end >= other.start and other.end >= self.start


def hunks_between(old: Lines, new: Lines) -> tuple[Hunk, ...]:
    """Return what turns ``old`` into ``new``, in order; between two hunks at least one line stays."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if not inner_old and not inner_new:
        return ()
    if not inner_old or not inner_new or len(inner_old) * len(inner_new) > _MAX_COMPARISONS:
        return (Hunk(head, head + len(inner_old), inner_new),)
    return tuple(Hunk(head + hunk.start, head + hunk.end, hunk.lines) for hunk in _aligned(inner_old, inner_new))


def _aligned(old: Lines, new: Lines) -> list[Hunk]:
    """Align by the longest common subsequence; where several are as long, the first deletion wins."""
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in range(len(old) - 1, -1, -1):
        below, here = longest[row + 1], longest[row]
        for column in range(len(new) - 1, -1, -1):
            same = old[row] == new[column]
            here[column] = below[column + 1] + 1 if same else max(below[column], here[column + 1])
    found: list[Hunk] = []
    row = column = start_row = start_column = 0
    while row < len(old) or column < len(new):
        if row < len(old) and column < len(new) and old[row] == new[column]:
            if (row, column) != (start_row, start_column):
                found.append(Hunk(start_row, row, new[start_column:column]))
            row, column = row + 1, column + 1
            start_row, start_column = row, column
        elif column == len(new) or (row < len(old) and longest[row + 1][column] >= longest[row][column + 1]):
            row += 1
        else:
            column += 1
    if (row, column) != (start_row, start_column):
        found.append(Hunk(start_row, row, new[start_column:column]))
    return found


def apply_hunks(text: Lines, hunks: Iterable[Hunk]) -> Lines:
    """Return ``text`` with ``hunks`` applied; they must not share lines."""
    result: list[str] = []
    position = 0
    for hunk in sorted(hunks):
        result += text[position : hunk.start]
        result += hunk.lines
        position = hunk.end
    return (*result, *text[position:])


def moved(hunk: Hunk, past: Sequence[Hunk]) -> Hunk:
    """Return ``hunk`` as a change of the text that ``past`` made of the one it was a change of.

    None of ``past`` may touch it, except insertions in the same gap: it then comes after them.
    """
    shift = sum(len(other.lines) - (other.end - other.start) for other in past if other.end <= hunk.start)
    return Hunk(hunk.start + shift, hunk.end + shift, hunk.lines)


def holds(longer: Lines, shorter: Lines) -> bool:
    """Whether all lines of ``shorter`` stand in ``longer`` in the same order."""
    rest = iter(longer)
    return all(line in rest for line in shorter)


def joined(blocks: Iterable[Lines]) -> Lines:
    """Return one block with every line of all ``blocks``; what several of them say alike is said once."""
    result: Lines = ()
    for block in blocks:
        if holds(result, block):
            continue
        if holds(block, result):
            result = block
            continue
        there = Counter(result)
        extra = []
        for line in block:
            if there[line] > 0:
                there[line] -= 1
            else:
                extra.append(line)
        result = (*result, *extra)
    return result
