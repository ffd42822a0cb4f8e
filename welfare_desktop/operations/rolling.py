"""Opening a fiscal year (年度更新), and confirming the drafts it made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from welfare_desktop.domain.completeness import owners_of, slot_fields
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Entry, EntryState
from welfare_desktop.domain.progress import Progress, Unwatched
from welfare_desktop.domain.rolling import DraftStyle, Rollover, propose_rollover
from welfare_desktop.domain.rolling_preview import Carried, PreviewRow, carried_into, preview_rows
from welfare_desktop.domain.years import YearState, fiscal_label
from welfare_desktop.storage import backups
from welfare_desktop.storage.store import Applied

from .session import Session
from .year_work import Unfinished, closed_key, require_open_year, require_plan_year, unfinished


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything to look at before a year is opened.

    ``finished`` is the year before, None where it lies before the plan or is closed already, ``left`` what is not
    finished in it (None likewise); ``opened`` says that the year was opened once, ``drafted`` that its drafts were made
    once and are not made again.
    """

    rollover: Rollover
    rows: tuple[PreviewRow, ...]
    carried: Carried
    finished: int | None
    left: Unfinished | None
    opened: bool
    drafted: bool

    def changes_anything(self, *, close: bool) -> bool:
        """Whether rolling over would write anything; ``close`` also closes the finished year."""
        return bool(self.rollover.drafts) or not self.opened or (close and self.finished is not None)


def next_year(session: Session) -> int | None:
    """Return the year to open next: the first of the plan not opened yet; None when all of them are."""
    plan = session.plan(())
    states = session.year_states()
    waiting = [year for year, state in states.items() if state is YearState.NOT_OPENED and year >= plan.first_year]
    later = [year for year in waiting if year > session.latest_year()]
    return min(later or waiting, default=None)


def prepare_openings(session: Session, year: int) -> Callable[[Progress], dict[DraftStyle, Opening]]:
    """Take a snapshot and return what finds out, on any thread, what opening fiscal ``year`` would do in each style.

    Raises InvalidValue for a year outside the plan, or a closed one; running raises Cancelled when it is stopped.
    """
    plan = session.plan((year,))
    require_plan_year(plan, year)
    require_open_year(session, year)
    before = year - 1
    finished = before if before >= plan.first_year and before not in session.closed_years() else None
    left = unfinished(session, finished) if finished is not None else None
    opened, drafted = bool(session.value(_opened_key(session, year))), _drafted_before(session, year)

    def look(progress: Progress) -> dict[DraftStyle, Opening]:
        carried = carried_into(plan, year)
        found = {}
        for done, style in enumerate(DraftStyle):
            progress.step(done, len(DraftStyle), style.label)
            rollover = Rollover(year, (), ()) if drafted else propose_rollover(plan, year, style)
            rows = preview_rows(plan, rollover)
            found[style] = Opening(rollover, rows, carried, finished, left, opened, drafted)
        return found

    return look


def preview_opening(session: Session, year: int, style: DraftStyle) -> Opening:
    """Return what opening fiscal ``year`` would do, line by line; raises as :func:`prepare_openings`."""
    return prepare_openings(session, year)(Unwatched())[style]


def preview_rollover(session: Session, year: int, style: DraftStyle) -> Rollover:
    """Return what opening fiscal ``year`` would do; raises InvalidValue for a year outside the plan.

    A year whose drafts were made once gets none again: what a person emptied since was emptied on purpose.
    """
    rollover = propose_rollover(session.plan((year,)), year, style)
    if _drafted_before(session, year):
        return Rollover(year, (), ())
    return rollover


def roll_over(
    session: Session, year: int, style: DraftStyle, *, close_finished: bool = False
) -> tuple[Rollover, Applied | None]:
    """Open fiscal ``year`` as one step of undo, after a backup; None when there was nothing left to do.

    ``close_finished`` also closes (確定) the year before, where the plan has one and it is open.  Raises InvalidValue
    for a year outside the plan or a closed one, StoreError when the backup fails; then nothing changed.
    """
    rollover = preview_rollover(session, year, style)
    require_open_year(session, year)
    if not _changes(session, rollover, style, close_finished=close_finished):
        return rollover, None
    backups.back_up(session.path)
    return rollover, open_as_previewed(session, rollover, style, close_finished=close_finished)


def open_as_previewed(
    session: Session, rollover: Rollover, style: DraftStyle, *, close_finished: bool = False
) -> Applied | None:
    """Do what was shown, as one step of undo; None when there is nothing left to do.  The backup was made before.

    A field that was written since is left alone.  Raises as :func:`roll_over`.
    """
    changes = _changes(session, rollover, style, close_finished=close_finished)
    if not changes:
        return None
    words = [f"{fiscal_label(rollover.year)}を開く"]
    words += [f"{fiscal_label(change.key.year or 0)}の確定" for change in changes if change.key.name == "closed"]
    return session.apply(changes, kind="rollover", label=f"年度更新（{'・'.join(words)}）")


def _changes(session: Session, rollover: Rollover, style: DraftStyle, *, close_finished: bool) -> list[Change]:
    """Return what opening the year writes: drafts where nothing stands, that it is open, and the year before closed."""
    year, plan = rollover.year, session.plan(())
    changes = []
    for draft in rollover.drafts:
        target = FieldKey(Owner.SLOT, draft.slot_id, draft.field, None, draft.year)
        current = session.value(target)
        if current == target.spec.default:
            changes.append(Change(target, current, draft.entry))
    key = _opened_key(session, year)
    before = session.value(key)
    opened = (style.value,) if changes or not before else before
    if opened != before:
        changes.append(Change(key, before, opened))
    if close_finished and year > plan.first_year and year - 1 not in session.closed_years():
        closing = closed_key(plan, year - 1)
        changes.append(Change(closing, session.value(closing), ("確定",)))
    return changes


def _opened_key(session: Session, year: int) -> FieldKey:
    return FieldKey(Owner.PLAN, session.plan(()).id, "opened", None, year)


def _drafted_before(session: Session, year: int) -> bool:
    said = session.value(_opened_key(session, year))
    return bool(said) and said != (DraftStyle.BLANK.value,)


# --- confirming -----------------------------------------------------------------------------------------------------


def drafts_in(
    session: Session, year: int, *, activity_id: str = "", slot_id: str = "", department: str | None = None
) -> tuple[FieldKey, ...]:
    """Return the drafts the report of fiscal ``year`` would print, in form order.

    All of them, or those of one activity or one of its slots; ``department`` restricts to what it owes (None: all).
    """
    if activity_id:
        one = session.activity(activity_id)
        activities = [one] if one is not None else []
    else:
        activities = [activity for _, _, activity in session.plan((year, year + 1)).walk()]
    found = []
    for activity in activities:
        for part in activity.parts:
            for slot in part.slots:
                theirs = department is None or department in owners_of(part, slot)
                if not theirs or (slot_id and slot.id != slot_id):
                    continue
                found += [
                    FieldKey(Owner.SLOT, slot.id, item.field, None, item.year)
                    for item in slot_fields(slot, year)
                    if item.state is EntryState.DRAFT
                ]
    return tuple(found)


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
