"""Writing a plan as TOML that a person can read, correct and use as a pattern."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from welfare_desktop.domain.model import (
    NONE_MARKS,
    Activity,
    ActivityGoal,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Lines,
    Plan,
    Reported,
    Result,
    Slot,
    Target,
)

FORMAT = "welfare-plan/1"

HEADER = """\
# 地域福祉計画の計画ファイル（文字コード UTF-8）
#   計画の構造（目標、活動、担当課、指標）を書いておくと、このプログラムが新しいファイルを作るときに使います。
#   行頭が # の行は説明で、読み飛ばされます。文字は "…" で囲み、一覧は ["…", "…"] と書きます。
#
#   title, vision                計画の名称、理念
#   first_year, last_year        計画の最初と最後の年度（西暦。平成30年度は 2018）
#   departments                  担当課の一覧（省くと、出てきた順。名称が変わった課は { name, former } で書く）
#   [[basic_goal]]                                   基本目標      title、番号を変えるときだけ number
#   [[basic_goal.activity_goal]]                     活動目標      同じ
#   [[basic_goal.activity_goal.activity]]            活動          title のほか residents_role（住民、地域の役割）、
#                                organizations_role（関係機関の役割）、council_initiatives と city_initiatives（取組み）
#   [[basic_goal.activity_goal.activity.council]]    社会福祉協議会の記入欄（1つ。省いてもよい）
#   [[basic_goal.activity_goal.activity.city]]       市の記入欄（課ごとに分けて答えるときは、その数だけ繰り返す）
#       departments              担当課。書いた順に印刷される。空か省略は「未割当」
#       indicators               主な活動指標。1件1行。目標は文から読み取られるが、
#                                { text = "…", targets = [{ value = "250", unit = "人", fiscal_year = 2020 }] } と直せる
#                                （書かない項目は文から読み取られる。wording を書くと、書いた項目だけが使われる）
#       results.2018             その年度の実績。1件1行
#       status.2018, planned.2019   その年度の実施状況、実施予定
#
# Plan file of a community welfare plan (UTF-8)
#   Describes a plan's structure so that this program can begin a new data file with it.  A goal's number is its place
#   in the file unless `number` says otherwise; what is left out is empty.  Years are fiscal years (April to March) by
#   the Gregorian year they begin in.  A council or city table is one block of entries (slot); repeat [[…city]] for
#   departments that answer separately.  A target may be corrected: wording, kind (annual, annual_each, biennial,
#   annual_from, by_year, level, once, multiple, qualitative), value (a string), unit, comparator (≥ ≤ =), fiscal_year;
#   what is left out is read from the indicator's text, unless wording is given: then only what is written counts.
#   Names that are not listed here are refused, so that a slip of the pen cannot lose a value.
"""

#: A result longer than this is somebody's text, not a figure.
_LONGEST_FACT = 60
_TELLS_A_STORY = re.compile(r"。|(?:ました|ます|した)[)）]?$")
_TABLE = "basic_goal"
#: Lists wider than this, a Japanese character counting two, stand one item a line.
_WIDTH = 118


def write_plan_file(plan: Plan, result_years: Collection[int] = (), *, texts: bool = False) -> str:
    """Return ``plan`` as the text of a plan file: structure, departments and indicators.

    Of the results of ``result_years`` only fields that hold nothing but figures or 「—」 are written, since anything
    else is somebody's text; ``texts`` writes everything of every year: roles, initiatives, status, planned work and
    all results.  Overrides of judgements, links of results and drafts' marks are not part of a plan file.
    """
    writer = _Writer(frozenset(result_years), texts)
    return HEADER + "\n" + "\n".join(writer.plan(plan)) + "\n"


class _Writer:
    def __init__(self, result_years: frozenset[int], texts: bool) -> None:
        self._result_years = result_years
        self._texts = texts

    def plan(self, plan: Plan) -> Iterator[str]:
        """Yield all lines after the header."""
        yield f'format = "{FORMAT}"'
        yield f"title = {_text(plan.title)}"
        yield f"vision = {_text(plan.vision)}"
        yield f"first_year = {plan.first_year}"
        yield f"last_year = {plan.last_year}"
        yield from _list("departments", [_department(department) for department in plan.departments])
        for basic in plan.basic_goals:
            yield from self._head(_TABLE, basic)
            for goal in basic.activity_goals:
                yield from self._head(f"{_TABLE}.activity_goal", goal)
                for activity in goal.activities:
                    yield from self._activity(activity)

    def _head(self, name: str, item: BasicGoal | ActivityGoal | Activity) -> Iterator[str]:
        yield ""
        yield f"[[{name}]]"
        yield f"number = {item.number}"
        yield f"title = {_text(item.title)}"
        yield from _lasting(item)

    def _activity(self, activity: Activity) -> Iterator[str]:
        name = f"{_TABLE}.activity_goal.activity"
        yield from self._head(name, activity)
        if self._texts:
            yield from _lines("residents_role", activity.residents_role)
            yield from _lines("organizations_role", activity.organizations_role)
            yield from _lines("council_initiatives", activity.council.initiatives)
            yield from _lines("city_initiatives", activity.city.initiatives)
        for part in activity.parts:
            yield from self._slots(f"{name}.{part.actor.value}", part)

    def _slots(self, name: str, part: ActorPart) -> Iterator[str]:
        for slot in part.slots:
            yield ""
            yield f"[[{name}]]"
            yield from _lines("departments", slot.department_names)
            yield from _lasting(slot)
            yield from _list("indicators", [_indicator(indicator) for indicator in slot.indicators])
            yield from self._results(slot)
            if self._texts:
                yield from _entries("status", slot.status)
                yield from _entries("planned", slot.planned)

    def _results(self, slot: Slot) -> Iterator[str]:
        for year, results in sorted(slot.results.items()):
            facts = year in self._result_years and all(is_figure(result.text) for result in results)
            if self._texts or facts:
                yield from _list(f"results.{year}", [_result(result) for result in results])


def is_figure(line: str) -> bool:
    """Whether a result is a figure with its label, or a mark, rather than somebody's words."""
    if line in NONE_MARKS:
        return True
    return len(line) <= _LONGEST_FACT and re.search(r"\d", line) is not None and not _TELLS_A_STORY.search(line)


