"""Reading a yearly report into a data file: the text form, or a workbook in the official layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from welfare_desktop.domain.errors import ExchangeError, FileRefused, NotAReport
from welfare_desktop.domain.fields import CHILD_OF, Change, FieldKey, Owner, lines_of
from welfare_desktop.domain.linking import targets_of
from welfare_desktop.domain.matching import Laid, creating, lay_over
from welfare_desktop.domain.model import Activity, ActivityGoal, BasicGoal, Lines, Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.exchange.reading import Reading, ReadingWarning
from welfare_desktop.storage import backups
from welfare_desktop.storage.connecting import is_there
from welfare_desktop.storage.store import Operation

from .opening import create_from, default_who, open_file
from .session import Session, new_id

#: A real report is 90 kB; anything far larger is not one.
#: So much of a text that was not taken is shown.
_SHOWN = 30
_LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and did; ``filled`` counts fields written, 0 when nothing changed."""

    year: int
    counts: dict[str, int]
    warnings: tuple[ReadingWarning, ...]
    filled: int


def read_report(path: Path) -> Reading:
    """Read a report file of either form; raises NotAReport or ExchangeError with what to do next."""
    try:
        if path.stat().st_size > _LARGEST:
            raise NotAReport(
                "ファイルが大きすぎます。報告書ではないようです。",
                code="W-311",
                where=str(path),
                next_step="報告書のファイルを選び直してください。何も変わっていません。",
            )
        data = path.read_bytes()
    except OSError as error:
        raise ExchangeError(
            "ファイルを読めません。",
            code="W-301",
            where=str(path),
            next_step="場所と名前を確かめてください。何も変わっていません。",
        ) from error
    if data[:2] == b"PK":
        from welfare_desktop.exchange.official_reading import read_official_workbook

        try:
            return read_official_workbook(path)
        except FileRefused as refused:
            refused.where = f"{path} {refused.where}".strip()
            raise
    from welfare_desktop.exchange.report_text import decode_report, read_report_text

    return read_report_text(decode_report(data, str(path)), str(path))


def import_report(path: Path, db: Path, *, who: str = "", dry_run: bool = False, why: str = "") -> Imported:
    """Read the report at ``path`` into the data file ``db``, which is made when missing.

    Blank fields are filled, differing ones reported and kept.  ``dry_run`` only tells.  Raises as
    :func:`read_report`, StoreError, and ClosedReport where a closed year would print something else and ``why`` is
    empty; then nothing was written.
    """
    reading = read_report(path)
    operation = Operation("import", f"報告書の読込み（{path.name}）", who or default_who())
    if not is_there(db):
        if not dry_run:
            create_from(reading.plan, db, operation).close()
        return Imported(reading.year, counts_of(reading.plan), reading.warnings, len(creating(reading.plan, new_id)))
    session = open_file(db, who=operation.who, read_only=dry_run)
    try:
        with session.because(why):
            return import_into(session, reading, operation.label, dry_run=dry_run)
    finally:
        session.close()


def import_into(session: Session, reading: Reading, label: str, *, dry_run: bool = False) -> Imported:
    """Lay a report that was read over an open data file, as one step of undo after a backup."""
    plan = session.plan()
    laid = lay_over(plan, reading.plan, new_id)
    if laid.matched < laid.unmatched:
        raise NotAReport(
            f"この報告書の活動{laid.matched + laid.unmatched}件のうち{laid.unmatched}件が、開いている計画にありません。",
            code="W-312",
            where=plan.title,
            next_step="別の計画の報告書のようです。新しいファイルに読み込んでください。何も変わっていません。",
        )
    if laid.changes and not dry_run:
        backups.back_up(session.path)
        session.apply([*laid.changes, *_begun(plan, laid.changes, reading.year)], kind="import", label=label)
    warnings = (*reading.warnings, *_laying_warnings(laid), *_year_warnings(plan, reading.year))
    return Imported(reading.year, counts_of(reading.plan), warnings, len(laid.changes))


