"""Pieces of the committee's summary, and how they fill the columns of its pages.

A piece is a row of a table, a heading or a block of its own; it knows its height and draws itself.  A section's
heading and table header are repeated, marked （続き）, where it goes on in another column; a row taller than a column is
cut between lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from ..domain.cell_flow import Paragraph, drawable
from ..domain.line_breaking import Span
from ..domain.measuring import FontSpec
from .canvas import Canvas, Frame
from .drawing import Pen
from .official_layout import INNER_MM, TINT_SHARED
from .page import BLACK, Box, Fill, Rule, Run

COLUMN_MM = 193.0
SIDE_MM = 1.2
PAD_MM = 1.0
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a printed line, set in one way, ``indent_mm`` after what stands before it.

    ``struck`` and ``underlined`` mark what was removed and added.
    """

    text: str
    font: FontSpec
    colour: str = BLACK
    struck: bool = False
    underlined: bool = False
    indent_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line of a cell."""

    stretches: tuple[Stretch, ...]
    indent_mm: float = 0.0
    centred: bool = False


def lines_of(paragraphs: Sequence[Paragraph], font: FontSpec, colour: str = BLACK) -> tuple[TextLine, ...]:
    """Return the printed lines of measured paragraphs, tags in bold."""
    return tuple(
        TextLine(
            tuple(_weighted(text, font.heavy if paragraph.bold else font, bold, colour)), indent, paragraph.centred
        )
        for paragraph in paragraphs
        for text, indent, bold in paragraph.pieces()
    )


def _weighted(text: str, font: FontSpec, bold: tuple[Span, ...], colour: str) -> Iterator[Stretch]:
    edges = sorted({0, len(text), *(edge for span in bold for edge in span)})
    for begin, end in pairwise(edges):
        heavy = any(left <= begin < right for left, right in bold)
        yield Stretch(text[begin:end], font.heavy if heavy else font, colour)


class Piece(Protocol):
    """Something that takes a height of its column."""

    @property
    def height_mm(self) -> float:
        """The height it takes."""

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it with its top left corner there."""

    def cut(self, room_mm: float) -> tuple[Piece, Piece] | None:
        """Return what fits into ``room_mm`` and the rest; None where it stays whole."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table row: its text, whether it is centred, or only half way up (``middle``).

    ``again`` is what a finished label says once more where its row goes on in another column.
    """

    name: str
    width_mm: float
    lines: tuple[TextLine, ...]
    centred: bool = False
    middle: bool = False
    again: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: cells with a frame around each, cut between lines where a column is too short for it.

    ``framed`` false: a list without lines around it.  ``tint`` colours header rows.  ``adorn`` draws what is not text
    once, at the row's place.
    """

    pen: Pen
    cells: tuple[Cell, ...]
    pitch_mm: float
    framed: bool = True
    tint: str = ""
    adorn: Callable[[Canvas, float, float, float], None] | None = None
    continued: bool = False

    @property
    def height_mm(self) -> float:
        """The height of the tallest cell."""
        return max(1, *(len(cell.lines) for cell in self.cells)) * self.pitch_mm + 2 * self._pad

    @property
    def _pad(self) -> float:
        return PAD_MM if self.framed else 0.3

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw frames, tint and text."""
        height, left = self.height_mm, x
        for cell in self.cells:
            frame = (left, y, cell.width_mm, height)
            if self.tint:
                canvas.fills.append(Fill(*frame, self.tint))
            if self.framed:
                canvas.frame(frame, INNER_MM)
            name = f"{cell.name}（続き）" if self.continued else cell.name
            canvas.boxes.append(Box(name, *frame, tuple(self._runs(canvas, cell, frame))))
            left += cell.width_mm
        if self.adorn:
            self.adorn(canvas, x, y, height)

    def _runs(self, canvas: Canvas, cell: Cell, frame: Frame) -> Iterator[Run]:
        x, y, width, height = frame
        middle = y + self._pad + self.pitch_mm / 2
        if cell.centred or cell.middle:
            middle = y + (height - (len(cell.lines) - 1) * self.pitch_mm) / 2
        for number, line in enumerate(cell.lines):
            whole = sum(self.pen.width_mm(stretch.text, stretch.font) for stretch in line.stretches)
            start = x + SIDE_MM + line.indent_mm
            if cell.centred or line.centred:
                start = x + (width - whole) / 2
            yield from stretch_runs(self.pen, canvas, line.stretches, start, middle + number * self.pitch_mm)

    def cut(self, room_mm: float) -> tuple[Piece, Piece] | None:
        """Cut between lines; None where not even one line fits or all do."""
        lines = int((room_mm - 2 * self._pad + _SLACK) / self.pitch_mm)
        most = max(len(cell.lines) for cell in self.cells)
        if lines < 1 or lines >= most:
            return None
        first = tuple(replace(cell, lines=cell.lines[:lines]) for cell in self.cells)
        rest = tuple(replace(cell, lines=cell.lines[lines:] or cell.again) for cell in self.cells)
        return replace(self, cells=first), replace(self, cells=rest, adorn=None, continued=True)


