"""Questions about many fields at once, answered by the database: what is the same as a year before, what carries words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter

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
        " UNION SELECT slot_id FROM slot_entry"
        " WHERE ((field = 'status' AND year = ?) OR (field = 'planned' AND year = ?)) AND instr(text, ?) > 0",
        (words, words, year, words, year, year + 1, words),
    )
    return {str(row[0]) for row in rows}


def repeated_entries(db: Connection) -> list[tuple[str, str, int, str]]:
    """Return (slot id, field, year, text) of every status and plan, of whatever year, that says what its year before says."""
    rows = fetch(
        db,
        "SELECT now.slot_id, now.field, now.year, now.text FROM slot_entry now JOIN slot_entry before"
        " ON before.slot_id = now.slot_id AND before.field = now.field AND before.year = now.year - 1"
        " WHERE now.text <> '' AND now.text = before.text",
    )
    return [(str(slot), str(field), int(year), str(text)) for slot, field, year, text in rows]


def drafts(db: Connection) -> set[tuple[str, str, int]]:
    """Return (slot id, field, year) of every draft."""
    rows = fetch(db, "SELECT slot_id, field, year FROM slot_entry WHERE draft <> 0")
    return {(str(slot), str(field), int(year)) for slot, field, year in rows}


def hand_yearly_texts(db: Connection, take: Callable[[str, str, int, str], object]) -> None:
    """Hand every text that is written anew each year to ``take`` as (slot id, field, year, lines joined by LF).

    One year after the other, so that the texts of a large plan are never held all at once.
    """
    for (year,) in fetch(db, "SELECT DISTINCT year FROM slot_entry ORDER BY year"):
        for slot, field, text in fetch(
            db, "SELECT slot_id, field, text FROM slot_entry WHERE year = ? AND text <> '' ORDER BY field DESC", (year,)
        ):
            take(slot, field, year, text)
    for (year,) in fetch(db, "SELECT DISTINCT year FROM result ORDER BY year"):
        rows = fetch(db, "SELECT slot_id, text FROM result WHERE year = ? ORDER BY slot_id, position", (year,))
        for slot, lines in groupby(rows, itemgetter(0)):
            take(slot, "results", year, "\n".join(text for _, text in lines))


def activities_of_slots(db: Connection, slots: Iterable[str]) -> set[str]:
    """Return the ids of the activities these slots stand in; a slot that left the structure has none."""
    found: set[str] = set()
    for slot_id in slots:
        rows = fetch(db, "SELECT activity_id FROM slot WHERE id = ? AND position IS NOT NULL", (slot_id,))
        found.update(str(row[0]) for row in rows)
    return found
