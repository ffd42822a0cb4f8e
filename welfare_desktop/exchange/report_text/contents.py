"""The contents page (目次): vision, goals and activities with their numbers, without the page numbers.

Its cells are as unreliable as the body's: a goal may stand one column further right than the one above.  A cell with
①②③ lists activities, the numbered cell before it is the activity goal, one before that the basic goal, and what
carries no number is the vision (理念).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from .cells import Cell
from .columns import GOAL_NUMBER, goal_number, squeezed
from .findings import Code, Findings, whole
from .names import ALIKE, alike, plain_name
from .scanning import Heading, Level
from .scoring import TITLE_START

Address = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A name on the contents page with its address: (basic goal,), (…, activity goal) or (…, …, activity)."""

    address: Address
    title: str
    line: int
    plain: str


class Contents:
    """What the contents page says, in its order; empty where there is none."""

    def __init__(self) -> None:
        self.vision = ""
        self.entries: dict[Address, Entry] = {}
        self.goals: list[tuple[int, int]] = []
        self.activities: list[Entry] = []
        self._by_name: dict[tuple[int, str], list[Entry]] = {}

    def add(self, address: Address, title: str, line: int) -> bool:
        """Note a name; False where its address is taken already."""
        if address in self.entries:
            return False
        entry = Entry(address, title, line, plain_name(title))
        self.entries[address] = entry
        self._by_name.setdefault((len(address), entry.plain), []).append(entry)
        if len(address) == 2:
            self.goals.append((address[0], address[1]))
        elif len(address) == 3:
            self.activities.append(entry)
        return True

    def title_at(self, address: Address) -> str:
        """Return the name at ``address``, or an empty string."""
        return self.entries[address].title if address in self.entries else ""

    def named(self, title: str, depth: int) -> list[Entry]:
        """Return the entries with exactly this name: basic goals (depth 1), activity goals (2) or activities (3)."""
        return self._by_name.get((depth, plain_name(title)), [])

    def nearest(self, title: str) -> Entry | None:
        """Return the activity with this name, or the one most like it; None if none is alike."""
        same = self.named(title, 3)
        if same:
            return same[0]
        wanted = plain_name(title)
        best = max(self.activities, key=lambda entry: alike(wanted, entry.plain), default=None)
        return best if best is not None and alike(wanted, best.plain) >= ALIKE else None


_NUMBERED = re.compile(rf"(?:基本目標|活動目標)?[\s　]*({GOAL_NUMBER})[\s　.．、:：]+(?=\S)(.+)", re.DOTALL)
_LEADER = re.compile(r"[.．…‥・]{2,}\d{0,3}$")
_PAGE = re.compile(r"[.．…‥・]*\d{1,3}")
_VISION_LABEL = re.compile(r"^(?:基本)?理[\s　]*念[\s　:：]*")
_BEFORE_NUMBER = re.compile(r"[\s　]+(?=[0-9０-９]{1,2}[\s　.．、]+[^\s0-9０-９])")
#: No goal has more activities; a list with more is none.
_MOST_ACTIVITIES = 100
_ONLY_NUMBERS = re.compile(r"[\d\s　,、]+")


def parse_contents(rows: Sequence[tuple[Cell, ...]], headings: Sequence[Heading], findings: Findings) -> Contents:
    """Read the lines of the contents page; ``headings`` of the body tell the levels apart where the page does not."""
    reader = _Reader(headings, findings)
    for index, cells in enumerate(rows):
        pieces = [piece for cell in cells if not cell.blank for piece in _parted(cell)]
        filled = [cell for cell in pieces if not _ONLY_NUMBERS.fullmatch(cell.text)]
        follows = rows[index + 1] if index + 1 < len(rows) else ()
        reader.add(filled, any(TITLE_START.match(cell.text.strip()) for cell in follows))
    if reader.vision:
        reader.contents.vision = joined_words(" ".join(reader.vision))
    return reader.contents


def _parted(cell: Cell) -> list[Cell]:
    """Return the cells that ran together in ``cell``: a list of activities, and the numbered names before it."""
    text = cell.text.strip()
    first = TITLE_START.search(text)
    if first is None or first.start() == 0:
        return [cell]
    names = _BEFORE_NUMBER.split(text[: first.start()].strip())
    return [replace(cell, text=piece) for piece in (*names, text[first.start() :])]


