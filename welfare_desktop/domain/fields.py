"""Every field of a plan, described once.

Tree, form, table, workbook, dump, history and check read this list; nothing else knows which fields exist, what they
are called, or how their text is read and written.  A :class:`FieldKey` names one stored value by the identifier of
what owns it; an address (``1-1-3/city.2/status@2018``, see ``domain.addresses``) names the same value by numbers.

A value is one of the frozen types of ``domain.model`` (or a string, an integer, a tuple of them): it can be compared,
written as JSON for the history and hashed.  The default of a field means "nothing there" and is never stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import Any

from .errors import InvalidValue
from .model import (
    Actor,
    Entry,
    EntryState,
    Indicator,
    Judgement,
    JudgementOverride,
    Lines,
    Result,
    Target,
    TargetKind,
    state_of,
)
from .text import canonical_line, canonical_lines

Former = tuple[tuple[str, int], ...]
Value = (
    str
    | int
    | None
    | Lines
    | Entry
    | tuple[Indicator, ...]
    | tuple[Result, ...]
    | tuple[JudgementOverride, ...]
    | Former
)
#: A value as plain JSON.
Json = Any


class Owner(StrEnum):
    """What a field belongs to.  An ACTOR field is owned by an activity's id together with the actor."""

    PLAN = "plan"
    BASIC_GOAL = "basic_goal"
    ACTIVITY_GOAL = "activity_goal"
    ACTIVITY = "activity"
    ACTOR = "actor"
    SLOT = "slot"
    DEPARTMENT = "department"


