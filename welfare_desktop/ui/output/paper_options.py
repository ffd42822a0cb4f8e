"""What is to be printed and how: the left side of the print preview."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.measuring import PAPER_FAMILY
from welfare_desktop.operations.previewing import PaperKind, Preview, Scope, Wanted

from ..parts import theme
from ..parts.controls import ChoiceBox, NoteLabel, TypedLine, push_button
from ..settings import Settings

_WIDTH_PX = 276
_A4_SCALE = 297 / 420
#: Documents on A3, of which a reduced copy means something.
_REDUCIBLE = (PaperKind.OFFICIAL, PaperKind.SUMMARY)
#: The bundled font under its two names; it heads the list, whatever it is called here.
_BUNDLED = (PAPER_FAMILY, "BIZ UDPゴシック")
#: A person clicks through a list of departments faster than pages are laid out.
_SOON_MS = 250


def japanese_families() -> list[str]:
    """Return the installed fonts that can set Japanese, by name; the bundled one is not among them."""
    found = QFontDatabase.families(QFontDatabase.WritingSystem.Japanese)
    usable = (
        name
        for name in found
        # Names with @ are for vertical setting.
        if not name.startswith("@")
        and name not in _BUNDLED
        and QFontDatabase.isSmoothlyScalable(name)
        and not QFontDatabase.isPrivateFamily(name)
    )
    return sorted(usable)


class PaperOptions(QScrollArea):
    """The choices.

    ``changed`` says that pages must be laid out anew, ``paper_changed`` that they go on other paper.
    """

    changed = Signal()
    paper_changed = Signal()

    def __init__(
        self,
        departments: Sequence[str],
        settings: Settings,
        parent: QWidget | None = None,
        *,
        kind: PaperKind | None = None,
        scope: Scope | None = None,
    ) -> None:
        """Offer every kind; ``kind`` is asked for this once, ``scope`` is what an overview is of."""
        super().__init__(parent)
        self._asked = kind
        self._scope = scope or Scope()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.changed)
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(theme.FORM_MARGIN, theme.STEP, theme.FORM_MARGIN, theme.FORM_MARGIN)
        self._column.setSpacing(theme.HALF)
        self._make_kinds(settings)
        self._make_departments(departments, settings)
        self._make_paper(settings)
        self._make_pages()
        self._make_fonts(settings)
        self._column.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH_PX)
        self._show_kind()

    # --- making -------------------------------------------------------------------------------------------------

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setFont(theme.font(theme.SMALL_PX, bold=True))
        self._column.addSpacing(theme.HALF)
        self._column.addWidget(label)
        return label

    def _radios(self, title: str, words: Sequence[str], chosen: int, into: QVBoxLayout) -> QButtonGroup:
        group = QButtonGroup(self)
        for number, text in enumerate(words):
            button = QRadioButton(text)
            button.setAccessibleName(f"{title} {text}")
            button.setChecked(number == chosen)
            group.addButton(button, number)
            into.addWidget(button)
        return group

    def _make_kinds(self, settings: Settings) -> None:
        self._heading("書類")
        kinds = tuple(PaperKind)
        first = self._asked.value if self._asked is not None else settings.paper_kind
        remembered = next((place for place, kind in enumerate(kinds) if kind.value == first), 0)
        self.kinds = self._radios("書類", [kind.label for kind in kinds], remembered, self._column)
        self.kinds.idToggled.connect(self._on_kind_toggled)

    def _make_departments(self, names: Sequence[str], settings: Settings) -> None:
        self._sheets = QWidget()
        column = QVBoxLayout(self._sheets)
        column.setContentsMargins(0, theme.HALF, 0, 0)
        column.setSpacing(theme.HALF)
        head = QHBoxLayout()
        label = QLabel("担当課")
        label.setFont(theme.font(theme.SMALL_PX, bold=True))
        head.addWidget(label, 1)
        head.addWidget(push_button("すべて", self._on_all_clicked, kind="small", name="すべての担当課を選ぶ"))
        head.addWidget(push_button("なし", self._on_none_clicked, kind="small", name="すべての担当課を外す"))
        column.addLayout(head)
        self.departments = QListWidget()
        self.departments.setAccessibleName("担当課")
        label.setBuddy(self.departments)
        for name in names:
            item = QListWidgetItem(name)
            item.setSizeHint(QSize(0, 24))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.departments.addItem(item)
        self.departments.setFixedHeight(min(24 * max(len(names), 3) + 4, 148))
        self.departments.itemChanged.connect(self._on_department_changed)
        column.addWidget(self.departments)
        mode = QLabel("記入欄")
        mode.setFont(theme.font(theme.SMALL_PX, bold=True))
        column.addWidget(mode)
        self.modes = self._radios("記入欄", ("手書き用の罫線", "今の内容"), int(settings.paper_present), column)
        self.modes.idToggled.connect(self._on_mode_toggled)
        split = QLabel("PDF の分け方")
        split.setFont(theme.font(theme.SMALL_PX, bold=True))
        column.addWidget(split)
        self.splits = self._radios("PDF の分け方", ("一つにまとめる", "課ごとに一つ"), int(settings.paper_each), column)
        self._column.addWidget(self._sheets)

    def _make_paper(self, settings: Settings) -> None:
        self._paper_label = self._heading("用紙")
        self.papers = self._radios(
            "用紙", ("A3 横（原寸）", "A4 横に縮小（71 %）"), int(settings.paper_reduced), self._column
        )
        self.papers.idToggled.connect(self._on_paper_toggled)
        self.paper_note = NoteLabel(colour=theme.ATTENTION, size_px=theme.NOTE_PX)
        self._column.addWidget(self.paper_note)

    def _make_pages(self) -> None:
        label = self._heading("印刷する枚")
        row = QHBoxLayout()
        self.pages = TypedLine()
        self.pages.setPlaceholderText("すべて（例: 3-5）")
        self.pages.setAccessibleName("印刷する枚の範囲")
        label.setBuddy(self.pages)
        row.addWidget(self.pages)
        self._column.addLayout(row)
        self.pages_error = NoteLabel(colour=theme.BAD, size_px=theme.NOTE_PX)
        self.pages_error.hide()
        self._column.addWidget(self.pages_error)

    def _make_fonts(self, settings: Settings) -> None:
        label = self._heading("字体")
        self.fonts = ChoiceBox("字体")
        self.fonts.addItem("BIZ UDPゴシック（標準）", "")
        for name in japanese_families():
            self.fonts.addItem(name, name)
        self.fonts.setCurrentIndex(max(self.fonts.findData(settings.paper_family), 0))
        label.setBuddy(self.fonts)
        self._column.addWidget(self.fonts)
        self.fonts.activated.connect(self._on_font_activated)

    # --- what is chosen -----------------------------------------------------------------------------------------

    @property
    def kind(self) -> PaperKind:
        """The document chosen."""
        return tuple(PaperKind)[self.kinds.checkedId()]

    def names(self) -> tuple[str, ...]:
        """Return the departments chosen, in order."""
        items = (self.departments.item(row) for row in range(self.departments.count()))
        return tuple(item.text() for item in items if item.checkState() is Qt.CheckState.Checked)

    @property
    def each(self) -> bool:
        """Whether every department gets a PDF of its own."""
        return self.kind is PaperKind.DEPARTMENTS and self.splits.checkedId() == 1

    @property
    def reduced(self) -> bool:
        """Whether a reduced copy on A4 is wanted, of a document that is larger."""
        return self.kind in _REDUCIBLE and self.papers.checkedId() == 1

    @property
    def wanted(self) -> Wanted | None:
        """What is to be laid out; None where no department is chosen."""
        family = self.fonts.currentData() or None
        if self.kind is not PaperKind.DEPARTMENTS:
            return Wanted(self.kind, family, scope=self._scope)
        names = self.names()
        return Wanted(self.kind, family, names, self.modes.checkedId() == 1) if names else None

    def choose_departments(self, names: Sequence[str]) -> None:
        """Choose these departments and no others."""
        for row in range(self.departments.count()):
            item = self.departments.item(row)
            item.setCheckState(Qt.CheckState.Checked if item.text() in names else Qt.CheckState.Unchecked)

    def focus_first(self) -> None:
        """Go to the document chosen."""
        for button in self.kinds.buttons():
            if button.isChecked():
                button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keep(self, settings: Settings) -> None:
        """Remember the choices on this PC."""
        if self.kind is not self._asked:
            settings.paper_kind = self.kind.value
        settings.paper_family = self.fonts.currentData() or ""
        settings.paper_present = self.modes.checkedId() == 1
        settings.paper_each = self.splits.checkedId() == 1
        settings.paper_reduced = self.papers.checkedId() == 1
        settings.save()

    def describe(self, preview: Preview) -> None:
        """Say what reducing does to the type of the document laid out."""
        if self.reduced:
            size = preview.size_pt * _A4_SCALE
            text = f"文字は約 {size:.1f} ポイントになります。読むための写しとしてお使いください。".replace(".0 ", " ")
            self.paper_note.setText(text)
        self.paper_note.setVisible(self.reduced)

    def refuse_pages(self, words: str) -> None:
        """Say below the range what is wrong with it; empty when nothing is."""
        self.pages_error.setText(words)
        self.pages_error.setVisible(bool(words))
        if words:
            self.pages.setFocus()
            self.pages.selectAll()

    # --- hearing ------------------------------------------------------------------------------------------------

    def _show_kind(self) -> None:
        sheets = self.kind is PaperKind.DEPARTMENTS
        self._sheets.setVisible(sheets)
        for button in self.papers.buttons():
            button.setVisible(self.kind in _REDUCIBLE)
        self._paper_label.setVisible(self.kind in _REDUCIBLE)
        self.paper_note.setVisible(self.reduced)

    def _on_kind_toggled(self, _number: int, on: bool) -> None:
        if on:
            self.pages.clear()
            self._show_kind()
            self.changed.emit()

    def _on_mode_toggled(self, _number: int, on: bool) -> None:
        if on:
            self.changed.emit()

    def _on_paper_toggled(self, _number: int, on: bool) -> None:
        if on:
            self.paper_changed.emit()

    def _on_font_activated(self, _row: int) -> None:
        self.changed.emit()

    def _on_department_changed(self, _item: QListWidgetItem) -> None:
        self._soon.start()

    def _on_all_clicked(self) -> None:
        self.choose_departments([self.departments.item(row).text() for row in range(self.departments.count())])

    def _on_none_clicked(self) -> None:
        self.choose_departments(())
