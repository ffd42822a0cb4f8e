"""The table of differences: where, what was sent, what the office says, what came back, what goes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from welfare_desktop.domain.differences import Change, LineDifference, LineKind, line_difference
from welfare_desktop.operations.differing import Difference, Group
from welfare_desktop.operations.reviewing import Review, choice_label

from ..parts import theme
from ..parts.marks import MARK_PX, Mark, paint_mark
from ..parts.tables import HeadedModel, choose_by_rows
from ..parts.wrapping import wrap

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_SIDE_PX = 6
_TOP_PX = 6
_SIGN_PX = 16
_PARAGRAPHS = Qt.ItemDataRole.UserRole + 1
MARK_OF_GROUP = {
    Group.CONFLICT: Mark.CROSS,
    Group.REVIEW: Mark.TRIANGLE,
    Group.UNMATCHED: Mark.QUESTION,
    Group.OUT_OF_SCOPE: Mark.BAR,
    Group.AUTOMATIC: Mark.TICK,
}
#: Tints of changed lines, and of the words in them that changed.
_TINT = {"＋": theme.GOOD_TINT, "−": theme.BAD_TINT}
_WORD_TINT = {"＋": theme.INSERTED, "−": theme.REMOVED}
#: From where to where in a text.
Span = tuple[int, int]


class Column(IntEnum):
    """The columns, left to right."""

    PLACE = 0
    BASE = 1
    OURS = 2
    THEIRS = 3
    RESULT = 4

    @property
    def label(self) -> str:
        """The heading."""
        return ("場所", "もと（配ったとき）", "事務局", "担当課", "結果（入るもの）")[self]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text of a cell that wraps together; a line of a text has a ``sign`` (＋, − or empty), other words None.

    ``changed`` are the words of a reworded line that are new in it, or gone from it.
    """

    text: str
    sign: str | None = None
    colour: str = theme.TEXT
    bold: bool = False
    mark: Mark | None = None
    size_px: int = theme.SMALL_PX
    changed: tuple[Span, ...] = ()

    @property
    def indent_px(self) -> int:
        """How far right the text begins."""
        return MARK_PX + 5 if self.mark is not None else (_SIGN_PX if self.sign is not None else 0)

    def lines(self, width_px: int) -> list[str]:
        """Return the text cut at ``width_px``."""
        return wrap(self.text, theme.font(self.size_px, bold=self.bold), max(width_px - self.indent_px, 20))

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        words = "、".join(self.text[start:end] for start, end in self.changed)
        more = f"（変わった語 {words}）" if words else ""
        return {"＋": "追加 ", "−": "削除 "}.get(self.sign or "", "") + self.text + more


def _note(text: str) -> Paragraph:
    return Paragraph(text, colour=theme.SECOND, size_px=theme.NOTE_PX)


def _spans(row: LineDifference, change: Change) -> tuple[Span, ...]:
    """Return where the pieces that ``change`` names stand in the line they belong to; none where all of it changed."""
    if row.kind is not LineKind.CHANGED:
        return ()
    found = []
    place = 0
    for segment in row.segments:
        if segment.change in (Change.SAME, change):
            if segment.change is change:
                found.append((place, place + len(segment.text)))
            place += len(segment.text)
    return tuple(found)


def _lines(base: Sequence[str], lines: Sequence[str], signs: str) -> Iterator[Paragraph]:
    """Yield ``lines`` as they differ from ``base``; only differences with one of ``signs`` are shown as such."""
    for row in line_difference(base, lines):
        if row.kind is LineKind.SAME:
            yield Paragraph(row.after or "", "")
            continue
        if row.kind is LineKind.REMOVED and row.before is not None and "−" in signs:
            yield Paragraph(row.before, "−")  # of a reworded line the column もと shows what went
        if row.after is not None and "＋" in signs:
            yield Paragraph(row.after, "＋", changed=_spans(row, Change.ADDED))


def _base(row: Difference) -> list[Paragraph]:
    """Return what was sent out; a line somebody took out or reworded carries −, the words that went are marked."""
    if not row.decidable:
        return []
    gone: dict[int, set[Span]] = {}
    whole: set[int] = set()
    for lines in (row.ours, *(item.lines for item in row.theirs)):
        for change in line_difference(row.base, lines):
            if change.before_number is None or change.kind is LineKind.SAME:
                continue
            spans = _spans(change, Change.REMOVED)
            gone.setdefault(change.before_number, set()).update(spans)
            if change.kind is LineKind.REMOVED:
                whole.add(change.before_number)
    shown = [
        Paragraph(line, "−" if place in gone else "", changed=() if place in whole else _joined(gone.get(place, ())))
        for place, line in enumerate(row.base, start=1)
    ]
    return shown or [_note("（未記入）")]


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that meet as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _theirs(row: Difference) -> list[Paragraph]:
    found = []
    for candidate in row.theirs:
        found.append(_note(candidate.source))
        found += list(_lines(row.base, candidate.lines, "＋−")) or [_note("（空）")]
    return found


