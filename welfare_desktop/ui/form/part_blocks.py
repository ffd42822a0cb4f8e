"""The blocks of one actor's part of an activity: head, initiatives, and per slot head, texts and table.

The widgets are kept and bound anew when another activity is shown; a part with more slots than ever before makes more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from welfare_desktop.domain.completeness import fill_of_part, fill_of_slot
from welfare_desktop.domain.fields import FieldKey, Owner, Value, lines_of
from welfare_desktop.domain.model import Activity, Actor, ActorPart, Slot, in_use

from ..beside.last_year import beside, last_year_of
from .field_block import FieldBlock
from .heads import PartHead, SlotHead, departments_text
from .pending import Pending
from .result_block import ResultBlock


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form shows: an activity with all its values, for one fiscal year.

    ``locked`` are the ids of slots somebody signed off (確定): they cannot be typed into, whatever else can.
    """

    activity: Activity
    values: Mapping[FieldKey, Value]
    year: int
    plan_years: tuple[int, int]
    editable: bool
    locked: frozenset[str] = frozenset()

    def writable(self, slot_id: str) -> bool:
        """Whether a slot can be typed into."""
        return self.editable and slot_id not in self.locked


def placeholder_of(values: Mapping[FieldKey, Value], key: FieldKey, *, editable: bool) -> str:
    """Return what an empty field says: the way to last year's text where there is one."""
    found = beside(values, key)
    if editable and found and found[0].lines:
        return "未記入　Ctrl+D で前年度から写す"
    return "未記入"


class SlotBlocks:
    """The blocks of one slot."""

    def __init__(self, pending: Pending, new_id: Callable[[], str], actor: Actor, parent: QWidget) -> None:
        self._actor = actor
        self.slot_id = ""
        self.head = SlotHead(actor, parent)
        self.status = FieldBlock(pending, parent=parent)
        self.planned = FieldBlock(pending, parent=parent)
        self.results = ResultBlock(pending, new_id, parent)

    def bind(self, part: ActorPart, slot_index: int, shown: Shown) -> None:
        """Show slot ``slot_index`` of ``part``."""
        slot = part.slots[slot_index]
        self.slot_id = slot.id
        whose = f"{self._actor.label} {departments_text(self._actor, slot, shown.year)}"
        writable = shown.writable(slot.id)
        self.show_head(slot, shown)
        for block, name, year in ((self.status, "status", shown.year), (self.planned, "planned", shown.year + 1)):
            key = FieldKey(Owner.SLOT, slot.id, name, None, year)
            _bind(block, key, shown, whose, editable=writable)
        self.results.bind(part, slot_index, shown.year, shown.plan_years, whose=whose, editable=writable)

    def show_head(self, slot: Slot, shown: Shown) -> None:
        """Show who answers the slot and how far it is."""
        fill, locked = fill_of_slot(slot, shown.year), slot.id in shown.locked
        self.head.show_slot(slot, shown.year, fill, editable=shown.editable, locked=locked)

    @property
    def fields(self) -> tuple[FieldBlock, FieldBlock]:
        """The text fields in reading order."""
        return (self.status, self.planned)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """All blocks in reading order, the head first."""
        return (self.head, self.status, self.planned, self.results)


def _bind(block: FieldBlock, key: FieldKey, shown: Shown, whose: str, *, editable: bool) -> None:
    """Bind ``block`` to ``key``, or only take over a new value when it shows the field already."""
    value = shown.values.get(key, key.spec.default)
    placeholder = placeholder_of(shown.values, key, editable=editable)
    block.bind(key, value, whose=whose, placeholder=placeholder, read_only=not editable)
    block.compare(last_year_of(shown.values, key))


class PartBlocks:
    """The blocks of one actor's part."""

    def __init__(self, pending: Pending, new_id: Callable[[], str], actor: Actor, parent: QWidget) -> None:
        self._pending = pending
        self._new_id = new_id
        self._parent = parent
        self.actor = actor
        self.head = PartHead(actor, parent)
        self.initiatives = FieldBlock(pending, fold_title="取組み", parent=parent)
        self._pool: list[SlotBlocks] = []
        self.slots: tuple[SlotBlocks, ...] = ()
        self._part: ActorPart | None = None

    def bind(self, shown: Shown, made: Callable[[SlotBlocks], None]) -> None:
        """Show the part of ``shown``; ``made`` is told of slot blocks that had to be made."""
        part = shown.activity.part(self.actor)
        places = [place for place, slot in enumerate(part.slots) if in_use(slot, shown.year)]
        while len(self._pool) < len(places):
            blocks = SlotBlocks(self._pending, self._new_id, self.actor, self._parent)
            self._pool.append(blocks)
            made(blocks)
        self.slots = tuple(self._pool[: len(places)])
        key = FieldKey(Owner.ACTOR, shown.activity.id, "initiatives", self.actor)
        _bind(self.initiatives, key, shown, self.actor.label, editable=shown.editable)
        for blocks, place in zip(self.slots, places, strict=True):
            blocks.bind(part, place, shown)
        self._show_head(part, shown)

    def refresh(self, shown: Shown) -> bool:
        """Take over new values; False when the slots are no longer the ones shown, so that :meth:`bind` is needed."""
        part = shown.activity.part(self.actor)
        if part == self._part:
            return True
        places = [place for place, slot in enumerate(part.slots) if in_use(slot, shown.year)]
        if [part.slots[place].id for place in places] != [blocks.slot_id for blocks in self.slots]:
            return False
        for block in self.fields():
            _adopt(block, shown)
        for blocks, place in zip(self.slots, places, strict=True):
            slot = part.slots[place]
            whose = f"{self.actor.label} {departments_text(self.actor, slot, shown.year)}"
            blocks.show_head(slot, shown)
            blocks.results.bind(
                part, place, shown.year, shown.plan_years, whose=whose, editable=shown.writable(slot.id)
            )
        self._show_head(part, shown)
        return True

    def _show_head(self, part: ActorPart, shown: Shown) -> None:
        self._part = part
        slots = tuple(slot for slot in part.slots if in_use(slot, shown.year))
        locked = bool(slots) and all(slot.id in shown.locked for slot in slots)
        self.head.show_part(slots, shown.year, fill_of_part(part, shown.year), editable=shown.editable, locked=locked)

    def fields(self) -> Iterator[FieldBlock]:
        """Yield the text fields in reading order."""
        yield self.initiatives
        for blocks in self.slots:
            yield from blocks.fields

    def hide_all(self) -> None:
        """Hide every block, for a new arrangement."""
        for widget in (self.head, self.initiatives, *(item for blocks in self._pool for item in blocks.widgets)):
            widget.hide()


def _adopt(block: FieldBlock, shown: Shown) -> None:
    if block.key is not None:
        value = shown.values.get(block.key, block.key.spec.default)
        if value != block.value:
            block.adopt(value)
        block.compare(last_year_of(shown.values, block.key))


def lines_in(shown: Shown, key: FieldKey) -> tuple[str, ...]:
    """Return the stored lines of ``key`` in what is shown."""
    return lines_of(shown.values.get(key, key.spec.default))
