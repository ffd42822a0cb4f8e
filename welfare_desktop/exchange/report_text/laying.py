"""From scanned rows to rows laid over the columns: joins rows that a line end cut, parts rows that ran together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from .alignment import IN_PRINT_ORDER, Alignment, Part, align
from .cells import JOINT
from .columns import Column, is_table_label
from .contents import Contents
from .findings import Code, Findings, quoted
from .names import plain_name
from .ordering import column_order
from .scanning import Event, Header, Heading, Loose, Row
from .scoring import TITLE_START


@dataclass(slots=True)
class LaidRow:
    """A row with its cells laid over the columns.

    ``order`` is that of the table's columns.  ``loose`` is text that stood outside of the table beside this row;
    ``after_header`` tells that a table header stands between this row and the one before, ``begins`` that its first
    part is the title of an activity that begins here.
    """

    alignment: Alignment
    row: Row
    order: tuple[Column, ...]
    after_header: bool = False
    loose: list[Loose] = field(default_factory=list)
    begins: bool = False

    @property
    def line(self) -> int:
        """The 1-based source line."""
        return self.row.line

    @property
    def columns(self) -> set[Column]:
        """The columns that hold text."""
        return {part.column for part in self.alignment.parts}

    @property
    def title(self) -> Part | None:
        """The part in the title column, if any."""
        return next((part for part in self.alignment.parts if part.column is Column.TITLE), None)


#: A title in the middle of a cell: a line end between two rows was lost.
_INNER_TITLE = re.compile(TITLE_START.pattern + r"(?=\S)")
#: By how much one row must read better than two for them to be joined; how much worse it may read where the second one
#: begins at the column the first one ended with.
_WORTH_JOINING, _MAY_COST = 0.5, -2.0
#: How much worse a row may read with text that stood under it.
_LOOSE_MAY_COST = 1.0
#: A title in the body may be this much longer than on the contents page without being two texts.
_LONGEST_SUFFIX = 10
_LONGEST_NAME = 120
#: A title with fewer cells than this before it was moved; with more, another row stands before it.
_FEW_CELLS = 4
_NEW_TEXT = re.compile("[\\s\x1e\x1f]*・|[\x1e\x1f\n]")


def lay_rows(events: Sequence[Event], contents: Contents, findings: Findings) -> list[Heading | LaidRow | Loose]:
    """Lay every row of ``events`` over the columns, table by table; headings and loose text pass through."""
    laid: list[Heading | LaidRow | Loose] = []
    after_header = True
    parted = list(_parted(events, contents, findings))
    said = [event.city_first for event in events if isinstance(event, Header)]
    usual = column_order([event for event in parted if isinstance(event, Row)], said.count(True) > said.count(False))
    if usual != IN_PRINT_ORDER:
        _tell_order(usual, None, findings)
    tables = _tables(parted)
    for table in tables:
        order = _order_of(table, usual, findings) if len(tables) > 1 else usual
        for event in table:
            if isinstance(event, Row):
                _lay(event, order, after_header, laid, findings)
                after_header = False
            elif isinstance(event, Header):
                after_header = True
            elif isinstance(event, (Heading, Loose)):
                laid.append(event)
    return laid


def _order_of(table: Sequence[Event], usual: tuple[Column, ...], findings: Findings) -> tuple[Column, ...]:
    """Return the order of one table's columns: that of the whole report, unless it reads only in another one."""
    rows = [event for event in table if isinstance(event, Row)]
    order = column_order(rows, one_table=True) if usual == IN_PRINT_ORDER else usual
    if order != usual:
        _tell_order(order, rows[0].line, findings)
    return order


def _tables(events: Iterable[Event]) -> list[list[Event]]:
    """Cut the events before every header that follows a row."""
    tables: list[list[Event]] = [[]]
    filled = False
    for event in events:
        if isinstance(event, Header) and filled:
            tables.append([])
            filled = False
        filled = filled or isinstance(event, Row)
        tables[-1].append(event)
    return tables


def _tell_order(order: tuple[Column, ...], line: int | None, findings: Findings) -> None:
    labels = "、".join(column.label for column in order)
    findings.add(Code.COLUMN_ORDER, f"列の並びが様式と違うため、内容から次の順に読みました：{labels}。", line)


def _lay(
    row: Row,
    order: tuple[Column, ...],
    after_header: bool,
    laid: list[Heading | LaidRow | Loose],
    findings: Findings,
) -> None:
    new = LaidRow(align(row.cells, row.width, order), row, order, after_header)
    before = laid[-1] if laid and not after_header else None
    joined = _joined(before, new) if isinstance(before, LaidRow) else None
    if joined is None:
        laid.append(new)
        return
    findings.add(Code.LINE_BROKEN, "行の途中に改行があったため、前の行につなげて読みました。", row.line)
    laid[-1] = joined


