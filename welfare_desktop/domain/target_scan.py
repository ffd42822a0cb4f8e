"""Finding, in one line of 主な活動指標, the numbers that are targets and the years that belong to them.

``domain.targets`` says what the findings mean; here is only the looking.  Everything works on a copy of the line in
which full-width signs are half-width, character for character, so that spans are spans of the line as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from .model import TargetKind
from .numbers import KNOWN_UNITS, FoundQuantity, find_quantities, half_width
from .year_words import written_years

Span = tuple[int, int]
#: A line with more numbers than this is a pasted table, not an indicator; only the first ones are looked at.
MOST_NUMBERS = 60


@dataclass(frozen=True, slots=True)
class YearMark:
    """A year at ``line[start:end]`` with what stands after it.

    ``begins`` is the first year of what goes on (H30～) or of a period (H30～H34), else None; ``until`` says まで.
    """

    start: int
    end: int
    year: int
    begins: int | None = None
    until: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A number that is a target, at ``line[start:end]`` with its rhythm, unit and comparison."""

    start: int
    end: int
    value: Decimal
    unit: str
    kind: TargetKind = TargetKind.LEVEL
    comparator: str = "="
    year: YearMark | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in a line: targets with numbers, and years that may be a target by themselves."""

    expressions: tuple[Expression, ...]
    years: tuple[YearMark, ...]


@lru_cache(maxsize=4096)  # every table, judgement and check asks for the same lines again
def scan(line: str, plan_years: tuple[int, int] | None = None) -> Scan:
    """Look at one line; ``plan_years`` as in :func:`domain.targets.read_targets`."""
    plain = half_width(line)
    years = tuple(_years(line, plain, plan_years))
    masked = _masked(plain, years)
    quantities = sorted({*find_quantities(masked), *_kanji_quantities(masked)}, key=lambda item: item.start)
    expressions = _chosen(_candidates(masked, quantities[:MOST_NUMBERS]))
    dated = _with_years(plain, expressions, years)
    first, last = plan_years or (0, 9999)
    current = [item for item in dated if item.year is None or item.year.year >= first]
    usable = tuple(year for year in years if first <= year.year <= last and _is_target_year(plain, year))
    return Scan(tuple(current or dated), usable)


# --- years ------------------------------------------------------------------------------------------------------

_FROM = re.compile(" ?(?:~|から|以降|より) ?")
_UNTIL = re.compile(" ?(?:度?末)?まで(?:に|の)?")
#: After a year that dates the numbers following it; not 平成30年7月豪雨, 令和元年度版.
_DATES_NUMBERS = re.compile(
    "(?![0-9]{1,2}月)(?:$|[ )\\]、。,:~0-9]|の|に|で|は|まで|末|中|頃|約|延べ|計|各|毎|年|月|目[標途指]|以降|から|より)"
)
#: After a year that is a target by itself: …の見直し H30, 令和2年度までに策定.
_STANDS_ALONE = re.compile(
    "(?![0-9]{1,2}月)(?:$|[ )\\]、。~]|に|まで|末|中|頃|以降|から|より|実施|開始|策定|作成|設置|開設|見直|改[定訂]|更新|調査|完[了成]|予定|目[標途])"
)


def _years(line: str, plain: str, plan_years: tuple[int, int] | None) -> Iterator[YearMark]:
    """Yield the years of the line in order; a period H30～H34 is one mark of its last year."""
    words = list(written_years(line))
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        assert word.year is not None
        onward = _FROM.match(plain, word.end)
        following = words[index] if index < len(words) else None
        if onward and following and following.start == onward.end():
            index += 1
            assert following.year is not None
            yield YearMark(word.start, following.end, following.year, begins=word.year)
        elif onward:
            yield YearMark(word.start, onward.end(), word.year, begins=word.year)
        else:
            until = _UNTIL.match(plain, word.end)
            yield YearMark(word.start, until.end() if until else word.end, word.year, until=until is not None)
    if plan_years and not words:
        yield from _plan_words(plain, plan_years)


def _plan_words(plain: str, plan_years: tuple[int, int]) -> Iterator[YearMark]:
    """Yield words that mean the plan's last year: 最終年度, 計画期間中, 5年間で."""
    length = plan_years[1] - plan_years[0] + 1
    pattern = f"(?:計画)?最終年度(?:まで)?に?|(?:計画)?期間[中内]?(?:に|で)|計画期間[中内]?|(?<![0-9]){length}(?:か|カ|ヶ)?年間?(?:で|に)"
    for match in re.finditer(pattern, plain):
        yield YearMark(match.start(), match.end(), plan_years[1])


