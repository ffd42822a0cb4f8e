"""Field values as rows, and back: one reader and one writer per shape of field.

A writer is told the value that stands there (``before``, just read in the same transaction) and writes only what
differs.  What may be written at all, ``storable`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from peewee import Database

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.errors import EditConflict
from welfare_desktop.domain.fields import CHILD_OF, FieldKey, Kind, Owner, Value
from welfare_desktop.domain.model import (
    Entry,
    Indicator,
    Judgement,
    JudgementOverride,
    Lines,
    Result,
    Target,
    TargetKind,
)

from .sql import fetch, run, run_many

#: The table that holds one row per owner of this kind.
OWNER_TABLE: dict[Owner, str] = {
    Owner.PLAN: "plan",
    Owner.BASIC_GOAL: "basic_goal",
    Owner.ACTIVITY_GOAL: "activity_goal",
    Owner.ACTIVITY: "activity",
    Owner.ACTOR: "activity",
    Owner.SLOT: "slot",
    Owner.DEPARTMENT: "department",
}
#: The column that names the row above, for everything a CHILDREN field lists.
_PARENT: dict[Owner, str] = {
    Owner.BASIC_GOAL: "plan_id",
    Owner.DEPARTMENT: "plan_id",
    Owner.ACTIVITY_GOAL: "basic_goal_id",
    Owner.ACTIVITY: "activity_goal_id",
    Owner.SLOT: "activity_id",
}
_SCALARS = {Kind.LINE, Kind.NUMBER, Kind.YEAR}


def owner_exists(db: Database, key: FieldKey) -> bool:
    """Whether the owner of ``key`` has a row."""
    return bool(fetch(db, f"SELECT 1 FROM {OWNER_TABLE[key.owner]} WHERE id = ?", (key.owner_id,)))


def read_value(db: Database, key: FieldKey) -> Value:
    """Return the stored value of ``key``; the field's default when nothing is stored."""
    return _READERS[key.spec.kind](db, key)


def write_value(db: Database, key: FieldKey, before: Value, after: Value) -> None:
    """Store ``after`` where ``before`` stands, inside the caller's transaction.

    Raises EditConflict when ``after`` would silently take something out of another list or make a second plan.
    """
    if key.owner is Owner.PLAN:
        _require_plan(db, key)
    _WRITERS[key.spec.kind](db, key, before, after)


def _require_plan(db: Database, key: FieldKey) -> None:
    """Make the one plan's row at its first field; a file holds one plan."""
    ids = [row[0] for row in fetch(db, "SELECT id FROM plan")]
    if not ids:
        run(
            db,
            "INSERT INTO plan (id, title, vision, first_year, last_year) VALUES (?, '', '', 0, 0)",
            (key.owner_id,),
        )
    elif key.owner_id not in ids:
        raise _misplaced(key, "別の計画の項目です。")


def _misplaced(key: FieldKey, message: str) -> EditConflict:
    return EditConflict(
        f"「{spoken(key)}」は書き込めません。{message}",
        code="W-131",
        where=key.text,
        next_step="今の内容を見てから、もう一度行ってください。何も変わっていません。",
    )


# --- single values ----------------------------------------------------------------------------------------------


def _read_scalar(db: Database, key: FieldKey) -> Value:
    rows = fetch(db, f"SELECT {key.name} FROM {OWNER_TABLE[key.owner]} WHERE id = ?", (key.owner_id,))
    value: Value = rows[0][0] if rows else key.spec.default
    return value


def _write_scalar(db: Database, key: FieldKey, _before: Value, after: Value) -> None:
    run(db, f"UPDATE {OWNER_TABLE[key.owner]} SET {key.name} = ? WHERE id = ?", (after, key.owner_id))


# --- structure --------------------------------------------------------------------------------------------------


def _children(key: FieldKey) -> tuple[str, str, tuple[object, ...]]:
    """Return the child table, the condition that picks the children of ``key``'s owner, and its parameters."""
    child = CHILD_OF[(key.owner, key.name)]
    if key.actor is None:
        return OWNER_TABLE[child], f"{_PARENT[child]} = ?", (key.owner_id,)
    return OWNER_TABLE[child], f"{_PARENT[child]} = ? AND actor = ?", (key.owner_id, key.actor.value)


def _read_children(db: Database, key: FieldKey) -> Lines:
    table, condition, parameters = _children(key)
    statement = f"SELECT id FROM {table} WHERE {condition} AND position IS NOT NULL ORDER BY position"
    return tuple(row[0] for row in fetch(db, statement, parameters))


