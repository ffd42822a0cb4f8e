"""Getting out of a damaged data file whatever can still be read, into a new one.

Everything a file holds stands in it twice: as it is now, and as the history that led there.  Whichever of the two
still proves itself gives back all of it.  Where neither does, what can be read is taken, and the fields on which the
two disagree are named, because only a person can tell what is right.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from peewee import Database

from welfare_desktop.domain.errors import StoreDamaged, WelfareError
from welfare_desktop.domain.fields import Change, FieldKey, Kind, Owner, Value, from_json, lines_of
from welfare_desktop.domain.model import Actor, Judgement, TargetKind
from welfare_desktop.domain.values import values_of

from .connecting import (
    connect_memory,
    connect_scratch,
    look_at,
    put_in_place,
    remove_scratch,
    scratch_beside,
    serialized,
)
from .digests import content_digest, history_digest, note_keys
from .failures import SQLITE_ERRORS, store_error
from .loading import load_plan
from .merge_records import damaged_rows
from .migrating import run_migrations
from .opening import create_store, initialise, require_room
from .rows import read_value, write_value
from .sql import fetch, run, run_many
from .storable import require_storable
from .store import Operation
from .tables import TABLES

#: What a value raises that is not what this program wrote.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, WelfareError)


#: Fields that refer to nothing else and can be filled wherever their owner is.
_TEXTS = {Kind.LINE, Kind.NUMBER, Kind.YEAR, Kind.LINES, Kind.NOTE, Kind.ENTRY}
_PAGE = 4096
_HEADER_SIZE = 100
_INTERIOR_TABLE_PAGE = 5


@dataclass(frozen=True, slots=True)
class Rescued:
    """What came of a rescue.

    ``complete`` says that everything proved to be there.  ``history_kept`` is False when the history had to be left
    behind.  ``doubtful`` are the fields for which the content and its history say different things; the content's
    value was taken.
    """

    complete: bool
    history_kept: bool
    doubtful: tuple[FieldKey, ...] = ()


def rescue(path: Path, target: Path, operation: Operation) -> Rescued:
    """Make a new data file at ``target`` from what can be read of ``path``, which stays as it is.

    Raises StoreDamaged when nothing can be read, StoreError when something is in the way; then nothing was made.
    """
    look_at(path)
    require_room(target)
    try:
        data = _with_our_header(path.read_bytes())  # by hand: nobody of us can have a damaged file open for writing
    except OSError as error:
        raise store_error(error, path) from error
    for attempt, proved_only in ((data, False), _with_present_schema(data)):
        memory = connect_memory()
        with closing(memory):
            run_migrations(memory)
            try:
                _copy_rows(attempt, memory)
            except SQLITE_ERRORS:
                continue
            rescued = _rescue_from(memory, target, operation, proved_only)
            if rescued is not None:
                return rescued
    raise StoreDamaged(
        "ファイルから救い出せるものがありません。",
        code="W-235",
        where=str(path),
        next_step="ファイルは消さずに残してあります。控えから戻してください。",
    )


def _rescue_from(memory: Database, target: Path, operation: Operation, proved_only: bool) -> Rescued | None:
    """Make ``target`` from rows that could be read; None when they give nothing (``proved_only``: that is proved)."""
    identity, content, history = _recorded(memory)
    if history is not None and _holds(lambda: history_digest(memory) == history):
        records = _holds(lambda: damaged_rows(memory) == 0)
        _write_from_history(memory, target, identity, ("operation", "change", *(_RECORDS if records else ())))
        return Rescued(complete=records, history_kept=True)
    whole = content is not None and _holds(lambda: content_digest(memory) == content)
    if proved_only and not whole:
        return None
    replayed = _replayed(memory)
    _leave_out_what_is_broken(memory)
    values = _values(memory)
    if not values:
        return None
    differing = () if whole else tuple(key for key in replayed if values.get(key) != replayed[key])
    if not whole:
        values |= _missing(values, replayed)
    changes = [Change(key, key.spec.default, value) for key, value in values.items()]
    create_store(target, changes, operation, dataset_id=identity).close()
    return Rescued(whole, history_kept=False, doubtful=differing)


def _missing(values: Mapping[FieldKey, Value], replayed: Mapping[FieldKey, Value]) -> dict[FieldKey, Value]:
    """Return the texts that only the history still has, of what stands in the structure."""
    standing = {key.owner_id for key in values}
    standing |= {
        str(item) for key, value in values.items() if key.spec.kind is Kind.CHILDREN for item in lines_of(value)
    }
    found = (
        (key, value)
        for key, value in replayed.items()
        if key not in values and key.owner_id in standing and key.spec.kind in _TEXTS
    )
    return dict(_storable(found))


# --- reading what can be read -------------------------------------------------------------------------------------


def _copy_rows(data: bytes, memory: Database) -> None:
    """Copy every row of a file (its bytes) that can be read into an empty database; raises sqlite3.Error."""
    with closing(sqlite3.connect(":memory:")) as damaged:
        damaged.deserialize(data)
        damaged.text_factory = lambda text: text.decode("utf-8", "replace")
        for table in TABLES:
            name = table._meta.table_name
            known = {row[1] for row in damaged.execute(f'PRAGMA table_info("{name}")')}
            columns = [field.column_name for field in table._meta.sorted_fields if field.column_name in known]
            if not columns:
                continue
            listed, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
            rows = _readable_rows(damaged, f'SELECT rowid, {listed} FROM "{name}" NOT INDEXED')
            run_many(memory, f'INSERT OR IGNORE INTO "{name}" ({listed}) VALUES ({marks})', rows)


def _with_present_schema(data: bytes) -> tuple[bytes, bool]:
    """Return a file's bytes with the description of the tables taken from a new file.

    Every file that was not migrated keeps it in the same pages; its first page, from which the others hang, then looks
    the same.  In any other file this reads nonsense: the second result says that only what proves itself may count.
    """
    fresh = connect_memory()
    with closing(fresh):
        run_migrations(fresh)
        model = serialized(fresh)
    pages = bytearray(data.ljust(len(model), b"\x00"))  # a table whose first page is cut off is no reason to give up
    for number in _pages_of_tree(model, 1):
        start = (number - 1) * _PAGE + (_HEADER_SIZE if number == 1 else 0)
        pages[start : number * _PAGE] = model[start : number * _PAGE]
    return _with_our_header(bytes(pages)), data[_HEADER_SIZE:_PAGE] != model[_HEADER_SIZE:_PAGE]


def _pages_of_tree(data: bytes, number: int) -> Iterator[int]:
    """Yield the numbers of all pages of a table's tree, from its root page ``number`` on."""
    yield number
    start = (number - 1) * _PAGE
    head = start + (_HEADER_SIZE if number == 1 else 0)
    if data[head] != _INTERIOR_TABLE_PAGE:
        return
    cells = int.from_bytes(data[head + 3 : head + 5], "big")
    places = (int.from_bytes(data[at : at + 2], "big") for at in range(head + 12, head + 12 + 2 * cells, 2))
    for place in (*(start + place for place in places), head + 8):
        yield from _pages_of_tree(data, int.from_bytes(data[place : place + 4], "big"))


