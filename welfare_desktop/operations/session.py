"""An open data file as the window and the command line see it: reading, editing, undo and redo.

Undo and redo are ordinary changes: undoing applies the inverse of what was committed, under the same condition that
nobody changed the field meanwhile.  They cross fields and activities, and history shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from welfare_desktop.domain.addresses import address_of, places, resolve, spoken
from welfare_desktop.domain.closing import first_years, reports_altered
from welfare_desktop.domain.completeness import Fill, fill_of
from welfare_desktop.domain.errors import ClosedReport, EditConflict, InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import Change, FieldKey, Owner, Value, lines_of, parse_text
from welfare_desktop.domain.model import Activity, Entry, Lines, Plan
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.domain.years import YearState, fiscal_label
from welfare_desktop.storage import selecting
from welfare_desktop.storage.locking import HeldBy, Lock
from welfare_desktop.storage.store import Applied, Connection, HistoryRow, Operation, Store

from .sign_offs import STATE_FIELDS, Handed, SignOffs, handed_over, slot_owners

T = TypeVar("T")
Listener = Callable[[Applied], None]
#: One row of the tree: (id, parent id, number, title, retired_from, reported_from).
OutlineRow = tuple[str, str, int, str, int | None, int | None]


_PLAN_YEARS = ("first_year", "last_year")
#: Kinds of steps whose ``why`` is a person's own; the program itself says why it restores or judges.
_BY_HAND = ("edit", "structure")
#: A plan of more years than this is a slip of the finger.
_LONGEST_PLAN = 30


def new_id() -> str:
    """Return a fresh identifier."""
    return str(uuid4())


def report_year(key: FieldKey) -> int | None:
    """Return the fiscal year whose report prints ``key``, or None for what belongs to no year.

    The report of Y prints status@Y, results@Y and planned@Y+1 (``domain.md``).
    """
    if key.year is None or key.name not in ("status", "planned", "results", "judgements"):
        return None
    return key.year - 1 if key.name == "planned" else key.year


class Session:
    """One person working on one open data file.  ``who`` is written into the history of every change.

    ``lock`` is the session lock to let go of on closing; ``held_by`` says who has it instead, the file is then open
    for viewing only; ``notes`` are sentences about how the file was found, beside those of the store.
    """

    def __init__(
        self,
        store: Store,
        who: str,
        *,
        lock: Lock | None = None,
        held_by: HeldBy | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self._store = store
        self.who = who
        self.held_by = held_by
        self.opening_notes = (*notes, *store.opening_notes)
        self._lock = lock
        self._done: list[Applied] = []
        self._undone: list[Applied] = []
        self._listeners: list[Listener] = []
        self._structure: tuple[int, Plan] | None = None
        self._closed: tuple[int, frozenset[int]] | None = None
        self._signs: tuple[int, int, SignOffs] | None = None
        self._plan_id = ""
        self._because = ""

    # --- reading ------------------------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """The data file."""
        return self._store.path

    @property
    def read_only(self) -> bool:
        """Whether the file is open for viewing only."""
        return self._store.read_only

    @property
    def damaged(self) -> bool:
        """Whether the file is shown as far as it can be read, without proof."""
        return not self._store.proved and not self._store.too_new

    @property
    def too_new(self) -> bool:
        """Whether a newer release of the program wrote the file; this one cannot go on in it, nor in a copy."""
        return self._store.too_new

    @property
    def has_lost_its_file(self) -> bool:
        """Whether the data file was deleted, moved or replaced meanwhile; what is open can still be read and copied."""
        return self._store.has_lost_its_file

    @property
    def dataset_id(self) -> str:
        """The identity of the content, kept through copies and backups."""
        return self._store.dataset_id

    def outline(self) -> list[list[OutlineRow]]:
        """Return basic goals, activity goals and activities as lean rows in print order."""
        return self._store.outline()

    def plan(self, years: Sequence[int] | None = None) -> Plan:
        """Return the plan with the entries of ``years`` (None: every year; empty: structure and indicators)."""
        if years is None or len(years):
            return self._store.plan(years)
        version = self._store.data_version()  # our own commits do not change it: they forget what was kept
        if self._structure is None or self._structure[0] != version:
            self._structure = (version, self._store.plan(()))
        return self._structure[1]

    def activity(self, activity_id: str) -> Activity | None:
        """Return one activity with every year's entries, or None when it left the structure."""
        return self._store.activity(activity_id)

    def years(self) -> list[int]:
        """Return the fiscal years a report can be made for: the plan's and every other year that holds entries.

        Planned work for the year after the last reported one does not make that year reportable.
        """
        plan = self.plan(())
        held = [year for year in self._store.entry_years() if year < plan.first_year]
        return sorted({*held, *range(plan.first_year, plan.last_year + 1)})

    def latest_year(self) -> int:
        """Return the newest fiscal year of the plan that is being reported; its first year when none is.

        A year is being reported when it was opened by a rollover, or holds a status or a result.
        """
        plan = self.plan(())
        return max((year for year in self._begun_years() if year <= plan.last_year), default=plan.first_year)

    def _begun_years(self) -> set[int]:
        """Return the years that were opened by a rollover, or hold a status or a result."""
        opened = (key.year or 0 for key, lines in self._store.notes().items() if key.name == "opened" and lines)
        return {*self._store.reported_years(), *opened}

    def year_states(self) -> dict[int, YearState]:
        """Return what became of each of :meth:`years` so far.

        The first year of a plan nothing was written for yet needs no opening: it is the one to begin with.
        """
        plan, closed, begun = self.plan(()), self.closed_years(), {*self._begun_years(), self.latest_year()}

        def state(year: int) -> YearState:
            if year in closed:
                return YearState.CLOSED
            if year < plan.first_year:
                return YearState.BEFORE_PLAN
            return YearState.OPEN if year in begun else YearState.NOT_OPENED

        return {year: state(year) for year in self.years()}

    def value(self, key: FieldKey) -> Value:
        """Return the stored value of ``key``."""
        return self._store.value(key)

    def revision(self, key: FieldKey) -> int:
        """Return the revision of ``key``; 0 when it never changed."""
        return self._store.revision(key)

    def resolve(self, address: str) -> FieldKey:
        """Return the key an address names; raises UnknownAddress."""
        return resolve(self.plan(()), address)

    def address(self, key: FieldKey) -> str:
        """Return the address of ``key``."""
        return address_of(key, places(self.plan(())))

    def history(self, key: FieldKey | None = None, limit: int | None = None) -> list[HistoryRow]:
        """Return changes, newest first: of one field, or of the whole file."""
        return self._store.history(key, limit=limit)

    def fills(self, year: int, department: str | None = None) -> dict[str, Fill]:
        """Return how far each activity (by id) is filled for ``year``, of one department by name or of all."""
        plan = self._store.plan((year, year + 1))
        return {activity.id: fill_of(activity, year, department) for _, _, activity in plan.walk()}

    def activities_of(self, keys: Iterable[FieldKey]) -> set[str]:
        """Return the ids of the activities these fields belong to; what stands above activities belongs to none."""
        owners = {(key.owner, key.owner_id) for key in keys}
        named = {owner_id for owner, owner_id in owners if owner in (Owner.ACTIVITY, Owner.ACTOR)}
        slots = [owner_id for owner, owner_id in owners if owner is Owner.SLOT]
        return named | self._store.look(lambda database: selecting.activities_of_slots(database, slots))

    def operation_changes(self, operation_id: int) -> list[HistoryRow]:
        """Return what one operation changed, newest first."""
        return self._store.history(operation_id=operation_id)

    def shown(self, key: FieldKey, value: Value) -> Sequence[str]:
        """Return the lines of ``value`` as a person reads them: departments by name."""
        from welfare_desktop.domain.fields import Kind, lines_of

        lines = lines_of(value)
        if key.spec.kind is not Kind.REFERENCES:
            return lines
        names = {department.id: department.name for department in self.plan(()).departments}
        return [names.get(line, line) for line in lines]

    # --- writing ------------------------------------------------------------------------------------------------

    def enter(
        self, key: FieldKey, text: str | Sequence[str], *, before: Value | None = None, why: str = ""
    ) -> Applied | None:
        """Store what a person typed into ``key`` (lines joined by LF); None when nothing changed.

        ``before`` is the value the typing started from; None means whatever is stored now.  Raises InvalidValue,
        EditConflict or StoreError; then nothing was changed.
        """
        current = self._store.value(key)
        start = current if before is None else before
        return self.edit(key, parse_text(key, text, start, new_id), before=start, why=why)

    def edit(self, key: FieldKey, after: Value, *, before: Value | None = None, why: str = "") -> Applied | None:
        """Commit one field; None when nothing changed.  Raises as :meth:`enter`."""
        start = self._store.value(key) if before is None else before
        if after == start:
            return None
        return self.apply([Change(key, start, after)], kind="edit", label=f"{spoken(key)}の変更", why=why)

    def apply(self, changes: Sequence[Change], *, kind: str, label: str, why: str = "") -> Applied:
        """Commit several changes as one step of undo.

        Raises ClosedReport where nobody gave a reason (``why``, or :meth:`because`) and what is printed for a closed year
        would change, and InvalidValue, EditConflict or StoreError; then nothing changed.
        """
        self._require_plan_years(changes)
        given = self._require_open_years(changes)
        if not (self._because or (why and kind in _BY_HAND)):
            self._require_reason(changes)
        applied = self._store.apply(changes, Operation(kind, label, self.who, self._whole_reason(why)), given=given)
        self._done.append(applied)
        self._undone.clear()
        self._tell(applied)
        return applied

    def keep(
        self,
        changes: Sequence[Change],
        *,
        kind: str,
        label: str,
        also: Callable[[Connection, int], None],
        why: str = "",
    ) -> Applied:
        """Commit changes together with records of their own (an export, a merge).

        They are taken back by an operation of their own, not by :meth:`undo`: the records must follow.  Raises as
        :meth:`apply`; only :meth:`because` gives a reason.
        """
        given = self._require_open_years(changes)
        if not self._because:
            self._require_reason(changes)
        operation = Operation(kind, label, self.who, self._whole_reason(why))
        applied = self._store.apply(changes, operation, given=given, also=also)
        if changes:
            self._undone.clear()
        self._tell(applied)
        return applied

    @contextmanager
    def because(self, why: str) -> Iterator[None]:
        """Let what is done inside be done for a person's reason (empty: for none), which stays in the history."""
        before, self._because = self._because, canonical_line(why)
        try:
            yield
        finally:
            self._because = before

    def _whole_reason(self, why: str) -> str:
        """Return the reason given with a step and the one of the block it is done in."""
        if not why or why == self._because:
            return why or self._because
        return f"{why}（{self._because}）" if self._because else why

    def look(self, question: Callable[[Connection], T]) -> T:
        """Return what ``question`` (of ``storage``) finds in the file, at one state of it."""
        return self._store.look(question)

    def _require_plan_years(self, changes: Sequence[Change]) -> None:
        """Refuse a plan that would end before it begins."""
        set_years = {change.key.name: change.after for change in changes if change.key.name in _PLAN_YEARS}
        if not set_years:
            return
        plan = self.plan(())
        first, last = (set_years.get(name, getattr(plan, name)) for name in _PLAN_YEARS)
        if not (isinstance(first, int) and isinstance(last, int) and 0 < first <= last < first + _LONGEST_PLAN):
            raise InvalidValue(
                f"計画の期間を{first}年度から{last}年度までにはできません。",
                code="W-147",
                next_step=f"初年度から{_LONGEST_PLAN}年以内の最終年度にしてください。何も変わっていません。",
            )

    def _require_reason(self, changes: Sequence[Change]) -> None:
        """Refuse to change unseen what the report of a closed year prints besides its entries."""
        closed = self.closed_years()
        altered = reports_altered(changes, closed) if closed else frozenset()
        if altered:
            altered = reports_altered(changes, altered, first_years(self.plan(())))
        altered |= self._renamed_in(changes, closed)
        if altered:
            years = "、".join(fiscal_label(year) for year in sorted(altered))
            raise ClosedReport(
                f"{years}は確定しています。その報告書をもう一度作ると、この変更が入ります。",
                where=years,
                next_step="それでよければ、理由を入れてください（履歴に残ります）。まだ何も変わっていません。",
            )
        for change in changes:
            if change.key.owner is Owner.SLOT and change.key.name == "departments" and change.before:
                self._require_unsigned_owners(change)

    def _require_unsigned_owners(self, change: Change) -> None:
        """Refuse to hand a slot from or to somebody who signed off (確定) unseen: what that one signed would change."""
        key = change.key
        now = self._sign_offs().signed(key.owner_id)
        then = [item for item in self._sign_offs(handed_over([change])).signed(key.owner_id) if item not in now]
        added = [(who, year) for who, year in then if self._says_something(key.owner_id, year)]
        if not now and not added:
            return
        who, year = (now or added)[0]
        what = "その鍵もこの欄から外れます。" if now else "そこにこの欄の文が加わります。"
        raise ClosedReport(
            f"{who}の{fiscal_label(year)}は確定しています。担当課を変えると、{what}",
            where=spoken(key),
            next_step="それでよければ、理由を入れてください（履歴に残ります）。まだ何も変わっていません。",
        )

    def _says_something(self, slot_id: str, year: int) -> bool:
        """Whether the report of ``year`` prints a text of a slot."""
        printed = (("status", year), ("results", year), ("planned", year + 1))
        values = (self._store.value(FieldKey(Owner.SLOT, slot_id, name, None, when)) for name, when in printed)
        return any(value.lines if isinstance(value, Entry) else value for value in values)

    def _renamed_in(self, changes: Sequence[Change], closed: frozenset[int]) -> frozenset[int]:
        """Return the years of ``closed`` whose reports would print another name of a department."""
        new: dict[str, dict[str, Value]] = {}
        standing: Lines | None = None
        for change in changes:
            if change.key.owner is Owner.DEPARTMENT and change.key.name in ("name", "former"):
                new.setdefault(change.key.owner_id, {})[change.key.name] = change.after
            elif (change.key.owner, change.key.name) == (Owner.PLAN, "departments"):
                standing = lines_of(change.after)
        found: set[int] = set()
        for before in self.plan(()).departments if new else ():
            if standing is None or before.id in standing:  # what leaves the register is named by nothing
                after = replace(before, **new.get(before.id, {}))  # type: ignore[arg-type]
                found |= {year for year in closed if before.name_in(year) != after.name_in(year)}
        return frozenset(found)

    def _require_open_years(self, changes: Sequence[Change]) -> dict[FieldKey, Value]:
        """Refuse to touch what the report of a closed (確定) year prints; return what must still hold on writing."""
        closed = self.closed_years()
        touched: dict[int, Change] = {}
        for change in changes:
            year = report_year(change.key)
            if year is not None:
                touched.setdefault(year, change)
        for year, change in touched.items():
            if year in closed:
                raise InvalidValue(
                    f"{fiscal_label(year)}は確定しているので書き換えられません。",
                    code="W-160",
                    where=spoken(change.key),
                    next_step="直すには、理由を入れて年度の鍵を外してください。何も変わっていません。",
                )
        if touched and not self._plan_id:
            self._plan_id = self._store.plan_id()
        given: dict[FieldKey, Value] = {
            FieldKey(Owner.PLAN, self._plan_id, "closed", None, year): () for year in touched
        }
        return given | self._require_unsigned(changes) if touched else given

    def _require_unsigned(self, changes: Sequence[Change]) -> dict[FieldKey, Value]:
        """Refuse to touch what somebody signed off (確定); return what must still hold on writing."""
        signs = self._sign_offs(handed_over(changes))
        given: dict[FieldKey, Value] = {}
        for change in changes:
            year = report_year(change.key)
            if year is None:
                continue
            who = signs.by(change.key.owner_id, year)
            if who:
                raise InvalidValue(
                    f"{who}の{fiscal_label(year)}は確定しているので書き換えられません。",
                    code="W-169",
                    where=spoken(change.key),
                    next_step="直すには、理由を入れて「担当課の完了・確定を取り消す」を選んでください。何も変わっていません。",
                )
            given |= {key: signs.said.get(key, ()) for key in signs.keys(change.key.owner_id, year)}
        return given

    def _sign_offs(self, handed: Handed | None = None) -> SignOffs:
        version, plan = self._store.data_version(), self.plan(())
        if self._signs is None or self._signs[:2] != (version, id(plan)):
            said = {key: lines for key, lines in self._store.notes().items() if key.name in STATE_FIELDS}
            self._signs = (version, id(plan), SignOffs(plan.id, slot_owners(plan), said))
        signs = self._signs[2]
        return signs.handing(handed, {item.id: item.name for item in plan.departments}) if handed else signs

    def signed_off_by(self, slot_id: str, year: int) -> str:
        """Return who signed a slot off (確定) for the report of ``year``, empty where it may be written."""
        return self._sign_offs().by(slot_id, year)

    def why_locked(self, key: FieldKey, handed: Handed | None = None) -> str:
        """Return a short sentence why ``key`` cannot be written, empty where it can.

        ``handed`` says to whom slots are given in the same step (:func:`.sign_offs.handed_over`).
        """
        year = report_year(key)
        if year is None:
            return ""
        if year in self.closed_years():
            return f"{fiscal_label(year)}は確定しています。"
        who = self._sign_offs(handed).by(key.owner_id, year)
        return f"{who}の{fiscal_label(year)}は確定しています。" if who else ""

    def closed_years(self) -> frozenset[int]:
        """Return the fiscal years that are closed (確定): what their reports print is locked."""
        version = self._store.data_version()
        if self._closed is None or self._closed[0] != version:
            notes = self._store.notes()
            years = (key.year or 0 for key, lines in notes.items() if key.name == "closed" and lines)
            self._closed = (version, frozenset(years))
        return self._closed[1]

    def notes(self) -> dict[FieldKey, Lines]:
        """Return everything the office keeps beside the plan (deadlines, closed years, phrases …)."""
        return self._store.notes()

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, or None when there is nothing."""
        return self._done[-1].operation.label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """What redo would bring back, or None when there is nothing."""
        return self._undone[-1].operation.label if self._undone else None

    def undo(self) -> Applied | None:
        """Take the last step back; None when there is none.

        Raises EditConflict when somebody else changed one of its fields since; the step is then dropped, so that the
        ones before it can still be taken back.
        """
        return self._step(self._done, self._undone, "undo", "元に戻す")

    def redo(self) -> Applied | None:
        """Bring the last undone step back; None when there is none.  Raises as :meth:`undo`."""
        return self._step(self._undone, self._done, "redo", "やり直す")

    def _step(self, source: list[Applied], target: list[Applied], kind: str, verb: str) -> Applied | None:
        if not source:
            return None
        step = source[-1]
        inverse = [change.inverse for change in reversed(step.changes)]
        given = self._require_open_years(inverse)
        if not (self._because or step.operation.why):  # what was done for a reason is taken back for it
            self._require_reason(inverse)
        label = f"{verb}: {step.operation.label}"
        try:
            operation = Operation(kind, label, self.who, undoes=step.operation_id)
            applied = self._store.apply(inverse, operation, given=given)
        except EditConflict:
            source.pop()
            raise
        source.pop()
        target.append(Applied(applied.operation_id, step.operation, applied.changes, applied.revisions))
        self._tell(applied)
        return applied

    # --- hearing ------------------------------------------------------------------------------------------------

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` after every commit of this session, with what changed."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        """Stop calling ``listener``."""
        self._listeners.remove(listener)

    def _tell(self, applied: Applied) -> None:
        # What nobody but this session can have changed is read again only when it was changed.
        if any(change.key.name == "closed" for change in applied.changes):
            self._closed = None
        if any(change.key.name in STATE_FIELDS for change in applied.changes):
            self._signs = None
        if any(change.key.year is None for change in applied.changes):
            self._structure = None
        for listener in tuple(self._listeners):
            listener(applied)

    # --- the file -----------------------------------------------------------------------------------------------

    def problems(self) -> list[str]:
        """Return sentences about everything in the file that does not prove itself; empty when it is sound."""
        return self._store.problems()

    def latest_revision(self) -> int:
        """Return the number of the last change to any field, 0 when there was none."""
        return self._store.latest_revision()

    def latest_operation(self) -> int:
        """Return the number of the last thing done to the file, by anybody; 0 when nothing was."""
        return self._store.latest_operation()

    def close(self) -> None:
        """Let go of the file and of its session lock."""
        self._store.close()
        if self._lock is not None:
            self._lock.release()


def require_activity(session: Session, activity_id: str) -> Activity:
    """Return an activity that must exist; raises UnknownAddress when it left the structure meanwhile."""
    activity = session.activity(activity_id)
    if activity is None:
        raise UnknownAddress("この活動は計画の構成からなくなっています。", next_step="左の一覧から選び直してください。")
    return activity
