"""How a cell of the indicator table is measured, painted and edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from welfare_desktop.domain.text import circled

from ..parts import theme
from ..parts.controls import NoteLabel
from ..parts.marks import MARK_PX, Mark, mark_of_judgement, paint_mark
from ..parts.wrapping import wrap
from .line_editor import LineText
from .result_model import CELL_ROLE, Cell, Column
from .result_rows import Link, ResultRow, each_numbered, numbered

_Index = QModelIndex | QPersistentModelIndex
_SIDE_PX = 6
_TOP_PX = 5
_MARK_GAP_PX = 5
#: Of a longer reason the rest stands in the panel beside the form, in the tip and in what is spoken.
_SHORT_NOTE = 12
_SHORT_REASON = 18
_MARK_OF_LINK = {
    Link.PROPOSED: Mark.DASHED,
    Link.CONFIRMED: Mark.TICK,
    Link.OPEN: Mark.QUESTION,
    Link.NONE: Mark.BAR,
}


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    size_px: int = theme.SMALL_PX
    colour: str = theme.TEXT
    bold: bool = False
    mark: Mark | None = None
    right: bool = False

    @property
    def font(self) -> QFont:
        return theme.font(self.size_px, bold=self.bold)

    @property
    def pitch_px(self) -> int:
        return theme.PITCH[self.size_px]

    def lines(self, width_px: int) -> list[str]:
        indent = MARK_PX + _MARK_GAP_PX if self.mark is not None else 0
        return wrap(self.text, self.font, max(width_px - indent, 20))


def _paragraphs(cell: Cell) -> list[_Paragraph]:
    row = cell.row
    match cell.column:
        case Column.INDICATOR:
            return _indicator(cell)
        case Column.TARGET:
            return [*(_Paragraph(text) for text in each_numbered(row.targets)), *_correction(row)]
        case Column.PREVIOUS:
            return [_Paragraph(row.previous or "—", colour=theme.TEXT if row.previous else theme.PLACEHOLDER)]
        case Column.RESULT:
            if row.result is None:
                return [_Paragraph("未記入", colour=theme.SECOND, mark=Mark.RING)]
            return [_Paragraph(row.result.text), *_link(row)]
        case Column.NUMBER:
            if cell.refused:
                return [
                    _Paragraph(cell.refused, right=True),
                    _Paragraph("数値でない", theme.NOTE_PX, theme.BAD, right=True),
                ]
            if row.vague:  # no room for a mark: the word alone, and the mark under 判定
                return [_Paragraph("要確認", theme.NOTE_PX, theme.ATTENTION, bold=True, right=True)]
            found = [_Paragraph(row.number, right=True)] if row.number else []
            small = row.unit + ("（手）" if row.number_by_hand else "")
            return [*found, _Paragraph(small, theme.NOTE_PX, theme.SECOND, right=True)] if small else found
        case Column.JUDGEMENT:
            return _judgements(cell)


def _indicator(cell: Cell) -> list[_Paragraph]:
    row = cell.row
    if row.indicator is None:
        words = f"別の記入欄の指標: {row.elsewhere}" if row.elsewhere else "指標なし"
        return [_Paragraph(words, colour=theme.PLACEHOLDER)]
    if row.continued:
        return []
    found = [_Paragraph(row.indicator.text)]
    if not cell.wide:
        if row.targets:
            found.append(_Paragraph(f"目標 {numbered(row.targets)}", theme.NOTE_PX, theme.SECOND))
        found += _correction(row)
    return found


def _correction(row: ResultRow) -> list[_Paragraph]:
    """Say that targets were set by hand, and whether the line has moved on since."""
    if row.outdated:
        words = "手直しのあと文が変更"
        return [_Paragraph(words, theme.NOTE_PX, theme.ATTENTION, mark=Mark.TRIANGLE)]
    if row.corrected:
        words = "手で直した目標" if row.targets else "目標なし（手で直した）"
        return [_Paragraph(words, theme.NOTE_PX, theme.SECOND)]
    return []


def _link(row: ResultRow) -> list[_Paragraph]:
    if row.link is None:
        return []
    mark = _MARK_OF_LINK[row.link]
    return [_Paragraph(row.link.value, theme.NOTE_PX, mark.colour.name(), mark=mark)]


def _judgements(cell: Cell) -> list[_Paragraph]:
    found = []
    several = len(cell.row.judged) > 1
    for number, item in enumerate(cell.row.judged, start=1):
        mark = mark_of_judgement(item.judgement)
        word = (circled(number) if several else "") + item.judgement.label + ("（手）" if item.overridden else "")
        serious = mark in (Mark.DOWN, Mark.UNEQUAL, Mark.TRIANGLE)
        found.append(_Paragraph(word, colour=mark.colour.name(), bold=serious, mark=mark))
        if item.note and item.overridden:
            reason = item.note if len(item.note) <= _SHORT_REASON else item.note[: _SHORT_REASON - 1] + "…"
            found.append(_Paragraph(reason, theme.NOTE_PX, theme.SECOND))
        elif item.note and len(item.note) <= _SHORT_NOTE:
            found.append(_Paragraph(item.note, theme.NOTE_PX, theme.SECOND))
    return found


class CellText(LineText):
    """The editor of a cell: Enter finishes it, Esc leaves the cell as it was; safe with an input method.

    ``reading`` says what would be read from the text typed so far; it stands below the text and changes with it.
    ``grown`` follows the height the editor wants.
    """

    finished = Signal()
    grown = Signal()

    def __init__(self, parent: QWidget, reading: Callable[[str], str] | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self._below = NoteLabel(size_px=theme.NOTE_PX, colour=theme.ACCENT, parent=self) if reading else None
        self._height = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.font(theme.SMALL_PX))
        self.document().setDocumentMargin(3)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.viewport().setAutoFillBackground(True)
        self.setAutoFillBackground(True)
        if reading is not None:
            self.textChanged.connect(self.show_reading)

    @property
    def reading(self) -> str:
        """What is read from the text as it stands; empty where nothing is meant to be."""
        return self._below.text() if self._below is not None else ""

    def show_reading(self) -> None:
        """Read the text as it stands and say below it what was read."""
        if self._reading is None or self._below is None:
            return
        words = self._reading(" ".join(self.lines()))
        if words != self._below.text():
            self._below.setText(words)
            self.setAccessibleDescription(words)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self._place_reading()

    def _place_reading(self) -> None:
        if self._below is not None:
            room = max(self.width() - 2 * _SIDE_PX, 20)
            height = self._below.heightForWidth(room)
            self._below.setGeometry(_SIDE_PX, self.height() - height - _TOP_PX, room, height)
            self.setViewportMargins(0, 0, 0, height + _TOP_PX)
        if self.wanted_px() != self._height:
            self._height = self.wanted_px()
            self.grown.emit()

    def wanted_px(self) -> int:
        """Return the height that shows all of the text, and what is read from it."""
        below = self._below.height() + _TOP_PX if self._below is not None else 0
        least = 3 * theme.PITCH[theme.SMALL_PX]
        return max(round(self.document().size().height()) + below + 2, least)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width wraps text and reading anew."""
        super().resizeEvent(event)
        self._place_reading()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the text, and the frame of what has the focus."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(QPen(QColor(theme.ACCENT), 2))
        painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter finishes; there is only one line in a cell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finished.emit()
            return
        super().keyPressEvent(event)


