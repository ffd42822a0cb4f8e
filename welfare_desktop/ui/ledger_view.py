"""The ledger (提出台帳) on screen: who was sent a sheet, who returned it, whom to remind."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.operations.ledger import LedgerRow, LedgerState, ledger
from welfare_desktop.operations.reminding import HEADINGS, MISSING, ledger_cells, write_reminders
from welfare_desktop.operations.session import Session

from . import theme
from .asking import tell_error
from .controls import ElidedLabel, push_button
from .marks import Mark, mark_icon
from .saving_place import SavingPlace

MARK_OF = {
    LedgerState.SENT: Mark.RING,
    LedgerState.OVERDUE: Mark.CROSS,
    LedgerState.RETURNED: Mark.TICK,
    LedgerState.OLD_VERSION: Mark.TRIANGLE,
    LedgerState.TWICE: Mark.TRIANGLE,
}
_WIDTHS = (150, 90, 100, 170, 130, 0, 110, 0)
_STATE = HEADINGS.index("状態")
_FILTERS = "CSV (*.csv);;テキスト (*.txt)"


class LedgerView(QWidget):
    """Every sheet that was sent, one row each; ``missing`` shows only what has not come back."""

    def __init__(self, session: Session, place: SavingPlace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._place = place
        self._rows: list[LedgerRow] = []
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
        self.remind = push_button("督促の一覧を書き出す…", self._on_remind_clicked, kind="small")
        head.addWidget(self.remind)
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
        shown = [row for row in self._rows if not self.missing.isChecked() or row.state in MISSING]
        self.table.setRowCount(len(shown))
        for number, row in enumerate(shown):
            for place, text in enumerate(ledger_cells(row, today)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if place == _STATE:
                    mark = MARK_OF[row.state]
                    item.setIcon(mark_icon(mark))
                    item.setForeground(mark.colour)
                self.table.setItem(number, place, item)
        if shown and not self.table.selectedItems():
            self.table.setCurrentCell(0, 0)
        counts = Counter(row.state.label for row in self._rows)
        words = "　".join(f"{label} {count}" for label, count in counts.items())
        self.summary.setText(f"配った記入用紙 {len(self._rows)} 件　{words}" if words else "まだ配っていません。")
        self.remind.setEnabled(any(row.state in MISSING for row in self._rows))

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
