"""未記入・下書き: every blank field and every draft of the year with who owes it; drafts can be confirmed from here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.model import EntryState
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.list_sheets import Sheet
from welfare_desktop.operations.listing import Directory, Gap, gaps, year_words

from ..desk import Desk
from ..output.list_printing import sheet_rows
from ..parts import theme
from ..parts.controls import FittedLabel, NoteLabel, push_button
from ..parts.marked_text import Para, Row
from ..parts.marks import Mark, mark_icon, mark_of_state
from .marked_table import MarkedTable
from .page import Pane

#: Rows shown at first, and added by every 続き.
_MOST_AT_ONCE = 500
_LINES_SHOWN = 2


class GapsPane(Pane):
    """The blanks and drafts of the year and department on the desk.

    ``confirm_asked`` carries the keys of drafts to be confirmed as they stand.
    """

    confirm_asked = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("未記入・下書き", parent)
        self._desk = desk
        self._all: tuple[Gap, ...] = ()
        self.shown: tuple[Gap, ...] = ()
        self._limit = _MOST_AT_ONCE
        self.print_button = push_button("一覧を印刷…")
        self.confirm_button = push_button("この下書きを確定する  Ctrl+Enter", self.confirm_one)
        self.confirm_all_button = push_button("表示中の下書きをすべて確定…", self._on_confirm_all_clicked)
        self.buttons = (self.print_button, self.confirm_button, self.confirm_all_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 7, 16, 7)
        bar.setSpacing(6)
        bar.addWidget(FittedLabel("絞り込み", colour=theme.SECOND))
        self.blank_toggle = push_button("未記入", kind="small", name="絞り込み 未記入だけ")
        self.draft_toggle = push_button("下書き", kind="small", name="絞り込み 下書きだけ")
        for button, mark in ((self.blank_toggle, Mark.RING), (self.draft_toggle, Mark.DASHED)):
            button.setCheckable(True)
            button.setIcon(mark_icon(mark))
            button.clicked.connect(self._on_toggled)
            bar.addWidget(button)
        bar.addStretch(1)
        self.more = push_button("続きを見る", self._on_more_clicked, kind="small")
        bar.addWidget(self.more)
        bar.addWidget(FittedLabel("Enter で欄へ移り、Esc でここに戻ります", colour=theme.SECOND))
        column.addLayout(bar)
        headings = ("状態", "活動", "欄", "書く人", "いまの文")
        self.table = MarkedTable("未記入と下書き", headings, (88, -30, 118, -24, -46))
        self.table.opened.connect(self._on_opened)
        self.table.current_changed.connect(self._on_row_changed)
        self.empty = NoteLabel(colour=theme.SECOND, size_px=theme.TEXT_PX)
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(16, 24, 16, 16)
        inner.addWidget(self.empty)
        inner.addStretch(1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(page)
        column.addWidget(self._stack, 1)

    # --- showing ------------------------------------------------------------------------------------------------

    def show_count(self) -> None:
        """Show in the tab how much is blank or a draft, without making the list."""
        fill = self._desk.fill
        self.count = fill.blank + fill.draft
        self.described.emit()

    def refresh(self, *, keep_row: bool = True) -> None:
        """Make the list anew, at the row one was at."""
        current = self.table.current if keep_row else 0
        self._all = gaps(self._desk.session, self._desk.year, self._desk.department)
        self._show(max(current, 0))

    def _show(self, current: int) -> None:
        only_blank, only_draft = self.blank_toggle.isChecked(), self.draft_toggle.isChecked()
        states = {EntryState.BLANK, EntryState.DRAFT}
        if only_blank != only_draft:
            states = {EntryState.BLANK if only_blank else EntryState.DRAFT}
        wanted = [gap for gap in self._all if gap.state in states]
        self.shown = tuple(wanted[: self._limit])
        directory = Directory(self._desk.session.plan(()))
        self.table.show_rows([_row(gap, directory) for gap in self.shown], current)
        self._stack.setCurrentIndex(0 if self.shown else 1)
        self.more.setVisible(len(wanted) > len(self.shown))
        blanks = sum(1 for gap in self._all if gap.state is EntryState.BLANK)
        drafts = len(self._all) - blanks
        whose = self._desk.department or "すべての担当課"
        sub = f"{whose}　未記入 {blanks}・下書き {drafts}"
        if len(wanted) > len(self.shown):
            sub += f"　初めの {len(self.shown)} 件です。続きがあります"
        self.empty.setText(self._nothing_words(bool(self._all)))
        shown_drafts = sum(1 for gap in self.shown if gap.state is EntryState.DRAFT)
        self.confirm_all_button.setText(f"表示中の下書き {shown_drafts} 件を確定…")
        self.confirm_all_button.setEnabled(bool(shown_drafts) and self._desk.editable)
        self.print_button.setEnabled(bool(self.shown))
        self.describe(f"未記入・下書き　{fiscal_label(self._desk.year)}", sub, len(self._all))
        self._on_row_changed(self.table.current)

    def _nothing_words(self, narrowed: bool) -> str:
        if narrowed:
            return "絞り込みに合う欄はありません。絞り込みのボタンをもう一度押すと、すべて出ます。"
        text = f"{fiscal_label(self._desk.year)}の報告で、未記入の欄も下書きの欄もありません。"
        return text + (f"\n（担当課を「{self._desk.department}」に絞っています）" if self._desk.department else "")

    def _on_toggled(self) -> None:
        self._limit = _MOST_AT_ONCE
        self._show(0)

    def _on_more_clicked(self) -> None:
        self._limit += _MOST_AT_ONCE
        self._show(self.table.current)

    # --- acting -------------------------------------------------------------------------------------------------

    def _on_row_changed(self, number: int) -> None:
        gap = self.shown[number] if 0 <= number < len(self.shown) else None
        self.confirm_button.setEnabled(gap is not None and gap.state is EntryState.DRAFT and self._desk.editable)

    def _on_opened(self, number: int) -> None:
        self.jump(self.shown[number].key, None)

    def confirm_one(self) -> None:
        """Ask to confirm the draft of the current row."""
        number = self.table.current
        if 0 <= number < len(self.shown) and self.shown[number].state is EntryState.DRAFT and self._desk.editable:
            self.confirm_asked.emit((self.shown[number].key,))

    def _on_confirm_all_clicked(self) -> None:
        self.confirm_asked.emit(self._drafts())

    def _drafts(self) -> tuple[FieldKey, ...]:
        return tuple(gap.key for gap in self.shown if gap.state is EntryState.DRAFT)

    def focus_list(self) -> None:
        """Go to the row one was at."""
        (self.table if self.shown else self.empty).setFocus(Qt.FocusReason.OtherFocusReason)

    def areas(self) -> list[QWidget]:
        """The filters, then the list."""
        return [self.blank_toggle, self.table if self.shown else self.empty]

    def printed(self) -> Sheet:
        """The list for paper."""
        headings, shares = ("状態", "活動", "欄", "書く人", "いまの文"), (9, 27, 13, 20, 31)
        return Sheet(self.title, self.sub, headings, shares, sheet_rows(list(self.table.rows)))


def _text(gap: Gap) -> tuple[Para, ...]:
    """Return how a draft begins: the list is to be looked through, the field itself is one Enter away."""
    if not gap.lines:
        return (Para("（未記入）", colour=theme.PLACEHOLDER),)
    shown = tuple(Para(line) for line in gap.lines[:_LINES_SHOWN])
    more = len(gap.lines) - _LINES_SHOWN
    return (*shown, Para(f"ほか {more} 行", size_px=theme.NOTE_PX, colour=theme.SECOND)) if more > 0 else shown


def _row(gap: Gap, directory: Directory) -> Row:
    mark = mark_of_state(gap.state)
    return Row(
        (
            (Para(gap.state.label, mark=mark, colour=mark.colour.name()),),
            (Para(directory.title(gap.key), bold=True),),
            (
                Para(gap.key.spec.label),
                Para(year_words(gap.key), size_px=theme.NOTE_PX, colour=theme.SECOND),
            ),
            (Para("・".join(gap.owners)),),
            _text(gap),
        )
    )
