"""The smallest pieces a cell can be cut into, and where a cut is thinkable at all.

A piece ends at white space (outside brackets), at a mark of ``cells``, or where a bullet follows a full stop.  Both
the alignment (which column does this text belong to) and the cutting into lines work on the same pieces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from welfare_desktop.domain.text import BULLET, SPACES

from .cells import JOINT, LINE, LIST

_GAP = re.compile(f"[{SPACES}{LINE}{LIST}{JOINT}]+")
#: A bullet straight after the end of a sentence or a tag: somebody lost the space between.
_GLUED_BULLET = re.compile(f"(?<=[。】])(?={BULLET})")
_OPENING = {"(": ")", "（": ")", "「": "」", "『": "』", "〔": "〕"}
_CLOSING = {")": ")", "）": ")", "」": "」", "』": "』", "〕": "〕"}
_NEXT_BULLET = re.compile(rf"。[)）]?[{SPACES}]+{BULLET}")
_BRACKET = re.compile(f"[{''.join(_OPENING)}{''.join(_CLOSING)}{LIST}{LINE}]")
#: Longer brackets are taken for unclosed ones.
_LONGEST_BRACKET = 400


class Gap(StrEnum):
    """What stands between a piece and the one before it, weakest last."""

    CELL = "cell"  # a new cell of the source
    LIST = "list"  # a list began inside the cell
    JOINT = "joint"  # two source lines were joined
    WIDE = "wide"  # several spaces
    LINE = "line"  # a line end inside the cell
    BULLET = "bullet"  # a bullet
    SPACE = "space"  # one space


@dataclass(frozen=True, slots=True)
class Token:
    """A piece ``text[start:end]`` of a cell, without its bullet, and the gap before it."""

    text: str
    start: int
    end: int
    gap: Gap


def bracketed(text: str) -> list[tuple[int, int]]:
    """Return the outermost matched brackets of ``text`` as (opening, closing) positions, in order.

    A bracket that is never closed, that runs over the end of a sentence into the next bullet, or over a mark, is no
    bracket: one forgotten 」 must not glue the rest of a cell together.
    """
    open_brackets: list[tuple[int, str]] = []
    pairs: list[tuple[int, int]] = []
    for match in _BRACKET.finditer(text):
        position, char = match.start(), match[0]
        if char in _OPENING:
            open_brackets.append((position, _OPENING[char]))
        elif char in _CLOSING:
            kinds = [kind for _, kind in open_brackets]
            if _CLOSING[char] not in kinds:
                continue
            while open_brackets:
                start, kind = open_brackets.pop()
                if kind == _CLOSING[char]:
                    break
            if position - start <= _LONGEST_BRACKET and not _NEXT_BULLET.search(text, start, position):
                while pairs and pairs[-1][0] > start:
                    pairs.pop()
                pairs.append((start, position))
        else:
            open_brackets.clear()
    return pairs


@lru_cache(maxsize=1024)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the pieces of a cell's ``text``; every character that is no space, mark or bullet is in exactly one."""
    inside = bracketed(text)
    cuts: list[tuple[int, int]] = []
    pair = 0
    for match in _GAP.finditer(text):
        while pair < len(inside) and inside[pair][1] < match.start():
            pair += 1
        if pair < len(inside) and inside[pair][0] < match.start():
            continue
        cuts.append(match.span())
    cuts += [(match.start(), match.start()) for match in _GLUED_BULLET.finditer(text)]
    cuts.sort()
    result: list[Token] = []
    start = 0
    gap_text = ""
    for cut_start, cut_end in [*cuts, (len(text), len(text))]:
        piece = text[start:cut_start]
        body = piece.lstrip(BULLET + SPACES)
        if body:
            gap = Gap.CELL if not result else _gap_of(gap_text, piece.startswith(BULLET))
            result.append(Token(body, cut_start - len(body), cut_start, gap))
            gap_text = ""
        elif piece:
            gap_text += BULLET
        gap_text += text[cut_start:cut_end]
        start = cut_end
    return tuple(result)


def _gap_of(gap: str, bullet: bool) -> Gap:
    if LIST in gap:
        return Gap.LIST
    if LINE in gap:
        return Gap.LINE
    if bullet or BULLET in gap:
        return Gap.BULLET
    if JOINT in gap:
        # Where the line ended at a space anyway, that space is what counts.
        return Gap.JOINT if gap == JOINT else Gap.SPACE
    return Gap.WIDE if len(gap) > 1 else Gap.SPACE
