"""Verbs of the window around fiscal years: opening one, closing and unlocking, confirming drafts together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from welfare_desktop.domain.endings import Outcome
from welfare_desktop.domain.errors import Cancelled, WelfareError
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.rolling import DraftStyle, Rollover
from welfare_desktop.domain.years import YearState, compact_era, fiscal_label

from ..bench import Bench
from ..parts.asking import LineDialog, ask, tell_error
from ..parts.banner import Banners, Notice, Tone
from ..parts.jobs import Jobs

if TYPE_CHECKING:  # imported late at run time: the first paint needs none of it
    from welfare_desktop.operations.rolling import Opening
    from welfare_desktop.paper.kept_pages import Laid

    from ..main_window import MainWindow
    from .rollover_dialog import RolloverDialog

_DONE = "year"
_UNDO = "元に戻す"


class YearFlows(QObject):
    """The verbs of one window."""

    def __init__(self, window: MainWindow, jobs: Jobs, banners: Banners, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._banners = banners
        self._bench = bench
        self._standing: Notice | None = None
        #: What was done last when the banner came up, in the words of undo.
        self._told: str | None = None
        bench.session.subscribe(self._on_committed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {
            "rollover": self.roll_over,
            "close_year": self.close_year,
            "unlock": self.unlock_year,
            "confirm_slot": self.confirm_slot,
            "confirm_activity": self.confirm_activity,
            "confirm_year": self.confirm_year,
        }

    def _saved(self) -> bool:
        """Save what is typed; False, which is told, when something could not be saved."""
        if self._jobs.busy:
            return False
        if not self._bench.finish_and_save():
            return True
        text = "保存できていない文があります。先に保存してから、もう一度選んでください。"
        ask(self._window, "保存できていません", text, ("閉じる",), tone=Tone.ATTENTION)
        return False

    # --- opening a year -----------------------------------------------------------------------------------------

    def roll_over(self) -> None:
        """Show what opening a year would do, and open it."""
        from welfare_desktop.operations.rolling import next_year

        if not self._saved():
            return
        session = self._bench.session
        year = next_year(session)
        if year is None:
            year = self._ask_beyond_the_last()
        if year is not None:
            self._show_rollover(year)

    def _ask_beyond_the_last(self) -> int | None:
        """Say that every year of the plan is open and what to do now; return a year to look at all the same."""
        plan = self._bench.desk.plan
        last = fiscal_label(plan.last_year)
        text = (
            f"計画の最終年度（{last}）まで開いています。{last}の報告が済んだら、「年度」の「確定して鍵をかける」で閉じます。\n"
            "次の計画は新しいファイルで始めます。「ファイル」の「最初の画面へ」から作ってください。このファイルはそのまま残ります。"
        )
        answers = ("閉じる", "開いた年度を調べる…")
        answer = ask(self._window, "次に開く年度はありません", text, answers, tone=Tone.INFO)
        return self._bench.desk.year if answer == 1 else None

    def _show_rollover(self, year: int) -> None:
        from welfare_desktop.operations.backing_up import back_up
        from welfare_desktop.operations.rolling import open_as_previewed, prepare_openings

        from .rollover_dialog import RolloverDialog

        session, plan = self._bench.session, self._bench.desk.plan
        done: list[Rollover] = []

        path = session.path

        def make_copy() -> Path:
            return back_up(path)

        def take(opening: Opening, style: DraftStyle, close: bool) -> None:
            QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
            try:
                open_as_previewed(session, opening.rollover, style, close_finished=close)
            finally:
                QApplication.restoreOverrideCursor()
            done.append(opening.rollover)

        def prepare(of_year: int) -> Callable[[Progress], dict[DraftStyle, Opening]]:
            return prepare_openings(session, of_year)

        years = {year: state for year, state in session.year_states().items() if year >= plan.first_year}
        box = RolloverDialog(self._window, years, year, prepare, make_copy, take)

        def print_it(opening: Opening) -> None:
            self._print_preview(box, opening)

        box.print_asked.connect(print_it)
        accepted = box.exec()
        wrote, of_year, closed = box.wrote, box.year, box.closes
        box.deleteLater()
        if not accepted:
            return
        self._bench.show_year(of_year)
        if wrote:
            self._tell_opened(done[0], closed=closed)
        else:
            text = "もう開いています。書いた文は何も変わっていません。"
            self._tell(f"{fiscal_label(of_year)}を表示しています", text)

    def _print_preview(self, dialog: RolloverDialog, opening: Opening) -> None:
        """Lay the preview out for paper and show it."""
        from welfare_desktop.operations.rolling_paper import prepare_opening_paper

        from ..output.list_preview import ListPreview

        session = self._bench.session
        name = f"年度更新の下見_{compact_era(opening.rollover.year)}.pdf"

        def show(paper: Laid) -> None:
            box = ListPreview(dialog, paper, name, self._window.settings, session.path.parent)
            box.exec()
            box.deleteLater()

        def fail(error: WelfareError) -> None:
            if not isinstance(error, Cancelled):
                tell_error(dialog, error, "下見を並べられませんでした")

        dialog.jobs.start("下見を並べています", prepare_opening_paper(session, opening), show, fail)

    def _tell_opened(self, rollover: Rollover, *, closed: bool) -> None:
        """Say what happened and how to take it back."""
        lines = sum(len(draft.lines) for draft in rollover.drafts)
        words = [f"下書きを {len(rollover.drafts)} 欄（{lines} 行）作りました。" if lines else "下書きはありません。"]
        review = rollover.count(Outcome.REVIEW)
        words += [f"そのうち {review} 行は確かめてください。"] if review else []
        unplanned = [item for item in rollover.warnings if item.line is None]
        words += [f"予定がなく空欄のままの記入欄が {len(unplanned)} あります。"] if unplanned else []
        words += [f"{fiscal_label(rollover.year - 1)}は確定して鍵をかけました。"] if closed else []
        words.append("「元に戻す」で、開く前に戻せます。")
        actions: list[tuple[str, Callable[[], object]]] = [(_UNDO, self._take_back)]
        if rollover.warnings:
            notes = [
                f"{item.address}{f' {item.line} 行目' if item.line else ''}　{item.message}"
                for item in rollover.warnings
            ]

            def show_notes() -> None:
                self._show_notes(notes)

            actions.insert(0, (f"確かめるところ {len(notes)} 件…", show_notes))
        self._tell(f"{fiscal_label(rollover.year)}を開きました", "".join(words), actions)

    def _show_notes(self, notes: Sequence[str]) -> None:
        from ..parts.notes_dialog import NotesDialog

        box = NotesDialog(self._window, "年度更新で確かめるところ", notes)
        box.exec()
        box.deleteLater()

    def _take_back(self) -> None:
        self._standing = self._told = None
        self._banners.dismiss(_DONE)
        self._bench.undo_committed()

    def _on_committed(self, _applied: object) -> None:
        """Take the way back from the banner once something else was done: it would take that back instead."""
        notice, self._standing = self._standing, None
        if self._told is not None and self._bench.session.redo_label == self._told:
            self._told = None
            self._banners.dismiss(_DONE)  # taken back from the menu or by Ctrl+Z: it is not so any more
        elif notice is not None and _DONE in self._banners.topics():
            rest = tuple(action for action in notice.actions if action[0] != _UNDO)
            self._banners.show_notice(replace(notice, actions=rest))

    def _tell(self, title: str, text: str, actions: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        def dismiss() -> None:
            self._banners.dismiss(_DONE)

        self._standing = Notice(_DONE, Tone.INFO, title, text, actions=(*actions, ("閉じる", dismiss)))
        self._told = self._bench.session.undo_label
        self._banners.show_notice(self._standing)

    # --- closing and unlocking ----------------------------------------------------------------------------------

    def close_year(self) -> None:
        """Say what is left in the year shown, and close it when a person wants that."""
        from welfare_desktop.operations.year_work import close_year, unfinished

        session, year = self._bench.session, self._bench.desk.year
        if session.read_only or session.year_states().get(year) in (YearState.CLOSED, YearState.BEFORE_PLAN):
            return
        if not self._saved():
            return
        label = fiscal_label(year)
        left = unfinished(session, year).words
        text = f"{label}の実施状況・実績と{fiscal_label(year + 1)}の実施予定は、鍵を外すまで書き換えられなくなります。"
        text += f"\nまだ残っているもの: {left}。" if left else "\n未記入・下書き・衝突は残っていません。"
        text += "\n鍵は、理由を書けば外せます。「元に戻す」でも戻せます。"
        answers = ("戻る", "残したまま確定する") if left else ("確定して鍵をかける", "戻る")
        answer = ask(
            self._window, f"{label}を確定しますか", text, answers, tone=Tone.ATTENTION if left else Tone.LOCKED
        )
        if answer != (1 if left else 0):
            return
        try:
            close_year(session, year)
        except WelfareError as error:
            tell_error(self._window, error, f"{label}を確定できませんでした")

    def unlock_year(self) -> None:
        """Ask for a reason and open the closed year shown."""
        from welfare_desktop.operations.year_work import unlock_year

        session, year = self._bench.session, self._bench.desk.year
        if session.read_only or year not in session.closed_years():
            return

        def take(reason: str) -> None:
            unlock_year(session, year, reason)

        title = f"{fiscal_label(year)}の鍵を外す"
        box = LineDialog(self._window, title, "鍵を外す理由（履歴に残ります）", "", take, verb="鍵を外す")
        box.exec()
        box.deleteLater()

    # --- confirming ---------------------------------------------------------------------------------------------

    def confirm_slot(self) -> None:
        """Confirm every draft of the slot one is in."""
        current = self._bench.form.current_slot()
        if current is not None and self._bench.activity_id:
            self._confirm("この記入欄", activity_id=self._bench.activity_id, slot_id=current[1])

    def confirm_activity(self) -> None:
        """Confirm every draft of the activity shown, of the department chosen."""
        if self._bench.activity_id:
            self._confirm("この活動", activity_id=self._bench.activity_id)

    def confirm_year(self) -> None:
        """Confirm every draft of the year shown, of the department chosen."""
        self._confirm(fiscal_label(self._bench.desk.year))

    def _confirm(self, where: str, *, activity_id: str = "", slot_id: str = "") -> None:
        """Confirm the drafts of a place as they stand; more than one slot's are counted and asked for first."""
        from welfare_desktop.operations.rolling import confirm_drafts, drafts_in

        desk = self._bench.desk
        if not desk.editable or not self._saved():
            return
        department = None if slot_id else desk.department
        keys = drafts_in(
            self._bench.session, desk.year, activity_id=activity_id, slot_id=slot_id, department=department
        )
        of = f"（{department}）" if department else ""
        if not keys:
            self._tell("下書きはありません", f"{where}{of}に、確定していない下書きはありません。")
            return
        if not slot_id and not self._may_confirm(f"{where}{of}", keys):
            return
        try:
            confirm_drafts(self._bench.session, keys)
        except WelfareError as error:
            tell_error(self._window, error, "下書きを確定できませんでした")
            return
        self._tell(
            f"下書き {len(keys)} 欄を確定しました",
            f"{where}{of}　「元に戻す」で下書きに戻せます。",
            ((_UNDO, self._take_back),),
        )

    def _may_confirm(self, where: str, keys: Sequence[FieldKey]) -> bool:
        title = f"下書き {len(keys)} 欄をまとめて確定しますか"
        text = f"{where}の下書き {len(keys)} 欄を、今の文のまま記入済みにします。\nまだ読んでいない下書きがあれば、先に読んでください。"
        return ask(self._window, title, text, ("まとめて確定する", "やめる"), tone=Tone.ATTENTION) == 0
