"""Targets (目標) corrected by hand: what a person types, what it means, and whether it still fits the wording.

The wording of an indicator is printed as it is; a correction stands beside it in ``Indicator.targets``.  Each corrected
target keeps the piece of the line it was read from (``Target.wording``), empty where a person added it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .errors import InvalidValue
from .model import Indicator, JudgementOverride, Target, TargetKind
from .numbers import PERCENT, format_decimal, half_width, read_quantity
from .targets import read_targets
from .text import canonical_line
from .year_words import written_years
from .years import both_label, compact_era, require_within

#: What each kind is called, and what it asks for, in the order in which they are offered.
KIND_WORDS: dict[TargetKind, tuple[str, str]] = {
    TargetKind.ANNUAL: ("毎年", "毎年度この数（年2回）"),
    TargetKind.ANNUAL_EACH: ("毎年・それぞれ", "いくつかのそれぞれで毎年度（年各1回）"),
    TargetKind.BIENNIAL: ("隔年など", "毎年ではない（隔年1回）"),
    TargetKind.ANNUAL_FROM: ("ある年度から毎年", "その年度から毎年（H30～ 年2地区）"),
    TargetKind.BY_YEAR: ("ある年度までに", "その年度までに届く（H32 70％）"),
    TargetKind.LEVEL: ("年度なしの数", "年度を決めない数（25地区社協）"),
    TargetKind.ONCE: ("一度だけ", "その年度に一度する（数なし）"),
    TargetKind.MULTIPLE: ("かけ算・月ごと", "1年の合計（年1回×2会場、月1回）"),
    TargetKind.QUALITATIVE: ("数なし（定性）", "数では判定しない"),
}
#: Kinds without a number, and kinds that need a year.
WITHOUT_NUMBER = frozenset({TargetKind.ONCE, TargetKind.QUALITATIVE})
NEEDS_YEAR = frozenset({TargetKind.ANNUAL_FROM, TargetKind.BY_YEAR, TargetKind.ONCE})
COMPARATORS = ("=", "≥", "≤")
_LONGEST_UNIT = 20


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """One target as it is typed: figures are text until :func:`corrected` reads them.

    ``origin`` is the number of the target it was made from, None for an added one; ``wording`` is the piece of the line it
    was read from.
    """

    kind: TargetKind = TargetKind.ANNUAL
    value: str = ""
    unit: str = ""
    comparator: str = "="
    year: str = ""
    wording: str = ""
    origin: int | None = None


def draft_of(target: Target, origin: int | None = None) -> TargetDraft:
    """Return ``target`` as it is shown for typing; :func:`corrected` reads it back."""
    value = "" if target.value is None else format_decimal(target.value, grouped=False)
    year = "" if target.fiscal_year is None else str(target.fiscal_year)
    return TargetDraft(target.kind, value, target.unit, target.comparator, year, target.wording, origin)


def comparator_word(comparator: str, wording: str = "") -> str:
    """Return 以上, 以下 …; ``wording`` that says 未満 or 超 is read strictly, and called so."""
    if comparator == "≥":
        return "超" if "超" in wording else "以上"
    if comparator == "≤":
        return "未満" if "未満" in wording else "以下"
    return "（なし）"


def corrected(draft: TargetDraft, plan_years: tuple[int, int]) -> Target:
    """Return the target that ``draft`` means.

    Raises InvalidValue with ``where`` naming what was typed wrong (``value``, ``unit``, ``comparator`` or ``year``): a number that is
    none (W-101) or is missing (W-103), a year that is none (W-104), missing (W-103) or outside ``plan_years`` (W-150).
    """
    if draft.comparator not in COMPARATORS:
        raise InvalidValue(
            f"「{draft.comparator[:10]}」という比べ方はありません。",
            code="W-103",
            where="comparator",
            next_step="=、≥、≤ のどれかにしてください。",
        )
    value, percent = _value(draft)
    unit = canonical_line(draft.unit).replace("%", PERCENT) or percent
    if len(unit) > _LONGEST_UNIT:
        raise InvalidValue(
            f"単位が長すぎます（{_LONGEST_UNIT}字まで）。", code="W-103", where="unit", next_step="短くしてください。"
        )
    year = _year(draft, plan_years)
    return Target(draft.wording, draft.kind, value, unit, draft.comparator, year)


def _value(draft: TargetDraft) -> tuple[Decimal | None, str]:
    if not draft.value.strip():
        if draft.kind in WITHOUT_NUMBER:
            return None, ""
        raise InvalidValue(
            f"「{KIND_WORDS[draft.kind][0]}」の目標に、数が入っていません。",
            code="W-103",
            where="value",
            next_step="数を入れるか、種類を「数なし（定性）」にしてください。",
        )
    if draft.kind in WITHOUT_NUMBER:
        raise InvalidValue(
            f"「{KIND_WORDS[draft.kind][0]}」の目標には、数は要りません。",
            code="W-103",
            where="value",
            next_step="数を消すか、種類を変えてください。",
        )
    try:
        quantity = read_quantity(draft.value)
    except InvalidValue as error:
        step = "数字だけを入れてください（例 250、44.1、1,200）。"
        raise InvalidValue(error.message, code=error.code, where="value", next_step=step) from error
    if quantity.value < 0:
        raise InvalidValue(
            "目標に負の数は入れられません。", code="W-101", where="value", next_step="0 以上の数にしてください。"
        )
    return quantity.value, quantity.unit


def _year(draft: TargetDraft, plan_years: tuple[int, int]) -> int | None:
    typed = canonical_line(draft.year)
    if not typed:
        if draft.kind in NEEDS_YEAR:
            raise InvalidValue(
                f"「{KIND_WORDS[draft.kind][0]}」の目標に、年度が入っていません。",
                code="W-103",
                where="year",
                next_step=f"{plan_years[0]} や {compact_era(plan_years[0])} のように入れてください。",
            )
        return None
    year = read_year(typed)
    try:
        require_within(year, *plan_years)
    except InvalidValue as error:
        raise InvalidValue(
            error.message, code=error.code, where="year", next_step="期間の中の年度を入れてください。"
        ) from error
    return year


def read_year(typed: str) -> int:
    """Read one fiscal year as a person types it: 2020, ２０２０, R2, 令和2年度, H32(2020); raises InvalidValue W-104."""
    plain = half_width(canonical_line(typed))
    if plain.isascii() and plain.isdecimal() and len(plain) == 4:
        return int(plain)
    found = {word.year for word in written_years(plain)}
    year = next(iter(found), None)
    if len(found) != 1 or year is None:
        raise InvalidValue(
            f"「{typed[:20]}」は年度として読めません。",
            code="W-104",
            where="year",
            next_step="2020 や R2 のように入れてください。",
        )
    return year


def is_outdated(indicator: Indicator, plan_years: tuple[int, int] | None = None) -> bool:
    """Tell whether the line of an indicator was reworded since its targets were corrected by hand.

    That shows in the pieces the corrected targets were read from: one is gone, or belongs to a longer one now (年2回 in
    年2回以上).
    """
    pieces = {target.wording for target in indicator.targets or () if target.wording}
    if not pieces:
        return False
    if any(piece not in indicator.text for piece in pieces):
        return True
    read = {target.wording for target in read_targets(indicator.text, plan_years)}
    return any(piece not in read and any(piece in whole for whole in read) for piece in pieces)


def is_as_read(indicator: Indicator, targets: Sequence[Target], plan_years: tuple[int, int]) -> bool:
    """Tell whether ``targets`` are just what the wording says."""
    return tuple(targets) == read_targets(indicator.text, plan_years)


def moved_overrides(
    overrides: Sequence[JudgementOverride], indicator_id: str, origins: Sequence[int | None]
) -> tuple[JudgementOverride, ...]:
    """Return judgements by hand for targets in their new places; ``origins`` holds the former number of each (None: new).

    A judgement of a target that is gone goes with it.
    """
    place_of = {origin: place for place, origin in enumerate(origins) if origin is not None}
    kept = []
    for item in overrides:
        if item.indicator_id != indicator_id:
            kept.append(item)
        elif item.target_index in place_of:
            kept.append(replace(item, target_index=place_of[item.target_index]))
    return tuple(kept)


def year_words(typed: str) -> str:
    """Return the year somebody types as the program says it (令和2(2020)年度), or empty while it is none."""
    try:
        return both_label(read_year(typed))
    except InvalidValue:
        return ""
