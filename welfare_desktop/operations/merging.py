"""Merging files that came back: read, look (dry run), apply in one transaction, take back.

The order of files does not matter and the same file twice does nothing, because what a field says is computed from
the set of contributions (``domain.merging``).  Reading touches no open data file and may run anywhere; planning and
applying happen where the file is open.  A plan that is no longer true when it is applied is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from welfare_desktop.domain.addresses import address_of, places
from welfare_desktop.domain.errors import EditConflict, UnknownAddress, WelfareError
from welfare_desktop.domain.fields import CHILD_OF, Change, FieldKey, Kind, Owner, key_from_text
from welfare_desktop.domain.merging.assembling import Assembled, assemble, contributions_of
from welfare_desktop.domain.merging.children import (
    is_list,
    standing_in,
    straightened,
    taken_in,
    title_key,
    with_kept,
    without_moved,
)
from welfare_desktop.domain.merging.forms import merge_value, stored_value
from welfare_desktop.domain.merging.lines import Value
from welfare_desktop.domain.merging.loose import LooseText, loose_texts
from welfare_desktop.domain.merging.packaged import edits_of
from welfare_desktop.domain.merging.resolving import Contribution, OutcomeKind, Settled, kind_for
from welfare_desktop.domain.merging.returned import STATE_AS_SENT, STATE_DONE, FileKind, ReturnedFile
from welfare_desktop.storage import backups, merge_records
from welfare_desktop.storage.merge_records import Brought, ExportRecord, MergedField
from welfare_desktop.storage.store import Connection

from .bases import Bases, without_the_rest
from .deciding import Choice, chosen
from .loose_edits import Assigned, edit_of, loose_json
from .merge_state import FieldState, by_field, change_of, department_order, field_state, writing_order
from .reading_back import ReadFile
from .session import Session, new_id
from .sign_offs import Handed, handed_over
from .tracking import base_of, origin_record


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a file that a person should see: a code, the place in it, a Japanese sentence, the text."""

    code: str
    place: str
    message: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What one file amounts to; counts are of fields.

    ``notes`` give a reason for everything not taken; ``loose`` are texts without a field for which nobody chose one,
    ``given`` those for which somebody did while this merge is looked at.
    ``complete`` says that the sender declared the sheet finished (提出状態 完成).
    """

    path: Path
    kind: str = ""
    department: str = ""
    year: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    error: WelfareError | None = None
    loose: tuple[LooseText, ...] = ()
    given: tuple[LooseText, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What merging would do.

    ``revision`` is the state of the data file it was made for; ``assigned`` the fields chosen for texts without one.
    """

    revision: int
    files: tuple[FileOutcome, ...]
    states: tuple[FieldState, ...]
    changes: tuple[Change, ...]
    brought: tuple[tuple[int, Brought], ...]
    read: tuple[ReadFile, ...]
    assigned: Assigned = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that was applied; ``merge_id`` is None when there was nothing to keep."""

    merge_id: str | None
    plan: MergePlan


#: Codes of cells that hold something and were not taken: formulas, errors, dates, truth values, unclear numbers and
#: marks.  A person has to look at each.
NOT_TAKEN = ("M-101", "M-102", "M-103", "M-104", "M-105", "M-106", "M-107", "M-111")
#: Codes of what was typed where nothing is to be filled in.
_BESIDE = ("M-109", "M-112")
_KEPT = "受け取ったファイルにはありませんが、消さずに残しています。要らなければ、この計画で廃止するか消してください。"
_MOVED = "送り手と違う所に移してあるので、今の所のままにしています。移すときは、この計画で移してください。"
_OLDER = "これより新しい受渡しファイルをもう取り込んでいるので、自動では入れません。"
COUNTS = ("new", "same", "automatic", "review", "conflict", "unmatched", "out_of_scope")


# --- planning -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sent:
    """What one file sends, before it is laid over anything.

    ``fields`` is how many it speaks of, ``emptied`` how many rows came back empty; the values themselves are not kept,
    for a package holds all of a plan.
    """

    outcome: FileOutcome
    contributions: tuple[Contribution, ...] = ()
    fields: int = 0
    emptied: int = 0
    notes: list[Note] = field(default_factory=list)
    loose: list[LooseText] = field(default_factory=list)
    given: list[LooseText] = field(default_factory=list)
    kept: int = 0
    out_of_scope: int = 0
    unmatched: int = 0


def plan_merge(session: Session, files: Iterable[ReadFile], assigned: Assigned | None = None) -> MergePlan:
    """Return what merging ``files`` would do; nothing is written.

    ``assigned`` says to which field a person gave a text without one; see :mod:`.loose_edits`.
    """
    revision = session.latest_operation()
    planner = _Planner(session, assigned or {})
    whole = list(without_the_rest(session, files))
    done = {place: planner.sent(whole[place]) for place in _by_age(whole)}
    sent = [done[place] for place in range(len(whole))]
    read = [
        item if item.returned is None else replace(item, returned=replace(item.returned, values=())) for item in whole
    ]
    states = planner.straightened(planner.states(sent), sent)
    by_name = {state.key.text: state for state in states}
    changes = tuple(sorted((change for state in states for change in change_of(state)), key=writing_order))
    planner.tell_of_numbers(sent, changes)
    outcomes = tuple(_counted(item, by_name, planner.known) for item in sent)
    brought = tuple(
        (place, Brought(contribution, "", planner.source(read[place])))
        for place, item in enumerate(sent)
        for contribution in item.contributions
        if contribution.id not in planner.known
    )
    return MergePlan(revision, outcomes, tuple(states), changes, brought, tuple(read), planner.assigned)


def _by_age(files: Sequence[ReadFile]) -> list[int]:
    """Return the places of ``files`` in the order they are taken in, however they were chosen.

    It matters where two packages moved one thing: the older one's place stands.  What departments wrote comes first, so
    that no package takes out what it is written in.
    """

    def age(place: int) -> tuple[bool, str, int, str, str]:
        item = files[place]
        one = item.returned
        if one is None or one.kind is not FileKind.PACKAGE:
            return False, "", 0, "", item.file_hash
        return True, one.made_on, one.base_revision, one.export_id, item.file_hash

    return sorted(range(len(files)), key=age)


class _Planner:
    def __init__(self, session: Session, assigned: Assigned) -> None:
        self.session = session
        self.assigned = assigned
        self.order = department_order(session)
        self.plan = session.plan()
        self.where = places(self.plan)
        self.current = base_of(self.plan)
        #: What stands where, and what is written, once the files looked at so far are taken in.
        self.then: dict[str, Value] = self.current
        self.standing: set[str] | None = None
        self.bases = Bases(session)
        self.known: frozenset[str] = frozenset()

    def source(self, item: ReadFile) -> str:
        """Return the words that say who sent a contribution."""
        department = item.returned.department if item.returned else ""
        return f"{item.name}（{department}）" if department else item.name

    def sent(self, item: ReadFile) -> _Sent:
        """Return what one file sends."""
        returned = item.returned
        if returned is None:
            return _Sent(FileOutcome(item.path, error=item.error))
        if returned.dataset_id and returned.dataset_id != self.session.dataset_id:
            return _Sent(FileOutcome(item.path, returned.kind.value, returned.department, error=_other_dataset(item)))
        complete = any((remark.name, remark.text) == ("state", STATE_DONE) for remark in returned.remarks)
        outcome = FileOutcome(item.path, returned.kind.value, returned.department, returned.year, complete=complete)
        export = self.bases.of(returned)
        base = self.current if export is None else export.base
        if returned.kind is FileKind.PACKAGE:
            edits = item.edits or edits_of(base, returned.packaged)
            values, kept = with_kept(edits.values, base, self.then, empty_too=bool(returned.based_on))
            values, moved = without_moved(values, base, self.then)
            assembled, fields = Assembled(values), edits.same + len(edits.values)
        else:
            assembled, kept, moved = assemble(self._fields_in_scope(returned, base), returned), [], []
            fields = len(assembled.values)
        sent = _Sent(outcome, fields=fields, emptied=len(assembled.emptied))
        if export is None:
            sent.notes.append(
                Note("M-210", "", "どの版の用紙か分からないので、今の内容と比べました。自動では入れません。")
            )
        if self.bases.is_old(returned):
            sent.notes.append(Note("M-219", "", _OLDER))
        sent.notes += [self._named("M-217", key, _KEPT) for key in kept]
        sent.notes += [self._named("M-218", key, _MOVED) for key in moved]
        values = self._writable(assembled.values, base, sent)
        unsure = export is None or self.bases.is_old(returned)
        uncertain = frozenset(values) if unsure else assembled.uncertain | frozenset(returned.undecided)
        if values and not unsure:
            self.then, self.standing = taken_in(self.then, values, base), None
        sent.contributions = contributions_of(
            returned.export_id or item.file_hash,
            export.department_id if export else returned.department_id,
            base,
            values,
            seen=export.seen if export else None,
            uncertain=uncertain,
        )
        self.bases.took_in(returned, sent.contributions)
        self._place_loose(item, returned, export, sent)
        self._tell(returned, assembled, sent)
        return sent

    def _fields_in_scope(self, returned: ReturnedFile, base: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return the fields a sender may write with what was exported; a department may write its own only."""
        if returned.kind is not FileKind.DEPARTMENT:
            return base
        export = self.bases.export(returned.export_id)
        if export is not None:
            return base
        own = {
            slot.id
            for _, _, activity in self.plan.walk()
            for slot in activity.city.slots + activity.council.slots
            if any(department.id == returned.department_id for department in slot.departments)
        }
        names = [row.field for row in returned.values]
        return {name: base.get(name, ()) for name in names if key_from_text(name).owner_id in own}

    def _writable(self, values: Mapping[str, Value], base: Mapping[str, Value], sent: _Sent) -> dict[str, Value]:
        """Leave out what cannot be written: what is closed or signed off (確定), and fields whose owner is gone."""
        found = {}
        handed = _handed_by(values)
        standing = standing_in(self.then, values, base) if any(map(is_list, values)) else self._standing()
        for name, value in values.items():
            if value == self.current.get(name, "" if isinstance(value, str) else ()):
                found[name] = value
                continue
            key = key_from_text(name)
            locked = self.session.why_locked(key, handed)
            if locked:
                sent.out_of_scope += 1
                sent.notes.append(Note("M-211", address_of(key, self.where), f"{locked}入れません。", _text(value)))
            elif key.owner_id not in standing:
                sent.unmatched += 1
                sent.notes.append(Note("M-212", "", "この欄は今の計画にありません。", self._said(key, value, values)))
            elif key.spec.kind is Kind.REFERENCES and not standing.issuperset(value):
                gone = tuple(item for item in value if item not in standing)
                sent.unmatched += 1
                words = self._said(key, gone, values)
                sent.notes.append(
                    Note("M-212", address_of(key, self.where), "この担当課は今の計画にありません。", words)
                )
                found[name] = tuple(item for item in value if item in standing)
            else:
                found[name] = value
        return found

    def _standing(self) -> set[str]:
        if self.standing is None:
            self.standing = standing_in(self.then)
        return self.standing

    def _said(self, key: FieldKey, value: Value, values: Mapping[str, Value]) -> str:
        """Return what a value that is not taken says; of things their names, as the file or this plan has them."""
        if key.spec.kind not in (Kind.CHILDREN, Kind.REFERENCES):
            return _text(value)
        named = key if key.spec.kind is Kind.CHILDREN else FieldKey(Owner.PLAN, self.plan.id, "departments")
        names = (title_key(named, item).text for item in value)
        return "\n".join(filter(None, (_text(values.get(name, self.current.get(name, ""))) for name in names)))

    def _named(self, code: str, key: FieldKey, message: str) -> Note:
        """Return a note about a goal, activity, slot or department; ``key`` is the field with its name."""
        words = self.current.get(key.text, "")
        return Note(code, address_of(key, self.where), message, words if isinstance(words, str) else "")

    def _tell(self, returned: ReturnedFile, assembled: Assembled, sent: _Sent) -> None:
        """Note everything that was not taken as it stands, with its place."""
        notes = sent.notes
        notes += [Note(problem.code, "", problem.message) for problem in returned.problems]
        for found in returned.findings:
            notes.append(Note(found.code, _place(found.sheet, found.cell), found.message, found.shown))
        for row in assembled.emptied:
            notes.append(Note("M-213", row.place, "文のあった欄が空で返ってきました。元の文を残しています。"))
        for row in assembled.outside:
            sent.out_of_scope += 1
            notes.append(Note("M-214", row.place, "この課の記入欄ではないので入れません。", "\n".join(row.lines)))
        for loose in sent.loose:
            sent.unmatched += 1
            item = loose.unmatched
            notes.append(Note("M-215", _place(item.sheet, item.cell), item.reason.label, "\n".join(item.lines)))
        notes += [
            Note(f"M-remark-{remark.name}", _place(remark.sheet, remark.cell), "連絡事項", remark.text)
            for remark in returned.remarks
            if (remark.name, remark.text) != ("state", STATE_AS_SENT)
        ]

    def _place_loose(self, item: ReadFile, returned: ReturnedFile, export: ExportRecord | None, sent: _Sent) -> None:
        """Take texts a person gave a field as edits of the file; what came in with an earlier merge stays there."""
        source = returned.export_id or item.file_hash
        texts = loose_texts(source, returned.unmatched)
        if not texts:
            return
        department = export.department_id if export else returned.department_id
        ids = [text.id for text in texts]
        here = self.session.look(lambda database: merge_records.contributions_called(database, ids))
        before = {brought.contribution.id: brought.contribution for brought in here}
        for text in texts:
            if text.id in before:
                sent.contributions += (before[text.id],)
                sent.kept += 1
            elif text.id in self.assigned:
                name = self.assigned[text.id]
                edit = edit_of(text, name, source, department, export, self.current, self.plan.id)
                sent.contributions += (edit,)
                sent.given.append(text)
            else:
                sent.loose.append(text)

    def states(self, sent: Sequence[_Sent]) -> list[FieldState]:
        """Return the state of every field somebody sends an edit of."""
        added: dict[str, list[Brought]] = {}
        for item in sent:
            for contribution in item.contributions:
                added.setdefault(contribution.field, []).append(Brought(contribution, "", item.outcome.path.name))
        known = by_field(self.session, added)
        self.known = frozenset(item.contribution.id for items in known.values() for item in items)
        return [
            field_state(self.session, name, known.get(name, ()), self.order, items)
            for name, items in sorted(added.items())
        ]

    def straightened(self, states: Sequence[FieldState], sent: Sequence[_Sent]) -> list[FieldState]:
        """Return ``states`` with every thing in one list, and tell where that is not what a file says."""
        lists = straightened({state.key.text: state.outcome.value for state in states}, self.current)
        found = []
        for state in states:
            name, value = state.key.text, lists.get(state.key.text)
            if value is None:
                found.append(state)
                continue
            moved = set(state.outcome.value).difference(value)
            kept = set(value).difference(state.outcome.value)
            told = [self._named("M-218", title_key(state.key, item), _MOVED) for item in sorted(moved)]
            told += [self._named("M-217", title_key(state.key, item), _KEPT) for item in sorted(kept)]
            for item in sent:
                if any(contribution.field == name for contribution in item.contributions):
                    item.notes += told
            found.append(replace(state, outcome=replace(state.outcome, value=value)))
        return found

    def tell_of_numbers(self, sent: Sequence[_Sent], changes: Sequence[Change]) -> None:
        """Note where things that two offices added would bear the same number: an address must mean one of them."""
        after = {change.key: change.after for change in changes}
        for change in changes:
            child = CHILD_OF.get((change.key.owner, change.key.name))
            if child not in (Owner.BASIC_GOAL, Owner.ACTIVITY_GOAL, Owner.ACTIVITY):
                continue
            assert isinstance(change.after, tuple)
            keys = [FieldKey(child, str(item), "number") for item in change.after]
            numbers = [after[key] if key in after else self.session.value(key) for key in keys]
            if len(set(numbers)) == len(numbers):
                continue
            message = (
                "別々に加えられたものが同じ番号になります。取り込んでから「番号を1から振り直す」で直してください。"
            )
            for item in sent:
                if any(contribution.field == change.key.text for contribution in item.contributions):
                    item.notes.append(Note("M-216", address_of(change.key, self.where), message))


