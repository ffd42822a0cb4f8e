"""確かな指摘をまとめて直す: what would be written, line by line, before it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from welfare_desktop.domain.differences import changed_spans
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.findings import Finding
from welfare_desktop.operations.checking import Corrected, apply_suggestions
from welfare_desktop.operations.listing import Directory
from welfare_desktop.operations.session import Session

from ..beside.proofreading import noted
from ..parts import theme
from ..parts.marked_text import Para, Row
from .preview_dialog import PreviewDialog


class FixDialog(PreviewDialog):
    """The sure proposals of a year; ``corrected`` says what was done, None while nothing was."""

    def __init__(self, parent: QWidget | None, session: Session, findings: Sequence[Finding]) -> None:
        headings = ("場所", "いまの文", "直した文")
        super().__init__(parent, "確かな指摘をまとめて直す", headings, (-30, -35, -35))
        self.corrected: Corrected | None = None
        self._session = session
        self._findings = findings
        directory = Directory(session.plan(()))
        self.table.show_rows([_row(finding, directory) for finding in findings])
        self.about.setText(
            "言い回しを変えず、字や記号だけを直す案です。直さない行は外してください。あとで「元に戻す」でまとめて戻せます。"
        )
        self.describe()

    def describe(self) -> None:
        """Say on the button how many are put right."""
        count = len(self.checked_rows())
        self.done_button.setText(f"{count} 件を直す")
        self.done_button.setEnabled(count > 0)

    def take(self) -> None:
        """Put right what stays checked."""
        try:
            self.corrected = apply_suggestions(self._session, [self._findings[row] for row in self.checked_rows()])
        except WelfareError as error:
            self.tell_refusal(f"{error.message}{error.next_step}")
            return
        self.accept()


def _row(finding: Finding, directory: Directory) -> Row:
    note = noted(finding)
    gone, new = changed_spans(finding.text, finding.suggestion)
    where = f"{directory.whose(note.key)} ｜ {note.key.spec.label} {finding.line or ''}行"
    return Row(
        (
            (
                Para(directory.title(note.key), bold=True),
                Para(where, size_px=theme.NOTE_PX, colour=theme.SECOND),
                Para(note.title, size_px=theme.NOTE_PX, colour=note.mark.colour.name()),
            ),
            (Para(finding.text, spans=gone, tint=theme.REMOVED, struck=True),),
            (Para(finding.suggestion, spans=new, tint=theme.INSERTED),),
        ),
        checked=True,
    )
