"""What a person chose on this PC: last files, name for the history, window layout, text size.

A small JSON file of its own: QSettings turns False into 'false' and [] into None.  A missing, damaged or foreign file
means the defaults; a folder that cannot be written means the choice lasts until the program ends.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

_FILE = "settings.json"
_MOST_RECENT = 6
TEXT_SCALES = (100, 125, 150, 175, 200)


@dataclass
class Settings:
    """The choices; ``path`` is where they are kept, None to keep them nowhere."""

    path: Path | None = field(default=None, metadata={"kept": False})
    recent_files: list[str] = field(default_factory=list)
    who: str = ""
    text_scale_percent: int = 100
    window_width_px: int = 1366
    window_height_px: int = 720
    maximized: bool = False
    tree_width_px: int = 260
    context_width_px: int = 260
    roles_open: bool = False
    initiatives_open: bool = False

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
        kept = {name: value for name, value in asdict(self).items() if name != "path"}
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
    for spec in fields(Settings):
        value, default = data.get(spec.name), getattr(settings, spec.name)
        if spec.name == "path" or type(value) is not type(default):
            continue
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            continue
        setattr(settings, spec.name, value)
    if settings.text_scale_percent not in TEXT_SCALES:
        settings.text_scale_percent = 100
    return settings
