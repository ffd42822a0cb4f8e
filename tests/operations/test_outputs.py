"""Everything that leaves the program, on the real report: written whole, refused clearly, stoppable."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.exchange.libreoffice import pdf_text
from welfare_desktop.domain.errors import Cancelled, InvalidValue, TargetInTheWay
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Entry
from welfare_desktop.operations.exporting import (
    departments_task,
    flat_task,
    official_task,
    package_task,
    summary_task,
    text_task,
)
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.printing import departments_print_task, official_print_task, summary_print_task
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.tasks import Task, perform

Prepare = Callable[..., Task]
_FILES: tuple[tuple[Prepare, str], ...] = (
    (official_task, "official.xlsx"),
    (flat_task, "flat.xlsx"),
    (flat_task, "flat.csv"),
    (text_task, "text.txt"),
    (package_task, "package.welfarepkg"),
    (summary_task, "summary.xlsx"),
    (official_print_task, "official.pdf"),
    (summary_print_task, "summary.pdf"),
    (departments_print_task, "departments.pdf"),
)


class _Stop:
    """A person who stops at once."""

    def step(self, done: int, total: int, label: str) -> None:
        raise Cancelled


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, imported_report: Path) -> Iterator[Session]:
    path = tmp_path_factory.mktemp("outputs") / "plan.welfare"
    shutil.copyfile(imported_report, path)
    opened = open_file(path, who="事務局")
    yield opened
    opened.close()


@pytest.mark.parametrize(("prepare", "name"), _FILES, ids=[name for _, name in _FILES])
def test_written_once_and_never_over_another_file(
    session: Session, tmp_path: Path, prepare: Prepare, name: str
) -> None:
    target = tmp_path / name
    written = perform(session, prepare(session, 2018, target))
    assert written.files[0] == target
    assert all(path.stat().st_size for path in written.files)
    content = target.read_bytes()
    with pytest.raises(TargetInTheWay):
        perform(session, prepare(session, 2018, target))
    assert target.read_bytes() == content
    perform(session, prepare(session, 2018, target, force=True))
    with pytest.raises(InvalidValue):
        prepare(session, 2031, tmp_path / "never")
    leftovers = {path.name for path in tmp_path.iterdir()} - {path.name for path in written.files}
    assert leftovers == set()


@pytest.mark.parametrize(
    ("prepare", "name"), [item for item in _FILES if item[1] in ("official.xlsx", "official.pdf", "departments.pdf")]
)
def test_stopping_leaves_nothing_behind(session: Session, tmp_path: Path, prepare: Prepare, name: str) -> None:
    with pytest.raises(Cancelled):
        perform(session, prepare(session, 2018, tmp_path / name), _Stop())
    assert list(tmp_path.iterdir()) == []


def test_one_workbook_and_one_sheet_per_department(session: Session, tmp_path: Path) -> None:
    written = perform(session, departments_task(session, 2018, tmp_path / "sent"))
    assert len(written.files) == 14
    some = perform(session, departments_task(session, 2018, tmp_path / "some", names=["中央図書館", "中央図書館"]))
    assert [path.name for path in some.files] == ["H30_中央図書館.xlsx"]
    with pytest.raises(InvalidValue, match="観光課"):
        departments_task(session, 2018, tmp_path / "none", names=["観光課"])
    assert not (tmp_path / "none").exists()
    each = perform(
        session, departments_print_task(session, 2018, tmp_path / "pdf", names=["中央図書館", "都市計画課"], each=True)
    )
    assert [path.name for path in each.files] == ["H30_中央図書館.pdf", "H30_都市計画課.pdf"]


@pytest.mark.component
def test_a_departments_sheet_holds_only_its_own(session: Session, tmp_path: Path) -> None:
    target = tmp_path / "one.pdf"
    perform(session, departments_print_task(session, 2018, target, names=["中央図書館"], present=True))
    text = "".join("".join(pdf_text(target)).split())
    plan = session.plan()
    for basic, goal, activity in plan.walk():
        for slot in activity.city.slots:
            for line in slot.status.get(2018, Entry()).lines:
                own = "中央図書館" in slot.department_names
                plain = "".join(line.split())
                if len(plain) > 15 and own:
                    assert plain[:12] in text, (basic.number, goal.number, activity.number)
    council = [line for _, _, item in plan.walk() for line in item.council.slots[0].status[2018].lines]
    assert not any(len(line) > 20 and "".join(line.split()) in text for line in council)


def test_the_summary_counts_changes_from_the_last_export(session: Session, tmp_path: Path) -> None:
    from welfare_desktop.operations.office import previous_edition

    perform(session, official_task(session, 2018, tmp_path / "first.xlsx"))
    before = session.plan()
    session.enter(session.resolve("1-1-1/council/status@2018"), "差し替えた文。")
    found = previous_edition(session, 2018)
    assert found is not None
    assert found[0] == before
    session.undo()


def test_drafts_nobody_confirmed_are_told_by_everything_that_prints_them(session: Session, tmp_path: Path) -> None:
    key = session.resolve("1-1-1/council/status@2019")
    session.apply([Change(key, session.value(key), Entry(("案",), draft=True))], kind="rollover", label="年度更新")
    for prepare, name in ((official_task, "official.xlsx"), (text_task, "text.txt")):
        written = perform(session, prepare(session, 2019, tmp_path / name))
        assert any("確認前の下書きが 1 欄" in note for note in written.notes), name
    session.undo()
