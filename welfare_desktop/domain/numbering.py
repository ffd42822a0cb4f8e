"""The numbers of siblings (基本目標1, 2 …; 活動①, ② …): always at least 1, none twice, rising in print order.

A plan may have gaps: another office's plan book prints 1, 2, 4.  A gap is kept where nobody asked for its closing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise


def with_inserted(numbers: Sequence[int], at: int) -> tuple[int, ...]:
    """Return the numbers after something new came in at position ``at`` (from 0, at most ``len(numbers)``).

    What stands before keeps its number; what follows moves on only as far as it must.
    """
    found = [*numbers[:at]]
    found.append(max(found, default=0) + 1)
    for number in numbers[at:]:
        found.append(max(number, found[-1] + 1))
    return tuple(found)


def is_rising(numbers: Sequence[int]) -> bool:
    """Whether ``numbers`` can be printed: from 1 up, in order, none twice."""
    return all(number >= 1 for number in numbers) and all(one < other for one, other in pairwise(numbers))


def room_for(numbers: Sequence[int], place: int) -> tuple[int, int | None]:
    """Return the lowest and the highest number (None: any) the sibling at ``place`` may have without overtaking."""
    lowest = numbers[place - 1] + 1 if place else 1
    highest = numbers[place + 1] - 1 if place + 1 < len(numbers) else None
    return lowest, highest


def new_numbers(ids: Sequence[str], present: Mapping[str, int]) -> dict[str, int]:
    """Return the number of each of ``ids`` that has to change for them to count 1, 2, 3 … in this order."""
    return {item: place for place, item in enumerate(ids, start=1) if present.get(item) != place}
