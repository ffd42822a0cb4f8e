"""Declaring a department's part 完了 or 確定 on the real report: what it locks, what asks for a reason, what undo does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.completeness import UNASSIGNED, WorkState, total
from welfare_desktop.domain.errors import EditConflict, InvalidValue
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.progress import Unwatched
from welfare_desktop.operations.department_work import declare, declared_state
from welfare_desktop.operations.exporting import departments_task
from welfare_desktop.operations.ledger import ledger
from welfare_desktop.operations.office import OfficeWords, set_office
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.overview import figures_of, prepare_figures, renewed_figures
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.year_work import close_year, unlock_year
from welfare_desktop.storage.store import Operation

YEAR = 2018
OWNER = "地域福祉課"
COUNCIL = Actor.COUNCIL.label


@pytest.fixture
def session(report_session: Session) -> Session:
    """Here every test works on the real report."""
    return report_session


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Session]:
    opened = create_from(small_plan(), tmp_path / "small.welfare", Operation("new", "作成", "試験"))
    yield opened
    assert opened.problems() == []
    opened.close()


def owed(session: Session, owner: str) -> FieldKey:
    """The 実施状況 of a slot of ``owner`` in the year."""
    for _, _, activity in session.plan(()).walk():
        for slot in activity.city.slots:
            if owner in slot.department_names:
                return FieldKey(Owner.SLOT, slot.id, "status", None, YEAR)
    raise AssertionError(owner)


def state(session: Session, owner: str) -> WorkState:
    return figures_of(session, YEAR).works[owner].state


class TestDeclaring:
    def test_complete_and_back(self, session: Session) -> None:
        assert state(session, OWNER) is WorkState.IN_PROGRESS
        assert declare(session, OWNER, YEAR, WorkState.COMPLETE) is not None
        assert declare(session, OWNER, YEAR, WorkState.COMPLETE) is None
        assert state(session, OWNER) is WorkState.COMPLETE
        session.enter(owed(session, OWNER), "完了にしても書ける。")
        declare(session, OWNER, YEAR, None)
        assert declared_state(session, OWNER, YEAR) is None
        assert state(session, OWNER) is WorkState.IN_PROGRESS

    def test_the_council_is_declared_like_a_department(self, session: Session) -> None:
        declare(session, COUNCIL, YEAR, WorkState.COMPLETE)
        assert state(session, COUNCIL) is WorkState.COMPLETE
        assert state(session, OWNER) is WorkState.IN_PROGRESS

    def test_another_year_is_another_thing(self, session: Session) -> None:
        declare(session, OWNER, YEAR, WorkState.CLOSED)
        session.enter(FieldKey(Owner.SLOT, owed(session, OWNER).owner_id, "status", None, YEAR + 1), "来年の文。")
        assert declared_state(session, OWNER, YEAR + 1) is None

    @pytest.mark.parametrize("owner", [UNASSIGNED, "ない課", ""])
    def test_nobody_cannot_be_declared(self, session: Session, owner: str) -> None:
        before = session.latest_operation()
        with pytest.raises(InvalidValue, match="完了にも確定にもできません"):
            declare(session, owner, YEAR, WorkState.COMPLETE)
        assert session.latest_operation() == before

    def test_what_the_entries_say_cannot_be_declared(self, session: Session) -> None:
        with pytest.raises(InvalidValue):
            declare(session, OWNER, YEAR, WorkState.IN_PROGRESS)

    def test_a_closed_year_rests(self, session: Session) -> None:
        close_year(session, YEAR)
        with pytest.raises(InvalidValue, match="確定している"):
            declare(session, OWNER, YEAR, WorkState.COMPLETE)
        assert state(session, OWNER) is WorkState.CLOSED
        unlock_year(session, YEAR, "訂正")
        assert declare(session, OWNER, YEAR, WorkState.COMPLETE) is not None


class TestSigningOff:
    @pytest.mark.parametrize(("name", "year"), [("status", YEAR), ("planned", YEAR + 1), ("results", YEAR)])
    def test_what_the_year_prints_of_the_department_is_locked(self, session: Session, name: str, year: int) -> None:
        declare(session, OWNER, YEAR, WorkState.CLOSED)
        key = FieldKey(Owner.SLOT, owed(session, OWNER).owner_id, name, None, year)
        before = session.value(key)
        with pytest.raises(InvalidValue, match=f"{OWNER}の平成30年度は確定") as refused:
            session.enter(key, "書けない。")
        assert refused.value.code == "W-169"
        assert session.value(key) == before
        assert session.why_locked(key)

    def test_others_go_on(self, session: Session) -> None:
        declare(session, OWNER, YEAR, WorkState.CLOSED)
        key = next(
            FieldKey(Owner.SLOT, slot.id, "status", None, YEAR)
            for _, _, activity in session.plan(()).walk()
            for slot in activity.council.slots
            if not slot.departments
        )
        assert session.enter(key, "社協は書ける。") is not None
        declare(session, COUNCIL, YEAR, WorkState.CLOSED)
        with pytest.raises(InvalidValue):
            session.enter(key, "もう書けない。")

    def test_a_shared_slot_is_locked_by_any_of_its_departments(self, small: Session) -> None:
        key = small.resolve("1-1-2/city/status@2018")
        declare(small, "協働推進課", YEAR, WorkState.CLOSED)
        with pytest.raises(InvalidValue, match="協働推進課"):
            small.enter(key, "書けない。")
        assert small.enter(small.resolve("1-1-1/city/status@2018"), "一人の欄は書ける。") is not None

    def test_taking_it_back_wants_a_reason_that_stays(self, session: Session) -> None:
        declare(session, OWNER, YEAR, WorkState.CLOSED)
        for reason in ("", " \n　"):
            with pytest.raises(InvalidValue, match="理由"):
                declare(session, OWNER, YEAR, None, reason)
        assert state(session, OWNER) is WorkState.CLOSED
        declare(session, OWNER, YEAR, WorkState.COMPLETE, "数を訂正する")
        assert session.history()[0].why == "数を訂正する"
        assert session.enter(owed(session, OWNER), "直した。") is not None

    def test_undo_takes_it_back_and_redo_brings_it(self, session: Session) -> None:
        key = owed(session, OWNER)
        before = session.value(key)
        session.enter(key, "前の文。")
        declare(session, OWNER, YEAR, WorkState.CLOSED)
        session.undo()
        assert state(session, OWNER) is WorkState.IN_PROGRESS
        session.redo()
        assert state(session, OWNER) is WorkState.CLOSED
        session.undo()
        session.undo()
        assert session.value(key) == before

    def test_signing_off_elsewhere_meanwhile_is_noticed(self, session: Session) -> None:
        """Another program signs off between what was read here and what is written here."""
        key = owed(session, OWNER)
        session.enter(key, "読んだところ。")
        other = open_file(session.path, who="別の人")
        declare(other, OWNER, YEAR, WorkState.CLOSED)
        other.close()
        with pytest.raises((InvalidValue, EditConflict)):
            session.enter(key, "書けない。")


class TestOtherWaysOfWriting:
    def test_a_returned_sheet_is_left_out(self, small: Session, tmp_path: Path) -> None:
        from openpyxl import load_workbook

        from welfare_desktop.operations.merging import apply_merge, plan_merge
        from welfare_desktop.operations.reading_back import read_files

        owner = "地域福祉課"
        perform(small, departments_task(small, YEAR, tmp_path / "用紙", names=(owner,)))
        sheet = next((tmp_path / "用紙").iterdir())
        book = load_workbook(sheet)
        for worksheet in book.worksheets:
            for cells in worksheet.iter_rows():
                for cell in cells:
                    if cell.value == "支えた。":
                        cell.value = "支えた。直した。"
        book.save(sheet)
        key = small.resolve("1-1-1/city/status@2018")
        before = small.value(key)
        declare(small, owner, YEAR, WorkState.CLOSED)
        plan = plan_merge(small, read_files([sheet]))
        assert plan.files[0].counts["out_of_scope"] == 1
        apply_merge(small, plan)
        assert small.value(key) == before

    def test_replacing_says_why_not(self, small: Session) -> None:
        from welfare_desktop.operations.replacing import plan_replacement

        declare(small, "地域福祉課", YEAR, WorkState.CLOSED)
        key = small.resolve("1-1-1/city/status@2018")
        found = plan_replacement(small, "支えた", "助けた", [key])
        assert [item.refused for item in found] == ["地域福祉課の平成30年度は確定しています"]


class TestFigures:
    def test_renewed_figures_are_counted_figures(self, session: Session) -> None:
        before = figures_of(session, YEAR)
        key = owed(session, OWNER)
        place = next(item.id for item in before.facts.activities for slot in item.slots if slot.slot_id == key.owner_id)
        session.enter(key, "")
        declare(session, OWNER, YEAR, WorkState.COMPLETE)
        renewed = renewed_figures(session, before, {place})
        assert renewed == figures_of(session, YEAR, today=before.today)
        assert renewed.view().fill.blank == before.view().fill.blank + 1

    def test_another_view_of_the_file_counts_the_same(self, session: Session) -> None:
        session.enter(owed(session, OWNER), "")
        assert prepare_figures(session, YEAR)(Unwatched()) == figures_of(session, YEAR)

    @pytest.mark.parametrize("year", [2017, 2023])
    def test_a_year_outside_the_plan_is_refused(self, session: Session, year: int) -> None:
        with pytest.raises(InvalidValue):
            figures_of(session, year)
        with pytest.raises(InvalidValue):
            prepare_figures(session, year)

    def test_deadline_and_answers_come_from_the_ledger(self, session: Session, tmp_path: Path) -> None:
        nothing = figures_of(session, YEAR)
        assert (nothing.deadline, nothing.deadline_on) == ("", None)
        assert all(work.deadline is None and not work.missing for work in nothing.works.values())
        set_office(session, YEAR, OfficeWords(deadline="2019-04-26"))
        perform(session, departments_task(session, YEAR, tmp_path / "用紙", names=(OWNER,)))
        figures = figures_of(session, YEAR, today=date(2019, 4, 26))
        work = figures.works[OWNER]
        assert (work.deadline, work.missing, work.answered_on) == (date(2019, 4, 26), True, None)
        assert not work.overdue(date(2019, 4, 26))
        assert work.overdue(date(2019, 4, 27))
        assert not figures.works["学校教育課"].missing
        assert [row.department for row in ledger(session, YEAR)] == [OWNER]

    def test_a_renamed_department_keeps_its_sheet(self, session: Session, tmp_path: Path) -> None:
        from welfare_desktop.operations.department_register import rename_department

        perform(session, departments_task(session, YEAR, tmp_path / "用紙", names=(OWNER,)))
        department = next(item for item in session.plan(()).departments if item.name == OWNER)
        rename_department(session, department.id, "地域共生課", YEAR + 1)
        assert figures_of(session, YEAR).works["地域共生課"].missing

    def test_states_are_of_the_whole_year(self, session: Session) -> None:
        figures = figures_of(session, YEAR)
        view = figures.view(figures.facts.goals[0].id)
        assert {row.name for row in view.rows} <= set(figures.works)
        whole = {row.name: total(row.fills) for row in figures.view().rows}
        assert all(
            (figures.works[name].state is WorkState.NOT_STARTED) == (fill.blank == fill.expected)
            for name, fill in whole.items()
        )
