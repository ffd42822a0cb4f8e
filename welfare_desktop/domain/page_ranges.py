"""Which sheets of a document are wanted, as a person types it: 3-5, 3, 3-, -5; full-width signs are as good."""

from __future__ import annotations

import re
import unicodedata

from .errors import InvalidValue

_RANGE = re.compile(r"(?P<first>\d{1,6})?\s*(?P<to>[-~〜ー―–]|から)?\s*(?P<last>\d{1,6})?(?:まで)?")


def read_page_range(text: str, count: int) -> range | None:
    """Return the positions (from 0) ``text`` names among ``count`` sheets counted from 1, None for all.

    Empty text means all.  Raises InvalidValue (W-154) for what names no sheet of the document.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    match = _RANGE.fullmatch(plain)
    if match is not None and (match["first"] or match["last"]):
        single = match["to"] is None
        first = int(match["first"] or 1)
        last = first if single else int(match["last"] or count)
        if 1 <= first <= last <= count and not (single and match["last"]):
            return range(first - 1, last)
    raise InvalidValue(
        f"「{text.strip()[:20]}」は、{count} 枚の中の範囲になっていません。",
        code="W-154",
        next_step=f"1 から {count} までの枚数を、3-5 や 4 のように入れてください。空にするとすべてです。",
    )
