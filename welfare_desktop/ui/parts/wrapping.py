"""Japanese text cut into lines of a width, for delegates that paint their own.

The same function measures and paints, at the same width: a delegate measured at the column's width but painted one
pixel narrower loses its last line.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextOption

_NO_LIMIT = 10_000


def wrap(text: str, font: QFont, width_px: float, most_lines: int = _NO_LIMIT) -> list[str]:
    """Return ``text`` cut at ``width_px``; a line too many is cut short with … (text with LF keeps its breaks)."""
    return list(_wrapped(text, font.key(), font.pixelSize(), font.bold(), width_px, most_lines))


@lru_cache(maxsize=4096)
def _wrapped(text: str, font_key: str, _size: int, _bold: bool, width_px: float, most_lines: int) -> tuple[str, ...]:
    font = QFont()
    font.fromString(font_key)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        # Qt counts UTF-16 units; outside the basic plane (𠮷) Python does not.
        units = paragraph.encode("utf-16-le")
        layout = QTextLayout(paragraph, font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width_px)
            start = 2 * line.textStart()
            lines.append(units[start : start + 2 * line.textLength()].decode("utf-16-le"))
        layout.endLayout()
    if len(lines) > most_lines:
        rest = "".join(lines[most_lines - 1 :])
        metrics = QFontMetricsF(font)
        cut = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width_px)
        if cut == rest:  # it would fit, but only because its line breaks are gone
            cut = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width_px - metrics.horizontalAdvance("…")) + "…"
        return (*lines[: most_lines - 1], cut)
    return tuple(lines) or ("",)
