"""Start: no arguments open the window, a command runs without one.  Both sides are imported only when needed."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from welfare_desktop.paths import READING_PROCESS

_REFUSED = 2


def main() -> int:
    """Run the program and return its exit status."""
    arguments = sys.argv[1:]
    if arguments == [READING_PROCESS]:
        from welfare_desktop.operations.reading_back import serve_reading

        return serve_reading()
    if not arguments:
        from welfare_desktop.domain.errors import WelfareError

        try:
            return _open_window(None, who="", smoke_test=False, screenshot=None)
        except WelfareError as error:
            sys.stderr.buffer.write(f"{error}\n".encode())
            return _REFUSED
    try:
        from welfare_desktop.cli.stopping import stop_between_imports

        stop_between_imports()
        from welfare_desktop.cli.main import main as run_command

        return run_command(arguments, _open_window)
    except KeyboardInterrupt:  # before there is anything that could answer
        sys.stderr.write("エラー W-900: 中止しました。何も変わっていません。\n")
        return _REFUSED


def _open_window(db: Path | None, *, who: str, smoke_test: bool, screenshot: Path | None) -> int:
    gc.disable()  # what the start makes, stays: ``ui.app`` lets the collector work again once the window is there
    from welfare_desktop.ui.app import run_gui

    return run_gui(db, who=who, smoke_test=smoke_test, screenshot=screenshot)


if __name__ == "__main__":
    sys.exit(main())
