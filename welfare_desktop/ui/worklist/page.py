"""The work list: findings, hits of a search, blanks and drafts, in the place of tree and form.

Each list is a pane of its own; the page gives them a heading, their verbs and the tabs.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.operations.list_sheets import Sheet

from ..parts import theme
from ..parts.controls import ElidedLabel, FittedLabel


class Pane(QWidget):
    """One list.

    ``jump_asked`` carries the key of a field and the line in it (from 0, or None); ``described`` says that heading or
    count are others now.
    """

    jump_asked = Signal(object, object)
    described = Signal()

    def __init__(self, tab: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tab = tab
        self.title = tab
        self.sub = ""
        self.count: int | None = None
        self.buttons: tuple[QPushButton, ...] = ()

    def describe(self, title: str, sub: str, count: int | None) -> None:
        """Take another heading: title, what is to be known beside it, and the number in the tab (None: none)."""
        self.title, self.sub, self.count = title, sub, count
        self.described.emit()

    def focus_list(self) -> None:
        """Go to the row one was at."""

    def areas(self) -> list[QWidget]:
        """Return what F6 goes through."""
        return []

    def printed(self) -> Sheet:
        """Return the list as it is shown, for paper."""
        return Sheet(self.title, self.sub, (), (), ())

    def jump(self, key: FieldKey, line: int | None) -> None:
        """Ask to go to a field."""
        self.jump_asked.emit(key, line)


class WorkPage(QWidget):
    """Heading, tabs and the panes; ``tab_changed`` says that another list is shown."""

    tab_changed = Signal()

    def __init__(self, panes: tuple[Pane, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panes = panes
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 6, 16, 4)
        row.setSpacing(theme.STEP)
        self._title = FittedLabel(size_px=theme.TITLE_PX, bold=True)
        self._sub = ElidedLabel(colour=theme.SECOND)
        row.addWidget(self._title)
        row.addWidget(self._sub, 1)
        for pane in panes:
            for button in pane.buttons:
                row.addWidget(button)
        column.addWidget(head)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("一覧の種類")
        self.tabs.setObjectName("workTabs")
        holder = QHBoxLayout()
        holder.setContentsMargins(16, 0, 16, 0)
        holder.addWidget(self.tabs)
        holder.addStretch(1)
        column.addLayout(holder)
        line = QWidget(self)
        line.setFixedHeight(1)
        line.setObjectName("workLine")
        column.addWidget(line)
        self._stack = QStackedWidget(self)
        for pane in panes:
            self.tabs.addTab(pane.tab)
            self._stack.addWidget(pane)
            pane.described.connect(self._describe)
        column.addWidget(self._stack, 1)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self._describe()

    @property
    def pane(self) -> Pane:
        """The list shown."""
        return self.panes[self.tabs.currentIndex()]

    def show_pane(self, pane: Pane) -> None:
        """Show another list."""
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(self.panes.index(pane))
        self._on_tab_changed()

    def next_area(self, step: int) -> None:
        """Move the focus between tabs and the parts of the list."""
        areas = [self.tabs, *self.pane.areas()]
        focus = QApplication.focusWidget()
        here = next(
            (n for n, area in enumerate(areas) if focus is not None and (area is focus or area.isAncestorOf(focus))), -1
        )
        areas[(here + step) % len(areas)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_tab_changed(self) -> None:
        self._stack.setCurrentWidget(self.pane)
        self._describe()
        self.tab_changed.emit()

    def _describe(self) -> None:
        for number, pane in enumerate(self.panes):
            self.tabs.setTabText(number, pane.tab if pane.count is None else f"{pane.tab}  {pane.count}")
            if pane is not self.pane:
                for button in pane.buttons:
                    button.hide()
        # After the others are gone: for a moment two sets of buttons would make the window wider than a small screen.
        for button in self.pane.buttons:
            button.show()
        self._title.setText(self.pane.title)
        self._title.updateGeometry()
        self._sub.setText(self.pane.sub)
