"""A block cut over pages shows every line of every cell once, in order, whatever the room."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from welfare_desktop.domain.addresses import Address
from welfare_desktop.domain.cell_flow import (
    CellText,
    MeasuredBlock,
    Paragraph,
    Portion,
    State,
    Style,
    shown_lines,
    take,
    take_rows,
)
from welfare_desktop.domain.measuring import FontSpec
from welfare_desktop.domain.official_form import COLUMNS, Block, Cell, CellKind

from .sample import plain

STYLE = Style(FontSpec(size_pt=10.0))
WHOLE = Style(FontSpec(size_pt=10.0), whole_items=True)


def text(items: Sequence[int]) -> CellText:
    """A cell of items of so many lines; every line is one letter, no letter comes twice."""
    return CellText(
        tuple(
            Paragraph("".join(chr(0x4E00 + 100 * n + k) for k in range(count)), tuple(range(1, count + 1)))
            for n, count in enumerate(items)
        )
    )


@st.composite
def measured_blocks(draw: st.DrawFn) -> MeasuredBlock:
    """A block of up to three rows: shared cells over all of them, slot cells a row each."""
    rows = draw(st.integers(1, 3))
    counts = st.lists(st.integers(1, 12), max_size=3)
    cells: list[Cell] = []
    texts: list[CellText] = []
    for index, column in enumerate(COLUMNS):
        spans = column.actor is None or column.field == "initiatives"
        for row in (0,) if spans else range(rows):
            address = Address(1, 1, 1, column.actor, row + 1, column.field, None)
            cells.append(Cell(index, row, rows if spans else 1, ("x",), address))
            texts.append(text(draw(counts)))
    repeats = tuple(text([2]) if cell.kind is not CellKind.ITEMS else CellText() for cell in cells)
    return MeasuredBlock(Block((1, 1, 1), plain(1, 1), rows, tuple(cells)), tuple(texts), repeats)


def flow(measured: MeasuredBlock, rooms: Sequence[float], style: Style) -> list[Portion]:
    """Cut a block for pages whose rooms go round and round."""
    portions: list[Portion] = []
    state: State | None = measured.start
    while state is not None:
        portion, state = take(measured, 0, state, rooms[len(portions) % len(rooms)], style)
        portions.append(portion)
        assert len(portions) < 3000
    return portions


def all_lines(measured: MeasuredBlock, portions: Sequence[Portion], number: int) -> str:
    return "".join(
        piece
        for portion in portions
        if not portion.again[number]
        for _, piece, _, _ in shown_lines(measured, portion, number, 10_000)
    )


@given(measured_blocks(), st.lists(st.floats(1, 120), min_size=1, max_size=3), st.sampled_from([STYLE, WHOLE]))
@settings(max_examples=60, deadline=None)
def test_every_line_stands_on_exactly_one_page(measured: MeasuredBlock, rooms: list[float], style: Style) -> None:
    portions = flow(measured, rooms, style)
    for number, cell_text in enumerate(measured.texts):
        assert all_lines(measured, portions, number) == "".join(item.text for item in cell_text.paragraphs)


@given(measured_blocks(), st.lists(st.floats(30, 300), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_portion_is_higher_than_its_room_and_no_cell_higher_than_its_frame(
    measured: MeasuredBlock, rooms: list[float]
) -> None:
    for page, portion in enumerate(flow(measured, rooms, STYLE)):
        assert portion.height_mm <= rooms[page % len(rooms)] + 1e-6
        for number, cell in enumerate(measured.block.cells):
            first = max(cell.row - portion.state.row, 0)
            height = sum(portion.heights_mm[first : max(cell.row + cell.rows - portion.state.row, 0)])
            begin, end = portion.lines[number]
            assert end - begin <= STYLE.lines_in(height)


@given(measured_blocks(), st.floats(30, 200))
@settings(max_examples=60, deadline=None)
def test_sheet_rows_stay_below_the_limit(measured: MeasuredBlock, tallest: float) -> None:
    state: State | None = measured.start
    portions = []
    while state is not None:
        portion, state = take_rows(measured, 0, state, tallest, WHOLE)
        portions.append(portion)
        assert max(portion.heights_mm) <= tallest + 1e-6
    for number, cell_text in enumerate(measured.texts):
        assert all_lines(measured, portions, number) == "".join(item.text for item in cell_text.paragraphs)


def test_an_empty_block_ends_even_where_no_line_has_room() -> None:
    cells = (Cell(0, 0, 1, (), Address(1, 1, 1, None, None, "title", None)),)
    measured = MeasuredBlock(Block((1, 1, 1), plain(1, 1), 1, cells), (CellText(),), (CellText(),))
    assert len(flow(measured, [1.0], STYLE)) == 1


def test_a_finished_title_is_repeated_and_departments_too() -> None:
    cells = tuple(
        Cell(index, 0, 1, ("x",), Address(1, 1, 1, column.actor, 1, column.field, None))
        for index, column in enumerate(COLUMNS)
    )
    texts = tuple(text([2] if COLUMNS[n].kind is not CellKind.ITEMS else [40]) for n in range(len(cells)))
    repeats = tuple(text([3]) if COLUMNS[n].kind is not CellKind.ITEMS else CellText() for n in range(len(cells)))
    measured = MeasuredBlock(Block((1, 1, 1), plain(1, 1), 1, cells), texts, repeats)
    first, second, *_ = flow(measured, [60.0], STYLE)
    assert not any(first.again)
    assert [COLUMNS[n].kind for n, again in enumerate(second.again) if again] == [CellKind.TITLE, CellKind.NAMES]


def test_whole_items_are_cut_between_items_and_a_longer_one_within() -> None:
    cell_text = text([3, 3, 50])
    assert cell_text.whole_until(0, 7) == 6
    assert cell_text.whole_until(0, 2) == 2
    assert cell_text.whole_until(6, 30) == 30
