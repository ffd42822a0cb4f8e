"""What needs a person, from the window: counts that jump, the list of findings, search, blanks and drafts.

The lists stand in the place of tree and form.  Going to a field shows the form again, and Esc brings the list back at
the row one was at; leaving the list goes back to the field one came from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from welfare_desktop.domain.errors import Cancelled, WelfareError
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations import checking
from welfare_desktop.operations.counting import Looked

from ..bench import Bench
from ..beside.proofreading import Noted
from ..parts.asking import LineDialog, ask, tell_error
from ..parts.banner import Banners, Notice, Tone
from ..parts.jobs import Jobs

if TYPE_CHECKING:  # imported late at run time: the first paint needs none of it
    from ..main_window import MainWindow
    from .findings_pane import FindingsPane
    from .gaps_pane import GapsPane
    from .page import Pane, WorkPage
    from .search_pane import SearchPane

_TOPIC = "work"


class WorkFlows(QObject):
    """The verbs of one window around its lists."""

    def __init__(self, window: MainWindow, jobs: Jobs, banners: Banners, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._banners = banners
        self._bench = bench
        self._page: WorkPage | None = None
        self._came_from: tuple[FieldKey, int | None] | None = None
        self._behind = False
        self._fresh = QTimer(self)
        self._fresh.setSingleShot(True)
        self._fresh.setInterval(0)
        self._fresh.timeout.connect(self._refresh)
        bench.watcher.changed.connect(self._on_attention_changed)
        bench.desk.reloaded.connect(self._on_desk_reloaded)
        bench.desk.filled.connect(self._on_filled)
        window.status.finding_asked.connect(self.show_findings)
        window.search_box.show_icon()
        window.search_box.searched.connect(self.search_for)
        window.search_box.left.connect(self._on_search_left)
        bench.watcher.start()

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {
            "search": self.go_to_search,
            "replace": self.replace,
            "proofread": self.show_findings,
            "gaps": self.show_gaps,
            "check_again": self.check_again,
            "fix_all": self.fix_all,
            "print_list": self.print_list,
            "back_to_list": self.back,
            "apply_proposal": self.apply_proposal,
            "confirm": self.confirm,
        }

    # --- the page -----------------------------------------------------------------------------------------------

    @property
    def page(self) -> WorkPage:
        """The page with the lists; made when first asked for."""
        if self._page is None:
            from .findings_pane import FindingsPane
            from .gaps_pane import GapsPane
            from .page import WorkPage
            from .search_pane import SearchPane

            desk, watcher = self._bench.desk, self._bench.watcher
            self._findings = FindingsPane(desk, watcher)
            self._hits = SearchPane(desk, watcher)
            self._gaps = GapsPane(desk)
            self._findings.apply_asked.connect(self._apply)
            self._findings.ignore_asked.connect(self._ignore)
            self._findings.notice_asked.connect(self._notice)
            self._findings.rule_asked.connect(self._set_rule)
            self._findings.again_asked.connect(self.check_again)
            self._findings.fix_all_asked.connect(self.fix_all)
            self._gaps.confirm_asked.connect(self._confirm_drafts)
            self._hits.replace_button.clicked.connect(self.replace)
            page = WorkPage((self._findings, self._hits, self._gaps))
            for pane in page.panes:
                pane.jump_asked.connect(self.jump)
            for button in (self._findings.print_button, self._hits.print_button, self._gaps.print_button):
                button.clicked.connect(self.print_list)
            page.tab_changed.connect(self._on_tab_changed)
            page.hide()
            self._window.take_page(page)
            self._page = page
            self._findings.show_count()
            self._gaps.show_count()
        return self._page

    @property
    def findings(self) -> FindingsPane:
        """The list of findings."""
        assert self.page is not None
        return self._findings

    @property
    def hits(self) -> SearchPane:
        """The list of hits."""
        assert self.page is not None
        return self._hits

    @property
    def gaps(self) -> GapsPane:
        """The list of blanks and drafts."""
        assert self.page is not None
        return self._gaps

    @property
    def listing(self) -> bool:
        """Whether a list is shown instead of the form."""
        return self._page is not None and self._page.isVisibleTo(self._window)

    def _show(self, pane: Pane) -> bool:
        """Show a list; False when something typed could not be saved, which is told where it was typed."""
        if not self.listing:
            if self._bench.finish_and_save():
                return False
            form = self._bench.form
            key = form.focused_key if self._bench.activity_id else None
            self._came_from = None if key is None or self._behind else (key, form.current_line())
        self._behind = False
        page = self.page
        self._window.splitter.hide()
        page.show()
        page.show_pane(pane)
        self._window.show_listing(True)
        pane.focus_list()
        return True

    def leave(self) -> None:
        """Show the form again, at the field one came from."""
        if not self.listing:
            return
        self._show_form()
        if self._came_from is None or not self._bench.form.focus_key(*self._came_from):
            self._bench.focus_form()

    def _show_form(self) -> None:
        self.page.hide()
        self._window.splitter.show()
        self._window.show_listing(False)

    def back(self) -> None:
        """From a field one jumped to back to the list; from the list back to the field one came from."""
        if self.listing:
            self._behind = False
            self.leave()
        elif self._behind:
            self._show(self.page.pane)
        self._window.action("back_to_list").setEnabled(self.listing)

    def jump(self, key: FieldKey, line: int | None) -> None:
        """Go from the list to a field, whatever year or filter hides it."""
        desk = self._bench.desk
        directory_id = self._bench.activity_of(key)
        target = directory_id or (key.owner_id if key.owner is not Owner.PLAN else "")
        if target and not desk.model.index_of(target).isValid():
            desk.show_everything()
        self._show_form()
        self._behind = True
        self._window.action("back_to_list").setEnabled(True)
        if not directory_id:
            if not target or not desk.tree.choose(target):
                self._tell(
                    "この文は計画の設定にあります",
                    "活動の欄ではないので、この画面では開けません。Esc で一覧に戻ります。",
                )
            return
        self._bench.go_to(key)
        if not self._bench.form.focus_key(key, line):
            words = f"{fiscal_label(desk.year)}の画面にはこの欄がありません。Esc で一覧に戻ります。"
            self._tell("この欄は今の画面にありません", words)

    # --- verbs that show a list ---------------------------------------------------------------------------------

    def go_to_search(self) -> None:
        """Go into the search box, with what was searched for chosen."""
        self._window.search_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.search_box.selectAll()

    def search_for(self, query: str) -> None:
        """Show what holds the words."""
        if not query.strip():
            return
        self.hits.ask_for(query)
        if self._show(self.hits):
            self.hits.focus_list()

    def _on_search_left(self) -> None:
        if self.listing:
            self.page.pane.focus_list()
        else:
            self._bench.focus_form()

    def show_findings(self) -> None:
        """Show the list of findings, looked through completely."""
        if self._show(self.findings):
            self._complete()

    def show_gaps(self) -> None:
        """Show the list of blanks and drafts."""
        self._show(self.gaps)

    def check_again(self) -> None:
        """Look through everything once more and show the list of findings."""
        if self._show(self.findings):
            self._bench.watcher.watch.look_again()
            self._complete()

    def _complete(self) -> None:
        """Look through what is still waiting, as a job."""
        watch = self._bench.watcher.watch
        if watch.complete or self._jobs.busy:
            self.findings.refresh()
            return

        def finish(looked: Looked) -> None:
            if self._bench.watcher.watch is not watch:
                return
            empty = not self.findings.shown
            watch.take(looked)
            self.findings.looked()
            self._bench.watcher.tell()
            self.findings.refresh()
            if empty and self.listing and self.page.pane is self.findings:
                self.findings.focus_list()

        title = f"{fiscal_label(watch.year)}の報告を調べています"
        self._jobs.start(title, watch.prepare(), finish, self._on_check_stopped)
        self.findings.refresh()

    def _on_check_stopped(self, error: WelfareError) -> None:
        if not isinstance(error, Cancelled):
            tell_error(self._window, error, "調べられませんでした")
        self.findings.refresh()

    # --- keeping the lists true ---------------------------------------------------------------------------------

    def _on_attention_changed(self) -> None:
        watcher = self._bench.watcher
        self._window.status.show_attention(watcher.finding_count, watcher.conflict_count)
        if self._page is not None:
            self._findings.show_count()
            self._fresh.start()

    def _on_filled(self, _fill: object) -> None:
        if self._page is not None:
            self._gaps.show_count()
            self._fresh.start()

    def _on_desk_reloaded(self) -> None:
        if self.listing and self.page.pane is self._findings:
            self._complete()

    def _on_tab_changed(self) -> None:
        if self.page.pane is self._findings and self.listing:
            self._complete()
        else:
            self._refresh()

    def _refresh(self) -> None:
        """Bring the list that is shown in line with the file; one that was just let go of cannot be asked any more."""
        if self.listing and not self._window.has_left:
            pane = self.page.pane
            if pane is self._findings:
                self._findings.refresh()
            elif pane is self._hits:
                self._hits.refresh()
            else:
                self._gaps.refresh()

    # --- verbs on what a list shows -----------------------------------------------------------------------------

    def apply_proposal(self) -> None:
        """Do what the finding one is at proposes, in the list or in the form."""
        if not self.listing:
            self._bench.apply_proposal()
        elif self.page.pane is self._findings:
            self._findings.apply_current()

    def confirm(self) -> None:
        """Confirm the draft one is at, in the list or in the form."""
        if not self.listing:
            if not self._bench.confirm():
                self._tell("下書きではありません", "「下書き」の印のある欄で使います。")
        elif self.page.pane is self._gaps:
            self._gaps.confirm_one()

    def _apply(self, note: Noted) -> None:
        try:
            checking.apply_suggestion(self._bench.session, note.finding)
        except WelfareError as error:
            tell_error(self._window, error, "直せませんでした")
        self._after_writing(note)

    def _ignore(self, note: Noted) -> None:
        def take(reason: str) -> None:
            checking.ignore(self._bench.session, self._bench.desk.year, note.finding, reason)

        box = LineDialog(
            self._window, f"無視: {note.title}", "無視する理由（記録に残ります）", "", take, verb="無視する"
        )
        box.exec()
        box.deleteLater()
        self._bench.watcher.tell()

    def _notice(self, note: Noted) -> None:
        self._try(lambda: checking.notice_again(self._bench.session, self._bench.desk.year, note.finding))

    def _set_rule(self, rule_id: str, on: bool) -> None:
        change = checking.resume_rule if on else checking.stop_rule
        if not self._bench.session.read_only:
            self._try(lambda: change(self._bench.session, rule_id))

    def _try(self, change: Callable[[], object]) -> None:
        try:
            change()
        except WelfareError as error:
            tell_error(self._window, error, "できませんでした")
        self._bench.watcher.tell()

    def _after_writing(self, note: Noted) -> None:
        """Show at once what became of the activity one worked on."""
        watch = self._bench.watcher.watch
        watch.of_activity(watch.activity_of(note.key))
        self._bench.watcher.tell()

    def fix_all(self) -> None:
        """Show what is sure to be wrong and put right what stays checked, as one step of undo."""
        from .fix_dialog import FixDialog

        if not self._show(self.findings) or not self._bench.desk.editable:
            return
        certain = self.findings.certain()
        if not certain:
            text = "確かめずに直せる指摘はありません。一件ずつ見て直してください（F4）。"
            ask(self._window, "まとめて直せるものはありません", text, ("閉じる",))
            return
        box = FixDialog(self._window, self._bench.session, certain)
        box.exec()
        corrected = box.corrected
        box.deleteLater()
        if corrected is not None:
            text = "元に戻す（Ctrl+Z）で、まとめて前の文に戻せます。"
            if corrected.left:
                text += f" {len(corrected.left)} 件は同じ行にほかの指摘があったので残っています。"
            self._tell(f"{len(corrected.done)} 件を直しました", text)
            self.check_again()

    def _confirm_drafts(self, keys: tuple[FieldKey, ...]) -> None:
        from welfare_desktop.operations.rolling import confirm_drafts

        if not keys or not self._bench.desk.editable:
            return
        if len(keys) > 1:
            text = "下書きの文を、いまのまま記入済みにします。元に戻す（Ctrl+Z）で、まとめて下書きに戻せます。"
            title = f"表示中の下書き {len(keys)} 件を確定しますか"
            if ask(self._window, title, text, (f"{len(keys)} 件を確定する", "やめる")) != 0:
                return
        try:
            confirm_drafts(self._bench.session, keys)
        except WelfareError as error:
            tell_error(self._window, error, "確定できませんでした")
        self._bench.desk.count()
        self._gaps.focus_list()

    def replace(self) -> None:
        """Replace words in what was found, after a look at every line."""
        from .replace_dialog import ReplaceDialog

        if self._bench.session.read_only or not self._show(self.hits):
            return
        if not self.hits.hits:
            text = "先に「全年度から探す」（Ctrl+F）で、置き換えたいことばを探してください。"
            ask(self._window, "置き換える文がありません", text, ("閉じる",))
            return
        box = ReplaceDialog(self._window, self._bench.session, self.hits.query, self.hits.hit_keys())
        box.exec()
        replaced = box.replaced
        box.deleteLater()
        if replaced is not None:
            self._bench.desk.count()
            self.hits.refresh()
            text = (
                f"置き換える前の控えを作りました（{replaced.backup.name}）。元に戻す（Ctrl+Z）でも、まとめて戻せます。"
            )
            self._tell(f"{replaced.places} か所を置き換えました", text)
        self.hits.focus_list()

    def print_list(self) -> None:
        """Print the list that is shown, or save it as PDF."""
        if not self.listing:
            return
        from ..output.list_printing import print_list

        sheet = self.page.pane.printed()
        if sheet.rows:
            print_list(self._window, self._bench.session, self._window.settings, sheet)

    def next_area(self, step: int) -> None:
        """Move the focus between the parts of the list, or of the form."""
        if self.listing:
            self.page.next_area(step)
        else:
            self._bench.next_area(step)

    def _tell(self, title: str, text: str) -> None:
        def dismiss() -> None:
            self._banners.dismiss(_TOPIC)

        self._banners.show_notice(Notice(_TOPIC, Tone.INFO, title, text, actions=(("閉じる", dismiss),)))
