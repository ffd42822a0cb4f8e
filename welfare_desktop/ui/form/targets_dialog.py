"""The dialog in which the targets of an indicator are put right by hand, and the one that links a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.errors import InvalidValue, WelfareError
from welfare_desktop.domain.linking import targets_of
from welfare_desktop.domain.model import Indicator, TargetKind
from welfare_desktop.domain.target_correction import (
    COMPARATORS,
    KIND_WORDS,
    NEEDS_YEAR,
    WITHOUT_NUMBER,
    TargetDraft,
    comparator_word,
    corrected,
    draft_of,
    is_outdated,
    year_words,
)
from welfare_desktop.domain.targets import describe_target, read_targets

from ..parts import theme
from ..parts.controls import ChoiceBox, NoteLabel, TypedLine, push_button

_KINDS = tuple(KIND_WORDS)
_LIST_PX = 300
#: What the fields of a target need side by side.
_LEAST_PX = 528


class _TargetRow(QWidget):
    """One target: kind, number, unit, comparison, year; below it what that amounts to, or what is wrong with it.

    ``removed`` carries the row.
    """

    removed = Signal(object)

    def __init__(self, draft: TargetDraft, plan_years: tuple[int, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._years = plan_years
        self.kind = ChoiceBox("種類")
        for kind, (word, meaning) in KIND_WORDS.items():
            self.kind.addItem(word)
            self.kind.setItemData(self.kind.count() - 1, meaning, Qt.ItemDataRole.ToolTipRole)
            self.kind.setItemData(self.kind.count() - 1, f"{word} {meaning}", Qt.ItemDataRole.AccessibleTextRole)
            if kind is draft.kind:
                self.kind.setCurrentIndex(self.kind.count() - 1)
        self.value = self._line(draft.value, 76)
        self.unit = self._line(draft.unit, 78)
        self.comparator = ChoiceBox("比べ方")
        self.comparator.addItems([comparator_word(item, draft.wording) for item in COMPARATORS])
        self.comparator.setCurrentIndex(
            max(COMPARATORS.index(draft.comparator) if draft.comparator in COMPARATORS else 0, 0)
        )
        self.year = self._line(draft.year, 76)
        self.year.setPlaceholderText("例 R2")
        self.words = NoteLabel(size_px=theme.NOTE_PX, colour=theme.SECOND)
        self.error = NoteLabel(size_px=theme.SMALL_PX, colour=theme.BAD)
        self.error.hide()
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._on_kind_changed)
        self.comparator.currentIndexChanged.connect(self._show_words)
        for line in (self.value, self.unit, self.year):
            line.textChanged.connect(self._show_words)
        self._on_kind_changed()

    def _line(self, text: str, width_px: int) -> TypedLine:
        line = TypedLine()
        line.setText(text)
        line.setFixedWidth(width_px)
        return line

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, theme.HALF, 0, theme.HALF)
        grid.setHorizontalSpacing(theme.STEP)
        grid.setVerticalSpacing(2)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("種類", self.kind),
            ("数", self.value),
            ("単位", self.unit),
            ("比べ方", self.comparator),
            ("年度", self.year),
        )
        for column, (words, field) in enumerate(fields):
            label = QLabel(words)
            label.setFont(theme.font(theme.NOTE_PX))
            label.setBuddy(field)
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
        self.remove = push_button("消す", self._on_remove_clicked, kind="small")
        grid.addWidget(self.remove, 1, len(fields))
        grid.setColumnStretch(len(fields) + 1, 1)
        grid.addWidget(self.words, 2, 0, 1, len(fields) + 2)
        grid.addWidget(self.error, 3, 0, 1, len(fields) + 2)

    def name(self, number: int) -> None:
        """Say to a screen reader which target of the list the fields belong to."""
        for words, field in (
            ("種類", self.kind),
            ("数", self.value),
            ("単位", self.unit),
            ("比べ方", self.comparator),
            ("年度", self.year),
        ):
            field.setAccessibleName(f"目標{number} {words}")
        self.remove.setAccessibleName(f"目標{number}を消す")

    def draft(self) -> TargetDraft:
        """Return what is typed."""
        kind = _KINDS[self.kind.currentIndex()]
        value = "" if kind in WITHOUT_NUMBER else self.value.text()
        return TargetDraft(
            kind,
            value,
            self.unit.text() if kind not in WITHOUT_NUMBER else "",
            COMPARATORS[self.comparator.currentIndex()] if kind not in WITHOUT_NUMBER else "=",
            self.year.text() if kind is not TargetKind.QUALITATIVE else "",
            self._draft.wording,
            self._draft.origin,
        )

    def show_error(self, error: InvalidValue) -> None:
        """Say what is wrong, and go to the field."""
        self.error.setText(f"{error.message}{error.next_step}（{error.code}）")
        self.error.show()
        fields = {"value": self.value, "unit": self.unit, "year": self.year, "comparator": self.comparator}
        field = fields.get(error.where.rpartition(".")[2], self.value)
        field.setAccessibleDescription(error.message)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_kind_changed(self) -> None:
        kind = _KINDS[self.kind.currentIndex()]
        for field in (self.value, self.unit, self.comparator):
            field.setEnabled(kind not in WITHOUT_NUMBER)
        self.year.setEnabled(kind is not TargetKind.QUALITATIVE)
        self._show_words()

    def _show_words(self) -> None:
        """Say what the fields amount to, as they are typed."""
        self.error.hide()
        for field in (self.value, self.unit, self.year):
            field.setAccessibleDescription("")
        kind = _KINDS[self.kind.currentIndex()]
        try:
            target = corrected(self.draft(), self._years)
        except InvalidValue:
            year = year_words(self.year.text())
            wanted = (
                "数と年度"
                if kind in NEEDS_YEAR and kind not in WITHOUT_NUMBER
                else "年度"
                if kind in NEEDS_YEAR
                else "数"
            )
            self.words.setText(f"{KIND_WORDS[kind][1]}　{wanted}を入れてください。{year}".rstrip())
        else:
            self.words.setText(f"{KIND_WORDS[kind][1]}　→　{describe_target(target)}")

    def _on_remove_clicked(self) -> None:
        self.removed.emit(self)


class TargetsDialog(QDialog):
    """Puts right what was read as the targets of an indicator; the wording itself stays as it is.

    ``take`` is given the drafts, or None for "as the wording says"; what it refuses is said at the field and everything
    typed stays.
    """

    def __init__(
        self,
        parent: QWidget | None,
        indicator: Indicator,
        plan_years: tuple[int, int],
        take: Callable[[Sequence[TargetDraft] | None], object],
    ) -> None:
        super().__init__(parent)
        self._indicator = indicator
        self._years = plan_years
        self._take = take
        self.rows: list[_TargetRow] = []
        self.setWindowTitle("目標を直す")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel("目標を直す", size_px=theme.PANE_TITLE_PX, bold=True))
        column.addWidget(NoteLabel(f"指標: {indicator.text}"))
        self._note = NoteLabel(self._words(), colour=theme.SECOND)
        column.addWidget(self._note)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        self._list = QVBoxLayout(holder)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._none = NoteLabel("目標はありません。判定もしません。", colour=theme.SECOND)
        self._list.addWidget(self._none)
        self._list.addStretch(1)
        self._scroll.setWidget(holder)
        self._scroll.setMinimumWidth(_LEAST_PX)
        column.addWidget(self._scroll, 1)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        first = QHBoxLayout()
        self.add_button = push_button("目標を加える", self.add)
        self.reset_button = push_button("文から読んだとおりに戻す", self.reset)
        first.addWidget(self.add_button)
        first.addWidget(self.reset_button)
        first.addStretch(1)
        column.addLayout(first)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(push_button("やめる", self.reject))
        self.done_button = push_button("この目標にする", self.finish, kind="primary")
        self.done_button.setDefault(True)
        last.addWidget(self.done_button)
        column.addLayout(last)
        self._show([draft_of(item, place) for place, item in enumerate(targets_of(indicator, plan_years))])
        # Rows are made after the buttons: Qt would go to the one that closes the dialog.
        (self.rows[0].kind if self.rows else self.add_button).setFocus(Qt.FocusReason.OtherFocusReason)
        self._size()

    def _words(self) -> str:
        if self._indicator.targets is None:
            return "指標の文はそのままで、目標の読み取り方だけを直します。公式様式には指標の文が載ります。"
        if is_outdated(self._indicator, self._years):
            return "手で直したあとに、指標の文が変わっています。下の目標でよいか確かめてください。"
        return "手で直した目標です。指標の文を変えても、この目標のまま残ります。"

    def _size(self) -> None:
        most = (self.parentWidget() or self).screen().availableGeometry().size() - QSize(40, 60)
        self.resize(QSize(700, 420).boundedTo(most))

    # --- rows ---------------------------------------------------------------------------------------------------

    def _show(self, drafts: Sequence[TargetDraft]) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        for draft in drafts:
            self._append(draft)
        self._number()

    def _append(self, draft: TargetDraft) -> _TargetRow:
        row = _TargetRow(draft, self._years)
        row.removed.connect(self._on_row_removed)
        self._list.insertWidget(self._list.count() - 1, row)
        self.rows.append(row)
        return row

    def _number(self) -> None:
        self._none.setVisible(not self.rows)
        for number, row in enumerate(self.rows, start=1):
            row.name(number)
        order = [
            item for row in self.rows for item in (row.kind, row.value, row.unit, row.comparator, row.year, row.remove)
        ]
        stops: list[QWidget] = [*order, self.add_button, self.reset_button]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    def _on_row_removed(self, row: _TargetRow) -> None:
        place = self.rows.index(row)
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._number()
        following = self.rows[min(place, len(self.rows) - 1)].remove if self.rows else self.add_button
        following.setFocus(Qt.FocusReason.OtherFocusReason)

    def add(self) -> None:
        """Add a target to be filled in."""
        row = self._append(TargetDraft())
        self._number()
        self._scroll.ensureWidgetVisible(row)
        row.kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def reset(self) -> None:
        """Show what the wording says; it is stored with the dialog."""
        read = read_targets(self._indicator.text, self._years)
        own = targets_of(self._indicator, self._years)
        # A judgement by hand stays with the target that is read again.
        places = {target.wording: place for place, target in enumerate(own) if target.wording}
        self._show([draft_of(item, places.get(item.wording)) for item in read])
        self._note.setText("文から読んだとおりに戻しました。「この目標にする」で決まります。")

    def drafts(self) -> list[TargetDraft]:
        """Return what is typed, from above."""
        return [row.draft() for row in self.rows]

    def finish(self) -> None:
        """Hand on what is typed; a refusal is said where it belongs."""
        self.error.hide()
        for row in self.rows:
            row.error.hide()
        try:
            self._take(self.drafts())
        except InvalidValue as error:
            number = error.where.partition(".")[0]
            if number.isdecimal() and int(number) < len(self.rows):
                row = self.rows[int(number)]
                row.show_error(error)
                self._scroll.ensureWidgetVisible(row)
            else:
                self._tell(error)
        except WelfareError as error:
            self._tell(error)
        else:
            self.accept()

    def _tell(self, error: WelfareError) -> None:
        self.error.setText(f"{error.message}{error.next_step}（{error.code}）")
        self.error.show()


class LinkDialog(QDialog):
    """Says which indicator a result answers.

    ``indicators`` are ids with words.  ``take`` is given an id, ``""`` for none, or None to leave it to the program; ``proposed`` is the id the
    program proposes (None: of none), ``decided`` what a person said before (None: nothing).
    """

    def __init__(
        self,
        parent: QWidget | None,
        text: str,
        indicators: Sequence[tuple[str, str]],
        proposed: str | None,
        decided: str | None,
        take: Callable[[str | None], object],
    ) -> None:
        super().__init__(parent)
        self._take = take
        self.setWindowTitle("どの指標の実績か選ぶ")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel("どの指標の実績ですか", size_px=theme.PANE_TITLE_PX, bold=True))
        column.addWidget(NoteLabel(f"実績: {text}"))
        self.list = QListWidget()
        self.list.setAccessibleName("どの指標の実績か")
        self.list.setWordWrap(True)
        self._ids: list[str | None] = []
        for indicator_id, words in indicators:
            mark = "　（案）" if indicator_id == proposed and decided is None else ""
            self._add(words + mark, indicator_id)
        self._add("どの指標の実績でもない", "")
        if decided is not None:
            self._add("プログラムの案に任せる", None)
        wanted = decided if decided is not None else proposed
        place = self._ids.index(wanted) if wanted is not None and wanted in self._ids else 0
        self.list.setCurrentRow(place)
        column.addWidget(self.list, 1)
        self.error = NoteLabel(colour=theme.BAD)
        self.error.hide()
        column.addWidget(self.error)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(push_button("やめる", self.reject))
        self.done_button = push_button("この指標の実績にする", self.finish, kind="primary")
        self.done_button.setDefault(True)
        row.addWidget(self.done_button)
        column.addLayout(row)
        self.list.itemActivated.connect(self._on_item_activated)
        self.list.currentRowChanged.connect(self._on_current_row_changed)
        self._on_current_row_changed(place)
        most = (self.parentWidget() or self).screen().availableGeometry().size() - QSize(40, 60)
        self.resize(QSize(560, min(_LIST_PX, 150 + 34 * len(self._ids)) + 40).boundedTo(most))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, words: str, link: str | None) -> None:
        self.list.addItem(QListWidgetItem(words))
        self._ids.append(link)

    @property
    def chosen(self) -> str | None:
        """The id chosen, ``""`` for none, None for the program's proposal."""
        return self._ids[self.list.currentRow()]

    def _on_current_row_changed(self, row: int) -> None:
        link = self._ids[row] if 0 <= row < len(self._ids) else ""
        words = "案に任せる" if link is None else "この指標の実績にする" if link else "指標の実績でないとする"
        self.done_button.setText(words)
        self.done_button.setAccessibleName(words)

    def _on_item_activated(self) -> None:
        self.finish()

    def finish(self) -> None:
        """Hand on what is chosen; a refusal is said in the dialog."""
        try:
            self._take(self.chosen)
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}（{error.code}）")
            self.error.show()
        else:
            self.accept()
