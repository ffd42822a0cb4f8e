"""What a person decides about indicators and results: targets, links, numbers, judgements.

Each is one step of undo.  The wording of indicators and results is never changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from welfare_desktop.domain.addresses import address_of, places
from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.linking import proposed_links, targets_of
from welfare_desktop.domain.model import (
    Activity,
    Actor,
    ActorPart,
    Indicator,
    Judgement,
    JudgementOverride,
    Result,
    Slot,
    Target,
)
from welfare_desktop.domain.numbers import read_quantity
from welfare_desktop.domain.target_correction import TargetDraft, corrected, is_as_read, moved_overrides
from welfare_desktop.domain.target_history import TargetSeries, series_of
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.storage.store import Applied

from .session import Session, require_activity

T = TypeVar("T", Indicator, Result)


@dataclass(frozen=True, slots=True)
class Place:
    """A slot by the activity and actor it belongs to."""

    activity_id: str
    actor: Actor
    slot_id: str

    def field(self, name: str, year: int | None = None) -> FieldKey:
        """Return the key of one of the slot's fields."""
        return FieldKey(Owner.SLOT, self.slot_id, name, None, year)


def place_of(session: Session, address: str) -> tuple[Place, FieldKey]:
    """Return the slot a field's address names, with the key; raises UnknownAddress where it names none."""
    key = session.resolve(address)
    if key.owner is Owner.SLOT:
        for _, _, activity in session.plan(()).walk():
            for part in activity.parts:
                if any(slot.id == key.owner_id for slot in part.slots):
                    return Place(activity.id, part.actor, key.owner_id), key
    raise UnknownAddress(
        "この番地は記入欄のものではありません。",
        where=address,
        next_step="1-1-3/city/indicators や 1-1-3/city.2/results@2018 のように指定してください。",
    )


def _part(session: Session, place: Place) -> tuple[ActorPart, int]:
    """Return the actor's part as it is stored now and the slot's number in it."""
    part = require_activity(session, place.activity_id).part(place.actor)
    for number, slot in enumerate(part.slots):
        if slot.id == place.slot_id:
            return part, number
    raise UnknownAddress("この記入欄はなくなっています。", next_step="活動を選び直してください。")


def _slot(session: Session, place: Place) -> Slot:
    part, number = _part(session, place)
    return part.slots[number]


def _plan_years(session: Session) -> tuple[int, int]:
    plan = session.plan(())
    return plan.first_year, plan.last_year


# --- targets ------------------------------------------------------------------------------------------------------


def correct_targets(
    session: Session, place: Place, indicator_id: str, drafts: Sequence[TargetDraft] | None
) -> Applied | None:
    """Store the targets of an indicator as a person corrected them, or (None) leave them to the wording again.

    Judgements by hand follow their targets; those of targets that are gone go too.  Targets that are just what the
    wording says are not kept as a correction.  None when nothing changed.  Raises InvalidValue (``where`` is ``N.field``, N
    counted from 0) when a draft cannot be read, or when a judgement of a closed year would have to move.
    """
    years = _plan_years(session)
    slot = _slot(session, place)
    place_in_slot, indicator = _named(slot.indicators, indicator_id, "この指標")
    count = len(targets_of(indicator, years))
    if drafts is None:
        after = replace(indicator, targets=None)
        # Read anew the targets may be others: a judgement stays with the target of its number if there is one.
        origins: list[int | None] = list(range(min(count, len(targets_of(after, years)))))
    else:
        targets = tuple(_read(number, draft, years) for number, draft in enumerate(drafts))
        after = replace(indicator, targets=None if is_as_read(indicator, targets, years) else targets)
        origins = [draft.origin for draft in drafts]
    changes = _override_changes(place, slot, indicator_id, origins)
    if after != indicator:
        indicators = (*slot.indicators[:place_in_slot], after, *slot.indicators[place_in_slot + 1 :])
        changes.insert(0, Change(place.field("indicators"), slot.indicators, indicators))
    if not changes:
        return None
    label = "目標を文から読んだとおりに戻す" if after.targets is None else "目標の手直し"
    return session.apply(changes, kind="targets", label=label)


def _read(number: int, draft: TargetDraft, years: tuple[int, int]) -> Target:
    try:
        return corrected(draft, years)
    except InvalidValue as error:
        raise InvalidValue(
            error.message, code=error.code, where=f"{number}.{error.where}", next_step=error.next_step
        ) from error


def _override_changes(place: Place, slot: Slot, indicator_id: str, origins: Sequence[int | None]) -> list[Change]:
    changes = []
    for year, overrides in slot.overrides.items():
        moved = moved_overrides(overrides, indicator_id, origins)
        if moved != overrides:
            changes.append(Change(place.field("judgements", year), overrides, moved))
    return changes


def _named(items: Sequence[T], item_id: str, what: str) -> tuple[int, T]:
    for number, item in enumerate(items):
        if item.id == item_id:
            return number, item
    raise UnknownAddress(f"{what}は、もうありません。", next_step="表を見直してください。何も変わっていません。")


