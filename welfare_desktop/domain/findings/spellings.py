"""How a report spells what can be spelled in several ways: looked up once, used by the rules on variants.

A rule that calls a spelling unusual needs the whole report, even where a single activity is proofread while somebody
types.  So what the rules need is counted once, and may be kept from one check to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

#: A count of places, however spelled.
COUNTED_PLACES = re.compile(
    "(?<=[0-9０-９一二三四五六七八九十数各何])[ \u3000]?(?P<word>箇所|個所|か所|カ所|ヵ所|ヶ所|ケ所)"
)
#: 障害 in names of laws, bodies and services; an office does not choose how they are written.
_FIXED_SHOGAI = re.compile(
    "障害(?:者(?:総合|手帳|基本|雇用|差別|虐待防止法|優先|団体|連|計画|週間|就業|支援センター|自立|福祉)|福祉|年金|支援区分|基礎|"
    "児(?:通所|福祉|入所|相談)|保健|補償|保険|物|共済)"
    "|(?:発達|高次脳機能|身体|知的|精神|災|損|公|傷|被|機能|意識|通信|気分)障害|障害者?の[ある有]|障害(?:を|が)(?:起|発生|生)"
)
_SHOGAI = re.compile("障害|障碍")
#: How often a spelling must stand before it can be called usual.
_USUAL = 3


@dataclass(frozen=True, slots=True)
class Spellings:
    """``text`` is all lines of the report; ``places`` counts spellings of 箇所; the rest counts 障がい and free 障害."""

    text: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
    shogai_soft: int = 0
    shogai_hard: int = 0

    @classmethod
    def of(cls, lines: Iterable[str]) -> Spellings:
        """Count the spellings of a report's lines."""
        text = "\n".join(lines)
        return cls(
            text,
            Counter(match["word"] for match in COUNTED_PLACES.finditer(text)),
            text.count("障がい"),
            sum(1 for _ in free_shogai(text)),
        )

    @classmethod
    def total(cls, parts: Iterable[Spellings]) -> Spellings:
        """Add up what was counted of parts of a report: as if all their lines had been counted at once."""
        texts: list[str] = []
        places: Counter[str] = Counter()
        soft = hard = 0
        for part in parts:
            texts.append(part.text)
            places.update(part.places)
            soft, hard = soft + part.shogai_soft, hard + part.shogai_hard
        return cls("\n".join(texts), places, soft, hard)

    @property
    def usual_place(self) -> str:
        """The spelling of 箇所 most counts have; empty where there is one only, or none prevails."""
        ranked = Counter(self.places).most_common(2)
        if len(ranked) < 2 or ranked[0][1] == ranked[1][1]:
            return ""
        return ranked[0][0]

    @property
    def prefers_shogai_soft(self) -> bool:
        """Whether the report usually writes 障がい."""
        return self.shogai_soft >= _USUAL and self.shogai_soft > self.shogai_hard


def free_shogai(text: str) -> Iterator[tuple[int, int]]:
    """Yield where 障害 stands outside of fixed names."""
    if "障" not in text:
        return
    fixed = [match.span() for match in _FIXED_SHOGAI.finditer(text)]
    for match in _SHOGAI.finditer(text):
        while fixed and fixed[0][1] <= match.start():
            fixed.pop(0)
        if not (fixed and fixed[0][0] <= match.start()):
            yield match.span()
