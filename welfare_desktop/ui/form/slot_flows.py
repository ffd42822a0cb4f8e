"""Verbs on what one is in: slots and departments, findings, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from welfare_desktop.domain.errors import ClosedReport, WelfareError
from welfare_desktop.domain.fields import Owner
from welfare_desktop.domain.model import Actor, Slot
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations import structure

from ..bench import Bench
from ..beside.proofreading import Noted
from ..parts.asking import LineDialog, tell_error
from ..structure.reasons import with_reason
from .dialogs import DepartmentsDialog
from .slot_verbs import SlotVerb


class SlotFlows(QObject):
    """The verbs of one window that act where the focus is."""

    def __init__(self, window: QWidget, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._bench = bench

    # --- slots --------------------------------------------------------------------------------------------------

    def run_here(self, verb: SlotVerb) -> None:
        """Do ``verb`` to the slot one is in; adding also works from anywhere in an activity (for the city)."""
        bench = self._bench
        current = bench.form.current_slot()
        if current is not None:
            self.run(verb, current[1])
        elif verb is SlotVerb.ADD and bench.form.shown is not None and bench.activity_id:
            self._add(bench.activity_id, Actor.CITY)

    def run(self, verb: SlotVerb, slot_id: str) -> None:
        """Do ``verb`` to a slot of the activity shown; an error is told and nothing has changed then."""
        bench = self._bench
        shown = bench.form.shown
        actor = bench.form.slot_actor(slot_id)
        if shown is None or actor is None or not bench.desk.editable:
            return
        bench.finish_and_save()
        activity_id = shown.activity.id
        slots = shown.activity.part(actor).slots
        place = next((number for number, slot in enumerate(slots) if slot.id == slot_id), None)
        if place is None:
            return
        try:
            match verb:
                case SlotVerb.DEPARTMENTS:
                    self._change_departments(slots[place])
                case SlotVerb.ADD:
                    self._add(activity_id, actor)
                case SlotVerb.SPLIT:
                    self._do(lambda why: structure.split_slot(bench.session, activity_id, actor, slot_id, why=why))
                case SlotVerb.UP | SlotVerb.DOWN:
                    self._move(activity_id, actor, slots, place, -1 if verb is SlotVerb.UP else 1)
                case SlotVerb.BEGIN:
                    self._begin(slots[place])
                case SlotVerb.RETIRE:
                    self._retire(slots[place])
                case SlotVerb.REMOVE:
                    self._do(lambda why: structure.remove_slot(bench.session, activity_id, actor, slot_id, why=why))
        except ClosedReport:
            return  # a person gave no reason: nothing changed
        except WelfareError as error:
            tell_error(self._window, error, verb.label)

    def _do(self, act: Callable[[str], object]) -> None:
        """Do something to the structure, with a reason where the report of a closed year would change."""
        with_reason(self._window, act)

    def _move(self, activity_id: str, actor: Actor, slots: Sequence[Slot], place: int, step: int) -> None:
        to = place + step
        if 0 <= to < len(slots):
            session, slot_id = self._bench.session, slots[place].id
            self._do(lambda why: structure.move_slot(session, activity_id, actor, slot_id, to, why=why))

    def _known_departments(self) -> list[str]:
        return [department.name for department in structure.departments_of(self._bench.session)]

    def _change_departments(self, slot: Slot) -> None:
        session = self._bench.session

        def take(names: Sequence[str]) -> None:
            with_reason(box, lambda why: structure.set_departments(session, slot.id, names, why=why))

        known = self._known_departments()
        box = DepartmentsDialog(
            self._window, "この記入欄の担当課", slot.department_names, known, take, verb="この担当課にする"
        )
        box.exec()
        box.deleteLater()

    def _begin(self, slot: Slot) -> None:
        from welfare_desktop.operations.nodes import begin

        from ..structure.node_dialogs import BeginDialog

        session = self._bench.session
        plan = session.plan(())

        def take(year: int | None) -> None:
            with_reason(box, lambda why: begin(session, Owner.SLOT, slot.id, year, why))

        years, used = range(plan.first_year + 1, plan.last_year + 1), self._reports_of(slot)
        box = BeginDialog(self._window, _words(slot), years, used, slot.reported_from, take)
        box.exec()
        box.deleteLater()

    def _retire(self, slot: Slot) -> None:
        from welfare_desktop.operations.nodes import retire

        from ..structure.node_dialogs import RetireDialog

        session = self._bench.session
        plan = session.plan(())

        def take(year: int | None) -> None:
            with_reason(box, lambda why: retire(session, Owner.SLOT, slot.id, year, why))

        years, used = range(plan.first_year, plan.last_year + 1), self._reports_of(slot)
        proposed = min(max(used, default=self._bench.desk.year - 1) + 1, plan.last_year)
        box = RetireDialog(self._window, _words(slot), years, proposed, used, slot.retired_from, take)
        box.exec()
        box.deleteLater()

    def _reports_of(self, slot: Slot) -> tuple[int, ...]:
        """Return the fiscal years whose reports print anything of a slot."""
        from welfare_desktop.domain.usage import usage_of_slot

        activity = self._bench.session.activity(self._bench.activity_id or "")
        parts = activity.parts if activity is not None else ()
        return usage_of_slot(next((item for part in parts for item in part.slots if item.id == slot.id), slot)).reports

    def _add(self, activity_id: str, actor: Actor) -> None:
        session = self._bench.session
        shown = self._bench.desk.year
        start = shown if shown > session.plan(()).first_year else None

        def take(names: Sequence[str]) -> None:
            known = {department.name: department.id for department in structure.departments_of(session)}
            ids = tuple(known[name] for name in names if name in known)
            if len(ids) == len(names):
                with_reason(
                    box, lambda why: structure.add_slot(session, activity_id, actor, ids, from_year=start, why=why)
                )
                return
            # A name that is new to the plan is added with it; both steps can be undone one after the other.
            with_reason(box, lambda why: add_for_new(names, why))

        def add_for_new(names: Sequence[str], why: str) -> None:
            _, slot_id = structure.add_slot(session, activity_id, actor, from_year=start, why=why)
            structure.set_departments(session, slot_id, names, why=why)

        title = f"{actor.label}の記入欄を加える"
        if start is not None:
            title += f"（{fiscal_label(start)}の報告から）"
        box = DepartmentsDialog(self._window, title, (), self._known_departments(), take, verb="記入欄を加える")
        box.exec()
        box.deleteLater()

    # --- findings -----------------------------------------------------------------------------------------------

    def ignore(self, note: Noted) -> None:
        """Ask for a reason and put a finding aside."""

        def take(reason: str) -> None:
            self._bench.proofreader.ignore(note, reason)

        box = LineDialog(
            self._window, f"無視: {note.title}", "無視する理由（記録に残ります）", "", take, verb="無視する"
        )
        box.exec()
        box.deleteLater()


def _words(slot: Slot) -> str:
    return f"{'・'.join(slot.department_names) or '担当課のない'}の記入欄"
