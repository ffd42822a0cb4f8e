"""From rows of the official form's tables to activities: which row belongs to which activity and slot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from welfare_desktop.domain.model import Actor, Lines
from welfare_desktop.domain.official_form import COLUMNS, ActivityKey, CellKind, GoalKey
from welfare_desktop.domain.text import canonical_line

from .official_contents_reading import circled_number
from .official_lines import read_heading, read_items, read_names
from .official_tables import GoalTable, TableRow, Tell

_TITLE = re.compile(
    r"^\s*([①-⑳㉑-㉟㊱-㊿]|[(（][0-9０-９]{1,3}[)）]|[0-9０-９]{1,3}[.．、]?(?=\s))\s*([(（]続き[)）])?\s*(.*)$",
    re.DOTALL,
)
_DEPARTMENTS = next(index for index, column in enumerate(COLUMNS) if column.field == "departments")
_COUNCIL_STATUS = next(
    index for index, column in enumerate(COLUMNS) if column.actor is Actor.COUNCIL and column.field == "status"
)
#: How many slots the council and the city have in an activity, as the exporter noted it.
SlotCounts = Mapping[ActivityKey, tuple[int, int]]


@dataclass(slots=True)
class SlotDraft:
    """The lines of one slot by column of the form, and its departments."""

    departments: Lines = ()
    lines: dict[int, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class ActivityDraft:
    """One activity while its rows are read."""

    number: int
    title: str
    place: str
    shared: dict[int, list[str]] = field(default_factory=dict)
    slots: dict[Actor, list[SlotDraft]] = field(default_factory=lambda: {Actor.COUNCIL: [], Actor.CITY: []})

    def slot(self, actor: Actor, position: int) -> SlotDraft:
        """Return the slot at ``position``, made with those before it where they are missing."""
        slots = self.slots[actor]
        while len(slots) <= position:
            slots.append(SlotDraft())
        return slots[position]


@dataclass(slots=True)
class GoalDraft:
    """One activity goal with its activities by number."""

    key: GoalKey
    title: str
    basic_title: str
    activities: dict[int, ActivityDraft] = field(default_factory=dict)


class Assembler:
    """Reads the rows of one table after another into goals."""

    def __init__(self, counts: SlotCounts, tell: Tell) -> None:
        self._counts = counts
        self._tell = tell
        self.goals: dict[GoalKey, GoalDraft] = {}
        self.loose: list[tuple[str, str]] = []
        self._last: GoalKey = (0, 0)

    def read(self, table: GoalTable) -> None:
        """Read one table; a goal met again goes on."""
        key = self._goal_of(table)
        goal = self.goals.setdefault(key, GoalDraft(key, "", ""))
        goal.title = goal.title or canonical_line(table.goal_title)
        goal.basic_title = goal.basic_title or canonical_line(table.basic_title)
        self._last = key
        reader = _RowReader(goal, self._counts, self._tell, self.loose)
        for row in table.rows:
            reader.read(row)

    def _goal_of(self, table: GoalTable) -> GoalKey:
        basic, goal = table.basic, table.goal
        marks = [row.mark[0][:2] for row in table.rows if row.mark is not None]
        named = re.search(r"(\d{1,3})\s*[-－‐ー]\s*(\d{1,3})", table.sheet)
        hints = [marks[0]] if marks else []
        if named is not None:
            hints.append((int(named[1]), int(named[2])))
        hint = hints[0] if hints else None
        if basic is not None and goal is not None:
            return (basic, goal)
        if hint is not None and basic in (None, hint[0]) and goal in (None, hint[1]):
            found = hint
        else:
            # A number that starts again at 1 begins the next basic goal, as in the printed report.
            last_basic, last_goal = self._last
            new_goal = goal if goal is not None else (1 if basic not in (None, last_basic) else last_goal + 1)
            new_basic = basic if basic is not None else max(1, last_basic + (new_goal <= last_goal))
            found = (new_basic, new_goal)
        message = f"見出しの番号が足りないため、基本目標{found[0]}・活動目標{found[1]}として読みました。"
        self._tell("R-504", message, table.rows[0].sheet if table.rows else table.sheet)
        return found


class _RowReader:
    """Reads the rows of one goal."""

    def __init__(self, goal: GoalDraft, counts: SlotCounts, tell: Tell, loose: list[tuple[str, str]]) -> None:
        self._goal = goal
        self._counts = counts
        self._tell = tell
        self._loose = loose
        self._current: ActivityDraft | None = None
        self._position = 0

    def read(self, row: TableRow) -> None:
        """Read one row into its activity."""
        marked = self._marked(row)
        if marked is not None:
            self._current, self._position = marked
        elif not self._place_by_content(row):
            self._loose += [(text, row.places[index]) for index, text in row.texts.items()]
            return
        assert self._current is not None
        counts = self._counts.get((*self._goal.key, self._current.number), (1, 1)) if row.mark is not None else None
        self._fill(row, self._current, counts)

    # --- which activity, which slot ----------------------------------------------------------------------------

    def _marked(self, row: TableRow) -> tuple[ActivityDraft, int] | None:
        """Return the activity and row the mark names, if nothing in the row says otherwise."""
        if row.mark is None or row.mark[0][:2] != self._goal.key:
            return None
        number = row.mark[0][2]
        title = _TITLE.match(row.texts.get(0, ""))
        if title is not None and circled_number(title[1]) != number:
            return None
        if title is None and number not in self._goal.activities:
            return None
        activity = self._goal.activities.get(number)
        if activity is None:
            assert title is not None
            activity = self._begin(number, title[3], row)
        return activity, row.mark[1]

    def _place_by_content(self, row: TableRow) -> bool:
        """Find activity and slot by the title cell and the departments; False for a row that belongs to none."""
        text = row.texts.get(0, "")
        title = _TITLE.match(text)
        if title is not None:
            number = circled_number(title[1]) or 0
            known = self._goal.activities.get(number)
            if known is None:
                self._current, self._position = self._begin(number, title[3], row), 0
                return True
            if not title[2]:
                self._tell("R-505", f"{title[1]}が二度出てきます。前の{title[1]}に続けました。", row.places[0])
            self._current = known
            self._go_on(row)
            return True
        if text.strip() and len(row.texts) > 1:
            number = max(self._goal.activities, default=0) + 1
            self._tell("R-506", f"活動名に番号がないため、{number}番として読みました。", row.places[0])
            self._current, self._position = self._begin(number, text, row), 0
            return True
        if text.strip() or self._current is None:
            return False
        self._go_on(row)
        return True

    def _begin(self, number: int, title: str, row: TableRow) -> ActivityDraft:
        place = row.places.get(0, f"{row.sheet}!{row.number}")
        draft = ActivityDraft(number, canonical_line(title.replace("\n", "")), place)
        self._goal.activities[number] = draft
        return draft

    def _go_on(self, row: TableRow) -> None:
        """Decide whether a row without a new title is a further slot or more of the last one."""
        assert self._current is not None
        names, goes_on = read_names(row.texts.get(_DEPARTMENTS, ""))
        last = max(len(self._current.slots[Actor.CITY]) - 1, 0)
        if names and not goes_on:
            self._position = last + 1
            return
        self._position = last
        if goes_on or _DEPARTMENTS in row.merged or not any(_is_slot(index) for index in row.texts):
            return
        place = next(iter(row.places.values()))
        if 0 in row.merged and any(COLUMNS[index].actor is Actor.CITY for index in row.texts):
            # The title's cell goes on beside it and the departments' does not: somebody drew a row of its own.
            self._position = last + 1
            self._tell("R-507", "担当課のない行を、担当課の決まっていない記入欄として読みました。", place)
        else:
            self._tell("R-507", "担当課のない続きの行を、上の欄の続きとして読みました。", place)

    # --- texts -------------------------------------------------------------------------------------------------

    def _fill(self, row: TableRow, activity: ActivityDraft, counts: tuple[int, int] | None) -> None:
        own = counts is not None
        positions = self._positions(row, activity, counts)
        for actor, position in positions.items():
            if counts is None or counts[0 if actor is Actor.COUNCIL else 1]:
                activity.slot(actor, position)
        for index, text in sorted(row.texts.items()):
            column = COLUMNS[index]
            if column.kind is CellKind.NAMES:
                names, _ = read_names(text, own=own)
                slot = activity.slot(Actor.CITY, positions[Actor.CITY])
                slot.departments = tuple(dict.fromkeys((*slot.departments, *names)))
            elif column.actor is not None and _is_slot(index):
                slot = activity.slot(column.actor, positions[column.actor])
                if index == _COUNCIL_STATUS and (names := _heading_of(text)):
                    slot.departments = names
                    text = text.partition("\n")[2]
                self._add(slot.lines.setdefault(index, []), text, own, row.places[index])
            elif column.kind is not CellKind.TITLE:
                self._add(activity.shared.setdefault(index, []), text, own, row.places[index])

    def _positions(self, row: TableRow, activity: ActivityDraft, counts: tuple[int, int] | None) -> dict[Actor, int]:
        """Return which slot of each actor the row shows; one that spans several rows goes on in the last of them."""
        if counts is not None:
            return {actor: min(self._position, max(most - 1, 0)) for actor, most in zip(Actor, counts, strict=True)}
        last = max(len(activity.slots[Actor.COUNCIL]) - 1, 0)
        begun = bool(activity.slots[Actor.COUNCIL]) and bool(activity.slots[Actor.COUNCIL][-1].lines)
        # The council's further slots are known by the branch that is named in them.
        further = begun and bool(_heading_of(row.texts.get(_COUNCIL_STATUS, "")))
        return {Actor.COUNCIL: last + further, Actor.CITY: self._position}

    def _add(self, lines: list[str], text: str, own: bool, place: str) -> None:
        found = read_items(text, own=own)
        fresh: Sequence[str] = found.lines
        if found.goes_on and lines and fresh:
            lines[-1] += fresh[0]
            fresh = fresh[1:]
        lines.extend(fresh)
        if found.joined:
            message = f"項目の途中の改行とみて、{found.joined}か所をつないで読みました。"
            self._tell("R-508", message, place)


def _heading_of(text: str) -> Lines:
    """Return the branches a cell of the council's entries names first."""
    names, _ = read_heading((text.partition("\n")[0].strip(),))
    return names


def _is_slot(index: int) -> bool:
    """Whether a column of the form belongs to a slot, apart from the departments' own."""
    return COLUMNS[index].field in ("status", "planned", "indicators", "results")
