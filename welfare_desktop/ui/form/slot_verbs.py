"""What can be done to a slot (記入欄), listed once for the window's menu and the menus in the form."""

from __future__ import annotations

from enum import Enum


class SlotVerb(Enum):
    """A verb; the value is its menu text and its shortcut."""

    DEPARTMENTS = ("担当課を変える…", "Ctrl+K")
    ADD = ("記入欄を加える…", "Ctrl+Shift+N")
    SPLIT = ("担当課ごとに記入欄を分ける", "Ctrl+Shift+B")
    UP = ("記入欄を上へ", "Alt+Shift+Up")
    DOWN = ("記入欄を下へ", "Alt+Shift+Down")
    BEGIN = ("記入欄を載せ始める年度…", "Ctrl+Alt+Shift+E")
    RETIRE = ("記入欄を廃止する・取り消す…", "Ctrl+Alt+Shift+H")
    REMOVE = ("空の記入欄を消す", "Ctrl+Shift+Del")

    @property
    def label(self) -> str:
        """The menu text."""
        return self.value[0]

    @property
    def shortcut(self) -> str:
        """The keys, in Qt's portable form."""
        return self.value[1]
