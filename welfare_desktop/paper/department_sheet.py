"""Department sheets (担当課別シート): A4 forms to fill in by hand or to read, one for every department and year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ..domain.cell_flow import Setter, Style
from ..domain.errors import InvalidValue
from ..domain.measuring import PAPER_FAMILY, FontSpec, TextMeasurer
from ..domain.model import Entry, EntryState, Lines, Plan, state_of
from ..domain.official_form import CONTINUED, maker_label, report_title
from ..domain.progress import Progress, Unwatched
from .department_sheet_content import Band, Figure, OfficeNotes, SheetContent, SheetMode, sheet_content
from .department_sheet_flow import (
    LEAST_RULED,
    Answer,
    Cell,
    Line,
    SheetCut,
    Strip,
    StripKind,
    Tick,
    cut_pages,
    lines_of,
)
from .department_sheet_page import COLUMN_MM, COLUMN_X_MM, FIGURE_MM, FIGURE_X_MM, SIDE_TICK_MM, SheetPainter
from .drawing import Footer, Pen
from .page import Page, Pages

_NO_LAST_YEAR = "計画の初年度のため、前年度の記載はありません。"
_FIRST_YEAR = "（計画の初年度）"
_NOTHING_WRITTEN = "（記載なし）"
_DRAFT = "【下書き（未確定）】"
_SECOND_TEXT = "#4A535C"
_SIDE_MM = 1.0


@dataclass(frozen=True, slots=True)
class DepartmentPaper:
    """Sheets ready to paint.

    ``pages`` are made when asked for; every sheet begins on a page of its own and counts its pages from 1.
    ``first_pages`` gives the position (from 0) of each department's first page.
    """

    title: str
    pages: Pages
    first_pages: Mapping[str, int]
    made_on: dt.date | None = None
    identity: str = ""


def lay_out_department(
    plan: Plan,
    department: str,
    year: int,
    *,
    measurer: TextMeasurer,
    office: OfficeNotes | None = None,
    mode: SheetMode = SheetMode.BLANK,
    made_on: dt.date | None = None,
    family: str = PAPER_FAMILY,
) -> DepartmentPaper:
    """Lay out one department's sheet for the report of fiscal ``year``: see :func:`lay_out_departments`."""
    notes = {department: office or OfficeNotes()}
    return lay_out_departments(
        plan, (department,), year, measurer=measurer, office=notes, mode=mode, made_on=made_on, family=family
    )


def lay_out_departments(
    plan: Plan,
    departments: Sequence[str],
    year: int,
    *,
    measurer: TextMeasurer,
    office: Mapping[str, OfficeNotes] | None = None,
    mode: SheetMode = SheetMode.BLANK,
    made_on: dt.date | None = None,
    family: str = PAPER_FAMILY,
    progress: Progress | None = None,
) -> DepartmentPaper:
    """Lay out the sheets of ``departments``, one after another, for the report of fiscal ``year``.

    Departments are given by their present names (or 市社会福祉協議会, 未割当: slots without a department); the paper says
    the name of the year.  ``office`` holds what the office wants on each sheet, by the same names.  ``made_on`` None
    prints no date.  Raises InvalidValue where no department is given, and ``Cancelled`` when ``progress`` does.
    """
    if not departments:
        raise InvalidValue(
            "印刷する担当課がありません。",
            code="W-152",
            next_step="担当課を選ぶか、この年度の記入欄に担当課を割り当ててください。",
        )
    watch = progress or Unwatched()
    sheets: list[_LaidSheet] = []
    for done, name in enumerate(departments):
        watch.step(done, len(departments), f"{name}のシートを組んでいます")
        content = sheet_content(plan, name, year)
        notes = (office or {}).get(name, OfficeNotes())
        sheets.append(
            _lay_out(content, year, notes, mode, Pen(measurer, family), _footer(plan, content, notes, made_on))
        )
    starts = [0, *accumulate(len(sheet.cuts) for sheet in sheets)]
    names = "・".join(sheet.painter.content.name for sheet in sheets) if len(sheets) <= 3 else f"{len(sheets)}課"
    title = f"{report_title(plan)}　担当課別シート　{names}"
    identity = f"{plan.dataset_id}/{year}/departments/{mode}/{'/'.join(departments)}"
    first_pages = dict(zip(departments, starts, strict=False))
    return DepartmentPaper(title, Pages(starts[-1], _PageFinder(sheets, starts).page), first_pages, made_on, identity)


