"""What happens when something is raised that nobody foresaw: a log without texts, and a box that says what is safe.

Installed before anything else: what is raised in a slot reaches only ``sys.excepthook``.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

_LOG = logging.getLogger("welfare_desktop")
_LOG_BYTES = 500_000


def start_log(folder: Path) -> None:
    """Write the program's log into ``folder``; a folder that cannot be made means there is no log."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "welfare.log", maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _LOG.addHandler(handler)


def places_of(error: BaseException) -> str:
    """Return where ``error`` came from: type, files, lines and functions, but no message and no value.

    A message may quote what somebody typed, and a log may be sent to strangers.
    """
    frames = traceback.extract_tb(error.__traceback__)
    steps = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__name__} at {steps}"


class CrashHook:
    """Logs what was raised and tells the person once, even when more is raised meanwhile.

    ``tell`` shows the box; it is given the text for the box's last line.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._telling = False

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """``sys.excepthook``."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        words = places_of(error.with_traceback(trace))
        _LOG.error("%s", words)
        if self._telling:
            return
        self._telling = True
        try:
            self._tell(words)
        finally:
            self._telling = False


def tell_crash(words: str) -> None:
    """Show the crash box; what was typed stays on screen and is saved as usual."""
    from PySide6.QtWidgets import QApplication

    from .asking import ask
    from .banner import Tone

    if QApplication.instance() is None:
        sys.stderr.write(f"エラー W-999: 思わぬ誤りで起動できませんでした。（{words}）\n")
        return
    ask(
        QApplication.activeWindow(),
        "思わぬ誤りが起きました",
        "入力した文は画面に残っています。続けるか、いったん閉じて開き直してください。\n"
        "同じことが続くときは、下の行と、その前にした操作を管理者に知らせてください。",
        ("続ける",),
        tone=Tone.BAD,
        detail=f"W-999  {words}",
    )
