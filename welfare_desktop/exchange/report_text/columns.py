"""The fourteen columns of the report's table, and the labels that stand above them.

The labels are only good for knowing that a row *is* a header and which years it names: in real reports they stand
left of their data, are missing or repeated.  Which cell belongs to which column is decided by content
(see ``scoring`` and ``alignment``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum, StrEnum


class Shape(StrEnum):
    """What the text of a column looks like; decides how a cell is cut into lines."""

    TITLE = "title"
    PHRASES = "phrases"
    SENTENCES = "sentences"
    MEASURES = "measures"
    NAMES = "names"


class Column(IntEnum):
    """The columns in print order; the number is the position in an undamaged row."""

    TITLE = 0
    RESIDENTS = 1
    ORGANIZATIONS = 2
    COUNCIL_INITIATIVES = 3
    COUNCIL_STATUS = 4
    COUNCIL_PLANNED = 5
    COUNCIL_INDICATORS = 6
    COUNCIL_RESULTS = 7
    CITY_INITIATIVES = 8
    DEPARTMENTS = 9
    CITY_STATUS = 10
    CITY_PLANNED = 11
    CITY_INDICATORS = 12
    CITY_RESULTS = 13

    @property
    def label(self) -> str:
        """The Japanese name used in warnings."""
        return _LABELS[self]

    @property
    def shape(self) -> Shape:
        """What the text of this column looks like."""
        return _SHAPES[self]


_LABELS = {
    Column.TITLE: "活動名",
    Column.RESIDENTS: "住民、地域の役割",
    Column.ORGANIZATIONS: "関係機関の役割",
    Column.COUNCIL_INITIATIVES: "市社会福祉協議会の取組み",
    Column.COUNCIL_STATUS: "市社会福祉協議会の実施状況",
    Column.COUNCIL_PLANNED: "市社会福祉協議会の実施予定",
    Column.COUNCIL_INDICATORS: "市社会福祉協議会の主な活動指標",
    Column.COUNCIL_RESULTS: "市社会福祉協議会の実績",
    Column.CITY_INITIATIVES: "市の取組み",
    Column.DEPARTMENTS: "担当課",
    Column.CITY_STATUS: "市の実施状況",
    Column.CITY_PLANNED: "市の実施予定",
    Column.CITY_INDICATORS: "市の主な活動指標",
    Column.CITY_RESULTS: "市の実績",
}
_SHAPES = {
    Column.TITLE: Shape.TITLE,
    Column.RESIDENTS: Shape.PHRASES,
    Column.ORGANIZATIONS: Shape.PHRASES,
    Column.COUNCIL_INITIATIVES: Shape.PHRASES,
    Column.COUNCIL_STATUS: Shape.SENTENCES,
    Column.COUNCIL_PLANNED: Shape.SENTENCES,
    Column.COUNCIL_INDICATORS: Shape.MEASURES,
    Column.COUNCIL_RESULTS: Shape.MEASURES,
    Column.CITY_INITIATIVES: Shape.PHRASES,
    Column.DEPARTMENTS: Shape.NAMES,
    Column.CITY_STATUS: Shape.SENTENCES,
    Column.CITY_PLANNED: Shape.SENTENCES,
    Column.CITY_INDICATORS: Shape.MEASURES,
    Column.CITY_RESULTS: Shape.MEASURES,
}

#: Characters nobody sees: zero-width spaces, marks of the writing direction, variants of characters.
INVISIBLE = "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
#: Those of them that mean nothing beside a space or at the edge of a cell.
INVISIBLE_AT_EDGES = "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
_NUMBER = "(?:元|\\d{1,2}|[一二三四五六七八九十]{1,3})"
_ERA = "(?:令和|平成|昭和|[RHSrhs])"
#: The same year said again in brackets: 令和元(2019)年度, 2019年度(令和元年度).
_GLOSS = rf"(?:\((?:{_ERA}?{_NUMBER}|\d{{4}})年?度?\))?"
_YEAR = rf"(?:(?:{_ERA}?{_NUMBER}|\d{{4}}){_GLOSS}年度?{_GLOSS}|{_ERA}{_NUMBER}{_GLOSS}|\d{{4}}{_GLOSS})"
_ENTRIES = "実施状況|実施予定|実施計画|実施内容|取組み?状況|取組み?予定|取組み?実績|進捗状況|実績値|実績"
_TABLE_LABELS = re.compile(
    r"(?:活動名(?:/?取組み?)?|住民[、,・]?地域の役割|関係機関の役割|活動目標の実現に向けた取組み?|(?:市|町|村|区)?(?:社会福祉協議会|社協)の取組み?|"
    r"(?:市|町|村|区)の取組み?|取組み?(?:\(計画\))?|主な活動指標|担当課|担当部署|"
    rf"(?:{_YEAR})?の?(?:{_ENTRIES})(?:\((?:実績|計画|予定|見込み?|案|成果)\))?)+"
)
#: Labels other offices use; only beside others, because each may be text as well.
_LIKELY_LABELS = re.compile(
    r"[^\s。・]{0,14}の?(?:役割|取組み?|取り組み)|活動|(?:活動|成果|評価|数値)?(?:指標|目標値?)|(?:主な)?指標|(?:主)?(?:担当|所管|関係)(?:部|課|室|部署|機関)*"
    r"|番号|No\.?|備考|区分|(?:次年度|今年度|来年度|今後)の?(?:実施)?(?:状況|予定|計画|取組み?)"
)
_CONTENTS_LABELS = re.compile(r"(?:(?:基本)?理念|基本目標|活動目標|取組み?|頁|ページ|目次|活動名)+")
_LONGEST_LABELS, _LONGEST_LABEL = 200, 24
#: So many labels of the header in one row show that the others are labels too.
_SURE_LABELS = 3


#: How the number of a goal is written: 1, １, 一 or Ⅰ, but not the beginning of 110番 or 一人.
GOAL_NUMBER = r"(?:[0-9０-９]{1,2}(?![0-9０-９])|[一二三四五六七八九十](?=[\s　.．:：、）)])|[Ⅰ-Ⅻ])"
_KANJI_NUMBERS = "〇一二三四五六七八九十"


def goal_number(written: str) -> int:
    """Return the number that :data:`GOAL_NUMBER` matched."""
    if "Ⅰ" <= written <= "Ⅻ":
        return ord(written) - ord("Ⅰ") + 1
    return _KANJI_NUMBERS.index(written) if written in _KANJI_NUMBERS else int(written)


def squeezed(text: str) -> str:
    """Return ``text`` in NFKC without any space: a copy for recognising labels and headings, never stored."""
    return re.sub(rf"(?:\s|{INVISIBLE})+", "", unicodedata.normalize("NFKC", text))


def is_table_label(cell: str) -> bool:
    """Whether ``cell`` is a label of the report table's header, or several of them that ran together."""
    return len(cell) <= _LONGEST_LABELS and _TABLE_LABELS.fullmatch(squeezed(cell)) is not None


