"""When two names of goals or activities are the same, or nearly."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from welfare_desktop.domain.text import folded

#: Names this alike are taken for the same name.
ALIKE = 0.75
#: Names longer than this are compared by their beginning.
_COMPARED = 200


def plain_name(title: str) -> str:
    """Return a copy of a name for comparing: without spaces, width- and kana-insensitive."""
    return re.sub(r"\s+", "", folded(title))


def alike(one: str, other: str) -> float:
    """Return how alike two plain names are, 0 to 1; 0 wherever it is surely below :data:`ALIKE`."""
    if one == other:
        return 1.0 if one else 0.0
    if min(len(one), len(other)) * 2 < ALIKE * (len(one) + len(other)):
        return 0.0
    matcher = SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED], False)
    return matcher.ratio() if matcher.quick_ratio() > ALIKE else 0.0