def _write_children(db: Database, key: FieldKey, before: Value, after: Value) -> None:
    """Rows that leave the list keep their content and lose their position; rows that come in belong to this owner."""
    assert isinstance(before, tuple) and isinstance(after, tuple)
    take_out(db, key, set(before).difference(after))
    table = OWNER_TABLE[CHILD_OF[(key.owner, key.name)]]
    old = {item: position for position, item in enumerate(before)}
    for position, item in enumerate(after):
        if item not in old:
            _bring_in(db, key, str(item), position)
    moved = [(position, item) for position, item in enumerate(after) if old.get(item, position) != position]
    run_many(db, f"UPDATE {table} SET position = ? WHERE id = ?", moved)


def take_out(db: Database, key: FieldKey, items: Iterable[object]) -> None:
    """Let children of ``key``'s owner stand in no list; one that belongs to another owner by now stays there."""
    table, condition, parameters = _children(key)
    statement = f"UPDATE {table} SET position = NULL WHERE id = ? AND {condition}"
    run_many(db, statement, [(item, *parameters) for item in items])


def _bring_in(db: Database, key: FieldKey, child_id: str, position: int) -> None:
    """Put a new child, or one that stands in no list, into this one."""
    child = CHILD_OF[(key.owner, key.name)]
    table, parent = OWNER_TABLE[child], _PARENT[child]
    actor = key.actor.value if key.actor is not None else None
    known = fetch(db, f"SELECT position FROM {table} WHERE id = ?", (child_id,))
    if not known:
        columns, values = _NEW_CHILD[child]
        own = (child_id, key.owner_id, position) + (() if actor is None else (actor,))
        run(db, f"INSERT INTO {table} (id, {parent}, position, {columns}) VALUES (?, ?, ?, {values})", own)
        return
    if known[0][0] is not None:
        raise _misplaced(key, "ほかの並びに入っているものを、二か所に置こうとしました。")
    run(db, f"UPDATE {table} SET {parent} = ?, position = ? WHERE id = ?", (key.owner_id, position, child_id))
    if actor is not None:
        run(db, f"UPDATE {table} SET actor = ? WHERE id = ?", (actor, child_id))


#: The remaining columns of a new row, and their defaults.
_NEW_CHILD: dict[Owner, tuple[str, str]] = {
    Owner.BASIC_GOAL: ("number, title", "0, ''"),
    Owner.ACTIVITY_GOAL: ("number, title", "0, ''"),
    Owner.ACTIVITY: ("number, title", "0, ''"),
    Owner.DEPARTMENT: ("name", "''"),
    Owner.SLOT: ("actor", "?"),
}


def _read_references(db: Database, key: FieldKey) -> Lines:
    statement = "SELECT department_id FROM slot_department WHERE slot_id = ? ORDER BY position"
    return tuple(row[0] for row in fetch(db, statement, (key.owner_id,)))


def _write_references(db: Database, key: FieldKey, _before: Value, after: Value) -> None:
    assert isinstance(after, tuple)
    run(db, "DELETE FROM slot_department WHERE slot_id = ?", (key.owner_id,))
    rows = [(key.owner_id, position, department) for position, department in enumerate(after)]
    run_many(db, "INSERT INTO slot_department (slot_id, position, department_id) VALUES (?, ?, ?)", rows)


def _read_former(db: Database, key: FieldKey) -> Value:
    statement = "SELECT name, last_year FROM department_former WHERE department_id = ? ORDER BY position"
    return tuple((name, last_year) for name, last_year in fetch(db, statement, (key.owner_id,)))


def _write_former(db: Database, key: FieldKey, _before: Value, after: Value) -> None:
    assert isinstance(after, tuple)
    run(db, "DELETE FROM department_former WHERE department_id = ?", (key.owner_id,))
    rows = [
        (key.owner_id, position, item[0], item[1]) for position, item in enumerate(after) if isinstance(item, tuple)
    ]
    run_many(db, "INSERT INTO department_former (department_id, position, name, last_year) VALUES (?, ?, ?, ?)", rows)


# --- text -------------------------------------------------------------------------------------------------------


def split_lines(text: str) -> Lines:
    """Return the lines of a stored text."""
    return tuple(text.split("\n")) if text else ()


def join_lines(lines: Iterable[object]) -> str:
    """Return lines as they are stored; :func:`split_lines` takes them apart again."""
    return "\n".join(str(line) for line in lines)


def _text_key(key: FieldKey) -> tuple[str, str, str]:
    return key.owner_id, key.actor.value if key.actor is not None else "", key.name


def _read_lines(db: Database, key: FieldKey) -> Lines:
    statement = "SELECT text FROM activity_text WHERE activity_id = ? AND actor = ? AND field = ?"
    rows = fetch(db, statement, _text_key(key))
    return split_lines(rows[0][0]) if rows else ()


