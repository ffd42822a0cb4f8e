"""One field: what it says, given what is settled and everything that was sent in.

The result depends on the *set* of contributions only, never on the order in which files were read.  Folding files one
after another cannot give that (each fold moves the text the next one is compared with), so every returned edit stays a
:class:`Contribution` until a person settles the field, and the value is computed afresh from all of them.

What is compared with what:

- The *frame* is the text all changes are expressed in: the settled value, or, where some contributions were already
  visible to a sender when his file was exported (``seen``), the value those had given.
- A contribution is a set of hunks between its own base and its value.  If its base is not the frame, the hunks are
  moved along what happened between base and frame; a hunk that meets something there is a conflict.
- If what happened was an edit in this office, the base is *stale*: the outcome is never better than review.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from welfare_desktop.domain.model import Lines

from .lines import (
    Hunk,
    Value,
    apply_hunks,
    canonical_value,
    holds,
    hunks_between,
    is_blank,
    is_none_mark,
    joined,
    moved,
    same_meaning,
)


class OutcomeKind(StrEnum):
    """How sure the value of a field is, from nothing to do to undecided."""

    SAME = "same"
    NEW = "new"
    AUTOMATIC = "automatic"
    REVIEW = "review"
    CONFLICT = "conflict"

    @property
    def label(self) -> str:
        """The Japanese word shown beside the mark."""
        return {"same": "変更なし", "new": "新規", "automatic": "自動", "review": "見直し", "conflict": "衝突"}[
            self.value
        ]


class Note(StrEnum):
    """Why an outcome is not better than it is."""

    STALE_BASE = "stale_base"
    SAME_GAP = "same_gap"
    CAME_BACK_EMPTY = "came_back_empty"
    UNCERTAIN = "uncertain"
    SAME_LINES = "same_lines"
    ONE_TEXT = "one_text"
    NONE_AND_TEXT = "none_and_text"

    @property
    def label(self) -> str:
        """A Japanese sentence for the person who decides."""
        return _NOTE_LABELS[self]


_NOTE_LABELS = {
    Note.STALE_BASE: "配ったあとに事務局でも書き換えています。",
    Note.SAME_GAP: "同じ場所に別々の行が加えられています。担当課の順に並べました。",
    Note.CAME_BACK_EMPTY: "文のあった欄が空で返ってきました。消さずに残しています。",
    Note.UNCERTAIN: "どの版に答えたものか、どの欄かが確かめられないので、まだ入れていません。",
    Note.SAME_LINES: "同じ行、または隣り合う行が別々に書き換えられています。",
    Note.ONE_TEXT: "一つしか入らない欄に、違う値が返ってきました。",
    Note.NONE_AND_TEXT: "「—」（該当なし）と文の両方が返ってきました。",
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """One edit of one field that came in with a file.

    ``export`` is the id of the export the file was; ``department`` the id of who sent it (empty: nobody special).
    ``base`` is what that export said, ``value`` what came back.  ``seen`` are the ids of the contributions that were
    part of ``base`` (:attr:`FieldOutcome.included` when the file was exported).  ``certain`` is False where it is not
    sure that ``base`` is what the sender started from, or that he meant this field: it is then kept as a candidate
    and waits for a person.
    """

    id: str
    export: str
    department: str
    field: str
    base: Value
    value: Value
    seen: frozenset[str] = frozenset()
    certain: bool = True

    @property
    def waits(self) -> bool:
        """Whether this edit is shown but never put in by the program itself; blank never erases."""
        return is_blank(self.value) or not self.certain


@dataclass(frozen=True, slots=True)
class Settled:
    """What this office stands for: a value, and the ids of the contributions somebody considered in deciding it."""

    value: Value
    considered: frozenset[str] = frozenset()

    def decided(self, value: Value, contributions: Iterable[Contribution]) -> Settled:
        """Return what is settled after a person chose ``value`` looking at ``contributions``.

        An edit of the field by hand is such a decision too: what is typed stands against everything that was there.
        """
        return Settled(value, self.considered | {item.id for item in contributions})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value somebody sent, with everybody who sent it; ``base`` is what the first of them started from."""

    value: Value
    base: Value
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """What a field says.

    ``value`` is what shows: the settled value while in conflict.  ``candidates`` are all values sent and not yet
    settled, in department order whatever the order of the files.  ``included`` are the ids of the contributions whose
    changes are in ``value``.
    """

    kind: OutcomeKind
    value: Value
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[Note, ...] = ()
    included: frozenset[str] = frozenset()


