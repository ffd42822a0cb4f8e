"""一括で置き換える: words, new words, and every line that would change with a box to leave it out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.operations.listing import Directory, year_words
from welfare_desktop.operations.replacing import Replaced, Replacement, plan_replacement, replace_words
from welfare_desktop.operations.session import Session

from ..parts import theme
from ..parts.controls import TypedLine
from ..parts.marked_text import Para, Row
from ..parts.marks import Mark
from .preview_dialog import PreviewDialog

_REST_MS = 200


class ReplaceDialog(PreviewDialog):
    """Replaces words in the fields of a search; ``replaced`` says what was done, None while nothing was."""

    def __init__(self, parent: QWidget | None, session: Session, query: str, keys: Sequence[FieldKey]) -> None:
        super().__init__(parent, "一括で置き換える", ("場所", "いまの文", "置き換えた文"), (-28, -36, -36))
        self.replaced: Replaced | None = None
        self._session = session
        self._keys = keys
        self._directory = Directory(session.plan(()))
        self.planned: tuple[Replacement, ...] = ()
        self.words = TypedLine(query.strip().strip('"”“'))
        self.new_words = TypedLine("")
        self.exact = QCheckBox("全角と半角、ひらがなとカタカナ、大文字と小文字を区別する")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.STEP)
        for row, (caption, line) in enumerate((("前のことば", self.words), ("新しいことば", self.new_words))):
            label = QLabel(caption)
            label.setBuddy(line)
            line.setAccessibleName(caption)
            line.textChanged.connect(self._on_typed)
            grid.addWidget(label, row, 0)
            grid.addWidget(line, row, 1)
        grid.addWidget(self.exact, 2, 1)
        self.column.insertLayout(0, grid)
        self.exact.toggled.connect(self._on_typed)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.look)
        self.look()
        self.new_words.setFocus()

    def _on_typed(self) -> None:
        self.done_button.setEnabled(False)  # what is shown is no longer what would be done
        self._rest.start()

    def look(self) -> None:
        """Find out what would change."""
        self._rest.stop()
        self.tell_refusal("")
        try:
            self.planned = plan_replacement(
                self._session, self.words.text(), self.new_words.text(), self._keys, exact=self.exact.isChecked()
            )
        except WelfareError as error:
            self.planned = ()
            self.tell_refusal(f"{error.message}{error.next_step}")
        self.table.show_rows([_row(item, self._directory) for item in self.planned])
        self.describe()

    def describe(self) -> None:
        """Say how many places change, and what is left as it is."""
        chosen = self.checked_rows()
        places = sum(len(self.planned[number].spans) for number in chosen)
        self.done_button.setText(f"{places} か所を置き換える")
        same = self.words.text() == self.new_words.text()
        self.done_button.setEnabled(places > 0 and not same and not self._rest.isActive())
        refused = sum(1 for item in self.planned if item.refused)
        words = [f"{len(self.planned)} 行のうち {len(chosen)} 行を変えます。"] if self.planned else []
        if not self.planned and self.words.text().strip():
            words.append("探した文の中に、このことばはありません。「前のことば」を見直してください。")
        if refused:
            words.append(f"{refused} 行は変えません（理由を行に書いています）。")
        if not self.new_words.text():
            words.append("新しいことばが空なので、前のことばを消します。")
        self.about.setText("".join(words) + "置き換える前に控えを作ります。")

    def take(self) -> None:
        """Replace what stays checked."""
        if self._rest.isActive():
            self.look()
            return
        try:
            self.replaced = replace_words(self._session, [self.planned[number] for number in self.checked_rows()])
        except WelfareError as error:
            self.tell_refusal(f"{error.message}{error.next_step}")
            return
        self.accept()


def _row(item: Replacement, directory: Directory) -> Row:
    where = " ｜ ".join(part for part in (directory.whose(item.key), f"{item.key.spec.label} {item.number}行") if part)
    place = (
        Para(directory.title(item.key), bold=True),
        Para(f"{where}（{year_words(item.key)}）", size_px=theme.NOTE_PX, colour=theme.SECOND),
    )
    before = (Para(item.before, spans=item.spans, tint=theme.REMOVED, struck=True),)
    if item.refused:
        why = Para(f"変えません: {item.refused}", mark=Mark.PADLOCK, colour=theme.SECOND)
        return Row((place, before, (why,)), checked=False, dimmed=True)
    after = Para(
        item.after or "（この行はなくなります）", spans=item.new_spans if item.after else (), tint=theme.INSERTED
    )
    return Row((place, before, (after,)), checked=True)
