"""The working area for one open data file: tree, form and context panel, kept in step with the session.

The desk owns what a person is doing: which year, which department, which activity, what is typed and not saved.  It
hears of every commit and passes on only what changed; it decides nothing about values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from welfare_desktop.domain.addresses import places, spoken
from welfare_desktop.domain.completeness import Fill, fill_of, total
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import Change, FieldKey, Owner, lines_of
from welfare_desktop.domain.model import Activity, EntryState, Plan
from welfare_desktop.domain.values import activity_values
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.session import Session, new_id

from . import theme
from .activity_form import ActivityForm
from .beside import beside
from .blanks import all_fields, fields_in_state
from .context_panel import ContextPanel, FieldContext, Finding
from .controls import ElidedLabel, FittedLabel
from .goal_page import GoalPage, GoalRow
from .heads import departments_text
from .history_text import past_of
from .line_editor import LineText
from .marks import Mark
from .part_blocks import Shown
from .pending import Pending, Typed
from .result_block import ResultBlock
from .tree_model import Count, OutlineRow, TreeModel
from .tree_view import PlanTree

_TITLE_KEYS = ("title", "number", "retired_from", "basic_goals", "activity_goals", "activities")


class Committed(Protocol):
    """What the desk needs to know of something committed."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The fields that changed."""


