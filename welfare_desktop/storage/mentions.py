"""What is spoken of: things that files which went out or came back name, and years whose reports hold anything."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import Database

from .sql import fetch

#: Where keys of fields (``FieldKey.text``, which holds the owner's id) are kept.
_KEPT = (("export", "base"), ("contribution", "field_key"), ("merged_field", "field_key"))


def is_mentioned(db: Database, ids: Sequence[str]) -> bool:
    """Return whether any export, contribution or merged field names one of ``ids``."""
    for table, column in _KEPT:
        statement = f"SELECT 1 FROM {table} WHERE instr({column}, ?) > 0 LIMIT 1"
        if any(fetch(db, statement, (item,)) for item in ids):
            return True
    return False


def department_is_mentioned(db: Database, department_id: str) -> bool:
    """Return whether a file was handed out to a department, or came back from it."""
    statement = "SELECT 1 FROM export WHERE department_id = ? UNION ALL SELECT 1 FROM received WHERE department_id = ?"
    return bool(fetch(db, f"{statement} LIMIT 1", (department_id, department_id)))


def years_with_entries(db: Database) -> list[int]:
    """Return the fiscal years whose reports hold anything, ascending; planned work is part of the year before it."""
    statement = (
        "SELECT year FROM slot_entry WHERE field = 'status' UNION SELECT year FROM result "
        "UNION SELECT year FROM judgement UNION SELECT year - 1 FROM slot_entry WHERE field = 'planned' ORDER BY 1"
    )
    return [int(row[0]) for row in fetch(db, statement)]
