"""The one door every write goes through.

A :class:`Store` is an open data file.  :meth:`Store.apply` writes a group of changes in one ``BEGIN IMMEDIATE``
transaction together with their history and the digests, each change conditional on the value it started from; a
change that starts from something else raises EditConflict and nothing of the group is written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from peewee import DatabaseError, OperationalError, SqliteDatabase

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.errors import EditConflict, StoreBusy, StoreDamaged, StoreError
from welfare_desktop.domain.fields import Change, FieldKey, Owner, Value, from_json, lines_of
from welfare_desktop.domain.model import Activity, Actor, Lines, Plan

from . import loading
from .digests import added, content_digest, history_digest, note_keys, term, value_json, value_term
from .rows import owner_exists, read_value, write_value
from .sql import fetch
from .tables import ChangeRow, OperationRow, StoreRow


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


class Store:
    """An open data file; made by ``storage.opening``.  Not safe to share between threads: open a second one."""

    def __init__(self, path: Path, database: SqliteDatabase, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._db = database

    def close(self) -> None:
        """Close the file; it is whole at any time, closing only lets go of it."""
        self._db.close()

    # --- reading ------------------------------------------------------------------------------------------------

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Keep everything read inside at one state of the file, whatever others write meanwhile."""
        with _told(self.path), self._db.atomic():
            yield

    def plan(self, years: Sequence[int] | None = None) -> Plan:
        """Return the plan with the entries of ``years`` (None: every year; empty: structure and indicators)."""
        with self.snapshot():
            return loading.load_plan(self._db, years)

    def activity(self, activity_id: str) -> Activity | None:
        """Return one activity with every year's entries, or None when it left the structure."""
        with self.snapshot():
            return loading.load_activity(self._db, activity_id)

    def outline(self) -> list[list[tuple[str, str, int, str, int | None]]]:
        """Return the three levels as rows (id, parent id, number, title, retired_from) in print order."""
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

    def value(self, key: FieldKey) -> Value:
        """Return the stored value of ``key``."""
        with _told(self.path):
            return read_value(self._db, key)

    def revision(self, key: FieldKey) -> int:
        """Return the revision of ``key``: the number of its last change, 0 when it never changed."""
        query = ChangeRow.select(ChangeRow.id).where(self._of_key(key)).order_by(ChangeRow.id.desc()).limit(1)
        with _told(self.path):
            rows = list(query.tuples().execute(self._db))
        return rows[0][0] if rows else 0

    @property
    def dataset_id(self) -> str:
        """The identity of this file's content, kept through copies and backups."""
        return str(self._store_row()[1])

    def data_version(self) -> int:
        """Return a number that changes when another connection wrote to the file."""
        with _told(self.path):
            return int(fetch(self._db, "PRAGMA data_version")[0][0])

    def latest_operation(self) -> int:
        """Return the number of the last operation, 0 when there was none."""
        with _told(self.path):
            return int(fetch(self._db, "SELECT COALESCE(MAX(id), 0) FROM operation")[0][0])

    def history(
        self, key: FieldKey | None = None, *, operation_id: int | None = None, limit: int | None = None
    ) -> list[HistoryRow]:
        """Return changes, newest first: of one field, of one operation, or of the whole file."""
        query = ChangeRow.select(*_CHANGE_COLUMNS, *_OPERATION_COLUMNS).join(
            OperationRow, on=(ChangeRow.operation == OperationRow.id)
        )
        if key is not None:
            query = query.where(self._of_key(key))
        if operation_id is not None:
            query = query.where(ChangeRow.operation == operation_id)
        query = query.order_by(ChangeRow.id.desc())
        if limit is not None:
            query = query.limit(limit)
        with _told(self.path):
            return [_history_row(row) for row in query.tuples().execute(self._db)]

    # --- writing ------------------------------------------------------------------------------------------------

    def apply(self, changes: Sequence[Change], operation: Operation) -> Applied:
        """Write ``changes`` and their history durably, or nothing at all.

        Raises EditConflict when a field no longer holds a change's ``before``, StoreError when the file cannot be
        written.  Returns only after the data is on disk.
        """
        if self.read_only:
            raise StoreError(
                "このファイルは閲覧だけで開いています。",
                code="W-202",
                where=str(self.path),
                next_step="書き込める場所に写しを作ってから直してください。",
            )
        at = operation.at or datetime.now(UTC)
        with _told(self.path), self._db.atomic("IMMEDIATE"):
            columns = {
                "kind": operation.kind,
                "label": operation.label,
                "who": operation.who,
                "at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
                "why": operation.why,
                "undoes": operation.undoes,
            }
            operation_id = OperationRow.insert(**columns).execute(self._db)
            content = 0
            history = term("operation", operation_id, *columns.values())
            revisions = []
            for change in changes:
                content += self._write(change)
                revision, summand = self._record(operation_id, change)
                history += summand
                revisions.append(revision)
            _, _, content_before, history_before = self._store_row()
            StoreRow.update(
                content_digest=added(content_before, content), history_digest=added(history_before, history)
            ).execute(self._db)
        return Applied(operation_id, operation, tuple(changes), tuple(revisions))

    def _write(self, change: Change) -> int:
        """Write one change if its field still holds ``before``; return what it adds to the content digest."""
        if change.key.owner is not Owner.PLAN and not owner_exists(self._db, change.key):
            raise _conflict(change.key, "書き込む相手がもうありません。")
        if read_value(self._db, change.key) != change.before:
            raise _conflict(change.key, "ほかの操作で先に変わりました。上書きしていません。")
        write_value(self._db, change.key, change.after)
        return value_term(change.key, change.after) - value_term(change.key, change.before)

    def _record(self, operation_id: int, change: Change) -> tuple[int, int]:
        """Write one history row; return its id and what it adds to the history digest."""
        key = change.key
        columns = {
            "operation": operation_id,
            "owner": key.owner.value,
            "owner_id": key.owner_id,
            "actor": key.actor.value if key.actor else "",
            "field": key.name,
            "year": key.year,
            "before": value_json(change.before),
            "after": value_json(change.after),
        }
        revision = ChangeRow.insert(**columns).execute(self._db)
        return revision, term("change", revision, *columns.values())

    # --- proving ------------------------------------------------------------------------------------------------

    def problems(self, *, thorough: bool = True) -> list[str]:
        """Return sentences about everything in the file that does not prove itself; empty when it is sound.

        ``thorough`` also walks SQLite's own structures and the whole history; without it only the content is proved.
        """
        try:
            with self._db.atomic():
                return self._find_problems(thorough)
        except (DatabaseError, sqlite3.Error, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            return [f"ファイルの一部が読めません（{type(error).__name__}）。"]

    def _find_problems(self, thorough: bool) -> list[str]:
        found = []
        if thorough:
            rows = [str(row[0]) for row in fetch(self._db, "PRAGMA integrity_check")]
            if rows != ["ok"]:
                found.append(f"ファイルの構造に{len(rows)}か所の傷があります。")
            broken = fetch(self._db, "PRAGMA foreign_key_check")
            if broken:
                found.append(f"つながりの切れた行が{len(broken)}行あります。")
        _, _, content, history = self._store_row()
        if content_digest(self._db) != content:
            found.append("本文が最後に保存したときの内容と一致しません。")
        if thorough and history_digest(self._db) != history:
            found.append("履歴が最後に保存したときの内容と一致しません。")
        return found

    def _store_row(self) -> tuple[int, str, str, str]:
        with _told(self.path):
            rows = list(StoreRow.select().tuples().execute(self._db))
        if len(rows) != 1:
            raise StoreDamaged(
                "ファイルの識別情報が読めません。",
                where=str(self.path),
                next_step="ファイルはそのまま残してあります。控えから戻してください。",
            )
        row: tuple[int, str, str, str] = rows[0]
        return row

    def _of_key(self, key: FieldKey) -> Any:
        actor = key.actor.value if key.actor else ""
        condition = (ChangeRow.owner_id == key.owner_id) & (ChangeRow.field == key.name) & (ChangeRow.actor == actor)
        year = ChangeRow.year.is_null() if key.year is None else ChangeRow.year == key.year
        return condition & (ChangeRow.owner == key.owner.value) & year


_CHANGE_COLUMNS = (
    ChangeRow.id,
    ChangeRow.operation,
    ChangeRow.owner,
    ChangeRow.owner_id,
    ChangeRow.actor,
    ChangeRow.field,
    ChangeRow.year,
    ChangeRow.before,
    ChangeRow.after,
)
_OPERATION_COLUMNS = (
    OperationRow.kind,
    OperationRow.label,
    OperationRow.who,
    OperationRow.why,
    OperationRow.at,
    OperationRow.undoes,
)


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


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into sentences that say what is safe and what to do."""
    try:
        yield
    except (OperationalError, DatabaseError, sqlite3.Error) as error:
        raise store_error(error, path) from error


def _whole_message(error: BaseException | None) -> str:
    """Return the messages of ``error`` and of what it hides: after a full disk SQLite has rolled back by itself, and
    the failing ROLLBACK would be all one sees."""
    text = ""
    while error is not None:
        text += str(error).lower() + "\n"
        error = error.__cause__ or error.__context__
    return text


def store_error(error: Exception, path: Path) -> StoreError:
    """Return the error to show for what SQLite reported about ``path``."""
    text = _whole_message(error)
    where = str(path)
    if "locked" in text or "busy" in text:
        return StoreBusy(
            "ほかのプログラムがこのファイルに書き込んでいます。",
            where=where,
            next_step="少し待って、もう一度試してください。打った文は残っています。",
        )
    if "full" in text:
        return StoreError(
            "ディスクがいっぱいで保存できません。",
            code="W-201",
            where=where,
            next_step="空きを作るか、別の場所に保存してください。前に保存した内容は無事です。",
        )
    if "readonly" in text or "read-only" in text:
        return StoreError(
            "このファイルには書き込めません（読み取り専用）。",
            code="W-203",
            where=where,
            next_step="書き込める場所に保存してください。前に保存した内容は無事です。",
        )
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return StoreDamaged(
            "ファイルの一部が壊れています。",
            where=where,
            next_step="ファイルは消さずに残してあります。控えから戻してください。",
        )
    return StoreError(
        "ファイルを読み書きできません。",
        code="W-204",
        where=where,
        next_step="ファイルがその場所にあるか、USB メモリーやネットワークがつながっているかを確かめてください。",
    )
