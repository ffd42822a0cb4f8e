"""What a field that somebody sent edits of says: settled, contributions, outcome.

Kept apart so that exporting (which must know what a file shows of contributions) and merging use one computation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from welfare_desktop.domain import fields
from welfare_desktop.domain.fields import Change, FieldKey, Kind, Owner, key_from_text
from welfare_desktop.domain.merging.forms import merge_value, stored_value
from welfare_desktop.domain.merging.lists import resolve_list
from welfare_desktop.domain.merging.resolving import Contribution, FieldOutcome, Note, OutcomeKind, Settled, resolve
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.merge_records import Brought, MergedField

from .session import Session, new_id

_ORDER = {owner: place for place, owner in enumerate(Owner)}


@dataclass(frozen=True, slots=True)
class FieldState:
    """One field with everything sent for it.

    ``stored`` is the value in the data file, ``settled`` what the office stands for, ``outcome`` what settled and
    contributions come to.
    """

    key: FieldKey
    stored: fields.Value
    settled: Settled
    brought: tuple[Brought, ...]
    outcome: FieldOutcome

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """The contributions without where they came from."""
        return tuple(item.contribution for item in self.brought)


def department_order(session: Session) -> dict[str, int]:
    """Return each department's place in the plan, by id: the order in which equal claims are shown."""
    return {department.id: place for place, department in enumerate(session.plan(()).departments)}


def field_state(
    session: Session,
    name: str,
    brought: Sequence[Brought],
    order: Mapping[str, int],
    added: Sequence[Brought] = (),
) -> FieldState:
    """Return the state of the field called ``name`` (``FieldKey.text``).

    ``brought`` are its contributions on record, ``added`` those about to come.  An edit made here since the last
    merge stands against everything that was there then.
    """
    key = key_from_text(name)
    stored = session.value(key)
    current = merge_value(stored)
    record = recorded_field(session, name)
    known = {item.contribution.id for item in brought}
    if record is None:
        settled = Settled(current)
    elif record.shown == current:
        settled = record.settled
    else:
        settled = Settled(current, record.settled.considered | known)
    everything = (*brought, *(item for item in added if item.contribution.id not in known))
    return FieldState(key, stored, settled, everything, outcome_of(key, settled, everything, order))


def outcome_of(key: FieldKey, settled: Settled, brought: Iterable[Brought], order: Mapping[str, int]) -> FieldOutcome:
    """Return what a field says, given what is settled and everything sent."""
    contributions = [item.contribution for item in brought]
    if key.spec.kind is Kind.CHILDREN:
        return resolve_list(settled, contributions, order)
    outcome = resolve(settled, contributions, order)
    if key.spec.kind is Kind.REFERENCES and not isinstance(outcome.value, str):
        return replace(outcome, value=tuple(dict.fromkeys(outcome.value)))  # one department answers a slot once
    return outcome


def recorded_field(session: Session, name: str) -> MergedField | None:
    """Return what is on record of a field somebody sent edits of, or None."""
    return session.look(lambda database: merge_records.merged_field(database, name))


def change_of(state: FieldState) -> list[Change]:
    """Return the change that makes the data file show a state's outcome; none when it does already."""
    if merge_value(state.stored) == state.outcome.value:
        return []
    after = stored_value(state.key.spec.kind, state.outcome.value, state.stored, new_id)
    return [Change(state.key, state.stored, after)]


def writing_order(change: Change) -> tuple[bool, int]:
    """Return what sorts changes so that lists of children are written before what belongs to the children."""
    return change.key.spec.kind is not Kind.CHILDREN, _ORDER[change.key.owner]


def open_states(session: Session) -> list[FieldState]:
    """Return the state of every field with contributions, in the order of their keys."""
    order = department_order(session)
    return [as_written(field_state(session, name, items, order)) for name, items in sorted(by_field(session).items())]


def as_written(state: FieldState) -> FieldState:
    """Return the state of a field after merging: what stands in a list was seen to when it was written."""
    if state.key.spec.kind is not Kind.CHILDREN:
        return state
    return replace(state, outcome=replace(state.outcome, value=merge_value(state.stored)))


def undecided(session: Session) -> tuple[str, ...]:
    """Return the fields (``FieldKey.text``) that do not show what somebody sent, because nobody has decided yet."""
    waiting = {Note.CAME_BACK_EMPTY, Note.UNCERTAIN}
    return tuple(
        state.key.text
        for state in open_states(session)
        if state.outcome.kind is OutcomeKind.CONFLICT or not waiting.isdisjoint(state.outcome.notes)
    )


def by_field(session: Session, names: Iterable[str] | None = None) -> dict[str, list[Brought]]:
    """Return the contributions that stand, by field; of ``names`` only, or of all (None)."""
    wanted = None if names is None else list(names)
    found: dict[str, list[Brought]] = {}
    for item in session.look(lambda database: merge_records.contributions(database, wanted)):
        found.setdefault(item.contribution.field, []).append(item)
    return found


def visible_contributions(session: Session) -> dict[str, frozenset[str]]:
    """Return, per field, the ids of the contributions that are part of what the field shows now."""
    found = {}
    for state in open_states(session):
        ids = state.outcome.included | (state.settled.considered & {item.id for item in state.contributions})
        if ids:
            found[state.key.text] = ids
    return found


def conflict_id(name: str) -> str:
    """Return the short name of the conflict a field is in; the same field always has the same."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]
