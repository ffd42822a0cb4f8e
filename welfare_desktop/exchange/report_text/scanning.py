"""From the text of a report to its parts, line by line: title, contents, headings, table headers, rows.

Nothing is decided here that needs more than one line, except where the contents page begins and ends and which
character separates cells.  Labels of table headers are recognised wherever they stand and fall away; every other
character of the source ends up in exactly one event.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .cells import Cell, clean, has_other_bullets, without_tags
from .columns import (
    GOAL_NUMBER,
    INVISIBLE,
    goal_number,
    is_contents_label,
    is_label_row,
    is_likely_label,
    is_table_label,
    squeezed,
)
from .findings import Code, Findings
from .scoring import TITLE_START
from .source_lines import SourceLine, source_lines


class Level(StrEnum):
    """The two levels of headings."""

    BASIC = "基本目標"
    ACTIVITY = "活動目標"


@dataclass(frozen=True, slots=True)
class Title:
    """The report's own title."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a goal; ``number`` None where it cannot be read."""

    level: Level
    number: int | None
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Header:
    """A row of table labels; ``width`` is its number of cells, ``city_first`` whose columns come first, if it says."""

    width: int
    line: int
    city_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells; ``width`` is the number of cells the table has, as far as known."""

    cells: tuple[Cell, ...]
    width: int
    line: int


@dataclass(frozen=True, slots=True)
class Loose:
    """Text outside of any table."""

    text: str
    line: int


Event = Title | Heading | Header | Row | Loose


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything found in the source, in order.  ``labels`` are the texts that may name the years."""

    events: tuple[Event, ...]
    contents: tuple[tuple[Cell, ...], ...]
    labels: tuple[tuple[str, int], ...]


#: What may stand before the word of a heading, and after its number: brackets and marks of emphasis.
_DECORATION = " \t　#*＃＊■□●○◎◆◇▼▽▶►【「『〈《＜<（([［〔"
_HEADING = re.compile(
    rf"[{_DECORATION}]*(基本目標|活動目標){INVISIBLE}*[\s　]*[(（]?(?:[0-9０-９]{{1,2}}[-‐－ー―.．](?=[0-9０-９]))?"
    rf"({GOAL_NUMBER})?[】」』〉》＞>］\]〕]?[\s　.．:：、）)]*(.*)",
    re.DOTALL,
)
_SECOND_HEADING = re.compile(
    rf"(?<=.)[\s　]+(?=[{_DECORATION.strip()}]?活動目標{INVISIBLE}*[\s　]*[(（]?{GOAL_NUMBER})"
)
_CONTINUED = re.compile(r"[\s　]*[(（]?(?:続き|つづき)[)）]?\s*$")
_TITLE = re.compile(r"(?:実施|進捗|取組み?|推進)状況")
_NOTE = re.compile(r"\s*(?:[※＊*○●◎■□◆◇・注(（]|<ul)")
_PAGE_NUMBER = re.compile(r"[-‐–—―－ーPp.\s]*\d{1,3}(?:/\d{1,3})?[-‐–—―－ー\s]*(?:頁|ページ)?")
_BULLETED = re.compile(r"\s*(?:・|<ul)")
_TAG_START = re.compile(r"<[a-z]{0,2}(?:\s[\x20-\x3b\x3d\x3f-\x7e]*)?\Z")
_TAG_REST = re.compile(r"\s*[\x20-\x3b\x3d\x3f-\x7e]*>")
_ATTRIBUTE_REST = re.compile(r"\s*[\x20-\x3b\x3d\x3f-\x7e]*[\"']>")
#: Word, number and name of a heading.
_MOST_HEADING_CELLS = 3
_LONGEST_HEADING = 120
_LONGEST_TITLE = 200
_COUNCIL_WORDS = ("社会福祉協議会", "社協")
_ACTOR = re.compile(r"(社会福祉協議会|社協|市|町|村|区|行政)の取り?組み?$")


def scan(text: str, findings: Findings) -> Scan:
    """Cut ``text`` into events; what was unusual about the file as a whole goes to ``findings``."""
    scanner = _Scanner(findings)
    for line in source_lines(text, _begins_anew, findings):
        if line.joined is not None:
            first, last = line.joined
            till = "" if first == last else f"{last}行目までを"
            findings.add(Code.LINE_BROKEN, f"行の途中に改行があったため、{till}前の行につなげて読みました。", first)
        scanner.add_line(line)
    return Scan(tuple(scanner.events), tuple(scanner.contents), tuple(scanner.labels))