def _write_lines(db: Database, key: FieldKey, _before: Value, after: Value) -> None:
    assert isinstance(after, tuple)
    if after:
        statement = "INSERT OR REPLACE INTO activity_text (activity_id, actor, field, text) VALUES (?, ?, ?, ?)"
        run(db, statement, (*_text_key(key), join_lines(after)))
    else:
        run(db, "DELETE FROM activity_text WHERE activity_id = ? AND actor = ? AND field = ?", _text_key(key))


def _note_key(key: FieldKey) -> tuple[str, str, str, int]:
    return key.owner.value, key.owner_id, key.name, key.year or 0


def _read_note(db: Database, key: FieldKey) -> Lines:
    statement = "SELECT text FROM note WHERE owner = ? AND owner_id = ? AND field = ? AND year = ?"
    rows = fetch(db, statement, _note_key(key))
    return split_lines(rows[0][0]) if rows else ()


def _write_note(db: Database, key: FieldKey, _before: Value, after: Value) -> None:
    assert isinstance(after, tuple)
    if after:
        statement = "INSERT OR REPLACE INTO note (owner, owner_id, field, year, text) VALUES (?, ?, ?, ?, ?)"
        run(db, statement, (*_note_key(key), join_lines(after)))
    else:
        run(db, "DELETE FROM note WHERE owner = ? AND owner_id = ? AND field = ? AND year = ?", _note_key(key))


def _entry_key(key: FieldKey) -> tuple[str, str, int | None]:
    return key.owner_id, key.name, key.year


def _read_entry(db: Database, key: FieldKey) -> Entry:
    statement = "SELECT text, draft FROM slot_entry WHERE slot_id = ? AND field = ? AND year = ?"
    rows = fetch(db, statement, _entry_key(key))
    return Entry(split_lines(rows[0][0]), bool(rows[0][1])) if rows else Entry()


def _write_entry(db: Database, key: FieldKey, _before: Value, after: Value) -> None:
    assert isinstance(after, Entry)
    if after != Entry():
        statement = "INSERT OR REPLACE INTO slot_entry (slot_id, field, year, text, draft) VALUES (?, ?, ?, ?, ?)"
        run(db, statement, (*_entry_key(key), join_lines(after.lines), after.draft))
    else:
        run(db, "DELETE FROM slot_entry WHERE slot_id = ? AND field = ? AND year = ?", _entry_key(key))


# --- indicators, results, judgements ------------------------------------------------------------------------------

TARGET_COLUMNS = "wording, kind, value, unit, comparator, fiscal_year"
RESULT_COLUMNS = "id, text, decided, indicator_id, value, unit"
OVERRIDE_COLUMNS = "indicator_id, target_index, judgement, reason"


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _decimal_text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def target_from_row(row: Sequence[Any]) -> Target:
    """Build a target from the columns :data:`TARGET_COLUMNS`."""
    wording, kind, value, unit, comparator, fiscal_year = row
    return Target(wording, TargetKind(kind), _decimal(value), unit, comparator, fiscal_year)


def _read_indicators(db: Database, key: FieldKey) -> tuple[Indicator, ...]:
    statement = "SELECT id, text, corrected FROM indicator WHERE slot_id = ? AND position IS NOT NULL ORDER BY position"
    targets = f"SELECT {TARGET_COLUMNS} FROM target WHERE indicator_id = ? ORDER BY position"
    return tuple(
        Indicator(
            text,
            indicator_id,
            tuple(target_from_row(row) for row in fetch(db, targets, (indicator_id,))) if corrected else None,
        )
        for indicator_id, text, corrected in fetch(db, statement, (key.owner_id,))
    )


def _write_indicators(db: Database, key: FieldKey, before: Value, after: Value) -> None:
    """A removed indicator keeps its row, because results and judgements of other years may name it."""
    assert isinstance(before, tuple) and isinstance(after, tuple)
    old = {item.id: (position, item) for position, item in enumerate(before) if isinstance(item, Indicator)}
    new = {item.id: (position, item) for position, item in enumerate(after) if isinstance(item, Indicator)}
    gone = [(item,) for item in old if item not in new]
    run_many(db, "UPDATE indicator SET position = NULL WHERE id = ?", gone)
    for indicator_id, (position, item) in new.items():
        if old.get(indicator_id) == (position, item):
            continue
        if indicator_id not in old:
            _require_free_indicator(db, key, indicator_id)
        corrected = item.targets is not None
        statement = (
            "INSERT INTO indicator (id, slot_id, position, text, corrected) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) "
            "DO UPDATE SET slot_id = excluded.slot_id, position = excluded.position, text = excluded.text, "
            "corrected = excluded.corrected"
        )
        run(db, statement, (indicator_id, key.owner_id, position, item.text, corrected))
        run(db, "DELETE FROM target WHERE indicator_id = ?", (indicator_id,))
        run_many(db, _INSERT_TARGET, _target_rows(item))


