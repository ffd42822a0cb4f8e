"""What of a package is an edit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.merging.lines import Value
from welfare_desktop.domain.merging.packaged import Known, edits_of
from welfare_desktop.domain.merging.returned import PackagedValue

SLOT = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


def status(owner: str = SLOT, year: int = 2019) -> str:
    return FieldKey(Owner.SLOT, owner, "status", None, year).text


def test_what_it_says_otherwise_and_blank_for_what_its_owner_no_longer_says() -> None:
    base: dict[str, Value] = {status(): ("旧",), status(year=2020): ("消えた",), status(OTHER): ("ない持ち主",)}
    packaged = [PackagedValue(status(), {"lines": ["新"]}), PackagedValue(status(year=2021), {"lines": ["予定"]})]
    edits = edits_of(base, packaged)
    assert edits.values == {status(): ("新",), status(year=2021): ("予定",), status(year=2020): ()}
    assert edits.same == 0


def test_what_came_back_as_it_was_is_only_counted() -> None:
    base: dict[str, Value] = {status(): ("旧",)}
    edits = edits_of(base, [PackagedValue(status(), {"lines": ["旧"]}), PackagedValue(status(OTHER), {"lines": []})])
    assert (dict(edits.values), edits.same) == ({}, 2)


_TEXTS = st.lists(st.sampled_from(("一", "二", "三")), max_size=2)
_SAID = st.dictionaries(st.sampled_from([status(SLOT, year) for year in range(2019, 2023)]), _TEXTS)


@given(_SAID, st.lists(_SAID, min_size=1, max_size=4))
def test_what_is_remembered_of_other_packages_changes_nothing(
    base: dict[str, list[str]], packages: list[dict[str, list[str]]]
) -> None:
    memory: Known = {}
    before: dict[str, Value] = {name: tuple(lines) for name, lines in base.items()}
    for said in packages:
        packaged = [PackagedValue(name, {"lines": lines}) for name, lines in said.items()]
        assert edits_of(before, packaged, memory) == edits_of(before, packaged)
