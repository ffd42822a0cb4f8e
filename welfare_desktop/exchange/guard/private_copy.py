"""A copy nobody else can change while it is read.

The file itself may lie on a share or a USB stick, be open in Excel or be exchanged between two looks at it.  So it is
copied once, with an eye on its size, and only the copy is looked at.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .limits import MEBIBYTE, Limits
from .refusals import Refusal

_CHUNK = 1024 * 1024
#: Of Excel and of LibreOffice.
_LOCK_PREFIXES = ("~$", ".~lock.")


@contextmanager
def private_copy(path: Path, limits: Limits) -> Iterator[Path]:
    """Copy ``path`` into a folder only this user can read, give the copy's path, and remove both afterwards.

    Raises FileRefused for what is no plain, readable, non-empty file of a sensible size.
    """
    if path.name.startswith(_LOCK_PREFIXES):
        raise Refusal.LOCK_FILE.error()
    with tempfile.TemporaryDirectory(prefix="welfare-read-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "file"
        try:
            _copy(path, copy, limits)
        except (OSError, ValueError) as error:  # ValueError: a name no file can have
            raise Refusal.NOT_FOUND.error() from error
        yield copy


def _copy(path: Path, copy: Path, limits: Limits) -> None:
    if path.is_dir():
        raise Refusal.FOLDER.error()
    if path.is_symlink():
        raise Refusal.NOT_A_PLAIN_FILE.error()
    # Not following a link that appears in between, and not waiting for the other end of a pipe.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as source, copy.open("xb") as target:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            raise Refusal.NOT_A_PLAIN_FILE.error()
        copied = 0
        while chunk := source.read(_CHUNK):
            copied += len(chunk)
            if copied > limits.file_bytes:
                raise Refusal.TOO_LARGE.error(detail=f"{limits.file_bytes // MEBIBYTE} MB まで")
            target.write(chunk)
    if not copied:
        raise Refusal.EMPTY.error()
