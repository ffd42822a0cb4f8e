"""The overview on paper: the figures of a year below a goal, laid out from a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from welfare_desktop.domain.completeness import UNASSIGNED
from welfare_desktop.domain.errors import UnknownAddress
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.overview import Overview
from welfare_desktop.domain.page_ranges import read_page_range
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.years import fiscal_label

from .department_work import OwnerWork
from .overview import YearFigures, prepare_figures
from .printing import edition_of, write_document
from .session import Session
from .tasks import Task, Written

if TYPE_CHECKING:
    from datetime import date

    from welfare_desktop.paper.overview import OverviewPaper

#: Lays the overview out in a font (None: the bundled one).
LayOut = Callable[[str | None, Progress], "OverviewPaper"]


def prepare_overview(session: Session, year: int, goal_id: str = "", department: str | None = None) -> LayOut:
    """Return what counts ``year`` below a goal and lays it out, on any thread, from a view of the file of its own.

    Raises InvalidValue when ``year`` is none of the plan's.
    """
    count, edition = prepare_figures(session, year), edition_of(session)

    def lay_out(family: str | None, progress: Progress) -> OverviewPaper:
        from welfare_desktop.domain.measuring import PAPER_FAMILY
        from welfare_desktop.paper.measurer import QtMeasurer, ensure_application
        from welfare_desktop.paper.overview import OverviewNotes, lay_out_overview

        figures = count(progress)
        view = figures.view(goal_id, department)
        progress.step(0, 1, "進み具合の一覧")
        ensure_application()
        notes = OverviewNotes(_facts(view, figures), _answers(view, figures), edition.made_on, edition.maker)
        return lay_out_overview(view, measurer=QtMeasurer(), notes=notes, family=family or PAPER_FAMILY)

    return lay_out


def _facts(view: Overview, figures: YearFigures) -> Lines:
    """Return the figures above the matrix; what is not known is not invented."""
    fill, works = view.fill, figures.works_in(view)
    finished = sum(work.finished for work in works)
    sheets = [work for work in works if work.sheet is not None]
    missing = sum(work.missing for work in works)
    return (
        f"記入済みの欄 {fill.percent}%（{fill.entered}／{fill.expected}）",
        f"未記入 {fill.blank}　下書き {fill.draft}",
        f"完了・確定 {finished}／{len(works)}課",
        f"期限 {figures.deadline or '未定'}",
        f"未提出 {missing}／{len(sheets)}課" if sheets else "記入用紙は未配布",
    )


def _answers(view: Overview, figures: YearFigures) -> dict[str, tuple[str, str]]:
    """Return state and answer by owner, and of all of them under an empty name."""
    works = figures.works_in(view)
    found = {work.name: (work.state.label, answer_words(work, figures.today)) for work in works}
    found[UNASSIGNED] = ("要確認", "—")
    sheets = [work for work in works if work.sheet is not None]
    answered = f"{sum(not work.missing for work in sheets)}/{len(sheets)}" if sheets else "—"
    found[""] = (f"{sum(work.finished for work in works)}/{len(works)}", answered)
    return found


def answer_words(work: OwnerWork, today: date) -> str:
    """Return when an owner answered, 未提出, or 「—」 where no sheet was handed out."""
    if work.answered_on is not None:
        return f"{work.answered_on.month}/{work.answered_on.day}"
    if work.missing:
        return "期限超過" if work.overdue(today) else "未提出"
    return "—"


def goal_of(session: Session, path: str) -> str:
    """Return the id of the goal ``path`` names (``2``, ``2-4``; empty: the whole plan); raises UnknownAddress."""
    if not path:
        return ""
    for basic in session.plan(()).basic_goals:
        if path == str(basic.number):
            return basic.id
        for goal in basic.activity_goals:
            if path == f"{basic.number}-{goal.number}":
                return goal.id
    raise UnknownAddress(
        f"「{path}」という目標は計画にありません。",
        where=path,
        next_step="2 や 2-4 のように、画面の番号で書いてください。",
    )


def overview_print_task(
    session: Session,
    year: int,
    target: Path,
    *,
    path: str = "",
    department: str | None = None,
    family: str | None = None,
    pages: str = "",
    force: bool = False,
) -> Task:
    """Prepare the overview as PDF; ``path`` names the goal (empty: the whole plan), ``pages`` as for the report.

    Raises UnknownAddress for a goal the plan does not have.
    """
    prepared = prepare_overview(session, year, goal_of(session, path), department)

    def run(progress: Progress) -> Written:
        paper = prepared(family, progress)
        wanted = read_page_range(pages, len(paper.pages))
        return write_document(paper, target, page_range=wanted, force=force, progress=progress)

    return Task(f"{fiscal_label(year)}の進み具合の一覧を作っています", run)
