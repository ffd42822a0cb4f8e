"""The look at a whole file before anything in it is believed.

Every part is unpacked once, counted and proved, and every XML part parsed once, read later or not.  What comes out is
a container whose parts are safe to read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .container import Container, open_container
from .limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from .private_copy import private_copy
from .refusals import Refusal
from .xml_parts import parse


def prescan(data: bytes, limits: Limits) -> Container:
    """Return the proved container in ``data``; raises FileRefused."""
    if not data:
        raise Refusal.EMPTY.error()
    container = open_container(data, limits)
    total = 0
    for name in container.names:
        part = container.read(name)
        total += len(part)
        if total > limits.total_bytes:
            raise Refusal.TOO_LARGE_INSIDE.error(detail=f"全体で {limits.total_bytes // MEBIBYTE} MB まで")
        if name.casefold().endswith((".xml", ".rels")):
            parse(name, part, None, limits)
    return container


@contextmanager
def checked_copy(path: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[Path]:
    """Give a private, prescanned copy of a workbook to a reader that trusts what it opens (openpyxl).

    Raises FileRefused.  The copy ends with the file's own suffix, because openpyxl asks for one.
    """
    with private_copy(path, limits) as copy:
        prescan(copy.read_bytes(), limits)
        named = copy.rename(copy.with_suffix(path.suffix.lower() or ".xlsx"))
        yield named
