"""Asking for a reason where the report of a closed year would change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from welfare_desktop.domain.errors import ClosedReport, InvalidValue
from welfare_desktop.domain.text import canonical_line

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

        def take(text: str) -> None:
            reason = canonical_line(text)
            if not reason:
                raise InvalidValue("理由が空です。", code="W-162", next_step="変える理由を入れてください。")
            done.append(act(reason))

        label = f"{error.message}\nそれでよければ、変える理由を入れてください（履歴に残ります）。"
        box = LineDialog(parent, "確定した年度の報告書も変わります", label, "", take, verb="この理由で変える")
        box.exec()
        box.deleteLater()
        if not done:
            raise
        return done[0]
