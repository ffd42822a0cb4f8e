"""The official report in millimetres: where every activity, line and border of the A3 sheets stands.

Pure arithmetic over the official form and a text measurer; nothing here draws.  A goal begins a page; an activity that
does not fit goes to the next page whole, or, if it is taller than a page, is cut between lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby

from ..domain.cell_flow import MeasuredBlock, Portion, Setter, State, Style, measure, shown_lines, take
from ..domain.model import Actor
from ..domain.official_form import (
    ACTIONS_LABEL,
    ACTOR_LABELS,
    COLUMNS,
    CONTINUED,
    ActivityKey,
    Section,
    blocks,
    edition_label,
)
from .drawing import Footer, Pen, label_box
from .page import A3_LANDSCAPE, Box, Fill, Page, Rule, Run

MARGIN_MM = 10.0
#: Found by moving half millimetres between columns until the tallest page of a real report was lowest.
COLUMN_MM = (21.0, 23.0, 20.5, 35.0, 42.5, 40.0, 22.5, 25.0, 30.5, 20.0, 44.5, 33.5, 23.0, 19.0)
COLUMN_X_MM = tuple(MARGIN_MM + x for x in accumulate((0.0, *COLUMN_MM)))
TABLE_END_MM = 282.5
FOOTER_MIDDLE_MM = 287.5
HEAD_MM = 13.0
TITLE_MM = 7.5
HEADER_ROWS_MM = (5.0, 5.0, 7.4)
#: An activity taller than a page begins below others only where it can show this many lines.
LINES_TO_BEGIN = 8

OUTER_MM, GROUP_MM, INNER_MM = 0.4, 0.35, 0.15
TINT_SHARED, TINT_COUNCIL, TINT_CITY = "#E9EDF0", "#DCE9F2", "#F3E9D8"
#: First column of each actor; the columns before them belong to both.
_COUNCIL = next(i for i, column in enumerate(COLUMNS) if column.actor is Actor.COUNCIL)
_CITY = next(i for i, column in enumerate(COLUMNS) if column.actor is Actor.CITY)


@dataclass(frozen=True, slots=True)
class Cut:
    """What stands on one page of one goal; ``titled`` pages carry the document's title above."""

    goal: int
    portions: tuple[Portion, ...]
    continued: bool
    titled: bool


def room_mm(titled: bool) -> float:
    """Return the height for table rows on a page."""
    return TABLE_END_MM - MARGIN_MM - HEAD_MM - sum(HEADER_ROWS_MM) - (TITLE_MM if titled else 0.0)


def measured_blocks(section: Section, year: int, setter: Setter) -> tuple[MeasuredBlock, ...]:
    """Break all text of a goal into lines."""
    return tuple(measure(block, setter, COLUMN_MM) for block in blocks(section, year))


def cut_goal(
    goal: int,
    measured: Sequence[MeasuredBlock],
    style: Style,
    titled: bool,
    start_page: frozenset[ActivityKey] = frozenset(),
) -> tuple[Cut, ...]:
    """Distribute a goal over pages.

    ``titled``: its first page carries the document's title and holds less.  Activities in ``start_page`` begin a page
    because a person wants it so.
    """
    cuts: list[Cut] = []
    portions: list[Portion] = []
    room = room_mm(titled)

    def turn() -> None:
        nonlocal portions, room
        cuts.append(Cut(goal, tuple(portions), bool(cuts), titled and not cuts))
        portions, room = [], room_mm(False)

    for number, block in enumerate(measured):
        state: State | None = block.start
        whole = take(block, number, block.start, float("inf"), style)[0].height_mm
        wanted = style.height_mm(LINES_TO_BEGIN)
        fits = whole <= room + 1e-6
        may_cut = whole > room_mm(False) and room >= wanted
        if portions and (block.block.key in start_page or not (fits or may_cut)):
            turn()
        while state is not None:
            portion, state = take(block, number, state, room, style)
            portions.append(portion)
            room -= portion.height_mm
            if state is not None:
                turn()
    cuts.append(Cut(goal, tuple(portions), bool(cuts), titled and not cuts))
    return tuple(cuts)


