"""The ledger (提出台帳): every file sent and returned, per department and year, and every package to another office."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePath

from welfare_desktop.domain.merging.returned import FileKind
from welfare_desktop.domain.text import folded
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.merge_records import ExportRecord, ReceivedRecord
from welfare_desktop.storage.store import Connection

from .session import Session
from .tracking import ORIGIN

#: Received files with the time of their merge.
_Arrived = list[tuple[ReceivedRecord, datetime]]


class LedgerState(StrEnum):
    """Where a sheet stands."""

    SENT = "sent"
    OVERDUE = "overdue"
    RETURNED = "returned"
    OLD_VERSION = "old_version"
    TWICE = "twice"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """The Japanese word shown beside the mark."""
        return {
            "sent": "未提出",
            "overdue": "期限超過",
            "returned": "提出済み",
            "old_version": "旧版に回答",
            "twice": "二度提出",
            "unreadable": "読めない",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that came back: when, its name, and whether it answers the sheet sent last."""

    at: datetime
    file_name: str
    latest: bool
    notes: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that came with a merge and could not be read: why, and what to do.

    ``department`` is who its name seems to speak of, empty where it speaks of nobody.
    """

    at: datetime
    file_name: str
    message: str
    next_step: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One file that went out or came in, of any kind; ``department`` and ``year`` empty and 0 where it names none."""

    at: datetime
    out: bool
    file_name: str
    kind: str
    department: str
    year: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One department and year; ``deadline`` is None where none was set, ``sent`` the times of all sheets sent.

    ``unread`` are the files that seem to be its answer and could not be read.  A package is sent to nobody the plan knows:
    ``department`` is then the name of its file, and ``kind`` says so.
    """

    department: str
    year: int
    sent: tuple[datetime, ...]
    file_name: str
    deadline: date | None
    arrivals: tuple[Arrival, ...]
    state: LedgerState
    unread: tuple[Unread, ...] = ()
    kind: FileKind = FileKind.DEPARTMENT


def ledger(session: Session, year: int | None = None, today: date | None = None) -> list[LedgerRow]:
    """Return the ledger, of fiscal ``year`` or of all; ``today`` decides what is overdue (None: the clock's).

    The packages stand after the departments.
    """
    exports, arrived = session.look(_read)
    day = today or datetime.now().astimezone().date()
    groups: dict[tuple[bool, int, str], list[ExportRecord]] = {}
    for item in _sent(exports):
        if year is None or item.year == year:
            packaged = item.kind == FileKind.PACKAGE
            groups.setdefault((packaged, item.year, item.file_name if packaged else item.department_id), []).append(
                item
            )
    unread = _unread(arrived, {_whose(group[-1]) for group in groups.values()})
    ordered = sorted(groups.items(), key=lambda pair: pair[0][:2])
    answered = _answered(arrived)
    return [_row(group, arrived, answered, unread, day) for _, group in ordered]


def _sent(exports: Sequence[ExportRecord]) -> list[ExportRecord]:
    """Return the files somebody is to send back: what a copy that began from a package sends is itself an answer."""
    found = []
    began_here = True
    for item in exports:
        began_here = began_here and item.kind != ORIGIN
        if item.kind == FileKind.DEPARTMENT or (item.kind == FileKind.PACKAGE and began_here):
            found.append(item)
    return found


def _whose(item: ExportRecord) -> str:
    """Return what a row of the ledger is called by: the department, of a package what its file is called."""
    return item.department if item.kind == FileKind.DEPARTMENT else PurePath(item.file_name).stem


def unread_files(session: Session) -> list[Unread]:
    """Return the files that came with a merge and could not be read, in the order they came."""
    exports, arrived = session.look(_read)
    return _unread(arrived, {_whose(item) for item in _sent(exports)})


def exchanged(session: Session) -> list[Exchanged]:
    """Return every file that went out or came in, the latest first."""
    exports, arrived = session.look(_read)
    found = [
        Exchanged(item.made_at, True, item.file_name, _kind(item.kind), item.department, item.year)
        for item in exports
        if item.kind != ORIGIN
    ]
    for item, at in arrived:
        error = item.report.get("error")
        remark = f"読めませんでした。{error['message']}" if error else ""
        found.append(Exchanged(at, False, item.file_name, _kind(item.kind), item.department, item.year, remark))
    return sorted(found, key=lambda item: item.at, reverse=True)


def _kind(kind: str) -> str:
    return FileKind(kind).label if kind in set(FileKind) else ""


def _read(database: Connection) -> tuple[list[ExportRecord], _Arrived]:
    times = {item.id: item.at for item in merge_records.merges(database)}
    arrived = [(item, times[item.merge_id]) for item in merge_records.received(database)]
    return merge_records.exports(database), arrived


def _unread(arrived: _Arrived, departments: Collection[str]) -> list[Unread]:
    found = []
    for item, at in arrived:
        error = item.report.get("error")
        if error:
            who = _spoken_of(item.file_name, departments)
            found.append(Unread(at, item.file_name, error["message"], error["next"], who))
    return found


def _spoken_of(file_name: str, departments: Collection[str]) -> str:
    """Return the department a file's name holds the name of; the longest, should one be part of another."""
    name = folded(file_name)
    return max((one for one in departments if one and folded(one) in name), key=len, default="")


def _answered(arrived: _Arrived) -> dict[str, set[int]]:
    """Return which files (places in ``arrived``) answer which export.

    A package that comes back is an export of the other office, made from the one that was sent there.
    """
    found: dict[str, set[int]] = {}
    for place, (item, _) in enumerate(arrived):
        for one in (item.export_id, item.report.get("based_on", "")):
            found.setdefault(one, set()).add(place)
    return found


def _row(
    group: list[ExportRecord],
    arrived: _Arrived,
    answered: Mapping[str, set[int]],
    unread: Sequence[Unread],
    day: date,
) -> LedgerRow:
    latest = group[-1]
    ids = {item.id for item in group}
    answers = sorted({place for one in ids for place in answered.get(one, ())})
    arrivals = tuple(
        Arrival(at, item.file_name, place in answered.get(latest.id, ()), len(item.report.get("notes", ())))
        for place in answers
        for item, at in [arrived[place]]
    )
    # A file that was read says itself whose it is and when it was sent; of the others only the name is known.
    mine = tuple(item for item in unread if item.department == _whose(latest) and item.at >= group[0].made_at)
    deadline = date.fromisoformat(latest.deadline) if latest.deadline else None
    return LedgerRow(
        _whose(latest),
        latest.year,
        tuple(item.made_at for item in group),
        latest.file_name,
        deadline,
        arrivals,
        _state(arrivals, mine, deadline, day),
        mine,
        FileKind(latest.kind),
    )


def _state(arrivals: tuple[Arrival, ...], unread: tuple[Unread, ...], deadline: date | None, day: date) -> LedgerState:
    if not arrivals and unread:
        return LedgerState.UNREADABLE
    if not arrivals:
        return LedgerState.OVERDUE if deadline is not None and deadline < day else LedgerState.SENT
    if not any(item.latest for item in arrivals):
        return LedgerState.OLD_VERSION
    return LedgerState.TWICE if len(arrivals) > 1 else LedgerState.RETURNED
