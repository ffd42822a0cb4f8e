"""Which result answers which indicator, and which number of a result answers a target.

Offices write results in words of their own (「市民講座1回」 under 「市民公開講座の実施 年1回以上」), so links are proposed by likeness
and a person's decision always wins: ``Result.link`` holds the indicator's id, ``""`` for "answers none", None while
nobody decided.

Likeness compares pairs of neighbouring characters of the *names*, numbers taken out: Japanese has no word boundaries
to compare by, and two characters are about a word.  Pairs inside words that any indicator may hold (開催, 支援, 件数) weigh
little.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from .model import NONE_MARKS, ActorPart, Indicator, Result, Target, TargetKind
from .numbers import PERCENT, FoundQuantity, find_quantities, half_width, is_vague, same_unit
from .target_scan import MOST_NUMBERS, names_something
from .targets import item_name, read_targets, target_names
from .text import folded

#: Names at least this alike belong together.
_ALIKE = 0.42
#: How much the same unit counts for a link, and another one against it.
_UNIT_WEIGHT = 0.08

# --- names --------------------------------------------------------------------------------------------------------


def targets_of(indicator: Indicator, plan_years: tuple[int, int] | None = None) -> tuple[Target, ...]:
    """Return an indicator's targets: those corrected by hand, else those read from its wording."""
    return indicator.targets if indicator.targets is not None else read_targets(indicator.text, plan_years)


def name_of_indicator(indicator: Indicator) -> str:
    """Return what an indicator counts: its wording without numbers, every word once."""
    names = target_names(indicator.text, targets_of(indicator)) or (indicator.text,)
    return " ".join(dict.fromkeys(" ".join(names).split()))


def name_of_result(text: str) -> str:
    """Return what a result counts: its text without numbers, rhythm and empty brackets; empty for 「44.1%」."""
    pieces, position = [], 0
    for found in find_quantities(text):
        pieces.append(text[position : found.start])
        position = found.end
    text = " ".join([*pieces, text[position:]])
    text = re.sub("(?:毎年|隔年|年間?|合?計|延べ|約|およそ|概ね)(?=[ )）]|$)", " ", text)
    text = re.sub("[(（](?:[\\s、,・]|参加|出席)*[)）]", " ", text)
    return re.sub("[\\s\u3000]+", " ", text).strip(" 、，・:：。")


