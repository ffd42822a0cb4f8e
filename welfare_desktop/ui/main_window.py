"""The main window: menus, toolbar, banners, working area and status bar around one open data file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QIcon, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.completeness import UNASSIGNED, Fill
from welfare_desktop.domain.errors import EditConflict, InvalidValue, WelfareError
from welfare_desktop.domain.fields import FieldKey, lines_of
from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.years import era_year, fiscal_label
from welfare_desktop.operations.session import Session
from welfare_desktop.paths import resource

from . import theme
from .activity_form import Panes
from .asking import ask, tell_error
from .banner import Banners, Notice, Tone
from .controls import ChoiceBox, FittedLabel
from .desk import Desk
from .file_flows import FileFlows
from .jobs import Jobs
from .line_editor import LineText
from .result_block import ResultBlock
from .settings import TEXT_SCALES, Settings
from .slot_flows import SlotFlows
from .slot_verbs import SlotVerb
from .status_bar import StatusBar
from .verbs import MENUS, TOOLBAR, VERBS

_BACKUP_EVERY_MS = 30 * 60 * 1000
_SHORT_BELOW = 1100


class Clock(Protocol):
    """Makes automatic copies; see ``operations.backing_up.BackupClock``."""

    def back_up_if_changed(self) -> Path | None:
        """Make a copy if anything was committed since the last one."""


class MainWindow(QMainWindow):
    """One open data file on screen.

    ``start_asked`` asks for the first window, ``open_asked`` carries a file to open instead of this one (None: ask),
    ``copy_asked`` a copy to go on in, ``closed`` says that the file was let go of.
    """

    start_asked = Signal()
    open_asked = Signal(object)
    copy_asked = Signal(object)
    closed = Signal()

    def __init__(self, session: Session, settings: Settings, clock: Callable[[Session], Clock]) -> None:
        super().__init__()
        self._settings = settings
        self._make_clock = clock
        self._clock: Clock | None = None
        self._saved_at: datetime | None = None
        self._actions: dict[str, QAction] = {}
        self.jobs = Jobs(self)
        self.banners = Banners(self)
        self.desk = Desk(session, self)
        self.files = FileFlows(self, self.jobs, self.banners, self._current_desk)
        self.slots = SlotFlows(self, self._current_desk)
        self.status = StatusBar(self)
        self.setStatusBar(self.status)
        centre = QWidget(self)
        self._column = QVBoxLayout(centre)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.banners)
        self._column.addWidget(self.desk, 1)
        self.setCentralWidget(centre)
        self._make_actions()
        self._make_toolbar()
        self._backing_up = QTimer(self)
        self._backing_up.setInterval(_BACKUP_EVERY_MS)
        self._backing_up.timeout.connect(self._on_backup_due)
        self.files.copy_opened.connect(self.copy_asked)
        self._connect_desk()
        self._restore_layout()
        self._show_session()

    def _current_desk(self) -> Desk:
        return self.desk

    # --- making -------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        menus = {name: self.menuBar().addMenu(title) for name, title in MENUS}
        handlers = self._handlers()
        for verb in VERBS:
            menu = menus[verb.menu]
            if verb.above:
                menu.addSeparator()
            action = QAction(verb.text, self)
            if verb.keys:
                action.setShortcut(QKeySequence(verb.keys))
            action.setCheckable(verb.checkable)
            signal = action.toggled if verb.checkable else action.triggered
            signal.connect(handlers[verb.name])
            menu.addAction(action)
            self._actions[verb.name] = action
        self._actions["redo"].setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self._make_slot_menu(menus["edit"])
        self._recent = QMenu("最近使ったファイル", self)
        menus["file"].insertMenu(self._actions["save"], self._recent)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._recent.triggered.connect(self._on_recent_chosen)
        self._scales = self._make_scale_menu(menus["view"])
        self._years = QActionGroup(self)
        self._years.triggered.connect(self._on_year_action)
        self._year_menu = menus["year"]
        menus["edit"].aboutToShow.connect(self._name_undo)

    def _handlers(self) -> dict[str, Callable[..., object]]:
        """Return what each verb does; a test holds that this and ``verbs.VERBS`` name the same verbs."""
        return {
            "start_page": self.start_asked.emit,
            "open": self._on_open,
            "save": self._on_save,
            "save_copy": self.files.save_copy,
            "back_up": self.files.back_up,
            "quit": self.close,
            "undo": self._on_undo,
            "redo": self._on_redo,
            "cut": self._on_cut,
            "copy": self._on_copy,
            "paste": self._on_paste,
            "copy_last_year": self._on_copy_last_year,
            "confirm": self._on_confirm,
            "add_indicator": self._on_add_indicator,
            "add_result": self._on_add_result,
            "remove_row": self._on_remove_row,
            "judge": self._on_judge,
            "roles": self._on_roles_toggled,
            "initiatives": self._on_initiatives_toggled,
            "context": self._on_context_toggled,
            "both_panes": self._on_both_panes,
            "council_pane": self._on_council_pane,
            "city_pane": self._on_city_pane,
            "next_blank": self._on_next_blank,
            "previous_activity": self._on_previous_activity,
            "next_activity": self._on_next_activity,
            "next_area": self._on_next_area,
            "previous_area": self._on_previous_area,
            "next_year": self._on_next_year,
            "previous_year": self._on_previous_year,
            "unlock": self.slots.unlock_year,
            "import_report": self.files.import_report,
            "export_official": self.files.export_official,
            "history": self.slots.show_history,
            "verify": self.files.verify,
            "who": self._on_who,
            "manual": self._on_manual,
            "keys": self._on_keys,
            "about": self._on_about,
        }

    def _make_slot_menu(self, menu: QMenu) -> None:
        inner = menu.addMenu("記入欄と担当課")
        for verb in SlotVerb:
            action = inner.addAction(verb.label)
            action.setShortcut(QKeySequence(verb.shortcut))
            action.setData(verb)
        inner.triggered.connect(self._on_slot_verb_chosen)

    def _make_scale_menu(self, menu: QMenu) -> QActionGroup:
        menu.addSeparator()
        inner = menu.addMenu("文字の大きさ")
        group = QActionGroup(self)
        for percent in TEXT_SCALES:
            action = inner.addAction(f"{percent} %")
            action.setCheckable(True)
            action.setChecked(percent == self._settings.text_scale_percent)
            action.setData(percent)
            group.addAction(action)
        group.triggered.connect(self._on_scale_chosen)
        return group

    def _make_toolbar(self) -> None:
        bar = QToolBar("よく使う操作", self)
        bar.setObjectName("verbs")
        bar.setMovable(False)
        bar.setFixedHeight(47)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(QSize(24, 24))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._year_box = ChoiceBox("年度")
        self._year_box.setFont(theme.font(bold=True))
        self._department_box = ChoiceBox("担当課")
        for words, box in (("年度", self._year_box), ("担当課", self._department_box)):
            box.setFixedHeight(theme.TOOL_HEIGHT)
            label = FittedLabel(words, colour=theme.SECOND)
            label.setBuddy(box)
            label.setContentsMargins(0, 0, 0, 0)
            bar.addWidget(label)
            bar.addWidget(box)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        self._context_button = bar.addAction("参照 F9")
        self._context_button.triggered.connect(self._actions["context"].toggle)
        for name, words, icon in TOOLBAR:
            action = self._actions[name]
            action.setIcon(QIcon(str(resource("icons", icon))))
            action.setIconText(words)
            bar.addAction(action)
        self.addToolBar(bar)
        self._year_box.activated.connect(self._on_year_chosen)
        self._department_box.activated.connect(self._on_department_chosen)

    def _connect_desk(self) -> None:
        desk = self.desk
        desk.failed.connect(self._on_desk_failed)
        desk.filled.connect(self._on_desk_filled)
        desk.saving_changed.connect(self._show_saving)
        desk.composing_changed.connect(self._on_composing_changed)
        desk.pending.saved.connect(self._on_saved)
        desk.field_changed.connect(self._on_field_changed)
        desk.import_asked.connect(self.files.import_report)
        desk.history_asked.connect(self.slots.show_history)
        desk.judge_asked.connect(self.slots.judge)
        desk.verb_asked.connect(self.slots.run)
        self.status.blank_asked.connect(self._on_next_blank)
        self.status.draft_asked.connect(self._on_next_draft)

    # --- showing ------------------------------------------------------------------------------------------------

    def _restore_layout(self) -> None:
        settings = self._settings
        screen = QApplication.primaryScreen().availableGeometry()
        width, height = min(settings.window_width_px, screen.width()), min(settings.window_height_px, screen.height())
        self.resize(max(width, 640), max(height, 420))
        self.desk.splitter.setSizes(
            [
                settings.tree_width_px,
                max(width - settings.tree_width_px - settings.context_width_px, 400),
                settings.context_width_px,
            ]
        )
        self._actions["roles"].setChecked(settings.roles_open)
        self._actions["initiatives"].setChecked(settings.initiatives_open)
        self._fold_context(self.width() < theme.FOLD_BELOW)

    def _show_session(self) -> None:
        """Show what belongs to the file: title, years, departments, counts, and the first activity."""
        session, plan = self.desk.session, self.desk.plan
        self.setWindowTitle(f"{session.path.name} ― {plan.title}")
        self.setWindowFilePath(str(session.path))
        self._fill_years()
        self._fill_departments()
        span = f"{era_year(plan.first_year)}～{fiscal_label(plan.last_year)}"
        self.status.show_plan(plan.title, span)
        self.status.show_who(session.who)
        self.status.show_fill(self.desk.fill)
        if session.read_only:
            self.status.show_read_only()
            notice = Notice(
                "read_only",
                Tone.ATTENTION,
                "閲覧だけできます",
                "このファイルには書き込めません。直すときは、手元に写しを作って続けてください。",
                str(session.path),
                (("手元の写しで作業…", self.files.save_copy),),
            )
            self.banners.show_notice(notice)
        self._show_lock()
        self._allow_verbs()

    def after_first_paint(self) -> None:
        """Do what the first picture does not need: choose the first activity, start the clock of the copies."""
        if not self.desk.activity_id:
            self.desk.choose_first()
        if self._clock is None and not self.desk.session.read_only:
            self._clock = self._make_clock(self.desk.session)
            self._backing_up.start()

    def _fill_years(self) -> None:
        years = self.desk.session.years()
        with QSignalBlocker(self._year_box):
            self._year_box.clear()
            for year in years:
                self._year_box.addItem(self._year_words(year), year)
            self._year_box.setCurrentIndex(self._year_box.findData(self.desk.year))
        for action in self._years.actions():
            self._years.removeAction(action)
            self._year_menu.removeAction(action)
        before = self._actions["next_year"]
        for year in years:
            action = QAction(self._year_words(year), self)
            action.setCheckable(True)
            action.setChecked(year == self.desk.year)
            action.setData(year)
            self._years.addAction(action)
            self._year_menu.insertAction(before, action)

    def _year_words(self, year: int) -> str:
        if self.width() < _SHORT_BELOW:
            return f"{fiscal_label(year)} ／ {fiscal_label(year + 1)}"
        return f"{fiscal_label(year)} 実施状況 ／ {fiscal_label(year + 1)} 実施予定"

    def _fill_departments(self) -> None:
        with QSignalBlocker(self._department_box):
            self._department_box.clear()
            self._department_box.addItem("すべての担当課", None)
            for name in (Actor.COUNCIL.label, *(item.name for item in self.desk.plan.departments), UNASSIGNED):
                self._department_box.addItem(name, name)
            self._department_box.setCurrentIndex(max(self._department_box.findData(self.desk.department), 0))

    def _show_lock(self) -> None:
        year = self.desk.year
        if year in self.desk.session.closed_years() and not self.desk.session.read_only:
            notice = Notice(
                "lock",
                Tone.LOCKED,
                f"{fiscal_label(year)}は確定しています",
                "直すには鍵を外します。理由が履歴に残ります。",
                actions=(("鍵を外す…", self.slots.unlock_year),),
            )
            self.banners.show_notice(notice)
        else:
            self.banners.dismiss("lock")

    def _allow_verbs(self) -> None:
        editable = self.desk.editable
        for name in ("copy_last_year", "confirm", "add_indicator", "add_result", "remove_row", "judge"):
            self._actions[name].setEnabled(editable)
        for name in ("undo", "redo", "cut", "paste", "import_report", "back_up"):
            self._actions[name].setEnabled(not self.desk.session.read_only)
        self._actions["unlock"].setEnabled(self.desk.year in self.desk.session.closed_years())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: narrow windows fold the context panel and shorten the years."""
        super().resizeEvent(event)
        before, now = event.oldSize().width(), event.size().width()
        if before <= 0 or (before < theme.FOLD_BELOW) != (now < theme.FOLD_BELOW):
            self._fold_context(now < theme.FOLD_BELOW)
        if self._year_box.count() and (before < _SHORT_BELOW) != (now < _SHORT_BELOW):
            for row in range(self._year_box.count()):
                self._year_box.setItemText(row, self._year_words(self._year_box.itemData(row)))
            self._year_box.updateGeometry()

    def _fold_context(self, folded: bool) -> None:
        self._context_button.setVisible(folded)
        self._actions["context"].setChecked(not folded)
        self.desk.context.setVisible(not folded)

    # --- saving -------------------------------------------------------------------------------------------------

    def _on_saved(self, at: datetime) -> None:
        self._saved_at = at

    def _show_saving(self) -> None:
        pending = self.desk.pending
        if pending.failing_since is not None:
            self.status.show_failed(pending.failing_since)
            self._show_failure()
            return
        self.banners.dismiss("save")
        if self.desk.session.read_only:
            self.status.show_read_only()
        elif self.desk.is_composing():
            self.status.show_composing()
        elif len(pending):
            self.status.show_typing()
        elif self._saved_at is not None:
            self.status.show_saved(self._saved_at)
        else:
            self.status.show_opened()

    def _show_failure(self) -> None:
        """Say why typed text is not on disk; a value the domain refuses is said at its field instead."""
        failures = [item for item in self.desk.pending.failures() if not isinstance(item.error, InvalidValue)]
        if not failures:
            self.banners.dismiss("save")
            return
        first = failures[0]
        assert first.error is not None
        place = "  ".join(part for part in (first.error.code, first.error.where) if part)
        if isinstance(first.error, EditConflict):
            actions: tuple[tuple[str, Callable[[], object]], ...] = (("比べて決める…", self._on_settle_conflict),)
            title, text = "保存していません ― ほかの操作で先に変わっています", "入力した文は画面に残っています。"
        else:
            actions = (("別の場所に保存…", self.files.save_copy), ("もう一度", self._on_save))
            title = f"保存できません ― {first.error.message}"
            since = f"{self._saved_at.hour}:{self._saved_at.minute:02} までの" if self._saved_at else "それまでの"
            text = f"入力した文は画面に残っています。{first.error.next_step}{since}内容は無事です。"
        self.banners.show_notice(Notice("save", Tone.BAD, title, text, place, actions))

    def _on_settle_conflict(self) -> None:
        """Show both texts of the first conflict and let a person decide."""
        item = next((found for found in self.desk.pending.failures() if isinstance(found.error, EditConflict)), None)
        if item is None:
            return
        session = self.desk.session
        stored = "\n".join(session.shown(item.key, session.value(item.key))) or "（空）"
        typed = "\n".join(item.lines if item.lines is not None else lines_of(item.after)) or "（空）"
        text = f"いま保存されている文:\n{stored}\n\n入力した文:\n{typed}"
        answers = ("入力した文で保存する", "保存されている文を残す", "あとで決める")
        answer = ask(self, "どちらを残しますか", text, answers, tone=Tone.ATTENTION)
        if answer == 0:
            self.desk.pending.overwrite(item.key)
        elif answer == 1:
            self.desk.give_up(item.key)

    def _on_composing_changed(self, _composing: bool) -> None:
        self._show_saving()

    def _on_desk_failed(self, error: WelfareError) -> None:
        tell_error(self, error, "できませんでした")

    def _on_desk_filled(self, fill: Fill) -> None:
        self.status.show_fill(fill)
        self._show_lock()
        self._allow_verbs()

    def _on_field_changed(self, key: FieldKey | None) -> None:
        self._actions["history"].setEnabled(key is not None)

    def _on_backup_due(self) -> None:
        """Make the half-hourly copy; a copy that fails is told in a banner, not in a box."""
        if self._clock is None or self.desk.is_composing():
            return
        try:
            self._clock.back_up_if_changed()
        except WelfareError as error:
            self.banners.show_notice(
                Notice(
                    "backup", Tone.ATTENTION, "控えを作れませんでした", f"{error.message}{error.next_step}", error.code
                )
            )
        else:
            self.banners.dismiss("backup")

    # --- closing ------------------------------------------------------------------------------------------------

    def leave_file(self) -> bool:
        """Save everything and let go of the file; False when a person wants to stay with what is not saved."""
        self.jobs.stop()
        self.desk.finish_and_save()
        if len(self.desk.pending):
            text = "このまま閉じると、保存できていない文は失われます。"
            answers = ("戻る", "入力した文をコピーして閉じる", "保存せずに閉じる")
            answer = ask(self, "保存できていない文があります", text, answers, tone=Tone.BAD)
            if answer == 1:
                QApplication.clipboard().setText(self.desk.unsaved_text())
            elif answer != 2:
                return False
        self._backing_up.stop()
        if self._clock is not None:
            self._on_backup_due()
            self._clock = None
        self._keep_layout()
        self.desk.close_session()
        return True

    def _keep_layout(self) -> None:
        settings = self._settings
        settings.maximized = self.isMaximized()
        if not settings.maximized:
            settings.window_width_px, settings.window_height_px = self.width(), self.height()
        sizes = self.desk.splitter.sizes()
        settings.tree_width_px = sizes[0]
        if self.desk.context.isVisible():
            settings.context_width_px = sizes[2]
        settings.roles_open = self._actions["roles"].isChecked()
        settings.initiatives_open = self._actions["initiatives"].isChecked()
        settings.save()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: never close over text that is not on disk without asking."""
        if self.leave_file():
            event.accept()
            self.closed.emit()
        else:
            event.ignore()

    # --- verbs --------------------------------------------------------------------------------------------------

    def _on_open(self) -> None:
        self.open_asked.emit(None)

    def _on_save(self) -> None:
        if not self.desk.finish_and_save() and self._saved_at is None and not self.desk.session.read_only:
            self.status.show_opened()

    def _on_undo(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and focus.isUndoAvailable():
            focus.undo()
        else:
            self.desk.undo()

    def _on_redo(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and focus.isRedoAvailable():
            focus.redo()
        else:
            self.desk.redo()

    def _name_undo(self) -> None:
        """Say in the menu what would be taken back."""
        focus = QApplication.focusWidget()
        typing = isinstance(focus, LineText) and focus.can_undo_typing()
        session = self.desk.session
        for name, words, label in (("undo", "元に戻す", session.undo_label), ("redo", "やり直す", session.redo_label)):
            label = "入力" if typing and name == "undo" else label
            self._actions[name].setText(f"{words}: {label}" if label else words)

    def _on_cut(self) -> None:
        _call_on_focus("cut")

    def _on_copy(self) -> None:
        _call_on_focus("copy")

    def _on_paste(self) -> None:
        _call_on_focus("paste")

    def _on_copy_last_year(self) -> None:
        self.desk.copy_last_year()

    def _on_confirm(self) -> None:
        self.desk.confirm()

    def _block_for_rows(self) -> ResultBlock | None:
        """Return the table one is in, or the table of the slot one is in."""
        form = self.desk.form
        current = form.current_slot()
        blocks = [block for block in form.blocks() if isinstance(block, ResultBlock)]
        return next((block for block in blocks if current and block.slot.id == current[1]), None)

    def _on_add_indicator(self) -> None:
        block = self._block_for_rows()
        if block is not None:
            block.add_indicator()

    def _on_add_result(self) -> None:
        block = self._block_for_rows()
        if block is not None:
            block.add_result()

    def _on_remove_row(self) -> None:
        block = self._block_for_rows()
        if block is not None:
            block.remove_row()

    def _on_judge(self) -> None:
        block = self._block_for_rows()
        if block is not None:
            block.judge_row()

    def _on_roles_toggled(self, opened: bool) -> None:
        self.desk.form.open_roles(opened)

    def _on_initiatives_toggled(self, opened: bool) -> None:
        self.desk.form.open_initiatives(opened)

    def _on_context_toggled(self, shown: bool) -> None:
        self.desk.context.setVisible(shown)

    def _on_both_panes(self) -> None:
        self.desk.form.choose_panes(Panes.BOTH)

    def _on_council_pane(self) -> None:
        self.desk.form.choose_panes(Panes.COUNCIL)

    def _on_city_pane(self) -> None:
        self.desk.form.choose_panes(Panes.CITY)

    def _on_next_blank(self) -> None:
        if not self.desk.next_blank():
            self._tell_none_left("未記入の欄はありません")

    def _on_next_draft(self) -> None:
        if not self.desk.next_draft():
            self._tell_none_left("下書きの欄はありません")

    def _tell_none_left(self, title: str) -> None:
        words = f"{fiscal_label(self.desk.year)}　{self._department_box.currentText()}"
        self.banners.show_notice(
            Notice("done", Tone.INFO, title, words, actions=(("閉じる", self._on_done_dismissed),))
        )

    def _on_done_dismissed(self) -> None:
        self.banners.dismiss("done")

    def _on_previous_activity(self) -> None:
        self.desk.step(-1)

    def _on_next_activity(self) -> None:
        self.desk.step(1)

    def _on_next_area(self) -> None:
        self.desk.next_area(1)

    def _on_previous_area(self) -> None:
        self.desk.next_area(-1)

    def show_year(self, year: int) -> None:
        """Show another fiscal year."""
        self.desk.show_year(year)
        self._after_year()

    def _after_year(self) -> None:
        with QSignalBlocker(self._year_box):
            self._year_box.setCurrentIndex(self._year_box.findData(self.desk.year))
        for action in self._years.actions():
            action.setChecked(action.data() == self.desk.year)
        self._show_lock()
        self._allow_verbs()

    def _on_year_chosen(self, row: int) -> None:
        self.show_year(self._year_box.itemData(row))

    def _on_year_action(self, action: QAction) -> None:
        self.show_year(action.data())

    def _step_year(self, step: int) -> None:
        years = self.desk.session.years()
        place = years.index(self.desk.year) + step
        if 0 <= place < len(years):
            self.show_year(years[place])

    def _on_next_year(self) -> None:
        self._step_year(1)

    def _on_previous_year(self) -> None:
        self._step_year(-1)

    def _on_department_chosen(self, row: int) -> None:
        self.desk.show_department(self._department_box.itemData(row))

    def _on_slot_verb_chosen(self, action: QAction) -> None:
        self.slots.run_here(action.data())

    def _fill_recent(self) -> None:
        self._recent.clear()
        for name in self._settings.recent_files:
            action = self._recent.addAction(Path(name).name)
            action.setData(name)
            action.setToolTip(name)
        if self._recent.isEmpty():
            self._recent.addAction("（まだありません）").setEnabled(False)

    def _on_recent_chosen(self, action: QAction) -> None:
        if action.data():
            self.open_asked.emit(Path(action.data()))

    def _on_scale_chosen(self, action: QAction) -> None:
        self._settings.text_scale_percent = action.data()
        self._settings.save()
        words = f"文字の大きさを {action.data()} % にしました。次に開いたときから変わります。"
        self.banners.show_notice(Notice("done", Tone.INFO, words, "", actions=(("閉じる", self._on_done_dismissed),)))

    def _on_who(self) -> None:
        self.slots.ask_who(self.desk.session.who, self._take_who)

    def _take_who(self, who: str) -> None:
        self.desk.session.who = who
        self._settings.who = who
        self._settings.save()
        self.status.show_who(who)

    def _on_manual(self) -> None:
        show_manual(self)

    def _on_keys(self) -> None:
        from .dialogs import TextDialog

        rows = [(verb.text, verb.keys) for verb in VERBS if verb.keys]
        rows += [(verb.label, verb.shortcut) for verb in SlotVerb]
        native = QKeySequence.SequenceFormat.NativeText
        lines = [f"| {words} | {QKeySequence(keys).toString(native)} |" for words, keys in rows]
        box = TextDialog(self, "キー操作の一覧", "\n".join(("| 操作 | キー |", "|---|---|", *lines)))
        box.exec()
        box.deleteLater()

    def _on_about(self) -> None:
        from welfare_desktop import __version__

        text = "地域福祉計画の取組みと実績を入力し、年度ごとの報告書を作ります。ネットワークは使いません。"
        ask(self, f"実施状況報告　{__version__} 版", text, ("閉じる",), detail=str(self.desk.session.path))


def show_manual(parent: QWidget) -> None:
    """Show the manual that ships with the program."""
    from .dialogs import TextDialog

    box = TextDialog(parent, "使い方", resource("help", "manual.md").read_text(encoding="utf-8"))
    box.exec()
    box.deleteLater()


def _call_on_focus(verb: str) -> None:
    focus = QApplication.focusWidget()
    if isinstance(focus, (LineText, QLineEdit)):
        getattr(focus, verb)()
