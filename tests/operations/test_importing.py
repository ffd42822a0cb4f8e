"""Reading reports into data files: all of it once, blanks only the next time, never over what is there."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import small_plan
from tests.data_files import make_file
from welfare_desktop.domain.errors import ExchangeError, NotAReport, StoreError
from welfare_desktop.domain.model import Activity, Actor, ActorPart, Entry, Plan, Slot
from welfare_desktop.exchange.read_aloud import read_aloud
from welfare_desktop.exchange.reading import Reading
from welfare_desktop.operations.department_register import department_called, rename_department
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.importing import Imported, import_into, import_report
from welfare_desktop.operations.nodes import move_below, node_at, rename_node
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.backups import backups_of


@pytest.fixture(scope="module")
def made(report_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Imported]:
    """A file made from the real report; not to be changed."""
    path = tmp_path_factory.mktemp("import") / "計画.welfare"
    return path, import_report(report_path, path, who="山口")


@pytest.fixture
def path(made: tuple[Path, Imported], tmp_path: Path) -> Path:
    """A copy of it to play with."""
    copy = tmp_path / "計画.welfare"
    copy.write_bytes(made[0].read_bytes())
    return copy


def plan_of(path: Path) -> Plan:
    with closing(open_file(path, read_only=True)) as session:
        return session.plan()


def dumped(path: Path) -> str:
    return dump_text(plan_of(path))


def enter(path: Path, address: str, text: str) -> None:
    with closing(open_file(path)) as session:
        session.enter(session.resolve(address), text)


class TestTheRealReport:
    def test_is_all_there(self, made: tuple[Path, Imported]) -> None:
        path, done = made
        assert done.year == 2018
        counts = done.counts
        assert [counts[name] for name in ("basic_goals", "activity_goals", "activities", "departments")] == [
            3,
            10,
            30,
            14,
        ]
        assert done.filled > 300
        with closing(open_file(path)) as session:
            assert session.problems() == []
            assert {row.kind for row in session.history()} == {"import"}
            assert {row.who for row in session.history()} == {"山口"}

    def test_the_second_time_changes_nothing(self, path: Path, report_path: Path) -> None:
        before = path.read_bytes()
        done = import_report(report_path, path)
        assert done.filled == 0
        assert path.read_bytes() == before

    def test_two_imports_give_the_same_content(
        self, made: tuple[Path, Imported], report_path: Path, tmp_path: Path
    ) -> None:
        other = tmp_path / "もう一つ.welfare"
        import_report(report_path, other)
        mine, others = plan_of(made[0]), plan_of(other)
        assert mine.dataset_id != others.dataset_id
        assert dumped(made[0]).replace(mine.dataset_id, others.dataset_id) == dumped(other)

    def test_blanks_are_filled_and_what_was_typed_stays(self, path: Path, report_path: Path) -> None:
        original = dumped(path)
        enter(path, "1-1-1/council/status@2018", "")
        enter(path, "1-1-2/council/status@2018", "打ち直した文。")
        done = import_report(report_path, path)
        assert done.filled == 1
        told = [item.message for item in done.warnings if item.code == "I-201"]
        assert len(told) == 1
        assert "1-1-2/council/status@2018" in told[0]
        assert "打ち直した文" not in told[0], "warnings hold no text of the report"
        enter(path, "1-1-2/council/status@2018", "\n".join(lines_of(original, 1)))
        assert dumped(path) == original

    def test_filling_is_one_step_of_undo(self, path: Path, report_path: Path) -> None:
        from welfare_desktop.operations.importing import import_into, read_report

        enter(path, "1-1-1/council/status@2018", "")
        enter(path, "2-1-1/city/planned@2019", "")
        with closing(open_file(path)) as session:
            before = session.plan()
            assert import_into(session, read_report(report_path), "読込み").filled == 2
            assert len(backups_of(path)) == 1
            session.undo()
            assert session.plan() == before
            assert session.problems() == []

    def test_a_dry_run_only_tells(self, path: Path, report_path: Path, tmp_path: Path) -> None:
        enter(path, "1-1-1/council/status@2018", "")
        before = path.read_bytes()
        assert import_report(report_path, path, dry_run=True).filled == 1
        assert path.read_bytes() == before
        done = import_report(report_path, tmp_path / "ない.welfare", dry_run=True)
        assert done.filled > 300
        assert not (tmp_path / "ない.welfare").exists()


def lines_of(dump: str, index: int) -> list[str]:
    import json

    activity = json.loads(dump)["basic_goals"][0]["activity_goals"][0]["activities"][index]
    lines: list[str] = activity["council"]["slots"][0]["status"]["2018"]
    return lines


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "content",
        [b"", b"\n\n", b"hello", "平成30年度".encode(), bytes(1000), b"\xff\xfe\x00", b"<html></html>", b"%PDF-1.7"],
    )
    def test_files_that_are_no_report(self, path: Path, tmp_path: Path, content: bytes) -> None:
        other = tmp_path / "文書.txt"
        other.write_bytes(content)
        before = path.read_bytes()
        for target in (path, tmp_path / "新.welfare"):
            with pytest.raises(ExchangeError) as caught:
                import_report(other, target)
            assert caught.value.next_step
        assert path.read_bytes() == before
        assert not (tmp_path / "新.welfare").exists()

    def test_files_that_cannot_be_read(self, tmp_path: Path) -> None:
        for name in ("ない.txt", "", "x" * 300):
            with pytest.raises(ExchangeError):
                import_report(tmp_path / name, tmp_path / "新.welfare")
        assert list(tmp_path.iterdir()) == []

    def test_a_report_of_another_plan(self, report_path: Path, tmp_path: Path) -> None:
        path = make_file(tmp_path / "別の計画.welfare")
        before = path.read_bytes()
        with pytest.raises(NotAReport) as caught:
            import_report(report_path, path)
        assert caught.value.code == "W-312"
        assert path.read_bytes() == before

    def test_a_target_that_is_no_data_file(self, report_path: Path, tmp_path: Path) -> None:
        path = tmp_path / "文書.txt"
        path.write_text("大事な文書", encoding="utf-8")
        with pytest.raises(StoreError):
            import_report(report_path, path)
        assert path.read_text(encoding="utf-8") == "大事な文書"

    def test_a_closed_year(self, path: Path, report_path: Path) -> None:
        from welfare_desktop.domain.errors import InvalidValue
        from welfare_desktop.operations.year_work import close_year

        enter(path, "1-1-1/council/status@2018", "")
        with closing(open_file(path)) as session:
            close_year(session, 2018)
        before = path.read_bytes()
        with pytest.raises(InvalidValue) as caught:
            import_report(report_path, path)
        assert caught.value.code == "W-160"
        assert path.read_bytes() == before


def test_a_report_read_again_knows_a_department_by_its_former_name(report_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.welfare"
    import_report(report_path, path)
    session = open_file(path, who="試験")
    item = department_called(session, "高齢福祉課")
    rename_department(session, item.id, "長寿課", 2020)
    before = session.latest_operation()
    session.close()
    assert import_report(report_path, path).filled == 0
    session = open_file(path, read_only=True)
    assert session.latest_operation() == before
    session.close()


def test_what_was_renamed_and_moved_here_is_not_added_again(path: Path, report_path: Path, tmp_path: Path) -> None:
    """An activity under another name or goal, and goals under other names, were once added a second time."""
    with closing(open_file(path)) as session:
        rename_node(session, node_at(session, "1-1-1").id, "名まえを変えた活動")
        rename_node(session, node_at(session, "2-6").id, "名まえを変えた目標")
        rename_node(session, node_at(session, "3").id, "名まえを変えた基本目標")
        move_below(session, node_at(session, "1-1-2").id, node_at(session, "1-2").id, 0)
        move_below(session, node_at(session, "2-4").id, node_at(session, "1").id, 1)
    before = dumped(path)
    done = import_report(report_path, path)
    assert (done.filled, dumped(path)) == (0, before)
    told = [item.message for item in done.warnings if item.code.startswith("I-")]
    assert sorted(words.split(":")[0] for words in told) == ["1-1-1/title", "2-5/title", "3/title"]
    later = report_path.read_text("utf-8").replace("令和元年度", "令和２年度").replace("平成30年度", "令和元年度")
    (tmp_path / "later.txt").write_text(later.replace("30年度実績", "元年度実績"), "utf-8")
    import_report(tmp_path / "later.txt", path)
    plan = plan_of(path)
    assert len(list(plan.walk())) == 30
    assert all(2019 in activity.council.slots[0].status for _, _, activity in plan.walk())


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut off", b"", b"\xd0\xcf\x11\xe0", b"\0" * 999])
def test_every_refusal_names_its_file_and_the_next_step(tmp_path: Path, content: bytes) -> None:
    source, target = tmp_path / "報告.xlsx", tmp_path / "a.welfare"
    source.write_bytes(content)
    with pytest.raises(ExchangeError) as caught:
        import_report(source, target)
    assert str(source) in caught.value.where
    assert caught.value.code and caught.value.next_step
    assert not target.exists()


def test_what_a_later_report_adds_begins_with_it(session: Session) -> None:
    """The report of the year before did not have it; once that says something of it, it was there then."""
    plan = small_plan()
    goal = plan.basic_goals[0].activity_goals[0]

    def report(year: int) -> Reading:
        entry = {year: Entry((f"{year}年度にした。",))}
        new = Activity(3, "途中から", council=ActorPart(Actor.COUNCIL, (), (Slot(status=entry),)))
        laid = replace(goal, activities=(*goal.activities, new))
        basic = replace(plan.basic_goals[0], activity_goals=(laid,))
        return Reading(replace(plan, basic_goals=(basic,)), year, ())

    def started() -> int | None:
        return next(item.reported_from for _, _, item in session.plan(()).walk() if item.title == "途中から")

    before = read_aloud(session.plan(), 2018)
    import_into(session, report(2020), "令和2年度の報告書")
    assert started() == 2020
    assert read_aloud(session.plan(), 2018) == before
    import_into(session, report(2019), "令和元年度の報告書")
    assert started() == 2019
    import_into(session, report(2018), "平成30年度の報告書")
    assert started() is None
    assert "2018年度にした。" in read_aloud(session.plan(), 2018)
