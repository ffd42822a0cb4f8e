"""Small pieces every layout sets: text centred on a height, fitted headings, lines of a cell, footers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from ..domain.cell_flow import drawable
from ..domain.line_breaking import Span, line_ends, widths_of
from ..domain.measuring import FontSpec, TextMeasurer, width_mm
from .page import BLACK, Box, Run

#: A heading too wide for its place is set smaller, down to this; beyond it, it is cut with ….
_SMALLEST_HEADING_PT = 6.0


@dataclass(frozen=True, slots=True)
class Pen:
    """Sets single lines of text with one measurer and font family."""

    measurer: TextMeasurer
    family: str

    def font(self, size_pt: float, bold: bool = False) -> FontSpec:
        """Return the family in a size and weight."""
        return FontSpec(self.family, size_pt, bold)

    def width_mm(self, text: str, font: FontSpec) -> float:
        """Return how far ``text`` reaches."""
        return width_mm(self.measurer, text, font)

    def baseline_mm(self, middle_mm: float, font: FontSpec) -> float:
        """Return the baseline of letters that stand centred around a height."""
        metrics = self.measurer.metrics(self.family)
        return middle_mm + (metrics.ascent - metrics.descent) / 2 * font.em_mm

    def left(self, x_mm: float, middle_mm: float, text: str, font: FontSpec, colour: str = BLACK) -> Run:
        """Set a line that starts at ``x_mm``."""
        return Run(x_mm, self.baseline_mm(middle_mm, font), drawable(text), font, colour)

    def right(self, x_mm: float, middle_mm: float, text: str, font: FontSpec, colour: str = BLACK) -> Run:
        """Set a line that ends at ``x_mm``."""
        return self.left(x_mm - self.width_mm(drawable(text), font), middle_mm, text, font, colour)

    def centre(self, x_mm: float, middle_mm: float, text: str, font: FontSpec, colour: str = BLACK) -> Run:
        """Set a line centred on ``x_mm``."""
        return self.left(x_mm - self.width_mm(drawable(text), font) / 2, middle_mm, text, font, colour)

    def fitted(self, text: str, font: FontSpec, room_mm: float) -> tuple[str, FontSpec]:
        """Return ``text`` in the largest font up to ``font`` that fits into ``room_mm``; shortened if none does."""
        text = drawable(text)
        while self.width_mm(text, font) > room_mm and font.size_pt > _SMALLEST_HEADING_PT:
            font = replace(font, size_pt=font.size_pt - 0.5)
        return self.shortened(text, font, room_mm), font

    def shortened(self, text: str, font: FontSpec, room_mm: float) -> str:
        """Return ``text``, cut and ended with … where it is wider than ``room_mm``."""
        if self.width_mm(text, font) <= room_mm:
            return text
        kept = text
        while kept and self.width_mm(kept + "…", font) > room_mm:
            kept = kept[:-1]
        return kept + "…"

    def broken(self, text: str, font: FontSpec, width_mm: float) -> tuple[str, ...]:
        """Return ``text`` broken into lines of ``width_mm``; joined they are the text."""
        text = drawable(text)
        widths = widths_of(text, self.measurer.advances(font.family, font.bold))
        room = width_mm / font.em_mm
        return tuple(text[begin:end] for begin, end in pairwise((0, *line_ends(text, widths, room, room))))

    def mixed(self, x_mm: float, baseline_mm: float, text: str, font: FontSpec, bold: tuple[Span, ...]) -> list[Run]:
        """Set one line whose ``bold`` stretches are bold; one run for each stretch."""
        if not bold:
            return [Run(x_mm, baseline_mm, text, font)] if text else []
        runs: list[Run] = []
        position = 0
        heavy = font.heavy
        for left, right in (*bold, (len(text), len(text))):
            for stretch, weight in ((text[position:left], font), (text[left:right], heavy)):
                if stretch:
                    runs.append(Run(x_mm, baseline_mm, stretch, weight))
                    x_mm += self.width_mm(stretch, weight)
            position = right
        return runs


def label_box(
    pen: Pen, name: str, frame: tuple[float, float, float, float], lines: tuple[str, ...], font: FontSpec
) -> Box:
    """Set ``lines`` centred in a frame (x, y, width, height in mm), smaller where one is too wide for it."""
    x, y, width, height = frame
    widest = max(lines, key=lambda line: pen.width_mm(line, font))
    _, font = pen.fitted(widest, font, width - 0.8)
    pitch = font.em_mm * 1.08
    top = y + height / 2 - pitch * (len(lines) - 1) / 2
    runs = tuple(
        pen.centre(x + width / 2, top + pitch * number, pen.shortened(drawable(line), font, width - 0.8), font)
        for number, line in enumerate(lines)
    )
    return Box(name, x, y, width, height, runs)


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands at the foot of every page: the document left, who made it and when right."""

    left: str
    right: str

    def box(self, pen: Pen, page_width_mm: float, middle_mm: float, side_mm: float, middle: str) -> Box:
        """Set the footer; ``middle`` is the page number as shown, or nothing."""
        small = pen.font(7.5)
        inner = page_width_mm - 2 * side_mm
        left, left_font = pen.fitted(self.left, small, inner * 0.45)
        right, right_font = pen.fitted(self.right, small, inner * 0.45)
        runs = [pen.left(side_mm, middle_mm, left, left_font)]
        if middle:
            runs.append(pen.centre(page_width_mm / 2, middle_mm, middle, pen.font(9.5)))
        runs.append(pen.right(page_width_mm - side_mm, middle_mm, right, right_font))
        return Box("footer", side_mm, middle_mm - 2.5, inner, 5.0, tuple(run for run in runs if run.text))
