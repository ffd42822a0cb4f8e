"""How a block of cells is measured in lines and cut between lines, where a page ends or a sheet's row can grow no more.

All lines of a table have one pitch, so a cell is as high as its number of lines, and a cut at any height falls between
lines in every column at once.  Rows of a block share their height; what a cell over several rows needs beyond them
goes to its last row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .line_breaking import Span, line_ends, widths_of
from .measuring import FontSpec, TextMeasurer
from .model import NONE_MARKS
from .official_form import CONTINUED, Block, Cell, CellKind
from .text import BULLET, shown_line

#: 【新規】【再掲】 are printed bold and move to the next line whole.
_TAG = re.compile(r"【(?:新規|再掲)】")
#: What no font draws: it would stop the painter or break its lines.
_UNDRAWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffc\ufffe\uffff]")
#: A label repeated after a cut is shortened beyond this many lines: the whole of it stands on the page before.
_REPEATED_LINES = 12


@dataclass(frozen=True, slots=True)
class Style:
    """How cells of a table are set: font, line pitch in em, padding, and hanging indents in em.

    Under a bullet the text goes on where it began, under ※ and ○ one letter in.  ``whole_items`` cuts a cell between
    items rather than between lines; an item longer than a whole row is cut all the same.
    """

    font: FontSpec
    pitch_em: float = 1.33
    side_mm: float = 0.9
    top_mm: float = 0.8
    hang_em: float = 0.5
    note_hang_em: float = 1.0
    whole_items: bool = False

    @property
    def pitch_mm(self) -> float:
        """The distance of two baselines."""
        return self.font.em_mm * self.pitch_em

    def height_mm(self, lines: int) -> float:
        """Return the height of a cell of ``lines`` lines; an empty one keeps the height of a line."""
        return max(lines, 1) * self.pitch_mm + 2 * self.top_mm

    def lines_in(self, height_mm: float) -> int:
        """Return how many lines a cell of that height holds."""
        return max(0, int((height_mm - 2 * self.top_mm + 1e-6) / self.pitch_mm))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One stored line as printed: its text with bullet, where its lines end, and how it is set."""

    text: str
    ends: tuple[int, ...]
    hang_mm: float = 0.0
    bold: bool = False
    centred: bool = False

    def pieces(self) -> Iterator[tuple[str, float, tuple[Span, ...]]]:
        """Yield each printed line with its indent and its bold stretches."""
        spans = bold_spans(self.text)
        start = 0
        for number, end in enumerate(self.ends):
            here = tuple((max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start)
            yield self.text[start:end], self.hang_mm if number else 0.0, here
            start = end


@dataclass(frozen=True, slots=True)
class CellText:
    """A measured cell: its paragraphs and the number of lines they take."""

    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def count(self) -> int:
        """The number of printed lines."""
        return sum(len(paragraph.ends) for paragraph in self.paragraphs)

    def whole_until(self, begin: int, end: int) -> int:
        """Return the last end of an item between two line numbers, or ``end`` where there is none."""
        position, found = 0, end
        for paragraph in self.paragraphs:
            position += len(paragraph.ends)
            if begin < position <= end:
                found = position
        return found


def bold_spans(text: str) -> tuple[Span, ...]:
    """Return where tags stand in ``text``."""
    return tuple(match.span() for match in _TAG.finditer(text)) if "【" in text else ()


def drawable(text: str) -> str:
    """Return ``text`` with characters that are no letters replaced by spaces, one for one."""
    return _UNDRAWABLE.sub(" ", text)


class Setter:
    """Breaks the text of cells into lines, for one measurer and style."""

    def __init__(self, measurer: TextMeasurer, style: Style) -> None:
        self.style = style
        self._em = style.font.em_mm
        self._plain = measurer.advances(style.font.family, False)
        self._heavy = measurer.advances(style.font.family, True)

    def paragraph(self, text: str, width_mm: float, *, hang_em: float = 0.0, bold: bool = False) -> Paragraph:
        """Break one text into lines of ``width_mm``."""
        text = drawable(text)
        spans = bold_spans(text)
        widths = widths_of(text, self._heavy if bold else self._plain, spans, self._heavy)
        room = width_mm / self._em
        # A bullet never stays behind alone.
        whole = ((0, 2), *spans) if text.startswith(BULLET) else spans
        return Paragraph(text, line_ends(text, widths, room, room - hang_em, whole), hang_em * self._em, bold)

    def cell(self, cell: Cell, width_mm: float) -> CellText:
        """Measure a cell of the official form for a column ``width_mm`` wide, padding included."""
        inner = width_mm - 2 * self.style.side_mm
        if cell.kind is not CellKind.ITEMS:
            bold = cell.kind is CellKind.TITLE
            return CellText(tuple(self.paragraph(line, inner, bold=bold) for line in cell.lines))
        heading = (self.paragraph(cell.heading, inner, bold=True),) if cell.heading else ()
        return CellText(heading + self.items(cell.lines, inner))

    def items(self, lines: Sequence[str], inner_mm: float) -> tuple[Paragraph, ...]:
        """Measure stored lines as bulleted items; a lone 「—」 is centred."""
        if len(lines) == 1 and lines[0] in NONE_MARKS:
            return (Paragraph(lines[0], (len(lines[0]),), centred=True),)
        return tuple(self._item(line, inner_mm) for line in lines)

    def _item(self, line: str, inner_mm: float) -> Paragraph:
        shown = shown_line(line)
        style = self.style
        hang = style.hang_em if shown.startswith(BULLET) else style.note_hang_em if shown[:1] in "※○" else 0.0
        return self.paragraph(shown, inner_mm, hang_em=hang)

    def repeated(self, cell: Cell, text: CellText, width_mm: float) -> CellText:
        """Return what a finished title or list of departments says again on the next page."""
        inner = width_mm - 2 * self.style.side_mm
        if not cell.lines or cell.kind is CellKind.ITEMS:
            return CellText()
        if cell.kind is CellKind.NAMES:
            again = text.paragraphs if text.count < _REPEATED_LINES else ()
            return CellText((*again, self.paragraph(CONTINUED, inner)))
        number, _, title = cell.lines[0].partition(" ")
        label = self.paragraph(number + CONTINUED, inner, bold=True)
        whole = self.paragraph(title, inner, bold=True)
        return CellText((label, whole) if text.count < _REPEATED_LINES else (label,))


@dataclass(frozen=True, slots=True)
class MeasuredBlock:
    """A block with every cell broken into lines, and what its labels repeat after a cut (by cell number)."""

    block: Block
    texts: tuple[CellText, ...]
    repeats: tuple[CellText, ...]

    @property
    def start(self) -> State:
        """Where printing this block begins."""
        return State(0, (0,) * len(self.texts), False)


def measure(block: Block, setter: Setter, widths_mm: Sequence[float]) -> MeasuredBlock:
    """Break every cell of ``block`` into lines for columns of ``widths_mm``."""
    texts = tuple(setter.cell(cell, widths_mm[cell.column]) for cell in block.cells)
    repeats = tuple(
        setter.repeated(cell, text, widths_mm[cell.column]) for cell, text in zip(block.cells, texts, strict=True)
    )
    return MeasuredBlock(block, texts, repeats)


@dataclass(frozen=True, slots=True)
class State:
    """How far a block is printed: its first unfinished row, the lines done per cell, whether that row has begun."""

    row: int
    done: tuple[int, ...]
    begun: bool

    @property
    def continued(self) -> bool:
        """Whether part of the block stands on an earlier page."""
        return self.begun or self.row > 0


@dataclass(frozen=True, slots=True)
class Portion:
    """What of one block stands on one page: its rows from ``state.row`` with their heights, and each cell's lines.

    ``lines`` gives for every cell the first and last-plus-one of its own lines shown here; a cell with none left
    shows its ``repeats`` where ``again`` says so.
    """

    number: int
    state: State
    heights_mm: tuple[float, ...]
    lines: tuple[tuple[int, int], ...]
    again: tuple[bool, ...]

    @property
    def height_mm(self) -> float:
        """The height of the portion."""
        return sum(self.heights_mm)


def _needs(measured: MeasuredBlock, state: State) -> tuple[list[int], list[bool]]:
    """Return how many lines each cell still shows, and whether these are a repeated label."""
    needs: list[int] = []
    again: list[bool] = []
    for number, cell in enumerate(measured.block.cells):
        left = measured.texts[number].count - state.done[number]
        over = cell.row + cell.rows <= state.row
        begun = cell.row < state.row or (cell.row == state.row and state.begun)
        repeats = left == 0 and begun and not over
        again.append(repeats)
        needs.append(0 if over else measured.repeats[number].count if repeats else left)
    return needs, again


def _row_heights(measured: MeasuredBlock, state: State, needs: Sequence[int], style: Style) -> list[float]:
    heights = [style.height_mm(1)] * (measured.block.rows - state.row)
    spanning = []
    for cell, need in zip(measured.block.cells, needs, strict=True):
        last = cell.row + cell.rows - 1 - state.row
        if last < 0:
            continue
        first = max(cell.row - state.row, 0)
        if first == last:
            heights[last] = max(heights[last], style.height_mm(need))
        else:
            spanning.append((last, first, style.height_mm(need)))
    for last, first, height in sorted(spanning):
        heights[last] += max(0.0, height - sum(heights[first : last + 1]))
    return heights


def take(
    measured: MeasuredBlock, number: int, state: State, room_mm: float, style: Style
) -> tuple[Portion, State | None]:
    """Return what of the block fits into ``room_mm``, and where to go on, or None when the block is done.

    At least one line is taken, so that a page too low for anything cannot stop the flow.
    """
    needs, again = _needs(measured, state)
    heights = _row_heights(measured, state, needs, style)
    if sum(heights) <= room_mm + 1e-6:
        return _rest(number, state, heights, needs, again), None
    return _cut(measured, number, state, room_mm, style, heights, again)


def take_rows(
    measured: MeasuredBlock, number: int, state: State, tallest_mm: float, style: Style
) -> tuple[Portion, State | None]:
    """Return the rows of the block up to the first that would be higher than ``tallest_mm``, and where to go on.

    That row is cut at ``tallest_mm``.  None in the second place means that the block is done.
    """
    needs, again = _needs(measured, state)
    heights = _row_heights(measured, state, needs, style)
    over = next((row for row, height in enumerate(heights) if height > tallest_mm + 1e-6), None)
    if over is None:
        return _rest(number, state, heights, needs, again), None
    return _cut(measured, number, state, sum(heights[:over]) + tallest_mm, style, heights, again)


def _rest(number: int, state: State, heights: Sequence[float], needs: Sequence[int], again: Sequence[bool]) -> Portion:
    shown = tuple(
        (done, done if says else done + need) for done, need, says in zip(state.done, needs, again, strict=True)
    )
    return Portion(number, state, tuple(heights), shown, tuple(again))


def _cut(
    measured: MeasuredBlock,
    number: int,
    state: State,
    room_mm: float,
    style: Style,
    heights: Sequence[float],
    again: Sequence[bool],
) -> tuple[Portion, State | None]:
    used, crossing = 0.0, 0
    while crossing < len(heights) - 1 and used + heights[crossing] <= room_mm + 1e-6:
        used += heights[crossing]
        crossing += 1
    begun = crossing == 0 or style.lines_in(room_mm - used) >= 1
    kept = [*heights[:crossing]]
    if begun:
        kept.append(max(room_mm - used, style.height_mm(1)))
    lines: list[tuple[int, int]] = []
    done: list[int] = []
    for cell, text, before, says in zip(measured.block.cells, measured.texts, state.done, again, strict=True):
        first = max(cell.row - state.row, 0)
        last = min(cell.row + cell.rows - state.row, len(kept))
        holds = style.lines_in(sum(kept[first:last])) if last > first else 0
        end = before if says else min(text.count, before + holds)
        if style.whole_items:
            end = text.whole_until(before, end)
        lines.append((before, end))
        done.append(end)
    following = _following(measured, state.row + crossing, done, begun)
    return Portion(number, state, tuple(kept), tuple(lines), tuple(again)), following


def _following(measured: MeasuredBlock, row: int, done: Sequence[int], begun: bool) -> State | None:
    """Return where to go on after a cut in ``row``; a row with nothing left to show is not begun again."""
    if begun:
        left = [
            cell.row + cell.rows - 1
            for cell, text, lines in zip(measured.block.cells, measured.texts, done, strict=True)
            if cell.row <= row < cell.row + cell.rows and lines < text.count
        ]
        last = row == measured.block.rows - 1
        if last and not left:
            return None
        if not last and row not in left:
            return State(row + 1, tuple(done), False)
    return State(row, tuple(done), begun)


def shown_lines(
    measured: MeasuredBlock, portion: Portion, cell_number: int, room: int
) -> Iterator[tuple[Paragraph, str, float, tuple[Span, ...]]]:
    """Yield the printed lines of one cell in one portion: paragraph, text, indent, bold stretches.

    ``room`` is the number of lines the cell's frame holds; only a repeated label could be longer.
    """
    start, end = portion.lines[cell_number]
    text = measured.texts[cell_number]
    if portion.again[cell_number]:
        text = measured.repeats[cell_number]
        start, end = 0, min(text.count, room)
    position = 0
    for paragraph in text.paragraphs:
        for piece, indent, bold in paragraph.pieces():
            if start <= position < end:
                yield paragraph, piece, indent, bold
            position += 1
