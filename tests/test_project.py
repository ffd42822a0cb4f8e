"""The house rules that no linter knows: pins and locks, documents that are true, nothing in here that is not ours."""

from __future__ import annotations

import html
import io
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import welfare_desktop

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
# Joined here so that this file does not hold what it looks for.
REGISTRY_HOSTS = tuple(
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("deb.", "debian.org"),
        ("security.", "debian.org"),
        ("crates", ".io"),
        ("conda.", "anaconda"),
    )
)
MACHINE_PATHS = ("/work" + "/", "/root" + "/", "/farm" + "/", "/tmp/bash" + "_jobs")


@cache
def tracked() -> tuple[Path, ...]:
    """All files that a clone would hold, and new ones not yet added (only what .gitignore names is left out)."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8")
    names = sorted(filter(None, listed.split("\0")))
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def texts(path: Path) -> Iterator[str]:
    """All text in a file, looking into workbooks and other zips; a database or picture gives what of it is UTF-8."""
    data = path.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield archive.read(member).decode("utf-8", errors="ignore")
    else:
        yield data.decode("utf-8", errors="ignore")


def is_font(path: Path) -> bool:
    """Fonts name their makers' addresses and cannot be changed under their licence."""
    return path.suffix == ".ttf"


def read(name: str) -> str:
    """A file of the project as text."""
    return (ROOT / name).read_text(encoding="utf-8")


def locked(name: str) -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    """Read a lock: (name, marker) → (version, hashes)."""
    found: dict[tuple[str, str], tuple[str, frozenset[str]]] = {}
    for requirement in re.split(r"\n(?=[a-z])", read(name)):
        match = re.match(r"([a-z0-9.-]+)==([^\s;\\]+)(?: ; ([^\\\n]+?))? \\\n", requirement)
        if match:
            hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", requirement))
            found[match[1], match[3] or ""] = (match[2], hashes)
    return found


