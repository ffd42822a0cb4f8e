"""Questions about many fields at once, answered by the database: what is the same as a year before, what carries words."""

from __future__ import annotations

from .sql import fetch
from .store import Connection


def entries_as_before(db: Connection, year: int) -> list[tuple[str, str]]:
    """Return (slot id, text) of every status of ``year`` and plan of the year after whose text is that of its year before."""
    rows = fetch(
        db,
        "SELECT now.slot_id, now.text FROM slot_entry now JOIN slot_entry before"
        " ON before.slot_id = now.slot_id AND before.field = now.field AND before.year = now.year - 1"
        " WHERE ((now.field = 'status' AND now.year = ?) OR (now.field = 'planned' AND now.year = ?))"
        " AND now.text <> '' AND now.text = before.text",
        (year, year + 1),
    )
    return [(str(slot), str(text)) for slot, text in rows]


def owners_of_text(db: Connection, words: str, year: int) -> set[str]:
    """Return the ids of activities and slots of whose texts one, as the report of ``year`` prints them, holds ``words``."""
    rows = fetch(
        db,
        "SELECT activity_id FROM activity_text WHERE instr(text, ?) > 0"
        " UNION SELECT slot_id FROM indicator WHERE position IS NOT NULL AND instr(text, ?) > 0"
        " UNION SELECT slot_id FROM result WHERE year = ? AND instr(text, ?) > 0"
        " UNION SELECT slot_id FROM slot_entry WHERE instr(text, ?) > 0"
        " AND ((field = 'status' AND year = ?) OR (field = 'planned' AND year = ?))",
        (words, words, year, words, words, year, year + 1),
    )
    return {str(row[0]) for row in rows}
