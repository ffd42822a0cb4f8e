"""Whether files that went out or came back speak of something: what they speak of must not leave the plan."""

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
