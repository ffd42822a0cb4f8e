"""The reading of a report as a whole, and what is not a report at all."""

from __future__ import annotations

from collections.abc import Sequence

from welfare_desktop.domain.errors import NotAReport
from welfare_desktop.domain.model import Plan
from welfare_desktop.exchange.reading import Reading

from .alignment import align
from .building import build_plan
from .columns import squeezed
from .contents import Contents, parse_contents
from .findings import Code, Findings, whole
from .laying import LaidRow, lay_rows
from .placing import place
from .scanning import Event, Header, Heading, Row, Scan, Title, scan
from .scoring import TITLE_START
from .structure import gather
from .years import plan_title, report_year

#: Sizes no report reaches; what is larger is refused before any work.
_MOST_CHARACTERS = 20_000_000
_MOST_CELLS_IN_A_ROW = 200
#: The largest plan meant has 3,000 activities of a few rows each; laying a row takes milliseconds.
_MOST_ROWS = 20_000
#: A row with this many columns filled is surely one of the report's table.
_FULL_ROW = 5
#: Rows of a file without any label count from this score per column, and this many are looked at.
_FITTING = 2.0
_ROWS_LOOKED_AT = 100


def read_report_text(text: str, name: str = "") -> Reading:
    """Read a report's ``text``; ``name`` is the file's name, used in errors and as a last hint at the year.

    Raises NotAReport, with nothing read, for text that is no such report or names no year.
    """
    if len(text) > _MOST_CHARACTERS:
        raise _not_a_report(name)
    findings = Findings()
    found = scan(text, findings)
    rows = [event for event in found.events if isinstance(event, Row)]
    if len(rows) > _MOST_ROWS or any(len(row.cells) > _MOST_CELLS_IN_A_ROW for row in rows):
        raise _not_a_report(name)
    contents = parse_contents(found.contents, [event for event in found.events if isinstance(event, Heading)], findings)
    if not _has_signs_of_a_report(found, contents):
        raise _not_a_report(name)
    items = lay_rows(found.events, contents, findings)
    if not _holds_a_report(found, contents, [item for item in items if isinstance(item, LaidRow)]):
        raise _not_a_report(name)
    year = report_year(found.labels, found.events, name, findings)
    if not contents.entries:
        findings.add(Code.NO_CONTENTS, "目次が見つかりません。名称と番号は本文だけから読みました。")
    elif not contents.vision:
        findings.add(Code.NO_VISION, "目次に理念が見つかりません。空欄のままにしました。")
    units, trailing = gather(items, contents, findings)
    outline = place(units, trailing, contents, findings)
    title = plan_title(found.events, findings)
    _tell_other_titles(found.events, title, findings)
    plan = build_plan(title, contents.vision, year, outline, findings)
    return Reading(plan, year, findings.in_order(), count_lines(plan))


def _tell_other_titles(events: Sequence[Event], title: str, findings: Findings) -> None:
    """Tell of lines that read like a title of the report and are not the one that named the plan."""
    named = ""
    for event in events:
        if isinstance(event, Title):
            text = squeezed(event.text)
            if not named and title and squeezed(title) in text:
                named = text
            elif text != named and not (named and text.startswith(squeezed(title)) and len(text) <= len(named)):
                findings.add(
                    Code.OUTSIDE, f"表の外にある文は、どの欄にも取り込んでいません：{whole(event.text)}", event.line
                )


def count_lines(plan: Plan) -> int:
    """Return how many lines of text a plan's activities hold, of all fields and years."""
    total = 0
    for _, _, activity in plan.walk():
        total += len(activity.residents_role) + len(activity.organizations_role)
        for part in activity.parts:
            total += len(part.initiatives)
            for slot in part.slots:
                total += sum(len(entry.lines) for entry in (*slot.status.values(), *slot.planned.values()))
                total += len(slot.indicators) + sum(len(results) for results in slot.results.values())
    return total


def _has_signs_of_a_report(found: Scan, contents: Contents) -> bool:
    """Whether anything of this report's form is in the file: a label, heading, title or contents, or else its rows."""
    if contents.entries or any(isinstance(event, (Header, Heading, Title)) for event in found.events):
        return True
    rows = [event for event in found.events if isinstance(event, Row)][:_ROWS_LOOKED_AT]
    alignments = [align(row.cells) for row in rows if TITLE_START.match(row.cells[0].text.lstrip())]
    return sum(one.score >= _FITTING * max(len(one.parts), _FULL_ROW) for one in alignments) > 1


def _holds_a_report(found: Scan, contents: Contents, rows: Sequence[LaidRow]) -> bool:
    """Whether there is at least one row of the report's table, or a title with a contents page."""
    if any(len(row.columns) >= _FULL_ROW and row.alignment.score > 0 for row in rows):
        return True
    return len(contents.activities) > 1 and any(isinstance(event, Title) for event in found.events)


def _not_a_report(name: str) -> NotAReport:
    return NotAReport(
        "実施状況報告として読める内容が見つかりません。何も取り込んでいません。",
        where=name,
        next_step="実施状況報告の文字データ（タブ区切りの表）か、公式様式のExcelファイルを選んでください。",
    )
