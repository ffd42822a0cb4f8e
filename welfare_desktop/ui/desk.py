"""The open data file beside its tree: which year, which department, what is in the plan and how far it is.

This is what the first picture of the window needs, and no more; the form and everything around it stand in
``ui.bench``, which is made once the window is painted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from welfare_desktop.domain.completeness import Fill, total
from welfare_desktop.domain.model import Plan
from welfare_desktop.operations.session import Session

from .parts import theme
from .parts.controls import FittedLabel, push_button
from .structure.tree_model import Count, OutlineRow, TreeModel, left_out
from .structure.tree_view import PlanTree

if TYPE_CHECKING:  # what counts comes after the first paint
    from welfare_desktop.operations.counting import Attention


class Desk(QObject):
    """One session with the year and department a person works on, and the tree that shows it.

    ``chosen`` carries id and level of the row that became current, ``filled`` how far the year is, ``reloaded`` says
    that year, department or structure changed, ``plan_changed`` that title, years or departments did,
    ``attention_changed`` that findings or conflicts are known or others, ``plan_asked`` asks for the whole plan.
    """

    chosen = Signal(str, int)
    filled = Signal(object)
    reloaded = Signal()
    plan_changed = Signal()
    attention_changed = Signal()
    plan_asked = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.plan: Plan = session.plan(())
        self.year = session.latest_year()
        self.department: str | None = None
        self.levels: list[list[OutlineRow]] = session.outline()
        self.fills: dict[str, Fill] = {}
        #: Findings and conflicts by activity id, as far as they are known; only where there are any.
        self.attention: Mapping[str, Attention] = {}
        self._only: frozenset[str] | None = None
        self.model = TreeModel(self)
        self.tree = PlanTree()
        self.panel = self._make_panel()
        self.model.load(self.levels, self.year)
        self.tree.show_model(self.model)
        self.tree.chosen.connect(self.chosen)

    def _make_panel(self) -> QWidget:
        self._sum = FittedLabel(colour=theme.SECOND)
        band = QWidget()
        band.setObjectName("treeBand")
        band.setFixedHeight(24)
        #: The line above the tree; whoever has verbs for it adds a button.
        heading = self.heading = QHBoxLayout(band)
        heading.setContentsMargins(2, 0, 8, 0)
        self.plan_button = push_button("計画の構成", self.plan_asked.emit, kind="flat", name="計画全体の状況を見る")
        self.plan_button.setFont(theme.font(theme.SMALL_PX, bold=True))
        heading.addWidget(self.plan_button)
        heading.addStretch(1)
        heading.addWidget(self._sum)
        panel = QWidget()
        panel.setMinimumWidth(theme.MIN_TREE)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(band)
        column.addWidget(self.tree, 1)
        self._column = column
        return panel

    def add_strip(self, strip: QWidget) -> None:
        """Show ``strip`` between the heading and the tree."""
        self._column.insertWidget(1, strip)

    @property
    def editable(self) -> bool:
        """Whether the year shown can be typed into."""
        return not self.session.read_only and self.year not in self.session.closed_years()

    @property
    def fill(self) -> Fill:
        """How far the year and department shown are filled."""
        return total(self.fills.values())

    # --- showing ------------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Find out how far every activity is, and show it."""
        self.fills = self.session.fills(self.year, self.department)
        self._show_fills()

    def _show_fills(self) -> None:
        self.model.set_counts({name: count_of(fill, self.attention.get(name)) for name, fill in self.fills.items()})
        self._show_sum()

    def _show_sum(self) -> None:
        fill = self.fill
        self._sum.setText(f"記入 {fill.entered}/{fill.expected}")
        self._sum.updateGeometry()
        self.filled.emit(fill)

    def set_fill(self, activity_id: str, fill: Fill) -> None:
        """Show how far one activity is now."""
        if self.fills.get(activity_id) != fill:
            self.fills[activity_id] = fill
            self.model.set_count(activity_id, count_of(fill, self.attention.get(activity_id)))
            self._show_sum()

    def show_attention(self, attention: Mapping[str, Attention]) -> None:
        """Show which activities have findings or conflicts; only rows that differ are painted anew."""
        before, self.attention = self.attention, attention
        differ = {name for name in (*before, *attention) if before.get(name) != attention.get(name)}
        for name in differ:
            if name in self.fills:
                self.model.set_count(name, count_of(self.fills[name], attention.get(name)))
        self.attention_changed.emit()

    def show(self, year: int, department: str | None) -> None:
        """Show another year, or only what one department owes (None: all)."""
        self.year, self.department = year, department
        self.attention = {}
        self.reload()

    def show_everything(self) -> None:
        """Let nothing hide an activity of the year: every department, and no filter."""
        self._only = None
        self.show(self.year, None)

    @property
    def narrowed(self) -> bool:
        """Whether the tree lists only some of the activities it could."""
        return self._only is not None

    def narrow(self, ids: frozenset[str] | None) -> None:
        """List only the activities with these ids (None: every one of the year and department)."""
        if ids == self._only:
            return
        row = self.model.row_of(self.tree.currentIndex())
        self._only = ids
        # Made anew: taking thousands of rows out one by one takes longer than showing those that stay.
        self.model.load(self.visible_levels(), self.year)
        self._show_fills()
        self.tree.unfold()
        if row is not None:
            self.tree.choose(row[0])

    def read_plan(self) -> None:
        """Read title, years and departments again."""
        self.plan = self.session.plan(())
        self.plan_changed.emit()

    def reload(self, *, only_order: bool = False) -> None:
        """Bring the tree in line with the file, row by row.

        ``only_order`` says that nothing but titles, numbers and places changed: how far everything is stays known.
        """
        self.read_plan()
        self.levels = self.session.outline()
        if not only_order or self.fills.keys() != {row[0] for row in self.levels[2]}:
            self.fills = self.session.fills(self.year, self.department)
        self.model.update_outline(self.visible_levels(), self.year)
        self._show_fills()
        self.reloaded.emit()

    def visible_levels(self) -> list[list[OutlineRow]]:
        """Return the outline without what department and filter leave out."""
        if self.department is None and self._only is None:
            return self.levels
        activities = self.levels[2]
        if self.department is not None:
            activities = [row for row in activities if self.fills.get(row[0], Fill()).expected]
        if self._only is not None:
            only = self._only
            activities = [row for row in activities if row[0] in only]
        goals = _parents(self.levels[1], activities)
        return [_parents(self.levels[0], goals), goals, activities]

    # --- finding ------------------------------------------------------------------------------------------------

    def choose_first(self) -> None:
        """Choose the first activity, or the first goal of a plan that has none yet."""
        top = self.model.row_of(self.model.index(0, 0))
        first = next(iter(self.model.activity_ids()), top[0] if top is not None else None)
        if first is not None:
            self.tree.choose(first)

    def path_of(self, activity_id: str) -> str:
        """Return the goals above an activity in words."""
        index = self.model.index_of(activity_id)
        activity, goal, basic = (self.model.row_of(item) for item in (index, index.parent(), index.parent().parent()))
        if activity is None or goal is None or basic is None:
            return ""
        absent = next((word for row in (activity, goal, basic) if (word := left_out(row, self.year))), "")
        mark = f"【{absent}】　" if absent else ""
        return f"{mark}基本目標{basic[2]} {basic[3]}　›　活動目標{goal[2]} {goal[3]}"


def _parents(rows: Iterable[OutlineRow], children: Iterable[OutlineRow]) -> list[OutlineRow]:
    wanted = {row[1] for row in children}
    return [row for row in rows if row[0] in wanted]


def count_of(fill: Fill, attention: Attention | None = None) -> Count:
    """Return what the tree shows of a fill and of what needs a person."""
    if attention is None:
        return Count(fill.entered, fill.expected, draft=fill.draft)
    return Count(fill.entered, fill.expected, attention.findings, attention.conflicts, fill.draft)


def numbers_of(levels: Iterable[Iterable[OutlineRow]]) -> Mapping[str, int]:
    """Return the number of every goal and activity by id."""
    return {row[0]: row[2] for rows in levels for row in rows}