def _state(review: Review, row: Difference) -> Paragraph:
    """Return in a mark and words what happens to a row."""
    if not row.decidable:
        mark = MARK_OF_GROUP[row.group]
        words = "入れません（記録に残します）"
        if row.homeless:
            words = "入れません（決めました）" if review.laid_aside(row) else "欄を選んでください"
            mark = Mark.BAR if review.laid_aside(row) else mark
        return Paragraph(words, colour=mark.colour.name(), bold=True, mark=mark)
    choice = review.choice(row.name)
    if choice is not None:
        words, mark = choice_label(choice, row), Mark.TICK
    elif review.postponed(row.name):
        words, mark = "あとで決める", Mark.RING
    elif row.group is Group.CONFLICT:
        words, mark = "まだ決めていません", Mark.CROSS
    elif row.group is Group.REVIEW:
        there = "この案で入っています" if row.proposed == row.ours else "この案で入れます"
        words, mark = (there if row.taken else "まだ入れません（決めると入ります）"), Mark.TRIANGLE
    else:
        words, mark = "自動で入ります" if row.loose is None else "選んだ欄に入ります", Mark.TICK
    return Paragraph(words, colour=mark.colour.name(), bold=mark is not Mark.RING, mark=mark)


def paragraphs(review: Review, row: Difference, column: Column) -> list[Paragraph]:
    """Return what a cell says."""
    match column:
        case Column.PLACE:
            mark = MARK_OF_GROUP[row.group]
            found = [Paragraph(row.group.label, colour=mark.colour.name(), bold=True, mark=mark)]
            found.append(Paragraph(row.place, bold=True))
            if row.item:
                found.append(Paragraph(row.item))
            if row.whose:
                found.append(_note(row.whose))
            return [*found, *map(_note, row.notes)]
        case Column.BASE:
            return [_note("（対応する欄が見つかりません）")] if row.homeless else _base(row)
        case Column.OURS:
            if not row.decidable:
                return []
            return list(_lines(row.base, row.ours, "＋")) or [_note("（未記入）")]
        case Column.THEIRS:
            return _theirs(row)
        case Column.RESULT:
            lines: list[Paragraph] = []
            if row.homeless and not review.laid_aside(row):
                near = review.places(row)[:1]
                return [_state(review, row), *(_note(f"近い欄：{one.path} {one.title}　{one.label}") for one in near)]
            if row.decidable:
                lines = list(_lines(row.ours, review.result(row), "＋−")) or [_note("（未記入）")]
            return [*lines, _state(review, row)]


