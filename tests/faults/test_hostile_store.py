"""Whatever a file does to the reader, the data file stays as it is, byte for byte."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.builders import small_plan
from tests.exchange import department_sample as sample
from tests.faults.test_hostile_files import CASES
from welfare_desktop.domain.errors import FileRefused
from welfare_desktop.exchange.guard.limits import Limits
from welfare_desktop.exchange.returned import ReturnedReader
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.reading_back import ReadFile
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.store import Operation


def prints(session: Session) -> dict[str, str]:
    """The hash of the data file and of everything SQLite keeps beside it."""
    beside = (path for path in session.path.parent.iterdir() if path.name.startswith(session.path.name))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in beside if path.suffix != ".tmp"}


def merge(session: Session, readers: dict[Limits, ReturnedReader], limits: Limits, path: Path) -> FileRefused:
    """Read, look and take in, as the window does; return why nothing was taken."""
    reader = readers.setdefault(limits, ReturnedReader(limits))
    with pytest.raises(FileRefused) as refused:
        reader.read(path)
    plan = plan_merge(session, [ReadFile(path, None, "", refused.value)])
    assert plan.changes == ()
    assert plan.files[0].error is refused.value
    assert apply_merge(session, plan).merge_id is None
    return refused.value


def test_the_store_stays_as_it_is_over_all_hostile_files(tmp_path: Path) -> None:
    assert len(CASES) >= 125
    path = tmp_path / "data" / "計画.welfare"
    path.parent.mkdir()
    create_from(small_plan(), path, Operation("new", "作成", "事務局")).close()
    content = sample.exported().content
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    closed = path.read_bytes()
    session = open_file(path, who="事務局")
    before, names = prints(session), sorted(item.name for item in path.parent.iterdir())
    readers: dict[Limits, ReturnedReader] = {}
    try:
        for case in CASES:
            file = sample.write(incoming, case.build(content), case.file_name)
            error = merge(session, readers, case.limits, file)
            assert error.code.startswith("W-"), case.name
            assert case.file_name in error.where, case.name
            assert error.next_step.endswith("。"), case.name
            assert prints(session) == before, case.name
            file.unlink()
    finally:
        for reader in readers.values():
            reader.close()
    assert sorted(item.name for item in path.parent.iterdir()) == names
    assert session.problems() == []
    session.close()
    assert path.read_bytes() == closed
