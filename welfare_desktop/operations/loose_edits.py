"""Texts that came back without a field (対応不明): where they may belong, giving them a field, laying them aside.

A text that was given a field is an edit of the file it came in: reading that file again does nothing, taking its merge
back takes the text back, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.errors import UnknownAddress
from welfare_desktop.domain.fields import FieldKey, Owner, key_from_text
from welfare_desktop.domain.merging.forms import TEXT_KINDS, merge_value
from welfare_desktop.domain.merging.lines import Value, plain_text
from welfare_desktop.domain.merging.loose import LooseText, Place, ranked, value_with
from welfare_desktop.domain.merging.resolving import Contribution
from welfare_desktop.domain.merging.returned import Unmatched, UnmatchedReason
from welfare_desktop.domain.model import Activity, ActorPart, Plan, Slot, in_use
from welfare_desktop.domain.text import circled
from welfare_desktop.domain.values import values_of
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.merge_records import Brought, ExportRecord, MergedField, ReceivedRecord
from welfare_desktop.storage.store import Applied, Connection

from .merge_state import by_field, change_of, department_order, field_state
from .session import Session

#: The field chosen for a text, by the text's id; an empty one: laid aside.
Assigned = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OpenText:
    """A text of an earlier merge that has no field yet, with the file it came in."""

    text: LooseText
    received: ReceivedRecord

    @property
    def id(self) -> str:
        """What a person calls it by; the same text always has the same."""
        return self.text.id[:8]

    @property
    def place(self) -> str:
        """``sheet!cell``."""
        return f"{self.text.unmatched.sheet}!{self.text.unmatched.cell}"


def edit_of(
    text: LooseText,
    name: str,
    source: str,
    department: str,
    export: ExportRecord | None,
    current: Mapping[str, Value],
    plan_id: str,
) -> Contribution:
    """Return the edit a text is once it belongs to the field ``name``; an empty name: an edit that says nothing.

    ``source`` is the export's id or, where that is not known, the file's hash.  Without an export nobody knows what
    the sender saw: the edit then waits to be taken.  Raises UnknownAddress for a field that holds no text.
    """
    if not name:
        key = FieldKey(Owner.PLAN, plan_id, "title")
        return Contribution(text.id, source, department, key.text, "", "")
    key = key_from_text(name)
    if key.spec.kind not in TEXT_KINDS:
        raise UnknownAddress(
            "その欄には文を入れられません。", code="W-178", where=spoken(key), next_step="文の入る欄を選んでください。"
        )
    empty: Value = "" if isinstance(merge_value(key.spec.default), str) else ()
    base = (export.base if export else current).get(name, current.get(name, empty))
    seen = export.seen.get(name, frozenset()) if export else frozenset()
    value = value_with(key.spec.kind, base, text.unmatched)
    return Contribution(text.id, source, department, name, base, value, seen, export is not None)


def loose_json(item: LooseText) -> dict[str, Any]:
    """Return a text as plain JSON, to be kept with the file it came in."""
    one = item.unmatched
    return {
        "id": item.id,
        "reason": one.reason.value,
        "sheet": one.sheet,
        "cell": one.cell,
        "lines": list(one.lines),
        "wording": list(one.wording),
        "field": one.field,
        "item": one.item,
    }


def _loose(data: Mapping[str, Any]) -> LooseText:
    unmatched = Unmatched(
        UnmatchedReason(data["reason"]),
        data["sheet"],
        data["cell"],
        tuple(data["lines"]),
        tuple(data["wording"]),
        data["field"],
        data["item"],
    )
    return LooseText(data["id"], unmatched)


def open_texts(session: Session) -> list[OpenText]:
    """Return the texts of earlier merges nobody gave a field or laid aside, in the order they came, each once."""
    found: dict[str, OpenText] = {}
    for received in session.look(merge_records.received):
        for data in received.report.get("loose", ()):
            found.setdefault(data["id"], OpenText(_loose(data), received))
    known = session.look(lambda database: merge_records.contributions_called(database, found))
    settled = {item.contribution.id for item in known}
    return [item for identifier, item in found.items() if identifier not in settled]


# --- where a text may belong ----------------------------------------------------------------------------------------


def places_for(session: Session, text: LooseText, year: int, export_id: str = "") -> list[Place]:
    """Return every field of fiscal ``year`` that holds text, the likeliest for ``text`` first; see :func:`fields_for`."""
    return ranked(text.unmatched, fields_for(session, year, export_id))


def fields_for(session: Session, year: int, export_id: str = "") -> list[Place]:
    """Return every field of fiscal ``year`` that holds text, in plan order; none where the year is closed.

    ``year`` 0 means the newest that is reported; ``export_id`` is the export a text came back with.
    """
    wanted = year or session.latest_year()
    plan = session.plan((wanted, wanted + 1))
    export = session.look(lambda database: merge_records.export(database, export_id)) if export_id else None
    asked = frozenset(export.base) if export is not None and export.kind == "department" else frozenset()
    said = {key.text: merge_value(value) for key, value in values_of(plan)}
    return [] if wanted in session.closed_years() else list(_places(plan, wanted, asked, said))


def _places(plan: Plan, year: int, asked: frozenset[str], said: Mapping[str, Value]) -> Iterator[Place]:
    for basic, goal, activity in plan.walk():
        if not in_use(activity, year):
            continue
        path = f"{basic.number}-{goal.number}{circled(activity.number)}"
        for key in _keys(activity, year):
            value = said.get(key.text, ())
            lines = ((value,) if value else ()) if isinstance(value, str) else tuple(map(plain_text, value))
            yield Place(key.text, path, activity.title, spoken(key), lines, key.text in asked)


def _keys(activity: Activity, year: int) -> Iterator[FieldKey]:
    for part in activity.parts:
        for slot in part.slots:
            if in_use(slot, year):
                yield from _slot_keys(slot, year)
    for part in activity.parts:
        yield _initiatives(activity, part)
    for name in ("residents_role", "organizations_role"):
        yield FieldKey(Owner.ACTIVITY, activity.id, name)


def _slot_keys(slot: Slot, year: int) -> Iterator[FieldKey]:
    yield FieldKey(Owner.SLOT, slot.id, "status", None, year)
    yield FieldKey(Owner.SLOT, slot.id, "planned", None, year + 1)
    yield FieldKey(Owner.SLOT, slot.id, "results", None, year)


def _initiatives(activity: Activity, part: ActorPart) -> FieldKey:
    return FieldKey(Owner.ACTOR, activity.id, "initiatives", part.actor)


# --- after the merge ------------------------------------------------------------------------------------------------


def edit_of_open(session: Session, item: OpenText, name: str) -> Brought:
    """Return what an earlier merge's text is once it belongs to the field ``name`` (empty: laid aside)."""
    received = item.received
    export = session.look(lambda database: merge_records.export(database, received.export_id))
    plan = session.plan()
    current = {key.text: merge_value(value) for key, value in values_of(plan)}
    department = export.department_id if export else received.department_id
    source = received.export_id or received.file_hash
    edit = edit_of(item.text, name, source, department, export, current, plan.id)
    words = f"{received.file_name}（{received.department}）" if received.department else received.file_name
    return Brought(edit, received.id, words)


