"""The flat tables: one value per cell, one line or one target per row, for sorting, filtering and counting.

Pure: the workbook and the CSV files are written from the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.judging import Judged, judged_targets
from welfare_desktop.domain.linking import propose_links
from welfare_desktop.domain.model import (
    Activity,
    Actor,
    ActorPart,
    Entry,
    Judgement,
    Lines,
    Plan,
    Slot,
    TargetKind,
    in_use,
)
from welfare_desktop.domain.official_form import Section, sections
from welfare_desktop.domain.targets import describe_target
from welfare_desktop.domain.text import tags_of
from welfare_desktop.domain.years import fiscal_label

Value = str | int | Decimal | None


class FlatTable(StrEnum):
    """The two tables: every line of text, and every target with what was reached."""

    TEXTS = "本文"
    FIGURES = "指標"


@dataclass(frozen=True, slots=True)
class FlatColumn:
    """A column: its heading, its width in characters, whether it holds numbers, and its list of choices, if any."""

    heading: str
    width: float
    number: bool = False
    choices: str = ""
    note: str = ""


ACTOR_WORDS = {Actor.COUNCIL: "社協", Actor.CITY: "市"}
FIELD_WORDS = {
    "residents_role": "住民、地域の役割",
    "organizations_role": "関係機関の役割",
    "initiatives": "取組み（計画）",
    "status": "実施状況",
    "planned": "実施予定",
    "indicators": "主な活動指標",
    "results": "実績",
}
KIND_WORDS = {
    TargetKind.ANNUAL: "毎年",
    TargetKind.ANNUAL_EACH: "毎年（各）",
    TargetKind.BIENNIAL: "隔年",
    TargetKind.ANNUAL_FROM: "開始年度から毎年",
    TargetKind.BY_YEAR: "年度指定",
    TargetKind.LEVEL: "水準",
    TargetKind.ONCE: "単年",
    TargetKind.MULTIPLE: "回数×会場",
    TargetKind.QUALITATIVE: "定性",
}
COMPARATORS = {"≥": "以上", "≤": "以下", "=": "等しい"}
#: Lists a person chooses from, by name; the workbook keeps them on a sheet of their own.
CHOICES: dict[str, tuple[str, ...]] = {
    "実施主体": tuple(ACTOR_WORDS.values()),
    "項目": tuple(FIELD_WORDS.values()),
    "種類": tuple(KIND_WORDS.values()),
    "比較": tuple(COMPARATORS.values()),
    "判定": tuple(item.label for item in Judgement),
    "印": ("○",),
}

_PLACE = (
    FlatColumn("年度（西暦）", 11, number=True, note="4月から翌年3月までの年度。取組みなど年度のない行は報告する年度"),
    FlatColumn("年度", 12, note="元号による年度"),
    FlatColumn("基本目標", 9, number=True),
    FlatColumn("活動目標", 9, number=True),
    FlatColumn("活動", 7, number=True),
    FlatColumn("活動名", 34),
    FlatColumn("実施主体", 9, choices="実施主体", note="社協か市。住民・関係機関の役割の行は空"),
    FlatColumn("記入欄番号", 10, number=True, note="担当課のまとまりごとの番号。実施主体全体の行は空"),
    FlatColumn("担当課", 26, note="複数のときは「、」で区切る。市の未割当は空"),
)
COLUMNS: dict[FlatTable, tuple[FlatColumn, ...]] = {
    FlatTable.TEXTS: (
        *_PLACE,
        FlatColumn("項目", 16, choices="項目"),
        FlatColumn("行", 5, number=True, note="その欄の中の行番号"),
        FlatColumn("内容", 80, note="入力された文のまま（文頭の「・」は付けない）。「—」は該当なし"),
        FlatColumn("新規", 6, choices="印", note="【新規】の付いた行に○"),
        FlatColumn("再掲", 6, choices="印", note="【再掲】の付いた行に○"),
        FlatColumn("下書き", 7, choices="印", note="確認前の行に○"),
    ),
    FlatTable.FIGURES: (
        *_PLACE,
        FlatColumn("指標", 44, note="主な活動指標の文のまま。空の行は、どの指標の実績か決まっていない実績"),
        FlatColumn("目標番号", 9, number=True, note="一つの指標に複数の目標があるときの番号"),
        FlatColumn("目標（読み取り）", 26),
        FlatColumn("種類", 16, choices="種類"),
        FlatColumn("比較", 8, choices="比較"),
        FlatColumn("目標値", 10, number=True),
        FlatColumn("目標単位", 10),
        FlatColumn("目標年度", 9, number=True, note="西暦。年度の定めがなければ空"),
        FlatColumn("実績の文言", 44, note="複数の実績があるときは「 ／ 」で区切る"),
        FlatColumn("実績値", 10, number=True),
        FlatColumn("実績単位", 10),
        FlatColumn("達成率（％）", 11, number=True, note="以下の目標や単位の違うものは空"),
        FlatColumn("判定", 12, choices="判定"),
        FlatColumn("判定の理由", 34),
        FlatColumn("判定の変更", 10, choices="印", note="担当者が提案から変えたものに○"),
    ),
}
#: Where 実績の文言 stands among the columns behind those of the place.
_RESULT_TEXT = 8


@dataclass(frozen=True, slots=True)
class FlatRow:
    """One row: its values in column order, and for a line of text which stored value it belongs to and which line."""

    values: tuple[Value, ...]
    key: FieldKey | None = None
    line: int = 0
    text: str = ""


def flat_rows(plan: Plan, year: int | None, table: FlatTable) -> Iterator[FlatRow]:
    """Yield the rows of a table for the report of fiscal ``year``, or of all years there is anything of for None.

    The report of a year holds the status of that year and the plans of the next, as printed.  Over all years every
    entry stands once, under the year it belongs to, and what belongs to no year has none.
    """
    if table is FlatTable.TEXTS:
        yield from _texts(plan, year)
    else:
        for one in [year] if year is not None else _years(plan):
            for place in _places(plan, one):
                yield from _figures(plan, place, one)


def _years(plan: Plan) -> list[int]:
    """Return the years with any result or status, or the plan's first."""
    found = {
        year
        for _, _, activity in plan.walk()
        for part in activity.parts
        for slot in part.slots
        for year in (*slot.status, *slot.results)
    }
    return sorted(found) or [plan.first_year]


