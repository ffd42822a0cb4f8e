"""The committee's summary as a workbook: the figures of the printed summary, one kind of row on every sheet.

Numbers are numbers, text is text, no cells are merged below the title, and every row's height is set, so that the
sheets can be sorted, filtered and printed as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.domain.cell_flow import Paragraph, Setter
from welfare_desktop.domain.differences import Change, Segment
from welfare_desktop.domain.measuring import MM_PER_POINT, PAPER_FAMILY, TextMeasurer
from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.official_form import CONTINUED, maker_label
from welfare_desktop.domain.progress import Progress, Unwatched
from welfare_desktop.domain.summarising import SUMMARY_TITLE, EditionNotes, Outcome, Summary, Tally, actor_word
from welfare_desktop.domain.text import shown_line
from welfare_desktop.domain.years import fiscal_label

from .cell_text import to_cell
from .files import replacing
from .official_sheet import TALLEST_ROW_PT, inner_mm, sheet_setter
from .sheet_paper import set_footer, set_up_a3
from .workbook_style import Look, Styles, new_workbook, put_styled

#: Title, what the sheet shows, an empty row, the header.
HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
_HEAD_PT = (24.0, 16.0, 6.0, 20.0)
_TINT, _TINT_TOTAL = "E9EDF0", "F3F5F7"
_REMOVED, _ADDED = "FFA3241C", "FF1B4F8A"
_COUNT, _PERCENT = "0", "0%"
_SIZE_PT = 9.0


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table: heading, width in Excel's units, and whether its texts are centred."""

    heading: str
    units: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with its format; ``value`` None leaves the cell empty."""

    value: float | int | None
    number_format: str = _COUNT


#: What a cell holds: paragraphs, each in marked segments; or a number.
_Paragraphs = tuple[tuple[Segment, ...], ...]
_Content = _Paragraphs | _Number


def write_summary(
    summary: Summary,
    path: Path,
    *,
    measurer: TextMeasurer,
    notes: EditionNotes | None = None,
    family: str = PAPER_FAMILY,
    progress: Progress | None = None,
    force: bool = False,
) -> None:
    """Write the summary to ``path``.

    Raises TargetInTheWay as ``files.replacing`` does and ``Cancelled`` when ``progress`` does; the old file is then
    whole.
    """
    with replacing(path, force=force) as fresh:
        summary_workbook(summary, measurer=measurer, notes=notes, family=family, progress=progress).save(fresh)


def summary_workbook(
    summary: Summary,
    *,
    measurer: TextMeasurer,
    notes: EditionNotes | None = None,
    family: str = PAPER_FAMILY,
    progress: Progress | None = None,
) -> Workbook:
    """Build the workbook of :func:`write_summary` in memory."""
    notes = notes or EditionNotes()
    watch = progress or Unwatched()
    workbook = new_workbook(f"{SUMMARY_TITLE}（{fiscal_label(summary.year)}）", notes.made_on)
    writer = _Writer(workbook, summary, notes, family, sheet_setter(measurer, family, _SIZE_PT))
    sheets = (_write_tallies, _write_changes, _write_missed, _write_new_measures, _write_beside)
    for done, write in enumerate(sheets):
        watch.step(done, len(sheets), "推進協議会資料のシート")
        write(writer)
    watch.step(len(sheets), len(sheets), "保存")
    return workbook


# --- the five sheets ----------------------------------------------------------------------------------------------


def _write_tallies(writer: _Writer) -> None:
    summary = writer.summary
    columns = (
        _Column("番号", 8.0, centred=True),
        _Column("基本目標", 36.0),
        _Column("活動目標", 48.0),
        _Column("主体", 8.0, centred=True),
        _Column("目標の数", 10.0),
        *(_Column(outcome.label, 10.0) for outcome in Outcome),
        _Column("達成率", 10.0),
    )
    rows: list[tuple[_Content, ...]] = [
        (
            _plain(goal.label),
            _plain(f"{goal.basic_number}　{goal.basic_title}"),
            _plain(goal.title),
            _plain(actor_word(actor)),
            *_tally_numbers(goal.of(actor)),
        )
        for goal in summary.goals
        for actor in Actor
    ]
    table = writer.table(
        "達成状況", "活動目標別・実施主体別の達成状況（目標の数）", columns, rows, summary.goals_sentence
    )
    if rows:
        for label, tally in (
            *((actor_word(actor), summary.total(actor)) for actor in Actor),
            ("全体", summary.total()),
        ):
            table.total((_plain("合計"), (), (), _plain(label), *_tally_numbers(tally)))
    legend = "　".join(f"{outcome.label}：{outcome.meaning}" for outcome in Outcome)
    table.note(legend)
    table.note(summary.judging_note)


def _tally_numbers(tally: Tally) -> tuple[_Number, ...]:
    share = tally[Outcome.ACHIEVED] / tally.total if tally.total else None
    return (_Number(tally.total), *(_Number(tally[outcome]) for outcome in Outcome), _Number(share, _PERCENT))


def _write_changes(writer: _Writer) -> None:
    columns = (
        _Column("活動", 10.0, centred=True),
        _Column("主体", 8.0, centred=True),
        _Column("欄", 24.0),
        _Column("変更前（消した文字は取消線）", 66.0),
        _Column("変更後（加えた文字は下線と太字）", 66.0),
        _Column("担当", 28.0),
    )
    rows = [
        (
            _plain(change.place),
            _plain(actor_word(change.actor)),
            _plain(change.label),
            _without(change.segments, Change.ADDED),
            _without(change.segments, Change.REMOVED),
            _plain("、".join(change.owners)),
        )
        for change in writer.summary.changes or ()
    ]
    title = f"前回以降の変更点{writer.notes.compared}"
    writer.table("前回以降の変更点", title, columns, rows, writer.summary.changes_sentence)


def _write_missed(writer: _Writer) -> None:
    summary = writer.summary
    columns = (
        _Column("活動", 10.0, centred=True),
        _Column("主体", 8.0, centred=True),
        _Column("主な活動指標", 54.0),
        _Column("目標", 26.0),
        _Column(f"{fiscal_label(summary.year)}実績", 60.0),
        _Column("達成率", 10.0),
        _Column("判定の理由", 34.0),
    )
    rows = [
        (
            _plain(item.place),
            _plain(actor_word(item.actor)),
            _plain(item.indicator),
            _plain(item.target),
            _plain(*item.results),
            _Number(None if item.percent is None else item.percent / 100, _PERCENT),
            _plain(item.reason),
        )
        for item in summary.missed
    ]
    writer.table("未達", "目標に届かなかった指標（未達）", columns, rows, summary.missed_sentence)


def _write_new_measures(writer: _Writer) -> None:
    columns = (
        _Column("活動", 10.0, centred=True),
        _Column("主体", 8.0, centred=True),
        _Column("新たな取組み", 90.0),
        _Column("含まれる取組み", 90.0),
    )
    rows = [
        (_plain(item.place), _plain(actor_word(item.actor)), _plain(item.text), _plain(item.under))
        for item in writer.summary.new_measures
    ]
    writer.table("新規", "新たな取組み【新規】", columns, rows, writer.summary.new_sentence)


def _write_beside(writer: _Writer) -> None:
    year = fiscal_label(writer.summary.year)
    columns = (
        _Column("活動", 12.0, centred=True),
        _Column("活動名", 30.0),
        _Column("主体", 8.0, centred=True),
        _Column("担当課", 22.0),
        _Column(f"{year}実施予定（昨年度の報告）", 66.0),
        _Column(f"{year}実施状況", 66.0),
    )
    rows = [
        (
            _plain(item.place),
            _plain(item.title),
            _plain(actor_word(item.actor)),
            _plain(*item.departments),
            _plain(*map(shown_line, item.planned)),
            _plain(*map(shown_line, item.done)),
        )
        for item in writer.summary.beside
    ]
    title = f"{year}の実施予定（昨年度の報告）と実施状況"
    writer.table("予定と実施", title, columns, rows, writer.summary.beside_sentence)


def _plain(*lines: str) -> _Paragraphs:
    return tuple((Segment(Change.SAME, line),) for line in lines if line)


def _without(segments: Sequence[Segment], left_out: Change) -> _Paragraphs:
    kept = tuple(segment for segment in segments if segment.change is not left_out)
    return (kept,) if kept else ()


# --- writing ------------------------------------------------------------------------------------------------------


class _Writer:
    """Adds sheets to the summary's workbook."""

    def __init__(self, workbook: Workbook, summary: Summary, notes: EditionNotes, family: str, setter: Setter) -> None:
        self.summary = summary
        self.notes = notes
        self.family = family
        self.setter = setter
        self._workbook = workbook
        self.styles = Styles(workbook)

    def table(
        self, name: str, title: str, columns: Sequence[_Column], rows: Sequence[Sequence[_Content]], sentence: str
    ) -> _Table:
        """Add a sheet with one table; ``sentence`` stands in its place where there are no rows."""
        sheet = self._workbook.create_sheet(name)
        table = _Table(self, sheet, columns)
        table.head(f"{SUMMARY_TITLE}　{self._edition()}", title)
        for row in rows:
            table.row(row)
        if rows:
            last = get_column_letter(len(columns))
            sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{table.next_row - 1}"
        else:
            table.note(sentence)
        set_up_a3(sheet)
        sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
        sheet.freeze_panes = f"A{FIRST_ROW}"
        made = maker_label(self.notes.made_on, self.notes.maker)
        set_footer(sheet, self.family, self.summary.title, f"{name}　&P / &N", made)
        return table

    def _edition(self) -> str:
        edition = f"（{self.notes.edition}）" if self.notes.edition else ""
        return f"{fiscal_label(self.summary.year)}実績{edition}"