def _is_target_year(plain: str, year: YearMark) -> bool:
    return year.until or year.begins is not None or _STANDS_ALONE.match(plain, year.end) is not None


def _masked(plain: str, years: Sequence[YearMark]) -> str:
    """Blank years and names like 子ども110番, so that their digits are not found as numbers."""
    spans = [(year.start, year.end, "\0") for year in years]
    spans += [(match.start(), match.end(), "\1") for match in _NAMES.finditer(plain)]
    for start, end, sign in spans:
        plain = plain[:start] + sign * (end - start) + plain[end:]
    return plain


# --- numbers ----------------------------------------------------------------------------------------------------

_NAMES = re.compile("24時間|365日|(?<![0-9])(?:110|119|118|171|188|189)(?:番|$| )|1対1|1人1[人台]")
#: Units of ordinals, ages and classes: their number names something instead of counting it.
_NAMING_UNIT = re.compile(
    "番|歳|才|層|期|次|代|級|位|条|項|丁目|世代|学[年期]|年|[かカヵヶ]年|月号|軸|階|親等|等|者|号線"
)
_UNITS = "|".join(sorted(map(re.escape, KNOWN_UNITS), key=len, reverse=True))
_KANJI_QUANTITY = re.compile(
    "(?:(?<=[年月週各 (、に])|^)(?P<number>[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    f"(?P<unit>{_UNITS})(?=[ )、。]|以上|以内|以下|未満|$)"
)
_KANJI_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}

