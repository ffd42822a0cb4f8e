"""Where the work is done: form, goal page and context panel over the desk's session, and what is typed.

The bench hears of every commit and passes on only what changed; it decides nothing about values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.completeness import Fill, fill_of
from welfare_desktop.domain.errors import ClosedReport, WelfareError
from welfare_desktop.domain.fields import Change, FieldKey, Owner, lines_of
from welfare_desktop.domain.model import Activity, EntryState
from welfare_desktop.domain.text import circled
from welfare_desktop.domain.values import activity_values
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.field_history import past_of
from welfare_desktop.operations.session import new_id

from .beside.context_panel import ContextPanel, FieldContext
from .beside.last_year import beside, year_to_show
from .beside.proofreading import Noted, Proofreader
from .desk import Desk
from .form.activity_form import ActivityForm
from .form.blanks import all_fields, fields_in_state
from .form.heads import departments_text
from .form.line_editor import LineText
from .form.part_blocks import Shown
from .form.pending import Pending, Typed
from .form.result_block import ResultBlock
from .overview.centre import OverviewCentre
from .worklist.watching import Watcher

#: Fields that lock or unlock others.
_LOCKS = ("closed", "state", "council_state")
_ORDER_FIELDS = ("title", "number", "basic_goals", "activity_goals", "activities")
_OUTLINE_FIELDS = (*_ORDER_FIELDS, "reported_from", "retired_from")
#: Reading one activity takes a few milliseconds; reading all of a large plan takes seconds.
_COUNTED_SINGLY = 20


class Committed(Protocol):
    """What the bench needs to know of something committed."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The fields that changed."""