class Kind(StrEnum):
    """The shape of a field's value."""

    LINE = "line"  # str
    NUMBER = "number"  # int
    YEAR = "year"  # int | None
    LINES = "lines"  # Lines
    ENTRY = "entry"  # Entry
    INDICATORS = "indicators"  # tuple[Indicator, ...]
    RESULTS = "results"  # tuple[Result, ...]
    OVERRIDES = "overrides"  # tuple[JudgementOverride, ...]
    CHILDREN = "children"  # ids of what stands below, in order
    REFERENCES = "references"  # ids of departments, in order
    NOTE = "note"  # Lines kept by the office beside the plan
    FORMER = "former"  # earlier names: ((name, last year), ...)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: where it belongs, its Japanese label, its shape.

    ``yearly`` fields have one value per fiscal year.  ``required`` fields must not become empty.
    """

    owner: Owner
    name: str
    label: str
    kind: Kind
    yearly: bool = False
    required: bool = False

    @property
    def default(self) -> Value:
        """The value that means nothing is there."""
        return _DEFAULTS[self.kind]


_DEFAULTS: dict[Kind, Value] = {
    Kind.LINE: "",
    Kind.NUMBER: 0,
    Kind.YEAR: None,
    Kind.LINES: (),
    Kind.ENTRY: Entry(),
    Kind.INDICATORS: (),
    Kind.RESULTS: (),
    Kind.OVERRIDES: (),
    Kind.CHILDREN: (),
    Kind.REFERENCES: (),
    Kind.NOTE: (),
    Kind.FORMER: (),
}

FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(Owner.PLAN, "title", "計画の名称", Kind.LINE, required=True),
    FieldSpec(Owner.PLAN, "vision", "理念", Kind.LINE),
    FieldSpec(Owner.PLAN, "first_year", "計画の初年度", Kind.NUMBER, required=True),
    FieldSpec(Owner.PLAN, "last_year", "計画の最終年度", Kind.NUMBER, required=True),
    FieldSpec(Owner.PLAN, "basic_goals", "基本目標の並び", Kind.CHILDREN),
    FieldSpec(Owner.PLAN, "departments", "担当課の並び", Kind.CHILDREN),
    FieldSpec(Owner.PLAN, "maker", "作成者", Kind.NOTE),
    FieldSpec(Owner.PLAN, "contact", "返送先・問合せ", Kind.NOTE),
    FieldSpec(Owner.PLAN, "phrases", "定型文（共通）", Kind.NOTE),
    FieldSpec(Owner.PLAN, "deadline", "提出期限", Kind.NOTE, yearly=True),
    FieldSpec(Owner.PLAN, "opened", "年度の開始", Kind.NOTE, yearly=True),
    FieldSpec(Owner.PLAN, "closed", "年度の確定", Kind.NOTE, yearly=True),
    FieldSpec(Owner.PLAN, "council_state", "市社会福祉協議会の提出の状態", Kind.NOTE, yearly=True),
    FieldSpec(Owner.PLAN, "ignored", "指摘の無視", Kind.NOTE, yearly=True),
    FieldSpec(Owner.PLAN, "stopped_rules", "止めた校正の規則", Kind.NOTE),
    FieldSpec(Owner.BASIC_GOAL, "number", "番号", Kind.NUMBER, required=True),
    FieldSpec(Owner.BASIC_GOAL, "title", "基本目標", Kind.LINE, required=True),
    FieldSpec(Owner.BASIC_GOAL, "activity_goals", "活動目標の並び", Kind.CHILDREN),
    FieldSpec(Owner.BASIC_GOAL, "reported_from", "掲載を始める年度", Kind.YEAR),
    FieldSpec(Owner.BASIC_GOAL, "retired_from", "廃止年度", Kind.YEAR),
    FieldSpec(Owner.ACTIVITY_GOAL, "number", "番号", Kind.NUMBER, required=True),
    FieldSpec(Owner.ACTIVITY_GOAL, "title", "活動目標", Kind.LINE, required=True),
    FieldSpec(Owner.ACTIVITY_GOAL, "activities", "活動の並び", Kind.CHILDREN),
    FieldSpec(Owner.ACTIVITY_GOAL, "reported_from", "掲載を始める年度", Kind.YEAR),
    FieldSpec(Owner.ACTIVITY_GOAL, "retired_from", "廃止年度", Kind.YEAR),
    FieldSpec(Owner.ACTIVITY, "number", "番号", Kind.NUMBER, required=True),
    FieldSpec(Owner.ACTIVITY, "title", "活動名", Kind.LINE, required=True),
    FieldSpec(Owner.ACTIVITY, "residents_role", "住民、地域の役割", Kind.LINES),
    FieldSpec(Owner.ACTIVITY, "organizations_role", "関係機関の役割", Kind.LINES),
    FieldSpec(Owner.ACTIVITY, "reported_from", "掲載を始める年度", Kind.YEAR),
    FieldSpec(Owner.ACTIVITY, "retired_from", "廃止年度", Kind.YEAR),
    FieldSpec(Owner.ACTOR, "initiatives", "取組み", Kind.LINES),
    FieldSpec(Owner.ACTOR, "slots", "記入欄の並び", Kind.CHILDREN),
    FieldSpec(Owner.SLOT, "departments", "担当課", Kind.REFERENCES),
    FieldSpec(Owner.SLOT, "status", "実施状況", Kind.ENTRY, yearly=True),
    FieldSpec(Owner.SLOT, "planned", "実施予定", Kind.ENTRY, yearly=True),
    FieldSpec(Owner.SLOT, "indicators", "主な活動指標", Kind.INDICATORS),
    FieldSpec(Owner.SLOT, "results", "実績", Kind.RESULTS, yearly=True),
    FieldSpec(Owner.SLOT, "judgements", "判定", Kind.OVERRIDES, yearly=True),
    FieldSpec(Owner.SLOT, "reported_from", "掲載を始める年度", Kind.YEAR),
    FieldSpec(Owner.SLOT, "retired_from", "廃止年度", Kind.YEAR),
    FieldSpec(Owner.DEPARTMENT, "name", "担当課名", Kind.LINE, required=True),
    FieldSpec(Owner.DEPARTMENT, "phrases", "定型文", Kind.NOTE),
    FieldSpec(Owner.DEPARTMENT, "reference", "整理番号", Kind.NOTE, yearly=True),
    FieldSpec(Owner.DEPARTMENT, "state", "提出の状態", Kind.NOTE, yearly=True),
    FieldSpec(Owner.DEPARTMENT, "former", "以前の名称", Kind.FORMER),
)
_BY_NAME = {(spec.owner, spec.name): spec for spec in FIELDS}

#: The kind of thing a CHILDREN field lists.
CHILD_OF: dict[tuple[Owner, str], Owner] = {
    (Owner.PLAN, "basic_goals"): Owner.BASIC_GOAL,
    (Owner.PLAN, "departments"): Owner.DEPARTMENT,
    (Owner.BASIC_GOAL, "activity_goals"): Owner.ACTIVITY_GOAL,
    (Owner.ACTIVITY_GOAL, "activities"): Owner.ACTIVITY,
    (Owner.ACTOR, "slots"): Owner.SLOT,
}


def spec_of(owner: Owner, name: str) -> FieldSpec:
    """Return the description of a field; raises KeyError for a field that does not exist."""
    return _BY_NAME[(owner, name)]


@dataclass(frozen=True, slots=True)
class FieldKey:
    """The name of one stored value.

    ``owner_id`` is a UUID; for ACTOR fields it is the activity's and ``actor`` is set; ``year`` is set for yearly
    fields.
    """

    owner: Owner
    owner_id: str
    name: str
    actor: Actor | None = None
    year: int | None = None

    @property
    def spec(self) -> FieldSpec:
        """The description of this field."""
        return spec_of(self.owner, self.name)

    @property
    def text(self) -> str:
        """A stable one-line form, for hashing and for hidden keys in workbooks."""
        actor = f"/{self.actor.value}" if self.actor else ""
        year = f"@{self.year}" if self.year is not None else ""
        return f"{self.owner.value}:{self.owner_id}{actor}/{self.name}{year}"


_KEY_TEXT = re.compile(
    r"(?P<owner>[a-z_]+):(?P<id>[0-9a-f-]{1,64})(?:/(?P<actor>council|city))?/(?P<name>[a-z_]+)(?:@(?P<year>\d{4}))?"
)


@lru_cache(maxsize=1 << 16)
def key_from_text(text: str) -> FieldKey:
    """Read back :attr:`FieldKey.text`; raises ValueError when it is none."""
    match = _KEY_TEXT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    owner = Owner(match["owner"])
    year = int(match["year"]) if match["year"] else None
    key = FieldKey(owner, match["id"], match["name"], Actor(match["actor"]) if match["actor"] else None, year)
    if (owner, key.name) not in _BY_NAME or key.spec.yearly != (year is not None):
        raise ValueError(text)
    if (owner is Owner.ACTOR) != (key.actor is not None):
        raise ValueError(text)
    return key


@dataclass(frozen=True, slots=True)
class Change:
    """One field going from ``before`` to ``after``; applying it elsewhere than on ``before`` is a conflict."""

    key: FieldKey
    before: Value
    after: Value

    @property
    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(self.key, self.after, self.before)


# --- values as text ---------------------------------------------------------------------------------------------


def lines_of(value: Value) -> Lines:
    """Return the lines a value shows (identifiers stay identifiers; the caller turns them into names)."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, int):
        return (str(value),)
    if isinstance(value, Entry):
        return value.lines
    return tuple(_line_of(item) for item in value)


