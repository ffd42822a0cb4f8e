"""Bars of the committee's summary: every outcome has a mark, a pattern and a tint, and says its number.

Nothing depends on colour: in a black-and-white copy marks, patterns and numbers tell the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..domain.model import Actor
from ..domain.summarising import GoalTally, Outcome, Tally, actor_word
from .canvas import Canvas, Frame
from .drawing import Pen
from .official_layout import GROUP_MM, INNER_MM, TINT_SHARED
from .page import BLACK, Box, Fill, Rule, Run
from .summary_flow import COLUMN_MM, SIDE_MM

#: Goal, actor, bar, reached of all.
TALLY_MM = (58.0, 12.0, 105.0, 18.0)
_ROW_MM, _BAR_MM = 6.6, 4.6
_LABEL_PT = 8.5
_HATCH_MM, _STROKE_MM = 1.5, 0.2
_BESIDE_GAP_MM = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """How an outcome looks: its mark, tint and text colour, and the slant of its strokes (0 level, None no strokes)."""

    mark: str
    tint: str
    text: str
    slant: float | None = None
    stroke: str = BLACK


LOOKS: Mapping[Outcome, Look] = {
    Outcome.ACHIEVED: Look("●", "#2F5D7C", "#FFFFFF"),
    Outcome.UNDER_WAY: Look("○", "#D3DEE6", BLACK, 1.0, "#4F6D82"),
    Outcome.MISSED: Look("▼", "#A3241C", "#FFFFFF", -1.0, "#F3C9C5"),
    Outcome.UNDECIDED: Look("▲", "#EBCF9B", BLACK, 0.0, "#8A6420"),
    Outcome.NO_RESULT: Look("－", "#C9CDD1", BLACK),
    Outcome.QUALITATIVE: Look("◇", "#FFFFFF", BLACK),
}


def swatch(canvas: Canvas, outcome: Outcome, frame: Frame, plate: Frame | None = None) -> None:
    """Draw the tinted, hatched rectangle of an outcome; ``plate`` is kept free of strokes for text."""
    look = LOOKS[outcome]
    canvas.fills.append(Fill(*frame, look.tint))
    if look.slant is not None:
        for part in _beside(frame, plate):
            canvas.rules += [Rule(*ends, _STROKE_MM, colour=look.stroke) for ends in _strokes(part, look.slant)]
    canvas.frame(frame, 0.2)


def _beside(frame: Frame, plate: Frame | None) -> Iterator[Frame]:
    """Yield what is left of a frame at both sides of a plate."""
    x, y, width, height = frame
    if plate is None:
        yield frame
        return
    right = plate[0] + plate[2]
    for begin, end in ((x, plate[0]), (right, x + width)):
        if end - begin > 0.4:
            yield begin, y, end - begin, height


def _strokes(frame: Frame, slant: float) -> Iterator[Frame]:
    """Yield parallel lines that fill a frame, as (x1, y1, x2, y2); slant 1 rises to the right, -1 falls, 0 is level."""
    x, y, width, height = frame
    if slant == 0.0:
        count = int(height / _HATCH_MM)
        for number in range(1, count + 1):
            level = y + height * number / (count + 1)
            yield x, level, x + width, level
        return
    offset = _HATCH_MM
    while offset < width + height:
        # Along the frame's lower edge the stroke starts at ``offset - height``; both ends are clipped to the frame.
        begin, end = max(0.0, offset - height), min(width, offset)
        low, high = y + height - (begin - (offset - height)), y + height - (end - (offset - height))
        if slant < 0:
            low, high = 2 * y + height - low, 2 * y + height - high
        yield x + begin, low, x + end, high
        offset += _HATCH_MM


def unit_for(pen: Pen, tallies: Sequence[Tally], width_mm: float) -> float:
    """Return the length of one target on which every bar, and what must be said beside it, fits into ``width_mm``.

    Bars are comparable: all have the same scale.
    """
    unit = width_mm
    while True:
        # Shorter bars may push further numbers out; their room only grows, so this comes to rest.
        fitting = min(
            ((width_mm - _beside_mm(pen, item, unit)) / item.total for item in tallies if item.total), default=unit
        )
        if fitting >= unit:
            return unit
        unit = fitting


def _beside_mm(pen: Pen, tally: Tally, unit_mm: float) -> float:
    """Return the room the numbers beside a bar take."""
    labels = [_label_mm(pen, item, tally) for item in _outside(pen, tally, unit_mm)]
    return sum(labels) + _BESIDE_GAP_MM if labels else 0.0


def _label(outcome: Outcome, tally: Tally) -> str:
    return f"{LOOKS[outcome].mark}{tally[outcome]}"


def _label_mm(pen: Pen, outcome: Outcome, tally: Tally) -> float:
    return pen.width_mm(_label(outcome, tally), pen.font(_LABEL_PT, True)) + 1.2


def _outside(pen: Pen, tally: Tally, unit_mm: float) -> list[Outcome]:
    """Return the outcomes whose segment is too narrow for its number."""
    return [item for item in Outcome if tally[item] and tally[item] * unit_mm < _label_mm(pen, item, tally)]


def bar(pen: Pen, canvas: Canvas, tally: Tally, x: float, middle: float, unit_mm: float) -> Iterator[Run]:
    """Draw the bar of a tally and yield the marks and numbers in its segments, or after it where they are too wide."""
    font = pen.font(_LABEL_PT, True)
    outside = _outside(pen, tally, unit_mm)
    for outcome in (item for item in Outcome if tally[item]):
        width = tally[outcome] * unit_mm
        plate = None
        if outcome not in outside:
            room = _label_mm(pen, outcome, tally)
            plate = (x + (width - room) / 2, middle - _BAR_MM / 2, room, _BAR_MM)
            yield pen.centre(x + width / 2, middle, _label(outcome, tally), font, LOOKS[outcome].text)
        swatch(canvas, outcome, (x, middle - _BAR_MM / 2, width, _BAR_MM), plate)
        x += width
    x += _BESIDE_GAP_MM
    for outcome in outside:
        yield pen.left(x, middle, _label(outcome, tally), font)
        x += _label_mm(pen, outcome, tally)


@dataclass(frozen=True, slots=True)
class BasicGoalPiece:
    """The line that names a basic goal above its activity goals."""

    pen: Pen
    goal: GoalTally

    @property
    def height_mm(self) -> float:
        """The height of one line."""
        return 5.6

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the line."""
        frame = (x, y, COLUMN_MM, self.height_mm)
        text = f"基本目標{self.goal.basic_number}　{self.goal.basic_title}"
        text, font = self.pen.fitted(text, self.pen.font(8.5, True), COLUMN_MM - 2 * SIDE_MM)
        run = self.pen.left(x + SIDE_MM, y + self.height_mm / 2, text, font)
        canvas.fills.append(Fill(*frame, TINT_SHARED))
        canvas.boxes.append(Box(f"{self.goal.basic_number}/title", *frame, (run,)))
        canvas.frame(frame, INNER_MM)

    def cut(self, room_mm: float) -> None:
        """One line stays whole."""


