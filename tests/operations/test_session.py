"""An open file as the window sees it: edits, undo and redo across fields, two people at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from welfare_desktop.domain.errors import EditConflict, InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Entry, Result
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session, report_year, require_activity
from welfare_desktop.operations.year_work import close_year, unlock_year
from welfare_desktop.storage.store import Applied

STATUS = "1-1-1/council/status@2018"
PLANNED = "1-1-1/council/planned@2019"
CITY = "1-1-1/city.2/status@2018"


@pytest.fixture
def other(session: Session) -> Iterator[Session]:
    """Somebody else at the same file."""
    with closing(open_file(session.path, who="隣の人")) as opened:
        yield opened


def enter(session: Session, address: str, text: str) -> Applied:
    applied = session.enter(session.resolve(address), text)
    assert applied is not None
    return applied


def lines(session: Session, address: str) -> tuple[str, ...]:
    value = session.value(session.resolve(address))
    assert isinstance(value, Entry)
    return value.lines


def labels(session: Session) -> tuple[str | None, str | None]:
    """What undo and redo would do."""
    return session.undo_label, session.redo_label


class TestEntering:
    def test_text_becomes_lines(self, session: Session) -> None:
        enter(session, STATUS, "・一つ目。\r\n\n・二つ目。　\n")
        assert lines(session, STATUS) == ("一つ目。", "二つ目。")

    def test_the_same_again_writes_nothing(self, session: Session) -> None:
        before = session.latest_operation()
        assert session.enter(session.resolve(STATUS), "開いた。\n・数えた。\n") is None
        assert session.latest_operation() == before
        assert session.undo_label is None

    def test_a_draft_typed_again_is_confirmed(self, session: Session) -> None:
        key = session.resolve("1-1-1/city/planned@2019")
        assert session.value(key) == Entry(("支える。",), draft=True)
        assert session.enter(key, "支える。") is not None
        assert session.value(key) == Entry(("支える。",))

    def test_blank_clears(self, session: Session) -> None:
        enter(session, STATUS, "")
        assert lines(session, STATUS) == ()

    def test_bad_input_changes_nothing(self, session: Session) -> None:
        before = session.latest_operation()
        with pytest.raises(InvalidValue):
            session.enter(session.resolve("1-1-1/title"), "　")
        with pytest.raises(InvalidValue):
            session.enter(session.resolve("plan/first_year"), "平成三十年")
        assert session.latest_operation() == before

    @pytest.mark.parametrize(("field", "text"), [("first_year", "2023"), ("last_year", "2017"), ("last_year", "9999")])
    def test_a_plan_cannot_end_before_it_begins(self, session: Session, field: str, text: str) -> None:
        with pytest.raises(InvalidValue) as caught:
            session.enter(session.resolve(f"plan/{field}"), text)
        assert caught.value.code == "W-147"
        assert (session.plan().first_year, session.plan().last_year) == (2018, 2022)

    def test_who_is_written_down(self, session: Session, other: Session) -> None:
        enter(session, STATUS, "山口が。")
        enter(other, CITY, "隣が。")
        assert [row.who for row in session.history(limit=2)] == ["隣の人", "山口"]

    def test_results_keep_what_a_person_decided(self, session: Session) -> None:
        key = session.resolve("1-1-1/council/results@2018")
        result = next(session.plan().walk())[2].council.slots[0].results[2018][0]
        session.edit(key, (Result(result.text, result.id, ""),))
        session.enter(key, "新しい(1回)\n講座(2回)")
        value = session.value(key)
        assert isinstance(value, tuple)
        assert [(item.text, item.link) for item in value if isinstance(item, Result)] == [
            ("新しい(1回)", None),
            ("講座(2回)", ""),
        ]


class TestUndo:
    def test_crosses_fields(self, session: Session) -> None:
        enter(session, STATUS, "一")
        enter(session, CITY, "二")
        assert labels(session) == ("実施状況（平成30年度）の変更", None)
        session.undo()
        assert labels(session) == ("実施状況（平成30年度）の変更", "実施状況（平成30年度）の変更")
        assert (lines(session, STATUS), lines(session, CITY)) == (("一",), ())
        session.undo()
        assert lines(session, STATUS) == ("開いた。", "数えた。")
        assert session.undo() is None
        assert labels(session)[0] is None
        session.redo()
        session.redo()
        assert (lines(session, STATUS), lines(session, CITY)) == (("一",), ("二",))
        assert session.redo() is None
        assert labels(session)[1] is None

    def test_a_new_edit_forgets_what_could_be_redone(self, session: Session) -> None:
        enter(session, STATUS, "一")
        session.undo()
        enter(session, CITY, "二")
        assert session.redo_label is None
        assert session.redo() is None

    def test_stands_in_the_history_and_names_what_it_takes_back(self, session: Session) -> None:
        done = enter(session, STATUS, "一")
        undone = session.undo()
        assert undone is not None
        row = session.history(limit=1)[0]
        assert (row.kind, row.label, row.undoes) == (
            "undo",
            "元に戻す: 実施状況（平成30年度）の変更",
            done.operation_id,
        )
        assert row.revision > done.revisions[0]

    def test_many_times_there_and_back(self, session: Session) -> None:
        enter(session, STATUS, "一")
        enter(session, STATUS, "二")
        for _ in range(5):
            session.undo()
            session.undo()
            assert lines(session, STATUS) == ("開いた。", "数えた。")
            session.redo()
            session.redo()
            assert lines(session, STATUS) == ("二",)
        assert session.problems() == []

    def test_what_somebody_else_changed_since_stays_and_is_told(self, session: Session, other: Session) -> None:
        enter(session, STATUS, "私の。")
        enter(session, CITY, "私の市の欄。")
        enter(other, CITY, "隣の。")
        with pytest.raises(EditConflict):
            session.undo()
        assert lines(session, CITY) == ("隣の。",)
        session.undo()  # the step before can still be taken back
        assert lines(session, STATUS) == ("開いた。", "数えた。")

    def test_several_fields_are_one_step(self, session: Session) -> None:
        keys = [session.resolve(address) for address in (STATUS, CITY)]
        changes = [Change(key, session.value(key), Entry(("同時に。",))) for key in keys]
        session.apply(changes, kind="edit", label="まとめて")
        session.undo()
        assert (lines(session, STATUS), lines(session, CITY)) == (("開いた。", "数えた。"), ())


class TestTwoPeople:
    def test_typing_that_started_from_an_old_text_does_not_overwrite(self, session: Session, other: Session) -> None:
        key = session.resolve(STATUS)
        seen = session.value(key)
        enter(other, STATUS, "隣の。")
        with pytest.raises(EditConflict):
            session.enter(key, "私の。", before=seen)
        assert lines(session, STATUS) == ("隣の。",)
        assert session.undo_label is None

    def test_different_fields_do_not_disturb_each_other(self, session: Session, other: Session) -> None:
        enter(session, STATUS, "私の。")
        enter(other, CITY, "隣の。")
        session.undo()
        assert lines(other, STATUS) == ("開いた。", "数えた。")
        assert lines(session, CITY) == ("隣の。",)

    def test_the_structure_somebody_else_changed_is_read_again(self, session: Session, other: Session) -> None:
        session.resolve("1-1-1/title")
        enter_title = other.resolve("1-1-1/title")
        other.enter(enter_title, "新しい名前")
        assert next(session.plan(()).walk())[2].title == "新しい名前"
        session.enter(session.resolve("1-1-2/title"), "自分で変えた名前")
        assert [activity.title for _, _, activity in session.plan(()).walk()] == ["新しい名前", "自分で変えた名前"]


class TestClosedYears:
    def test_are_locked_for_what_their_report_prints(self, session: Session) -> None:
        close_year(session, 2018)
        for address in (STATUS, PLANNED, "1-1-1/council/results@2018"):
            with pytest.raises(InvalidValue) as caught:
                session.enter(session.resolve(address), "遅い。")
            assert caught.value.code == "W-160"
        enter(session, "1-1-1/council/status@2019", "次の年度は書ける。")
        enter(session, "1-1-1/council/planned@2018", "平成29年度の報告のもの。")

    def test_undo_does_not_reach_into_one(self, session: Session) -> None:
        enter(session, STATUS, "確定前。")
        close_year(session, 2018)
        session.undo()  # takes the closing back
        session.redo()
        unlock_year(session, 2018, "訂正のため")
        session.undo()  # takes the unlocking back
        assert session.closed_years() == {2018}
        with pytest.raises(InvalidValue):
            session.enter(session.resolve(STATUS), "遅い。")

    def test_an_undo_that_would_is_told_and_kept_for_later(self, session: Session, other: Session) -> None:
        enter(session, STATUS, "確定前。")
        close_year(other, 2018)
        with pytest.raises(InvalidValue):
            session.undo()
        assert lines(session, STATUS) == ("確定前。",)
        unlock_year(other, 2018, "訂正のため")
        session.undo()
        assert lines(session, STATUS) == ("開いた。", "数えた。")

    def test_one_that_somebody_else_closed_meanwhile_is_closed(self, session: Session, other: Session) -> None:
        """The closed years were once remembered for the whole session."""
        assert session.closed_years() == frozenset()
        close_year(other, 2018)
        with pytest.raises(InvalidValue) as caught:
            session.enter(session.resolve(STATUS), "遅い。")
        assert caught.value.code == "W-160"

    @pytest.mark.parametrize(
        ("name", "year", "report"),
        [("status", 2018, 2018), ("results", 2018, 2018), ("planned", 2019, 2018), ("judgements", 2018, 2018)],
    )
    def test_which_report_prints_a_field(self, name: str, year: int, report: int) -> None:
        assert report_year(FieldKey(Owner.SLOT, "x", name, None, year)) == report

    def test_fields_of_no_year_belong_to_no_report(self) -> None:
        assert report_year(FieldKey(Owner.SLOT, "x", "indicators")) is None
        assert report_year(FieldKey(Owner.PLAN, "x", "closed", None, 2018)) is None


class TestHearing:
    def test_a_listener_hears_every_commit_with_what_changed(self, session: Session, other: Session) -> None:
        heard: list[Applied] = []
        session.subscribe(heard.append)
        done = enter(session, STATUS, "一")
        enter(other, CITY, "隣の。")
        undone = session.undo()
        assert heard == [done, undone]
        session.unsubscribe(heard.append)
        enter(session, STATUS, "二")
        assert len(heard) == 2

    def test_nothing_is_heard_of_what_failed(self, session: Session, other: Session) -> None:
        heard: list[Applied] = []
        session.subscribe(heard.append)
        key = session.resolve(STATUS)
        seen = session.value(key)
        enter(other, STATUS, "隣の。")
        with pytest.raises(EditConflict):
            session.enter(key, "私の。", before=seen)
        assert heard == []


class TestYears:
    def test_of_the_plan(self, session: Session) -> None:
        assert session.years() == [2018, 2019, 2020, 2021, 2022]
        assert session.latest_year() == 2018

    def test_before_the_plan_only_with_entries(self, session: Session) -> None:
        slot = next(session.plan().walk())[2].council.slots[0]
        key = FieldKey(Owner.SLOT, slot.id, "status", None, 2016)
        session.edit(key, Entry(("前の計画の。",)))
        assert session.years() == [2016, 2018, 2019, 2020, 2021, 2022]

    def test_the_latest_is_the_one_being_reported(self, session: Session) -> None:
        enter(session, "1-1-1/council/status@2020", "今年。")
        enter(session, "1-1-1/council/planned@2022", "先の予定。")
        assert session.latest_year() == 2020


def test_an_activity_that_left_is_told(session: Session) -> None:
    with pytest.raises(UnknownAddress):
        require_activity(session, "gone")


def test_closing_lets_go(session: Session, tmp_path: Path) -> None:
    session.close()
    session.close()
    session.path.rename(tmp_path / "別名.welfare")
