"""One field by its address, as the command line reads and sets it."""

from __future__ import annotations

from contextlib import closing

import pytest

from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.model import EntryState
from welfare_desktop.operations.editing import changes_of, set_field, view
from welfare_desktop.operations.nodes import move_node
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session


class TestViewing:
    @pytest.mark.parametrize(
        ("address", "lines", "state"),
        [
            ("plan/title", ("計画",), EntryState.ENTERED),
            ("plan/first_year", ("2018",), EntryState.ENTERED),
            ("1/title", ("ひとづくり",), EntryState.ENTERED),
            ("1-1-1/residents_role", ("参加する",), EntryState.ENTERED),
            ("1-1-1/council/initiatives", ("講座の開催【新規】",), EntryState.ENTERED),
            ("1-1-1/council/status@2018", ("開いた。", "数えた。"), EntryState.ENTERED),
            ("1-1-1/city/planned@2019", ("支える。",), EntryState.DRAFT),
            ("1-1-1/city/results@2018", ("—",), EntryState.NONE),
            ("1-1-1/city.2/status@2018", (), EntryState.BLANK),
            ("1-1-1/city/indicators", ("登録者 250人",), EntryState.ENTERED),
            ("1-1-2/city/departments", ("地域福祉課", "協働推進課"), EntryState.ENTERED),
        ],
    )
    def test_fields(self, session: Session, address: str, lines: tuple[str, ...], state: EntryState) -> None:
        found = view(session, address)
        assert (found.address, found.lines, found.state) == (address, lines, state)
        assert (found.revision > 0) == (state is not EntryState.BLANK)

    def test_the_address_is_written_in_its_shortest_form(self, session: Session) -> None:
        assert view(session, "１-1-1/city.1/status@2018").address == "1-1-1/city/status@2018"


class TestSetting:
    def test_tells_the_revision_of_what_was_written(self, session: Session) -> None:
        before = view(session, "1-1-1/city.2/status@2018").revision
        found = set_field(session, "1-1-1/city.2/status@2018", "・書いた。\n", "電話で確認")
        assert found.lines == ("書いた。",)
        assert found.revision > before
        assert found.revision == view(session, "1-1-1/city.2/status@2018").revision
        assert session.history(limit=1)[0].why == "電話で確認"

    def test_the_same_again_keeps_the_revision(self, session: Session) -> None:
        first = set_field(session, "1-1-1/title", "新しい名前")
        assert set_field(session, "1-1-1/title", "・新しい名前").revision == first.revision

    def test_departments_by_name(self, session: Session) -> None:
        found = set_field(session, "1-1-1/city/departments", "協働推進課\n新しい課")
        assert found.lines == ("協働推進課", "新しい課")
        assert found.revision == view(session, "1-1-1/city/departments").revision

    @pytest.mark.parametrize("year", [2017, 2023, 1900, 9999])
    def test_a_year_outside_the_plan_is_refused(self, session: Session, year: int) -> None:
        before = session.latest_operation()
        with pytest.raises(InvalidValue) as caught:
            set_field(session, f"1-1-1/council/status@{year}", "書けない。")
        assert caught.value.code == "W-150"
        assert session.latest_operation() == before

    def test_work_may_be_planned_one_year_beyond(self, session: Session) -> None:
        assert set_field(session, "1-1-1/council/planned@2023", "次の計画へ。").lines == ("次の計画へ。",)
        with pytest.raises(InvalidValue):
            set_field(session, "1-1-1/council/planned@2024", "先すぎる。")

    def test_an_address_of_nothing(self, session: Session) -> None:
        with pytest.raises(UnknownAddress):
            set_field(session, "9-9-9/title", "どこ。")


class TestHistory:
    def test_of_everything_begins_with_the_making(self, session: Session) -> None:
        changes = changes_of(session)
        assert {change.label for change in changes} == {"作成"}
        assert {change.who for change in changes} == {"山口"}
        assert len(changes_of(session, limit=3)) == 3

    def test_of_a_field(self, session: Session) -> None:
        set_field(session, "1-1-1/title", "二")
        set_field(session, "1-1-1/title", "三", "正式名称")
        newest, second, first = changes_of(session, "1-1-1/title")
        assert (newest.before, newest.after, newest.why) == (("二",), ("三",), "正式名称")
        assert second.after == ("二",)
        assert first.before == ()
        assert newest.revision > second.revision > first.revision
        assert "+" in newest.when or "-" in newest.when[10:]

    def test_departments_are_named(self, session: Session) -> None:
        set_field(session, "1-1-1/city/departments", "協働推進課")
        assert changes_of(session, "1-1-1/city/departments")[0].after == ("協働推進課",)

    def test_follows_a_field_when_it_is_renumbered(self, session: Session) -> None:
        set_field(session, "1-1-1/council/status@2018", "移る前に書いた。")
        _, goal, activity = next(session.plan().walk())
        from welfare_desktop.domain.fields import Owner

        move_node(session, Owner.ACTIVITY_GOAL, goal.id, activity.id, goal.id, 1)
        assert changes_of(session, "1-1-2/council/status@2018")[0].after == ("移る前に書いた。",)

    def test_is_the_same_for_whoever_reads_it(self, session: Session) -> None:
        set_field(session, "1-1-1/title", "二")
        with closing(open_file(session.path, read_only=True)) as reader:
            assert changes_of(reader) == changes_of(session)
