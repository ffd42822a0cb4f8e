"""Dialogs about one goal or activity: where to move it, and from which year it is no longer reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.years import both_label, fiscal_label

from ..parts import theme
from ..parts.controls import ChoiceBox, NoteLabel, push_button

_ID = Qt.ItemDataRole.UserRole
_ROW_PX = 26


@dataclass(frozen=True, slots=True)
class Place:
    """Where something can be moved: a goal (or the plan) with the numbers and titles of what is in it already.

    ``path`` is the goal's numbers (``1-2``), empty for the plan; ``inside`` leaves out what is to be moved.
    """

    id: str
    path: str
    title: str
    inside: Sequence[tuple[int, str]]


def _column(dialog: QDialog, title: str, text: str) -> QVBoxLayout:
    dialog.setWindowTitle(title)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
    column.setSpacing(theme.STEP)
    column.addWidget(NoteLabel(title, size_px=theme.PANE_TITLE_PX, bold=True))
    column.addWidget(NoteLabel(text, colour=theme.SECOND))
    return column


class MoveDialog(QDialog):
    """Chooses the goal and the position something moves to.

    ``take`` is given the goal's id and the position (from 0); what it refuses is said in the dialog.
    """

    def __init__(
        self,
        parent: QWidget | None,
        words: str,
        places: Sequence[Place],
        now: tuple[str, int],
        take: Callable[[str, int], object],
    ) -> None:
        super().__init__(parent)
        self._places = places
        self._take = take
        self._now = now
        self.resize(640, 460 if len(places) > 1 else 240)
        column = _column(
            self, "別の場所へ移す", f"{words}\n書いてあることは、すべて一緒に移ります。番号は前後とも付け直します。"
        )
        label = QLabel("移す先(&G)")
        self.goals = QListWidget()
        self.goals.setAccessibleName("移す先の目標")
        label.setBuddy(self.goals)
        for place in places:
            item = QListWidgetItem(f"{place.path} {place.title}".strip())
            item.setData(_ID, place.id)
            item.setSizeHint(QSize(0, _ROW_PX))
            self.goals.addItem(item)
        column.addWidget(label)
        column.addWidget(self.goals, 1)
        label.setVisible(len(places) > 1)
        self.goals.setVisible(len(places) > 1)
        row = QHBoxLayout()
        at = QLabel("位置(&P)")
        self.positions = ChoiceBox("移す位置")
        at.setBuddy(self.positions)
        row.addWidget(at)
        row.addWidget(self.positions, 1)
        column.addLayout(row)
        self.preview = NoteLabel(colour=theme.SECOND)
        column.addWidget(self.preview)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        if len(places) < 2:
            column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(push_button("やめる", self.reject))
        done = push_button("ここへ移す", self._on_done_clicked, kind="primary")
        done.setDefault(True)
        buttons.addWidget(done)
        column.addLayout(buttons)
        self.goals.currentRowChanged.connect(self._show_positions)
        self.positions.currentIndexChanged.connect(self._show_preview)
        self.goals.itemDoubleClicked.connect(self._on_done_clicked)
        here = next((row for row, place in enumerate(places) if place.id == now[0]), 0)
        self.goals.setCurrentRow(here)

    def _show_positions(self, row: int) -> None:
        place = self._places[row]
        self.positions.clear()
        self.positions.addItem("いちばん上")
        for number, title in place.inside:
            self.positions.addItem(f"{number} {title} の次")
        at = self._now[1] if place.id == self._now[0] else len(place.inside)
        self.positions.setCurrentIndex(min(at, len(place.inside)))

    def _show_preview(self, at: int) -> None:
        if at >= 0:
            path = self._places[self.goals.currentRow()].path
            self.preview.setText(f"移したあとの番号: {f'{path}-' if path else ''}{at + 1}")

    def _on_done_clicked(self) -> None:
        try:
            self._take(self._places[self.goals.currentRow()].id, self.positions.currentIndex())
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
        else:
            self.accept()


class _YearDialog(QDialog):
    """Chooses a fiscal year from which something begins or ends to be reported.

    ``take`` is given the year; what it refuses is said in the dialog.
    """

    def __init__(
        self, parent: QWidget | None, title: str, text: str, label: str, take: Callable[[int | None], object]
    ) -> None:
        super().__init__(parent)
        self._take = take
        self.setMinimumWidth(520)
        column = _column(self, title, text)
        row = QHBoxLayout()
        caption = QLabel(f"{label}(&Y)")
        self.years = ChoiceBox(label)
        caption.setBuddy(self.years)
        row.addWidget(caption)
        row.addWidget(self.years)
        row.addStretch(1)
        column.addLayout(row)
        self.note = NoteLabel(colour=theme.ATTENTION)
        column.addWidget(self.note)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        column.addStretch(1)
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        self.buttons.addWidget(push_button("やめる", self.reject))
        column.addLayout(self.buttons)
        self.years.currentIndexChanged.connect(self._show_note)

    def _lost(self) -> list[int]:
        """Return the years whose reports print something of it and would no longer."""
        raise NotImplementedError

    def _finish(self, words: str, chosen: int | None) -> None:
        """Add the button that does it, and choose the year to begin with."""
        done = push_button(words, self._on_done_clicked, kind="primary")
        done.setDefault(True)
        self.buttons.addWidget(done)
        self.years.setCurrentIndex(max(self.years.findData(chosen), 0))
        self._show_note()

    def _show_note(self) -> None:
        names = "、".join(fiscal_label(item) for item in self._lost())
        self.note.setText(f"{names}の記入があります。残りますが、報告書には載らなくなります。" if names else "")
        self.note.setVisible(bool(names))

    def _on_done_clicked(self) -> None:
        self._do(self.years.currentData())

    def _do(self, year: int | None) -> None:
        try:
            self._take(year)
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}")
            self.error.show()
        else:
            self.accept()


class BeginDialog(_YearDialog):
    """Chooses the fiscal year from which something is reported; the year None is every year.

    ``used`` are the fiscal years whose reports print anything of it.
    """

    def __init__(
        self,
        parent: QWidget | None,
        words: str,
        years: Sequence[int],
        used: Sequence[int],
        reported_from: int | None,
        take: Callable[[int | None], object],
    ) -> None:
        text = (
            f"{words}\n選んだ年度から、一覧と報告書に載せます。それより前の年度の報告書は、これがないものとして作ります。"
            "何も消えません。あとで変えられます。"
        )
        super().__init__(parent, "載せ始める年度", text, "載せ始める年度", take)
        self._used = used
        self.years.addItem("計画の最初から", None)
        for year in years:
            self.years.addItem(f"{both_label(year)}から", year)
        self._finish("この年度から載せる", reported_from)

    def _lost(self) -> list[int]:
        year = self.years.currentData()
        return [] if year is None else [item for item in self._used if item < year]


class RetireDialog(_YearDialog):
    """Chooses the fiscal year from which something is no longer reported, or takes that back (None).

    ``used`` are the fiscal years whose reports print anything of it, ``proposed`` the year to begin with.
    """

    def __init__(
        self,
        parent: QWidget | None,
        words: str,
        years: Sequence[int],
        proposed: int,
        used: Sequence[int],
        retired_from: int | None,
        take: Callable[[int | None], object],
    ) -> None:
        text = (
            f"{words}\n選んだ年度から、一覧にも報告書にも載せません。それより前の年度の記入と報告書は、そのまま残ります。"
            "何も消えません。あとで取り消せます。"
        )
        super().__init__(parent, "廃止する", text, "廃止する年度", take)
        self._used = used
        for year in years:
            self.years.addItem(f"{both_label(year)}から", year)
        if retired_from is not None:
            self.back = push_button("廃止を取り消す", self._on_back_clicked)
            self.buttons.insertWidget(0, self.back)
        self._finish("廃止する", retired_from or proposed)

    def _lost(self) -> list[int]:
        year = self.years.currentData()
        return [item for item in self._used if item >= year]

    def _on_back_clicked(self) -> None:
        self._do(None)
