"""Fiscal years: Gregorian inside, era years (平成30年度, 令和元年度) on screen and paper."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from .errors import InvalidValue

#: (first fiscal year shown under this era, name, letter); newest first.  Fiscal 2019 begins in 平成31年4月 but is
#: shown 令和元年度, as the reports of that year do.
_ERAS = ((2019, "令和", "R"), (1989, "平成", "H"), (1926, "昭和", "S"))
_STARTS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_ERA_YEAR = re.compile(r"(令和|平成|昭和|[RHS])\s*(元|\d{1,2})\s*(?:年度?)?")
_TYPED_YEAR = re.compile(
    r"(?:(?P<plain>\d{4})|(?P<era>令和|平成|昭和|[RHSrhs])(?P<number>元|\d{1,2})(?:\((?P<inner>\d{4})\))?)"
    r"(?:年度?)?(?:\((?P<outer>\d{4})\))?"
)


def era_year(year: int) -> str:
    """Return fiscal ``year`` as ``平成30``, ``令和元`` …"""
    for first, name, _ in _ERAS:
        if year >= first:
            number = year - _STARTS[name]
            return f"{name}{'元' if number == 1 else number}"
    return str(year)


def fiscal_label(year: int) -> str:
    """Return fiscal ``year`` as ``平成30年度``."""
    return f"{era_year(year)}年度"


def short_label(year: int) -> str:
    """Return the era year without the era, as the 実績 column says: ``30年度``, ``元年度``."""
    return re.sub("^(令和|平成|昭和)", "", fiscal_label(year))


def both_label(year: int) -> str:
    """Return ``令和2(2020)年度``, for years the program itself writes."""
    return f"{era_year(year)}({year})年度"


def compact_era(year: int) -> str:
    """Return ``H30``, ``R1``: for reference numbers and file names."""
    for first, name, letter in _ERAS:
        if year >= first:
            return f"{letter}{year - _STARTS[name]}"
    return str(year)


class YearState(Enum):
    """What became of a fiscal year's report so far; the value is the Japanese word for it."""

    BEFORE_PLAN = "参考"  # read from an older report, for comparison
    NOT_OPENED = "未開始"
    OPEN = "記入中"
    CLOSED = "確定"

    @property
    def label(self) -> str:
        """The Japanese word shown beside the mark."""
        return self.value


def require_within(year: int, first_year: int, last_year: int) -> None:
    """Refuse a fiscal ``year`` before ``first_year`` or after ``last_year``, the years of a plan; raises InvalidValue."""
    if not first_year <= year <= last_year:
        raise InvalidValue(
            f"{fiscal_label(year)}は計画の期間（{fiscal_label(first_year)}～{fiscal_label(last_year)}）の外です。",
            code="W-150",
            where=str(year),
            next_step="期間の中の年度を指定してください。何も変わっていません。",
        )


def gregorian(era: str, number: str) -> int:
    """Return the Gregorian year of an era (name or letter) and its number (``元`` = 1); H32 is 2020."""
    return _STARTS[era] + (1 if number == "元" else int(unicodedata.normalize("NFKC", number)))


def read_year(text: str) -> int | None:
    """Return the fiscal year a person typed: ``平成30``, ``H30``, ``2018``, ``令和元年度``, ``R1``, ``平成30(2018)年度``.

    Any width of letters and digits is understood.  None for anything else, also where the two ways of saying a year
    disagree.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    match = _TYPED_YEAR.fullmatch(plain)
    if match is None:
        return None
    numbers = [int(number) for number in (match["plain"], match["inner"], match["outer"]) if number]
    if match["era"]:
        numbers.append(gregorian(match["era"].upper(), match["number"]))
    return numbers[0] if len(set(numbers)) == 1 else None


def find_years(text: str) -> list[int]:
    """Return the Gregorian year of every era year written in ``text``, in order, full-width digits included."""
    plain = unicodedata.normalize("NFKC", text)
    return [gregorian(match[1], match[2]) for match in _ERA_YEAR.finditer(plain)]
