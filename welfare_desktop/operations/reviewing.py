"""Looking at a merge before it is applied: its differences in words, what a person decides of them, its log.

A :class:`Review` holds the decisions until they are applied together with the merge.  Nothing is applied while a
conflict is neither decided nor put off.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import key_from_text
from welfare_desktop.domain.merging.loose import Place, ranked
from welfare_desktop.domain.merging.resolving import OutcomeKind
from welfare_desktop.domain.model import Lines
from welfare_desktop.storage import merge_records

from .deciding import Choice, chosen, lines_shown, settle
from .differing import COUNT_LABELS, Difference, Group, differences, named_lines, names_of, spots_of
from .loose_edits import Assigned, OpenText, assign, edit_of_open, fields_for, open_texts
from .merge_state import FieldState, by_field, department_order, field_state, open_states
from .merging import FileOutcome, Merged, MergePlan, apply_merge
from .session import Session


@dataclass(frozen=True, slots=True)
class PastMerge:
    """A merge that stands: when it was made, by whom, the names of its files."""

    id: str
    at: datetime
    who: str
    files: tuple[str, ...]


def past_merges(session: Session) -> list[PastMerge]:
    """Return the merges that were not taken back, the latest first."""
    made = session.look(merge_records.merges)
    received = session.look(merge_records.received)
    found = [
        PastMerge(item.id, item.at, item.who, tuple(one.file_name for one in received if one.merge_id == item.id))
        for item in made
        if item.undone_at is None
    ]
    return sorted(found, key=lambda item: item.at, reverse=True)


def open_review(session: Session, assigned: Assigned | None = None, earlier: Review | None = None) -> Review | None:
    """Return what earlier merges left open, to be decided without any file; None when nothing is.

    ``assigned`` are the fields chosen for texts without one, ``earlier`` the review before they were.
    """
    given = dict(assigned or {})
    waiting = open_texts(session)
    states = {state.key.text: state for state in open_states(session) if state.outcome.kind in _WAITING}
    states |= {state.key.text: state for state in _with_texts(session, waiting, given)}
    plan = MergePlan(session.latest_operation(), (), tuple(states.values()), (), (), (), given)
    return Review(session, plan, earlier, waiting) if states or waiting else None


def _with_texts(session: Session, waiting: Sequence[OpenText], given: Assigned) -> list[FieldState]:
    """Return the state of every field that is given a text."""
    edits = [edit_of_open(session, item, given[item.text.id]) for item in waiting if given.get(item.text.id)]
    names = {edit.contribution.field for edit in edits}
    known = by_field(session, names)
    order = department_order(session)
    return [
        field_state(session, name, known.get(name, ()), order, [e for e in edits if e.contribution.field == name])
        for name in sorted(names)
    ]


_WAITING = (OutcomeKind.CONFLICT, OutcomeKind.REVIEW)


class Review:
    """A plan and what a person decided of it so far.

    ``earlier`` is the review of fewer files: its decisions go on where the same values are to be decided.
    ``waiting`` are texts without a field that earlier merges left.
    """

    def __init__(
        self, session: Session, plan: MergePlan, earlier: Review | None = None, waiting: Sequence[OpenText] = ()
    ) -> None:
        self._session = session
        self.plan = plan
        spots = spots_of(session.plan(()))
        self._spots = spots
        self._names = names_of(spots)
        self._waiting = waiting
        self._fields: dict[tuple[int, str], list[Place]] = {}
        self._places: dict[str, list[Place]] = {}
        self.differences = differences(plan, spots, waiting)
        self._states = {state.key.text: state for state in plan.states}
        self._rows = {row.name: row for row in self.differences if row.decidable}
        self._choices: dict[str, Choice] = {}
        self._postponed: set[str] = set()
        if earlier is not None:
            self._take_over(earlier)

    def _take_over(self, earlier: Review) -> None:
        for name, row in self._rows.items():
            before = earlier._rows.get(name)
            if before is None or (before.ours, _values(before)) != (row.ours, _values(row)):
                continue
            if name in earlier._choices:
                self._choices[name] = earlier._choices[name]
            elif name in earlier._postponed:
                self._postponed.add(name)

    # --- deciding -----------------------------------------------------------------------------------------------

    def decide(self, name: str, choice: Choice) -> None:
        """Decide a field; raises InvalidValue where it cannot take that, and nothing changed."""
        chosen(self._states[name], choice)
        self._choices[name] = choice
        self._postponed.discard(name)

    def postpone(self, name: str) -> None:
        """Leave a field as merging leaves it; a conflict stays open and can be decided any time later."""
        self._choices.pop(name, None)
        self._postponed.add(name)

    def choice(self, name: str) -> Choice | None:
        """Return what was decided of a field, or None."""
        return self._choices.get(name)

    def postponed(self, name: str) -> bool:
        """Whether a field was put off."""
        return name in self._postponed

    @property
    def touched(self) -> bool:
        """Whether anything was decided or put off."""
        return bool(self._choices or self._postponed or self.plan.assigned)

    # --- texts without a field ----------------------------------------------------------------------------------

    def laid_aside(self, row: Difference) -> bool:
        """Whether a person decided that a text goes into no field."""
        return row.homeless and row.loose is not None and self.plan.assigned.get(row.loose.id) == ""

    def places(self, row: Difference) -> list[Place]:
        """Return the fields the text of a row may belong to, the likeliest first; none where the year is closed."""
        if row.loose is None:
            return []
        if row.loose.id not in self._places:
            year, export_id = self._origin(row.loose.id, row.files)
            if (year, export_id) not in self._fields:
                self._fields[year, export_id] = fields_for(self._session, year, export_id)
            self._places[row.loose.id] = ranked(row.loose.unmatched, self._fields[year, export_id])
        return self._places[row.loose.id]

    def _origin(self, text_id: str, files: frozenset[int]) -> tuple[int, str]:
        """Return the fiscal year and the export a text came back with; 0 and empty where that is not known."""
        for item in self._waiting:
            if item.text.id == text_id:
                return item.received.year, item.received.export_id
        returned = next((self.plan.read[place].returned for place in sorted(files)), None)
        return (returned.year, returned.export_id) if returned is not None else (0, "")

    def in_plan_order(self, names: Collection[str]) -> list[str]:
        """Return departments' names in the order of the plan, others after them."""
        order = {department.name: place for place, department in enumerate(self._session.plan(()).departments)}
        return sorted(names, key=lambda name: (order.get(name, len(order)), name))

    def where(self, place: Place) -> str:
        """Return whose field a place is: 市｜協働推進課, empty where it is the whole activity's."""
        key = key_from_text(place.field)
        owner = f"actor-{key.actor.value}" if key.actor is not None else str(key.owner)
        spot = self._spots.get((owner, key.owner_id))
        return spot.whose if spot is not None else ""

    def result(self, row: Difference) -> Lines:
        """Return what the field will say."""
        choice = self._choices.get(row.name)
        if choice is None:
            return row.proposed
        lines = lines_shown(chosen(self._states[row.name], choice))
        return lines if row.typed else named_lines(lines, self._names)

    def is_open(self, row: Difference) -> bool:
        """Whether a row keeps the merge from being applied."""
        return row.group is Group.CONFLICT and row.name not in self._choices and row.name not in self._postponed

    @property
    def obstacle(self) -> str:
        """Why the merge cannot be applied yet, in Japanese; empty when it can."""
        if not self.plan.files:
            return "" if self._choices or self.plan.assigned else "前の取込みで残ったものです。決めると取り込めます。"
        if all(item.error is not None for item in self.plan.files):
            return "読めたファイルがありません。"
        count = sum(self.is_open(row) for row in self.differences)
        if count:
            return f"決めていない衝突が {count} 件あります。決めるか「あとで決める」にすると取り込めます。"
        return ""

    def counts(self) -> dict[Group, int]:
        """Return how many differences there are of each group."""
        found = dict.fromkeys(Group, 0)
        for row in self.differences:
            found[row.group] += 1
        return found

    # --- applying -----------------------------------------------------------------------------------------------

    def apply(self) -> Merged:
        """Apply the merge with everything decided; see ``apply_merge``.  Raises WelfareError while something is open."""
        if self.obstacle:
            raise WelfareError(
                self.obstacle, code="W-177", next_step="衝突を決めてから取り込んでください。何も入れていません。"
            )
        if self.plan.files:
            return apply_merge(self._session, self.plan, self._choices)
        for identifier, name in self.plan.assigned.items():
            assign(self._session, identifier, key_from_text(name) if name else None)
        for name, choice in self._choices.items():
            settle(self._session, name, choice)
        return Merged(None, self.plan)

    def log(self) -> list[str]:
        """Return the result in lines to keep: every file with its counts and every note, every field decided."""
        lines = []
        for item in self.plan.files:
            lines += file_log(item)
        decided = [row for row in self.differences if row.name in self._choices]
        if decided:
            lines += ["", "取込みのときに決めた欄"]
            lines += [f"  {_words(row)}: {choice_label(self._choices[row.name], row)}" for row in decided]
        given = [row for row in self.differences if row.loose is not None and (row.name or self.laid_aside(row))]
        if given:
            lines += ["", "欄を選んだ文（対応不明だったもの）"]
            lines += [f"  {_words(row)}: {'／'.join(row.loose.unmatched.lines)}" for row in given if row.loose]
        left = [row for row in self.differences if row.group is Group.CONFLICT and row.name in self._postponed]
        if left:
            lines += ["", "あとで決める衝突（元の内容のままです）"]
            lines += [f"  {_words(row)}" for row in left]
        return lines


