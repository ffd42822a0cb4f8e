"""A printed page as plain values: where every letter, line and tint stands, in millimetres from the top left corner.

Layouts make pages, the painter draws them; neither knows the other.  A :class:`Box` is a named frame around what
belongs together, so that tests, previews and screen readers can tell cells apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from ..domain.measuring import FontSpec

A3_LANDSCAPE = (420.0, 297.0)
A4_LANDSCAPE = (297.0, 210.0)
BLACK = "#000000"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text on one baseline in one font, starting at ``x_mm``."""

    x_mm: float
    baseline_mm: float
    text: str
    font: FontSpec
    colour: str = BLACK


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line; ``dotted`` ones guide the eye or the pen."""

    x1_mm: float
    y1_mm: float
    x2_mm: float
    y2_mm: float
    width_mm: float
    dotted: bool = False
    colour: str = BLACK


@dataclass(frozen=True, slots=True)
class Fill:
    """A tinted rectangle, drawn below everything else; ``hatched`` ones carry slanted strokes, for print without colour."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    colour: str
    hatched: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A named frame with the text in it.  ``name`` is a field's address or a word such as ``footer``."""

    name: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet side.  ``number`` is what its footer says, None where none is printed."""

    width_mm: float
    height_mm: float
    boxes: tuple[Box, ...]
    rules: tuple[Rule, ...]
    fills: tuple[Fill, ...] = ()
    number: int | None = None

    @property
    def runs(self) -> Iterator[Run]:
        """All text in reading order."""
        return (run for box in self.boxes for run in box.runs)


class Pages(Sequence[Page]):
    """Pages made one at a time when they are asked for, so that a thousand of them need no more memory than one."""

    def __init__(self, count: int, make: Callable[[int], Page]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Page: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Page]: ...

    def __getitem__(self, index: int | slice) -> Page | Sequence[Page]:
        if isinstance(index, slice):
            chosen = range(self._count)[index]
            return Pages(len(chosen), lambda position: self._make(chosen[position]))
        return self._make(range(self._count)[index])


def describe(page: Page) -> str:
    """Return a page as text, for golden files: one line a box, text line, rule and tint, in tenths of a millimetre."""
    lines = [f"page {page.number or '-'} {page.width_mm:g}x{page.height_mm:g}"]
    for box in page.boxes:
        place = f"{box.x_mm:.1f} {box.y_mm:.1f} {box.width_mm:.1f} {box.height_mm:.1f}"
        lines.append(f"box {box.name} [{place}]")
        lines += [
            f"  {run.x_mm:.1f} {run.baseline_mm:.1f} {run.font.size_pt:g}{'b' if run.font.bold else ''} {run.text}"
            for run in box.runs
        ]
    lines += [
        f"rule {rule.x1_mm:.1f} {rule.y1_mm:.1f} {rule.x2_mm:.1f} {rule.y2_mm:.1f} {rule.width_mm:g}"
        + (" dotted" if rule.dotted else "")
        for rule in page.rules
    ]
    lines += [
        f"fill {fill.x_mm:.1f} {fill.y_mm:.1f} {fill.width_mm:.1f} {fill.height_mm:.1f} {fill.colour}{fill.hatched}"
        for fill in page.fills
    ]
    return "\n".join(lines) + "\n"
