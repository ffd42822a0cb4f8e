"""Reading the contents sheet of the official form: 理念 and the names of goals and activities."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from welfare_desktop.domain.official_form import ActivityKey, GoalKey
from welfare_desktop.domain.text import canonical_line

from .guard.cells import Sheet
from .official_tables import plain

_NUMBERED = re.compile(r"^\s*([0-9０-９]{1,3})[\s.．、:：]*(.*)$", re.DOTALL)
_CIRCLED = re.compile(r"([①-⑳㉑-㉟㊱-㊿]|[(（][0-9０-９]{1,3}[)）]|^[0-9０-９]{1,3}[.．、\s])\s*")
_COLUMNS = {
    "理念": "vision",
    "基本目標": "basic",
    "活動目標": "goal",
    "取組み": "activity",
    "取組": "activity",
    "活動名": "activity",
}


@dataclass(slots=True)
class FoundContents:
    """What contents sheets say."""

    vision: str = ""
    basics: dict[int, str] = field(default_factory=dict)
    goals: dict[GoalKey, str] = field(default_factory=dict)
    activities: dict[ActivityKey, str] = field(default_factory=dict)


def circled_number(text: str) -> int | None:
    """Return the number ``①``, ``(21)`` or ``3.`` stands for."""
    plain_text = unicodedata.normalize("NFKC", text)
    match = re.search(r"\d+", plain_text)
    return int(match[0]) if match else None


def split_numbered(text: str) -> list[tuple[int, str]]:
    """Return the numbered names of a cell that holds one or several: ``① … ② …``."""
    pieces = _CIRCLED.split(text.strip())
    found: list[tuple[int, str]] = []
    for mark, name in zip(pieces[1::2], pieces[2::2], strict=False):
        number = circled_number(mark)
        if number is not None and name.strip():
            found.append((number, canonical_line(name.replace("\n", ""))))
    return found


def read_contents(sheet: Sheet, found: FoundContents) -> bool:
    """Add what ``sheet`` says if it is a contents sheet; whether it is one."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        rows.setdefault(row, {})[column] = cell.text
    for row in sorted(rows):
        columns = {c: _COLUMNS[plain(text)] for c, text in rows[row].items() if plain(text) in _COLUMNS}
        if {"basic", "goal", "activity"} <= set(columns.values()):
            _read_rows([rows[n] for n in sorted(rows) if n > row], columns, found)
            return True
    return False


def _read_rows(rows: Sequence[Mapping[int, str]], columns: Mapping[int, str], found: FoundContents) -> None:
    basic = goal = 0
    for cells in rows:
        for column, text in sorted(cells.items()):
            name = columns.get(column)
            if name == "vision" and not found.vision:
                found.vision = canonical_line(re.sub(r"\s*\n\s*", "", text))
            elif name in ("basic", "goal"):
                match = _NUMBERED.match(text)
                if match is None or not match[2].strip():
                    continue
                number, title = int(unicodedata.normalize("NFKC", match[1])), canonical_line(match[2].replace("\n", ""))
                if name == "basic":
                    basic = number
                    found.basics.setdefault(number, title)
                else:
                    goal = number
                    found.goals.setdefault((basic, number), title)
            elif name == "activity":
                for number, title in split_numbered(text):
                    found.activities.setdefault((basic, goal, number), title)
