"""What an office may write into its own template, and which text stands there in the report of a fiscal year.

A placeholder holds a field's address (see ``domain.addresses``), with or without a year: ``{{1-1-3/city.2/status}}``.
Without a year the report's own is meant: status@Y, planned@Y+1, results@Y, deadline@Y.  Japanese words may stand for
the English ones: ``{{1-1-3/市.2/実施状況}}``.  Besides, there are words for the report itself: ``{{年度}}``.

The same can be said by the name of a cell, where a name may hold neither ``-`` nor ``/``: ``W_1_1_3_city_2_status``,
``W_2_1_title``, ``W_plan_title``, ``W_年度``; a year other than the report's follows the field: ``W_1_1_3_city_status_2017``.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from .addresses import resolve
from .errors import UnknownAddress
from .fields import FIELDS, FieldKey, Kind, Value, lines_of
from .model import Actor, Entry, Lines, Plan
from .official_form import date_label, document_title, report_title
from .text import shown_line
from .values import values_of
from .years import fiscal_label

PREFIX = "W_"
#: A placeholder in running text; the braces may be full-width, as an input method gives them.
PLACEHOLDER = re.compile(r"[{｛]{2}([^{}｛｝\n]{1,200})[}｝]{2}")

_NAMED = re.compile(
    r"(?P<path>plan|計画|\d{1,4}(?:_\d{1,4}){0,2})(?:_(?P<actor>council|city|市社会福祉協議会|社協|市)(?:_(?P<slot>\d{1,4}))?)?"
    r"_(?P<field>.+?)(?:_(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_ACTORS = {"市社会福祉協議会": Actor.COUNCIL.value, "社協": Actor.COUNCIL.value, "市": Actor.CITY.value, "計画": "plan"}
_BULLETED = frozenset({Kind.LINES, Kind.ENTRY, Kind.INDICATORS, Kind.RESULTS})
_LABELS = {
    spec.label: spec.name
    for spec in FIELDS
    if spec.kind in _BULLETED or spec.name in ("title", "vision", "departments", "maker", "contact", "deadline")
}


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands in a placeholder's place; ``draft`` text was confirmed by nobody yet."""

    text: str
    draft: bool = False


class Dictionary:
    """Everything a template can ask of the report of fiscal ``year``; ``notes`` are the office's words by field."""

    def __init__(
        self, plan: Plan, year: int, made_on: dt.date | None = None, notes: Mapping[FieldKey, Lines] | None = None
    ) -> None:
        self._plan = plan
        self._year = year
        self._values: dict[FieldKey, Value] = {**dict(values_of(plan)), **(notes or {})}
        self._words = {
            "年度": fiscal_label(year),
            "次年度": fiscal_label(year + 1),
            "前年度": fiscal_label(year - 1),
            "西暦年度": str(year),
            "報告書名": report_title(plan),
            "報告書の題": document_title(plan, year),
            "作成日": date_label(made_on) if made_on else "",
        }

    def of_placeholder(self, text: str) -> Filling | None:
        """Return what ``{{text}}`` stands for, None where the plan knows no such thing."""
        asked = unicodedata.normalize("NFKC", text).strip()
        if asked in self._words:
            return Filling(self._words[asked])
        path, _, year = asked.partition("@")
        pieces = [piece.strip() for piece in path.split("/")]
        pieces[-1] = _LABELS.get(pieces[-1], pieces[-1])
        pieces[:-1] = [_translated(piece) for piece in pieces[:-1]]
        return self._of_address("/".join(pieces), year.strip())

    def of_name(self, name: str) -> Filling | None:
        """Return what a cell called ``name`` holds, None for a name that begins like ours and means nothing."""
        asked = unicodedata.normalize("NFKC", name)[len(PREFIX) :]
        if asked in self._words:
            return Filling(self._words[asked])
        match = _NAMED.fullmatch(asked)
        if match is None:
            return None
        path = _translated(match["path"].lower()).replace("_", "-")
        if match["actor"]:
            actor = _ACTORS.get(match["actor"], match["actor"].lower())
            path += f"/{actor}" + (f".{match['slot']}" if match["slot"] else "")
        spoken = _LABELS.get(match["field"], match["field"].lower())
        return self._of_address(f"{path}/{spoken}", match["year"] or "")

    def _of_address(self, path: str, year: str) -> Filling | None:
        for suffix in (f"@{year}",) if year else ("", f"@{self._year_of(path)}"):
            try:
                key = resolve(self._plan, f"{path}{suffix}")
            except UnknownAddress:
                continue
            return self._filling(key)
        return None

    def _year_of(self, path: str) -> int:
        return self._year + 1 if path.endswith("/planned") else self._year

    def _filling(self, key: FieldKey) -> Filling:
        value = self._values.get(key, key.spec.default)
        if key.spec.kind is Kind.REFERENCES:
            names = {department.id: department.name_in(key.year or self._year) for department in self._plan.departments}
            return Filling("\n".join(names.get(line, "") for line in lines_of(value)))
        lines = lines_of(value)
        shown = map(shown_line, lines) if key.spec.kind in _BULLETED else lines
        return Filling("\n".join(shown), isinstance(value, Entry) and value.draft and bool(value.lines))


def _translated(piece: str) -> str:
    """Return an actor or 計画 in the words of addresses, with the number of its slot."""
    word, dot, number = piece.partition(".")
    return f"{_ACTORS.get(word, word)}{dot}{number}"


def cell_name(address: str) -> str:
    """Return the name a cell must have to be filled with the field at ``address``.

    ``1-1-3/city.2/status`` is ``W_1_1_3_city_2_status``; a year follows the field.
    """
    return PREFIX + re.sub(r"[-/.@]", "_", address)
