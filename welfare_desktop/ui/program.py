"""What leads from one window to the next: the first window, the open file, a copy to go on in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from welfare_desktop.domain.errors import StoreDamaged, StoreTooNew, WelfareError
from welfare_desktop.operations.opening import default_who, open_file
from welfare_desktop.operations.session import Session

from .main_window import Clock, MainWindow
from .settings import Settings

if TYPE_CHECKING:  # made only when somebody needs them
    from .ways_in import WaysIn


class Program(QObject):
    """The windows of one run: the first window, or one main window on an open file.

    ``closed`` says that the main window was closed; there is none after it.
    """

    closed = Signal()

    def __init__(self, settings: Settings, who: str = "") -> None:
        super().__init__()
        self._settings = settings
        self._who = who
        self._ways: WaysIn | None = None
        self.window: MainWindow | None = None

    @property
    def who(self) -> str:
        """The name for the history: given at the start, chosen on this PC, or the account's."""
        return self._who or self._settings.who or default_who()

    @property
    def has_ways(self) -> bool:
        """Whether the first window is there."""
        return self._ways is not None

    @property
    def ways(self) -> WaysIn:
        """The first window and its ways, made when they are needed."""
        if self._ways is None:
            from .ways_in import WaysIn

            self._ways = WaysIn(self)
        return self._ways

    # --- opening ------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> MainWindow | None:
        """Open a data file in the main window; None when it could not be opened, which was said."""
        if self.window is not None and path.exists() and self.window.desk.session.path.samefile(path):
            return self._open_again(path)
        session = self._session(path)
        if session is None:
            return None
        if self.window is not None and not self.window.leave_file():
            session.close()
            return None
        return self.show_session(session)

    def _open_again(self, path: Path) -> MainWindow | None:
        """Open the file that is open once more, to see whether it can be written by now."""
        assert self.window is not None
        if not self.window.leave_file():
            return None
        session = self._session(path)
        if session is None:
            self._back_to_ways()
            return None
        return self.show_session(session)

    def _session(self, path: Path) -> Session | None:
        """Open a file; where it can only be viewed or brought back from a copy, ask what to do."""
        try:
            return open_file(path, who=self.who, exclusive=True)
        except StoreTooNew as error:
            wanted = self._ask_what_to_do(error, ("見るだけで開く", "やめる"))
            return self._view(path, check=True) if wanted == 0 else self._left_alone(error)
        except StoreDamaged as error:
            return self._made_of_damaged(path, error)
        except WelfareError as error:
            return self._refused(error)

    def _made_of_damaged(self, path: Path, error: StoreDamaged) -> Session | None:
        """Ask what to do about a damaged file; of an empty one nothing can be looked at or brought out."""
        ways: dict[str, Callable[[], Session | None]] = {"控えから戻す…": lambda: self._restored(path)}
        if path.exists() and path.stat().st_size:
            ways["見るだけで開く"] = lambda: self._view(path, check=False)
            ways["読めるところを救い出す…"] = lambda: self._rescued(path)
        ways["やめる"] = lambda: self._left_alone(error)
        wanted = self._ask_what_to_do(error, tuple(ways))
        return list(ways.values())[wanted]() if wanted >= 0 else self._left_alone(error)

    def _ask_what_to_do(self, error: WelfareError, answers: tuple[str, ...]) -> int:
        from .parts.asking import ask
        from .parts.banner import Tone

        place = "  ".join((error.code, error.where))
        text = f"{error.message}\n{error.next_step}"
        return ask(self._parent(), "そのままでは開けません", text, answers, tone=Tone.ATTENTION, detail=place)

    def _refused(self, error: WelfareError) -> Session | None:
        """Say why nothing was opened."""
        self._tell_not_opened(error)
        return None

    def _left_alone(self, error: WelfareError) -> Session | None:
        """Nothing is wanted; the first window says on what does not open, a box would only say it twice."""
        return self._refused(error) if self.window is None else None

    def _restored(self, path: Path) -> Session | None:
        """Ask for a copy, bring the file back from it and open it; the damaged file is kept beside the copies."""
        from welfare_desktop.operations.backing_up import restore

        from .restoring import ask_for_copy

        chosen = ask_for_copy(self._parent(), path)
        if chosen is None:
            return None
        try:
            restore(chosen, path)
            return open_file(path, who=self.who, exclusive=True)
        except WelfareError as error:
            return self._refused(error)

    def _rescued(self, path: Path) -> Session | None:
        """Make a new file of what can be read of a damaged one, say what came of it, and open it."""
        from .parts.asking import ask
        from .restoring import rescue_into_new_file

        try:
            rescued = rescue_into_new_file(self._parent(), path, self.who)
            if rescued is None:
                return None
            made, words = rescued
            session = open_file(made, who=self.who, exclusive=True)
        except WelfareError as error:
            return self._refused(error)
        ask(self._parent(), "読めるところを救い出しました", words, ("新しいファイルで続ける",), detail=str(made))
        return session

    def _view(self, path: Path, *, check: bool) -> Session | None:
        """Open a file for viewing only; ``check`` False also shows a damaged one as far as it can be read."""
        try:
            return open_file(path, who=self.who, read_only=True, check=check)
        except WelfareError as error:
            self._tell_not_opened(error)
            return None

    def _parent(self) -> QWidget | None:
        return self.window or (self._ways.window if self._ways is not None else None)

    def _tell_not_opened(self, error: WelfareError) -> None:
        title = "ファイルを開けませんでした"
        if self.window is None:
            self.ways.show(error, title)
        else:
            from .parts.asking import tell_error

            tell_error(self.window, error, title)

    def show_session(self, session: Session) -> MainWindow:
        """Show an open file in a new main window and let the old windows go."""
        old = self.window
        window = MainWindow(session, self._settings, _clock_of)
        window.start_asked.connect(self._on_start_asked)
        window.open_asked.connect(self._on_open_asked)
        window.copy_asked.connect(self._on_copy_asked)
        window.closed.connect(self.closed)
        window.restore_asked.connect(self._on_restore_asked)
        self.window = window
        if self._settings.maximized:
            window.showMaximized()
        else:
            window.show()
        self._settings.remember_file(session.path)
        if self._ways is not None:
            self._ways.close()
            self._ways = None
        if old is not None:
            old.hide()
            old.deleteLater()
        return window

    def _on_start_asked(self) -> None:
        if self.window is not None and self.window.leave_file():
            self._back_to_ways()

    def _back_to_ways(self) -> None:
        window, self.window = self.window, None
        self.ways.show()
        if window is not None:
            window.hide()
            window.deleteLater()

    def _on_open_asked(self, path: Path | None) -> None:
        if path is not None:
            self.open(path)
            return
        from PySide6.QtWidgets import QFileDialog

        from .file_flows import DATA_FILTER

        start = str(self.window.desk.session.path.parent) if self.window is not None else ""
        name, _ = QFileDialog.getOpenFileName(self.window, "保存ファイルを開く", start, DATA_FILTER)
        if name:
            self.open(Path(name))

    def _on_copy_asked(self, path: Path) -> None:
        """Go on in a copy, with what could not be saved in the file it was copied from."""
        old = self.window
        session = self._session(path)
        if session is None or old is None:
            return
        before = old.bench
        window = self.show_session(session)
        bench = window.furnish()
        bench.pending.take_over(before.pending)
        bench.show_year(before.desk.year)
        window.desk.tree.choose(before.activity_id)
        bench.pending.save_all()
        old.let_go()

    def _on_restore_asked(self, copy: Path) -> None:
        """Put ``copy`` in the place of the open file, which is let go of meanwhile, and say where that is kept."""
        from welfare_desktop.operations.backing_up import restore

        from .parts.asking import tell_error
        from .parts.banner import Notice, Tone

        if self.window is None or not self.window.leave_file():
            return
        path, failed, kept = self.window.desk.session.path, None, None
        try:
            kept = restore(copy, path)
        except WelfareError as error:
            failed = error
        session = self._session(path)
        if session is None:
            self._back_to_ways()
            return
        window = self.show_session(session)
        if failed is not None:
            tell_error(window, failed, "控えから戻せませんでした")
            return
        close = (("閉じる", partial(window.banners.dismiss, "restored")),)
        words = f"戻す前のファイルは「{kept.parent.name}」のフォルダーに残してあります。" if kept is not None else ""
        notice = Notice("restored", Tone.INFO, "控えから戻しました", words, str(kept or copy), actions=close)
        window.banners.show_notice(notice)


def settle_in() -> None:
    """Make Qt's own menus and file dialogs speak Japanese, and show the program's icon."""
    from PySide6.QtCore import QLibraryInfo, QTranslator
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from welfare_desktop.paths import resource

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    translator = QTranslator(app)
    if translator.load("qtbase_ja", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    app.setWindowIcon(QIcon(str(resource("icons", "app.png"))))


def _clock_of(session: Session) -> Clock:
    from welfare_desktop.operations.backing_up import BackupClock

    return BackupClock(session)
