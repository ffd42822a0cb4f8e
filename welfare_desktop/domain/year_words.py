"""Years as they stand in a text: 平成30年度, H32(2020), 2019年, 来年度 … found, never rewritten.

A plan printed before May 2019 says H32(2020); that stays as typed and is read as 2020.  Where the era year and the
year in brackets disagree (H32(2021)) the era year counts, because the bracket is its gloss, and the disagreement is
reported (:attr:`YearWord.disagrees`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .numbers import half_width
from .years import gregorian

_SIGNS = {"㍼": "昭和", "㍻": "平成", "㋿": "令和"}
_ERA = "令和|平成|昭和|㋿|㍻|㍼|(?<![A-Za-z])[RHSrhs]"
_ERA_YEAR = rf"(?P<era{{0}}>{_ERA})[ .]?(?P<number{{0}}>元|[0-9]{{{{1,2}}}})(?![0-9A-Za-z])(?:年度?)?"
#: An era year with or without its Gregorian gloss, or the other way round.  A bare 2020 may be any number.
_WRITTEN = re.compile(
    _ERA_YEAR.format("")
    + r"(?: ?\((?P<gloss>[0-9]{4})(?:年度?)?\)(?:年度?)?)?"
    + r"|(?<![0-9A-Za-z.,])(?P<year>(?:19|20)[0-9]{2})"
    + rf"(?:年度?(?: ?\({_ERA_YEAR.format('2')}\))?|(?= ?\((?:{_ERA})) ?\({_ERA_YEAR.format('3')}\)(?:年度?)?)"
)
_SHORT = re.compile(r"(?<![0-9A-Za-z.,])(?:元|[0-9]{1,2})年度")
_RELATIVE = re.compile(
    "(?:再来|一昨)年度?|(?:来|次|今|昨|前|本|当|翌|去|現|同)年度|(?:来|今|昨|去|翌)年(?![間齢代長少])|前年(?!度?比)|本年|旧年度|新年度"
)


@dataclass(frozen=True, slots=True)
class YearWord:
    """A year word at ``line[start:end]``.

    ``year`` is the Gregorian year it names, None for words that depend on when they are read (来年度, 30年度);
    ``gloss`` is the second naming of the same year, None where there is one naming only.
    """

    start: int
    end: int
    text: str
    year: int | None = None
    gloss: int | None = None

    @property
    def disagrees(self) -> bool:
        """Whether the two namings of the year are different years."""
        return self.gloss is not None and self.gloss != self.year


def written_years(line: str) -> tuple[YearWord, ...]:
    """Return the years named outright in ``line`` (平成30年度, H32(2020), 2019年度), in order."""
    return tuple(_written_in(line, half_width(line)))


def _written_in(line: str, plain: str) -> list[YearWord]:
    words = []
    for match in _WRITTEN.finditer(plain):
        first: int | None = None
        gloss: int | None = None
        if match["era"]:
            first = _era_year(match["era"], match["number"])
            gloss = int(match["gloss"]) if match["gloss"] else None
        else:
            first = int(match["year"])
            era, number = match["era2"] or match["era3"], match["number2"] or match["number3"]
            gloss = _era_year(era, number) if era else None
        words.append(YearWord(match.start(), match.end(), line[match.start() : match.end()], first, gloss))
    return words


def _era_year(era: str, number: str) -> int:
    return gregorian(_SIGNS.get(era, era.upper()), number)


def year_words(line: str) -> tuple[YearWord, ...]:
    """Return every word of ``line`` that names a year, in order: for review when the text is carried to another year.

    Besides the years named outright these are 来年度, 次年度, 今年度, 昨年, 30年度 and their like; not 毎年, 年2回 or 2年間.
    """
    plain = half_width(line)
    words = _written_in(line, plain)
    taken = [(word.start, word.end) for word in words]
    for pattern in (_SHORT, _RELATIVE):
        for match in pattern.finditer(plain):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                words.append(YearWord(match.start(), match.end(), line[match.start() : match.end()]))
    return tuple(sorted(words, key=lambda word: word.start))