_FILLER = "(?P<filler>(?: ?(?:延べ|のべ|合計|計|約|概ね|おおむね|およそ|平均|最低|少なくとも|各))*)"
_KA = "(?:か|カ|ヵ|ヶ|ケ|箇)"
#: Rhythms as they stand directly before a number: pattern, kind, how many a year one of them makes.
_RHYTHMS = tuple(
    (re.compile(f"(?:{pattern}) ?{_FILLER} ?$"), kind, times)
    for pattern, kind, times in (
        ("隔年度?(?:に|ごとに)?|[2-9二三四五]年度?(?:に|ごとに|おきに)", TargetKind.BIENNIAL, 1),
        (f"隔月に?|[2二]{_KA}月(?:に|ごとに)", TargetKind.MULTIPLE, 6),
        ("(?<![0-9一二三四])四半期(?:に|ごとに|毎に?)?", TargetKind.MULTIPLE, 4),
        ("(?:(?<![上下四])半期|半年)(?:に|ごとに|毎に?)?", TargetKind.MULTIPLE, 2),
        (f"(?:毎月|各月|1{_KA}?月に|(?<![0-9元正今来先前翌当同か])月)(?:に|間)?", TargetKind.MULTIPLE, 12),
        (
            "毎年度?に?|各年度?に?|1年度?間?(?:に|あたり|当たり)|(?<![0-9前昨来今翌本周同元])年(?:度内|内|度|間|平均|あたり|当たり)?(?:に|で)?",
            TargetKind.ANNUAL,
            1,
        ),
    )
)
#: How far back the words belonging to a number are looked for.
_REACH = 40
_ONLY_FILLER = re.compile(f"{_FILLER} ?$")
#: 各事業 in 各事業年1回, or as a word of its own: 各地区 年1回.  Not 各種研修会.
_EACH_WORD = re.compile("(?:^|(?<=[ (、]))各(?!種|年|月)(?:[^ ()、0-9\0]{1,8}|[^ ()、0-9\0]{1,4} )$")
_COMPARISONS = (
    (re.compile(" ?(?:以上|超|(?:を|より)?(?:超える|上回る|多い))"), "≥"),
    (re.compile(" ?(?:以下|以内|未満|を?下回る|(?:まで[にへ]?|[にへ])(?:削減|減少|低減|抑制|減らす))"), "≤"),
    (re.compile(" ?(?:程度|前後|ほど|ぐらい|くらい)"), "="),
)
#: A change instead of a level: 10%増, 5件減.  Part of the unit, because nothing else compares with it.
_CHANGE = re.compile("(?:増加?|減少?|アップ|ダウン|向上)(?![員設資])")
_WEEKLY = re.compile("(?:毎週|(?<![0-9今来先前翌同])週|毎日|1日|1週間?に?)に?(?P<filler>) ?$")
_PART_OF = re.compile("[(、 ](?:うち|内)[^0-9]{0,8}$")
_AT_LEAST = re.compile("最低|少なくとも")
_PER_ONE = re.compile(" ?(?:あたり|当たり|当り|につき|ごと|毎|ひとり|暮らし|ぐらし)")
_PLAN_NAME = re.compile(
    "(?:プラン|ビジョン|計画|フェーズ|ステップ|ステージ|レベル|バージョン|シート|様式|資料|別表|日本)$"
)
_ARROW = re.compile(" ?(?:\\([^()]*\\))? ?(?:→|⇒|➡|->)")
_BASELINE = re.compile("(?:現状|現在|現況|実績|基準|当初|策定時)値?[ :(]*[^0-9 ]{0,4}$")
_ENDS_STATEMENT = re.compile("$|[ ()\\[\\]「」『』【】、。,;:/*・→⇒➡\0]|->")
#: What may follow a number in the middle of a sentence and still make it a target: 7人を配置, 3校の指定.
_DONE_AFTER = re.compile(
    " ?(?:の|を|に|で|が)?(?:新規|新たに|追加)?(?:開催|実施|設置|配置|開設|作成|発行|指定|認定|養成|登録|策定|推薦|整備|達成|維持|確保|支援|増|拡大|訪問|"
    "加入|参加|利用|派遣|配布|点検|運営|取組|選定|創出|目[標指]|めざ|程度|前後|立ち?上げ)"
)


