"""What each department's work on a year came to: what it said of it (完了・確定), its deadline, whether it answered.

The council's own work is declared like a department's.  What nobody is asked for (未割当) cannot be declared by anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from welfare_desktop.domain.completeness import UNASSIGNED, Fill, WorkState
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey
from welfare_desktop.domain.model import Actor, Lines, Plan
from welfare_desktop.domain.text import canonical_lines, folded
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.storage.store import Applied

from .ledger import LedgerRow, LedgerState
from .session import Session
from .sign_offs import SIGNED, state_key_of

#: What a state note says; 未着手 and 記入中 are read from the entries.
_MARKS = {WorkState.COMPLETE: "完了", WorkState.CLOSED: SIGNED}
_NOTHING_CHANGED = "何も変わっていません。"


@dataclass(frozen=True, slots=True)
class OwnerWork:
    """One owner's work on a year.

    ``state`` is what was declared, else what the entries look like; ``declared`` says which.  ``deadline`` is None where
    none is known, ``sheet`` None where none was handed out.
    """

    name: str
    state: WorkState
    declared: bool = False
    deadline: date | None = None
    sheet: LedgerRow | None = None

    @property
    def finished(self) -> bool:
        """Whether it is 完了 or 確定."""
        return self.state in _MARKS

    @property
    def missing(self) -> bool:
        """Whether a sheet was handed out and has not come back."""
        return self.sheet is not None and self.sheet.state in (LedgerState.SENT, LedgerState.OVERDUE)

    @property
    def answered_on(self) -> date | None:
        """The day its last sheet came back, None where none did."""
        if self.sheet is None or not self.sheet.arrivals:
            return None
        return self.sheet.arrivals[-1].at.astimezone().date()

    def overdue(self, today: date) -> bool:
        """Whether the deadline has passed and an answer is still waited for: neither finished nor returned."""
        if self.deadline is None or today <= self.deadline or self.finished:
            return False
        return self.missing if self.sheet is not None else True


def state_of_work(fill: Fill, said: Lines, closed: bool) -> WorkState:
    """What a person said stands above what the entries look like: 完了 means that the empty is meant to be empty."""
    if closed:
        return fill.state_when(closed=True)
    for state, mark in _MARKS.items():
        if mark in said:
            return state
    # Every field being filled is not yet 完了: that is for the department or the office to say.
    return WorkState.IN_PROGRESS if fill.state is WorkState.COMPLETE else fill.state


def state_keys(plan: Plan, year: int) -> Mapping[str, FieldKey]:
    """Return, by name, the keys of what is said of each owner's work on a year."""
    council = {Actor.COUNCIL.label: state_key_of(plan.id, "", year)}
    return council | {item.name: state_key_of(plan.id, item.id, year) for item in plan.departments}


def declared_state(session: Session, owner: str, year: int) -> WorkState | None:
    """Return what was declared of an owner's part, None where nothing was."""
    key = state_keys(session.plan(()), year).get(owner)
    said = session.value(key) if key is not None else ()
    return next((state for state, mark in _MARKS.items() if said == (mark,)), None)


def declare(session: Session, owner: str, year: int, state: WorkState | None, reason: str = "") -> Applied | None:
    """Say that an owner's part is 完了 or 確定, or (None) leave it to the entries; None when it said so already.

    確定 locks what the report of ``year`` prints of the owner's slots; taking it back wants a reason, which stays in the
    history.  Raises InvalidValue without one, for a state nobody can declare, an owner nobody can declare for, and in a
    closed year; then nothing has changed.
    """
    if state is not None and state not in _MARKS:
        raise InvalidValue(
            "この状態は記入の進み具合から決まります。", code="W-161", next_step="完了か確定を選んでください。"
        )
    if year in session.closed_years():
        raise InvalidValue(
            f"{fiscal_label(year)}は確定しているので、担当課の状態を変えられません。",
            code="W-160",
            where=owner,
            next_step=f"変えるには、理由を入れて年度の鍵を外してください。{_NOTHING_CHANGED}",
        )
    key = _key_of(session, owner, year)
    after: Lines = () if state is None else (_MARKS[state],)
    before = session.value(key)
    if before == after:
        return None
    why = " ".join(canonical_lines(reason))
    if before == (_MARKS[WorkState.CLOSED],) and not why:
        raise InvalidValue(
            "確定を取り消す理由が入っていません。",
            code="W-162",
            where=owner,
            next_step="理由を入れてください。確定したままです。",
        )
    words = "完了・確定の取消し" if state is None else _MARKS[state]
    return session.apply([Change(key, before, after)], kind="state", label=f"{owner}の{words}", why=why)


def _key_of(session: Session, owner: str, year: int) -> FieldKey:
    keys = state_keys(session.plan(()), year)
    found = next((key for name, key in keys.items() if folded(name) == folded(owner)), None)
    if found is None:
        unassigned = folded(owner) == folded(UNASSIGNED)
        raise InvalidValue(
            f"「{owner}」は完了にも確定にもできません。",
            code="W-166",
            where=owner,
            next_step="担当課を割り当ててください。"
            if unassigned
            else f"担当課の名前を確かめてください。{_NOTHING_CHANGED}",
        )
    return found


def deadline_of(sheet: LedgerRow | None, of_year: date | None) -> date | None:
    """Return an owner's deadline: the one on its last sheet, else the year's."""
    return sheet.deadline if sheet is not None and sheet.deadline is not None else of_year
