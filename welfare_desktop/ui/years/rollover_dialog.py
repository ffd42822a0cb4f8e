"""年度更新: everything that opening a year would do, to be looked at before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.differences import Change, Segment, character_difference
from welfare_desktop.domain.errors import Cancelled, WelfareError
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.domain.rolling_preview import Handling, PreviewRow
from welfare_desktop.domain.years import YearState, fiscal_label
from welfare_desktop.operations.rolling import Opening

from ..parts import theme
from ..parts.cell_table import Cell, CellTable, Words, note, one_side, plain
from ..parts.controls import ChoiceBox, FittedLabel, NoteLabel, push_button
from ..parts.jobs import Jobs
from ..parts.marks import Mark, MarkLabel, mark_icon

_WIDTH_PX, _HEIGHT_PX = 1120, 704
_MARKS = {
    Handling.TURNED: Mark.TICK,
    Handling.REVIEW: Mark.TRIANGLE,
    Handling.KEPT: Mark.BAR,
    Handling.UNPLANNED: Mark.RING,
}
#: Finds out what opening a year would do in each style; raises for a year that cannot be opened.
Prepare = Callable[[int], Callable[[Progress], Mapping[DraftStyle, Opening]]]
#: Opens the year as shown; raises when it cannot be done, and nothing changed then.
Take = Callable[[Opening, DraftStyle, bool], object]


class RolloverDialog(QDialog):
    """The preview and the choices.

    ``years`` are the years of the plan with what became of them, ``year`` the one proposed.  ``prepare`` and ``take``
    are as above, ``back_up`` makes a copy on any thread before anything is written; what they refuse is said in the
    dialog.  ``print_asked`` carries the Opening to print; accepted means that the year was opened, or only chosen to
    be shown (:attr:`wrote` False).
    """

    print_asked = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        years: Mapping[int, YearState],
        year: int,
        prepare: Prepare,
        back_up: Callable[[], object],
        take: Take,
    ) -> None:
        super().__init__(parent)
        self._prepare, self._back_up, self._take = prepare, back_up, take
        self._at_years = False
        self._openings: Mapping[DraftStyle, Opening] = {}
        self._rows: Sequence[PreviewRow] = ()
        self.wrote = False
        self.year = year
        self.jobs = Jobs(self)
        self.setWindowTitle("年度更新")
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(_WIDTH_PX, screen.width()), min(_HEIGHT_PX, screen.height() - 40))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head(years))
        column.addWidget(self._make_choices())
        column.addWidget(self._make_filters())
        self.table = CellTable(_headings(year), (21, 34, 36, -92), "下書きの下見", tinted=(1,))
        column.addWidget(self.table, 1)
        column.addWidget(self._make_foot())
        self.years.setCurrentIndex(self.years.findData(year))

    # --- making -------------------------------------------------------------------------------------------------

    def _make_head(self, years: Mapping[int, YearState]) -> QWidget:
        head = QWidget()
        head.setObjectName("rolloverHead")
        head.setStyleSheet(
            f"#rolloverHead {{ background: {theme.FIELD}; border-bottom: 1px solid {theme.SEPARATOR}; }}"
        )
        column = QVBoxLayout(head)
        column.setContentsMargins(theme.DIALOG_MARGIN, 8, theme.DIALOG_MARGIN, 8)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(theme.STEP)
        self.title = FittedLabel(size_px=theme.TITLE_PX, bold=True)
        self.years = ChoiceBox("開く年度")
        self.years.setFont(theme.font(bold=True))
        for year, state in years.items():
            self.years.addItem(f"{fiscal_label(year)}　{state.label}", year)
        self.years.activated.connect(self._on_year_chosen)
        row.addWidget(self.title)
        row.addWidget(self.years)
        row.addStretch(1)
        column.addLayout(row)
        self.about = NoteLabel(colour=theme.SECOND)
        column.addWidget(self.about)
        return head

    def _make_choices(self) -> QWidget:
        band = QWidget()
        grid = QGridLayout(band)
        grid.setContentsMargins(theme.DIALOG_MARGIN, 8, theme.DIALOG_MARGIN, 8)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        self.style_heading, self.finished_heading = QLabel(), QLabel()
        for place, label in enumerate((self.style_heading, QLabel("引き継ぐもの"), self.finished_heading)):
            label.setFont(theme.font(theme.SMALL_PX, bold=True))
            grid.addWidget(label, 0, place)
        self.styles = QButtonGroup(self)
        for number, style in enumerate(DraftStyle):
            button = QRadioButton(style.label)
            self.styles.addButton(button, number)
            grid.addWidget(button, number + 1, 0)
        self.styles.button(0).setChecked(True)
        self.styles.idClicked.connect(self._show_style)
        self.carried = tuple(MarkLabel() for _ in range(3))
        for number, label in enumerate(self.carried):
            grid.addWidget(label, number + 1, 1)
        self.close_box = QCheckBox()
        self.close_box.setChecked(True)
        self.close_box.toggled.connect(self._show_button)
        self.lock_note = NoteLabel(colour=theme.SECOND, size_px=theme.NOTE_PX)
        grid.addWidget(self.close_box, 1, 2)
        grid.addWidget(self.lock_note, 2, 2, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(2, 1)
        return band

    def _make_filters(self) -> QWidget:
        band = QWidget()
        band.setObjectName("rolloverFilters")
        band.setStyleSheet(f"#rolloverFilters {{ border-top: 1px solid {theme.SEPARATOR}; }}")
        row = QHBoxLayout(band)
        row.setContentsMargins(theme.DIALOG_MARGIN, 6, theme.DIALOG_MARGIN, 6)
        row.setSpacing(6)
        heading = FittedLabel("下書きの下見", size_px=theme.PANE_TITLE_PX, bold=True)
        heading.setMinimumWidth(heading.sizeHint().width())  # the hint at the end gives way, not the heading
        row.addWidget(heading)
        self.filters = QButtonGroup(self)
        for number, handling in enumerate((None, *Handling)):
            button = push_button("")
            button.setCheckable(True)
            if handling is not None:
                button.setIcon(mark_icon(_MARKS[handling]))
            self.filters.addButton(button, number)
            row.addWidget(button)
        self.filters.button(0).setChecked(True)
        self.filters.idClicked.connect(self._show_rows)
        row.addStretch(1)
        legend = FittedLabel("色と線の付いた文字が直したところ", size_px=theme.NOTE_PX, colour=theme.SECOND)
        row.addWidget(legend)
        return band

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        foot.setObjectName("rolloverFoot")
        foot.setStyleSheet(f"#rolloverFoot {{ border-top: 1px solid {theme.SEPARATOR}; }}")
        column = QVBoxLayout(foot)
        column.setContentsMargins(theme.DIALOG_MARGIN, 8, theme.DIALOG_MARGIN, 8)
        column.setSpacing(theme.HALF)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        row = QHBoxLayout()
        row.setSpacing(theme.STEP)
        mark = MarkLabel()
        mark.show_mark(Mark.DASHED, "")
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        words = "下書きは「確定する」を押すまで印が付き、残っていれば印刷や書出しのときに数を知らせます。始める前に控えを作ります。"
        row.addWidget(NoteLabel(words, size_px=theme.NOTE_PX), 1, Qt.AlignmentFlag.AlignVCenter)
        self.print_button = push_button("下見を印刷…", self._on_print_clicked)
        row.addWidget(self.print_button)
        row.addWidget(push_button("やめる", self.reject))
        self.done_button = push_button("", self._on_done_clicked, kind="primary")
        self.done_button.setDefault(True)
        row.addWidget(self.done_button)
        column.addLayout(row)
        return foot

    # --- finding out --------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: begin to find out when there is a window to see it in."""
        super().showEvent(event)
        if not event.spontaneous() and not self._openings and not self.jobs.busy:
            self._look(self.year)

    def _on_year_chosen(self, row: int) -> None:
        self._look(self.years.itemData(row))

    def _offer_years(self) -> None:
        """Let another year be chosen; resting, the box lost the focus to the next thing that takes it."""
        self.years.setEnabled(True)
        if self._at_years:
            self._at_years = False
            self.years.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look(self, year: int) -> None:
        """Find out what opening ``year`` would do; large plans take a moment."""
        self.year = year
        self._openings = {}
        self.error.hide()
        self._show_year()
        self._show_style()
        try:
            look = self._prepare(year)
        except WelfareError as error:
            self._refuse(error)
            return
        self._at_years = self.years.hasFocus() or self.focusWidget() in (None, self.years)
        self.years.setEnabled(False)
        self.jobs.start("下書きの下見を作っています", look, self._on_looked, self._refuse)

    def _on_looked(self, openings: Mapping[DraftStyle, Opening]) -> None:
        self._openings = openings
        self._offer_years()
        left = next(iter(openings.values())).left
        # A year nobody has written anything for is not finished: closing it is left to whoever means it.
        self.close_box.setChecked(left is None or left.begun)
        self._show_year()
        self._show_style()

    def _refuse(self, error: WelfareError) -> None:
        self._offer_years()
        if isinstance(error, Cancelled):
            if not self._openings:
                self.reject()
            return
        self.error.setText(f"{error.message}{error.next_step}　{error.code}")
        self.error.show()

    # --- showing ------------------------------------------------------------------------------------------------

    @property
    def style_chosen(self) -> DraftStyle:
        """What the drafts are to be made of."""
        return tuple(DraftStyle)[self.styles.checkedId()]

    @property
    def opening(self) -> Opening | None:
        """What the present choice would do; None while that is not known."""
        return self._openings.get(self.style_chosen)

    @property
    def closes(self) -> bool:
        """Whether the year before is to be closed."""
        return self.close_box.isChecked() and self.close_box.isVisibleTo(self)

    def _show_year(self) -> None:
        year, before = fiscal_label(self.year), fiscal_label(self.year - 1)
        self.title.setText(f"年度更新　{before} →")
        self.title.updateGeometry()
        self.style_heading.setText(f"実施状況（{year}）")
        self.table.set_headings(_headings(self.year))
        self.finished_heading.setText(before)
        self.close_box.setText(f"{before}を確定して鍵をかける")
        opening = next(iter(self._openings.values()), None)
        finished = opening.finished if opening is not None else None
        self.close_box.setVisible(finished is not None)
        words = "鍵は理由を書けば外せます（記録に残ります）"
        if opening is not None and finished is None:
            words = f"{before}は確定しているか、この計画より前の年度です。"
        left = opening.left.words if opening is not None and opening.left is not None else ""
        self.lock_note.setText(f"残っているもの: {left}。\n{words}" if left else words)
        palette = self.lock_note.palette()
        colour = theme.colour(theme.ATTENTION if left else theme.SECOND)
        palette.setColor(self.lock_note.foregroundRole(), colour)
        self.lock_note.setPalette(palette)
        for number, button in enumerate(self.styles.buttons()):
            button.setEnabled(opening is not None and (not opening.drafted or number == self.styles.checkedId()))
        if opening is None:
            self._tell_carried("", "", "")
            self.about.setText("調べています…")
            return
        carried = opening.carried
        self._tell_carried(
            f"取組み・役割・主な活動指標　{carried.activities} 活動",
            f"担当課と記入欄の分け方　{carried.slots} 欄",
            f"実績と{fiscal_label(self.year + 1)}の予定は空欄から",
        )

    def _tell_carried(self, *words: str) -> None:
        for label, text, mark in zip(self.carried, words, (Mark.TICK, Mark.TICK, Mark.RING), strict=True):
            label.setVisible(bool(text))
            label.show_mark(mark, text)
            # The words are what is read; only the mark has a colour of its own.
            palette = label.palette()
            palette.setColor(label.foregroundRole(), theme.colour(theme.TEXT))
            label.setPalette(palette)

    def _show_style(self) -> None:
        opening = self.opening
        rows = opening.rows if opening is not None else ()
        self._rows = rows
        for number, handling in enumerate((None, *Handling)):
            count = sum(handling in (None, row.handling) for row in rows)
            button = self.filters.button(number)
            words = f"すべて {count} 行" if handling is None else f"{handling.heading} {count}"
            button.setText(words)
            button.setAccessibleName(words)
            button.setEnabled(bool(count) or handling is None)
            button.setVisible(bool(count) or handling is not Handling.UNPLANNED)
        if not self.filters.button(self.filters.checkedId()).isEnabled():
            self.filters.button(0).setChecked(True)
        if opening is not None:
            self.about.setText(_about(opening, self.style_chosen))
        self._show_rows()
        self._show_button()

    def _show_rows(self) -> None:
        number = self.filters.checkedId()
        handling = (None, *Handling)[number]
        rows = [row for row in self._rows if handling in (None, row.handling)]

        def cell(row: int, column: int) -> Cell:
            return _cell(rows[row], column)

        self.table.show_rows(len(rows), cell)

    def _show_button(self) -> None:
        opening = self.opening
        year = fiscal_label(self.year)
        self.print_button.setEnabled(opening is not None and bool(opening.rows))
        self.done_button.setEnabled(opening is not None)
        if opening is None or not opening.opened:
            words = f"{year}を開く"
        elif not opening.changes_anything(close=self.closes):
            words = f"{year}を見る"
        else:
            words = "下書きを入れる" if opening.rollover.drafts else f"{fiscal_label(self.year - 1)}を確定する"
        self.done_button.setText(words)
        self.done_button.setAccessibleName(words)

    # --- doing --------------------------------------------------------------------------------------------------

    def _on_print_clicked(self) -> None:
        if self.opening is not None and not self.jobs.busy:
            self.print_asked.emit(self.opening)

    def _on_done_clicked(self) -> None:
        opening = self.opening
        if opening is None or self.jobs.busy:
            return
        if not opening.changes_anything(close=self.closes):
            self.accept()
            return

        def work(progress: Progress) -> None:
            progress.step(0, 1, "控え")
            self._back_up()
            progress.step(1, 1, "控え")

        self.jobs.start("始める前に控えを作っています", work, self._on_backed_up, self._refuse)

    def _on_backed_up(self, _made: object) -> None:
        opening = self.opening
        assert opening is not None
        try:
            self._take(opening, self.style_chosen, self.closes)
        except WelfareError as error:
            self._refuse(error)
            return
        self.wrote = True
        self.accept()

    def done(self, result: int) -> None:
        """Qt: nothing runs on behind a closed dialog."""
        self.jobs.stop()
        super().done(result)


