"""What merging keeps: exported files, received files, contributions, and the fields they touch.

Contributions never change.  A field's value after a merge is a pure function (``domain.merging``) of what is settled
and the set of contributions whose merge was not undone; these tables hold both.  Every row carries a digest of itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from peewee import Database

from welfare_desktop.domain.merging.lines import Value
from welfare_desktop.domain.merging.resolving import Contribution, Settled

from .digests import term
from .sql import fetch, run


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """A file that went out.

    ``base`` maps field keys (``FieldKey.text``) to what the file said, in the form merging compares; ``seen`` maps
    them to the ids of the contributions that were part of it.  ``deadline`` is an ISO date or empty.
    """

    id: str
    kind: str
    department_id: str
    department: str
    year: int
    made_at: datetime
    who: str
    revision: int
    file_name: str
    deadline: str = ""
    base: Mapping[str, Value] = field(default_factory=dict)
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceivedRecord:
    """A file that came back; ``report`` is plain JSON: counts, findings, unmatched texts, remarks, problems."""

    id: str
    merge_id: str
    position: int
    file_name: str
    file_hash: str
    kind: str
    export_id: str
    department_id: str
    department: str
    year: int
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """Files merged in one step; ``operation_id`` is None when no field changed, ``undone_at`` while it stands."""

    id: str
    at: datetime
    who: str
    operation_id: int | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Brought:
    """A contribution with the received file it came in and words that say who sent it."""

    contribution: Contribution
    received_id: str
    source: str


@dataclass(frozen=True, slots=True)
class MergedField:
    """A field somebody sent edits of; ``shown`` is what it said after the last merge, undo or decision."""

    field: str
    settled: Settled
    shown: Value


# --- writing, inside the caller's transaction ---------------------------------------------------------------------


def add_export(db: Database, record: ExportRecord) -> None:
    """Keep an export."""
    columns = (
        record.id,
        record.kind,
        record.department_id,
        record.department,
        record.year,
        _instant(record.made_at),
        record.who,
        record.revision,
        record.file_name,
        record.deadline,
        _json({key: _value(value) for key, value in record.base.items()}),
        _json({key: sorted(ids) for key, ids in record.seen.items()}),
    )
    _insert(db, "export", _EXPORT, columns)


def add_merge(db: Database, record: MergeRecord) -> None:
    """Keep a merge; its files and contributions follow."""
    columns = (record.id, _instant(record.at), record.who, record.operation_id, None)
    run(db, "INSERT INTO merge (id, at, who, operation_id, undone_at) VALUES (?, ?, ?, ?, ?)", columns)


def add_received(db: Database, record: ReceivedRecord) -> None:
    """Keep a received file."""
    columns = (
        record.id,
        record.merge_id,
        record.position,
        record.file_name,
        record.file_hash,
        record.kind,
        record.export_id,
        record.department_id,
        record.department,
        record.year,
        _json(record.report),
    )
    _insert(db, "received", _RECEIVED, columns)


def add_contribution(db: Database, brought: Brought) -> None:
    """Keep a contribution."""
    item = brought.contribution
    columns = (
        item.id,
        brought.received_id,
        item.export,
        item.department,
        item.field,
        _json(_value(item.base)),
        _json(_value(item.value)),
        _json(sorted(item.seen)),
        int(item.certain),
        brought.source,
    )
    _insert(db, "contribution", _CONTRIBUTION, columns)


def set_merged_field(db: Database, item: MergedField) -> None:
    """Keep what a field's edits are laid over."""
    run(db, "DELETE FROM merged_field WHERE field_key = ?", (item.field,))
    columns = (
        item.field,
        _json(_value(item.settled.value)),
        _json(sorted(item.settled.considered)),
        _json(_value(item.shown)),
    )
    _insert(db, "merged_field", _MERGED_FIELD, columns)


def mark_undone(db: Database, merge_id: str, at: datetime) -> None:
    """Say that a merge was taken back."""
    run(db, "UPDATE merge SET undone_at = ? WHERE id = ?", (_instant(at), merge_id))


