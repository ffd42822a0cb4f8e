"""Proofreading (校正): findings of a year's report, applying proposals, putting findings aside with a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from welfare_desktop.domain.errors import EditConflict, InvalidValue
from welfare_desktop.domain.fields import FieldKey, Owner, lines_of, parse_text
from welfare_desktop.domain.findings import RULES, Finding, check
from welfare_desktop.domain.model import Entry
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.storage.store import Applied

from .session import Session, new_id
from .year_work import require_plan_year

_SEPARATOR = "｜"


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of a year that still stand, and those put aside with their reasons."""

    year: int
    findings: tuple[Finding, ...]
    ignored: tuple[tuple[Finding, str], ...]


def check_year(session: Session, year: int, activities: Collection[tuple[int, int, int]] | None = None) -> Checked:
    """Proofread the report of fiscal ``year``, all of it or the activities with these numbers.

    Raises InvalidValue for a year outside the plan's.
    """
    plan = session.plan((year - 1, year, year + 1))
    if year not in session.years():
        require_plan_year(plan, year)
    reasons = _reasons(session, year)
    found = check(plan, year, activities=activities)
    return Checked(
        year,
        tuple(item for item in found if item.fingerprint not in reasons),
        tuple((item, reasons[item.fingerprint]) for item in found if item.fingerprint in reasons),
    )


def prepare_privacy_check(session: Session, year: int) -> Callable[[Progress], tuple[Finding, ...]]:
    """Take a snapshot and return what finds everything in the report that looks like somebody's own data.

    What was put aside with a reason is left out.  Runs on any thread; before a file goes out it asks to be looked at.
    """
    plan = session.plan((year, year + 1))
    reasons = _reasons(session, year)
    rules = [rule for rule in RULES if rule.id == "personal_data"]

    def look(progress: Progress) -> tuple[Finding, ...]:
        progress.step(0, 1, rules[0].label)
        return tuple(item for item in check(plan, year, rules=rules) if item.fingerprint not in reasons)

    return look


def _ignored_key(session: Session, year: int) -> FieldKey:
    return FieldKey(Owner.PLAN, session.plan(()).id, "ignored", None, year)


def _reasons(session: Session, year: int) -> dict[str, str]:
    lines = lines_of(session.value(_ignored_key(session, year)))
    return {name: reason for name, _, reason in (line.partition(_SEPARATOR) for line in lines)}


def ignore(session: Session, year: int, finding: Finding, reason: str) -> Applied | None:
    """Put a finding aside; the reason is kept.  Raises InvalidValue without a reason."""
    why = canonical_line(reason)
    if not why:
        raise InvalidValue("無視する理由が入っていません。", code="W-164", next_step="理由を一言入れてください。")
    key = _ignored_key(session, year)
    lines = [line for line in lines_of(session.value(key)) if not line.startswith(finding.fingerprint)]
    return session.edit(key, (*lines, f"{finding.fingerprint}{_SEPARATOR}{why}"), why=why)


def notice_again(session: Session, year: int, finding: Finding) -> Applied | None:
    """Take a finding out of those put aside; None when it is not among them."""
    key = _ignored_key(session, year)
    lines = lines_of(session.value(key))
    return session.edit(key, tuple(line for line in lines if not line.startswith(finding.fingerprint)))


def apply_suggestion(session: Session, finding: Finding) -> Applied | None:
    """Do what a finding proposes to its line; None when the line says so already.

    Raises InvalidValue when it proposes nothing and EditConflict when the line is no longer the one it was found in.
    """
    if finding.line is None or not (finding.suggestion or finding.removes_line):
        raise InvalidValue("この指摘には直し方の案がありません。", code="W-165", next_step="欄で直してください。")
    key = session.resolve(str(finding.address))
    before = session.value(key)
    lines = list(lines_of(before))
    if finding.line > len(lines) or lines[finding.line - 1] != finding.text:
        raise EditConflict(
            "指摘のあとで文が変わっています。まだ直していません。",
            where=str(finding.address),
            next_step="校正をやり直してください。",
        )
    lines[finding.line - 1 : finding.line] = [] if finding.removes_line else [finding.suggestion]
    after = parse_text(key, lines, before, new_id)
    if isinstance(after, Entry) and isinstance(before, Entry):
        after = replace(after, draft=before.draft)  # a corrected draft is still nobody's word
    return session.edit(key, after, before=before, why=f"校正: {finding.rule}")


def words_of(checked: Checked) -> str:
    """Return one Japanese line that sums the findings up."""
    return f"{fiscal_label(checked.year)}: 指摘 {len(checked.findings)} 件、無視 {len(checked.ignored)} 件"
