"""Choosing the field a text belongs to: the likeliest first, typing narrows the list, Enter chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.merging.loose import Place
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.text import folded

from ..parts import theme
from ..parts.controls import NoteLabel, TypedLine, push_button

_WIDTH_PX, _HEIGHT_PX = 760, 560
#: More rows than a person reads; typing brings up what is not among them.
_MOST = 200
_LIST_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class FieldChooser(QDialog):
    """Asks for one of ``places``; ``chosen`` is it after the dialog was accepted, None when it is to go nowhere.

    ``whose`` says whose field a place is.
    """

    def __init__(
        self,
        parent: QWidget | None,
        lines: Lines,
        wording: Lines,
        places: Sequence[Place],
        whose: Callable[[Place], str],
    ) -> None:
        super().__init__(parent)
        self.chosen: Place | None = None
        self._places = places
        self._words = [_words(place, whose(place)) for place in places]
        self._folded = ["".join(folded(words).split()) for words in self._words]
        self.setWindowTitle("文を入れる欄を選ぶ")
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(_WIDTH_PX, screen.width()), min(_HEIGHT_PX, screen.height() - 40))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel("この文はどの欄のものですか", size_px=theme.PANE_TITLE_PX, bold=True))
        column.addWidget(NoteLabel(_shortened("\n".join(lines))))
        if any(wording):
            beside = "　".join(" ".join(cell.split()) for cell in wording if cell.strip())
            column.addWidget(
                NoteLabel(f"横に書かれているもの：{beside[:160]}", colour=theme.SECOND, size_px=theme.NOTE_PX)
            )
        caption = QLabel("絞り込む（番号・題名・欄の名前・担当課）")
        self.filter = TypedLine("")
        self.filter.setAccessibleName(caption.text())
        caption.setBuddy(self.filter)
        column.addWidget(caption)
        column.addWidget(self.filter)
        self.list = QListWidget()
        self.list.setAccessibleName("欄の一覧（近いものから）")
        self.list.setFont(theme.font(theme.SMALL_PX))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.list, 1)
        self.now = NoteLabel(colour=theme.SECOND, size_px=theme.NOTE_PX)
        column.addWidget(self.now)
        column.addLayout(self._make_buttons())
        self.filter.textChanged.connect(self._show_matching)
        self.filter.installEventFilter(self)
        self.list.currentRowChanged.connect(self._on_current_changed)
        self.list.itemActivated.connect(self._on_taken)
        self._show_matching()
        self.filter.setFocus()

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.none = push_button("どの欄にも入れない", self._on_none_clicked, tip="文は記録に残ります")
        row.addWidget(self.none)
        row.addStretch(1)
        row.addWidget(push_button("やめる", self.reject))
        self.take = push_button("この欄に入れる", self._on_taken, kind="primary")
        self.take.setDefault(True)
        row.addWidget(self.take)
        return row

    def _show_matching(self) -> None:
        """Show the places that hold every word typed."""
        wanted = [word for word in folded(self.filter.text()).split() if word]
        found = [place for place, words in enumerate(self._folded) if all(word in words for word in wanted)]
        self.list.clear()
        for place in found[:_MOST]:
            item = QListWidgetItem(self._words[place])
            item.setData(Qt.ItemDataRole.UserRole, place)
            item.setToolTip(self._words[place])
            self.list.addItem(item)
        if found[_MOST:]:
            more = QListWidgetItem(f"ほか {len(found) - _MOST} 欄（文字を入れて絞り込んでください）")
            more.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(more)
        if found:
            self.list.setCurrentRow(0)
        else:
            self._on_current_changed(-1)

    def _current(self) -> Place | None:
        place: object = self.list.currentIndex().data(Qt.ItemDataRole.UserRole)
        return self._places[place] if isinstance(place, int) else None

    def _on_current_changed(self, _row: int) -> None:
        place = self._current()
        self.take.setEnabled(place is not None)
        if not self._places:
            self.now.setText("入れられる欄がありません（確定した年度です）。")
        elif place is None:
            self.now.setText("当てはまる欄がありません。ことばを減らしてください。")
        else:
            said = _shortened("／".join(place.lines)) if place.lines else "（未記入）"
            self.now.setText(f"今の内容：{said}")

    def _on_taken(self) -> None:
        place = self._current()
        if place is not None:
            self.chosen = place
            self.accept()

    def _on_none_clicked(self) -> None:
        self.chosen = None
        self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the arrow keys move in the list while the filter has the focus."""
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if watched is self.filter and pressed and isinstance(event, QKeyEvent) and event.key() in _LIST_KEYS:
            QApplication.sendEvent(self.list, event)
            return True
        return super().eventFilter(watched, event)


def _words(place: Place, whose: str) -> str:
    return "　".join(part for part in (f"{place.path} {place.title}", place.label, whose) if part)


def _shortened(text: str, most: int = 240) -> str:
    return text if len(text) <= most else text[:most] + "…"