def joined_words(text: str) -> str:
    """Return ``text`` on one line: spaces where a line ended between two Japanese characters fall away."""
    return re.sub(r"(?<=[^\x00-\x7f])[\s　]+(?=[^\x00-\x7f])", "", " ".join(text.split()))


class _Reader:
    def __init__(self, headings: Sequence[Heading], findings: Findings) -> None:
        self.contents = Contents()
        self.vision: list[str] = []
        self._levels = {squeezed(heading.title): heading.level for heading in headings if heading.title}
        self._findings = findings
        self._basic = 0
        self._goal = 0

    def add(self, filled: Sequence[Cell], list_follows: bool) -> None:
        """Read one row of the contents page."""
        lists = [cell for cell in filled if TITLE_START.match(cell.text.strip())]
        names = [cell for cell in filled if cell not in lists]
        numbered = [cell for cell in names if _NUMBERED.fullmatch(_name(cell))]
        for cell in names:
            if cell not in numbered:
                self._add_unnumbered(cell)
        for index, cell in enumerate(numbered):
            last = index == len(numbered) - 1
            self._add_goal(cell, self._level(cell, last and (bool(lists) or list_follows), len(numbered) > 1))
        for cell in lists:
            self._add_activities(cell)

    def _add_unnumbered(self, cell: Cell) -> None:
        name = _VISION_LABEL.sub("", cell.text.strip())
        level = self._levels.get(squeezed(name))
        if level is Level.BASIC:
            self._add_basic(self._basic + 1, name, cell.line)
        elif level is Level.ACTIVITY:
            self._add_activity_goal(self._goal + 1, name, cell.line)
        elif name and name not in self.vision:
            self.vision.append(name)

    def _level(self, cell: Cell, before_list: bool, several: bool) -> Level:
        match = _NUMBERED.fullmatch(_name(cell))
        assert match is not None
        if cell.text.strip().startswith((Level.BASIC.value, Level.ACTIVITY.value)):
            return Level(cell.text.strip()[:4])
        if before_list and several:
            return Level.ACTIVITY
        known = self._levels.get(squeezed(match[2]))
        if known is not None:
            return known
        return Level.ACTIVITY if before_list else Level.BASIC

    def _add_goal(self, cell: Cell, level: Level) -> None:
        match = _NUMBERED.fullmatch(_name(cell))
        assert match is not None
        number, name = goal_number(match[1]), match[2]
        if level is Level.BASIC:
            self._add_basic(number, name, cell.line)
        else:
            self._add_activity_goal(number, name, cell.line)

    def _add_basic(self, number: int, name: str, line: int) -> None:
        self._basic, self._goal = number, 0
        self._add((number,), name, line)

    def _add_activity_goal(self, number: int, name: str, line: int) -> None:
        if number <= self._goal:
            # The number starts again: the basic goal above it lost its name.
            self._basic += 1
        self._basic = self._basic or 1
        self._goal = number
        self._add((self._basic, number), name, line)

    def _add_activities(self, cell: Cell) -> None:
        text = cell.text.strip()
        starts = list(islice(TITLE_START.finditer(text), _MOST_ACTIVITIES))
        address = (self._basic or 1, self._goal or 1)
        for index, start in enumerate(starts):
            end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
            self._add((*address, circled_number(start[1])), text[start.end() : end], cell.line)

    def _add(self, address: Address, name: str, line: int) -> None:
        title = _without_pages(name)
        if self.contents.add(address, title, line) or self.contents.entries[address].plain == plain_name(title):
            return
        place = "-".join(map(str, address))
        self._findings.add(
            Code.NUMBER, f"目次に同じ番号 {place} が2回あります。2つめの{whole(title)}は使っていません。", line
        )


def _name(cell: Cell) -> str:
    return cell.text.strip()


def _without_pages(text: str) -> str:
    """Return ``text`` on one line without what leads to page numbers at its end: ``1``, ``5 5 5 6``, ``…… 12``."""
    words = text.split()
    while len(words) > 1 and (_PAGE.fullmatch(words[-1]) or _LEADER.fullmatch(words[-1])):
        words.pop()
    if words:
        words[-1] = _LEADER.sub("", words[-1])
    return " ".join(words)


def circled_number(mark: str) -> int:
    """Return the number of ①, ⑴, ❶ … (one character)."""
    return int(unicodedata.numeric(mark))
