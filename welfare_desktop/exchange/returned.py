"""Reading files that came back: the one way in for anything a foreign hand may have touched.

Copy, look, and read in another process; see the ``guard`` package.  Nothing here writes anywhere but into a private
folder that is gone afterwards.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from types import TracebackType

from welfare_desktop.domain.errors import FileRefused
from welfare_desktop.domain.merging.returned import ReturnedFile

from .guard.limits import DEFAULT_LIMITS, Limits
from .guard.private_copy import private_copy
from .guard.process import ReadingProcess
from .guard.refusals import Refusal
from .guard.undisturbed import undisturbed
from .returned_json import from_json

_LOG = logging.getLogger(__name__)


class ReturnedReader:
    """Reads one returned file after another; use it as a context manager, from one thread at a time."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._process = ReadingProcess(limits)

    def __enter__(self) -> ReturnedReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process; another read starts a new one."""
        self._process.close()

    def read(self, path: Path) -> tuple[ReturnedFile, str]:
        """Return what the file at ``path`` says, and the hash of its bytes; raises FileRefused with the file's name.

        The file itself is not changed, kept open or locked.
        """
        identifier = ""
        try:
            with private_copy(path, self._limits) as copy:
                identifier = hashlib.sha256(copy.read_bytes()).hexdigest()
                returned = _checked(self._process.read(copy))
        except FileRefused as error:
            # Log neither name nor text: a file name often holds a person's.
            _LOG.info("file %.12s refused: %s", identifier, error.code)
            raise FileRefused(
                error.message,
                code=error.code,
                where=f"{path.name} {error.where}".rstrip(),
                next_step=error.next_step,
            ) from error
        _log(identifier, returned)
        return returned, identifier


def read_returned(path: Path, limits: Limits = DEFAULT_LIMITS) -> ReturnedFile:
    """Return what one file that came back says; raises FileRefused.  For several files use :class:`ReturnedReader`."""
    with ReturnedReader(limits) as reader:
        return reader.read(path)[0]


def _checked(data: object) -> ReturnedFile:
    try:
        with undisturbed():
            return from_json(data)
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal.DIED.error() from error


def _log(identifier: str, returned: ReturnedFile) -> None:
    _LOG.info(
        "file %.12s read: %s, export %s, %d values, %d unmatched, %d remarks, %d missing, problems %s",
        identifier,
        returned.kind,
        returned.export_id,
        len(returned.values) + len(returned.packaged),
        len(returned.unmatched),
        len(returned.remarks),
        len(returned.missing),
        [problem.code for problem in returned.problems],
    )
    for finding in returned.findings:
        _LOG.info("file %.12s %s at %s", identifier, finding.code, finding.cell)
