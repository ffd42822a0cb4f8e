"""Paper: laying documents out and writing them as PDF.  The print preview shows the same documents.

Laying out reads only a snapshot, so it may run off the window's thread; writing goes beside the target first.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.years import fiscal_label

from .session import Session
from .tasks import Task, Written
from .year_work import require_plan_year

if TYPE_CHECKING:
    from welfare_desktop.paper.official import OfficialPaper
    from welfare_desktop.paper.painter import Document


@dataclass(frozen=True, slots=True)
class Edition:
    """What stands on every document besides the plan: the day it is made and who makes it (空 where unknown)."""

    made_on: dt.date | None
    maker: str


def edition_of(session: Session) -> Edition:
    """Return today's edition with the office's name as it was set."""
    plan = session.plan(())
    maker = session.value(FieldKey(Owner.PLAN, plan.id, "maker"))
    assert isinstance(maker, tuple)
    return Edition(dt.datetime.now().astimezone().date(), " ".join(str(line) for line in maker))


def report_snapshot(session: Session, year: int) -> Plan:
    """Return what the report of ``year`` prints; raises InvalidValue for a year without any connection to the plan."""
    plan = session.plan((year, year + 1))
    if year not in session.years():
        require_plan_year(plan, year)
    return plan


def official_paper(
    plan: Plan,
    year: int,
    edition: Edition,
    *,
    family: str | None = None,
    start_page: frozenset[tuple[int, int, int]] = frozenset(),
    progress: Progress | None = None,
) -> OfficialPaper:
    """Lay out the official report; ``family`` is the font the user chose, None the bundled one."""
    from welfare_desktop.paper.measurer import QtMeasurer, ensure_application
    from welfare_desktop.paper.official import PaperFont, lay_out

    ensure_application()
    return lay_out(
        plan,
        year,
        measurer=QtMeasurer(),
        font=PaperFont(family) if family else None,
        made_on=edition.made_on,
        maker=edition.maker,
        progress=progress,
        start_page=start_page,
    )


def write_document(
    document: Document,
    target: Path,
    *,
    page_range: range | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write a document as PDF; raises TargetInTheWay or Cancelled, and the old file stays whole."""
    from welfare_desktop.exchange.files import replacing
    from welfare_desktop.paper.painter import write_pdf

    with replacing(target, force=force) as scratch:
        write_pdf(document, scratch, page_range, progress)
    pages = len(document.pages) if page_range is None else len(page_range)
    return Written((target,), pages)


def official_print_task(
    session: Session,
    year: int,
    target: Path,
    *,
    family: str | None = None,
    page_range: range | None = None,
    force: bool = False,
) -> Task:
    """Prepare writing the official report of ``year`` as PDF; ``page_range`` counts sheets from the contents on."""
    plan, edition = report_snapshot(session, year), edition_of(session)

    def run(progress: Progress) -> Written:
        document = official_paper(plan, year, edition, family=family, progress=progress)
        written = write_document(document, target, page_range=page_range, force=force, progress=progress)
        return Written(written.files, written.pages, document.notes)

    return Task(f"{fiscal_label(year)}の報告書の PDF を作っています", run)
