"""Ctrl+C at a command: it stops, but not in the middle of loading a library, which Qt's bindings do not survive."""

from __future__ import annotations

import signal
import threading
from types import FrameType

_AGAIN_AFTER_S = 0.05
_IMPORT_MACHINERY = "<frozen importlib"


def stop_between_imports() -> None:
    """Let an interrupt wait until nothing is being imported; one that is ignored or handled otherwise stays so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _on_interrupt)


def _on_interrupt(number: int, frame: FrameType | None) -> None:
    if _is_importing(frame):
        again = threading.Timer(_AGAIN_AFTER_S, _interrupt_again, (number,))
        again.daemon = True
        again.start()
        return
    raise KeyboardInterrupt


def _interrupt_again(number: int) -> None:
    """Interrupt the thread that works: a signal raised here would leave it waiting where it waits."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or threading.get_ident(), number)
    else:  # Windows wakes the main thread by itself
        signal.raise_signal(number)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORT_MACHINERY):
            return True
        frame = frame.f_back
    return False
