"""The overview of what is chosen, kept right: counted at once for a small plan, off the window's thread for a large one.

What was counted is kept per year; an edit makes only its activity be read again, when the page is looked at next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QObject

from welfare_desktop.domain.completeness import Fill
from welfare_desktop.domain.errors import Cancelled, WelfareError
from welfare_desktop.domain.fields import Change, Owner
from welfare_desktop.domain.overview import Overview
from welfare_desktop.operations.counting import Attention
from welfare_desktop.operations.overview import YearFigures, figures_of, prepare_figures, renewed_figures

from ..desk import Desk, numbers_of
from ..parts.jobs import Jobs
from .activity_list import ActivityRow
from .page import OverviewPage

#: Plans of more activities are counted on another thread.
_AT_ONCE = 120
_KEPT_YEARS = 2
#: Fields of a slot or activity whose change leaves the structure as it is.
_WRITTEN = frozenset(
    {"status", "planned", "results", "judgements", "indicators", "residents_role", "organizations_role"}
)


class _Applied(Protocol):
    """What is needed of something committed."""

    @property
    def operation_id(self) -> int:
        """Its number."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The fields that changed."""


@dataclass(slots=True)
class _Kept:
    """Figures with the activities written in since, and the last thing done to the file that is accounted for."""

    figures: YearFigures
    operation: int
    touched: set[str] = field(default_factory=set)
    declared: bool = False
    activity_of: Mapping[str, str] = field(default_factory=dict)
    views: dict[tuple[str, str | None], Overview] = field(default_factory=dict)

    def view(self, goal_id: str, department: str | None) -> Overview:
        """Return the figures added up for what is chosen; of a large plan that takes a moment, so it is kept."""
        found = self.views.get((goal_id, department))
        if found is None:
            found = self.views[(goal_id, department)] = self.figures.view(goal_id, department)
        return found


class OverviewCentre(QObject):
    """The page and what it shows.  ``goal_id`` is empty while the whole plan is shown."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.page = OverviewPage()
        self.jobs = Jobs(self.page)
        self.goal_id = ""
        self._kept: dict[int, _Kept] = {}
        self._again = False
        self._known = False
        self._below: frozenset[str] = frozenset()
        desk.session.subscribe(self._on_committed)

    def let_go(self) -> None:
        """Stop counting and stop following the session."""
        self._kept.clear()
        self._again = False
        self.jobs.stop()
        self._desk.session.unsubscribe(self._on_committed)

    @property
    def figures(self) -> YearFigures | None:
        """The figures of the year on the desk as far as they are counted."""
        kept = self._kept.get(self._desk.year)
        return kept.figures if kept is not None else None

    # --- showing ------------------------------------------------------------------------------------------------

    def show(self, goal_id: str) -> None:
        """Show what is below a goal, or of the whole plan (empty)."""
        self.goal_id = goal_id
        self.refresh()

    def refresh(self) -> None:
        """Show the figures as they are now."""
        kept, rows = self._brought_up(), self._rows()
        self._below = frozenset(row.activity_id for row in rows)
        if kept is None:
            self.page.show_counting(self._heading(), self._desk.plan.vision, rows)
            self._start()
        else:
            view = kept.view(self.goal_id, self._desk.department)
            self.page.show_overview(view, kept.figures, rows)
        self.show_attention(self._known)

    def show_attention(self, known: bool) -> None:
        """Show what wants a look below what is chosen; ``known`` says whether everything was looked through."""
        self._known = known
        counts = self._desk.attention.items()
        here = sum((item for activity_id, item in counts if activity_id in self._below), start=Attention())
        self.page.show_attention((here.findings, here.conflicts), complete=known)

    def _heading(self) -> str:
        if not self.goal_id:
            return f"計画全体　{self._desk.plan.title}"
        model = self._desk.model
        index = model.index_of(self.goal_id)
        row = model.row_of(index)
        if row is None:
            return ""
        above = model.row_of(index.parent()) if model.level_of(index) else None
        return f"活動目標{above[2]}-{row[2]}　{row[3]}" if above is not None else f"基本目標{row[2]}　{row[3]}"

    def _rows(self) -> list[ActivityRow]:
        """Return the activities below what is chosen as the tree counts them."""
        desk, model = self._desk, self._desk.model
        numbers = numbers_of(desk.levels)
        basic_of = {item[0]: item[1] for item in desk.levels[1]}
        tops = [self.goal_id] if self.goal_id else [row[0] for row in desk.levels[0]]
        return [
            ActivityRow(
                item[0],
                f"{numbers[basic_of[item[1]]]}-{numbers[item[1]]}",
                item[2],
                item[3],
                desk.fills.get(item[0], Fill()),
            )
            for top in tops
            for item in model.activities_below(top)
        ]

    # --- counting -----------------------------------------------------------------------------------------------

    def _brought_up(self) -> _Kept | None:
        """Return the figures of the year as they are now; None where they have to be counted on another thread."""
        desk, year = self._desk, self._desk.year
        kept = self._kept.get(year)
        if kept is not None and kept.operation != desk.session.latest_operation():
            kept = None  # another program wrote to the file
        if kept is not None:
            if kept.touched or kept.declared:
                self._keep(renewed_figures(desk.session, kept.figures, kept.touched))
            return self._kept[year]
        if len(desk.levels[2]) > _AT_ONCE:
            return None
        self._keep(figures_of(desk.session, year))
        return self._kept[year]

    def _keep(self, figures: YearFigures) -> None:
        facts = figures.facts
        places = {slot.slot_id: item.id for item in facts.activities for slot in item.slots}
        self._kept.pop(facts.year, None)
        self._kept[facts.year] = _Kept(figures, figures.operation, activity_of=places)
        while len(self._kept) > _KEPT_YEARS:
            del self._kept[next(iter(self._kept))]

    def _start(self) -> None:
        """Count off the window's thread; what is being counted is no longer wanted."""
        if self.jobs.busy:
            self._again = True
            self.jobs.stop()
            return
        work = prepare_figures(self._desk.session, self._desk.year)
        self.jobs.start("進み具合を数えています", work, self._on_counted, self._on_not_counted, quiet=True)

    def _on_counted(self, figures: YearFigures) -> None:
        again, self._again = self._again, False
        current = figures.operation == self._desk.session.latest_operation()
        if current and figures.facts.year == self._desk.year:
            self._keep(figures)
        if self.page.isVisible() or again:
            self.refresh()

    def _on_not_counted(self, error: WelfareError) -> None:
        again, self._again = self._again, False
        if again:
            self.refresh()
        elif not isinstance(error, Cancelled):
            self.page.show_failure(f"{error.message}{error.next_step}")

    # --- hearing ------------------------------------------------------------------------------------------------

    def _on_committed(self, applied: _Applied) -> None:
        for year in list(self._kept):
            kept = self._kept[year]
            if not _take_note(kept, applied):
                del self._kept[year]


def _take_note(kept: _Kept, applied: _Applied) -> bool:
    """Note what was written; False where everything has to be read anew."""
    for change in applied.changes:
        key = change.key
        if key.owner in (Owner.PLAN, Owner.DEPARTMENT) and key.year is not None:
            kept.declared = True
        elif key.name in _WRITTEN and key.owner is Owner.SLOT and key.owner_id in kept.activity_of:
            kept.touched.add(kept.activity_of[key.owner_id])
        elif key.name not in _WRITTEN and key.name not in ("initiatives", "phrases", "contact", "maker"):
            return False
    if not applied.changes:
        kept.declared = True  # a sheet was handed out, or a file came back
    kept.operation = applied.operation_id
    return True
