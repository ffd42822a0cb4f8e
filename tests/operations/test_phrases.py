"""Reusable lines: whose they are, in which order they are offered, how they are found and kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.phrases import (
    LAST_USED,
    SHARED,
    Phrase,
    add_phrase,
    matching,
    offered,
    phrase_lists,
    set_phrases,
)
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.store import Operation


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    path = tmp_path / "plan.welfare"
    create_from(small_plan(), path, Operation("new", "作成", "試験")).close()
    opened = open_file(path, who="試験")
    yield opened
    assert opened.problems() == []
    opened.close()


def department(session: Session, number: int = 0) -> str:
    return session.plan(()).departments[number].id


def test_offered_are_the_departments_the_shared_and_the_lines_used_last(session: Session) -> None:
    own = department(session)
    set_phrases(session, {own: ("課の定型文。", "共通の定型文。"), None: ("共通の定型文。", "どこでも。")})
    session.enter(session.resolve("1-1-1/council/status@2018"), "今書いた文。\n課の定型文。")
    session.enter(session.resolve("1-1-2/title"), "題は定型文ではない")
    assert offered(session, (own,)) == (
        Phrase("課の定型文。", "地域福祉課"),
        Phrase("共通の定型文。", "地域福祉課"),
        Phrase("どこでも。", SHARED),
        Phrase("今書いた文。", LAST_USED),
    )
    assert [phrase.text for phrase in offered(session, ())][:2] == ["共通の定型文。", "どこでも。"]


def test_lines_somebody_else_wrote_are_not_offered(session: Session) -> None:
    session.enter(session.resolve("1-1-1/council/status@2018"), "自分の文。")
    session.who = "別の人"
    assert offered(session, ()) == ()
    session.who = "試験"
    assert [phrase.text for phrase in offered(session, ())] == ["自分の文。"]


def test_only_the_newest_lines_are_offered(session: Session) -> None:
    key = session.resolve("1-1-1/council/status@2018")
    for number in range(8):
        session.enter(key, f"{number}回目。")
    assert [phrase.text for phrase in offered(session, (), last_used=3)] == ["7回目。", "6回目。", "5回目。"]


def test_editing_several_lists_is_one_step(session: Session) -> None:
    own, other = department(session), department(session, 1)
    assert set_phrases(session, {own: ("・一つ", "一つ ", "", "二つ"), other: ("三つ",), None: ()}) is not None
    lists = {item.name: item.lines for item in phrase_lists(session)}
    assert lists == {SHARED: (), "地域福祉課": ("一つ", "二つ"), "協働推進課": ("三つ",)}
    assert set_phrases(session, {own: ("一つ", "二つ")}) is None
    session.undo()
    assert not any(item.lines for item in phrase_lists(session))


def test_a_line_is_added_once(session: Session) -> None:
    assert add_phrase(session, None, "・周知を図った。") is not None
    assert add_phrase(session, None, "周知を図った。") is None
    assert phrase_lists(session)[0].lines == ("周知を図った。",)
    with pytest.raises(InvalidValue) as caught:
        add_phrase(session, None, " ・ ")
    assert caught.value.code == "W-163"


def test_phrases_are_found_whatever_the_width_or_kana() -> None:
    phrases = tuple(Phrase(text, SHARED) for text in ("サロンを３回開いた。", "さろんの手引き", "広報に載せた。"))
    assert matching(phrases, "ｻﾛﾝ") == phrases[:2]
    assert matching(phrases, "サロン 3回") == phrases[:1]
    assert matching(phrases, " ") == phrases
    assert matching(phrases, "なし") == ()
