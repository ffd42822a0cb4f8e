"""昨年度と同文: a text that says word for word what stood in the same field a year before.

One rule for the mark at the field, the finding and the filter 前年度と同じ, so that they never disagree.
"""

from __future__ import annotations

from .model import NONE_MARKS, Entry, Lines, Slot, in_use

#: The texts that are written anew every year.  Results are figures: 年2回 may well be the same every year.
WRITTEN_YEARLY = ("status", "planned")


def repeats_last_year(now: Lines, before: Lines) -> bool:
    """Whether ``now`` is ``before`` word for word, both as they are stored (``text.canonical_lines``).

    Nothing written and 「—」 (left empty on purpose) repeat nothing.
    """
    return bool(now) and now == before and not all(line in NONE_MARKS for line in now)


def repeated_fields(slot: Slot, year: int) -> tuple[tuple[str, int], ...]:
    """Return (field, its own fiscal year) of every text the report of ``year`` prints that repeats last year's.

    The report of Y prints status@Y and planned@Y+1; each is held against its own year before.
    """
    if not in_use(slot, year):
        return ()
    found = []
    for name, own_year in zip(WRITTEN_YEARLY, (year, year + 1), strict=True):
        entries = slot.status if name == "status" else slot.planned
        now, before = entries.get(own_year, Entry()).lines, entries.get(own_year - 1, Entry()).lines
        if repeats_last_year(now, before):
            found.append((name, own_year))
    return tuple(found)
