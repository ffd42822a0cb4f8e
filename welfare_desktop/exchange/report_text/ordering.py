"""In which order the columns of one table stand.

Nearly always the usual one.  Where somebody moved a column, the fit of all cells of the table, summed by place, says
so; but only an order that reads every row much better is believed, because a lost cell shifts columns too.
"""

from __future__ import annotations

from collections.abc import Sequence

from .alignment import IN_PRINT_ORDER, align, cell_fits
from .columns import Column
from .scanning import Row

_COLUMNS = len(Column)
#: What a row must gain on average for another order to be tried, and to be believed.
_WORTH_TRYING, _WORTH_BELIEVING = 4.0, 2.5
#: Rows that say something about the order have at least this many cells with text.
_FULL_ENOUGH = 11

Order = tuple[Column, ...]


def column_order(rows: Sequence[Row]) -> Order:
    """Return the order in which the columns of a table stand, given its rows."""
    full = [row for row in rows if sum(not cell.blank for cell in row.cells) >= _FULL_ENOUGH]
    if not full:
        return IN_PRINT_ORDER
    fits = _fits_by_place(full)
    order = _improved(fits, _WORTH_TRYING * len(full))
    if order == IN_PRINT_ORDER:
        return order
    usual, moved = (sum(align(row.cells, row.width, way).score for row in full) for way in (IN_PRINT_ORDER, order))
    return order if moved - usual >= _WORTH_BELIEVING * len(full) else IN_PRINT_ORDER


def _fits_by_place(rows: Sequence[Row]) -> list[list[float]]:
    fits = [[0.0] * _COLUMNS for _ in range(_COLUMNS)]
    for row in rows:
        for place, cell in zip(range(_COLUMNS), row.cells, strict=False):
            for column, fit in enumerate(cell_fits(cell)):
                fits[place][column] += fit
    return fits


def _improved(fits: Sequence[Sequence[float]], worth: float) -> Order:
    """Move and swap columns as long as every step gains ``worth``."""

    def total(order: Order) -> float:
        return sum(fits[place][column] for place, column in enumerate(order))

    order = IN_PRINT_ORDER
    while True:
        best = max(_neighbours(order), key=total)
        if total(best) < total(order) + worth:
            return order
        order = best


def _neighbours(order: Order) -> list[Order]:
    found: list[Order] = []
    for place in range(1, _COLUMNS):
        rest = order[:place] + order[place + 1 :]
        found += [(*rest[:to], order[place], *rest[to:]) for to in range(1, _COLUMNS) if to != place]
        for other in range(place + 1, _COLUMNS):
            swapped = list(order)
            swapped[place], swapped[other] = swapped[other], swapped[place]
            found.append(tuple(swapped))
    return found