def resolve(
    settled: Settled, contributions: Iterable[Contribution], order: Mapping[str, int] | None = None
) -> FieldOutcome:
    """Return the outcome for one field.

    ``contributions`` are those of this field, in any order, repeated or not; those already considered are ignored.
    ``order`` gives each department's place in the plan; departments without one come last, by id.
    """
    places = order or {}
    value = canonical_value(settled.value)
    active = sorted(
        {item.id: _canonical(item) for item in contributions if item.id not in settled.considered}.values(),
        key=lambda item: (places.get(item.department, len(places)), item.department, _sortable(item.value), item.id),
    )
    edits = [item for item in active if not same_meaning(item.base, item.value)]
    if not edits:
        return FieldOutcome(OutcomeKind.SAME, value)
    resolver = _Resolver(value)
    # From the fewest to the most, so that a long chain of exports and answers does not become as deep a recursion.
    for seen in sorted({item.seen for item in edits}, key=len):
        if visible := [item for item in edits if item.id in seen]:
            resolver.resolve(visible)
    outcome = resolver.resolve(edits)
    if outcome.kind is OutcomeKind.AUTOMATIC and same_meaning(outcome.value, value):
        return replace(outcome, kind=OutcomeKind.SAME, value=value)
    if outcome.kind is OutcomeKind.AUTOMATIC and is_blank(value):
        return replace(outcome, kind=OutcomeKind.NEW)
    return outcome


def kind_for(contribution: Contribution, settled: Settled, outcome: FieldOutcome) -> OutcomeKind:
    """Return how a field counts for one file: an edit that is settled already, or was none, is the same."""
    value = canonical_value(contribution.value)
    untouched = same_meaning(canonical_value(contribution.base), value)
    if untouched or contribution.id in settled.considered or same_meaning(canonical_value(settled.value), value):
        return OutcomeKind.SAME
    return outcome.kind


def _canonical(item: Contribution) -> Contribution:
    return replace(item, base=canonical_value(item.base), value=canonical_value(item.value))


def _sortable(value: Value) -> Lines:
    return (value,) if isinstance(value, str) else value


@dataclass(slots=True)
class _Findings:
    """What went into one computation, growing while it runs."""

    notes: set[Note] = field(default_factory=set)
    conflict: bool = False

    def clash(self, note: Note) -> None:
        self.notes.add(note)
        self.conflict = True

    def kind(self) -> OutcomeKind:
        if self.conflict:
            return OutcomeKind.CONFLICT
        return OutcomeKind.REVIEW if self.notes else OutcomeKind.AUTOMATIC


@dataclass(frozen=True, slots=True)
class _Piece:
    """A hunk in the frame and who brings it; ``claim`` means the frame says so already and must go on saying it."""

    hunk: Hunk
    sender: str
    claim: bool = False


