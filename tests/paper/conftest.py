"""What tests of paper share: one measurer, the real report laid out once, and the programs that read PDFs back."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from welfare_desktop.domain.model import Plan
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.paper.measurer import QtMeasurer
from welfare_desktop.paper.official import OfficialPaper, lay_out
from welfare_desktop.paper.painter import write_pdf

MADE_ON = dt.date(2019, 5, 20)


@pytest.fixture(scope="session")
def qt_measurer() -> QtMeasurer:
    return QtMeasurer()


@pytest.fixture(scope="session")
def real_plan(report_text: str) -> Plan:
    return read_report_text(report_text).plan


@pytest.fixture(scope="session")
def real_paper(real_plan: Plan, qt_measurer: QtMeasurer) -> OfficialPaper:
    return lay_out(real_plan, 2018, measurer=qt_measurer, made_on=MADE_ON, maker="見本市社会福祉協議会")


@pytest.fixture(scope="session")
def real_pdf(real_paper: OfficialPaper, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("real") / "report.pdf"
    write_pdf(real_paper, path)
    return path


@pytest.fixture(scope="session")
def pdf_pages() -> Callable[[Path], list[str]]:
    """Return the text of every page of a PDF, in the order it was drawn, as poppler copies it out."""
    if shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail("pdftotext is missing; install poppler-utils")
        pytest.skip("pdftotext (poppler-utils) is not installed")

    def read(path: Path) -> list[str]:
        command = ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"]
        text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
        return text.split("\f")[:-1]

    return read
