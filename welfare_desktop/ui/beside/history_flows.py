"""Verbs of the window around who wrote what: the history of a field, and the name that goes into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.errors import ClosedReport, InvalidValue
from welfare_desktop.domain.names import is_usable_name
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.domain.years import fiscal_label

from ..bench import Bench
from ..parts.asking import LineDialog, ask
from ..parts.banner import Banners, Notice, Tone

if TYPE_CHECKING:
    from welfare_desktop.operations.field_history import Past

    from ..main_window import MainWindow

_DONE, _WHO = "done", "who"
#: What a person does by hand; a rollover or a merge is no occasion to ask for a name.
_BY_HAND = frozenset({"edit", "confirm", "structure", "restore"})


class Committed(Protocol):
    """What is needed of something committed."""

    @property
    def operation(self) -> Operation:
        """What was done."""


class Operation(Protocol):
    """What was done."""

    @property
    def kind(self) -> str:
        """In what way."""


class HistoryFlows(QObject):
    """The verbs of one window."""

    def __init__(self, window: MainWindow, banners: Banners, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._banners = banners
        self._bench = bench
        bench.history_asked.connect(self.show_history)
        bench.session.subscribe(self._on_committed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {"history": self.show_history, "who": self.ask_who}

    # --- history ------------------------------------------------------------------------------------------------

    def show_history(self) -> None:
        """Show every change of the field one is in; a former text can be brought back."""
        from welfare_desktop.operations.field_history import past_of, restore_former

        from ..structure.reasons import because
        from .history_dialog import HistoryDialog

        bench = self._bench
        key = bench.form.focused_key
        if key is None:
            return
        if bench.finish_and_save():
            text = "保存できていない文があります。履歴には、保存した文だけが並びます。"
            ask(self._window, "保存できていません", text, ("閉じる",), tone=Tone.ATTENTION)
            return
        session = bench.session
        done: list[bool] = []

        def restore(past: Past) -> None:
            try:
                restored = because(box, session, lambda: restore_former(session, key, past.former, past.at))
            except ClosedReport:
                return  # a person gave no reason: nothing changed
            done.append(restored is not None)

        editable = bench.desk.editable
        box = HistoryDialog(
            self._window,
            f"{spoken(key)}の履歴",
            bench.whose(key),
            past_of(session, key),
            restore if editable else None,
            "" if editable else self._why_locked(),
        )
        box.exec()
        box.deleteLater()
        if done:
            bench.form.focus_key(key)
            self._tell(
                "前の文に戻しました" if done[-1] else "もう前の文と同じです",
                "「元に戻す」で、戻す前の文になります。" if done[-1] else "何も変わっていません。",
            )

    def _why_locked(self) -> str:
        if self._bench.session.read_only:
            return "閲覧だけで開いているので、前の文には戻せません。"
        year = fiscal_label(self._bench.desk.year)
        return f"{year}は確定しているので、前の文には戻せません。戻すには、理由を入れて年度の鍵を外してください。"

    def _tell(self, title: str, text: str) -> None:
        def dismiss() -> None:
            self._banners.dismiss(_DONE)

        self._banners.show_notice(Notice(_DONE, Tone.INFO, title, text, actions=(("閉じる", dismiss),)))

    # --- names --------------------------------------------------------------------------------------------------

    def ask_who(self) -> None:
        """Ask for the name that goes into the history."""
        self._banners.dismiss(_WHO)

        def take(text: str) -> None:
            name = canonical_line(text)
            if not name:
                raise InvalidValue("名前が空です。", code="W-110", next_step="履歴に残す名前を入れてください。")
            self.take_who(name)

        label, who = "履歴に残す名前（この PC で覚えます）", self._bench.session.who
        box = LineDialog(self._window, "入力者の名前", label, who, take, verb="この名前にする")
        box.exec()
        box.deleteLater()

    def take_who(self, who: str) -> None:
        """Write ``who`` into the history from now on, and remember it on this PC."""
        self._bench.session.who = who
        self._window.settings.who = who
        self._window.settings.save()
        self._window.status.show_who(who)

    def _on_committed(self, applied: Committed) -> None:
        """After the first thing written by hand on this PC, ask for a name beside the form; nobody has to answer."""
        session = self._bench.session
        if applied.operation.kind not in _BY_HAND:
            return
        session.unsubscribe(self._on_committed)
        if self._window.settings.who or is_usable_name(session.who):
            return

        def keep() -> None:
            self._banners.dismiss(_WHO)
            self.take_who(session.who)

        text = f"だれが書いたかが履歴に残ります。いまは「{session.who}」です。あとから「道具」の「入力者の名前」でも変えられます。"
        actions = (("名前を入れる…", self.ask_who), ("このままでよい", keep))
        self._banners.show_notice(Notice(_WHO, Tone.INFO, "入力者の名前を入れますか", text, actions=actions))
