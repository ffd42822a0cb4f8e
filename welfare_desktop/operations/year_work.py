"""The yearly round: how far the work is, closing (確定) and unlocking a year, what a department says of its own part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from welfare_desktop.domain.completeness import Fill, WorkState, fill_matrix, fill_of_goal, fill_of_plan, total
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Lines, Plan
from welfare_desktop.domain.text import canonical_lines
from welfare_desktop.domain.years import fiscal_label, require_within
from welfare_desktop.storage.store import Applied

from .session import Session, report_year

#: What a department's state note says; 未着手 and 記入中 are read from the entries.
_MARKS = {WorkState.COMPLETE: "完了", WorkState.CLOSED: "確定"}


@dataclass(frozen=True, slots=True)
class DepartmentStatus:
    """How far one department (or the council, or 未割当) is: ``cells`` by (basic goal, activity goal) number."""

    name: str
    fill: Fill
    state: WorkState
    cells: Mapping[tuple[int, int], Fill]


@dataclass(frozen=True, slots=True)
class GoalStatus:
    """How far one activity goal is; ``path`` is ``2-4``."""

    path: str
    title: str
    fill: Fill


@dataclass(frozen=True, slots=True)
class YearStatus:
    """How far the report of a year is."""

    year: int
    closed: bool
    departments: tuple[DepartmentStatus, ...]
    goals: tuple[GoalStatus, ...]


def year_status(session: Session, year: int) -> YearStatus:
    """Return how far everything is for fiscal ``year``; raises InvalidValue for a year outside the plan's."""
    plan = session.plan((year, year + 1))
    require_plan_year(plan, year)
    notes = session.notes()
    closed = year in session.closed_years()
    ids = {department.name: department.id for department in plan.departments}
    departments = []
    for name, cells in fill_matrix(plan, year).items():
        fill = total(cells.values())
        said = notes.get(state_key(ids[name], year), ()) if name in ids else ()
        departments.append(DepartmentStatus(name, fill, _state(fill, said, closed), cells))
    goals = tuple(
        GoalStatus(f"{basic.number}-{goal.number}", goal.title, fill_of_goal(goal, year))
        for basic in plan.basic_goals
        for goal in basic.activity_goals
    )
    return YearStatus(year, closed, tuple(departments), goals)


def _state(fill: Fill, said: Lines, closed: bool) -> WorkState:
    """What a person said stands above what the entries look like: 完了 means that the empty is meant to be empty."""
    if closed:
        return fill.state_when(closed=True)
    for state, mark in _MARKS.items():
        if mark in said:
            return state
    # Every field being filled is not yet 完了: that is for the department or the office to say.
    return WorkState.IN_PROGRESS if fill.state is WorkState.COMPLETE else fill.state


def require_plan_year(plan: Plan, year: int) -> None:
    """Refuse a fiscal year outside the plan's."""
    require_within(year, plan.first_year, plan.last_year)


def state_key(department_id: str, year: int) -> FieldKey:
    """Return the key of what is said of a department's work on a year."""
    return FieldKey(Owner.DEPARTMENT, department_id, "state", None, year)


def set_department_state(session: Session, department_id: str, year: int, state: WorkState | None) -> Applied | None:
    """Say that a department's part is 完了 or 確定, or (None) leave it to the entries; None when it said so already.

    Raises InvalidValue for a state nobody can declare.
    """
    if state is not None and state not in _MARKS:
        raise InvalidValue(
            "この状態は記入の進み具合から決まります。", code="W-161", next_step="完了か確定を選んでください。"
        )
    after: Lines = () if state is None else (_MARKS[state],)
    key = state_key(department_id, year)
    before = session.value(key)
    if before == after:
        return None
    words = "完了・確定の取消し" if state is None else _MARKS[state]
    return session.apply([Change(key, before, after)], kind="state", label=f"担当課の{words}")


def closed_key(plan: Plan, year: int) -> FieldKey:
    """Return the key that says whether a year is closed."""
    return FieldKey(Owner.PLAN, plan.id, "closed", None, year)


def require_open_year(session: Session, year: int) -> None:
    """Refuse a closed (確定) fiscal year."""
    if year in session.closed_years():
        raise InvalidValue(
            f"{fiscal_label(year)}は確定しているので書き換えられません。",
            code="W-160",
            where=str(year),
            next_step="直すには、理由を入れて年度の鍵を外してください。何も変わっていません。",
        )


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is not finished in the report of a year: counts of blank fields, drafts, and conflicts of merging."""

    blank: int
    draft: int
    conflicts: int

    @property
    def words(self) -> str:
        """Say it in Japanese; empty when nothing is left."""
        counts = (("未記入", self.blank), ("下書き", self.draft), ("衝突", self.conflicts))
        return "、".join(f"{word} {count} 欄" for word, count in counts if count)


def unfinished(session: Session, year: int) -> Unfinished:
    """Return what is not finished in the report of fiscal ``year``."""
    from .deciding import open_conflicts

    fill = fill_of_plan(session.plan((year, year + 1)), year)
    conflicts = sum(report_year(key) in (year, None) for key in open_conflicts(session))
    return Unfinished(fill.blank, fill.draft, conflicts)


def close_year(session: Session, year: int) -> Applied | None:
    """Close (確定) a year: what its report prints is locked.  None when it is closed already."""
    plan = session.plan(())
    require_plan_year(plan, year)
    key = closed_key(plan, year)
    before = session.value(key)
    if before:
        return None
    return session.apply([Change(key, before, ("確定",))], kind="close", label=f"{fiscal_label(year)}の確定")


def unlock_year(session: Session, year: int, reason: str) -> Applied | None:
    """Open a closed year again; the reason stays in the history.  None when it is open.

    Raises InvalidValue without a reason.
    """
    plan = session.plan(())
    key = closed_key(plan, year)
    before = session.value(key)
    if not before:
        return None
    why = " ".join(canonical_lines(reason))
    if not why:
        raise InvalidValue(
            "鍵を外す理由が入っていません。", code="W-162", next_step="理由を入れてください。年度は確定したままです。"
        )
    return session.apply([Change(key, before, ())], kind="unlock", label=f"{fiscal_label(year)}の鍵を外す", why=why)
