"""The yearly round on the real report: rollover, drafts, progress, closing, proofreading, search, phrases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from welfare_desktop.domain.errors import EditConflict, InvalidValue
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Entry
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.checking import apply_suggestion, check_year, ignore, notice_again
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.rolling import confirm_drafts, preview_rollover, roll_over
from welfare_desktop.operations.searching import Finder
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import (
    close_year,
    unlock_year,
)
from welfare_desktop.storage.backups import backups_of


@pytest.fixture
def session(report_session: Session) -> Session:
    """Here every test works on the real report."""
    return report_session


def status(session: Session, address: str) -> Entry:
    value = session.value(session.resolve(address))
    assert isinstance(value, Entry)
    return value


def drafts(session: Session) -> list[FieldKey]:
    return [
        FieldKey(owner, row, "status", None, 2019) for owner, row in _slots(session) if status_of(session, row).draft
    ]


def _slots(session: Session) -> Iterator[tuple[Owner, str]]:
    for _, _, activity in session.plan().walk():
        for part in activity.parts:
            for slot in part.slots:
                yield Owner.SLOT, slot.id


def status_of(session: Session, slot_id: str) -> Entry:
    value = session.value(FieldKey(Owner.SLOT, slot_id, "status", None, 2019))
    assert isinstance(value, Entry)
    return value


def test_rollover_drafts_once_and_is_undone(session: Session) -> None:
    before = dump_text(session.plan())
    planned = status(session, "1-1-3/council/planned@2019")
    rollover, applied = roll_over(session, 2019, DraftStyle.TURNED)
    assert applied is not None
    assert len(rollover.drafts) == 63
    drafted = status(session, "1-1-3/council/status@2019")
    assert drafted.draft
    assert len(drafted.lines) == len(planned.lines)
    assert drafted.lines[0].endswith("ました。")
    assert session.latest_year() == 2019
    assert backups_of(session.path)
    assert roll_over(session, 2019, DraftStyle.TURNED)[1] is None
    session.undo()
    assert dump_text(session.plan()) == before
    assert session.latest_year() == 2018


def test_a_draft_emptied_by_hand_stays_empty(session: Session) -> None:
    roll_over(session, 2019, DraftStyle.TURNED)
    session.enter(session.resolve("1-1-3/council/status@2019"), "")
    assert preview_rollover(session, 2019, DraftStyle.TURNED).drafts == ()
    assert roll_over(session, 2019, DraftStyle.TURNED)[1] is None


def test_an_opened_year_without_drafts_may_get_them_later(session: Session) -> None:
    assert roll_over(session, 2019, DraftStyle.BLANK)[1] is not None
    assert session.latest_year() == 2019
    assert roll_over(session, 2019, DraftStyle.BLANK)[1] is None
    assert len(roll_over(session, 2019, DraftStyle.TURNED)[0].drafts) == 63


@pytest.mark.parametrize("year", [2017, 2023, 9999])
def test_a_year_outside_the_plan_is_refused(session: Session, year: int) -> None:
    before = session.path.read_bytes()
    with pytest.raises(InvalidValue):
        roll_over(session, year, DraftStyle.TURNED)
    assert session.path.read_bytes() == before


def test_drafts_are_confirmed_singly_and_together(session: Session) -> None:
    roll_over(session, 2019, DraftStyle.TURNED)
    key = session.resolve("1-1-3/council/status@2019")
    text = status(session, "1-1-3/council/status@2019").lines
    confirm_drafts(session, [key])
    assert status(session, "1-1-3/council/status@2019") == Entry(text)
    assert confirm_drafts(session, [key]) is None
    applied = confirm_drafts(session, drafts(session))
    assert applied is not None
    assert len(applied.changes) == 62
    assert drafts(session) == []
    session.undo()
    assert len(drafts(session)) == 62


def test_a_closed_year_is_locked_until_a_reason_is_given(session: Session) -> None:
    close_year(session, 2018)
    assert close_year(session, 2018) is None
    for address in ("1-1-1/council/status@2018", "1-1-1/council/planned@2019", "1-1-1/council/results@2018"):
        with pytest.raises(InvalidValue, match="確定"):
            session.enter(session.resolve(address), "書けない")
    session.enter(session.resolve("1-1-1/council/status@2019"), "次の年度は書ける")
    with pytest.raises(InvalidValue):
        unlock_year(session, 2018, " ")
    unlock_year(session, 2018, "誤字の訂正")
    session.enter(session.resolve("1-1-1/council/status@2018"), "書ける")
    assert any(row.why == "誤字の訂正" for row in session.history())


def test_findings_are_corrected_ignored_and_noticed_again(session: Session) -> None:
    checked = check_year(session, 2018)
    finding = next(item for item in checked.findings if item.rule == "half_width_colon")
    apply_suggestion(session, finding)
    assert finding not in check_year(session, 2018).findings
    with pytest.raises(EditConflict):
        apply_suggestion(session, finding)
    other = check_year(session, 2018).findings[0]
    with pytest.raises(InvalidValue):
        ignore(session, 2018, other, "")
    ignore(session, 2018, other, "確かめた")
    after = check_year(session, 2018)
    assert other not in after.findings
    assert after.ignored == ((other, "確かめた"),)
    notice_again(session, 2018, other)
    assert other in check_year(session, 2018).findings
    with pytest.raises(InvalidValue):
        check_year(session, 2031)


def test_search_follows_edits(session: Session) -> None:
    finder = Finder(session)
    hits, complete = finder.search("ｻﾛﾝ")
    assert complete
    assert hits
    assert all("サロン" in hit.line for hit in hits)
    assert finder.search("花咲かせ隊")[0] == ()
    session.enter(session.resolve("2-2-1/council/status@2018"), "花咲かせ隊を作った。")
    found = finder.search("花咲かせ隊")[0]
    assert [hit.address for hit in found] == ["2-2-1/council/status@2018"]
    assert found[0].activity_id
    session.undo()
    assert finder.search("花咲かせ隊")[0] == ()
    finder.close()
    session.redo()
    assert finder.search("花咲かせ隊")[0] == ()
