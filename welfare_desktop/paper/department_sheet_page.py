"""Where everything stands on a department's sheet: A4 landscape, reference at the left, space to write at the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ..domain.cell_flow import drawable
from ..domain.measuring import FontSpec
from ..domain.years import fiscal_label
from .canvas import Canvas
from .department_sheet_content import OfficeNotes, SheetContent, SheetMode
from .department_sheet_flow import (
    FIGURE_HEADER_MM,
    LEAST_FIGURE_MM,
    PAD_MM,
    RULED_MM,
    TICKS_MM,
    Cell,
    Line,
    Portion,
    SheetCut,
    StripKind,
    Tick,
)
from .drawing import Footer, Pen, label_box
from .official_layout import GROUP_MM, INNER_MM, OUTER_MM, TINT_SHARED
from .page import A4_LANDSCAPE, Box, Fill, Page, Rule, Run

MARGIN_MM = 12.0
#: Number and title | measures, last year's status, last year's plan for this year | status, plan to fill in.
COLUMN_MM = (30.0, 38.0, 46.0, 41.0, 62.0, 56.0)
COLUMN_X_MM = tuple(MARGIN_MM + x for x in accumulate((0.0, *COLUMN_MM)))
#: Label | indicator, last year's results | target, result to fill in.
FIGURE_MM = (30.0, 84.0, 41.0, 38.0, 80.0)
FIGURE_X_MM = tuple(MARGIN_MM + x for x in accumulate((0.0, *FIGURE_MM)))
TABLE_END_MM = 195.7
FOOTER_MIDDLE_MM = 201.9
HEADER_MM = (4.8, 8.2)
SHORT_HEAD_MM = 7.0
#: Where the box 実績なし stands, from the right edge.
SIDE_TICK_MM = 19.0
WRITING_MM = 0.6
TINT_WRITE, TINT_WRITE_HEADER, TINT_FIGURES = "#FFFBE6", "#F5E6A8", "#F3F5F7"
GUIDE = "#8A7F55"
_TITLE = {
    SheetMode.BLANK: "実施状況報告　記入票（担当課別シート）",
    SheetMode.PRESENT: "実施状況報告　記入内容（担当課別シート）",
}
_INSTRUCTIONS = {
    SheetMode.BLANK: (
        "① 太枠の淡い色の欄に記入してください。左の参考欄は昨年度にご提出いただいた内容です。1行に1項目、文頭の「・」は不要です。",
        "② 実施状況は「～しました。」、実施予定は「～します。」で結んでください。書くことがない場合は空欄にせず「該当なし（—）」に✓を付けてください。空欄は「未記入」として扱います。",
        "③ 「共同」とある欄は複数の課で担当しています。自課の分だけを記入してください。用紙が足りないときは余白か別紙に整理番号の枝番を書いて続けてください。",
    ),
    SheetMode.PRESENT: (
        "① 太枠の淡い色の欄は、いま登録されている内容です。直すところは二重線で消し、近くに書き入れてください。左の参考欄は昨年度の内容です。",
        "② 罫線だけの欄はまだ記入がありません。書くことがない場合は空欄にせず「該当なし（—）」に✓を付けてください。「下書き」とある欄は内容の確認が要ります。",
        "③ 「共同」とある欄は複数の課で担当しています。",
    ),
}
#: Label and width of every second cell of the row over the table; the cells between hold the values.
_INFO_MM = (15.0, 33.0, 15.0, 39.0, 17.0, 74.0, 14.0, 28.0, 18.0, 20.0)
_INFO_LEAST_MM = 11.0


@dataclass(frozen=True, slots=True)
class SheetPainter:
    """Sets the pages of one sheet: who it is for, which year, and what the office wants on it."""

    pen: Pen
    content: SheetContent
    year: int
    office: OfficeNotes
    mode: SheetMode
    footer: Footer

    def first_room_mm(self) -> float:
        """Return the height for bands on the first page."""
        return TABLE_END_MM - self._table_top(True) - sum(HEADER_MM)

    def room_mm(self) -> float:
        """Return the height for bands on the other pages."""
        return TABLE_END_MM - self._table_top(False) - sum(HEADER_MM)

    def page(self, cut: SheetCut, number: int, count: int) -> Page:
        """Set one page, the ``number``-th of ``count``."""
        sheet = Canvas()
        self._head(sheet, number == 1)
        top = self._table_top(number == 1)
        self._header(sheet, top)
        y = top + sum(HEADER_MM)
        if not self.content.bands:
            self._nothing(sheet, y)
            y += 12.0
        for position, portion in enumerate(cut.portions):
            self._portion(sheet, portion, y, self._label_mm(cut.portions, position))
            y += portion.whole_mm
        self._outline(sheet, top, y)
        middle = f"{number} / {count}"
        sheet.boxes.append(self.footer.box(self.pen, A4_LANDSCAPE[0], FOOTER_MIDDLE_MM, MARGIN_MM, middle))
        return sheet.page(A4_LANDSCAPE, number)

    # --- above the table

    def _table_top(self, first: bool) -> float:
        if not first:
            return MARGIN_MM + SHORT_HEAD_MM
        pitch = self._instruction_font.em_mm * 1.45
        return MARGIN_MM + 7.6 + self._info_mm() + 2.6 + len(self._instructions()) * pitch + 1.2

    @property
    def _instruction_font(self) -> FontSpec:
        return self.pen.font(7.5)

    def _instructions(self) -> list[str]:
        width = sum(COLUMN_MM)
        return [
            piece for line in _INSTRUCTIONS[self.mode] for piece in self.pen.broken(line, self._instruction_font, width)
        ]

    def _info(self) -> list[tuple[str, tuple[str, ...], FontSpec]]:
        """Return name, lines and font of every cell of the row over the table."""
        label = self.pen.font(8, True)
        cells: list[tuple[str, tuple[str, ...], FontSpec]] = []
        values = (
            ("担当課", "department", (self.content.name,), self.pen.font(11, True)),
            ("提出期限", "deadline", (self.office.deadline or "　　　年　　月　　日",), self.pen.font(10, True)),
            ("返送先・|問合せ", "contact", self.office.contact, self.pen.font(8)),
            ("記入者", "writer", (), label),
            ("所属長|確認", "approval", (), label),
        )
        for index, (heading, name, lines, font) in enumerate(values):
            cells.append((f"label/{name}", tuple(heading.split("|")), label))
            cells.append((name, *self._fitted_block(lines, font, _INFO_MM[2 * index + 1] - 2.0)))
        return cells

    def _fitted_block(self, lines: Sequence[str], font: FontSpec, width_mm: float) -> tuple[tuple[str, ...], FontSpec]:
        """Return lines that fit a width: set smaller down to 8 pt, then broken; nothing is left out."""
        smallest = self.pen.font(min(8.0, font.size_pt), font.bold)
        while font.size_pt > smallest.size_pt and any(
            self.pen.width_mm(drawable(line), font) > width_mm for line in lines
        ):
            font = self.pen.font(font.size_pt - 0.5, font.bold)
        return tuple(piece for line in lines for piece in self.pen.broken(line, font, width_mm)), font

    def _info_mm(self) -> float:
        return max(_INFO_LEAST_MM, *(len(lines) * font.em_mm * 1.25 + 2.0 for _, lines, font in self._info()))

    def _head(self, sheet: Canvas, first: bool) -> None:
        right = COLUMN_X_MM[-1]
        middle = MARGIN_MM + (1.6 if first else 1.2)
        size = 13.0 if first else 10.5
        text, font = self.pen.fitted(_TITLE[self.mode], self.pen.font(size, True), 110.0)
        title = self.pen.left(MARGIN_MM, middle, text, font)
        edition = f"{fiscal_label(self.year)} 実施状況・{fiscal_label(self.year + 1)} 実施予定"
        x = MARGIN_MM + self.pen.width_mm(text, font) + (12.0 if first else 7.0)
        subtitle = self.pen.left(x, middle + (0.6 if first else 0.0), edition, self.pen.font(9, True))
        sheet.boxes.append(Box("title", MARGIN_MM, MARGIN_MM - 3.0, 230.0, 8.5, (title, subtitle)))
        self._reference(sheet, right, middle)
        if not first:
            x += self.pen.width_mm(edition, self.pen.font(9, True)) + 8.0
            name, font = self.pen.fitted(f"担当課：{self.content.name}", self.pen.font(9, True), right - 42.0 - x)
            run = self.pen.left(x, middle, name, font)
            sheet.boxes.append(Box("department", x, MARGIN_MM - 3.0, right - 42.0 - x, 8.5, (run,)))
            return
        y = MARGIN_MM + 7.6
        self._info_row(sheet, y)
        y += self._info_mm() + 2.6
        pitch = self._instruction_font.em_mm * 1.45
        runs = tuple(
            self.pen.left(MARGIN_MM, y + (number + 0.5) * pitch, line, self._instruction_font)
            for number, line in enumerate(self._instructions())
        )
        sheet.boxes.append(Box("instructions", MARGIN_MM, y, sum(COLUMN_MM), pitch * len(runs), runs))

    def _reference(self, sheet: Canvas, right: float, middle: float) -> None:
        text, font = self.pen.fitted(f"整理番号　{self.office.reference}", self.pen.font(9, True), 56.0)
        width = max(36.0, self.pen.width_mm(text, font) + 8.0)
        frame = (right - width, middle - 3.8, width, 7.6)
        run = self.pen.left(right - width + 4.0, middle, text, font)
        sheet.boxes.append(Box("reference", *frame, (run,)))
        sheet.frame(frame, GROUP_MM)

    def _info_row(self, sheet: Canvas, top: float) -> None:
        height = self._info_mm()
        x = MARGIN_MM
        for index, (name, lines, font) in enumerate(self._info()):
            width = _INFO_MM[index]
            frame = (x, top, width, height)
            if index % 2 == 0:
                sheet.fills.append(Fill(*frame, TINT_SHARED))
            pitch = font.em_mm * 1.25
            y = top + height / 2 - pitch * (len(lines) - 1) / 2
            runs = tuple(
                self.pen.centre(x + width / 2, y + pitch * number, line, font) for number, line in enumerate(lines)
            )
            sheet.boxes.append(Box(name, *frame, runs))
            sheet.frame(frame, GROUP_MM)
            x += width

    # --- the table's header

    def _header(self, sheet: Canvas, top: float) -> None:
        first, second = HEADER_MM
        x, whole = COLUMN_X_MM, first + second
        strong = self.pen.font(8.5, True)
        this, last, following = (fiscal_label(year) for year in (self.year, self.year - 1, self.year + 1))
        sheet.fills.append(Fill(x[0], top, x[4] - x[0], whole, TINT_SHARED))
        sheet.fills.append(Fill(x[4], top, x[6] - x[4], whole, TINT_WRITE_HEADER))
        write = "記　入　欄" if self.mode is SheetMode.BLANK else "登録されている内容"
        labels = (
            ("title", 0, 1, top, whole, ("番号・活動名",)),
            ("reference_columns", 1, 4, top, first, ("参　考（記入不要）",)),
            ("writing_columns", 4, 6, top, first, (write,)),
            ("initiatives", 1, 2, top + first, second, (self.content.initiatives_label,)),
            ("last_status", 2, 3, top + first, second, (f"{last}実施状況",)),
            ("last_planned", 3, 4, top + first, second, (f"{this}実施予定", "（昨年度提出）")),
            ("status", 4, 5, top + first, second, (f"{this}実施状況",)),
            ("planned", 5, 6, top + first, second, (f"{following}実施予定",)),
        )
        for name, begin, end, y, height, lines in labels:
            frame = (x[begin], y, x[end] - x[begin], height)
            sheet.boxes.append(label_box(self.pen, f"header/{name}", frame, lines, strong))
        sheet.rules.append(Rule(x[0], top, x[6], top, OUTER_MM))
        sheet.rules.append(Rule(x[1], top + first, x[6], top + first, INNER_MM))
        sheet.rules.append(Rule(x[0], top + whole, x[6], top + whole, GROUP_MM))
        sheet.rules += [Rule(x[at], top, x[at], top + whole, GROUP_MM) for at in (1, 4)]
        sheet.rules += [Rule(x[at], top + first, x[at], top + whole, INNER_MM) for at in (2, 3, 5)]

    def _nothing(self, sheet: Canvas, top: float) -> None:
        run = self.pen.centre(
            A4_LANDSCAPE[0] / 2, top + 6.0, "この年度に担当する記入欄はありません。", self.pen.font(9)
        )
        sheet.boxes.append(Box("nothing", MARGIN_MM, top, sum(COLUMN_MM), 12.0, (run,)))

    # --- bands

    def _label_mm(self, portions: Sequence[Portion], position: int) -> float:
        """Return how far the label of the figures starting here reaches down; 0 where they started above."""
        if not portions[position].headed:
            return 0.0
        height = 0.0
        for portion in portions[position:]:
            if portion.strip.kind is StripKind.TEXT or (portion.headed and height):
                break
            height += portion.whole_mm
        return height

    def _portion(self, sheet: Canvas, portion: Portion, top: float, label_mm: float) -> None:
        if portion.strip.kind is StripKind.TEXT:
            self._text_portion(sheet, portion, top)
        else:
            self._figure_portion(sheet, portion, top, label_mm)

    def _text_portion(self, sheet: Canvas, portion: Portion, top: float) -> None:
        x, bottom = COLUMN_X_MM, top + portion.height_mm
        sheet.fills.append(Fill(x[4], top, x[6] - x[4], portion.height_mm, TINT_WRITE))
        for number in range(len(portion.strip.cells)):
            self._cell(sheet, portion, number, top, portion.height_mm)
        sheet.rules += [Rule(x[at], top, x[at], bottom, INNER_MM) for at in (1, 2, 3, 5)]
        sheet.rules.append(Rule(x[0], top, x[4], top, OUTER_MM if portion.begins else INNER_MM))
        sheet.rules.append(Rule(x[0], bottom, x[4], bottom, INNER_MM))
        sheet.frame((x[4], top, x[6] - x[4], portion.height_mm), WRITING_MM)

    def _figure_portion(self, sheet: Canvas, portion: Portion, top: float, label_mm: float) -> None:
        x = FIGURE_X_MM
        if label_mm:
            self._figure_header(sheet, portion, top, label_mm)
        y = top + (FIGURE_HEADER_MM if portion.headed else 0.0)
        bottom = y + portion.height_mm
        sheet.fills.append(Fill(x[4], y, x[5] - x[4], portion.height_mm, TINT_WRITE))
        for number in range(len(portion.strip.cells)):
            self._cell(sheet, portion, number, y, portion.height_mm)
        self._answers(sheet, portion, y)
        sheet.rules.append(Rule(x[1], y, x[5], y, INNER_MM))
        sheet.rules += [Rule(x[at], y, x[at], bottom, INNER_MM) for at in (1, 2, 3)]
        sheet.frame((x[4], y, x[5] - x[4], portion.height_mm), WRITING_MM)

    def _answers(self, sheet: Canvas, portion: Portion, top: float) -> None:
        """Set the targets of an indicator below each other, each with its dotted line."""
        x = FIGURE_X_MM
        answers = portion.strip.answers[portion.begin.answers : portion.end.answers]
        spare = portion.height_mm - sum(answer.height_mm for answer in answers)
        y = top
        for position, answer in enumerate(answers):
            height = answer.height_mm + spare / len(answers)
            if position:
                sheet.rules.append(Rule(x[3], y, x[4 if answer.unit is None else 5], y, INNER_MM))
            target = answer.target
            runs = self._lines(target, target.lines, y, height, middle=True)
            sheet.boxes.append(Box(target.name, target.x_mm, y, target.width_mm, height, tuple(runs)))
            if answer.unit is not None and answer.tick is not None:
                frame = (x[4], y, x[5] - x[4], height)
                name = f"{self.content.bands[portion.strip.band].path}/results@{self.year}"
                sheet.boxes.append(
                    Box(name, *frame, tuple(self._figure_line(sheet, answer.unit, answer.tick, y, height)))
                )
            y += height

    def _figure_header(self, sheet: Canvas, portion: Portion, top: float, label_mm: float) -> None:
        x, height = FIGURE_X_MM, FIGURE_HEADER_MM
        band = self.content.bands[portion.strip.band]
        this, last = fiscal_label(self.year), fiscal_label(self.year - 1)
        wanted = "（数値と単位を記入）" if self.mode is SheetMode.BLANK else ""
        labels = ("主な活動指標", f"{last}実績", "目標", f"{this}実績{wanted}")
        sheet.fills.append(Fill(x[1], top, x[4] - x[1], height, TINT_FIGURES))
        sheet.fills.append(Fill(x[4], top, x[5] - x[4], height, TINT_WRITE_HEADER))
        for index, label in enumerate(labels, start=1):
            frame = (x[index], top, x[index + 1] - x[index], height)
            sheet.boxes.append(label_box(self.pen, f"header/figures.{index}", frame, (label,), self.pen.font(8, True)))
        sheet.rules.append(Rule(x[0], top, x[5], top, INNER_MM))
        sheet.rules += [Rule(x[at], top, x[at], top + height, INNER_MM) for at in (1, 2, 3, 4)]
        lines: tuple[str, ...] = ("指標と実績",)
        if portion.strip.order or not portion.begins:
            lines = (f"{band.number:02} {band.label}", "指標と実績（続き）")
        frame = (x[0], top, x[1] - x[0], label_mm)
        sheet.boxes.append(label_box(self.pen, f"{band.path}/figures", frame, lines, self.pen.font(8, True)))

    def _cell(self, sheet: Canvas, portion: Portion, number: int, top: float, height: float) -> None:
        cell = portion.strip.cells[number]
        begin, end = portion.begin.lines[number], portion.end.lines[number]
        lines = cell.lines[begin:end]
        if not lines and begin and cell.again:
            lines = cell.again[: max(1, cell.holds(height))]
        runs = list(self._lines(cell, lines, top, height, middle=portion.strip.kind is StripKind.FIGURE))
        if cell.ruled:
            self._ruled_lines(sheet, cell, top, height, portion.ends)
        if cell.ticks and portion.ends:
            runs += self._ticks(sheet, cell.ticks, cell.x_mm + 2.0, top + height - TICKS_MM / 2)
        if cell.side_tick and portion.begins:
            x = cell.x_mm + cell.width_mm - SIDE_TICK_MM
            runs += self._ticks(sheet, (cell.side_tick,), x, top + LEAST_FIGURE_MM / 2)
        name = cell.name if portion.begins else f"{cell.name}（続き）"
        sheet.boxes.append(Box(name, cell.x_mm, top, cell.width_mm, height, tuple(runs)))

    def _lines(self, cell: Cell, lines: Sequence[Line], top: float, height: float, *, middle: bool) -> Iterator[Run]:
        y = top + PAD_MM + cell.pitch_mm / 2
        if middle and len(lines) * cell.pitch_mm + 2 * PAD_MM <= height:
            y = top + (height - (len(lines) - 1) * cell.pitch_mm) / 2
        right = SIDE_TICK_MM if cell.side_tick else 0.0
        for number, line in enumerate(lines):
            baseline = self.pen.baseline_mm(y + number * cell.pitch_mm, line.font)
            x = cell.x_mm + 1.0 + line.indent_mm
            if line.centred:
                x = cell.x_mm + (cell.width_mm - right - self.pen.width_mm(line.text, line.font)) / 2
            for run in self.pen.mixed(x, baseline, line.text, line.font, line.bold):
                yield Run(run.x_mm, run.baseline_mm, run.text, run.font, line.colour)

    def _ruled_lines(self, sheet: Canvas, cell: Cell, top: float, height: float, ends: bool) -> None:
        bottom = height - (TICKS_MM if ends else 0.0)
        left, right = cell.x_mm + 1.5, cell.x_mm + cell.width_mm - 1.5
        for number in range(1, int((bottom + 1e-6) / RULED_MM) + 1):
            y = top + number * RULED_MM
            if y < top + height - 1.0:
                sheet.rules.append(Rule(left, y, right, y, 0.2, dotted=True, colour=GUIDE))

    def _figure_line(self, sheet: Canvas, unit: str, tick: Tick, top: float, height: float) -> Iterator[Run]:
        middle = top + height / 2
        left, boxes = FIGURE_X_MM[4], FIGURE_X_MM[5] - SIDE_TICK_MM
        text, font = self.pen.fitted(unit, self.pen.font(9), 32.0)
        unit_x = boxes - self.pen.width_mm(text, font) - (3.0 if text else 0.0)
        sheet.rules.append(Rule(left + 2.0, middle + 2.2, unit_x - 1.5, middle + 2.2, 0.2, dotted=True, colour=GUIDE))
        if text:
            yield self.pen.left(unit_x, middle, text, font)
        yield from self._ticks(sheet, (tick,), boxes, middle)

    def _ticks(self, sheet: Canvas, ticks: Sequence[Tick], x: float, middle: float) -> Iterator[Run]:
        font = self.pen.font(7.5)
        for tick in ticks:
            _tick(sheet, (x, middle - 1.4), 2.8, tick)
            yield self.pen.left(x + 3.8, middle, tick.label, font)
            x += 3.8 + self.pen.width_mm(tick.label, font) + 3.5

    def _outline(self, sheet: Canvas, top: float, bottom: float) -> None:
        left, right = COLUMN_X_MM[0], COLUMN_X_MM[-1]
        sheet.frame((left, top, right - left, bottom - top), OUTER_MM)


def _tick(canvas: Canvas, corner: tuple[float, float], size: float, tick: Tick) -> None:
    """Draw a box to tick, and the tick in it."""
    x, y = corner
    canvas.fills.append(Fill(x, y, size, size, "#FFFFFF"))
    canvas.frame((x, y, size, size), 0.25)
    if tick.ticked:
        knee = (x + size * 0.42, y + size * 0.8)
        canvas.rules.append(Rule(x + size * 0.15, y + size * 0.5, *knee, 0.4))
        canvas.rules.append(Rule(*knee, x + size * 1.05, y - size * 0.1, 0.4))
