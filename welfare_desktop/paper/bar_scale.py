"""How long the segments of bars are, on screen and paper alike: one scale for all, and room for every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

K = TypeVar("K")
_STEPS = 24


def widths_of(counts: Mapping[K, int], least: Mapping[K, float], unit: float) -> dict[K, float]:
    """Return the width of every segment when one target is ``unit`` wide, but none narrower than ``least``."""
    return {key: max(unit * count, least[key]) for key, count in counts.items()}


def unit_for(bars: Sequence[Mapping[K, int]], least: Sequence[Mapping[K, float]], room: float, gap: float) -> float:
    """Return the width of one target at which the widest bar fills ``room``; 0 where even ``least`` does not fit.

    ``gap`` stands between segments.  What is given is returned in the same unit, pixels or millimetres.
    """
    low, high = 0.0, room
    for _ in range(_STEPS):
        middle = (low + high) / 2
        widest = max(
            (
                sum(widths_of(counts, narrow, middle).values()) + gap * (len(counts) - 1)
                for counts, narrow in zip(bars, least, strict=True)
                if counts
            ),
            default=0.0,
        )
        low, high = (middle, high) if widest <= room else (low, middle)
    return low