class _Resolver:
    """Computes outcomes against one settled value; remembers those of subsets, which frames are made of."""

    def __init__(self, settled: Value) -> None:
        self._settled = settled
        self._known: dict[frozenset[str], FieldOutcome] = {}

    def resolve(self, edits: Sequence[Contribution]) -> FieldOutcome:
        """Return the outcome of ``edits``: canonical, ranked, each a real change against its base."""
        ids = frozenset(item.id for item in edits)
        if ids not in self._known:
            self._known[ids] = self._compute(edits)
        return self._known[ids]

    def _compute(self, edits: Sequence[Contribution]) -> FieldOutcome:
        kept = [item for item in edits if not item.waits]
        frame, later = self._frame(kept)
        fresh = frozenset(item.id for item in later if self._is_fresh(item, frame.value, kept))
        findings = _Findings(set(frame.notes))
        if isinstance(self._settled, str):
            value = _one_text(frame.value, later, fresh, findings)
        else:
            value = _merged_lines(frame.value, later, fresh, findings)
        if findings.conflict:
            value = self._settled
        waiting = [item for item in edits if item.waits and not same_meaning(item.value, value)]
        findings.notes |= {Note.CAME_BACK_EMPTY if is_blank(item.value) else Note.UNCERTAIN for item in waiting}
        return FieldOutcome(
            findings.kind(),
            value,
            _candidates(edits),
            tuple(note for note in Note if note in findings.notes),
            frozenset() if findings.conflict else frozenset(item.id for item in kept),
        )

    def _frame(self, edits: Sequence[Contribution]) -> tuple[FieldOutcome, list[Contribution]]:
        """Return the value the changes are compared with, and the contributions that are not part of it."""
        plain = FieldOutcome(OutcomeKind.SAME, self._settled)
        seen: frozenset[str] = frozenset().union(*(item.seen for item in edits))
        earlier = [item for item in edits if item.id in seen]
        if not earlier or len(earlier) == len(edits):
            return plain, list(edits)
        frame = self.resolve(earlier)
        if frame.kind is OutcomeKind.CONFLICT:
            return plain, list(edits)
        return frame, [item for item in edits if item.id not in seen]

    def _is_fresh(self, item: Contribution, frame: Value, edits: Sequence[Contribution]) -> bool:
        """Whether nobody here edited the field since ``item`` was exported; what others sent does not count."""
        if same_meaning(item.base, self._settled) or same_meaning(item.base, frame):
            return True
        visible = [other for other in edits if other.id in item.seen and other.id != item.id]
        return 0 < len(visible) < len(edits) and same_meaning(item.base, self.resolve(visible).value)


def _one_text(frame: Value, edits: Sequence[Contribution], fresh: frozenset[str], findings: _Findings) -> Value:
    """Merge values of which only one can stand."""
    if not edits or all(same_meaning(item.value, frame) for item in edits):
        return frame
    if any(not same_meaning(item.value, edits[0].value) for item in edits):
        findings.clash(Note.ONE_TEXT)
    elif not fresh:
        findings.notes.add(Note.STALE_BASE)
        findings.clash(Note.ONE_TEXT)
    return edits[0].value


def _merged_lines(frame: Value, edits: Sequence[Contribution], fresh: frozenset[str], findings: _Findings) -> Value:
    """Merge texts line by line, each by what it changed in its own base."""
    if not edits or all(same_meaning(item.value, frame) for item in edits):
        return frame
    alike = all(same_meaning(item.value, edits[0].value) for item in edits)
    if alike and any(same_meaning(item.base, frame) for item in edits):
        return edits[0].value
    pieces: list[_Piece] = []
    for item in edits:
        own = _moved_to(frame, item, findings)
        pieces += own
        if item.id not in fresh and any(not piece.claim for piece in own):
            findings.notes.add(Note.STALE_BASE)
    _check_claims(pieces, findings)
    hunks = _combined([piece for piece in pieces if not piece.claim], findings)
    if findings.conflict:
        return frame
    result = apply_hunks(_lines_of(frame), hunks)
    if _mixes_none(result) and not any(_mixes_none(_lines_of(value)) for value in (frame, *(e.value for e in edits))):
        findings.clash(Note.NONE_AND_TEXT)
    return result


