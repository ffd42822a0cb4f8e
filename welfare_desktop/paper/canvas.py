"""A page while it is being filled: boxes, lines and tints in any order, turned into a page at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from .page import Box, Fill, Page, Rule

#: A rectangle: x, y, width and height in millimetres.
Frame = tuple[float, float, float, float]


@dataclass
class Canvas:
    """A page being filled."""

    boxes: list[Box] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)

    def frame(self, frame: Frame, width_mm: float) -> None:
        """Draw the four edges of a frame."""
        x, y, width, height = frame
        right, bottom = x + width, y + height
        edges = ((x, y, right, y), (x, bottom, right, bottom), (x, y, x, bottom), (right, y, right, bottom))
        self.rules += [Rule(*edge, width_mm) for edge in edges]

    def page(self, size_mm: tuple[float, float], number: int) -> Page:
        """Return what was drawn as the page with that number."""
        return Page(*size_mm, tuple(self.boxes), tuple(self.rules), tuple(self.fills), number)
