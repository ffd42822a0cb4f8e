"""Headings inside the form: one per actor (coloured strip), and one per slot where an actor has several."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from welfare_desktop.domain.completeness import UNASSIGNED, Fill
from welfare_desktop.domain.model import Actor, Slot

from ..parts import theme
from ..parts.controls import ElidedLabel, FittedLabel, push_button
from ..parts.marks import MarkLabel, mark_of_work
from .slot_verbs import SlotVerb

_COLOURS = {Actor.COUNCIL: (theme.COUNCIL, theme.COUNCIL_TINT), Actor.CITY: (theme.CITY, theme.CITY_TINT)}


def departments_text(actor: Actor, slot: Slot, year: int) -> str:
    """Return who answers ``slot``, by the names of ``year``; 未割当 where a city slot has nobody."""
    if slot.departments:
        return "・".join(department.name_in(year) for department in slot.departments)
    return "事務局" if actor is Actor.COUNCIL else UNASSIGNED


class _Head(QWidget):
    """What both headings share: a tinted bar with names on the left, fill and verbs on the right.

    ``verb_asked`` carries the verb and the id of the slot it is meant for.
    """

    verb_asked = Signal(object, str)

    def __init__(self, height_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(height_px)
        self._slot_id = ""
        self._menu = QMenu(self)
        for verb in SlotVerb:
            action = self._menu.addAction(verb.label)
            action.setData(verb)
        self._menu.triggered.connect(self._on_menu_triggered)
        self._verbs = push_button("…", self._on_verbs_clicked, kind="small", name="記入欄と担当課を変える")
        # Tab goes from field to field; by keyboard these verbs are in the window's menu.
        self._verbs.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._fill = FittedLabel(size_px=theme.SMALL_PX)
        self._mark = MarkLabel()

    def _show_fill(self, fill: Fill, *, locked: bool) -> None:
        self._fill.setText(f"{fill.entered}/{fill.expected} 欄" if fill.expected else "")
        self._fill.updateGeometry()
        state = fill.state_when(closed=locked)
        self._mark.show_mark(mark_of_work(state), state.label)

    def _on_verbs_clicked(self) -> None:
        self._menu.popup(self._verbs.mapToGlobal(self._verbs.rect().bottomLeft()))

    def _on_menu_triggered(self, action: object) -> None:
        verb = action.data() if hasattr(action, "data") else None
        if isinstance(verb, SlotVerb):
            self.verb_asked.emit(verb, self._slot_id)


class PartHead(_Head):
    """The strip above one actor's part; with a single slot it also names who answers it."""

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(38, parent)
        self._actor = actor
        self._names = ElidedLabel(colour=theme.TEXT)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 0)
        row.setSpacing(theme.STEP)
        row.addWidget(FittedLabel(actor.label, size_px=theme.PANE_TITLE_PX, bold=True))
        row.addWidget(self._names, 1)
        row.addWidget(self._verbs)
        row.addWidget(self._fill)
        row.addWidget(self._mark)

    def show_part(
        self, slots: tuple[Slot, ...], year: int, fill: Fill, *, editable: bool, locked: bool = False
    ) -> None:
        """Show the names of a single slot, or how many there are, and how far all are filled; or that all are 確定."""
        self._slot_id = slots[-1].id if slots else ""
        names = departments_text(self._actor, slots[0], year) if len(slots) == 1 else f"記入欄 {len(slots)}"
        self._names.setText(names)
        self._verbs.setVisible(editable)
        self.setAccessibleName(f"{self._actor.label} {names} {fill.entered}/{fill.expected}欄")
        self._show_fill(fill, locked=locked)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the actor's strip and tint."""
        strip, tint = _COLOURS[self._actor]
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tint))
        painter.fillRect(0, 0, self.width(), 3, QColor(strip))
        painter.end()


class SlotHead(_Head):
    """The bar above one of several slots: who answers it and how far it is."""

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(30, parent)
        self._actor = actor
        self._names = ElidedLabel(bold=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(theme.STEP)
        row.addWidget(FittedLabel("担当課", size_px=theme.NOTE_PX, colour=theme.SECOND))
        row.addWidget(self._names, 1)
        row.addWidget(self._verbs)
        row.addWidget(self._fill)
        row.addWidget(self._mark)

    def show_slot(self, slot: Slot, year: int, fill: Fill, *, editable: bool, locked: bool = False) -> None:
        """Show who answers ``slot`` and how far it is, or that it is 確定."""
        self._slot_id = slot.id
        self._names.setText(departments_text(self._actor, slot, year))
        self._verbs.setVisible(editable)
        self._show_fill(fill, locked=locked)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the tint of a band."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.BAND))
        painter.end()
