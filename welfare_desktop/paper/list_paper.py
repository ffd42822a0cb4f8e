"""A plain list on A4 landscape: a heading, columns that wrap, changed words marked as on the screen.

Removed words are struck out, added ones underlined, so that a copy without colour says the same.  A row goes to the
next page whole; only one taller than a page is cut between its lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..domain.cell_flow import drawable
from ..domain.differences import Change, Segment
from ..domain.measuring import PAPER_FAMILY, FontSpec, TextMeasurer
from ..domain.official_form import maker_label
from .drawing import Footer, Pen
from .page import A4_LANDSCAPE, BLACK, Box, Fill, Page, Pages, Rule, Run

_SIDE_MM, _TOP_MM, _FOOT_MM = 12.0, 24.0, 14.0
_HEADER_MM, _PAD_MM = 7.0, 1.2
_TEXT_PT, _NOTE_PT = 9.0, 7.5
_PITCH = 1.4
_TINTS = {Change.ADDED: "#D9EFDF", Change.REMOVED: "#FBE0DD"}
_GREY = "#4A535C"
_HAIR_MM = 0.1


@dataclass(frozen=True, slots=True)
class ListText:
    """A paragraph of a cell; ``small`` ones are second lines."""

    segments: tuple[Segment, ...]
    small: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class ListContent:
    """What a list says; ``shares`` divide the width among the columns, ``rows`` hold a cell for every column."""

    title: str
    about: str
    headings: tuple[str, ...]
    shares: tuple[int, ...]
    rows: Sequence[tuple[tuple[ListText, ...], ...]]


@dataclass(frozen=True, slots=True)
class ListPaper:
    """The list laid out."""

    title: str
    pages: Pages
    made_on: dt.date | None
    identity: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One printed line: its letters with what happened to them."""

    pieces: tuple[tuple[str, Change], ...]
    font: FontSpec

    @property
    def pitch_mm(self) -> float:
        return self.font.em_mm * _PITCH


_Columns = tuple[tuple[_Line, ...], ...]


@dataclass(frozen=True, slots=True)
class _Portion:
    """The lines of one row that stand on one page."""

    columns: _Columns
    height_mm: float


def lay_out_list(
    content: ListContent,
    *,
    measurer: TextMeasurer,
    made_on: dt.date | None = None,
    maker: str = "",
    family: str = PAPER_FAMILY,
) -> ListPaper:
    """Lay ``content`` out on as many pages as it takes, at least one."""
    layout = _Layout(content, Pen(measurer, family), made_on, maker)
    return ListPaper(content.title, Pages(len(layout.sheets), layout.page), made_on, content.title)


