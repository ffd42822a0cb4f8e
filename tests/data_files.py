"""Data files for tests."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.builders import small_plan
from tests.strategies import identifiers
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.matching import creating
from welfare_desktop.domain.model import Plan
from welfare_desktop.storage.opening import create_store
from welfare_desktop.storage.store import Operation, Store

NEW = Operation("new", "作成", "試験")
EDIT = Operation("edit", "変更", "試験")


def make_store(path: Path, plan: Plan | None = None) -> Store:
    """Make a data file that holds ``plan`` (None: the small one) and open it."""
    return create_store(path, creating(plan or small_plan(), identifiers()), NEW)


def make_file(path: Path, plan: Plan | None = None) -> Path:
    """Make a data file, close it and return its path."""
    make_store(path, plan).close()
    return path


def copied_file(path: Path) -> Path:
    """Put a data file that holds the small plan at ``path``: made once, copied as often as wanted."""
    path.write_bytes(_small_file())
    return path


@cache
def _small_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return make_file(Path(folder) / "計画.welfare").read_bytes()


def status_key(store: Store, year: int = 2018) -> FieldKey:
    """The key of the council's 実施状況 in the first activity."""
    _, _, activity = next(store.plan(()).walk())
    return FieldKey(Owner.SLOT, activity.council.slots[0].id, "status", None, year)