_NO_NAME = re.compile("[\\s()（）「」『』、。，・:：,~～]")
_COMMON = re.compile(
    folded(
        "の?(?:開催|実施|支援|推進|充実|普及|周知|啓発|参加|作成|設置|配置|提供|運営|活動|事業|件数|回数|人数|者数|団体数|地区社協数|数|等|など|年間|年|"
        "新規|指定|及び|への|による|するための?)"
    )
)
_TELLING, _USUAL = 4, 1
#: 各種研修会等, 各定例会: any of that kind; what stands between 各 and what is done with it.
_ANY_OF = re.compile("^各種?([一-鿿ァ-ヺー]{2,8}?)(?:会|等|の|へ|時|参加|開催|支援|実施|$)")


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 (nothing shared) to 1."""
    pairs, others = _pairs(one), _pairs(other)
    shared = sum(min(weight, others[pair]) for pair, weight in pairs.items() if pair in others)
    total, other_total = sum(pairs.values()), sum(others.values())
    if not shared:
        return 0.0
    return 0.6 * 2 * shared / (total + other_total) + 0.4 * shared / min(total, other_total)


@lru_cache(maxsize=4096)
def _pairs(name: str) -> Counter[str]:
    """Return the pairs of neighbouring characters of a name with their weights."""
    text = _NO_NAME.sub("", folded(half_width(name)))
    usual = {index for match in _COMMON.finditer(text) for index in range(match.start(), match.end())}
    pairs: Counter[str] = Counter()
    for index in range(len(text) - 1):
        pairs[text[index : index + 2]] += _USUAL if index in usual or index + 1 in usual else _TELLING
    return pairs


def _indicator_likeness(indicator_name: str, result_name: str) -> float:
    """Like :func:`likeness`; 各種研修会等 is like anything that is a 研修."""
    general = _ANY_OF.match(indicator_name)
    if general and folded(general[1]) in folded(result_name):
        return max(0.6, likeness(indicator_name, result_name))
    return likeness(indicator_name, result_name)


# --- links --------------------------------------------------------------------------------------------------------


def propose_links(indicators: Sequence[Indicator], results: Sequence[Result]) -> tuple[int | None, ...]:
    """Return for each result the index of the indicator it answers, or None.

    What a person decided stands.  Otherwise the most alike name wins if it is alike enough; a bare number goes to the
    one indicator there is, or in order where there are as many; a lone result belongs to a lone indicator whatever it
    is called; 「—」 answers the indicator in its place.
    """
    index_of = {item.id: index for index, item in enumerate(indicators) if item.id}
    links: list[int | None] = [index_of.get(result.link or "") for result in results]
    open_results = [
        index
        for index, result in enumerate(results)
        if links[index] is None and result.link != "" and result.text.strip()
    ]
    _link_by_name(indicators, results, open_results, links)
    _link_by_place(indicators, results, open_results, links)
    return tuple(links)


def proposed_links(part: ActorPart, slot_index: int, year: int) -> tuple[str | None, ...]:
    """Return, parallel to the results of one slot and year, the id of the indicator each answers; None: of none.

    The indicators of all the actor's slots are asked: a line may answer one that is printed with another slot.
    """
    indicators = [item for slot in part.slots for item in slot.indicators]
    results = [item for slot in part.slots for item in slot.results.get(year, ())]
    start = sum(len(slot.results.get(year, ())) for slot in part.slots[:slot_index])
    count = len(part.slots[slot_index].results.get(year, ()))
    links = propose_links(indicators, results)[start : start + count]
    return tuple(None if link is None else indicators[link].id for link in links)


def _link_by_name(
    indicators: Sequence[Indicator], results: Sequence[Result], open_results: Sequence[int], links: list[int | None]
) -> None:
    names = [name_of_indicator(indicator) for indicator in indicators]
    units = [[target.unit for target in targets_of(item) if target.value is not None] for item in indicators]
    for index in open_results:
        name = name_of_result(results[index].text)
        if not name or results[index].text in NONE_MARKS:
            continue
        written = [found.unit for found in counted_in(results[index].text) if found.unit]
        scores = [
            _indicator_likeness(names[place], name) + _unit_score(units[place], written)
            for place in range(len(indicators))
        ]
        # Of two indicators of one wording the one nobody answered yet.
        best = max(
            range(len(scores)), key=lambda place: (round(scores[place], 6), place not in links, -place), default=0
        )
        if scores and scores[best] >= _ALIKE:
            links[index] = best


def _unit_score(units: Sequence[str], written: Sequence[str]) -> float:
    """Return what units say about a link: the same speaks for it, only others against, none nothing."""
    if not written or not any(units):
        return -_UNIT_WEIGHT if written and not units else 0.0
    same = any(same_unit(one, other) for one in units for other in written)
    return _UNIT_WEIGHT if same else -_UNIT_WEIGHT


def _link_by_place(
    indicators: Sequence[Indicator], results: Sequence[Result], open_results: Sequence[int], links: list[int | None]
) -> None:
    """Link what has no telling name by where it stands."""
    as_many = len(results) == len(indicators)
    bare = [index for index in open_results if links[index] is None and not name_of_result(results[index].text)]
    free = [place for place in range(len(indicators)) if place not in links]
    for index in open_results:
        if links[index] is None and results[index].text in NONE_MARKS and as_many and index in free:
            links[index] = index
    if len(indicators) == 1:
        for index in bare:
            links[index] = 0
        if len(open_results) == 1 and 0 not in links:
            links[open_results[0]] = 0
    elif len(bare) == len(free):
        for index, place in zip(bare, free, strict=True):
            links[index] = place
    else:
        _link_by_unit(indicators, results, bare, free, links)


def _link_by_unit(
    indicators: Sequence[Indicator],
    results: Sequence[Result],
    bare: Sequence[int],
    free: Sequence[int],
    links: list[int | None],
) -> None:
    """Link a bare number to the one free indicator that counts in its unit."""
    for index in bare:
        written = [found.unit for found in counted_in(results[index].text) if found.unit]
        fitting = [
            place
            for place in free
            if any(same_unit(target.unit, unit) for target in targets_of(indicators[place]) for unit in written)
        ]
        if len(fitting) == 1:
            links[index] = fitting[0]


# --- numbers ------------------------------------------------------------------------------------------------------


def counted_in(text: str) -> list[FoundQuantity]:
    """Return the numbers of a text that count something: not 2層, 110番."""
    plain = half_width(text)
    return [found for found in find_quantities(text)[:MOST_NUMBERS] if not names_something(plain, found)]


def read_value(text: str, target: Target | None, name: str = "") -> tuple[Decimal | None, str]:
    """Return the number of a result that answers ``target``, with its unit; (None, "") where it holds none.

    Of 「(1回、382人参加)」 that is the number in the target's unit; of several in that unit the one whose name is the
    target's (エリア別会議13回), or their sum where a bracket lists parts (小郡地域 1回・阿東地域 1回).  Without a number in the
    target's unit, or without a target, it is the first that counts something.  ``name`` is what the indicator counts,
    used where the target's own wording carries no name.  A number that is no exact one (約100人, 5人程度, ▲5) is not
    guessed: the value is None then, with the unit.
    """
    meant = _meant(text, target, name)
    if not meant:
        return None, ""
    unit = _unit(meant[0].unit)
    if any(is_vague(text, found) for found in meant):
        return None, unit
    return sum((found.value for found in meant), start=Decimal(0)) if len(meant) > 1 else meant[0].value, unit


def vague_piece(text: str, target: Target | None, name: str = "") -> str:
    """Return the piece of a result that would answer ``target`` but is no exact number (約100人), else empty."""
    for found in _meant(text, target, name):
        if is_vague(text, found):
            return _around(text, found)
    return ""


def _around(text: str, found: FoundQuantity) -> str:
    """Return a number with its unit and the words that make it vague, as written."""
    before = re.search("[^\\s\u3000、，,・(（:：]*$", text[: found.start])
    after = re.match("[^\\s\u3000、，,・)）(（]*", text[found.end :])
    start = before.start() if before else found.start
    return text[max(start, found.start - 6) : found.end + min(after.end() if after else 0, 6)]


def _meant(text: str, target: Target | None, name: str) -> list[FoundQuantity]:
    """Return the number of ``text`` that answers ``target``, or the parts whose sum does; none where it holds none."""
    counts = counted_in(text)
    if counts and target is not None and target.unit:
        fitting = [found for found in counts if same_unit(found.unit, target.unit)]
        if fitting:
            return _of_several(text, fitting, target, name)
        counts = [found for found in counts if not found.unit] or counts
    return counts[:1]


def _unit(unit: str) -> str:
    return unit.replace("%", PERCENT)


def _of_several(text: str, fitting: list[FoundQuantity], target: Target, name: str) -> list[FoundQuantity]:
    """Return the one number meant, or all parts listed in one bracket."""
    if len(fitting) == 1:
        return fitting
    name = item_name(target) or name
    alike = [likeness(name, local_name(text, found)) if name else 0.0 for found in fitting]
    best = max(range(len(fitting)), key=lambda index: (alike[index], -index))
    if alike[best] >= _ALIKE:
        return [fitting[best]]
    adds_up = target.kind in (TargetKind.ANNUAL, TargetKind.ANNUAL_EACH, TargetKind.ANNUAL_FROM, TargetKind.MULTIPLE)
    if adds_up and target.unit != PERCENT and _in_one_bracket(text, fitting):
        return fitting
    return fitting[:1]


def _in_one_bracket(text: str, found: Sequence[FoundQuantity]) -> bool:
    """Whether all numbers stand as named parts in one bracket: (小郡地域 1回・阿東地域 1回)."""
    opening = max(text.rfind("(", 0, found[0].start), text.rfind("（", 0, found[0].start))
    between = text[found[0].start : found[-1].end]
    if opening < 0 or re.search("[()（）]", text[opening + 1 : found[0].start] + between):
        return False
    return all(local_name(text, item) for item in found)


def local_name(text: str, found: FoundQuantity) -> str:
    """Return the words directly before a number, back to a separator: what that number counts."""
    before = text[: found.start].rstrip(" \u3000(（年計延べ約")
    return re.split("[、，,・(（）)。 \u3000]", before)[-1] if before else ""
