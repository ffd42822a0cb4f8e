"""Replacing words: planned line by line, done as one step after a backup, never in what is closed."""

from __future__ import annotations

import pytest

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Entry
from welfare_desktop.operations.replacing import plan_replacement, replace_words
from welfare_desktop.operations.searching import Finder
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import close_year

_STATUS = "1-1-1/council/status@2018"
_PLANNED = "1-1-1/council/planned@2019"


def write(session: Session, address: str, *lines: str) -> FieldKey:
    key = session.resolve(address)
    session.enter(key, lines)
    return key


def lines(session: Session, key: FieldKey) -> tuple[str, ...]:
    return tuple(session.shown(key, session.value(key)))


def test_words_are_replaced_in_one_step_after_a_backup(session: Session) -> None:
    one = write(session, _STATUS, "ふれあいサロンを開きました。", "ｻﾛﾝとサロンです。")
    two = write(session, _PLANNED, "さろんを開きます。")
    planned = plan_replacement(session, "サロン", "つどい", [one, two, one])
    assert [(item.number, item.after) for item in planned] == [
        (1, "ふれあいつどいを開きました。"),
        (2, "つどいとつどいです。"),
        (1, "つどいを開きます。"),
    ]
    assert all(
        item.after[start:end] == "つどい" and item.refused == "" for item in planned for start, end in item.new_spans
    )
    replaced = replace_words(session, planned)
    assert replaced is not None
    assert (replaced.places, replaced.fields) == (4, 2)
    assert replaced.backup.is_file()
    assert lines(session, one) == ("ふれあいつどいを開きました。", "つどいとつどいです。")
    session.undo()
    assert lines(session, one) == ("ふれあいサロンを開きました。", "ｻﾛﾝとサロンです。")
    assert lines(session, two) == ("さろんを開きます。",)


def test_exactly_what_was_typed_if_wished(session: Session) -> None:
    key = write(session, _STATUS, "ｻﾛﾝとサロンです。")
    planned = plan_replacement(session, "サロン", "つどい", [key], exact=True)
    assert [item.after for item in planned] == ["ｻﾛﾝとつどいです。"]


def test_touching_words_are_replaced_one_by_one(session: Session) -> None:
    key = write(session, _STATUS, "はいはいはい")
    assert [item.after for item in plan_replacement(session, "はい", "い", [key])] == ["いいい"]


def test_part_of_a_character_is_left_alone(session: Session) -> None:
    key = write(session, _STATUS, "㈱ふれあいと株ふれあい")
    assert [item.after for item in plan_replacement(session, "株", "社", [key])] == ["㈱ふれあいと社ふれあい"]


def test_a_line_that_holds_nothing_else_goes(session: Session) -> None:
    key = write(session, _STATUS, "（案）", "残る文です。")
    planned = plan_replacement(session, "（案）", "", [key])
    assert planned[0].after == ""
    assert replace_words(session, planned) is not None
    assert lines(session, key) == ("残る文です。",)


def test_a_closed_year_is_left_and_told(session: Session) -> None:
    one, two = write(session, _STATUS, "サロンです。"), write(session, "1-1-1/council/status@2019", "サロンです。")
    close_year(session, 2018)
    planned = plan_replacement(session, "サロン", "つどい", [one, two])
    assert [bool(item.refused) for item in planned] == [True, False]
    assert "確定" in planned[0].refused
    assert replace_words(session, planned) is not None
    assert lines(session, one) == ("サロンです。",)
    assert lines(session, two) == ("つどいです。",)


def test_a_title_cannot_become_empty(session: Session) -> None:
    key = session.resolve("1-1-1/title")
    session.enter(key, "案")
    planned = plan_replacement(session, "案", "", [key])
    assert planned[0].refused
    assert replace_words(session, planned) is None
    assert lines(session, key) == ("案",)


def test_a_department_keeps_its_name(session: Session) -> None:
    department = session.plan(()).departments[0]
    key = FieldKey(Owner.DEPARTMENT, department.id, "name")
    planned = plan_replacement(session, department.name, "別の課", [key])
    assert "担当課" in planned[0].refused


def test_a_draft_stays_a_draft(session: Session) -> None:
    key = session.resolve(_STATUS)
    session.edit(key, Entry(("サロンです。",), draft=True))
    replace_words(session, plan_replacement(session, "サロン", "つどい", [key]))
    assert session.value(key) == Entry(("つどいです。",), draft=True)


def test_results_keep_what_they_answer(session: Session) -> None:
    key = write(session, "1-1-1/council/results@2018", "サロン 3回")
    before = session.value(key)
    replace_words(session, plan_replacement(session, "サロン", "つどい", [key]))
    after = session.value(key)
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    assert [item.id for item in after] == [item.id for item in before]  # type: ignore[union-attr]


def test_a_line_that_changed_meanwhile_stops_everything(session: Session) -> None:
    one, two = write(session, _STATUS, "サロンです。"), write(session, _PLANNED, "サロンです。")
    planned = plan_replacement(session, "サロン", "つどい", [one, two])
    session.enter(two, "ほかの文です。")
    with pytest.raises(InvalidValue):
        replace_words(session, planned)
    assert lines(session, one) == ("サロンです。",)


def test_nothing_to_look_for_is_said(session: Session) -> None:
    with pytest.raises(InvalidValue):
        plan_replacement(session, "  ", "x", [])


def test_the_index_knows_where_words_may_stand(session: Session) -> None:
    key = write(session, _STATUS, "ふれあい サロンです。")
    finder = Finder(session)
    assert key in finder.fields_with("ふれあい ｻﾛﾝ")
    assert key not in finder.fields_with("サロン ふれあい")
    assert finder.lines(key) == ("ふれあい サロンです。",)
    assert finder.search("サロン", wanted=lambda field: field != key)[0] == ()
