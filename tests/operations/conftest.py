"""An open session on a small plan, and the office's file of the real report with all sheets sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.exporting import departments_task
from welfare_desktop.operations.importing import import_report
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.rolling import roll_over
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.tasks import perform
from welfare_desktop.storage.store import Operation

_YEAR = 2019


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session of 山口 on a data file that holds the small plan."""
    opened = create_from(small_plan(), tmp_path / "計画.welfare", Operation("new", "作成", "山口"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, report_path: Path) -> Path:
    """A folder with the real report opened for 2019 and all department workbooks sent."""
    folder = tmp_path_factory.mktemp("sent")
    import_report(report_path, folder / "plan.welfare", who="事務局")
    session = open_file(folder / "plan.welfare", who="事務局")
    session.enter(session.resolve(f"plan/deadline@{_YEAR}"), "2020-04-24")
    roll_over(session, _YEAR, DraftStyle.TURNED)
    perform(session, departments_task(session, _YEAR, folder / "sent"))
    session.close()
    return folder


@pytest.fixture
def office(prepared: Path, tmp_path: Path) -> Iterator[Session]:
    """A fresh copy of the office's file and, beside it, of the workbooks (``sent``)."""
    shutil.copyfile(prepared / "plan.welfare", tmp_path / "plan.welfare")
    shutil.copytree(prepared / "sent", tmp_path / "sent")
    session = open_file(tmp_path / "plan.welfare", who="事務局")
    yield session
    assert session.problems() == []
    session.close()
