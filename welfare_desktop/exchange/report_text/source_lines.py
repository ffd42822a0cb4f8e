"""From the text of a file to the lines of its table, each with its cells and where they stood.

A line of the file is not always a row of the table: a spreadsheet quotes a cell that holds line ends, a word processor
breaks a cell at its bullets or at the width of a page.  What surely belongs to one row is put together here, by
counting separators; what only reads like one row is left to ``laying``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from welfare_desktop.domain.text import SPACES, circled

from .cells import JOINT
from .columns import INVISIBLE_AT_EDGES, Column
from .findings import Code, Findings
from .scoring import TITLE_START, is_department_name


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the table: the raw text of its cells, and the 1-based line of the file each of them begins in.

    ``joined`` are the first and the last line that were put behind this one, None for a line as it stood.
    """

    raws: tuple[str, ...]
    numbers: tuple[int, ...]
    joined: tuple[int, int] | None = None

    @property
    def number(self) -> int:
        """The line of the file where this one begins."""
        return self.numbers[0]


_LINE_ENDS = re.compile("\r\n|\r|\n")
_PAGE_BREAK = "\x0c"
_STRAY_LINE_ENDS = re.compile("[\x0b\x85\u2028\u2029]")
#: No text of a report: stored text never holds them, and some of them are marks of this package.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_EDGES = re.compile(
    rf"(?:(?<=[\s・<>])|(?<!.)){INVISIBLE_AT_EDGES}+|{INVISIBLE_AT_EDGES}+(?=[\s・<]|\Z)",
)
#: A line end inside a cell, written out by a program that exports tables.
_WRITTEN_END = re.compile(r"\\n(?=[ 　]*[・※○])")
#: A cell as a spreadsheet writes it when it holds line ends or quotation marks.
_QUOTED = re.compile(r'(?:(?<=[\t\r\n])|\A)"((?:[^"\t]++|"")*+)"(?=[\t\r\n]|\Z)')
#: Stands for a line end inside a quoted cell while the text is cut into lines; no control is left in the text then.
_QUOTED_END = "\x1d"
#: A line with this many tabs less one shows that tabs separate cells; so many parts show it of another separator.
_CELLS_OF_A_TABLE, _CELLS_OF_A_ROW = 5, 10
#: What may stand before the first cell of a row.
_AROUND = " 　|｜│"
#: What may stand for the tabs after somebody's editor was at work, most telling first.
_SEPARATORS = (
    ("\\t", re.compile(r"\\t")),
    ("縦線", re.compile(r"[|｜│]")),
    ("連続した空白", re.compile(rf"[{SPACES.replace(chr(9), '')}]{{2,}}")),
)
_TAB = re.compile("\t")
_RULE = re.compile(r"[-=:+_\s]*(?:--|==)[-=:+_\s]*")
_BEGINS_ITEM = re.compile(r"\s*(?:・|[•･·∙‧※○●◎■□◆◇](?=\S)|<ul|<li)")
_BULLETED = re.compile(r"\s*・")
_OPEN_TAG = re.compile(r"<[a-z]{0,2}(?:\s[\x20-\x3b\x3d\x3f-\x7e]*)?\Z")
#: The number of an activity that is not written ①: before a name, not before a unit.
_NUMBER = r"[(（\[［]?([0-9０-９]{1,2})[)）\]］.．、:：]?[\s　]*(?=[^\s0-9０-９,.．、%％年月日回件人名か箇ヶ校層])"
_PLAIN_NUMBER = re.compile(rf"\s*{_NUMBER}")
_PLAIN_ITEM = re.compile(rf"(?:\A|(?<=\s)){_NUMBER}")
_NUMBERED_ROWS, _MOST_CIRCLED, _SHOWN = 2, 50, 20
#: Empty cells that show that a line continues a table although no title begins it.
_FEW_BLANKS = 5
#: A row is cut into no more lines than this, and holds no more cells than a table has.
_MOST_LINES, _WHOLE_ROW = 300, len(Column)


