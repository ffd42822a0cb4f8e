"""The look at a whole file before anything in it is believed.

Every part is unpacked once, counted and proved, and every XML part parsed once, read later or not.  What comes out is
a container whose parts are safe to read again.
"""

from __future__ import annotations

from .container import Container, open_container
from .limits import MEBIBYTE, Limits
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
