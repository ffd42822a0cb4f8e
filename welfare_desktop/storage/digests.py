"""Digests that prove content and history unchanged.

SQLite's own ``integrity_check`` finds one bit flip in twelve; a digest over what the program stored finds them all.
The digest of the content is the sum (modulo 2**256) of one SHA-256 per field that holds something: a change takes its
old term out and puts its new term in, so keeping it costs the same for ten activities and for ten thousand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from peewee import Database

from welfare_desktop.domain.fields import FIELDS, FieldKey, Owner, Value, to_json
from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.values import values_of

from .loading import load_plan
from .rows import OWNER_TABLE, read_value
from .tables import (
    ActivityTextRow,
    ChangeRow,
    DepartmentFormerRow,
    IndicatorRow,
    JudgementRow,
    NoteRow,
    OperationRow,
    ResultRow,
    SlotDepartmentRow,
    SlotEntryRow,
)

_MODULUS = 1 << 256


def value_json(value: Value) -> str:
    """Return the one JSON text of ``value`` that history stores and digests are made of."""
    return json.dumps(to_json(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def term(*parts: object) -> int:
    """Return one summand: SHA-256 over ``parts``, unambiguously joined."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")


def value_term(key: FieldKey, value: Value) -> int:
    """Return the summand of one field; a default value adds nothing."""
    return 0 if value == key.spec.default else term(key.text, value_json(value))


def added(digest: str, *summands: int) -> str:
    """Return ``digest`` (64 hex digits) with ``summands`` added."""
    return f"{(int(digest, 16) + sum(summands)) % _MODULUS:064x}"


EMPTY = f"{0:064x}"


def filled_keys(db: Database) -> Iterable[FieldKey]:
    """Yield the key of every field that may hold something, whether or not it is in the structure."""
    for owner, table in OWNER_TABLE.items():
        ids = [row[0] for row in table.select(table.id).tuples().execute(db)]
        actors: tuple[Actor | None, ...] = tuple(Actor) if owner is Owner.ACTOR else (None,)
        always = [spec for spec in FIELDS if spec.owner is owner and spec.name in _STRUCTURAL]
        for owner_id in ids:
            for actor in actors:
                for spec in always:
                    yield FieldKey(owner, owner_id, spec.name, actor)
    yield from _text_keys(db)
    yield from _slot_keys(db)
    yield from note_keys(db)


#: Fields kept in the owner's own row or as children; the others are found through their own tables.
_STRUCTURAL = {
    "title",
    "vision",
    "first_year",
    "last_year",
    "number",
    "retired_from",
    "name",
    "basic_goals",
    "activity_goals",
    "activities",
    "slots",
}


def _text_keys(db: Database) -> Iterable[FieldKey]:
    table = ActivityTextRow
    for activity, actor, name in table.select(table.activity, table.actor, table.field).tuples().execute(db):
        owner = Owner.ACTOR if actor else Owner.ACTIVITY
        yield FieldKey(owner, activity, name, Actor(actor) if actor else None)
    for (department,) in DepartmentFormerRow.select(DepartmentFormerRow.department).distinct().tuples().execute(db):
        yield FieldKey(Owner.DEPARTMENT, department, "former")
    for (plan_id,) in OWNER_TABLE[Owner.PLAN].select(OWNER_TABLE[Owner.PLAN].id).tuples().execute(db):
        yield FieldKey(Owner.PLAN, plan_id, "departments")


def note_keys(db: Database) -> Iterable[FieldKey]:
    """Yield the keys of everything the office keeps beside the plan; it is no part of the domain tree."""
    table = NoteRow
    for owner, owner_id, name, year in (
        table.select(table.owner, table.owner_id, table.field, table.year).tuples().execute(db)
    ):
        yield FieldKey(Owner(owner), owner_id, name, None, year or None)


def _slot_keys(db: Database) -> Iterable[FieldKey]:
    for slot, name, year in (
        SlotEntryRow.select(SlotEntryRow.slot, SlotEntryRow.field, SlotEntryRow.year).tuples().execute(db)
    ):
        yield FieldKey(Owner.SLOT, slot, name, None, year)
    for (slot,) in SlotDepartmentRow.select(SlotDepartmentRow.slot).distinct().tuples().execute(db):
        yield FieldKey(Owner.SLOT, slot, "departments")
    for (slot,) in IndicatorRow.select(IndicatorRow.slot).distinct().tuples().execute(db):
        yield FieldKey(Owner.SLOT, slot, "indicators")
    for table, name in ((ResultRow, "results"), (JudgementRow, "judgements")):
        for slot, year in table.select(table.slot, table.year).distinct().tuples().execute(db):
            yield FieldKey(Owner.SLOT, slot, name, None, year)


def content_digest(db: Database) -> str:
    """Recompute the digest of all content from the tables.

    What stands in the structure is read in bulk; what was taken out of it, field by field.
    """
    plan = load_plan(db)
    terms = [value_term(key, value) for key, value in values_of(plan)]
    standing = {key.owner_id for key, _ in values_of(plan)} | {plan.id}
    terms += [value_term(key, read_value(db, key)) for key in filled_keys(db) if key.owner_id not in standing]
    terms += [value_term(key, read_value(db, key)) for key in note_keys(db) if key.owner_id in standing]
    return added(EMPTY, *terms)


def history_digest(db: Database) -> str:
    """Recompute the digest of the whole history from the tables."""
    operations = (term("operation", *row) for row in OperationRow.select().tuples().execute(db))
    changes = (term("change", *row) for row in ChangeRow.select().tuples().execute(db))
    return added(EMPTY, *operations, *changes)
