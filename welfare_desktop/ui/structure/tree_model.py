"""The tree over basic goals, activity goals and activities, lean enough for 100,000 activities.

The rows of an outline are kept as the tuples they came as; a node is a small integer, its place in a few compact
arrays, and is never reused while the model lives, so that an index can carry it.  Wide groups are handed to the view a
few hundred rows at a time.  An edit repaints the rows it touches; the model is loaded once per outline, and a new
outline is brought in by inserting, removing, moving and repainting single rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from welfare_desktop.domain.model import is_between
from welfare_desktop.domain.text import circled

from ..parts.marks import Mark, mark_of_fill

#: (id, parent id, number, title, first fiscal year no longer reported or None)
OutlineRow = tuple[str, str, int, str, int | None, int | None]
#: basic goals, activity goals, activities, each in print order
Levels = Sequence[Sequence[OutlineRow]]

_Index = QModelIndex | QPersistentModelIndex
_ROOT = -1
_NOWHERE = QModelIndex()
#: Rows of one group the view is given at a time.
_BATCH = 400

ID_ROLE = Qt.ItemDataRole.UserRole
LEVEL_ROLE = ID_ROLE + 1
NUMBER_ROLE = ID_ROLE + 2
COUNT_ROLE = ID_ROLE + 3
MARK_ROLE = ID_ROLE + 4

_LEVEL_NAMES = ("基本目標", "活動目標", "活動")
_MARK_WORDS = {
    Mark.TICK: "記入済",
    Mark.HALF: "記入中",
    Mark.RING: "未記入",
}


class Count(NamedTuple):
    """How many fields are expected, entered and drafts below a row, and how many need a person."""

    entered: int = 0
    expected: int = 0
    attention: int = 0
    conflict: int = 0
    draft: int = 0

    @property
    def mark(self) -> Mark:
        """The mark of an activity: what needs a person comes first."""
        if self.conflict:
            return Mark.CROSS
        if self.attention:
            return Mark.TRIANGLE
        return mark_of_fill(self.entered, self.expected, self.draft)


class TreeModel(QAbstractItemModel):
    """Goals and activities with their fill, read-only; what is shown follows :meth:`load` and :meth:`set_counts`.

    ``counts_replaced`` says that every count may differ: naming each group to the view would cost more than painting.
    """

    counts_replaced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: Whether what the report of the year shown leaves out is listed too, named as such.
        self.with_retired = False
        self._year: int | None = None
        self._rows: list[OutlineRow] = []
        self._levels = bytearray()
        self._parents = array("i")
        self._places = array("i")
        self._children: dict[int, array[int]] = {}
        self._given: dict[int, int] = {}
        self._node_of: dict[str, int] = {}
        self._counts: dict[str, Count] = {}
        self._totals: dict[int, Count] = {}

    # --- content ------------------------------------------------------------------------------------------------

    def load(self, levels: Levels, year: int | None = None) -> None:
        """Show a whole outline, without what the report of fiscal ``year`` leaves out (None: with everything)."""
        self.beginResetModel()
        self._year = year
        self._rows = []
        self._levels = bytearray()
        self._parents = array("i")
        self._places = array("i")
        self._children = {}
        self._given = {}
        self._node_of = {}
        self._counts = {}
        self._totals = {}
        for level, rows in enumerate(levels):
            for parent_id, group in groupby(rows, itemgetter(1)):
                kept = [row for row in group if row[4] is row[5] or self._is_listed(row)]  # both None
                parent = self._node_of.get(parent_id, _ROOT) if level else _ROOT
                if not level or parent != _ROOT:  # otherwise what stands above is retired or gone
                    self._append(parent, level, kept)
        self.endResetModel()

    def _append(self, parent: int, level: int, rows: Sequence[OutlineRow]) -> None:
        """Take in a run of siblings at the end of their group; whole runs, because 100,000 single steps are felt."""
        start, count = len(self._rows), len(rows)
        siblings = self._children.setdefault(parent, array("i"))
        self._rows.extend(rows)
        self._levels.extend(bytes([level]) * count)
        self._parents.extend([parent] * count)
        self._places.extend(range(len(siblings), len(siblings) + count))
        siblings.extend(range(start, start + count))
        self._node_of.update(zip(map(itemgetter(0), rows), range(start, start + count), strict=True))

    def update_outline(self, levels: Levels, year: int | None = None) -> None:
        """Bring in a changed outline row by row, so that selection and open branches stay."""
        self._year = year
        wanted: dict[str, list[tuple[int, OutlineRow]]] = {}
        for level, rows in enumerate(levels):
            for row in rows:
                if row[4] is row[5] or self._is_listed(row):
                    wanted.setdefault(row[1] if level else "", []).append((level, row))
        for parent_id, listed in wanted.items():
            self._fetch_moved(parent_id, listed)
        self._update_group(_ROOT, wanted.get("", []), wanted)

    def _is_listed(self, row: OutlineRow) -> bool:
        return self.with_retired or not self._is_left_out(row)

    def _is_left_out(self, row: OutlineRow) -> str:
        """Return the word for what the report of the year shown leaves out; empty where it prints ``row``."""
        return left_out(row, self._year) if self._year is not None else ""

    def _fetch_moved(self, parent_id: str, rows: Sequence[tuple[int, OutlineRow]]) -> None:
        """Bring rows over that stood below another parent, before that one lets go of them with all that is below."""
        parent = self._node_of.get(parent_id, _ROOT)
        if parent == _ROOT:  # what stands on top moves nowhere; below a new parent everything is new
            return
        for place, (level, row) in enumerate(rows):
            node = self._node_of.get(row[0], _ROOT)
            if node != _ROOT and self._parents[node] != parent and self._levels[parent] == level - 1:
                self._move(node, parent, min(place, len(self._children.get(parent, ()))))

    def _update_group(
        self, parent: int, rows: Sequence[tuple[int, OutlineRow]], wanted: Mapping[str, list[tuple[int, OutlineRow]]]
    ) -> None:
        ids = {row[0] for _, row in rows}
        for node in reversed(self._children.get(parent, array("i"))):
            if self._rows[node][0] not in ids:
                self._remove(node)
        self._give_all(parent)
        places = {row[0]: place for place, (_, row) in enumerate(rows)}
        for place, (level, row) in enumerate(rows):
            node = self._node_of.get(row[0], _ROOT)
            if node != _ROOT:
                self._move_on(parent, place, node, places)
            if node == _ROOT:
                node = self._insert(parent, place, level, row)
            elif self._parents[node] != parent or self._places[node] != place:
                self._move(node, parent, place)
            if self._rows[node] != row:
                self._rows[node] = row
                index = self._index(node)
                self.dataChanged.emit(index, index)
            self._update_group(node, wanted.get(row[0], []), wanted)

    def _move_on(self, parent: int, place: int, node: int, places: Mapping[str, int]) -> None:
        """Where a single row went further down, move it there, rather than every row it passed."""
        siblings = self._children.get(parent, array("i"))
        if place + 1 < len(siblings) and siblings[place] != node and siblings[place + 1] == node:
            passing = siblings[place]
            target = min(places.get(self._rows[passing][0], place), len(siblings) - 1)
            if target > place:
                self._move(passing, parent, target)

    def _insert(self, parent: int, place: int, level: int, row: OutlineRow) -> int:
        self.beginInsertRows(self._index(parent), place, place)
        node = len(self._rows)
        self._append(parent, level, [row])
        siblings = self._children[parent]
        siblings.pop()
        siblings.insert(place, node)
        self._renumber(parent)
        self._given[parent] = len(siblings)
        self.endInsertRows()
        return node

    def _remove(self, node: int) -> None:
        parent, place = self._parents[node], self._places[node]
        self._give_all(parent)
        self.beginRemoveRows(self._index(parent), place, place)
        del self._children[parent][place]
        self._renumber(parent)
        self._given[parent] = len(self._children[parent])
        self._forget(node)
        self.endRemoveRows()

    def _forget(self, node: int) -> None:
        for child in self._children.pop(node, array("i")):
            self._forget(child)
        if self._node_of.get(self._rows[node][0]) == node:
            del self._node_of[self._rows[node][0]]

    def _move(self, node: int, parent: int, place: int) -> None:
        old_parent, old_place = self._parents[node], self._places[node]
        self._give_all(old_parent)
        # Qt counts the target row before the move takes the row out.
        target = place + 1 if old_parent == parent and place > old_place else place
        self.beginMoveRows(self._index(old_parent), old_place, old_place, self._index(parent), target)
        del self._children[old_parent][old_place]
        self._children.setdefault(parent, array("i")).insert(place, node)
        self._parents[node] = parent
        for group in {old_parent, parent}:
            self._renumber(group)
            self._given[group] = len(self._children[group])
        self.endMoveRows()

    def _renumber(self, parent: int) -> None:
        for place, node in enumerate(self._children[parent]):
            self._places[node] = place

    def set_counts(self, counts: Mapping[str, Count]) -> None:
        """Show the fill of activities by id; goals show the sum of what is below."""
        self._counts = dict(counts)
        sums: dict[int, list[int]] = {}
        for activity_id, count in counts.items():
            node = self._node_of.get(activity_id, _ROOT)
            if node != _ROOT:
                _add(sums, self._parents[node], count)
        totals: dict[int, list[int]] = {}
        for node, amounts in sums.items():
            above = node
            while above != _ROOT:
                _add(totals, above, amounts)
                above = self._parents[above]
        self._totals = {node: Count(*amounts) for node, amounts in totals.items()}
        self.counts_replaced.emit()

    def set_count(self, activity_id: str, count: Count) -> None:
        """Show the fill of one activity and carry the difference up."""
        node = self._node_of.get(activity_id, _ROOT)
        before = self._counts.get(activity_id, Count())
        if node == _ROOT or count == before:
            return
        self._counts[activity_id] = count
        self._repaint_one(node)
        above = self._parents[node]
        while above != _ROOT:
            total = self._totals.get(above, Count())
            self._totals[above] = Count(*(now + new - old for now, new, old in zip(total, count, before, strict=True)))
            self._repaint_one(above)
            above = self._parents[above]

    def _repaint_one(self, node: int) -> None:
        index = self._index(node)
        self.dataChanged.emit(index, index, [COUNT_ROLE, MARK_ROLE])

    def total(self) -> Count:
        """Return the fill of the whole plan."""
        sums: dict[int, list[int]] = {}
        for node in self._children.get(_ROOT, ()):
            _add(sums, _ROOT, self._totals.get(node, Count()))
        return Count(*sums.get(_ROOT, ()))

    def _count_of(self, node: int) -> Count | None:
        return self._counts.get(self._rows[node][0]) if self._levels[node] == 2 else self._totals.get(node)

    # --- finding rows -------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many rows there are on all levels."""
        return len(self._node_of)

    def index_of(self, row_id: str) -> QModelIndex:
        """Return the index of a goal or activity, handing its group to the view as far as needed; invalid if absent."""
        node = self._node_of.get(row_id, _ROOT)
        return self._index(node)

    def row_of(self, index: _Index) -> OutlineRow | None:
        """Return the outline row behind ``index``, or None for an invalid one."""
        return self._rows[index.internalId()] if index.isValid() else None

    def level_of(self, index: _Index) -> int:
        """Return 0, 1 or 2 (an activity) for a valid index."""
        return self._levels[index.internalId()]

    def activity_ids(self) -> list[str]:
        """Return the ids of all activities in print order."""
        return [self._rows[node][0] for node in self._walk(_ROOT) if self._levels[node] == 2]

    def activities_below(self, row_id: str) -> list[OutlineRow]:
        """Return the activities below a goal in print order."""
        node = self._node_of.get(row_id, _ROOT)
        return [] if node == _ROOT else [self._rows[item] for item in self._walk(node) if self._levels[item] == 2]

    def _walk(self, parent: int) -> Iterable[int]:
        for node in self._children.get(parent, ()):
            yield node
            yield from self._walk(node)

    def neighbour(self, activity_id: str, step: int) -> str | None:
        """Return the activity ``step`` (+1 or -1) places on in print order, over group borders, or None at the end."""
        node = self._node_of.get(activity_id, _ROOT)
        while node != _ROOT:
            siblings = self._children[self._parents[node]]
            place = self._places[node] + step
            if 0 <= place < len(siblings):
                found = self._first_activity(siblings[place], step)
                if found is not None:
                    return found
                node = siblings[place]
            else:
                node = self._parents[node]
        return None

    def _first_activity(self, node: int, step: int) -> str | None:
        if self._levels[node] == 2:
            return self._rows[node][0]
        children = self._children.get(node, array("i"))
        for child in children if step > 0 else reversed(children):
            found = self._first_activity(child, step)
            if found is not None:
                return found
        return None

    # --- Qt -----------------------------------------------------------------------------------------------------

    def _index(self, node: int) -> QModelIndex:
        if node == _ROOT:
            return QModelIndex()
        self._give(self._parents[node], self._places[node] + 1)
        return self.createIndex(self._places[node], 0, node)

    def _give(self, parent: int, count: int) -> None:
        given = self._given_count(parent)
        target = min(len(self._children.get(parent, ())), max(count, given + _BATCH))
        if count > given and target > given:
            self.beginInsertRows(self._index(parent), given, target - 1)
            self._given[parent] = target
            self.endInsertRows()

    def _give_all(self, parent: int) -> None:
        self._give(parent, len(self._children.get(parent, ())))

    def _given_count(self, parent: int) -> int:
        return self._given.get(parent, min(_BATCH, len(self._children.get(parent, ()))))

    def index(self, row: int, column: int, parent: _Index = _NOWHERE) -> QModelIndex:
        """Qt: the index of a child."""
        node = parent.internalId() if parent.isValid() else _ROOT
        if column or not 0 <= row < self._given_count(node):
            return QModelIndex()
        return self.createIndex(row, 0, self._children[node][row])

    def parent(self, index: _Index) -> QModelIndex:  # type: ignore[override]  # the overload without argument is QObject's
        """Qt: the index above."""
        if not index.isValid():
            return QModelIndex()
        node = self._parents[index.internalId()]
        return QModelIndex() if node == _ROOT else self.createIndex(self._places[node], 0, node)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Qt: how many children the view has been given."""
        return self._given_count(parent.internalId() if parent.isValid() else _ROOT)

    def columnCount(self, _parent: _Index = _NOWHERE) -> int:
        """Qt: one column; the delegate paints number, title, count and mark into it."""
        return 1

    def hasChildren(self, parent: _Index = _NOWHERE) -> bool:
        """Qt: whether there is anything below."""
        return bool(self._children.get(parent.internalId() if parent.isValid() else _ROOT))

    def canFetchMore(self, parent: _Index) -> bool:
        """Qt: whether a wide group has rows the view has not been given."""
        node = parent.internalId() if parent.isValid() else _ROOT
        return self._given_count(node) < len(self._children.get(node, ()))

    def fetchMore(self, parent: _Index) -> None:
        """Qt: give the next rows of a wide group."""
        node = parent.internalId() if parent.isValid() else _ROOT
        self._give(node, self._given_count(node) + 1)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Qt: every row can be chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemNeverHasChildren if self._levels[index.internalId()] == 2 else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: texts for the delegate and for screen readers."""
        if not index.isValid():
            return None
        node = index.internalId()
        row, level = self._rows[node], self._levels[node]
        absent = self._is_left_out(row) if self.with_retired else ""
        count = None if absent else self._count_of(node)
        if role == Qt.ItemDataRole.DisplayRole:
            return row[3]
        if role == NUMBER_ROLE:
            return circled(row[2]) if level == 2 else str(row[2])
        if role == LEVEL_ROLE:
            return level
        if role == ID_ROLE:
            return row[0]
        if role == COUNT_ROLE:
            return absent or _count_text(level, count)
        if role == MARK_ROLE:
            return Mark.BAR if absent else _mark(level, count)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return _spoken(level, row, count) + (f"（{absent}）" if absent else "")
        return None


