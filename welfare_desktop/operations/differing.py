"""What a merge brings, one row per difference, in words a person decides by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.fields import FieldKey, Kind, Owner
from welfare_desktop.domain.merging.loose import LooseText
from welfare_desktop.domain.merging.resolving import OutcomeKind
from welfare_desktop.domain.model import Activity, Lines, Plan
from welfare_desktop.domain.text import circled

from .deciding import CandidateView, OpenQuestion, can_hold_both, lines_shown, question_of
from .loose_edits import OpenText
from .merge_state import FieldState
from .merging import NOT_TAKEN, FileOutcome, MergePlan


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
    **dict.fromkeys(NOT_TAKEN, Group.REVIEW),
    "M-109": Group.OUT_OF_SCOPE,
    "M-112": Group.OUT_OF_SCOPE,
    "M-211": Group.OUT_OF_SCOPE,
    "M-212": Group.UNMATCHED,
    "M-213": Group.REVIEW,
    "M-214": Group.OUT_OF_SCOPE,
    "M-216": Group.REVIEW,
    "M-217": Group.REVIEW,
    "M-218": Group.REVIEW,
}
#: Fields that hold the ids of other things.
_IDS = (Kind.CHILDREN, Kind.REFERENCES)
_RANK = {group: rank for rank, group in enumerate(Group)}
_CHOSEN = "目印のない文の欄として選びました。"
#: How much of what stands beside a text without a field is shown as its place.
_BESIDE = 60
#: The number of a row in a sheet says nothing once rows are sorted.
_ROW_NUMBER = re.compile(r"\d+-\d+")


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: where, what was sent out, what the office says, what came back, what merging proposes.

    ``name`` is ``FieldKey.text``, empty for something no field took.  ``loose`` is the text for which a person chooses
    the field, or chose this one.  ``files`` are places in ``MergePlan.files``, ``departments`` the names of those who
    sent it.  ``several`` says whether two answers can stand together, ``typed`` whether a person can type the field,
    ``taken`` whether ``proposed`` holds anything that came back.
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
    departments: frozenset[str] = frozenset()
    loose: LooseText | None = None
    several: bool = False
    typed: bool = False
    taken: bool = False

    @property
    def decidable(self) -> bool:
        """Whether a person can choose what the field says."""
        return bool(self.name)

    @property
    def homeless(self) -> bool:
        """Whether it is a text whose field a person has not chosen."""
        return self.loose is not None and not self.name


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


def spots_of(plan: Plan) -> dict[tuple[str, str], _Spot]:
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


def names_of(spots: Mapping[tuple[str, str], _Spot]) -> dict[str, str]:
    """Return what to call a thing, by its id; an activity before its parts."""
    return {item: " ".join(filter(None, (spot.place, spot.whose))) for (_, item), spot in reversed(list(spots.items()))}


def differences(
    plan: MergePlan, spots: Mapping[tuple[str, str], _Spot], waiting: Sequence[OpenText] = ()
) -> list[Difference]:
    """Return every difference a plan brings, the most pressing first, then in print order.

    ``waiting`` are the texts without a field that earlier merges left.
    """
    return _Rows(plan, spots, waiting).all()


class _Rows:
    def __init__(self, plan: MergePlan, spots: Mapping[tuple[str, str], _Spot], waiting: Sequence[OpenText]) -> None:
        self._plan = plan
        self._spots = spots
        self._waiting = waiting
        self._names = names_of(spots)
        self._sources: dict[str, str] = {}
        self._files: dict[str, set[int]] = {}
        for place, brought in plan.brought:
            self._sources.setdefault(brought.contribution.id, brought.source)
            self._files.setdefault(brought.contribution.field, set()).add(place)
        texts = [item for outcome in plan.files for item in outcome.given] + [item.text for item in waiting]
        self._given = {item.id: item for item in texts if plan.assigned.get(item.id)}

    def all(self) -> list[Difference]:
        rows: list[tuple[int, int, Difference]] = []
        for state in self._plan.states:
            row = self._of_state(state)
            if row is not None:
                rows.append((_RANK[row.group], _spot_of(state.key, self._spots).order, row))
        for place, outcome in enumerate(self._plan.files):
            rows += [(_RANK[row.group], 2_000_000, row) for row in _left(place, outcome)]
        rows += [(_RANK[row.group], 2_000_000, row) for row in self._homeless()]
        return [row for _, _, row in sorted(rows, key=lambda item: item[:2])]

    def _of_state(self, state: FieldState) -> Difference | None:
        """Return the row of a field; None where nothing differs and nobody chose the field."""
        loose = next((self._given[item.id] for item in state.contributions if item.id in self._given), None)
        if state.outcome.kind is OutcomeKind.SAME and loose is None:
            return None
        group = _GROUP_OF.get(state.outcome.kind, Group.AUTOMATIC)
        spot = _spot_of(state.key, self._spots)
        question = question_of(state, "", self._sources)
        ids = state.key.spec.kind in _IDS
        if ids:
            question = _named(question, self._names)
        proposed = lines_shown(state.outcome.value)
        files = frozenset(self._files.get(state.key.text, ()))
        spots = (self._spots.get((Owner.DEPARTMENT, item.department)) for item in state.contributions)
        senders = {spot.whose for spot in spots if spot is not None}
        senders |= {self._plan.files[place].department for place in files}
        return Difference(
            state.key.text,
            # A text somebody gave a field stays in view among its like.
            Group.UNMATCHED if loose is not None and group is Group.AUTOMATIC else group,
            spot.place,
            spoken(state.key),
            spot.whose,
            question.base,
            question.current,
            question.candidates,
            named_lines(proposed, self._names) if ids else proposed,
            question.notes if loose is None else (*question.notes, _CHOSEN),
            files,
            frozenset(senders - {""}),
            loose,
            can_hold_both(state),
            not ids,
            bool(state.outcome.included),
        )

    def _homeless(self) -> Iterator[Difference]:
        """Yield the texts without a field, each once, however many files hold it."""
        files: dict[str, set[int]] = {}
        texts: dict[str, tuple[LooseText, str, str]] = {}
        for place, outcome in enumerate(self._plan.files):
            for text in (*outcome.loose, *outcome.given):
                files.setdefault(text.id, set()).add(place)
                texts.setdefault(text.id, (text, outcome.path.name, outcome.department))
        for item in self._waiting:
            texts.setdefault(item.text.id, (item.text, item.received.file_name, item.received.department))
        for identifier, (text, file_name, department) in texts.items():
            if identifier not in self._given:
                yield _homeless(text, file_name, department, frozenset(files.get(identifier, ())))


def _homeless(text: LooseText, file_name: str, department: str, files: frozenset[int]) -> Difference:
    one = text.unmatched
    theirs = (CandidateView(one.lines, f"{file_name}　{one.sheet}!{one.cell}"),)
    cells = [cell for cell in one.wording if not _ROW_NUMBER.fullmatch(cell.strip())]
    beside = " ".join(dict.fromkeys(line for cell in cells[:2] for line in cell.split("\n") if line))
    place = beside[:_BESIDE] + ("…" if len(beside) > _BESIDE else "") or f"{one.sheet}!{one.cell}"
    senders = frozenset({department} - {""})
    return Difference(
        "", Group.UNMATCHED, place, "", department, (), (), theirs, (), (one.reason.label,), files, senders, text
    )


def _named(question: OpenQuestion, names: Mapping[str, str]) -> OpenQuestion:
    """Return a question about a list of things with their names in place of their ids."""
    return replace(
        question,
        base=named_lines(question.base, names),
        current=named_lines(question.current, names),
        candidates=tuple(replace(item, lines=named_lines(item.lines, names)) for item in question.candidates),
    )


def named_lines(ids: Lines, names: Mapping[str, str]) -> Lines:
    """Return what to call the things whose ids a value holds."""
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
            senders = frozenset({outcome.department} - {""})
            found.append(
                Difference("", group, where, "", outcome.department, (), (), theirs, (), (note.message,), mine, senders)
            )
    return found
