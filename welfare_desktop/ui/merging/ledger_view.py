"""The ledger (提出台帳) on screen: who was sent a sheet, who returned it, whom to remind."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.operations.ledger import Exchanged, LedgerRow, LedgerState, exchanged, ledger, unread_files
from welfare_desktop.operations.list_sheets import Sheet
from welfare_desktop.operations.reminding import (
    HEADINGS,
    MISSING,
    exchanged_cells,
    ledger_cells,
    ledger_sheet,
    reminder_sheet,
    unread_cells,
    write_reminders,
)
from welfare_desktop.operations.session import Session

from ..output.saving_place import SavingPlace
from ..parts import theme
from ..parts.asking import tell_error
from ..parts.controls import ElidedLabel, push_button
from ..parts.marks import Mark, mark_icon
from ..settings import Settings

MARK_OF = {
    LedgerState.SENT: Mark.RING,
    LedgerState.OVERDUE: Mark.CROSS,
    LedgerState.RETURNED: Mark.TICK,
    LedgerState.OLD_VERSION: Mark.TRIANGLE,
    LedgerState.TWICE: Mark.TRIANGLE,
    LedgerState.UNREADABLE: Mark.CROSS,
}
_WIDTHS = (150, 90, 100, 170, 130, 0, 110, 0)
_STATE = HEADINGS.index("状態")
_FILTERS = "CSV (*.csv);;テキスト (*.txt)"


def _mark_of(item: Exchanged) -> Mark:
    """Return the mark of a file that went out, came in, or came in unreadable."""
    if item.out:
        return Mark.HALF
    return Mark.CROSS if item.remark else Mark.TICK


class LedgerView(QWidget):
    """Every sheet and package that was sent, one row each.

    ``missing`` shows only what has not come back, ``everything`` adds every file that went out or came in.
    """

    def __init__(self, session: Session, place: SavingPlace, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._place = place
        self._settings = settings
        self._rows: list[LedgerRow] = []
        self._cells: list[tuple[str, ...]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(theme.DIALOG_MARGIN, theme.STEP, theme.DIALOG_MARGIN, theme.STEP)
        self.summary = ElidedLabel(colour=theme.SECOND)
        head.addWidget(self.summary, 1)
        self.missing = push_button("未提出だけ", self.show_ledger, kind="small")
        self.missing.setCheckable(True)
        head.addWidget(self.missing)
        self.everything = push_button("やり取りの記録も", self.show_ledger, kind="small")
        self.everything.setCheckable(True)
        head.addWidget(self.everything)
        self.remind = push_button("督促の一覧を書き出す…", self._on_remind_clicked, kind="small")
        head.addWidget(self.remind)
        self.print_reminders = push_button("督促を印刷…", self._on_print_reminders_clicked, kind="small")
        head.addWidget(self.print_reminders)
        self.print_all = push_button("台帳を印刷…", self._on_print_clicked, kind="small")
        head.addWidget(self.print_all)
        column.addLayout(head)
        self.table = self._make_table()
        column.addWidget(self.table, 1)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(HEADINGS))
        table.setAccessibleName("提出台帳")
        table.setHorizontalHeaderLabels(list(HEADINGS))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)  # lines of this font would touch; the tool tip holds all of it
        table.setFont(theme.font(theme.SMALL_PX))
        palette = table.palette()
        palette.setColor(QPalette.ColorRole.Highlight, QColor(theme.ACCENT_TINT))
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor(theme.TEXT))
        table.setPalette(palette)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        header = table.horizontalHeader()
        header.setFixedHeight(28)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, width in enumerate(_WIDTHS):
            if width:
                table.setColumnWidth(place, width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        return table

    def show_ledger(self) -> None:
        """Read the ledger and show it."""
        today = datetime.now().astimezone().date()
        self._rows = ledger(self._session, today=today)
        chosen = [row for row in self._rows if not self.missing.isChecked() or row.state in MISSING]
        shown = [(ledger_cells(row, today), MARK_OF[row.state]) for row in chosen]
        lost = [item for item in unread_files(self._session) if not item.department]
        shown += [(unread_cells(item), Mark.CROSS) for item in lost]
        if self.everything.isChecked():
            shown += [(exchanged_cells(item), _mark_of(item)) for item in exchanged(self._session)]
        self._cells = [cells for cells, _ in shown]
        self.table.setRowCount(len(shown))
        for number, (cells, mark) in enumerate(shown):
            for place, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if place == _STATE:
                    item.setIcon(mark_icon(mark))
                    item.setForeground(mark.colour)
                self.table.setItem(number, place, item)
        if shown and not self.table.selectedItems():
            self.table.setCurrentCell(0, 0)
        counts = Counter(row.state.label for row in self._rows)
        words = "　".join(f"{label} {count}" for label, count in counts.items())
        self.summary.setText(f"配ったファイル {len(self._rows)} 件　{words}" if words else "まだ配っていません。")
        missing = any(row.state in MISSING for row in self._rows)
        self.remind.setEnabled(missing)
        self.print_reminders.setEnabled(missing)
        self.print_all.setEnabled(bool(shown))

    def _on_print_clicked(self) -> None:
        self._print(ledger_sheet(self._cells, datetime.now().astimezone().date()))

    def _on_print_reminders_clicked(self) -> None:
        self._print(reminder_sheet(self._rows, datetime.now().astimezone().date()))

    def _print(self, sheet: Sheet) -> None:
        from ..output.list_printing import print_list

        print_list(self, self._session, self._settings, sheet)

    def _on_remind_clicked(self) -> None:
        target = self._place.ask_file("督促の一覧を書き出す", "督促の一覧.csv", _FILTERS)
        if target is None:
            return
        try:
            write_reminders(target[0], self._rows, datetime.now().astimezone().date(), force=target[1])
        except WelfareError as error:
            tell_error(self, error, "書き出せませんでした")
        else:
            self._place.remember(target[0].parent)
            self.summary.setText(f"{target[0].name} を書き出しました。")
