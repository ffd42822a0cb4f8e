"""The yearly round: how far the work is, closing (確定) and unlocking a year, what a department says of its own part."""

from __future__ import annotations

from dataclasses import dataclass

from welfare_desktop.domain.completeness import fill_of_plan
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.text import canonical_lines
from welfare_desktop.domain.years import fiscal_label, require_within
from welfare_desktop.storage.store import Applied

from .session import Session, report_year


def require_plan_year(plan: Plan, year: int) -> None:
    """Refuse a fiscal year outside the plan's."""
    require_within(year, plan.first_year, plan.last_year)


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
    """What is not finished in the report of a year: counts of blank fields, drafts, and conflicts of merging.

    ``begun`` is False where every field is blank: nobody has written anything yet.
    """

    blank: int
    draft: int
    conflicts: int
    begun: bool = True

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
    return Unfinished(fill.blank, fill.draft, conflicts, not fill.expected or fill.blank < fill.expected)


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
