"""Handing out the departments' workbooks: to whom, until when, where to send them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.completeness import Fill
from welfare_desktop.domain.dates import read_date, shown_date
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.operations.office import OfficeWords

from ..parts import theme
from ..parts.controls import NoteLabel, TypedLine, push_button

_NAME, _FILL, _REFERENCE = range(3)


class DepartmentExportDialog(QDialog):
    """Which departments get a workbook, and what the office says on it.

    ``take`` is given the names chosen and what was typed; what it refuses is said in the dialog and nothing typed is
    lost.  ``fills`` holds every department that owes anything, by name, in print order.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        fills: Mapping[str, Fill],
        words: OfficeWords,
        take: Callable[[Sequence[str], OfficeWords], object],
    ) -> None:
        super().__init__(parent)
        self._take = take
        self.setWindowTitle(title)
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(820, screen.width()), min(560, screen.height() - 40))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel(title, size_px=theme.PANE_TITLE_PX, bold=True))
        text = "課ごとに一つの Excel ブックを、選んだフォルダーに作ります。下の内容は用紙に印刷され、保存ファイルに残ります。"
        column.addWidget(NoteLabel(text, colour=theme.SECOND))
        column.addLayout(self._office(words))
        column.addLayout(self._choice())
        self.table = self._departments(fills, words.references)
        column.addWidget(self.table, 1)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(push_button("やめる", self.reject))
        done = push_button("フォルダーを選んで書き出す…", self._on_done_clicked, kind="primary")
        done.setDefault(True)
        row.addWidget(done)
        column.addLayout(row)
        self._show_day(self.deadline.text())
        self.deadline.setFocus()

    # --- making -------------------------------------------------------------------------------------------------

    def _office(self, words: OfficeWords) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.STEP)
        grid.setVerticalSpacing(theme.HALF)
        self.deadline = TypedLine(words.deadline or "")
        self.deadline.setPlaceholderText("例: 令和2年4月24日、2020-4-24")
        self.deadline.textChanged.connect(self._show_day)
        self.day = NoteLabel(colour=theme.SECOND)
        self.contact = QPlainTextEdit(words.contact or "")
        self.contact.setTabChangesFocus(True)
        self.contact.setFixedHeight(66)
        self.maker = TypedLine(words.maker or "")
        for row, (label, widget) in enumerate(
            (("提出期限", self.deadline), ("返送先・問合せ", self.contact), ("作成者", self.maker))
        ):
            caption = QLabel(label)
            caption.setBuddy(widget)
            widget.setAccessibleName(label)
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(widget, row, 1, 1, 2 if row else 1)
        grid.addWidget(self.day, 0, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        return grid

    def _choice(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._label = QLabel("渡す担当課")
        row.addWidget(self._label)
        row.addStretch(1)
        row.addWidget(push_button("すべて選ぶ", self._on_all_clicked, kind="small"))
        row.addWidget(push_button("すべて外す", self._on_none_clicked, kind="small"))
        return row

    def _departments(self, fills: Mapping[str, Fill], references: Mapping[str, str]) -> QTableWidget:
        table = QTableWidget(len(fills), 3)
        table.setAccessibleName("渡す担当課")
        self._label.setBuddy(table)
        table.setHorizontalHeaderLabels(["担当課", "記入済みの欄", "整理番号"])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(28)
        table.setTabKeyNavigation(False)
        table.setFont(theme.font(theme.SMALL_PX))
        palette = table.palette()
        palette.setColor(QPalette.ColorRole.Highlight, QColor(theme.ACCENT_TINT))
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor(theme.TEXT))
        table.setPalette(palette)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header = table.horizontalHeader()
        header.setFixedHeight(28)
        header.setHighlightSections(False)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(_FILL, 120)
        table.setColumnWidth(_REFERENCE, 160)
        for row, (name, fill) in enumerate(fills.items()):
            item = QTableWidgetItem(name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            table.setItem(row, _NAME, item)
            count = QTableWidgetItem(f"{fill.entered}/{fill.expected}")
            count.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            table.setItem(row, _FILL, count)
            table.setItem(row, _REFERENCE, QTableWidgetItem(references.get(name, "")))
        if fills:
            table.setCurrentCell(0, _NAME)
        table.itemChanged.connect(self._count)
        return table

    # --- what is chosen -----------------------------------------------------------------------------------------

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.table.item(row, column)
        assert item is not None
        return item

    def names(self) -> list[str]:
        """Return the departments chosen, in order."""
        rows = range(self.table.rowCount())
        items = [self._item(row, _NAME) for row in rows]
        return [item.text() for item in items if item.checkState() is Qt.CheckState.Checked]

    def choose(self, names: Sequence[str]) -> None:
        """Choose these departments and no others."""
        for row in range(self.table.rowCount()):
            item = self._item(row, _NAME)
            item.setCheckState(Qt.CheckState.Checked if item.text() in names else Qt.CheckState.Unchecked)

    def words(self) -> OfficeWords:
        """Return what was typed."""
        references = {
            self._item(row, _NAME).text(): self._item(row, _REFERENCE).text() for row in range(self.table.rowCount())
        }
        return OfficeWords(self.deadline.text(), self.contact.toPlainText(), self.maker.text(), references)

    def _count(self) -> None:
        self._label.setText(f"渡す担当課　{len(self.names())} 課")

    def _show_day(self, text: str) -> None:
        """Say how the deadline will be understood; what is no day is printed as it stands."""
        day = read_date(text)
        if day is not None:
            self.day.setText(f"→ {shown_date(day)}")
        else:
            self.day.setText("日付として読めません。このまま印刷し、期限超過は数えません。" if text.strip() else "")

    def _on_all_clicked(self) -> None:
        self.choose([self._item(row, _NAME).text() for row in range(self.table.rowCount())])

    def _on_none_clicked(self) -> None:
        self.choose(())

    def _on_done_clicked(self) -> None:
        self.setFocus()  # takes over a cell that is still being typed into
        if not self.names():
            choose = "渡す担当課を一つ以上選んでください。"
            nobody = "この年度に書く担当課がありません。記入欄の見出しの「…」から、担当課を決めてください。"
            self._refuse(choose if self.table.rowCount() else nobody)
            return
        try:
            self._take(self.names(), self.words())
        except WelfareError as error:
            self._refuse(f"{error.message}{error.next_step}")
        else:
            self.accept()

    def _refuse(self, words: str) -> None:
        self.error.setText(words)
        self.error.show()
