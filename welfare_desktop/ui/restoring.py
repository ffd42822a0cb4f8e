"""控えから戻す: which copy, what it holds and what would be different, before anything is put back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.operations.backing_up import backups_of, preview_restore

from .beside.history_text import spoken_time
from .file_flows import DATA_FILTER
from .parts import theme
from .parts.controls import NoteLabel, push_button
from .parts.text_table import TextTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from welfare_desktop.operations.backing_up import RestorePreview

#: What the system draws around a dialog.
_FRAME = QSize(40, 60)
#: Going down the list with the arrow keys does not read every copy on the way.
_PAUSE_MS = 250
#: How many doubtful fields a box names.
_TOLD = 8
_NO_COPIES = "このファイルの控えは見つかりません。ほかの場所にあれば「ほかの控えを選ぶ…」で選んでください。"


def _counted(counts: Mapping[str, int]) -> str:
    return f"活動 {counts['activities']}、記入欄 {counts['slots']}、本文 {counts['lines']} 行"


def _size(path: Path) -> str:
    try:
        return f"{max(path.stat().st_size // 1024, 1):,} KB"
    except OSError:  # gone meanwhile; choosing it says so
        return "—"


class RestoreDialog(QDialog):
    """Chooses a copy of the data file at ``path``; ``chosen`` is the copy once the dialog is accepted.

    Each copy is proved and compared with the present file when it is chosen; one that is damaged says so and cannot be
    taken.  Nothing is changed here.
    """

    def __init__(self, parent: QWidget | None, path: Path) -> None:
        super().__init__(parent)
        self._path = path
        self._copies = backups_of(path)
        self.chosen: Path | None = None
        self.setWindowTitle("控えから戻す")
        screen = (self.parentWidget() or self).screen()
        self.resize(QSize(820, 560).boundedTo(screen.availableGeometry().size() - _FRAME))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        column.setSpacing(theme.STEP)
        column.addWidget(NoteLabel("控えから戻す", size_px=theme.PANE_TITLE_PX, bold=True))
        words = "ファイル全体を、選んだ控えを作ったときの内容に戻します。今のファイルは消さず、「控え」のフォルダーに残します。"
        column.addWidget(NoteLabel(words, colour=theme.SECOND))
        self.table = TextTable(("控えを作ったとき", "大きさ", "ファイル"), (180, 100, 0))
        self.table.setAccessibleName("控え")
        self.table.setFixedHeight(180)
        column.addWidget(self.table)
        self.told = NoteLabel(size_px=theme.TEXT_PX)
        column.addWidget(self.told)
        self.error = NoteLabel(colour=theme.BAD)
        column.addWidget(self.error)
        self.differing = TextTable(("今と違う欄",), (0,))
        self.differing.setAccessibleName("今と違う欄")
        column.addWidget(self.differing, 1)
        column.addLayout(self._make_buttons())
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self._list()

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.other = push_button("ほかの控えを選ぶ…", self._on_other_clicked)
        row.addWidget(self.other)
        row.addStretch(1)
        row.addWidget(push_button("やめる", self.reject))
        self.done_button = push_button("この控えに戻す", self.accept, kind="primary")
        self.done_button.setDefault(True)
        row.addWidget(self.done_button)
        return row

    def _list(self) -> None:
        today = datetime.now().astimezone().date()
        self.table.show_rows([(spoken_time(at, today), _size(item), item.name) for at, item in self._copies])
        (self.table if self._copies else self.other).setFocus()
        self._look()

    def _on_row_chosen(self) -> None:
        self._show_nothing("控えを読んでいます…")
        self._pause.start()

    def _show_nothing(self, words: str) -> None:
        self.chosen = None
        self.done_button.setEnabled(False)
        self.told.setText(words)
        self.error.hide()
        self.differing.show_rows([])

    def _look(self) -> None:
        """Prove the chosen copy, compare it with the present file and say what came of it."""
        self._pause.stop()
        row = self.table.chosen_row()
        if row is None or not self._copies:
            self._show_nothing(_NO_COPIES)
            return
        copy = self._copies[row][1]
        self._show_nothing("")
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)  # both files are read whole
        try:
            found = preview_restore(copy, self._path)
        except WelfareError as error:
            self.error.setText(f"{error.message}{error.next_step}（{error.code}）")
            self.error.show()
            return
        finally:
            QApplication.restoreOverrideCursor()
        self.chosen = copy
        self.done_button.setEnabled(True)
        self._show_found(found)

    def _show_found(self, found: RestorePreview) -> None:
        today = datetime.now().astimezone().date()
        last = spoken_time(found.last_change, today) if found.last_change is not None else "なし"
        words = [f"控え: {_counted(found.counts)}（最後の変更 {last}）"]
        if found.present_counts is None:
            words.append("今のファイル: 読めないので、比べられません。")
        elif found.differing:
            words.append(f"今のファイル: {_counted(found.present_counts)}。違う欄は {len(found.differing)} か所です。")
        else:
            words.append("今のファイルと、どの欄も同じです。")
        self.told.setText("\n".join(words))
        self.differing.show_rows([(place,) for place in found.places])

    def _on_other_clicked(self) -> None:
        folder = self._copies[0][1].parent if self._copies else self._path.parent
        name, _ = QFileDialog.getOpenFileName(self, "控えを選ぶ", str(folder), DATA_FILTER)
        if not name:
            return
        path = Path(name)
        try:
            at = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        except OSError:  # gone meanwhile: reading it says so
            at = datetime.now().astimezone()
        self._copies = [(at, path), *(item for item in self._copies if item[1] != path)]
        self._list()


def ask_for_copy(parent: QWidget | None, path: Path) -> Path | None:
    """Let a person choose a copy of the data file at ``path``; None when nothing is to be put back."""
    box = RestoreDialog(parent, path)
    accepted = box.exec() == QDialog.DialogCode.Accepted
    box.deleteLater()
    return box.chosen if accepted else None


def rescue_into_new_file(parent: QWidget | None, path: Path, who: str) -> tuple[Path, str] | None:
    """Ask where to, and make a new file of what can be read of a damaged one; None when nobody wants it.

    Returns the new file and what a person should know of it.  Raises WelfareError when nothing could be made.
    """
    from welfare_desktop.operations.backing_up import rescue

    from .file_flows import with_suffix

    start = str(path.with_name(f"{path.stem} 救い出し.welfare"))
    name, _ = QFileDialog.getSaveFileName(parent, "救い出したものを保存する", start, DATA_FILTER)
    if not name:
        return None
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        done = rescue(path, with_suffix(name, ".welfare"), who=who)
    finally:
        QApplication.restoreOverrideCursor()
    words = ["すべてそろっています。" if done.complete else "そろっていないところがあります。控えと見比べてください。"]
    if not done.history_kept:
        words.append("これまでの履歴は移せませんでした。")
    if done.doubtful:
        more = "、ほか" if len(done.places) > _TOLD else ""
        words.append(f"確かめてほしい欄 {len(done.places)} か所: {'、'.join(done.places[:_TOLD])}{more}")
    words.append("壊れたファイルはそのまま残してあります。")
    return done.path, "\n".join(words)