def _handed_by(values: Mapping[str, Value]) -> Handed:
    """Return to whom ``values`` give slots."""
    lists = {name: value for name, value in values.items() if name.endswith(("/departments", "/slots"))}
    return handed_over(Change(key_from_text(name), (), value) for name, value in lists.items())


def _other_dataset(item: ReadFile) -> WelfareError:
    return WelfareError(
        "別の計画のファイルから書き出されたものです。取り込みません。",
        code="M-220",
        where=item.name,
        next_step="この計画から配ったファイルを選んでください。",
    )


def _place(sheet: str, cell: str) -> str:
    return f"{sheet}!{cell}" if sheet and cell else sheet or cell


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "\n".join(line.partition("\x1f")[0] for line in value)


def _counted(sent: _Sent, states: Mapping[str, FieldState], known: frozenset[str]) -> FileOutcome:
    """Count what a file amounts to; what came in with an earlier merge is the same."""
    if sent.outcome.error is not None:
        return sent.outcome
    counts = dict.fromkeys(COUNTS, 0)
    for contribution in sent.contributions:
        state = states[contribution.field]
        kind = kind_for(contribution, state.settled, state.outcome)
        counts[OutcomeKind.SAME if contribution.id in known else kind] += 1
    own = len(sent.contributions) - sent.kept - len(sent.given)
    counts["same"] += max(0, sent.fields - own - sent.out_of_scope - sent.unmatched)
    counts["review"] += sent.emptied
    counts["review"] += sum(note.code in (*NOT_TAKEN, "M-216", "M-217", "M-218") for note in sent.notes)
    counts["unmatched"] += sent.unmatched
    counts["out_of_scope"] += sent.out_of_scope + sum(note.code in _BESIDE for note in sent.notes)
    return replace(
        sent.outcome, counts=counts, notes=tuple(sent.notes), loose=tuple(sent.loose), given=tuple(sent.given)
    )