def left_out(row: OutlineRow, year: int) -> str:
    """Return 廃止 or 開始前 for what the report of ``year`` leaves out, empty for what it prints."""
    if is_between(row[5], row[4], year):
        return ""
    return "廃止" if is_between(row[5], None, year) else "開始前"


def _add(sums: dict[int, list[int]], node: int, amounts: Sequence[int]) -> None:
    present = sums.get(node)
    if present is None:
        sums[node] = list(amounts)
    else:
        for place, amount in enumerate(amounts):
            present[place] += amount


def _count_text(level: int, count: Count | None) -> str:
    if count is None or not count.expected:
        return ""
    if level == 2:
        return f"{count.entered}/{count.expected}"
    # Rounded down, so that 100% means every field.
    return f"{100 * count.entered // count.expected}%"


def _spoken(level: int, row: OutlineRow, count: Count | None) -> str:
    name = f"{_LEVEL_NAMES[level]}{row[2]} {row[3]}"
    if count is None or not count.expected:
        return name
    words = [
        f"{count.expected}欄のうち{count.entered}欄",
        _MARK_WORDS[mark_of_fill(count.entered, count.expected, count.draft)],
    ]
    words += [f"要確認{count.attention}件"] if count.attention else []
    words += [f"衝突{count.conflict}件"] if count.conflict else []
    return " ".join((name, *words))


def _mark(level: int, count: Count | None) -> Mark | None:
    """Goals show how far they are: nearly every one holds something to look at, which its activities show."""
    if count is None:
        return None
    return count.mark if level == 2 else mark_of_fill(count.entered, count.expected, count.draft)
