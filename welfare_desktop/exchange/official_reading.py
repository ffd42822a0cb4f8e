"""Reading a workbook in the official layout: this program's own, whole again, or one that was typed by hand.

Codes of warnings (stable):

====== ===============================================================================================
R-501  a column of the form is missing; its fields stay blank
R-502  two columns have one label; the second was not read
R-503  a column without a label was taken for 取組み
R-504  a goal's number is missing or incomplete; it was recovered
R-505  an activity appears twice; the second was added to the first
R-506  an activity's title has no number; the next one was given
R-507  a row without title and department was read as more of the slot above
R-508  line breaks within an item were taken for typesetting and joined
R-509  contents sheet and table call the same thing differently; the table's name was kept
R-510  something the contents sheet lists is in no table; it was added empty
R-511  text outside of the tables was not stored; the message holds it
R-512  the hidden sheet this program adds is damaged; what only it says is lost
R-513  no vision; R-514 no title; R-515 the year was guessed, or labels disagree; R-516 a name stands nowhere
R-517  a cell does not hold text (a date, a formula, an error); what it shows was read
====== ===============================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from welfare_desktop.domain.errors import NotAReport
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Lines,
    Plan,
    Result,
    Slot,
)
from welfare_desktop.domain.official_form import COLUMNS, ActivityKey
from welfare_desktop.domain.years import find_years, fiscal_label

from .guard.cells import CellKind, Sheet, write_place
from .guard.limits import DEFAULT_LIMITS, Limits
from .guard.prescan import prescan
from .guard.private_copy import private_copy
from .guard.workbook import read_workbook
from .keys import is_identity
from .official_assembling import ActivityDraft, Assembler, GoalDraft, SlotDraft
from .official_contents_reading import FoundContents, read_contents
from .official_extras import Extras, is_extras, read_extras, restore
from .official_tables import FoundTables, find_tables
from .reading import Reading, ReadingWarning
from .report_text.years import labelled_years, title_of_plan
from .sheet_merges import merged_areas

_UNTITLED = "名称未設定の計画"
_UNNAMED = "（名称不明）"
_NAME_YEAR = re.compile(r"(?<![A-Za-z0-9])(?:[HhRr]\d{1,2}|20\d\d)(?![A-Za-z0-9])")
_SHOWN = 40
_USUAL_YEARS, _MOST_YEARS = 5, 15
_INDEX = {(column.actor, column.field): index for index, column in enumerate(COLUMNS)}


def read_official_workbook(path: Path, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read the workbook at ``path``; the file is neither changed nor kept open.

    Raises FileRefused for a file that is not safe to read, NotAReport for a workbook without a table of this form or
    without any year; nothing was read then.
    """
    with private_copy(path, limits) as copy:
        container = prescan(copy.read_bytes(), limits)
        workbook = read_workbook(container, limits)
        areas = merged_areas(container, limits)
    reader = _Reader(path.name)
    for sheet in workbook.sheets:
        reader.sheet(sheet, areas.get(sheet.name, ()))
    return reader.reading()


