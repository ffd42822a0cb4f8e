"""What the cells of the matrix 担当課 × 目標 say: counts, shares, states and dates, each with its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from welfare_desktop.domain.completeness import Fill
from welfare_desktop.domain.overview import Overview
from welfare_desktop.operations.department_work import OwnerWork

from ..parts import theme
from ..parts.marks import Mark, mark_of_work

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
TAIL = ("計", "割合", "状態", "提出")
SUM_ROW = "計"
SUM_TINT = theme.BAND


class Shows(Enum):
    """What the cells of the matrix say; the value is the word on its switch."""

    COUNT = "欄の数"
    PERCENT = "%"
    DEADLINE = "期限"


class Tail(Enum):
    """The columns behind those of the goals."""

    SUM = 0
    SHARE = 1
    STATE = 2
    ANSWER = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: ``spoken`` is what a screen reader says of it, after row and column."""

    text: str = ""
    spoken: str = ""
    mark: Mark | None = None
    tint: str = theme.FIELD
    colour: str = theme.TEXT
    bold: bool = False
    percent: int | None = None


def cell_of(fill: Fill, shows: Shows, *, overdue: bool, finished: bool = False) -> Cell:
    """Return what a cell shows of ``fill``.

    ``overdue`` says that its owner's deadline has passed without an answer, ``finished`` that its owner is 完了 or 確定:
    then what is empty is meant to be empty, and nothing is left to do before the deadline.
    """
    if not fill.expected:
        return Cell(spoken="求める欄なし")
    mark, word, tint = _look(fill)
    left = fill.expected - fill.entered
    text = f"{fill.entered} / {fill.expected}"
    spoken = f"{fill.expected} 欄のうち {fill.entered} 欄記入済み、{word}"
    if shows is Shows.PERCENT:
        text, spoken = f"{fill.percent}%", f"{fill.percent}%、{word}"
    elif shows is Shows.DEADLINE:
        if finished:
            return Cell("済", "済、担当課は完了しています", Mark.TICK, theme.GOOD_TINT)
        text = f"残り {left}" if left else "済"
        spoken = f"残り {left} 欄" if left else "済"
        if left and overdue:
            return Cell(f"遅れ {left}", f"期限を過ぎて残り {left} 欄", Mark.CROSS, theme.BAD_TINT, theme.BAD)
    return Cell(text, spoken, mark, tint)


def _look(fill: Fill) -> tuple[Mark, str, str]:
    if fill.entered == fill.expected:
        return Mark.TICK, "記入済", theme.GOOD_TINT
    if fill.draft and not fill.blank:
        return Mark.DASHED, "下書きあり", theme.FIELD
    if fill.entered or fill.draft:
        return Mark.HALF, "記入中", theme.ACCENT_TINT
    return Mark.RING, "未記入", theme.FIELD


def short_date(day: date | None) -> str:
    """Return a day as ``4/26``, empty for None."""
    return f"{day.month}/{day.day}" if day is not None else ""


