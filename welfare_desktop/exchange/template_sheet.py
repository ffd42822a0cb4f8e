"""One sheet of a template: its cells with their text, and the new text in place of the old."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .guard.limits import Limits
from .template_xml import (
    Element,
    Patch,
    Place,
    Scanner,
    Span,
    area_of,
    holds,
    patched,
    place_text,
    text_element,
)

#: Turns the text of a cell into another one.
Rewrite = Callable[[str], str]
_RUN_TEXT = re.compile(r"<((?:\w+:)?t)(?:\s[^>]*)?>([^<]*)</\1>")
_READINGS = re.compile(r"<((?:\w+:)?rPh)\b.*?</\1>|<(?:\w+:)?phoneticPr\b[^>]*/>", re.DOTALL)
_TRUE = frozenset({"1", "true"})


class SharedStrings(Scanner):
    """The texts cells point to: plain in :attr:`texts`, and as they stand in the file by :meth:`raw`."""

    wanted_text = frozenset({"t"})

    def __init__(self, part: str, data: bytes, limits: Limits) -> None:
        self.texts: list[str] = []
        self._items: list[Element] = []
        self._pieces: list[str] = []
        super().__init__(part, data, limits)

    def found(self, element: Element) -> None:
        """Note texts and items; the reading of a name (ふりがな) is no text of the cell."""
        if element.name == "t" and not any(parent.name == "rPh" for parent in self.open):
            self._pieces.append(element.text)
        elif element.name == "si":
            self.texts.append("".join(self._pieces))
            self._items.append(element)
            self._pieces = []

    def raw(self, index: int) -> str | None:
        """Return the inside of an item as written, None where it cannot stand elsewhere."""
        item = self._items[index]
        return None if item.prefix else item.inside(self.data).decode("utf-8")


@dataclass(slots=True)
class CellPlace:
    """A cell of a sheet: its element, what its text is and whether a formula makes it."""

    place: Place
    element: Element
    value: str = ""
    formula: bool = False
    inside: Span = (0, 0)


@dataclass(slots=True)
class _Row:
    number: int
    element: Element
    cells: list[CellPlace] = field(default_factory=list)


class Sheet(Scanner):
    """The cells of a sheet, by place; changes are collected and put in by :meth:`written`."""

    wanted_text = frozenset({"v", "t"})

    def __init__(self, part: str, data: bytes, strings: SharedStrings | None, limits: Limits) -> None:
        self._strings = strings
        self._rows: dict[int, _Row] = {}
        self.cells: dict[Place, CellPlace] = {}
        self._merged: list[tuple[Place, Place]] = []
        self._columns: list[tuple[int, int, str]] = []
        self._room: Element | None = None
        self._dimension: Element | None = None
        self._changes: dict[Place, str] = {}
        self._styles: dict[Place, str] = {}
        super().__init__(part, data, limits)

    # --- reading ------------------------------------------------------------------------------------------------

    def begun(self, element: Element) -> None:
        """Give rows and cells their places; a file may leave them out where they follow one another."""
        if element.name == "row":
            number = int(element.attributes.get("r", max(self._rows, default=0) + 1))
            self._rows[number] = _Row(number, element)
        elif element.name == "c" and self._rows:
            row = self._rows[next(reversed(self._rows))]
            after = row.cells[-1].place[1] + 1 if row.cells else 1
            area = area_of(element.attributes.get("r", ""))
            cell = CellPlace(area[0] if area else (row.number, after), element)
            row.cells.append(cell)
            self.cells[cell.place] = cell

    def found(self, element: Element) -> None:
        """Note what belongs to a cell, and what tells how the sheet is laid out."""
        parent = self.open[-1] if self.open else None
        match element.name:
            case "f" | "v" | "is" if parent is not None and parent.name == "c":
                self._note_content(element)
            case "t" if any(item.name == "is" for item in self.open):
                if not any(item.name == "rPh" for item in self.open):
                    self._last.value += element.text
            case "sheetData":
                self._room = element
            case "dimension":
                self._dimension = element
            case "mergeCell":
                area = area_of(element.attributes.get("ref", ""))
                self._merged += [area] if area else []
            case "col" if "style" in element.attributes:
                first, last = (int(element.attributes.get(name, "0")) for name in ("min", "max"))
                self._columns.append((first, last, element.attributes["style"]))

    @property
    def _last(self) -> CellPlace:
        return self._rows[next(reversed(self._rows))].cells[-1]

    def _note_content(self, element: Element) -> None:
        cell = self._last
        if element.name == "f":
            cell.formula = True
        elif element.name == "is":
            cell.inside = (element.opened[1], element.end)
        elif cell.element.attributes.get("t") == "s":
            index = int(element.text) if element.text.strip().isdecimal() else -1
            if self._strings is not None and 0 <= index < len(self._strings.texts):
                cell.value = self._strings.texts[index]
        else:
            cell.value = element.text

    @property
    def has_formulas(self) -> bool:
        """Whether any cell is worked out from others."""
        return any(cell.formula for cell in self.cells.values())

    def texts(self) -> Iterator[CellPlace]:
        """Yield the cells that hold text."""
        for cell in self.cells.values():
            if cell.element.attributes.get("t") in ("s", "inlineStr", "str") and cell.value:
                yield cell

    def visible(self, place: Place) -> Place:
        """Return the place that shows what is in ``place``: the first cell of the merged ones it belongs to."""
        return next((area[0] for area in self._merged if holds(area, place)), place)

    def style_of(self, place: Place) -> str:
        """Return the number of the style of a cell, also of one that does not exist yet."""
        cell = self.cells.get(place)
        if cell is not None:
            return cell.element.attributes.get("s", "0")
        row = self._rows.get(place[0])
        if row is not None and row.element.attributes.get("customFormat") in _TRUE:
            return row.element.attributes.get("s", "0")
        return next((style for first, last, style in self._columns if first <= place[1] <= last), "0")

    # --- writing ------------------------------------------------------------------------------------------------

    def put(self, place: Place, text: str, style: str = "") -> None:
        """Let ``place`` hold ``text`` and nothing else; ``style`` is the number of another style than its own."""
        prefix = self._prefix
        self._changes[place] = text_element(prefix, text) if text else ""
        if style:
            self._styles[place] = style

    def rewrite(self, cell: CellPlace, rewrite: Rewrite, style: str = "") -> None:
        """Put what ``rewrite`` makes of a cell's text in its place, with the letter forms its pieces have."""
        formed = self._rewritten_pieces(cell, rewrite)
        if formed is None or style:
            self.put(cell.place, rewrite(cell.value), style)
        else:
            self._changes[cell.place] = formed

    def _rewritten_pieces(self, cell: CellPlace, rewrite: Rewrite) -> str | None:
        """Return a cell's text rewritten run by run; None where runs cannot be told apart or cut a placeholder."""
        raw = self._raw(cell)
        if raw is None or "<![CDATA[" in raw or self._prefix:
            return None
        raw = _READINGS.sub("", raw)
        if "<r>" not in raw and "<r " not in raw:
            return None
        pieces: list[str] = []

        def exchange(match: re.Match[str]) -> str:
            pieces.append(rewrite(html.unescape(match[2])))
            return text_element("", pieces[-1])

        formed = _RUN_TEXT.sub(exchange, raw)
        return formed if "".join(pieces) == rewrite(cell.value) else None

    def _raw(self, cell: CellPlace) -> str | None:
        if cell.element.attributes.get("t") == "inlineStr":
            start, end = cell.inside
            return self.data[start : self.data.rindex(b"</", start, end)].decode("utf-8") if end else None
        if cell.element.attributes.get("t") == "s" and self._strings is not None:
            number = re.search(rb"<v>\s*(\d+)\s*</v>", self.data[slice(cell.element.opened[1], cell.element.end)])
            return self._strings.raw(int(number[1])) if number else None
        return None

    @property
    def _prefix(self) -> str:
        return self._room.prefix if self._room is not None else ""

    def written(self) -> bytes:
        """Return the sheet with its changes; everything else is byte for byte what it was."""
        if not self._changes or self._room is None:
            return self.data
        patches = [
            Patch((cell.element.opened[0], cell.element.end), self._cell(place, cell.element).encode())
            for place, cell in self.cells.items()
            if place in self._changes
        ]
        fresh: dict[int, list[Place]] = {}
        for place in sorted(self._changes):
            if place not in self.cells and self._changes[place]:
                fresh.setdefault(place[0], []).append(place)
        patches += self._row_patches(fresh)
        patches += self._new_rows(fresh)
        patches += self._dimension_patch(fresh)
        return patched(self.data, patches)

    def _cell(self, place: Place, element: Element | None) -> str:
        prefix, body = self._prefix, self._changes[place]
        style = self._styles.get(place, self.style_of(place))
        styled = f' s="{style}"' if style != "0" or (element is not None and "s" in element.attributes) else ""
        kind = ' t="inlineStr"' if body else ""
        opened = f'{prefix}c r="{place_text(place)}"{styled}{kind}'
        return f"<{opened}><{prefix}is>{body}</{prefix}is></{prefix}c>" if body else f"<{opened}/>"

    def _row_patches(self, fresh: Mapping[int, list[Place]]) -> Iterator[Patch]:
        """Yield new cells in rows that are there, and let rows grow whose height nobody has set."""
        for number in {place[0] for place in self._changes}:
            row = self._rows.get(number)
            if row is None:
                continue
            new = fresh.get(number, [])
            attributes = row.element.attributes
            changes: dict[str, str | None] = {}
            if "ht" in attributes and attributes.get("customHeight") not in _TRUE:
                changes["ht"] = None
            if new and "spans" in attributes:
                changes["spans"] = None
            if new and row.element.empty:
                cells = "".join(self._cell(place, None) for place in new)
                opened = row.element.reopened(changes).removesuffix("/>") + ">"
                yield Patch(row.element.opened, f"{opened}{cells}</{row.element.tag}>".encode())
                continue
            if changes:
                yield Patch(row.element.opened, row.element.reopened(changes).encode())
            columns = [cell.place[1] for cell in row.cells]
            groups: dict[int, list[Place]] = {}
            for place in new:
                groups.setdefault(bisect_left(columns, place[1]), []).append(place)
            for position, places in groups.items():
                if position < len(row.cells):
                    at = row.cells[position].element.opened[0]
                else:
                    at = self.data.rindex(b"</", 0, row.element.end)
                yield Patch((at, at), "".join(self._cell(place, None) for place in places).encode())

    def _new_rows(self, fresh: Mapping[int, list[Place]]) -> Iterator[Patch]:
        """Yield rows that are not there yet, each before the first row below it."""
        assert self._room is not None
        numbers = sorted(self._rows)
        groups: dict[int, list[str]] = {}
        for number in sorted(fresh):
            if number not in self._rows:
                cells = "".join(self._cell(place, None) for place in fresh[number])
                row = f'<{self._prefix}row r="{number}">{cells}</{self._prefix}row>'
                groups.setdefault(bisect_left(numbers, number), []).append(row)
        for position, rows in groups.items():
            content = "".join(rows)
            if position < len(numbers):
                at = self._rows[numbers[position]].element.opened[0]
                yield Patch((at, at), content.encode())
            elif self._room.empty:
                opened = self._room.reopened({}).removesuffix("/>")
                yield Patch(self._room.opened, f"{opened}>{content}</{self._room.tag}>".encode())
            else:
                at = self.data.rindex(b"</", 0, self._room.end)
                yield Patch((at, at), content.encode())

    def _dimension_patch(self, fresh: Mapping[int, list[Place]]) -> Iterator[Patch]:
        """Yield a wider dimension where new cells lie outside: some readers look no further."""
        area = area_of(self._dimension.attributes.get("ref", "")) if self._dimension is not None else None
        new = [place for places in fresh.values() for place in places]
        if self._dimension is None or area is None or all(holds(area, place) for place in new):
            return
        places = [*area, *new]
        first = (min(place[0] for place in places), min(place[1] for place in places))
        last = (max(place[0] for place in places), max(place[1] for place in places))
        reference = f"{place_text(first)}:{place_text(last)}"
        yield Patch(self._dimension.opened, self._dimension.reopened({"ref": reference}).encode())