# --- applying -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Decided:
    """A field a person decided while looking at the plan."""

    state: FieldState
    value: Value
    settled: Settled

    @property
    def change(self) -> list[Change]:
        if merge_value(self.state.stored) == self.value:
            return []
        after = stored_value(self.state.key.spec.kind, self.value, self.state.stored, new_id)
        return [Change(self.state.key, self.state.stored, after)]

    @property
    def json(self) -> dict[str, Any]:
        """What taking the merge back needs: what was settled before, and what has to stand for it to go."""
        before = self.state.settled
        return {
            "field": self.state.key.text,
            "value": self.value,
            "settled": before.value,
            "considered": sorted(before.considered),
            "decided": sorted(self.settled.considered),
        }


def _decided_in(plan: MergePlan, decisions: Mapping[str, Choice]) -> dict[str, _Decided]:
    """Return the decisions by field; raises UnknownAddress for a field the plan says nothing about."""
    states = {state.key.text: state for state in plan.states}
    found = {}
    for name, choice in decisions.items():
        if name not in states:
            raise UnknownAddress(
                "この取込みにない欄が決められています。まだ何も入れていません。",
                code="W-176",
                where=name,
                next_step="もう一度下調べをしてください。",
            )
        state = states[name]
        value = chosen(state, choice)
        found[name] = _Decided(state, value, state.settled.decided(value, state.contributions))
    return found


