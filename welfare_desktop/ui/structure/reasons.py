"""Asking for a reason where the report of a closed year would change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from welfare_desktop.domain.errors import ClosedReport, InvalidValue
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.operations.session import Session

from ..parts.asking import LineDialog

T = TypeVar("T")


def with_reason(parent: QWidget | None, act: Callable[[str], T]) -> T:
    """Do ``act`` without a reason; where one is wanted, ask for it and do it with that.

    Raises what ``act`` raises; ClosedReport when a person gave no reason, then nothing changed.
    """
    try:
        return act("")
    except ClosedReport as error:
        done: list[T] = []
        ask_reason(parent, error, lambda reason: done.append(act(reason)))
        if not done:
            raise
        return done[0]


def ask_reason(parent: QWidget | None, error: ClosedReport, act: Callable[[str], object] = str) -> str:
    """Ask why the report of a closed year is to change, do ``act`` for it and return it; empty when none was given.

    What ``act`` refuses is said in the dialog, which stays open.
    """
    given: list[str] = []

    def take(text: str) -> None:
        reason = canonical_line(text)
        if not reason:
            raise InvalidValue("理由が空です。", code="W-162", next_step="変える理由を入れてください。")
        act(reason)
        given.append(reason)

    label = f"{error.message}\nそれでよければ、変える理由を入れてください（履歴に残ります）。"
    box = LineDialog(parent, "確定した年度の報告書も変わります", label, "", take, verb="この理由で変える")
    box.exec()
    box.deleteLater()
    return given[0] if given else ""


def because(parent: QWidget | None, session: Session, act: Callable[[], T]) -> T:
    """Do ``act`` on ``session``; where a reason is wanted, ask for it and do it for that.  Raises as :func:`with_reason`."""

    def do(why: str) -> T:
        with session.because(why):
            return act()

    return with_reason(parent, do)
