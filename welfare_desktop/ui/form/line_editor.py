"""The editor of one field of lines: it numbers its lines, grows with its text and is safe with an input method.

``LineField`` paints the frame (plain, focused, draft, not saved) and the number gutter around a ``LineText``, which
is a QTextEdit without rich text: QPlainTextEdit ignores line heights, and without a height of 20 Japanese lines touch.

Three traps decide the code here.  The fixed line height is a block format that a reload or a paste loses and whose
setting is an undo step: it is set with undo off, and a paste goes through the cursor, which keeps it.  While the input
method composes, the text must be neither saved nor reloaded: ``edited`` is never emitted then.  The undo stack of the
document holds only what was typed since the last save: whoever saves calls :meth:`LineText.settle`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QRect, QRectF, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.text import canonical_line, canonical_lines

from ..parts import theme
from ..parts.marks import Mark, paint_mark

_FRAME_PX = 2
_GUTTER_PX = 30
_PADDING_PX = 5
_BLOCK_GAP_PX = 2
_LINE_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")


def _block_format() -> QTextBlockFormat:
    result = QTextBlockFormat()
    result.setLineHeight(theme.PITCH[theme.TEXT_PX], QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    result.setBottomMargin(_BLOCK_GAP_PX)
    return result


def _is_undo_or_redo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


class LineText(QTextEdit):
    """The text part: plain text with a fixed line pitch, no scroll bars, undo of unsaved typing only."""

    edited = Signal()
    composing_changed = Signal(bool)
    entered = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composing = False
        self._preedit = ""
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setFont(theme.font())
        self.setCursorWidth(2)
        self.document().setDocumentMargin(_PADDING_PX)
        self.viewport().setAutoFillBackground(False)
        self.set_lines(())
        self.textChanged.connect(self._on_text_changed)

    # --- text ---------------------------------------------------------------------------------------------------

    def set_lines(self, lines: Sequence[str]) -> None:
        """Show ``lines`` as saved text: no undo step, no signal, cursor kept where it can be."""
        self.finish_composition()
        position = self.textCursor().position()
        document = self.document()
        with QSignalBlocker(self):
            document.setUndoRedoEnabled(False)
            self.setPlainText("\n".join(lines))
            cursor = QTextCursor(document)
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.setBlockFormat(_block_format())
            document.setUndoRedoEnabled(True)
            cursor.clearSelection()
            cursor.setPosition(min(position, document.characterCount() - 1))
            self.setTextCursor(cursor)

    def lines(self) -> Lines:
        """Return the lines typed, as they would be stored; a composition not yet confirmed is not among them."""
        return canonical_lines(self.toPlainText())

    def add_lines(self, lines: Sequence[str]) -> None:
        """Append ``lines`` as if typed (one undo step)."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        text = "\n".join(lines)
        cursor.insertText(text if cursor.atBlockStart() else "\n" + text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def insert_line(self, line: str) -> None:
        """Put ``line`` where the caret is, as if typed (one undo step); behind a finished sentence on a line of its own."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.selectionStart() - cursor.block().position()]
        cursor.beginEditBlock()
        cursor.insertText(f"\n{line}" if before.rstrip().endswith("。") and cursor.atBlockEnd() else line)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def go_to_line(self, line: int) -> None:
        """Put the cursor at the end of stored line ``line`` (from 0); blank lines on screen do not count."""
        block = self.document().begin()
        seen = -1
        while block.isValid():
            seen += bool(canonical_line(block.text()))
            if seen >= line:
                break
            block = block.next()
        cursor = QTextCursor(block if block.isValid() else self.document().lastBlock())
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        self.setTextCursor(cursor)

    def current_line(self) -> int:
        """Return the stored line (from 0) the cursor is in."""
        block = self.document().begin()
        current = self.textCursor().block()
        seen = 0
        while block.isValid() and block != current:
            seen += bool(canonical_line(block.text()))
            block = block.next()
        return seen

    # --- undo of unsaved typing ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """Forget the typing steps: what is on screen is saved, and further undo belongs to the session."""
        self.document().clearUndoRedoStacks()

    def can_undo_typing(self) -> bool:
        """Whether there is typing to take back that was not saved yet."""
        return self._composing or self.document().isUndoAvailable()

    def can_redo_typing(self) -> bool:
        """Whether typing was taken back that can come again."""
        return self.document().isRedoAvailable()

    # --- the input method ---------------------------------------------------------------------------------------

    @property
    def composing(self) -> bool:
        """Whether an input method composition is open."""
        return self._composing

    def finish_composition(self) -> None:
        """Confirm an open composition, so that no typed word is lost by what comes next."""
        if not self._composing:
            return
        QGuiApplication.inputMethod().commit()
        if self._composing:  # no platform input method answered: confirm what is shown
            event = QInputMethodEvent()
            event.setCommitString(self._preedit)
            QCoreApplication.sendEvent(self, event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Qt: text from the input method; ``composing`` is set first, because the text signals come from within."""
        before = self._composing
        self._composing = bool(event.preeditString())
        self._preedit = event.preeditString()
        super().inputMethodEvent(event)
        if before != self._composing:
            self.composing_changed.emit(self._composing)
            if before:
                self._on_text_changed()

    def _on_text_changed(self) -> None:
        if not self._composing:
            self.edited.emit()

    # --- events -------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Qt: undo and redo belong to the window, which asks this editor first."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_undo_or_redo(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Shift+Enter makes a line like Enter does; a soft break inside a bullet cannot be stored."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.isReadOnly():
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
            event.accept()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Qt: files that are dropped are no text; the window takes them."""
        files = any(url.isLocalFile() for url in source.urls())
        return not files and super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Qt: paste as typed text; bullets in front of pasted lines are layout and fall away."""
        cursor = self.textCursor()
        pieces = _LINE_BREAK.split(source.text())
        at_line_start = cursor.selectionStart() == self.document().findBlock(cursor.selectionStart()).position()
        if len(pieces) > 1 or at_line_start:
            head, tail = pieces[0], [line for raw in pieces[1:] if (line := canonical_line(raw))]
            pieces = [canonical_line(head) if at_line_start else head, *tail]
        cursor.insertText("\n".join(pieces))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: tell the field, so that it shows its frame."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: leaving confirms an open composition; a menu popping up is no leaving."""
        popup = event.reason() == Qt.FocusReason.PopupFocusReason
        if not popup:
            self.finish_composition()
        super().focusOutEvent(event)
        if not popup:
            self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: the form scrolls, never the field."""
        event.ignore()


class LineField(QWidget):
    """A ``LineText`` with number gutter and frame, as high as its text.

    ``cursor_moved`` carries the cursor's rectangle in this widget, so that the form can scroll it into view.
    """

    cursor_moved = Signal(QRect)

    def __init__(self, parent: QWidget | None = None, *, minimum_lines: int = 1) -> None:
        super().__init__(parent)
        self._minimum_lines = minimum_lines
        self._draft = False
        self._unsaved = False
        self._line_marks: dict[int, Mark] = {}
        self._placeholder = ""
        self.text = LineText(self)
        self.setFocusProxy(self.text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._growing = QTimer(self)
        self._growing.setSingleShot(True)
        self._growing.setInterval(0)
        self._growing.timeout.connect(self._fit)
        self.text.document().documentLayout().documentSizeChanged.connect(self._growing.start)
        self.text.textChanged.connect(self.update)
        self.text.entered.connect(self.update)
        self.text.left.connect(self.update)
        self.text.cursorPositionChanged.connect(self._on_cursor_moved)
        self._fit()

    # --- what is shown ------------------------------------------------------------------------------------------

    def set_lines(self, lines: Sequence[str]) -> None:
        """Show ``lines`` as saved text, at once in the right height: one layout instead of two."""
        self.text.set_lines(lines)
        self._fit()
        self.update()

    def set_draft(self, draft: bool) -> None:
        """Show or take away the dashed frame of a draft."""
        if draft != self._draft:
            self._draft = draft
            self.update()

    def set_unsaved(self, unsaved: bool) -> None:
        """Show or take away the red frame of text that could not be saved."""
        if unsaved != self._unsaved:
            self._unsaved = unsaved
            self.update()

    def set_line_marks(self, marks: Mapping[int, Mark]) -> None:
        """Show marks beside stored lines (from 0)."""
        self._line_marks = dict(marks)
        self.update()

    def set_placeholder(self, text: str) -> None:
        """Show ``text`` while the field is empty."""
        self._placeholder = text
        self.describe("")
        self.update()

    def describe(self, words: str) -> None:
        """Let a screen reader say ``words`` of the text, and what the field says while it is empty."""
        hint = self._placeholder if self.text.document().isEmpty() else ""
        hint = "" if words and hint.startswith(words) else hint
        self.text.setAccessibleDescription("　".join(filter(None, (words, hint))))

    def set_read_only(self, read_only: bool) -> None:
        """Allow or forbid typing; text can always be selected and copied."""
        self.text.setReadOnly(read_only)
        flags = Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
        self.text.setTextInteractionFlags(flags if read_only else Qt.TextInteractionFlag.TextEditorInteraction)
        self.update()

    # --- geometry -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the text takes what frame and gutter leave."""
        left = _FRAME_PX + _GUTTER_PX
        self.text.setGeometry(left, _FRAME_PX, self.width() - left - _FRAME_PX, self.height() - 2 * _FRAME_PX)
        if event.oldSize().width() != event.size().width():
            self._growing.start()

    def _fit(self) -> None:
        text = self.text.document().size().height()
        least = self._minimum_lines * (theme.PITCH[theme.TEXT_PX] + _BLOCK_GAP_PX) + 2 * _PADDING_PX
        height = round(max(text, least)) + 2 * _FRAME_PX
        if height != self.height():
            self.setFixedHeight(height)
            self._on_cursor_moved()

    def sizeHint(self) -> QSize:
        """Qt: any width; the height is fixed by the text."""
        return QSize(theme.MIN_PANE, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """Qt: the panes decide the width, never the text."""
        return QSize(120, self.minimumHeight())

    def _on_cursor_moved(self) -> None:
        if self.text.hasFocus():
            rect = self.text.cursorRect()
            self.cursor_moved.emit(rect.translated(self.text.pos()))

    # --- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: background, gutter with numbers and marks, frame, placeholder."""
        painter = QPainter(self)
        area = self.rect()
        painter.fillRect(area, QColor(theme.WINDOW if self.text.isReadOnly() else theme.FIELD))
        gutter = QRect(0, 0, _FRAME_PX + _GUTTER_PX, area.height())
        painter.fillRect(gutter, QColor(theme.GUTTER))
        painter.setPen(QColor(theme.SEPARATOR))
        painter.drawLine(gutter.topRight(), gutter.bottomRight())
        self._paint_numbers(painter, event.rect())
        if self._placeholder and not self.text.composing and self.text.document().isEmpty():
            painter.setFont(theme.font())
            painter.setPen(QColor(theme.PLACEHOLDER))
            line = QRect(gutter.right() + 1 + _PADDING_PX, _FRAME_PX + _PADDING_PX, area.width(), 20)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._placeholder)
        self._paint_frame(painter, area)
        painter.end()

    def _paint_numbers(self, painter: QPainter, clip: QRect) -> None:
        painter.setFont(theme.font(theme.NOTE_PX))
        painter.setPen(QColor(theme.SECOND))
        layout = self.text.document().documentLayout()
        offset = self.text.y() - self.text.verticalScrollBar().value()
        pitch = theme.PITCH[theme.TEXT_PX]
        block = self.text.document().begin()
        number = 0
        while block.isValid():
            top = layout.blockBoundingRect(block).top() + offset
            if top > clip.bottom():
                break
            filled = bool(canonical_line(block.text()))
            number += filled
            if filled or (number == 0 and block == self.text.document().lastBlock()):
                box = QRectF(_FRAME_PX, top, _GUTTER_PX - 6, pitch)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(max(number, 1)))
                mark = self._line_marks.get(number - 1) if filled else None
                if mark is not None:
                    paint_mark(painter, mark, QRectF(_FRAME_PX, top + (pitch - 12) / 2, 12, 12))
            block = block.next()

    def _paint_frame(self, painter: QPainter, area: QRect) -> None:
        painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
        if self._unsaved or self.text.hasFocus():
            pen = QPen(QColor(theme.BAD if self._unsaved else theme.ACCENT), 2)
            inset = 1.0
        elif self._draft:
            pen = QPen(QColor(theme.DRAFT), 1.4)
            pen.setDashPattern([4, 3])
            inset = 0.7
        else:
            pen = QPen(QColor(theme.FIELD_BORDER), 1)
            inset = 0.5
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(QRectF(area).adjusted(inset, inset, -inset, -inset))