def _entries(name: str, entries: Mapping[int, Entry]) -> Iterator[str]:
    for year, entry in sorted(entries.items()):
        yield from _lines(f"{name}.{year}", entry.lines)


def _lines(name: str, lines: Lines) -> Iterator[str]:
    yield from _list(name, [_text(line) for line in lines])


def _lasting(item: Reported) -> Iterator[str]:
    for name, year in (("reported_from", item.reported_from), ("retired_from", item.retired_from)):
        if year is not None:
            yield f"{name} = {year}"


def _list(name: str, items: Sequence[str]) -> Iterator[str]:
    """Yield a list on one line if it is short, else one item a line; nothing for an empty one."""
    if not items:
        return
    line = f"{name} = [{', '.join(items)}]"
    if len(items) == 1 or sum(2 if char > "\u00ff" else 1 for char in line) <= _WIDTH:
        yield line
        return
    yield f"{name} = ["
    for item in items:
        yield f"  {item},"
    yield "]"


def _text(text: str) -> str:
    """Return ``text`` as a TOML string; JSON escapes the same characters, but leaves DEL, which TOML does not allow."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _department(department: Department) -> str:
    if not department.former:
        return _text(department.name)
    former = ", ".join(f"{{ name = {_text(name)}, last_year = {year} }}" for name, year in department.former)
    return f"{{ name = {_text(department.name)}, former = [{former}] }}"


def _indicator(indicator: Indicator) -> str:
    if indicator.targets is None:
        return _text(indicator.text)
    targets = ", ".join(_target(target) for target in indicator.targets)
    return f"{{ text = {_text(indicator.text)}, targets = [{targets}] }}"


def _target(target: Target) -> str:
    pairs = [f"wording = {_text(target.wording)}", f'kind = "{target.kind.value}"']
    if target.value is not None:
        pairs.append(f'value = "{target.value}"')
    pairs += [f"unit = {_text(target.unit)}", f'comparator = "{target.comparator}"']
    if target.fiscal_year is not None:
        pairs.append(f"fiscal_year = {target.fiscal_year}")
    return f"{{ {', '.join(pairs)} }}"


def _result(result: Result) -> str:
    if result.value is None and result.unit is None:
        return _text(result.text)
    pairs = [f"text = {_text(result.text)}"]
    if result.value is not None:
        pairs.append(f'value = "{result.value}"')
    if result.unit is not None:
        pairs.append(f"unit = {_text(result.unit)}")
    return f"{{ {', '.join(pairs)} }}"
