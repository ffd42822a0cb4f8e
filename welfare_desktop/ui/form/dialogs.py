"""Dialogs about one thing each: departments of a slot, a judgement, what a reading found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.model import Judgement
from welfare_desktop.domain.text import canonical_line

from ..parts import theme
from ..parts.controls import NoteLabel, TypedLine, push_button
from ..parts.marks import mark_icon, mark_of_judgement
from ..parts.text_table import TextTable
from .result_rows import Judged, ResultRow

#: A radio button does not wrap; a longer target is said in full to a screen reader and in the line above.
_LONGEST_TARGET = 36
#: What the system draws around a dialog.
_FRAME = QSize(40, 60)


def _column(dialog: QDialog, title: str, text: str = "") -> QVBoxLayout:
    dialog.setWindowTitle(title)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
    column.setSpacing(theme.STEP)
    column.addWidget(NoteLabel(title, size_px=theme.PANE_TITLE_PX, bold=True))
    if text:
        column.addWidget(NoteLabel(text, colour=theme.SECOND))
    return column


def _closing_row(dialog: QDialog, verb: str, done: Callable[[], object], *, give_up: str = "やめる") -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(push_button(give_up, dialog.reject))
    button = push_button(verb, done, kind="primary")
    button.setDefault(True)
    row.addWidget(button)
    return row


def _resize_within_screen(dialog: QDialog, width_px: int, height_px: int) -> None:
    """Give a dialog its size, less where the screen is smaller: its buttons stand at the lower edge."""
    screen = (dialog.parentWidget() or dialog).screen()
    dialog.resize(QSize(width_px, height_px).boundedTo(screen.availableGeometry().size() - _FRAME))


class DepartmentsDialog(QDialog):
    """Which departments answer a slot, and in which order.

    ``take`` is given the names in order; what it refuses is said in the dialog and nothing that was chosen is lost.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        chosen: Sequence[str],
        known: Sequence[str],
        take: Callable[[Sequence[str]], object],
        *,
        verb: str,
    ) -> None:
        super().__init__(parent)
        self._take = take
        _resize_within_screen(self, 620, 460)
        column = _column(self, title, "左の順に報告書に載ります。名簿にない課は、名前を入れて加えます。")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.STEP)
        self.chosen = self._list("この記入欄の担当課", chosen, grid, 0)
        self.known = self._list("計画の担当課", [name for name in known if name not in chosen], grid, 2)
        middle = QVBoxLayout()
        middle.addStretch(1)
        for text, pressed in (
            ("← 加える", self._on_add_clicked),
            ("外す →", self._on_remove_clicked),
            ("上へ", self._on_up_clicked),
            ("下へ", self._on_down_clicked),
        ):
            middle.addWidget(push_button(text, pressed, kind="small"))
        middle.addStretch(1)
        grid.addLayout(middle, 1, 1)
        column.addLayout(grid, 1)
        row = QHBoxLayout()
        label = QLabel("新しい担当課")
        self.fresh = TypedLine()
        self.fresh.setAccessibleName("新しい担当課の名前")
        self.fresh.returnPressed.connect(self._on_fresh_entered)
        label.setBuddy(self.fresh)
        row.addWidget(label)
        row.addWidget(self.fresh, 1)
        row.addWidget(push_button("加える", self._on_fresh_entered, kind="small", name="新しい担当課を加える"))
        column.addLayout(row)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        column.addLayout(_closing_row(self, verb, self._on_done_clicked))
        self.known.itemDoubleClicked.connect(self._on_add_clicked)
        self.chosen.itemDoubleClicked.connect(self._on_remove_clicked)

    def _list(self, title: str, names: Sequence[str], grid: QGridLayout, column: int) -> QListWidget:
        label = QLabel(title)
        widget = QListWidget()
        widget.addItems(list(names))
        widget.setAccessibleName(title)
        widget.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        label.setBuddy(widget)
        grid.addWidget(label, 0, column)
        grid.addWidget(widget, 1, column)
        return widget

    def names(self) -> list[str]:
        """Return the names chosen, in order."""
        return [self.chosen.item(row).text() for row in range(self.chosen.count())]

    def _move(self, source: QListWidget, target: QListWidget) -> None:
        item = source.takeItem(source.currentRow()) if source.currentRow() >= 0 else None
        if item is not None:
            target.addItem(item)
            target.setCurrentItem(item)

    def _on_add_clicked(self) -> None:
        self._move(self.known, self.chosen)

    def _on_remove_clicked(self) -> None:
        self._move(self.chosen, self.known)

    def _shift(self, step: int) -> None:
        row = self.chosen.currentRow()
        if row >= 0 and 0 <= row + step < self.chosen.count():
            item = self.chosen.takeItem(row)
            self.chosen.insertItem(row + step, item)
            self.chosen.setCurrentRow(row + step)

    def _on_up_clicked(self) -> None:
        self._shift(-1)

    def _on_down_clicked(self) -> None:
        self._shift(1)

    def _on_fresh_entered(self) -> None:
        name = canonical_line(self.fresh.text())
        if name:
            self.chosen.addItem(name)
            self.chosen.setCurrentRow(self.chosen.count() - 1)
            self.fresh.clear()

    def _on_done_clicked(self) -> None:
        self._on_fresh_entered()
        try:
            self._take(self.names())
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
        else:
            self.accept()


