"""Papers on the screen before they are printed: laid out from a snapshot, with what a person should know beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from welfare_desktop.domain.measuring import PAPER_FAMILY
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.progress import Progress

from .office import chosen_owners, office_of
from .printing import departments_paper, edition_of, official_paper, report_snapshot, summary_of, summary_paper
from .printing_overview import prepare_overview
from .session import Session

if TYPE_CHECKING:
    from welfare_desktop.paper.kept_pages import KeptDocument
    from welfare_desktop.paper.painter import Document


class PaperKind(StrEnum):
    """The documents there are."""

    OFFICIAL = "official"
    DEPARTMENTS = "departments"
    SUMMARY = "summary"
    OVERVIEW = "overview"

    @property
    def label(self) -> str:
        """The Japanese name."""
        return {
            "official": "A3 公式様式",
            "departments": "担当課別シート",
            "summary": "委員会向け概要",
            "overview": "進み具合の一覧",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an overview is of: below a goal (empty: the whole plan), of one owner or of all (None)."""

    goal_id: str = ""
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be printed; ``family`` None means the bundled font, ``names`` empty every department.

    ``present`` prints the text there is on the department sheets instead of ruled space; ``scope`` is of the overview.
    """

    kind: PaperKind
    family: str | None = None
    names: Lines = ()
    present: bool = False
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class Preview:
    """A document ready to be painted; ``notes`` are sentences for the person who prints, ``size_pt`` its type.

    Its pages may be asked for by several threads at once.
    """

    document: KeptDocument
    notes: Lines
    size_pt: float

    @property
    def reducible(self) -> bool:
        """Whether the document is larger than A4, so that a reduced copy means something."""
        return self.document.pages[0].width_mm > 300


#: Type sizes of the papers that know only one, in points.
_SIZES_PT = {PaperKind.DEPARTMENTS: 9.0, PaperKind.SUMMARY: 8.0, PaperKind.OVERVIEW: 8.5}


def prepare_preview(session: Session, year: int, wanted: Wanted) -> Callable[[Progress], Preview]:
    """Take a snapshot and return what lays it out, on any thread.

    Raises InvalidValue for a year that is none of the plan's, or a department with nothing to answer; running raises
    Cancelled when it is stopped.
    """
    if wanted.kind is PaperKind.SUMMARY:
        summary, notes = summary_of(session, year)

        def lay_out_summary(progress: Progress) -> Preview:
            progress.step(0, 1, wanted.kind.label)
            return _preview(summary_paper(summary, notes, family=wanted.family), wanted)

        return lay_out_summary
    if wanted.kind is PaperKind.OVERVIEW:
        prepared = prepare_overview(session, year, wanted.scope.goal_id, wanted.scope.department)

        def lay_out_overview(progress: Progress) -> Preview:
            return _preview(prepared(wanted.family, progress), wanted)

        return lay_out_overview
    plan, edition = report_snapshot(session, year), edition_of(session)
    if wanted.kind is PaperKind.DEPARTMENTS:
        names = chosen_owners(plan, year, wanted.names)
        office = office_of(session, year)

        def lay_out_departments(progress: Progress) -> Preview:
            paper = departments_paper(
                plan, names, year, edition, office, present=wanted.present, family=wanted.family, progress=progress
            )
            return _preview(paper, wanted)

        return lay_out_departments

    def lay_out(progress: Progress) -> Preview:
        from welfare_desktop.paper.kept_pages import keep

        paper = official_paper(plan, year, edition, family=wanted.family, progress=progress)
        return Preview(keep(paper), paper.notes, paper.size_pt)

    return lay_out


def _preview(document: Document, wanted: Wanted) -> Preview:
    from welfare_desktop.paper.kept_pages import keep
    from welfare_desktop.paper.measurer import QtMeasurer

    kept = keep(document)
    letters = {letter for page in kept.pages for run in page.runs for letter in run.text}
    lost = QtMeasurer().missing("".join(sorted(letters)), wanted.family or PAPER_FAMILY)
    notes: Lines = ()
    if lost:
        named = "、".join(f"{char} (U+{ord(char):04X})" for char in lost)
        notes = (f"この PC の字体にない文字があり、□ や空白になります: {named}",)
    return Preview(kept, notes, _SIZES_PT[wanted.kind])
