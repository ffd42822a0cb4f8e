"""Start: no arguments open the window, a command runs without one.  Both sides are imported only when needed."""

from __future__ import annotations

import sys

from welfare_desktop.paths import READING_PROCESS


def main() -> int:
    """Run the program and return its exit status."""
    arguments = sys.argv[1:]
    if arguments == [READING_PROCESS]:
        from welfare_desktop.operations.merging import serve_reading

        return serve_reading()
    if not arguments:
        from welfare_desktop.ui.app import run_gui

        return run_gui(None, who="", smoke_test=False, screenshot=None)
    from welfare_desktop.cli.main import main as run_command

    return run_command(arguments)


if __name__ == "__main__":
    sys.exit(main())
