"""From the text of a cell of the official form back to stored lines.

Bullets decide where there are any: what stands on a line of its own without one belongs to the item before it, because
people break lines by hand to make them fit.  A cell without any bullet has an item a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from welfare_desktop.domain.model import NONE_MARKS, Lines
from welfare_desktop.domain.official_form import CONTINUED
from welfare_desktop.domain.text import BULLET, canonical_line

#: What begins an item on paper beside ・: a note, a sub-item.
_NOTE_STARTS = ("※", "○")
#: Bullets of other hands, taken for ・ where they begin a line.
_OTHER_BULLETS = re.compile(r"^[･•●◆■◇□►▶]\s*")
_INLINE_BULLET = re.compile(rf"(?<=\S)[ \u3000]+(?={BULLET})|(?<=。)(?={BULLET})")
_NAMES = re.compile(r"[\n、，,／/;；]+|[ \u3000]+(?=\S{2,})")
_MARK_LINE = re.compile(r"^[(（]続き[)）]$")
_BEGINS = re.compile(r"^[(（]続き[)）]")


@dataclass(frozen=True, slots=True)
class ReadLines:
    """The lines of one cell.

    ``joined`` counts line breaks that were taken for typesetting.  ``goes_on`` says that the first line continues the
    last one of the row above.
    """

    lines: Lines
    joined: int = 0
    goes_on: bool = False


def read_items(text: str, *, own: bool) -> ReadLines:
    """Read a cell of bulleted items; ``own``: this program wrote the workbook, so one line end is one item."""
    goes_on = _BEGINS.match(text.lstrip()) is not None
    if goes_on:
        text = _BEGINS.sub("", text.lstrip(), count=1)
    raw = [line for line in text.split("\n") if line.strip()]
    if not own:
        raw = [piece for line in raw for piece in _INLINE_BULLET.split(line)]
        raw = [_OTHER_BULLETS.sub(BULLET, line.strip()) for line in raw]
    bulleted = any(line.lstrip().startswith(BULLET) for line in raw)
    lines: list[str] = []
    joined = 0
    for position, line in enumerate(raw):
        begins = not bulleted or own or _begins_item(line) or (position == 0 and not goes_on)
        if begins or not lines:
            lines.append(line)
        else:
            lines[-1] += _joint(lines[-1], line.strip()) + line.strip()
            joined += 1
    kept = tuple(stored for line in lines if (stored := canonical_line(line)))
    return ReadLines(kept, joined, goes_on)


def _begins_item(line: str) -> bool:
    bare = line.strip()
    return bare.startswith((BULLET, *_NOTE_STARTS)) or bare in NONE_MARKS


def _joint(before: str, after: str) -> str:
    """Return what belongs between two halves of a line broken by hand: a space between words, else nothing."""
    return (
        " " if before[-1:].isascii() and after[:1].isascii() and before[-1:].isalnum() and after[:1].isalnum() else ""
    )


def read_names(text: str, *, own: bool = False) -> tuple[Lines, bool]:
    """Return the departments of a cell, and whether it says （続き）; ``own``: one a line, whatever is in the names."""
    raw = text.split("\n") if own else _NAMES.split(text.strip())
    pieces = [piece.strip() for piece in raw if piece.strip()]
    goes_on = any(_MARK_LINE.match(piece) or piece.endswith(CONTINUED) for piece in pieces)
    names = [canonical_line(re.sub(r"[(（]続き[)）]$", "", piece)) for piece in pieces]
    return tuple(dict.fromkeys(name for name in names if name)), goes_on


_HEADING = re.compile(r"^〔([^〔〕]+)〕$")


def read_heading(lines: Lines) -> tuple[Lines, Lines]:
    """Return the branch offices named before the council's entries, and the entries without them."""
    match = _HEADING.match(lines[0]) if lines else None
    if match is None:
        return (), lines
    return tuple(name.strip() for name in match[1].split("、") if name.strip()), lines[1:]
