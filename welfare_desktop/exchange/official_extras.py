"""What the official layout does not show, carried along on a very hidden sheet so that the workbook reads back whole.

Everything a person sees in the sheets wins over what is written here; this adds the plan's years, the order and former
names of departments, targets corrected by hand, results linked by hand, judgements set against the proposal, and which
entries are drafts.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    BasicGoal,
    Department,
    Indicator,
    Judgement,
    JudgementOverride,
    Plan,
    Result,
    Slot,
    Target,
    TargetKind,
    in_use,
)

from .cell_text import from_cell, put_text

if TYPE_CHECKING:
    from openpyxl import Workbook

SHEET = "_plan"
_MARK = "welfare-official/1"
_SENTENCE = "このシートは取込みのときに使います。消したり書き換えたりしないでください。"
#: Below what a cell holds; counted in characters, of which Excel may count some double.
_CHUNK = 15_000

Extras = Mapping[str, Any]


def write_extras(workbook: Workbook, plan: Plan, year: int) -> None:
    """Add the sheet for the report of fiscal ``year``."""
    text = json.dumps(_content(plan, year), ensure_ascii=False, separators=(",", ":"))
    sheet = workbook.create_sheet(SHEET)
    sheet.sheet_state = "veryHidden"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    rows = [_MARK, _SENTENCE, digest, *(text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))]
    for number, row in enumerate(rows, start=1):
        put_text(sheet.cell(number, 1), row)
        sheet.cell(number, 1).number_format = "@"
    sheet.protection.sheet = True


def read_extras(rows: Iterable[Sequence[object]]) -> Extras | None:
    """Read the sheet back from its rows of cell values; None when it is none, or was changed since."""
    texts = [from_cell(row[0]) if row else "" for row in rows]
    if not texts or texts[0] != _MARK or len(texts) < 4:
        return None
    text = "".join(texts[3:])
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != texts[2]:
        return None
    content: Extras = json.loads(text)
    return content


def is_extras(first_cell: object) -> bool:
    """Whether a sheet whose first cell holds ``first_cell`` is such a sheet, whatever its name."""
    return first_cell == _MARK


def _content(plan: Plan, year: int) -> dict[str, Any]:
    actors: dict[str, Any] = {}
    slots: dict[str, list[int]] = {}
    for basic, goal, activity in plan.walk():
        place = f"{basic.number}-{goal.number}-{activity.number}"
        shown = [tuple(slot for slot in part.slots if in_use(slot, year)) for part in activity.parts]
        if [len(of_actor) for of_actor in shown] != [1, 1]:
            slots[place] = [len(of_actor) for of_actor in shown]
        for part, of_actor in zip(activity.parts, shown, strict=True):
            content = _actor(of_actor, year)
            if any(any(slot.values()) for slot in content):
                actors[f"{place}/{part.actor.value}"] = content
    return {
        "year": year,
        "title": plan.title,
        "vision": plan.vision,
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "dataset_id": plan.dataset_id,
        "departments": [{"name": item.name, "former": [list(old) for old in item.former]} for item in plan.departments],
        "slots": slots,
        "actors": actors,
    }


def _actor(slots: Sequence[Slot], year: int) -> list[dict[str, Any]]:
    """Return what cannot be seen of an actor's slots; indicators are counted over all of them."""
    places = {item.id: index for index, item in enumerate(item for slot in slots for item in slot.indicators)}
    return [_slot(slot, year, places) for slot in slots]


def _slot(slot: Slot, year: int, places: Mapping[str, int]) -> dict[str, Any]:
    drafts = []
    if year in slot.status and slot.status[year].draft:
        drafts.append("status")
    if year + 1 in slot.planned and slot.planned[year + 1].draft:
        drafts.append("planned")
    return {
        "targets": {str(n): _targets(item) for n, item in enumerate(slot.indicators) if item.targets is not None},
        "results": {
            str(n): _result(item, places)
            for n, item in enumerate(slot.results.get(year, ()))
            if item.link is not None or item.value is not None or item.unit is not None
        },
        "overrides": [
            [places.get(item.indicator_id), item.target_index, item.judgement.value, item.reason]
            for item in slot.overrides.get(year, ())
        ],
        "drafts": drafts,
    }


def _targets(indicator: Indicator) -> dict[str, Any]:
    return {
        "text": indicator.text,
        "targets": [
            [item.wording, item.kind.value, _number(item), item.unit, item.comparator, item.fiscal_year]
            for item in indicator.targets or ()
        ],
    }


def _number(target: Target) -> str | None:
    return None if target.value is None else str(target.value)


