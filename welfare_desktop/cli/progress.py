"""Commands about how far a year is: what the overview shows, and declaring a department finished."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from welfare_desktop.domain.completeness import Fill, WorkState
from welfare_desktop.domain.years import fiscal_label

from .command import DONE, LEFT, Answer, Command, add_db, add_year

if TYPE_CHECKING:
    from welfare_desktop.domain.overview import Overview, OwnerRow
    from welfare_desktop.operations.ledger import LedgerRow
    from welfare_desktop.operations.overview import YearFigures


def _status_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)


def _status(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.ledger import ledger
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.overview import figures_of

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        figures = figures_of(session, arguments.year)
        rows = ledger(session, arguments.year, figures.today)
    view = figures.view()
    data = {
        "year": figures.facts.year,
        "closed": figures.closed,
        "deadline": figures.deadline or None,
        "total": _counts(view.fill),
        "departments": [_department(row, view, figures) for row in view.rows],
        "goals": [
            {
                "path": column.label,
                "title": column.title,
                **_counts(figures.view(column.id).fill),
                "targets": {judgement.value: count for judgement, count in bar.counts.items()},
            }
            for column, bar in zip(view.columns, view.bars, strict=True)
        ],
        "ledger": [_ledger_row(row) for row in rows],
    }
    return Answer(data, tuple(_lines(view, figures, rows)))


def _counts(fill: Fill) -> dict[str, int]:
    return {"expected": fill.expected, "entered": fill.entered, "draft": fill.draft, "blank": fill.blank}


def _department(row: OwnerRow, view: Overview, figures: YearFigures) -> dict[str, Any]:
    work = figures.works[row.name]
    sheet = work.sheet
    return {
        "name": row.name,
        **_counts(row.fill),
        "state": work.state.value,
        "declared": work.declared,
        "deadline": work.deadline.isoformat() if work.deadline else None,
        "overdue": work.overdue(figures.today),
        "sent": _last(sheet.sent) if sheet else None,
        "returned": _last(tuple(one.at for one in sheet.arrivals)) if sheet else None,
        "goals": {
            column.label: _counts(fill) for column, fill in zip(view.columns, row.fills, strict=True) if fill.expected
        },
    }


def _lines(view: Overview, figures: YearFigures, rows: list[LedgerRow]) -> list[str]:
    fill = view.fill
    lines = [
        f"{fiscal_label(view.year)}{'（確定）' if figures.closed else ''}: "
        f"{fill.entered}/{fill.expected} 欄 {fill.percent}％　期限 {figures.deadline or '未定'}"
    ]
    for row in view.rows:
        work = figures.works[row.name]
        counts = f"{row.fill.entered}/{row.fill.expected} 欄 {row.fill.percent}％"
        lines.append(
            f"  {row.name}: {counts} {work.state.label}{'（期限超過）' if work.overdue(figures.today) else ''}"
        )
    for column, bar in zip(view.columns, view.bars, strict=True):
        below = figures.view(column.id).fill
        targets = "、".join(f"{judgement.label} {count}" for judgement, count in bar.counts.items())
        lines.append(
            f"  {column.label} {column.title}: {below.entered}/{below.expected}{f'　{targets}' if targets else ''}"
        )
    return lines + [f"  {row.department} {row.file_name}: {row.state.label}" for row in rows]


def _last(times: tuple[datetime, ...]) -> str | None:
    return times[-1].astimezone().isoformat(timespec="seconds") if times else None


def _ledger_row(row: LedgerRow) -> dict[str, Any]:
    return {
        "department": row.department,
        "kind": row.kind.value,
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


def _state_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)
    parser.add_argument("department", metavar="担当課", help="担当課の名前、または市社会福祉協議会")
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--complete", action="store_true", help="完了にする（空いている欄は記入なしのつもり）")
    wanted.add_argument("--closed", action="store_true", help="確定する（その課の欄に鍵がかかる）")
    wanted.add_argument("--reopen", action="store_true", help="完了・確定を取り消す")
    parser.add_argument("--reason", default="", metavar="理由", help="確定を取り消す理由（履歴に残る）")


def _state(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.domain.completeness import fill_of_plan
    from welfare_desktop.operations.department_work import declare
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.year_work import require_plan_year

    state = WorkState.COMPLETE if arguments.complete else WorkState.CLOSED if arguments.closed else None
    year = arguments.year
    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        require_plan_year(session.plan(()), year)
        applied = declare(session, arguments.department, year, state, arguments.reason)
        fill = fill_of_plan(session.plan((year, year + 1)), year, arguments.department)
    left = fill.blank + fill.draft if state is not None else 0
    word = state.label if state is not None else "完了でも確定でもない状態"
    what = f"{arguments.department}を{word}にしました。" if applied else f"{arguments.department}はもう{word}です。"
    lines = [what]
    if left:
        lines.append(f"未記入 {fill.blank} 欄、下書き {fill.draft} 欄が残っています。")
    data = {
        "department": arguments.department,
        "year": year,
        "state": state.value if state is not None else None,
        "changed": applied is not None,
        "blank": fill.blank,
        "draft": fill.draft,
    }
    return Answer(data, tuple(lines), LEFT if left else DONE)


COMMANDS = (
    Command("status", "年度の進み具合を見る", _status_arguments, _status),
    Command("state", "担当課の完了・確定を決める", _state_arguments, _state),
)
