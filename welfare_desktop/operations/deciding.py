"""Deciding what merging could not: conflicts, and edits that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from welfare_desktop.domain.addresses import address_of, places, spoken
from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import Change, FieldKey, Kind
from welfare_desktop.domain.merging.forms import merge_value, retyped, stored_value
from welfare_desktop.domain.merging.lines import Hunk, Value, apply_hunks, hunks_between, is_none_mark, plain_text
from welfare_desktop.domain.merging.lists import in_order
from welfare_desktop.domain.merging.resolving import Candidate, OutcomeKind
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.text import canonical_lines
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.merge_records import MergedField
from welfare_desktop.storage.store import Applied, Connection

from .merge_state import FieldState, as_written, by_field, conflict_id, department_order, field_state, open_states
from .session import Session, new_id


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One value that was sent: its lines and the words that say who sent it."""

    lines: Lines
    source: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A field a person has to look at.

    ``base`` is what the first sender started from, ``current`` what shows now; ``kind`` is conflict or review;
    ``notes`` are Japanese sentences that say why.
    """

    id: str
    key: FieldKey
    address: str
    label: str
    kind: OutcomeKind
    base: Lines
    current: Lines
    candidates: tuple[CandidateView, ...]
    notes: tuple[str, ...]


def open_questions(session: Session, *, review: bool = False) -> list[OpenQuestion]:
    """Return the open conflicts, and with ``review`` also the fields that only want a look, in plan order."""
    where = places(session.plan(()))
    wanted = {OutcomeKind.CONFLICT, OutcomeKind.REVIEW} if review else {OutcomeKind.CONFLICT}
    found = [
        question_of(state, address_of(state.key, where))
        for state in open_states(session)
        if state.outcome.kind in wanted
    ]
    return sorted(found, key=lambda item: item.address)


def open_conflicts(session: Session) -> tuple[FieldKey, ...]:
    """Return the fields with a conflict nobody has decided, in the order of their keys.

    Cheap enough to be asked after every operation: only fields that can be in conflict are computed.
    """
    names = session.look(merge_records.undecided_fields)
    if not names:
        return ()
    order = department_order(session)
    states = (field_state(session, name, items, order) for name, items in sorted(by_field(session, names).items()))
    return tuple(state.key for state in states if state.outcome.kind is OutcomeKind.CONFLICT)


def question_of(state: FieldState, address: str, sources: Mapping[str, str] | None = None) -> OpenQuestion:
    """Return what a person is asked about a field; ``sources`` says better than the state who sent what, by id."""
    sources = {item.contribution.id: item.source for item in state.brought} | dict(sources or {})
    candidates = tuple(
        CandidateView(
            lines_shown(candidate.value),
            "、".join(dict.fromkeys(sources[item.id] for item in candidate.contributions)),
        )
        for candidate in state.outcome.candidates
    )
    base = state.outcome.candidates[0].base if state.outcome.candidates else state.outcome.value
    return OpenQuestion(
        conflict_id(state.key.text),
        state.key,
        address,
        spoken(state.key),
        state.outcome.kind,
        lines_shown(base),
        lines_shown(merge_value(state.stored)),
        candidates,
        tuple(note.label for note in state.outcome.notes),
    )


def lines_shown(value: Value) -> Lines:
    """Return a merged value as a person reads it."""
    return ((value,) if value else ()) if isinstance(value, str) else tuple(plain_text(line) for line in value)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided: exactly one of the six.

    ``candidate`` counts from 1; ``both`` keeps what stands and adds what every sender added; ``proposed`` takes what
    merging came to.
    """

    current: bool = False
    base: bool = False
    candidate: int | None = None
    text: str | None = None
    both: bool = False
    proposed: bool = False


def decide(session: Session, question_id: str, choice: Choice) -> Applied:
    """Settle one conflict or review; everything sent for the field so far counts as considered.

    Raises UnknownAddress when there is no such open question and InvalidValue for a candidate that does not exist;
    then nothing was changed.
    """
    return _settle(session, _find(session, question_id), choice)


def settle(session: Session, name: str, choice: Choice) -> Applied:
    """Settle a field (``FieldKey.text``) whether it is open or not; raises InvalidValue as :func:`decide`."""
    brought = by_field(session, [name]).get(name, ())
    return _settle(session, as_written(field_state(session, name, brought, department_order(session))), choice)


