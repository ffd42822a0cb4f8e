"""Commands of the yearly round: how far a year is."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

from welfare_desktop.domain.years import fiscal_label

from .command import Answer, Command, add_db, add_year


def _status_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)


def _status(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.year_work import year_status

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        status = year_status(session, arguments.year)
    departments: list[dict[str, Any]] = [
        {
            "name": item.name,
            "expected": item.fill.expected,
            "entered": item.fill.entered,
            "draft": item.fill.draft,
            "state": item.state.value,
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
    return Answer(
        {"year": status.year, "closed": status.closed, "departments": departments, "goals": goals}, tuple(lines)
    )


COMMANDS = (Command("status", "年度の進み具合を見る", _status_arguments, _status),)
