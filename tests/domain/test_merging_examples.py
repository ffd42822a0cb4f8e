"""Merging by example: the cases an office meets, each with the answer it should get."""

from __future__ import annotations

import pytest

from welfare_desktop.domain.merging.lines import (
    Hunk,
    canonical_value,
    hunks_between,
    joined,
    moved,
    plain_text,
    same_meaning,
    unescape,
)
from welfare_desktop.domain.merging.resolving import (
    Contribution,
    FieldOutcome,
    Note,
    OutcomeKind,
    Settled,
    kind_for,
    resolve,
)
from welfare_desktop.domain.text import canonical_lines

ORDER = {"福祉": 0, "学校": 1, "防災": 2}
BASE = ("一", "二", "三", "四", "五")


def sent(
    name: str,
    value: tuple[str, ...],
    base: tuple[str, ...] = BASE,
    department: str = "福祉",
    seen: tuple[str, ...] = (),
    certain: bool = True,
) -> Contribution:
    return Contribution(name, "x", department, "f", base, value, frozenset(seen), certain)


def merged(office: tuple[str, ...], *items: Contribution) -> FieldOutcome:
    return resolve(Settled(office), items, ORDER)


def test_lines_far_from_each_other_are_put_together() -> None:
    outcome = merged(
        BASE,
        sent("1", ("一!", "二", "三", "四", "五")),
        sent("2", ("一", "二", "三", "四", "五", "六"), department="学校"),
    )
    assert outcome.kind is OutcomeKind.AUTOMATIC
    assert outcome.value == ("一!", "二", "三", "四", "五", "六")
    assert outcome.included == {"1", "2"}
    assert outcome.notes == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("一", "二!", "三", "四", "五"), ("一", "二?", "三", "四", "五")),  # the same line
        (("一", "二!", "三", "四", "五"), ("一", "二", "三!", "四", "五")),  # neighbours
        (("一", "二!", "三", "四", "五"), ("一", "二", "新", "三", "四", "五")),  # added beside a changed line
        (("一", "三", "四", "五"), ("一", "二!", "三", "四", "五")),  # taken out and changed
        (("一", "四", "五"), ("一", "二", "新", "三", "四", "五")),  # added inside what was taken out
    ],
)
def test_the_same_or_neighbouring_lines_are_a_conflict(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    outcome = merged(BASE, sent("1", one), sent("2", other, department="学校"))
    assert outcome.kind is OutcomeKind.CONFLICT
    assert outcome.value == BASE
    assert [candidate.value for candidate in outcome.candidates] == [one, other]
    assert outcome.notes == (Note.SAME_LINES,)


def test_lines_added_in_one_gap_stand_in_department_order_and_are_reviewed() -> None:
    outcome = merged(
        BASE,
        sent("1", (*BASE, "防災の行"), department="防災"),
        sent("2", (*BASE, "福祉の行"), department="福祉"),
        sent("3", (*BASE, "学校の行"), department="学校"),
    )
    assert outcome.kind is OutcomeKind.REVIEW
    assert outcome.value == (*BASE, "福祉の行", "学校の行", "防災の行")
    assert outcome.notes == (Note.SAME_GAP,)


def test_an_answer_sent_again_with_one_more_line_is_not_doubled() -> None:
    outcome = merged((), sent("1", ("甲", "乙"), ()), sent("2", ("甲", "丙", "乙"), ()))
    assert (outcome.kind, outcome.value) == (OutcomeKind.REVIEW, ("甲", "丙", "乙"))


def test_lines_said_alike_in_one_gap_stand_once_and_repeated_ones_as_often_as_somebody_said() -> None:
    assert joined([("甲", "乙"), ("乙", "丙")]) == ("甲", "乙", "丙")
    assert joined([("甲", "乙", "甲"), ("丙", "甲", "甲")]) == ("甲", "乙", "甲", "丙")
    assert joined([("甲",), ("乙", "乙")]) == ("甲", "乙", "乙")


def test_everybody_saying_the_same_is_automatic() -> None:
    outcome = merged(("旧",), sent("1", ("新",), ("旧",)), sent("2", ("新",), ("旧",), department="学校"))
    assert (outcome.kind, outcome.value) == (OutcomeKind.AUTOMATIC, ("新",))
    assert len(outcome.candidates) == 1
    assert [entry.department for entry in outcome.candidates[0].contributions] == ["福祉", "学校"]


def test_a_first_answer_is_new() -> None:
    assert merged((), sent("1", ("書いた",), ())).kind is OutcomeKind.NEW


def test_the_office_wrote_meanwhile_elsewhere_in_the_text() -> None:
    outcome = merged(("事務局", *BASE), sent("1", (*BASE, "担当課")))
    assert outcome.kind is OutcomeKind.REVIEW
    assert outcome.value == ("事務局", *BASE, "担当課")
    assert outcome.notes == (Note.STALE_BASE,)


def test_the_office_wrote_meanwhile_in_the_same_gap_and_stands_first() -> None:
    outcome = merged((*BASE, "事務局"), sent("1", (*BASE, "担当課")))
    assert (outcome.kind, outcome.value) == (OutcomeKind.REVIEW, (*BASE, "事務局", "担当課"))


def test_a_line_of_the_office_that_comes_back_with_more_in_its_gap_stands_once() -> None:
    """A branch that took the office's line in sends it back with its own, compared with what it had begun from."""
    office = (*BASE, "事務局の行", "もう一つ")
    outcome = merged(office, sent("1", (*BASE, "前の行", "事務局の行", "支所の行", "もう一つ")))
    assert outcome.kind is OutcomeKind.REVIEW
    assert outcome.value == (*BASE, "前の行", "事務局の行", "支所の行", "もう一つ")
    outcome = merged(office, sent("1", (*BASE, "もう一つ", "支所の行", "事務局の行")))
    assert sorted(outcome.value) == sorted((*office, "支所の行"))
    turned = merged(office, sent("1", (*BASE, "もう一つ", "事務局の行")))
    assert (turned.kind, turned.value) == (OutcomeKind.REVIEW, office)


def test_the_office_wrote_meanwhile_the_same() -> None:
    outcome = merged((*BASE, "同じ"), sent("1", (*BASE, "同じ")))
    assert (outcome.kind, outcome.value) == (OutcomeKind.SAME, (*BASE, "同じ"))


def test_the_office_wrote_meanwhile_in_the_same_line() -> None:
    outcome = merged(("一?", *BASE[1:]), sent("1", ("一!", *BASE[1:])))
    assert (outcome.kind, outcome.value) == (OutcomeKind.CONFLICT, ("一?", *BASE[1:]))


def test_taking_out_what_another_asked_for_is_a_conflict_even_if_the_office_had_written_it() -> None:
    office = ("一", "二", "共に", "三")
    outcome = merged(
        office,
        sent("1", office, ("一", "二", "三")),  # asks for the line the office wrote meanwhile
        sent("2", ("一", "二", "三"), office, department="学校"),  # was given the line and took it out
    )
    assert outcome.kind is OutcomeKind.CONFLICT
    assert merged(office, sent("2", ("一", "二", "三"), office)).kind is OutcomeKind.AUTOMATIC


def test_blank_is_shown_and_not_applied_but_a_dash_is() -> None:
    emptied = merged(BASE, sent("1", ()))
    assert (emptied.kind, emptied.value, emptied.notes) == (OutcomeKind.REVIEW, BASE, (Note.CAME_BACK_EMPTY,))
    assert [candidate.value for candidate in emptied.candidates] == [()]
    dashed = merged(BASE, sent("1", ("—",)))
    assert (dashed.kind, dashed.value) == (OutcomeKind.AUTOMATIC, ("—",))


def test_blank_does_not_hold_up_what_another_wrote() -> None:
    outcome = merged(BASE, sent("1", ()), sent("2", (*BASE, "六"), department="学校"))
    assert (outcome.kind, outcome.value) == (OutcomeKind.REVIEW, (*BASE, "六"))
    assert outcome.included == {"2"}


def test_blank_where_nothing_stands_any_more_is_nothing() -> None:
    assert merged((), sent("1", ())) == FieldOutcome(
        OutcomeKind.SAME, (), merged((), sent("1", ())).candidates, (), frozenset()
    )


def test_nothing_to_report_against_a_report_is_a_conflict() -> None:
    outcome = merged((), sent("1", ("—",), ()), sent("2", ("行いました。",), (), department="学校"))
    assert (outcome.kind, outcome.value) == (OutcomeKind.CONFLICT, ())
    assert Note.NONE_AND_TEXT in outcome.notes


def test_two_ways_of_writing_nothing_to_report_are_one() -> None:
    outcome = merged((), sent("1", ("—",), ()), sent("2", ("－",), (), department="学校"))
    assert (outcome.kind, outcome.value) == (OutcomeKind.NEW, ("—",))
    assert merged(("－",), sent("1", ("—",), ())).kind is OutcomeKind.SAME


def test_an_uncertain_edit_waits() -> None:
    outcome = merged(BASE, sent("1", (*BASE, "六"), certain=False))
    assert (outcome.kind, outcome.value, outcome.notes) == (OutcomeKind.REVIEW, BASE, (Note.UNCERTAIN,))
    assert outcome.included == frozenset()


def test_an_export_made_after_a_merge_is_not_held_against_that_merge() -> None:
    first = sent("1", (*BASE, "六"))
    shown = merged(BASE, first)
    second = sent("2", (*BASE, "六!"), shown.value if isinstance(shown.value, tuple) else (), seen=("1",))
    outcome = merged(BASE, first, second)
    assert (outcome.kind, outcome.value) == (OutcomeKind.AUTOMATIC, (*BASE, "六!"))
    # Taking the first merge back takes away the line the second one changed: a person looks at it.
    assert merged(BASE, second).kind is OutcomeKind.CONFLICT
    # A late answer to the first export still meets what stands now.
    late = sent("3", (*BASE, "七"), department="学校")
    assert merged(BASE, first, second, late).kind is OutcomeKind.CONFLICT


def test_two_answers_to_an_export_made_after_a_merge() -> None:
    first = sent("1", (*BASE, "六"))
    shown = (*BASE, "六")
    one = sent("2", ("一!", *shown[1:]), shown, seen=("1",))
    other = sent("3", (*BASE, "六!"), shown, department="学校", seen=("1",))
    outcome = merged(BASE, other, first, one)
    assert (outcome.kind, outcome.value) == (OutcomeKind.AUTOMATIC, ("一!", "二", "三", "四", "五", "六!"))


def test_a_long_chain_of_answers_each_to_the_one_before() -> None:
    names = [f"c{number}" for number in range(400)]
    chain = [
        sent(name, (f"{number + 1}",), (f"{number}",), seen=tuple(names[:number])) for number, name in enumerate(names)
    ]
    outcome = merged(("0",), *reversed(chain))
    assert (outcome.kind, outcome.value) == (OutcomeKind.AUTOMATIC, ("400",))


def test_senders_who_saw_different_merges_are_both_fresh() -> None:
    first = sent("1", ("零", *BASE))
    second = sent("2", (*BASE, "六"), department="学校")
    early = sent("3", ("零", "一", "二", "三!", "四", "五"), ("零", *BASE), seen=("1",))
    late = sent("4", ("零", *BASE, "六", "七"), ("零", *BASE, "六"), seen=("1", "2"))
    outcome = merged(BASE, first, second, early, late)
    assert (outcome.kind, outcome.value) == (
        OutcomeKind.AUTOMATIC,
        ("零", "一", "二", "三!", "四", "五", "六", "七"),
    )


def test_a_decision_reopens_for_new_answers_only() -> None:
    one, other = sent("1", ("甲",), ()), sent("2", ("—",), (), department="学校")
    settled = Settled(()).decided(("甲",), [one, other])
    assert resolve(settled, [one, other]) == FieldOutcome(OutcomeKind.SAME, ("甲",))
    new = sent("3", ("乙",), ("甲",))
    outcome = resolve(settled, [one, other, new])
    assert (outcome.kind, outcome.value) == (OutcomeKind.AUTOMATIC, ("乙",))
    assert [candidate.value for candidate in outcome.candidates] == [("乙",)]


def test_what_a_field_counts_as_for_one_file() -> None:
    settled = Settled(BASE)
    changed, untouched, there = sent("1", ("一!", *BASE[1:])), sent("2", BASE), sent("3", BASE, BASE[:-1])
    outcome = resolve(settled, [changed, untouched, there])
    kinds = [kind_for(item, settled, outcome) for item in (changed, untouched, there)]
    assert kinds == [OutcomeKind.AUTOMATIC, OutcomeKind.SAME, OutcomeKind.SAME]
    assert kind_for(changed, settled.decided(BASE, [changed]), outcome) is OutcomeKind.SAME


def test_texts_from_files_in_canonical_form() -> None:
    assert canonical_lines(unescape("・一_x000D_\n ・二　 \r\n\n三")) == ("一", "二", "三")
    assert unescape("_x005F_x000D_ _x0041_ _x_") == "_x000D_ A _x_"
    assert canonical_value(("か\u3099ん ", "・", "・ 実績\x1f{}")) == ("がん", "実績\x1f{}")
    assert same_meaning(("あ い",), ("あい",))
    assert not same_meaning(("あ", "い"), ("あい",))
    assert plain_text("12回\x1f{}") == "12回"


def test_a_text_too_large_to_align_counts_as_one_change() -> None:
    old, new = tuple(f"o{n}" for n in range(1000)), tuple(f"n{n}" for n in range(1000))
    assert hunks_between((*old, "末"), ("頭", *new, "末")) == (Hunk(0, 1000, ("頭", *new)),)


def test_changes_move_along_with_what_stands_before_them() -> None:
    past = [Hunk(0, 0, ("新", "新")), Hunk(2, 3, ())]
    assert moved(Hunk(1, 1, ("行",)), past) == Hunk(3, 3, ("行",))
    assert moved(Hunk(0, 0, ("行",)), past) == Hunk(2, 2, ("行",))
    assert moved(Hunk(4, 5, ("行",)), past) == Hunk(5, 6, ("行",))


def test_every_outcome_and_note_has_a_japanese_word() -> None:
    assert all(kind.label for kind in OutcomeKind)
    assert all(note.label.endswith("。") for note in Note)