class _Layout:
    def __init__(self, content: ListContent, pen: Pen, made_on: dt.date | None, maker: str) -> None:
        self._content = content
        self._pen = pen
        self._footer = Footer(content.title, maker_label(made_on, maker))
        width = A4_LANDSCAPE[0] - 2 * _SIDE_MM
        whole = sum(content.shares)
        self._edges = [_SIDE_MM]
        for share in content.shares:
            self._edges.append(self._edges[-1] + width * share / whole)
        self._room_mm = A4_LANDSCAPE[1] - _TOP_MM - _HEADER_MM - _FOOT_MM
        self.sheets = self._cut()

    # --- measuring ----------------------------------------------------------------------------------------------

    def _columns(self, row: tuple[tuple[ListText, ...], ...]) -> _Columns:
        return tuple(
            tuple(line for text in cell for line in self._lines(text, self._edges[place + 1] - self._edges[place]))
            for place, cell in enumerate(row)
        )

    def _lines(self, text: ListText, width_mm: float) -> Iterator[_Line]:
        font = self._pen.font(_NOTE_PT if text.small else _TEXT_PT, text.bold)
        segments = [(drawable(segment.text), segment.change) for segment in text.segments]
        broken = self._pen.broken("".join(letters for letters, _ in segments), font, width_mm - 2 * _PAD_MM)
        begin = 0
        for line in broken:
            yield _Line(tuple(_stretches(segments, begin, begin + len(line))), font)
            begin += len(line)

    def _cut(self) -> list[list[_Portion]]:
        sheets: list[list[_Portion]] = [[]]
        left = self._room_mm
        for row in self._content.rows:
            for portion in self._portions(self._columns(row)):
                if portion.height_mm > left + 1e-6 and sheets[-1]:
                    sheets.append([])
                    left = self._room_mm
                sheets[-1].append(portion)
                left -= portion.height_mm
        return sheets

    def _portions(self, columns: _Columns) -> Iterator[_Portion]:
        """Yield a row whole, or, where it is taller than a page, in portions that fill one."""
        while True:
            heights = [sum(line.pitch_mm for line in lines) + 2 * _PAD_MM for lines in columns]
            if max(heights) <= self._room_mm:
                yield _Portion(columns, max(heights))
                return
            most = max(1, int((self._room_mm - 2 * _PAD_MM) / (FontSpec(self._pen.family, _TEXT_PT).em_mm * _PITCH)))
            yield _Portion(tuple(lines[:most] for lines in columns), self._room_mm)
            columns = tuple(lines[most:] for lines in columns)

    # --- setting ------------------------------------------------------------------------------------------------

    def page(self, number: int) -> Page:
        """Make one page."""
        pen, content = self._pen, self._content
        boxes = [
            Box(
                "title",
                _SIDE_MM,
                8.0,
                A4_LANDSCAPE[0] - 2 * _SIDE_MM,
                14.0,
                (
                    pen.left(_SIDE_MM, 12.0, *pen.fitted(content.title, pen.font(13, True), 260.0)),
                    pen.left(_SIDE_MM, 19.0, *pen.fitted(content.about, pen.font(8.5), 270.0), colour=_GREY),
                ),
            )
        ]
        fills = [Fill(_SIDE_MM, _TOP_MM, A4_LANDSCAPE[0] - 2 * _SIDE_MM, _HEADER_MM, "#E9EDF0")]
        rules: list[Rule] = []
        for place, heading in enumerate(content.headings):
            x, width = self._edges[place], self._edges[place + 1] - self._edges[place]
            words, font = pen.fitted(heading, pen.font(_TEXT_PT, True), width - 2 * _PAD_MM)
            run = pen.left(x + _PAD_MM, _TOP_MM + _HEADER_MM / 2, words, font)
            boxes.append(Box(f"header/{place}", x, _TOP_MM, width, _HEADER_MM, (run,)))
        y = _TOP_MM + _HEADER_MM
        for row, portion in enumerate(self.sheets[number]):
            for place, lines in enumerate(portion.columns):
                x, width = self._edges[place], self._edges[place + 1] - self._edges[place]
                runs = tuple(self._runs(lines, x + _PAD_MM, y + _PAD_MM, fills, rules))
                boxes.append(Box(f"{row}/{place}", x, y, width, portion.height_mm, runs))
            y += portion.height_mm
            rules.append(Rule(_SIDE_MM, y, self._edges[-1], y, _HAIR_MM, colour=_GREY))
        rules += [Rule(x, _TOP_MM, x, y, _HAIR_MM, colour=_GREY) for x in self._edges]
        rules.append(Rule(_SIDE_MM, _TOP_MM, self._edges[-1], _TOP_MM, _HAIR_MM, colour=_GREY))
        shown = f"{number + 1} / {len(self.sheets)}"
        boxes.append(self._footer.box(pen, A4_LANDSCAPE[0], A4_LANDSCAPE[1] - 8.0, _SIDE_MM, shown))
        return Page(*A4_LANDSCAPE, tuple(boxes), tuple(rules), tuple(fills), number + 1)

    def _runs(
        self, lines: Sequence[_Line], x_mm: float, y_mm: float, fills: list[Fill], rules: list[Rule]
    ) -> Iterator[Run]:
        """Yield the letters of a cell; what was changed gets its tint and its line."""
        for line in lines:
            x, pitch = x_mm, line.pitch_mm
            baseline = self._pen.baseline_mm(y_mm + pitch / 2, line.font)
            for text, change in line.pieces:
                width = self._pen.width_mm(text, line.font)
                if change in _TINTS:
                    fills.append(Fill(x, y_mm, width, pitch, _TINTS[change]))
                    where = baseline + 0.6 if change is Change.ADDED else y_mm + pitch / 2
                    rules.append(Rule(x, where, x + width, where, 0.2))
                colour = BLACK if line.font.size_pt >= _TEXT_PT else _GREY
                yield Run(x, baseline, text, line.font, colour)
                x += width
            y_mm += pitch


def _stretches(segments: Sequence[tuple[str, Change]], begin: int, end: int) -> Iterator[tuple[str, Change]]:
    """Yield the pieces of the letters from ``begin`` to ``end``."""
    position = 0
    for letters, change in segments:
        text = letters[max(begin - position, 0) : max(end - position, 0)]
        position += len(letters)
        if text:
            yield text, change
