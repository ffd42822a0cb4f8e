"""What a plan is called, what it stands for and which years it runs: reading, checking and changing it."""

from __future__ import annotations

from dataclasses import dataclass

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey, Owner, Value
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.domain.years import era_year, fiscal_label, read_year
from welfare_desktop.storage.mentions import years_with_entries
from welfare_desktop.storage.store import Applied

from .session import Session

_NOTHING_CHANGED = "何も変わっていません。"
#: Fiscal years a plan can begin and end in; the same as in plan files.
_EARLIEST, _LATEST = 1950, 2150
_LONGEST_PLAN = 30
TITLE, FIRST_YEAR, LAST_YEAR = "計画の名称", "計画の初年度", "計画の最終年度"


@dataclass(frozen=True, slots=True)
class PlanWords:
    """A plan's settings as a person types them; the years in any form ``domain.years.read_year`` understands."""

    title: str
    vision: str
    first_year: str
    last_year: str


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """A plan's settings, read and sound."""

    title: str
    vision: str
    first_year: int
    last_year: int


def plan_words(plan: Plan) -> PlanWords:
    """Return the settings of ``plan`` to be changed."""
    return PlanWords(plan.title, plan.vision, era_year(plan.first_year), era_year(plan.last_year))


def read_settings(words: PlanWords) -> PlanSettings:
    """Return what was typed as settings.

    Raises InvalidValue whose ``where`` is the label of the field it is about: :data:`TITLE`, :data:`FIRST_YEAR` or
    :data:`LAST_YEAR`.
    """
    title = canonical_line(words.title)
    if not title:
        raise InvalidValue(
            "計画の名称が空です。", code="W-110", where=TITLE, next_step=f"名称を入れてください。{_NOTHING_CHANGED}"
        )
    first, last = _year(words.first_year, FIRST_YEAR), _year(words.last_year, LAST_YEAR)
    if not first <= last < first + _LONGEST_PLAN:
        raise InvalidValue(
            f"計画の期間を{fiscal_label(first)}から{fiscal_label(last)}までにはできません。",
            code="W-147",
            where=LAST_YEAR,
            next_step=f"初年度から{_LONGEST_PLAN}年以内の最終年度にしてください。{_NOTHING_CHANGED}",
        )
    return PlanSettings(title, canonical_line(words.vision), first, last)


def _year(text: str, label: str) -> int:
    year = read_year(text)
    if year is None or not _EARLIEST <= year <= _LATEST:
        shown = f"「{text.strip()[:20]}」は年度として読めません。" if text.strip() else f"{label}が空です。"
        raise InvalidValue(
            shown,
            code="W-101",
            where=label,
            next_step=f"令和6、R6、2024 のように入れてください。{_NOTHING_CHANGED}",
        )
    return year


def set_plan(session: Session, words: PlanWords, *, why: str = "") -> Applied | None:
    """Change the settings as one step of undo; None when nothing changed.

    Raises InvalidValue as :func:`read_settings`, and for a year that holds entries or is closed and would be cut off;
    ClosedReport where a closed year would print another title and no reason is given.
    """
    plan = session.plan(())
    wanted = read_settings(words)
    _require_years_kept(session, plan, wanted)
    values: tuple[tuple[str, Value, Value], ...] = (
        ("title", plan.title, wanted.title),
        ("vision", plan.vision, wanted.vision),
        ("first_year", plan.first_year, wanted.first_year),
        ("last_year", plan.last_year, wanted.last_year),
    )
    changes = [
        Change(FieldKey(Owner.PLAN, plan.id, name), before, after) for name, before, after in values if before != after
    ]
    if not changes:
        return None
    return session.apply(changes, kind="structure", label="計画の設定の変更", why=why)


def _require_years_kept(session: Session, plan: Plan, wanted: PlanSettings) -> None:
    """Refuse to cut off a year of the plan whose report holds anything, or that was opened or closed."""
    begun = (key.year or 0 for key, lines in session.notes().items() if key.name in ("opened", "closed") and lines)
    used = {*session.look(years_with_entries), *begun}
    lost = sorted(year for year in used if plan.first_year <= year <= plan.last_year)
    early = [year for year in lost if year < wanted.first_year]
    late = [year for year in lost if year > wanted.last_year]
    if early or late:
        raise InvalidValue(
            f"{'、'.join(fiscal_label(year) for year in (early or late))}には記入があるので、期間の外にはできません。",
            code="W-127",
            where=FIRST_YEAR if early else LAST_YEAR,
            next_step=f"その年度が期間に入るようにしてください。{_NOTHING_CHANGED}",
        )
