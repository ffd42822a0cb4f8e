"""What a plan is called and which years it runs: for a new plan and for one that is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.years import both_label, read_year
from welfare_desktop.operations.plan_settings import FIRST_YEAR, LAST_YEAR, TITLE, PlanWords

from ..parts import theme
from ..parts.controls import ElidedLabel, FittedLabel, NoteLabel, TypedLine, push_button

_YEAR_PX = 130


class PlanDialog(QDialog):
    """Asks for title, vision and years; what ``take`` refuses is said at its field, and what was typed stays.

    ``place`` is the file a new plan is saved in, None for a plan that has one; :attr:`target` is what was chosen.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        words: PlanWords,
        take: Callable[[PlanWords], object],
        *,
        verb: str,
        place: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self._take = take
        self.target = place
        self.setWindowTitle(title)
        self.setMinimumWidth(620)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel(title, size_px=theme.PANE_TITLE_PX, bold=True))
        column.addWidget(NoteLabel(text, colour=theme.SECOND))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.STEP)
        grid.setVerticalSpacing(theme.HALF)
        grid.setColumnStretch(2, 1)
        self.errors: dict[str, NoteLabel] = {}
        self.title = self._line(grid, 0, f"{TITLE}(&N)", TITLE, words.title)
        self.vision = self._line(grid, 2, "理念(&R)", "理念", words.vision)
        self.first_year = self._line(grid, 4, f"{FIRST_YEAR}(&F)", FIRST_YEAR, words.first_year, short=True)
        self.last_year = self._line(grid, 6, f"{LAST_YEAR}(&L)", LAST_YEAR, words.last_year, short=True)
        self.read = [self._echo(grid, row, line) for row, line in ((4, self.first_year), (6, self.last_year))]
        for line in (self.first_year, self.last_year):
            line.textChanged.connect(self._show_years)
        column.addLayout(grid)
        if place is not None:
            column.addLayout(self._place_row())
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(push_button("やめる", self.reject))
        done = push_button(verb, self._on_done_clicked, kind="primary")
        done.setDefault(True)
        buttons.addWidget(done)
        column.addLayout(buttons)
        self._show_years()

    def _line(
        self, grid: QGridLayout, row: int, caption: str, name: str, text: str, *, short: bool = False
    ) -> TypedLine:
        label = QLabel(caption)
        line = TypedLine(text)
        line.setCursorPosition(0)
        line.setAccessibleName(name)
        label.setBuddy(line)
        grid.addWidget(label, row, 0)
        if short:
            line.setFixedWidth(_YEAR_PX)
            line.setPlaceholderText("令和6")
        grid.addWidget(line, row, 1, 1, 1 if short else 2)
        error = self.errors[name] = NoteLabel(colour=theme.BAD)
        error.hide()
        grid.addWidget(error, row + 1, 1, 1, 2)
        return line

    def _echo(self, grid: QGridLayout, row: int, line: TypedLine) -> ElidedLabel:
        label = ElidedLabel(colour=theme.SECOND)
        grid.addWidget(label, row, 2)
        line.setAccessibleDescription("令和6、R6、2024 のように入れます")
        return label

    def _place_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.STEP)
        row.addWidget(FittedLabel("保存するファイル", colour=theme.SECOND))
        self._shown_place = ElidedLabel()
        row.addWidget(self._shown_place, 1)
        row.addWidget(push_button("変える…", self._on_place_clicked, kind="small", name="保存するファイルを変える"))
        self._show_place()
        return row

    def _show_place(self) -> None:
        if self.target is not None:
            self._shown_place.setText(" > ".join(self.target.parts[-3:]))
            self._shown_place.setAccessibleName(f"保存するファイル {self.target}")

    def _on_place_clicked(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "保存するファイル", str(self.target), "保存ファイル (*.welfare)")
        if name:
            path = Path(name)
            self.target = path if path.suffix else path.with_name(f"{path.name}.welfare")
            self._show_place()

    def _show_years(self) -> None:
        """Say beside each year how it was read."""
        for line, label in zip((self.first_year, self.last_year), self.read, strict=True):
            year = read_year(line.text())
            label.setText(f"→ {both_label(year)}" if year is not None else "")

    def words(self) -> PlanWords:
        """Return what stands in the fields, as typed."""
        return PlanWords(self.title.text(), self.vision.text(), self.first_year.text(), self.last_year.text())

    def _on_done_clicked(self) -> None:
        for label in (*self.errors.values(), self.error):
            label.hide()
        try:
            self._take(self.words())
        except WelfareError as error:
            label = self.errors.get(error.where, self.error)
            label.setText(f"{error.message}{error.next_step}")
            label.show()
            fields = {TITLE: self.title, FIRST_YEAR: self.first_year, LAST_YEAR: self.last_year}
            fields.get(error.where, self.title).setFocus()
        else:
            self.accept()
