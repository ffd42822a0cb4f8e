"""What the real report says, cell by cell, told without any of the program's code.

Only positions and addresses stand here; the text itself is cut out of the source document while a test runs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from welfare_desktop.domain.model import Activity, Lines, Plan, Slot

#: What an undamaged row holds, in order.
COLUMNS = (
    "title",
    "residents_role",
    "organizations_role",
    "council.initiatives",
    "council.status",
    "council.planned",
    "council.indicators",
    "council.results",
    "city.initiatives",
    "city.departments",
    "city.status",
    "city.planned",
    "city.indicators",
    "city.results",
)
_NO_DEPARTMENTS = tuple(name for name in COLUMNS if name != "city.departments")
_NO_RESULTS = tuple(name for name in COLUMNS if name != "council.results")
#: Rows of the source that lost a cell, by line, with the columns they still have.
DAMAGED_ROWS = {94: _NO_DEPARTMENTS, 95: _NO_DEPARTMENTS, 96: _NO_DEPARTMENTS, 115: _NO_DEPARTMENTS, 116: _NO_RESULTS}
#: The lines of the body's rows, and the activity and city slot each belongs to.
ROWS = {
    28: ("1-1-1", 0), 29: ("1-1-2", 0), 30: ("1-1-3", 0), 31: ("1-1-3", 1), 32: ("1-1-3", 2),
    37: ("1-2-1", 0), 38: ("1-2-2", 0), 39: ("1-2-3", 0), 40: ("1-2-4", 0),
    47: ("1-3-1", 0), 48: ("1-3-2", 0),
    57: ("2-1-1", 0), 58: ("2-1-2", 0),
    63: ("2-2-1", 0), 64: ("2-2-2", 0), 65: ("2-2-3", 0), 70: ("2-2-4", 0),
    77: ("2-3-1", 0), 78: ("2-3-2", 0), 79: ("2-3-3", 0),
    86: ("2-4-1", 0), 87: ("2-4-2", 0),
    94: ("2-5-1", 0), 95: ("2-5-2", 0), 96: ("2-5-3", 0), 97: ("2-5-3", 1),
    104: ("2-6-1", 0), 105: ("2-6-2", 0), 106: ("2-6-3", 0),
    115: ("3-1-1", 0), 116: ("3-1-2", 0), 121: ("3-1-3", 0), 122: ("3-1-4", 0),
}  # fmt: skip
_TAGS = re.compile(r'<ul style="list-style-type: none">|</?p>')


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One cell of the source: its line, the activity and slot it belongs to, its column and its text without tags."""

    line: int
    activity: str
    slot: int
    column: str
    text: str


def source_cells(report: str) -> Iterator[SourceCell]:
    """Yield every cell of the body that holds text, with the place it belongs to."""
    lines = report.split("\n")
    for line, (activity, slot) in ROWS.items():
        columns = DAMAGED_ROWS.get(line, COLUMNS)
        raws = lines[line - 1].split("\t")
        for column, raw in zip(columns, raws, strict=False):
            if raw.strip():
                yield SourceCell(line, activity, slot, column, without_tags(raw))


def without_tags(raw: str) -> str:
    """Return a raw cell without the source's tags."""
    return _TAGS.sub("", raw).strip()


def characters(text: str) -> str:
    """Return the characters of ``text`` that are no white space."""
    return re.sub(r"\s+", "", text)


def without_bullets(text: str) -> str:
    """Return a cell without its bullets (・ at the start or after a space)."""
    return re.sub(r"(^|(?<=\s))・", "", text)


def activities(plan: Plan) -> dict[str, Activity]:
    """Return the activities of a plan by address."""
    return {f"{basic.number}-{goal.number}-{activity.number}": activity for basic, goal, activity in plan.walk()}


def lines_at(activity: Activity, column: str, slot: int, year: int = 2018) -> Lines:
    """Return what a plan holds at one of :data:`COLUMNS`."""
    if column in ("title", "residents_role", "organizations_role"):
        value = getattr(activity, column)
        return (value,) if isinstance(value, str) else tuple(value)
    actor, field = column.split(".")
    part = activity.council if actor == "council" else activity.city
    return part.initiatives if field == "initiatives" else slot_lines(part.slots[slot], field, year)


def slot_lines(slot: Slot, field: str, year: int) -> Lines:
    """Return the lines of one field of a slot; planned work is that of the year after ``year``."""
    if field == "departments":
        return slot.department_names
    if field == "indicators":
        return tuple(indicator.text for indicator in slot.indicators)
    if field == "results":
        return tuple(result.text for result in slot.results.get(year, ()))
    entries, of = (slot.status, year) if field == "status" else (slot.planned, year + 1)
    return entries[of].lines if of in entries else ()


def all_text(plan: Plan, *, titles: bool = True) -> Counter[str]:
    """Return how often every character stands in the activities of a plan, white space and ・ aside."""
    found: Counter[str] = Counter()
    for _, _, activity in plan.walk():
        found += text_of(activity, titles=titles)
    return found


def text_of(activity: Activity, *, titles: bool = True) -> Counter[str]:
    """Return how often every character stands in one activity, counted as :func:`all_text` counts."""
    texts = [*activity.residents_role, *activity.organizations_role]
    texts += [activity.title] if titles else []
    for part in activity.parts:
        texts += part.initiatives
        for slot in part.slots:
            texts += slot.department_names
            texts += [indicator.text for indicator in slot.indicators]
            texts += [
                line for entries in (slot.status, slot.planned) for entry in entries.values() for line in entry.lines
            ]
            texts += [result.text for results in slot.results.values() for result in results]
    return Counter(character for text in texts for character in characters(text) if character != "・")
