"""A returned file as plain JSON: how the reading process hands over what it found."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from welfare_desktop.domain.merging.returned import (
    CellFinding,
    FileKind,
    FileProblem,
    PackagedValue,
    Remark,
    ReturnedFile,
    ReturnedValue,
    Unmatched,
    UnmatchedReason,
)

_TEXTS = ("export_id", "dataset_id", "based_on", "department_id", "department", "made_on")


def to_json(returned: ReturnedFile) -> dict[str, Any]:
    """Return ``returned`` as plain JSON."""
    # A package holds every value of a plan: copying them one by one took longer than reading them.
    return {
        **asdict(replace(returned, packaged=())),
        "packaged": [[item.field, item.json] for item in returned.packaged],
    }


def from_json(data: Any) -> ReturnedFile:
    """Read back :func:`to_json`; raises KeyError, TypeError or ValueError for anything else."""
    return ReturnedFile(
        kind=FileKind(data["kind"]),
        year=int(data["year"]),
        base_revision=int(data["base_revision"]),
        values=tuple(_value(item) for item in data["values"]),
        packaged=tuple(PackagedValue(str(name), value) for name, value in data["packaged"]),
        findings=tuple(CellFinding(**item) for item in data["findings"]),
        unmatched=tuple(_unmatched(item) for item in data["unmatched"]),
        remarks=tuple(Remark(**item) for item in data["remarks"]),
        missing=tuple((str(name), str(item)) for name, item in data["missing"]),
        problems=tuple(FileProblem(**item) for item in data["problems"]),
        undecided=tuple(str(name) for name in data["undecided"]),
        **{name: str(data[name]) for name in _TEXTS},
    )


def _value(item: dict[str, Any]) -> ReturnedValue:
    part = item["part"]
    whole = {**item, "lines": _lines(item["lines"]), "part": None if part is None else (int(part[0]), int(part[1]))}
    return ReturnedValue(**whole)


def _unmatched(item: dict[str, Any]) -> Unmatched:
    lines, wording = _lines(item["lines"]), _lines(item["wording"])
    return Unmatched(**{**item, "reason": UnmatchedReason(item["reason"]), "lines": lines, "wording": wording})


def _lines(items: list[Any]) -> tuple[str, ...]:
    return tuple(str(item) for item in items)