@dataclass(frozen=True, slots=True)
class OfficialSheet:
    """Sets the pages of one report: fonts, year, document title and footer.

    ``headers`` keeps the table's header by its height on the page: it is the same on nearly all of them.
    """

    pen: Pen
    style: Style
    year: int
    title: str
    footer: Footer
    headers: dict[float, tuple[Box, ...]] = field(default_factory=dict)

    def page(self, section: Section, measured: Sequence[MeasuredBlock], cut: Cut, number: int) -> Page:
        """Set one page of one goal."""
        width, height = A3_LANDSCAPE
        top = MARGIN_MM + (TITLE_MM if cut.titled else 0.0)
        boxes = [*self._head(section, cut, top)]
        header_top = top + HEAD_MM
        if header_top not in self.headers:
            self.headers[header_top] = tuple(self._header(header_top))
        boxes += self.headers[header_top]
        body_top = header_top + sum(HEADER_ROWS_MM)
        end = body_top + sum(portion.height_mm for portion in cut.portions)
        rules = [*_header_rules(header_top), *_vertical_rules(body_top, end)]
        y = body_top
        for position, portion in enumerate(cut.portions):
            boxes += self._cells(measured[portion.number], portion, y)
            rules += _row_rules(measured[portion.number], portion, y)
            y += portion.height_mm
            last = position == len(cut.portions) - 1
            rules.append(_across(0, len(COLUMN_MM), y, OUTER_MM if last else INNER_MM))
        boxes.append(self.footer.box(self.pen, width, FOOTER_MIDDLE_MM, MARGIN_MM, f"－ {number} －"))
        bar = Fill(MARGIN_MM, top + 6.2, 1.6, 5.0, "#4A535C")
        return Page(width, height, tuple(boxes), tuple(rules), (*_tints(header_top), bar), number)

    def _head(self, section: Section, cut: Cut, top: float) -> Iterator[Box]:
        left, right = MARGIN_MM, A3_LANDSCAPE[0] - MARGIN_MM
        if cut.titled:
            text, font = self.pen.fitted(self.title, self.pen.font(13, True), right - left)
            run = self.pen.centre(A3_LANDSCAPE[0] / 2, MARGIN_MM + 2.4, text, font)
            yield Box("title", left, MARGIN_MM, right - left, TITLE_MM, (run,))
        text, font = self.pen.fitted(section.basic_heading, self.pen.font(10.5, True), right - left)
        yield Box("basic_goal", left, top, right - left, 5.5, (self.pen.left(left, top + 2.3, text, font),))
        edition = edition_label(self.year)
        small = self.pen.font(8.5)
        edition_mm = self.pen.width_mm(edition, small)
        room = right - left - 3.0 - edition_mm - 6.0
        mark = CONTINUED if cut.continued else ""
        wide = self.pen.font(12, True)
        text, font = self.pen.fitted(section.goal_heading, wide, room - self.pen.width_mm(mark, wide))
        runs = (self.pen.left(left + 3.0, top + 8.7, text + mark, font),)
        yield Box("activity_goal", left, top + 5.5, right - left - edition_mm - 6.0, 7.5, runs)
        runs = (self.pen.right(right, top + 9.4, edition, small),)
        yield Box("edition", right - edition_mm, top + 5.5, edition_mm, 7.5, runs)

    def _header(self, top: float) -> Iterator[Box]:
        first, second, third = HEADER_ROWS_MM
        strong, usual = self.pen.font(9, True), self.pen.font(8.5, True)
        for index, column in enumerate(COLUMNS[:_COUNCIL]):
            frame = (COLUMN_X_MM[index], top, COLUMN_MM[index], first + second + third)
            yield label_box(self.pen, f"header/{column.field}", frame, column.label_lines(self.year), usual)
        wide = (COLUMN_X_MM[_COUNCIL], top, COLUMN_X_MM[-1] - COLUMN_X_MM[_COUNCIL], first)
        yield label_box(self.pen, "header/actions", wide, (ACTIONS_LABEL,), strong)
        for actor, begin, end in ((Actor.COUNCIL, _COUNCIL, _CITY), (Actor.CITY, _CITY, len(COLUMNS))):
            frame = (COLUMN_X_MM[begin], top + first, COLUMN_X_MM[end] - COLUMN_X_MM[begin], second)
            yield label_box(self.pen, f"header/{actor.value}", frame, (ACTOR_LABELS[actor],), strong)
            for index in range(begin, end):
                column = COLUMNS[index]
                frame = (COLUMN_X_MM[index], top + first + second, COLUMN_MM[index], third)
                name = f"header/{actor.value}/{column.field}"
                yield label_box(self.pen, name, frame, column.label_lines(self.year), usual)

    def _cells(self, measured: MeasuredBlock, portion: Portion, top: float) -> Iterator[Box]:
        edges = [top, *accumulate(portion.heights_mm, initial=top)][1:]
        for number, cell in enumerate(measured.block.cells):
            first = max(cell.row - portion.state.row, 0)
            last = min(cell.row + cell.rows - portion.state.row, len(portion.heights_mm))
            if first >= last:
                continue
            x, y = COLUMN_X_MM[cell.column], edges[first]
            width, height = COLUMN_MM[cell.column], edges[last] - y
            name = str(cell.address) + (CONTINUED if portion.state.continued else "")
            yield Box(name, x, y, width, height, tuple(self._runs(measured, portion, number, (x, y, width, height))))

    def _runs(
        self, measured: MeasuredBlock, portion: Portion, number: int, frame: tuple[float, float, float, float]
    ) -> Iterator[Run]:
        x, y, width, height = frame
        style = self.style
        font = style.font
        first = self.pen.baseline_mm(y + style.top_mm + style.pitch_mm / 2, font)
        lines = shown_lines(measured, portion, number, style.lines_in(height))
        for position, (paragraph, text, indent, bold) in enumerate(lines):
            weight = font.heavy if paragraph.bold else font
            baseline = first + position * style.pitch_mm
            if paragraph.centred:
                start = x + (width - self.pen.width_mm(text, weight)) / 2
            else:
                start = x + style.side_mm + indent
            yield from self.pen.mixed(start, baseline, text, weight, bold)


