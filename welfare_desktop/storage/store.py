"""The one door every write goes through.

A :class:`Store` is an open data file.  :meth:`Store.apply` writes a group of changes in one ``BEGIN IMMEDIATE``
transaction together with their history and the digests, each change conditional on the value it started from; a
change that starts from something else raises EditConflict and nothing of the group is written.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from peewee import Database, DatabaseError, SqliteDatabase

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.errors import EditConflict, StoreDamaged, StoreError, StoreTooNew
from welfare_desktop.domain.fields import Change, FieldKey, Kind, Owner, Value, from_json, lines_of
from welfare_desktop.domain.model import Activity, Actor, Lines, Plan

from . import loading
from .digests import added, content_digest, history_digest, note_keys, term, value_json, value_term
from .failures import told
from .rows import owner_exists, read_value, take_out, write_value
from .sql import fetch, run
from .storable import require_storable, require_text

T = TypeVar("T")
#: What questions and records are given; ``operations`` names it without knowing peewee.
Connection = Database


@dataclass(frozen=True, slots=True)
class Operation:
    """What a group of changes was for.

    ``kind`` is stable English (``edit``, ``import`` …), ``label`` the Japanese words of the undo menu and history;
    ``at`` None means now; ``undoes`` is the id of the operation this one takes back.
    """

    kind: str
    label: str
    who: str
    why: str = ""
    at: datetime | None = None
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A committed group of changes: the operation's id and, per change, the field's new revision."""

    operation_id: int
    operation: Operation
    changes: tuple[Change, ...]
    revisions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change as the history shows it; ``at`` is in UTC, ``revision`` names the state after it."""

    revision: int
    operation_id: int
    change: Change
    kind: str
    label: str
    who: str
    why: str
    at: datetime
    undoes: int | None


#: Files up to this size are walked through at every opening; that takes about 2 ms a megabyte.
_SMALL = 8 * 1024 * 1024
#: What reading a value raises that is not what this program wrote.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


class Store:
    """An open data file; made by ``storage.opening``.  Not safe to share between threads: open a second one."""

    def __init__(
        self,
        path: Path,
        database: SqliteDatabase,
        read_only: bool,
        notes: tuple[str, ...] = (),
        *,
        proved: bool = True,
        too_new: bool = False,
    ) -> None:
        self.path = path
        self.read_only = read_only
        #: Sentences about how the file was found, for the person who opened it.
        self.opening_notes = notes
        #: Written by a newer program: its content may be shown, but not proved, because it may hold more than we know.
        self.too_new = too_new
        self._db = database
        self._proved = proved
        self._identity = file_identity(path)

    @property
    def proved(self) -> bool:
        """Whether the content was proved; not where a damaged file, or one of a newer program, is only shown."""
        return self._proved

    def close(self) -> None:
        """Close the file; it is whole at any time, closing only lets go of it."""
        self._db.close()

    # --- reading ------------------------------------------------------------------------------------------------

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Keep everything read inside at one state of the file, whatever others write meanwhile."""
        try:
            with told(self.path), self._db.atomic():
                yield
        except _UNREADABLE as error:
            if self._proved:
                raise
            raise StoreDamaged(
                "ファイルの一部が壊れていて読めません。",
                where=str(self.path),
                next_step="ファイルは消さずに残してあります。控えから戻すか、読めるところを新しいファイルに救い出してください。",
            ) from error

    def plan(self, years: Sequence[int] | None = None) -> Plan:
        """Return the plan with the entries of ``years`` (None: every year; empty: structure and indicators)."""
        with self.snapshot():
            return loading.load_plan(self._db, years)

    def activity(self, activity_id: str) -> Activity | None:
        """Return one activity with every year's entries, or None when it left the structure."""
        with self.snapshot():
            return loading.load_activity(self._db, activity_id)

    def outline(self) -> list[list[loading.OutlineRow]]:
        """Return the three levels as rows (id, parent id, number, title, retired_from, reported_from) in print order."""
        with self.snapshot():
            return loading.load_outline(self._db)

    def entry_years(self) -> list[int]:
        """Return the fiscal years that hold any entry, ascending."""
        with self.snapshot():
            return loading.entry_years(self._db)

    def reported_years(self) -> list[int]:
        """Return the fiscal years that hold a status or a result, ascending."""
        with self.snapshot():
            return loading.reported_years(self._db)

    def notes(self) -> dict[FieldKey, Lines]:
        """Return everything the office keeps beside the plan (deadlines, closed years, phrases …)."""
        with self.snapshot():
            return {key: tuple(lines_of(read_value(self._db, key))) for key in note_keys(self._db)}

    def plan_id(self) -> str:
        """Return the id of the plan, empty while there is none."""
        with told(self.path):
            return next((str(row[0]) for row in fetch(self._db, "SELECT id FROM plan")), "")

    def value(self, key: FieldKey) -> Value:
        """Return the stored value of ``key``."""
        with told(self.path):
            return read_value(self._db, key)

    def revision(self, key: FieldKey) -> int:
        """Return the revision of ``key``: the number of its last change, 0 when it never changed."""
        with told(self.path):
            rows = fetch(self._db, f"SELECT MAX(id) FROM change WHERE {_OF_KEY}", _key_columns(key))
        return int(rows[0][0] or 0)

    @property
    def dataset_id(self) -> str:
        """The identity of this file's content, kept through copies and backups."""
        return str(self._store_row()[1])

    def data_version(self) -> int:
        """Return a number that changes when another connection wrote to the file."""
        with told(self.path):
            return int(fetch(self._db, "PRAGMA data_version")[0][0])

    def latest_operation(self) -> int:
        """Return the number of the last operation, 0 when there was none."""
        with told(self.path):
            return int(fetch(self._db, "SELECT COALESCE(MAX(id), 0) FROM operation")[0][0])

    def latest_revision(self) -> int:
        """Return the number of the last change to any field, 0 when there was none."""
        with told(self.path):
            return int(fetch(self._db, "SELECT COALESCE(MAX(id), 0) FROM change")[0][0])

    def history(
        self, key: FieldKey | None = None, *, operation_id: int | None = None, limit: int | None = None
    ) -> list[HistoryRow]:
        """Return changes, newest first: of one field, of one operation, or of the whole file."""
        conditions: list[str] = []
        parameters: list[object] = []
        if key is not None:
            conditions.append(_OF_KEY)
            parameters += _key_columns(key)
        if operation_id is not None:
            conditions.append("c.operation_id = ?")
            parameters.append(operation_id)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        parameters.append(-1 if limit is None else max(limit, 0))
        with told(self.path):
            rows = fetch(self._db, f"{_SELECT_HISTORY}{where} ORDER BY c.id DESC LIMIT ?", parameters)
            return [_history_row(row) for row in rows]

    # --- writing ------------------------------------------------------------------------------------------------

    def look(self, question: Callable[[Database], T]) -> T:
        """Return what ``question`` finds in the file, at one state of it."""
        with self.snapshot():
            return question(self._db)

    def apply(
        self,
        changes: Sequence[Change],
        operation: Operation,
        *,
        given: Mapping[FieldKey, Value] | None = None,
        also: Callable[[Database, int], None] | None = None,
    ) -> Applied:
        """Write ``changes`` and their history durably, or nothing at all.

        ``also`` writes what belongs to the same step besides fields (the records of a merge); it is given the
        database and the operation's id, inside the transaction.
        ``given`` names fields that are not changed but must still hold what the caller decided by.  Raises
        EditConflict when one of them, or a field to change, no longer holds what it held, InvalidValue for a value that would
        not come back as it is, StoreError when the file cannot be written.  Returns only after the data is on disk.
        """
        if self.read_only:
            raise StoreError(
                "このファイルは閲覧だけで開いています。",
                code="W-202",
                where=str(self.path),
                next_step="書き込める場所に写しを作ってから直してください。",
            )
        if self._db.in_transaction():  # would only be as durable as whatever stands around it
            raise RuntimeError("apply inside a transaction")
        for change in changes:
            require_storable(change.key, change.after)
        for label, text in (("入力者の名前", operation.who), ("理由", operation.why), ("操作の名前", operation.label)):
            require_text(label, text)
        with told(self.path), self._db.atomic("IMMEDIATE"):
            self._require_same_file()
            if len(changes) > 1:  # their order is the caller's: references are looked at when all are written
                run(self._db, "PRAGMA defer_foreign_keys = 1")
            for key, value in (given or {}).items():
                if read_value(self._db, key) != value:
                    raise _conflict(key, "ほかの操作で先に変わりました。何も書き込んでいません。")
            applied = self._write_all(changes, operation)
            if also is not None:
                also(self._db, applied.operation_id)
        self._require_same_file()
        return applied

    def _write_all(self, changes: Sequence[Change], operation: Operation) -> Applied:
        at = (operation.at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
        columns = (operation.kind, operation.label, operation.who, at, operation.why, operation.undoes)
        operation_id = run(self._db, _INSERT_OPERATION, columns)
        content = 0
        history = term("operation", operation_id, *columns)
        revisions = []
        lifted = self._lift(changes)
        for change in changes:
            stored = lifted.pop(change.key) if change.key in lifted else read_value(self._db, change.key)
            # Where something is stored there is an owner; PLAN's row is made by its first field.
            if stored == change.key.spec.default and change.key.owner is not Owner.PLAN:
                self._require_owner(change.key)
            if stored != change.before:
                raise _conflict(change.key, "ほかの操作で先に変わりました。上書きしていません。")
            write_value(self._db, change.key, stored, change.after)
            # Terms are taken of what stood there: a ``before`` may be equal and still be written another way (1.0, 1).
            content += value_term(change.key, change.after) - value_term(change.key, stored)
            record = (operation_id, *_key_columns(change.key), value_json(stored), value_json(change.after))
            revision = run(self._db, _INSERT_CHANGE, record)
            history += term("change", revision, *record)
            revisions.append(revision)
        _, _, content_before, history_before = self._store_row()
        digests = (added(content_before, content), added(history_before, history))
        run(self._db, "UPDATE store SET content_digest = ?, history_digest = ?", digests)
        return Applied(operation_id, operation, tuple(changes), tuple(revisions))

    def _lift(self, changes: Sequence[Change]) -> dict[FieldKey, Value]:
        """Take out of their lists what ``changes`` bring into others, and return what those lists held.

        So a step may move things to and fro (two activities change places between goals), in whatever order.
        """
        lists = [change for change in changes if change.key.spec.kind is Kind.CHILDREN]
        comes = {item for change in lists for item in _items(change.after) - _items(change.before)}
        found: dict[FieldKey, Value] = {}
        for change in lists:
            moving = (_items(change.before) - _items(change.after)) & comes
            if moving and change.key not in found:
                found[change.key] = read_value(self._db, change.key)
                take_out(self._db, change.key, moving)
        return found

    def _require_owner(self, key: FieldKey) -> None:
        if not owner_exists(self._db, key):
            raise _conflict(key, "書き込む相手がもうありません。")

    @property
    def has_lost_its_file(self) -> bool:
        """Whether the name stands for nothing or another file by now; everything can still be read until closing."""
        return self._identity is not None and file_identity(self.path) != self._identity

    def _require_same_file(self) -> None:
        """Refuse to write into a file that was deleted or replaced since it was opened.

        Elsewhere than on Windows that is possible while it is open, and what is written then is gone with it.
        """
        if self.has_lost_its_file:
            raise StoreError(
                "開いていたファイルがなくなったか、別のファイルに置き換わりました。保存していません。",
                code="W-212",
                where=str(self.path),
                next_step="閉じずに、ファイルを元の場所に戻すか、別の場所に保存してください。",
            )

    # --- proving ------------------------------------------------------------------------------------------------

    def problems(self, *, thorough: bool = True) -> list[str]:
        """Return sentences about everything in the file that does not prove itself; empty when it is sound.

        ``thorough`` also walks the whole history; without it only the content is proved, and SQLite's own structures
        where that takes no time.
        """
        try:
            with self._db.atomic():
                return self._find_problems(thorough)
        except (DatabaseError, sqlite3.Error, *_UNREADABLE):
            return ["ファイルの一部が読めません。"]

    def require_provable(self) -> None:
        """Raise StoreTooNew when this program cannot tell sound content from damaged."""
        if self.too_new:
            raise StoreTooNew(
                "新しい版の本ソフトで作られたファイルなので、内容が無事かどうかを確かめられません。",
                code="W-221",
                where=str(self.path),
                next_step="新しい版で確かめてください。ファイルは変わっていません。",
            )

    def _find_problems(self, thorough: bool) -> list[str]:
        found = []
        pages, page_size = (fetch(self._db, f"PRAGMA {name}")[0][0] for name in ("page_count", "page_size"))
        # A damaged index shows other values to whoever looks one up than to whoever reads all.
        if thorough or pages * page_size <= _SMALL:
            rows = [str(row[0]) for row in fetch(self._db, "PRAGMA integrity_check")]
            if rows != ["ok"]:
                found.append(f"ファイルの構造に{len(rows)}か所の傷があります。")
        if thorough:
            broken = fetch(self._db, "PRAGMA foreign_key_check")
            if broken:
                found.append(f"つながりの切れた行が{len(broken)}行あります。")
        _, _, content, history = self._store_row()
        if content_digest(self._db) != content:
            found.append("本文が最後に保存したときの内容と一致しません。")
        if thorough and _damaged_records(self._db):
            found.append("取込みの記録が保存したときの内容と一致しません。")
        if thorough and history_digest(self._db) != history:
            found.append("履歴が最後に保存したときの内容と一致しません。")
        return found

    def _store_row(self) -> tuple[int, str, str, str]:
        with told(self.path):
            rows = fetch(self._db, "SELECT id, dataset_id, content_digest, history_digest FROM store")
        if len(rows) != 1:
            raise StoreDamaged(
                "ファイルの識別情報が読めません。",
                where=str(self.path),
                next_step="ファイルはそのまま残してあります。控えから戻してください。",
            )
        row: tuple[int, str, str, str] = rows[0]
        return row


_INSERT_OPERATION = "INSERT INTO operation (kind, label, who, at, why, undoes_id) VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_CHANGE = (
    "INSERT INTO change (operation_id, owner, owner_id, actor, field, year, before, after) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT_HISTORY = (
    "SELECT c.id, c.operation_id, c.owner, c.owner_id, c.actor, c.field, c.year, c.before, c.after, "
    "o.kind, o.label, o.who, o.why, o.at, o.undoes_id FROM change AS c JOIN operation AS o ON o.id = c.operation_id"
)
_OF_KEY = "owner = ? AND owner_id = ? AND actor = ? AND field = ? AND year IS ?"