@dataclass(frozen=True, slots=True)
class GoalPiece:
    """An activity goal with a bar for each actor, under its basic goal's name where that begins here."""

    pen: Pen
    goal: GoalTally
    title: tuple[str, ...]
    unit_mm: float
    above: BasicGoalPiece | None = None

    @property
    def height_mm(self) -> float:
        """The height of two bars, or of a long title."""
        return self._own_mm + (self.above.height_mm if self.above else 0.0)

    @property
    def _own_mm(self) -> float:
        return max(2 * _ROW_MM, len(self.title) * self._pitch + 1.6)

    @property
    def _pitch(self) -> float:
        return self.pen.font(8.5).em_mm * 1.3

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the goal's name and its bars."""
        if self.above:
            self.above.draw(canvas, x, y)
            y += self.above.height_mm
        self._name(canvas, x, y)
        half = self._own_mm / 2
        for number, actor in enumerate(Actor):
            self._actor(canvas, actor, x, y + number * half, half)
        canvas.rules.append(Rule(x + TALLY_MM[0], y + half, x + COLUMN_MM, y + half, INNER_MM, colour="#7C8791"))
        canvas.frame((x, y, COLUMN_MM, self._own_mm), INNER_MM)
        left = x
        for width in TALLY_MM[:-1]:
            left += width
            canvas.rules.append(Rule(left, y, left, y + self._own_mm, INNER_MM))

    def _name(self, canvas: Canvas, x: float, y: float) -> None:
        top = y + (self._own_mm - (len(self.title) - 1) * self._pitch) / 2
        font = self.pen.font(8.5)
        runs = [self.pen.left(x + SIDE_MM, top, self.goal.label, font.heavy)]
        runs += [self.pen.left(x + 10.0, top + n * self._pitch, line, font) for n, line in enumerate(self.title)]
        canvas.boxes.append(Box(f"{self.goal.label}/title", x, y, TALLY_MM[0], self._own_mm, tuple(runs)))

    def _actor(self, canvas: Canvas, actor: Actor, x: float, y: float, height: float) -> None:
        tally, middle = self.goal.of(actor), y + height / 2
        path = f"{self.goal.label}/{actor.value}"
        font = self.pen.font(8.5)
        widths = (x + TALLY_MM[0], x + TALLY_MM[0] + TALLY_MM[1], x + COLUMN_MM - TALLY_MM[3])
        word = self.pen.centre(widths[0] + TALLY_MM[1] / 2, middle, actor_word(actor), font)
        canvas.boxes.append(Box(path, widths[0], y, TALLY_MM[1], height, (word,)))
        runs = tuple(bar(self.pen, canvas, tally, widths[1] + SIDE_MM, middle, self.unit_mm))
        canvas.boxes.append(Box(f"{path}/bar", widths[1], y, TALLY_MM[2], height, runs))
        share = f"{tally[Outcome.ACHIEVED]}／{tally.total}" if tally.total else "—"
        share, font = self.pen.fitted(share, font, TALLY_MM[3] - 1.0)
        run = self.pen.centre(widths[2] + TALLY_MM[3] / 2, middle, share, font)
        canvas.boxes.append(Box(f"{path}/share", widths[2], y, TALLY_MM[3], height, (run,)))

    def cut(self, room_mm: float) -> None:
        """A goal's bars stay together."""


