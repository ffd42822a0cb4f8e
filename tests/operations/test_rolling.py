"""Opening a year from a preview: what it shows, what it writes in one step, and when it has nothing to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.model import Entry
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.domain.rolling_preview import Carried, Handling
from welfare_desktop.domain.years import YearState
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.rolling import (
    confirm_drafts,
    drafts_in,
    next_year,
    open_as_previewed,
    preview_opening,
    roll_over,
)
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import close_year, unfinished, unlock_year
from welfare_desktop.storage.store import Operation

TURNED = DraftStyle.TURNED


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    path = tmp_path / "plan.welfare"
    create_from(small_plan(), path, Operation("new", "作成", "試験")).close()
    opened = open_file(path, who="試験")
    yield opened
    assert opened.problems() == []
    opened.close()


def test_the_preview_names_every_line_and_the_slots_without_a_plan(session: Session) -> None:
    opening = preview_opening(session, 2019, TURNED)
    rows = [(row.activity, row.owner, row.planned, row.drafted, row.handling) for row in opening.rows]
    assert rows == [
        ("1-1① 担い手の確保と育成の支援", "社協", "開く。", "開いた。", Handling.TURNED),
        ("1-1① 担い手の確保と育成の支援", "地域福祉課", "支える。", "支えた。", Handling.TURNED),
        ("1-1① 担い手の確保と育成の支援", "協働推進課", "", "", Handling.UNPLANNED),
        ("1-1② 団体間の交流促進", "社協", "", "", Handling.UNPLANNED),
        ("1-1② 団体間の交流促進", "地域福祉課・協働推進課", "", "", Handling.UNPLANNED),
    ]
    assert all(row.reasons for row in opening.rows if row.handling is Handling.UNPLANNED)
    assert opening.carried == Carried(2, 5, 0)
    assert (opening.finished, opening.opened, opening.drafted) == (2018, False, False)


def test_the_preview_of_the_real_report_holds_every_drafted_line(report_session: Session) -> None:
    opening = preview_opening(report_session, 2019, TURNED)
    assert len(opening.rows) == sum(len(draft.lines) for draft in opening.rollover.drafts)
    assert opening.carried == Carried(30, 63, 0)
    assert {row.handling for row in opening.rows} == {Handling.TURNED, Handling.REVIEW, Handling.KEPT}
    assert all(bool(row.reasons) == (row.handling is Handling.REVIEW) for row in opening.rows)


def test_opening_and_closing_are_one_step_of_undo(session: Session) -> None:
    before, states = dump_text(session.plan()), session.year_states()
    _, applied = roll_over(session, 2019, TURNED, close_finished=True)
    assert applied is not None
    assert session.year_states()[2018] is YearState.CLOSED
    assert session.year_states()[2019] is YearState.OPEN
    assert session.undo() is not None
    assert dump_text(session.plan()) == before
    assert session.year_states() == states
    assert session.redo() is not None
    assert session.closed_years() == {2018}


def test_what_was_written_while_the_preview_was_read_is_left_alone(session: Session) -> None:
    rollover = preview_opening(session, 2019, TURNED).rollover
    key = session.resolve("1-1-1/council/status@2019")
    session.enter(key, "先に書いた。")
    assert open_as_previewed(session, rollover, TURNED, close_finished=True) is not None
    assert session.value(key) == Entry(("先に書いた。",))
    assert len(drafts_in(session, 2019)) == 1
    assert open_as_previewed(session, rollover, TURNED, close_finished=True) is None


def test_rolling_over_twice_changes_nothing(session: Session) -> None:
    roll_over(session, 2019, TURNED, close_finished=True)
    held = session.latest_revision()
    for style in DraftStyle:
        opening = preview_opening(session, 2019, style)
        assert not opening.changes_anything(close=True)
        assert roll_over(session, 2019, style, close_finished=True)[1] is None
    assert session.latest_revision() == held


def test_the_year_before_may_be_closed_later(session: Session) -> None:
    roll_over(session, 2019, TURNED)
    assert preview_opening(session, 2019, TURNED).changes_anything(close=True)
    assert roll_over(session, 2019, TURNED, close_finished=True)[1] is not None
    assert session.closed_years() == {2018}


def test_the_first_year_of_a_plan_closes_nothing(session: Session) -> None:
    assert preview_opening(session, 2018, TURNED).finished is None
    roll_over(session, 2018, DraftStyle.BLANK, close_finished=True)
    assert session.closed_years() == frozenset()


def test_a_closed_year_is_not_opened_again(session: Session) -> None:
    close_year(session, 2019)
    for action in (preview_opening, roll_over):
        with pytest.raises(InvalidValue, match="確定") as caught:
            action(session, 2019, TURNED)
        assert caught.value.code == "W-160"


def test_the_next_year_is_the_first_not_opened(session: Session) -> None:
    assert next_year(session) == 2019
    roll_over(session, 2021, TURNED)
    assert next_year(session) == 2022
    roll_over(session, 2022, TURNED)
    assert next_year(session) == 2019  # two years were passed over
    for year in (2019, 2020):
        roll_over(session, year, TURNED)
    assert next_year(session) is None


def test_every_year_has_a_state(session: Session) -> None:
    states = session.year_states()
    assert list(states) == [2018, 2019, 2020, 2021, 2022]
    assert states[2018] is YearState.OPEN
    assert set(list(states.values())[1:]) == {YearState.NOT_OPENED}
    close_year(session, 2018)
    assert session.year_states()[2018] is YearState.CLOSED
    unlock_year(session, 2018, "誤字")
    assert session.year_states()[2018] is YearState.OPEN


def test_a_plan_nothing_was_written_for_begins_with_its_first_year(tmp_path: Path) -> None:
    path = tmp_path / "fresh.welfare"
    create_from(replace(small_plan(), basic_goals=()), path, Operation("new", "作成", "試験")).close()
    opened = open_file(path, who="試験")
    assert opened.year_states()[2018] is YearState.OPEN
    opening = preview_opening(opened, 2019, TURNED)
    assert (opening.rows, opening.carried) == ((), Carried(0, 0, 0))
    assert roll_over(opened, 2019, TURNED)[1] is not None
    opened.close()


def test_drafts_of_a_slot_an_activity_a_department_and_the_year(session: Session) -> None:
    roll_over(session, 2019, TURNED)
    activity = next(activity for _, _, activity in session.plan().walk())
    assert len(drafts_in(session, 2019)) == 2
    assert len(drafts_in(session, 2019, activity_id=activity.id)) == 2
    slot = activity.council.slots[0].id
    assert len(drafts_in(session, 2019, activity_id=activity.id, slot_id=slot)) == 1
    assert len(drafts_in(session, 2019, department="地域福祉課")) == 1
    applied = confirm_drafts(session, drafts_in(session, 2019))
    assert applied is not None
    assert drafts_in(session, 2019) == ()
    session.undo()
    assert len(drafts_in(session, 2019)) == 2


def test_what_is_left_is_told_in_words(session: Session) -> None:
    left = unfinished(session, 2018)
    assert (left.blank, left.draft, left.conflicts) == (6, 1, 0)
    assert left.words == "未記入 6 欄、下書き 1 欄"


def test_the_preview_says_what_is_left_in_the_year_before(session: Session) -> None:
    left = preview_opening(session, 2019, TURNED).left
    assert left is not None and left.begun
    assert left.words == "未記入 6 欄、下書き 1 欄"
    later = preview_opening(session, 2021, TURNED).left
    assert later is not None and not later.begun
    assert preview_opening(session, 2018, TURNED).left is None
