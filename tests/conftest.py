"""Shared fixtures: the real report beside the checkout, and a headless Qt platform."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long one example takes says nothing but how busy the machine is.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

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
