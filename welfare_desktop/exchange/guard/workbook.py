"""A workbook's texts, read by a small reader of its own.

openpyxl is made for workbooks one trusts: it believes the size a sheet declares, loses the difference between a text
and a formula's result, changes ``_x005F_`` texts, and a single far cell costs it gigabytes.  What merging needs from a
file is little (which cell says what, and what kind of value it is), so it is read straight from the parts, counting.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from welfare_desktop.domain.merging.lines import unescape

from .cells import (
    Cell,
    CellKind,
    Sheet,
    Workbook,
    kind_of_format,
    number_cell,
    range_size,
    read_place,
    write_place,
)
from .container import Container
from .limits import Limits
from .refusals import Refusal
from .xml_parts import Attributes, ElementHandler, parse

_CONTENT_TYPES = "[Content_Types].xml"
_ROOT_RELATIONS = "_rels/.rels"
_ERROR_WORDS = frozenset({"#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_ERROR_CODE = re.compile(r"Err:\d{3}")


def read_workbook(container: Container, limits: Limits) -> Workbook:
    """Return all worksheets of a proved container; raises FileRefused, with ``sheet!cell`` where there is one."""
    types = _ContentTypes()
    parse(_CONTENT_TYPES, container.read(_CONTENT_TYPES), types, limits)
    if types.macros:
        raise Refusal.MACROS.error()
    book_part = _book_part(container, limits)
    book = _Book()
    parse(book_part, container.read(book_part), book, limits)
    relations = _relations_of(container, book_part, limits)
    strings, styles = _Strings(limits), _Styles()
    for relation in relations.values():
        if relation.kind == "sharedStrings":
            parse(relation.target, container.read(relation.target), strings, limits)
        elif relation.kind == "styles":
            parse(relation.target, container.read(relation.target), styles, limits)
    shared = _Shared(tuple(strings.found), styles.kinds(), book.from_1904, limits, _Counter())
    if len({name.casefold() for name, _ in book.sheets}) < len(book.sheets):
        raise Refusal.CONTRADICTION.error(book_part)
    sheets = []
    for name, relation_id in book.sheets:
        wanted = relations.get(relation_id)
        if wanted is None:
            raise Refusal.CONTRADICTION.error(name)
        if wanted.kind == "worksheet":
            sheets.append(_read_sheet(container, name, wanted.target, shared))
    if not sheets:
        raise Refusal.MISSING_PART.error(book_part)
    return Workbook(tuple(sheets))


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str


def _relations_of(container: Container, part: str, limits: Limits) -> dict[str, _Relation]:
    """Return the relations of a part inside the file, targets as part names; none is fine."""
    folder, _, name = part.rpartition("/")
    own = posixpath.join(folder, "_rels", f"{name}.rels")
    if own not in container:
        return {}
    reader = _Relations(folder)
    parse(own, container.read(own), reader, limits)
    return reader.found


def _book_part(container: Container, limits: Limits) -> str:
    reader = _Relations("")
    parse(_ROOT_RELATIONS, container.read(_ROOT_RELATIONS), reader, limits)
    targets = [relation.target for relation in reader.found.values() if relation.kind == "officeDocument"]
    if len(targets) != 1:
        raise Refusal.MISSING_PART.error(_ROOT_RELATIONS)
    return targets[0]


class _ContentTypes(ElementHandler):
    def __init__(self) -> None:
        self.macros = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("Override", "Default") and "macroenabled" in attributes.get("ContentType", "").casefold():
            self.macros = True


class _Relations(ElementHandler):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, _Relation] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "")
        whole = target[1:] if target.startswith("/") else posixpath.join(self._folder, target)
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.found[attributes.get("Id", "")] = _Relation(kind, posixpath.normpath(whole))


class _Book(ElementHandler):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            self.sheets.append((attributes.get("name", ""), attributes.get("id", "")))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in ("1", "true")


class _Strings(ElementHandler):
    """Shared strings: the runs of a rich text joined, the readings above 漢字 (rPh) left out."""

    def __init__(self, limits: Limits) -> None:
        self.found: list[str] = []
        self._limits = limits
        self._pieces: list[str] = []
        self._in_text = False
        self._in_reading = False

    def start(self, name: str, attributes: Attributes) -> None:
        del attributes
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._in_reading = True
        elif name == "t":
            self._in_text = not self._in_reading

    def text(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._in_reading = False
        elif name == "si":
            self.found.append(unescape("".join(self._pieces)))
            if len(self.found) > self._limits.strings:
                raise Refusal.TOO_MANY_STRINGS.error(detail=f"{self._limits.strings:,} まで")


class _Styles(ElementHandler):
    """Which cell style shows a number, a percentage or a date."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._formats: list[str] = []
        self._in_cell_formats = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cell_formats = True
        elif name == "xf" and self._in_cell_formats:
            self._formats.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cell_formats = False

    def kinds(self) -> tuple[CellKind, ...]:
        return tuple(
            kind_of_format(int(number) if number.isdecimal() else 0, self._codes.get(number))
            for number in self._formats
        )


