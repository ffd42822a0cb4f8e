"""What can be decided about a row of indicators and results, listed once for the table's menu and the window's."""

from __future__ import annotations

from enum import Enum


class RowVerb(Enum):
    """A verb; the value is the name it has in ``ui.verbs`` and its words in the row's menu."""

    TARGETS = ("correct_targets", "目標を直す…")
    LINK = ("link_result", "どの指標の実績か選ぶ…")
    CONFIRM = ("confirm_link", "この対応を確認する")
    CONFIRM_ALL = ("confirm_links", "対応の案をすべて確認する")
    HISTORY = ("target_history", "目標の推移…")

    @property
    def verb(self) -> str:
        """The name in ``ui.verbs``."""
        return self.value[0]

    @property
    def label(self) -> str:
        """The words in the row's menu."""
        return self.value[1]

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self is not RowVerb.HISTORY