def canonical(name: str) -> str:
    """A distribution's name as the lock spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(requirements: list[str]) -> dict[str, str]:
    """Exact pins of pyproject.toml: canonical name → version."""
    found = dict(requirement.split("==") for requirement in requirements)
    return {canonical(name): version for name, version in found.items()}


class TestVersionsAndLocks:
    def test_one_version(self) -> None:
        project = tomllib.loads(read("pyproject.toml"))
        assert "version" in project["project"]["dynamic"]
        assert project["tool"]["hatch"]["version"]["path"] == "welfare_desktop/__init__.py"
        assert re.fullmatch(r"\d+\.\d+\.\d+", welfare_desktop.__version__)

    def test_changelog_leads_to_this_version(self) -> None:
        headings = re.findall(r"^## \[(.+?)\]", read("CHANGELOG.md"), re.MULTILINE)
        assert headings
        released = [heading for heading in headings if heading != "Unreleased"]
        assert headings.index("Unreleased") == 0 if "Unreleased" in headings else released
        assert not released or released[0] == welfare_desktop.__version__

    @pytest.mark.parametrize(("lock", "extras"), [("requirements.lock", ()), ("requirements-dev.lock", ("dev",))])
    def test_lock_holds_every_pin(self, lock: str, extras: tuple[str, ...]) -> None:
        project = tomllib.loads(read("pyproject.toml"))["project"]
        wanted = pins(project["dependencies"])
        for extra in extras:
            wanted |= pins(project["optional-dependencies"][extra])
        versions = {name: version for (name, _), (version, _) in locked(lock).items()}
        assert {name: versions.get(name) for name in wanted} == wanted

    @pytest.mark.parametrize("lock", LOCKS)
    def test_lock_is_whole(self, lock: str) -> None:
        entries = locked(lock)
        starts = [line for line in read(lock).splitlines() if line and not line.startswith((" ", "#"))]
        assert len(entries) == len(starts), "a line that is not a pinned and hashed requirement"
        for (name, _), (_, hashes) in entries.items():
            assert hashes, name
        # A library with compiled parts must be locked for both systems, not only for the one that made the lock.
        assert len(entries["pyside6-essentials", ""][1]) >= 4

    @pytest.mark.parametrize("lock", LOCKS)
    def test_lock_names_no_index(self, lock: str) -> None:
        content = read(lock)
        assert "://" not in content
        for option in ("--index", "--extra-index", "--find-links", "--trusted-host", "-i "):
            assert option not in content

    def test_development_stands_on_the_same_releases(self) -> None:
        assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()

    def test_development_lock_serves_windows(self) -> None:
        assert ("colorama", "sys_platform == 'win32'") in locked("requirements-dev.lock")


class TestDocumentsAreTrue:
    @pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md", "docs/architecture.md"])
    def test_make_targets_exist(self, document: str) -> None:
        targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
        content = read(document)
        named = set(re.findall(r"`make ([a-z-]+)`", content)) | set(re.findall(r"^make ([a-z-]+)$", content, re.M))
        assert named
        assert named <= targets

    def test_every_target_of_help_is_explained_and_phony(self) -> None:
        makefile = read("Makefile")
        targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
        phony = set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, re.MULTILINE))
        assert targets == phony
        shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
        for target in targets:
            assert (f"make {target} " in shown) != target.endswith("-only"), target

    @pytest.mark.parametrize("document", ["README.md", "THIRD_PARTY_NOTICES.md", "docs/architecture.md"])
    def test_links_lead_somewhere(self, document: str) -> None:
        for target in re.findall(r"\]\(([^)]+)\)", read(document)):
            assert ((ROOT / document).parent / target).exists(), target

    def test_readme_and_help_name_the_same_commands(self) -> None:
        result = subprocess.run(
            [sys.executable, "main.py", "--help"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        offered = set(re.findall(r"^ {4}([a-z][a-z-]+)(?: |$)", result.stdout, re.MULTILINE))
        first_cells = re.findall(r"^\| (`.+?) \|", read("README.md"), re.MULTILINE)
        explained = {command for cell in first_cells for command in re.findall(r"`([^`]+)`", cell)}
        assert "gui" in offered
        assert explained == offered

    def test_folders_of_the_architecture_page_exist(self) -> None:
        block = re.search(r"## Folders\n+```\n(.*?)```", read("docs/architecture.md"), re.DOTALL)
        assert block
        inside: set[str] = set()
        for line in block[1].splitlines():
            parent = ROOT / "welfare_desktop" if line.startswith("  ") else ROOT
            first = line.split()[0]
            assert (parent / first.rstrip(",")).exists(), first
            for name in re.findall(r"(?<![\w/.])([a-z_]+/)(?![\w.])", line):
                candidates = (parent / name, ROOT / name, parent / first / name)
                assert any(candidate.is_dir() for candidate in candidates), name
            if line.startswith("  "):
                inside.add(first.rstrip("/"))
        present = {path.name for path in (ROOT / "welfare_desktop").iterdir()} - {"__init__.py", "__pycache__"}
        assert inside == present

    def test_windows_start_is_described(self) -> None:
        readme = read("README.md")
        for words in ("py -3.11 -m venv .venv", "--require-hashes -r requirements.lock", "main.py"):
            assert words in readme


class TestLicences:
    def test_each_bundled_font_has_its_licence_beside_it_and_is_noticed(self) -> None:
        fonts = [path for path in tracked() if is_font(path)]
        assert {path.name for path in fonts} == {
            f"{family}-{style}.ttf" for family in ("BIZUDGothic", "BIZUDPGothic") for style in ("Regular", "Bold")
        }
        notices = read("THIRD_PARTY_NOTICES.md")
        for font in fonts:
            licence = (font.parent / "OFL.txt").read_text(encoding="utf-8")
            assert "SIL OPEN FONT LICENSE Version 1.1" in licence
            assert "BIZ UDGothic Project Authors" in licence
        assert "BIZ UDGothic and BIZ UDPGothic" in notices

    def test_qt_loads_the_fonts_under_the_names_the_program_asks_for(self) -> None:
        program = (
            "import sys; from PySide6.QtGui import QFontDatabase as D, QGuiApplication\n"
            "app = QGuiApplication([])\n"
            "print(*(D.applicationFontFamilies(D.addApplicationFont(f))[0] for f in sys.argv[1:]), sep='\\n')"
        )
        fonts = sorted(str(path) for path in (ROOT / "resources" / "fonts").glob("*.ttf"))
        result = subprocess.run(
            [sys.executable, "-c", program, *fonts],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert result.stdout.split("\n")[:4] == ["BIZ UDGothic"] * 2 + ["BIZ UDPGothic"] * 2

    def test_every_pinned_library_is_noticed(self) -> None:
        notices = read("THIRD_PARTY_NOTICES.md").lower()
        for name, _ in locked("requirements.lock"):
            assert name in notices or name.replace("-", "_") in notices, name


class TestNothingForeign:
    def test_no_registry_and_no_machine_is_named(self) -> None:
        for path in tracked():
            if is_font(path):
                continue
            for text in texts(path):
                for word in (*REGISTRY_HOSTS, *MACHINE_PATHS):
                    assert word not in text, f"{path.relative_to(ROOT)} names {word}"

    def test_no_sentence_of_the_source_document_is_copied(self, report_text: str) -> None:
        fingerprints = sentence_endings(report_text)
        assert len(fingerprints) > 200
        for path in tracked():
            if is_font(path):
                continue
            for text in texts(path):
                dense = dense_text(text)
                found = [ending for ending in fingerprints if ending in dense]
                assert not found, f"{path.relative_to(ROOT)} holds text of the source: …{found[0]}"

    def test_the_search_for_copied_sentences_finds_one(self, report_text: str) -> None:
        ending = next(iter(sentence_endings(report_text)))
        broken = ending[:9] + "\n        " + ending[9:]
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in ending)
        for copy in (ending, broken, escaped):
            assert ending in dense_text(f"text = '{copy}'")

    def test_a_clone_works_on_windows(self) -> None:
        names = [path.relative_to(ROOT).as_posix() for path in tracked()]
        assert len({name.casefold() for name in names}) == len(names)
        for name in names:
            assert not re.search(r'[<>:"|?*\\]|[. ](/|$)', name), name
            assert len(name) < 120, name

    def test_files_end_their_lines_as_editorconfig_says(self) -> None:
        for path in tracked():
            if path.suffix in {".py", ".md", ".toml", ".sh", ".lock", ".sql"}:
                data = path.read_bytes()
                assert b"\r" not in data, path
                assert not data or data.endswith(b"\n"), path


def dense_text(text: str) -> str:
    r"""Text without its white space and with ``\uXXXX`` read, so that neither a line break nor JSON hides a copy."""
    read_escapes = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\s+", "", html.unescape(read_escapes))


def sentence_endings(report: str, length: int = 25) -> frozenset[str]:
    """The last ``length`` characters of every sentence of the report that is at least that long.

    Whoever copies a sentence copies its end, whatever bullets, tags or cells stood before it.
    """
    endings: set[str] = set()
    for cell in re.split(r"[\t\n]|<[^>]*>|\s・", report):
        for sentence in re.findall(r"[^。]+。", re.sub(r"\s+", "", cell)):
            if len(sentence) >= length:
                endings.add(sentence[-length:])
    return frozenset(endings)