@dataclass(frozen=True, slots=True)
class _Place:
    """An activity and where it stands."""

    section: Section
    activity: Activity

    def values(self, year: int | None, actor: Actor | None, number: int | None, slot: Slot | None) -> tuple[Value, ...]:
        """Return the values of the columns that say where a row belongs."""
        names = "、".join(item.name_in(year) if year else item.name for item in slot.departments) if slot else ""
        if slot and actor is Actor.COUNCIL and not names:
            names = Actor.COUNCIL.label
        return (
            year,
            fiscal_label(year) if year is not None else None,
            *self.section.key,
            self.activity.number,
            self.activity.title,
            ACTOR_WORDS[actor] if actor else None,
            number,
            names or None,
        )


def _places(plan: Plan, year: int | None) -> Iterator[_Place]:
    if year is not None:
        for section in sections(plan, year):
            for activity in section.activities:
                yield _Place(section, activity)
        return
    for basic in plan.basic_goals:
        for goal in basic.activity_goals:
            for activity in goal.activities:
                yield _Place(Section(basic, goal, goal.activities), activity)


def _slots(part: ActorPart, year: int | None) -> Iterator[tuple[int, Slot]]:
    for number, slot in enumerate(part.slots, start=1):
        if year is None or in_use(slot, year):
            yield number, slot


# --- lines of text ------------------------------------------------------------------------------------------------


def _texts(plan: Plan, year: int | None) -> Iterator[FlatRow]:
    for place in _places(plan, year):
        activity = place.activity
        for field in ("residents_role", "organizations_role"):
            lines: Lines = getattr(activity, field)
            where = place.values(year, None, None, None)
            yield from _lines(where, lines, _key(Owner.ACTIVITY, activity.id, field), field)
        for part in activity.parts:
            where = place.values(year, part.actor, None, None)
            key = FieldKey(Owner.ACTOR, activity.id, "initiatives", part.actor) if activity.id else None
            yield from _lines(where, part.initiatives, key, "initiatives")
            for number, slot in _slots(part, year):
                yield from _slot_texts(place, part.actor, number, slot, year)


