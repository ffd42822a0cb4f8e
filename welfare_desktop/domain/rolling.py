"""Opening a fiscal year (年度更新): what was planned for it becomes a draft of what was done in it.

Structure, measures and indicators belong to the plan and are simply there; results and the next plan start blank.  So
all a rollover proposes is 実施状況 of the new year, where nothing stands yet, from 実施予定 of the same year.  The proposal
is computed here and shown before anything is stored; computing it again afterwards proposes nothing, because the
fields are no longer blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .addresses import Address
from .endings import Outcome, to_past
from .model import NONE_MARKS, Entry, Plan, Slot, in_use
from .year_words import year_words
from .years import fiscal_label, require_within


class DraftStyle(StrEnum):
    """What the drafts are made of."""

    TURNED = "turned"  # planned work with its endings turned into the past
    AS_PLANNED = "as_planned"  # planned work word for word
    BLANK = "blank"  # no drafts

    @property
    def label(self) -> str:
        """The Japanese words of the choice."""
        return {
            "turned": "予定から下書きを作る（文末を「～しました」に直す）",
            "as_planned": "予定の文をそのまま下書きにする",
            "blank": "空欄から始める",
        }[self.value]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of a draft; ``reasons`` say in Japanese why a person has to read it, empty where nobody must."""

    planned: str
    drafted: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed entry of one slot; ``address`` names the field it is for, ``field`` and ``year`` likewise."""

    slot_id: str
    address: Address
    field: str
    year: int
    lines: tuple[DraftLine, ...]

    @property
    def entry(self) -> Entry:
        """The entry to store."""
        return Entry(tuple(line.drafted for line in self.lines), draft=True)


@dataclass(frozen=True, slots=True)
class RolloverWarning:
    """Something to look at; ``line`` counts from 1 within the draft, None where a slot gets none."""

    address: Address
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Rollover:
    """What opening ``year`` would do."""

    year: int
    drafts: tuple[Draft, ...]
    warnings: tuple[RolloverWarning, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many lines have this outcome."""
        return sum(line.outcome is outcome for draft in self.drafts for line in draft.lines)


def propose_rollover(plan: Plan, year: int, style: DraftStyle = DraftStyle.TURNED) -> Rollover:
    """Return the drafts and warnings of opening fiscal ``year``; raises InvalidValue for a year outside the plan."""
    require_within(year, plan.first_year, plan.last_year)
    drafts: list[Draft] = []
    warnings: list[RolloverWarning] = []
    for address, slot in _open_slots(plan, year):
        planned = slot.planned.get(year, Entry()).lines
        if style is DraftStyle.BLANK or (planned and all(line in NONE_MARKS for line in planned)):
            continue
        if not planned:
            message = f"{fiscal_label(year)}の実施予定がないので、下書きはありません。"
            warnings.append(RolloverWarning(address, None, message))
            continue
        draft = Draft(slot.id, address, "status", year, tuple(_drafted(line, style) for line in planned))
        drafts.append(draft)
        warnings += [
            RolloverWarning(address, number, reason)
            for number, line in enumerate(draft.lines, start=1)
            for reason in line.reasons
        ]
    return Rollover(year, tuple(drafts), tuple(warnings))


def _open_slots(plan: Plan, year: int) -> Iterator[tuple[Address, Slot]]:
    """Yield every slot in use whose 実施状況 of ``year`` is blank, with the address of that field."""
    for basic_goal, goal, activity in plan.walk():
        if not all(in_use(level, year) for level in (basic_goal, goal, activity)):
            continue
        numbers = (basic_goal.number, goal.number, activity.number)
        for part in activity.parts:
            for number, slot in enumerate(part.slots, start=1):
                if in_use(slot, year) and not slot.status.get(year, Entry()).lines:
                    yield Address(*numbers, part.actor, number, "status", year), slot


def _drafted(line: str, style: DraftStyle) -> DraftLine:
    """Return a planned line as a draft; words that name a year are flagged, never rewritten."""
    turned = to_past(line)
    reasons = [
        f"「{word.text}」は年を表すことばです。今年の報告に合うか確かめてください。" for word in year_words(line)
    ]
    if style is DraftStyle.AS_PLANNED:
        return DraftLine(line, line, Outcome.REVIEW if reasons else Outcome.KEPT, tuple(reasons))
    if turned.reason:
        reasons.insert(0, turned.reason)
    return DraftLine(line, turned.text, Outcome.REVIEW if reasons else turned.outcome, tuple(reasons))
