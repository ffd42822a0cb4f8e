"""Workbooks and texts that leave the program.

Each verb takes a snapshot, writes beside the target and renames; what may come back is remembered.
"""

from __future__ import annotations

from pathlib import Path

from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.years import fiscal_label

from .printing import edition_of, official_paper, report_snapshot
from .session import Session
from .tasks import Task, Written
from .tracking import base_of, new_identity, remember


def official_task(session: Session, year: int, target: Path, *, family: str | None = None, force: bool = False) -> Task:
    """Prepare writing the official A3 workbook of fiscal ``year``; its page numbers are those of the printed report.

    Raises InvalidValue for a year that is none of the plan's; running raises TargetInTheWay and Cancelled, the old
    file is then whole.
    """
    plan, edition = report_snapshot(session, year), edition_of(session)
    identity = None if session.read_only else new_identity(session, "official", year)

    def run(progress: Progress) -> Written:
        from welfare_desktop.exchange.official_workbook import OfficialOptions, write_official
        from welfare_desktop.paper.measurer import QtMeasurer

        paper = official_paper(plan, year, edition, family=family, progress=progress)
        write_official(
            plan,
            year,
            target,
            measurer=QtMeasurer(),
            pages=paper.plan,
            options=OfficialOptions(edition.made_on, edition.maker, identity=identity),
            progress=progress,
            force=force,
        )
        return Written((target,), len(paper.pages), paper.notes)

    def finish(open_session: Session) -> None:
        if identity is not None:
            remember(open_session, identity, base_of(plan), target)

    return Task(f"{fiscal_label(year)}の報告書を書き出しています", run, finish)