@dataclass(slots=True)
class _Counter:
    cells: int = 0


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all sheets of a workbook have in common."""

    strings: tuple[str, ...]
    kinds: tuple[CellKind, ...]
    from_1904: bool
    limits: Limits
    counter: _Counter


def _read_sheet(container: Container, name: str, part: str, shared: _Shared) -> Sheet:
    sheet = Sheet(name)
    parse(part, container.read(part), _SheetReader(sheet, shared), shared.limits)
    threads: dict[str, str] = {}
    for relation in _relations_of(container, part, shared.limits).values():
        if relation.kind == "comments":
            comments = _Comments()
            parse(relation.target, container.read(relation.target), comments, shared.limits)
            sheet.comments += comments.found
        elif relation.kind == "threadedComment":
            thread = _Threads()
            parse(relation.target, container.read(relation.target), thread, shared.limits)
            threads.update(thread.joined())
        elif relation.kind == "drawing":
            boxes = _Boxes()
            parse(relation.target, container.read(relation.target), boxes, shared.limits)
            sheet.boxes += boxes.found
    # A thread is also written as an old comment that tells the reader to use a newer Excel.
    sheet.comments = [entry for entry in sheet.comments if entry[0] not in threads] + list(threads.items())
    return sheet


class _SheetReader(ElementHandler):
    """Fills a sheet with its cells that say something."""

    def __init__(self, sheet: Sheet, shared: _Shared) -> None:
        self._sheet = sheet
        self._shared = shared
        self._limits = shared.limits
        self._row = 0
        self._column = 0
        self._in_rows = False
        self._attributes: Mapping[str, str] = {}
        self._in_cell = False
        self._collecting = ""
        self._in_reading = False
        self._pieces: dict[str, list[str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c" and self._in_rows:
            self._start_cell(attributes)
        elif self._in_cell:
            if name == "rPh":
                self._in_reading = True
            elif name in ("v", "f", "t") and not self._in_reading:
                self._collecting = name
                self._pieces.setdefault(name, [])
        elif name == "row" and self._in_rows:
            self._start_row(attributes.get("r"))
        elif name == "sheetData":
            self._in_rows = True
        elif name in ("mergeCell", "hyperlink"):
            self._check_range(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        if self._collecting:
            self._pieces[self._collecting].append(text)

    def end(self, name: str) -> None:
        if name == self._collecting:
            self._collecting = ""
        elif name == "rPh":
            self._in_reading = False
        elif name == "c" and self._in_cell:
            self._in_cell = False
            self._finish_cell()
        elif name == "sheetData":
            self._in_rows = False

    def _start_row(self, number: str | None) -> None:
        if number is None:
            self._row += 1
        else:
            row = _small_number(number)
            if row is None or row <= self._row:
                raise Refusal.CONTRADICTION.error(f"{self._sheet.name}!{number[:20]}")
            self._row = row
        self._column = 0

    def _start_cell(self, attributes: Attributes) -> None:
        place = read_place(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
        # Rows and cells ascend in every workbook; anything else could say two things about one place.
        if place is None or place[0] != self._row or place[1] <= self._column:
            raise Refusal.CONTRADICTION.error(f"{self._sheet.name}!{attributes.get('r', '')[:20]}")
        self._column = place[1]
        self._attributes = attributes
        self._in_cell = True
        self._pieces = {}

    def _finish_cell(self) -> None:
        cell = self._cell()
        if cell is None:
            return
        place = self._place()
        if self._row > self._limits.rows or self._column > self._limits.columns:
            detail = f"{self._limits.rows:,} 行・{self._limits.columns} 列まで"
            raise Refusal.FAR_CELL.error(place, detail)
        if len(cell.text) > self._limits.text_length:
            raise Refusal.LONG_TEXT.error(place, f"{self._limits.text_length:,} 字まで")
        self._shared.counter.cells += 1
        if self._shared.counter.cells > self._limits.cells:
            raise Refusal.TOO_MANY_CELLS.error(place, f"{self._limits.cells:,} まで")
        self._sheet.cells[self._row, self._column] = cell

    def _place(self) -> str:
        return f"{self._sheet.name}!{write_place(self._row, self._column)}"

    def _cell(self) -> Cell | None:
        """Return what the cell says; None where it says nothing (white space included)."""
        kind = self._attributes.get("t", "n")
        raw = "".join(self._pieces.get("v", ()))
        if "f" in self._pieces:
            shown = self._plain_cell(kind, raw) if raw else None
            return Cell(CellKind.FORMULA, shown.text if shown else "")
        if kind == "inlineStr":
            return _text_cell(unescape("".join(self._pieces.get("t", ()))))
        return self._plain_cell(kind, raw) if raw else None

    def _plain_cell(self, kind: str, raw: str) -> Cell | None:
        match kind:
            case "s":
                index = _small_number(raw.strip())
                if index is None or index >= len(self._shared.strings):
                    raise Refusal.CONTRADICTION.error(self._place())
                return _text_cell(self._shared.strings[index])
            case "str" | "inlineStr":
                return _text_cell(unescape(raw))
            case "n":
                return number_cell(raw.strip(), self._number_kind(), self._shared.from_1904)
            case "b":
                return Cell(CellKind.BOOLEAN, "TRUE" if raw.strip() == "1" else "FALSE")
            case "e":
                return Cell(CellKind.ERROR, raw)
            case "d":
                return Cell(CellKind.DATE, raw)
        raise Refusal.CONTRADICTION.error(self._place())

    def _number_kind(self) -> CellKind:
        style = _small_number(self._attributes.get("s", "0"))
        if not self._shared.kinds and style == 0:
            return CellKind.NUMBER
        if style is None or style >= len(self._shared.kinds):
            raise Refusal.CONTRADICTION.error(self._place())
        return self._shared.kinds[style]

    def _check_range(self, ref: str) -> None:
        place = f"{self._sheet.name}!{ref[:30]}"
        try:
            size = range_size(ref)
        except ValueError as error:
            raise Refusal.CONTRADICTION.error(place) from error
        if size > self._limits.range_cells:
            raise Refusal.HUGE_RANGE.error(place, f"{self._limits.range_cells:,} セルまで")


def _small_number(text: str) -> int | None:
    """Return a row, an index; None for anything that is no plain number of a sensible length."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None