def _result(result: Result, places: Mapping[str, int]) -> dict[str, Any]:
    value: Decimal | None = result.value
    link = places.get(result.link) if result.link else result.link
    return {"text": result.text, "link": link, "value": None if value is None else str(value), "unit": result.unit}


# --- reading back -------------------------------------------------------------------------------------------------


def restore(plan: Plan, year: int, extras: Extras) -> Plan:
    """Return ``plan``, read from the sheets, with what only the extras know; texts that were changed keep theirs.

    What belongs to another text than the one standing there now (a target, a link) is left out.
    """
    noted = [Department(item["name"], former=_former(item["former"])) for item in extras["departments"]]
    # The sheets print the names of the year; a name of today may have been typed in since.
    known = {item.name: item for item in noted} | {item.name_in(year): item for item in noted}
    departments = (*noted, *(item for item in plan.departments if item.name not in known))
    goals = tuple(
        replace(
            basic,
            activity_goals=tuple(
                replace(
                    goal,
                    activities=tuple(_activity(basic, goal, item, year, extras, known) for item in goal.activities),
                )
                for goal in basic.activity_goals
            ),
        )
        for basic in plan.basic_goals
    )
    return replace(
        plan,
        first_year=int(extras["first_year"]),
        last_year=int(extras["last_year"]),
        departments=departments,
        basic_goals=goals,
    )


def _former(items: Sequence[Sequence[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(last)) for name, last in items)


def _activity(
    basic: BasicGoal,
    goal: ActivityGoal,
    activity: Activity,
    year: int,
    extras: Extras,
    known: Mapping[str, Department],
) -> Activity:
    place = f"{basic.number}-{goal.number}-{activity.number}"
    parts = []
    for part in activity.parts:
        noted = extras["actors"].get(f"{place}/{part.actor.value}", ())
        slots = [_named(slot, known) for slot in part.slots]
        if len(noted) == len(slots):
            slots = _restored(slots, noted, year)
        parts.append(replace(part, slots=tuple(slots)))
    return replace(activity, council=parts[0], city=parts[1])


def _named(slot: Slot, known: Mapping[str, Department]) -> Slot:
    return replace(slot, departments=tuple(known.get(item.name, item) for item in slot.departments))


def _restored(slots: Sequence[Slot], noted: Sequence[Mapping[str, Any]], year: int) -> list[Slot]:
    """Return an actor's slots with corrected targets, decided links and numbers, judgements and drafts."""
    linked = any(item["results"] or item["overrides"] for item in noted)
    # Links name indicators by identifier, which texts from paper do not have yet.
    given = [
        replace(slot, indicators=tuple(replace(item, id=str(uuid.uuid4())) for item in slot.indicators))
        if linked
        else slot
        for slot in slots
    ]
    ids = [item.id for slot in given for item in slot.indicators]
    return [_slot_restored(slot, item, year, ids) for slot, item in zip(given, noted, strict=True)]


def _slot_restored(slot: Slot, noted: Mapping[str, Any], year: int, ids: Sequence[str]) -> Slot:
    indicators = list(slot.indicators)
    for position, content in noted["targets"].items():
        at = int(position)
        if at < len(indicators) and indicators[at].text == content["text"]:
            indicators[at] = replace(indicators[at], targets=tuple(_target(item) for item in content["targets"]))
    results = {**slot.results}
    if year in results:
        results[year] = tuple(
            _result_restored(item, noted["results"].get(str(at)), ids) for at, item in enumerate(results[year])
        )
    overrides = tuple(
        JudgementOverride(ids[at], int(target), Judgement(judgement), str(reason))
        for at, target, judgement, reason in noted["overrides"]
        if at is not None and at < len(ids)
    )
    status, planned = {**slot.status}, {**slot.planned}
    if "status" in noted["drafts"] and year in status:
        status[year] = replace(status[year], draft=True)
    if "planned" in noted["drafts"] and year + 1 in planned:
        planned[year + 1] = replace(planned[year + 1], draft=True)
    return replace(
        slot,
        indicators=tuple(indicators),
        results=results,
        status=status,
        planned=planned,
        overrides={year: overrides} if overrides else {},
    )


def _target(item: Sequence[Any]) -> Target:
    wording, kind, value, unit, comparator, fiscal_year = item
    number = None if value is None else Decimal(value)
    return Target(wording, TargetKind(kind), number, unit, comparator, fiscal_year)


def _result_restored(result: Result, noted: Mapping[str, Any] | None, ids: Sequence[str]) -> Result:
    if noted is None or noted["text"] != result.text:
        return result
    link: str | int | None = noted["link"]
    if isinstance(link, int):
        link = ids[link] if link < len(ids) else None
    value = None if noted["value"] is None else Decimal(noted["value"])
    return replace(result, link=link, value=value, unit=noted["unit"])
