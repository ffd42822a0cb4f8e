"""Which fiscal year a report tells of, and what its plan is called."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from welfare_desktop.domain.errors import NotAReport
from welfare_desktop.domain.years import fiscal_label, gregorian

from .findings import Code, Findings, quoted
from .scanning import Event, Row, Title

UNTITLED = "名称未設定の計画"
_KANJI = "一二三四五六七八九十"
_ERA = (
    rf"(?:(?P<era>令和|平成|昭和|(?<![A-Za-z])[RHSrhs])\s*(?P<number>元|\d{{1,2}}|[{_KANJI}]{{1,3}})"
    r"|(?<!\d)(?P<year>(?:19|20)\d\d))"
)
#: The same year said again: 令和元(2019)年度, 2019年度(令和元年度).
_GLOSS = r"\s*(?:\([^()]{1,9}\)\s*)?"
_LABELLED = re.compile(
    rf"{_ERA}{_GLOSS}年?\s*度?{_GLOSS}の?\s*"
    r"(?P<what>実施状況|実施予定|実施計画|実施内容|取組み?状況|取組み?予定|取組み?実績|進捗状況|実績)"
)
_IN_NAME = re.compile(r"(?<![A-Za-z0-9])(?:(?P<letter>[hrHR])(?P<number>\d{1,2})|(?P<year>20\d\d))(?![A-Za-z0-9])")
_ANY = re.compile(_ERA + _GLOSS + r"年度")
_YEAR = rf"(?:令和|平成|昭和|[RHS])\s*(?:元|[0-9０-９]{{1,2}}|[{_KANJI}]{{1,3}})|(?:19|20)[0-9]{{2}}"
_GLOSSED_YEAR = rf"(?:{_YEAR})\s*(?:[(（][^()（）]{{1,9}}[)）])?\s*年度?+(?:[(（][^()（）]{{1,9}}[)）])?"
_TITLE_END = re.compile(
    rf"\s*の?\s*(?:[(（]?{_GLOSSED_YEAR}[)）]?の?\s*)?(?:実施|進捗|取組み?|推進)状況.*$",
    re.DOTALL,
)
_TITLE_BEGIN = re.compile(rf"^[(（【]?{_GLOSSED_YEAR}[)）】]?(?!\s*[-~〜～－―から])の?\s*")
#: What labels tell of the year after the report's.
_NEXT_YEAR = ("実施予定", "実施計画", "取組予定", "取組み予定")
#: One label of another year among so many is a slip; more of them belong to another report.
_FEW_OTHERS = 3
_EARLIEST, _LATEST = 1950, 2150


def report_year(labels: Sequence[tuple[str, int]], events: Sequence[Event], name: str, findings: Findings) -> int:
    """Return the fiscal year whose status is told: by the labels of title and headers, else the file's name or text.

    Raises NotAReport when nothing names a year.
    """
    votes: Counter[int] = Counter()
    told: list[tuple[int, str, int]] = []
    for text, line in labels:
        for year in labelled_years(text):
            votes[year] += 1
            told.append((year, text, line))
    if votes:
        best = max(votes.values())
        year = next(year for year, _, _ in told if votes[year] == best)
        if len(titled := _years_of_titles(events)) > 1 and min(votes[other] for other in titled) * _FEW_OTHERS >= best:
            raise _several_years(titled, name)
        for text, line in {text: line for other, text, line in told if other != year}.items():
            findings.add(
                Code.YEAR, f"{quoted(text)}の年度が他と合いません。{fiscal_label(year)}の報告として読みました。", line
            )
        return _plausible(year, name)
    return _plausible(_guessed_year(events, name, findings), name)


def labelled_years(text: str) -> list[int]:
    """Return for every label in ``text`` that names a year (平成30年度実施状況) the year whose status the report tells."""
    found = _LABELLED.finditer(unicodedata.normalize("NFKC", text))
    return [_year_of(match) - (match["what"] in _NEXT_YEAR) for match in found]


def title_of_plan(text: str) -> str:
    """Return a report's title without 実施状況報告, its year and what follows; empty where nothing else stands there."""
    return _TITLE_BEGIN.sub("", _TITLE_END.sub("", text).strip(" 　「」『』"))


def _years_of_titles(events: Sequence[Event]) -> set[int]:
    """Return the years whose status the titles of the report tell: more than one where reports were joined."""
    texts = [unicodedata.normalize("NFKC", event.text) for event in events if isinstance(event, Title)]
    found = [match for text in texts for match in _LABELLED.finditer(text)]
    return {_year_of(match) for match in found if match["what"] not in _NEXT_YEAR}


def _several_years(years: set[int], name: str) -> NotAReport:
    words = "と".join(fiscal_label(year) for year in sorted(years))
    return NotAReport(
        f"{words}の報告が1つのファイルに入っています。何も取り込んでいません。",
        code="W-313",
        where=name,
        next_step="年度ごとに別のファイルに分けて、1つずつ読み込んでください。",
    )


def _guessed_year(events: Sequence[Event], name: str, findings: Findings) -> int:
    for event in events:
        told = _ANY.search(unicodedata.normalize("NFKC", event.text)) if isinstance(event, Title) else None
        if told is not None:
            year = _year_of(told)
            findings.add(
                Code.YEAR, f"見出しに年度がないため、表題から{fiscal_label(year)}の報告として読みました。", event.line
            )
            return year
    match = _IN_NAME.search(unicodedata.normalize("NFKC", name).replace("_", " "))
    if match is not None:
        year = int(match["year"]) if match["year"] else gregorian(match["letter"].upper(), match["number"])
        findings.add(Code.YEAR, f"本文に年度がないため、ファイル名から{fiscal_label(year)}の報告として読みました。")
        return year
    votes: Counter[int] = Counter()
    for event in events:
        if isinstance(event, Row):
            text = unicodedata.normalize("NFKC", " ".join(cell.text for cell in event.cells))
            votes.update(_year_of(match) for match in _ANY.finditer(text))
    if not votes:
        raise NotAReport(
            "どの年度の報告か分かりません。何も取り込んでいません。",
            code="W-313",
            where=name,
            next_step="表題か見出しに「平成30年度実施状況」のような年度を書いて、もう一度読み込んでください。",
        )
    year = votes.most_common(1)[0][0]
    findings.add(Code.YEAR, f"見出しに年度がないため、文中の年度から{fiscal_label(year)}の報告として読みました。")
    return year


def _year_of(match: re.Match[str]) -> int:
    if match["year"]:
        return int(match["year"])
    number = match["number"]
    if number[0] in _KANJI:
        tens, _, ones = number.rpartition("十")
        ten = 10 * (_KANJI.index(tens) + 1 if tens else 1) if "十" in number else 0
        number = str(ten + (_KANJI.index(ones) + 1 if ones else 0))
    return gregorian(match["era"].upper(), number)


def _plausible(year: int, name: str) -> int:
    if _EARLIEST <= year <= _LATEST:
        return year
    raise NotAReport(
        f"報告の年度が{year}年度になっています。何も取り込んでいません。",
        code="W-313",
        where=name,
        next_step="表題と見出しの年度を確かめて、もう一度読み込んでください。",
    )


def plan_title(events: Sequence[Event], findings: Findings) -> str:
    """Return what the report calls its plan: its title without 実施状況報告 and what follows."""
    for event in events:
        if isinstance(event, Title):
            title = title_of_plan(event.text)
            if title:
                return title
    findings.add(Code.NO_TITLE, f"報告の表題が見つからないため、計画の名称を「{UNTITLED}」としました。")
    return UNTITLED
