"""Field values as rows, and back: one reader and one writer per shape of field."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from peewee import Database

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

from .tables import (
    ActivityGoalRow,
    ActivityRow,
    ActivityTextRow,
    BasicGoalRow,
    DepartmentFormerRow,
    DepartmentRow,
    IndicatorRow,
    JudgementRow,
    NoteRow,
    PlanRow,
    ResultRow,
    SlotDepartmentRow,
    SlotEntryRow,
    SlotRow,
    TargetRow,
)

#: The table that holds one row per owner of this kind.
OWNER_TABLE: dict[Owner, Any] = {  # Any: peewee types columns per model class only
    Owner.PLAN: PlanRow,
    Owner.BASIC_GOAL: BasicGoalRow,
    Owner.ACTIVITY_GOAL: ActivityGoalRow,
    Owner.ACTIVITY: ActivityRow,
    Owner.ACTOR: ActivityRow,
    Owner.SLOT: SlotRow,
    Owner.DEPARTMENT: DepartmentRow,
}
_SCALARS = {Kind.LINE, Kind.NUMBER, Kind.YEAR}


def owner_exists(db: Database, key: FieldKey) -> bool:
    """Whether the owner of ``key`` has a row."""
    table = OWNER_TABLE[key.owner]
    return bool(table.select(table.id).where(table.id == key.owner_id).tuples().execute(db))


def read_value(db: Database, key: FieldKey) -> Value:
    """Return the stored value of ``key``; the field's default when nothing is stored."""
    return _READERS[key.spec.kind](db, key)


def write_value(db: Database, key: FieldKey, value: Value) -> None:
    """Store ``value`` under ``key``, inside the caller's transaction."""
    _WRITERS[key.spec.kind](db, key, value)


# --- single values ----------------------------------------------------------------------------------------------


def _read_scalar(db: Database, key: FieldKey) -> Value:
    table = OWNER_TABLE[key.owner]
    rows = list(table.select(getattr(table, key.name)).where(table.id == key.owner_id).tuples().execute(db))
    return rows[0][0] if rows else key.spec.default


def _write_scalar(db: Database, key: FieldKey, value: Value) -> None:
    table = OWNER_TABLE[key.owner]
    if key.owner is Owner.PLAN and not owner_exists(db, key):
        table.insert(id=key.owner_id).execute(db)
    table.update({key.name: value}).where(table.id == key.owner_id).execute(db)


# --- structure --------------------------------------------------------------------------------------------------


def _children(key: FieldKey) -> tuple[Any, Any]:
    """Return the child table and the condition that picks the children of ``key``'s owner."""
    table = OWNER_TABLE[CHILD_OF[(key.owner, key.name)]]
    condition = table.parent == key.owner_id
    if key.actor is not None:
        condition &= table.actor == key.actor.value
    return table, condition


def _read_children(db: Database, key: FieldKey) -> Lines:
    table, condition = _children(key)
    query = table.select(table.id).where(condition & table.position.is_null(False)).order_by(table.position)
    return tuple(row[0] for row in query.tuples().execute(db))


def _write_children(db: Database, key: FieldKey, value: Value) -> None:
    """Rows that leave the list keep their content and lose their position; rows that come in belong to this owner."""
    assert isinstance(value, tuple)
    if key.owner is Owner.PLAN and not owner_exists(db, key):
        PlanRow.insert(id=key.owner_id).execute(db)
    table, condition = _children(key)
    table.update(position=None).where(condition & table.id.not_in(list(value))).execute(db)
    known = {row[0] for row in table.select(table.id).where(table.id.in_(list(value))).tuples().execute(db)}
    extra = {"actor": key.actor.value} if key.actor is not None else {}
    for position, child_id in enumerate(value):
        fields = {"parent": key.owner_id, "position": position, **extra}
        if child_id in known:
            table.update(fields).where(table.id == child_id).execute(db)
        else:
            table.insert(id=child_id, **fields).execute(db)


def _read_references(db: Database, key: FieldKey) -> Lines:
    query = SlotDepartmentRow.select(SlotDepartmentRow.department).where(SlotDepartmentRow.slot == key.owner_id)
    return tuple(row[0] for row in query.order_by(SlotDepartmentRow.position).tuples().execute(db))


def _write_references(db: Database, key: FieldKey, value: Value) -> None:
    assert isinstance(value, tuple)
    SlotDepartmentRow.delete().where(SlotDepartmentRow.slot == key.owner_id).execute(db)
    rows = [(key.owner_id, position, department) for position, department in enumerate(value)]
    if rows:
        SlotDepartmentRow.insert_many(
            rows, [SlotDepartmentRow.slot, SlotDepartmentRow.position, SlotDepartmentRow.department]
        ).execute(db)