# --- reading ------------------------------------------------------------------------------------------------------


def exports(db: Database) -> list[ExportRecord]:
    """Return all exports, oldest first, without what they said."""
    rows = fetch(db, f"SELECT {', '.join(_EXPORT[:10])} FROM export ORDER BY made_at, id")
    return [_export(row, {}, {}) for row in rows]


def export(db: Database, export_id: str) -> ExportRecord | None:
    """Return one export with what it said, or None when this file knows no such export."""
    rows = fetch(db, f"SELECT {', '.join(_EXPORT)} FROM export WHERE id = ?", (export_id,))
    if not rows:
        return None
    *columns, base, seen = rows[0]
    values = {key: _read_value(value) for key, value in json.loads(base).items()}
    return _export(columns, values, {key: frozenset(ids) for key, ids in json.loads(seen).items()})


def exports_taken_back(db: Database) -> frozenset[str]:
    """Return the ids of the exports that were kept because of a merge which was taken back, as often as it was made."""
    rows = fetch(
        db,
        "SELECT e.id FROM export e JOIN received r ON r.export_id = e.id JOIN merge m ON m.id = r.merge_id"
        " GROUP BY e.id HAVING MAX(m.undone_at IS NULL) = 0 AND MIN(m.at) <= e.made_at",
    )
    return frozenset(str(row[0]) for row in rows)


def merges(db: Database) -> list[MergeRecord]:
    """Return all merges, oldest first."""
    rows = fetch(db, "SELECT id, at, who, operation_id, undone_at FROM merge ORDER BY at, rowid")
    return [
        MergeRecord(row[0], _moment(row[1]), row[2], row[3], None if row[4] is None else _moment(row[4]))
        for row in rows
    ]


def received(db: Database, merge_id: str | None = None) -> list[ReceivedRecord]:
    """Return received files in the order they came, of one merge or of all that stand."""
    names = ", ".join(f"r.{name}" for name in _RECEIVED)
    condition = "m.undone_at IS NULL" if merge_id is None else "m.id = ?"
    rows = fetch(
        db,
        f"SELECT {names} FROM received r JOIN merge m ON m.id = r.merge_id WHERE {condition}"
        " ORDER BY m.at, m.rowid, r.position",
        () if merge_id is None else (merge_id,),
    )
    return [_received(row) for row in rows]


def contributions(db: Database, fields: Iterable[str] | None = None, merge_id: str | None = None) -> list[Brought]:
    """Return the contributions whose merge stands: of ``fields`` (None: of all), or those of one merge."""
    names = ", ".join(f"c.{name}" for name in _CONTRIBUTION)
    query = (
        f"SELECT {names} FROM contribution c JOIN received r ON r.id = c.received_id"
        " JOIN merge m ON m.id = r.merge_id WHERE m.undone_at IS NULL"
    )
    if merge_id is not None:
        return [_brought(row) for row in fetch(db, f"{query} AND m.id = ? ORDER BY c.rowid", (merge_id,))]
    if fields is None:
        return [_brought(row) for row in fetch(db, f"{query} ORDER BY c.rowid")]
    found: list[Brought] = []
    for name in fields:
        found += [_brought(row) for row in fetch(db, f"{query} AND c.field_key = ? ORDER BY c.rowid", (name,))]
    return found


def contributions_called(db: Database, ids: Iterable[str]) -> list[Brought]:
    """Return the contributions with these ids whose merge stands."""
    names = ", ".join(f"c.{name}" for name in _CONTRIBUTION)
    query = (
        f"SELECT {names} FROM contribution c JOIN received r ON r.id = c.received_id"
        " JOIN merge m ON m.id = r.merge_id WHERE m.undone_at IS NULL AND c.id = ? ORDER BY c.rowid"
    )
    return [_brought(row) for identifier in ids for row in fetch(db, query, (identifier,))]


