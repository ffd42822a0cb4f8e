"""How a department's sheet is measured and cut into pages.

A slot's band on the sheet is a stack of strips: one for the text (reference columns and space to fill in), one for
every figure.  All columns of a strip have lines of their own pitch; a strip that is taller than a page is cut between
lines in every column, and goes on with its label repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ..domain.cell_flow import Paragraph
from ..domain.line_breaking import Span
from ..domain.measuring import FontSpec
from .page import BLACK

#: The distance of ruled lines, and the height of the row of boxes to tick below them.
RULED_MM, TICKS_MM = 8.0, 7.0
#: How many ruled lines there are at least, and at most after a page's spare height was shared out.
LEAST_RULED, MOST_RULED = 4, 10
PAD_MM = 0.8
FIGURE_HEADER_MM = 5.0
LEAST_FIGURE_MM = 7.5
#: A band taller than a page begins below others only where this much room is left.
ROOM_TO_BEGIN_MM = 60.0
_SLACK = 1e-6


class StripKind(StrEnum):
    """What a strip shows."""

    TEXT = "text"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a cell."""

    text: str
    font: FontSpec
    indent_mm: float = 0.0
    bold: tuple[Span, ...] = ()
    centred: bool = False
    colour: str = BLACK


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick, with its label."""

    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a strip: its frame's left edge and width, and what stands in it.

    ``ticks`` stand below the text in a row of their own, ``side_tick`` at the right of its first line.  ``ruled`` is
    the number of ruled lines for the pen, 0 where there are none; ``again`` is what a finished label repeats after a
    cut.
    """

    name: str
    x_mm: float
    width_mm: float
    lines: tuple[Line, ...] = ()
    pitch_mm: float = 4.0
    ticks: tuple[Tick, ...] = ()
    side_tick: Tick | None = None
    ruled: int = 0
    again: tuple[Line, ...] = ()

    def need_mm(self, done: int) -> float:
        """Return the height for what is left after ``done`` lines."""
        text = (len(self.lines) - done) * self.pitch_mm + 2 * PAD_MM if len(self.lines) > done else 0.0
        return max(text, self.ruled * RULED_MM) + (TICKS_MM if self.ticks else 0.0)

    def holds(self, height_mm: float) -> int:
        """Return how many lines fit into a height."""
        return max(0, int((height_mm - 2 * PAD_MM + _SLACK) / self.pitch_mm))


@dataclass(frozen=True, slots=True)
class Answer:
    """A target and the dotted line for the figure that answers it, with its unit and a box to tick.

    ``unit`` None: the answer stands in a cell of its own, beside all targets of the indicator.
    """

    target: Cell
    unit: str | None = None
    tick: Tick | None = None

    @property
    def height_mm(self) -> float:
        """The height of the row."""
        return max(LEAST_FIGURE_MM, self.target.need_mm(0))


@dataclass(frozen=True, slots=True)
class Strip:
    """One strip: the position of its band, its cells and, for an indicator, a row for every target.

    ``order`` counts the indicators of the band that come before it.
    """

    band: int
    kind: StripKind
    cells: tuple[Cell, ...]
    answers: tuple[Answer, ...] = ()
    order: int = 0

    @property
    def start(self) -> State:
        """Nothing printed yet."""
        return State((0,) * len(self.cells), 0)

    def need_mm(self, state: State) -> float:
        """Return the height for what is left."""
        cells = (cell.need_mm(done) for cell, done in zip(self.cells, state.lines, strict=True))
        return max(sum(answer.height_mm for answer in self.answers[state.answers :]), *cells)


@dataclass(frozen=True, slots=True)
class State:
    """How far a strip is printed: the lines done of every cell, and the answers done."""

    lines: tuple[int, ...]
    answers: int


@dataclass(frozen=True, slots=True)
class Portion:
    """What of one strip stands on one page: everything from ``begin`` up to ``end``.

    ``begins`` and ``ends`` say whether the strip's first and last line are here; ``headed`` figures stand below a
    heading of their own.
    """

    strip: Strip
    begin: State
    end: State
    height_mm: float
    ends: bool
    headed: bool = False

    @property
    def begins(self) -> bool:
        """Whether nothing of the strip stands on an earlier page."""
        return self.begin == self.strip.start

    @property
    def whole_mm(self) -> float:
        """The height with the figures' heading."""
        return self.height_mm + (FIGURE_HEADER_MM if self.headed else 0.0)


@dataclass(frozen=True, slots=True)
class SheetCut:
    """What stands on one page."""

    portions: tuple[Portion, ...]


def lines_of(paragraphs: Sequence[Paragraph], font: FontSpec, colour: str = BLACK) -> tuple[Line, ...]:
    """Return the printed lines of measured paragraphs."""
    return tuple(
        Line(text, font.heavy if paragraph.bold else font, indent, bold, paragraph.centred, colour)
        for paragraph in paragraphs
        for text, indent, bold in paragraph.pieces()
    )