def stretch_runs(pen: Pen, canvas: Canvas, stretches: Sequence[Stretch], x: float, middle: float) -> Iterator[Run]:
    """Set stretches one after another around a height, with their strokes."""
    for stretch in stretches:
        x += stretch.indent_mm
        width = pen.width_mm(stretch.text, stretch.font)
        baseline = pen.baseline_mm(middle, stretch.font)
        yield Run(x, baseline, stretch.text, stretch.font, stretch.colour)
        if stretch.struck:
            canvas.rules.append(Rule(x, middle, x + width, middle, 0.25, colour=stretch.colour))
        if stretch.underlined:
            y = baseline + 0.14 * stretch.font.em_mm
            canvas.rules.append(Rule(x, y, x + width, y, 0.25, colour=stretch.colour))
        x += width


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading."""

    pen: Pen
    text: str
    name: str

    @property
    def height_mm(self) -> float:
        """The height with the space around it."""
        return 8.6

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the heading."""
        text, font = self.pen.fitted(self.text, self.pen.font(11, True), COLUMN_MM)
        run = self.pen.left(x, y + 4.8, text, font)
        canvas.boxes.append(Box(self.name, x, y, COLUMN_MM, self.height_mm, (run,)))

    def cut(self, room_mm: float) -> None:
        """Headings stay whole."""


@dataclass(frozen=True, slots=True)
class Space:
    """Room between sections."""

    height_mm: float

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Nothing to draw."""

    def cut(self, room_mm: float) -> None:
        """Nothing to cut."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the header of its table (empty: none), its rows, and what follows the table."""

    heading: Heading | None
    header: tuple[Piece, ...]
    rows: tuple[Piece, ...]
    notes: tuple[Piece, ...] = ()
    begins_column: bool = False


#: Where a piece stands: the column (from 0, over all pages), and how far down it begins.
Placed = tuple[int, float, Piece]


class _Columns:
    """Fills columns from top to bottom, left to right."""

    def __init__(self, height_of: Callable[[int], float]) -> None:
        self.height_of = height_of
        self.column = 0
        self.y = 0.0
        self.placed: list[Placed] = []

    @property
    def room(self) -> float:
        return self.height_of(self.column) - self.y

    def turn(self) -> None:
        self.column += 1
        self.y = 0.0

    def put(self, piece: Piece) -> None:
        self.placed.append((self.column, self.y, piece))
        self.y += piece.height_mm

    def section(self, section: Section) -> None:
        if section.begins_column and self.y:
            self.turn()
        top: tuple[Piece, ...] = (*((section.heading,) if section.heading else ()), *section.header)
        least = sum(piece.height_mm for piece in top) + (section.rows[0].height_mm if section.rows else 0.0)
        if self.y and least > self.room + _SLACK:
            self.turn()
        self._all(top)
        again: tuple[Piece, ...] = section.header
        if section.heading:
            again = (replace(section.heading, text=f"{section.heading.text}（続き）"), *section.header)
        for row in section.rows:
            self._row(row, again)
        for note in section.notes:
            self._row(note, ())
        if self.room > 4.0:
            self.put(Space(4.0))

    def _all(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            self.put(piece)

    def _row(self, row: Piece, again: tuple[Piece, ...]) -> None:
        """Place one row, in the next column where it does not fit, cut where no column is tall enough."""
        repeated = sum(piece.height_mm for piece in again)
        rest = row
        while rest.height_mm > self.room + _SLACK:
            at_top = self.y <= repeated + _SLACK
            fits_below = rest.height_mm + repeated <= self.height_of(self.column + 1) + _SLACK
            if not fits_below:
                parts = rest.cut(self.room)
                if parts is not None:
                    self.put(parts[0])
                    rest = parts[1]
                elif at_top:
                    break
            self.turn()
            self._all(again)
        self.put(rest)


def fill_columns(sections: Sequence[Section], height_of: Callable[[int], float]) -> list[Placed]:
    """Place sections one after another in columns whose heights ``height_of`` gives, in mm."""
    columns = _Columns(height_of)
    for section in sections:
        columns.section(section)
    return columns.placed


def header_row(pen: Pen, name: str, labels: Sequence[tuple[str, float]]) -> Row:
    """Return the header of a table: labels with their columns' widths."""
    font = pen.font(8, True)
    cells = tuple(
        Cell(f"{name}/header.{index}", width, (TextLine((Stretch(drawable(label), font),)),), centred=True)
        for index, (label, width) in enumerate(labels)
    )
    return Row(pen, cells, 4.2, tint=TINT_SHARED)