# --- results ------------------------------------------------------------------------------------------------------


def link_result(session: Session, place: Place, year: int, result_id: str, link: str | None) -> Applied | None:
    """Say which indicator (by id) a result answers, ``""`` for none, None to leave it to the program again.

    None when it said so already.  Raises UnknownAddress when result or indicator are gone, InvalidValue in a closed year.
    """
    part, number = _part(session, place)
    if link and not any(item.id == link for slot in part.slots for item in slot.indicators):
        raise UnknownAddress("この指標は、もうありません。", next_step="表を見直してください。何も変わっていません。")

    def linked(result: Result) -> Result:
        return replace(result, link=link)

    return _change_result(session, place, part.slots[number], year, result_id, linked, "実績の対応")


def confirm_links(session: Session, place: Place, year: int) -> Applied | None:
    """Confirm every proposed link of a slot and year in one step; None when none is open."""
    part, number = _part(session, place)
    before = part.slots[number].results.get(year, ())
    links = proposed_links(part, number, year)
    after = tuple(
        replace(item, link=link) if item.link is None and link is not None else item
        for item, link in zip(before, links, strict=True)
    )
    if after == before:
        return None
    change = Change(place.field("results", year), before, after)
    return session.apply([change], kind="links", label="実績の対応の確認")


def set_number(session: Session, place: Place, year: int, result_id: str, typed: str, unit: str = "") -> Applied | None:
    """Set the number of a result by hand; an empty one is read from its text again.  None when nothing changed.

    Without ``unit`` the one written in the text stays.  Raises InvalidValue W-101 for what is no number.
    """
    slot = _slot(session, place)
    if not typed.strip():
        value, counted = None, None
    else:
        quantity = read_quantity(typed)
        value, counted = quantity.value, quantity.unit or canonical_line(unit) or None

    def numbered(result: Result) -> Result:
        return replace(result, value=value, unit=counted)

    return _change_result(session, place, slot, year, result_id, numbered, "実績の数値")


def _change_result(
    session: Session,
    place: Place,
    slot: Slot,
    year: int,
    result_id: str,
    changed: Callable[[Result], Result],
    label: str,
) -> Applied | None:
    before = slot.results.get(year, ())
    number, result = _named(before, result_id, "この実績")
    after = (*before[:number], changed(result), *before[number + 1 :])
    if after == before:
        return None
    return session.apply([Change(place.field("results", year), before, after)], kind="edit", label=label)


# --- judgements ---------------------------------------------------------------------------------------------------


def set_judgement(
    session: Session,
    place: Place,
    year: int,
    indicator_id: str,
    target_index: int,
    judgement: Judgement | None,
    reason: str,
) -> Applied | None:
    """Store a judgement by hand with its reason, or (None) leave it to the program again; None when nothing changed.

    Raises InvalidValue without a reason, for a target that is not there, and in a closed year.
    """
    slot = _slot(session, place)
    _, indicator = _named(slot.indicators, indicator_id, "この指標")
    if not 0 <= target_index < len(targets_of(indicator, _plan_years(session))):
        raise UnknownAddress("この目標は、もうありません。", next_step="表を見直してください。何も変わっていません。")
    before = slot.overrides.get(year, ())
    rest = tuple(item for item in before if (item.indicator_id, item.target_index) != (indicator_id, target_index))
    words = canonical_line(reason)
    if judgement is not None and not words:
        raise InvalidValue("理由が入っていません。", code="W-145", next_step="手で決めた理由を入れてください。")
    mine = () if judgement is None else (JudgementOverride(indicator_id, target_index, judgement, words),)
    after = (*rest, *mine)
    if after == before:
        return None
    change = Change(place.field("judgements", year), before, after)
    return session.apply([change], kind="edit", label="判定の変更", why=words)


# --- over the years -----------------------------------------------------------------------------------------------


def history_of_targets(activity: Activity, actor: Actor, plan_years: tuple[int, int]) -> tuple[TargetSeries, ...]:
    """Return the course of every target of one actor of an activity, in order of the indicators."""
    return series_of(activity.part(actor).slots, plan_years)


def all_courses(session: Session, address: str | None = None) -> Iterator[tuple[str, int, TargetSeries]]:
    """Yield the course of every target with its slot's address and the indicator's number there (from 1).

    ``address`` limits it to one slot.  Raises UnknownAddress.
    """
    only = place_of(session, address)[0].slot_id if address is not None else None
    plan = session.plan()
    where = places(plan)
    for _, _, activity in plan.walk():
        for part in activity.parts:
            if only is not None and all(slot.id != only for slot in part.slots):
                continue
            owners = {
                item.id: (slot.id, number)
                for slot in part.slots
                for number, item in enumerate(slot.indicators, start=1)
            }
            for course in series_of(part.slots, (plan.first_year, plan.last_year)):
                slot_id, number = owners[course.indicator.id]
                if only is None or slot_id == only:
                    yield address_of(FieldKey(Owner.SLOT, slot_id, "indicators"), where), number, course
