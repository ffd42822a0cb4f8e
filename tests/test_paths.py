"""The three shapes the program comes in, each as real folders and a real interpreter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from welfare_desktop import paths

ROOT = Path(__file__).resolve().parents[1]


def ask(package_parent: Path, expression: str, *, before: str = "", env: dict[str, str] | None = None) -> Path:
    """Evaluate a path expression in a fresh interpreter that sees only the package under ``package_parent``."""
    program = f"import sys\n{before}\nfrom welfare_desktop import paths\nprint({expression})"
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=package_parent,
        env={**os.environ, "PYTHONPATH": str(package_parent), "PYTHONIOENCODING": "utf-8", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return Path(result.stdout.strip())


@pytest.fixture
def bare_package(tmp_path: Path) -> Path:
    """A folder holding nothing but the package's paths module."""
    package = tmp_path / "somewhere" / "welfare_desktop"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(ROOT / "welfare_desktop" / "paths.py", package)
    return package


def test_checkout_finds_what_ships_beside_the_package() -> None:
    assert paths.resource("fonts") == ROOT / "resources" / "fonts"
    assert paths.migrations_dir() == ROOT / "db" / "migrations"
    assert paths.schema_file() == ROOT / "db" / "schema.sql"
    assert paths.resource("fonts").is_dir()
    assert paths.migrations_dir().is_dir()


def test_installed_wheel_finds_what_ships_inside_the_package(bare_package: Path) -> None:
    (bare_package / "resources").mkdir()
    assert ask(bare_package.parent, "paths.resource('plans', 'a.json')") == bare_package / "resources/plans/a.json"
    assert ask(bare_package.parent, "paths.migrations_dir()") == bare_package / "db/migrations"


def test_an_installed_package_does_not_mistake_a_neighbour_for_its_own(bare_package: Path) -> None:
    (bare_package / "resources").mkdir()
    (bare_package.parent / "resources").mkdir()  # another package's folder in site-packages
    assert ask(bare_package.parent, "paths.resource()") == bare_package / "resources"


def test_frozen_bundle_uses_its_data_folder(bare_package: Path, tmp_path: Path) -> None:
    before = f"sys.frozen = True; sys._MEIPASS = {str(tmp_path / 'bundle')!r}"
    assert ask(bare_package.parent, "paths.resource('icons')", before=before) == tmp_path / "bundle/resources/icons"


def test_frozen_bundle_without_a_data_folder_looks_beside_its_executable(bare_package: Path, tmp_path: Path) -> None:
    before = f"sys.frozen = True; sys.executable = {str(tmp_path / 'app' / 'program.exe')!r}"
    assert ask(bare_package.parent, "paths.schema_file()", before=before) == tmp_path / "app/db/schema.sql"


@pytest.mark.skipif(sys.platform == "win32", reason="XDG is not a Windows matter")
def test_folders_of_the_person_follow_xdg_and_are_not_created(tmp_path: Path) -> None:
    env = {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "d"),
        "XDG_CONFIG_HOME": str(tmp_path / "c"),
        "XDG_STATE_HOME": str(tmp_path / "s"),
    }
    assert ask(ROOT, "paths.user_data_dir()", env=env) == tmp_path / "d/welfare-desktop"
    assert ask(ROOT, "paths.settings_dir()", env=env) == tmp_path / "c/welfare-desktop"
    assert ask(ROOT, "paths.log_dir()", env=env).is_relative_to(tmp_path / "s/welfare-desktop")
    assert list(tmp_path.iterdir()) == []


def test_on_windows_data_lies_in_documents_where_a_clerk_looks(tmp_path: Path) -> None:
    # Loaded first, the library keeps asking this system; only the decision where to look is the one made on Windows.
    before = "import platformdirs; platformdirs.user_documents_path(); sys.platform = 'win32'"
    documents = ask(ROOT, "platformdirs.user_documents_path()", before=before)
    assert ask(ROOT, "paths.user_data_dir()", before=before) == documents / "地域福祉計画"
