"""Workbooks and texts that leave the program.

Each verb takes a snapshot, writes beside the target and renames; what may come back is remembered.
"""

from __future__ import annotations

from pathlib import Path

from welfare_desktop.domain.progress import Progress

from .printing import Written, edition_of, official_paper, report_snapshot
from .session import Session
from .tracking import base_of, new_identity, remember


def export_official(
    session: Session,
    year: int,
    target: Path,
    *,
    family: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write the official A3 workbook of fiscal ``year``; its page numbers are those of the printed report.

    Raises InvalidValue for a year that is none of the plan's, TargetInTheWay, and Cancelled; the old file is then
    whole.
    """
    from welfare_desktop.exchange.official_workbook import OfficialOptions, write_official
    from welfare_desktop.paper.measurer import QtMeasurer

    plan = report_snapshot(session, year)
    edition = edition_of(session)
    paper = official_paper(plan, year, edition, family=family, progress=progress)
    identity = None if session.read_only else new_identity(session, "official", year)
    options = OfficialOptions(edition.made_on, edition.maker, identity=identity)
    write_official(
        plan,
        year,
        target,
        measurer=QtMeasurer(),
        pages=paper.plan,
        options=options,
        progress=progress,
        force=force,
    )
    if identity is not None:
        remember(session, identity, base_of(plan), target)
    return Written((target,), len(paper.pages), paper.notes)