def _joined(before: LaidRow, row: LaidRow) -> LaidRow | None:
    """Return both rows as one if that reads better than two rows, else None."""
    title = row.title
    if title is not None and TITLE_START.match(title.text.strip()):
        return None
    if not before.alignment.parts or not row.alignment.parts:
        return None
    if len(before.row.cells) + len(row.row.cells) > max(before.row.width, row.row.width, len(Column)) + 3:
        return None
    *head, last = before.row.cells
    first, *tail = row.row.cells
    in_a_cell = (*head, replace(last, text=last.text + JOINT + first.text), *tail)
    between_cells = (*before.row.cells, *row.row.cells)
    width = max(before.row.width, row.row.width)
    alignment, cells = align(between_cells, width, before.order), between_cells
    inside = align(in_a_cell, width, before.order)
    if inside.score >= alignment.score or alignment.column_of(last) == alignment.column_of(first):
        alignment, cells = inside, in_a_cell
    goes_on = before.alignment.parts[-1].column <= row.alignment.parts[0].column
    gain = alignment.score - before.alignment.score - row.alignment.score
    if gain < (_MAY_COST if goes_on else _WORTH_JOINING):
        return None
    return replace(before, alignment=alignment, row=replace(before.row, cells=cells))


def with_text_after(row: LaidRow, loose: Loose) -> LaidRow | None:
    """Return ``row`` with ``loose`` as the rest of its last cell, or None if it does not read like that."""
    *head, last = row.row.cells
    if last.blank:
        return None
    cells = (*head, replace(last, text=last.text + JOINT + loose.text))
    alignment = align(cells, row.row.width, row.order)
    if alignment.score < row.alignment.score - _LOOSE_MAY_COST:
        return None
    return replace(row, alignment=alignment, row=replace(row.row, cells=cells))


def _parted(events: Iterable[Event], contents: Contents, findings: Findings) -> Iterable[Event]:
    names = {entry.plain for entry in contents.activities}
    for event in events:
        if isinstance(event, Row):
            for row in _rows_in(event, names, findings):
                yield _with_title_cut(row, names, findings)
        else:
            yield event


def _rows_in(row: Row, names: set[str], findings: Findings) -> Iterable[Row]:
    """Yield ``row``, or the rows that ran together in it because a line end between them was lost."""
    first = next((index for index, cell in enumerate(row.cells) if not cell.blank), 0)
    if first and TITLE_START.match(row.cells[first].text.lstrip()):
        row = replace(row, cells=row.cells[first:])
    for index, cell in enumerate(row.cells):
        start = _inner_start(cell.text, names) if index else None
        if start is None:
            continue
        if start == 0 and sum(not other.blank for other in row.cells[:index]) < _FEW_CELLS:
            findings.add(Code.COLUMN_ORDER, f"{quoted(cell.text)}を行の先頭に移して読みました。", row.line)
            yield replace(row, cells=(cell, *row.cells[:index], *row.cells[index + 1 :]))
            return
        left = (*row.cells[:index], replace(cell, text=cell.text[:start]))
        right = (replace(cell, text=cell.text[start:].lstrip()), *row.cells[index + 1 :])
        findings.add(
            Code.LINE_JOINED, f"2つの行が1行につながっていたため、{quoted(right[0].text)}から分けました。", row.line
        )
        if any(not cell.blank and not is_table_label(cell.text) for cell in left):
            yield replace(row, cells=left)
        yield from _rows_in(replace(row, cells=right), names, findings)
        return
    yield row


def _inner_start(text: str, names: set[str]) -> int | None:
    for match in _INNER_TITLE.finditer(text):
        if plain_name(text[match.end() :]) in names:
            return match.start() if text[: match.start()].strip() else 0
    return None


def _with_title_cut(row: Row, names: set[str], findings: Findings) -> Row:
    """Return ``row`` with its first cell cut behind a title the contents page knows, if more text follows there."""
    index = next((at for at, cell in enumerate(row.cells) if not cell.blank), None)
    match = TITLE_START.match(row.cells[index].text.lstrip()) if index is not None else None
    if index is None or match is None:
        return row
    cell = row.cells[index]
    begin = len(cell.text) - len(cell.text.lstrip()) + match.end()
    end = _name_end(cell.text, begin, names)
    rest = cell.text[end:] if end is not None else ""
    if not rest.strip() or (len(rest) < _LONGEST_SUFFIX and not _NEW_TEXT.match(rest)):
        return row
    findings.add(Code.CELL_CUT, f"活動名のセルに続く{quoted(rest)}を次の欄の文として分けました。", row.line)
    cells = (replace(cell, text=cell.text[:end]), replace(cell, text=rest))
    return replace(row, cells=(*row.cells[:index], *cells, *row.cells[index + 1 :]))


def _name_end(text: str, begin: int, names: set[str]) -> int | None:
    """Return where the longest known name that starts at ``begin`` ends, or None; None too if it fills the cell."""
    start = plain_name(text[begin : begin + _LONGEST_NAME])
    known = [name for name in names if name and start.startswith(name)]
    if not known or plain_name(text[begin:]) in names:
        return None
    name = max(known, key=len)
    return next((end for end in range(begin, len(text)) if plain_name(text[begin:end]) == name), None)