class _Table:
    """One sheet being filled from top to bottom."""

    def __init__(self, writer: _Writer, sheet: Worksheet, columns: Sequence[_Column]) -> None:
        self._writer = writer
        self._sheet = sheet
        self._columns = columns
        self._usual = Look(writer.family, _SIZE_PT, borders=("thin", "thin", "thin", "thin"))
        self.next_row = FIRST_ROW
        style = writer.setter.style
        self._most_lines = style.lines_in(TALLEST_ROW_PT * MM_PER_POINT)

    def head(self, title: str, subtitle: str) -> None:
        """Write title, subtitle and the header row, and set the columns' widths."""
        family = self._writer.family
        for row, (text, size) in enumerate(((title, 13.0), (subtitle, 10.0)), start=1):
            look = Look(family, size, True, vertical="center", wrap=False)
            self._put(row, 1, look, _plain(text))
        look = replace(self._usual, bold=True, horizontal="center", vertical="center", fill=_TINT)
        for index, column in enumerate(self._columns, start=1):
            self._put(HEADER_ROW, index, look, _plain(column.heading))
            self._sheet.column_dimensions[get_column_letter(index)].width = column.units
        for row, height in enumerate(_HEAD_PT, start=1):
            self._sheet.row_dimensions[row].height = height

    def row(self, contents: Sequence[_Content]) -> None:
        """Write one row of the table; what a sheet's row cannot hold goes on in further rows."""
        rest = list(contents)
        while True:
            shown, rest = self._fitting(rest)
            self._write(shown, self._usual)
            if not any(rest):
                return
            label = contents[0]
            assert isinstance(label, tuple), "the first column names the place"
            rest[0] = (*label[:-1], (*label[-1], Segment(Change.SAME, CONTINUED)))

    def total(self, contents: Sequence[_Content]) -> None:
        """Write one row of sums below the table."""
        self._write(list(contents), replace(self._usual, bold=True, fill=_TINT_TOTAL))

    def note(self, text: str) -> None:
        """Write a sentence over all columns."""
        self._put(self.next_row, 1, Look(self._writer.family, _SIZE_PT, vertical="center", wrap=False), _plain(text))
        self._sheet.row_dimensions[self.next_row].height = _HEAD_PT[1]
        self.next_row += 1

    def _write(self, contents: Sequence[_Content], look: Look) -> None:
        lines = 1
        for index, (column, content) in enumerate(zip(self._columns, contents, strict=True), start=1):
            own = replace(look, horizontal="center") if column.centred else look
            if isinstance(content, _Number):
                own = replace(look, horizontal="right", number_format=content.number_format)
            else:
                lines = max(lines, sum(len(item.ends) for item in self._measured(content, column)))
            self._put(self.next_row, index, own, content)
        height = self._writer.setter.style.height_mm(lines) / MM_PER_POINT
        self._sheet.row_dimensions[self.next_row].height = round(min(height, TALLEST_ROW_PT), 2)
        self.next_row += 1

    def _fitting(self, contents: Sequence[_Content]) -> tuple[list[_Content], list[_Content]]:
        """Return what of every cell a sheet's row can hold, and the rest."""
        shown: list[_Content] = []
        rest: list[_Content] = []
        for column, content in zip(self._columns, contents, strict=True):
            if isinstance(content, _Number):
                shown.append(content)
                rest.append(())
                continue
            kept, left = self._cut(content, column)
            shown.append(kept)
            rest.append(left)
        return shown, rest

    def _cut(self, content: _Paragraphs, column: _Column) -> tuple[_Paragraphs, _Paragraphs]:
        """Cut between paragraphs, within one only where it alone is higher than a sheet's row."""
        used = 0
        for index, item in enumerate(self._measured(content, column)):
            used += len(item.ends)
            if used <= self._most_lines:
                continue
            if index:
                return content[:index], content[index:]
            first, second = _split(content[0], item.ends[self._most_lines - 1])
            return (first,), ((Segment(Change.SAME, CONTINUED), *second), *content[1:])
        return content, ()

    def _measured(self, content: _Paragraphs, column: _Column) -> Iterator[Paragraph]:
        width = inner_mm(column.units)
        for segments in content:
            text = "".join(segment.text for segment in segments)
            # Marked text is partly bold; measured as bold it is never too long for its row.
            marked = any(segment.change is not Change.SAME for segment in segments)
            yield self._writer.setter.paragraph(text, width, bold=marked or self._usual.bold)

    def _put(self, row: int, column: int, look: Look, content: _Content) -> None:
        style = self._writer.styles.of(look)
        if isinstance(content, _Number):
            put_styled(self._sheet, row, column, style)
            self._sheet.cell(row, column).value = content.value
        elif any(segment.change is not Change.SAME for segments in content for segment in segments):
            put_styled(self._sheet, row, column, style)
            cell: Any = self._sheet.cell(row, column)
            cell.value = CellRichText(*self._blocks(content))
            cell.data_type = "s"
        else:
            text = "\n".join("".join(segment.text for segment in segments) for segments in content)
            put_styled(self._sheet, row, column, style, text)

    def _blocks(self, content: _Paragraphs) -> Iterator[TextBlock]:
        family, break_before = self._writer.family, ""
        for segments in content:
            for segment in segments:
                yield TextBlock(_inline_font(family, segment.change), to_cell(break_before + segment.text))
                break_before = ""
            break_before = "\n"


def _split(segments: Sequence[Segment], position: int) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Split a marked text at a character."""
    first: list[Segment] = []
    second: list[Segment] = []
    for segment in segments:
        cut = min(max(position, 0), len(segment.text))
        first += [Segment(segment.change, segment.text[:cut])] if cut else []
        second += [Segment(segment.change, segment.text[cut:])] if cut < len(segment.text) else []
        position -= len(segment.text)
    return tuple(first), tuple(second)


def _inline_font(family: str, change: Change) -> InlineFont:
    if change is Change.SAME:
        return InlineFont(rFont=family, sz=_SIZE_PT, charset=128)
    if change is Change.REMOVED:
        return InlineFont(rFont=family, sz=_SIZE_PT, charset=128, strike=True, color=Color(_REMOVED))
    return InlineFont(rFont=family, sz=_SIZE_PT, charset=128, b=True, u="single", color=Color(_ADDED))