class JudgementDialog(QDialog):
    """Sets the judgement of one target by hand, with a reason, or leaves it to the program again.

    ``take`` is given the target's number, the judgement (None: the program's) and the reason; what it refuses is said
    in the dialog.
    """

    def __init__(
        self,
        parent: QWidget | None,
        row: ResultRow,
        take: Callable[[int, Judgement | None, str], object],
    ) -> None:
        super().__init__(parent)
        self._take = take
        self._judged: tuple[Judged, ...] = row.judged
        self.setMinimumWidth(520)
        text = row.indicator.text if row.indicator is not None else ""
        column = _column(self, "判定を決める", f"指標: {text}\n実績: {row.result.text if row.result else '—'}")
        self.targets = QButtonGroup(self)
        if len(self._judged) > 1:
            column.addWidget(QLabel("どの目標の判定ですか"))
        for number, item in enumerate(self._judged):
            short = item.target if len(item.target) <= _LONGEST_TARGET else item.target[: _LONGEST_TARGET - 1] + "…"
            button = QRadioButton(f"目標 {short}（いま {item.judgement.label}）")
            button.setAccessibleName(f"目標 {item.target}（いま {item.judgement.label}）")
            button.setVisible(len(self._judged) > 1)
            self.targets.addButton(button, number)
            column.addWidget(button)
        self.targets.button(0).setChecked(True)
        column.addWidget(QLabel("判定"))
        self.choices = QButtonGroup(self)
        grid = QGridLayout()
        self.automatic = QRadioButton("プログラムの判定に任せる")
        self.choices.addButton(self.automatic, 0)
        grid.addWidget(self.automatic, 0, 0, 1, 4)
        for number, judgement in enumerate(Judgement, start=1):
            button = QRadioButton(judgement.label)
            button.setIcon(mark_icon(mark_of_judgement(judgement)))
            self.choices.addButton(button, number)
            grid.addWidget(button, 1 + (number - 1) // 4, (number - 1) % 4)
        column.addLayout(grid)
        label = QLabel("理由")
        self.reason = TypedLine()
        self.reason.setAccessibleName("判定の理由")
        label.setBuddy(self.reason)
        column.addWidget(label)
        column.addWidget(self.reason)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        column.addLayout(_closing_row(self, "この判定にする", self._on_done_clicked))
        self.targets.idClicked.connect(self._show_target)
        self._show_target(0)

    def _show_target(self, number: int) -> None:
        item = self._judged[number]
        chosen = 1 + tuple(Judgement).index(item.judgement) if item.overridden else 0
        self.choices.button(chosen).setChecked(True)
        self.automatic.setText(f"プログラムの判定に任せる（{item.proposed.label}）")
        self.reason.setText(item.note if item.overridden else "")

    def _on_done_clicked(self) -> None:
        number = self.choices.checkedId()
        judgement = tuple(Judgement)[number - 1] if number > 0 else None
        try:
            self._take(self._judged[self.targets.checkedId()].target_index, judgement, self.reason.text())
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
        else:
            self.accept()


class ReadingDialog(QDialog):
    """What was found in a report, before or after it is read in: counts, and every doubtful place.

    ``verb`` None means that it is only told.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        warnings: Sequence[tuple[str, str, str]],
        verb: str | None,
    ) -> None:
        super().__init__(parent)
        _resize_within_screen(self, 900, 560 if warnings else 220)
        column = _column(self, title, text)
        if warnings:
            column.addWidget(QLabel(f"確かめてほしいところ {len(warnings)} 件"))
            self.table = TextTable(("場所", "読み取り方", "番号"), (110, 0, 80))
            self.table.setAccessibleName("確かめてほしいところ")
            self.table.show_rows(warnings)
            column.addWidget(self.table, 1)
        else:
            column.addStretch(1)
        if verb is None:
            row = QHBoxLayout()
            row.addStretch(1)
            close = push_button("閉じる", self.accept, kind="primary")
            close.setDefault(True)
            row.addWidget(close)
            column.addLayout(row)
        else:
            column.addLayout(_closing_row(self, verb, self.accept))
        self.setWindowModality(Qt.WindowModality.WindowModal)


def _loosen(document: QTextDocument) -> None:
    """Give a text the line pitch the font lacks, and headings a size that fits a dialog."""
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        style = block.blockFormat()
        style.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        heading = style.headingLevel() > 0
        style.setTopMargin(12 if heading else 2)
        style.setBottomMargin(4 if heading else 2)
        cursor.setBlockFormat(style)
        if heading:
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            letters = QTextCharFormat()
            letters.setFont(theme.font(theme.PANE_TITLE_PX, bold=True))
            cursor.setCharFormat(letters)
        block = block.next()


class TextDialog(QDialog):
    """A longer text to read: the manual, the list of keys."""

    def __init__(self, parent: QWidget | None, title: str, markdown: str) -> None:
        super().__init__(parent)
        from PySide6.QtWidgets import QTextBrowser  # only wanted when somebody reads

        _resize_within_screen(self, 760, 600)
        column = _column(self, title)
        browser = QTextBrowser()
        browser.setOpenLinks(False)
        browser.setMarkdown(markdown)
        _loosen(browser.document())
        browser.setAccessibleName(title)
        column.addWidget(browser, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        close = push_button("閉じる", self.accept, kind="primary")
        close.setDefault(True)
        row.addWidget(close)
        column.addLayout(row)
