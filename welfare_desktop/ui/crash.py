"""What happens when something is raised that nobody foresaw: a log without texts, and a box that says what is safe.

Installed before anything else: what is raised in a slot reaches only ``sys.excepthook``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from welfare_desktop.domain.errors import WelfareError

_LOG_NAME = "welfare.log"
#: A log that grew beyond this starts anew; the one before is kept beside it.
_LOG_BYTES = 500_000


def places_of(error: BaseException, trace: TracebackType | None) -> str:
    """Return where ``error`` came from: type, files, lines and functions, but no message and no value.

    A message may quote what somebody typed, and a log may be sent to strangers.
    """
    steps = []
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(steps))}"


class CrashHook:
    """Logs what was raised and tells the person once, even when more is raised meanwhile.

    ``tell`` is given one line that says where it came from; ``tell_known`` (None: ``tell`` as well) an error that has
    words of its own, such as of a file that became unreadable while something was being shown.
    """

    def __init__(self, tell: Callable[[str], None], tell_known: Callable[[WelfareError], None] | None = None) -> None:
        self._tell = tell
        self._tell_known = tell_known
        self._telling = False
        self._folder: Path | None = None

    def write_to(self, folder: Path) -> None:
        """Keep the log in ``folder``."""
        self._folder = folder

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """``sys.excepthook``."""
        if issubclass(kind, KeyboardInterrupt):
            _leave()
            return
        words = places_of(error, trace)
        self._log(words)
        if self._telling:
            return
        self._telling = True
        try:
            if isinstance(error, WelfareError) and self._tell_known is not None:
                self._tell_known(error)
            else:
                self._tell(words)
        finally:
            self._telling = False

    def _log(self, words: str) -> None:
        """Add a line to the log; a log that cannot be written must not hide what happened."""
        if self._folder is None:
            return
        path = self._folder / _LOG_NAME
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > _LOG_BYTES:
                path.replace(path.with_suffix(".old.log"))
            with path.open("a", encoding="utf-8") as log:
                log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {words}\n")


def _leave() -> None:
    """Ctrl+C in the terminal the window was started from: as closing the window, so that what was typed is saved."""
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is not None:
        QApplication.quit()


def tell_crash(words: str) -> None:
    """Show the crash box; what was typed stays on screen and is saved as usual."""
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        sys.stderr.write(f"エラー W-999: 思わぬ誤りで起動できませんでした。（{words}）\n")
        return
    from .parts.asking import ask
    from .parts.banner import Tone

    ask(
        QApplication.activeWindow(),
        "思わぬ誤りが起きました",
        "入力した文は画面に残っています。続けるか、いったん閉じて開き直してください。\n"
        "同じことが続くときは、下の行と、その前にした操作を管理者に知らせてください。",
        ("続ける",),
        tone=Tone.BAD,
        detail=f"W-999  {words}",
    )


def tell_known(error: WelfareError) -> None:
    """Show an error that says itself what happened and what to do."""
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        sys.stderr.write(f"{error}\n")
        return
    from .parts.asking import tell_error

    tell_error(QApplication.activeWindow(), error, "できませんでした")