@dataclass(frozen=True, slots=True)
class _LaidSheet:
    """One department's sheet, cut into pages."""

    painter: SheetPainter
    cuts: tuple[SheetCut, ...]


@dataclass(frozen=True, slots=True)
class _PageFinder:
    """Finds the sheet a page belongs to; ``starts`` are the positions of their first pages and of the end."""

    sheets: Sequence[_LaidSheet]
    starts: Sequence[int]

    def page(self, index: int) -> Page:
        """Return the page at a position."""
        position = next(at for at, end in enumerate(self.starts[1:]) if index < end)
        sheet = self.sheets[position]
        number = index - self.starts[position] + 1
        return sheet.painter.page(sheet.cuts[number - 1], number, len(sheet.cuts))


def _footer(plan: Plan, content: SheetContent, office: OfficeNotes, made_on: dt.date | None) -> Footer:
    deadline = f"提出期限 {office.deadline}" if office.deadline else ""
    reference = f"整理番号 {office.reference}" if office.reference else ""
    right = "　".join(part for part in (deadline, reference, maker_label(made_on, office.maker)) if part)
    return Footer(f"{report_title(plan)}　担当課別シート　{content.name}", right)


def _lay_out(
    content: SheetContent, year: int, office: OfficeNotes, mode: SheetMode, pen: Pen, footer: Footer
) -> _LaidSheet:
    painter = SheetPainter(pen, content, year, office, mode, footer)
    builder = _StripBuilder(pen, content, year, mode)
    bands = [tuple(builder.strips(position, band)) for position, band in enumerate(content.bands)]
    return _LaidSheet(painter, cut_pages(bands, painter.first_room_mm(), painter.room_mm()))


