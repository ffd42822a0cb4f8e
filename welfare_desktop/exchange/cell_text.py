"""Text in and out of worksheet cells, character by character.

A spreadsheet reads ``=1+1`` as a formula, ``1-2`` as a date and ``_x0041_`` as ``A``; it stores no control characters
and at most 32,767 characters a cell.  What goes through these functions comes back as it was typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell import Cell

#: What Excel holds in one cell, counted in UTF-16 units; longer text is cut off without a word.
LONGEST_CELL = 32_767
TEXT_FORMAT = "@"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
#: An underscore that would begin an escape; the one that ends it may begin the next.
_AMBIGUOUS = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_cell(text: str) -> str:
    """Return ``text`` as it must stand in the file; control characters and broken halves of pairs are left out.

    What looks like the format's own escape (``_x000D_``) is escaped, or Excel would turn it into the character.
    """
    kept = _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _AMBIGUOUS.sub("_x005F_", kept) if "_x" in kept else kept


def from_cell(value: object) -> str:
    """Return the text of a cell's value as a person sees it; None is empty."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def put_text(cell: Cell, text: str) -> None:
    """Store ``text`` in ``cell`` so that it stays text, whatever it begins with.  The cell's style should be text, too.

    Empty text leaves the cell empty.
    """
    if text:
        cell.value = to_cell(text)
        # Assigning decides by the first character; this takes formulas and error words back to plain text.
        cell.data_type = "s"


def units(text: str) -> int:
    """Return the length of ``text`` as Excel counts it, where 𠮷 is two."""
    return len(text) + sum(char > "\uffff" for char in text)