def _headings(year: int) -> tuple[str, ...]:
    label = fiscal_label(year)
    return ("活動・担当課", f"もと：{label} 実施予定", f"下書き：{label} 実施状況", "扱い")


def _about(opening: Opening, style: DraftStyle) -> str:
    """Say in a sentence or two what would happen."""
    year = fiscal_label(opening.rollover.year)
    if opening.drafted:
        return f"{year}はもう開いていて、下書きも作ってあります。もう一度開いても、書いた文は何も変わりません。"
    if opening.opened:
        head = f"{year}はもう開いています。"
        return head + ("空いている記入欄に下書きを入れます。" if opening.rollover.drafts else "下書きは作りません。")
    before = fiscal_label(opening.rollover.year - 1)
    if style is DraftStyle.BLANK:
        words = f"{year}を開きます。下書きは作らず、実施状況は空欄から始めます。"
    elif opening.rollover.drafts:
        words = f"{year}を開き、先に立てた「{year} 実施予定」から実施状況の下書きを作ります。"
    else:
        words = f"{year}を開きます。「{year} 実施予定」がまだないので、下書きはできません。"
    words += f"{before}の内容は変わりません。"
    if opening.carried.written:
        words += f"すでに書いてある {opening.carried.written} 欄はそのままにします。"
    return words


def _cell(row: PreviewRow, column: int) -> Cell:
    changed: tuple[Segment, ...] = ()
    if column in (1, 2):
        changed = character_difference(row.planned, row.drafted)
    match column:
        case 0:
            return (plain(row.activity, bold=True), note(row.owner))
        case 1:
            if row.handling is Handling.UNPLANNED:
                return (note("（実施予定なし）"),)
            return (Words(one_side(changed, Change.ADDED)),)
        case 2:
            reasons = tuple(note(reason, theme.ATTENTION) for reason in row.reasons)
            if row.handling is Handling.UNPLANNED:
                return tuple(note(reason) for reason in row.reasons)
            return (Words(one_side(changed, Change.REMOVED)), *reasons)
        case _:
            mark = _MARKS[row.handling]
            bold = row.handling is Handling.REVIEW
            return (plain(row.handling.label, colour=mark.colour.name(), mark=mark, bold=bold),)