def _moved_to(frame: Value, item: Contribution, findings: _Findings) -> list[_Piece]:
    """Return the changes of ``item`` as changes of the frame."""
    base = _lines_of(item.base)
    changes = hunks_between(base, _lines_of(item.value))
    if same_meaning(item.base, frame):
        # White space may differ all the same; then the frame's lines stand where the base's did.
        return [_Piece(hunk, item.id) for hunk in changes]
    happened = hunks_between(base, _lines_of(frame))
    pieces = []
    for hunk in changes:
        met = [other for other in happened if hunk.touches(other)]
        known = next((other for other in met if _says_already(other, hunk)), None)
        if known is not None:
            start = moved(Hunk(known.start, known.start, ()), _before(happened, known)).start
            pieces.append(_Piece(Hunk(start, start + len(known.lines), known.lines), item.id, claim=True))
        elif not met:
            pieces.append(_Piece(moved(hunk, happened), item.id))
        elif hunk.inserts and all(other.inserts for other in met):
            findings.notes.add(Note.SAME_GAP)
            pieces += [_Piece(added, item.id) for added in _added(met[0], hunk, happened)]
        else:
            findings.clash(Note.SAME_LINES)
    return pieces


def _says_already(done: Hunk, hunk: Hunk) -> bool:
    """Whether ``done`` made the same change as ``hunk``, or inserted at least the same lines."""
    return done == hunk or (done.inserts and hunk.inserts and holds(done.lines, hunk.lines))


def _added(done: Hunk, hunk: Hunk, happened: Sequence[Hunk]) -> list[Hunk]:
    """Return what ``hunk`` inserts beside the lines ``done`` inserted in the same gap, as changes of the frame.

    Lines that both inserted stand there already: a package brings the receiver's own lines back with it.
    """
    start = moved(Hunk(done.start, done.start, ()), _before(happened, done)).start
    differing = hunks_between(done.lines, hunk.lines)
    spare = Counter(line for other in differing for line in done.lines[other.start : other.end])
    found = []
    for other in differing:
        extra = []
        for line in other.lines:
            if spare[line] > 0:
                spare[line] -= 1
            else:
                extra.append(line)
        if extra:
            found.append(Hunk(start + other.end, start + other.end, tuple(extra)))
    return found


def _before(hunks: Sequence[Hunk], limit: Hunk) -> list[Hunk]:
    return [hunk for hunk in hunks if hunk < limit]


def _lines_of(value: Value) -> Lines:
    if isinstance(value, str):
        return (value,) if value else ()
    return value


def _mixes_none(lines: Lines) -> bool:
    return len(lines) > 1 and any(is_none_mark(line) for line in lines)


def _check_claims(pieces: Sequence[_Piece], findings: _Findings) -> None:
    """Nobody may quietly take out what somebody else asked for, even if the office had written it already."""
    for claim in (piece for piece in pieces if piece.claim):
        for piece in pieces:
            overlaps = piece.hunk.start < claim.hunk.end and claim.hunk.start < piece.hunk.end
            if overlaps and not (piece.claim or piece.hunk.inserts or piece.sender == claim.sender):
                findings.clash(Note.SAME_LINES)


def _combined(pieces: Sequence[_Piece], findings: _Findings) -> list[Hunk]:
    """Return one set of hunks for all pieces (ranked); equal ones count once, insertions in one gap are joined."""
    distinct = list(dict.fromkeys(piece.hunk for piece in pieces))
    gaps: dict[int, list[Hunk]] = {}
    for hunk in distinct:
        if hunk.inserts:
            gaps.setdefault(hunk.start, []).append(hunk)
    result = [hunk for hunk in distinct if not hunk.inserts]
    for start, inserted in gaps.items():
        if len(inserted) > 1:
            findings.notes.add(Note.SAME_GAP)
        result.append(Hunk(start, start, joined(hunk.lines for hunk in inserted)))
    result.sort()
    reach = -1
    for hunk in result:
        if hunk.start <= reach:
            findings.clash(Note.SAME_LINES)
        reach = max(reach, hunk.end)
    return result


def _candidates(edits: Sequence[Contribution]) -> tuple[Candidate, ...]:
    """Group ranked edits by value, the first of each group giving the rank."""
    grouped: dict[Value, list[Contribution]] = {}
    for item in edits:
        grouped.setdefault(item.value, []).append(item)
    return tuple(Candidate(value, items[0].base, tuple(items)) for value, items in grouped.items())
