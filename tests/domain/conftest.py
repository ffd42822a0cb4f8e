"""The real report as a plan, read once for all tests of the domain."""

from __future__ import annotations

import pytest

from welfare_desktop.domain.model import Plan
from welfare_desktop.exchange.report_text import read_report_text


@pytest.fixture(scope="session")
def real_plan(report_text: str) -> Plan:
    """The real report of fiscal 2018, without identifiers."""
    return read_report_text(report_text).plan
