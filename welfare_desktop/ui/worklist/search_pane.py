"""検索結果: every line of every field and year that holds the words, narrowed by year, field and state."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.fields import FieldKey, Kind, Value, state_of_value
from welfare_desktop.domain.findings import Finding, asks_for_a_look
from welfare_desktop.domain.model import EntryState, Plan
from welfare_desktop.domain.searching import Mode, terms_of
from welfare_desktop.domain.text import tags_of
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.filtering import draft_fields, repeated_fields
from welfare_desktop.operations.list_sheets import Sheet
from welfare_desktop.operations.listing import Directory, year_words
from welfare_desktop.operations.searching import Finder, SearchHit
from welfare_desktop.operations.session import report_year

from ..desk import Desk
from ..output.list_printing import sheet_rows
from ..parts import theme
from ..parts.controls import ChoiceBox, FittedLabel, NoteLabel, push_button
from ..parts.marked_text import Para, Row
from ..parts.marks import Mark, mark_icon, mark_of_state
from .marked_table import MarkedTable
from .page import Pane
from .watching import Watcher

#: Lines shown at first, and added by every 続き.
_MOST_AT_ONCE = 200
_NO_LIMIT = 1_000_000
_FIELDS = (
    ("すべての欄", ()),
    ("実施状況", ("status",)),
    ("実施予定", ("planned",)),
    ("主な活動指標", ("indicators",)),
    ("実績", ("results",)),
    ("取組み", ("initiatives",)),
    ("役割", ("residents_role", "organizations_role")),
    ("題名", ("title", "vision")),
)
_BLANK, _DRAFT, _FINDING, _CONFLICT, _SAME, _NEW = range(6)
_TOGGLES = (
    (_BLANK, "未記入", Mark.RING, "未記入の欄が残っている活動の文だけ"),
    (_DRAFT, "下書き", Mark.DASHED, "下書きの文だけ"),
    (_FINDING, "指摘あり", Mark.TRIANGLE, "校正の指摘がある欄の文だけ"),
    (_CONFLICT, "衝突", Mark.CROSS, "衝突が残っている欄の文だけ"),
    (_SAME, "前年度と同じ", None, "前年度とまったく同じ文の欄だけ"),
    (_NEW, "【新規】", None, "【新規】の付いた行だけ"),
)


@dataclass(frozen=True, slots=True)
class _States:
    """What the filters ask of fields, found out once a search."""

    flagged: frozenset[tuple[str, str, int | None]]
    lines: frozenset[tuple[str, str, int | None, int]]
    conflicts: frozenset[FieldKey]
    drafts: frozenset[tuple[str, str, int]]
    repeated: frozenset[tuple[str, str, int]]


#: From this width on boxes and switches stand in one row.
_ONE_ROW_PX = 830


class SearchPane(Pane):
    """The hits of one query; ``ask_for`` takes another one, ``refresh`` looks again after an edit."""

    def __init__(self, desk: Desk, watcher: Watcher, parent: QWidget | None = None) -> None:
        super().__init__("検索結果", parent)
        self._desk = desk
        self._watcher = watcher
        self._finder: Finder | None = None
        self._directory: Directory | None = None
        self._from_top = False
        self._years_of: Plan | None = None
        self.query = ""
        self.hits: tuple[SearchHit, ...] = ()
        self.complete = True
        self._limit = _MOST_AT_ONCE
        self.print_button = push_button("結果を印刷…", kind="")
        self.replace_button = push_button("一括で置き換える…  Ctrl+R", kind="")
        self.buttons = (self.print_button, self.replace_button)
        self._lay_out()
        self._say_nothing_asked()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QWidget(self)
        # Any width: where boxes and switches do not fit beside each other, they stand below each other.
        bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight, bar)
        self._bar.setContentsMargins(16, 7, 16, 7)
        self._bar.setSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(FittedLabel("範囲", colour=theme.SECOND))
        self.year_box = ChoiceBox("探す年度")
        self.field_box = ChoiceBox("探す欄")
        self.mode_box = ChoiceBox("ことばの組合せ")
        for words, names in _FIELDS:
            self.field_box.addItem(words, names)
        self.mode_box.addItem("すべてのことばを含む", Mode.ALL)
        self.mode_box.addItem("どれかのことばを含む", Mode.ANY)
        for box in (self.year_box, self.field_box, self.mode_box):
            row.addWidget(box)
            box.activated.connect(self._on_filter_changed)
        self._bar.addLayout(row)
        switches = QHBoxLayout()
        switches.setSpacing(6)
        self.toggles: dict[int, QPushButton] = {}
        for which, words, mark, tip in _TOGGLES:
            button = push_button(words, kind="small", name=f"絞り込み {words}", tip=tip)
            button.setCheckable(True)
            if mark is not None:
                button.setIcon(mark_icon(mark))
            button.clicked.connect(self._on_filter_changed)
            self.toggles[which] = button
            switches.addWidget(button)
        switches.addStretch(1)
        self._bar.addLayout(switches, 1)
        column.addWidget(bar)
        self.table = MarkedTable("検索結果", ("活動・担当課", "欄", "文", "状態"), (-26, 134, -74, 96))
        self.table.opened.connect(self._on_opened)
        self.empty = NoteLabel(colour=theme.SECOND, size_px=theme.TEXT_PX)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.empty.setContentsMargins(0, 0, 0, 0)
        empty_page = QWidget()
        empty_column = QVBoxLayout(empty_page)
        empty_column.setContentsMargins(16, 24, 16, 16)
        empty_column.addWidget(self.empty)
        empty_column.addStretch(1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty_page)
        column.addWidget(self._stack, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 4, 16, 4)
        self.truth = FittedLabel(colour=theme.SECOND)
        self.more = push_button("続きを見る", self._on_more_clicked, kind="small")
        foot.addWidget(self.truth)
        foot.addWidget(self.more)
        foot.addStretch(1)
        foot.addWidget(FittedLabel("Enter で欄へ移り、Esc でここに戻ります", colour=theme.SECOND))
        column.addLayout(foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: half a screen has no room for boxes and switches in one row."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        below = event.size().width() < _ONE_ROW_PX
        self._bar.setDirection(directions.TopToBottom if below else directions.LeftToRight)

    # --- searching ----------------------------------------------------------------------------------------------

    @property
    def finder(self) -> Finder:
        """The index of all texts; made when first asked for, and true from then on."""
        if self._finder is None:
            QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)  # a large plan takes a second or two, once
            try:
                self._finder = Finder(self._desk.session)
            finally:
                QApplication.restoreOverrideCursor()
        return self._finder

    def ask_for(self, query: str) -> None:
        """Take other words; the next :meth:`refresh` looks for them and begins at the top of the list."""
        self.query = query
        self._limit = _MOST_AT_ONCE
        self._from_top = True
        plan = self._desk.session.plan(())
        if self._years_of is not plan:  # the structure: asking the file for its years reads every text's row
            self._years_of = plan
            self._fill_years()

    def refresh(self, *, keep_row: bool = True) -> None:
        """Look again for the same words."""
        keep_row, self._from_top = keep_row and not self._from_top, False
        terms = terms_of(self.query)
        if not terms:
            self._say_nothing_asked()
            return
        current = self.table.current if keep_row else 0
        directory = self._known_places()
        states = self._states()
        hits, self.complete = self._found(self._limit, directory, states)
        self.hits = hits
        values = {hit.key: self._desk.session.value(hit.key) for hit in hits}
        rows = [self._row(hit, directory, states, values[hit.key]) for hit in hits]
        self.table.show_rows(rows, max(current, 0))
        self._stack.setCurrentIndex(0 if hits else 1)
        self._describe(len({self.finder_activity(hit) for hit in hits}), len(terms))

    def _known_places(self) -> Directory:
        """Return the directory of the structure as it stands; made anew only when the structure changed."""
        plan = self._desk.session.plan(())
        if self._directory is None or self._directory.plan is not plan:
            self._directory = Directory(plan)
        return self._directory

    def _found(
        self, limit: int, directory: Directory | None = None, states: _States | None = None
    ) -> tuple[tuple[SearchHit, ...], bool]:
        directory = directory or self._known_places()
        wanted = self._wanted(directory, states or self._states())
        mode: Mode = self.mode_box.currentData()
        hits, complete = self.finder.search(self.query, mode, limit, wanted)
        if self.toggles[_NEW].isChecked():
            hits = tuple(hit for hit in hits if "新規" in tags_of(hit.line))
        return hits, complete

    @staticmethod
    def finder_activity(hit: SearchHit) -> str:
        """The activity, or whatever stands above activities, a hit belongs to."""
        return hit.activity_id or hit.key.owner_id

    def _describe(self, activities: int, terms: int) -> None:
        count = len(self.hits)
        how = ""
        if terms > 1:
            how = "どれかを含む文。" if self.mode_box.currentData() is Mode.ANY else "すべてを含む欄の文。"
        # 行, as the dialog of 一括で置き換える counts them: one line may hold the words in several places.
        whole = "これがすべてです" if count else ""
        self.truth.setText(whole if self.complete else f"初めの {count} 行です。続きがあります")
        self.truth.updateGeometry()
        self.more.setVisible(not self.complete)
        self.print_button.setEnabled(bool(count))
        self.replace_button.setEnabled(bool(count) and not self._desk.session.read_only)
        places = f"{count} 行{'以上' if not self.complete else ''}・{activities} 活動"
        self.describe(
            f"検索「{self.query.strip()}」", f"{places}　{how}全角と半角、ひらがなとカタカナは区別しません", count
        )
        if not count:
            self._say_none_found()

    def _say_nothing_asked(self) -> None:
        self.hits, self.complete = (), True
        self.table.show_rows([])
        self.empty.setText("上の「全年度から探す」にことばを入れて Enter を押してください（Ctrl+F）。")
        self._stack.setCurrentIndex(1)
        self.truth.setText("")
        self.more.hide()
        for button in self.buttons:
            button.setEnabled(False)
        self.describe("検索", "", None)

    def _say_none_found(self) -> None:
        narrowed = self._narrowing()
        lines = [f"「{self.query.strip()}」は見つかりません。"]
        if narrowed:
            lines.append(f"いまは {'・'.join(narrowed)} に絞っています。絞り込みを外すと見つかるかもしれません。")
        if len(terms_of(self.query)) > 1 and self.mode_box.currentData() is Mode.ALL:
            lines.append("「どれかのことばを含む」に変えると、片方だけの文も出ます。")
        lines.append("ことばを短くするか、ほかの言い方で探してください（Ctrl+F）。")
        self.empty.setText("\n".join(lines))

    def _narrowing(self) -> list[str]:
        """Return what the search is narrowed to, in words."""
        found = [box.currentText() for box in (self.year_box, self.field_box) if box.currentIndex() > 0]
        found += [words for which, words, _, _ in _TOGGLES if self.toggles[which].isChecked()]
        return found + ([self._desk.department] if self._desk.department else [])

    # --- narrowing ----------------------------------------------------------------------------------------------

    def _fill_years(self) -> None:
        chosen = self.year_box.currentData()
        with QSignalBlocker(self.year_box):
            self.year_box.clear()
            self.year_box.addItem("すべての年度", None)
            for year in self._desk.session.years():
                self.year_box.addItem(f"{fiscal_label(year)}の報告", year)
            self.year_box.setCurrentIndex(max(self.year_box.findData(chosen), 0))
        self.year_box.updateGeometry()

    def _states(self) -> _States:
        watch = self._watcher.watch
        found: Collection[Finding] = [item for item in watch.findings() if asks_for_a_look(item)]
        fields = frozenset((item.owner_id, item.address.field, item.address.year) for item in found)
        lines = frozenset((item.owner_id, item.address.field, item.address.year, item.line or 0) for item in found)
        session, nothing = self._desk.session, frozenset[tuple[str, str, int]]()
        drafts = draft_fields(session) if self.toggles[_DRAFT].isChecked() else nothing
        repeated = repeated_fields(session) if self.toggles[_SAME].isChecked() else nothing
        return _States(fields, lines, frozenset(watch.conflicts), drafts, repeated)

    def _wanted(self, directory: Directory, states: _States) -> Callable[[FieldKey], bool]:
        year: int | None = self.year_box.currentData()
        names: tuple[str, ...] = self.field_box.currentData()
        department, fills = self._desk.department, self._desk.fills
        on = {which for which, button in self.toggles.items() if button.isChecked()}

        def wanted(key: FieldKey) -> bool:
            if names and key.name not in names:
                return False
            if year is not None and report_year(key) != year:
                return False
            if department is not None and department not in directory.owners(key):
                return False
            if _CONFLICT in on and key not in states.conflicts:
                return False
            if _FINDING in on and (key.owner_id, key.name, key.year) not in states.flagged:
                return False
            if _SAME in on and (key.owner_id, key.name, key.year) not in states.repeated:
                return False
            if _DRAFT in on and (key.owner_id, key.name, key.year) not in states.drafts:
                return False
            if _BLANK in on:
                fill = fills.get(directory.activity_of(key))
                return fill is not None and fill.blank > 0
            return True

        return wanted

    def _on_filter_changed(self) -> None:
        self._limit = _MOST_AT_ONCE
        self.refresh(keep_row=False)

    def _on_more_clicked(self) -> None:
        self._limit += _MOST_AT_ONCE
        self.refresh()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- showing ------------------------------------------------------------------------------------------------

    def _row(self, hit: SearchHit, directory: Directory, states: _States, value: Value) -> Row:
        key = hit.key
        several = key.spec.kind not in (Kind.LINE,)
        state = state_of_value(value)
        word, mark = state.label, mark_of_state(state)
        if state is EntryState.ENTERED:
            word = "記入済"
        if (key.owner_id, key.name, key.year, hit.number) in states.lines:
            word, mark = "要確認", Mark.TRIANGLE
        if key in states.conflicts:
            word, mark = "衝突", Mark.CROSS
        return Row(
            (
                (
                    Para(directory.title(key), bold=True),
                    Para(directory.whose(key), size_px=theme.NOTE_PX, colour=theme.SECOND),
                ),
                (
                    Para(f"{key.spec.label} {hit.number}行" if several else key.spec.label),
                    Para(year_words(key), size_px=theme.NOTE_PX, colour=theme.SECOND),
                ),
                (Para(hit.line, spans=hit.spans),),
                (Para(word, mark=mark, bold=mark in (Mark.TRIANGLE, Mark.CROSS), colour=mark.colour.name()),),
            )
        )

    def _on_opened(self, number: int) -> None:
        hit = self.hits[number]
        self.jump(hit.key, hit.number - 1)

    def hit_keys(self) -> tuple[FieldKey, ...]:
        """Return every field that is found, not only those whose lines are shown."""
        return tuple(dict.fromkeys(hit.key for hit in self._found(_NO_LIMIT)[0]))

    def focus_list(self) -> None:
        """Go to the hits, or to the words that say there are none."""
        widget = self.table if self.hits else self.empty
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def areas(self) -> list[QWidget]:
        """The boxes, then the hits."""
        return [self.year_box, self.table if self.hits else self.empty]

    def printed(self) -> Sheet:
        """The hits for paper."""
        headings, shares = ("活動・担当課", "欄", "文", "状態"), (26, 13, 52, 9)
        about = f"{len(self.hits)} 行。{self.truth.text()}"
        return Sheet(self.title, about, headings, shares, sheet_rows(list(self.table.rows)))