class DifferenceModel(HeadedModel):
    """The rows of a review that are shown."""

    def __init__(self, parent: QObject) -> None:
        super().__init__([column.label for column in Column], parent)
        self.review: Review | None = None
        self.rows: list[Difference] = []

    def show_rows(self, review: Review | None, rows: Sequence[Difference]) -> None:
        """Show ``rows`` of ``review``."""
        self.beginResetModel()  # another set of rows: other files, another filter
        self.review, self.rows = review, list(rows)
        self.endResetModel()

    def row_changed(self, row: int) -> None:
        """Show a row anew after it was decided."""
        self.dataChanged.emit(self.index(row, 0), self.index(row, Column.RESULT))

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Qt: rows."""
        return 0 if parent.isValid() else len(self.rows)

    def cell(self, row: int, column: int) -> list[Paragraph]:
        """Return what a cell says."""
        assert self.review is not None
        return paragraphs(self.review, self.rows[row], Column(column))

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: a cell."""
        if not index.isValid() or self.review is None:
            return None
        if role == _PARAGRAPHS:
            return self.cell(index.row(), index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return "\n".join(item.spoken for item in self.cell(index.row(), index.column()))
        return None


class _Delegate(QStyledItemDelegate):
    def height_px(self, cell: Sequence[Paragraph], width_px: int) -> int:
        room = width_px - 2 * _SIDE_PX - 1
        return sum(theme.PITCH[item.size_px] * len(item.lines(room)) for item in cell) + 2 * _TOP_PX

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, QColor(theme.ACCENT_TINT if chosen else theme.FIELD))
        top = box.top() + _TOP_PX
        for item in index.data(_PARAGRAPHS) or ():
            top = self._paint(painter, box, top, item)
        if chosen and index.column() == Column.PLACE:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.ACCENT))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRect(QRectF(box).adjusted(1, 1, -1, -1))

    def _paint(self, painter: QPainter, box: QRect, top: int, item: Paragraph) -> int:
        pitch = theme.PITCH[item.size_px]
        room = box.width() - 2 * _SIDE_PX
        left = box.left() + _SIDE_PX
        lines = item.lines(room)
        if item.sign:
            painter.fillRect(QRect(left - 2, top, room + 4, pitch * len(lines)), QColor(_TINT[item.sign]))
            self._paint_words(painter, left + item.indent_px, top, item, lines)
        painter.setFont(theme.font(item.size_px, bold=item.bold))
        painter.setPen(QColor(item.colour))
        if item.sign:
            painter.drawText(QRectF(left, top, _SIGN_PX, pitch), Qt.AlignmentFlag.AlignVCenter, item.sign)
        if item.mark is not None:
            paint_mark(painter, item.mark, QRectF(left, top + (pitch - MARK_PX) / 2, MARK_PX, MARK_PX))
            painter.setPen(QColor(item.colour))
        for line in lines:
            where = QRectF(left + item.indent_px, top, room - item.indent_px + 2, pitch)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, line)
            top += pitch
        return top

    def _paint_words(self, painter: QPainter, left: int, top: int, item: Paragraph, lines: Sequence[str]) -> None:
        """Tint the words that changed, and underline them where they are new, strike them out where they are gone."""
        assert item.sign is not None
        metrics = QFontMetricsF(theme.font(item.size_px, bold=item.bold))
        pitch = theme.PITCH[item.size_px]
        ink = QPen(QColor(theme.GOOD if item.sign == "＋" else theme.BAD), 1)
        begin = 0
        for number, line in enumerate(lines):
            for start, end in item.changed:
                first, last = max(start - begin, 0), min(end - begin, len(line))
                if first >= last:
                    continue
                x = left + metrics.horizontalAdvance(line[:first])
                width = metrics.horizontalAdvance(line[:last]) - metrics.horizontalAdvance(line[:first])
                y = top + number * pitch
                painter.fillRect(QRectF(x, y + 1, width, pitch - 2), QColor(_WORD_TINT[item.sign]))
                painter.setPen(ink)
                across = y + pitch - 2.5 if item.sign == "＋" else y + pitch / 2 + 0.5
                painter.drawLine(QPointF(x, across), QPointF(x + width, across))
            begin += len(line)


def _same_matter(row: Difference, other: Difference) -> bool:
    """Whether two rows, of one review and the next, are about one field or one text."""
    if row.loose is not None and other.loose is not None and row.loose.id == other.loose.id:
        return True
    return bool(row.name) and row.name == other.name


class DifferenceTable(QTableView):
    """The table; rows are as high as their texts, the columns share the width."""

    _SHARES = (20, 20, 20, 22, 22)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.differences = DifferenceModel(self)
        self._delegate = _Delegate(self)
        self.setModel(self.differences)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("差分")
        choose_by_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    def show_rows(self, review: Review | None, rows: Sequence[Difference], keep: Difference | None = None) -> None:
        """Show ``rows``; the one that shows the field or the text of ``keep`` is chosen, or the first."""
        self.differences.show_rows(review, rows)
        self._fit()
        if rows:
            same = (number for number, row in enumerate(rows) if keep is not None and _same_matter(row, keep))
            self.choose(next(same, 0))

    def choose(self, row: int) -> None:
        """Make ``row`` the current one and bring it into view."""
        self.setCurrentIndex(self.differences.index(row, 0))
        self.selectRow(row)
        self.scrollTo(self.differences.index(row, 0))

    def chosen(self) -> list[int]:
        """Return the numbers of the chosen rows."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def row_changed(self, row: int) -> None:
        """Show a row anew after it was decided."""
        self.differences.row_changed(row)
        self._fit_row(row)

    def _fit_row(self, row: int) -> None:
        heights = (
            self._delegate.height_px(self.differences.cell(row, column), self.columnWidth(column)) for column in Column
        )
        self.setRowHeight(row, max(heights))

    def _fit(self) -> None:
        room = self.viewport().width()
        for column in Column:
            self.setColumnWidth(column, room * self._SHARES[column] // sum(self._SHARES))
        for row in range(len(self.differences.rows)):
            self._fit_row(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width wraps anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()
