"""Taking in files that came back: read, look, decide, apply in one step; the ledger; what became of every file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QTabWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.errors import Cancelled, ClosedReport, EditConflict, WelfareError
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.bases import read_edits
from welfare_desktop.operations.differing import Group
from welfare_desktop.operations.finishing import Declared, declare_complete, declared_complete
from welfare_desktop.operations.merging import plan_merge
from welfare_desktop.operations.reading_back import ReadFile, returned_files
from welfare_desktop.operations.reminding import log_sheet, write_log
from welfare_desktop.operations.reviewing import Review, open_review, past_merges
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.unmerging import undo_merge

from ..beside.history_text import spoken_time
from ..output.saving_place import SavingPlace
from ..parts import theme
from ..parts.asking import ask, tell_error
from ..parts.banner import Tone
from ..parts.controls import ChoiceBox, ElidedLabel, FittedLabel, push_button
from ..parts.jobs import Jobs
from ..parts.marks import Mark, MarkLabel
from ..settings import Settings
from ..structure.reasons import because
from .file_drops import FileDrops
from .ledger_view import LedgerView
from .review import ReviewPage
from .table import MARK_OF_GROUP

_WIDTH_PX, _HEIGHT_PX = 1366, 697
_RETURNED = "戻ってきたファイル (*.xlsx *.xlsm *.welfarepkg);;すべてのファイル (*)"
_NOTHING = "ファイルをここへ落とすか、「ファイルを加える…」で選んでください。"


class MergeWindow(QDialog):
    """One merge, from the files to its log.  Nothing is written before 取り込む."""

    def __init__(self, parent: QWidget | None, session: Session, settings: Settings) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session = session
        self._read: list[ReadFile] = []
        #: The fields chosen for texts without one; see ``operations.loose_edits``.
        self._assigned: dict[str, str] = {}
        self.review: Review | None = None
        self.merge_id: str | None = None
        self._log: list[str] = []
        self._leaving = False
        #: Whether the data file was changed while the window was open.
        self.written_anything = False
        self.jobs = Jobs(self)
        self._place = SavingPlace(self, settings, session.path.parent)
        self.setWindowTitle("戻ってきたファイルの取込み")
        FileDrops(self, self._can_read, self.read)
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(_WIDTH_PX, screen.width()), min(_HEIGHT_PX, screen.height() - 40))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_head())
        self.page = ReviewPage()
        self._settings = settings
        self.ledger = LedgerView(session, self._place, settings)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName("取込みの画面")
        self.tabs.addTab(self.page, "差分を決める")
        self.tabs.addTab(self.ledger, "提出台帳")
        self.tabs.addTab(self._make_log(), "結果の記録")
        column.addWidget(self.tabs, 1)
        column.addLayout(self._make_foot())
        self.page.changed.connect(self._show_state)
        self.page.refused.connect(self._on_refused)
        self.page.placed.connect(self._on_placed)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self._show_open()

    # --- making -------------------------------------------------------------------------------------------------

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.DIALOG_MARGIN, theme.STEP, theme.DIALOG_MARGIN, theme.STEP)
        row.setSpacing(12)
        self.counted = FittedLabel(bold=True, size_px=theme.TEXT_PX)
        row.addWidget(self.counted)
        self._unreadable = MarkLabel()
        row.addWidget(self._unreadable)
        self._counts: dict[Group, MarkLabel] = {}
        for group in (Group.AUTOMATIC, Group.REVIEW, Group.CONFLICT, Group.UNMATCHED, Group.OUT_OF_SCOPE):
            self._counts[group] = MarkLabel()
            row.addWidget(self._counts[group])
        self.written = ElidedLabel(colour=theme.SECOND)
        self.written.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(self.written, 1)
        self.add = push_button("ファイルを加える…", self.ask_files)
        row.addWidget(self.add)
        return row

    def _make_log(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.DIALOG_MARGIN, theme.STEP, theme.DIALOG_MARGIN, 0)
        row = QHBoxLayout()
        self.log_head = ElidedLabel(colour=theme.SECOND)
        row.addWidget(self.log_head, 1)
        self.save = push_button("記録を保存…", self.save_log, kind="small")
        self.undo = push_button("この取込みを取り消す…", self.undo_it, kind="small")
        row.addWidget(self.save)
        self.print_button = push_button("記録を印刷…", self.print_log, kind="small")
        row.addWidget(self.print_button)
        self.past = ChoiceBox("取り消す取込み")
        self.past.setMinimumHeight(theme.SMALL_BUTTON_HEIGHT)
        self.past.setMaximumWidth(360)
        row.addWidget(self.past)
        row.addWidget(self.undo)
        column.addLayout(row)
        self.log = QTextEdit()
        self.log.setReadOnly(True)
        self.log.setTabChangesFocus(True)
        self.log.setAccessibleName("結果の記録")
        self.log.setFont(theme.font(theme.SMALL_PX))
        column.addWidget(self.log, 1)
        return page

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.DIALOG_MARGIN, theme.STEP, theme.DIALOG_MARGIN, theme.STEP)
        row.setSpacing(theme.STEP)
        self.obstacle = MarkLabel()
        row.addWidget(self.obstacle)
        promise = ElidedLabel("取り込む前に控えを作ります。あとで丸ごと取り消せます。", colour=theme.SECOND)
        promise.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(promise, 1)
        self.leave = push_button("やめる", self.reject)
        row.addWidget(self.leave)
        self.take = push_button("取り込む", self.apply, kind="primary")
        row.addWidget(self.take)
        return row

    # --- reading ------------------------------------------------------------------------------------------------

    def choose_files(self) -> list[Path]:
        """Ask for files; empty when a person stops."""
        title = "戻ってきたファイルを選ぶ（いくつでも）"
        names, _ = QFileDialog.getOpenFileNames(self.parentWidget() or self, title, self._place.folder(), _RETURNED)
        return [Path(name) for name in names]

    def ask_files(self) -> None:
        """Ask for files and read them."""
        self.read(self.choose_files())

    def read(self, paths: Sequence[Path]) -> None:
        """Read files in the background and add them to those that are here; a file that is here is read anew."""
        if not paths or not self._can_read():
            return
        if self.merge_id is not None:
            self._read, self.review, self.merge_id = [], None, None
            self._assigned = {}
            self._show()
        wanted, store = returned_files(paths), self._session.path

        def work(progress: Progress) -> list[ReadFile]:
            return read_edits(store, wanted, progress)

        self.jobs.start("戻ってきたファイルを読んでいます", work, self._on_read, self._on_not_read)

    def _can_read(self) -> bool:
        return not self.jobs.busy and not self._session.read_only

    def _on_read(self, read: list[ReadFile]) -> None:
        if self._leaving:
            return
        fresh, before = {item.path for item in read}, self._read
        self._read = [*(item for item in self._read if item.path not in fresh), *read]
        self.tabs.setCurrentWidget(self.page)
        if not self._plan():
            self._read = before  # what cannot be looked at together must not be in the way of other files

    def _on_not_read(self, error: WelfareError) -> None:
        if not isinstance(error, Cancelled):
            tell_error(self, error, "読めませんでした")

    def _plan(self) -> bool:
        """Look at what is here; False where that was refused, which was told."""
        try:
            plan = plan_merge(self._session, self._read, self._assigned)
        except WelfareError as error:
            tell_error(self, error, "下調べができませんでした")
            return False
        self.review = Review(self._session, plan, self.review)
        self._log = self.review.log()
        self._show()
        self.page.table.setFocus()
        return True

    # --- showing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show another review, or what became of it."""
        self.page.show_review(self.review if self.merge_id is None else None)
        files = self.review.plan.files if self.review is not None else ()
        bad = sum(item.error is not None for item in files)
        self.counted.setText(f"{len(files)} ファイル" if files or self.review is None else "前の取込みで残った差分")
        self._unreadable.setVisible(bool(bad))
        self._unreadable.show_mark(Mark.CROSS, f"読めない {bad}")
        counts = self.review.counts() if self.review is not None else {}
        for group, label in self._counts.items():
            label.setVisible(self.review is not None)
            label.show_mark(MARK_OF_GROUP[group], f"{group.label} {counts.get(group, 0)}")
        self._show_past()
        self._show_state()

    def _show_open(self) -> None:
        """Show what earlier merges left open, while no files are here."""
        self.review = open_review(self._session, self._assigned, self.review)
        self._log = []
        self._show()

    def _show_state(self) -> None:
        """Show what keeps the merge from being applied, and the log as it is now."""
        review = self.review
        done = self.merge_id is not None
        obstacle = _NOTHING if review is None else review.obstacle
        if self._session.read_only:
            obstacle = "閲覧だけなので取り込めません。"
        self.add.setEnabled(not self._session.read_only)
        self.take.setEnabled(not done and not obstacle)
        self.leave.setText("閉じる" if done or review is None else "やめる")
        if done:
            self.obstacle.show_mark(Mark.TICK, "取り込みました。")
        elif obstacle:
            self.obstacle.show_mark(Mark.INFO if review is None else Mark.CROSS, obstacle)
        else:
            self.obstacle.show_mark(Mark.TICK, "取り込めます。")
        self.written.setText("" if review is None or done else "まだ何も書き込んでいません")
        if review is not None and not done:
            self._log = review.log()
        self._show_log()
        self.log_head.setText("取り込んだ結果です。" if done else "まだ取り込んでいません。取り込むとこうなります。")
        self.save.setEnabled(bool(self._log))
        self.print_button.setEnabled(bool(self._log))

    def _show_past(self) -> None:
        """Offer every merge that stands, the latest first."""
        today = datetime.now().astimezone().date()
        self.past.clear()
        for item in past_merges(self._session):
            more = f" ほか {len(item.files) - 1}" if len(item.files) > 1 else ""
            self.past.addItem(f"{spoken_time(item.at, today)} {item.files[0]}{more}", item.id)
        self.undo.setEnabled(self.past.count() > 0 and not self._session.read_only)
        self.past.setEnabled(self.past.count() > 0)

    def _show_log(self) -> None:
        """Show the log with the line pitch the font lacks."""
        self.log.setPlainText("\n".join(self._log))
        pitch = QTextBlockFormat()
        pitch.setLineHeight(theme.PITCH[theme.SMALL_PX], QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(self.log.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(pitch)

    def _on_tab_changed(self, _number: int) -> None:
        if self.tabs.currentWidget() is self.ledger:
            self.ledger.show_ledger()

    def _on_placed(self, text_id: str, name: str | None) -> None:
        """Look at the merge again with another field for a text."""
        if name is None:
            self._assigned.pop(text_id, None)
        else:
            self._assigned[text_id] = name
        if self._read:
            self._plan()
        else:
            self._show_open()
            self.page.table.setFocus()

    def _on_refused(self, error: WelfareError) -> None:
        tell_error(self, error, "そのようには決められません")

    # --- applying -----------------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Apply the merge and show what became of it."""
        if self.review is None or self.jobs.busy:
            return
        try:
            merged = because(self, self._session, self.review.apply)
        except ClosedReport:
            return  # a person gave no reason: nothing changed
        except EditConflict as error:
            tell_error(self, error, "取り込めませんでした")
            self._plan()
            return
        except WelfareError as error:
            tell_error(self, error, "取り込めませんでした")
            return
        self.merge_id = merged.merge_id
        self.written_anything = True
        self._assigned = {}
        if merged.merge_id is None:  # decided without files: go on with what is left
            self.review = None
            self._show_open()
            return
        self._show()
        self.tabs.setCurrentIndex(2)
        self.log.setFocus()
        self._offer_completion(declared_complete(self._session, merged.plan.files))

    def _offer_completion(self, declared: list[Declared]) -> None:
        """Ask whether departments that say they are done are."""
        if not declared:
            return
        filled = [item for item in declared if not item.blank and not item.draft]
        text = "\n".join(f"{item.department}（{fiscal_label(item.year)}）　{item.remark}" for item in declared)
        answers = ["完了にする", "今はしない"]
        if filled and len(filled) < len(declared):
            answers.insert(1, f"全部埋まった {len(filled)} 課だけ")
        answer = ask(self, "「完成」で返ってきた担当課を「完了」にしますか", text, answers)
        chosen = declared if answer == 0 else filled if answer == 1 and len(answers) > 2 else []
        try:
            declare_complete(self._session, chosen)
        except WelfareError as error:
            tell_error(self, error, "完了にできませんでした")

    def undo_it(self) -> None:
        """Take the whole merge back; the files are still here and can be looked at again."""
        merge_id = self.past.currentData()
        if merge_id is None or self.jobs.busy:
            return
        text = "この取込みで入った内容と、取込みのときに決めたことを、取込みの前に戻します。"
        if ask(self, "この取込みを取り消しますか", text, ("取り消す", "やめる"), tone=Tone.ATTENTION) != 0:
            return
        try:
            stay = because(self, self._session, lambda: undo_merge(self._session, merge_id))
        except ClosedReport:
            return  # a person gave no reason: nothing changed
        except WelfareError as error:
            tell_error(self, error, "取り消せませんでした")
            return
        self.merge_id = None
        self.written_anything = True
        if self._read:
            self._plan()
        else:
            self.review = None
            self._show_open()
        self.tabs.setCurrentWidget(self.page)
        if stay:
            kept = "\n".join(stay)
            title = "取り消しました（残した欄があります）"
            ask(self, title, f"取込みのあとで直した次の欄は、そのまま残しました。\n{kept}", ("閉じる",))

    def save_log(self) -> None:
        """Write the log into a text file."""
        target = self._place.ask_file("記録を保存する", "取込みの記録.txt", "テキスト (*.txt)")
        if target is None:
            return
        try:
            write_log(target[0], self._log, force=target[1])
        except WelfareError as error:
            tell_error(self, error, "保存できませんでした")
        else:
            self._place.remember(target[0].parent)
            self.log_head.setText(f"{target[0].name} に保存しました。")

    def print_log(self) -> None:
        """Show the log as it comes out of the printer."""
        from ..output.list_printing import print_list

        print_list(self, self._session, self._settings, log_sheet(self._log, datetime.now().astimezone().date()))

    # --- leaving ------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Qt: close; decisions that were not applied are asked about first."""
        if self.review is not None and self.merge_id is None and self.review.touched:
            text = "決めたことはまだ書き込んでいません。閉じると失われます。ファイルはそのまま残っています。"
            if ask(self, "取り込まずに閉じますか", text, ("戻る", "取り込まずに閉じる"), tone=Tone.ATTENTION) != 1:
                return
        self._leaving = True
        self.jobs.stop()
        super().reject()