class Desk(QWidget):
    """Tree, form and panel over one session.

    ``failed`` carries an error of something a person asked for; ``field_changed`` the key of the field one is in (or
    None); ``filled`` the fill of the year and department; ``saving_changed`` follows everything typed or saved.
    """

    failed = Signal(object)
    field_changed = Signal(object)
    filled = Signal(object)
    saving_changed = Signal()
    composing_changed = Signal(bool)
    import_asked = Signal()
    history_asked = Signal()
    judge_asked = Signal(object, object)
    verb_asked = Signal(object, str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.pending = Pending(session, self)
        self._plan = session.plan(())
        self.year = session.latest_year()
        self.department: str | None = None
        self._levels = session.outline()
        self._fills: dict[str, Fill] = {}
        self._activity_id = ""
        self.model = TreeModel(self)
        self.tree = PlanTree(self)
        self.form = ActivityForm(self.pending, new_id, self)
        self.goal_page = GoalPage(self)
        self.context = ContextPanel(self)
        self._lay_out()
        self._connect()
        self._fills = session.fills(self.year, self.department)
        self.model.load(self._visible_levels(), self.year)
        self._show_counts()
        self.tree.show_model(self.model)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.form)
        self.stack.addWidget(self.goal_page)
        self._band_count = FittedLabel(colour=theme.SECOND)
        band = QWidget()
        band.setObjectName("treeBand")
        band.setStyleSheet(f"#treeBand {{ background: {theme.BAND}; }}")
        band.setFixedHeight(24)
        heading = QHBoxLayout(band)
        heading.setContentsMargins(8, 0, 8, 0)
        heading.addWidget(ElidedLabel("計画の構成", bold=True), 1)
        heading.addWidget(self._band_count)
        left = QWidget()
        left.setMinimumWidth(theme.MIN_TREE)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(band)
        column.addWidget(self.tree, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for widget, stretch in ((left, 0), (self.stack, 1), (self.context, 0)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setSizes([theme.TREE_WIDTH, 844, theme.CONTEXT_WIDTH])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def _connect(self) -> None:
        self.tree.chosen.connect(self._on_tree_chosen)
        self.tree.entered.connect(self.form.focus_first)
        self.form.field_focused.connect(self._on_field_focused)
        self.form.confirm_asked.connect(self.confirm)
        self.form.composing_changed.connect(self.composing_changed)
        self.form.step_asked.connect(self.step)
        self.form.blank_asked.connect(self.next_blank)
        self.form.judge_asked.connect(self.judge_asked)
        self.form.verb_asked.connect(self.verb_asked)
        self.goal_page.opened.connect(self.choose)
        self.context.copy_asked.connect(self.copy_lines)
        self.context.go_asked.connect(self.go_to)
        self.context.import_asked.connect(self.import_asked)
        self.context.history_asked.connect(self.history_asked)
        self.pending.changed.connect(self._on_pending_changed)
        self.pending.saved.connect(self._on_pending_changed)
        self.pending.watch_composition(self.is_composing)
        self.session.subscribe(self._on_committed)

    def close_session(self) -> None:
        """Let go of the session; the desk is not used afterwards."""
        self.session.unsubscribe(self._on_committed)
        self.session.close()

    # --- what is shown ------------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """The plan's structure without entries."""
        return self._plan

    @property
    def editable(self) -> bool:
        """Whether the year shown can be typed into."""
        return not self.session.read_only and self.year not in self.session.closed_years()

    @property
    def activity_id(self) -> str:
        """The activity in the form, or empty while a goal is shown."""
        return self._activity_id

    def show_year(self, year: int) -> None:
        """Show another fiscal year; what was typed is saved first."""
        self.finish_and_save()
        self.year = year
        self._reload()

    def show_department(self, department: str | None) -> None:
        """Count and list only what ``department`` owes; None means all."""
        self.finish_and_save()
        self.department = department
        self._reload()

    def _reload(self) -> None:
        """Bring tree and form in line with year and department, row by row."""
        self._plan = self.session.plan(())
        self._levels = self.session.outline()
        self._fills = self.session.fills(self.year, self.department)
        self.model.update_outline(self._visible_levels(), self.year)
        self._show_counts()
        if self._activity_id:
            self._show_activity(self._activity_id)
        else:
            self._on_tree_chosen_again()

    def _visible_levels(self) -> list[list[OutlineRow]]:
        """Return the outline without activities the chosen department has nothing to do with."""
        if self.department is None:
            return self._levels
        activities = [row for row in self._levels[2] if self._fills.get(row[0], Fill()).expected]
        goal_ids = {row[1] for row in activities}
        goals = [row for row in self._levels[1] if row[0] in goal_ids]
        basic_ids = {row[1] for row in goals}
        return [[row for row in self._levels[0] if row[0] in basic_ids], goals, activities]

    def _show_counts(self) -> None:
        self.model.set_counts({activity_id: _count(fill) for activity_id, fill in self._fills.items()})
        self._show_total()

    def _show_total(self) -> None:
        fill = total(self._fills.values())
        self._band_count.setText(f"記入済みの欄 {fill.entered}/{fill.expected}")
        self._band_count.updateGeometry()
        self.filled.emit(fill)

    @property
    def fill(self) -> Fill:
        """How far the year and department shown are filled."""
        return total(self._fills.values())

    def choose_first(self) -> None:
        """Choose the first activity, when a file has just been opened."""
        first = next(iter(self.model.activity_ids()), None)
        if first is not None:
            self.tree.choose(first)

    def choose(self, row_id: str) -> None:
        """Choose a goal or an activity in the tree."""
        self.tree.choose(row_id)

    def _on_tree_chosen(self, row_id: str, level: int) -> None:
        if level == 2:
            if row_id != self._activity_id:
                self.finish_and_save()
                self._show_activity(row_id)
        else:
            self.finish_and_save()
            self._show_goal(row_id, level)

    def _on_tree_chosen_again(self) -> None:
        index = self.tree.currentIndex()
        row = self.model.row_of(index)
        if row is not None and self.model.level_of(index) < 2:
            self._show_goal(row[0], self.model.level_of(index))

    def _show_activity(self, activity_id: str) -> None:
        activity = self.session.activity(activity_id)
        if activity is None:
            self._activity_id = ""
            return
        self._activity_id = activity_id
        self.form.show_activity(self._shown_of(activity), self._path_of(activity_id))
        self.stack.setCurrentWidget(self.form)
        self.context.show_nothing()
        self._show_findings()
        self.field_changed.emit(None)

    def _shown_of(self, activity: Activity) -> Shown:
        years = (self._plan.first_year, self._plan.last_year)
        return Shown(activity, dict(activity_values(activity)), self.year, years, self.editable)

    def _path_of(self, activity_id: str) -> str:
        goal = self.model.row_of(self.model.index_of(activity_id).parent())
        basic = self.model.row_of(self.model.index_of(activity_id).parent().parent())
        if goal is None or basic is None:
            return ""
        return f"基本目標{basic[2]} {basic[3]}　›　活動目標{goal[2]} {goal[3]}"

    def _show_goal(self, row_id: str, level: int) -> None:
        self._activity_id = ""
        row = self.model.row_of(self.model.index_of(row_id))
        assert row is not None
        goal_ids = {row_id} if level == 1 else {item[0] for item in self._levels[1] if item[1] == row_id}
        numbers = {item[0]: item[2] for level_rows in self._levels for item in level_rows}
        basic_of = {item[0]: item[1] for item in self._levels[1]}
        rows = [
            GoalRow(
                item[0],
                f"{numbers[basic_of[item[1]]]}-{numbers[item[1]]}",
                item[2],
                item[3],
                self._fills.get(item[0], Fill()),
            )
            for item in self._visible_levels()[2]
            if item[1] in goal_ids and item[0] in self._fills
        ]
        word = "基本目標" if level == 0 else "活動目標"
        self.goal_page.show_goal(self._plan.vision, f"{word}{row[2]} {row[3]}", self.year, rows)
        self.stack.setCurrentWidget(self.goal_page)
        self.context.show_nothing()
        self.field_changed.emit(None)

    # --- the field one is in ------------------------------------------------------------------------------------

    def _on_field_focused(self, key: FieldKey) -> None:
        self._show_context(key)
        self.field_changed.emit(key)

    def _show_context(self, key: FieldKey) -> None:
        shown = self.form.shown
        if shown is None:
            return
        year = f"（{fiscal_label(key.year)}）" if key.year is not None else ""
        whose, sub = self._whose(key, shown.activity)
        heading = f"{whose} ｜ {key.spec.label}{year}" if whose else f"{key.spec.label}{year}"
        self.context.show_field(
            FieldContext(
                key,
                heading,
                sub,
                beside(shown.values, key),
                self._plan.first_year,
                past_of(self.session, key, 5),
                shown.editable,
            )
        )

    def _whose(self, key: FieldKey, activity: Activity) -> tuple[str, str]:
        """Return the actor's name and who answers the slot of ``key``."""
        if key.owner is Owner.ACTOR and key.actor is not None:
            return key.actor.label, ""
        for part in activity.parts:
            for slot in part.slots:
                if key.owner is Owner.SLOT and slot.id == key.owner_id:
                    return part.actor.label, departments_text(part.actor, slot, self.year)
        return "", ""

    def _show_findings(self) -> None:
        found = []
        for block in self.form.blocks():
            if isinstance(block, ResultBlock):
                for row, judged in block.doubtful():
                    words = f"目標「{judged.target}」に、実績は「{row.result.text if row.result else '—'}」"
                    title = judged.judgement.label
                    mark = Mark.UNEQUAL if judged.judgement.value == "unit_mismatch" else Mark.TRIANGLE
                    whose = self._whose(block.key, self.form.shown.activity)[0] if self.form.shown else ""
                    found.append(Finding(mark, title, f"{whose} 実績", words, block.key))
        self.context.show_findings(found)

    def go_to(self, key: FieldKey) -> None:
        """Go into a field, in whatever activity it is."""
        activity_id = self._activity_of(key)
        if activity_id and activity_id != self._activity_id:
            self.tree.choose(activity_id)
        if key.year is not None and not self.form.focus_key(key):
            year = key.year - 1 if key.name == "planned" else key.year
            if year in self.session.years() and year != self.year:
                self.show_year(year)
        self.form.focus_key(key)

    def _activity_of(self, key: FieldKey) -> str:
        """Return the id of the activity a field belongs to, or empty."""
        if key.owner in (Owner.ACTIVITY, Owner.ACTOR):
            return key.owner_id
        place = places(self.session.plan(())).get((key.owner, key.owner_id))
        return place.activity_id if place is not None else ""

    # --- hearing of commits -------------------------------------------------------------------------------------

    def _on_committed(self, applied: Committed) -> None:
        """Repaint what changed: tree rows, the fill of the activity, blocks of the form."""
        if any(change.key.name in _TITLE_KEYS for change in applied.changes):
            self._refresh_outline()
        if any(change.key.name == "closed" for change in applied.changes):
            self._reload()
            return
        if any(change.key.owner in (Owner.PLAN, Owner.DEPARTMENT) for change in applied.changes):
            self._plan = self.session.plan(())
        if self._activity_id:
            self._refresh_activity()
        if len(applied.changes) > 1 or self._touches_elsewhere(applied.changes):
            self._fills = self.session.fills(self.year, self.department)
            self._show_counts()

    def _touches_elsewhere(self, changes: Iterable[Change]) -> bool:
        """Whether a slot changed that is not in the form."""
        shown = self.form.shown
        parts = shown.activity.parts if shown is not None and self._activity_id else ()
        here = {slot.id for part in parts for slot in part.slots}
        return any(change.key.owner is Owner.SLOT and change.key.owner_id not in here for change in changes)

    def _refresh_outline(self) -> None:
        self._plan = self.session.plan(())
        self._levels = self.session.outline()
        self._fills = self.session.fills(self.year, self.department)
        self.model.update_outline(self._visible_levels(), self.year)
        self._show_counts()

    def _refresh_activity(self) -> None:
        activity = self.session.activity(self._activity_id)
        if activity is None:
            return
        self.form.refresh(self._shown_of(activity))
        fill = fill_of(activity, self.year, self.department)
        if self._fills.get(activity.id) != fill:
            self._fills[activity.id] = fill
            self.model.set_count(activity.id, _count(fill))
            self._show_total()
        self._show_findings()
        key = self.form.focused_key
        if key is not None:
            self._show_context(key)

    def _on_pending_changed(self, _about: object) -> None:
        self.saving_changed.emit()

    # --- saving -------------------------------------------------------------------------------------------------

    def is_composing(self) -> bool:
        """Whether the editor one is in has an open input method composition."""
        focus = QApplication.focusWidget()
        return isinstance(focus, LineText) and focus.composing

    def finish_and_save(self) -> tuple[Typed, ...]:
        """Confirm what is being composed, take over open cells, save all; return what could not be saved."""
        self.form.finish_editing()
        return self.pending.save_all()

    def give_up(self, key: FieldKey) -> None:
        """Drop what was typed into ``key`` and show what is stored."""
        self.pending.drop(key)
        if self._activity_id:
            self._refresh_activity()
            block = self.form.block_of(key)
            if block is not None and not isinstance(block, ResultBlock):
                block.adopt(self.session.value(key))

    def unsaved_text(self) -> str:
        """Return everything that is not on disk as plain text, for the clipboard when no disk takes it."""
        parts = []
        for item in self.pending.held():
            lines = item.lines if item.lines is not None else lines_of(item.after)
            parts.append("\n".join((f"［{spoken(item.key)}］", *lines)))
        return "\n\n".join(parts)

    # --- verbs --------------------------------------------------------------------------------------------------

    def step(self, step: int) -> None:
        """Go to the next (+1) or previous (-1) activity and stay in the same kind of field."""
        index = self.tree.currentIndex()
        current = self._activity_id
        if not current:
            ids = self.model.activity_ids()
            row = self.model.row_of(index)
            below = [item for item in ids if row is not None and self._is_below(item, row[0])]
            target = (below[0] if below else ids[0] if ids else None) if step > 0 else None
        else:
            target = self.model.neighbour(current, step)
        if target is None:
            return
        focus = QApplication.focusWidget()
        in_form = focus is not None and self.form.isAncestorOf(focus)
        self.tree.choose(target)
        if in_form:
            self.form.focus_first()

    def _is_below(self, row_id: str, above: str) -> bool:
        index = self.model.index_of(row_id).parent()
        while index.isValid():
            row = self.model.row_of(index)
            if row is not None and row[0] == above:
                return True
            index = index.parent()
        return False

    def next_blank(self) -> bool:
        """Go to the next blank field of the year and department; False when there is none."""
        return self._next_in_state(EntryState.BLANK)

    def next_draft(self) -> bool:
        """Go to the next draft; False when there is none."""
        return self._next_in_state(EntryState.DRAFT)

    def _next_in_state(self, state: EntryState) -> bool:
        self.finish_and_save()
        key = self._next_here(state) or self._next_elsewhere(state)
        if key is None:
            return False
        self.go_to(key)
        return True

    def _next_elsewhere(self, state: EntryState) -> FieldKey | None:
        """Return the first field in ``state`` of the activities after the one shown, going round to it again."""
        ids = self.model.activity_ids()
        start = ids.index(self._activity_id) + 1 if self._activity_id in ids else 0
        for activity_id in [*ids[start:], *ids[:start]]:
            fill = self._fills.get(activity_id, Fill())
            if fill.blank if state is EntryState.BLANK else fill.draft:
                activity = self.session.activity(activity_id)
                found = (
                    fields_in_state(activity, self.year, self.department, state) if activity is not None else iter(())
                )
                key = next(found, None)
                if key is not None:
                    return key
        return None

    def _next_here(self, state: EntryState) -> FieldKey | None:
        """Return the next field in ``state`` after the one one is in, within the activity shown."""
        shown = self.form.shown
        if shown is None or not self._activity_id:
            return None
        wanted = set(fields_in_state(shown.activity, self.year, self.department, state))
        order = all_fields(shown.activity, self.year)
        current = self.form.focused_key
        start = order.index(current) + 1 if current in order else 0
        return next((key for key in order[start:] if key in wanted), None)

    def undo(self) -> None:
        """Take back typing in the field one is in; when there is none, the last thing committed, wherever it was."""
        focus = QApplication.focusWidget()
        if isinstance(focus, LineText) and not focus.composing and focus.can_undo_typing():
            focus.undo()
            return
        self._step_history(back=True)

    def redo(self) -> None:
        """Bring back typing, or what was undone last."""
        focus = QApplication.focusWidget()
        if isinstance(focus, LineText) and not focus.composing and focus.can_redo_typing():
            focus.redo()
            return
        self._step_history(back=False)

    def _step_history(self, *, back: bool) -> None:
        if self.finish_and_save():
            return
        try:
            applied = self.session.undo() if back else self.session.redo()
        except WelfareError as error:
            self.failed.emit(error)
            return
        key = applied.changes[0].key if applied is not None and applied.changes else None
        if key is not None and self._activity_of(key):
            self.go_to(key)

    def copy_last_year(self) -> None:
        """Append last year's lines to the field one is in."""
        key, shown = self.form.focused_key, self.form.shown
        if key is None or shown is None or not shown.editable:
            return
        found = beside(shown.values, key)
        if found and found[0].lines:
            self.copy_lines(found[0].lines)

    def copy_lines(self, lines: tuple[str, ...]) -> None:
        """Append ``lines`` to the field one is in, as if typed."""
        block = self.form.focused_block
        if block is None or isinstance(block, ResultBlock) or not self.editable:
            return
        block.add_lines(lines)
        block.field.text.setFocus()

    def confirm(self, key: FieldKey | None = None) -> None:
        """Confirm a draft: ``key``, or the field one is in."""
        block = self.form.block_of(key) if key is not None else self.form.focused_block
        if block is None or isinstance(block, ResultBlock) or not self.editable:
            return
        try:
            block.confirm(self.session)
        except WelfareError as error:
            self.failed.emit(error)

    # --- areas --------------------------------------------------------------------------------------------------

    def next_area(self, step: int) -> None:
        """Move the focus between tree, form and panel."""
        areas: list[QWidget] = [self.tree, self.stack]
        if self.context.isVisible():
            areas.append(self.context)
        focus = QApplication.focusWidget()
        here = next((n for n, area in enumerate(areas) if focus is not None and _holds(area, focus)), -1)
        area = areas[(here + step) % len(areas)]
        if area is self.stack and self.stack.currentWidget() is self.form:
            self.form.focus_first()
        elif area is self.stack:
            self.goal_page.focus_list()
        elif area is self.context:
            self.context.focus_first()
        else:
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)


def _holds(area: QWidget, focus: QWidget) -> bool:
    return area is focus or area.isAncestorOf(focus)


def _count(fill: Fill) -> Count:
    return Count(fill.entered, fill.expected)
