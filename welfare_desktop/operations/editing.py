"""Editing one field by its address: what the command line's ``get`` and ``set`` do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from welfare_desktop.domain.addresses import address_of, places
from welfare_desktop.domain.fields import FieldKey, Kind, Value, lines_of, state_of_value
from welfare_desktop.domain.model import EntryState, Lines
from welfare_desktop.domain.years import require_within

from .session import Session
from .structure import set_departments


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as a person sees it."""

    address: str
    lines: Lines
    state: EntryState
    revision: int


def view(session: Session, address: str) -> FieldView:
    """Return the field an address names; raises UnknownAddress."""
    key = session.resolve(address)
    value = session.value(key)
    return FieldView(
        session.address(key), tuple(session.shown(key, value)), state_of_value(value), session.revision(key)
    )


def set_field(session: Session, address: str, text: str, why: str = "") -> FieldView:
    """Store ``text`` (lines joined by LF) in the field an address names and return what now stands there.

    Returns only when it is durable.  Raises UnknownAddress, InvalidValue, EditConflict or StoreError; then nothing
    was changed.
    """
    key = session.resolve(address)
    require_year(session, key)
    if key.spec.kind is Kind.REFERENCES:
        applied = set_departments(session, key.owner_id, text)
    else:
        applied = session.enter(key, text, why=why)
    stored = view(session, address)
    # The revision of what was written here, also when somebody else has written again since.
    return stored if applied is None else replace(stored, revision=applied.revisions[-1])


def require_year(session: Session, key: FieldKey) -> None:
    """Refuse a fiscal year the plan has nothing to do with: planned work may reach one year past its end."""
    if key.year is None:
        return
    plan = session.plan(())
    if not (key.name == "planned" and key.year == plan.last_year + 1):
        require_within(key.year, plan.first_year, plan.last_year)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change as a person reads it; ``when`` is local time in ISO 8601 with its offset."""

    revision: int
    address: str
    before: Lines
    after: Lines
    who: str
    when: str
    why: str
    label: str


def changes_of(session: Session, address: str | None = None, limit: int | None = None) -> list[ChangeView]:
    """Return the history, newest first: of the field ``address`` names, or of everything (None)."""
    key = session.resolve(address) if address else None
    plan = session.plan(())
    where = places(plan)
    names = {department.id: department.name for department in plan.departments}

    def shown(value: Value) -> Lines:
        return tuple(names.get(line, line) for line in lines_of(value))

    return [
        ChangeView(
            row.revision,
            address_of(row.change.key, where),
            shown(row.change.before),
            shown(row.change.after),
            row.who,
            row.at.astimezone().isoformat(timespec="seconds"),
            row.why,
            row.label,
        )
        for row in session.history(key, limit)
    ]