def merged_field(db: Database, name: str) -> MergedField | None:
    """Return what a field's edits are laid over, or None when nobody sent any."""
    rows = fetch(db, f"SELECT {', '.join(_MERGED_FIELD)} FROM merged_field WHERE field_key = ?", (name,))
    if not rows:
        return None
    key, settled, considered, shown = rows[0]
    return MergedField(
        key,
        Settled(_read_value(json.loads(settled)), frozenset(json.loads(considered))),
        _read_value(json.loads(shown)),
    )


def undecided_fields(db: Database) -> list[str]:
    """Return the fields that may be in conflict: what is settled shows, though edits stand that nobody considered.

    A conflict shows the settled value, so every field that shows something else is left out without computing it.
    """
    rows = fetch(
        db,
        "SELECT m.field_key FROM merged_field m WHERE m.settled = m.shown AND EXISTS ("
        " SELECT 1 FROM contribution c JOIN received r ON r.id = c.received_id JOIN merge g ON g.id = r.merge_id"
        " WHERE c.field_key = m.field_key AND g.undone_at IS NULL"
        " AND c.id NOT IN (SELECT value FROM json_each(m.considered))) ORDER BY m.field_key",
    )
    return [str(row[0]) for row in rows]


def damaged_rows(db: Database) -> int:
    """Return how many rows of merging do not prove themselves."""
    count = 0
    for table, columns in _TABLES.items():
        for *values, digest in fetch(db, f"SELECT {', '.join(columns)}, digest FROM {table}"):
            count += digest != _digest(table, tuple(values))
    return count


# --- rows ---------------------------------------------------------------------------------------------------------

_EXPORT = (
    "id",
    "kind",
    "department_id",
    "department",
    "year",
    "made_at",
    "who",
    "revision",
    "file_name",
    "deadline",
    "base",
    "seen",
)
_RECEIVED = (
    "id",
    "merge_id",
    "position",
    "file_name",
    "file_hash",
    "kind",
    "export_id",
    "department_id",
    "department",
    "year",
    "report",
)
_CONTRIBUTION = (
    "id",
    "received_id",
    "export_id",
    "department_id",
    "field_key",
    "base",
    "value",
    "seen",
    "certain",
    "source",
)
_MERGED_FIELD = ("field_key", "settled", "considered", "shown")
_TABLES = {
    "export": _EXPORT,
    "received": _RECEIVED,
    "contribution": _CONTRIBUTION,
    "merged_field": _MERGED_FIELD,
}


def _insert(db: Database, table: str, columns: tuple[str, ...], values: tuple[object, ...]) -> None:
    marks = ", ".join("?" * (len(columns) + 1))
    run(
        db,
        f"INSERT INTO {table} ({', '.join(columns)}, digest) VALUES ({marks})",
        (*values, _digest(table, values)),
    )


def _digest(table: str, values: tuple[object, ...]) -> str:
    return f"{term(table, *values):064x}"


def _export(row: Iterable[Any], base: Mapping[str, Value], seen: Mapping[str, frozenset[str]]) -> ExportRecord:
    export_id, kind, department_id, department, year, made_at, who, revision, file_name, deadline = row
    return ExportRecord(
        export_id,
        kind,
        department_id,
        department,
        year,
        _moment(made_at),
        who,
        revision,
        file_name,
        deadline,
        base,
        seen,
    )


def _received(row: tuple[Any, ...]) -> ReceivedRecord:
    row_id, merge, position, name, file_hash, kind, export_id, department_id, department, year, report = row
    return ReceivedRecord(
        row_id,
        merge,
        position,
        name,
        file_hash,
        kind,
        export_id,
        department_id,
        department,
        year,
        json.loads(report),
    )


def _brought(row: tuple[Any, ...]) -> Brought:
    item_id, received_id, export_id, department, name, base, value, seen, certain, source = row
    contribution = Contribution(
        item_id,
        export_id,
        department,
        name,
        _read_value(json.loads(base)),
        _read_value(json.loads(value)),
        frozenset(json.loads(seen)),
        bool(certain),
    )
    return Brought(contribution, received_id, source)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _value(value: Value) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _read_value(data: str | list[str]) -> Value:
    return data if isinstance(data, str) else tuple(data)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
