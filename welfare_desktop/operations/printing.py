"""Paper: laying documents out and writing them as PDF.  The print preview shows the same documents.

Laying out reads only a snapshot, so it may run off the window's thread; writing goes beside the target first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.page_ranges import read_page_range
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.years import compact_era, fiscal_label

from .office import Office, chosen_owners, office_of, previous_edition, safe_name
from .session import Session
from .tasks import Task, Written
from .year_work import require_plan_year

if TYPE_CHECKING:
    from welfare_desktop.domain.summarising import EditionNotes, Summary
    from welfare_desktop.paper.department_sheet import DepartmentPaper
    from welfare_desktop.paper.official import OfficialPaper
    from welfare_desktop.paper.painter import Document
    from welfare_desktop.paper.summary import SummaryPaper

#: The paper a reduced copy of an A3 document goes on (71 %), in millimetres.
REDUCED_MM = (297.0, 210.0)


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
    """Return the plan with every year's entries; raises InvalidValue when ``year`` is none of its years.

    A report prints one year, but sheets show the year before, and a target of every second year looks back.
    """
    plan = session.plan()
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
    reduced: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write a document as PDF, ``reduced`` to A4; raises TargetInTheWay or Cancelled, and the old file stays whole."""
    from welfare_desktop.exchange.files import replacing
    from welfare_desktop.paper.painter import write_pdf

    with replacing(target, force=force) as scratch:
        write_pdf(document, scratch, page_range, progress, REDUCED_MM if reduced else None)
    pages = len(document.pages) if page_range is None else len(page_range)
    return Written((target,), pages)


def official_print_task(
    session: Session,
    year: int,
    target: Path,
    *,
    family: str | None = None,
    pages: str = "",
    reduced: bool = False,
    force: bool = False,
) -> Task:
    """Prepare writing the official report of ``year`` as PDF.

    ``pages`` (``3-5``; empty: all) counts sheets from the contents on; ``reduced`` makes a reading copy on A4.  Running
    raises InvalidValue for sheets the report does not have.
    """
    plan, edition = report_snapshot(session, year), edition_of(session)

    def run(progress: Progress) -> Written:
        document = official_paper(plan, year, edition, family=family, progress=progress)
        wanted = read_page_range(pages, len(document.pages))
        written = write_document(document, target, page_range=wanted, reduced=reduced, force=force, progress=progress)
        return Written(written.files, written.pages, document.notes)

    return Task(f"{fiscal_label(year)}の報告書の PDF を作っています", run)


def departments_paper(
    plan: Plan,
    names: Sequence[str],
    year: int,
    edition: Edition,
    office: Office,
    *,
    present: bool = False,
    family: str | None = None,
    progress: Progress | None = None,
) -> DepartmentPaper:
    """Lay out the sheets of the departments called ``names``; ``present`` prints the text there is."""
    from welfare_desktop.domain.measuring import PAPER_FAMILY
    from welfare_desktop.paper.department_sheet import lay_out_departments
    from welfare_desktop.paper.department_sheet_content import OfficeNotes, SheetMode
    from welfare_desktop.paper.measurer import QtMeasurer, ensure_application

    ensure_application()
    return lay_out_departments(
        plan,
        names,
        year,
        measurer=QtMeasurer(),
        office={
            name: OfficeNotes(office.deadline_shown, office.contact, office.reference_of(name), edition.maker)
            for name in names
        },
        mode=SheetMode.PRESENT if present else SheetMode.BLANK,
        made_on=edition.made_on,
        family=family or PAPER_FAMILY,
        progress=progress,
    )


def sheet_file(folder: Path, year: int, department: str) -> Path:
    """Return where the sheet of one department goes in a folder of them."""
    return folder / f"{compact_era(year)}_{safe_name(department)}.pdf"


def write_sheets(
    folder: Path,
    year: int,
    names: Sequence[str],
    lay_out: Callable[[Sequence[str]], Document],
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write one PDF per department into ``folder`` (made when missing): all of them or none.

    ``lay_out`` is given one name at a time.  Raises TargetInTheWay or Cancelled.
    """
    from welfare_desktop.exchange.files import folder_for_files, replacing_all
    from welfare_desktop.paper.painter import write_pdf

    targets = {name: sheet_file(folder, year, name) for name in names}
    pages = 0
    with folder_for_files(folder), replacing_all(tuple(targets.values()), force=force) as fresh:
        for done, name in enumerate(names):
            if progress is not None:
                progress.step(done, len(names), name)
            paper = lay_out((name,))
            write_pdf(paper, fresh[targets[name]])
            pages += len(paper.pages)
    return Written(tuple(targets.values()), pages)


def departments_print_task(
    session: Session,
    year: int,
    target: Path,
    *,
    names: Sequence[str] = (),
    present: bool = False,
    each: bool = False,
    family: str | None = None,
    force: bool = False,
) -> Task:
    """Prepare the department sheets (担当課別シート) of ``year`` as PDF: all, or those called ``names``.

    ``present`` prints the text there is instead of ruled space.  With ``each`` ``target`` is a folder that gets one
    PDF per department, else one PDF.  Raises InvalidValue for a department with nothing to answer.
    """
    plan = report_snapshot(session, year)
    chosen = chosen_owners(plan, year, names)
    edition, office = edition_of(session), office_of(session, year)

    def run(progress: Progress) -> Written:
        def lay_out(group: Sequence[str]) -> DepartmentPaper:
            return departments_paper(
                plan, group, year, edition, office, present=present, family=family, progress=progress
            )

        if not each:
            return write_document(lay_out(chosen), target, force=force, progress=progress)
        return write_sheets(target, year, chosen, lay_out, force=force, progress=progress)

    return Task(f"{fiscal_label(year)}の担当課別シートを作っています", run)


def summary_of(session: Session, year: int) -> tuple[Summary, EditionNotes]:
    """Return the committee's summary and what it says of itself; changes count from the last official export."""
    from welfare_desktop.domain.summarising import EditionNotes, summarise

    plan, edition = report_snapshot(session, year), edition_of(session)
    previous = previous_edition(session, year)
    notes = EditionNotes(previous=previous[1] if previous else "", made_on=edition.made_on, maker=edition.maker)
    return summarise(plan, year, previous[0] if previous else None), notes


def summary_paper(summary: Summary, notes: EditionNotes, *, family: str | None = None) -> SummaryPaper:
    """Lay out the committee's summary."""
    from welfare_desktop.domain.measuring import PAPER_FAMILY
    from welfare_desktop.paper.measurer import QtMeasurer, ensure_application
    from welfare_desktop.paper.summary import lay_out_summary

    ensure_application()
    return lay_out_summary(summary, measurer=QtMeasurer(), notes=notes, family=family or PAPER_FAMILY)


def summary_print_task(
    session: Session,
    year: int,
    target: Path,
    *,
    family: str | None = None,
    pages: str = "",
    reduced: bool = False,
    force: bool = False,
) -> Task:
    """Prepare the committee's summary (実施状況の概要) as PDF; ``pages`` and ``reduced`` as for the report."""
    summary, notes = summary_of(session, year)

    def run(progress: Progress) -> Written:
        paper = summary_paper(summary, notes, family=family)
        wanted = read_page_range(pages, len(paper.pages))
        return write_document(paper, target, page_range=wanted, reduced=reduced, force=force, progress=progress)

    return Task(f"{fiscal_label(year)}の概要を作っています", run)
