"""Places in the XML of a workbook, as byte offsets, so that a piece can be exchanged and every other byte stays.

Reading a workbook into a library and writing it again loses what the library does not know: charts, pictures, macros,
form controls, fonts of a theme.  Here nothing is written but the pieces that change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from .cell_text import to_cell
from .guard.limits import Limits
from .guard.xml_parts import parse

Span = tuple[int, int]
#: Row and column, both from 1.
Place = tuple[int, int]
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_AREA = re.compile(rf"{_REFERENCE.pattern}(?::{_REFERENCE.pattern})?")


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes to be put in the place of a span; an empty span is a place to insert at."""

    span: Span
    content: bytes


def patched(data: bytes, patches: Iterable[Patch]) -> bytes:
    """Return ``data`` with the patches in place; they must not overlap."""
    pieces: list[bytes] = []
    end = 0
    for patch in sorted(patches, key=lambda item: item.span):
        assert patch.span[0] >= end, "patches overlap"
        pieces += (data[end : patch.span[0]], patch.content)
        end = patch.span[1]
    pieces.append(data[end:])
    return b"".join(pieces)


@dataclass(slots=True)
class Element:
    """An element by its place: ``opened`` spans its opening tag, ``end`` is where it is over (0 while it is open)."""

    name: str
    tag: str
    attributes: Mapping[str, str]
    opened: Span
    end: int = 0
    text: str = ""

    @property
    def empty(self) -> bool:
        """Whether it is written as one tag, without room for children."""
        return self.end == self.opened[1]

    @property
    def prefix(self) -> str:
        """The namespace prefix its tag is written with, ``x:`` or nothing."""
        return self.tag[: self.tag.find(":") + 1]

    def inside(self, data: bytes) -> bytes:
        """Return what stands between its tags."""
        return b"" if self.empty else data[self.opened[1] : data.rindex(b"</", 0, self.end)]

    def reopened(self, changes: Mapping[str, str | None]) -> str:
        """Return its opening tag with some attributes set, or left out (None)."""
        kept = {name: value for name, value in self.attributes.items() if changes.get(name, value) is not None}
        kept.update({name: value for name, value in changes.items() if value is not None})
        words = "".join(f" {name}={quoteattr(value)}" for name, value in kept.items())
        return f"<{self.tag}{words}{'/' if self.empty else ''}>"


class Scanner:
    """Walks over a part and hands every element to :meth:`found` when it is over, with its place."""

    #: Names of the elements whose text is wanted.
    wanted_text: frozenset[str] = frozenset()

    def __init__(self, part: str, data: bytes, limits: Limits) -> None:
        parse(part, data, None, limits)  # refuses what must not be looked at
        self.data = data
        self.open: list[Element] = []
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.Parse(data, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        match = _TAG.match(self.data, start)
        assert match is not None
        element = Element(tag.rpartition(":")[2], tag, attributes, match.span())
        self.open.append(element)
        self.begun(element)

    def _end(self, _tag: str) -> None:
        element = self.open.pop()
        if self.data.endswith(b"/>", *element.opened):
            element.end = element.opened[1]
        else:
            element.end = self.data.index(b">", self._parser.CurrentByteIndex) + 1
        self.found(element)

    def _text(self, text: str) -> None:
        if self.open and self.open[-1].name in self.wanted_text:
            self.open[-1].text += text

    def begun(self, element: Element) -> None:
        """Take note of an element that begins; its parents are in :attr:`open`."""

    def found(self, element: Element) -> None:
        """Take note of an element that is over; its parents are in :attr:`open`."""


def column_letters(column: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place_text(place: Place) -> str:
    """Return a place as ``B5``."""
    return f"{column_letters(place[1])}{place[0]}"


def area_of(reference: str) -> tuple[Place, Place] | None:
    """Return the corners of ``B5`` or ``$B$5:$D$7``; None for anything else."""
    match = _AREA.fullmatch(reference.strip())
    if match is None:
        return None
    first = (int(match[2]), _column(match[1]))
    last = (int(match[4]), _column(match[3])) if match[3] else first
    return (min(first[0], last[0]), min(first[1], last[1])), (max(first[0], last[0]), max(first[1], last[1]))


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def holds(area: tuple[Place, Place], place: Place) -> bool:
    """Whether a place lies within an area."""
    (top, left), (bottom, right) = area
    return top <= place[0] <= bottom and left <= place[1] <= right


def text_element(prefix: str, text: str) -> str:
    """Return ``<t>`` with ``text`` as a workbook stores it."""
    return f'<{prefix}t xml:space="preserve">{escape(to_cell(text))}</{prefix}t>'
