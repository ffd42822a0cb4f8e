"""The main window: menus, toolbar, banners, tree and status bar around one open data file.

Only what the first picture shows is made here; the form, the panel and what the verbs need come with
:meth:`MainWindow.furnish`, right after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QSplitter,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.completeness import UNASSIGNED, Fill
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.years import era_year, fiscal_label
from welfare_desktop.operations.session import Session
from welfare_desktop.paths import resource

from .desk import Desk
from .parts import theme
from .parts.controls import ChoiceBox, FittedLabel
from .settings import TEXT_SCALES, Settings
from .status_bar import StatusBar
from .worklist.search_box import SearchBox
from .years.choice import YearChoice

if TYPE_CHECKING:  # made after the first paint
    from .bench import Bench
    from .parts.banner import Banners
    from .window_verbs import WindowVerbs

MENUS = (
    ("file", "ファイル(&F)"),
    ("edit", "編集(&E)"),
    ("view", "表示(&V)"),
    ("plan", "計画(&P)"),
    ("go", "移動(&G)"),
    ("year", "年度(&Y)"),
    ("exchange", "取込み・書出し(&I)"),
    ("tools", "道具(&T)"),
    ("help", "ヘルプ(&H)"),
)
_BACKUP_EVERY_MS = 30 * 60 * 1000
_SHORT_BELOW = 1100
#: Room for 「平成30年度」 with its mark, and for 「すべての担当課」.
_YEAR_PX, _DEPARTMENT_PX = 160, 136
#: Verbs that write; they rest while the year is closed or the file is open for viewing only.
_EDITING = (
    *("copy_last_year", "confirm", "confirm_slot", "confirm_activity", "confirm_year", "apply_proposal"),
    *("insert_phrase", "add_indicator", "add_result", "remove_row", "judge"),
    *("correct_targets", "link_result", "confirm_link", "confirm_links"),
    *("owner_complete", "owner_close", "owner_reopen", "fix_all"),
)
_WRITING = (
    *("undo", "redo", "cut", "paste", "import_report", "merge", "back_up", "rollover", "add_phrase", "edit_phrases"),
    *("restore", "export_departments", "export_package", "replace"),
)


#: Verbs of the form; they rest while a list stands in its place.
_IN_FORM = (
    *("previous_activity", "next_activity", "roles", "initiatives", "context", "filter_tree", "show_all"),
    *("both_panes", "council_pane", "city_pane", "history"),
)
#: Verbs that work on the list as well as in the form.
_IN_BOTH = ("apply_proposal", "confirm", "confirm_year", "fix_all")
#: Verbs that write and need no field one is in; the others rest while an overview stands in the form's place.
_IN_OVERVIEW = ("confirm_year", "owner_complete", "owner_close", "owner_reopen", "fix_all")


class Clock(Protocol):
    """Makes automatic copies; see ``operations.backing_up.BackupClock``."""

    def back_up_if_changed(self) -> Path | None:
        """Make a copy if anything was committed since the last one."""


class MainWindow(QMainWindow):
    """One open data file on screen.

    ``start_asked`` asks for the first window, ``open_asked`` carries a file to open instead of this one (None: ask),
    ``copy_asked`` a copy to go on in, ``restore_asked`` one to put in this file's place, ``closed`` says that the file was let go of, ``ready`` that the form is filled.
    """

    start_asked = Signal()
    open_asked = Signal(object)
    copy_asked = Signal(object)
    restore_asked = Signal(object)
    closed = Signal()
    ready = Signal()

    def __init__(self, session: Session, settings: Settings, clock: Callable[[Session], Clock]) -> None:
        super().__init__()
        self.settings = settings
        self._make_clock = clock
        self._clock: Clock | None = None
        self._bench: Bench | None = None
        self._verbs: WindowVerbs | None = None
        self._left = self._listing = False
        self._actions: dict[str, QAction] = {}
        self.desk = Desk(session, self)
        self.status = StatusBar(self)
        self.setStatusBar(self.status)
        self._make_centre()
        self._menus = {name: self.menuBar().addMenu(title) for name, title in MENUS}
        self._make_toolbar()
        self._backing_up = QTimer(self)
        self._backing_up.setInterval(_BACKUP_EVERY_MS)
        self._backing_up.timeout.connect(self._on_backup_due)
        self.desk.filled.connect(self._on_filled)
        self.desk.plan_changed.connect(self._on_plan_changed)
        self.desk.tree.painted.connect(self._on_tree_painted)
        self.status.blank_asked.connect(self._on_blank_asked)
        self.status.draft_asked.connect(self._on_draft_asked)
        self._restore_size()
        self._show_session()
        # Otherwise Qt gives the focus to the first thing that takes it, the button above the tree.
        self.desk.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- making -------------------------------------------------------------------------------------------------

    def _make_centre(self) -> None:
        centre = QWidget(self)
        self._column = QVBoxLayout(centre)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, centre)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.desk.panel)
        self._blank = QWidget()
        self.splitter.addWidget(self._blank)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self._column.addWidget(self.splitter, 1)
        self.setCentralWidget(centre)

    def _fill_menus(self) -> None:
        from .form.slot_verbs import SlotVerb
        from .verbs import VERBS

        menus = self._menus
        for verb in VERBS:
            menu = menus[verb.menu]
            if verb.above:
                menu.addSeparator()
            action = QAction(verb.text, self)
            action.setShortcuts([QKeySequence(keys) for keys in verb.sequences])
            action.setCheckable(verb.checkable)
            action.setData(verb.name)
            action.triggered.connect(self._on_verb_triggered)
            menu.addAction(action)
            self._actions[verb.name] = action
        self._actions["redo"].setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        inner = menus["edit"].addMenu("記入欄と担当課")
        for slot_verb in SlotVerb:
            action = inner.addAction(slot_verb.label)
            action.setShortcut(QKeySequence(slot_verb.shortcut))
            action.setData(slot_verb)
        inner.triggered.connect(self._on_slot_verb_triggered)
        self._recent = QMenu("最近使ったファイル", self)
        menus["file"].insertMenu(self._actions["save"], self._recent)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._recent.triggered.connect(self._on_recent_chosen)
        self._make_scale_menu(menus["view"])
        self._years.fill_menu(menus["year"], self._actions["next_year"])
        menus["edit"].aboutToShow.connect(self._on_edit_menu_shown)

    def _make_scale_menu(self, menu: QMenu) -> None:
        menu.addSeparator()
        inner = menu.addMenu("文字の大きさ")
        group = QActionGroup(self)
        for percent in TEXT_SCALES:
            action = inner.addAction(f"{percent} %")
            action.setCheckable(True)
            action.setChecked(percent == self.settings.text_scale_percent)
            action.setData(percent)
            group.addAction(action)
        group.triggered.connect(self._on_scale_chosen)

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
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(theme.HALF, 0, 0, 0)
        row.setSpacing(theme.STEP)
        self.search_box = SearchBox()
        for words, box in (("年度", self._year_box), ("担当課", self._department_box)):
            box.setFixedHeight(theme.TOOL_HEIGHT)
            label = FittedLabel(words, colour=theme.SECOND)
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
            row.addSpacing(theme.STEP)
        # Year and department are always legible; in a narrow window a verb more goes behind 「»」 instead.
        self._year_box.setMinimumWidth(_YEAR_PX)
        self._department_box.setMinimumWidth(_DEPARTMENT_PX)
        row.addWidget(self.search_box)
        bar.addWidget(choices)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        self.addToolBar(bar)
        self._bar = bar
        self._years = YearChoice(self._year_box, self)
        self._years.chosen.connect(self._on_year_chosen)
        self._department_box.activated.connect(self._on_department_chosen)

    def _fill_toolbar(self) -> None:
        from PySide6.QtGui import QIcon

        from .verbs import EXPORTS, TOOLBAR

        self._context_button = self._bar.addAction("参照 F9")
        self._context_button.triggered.connect(self._actions["context"].trigger)
        for name, words, icon in TOOLBAR:
            action = self._actions[name]
            action.setIcon(QIcon(str(resource("icons", icon))))
            action.setIconText(words)
            self._bar.addAction(action)
            button = self._bar.widgetForAction(action)
            if name == "export_official" and isinstance(button, QToolButton):
                below = QMenu(words, self)
                below.addActions([self._actions[verb] for verb in EXPORTS])
                button.setMenu(below)
                button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        rest = self._bar.findChild(QToolButton, "qt_toolbar_ext_button")
        if rest is not None:  # Qt's own: what does not fit stands below it
            rest.setAccessibleName("ほかの操作")
            rest.setToolTip("ほかの操作")

    # --- furnishing ---------------------------------------------------------------------------------------------

    def after_first_paint(self) -> None:
        """Make the form and everything behind the verbs, show the first activity, start the clock of the copies."""
        if self._left:
            return
        bench = self.furnish()
        if bench.is_empty:  # the tree may have a current row all the same: it takes one with the focus
            self.desk.choose_first()
        if self._clock is None and not self.desk.session.read_only:
            self._clock = self._make_clock(self.desk.session)
            self._backing_up.start()
        self.ready.emit()

    def furnish(self) -> Bench:
        """Make the form and what the verbs need, unless it was done already; return the bench."""
        if self._bench is not None:
            return self._bench
        from .bench import Bench
        from .parts.banner import Banners
        from .window_verbs import WindowVerbs

        self._fill_menus()
        self._fill_toolbar()
        bench = self._bench = Bench(self.desk, self)
        banners = Banners(self)
        self._column.insertWidget(0, banners)
        self.splitter.replaceWidget(1, bench.stack)
        self._blank.deleteLater()
        self.splitter.addWidget(bench.context)
        for place, stretch in enumerate((0, 1, 0)):
            self.splitter.setStretchFactor(place, stretch)
        self.desk.count()
        self._verbs = WindowVerbs(self, bench, banners)
        bench.form.open_roles(self.settings.roles_open)
        bench.form.open_initiatives(self.settings.initiatives_open)
        self._actions["roles"].setChecked(self.settings.roles_open)
        self._actions["initiatives"].setChecked(self.settings.initiatives_open)
        self._fold_context(self.width() < theme.FOLD_BELOW)
        self._spread()
        self._years.show_states(self.desk.session.year_states(), self.desk.year)
        self.show_state()
        bench.stack.currentChanged.connect(self._on_centre_changed)
        return bench

    @property
    def bench(self) -> Bench:
        """The form and everything around it."""
        return self.furnish()

    @property
    def verbs(self) -> WindowVerbs:
        """What the verbs do."""
        self.furnish()
        assert self._verbs is not None
        return self._verbs

    @property
    def banners(self) -> Banners:
        """The place for banners."""
        return self.verbs.banners

    @property
    def plan_menu(self) -> QMenu:
        """The menu of the plan's structure, which the tree shows too."""
        return self._menus["plan"]

    def action(self, name: str) -> QAction:
        """Return the action of the verb ``name``."""
        return self._actions[name]

    # --- showing ------------------------------------------------------------------------------------------------

    def _restore_size(self) -> None:
        settings = self.settings
        screen = QApplication.primaryScreen().availableGeometry()
        width, height = min(settings.window_width_px, screen.width()), min(settings.window_height_px, screen.height())
        self.resize(max(width, 640), max(height, 420))
        self._spread()

    def _spread(self) -> None:
        """Give tree and panel the widths they had; the form takes the rest."""
        tree, context = self.settings.tree_width_px, self.settings.context_width_px
        if self.width() < theme.FOLD_BELOW:
            tree = min(tree, max(theme.MIN_TREE, self.width() // 4))
        self.splitter.setSizes([tree, max(self.width() - tree - context, 100), context])

    def _show_session(self) -> None:
        session = self.desk.session
        self._show_title()
        self._years.show_years(session.years(), self.desk.year, short=self.width() < _SHORT_BELOW)
        self._fill_departments()
        self.status.show_who(session.who)
        if session.read_only:
            self.status.show_read_only()

    def _show_title(self) -> None:
        plan = self.desk.plan
        self.setWindowTitle(f"{self.desk.session.path.name} ― {plan.title}")
        self.status.show_plan(plan.title, f"{era_year(plan.first_year)}～{fiscal_label(plan.last_year)}")

    def _fill_departments(self) -> None:
        with QSignalBlocker(self._department_box):
            self._department_box.clear()
            self._department_box.addItem("すべての担当課", None)
            for name in (Actor.COUNCIL.label, *(item.name for item in self.desk.plan.departments), UNASSIGNED):
                self._department_box.addItem(name, name)
            self._department_box.setCurrentIndex(max(self._department_box.findData(self.desk.department), 0))

    def show_state(self) -> None:
        """Show what follows from year, lock and rights: which verbs rest, which banners stand."""
        session = self.desk.session
        closed = self.desk.year in session.closed_years()
        overview = self._bench is not None and self._bench.shows_overview
        for name in _EDITING:
            here = name in _IN_BOTH if self._listing else not overview or name in _IN_OVERVIEW
            self._actions[name].setEnabled(self.desk.editable and here)
        for name in _IN_FORM:
            self._actions[name].setEnabled(not self._listing)
        for name in _WRITING:
            self._actions[name].setEnabled(not session.read_only)
        self._actions["unlock"].setEnabled(closed and not session.read_only)
        in_plan = self.desk.year >= self.desk.plan.first_year
        self._actions["close_year"].setEnabled(in_plan and not closed and not session.read_only)
        self._years.show_year(self.desk.year)
        if self._verbs is not None:
            self._verbs.show_locks(closed)

    def _on_centre_changed(self, _page: int) -> None:
        self.show_state()

    def take_page(self, page: QWidget) -> None:
        """Take in a page that may stand in the place of tree and form."""
        self._column.addWidget(page, 1)

    def show_listing(self, listing: bool) -> None:
        """Show which verbs rest while a list stands in the place of tree and form."""
        self._listing = listing
        self._actions["back_to_list"].setEnabled(listing)
        self._actions["print_list"].setEnabled(listing)
        self.show_state()

    def _on_plan_changed(self) -> None:
        if self._verbs is not None:
            self._show_title()
            self._fill_departments()
            states = self.desk.session.year_states()
            if self.desk.year not in states:  # the plan's years were changed, or that was taken back
                self.bench.show_year(self.desk.session.latest_year())
                return
            self._years.show_states(states, self.desk.year)
            self.show_state()

    def _on_filled(self, fill: Fill) -> None:
        self.status.show_fill(fill)
        if self._verbs is not None:
            self.show_state()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: narrow windows fold the context panel and shorten the years."""
        super().resizeEvent(event)
        before, now = event.oldSize().width(), event.size().width()
        if self._bench is not None and (before < theme.FOLD_BELOW) != (now < theme.FOLD_BELOW):
            self._fold_context(now < theme.FOLD_BELOW)
        if self._year_box.count() and (before < _SHORT_BELOW) != (now < _SHORT_BELOW):
            self._years.shorten(now < _SHORT_BELOW)

    def _fold_context(self, folded: bool) -> None:
        self._context_button.setVisible(folded)
        self._actions["context"].setChecked(not folded)
        self.bench.show_context(not folded)

    # --- closing ------------------------------------------------------------------------------------------------

    def leave_file(self) -> bool:
        """Save everything and let go of the file; False when a person wants to stay with what is not saved."""
        if self._left:
            return True
        if self._verbs is not None and not self._verbs.may_leave():
            return False
        self._on_backup_due()
        self._keep_layout()
        self.let_go()
        return True

    @property
    def has_left(self) -> bool:
        """Whether the file was let go of; the window is only waiting to disappear."""
        return self._left

    def let_go(self) -> None:
        """Close the file as it is on disk, without asking."""
        self._left = True
        self._backing_up.stop()
        self._clock = None
        if self._bench is not None:
            self._bench.let_go()
        self.desk.session.close()

    def _on_backup_due(self) -> None:
        """Make the automatic copy; one that fails is told in a banner, not in a box."""
        if self._clock is None:
            return
        try:
            self._clock.back_up_if_changed()
        except WelfareError as error:
            self.verbs.tell_backup_failed(error)

    def _keep_layout(self) -> None:
        settings = self.settings
        settings.maximized = self.isMaximized()
        if not settings.maximized:
            settings.window_width_px, settings.window_height_px = self.width(), self.height()
        sizes = self.splitter.sizes()
        settings.tree_width_px = sizes[0]
        if self._bench is not None:  # closed before it was furnished, there is nothing new to keep
            if self._bench.context.isVisible():
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

    # --- hearing ------------------------------------------------------------------------------------------------

    def _on_tree_painted(self) -> None:
        QTimer.singleShot(0, self.after_first_paint)

    def _on_verb_triggered(self, checked: bool) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.verbs.run(action.data(), checked)

    def _on_slot_verb_triggered(self, action: QAction) -> None:
        self.verbs.run_slot_verb(action.data())

    def _on_edit_menu_shown(self) -> None:
        self.verbs.name_undo()

    def _on_blank_asked(self) -> None:
        self.verbs.run("next_blank")

    def _on_draft_asked(self) -> None:
        self.verbs.next_draft()

    def _on_year_chosen(self, year: int) -> None:
        self.bench.show_year(year)

    def _on_department_chosen(self, row: int) -> None:
        self.bench.show_department(self._department_box.itemData(row))

    def _fill_recent(self) -> None:
        self._recent.clear()
        for name in self.settings.recent_files:
            action = self._recent.addAction(Path(name).name)
            action.setData(name)
            action.setToolTip(name)
        if self._recent.isEmpty():
            self._recent.addAction("（まだありません）").setEnabled(False)

    def _on_recent_chosen(self, action: QAction) -> None:
        if action.data():
            self.open_asked.emit(Path(action.data()))

    def _on_scale_chosen(self, action: QAction) -> None:
        self.settings.text_scale_percent = action.data()
        self.settings.save()
        self.verbs.tell_scale(action.data())
