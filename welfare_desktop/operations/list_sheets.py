"""A list of the window on paper: findings, hits of a search, blanks and drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from welfare_desktop.domain.differences import Change, Segment

from .printing import edition_of
from .session import Session

if TYPE_CHECKING:
    from welfare_desktop.paper.list_paper import ListPaper


@dataclass(frozen=True, slots=True)
class SheetText:
    """A paragraph of a cell; ``spans`` are marked places as (start, end), ``struck`` ones are struck out."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    struck: bool = False
    small: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a list says; ``shares`` divide the width among the columns, every row holds a cell for each."""

    title: str
    about: str
    headings: tuple[str, ...]
    shares: tuple[int, ...]
    rows: Sequence[Sequence[Sequence[SheetText]]]


def sheet_paper(session: Session, sheet: Sheet) -> ListPaper:
    """Lay a list out on A4, marked places underlined as on the screen."""
    from welfare_desktop.paper.list_paper import ListContent, ListText, lay_out_list
    from welfare_desktop.paper.measurer import QtMeasurer, ensure_application

    ensure_application()
    rows = [
        tuple(tuple(ListText(_segments(item), item.small, item.bold) for item in cell if item.text) for cell in row)
        for row in sheet.rows
    ]
    content = ListContent(sheet.title, sheet.about, sheet.headings, sheet.shares, rows)
    edition = edition_of(session)
    return lay_out_list(content, measurer=QtMeasurer(), made_on=edition.made_on, maker=edition.maker)


def _segments(item: SheetText) -> tuple[Segment, ...]:
    marked = Change.REMOVED if item.struck else Change.ADDED
    found: list[Segment] = []
    last = 0
    for start, end in item.spans:
        found += [Segment(Change.SAME, item.text[last:start]), Segment(marked, item.text[start:end])]
        last = end
    found.append(Segment(Change.SAME, item.text[last:]))
    return tuple(segment for segment in found if segment.text)
