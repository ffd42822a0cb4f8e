"""Which numbers of the linked results answer which of an indicator's targets.

An indicator with one target takes a number from each result linked to it.  Where a line names several targets
(指定小学校 年2校 指定中学校 年2校) the numbers are dealt out one to one by the names beside them, because the results' order
and wording are the office's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .linking import counted_in, likeness, local_name, name_of_result, read_value, vague_piece
from .model import Indicator, Result, Target, TargetKind
from .numbers import canonical_unit, is_vague, same_unit
from .targets import item_name, target_names

#: Names beside a number at least this alike say that it answers a target.
_ALIKE = 0.25
#: A second number for a target needs a name nearly the target's own.
_NEARLY_EQUAL = 0.8
_UNIT_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """One number given for a target.

    ``value`` None: the result holds no number; ``result_index`` counts over the results that were passed; ``doubt``
    names two words that do not fit (登録者, 受講者), None where there is no doubt or a person made the link; ``vague`` is
    the piece of the text that is no exact number (約100人), which is not guessed at.
    """

    value: Decimal | None
    unit: str
    result_index: int
    text: str
    doubt: tuple[str, str] | None = None
    vague: str = ""


def answers_to(
    indicator: Indicator, targets: Sequence[Target], results: Sequence[tuple[int, Result]]
) -> list[list[Answer]]:
    """Return, parallel to ``targets``, the answers in ``results``: (index, result) pairs linked to ``indicator``."""
    if not targets:
        return []
    if len(targets) == 1:
        name = target_names(indicator.text, targets)[0]
        return [[_answer(targets[0], name, index, result) for index, result in results]]
    return _dealt(indicator, targets, results)


def _answer(target: Target, name: str, index: int, result: Result) -> Answer:
    value, unit = read_value(result.text, target, name)
    if result.value is not None:
        value = result.value
    if result.unit is not None:
        unit = result.unit
    doubt = None if result.link is not None else name_doubt(name, name_of_result(result.text))
    vague = vague_piece(result.text, target, name) if value is None else ""
    return Answer(value, unit, index, result.text, doubt, vague)


# --- several targets in one line -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A number of a result with the words beside it."""

    name: str
    answer: Answer


def _dealt(
    indicator: Indicator, targets: Sequence[Target], results: Sequence[tuple[int, Result]]
) -> list[list[Answer]]:
    whole = target_names(indicator.text, targets)
    names = [item_name(target) for target in targets]
    if not any(names):
        names = list(whole)
    else:  # a target added by hand has no words of its own
        names = [name if item.wording else full for name, full, item in zip(names, whole, targets, strict=True)]
    pieces = [piece for index, result in results for piece in _pieces(index, result)]
    pairs = sorted(
        (-_score(name, target, piece), place, position)
        for place, (name, target) in enumerate(zip(names, targets, strict=True))
        for position, piece in enumerate(pieces)
    )
    given: list[list[Answer]] = [[] for _ in targets]
    used: set[int] = set()
    for score, place, position in pairs:
        if -score >= _ALIKE and not given[place] and position not in used:
            given[place].append(pieces[position].answer)
            used.add(position)
    _deal_rest(names, targets, pieces, given, used)
    _share_milestones(names, targets, given)
    return given


def _share_milestones(names: Sequence[str], targets: Sequence[Target], given: list[list[Answer]]) -> None:
    """Give steps of one course (H32 70% H34 80%) the number that one of them was given: they count the same thing."""
    course: dict[tuple[str, str], list[int]] = {}
    for place, target in enumerate(targets):
        if target.kind is TargetKind.BY_YEAR:
            course.setdefault((names[place], canonical_unit(target.unit)), []).append(place)
    for places in course.values():
        years = {targets[place].fiscal_year for place in places}
        answered = [place for place in places if given[place]]
        if len(years) == len(places) and len(answered) == 1:
            for place in places:
                given[place] = given[answered[0]]


def _deal_rest(
    names: Sequence[str],
    targets: Sequence[Target],
    pieces: Sequence[_Piece],
    given: list[list[Answer]],
    used: set[int],
) -> None:
    """Deal out what is left: nearly equal names add to their target, bare numbers fill targets in order."""
    for position, piece in enumerate(pieces):
        if position in used:
            continue
        if not piece.name:
            fitting = (i for i, target in enumerate(targets) if not given[i] and _may_be(target, piece.answer))
            place = next(fitting, None)
        else:
            alike = [likeness(name, piece.name) for name in names]
            best = max(range(len(names)), key=lambda index: alike[index])
            fits = alike[best] >= _NEARLY_EQUAL and same_unit(targets[best].unit, piece.answer.unit)
            place = best if fits else None
        if place is not None:
            given[place].append(piece.answer)
            used.add(position)


def _pieces(index: int, result: Result) -> list[_Piece]:
    if result.value is not None:
        return [_Piece(name_of_result(result.text), Answer(result.value, result.unit or "", index, result.text))]
    pieces = []
    for found in counted_in(result.text):
        vague = result.text[found.start : found.end] if is_vague(result.text, found) else ""
        answer = Answer(None if vague else found.value, found.unit, index, result.text, vague=vague)
        pieces.append(_Piece(local_name(result.text, found), answer))
    return pieces or [_Piece(name_of_result(result.text), Answer(None, "", index, result.text))]


def _score(name: str, target: Target, piece: _Piece) -> float:
    alike = likeness(name, piece.name)
    if piece.answer.value is None or not target.unit or not piece.answer.unit:
        return alike
    return alike + (_UNIT_WEIGHT if same_unit(target.unit, piece.answer.unit) else -_UNIT_WEIGHT)


def _may_be(target: Target, answer: Answer) -> bool:
    return not target.unit or not answer.unit or same_unit(target.unit, answer.unit)


# --- names that do not fit ----------------------------------------------------------------------------------------

#: Words that say what is counted; a result that names another one of the same sort counts something else.
_PERSONS = re.compile("(?:登録|受講|参加|利用|養成|修了|来場|来所|相談|対象|加入|協力|従事|認定)者")
_EVENTS = re.compile(
    "講習会|講座|説明会|研修|交流会|訓練|座談会|検討会|シミュレーション|フェスタ|展示会|相談会|調査|委員会"
)


def name_doubt(target_name: str, result_name: str) -> tuple[str, str] | None:
    """Return two words that show that a result counts something else than the target, or None.

    登録者 and 受講者 are different people, 養成講座 and 説明会 different events; an indicator of 研修会等 leaves room.
    """
    for pattern in (_PERSONS, _EVENTS):
        wanted, given = pattern.findall(target_name), pattern.findall(result_name)
        if wanted and given and not set(wanted) & set(given):
            if pattern is _EVENTS and re.search(f"{wanted[-1]}会?等", target_name):
                continue
            return wanted[-1], given[-1]
    return None
