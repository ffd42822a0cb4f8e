"""How a cell of the indicator table is measured, painted and edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from . import theme
from .line_editor import LineText
from .marks import MARK_PX, Mark, mark_of_judgement, paint_mark
from .result_model import CELL_ROLE, Cell, Column
from .wrapping import wrap

_Index = QModelIndex | QPersistentModelIndex
_SIDE_PX = 6
_TOP_PX = 5
_MARK_GAP_PX = 5
#: A longer reason stands in the panel beside the form.
_SHORT_NOTE = 12


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
            return [_Paragraph(text) for text in row.targets]
        case Column.PREVIOUS:
            return [_Paragraph(row.previous or "—", colour=theme.TEXT if row.previous else theme.PLACEHOLDER)]
        case Column.RESULT:
            if row.result is None:
                return [_Paragraph("未記入", colour=theme.SECOND, mark=Mark.RING)]
            return [_Paragraph(row.result.text)]
        case Column.NUMBER:
            if cell.refused:
                return [
                    _Paragraph(cell.refused, right=True),
                    _Paragraph("数値でない", theme.NOTE_PX, theme.BAD, right=True),
                ]
            found = [_Paragraph(row.number, right=True)] if row.number else []
            return [*found, _Paragraph(row.unit, theme.NOTE_PX, theme.SECOND, right=True)] if row.unit else found
        case Column.JUDGEMENT:
            return _judgements(cell)


def _indicator(cell: Cell) -> list[_Paragraph]:
    row = cell.row
    if row.indicator is None:
        return [_Paragraph("指標なし", colour=theme.PLACEHOLDER)]
    if row.continued:
        return []
    found = [_Paragraph(row.indicator.text)]
    if not cell.wide and row.targets:
        found.append(_Paragraph("目標 " + "、".join(row.targets), theme.NOTE_PX, theme.SECOND))
    return found


def _judgements(cell: Cell) -> list[_Paragraph]:
    found = []
    for item in cell.row.judged:
        mark = mark_of_judgement(item.judgement)
        word = item.judgement.label + ("（手）" if item.overridden else "")
        serious = mark in (Mark.DOWN, Mark.UNEQUAL, Mark.TRIANGLE)
        found.append(_Paragraph(word, colour=mark.colour.name(), bold=serious, mark=mark))
        if item.note and len(item.note) <= _SHORT_NOTE and not item.overridden:
            found.append(_Paragraph(item.note, theme.NOTE_PX, theme.SECOND))
    return found


class CellText(LineText):
    """The editor of a cell: Enter finishes it, Esc leaves the cell as it was; safe with an input method."""

    finished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.font(theme.SMALL_PX))
        self.document().setDocumentMargin(3)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.viewport().setAutoFillBackground(True)
        self.setAutoFillBackground(True)

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
    """Paints cells with the pitch and marks of the form; measures them at the same width."""

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
        editor = CellText(parent)
        cell: Cell = index.data(CELL_ROLE)
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

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Qt: hand on the text; an open composition is confirmed first, because focus is already gone."""
        if isinstance(editor, CellText):
            editor.finish_composition()
            model.setData(index, " ".join(editor.lines()))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:
        """Qt: at least three lines high, so that a longer text can be seen while it is typed."""
        box = QRect(option.rect)
        box.setHeight(max(box.height(), 3 * theme.PITCH[theme.SMALL_PX]))
        editor.setGeometry(box)
