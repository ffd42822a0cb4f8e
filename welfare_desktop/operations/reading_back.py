"""Reading files that came back, in a process of their own; it touches no open data file and may run anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from welfare_desktop.domain.errors import FileRefused, WelfareError
from welfare_desktop.domain.merging.packaged import PackageEdits
from welfare_desktop.domain.merging.returned import ReturnedFile
from welfare_desktop.domain.progress import Progress, Unwatched


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file after reading: what it says and the hash of its bytes, or why it cannot be read.

    ``edits`` is what is left of a package once it was compared with what its sender began with; None before.
    """

    path: Path
    returned: ReturnedFile | None
    file_hash: str
    error: WelfareError | None = None
    edits: PackageEdits | None = None

    @property
    def name(self) -> str:
        """The file's name as it can be shown and kept: bytes that are no characters (of a foreign zip) show as �."""
        return self.path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def reading(paths: Sequence[Path], progress: Progress | None = None) -> Iterator[ReadFile]:
    """Read files that came back one after another; a file that cannot be read carries the reason.

    A thousand packages need never be in memory together: see :func:`.bases.without_the_rest`.
    """
    from welfare_desktop.exchange.returned import ReturnedReader

    watch = progress or Unwatched()
    with ReturnedReader() as reader:
        for number, path in enumerate(paths):
            watch.step(number, len(paths), path.name)
            try:
                returned, file_hash = reader.read(path)
                yield ReadFile(path, returned, file_hash)
            except FileRefused as error:
                yield ReadFile(path, None, "", error)


def read_files(paths: Sequence[Path], progress: Progress | None = None) -> list[ReadFile]:
    """Return everything :func:`reading` yields."""
    return list(reading(paths, progress))


#: How files end that may have come back; a folder is looked through for these.
_RETURNED = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".welfarepkg"})


def returned_files(paths: Iterable[Path]) -> list[Path]:
    """Return ``paths`` with the files in place of folders, each once, in order.

    Of a folder (and its folders) come the files that may be sheets or packages, without the marks Excel and
    LibreOffice leave beside open files; a folder without any stays, and is told of when it is read.
    """
    found: list[Path] = []
    for path in paths:
        if not _is_folder(path):
            found.append(path)
            continue
        inside = (one for one in sorted(path.rglob("*")) if one.suffix.lower() in _RETURNED and one.is_file())
        found += [one for one in inside if not one.name.startswith(("~$", "."))] or [path]
    return list(dict.fromkeys(found))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name longer than any file's; reading says so
        return False


def serve_reading() -> int:
    """Be the process that reads foreign files, where the program is one executable; return its exit status."""
    from welfare_desktop.exchange.guard.worker import main

    main()
    return 0