def _read_former(db: Database, key: FieldKey) -> Value:
    table = DepartmentFormerRow
    query = table.select(table.name, table.last_year).where(table.department == key.owner_id).order_by(table.position)
    return tuple((row[0], row[1]) for row in query.tuples().execute(db))


def _write_former(db: Database, key: FieldKey, value: Value) -> None:
    assert isinstance(value, tuple)
    table = DepartmentFormerRow
    table.delete().where(table.department == key.owner_id).execute(db)
    for position, item in enumerate(value):
        assert isinstance(item, tuple)
        name, last_year = item
        table.insert(department=key.owner_id, position=position, name=name, last_year=last_year).execute(db)


# --- text -------------------------------------------------------------------------------------------------------


def split_lines(text: str) -> Lines:
    """Return the lines of a stored text."""
    return tuple(text.split("\n")) if text else ()


def _text_condition(key: FieldKey) -> Any:
    table = ActivityTextRow
    actor = key.actor.value if key.actor is not None else ""
    return (table.activity == key.owner_id) & (table.actor == actor) & (table.field == key.name)


def _read_lines(db: Database, key: FieldKey) -> Lines:
    query = ActivityTextRow.select(ActivityTextRow.text).where(_text_condition(key))
    rows = list(query.tuples().execute(db))
    return split_lines(rows[0][0]) if rows else ()


def _write_lines(db: Database, key: FieldKey, value: Value) -> None:
    assert isinstance(value, tuple)
    ActivityTextRow.delete().where(_text_condition(key)).execute(db)
    if value:
        actor = key.actor.value if key.actor is not None else ""
        text = "\n".join(str(line) for line in value)
        ActivityTextRow.insert(activity=key.owner_id, actor=actor, field=key.name, text=text).execute(db)


def _note_condition(key: FieldKey) -> Any:
    table = NoteRow
    owner = (table.owner == key.owner.value) & (table.owner_id == key.owner_id)
    return owner & (table.field == key.name) & (table.year == (key.year or 0))


def _read_note(db: Database, key: FieldKey) -> Lines:
    rows = list(NoteRow.select(NoteRow.text).where(_note_condition(key)).tuples().execute(db))
    return split_lines(rows[0][0]) if rows else ()


def _write_note(db: Database, key: FieldKey, value: Value) -> None:
    assert isinstance(value, tuple)
    NoteRow.delete().where(_note_condition(key)).execute(db)
    if value:
        text = "\n".join(str(line) for line in value)
        NoteRow.insert(
            owner=key.owner.value, owner_id=key.owner_id, field=key.name, year=key.year or 0, text=text
        ).execute(db)


def _entry_condition(key: FieldKey) -> Any:
    table = SlotEntryRow
    return (table.slot == key.owner_id) & (table.field == key.name) & (table.year == key.year)


def _read_entry(db: Database, key: FieldKey) -> Entry:
    query = SlotEntryRow.select(SlotEntryRow.text, SlotEntryRow.draft).where(_entry_condition(key))
    rows = list(query.tuples().execute(db))
    return Entry(split_lines(rows[0][0]), bool(rows[0][1])) if rows else Entry()


def _write_entry(db: Database, key: FieldKey, value: Value) -> None:
    assert isinstance(value, Entry)
    SlotEntryRow.delete().where(_entry_condition(key)).execute(db)
    if value != Entry():
        SlotEntryRow.insert(
            slot=key.owner_id, field=key.name, year=key.year, text="\n".join(value.lines), draft=value.draft
        ).execute(db)


# --- indicators, results, judgements ------------------------------------------------------------------------------


def target_from_row(row: tuple[Any, ...]) -> Target:
    """Build a target from (wording, kind, value, unit, comparator, fiscal_year)."""
    wording, kind, value, unit, comparator, fiscal_year = row
    return Target(wording, TargetKind(kind), None if value is None else Decimal(value), unit, comparator, fiscal_year)


TARGET_COLUMNS = (
    TargetRow.wording,
    TargetRow.kind,
    TargetRow.value,
    TargetRow.unit,
    TargetRow.comparator,
    TargetRow.fiscal_year,
)