def _begins_anew(raws: Sequence[str]) -> bool:
    """Whether a line is no part of a row above it: a row of labels, a heading or a title of the report."""
    texts = [text for raw in raws if (text := clean(raw)).strip()]
    if is_label_row(texts):
        return True
    joined = " ".join(text.strip() for text in texts)
    return len(texts) <= _MOST_HEADING_CELLS and (_heading(joined, 0) is not None or _is_title(texts))


class _Scanner:
    """Classifies lines one after another; knows whether the contents page is being read, and whether it is over."""

    def __init__(self, findings: Findings) -> None:
        self.events: list[Event] = []
        self.contents: list[tuple[Cell, ...]] = []
        self.labels: list[tuple[str, int]] = []
        self._findings = findings
        self._in_contents = False
        self._in_body = False
        self._width = 0
        self._bullets_told = False
        self._tag_open = False
        self._contents_headings: list[Heading] = []

    def add_line(self, source: SourceLine) -> None:
        """Classify one line."""
        line = source.number
        raws = self._without_tag_rest(source.raws)
        cells = tuple(
            Cell(clean(raw), number, position)
            for position, (raw, number) in enumerate(zip(raws, source.numbers, strict=True))
        )
        self._tell_bullets(raws, line)
        filled = [cell for cell in cells if not cell.blank]
        if not filled or self._is_label_row(cells, filled, line) or self._is_heading(filled, line):
            return
        if self._is_contents(filled, raws):
            self.contents.append(cells)
        elif len(raws) == 1 and not TITLE_START.match(filled[0].text.strip()):
            self._add_text(filled[0].text, line)
        else:
            self._in_contents = False
            self._add_row(cells, filled, line)

    def _without_tag_rest(self, raws: Sequence[str]) -> Sequence[str]:
        """Drop the end of a tag that the line before began."""
        rest = _TAG_REST.match(raws[0]) if self._tag_open else _ATTRIBUTE_REST.match(raws[0])
        self._tag_open = _TAG_START.search(raws[-1]) is not None
        return [raws[0][rest.end() :], *raws[1:]] if rest is not None else raws

    def _tell_bullets(self, raws: Sequence[str], line: int) -> None:
        if not self._bullets_told and any(has_other_bullets(without_tags(raw)) for raw in raws):
            self._bullets_told = True
            self._findings.add(Code.OTHER_BULLETS, "「・」以外の行頭記号（• ･ など）を「・」と同じに扱いました。", line)

    def _is_label_row(self, cells: Sequence[Cell], filled: Sequence[Cell], line: int) -> bool:
        if all(is_table_label(cell.text) for cell in filled) and not self._is_contents_head(filled):
            self._begin_table(cells, filled, line)
            return True
        if is_label_row([cell.text for cell in filled]) and not self._is_contents_head(filled):
            known = [cell for cell in filled if is_table_label(cell.text) or is_likely_label(cell.text)]
            for cell in filled:
                if cell not in known:
                    self._findings.add(
                        Code.OUTSIDE,
                        f"表の見出し{_shown(cell.text)}がどの欄のものか分からないため、見出しとして使っていません。",
                        cell.line,
                    )
            self._begin_table(cells, known, line)
            return True
        if all(is_contents_label(cell.text) for cell in filled):
            self._in_contents = True
            return True
        return False

    def _begin_table(self, cells: Sequence[Cell], labels: Sequence[Cell], line: int) -> None:
        self.labels += [(cell.text, line) for cell in labels]
        self._in_contents = False
        self._in_body = True
        self._width = len(cells)
        self.events.append(Header(len(cells), line, _city_first(labels)))

    def _is_contents_head(self, filled: Sequence[Cell]) -> bool:
        return any(squeezed(cell.text) in ("理念", "基本理念", "基本目標", "目次") for cell in filled)

    def _is_heading(self, filled: Sequence[Cell], line: int) -> bool:
        text = " ".join(cell.text.strip() for cell in filled)
        if len(filled) > _MOST_HEADING_CELLS or len(text) > _LONGEST_HEADING or TITLE_START.search(text):
            return False
        headings = [_heading(part, line) for part in _SECOND_HEADING.split(text.lstrip(_DECORATION))]
        found = [heading for heading in headings if heading is not None]
        if len(found) < len(headings) or (self._in_contents and self._is_contents_heading(found)):
            return False
        self._in_contents = False
        self._in_body = True
        self.events += found
        return True

    def _is_contents_heading(self, found: Sequence[Heading]) -> bool:
        """Whether headings on the contents page belong to it: it lists goals by line, and has not listed these yet."""
        known = {(heading.level, heading.number, heading.title) for heading in self._contents_headings}
        new = [heading for heading in found if (heading.level, heading.number, heading.title) not in known]
        in_table = any(len([cell for cell in cells if not cell.blank]) > 1 for cells in self.contents)
        if in_table or not new:
            return False
        self._contents_headings += new
        return True

    def _is_contents(self, filled: Sequence[Cell], raws: Sequence[str]) -> bool:
        if sum(_BULLETED.match(raw) is not None for raw in raws) > 1:
            return False
        if self._in_contents:
            return not _is_title([cell.text for cell in filled])
        return not self._in_body and _lists_activities(filled)

    def _add_text(self, text: str, line: int) -> None:
        if _is_title([text]):
            self._in_contents = False
            self.labels.append((text, line))
            self.events.append(Title(" ".join(text.split()), line))
        elif _PAGE_NUMBER.fullmatch(squeezed(text)):
            self._findings.add(
                Code.PAGE_NUMBER, f"{_shown(text)}だけの行は頁番号とみなし、取り込みませんでした。", line
            )
        else:
            self.events.append(Loose(text, line))

    def _add_row(self, cells: Sequence[Cell], filled: Sequence[Cell], line: int) -> None:
        labels = [cell for cell in filled if is_table_label(cell.text)]
        if len(labels) > 1:
            # A header and a row ran into one line: its labels go, its cells stay.
            self.labels += [(cell.text, line) for cell in labels]
            cells = [cell for cell in cells if cell not in labels]
            while cells and cells[0].blank:
                cells = cells[1:]
        if len(filled) == 1 and _is_title([cell.text for cell in filled]):
            self._add_text(filled[0].text, line)
            return
        self._in_body = True
        width = self._width if cells[-1].blank else 0
        self.events.append(Row(tuple(cells), width, line))


