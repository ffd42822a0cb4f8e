"""An open session on a small plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import small_plan
from welfare_desktop.operations.opening import create_from
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.store import Operation

_YEAR = 2019


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session of 山口 on a data file that holds the small plan."""
    opened = create_from(small_plan(), tmp_path / "計画.welfare", Operation("new", "作成", "山口"))
    yield opened
    opened.close()
