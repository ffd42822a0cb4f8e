"""Files of every earlier schema still open, hold what they held, and can be worked on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.old_databases.make import FOLDER, make, told
from welfare_desktop.operations.backing_up import back_up, restore, verify
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.opening import schema_version

FILES = sorted(FOLDER.glob("v*.welfare"))


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def as_json(value: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(value))
    return found


def said(session: Session, original: Path) -> dict[str, Any]:
    """Return what a file holds, without the blank fields that were not there when it was made."""
    found, then = as_json(told(session)), expected(original)["values"]
    found["values"] = {key: value for key, value in found["values"].items() if value is not None or key in then}
    return found


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def original(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(original, tmp_path / "計画.welfare"))


def test_there_is_one_of_every_earlier_schema() -> None:
    assert {version_of(path) for path in FILES} >= set(range(1, schema_version()))
    assert all(int(path.name[1:5]) == version_of(path) for path in FILES)


def test_looking_at_one_changes_nothing(original: Path, copy: Path) -> None:
    before = copy.read_bytes()
    with closing(open_file(copy, read_only=True)) as session:
        assert said(session, original) == expected(original)
        assert session.problems() == []
    assert verify(copy) == []
    assert copy.read_bytes() == before
    assert list(copy.parent.iterdir()) == [copy]


def test_one_can_be_worked_on(original: Path, copy: Path) -> None:
    earlier = version_of(copy) < schema_version()
    with closing(open_file(copy, who="今の人")) as session:
        assert said(session, original) == expected(original)
        session.enter(session.resolve("1-1-1/council/status@2019"), "今の版で書いた。")
        session.undo()
        assert session.problems() == []
        assert said(session, original)["values"] == expected(original)["values"]
    assert version_of(copy) == schema_version()
    kept = [path for path in copy.parent.iterdir() if path.suffix == ".bak"]
    assert len(kept) == int(earlier)
    for path in kept:
        with closing(open_file(path, read_only=True)) as session:
            assert said(session, original) == expected(original)


def test_one_can_be_brought_back_as_a_copy(original: Path, copy: Path, tmp_path: Path) -> None:
    path = tmp_path / "今.welfare"
    restore(copy, path)
    with closing(open_file(path)) as session:
        assert said(session, original) == expected(original)
    assert verify(back_up(path)) == []


def test_the_script_makes_such_files(tmp_path: Path) -> None:
    path = make(schema_version(), "present", tmp_path)
    assert verify(path) == []
    with closing(open_file(path)) as session:
        assert as_json(told(session)) == expected(path)
