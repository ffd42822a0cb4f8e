"""Proofreading (校正): findings of a year's report, applying proposals, putting findings aside with a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from welfare_desktop.domain.errors import EditConflict, InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import Change, FieldKey, Owner, lines_of, parse_text
from welfare_desktop.domain.findings import RULES, Finding, Rule, check
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
    """The findings of a year that still stand, those put aside with their reasons, and the rules that were stopped."""

    year: int
    findings: tuple[Finding, ...]
    ignored: tuple[tuple[Finding, str], ...]
    stopped: tuple[str, ...] = ()


def check_year(
    session: Session,
    year: int,
    activities: Collection[tuple[int, int, int]] | None = None,
    *,
    stopped_too: bool = False,
) -> Checked:
    """Proofread the report of fiscal ``year``, all of it or the activities with these numbers.

    Rules the office stopped are left out, unless ``stopped_too``.  Raises InvalidValue for a year outside the plan's.
    """
    plan = session.plan((year - 1, year, year + 1))
    if year not in session.years():
        require_plan_year(plan, year)
    reasons = reasons_of(session, year)
    stopped = frozenset() if stopped_too else stopped_rules(session)
    found = check(plan, year, activities=activities, rules=[rule for rule in RULES if rule.id not in stopped])
    return Checked(
        year,
        tuple(item for item in found if item.fingerprint not in reasons),
        tuple((item, reasons[item.fingerprint]) for item in found if item.fingerprint in reasons),
        tuple(rule.id for rule in RULES if rule.id in stopped),
    )


def prepare_privacy_check(session: Session, year: int) -> Callable[[Progress], tuple[Finding, ...]]:
    """Take a snapshot and return what finds everything in the report that looks like somebody's own data.

    What was put aside with a reason is left out.  Runs on any thread; before a file goes out it asks to be looked at.
    """
    plan = session.plan((year, year + 1))
    reasons = reasons_of(session, year)
    rules = [rule for rule in RULES if rule.id == "personal_data"]

    def look(progress: Progress) -> tuple[Finding, ...]:
        progress.step(0, 1, rules[0].label)
        return tuple(item for item in check(plan, year, rules=rules) if item.fingerprint not in reasons)

    return look


def _ignored_key(session: Session, year: int) -> FieldKey:
    return FieldKey(Owner.PLAN, session.plan(()).id, "ignored", None, year)


def reasons_of(session: Session, year: int) -> dict[str, str]:
    """Return why findings of ``year`` were put aside, by their fingerprints."""
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


# --- rules an office does without ---------------------------------------------------------------------------------


def _stopped_key(session: Session) -> FieldKey:
    return FieldKey(Owner.PLAN, session.plan(()).id, "stopped_rules")


def stopped_rules(session: Session) -> frozenset[str]:
    """Return the ids of the rules the office stopped, for this plan and all its years."""
    return frozenset(lines_of(session.value(_stopped_key(session))))


def stop_rule(session: Session, rule_id: str) -> Applied | None:
    """Stop a rule for this plan; None when it is stopped already.  Raises InvalidValue for a rule that is none."""
    rule = _rule(rule_id)
    lines = lines_of(session.value(_stopped_key(session)))
    return None if rule_id in lines else _keep_stopped(session, (*lines, rule_id), f"規則「{rule.label}」を止める")


def resume_rule(session: Session, rule_id: str) -> Applied | None:
    """Let a stopped rule look again; None when it was not stopped.  Raises InvalidValue for a rule that is none."""
    rule = _rule(rule_id)
    lines = lines_of(session.value(_stopped_key(session)))
    if rule_id not in lines:
        return None
    return _keep_stopped(session, tuple(line for line in lines if line != rule_id), f"規則「{rule.label}」で調べる")


def _rule(rule_id: str) -> Rule:
    for rule in RULES:
        if rule.id == rule_id:
            return rule
    raise InvalidValue(
        f"「{rule_id}」という校正の規則はありません。", code="W-166", next_step="名前を確かめてください。"
    )


def _keep_stopped(session: Session, lines: tuple[str, ...], label: str) -> Applied:
    key = _stopped_key(session)
    return session.apply([Change(key, session.value(key), lines)], kind="edit", label=label)


# --- doing what is proposed ---------------------------------------------------------------------------------------


def apply_suggestion(session: Session, finding: Finding) -> Applied | None:
    """Do what a finding proposes to its line; None when the line says so already.

    Raises InvalidValue when it proposes nothing and EditConflict when the line is no longer the one it was found in.
    """
    if finding.line is None or not (finding.suggestion or finding.removes_line):
        raise InvalidValue("この指摘には直し方の案がありません。", code="W-165", next_step="欄で直してください。")
    change = _change_of(session, [finding])
    if change is None:
        return None
    return session.edit(change.key, change.after, before=change.before, why=f"校正: {finding.rule}")


@dataclass(frozen=True, slots=True)
class Corrected:
    """What applying many proposals came to; ``left`` are those whose line is no longer the one they were found in."""

    applied: Applied | None
    done: tuple[Finding, ...]
    left: tuple[Finding, ...]


def apply_suggestions(session: Session, findings: Iterable[Finding]) -> Corrected:
    """Do what many findings propose, as one step of undo.

    Of several findings in one line the first is applied; the others find the line changed and are left, as is everything
    whose text changed meanwhile.  Raises InvalidValue in a closed year and StoreError; then nothing changed.
    """
    by_field: dict[str, list[Finding]] = {}
    left: list[Finding] = []
    seen: set[tuple[str, int]] = set()
    for finding in findings:
        address = str(finding.address)
        if finding.line is None or not (finding.suggestion or finding.removes_line) or (address, finding.line) in seen:
            left.append(finding)
            continue
        seen.add((address, finding.line))
        by_field.setdefault(address, []).append(finding)
    changes: list[Change] = []
    done: list[Finding] = []
    for group in by_field.values():
        standing = [finding for finding in group if _still_stands(session, finding)]
        left += [finding for finding in group if finding not in standing]
        change = _change_of(session, standing) if standing else None
        if change is not None:
            changes.append(change)
            done += standing
    applied = None
    if changes:
        applied = session.apply(changes, kind="edit", label=f"校正の案でまとめて直す（{len(done)}件）", why="校正")
    return Corrected(applied, tuple(done), tuple(left))


def _still_stands(session: Session, finding: Finding) -> bool:
    try:
        lines = lines_of(session.value(session.resolve(str(finding.address))))
    except UnknownAddress:
        return False
    return finding.line is not None and finding.line <= len(lines) and lines[finding.line - 1] == finding.text


def _change_of(session: Session, findings: Sequence[Finding]) -> Change | None:
    """Return the change of one field that does what ``findings`` propose; None when it says so already.

    Raises EditConflict when a line is no longer the one a finding was found in.
    """
    key = session.resolve(str(findings[0].address))
    before = session.value(key)
    lines = list(lines_of(before))
    for finding in sorted(findings, key=lambda item: item.line or 0, reverse=True):  # from below: lines may go
        place = (finding.line or 0) - 1
        if place >= len(lines) or lines[place] != finding.text:
            raise EditConflict(
                "指摘のあとで文が変わっています。まだ直していません。",
                where=str(finding.address),
                next_step="校正をやり直してください。",
            )
        lines[place : place + 1] = [] if finding.removes_line else [finding.suggestion]
    after = parse_text(key, lines, before, new_id)
    if isinstance(after, Entry) and isinstance(before, Entry):
        after = replace(after, draft=before.draft)  # a corrected draft is still nobody's word
    return None if after == before else Change(key, before, after)


def words_of(checked: Checked) -> str:
    """Return one Japanese line that sums the findings up."""
    stopped = f"、止めた規則 {len(checked.stopped)}" if checked.stopped else ""
    return f"{fiscal_label(checked.year)}: 指摘 {len(checked.findings)} 件、無視 {len(checked.ignored)} 件{stopped}"
