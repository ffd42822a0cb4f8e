"""The report as text to be read aloud by a screen reader, as municipalities publish it beside the PDF.

Everything is a heading or a sentence of its own line, in the order of the printed report: no table, no marks that are
spelled out letter by letter.  Words stay as they were typed; only layout is put into words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from welfare_desktop.domain.model import NONE_MARKS, Activity, Actor, ActorPart, Lines, Plan, Slot, in_use
from welfare_desktop.domain.official_form import Section, document_title, sections, slot_lines
from welfare_desktop.domain.years import fiscal_label

_TAG = re.compile(r"\s*【(新規|再掲)】")
#: A sentence that needs no 。 after it; a remark in brackets may follow its own.
_ENDED = re.compile(r"[。．！？!?](?:[(（][^()（）]*[)）])?$")
_NOTHING = "記入はありません。"
_ACTORS = {Actor.COUNCIL: "市社会福祉協議会の取組み", Actor.CITY: "市の取組み"}


def read_aloud(plan: Plan, year: int) -> str:
    """Return the report of fiscal ``year`` as text, lines ended by LF, a blank line before every heading."""
    reported = tuple(sections(plan, year))
    lines = [document_title(plan, year), "", "理念", sentence(plan.vision), *_contents(reported)]
    basic = None
    for section in reported:
        if section.basic_goal.number != basic:
            basic = section.basic_goal.number
            lines += ["", f"基本目標{basic}、{section.basic_goal.title}"]
        lines += ["", f"活動目標{basic}の{section.activity_goal.number}、{section.activity_goal.title}"]
        for activity in section.activities:
            lines += _activity(section, activity, year)
    lines += ["", "以上で、報告を終わります。"]
    return "\n".join(line.strip() for line in lines) + "\n"


def _contents(reported: tuple[Section, ...]) -> Iterator[str]:
    yield from ("", "目次")
    for section in reported:
        yield f"活動目標{section.key[0]}の{section.key[1]}、{section.activity_goal.title}。"
        for activity in section.activities:
            yield f"取組み{activity.number}、{activity.title}。"


def _activity(section: Section, activity: Activity, year: int) -> Iterator[str]:
    first, second = section.key
    yield from ("", f"活動目標{first}の{second}、取組み{activity.number}、{activity.title}")
    yield from _field("住民、地域の役割", activity.residents_role)
    yield from _field("関係機関の役割", activity.organizations_role)
    for part in activity.parts:
        yield from _part(part, year)


def _part(part: ActorPart, year: int) -> Iterator[str]:
    yield from ("", _ACTORS[part.actor])
    yield from _field("計画の取組み", part.initiatives)
    slots = [slot for slot in part.slots if in_use(slot, year)]
    for number, slot in enumerate(slots, start=1):
        if len(slots) > 1 or slot.departments:
            names = "、".join(slot_lines(slot, "departments", year)) or "定められていません"
            count = f"、{len(slots)}つのうち{number}つ目" if len(slots) > 1 else ""
            yield from ("", f"担当課は、{names}{count}。")
        yield from _slot(slot, year, first=number == 1)


def _slot(slot: Slot, year: int, *, first: bool) -> Iterator[str]:
    yield from _field(f"{fiscal_label(year)}の実施状況", slot_lines(slot, "status", year))
    yield from _field(f"{fiscal_label(year + 1)}の実施予定", slot_lines(slot, "planned", year))
    figures = (slot_lines(slot, "indicators", year), slot_lines(slot, "results", year))
    # Further slots mostly share the figures of the first; that they have none of their own need not be said.
    if first or any(figures):
        yield from _field("主な活動指標", figures[0])
        yield from _field(f"{fiscal_label(year)}の実績", figures[1], none="実績はありません。")


def _field(label: str, lines: Lines, none: str = "該当するものはありません。") -> Iterator[str]:
    """Yield a field: its label, how many items follow where there are several, and the items."""
    count = f"、{len(lines)}件" if len(lines) > 1 else ""
    yield f"{label}{count}。"
    if not lines:
        yield _NOTHING
    elif len(lines) == 1 and lines[0] in NONE_MARKS:
        yield none
    else:
        yield from map(sentence, lines)


def sentence(line: str) -> str:
    """Return one stored line as it should be heard: marks in words, ended by 。.

    ``講座の開催【新規】`` becomes ``新規、講座の開催。``; ``※注記`` becomes ``注、注記。``.
    """
    text = line.strip()
    if text in NONE_MARKS:
        return "該当するものはありません。"
    tags = list(dict.fromkeys(_TAG.findall(text)))
    inside = _TAG.sub(lambda match: f"、{match[1]}", text)
    trailing = _TAG.search(text)
    if len(tags) == 1 and trailing is not None and trailing.end() == len(text):
        text = f"{tags[0]}、{_TAG.sub('', text)}"
    else:
        text = inside
    if text.startswith("※"):
        text = "注、" + text[1:].strip()
    text = text.removeprefix("○").strip()
    return text if _ENDED.search(text) else f"{text}。"