def _items(value: Value) -> set[object]:
    """Return the ids a list of children holds."""
    return set(value) if isinstance(value, tuple) else set()


def _key_columns(key: FieldKey) -> tuple[object, ...]:
    """Return the columns of the history that name a field."""
    return key.owner.value, key.owner_id, key.actor.value if key.actor else "", key.name, key.year


def file_identity(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at ``path`` from any other that had its name; None when nothing is there.

    Also None on Windows, where an open data file can be neither deleted nor replaced.
    """
    if os.name != "posix":
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _history_row(row: tuple[Any, ...]) -> HistoryRow:
    revision, operation_id, owner, owner_id, actor, field, year, before, after, kind, label, who, why, at, undoes = row
    key = FieldKey(Owner(owner), owner_id, field, Actor(actor) if actor else None, year)
    shape = key.spec.kind
    change = Change(key, from_json(shape, json.loads(before)), from_json(shape, json.loads(after)))
    return HistoryRow(revision, operation_id, change, kind, label, who, why, datetime.fromisoformat(at), undoes)


def _conflict(key: FieldKey, message: str) -> EditConflict:
    return EditConflict(
        f"「{spoken(key)}」は{message}",
        where=key.text,
        next_step="今の内容を見てから、もう一度入れてください。打った文は画面に残っています。",
    )


def _damaged_records(db: Database) -> int:
    """Return how many records of merging do not prove themselves; imported here, because opening needs none of it."""
    from .merge_records import damaged_rows

    return damaged_rows(db)
