"""Addresses: the numbers on paper as names of fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import small_plan
from tests.strategies import identifiers, plans
from welfare_desktop.domain.addresses import Address, address_of, parse_address, places, resolve, spoken
from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import FieldKey, Kind, Owner
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Actor, Plan
from welfare_desktop.domain.values import values_of


@pytest.fixture
def plan() -> Plan:
    return with_ids(small_plan(), identifiers())


class TestParsing:
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("1-1-3/city.2/status@2018", Address(1, 1, 3, Actor.CITY, 2, "status", 2018)),
            ("1-1-3/city/status@2018", Address(1, 1, 3, Actor.CITY, None, "status", 2018)),
            ("1-1-1/council/planned@2019", Address(1, 1, 1, Actor.COUNCIL, None, "planned", 2019)),
            ("1-1-1/council/results@2018", Address(1, 1, 1, Actor.COUNCIL, None, "results", 2018)),
            ("1-1-1/council/indicators", Address(1, 1, 1, Actor.COUNCIL, None, "indicators", None)),
            ("1-1-1/city/initiatives", Address(1, 1, 1, Actor.CITY, None, "initiatives", None)),
            ("1-1-1/city.3/departments", Address(1, 1, 1, Actor.CITY, 3, "departments", None)),
            ("1-1-1/title", Address(1, 1, 1, None, None, "title", None)),
            ("1-1-1/residents_role", Address(1, 1, 1, None, None, "residents_role", None)),
            ("1-1/title", Address(1, 1, None, None, None, "title", None)),
            ("2/title", Address(2, None, None, None, None, "title", None)),
            ("plan/vision", Address(0, None, None, None, None, "vision", None)),
            (" 10-12-35/title\n", Address(10, 12, 35, None, None, "title", None)),
            ("１-１-１/title", Address(1, 1, 1, None, None, "title", None)),
        ],
    )
    def test_examples(self, text: str, address: Address) -> None:
        assert parse_address(text) == address

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "/",
            "1-1-1",
            "1-1-1/",
            "title",
            "0/title",
            "0-1-1/title",
            "1-1-1-1/title",
            "-1/title",
            "1--1/title",
            "1-1-1/mayor/status@2018",
            "1-1-1/City/status@2018",
            "1-1-1/city./status@2018",
            "1-1-1/city.-1/status@2018",
            "1-1-1/city.x/status@2018",
            "1-1/city/status@2018",
            "1/council/initiatives",
            "plan/council/initiatives",
            "1-1-1/city/status",  # yearly without a year
            "1-1-1/city/status@18",
            "1-1-1/city/status@20188",
            "1-1-1/city/indicators@2018",  # not yearly
            "1-1-1/title@2018",
            "1-1-1/status@2018",  # a slot's field without its actor
            "1-1-1/city/title",
            "1-1-1/city/slots",  # structure has operations of its own
            "1-1-1/number",
            "1-1/activities",
            "plan/departments",
            "plan/closed@2018",
            "1-1-1/city/judgements@2018",
            "1-1-1/city/status@2018/x",
            "1-1-1/city/status@2018 ; DROP TABLE slot",
            "../../1/title",
            "9" * 5000 + "/title",
            "1-1-1/city." + "9" * 5000 + "/status@2018",
            "１".join("-" * 3),
        ],
    )
    def test_what_is_no_address_is_told(self, text: str) -> None:
        with pytest.raises(UnknownAddress) as caught:
            parse_address(text)
        assert caught.value.code == "W-120"
        assert caught.value.message
        assert "1-1-3/city.2/status@2018" in caught.value.next_step
        assert len(caught.value.where) <= 80

    @given(st.text(max_size=40) | st.from_regex(r"[0-9\-]{0,8}/(city|council|plan)?[./@a-z0-9]{0,20}"))
    def test_arbitrary_text_is_an_address_or_told(self, text: str) -> None:
        try:
            address = parse_address(text)
        except UnknownAddress:
            return
        assert parse_address(str(address)) == address or address.slot == 1

    def test_written_without_what_is_understood(self) -> None:
        assert str(parse_address("1-1-1/city.1/status@2018")) == "1-1-1/city/status@2018"
        assert str(parse_address("plan/title")) == "plan/title"


class TestResolving:
    def test_examples(self, plan: Plan) -> None:
        basic = plan.basic_goals[0]
        goal = basic.activity_goals[0]
        first = goal.activities[0]
        slots = first.city.slots
        assert resolve(plan, "plan/title") == FieldKey(Owner.PLAN, plan.id, "title")
        assert resolve(plan, "1/title") == FieldKey(Owner.BASIC_GOAL, basic.id, "title")
        assert resolve(plan, "1-1/title") == FieldKey(Owner.ACTIVITY_GOAL, goal.id, "title")
        assert resolve(plan, "1-1-1/title") == FieldKey(Owner.ACTIVITY, first.id, "title")
        assert resolve(plan, "1-1-1/city/initiatives") == FieldKey(Owner.ACTOR, first.id, "initiatives", Actor.CITY)
        assert resolve(plan, "1-1-1/city.2/status@2018") == FieldKey(Owner.SLOT, slots[1].id, "status", None, 2018)
        assert resolve(plan, "1-1-1/city/departments") == FieldKey(Owner.SLOT, slots[0].id, "departments")

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("2/title", "基本目標2"),
            ("1-2/title", "活動目標1-2"),
            ("1-1-3/title", "活動1-1-3"),
            ("1-1-1/city.3/status@2018", "記入欄は2つ"),
            ("1-1-1/city.0/status@2018", "0番目"),
            ("1-1-1/city.2/initiatives", "実施主体ごと"),
        ],
    )
    def test_what_the_plan_does_not_have_is_told(self, plan: Plan, address: str, words: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            resolve(plan, address)
        assert words in caught.value.message

    @given(plans())
    def test_every_addressable_field_is_found_by_its_address(self, plan: Plan) -> None:
        where = places(plan)
        for key, _ in values_of(plan):
            address = address_of(key, where)
            if key.owner is Owner.DEPARTMENT or key.spec.kind in (Kind.CHILDREN, Kind.OVERRIDES):
                continue
            if key.name in ("number", "retired_from"):
                continue
            assert resolve(plan, address) == key


class TestPlaces:
    def test_what_left_the_structure_is_shown_by_its_id(self, plan: Plan) -> None:
        key = FieldKey(Owner.SLOT, "gone", "status", None, 2018)
        assert address_of(key, places(plan)) == "(slot:gone)/status@2018"

    def test_a_department_is_shown_by_its_name(self, plan: Plan) -> None:
        key = FieldKey(Owner.DEPARTMENT, plan.departments[0].id, "name")
        assert address_of(key, places(plan)) == "department:地域福祉課/name"

    def test_spoken(self) -> None:
        assert spoken(FieldKey(Owner.SLOT, "", "status", None, 2018)) == "実施状況（平成30年度）"
        assert spoken(FieldKey(Owner.ACTIVITY, "", "title")) == "活動名"
