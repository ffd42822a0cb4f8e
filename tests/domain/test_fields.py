"""Every field of a plan: its text, its JSON, its key."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import (
    CHILD_OF,
    FIELDS,
    Change,
    FieldKey,
    Kind,
    Owner,
    Value,
    from_json,
    key_from_text,
    lines_of,
    parse_text,
    realign_indicators,
    realign_results,
    spec_of,
    state_of_value,
    to_json,
)
from welfare_desktop.domain.model import (
    Actor,
    Entry,
    EntryState,
    Indicator,
    Judgement,
    JudgementOverride,
    Result,
    Target,
    TargetKind,
)

IDS = ("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222")


def key_of(owner: Owner, name: str, year: int | None = None) -> FieldKey:
    return FieldKey(owner, IDS[0], name, Actor.CITY if owner is Owner.ACTOR else None, year)


ALL_KEYS = [key_of(spec.owner, spec.name, 2018 if spec.yearly else None) for spec in FIELDS]
VALUE_KEYS = [key for key in ALL_KEYS if key.spec.kind not in (Kind.CHILDREN, Kind.REFERENCES)]


class TestList:
    def test_each_field_is_described_once(self) -> None:
        names = [(spec.owner, spec.name) for spec in FIELDS]
        assert len(set(names)) == len(names)
        assert all(spec.label for spec in FIELDS)

    def test_every_list_of_children_says_of_what(self) -> None:
        lists = {(spec.owner, spec.name) for spec in FIELDS if spec.kind is Kind.CHILDREN}
        assert lists == set(CHILD_OF)

    @pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: f"{spec.owner}/{spec.name}")
    def test_the_default_is_blank_or_a_number(self, spec: object) -> None:
        assert isinstance(spec, type(FIELDS[0]))
        assert lines_of(spec.default) == (("0",) if spec.kind is Kind.NUMBER else ())

    def test_an_unknown_field_is_no_field(self) -> None:
        with pytest.raises(KeyError):
            spec_of(Owner.SLOT, "title")


class TestKeys:
    @pytest.mark.parametrize("key", ALL_KEYS, ids=lambda key: f"{key.owner}/{key.name}")
    def test_text_and_back(self, key: FieldKey) -> None:
        assert key_from_text(key.text) == key

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "slot",
            f"slot:{IDS[0]}/status",  # yearly without its year
            f"slot:{IDS[0]}/indicators@2018",  # not yearly
            f"slot:{IDS[0]}/title",
            f"slot:{IDS[0]}/city/status@2018",  # only an actor's field names the actor
            f"actor:{IDS[0]}/initiatives",
            f"actor:{IDS[0]}/mayor/initiatives",
            f"slot:{IDS[0]}/status@2018\n",
            f"slot:{IDS[0]}/status@218",
            f"house:{IDS[0]}/status@2018",
            "slot:../../x/status@2018",
            f"SLOT:{IDS[0]}/status@2018",
        ],
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r".*"):
            key_from_text(text)

    @given(st.text(max_size=60))
    def test_arbitrary_text_is_a_key_or_refused(self, text: str) -> None:
        try:
            key = key_from_text(text)
        except ValueError:
            return
        assert key.text == text


class TestJson:
    @given(st.data())
    def test_there_and_back(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(VALUE_KEYS))
        value = data.draw(strategies.values(key, strategies.identifiers(), IDS))
        text = json.dumps(to_json(value))
        read = from_json(key.spec.kind, json.loads(text))
        assert read == value
        assert type(read) is type(value)
        assert json.dumps(to_json(read)) == text

    @pytest.mark.parametrize("kind", [Kind.CHILDREN, Kind.REFERENCES])
    def test_identifiers(self, kind: Kind) -> None:
        assert from_json(kind, to_json(IDS)) == IDS

    def test_decimals_keep_their_spelling(self) -> None:
        target = Target("44.10％", TargetKind.LEVEL, Decimal("44.10"), "％")
        read = from_json(Kind.INDICATORS, to_json((Indicator("44.10％", IDS[0], (target,)),)))
        assert isinstance(read, tuple)
        assert repr(read[0]).count("44.10'") == 1

    def test_what_a_person_did_not_decide_is_not_written(self) -> None:
        assert to_json((Result("講座(2回)", IDS[0]),)) == [{"id": IDS[0], "text": "講座(2回)"}]
        assert to_json((Result("講座(2回)", IDS[0], ""),)) == [{"id": IDS[0], "text": "講座(2回)", "link": ""}]
        assert to_json((Indicator("年2回", IDS[0]),)) == [{"id": IDS[0], "text": "年2回"}]
        assert to_json((Indicator("年2回", IDS[0], ()),)) == [{"id": IDS[0], "text": "年2回", "targets": []}]
        assert to_json(Entry(("a",))) == {"lines": ["a"]}

    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            (Kind.ENTRY, {}),
            (Kind.ENTRY, []),
            (Kind.INDICATORS, [{"text": "x"}]),
            (Kind.RESULTS, [[]]),
            (Kind.OVERRIDES, [{"indicator": "", "target": 0, "judgement": "great", "reason": ""}]),
            (Kind.FORMER, [["名"]]),
            (Kind.LINES, 5),
        ],
    )
    def test_other_json_is_refused(self, kind: Kind, data: object) -> None:
        with pytest.raises((KeyError, TypeError, ValueError)):
            from_json(kind, data)


class TestLines:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (None, ()),
            ("", ()),
            ("文", ("文",)),
            (2018, ("2018",)),
            (("一", "二"), ("一", "二")),
            (Entry(("一",), True), ("一",)),
            ((Indicator("年2回"),), ("年2回",)),
            ((Result("2回"),), ("2回",)),
            ((JudgementOverride("", 0, Judgement.MISSED, "雨"),), ("未達 雨",)),
            ((("旧課", 2019),), ("旧課（2019年度まで）",)),
        ],
    )
    def test_shown(self, value: Value, shown: tuple[str, ...]) -> None:
        assert lines_of(value) == shown

    @pytest.mark.parametrize(
        ("value", "state"),
        [
            (Entry(), EntryState.BLANK),
            (Entry((), True), EntryState.BLANK),
            (Entry(("文",), True), EntryState.DRAFT),
            (Entry(("文",)), EntryState.ENTERED),
            (Entry(("—",)), EntryState.NONE),
            ((Result("—"),), EntryState.NONE),
            ((), EntryState.BLANK),
        ],
    )
    def test_state(self, value: Value, state: EntryState) -> None:
        assert state_of_value(value) is state

    def test_inverse(self) -> None:
        change = Change(key_of(Owner.PLAN, "title"), "前", "後")
        assert change.inverse == Change(change.key, "後", "前")
        assert change.inverse.inverse == change


class TestParsing:
    def parse(self, owner: Owner, name: str, text: str, current: Value = None, year: int | None = None) -> Value:
        key = key_of(owner, name, year)
        start = key.spec.default if current is None else current
        return parse_text(key, text, start, strategies.identifiers())

    def test_entry_typed_by_a_person_is_no_draft(self) -> None:
        draft = Entry(("案",), True)
        assert self.parse(Owner.SLOT, "status", "・案\n", draft, 2018) == Entry(("案",))

    @pytest.mark.parametrize(
        ("owner", "name"), [(spec.owner, spec.name) for spec in FIELDS if spec.required], ids=lambda item: str(item)
    )
    def test_a_required_field_cannot_become_empty(self, owner: Owner, name: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            self.parse(owner, name, " \n　・\n")
        assert caught.value.code == "W-110"
        assert caught.value.next_step

    @pytest.mark.parametrize(("typed", "value"), [("2018", 2018), ("２０１８", 2018), (" 2018　", 2018)])
    def test_numbers(self, typed: str, value: int) -> None:
        assert self.parse(Owner.PLAN, "first_year", typed) == value
        assert self.parse(Owner.SLOT, "retired_from", typed) == value

    def test_no_year(self) -> None:
        assert self.parse(Owner.SLOT, "retired_from", "", 2018) is None

    @pytest.mark.parametrize("typed", ["二千十八", "2018年", "-5", "12345", "１．５", "0x10", "²"])
    def test_what_is_no_number_is_told(self, typed: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            self.parse(Owner.PLAN, "first_year", typed)
        assert caught.value.code == "W-101"
        assert typed in caught.value.message

    @pytest.mark.parametrize(
        ("owner", "name", "typed"), [(Owner.PLAN, "first_year", "20\n18"), (Owner.ACTIVITY, "title", "一\n二")]
    )
    def test_two_lines_are_not_glued_together(self, owner: Owner, name: str, typed: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            self.parse(owner, name, typed)
        assert caught.value.code == "W-113"

    def test_line_breaks_around_one_line_are_layout(self) -> None:
        assert self.parse(Owner.ACTIVITY, "title", "\n名前\n") == "名前"

    @pytest.mark.parametrize(
        ("owner", "name", "year"),
        [
            (Owner.PLAN, "departments", None),
            (Owner.SLOT, "departments", None),
            (Owner.SLOT, "judgements", 2018),
            (Owner.DEPARTMENT, "former", None),
        ],
    )
    def test_structure_is_not_text(self, owner: Owner, name: str, year: int | None) -> None:
        with pytest.raises(InvalidValue) as caught:
            self.parse(owner, name, "文", (), year)
        assert caught.value.code == "W-111"


class TestRealigning:
    TARGET = Target("年2回", TargetKind.ANNUAL, Decimal(2), "回")

    def test_lines_that_stay_keep_what_was_decided(self) -> None:
        old = (Result("講座(2回)", "a", "i", Decimal(2), "回"), Result("会議(1回)", "b", ""))
        new = realign_results(old, ("新しい", "講座(2回)", "会議(1回)"), strategies.identifiers())
        assert [item.id for item in new][1:] == ["a", "b"]
        assert new[1] == old[0]
        assert new[2] == old[1]
        assert new[0].link is None

    def test_a_reworded_line_keeps_its_link_and_its_number_while_the_digits_stay(self) -> None:
        old = (Result("講座(2回)", "a", "i", Decimal(2), "回"),)
        assert realign_results(old, ("講座を開いた(2回)",), strategies.identifiers())[0].value == Decimal(2)
        reworded = realign_results(old, ("講座(3回)",), strategies.identifiers())[0]
        assert (reworded.id, reworded.link, reworded.value, reworded.unit) == ("a", "i", None, None)

    def test_a_corrected_target_stays_when_its_line_is_reworded(self) -> None:
        old = (Indicator("講座 年2回", "a", (self.TARGET,)),)
        assert realign_indicators(old, ("講座の開催 年2回",), strategies.identifiers())[0].targets == (self.TARGET,)
        assert realign_indicators(old, ("講座 年3回",), strategies.identifiers())[0].targets == (self.TARGET,)
        assert realign_indicators(old, ("講座 年2回", "別"), strategies.identifiers())[1].targets is None

    @given(strategies.lines(6), strategies.lines(6))
    def test_the_lines_are_those_typed_and_ids_stay_unique(self, old: tuple[str, ...], new: tuple[str, ...]) -> None:
        new_id = strategies.identifiers()
        before = tuple(Result(line, new_id()) for line in old)
        after = realign_results(before, new, new_id)
        assert tuple(item.text for item in after) == new
        assert len({item.id for item in after}) == len(after)
        assert realign_results(after, new, new_id) == after

    def test_equal_lines_keep_their_own_identity(self) -> None:
        """A line put between three equal ones used to make the first of them a new one."""
        before = tuple(Result("研修(1回)", name) for name in "abc")
        after = realign_results(before, ("研修(1回)", "視察", "研修(1回)", "研修(1回)"), strategies.identifiers())
        assert [item.id for item in after if item.text != "視察"] == ["a", "b", "c"]

    @given(strategies.lines(5), st.data())
    def test_an_inserted_line_takes_nobody_elses_identity(self, old: tuple[str, ...], data: st.DataObject) -> None:
        new_id = strategies.identifiers()
        before = tuple(Indicator(line, new_id()) for line in old)
        place = data.draw(st.integers(0, len(old)))
        after = realign_indicators(before, (*old[:place], "新しい指標の行", *old[place:]), new_id)
        kept = [item.id for item in after if item.text != "新しい指標の行"]
        assert kept == [item.id for item in before if item.text != "新しい指標の行"]
