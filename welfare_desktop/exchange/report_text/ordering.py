"""In which order the columns of the tables stand.

Nearly always the usual one.  Where somebody moved a column, the fit of all cells, summed by place over many rows, says
so.  Only orders are considered that a person would lay out: both actors' columns in the same order, the departments
among them, the roles before or after.  Another order must read clearly better than the usual one, because a
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
_GAIN_IN_ONE_TABLE = 14.0
#: Nobody shuffles all columns: what each change of the usual order beyond the first must gain.
_GAIN_PER_CHANGE = 9.0
#: The actors' texts read much alike: what putting the city first must gain for each row.
_SWAPPED = 0.3
#: Rows that say something about the order have at least this many cells with text.
_FULL_ENOUGH = 11
#: A single row tells nothing about the order: it may have lost a cell.
_ROWS_THAT_TELL = 2
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
#: One actor's columns in some order, with the way they are shuffled.
Block = tuple[tuple[int, ...], Order]


def column_order(rows: Sequence[Row], city_first: bool = False, one_table: bool = False) -> Order:
    """Return the order in which the columns of ``rows`` stand; ``city_first`` is what the labels say of the actors.

    ``one_table`` asks for more: that one table differs from the others is less likely than that all do.
    """
    full = [row for row in rows if sum(not cell.blank for cell in row.cells) >= _FULL_ENOUGH]
    if len(full) < _ROWS_THAT_TELL:
        return IN_PRINT_ORDER
    fits = _fits_by_place(full)
    needed = max(_GAIN_IN_ONE_TABLE if one_table else _GAIN_IN_ALL, _GAIN_PER_ROW * len(full))
    usual_fit = sum(row[place] for place, row in enumerate(fits))
    if sum(map(max, fits)) - usual_fit < needed:
        return IN_PRINT_ORDER
    fit, order = _best_order(fits, (-_SWAPPED if city_first else _SWAPPED) * len(full))
    if fit - usual_fit < needed:
        return IN_PRINT_ORDER
    needed += _GAIN_PER_CHANGE * (_changes(order) - 1)
    usual, other = (sum(align(row.cells, row.width, way).score for row in full) for way in (IN_PRINT_ORDER, order))
    return order if other - usual >= needed else IN_PRINT_ORDER


def _changes(order: Order) -> int:
    """Return how many things somebody must have moved: the roles, the actors, their columns, the departments."""
    council = [column for column in order if column in _COUNCIL]
    city = [column for column in order if column in _CITY or column is Column.DEPARTMENTS]
    return sum(
        (
            order[1] not in _ROLES,
            order.index(council[0]) > order.index(city[0]),
            council != sorted(council),
            city.index(Column.DEPARTMENTS) != 1,
        )
    )


def _fits_by_place(rows: Sequence[Row]) -> list[list[float]]:
    fits = [[0.0] * _COLUMNS for _ in range(_COLUMNS)]
    for row in rows:
        for place, cell in zip(range(_COLUMNS), row.cells, strict=False):
            for column, fit in enumerate(cell_fits(cell)):
                fits[place][column] += fit
    return fits


def _best_order(fits: Sequence[Sequence[float]], swapped: float) -> tuple[float, Order]:
    """Return the best of all orders a person would lay out, with its fit; the usual one where it is as good.

    ``swapped`` is what an order must gain that puts the city before the council.
    """

    def best(blocks: Sequence[Block], start: int) -> dict[tuple[int, ...], tuple[float, Order]]:
        """Return per inner way the best block from place ``start`` on, with its fit."""
        found: dict[tuple[int, ...], tuple[float, Order]] = {}
        for way, block in blocks:
            fit = sum(fits[start + index][column] for index, column in enumerate(block))
            if way not in found or fit > found[way][0]:
                found[way] = (fit, block)
        return found

    chosen = (sum(fits[place][column] for place, column in enumerate(IN_PRINT_ORDER)), IN_PRINT_ORDER)
    for (council, city), roles_first in product((_blocks(False), _blocks(True)), (True, False)):
        start = 1 + len(_ROLES) * roles_first
        roles_at = 1 if roles_first else _COLUMNS - len(_ROLES)
        around = fits[0][Column.TITLE] + sum(fits[roles_at + index][column] for index, column in enumerate(_ROLES))
        for first, second in ((council, city), (city, council)):
            before = best(first, start)
            after = best(second, start + len(first[0][1]))
            for way, (fit, block) in before.items():
                total = around + fit + after[way][0] - (swapped if first is city else 0.0)
                if total > chosen[0]:
                    actors = (*block, *after[way][1])
                    order = (*_ROLES, *actors) if roles_first else (*actors, *_ROLES)
                    chosen = (total, (Column.TITLE, *order))
    return chosen


@cache
def _blocks(departments_with_council: bool) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return all ways to lay out the council's and the city's columns, each with the inner way both must share."""
    council: list[Block] = []
    city: list[Block] = []
    for way in permutations(range(len(_COUNCIL))):
        plain, with_departments = (_CITY, _COUNCIL) if departments_with_council else (_COUNCIL, _CITY)
        columns = tuple(with_departments[index] for index in way)
        council.append((way, tuple(plain[index] for index in way)))
        for place in (1, 0, 2, 3, 4, 5):
            city.append((way, (*columns[:place], Column.DEPARTMENTS, *columns[place:])))
    return (tuple(city), tuple(council)) if departments_with_council else (tuple(council), tuple(city))
