"""Which column each cell of a row belongs to, found by content.

A row is a sequence of pieces of text (``tokens``), cut into cells by the source.  The best way to lay that sequence
over the fourteen columns, in order, is found by dynamic programming: each piece has a fit to each column
(``scoring``), and each step between pieces a cost.  Going on to the next column with the next cell costs nothing;
leaving a column out (a cell was lost), two cells in one column (a cell was inserted) and a change of column inside a
cell (a separator was lost) cost the more the less likely they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .cells import JOINT, Cell
from .columns import Column
from .scoring import TITLE_START, Look, look_of, scores_of, whole_cell_scores
from .tokens import Gap, Token, tokens_of

_COLUMNS = len(Column)
#: A cell with many pieces counts at most this many times as much as one with a single piece.
_PIECES_THAT_COUNT = 3
#: The same for a cell that may hold a whole row.
_UNCUT_PIECES_THAT_COUNT = 36
#: Cost of leaving out one column and each further one.
_LOST, _LOST_MORE = 2.2, 1.6
#: Cost of beginning a row elsewhere than at its first column, and for each column further on.
_LATE_START, _LATE_MORE = 2.2, 0.15
#: Cost of ending a row before its last column where no empty cells follow, and where they do.
_EARLY_END, _BLANK_END = 2.0, 1.2
#: Cost of a second cell in the same column: an empty one, one with text.
_EXTRA_BLANK, _EXTRA_CELL = 1.6, 3.2
#: Cost of going on to the next column inside a cell, and of not doing so, by what stands there.
_GO_ON = {Gap.LIST: 0.6, Gap.JOINT: 4.0, Gap.WIDE: 1.0, Gap.LINE: 3.2, Gap.BULLET: 3.2, Gap.SPACE: 4.0}
_SOFT = (Gap.LIST, Gap.JOINT, Gap.WIDE)
#: The same in a row that has next to no separators left.
_GO_ON_WITHOUT = {Gap.LIST: 0.0, Gap.JOINT: 1.2, Gap.WIDE: 0.0, Gap.LINE: 1.0, Gap.BULLET: 1.0, Gap.SPACE: 1.2}
_STAY = {Gap.LIST: 1.5, Gap.WIDE: 0.6}
#: Neighbours that repeat each other's words (plan and status, status and planned work, indicator and result), and what
#: it is worth if they do.
_ECHO = {
    (Column.COUNCIL_INITIATIVES, Column.COUNCIL_STATUS): 1.0,
    (Column.COUNCIL_STATUS, Column.COUNCIL_PLANNED): 2.0,
    (Column.CITY_STATUS, Column.CITY_PLANNED): 2.0,
    (Column.COUNCIL_INDICATORS, Column.COUNCIL_RESULTS): 1.5,
    (Column.CITY_INDICATORS, Column.CITY_RESULTS): 1.5,
}
#: How much worse than another way a row may read in which every cell stands in its own column, none lost, none too many.
_IN_PLACE = 5.0
#: Below this difference between the best and the second best column a part is called unsure.
_SURE = 0.8
_LONGEST_TITLE = 60
#: Rows with fewer cells than this have lost their separators.
_HARDLY_CUT = 4
#: Rows with more pieces than this are laid by whole cells only.
_MOST_PIECES = 600
IN_PRINT_ORDER = tuple(Column)
#: The cost of going on by distance, and what an echo is worth at which place.
_Step = tuple[tuple[float, ...], tuple[tuple[int, float], ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """Text of one cell that belongs to one column; ``whole`` is False when the cell was cut for it."""

    column: Column
    text: str
    cell: Cell
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Alignment:
    """The result for one row.

    ``parts`` holds every cell that is not empty, in order.  ``lost`` are the columns left out before or between
    others, ``missing`` those for which no cell was left at the end, ``unsure`` the parts whose column was nearly as
    likely another one, with that other one.  ``score`` only compares ways to read the same cells.
    """

    parts: tuple[Part, ...] = ()
    lost: tuple[Column, ...] = ()
    missing: tuple[Column, ...] = ()
    unsure: tuple[tuple[Part, Column], ...] = ()
    score: float = 0.0

    def column_of(self, cell: Cell) -> Column | None:
        """Return the column of a cell, the last one of a cell that was cut, None for an empty one."""
        return next((part.column for part in reversed(self.parts) if part.cell == cell), None)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is laid as one: a whole cell, or one token of it (``start``, ``end`` in the cell's text)."""

    cell: Cell
    start: int
    end: int
    gap: Gap
    blank: bool
    scores: tuple[float, ...]


