"""定型文: choosing a line to insert, and keeping the lists they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.operations.phrases import Phrase, PhraseList, matching

from ..parts import theme
from ..parts.cell_table import Cell, CellTable, note, plain
from ..parts.controls import ChoiceBox, NoteLabel, TypedLine, push_button
from ..parts.wrapping import wrap

_PAD_PX = 10
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


class _FilterLine(TypedLine):
    """A line to type into while the arrow keys move in the list below; ``stepped`` carries how far."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the keys that move go to the list."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)


class _LineList(QListWidget):
    """The lines of a list; ``removed`` follows the key that deletes."""

    removed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Del takes the chosen line out."""
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class _LineDelegate(QStyledItemDelegate):
    """Paints a line with the pitch the font lacks, on as many lines as it takes."""

    def _lines(self, index: QModelIndex | QPersistentModelIndex, width_px: int) -> list[str]:
        return wrap(str(index.data()), theme.font(), max(width_px - 2 * _PAD_PX, 40))

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: as high as the line takes."""
        width = self._list_width()
        return QSize(width, len(self._lines(index, width)) * theme.PITCH[theme.TEXT_PX] + _PAD_PX)

    def _list_width(self) -> int:
        parent = self.parent()
        return parent.viewport().width() if isinstance(parent, QListWidget) else theme.MIN_PANE

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: the line."""
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, QColor(theme.ACCENT_TINT if chosen else theme.FIELD))
        if chosen:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.ACCENT))
        painter.setFont(theme.font())
        painter.setPen(QColor(theme.TEXT))
        pitch = theme.PITCH[theme.TEXT_PX]
        for number, line in enumerate(self._lines(index, self._list_width())):
            room = QRect(box.left() + _PAD_PX, box.top() + _PAD_PX // 2 + number * pitch, box.width(), pitch)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, line)


class PhraseDialog(QDialog):
    """Chooses one of ``phrases`` by typing a part of it; ``chosen`` is the line, empty when nothing was chosen.

    ``wants_editing`` says that the lists are to be edited instead.
    """

    def __init__(self, parent: QWidget | None, phrases: tuple[Phrase, ...]) -> None:
        super().__init__(parent)
        self._phrases = phrases
        self._shown: tuple[Phrase, ...] = ()
        self.chosen = ""
        self.wants_editing = False
        self.setWindowTitle("定型文を入れる")
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(620, screen.width()), min(400, screen.height() - 40))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        label = QLabel("さがす（文の一部。ひらがな・カタカナ、全角・半角は区別しません）")
        self.line = _FilterLine()
        self.line.setAccessibleName("定型文をさがす")
        label.setBuddy(self.line)
        self.line.textChanged.connect(self._show)
        self.line.stepped.connect(self._step)
        column.addWidget(label)
        column.addWidget(self.line)
        self.table = CellTable(("文", "どこの"), (1, -140), "定型文")
        self.table.doubleClicked.connect(self._take)
        column.addWidget(self.table, 1)
        self.none = NoteLabel(colour=theme.SECOND)
        column.addWidget(self.none)
        row = QHBoxLayout()
        row.addWidget(push_button("定型文を編集…", self._on_edit_clicked))
        row.addStretch(1)
        row.addWidget(push_button("やめる", self.reject))
        self.done_button = push_button("入れる", self._take, kind="primary", tip="Enter")
        self.done_button.setDefault(True)
        row.addWidget(self.done_button)
        column.addLayout(row)
        self._show()
        self.line.setFocus()

    def _show(self) -> None:
        self._shown = matching(self._phrases, self.line.text())

        def cell(row: int, column: int) -> Cell:
            phrase = self._shown[row]
            return (plain(phrase.text),) if column == 0 else (note(phrase.source),)

        self.table.show_rows(len(self._shown), cell)
        self.done_button.setEnabled(bool(self._shown))
        words = "" if self._shown else "合う文はありません。"
        if not self._phrases:
            words = "定型文はまだありません。「定型文を編集…」で加えるか、文の行で「この行を定型文に加える」を選んでください。"
        self.none.setText(words)
        self.none.setVisible(bool(words))

    def _step(self, step: int) -> None:
        if self._shown:
            row = (self.table.chosen_row() or 0) + step
            self.table.selectRow(max(0, min(row, len(self._shown) - 1)))
            self.table.scrollTo(self.table.currentIndex())

    def _take(self) -> None:
        row = self.table.chosen_row()
        if row is not None and self._shown:
            self.chosen = self._shown[row].text
            self.accept()

    def _on_edit_clicked(self) -> None:
        self.wants_editing = True
        self.reject()


class PhrasesDialog(QDialog):
    """Edits the lists: add, change, delete, put in another order.

    ``take`` is given what was changed, by department id (None: shared); what it refuses is said and nothing is lost.
    ``start`` is the list to begin with.
    """

    def __init__(
        self,
        parent: QWidget | None,
        lists: Sequence[PhraseList],
        start: str | None,
        take: Callable[[Mapping[str | None, Lines]], object],
    ) -> None:
        super().__init__(parent)
        self._take = take
        self._lists = lists
        self._lines: dict[str | None, list[str]] = {item.department_id: list(item.lines) for item in lists}
        self._held: str | None = start if start in self._lines else None
        self.setWindowTitle("定型文を編集する")
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(760, screen.width()), min(480, screen.height() - 40))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel("定型文を編集する", size_px=theme.PANE_TITLE_PX, bold=True))
        text = "「共通」はどの記入欄でも、課の文はその課の記入欄で選べます。文の上で F2 かダブルクリックで直せます。"
        column.addWidget(NoteLabel(text, colour=theme.SECOND))
        column.addLayout(self._make_choice())
        body = QHBoxLayout()
        self.list = _LineList()
        self.list.setAccessibleName("定型文")
        self.list.setItemDelegate(_LineDelegate(self.list))
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        edits = QAbstractItemView.EditTrigger
        self.list.setEditTriggers(edits.DoubleClicked | edits.EditKeyPressed)
        body.addWidget(self.list, 1)
        body.addLayout(self._make_verbs())
        column.addLayout(body, 1)
        self.none = NoteLabel("ここには、まだ定型文がありません。「新しい文」に書いて「加える」を押してください。")
        column.addWidget(self.none)
        fresh = QHBoxLayout()
        label = QLabel("新しい文")
        self.fresh = TypedLine()
        self.fresh.setAccessibleName("新しい定型文")
        label.setBuddy(self.fresh)
        fresh.addWidget(label)
        fresh.addWidget(self.fresh, 1)
        fresh.addWidget(push_button("加える", self._on_add_clicked, kind="small", name="新しい文を加える"))
        column.addLayout(fresh)
        self.fresh.returnPressed.connect(self._on_add_clicked)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(push_button("やめる", self.reject))
        # Not the default: Enter in the line above adds the line.
        row.addWidget(push_button("この内容にする", self._on_done_clicked, kind="primary", tip="Ctrl+Enter"))
        column.addLayout(row)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self._on_done_clicked)
        self.list.removed.connect(self._on_remove_clicked)
        self._fill()
        self.fresh.setFocus()

    def _make_choice(self) -> QHBoxLayout:
        row = QHBoxLayout()
        label = QLabel("どこの定型文")
        self.box = ChoiceBox("どこの定型文")
        for item in self._lists:
            self.box.addItem(item.name, item.department_id)
        ids = [item.department_id for item in self._lists]
        self.box.setCurrentIndex(ids.index(self._held))
        self.box.activated.connect(self._on_list_chosen)
        label.setBuddy(self.box)
        row.addWidget(label)
        row.addWidget(self.box)
        row.addStretch(1)
        return row

    def _make_verbs(self) -> QVBoxLayout:
        column = QVBoxLayout()
        self.verbs: list[QPushButton] = []
        for words, run in (
            ("直す", self._on_change_clicked),
            ("消す", self._on_remove_clicked),
            ("上へ", self._on_up_clicked),
            ("下へ", self._on_down_clicked),
        ):
            button = push_button(words, run, kind="small", name=f"選んだ文を{words}")
            self.verbs.append(button)
            column.addWidget(button)
        column.addStretch(1)
        return column

    # --- the list shown -----------------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """Return the lines of the list shown, as they stand on screen."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def _keep(self) -> None:
        """Take over what stands in the list shown, an open editor's text with it."""
        focus = QApplication.focusWidget()
        if focus is not None and self.list.isAncestorOf(focus):
            self.list.setFocus()  # closes the editor and takes its text over
        self._lines[self._held] = [line for text in self.lines() if (line := canonical_line(text))]

    def _fill(self, chosen: int = 0) -> None:
        self.list.clear()
        for line in self._lines[self._held]:
            item = QListWidgetItem(line)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
        self.list.setCurrentRow(min(chosen, self.list.count() - 1))
        for button in self.verbs:
            button.setEnabled(self.list.count() > 0)
        self.none.setVisible(self.list.count() == 0)

    def _on_list_chosen(self, row: int) -> None:
        self._keep()
        self._held = self._lists[row].department_id
        self._fill()

    def _on_add_clicked(self) -> None:
        line = canonical_line(self.fresh.text())
        if not line:
            return
        self._keep()
        self._lines[self._held].append(line)
        self.fresh.clear()
        self._fill(len(self._lines[self._held]) - 1)

    def _on_change_clicked(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.list.setFocus()
            self.list.editItem(item)

    def _on_remove_clicked(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self._keep()
            del self._lines[self._held][row]
            self._fill(row)

    def _on_up_clicked(self) -> None:
        self._shift(-1)

    def _on_down_clicked(self) -> None:
        self._shift(1)

    def _shift(self, step: int) -> None:
        self._keep()
        lines, row = self._lines[self._held], self.list.currentRow()
        if row >= 0 and 0 <= row + step < len(lines):
            lines.insert(row + step, lines.pop(row))
            self._fill(row + step)

    def _on_done_clicked(self) -> None:
        self._on_add_clicked()  # a line typed but not added yet is meant to be kept
        self._keep()
        changed = {
            item.department_id: tuple(self._lines[item.department_id])
            for item in self._lists
            if tuple(self._lines[item.department_id]) != item.lines
        }
        try:
            self._take(changed)
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
        else:
            self.accept()
