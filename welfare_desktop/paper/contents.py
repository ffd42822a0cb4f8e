"""The contents page of the official report: 理念, goals, activities and the pages they stand on.

Rows shrink a little to keep the contents on one page; a larger plan's go on over several, labels repeated.  Contents
pages carry no number: the report's pages are counted from its first table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ..domain.cell_flow import drawable
from ..domain.line_breaking import line_ends, widths_of
from ..domain.measuring import FontSpec
from ..domain.official_form import CONTINUED, ActivityKey, Section
from ..domain.text import circled
from .drawing import Footer, Pen, label_box
from .page import A3_LANDSCAPE, Box, Fill, Page, Rule, Run

COLUMN_MM = (46.0, 76.0, 104.0, 134.0, 16.0)
LEFT_MM = (A3_LANDSCAPE[0] - sum(COLUMN_MM)) / 2
COLUMN_X_MM = tuple(LEFT_MM + x for x in accumulate((0.0, *COLUMN_MM)))
LABELS = ("理　念", "基本目標", "活動目標", "取組み", "頁")
TOP_MM, HEADER_MM, END_MM = 38.0, 8.0, 282.5
ROW_MM, SMALLEST_ROW_MM, GROUP_PAD_MM = 7.35, 5.4, 1.57
FOOTER_MIDDLE_MM = 288.9
NOTE = "※ 頁は本報告の頁番号です。本文中の「（P32参照）」などは計画書の頁を指します。"
TINT = "#E9EDF0"
_LEADER = "#7C8791"
#: Phrases of a sentence: they end with hiragana, where other letters follow.
_PHRASE = re.compile(r"[^ぁ-ゖ、。\s]+[ぁ-ゖー、。\s]*|[ぁ-ゖー、。\s]+")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One activity's row: its numbers, its title in lines, and its page."""

    key: ActivityKey
    lines: tuple[str, ...]
    page: int


@dataclass(frozen=True, slots=True)
class _Group:
    """The rows of one goal on one contents page; ``continued`` when the goal began on the page before."""

    section: Section
    entries: tuple[_Entry, ...]
    continued: bool
    height_mm: float