def _with_our_header(data: bytes) -> bytes:
    """Return a file's bytes as whole pages, under the header that every file of ours has.

    Only what the header says of the schema's age is taken over; the list of free pages is of no use for reading.
    """
    pages = -(-len(data) // _PAGE)
    count, one, none = pages.to_bytes(4, "big"), (1).to_bytes(4, "big"), bytes(4)
    header = b"SQLite format 3\x00" + _PAGE.to_bytes(2, "big") + bytes((1, 1, 0, 64, 32, 32))
    header += one + count + none + none + data[40:44] + (4).to_bytes(4, "big") + none + none + one
    header += bytes(32) + one + (3_040_000).to_bytes(4, "big")
    return (header + data[len(header) :]).ljust(pages * _PAGE, b"\x00")


def _readable_rows(damaged: sqlite3.Connection, query: str) -> list[Sequence[object]]:
    """Return the rows of a table, from both ends up to where it is broken."""
    found: dict[int, Sequence[object]] = {}
    for order in ("", " ORDER BY rowid DESC"):
        try:
            for row_id, *columns in damaged.execute(query + order):
                found[row_id] = columns
        except SQLITE_ERRORS:
            continue
        break
    return [found[row_id] for row_id in sorted(found)]


def _recorded(memory: Database) -> tuple[str, str | None, str | None]:
    """Return the file's identity and digests; a new identity and None where they cannot be read."""
    rows = fetch(memory, "SELECT dataset_id, content_digest, history_digest FROM store")
    if len(rows) != 1 or not all(isinstance(column, str) for column in rows[0]):
        identity = str(uuid.uuid4())
        run(memory, "DELETE FROM store")
        run(memory, "INSERT INTO store VALUES (1, ?, '', '')", (identity,))
        return identity, None, None
    identity, content, history = rows[0]
    return identity, content, history


def _holds(proof: Callable[[], bool]) -> bool:
    try:
        return bool(proof())
    except (*SQLITE_ERRORS, *_UNREADABLE):
        return False


# --- the history -----------------------------------------------------------------------------------------------------

#: What merging keeps beside the fields; each row of it proves itself.
_RECORDS = ("export", "merge", "received", "contribution", "merged_field")
_CHANGES = "SELECT owner, owner_id, actor, field, year, before, after FROM change ORDER BY id"


def _changes(memory: Database) -> Iterator[Change]:
    """Yield the changes of the history, oldest first, without those that cannot be read."""
    for owner, owner_id, actor, field, year, before, after in fetch(memory, _CHANGES):
        try:
            key = FieldKey(Owner(owner), owner_id, field, Actor(actor) if actor else None, year)
            kind = key.spec.kind
            yield Change(key, from_json(kind, json.loads(before)), from_json(kind, json.loads(after)))
        except _UNREADABLE:
            continue


def _replayed(memory: Database) -> dict[FieldKey, Value]:
    """Return the values the history leads to, as far as it can be read."""
    values = {change.key: change.after for change in _changes(memory)}
    return {key: value for key, value in values.items() if value != key.spec.default}


def _write_from_history(memory: Database, target: Path, identity: str, tables: Sequence[str]) -> None:
    """Make ``target`` by doing again all that history tells, and keep the history (``tables``) as it is."""
    scratch = scratch_beside(target)
    try:
        scratch.touch(exist_ok=False)
        database = connect_scratch(scratch, "rw")
        with closing(database):
            initialise(database, identity)
            with database.atomic():
                run(database, "PRAGMA defer_foreign_keys = 1")
                for table in tables:
                    _copy_table(memory, database, table)
                for change in _changes(memory):
                    write_value(database, change.key, change.before, change.after)
                digests = content_digest(database), history_digest(database)
                run(database, "UPDATE store SET content_digest = ?, history_digest = ?", digests)
        put_in_place(scratch, target, force=False)
    except (OSError, *SQLITE_ERRORS) as error:
        raise store_error(error, target) from error
    finally:
        remove_scratch(scratch)


def _copy_table(memory: Database, database: Database, table: str) -> None:
    rows = fetch(memory, f'SELECT * FROM "{table}"')
    if rows:
        run_many(database, f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(rows[0]))})', rows)


