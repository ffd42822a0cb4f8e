"""Targets (目標) read out of the wording of an indicator (主な活動指標).

The grammar, after ``domain.md``:

============  ==============================================  =================================================
kind          written                                         read
============  ==============================================  =================================================
annual        年2回, 毎年8校, 年間20件以上                      owed every fiscal year
annual_each   年各1回, 各事業年1回, 各1回                       owed every year by each of several
biennial      隔年1回, and rarer rhythms (3年に1回)             not owed every year
annual_from   H30(2018)～ 年2地区                              annual from the named year on
by_year       H32(2020) 250人, 250人(R2), H34までに70%         to be reached in the named year at the latest
level         25地区社協, (エリア別会議 13回), 児童館2           a number without a year
once          …の調査 H30(2018)                                a year and no number (``value`` None)
multiple      年1回×2会場, 月1回                               a product: 2 回, 12 回 a year
qualitative   …の充実                                          no number
============  ==============================================  =================================================

Numbers that belong to a word are no targets: 110番, 百歳体操, 委員1人あたり, 2層, 65歳, (P32参照).  A line names as many
targets as it names; a year written once counts for the numbers after it (H32(2020) 点訳 522件 音訳 321件).  Of a range
(年2～3回) the lower end is what must be reached; of 現状 44% → 70% only the 70% is a target.

The wording itself is never changed: ``Target.wording`` is the very piece of the line a target was read from, with the
name of what is counted where a line names several.  未満 and 超 are read as ≤ and ≥ (the comparators there are);
``domain.judging`` looks at the wording where the limit itself matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .model import NONE_MARKS, Target, TargetKind
from .numbers import PERCENT, format_quantity
from .target_scan import Expression, Scan, Span, scan
from .years import both_label

_SEPARATORS = " \u3000、。,，;；/／:：・"


def read_targets(wording: str, plan_years: tuple[int, int] | None = None) -> tuple[Target, ...]:
    """Return the targets named in one line of 主な活動指標, in order.

    ``plan_years`` (first and last fiscal year of the plan) lets 計画期間中 and 最終年度 be read and keeps figures of years
    before the plan from being taken for targets.  An empty line, 「—」 and a ※ note without a number hold none; any other
    line without a number is one qualitative target.
    """
    line = wording.strip()
    if not line or line in NONE_MARKS:
        return ()
    found = scan(line, plan_years)
    if found.expressions:
        spans = _wordings(line, found)
        return tuple(
            _target(line[start:end], item) for item, (start, end) in zip(found.expressions, spans, strict=True)
        )
    if found.years:
        year = found.years[0]
        return (Target(line[year.start : year.end].strip(_SEPARATORS), TargetKind.ONCE, fiscal_year=year.year),)
    return () if line.startswith("※") else (Target(line, TargetKind.QUALITATIVE),)


def _target(wording: str, expression: Expression) -> Target:
    unit = expression.unit.replace("%", PERCENT)
    year = expression.year.year if expression.year else None
    return Target(wording, expression.kind, expression.value, unit, expression.comparator, year)


def _wordings(line: str, found: Scan) -> Iterator[Span]:
    """Yield the piece of the line each target was read from."""
    several = len(found.expressions) > 1 and not _share_one_name(line, found.expressions)
    previous_end = _head_end(line, found.expressions) if several else 0
    for expression in found.expressions:
        start, end = expression.start, expression.end
        year = expression.year
        if year and previous_end <= year.start < start:
            start = year.start
            if several and not line[year.end : expression.start].strip(_SEPARATORS):
                start = previous_end
        elif several:
            start = previous_end
        yield _trimmed(line, start, end)
        previous_end = end


def _share_one_name(line: str, expressions: Sequence[Expression]) -> bool:
    """Whether all numbers count the same thing: 参加者数 R2 100人 R3 120人, 研修会 年2回、50人以上."""
    for one, other in pairwise(expressions):
        own_year = other.year is not None and other.year.start >= one.end
        start = other.year.start if own_year and other.year else other.start
        between = line[one.end : start] + (line[other.year.end : other.start] if own_year and other.year else "")
        if between.strip(_SEPARATORS + "()（）"):
            return False
    return True


def _head_end(line: str, expressions: Sequence[Expression]) -> int:
    """Return where a heading common to several items ends: 「…の充実 児童館2 放課後児童クラブ16」, else 0.

    Items with their number attached are single words, so what stands before the first one's word is the heading.
    """
    starts = [item.start for item in expressions]
    gaps = [line[one.end : other.start].strip(_SEPARATORS) for one, other in pairwise(expressions)]
    attached = all(line[start - 1 : start].strip(_SEPARATORS) for start in starts)
    if not attached or any(re.search("[\\s\u3000]", gap) for gap in gaps):
        return 0
    return max(line.rfind(space, 0, starts[0]) for space in " \u3000") + 1


def _trimmed(line: str, start: int, end: int) -> Span:
    """Move the span's ends inwards over separators and over a bracket whose partner lies outside."""
    while start < end and line[start] in _SEPARATORS:
        start += 1
    piece = line[start:end]
    if piece[:1] in ("(", "（") and not re.search("[)）]", piece):
        return _trimmed(line, start + 1, end)
    if piece[:1] in (")", "）"):
        return _trimmed(line, start + 1, end)
    return start, end


