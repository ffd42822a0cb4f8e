"""Remembering what went out, so that it can come back.

Every file that may be merged carries an export id; under it the data file keeps what every exported field said.  That
is the base a returned file is compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from welfare_desktop.domain.merging.forms import merge_value
from welfare_desktop.domain.merging.lines import Value
from welfare_desktop.domain.merging.packaged import edits_of
from welfare_desktop.domain.merging.returned import ReturnedFile
from welfare_desktop.domain.model import Department, Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.store import Connection

from .merge_state import visible_contributions
from .session import Session, new_id

if TYPE_CHECKING:
    from welfare_desktop.exchange.keys import Identity


def new_identity(
    session: Session, kind: str, year: int, department: Department | None = None, owner: str = ""
) -> Identity:
    """Return a fresh identity for a file about to be written.

    ``owner`` names who it is for where that is no department of the plan (市社会福祉協議会, 未割当).
    """
    from welfare_desktop.exchange.keys import Identity

    return Identity(
        kind,
        new_id(),
        session.dataset_id,
        year,
        session.latest_revision(),
        datetime.now().astimezone().date().isoformat(),
        department.id if department else "",
        department.name_in(year) if department else owner,
    )


#: The kind of a record that says what a package said that this copy of the data began with or last took in.
ORIGIN = "origin"


def origins(session: Session) -> list[merge_records.ExportRecord]:
    """Return the packages this copy of the data came from and took in since, without what they said, oldest first.

    One whose merge was taken back is none of them: nothing of it stands here.
    """

    def standing(database: Connection) -> list[merge_records.ExportRecord]:
        gone = merge_records.exports_taken_back(database)
        found = [item for item in merge_records.exports(database) if item.kind == ORIGIN and item.id not in gone]
        return sorted(found, key=lambda item: item.revision)

    return session.look(standing)


def origin_of(session: Session) -> merge_records.ExportRecord | None:
    """Return what the newest of :func:`origins` said; None where the data began here."""
    known = origins(session)
    return session.look(lambda database: merge_records.export(database, known[-1].id)) if known else None


def seen_by(session: Session, origin: merge_records.ExportRecord) -> dict[str, frozenset[str]]:
    """Return per field the contributions that were part of one of :func:`origins`.

    What came in with it or with an earlier one: the main office said that itself.
    """
    ids = {item.id for item in origins(session) if item.revision <= origin.revision}
    found: dict[str, frozenset[str]] = {}
    for brought in session.look(merge_records.contributions):
        one = brought.contribution
        if one.export in ids:
            found[one.field] = found.get(one.field, frozenset()) | {one.id}
    return found


def base_of(plan: Plan) -> dict[str, Value]:
    """Return what every field of ``plan`` says, in the form merging compares."""
    return {key.text: merge_value(value) for key, value in values_of(plan)}


def remember(session: Session, identity: Identity, base: Mapping[str, Value], target: Path, deadline: str = "") -> None:
    """Keep that a file went out and what it said; the history gets a line."""
    record = merge_records.ExportRecord(
        identity.export_id,
        identity.kind,
        identity.department_id,
        identity.department,
        identity.year,
        datetime.now(UTC),
        session.who,
        identity.base_revision,
        target.name,
        deadline,
        base,
        visible_contributions(session),
    )

    def also(database: Connection, _operation_id: int) -> None:
        merge_records.add_export(database, record)

    session.keep((), kind="export", label=f"書出し（{target.name}）", also=also)


def origin_record(returned: ReturnedFile, who: str, file_name: str) -> Callable[[Connection, int], None]:
    """Return what keeps, inside a transaction, what a package said: the next one sent back is compared with it."""
    base = edits_of({}, returned.packaged).values
    revision = returned.base_revision
    record = merge_records.ExportRecord(
        returned.export_id, ORIGIN, "", "", returned.year, datetime.now(UTC), who, revision, file_name, "", base
    )

    def also(database: Connection, _operation_id: int) -> None:
        if merge_records.export(database, record.id) is None:
            merge_records.add_export(database, record)

    return also
