"""Rules on indicators and results: what ``domain.judging`` could not settle, told where a person can settle it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ..judging import Judged
from ..model import Judgement, Target, TargetKind
from ..numbers import find_quantities, half_width
from ..target_correction import is_outdated
from ..target_scan import names_something
from ..targets import describe_target
from .model import Finding, Passage, Rule, Scene, SlotPlace


def unit_mismatch(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A result in another unit than its target."""
    for place, judged in _unsettled(scene):
        if judged.judgement is Judgement.UNIT_MISMATCH:
            yield _at_result(rule, scene, place, judged, judged.reason)


def result_without_number(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A target with a number, answered by words."""
    for place, judged in _unsettled(scene):
        if judged.judgement is Judgement.UNDECIDED and judged.result_indexes and judged.value is None:
            message = f"目標「{_words(judged)}」に、実績の数値がありません。"
            if judged.reason.startswith("「"):  # there is a number, but no exact one
                message = f"{judged.reason}数値の欄に数を入れてください。"
            yield _at_result(rule, scene, place, judged, message)


def result_doubtful(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A number that may not be what the target counts; the reason is the judgement's."""
    for place, judged in _unsettled(scene):
        if judged.judgement is Judgement.UNDECIDED and judged.value is not None:
            yield _at_result(rule, scene, place, judged, judged.reason)


def result_unlinked(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """An indicator without a result beside results nobody linked."""
    for place, judged in _unsettled(scene):
        if judged.judgement is Judgement.UNDECIDED and not judged.result_indexes:
            message = f"「{judged.indicator.text}」の実績がどの行か決まっていません。"
            yield rule.on(place.address("results", scene.year), place.slot.id, message)


def target_missed(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A target that was not reached."""
    for place, judged in _unsettled(scene):
        if judged.judgement is Judgement.MISSED:
            message = f"目標「{_words(judged)}」に届いていません（{judged.reason.rstrip('。')}）。"
            yield _at_result(rule, scene, place, judged, message)


def target_unreadable(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """An indicator that holds a number that could not be read as a target."""
    for place, judged in _unsettled(scene):
        if judged.indicator.targets is not None:
            continue  # a person said what the targets are
        if judged.target.kind is TargetKind.QUALITATIVE and _holds_number(judged.target):
            index = _own_index(place, judged)
            passage = Passage(
                place.address("indicators"), place.slot.id, tuple(item.text for item in place.slot.indicators)
            )
            yield rule.at(passage, index, "数値がありますが、目標として読み取れません。目標を手で入れてください。")


def target_corrected_before(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """Targets corrected by hand for a line that reads otherwise since."""
    for place in scene.slots:
        lines = tuple(item.text for item in place.slot.indicators)
        for index, indicator in enumerate(place.slot.indicators):
            if is_outdated(indicator, scene.plan_years):
                passage = Passage(place.address("indicators"), place.slot.id, lines)
                yield rule.at(
                    passage, index, "目標を手で直したあとに、指標の文が変わっています。目標を確かめてください。"
                )


def _words(judged: Judged) -> str:
    """Return the target as its line words it, or, where a person corrected it, as the program says it."""
    return judged.target.wording if judged.indicator.targets is None else describe_target(judged.target)


def _holds_number(target: Target) -> bool:
    plain = half_width(target.wording)
    return any(not names_something(plain, found) for found in find_quantities(target.wording))


# --- where a judgement stands -------------------------------------------------------------------------------------


def _unsettled(scene: Scene) -> Iterator[tuple[SlotPlace, Judged]]:
    """Yield the program's own judgements; a person's is not questioned."""
    yield from ((place, judged) for place, judged in scene.judged if not judged.overridden)


def _own_index(place: SlotPlace, judged: Judged) -> int:
    """Return the indicator's index within its own slot."""
    return next(index for index, item in enumerate(place.slot.indicators) if item is judged.indicator)


def _at_result(rule: Rule, scene: Scene, place: SlotPlace, judged: Judged, message: str) -> Finding:
    """Return a finding at the first result the judgement rests on, in whichever of the actor's slots it stands.

    A judgement may rest on none: a biennial target is missed where 「—」 stands two years running.
    """
    index = judged.result_indexes[0] if judged.result_indexes else sys.maxsize
    for other in scene.slots_of(place.activity):
        if other.part.actor is not place.part.actor:
            continue
        lines = tuple(item.text for item in other.slot.results.get(scene.year, ()))
        if index < len(lines):
            return rule.at(Passage(other.address("results", scene.year), other.slot.id, lines), index, message)
        index -= len(lines)
    return rule.on(place.address("results", scene.year), place.slot.id, message)
