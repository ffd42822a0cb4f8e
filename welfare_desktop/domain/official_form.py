"""The official form: which text stands in which cell of the yearly report, on paper and in the workbook alike.

One activity is a :class:`Block` of 14 columns and one or more rows, a row for every slot (記入欄).  Cells that belong to
the whole activity span all rows, and so do 主な活動指標 and 実績 where only the first slot has any, as the printed report
does it.  Nothing here knows millimetres, sheets or fonts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .addresses import Address
from .completeness import fill_of_plan
from .model import Activity, ActivityGoal, Actor, BasicGoal, Entry, Lines, Plan, Slot, in_use
from .text import circled
from .years import era_year, fiscal_label, short_label

#: Basic goal, activity goal and activity, by the numbers shown.
ActivityKey = tuple[int, int, int]
#: Basic goal and activity goal, by the numbers shown.
GoalKey = tuple[int, int]

CONTINUED = "（続き）"


class CellKind(StrEnum):
    """How the lines of a cell are printed."""

    TITLE = "title"  # the activity's number and title, bold
    ITEMS = "items"  # one bullet, note or sub-item a line
    NAMES = "names"  # departments, one a line, without bullets


@dataclass(frozen=True, slots=True)
class Column:
    """One of the 14 columns: whose it is, which field it shows, and its heading (``|``: where a narrow one breaks)."""

    actor: Actor | None
    field: str
    heading: str

    @property
    def kind(self) -> CellKind:
        """How its cells are printed."""
        if self.field == "title":
            return CellKind.TITLE
        return CellKind.NAMES if self.field == "departments" else CellKind.ITEMS

    def label_lines(self, year: int) -> Lines:
        """Return the heading in the report of fiscal ``year``, broken for a narrow column."""
        text = self.heading.format(year=fiscal_label(year), next=fiscal_label(year + 1), short=short_label(year))
        return tuple(text.split("|"))

    def label(self, year: int) -> str:
        """Return the heading in the report of fiscal ``year`` on one line."""
        return "".join(self.label_lines(year))


COLUMNS: tuple[Column, ...] = (
    Column(None, "title", "活動名"),
    Column(None, "residents_role", "住民、|地域の役割"),
    Column(None, "organizations_role", "関係機関|の役割"),
    Column(Actor.COUNCIL, "initiatives", "取組み（計画）"),
    Column(Actor.COUNCIL, "status", "{year}実施状況"),
    Column(Actor.COUNCIL, "planned", "{next}実施予定"),
    Column(Actor.COUNCIL, "indicators", "主な|活動指標"),
    Column(Actor.COUNCIL, "results", "{short}|実績"),
    Column(Actor.CITY, "initiatives", "取組み（計画）"),
    Column(Actor.CITY, "departments", "担当課"),
    Column(Actor.CITY, "status", "{year}実施状況"),
    Column(Actor.CITY, "planned", "{next}実施予定"),
    Column(Actor.CITY, "indicators", "主な|活動指標"),
    Column(Actor.CITY, "results", "{short}|実績"),
)
#: First header row over all columns of both actors, and second header row over each actor's.
ACTIONS_LABEL = "活動目標の実現に向けた取組み"
ACTOR_LABELS = {Actor.COUNCIL: "市社会福祉協議会の取組み", Actor.CITY: "市の取組み"}
#: Fields that belong to a slot; the others span all rows of their activity.
_SLOT_FIELDS = frozenset({"departments", "status", "planned", "indicators", "results"})
_FIGURES = frozenset({"indicators", "results"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its column, first row and number of rows within the block, and its stored lines.

    ``heading`` is printed before the lines and belongs to none of them: the branches of the council that share an
    activity have no column of their own.  ``address`` is the field's address, of slot 1 where the actor has no slot.
    """

    column: int
    row: int
    rows: int
    lines: Lines
    address: Address
    heading: str = ""

    @property
    def kind(self) -> CellKind:
        """How the lines are printed."""
        return COLUMNS[self.column].kind


