"""The first window: three ways in and two quiet ones for another plan, none a dead end."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.paths import resource

from .parts import theme
from .parts.banner import Banners, Notice, Tone
from .parts.controls import ElidedLabel, FittedLabel, NoteLabel, push_button
from .parts.wrapping import wrap

_MARGIN_PX = 32


class WayButton(QAbstractButton):
    """A way in: icon, title, sentence, small print, key.  QCommandLinkButton draws its own fonts."""

    def __init__(
        self, title: str, sentence: str, small: str, icon: str, keys: str, parent: QWidget, *, likely: bool = False
    ) -> None:
        super().__init__(parent)
        self._sentence = sentence
        self._small = small
        self._keys = keys
        self._likely = likely
        self.setText(title)
        self.setIcon(QIcon(str(resource("icons", icon))))
        self.setShortcut(QKeySequence(keys))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{sentence}{small}")

    def sizeHint(self) -> QSize:
        """Qt: title, sentence and small print."""
        return QSize(600, 104)

    def minimumSizeHint(self) -> QSize:
        """Qt: also on a low screen all three fit."""
        return QSize(420, 76)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the likely way is framed and tinted; the one with the focus has the thick frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.hasFocus() or self.underMouse()
        painter.setBrush(QColor(theme.ACCENT_TINT if self._likely or strong else theme.FIELD))
        thick = 2 if self.hasFocus() or (self._likely and not self._rival_has_focus()) else 1
        painter.setPen(QPen(QColor(theme.ACCENT if thick == 2 else theme.FIELD_BORDER), thick))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 4, 4)
        size = 32
        self.icon().paint(painter, QRect(24, (self.height() - size) // 2, size, size))
        left, width = 84, self.width() - 84 - 20
        top = (self.height() - 72) // 2
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(16, bold=True))
        painter.drawText(QRect(left, top, width, 24), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(theme.font(theme.TEXT_PX))
        line = wrap(self._sentence, theme.font(theme.TEXT_PX), width, 1)[0]
        painter.drawText(QRect(left, top + 27, width, 22), Qt.AlignmentFlag.AlignVCenter, line)
        painter.setPen(QColor(theme.SECOND))
        painter.setFont(theme.font(theme.SMALL_PX))
        line = wrap(self._small, theme.font(theme.SMALL_PX), width, 1)[0]
        painter.drawText(QRect(left, top + 53, width, 20), Qt.AlignmentFlag.AlignVCenter, line)
        painter.setFont(theme.font(theme.TEXT_PX))
        keys = QKeySequence(self._keys).toString(QKeySequence.SequenceFormat.NativeText)
        painter.drawText(QRect(left, top, width, 24), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)
        painter.end()

    def _rival_has_focus(self) -> bool:
        focus = self.window().focusWidget()
        return isinstance(focus, WayButton) and focus is not self


class FirstStart(QWidget):
    """Three ways in.  ``plan_chosen``, ``open_chosen`` and ``report_chosen`` are the ways; the rest is the foot.

    ``empty_asked`` and ``plan_file_asked`` are the quiet ways of an office with another plan.
    """

    plan_chosen = Signal()
    open_chosen = Signal()
    report_chosen = Signal()
    empty_asked = Signal()
    plan_file_asked = Signal()
    folder_asked = Signal()
    manual_asked = Signal()

    def __init__(self, plan_words: str, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("地域福祉計画 実施状況報告")
        self.resize(960, 600)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        self.banners = Banners(self)
        column.addWidget(self.banners)
        middle = QVBoxLayout()
        middle.setContentsMargins(_MARGIN_PX, theme.STEP, _MARGIN_PX, theme.STEP)
        middle.setSpacing(theme.STEP)
        middle.addWidget(FittedLabel("どれから始めますか", size_px=theme.PANE_TITLE_PX, bold=True))
        self.ways = (
            WayButton(
                "同梱の計画で始める",
                plan_words,
                "題名・担当課・指標まで入っています。実施状況は空欄から始まります。",
                "book.svg",
                "Alt+1",
                self,
                likely=True,
            ),
            WayButton(
                "これまでのファイルを開く",
                "この PC か USB メモリーにある保存ファイル（.welfare）を開きます。",
                "開けないときは、控えから元に戻す手順を示します。",
                "file.svg",
                "Alt+2",
                self,
            ),
            WayButton(
                "昨年の報告を読み込む",
                "昨年の報告書（文字データ または A3 様式の Excel）から、計画の構成と昨年の内容を作ります。",
                "読めなかったところは一覧で示します。元のファイルは変わりません。",
                "import_large.svg",
                "Alt+3",
                self,
            ),
        )
        for way, chosen in zip(self.ways, (self.plan_chosen, self.open_chosen, self.report_chosen), strict=True):
            way.clicked.connect(chosen)
            middle.addWidget(way)
        middle.addLayout(self._make_quiet_ways())
        middle.addStretch(1)
        column.addLayout(middle, 1)
        column.addWidget(self._make_foot())
        self.show_folder(folder)
        self.ways[0].setFocus()

    def _make_quiet_ways(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.STEP)
        row.addWidget(FittedLabel("ほかの計画で使う", colour=theme.SECOND))
        native = QKeySequence.SequenceFormat.NativeText
        for words, keys, asked in (
            ("新しい計画を一から作る…", "Alt+4", self.empty_asked),
            ("計画ファイルから作る…", "Alt+5", self.plan_file_asked),
        ):
            shown = QKeySequence(keys).toString(native)
            button = push_button(f"{words}　{shown}", asked.emit, kind="small", name=words)
            button.setShortcut(QKeySequence(keys))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _make_head(self) -> QWidget:
        head = QWidget(self)
        head.setObjectName("startHead")
        head.setStyleSheet(f"#startHead {{ background: {theme.FIELD}; border-bottom: 1px solid {theme.SEPARATOR}; }}")
        column = QVBoxLayout(head)
        column.setContentsMargins(_MARGIN_PX, 18, _MARGIN_PX, 16)
        column.setSpacing(2)
        column.addWidget(ElidedLabel("地域福祉計画　実施状況報告", size_px=20, bold=True))
        column.addWidget(
            NoteLabel(
                "計画の取組みと実績を入力し、年度ごとの報告書を作ります。この PC の中だけで動き、ネットワークは使いません。",
                colour=theme.SECOND,
                size_px=theme.TEXT_PX,
            )
        )
        return head

    def _make_foot(self) -> QWidget:
        foot = QWidget(self)
        foot.setObjectName("startFoot")
        foot.setStyleSheet(f"#startFoot {{ background: {theme.FIELD}; border-top: 1px solid {theme.SEPARATOR}; }}")
        row = QHBoxLayout(foot)
        row.setContentsMargins(_MARGIN_PX, 12, _MARGIN_PX, 12)
        row.setSpacing(theme.STEP)
        row.addWidget(FittedLabel("保存する場所", colour=theme.SECOND))
        self._folder = FittedLabel(size_px=theme.TEXT_PX)
        row.addWidget(self._folder)
        row.addWidget(push_button("変える…", self.folder_asked.emit, kind="small", name="保存する場所を変える"))
        row.addStretch(1)
        row.addWidget(push_button("使い方を読む", self.manual_asked.emit, kind="small"))
        row.addWidget(push_button("終わる", self.close, kind="small"))
        return foot

    def show_folder(self, folder: Path) -> None:
        """Show where new files go."""
        self._folder.setText(" > ".join(folder.parts[-2:]))
        self._folder.setToolTip(str(folder))
        self._folder.updateGeometry()

    def show_error(self, error: WelfareError, title: str) -> None:
        """Say why a way in did not work; the ways stay open."""
        place = "  ".join(part for part in (error.code, error.where) if part)
        text = f"{error.message}{error.next_step}"
        self.banners.show_notice(Notice("start", Tone.BAD, title, text, place))