def _text_cell(text: str) -> Cell | None:
    if not text.strip():
        return None
    if text.strip() in _ERROR_WORDS or _ERROR_CODE.fullmatch(text.strip()):
        return Cell(CellKind.ERROR, text.strip())
    return Cell(CellKind.TEXT, text)


class _Comments(ElementHandler):
    """Notes on cells, without the names of who wrote them."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._place = ""
        self._pieces: list[str] = []
        self._in_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "comment":
            self._place, self._pieces = attributes.get("ref", "")[:20], []
        elif name == "t":
            self._in_text = True

    def text(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "comment" and (text := "".join(self._pieces).strip()):
            self.found.append((self._place, text))


class _Threads(ElementHandler):
    """Threaded comments: one text per cell, answers below what they answer."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._place = ""
        self._in_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "threadedComment":
            self._place = attributes.get("ref", "")[:20]
            self._texts.setdefault(self._place, []).append("")
        elif name == "text":
            self._in_text = True

    def text(self, text: str) -> None:
        if self._in_text and self._place:
            self._texts[self._place][-1] += text

    def end(self, name: str) -> None:
        if name == "text":
            self._in_text = False

    def joined(self) -> dict[str, str]:
        return {place: "\n".join(filter(None, texts)) for place, texts in self._texts.items() if any(texts)}


class _Boxes(ElementHandler):
    """Texts of text boxes and shapes, a line per paragraph."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._paragraphs: list[str] | None = None
        self._in_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        del attributes
        if name == "txBody":
            self._paragraphs = []
        elif name == "p" and self._paragraphs is not None:
            self._paragraphs.append("")
        elif name == "t":
            self._in_text = True

    def text(self, text: str) -> None:
        if self._in_text and self._paragraphs:
            self._paragraphs[-1] += text

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "txBody" and self._paragraphs is not None:
            if joined := "\n".join(filter(None, self._paragraphs)).strip():
                self.found.append(joined)
            self._paragraphs = None