def align(cells: Sequence[Cell], width: int = 0, order: Sequence[Column] = IN_PRINT_ORDER) -> Alignment:
    """Lay the cells of one row over the columns, which stand in ``order`` in this table.

    ``width`` is the number of cells a row of this table has, empty ones at its end included (0: not known).  Cells are
    taken as whole first.  When the row has fewer, a separator may be lost, and the row is laid again with cuts inside
    cells allowed.
    """
    trimmed = list(cells)
    while trimmed and trimmed[-1].blank:
        trimmed.pop()
    if not trimmed:
        return Alignment()
    width = max(width, _COLUMNS)
    room = max(len(cells) - len(trimmed) - (width - _COLUMNS), 0)
    tokens = [_tokens(cell) for cell in trimmed]
    uncut = len(trimmed) < _HARDLY_CUT
    table = _Table(tuple(order), uncut)
    whole = table.lay([_whole_unit(cell) for cell in trimmed], room)
    count = sum(len(inside) for inside in tokens)
    soft = any(token.gap in _SOFT for inside in tokens for token in inside)
    filled = sum(1 for inside in tokens if inside)
    if filled >= min(count, _COLUMNS) or count > _MOST_PIECES or not (soft or len(cells) < width):
        return whole
    most = _UNCUT_PIECES_THAT_COUNT if uncut else _PIECES_THAT_COUNT
    units = [unit for cell, inside in zip(trimmed, tokens, strict=True) for unit in _units(cell, inside, most)]
    cut = table.lay(units, room)
    return cut if cut.score > whole.score else whole


def cell_fits(cell: Cell) -> tuple[float, ...]:
    """Return the fit of a whole cell to each column, in print order."""
    return _whole_unit(cell).scores


def title_joined(text: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """Make one piece of an activity's number and the words of its title behind it."""
    if not tokens or not TITLE_START.match(tokens[0].text):
        return tokens
    last = 0
    for token in tokens[1:]:
        if token.gap not in (Gap.SPACE, Gap.JOINT) or token.end - tokens[0].start > _LONGEST_TITLE:
            break
        if last and look_of(token.text) is not Look.PHRASE:
            break
        last += 1
    title = Token(text[tokens[0].start : tokens[last].end], tokens[0].start, tokens[last].end, tokens[0].gap)
    return [title, *tokens[last + 1 :]]


def _tokens(cell: Cell) -> Sequence[Token]:
    return () if cell.blank else title_joined(cell.text, tokens_of(cell.text))


@lru_cache(maxsize=1024)
def _whole_unit(cell: Cell) -> _Unit:
    tokens = _tokens(cell)
    if not tokens:
        return _Unit(cell, 0, len(cell.text), Gap.CELL, True, (0.0,) * _COLUMNS)
    # Words that a line end cut tell what they are only when they are whole again.
    words = cell.text.replace(JOINT, "")
    tokens = title_joined(words, tokens_of(words))
    weights = _weights(tokens, _PIECES_THAT_COUNT)
    rows = [[fit * weight for fit in scores_of(token.text)] for token, weight in zip(tokens, weights, strict=True)]
    scores = [sum(fits) for fits in zip(*rows, strict=True)]
    for column, extra in whole_cell_scores(words, [token.text for token in tokens]).items():
        scores[column] += extra
    return _Unit(cell, 0, len(cell.text), Gap.CELL, False, tuple(scores))


def _units(cell: Cell, tokens: Sequence[Token], most: int) -> list[_Unit]:
    """Return a unit per token, ``most`` of which count for a cell."""
    if not tokens:
        return [_whole_unit(cell)]
    units: list[_Unit] = []
    for token, weight in zip(tokens, _weights(tokens, most), strict=True):
        fits = tuple(fit * weight for fit in scores_of(token.text))
        units.append(_Unit(cell, token.start, token.end, token.gap, False, fits))
    return units


def _weights(tokens: Sequence[Token], most: int) -> list[float]:
    """Return the weight of each token; what stands between soft gaps weighs like a cell, as much as ``most`` tokens."""
    starts = [index for index, token in enumerate(tokens) if index == 0 or token.gap in _SOFT]
    weights: list[float] = []
    for start, end in pairwise([*starts, len(tokens)]):
        weights += [min(end - start, most) / (end - start)] * (end - start)
    return weights


def _distances(stay: float, go_on: float) -> tuple[float, ...]:
    """Return the cost of going 0, 1, 2 … columns on from one unit to the next."""
    return (stay, go_on, *(go_on + _LOST + _LOST_MORE * more for more in range(_COLUMNS)))


_AFTER_BLANK = _distances(_EXTRA_BLANK, 0.0)
_AFTER_CELL = _distances(_EXTRA_CELL, 0.0)
_INSIDE = {gap: _distances(_STAY.get(gap, 0.0), cost) for gap, cost in _GO_ON.items()}
_INSIDE_UNCUT = {gap: _distances(0.0, cost) for gap, cost in _GO_ON_WITHOUT.items()}


def likeness(one: str, other: str) -> float:
    """Return how many pairs of neighbouring characters two texts share: 0 none, 1 all of the shorter one's."""
    pairs, others = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other))
    smaller = min(len(pairs), len(others))
    return len(pairs & others) / smaller if smaller else 0.0