# --- the content -----------------------------------------------------------------------------------------------------


def _leave_out_what_is_broken(memory: Database) -> None:
    """Take out rows that no value can be made of, and then rows that refer to what is not there."""
    for table, column, known in (
        ("target", "kind", [kind.value for kind in TargetKind]),
        ("judgement", "judgement", [item.value for item in Judgement]),
        ("slot", "actor", [actor.value for actor in Actor]),
        ("slot_entry", "field", ["status", "planned"]),
    ):
        marks = ", ".join("?" * len(known))
        run(memory, f"DELETE FROM {table} WHERE {column} NOT IN ({marks})", known)
    for table in ("target", "result"):
        for row_id, value in fetch(memory, f"SELECT rowid, value FROM {table} WHERE value IS NOT NULL"):
            if not _is_decimal(value):
                run(memory, f"UPDATE {table} SET value = NULL WHERE rowid = ?", (row_id,))
    while broken := fetch(memory, "PRAGMA foreign_key_check"):
        run_many(memory, "DELETE FROM change WHERE id = ?", [(row[1],) for row in broken if row[0] == "change"])
        for table in {row[0] for row in broken}:
            gone = [(row[1],) for row in broken if row[0] == table]
            run_many(memory, f'DELETE FROM "{table}" WHERE rowid = ?', gone)


def _is_decimal(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _values(memory: Database) -> dict[FieldKey, Value]:
    """Return what stands in the structure and what the office keeps beside it, as far as it can be stored again."""
    try:
        pairs = [*values_of(load_plan(memory)), *_notes(memory)]
    except _UNREADABLE:
        return {}
    return dict(_storable(pairs))


def _notes(memory: Database) -> Iterator[tuple[FieldKey, Value]]:
    for key in note_keys(memory):
        yield key, read_value(memory, key)


def _storable(pairs: Iterable[tuple[FieldKey, Value]]) -> Iterator[tuple[FieldKey, Value]]:
    for key, value in pairs:
        try:
            require_storable(key, value)
        except WelfareError:
            continue
        yield key, value
