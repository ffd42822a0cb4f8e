"""The overview on A4 landscape: the matrix 担当課 × 目標 and the bars of the targets, readable without colour.

A matrix too wide for a page is parted into groups of columns that follow each other; the owners stand in each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..domain.cell_flow import drawable
from ..domain.completeness import Fill
from ..domain.measuring import PAPER_FAMILY, TextMeasurer
from ..domain.model import Judgement, Lines
from ..domain.official_form import maker_label
from ..domain.overview import BAR_ORDER, Level, Overview, OwnerRow, TargetBar
from ..domain.summarising import Outcome
from ..domain.years import fiscal_label
from .bar_scale import unit_for, widths_of
from .canvas import Canvas
from .drawing import Footer, Pen
from .official_layout import INNER_MM, TINT_SHARED
from .page import A4_LANDSCAPE, BLACK, Box, Page, Pages, Rule
from .summary_bars import LOOKS, swatch
from .summary_flow import Cell, Heading, Piece, Placed, Row, Section, Stretch, TextLine, fill_columns

MARGIN_MM = 12.0
FIRST_TOP_MM, TOP_MM, END_MM = 31.0, 22.0, 193.0
FOOTER_MIDDLE_MM = 199.5
_WIDTH_MM = A4_LANDSCAPE[0] - 2 * MARGIN_MM
_OWNER_MM = 36.0
_TAIL_MM = (20.0, 14.0, 17.0, 20.0)
_TAIL = ("計", "割合", "状態", "提出")
_LEAST_MM, _MOST_MM = 16.2, 34.0
_PITCH_MM = 4.0
_BAR_MM, _BAR_ROW_MM = 4.6, 6.4
_LABEL_MM, _TOTAL_MM, _GAP_MM = 74.0, 18.0, 0.5
_TEXT_PT, _HEAD_PT = 8.5, 7.5
#: Marks the paper's fonts have; they differ in shape, and the legend names them.
DONE, DRAFTED, BEGUN, BLANK = "●", "◇", "△", "○"
_LEGEND = f"{DONE} 記入済　{DRAFTED} 下書き　{BEGUN} 記入中　{BLANK} 未記入　（記入済みの欄／求める欄）"
#: 単位不一致 looks like 要確認 but for its mark.
_MARKS = {Judgement.UNIT_MISMATCH: "≠"}


@dataclass(frozen=True, slots=True)
class OverviewNotes:
    """What stands on the page besides the figures.

    ``facts`` are short sentences above the matrix, ``answers`` has state and answer of the rows by owner, and of all of
    them under an empty name.
    """

    facts: Lines = ()
    answers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    made_on: dt.date | None = None
    maker: str = ""


@dataclass(frozen=True, slots=True)
class OverviewPaper:
    """The overview ready to paint."""

    title: str
    pages: Pages
    made_on: dt.date | None = None
    identity: str = ""


def lay_out_overview(
    view: Overview, *, measurer: TextMeasurer, notes: OverviewNotes | None = None, family: str = PAPER_FAMILY
) -> OverviewPaper:
    """Lay out ``view`` on as many pages as it takes."""
    sheet = _Sheet(Pen(measurer, family), view, notes or OverviewNotes())
    placed = fill_columns(tuple(sheet.sections()), _page_height)
    pages: dict[int, list[Placed]] = {}
    for item in placed:
        pages.setdefault(item[0], []).append(item)
    count = max(pages, default=0) + 1
    title = f"進み具合の一覧（{fiscal_label(view.year)}）"
    made = Pages(count, lambda index: sheet.page(pages.get(index, []), index, count))
    return OverviewPaper(title, made, sheet.notes.made_on, f"{view.label}/{view.title}/{view.year}/{view.department}")


def _page_height(page: int) -> float:
    return END_MM - (TOP_MM if page else FIRST_TOP_MM)


def mark_of(fill: Fill) -> str:
    """Return the mark of a cell; empty where nothing is asked."""
    if not fill.expected:
        return ""
    if fill.entered == fill.expected:
        return DONE
    if fill.draft and not fill.blank:
        return DRAFTED
    return BEGUN if fill.entered or fill.draft else BLANK


class _Sheet:
    """Turns an overview into sections, and placed pieces into pages."""

    def __init__(self, pen: Pen, view: Overview, notes: OverviewNotes) -> None:
        self.pen = pen
        self.view = view
        self.notes = notes

    def page(self, placed: Sequence[Placed], index: int, count: int) -> Page:
        """Set one page from what was placed on it."""
        canvas = Canvas()
        self._head(canvas, first=index == 0)
        top = TOP_MM if index else FIRST_TOP_MM
        for _, y, piece in placed:
            piece.draw(canvas, MARGIN_MM, top + y)
        footer = Footer(f"{self.view.heading}", maker_label(self.notes.made_on, self.notes.maker))
        width = A4_LANDSCAPE[0]
        canvas.rules.append(Rule(MARGIN_MM, 195.5, width - MARGIN_MM, 195.5, 0.2))
        canvas.boxes.append(footer.box(self.pen, width, FOOTER_MIDDLE_MM, MARGIN_MM, f"{index + 1} ／ {count}"))
        return canvas.page(A4_LANDSCAPE, index + 1)

    def _head(self, canvas: Canvas, *, first: bool) -> None:
        pen, view = self.pen, self.view
        right = A4_LANDSCAPE[0] - MARGIN_MM
        whose = f"　{view.department}だけ" if view.department else ""
        label = f"進み具合の一覧　{fiscal_label(view.year)}{whose}"
        text, font = pen.fitted(label, pen.font(10), 110.0)
        edition = pen.right(right, 14.0, text, font)
        title, heavy = pen.fitted(view.heading, pen.font(14 if first else 10, True), _WIDTH_MM - 115.0)
        runs = [pen.left(MARGIN_MM, 14.0, title, heavy), edition]
        if first:
            facts, small = pen.fitted("　　".join(self.notes.facts), pen.font(9), _WIDTH_MM)
            runs.append(pen.left(MARGIN_MM, 22.5, facts, small))
        y = 27.0 if first else 19.0
        canvas.rules.append(Rule(MARGIN_MM, y, right, y, 0.35))
        canvas.boxes.append(Box("title", MARGIN_MM, 8.0, _WIDTH_MM, y - 8.0, tuple(run for run in runs if run.text)))

    # --- the matrix -----------------------------------------------------------------------------------------------

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the overview."""
        yield from self._matrix()
        yield self._bars()

    def _matrix(self) -> Iterator[Section]:
        view = self.view
        kind = "活動" if view.level is Level.ACTIVITY_GOAL else "活動目標"
        title = f"担当課 × {kind}"
        if not view.rows:
            row = self._row("none", ((_WIDTH_MM, "この年度に求める欄は、ここにはありません。", False),), framed=False)
            yield Section(Heading(self.pen, title, "matrix"), (), (row,))
            return
        groups = self._groups()
        for number, places in enumerate(groups):
            last = number == len(groups) - 1
            width = self._column_mm(len(places), last=last)
            header = self._header(places, width, last=last)
            rows = [self._owner(row, places, width, last=last) for row in view.rows]
            if len(view.rows) > 1:
                rows.append(self._owner(OwnerRow("計", view.sums), places, width, last=last))
            shared = "　共同記入の欄は各課に数えます。" if view.shared else ""
            note = self._row("legend", ((_WIDTH_MM, f"{_LEGEND}{shared}", False),), framed=False)
            part = f"（{number + 1}／{len(groups)}）" if len(groups) > 1 else ""
            heading = Heading(self.pen, f"{title}{part}", f"matrix.{number + 1}")
            yield Section(heading, (header,), tuple(rows), (note,) if last else ())

    def _groups(self) -> list[range]:
        """Return the columns of each group; the last has room for the tail too."""
        count, tail = len(self.view.columns), sum(_TAIL_MM)
        with_tail = int((_WIDTH_MM - _OWNER_MM - tail) / _LEAST_MM)
        without = int((_WIDTH_MM - _OWNER_MM) / _LEAST_MM)
        groups, begin = [], 0
        while count - begin > with_tail:
            end = min(begin + without, count)
            groups.append(range(begin, end))
            begin = end
        groups.append(range(begin, count))
        return groups

    def _column_mm(self, count: int, *, last: bool) -> float:
        room = _WIDTH_MM - _OWNER_MM - (sum(_TAIL_MM) if last else 0.0)
        return min(room / count, _MOST_MM) if count else _LEAST_MM

    def _header(self, places: range, width: float, *, last: bool) -> Row:
        bold, plain = self.pen.font(_HEAD_PT, True), self.pen.font(_HEAD_PT - 0.5)
        cells = [Cell("header/owner", _OWNER_MM, (TextLine((Stretch("担当課", bold),)),), middle=True)]
        for place in places:
            column = self.view.columns[place]
            broken = self.pen.broken(column.title, plain, width - 2.4)
            lines = [*broken[:2], self.pen.shortened("".join(broken[2:]), plain, width - 2.4)] if broken[2:] else broken
            text = (TextLine((Stretch(column.label, bold),)), *(TextLine((Stretch(line, plain),)) for line in lines))
            cells.append(Cell(f"header/{column.label}", width, text))
        for label, room in zip(_TAIL, _TAIL_MM, strict=True) if last else ():
            cells.append(Cell(f"header/{label}", room, (TextLine((Stretch(label, bold),)),), centred=True))
        return Row(self.pen, tuple(cells), 3.4, tint=TINT_SHARED)

    def _owner(self, row: OwnerRow, places: range, width: float, *, last: bool) -> Row:
        heavy = row.name == "計"
        name = self.pen.shortened(drawable(row.name), self.pen.font(_TEXT_PT, heavy), _OWNER_MM - 2.4)
        cells: list[tuple[float, str, bool]] = [(_OWNER_MM, name, False)]
        for place in places:
            fill = row.fills[place]
            cells.append((width, f"{mark_of(fill)} {fill.entered}/{fill.expected}" if fill.expected else "", True))
        if last:
            fill = row.fill
            state, answer = self.notes.answers.get("" if heavy else row.name, ("", ""))
            texts = (f"{fill.entered}/{fill.expected}", f"{fill.percent}%", state, answer)
            cells += [(room, text, True) for room, text in zip(_TAIL_MM, texts, strict=True)]
        return self._row(row.name, cells, tint=TINT_SHARED if heavy else "", heavy=heavy)

    def _row(
        self,
        name: str,
        cells: Sequence[tuple[float, str, bool]],
        *,
        tint: str = "",
        heavy: bool = False,
        framed: bool = True,
    ) -> Row:
        font = self.pen.font(_TEXT_PT, heavy)
        set_cells = []
        for place, (width, text, centred) in enumerate(cells):
            fitted, size = self.pen.fitted(text, font, width - 1.6)
            line = TextLine((Stretch(fitted, size),))
            set_cells.append(Cell(f"{name}/{place}", width, (line,), centred, middle=True))
        return Row(self.pen, tuple(set_cells), _PITCH_MM, framed=framed, tint=tint)

    # --- the bars -------------------------------------------------------------------------------------------------

    def _bars(self) -> Section:
        counts = [bar.counts for bar in self.view.bars]
        least = [{judgement: self._least(judgement, count) for judgement, count in item.items()} for item in counts]
        unit = unit_for(counts, least, _WIDTH_MM - _LABEL_MM - _TOTAL_MM, _GAP_MM)
        pieces: list[Piece] = [
            _BarPiece(self.pen, bar, narrow, unit) for bar, narrow in zip(self.view.bars, least, strict=True)
        ]
        judged = self.view.judged
        words = "　".join(f"{_mark(item)} {item.label} {judged[item]}" for item in BAR_ORDER if item in judged)
        legend = self._row("bars/legend", ((_WIDTH_MM, words or "目標はありません。", False),), framed=False)
        total = sum(judged.values())
        heading = Heading(self.pen, f"指標の達成　{fiscal_label(self.view.year)}・{total} 目標", "bars")
        return Section(heading, (legend,), tuple(pieces))

    def _least(self, judgement: Judgement, count: int) -> float:
        return self.pen.width_mm(f"{_mark(judgement)}{count}", self.pen.font(_TEXT_PT, True)) + 1.6


