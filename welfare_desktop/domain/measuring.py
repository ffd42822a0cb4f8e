"""What a layout needs to know about letters, without knowing who draws them.

Layouts ask a :class:`TextMeasurer` how wide characters are and break lines themselves (``domain.line_breaking``).  The
one real measurer asks Qt (``paper.measurer``); ``operations`` hands it on, so that neither the paper layout nor the
workbook writer imports Qt.  Lengths are millimetres on paper, font sizes points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

MM_PER_POINT = 25.4 / 72
#: The fonts that ship with the program: proportional for text, and fixed-width digits for workbook columns.
PAPER_FAMILY = "BIZ UDPGothic"
GRID_FAMILY = "BIZ UDGothic"


@dataclass(frozen=True, slots=True)
class FontSpec:
    """A font by family name, size in points (a multiple of 0.05) and weight."""

    family: str = PAPER_FAMILY
    size_pt: float = 8.5
    bold: bool = False

    @property
    def em_mm(self) -> float:
        """The font size in millimetres: the width of one 漢字."""
        return self.size_pt * MM_PER_POINT

    @property
    def heavy(self) -> FontSpec:
        """The same font in bold."""
        return FontSpec(self.family, self.size_pt, True)


@dataclass(frozen=True, slots=True)
class FontMetrics:
    """Vertical measures of a font, in em: above and below the baseline, and its own line distance."""

    ascent: float
    descent: float
    line: float


class TextMeasurer(Protocol):
    """Knows the letters of the fonts at hand."""

    def advances(self, family: str, bold: bool) -> Mapping[str, float]:
        """Return the width of every single character, in em; any character may be asked for.

        Layouts draw without kerning and ligatures, so a text is as wide as its characters together.
        """

    def metrics(self, family: str) -> FontMetrics:
        """Return the vertical measures of a font."""

    def missing(self, text: str, family: str) -> str:
        """Return the characters of ``text`` that no available font can draw, each once, in order of appearance."""


def width_mm(measurer: TextMeasurer, text: str, font: FontSpec) -> float:
    """Return how far ``text`` reaches on one line."""
    advances = measurer.advances(font.family, font.bold)
    return sum(advances[char] for char in text) * font.em_mm
