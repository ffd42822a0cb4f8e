"""The figures of a year for the overview: what is filled, what targets came to, who answered.

Counting a small plan takes no time; of a large one it is done from a view of its own, on another thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

from welfare_desktop.domain.completeness import UNASSIGNED, total
from welfare_desktop.domain.merging.returned import FileKind
from welfare_desktop.domain.overview import Overview, YearFacts, facts_of, overview, renewed
from welfare_desktop.domain.progress import Progress

from .department_work import OwnerWork, deadline_of, state_keys, state_of_work
from .ledger import LedgerRow, ledger
from .office import office_of
from .session import Session
from .year_work import require_plan_year


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Everything the overview of a fiscal year shows but what proofreading finds.

    ``works`` has the owners that owe anything, by name.  ``deadline`` is the year's as shown, empty where none was set, and
    ``deadline_on`` its day, None where none could be read.
    ``operation`` is the last thing done to the file when it was read.
    """

    facts: YearFacts
    closed: bool
    works: Mapping[str, OwnerWork]
    deadline: str
    deadline_on: date | None
    today: date
    operation: int

    def view(self, goal_id: str = "", department: str | None = None) -> Overview:
        """Return the overview below a goal (empty: of the whole plan), of one owner or of all."""
        return overview(self.facts, goal_id, department)

    def works_in(self, view: Overview) -> tuple[OwnerWork, ...]:
        """Return the owners of the rows of ``view`` who can answer: all but 未割当."""
        return tuple(self.works[row.name] for row in view.rows if row.name != UNASSIGNED)


def figures_of(
    session: Session, year: int, *, today: date | None = None, progress: Progress | None = None
) -> YearFigures:
    """Count everything for the report of fiscal ``year``; ``today`` decides what is overdue (None: the clock's).

    Raises InvalidValue for a year that is none of the plan's, Cancelled when ``progress`` says so.
    """
    operation = session.latest_operation()
    if year not in session.years():
        require_plan_year(session.plan(()), year)
    return _figures(session, facts_of(session.plan(), year, progress), operation, today)


def renewed_figures(session: Session, figures: YearFigures, activities: Collection[str]) -> YearFigures:
    """Return ``figures`` after something was written in ``activities`` (ids) or declared; quick for any plan."""
    operation, plan = session.latest_operation(), session.plan(())
    found = {activity_id: session.activity(activity_id) for activity_id in activities}
    there = {activity_id: activity for activity_id, activity in found.items() if activity is not None}
    facts = renewed(figures.facts, there, (plan.first_year, plan.last_year)) if there else figures.facts
    return _figures(session, facts, operation, figures.today)


def _figures(session: Session, facts: YearFacts, operation: int, today: date | None) -> YearFigures:
    day = today or datetime.now().astimezone().date()
    year = facts.year
    office = office_of(session, year)
    sheets = _sheets(session, facts, day)
    until = date.fromisoformat(office.deadline_iso) if office.deadline_iso else None
    return YearFigures(
        facts,
        year in session.closed_years(),
        _works(session, facts, sheets, until),
        office.deadline_shown,
        until,
        day,
        operation,
    )


def _sheets(session: Session, facts: YearFacts, today: date) -> Mapping[str, LedgerRow]:
    """Return the ledger's rows by present name: a sheet bears the name its department had in that year."""
    rows = (row for row in ledger(session, facts.year, today) if row.kind is FileKind.DEPARTMENT)
    return {facts.current.get(row.department, row.department): row for row in rows}


def _works(
    session: Session, facts: YearFacts, sheets: Mapping[str, LedgerRow], deadline: date | None
) -> Mapping[str, OwnerWork]:
    notes, closed = session.notes(), facts.year in session.closed_years()
    keys = state_keys(session.plan(()), facts.year)
    found = {}
    for row in overview(facts).rows:
        said = notes.get(keys[row.name], ()) if row.name in keys else ()
        sheet = sheets.get(row.name)
        state = state_of_work(total(row.fills), said, closed)
        found[row.name] = OwnerWork(row.name, state, bool(said), deadline_of(sheet, deadline), sheet)
    return found


def prepare_figures(session: Session, year: int) -> Callable[[Progress], YearFigures]:
    """Return what counts a year on any thread, from a view of the file of its own.

    Raises InvalidValue for a year that is none of the plan's.
    """
    path = session.path
    if year not in session.years():
        require_plan_year(session.plan(()), year)

    def count(progress: Progress) -> YearFigures:
        from .opening import open_file

        with closing(open_file(path, read_only=True, check=False)) as view:
            return figures_of(view, year, progress=progress)

    return count
