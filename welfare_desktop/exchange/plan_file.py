"""A plan as a file that people write by hand: TOML, validated when it is read.

The header that :func:`write_plan_file` puts into every file is the description of the format, in Japanese and English.
Everything wrong is refused with its line and the goal or activity it stands in; nothing is guessed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from welfare_desktop.domain.errors import ExchangeError
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Plan,
    Result,
    Slot,
    Target,
    TargetKind,
)
from welfare_desktop.domain.targets import read_targets

from .plan_file_table import Table, line_index
from .plan_file_writing import FORMAT, write_plan_file

__all__ = ["read_plan_file", "write_plan_file"]

_MOST_BYTES = 20_000_000
_EARLIEST, _LATEST, _LONGEST_PLAN = 1950, 2150, 50
_MOST_NUMBERS = 999
_COMPARATORS = ("=", "≥", "≤")


def read_plan_file(path: Path) -> Plan:
    """Read the plan file at ``path``; identifiers are empty.

    Raises ExchangeError: ``W-340`` for a file that cannot be read, ``W-341`` for one that is no TOML in UTF-8,
    ``W-342`` for one whose content is no plan.
    """
    text = _text_of(path)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_toml(path, error) from error
    return _Reader(Table(data, path.name, line_index(text))).plan()


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ExchangeError(
                "計画ファイルが大きすぎます。",
                code="W-341",
                where=str(path),
                next_step="計画ファイル（.toml）を選び直してください。何も変わっていません。",
            )
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ExchangeError(
            "計画ファイルを読めません。",
            code="W-340",
            where=str(path),
            next_step="場所と名前を確かめてください。何も変わっていません。",
        ) from error
    except UnicodeDecodeError as error:
        raise ExchangeError(
            "計画ファイルがUTF-8の文字データではありません。",
            code="W-341",
            where=str(path),
            next_step="UTF-8で保存し直してください。何も変わっていません。",
        ) from error


def _no_toml(path: Path, error: Exception) -> ExchangeError:
    place = re.search(r"at line (\d+), column (\d+)", str(error))
    where = f"{path.name} {place[1]}行目{place[2]}文字目" if place else f"{path.name} 末尾"
    return ExchangeError(
        "計画ファイルの書き方（TOML）に誤りがあります。",
        code="W-341",
        where=where,
        next_step='引用符 "…" や [ ] の閉じ忘れ、同じ項目の重なりがないか確かめてください。何も変わっていません。',
    )


class _Reader:
    def __init__(self, root: Table) -> None:
        self._root = root
        self._years: range = range(0)
        self._departments: dict[str, Department] = {}
        self._closed_list = False

    def plan(self) -> Plan:
        """Return the whole plan."""
        root = self._root
        if root.text("format") != FORMAT:
            root.fail(f"「format」が「{FORMAT}」ではありません。", f'format = "{FORMAT}" の行を先頭に書いてください。')
        title, vision = root.text("title"), root.text("vision", required=False)
        first = root.integer("first_year", _EARLIEST, _LATEST)
        last = root.integer("last_year", _EARLIEST, _LATEST)
        if last < first:
            root.fail(f"最後の年度（{last}）が最初の年度（{first}）より前です。")
        if last - first >= _LONGEST_PLAN:
            root.fail(f"計画の期間が{_LONGEST_PLAN}年を超えています。")
        # What is planned for the year after the plan's last one is part of that year's report.
        self._years = range(first, last + 2)
        self._read_departments()
        goals = tuple(self._basic_goal(table, number) for table, number in self._numbered(root.tables("basic_goal")))
        if not goals:
            root.fail("基本目標がありません。", "[[basic_goal]] から書き始めてください。")
        root.close()
        return Plan(title, vision, first, last, tuple(self._departments.values()), goals)

    # --- departments --------------------------------------------------------------------------------------------

    def _read_departments(self) -> None:
        for item in self._root.items("departments"):
            department = self._department(item)
            if department.name in self._departments:
                self._root.fail(f"担当課「{department.name}」が一覧に2回あります。")
            self._departments[department.name] = department
        self._closed_list = bool(self._departments)

    def _department(self, item: Any) -> Department:
        if not isinstance(item, dict):
            return Department(self._root.checked_line("departments", item))
        table = self._root.inline("departments", item)
        name = table.text("name")
        former = tuple(
            (earlier.text("name"), earlier.integer("last_year", _EARLIEST, _LATEST))
            for earlier in table.tables("former")
        )
        if [year for _, year in former] != sorted({year for _, year in former}):
            table.fail(f"担当課「{name}」の以前の名称が古い順に並んでいません。")
        table.close()
        return Department(name, former=former)

    def _slot_departments(self, table: Table) -> tuple[Department, ...]:
        names = table.texts("departments")
        for name in names:
            if names.count(name) > 1:
                table.fail(f"担当課「{name}」が1つの記入欄に2回あります。")
            if self._closed_list and name not in self._departments:
                table.fail(f"担当課「{name}」は先頭の一覧にありません。", "つづりを確かめるか、一覧に加えてください。")
        return tuple(self._departments.setdefault(name, Department(name)) for name in names)

    # --- goals and activities -----------------------------------------------------------------------------------

    def _numbered(self, tables: Sequence[Table]) -> list[tuple[Table, int]]:
        """Return tables with their numbers: their place unless they say otherwise, and never one twice."""
        found: list[tuple[Table, int]] = []
        for place, table in enumerate(tables, 1):
            number = table.integer("number", 1, _MOST_NUMBERS, default=place)
            if any(number == other for _, other in found):
                table.fail(
                    f"番号{number}が2回使われています。", "number を直すか、消してください（消すと並び順になります）。"
                )
            found.append((table, number))
        return sorted(found, key=lambda pair: pair[1])

    def _year(self, table: Table, name: str) -> int | None:
        return table.optional_integer(name, _EARLIEST, _LATEST)

    def _basic_goal(self, table: Table, number: int) -> BasicGoal:
        title = table.text("title")
        below = self._numbered(table.tables("activity_goal"))
        goals = tuple(self._activity_goal(child, place) for child, place in below)
        goal = BasicGoal(
            number,
            title,
            goals,
            retired_from=self._year(table, "retired_from"),
            reported_from=self._year(table, "reported_from"),
        )
        table.close()
        return goal

    def _activity_goal(self, table: Table, number: int) -> ActivityGoal:
        title = table.text("title")
        below = self._numbered(table.tables("activity"))
        activities = tuple(self._activity(child, place) for child, place in below)
        goal = ActivityGoal(
            number,
            title,
            activities,
            retired_from=self._year(table, "retired_from"),
            reported_from=self._year(table, "reported_from"),
        )
        table.close()
        return goal

    def _activity(self, table: Table, number: int) -> Activity:
        council = tuple(self._slot(child) for child in table.tables("council"))
        city = tuple(self._slot(child) for child in table.tables("city"))
        activity = Activity(
            number,
            table.text("title"),
            table.texts("residents_role"),
            table.texts("organizations_role"),
            ActorPart(Actor.COUNCIL, table.texts("council_initiatives"), council or (Slot(),)),
            ActorPart(Actor.CITY, table.texts("city_initiatives"), city or (Slot(),)),
            retired_from=self._year(table, "retired_from"),
            reported_from=self._year(table, "reported_from"),
        )
        table.close()
        return activity

    # --- slots --------------------------------------------------------------------------------------------------

    def _slot(self, table: Table) -> Slot:
        def entry(value: Any) -> Entry:
            return Entry(tuple(table.checked_line("status, planned", item) for item in _listed(table, value)))

        def results(value: Any) -> tuple[Result, ...]:
            return tuple(self._result(table, item) for item in _listed(table, value))

        slot = Slot(
            self._slot_departments(table),
            table.by_year("status", self._years, entry),
            table.by_year("planned", self._years, entry),
            tuple(self._indicator(table, item) for item in table.items("indicators")),
            table.by_year("results", self._years, results),
            retired_from=self._year(table, "retired_from"),
            reported_from=self._year(table, "reported_from"),
        )
        table.close()
        return slot

    def _indicator(self, slot: Table, item: Any) -> Indicator:
        if not isinstance(item, dict):
            return Indicator(slot.checked_line("indicators", item))
        table = slot.inline("indicators", item)
        text = table.text("text")
        targets = (
            tuple(self._target(child, text) for child in table.tables("targets")) if table.has("targets") else None
        )
        table.close()
        return Indicator(text, targets=targets)

    def _target(self, table: Table, text: str) -> Target:
        """Return a corrected target.

        With its ``wording`` a target is written in full, and what is left out is nothing; without, it corrects what is
        read from the indicator's text.
        """
        full = table.has("wording")
        read = () if full else read_targets(text, (self._years[0], self._years[-1] - 1))
        known = read[0] if len(read) == 1 else Target(text, TargetKind.QUALITATIVE)
        value = _decimal(table, table.text("value")) if table.has("value") else known.value
        year = table.optional_integer("fiscal_year", _EARLIEST, _LATEST)
        year = known.fiscal_year if year is None else year
        target = Target(
            table.text("wording") if full else known.wording,
            TargetKind(_choice(table, "kind", tuple(TargetKind), _likely_kind(known, value, year))),
            value,
            table.text("unit", required=False) if table.has("unit") else known.unit,
            _choice(table, "comparator", _COMPARATORS, known.comparator),
            year,
        )
        table.close()
        return target

    def _result(self, slot: Table, item: Any) -> Result:
        if not isinstance(item, dict):
            return Result(slot.checked_line("results", item))
        table = slot.inline("results", item)
        value = _decimal(table, table.text("value")) if table.has("value") else None
        unit = table.text("unit", required=False) if table.has("unit") else None
        result = Result(table.text("text"), value=value, unit=unit)
        table.close()
        return result


def _listed(table: Table, value: Any) -> list[Any]:
    if not isinstance(value, list):
        table.fail("年度の後の値が一覧ではありません。", 'results.2018 = ["…"] の形で書いてください。')
    return value


def _decimal(table: Table, text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?", text):
        table.fail(f"「value」の「{text}」は数ではありません。", 'value = "250" のように半角の数字で書いてください。')
    return Decimal(text)


def _choice(table: Table, name: str, allowed: Sequence[str], default: str) -> str:
    chosen = table.text(name, required=False) or default
    if chosen not in allowed:
        table.fail(f"「{name}」の「{chosen}」は使えません。", f"{'、'.join(allowed)} のどれかにしてください。")
    return chosen


def _likely_kind(known: Target, value: Decimal | None, year: int | None) -> TargetKind:
    """Return the kind of a corrected target that does not name its own."""
    if year is not None and known.fiscal_year is None:
        return TargetKind.BY_YEAR
    if value is not None and known.kind is TargetKind.QUALITATIVE:
        return TargetKind.LEVEL
    return known.kind
