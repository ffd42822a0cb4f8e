"""Days as offices write them: read from what was typed, shown in era years with the weekday."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ERA = re.compile(r"(令和|平成|R|H)\s*(元|\d{1,2})[-/.年]\s*(\d{1,2})[-/.月]\s*(\d{1,2})日?")
_STARTS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
_REIWA = date(2019, 5, 1)
_WEEKDAYS = "月火水木金土日"


def read_date(text: str) -> date | None:
    """Return the day written in ``text`` (``2020-04-24``, ``令和2年4月24日（金）``), or None when there is none."""
    plain = unicodedata.normalize("NFKC", text)
    era, western = _ERA.search(plain), _ISO.search(plain)
    try:
        if era:
            year = _STARTS[era[1]] + (1 if era[2] == "元" else int(era[2]))
            return date(year, int(era[3]), int(era[4]))
        return date(int(western[1]), int(western[2]), int(western[3])) if western else None
    except ValueError:
        return None


def shown_date(day: date) -> str:
    """Return a day as ``令和2年4月24日（金）``."""
    name, start = ("令和", 2018) if day >= _REIWA else ("平成", 1988)
    year = day.year - start
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"