def apply_merge(session: Session, plan: MergePlan, decisions: Mapping[str, Choice] | None = None) -> Merged:
    """Write a plan in one transaction after a backup; raises EditConflict when the data file moved on since.

    Files without anything new are kept too, and with one that could be read those that could not, with the reason:
    the ledger must know that they came.  ``decisions`` are what a person decided looking at the plan, by field
    (``FieldKey.text``); they are part of the same step and are taken back with it.  What is not decided stays as
    merging left it.
    """
    decided = _decided_in(plan, decisions or {})
    readable = [place for place, item in enumerate(plan.read) if plan.files[place].error is None and item.returned]
    refused = [place for place, item in enumerate(plan.files) if item.error is not None]
    if not readable:
        return Merged(None, plan)
    if session.latest_operation() != plan.revision:
        raise EditConflict(
            "取込みの下調べのあとで、ほかの操作がありました。まだ何も入れていません。",
            code="W-131",
            next_step="もう一度下調べをしてください。",
        )
    backups.back_up(session.path)
    merge_id = new_id()
    received_ids = {place: new_id() for place in readable}
    at = datetime.now(UTC)

    def also(database: Connection, operation_id: int) -> None:
        merge_records.add_merge(database, merge_records.MergeRecord(merge_id, at, session.who, operation_id, None))
        for position, place in enumerate(readable):
            record = _received(plan, place, received_ids[place], merge_id, position)
            if position == 0 and decided:
                record = replace(record, report={**record.report, "decided": [item.json for item in decided.values()]})
            merge_records.add_received(database, record)
        for position, place in enumerate(refused, start=len(readable)):
            merge_records.add_received(database, _not_read(plan, place, merge_id, position))
        kept: set[tuple[int, str]] = set()
        for place, brought in plan.brought:
            if (place, brought.contribution.id) not in kept:
                kept.add((place, brought.contribution.id))
                merge_records.add_contribution(database, replace(brought, received_id=received_ids[place]))
        for state in plan.states:
            own = decided.get(state.key.text)
            settled, shown = (own.settled, own.value) if own else (state.settled, state.outcome.value)
            merge_records.set_merged_field(database, MergedField(state.key.text, settled, shown))
        for place in readable:
            _keep_origin(database, session, plan.read[place])

    names = "、".join(plan.read[place].name for place in readable[:3]) + ("ほか" if len(readable) > 3 else "")
    changes = [change for change in plan.changes if change.key.text not in decided]
    changes += [change for item in decided.values() for change in item.change]
    session.keep(sorted(changes, key=writing_order), kind="merge", label=f"取込み（{names}）", also=also)
    return Merged(merge_id, plan)