def assign(session: Session, text_id: str, key: FieldKey | None) -> Applied:
    """Give a text of an earlier merge a field, or lay it aside (None); ``text_id`` is its id or the start of it.

    It is merged as if the file had said so: the field may come to be in conflict.  Raises UnknownAddress when there
    is no such text or field, InvalidValue where the year is closed; then nothing was changed.
    """
    item = find_open_text(session, text_id)
    brought = edit_of_open(session, item, key.text if key is not None else "")
    name = brought.contribution.field
    state = field_state(session, name, by_field(session, [name]).get(name, ()), department_order(session), [brought])

    def also(database: Connection, _operation_id: int) -> None:
        merge_records.add_contribution(database, brought)
        if key is not None:
            merge_records.set_merged_field(database, MergedField(name, state.settled, state.outcome.value))

    words = "対応不明の文を入れない" if key is None else f"対応不明の文を{spoken(key)}へ"
    return session.keep(change_of(state) if key is not None else [], kind="assign", label=words, also=also)


def find_open_text(session: Session, text_id: str) -> OpenText:
    """Return the open text a person means; raises UnknownAddress."""
    for item in open_texts(session):
        if text_id and item.text.id.startswith(text_id):
            return item
    raise UnknownAddress(
        "その番号の対応不明の文はありません。",
        code="W-179",
        where=text_id,
        next_step="conflicts で番号を確かめてください。何も変わっていません。",
    )