def _slot_texts(place: _Place, actor: Actor, number: int, slot: Slot, year: int | None) -> Iterator[FlatRow]:
    for one in sorted(slot.status) if year is None else [year]:
        entry = slot.status.get(one, Entry())
        where = place.values(one, actor, number, slot)
        yield from _lines(where, entry.lines, _key(Owner.SLOT, slot.id, "status", one), "status", draft=entry.draft)
    for one in sorted(slot.planned) if year is None else [year + 1]:
        entry = slot.planned.get(one, Entry())
        where = place.values(one, actor, number, slot)
        yield from _lines(where, entry.lines, _key(Owner.SLOT, slot.id, "planned", one), "planned", draft=entry.draft)
    where = place.values(year, actor, number, slot)
    texts = tuple(item.text for item in slot.indicators)
    yield from _lines(where, texts, _key(Owner.SLOT, slot.id, "indicators"), "indicators")
    for one in sorted(slot.results) if year is None else [year]:
        where = place.values(one, actor, number, slot)
        texts = tuple(item.text for item in slot.results.get(one, ()))
        yield from _lines(where, texts, _key(Owner.SLOT, slot.id, "results", one), "results")


def _key(owner: Owner, owner_id: str, field: str, year: int | None = None) -> FieldKey | None:
    return FieldKey(owner, owner_id, field, None, year) if owner_id else None


def _lines(
    where: tuple[Value, ...], lines: Sequence[str], key: FieldKey | None, field: str, *, draft: bool = False
) -> Iterator[FlatRow]:
    for number, line in enumerate(lines):
        tags = tags_of(line)
        marks = ("○" if "新規" in tags else None, "○" if "再掲" in tags else None, "○" if draft else None)
        yield FlatRow((*where, FIELD_WORDS[field], number + 1, line, *marks), key, number, line)


# --- targets and results ------------------------------------------------------------------------------------------


def _figures(plan: Plan, place: _Place, year: int) -> Iterator[FlatRow]:
    for part in place.activity.parts:
        numbered = list(_slots(part, year))
        owners = [(number, slot) for number, slot in numbered for _ in slot.indicators]
        results = [(number, slot, item) for number, slot in numbered for item in slot.results.get(year, ())]
        judged = judged_targets([slot for _, slot in numbered], year, (plan.first_year, plan.last_year))
        texts = _answers(judged, [slot for _, slot in numbered], year)
        for item, indexes in zip(judged, texts, strict=True):
            number, slot = owners[item.indicator_index]
            wordings = [results[index][2].text for index in indexes]
            yield FlatRow((*place.values(year, part.actor, number, slot), *_figure(item, wordings)))
        told = {index for indexes in texts for index in indexes}
        for index, (number, slot, result) in enumerate(results):
            if index not in told:
                blank: list[Value] = [None] * (len(COLUMNS[FlatTable.FIGURES]) - len(_PLACE))
                blank[_RESULT_TEXT] = result.text
                yield FlatRow((*place.values(year, part.actor, number, slot), *blank))


def _answers(judged: Sequence[Judged], slots: Sequence[Slot], year: int) -> list[list[int]]:
    """Return, parallel to ``judged``, which results belong to each target: those judged, and others of its indicator.

    A result linked to an indicator without being judged (「—」, or without a number) stands with its first target.
    """
    indicators = [item for slot in slots for item in slot.indicators]
    links = propose_links(indicators, [item for slot in slots for item in slot.results.get(year, ())])
    found = [list(item.result_indexes) for item in judged]
    told = {index for indexes in found for index in indexes}
    first = {item.indicator_index: place for place, item in reversed(list(enumerate(judged)))}
    for index, link in enumerate(links):
        if link is not None and index not in told and link in first:
            found[first[link]].append(index)
    return found


def _figure(judged: Judged, texts: Sequence[str]) -> tuple[Value, ...]:
    target = judged.target
    number = target.value is not None
    return (
        judged.indicator.text,
        judged.target_index + 1,
        describe_target(target),
        KIND_WORDS[target.kind],
        COMPARATORS[target.comparator] if number else None,
        target.value,
        target.unit or None,
        target.fiscal_year,
        " ／ ".join(texts) or None,
        judged.value,
        judged.unit or None,
        judged.percent,
        judged.judgement.label,
        judged.reason or None,
        "○" if judged.overridden else None,
    )
