"""From rows of a returned file to whole values."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import FieldKey, Kind, Owner, spec_of
from welfare_desktop.domain.merging.assembling import Assembled, assemble, contributions_of, item_lines
from welfare_desktop.domain.merging.forms import merge_value, retyped, stored_value
from welfare_desktop.domain.merging.lines import Value, plain_text
from welfare_desktop.domain.merging.returned import FileKind, ReturnedFile, ReturnedValue
from welfare_desktop.domain.model import (
    Actor,
    Entry,
    Indicator,
    Judgement,
    JudgementOverride,
    Lines,
    Result,
    Target,
    TargetKind,
)

SLOT, ACTIVITY, PLAN = (str(uuid.UUID(int=number)) for number in (1, 2, 3))
STATUS = FieldKey(Owner.SLOT, SLOT, "status", None, 2019).text
RESULTS = FieldKey(Owner.SLOT, SLOT, "results", None, 2019).text
TITLE = FieldKey(Owner.ACTIVITY, ACTIVITY, "title").text
NEVER = str


def back(base: dict[str, Value], *rows: ReturnedValue, kind: FileKind = FileKind.OFFICIAL) -> Assembled:
    return assemble(base, ReturnedFile(kind, values=rows))


def part(start: int, count: int, *lines: str) -> ReturnedValue:
    return ReturnedValue(STATUS, lines, part=(start, count))


def texts(value: Value) -> Lines:
    assert not isinstance(value, str)
    return tuple(plain_text(line) for line in value)


BASE: dict[str, Value] = {STATUS: ("一", "二", "三", "四")}


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ((part(0, 2, "一", "二"), part(2, 2, "三", "四")), ("一", "二", "三", "四")),
        ((part(2, 2, "三", "四!"), part(0, 2, "一", "二")), ("一", "二", "三", "四!")),
        ((part(2, 2, "三", "四"),), ("一", "二", "三", "四")),  # a missing row is no deletion
        ((part(1, 1, "二", "二の次"),), ("一", "二", "二の次", "三", "四")),
        ((part(0, 4, "一", "三", "四"),), ("一", "三", "四")),
        (
            (part(0, 2, "一", "二の前半"), part(1, 3, "（続き）と後半", "三", "四")),
            ("一", "二の前半と後半", "三", "四"),
        ),
        ((part(1, 3, "（続き）後半", "三", "四"),), ("一", "二", "三", "四")),
        ((part(3, 9, "四!"),), ("一", "二", "三", "四!")),
        ((part(9, 1, "余分"),), ("一", "二", "三", "四", "余分")),
    ],
)
def test_parts_of_a_text_are_put_in_the_order_of_its_lines(rows: tuple[ReturnedValue, ...], lines: Lines) -> None:
    assert back(BASE, *rows).values[STATUS] == lines


def test_an_emptied_part_keeps_its_lines_and_is_reported() -> None:
    result = back(BASE, part(0, 2), part(2, 2, "三", "四!"))
    assert result.values[STATUS] == ("一", "二", "三", "四!")
    assert [row.part for row in result.emptied] == [(0, 2)]


def test_what_a_department_was_not_sent_is_outside_and_an_untouched_row_says_nothing() -> None:
    other = ReturnedValue(RESULTS, ("余所の実績",))
    result = back(BASE, other, ReturnedValue(STATUS, ("一",)), kind=FileKind.DEPARTMENT)
    assert result.outside == (other,)
    assert result.values == {STATUS: ("一",)}
    assert back({}, ReturnedValue(RESULTS, ("同じ",), untouched=True), kind=FileKind.DEPARTMENT).outside == ()


def test_a_file_of_the_whole_plan_may_fill_what_was_blank() -> None:
    result = back({}, ReturnedValue(STATUS, ("初めて",)), ReturnedValue(TITLE, ("新しい名",)))
    assert result.values == {STATUS: ("初めて",), TITLE: "新しい名"}


def test_values_that_are_no_text_are_never_taken_from_a_sheet() -> None:
    names = FieldKey(Owner.SLOT, SLOT, "departments").text
    result = back({names: ("id",)}, ReturnedValue(names, ("地域福祉課",)), ReturnedValue("no key", ("x",)))
    assert result.values == {}
    assert [row.field for row in result.outside] == [names, "no key"]


def result(text: str, link: str | None = None, value: str | None = None, unit: str | None = None) -> Result:
    return Result(text, link=link, value=None if value is None else Decimal(value), unit=unit)


def row(item: str, *lines: str, number: str | None = "", unit: str = "") -> ReturnedValue:
    return ReturnedValue(RESULTS, lines, item, number=number, unit=unit if number is not None else None)


def test_rows_of_different_indicators_with_lines_between_each_other() -> None:
    base: dict[str, Value] = {
        RESULTS: merge_value((result("甲1", "a"), result("乙1", "b"), result("甲2", "a"), result("他")))
    }
    outcome = back(base, row("a", "甲1", "甲3", "甲2"), row("b"), row("c", "丙"), row("none", "他", "他2"))
    assert texts(outcome.values[RESULTS]) == ("甲1", "甲3", "乙1", "甲2", "丙", "他", "他2")
    assert [item.item for item in outcome.emptied] == ["b"]
    value = outcome.values[RESULTS]
    assert not isinstance(value, str)
    assert texts(item_lines(value, "a")) == ("甲1", "甲3", "甲2")
    assert texts(item_lines(value, "none")) == ("他", "他2")


def test_official_text_of_results_keeps_links_and_numbers_of_lines_that_go_on() -> None:
    base: dict[str, Value] = {RESULTS: merge_value((result("登録 60人", "a", "60", "人"), result("催し", "b")))}
    changed = back(base, ReturnedValue(RESULTS, ("登録者 60人", "催しを開いた", "別の行"))).values[RESULTS]
    assert changed == merge_value(
        (result("登録者 60人", "a", "60", "人"), result("催しを開いた", "b"), result("別の行"))
    )
    other = back(base, ReturnedValue(RESULTS, ("登録 75人", "催し"))).values[RESULTS]
    assert other == merge_value((result("登録 75人", "a"), result("催し", "b")))


def test_a_collapse_to_none_needs_every_row() -> None:
    base: dict[str, Value] = {RESULTS: ()}
    rows = (row("a", "—"), row("b", "—"))
    whole = assemble(base, ReturnedFile(FileKind.DEPARTMENT, values=rows))
    cut = assemble(base, ReturnedFile(FileKind.DEPARTMENT, values=rows, missing=((RESULTS, "c"),)))
    assert whole.values[RESULTS] == ("—",)
    assert texts(cut.values[RESULTS]) == ("—", "—")


# --- contributions ----------------------------------------------------------------------------------------------


def test_contributions_are_named_by_what_they_say() -> None:
    base: dict[str, Value] = {STATUS: ("一",), TITLE: "名"}
    values: dict[str, Value] = {STATUS: ("一", "二"), TITLE: "名 ", RESULTS: ("新",)}
    first = contributions_of("x", "d", base, values, seen={STATUS: frozenset({"c"})}, uncertain=frozenset({RESULTS}))
    again = contributions_of("x", "d", base, dict(reversed(values.items())))
    assert [item.field for item in first] == sorted([STATUS, RESULTS])
    assert [item.id for item in first] == [item.id for item in again]
    assert {item.field: item.certain for item in first} == {STATUS: True, RESULTS: False}
    assert next(item for item in first if item.field == STATUS).seen == {"c"}
    assert not {item.id for item in first} & {item.id for item in contributions_of("y", "d", base, values)}


# --- stored values and merged ones ---------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=8)
LINE = TEXT.map(lambda text: f"文{text.strip()}終")
IDS = st.uuids(version=4).map(str)
NUMBERS = st.decimals(0, 10**6, places=1)
RESULT = st.builds(Result, LINE, st.just(""), st.none() | st.just("") | IDS, st.none() | NUMBERS, st.none() | LINE)
TARGET = st.builds(
    Target, LINE, st.sampled_from(TargetKind), st.none() | NUMBERS, LINE, st.sampled_from("=≥≤"), st.none()
)


@given(
    st.tuples(st.just(Kind.RESULTS), st.lists(RESULT, max_size=4).map(tuple))
    | st.tuples(
        st.just(Kind.INDICATORS),
        st.lists(
            st.builds(Indicator, LINE, IDS, st.none() | st.lists(TARGET, max_size=2).map(tuple)),
            max_size=4,
            unique_by=lambda item: item.id,
        ).map(tuple),
    )
    | st.tuples(st.just(Kind.LINES), st.lists(LINE, max_size=4).map(tuple))
    | st.tuples(st.just(Kind.LINE), LINE | st.just(""))
    | st.tuples(st.just(Kind.YEAR), st.none() | st.integers(2000, 2100))
    | st.tuples(st.just(Kind.NUMBER), st.integers(0, 99))
    | st.tuples(st.just(Kind.CHILDREN), st.lists(IDS, max_size=3).map(tuple))
    | st.tuples(st.just(Kind.FORMER), st.lists(st.tuples(LINE, st.integers(2000, 2100)), max_size=3).map(tuple))
    | st.tuples(st.just(Kind.ENTRY), st.lists(LINE, max_size=4).map(lambda lines: Entry(tuple(lines))))
    | st.tuples(
        st.just(Kind.OVERRIDES),
        st.lists(
            st.builds(JudgementOverride, IDS, st.integers(0, 3), st.sampled_from(Judgement), LINE), max_size=3
        ).map(tuple),
    )
)
@settings(max_examples=500, deadline=None)
def test_a_value_merged_with_nothing_is_stored_as_it_was(case: tuple[Kind, object]) -> None:
    kind, value = case
    current: object = value if kind in (Kind.RESULTS, Kind.INDICATORS) else ()
    merged = merge_value(value)  # type: ignore[arg-type]  # the strategy pairs kinds with their values
    assert stored_value(kind, merged, current, NEVER) == value  # type: ignore[arg-type]


def test_an_unconfirmed_draft_stays_one_until_somebody_changes_it() -> None:
    draft = Entry(("下書き",), draft=True)
    assert stored_value(Kind.ENTRY, ("下書き",), draft, NEVER) == draft
    assert stored_value(Kind.ENTRY, ("直した",), draft, NEVER) == Entry(("直した",))


def test_items_that_go_on_keep_their_ids_and_new_ones_get_one() -> None:
    current = (Result("一", "r1"), Result("二", "r2"))
    merged = merge_value((Result("一"), Result("新"), Result("二", link="a")))
    stored = stored_value(Kind.RESULTS, merged, current, lambda: "new")
    assert stored == (Result("一", "r1"), Result("新", "new"), Result("二", "r2", link="a"))
    indicators = stored_value(
        Kind.INDICATORS, ('指標\x1f{"id":"i"}', '指標\x1f{"id":"i"}', "もう一つ"), (), lambda: "new"
    )
    assert indicators == (Indicator("指標", "i"), Indicator("指標", "new"), Indicator("もう一つ", "new"))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.NUMBER, "十"),
        (Kind.YEAR, "令和"),
        (Kind.RESULTS, ("文\x1f{",)),
        (Kind.RESULTS, ("文\x1f[]",)),
        (Kind.RESULTS, ('文\x1f{"value":"x"}',)),
        (Kind.INDICATORS, ('文\x1f{"id":"i","targets":[1]}',)),
        (Kind.OVERRIDES, ("達成",)),
        (Kind.FORMER, ("旧名",)),
    ],
)
def test_what_does_not_fit_a_field_is_an_error_a_person_can_read(kind: Kind, value: Value) -> None:
    with pytest.raises(InvalidValue) as refused:
        stored_value(kind, value, (), NEVER)
    assert refused.value.code == "W-102"
    assert refused.value.next_step


def test_retyping_follows_the_entry_form() -> None:
    assert retyped(Kind.LINE, "旧", ("新",)) == "新"
    indicators = merge_value((Indicator("講座 年2回", "i", (Target("年2回", TargetKind.ANNUAL, Decimal(2), "回"),)),))
    kept = retyped(Kind.INDICATORS, indicators, ("市民講座 年2回",))
    assert '"targets"' in kept[0] and '"id":"i"' in kept[0]
    assert '"targets"' in retyped(Kind.INDICATORS, indicators, ("講座 年3回",))[0]  # a finding asks about it


def test_every_field_of_a_plan_has_a_merged_form() -> None:
    for owner, name in ((Owner.SLOT, "results"), (Owner.PLAN, "contact"), (Owner.ACTOR, "initiatives")):
        kind = spec_of(owner, name).kind
        assert stored_value(kind, merge_value(()), (), NEVER) == ()
    assert Actor.CITY.label == "市"