@dataclass(frozen=True, slots=True)
class Block:
    """One activity as printed: ``cells`` in column order, top to bottom within a column."""

    key: ActivityKey
    activity: Activity
    rows: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One activity goal with the basic goal above it and its activities of the year."""

    basic_goal: BasicGoal
    activity_goal: ActivityGoal
    activities: tuple[Activity, ...]

    @property
    def key(self) -> GoalKey:
        """The goal's numbers."""
        return (self.basic_goal.number, self.activity_goal.number)

    @property
    def basic_heading(self) -> str:
        """The first line over the table."""
        return f"基本目標{self.basic_goal.number}　{self.basic_goal.title}"

    @property
    def goal_heading(self) -> str:
        """The second line over the table."""
        return f"活動目標{self.activity_goal.number}　{self.activity_goal.title}"


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Where pages begin on paper, so that a workbook can be given the same page numbers.

    ``first_page`` of every goal, and the activities that start a page although their goal started before.
    """

    first_page: Mapping[GoalKey, int]
    starts_page: frozenset[ActivityKey]
    page_of: Mapping[ActivityKey, int]


def sections(plan: Plan, year: int) -> Iterator[Section]:
    """Yield the goals reported in fiscal ``year`` in print order; goals without any activity are left out."""
    for basic in plan.basic_goals:
        for goal in basic.activity_goals:
            activities = tuple(item for item in goal.activities if in_use(item, year))
            if activities and in_use(basic, year) and in_use(goal, year):
                yield Section(basic, goal, activities)


def blocks(section: Section, year: int) -> Iterator[Block]:
    """Yield the activities of a goal as blocks of cells for the report of fiscal ``year``."""
    for activity in section.activities:
        yield _block(section, activity, year)


def _block(section: Section, activity: Activity, year: int) -> Block:
    key = (*section.key, activity.number)
    slots = {part.actor: tuple(slot for slot in part.slots if in_use(slot, year)) for part in activity.parts}
    rows = max(1, *(len(of_actor) for of_actor in slots.values()))
    cells: list[Cell] = []
    for index, column in enumerate(COLUMNS):
        if column.actor is None or column.field not in _SLOT_FIELDS:
            address = Address(*key, column.actor, None, column.field, None)
            cells.append(Cell(index, 0, rows, _shared_lines(activity, column), address))
        else:
            cells.extend(_slot_cells(key, index, activity, slots[column.actor], rows, year))
    return Block(key, activity, rows, tuple(cells))


def _shared_lines(activity: Activity, column: Column) -> Lines:
    if column.field == "title":
        return (f"{circled(activity.number)} {activity.title}",)
    if column.actor is not None:
        return activity.part(column.actor).initiatives
    return activity.residents_role if column.field == "residents_role" else activity.organizations_role


def _slot_cells(
    key: ActivityKey, index: int, activity: Activity, slots: Sequence[Slot], rows: int, year: int
) -> Iterator[Cell]:
    column = COLUMNS[index]
    assert column.actor is not None
    numbered = {id(slot): number for number, slot in enumerate(activity.part(column.actor).slots, start=1)}
    later_figures = any(_has_figures(slot, year) for slot in slots[1:])
    shown = slots[:1] if column.field in _FIGURES and not later_figures else slots
    for row, slot in enumerate(shown):
        span = rows - row if row == len(shown) - 1 else 1
        address = Address(*key, column.actor, numbered[id(slot)], column.field, _year_of(column.field, year))
        heading = ""
        if column.actor is Actor.COUNCIL and column.field == "status" and len(slots) > 1 and slot.departments:
            heading = f"〔{'、'.join(department.name_in(year) for department in slot.departments)}〕"
        yield Cell(index, row, span, slot_lines(slot, column.field, year), address, heading)
    if not shown:
        yield Cell(index, 0, rows, (), Address(*key, column.actor, 1, column.field, _year_of(column.field, year)))


def _has_figures(slot: Slot, year: int) -> bool:
    return bool(slot.indicators or slot.results.get(year))


def _year_of(field: str, year: int) -> int | None:
    return {"status": year, "results": year, "planned": year + 1}.get(field)


def slot_lines(slot: Slot, field: str, year: int) -> Lines:
    """Return the stored lines a slot shows in the column ``field`` of the report of fiscal ``year``."""
    match field:
        case "departments":
            return tuple(department.name_in(year) for department in slot.departments)
        case "status":
            return slot.status.get(year, Entry()).lines
        case "planned":
            return slot.planned.get(year + 1, Entry()).lines
        case "indicators":
            return tuple(indicator.text for indicator in slot.indicators)
        case "results":
            return tuple(result.text for result in slot.results.get(year, ()))
    raise ValueError(field)


def edition_label(year: int) -> str:
    """Return what every page says at the right: which year's work, which year's plans."""
    return f"{fiscal_label(year)}実施状況・{fiscal_label(year + 1)}実施予定"


def report_title(plan: Plan) -> str:
    """Return the report's name without years, as in the footer."""
    return plan.title if plan.title.endswith("報告") else f"{plan.title}実施状況報告"


def report_footer(plan: Plan, year: int) -> str:
    """Return the report's name for the foot of every page; a report with drafts says there that it is none yet."""
    drafts = fill_of_plan(plan, year).draft
    return report_title(plan) + (f"　【確認前の下書き {drafts} 欄を含みます】" if drafts else "")


def document_title(plan: Plan, year: int) -> str:
    """Return the report's full title, as on the contents page."""
    return f"{report_title(plan)}（{edition_label(year)}）"


def date_label(day: dt.date) -> str:
    """Return a day as ``令和元年5月20日``; before May 2019 it is still 平成31年."""
    if dt.date(2019, 1, 1) <= day < dt.date(2019, 5, 1):
        return f"平成31年{day.month}月{day.day}日"
    return f"{era_year(day.year)}年{day.month}月{day.day}日"


def maker_label(made_on: dt.date | None, maker: str) -> str:
    """Return when and by whom a document was made, for its footer; either may be unknown."""
    made = f"{date_label(made_on)} 作成" if made_on else ""
    return "　".join(part for part in (made, maker) if part)
