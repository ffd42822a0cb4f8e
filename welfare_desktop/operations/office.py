"""What the office says on what it hands out: deadline, contact, reference numbers; and to whom it hands it out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from welfare_desktop.domain.completeness import fill_matrix
from welfare_desktop.domain.dates import read_date, shown_date
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Lines, Plan
from welfare_desktop.domain.rebuilding import plan_of, rewound
from welfare_desktop.domain.text import canonical_lines, folded
from welfare_desktop.domain.values import values_of
from welfare_desktop.domain.years import compact_era, fiscal_label
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.store import Applied

from .session import Session


@dataclass(frozen=True, slots=True)
class Office:
    """The office's notes for one year; ``deadline_iso`` is empty where no day could be read from what was typed."""

    deadline_shown: str
    deadline_iso: str
    contact: Lines
    references: Mapping[str, str]

    def reference_of(self, department: str) -> str:
        """Return the 整理番号 of a department's sheet, empty where it has none."""
        return self.references.get(department, "")


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """What the office types about what it hands out in one year: texts as typed, lines joined by LF.

    ``references`` holds the 整理番号 of departments by name; one left out, or equal to the program's own, stays as it is.
    None leaves a text as it is.
    """

    deadline: str | None = None
    contact: str | None = None
    maker: str | None = None
    references: Mapping[str, str] = field(default_factory=dict)


def office_of(session: Session, year: int, words: OfficeWords | None = None) -> Office:
    """Return what the office set for fiscal ``year``; departments without a number of their own get R1-01, R1-02 …

    ``words`` are taken as if they had been set already; raises as :func:`set_office`.
    """
    plan, notes = session.plan(()), dict(session.notes())
    for change in _changes(session, year, words) if words is not None else ():
        assert isinstance(change.after, tuple)
        notes[change.key] = tuple(str(line) for line in change.after)
    typed = " ".join(notes.get(FieldKey(Owner.PLAN, plan.id, "deadline", None, year), ()))
    day = read_date(typed)
    references = {}
    for number, department in enumerate(plan.departments, start=1):
        own = notes.get(FieldKey(Owner.DEPARTMENT, department.id, "reference", None, year), ())
        references[department.name] = " ".join(own) or f"{compact_era(year)}-{number:02d}"
    return Office(
        shown_date(day) if day else typed,
        day.isoformat() if day else "",
        notes.get(FieldKey(Owner.PLAN, plan.id, "contact"), ()),
        references,
    )


def office_words(session: Session, year: int) -> OfficeWords:
    """Return what was typed so far, to be changed."""
    plan, notes, office = session.plan(()), session.notes(), office_of(session, year)

    def typed(name: str, of_year: int | None = None) -> str:
        return "\n".join(notes.get(FieldKey(Owner.PLAN, plan.id, name, None, of_year), ()))

    return OfficeWords(typed("deadline", year), typed("contact"), typed("maker"), office.references)


def set_office(session: Session, year: int, words: OfficeWords) -> Applied | None:
    """Store what the office says on what it hands out for fiscal ``year``, as one step of undo; None when it said so.

    Raises InvalidValue for a department the plan does not know.
    """
    changes = _changes(session, year, words)
    if not changes:
        return None
    return session.apply(changes, kind="edit", label=f"{fiscal_label(year)}の提出期限・返送先など")


def _changes(session: Session, year: int, words: OfficeWords) -> list[Change]:
    """Return what storing ``words`` would change; raises InvalidValue for a department the plan does not know."""
    plan = session.plan(())
    shown = office_of(session, year).references
    wanted: list[tuple[FieldKey, str]] = []
    for name, text, of_year in (
        ("deadline", words.deadline, year),
        ("contact", words.contact, None),
        ("maker", words.maker, None),
    ):
        if text is not None:
            wanted.append((FieldKey(Owner.PLAN, plan.id, name, None, of_year), text))
    ids = {folded(department.name): department for department in plan.departments}
    for name, text in words.references.items():
        department = ids.get(folded(name))
        if department is None:
            raise InvalidValue(
                f"「{name}」という担当課は計画にありません。",
                code="W-166",
                where=name,
                next_step="担当課の名前を確かめてください。何も変わっていません。",
            )
        if text != shown.get(department.name):
            wanted.append((FieldKey(Owner.DEPARTMENT, department.id, "reference", None, year), text))
    changes = []
    for key, text in wanted:
        before, after = session.value(key), canonical_lines(text)
        if before != after:
            changes.append(Change(key, before, after))
    return changes


def chosen_owners(plan: Plan, year: int, names: Sequence[str]) -> Lines:
    """Return who gets a sheet for ``year``: those called ``names``, or every city department that owes anything.

    Raises InvalidValue for a name that owes nothing in that year.
    """
    owing = list(fill_matrix(plan, year))
    departments = {department.name for department in plan.departments}
    if not names:
        return tuple(name for name in owing if name in departments)
    by_folded = {folded(name): name for name in owing}
    unknown = [name for name in names if folded(name) not in by_folded]
    if unknown:
        raise InvalidValue(
            f"「{unknown[0]}」には、この年度に記入する欄がありません。",
            code="W-163",
            where=unknown[0],
            next_step=f"次の中から選んでください: {'、'.join(owing)}",
        )
    return tuple(dict.fromkeys(by_folded[folded(name)] for name in names))


def safe_name(name: str) -> str:
    """Return a name that every file system takes."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(" .") or "_"


def previous_edition(session: Session, year: int) -> tuple[Plan, str] | None:
    """Return the plan as the last official workbook of ``year`` showed it, and words for it; None without one.

    An export of the very state that stands now is no earlier edition.
    """
    now = session.latest_revision()
    exports = session.look(merge_records.exports)
    earlier = [item for item in exports if item.kind == "official" and item.year == year and item.revision < now]
    if not earlier:
        return None
    plan = session.plan()
    since = [row.change for row in session.history() if row.revision > earlier[-1].revision]
    day = earlier[-1].made_at.astimezone()
    words = f"前回の書出し {day.month}月{day.day}日"
    return plan_of(rewound(dict(values_of(plan)), since), plan.id, plan.dataset_id), words
