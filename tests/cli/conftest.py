"""Running commands as a script does, and a data file to run them on."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.data_files import copied_file
from welfare_desktop.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def error(self) -> dict[str, str]:
        """The error object on stdout; the command must have refused."""
        assert self.status == 2
        assert set(self.data) == {"error"}
        found: dict[str, str] = self.data["error"]
        assert set(found) == {"code", "message", "where", "next"}
        return found


Run = Callable[..., Ran]


def no_window(db: Path | None, *, who: str, smoke_test: bool, screenshot: Path | None) -> int:
    """Stand where the window would be opened; no command but ``gui`` may do that."""
    raise AssertionError("a window")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command with ``stdin`` (bytes) and return what it answered."""

    def run(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="ascii"))
        capsys.readouterr()
        status = main([str(argument) for argument in arguments], no_window)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A data file that holds the small plan."""
    return copied_file(tmp_path / "計画.welfare")
