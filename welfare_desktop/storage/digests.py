"""Digests that prove content and history unchanged.

SQLite's own ``integrity_check`` finds one bit flip in twelve; a digest over what the program stored finds them all.
The digest of the content is the sum (modulo 2**256) of one SHA-256 per field that holds something, and one for the
identity of the file: a change takes its old term out and puts its new term in, so keeping it costs the same for ten
activities and for ten thousand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator

from peewee import Database

from welfare_desktop.domain.fields import FIELDS, FieldKey, Kind, Owner, Value, to_json
from welfare_desktop.domain.model import Actor, Plan
from welfare_desktop.domain.values import values_of

from .loading import load_plan
from .rows import OWNER_TABLE, read_value
from .sql import fetch

_MODULUS = 1 << 256
_encode_value = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_encode_parts = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

OPERATION_COLUMNS = "id, kind, label, who, at, why, undoes_id"
CHANGE_COLUMNS = "id, operation_id, owner, owner_id, actor, field, year, before, after"


def value_json(value: Value) -> str:
    """Return the one JSON text of ``value`` that history stores and digests are made of."""
    return _encode_value(to_json(value))


def term(*parts: object) -> int:
    """Return one summand: SHA-256 over ``parts``, unambiguously joined."""
    return _hashed(_encode_parts(parts))


def value_term(key: FieldKey, value: Value) -> int:
    """Return the summand of one field; a default value adds nothing."""
    return 0 if value == key.spec.default else _filled_term(key, value)


def _filled_term(key: FieldKey, value: Value) -> int:
    # Neither a key nor JSON holds a line end, so the one between them stays where it is.
    return _hashed(f"{key.text}\n{value_json(value)}")


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")


def added(digest: str, *summands: int) -> str:
    """Return ``digest`` (64 hex digits) with ``summands`` added."""
    return f"{(int(digest, 16) + sum(summands)) % _MODULUS:064x}"


EMPTY = f"{0:064x}"


def identity_digest(dataset_id: str) -> str:
    """Return the content digest of a file that holds nothing but its identity."""
    return added(EMPTY, term("dataset", dataset_id))


def content_digest(db: Database) -> str:
    """Recompute the digest of all content from the tables.

    What stands in the structure is read in bulk; what was taken out of it and what the office keeps beside the plan,
    field by field.
    """
    plan = load_plan(db)
    terms = [_filled_term(key, value) for key, value in values_of(plan)]
    terms += [value_term(key, read_value(db, key)) for key in note_keys(db)]
    standing = _standing_ids(plan)
    known = {row[0] for table in set(OWNER_TABLE.values()) for row in fetch(db, f"SELECT id FROM {table}")}
    left = known - standing
    if left:
        terms += [value_term(key, read_value(db, key)) for key in _keys_of(db, left)]
    return added(identity_digest(plan.dataset_id), *terms)


def _standing_ids(plan: Plan) -> set[str]:
    """Return the id of everything in the structure, whether or not its fields hold anything."""
    found = {plan.id, *(department.id for department in plan.departments)}
    for basic in plan.basic_goals:
        found |= {basic.id, *(goal.id for goal in basic.activity_goals)}
    for _, _, activity in plan.walk():
        found |= {activity.id, *(slot.id for part in activity.parts for slot in part.slots)}
    return found


#: Fields kept as rows of their own, found there; the others stand in the owner's own row or are lists of children.
_IN_ROWS = {Kind.LINES, Kind.NOTE, Kind.ENTRY, Kind.INDICATORS, Kind.RESULTS, Kind.OVERRIDES}


def _keys_of(db: Database, owner_ids: Collection[str]) -> Iterator[FieldKey]:
    """Yield the key of every field of ``owner_ids`` that may hold something."""
    for owner, table in OWNER_TABLE.items():
        actors: tuple[Actor | None, ...] = tuple(Actor) if owner is Owner.ACTOR else (None,)
        always = [spec for spec in FIELDS if spec.owner is owner and spec.kind not in _IN_ROWS]
        for (owner_id,) in fetch(db, f"SELECT id FROM {table}"):
            if owner_id in owner_ids:
                yield from (FieldKey(owner, owner_id, spec.name, actor) for actor in actors for spec in always)
    yield from (key for key in (*_text_keys(db), *_slot_keys(db)) if key.owner_id in owner_ids)


def note_keys(db: Database) -> Iterator[FieldKey]:
    """Yield the keys of everything the office keeps beside the plan; it is no part of the domain tree."""
    for owner, owner_id, name, year in fetch(db, "SELECT owner, owner_id, field, year FROM note"):
        yield FieldKey(Owner(owner), owner_id, name, None, year or None)


def _text_keys(db: Database) -> Iterator[FieldKey]:
    for activity, actor, name in fetch(db, "SELECT activity_id, actor, field FROM activity_text"):
        yield FieldKey(Owner.ACTOR if actor else Owner.ACTIVITY, activity, name, Actor(actor) if actor else None)


def _slot_keys(db: Database) -> Iterator[FieldKey]:
    for slot, name, year in fetch(db, "SELECT slot_id, field, year FROM slot_entry"):
        yield FieldKey(Owner.SLOT, slot, name, None, year)
    for (slot,) in fetch(db, "SELECT DISTINCT slot_id FROM indicator"):
        yield FieldKey(Owner.SLOT, slot, "indicators")
    for table, name in (("result", "results"), ("judgement", "judgements")):
        for slot, year in fetch(db, f"SELECT DISTINCT slot_id, year FROM {table}"):
            yield FieldKey(Owner.SLOT, slot, name, None, year)


def history_digest(db: Database) -> str:
    """Recompute the digest of the whole history from the tables."""
    operations: Iterable[int] = (term("operation", *row) for row in _rows(db, OPERATION_COLUMNS, "operation"))
    changes: Iterable[int] = (term("change", *row) for row in _rows(db, CHANGE_COLUMNS, "change"))
    return added(EMPTY, *operations, *changes)


def _rows(db: Database, columns: str, table: str) -> list[tuple[object, ...]]:
    return fetch(db, f"SELECT {columns} FROM {table}")
