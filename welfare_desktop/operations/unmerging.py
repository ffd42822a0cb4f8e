"""Taking a whole merge back, whatever was merged before or after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from welfare_desktop.domain.addresses import address_of, places
from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import Change, FieldKey, key_from_text
from welfare_desktop.domain.merging.children import is_list, straightened
from welfare_desktop.domain.merging.forms import merge_value
from welfare_desktop.domain.merging.lines import Value
from welfare_desktop.domain.merging.lists import in_order
from welfare_desktop.domain.merging.resolving import Settled
from welfare_desktop.domain.model import Lines
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.merge_records import Brought, MergedField
from welfare_desktop.storage.store import Connection

from .merge_state import (
    FieldState,
    by_field,
    change_of,
    department_order,
    field_state,
    outcome_of,
    recorded_field,
    writing_order,
)
from .session import Session
from .tracking import base_of


def undo_merge(session: Session, merge_id: str) -> tuple[str, ...]:
    """Take a whole merge back; returns the addresses of fields that were edited or decided here since and stay.

    Raises UnknownAddress when there is no such merge, InvalidValue when it was taken back already.
    """
    merge = next((item for item in session.look(merge_records.merges) if item.id == merge_id), None)
    if merge is None:
        raise UnknownAddress(
            "その取込みの記録はありません。", code="W-171", where=merge_id, next_step="番号を確かめてください。"
        )
    if merge.undone_at is not None:
        raise InvalidValue(
            "その取込みはもう取り消してあります。", code="W-172", where=merge_id, next_step="何も変わっていません。"
        )
    brought = session.look(lambda database: merge_records.contributions(database, merge_id=merge_id))
    # What says nothing (a text somebody laid aside) takes nothing back.
    names = sorted({item.contribution.field for item in brought if item.contribution.base != item.contribution.value})
    gone = {item.received_id for item in brought}
    before = _values_assigned(session, names) | _values_before(session, merge.operation_id)
    order = department_order(session)
    decided = _decided_with(session, merge_id)
    fields: list[_Back] = []
    brought_now: set[str] = set()
    for name, items in by_field(session, names).items():
        rest = [item for item in items if item.received_id not in gone]
        if not rest:
            brought_now.add(name)
        state = field_state(session, name, items, order)
        shown = recorded_field(session, name)
        if name in decided and shown is not None and _stands(shown, decided[name], state):
            fields.append(_Back(state, _without_decision(state, decided[name], rest, order)))
        elif shown is not None and (shown.shown != merge_value(state.stored) or _decided(shown, items, gone)):
            fields.append(_Back(state, None))
        else:
            fields.append(_Back(state, field_state(session, name, rest, order)))
    fields += [_Back(state, state) for state in _lists_besides(session, names, order)]
    plan = session.plan()
    since = merge.operation_id or 0
    fields = _standing_once(
        fields, base_of(plan), lambda key: key.text not in brought_now or _named_since(session, key, since)
    )
    changes = [change for item in fields if item.after is not None for change in _changes_back(item.after, before)]
    changes.sort(key=writing_order, reverse=True)
    records = [item.record for item in fields]

    def also(database: Connection, _operation_id: int) -> None:
        merge_records.mark_undone(database, merge_id, datetime.now(UTC))
        for record in records:
            merge_records.set_merged_field(database, record)

    session.keep(changes, kind="undo-merge", label="取込みの取消し", also=also)
    where = places(plan)
    return tuple(address_of(item.state.key, where) for item in fields if item.stays)


@dataclass(frozen=True, slots=True)
class _Back:
    """A field as it is, and as it is once the merge is taken back (None: it stays as it is)."""

    state: FieldState
    after: FieldState | None
    kept: bool = False

    @property
    def stays(self) -> bool:
        """Whether something of the merge stays in the field."""
        return self.after is None or self.kept

    @property
    def record(self) -> MergedField:
        """What is kept of the field: what it shows, and what is settled where somebody went on from the merge."""
        name = self.state.key.text
        if self.after is None:
            return MergedField(name, self.state.settled, merge_value(self.state.stored))
        return MergedField(name, self.after.settled, self.after.outcome.value)

    def staying(self) -> _Back:
        """Return the field as one that somebody here went on from."""
        value = merge_value(self.state.stored)
        return _Back(replace(self.state, settled=self.state.settled.decided(value, self.state.contributions)), None)

    def holding(self, value: Lines, kept: frozenset[str]) -> _Back:
        """Return the list saying ``value``; what is kept of it, though nobody sends it any more, is this office's own."""
        assert self.after is not None
        settled = self.after.settled
        back = [item for item in value if item in kept]
        if back:
            whole = in_order(_ids(settled.value), [value], (*_ids(settled.value), *back))
            settled = replace(settled, value=whole)
        outcome = replace(self.after.outcome, value=value)
        return _Back(self.state, replace(self.after, settled=settled, outcome=outcome), self.kept or bool(back))