def _city_first(labels: Sequence[Cell]) -> bool | None:
    """Return whether the city's columns stand before the council's, None where the labels do not say both."""
    actors = [match[1] for cell in labels if (match := _ACTOR.search(squeezed(cell.text)))]
    if len(actors) != 2 or len({actor in _COUNCIL_WORDS for actor in actors}) < 2:
        return None
    return actors[0] not in _COUNCIL_WORDS


def _is_title(texts: Sequence[str]) -> bool:
    """Whether a line with the cells ``texts`` is the report's title."""
    if len(texts) != 1 or len(texts[0]) > _LONGEST_TITLE:
        return False
    (text,) = texts
    if "。" in text or TITLE_START.search(text) or _NOTE.match(text):
        return False
    return _TITLE.search(text) is not None and re.search("計画|報告|年度", text) is not None


def _shown(text: str) -> str:
    return f"「{text.strip()}」"


def _heading(text: str, line: int) -> Heading | None:
    """Return the heading ``text`` is, or None."""
    match = _HEADING.fullmatch(text.strip())
    if match is None:
        return None
    title = _CONTINUED.sub("", " ".join(match[3].split()))
    if match[2] is None and (not title or not re.match(r"(?:基本目標|活動目標)[\s　:：]", text.strip())):
        return None
    return Heading(Level(match[1]), goal_number(match[2]) if match[2] else None, title, line)


def _lists_activities(filled: Sequence[Cell]) -> bool:
    """Whether a row is one of a contents page that lost its heading: goals, then a list ①②③ with page numbers."""
    listing = filled[-1].text.strip()
    if not TITLE_START.match(listing) or len(filled) > 4:
        return False
    several = len(list(TITLE_START.finditer(listing))) > 1
    goals = [cell.text.strip() for cell in filled[:-1]]
    return several or bool(goals and all(re.match(r"[0-9０-９]", goal) for goal in goals[-1:]))
