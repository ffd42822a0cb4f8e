"""The summary for the committee (推進協議会資料) on A3 landscape: two columns, one page where that is enough."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ..domain.cell_flow import Setter, Style, drawable
from ..domain.differences import Change
from ..domain.edition_changes import EditionChange
from ..domain.line_breaking import line_ends, widths_of
from ..domain.measuring import PAPER_FAMILY, TextMeasurer
from ..domain.model import Actor, Lines
from ..domain.official_form import CONTINUED, maker_label
from ..domain.summarising import (
    SUMMARY_TITLE,
    EditionNotes,
    MissedTarget,
    NewMeasure,
    PlanBesideDone,
    Summary,
    actor_word,
)
from ..domain.years import fiscal_label
from .canvas import Canvas
from .drawing import Footer, Pen
from .page import A3_LANDSCAPE, BLACK, Box, Fill, Page, Pages, Rule
from .summary_bars import (
    TALLY_MM,
    BasicGoalPiece,
    GoalPiece,
    LegendPiece,
    TilesPiece,
    reached_bar,
    unit_for,
)
from .summary_flow import (
    COLUMN_MM,
    SIDE_MM,
    Cell,
    Heading,
    Placed,
    Row,
    Section,
    Stretch,
    TextLine,
    fill_columns,
    header_row,
    lines_of,
)

MARGIN_MM = 12.0
GAP_MM = A3_LANDSCAPE[0] - 2 * (MARGIN_MM + COLUMN_MM)
FIRST_TOP_MM, TOP_MM, END_MM = 33.0, 24.0, 280.0
FOOTER_MIDDLE_MM = 287.5
ACCENT = "#2F5D7C"
#: Removed and added text differ by stroke and weight; the colours only help.
_SECOND_TEXT = "#4A535C"
REMOVED, ADDED = "#A3241C", "#1B4F8A"

_CHANGES_MM = (16.0, 12.0, 31.0, 103.0, 31.0)
_MISSED_MM = (16.0, 12.0, 60.0, 34.0, 48.0, 23.0)
_BESIDE_MM = (27.0, 24.0, 71.0, 71.0)
_MEASURE_MM = (COLUMN_MM - 5.0) / 2


@dataclass(frozen=True, slots=True)
class SummaryPaper:
    """The summary ready to paint."""

    title: str
    pages: Pages
    made_on: dt.date | None = None
    identity: str = ""


def lay_out_summary(
    summary: Summary, *, measurer: TextMeasurer, notes: EditionNotes | None = None, family: str = PAPER_FAMILY
) -> SummaryPaper:
    """Lay out the committee's summary; pages beyond the first are used only where the first is full."""
    sheet = _SummarySheet(Pen(measurer, family), summary, notes or EditionNotes())
    placed = fill_columns(tuple(sheet.sections()), _column_height)
    pages: dict[int, list[Placed]] = {}
    for item in placed:
        pages.setdefault(item[0] // 2, []).append(item)
    count = max(pages) + 1
    title = f"{SUMMARY_TITLE}（{fiscal_label(summary.year)}）"
    identity = f"{summary.title}/{summary.year}/summary"
    return SummaryPaper(
        title, Pages(count, lambda index: sheet.page(pages.get(index, []), index)), sheet.notes.made_on, identity
    )


def _column_height(column: int) -> float:
    return END_MM - (FIRST_TOP_MM if column < 2 else TOP_MM)


class _SummarySheet:
    """Turns a summary into sections, and placed pieces into pages."""

    def __init__(self, pen: Pen, summary: Summary, notes: EditionNotes) -> None:
        self.pen = pen
        self.summary = summary
        self.notes = notes
        self._style = Style(pen.font(8.0))
        self._setter = Setter(pen.measurer, self._style)

    def page(self, placed: Sequence[Placed], index: int) -> Page:
        """Set one page from what was placed on it."""
        canvas = Canvas()
        self._head(canvas, index == 0)
        top = FIRST_TOP_MM if index == 0 else TOP_MM
        for column, y, piece in placed:
            piece.draw(canvas, MARGIN_MM + column % 2 * (COLUMN_MM + GAP_MM), top + y)
        footer = Footer(self.summary.title, maker_label(self.notes.made_on, self.notes.maker))
        width = A3_LANDSCAPE[0]
        canvas.rules.append(Rule(MARGIN_MM, 283.0, width - MARGIN_MM, 283.0, 0.2))
        canvas.boxes.append(footer.box(self.pen, width, FOOTER_MIDDLE_MM, MARGIN_MM, f"－ 概要 {index + 1} －"))
        return canvas.page(A3_LANDSCAPE, index + 1)

    def _head(self, canvas: Canvas, first: bool) -> None:
        pen, right = self.pen, A3_LANDSCAPE[0] - MARGIN_MM
        label = f"{fiscal_label(self.summary.year)}実績"
        label += f"（{self.notes.edition}）" if self.notes.edition else ""
        text, font = pen.fitted(label, pen.font(10), 150.0)
        edition = pen.right(right, 16.0 if first else 14.0, text, font)
        if first:
            canvas.fills.append(Fill(MARGIN_MM, 11.0, 1.8, 15.0, ACCENT))
            runs = [pen.left(MARGIN_MM + 4.5, 15.0, SUMMARY_TITLE, pen.font(16, True))]
            text, font = pen.fitted(self.summary.title, pen.font(9), 300.0)
            runs.append(pen.left(MARGIN_MM + 4.5, 23.5, text, font))
        else:
            runs = [pen.left(MARGIN_MM, 14.0, f"{SUMMARY_TITLE}{CONTINUED}", pen.font(11, True))]
        y = 29.0 if first else 19.0
        canvas.rules.append(Rule(MARGIN_MM, y, right, y, 0.35))
        canvas.boxes.append(Box("title", MARGIN_MM, 10.0, right - MARGIN_MM, y - 10.0, (*runs, edition)))

    # --- sections

    def sections(self) -> Iterator[Section]:
        """Yield the summary's sections in order."""
        tallies = {actor: self.summary.total(actor) for actor in Actor}
        yield Section(None, (), (TilesPiece(self.pen, self.summary.total(), tallies),))
        yield self._reached()
        yield self._changes()
        yield self._missed()
        yield self._new_measures()
        yield self._beside()

    def _reached(self) -> Section:
        summary, pen = self.summary, self.pen
        unit = unit_for(pen, [goal.of(actor) for goal in summary.goals for actor in Actor], TALLY_MM[2] - 2 * SIDE_MM)
        pieces = []
        for _, goals in groupby(summary.goals, key=lambda goal: goal.basic_number):
            for position, goal in enumerate(goals):
                above = BasicGoalPiece(pen, goal) if position == 0 else None
                lines = tuple(self.pen.broken(goal.title, pen.font(8.5), TALLY_MM[0] - 11.0))
                pieces.append(GoalPiece(pen, goal, lines, unit, above))
        labels = ("活動目標", "主体", "達成・途中・未達・その他（帯の長さは目標の数）", "達成／全")
        header = header_row(pen, "reached", tuple(zip(labels, TALLY_MM, strict=True)))
        heading = Heading(pen, "1　活動目標別・実施主体別の達成状況（目標の数）", "reached")
        notes = (LegendPiece(pen), self._paragraph("reached/note", summary.judging_note))
        return Section(
            heading, (header,), tuple(pieces) or (self._paragraph("reached/none", summary.goals_sentence),), notes
        )

    def _changes(self) -> Section:
        changes, notes = self.summary.changes, self.notes
        title = f"2　前回以降の変更点{notes.compared}"
        if not changes:
            return self._only_sentence("changes", title, self.summary.changes_sentence, begins_column=True)
        labels = ("活動", "主体", "欄", "変更（削除は取消線、追加は下線と太字）", "担当")
        header = header_row(self.pen, "changes", tuple(zip(labels, _CHANGES_MM, strict=True)))
        rows = tuple(self._change_row(number, change) for number, change in enumerate(changes, start=1))
        heading = Heading(self.pen, f"{title}　{len(changes)}件", "changes")
        return Section(heading, (header,), rows, begins_column=True)

    def _change_row(self, number: int, change: EditionChange) -> Row:
        owners = change.owners or ((actor_word(change.actor),) if change.actor is Actor.COUNCIL else ())
        name = f"changes/{number}"
        cells = (
            self._text_cell(f"{name}/place", _CHANGES_MM[0], change.place, centred=True),
            self._text_cell(f"{name}/actor", _CHANGES_MM[1], actor_word(change.actor), centred=True),
            self._text_cell(f"{name}/field", _CHANGES_MM[2], change.label, centred=True),
            Cell(f"{name}/text", _CHANGES_MM[3], self._marked(change, _CHANGES_MM[3] - 2 * SIDE_MM), middle=True),
            self._text_cell(f"{name}/owners", _CHANGES_MM[4], "、".join(owners), centred=True),
        )
        return Row(self.pen, cells, self._style.pitch_mm)

    def _marked(self, change: EditionChange, width_mm: float) -> tuple[TextLine, ...]:
        """Break a changed line with what was removed and what was added marked."""
        plain = self._style.font
        looks = {
            Change.SAME: (plain, BLACK),
            Change.REMOVED: (plain, REMOVED),
            Change.ADDED: (plain.heavy, ADDED),
        }
        text, widths, kinds = "", [], []
        for segment in change.segments:
            font = looks[segment.change][0]
            piece = drawable(segment.text)
            text += piece
            widths += widths_of(piece, self.pen.measurer.advances(font.family, font.bold))
            kinds += [segment.change] * len(piece)
        room = width_mm / plain.em_mm
        lines, begin = [], 0
        for end in line_ends(text, widths, room, room):
            stretches = []
            for kind, group in groupby(range(begin, end), key=lambda index: kinds[index]):
                span = list(group)
                font, colour = looks[kind]
                removed, added = kind is Change.REMOVED, kind is Change.ADDED
                stretches.append(Stretch(text[span[0] : span[-1] + 1], font, colour, removed, added))
            lines.append(TextLine(tuple(stretches)))
            begin = end
        return tuple(lines)

    def _missed(self) -> Section:
        missed = self.summary.missed
        title = "3　目標に届かなかった指標（未達）"
        if not missed:
            return self._only_sentence("missed", title, self.summary.missed_sentence)
        short = fiscal_label(self.summary.year)
        labels = ("活動", "主体", "主な活動指標", "目標", f"{short}実績", "達成率")
        header = header_row(self.pen, "missed", tuple(zip(labels, _MISSED_MM, strict=True)))
        rows = tuple(self._missed_row(number, item) for number, item in enumerate(missed, start=1))
        return Section(Heading(self.pen, f"{title}　{len(missed)}件", "missed"), (header,), rows)

    def _missed_row(self, number: int, item: MissedTarget) -> Row:
        name = f"missed/{number}"
        percent = "—" if item.percent is None else f"{item.percent}％"
        texts = (item.place, actor_word(item.actor), item.indicator, item.target, _results(item))
        names = ("place", "actor", "indicator", "target", "result")
        cells = [
            replace(self._text_cell(f"{name}/{field}", width, text, centred=field != "indicator"), middle=True)
            for field, width, text in zip(names, _MISSED_MM, texts, strict=False)
        ]
        indent = 0.0 if item.percent is None else _MISSED_MM[5] / 2
        line = TextLine((Stretch(percent, self._style.font),), indent, item.percent is None)
        cells.append(Cell(f"{name}/percent", _MISSED_MM[5], (line,), middle=True))
        return Row(self.pen, tuple(cells), self._style.pitch_mm, adorn=_reached(item.percent))

    def _new_measures(self) -> Section:
        measures = self.summary.new_measures
        title = "4　新たな取組み【新規】"
        if not measures:
            return self._only_sentence("new", title, self.summary.new_sentence)
        # Read down the left half first, then down the right one.
        half = (len(measures) + 1) // 2
        rows = []
        for number in range(half):
            pair = (measures[number], *measures[half + number : half + number + 1])
            cells = [self._measure_cell(f"new/{number + half * side + 1}", item) for side, item in enumerate(pair)]
            spacer = Cell(f"new/gap.{number + 1}", COLUMN_MM - 2 * _MEASURE_MM, ())
            rows.append(Row(self.pen, (cells[0], spacer, *cells[1:]), self._style.pitch_mm, framed=False))
        return Section(Heading(self.pen, f"{title}　{len(measures)}件", "new"), (), tuple(rows))

    def _measure_cell(self, name: str, measure: NewMeasure) -> Cell:
        font = self._style.font
        head = f"{measure.place} {actor_word(measure.actor)}"
        indent = 20.0
        text = f"{measure.text}（{measure.under}）" if measure.under else measure.text
        broken = self.pen.broken(text, font, _MEASURE_MM - indent - SIDE_MM)
        gap = max(1.0, indent - SIDE_MM - self.pen.width_mm(head, font.heavy))
        first = TextLine((Stretch(head, font.heavy), Stretch(broken[0], font, indent_mm=gap)))
        rest = (TextLine((Stretch(line, font),), indent - SIDE_MM) for line in broken[1:])
        return Cell(name, _MEASURE_MM, (first, *rest))

    def _beside(self) -> Section:
        summary = self.summary
        year = fiscal_label(summary.year)
        title = f"5　{year}の実施予定（昨年度の報告）と実施状況"
        if not summary.beside:
            return self._only_sentence("beside", title, summary.beside_sentence)
        labels = ("活動", "主体・担当課", f"{year}実施予定（昨年度の報告）", f"{year}実施状況")
        header = header_row(self.pen, "beside", tuple(zip(labels, _BESIDE_MM, strict=True)))
        rows = tuple(self._beside_row(number, item) for number, item in enumerate(summary.beside, start=1))
        return Section(Heading(self.pen, title, "beside"), (header,), rows)

    def _beside_row(self, number: int, item: PlanBesideDone) -> Row:
        name, font = f"beside/{number}", self._style.font
        title = (item.place, *self.pen.broken(item.title, font, _BESIDE_MM[0] - 2 * SIDE_MM))
        lines = tuple(TextLine((Stretch(text, font.heavy if at == 0 else font),)) for at, text in enumerate(title))
        again = TextLine((Stretch(f"{item.place}{CONTINUED}", font.heavy),))
        owners = "、".join(item.departments)
        who = actor_word(item.actor) + (f"（{owners}）" if owners else "")
        cells = (
            Cell(f"{name}/title", _BESIDE_MM[0], lines, again=(again,)),
            self._text_cell(f"{name}/owners", _BESIDE_MM[1], who),
            self._items_cell(f"{name}/planned", _BESIDE_MM[2], item.planned),
            self._items_cell(f"{name}/done", _BESIDE_MM[3], item.done),
        )
        return Row(self.pen, cells, self._style.pitch_mm)

    # --- small pieces

    def _text_cell(self, name: str, width_mm: float, text: str, *, centred: bool = False) -> Cell:
        lines = self.pen.broken(text, self._style.font, width_mm - 2 * SIDE_MM)
        return Cell(name, width_mm, tuple(TextLine((Stretch(line, self._style.font),)) for line in lines), centred)

    def _items_cell(self, name: str, width_mm: float, lines: Lines) -> Cell:
        if not lines:
            return Cell(name, width_mm, (TextLine((Stretch("（記載なし）", self._style.font, _SECOND_TEXT),)),))
        return Cell(name, width_mm, lines_of(self._setter.items(lines, width_mm - 2 * SIDE_MM), self._style.font))

    def _paragraph(self, name: str, text: str) -> Row:
        return Row(self.pen, (self._text_cell(name, COLUMN_MM, text),), self._style.pitch_mm, framed=False)

    def _only_sentence(self, name: str, title: str, sentence: str, *, begins_column: bool = False) -> Section:
        row = self._paragraph(f"{name}/none", sentence)
        return Section(Heading(self.pen, title, name), (), (row,), begins_column=begins_column)


def _results(item: MissedTarget) -> str:
    text = "、".join(item.results) or "—"
    return f"{text}（判定の理由：{item.reason}）" if item.reason else text


def _reached(percent: int | None) -> Callable[[Canvas, float, float, float], None] | None:
    """Return what draws the small bar of a missed target into its row."""
    if percent is None:
        return None

    def draw(canvas: Canvas, x: float, y: float, height: float) -> None:
        left = x + sum(_MISSED_MM[:5]) + 1.2
        reached_bar(canvas, percent, (left, y + height / 2 - 1.7, _MISSED_MM[5] / 2 - 1.6, 3.4))

    return draw