def is_likely_label(cell: str) -> bool:
    """Whether ``cell`` may be a label of the header if other labels stand beside it."""
    return len(cell) <= _LONGEST_LABELS and _LIKELY_LABELS.fullmatch(squeezed(cell)) is not None


def is_label_row(texts: Sequence[str]) -> bool:
    """Whether a row with the filled cells ``texts`` is one of the header, though some labels are unknown."""
    known = [is_table_label(text) for text in texts]
    likely = [sure or is_likely_label(text) for sure, text in zip(known, texts, strict=True)]
    if all(known):
        return bool(texts)
    if len(texts) > 1 and all(likely):
        return True
    if sum(known) < _SURE_LABELS or sum(likely) * 2 < len(texts):
        return False
    return all(sure or _is_short(text) for sure, text in zip(likely, texts, strict=True))


def _is_short(text: str) -> bool:
    plain = squeezed(text)
    return len(plain) <= _LONGEST_LABEL and re.search(r"^[・※○<\d]|。|[①-⑳]", text.strip()) is None


def is_contents_label(cell: str) -> bool:
    """Whether ``cell`` is a label of the contents page's header, or several of them that ran together."""
    return len(cell) <= _LONGEST_LABELS and _CONTENTS_LABELS.fullmatch(squeezed(cell)) is not None
