"""What the centre shows while a goal or the whole plan is chosen: who still owes what, and what was reached."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from welfare_desktop.domain.completeness import UNASSIGNED
from welfare_desktop.domain.model import Judgement
from welfare_desktop.domain.overview import Level, Overview, TargetFacts
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.overview import YearFigures

from ..parts import theme
from ..parts.controls import ElidedLabel, FittedLabel, NoteLabel, push_button
from ..parts.marks import Mark, mark_of_fill
from .activity_list import ActivityList, ActivityRow
from .cells import Shows, Tail, short_date
from .matrix import MatrixView
from .target_bars import Legend, TargetBars
from .tiles import Figure, Tile

_MARGIN_PX = 16
#: Below this width the tiles stand in two rows.
_TILES_IN_A_ROW_PX = 800


class OverviewPage(QWidget):
    """The overview.

    ``cell_opened`` carries an owner (None: anybody) and a column's id (None: any); ``target_opened`` a target;
    ``activity_opened`` an activity's id; ``menu_asked`` an owner and a place on screen; ``all_asked`` to count every
    department again; the others say that a button was pressed.
    """

    cell_opened = Signal(object, object)
    target_opened = Signal(object)
    activity_opened = Signal(str)
    menu_asked = Signal(str, QPoint)
    all_asked = Signal()
    print_asked = Signal()
    remind_asked = Signal()
    ledger_asked = Signal()
    findings_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: Overview | None = None
        self._figures: YearFigures | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._scroll, 1)
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(_MARGIN_PX, theme.STEP, _MARGIN_PX, _MARGIN_PX)
        self._column.setSpacing(theme.STEP)
        self._make_tiles()
        self._make_filter()
        self._make_matrix()
        self._make_bars()
        self._make_activities()
        self._column.addStretch(1)
        self._scroll.setWidget(self._body)
        self.show_attention(None, complete=False)

    # --- making -------------------------------------------------------------------------------------------------

    def _make_head(self) -> QWidget:
        head = QWidget(self)
        head.setObjectName("overviewHead")
        head.setStyleSheet(
            f"#overviewHead {{ background: {theme.FIELD}; border-bottom: 1px solid {theme.SEPARATOR}; }}"
        )
        row = QHBoxLayout(head)
        row.setContentsMargins(_MARGIN_PX, 5, _MARGIN_PX, 7)
        row.setSpacing(theme.STEP)
        words = QVBoxLayout()
        words.setSpacing(1)
        self._vision = ElidedLabel(colour=theme.SECOND)
        self._title = ElidedLabel(size_px=theme.TITLE_PX, bold=True)
        words.addWidget(self._vision)
        words.addWidget(self._title)
        row.addLayout(words, 1)
        self.print_button = push_button("この一覧を印刷…", self.print_asked.emit)
        self.remind_button = push_button("督促の一覧を書き出す…", self.remind_asked.emit, kind="primary")
        row.addWidget(self.print_button)
        row.addWidget(self.remind_button)
        return head

    def _make_tiles(self) -> None:
        self.filled, self.finished, self.answered, self.open_questions = (Tile() for _ in range(4))
        self._tiles = QGridLayout()
        self._tiles.setSpacing(12)
        self._place_tiles(four=True)
        self._column.addLayout(self._tiles)
        self.filled.clicked.connect(self._on_filled_pressed)
        self.finished.clicked.connect(self._on_finished_pressed)
        self.answered.clicked.connect(self.ledger_asked)
        self.open_questions.clicked.connect(self.findings_asked)

    def _place_tiles(self, *, four: bool) -> None:
        self._four_tiles = four
        for place, tile in enumerate((self.filled, self.finished, self.answered, self.open_questions)):
            self._tiles.addWidget(tile, 0 if four else place // 2, place if four else place % 2)

    def _make_filter(self) -> None:
        self._filter = QFrame()
        self._filter.setObjectName("onlyOne")
        self._filter.setStyleSheet(f"#onlyOne {{ background: {theme.ACCENT_TINT}; }}")
        row = QHBoxLayout(self._filter)
        row.setContentsMargins(10, 4, 4, 4)
        self._filter_words = ElidedLabel()
        row.addWidget(self._filter_words, 1)
        self.all_button = push_button("すべての担当課を見る", self.all_asked.emit, kind="small")
        row.addWidget(self.all_button)
        self._column.addWidget(self._filter)

    def _make_matrix(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.STEP)
        self._matrix_title = FittedLabel(size_px=theme.PANE_TITLE_PX, bold=True)
        self._matrix_note = ElidedLabel(colour=theme.SECOND)
        head.addWidget(self._matrix_title)
        head.addWidget(self._matrix_note, 1)
        self.state_button = push_button("担当課の状態…", self._on_state_pressed, kind="small")
        head.addWidget(self.state_button)
        head.addWidget(FittedLabel("表示", colour=theme.SECOND))
        self._shows = QButtonGroup(self)
        switches = QHBoxLayout()
        switches.setSpacing(0)
        for number, shows in enumerate(Shows):
            button = push_button(shows.value, kind="small", name=f"表示 {shows.value}")
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._shows.addButton(button, number)
            switches.addWidget(button)
        head.addLayout(switches)
        self._shows.idClicked.connect(self._on_shows_chosen)
        self._column.addLayout(head)
        self.matrix = MatrixView()
        self.matrix.opened.connect(self._on_cell_opened)
        self.matrix.menu_asked.connect(self._on_menu_asked)
        self.matrix.moved.connect(self._on_matrix_moved)
        self._column.addWidget(self.matrix)
        self._empty = NoteLabel(colour=theme.SECOND, size_px=theme.TEXT_PX)
        self._column.addWidget(self._empty)

    def _make_bars(self) -> None:
        self._bars_title = FittedLabel("指標の達成", size_px=theme.PANE_TITLE_PX, bold=True)
        self._bars_note = ElidedLabel(colour=theme.SECOND)
        head = QHBoxLayout()
        head.setSpacing(theme.STEP)
        head.addWidget(self._bars_title)
        head.addWidget(self._bars_note, 1)
        self._column.addLayout(head)
        self.legend = Legend()
        self._column.addWidget(self.legend)
        self.bars = TargetBars()
        self.bars.opened.connect(self._on_bar_opened)
        self.bars.moved.connect(self._on_bar_moved)
        self._column.addWidget(self.bars)

    def _make_activities(self) -> None:
        self._activities_title = FittedLabel("活動", size_px=theme.PANE_TITLE_PX, bold=True)
        self._column.addWidget(self._activities_title)
        self.activities = ActivityList()
        self.activities.opened.connect(self.activity_opened)
        self._column.addWidget(self.activities)

    # --- showing ------------------------------------------------------------------------------------------------

    def show_counting(self, heading: str, vision: str, rows: Sequence[ActivityRow]) -> None:
        """Show what is known before the counting of a large plan is done: names, and the activities."""
        self.view = self._figures = None
        self._show_names(heading, vision)
        self._empty.setText("数えています…")
        self._show_parts(matrix=False, bars=False, empty=True)
        self._filter.hide()
        for tile in (self.filled, self.finished, self.answered):
            tile.show_figure(Figure(Mark.HALF, "数えています", "", "", "数えています"), "", leads=False)
        self._show_activities(rows)
        self.print_button.setEnabled(False)
        self.remind_button.setEnabled(False)

    def show_failure(self, words: str) -> None:
        """Say below the tiles why there are no figures."""
        self._empty.setText(words)
        self._empty.show()

    def show_overview(self, view: Overview, figures: YearFigures, rows: Sequence[ActivityRow]) -> None:
        """Show ``view`` of ``figures`` and the activities ``rows``."""
        self.view, self._figures = view, figures
        self._show_names(view.heading, view.vision)
        works = [figures.works.get(row.name) if row.name != UNASSIGNED else None for row in view.rows]
        self.matrix.matrix.show_view(view, works, figures.today)
        kind = "活動" if view.level is Level.ACTIVITY_GOAL else "活動目標"
        self._matrix_title.setText(f"担当課 × {kind}")
        shared = "　共同記入の欄は各課に数えます" if view.shared else ""
        self._matrix_note.setText(f"記入済み／求める欄{shared}")
        self._empty.setText(_nothing_words(view))
        self._show_parts(matrix=bool(view.rows), bars=bool(view.columns), empty=not view.rows)
        self._filter.setVisible(view.department is not None)
        self._filter_words.setText(f"「{view.department}」だけを数えています" if view.department else "")
        self._show_figures(view, figures)
        self.bars.show_bars(view.bars)
        self.legend.show_counts(view.judged)
        self._bars_note.setText(f"{fiscal_label(view.year)}・{sum(view.judged.values())} 目標")
        self._show_activities(rows)
        self.print_button.setEnabled(True)
        self.remind_button.setEnabled(any(work.missing for work in figures.works.values()))

    def _show_names(self, heading: str, vision: str) -> None:
        self._vision.setText(f"理念　{vision}")
        self._vision.setVisible(bool(vision))
        self._title.setText(heading)
        self.setAccessibleName(heading)

    def _show_parts(self, *, matrix: bool, bars: bool, empty: bool) -> None:
        self.matrix.setVisible(matrix)
        for widget in (self._matrix_title, self._matrix_note, self.state_button):
            widget.setVisible(matrix)
        for button in self._shows.buttons():
            button.setEnabled(matrix)
        for part in (self._bars_title, self._bars_note, self.legend, self.bars):
            part.setVisible(bars)
        self._empty.setVisible(empty)

    def _show_activities(self, rows: Sequence[ActivityRow]) -> None:
        self.activities.show_rows(f"{self._title.text()}の活動", rows)
        self.activities.setVisible(bool(rows))
        self._activities_title.setVisible(bool(rows))

    def _show_figures(self, view: Overview, figures: YearFigures) -> None:
        fill = view.fill
        self.filled.show_figure(
            Figure(
                mark_of_fill(fill.entered, fill.expected, fill.draft),
                "記入済み",
                f"{fill.percent}%" if fill.expected else "—",
                f"{fill.entered} / {fill.expected} 欄",
                f"記入済みの欄 {fill.percent}%、{fill.expected} 欄のうち {fill.entered} 欄、"
                f"未記入 {fill.blank}、下書き {fill.draft}",
            ),
            "次の未記入へ",
            leads=bool(fill.blank + fill.draft),
        )
        works = figures.works_in(view)
        finished = sum(work.finished for work in works)
        self.finished.show_figure(
            Figure(
                mark_of_fill(finished, len(works)) if works else Mark.BAR,
                "完了・確定",
                str(finished),
                f"/ {len(works)} 課",
                f"完了・確定 {len(works)} 課のうち {finished} 課（年度全体）",
            ),
            "まだの課へ",
            leads=finished < len(works),
        )
        self.answered.show_figure(_answers(view, figures), "提出台帳を開く", leads=True)

    def show_attention(self, counts: tuple[int, int] | None, *, complete: bool) -> None:
        """Show how many findings and conflicts want a look here; None or not ``complete``: still counting."""
        word = "要確認・衝突"
        if counts is None:
            figure = Figure(Mark.TRIANGLE, word, "…", "", f"{word}を数えています")
        else:
            findings, conflicts = counts
            rest = "件" if complete else "件…"
            mark = Mark.CROSS if conflicts else Mark.TRIANGLE if findings else Mark.TICK if complete else Mark.HALF
            more = "" if complete else "、まだ数えています"
            figure = Figure(
                mark, word, f"{findings}・{conflicts}", rest, f"要確認 {findings} 件、衝突 {conflicts} 件{more}"
            )
        self.open_questions.show_figure(figure, "一覧を開く", leads=counts is not None and sum(counts) > 0)

    # --- where one is -------------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Go into the matrix, or into the list of activities where there is none."""
        if self.matrix.isVisibleTo(self):
            self.matrix.focus_first()
        else:
            self.activities.focus_first()

    def owner_here(self) -> str | None:
        """Return whose row one is in, None outside of the matrix's rows."""
        index = self.matrix.currentIndex()
        return self.matrix.matrix.owner(index.row()) if index.isValid() and self.view is not None else None

    def place(self) -> tuple[str | None, str | None] | None:
        """Return owner and column of the cell one is in, to come back to it."""
        index = self.matrix.currentIndex()
        if not index.isValid():
            return None
        return self.matrix.matrix.owner(index.row()), self.matrix.matrix.column_id(index.column())

    # --- hearing ------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: narrow pages put the tiles in two rows."""
        super().resizeEvent(event)
        four = event.size().width() >= _TILES_IN_A_ROW_PX
        if four != self._four_tiles:
            self._place_tiles(four=four)

    def event(self, event: QEvent) -> bool:
        """Qt: Esc is the page's, whatever the window does with it elsewhere."""
        pressed = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if pressed and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc leaves the page for the tree."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _on_shows_chosen(self, number: int) -> None:
        self.matrix.matrix.show_as(tuple(Shows)[number])

    def _on_cell_opened(self, row: int, column: int) -> None:
        model = self.matrix.matrix
        owner, tail = model.owner(row), model.tail(column)
        if tail is Tail.STATE and owner is not None:
            self._ask_menu(row)
        elif tail is Tail.ANSWER:
            self.ledger_asked.emit()
        else:
            self.cell_opened.emit(owner, model.column_id(column))

    def _on_menu_asked(self, row: int, place: QPoint) -> None:
        owner = self.matrix.matrix.owner(row)
        if owner is not None:
            self.menu_asked.emit(owner, place)

    def _ask_menu(self, row: int) -> None:
        index = self.matrix.matrix.index(row, self.matrix.matrix.goals + Tail.STATE.value)
        self._on_menu_asked(row, self.matrix.viewport().mapToGlobal(self.matrix.visualRect(index).bottomLeft()))

    def _on_state_pressed(self) -> None:
        owner = self.owner_here()
        if owner is None:
            self.matrix.setCurrentIndex(self.matrix.matrix.index(0, 0))
            owner = self.owner_here()
        if owner is not None:
            self.menu_asked.emit(owner, self.state_button.mapToGlobal(self.state_button.rect().bottomLeft()))

    def _on_filled_pressed(self) -> None:
        self.cell_opened.emit(self.view.department if self.view is not None else None, None)

    def _on_finished_pressed(self) -> None:
        """Go to the state of the first department that is not finished."""
        model = self.matrix.matrix
        for row in range(model.rowCount()):
            work = model.work(row)
            if work is not None and not work.finished:
                self.matrix.setCurrentIndex(model.index(row, model.goals + Tail.STATE.value))
                self.matrix.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _on_bar_opened(self, row: int, judgement: Judgement) -> None:
        target: TargetFacts | None = self.view.bars[row].first(judgement) if self.view is not None else None
        if target is not None:
            self.target_opened.emit(target)

    def _on_matrix_moved(self, box: QRect) -> None:
        self._reveal(self.matrix.viewport(), box)

    def _on_bar_moved(self, box: QRect) -> None:
        self._reveal(self.bars.viewport(), box)

    def _reveal(self, part: QWidget, box: QRect) -> None:
        """Scroll the page so that a cell of ``part`` is seen."""
        top = part.mapTo(self._body, box.topLeft()).y()
        self._scroll.ensureVisible(0, top, 0, theme.STEP)
        self._scroll.ensureVisible(0, top + box.height(), 0, theme.STEP)