class _Table:
    """The columns of one table in their order, and how units are best laid over them."""

    def __init__(self, order: tuple[Column, ...], hardly_cut: bool) -> None:
        self._order = order
        self._inside = _INSIDE_UNCUT if hardly_cut else _INSIDE
        self._echoes = [
            (place, worth)
            for place in range(1, _COLUMNS)
            if (worth := _ECHO.get((order[place - 1], order[place]))) is not None
        ]

    def lay(self, units: Sequence[_Unit], room: int) -> Alignment:
        """Find the best columns for ``units``; ``room`` empty cells follow them in the row."""
        fits = [[unit.scores[column] for column in self._order] for unit in units]
        steps = [self._step(before, unit) for before, unit in pairwise(units)]
        ends = [-_BLANK_END if place + room >= _COLUMNS - 1 else -_EARLY_END for place in range(_COLUMNS - 1)] + [0.0]
        forward, back = _forward(fits, steps)
        backward = _backward(fits, steps, ends)
        last = max(range(_COLUMNS), key=lambda place: forward[-1][place] + ends[place])
        places = [last]
        for pointers in reversed(back):
            places.append(pointers[places[-1]])
        places.reverse()
        through = [[a + b for a, b in zip(*both, strict=True)] for both in zip(forward, backward, strict=True)]
        score = forward[-1][last] + ends[last]
        if len(units) == _COLUMNS and all(unit.gap is Gap.CELL for unit in units):
            in_place = sum(fit[place] for place, fit in enumerate(fits))
            in_place += sum(worth for place, (_, echoes) in enumerate(steps, 1) for at, worth in echoes if at == place)
            if in_place > score - _IN_PLACE:
                places, score = list(range(_COLUMNS)), in_place
        return self._alignment(units, places, through, room, score)

    def _step(self, before: _Unit, unit: _Unit) -> _Step:
        if unit.gap is not Gap.CELL:
            return self._inside[unit.gap], ()
        if before.blank or unit.blank:
            return _AFTER_BLANK, ()
        echo = likeness(before.cell.text, unit.cell.text)
        return _AFTER_CELL, tuple((place, worth * echo) for place, worth in self._echoes)

    def _alignment(
        self,
        units: Sequence[_Unit],
        places: Sequence[int],
        through: Sequence[Sequence[float]],
        room: int,
        score: float,
    ) -> Alignment:
        parts: list[Part] = []
        unsure: list[tuple[Part, Column]] = []
        first = 0
        while first < len(units):
            last = first
            while (
                last + 1 < len(units)
                and units[last + 1].cell is units[first].cell
                and places[last + 1] == places[first]
            ):
                last += 1
            if not units[first].blank:
                part = _part(units, self._order[places[first]], first, last)
                parts.append(part)
                rival = _rival(through[first], places[first])
                if rival is not None:
                    unsure.append((part, self._order[rival]))
            first = last + 1
        lost = tuple(self._order[place] for place in _left_out(places))
        missing = tuple(self._order[places[-1] + room + 1 :])
        return Alignment(tuple(parts), lost, missing, tuple(unsure), score)


def _forward(fits: Sequence[Sequence[float]], steps: Sequence[_Step]) -> tuple[list[list[float]], list[list[int]]]:
    best = [[fit - (_LATE_START + _LATE_MORE * place if place else 0.0) for place, fit in enumerate(fits[0])]]
    back: list[list[int]] = []
    for fit, (distances, echoes) in zip(fits[1:], steps, strict=True):
        before = best[-1]
        reached = [
            [before[origin] - distances[place - origin] for origin in range(place + 1)] for place in range(_COLUMNS)
        ]
        for place, bonus in echoes:
            reached[place][place - 1] += bonus
        values = [max(ways) for ways in reached]
        back.append([ways.index(value) for ways, value in zip(reached, values, strict=True)])
        best.append([value + here for value, here in zip(values, fit, strict=True)])
    return best, back


def _backward(fits: Sequence[Sequence[float]], steps: Sequence[_Step], ends: list[float]) -> list[list[float]]:
    """Return the best score of everything after each unit, for every place the unit may be in."""
    rows = [ends]
    for fit, (distances, echoes) in zip(reversed(fits[1:]), reversed(steps), strict=True):
        after = [value + here for value, here in zip(rows[-1], fit, strict=True)]
        ways = [
            [after[place] - distances[place - origin] for place in range(origin, _COLUMNS)]
            for origin in range(_COLUMNS)
        ]
        for place, bonus in echoes:
            ways[place - 1][1] += bonus
        rows.append([max(way) for way in ways])
    rows.reverse()
    return rows


def _part(units: Sequence[_Unit], column: Column, first: int, last: int) -> Part:
    cell = units[first].cell
    begins = first == 0 or units[first - 1].cell is not cell
    ends = last + 1 == len(units) or units[last + 1].cell is not cell
    start = 0 if begins else units[first].start
    end = len(cell.text) if ends else units[last + 1].start
    return Part(column, cell.text[start:end], cell, begins and ends)


def _rival(through: Sequence[float], place: int) -> int | None:
    best = max((other for other in range(_COLUMNS) if other != place), key=lambda other: through[other])
    return best if through[place] - through[best] < _SURE else None


def _left_out(places: Sequence[int]) -> list[int]:
    lost = list(range(places[0]))
    for before, after in pairwise(places):
        lost += range(before + 1, after)
    return lost