def _received(
    plan: MergePlan, place: int, received_id: str, merge_id: str, position: int
) -> merge_records.ReceivedRecord:
    item, outcome = plan.read[place], plan.files[place]
    assert item.returned is not None
    return merge_records.ReceivedRecord(
        received_id,
        merge_id,
        position,
        item.name,
        item.file_hash,
        outcome.kind,
        item.returned.export_id,
        item.returned.department_id,
        outcome.department,
        outcome.year,
        {
            "counts": dict(outcome.counts),
            "notes": [note_json(note) for note in outcome.notes],
            "loose": [loose_json(item) for item in outcome.loose],
            **({"based_on": item.returned.based_on} if item.returned.based_on else {}),
        },
    )


def _not_read(plan: MergePlan, place: int, merge_id: str, position: int) -> merge_records.ReceivedRecord:
    item, error = plan.read[place], plan.files[place].error
    assert error is not None
    report = {"error": {"code": error.code, "message": error.message, "next": error.next_step}}
    return merge_records.ReceivedRecord(
        new_id(), merge_id, position, item.name, item.file_hash, "", "", "", "", 0, report
    )


def note_json(note: Note) -> dict[str, str]:
    """Return a note as plain JSON."""
    return {"code": note.code, "place": note.place, "message": note.message, "text": note.text}


def _keep_origin(database: Connection, session: Session, item: ReadFile) -> None:
    """Remember what a package of the main office said: the next one this copy sends is compared with it."""
    returned = item.returned
    if returned is not None and returned.kind is FileKind.PACKAGE and not returned.based_on:
        origin_record(returned, session.who, item.name)(database, 0)
