"""Where things lie: what ships with the program, and what belongs to the person who uses it.

The only module that knows the three shapes the program comes in:

- a checkout, where ``resources/`` and ``db/`` stand beside the package;
- an installed wheel, where both lie inside the package;
- a frozen bundle, where both lie in the bundle's data folder (``sys._MEIPASS``, or the folder of the executable).

Nothing here creates, reads or writes anything: a path is returned, and whoever writes there makes the folder first.
Folders of the person are asked of the system at every call, because Windows may move Documents (to OneDrive, to a
share) while the program is running.  That library is imported where it is asked: fonts and migrations are needed at
every start, and finding them should not wait for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

#: Given alone on the command line, makes the program the process that reads foreign files (frozen bundles only).
READING_PROCESS = "--reading-process"
#: The folder name in the system's per-user places.
_APP_FOLDER = "welfare-desktop"
#: The folder name a person sees, in Documents on Windows.
_DOCUMENTS_FOLDER = "地域福祉計画"


def resource(*parts: str) -> Path:
    """Return the path of a file or folder that ships under ``resources/``, such as ``resource("fonts")``.

    Each part is one path component.  The path is not checked: a part that does not exist fails where it is opened.
    """
    return _shipped_root().joinpath("resources", *parts)


def migrations_dir() -> Path:
    """Return the folder of the store's migrations, ``0001_initial.py`` and its successors."""
    return _shipped_root() / "db" / "migrations"


def schema_file() -> Path:
    """Return ``db/schema.sql``, the schema all migrations together amount to."""
    return _shipped_root() / "db" / "schema.sql"


def user_data_dir() -> Path:
    """Return where data files are kept unless the person says otherwise.

    On Windows a folder in Documents that a clerk finds in the Explorer and that the office's own backup takes along;
    elsewhere the XDG data folder.
    """
    import platformdirs

    if sys.platform == "win32":
        return platformdirs.user_documents_path() / _DOCUMENTS_FOLDER
    return platformdirs.user_data_path(_APP_FOLDER)


def settings_dir() -> Path:
    """Return where what a person chose on this PC is kept: window layout, last file, name for the history.

    On Windows the local profile, not the roaming one: file names and window sizes mean nothing on another PC.
    """
    import platformdirs

    return platformdirs.user_config_path(_APP_FOLDER, appauthor=False)


def log_dir() -> Path:
    """Return where the program's log goes.  Logs hold no text of any report."""
    import platformdirs

    return platformdirs.user_log_path(_APP_FOLDER, appauthor=False)


def reading_process_command() -> list[str]:
    """Return the command that starts the process which reads foreign files.

    A frozen bundle has no interpreter to call: it starts itself with :data:`READING_PROCESS`.  Otherwise the same
    interpreter runs the module from where this package lies, deaf to the environment and the current folder.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, READING_PROCESS]
    root = str(Path(__file__).resolve().parent.parent)
    start = f"import sys; sys.path.insert(0, {root!r}); from welfare_desktop.exchange.guard.worker import main; main()"
    return [sys.executable, "-I", "-c", start]


def _shipped_root() -> Path:
    """Return the folder that holds ``resources/`` and ``db/``."""
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent))
    package = Path(__file__).resolve().parent
    return package if (package / "resources").is_dir() else package.parent
