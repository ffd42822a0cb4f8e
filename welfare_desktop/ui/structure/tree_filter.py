"""Narrowing the tree to what is blank, a draft, has findings …; a strip above it always says that it is narrowed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from welfare_desktop.operations.filtering import Filter, activities_in

from ..bench import Bench
from ..parts import theme
from ..parts.controls import FittedLabel, push_button

_BUTTON_PX = 24
#: Plans of more activities are large.
_COUNTED = 500


class _Funnel(QPushButton):
    """A small button with a painted funnel: the bundled font has none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("flat")
        self.setFixedSize(QSize(_BUTTON_PX, _BUTTON_PX))
        self.setAccessibleName("活動の一覧を絞り込む")
        self.setToolTip("絞り込み（Ctrl+F6）")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the button, and the funnel on it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.setPen(QPen(QColor(theme.TEXT), 1.5))
        corners = [(-5.5, -5), (5.5, -5), (1.5, 0.5), (1.5, 5), (-1.5, 3.5), (-1.5, 0.5), (-5.5, -5)]
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in corners]))
        painter.end()


class TreeFilter(QObject):
    """The filter of one window's tree."""

    def __init__(self, window: QWidget, bench: Bench) -> None:
        super().__init__(window)
        self._bench = bench
        self._desk = bench.desk
        self.chosen = Filter.ALL
        self.button = _Funnel()
        self.button.clicked.connect(self.ask)
        self._desk.heading.addWidget(self.button)
        self._make_menu(window)
        self._make_strip()
        self._desk.reloaded.connect(self._on_desk_reloaded)
        bench.watcher.changed.connect(self._on_attention_changed)
        self._applying = False

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {"filter_tree": self.ask, "show_all": self.show_all}

    def _make_menu(self, window: QWidget) -> None:
        self.menu = QMenu("絞り込み", window)
        self._group = QActionGroup(self)
        for which in Filter:
            action = self.menu.addAction(which.value)
            action.setCheckable(True)
            action.setChecked(which is Filter.ALL)
            action.setData(which)
            self._group.addAction(action)
        self._group.triggered.connect(self._on_chosen)

    def _make_strip(self) -> None:
        self.strip = QWidget()
        self.strip.setObjectName("filterStrip")
        row = QHBoxLayout(self.strip)
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(4)
        self.words = FittedLabel(bold=True)
        row.addWidget(self.words)
        row.addStretch(1)
        row.addWidget(push_button("×", self.show_all, kind="small", name="絞り込みを外す", tip="絞り込みを外す"))
        self.strip.hide()
        self._desk.add_strip(self.strip)

    # --- choosing -----------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Offer what the tree can be narrowed to."""
        small = len(self._desk.fills) <= _COUNTED
        for action in self._group.actions():
            which: Filter = action.data()
            # What is asked of the texts is not counted beforehand in a large plan: the menu is to open at once.
            counted = which is not Filter.ALL and (small or which not in (Filter.NEW, Filter.SAME))
            text = f"{which.value}　{len(self._ids(which))} 件" if counted else which.value
            action.setText(f"{text}（調べています）" if self._is_waiting(which) else text)
        self.menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))
        self.menu.setActiveAction(self._group.checkedAction())

    def show_all(self) -> None:
        """List every activity again."""
        self.narrow(Filter.ALL)

    def narrow(self, which: Filter) -> None:
        """List only the activities ``which`` says; what was typed is saved first."""
        self._bench.finish_and_save()
        self.chosen = which
        for action in self._group.actions():
            action.setChecked(action.data() is which)
        self._apply()
        if not self._desk.model.index_of(self._bench.activity_id).isValid():
            self._desk.choose_first()
        self._desk.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chosen(self, action: QAction) -> None:
        self.narrow(action.data())

    # --- applying -----------------------------------------------------------------------------------------------

    def _ids(self, which: Filter) -> frozenset[str]:
        desk = self._desk
        return activities_in(desk.session, desk.year, which, desk.fills, desk.attention, desk.department)

    def _apply(self) -> None:
        self._applying = True
        narrowed = self.chosen is not Filter.ALL
        self._desk.narrow(self._ids(self.chosen) if narrowed else None)
        self._applying = False
        self._say()

    def _is_waiting(self, which: Filter) -> bool:
        """Whether more may be found than is known by now."""
        return which in (Filter.FINDING, Filter.CONFLICT) and not self._bench.watcher.known

    def _say(self) -> None:
        narrowed = self.chosen is not Filter.ALL
        self.strip.setVisible(narrowed)
        count = len(self._desk.model.activity_ids())
        waiting = self._is_waiting(self.chosen)
        words = f"{self.chosen.value} {count} 件だけ表示中{'（調べています）' if waiting else ''}"
        if not count and not waiting:
            words = f"{self.chosen.value}の活動はありません"
        self.words.setText(words)
        self.words.updateGeometry()
        self.strip.setAccessibleName(words)

    def _on_desk_reloaded(self) -> None:
        if self._desk.narrowed != (self.chosen is not Filter.ALL):  # somebody had everything shown
            self.chosen = Filter.ALL
            for action in self._group.actions():
                action.setChecked(action.data() is Filter.ALL)
            self._say()
        elif self.chosen is not Filter.ALL and not self._applying:
            self._apply()

    def _on_attention_changed(self) -> None:
        """Findings that became known later are listed too; nothing is taken away under somebody's hands."""
        if self.chosen in (Filter.FINDING, Filter.CONFLICT):
            listed = frozenset(self._desk.model.activity_ids())
            found = self._ids(self.chosen)
            if found - listed:
                self._desk.narrow(found | listed)
            self._say()
