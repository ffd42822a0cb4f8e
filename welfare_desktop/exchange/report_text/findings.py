"""The doubtful decisions of one reading, collected while it runs."""

from __future__ import annotations

from enum import StrEnum

from welfare_desktop.exchange.reading import ReadingWarning


class Code(StrEnum):
    """Stable codes of doubtful decisions; what each means stands in the package's docstring."""

    NO_TITLE = "R-101"
    YEAR = "R-102"
    NO_CONTENTS = "R-103"
    OTHER_BULLETS = "R-104"
    OTHER_SEPARATOR = "R-105"
    UNREADABLE = "R-106"
    OUTSIDE = "R-107"
    NO_VISION = "R-108"
    PAGE_NUMBER = "R-109"
    OTHER_NUMBERS = "R-110"
    NO_GOAL_HEADING = "R-111"
    NO_BASIC_HEADING = "R-112"
    NO_NAME = "R-113"
    NAMES_DIFFER = "R-114"
    NUMBER = "R-115"
    NOT_IN_BODY = "R-116"
    NOT_IN_CONTENTS = "R-117"
    TITLE_LOST = "R-118"
    SHIFTED = "R-201"
    UNSURE = "R-202"
    CELL_CUT = "R-203"
    CELLS_JOINED = "R-204"
    COLUMN_ORDER = "R-205"
    LINE_BROKEN = "R-206"
    LOOSE_TEXT = "R-207"
    REPEATED = "R-208"
    ROW_ENDS_EARLY = "R-209"
    LINE_JOINED = "R-210"
    NO_DEPARTMENT = "R-301"
    ODD_DEPARTMENT = "R-302"
    DEPARTMENT_TWICE = "R-303"
    SUB_LABEL = "R-401"
    LIST_OF_COUNTS = "R-402"
    BROKEN_WORD = "R-403"
    LOOSE_NOTE = "R-404"
    LOOSE_FIGURE = "R-405"
    BARE_WORDS = "R-406"
    BEGUN_TWICE = "R-407"


#: Text of the source quoted in a message is cut to this many characters.
_QUOTED = 40


def quoted(text: str) -> str:
    """Return ``text`` in 「」 for a message, shortened."""
    flat = " ".join(text.split())
    return f"「{flat[:_QUOTED]}…」" if len(flat) > _QUOTED else f"「{flat}」"


def whole(text: str) -> str:
    """Return ``text`` in 「」 for a message, not shortened: what the message says is not stored anywhere else."""
    return f"「{' '.join(text.split())}」"


class Findings:
    """A list of warnings that grows during one reading."""

    def __init__(self) -> None:
        self._warnings: list[ReadingWarning] = []

    def add(self, code: Code, message: str, line: int | None = None) -> None:
        """Note one decision: what was doubtful and what was done (Japanese), and the 1-based source line."""
        self._warnings.append(ReadingWarning(code.value, message, line))

    def in_order(self) -> tuple[ReadingWarning, ...]:
        """Return all warnings: those about the whole file first, then by source line."""
        return tuple(sorted(self._warnings, key=lambda warning: (warning.line or 0, warning.code)))
