"""What each verb of the main window does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from welfare_desktop import __version__
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.paths import resource

from .bench import Bench
from .beside.history_flows import HistoryFlows
from .beside.phrase_flows import PhraseFlows
from .file_flows import FileFlows
from .form.activity_form import Panes
from .form.dialogs import TextDialog
from .form.line_editor import LineText
from .form.measure_flows import MeasureFlows
from .form.slot_flows import SlotFlows
from .form.slot_verbs import SlotVerb
from .merging.flows import MergeFlows
from .output.flows import OutputFlows
from .overview.flows import OverviewFlows
from .parts.asking import ask, tell_error
from .parts.banner import Banners, Notice, Tone
from .parts.jobs import Jobs
from .saving_notice import SavingNotice
from .structure.flows import StructureFlows
from .structure.tree_filter import TreeFilter
from .verbs import VERBS
from .worklist.flows import WorkFlows
from .worklist.marked_table import MarkedTable
from .years.flows import YearFlows

if TYPE_CHECKING:
    from .main_window import MainWindow

_DONE = "done"


class WindowVerbs(QObject):
    """The verbs of one window, by the names of ``ui.verbs``."""

    def __init__(self, window: MainWindow, bench: Bench, banners: Banners) -> None:
        super().__init__(window)
        self._window = window
        self._bench = bench
        self.banners = banners
        self.jobs = Jobs(window)
        self.files = FileFlows(window, self.jobs, banners, bench)
        self.outputs = OutputFlows(window, self.jobs, banners, bench)
        self.merging = MergeFlows(window, self.jobs, bench)
        self.slots = SlotFlows(window, bench)
        self.measures = MeasureFlows(window, bench, banners)
        self.history = HistoryFlows(window, banners, bench)
        self.structure = StructureFlows(window, bench, banners, self.outputs)
        self.overview = OverviewFlows(window, bench, banners, self.outputs)
        self.years = YearFlows(window, self.jobs, banners, bench)
        self.phrases = PhraseFlows(window, banners, bench)
        self.filter = TreeFilter(window, bench)
        self.work = WorkFlows(window, self.jobs, banners, bench)
        window.status.conflict_asked.connect(self.merging.decide)
        self.saving = SavingNotice(window, bench, banners, window.status, self.files.save_copy)
        self.files.copy_opened.connect(window.copy_asked)
        self.files.copy_chosen.connect(window.restore_asked)
        bench.failed.connect(self._on_bench_failed)
        bench.overview.page.ledger_asked.connect(self._show_ledger)
        bench.overview.page.findings_asked.connect(self._show_findings)
        bench.field_changed.connect(self._on_field_changed)
        bench.import_asked.connect(self.files.import_report)
        bench.verb_asked.connect(self.slots.run)
        bench.ignore_asked.connect(self.slots.ignore)
        self.handlers: dict[str, Callable[[bool], object]] = self._handlers()
        window.action("high_contrast").setChecked(window.settings.high_contrast)
        if bench.session.read_only:
            self._show_why_read_only()

    def _handlers(self) -> dict[str, Callable[[bool], object]]:
        form = self._bench.form
        plain: dict[str, Callable[[], object]] = {
            "start_page": self._window.start_asked.emit,
            "open": self._open,
            "save": self._bench.finish_and_save,
            "save_copy": self.files.save_copy,
            "back_up": self.files.back_up,
            "restore": self.files.ask_and_restore,
            "quit": self._window.close,
            "undo": self._undo,
            "redo": self._redo,
            "cut": self._cut,
            "copy": self._copy,
            "paste": self._paste,
            "copy_last_year": self._copy_last_year,
            **self.measures.handlers(),
            "both_panes": self._both_panes,
            "council_pane": self._council_pane,
            "city_pane": self._city_pane,
            "next_blank": self._next_blank,
            "previous_activity": self._previous_activity,
            "next_activity": self._next_activity,
            "next_area": self._next_area,
            "previous_area": self._previous_area,
            "next_year": self._next_year,
            "previous_year": self._previous_year,
            **self.years.handlers(),
            **self.overview.handlers(),
            **self.phrases.handlers(),
            "import_report": self.files.import_report,
            **self.merging.handlers(),
            **self.work.handlers(),
            **self.filter.handlers(),
            **self.outputs.handlers(),
            **self.structure.handlers(),
            **self.history.handlers(),
            "verify": self.files.verify,
            "manual": self._show_manual,
            "keys": self._show_keys,
            "about": self._show_about,
        }
        switches: dict[str, Callable[[bool], object]] = {
            "roles": form.open_roles,
            "initiatives": form.open_initiatives,
            "context": self._bench.show_context,
            "show_retired": self.structure.show_retired,
            "high_contrast": self._switch_contrast,
        }
        return {**{name: _Plain(run) for name, run in plain.items()}, **switches}

    def run(self, name: str, checked: bool = False) -> None:
        """Do the verb ``name``; ``checked`` is the new state of a switch."""
        self.handlers[name](checked)

    def run_slot_verb(self, verb: SlotVerb) -> None:
        """Do ``verb`` to the slot one is in."""
        self.slots.run_here(verb)

    # --- leaving ------------------------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Save everything; False when something could not be saved and a person wants to stay with it."""
        self.jobs.stop()
        self._bench.finish_and_save()
        session = self._bench.session
        if session.has_lost_its_file and not session.read_only:
            return self._may_leave_lost_file()
        if not len(self._bench.pending):
            return True
        text = "このまま閉じると、保存できていない文は失われます。"
        answers = ("戻る", "入力した文をコピーして閉じる", "保存せずに閉じる")
        answer = ask(self._window, "保存できていない文があります", text, answers, tone=Tone.BAD)
        if answer == 1:
            QApplication.clipboard().setText(self._bench.unsaved_text())
        return answer in (1, 2)

    def _may_leave_lost_file(self) -> bool:
        """Ask before the last that can still read a deleted or replaced file lets go of it."""
        text = (
            "消されたか、移されたか、別のファイルに置き換わりました。閉じると、ここに見えている内容はもう開けません。"
        )
        answers = ("別の場所に保存…", "戻る", "このまま閉じる")
        path = str(self._bench.session.path)
        answer = ask(self._window, "開いていたファイルがなくなりました", text, answers, tone=Tone.BAD, detail=path)
        if answer == 0:
            self.files.save_copy()
        return answer == 2

    def _open(self) -> None:
        self._window.open_asked.emit(None)

    # --- telling ------------------------------------------------------------------------------------------------

    def show_locks(self, closed: bool) -> None:
        """Show or take away the banner of a closed year."""
        if closed and not self._bench.session.read_only:
            notice = Notice(
                "lock",
                Tone.LOCKED,
                f"{fiscal_label(self._bench.desk.year)}は確定しています",
                "直すには鍵を外します。理由が履歴に残ります。",
                actions=(("鍵を外す…", self.years.unlock_year),),
            )
            self.banners.show_notice(notice)
        else:
            self.banners.dismiss("lock")

    def _show_why_read_only(self) -> None:
        """Say who has the file, or why it cannot be written, and the way on."""
        session = self._bench.session
        actions: list[tuple[str, Callable[[], object]]] = []
        if session.damaged:
            actions.append(("控えから戻す…", self.files.ask_and_restore))
        elif not session.too_new:  # a copy of it could not be worked in either
            actions.append(("手元の写しで作業…", self.files.save_copy))
        if session.held_by is not None:
            title = "閲覧だけできます ― ほかで編集中です"
            text = f"{session.held_by} が編集しています。終わってから「もう一度調べる」を押してください。"
            actions.append(("もう一度調べる", self._open_again))
        elif session.damaged:
            title = "閲覧だけできます ― ファイルの一部が壊れています"
            text = "読めるところだけを見せています。壊れたファイルは消しません。"
        else:
            title = "閲覧だけできます"
            text = "".join(session.opening_notes) or "このファイルは見るだけで開いています。"
        if actions:
            self._bench.form.leave_next_step_to_banner()
        self.banners.show_notice(Notice("read_only", Tone.ATTENTION, title, text, str(session.path), tuple(actions)))

    def _open_again(self) -> None:
        self._window.open_asked.emit(self._bench.session.path)

    def tell_backup_failed(self, error: WelfareError) -> None:
        """Say that the automatic copy could not be made; work goes on."""
        text = f"{error.message}{error.next_step}"
        notice = Notice("backup", Tone.ATTENTION, "控えを作れませんでした", text, error.code, self._closing("backup"))
        self.banners.show_notice(notice)

    def _switch_contrast(self, wanted: bool) -> None:
        """Keep whether to draw with strong colours; what is on screen keeps its own until the next start."""
        self._window.settings.high_contrast = wanted
        self._window.settings.save()
        words = "高コントラストにしました" if wanted else "高コントラストをやめました"
        self._tell(words, "次に開いたときから変わります。")

    def tell_scale(self, percent: int) -> None:
        """Say when another text size comes into force."""
        self._tell(f"文字の大きさを {percent} % にしました", "次に開いたときから変わります。")

    def _tell(self, title: str, text: str) -> None:
        self.banners.show_notice(Notice(_DONE, Tone.INFO, title, text, actions=self._closing(_DONE)))

    def _closing(self, topic: str) -> tuple[tuple[str, Callable[[], object]], ...]:
        def dismiss() -> None:
            self.banners.dismiss(topic)

        return (("閉じる", dismiss),)

    def _on_bench_failed(self, error: WelfareError) -> None:
        tell_error(self._window, error, "できませんでした")

    def _on_field_changed(self, key: object) -> None:
        self._window.action("history").setEnabled(key is not None)

    # --- editing ------------------------------------------------------------------------------------------------

    def _undo(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and focus.isUndoAvailable():
            focus.undo()
        else:
            self._bench.undo()

    def _redo(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and focus.isRedoAvailable():
            focus.redo()
        else:
            self._bench.redo()

    def name_undo(self) -> None:
        """Say in the menu what would be taken back and brought back."""
        focus = QApplication.focusWidget()
        session = self._bench.session
        typing = isinstance(focus, LineText) and focus.can_undo_typing()
        undo = "入力" if typing or len(self._bench.pending) else session.undo_label
        for name, words, label in (("undo", "元に戻す", undo), ("redo", "やり直す", session.redo_label)):
            self._window.action(name).setText(f"{words}: {label}" if label else words)

    def _copy_last_year(self) -> None:
        if not self._bench.copy_last_year():
            self._tell(
                "前年度から写す文がありません", "前年度の文は、右の「参照」（F9）に出ます。文を書く欄で使います。"
            )

    def _cut(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, (LineText, QLineEdit)):
            focus.cut()

    def _copy(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, (LineText, QLineEdit)):
            focus.copy()
        elif isinstance(focus, MarkedTable):
            focus.copy_row()

    def _paste(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, (LineText, QLineEdit)):
            focus.paste()

    # --- viewing and moving -------------------------------------------------------------------------------------

    def _both_panes(self) -> None:
        self._choose_panes(Panes.BOTH)

    def _council_pane(self) -> None:
        self._choose_panes(Panes.COUNCIL)

    def _city_pane(self) -> None:
        self._choose_panes(Panes.CITY)

    def _choose_panes(self, panes: Panes) -> None:
        if self._bench.form.chooses_panes:
            self._bench.form.choose_panes(panes)
        else:
            self._tell("両方を横に並べています", "窓の幅が狭くて横に並ばないときに、どちらかだけを選べます。")

    def _next_blank(self) -> None:
        self.work.leave()
        if not self._bench.next_blank():
            self._tell_none_left("未記入の欄はありません")

    def next_draft(self) -> None:
        """Go to the next draft, or say that there is none."""
        self.work.leave()
        if not self._bench.next_draft():
            self._tell_none_left("下書きの欄はありません")

    def _tell_none_left(self, title: str) -> None:
        desk = self._bench.desk
        self._tell(title, f"{fiscal_label(desk.year)}　{desk.department or 'すべての担当課'}")

    def _previous_activity(self) -> None:
        self._bench.step(-1)

    def _next_activity(self) -> None:
        self._bench.step(1)

    def _next_area(self) -> None:
        self.work.next_area(1)

    def _previous_area(self) -> None:
        self.work.next_area(-1)

    def _next_year(self) -> None:
        self._step_year(1)

    def _previous_year(self) -> None:
        self._step_year(-1)

    def _step_year(self, step: int) -> None:
        years = self._bench.session.years()
        place = years.index(self._bench.desk.year) + step if self._bench.desk.year in years else -1
        if 0 <= place < len(years):
            self._bench.show_year(years[place])

    def _show_ledger(self) -> None:
        self.run("ledger")

    def _show_findings(self) -> None:
        self.run("proofread")

    # --- names and help -----------------------------------------------------------------------------------------

    def _show_manual(self) -> None:
        show_manual(self._window)

    def _show_keys(self) -> None:
        rows = [(verb.text, verb.keys) for verb in VERBS if verb.keys]
        rows += [(verb.label, verb.shortcut) for verb in SlotVerb]
        native = QKeySequence.SequenceFormat.NativeText
        lines = [f"| {words} | {QKeySequence(keys).toString(native)} |" for words, keys in rows]
        box = TextDialog(self._window, "キー操作の一覧", "\n".join(("| 操作 | キー |", "|---|---|", *lines)))
        box.exec()
        box.deleteLater()

    def _show_about(self) -> None:
        text = (
            "地域福祉計画の取組みと実績を入力し、年度ごとの報告書を作ります。ネットワークは使いません。\n"
            "本ソフトは MIT ライセンスです。Qt と PySide6（LGPL 3）、BIZ UD ゴシック（SIL OFL 1.1）、"
            "peewee、openpyxl などを使っています。くわしくは THIRD_PARTY_NOTICES.md をご覧ください。"
        )
        path = str(self._bench.session.path)
        ask(self._window, f"実施状況報告　{__version__} 版", text, ("閉じる",), detail=path)


class _Plain:
    """A verb that takes no state."""

    def __init__(self, run: Callable[[], object]) -> None:
        self._run = run

    def __call__(self, _checked: bool) -> None:
        self._run()


def show_manual(parent: QWidget) -> None:
    """Show the manual that ships with the program."""
    box = TextDialog(parent, "使い方", resource("help", "manual.md").read_text(encoding="utf-8"))
    box.exec()
    box.deleteLater()
