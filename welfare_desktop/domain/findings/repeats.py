"""Rules on texts that stand in more than one place: the same line twice, a plan equal to its report, last year's text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..endings import Tense, sentences_of
from ..last_year import repeats_last_year
from ..model import NONE_MARKS, Lines
from ..text import folded
from ..years import fiscal_label
from .model import Finding, Rule, Scene


def same_line_twice(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A line that stands twice in one field; of measures also with and without tag and の開催."""
    for passage in scene.passages:
        if passage.field == "results":
            continue  # equal results of two events are no mistake
        seen: dict[str, int] = {}
        for index, line in enumerate(passage.lines):
            key = _core(line) if passage.field == "initiatives" else folded(line)
            first = seen.setdefault(key, index)
            if first != index and line not in NONE_MARKS:
                message = f"{first + 1}行目と同じです。"
                yield rule.at(passage, index, message, removes_line=True, span=(0, len(line)))


_TAG = re.compile("【[^】]*】")
_DONE = re.compile("の(?:開催|実施)$")


def _core(line: str) -> str:
    return folded(_DONE.sub("", _TAG.sub("", line).strip()))


def plan_equals_status(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """実施予定 that is 実施状況 word for word; sentences only, noun phrases may well be the same every year."""
    for place in scene.slots:
        status, planned = place.passage("status", scene.year), place.passage("planned", scene.year + 1)
        if status.lines == planned.lines and _says_something(planned.lines):
            yield rule.on(planned.address, planned.owner_id, "実施状況と実施予定が同じ文です。")


def same_as_last_year(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """実施状況 or 実施予定 that is last year's word for word (昨年度と同文)."""
    for place in scene.slots:
        for name, year in (("status", scene.year), ("planned", scene.year + 1)):
            now, before = place.passage(name, year), place.passage(name, year - 1)
            if repeats_last_year(now.lines, before.lines):
                yield rule.on(now.address, now.owner_id, f"{fiscal_label(year - 1)}と同文です。")


def _says_something(lines: Lines) -> bool:
    """Whether at least one line is a sentence in the past or in the present."""
    return any(item.tense in (Tense.PAST, Tense.PRESENT) for line in lines for item in sentences_of(line))