def _ids(value: Value) -> Lines:
    return () if isinstance(value, str) else value


def _lists_besides(session: Session, names: Sequence[str], order: Mapping[str, int]) -> list[FieldState]:
    """Return the lists that other merges changed: what this one moved away stands there again."""
    found = []
    for name, items in by_field(session).items():
        shown = recorded_field(session, name) if is_list(name) and name not in names else None
        if shown is not None:
            state = field_state(session, name, items, order)
            if shown.shown == merge_value(state.stored) != state.outcome.value:
                found.append(state)
    return found


def _named_since(session: Session, key: FieldKey, operation_id: int) -> bool:
    """Whether a person here gave a thing its name after a merge."""
    last = next(iter(session.history(key)), None)
    return last is not None and last.operation_id > operation_id and last.kind not in ("merge", "undo-merge")


def _standing_once(
    fields: Sequence[_Back], current: Mapping[str, Value], own_name: Callable[[FieldKey], bool]
) -> list[_Back]:
    """Return ``fields`` with everything in one list, and with what somebody here went on from left where it stands.

    What was added with the merge and written in since stays, with its place, its name and everything above it.
    """
    wanted = {item.state.key.text: item.after.outcome.value for item in fields if item.after is not None}
    lists = straightened(wanted, current, own_name=own_name)
    kept = frozenset(item for name, value in lists.items() for item in value if item not in wanted[name])
    found = []
    for item in fields:
        name = item.state.key.text
        if (
            item.after is not None
            and item.state.key.owner_id in kept
            and not is_list(name)
            and item.state.key.year is None
        ):
            found.append(item.staying())
        else:
            found.append(item.holding(lists[name], kept) if name in lists else item)
    return found


def _decided_with(session: Session, merge_id: str) -> dict[str, dict[str, Any]]:
    """Return what was decided as part of a merge, by field; see ``_Decided.json``."""
    received = session.look(merge_records.received)
    reports = [item.report for item in received if item.merge_id == merge_id]
    return {row["field"]: row for report in reports for row in report.get("decided", ())}


def _value_of(json: Any) -> Value:
    return json if isinstance(json, str) else tuple(json)


def _stands(record: MergedField, row: Mapping[str, Any], state: FieldState) -> bool:
    """Whether nobody edited or decided the field since it was decided with the merge."""
    decided = Settled(_value_of(row["value"]), frozenset(row["decided"]))
    return record.shown == merge_value(state.stored) and record.settled == decided


def _without_decision(
    state: FieldState, row: Mapping[str, Any], rest: Sequence[Brought], order: Mapping[str, int]
) -> FieldState:
    """Return the state of a field as if neither the merge nor what was decided with it had been."""
    settled = Settled(_value_of(row["settled"]), frozenset(row["considered"]))
    outcome = outcome_of(state.key, settled, rest, order)
    return replace(state, settled=settled, brought=tuple(rest), outcome=outcome)


def _decided(record: MergedField, items: Sequence[Brought], gone: set[str]) -> bool:
    """Whether a person decided the field looking at what is now taken back."""
    return any(item.contribution.id in record.settled.considered for item in items if item.received_id in gone)


def _values_before(session: Session, operation_id: int | None) -> dict[str, Any]:
    """Return the stored values a merge replaced, by field, to bring back exactly those."""
    if operation_id is None:
        return {}
    return {row.change.key.text: row.change.before for row in session.operation_changes(operation_id)}


def _values_assigned(session: Session, names: Sequence[str]) -> dict[str, Any]:
    """Return the stored values that texts given a field after their merge replaced, by field, the oldest."""
    found: dict[str, Any] = {}
    for name in names:
        for row in session.history(key_from_text(name)):  # the newest first: the oldest stays
            if row.kind == "assign":
                found[name] = row.change.before
    return found


def _changes_back(state: FieldState, before: Mapping[str, Any]) -> list[Change]:
    name = state.key.text
    if name in before and merge_value(before[name]) == state.outcome.value:
        return [Change(state.key, state.stored, before[name])] if before[name] != state.stored else []
    return change_of(state)
