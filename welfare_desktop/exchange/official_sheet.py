"""The rows of the official workbook, before any workbook exists: texts, heights and where a row must go on.

A sheet's row can be at most 409 points high.  An activity that needs more goes on in a further row that begins with
its number and （続き）; cells are cut between items, and only an item longer than a whole row is cut within.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from welfare_desktop.domain.cell_flow import (
    CellText,
    MeasuredBlock,
    Portion,
    Setter,
    State,
    Style,
    measure,
    take_rows,
)
from welfare_desktop.domain.measuring import MM_PER_POINT, FontSpec, TextMeasurer
from welfare_desktop.domain.official_form import CONTINUED, ActivityKey, Cell, Section, blocks

#: Column widths in Excel's units: the millimetres of the paper, a little narrower to stay inside its margins.
COLUMN_UNITS = (11.17, 12.23, 10.90, 18.61, 22.60, 21.27, 11.97, 13.30, 16.22, 10.64, 23.67, 17.82, 12.23, 10.10)
SIZE_PT = 9.0
#: Tried in LibreOffice: 0.95 clips 70 pieces of text, 1.15 none, 1.35 wastes paper.
LINE_FACTOR = 1.15
CELL_EXTRA_PT = 4.0
TALLEST_ROW_PT = 409.0
_PX_PER_UNIT = 7
_CELL_PADDING_PX = 3
#: Excel and LibreOffice break a little earlier than the widths say.
_SAFE_WIDTH = 0.97
_MM_PER_PX = 25.4 / 96


def inner_mm(column_units: float) -> float:
    """Return the width text may count on in a column of so many Excel units."""
    return (column_units * _PX_PER_UNIT - _CELL_PADDING_PX) * _SAFE_WIDTH * _MM_PER_PX


def sheet_setter(measurer: TextMeasurer, family: str, size_pt: float = SIZE_PT) -> Setter:
    """Return what breaks text as cells of a sheet do: no hanging, the font's own line distance and a little more."""
    style = Style(
        FontSpec(family, size_pt),
        pitch_em=measurer.metrics(family).line * LINE_FACTOR,
        side_mm=0.0,
        top_mm=CELL_EXTRA_PT / 2 * MM_PER_POINT,
        hang_em=0.0,
        note_hang_em=0.0,
        whole_items=True,
    )
    return Setter(measurer, style)


@dataclass(frozen=True, slots=True)
class SheetText:
    """The text of one cell over one or more rows of a portion, counted from its first.

    ``part`` is (first line, number of lines) of the field where the cell holds some of its lines, None where it holds
    all of them or repeats a label.
    """

    cell: Cell
    first_row: int
    last_row: int
    text: str
    centred: bool
    repeated: bool
    part: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class SheetPortion:
    """Rows of one activity: all of them, or as many as belong together before it goes on in further rows.

    ``first_row`` counts the activity's rows from 0; a portion may begin in the row the one before ended in.
    """

    key: ActivityKey
    first_row: int
    continued: bool
    heights_pt: tuple[float, ...]
    texts: tuple[SheetText, ...]


def sheet_portions(section: Section, year: int, setter: Setter) -> Iterator[SheetPortion]:
    """Yield the rows of a goal's sheet for the report of fiscal ``year``."""
    widths = tuple(inner_mm(column) for column in COLUMN_UNITS)
    for number, block in enumerate(blocks(section, year)):
        measured = measure(block, setter, widths)
        state: State | None = measured.start
        while state is not None:
            portion, following = take_rows(measured, number, state, TALLEST_ROW_PT * MM_PER_POINT, setter.style)
            yield _portion(measured, portion, setter.style, following is None)
            state = following


def _portion(measured: MeasuredBlock, portion: Portion, style: Style, done: bool) -> SheetPortion:
    rows = len(portion.heights_mm)
    texts: list[SheetText] = []
    needs: list[tuple[int, int, int]] = []
    for number, cell in enumerate(measured.block.cells):
        first = max(cell.row - portion.state.row, 0)
        last = min(cell.row + cell.rows - portion.state.row, rows) - 1
        if last < first:
            continue
        begin, end = portion.lines[number]
        text, part = _shown(cell, measured.texts[number], begin, end)
        repeated = portion.again[number]
        if repeated:
            text, part = "\n".join(item.text for item in measured.repeats[number].paragraphs), None
            begin, end = 0, measured.repeats[number].count
        centred = any(item.centred for item in measured.texts[number].paragraphs)
        texts.append(SheetText(cell, first, last, text, centred, repeated, part))
        needs.append((first, last, end - begin))
    heights = list(portion.heights_mm)
    if not done:
        # The flow filled this row to its limit; it is as high as what stands in it.
        heights[-1] = max(
            [
                style.height_mm(1),
                *(style.height_mm(lines) - sum(heights[first:-1]) for first, last, lines in needs if last == rows - 1),
            ]
        )
    points = tuple(min(round(height / MM_PER_POINT, 2), TALLEST_ROW_PT) for height in heights)
    return SheetPortion(measured.block.key, portion.state.row, portion.state.continued, points, tuple(texts))


def _shown(cell: Cell, text: CellText, begin: int, end: int) -> tuple[str, tuple[int, int] | None]:
    """Return the text of lines ``begin`` to ``end`` of a cell, and which of the field's lines these are."""
    lines: list[str] = []
    shown: list[int] = []
    position = 0
    for index, paragraph in enumerate(text.paragraphs):
        first, last = max(begin - position, 0), min(end - position, len(paragraph.ends))
        if first < last:
            start = paragraph.ends[first - 1] if first else 0
            piece = paragraph.text[start : paragraph.ends[last - 1]]
            lines.append(f"{CONTINUED}{piece}" if first else piece)
            shown.append(index - bool(cell.heading))
        position += len(paragraph.ends)
    whole = begin == 0 and end >= text.count
    items = [index for index in shown if index >= 0]
    return "\n".join(lines), None if whole or not items else (items[0], len(items))


def pages_need_pt(portions: Sequence[SheetPortion], starts_page: frozenset[ActivityKey]) -> list[float]:
    """Return the height of the rows on every page when the activities in ``starts_page`` begin one."""
    needs = [0.0]
    for portion in portions:
        if portion.key in starts_page and not portion.continued and needs[-1]:
            needs.append(0.0)
        needs[-1] += sum(portion.heights_pt)
    return needs
