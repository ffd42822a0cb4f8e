"""Finding the official form's tables in a workbook: headings, header rows, columns by their labels, rows by content.

Nothing is found by position: sheets may be named otherwise, columns moved, rows inserted, several goals put on one
sheet.  What was doubtful is told with its cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.official_form import COLUMNS, ActivityKey

from .guard.cells import CellKind, Sheet, write_place
from .keys import looks_like_key, read_column_id
from .official_keys import column_name, read_row_mark
from .report_text.years import labelled_years
from .sheet_merges import Area, owner_of

#: Tells of one doubtful decision: code, sentence, cell.
Tell = Callable[[str, str, str], None]

_BASIC = re.compile(r"^基本目標\s*([0-9０-９]{1,3})[\s:：.．]*(.*)$", re.DOTALL)
_GOAL = re.compile(r"^活動目標\s*([0-9０-９]{1,3})[\s:：.．]*(.*)$", re.DOTALL)
_CONTINUED = re.compile(r"[(（]続き[)）]\s*$")
#: What stands alone in a row beside the tables: the report's title, page numbers, the maker's line.
_FURNITURE = re.compile(r"実施状況報告|^[\s\d０-９－\-ー/／頁ページ]+$|年\d+月\d+日\s*作成")
#: How far below 活動名 the third row of the header may stand.
_HEADER_DEPTH = 5
#: A text longer than this is no label.
_LONGEST_LABEL = 40
_HEADER_WORD = re.compile(
    r"(?:実施状況|取組み?状況|実施予定|取組み?予定|実績値?|担当(?:部?課|部署)|所管課)(?:\(.*\))?$|^活動名"
)
#: How the text of an activity begins or goes on, and no label does.
_ACTIVITY_TEXT = re.compile("^[・※○①-⑳㉑-㉟㊱-㊿]|。|\n・")
_BY_NAME = {column_name(column): index for index, column in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: texts by column of the form, where each stands, and the row's mark, if any."""

    sheet: str
    number: int
    texts: Mapping[int, str]
    places: Mapping[int, str]
    #: Columns whose cell is merged with the one above.
    merged: frozenset[int]
    mark: tuple[ActivityKey, int] | None


@dataclass(slots=True)
class GoalTable:
    """The rows under one goal's headings; numbers and titles are None where the sheet does not say them."""

    sheet: str
    basic: int | None = None
    basic_title: str = ""
    goal: int | None = None
    goal_title: str = ""
    rows: list[TableRow] = field(default_factory=list)


@dataclass(slots=True)
class FoundTables:
    """All tables of a workbook in order, the years their labels name, and texts that belong to none."""

    tables: list[GoalTable] = field(default_factory=list)
    years: Counter[int] = field(default_factory=Counter)
    loose: list[tuple[str, str]] = field(default_factory=list)


def find_tables(sheet: Sheet, areas: Sequence[Area], found: FoundTables, tell: Tell) -> None:
    """Add what ``sheet`` holds of the official form to ``found``."""
    _SheetScan(sheet, areas, found, tell).run()


