"""What a person chose on this PC: last files, name for the history, layout, text size, how papers are printed.

A small JSON file of its own: QSettings turns False into 'false' and [] into None.  A missing, damaged or foreign file
means the defaults; a folder that cannot be written means the choice lasts until the program ends.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

_FILE = "settings.json"
_MOST_RECENT = 6
TEXT_SCALES = (100, 125, 150, 175, 200)


class Settings:
    """The choices; ``path`` is where they are kept, None to keep them nowhere.

    A plain class: it is needed before the first picture, and making a dataclass takes longer than reading the file.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.recent_files: list[str] = []
        self.who = ""
        self.text_scale_percent = 100
        self.high_contrast = False
        self.window_width_px = 1366
        self.window_height_px = 720
        self.maximized = False
        self.tree_width_px = 260
        self.context_width_px = 260
        self.roles_open = False
        self.initiatives_open = False
        self.output_folder = ""
        self.paper_kind = ""
        self.paper_family = ""
        self.paper_present = False
        self.paper_each = False
        self.paper_reduced = False
        self.paper_zoom = ""

    def remember_file(self, file: Path) -> None:
        """Put ``file`` first in the list of recent files and keep the settings."""
        name = str(file)
        self.recent_files = [name, *(item for item in self.recent_files if item != name)][:_MOST_RECENT]
        self.save()

    def last_file(self) -> Path | None:
        """Return the file worked on last if it is still there."""
        for name in self.recent_files[:1]:
            if Path(name).is_file():
                return Path(name)
        return None

    def save(self) -> None:
        """Write the settings; not being able to is no reason to disturb anybody."""
        if self.path is None:
            return
        kept = {name: value for name, value in vars(self).items() if name != "path"}
        scratch = self.path.with_suffix(".tmp")
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
            scratch.replace(self.path)


def load_settings(folder: Path) -> Settings:
    """Return the settings kept in ``folder``; whatever is not of the right type falls back to its default."""
    path = folder / _FILE
    settings = Settings(path)
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return settings
    if not isinstance(data, dict):
        return settings
    for name, default in list(vars(settings).items()):
        value = data.get(name)
        if name == "path" or type(value) is not type(default):
            continue
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            continue
        setattr(settings, name, value)
    if settings.text_scale_percent not in TEXT_SCALES:
        settings.text_scale_percent = 100
    return settings