def _line_of(item: object) -> str:
    match item:
        case str():
            return item
        case Indicator() | Result():
            return item.text
        case JudgementOverride():
            return f"{item.judgement.label} {item.reason}".rstrip()
        case (str() as name, int() as year):
            return f"{name}（{year}年度まで）"
    raise TypeError(item)


def state_of_value(value: Value) -> EntryState:
    """Return how far the field holding ``value`` is filled."""
    return state_of(lines_of(value), isinstance(value, Entry) and value.draft)


def parse_text(key: FieldKey, text: str | Sequence[str], current: Value, new_id: Callable[[], str]) -> Value:
    """Return the value that ``text`` (lines, or one string with LF) means for ``key``.

    ``current`` is the value it replaces: indicator and result lines that stay keep their identity and what a person
    decided about them; ``new_id`` gives identifiers to new ones.  What is typed by a person is no draft any more.
    Raises InvalidValue for an empty required field, more than one line where one is meant, or no number.
    """
    spec = key.spec
    lines = canonical_lines(text)
    if spec.required and not lines:
        raise InvalidValue(
            f"「{spec.label}」は空にできません。",
            code="W-110",
            next_step="元の値は変わっていません。文字を入れてください。",
        )
    if len(lines) > 1 and spec.kind in (Kind.LINE, Kind.NUMBER, Kind.YEAR):
        raise InvalidValue(
            f"「{spec.label}」には1行だけ入れられます（{len(lines)}行あります）。",
            code="W-113",
            next_step="1行にまとめてください。元の値は変わっていません。",
        )
    match spec.kind:
        case Kind.LINE:
            return canonical_line("".join(lines))
        case Kind.NUMBER | Kind.YEAR:
            return _parse_integer(spec, lines)
        case Kind.LINES | Kind.NOTE:
            return lines
        case Kind.ENTRY:
            return Entry(lines)
        case Kind.INDICATORS:
            assert isinstance(current, tuple)
            return realign_indicators([item for item in current if isinstance(item, Indicator)], lines, new_id)
        case Kind.RESULTS:
            assert isinstance(current, tuple)
            return realign_results([item for item in current if isinstance(item, Result)], lines, new_id)
    raise InvalidValue(
        f"「{spec.label}」は文字として書き換えられません。", code="W-111", next_step="画面から変えてください。"
    )


