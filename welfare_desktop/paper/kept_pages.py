"""A document whose pages are made once and kept for a while, by whichever thread asks first.

The preview paints a page while a printer or a PDF takes the same document on another thread; pages are made by code
that keeps the text of the page before, so only one of them may be at it.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol, overload

from .page import Page

#: A preview shows a few pages; a document of a thousand must need no more memory than that.
_KEPT = 24


class Laid(Protocol):
    """A document as a layout returns it."""

    @property
    def title(self) -> str:
        """What the PDF is called."""

    @property
    def pages(self) -> Sequence[Page]:
        """The pages, made when they are asked for."""

    @property
    def made_on(self) -> dt.date | None:
        """The day that stands on it, or None."""

    @property
    def identity(self) -> str:
        """What the document is of."""


class KeptPages(Sequence[Page]):
    """Pages of another sequence, the ones asked for last kept; safe to be asked from several threads."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._kept: OrderedDict[int, Page] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, index: int) -> Page: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Page]: ...

    def __getitem__(self, index: int | slice) -> Page | Sequence[Page]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        position = range(len(self))[index]
        with self._lock:
            page = self._kept.get(position)
            if page is None:
                page = self._kept[position] = self._pages[position]
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(position)
            return page


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A laid-out document over kept pages."""

    title: str
    pages: KeptPages
    made_on: dt.date | None
    identity: str


def keep(document: Laid) -> KeptDocument:
    """Return ``document`` with its pages kept as they are made."""
    return KeptDocument(document.title, KeptPages(document.pages), document.made_on, document.identity)