def _kanji_quantities(plain: str) -> Iterator[FoundQuantity]:
    """Yield small numbers in kanji where they surely count: 一地区, 年二回; not 一人暮らし, 百歳体操."""
    for match in _KANJI_QUANTITY.finditer(plain):
        tens, ten, ones = match["number"].rpartition("十")
        value = (_KANJI_DIGITS.get(tens, 1) * 10 if ten else 0) + _KANJI_DIGITS.get(ones, 0)
        yield FoundQuantity(Decimal(value), match["unit"], match.start(), match.end("number"), match.end())


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number that may be a target; ``strong`` where it has a rhythm or ends the statement."""

    expression: Expression
    strong: bool


def _candidates(text: str, quantities: Sequence[FoundQuantity]) -> Iterator[_Candidate]:
    """Yield every number that may be a target; products and ranges are joined, present figures (現状 →) dropped."""
    index = 0
    previous: Expression | None = None
    while index < len(quantities):
        quantity = quantities[index]
        following = quantities[index + 1 : index + 2]
        index += 1
        candidate = _joined(text, quantity, following[0]) if following else None
        if candidate:
            index += 1
        else:
            candidate = _candidate(text, quantity)
        if candidate is None or (index < len(quantities) and _is_present_figure(text, candidate.expression)):
            continue
        if previous and candidate.expression.kind is TargetKind.LEVEL:
            candidate = _as_part(text, candidate, previous)
        yield candidate
        previous = candidate.expression


def _as_part(text: str, candidate: _Candidate, whole: Expression) -> _Candidate:
    """Give a part the rhythm of its whole: 年3回(うち新規1回)."""
    if not _PART_OF.search(_before(text, candidate.expression.start)):
        return candidate
    return replace(candidate, expression=replace(candidate.expression, kind=whole.kind))


def _joined(text: str, one: FoundQuantity, other: FoundQuantity) -> _Candidate | None:
    """Read 年1回×2会場 as a product and 年2～3回 as at least its lower end; None when the two do not belong together."""
    between = text[one.end : other.start]
    whole = replace(one, unit=one.unit or other.unit, end=other.end)
    if re.fullmatch(" ?[*xX] ?", between):
        unit = other.unit if other.unit == "回" else whole.unit
        candidate = _candidate(text, replace(whole, value=one.value * other.value, unit=unit))
        return candidate and replace(candidate, expression=replace(candidate.expression, kind=TargetKind.MULTIPLE))
    if re.fullmatch(" ?~ ?", between) and one.unit in ("", other.unit) and one.value < other.value:
        candidate = _candidate(text, whole)
        return candidate and replace(candidate, expression=replace(candidate.expression, comparator="≥"))
    return None


def _candidate(text: str, quantity: FoundQuantity) -> _Candidate | None:
    """Return the number with rhythm and comparison, or None when it names something instead of counting it."""
    if names_something(text, quantity):
        return None
    start, kind, times, filler = _rhythm(text, quantity.start)
    unit, end = _measured(text, quantity, start)
    comparator, end = _compared(text, end)
    if _AT_LEAST.search(filler):
        comparator = "≥"
    strong = kind is not TargetKind.LEVEL or _ENDS_STATEMENT.match(text, end) is not None
    if not strong and not _DONE_AFTER.match(text, end) and text[start - 1 : start] != "\0":
        return None
    if not quantity.unit and not (strong and _is_count_without_unit(text, quantity)):
        return None
    return _Candidate(Expression(start, end, quantity.value * times, unit, kind, comparator), strong)


def _measured(text: str, quantity: FoundQuantity, start: int) -> tuple[str, int]:
    """Return the full unit and where it ends: a change (10%増) and a week's count (週3回) are no plain counts."""
    unit, end = quantity.unit, quantity.end
    change = _CHANGE.match(text, end)
    if change:
        unit, end = unit + change[0], change.end()
    if start < quantity.start and _WEEKLY.match(text[start : quantity.start]):
        unit += "/" + ("日" if "日" in text[start : quantity.start] else "週")
    return unit, end


def names_something(text: str, quantity: FoundQuantity) -> bool:
    """Whether a number found in ``text`` belongs to a word (2層, 110番, 1人あたり) instead of counting something."""
    if quantity.unit not in KNOWN_UNITS and _NAMING_UNIT.match(text, quantity.number_end):
        return True
    return _PER_ONE.match(text, quantity.end) is not None


def _is_count_without_unit(text: str, quantity: FoundQuantity) -> bool:
    """Whether a bare number counts (児童館2, 登録数 16), not numbers a list, a year or a plan (健康プラン21)."""
    before, after = text[: quantity.start], text[quantity.end :]
    if not before.strip(" (") and after.strip(" )"):
        return False
    if before.endswith(" (") and after.startswith(")"):
        return False
    return not _PLAN_NAME.search(_before(text, quantity.start)) and not 1900 <= quantity.value <= 2100


def _before(text: str, position: int) -> str:
    """Return the words directly before ``position``; a window, so that a long line costs no more than its length."""
    return text[max(0, position - _REACH) : position]