class Bench(QObject):
    """The form of the chosen activity with everything around it.

    ``failed`` carries an error of something a person asked for; ``field_changed`` the key of the field one is in (or
    None); ``saving_changed`` follows everything typed or saved; the others pass on what form and panel ask for.
    """

    failed = Signal(object)
    field_changed = Signal(object)
    saving_changed = Signal()
    import_asked = Signal()
    history_asked = Signal()
    verb_asked = Signal(object, str)
    ignore_asked = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.session = desk.session
        self.pending = Pending(self.session, self)
        self._activity_id = ""
        self._context_open = True
        self.form = ActivityForm(self.pending, new_id)
        self.overview = OverviewCentre(desk, self)
        self.context = ContextPanel()
        self.watcher = Watcher(desk, self)
        self.proofreader = Proofreader(self.session, self.watcher, self.form, self.is_composing, self)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.form)
        self.stack.addWidget(self.overview.page)
        self._connect()

    def _connect(self) -> None:
        self.desk.chosen.connect(self._on_row_chosen)
        self.desk.reloaded.connect(self._on_desk_reloaded)
        self.desk.tree.entered.connect(self.focus_form)
        self.form.field_focused.connect(self._on_field_focused)
        self.form.confirm_asked.connect(self.confirm)
        self.form.composing_changed.connect(self._on_something_typed)
        self.form.step_asked.connect(self.step)
        self.form.blank_asked.connect(self.next_blank)
        self.form.verb_asked.connect(self.verb_asked)
        self.desk.plan_asked.connect(self.show_plan)
        self.overview.page.left.connect(self.focus_tree)
        self.watcher.changed.connect(self._on_watched)
        self.context.copy_asked.connect(self.copy_lines)
        self.context.go_asked.connect(self._on_finding_gone_to)
        self.context.apply_asked.connect(self.apply_proposal)
        self.context.ignore_asked.connect(self.ignore_asked)
        self.proofreader.found.connect(self._on_findings_found)
        self.proofreader.failed.connect(self.failed)
        self.context.import_asked.connect(self.import_asked)
        self.context.history_asked.connect(self.history_asked)
        self.pending.changed.connect(self._on_something_typed)
        self.pending.saved.connect(self._on_something_typed)
        self.pending.watch_composition(self.is_composing)
        self.pending.ask_reasons(self._reason_for)
        self.session.subscribe(self._on_committed)

    def let_go(self) -> None:
        """Stop listening to the session, which is about to be closed; nothing is written any more."""
        self.pending.abandon()
        self.proofreader.look("", self.desk.year)
        self.watcher.let_go()
        self.overview.let_go()
        self.session.unsubscribe(self._on_committed)

    # --- what is shown ------------------------------------------------------------------------------------------

    @property
    def activity_id(self) -> str:
        """The activity in the form, or empty while a goal is shown."""
        return self._activity_id

    @property
    def is_empty(self) -> bool:
        """Whether nothing was shown yet: neither an activity nor a goal."""
        return self.form.shown is None and self.stack.currentWidget() is self.form

    @property
    def activity(self) -> Activity | None:
        """The activity in the form as it is stored, or None while a goal is shown."""
        return self.form.shown.activity if self._activity_id and self.form.shown is not None else None

    def show_year(self, year: int) -> None:
        """Show another fiscal year; what was typed is saved first."""
        self.finish_and_save()
        self.desk.show(year, self.desk.department)

    def show_department(self, department: str | None) -> None:
        """Count and list only what ``department`` owes (None: all); what was typed is saved first."""
        self.finish_and_save()
        self.desk.show(self.desk.year, department)

    def _on_desk_reloaded(self) -> None:
        if self._activity_id:
            self._show_activity(self._activity_id)
        elif self.shows_overview:
            self.overview.refresh()
            self._on_watched()
        else:
            index = self.desk.tree.currentIndex()
            row = self.desk.model.row_of(index)
            if row is not None:
                self._on_row_chosen(row[0], self.desk.model.level_of(index))

    def _on_row_chosen(self, row_id: str, level: int) -> None:
        if level == 2 and row_id == self._activity_id:
            return
        self.finish_and_save()
        if level == 2:
            self._show_activity(row_id)
        else:
            self._show_overview(row_id)

    def _show_activity(self, activity_id: str) -> None:
        activity = self.session.activity(activity_id)
        if activity is None:
            self._activity_id = ""
            return
        self._activity_id = activity_id
        self.form.show_activity(self._shown_of(activity), self.desk.path_of(activity_id))
        self.stack.setCurrentWidget(self.form)
        self.context.setVisible(self._context_open)
        self._show_context(self.form.focused_key)
        self._proofread()

    def _shown_of(self, activity: Activity) -> Shown:
        years = (self.desk.plan.first_year, self.desk.plan.last_year)
        year, signed = self.desk.year, self.session.signed_off_by
        slots = (slot.id for part in activity.parts for slot in part.slots)
        locked = frozenset(slot_id for slot_id in slots if signed(slot_id, year))
        return Shown(activity, dict(activity_values(activity)), year, years, self.desk.editable, locked)

    def show_plan(self) -> None:
        """Show how far the whole plan is; what was typed is saved first."""
        self.finish_and_save()
        self.desk.tree.choose_none()
        self._show_overview("")

    def show_context(self, opened: bool) -> None:
        """Open or fold the panel beside the form; beside an overview it stays away."""
        self._context_open = opened
        self.context.setVisible(opened and not self.shows_overview)

    @property
    def shows_overview(self) -> bool:
        """Whether the overview of a goal or of the plan is shown."""
        return self.stack.currentWidget() is self.overview.page

    def _show_overview(self, goal_id: str) -> None:
        self._activity_id = ""
        self.form.leave()
        self.overview.show(goal_id)
        self.stack.setCurrentWidget(self.overview.page)
        self._on_watched()
        self.context.setVisible(False)  # there is no field it could be about
        self._show_context(None)
        self._proofread()

    def _on_watched(self) -> None:
        if self.shows_overview:
            self.overview.show_attention(self.watcher.known)

    # --- the field one is in ------------------------------------------------------------------------------------

    def _on_field_focused(self, key: FieldKey) -> None:
        self._show_context(key)

    def _show_context(self, key: FieldKey | None) -> None:
        """Show beside the form what belongs to ``key``; nothing for None."""
        self.field_changed.emit(key)
        shown = self.form.shown
        if shown is None or key is None:
            self.context.show_nothing()
            return
        year = f"（{fiscal_label(key.year)}）" if key.year is not None else ""
        whose, sub = self._whose(key, shown.activity)
        context = FieldContext(
            key,
            f"{whose} ｜ {key.spec.label}{year}" if whose else f"{key.spec.label}{year}",
            sub,
            beside(shown.values, key),
            self.desk.plan.first_year,
            past_of(self.session, key, 5),
            shown.writable(key.owner_id),
        )
        self.context.show_field(context)

    def _whose(self, key: FieldKey, activity: Activity) -> tuple[str, str]:
        """Return the actor's name and who answers the slot of ``key``."""
        if key.owner is Owner.ACTOR and key.actor is not None:
            return key.actor.label, ""
        for part in activity.parts:
            for slot in part.slots:
                if key.owner is Owner.SLOT and slot.id == key.owner_id:
                    return part.actor.label, departments_text(part.actor, slot, self.desk.year)
        return "", ""

    def whose(self, key: FieldKey) -> str:
        """Return in words whose field ``key`` is: activity, actor, who answers."""
        activity = self.activity
        if activity is None:
            return ""
        actor, sub = self._whose(key, activity)
        return "　".join(part for part in (f"{circled(activity.number)} {activity.title}", actor, sub) if part)

    def _proofread(self) -> None:
        """Look for findings in the activity in the form, soon."""
        self.proofreader.look(self._activity_id, self.desk.year)

    def _on_findings_found(self, notes: tuple[Noted, ...]) -> None:
        self.context.show_findings(notes, editable=self.desk.editable)

    def _on_finding_gone_to(self, note: Noted) -> None:
        self.form.focus_key(note.key, note.line)

    def apply_proposal(self, note: Noted | None = None) -> None:
        """Do what a finding proposes: ``note``, or the one nearest to where one is; text typed is saved first."""
        wanted = note or self.proofreader.proposal_here()
        if wanted is not None and self.desk.editable and not self.finish_and_save():
            self.proofreader.apply(wanted)
            self.form.focus_key(wanted.key, wanted.line)

    def go_to(self, key: FieldKey) -> None:
        """Go into a field, in whatever activity and year it is."""
        activity_id = self.activity_of(key)
        if activity_id and activity_id != self._activity_id and not self.desk.tree.choose(activity_id):
            self.show_department(None)  # the department chosen has nothing to do with it
            self.desk.tree.choose(activity_id)
        if self.form.focus_key(key) or key.year is None:
            return
        year = key.year - 1 if key.name == "planned" else key.year
        if year in self.session.years() and year != self.desk.year:
            self.show_year(year)
            self.form.focus_key(key)

    def activity_of(self, key: FieldKey) -> str:
        """Return the id of the activity a field belongs to, or empty."""
        return next(iter(self.session.activities_of([key])), "")

    # --- hearing of commits -------------------------------------------------------------------------------------

    def _on_committed(self, applied: Committed) -> None:
        """Repaint what changed: tree rows, the fill of the activity, blocks of the form."""
        changes = applied.changes
        if any(change.key.name in _LOCKS or change.key.name in _OUTLINE_FIELDS for change in changes):
            self.desk.reload(only_order=all(change.key.name in _ORDER_FIELDS for change in changes))
            return
        if any(change.key.owner in (Owner.PLAN, Owner.DEPARTMENT) for change in changes):
            self.desk.read_plan()
        if self._activity_id:
            self._refresh_activity()
        self._count_elsewhere(changes)
        if self.shows_overview:
            self.overview.refresh()
            self._on_watched()

    def _count_elsewhere(self, changes: Iterable[Change]) -> None:
        """Show how far activities are that changed and are not in the form; many at once are counted with all others."""
        touched = self.session.activities_of(change.key for change in changes if change.key.owner is Owner.SLOT)
        touched.discard(self._activity_id)
        if len(touched) > _COUNTED_SINGLY:
            self.desk.count()
            return
        for activity_id in touched:
            activity = self.session.activity(activity_id)
            if activity is not None:
                self.desk.set_fill(activity_id, fill_of(activity, self.desk.year, self.desk.department))

    def _refresh_activity(self) -> None:
        activity = self.session.activity(self._activity_id)
        if activity is None:
            return
        self.form.refresh(self._shown_of(activity))
        self.desk.set_fill(activity.id, fill_of(activity, self.desk.year, self.desk.department))
        self._show_context(self.form.focused_key)
        self._proofread()

    def _on_something_typed(self, _about: object) -> None:
        self.watcher.rest()
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

    def _reason_for(self, error: ClosedReport) -> str:
        from .structure.reasons import ask_reason

        return ask_reason(self.form.window(), error)

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

    # --- moving -------------------------------------------------------------------------------------------------

    def step(self, step: int) -> None:
        """Go to the next (+1) or previous (-1) activity; from a goal or the whole plan, to its first."""
        if self._activity_id:
            target = self.desk.model.neighbour(self._activity_id, step)
        else:
            row = self.desk.model.row_of(self.desk.tree.currentIndex())
            ids = [item[0] for item in self.desk.model.activities_below(row[0])] if row is not None else None
            below = self.desk.model.activity_ids() if ids is None else ids
            target = below[0] if below and step > 0 else None
        if target is None:
            return
        focus = QApplication.focusWidget()
        in_form = focus is not None and self.form.isAncestorOf(focus)
        self.desk.tree.choose(target)
        if in_form:
            self.form.focus_first()

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

    def _next_here(self, state: EntryState) -> FieldKey | None:
        """Return the next field in ``state`` after the one one is in, within the activity shown."""
        activity, year = self.activity, self.desk.year
        if activity is None:
            return None
        wanted = set(fields_in_state(activity, year, self.desk.department, state))
        order = all_fields(activity, year)
        current = self.form.focused_key if self.form.has_been_entered else None
        start = order.index(current) + 1 if current in order else 0
        return next((key for key in order[start:] if key in wanted), None)

    def _next_elsewhere(self, state: EntryState) -> FieldKey | None:
        """Return the first field in ``state`` of the activities after the one shown, going round to it again."""
        ids = self.desk.model.activity_ids()
        start = ids.index(self._activity_id) + 1 if self._activity_id in ids else 0
        for activity_id in [*ids[start:], *ids[:start]]:
            fill = self.desk.fills.get(activity_id, Fill())
            if not (fill.blank if state is EntryState.BLANK else fill.draft):
                continue
            activity = self.session.activity(activity_id)
            if activity is not None:
                key = next(fields_in_state(activity, self.desk.year, self.desk.department, state), None)
                if key is not None:
                    return key
        return None

    def focus_form(self) -> None:
        """Go into what the centre shows."""
        shown: QWidget | None = self.stack.currentWidget()
        if shown is self.form:
            self.form.focus_first()
        elif shown is self.overview.page:
            self.overview.page.focus_first()
        elif shown is not None:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_tree(self) -> None:
        """Go to the tree."""
        self.desk.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def next_area(self, step: int) -> None:
        """Move the focus between tree, form and panel."""
        areas: list[QWidget] = [self.desk.tree, self.stack]
        if self.context.isVisible():
            areas.append(self.context)
        focus = QApplication.focusWidget()
        here = next((place for place, area in enumerate(areas) if focus is not None and _holds(area, focus)), -1)
        area = areas[(here + step) % len(areas)]
        if area is self.stack:
            self.focus_form()
        elif area is self.context:
            self.context.focus_first()
        else:
            self.focus_tree()

    # --- changing -----------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take back typing in the field one is in; when there is none, the last thing committed, wherever it was."""
        focus = QApplication.focusWidget()
        if isinstance(focus, LineText) and not focus.composing and focus.can_undo_typing():
            focus.undo()
        else:
            self._step_history(back=True)

    def redo(self) -> None:
        """Bring back typing, or what was undone last."""
        focus = QApplication.focusWidget()
        if isinstance(focus, LineText) and not focus.composing and focus.can_redo_typing():
            focus.redo()
        else:
            self._step_history(back=False)

    def undo_committed(self) -> None:
        """Take the last thing committed back, wherever it was; what is being typed is saved first."""
        self._step_history(back=True)

    def _step_history(self, *, back: bool) -> None:
        if self.finish_and_save():
            return
        try:
            applied = self.session.undo() if back else self.session.redo()
        except WelfareError as error:
            self.failed.emit(error)
            return
        if applied is None:
            return
        year = year_to_show(applied.changes)
        if year is not None and year in self.session.years():
            self.show_year(year)
            return
        key = next((change.key for change in applied.changes if self.activity_of(change.key)), None)
        if key is not None:
            self.go_to(key)

    def copy_last_year(self) -> bool:
        """Append last year's lines to the field one is in; whether there were any, and a field for them."""
        key, shown = self.form.focused_key, self.form.shown
        found = beside(shown.values, key) if key is not None and shown is not None else ()
        if not found or not found[0].lines or isinstance(self.form.focused_block, ResultBlock):
            return False
        self.copy_lines(found[0].lines)
        return True

    def copy_lines(self, lines: tuple[str, ...]) -> None:
        """Append ``lines`` to the field one is in, as if typed."""
        block = self.form.focused_block
        if block is None or isinstance(block, ResultBlock) or block.read_only:
            return
        block.add_lines(lines)
        block.field.text.setFocus()

    def confirm(self, key: FieldKey | None = None) -> bool:
        """Confirm a draft: ``key``, or the field one is in; False where there is none."""
        block = self.form.block_of(key) if key is not None else self.form.focused_block
        if block is None or isinstance(block, ResultBlock) or block.read_only:
            return False
        try:
            return block.confirm(self.session)
        except WelfareError as error:
            self.failed.emit(error)
        return True


def _holds(area: QWidget, focus: QWidget) -> bool:
    return area is focus or area.isAncestorOf(focus)
