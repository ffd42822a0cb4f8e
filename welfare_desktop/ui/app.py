"""Starting the window: the application object, and which file to open.

Whatever the first picture does not need is imported after it.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.operations.opening import open_file
from welfare_desktop.paths import log_dir, resource, settings_dir

from .crash import CrashHook, tell_crash, tell_known
from .parts import theme
from .settings import Settings, load_settings

if TYPE_CHECKING:  # imported once the colours are chosen: some modules keep one
    from .main_window import MainWindow

_SCREENSHOT_SIZE = (1366, 768)
_REFUSED = 2
_CRASHED = 70


def _make_application(settings: Settings) -> QApplication:
    """Return the application object, dressed; scaling is decided before it is made."""
    if settings.text_scale_percent != 100:
        os.environ.setdefault("QT_SCALE_FACTOR", str(settings.text_scale_percent / 100))
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    present = QApplication.instance()
    app = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("welfare-desktop")
    app.setApplicationDisplayName("実施状況報告")
    QTimer.singleShot(0, collect_again)
    if settings.high_contrast or _system_asks_for_contrast(app):
        theme.use(theme.HIGH_CONTRAST)
    theme.dress(app, resource("fonts"))
    return app


def _require_screen(*, unattended: bool) -> None:
    """Refuse where there is no screen: Qt would end the process in English.  What nobody looks at needs none.

    Raises WelfareError.
    """
    told = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if not sys.platform.startswith("linux") or any(os.environ.get(name) for name in told):
        return
    if unattended:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return
    raise WelfareError(
        "画面につながっていないので、窓を開けません。",
        code="W-003",
        where="DISPLAY",
        next_step="画面のあるところで始めるか、コマンドで行ってください（main.py --help）。何も変わっていません。",
    )


def _system_asks_for_contrast(app: QApplication) -> bool:
    """Whether the system is set to high contrast (Windows: コントラスト テーマ)."""
    hints = app.styleHints()
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


class _Shot(QObject):
    """What a smoke test does once the window is painted and its tree filled, and a screenshot once the form is, too."""

    def __init__(self, window: MainWindow, screenshot: Path | None, *, leave: bool) -> None:
        super().__init__(window)
        self._window = window
        self._screenshot = screenshot
        self._leave = leave
        if screenshot is None:
            window.desk.tree.painted.connect(self._on_tree_painted)
        else:
            window.ready.connect(self._on_ready)

    def _on_tree_painted(self) -> None:
        # Before the window goes on and makes what the first picture does not show.
        QApplication.postEvent(self, QEvent(QEvent.Type.User), Qt.EventPriority.HighEventPriority.value)

    def customEvent(self, _event: QEvent) -> None:
        """Qt: the painted window is all that was wanted."""
        self._take()

    def _on_ready(self) -> None:
        self._window.bench.form.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the form is being painted; what it asks for meanwhile is done before the picture is taken."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._take)
        return False

    def _take(self) -> None:
        status = 0
        if self._screenshot is not None:
            self._screenshot.parent.mkdir(parents=True, exist_ok=True)
            if not self._window.grab().save(str(self._screenshot), "PNG"):
                sys.stderr.write(f"エラー W-320: 画像を保存できません。（{self._screenshot}）\n")
                status = _REFUSED
        if self._leave:
            self._window.close()
            QApplication.exit(status)


def _leave_crashed(words: str) -> None:
    """Where nobody looks at a box, say on stderr what was raised and leave."""
    sys.stderr.write(f"エラー W-999: 思わぬ誤りが起きました。（{words}）\n")
    QApplication.exit(_CRASHED)


def run_gui(db: Path | None, *, who: str = "", smoke_test: bool, screenshot: Path | None) -> int:
    """Show the window and return the exit status once it is closed.

    ``db`` None means the file worked on last, or the first window.  ``smoke_test`` leaves once the window is painted
    and its tree filled (with ``screenshot``: the form, too); without ``db`` it opens the bundled plan in a temporary folder, so that nobody's file
    is touched.  ``screenshot`` saves the window as PNG first, at 1366×768.  With either of them and a ``db``, raises
    StoreError where it cannot be opened; a person is shown the ways in instead.  Raises WelfareError without a screen.
    """
    _require_screen(unattended=smoke_test or screenshot is not None)
    if smoke_test and db is None:
        import tempfile

        from welfare_desktop.operations.opening import new_file

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "plan.welfare"
            new_file(path).close()
            return _run_unattended(path, who, screenshot, leave=True)
    if db is not None and (smoke_test or screenshot is not None):
        return _run_unattended(db, who, screenshot, leave=smoke_test)
    hook = CrashHook(tell_crash, tell_known)
    sys.excepthook = hook
    settings = load_settings(settings_dir())
    app = _make_application(settings)
    from .program import Program, settle_in

    hook.write_to(log_dir())
    program = Program(settings, who)
    # Qt ends by itself with the last window, but not while one of them was still waiting for an answer.
    program.closed.connect(app.quit, Qt.ConnectionType.QueuedConnection)
    QTimer.singleShot(0, settle_in)
    chosen = db or settings.last_file()
    if chosen is None or program.open(chosen) is None:
        program.ways.show()
    return app.exec()


def collect_again() -> None:
    """Let Python look for garbage again, from now on only among what was made after the start.

    Modules and the window stay to the end; going through them again and again took a tenth of the start.
    """
    gc.freeze()
    gc.enable()


def _run_unattended(db: Path, who: str, screenshot: Path | None, *, leave: bool) -> int:
    """Open ``db`` without anybody's settings or questions."""
    sys.excepthook = CrashHook(_leave_crashed)
    settings = Settings()
    app = _make_application(settings)
    from .program import Program

    program = Program(settings, who)
    window = program.show_session(open_file(db, who=program.who, exclusive=True))
    window.resize(*_SCREENSHOT_SIZE)
    _Shot(window, screenshot, leave=leave)
    return app.exec()
