"""A plan as a flat list of field values."""

from __future__ import annotations

from hypothesis import given

from tests.builders import small_plan
from tests.strategies import identifiers, plans
from welfare_desktop.domain.fields import CHILD_OF, FieldKey, Kind, Owner
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Actor, Entry, Plan
from welfare_desktop.domain.values import values_of


def test_the_small_plan() -> None:
    plan = with_ids(small_plan(), identifiers())
    values = dict(values_of(plan))
    activity = plan.basic_goals[0].activity_goals[0].activities[0]
    slot = activity.city.slots[0]
    assert values[FieldKey(Owner.PLAN, plan.id, "title")] == "計画"
    assert values[FieldKey(Owner.SLOT, slot.id, "status", None, 2018)] == Entry(("支えた。",))
    assert values[FieldKey(Owner.SLOT, slot.id, "planned", None, 2019)] == Entry(("支える。",), draft=True)
    assert values[FieldKey(Owner.ACTOR, activity.id, "slots", Actor.CITY)] == tuple(
        slot.id for slot in activity.city.slots
    )
    assert FieldKey(Owner.ACTOR, activity.id, "initiatives", Actor.CITY) not in values


@given(plans())
def test_each_field_appears_once_and_never_as_its_default(plan: Plan) -> None:
    pairs = list(values_of(plan))
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys)
    assert all(value != key.spec.default for key, value in pairs)
    assert all((key.year is not None) == key.spec.yearly for key in keys)
    assert all((key.actor is not None) == (key.owner is Owner.ACTOR) for key in keys)


@given(plans())
def test_what_owns_comes_before_what_is_owned(plan: Plan) -> None:
    """In this order values can be stored: nothing is written into what does not exist yet."""
    known = {(Owner.PLAN, plan.id)}
    for key, value in values_of(plan):
        owner = Owner.ACTIVITY if key.owner is Owner.ACTOR else key.owner
        assert (owner, key.owner_id) in known
        if key.spec.kind is Kind.CHILDREN:
            assert isinstance(value, tuple)
            known |= {(CHILD_OF[(key.owner, key.name)], str(item)) for item in value}


@given(plans())
def test_nothing_of_the_plan_is_left_out(plan: Plan) -> None:
    """Every text of the tree stands in some value."""
    texts = {str(value) for _, value in values_of(plan)}
    flat = "\n".join(texts)
    for _, _, activity in plan.walk():
        for part in activity.parts:
            assert all(repr(line) in flat for line in part.initiatives)
            for slot in part.slots:
                entries = [*slot.status.values(), *slot.planned.values()]
                assert all(repr(line) in flat for entry in entries for line in entry.lines)
                assert all(repr(item.text) in flat for item in slot.indicators)
                assert all(repr(item.text) in flat for items in slot.results.values() for item in items)
                assert all(repr(item.reason) in flat for items in slot.overrides.values() for item in items)