def _mark(judgement: Judgement) -> str:
    return _MARKS.get(judgement, LOOKS[Outcome.of(judgement)].mark)


@dataclass(frozen=True, slots=True)
class _BarPiece:
    """One goal's bar; every segment says its mark and number."""

    pen: Pen
    bar: TargetBar
    least: Mapping[Judgement, float]
    unit_mm: float

    @property
    def height_mm(self) -> float:
        """The height of one bar."""
        return _BAR_ROW_MM

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw label, segments and total."""
        pen, column, middle = self.pen, self.bar.column, y + _BAR_ROW_MM / 2
        font, heavy = pen.font(_TEXT_PT), pen.font(_TEXT_PT, True)
        title = pen.shortened(drawable(column.title), font, _LABEL_MM - 15.0)
        runs = [pen.left(x, middle, column.label, heavy), pen.left(x + 13.0, middle, title, font)]
        left = x + _LABEL_MM
        widths = widths_of(self.bar.counts, self.least, self.unit_mm)
        for judgement, count in self.bar.counts.items():
            width, text = widths[judgement], f"{_mark(judgement)}{count}"
            room = pen.width_mm(text, heavy) + 1.2
            plate = (left + (width - room) / 2, middle - _BAR_MM / 2, room, _BAR_MM)
            outcome = Outcome.of(judgement)
            swatch(canvas, outcome, (left, middle - _BAR_MM / 2, width, _BAR_MM), plate)
            runs.append(pen.centre(left + width / 2, middle, text, heavy, LOOKS[outcome].text))
            left += width + _GAP_MM
        words = f"{len(self.bar.targets)} 目標" if self.bar.targets else "目標なし"
        runs.append(pen.right(x + _WIDTH_MM, middle, words, font, BLACK))
        canvas.boxes.append(Box(f"bar/{column.label}", x, y, _WIDTH_MM, _BAR_ROW_MM, tuple(runs)))
        bottom = y + _BAR_ROW_MM
        canvas.rules.append(Rule(x, bottom, x + _WIDTH_MM, bottom, INNER_MM, colour="#D0D6DC"))

    def cut(self, room_mm: float) -> None:
        """A bar stays whole."""