def _read_indicators(db: Database, key: FieldKey) -> tuple[Indicator, ...]:
    table = IndicatorRow
    query = table.select(table.id, table.text, table.corrected)
    query = query.where((table.slot == key.owner_id) & table.position.is_null(False)).order_by(table.position)
    found = []
    for indicator_id, text, corrected in query.tuples().execute(db):
        targets = None
        if corrected:
            rows = TargetRow.select(*TARGET_COLUMNS).where(TargetRow.indicator == indicator_id)
            targets = tuple(target_from_row(row) for row in rows.order_by(TargetRow.position).tuples().execute(db))
        found.append(Indicator(text, indicator_id, targets))
    return tuple(found)


def _write_indicators(db: Database, key: FieldKey, value: Value) -> None:
    """A removed indicator keeps its row, because results and judgements of other years may name it."""
    assert isinstance(value, tuple)
    table = IndicatorRow
    kept = [item.id for item in value if isinstance(item, Indicator)]
    table.update(position=None).where((table.slot == key.owner_id) & table.id.not_in(kept)).execute(db)
    known = {row[0] for row in table.select(table.id).where(table.id.in_(kept)).tuples().execute(db)}
    for position, item in enumerate(value):
        assert isinstance(item, Indicator)
        fields = {
            "slot": key.owner_id,
            "position": position,
            "text": item.text,
            "corrected": item.targets is not None,
        }
        if item.id in known:
            TargetRow.delete().where(TargetRow.indicator == item.id).execute(db)
            table.update(fields).where(table.id == item.id).execute(db)
        else:
            table.insert(id=item.id, **fields).execute(db)
        for index, target in enumerate(item.targets or ()):
            TargetRow.insert(
                indicator=item.id,
                position=index,
                wording=target.wording,
                kind=target.kind.value,
                value=None if target.value is None else str(target.value),
                unit=target.unit,
                comparator=target.comparator,
                fiscal_year=target.fiscal_year,
            ).execute(db)


def result_from_row(row: tuple[Any, ...]) -> Result:
    """Build a result from (id, text, decided, indicator, value, unit)."""
    result_id, text, decided, indicator, value, unit = row
    link = (indicator or "") if decided else None
    return Result(text, result_id, link, None if value is None else Decimal(value), unit)


RESULT_COLUMNS = (
    ResultRow.id,
    ResultRow.text,
    ResultRow.decided,
    ResultRow.indicator,
    ResultRow.value,
    ResultRow.unit,
)


def _read_results(db: Database, key: FieldKey) -> tuple[Result, ...]:
    condition = (ResultRow.slot == key.owner_id) & (ResultRow.year == key.year)
    query = ResultRow.select(*RESULT_COLUMNS).where(condition).order_by(ResultRow.position)
    return tuple(result_from_row(row) for row in query.tuples().execute(db))


def _write_results(db: Database, key: FieldKey, value: Value) -> None:
    assert isinstance(value, tuple)
    ResultRow.delete().where((ResultRow.slot == key.owner_id) & (ResultRow.year == key.year)).execute(db)
    for position, item in enumerate(value):
        assert isinstance(item, Result)
        ResultRow.insert(
            id=item.id,
            slot=key.owner_id,
            year=key.year,
            position=position,
            text=item.text,
            decided=item.link is not None,
            indicator=item.link or None,
            value=None if item.value is None else str(item.value),
            unit=item.unit,
        ).execute(db)


def override_from_row(row: tuple[Any, ...]) -> JudgementOverride:
    """Build an override from (indicator, target_index, judgement, reason)."""
    indicator, target_index, judgement, reason = row
    return JudgementOverride(indicator, target_index, Judgement(judgement), reason)


OVERRIDE_COLUMNS = (
    JudgementRow.indicator,
    JudgementRow.target_index,
    JudgementRow.judgement,
    JudgementRow.reason,
)


def _read_overrides(db: Database, key: FieldKey) -> tuple[JudgementOverride, ...]:
    condition = (JudgementRow.slot == key.owner_id) & (JudgementRow.year == key.year)
    query = JudgementRow.select(*OVERRIDE_COLUMNS).where(condition).order_by(JudgementRow.position)
    return tuple(override_from_row(row) for row in query.tuples().execute(db))


def _write_overrides(db: Database, key: FieldKey, value: Value) -> None:
    assert isinstance(value, tuple)
    JudgementRow.delete().where((JudgementRow.slot == key.owner_id) & (JudgementRow.year == key.year)).execute(db)
    for position, item in enumerate(value):
        assert isinstance(item, JudgementOverride)
        JudgementRow.insert(
            slot=key.owner_id,
            year=key.year,
            position=position,
            indicator=item.indicator_id,
            target_index=item.target_index,
            judgement=item.judgement.value,
            reason=item.reason,
        ).execute(db)


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
_WRITERS: dict[Kind, Callable[[Database, FieldKey, Value], None]] = {
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
