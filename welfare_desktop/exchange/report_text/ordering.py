"""In which order the columns of the tables stand.

Nearly always the usual one.  Where somebody moved a column, the fit of all cells, summed by place over many rows, says
so.  Only orders are considered that a person would lay out: both actors' columns in the same order, the departments
among the city's, the roles before or after.  Another order must read clearly better than the usual one, because a
lost cell shifts columns too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import permutations, product

from .alignment import IN_PRINT_ORDER, align, cell_fits
from .columns import Column
from .scanning import Row

_COLUMNS = len(Column)
#: What another order must gain: at least this much in all, and on average per row.
_GAIN_IN_ALL, _GAIN_PER_ROW = 9.0, 0.8
#: Rows that say something about the order have at least this many cells with text.
_FULL_ENOUGH = 11
_ROLES = (Column.RESIDENTS, Column.ORGANIZATIONS)
_COUNCIL = IN_PRINT_ORDER[Column.COUNCIL_INITIATIVES : Column.COUNCIL_RESULTS + 1]
_CITY = (
    Column.CITY_INITIATIVES,
    Column.CITY_STATUS,
    Column.CITY_PLANNED,
    Column.CITY_INDICATORS,
    Column.CITY_RESULTS,
)

Order = tuple[Column, ...]


def column_order(rows: Sequence[Row]) -> Order:
    """Return the order in which the columns of ``rows`` stand."""
    full = [row for row in rows if sum(not cell.blank for cell in row.cells) >= _FULL_ENOUGH]
    if not full:
        return IN_PRINT_ORDER
    fits = _fits_by_place(full)
    needed = max(_GAIN_IN_ALL, _GAIN_PER_ROW * len(full))
    if sum(max(row) - row[place] for place, row in enumerate(fits)) < needed:
        return IN_PRINT_ORDER

    def total(order: Order) -> float:
        return sum(fits[place][column] for place, column in enumerate(order))

    order = max(_plausible_orders(), key=total)
    if total(order) - total(IN_PRINT_ORDER) < needed:
        return IN_PRINT_ORDER
    usual, other = (sum(align(row.cells, row.width, way).score for row in full) for way in (IN_PRINT_ORDER, order))
    return order if other - usual >= needed else IN_PRINT_ORDER


def _fits_by_place(rows: Sequence[Row]) -> list[list[float]]:
    fits = [[0.0] * _COLUMNS for _ in range(_COLUMNS)]
    for row in rows:
        for place, cell in zip(range(_COLUMNS), row.cells, strict=False):
            for column, fit in enumerate(cell_fits(cell)):
                fits[place][column] += fit
    return fits


@cache
def _plausible_orders() -> tuple[Order, ...]:
    """Return all orders a person would lay out; the usual one comes first."""
    orders: list[Order] = []
    for way, place in product(permutations(range(len(_COUNCIL))), (1, 0, 2, 3, 4, 5)):
        council = tuple(_COUNCIL[index] for index in way)
        city = [_CITY[index] for index in way]
        city.insert(place, Column.DEPARTMENTS)
        for actors in ((*council, *city), (*city, *council)):
            orders.append((Column.TITLE, *_ROLES, *actors))
            orders.append((Column.TITLE, *actors, *_ROLES))
    return tuple(orders)
