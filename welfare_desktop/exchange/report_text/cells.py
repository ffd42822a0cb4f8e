"""From a source line to cells: tags that are layout, bullets of other programs, places where a cell may end.

A cell's text keeps every character of the source except tags.  Where a tag stood, a mark is left if the tag says
something about the layout: :data:`LINE` where an item ends for certain, :data:`LIST` where a list began inside a cell
(so that two cells may have run together).  :data:`JOINT` is put where two source lines were joined.  The marks are
control characters: ``domain.text`` drops them from whatever is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from welfare_desktop.domain.text import BULLET, SPACES

LINE = "\n"
LIST = "\x1f"
JOINT = "\x1e"

_TAG_NAMES = "p|ul|ol|li|br|div|span|b|strong|i|em|u|font|sup|sub|table|thead|tbody|tr|td|th"
_TAG = re.compile(rf"<(?P<close>/?)(?P<name>{_TAG_NAMES})(?:\s[\x20-\x3b\x3d\x3f-\x7e{SPACES}]*)?/?>", re.IGNORECASE)
#: A tag the end of the file cut off; only what cannot be anything else.
_CUT_TAG = re.compile(r"<(?:/?(?:ul?|li?|br?|p)?|ul\s[\x20-\x7e]*)\Z", re.IGNORECASE)
_OTHER_BULLET = re.compile("(?:\\A|(?<=[\\s\x1e\x1f]))[･•·∙‧](?=\\S)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a source line: ``text`` with marks, the 1-based source ``line``, the 0-based ``position`` in it."""

    text: str
    line: int
    position: int

    @property
    def blank(self) -> bool:
        """Whether nothing but layout stands here."""
        return not self.text.strip(SPACES + "\n\x1e\x1f" + BULLET)


def without_tags(raw: str) -> str:
    """Return ``raw`` with its layout tags replaced by marks; ``<`` that begins no layout tag is text and stays."""
    if "<" not in raw:
        return raw

    def mark(match: re.Match[str]) -> str:
        name = match["name"].lower()
        if name in ("ul", "ol", "table", "td", "th", "tr"):
            return "" if match["close"] else LIST
        return LINE if name in ("li", "br", "p", "div") else ""

    return _CUT_TAG.sub("", _TAG.sub(mark, raw)).strip(LINE + LIST)


def has_other_bullets(text: str) -> bool:
    """Whether lines of ``text`` begin with a bullet sign of another program (•, ･ …)."""
    return _OTHER_BULLET.search(text) is not None


def clean(raw: str) -> str:
    """Return the text of one raw cell: tags as marks, foreign bullets as ・."""
    return _OTHER_BULLET.sub(BULLET, without_tags(raw))
