"""What goes into a data file comes out of it, and proves itself; history alone can rebuild it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.data_files import EDIT, make_file, make_store
from welfare_desktop.domain.errors import InvalidValue, StoreError
from welfare_desktop.domain.fields import FIELDS, Change, FieldKey, FieldSpec, Kind, Owner, Value
from welfare_desktop.domain.model import Actor, Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.storage.opening import open_store
from welfare_desktop.storage.store import HistoryRow, Store


@contextmanager
def stored(plan: Plan) -> Iterator[Store]:
    """A data file that holds ``plan``, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, closing(make_store(Path(folder) / "計画.welfare", plan)) as store:
        yield store


def replayed(history: Iterable[HistoryRow]) -> dict[FieldKey, Value]:
    """The values that history (newest first) leads to, with every step checked against the one before."""
    values: dict[FieldKey, Value] = {}
    for row in reversed(list(history)):
        key = row.change.key
        assert values.get(key, key.spec.default) == row.change.before
        values[key] = row.change.after
    return {key: value for key, value in values.items() if value != key.spec.default}


@settings(max_examples=40, deadline=None)
@given(strategies.plans())
def test_a_plan_comes_back_as_it_went_in(plan: Plan) -> None:
    with stored(plan) as store:
        loaded = store.plan()
        assert loaded == replace(plan, dataset_id=store.dataset_id)
        assert store.problems() == []
        for key, value in values_of(loaded):
            assert store.value(key) == value
        for _, _, activity in loaded.walk():
            assert store.activity(activity.id) == activity
        assert replayed(store.history()) == dict(values_of(loaded))


@settings(max_examples=40, deadline=None)
@given(strategies.plans(), st.sets(strategies.fiscal_years(), max_size=3))
def test_a_plan_of_some_years_is_the_plan_without_the_others(plan: Plan, years: set[int]) -> None:
    def of_years(key: FieldKey) -> bool:
        return key.year is None or key.year in years

    with stored(plan) as store:
        some = dict(values_of(store.plan(sorted(years))))
        assert some == {key: value for key, value in values_of(plan) if of_years(key)}


@settings(max_examples=40, deadline=None)
@given(strategies.plans(2), st.data())
def test_any_edits_are_kept_proved_and_recorded(plan: Plan, data: st.DataObject) -> None:
    """Values of every shape, written over what is there and over nothing, a step at a time and several in one."""
    new_id = strategies.identifiers()

    def fresh_id() -> str:
        return f"edit-{new_id()}"

    with stored(plan) as store:
        keys = value_keys(plan)
        for _ in range(data.draw(st.integers(1, 4))):
            chosen = data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
            named = indicator_ids(store.plan(())), tuple(department.id for department in plan.departments)
            changes = [
                Change(key, store.value(key), data.draw(strategies.values(key, fresh_id, *named))) for key in chosen
            ]
            store.apply(changes, EDIT)
            for change in changes:
                assert store.value(change.key) == change.after
        assert store.problems() == []
        with closing(open_store(store.path, read_only=True)) as reopened:
            assert replayed(store.history()) == {
                **dict(values_of(reopened.plan())),
                **{key: value for key, value in reopened.notes().items() if value},
            }


@settings(max_examples=100, deadline=None)
@given(
    spec=st.sampled_from([spec for spec in FIELDS if spec.kind is not Kind.CHILDREN]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple),
        max_leaves=4,
    ),
)
def test_anything_else_is_kept_or_refused(shared_path: Path, spec: FieldSpec, value: Value) -> None:
    """Values no reader would make: whatever is accepted must prove itself afterwards."""
    with closing(open_store(shared_path)) as store:
        plan = store.plan(())
        key = next(key for key in value_keys(plan) if (key.owner, key.name) == (spec.owner, spec.name))
        try:
            store.apply([Change(key, store.value(key), value)], EDIT)
        except InvalidValue:
            return
        except StoreError:  # a department that does not exist
            assert spec.kind is Kind.REFERENCES
            return
        assert store.value(key) == value
        assert store.problems(thorough=False) == []


@pytest.fixture(scope="module")
def shared_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for all examples: each leaves it sound, so the next one may go on with it."""
    return make_file(tmp_path_factory.mktemp("共用") / "共用.welfare")


def value_keys(plan: Plan) -> list[FieldKey]:
    """Every field of ``plan`` that is no list of children, yearly ones for two years."""
    owners: dict[Owner, list[str]] = {owner: [] for owner in Owner}
    owners[Owner.PLAN].append(plan.id)
    owners[Owner.DEPARTMENT] += [department.id for department in plan.departments]
    for basic in plan.basic_goals:
        owners[Owner.BASIC_GOAL].append(basic.id)
        owners[Owner.ACTIVITY_GOAL] += [goal.id for goal in basic.activity_goals]
    for _, _, activity in plan.walk():
        owners[Owner.ACTIVITY].append(activity.id)
        owners[Owner.ACTOR].append(activity.id)
        owners[Owner.SLOT] += [slot.id for part in activity.parts for slot in part.slots]
    return [
        FieldKey(spec.owner, owner_id, spec.name, actor, year)
        for spec in FIELDS
        if spec.kind is not Kind.CHILDREN
        for owner_id in owners[spec.owner]
        for actor in ((Actor.COUNCIL, Actor.CITY) if spec.owner is Owner.ACTOR else (None,))
        for year in ((2018, 2019) if spec.yearly else (None,))
    ]


def indicator_ids(plan: Plan) -> tuple[str, ...]:
    return tuple(
        item.id
        for _, _, activity in plan.walk()
        for part in activity.parts
        for slot in part.slots
        for item in slot.indicators
    )
