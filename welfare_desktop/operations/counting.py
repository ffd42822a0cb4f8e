"""What of a fiscal year needs a person, kept true while the file is worked on: findings and open conflicts.

Proofreading a large plan takes many seconds, so it is done activity by activity: a little at a time whenever there is
nothing else to do, or all of it as a job on another thread.  An edit makes only its activity wait to be looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from time import perf_counter

from welfare_desktop.domain.completeness import owners_of
from welfare_desktop.domain.fields import Change, FieldKey, Kind, Owner
from welfare_desktop.domain.findings import (
    SAID_BY_FIELDS,
    Finding,
    Spellings,
    asks_for_a_look,
    check_activity,
    holds_old_form,
    plan_of_one,
    spellings_of,
)
from welfare_desktop.domain.model import Activity, ActivityGoal, BasicGoal, Plan, in_use
from welfare_desktop.domain.progress import Progress
from welfare_desktop.storage.store import Applied

from .checking import reasons_of, stopped_rules
from .deciding import open_conflicts
from .session import Session, report_year

#: Changes after which everything has another number or another neighbour.
_MOVING = (
    "basic_goals",
    "activity_goals",
    "activities",
    "number",
    "reported_from",
    "retired_from",
    "first_year",
    "last_year",
)


@dataclass(frozen=True, slots=True)
class Attention:
    """How many findings (要確認) and open conflicts (衝突) an activity has."""

    findings: int = 0
    conflicts: int = 0

    def __add__(self, other: Attention) -> Attention:
        return Attention(self.findings + other.findings, self.conflicts + other.conflicts)


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a slot stands: its activity and who owes it."""

    activity_id: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking through activities gave, by their ids: findings, and spellings counted."""

    findings: Mapping[str, tuple[Finding, ...]]
    spelt: Mapping[str, Spellings]


class YearWatch:
    """The findings and conflicts of one fiscal year; follows the session until it is closed.

    Nothing is looked through before :meth:`look_at_some`, :meth:`of_activity` or a job of :meth:`prepare` does it;
    :attr:`complete` says whether everything was.
    """

    def __init__(self, session: Session, year: int) -> None:
        self.year = year
        self._session = session
        self._plan = session.plan(())
        self._places: dict[str, tuple[BasicGoal, ActivityGoal]] = {}
        self._slots: dict[str, _Where] = {}
        self._found: dict[str, tuple[Finding, ...]] = {}
        self._spelt: dict[str, Spellings] = {}
        self._spellings = Spellings()
        self._waiting: dict[str, None] = {}
        self._unspelt: dict[str, None] = {}
        self._changed: set[str] = set()
        self._conflicts: tuple[FieldKey, ...] | None = None
        self._reasons: dict[str, str] = {}
        self._stopped: frozenset[str] = frozenset()
        self._start()
        session.subscribe(self._on_session_applied)

    def close(self) -> None:
        """Stop following the session."""
        self._session.unsubscribe(self._on_session_applied)

    # --- what is known ------------------------------------------------------------------------------------------

    @property
    def complete(self) -> bool:
        """Whether everything was looked through as it stands now."""
        return not self._waiting and not self._unspelt and self._conflicts is not None

    @property
    def waiting(self) -> int:
        """How many activities are still to be looked through."""
        return len(self._waiting)

    @property
    def conflicts(self) -> tuple[FieldKey, ...]:
        """Every open conflict of the file, as of the last look."""
        return self._conflicts or ()

    def attention(self, department: str | None = None) -> dict[str, Attention]:
        """Return what needs a person by activity id, only where there is anything.

        ``department`` as in ``domain.completeness.fill_of``: a name counts the slots that department owes; what belongs
        to no slot is then left out.
        """
        counts: dict[str, Attention] = {}
        for activity_id in self._places:
            number = sum(
                1 for item in self._standing(activity_id) if asks_for_a_look(item) and self._owes(item, department)
            )
            if number:
                counts[activity_id] = Attention(number)
        for key in self.conflicts:
            activity_id = self.activity_of(key)
            if activity_id and report_year(key) in (self.year, None) and self._key_owed(key, department):
                counts[activity_id] = counts.get(activity_id, Attention()) + Attention(0, 1)
        return counts

    def findings(self, department: str | None = None) -> tuple[Finding, ...]:
        """Return what proofreading lists, in the order of the report: without what was put aside or is blank."""
        return tuple(
            item
            for activity_id in self._places
            for item in self._standing(activity_id)
            if item.rule not in SAID_BY_FIELDS and self._owes(item, department)
        )

    def ignored(self) -> tuple[tuple[Finding, str], ...]:
        """Return what was put aside, with the reasons."""
        found = (item for activity_id in self._places for item in self._found.get(activity_id, ()))
        return tuple((item, self._reasons[item.fingerprint]) for item in found if item.fingerprint in self._reasons)

    def stopped(self) -> dict[str, int]:
        """Return how much each stopped rule would find, by its id."""
        counts = dict.fromkeys(self._stopped, 0)
        for findings in self._found.values():
            for item in findings:
                if item.rule in counts:
                    counts[item.rule] += 1
        return counts

    def of_activity(self, activity_id: str) -> tuple[Finding, ...]:
        """Return the findings of one activity as it stands now; nothing for one that is not in the report."""
        if activity_id not in self._places:
            return ()
        if activity_id in self._unspelt:
            self._spell(activity_id)
        if activity_id in self._waiting or activity_id not in self._found:
            self._look(activity_id)
        return tuple(self._standing(activity_id))

    def activity_of(self, key: FieldKey) -> str:
        """Return the id of the activity ``key`` belongs to, or empty."""
        if key.owner in (Owner.ACTIVITY, Owner.ACTOR):
            return key.owner_id
        where = self._slots.get(key.owner_id) if key.owner is Owner.SLOT else None
        return where.activity_id if where is not None else ""

    def _standing(self, activity_id: str) -> Iterable[Finding]:
        for item in self._found.get(activity_id, ()):
            if item.rule not in self._stopped and not (self._reasons and item.fingerprint in self._reasons):
                yield item

    def _owes(self, finding: Finding, department: str | None) -> bool:
        where = self._slots.get(finding.owner_id)
        return department is None or (where is not None and department in where.owners)

    def _key_owed(self, key: FieldKey, department: str | None) -> bool:
        where = self._slots.get(key.owner_id)
        return department is None or (where is not None and department in where.owners)

    # --- looking ------------------------------------------------------------------------------------------------

    def look_at_some(self, most_s: float) -> bool:
        """Look through waiting activities for about ``most_s`` seconds; True when something was found out."""
        until = perf_counter() + most_s
        looked = False
        if self._conflicts is None:
            self._conflicts = open_conflicts(self._session)
            looked = True
        while perf_counter() < until and (self._unspelt or self._waiting):
            if self._unspelt:
                self._spell(next(iter(self._unspelt)))
            else:
                self._look(next(iter(self._waiting)))
            looked = True
        return looked

    def prepare(self) -> Callable[[Progress], Looked]:
        """Take a snapshot and return what looks through everything that waits; runs on any thread."""
        plan = self._session.plan((self.year - 1, self.year, self.year + 1))
        year, wanted = self.year, frozenset(self._waiting)
        self._changed = set()

        def look(progress: Progress) -> Looked:
            places = [place for place in plan.walk() if place[2].id in wanted]
            progress.step(0, len(places), "ことばの書き方を数えています")
            spelt = {place[2].id: spellings_of(plan_of_one(plan, place), year) for place in plan.walk()}
            spellings = Spellings.total(spelt.values())
            found: dict[str, tuple[Finding, ...]] = {}
            for number, place in enumerate(places):
                progress.step(number, len(places), place[2].title)
                found[place[2].id] = check_activity(plan, place, year, spellings=spellings)
            return Looked(found, spelt)

        return look

    def take(self, looked: Looked) -> None:
        """Take in what a job found; activities that changed meanwhile keep waiting."""
        for activity_id, spelt in looked.spelt.items():
            if activity_id in self._places and activity_id not in self._changed:
                self._spelt[activity_id] = spelt
                self._unspelt.pop(activity_id, None)
        if not self._unspelt:
            self._spellings = Spellings.total(self._spelt.values())
        for activity_id, findings in looked.findings.items():
            if activity_id in self._places and activity_id not in self._changed:
                self._found[activity_id] = findings
                self._waiting.pop(activity_id, None)
        if self._conflicts is None:
            self._conflicts = open_conflicts(self._session)

    def look_again(self) -> None:
        """Let everything wait to be looked through once more."""
        self._start()

    def _activity_place(self, activity_id: str) -> tuple[BasicGoal, ActivityGoal, Activity] | None:
        activity = self._session.activity(activity_id)
        above = self._places.get(activity_id)
        return None if activity is None or above is None else (*above, activity)

    def _spell(self, activity_id: str) -> None:
        del self._unspelt[activity_id]
        place = self._activity_place(activity_id)
        before = self._spelt.pop(activity_id, Spellings())
        if place is not None:
            self._spelt[activity_id] = spellings_of(plan_of_one(self._plan, place), self.year)
        if not self._unspelt:
            self._sum_spellings(self._spelt.get(activity_id, Spellings()).text != before.text)

    def _sum_spellings(self, words_changed: bool) -> None:
        """Add up how the report spells; what was compared with another usage than the present one waits again."""
        before, self._spellings = self._spellings, Spellings.total(self._spelt.values())
        usage = (self._spellings.usual_place, self._spellings.prefers_shogai_soft)
        if usage != (before.usual_place, before.prefers_shogai_soft):
            self._waiting.update(dict.fromkeys(self._places))
        elif words_changed:
            old = (activity_id for activity_id, spelt in self._spelt.items() if holds_old_form(spelt.text))
            self._waiting.update(dict.fromkeys(old))

    def _look(self, activity_id: str) -> None:
        self._waiting.pop(activity_id, None)
        place = self._activity_place(activity_id)
        if place is None:
            self._found.pop(activity_id, None)
        else:
            self._found[activity_id] = check_activity(self._plan, place, self.year, spellings=self._spellings)

    # --- following ----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._map()
        self._found = {}
        self._spelt = {}
        self._spellings = Spellings()
        self._waiting = dict.fromkeys(self._places)
        self._unspelt = dict.fromkeys(self._places)
        self._changed |= set(self._places)
        self._conflicts = None
        self._read_notes()

    def _map(self) -> None:
        """Note where every activity and slot of the report stands."""
        plan = self._session.plan(())
        # Only what rules ask of the plan itself is kept; the structure is the session's.
        self._plan = replace(plan, basic_goals=())
        self._places = {}
        self._slots = {}
        for basic_goal, goal, activity in _in_report(plan, self.year):
            self._places[activity.id] = (
                replace(basic_goal, activity_goals=()),
                replace(goal, activities=()),
            )
            for part in activity.parts:
                for slot in part.slots:
                    self._slots[slot.id] = _Where(activity.id, owners_of(part, slot))

    def _read_notes(self) -> None:
        self._reasons = reasons_of(self._session, self.year)
        self._stopped = stopped_rules(self._session)

    def _on_session_applied(self, applied: Applied) -> None:
        self._conflicts = None
        changes = applied.changes
        if any(change.key.name in _MOVING and not _of_slot(change.key) for change in changes):
            self._start()
            return
        if any(change.key.owner is Owner.PLAN and change.key.spec.kind is Kind.NOTE for change in changes):
            self._read_notes()
        if any(change.key.name in ("slots", "departments", "reported_from", "retired_from") for change in changes):
            self._map()
        for activity_id in self._touched(changes):
            self._waiting[activity_id] = None
            self._unspelt[activity_id] = None
            self._changed.add(activity_id)

    def _touched(self, changes: Iterable[Change]) -> set[str]:
        years = (self.year - 1, self.year, self.year + 1, None)
        ids = {self.activity_of(change.key) for change in changes if change.key.year in years}
        return ids & self._places.keys()


def _of_slot(key: FieldKey) -> bool:
    return key.owner in (Owner.SLOT, Owner.DEPARTMENT)


def _in_report(plan: Plan, year: int) -> Iterable[tuple[BasicGoal, ActivityGoal, Activity]]:
    for place in plan.walk():
        if all(in_use(level, year) for level in place):
            yield place