def _values(row: Difference) -> list[Lines]:
    return [item.lines for item in row.theirs]


def _words(row: Difference) -> str:
    return " ".join(part for part in (row.place, row.item, row.whose) if part)


def choice_label(choice: Choice, row: Difference) -> str:
    """Return a decision in words."""
    if choice.current:
        return "事務局を残す"
    if choice.both:
        return "両方を入れる"
    if choice.candidate is not None:
        more = f"（{row.theirs[choice.candidate - 1].source}）" if len(row.theirs) > 1 else ""
        return f"担当課を採る{more}"
    if choice.proposed:
        return "案のとおり"
    return "配ったときに戻す" if choice.base else "手で直した"


def counts_words(item: FileOutcome) -> str:
    """Return what a file amounts to in a few words."""
    words = "、".join(f"{label} {item.counts[name]}" for name, label in COUNT_LABELS.items() if item.counts.get(name))
    return words or "中身がありません"


def file_log(item: FileOutcome) -> list[str]:
    """Return what became of a file, with the place of and a reason for everything that was not taken."""
    if item.error is not None:
        error = item.error
        return [f"{item.path.name}: 読めませんでした", f"  {error.message}{error.next_step} [{error.code}]"]
    lines = [f"{item.path.name} {item.department}: {counts_words(item)}"]
    for note in item.notes:
        words = "　".join(part for part in (note.place, note.message, note.text.replace("\n", "／")) if part)
        lines.append(f"  {words} [{note.code}]")
    return lines