def _nothing_words(view: Overview) -> str:
    """Say why there is no row."""
    if view.department is not None:
        return f"「{view.department}」に求める欄は、ここにはありません。"
    if view.level is Level.PLAN and not view.columns:
        return "この計画には、この年度に報告する目標がまだありません。目標と活動を加えると、ここに進み具合が出ます。"
    return "この年度に求める欄は、ここにはありません。"


def _answers(view: Overview, figures: YearFigures) -> Figure:
    """Return the tile of deadline and answers; what was not handed out or not set is not invented."""
    works = figures.works_in(view)
    missing = sum(work.missing for work in works)
    overdue = sum(work.overdue(figures.today) for work in works)
    sheets = [work for work in works if work.sheet is not None]
    until = short_date(figures.deadline_on) or figures.deadline
    word = f"期限 {until}・未提出" if until else "期限未定・未提出"
    if not sheets:
        spoken = f"期限 {figures.deadline or '未定'}、記入用紙はまだ配っていません"
        return Figure(Mark.BAR, word, "—", "用紙は未配布", spoken)
    mark = Mark.CROSS if overdue else Mark.RING if missing else Mark.TICK
    late = f"（超過 {overdue}）" if overdue else ""
    spoken = f"期限 {until or '未定'}、配った {len(sheets)} 課のうち未提出 {missing} 課、期限超過 {overdue} 課"
    return Figure(mark, word, str(missing), f"/ {len(sheets)} 課{late}", spoken)
