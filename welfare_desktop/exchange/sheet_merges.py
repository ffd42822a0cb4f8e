"""Which cells of a foreign workbook are merged: the guarded reader keeps texts only."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from .guard.cells import Place, read_place
from .guard.container import Container
from .guard.limits import Limits
from .guard.xml_parts import Attributes, ElementHandler, parse

_BOOK = "xl/workbook.xml"
_BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"

#: A merged area: first row, first column, last row, last column.
Area = tuple[int, int, int, int]


def merged_areas(container: Container, limits: Limits) -> dict[str, tuple[Area, ...]]:
    """Return the merged areas of every sheet by its name; a workbook built in an unusual way has none.

    The container has been proved by ``guard.prescan``; raises FileRefused where a part contradicts that.
    """
    if _BOOK not in container or _BOOK_RELATIONS not in container:
        return {}
    book, relations = _Book(), _Relations()
    parse(_BOOK, container.read(_BOOK), book, limits)
    parse(_BOOK_RELATIONS, container.read(_BOOK_RELATIONS), relations, limits)
    found: dict[str, tuple[Area, ...]] = {}
    for name, relation in book.sheets:
        part = relations.targets.get(relation, "")
        if part in container:
            areas = _Areas()
            parse(part, container.read(part), areas, limits)
            found[name] = tuple(areas.found)
    return found


def owner_of(areas: tuple[Area, ...]) -> dict[Place, Place]:
    """Return, for every cell inside a merged area, the cell that holds its text."""
    return {place: (area[0], area[1]) for area in areas for place in _places(area)}


def _places(area: Area) -> Iterator[Place]:
    first_row, first_column, last_row, last_column = area
    for row in range(first_row, last_row + 1):
        for column in range(first_column, last_column + 1):
            yield row, column


class _Book(ElementHandler):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            self.sheets.append((attributes.get("name", ""), attributes.get("id", "")))


class _Relations(ElementHandler):
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            whole = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            self.targets[attributes.get("Id", "")] = posixpath.normpath(whole)


class _Areas(ElementHandler):
    def __init__(self) -> None:
        self.found: list[Area] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            begin, end = read_place(first), read_place(last or first)
            if begin is not None and end is not None:
                self.found.append((*begin, *end))
