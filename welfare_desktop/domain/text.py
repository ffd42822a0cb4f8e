"""Rules for stored text: what is layout, what is content, and when two texts mean the same.

Stored text is what was typed: composed (NFC), LF line ends, no trailing spaces, one bullet per line without its ・.
It is never NFKC: ①, ㈱ and full-width digits stay.  NFC as Unicode defines it would also replace compatibility
ideographs (﨎, 塚 and other forms used in names) by their unified twins, so those are kept as typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from .model import NONE_MARKS, Lines

BULLET = "・"
#: Characters NFC would replace by another one instead of composing them.
_SINGLETONS = re.compile("([\u2126\u212a\u212b\uf900-\ufaff\U0002f800-\U0002fa1f])")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x0b\x0c\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff\ufffe\uffff]")
#: White space of every width, line ends aside.
SPACES = " \t\u3000\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_TAG = re.compile(r"【(新規|再掲)】")


def compose(text: str) -> str:
    """Return ``text`` in NFC, except for characters that NFC would exchange for others."""
    if unicodedata.is_normalized("NFC", text):
        return text
    pieces = _SINGLETONS.split(text)
    return "".join(piece if index % 2 else unicodedata.normalize("NFC", piece) for index, piece in enumerate(pieces))


def canonical_line(text: str) -> str:
    """Return one line as it is stored: composed, without bullet, control characters and outer spaces."""
    # Controls go first: a character and its accent that only a control kept apart are one character afterwards.
    line = compose(_CONTROLS.sub("", _LINE_ENDS.sub(" ", text))).replace("\t", " ").replace("\n", " ").strip(SPACES)
    while line.startswith(BULLET):
        line = line[len(BULLET) :].lstrip(SPACES)
    return line


def canonical_lines(text: str | Iterable[str]) -> Lines:
    """Return the stored lines of ``text`` (one string, or lines); empty lines are layout and fall away."""
    joined = text if isinstance(text, str) else "\n".join(text)
    return tuple(line for raw in _LINE_ENDS.sub("\n", joined).split("\n") if (line := canonical_line(raw)))


def shown_line(line: str) -> str:
    """Return ``line`` as printed: with its ・, except before 「—」 and lines starting with ※ or ○."""
    if line in NONE_MARKS or line.startswith(("※", "○")):
        return line
    return BULLET + line


def tags_of(line: str) -> Lines:
    """Return the tags (新規, 再掲) a line carries, in order."""
    return tuple(_TAG.findall(line))


def folded(text: str) -> str:
    """Return a copy for searching and comparing: width-, case- and kana-insensitive.  Never stored."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(chr(ord(ch) + 0x60) if "ぁ" <= ch <= "ゖ" else ch for ch in wide)


def circled(number: int) -> str:
    """Return ``number`` as printed before an activity: ① to ㊿, then (51)."""
    if 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if 21 <= number <= 35:
        return chr(0x3251 + number - 21)
    if 36 <= number <= 50:
        return chr(0x32B1 + number - 36)
    return f"({number})"