def _begun(plan: Plan, changes: Sequence[Change], year: int) -> list[Change]:
    """Let goals and activities begin with the report that has them.

    What a later report adds the reports before it did not have; what an earlier one says something of was there then.
    """
    return [*_added(plan, changes, year), *_there_before(plan, changes, year)]


def _added(plan: Plan, changes: Sequence[Change], year: int) -> Iterator[Change]:
    slots = (slot for _, _, activity in plan.walk() for part in activity.parts for slot in part.slots)
    if not any(said < year and entry.lines for slot in slots for said, entry in slot.status.items()):
        return
    for change in changes:
        child = CHILD_OF.get((change.key.owner, change.key.name))
        if child in (Owner.BASIC_GOAL, Owner.ACTIVITY_GOAL, Owner.ACTIVITY):
            for item in lines_of(change.after):
                if item not in lines_of(change.before):
                    yield Change(FieldKey(child, item, "reported_from"), None, year)


def _there_before(plan: Plan, changes: Sequence[Change], year: int) -> Iterator[Change]:
    said = {change.key.owner_id for change in changes if change.key.year is not None}
    owners = (Owner.BASIC_GOAL, Owner.ACTIVITY_GOAL, Owner.ACTIVITY)
    found: dict[FieldKey, int] = {}
    for line in plan.walk():
        if said.isdisjoint(slot.id for part in line[-1].parts for slot in part.slots):
            continue
        levels: tuple[BasicGoal | ActivityGoal | Activity, ...] = line
        for owner, item in zip(owners, levels, strict=True):
            if item.reported_from is not None and item.reported_from > year:
                found[FieldKey(owner, item.id, "reported_from")] = item.reported_from
    start = None if year <= plan.first_year else year
    for key, first in found.items():
        yield Change(key, first, start)


def _laying_warnings(laid: Laid) -> list[ReadingWarning]:
    found = []
    for difference in laid.differences:
        kept, read = lines_of(difference.kept), lines_of(difference.read)
        found.append(
            ReadingWarning(
                "I-201",
                f"{difference.address}: すでに{len(kept)}行の別の内容があるので、"
                f"報告書の{len(read)}行{_first_other(kept, read)}は入れませんでした。",
            )
        )
    found += [ReadingWarning("I-202", f"{words}は計画になかったので加えました。") for words in laid.added]
    return found


def _first_other(kept: Lines, read: Lines) -> str:
    """Return the beginning of the first line that stands only in the report, for a message."""
    line = next((text for text in read if text not in kept), "")
    more = "など" if len(read) > 1 else ""
    return f"（「{line[:_SHOWN]}{'…' if len(line) > _SHOWN else ''}」{more}）" if line else ""


def _year_warnings(plan: Plan, year: int) -> list[ReadingWarning]:
    if plan.first_year <= year <= plan.last_year:
        return []
    words = f"{year}年度は計画の期間（{plan.first_year}～{plan.last_year}年度）の外です。参考として読み込みました。"
    return [ReadingWarning("I-203", words)]


def counts_of(plan: Plan) -> dict[str, int]:
    """Return how much a plan holds, as ``import-report`` reports it."""
    activities = [activity for _, _, activity in plan.walk()]
    slots = [slot for activity in activities for part in activity.parts for slot in part.slots]
    years = (plan.first_year, plan.last_year)
    texts = (value for key, value in values_of(plan) if key.spec.kind in ("lines", "entry", "indicators", "results"))
    return {
        "basic_goals": len(plan.basic_goals),
        "activity_goals": sum(len(goal.activity_goals) for goal in plan.basic_goals),
        "activities": len(activities),
        "departments": len(plan.departments),
        "slots": len(slots),
        "lines": sum(len(lines_of(value)) for value in texts),
        "targets": sum(len(targets_of(item, years)) for slot in slots for item in slot.indicators),
    }
