"""Targets corrected, results linked and numbered, judgements set by hand: each one step that can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.model import Indicator, Judgement, Result, Slot, TargetKind
from welfare_desktop.domain.target_correction import TargetDraft, draft_of
from welfare_desktop.operations import measures
from welfare_desktop.operations.measures import Place, place_of
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.storage.store import Operation


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    path = tmp_path / "plan.welfare"
    create_from(small_plan(), path, Operation("new", "作成", "試験")).close()
    opened = open_file(path, who="試験")
    yield opened
    opened.close()


def slot_of(session: Session, place: Place) -> Slot:
    activity = session.activity(place.activity_id)
    assert activity is not None
    return next(slot for slot in activity.part(place.actor).slots if slot.id == place.slot_id)


def council(session: Session) -> tuple[Place, Indicator, Result]:
    place, _ = place_of(session, "1-1-1/council/results@2018")
    slot = slot_of(session, place)
    return place, slot.indicators[0], slot.results[2018][0]


def test_targets_are_corrected_and_left_to_the_wording_again(session: Session) -> None:
    place, indicator, _ = council(session)
    drafts = [TargetDraft(TargetKind.BY_YEAR, "１,000", "人", "≥", "R2", "年2回", 0), TargetDraft(value="3", unit="校")]
    applied = measures.correct_targets(session, place, indicator.id, drafts)
    assert applied is not None and len(applied.changes) == 1
    first, second = slot_of(session, place).indicators[0].targets or ()
    assert (first.kind, first.value, first.fiscal_year) == (TargetKind.BY_YEAR, Decimal(1000), 2020)
    assert (second.kind, second.value, second.wording) == (TargetKind.ANNUAL, Decimal(3), "")
    assert slot_of(session, place).indicators[0].text == "講座 年2回"
    assert measures.correct_targets(session, place, indicator.id, drafts) is None
    session.enter(place.field("indicators"), "講座の開催 年9回")
    assert slot_of(session, place).indicators[0].targets == (first, second)
    assert measures.correct_targets(session, place, indicator.id, None) is not None
    assert slot_of(session, place).indicators[0].targets is None
    session.undo()
    assert slot_of(session, place).indicators[0].targets == (first, second)


def test_targets_just_as_the_wording_says_are_no_correction(session: Session) -> None:
    place, indicator, _ = council(session)
    from welfare_desktop.domain.targets import read_targets

    drafts = [draft_of(item, number) for number, item in enumerate(read_targets(indicator.text))]
    assert measures.correct_targets(session, place, indicator.id, drafts) is None
    assert measures.correct_targets(session, place, indicator.id, None) is None


def test_no_target_at_all_is_a_correction(session: Session) -> None:
    place, indicator, _ = council(session)
    assert measures.correct_targets(session, place, indicator.id, []) is not None
    assert slot_of(session, place).indicators[0].targets == ()


def test_a_draft_that_cannot_be_read_changes_nothing(session: Session) -> None:
    place, indicator, _ = council(session)
    before = session.latest_revision()
    with pytest.raises(InvalidValue) as caught:
        measures.correct_targets(session, place, indicator.id, [TargetDraft(value="2"), TargetDraft(value="約2")])
    assert (caught.value.code, caught.value.where) == ("W-101", "1.value")
    assert session.latest_revision() == before
    with pytest.raises(UnknownAddress):
        measures.correct_targets(session, place, "nobody", None)


def test_judgements_move_with_their_targets_unless_a_closed_year_holds_them(session: Session) -> None:
    place, indicator, _ = council(session)
    measures.set_judgement(session, place, 2018, indicator.id, 0, Judgement.MISSED, "数え方")
    drafts = [TargetDraft(value="5", unit="校"), TargetDraft(value="4", unit="回", wording="年2回", origin=0)]
    applied = measures.correct_targets(session, place, indicator.id, drafts)
    assert applied is not None and len(applied.changes) == 2
    assert slot_of(session, place).overrides[2018][0].target_index == 1
    session.undo()
    assert slot_of(session, place).overrides[2018][0].target_index == 0
    close_year(session, 2018)
    with pytest.raises(InvalidValue) as caught:
        measures.correct_targets(session, place, indicator.id, drafts)
    assert caught.value.code == "W-160"
    assert slot_of(session, place).indicators[0].targets is None


def test_links_are_set_left_and_confirmed_in_one_step(session: Session) -> None:
    place, indicator, result = council(session)
    session.enter(place.field("results", 2018), "講座(2回)\n講座の参加者 40人\n視察")
    applied = measures.confirm_links(session, place, 2018)
    assert applied is not None and len(applied.changes) == 1
    assert [item.link for item in slot_of(session, place).results[2018]] == [indicator.id, indicator.id, None]
    assert measures.confirm_links(session, place, 2018) is None
    session.undo()
    assert {item.link for item in slot_of(session, place).results[2018]} == {None}
    for link in ("", indicator.id, None):
        measures.link_result(session, place, 2018, result.id, link)
        assert slot_of(session, place).results[2018][0].link == link
    assert measures.link_result(session, place, 2018, result.id, None) is None
    with pytest.raises(UnknownAddress):
        measures.link_result(session, place, 2018, result.id, "nobody")
    with pytest.raises(UnknownAddress):
        measures.link_result(session, place, 2018, "nobody", "")


def test_a_number_is_set_by_hand_and_read_from_the_text_again(session: Session) -> None:
    place, _, result = council(session)
    measures.set_number(session, place, 2018, result.id, "１,２３４.5", "人")
    now = slot_of(session, place).results[2018][0]
    assert (now.value, now.unit, now.text) == (Decimal("1234.5"), "人", "講座(2回)")
    measures.set_number(session, place, 2018, result.id, "70%")
    assert slot_of(session, place).results[2018][0].unit == "％"
    measures.set_number(session, place, 2018, result.id, "")
    assert slot_of(session, place).results[2018][0] == replace(now, value=None, unit=None)
    with pytest.raises(InvalidValue) as caught:
        measures.set_number(session, place, 2018, result.id, "5人程度")
    assert caught.value.code == "W-101"


def test_judgements_need_a_reason_a_target_and_an_open_year(session: Session) -> None:
    place, indicator, _ = council(session)
    with pytest.raises(InvalidValue) as caught:
        measures.set_judgement(session, place, 2018, indicator.id, 0, Judgement.MISSED, "  ")
    assert caught.value.code == "W-145"
    with pytest.raises(UnknownAddress):
        measures.set_judgement(session, place, 2018, indicator.id, 1, Judgement.MISSED, "理由")
    measures.set_judgement(session, place, 2018, indicator.id, 0, Judgement.MISSED, "理由")
    assert measures.set_judgement(session, place, 2018, indicator.id, 0, Judgement.MISSED, "理由") is None
    assert session.undo_label == "判定の変更"
    assert measures.set_judgement(session, place, 2018, indicator.id, 0, None, "") is not None
    assert 2018 not in slot_of(session, place).overrides
    close_year(session, 2018)
    for refused in (
        lambda: measures.set_judgement(session, place, 2018, indicator.id, 0, Judgement.MISSED, "理由"),
        lambda: measures.confirm_links(session, place, 2018),
    ):
        with pytest.raises(InvalidValue) as caught:
            refused()
        assert caught.value.code == "W-160"


def test_an_address_that_is_no_slots_is_refused(session: Session) -> None:
    for address in ("1-1-1/title", "1-1-1/council/initiatives"):
        with pytest.raises(UnknownAddress):
            place_of(session, address)
