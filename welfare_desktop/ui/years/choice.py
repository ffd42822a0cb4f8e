"""Choosing a fiscal year: the box in the toolbar and its twin in the menu, with what became of each year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon
from PySide6.QtWidgets import QMenu

from welfare_desktop.domain.years import YearState, fiscal_label

from ..parts.controls import ChoiceBox

#: Takes the room of the words for a state until the states are known, so that nothing moves then.
_ROOM = "\u3000" * 4


class YearChoice(QObject):
    """The years of a file; ``chosen`` carries the one a person chose."""

    chosen = Signal(int)

    def __init__(self, box: ChoiceBox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._box = box
        self._years: list[int] = []
        self._states: Mapping[int, YearState] = {}
        self._short = False
        self._year = 0
        self._menu: QMenu | None = None
        self._before: QAction | None = None
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_action_triggered)
        box.activated.connect(self._on_row_activated)

    def show_years(self, years: Sequence[int], year: int, *, short: bool) -> None:
        """Offer ``years``, of which ``year`` is shown; ``short`` leaves out what the two years stand for."""
        self._short = short
        self._year = year
        if list(years) != self._years:
            self._years = list(years)
            self._fill_menu()
        self._fill_box()

    def show_states(self, states: Mapping[int, YearState], year: int) -> None:
        """Say what became of each year, of which ``year`` is shown; a year that is new is offered too."""
        if (list(states), dict(states)) != (self._years, dict(self._states)):
            self._states = dict(states)
            if list(states) != self._years:
                self._years = list(states)
                self._fill_menu()
            self._year = year
            self._fill_box()
        self.show_year(year)

    def show_year(self, year: int) -> None:
        """Show which year is chosen."""
        self._year = year
        with QSignalBlocker(self._box):
            self._box.setCurrentIndex(self._box.findData(year))
        for action in self._group.actions():
            action.setChecked(action.data() == year)

    def shorten(self, short: bool) -> None:
        """Take less room, or as much as it takes."""
        self._short = short
        self._fill_box()

    def fill_menu(self, menu: QMenu, before: QAction) -> None:
        """Keep the years in ``menu``, above ``before``."""
        self._menu, self._before = menu, before
        self._fill_menu()

    def _words(self, year: int) -> str:
        state = self._states.get(year)
        room = f"\u3000{state.label}" if state is not None else _ROOM
        if self._short:
            return f"{fiscal_label(year)} ／ {fiscal_label(year + 1)}{room}"
        return f"{fiscal_label(year)} 実施状況 ／ {fiscal_label(year + 1)} 実施予定{room}"

    def _fill_box(self) -> None:
        with QSignalBlocker(self._box):
            self._box.clear()
            for year in self._years:
                self._box.addItem(self._words(year), year)
                state = self._states.get(year)
                if state is not None:
                    self._box.setItemIcon(self._box.count() - 1, _icon(state))
            self._box.setCurrentIndex(self._box.findData(self._year))
        self._box.updateGeometry()
        for action in self._group.actions():
            action.setText(self._words(action.data()).rstrip("\u3000"))

    def _fill_menu(self) -> None:
        if self._menu is None or self._before is None:
            return
        for action in self._group.actions():
            self._group.removeAction(action)
            self._menu.removeAction(action)
            action.deleteLater()
        for year in self._years:
            action = QAction(self._words(year).rstrip("\u3000"), self)
            action.setCheckable(True)
            action.setData(year)
            action.setChecked(year == self._year)
            self._group.addAction(action)
            self._menu.insertAction(self._before, action)

    def _on_row_activated(self, row: int) -> None:
        self.chosen.emit(self._box.itemData(row))

    def _on_action_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())


def _icon(state: YearState) -> QIcon:
    from ..parts.marks import Mark, mark_icon  # not wanted before the first paint

    marks = {
        YearState.BEFORE_PLAN: Mark.BAR,
        YearState.NOT_OPENED: Mark.RING,
        YearState.OPEN: Mark.HALF,
        YearState.CLOSED: Mark.PADLOCK,
    }
    return mark_icon(marks[state])