class ResultDelegate(QStyledItemDelegate):
    """Paints cells with the pitch and marks of the form; measures them at the same width.

    ``reading`` (set by the table's owner) says what is read from the wording of an indicator; ``grown`` that an open
    editor wants another height.
    """

    grown = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reading: Callable[[str, ResultRow], str] | None = None

    def height_px(self, cell: Cell, width_px: int) -> int:
        """Return how high ``cell`` is in a column of ``width_px``."""
        room = width_px - 2 * _SIDE_PX - 1
        heights = (part.pitch_px * len(part.lines(room)) for part in _paragraphs(cell))
        return max(sum(heights), theme.PITCH[theme.SMALL_PX]) + 2 * _TOP_PX

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Qt: one cell."""
        cell: Cell = index.data(CELL_ROLE)
        box: QRect = option.rect
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        background = theme.BAD_TINT if cell.refused else theme.FIELD
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, QColor(theme.ACCENT_TINT if selected and not cell.refused else background))
        self._paint_text(painter, box, _paragraphs(cell))
        if focused and selected:
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRect(QRectF(box).adjusted(1, 1, -1, -1))

    def _paint_text(self, painter: QPainter, box: QRect, paragraphs: Sequence[_Paragraph]) -> None:
        room = box.width() - 2 * _SIDE_PX
        top = box.top() + _TOP_PX
        for part in paragraphs:
            painter.setFont(part.font)
            painter.setPen(QColor(part.colour))
            indent = 0
            if part.mark is not None:
                indent = MARK_PX + _MARK_GAP_PX
                offset = (part.pitch_px - MARK_PX) / 2
                paint_mark(painter, part.mark, QRectF(box.left() + _SIDE_PX, top + offset, MARK_PX, MARK_PX))
            flags = Qt.AlignmentFlag.AlignVCenter
            flags |= Qt.AlignmentFlag.AlignRight if part.right else Qt.AlignmentFlag.AlignLeft
            for line in part.lines(room):
                painter.setPen(QColor(part.colour))
                left = box.left() + _SIDE_PX + indent
                painter.drawText(QRectF(left, top, room - indent, part.pitch_px), flags, line)
                top += part.pitch_px

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """Qt: the cell's editor."""
        cell: Cell = index.data(CELL_ROLE)
        reading = self.reading if cell.column is Column.INDICATOR else None
        editor = CellText(parent, None if reading is None else partial(_read, reading, cell.row))
        editor.grown.connect(self.grown)
        heading = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(f"{heading} {cell.row.indicator.text if cell.row.indicator else ''}".strip())
        editor.finished.connect(self._on_editor_finished)
        return editor

    def _on_editor_finished(self) -> None:
        editor = self.sender()
        if isinstance(editor, CellText):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """Qt: show the cell's text, all of it chosen."""
        if isinstance(editor, CellText) and not editor.toPlainText():
            editor.set_lines((str(index.data(Qt.ItemDataRole.EditRole) or ""),))
            editor.selectAll()
            editor.show_reading()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Qt: hand on the text; an open composition is confirmed first, because focus is already gone."""
        if isinstance(editor, CellText):
            editor.finish_composition()
            model.setData(index, " ".join(editor.lines()))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:
        """Qt: as high as the text typed, so that all of it can be seen."""
        box = QRect(option.rect)
        if isinstance(editor, CellText):
            box.setHeight(max(box.height(), editor.wanted_px()))
        editor.setGeometry(box)


def _read(reading: Callable[[str, ResultRow], str], row: ResultRow, text: str) -> str:
    return reading(text, row)
