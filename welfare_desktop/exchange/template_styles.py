"""The styles of a template, and twins of them that keep text text.

A text that begins with ``=`` is text in the file; but whoever opens the cell for typing and leaves it again has made a
formula of it, unless its style says that what stands there is quoted.
"""

from __future__ import annotations

from .guard.limits import Limits
from .template_xml import Element, Patch, Scanner, patched

#: What a spreadsheet takes for a formula when it is typed.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Styles(Scanner):
    """The cell styles of a workbook by number."""

    def __init__(self, part: str, data: bytes, limits: Limits) -> None:
        self._formats: list[Element] = []
        self._list: Element | None = None
        self._twins: dict[int, int] = {}
        super().__init__(part, data, limits)

    def found(self, element: Element) -> None:
        """Note the formats cells refer to by number."""
        if element.name == "cellXfs":
            self._list = element
        elif element.name == "xf" and self.open and self.open[-1].name == "cellXfs":
            self._formats.append(element)

    def quoted(self, number: int) -> int:
        """Return the number of the style that looks like ``number`` and is quoted."""
        if not 0 <= number < len(self._formats) or self._formats[number].attributes.get("quotePrefix") in ("1", "true"):
            return number
        return self._twins.setdefault(number, len(self._formats) + len(self._twins))

    def written(self) -> bytes:
        """Return the part with the twins that were asked for at the end of the list."""
        if self._list is None or not self._twins:
            return self.data
        twins = []
        for number in self._twins:
            element = self._formats[number]
            opened = element.reopened({"quotePrefix": "1"}).encode()
            twins.append(opened + self.data[element.opened[1] : element.end])
        count = str(len(self._formats) + len(twins))
        at = self.data.rindex(b"</", 0, self._list.end)
        patches = [
            Patch(self._list.opened, self._list.reopened({"count": count}).encode()),
            Patch((at, at), b"".join(twins)),
        ]
        return patched(self.data, patches)
