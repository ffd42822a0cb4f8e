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
_ERA = r"(?:(?P<era>令和|平成|昭和|[RHS])\s*(?P<number>元|\d{1,2})|(?P<year>(?:19|20)\d\d))"
_LABELLED = re.compile(_ERA + r"\s*年度?\s*の?\s*(?P<what>実施状況|実施予定|取組状況|進捗状況|実績)")
_IN_NAME = re.compile(r"(?<![A-Za-z0-9])(?:(?P<letter>[hrHR])(?P<number>\d{1,2})|(?P<year>20\d\d))(?![A-Za-z0-9])")
_ANY = re.compile(_ERA + r"\s*年度")
_TITLE_END = re.compile(
    r"\s*の?\s*(?:(?:平成|令和|昭和)\s*(?:元|[0-9０-９]{1,2})\s*年度?の?\s*)?(?:実施|進捗|取組み?|推進)状況.*$",
    re.DOTALL,
)
_EARLIEST, _LATEST = 1950, 2150


def report_year(labels: Sequence[tuple[str, int]], events: Sequence[Event], name: str, findings: Findings) -> int:
    """Return the fiscal year whose status is told: by the labels of title and headers, else the file's name or text.

    Raises NotAReport when nothing names a year.
    """
    votes: Counter[int] = Counter()
    told: list[tuple[int, str, int]] = []
    for text, line in labels:
        for match in _LABELLED.finditer(unicodedata.normalize("NFKC", text)):
            year = _year_of(match) - (1 if match["what"] == "実施予定" else 0)
            votes[year] += 1
            told.append((year, text, line))
    if votes:
        best = max(votes.values())
        year = next(year for year, _, _ in told if votes[year] == best)
        for text, line in {text: line for other, text, line in told if other != year}.items():
            findings.add(
                Code.YEAR, f"{quoted(text)}の年度が他と合いません。{fiscal_label(year)}の報告として読みました。", line
            )
        return _plausible(year)
    return _plausible(_guessed_year(events, name, findings))


def _guessed_year(events: Sequence[Event], name: str, findings: Findings) -> int:
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
            next_step="表題か見出しに「平成30年度実施状況」のような年度を書いて、もう一度読み込んでください。",
        )
    year = votes.most_common(1)[0][0]
    findings.add(Code.YEAR, f"見出しに年度がないため、文中の年度から{fiscal_label(year)}の報告として読みました。")
    return year


def _year_of(match: re.Match[str]) -> int:
    return int(match["year"]) if match["year"] else gregorian(match["era"], match["number"])


def _plausible(year: int) -> int:
    if _EARLIEST <= year <= _LATEST:
        return year
    raise NotAReport(
        f"報告の年度が{year}年度になっています。何も取り込んでいません。",
        code="W-313",
        next_step="表題と見出しの年度を確かめて、もう一度読み込んでください。",
    )


def plan_title(events: Sequence[Event], findings: Findings) -> str:
    """Return what the report calls its plan: its title without 実施状況報告 and what follows."""
    for event in events:
        if isinstance(event, Title):
            title = _TITLE_END.sub("", event.text).strip(" 　「」『』")
            if title:
                return title
    findings.add(Code.NO_TITLE, f"報告の表題が見つからないため、計画の名称を「{UNTITLED}」としました。")
    return UNTITLED