def _parse_integer(spec: FieldSpec, lines: Lines) -> int | None:
    if not lines and spec.kind is Kind.YEAR:
        return None
    text = canonical_line("".join(lines))
    if not text.isdecimal() or len(text) > 4:
        raise InvalidValue(
            f"「{spec.label}」の「{text[:20]}」は数として読めません。",
            code="W-101",
            next_step="数字だけを入れてください。",
        )
    return int(text)


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Return for every new line the index of the old line it continues, or None for an inserted one."""
    # What stands unchanged at both ends goes first: SequenceMatcher prefers the longest run of equal lines, which
    # among repeated lines may be another one than the one that was left alone.
    shorter = min(len(old), len(new))
    head = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    tail = next((index for index in range(shorter - head) if old[-1 - index] != new[-1 - index]), shorter - head)
    middle = [*old[head : len(old) - tail]], [*new[head : len(new) - tail]]
    continued: list[int | None] = [*range(head), *[None] * len(middle[1]), *range(len(old) - tail, len(old))]
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, *middle, False).get_opcodes():
        if tag in ("equal", "replace"):
            for offset in range(min(old_end - old_start, new_end - new_start)):
                continued[head + new_start + offset] = head + old_start + offset
    return continued


def realign_indicators(old: Sequence[Indicator], lines: Lines, new_id: Callable[[], str]) -> tuple[Indicator, ...]:
    """Return indicators for ``lines``; what a person corrected stays, also when the line is reworded.

    Whether a correction still fits its line is for a person to say (see ``domain.target_correction.is_outdated``).
    """
    result = []
    for line, index in zip(lines, _pairs([item.text for item in old], lines), strict=True):
        result.append(Indicator(line, new_id()) if index is None else replace(old[index], text=line))
    return tuple(result)


def realign_results(old: Sequence[Result], lines: Lines, new_id: Callable[[], str]) -> tuple[Result, ...]:
    """Return results for ``lines``; a corrected number stays while the digits of the line stay."""
    result = []
    for line, index in zip(lines, _pairs([item.text for item in old], lines), strict=True):
        if index is None:
            result.append(Result(line, new_id()))
            continue
        item = old[index]
        if re.findall(r"\d", item.text) == re.findall(r"\d", line):
            result.append(replace(item, text=line))
        else:
            result.append(replace(item, text=line, value=None, unit=None))
    return tuple(result)


# --- values as JSON ---------------------------------------------------------------------------------------------


def to_json(value: Value) -> Json:
    """Return ``value`` as plain JSON, without anything that is absent."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Entry):
        return {"lines": list(value.lines), "draft": True} if value.draft else {"lines": list(value.lines)}
    return [_item_to_json(item) for item in value]


def _item_to_json(item: object) -> Json:
    match item:
        case str():
            return item
        case Indicator():
            data: dict[str, Json] = {"id": item.id, "text": item.text}
            if item.targets is not None:
                data["targets"] = [target_to_json(target) for target in item.targets]
            return data
        case Result():
            pairs = {"id": item.id, "text": item.text, "link": item.link, "unit": item.unit}
            pairs["value"] = None if item.value is None else str(item.value)
            return {name: value for name, value in pairs.items() if value is not None}
        case JudgementOverride():
            return {
                "indicator": item.indicator_id,
                "target": item.target_index,
                "judgement": item.judgement.value,
                "reason": item.reason,
            }
        case (name, year):
            return [name, year]
    raise TypeError(item)


def target_to_json(target: Target) -> dict[str, Json]:
    """Return a target as the dump writes it; the value is a decimal string or null."""
    return {
        "wording": target.wording,
        "kind": target.kind.value,
        "value": None if target.value is None else str(target.value),
        "unit": target.unit,
        "comparator": target.comparator,
        "fiscal_year": target.fiscal_year,
    }


def target_from_json(data: Mapping[str, Json]) -> Target:
    """Read back :func:`target_to_json`."""
    return Target(
        data["wording"],
        TargetKind(data["kind"]),
        None if data["value"] is None else Decimal(data["value"]),
        data["unit"],
        data["comparator"],
        data["fiscal_year"],
    )


def from_json(kind: Kind, data: Json) -> Value:
    """Read back :func:`to_json` for a field of ``kind``; raises KeyError, TypeError or ValueError on other input."""
    match kind:
        case Kind.LINE | Kind.NUMBER | Kind.YEAR:
            plain: str | int | None = data
            return plain
        case Kind.LINES | Kind.NOTE | Kind.CHILDREN | Kind.REFERENCES:
            return tuple(str(item) for item in data)
        case Kind.ENTRY:
            return Entry(tuple(data["lines"]), bool(data.get("draft", False)))
        case Kind.INDICATORS:
            return tuple(_indicator_from_json(item) for item in data)
        case Kind.RESULTS:
            return tuple(_result_from_json(item) for item in data)
        case Kind.OVERRIDES:
            return tuple(
                JudgementOverride(item["indicator"], item["target"], Judgement(item["judgement"]), item["reason"])
                for item in data
            )
        case Kind.FORMER:
            return tuple((str(name), int(year)) for name, year in data)


def _indicator_from_json(item: Mapping[str, Json]) -> Indicator:
    text, item_id = item["text"], item["id"]
    targets = item.get("targets")
    corrected = None if targets is None else tuple(target_from_json(target) for target in targets)
    return Indicator(text, item_id, corrected)


def _result_from_json(item: Mapping[str, Json]) -> Result:
    text, item_id = item["text"], item["id"]
    value = item.get("value")
    return Result(text, item_id, item.get("link"), None if value is None else Decimal(value), item.get("unit"))
