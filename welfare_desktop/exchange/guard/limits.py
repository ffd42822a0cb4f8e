"""How much of a file is looked at before it is refused.

The bounds are far above any report (the largest known one fills a workbook of 4,000 cells) and far below what would
make a clerk's PC slow.
"""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file; sizes in bytes, ``time_s`` in seconds of the clock, ``memory_bytes`` of the whole process.

    ``range_cells`` bounds a merged or linked range, ``text_length`` the characters of one cell, ``depth`` the nesting
    of XML elements.
    """

    file_bytes: int = 20 * MEBIBYTE
    parts: int = 500
    part_bytes: int = 40 * MEBIBYTE
    total_bytes: int = 120 * MEBIBYTE
    rows: int = 20_000
    columns: int = 200
    cells: int = 400_000
    strings: int = 200_000
    range_cells: int = 50_000
    text_length: int = 32_767
    depth: int = 200
    time_s: float = 20.0
    memory_bytes: int = 1024 * MEBIBYTE


DEFAULT_LIMITS = Limits()
