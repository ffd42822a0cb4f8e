"""The ledger (提出台帳): every file sent and returned, per department and year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from welfare_desktop.storage import merge_records
from welfare_desktop.storage.merge_records import ExportRecord, ReceivedRecord
from welfare_desktop.storage.store import Connection

from .session import Session


class LedgerState(StrEnum):
    """Where a sheet stands."""

    SENT = "sent"
    OVERDUE = "overdue"
    RETURNED = "returned"
    OLD_VERSION = "old_version"
    TWICE = "twice"

    @property
    def label(self) -> str:
        """The Japanese word shown beside the mark."""
        return {
            "sent": "未提出",
            "overdue": "期限超過",
            "returned": "提出済み",
            "old_version": "旧版に回答",
            "twice": "二度提出",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that came back: when, its name, and whether it answers the sheet sent last."""

    at: datetime
    file_name: str
    latest: bool
    notes: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One department and year; ``deadline`` is None where none was set, ``sent`` the times of all sheets sent."""

    department: str
    year: int
    sent: tuple[datetime, ...]
    file_name: str
    deadline: date | None
    arrivals: tuple[Arrival, ...]
    state: LedgerState


def ledger(session: Session, year: int | None = None, today: date | None = None) -> list[LedgerRow]:
    """Return the ledger, of fiscal ``year`` or of all; ``today`` decides what is overdue (None: the clock's)."""

    def read(database: Connection) -> tuple[list[ExportRecord], list[tuple[ReceivedRecord, datetime]]]:
        times = {item.id: item.at for item in merge_records.merges(database)}
        arrived = [(item, times[item.merge_id]) for item in merge_records.received(database)]
        return merge_records.exports(database), arrived

    exports, arrived = session.look(read)
    day = today or datetime.now().astimezone().date()
    groups: dict[tuple[int, str], list[ExportRecord]] = {}
    for item in exports:
        if item.kind == "department" and (year is None or item.year == year):
            groups.setdefault((item.year, item.department_id), []).append(item)
    return [_row(group, arrived, day) for _, group in sorted(groups.items(), key=lambda pair: pair[0][0])]


def _row(group: list[ExportRecord], arrived: list[tuple[ReceivedRecord, datetime]], day: date) -> LedgerRow:
    latest = group[-1]
    ids = {item.id for item in group}
    arrivals = tuple(
        Arrival(at, item.file_name, item.export_id == latest.id, len(item.report.get("notes", ())))
        for item, at in arrived
        if item.export_id in ids
    )
    deadline = date.fromisoformat(latest.deadline) if latest.deadline else None
    return LedgerRow(
        latest.department,
        latest.year,
        tuple(item.made_at for item in group),
        latest.file_name,
        deadline,
        arrivals,
        _state(arrivals, deadline, day),
    )


def _state(arrivals: tuple[Arrival, ...], deadline: date | None, day: date) -> LedgerState:
    if not arrivals:
        return LedgerState.OVERDUE if deadline is not None and deadline < day else LedgerState.SENT
    if not any(item.latest for item in arrivals):
        return LedgerState.OLD_VERSION
    return LedgerState.TWICE if len(arrivals) > 1 else LedgerState.RETURNED
