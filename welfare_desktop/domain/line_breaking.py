"""Where lines of Japanese text break: greedy filling under the usual prohibitions (禁則処理).

A pure function of the text and the widths of its characters, so that paper, preview and workbook agree on every
machine, and a report of thousands of entries is broken in a blink.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

#: A half-open range of character positions in a text.
Span = tuple[int, int]

#: Never at the start of a line (行頭禁則): closing marks, small kana, sound marks, units written after a number.
NOT_AT_START = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々〻ー」』）】〕］｝〉》〙〗〟»’”｠,.:;?!)]}…‥"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "｡､･ｧｨｩｪｫｬｭｮｯｰﾞﾟ｣％‰℃°′″%¢￠〜"
)
#: Never at the end of a line (行末禁則): opening marks, and signs written before a number.
NOT_AT_END = frozenset("「『（【〔［｛〈《〘〖〝«‘“｟([{｢￥＄￡№¥$£€")
_SPACES = frozenset(" \u3000\u2002\u2003\u2009\u200b")
#: Stay together when doubled: dashes and leaders.
_PAIRED = frozenset("—―…‥─")
_WIDE_DIGITS = frozenset("０１２３４５６７８９")
_BREAK_AFTER = frozenset("-/‐")


def line_ends(
    text: str,
    widths: Sequence[float],
    first: float,
    rest: float,
    whole: Sequence[Span] = (),
) -> tuple[int, ...]:
    """Return the end position of every line of ``text``; the last one is ``len(text)``, an empty text has one line.

    ``widths`` holds the width of each character, ``first`` and ``rest`` are the widths of the first and of the other
    lines, all in one unit.  Spaces at a line's end hang out of it.  A ``whole`` stretch moves to the next line as one
    piece.  Where nothing allows a break, the line breaks where it is full; it takes at least one character, with the
    marks that combine with it.
    """
    length = len(text)
    reach = [0.0, *accumulate(widths)]
    ends: list[int] = []
    start, room = 0, first
    while reach[length] - reach[start] > room + 1e-9:
        full = max(bisect_right(reach, reach[start] + room + 1e-9, start) - 1, start + 1)
        end = _break_before(text, start, full, whole)
        if end >= length:
            break
        ends.append(end)
        start, room = end, rest
    ends.append(length)
    return tuple(ends)


def _break_before(text: str, start: int, full: int, whole: Sequence[Span]) -> int:
    """Return where the line that starts at ``start`` and is full at ``full`` should end."""
    length = len(text)
    hanging = full
    while hanging < length and text[hanging] in _SPACES:
        hanging += 1
    if hanging > full or hanging == length:
        return hanging
    for end in range(full, start, -1):
        if may_break(text[end - 1], text[end]) and not any(left < end < right for left, right in whole):
            return end
    end = full
    while end < length and combines(text[end]):
        end += 1
    return end


def may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two characters that stand next to each other."""
    if after in _SPACES or after in NOT_AT_START or before in NOT_AT_END:
        return False
    if before in _SPACES:
        return True
    if before == after and before in _PAIRED:
        return False
    if before in _WIDE_DIGITS and after in _WIDE_DIGITS:
        return False
    if _western(before) and _western(after):
        return before in _BREAK_AFTER and after.isalpha()
    return not combines(after)


def _western(char: str) -> bool:
    """Tell whether words of ``char``'s script are kept together: ASCII and the scripts that put spaces between words."""
    return char < "\u2000" and char not in _SPACES


def combines(char: str) -> bool:
    """Tell whether ``char`` changes the one before it: accents, variation selectors, joiners."""
    return char > "\u02ff" and (unicodedata.category(char) in ("Mn", "Me", "Mc") or char in "\u200d\u2060\ufeff")


def widths_of(
    text: str, advances: Mapping[str, float], bold: Sequence[Span] = (), heavy: Mapping[str, float] | None = None
) -> list[float]:
    """Return the width of every character, with the ``bold`` stretches taken from ``heavy``."""
    widths = [advances[char] for char in text]
    if heavy is not None:
        for left, right in bold:
            widths[left:right] = [heavy[char] for char in text[left:right]]
    return widths
