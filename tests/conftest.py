"""Shared fixtures: the real report beside the checkout, as text, read in and handed out; and a headless Qt platform."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.operations.exporting import departments_task
from welfare_desktop.operations.importing import import_report
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.rolling import roll_over
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.tasks import perform

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long one example takes says nothing but how busy the machine is.  `make test` tries the same examples every time,
# so that what fails is the change; `make faults` tries new ones.
settings.register_profile("ours", parent=settings(), deadline=None, derandomize="WELFARE_FAULTS" not in os.environ)
settings.load_profile("ours")

SEED = Path(__file__).resolve().parents[2] / "shared" / "seed" / "status_report_h30.txt"


@pytest.fixture(scope="session")
def report_path() -> Path:
    """The real yearly report (fiscal 2018) as text; it is not part of this project, so it is read where it lies."""
    assert SEED.is_file(), "the source document is expected at ../shared/seed/status_report_h30.txt"
    return SEED


@pytest.fixture(scope="session")
def report_text(report_path: Path) -> str:
    """The real report's text."""
    return report_path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def imported_report(report_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real report read into a data file, once; whoever writes into it takes a copy."""
    path = tmp_path_factory.mktemp("report") / "report.welfare"
    import_report(report_path, path, who="事務局")
    return path


@pytest.fixture
def report_file(imported_report: Path, tmp_path: Path) -> Path:
    """A copy of the real report's data file."""
    path = tmp_path / "report.welfare"
    shutil.copyfile(imported_report, path)
    return path


@pytest.fixture
def report_session(report_file: Path) -> Iterator[Session]:
    """The real report's data file, open; sound at the end."""
    opened = open_file(report_file, who="事務局")
    yield opened
    assert opened.problems() == []
    opened.close()


@pytest.fixture(scope="session")
def sent_report(imported_report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the real report opened for 2019 (``plan.welfare``) and all department workbooks (``sent``)."""
    folder = tmp_path_factory.mktemp("sent")
    shutil.copyfile(imported_report, folder / "plan.welfare")
    session = open_file(folder / "plan.welfare", who="事務局")
    session.enter(session.resolve("plan/deadline@2019"), "2020-04-24")
    roll_over(session, 2019, DraftStyle.TURNED)
    perform(session, departments_task(session, 2019, folder / "sent"))
    session.close()
    return folder


@pytest.fixture
def office(sent_report: Path, tmp_path: Path) -> Iterator[Session]:
    """A fresh copy of the office's file and, beside it, of the workbooks (``sent``); sound at the end."""
    shutil.copyfile(sent_report / "plan.welfare", tmp_path / "plan.welfare")
    shutil.copytree(sent_report / "sent", tmp_path / "sent")
    session = open_file(tmp_path / "plan.welfare", who="事務局")
    yield session
    assert session.problems() == []
    session.close()
