"""The register of departments (担当課の一覧): adding, renaming with history, ordering, taking out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.years import both_label, fiscal_label
from welfare_desktop.operations import department_register as registered
from welfare_desktop.operations.department_register import Registered
from welfare_desktop.operations.session import Session

from ..parts import theme
from ..parts.controls import ChoiceBox, NoteLabel, TypedLine, push_button
from ..parts.text_table import TextTable
from .reasons import with_reason


class RenameDialog(QDialog):
    """Asks for a department's new name and the first fiscal year that uses it.

    ``take`` is given both; what it refuses is said in the dialog, and what was typed stays.
    """

    def __init__(
        self, parent: QWidget | None, item: Registered, years: Sequence[int], take: Callable[[str, int], object]
    ) -> None:
        super().__init__(parent)
        self._item = item
        self._take = take
        self.setWindowTitle("担当課の名前を変える")
        self.setMinimumWidth(520)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel(f"「{item.name}」の名前を変える", size_px=theme.PANE_TITLE_PX, bold=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.STEP)
        grid.setColumnStretch(1, 1)
        name = QLabel("新しい名前(&N)")
        self.name = TypedLine(item.name)
        self.name.setAccessibleName("新しい名前")
        self.name.selectAll()
        name.setBuddy(self.name)
        year = QLabel("使い始める年度(&Y)")
        self.years = ChoiceBox("新しい名前を使い始める年度")
        year.setBuddy(self.years)
        for one in years:
            self.years.addItem(f"{both_label(one)}から", one)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(year, 1, 0)
        grid.addWidget(self.years, 1, 1)
        column.addLayout(grid)
        self.note = NoteLabel(colour=theme.SECOND)
        column.addWidget(self.note)
        if item.former:
            column.addWidget(NoteLabel(f"以前の名称: {'、'.join(item.former)}", colour=theme.SECOND))
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(push_button("やめる", self.reject))
        done = push_button("この名前にする", self._on_done_clicked, kind="primary")
        done.setDefault(True)
        buttons.addWidget(done)
        column.addLayout(buttons)
        self.years.currentIndexChanged.connect(self._show_note)
        self._show_note()

    def choose_year(self, year: int) -> None:
        """Propose a year to begin with."""
        self.years.setCurrentIndex(max(self.years.findData(year), 0))

    def _show_note(self) -> None:
        if self.years.currentData() <= self._item.since:
            self.note.setText(f"「{self._item.name}」は、どの年度の報告書にも印刷されなくなります（書き誤りの訂正）。")
        else:
            last = fiscal_label(self.years.currentData() - 1)
            self.note.setText(f"{last}までの報告書には、今の名前「{self._item.name}」が印刷されます。")

    def _on_done_clicked(self) -> None:
        try:
            self._take(self.name.text(), self.years.currentData())
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
            self.name.setFocus()
        else:
            self.accept()


class DepartmentsRegister(QDialog):
    """All departments of the plan; every change is written at once and is one step of undo.

    ``year`` is the fiscal year shown in the window, proposed for a renaming.  A file open for viewing shows the list.
    """

    def __init__(self, parent: QWidget | None, session: Session, year: int) -> None:
        super().__init__(parent)
        self._session = session
        self._year = year
        self._items: list[Registered] = []
        self.setWindowTitle("担当課の一覧")
        self.resize(760, 460)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel("担当課の一覧", size_px=theme.PANE_TITLE_PX, bold=True))
        column.addWidget(
            NoteLabel(
                "記入用紙や集計は、この順に並びます。名前を変えても、前の年度の報告書には前の名前が印刷されます。",
                colour=theme.SECOND,
            )
        )
        row = QHBoxLayout()
        self.table = TextTable(("担当課", "以前の名称", "担当する記入欄"), (0, 0, 120))
        self.table.setAccessibleName("担当課の一覧")
        row.addWidget(self.table, 1)
        self.verbs = [
            push_button("名前を変える…", self.rename, kind="small"),
            push_button("上へ", self._on_up_clicked, kind="small", name="選んだ課を上へ"),
            push_button("下へ", self._on_down_clicked, kind="small", name="選んだ課を下へ"),
            push_button("消す", self.remove, kind="small", name="選んだ課を消す"),
        ]
        side = QVBoxLayout()
        for button in self.verbs:
            side.addWidget(button)
        side.addStretch(1)
        row.addLayout(side)
        column.addLayout(row, 1)
        adding = QHBoxLayout()
        label = QLabel("新しい担当課(&N)")
        self.fresh = TypedLine()
        self.fresh.setAccessibleName("新しい担当課の名前")
        self.fresh.returnPressed.connect(self.add)
        label.setBuddy(self.fresh)
        adding.addWidget(label)
        adding.addWidget(self.fresh, 1)
        self.adding = push_button("加える", self.add, kind="small", name="新しい担当課を加える")
        adding.addWidget(self.adding)
        column.addLayout(adding)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        closing = QHBoxLayout()
        closing.addStretch(1)
        closing.addWidget(push_button("閉じる", self._on_close_clicked, kind="primary"))
        column.addLayout(closing)
        self.table.doubleClicked.connect(self.rename)
        self.show_items(0)
        if session.read_only:
            for widget in (*self.verbs, self.fresh, self.adding):
                widget.setEnabled(False)
        else:
            self.fresh.setFocus()

    def show_items(self, chosen: int) -> None:
        """Read the register again and choose row ``chosen``."""
        self._items = registered.register(self._session)
        rows = [
            (item.name, "\n".join(item.former), f"{item.slots} か所" if item.slots else "使っていません")
            for item in self._items
        ]
        self.table.show_rows(rows)
        if rows:
            self.table.selectRow(max(0, min(chosen, len(rows) - 1)))
        if not self._session.read_only:
            for button in self.verbs:
                button.setEnabled(bool(rows))

    def _chosen(self) -> int | None:
        return self.table.chosen_row() if self._items else None

    def _do(self, act: Callable[[], object]) -> bool:
        """Do something; say below the list what was refused.  Whether it was done."""
        self.error.hide()
        try:
            act()
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
            return False
        return True

    def add(self) -> None:
        """Add the department whose name was typed; the name stays when it is refused."""
        if self._do(lambda: registered.add_department(self._session, self.fresh.text())):
            self.fresh.clear()
            self.show_items(len(self._items))
        self.fresh.setFocus()

    def rename(self) -> None:
        """Ask for another name of the chosen department."""
        row = self._chosen()
        if row is None or self._session.read_only:
            return
        item, plan = self._items[row], self._session.plan(())

        def take(name: str, year: int) -> None:
            with_reason(box, lambda why: registered.rename_department(self._session, item.id, name, year, why=why))

        box = RenameDialog(self, item, range(max(item.since, plan.first_year), plan.last_year + 1), take)
        box.choose_year(self._year)
        if box.exec():
            self.show_items(row)
        box.deleteLater()

    def _move(self, step: int) -> None:
        row = self._chosen()
        if row is not None and self._do(lambda: registered.move_department(self._session, self._items[row].id, step)):
            self.show_items(row + step)

    def _on_up_clicked(self) -> None:
        self._move(-1)

    def _on_down_clicked(self) -> None:
        self._move(1)

    def remove(self) -> None:
        """Take the chosen department out, if nothing speaks of it."""
        row = self._chosen()
        if row is not None and self._do(lambda: registered.remove_department(self._session, self._items[row].id)):
            self.show_items(row)

    def _on_close_clicked(self) -> None:
        if self.fresh.text().strip():  # somebody typed a name and did not press 加える
            self.add()
            if self.error.isVisible():
                return
        self.accept()