@dataclass(frozen=True, slots=True)
class TilesPiece:
    """Six figures that say it all: how many targets had which outcome, of both actors together."""

    pen: Pen
    totals: Tally
    by_actor: Mapping[Actor, Tally]

    @property
    def height_mm(self) -> float:
        """The height with the space below."""
        return 17.5

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw a tile for each outcome."""
        gap = 2.2
        width = (COLUMN_MM - gap * (len(Outcome) - 1)) / len(Outcome)
        for number, outcome in enumerate(Outcome):
            self._tile(canvas, outcome, (x + number * (width + gap), y, width, 17.0))

    def _tile(self, canvas: Canvas, outcome: Outcome, frame: Frame) -> None:
        x, y, width, height = frame
        pen = self.pen
        canvas.fills.append(Fill(x, y, width, height, "#F3F5F7"))
        swatch(canvas, outcome, (x, y, 2.4, height))
        actors = "　".join(f"{actor_word(actor)} {tally[outcome]}" for actor, tally in self.by_actor.items())
        room = width - 4.5
        number, big = pen.fitted(str(self.totals[outcome]), pen.font(17, True), room * 0.6)
        used = pen.width_mm(number, big)
        of_all, small = pen.fitted(f"／{self.totals.total}", pen.font(8.5), room - used - 1.2)
        actors, tiny = pen.fitted(actors, pen.font(7.5), room)
        runs = [
            pen.left(x + 4.0, y + 3.4, f"{LOOKS[outcome].mark} {outcome.label}", pen.font(9, True)),
            pen.left(x + 4.0, y + 9.4, number, big),
            pen.left(x + 5.2 + used, y + 10.4, of_all, small),
            pen.left(x + 4.0, y + 14.7, actors, tiny),
        ]
        canvas.boxes.append(Box(f"total/{outcome.value}", *frame, tuple(runs)))

    def cut(self, room_mm: float) -> None:
        """Tiles stay whole."""


@dataclass(frozen=True, slots=True)
class LegendPiece:
    """What marks and patterns mean."""

    pen: Pen

    @property
    def height_mm(self) -> float:
        """The height of two rows with space around."""
        return 15.0

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw two rows of three."""
        font = self.pen.font(8)
        for number, outcome in enumerate(Outcome):
            left, top = x + number % 3 * COLUMN_MM / 3, y + 2.2 + number // 3 * 6.2
            swatch(canvas, outcome, (left, top, 7.0, 4.4))
            label = f"{LOOKS[outcome].mark} {outcome.label}"
            runs = (
                self.pen.left(left + 8.5, top + 2.2, label, font.heavy),
                self.pen.left(left + 10.0 + self.pen.width_mm(label, font.heavy), top + 2.2, outcome.meaning, font),
            )
            canvas.boxes.append(Box(f"legend/{outcome.value}", left, top, COLUMN_MM / 3, 4.4, runs))

    def cut(self, room_mm: float) -> None:
        """The legend stays whole."""


def reached_bar(canvas: Canvas, percent: int, frame: Frame) -> None:
    """Draw how much of a missed target was reached; the figure stands beside it."""
    x, y, width, height = frame
    canvas.fills.append(Fill(*frame, "#FFFFFF"))
    share = width * min(max(percent, 0), 100) / 100
    if share > 0.2:
        swatch(canvas, Outcome.MISSED, (x, y, share, height))
    canvas.frame(frame, GROUP_MM)
