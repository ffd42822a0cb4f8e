"""The table of indicators and results as Qt sees it: which cell says what, and where typing goes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from welfare_desktop.domain.years import short_label

from .result_rows import Judged, ResultRow

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
CELL_ROLE = Qt.ItemDataRole.UserRole


class Column(Enum):
    """What a column holds; 目標 and 前年度実績 have columns of their own only in wide panes."""

    INDICATOR = auto()
    TARGET = auto()
    PREVIOUS = auto()
    RESULT = auto()
    NUMBER = auto()
    JUDGEMENT = auto()


NARROW = (Column.INDICATOR, Column.RESULT, Column.NUMBER, Column.JUDGEMENT)
WIDE = tuple(Column)


@dataclass(frozen=True, slots=True)
class Cell:
    """What the delegate paints: the row, the column, and text that was refused with the reason (empty if none)."""

    row: ResultRow
    column: Column
    wide: bool
    refused: str = ""


class ResultModel(QAbstractTableModel):
    """Rows of one slot and year.  ``typed`` carries row number, column and text when a person finished a cell."""

    typed = Signal(int, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ResultRow] = []
        self._columns: tuple[Column, ...] = NARROW
        self._refused: dict[tuple[str, Hashable], str] = {}
        self._year = 0
        self._editable = False

    # --- content ------------------------------------------------------------------------------------------------

    def show_rows(
        self,
        rows: Sequence[ResultRow],
        year: int,
        *,
        editable: bool,
        refused: Mapping[tuple[str, Hashable], str],
    ) -> None:
        """Show ``rows``; rows that stay are repainted, others inserted or removed, never the whole model."""
        if year != self._year:
            self._year = year
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        self._editable = editable
        self._refused = dict(refused)
        old = [row.identity for row in self._rows]
        new = [row.identity for row in rows]
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        self._replace(head, len(old) - tail, rows[head : len(rows) - tail])
        self._rows = list(rows)
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._columns) - 1))

    def show_refused(self, refused: Mapping[tuple[str, Hashable], str]) -> None:
        """Show what was typed into number cells and is no number."""
        if refused != self._refused and self._rows:
            self._refused = dict(refused)
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))

    def _replace(self, start: int, end: int, rows: Sequence[ResultRow]) -> None:
        if end > start:
            self.beginRemoveRows(_NOWHERE, start, end - 1)
            del self._rows[start:end]
            self.endRemoveRows()
        if rows:
            self.beginInsertRows(_NOWHERE, start, start + len(rows) - 1)
            self._rows[start:start] = rows
            self.endInsertRows()

    def add_blank_row(self) -> int:
        """Add a row for something not stored yet, at the end; return its number."""
        place = len(self._rows)
        self._replace(place, place, [ResultRow()])
        return place

    def drop_blank_row(self) -> None:
        """Take the row for something not stored yet away, if it is there."""
        if self._rows and self._rows[-1] == ResultRow():
            self._replace(len(self._rows) - 1, len(self._rows), [])

    def set_wide(self, wide: bool) -> None:
        """Show or hide the columns of wide panes."""
        columns = WIDE if wide else NARROW
        if columns == self._columns:
            return
        extra = [WIDE.index(Column.TARGET), WIDE.index(Column.PREVIOUS)]
        if wide:
            self.beginInsertColumns(_NOWHERE, extra[0], extra[1])
            self._columns = columns
            self.endInsertColumns()
        else:
            self.beginRemoveColumns(_NOWHERE, extra[0], extra[1])
            self._columns = columns
            self.endRemoveColumns()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown, from the left."""
        return self._columns

    @property
    def rows(self) -> Sequence[ResultRow]:
        """The rows shown."""
        return self._rows

    def place_of(self, row: int, column: Column) -> QModelIndex:
        """Return the index of a cell; invalid when the column is not shown."""
        return self.index(row, self._columns.index(column)) if column in self._columns else QModelIndex()

    # --- Qt -----------------------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Qt: rows of the table."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Qt: columns shown at this width."""
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Qt: which cells can be typed into."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._editable and self._can_type(self._rows[index.row()], self._columns[index.column()]):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def _can_type(self, row: ResultRow, column: Column) -> bool:
        if row == ResultRow():
            return column in (Column.INDICATOR, Column.RESULT)
        if column is Column.INDICATOR:
            return row.indicator is not None and not row.continued
        if column is Column.NUMBER:
            return row.result is not None
        return column is Column.RESULT

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: column titles."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        return {
            Column.INDICATOR: "主な活動指標",
            Column.TARGET: "目標",
            Column.PREVIOUS: "前年度実績",
            Column.RESULT: f"{short_label(self._year)}実績" if self._year else "実績",
            Column.NUMBER: "数値",
            Column.JUDGEMENT: "判定",
        }[self._columns[section]]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the cell for the delegate, its text for editors and screen readers."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role == CELL_ROLE:
            return Cell(row, column, self._columns == WIDE, self._refused_text(row, column))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._refused_text(row, column) or _text(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            refused = self._refused_text(row, column)
            heading = self.headerData(index.column(), Qt.Orientation.Horizontal)
            return f"{heading} {refused} 数値ではありません" if refused else f"{heading} {_spoken(row, column)}"
        if role == Qt.ItemDataRole.ToolTipRole and column is Column.JUDGEMENT:
            return "\n".join(f"{item.target}: {_spoken_judgement(item, alone=True)}" for item in row.judged)
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt: hand on what was typed; whoever listens stores it and shows new rows."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        if str(value) != self.data(index, Qt.ItemDataRole.EditRole):
            self.typed.emit(index.row(), self._columns[index.column()], str(value))
        return True

    def _refused_text(self, row: ResultRow, column: Column) -> str:
        return self._refused.get((row.result.id, column), "") if row.result is not None else ""


def _text(row: ResultRow, column: Column) -> str:
    match column:
        case Column.INDICATOR:
            return row.indicator.text if row.indicator is not None and not row.continued else ""
        case Column.TARGET:
            return "\n".join(row.targets)
        case Column.PREVIOUS:
            return row.previous
        case Column.RESULT:
            return row.result.text if row.result is not None else ""
        case Column.NUMBER:
            return row.number
        case Column.JUDGEMENT:
            return "、".join(item.judgement.label for item in row.judged)


def _spoken(row: ResultRow, column: Column) -> str:
    """Return a cell for a screen reader: its text, then what marks and small print say."""
    text = _text(row, column)
    match column:
        case Column.INDICATOR:
            return _spoken_indicator(row, text)
        case Column.RESULT:
            return " ".join(filter(None, (text or "未記入", row.link.value if row.link else "")))
        case Column.NUMBER:
            if row.vague:
                return f"要確認 「{row.vague}」は、はっきりした数ではありません"
            return f"{text}{row.unit}{'（手で入れた数）' if row.number_by_hand else ''}" or "数値なし"
        case Column.JUDGEMENT:
            return "、".join(_spoken_judgement(item, alone=len(row.judged) == 1) for item in row.judged) or "判定なし"
    return text or "—"


def _spoken_indicator(row: ResultRow, text: str) -> str:
    if row.indicator is None:
        return f"別の記入欄の指標 {row.elsewhere}" if row.elsewhere else "指標なし"
    if row.continued:
        return f"上と同じ指標 {row.indicator.text}"
    targets = f" 目標 {'、'.join(row.targets)}" if row.targets else ""
    by_hand = "（手で直した目標）" if row.corrected else ""
    return f"{text}{targets}{by_hand}{' 手直しのあとに文が変わりました' if row.outdated else ''}"


def _spoken_judgement(item: Judged, *, alone: bool) -> str:
    words = item.judgement.label if alone else f"{item.target} {item.judgement.label}"
    if item.overridden:
        return f"{words}（手で判定 理由 {item.note}）"
    return f"{words} {item.note}".rstrip()