def _across(begin: int, end: int, y: float, width: float) -> Rule:
    return Rule(COLUMN_X_MM[begin], y, COLUMN_X_MM[end], y, width)


def _weight(index: int) -> float:
    if index in (0, len(COLUMN_MM)):
        return OUTER_MM
    return GROUP_MM if index in (_COUNCIL, _CITY) else INNER_MM


def _header_rules(top: float) -> Iterator[Rule]:
    first, second, third = HEADER_ROWS_MM
    bottom = top + first + second + third
    yield _across(0, len(COLUMN_MM), top, OUTER_MM)
    yield _across(_COUNCIL, len(COLUMN_MM), top + first, INNER_MM)
    yield _across(_COUNCIL, len(COLUMN_MM), top + first + second, INNER_MM)
    yield _across(0, len(COLUMN_MM), bottom, GROUP_MM)
    for index, x in enumerate(COLUMN_X_MM):
        if index <= _COUNCIL or index == len(COLUMN_MM):
            begin = top
        else:
            begin = top + first + (0.0 if index == _CITY else second)
        yield Rule(x, begin, x, bottom, _weight(index))


def _vertical_rules(top: float, bottom: float) -> Iterator[Rule]:
    for index, x in enumerate(COLUMN_X_MM):
        yield Rule(x, top, x, bottom, _weight(index))


def _row_rules(measured: MeasuredBlock, portion: Portion, top: float) -> Iterator[Rule]:
    """Yield the lines between the slots of one activity, over the columns that have one there."""
    y = top
    for row, height in enumerate(portion.heights_mm[:-1]):
        y += height
        below = portion.state.row + row + 1
        ending = sorted(cell.column for cell in measured.block.cells if cell.row == below)
        # Neighbouring columns share one line; the difference to their position is the same for all of them.
        for _, group in groupby(enumerate(ending), key=lambda pair: pair[1] - pair[0]):
            columns = [column for _, column in group]
            yield _across(columns[0], columns[-1] + 1, y, INNER_MM)


def _tints(top: float) -> tuple[Fill, ...]:
    first, second, third = HEADER_ROWS_MM
    shared, council, city, end = COLUMN_X_MM[0], COLUMN_X_MM[_COUNCIL], COLUMN_X_MM[_CITY], COLUMN_X_MM[-1]
    return (
        Fill(shared, top, council - shared, first + second + third, TINT_SHARED),
        Fill(council, top, end - council, first, TINT_SHARED),
        Fill(council, top + first, city - council, second + third, TINT_COUNCIL),
        Fill(city, top + first, end - city, second + third, TINT_CITY),
    )
