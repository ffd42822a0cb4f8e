"""Findings of the activity in the form: looked for after a short rest, shown at their lines and in the panel.

Filling is not shown here: what is blank or a draft says so in its own heading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.findings import RULES, Finding, Severity, asks_for_a_look
from welfare_desktop.domain.model import Actor
from welfare_desktop.operations import checking
from welfare_desktop.operations.session import Session

from ..form.activity_form import ActivityForm
from ..parts.marks import Mark
from ..worklist.watching import Watcher

_REST_MS = 150
_LABELS = {rule.id: rule.label for rule in RULES}
_MARKS = {Severity.ERROR: Mark.CROSS, Severity.WARNING: Mark.TRIANGLE, Severity.INFO: Mark.INFO}


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding as the panel shows it; ``line`` counts from 0, None where the field as a whole is meant."""

    finding: Finding
    key: FieldKey
    line: int | None
    mark: Mark
    title: str
    where: str

    @property
    def can_be_applied(self) -> bool:
        """Whether the program proposes what to do."""
        return bool(self.finding.suggestion) or self.finding.removes_line


def noted(finding: Finding) -> Noted:
    """Return ``finding`` in words, with the key of its field."""
    address = finding.address
    key = FieldKey(
        address.owner,
        finding.owner_id,
        address.field,
        address.actor if address.owner is Owner.ACTOR else None,
        address.year,
    )
    whose = {Actor.COUNCIL: "社協 ", Actor.CITY: "市 ", None: ""}[address.actor]
    slot = f"{address.slot} " if address.slot not in (None, 1) else ""
    place = f" {finding.line}行" if finding.line is not None else ""
    return Noted(
        finding,
        key,
        None if finding.line is None else finding.line - 1,
        _MARKS[finding.severity],
        _LABELS.get(finding.rule, finding.rule),
        f"{whose}{slot}{key.spec.label}{place}",
    )


class Proofreader(QObject):
    """Looks through one activity when it was shown or changed.

    ``found`` carries the findings in the order of the form; ``failed`` an error of something a person asked for.
    """

    found = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        watcher: Watcher,
        form: ActivityForm,
        busy: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._watcher = watcher
        self._form = form
        self._busy = busy
        self._year = 0
        self._activity_id = ""
        self.notes: tuple[Noted, ...] = ()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._on_rested)

    def look(self, activity_id: str, year: int) -> None:
        """Look through the activity with this id soon; an empty one takes the findings away."""
        self._activity_id, self._year = activity_id, year
        if not activity_id:
            self._rest.stop()
            self._show(())
        else:
            self._rest.start()

    def _on_rested(self) -> None:
        if self._busy():
            self._rest.start()
        else:
            self.look_now()

    def look_now(self) -> None:
        """Look through the activity at once."""
        self._rest.stop()
        if self._activity_id:
            found = self._watcher.watch.of_activity(self._activity_id)
            self._show(tuple(noted(item) for item in found if asks_for_a_look(item)))

    def _show(self, notes: tuple[Noted, ...]) -> None:
        self.notes = notes
        for block in self._form.blocks():
            block.show_notes([item for item in notes if self._form.block_of(item.key) is block])
        self.found.emit(notes)

    # --- verbs --------------------------------------------------------------------------------------------------

    def proposal_here(self) -> Noted | None:
        """Return the first finding with a proposal in the field one is in, its line first; else the first of all."""
        block, line = self._form.focused_block, self._form.current_line()
        here = [item for item in self.notes if item.can_be_applied and self._form.block_of(item.key) is block]
        at_line = [item for item in here if item.line == line]
        rest = [item for item in self.notes if item.can_be_applied]
        return next(iter([*at_line, *here, *rest]), None)

    def apply(self, note: Noted) -> None:
        """Do what a finding proposes."""
        try:
            checking.apply_suggestion(self._session, note.finding)
        except WelfareError as error:
            self.failed.emit(error)
        self.look_now()

    def ignore(self, note: Noted, reason: str) -> None:
        """Put a finding aside; raises InvalidValue without a reason."""
        checking.ignore(self._session, self._year, note.finding, reason)
        self.look_now()
