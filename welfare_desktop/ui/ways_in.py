"""The first window at work: a new file from a plan, a file to open, a report to read, a plan from nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.progress import Progress
from welfare_desktop.paths import user_data_dir

from .file_flows import DATA_FILTER, REPORT_FILTER, counts_text, warning_rows
from .first_start import FirstStart
from .form.dialogs import ReadingDialog
from .parts.jobs import Jobs
from .window_verbs import show_manual

if TYPE_CHECKING:
    from welfare_desktop.operations.importing import Imported

FILE_NAME = "地域福祉計画"
SUFFIX = ".welfare"


class Opener(Protocol):
    """Whoever shows a data file once it is there."""

    @property
    def who(self) -> str:
        """The name for the history."""

    def open(self, path: Path) -> QWidget | None:
        """Open a data file; None when it could not be opened, which was said."""


class WaysIn(QObject):
    """The first window with its three ways.

    It has no parent and is not deleted later: whoever opened it is known to it, and would go with it while it goes.
    """

    def __init__(self, opener: Opener) -> None:
        super().__init__()
        self._opener = opener
        self._folder = user_data_dir()
        words = "本ソフトに入っている計画を使います。基本目標・活動目標・活動・担当課がそろっています。"
        self.window = FirstStart(words, self._folder)
        self.jobs = Jobs(self.window)
        self.window.plan_chosen.connect(self.start_from_plan)
        self.window.open_chosen.connect(self.ask_and_open)
        self.window.report_chosen.connect(self.ask_and_read)
        self.window.empty_asked.connect(self.ask_and_make)
        self.window.plan_file_asked.connect(self.ask_and_take_plan)
        self.window.folder_asked.connect(self._on_folder_asked)
        self.window.manual_asked.connect(self._on_manual_asked)

    def show(self, error: WelfareError | None = None, title: str = "") -> None:
        """Show the ways in; ``error`` says under ``title`` why something did not open."""
        if error is not None:
            self.window.show_error(error, title)
        self.window.show()

    def close(self) -> None:
        """Take the window away; a file is open now."""
        self.window.hide()
        self.window.deleteLater()

    def use_folder(self, folder: Path) -> None:
        """Make new files in ``folder``."""
        self._folder = folder
        self.window.show_folder(folder)

    def _on_folder_asked(self) -> None:
        name = QFileDialog.getExistingDirectory(self.window, "保存する場所", str(self._folder))
        if name:
            self.use_folder(Path(name))

    def _on_manual_asked(self) -> None:
        show_manual(self.window)

    def _fresh_path(self) -> Path:
        """Return a name nothing has yet, in a folder that is there; raises WelfareError where none can be made."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WelfareError(
                "保存する場所にフォルダーを作れません。",
                code="W-208",
                where=str(self._folder),
                next_step="「変える…」で別の場所を選んでください。何も変わっていません。",
            ) from error
        path = self._folder / f"{FILE_NAME}{SUFFIX}"
        number = 2
        while path.exists():
            path = self._folder / f"{FILE_NAME} {number}{SUFFIX}"
            number += 1
        return path

    def _fail(self, title: str) -> Callable[[WelfareError], None]:
        def fail(error: WelfareError) -> None:
            self.show(error, title)

        return fail

    # --- the ways -----------------------------------------------------------------------------------------------

    def start_from_plan(self) -> None:
        """Make a data file from the bundled plan and open it."""
        if not self.jobs.busy:
            self._start_from(None)

    def _start_from(self, plan_file: Path | None) -> None:
        """Make a data file from a plan file (None: the bundled plan) and open it."""
        from welfare_desktop.operations.opening import new_file

        title, who = "始められませんでした", self._opener.who
        try:
            path = self._fresh_path()
        except WelfareError as error:
            self.show(error, title)
            return

        def work(_progress: Progress) -> Path:
            new_file(path, plan_file, who=who).close()
            return path

        self.jobs.start("計画を用意しています", work, self._opener.open, self._fail(title))

    def ask_and_make(self) -> None:
        """Ask for a new plan's title, years and file; make it and open it, empty."""
        from welfare_desktop.operations.opening import new_empty
        from welfare_desktop.operations.plan_settings import PlanWords

        from .structure.plan_dialog import PlanDialog

        if self.jobs.busy:
            return
        try:
            path = self._fresh_path()
        except WelfareError as error:
            self.show(error, "始められませんでした")
            return

        def take(words: PlanWords) -> None:
            assert box.target is not None
            new_empty(box.target, words, who=self._opener.who).close()

        text = (
            "名称と期間を決めると、空の計画ができます。基本目標・活動目標・活動・担当課は、そのあと画面で加えます。"
            "年度は、令和6、R6、2024 のどの書き方でも読み取ります。あとで「計画の設定」で直せます。"
        )
        box = PlanDialog(
            self.window,
            "新しい計画を一から作る",
            text,
            PlanWords("", "", "", ""),
            take,
            verb="この計画で始める",
            place=path,
        )
        accepted, target = box.exec(), box.target
        box.deleteLater()
        if accepted and target is not None:
            self._opener.open(target)

    def ask_and_take_plan(self) -> None:
        """Ask for a plan file, make a data file from it and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self.window, "計画ファイルから作る", str(self._folder), "計画ファイル (*.toml);;すべてのファイル (*)"
        )
        if name and not self.jobs.busy:
            self._start_from(Path(name))

    def ask_and_open(self) -> None:
        """Ask for a data file and open it."""
        name, _ = QFileDialog.getOpenFileName(self.window, "保存ファイルを開く", str(self._folder), DATA_FILTER)
        if name and not self.jobs.busy:
            self._opener.open(Path(name))

    def ask_and_read(self) -> None:
        """Ask for a report, make a data file from it and open it, with what is doubtful in it."""
        name, _ = QFileDialog.getOpenFileName(self.window, "昨年の報告を読み込む", "", REPORT_FILTER)
        if name and not self.jobs.busy:
            self.read(Path(name))

    def read(self, source: Path) -> None:
        """Make a data file from the report ``source`` and open it."""
        from welfare_desktop.operations.importing import import_report

        title, who = "報告書を読み込めませんでした", self._opener.who
        try:
            path = self._fresh_path()
        except WelfareError as error:
            self.show(error, title)
            return

        def work(_progress: Progress) -> Imported:
            return import_report(source, path, who=who)

        def finish(imported: Imported) -> None:
            window = self._opener.open(path)
            if window is not None:
                box = ReadingDialog(
                    window, "報告書を読み込みました", counts_text(imported), warning_rows(imported), None
                )
                box.open()
                box.finished.connect(box.deleteLater)

        self.jobs.start("報告書を読んでいます", work, finish, self._fail(title))
