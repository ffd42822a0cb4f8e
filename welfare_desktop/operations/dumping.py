"""The whole content as canonical JSON: the same bytes for the same content."""

from __future__ import annotations

import json
from typing import Any

from welfare_desktop.domain.fields import target_to_json
from welfare_desktop.domain.judging import judgements_of
from welfare_desktop.domain.linking import propose_links, read_value, targets_of
from welfare_desktop.domain.model import Activity, ActorPart, Indicator, Plan, Result

FORMAT = "welfare-dump/1"


def dump(plan: Plan) -> dict[str, Any]:
    """Return ``plan`` as the dump's JSON object (see the command line contract)."""
    years = (plan.first_year, plan.last_year)
    return {
        "format": FORMAT,
        "dataset_id": plan.dataset_id,
        "plan": {
            "title": plan.title,
            "vision": plan.vision,
            "first_year": plan.first_year,
            "last_year": plan.last_year,
        },
        "departments": [department.name for department in plan.departments],
        "basic_goals": [
            {
                "number": basic.number,
                "title": basic.title,
                "activity_goals": [
                    {
                        "number": goal.number,
                        "title": goal.title,
                        "activities": [_activity(activity, years) for activity in goal.activities],
                    }
                    for goal in basic.activity_goals
                ],
            }
            for basic in plan.basic_goals
        ],
    }


def dump_text(plan: Plan) -> str:
    """Return the dump as text: sorted keys, one space of indent, LF."""
    return json.dumps(dump(plan), ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _activity(activity: Activity, years: tuple[int, int]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "number": activity.number,
        "title": activity.title,
        "residents_role": list(activity.residents_role),
        "organizations_role": list(activity.organizations_role),
    }
    if activity.reported_from is not None:
        data["reported_from"] = activity.reported_from
    if activity.retired_from is not None:
        data["retired_from"] = activity.retired_from
    for part in activity.parts:
        data[part.actor.value] = _part(part, years)
    return data


def _part(part: ActorPart, years: tuple[int, int]) -> dict[str, Any]:
    indicators = [(number, item) for number, slot in enumerate(part.slots, 1) for item in slot.indicators]
    held = sorted({year for slot in part.slots for year in slot.results})
    return {
        "initiatives": list(part.initiatives),
        "slots": [
            {
                "departments": list(slot.department_names),
                "status": {str(year): list(entry.lines) for year, entry in sorted(slot.status.items()) if entry.lines},
                "planned": {
                    str(year): list(entry.lines) for year, entry in sorted(slot.planned.items()) if entry.lines
                },
            }
            for slot in part.slots
        ],
        "indicators": [
            {
                "slot": number,
                "text": item.text,
                "targets": [target_to_json(target) for target in targets_of(item, years)],
            }
            for number, item in indicators
        ],
        "results": {str(year): _results(part, year, [item for _, item in indicators], years) for year in held},
        "judgements": {str(year): _judgements(part, year, years) for year in held},
    }


def _results(part: ActorPart, year: int, indicators: list[Indicator], years: tuple[int, int]) -> list[dict[str, Any]]:
    numbered = [(number, item) for number, slot in enumerate(part.slots, 1) for item in slot.results.get(year, ())]
    links = propose_links(indicators, [item for _, item in numbered])
    found = []
    for (number, item), link in zip(numbered, links, strict=True):
        value, unit = _number(item, None if link is None else indicators[link], years)
        found.append({"slot": number, "text": item.text, "indicator": link, "value": value, "unit": unit})
    return found


def _number(item: Result, indicator: Indicator | None, years: tuple[int, int]) -> tuple[str | None, str]:
    """Return the result's number as a decimal string, or None, and its unit."""
    first = next(iter(targets_of(indicator, years)), None) if indicator else None
    value, unit = read_value(item.text, first)
    value = value if item.value is None else item.value
    return None if value is None else str(value), unit if item.unit is None else item.unit


def _judgements(part: ActorPart, year: int, years: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {
            "indicator": item.indicator_index,
            "target": item.target_index,
            "judgement": item.judgement.value,
            "reason": item.reason,
        }
        for item in judgements_of(part, year, years)
    ]