def source_lines(text: str, begins_anew: Callable[[Sequence[str]], bool], findings: Findings) -> Iterator[SourceLine]:
    """Yield the lines of ``text`` that are not blank, rows that line ends cut put together again.

    ``begins_anew`` tells of the raw cells of a line that they are no part of a row above: a heading, a label row.
    What was unusual about the file as a whole goes to ``findings``.
    """
    plain = _WRITTEN_END.sub("\u2028", _CONTROLS.sub("", text))
    plain = _QUOTED.sub(_unquoted, _EDGES.sub("", plain))
    if "\t" not in plain:
        plain = _from_commas(plain, findings)
    lines = _LINE_ENDS.split(plain)
    separator = _separator(lines, findings)
    cut = _numbered(list(_cut(lines, separator, findings)), findings)
    index = 0
    width = _WHOLE_ROW
    while index < len(cut):
        line = cut[index]
        if line is not None:
            if begins_anew(line.raws):
                width = max(len(line.raws), _WHOLE_ROW)
            elif (end := _end_of_row(cut, index, width, begins_anew)) > index + 1:
                line = _together([part for part in cut[index:end] if part is not None])
                index = end - 1
            yield line
        index += 1


def _unquoted(match: re.Match[str]) -> str:
    inner = match[1]
    if '""' not in inner and not _LINE_ENDS.search(inner):
        return match[0]
    return _LINE_ENDS.sub(_QUOTED_END, inner).replace('""', '"')


def _cut(lines: Sequence[str], separator: re.Pattern[str], findings: Findings) -> Iterator[SourceLine | None]:
    """Yield every line with its cells; None for a blank one, which ends a row."""
    number = 1
    for line in lines:
        if "\ufffd" in line:
            findings.add(
                Code.UNREADABLE, "読めない文字（�）があります。その位置の文字は元の文書で確かめてください。", number
            )
        for piece in line.split(_PAGE_BREAK):
            raws = separator.split(piece)
            if not piece.strip() or _is_ruled(raws):
                yield None
                continue
            numbers = []
            at = number
            for raw in raws:
                numbers.append(at)
                at += raw.count(_QUOTED_END)
            cells = tuple(_STRAY_LINE_ENDS.sub("\n", raw.replace(_QUOTED_END, "\n")) for raw in raws)
            yield SourceLine(cells, tuple(numbers))
        number += 1 + line.count(_QUOTED_END)


def _is_ruled(raws: Sequence[str]) -> bool:
    """Whether a line draws the frame of a table (``---|---``) and says nothing."""
    filled = [raw for raw in raws if raw.strip()]
    return len(filled) > 1 and all(_RULE.fullmatch(raw) for raw in filled)


def _separator(lines: Sequence[str], findings: Findings) -> re.Pattern[str]:
    if any(line.count("\t") + 1 >= _CELLS_OF_A_TABLE for line in lines):
        return _TAB
    for name, pattern in _SEPARATORS:
        rows = [line for line in lines if TITLE_START.match(line.strip(_AROUND))]
        if sum(len(pattern.split(line)) >= _CELLS_OF_A_ROW for line in rows) * 2 > len(rows):
            findings.add(Code.OTHER_SEPARATOR, f"タブ区切りではないため、{name}を列の区切りとして読みました。")
            return pattern
    return _TAB


def _from_commas(text: str, findings: Findings) -> str:
    """Return ``text`` with tabs if it is a table separated by commas, else as it is."""
    reader = csv.reader(_LINE_ENDS.sub("\n", text).splitlines(keepends=True))
    records: list[list[str]] = []
    ends: list[int] = []
    try:
        for record in reader:
            records.append(record)
            ends.append(reader.line_num)
    except csv.Error:
        return text
    rows = [record for record in records if record and TITLE_START.match(record[0].strip())]
    if sum(len(record) >= _CELLS_OF_A_ROW for record in rows) * 2 <= len(rows):
        return text
    findings.add(Code.OTHER_SEPARATOR, "タブ区切りではないため、コンマを列の区切りとして読みました。")
    lines = []
    before = 0
    for record, end in zip(records, ends, strict=True):
        line = "\t".join(_LINE_ENDS.sub(_QUOTED_END, cell) for cell in record)
        # The number of lines of the record stays what it was, whatever the cells hold.
        lines.append(line + _QUOTED_END * max(end - before - 1 - line.count(_QUOTED_END), 0))
        before = end
    return "\n".join(lines)


# --- numbers of activities ---------------------------------------------------------------------------------------


