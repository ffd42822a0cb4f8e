"""The page of differences: files on the left, one row per difference, the buttons and keys that decide them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.operations.deciding import Choice
from welfare_desktop.operations.differing import Difference, Group
from welfare_desktop.operations.reviewing import Review

from ..parts import theme
from ..parts.controls import ChoiceBox, FittedLabel, NoteLabel, push_button
from ..parts.marks import mark_icon
from .files import FileList
from .table import MARK_OF_GROUP, DifferenceTable


class Shown(Enum):
    """What the table shows; the value is the words and the groups."""

    LOOK = ("人が見るもの", (Group.CONFLICT, Group.REVIEW, Group.UNMATCHED))
    CONFLICT = ("衝突", (Group.CONFLICT,))
    REVIEW = ("見直し", (Group.REVIEW,))
    UNMATCHED = ("対応不明", (Group.UNMATCHED,))
    ALL = ("自動も含めて", tuple(Group))

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of differences shown."""
        groups: tuple[Group, ...] = self.value[1]
        return groups


class TypingDialog(QDialog):
    """Typing what a field is to say; ``take`` may refuse, which is said and loses nothing."""

    def __init__(self, parent: QWidget, row: Difference, text: str, take: Callable[[str], object]) -> None:
        super().__init__(parent)
        self._take = take
        self.setWindowTitle("手で直す")
        self.resize(620, 360)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel(f"{row.place}　{row.item}", size_px=theme.PANE_TITLE_PX, bold=True))
        column.addWidget(NoteLabel("一行が一つの項目です。取り込むまでは何も書き込みません。", colour=theme.SECOND))
        self.text = QPlainTextEdit(text)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(f"{row.item}の内容")
        column.addWidget(self.text, 1)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(push_button("やめる", self.reject))
        self.done_button = push_button("この内容にする", self._on_done_clicked, kind="primary", tip="Ctrl+Enter")
        buttons.addWidget(self.done_button)
        column.addLayout(buttons)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self._on_done_clicked)
        self.text.setFocus()

    def _on_done_clicked(self) -> None:
        try:
            self._take(self.text.toPlainText())
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
            self.text.setFocus()
        else:
            self.accept()


