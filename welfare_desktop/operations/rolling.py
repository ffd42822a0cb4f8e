"""Opening a fiscal year (年度更新), and confirming the drafts it made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Entry
from welfare_desktop.domain.rolling import DraftStyle, Rollover, propose_rollover
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.storage import backups
from welfare_desktop.storage.store import Applied

from .session import Session


def preview_rollover(session: Session, year: int, style: DraftStyle) -> Rollover:
    """Return what opening fiscal ``year`` would do; raises InvalidValue for a year outside the plan.

    A year whose drafts were made once gets none again: what a person emptied since was emptied on purpose.
    """
    rollover = propose_rollover(session.plan((year,)), year, style)
    if _drafted_before(session, year):
        return Rollover(year, (), ())
    return rollover


def roll_over(session: Session, year: int, style: DraftStyle) -> tuple[Rollover, Applied | None]:
    """Open fiscal ``year`` as one step of undo, after a backup; None when there was nothing left to do.

    Raises InvalidValue for a year outside the plan or a closed one, StoreError when the backup fails; then nothing
    changed.
    """
    rollover = preview_rollover(session, year, style)
    key = _opened_key(session, year)
    before = session.value(key)
    changes: list[Change] = []
    for draft in rollover.drafts:
        target = FieldKey(Owner.SLOT, draft.slot_id, draft.field, None, draft.year)
        changes.append(Change(target, session.value(target), draft.entry))
    opened = (style.value,) if changes or not before else before
    if opened != before:
        changes.append(Change(key, before, opened))
    if not changes:
        return rollover, None
    backups.back_up(session.path)
    label = f"年度更新（{fiscal_label(year)}を開く）"
    return rollover, session.apply(changes, kind="rollover", label=label)


def _opened_key(session: Session, year: int) -> FieldKey:
    return FieldKey(Owner.PLAN, session.plan(()).id, "opened", None, year)


def _drafted_before(session: Session, year: int) -> bool:
    said = session.value(_opened_key(session, year))
    return bool(said) and said != (DraftStyle.BLANK.value,)


def confirm_drafts(session: Session, keys: Iterable[FieldKey]) -> Applied | None:
    """Turn drafts into entries as they stand, as one step of undo; None when none of ``keys`` is a draft."""
    changes = []
    for key in keys:
        value = session.value(key)
        if isinstance(value, Entry) and value.draft:
            changes.append(Change(key, value, replace(value, draft=False)))
    if not changes:
        return None
    return session.apply(changes, kind="confirm", label=f"下書きの確定（{len(changes)}欄）")