def target_names(line: str, targets: Sequence[Target]) -> tuple[str, ...]:
    """Return, parallel to ``targets``, the name of what each counts: the wording without its number.

    Works for targets read from ``line`` and for corrected ones; a name is empty where the line is only a number.  A
    target that was added by hand stands nowhere in the line: it counts what the whole line does.
    """
    if len(targets) == 1:
        return (_without(line, targets[0].wording),)
    pieces = [place for target in targets if target.wording and (place := line.find(target.wording)) >= 0]
    first = min(pieces, default=-1)
    head = _clean(line[:first]) if first > 0 else ""
    return tuple(_clean(f"{head} {_bare(target.wording)}") if target.wording else _bare(line) for target in targets)


def item_name(target: Target) -> str:
    """Return the name a target itself carries (放課後児童クラブ of 「放課後児童クラブ16」); empty where it is only a number."""
    return _bare(target.wording)


def _without(line: str, wording: str) -> str:
    position = line.find(wording)
    if position < 0 or wording in ("", line.strip()):
        return _bare(line)
    return _clean(f"{line[:position]} {line[position + len(wording) :]}")


def _bare(wording: str) -> str:
    """Return ``wording`` without its number, rhythm, comparison and year."""
    found = scan(wording)
    spans = [(item.start, item.end) for item in found.expressions]
    spans += [(item.year.start, item.year.end) for item in found.expressions if item.year]
    for start, end in sorted(set(spans), reverse=True):
        wording = f"{wording[:start]} {wording[end:]}"
    return _clean(wording)


def _clean(name: str) -> str:
    name = re.sub("[(（][\\s\u3000]*[)）]", " ", name)
    name = re.sub("[\\s\u3000]+", " ", name)
    return re.sub(" (?=[)）])|(?<=[(（]) ", "", name).strip(_SEPARATORS)


_RHYTHM_WORDS = {
    TargetKind.ANNUAL: "毎年 ",
    TargetKind.ANNUAL_EACH: "毎年 各",
    TargetKind.BIENNIAL: "隔年 ",
    TargetKind.ANNUAL_FROM: "毎年 ",
    TargetKind.MULTIPLE: "計",
}
_COMPARISON_WORDS = {"≥": "以上", "≤": "以下", "=": ""}


def describe_target(target: Target) -> str:
    """Return a target as the program itself says it: ``毎年 2回以上``, ``令和2(2020)年度 250人``, ``数値目標なし``."""
    if target.kind is TargetKind.QUALITATIVE:
        return "数値目標なし"
    amount = ""
    if target.value is not None:
        comparison = "未満" if "未満" in target.wording else _COMPARISON_WORDS.get(target.comparator, "")
        amount = format_quantity(target.value, target.unit) + comparison
    year = f"{both_label(target.fiscal_year)} " if target.fiscal_year is not None else ""
    if target.kind is TargetKind.ANNUAL_FROM:
        year = year.rstrip() + "から"
    return f"{year}{_RHYTHM_WORDS.get(target.kind, '')}{amount}".strip() or target.wording
