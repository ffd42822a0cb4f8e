"""Looking at a merge before it is applied: its differences in words, what a person decides of them, its log.

A :class:`Review` holds the decisions until they are applied together with the merge.  Nothing is applied while a
conflict is neither decided nor put off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import FieldKey, Kind, Owner
from welfare_desktop.domain.merging.resolving import OutcomeKind
from welfare_desktop.domain.model import Activity, Lines, Plan
from welfare_desktop.domain.text import circled
from welfare_desktop.storage import merge_records

from .deciding import CandidateView, Choice, OpenQuestion, can_hold_both, chosen, decide, lines_shown, question_of
from .merge_state import FieldState, conflict_id, open_states
from .merging import FileOutcome, Merged, MergePlan, apply_merge
from .session import Session


class Group(StrEnum):
    """What a difference is for the person who looks at it, the most pressing first."""

    CONFLICT = "conflict"
    REVIEW = "review"
    UNMATCHED = "unmatched"
    OUT_OF_SCOPE = "out_of_scope"
    AUTOMATIC = "automatic"

    @property
    def label(self) -> str:
        """The Japanese word shown beside the mark."""
        return COUNT_LABELS[self.value]


COUNT_LABELS = {
    "new": "新規",
    "same": "変更なし",
    "automatic": "自動",
    "review": "見直し",
    "conflict": "衝突",
    "unmatched": "対応不明",
    "out_of_scope": "範囲外",
}
_GROUP_OF = {
    OutcomeKind.CONFLICT: Group.CONFLICT,
    OutcomeKind.REVIEW: Group.REVIEW,
    OutcomeKind.AUTOMATIC: Group.AUTOMATIC,
    OutcomeKind.NEW: Group.AUTOMATIC,
}
#: Notes about something in a file that no field took; each is a row of its own.
_GROUP_OF_NOTE = {
    "M-211": Group.OUT_OF_SCOPE,
    "M-212": Group.UNMATCHED,
    "M-213": Group.REVIEW,
    "M-214": Group.OUT_OF_SCOPE,
    "M-215": Group.UNMATCHED,
}
#: Fields that hold the ids of other things.
_IDS = (Kind.CHILDREN, Kind.REFERENCES)
_RANK = {group: rank for rank, group in enumerate(Group)}


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: where, what was sent out, what the office says, what came back, what merging proposes.

    ``name`` is ``FieldKey.text``, empty for something no field took (then there is nothing to decide).  ``files`` are
    places in ``MergePlan.files``.  ``several`` says whether two answers can stand together, ``typed`` whether a person
    can type the field, ``taken`` whether ``proposed`` holds anything that came back.
    """

    name: str
    group: Group
    place: str
    item: str
    whose: str
    base: Lines
    ours: Lines
    theirs: tuple[CandidateView, ...]
    proposed: Lines
    notes: tuple[str, ...] = ()
    files: frozenset[int] = frozenset()
    several: bool = False
    typed: bool = False
    taken: bool = False

    @property
    def decidable(self) -> bool:
        """Whether a person can choose what the field says."""
        return bool(self.name)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a field stands, in words, and its place in print order."""

    order: int
    place: str
    whose: str


def _activity_spots(number: int, path: str, activity: Activity) -> Iterable[tuple[tuple[str, str], _Spot]]:
    place = f"{path}{circled(activity.number)} {activity.title}"
    yield (Owner.ACTIVITY, activity.id), _Spot(number, place, "")
    for part in activity.parts:
        yield (f"actor-{part.actor.value}", activity.id), _Spot(number, place, part.actor.label)
        for slot in part.slots:
            names = "、".join(department.name for department in slot.departments)
            whose = f"{part.actor.label}｜{names}" if names else part.actor.label
            yield (Owner.SLOT, slot.id), _Spot(number, place, whose)


def _spots(plan: Plan) -> dict[tuple[str, str], _Spot]:
    """Return every place of the plan by kind and id."""
    found: dict[tuple[str, str], _Spot] = {(Owner.PLAN, plan.id): _Spot(0, "計画", "")}
    for department in plan.departments:
        found[(Owner.DEPARTMENT, department.id)] = _Spot(0, "担当課", department.name)
    for number, (basic, goal, activity) in enumerate(plan.walk(), start=1):
        path = f"{basic.number}-{goal.number}"
        found.setdefault((Owner.BASIC_GOAL, basic.id), _Spot(number, f"基本目標{basic.number} {basic.title}", ""))
        found.setdefault((Owner.ACTIVITY_GOAL, goal.id), _Spot(number, f"活動目標{path} {goal.title}", ""))
        found.update(_activity_spots(number, path, activity))
    return found


def _spot_of(key: FieldKey, spots: Mapping[tuple[str, str], _Spot]) -> _Spot:
    owner = f"actor-{key.actor.value}" if key.actor is not None else str(key.owner)
    return spots.get((owner, key.owner_id), _Spot(1_000_000, "今の計画にないところ", ""))


def _names(spots: Mapping[tuple[str, str], _Spot]) -> dict[str, str]:
    """Return what to call a thing, by its id; an activity before its parts."""
    return {item: " ".join(filter(None, (spot.place, spot.whose))) for (_, item), spot in reversed(list(spots.items()))}


def differences(plan: MergePlan, spots: Mapping[tuple[str, str], _Spot]) -> list[Difference]:
    """Return every difference a plan brings, the most pressing first, then in print order."""
    names = _names(spots)
    sources: dict[str, str] = {}
    files: dict[str, set[int]] = {}
    for place, brought in plan.brought:
        sources.setdefault(brought.contribution.id, brought.source)
        files.setdefault(brought.contribution.field, set()).add(place)
    rows: list[tuple[int, int, Difference]] = []
    for state in plan.states:
        if state.outcome.kind is not OutcomeKind.SAME:
            spot = _spot_of(state.key, spots)
            row = _difference(state, spot, sources, frozenset(files.get(state.key.text, ())), names)
            rows.append((_RANK[row.group], spot.order, row))
    for place, outcome in enumerate(plan.files):
        rows += [(_RANK[row.group], 2_000_000, row) for row in _left(place, outcome)]
    return [row for _, _, row in sorted(rows, key=lambda item: item[:2])]


def _difference(
    state: FieldState, spot: _Spot, sources: Mapping[str, str], files: frozenset[int], names: Mapping[str, str]
) -> Difference:
    question = question_of(state, "", sources)
    if state.key.spec.kind in _IDS:
        question = _named(question, names)
    proposed = lines_shown(state.outcome.value)
    return Difference(
        state.key.text,
        _GROUP_OF[state.outcome.kind],
        spot.place,
        spoken(state.key),
        spot.whose,
        question.base,
        question.current,
        question.candidates,
        _names_of(proposed, names) if state.key.spec.kind in _IDS else proposed,
        question.notes,
        files,
        can_hold_both(state),
        state.key.spec.kind not in _IDS,
        bool(state.outcome.included),
    )


def _named(question: OpenQuestion, names: Mapping[str, str]) -> OpenQuestion:
    """Return a question about a list of things with their names in place of their ids."""
    return replace(
        question,
        base=_names_of(question.base, names),
        current=_names_of(question.current, names),
        candidates=tuple(replace(item, lines=_names_of(item.lines, names)) for item in question.candidates),
    )


def _names_of(ids: Lines, names: Mapping[str, str]) -> Lines:
    return tuple(names.get(item, "新しく加わるもの") for item in ids)


def _left(place: int, outcome: FileOutcome) -> list[Difference]:
    """Return what a file says that no field takes."""
    found = []
    for note in outcome.notes:
        group = _GROUP_OF_NOTE.get(note.code)
        if group is not None:
            theirs = (CandidateView(tuple(note.text.split("\n")) if note.text else (), outcome.path.name),)
            where = note.place or outcome.path.name
            mine = frozenset({place})
            found.append(
                Difference("", group, where, "", outcome.department, (), (), theirs, (), (note.message,), mine)
            )
    return found


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


def open_review(session: Session) -> Review | None:
    """Return what earlier merges left open, to be decided without any file; None when nothing is."""
    states = [item for item in open_states(session) if item.outcome.kind in (OutcomeKind.CONFLICT, OutcomeKind.REVIEW)]
    plan = MergePlan(session.latest_operation(), (), tuple(states), (), (), ())
    return Review(session, plan) if states else None


class Review:
    """A plan and what a person decided of it so far.

    ``earlier`` is the review of fewer files: its decisions go on where the same values are to be decided.
    """

    def __init__(self, session: Session, plan: MergePlan, earlier: Review | None = None) -> None:
        self._session = session
        self.plan = plan
        spots = _spots(session.plan(()))
        self._names = _names(spots)
        self.differences = differences(plan, spots)
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
        return bool(self._choices or self._postponed)

    def result(self, row: Difference) -> Lines:
        """Return what the field will say."""
        choice = self._choices.get(row.name)
        if choice is None:
            return row.proposed
        lines = lines_shown(chosen(self._states[row.name], choice))
        return lines if row.typed else _names_of(lines, self._names)

    def is_open(self, row: Difference) -> bool:
        """Whether a row keeps the merge from being applied."""
        return row.group is Group.CONFLICT and row.name not in self._choices and row.name not in self._postponed

    @property
    def obstacle(self) -> str:
        """Why the merge cannot be applied yet, in Japanese; empty when it can."""
        if not self.plan.files:
            return "" if self._choices else "前の取込みで残った衝突です。決めると取り込めます。"
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
        for name, choice in self._choices.items():
            decide(self._session, conflict_id(name), choice)
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