class MatrixModel(QAbstractTableModel):
    """Rows: those who owe anything, then their sum; columns: goals (or activities), then the four of :class:`Tail`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.view: Overview | None = None
        self._works: Sequence[OwnerWork | None] = ()
        self._shows = Shows.COUNT
        self._today = date.min
        self._fills: list[tuple[str, tuple[Fill, ...], Fill]] = []

    def show_view(self, view: Overview, works: Sequence[OwnerWork | None], today: date) -> None:
        """Show ``view``; ``works`` has one for every row, None where nobody can answer."""
        same = self.view is not None and (view.columns, [row.name for row in view.rows]) == (
            self.view.columns,
            [row.name for row in self.view.rows],
        )
        if not same:
            self.beginResetModel()
        self.view, self._works, self._today = view, works, today
        self._fills = [(row.name, row.fills, row.fill) for row in view.rows]
        if len(view.rows) > 1:
            self._fills.append((SUM_ROW, view.sums, view.sum))
        if same:
            self._repaint()
        else:
            self.endResetModel()

    def show_as(self, shows: Shows) -> None:
        """Say something else in the cells."""
        self._shows = shows
        self._repaint()

    def _repaint(self) -> None:
        if self._fills:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    # --- where things are -----------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Qt: the owners and their sum."""
        return 0 if parent.isValid() else len(self._fills)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Qt: the goals and the tail."""
        return 0 if parent.isValid() else self.goals + len(Tail)

    @property
    def goals(self) -> int:
        """How many columns stand for a goal or an activity."""
        return len(self.view.columns) if self.view is not None else 0

    def tail(self, column: int) -> Tail | None:
        """Return which of the last columns it is, None for a goal's."""
        return Tail(column - self.goals) if column >= self.goals else None

    def owner(self, row: int) -> str | None:
        """Return whose row it is, None for the sum."""
        name = self._fills[row][0]
        return None if name == SUM_ROW else name

    def row_of(self, owner: str) -> int | None:
        """Return the row of ``owner``, None where it has none."""
        return next((row for row, item in enumerate(self._fills) if item[0] == owner), None)

    def work(self, row: int) -> OwnerWork | None:
        """Return the work of the row's owner, None for the sum and 未割当."""
        return self._works[row] if row < len(self._works) else None

    def column_id(self, column: int) -> str | None:
        """Return the goal or activity of a column, None for the tail."""
        return self.view.columns[column].id if self.view is not None and column < self.goals else None

    # --- what is shown --------------------------------------------------------------------------------------------

    def cell(self, row: int, column: int) -> Cell:
        """Return what a cell shows."""
        _, fills, fill = self._fills[row]
        tail, is_sum = self.tail(column), self.owner(row) is None
        if tail is None:
            work = self.work(row)
            overdue = work is not None and work.overdue(self._today)
            finished = work is not None and work.finished
            found = cell_of(fills[column], self._shows, overdue=overdue, finished=finished)
        elif tail is Tail.SUM:
            words = f"{fill.expected} 欄のうち {fill.entered} 欄記入済み"
            found = Cell(f"{fill.entered} / {fill.expected}", words, bold=True)
        elif tail is Tail.SHARE:
            found = Cell(f"{fill.percent}%", f"{fill.percent}%", percent=fill.percent)
        elif is_sum:
            found = self._sum_cell(tail)
        else:
            found = self._state_cell(row) if tail is Tail.STATE else self._answer_cell(row)
        if not is_sum:
            return found
        return replace(found, tint=SUM_TINT, bold=True)

    def _state_cell(self, row: int) -> Cell:
        work = self.work(row)
        if work is None:
            return Cell("要確認", "担当課が決まっていません。要確認", Mark.TRIANGLE, colour=theme.ATTENTION)
        mark = mark_of_work(work.state)
        return Cell(work.state.label, work.state.label, mark, colour=mark.value[0])

    def _answer_cell(self, row: int) -> Cell:
        work = self.work(row)
        if work is None:
            return Cell("—", "提出はありません", colour=theme.PLACEHOLDER)
        if self._shows is Shows.DEADLINE:
            until = short_date(work.deadline)
            spoken = f"期限 {until}" if until else "期限は決まっていません"
            if work.overdue(self._today):
                return Cell(until, f"{spoken}、過ぎています", Mark.CROSS, colour=theme.BAD)
            return Cell(until or "—", spoken)
        if work.answered_on is not None:
            return Cell(short_date(work.answered_on), f"{short_date(work.answered_on)} に提出")
        if work.missing:
            late = work.overdue(self._today)
            spoken = "未提出、期限を過ぎています" if late else "未提出"
            mark, colour = (Mark.CROSS, theme.BAD) if late else (Mark.RING, theme.TEXT)
            return Cell("未提出", spoken, mark, colour=colour)
        return Cell("—", "用紙は配っていません", colour=theme.PLACEHOLDER)

    def _sum_cell(self, tail: Tail) -> Cell:
        works = [work for work in self._works if work is not None]
        if tail is Tail.STATE:
            finished = sum(work.finished for work in works)
            return Cell(f"{finished} / {len(works)}", f"{len(works)} 課のうち {finished} 課が完了か確定")
        sheets = [work for work in works if work.sheet is not None]
        answered = sum(not work.missing for work in sheets)
        if not sheets:
            return Cell("—", "用紙は配っていません")
        return Cell(f"{answered} / {len(sheets)}", f"配った {len(sheets)} 課のうち {answered} 課が提出")

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the text; for screen readers whose and of what it is as well."""
        if not index.isValid():
            return None
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{self._fills[index.row()][0]}　{self._column_words(index.column())}　{cell.spoken}"
        return None

    def _column_words(self, column: int) -> str:
        assert self.view is not None
        if column >= self.goals:
            return TAIL[column - self.goals]
        return f"{self.view.columns[column].label} {self.view.columns[column].title}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: goals above, owners at the left."""
        wanted = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        if role not in wanted or self.view is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            return self._fills[section][0]
        return self._column_words(section)