class _StripBuilder:
    """Breaks the texts of a sheet into lines."""

    def __init__(self, pen: Pen, content: SheetContent, year: int, mode: SheetMode) -> None:
        self._pen = pen
        self._content = content
        self._year = year
        self._mode = mode
        self._reference = Style(pen.font(8.0))
        self._entry = Style(pen.font(9.0))
        self._title = Style(pen.font(8.5, True))
        self._small = Style(pen.font(7.5))
        self._setters = {id(style): Setter(pen.measurer, style) for style in self._styles}

    @property
    def _styles(self) -> tuple[Style, ...]:
        return (self._reference, self._entry, self._title, self._small)

    def strips(self, position: int, band: Band) -> Iterator[Strip]:
        """Yield the strips of one slot."""
        path, year = band.path, self._year
        cells = (
            self._label(band),
            self._items(
                f"{path.split('/')[0]}/{path.split('/')[1].split('.')[0]}/initiatives",
                1,
                band.initiatives,
                _NOTHING_WRITTEN,
            ),
            self._items(f"{path}/status@{year - 1}", 2, band.last_status, self._missing),
            self._items(f"{path}/planned@{year}", 3, band.last_planned, self._missing),
            self._writing(f"{path}/status@{year}", 4, band.status, ()),
            self._writing(f"{path}/planned@{year + 1}", 5, band.planned, band.last_planned),
        )
        yield Strip(position, StripKind.TEXT, cells)
        for order, figure in enumerate(band.figures):
            yield self._figure(position, order, path, figure)

    @property
    def _missing(self) -> str:
        return _NO_LAST_YEAR if self._content.first_year else _NOTHING_WRITTEN

    def _broken(self, text: str, style: Style, width_mm: float, font: FontSpec | None = None) -> tuple[Line, ...]:
        paragraph = self._setters[id(style)].paragraph(text, width_mm - 2 * _SIDE_MM, bold=style.font.bold)
        return lines_of((paragraph,), font or style.font)

    def _label(self, band: Band) -> Cell:
        width = COLUMN_MM[0]
        number = Line(f"{band.number:02}  {band.label}", self._pen.font(10.0, True))
        title = self._broken(band.title, self._title, width)
        partners = self._broken(f"共同：{'、'.join(band.partners)}", self._small, width) if band.partners else ()
        mark = Line(CONTINUED, self._title.font)
        name = f"{band.path.split('/')[0]}/title"
        pitch = self._title.pitch_mm
        return Cell(name, COLUMN_X_MM[0], width, (number, *title, *partners), pitch, again=(number, mark, *title))

    def _items(self, name: str, column: int, lines: Lines, missing: str) -> Cell:
        return Cell(
            name,
            COLUMN_X_MM[column],
            COLUMN_MM[column],
            self._listed(lines, COLUMN_MM[column], missing),
            self._reference.pitch_mm,
        )

    def _listed(self, lines: Lines, width_mm: float, missing: str) -> tuple[Line, ...]:
        """Return stored lines as printed items, or the words that say there are none."""
        if not lines:
            paragraph = self._setters[id(self._reference)].paragraph(missing, width_mm - 2 * _SIDE_MM)
            return lines_of((paragraph,), self._reference.font, _SECOND_TEXT)
        items = self._setters[id(self._reference)].items(lines, width_mm - 2 * _SIDE_MM)
        return lines_of(items, self._reference.font)

    def _writing(self, name: str, column: int, entry: Entry, repeats: Lines) -> Cell:
        """Return a cell to fill in; ``repeats`` is the text a tick may stand for, where there is such a box."""
        shown = entry if self._mode is SheetMode.PRESENT else Entry()
        width = COLUMN_MM[column]
        lines: tuple[Line, ...] = ()
        if shown.lines:
            draft = self._broken(_DRAFT, self._small, width) if shown.draft else ()
            items = self._setters[id(self._entry)].items(shown.lines, width - 2 * _SIDE_MM)
            lines = (*draft, *lines_of(items, self._entry.font))
        ticks = [Tick("該当なし（—）", shown.state is EntryState.NONE)]
        if column == len(COLUMN_MM) - 1:
            ticks.append(Tick("昨年度の予定と同じ", bool(shown.lines) and shown.lines == repeats))
        ruled = 0 if lines else LEAST_RULED
        return Cell(name, COLUMN_X_MM[column], width, lines, self._entry.pitch_mm, tuple(ticks), ruled=ruled)

    def _figure(self, position: int, order: int, path: str, figure: Figure) -> Strip:
        x, width, pitch = FIGURE_X_MM, FIGURE_MM, self._reference.pitch_mm
        wording = self._broken(figure.wording, self._reference, width[1])
        last = self._listed(figure.last, width[2], _FIRST_YEAR if self._content.first_year else _NOTHING_WRITTEN)
        cells = [
            Cell(f"{path}/indicators", x[1], width[1], wording, pitch),
            Cell(f"{path}/results@{self._year - 1}", x[2], width[2], last, pitch),
        ]
        shown = figure.present if self._mode is SheetMode.PRESENT else ()
        tick = Tick("実績なし", state_of(shown) is EntryState.NONE)
        if shown:
            items = self._setters[id(self._entry)].items(shown, width[4] - SIDE_TICK_MM - 2 * _SIDE_MM)
            lines = lines_of(items, self._entry.font)
            name = f"{path}/results@{self._year}"
            cells.append(Cell(name, x[4], width[4], lines, self._entry.pitch_mm, side_tick=tick))
        answers = []
        for target, unit in figure.targets or (("—", ""),):
            cell = Cell(f"{path}/targets", x[3], width[3], self._target(target, width[3]), pitch)
            answers.append(Answer(cell) if shown else Answer(cell, unit, tick))
        return Strip(position, StripKind.FIGURE, tuple(cells), tuple(answers), order)

    def _target(self, text: str, width_mm: float) -> tuple[Line, ...]:
        """Return a target on one line if a slightly smaller size makes that possible."""
        for size in (8.0, 7.5, 7.0):
            font = self._pen.font(size)
            if self._pen.width_mm(text, font) <= width_mm - 2 * _SIDE_MM:
                return (Line(text, font),)
        return self._broken(text, self._reference, width_mm)