class ReviewPage(QWidget):
    """The page; ``changed`` follows every decision, ``refused`` carries an error a field answered with.

    ``placed`` carries the id of a text without a field and the field chosen for it (``FieldKey.text``; empty: none;
    None: not decided again).
    """

    changed = Signal()
    refused = Signal(object)
    placed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review: Review | None = None
        self._file: int | None = None
        self._department = ""
        self.files = FileList()
        self.table = DifferenceTable()
        self.filters = QButtonGroup(self)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_filters())
        column.addWidget(self.table, 1)
        column.addLayout(self._make_verbs())
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.files.setMinimumWidth(140)
        self.splitter.addWidget(self.files)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([324, 1040])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)
        self.files.chosen.connect(self._on_file_chosen)
        self.filters.idClicked.connect(self._on_filter_clicked)
        self.table.selectionModel().selectionChanged.connect(self._show_verbs)
        self._show_verbs()

    def _make_filters(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.STEP, theme.STEP, theme.STEP, theme.STEP)
        row.setSpacing(theme.HALF)
        row.addWidget(FittedLabel("表示", colour=theme.SECOND))
        for number, shown in enumerate(Shown):
            button = push_button(shown.value[0], kind="small")
            button.setCheckable(True)
            if len(shown.groups) == 1:
                button.setIcon(mark_icon(MARK_OF_GROUP[shown.groups[0]]))
            self.filters.addButton(button, number)
            row.addWidget(button)
        self.filters.button(0).setChecked(True)
        row.addStretch(1)
        self.departments = ChoiceBox("担当課")
        self.departments.setMinimumHeight(theme.SMALL_BUTTON_HEIGHT)
        self.departments.setMaximumWidth(200)
        self.departments.activated.connect(self._on_department_chosen)
        row.addWidget(self.departments)
        return row

    def _make_verbs(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.STEP, theme.STEP, theme.STEP, theme.STEP)
        row.setSpacing(theme.HALF)
        verbs = (
            ("事務局を残す", "1", self.keep_ours),
            ("担当課を採る", "2", self.take_theirs),
            ("両方を入れる", "3", self.take_both),
            ("手で直す…", "4", self.type_it),
            ("あとで決める", "5", self.postpone),
            ("欄を選ぶ…", "6", self.choose_field),
        )
        self.verbs: list[QPushButton] = []
        for words, key, run in verbs:
            button = push_button(f"{words} {key}", run, name=words, tip=f"{words}（{key}）")
            if run == self.choose_field:
                # Before the row is first asked how wide it is: all of them at once are wider than a small screen.
                button.hide()
            self.verbs.append(button)
            row.addWidget(button)
            self._shortcut(key, button.click)
        self.table.activated.connect(self._on_row_activated)
        row.addStretch(1)
        self.next = push_button("次の衝突へ F8", self.next_conflict, kind="small", name="次の決めていない衝突へ")
        row.addWidget(self.next)
        self._shortcut("F8", self.next_conflict)
        return row

    def _shortcut(self, keys: str, run: Callable[[], object]) -> None:
        """Make ``keys`` work anywhere on this page."""
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(run)

    # --- showing ------------------------------------------------------------------------------------------------

    def show_review(self, review: Review | None) -> None:
        """Show another review, all its files, what a person has to look at."""
        self._review = review
        self._file = None
        self._show_departments(review)
        self.files.show_files(review.plan.files if review is not None else ())
        for number, shown in enumerate(Shown):
            counts = review.counts() if review is not None else {}
            count = sum(counts.get(group, 0) for group in shown.groups)
            self.filters.button(number).setText(f"{shown.value[0]} {count}")
        self._show_rows()

    @property
    def shown(self) -> Shown:
        """What the table shows."""
        return tuple(Shown)[self.filters.checkedId()]

    def _show_rows(self) -> None:
        rows: list[Difference] = []
        if self._review is not None:
            rows = [
                row
                for row in self._review.differences
                if row.group in self.shown.groups
                and (self._file is None or self._file in row.files)
                and (not self._department or self._department in row.departments)
            ]
        current = self._current()
        self.table.show_rows(self._review, rows, current)
        self._show_verbs()

    def _show_departments(self, review: Review | None) -> None:
        """Offer those who sent anything, in the order of the plan; the one chosen stays if it is still among them."""
        names: set[str] = set()
        if review is not None:
            names = names.union(*(row.departments for row in review.differences))
            names |= {item.department for item in review.plan.files if item.department}
        self.departments.clear()
        self.departments.addItem("すべての担当課", "")
        for name in review.in_plan_order(names) if review is not None else ():
            self.departments.addItem(name, name)
        self.departments.setVisible(bool(names))
        self.departments.setCurrentIndex(max(self.departments.findData(self._department), 0))
        self._department = str(self.departments.currentData())

    def _on_department_chosen(self, _number: int) -> None:
        self._department = str(self.departments.currentData())
        self._show_rows()

    def _on_file_chosen(self, number: int | None) -> None:
        self._file = number
        self._show_rows()

    def _on_filter_clicked(self, _number: int) -> None:
        self._show_rows()

    def _current(self) -> Difference | None:
        row = self.table.currentIndex().row()
        rows = self.table.differences.rows
        return rows[row] if 0 <= row < len(rows) else None

    def _chosen(self) -> list[tuple[int, Difference]]:
        rows = self.table.differences.rows
        return [(number, rows[number]) for number in self.table.chosen()]

    def _show_verbs(self) -> None:
        """Offer what can be done with the chosen rows."""
        chosen = [row for _, row in self._chosen()]
        homeless = bool(chosen) and all(row.homeless for row in chosen)
        fields = bool(chosen) and all(row.decidable for row in chosen)
        ours, theirs, both, by_hand, later, place = self.verbs
        ours.setText("入れない 1" if homeless else "事務局を残す 1")
        ours.setAccessibleName("入れない" if homeless else "事務局を残す")
        ours.setEnabled(fields or homeless)
        theirs.setEnabled(fields)
        both.setEnabled(fields and all(row.several for row in chosen))
        by_hand.setEnabled(fields and len(chosen) == 1 and chosen[0].typed)
        later.setEnabled(fields or homeless)
        place.setEnabled(len(chosen) == 1 and chosen[0].loose is not None)
        # The row of buttons is as wide as a small screen: what cannot be meant makes room for what can.
        place.setVisible(place.isEnabled())
        for button in (theirs, both, by_hand):
            button.setVisible(not homeless)
        later.setVisible(homeless or not place.isEnabled())
        review = self._review
        self.next.setEnabled(review is not None and any(review.is_open(row) for row in review.differences))

    # --- deciding -----------------------------------------------------------------------------------------------

    def keep_ours(self) -> None:
        """Keep what the office says in the chosen rows; a text without a field goes nowhere."""
        homeless = [row for _, row in self._chosen() if row.homeless]
        for row in homeless:
            if row.loose is not None:
                self.placed.emit(row.loose.id, "")
        if not homeless:
            self._decide(lambda _row: Choice(current=True))

    def take_theirs(self) -> None:
        """Take what came back; where several answers came, pressing again takes the next."""
        self._decide(self._next_candidate)

    def _next_candidate(self, row: Difference) -> Choice:
        assert self._review is not None
        before = self._review.choice(row.name)
        last = before.candidate if before is not None and before.candidate is not None else 0
        return Choice(candidate=last % len(row.theirs) + 1)

    def take_both(self) -> None:
        """Keep what stands and add what came back."""
        self._decide(lambda _row: Choice(both=True))

    def postpone(self) -> None:
        """Leave the chosen rows open."""
        homeless = [row for _, row in self._chosen() if row.homeless]
        for row in homeless:
            if row.loose is not None:
                self.placed.emit(row.loose.id, None)
        if not homeless:
            self._decide(lambda _row: None)

    def choose_field(self) -> None:
        """Ask which field the text of the chosen row belongs to."""
        chosen = [row for _, row in self._chosen()]
        review = self._review
        if review is None or len(chosen) != 1 or chosen[0].loose is None:
            return
        from .field_chooser import FieldChooser

        text = chosen[0].loose
        one = text.unmatched
        box = FieldChooser(self, one.lines, one.wording, review.places(chosen[0]), review.where)
        accepted, place = box.exec(), box.chosen
        box.deleteLater()
        if accepted:
            self.placed.emit(text.id, place.field if place is not None else "")

    def _on_row_activated(self) -> None:
        chosen = [row for _, row in self._chosen()]
        if len(chosen) == 1 and chosen[0].homeless:
            self.choose_field()

    def type_it(self) -> None:
        """Type what the chosen row is to say."""
        chosen = self._chosen()
        if len(chosen) != 1 or self._review is None:
            return
        number, row = chosen[0]
        review = self._review

        def take(text: str) -> None:
            review.decide(row.name, Choice(text=text))
            self._decided([number])

        box = TypingDialog(self, row, "\n".join(review.result(row)), take)
        box.exec()
        box.deleteLater()

    def _decide(self, choice_of: Callable[[Difference], Choice | None]) -> None:
        review = self._review
        if review is None:
            return
        done = []
        try:
            for number, row in self._chosen():
                if not row.decidable:
                    continue
                choice = choice_of(row)
                if choice is None:
                    review.postpone(row.name)
                else:
                    review.decide(row.name, choice)
                done.append(number)
        except WelfareError as error:
            self.refused.emit(error)
        self._decided(done)

    def _decided(self, numbers: list[int]) -> None:
        for number in numbers:
            self.table.row_changed(number)
        self._show_verbs()
        self.changed.emit()

    def next_conflict(self) -> None:
        """Go to the next conflict that is open, from the top after the last; every file and group is looked at."""
        review = self._review
        if review is None or not any(review.is_open(row) for row in review.differences):
            return
        rows = self.table.differences.rows
        if not any(review.is_open(row) for row in rows):
            self.filters.button(0).setChecked(True)
            self.departments.setCurrentIndex(0)
            self._department = ""
            self.files.choose_all()
            self._show_rows()
            rows = self.table.differences.rows
        here = self.table.currentIndex().row()
        order = [*range(here + 1, len(rows)), *range(here + 1)]
        self.table.choose(next(number for number in order if review.is_open(rows[number])))
        self.table.setFocus()