@dataclass(frozen=True, slots=True)
class ContentsSheet:
    """Sets the contents pages."""

    pen: Pen
    title: str
    vision: str
    footer_right: str

    def pages(self, sections: Sequence[Section], page_of: Mapping[ActivityKey, int]) -> tuple[Page, ...]:
        """Return the contents pages for the goals of a report; at least one, be it empty."""
        pages: list[Page] = []
        begun: set[int] = set()
        for groups in self._paginated(self._groups(sections, page_of)):
            pages.append(self._page(groups, begun))
            begun.update(group.section.basic_goal.number for group in groups)
        return tuple(pages) or (self._page([], begun),)

    @property
    def _text(self) -> FontSpec:
        return self.pen.font(10.5)

    @property
    def _pitch(self) -> float:
        return self._text.em_mm * 1.33

    def _broken(self, text: str, font: FontSpec, width: float) -> tuple[str, ...]:
        text = drawable(text)
        widths = widths_of(text, self.pen.measurer.advances(font.family, font.bold))
        room = width / font.em_mm
        return tuple(text[a:b] for a, b in pairwise((0, *line_ends(text, widths, room, room))))

    def _groups(self, sections: Sequence[Section], page_of: Mapping[ActivityKey, int]) -> list[_Group]:
        groups = []
        for section in sections:
            entries = []
            for activity in section.activities:
                lines = self._broken(f"{circled(activity.number)} {activity.title}", self._text, COLUMN_MM[3] - 12.0)
                key = (*section.key, activity.number)
                entries.append(_Entry(key, lines, page_of[key]))
            groups.append(self._group(section, entries, False))
        return groups

    def _group(self, section: Section, entries: Sequence[_Entry], continued: bool) -> _Group:
        rows = sum(self._row_mm(entry, ROW_MM) for entry in entries)
        label = self._goal_lines(section, continued)
        least = len(label) * self._pitch
        return _Group(section, tuple(entries), continued, max(rows, least) + GROUP_PAD_MM)

    def _row_mm(self, entry: _Entry, row: float) -> float:
        return row + (len(entry.lines) - 1) * self._pitch

    def _goal_lines(self, section: Section, continued: bool) -> tuple[str, ...]:
        mark = CONTINUED if continued else ""
        return self._broken(section.activity_goal.title + mark, self._text, COLUMN_MM[2] - 12.0)

    def _paginated(self, groups: Sequence[_Group]) -> Iterator[list[_Group]]:
        """Yield the groups of every page; one page if smaller rows make it possible, else as many as needed."""
        room = END_MM - TOP_MM - HEADER_MM
        rows = sum(len(group.entries) for group in groups)
        total = sum(group.height_mm for group in groups)
        if total - rows * (ROW_MM - SMALLEST_ROW_MM) <= room:
            if groups:
                yield list(groups)
            return
        page: list[_Group] = []
        left = room
        for group in groups:
            rest, continued = group.entries, False
            while rest:
                taken = self._fitting(group.section, rest, continued, left)
                # At the top of a page something must be taken, or the contents would never end.
                if not taken and not page:
                    taken = 1
                if taken:
                    part = self._group(group.section, rest[:taken], continued)
                    page.append(part)
                    left -= part.height_mm
                    rest, continued = rest[taken:], True
                if rest:
                    yield page
                    page, left = [], room
        if page:
            yield page

    def _fitting(self, section: Section, entries: Sequence[_Entry], continued: bool, room: float) -> int:
        for count in range(len(entries), 0, -1):
            if self._group(section, entries[:count], continued).height_mm <= room + 1e-6:
                return count
        return 0

    def _page(self, groups: Sequence[_Group], begun: Collection[int]) -> Page:
        room = END_MM - TOP_MM - HEADER_MM
        rows = sum(len(group.entries) for group in groups)
        over = max(0.0, sum(group.height_mm for group in groups) - room)
        row = ROW_MM - (over / rows if rows else 0.0)
        boxes = [*self._heads(), *self._header()]
        rules = [_across(0, TOP_MM, 0.4), _across(0, TOP_MM + HEADER_MM, 0.4)]
        y = TOP_MM + HEADER_MM
        basic_from = y
        for position, group in enumerate(groups):
            height = group.height_mm - len(group.entries) * (ROW_MM - row)
            boxes += self._goal_boxes(group, y, height, row)
            rules += self._leaders(group, y, height, row)
            y += height
            following = groups[position + 1].section if position + 1 < len(groups) else None
            if following is None or following.basic_goal.number != group.section.basic_goal.number:
                boxes.append(self._basic_box(group, basic_from, y, begun))
                basic_from = y
                if following is not None:
                    rules.append(_across(1, y, 0.15))
            else:
                rules.append(_across(2, y, 0.15))
        boxes.append(self._vision_box(TOP_MM + HEADER_MM, y))
        rules.append(_across(0, y, 0.4))
        rules += [
            Rule(x, TOP_MM, x, y, 0.4 if index in (0, len(COLUMN_MM)) else 0.15) for index, x in enumerate(COLUMN_X_MM)
        ]
        side = LEFT_MM
        boxes.append(Footer(NOTE, self.footer_right).box(self.pen, A3_LANDSCAPE[0], FOOTER_MIDDLE_MM, side, ""))
        fills = (Fill(LEFT_MM, TOP_MM, sum(COLUMN_MM), HEADER_MM, TINT),)
        return Page(*A3_LANDSCAPE, tuple(boxes), tuple(rules), fills)

    def _heads(self) -> Iterator[Box]:
        width = sum(COLUMN_MM)
        middle = A3_LANDSCAPE[0] / 2
        text, font = self.pen.fitted(self.title, self.pen.font(17, True), width)
        yield Box("title", LEFT_MM, 12.0, width, 13.0, (self.pen.centre(middle, 18.4, text, font),))
        run = self.pen.centre(middle, 30.9, "目　次", self.pen.font(13, True))
        yield Box("heading", LEFT_MM, 26.0, width, 10.0, (run,))

    def _header(self) -> Iterator[Box]:
        for index, label in enumerate(LABELS):
            frame = (COLUMN_X_MM[index], TOP_MM, COLUMN_MM[index], HEADER_MM)
            yield label_box(self.pen, f"header/{index}", frame, (label,), self.pen.font(10.5, True))

    def _goal_boxes(self, group: _Group, top: float, height: float, row: float) -> Iterator[Box]:
        key = f"{group.section.key[0]}-{group.section.key[1]}"
        lines = self._goal_lines(group.section, group.continued)
        number = str(group.section.activity_goal.number)
        runs = self._numbered(COLUMN_X_MM[2], top + height / 2, number, lines, self._text)
        yield Box(f"{key}/title", COLUMN_X_MM[2], top, COLUMN_MM[2], height, tuple(runs))
        y = top + self._slack(group, height, row)
        for entry in group.entries:
            name = "{}-{}-{}".format(*entry.key)
            high = self._row_mm(entry, row)
            middle = y + high / 2 - self._pitch * (len(entry.lines) - 1) / 2
            texts = [
                self.pen.left(COLUMN_X_MM[3] + 3.0, middle + self._pitch * number, line, self._text)
                for number, line in enumerate(entry.lines)
            ]
            yield Box(f"{name}/title", COLUMN_X_MM[3], y, COLUMN_MM[3], high, tuple(texts))
            last = middle + self._pitch * (len(entry.lines) - 1)
            page = self.pen.centre(COLUMN_X_MM[4] + COLUMN_MM[4] / 2, last, str(entry.page), self._text)
            yield Box(f"{name}/page", COLUMN_X_MM[4], y, COLUMN_MM[4], high, (page,))
            y += high

    def _slack(self, group: _Group, height: float, row: float) -> float:
        return (height - sum(self._row_mm(entry, row) for entry in group.entries)) / 2

    def _leaders(self, group: _Group, top: float, height: float, row: float) -> Iterator[Rule]:
        y = top + self._slack(group, height, row)
        for entry in group.entries:
            high = self._row_mm(entry, row)
            middle = y + high / 2 + self._pitch * (len(entry.lines) - 1) / 2
            begin = COLUMN_X_MM[3] + 3.0 + self.pen.width_mm(entry.lines[-1], self._text) + 2.0
            end = COLUMN_X_MM[4] - 3.0
            if end - begin > 2.0:
                yield Rule(begin, middle, end, middle, 0.15, dotted=True, colour=_LEADER)
            y += high

    def _numbered(self, x: float, middle: float, number: str, lines: Sequence[str], font: FontSpec) -> Iterator[Run]:
        pitch = font.em_mm * 1.33
        y = middle - pitch * (len(lines) - 1) / 2
        yield self.pen.left(x + 3.0, y, number, font.heavy)
        for position, line in enumerate(lines):
            yield self.pen.left(x + 9.0, y + pitch * position, line, font)

    def _basic_box(self, group: _Group, top: float, bottom: float, begun: Collection[int]) -> Box:
        goal = group.section.basic_goal
        font = self.pen.font(11.5, True)
        lines = self._spoken(goal.title + (CONTINUED if goal.number in begun else ""), font, COLUMN_MM[1] - 11.0)
        fitting = max(1, int((bottom - top) / (font.em_mm * 1.33)))
        runs = self._numbered(COLUMN_X_MM[1], (top + bottom) / 2, str(goal.number), lines[:fitting], font)
        return Box(f"{goal.number}/title", COLUMN_X_MM[1], top, COLUMN_MM[1], bottom - top, tuple(runs))

    def _vision_box(self, top: float, bottom: float) -> Box:
        font = self.pen.font(11.5, True)
        lines = self._spoken(self.vision, font, COLUMN_MM[0] - 2.0)
        pitch = font.em_mm * 1.8
        y = (top + bottom) / 2 - pitch * (len(lines) - 1) / 2
        x = COLUMN_X_MM[0] + COLUMN_MM[0] / 2
        runs = tuple(self.pen.centre(x, y + pitch * number, line, font) for number, line in enumerate(lines))
        return Box("plan/vision", COLUMN_X_MM[0], top, COLUMN_MM[0], bottom - top, runs)

    def _spoken(self, text: str, font: FontSpec, width: float) -> list[str]:
        """Break a sentence as it is spoken: after every 、 and 。, and within between phrases, evenly filled."""
        lines: list[str] = []
        for clause in re.findall(r"[^、。]+[、。]*|[、。]+", drawable(text)):
            for line in self._even(_PHRASE.findall(clause.strip()), font, width):
                lines.extend(self._broken(line, font, width))
        return lines

    def _even(self, phrases: Sequence[str], font: FontSpec, width: float) -> list[str]:
        """Join phrases to as few lines as possible, and among these ways the one with the most even lines."""
        widths = [self.pen.width_mm(phrase, font) for phrase in phrases]
        best: list[tuple[int, float, list[str]]] = [(0, 0.0, [])]
        for end in range(1, len(phrases) + 1):
            ways = []
            for begin in range(end):
                filled = sum(widths[begin:end])
                if filled <= width or begin == end - 1:
                    lines, slack, texts = best[begin]
                    line = "".join(phrases[begin:end]).strip()
                    ways.append((lines + 1, slack + (width - filled) ** 2, [*texts, line]))
            best.append(min(ways, key=lambda way: way[:2]))
        return [line for line in best[-1][2] if line]


def _across(begin: int, y: float, width: float) -> Rule:
    return Rule(COLUMN_X_MM[begin], y, COLUMN_X_MM[-1], y, width)