class _Reader:
    """Collects what the sheets say and builds the plan."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._warnings: list[ReadingWarning] = []
        self._found = FoundTables()
        self._contents = FoundContents()
        self._extras: Extras | None = None
        self._departments: dict[str, Department] = {}

    def tell(self, code: str, message: str, cell: str = "") -> None:
        """Note one doubtful decision."""
        self._warnings.append(ReadingWarning(code, message, None, cell or None))

    def sheet(self, sheet: Sheet, areas: Sequence[tuple[int, int, int, int]]) -> None:
        """Look at one sheet."""
        first = sheet.text(1, 1)
        if is_identity(first):
            return
        if is_extras(first):
            rows = [[sheet.text(row, 1)] for row in range(1, max(place[0] for place in sheet.cells) + 1)]
            self._extras = read_extras(rows)
            if self._extras is None:
                self.tell(
                    "R-512",
                    "このプログラムの控えのシートが書き換えられています。見えている内容だけを読みました。",
                    sheet.name,
                )
            return
        if read_contents(sheet, self._contents):
            return
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind in (CellKind.DATE, CellKind.FORMULA, CellKind.ERROR, CellKind.BOOLEAN):
                place = f"{sheet.name}!{write_place(row, column)}"
                self.tell("R-517", f"文字でないセルです。表示されている「{cell.text[:_SHOWN]}」を読みました。", place)
        find_tables(sheet, areas, self._found, self.tell)

    def reading(self) -> Reading:
        """Return what was read; raises NotAReport."""
        if not self._found.tables:
            raise NotAReport(
                "公式様式の表（活動名・実施状況などの見出しのある表）が見つかりません。何も取り込んでいません。",
                where=self._name,
                next_step="公式様式の Excel ファイルか、報告書の文字データを選んでください。",
            )
        year = self._year()
        assembler = Assembler(self._slot_counts(), self.tell)
        for table in self._found.tables:
            assembler.read(table)
        for text, place in assembler.loose:
            self.tell("R-511", f"表の欄に当てはまらない文を読みませんでした: {text}", place)
        basics = tuple(self._basic_goals(assembler.goals, year))
        title, vision = self._title(), self._vision()
        named = [text for _, text in _indicator_texts(basics)]
        plan = Plan(title, vision, year, _last_year(year, named), tuple(self._departments.values()), basics)
        if self._extras is not None:
            plan = restore(plan, year, self._extras)
        return Reading(plan, year, tuple(self._warnings), _count_lines(plan))

    # --- the report as a whole ---------------------------------------------------------------------------------

    def _year(self) -> int:
        votes = self._found.years
        if votes:
            best = max(votes.items(), key=lambda item: (item[1], -item[0]))[0]
            if len(votes) > 1:
                others = "、".join(fiscal_label(year) for year in sorted(votes) if year != best)
                self.tell(
                    "R-515",
                    f"見出しの年度が合いません（{others}もあります）。{fiscal_label(best)}の報告として読みました。",
                )
            return best
        if self._extras is not None:
            return int(self._extras["year"])
        texts = [text for text, _ in self._found.loose if "実施状況" in text]
        years = [year for text in texts for year in (labelled_years(text) or find_years(text))[:1]]
        years += [year for match in _NAME_YEAR.findall(self._name) for year in _year_of_name(match)]
        if not years:
            raise NotAReport(
                "どの年度の報告か分かりません。何も取り込んでいません。",
                code="W-313",
                where=self._name,
                next_step="見出しに「平成30年度実施状況」のような年度を書いて、もう一度読み込んでください。",
            )
        self.tell("R-515", f"列の見出しに年度がないため、{fiscal_label(years[0])}の報告として読みました。")
        return years[0]

    def _title(self) -> str:
        if self._extras is not None:
            return str(self._extras["title"])
        for text, _ in self._found.loose:
            if "実施状況" in text and (title := title_of_plan(text)):
                return title
        self.tell("R-514", f"報告の表題が見つからないため、計画の名称を「{_UNTITLED}」としました。")
        return _UNTITLED

    def _vision(self) -> str:
        if self._contents.vision:
            return self._contents.vision
        if self._extras is not None:
            return str(self._extras["vision"])
        self.tell("R-513", "理念が見つかりません。空欄のままにしました。")
        return ""

    def _slot_counts(self) -> Mapping[ActivityKey, tuple[int, int]]:
        if self._extras is None:
            return {}
        counts: dict[ActivityKey, tuple[int, int]] = {}
        for place, numbers in self._extras["slots"].items():
            first, second, third = (int(part) for part in place.split("-"))
            counts[(first, second, third)] = (int(numbers[0]), int(numbers[1]))
        return counts

    # --- goals and activities ----------------------------------------------------------------------------------

    def _basic_goals(self, goals: Mapping[tuple[int, int], GoalDraft], year: int) -> Iterator[BasicGoal]:
        listed = self._contents
        keys = sorted({*goals, *listed.goals, *(key[:2] for key in listed.activities)})
        for basic in sorted({key[0] for key in keys}):
            title = next(
                (goals[key].basic_title for key in keys if key in goals and key[0] == basic and goals[key].basic_title),
                "",
            )
            name = self._name_of(f"基本目標{basic}", title, listed.basics.get(basic, ""))
            below = tuple(self._activity_goal(key, goals.get(key), year) for key in keys if key[0] == basic)
            yield BasicGoal(basic, name, below)

    def _activity_goal(self, key: tuple[int, int], draft: GoalDraft | None, year: int) -> ActivityGoal:
        words = f"活動目標{key[0]}-{key[1]}"
        title = self._name_of(words, draft.title if draft else "", self._contents.goals.get(key, ""))
        drafts = draft.activities if draft else {}
        listed = {place[2]: name for place, name in self._contents.activities.items() if place[:2] == key}
        activities = []
        for number in sorted({*drafts, *listed}):
            found = drafts.get(number)
            if found is None:
                self.tell(
                    "R-510", f"目次の{key[0]}-{key[1]}の{number}「{listed[number]}」が表にないため、空欄で加えました。"
                )
                found = ActivityDraft(number, listed[number], "")
            activities.append(self._activity(key, found, listed.get(number, ""), year))
        return ActivityGoal(key[1], title, tuple(activities))

    def _name_of(self, words: str, told: str, listed: str) -> str:
        if told and listed and told != listed:
            self.tell("R-509", f"{words}の名称が目次（{listed}）と表（{told}）で違います。表の名称にしました。")
        name = told or listed
        if not name:
            self.tell("R-516", f"{words}の名称が見つかりません。「{_UNNAMED}」としました。")
        return name or _UNNAMED

    def _activity(self, key: tuple[int, int], draft: ActivityDraft, listed: str, year: int) -> Activity:
        title = self._name_of(f"{key[0]}-{key[1]}の{draft.number}", draft.title, listed)
        parts = {}
        for actor in Actor:
            initiatives = tuple(draft.shared.get(_INDEX[actor, "initiatives"], ()))
            slots = draft.slots[actor] or (
                [] if draft.place and self._has_no_slot(key, draft, actor) else [SlotDraft()]
            )
            parts[actor] = ActorPart(actor, initiatives, tuple(self._slot(actor, slot, year) for slot in slots))
        return Activity(
            draft.number,
            title,
            tuple(draft.shared.get(_INDEX[None, "residents_role"], ())),
            tuple(draft.shared.get(_INDEX[None, "organizations_role"], ())),
            parts[Actor.COUNCIL],
            parts[Actor.CITY],
        )

    def _has_no_slot(self, key: tuple[int, int], draft: ActivityDraft, actor: Actor) -> bool:
        counts = self._slot_counts().get((*key, draft.number))
        return counts is not None and counts[0 if actor is Actor.COUNCIL else 1] == 0

    def _slot(self, actor: Actor, draft: SlotDraft, year: int) -> Slot:
        def lines(field: str) -> Lines:
            return tuple(draft.lines.get(_INDEX[actor, field], ()))

        status, planned, results = lines("status"), lines("planned"), lines("results")
        return Slot(
            tuple(self._departments.setdefault(name, Department(name)) for name in draft.departments),
            {year: Entry(status)} if status else {},
            {year + 1: Entry(planned)} if planned else {},
            tuple(Indicator(text) for text in lines("indicators")),
            {year: tuple(Result(text) for text in results)} if results else {},
        )


def _year_of_name(text: str) -> list[int]:
    return [int(text)] if text.isdigit() else find_years(text.upper() + "年度")


def _indicator_texts(basics: Sequence[BasicGoal]) -> Iterator[tuple[Slot, str]]:
    for basic in basics:
        for goal in basic.activity_goals:
            for activity in goal.activities:
                for part in activity.parts:
                    for slot in part.slots:
                        for indicator in slot.indicators:
                            yield slot, indicator.text


def _last_year(year: int, indicators: Sequence[str]) -> int:
    """Return the latest fiscal year that an indicator names, or the fifth from ``year`` on."""
    named = [found for text in indicators for found in find_years(text) if year < found <= year + _MOST_YEARS]
    return max(named, default=year + _USUAL_YEARS - 1)


def _count_lines(plan: Plan) -> int:
    total = 0
    for _, _, activity in plan.walk():
        total += len(activity.residents_role) + len(activity.organizations_role)
        for part in activity.parts:
            total += len(part.initiatives)
            for slot in part.slots:
                total += sum(len(entry.lines) for entry in (*slot.status.values(), *slot.planned.values()))
                total += len(slot.indicators) + sum(len(results) for results in slot.results.values())
    return total