def _settle(session: Session, state: FieldState, choice: Choice) -> Applied:
    value = chosen(state, choice)
    after = stored_value(state.key.spec.kind, value, state.stored, new_id)
    changes = [] if merge_value(state.stored) == value else [Change(state.key, state.stored, after)]
    settled = state.settled.decided(value, state.contributions)

    def also(database: Connection, _operation_id: int) -> None:
        merge_records.set_merged_field(database, MergedField(state.key.text, settled, value))

    return session.keep(changes, kind="decide", label=f"{spoken(state.key)}の衝突の解決", also=also)


def decide_all(session: Session, question_ids: Sequence[str], choice: Choice) -> list[Applied]:
    """Settle several questions the same way, one after another."""
    return [decide(session, question_id, choice) for question_id in question_ids]


def _find(session: Session, question_id: str) -> FieldState:
    waiting = {OutcomeKind.CONFLICT, OutcomeKind.REVIEW}
    for state in open_states(session):
        if conflict_id(state.key.text) == question_id and state.outcome.kind in waiting:
            return state
    raise UnknownAddress(
        "その番号の未解決の衝突はありません。",
        code="W-173",
        where=question_id,
        next_step="conflicts で番号を確かめてください。何も変わっていません。",
    )


#: Kinds of fields that hold several lines, so that two answers can stand together.
_SEVERAL = (Kind.LINES, Kind.NOTE, Kind.ENTRY, Kind.INDICATORS, Kind.RESULTS, Kind.CHILDREN, Kind.REFERENCES)


def can_hold_both(state: FieldState) -> bool:
    """Whether two answers can stand together in the field."""
    return state.key.spec.kind in _SEVERAL


def chosen(state: FieldState, choice: Choice) -> Value:
    """Return the value ``choice`` comes to; raises InvalidValue where the field cannot take it.

    Of a list of goals, activities, slots or departments a person chooses the order: what stands in it is taken out by
    nobody's choice of an order, with everything written below it.
    """
    value = _chosen(state, choice)
    if state.key.spec.kind is not Kind.CHILDREN or isinstance(value, str):
        return value
    members = lines_shown(state.outcome.value)
    candidates = state.outcome.candidates
    if choice.candidate is not None and not any(one.certain for one in candidates[choice.candidate - 1].contributions):
        members = (*members, *value)  # it waited for a person as a whole, what it adds too
    return in_order(value, [members], members)


def _chosen(state: FieldState, choice: Choice) -> Value:
    current = merge_value(state.stored)
    if choice.proposed:
        return state.outcome.value
    if choice.both:
        return _both(state, current)
    if choice.current:
        return current
    if choice.base:
        return state.outcome.candidates[0].base
    if choice.candidate is not None:
        if not 1 <= choice.candidate <= len(state.outcome.candidates):
            raise InvalidValue(
                f"候補は{len(state.outcome.candidates)}つです。{choice.candidate}番目はありません。",
                code="W-174",
                next_step="番号を確かめてください。何も変わっていません。",
            )
        return state.outcome.candidates[choice.candidate - 1].value
    lines = canonical_lines(choice.text or "")
    if state.key.spec.kind is Kind.LINE and not lines and state.key.spec.required:
        raise InvalidValue(
            f"「{state.key.spec.label}」は空にできません。", code="W-110", next_step="文字を入れてください。"
        )
    return retyped(state.key.spec.kind, current, lines)


def _both(state: FieldState, current: Value) -> Value:
    """Return what stands with every line a sender added, each behind the lines it answers; nothing is taken out."""
    if isinstance(current, str) or not can_hold_both(state):
        raise InvalidValue(
            f"「{state.key.spec.label}」には一つしか入りません。",
            code="W-175",
            next_step="どちらかを選ぶか、手で直してください。何も変わっていません。",
        )
    both = current
    for candidate in state.outcome.candidates:
        both = _with_added(both, candidate)
    texts = tuple(line for line in both if not is_none_mark(line))
    return texts or both


def _with_added(lines: Lines, candidate: Candidate) -> Lines:
    assert not isinstance(candidate.value, str)
    known = {*candidate.base, *lines}
    added = (
        Hunk(hunk.end, hunk.end, tuple(line for line in hunk.lines if line not in known))
        for hunk in hunks_between(lines, candidate.value)
    )
    return apply_hunks(lines, added)