def _numbered(cut: list[SourceLine | None], findings: Findings) -> list[SourceLine | None]:
    """Return the lines with ① before the activities where the whole file numbers them otherwise: 1, (1), 1."""
    rows = [line for line in cut if line is not None and len(line.raws) >= _CELLS_OF_A_ROW]
    if any(TITLE_START.match(line.raws[0].lstrip()) for line in rows):
        return cut
    plain = [line for line in rows if _PLAIN_NUMBER.match(line.raws[0])]
    if len(plain) < _NUMBERED_ROWS:
        return cut
    findings.add(
        Code.OTHER_NUMBERS,
        f"活動の番号が①②③ではなく「{plain[0].raws[0].strip()[:_SHOWN]}」のように書かれています。その番号で読みました。",
        plain[0].number,
    )
    return [None if line is None else replace(line, raws=_with_circled(line.raws)) for line in cut]


def _with_circled(raws: tuple[str, ...]) -> tuple[str, ...]:
    if len(raws) >= _CELLS_OF_A_ROW:
        return (_PLAIN_NUMBER.sub(lambda match: _circled(match[1]) or match[0], raws[0], count=1), *raws[1:])
    return tuple(_list_with_circled(raw) for raw in raws)


def _list_with_circled(raw: str) -> str:
    """Return a cell of the contents page with ① ② before its items, if it is a list that counts from 1."""
    expected = 0

    def circle(match: re.Match[str]) -> str:
        nonlocal expected
        if int(match[1]) != expected + 1:
            return match[0]
        expected += 1
        return f" {_circled(match[1])} "

    changed = _PLAIN_ITEM.sub(circle, raw)
    return changed if expected > 1 and _PLAIN_ITEM.match(raw) else raw


def _circled(number: str) -> str:
    return circled(int(number)) if 1 <= int(number) <= _MOST_CIRCLED else ""


# --- rows that line ends cut ------------------------------------------------------------------------------------


def _end_of_row(
    cut: Sequence[SourceLine | None], first: int, width: int, begins_anew: Callable[[Sequence[str]], bool]
) -> int:
    """Return the index behind the last line of the row that begins at ``first``; ``first`` + 1 where it is whole.

    Lines are one row when they have the cells of one together.  Where they have fewer, every line must go on with the
    item of a list; else each is left a row of its own.
    """
    line = cut[first]
    if line is None or not _begins_row(line.raws):
        return first + 1
    cells, items, tabs, whole = len(line.raws), True, False, 0
    last = line.raws[-1]
    end = first + 1
    while end < min(len(cut), first + _MOST_LINES):
        part = cut[end]
        if part is None or cells + len(part.raws) - 1 > width or begins_anew(part.raws):
            break
        if TITLE_START.match(part.raws[0].lstrip()) or _is_slot(part.raws, cells):
            break
        if cells >= _WHOLE_ROW and not (_BULLETED.match(part.raws[0]) and last.strip()):
            break
        items = items and _BEGINS_ITEM.match(part.raws[0]) is not None
        tabs = tabs or len(part.raws) > 1
        cells += len(part.raws) - 1
        last = part.raws[-1]
        end += 1
        if cells >= _WHOLE_ROW:
            whole = end
    if whole == end or (items and (not tabs or cells == _WHOLE_ROW - 1)):
        return end
    return max(whole, first + 1)


def _is_slot(raws: Sequence[str], cells: int) -> bool:
    """Whether a line is a row of a further department whose empty cells were cut off, not the middle of a row."""
    return len(raws) > 1 and cells != Column.DEPARTMENTS + 1 and is_department_name(raws[0].strip())


def _begins_row(raws: Sequence[str]) -> bool:
    if TITLE_START.match(raws[0].lstrip()):
        return True
    blanks = next((index for index, raw in enumerate(raws) if raw.strip()), 0)
    return blanks >= _FEW_BLANKS


def _mark(before: str, after: str) -> str:
    """Return what stands for the line end between two pieces of a cell: nothing where it cut a tag."""
    if _OPEN_TAG.search(before):
        return " " if before[-1].isalpha() and after[:6] == "style=" else ""
    return "\n" if _BEGINS_ITEM.match(after) else JOINT


def _together(parts: Sequence[SourceLine]) -> SourceLine:
    """Return lines as one; an item that begins a line begins one in the cell, other words go on with the line above."""
    raws, numbers = list(parts[0].raws), list(parts[0].numbers)
    for part in parts[1:]:
        raws[-1] += _mark(raws[-1], part.raws[0]) + part.raws[0]
        raws += part.raws[1:]
        numbers += part.numbers[1:]
    return SourceLine(tuple(raws), tuple(numbers), (parts[1].number, parts[-1].number))
