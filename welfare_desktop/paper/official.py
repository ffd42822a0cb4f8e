"""The official report on paper: chooses the type size, cuts the pages, and hands them out one by one."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..domain.cell_flow import MeasuredBlock, Setter, Style
from ..domain.measuring import PAPER_FAMILY, FontSpec, TextMeasurer
from ..domain.model import Entry, Plan
from ..domain.official_form import (
    ActivityKey,
    GoalKey,
    PagePlan,
    Section,
    document_title,
    maker_label,
    report_footer,
    sections,
)
from ..domain.progress import Progress, Unwatched
from .contents import ContentsSheet
from .drawing import Footer, Pen
from .official_layout import Cut, OfficialSheet, cut_goal, measured_blocks
from .page import Page, Pages

#: Type sizes in points, the first preferred; the smaller ones only keep a goal on its pages.
SIZES_PT = (8.5, 8.0, 7.5)
#: The line distance of 8.5 pt is the tightest that reads well; smaller type keeps the same proportion or a bit more.
PITCH_EM = {8.5: 1.33, 8.0: 1.35, 7.5: 1.35}
#: Goals whose measured text is kept; each takes as much memory as a page or two.
_KEPT_GOALS = 24
#: A goal of more pages than this is not squeezed: saving one of many pages is not worth small type.
_SQUEEZED_PAGES = 2


@dataclass(frozen=True, slots=True)
class PaperFont:
    """The type of a printed document: family and the sizes to try, in points."""

    family: str = PAPER_FAMILY
    sizes_pt: tuple[float, ...] = SIZES_PT


@dataclass(frozen=True, slots=True)
class OfficialPaper:
    """The report ready to paint.

    ``pages`` are the contents followed by the numbered pages, made when asked for.  ``page_of`` says which number an
    activity begins on.  ``notes`` are Japanese sentences for the person who prints.
    """

    title: str
    pages: Pages
    contents_pages: int
    page_of: Mapping[ActivityKey, int]
    plan: PagePlan
    size_pt: float
    notes: tuple[str, ...]
    made_on: dt.date | None = None
    identity: str = ""


def lay_out(
    plan: Plan,
    year: int,
    *,
    measurer: TextMeasurer,
    font: PaperFont | None = None,
    made_on: dt.date | None = None,
    maker: str = "",
    progress: Progress | None = None,
    wanted_pages: Mapping[GoalKey, int] | None = None,
    start_page: frozenset[ActivityKey] = frozenset(),
) -> OfficialPaper:
    """Lay out the official report of fiscal ``year``.

    ``made_on`` and ``maker`` stand in the footer where known.  ``wanted_pages`` says on how many pages a goal should
    stay, as last year's did; without it a goal that fits one or two pages in the smallest type is kept there.  Raises
    ``Cancelled`` when ``progress`` does.
    """
    chosen = font or PaperFont()
    reported = tuple(sections(plan, year))
    job = _Job(
        plan, year, measurer, chosen, progress or Unwatched(), start_page, reported, _Measured(reported, year, measurer)
    )
    size, cuts, notes = job.choose_size(wanted_pages or {})
    flat = tuple(cut for goal in cuts for cut in goal)
    page_plan = job.page_plan(cuts)
    title, right = document_title(plan, year), maker_label(made_on, maker)
    pen = Pen(measurer, job.font.family)
    contents = ContentsSheet(pen, title, plan.vision, right).pages(job.sections, page_plan.page_of)
    style = job.style(size)
    sheet = OfficialSheet(pen, style, year, title, Footer(report_footer(plan, year), right))
    maker_of_pages = _PageMaker(job, sheet, contents, flat)
    return OfficialPaper(
        title,
        Pages(len(contents) + len(flat), maker_of_pages.page),
        len(contents),
        page_plan.page_of,
        page_plan,
        size,
        (*notes, *job.warnings()),
        made_on,
        f"{plan.dataset_id}/{year}",
    )


class _Measured:
    """The text of goals broken into lines, the latest few kept: a usual report is broken once, a large one twice."""

    def __init__(self, sections: Sequence[Section], year: int, measurer: TextMeasurer) -> None:
        self._sections = sections
        self._year = year
        self._measurer = measurer
        self._kept: OrderedDict[tuple[int, Style], tuple[MeasuredBlock, ...]] = OrderedDict()

    def blocks(self, goal: int, style: Style) -> tuple[MeasuredBlock, ...]:
        """Return the activities of the goal at a position, measured."""
        key = (goal, style)
        if key not in self._kept:
            self._kept[key] = measured_blocks(self._sections[goal], self._year, Setter(self._measurer, style))
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT_GOALS:
            self._kept.popitem(last=False)
        return self._kept[key]


@dataclass(frozen=True, slots=True)
class _Job:
    plan: Plan
    year: int
    measurer: TextMeasurer
    font: PaperFont
    progress: Progress
    start_page: frozenset[ActivityKey]
    sections: Sequence[Section]
    measured: _Measured

    def style(self, size: float) -> Style:
        return Style(FontSpec(self.font.family, size), PITCH_EM.get(size, 1.33))

    def cut(self, goal: int, size: float) -> tuple[Cut, ...]:
        style = self.style(size)
        return cut_goal(goal, self.measured.blocks(goal, style), style, goal == 0, self.start_page)

    def choose_size(self, wanted: Mapping[GoalKey, int]) -> tuple[float, tuple[tuple[Cut, ...], ...], tuple[str, ...]]:
        """Return the size, the cuts of every goal in it, and what to tell the person."""
        usual = self.cuts(self.font.sizes_pt[0])
        limits = self._limits(usual, wanted)
        over = [section for section, cuts, limit in zip(self.sections, usual, limits, strict=True) if len(cuts) > limit]
        if not over:
            return self.font.sizes_pt[0], usual, ()
        names = "、".join(f"{section.key[0]}-{section.key[1]}" for section in over)
        for size in self.font.sizes_pt[1:]:
            cuts = self.cuts(size)
            if all(len(goal) <= limit for goal, limit in zip(cuts, limits, strict=True)):
                note = f"活動目標 {names} を決まったページ数に収めるため、文字を {self.font.sizes_pt[0]:g} から {size:g} ポイントにしました。"
                return size, cuts, (note,)
        note = f"活動目標 {names} は決まったページ数に収まらないため、ページが増えました（{self.font.sizes_pt[0]:g} ポイント）。"
        return self.font.sizes_pt[0], usual, (note,)

    def cuts(self, size: float) -> tuple[tuple[Cut, ...], ...]:
        found = []
        for goal, section in enumerate(self.sections):
            self.progress.step(goal, len(self.sections), f"割付け {section.key[0]}-{section.key[1]}")
            found.append(self.cut(goal, size))
        return tuple(found)

    def _limits(self, usual: Sequence[tuple[Cut, ...]], wanted: Mapping[GoalKey, int]) -> list[int]:
        """Return the number of pages each goal should stay on."""
        limits = []
        for goal, section in enumerate(self.sections):
            pages = len(usual[goal])
            if section.key in wanted:
                limits.append(max(1, wanted[section.key]))
            elif 1 < pages <= _SQUEEZED_PAGES + 1:
                least = len(self.cut(goal, self.font.sizes_pt[-1]))
                limits.append(least if least <= _SQUEEZED_PAGES else pages)
            else:
                limits.append(pages)
        return limits

    def page_plan(self, cuts: Sequence[Sequence[Cut]]) -> PagePlan:
        """Number the pages and tell which activity begins where."""
        first_page: dict[GoalKey, int] = {}
        page_of: dict[ActivityKey, int] = {}
        starts: set[ActivityKey] = set()
        number = 0
        for section, goal in zip(self.sections, cuts, strict=True):
            first_page[section.key] = number + 1
            for position, cut in enumerate(goal):
                number += 1
                for place, portion in enumerate(cut.portions):
                    if portion.state.continued:
                        continue
                    key = (*section.key, section.activities[portion.number].number)
                    page_of[key] = number
                    if place == 0 and position > 0:
                        starts.add(key)
        return PagePlan(first_page, frozenset(starts), page_of)

    def warnings(self) -> Iterator[str]:
        """Yield what the person should know before printing: letters no font has, drafts nobody confirmed."""
        letters: set[str] = set()
        drafts = 0
        for section in self.sections:
            letters.update(section.basic_heading + section.goal_heading)
            for activity in section.activities:
                letters.update(activity.title, *activity.residents_role, *activity.organizations_role)
                for part in activity.parts:
                    letters.update(*part.initiatives)
                    for slot in part.slots:
                        entries = (slot.status.get(self.year, Entry()), slot.planned.get(self.year + 1, Entry()))
                        drafts += sum(entry.draft and bool(entry.lines) for entry in entries)
                        letters.update(*(line for entry in entries for line in entry.lines))
                        letters.update(*(item.text for item in slot.indicators))
                        letters.update(*(item.text for item in slot.results.get(self.year, ())))
        lost = self.measurer.missing("".join(sorted(letters)), self.font.family)
        if lost:
            named = "、".join(f"{char} (U+{ord(char):04X})" for char in lost)
            yield f"この PC の字体にない文字があり、□ や空白になります: {named}"
        if drafts:
            yield f"確認前の下書きが {drafts} 欄あり、そのまま印刷されます。"


class _PageMaker:
    """Makes pages on demand."""

    def __init__(self, job: _Job, sheet: OfficialSheet, contents: Sequence[Page], cuts: Sequence[Cut]) -> None:
        self._job = job
        self._sheet = sheet
        self._contents = contents
        self._cuts = cuts

    def page(self, index: int) -> Page:
        """Make the page at ``index``, counted from the contents."""
        if index < len(self._contents):
            return self._contents[index]
        number = index - len(self._contents) + 1
        cut = self._cuts[number - 1]
        section = self._job.sections[cut.goal]
        return self._sheet.page(section, self._job.measured.blocks(cut.goal, self._sheet.style), cut, number)