class _Flow:
    """Fills pages from top to bottom."""

    def __init__(self, first_mm: float, room_mm: float) -> None:
        self.room_mm = room_mm
        self.left_mm = first_mm
        self.portions: list[Portion] = []
        self.pages: list[SheetCut] = []

    def turn(self) -> None:
        self.pages.append(SheetCut(tuple(self.portions)))
        self.portions, self.left_mm = [], self.room_mm

    def place(self, portion: Portion) -> None:
        self.portions.append(portion)
        self.left_mm -= portion.whole_mm

    def headed(self, strip: Strip) -> bool:
        """Whether a figure placed now needs a heading: it is the first of its band on this page."""
        if strip.kind is StripKind.TEXT:
            return False
        last = self.portions[-1].strip if self.portions else None
        return last is None or last.kind is StripKind.TEXT or last.band != strip.band

    def band(self, strips: Sequence[Strip]) -> None:
        whole = height_mm(strips)
        if (
            whole > self.left_mm + _SLACK
            and self.portions
            and (whole <= self.room_mm + _SLACK or self.left_mm < ROOM_TO_BEGIN_MM)
        ):
            self.turn()
        elif not self.portions and not self.pages and self.left_mm < min(whole, ROOM_TO_BEGIN_MM):
            # The head of the first page left no room to speak of.
            self.turn()
        for strip in strips:
            self._strip(strip)

    def _strip(self, strip: Strip) -> None:
        state = strip.start
        end = State(tuple(len(cell.lines) for cell in strip.cells), len(strip.answers))
        while True:
            need = strip.need_mm(state)
            headed = self.headed(strip)
            room = self.left_mm - (FIGURE_HEADER_MM if headed else 0.0)
            if need <= room + _SLACK:
                self.place(Portion(strip, state, end, need, True, headed))
                return
            if self.portions and (need <= self.room_mm - FIGURE_HEADER_MM or room < ROOM_TO_BEGIN_MM):
                self.turn()
                continue
            reached = _cut(strip, state, room)
            self.place(Portion(strip, state, reached, room, False, headed))
            state = reached
            self.turn()


def _cut(strip: Strip, state: State, room_mm: float) -> State:
    """Return how far a strip gets in ``room_mm``: at least a line or an answer further, so that it ends one day."""
    lines = tuple(
        min(len(cell.lines), done + cell.holds(room_mm)) for cell, done in zip(strip.cells, state.lines, strict=True)
    )
    answers, used = state.answers, 0.0
    while answers < len(strip.answers) and used + strip.answers[answers].height_mm <= room_mm + _SLACK:
        used += strip.answers[answers].height_mm
        answers += 1
    if State(lines, answers) != state:
        return State(lines, answers)
    lines = tuple(min(len(cell.lines), done + 1) for cell, done in zip(strip.cells, state.lines, strict=True))
    return State(lines, min(len(strip.answers), state.answers + 1))


def height_mm(strips: Sequence[Strip]) -> float:
    """Return the height of a band in one piece."""
    figures = any(strip.kind is StripKind.FIGURE for strip in strips)
    return sum(strip.need_mm(strip.start) for strip in strips) + (FIGURE_HEADER_MM if figures else 0.0)


def cut_pages(bands: Sequence[Sequence[Strip]], first_mm: float, room_mm: float) -> tuple[SheetCut, ...]:
    """Distribute bands over pages of ``room_mm`` (the first of ``first_mm``); at least one page.

    A band goes to the next page whole if it fits there, else it is cut.
    """
    flow = _Flow(first_mm, room_mm)
    for strips in bands:
        flow.band(strips)
    flow.turn()
    return tuple(
        SheetCut(tuple(_shared_out(cut.portions, (room_mm if number else first_mm))))
        for number, cut in enumerate(flow.pages)
    )


def _shared_out(portions: Sequence[Portion], room_mm: float) -> Iterator[Portion]:
    """Give a page's spare height to its bands as further ruled lines, one line at a time."""
    spare = room_mm - sum(portion.whole_mm for portion in portions)
    extra = [0] * len(portions)
    growing = [index for index, portion in enumerate(portions) if portion.ends and _ruled(portion)]
    while growing:
        for index in tuple(growing):
            lines = portions[index].height_mm + extra[index] * RULED_MM - TICKS_MM
            if spare < RULED_MM or lines + RULED_MM > MOST_RULED * RULED_MM + _SLACK:
                growing.remove(index)
                continue
            extra[index] += 1
            spare -= RULED_MM
    for portion, more in zip(portions, extra, strict=True):
        yield replace(portion, height_mm=portion.height_mm + more * RULED_MM)


def _ruled(portion: Portion) -> bool:
    return any(cell.ruled for cell in portion.strip.cells)
