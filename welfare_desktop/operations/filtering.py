"""Which activities of a year the tree lists when it is narrowed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from welfare_desktop.domain.completeness import Fill, owners_of
from welfare_desktop.domain.last_year import repeats_last_year
from welfare_desktop.storage import selecting
from welfare_desktop.storage.rows import split_lines

from .counting import Attention
from .session import Session

_NEW = "【新規】"


class Filter(Enum):
    """What the tree can be narrowed to; the value is what the screen calls it."""

    ALL = "すべて"
    BLANK = "未記入"
    DRAFT = "下書き"
    FINDING = "指摘あり"
    CONFLICT = "衝突"
    NEW = "【新規】"
    SAME = "前年度と同じ"


def activities_in(
    session: Session,
    year: int,
    which: Filter,
    fills: Mapping[str, Fill],
    attention: Mapping[str, Attention],
    department: str | None = None,
) -> frozenset[str]:
    """Return the ids of the activities that belong to ``which`` in the report of ``year``.

    ``fills`` and ``attention`` are those of the year and ``department`` (None: all), as they are known.
    """
    match which:
        case Filter.ALL:
            return frozenset(fills)
        case Filter.BLANK:
            return frozenset(name for name, fill in fills.items() if fill.blank)
        case Filter.DRAFT:
            return frozenset(name for name, fill in fills.items() if fill.draft)
        case Filter.FINDING:
            return frozenset(name for name, item in attention.items() if item.findings)
        case Filter.CONFLICT:
            return frozenset(name for name, item in attention.items() if item.conflicts)
        case Filter.NEW:
            owners = session.look(lambda database: selecting.owners_of_text(database, _NEW, year))
            return frozenset(owners & fills.keys()) | _activities_of(session, owners, department)
        case Filter.SAME:
            rows = session.look(lambda database: selecting.entries_as_before(database, year))
            texts = ((slot, split_lines(text)) for slot, text in rows)
            return _activities_of(
                session, {slot for slot, lines in texts if repeats_last_year(lines, lines)}, department
            )


def _activities_of(session: Session, slots: set[str], department: str | None) -> frozenset[str]:
    """Return the activities of the given slots, of those ``department`` owes."""
    return frozenset(
        activity.id
        for _, _, activity in session.plan(()).walk()
        for part in activity.parts
        for slot in part.slots
        if slot.id in slots and (department is None or department in owners_of(part, slot))
    )


def draft_fields(session: Session) -> frozenset[tuple[str, str, int]]:
    """Return (slot id, field, year) of every draft, of whatever year."""
    return frozenset(session.look(selecting.drafts))


def repeated_fields(session: Session) -> frozenset[tuple[str, str, int]]:
    """Return (slot id, field, year) of every text that says word for word what its year before says (前年度と同文)."""
    found = session.look(selecting.repeated_entries)
    same = ((slot, field, year, split_lines(text)) for slot, field, year, text in found)
    return frozenset((slot, field, year) for slot, field, year, lines in same if repeats_last_year(lines, lines))
