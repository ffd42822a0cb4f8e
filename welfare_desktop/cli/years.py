"""Commands of the yearly round: how far a year is."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from welfare_desktop.domain.years import fiscal_label

from .command import Answer, Command, add_db, add_year

if TYPE_CHECKING:
    from welfare_desktop.operations.ledger import LedgerRow


def _status_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)


def _status(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.ledger import ledger
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.year_work import year_status

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        status = year_status(session, arguments.year)
        rows = ledger(session, arguments.year)
    by_name = {row.department: row for row in rows}
    departments: list[dict[str, Any]] = [
        {
            "name": item.name,
            "expected": item.fill.expected,
            "entered": item.fill.entered,
            "draft": item.fill.draft,
            "state": item.state.value,
            "sent": _last(by_name[item.name].sent) if item.name in by_name else None,
            "returned": _last(tuple(one.at for one in by_name[item.name].arrivals)) if item.name in by_name else None,
        }
        for item in status.departments
    ]
    goals = [
        {
            "path": item.path,
            "title": item.title,
            "expected": item.fill.expected,
            "entered": item.fill.entered,
            "draft": item.fill.draft,
        }
        for item in status.goals
    ]
    lines = [f"{fiscal_label(status.year)}{'（確定）' if status.closed else ''}"]
    lines += [
        f"  {item.name}: {item.fill.entered}/{item.fill.expected} 欄 {item.fill.percent}％ {item.state.label}"
        for item in status.departments
    ]
    lines += [f"  {item.path} {item.title}: {item.fill.entered}/{item.fill.expected}" for item in status.goals]
    lines += [f"  {row.department} {row.file_name}: {row.state.label}" for row in rows]
    data = {
        "year": status.year,
        "closed": status.closed,
        "departments": departments,
        "goals": goals,
        "ledger": [_ledger_row(row) for row in rows],
    }
    return Answer(data, tuple(lines))


def _last(times: tuple[datetime, ...]) -> str | None:
    return times[-1].astimezone().isoformat(timespec="seconds") if times else None


def _ledger_row(row: LedgerRow) -> dict[str, Any]:
    return {
        "department": row.department,
        "year": row.year,
        "file": row.file_name,
        "sent": [at.astimezone().isoformat(timespec="seconds") for at in row.sent],
        "deadline": row.deadline.isoformat() if row.deadline else None,
        "returned": [
            {
                "at": one.at.astimezone().isoformat(timespec="seconds"),
                "file": one.file_name,
                "latest_version": one.latest,
            }
            for one in row.arrivals
        ],
        "state": row.state.value,
    }


COMMANDS = (Command("status", "年度の進み具合を見る", _status_arguments, _status),)
