"""What must hold for every set of returned edits, whatever they are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from welfare_desktop.domain.merging.lines import apply_hunks, canonical_value, hunks_between, same_meaning
from welfare_desktop.domain.merging.resolving import (
    Contribution,
    FieldOutcome,
    OutcomeKind,
    Settled,
    resolve,
)

T = TypeVar("T")
THOROUGH = settings(max_examples=1000, deadline=None)
DEPARTMENTS = ("福祉", "学校", "防災")
ORDER = {name: number for number, name in enumerate(DEPARTMENTS)}

LINES = ("a", "b", "c", "d", "e", "ふれあい", "—", "あ い")
FRESH_LINES = ("p", "q", "r", "s", "t")
Text = tuple[str, ...]


class Tape:
    """Choices read off a string of bytes: many times faster than a strategy per choice, and it still shrinks."""

    def __init__(self, choices: bytes) -> None:
        self._choices = iter(choices)

    def pick(self, options: Sequence[T]) -> T:
        return options[next(self._choices, 0) % len(options)]

    def text(self) -> Text:
        return tuple(self.pick(LINES) for _ in range(self.pick(range(7))))

    def edited(self, base: Text) -> Text:
        """A text as somebody leaves it: some lines added, changed, taken out."""
        lines = list(base)
        for _ in range(self.pick((1, 2, 3))):
            place = self.pick(range(len(lines) + 1))
            verb = self.pick(("add", "change", "remove", "add", "change", "anything"))
            if verb == "add" or not lines:
                lines.insert(place, self.pick(FRESH_LINES))
            elif verb == "change":
                lines[min(place, len(lines) - 1)] = self.pick(FRESH_LINES)
            elif verb == "remove":
                del lines[min(place, len(lines) - 1)]
            else:
                lines = list(self.text())
        return tuple(lines)

    def situation(self, size: int, stale: bool) -> tuple[Settled, list[Contribution]]:
        """One field: what was exported (once or twice), what the office made of it since, and what came back."""
        base = self.text()
        bases = [base, self.edited(base)] if stale and self.pick((False, True)) else [base]
        settled = self.edited(base) if stale and self.pick((False, True)) else base
        found = []
        for number in range(self.pick(range(1, size + 1))):
            own = self.pick(bases)
            sender = self.pick(DEPARTMENTS)
            found.append(Contribution(f"c{number}", f"x{bases.index(own)}", sender, "f", own, self.edited(own)))
        return Settled(settled), found


TAPES = st.binary(max_size=120)


def situations(size: int = 4, stale: bool = True) -> st.SearchStrategy[tuple[Settled, list[Contribution]]]:
    return TAPES.map(lambda choices: Tape(choices).situation(size, stale))


def base_and_edits(count: int) -> st.SearchStrategy[tuple[Text, ...]]:
    def build(choices: bytes) -> tuple[Text, ...]:
        tape = Tape(choices)
        base = tape.text()
        return (base, *(tape.edited(base) for _ in range(count)))

    return TAPES.map(build)


TEXT = TAPES.map(lambda choices: Tape(choices).text())


def later_edit(base: Text) -> st.SearchStrategy[Text]:
    return TAPES.map(lambda choices: Tape(choices).edited(base))


def added(item: Contribution) -> Counter[str]:
    base, value = canonical_value(item.base), canonical_value(item.value)
    if same_meaning(base, value):
        return Counter()
    return Counter(value) - Counter(base)


def lines(value: object) -> Text:
    assert isinstance(value, tuple)
    return value


def outcome_of(settled: Settled, items: list[Contribution]) -> FieldOutcome:
    return resolve(settled, items, ORDER)


@given(TEXT, TEXT)
@THOROUGH
def test_hunks_turn_one_text_into_the_other_and_leave_a_line_between_them(old: Text, new: Text) -> None:
    hunks = hunks_between(old, new)
    assert apply_hunks(old, hunks) == new
    assert all(one.end < other.start for one, other in pairwise(hunks))


@given(situations(), st.randoms(use_true_random=False))
@THOROUGH
def test_the_order_of_files_does_not_matter(situation: tuple[Settled, list[Contribution]], dice: random.Random) -> None:
    settled, items = situation
    shuffled = list(items)
    dice.shuffle(shuffled)
    assert outcome_of(settled, shuffled) == outcome_of(settled, items)


@given(situations(), st.data())
@THOROUGH
def test_the_same_file_twice_changes_nothing(
    situation: tuple[Settled, list[Contribution]], data: st.DataObject
) -> None:
    settled, items = situation
    again = data.draw(st.lists(st.sampled_from(items)))
    assert outcome_of(settled, items + again) == outcome_of(settled, items)


@given(situations(), st.data())
@THOROUGH
def test_batches_and_single_files_and_undoing_in_any_order_lead_to_the_same_value(
    situation: tuple[Settled, list[Contribution]], data: st.DataObject
) -> None:
    settled, items = situation
    ledger: set[Contribution] = set()
    for item in data.draw(st.permutations(items)):
        ledger.add(item)
    assert outcome_of(settled, list(ledger)) == outcome_of(settled, items)
    undone = data.draw(st.lists(st.sampled_from(items), unique=True))
    for item in undone:
        ledger.discard(item)
    assert outcome_of(settled, list(ledger)) == outcome_of(settled, [item for item in items if item not in undone])
    for item in items:
        ledger.discard(item)
    assert outcome_of(settled, list(ledger)).value == settled.value


@given(situations())
@THOROUGH
def test_no_edit_is_lost(situation: tuple[Settled, list[Contribution]]) -> None:
    settled, items = situation
    outcome = outcome_of(settled, items)
    waiting = {line for candidate in outcome.candidates for line in lines(candidate.value)}
    for item in items:
        if not added(item):
            continue
        if outcome.kind is OutcomeKind.CONFLICT:
            assert set(added(item)) <= waiting
        elif added(item).keys() != {"—"}:
            assert not added(item) - Counter(lines(outcome.value)), "an added line is neither shown nor a candidate"


@given(situations())
@THOROUGH
def test_no_line_is_invented(situation: tuple[Settled, list[Contribution]]) -> None:
    settled, items = situation
    known = set(lines(canonical_value(settled.value))).union(*(lines(canonical_value(item.value)) for item in items))
    assert set(lines(outcome_of(settled, items).value)) <= known


@given(situations())
@THOROUGH
def test_while_in_conflict_the_settled_value_shows_and_every_candidate_is_kept(
    situation: tuple[Settled, list[Contribution]],
) -> None:
    settled, items = situation
    outcome = outcome_of(settled, items)
    edits = [item for item in items if not same_meaning(canonical_value(item.base), canonical_value(item.value))]
    assert {entry.id for candidate in outcome.candidates for entry in candidate.contributions} == {e.id for e in edits}
    if outcome.kind is OutcomeKind.CONFLICT:
        assert outcome.value == canonical_value(settled.value)
        assert not outcome.included


@given(base_and_edits(1))
@THOROUGH
def test_a_single_edit_applies_exactly(texts: tuple[Text, Text]) -> None:
    base, value = texts
    outcome = outcome_of(Settled(base), [Contribution("c", "x", "福祉", "f", base, value)])
    if same_meaning(base, value):
        assert (outcome.kind, outcome.value) == (OutcomeKind.SAME, base)
    elif not value:
        assert (outcome.kind, outcome.value) == (OutcomeKind.REVIEW, base)
    else:
        assert outcome.kind is (OutcomeKind.AUTOMATIC if base else OutcomeKind.NEW)
        assert outcome.value == value


@given(base_and_edits(2))
@THOROUGH
def test_conflicts_are_symmetric(texts: tuple[Text, Text, Text]) -> None:
    base, one, other = texts

    def kind(first: Text, second: Text) -> OutcomeKind:
        items = [Contribution("1", "x", "福祉", "f", base, first), Contribution("2", "x", "学校", "f", base, second)]
        return outcome_of(Settled(base), items).kind

    assert kind(one, other) == kind(other, one)


@given(base_and_edits(2))
@THOROUGH
def test_two_edits_of_one_text_are_judged_by_where_they_meet(texts: tuple[Text, Text, Text]) -> None:
    base, one, other = texts
    if not one or not other or same_meaning(base, one) or same_meaning(base, other) or same_meaning(one, other):
        return
    ours, theirs = hunks_between(base, one), hunks_between(base, other)
    items = [Contribution("1", "x", "福祉", "f", base, one), Contribution("2", "x", "学校", "f", base, other)]
    outcome = outcome_of(Settled(base), items)
    meeting = [(a, b) for a in ours for b in theirs if a != b and a.start <= b.end and b.start <= a.end]
    if any(not (a.inserts and b.inserts) for a, b in meeting):
        assert outcome.kind is OutcomeKind.CONFLICT
    elif not meeting:
        merged = apply_hunks(base, {*ours, *theirs})
        if len(merged) > 1 and "—" in merged and not any(len(text) > 1 and "—" in text for text in texts):
            assert outcome.kind is OutcomeKind.CONFLICT
        else:
            assert (outcome.value, outcome.kind) == (merged, OutcomeKind.AUTOMATIC if base else OutcomeKind.NEW)
    else:
        assert outcome.kind in (OutcomeKind.REVIEW, OutcomeKind.CONFLICT)


@given(base_and_edits(2))
@THOROUGH
def test_office_and_department_meet_in_a_conflict_whoever_of_them_is_the_office(
    texts: tuple[Text, Text, Text],
) -> None:
    base, one, other = texts

    def conflicts(office: Text, sent: Text) -> bool:
        outcome = outcome_of(Settled(office), [Contribution("1", "x", "福祉", "f", base, sent)])
        return outcome.kind is OutcomeKind.CONFLICT

    if one and other:
        assert conflicts(one, other) == conflicts(other, one)


def disturbed(tape: Tape, base: Text) -> Text:
    """The same lines with white space put in wherever it says nothing."""
    blanks = ("", " ", "　", "\t", "  ")
    lines = (
        tape.pick(blanks) + "".join(tape.pick(blanks) + sign for sign in line) + tape.pick(blanks) for line in base
    )
    return tuple(piece for line in lines for piece in tape.pick(((line,), (line, ""), ("　", line))))


@given(TAPES)
@THOROUGH
def test_white_space_alone_is_no_edit(choices: bytes) -> None:
    tape = Tape(choices)
    base = tape.text()
    item = Contribution("c", "x", "福祉", "f", base, disturbed(tape, base))
    assert outcome_of(Settled(base), [item]) == FieldOutcome(OutcomeKind.SAME, base)


@given(situations())
@THOROUGH
def test_an_old_base_is_never_better_than_review(situation: tuple[Settled, list[Contribution]]) -> None:
    settled, items = situation
    item = items[0]
    outcome = outcome_of(settled, [item])
    if not same_meaning(item.base, settled.value):
        assert outcome.kind in (OutcomeKind.SAME, OutcomeKind.REVIEW, OutcomeKind.CONFLICT)
        if outcome.kind is OutcomeKind.SAME:
            assert same_meaning(outcome.value, settled.value)


@given(situations())
@THOROUGH
def test_blank_never_erases(situation: tuple[Settled, list[Contribution]]) -> None:
    settled, items = situation
    blanks = [Contribution(item.id, item.export, item.department, "f", item.base, ()) for item in items]
    outcome = outcome_of(settled, blanks)
    assert outcome.value == canonical_value(settled.value)
    erasing = any(item.base for item in blanks)
    assert outcome.kind is (OutcomeKind.REVIEW if settled.value and erasing else OutcomeKind.SAME)


@given(situations(), TEXT, st.data())
@THOROUGH
def test_what_a_person_decided_stays_until_something_new_comes_in(
    situation: tuple[Settled, list[Contribution]], choice: Text, data: st.DataObject
) -> None:
    settled, items = situation
    decided = settled.decided(choice, items)
    assert outcome_of(decided, items) == FieldOutcome(OutcomeKind.SAME, choice)
    base = items[0].base
    assert isinstance(base, tuple)
    late = Contribution("late", "x0", "防災", "f", base, data.draw(later_edit(base)))
    outcome = outcome_of(decided, [*items, late])
    assert {entry.id for entry in (e for c in outcome.candidates for e in c.contributions)} <= {"late"}
    assert outcome == outcome_of(decided, [late])


@given(situations(size=3, stale=False), st.data())
@THOROUGH
def test_an_export_made_after_a_merge_knows_what_it_showed(
    situation: tuple[Settled, list[Contribution]], data: st.DataObject
) -> None:
    settled, items = situation
    first = outcome_of(settled, items)
    assert isinstance(first.value, tuple)
    value = data.draw(later_edit(first.value))
    second = Contribution("later", "x9", "福祉", "f", first.value, value, first.included)
    outcome = outcome_of(settled, [*items, second])
    if first.kind in (OutcomeKind.NEW, OutcomeKind.AUTOMATIC) and value and not same_meaning(first.value, value):
        waits = any(item.waits for item in items)
        assert outcome.kind is not OutcomeKind.CONFLICT
        assert outcome.value == value or waits or same_meaning(outcome.value, value)
    assert outcome == outcome_of(settled, [second, *reversed(items)])


SINGLE = st.sampled_from(["", "8", "12", "十二", "8 "])


@given(SINGLE, SINGLE, st.lists(SINGLE, min_size=1, max_size=4), st.randoms(use_true_random=False))
@THOROUGH
def test_single_values_that_differ_are_a_conflict(base: str, office: str, sent: list[str], dice: random.Random) -> None:
    items = [Contribution(str(n), "x", DEPARTMENTS[n % 3], "f", base, value) for n, value in enumerate(sent)]
    outcome = resolve(Settled(office), items, ORDER)
    dice.shuffle(items)
    assert resolve(Settled(office), items, ORDER) == outcome
    plain = {text.strip() for text in sent} - {base.strip()}
    wanted = plain - {""}
    assert isinstance(outcome.value, str)
    if len(wanted) > 1:
        assert (outcome.kind, outcome.value) == (OutcomeKind.CONFLICT, office.strip())
    elif wanted and base.strip() == office.strip() and "" not in plain:
        assert outcome.kind is (OutcomeKind.AUTOMATIC if base.strip() else OutcomeKind.NEW)
        assert outcome.value == wanted.pop()
    elif wanted and wanted != {office.strip()} and base.strip() != office.strip():
        assert (outcome.kind, outcome.value) == (OutcomeKind.CONFLICT, office.strip())