def _rhythm(text: str, start: int) -> tuple[int, TargetKind, int, str]:
    """Return where the expression begins, its kind, how many a year the rhythm makes, and the filler words."""
    begin = max(0, start - _REACH)
    before = text[begin:start]
    for pattern, kind, times in _RHYTHMS:
        match = pattern.search(before)
        if match is None:
            continue
        if kind is TargetKind.ANNUAL:
            each = _EACH_WORD.search(before[: match.start()])
            if each or match["filler"].endswith("各"):
                return begin + (each or match).start(), TargetKind.ANNUAL_EACH, 1, match["filler"]
        return begin + match.start(), kind, times, match["filler"]
    weekly, each = _WEEKLY.search(before), _EACH_WORD.search(before)
    if weekly:
        return begin + weekly.start(), TargetKind.ANNUAL, 1, ""
    if each and not each[0].endswith(" "):
        return begin + each.start(), TargetKind.ANNUAL_EACH, 1, ""
    filler = _ONLY_FILLER.search(before)
    words = filler["filler"].lstrip() if filler else ""
    kind = TargetKind.ANNUAL_EACH if words.endswith("各") else TargetKind.LEVEL
    return (begin + before.rindex(words) if words else start), kind, 1, words


def _compared(text: str, end: int) -> tuple[str, int]:
    for pattern, sign in _COMPARISONS:
        match = pattern.match(text, end)
        if match:
            return sign, match.end()
    return "=", end


def _is_present_figure(text: str, expression: Expression) -> bool:
    """Whether the number is where things stand now, before the number to reach: 現状 44% → 70%."""
    return bool(
        _ARROW.match(text, expression.end) or _BASELINE.search(_before(text, expression.start).replace("\0", ""))
    )


def _chosen(candidates: Iterator[_Candidate]) -> list[Expression]:
    """Keep the strong candidates; where a line has none, numbers inside its sentence count."""
    every = list(candidates)
    return [item.expression for item in every if item.strong] or [item.expression for item in every]


# --- numbers and years together -----------------------------------------------------------------------------------


def _with_years(plain: str, expressions: Sequence[Expression], years: Sequence[YearMark]) -> list[Expression]:
    """Give each expression the year that dates it, and the kind that follows from year and rhythm."""
    dated: list[Expression] = []
    for index, expression in enumerate(expressions):
        previous_end = dated[-1].end if dated else 0
        next_start = expressions[index + 1].start if index + 1 < len(expressions) else len(plain)
        after = _year_after(plain, expression, years, next_start)
        if after:
            year, end = after
            dated.append(replace(_dated(expression, year), end=end))
            continue
        before = [year for year in years if year.end <= expression.start and _DATES_NUMBERS.match(plain, year.end)]
        if not before or (expression.kind is not TargetKind.LEVEL and before[-1].start < previous_end):
            dated.append(expression)
        else:
            dated.append(_dated(expression, before[-1]))
    return dated


def _year_after(
    plain: str, expression: Expression, years: Sequence[YearMark], limit: int
) -> tuple[YearMark, int] | None:
    """Return the year written behind a number, 250人(H32), with where it ends; None where there is none."""
    for year in years:
        between = plain[expression.end : year.start] if expression.end <= year.start < limit else None
        if between is None:
            continue
        if re.fullmatch(" ?[(\\[] ?", between):
            closing = re.compile("[^()\\[\\]]{0,6}[)\\]]").match(plain, year.end)
            return (year, closing.end()) if closing else None
        if (
            re.fullmatch(" ?", between)
            and limit == len(plain)
            and not any(item.start < expression.start for item in years)
        ):
            return year, year.end
    return None


def _dated(expression: Expression, year: YearMark) -> Expression:
    """Return the expression with its year: a rhythm from a year on stays annual, anything else is due by the year."""
    if expression.kind is TargetKind.BIENNIAL:
        return replace(expression, year=replace(year, year=year.begins or year.year))
    if expression.kind is not TargetKind.LEVEL and year.begins is not None:
        kind = TargetKind.ANNUAL_FROM if expression.kind is TargetKind.ANNUAL else expression.kind
        return replace(expression, kind=kind, year=replace(year, year=year.begins))
    if expression.kind in (TargetKind.LEVEL, TargetKind.ANNUAL) and not (
        expression.kind is TargetKind.ANNUAL and year.until
    ):
        return replace(expression, kind=TargetKind.BY_YEAR, year=year)
    return replace(expression, year=year)