_INSERT_TARGET = f"INSERT INTO target (indicator_id, position, {TARGET_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def _target_rows(item: Indicator) -> list[tuple[object, ...]]:
    return [
        (
            item.id,
            index,
            target.wording,
            target.kind.value,
            _decimal_text(target.value),
            target.unit,
            target.comparator,
            target.fiscal_year,
        )
        for index, target in enumerate(item.targets or ())
    ]


def _require_free_indicator(db: Database, key: FieldKey, indicator_id: str) -> None:
    known = fetch(db, "SELECT position FROM indicator WHERE id = ?", (indicator_id,))
    if known and known[0][0] is not None:
        raise _misplaced(key, "ほかの記入欄にある指標を、二か所に置こうとしました。")


def result_from_row(row: Sequence[Any]) -> Result:
    """Build a result from the columns :data:`RESULT_COLUMNS`."""
    result_id, text, decided, indicator, value, unit = row
    link = (indicator or "") if decided else None
    return Result(text, result_id, link, _decimal(value), unit)


def _read_results(db: Database, key: FieldKey) -> tuple[Result, ...]:
    statement = f"SELECT {RESULT_COLUMNS} FROM result WHERE slot_id = ? AND year = ? ORDER BY position"
    return tuple(result_from_row(row) for row in fetch(db, statement, (key.owner_id, key.year)))


def _write_results(db: Database, key: FieldKey, before: Value, after: Value) -> None:
    assert isinstance(before, tuple) and isinstance(after, tuple)
    old = {item.id for item in before if isinstance(item, Result)}
    for item in after:
        assert isinstance(item, Result)
        if item.id not in old and fetch(db, "SELECT 1 FROM result WHERE id = ?", (item.id,)):
            raise _misplaced(key, "ほかの記入欄にある実績を、二か所に置こうとしました。")
    run(db, "DELETE FROM result WHERE slot_id = ? AND year = ?", (key.owner_id, key.year))
    rows = [
        (
            key.owner_id,
            key.year,
            position,
            item.id,
            item.text,
            item.link is not None,
            item.link or None,
            _decimal_text(item.value),
            item.unit,
        )
        for position, item in enumerate(after)
        if isinstance(item, Result)
    ]
    statement = f"INSERT INTO result (slot_id, year, position, {RESULT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    run_many(db, statement, rows)


def override_from_row(row: Sequence[Any]) -> JudgementOverride:
    """Build an override from the columns :data:`OVERRIDE_COLUMNS`."""
    indicator, target_index, judgement, reason = row
    return JudgementOverride(indicator, target_index, Judgement(judgement), reason)


def _read_overrides(db: Database, key: FieldKey) -> tuple[JudgementOverride, ...]:
    statement = f"SELECT {OVERRIDE_COLUMNS} FROM judgement WHERE slot_id = ? AND year = ? ORDER BY position"
    return tuple(override_from_row(row) for row in fetch(db, statement, (key.owner_id, key.year)))


def _write_overrides(db: Database, key: FieldKey, _before: Value, after: Value) -> None:
    assert isinstance(after, tuple)
    run(db, "DELETE FROM judgement WHERE slot_id = ? AND year = ?", (key.owner_id, key.year))
    rows = [
        (
            key.owner_id,
            key.year,
            position,
            item.indicator_id,
            item.target_index,
            item.judgement.value,
            item.reason,
        )
        for position, item in enumerate(after)
        if isinstance(item, JudgementOverride)
    ]
    statement = f"INSERT INTO judgement (slot_id, year, position, {OVERRIDE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    run_many(db, statement, rows)


_READERS: dict[Kind, Callable[[Database, FieldKey], Value]] = {
    **dict.fromkeys(_SCALARS, _read_scalar),
    Kind.CHILDREN: _read_children,
    Kind.REFERENCES: _read_references,
    Kind.FORMER: _read_former,
    Kind.LINES: _read_lines,
    Kind.NOTE: _read_note,
    Kind.ENTRY: _read_entry,
    Kind.INDICATORS: _read_indicators,
    Kind.RESULTS: _read_results,
    Kind.OVERRIDES: _read_overrides,
}
_WRITERS: dict[Kind, Callable[[Database, FieldKey, Value, Value], None]] = {
    **dict.fromkeys(_SCALARS, _write_scalar),
    Kind.CHILDREN: _write_children,
    Kind.REFERENCES: _write_references,
    Kind.FORMER: _write_former,
    Kind.LINES: _write_lines,
    Kind.NOTE: _write_note,
    Kind.ENTRY: _write_entry,
    Kind.INDICATORS: _write_indicators,
    Kind.RESULTS: _write_results,
    Kind.OVERRIDES: _write_overrides,
}
