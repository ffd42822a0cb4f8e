"""The text measurer of ``domain.measuring``, implemented with Qt, and the fonts it shares with the painter.

Fonts are set up for a surface of 1440 units per inch (a twentieth of a point), without hinting, kerning and
ligatures: what was measured holds on every printer, in every PDF and at every zoom of a preview, and every letter of
the text is a letter of the PDF.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QTextLayout
from PySide6.QtWidgets import QApplication

from ..domain.measuring import GRID_FAMILY, PAPER_FAMILY, FontMetrics, FontSpec
from ..paths import resource

UNITS_PER_POINT = 20
UNITS_PER_MM = UNITS_PER_POINT * 72 / 25.4
#: Where to look for a character the chosen font lacks, before Qt looks anywhere; names of other systems do no harm.
FALLBACKS = (PAPER_FAMILY, "Yu Gothic", "Meiryo", "MS Gothic", "Noto Sans CJK JP", "Noto Sans JP", "IPAexGothic")
#: Switched off: a ligature has no character of its own to be copied out as.
_LIGATURES = ("liga", "clig", "calt")
#: Widths are measured this large, so that rounding to pixels does not show.
_MEASURED_PX = 2000


def ensure_application() -> QCoreApplication:
    """Return Qt's application object, made if there is none; fonts need one.

    Without a screen the program prints all the same.  It is a widget application, because a window opened later in
    the same process could not replace a lesser one.
    """
    existing = QCoreApplication.instance()
    if existing is not None:
        return existing
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QApplication(["welfare-desktop"])


def load_bundled_fonts() -> None:
    """Make the fonts that ship with the program known to Qt; doing it again costs nothing."""
    ensure_application()
    if {PAPER_FAMILY, GRID_FAMILY} <= set(QFontDatabase.families()):
        return
    for path in sorted(resource("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


def qt_font(font: FontSpec, *, shaped: bool = True) -> QFont:
    """Return ``font`` for a surface of 1440 units per inch, with fonts to fall back to for what it lacks.

    Without ``shaped`` letters stand side by side as they are, which is twice as fast and all that text without
    combining marks needs.
    """
    made = QFont()
    made.setFamilies([font.family, *(name for name in FALLBACKS if name != font.family)])
    made.setPixelSize(round(font.size_pt * UNITS_PER_POINT))
    made.setBold(font.bold)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setKerning(False)
    if not shaped:
        made.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    for feature in _LIGATURES:
        made.setFeature(QFont.Tag(feature), 0)
    return made


class QtMeasurer:
    """Measures with the fonts this PC has, and those that ship with the program."""

    def __init__(self) -> None:
        load_bundled_fonts()
        self._advances: dict[tuple[str, bool], _Advances] = {}
        self._vertical: dict[str, FontMetrics] = {}

    def advances(self, family: str, bold: bool) -> Mapping[str, float]:
        """See ``domain.measuring.TextMeasurer``."""
        key = (family, bold)
        if key not in self._advances:
            self._advances[key] = _Advances(_metrics(family, bold))
        return self._advances[key]

    def metrics(self, family: str) -> FontMetrics:
        """See ``domain.measuring.TextMeasurer``."""
        if family not in self._vertical:
            found = _metrics(family, False)
            self._vertical[family] = FontMetrics(
                found.ascent() / _MEASURED_PX, found.descent() / _MEASURED_PX, found.lineSpacing() / _MEASURED_PX
            )
        return self._vertical[family]

    def missing(self, text: str, family: str) -> str:
        """See ``domain.measuring.TextMeasurer``."""
        own = _metrics(family, False)
        doubtful = [char for char in dict.fromkeys(text) if not own.inFontUcs4(ord(char))]
        # Letters made by an office itself (外字) are private to the machine they were made on: they count.
        drawn = (char for char in doubtful if char.isprintable() or unicodedata.category(char) == "Co")
        return "".join(char for char in drawn if _has_no_glyph(char, family))


class _Advances(dict[str, float]):
    """Widths in em, asked of Qt once for every character."""

    def __init__(self, metrics: QFontMetricsF) -> None:
        super().__init__()
        self._metrics = metrics

    def __missing__(self, char: str) -> float:
        width = self[char] = self._metrics.horizontalAdvance(char) / _MEASURED_PX
        return width


def _metrics(family: str, bold: bool) -> QFontMetricsF:
    font = qt_font(FontSpec(family, 1.0, bold))
    font.setPixelSize(_MEASURED_PX)
    return QFontMetricsF(font)


def _has_no_glyph(char: str, family: str) -> bool:
    layout = QTextLayout(char, qt_font(FontSpec(family)))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return any(0 in run.glyphIndexes() for run in layout.glyphRuns())
