"""The history of one field: in what way it was changed, who sent it, and bringing a former text back."""

from __future__ import annotations

import pytest

from tests.operations.returned import fill, lines, merge, sent
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.operations.field_history import past_of, restore_former
from welfare_desktop.operations.rolling import confirm_drafts
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import close_year

STATUS = "1-1-1/city/status@2019"


def test_a_field_changed_by_merging_says_who_sent_it(office: Session) -> None:
    department = office.plan(()).departments[0].name
    fill(sent(office, department), {("1-1 ①", "実施状況"): "課が書いた文。"})
    before = lines(office, STATUS)
    merge(office, sent(office, department))
    key = office.resolve(STATUS)
    newest = past_of(office, key)[0]
    assert newest.kind == "取込み"
    assert len(newest.senders) == 1 and department in newest.senders[0]
    assert (newest.before, newest.after) == (before, ("課が書いた文。",))
    restore_former(office, key, newest.former, newest.at)
    assert lines(office, STATUS) == before
    assert past_of(office, key)[0].kind == "前の文に戻す"
    office.undo()
    assert lines(office, STATUS) == ("課が書いた文。",)


def test_every_step_of_a_field_is_named(office: Session) -> None:
    key = office.resolve(STATUS)
    confirm_drafts(office, [key])
    office.enter(key, "書き直した。", why="聞いた")
    office.undo()
    kinds = [item.kind for item in past_of(office, key)]
    assert kinds == ["元に戻す", "入力", "下書きの確定", "年度更新"]
    assert past_of(office, key)[2].state == "下書きを確定した（文は同じ）"
    assert [item.kind for item in past_of(office, key, limit=1)] == ["元に戻す"]


def test_what_is_said_already_is_not_brought_back_again(office: Session) -> None:
    key = office.resolve(STATUS)
    office.enter(key, "書き直した。")
    past = past_of(office, key)[0]
    assert restore_former(office, key, past.former, past.at) is not None
    assert restore_former(office, key, past.former, past.at) is None


def test_a_closed_year_refuses_a_former_text(office: Session) -> None:
    key = office.resolve(STATUS)
    office.enter(key, "書き直した。")
    past = past_of(office, key)[0]
    close_year(office, 2019)
    with pytest.raises(InvalidValue) as caught:
        restore_former(office, key, past.former, past.at)
    assert caught.value.code == "W-160"
    assert lines(office, STATUS) == ("書き直した。",)


def test_a_name_is_not_brought_back_to_nothing(office: Session) -> None:
    """Before the name was given there was none: an activity without one could be neither found nor printed."""
    key = office.resolve("1-1-1/title")
    first = past_of(office, key)[-1]
    with pytest.raises(InvalidValue, match="W-155"):
        restore_former(office, key, first.former, first.at)
    assert office.value(key)