def plain(text: str) -> str:
    """Return a label for comparing: without white space and widths."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


class _SheetScan:
    """Goes down one sheet, row by row."""

    def __init__(self, sheet: Sheet, areas: Sequence[Area], found: FoundTables, tell: Tell) -> None:
        self._sheet = sheet
        self._owners = owner_of(tuple(areas))
        self._found = found
        self._tell = tell
        self._rows: dict[int, dict[int, str]] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind is CellKind.FORMULA and not cell.text:
                continue
            self._rows.setdefault(row, {})[column] = cell.text
        self._table = GoalTable(sheet.name)
        self._columns: dict[int, int] = {}
        self._ids = self._column_ids()

    def run(self) -> None:
        """Scan from the top; a header row opens a table, headings open a goal."""
        skip_to = 0
        for row in sorted(self._rows):
            if row <= skip_to:
                continue
            if self._is_header(row):
                skip_to = self._read_header(row)
            elif not self._read_headings(row):
                self._read_row(row)
        self._close()

    # --- headings ----------------------------------------------------------------------------------------------

    def _read_headings(self, row: int) -> bool:
        """Read 基本目標 and 活動目標 lines; True when the row was one of them."""
        seen = False
        for column, text in self._rows[row].items():
            bare = _CONTINUED.sub("", text.strip()).strip()
            basic, goal = _BASIC.match(bare), _GOAL.match(bare)
            if basic is not None and not self._inside_table(column, row):
                number = _number(basic[1])
                if self._table.rows or (self._table.basic not in (None, number)):
                    self._open()
                self._table.basic, self._table.basic_title = number, basic[2].strip()
                self._table.goal, self._table.goal_title = None, ""
                seen = True
            elif goal is not None and not self._inside_table(column, row):
                number = _number(goal[1])
                if self._table.rows or self._table.goal not in (None, number):
                    basic_number, title = self._table.basic, self._table.basic_title
                    self._open()
                    self._table.basic, self._table.basic_title = basic_number, title
                self._table.goal, self._table.goal_title = number, goal[2].strip()
                seen = True
        return seen

    def _inside_table(self, column: int, row: int) -> bool:
        """Whether a text stands in a filled row of the table: somebody wrote about a goal, it is no heading."""
        return self._columns.get(column) is not None and len(self._rows[row]) > 3

    def _open(self) -> None:
        self._close()
        self._table = GoalTable(self._sheet.name)

    def _close(self) -> None:
        if self._table.rows:
            self._found.tables.append(self._table)

    # --- header ------------------------------------------------------------------------------------------------

    def _is_header(self, row: int) -> bool:
        if not any(_is_short_label(text) and plain(text).startswith("活動名") for text in self._rows[row].values()):
            return False
        below = [text for n in range(row, row + _HEADER_DEPTH) for text in self._rows.get(n, {}).values()]
        return any("実施状況" in plain(text) or "担当課" in plain(text) for text in below)

    def _read_header(self, row: int) -> int:
        """Find the columns; returns the last row of the header."""
        last = row
        for below in range(row + 1, row + _HEADER_DEPTH):
            if self._begins_rows(below):
                break
            if any(_is_short_label(text) and _HEADER_WORD.search(plain(text)) for text in self._texts(below)):
                last = below
        labels = self._labels(row, last)
        self._columns = self._ids or self._named(labels, row)
        years = Counter(year for texts in labels.values() for text in texts for year in _years_of(text))
        self._found.years.update(years)
        missing = [column for index, column in enumerate(COLUMNS) if index not in self._columns.values()]
        for column in missing:
            actor = f"{column.actor.label}の" if column.actor else ""
            label = column.heading.replace("|", "").replace("{year}", "").replace("{next}", "").replace("{short}", "")
            self._tell("R-501", f"{actor}「{label}」の列が見つかりません。空欄のままにしました。", self._place(row, 1))
        return last

    def _texts(self, row: int) -> list[str]:
        """Return what a person sees in a row."""
        texts = self._rows.get(row, {}).values()
        return [text for text in texts if not looks_like_key(text) and read_column_id(text) is None]

    def _begins_rows(self, row: int) -> bool:
        """Whether a row is one of an activity: below it no row belongs to the header, whatever words it holds."""
        return any(read_row_mark(text) is not None or _ACTIVITY_TEXT.search(text.strip()) for text in self._texts(row))

    def _labels(self, first: int, last: int) -> dict[int, list[str]]:
        """Return for every column what stands over it, from the top, merged labels included."""
        columns = {column for row in range(first, last + 1) for column in self._rows.get(row, {})}
        columns |= {place[1] for place in self._owners if first <= place[0] <= last}
        labels: dict[int, list[str]] = {}
        for column in sorted(columns):
            for row in range(first, last + 1):
                text = self._text_at(row, column)
                if text and text not in labels.setdefault(column, []):
                    labels[column].append(text)
        return labels

    def _text_at(self, row: int, column: int) -> str:
        owner = self._owners.get((row, column), (row, column))
        return self._rows.get(owner[0], {}).get(owner[1], "")

    def _named(self, labels: Mapping[int, Sequence[str]], row: int) -> dict[int, int]:
        """Return the form's column for every sheet column whose label says it."""
        groups = self._groups(labels)
        found: dict[int, int] = {}
        for column, texts in labels.items():
            name = _field_of(texts)
            if name is None:
                continue
            actor = None if name in ("title", "residents_role", "organizations_role") else groups.get(column)
            if name == "departments":
                actor = Actor.CITY
            candidates = [i for i, item in enumerate(COLUMNS) if item.field == name and item.actor in (actor, None)]
            if actor is None and not candidates:
                # Without a label over both actors' columns the first is the council's, as printed.
                candidates = [i for i, item in enumerate(COLUMNS) if item.field == name]
            free = [index for index in candidates if index not in found.values()]
            if free:
                found[column] = free[0]
            elif candidates:
                self._tell(
                    "R-502",
                    f"「{plain(texts[-1])}」の列が二つあります。後の列は読みませんでした。",
                    self._place(row, column),
                )
        self._name_unlabelled(labels, groups, found, row)
        return found

    def _groups(self, labels: Mapping[int, Sequence[str]]) -> dict[int, Actor]:
        """Return whose column each is, by the label over it; one that is not merged reaches to the next."""
        starts: dict[int, Actor] = {}
        for column, texts in labels.items():
            for text in texts:
                bare = plain(text)
                if "社会福祉協議会の取" in bare or "社協の取" in bare:
                    starts[column] = Actor.COUNCIL
                elif re.search("(?:市|町|村|区|行政)の取", bare):
                    starts[column] = Actor.CITY
        found: dict[int, Actor] = {}
        current: Actor | None = None
        for column in sorted(labels):
            current = starts.get(column, current)
            if current is not None:
                found[column] = current
        return found

    def _name_unlabelled(
        self, labels: Mapping[int, Sequence[str]], groups: Mapping[int, Actor], found: dict[int, int], row: int
    ) -> None:
        """Take a column without a label of its own for 取組み, which older reports print without one."""
        for actor in Actor:
            index = _BY_NAME[f"{actor.value}.initiatives"]
            if index in found.values():
                continue
            first = min((c for c, i in found.items() if COLUMNS[i].actor is actor), default=None)
            if first is None:
                continue
            before = [c for c in range(first - 1, 0, -1) if c not in found]
            column = before[0] if before and groups.get(before[0], actor) is actor else None
            filled = column is not None and any(column in cells for n, cells in self._rows.items() if n > row + 2)
            if column is not None and column == first - 1 and (filled or column in labels):
                found[column] = index
                message = f"見出しのない列を{actor.label}の「取組み（計画）」として読みました。"
                self._tell("R-503", message, self._place(row, column))

    def _column_ids(self) -> dict[int, int]:
        """Return the columns by their hidden ids, where this program wrote them all and they are still there."""
        found: dict[int, int] = {}
        for (_, column), cell in self._sheet.cells.items():
            name = read_column_id(cell.text) if cell.kind is CellKind.TEXT else None
            if name in _BY_NAME:
                found[column] = _BY_NAME[name]
        return found if len(set(found.values())) == len(COLUMNS) == len(found) else {}

    # --- rows --------------------------------------------------------------------------------------------------

    def _read_row(self, row: int) -> None:
        texts: dict[int, str] = {}
        places: dict[int, str] = {}
        mark = None
        for column, text in self._rows[row].items():
            if looks_like_key(text) or read_column_id(text) is not None:
                continue
            found_mark = read_row_mark(text)
            index = self._columns.get(column)
            if found_mark is not None:
                mark = found_mark
            elif index is not None:
                texts[index] = text
                places[index] = self._place(row, column)
            elif text.strip():
                self._found.loose.append((text.strip(), self._place(row, column)))
        merged = frozenset(
            index for column, index in self._columns.items() if self._owners.get((row, column), (row, 0))[0] < row
        )
        if mark is None and len(texts) == 1 and _FURNITURE.search(next(iter(texts.values()))):
            self._found.loose += [(text.strip(), places[index]) for index, text in texts.items()]
        elif texts or mark is not None:
            self._table.rows.append(TableRow(self._sheet.name, row, texts, places, merged, mark))

    def _place(self, row: int, column: int) -> str:
        return f"{self._sheet.name}!{write_place(row, column)}"


def _is_short_label(text: str) -> bool:
    return len(plain(text)) <= _LONGEST_LABEL


def _field_of(texts: Sequence[str]) -> str | None:
    """Return the field a column's labels name, the lowest label first."""
    for text in reversed(texts):
        bare = plain(text)
        for pattern, name in _LABELS:
            if re.search(pattern, bare):
                return name
    return None


#: Words of a label that tell its field, the most telling first.
_LABELS = (
    ("^活動名", "title"),
    ("住民", "residents_role"),
    ("関係機関", "organizations_role"),
    ("担当|所管課|関係課", "departments"),
    ("実施予定|取組予定", "planned"),
    ("実施状況|取組状況|取組み状況", "status"),
    ("指標|数値目標|目標値", "indicators"),
    ("実績", "results"),
    (r"^取組み?(?:\(計画\))?$|計画本文|^計画の取組", "initiatives"),
)


def _years_of(label: str) -> Iterator[int]:
    """Yield the report's year as a column's label tells it: that of the status, the year before the plans."""
    yield from labelled_years(plain(label).replace("実績", ""))[:1]


def _number(text: str) -> int:
    return int(unicodedata.normalize("NFKC", text))
