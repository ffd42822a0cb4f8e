"""Verbs of the window that deal with files: saving a copy, backing up, reading reports.

Each asks what it has to, runs the long part off the window's thread and tells how it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from welfare_desktop.domain.errors import ClosedReport, WelfareError
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.years import fiscal_label

from .bench import Bench
from .form.dialogs import ReadingDialog
from .parts.asking import ask, tell_error
from .parts.banner import Banners, Notice, Tone
from .parts.jobs import Jobs

if TYPE_CHECKING:  # imported late at run time: the first paint needs none of it
    from welfare_desktop.operations.importing import Imported


#: Lays a report that was read over the open file (True: only tells what it would do).
Laying = Callable[[bool], "Imported"]

DATA_FILTER = "保存ファイル (*.welfare);;すべてのファイル (*)"
REPORT_FILTER = "報告書 (*.txt *.xlsx);;すべてのファイル (*)"


def with_suffix(name: str, suffix: str) -> Path:
    """Return the chosen name as a path, with ``suffix`` where none was typed."""
    path = Path(name)
    return path if path.suffix else path.with_name(path.name + suffix)


def warning_rows(imported: Imported) -> list[tuple[str, str, str]]:
    """Return what a reading found as rows of place, words and code."""
    return [
        (f"{item.line} 行目" if item.line is not None else item.cell or "", item.message, item.code)
        for item in imported.warnings
    ]


def counts_text(imported: Imported) -> str:
    """Return in a sentence what a report holds."""
    counts = imported.counts
    return (
        f"{fiscal_label(imported.year)}の報告書: 基本目標 {counts['basic_goals']}、活動目標 {counts['activity_goals']}、"
        f"活動 {counts['activities']}、担当課 {counts['departments']}、記入欄 {counts['slots']}、本文 {counts['lines']} 行。"
    )


class FileFlows(QObject):
    """The file verbs of one window.

    ``copy_opened`` carries the path of a copy that is to be worked in, ``copy_chosen`` that of one to be put back.
    """

    copy_opened = Signal(object)
    copy_chosen = Signal(object)

    def __init__(self, window: QWidget, jobs: Jobs, banners: Banners, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._banners = banners
        self._bench = bench

    def _fail(self, title: str) -> Callable[[WelfareError], None]:
        def fail(error: WelfareError) -> None:
            tell_error(self._window, error, title)

        return fail

    # --- copies -------------------------------------------------------------------------------------------------

    def save_copy(self) -> None:
        """Put a whole copy of the file elsewhere and go on working there, with what could not be saved here."""
        from welfare_desktop.operations.backing_up import back_up, save_open

        bench = self._bench
        source = bench.session.path
        bench.finish_and_save()
        start = str(source.with_name(f"{source.stem} の写し.welfare"))
        name, _ = QFileDialog.getSaveFileName(self._window, "別の場所に保存", start, DATA_FILTER)
        if not name:
            return
        target = with_suffix(name, ".welfare")
        if bench.session.has_lost_its_file:  # nothing of ours has the name any more; only the open file has it all
            try:
                save_open(bench.session, target, force=True)
            except WelfareError as error:
                self._on_copy_failed(error)
            else:
                self._on_copied(target)
            return

        def work(_progress: Progress) -> Path:
            return back_up(source, target, force=True)

        self._jobs.start("別の場所に保存しています", work, self._on_copied, self._on_copy_failed)

    def _on_copied(self, target: Path) -> None:
        self.copy_opened.emit(target)

    def _on_copy_failed(self, error: WelfareError) -> None:
        """Even when no place takes the copy, the typed text must be able to leave the window."""
        unsaved = self._bench.unsaved_text()
        answers = ("閉じる", "入力した文をコピー") if unsaved else ("閉じる",)
        text = f"{error.message}\n{error.next_step}\n入力した文は画面に残っています。"
        answer = ask(self._window, "写しを保存できませんでした", text, answers, tone=Tone.BAD, detail=error.code)
        if answer == 1:
            QGuiApplication.clipboard().setText(unsaved)

    def back_up(self) -> None:
        """Make a proved copy in the folder 控え now."""
        from welfare_desktop.operations.backing_up import back_up

        bench = self._bench
        bench.finish_and_save()
        path = bench.session.path

        def work(_progress: Progress) -> Path:
            return back_up(path)

        self._jobs.start("控えを作っています", work, self._on_backed_up, self._fail("控えを作れませんでした"))

    def _on_backed_up(self, made: Path) -> None:
        self._tell_written("控えを作りました", made)

    def ask_and_restore(self) -> None:
        """Let a person choose a copy to put in the place of the open file, and ask for it."""
        from .restoring import ask_for_copy

        if self._jobs.busy:
            return
        self._bench.finish_and_save()
        chosen = ask_for_copy(self._window, self._bench.session.path)
        if chosen is not None:
            self.copy_chosen.emit(chosen)

    def verify(self) -> None:
        """Prove the file's content and tell the result."""
        from welfare_desktop.operations.backing_up import verify

        bench = self._bench
        bench.finish_and_save()
        path = bench.session.path

        def work(_progress: Progress) -> list[str]:
            return verify(path)

        self._jobs.start("保存ファイルを確かめています", work, self._on_verified, self._fail("確かめられませんでした"))

    def _on_verified(self, problems: list[str]) -> None:
        if problems:
            from welfare_desktop.operations.backing_up import backups_of

            copies = backups_of(self._bench.session.path)
            way_on = (
                f"「控え」のフォルダーに前の写しが {len(copies)} 個あります。いちばん新しいのは {copies[0][1].name} です。"
                if copies
                else "控えはまだありません。閉じずに、管理者に知らせてください。"
            )
            ask(
                self._window,
                "ファイルに問題があります",
                "\n".join(problems) + f"\nファイルは消しません。{way_on}",
                ("閉じる",),
                tone=Tone.BAD,
                detail=str(self._bench.session.path),
            )
        else:
            ask(self._window, "問題はありません", "保存ファイルの内容は、最後に保存したときと一致します。", ("閉じる",))

    # --- reading ------------------------------------------------------------------------------------------------

    def import_report(self) -> None:
        """Read a report into the open file: choose, read, show what would happen, do it."""
        from welfare_desktop.operations.importing import import_into, read_report

        self._bench.finish_and_save()
        name, _ = QFileDialog.getOpenFileName(self._window, "報告書を読み込む", "", REPORT_FILTER)
        if not name:
            return
        path = Path(name)
        session = self._bench.session
        label = f"報告書の読込み（{path.name}）"

        def work(_progress: Progress) -> Laying:
            reading = read_report(path)

            def lay(dry_run: bool) -> Imported:
                return import_into(session, reading, label, dry_run=dry_run)

            return lay

        def finish(lay: Laying) -> None:
            self._show_reading(path, lay)

        self._jobs.start("報告書を読んでいます", work, finish, self._fail("報告書を読めませんでした"))

    def _show_reading(self, path: Path, lay: Laying) -> None:
        """Show what ``lay`` would write, and write it when a person says so; on the window's thread."""
        bench = self._bench
        try:
            found = lay(True)
        except WelfareError as error:
            tell_error(self._window, error, "報告書を読み込めません")
            return
        words = counts_text(found) + (
            f"空いている {found.filled} か所に書き込みます。すでに書いてあるところは変えません。あとで「元に戻す」で戻せます。"
            if found.filled
            else "書き込むところはありません。すべて入っているか、別の内容がすでにあります。"
        )
        box = ReadingDialog(
            self._window, "報告書を読み込む", words, warning_rows(found), "読み込む" if found.filled else None
        )
        accepted = box.exec() == QDialog.DialogCode.Accepted
        box.deleteLater()
        if not accepted or not found.filled:
            return
        try:
            from .structure.reasons import because

            because(self._window, bench.session, lambda: lay(False))
        except ClosedReport:
            return  # a person gave no reason: nothing changed
        except WelfareError as error:
            tell_error(self._window, error, "報告書を読み込めませんでした")
            return
        if found.year == bench.desk.year - 1:  # last year's report: it is wanted beside what is being written
            bench.desk.reload()
        else:
            bench.show_year(found.year)
        self._banners.show_notice(
            Notice("done", Tone.INFO, "報告書を読み込みました", counts_text(found), path.name, self._close_action())
        )

    def _close_action(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        return (("閉じる", self._dismiss_done),)

    def _dismiss_done(self) -> None:
        self._banners.dismiss("done")

    def _tell_written(self, title: str, target: Path, notes: str = "") -> None:
        def show_folder() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(target.parent)))

        actions = (("フォルダーを開く", show_folder), *self._close_action())
        self._banners.show_notice(
            Notice("done", Tone.INFO, title, f"{target.name}　{notes}".rstrip(), str(target.parent), actions)
        )
