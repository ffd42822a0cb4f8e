"""The status bar: whether everything is on disk, what is left to do, which plan, who types."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QPushButton, QStatusBar, QWidget

from welfare_desktop.domain.completeness import Fill

from .parts import theme
from .parts.controls import FittedLabel, push_button
from .parts.marks import Mark, MarkLabel, mark_icon


class StatusBar(QStatusBar):
    """Says the saving state always in the same place; counts are buttons that jump.

    ``blank_asked`` and ``draft_asked`` ask for the next such field, ``finding_asked`` for the list of findings,
    ``conflict_asked`` for the place where conflicts are settled.
    """

    blank_asked = Signal()
    draft_asked = Signal()
    finding_asked = Signal()
    conflict_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(30)
        self.setSizeGripEnabled(False)
        self._saving = MarkLabel(self)
        self._blank: QPushButton | None = None
        self._draft: QPushButton | None = None
        self._finding: QPushButton | None = None
        self._conflict: QPushButton | None = None
        self._plan = FittedLabel(colour=theme.SECOND)
        self._who = FittedLabel(colour=theme.SECOND)
        spacer = QWidget(self)
        spacer.setFixedWidth(4)
        for widget in (spacer, self._saving):
            self.addWidget(widget)
        for label in (self._plan, self._who):
            label.setContentsMargins(0, 0, 12, 0)
            self.addPermanentWidget(label)
        self.show_opened()

    def _count_button(self, mark: Mark, tip: str, asked: SignalInstance) -> QPushButton:
        button = push_button("", asked.emit, kind="flat", tip=tip)
        button.setIcon(mark_icon(mark))
        button.setFont(theme.font(theme.SMALL_PX))
        self.addWidget(button)
        return button

    # --- saving -------------------------------------------------------------------------------------------------

    def _show_saving(self, mark: Mark, words: str, *, failed: bool = False) -> None:
        self._saving.show_mark(mark, words, bold=mark in (Mark.TICK, Mark.CROSS))
        if self.property("failed") != failed:
            self.setProperty("failed", failed)
            self.style().unpolish(self)
            self.style().polish(self)

    def show_opened(self) -> None:
        """Nothing was typed since the file was opened: it is on disk as it is."""
        self._show_saving(Mark.TICK, "保存済み")

    def show_saved(self, at: datetime) -> None:
        """Everything typed is on disk since ``at`` (local time)."""
        self._show_saving(Mark.TICK, f"保存済み {at.hour}:{at.minute:02}")

    def show_typing(self) -> None:
        """Something was typed and is saved soon."""
        self._show_saving(Mark.HALF, "入力中（まもなく保存します）")

    def show_composing(self) -> None:
        """An input method composes; it is saved once confirmed."""
        self._show_saving(Mark.RING, "変換中（確定すると保存します）")

    def show_failed(self, since: datetime) -> None:
        """Something typed could not be saved since ``since`` (local time)."""
        self._show_saving(Mark.CROSS, f"保存できていません {since.hour}:{since.minute:02} から", failed=True)

    def show_read_only(self) -> None:
        """Nothing can be typed here."""
        self._show_saving(Mark.BAR, "閲覧のみ")

    @property
    def saving_words(self) -> str:
        """What the bar says about saving."""
        return self._saving.text()

    # --- the rest -----------------------------------------------------------------------------------------------

    def show_fill(self, fill: Fill) -> None:
        """Show what is left to do in the year and department chosen; the first time the buttons are made."""
        if self._blank is None or self._draft is None:
            self._blank = self._count_button(Mark.RING, "次の未記入へ", self.blank_asked)
            self._draft = self._count_button(Mark.DASHED, "次の下書きへ", self.draft_asked)
        for button, word, count in ((self._blank, "未記入", fill.blank), (self._draft, "下書き", fill.draft)):
            button.setText(f" {word} {count}")
            button.setAccessibleName(f"{word} {count} 欄 {button.toolTip()}")

    def show_attention(self, findings: int, conflicts: int) -> None:
        """Show how much needs a person; the first time, when that is known, the buttons are made."""
        if self._finding is None or self._conflict is None:
            self._finding = self._count_button(Mark.TRIANGLE, "校正の一覧へ", self.finding_asked)
            self._conflict = self._count_button(Mark.CROSS, "衝突を解決する画面へ", self.conflict_asked)
        for button, word, count in ((self._finding, "要確認", findings), (self._conflict, "衝突", conflicts)):
            button.setText(f" {word} {count}")
            button.setAccessibleName(f"{word} {count} 件 {button.toolTip()}")

    def show_plan(self, title: str, span: str) -> None:
        """Show which plan is open; ``span`` is its years."""
        self._plan.setText(f"{title}（{span}）")
        self._plan.updateGeometry()

    def show_who(self, who: str) -> None:
        """Show whose name goes into the history."""
        self._who.setText(f"入力者：{who}")
        self._who.updateGeometry()
