"""The arrow of docs/architecture.md holds, and the contracts that say so have teeth.

The contracts stand in ``pyproject.toml``. They are run on the package as it is, and on a skeleton of it into which one
violation at a time is written, so that a contract which stopped looking would be noticed.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "welfare_desktop"
LAYERS = ("ui", "cli", "operations", "storage", "exchange", "paper", "domain")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of ``folder/pyproject.toml`` on ``folder/welfare_desktop``."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_imports_keep_the_contracts() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """An empty package with this project's folders and its contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "welfare_desktop"
    for name in LAYERS:
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").touch()
    for name in ("__init__", "__main__", "paths"):
        (package / f"{name}.py").touch()
    return tmp_path


def test_the_skeleton_itself_keeps_the_contracts(skeleton: Path) -> None:
    result = lint(skeleton)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("domain/a.py", "import welfare_desktop.operations"),
        ("paths.py", "import welfare_desktop.domain"),
        ("operations/a.py", "import welfare_desktop.ui"),
        ("ui/a.py", "import welfare_desktop.cli"),
        ("storage/a.py", "import welfare_desktop.exchange"),
        ("exchange/a.py", "import welfare_desktop.paper"),
        ("ui/a.py", "import welfare_desktop.storage"),
        ("cli/a.py", "import welfare_desktop.exchange"),
        ("operations/a.py", "import peewee"),
        ("operations/a.py", "import playhouse.migrations"),
        ("exchange/a.py", "import sqlite3"),
        ("operations/a.py", "import openpyxl"),
        ("storage/a.py", "import openpyxl.styles"),
        ("exchange/a.py", "import PySide6.QtGui"),
        ("operations/a.py", "import PySide6.QtCore"),
        ("paper/layout.py", "import PySide6.QtGui"),
        ("exchange/a.py", "import urllib.request"),
        ("stray.py", ""),
    ],
)
def test_a_violation_breaks_a_contract(skeleton: Path, module: str, statement: str) -> None:
    # Inside a function, where a late import would hide from a look at the head of the file.
    body = f"def late() -> None:\n    {statement}\n" if statement else ""
    (skeleton / "welfare_desktop" / module).write_text(body, encoding="utf-8")
    result = lint(skeleton)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("storage/deep/a.py", "import peewee, playhouse.migrations, sqlite3"),
        ("exchange/a.py", "import openpyxl, defusedxml"),
        ("ui/deep/a.py", "import PySide6.QtWidgets"),
        ("paper/painter.py", "import PySide6.QtGui"),
        ("paper/measurer.py", "import PySide6.QtGui"),
        ("operations/a.py", "import welfare_desktop.storage, welfare_desktop.exchange, welfare_desktop.paper"),
    ],
)
def test_a_library_is_welcome_where_it_lives(skeleton: Path, module: str, statement: str) -> None:
    path = skeleton / "welfare_desktop" / module
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(statement + "\n", encoding="utf-8")
    result = lint(skeleton)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "stays_out"),
    [
        ("welfare_desktop.__main__", ("PySide6", "openpyxl", "peewee", "welfare_desktop.ui", "welfare_desktop.cli")),
        ("welfare_desktop.cli", ("PySide6", "openpyxl")),
        ("welfare_desktop.operations", ("PySide6", "openpyxl")),
        ("welfare_desktop.domain", ("PySide6", "openpyxl", "peewee")),
        ("welfare_desktop.ui", ("openpyxl",)),
    ],
)
def test_heavy_libraries_are_imported_late(module: str, stays_out: tuple[str, ...]) -> None:
    """Start-up time: openpyxl takes longer to import than the window takes to paint."""
    program = (
        "import importlib, pkgutil, sys\n"
        f"package = importlib.import_module({module!r})\n"
        "for found in pkgutil.walk_packages(getattr(package, '__path__', []), package.__name__ + '.'):\n"
        "    importlib.import_module(found.name)\n"
        f"print([name for name in {stays_out!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"


def modules() -> Iterator[Path]:
    """All modules of the package."""
    return (path for path in sorted(PACKAGE.rglob("*.py")))


def test_no_room_for_odds_and_ends_and_no_module_is_a_house() -> None:
    for path in modules():
        assert path.stem not in {"utils", "util", "helpers", "common", "misc"}, path
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 600, f"{path} has {lines} lines: one room or several?"


def test_qt_modules_that_reach_a_network_or_spin_the_event_loop_are_not_used() -> None:
    """Import contracts see libraries as one; these two rules need a look inside."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                banned = {"PySide6.QtNetwork", "PySide6.QtWebSockets"}
                assert node.module not in banned, f"{path}:{node.lineno}"
                assert not (node.module == "PySide6" and any(f"PySide6.{a.name}" in banned for a in node.names)), path
            if isinstance(node, ast.Attribute):
                assert node.attr != "processEvents", f"{path}:{node.lineno}: give the work to a worker instead"


def test_tests_mirror_the_package() -> None:
    for name in LAYERS:
        assert (ROOT / "tests" / name).is_dir(), name
