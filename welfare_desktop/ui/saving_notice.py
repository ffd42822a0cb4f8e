"""Saying where typed text stands: in the status bar always, in a banner when it could not be saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from welfare_desktop.domain.errors import EditConflict, InvalidValue, StoreDamaged
from welfare_desktop.domain.fields import lines_of

from .bench import Bench
from .form.pending import Typed
from .parts.asking import ask
from .parts.banner import Banners, Notice, Tone
from .status_bar import StatusBar

_TOPIC = "save"


class SavingNotice(QObject):
    """Keeps status bar and banner in step with what is typed, saved and failed.

    ``save_elsewhere`` is what the banner's first button does.
    """

    def __init__(
        self,
        window: QWidget,
        bench: Bench,
        banners: Banners,
        status: StatusBar,
        save_elsewhere: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bench = bench
        self._banners = banners
        self._status = status
        self._save_elsewhere = save_elsewhere
        self._saved_at: datetime | None = None
        bench.pending.saved.connect(self._on_saved)
        bench.saving_changed.connect(self.show_state)

    def _on_saved(self, at: datetime) -> None:
        self._saved_at = at
        self.show_state()

    def show_state(self) -> None:
        """Show where typed text stands now."""
        pending = self._bench.pending
        if pending.failing_since is not None:
            self._status.show_failed(pending.failing_since)
            self._show_failure()
            return
        self._banners.dismiss(_TOPIC)
        if self._bench.session.read_only:
            self._status.show_read_only()
        elif self._bench.is_composing():
            self._status.show_composing()
        elif pending.held():
            self._status.show_typing()
        elif self._saved_at is not None:
            self._status.show_saved(self._saved_at)
        else:
            self._status.show_opened()

    def _show_failure(self) -> None:
        """Say why typed text is not on disk; a value the domain refuses is said at its field instead."""
        failures = [item for item in self._bench.pending.failures() if not isinstance(item.error, InvalidValue)]
        if not failures:
            self._banners.dismiss(_TOPIC)
            return
        error = failures[0].error
        assert error is not None
        place = "  ".join(part for part in (error.code, error.where) if part)
        if isinstance(error, EditConflict):
            actions: tuple[tuple[str, Callable[[], object]], ...] = (("比べて決める…", self.settle_conflict),)
            title, text = "保存していません ― ほかの操作で先に変わっています", "入力した文は画面に残っています。"
        else:
            actions = (("別の場所に保存…", self._save_elsewhere), ("もう一度", self._bench.finish_and_save))
            title = f"保存できません ― {error.message.rstrip('。')}"
            lost = self._bench.session.has_lost_its_file
            since = f"{self._saved_at.hour}:{self._saved_at.minute:02} までの" if self._saved_at else "それまでの"
            text = f"入力した文は画面に残っています。{error.next_step}"
            if lost:
                text += f"{since}内容も、閉じなければ別の場所に保存できます。"
            elif not isinstance(error, StoreDamaged):
                text += f"{since}内容は無事です。"
        self._banners.show_notice(Notice(_TOPIC, Tone.BAD, title, text, place, actions))

    def settle_conflict(self) -> None:
        """Show both texts of the first conflict and let a person decide."""
        item = next((found for found in self._bench.pending.failures() if isinstance(found.error, EditConflict)), None)
        if item is None:
            return
        session = self._bench.session
        stored = "\n".join(session.shown(item.key, session.value(item.key))) or "（空）"
        text = f"いま保存されている文:\n{stored}\n\n入力した文:\n{_typed_text(item)}"
        answers = ("入力した文で保存する", "保存されている文を残す", "あとで決める")
        answer = ask(self._window, "どちらを残しますか", text, answers, tone=Tone.ATTENTION)
        if answer == 0:
            self._bench.pending.overwrite(item.key)
        elif answer == 1:
            self._bench.give_up(item.key)


def _typed_text(item: Typed) -> str:
    return "\n".join(item.lines if item.lines is not None else lines_of(item.after)) or "（空）"
