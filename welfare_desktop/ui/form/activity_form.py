"""The form of one activity: title, roles, then the council's and the city's part side by side.

Where both actors have the same number of slots, their rows stand level; else each side flows on its own below its
initiatives.  Panes narrower than 360 px become one: both below each other, or one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from itertools import pairwise

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import Actor
from welfare_desktop.domain.text import circled

from ..parts import theme
from ..parts.controls import ElidedLabel, StepButton, push_button
from .field_block import FieldBlock
from .part_blocks import PartBlocks, Shown, SlotBlocks
from .pending import Pending
from .result_block import ResultBlock

_GAP_PX = 12
_ROW_GAP_PX = 5


class Panes(Enum):
    """Which parts are on screen when there is room for one pane only."""

    BOTH = "両方を縦に"
    COUNCIL = Actor.COUNCIL.label
    CITY = Actor.CITY.label


class ActivityForm(QWidget):
    """Shows and edits one activity for one year.

    ``field_focused`` carries the key of the field one is in, ``verb_asked`` a slot verb with the slot's id,
    ``confirm_asked`` the key of a draft, ``judge_asked`` a result block with its row, ``row_asked`` block,
    row and verb, ``row_chosen`` a result block in which one is in another row, ``composing_changed`` whether an
    input method composes, ``step_asked`` +1 or -1, ``blank_asked`` nothing.
    """

    field_focused = Signal(object)
    verb_asked = Signal(object, str)
    confirm_asked = Signal(object)
    judge_asked = Signal(object, object)
    row_asked = Signal(object, object, object)
    row_chosen = Signal(object)
    composing_changed = Signal(bool)
    step_asked = Signal(int)
    blank_asked = Signal()

    def __init__(self, pending: Pending, new_id: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Shown | None = None
        self._focused: FieldBlock | ResultBlock | None = None
        self._entered = False
        self._arranged: tuple[object, ...] = ()
        self._panes = Panes.BOTH
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_header())
        column.addWidget(self._make_pane_bar())
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._scroll, 1)
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(theme.FORM_MARGIN, theme.HALF, theme.FORM_MARGIN, theme.FORM_MARGIN)
        self._grid.setHorizontalSpacing(_GAP_PX)
        self._grid.setVerticalSpacing(_ROW_GAP_PX)
        self._scroll.setWidget(self._body)
        self.residents = FieldBlock(pending, fold_title="住民、地域の役割", parent=self._body)
        self.organizations = FieldBlock(pending, fold_title="関係機関の役割", parent=self._body)
        self._parts = tuple(PartBlocks(pending, new_id, actor, self._body) for actor in Actor)
        for block in (self.residents, self.organizations, *(part.initiatives for part in self._parts)):
            self._listen(block)
        for part in self._parts:
            part.head.verb_asked.connect(self.verb_asked)
        self._arranging = QTimer(self)
        self._arranging.setSingleShot(True)
        self._arranging.setInterval(0)
        self._arranging.timeout.connect(self._arrange_for_width)

    def _make_header(self) -> QWidget:
        header = QWidget(self)
        header.setObjectName("formHeader")
        header.setStyleSheet(
            f"#formHeader {{ background: {theme.FIELD}; border-bottom: 1px solid {theme.SEPARATOR}; }}"
        )
        row = QHBoxLayout(header)
        row.setContentsMargins(theme.FORM_MARGIN, 4, theme.FORM_MARGIN, 6)
        row.setSpacing(theme.STEP)
        words = QVBoxLayout()
        words.setSpacing(1)
        self._path = ElidedLabel(colour=theme.SECOND)
        self._title = ElidedLabel(size_px=theme.TITLE_PX, bold=True)
        words.addWidget(self._path)
        words.addWidget(self._title)
        row.addLayout(words, 1)
        self._up = StepButton("前の活動", up=True)
        self._down = StepButton("次の活動", up=False)
        self._up.clicked.connect(self._on_up_clicked)
        self._down.clicked.connect(self._on_down_clicked)
        row.addWidget(self._up)
        row.addWidget(self._down)
        self._blank = push_button("次の未記入へ  F8", self.blank_asked.emit, kind="primary", name="次の未記入へ")
        row.addWidget(self._blank)
        for button in (self._up, self._down, self._blank):
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        return header

    def leave_next_step_to_banner(self) -> None:
        """Draw 次の未記入へ like any other button: where nothing can be written, a banner names the next step."""
        self._blank.setObjectName("")
        self._blank.style().unpolish(self._blank)
        self._blank.style().polish(self._blank)

    def _make_pane_bar(self) -> QWidget:
        self._pane_bar = QWidget(self)
        row = QHBoxLayout(self._pane_bar)
        row.setContentsMargins(theme.FORM_MARGIN, theme.STEP, theme.FORM_MARGIN, 0)
        row.setSpacing(theme.STEP)
        self._pane_buttons = QButtonGroup(self)
        for number, panes in enumerate(Panes):
            button = push_button(panes.value, kind="small")
            button.setCheckable(True)
            button.setChecked(panes is self._panes)
            self._pane_buttons.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self._pane_buttons.idClicked.connect(self._on_panes_chosen)
        self._pane_bar.hide()
        return self._pane_bar

    def _listen(self, block: FieldBlock) -> None:
        block.focused.connect(self._on_block_focused)
        block.confirm_asked.connect(self._on_confirm_asked)
        block.field.cursor_moved.connect(self._on_cursor_moved)
        block.field.text.composing_changed.connect(self.composing_changed)

    def _on_slot_blocks_made(self, blocks: SlotBlocks) -> None:
        for block in blocks.fields:
            self._listen(block)
        blocks.head.verb_asked.connect(self.verb_asked)
        blocks.results.focused.connect(self._on_block_focused)
        blocks.results.judge_asked.connect(self.judge_asked)
        blocks.results.row_asked.connect(self.row_asked)
        blocks.results.row_chosen.connect(self.row_chosen)
        self._arranged = ()

    # --- showing ------------------------------------------------------------------------------------------------

    def show_activity(self, shown: Shown, path: str) -> None:
        """Show another activity, or the same for another year; ``path`` names the goals above it."""
        self._focused = None
        self._entered = False
        self._bind(shown)
        # One may still be in a field: its place now belongs to this activity, and Qt tells of no new focus.
        held = next((block for block in self.blocks() if block.key is not None and self._holds_focus(block)), None)
        # Until one goes into the form, the panel is about the first text one would write.
        self._focused = held or next((slot.status for part in self._parts for slot in part.slots), None)
        self._entered = held is not None
        self._path.setText(path)
        self._scroll.verticalScrollBar().setValue(0)

    def leave(self) -> None:
        """Be in no field: something else stands in the form's place, and no verb may reach what nobody sees."""
        self._focused = None
        self._entered = False

    def refresh(self, shown: Shown) -> None:
        """Take over what changed in the activity shown; focus and what is being typed stay."""
        self._shown = shown
        self._show_title(shown)
        for block, name in ((self.residents, "residents_role"), (self.organizations, "organizations_role")):
            value = getattr(shown.activity, name)
            if block.value != value:
                block.adopt(value)
        refreshed = [part.refresh(shown) for part in self._parts]
        if not all(refreshed):
            key = self.focused_key
            self._bind(shown)
            if key is not None:
                self.focus_key(key)

    def _bind(self, shown: Shown) -> None:
        self._shown = shown
        self._show_title(shown)
        owner = shown.activity.id
        for block, name in ((self.residents, "residents_role"), (self.organizations, "organizations_role")):
            key = FieldKey(Owner.ACTIVITY, owner, name)
            value = getattr(shown.activity, name)
            block.bind(key, value, whose="", placeholder="未記入", read_only=not shown.editable)
        for part in self._parts:
            part.bind(shown, self._on_slot_blocks_made)
        if self._arrangement() != self._arranged:
            self._arrange()
            self._order_tabs()

    def _arrangement(self) -> tuple[object, ...]:
        """Return what the places of the blocks depend on."""
        return (self._fits_two(), self._panes, *(len(part.slots) for part in self._parts))

    def _show_title(self, shown: Shown) -> None:
        self._title.setText(f"{circled(shown.activity.number)} {shown.activity.title}")

    @property
    def shown(self) -> Shown | None:
        """What is on screen, or None before the first activity."""
        return self._shown

    def open_roles(self, opened: bool) -> None:
        """Open or close the roles."""
        self.residents.open_fold(opened)
        self.organizations.open_fold(opened)

    def open_initiatives(self, opened: bool) -> None:
        """Open or close both lists of initiatives."""
        for part in self._parts:
            part.initiatives.open_fold(opened)

    # --- blocks -------------------------------------------------------------------------------------------------

    def blocks(self) -> Iterator[FieldBlock | ResultBlock]:
        """Yield every block of the activity in reading order: roles, council, then the city slot by slot."""
        yield self.residents
        yield self.organizations
        for part in self._parts:
            yield part.initiatives
            for slot in part.slots:
                yield from slot.fields
                yield slot.results

    def block_of(self, key: FieldKey) -> FieldBlock | ResultBlock | None:
        """Return the block that shows ``key``; the table shows results, indicators and judgements of its slot."""
        for block in self.blocks():
            if block.key == key:
                return block
            beside = key.owner is Owner.SLOT and key.name in ("indicators", "judgements")
            if beside and isinstance(block, ResultBlock) and key.owner_id == block.slot.id:
                return block
        return None

    @property
    def has_been_entered(self) -> bool:
        """Whether one has been in a field since the activity was shown."""
        return self._entered

    @property
    def focused_key(self) -> FieldKey | None:
        """The key of the field one is or was last in, the first before that."""
        return self._focused.key if self._focused is not None else None

    def current_line(self) -> int | None:
        """Return the stored line (from 0) one is in, or None outside of a text."""
        block = self._focused
        return block.field.text.current_line() if isinstance(block, FieldBlock) else None

    @property
    def focused_block(self) -> FieldBlock | ResultBlock | None:
        """The block one is or was last in, the first before that."""
        return self._focused

    def focus_key(self, key: FieldKey, line: int | None = None) -> bool:
        """Go into the field ``key``, to stored line ``line`` (from 0) if given; False when it is not on screen."""
        block = self.block_of(key)
        if block is None:
            return False
        if not block.isVisibleTo(self):
            self.choose_panes(Panes.BOTH)
        if isinstance(block, ResultBlock):
            if line is not None:
                block.go_to_line(key.name, line)
            block.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            block.open_fold()
            if line is not None:
                block.field.text.go_to_line(line)
            block.field.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self._reveal(block)
        return True

    def focus_first(self) -> None:
        """Go into the field one was in last, or the first text of the council."""
        if self._focused is not None and self._focused.key is not None:
            self.focus_key(self._focused.key)

    def finish_editing(self) -> None:
        """Confirm an open composition and take over an open cell, so that everything typed is pending."""
        for block in self.blocks():
            if isinstance(block, ResultBlock):
                block.table.finish_editing()
            else:
                block.field.text.finish_composition()

    def current_slot(self) -> tuple[Actor, str] | None:
        """Return actor and id of the slot one is in, or None outside of slots."""
        for part in self._parts:
            for slot in part.slots:
                if self._focused in (slot.status, slot.planned, slot.results):
                    return part.actor, slot.slot_id
        return None

    def slot_actor(self, slot_id: str) -> Actor | None:
        """Return whose slot ``slot_id`` is, or None when it is not on screen."""
        for part in self._parts:
            if any(slot.slot_id == slot_id for slot in part.slots):
                return part.actor
        return None

    # --- arranging ----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width may mean one pane instead of two."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._arranging.start()

    def _fits_two(self) -> bool:
        return self.width() >= 2 * theme.MIN_PANE + _GAP_PX

    def _arrange_for_width(self) -> None:
        if self._shown is not None and self._arrangement() != self._arranged:
            self._arrange()

    def _on_panes_chosen(self, number: int) -> None:
        self._panes = tuple(Panes)[number]
        self._arrange()

    @property
    def chooses_panes(self) -> bool:
        """Whether there is room for one pane only, so that a person chooses which."""
        return not self._fits_two()

    def choose_panes(self, panes: Panes) -> None:
        """Choose what is on screen when there is room for one pane only."""
        self._pane_buttons.button(tuple(Panes).index(panes)).setChecked(True)
        self._panes = panes
        self._arrange()

    def _arrange(self) -> None:
        """Put every block into its cell."""
        side_by_side = self._fits_two()
        self._arranged = self._arrangement()
        self._pane_bar.setVisible(not side_by_side)
        focus = self._focused if self._focused is not None and self._holds_focus(self._focused) else None
        _empty(self._grid)
        for part in self._parts:
            part.hide_all()
        columns = 2 if side_by_side else 1
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._place(self.residents, 0, 0)
        self._place(self.organizations, 0 if side_by_side else 1, 1 if side_by_side else 0)
        row = self._arrange_beside(2) if side_by_side else self._arrange_below(2)
        for earlier in range(self._grid.rowCount()):
            self._grid.setRowStretch(earlier, 0)
        self._grid.setRowStretch(row, 1)
        if focus is not None:
            self._go_back_into(focus)

    def _holds_focus(self, block: FieldBlock | ResultBlock) -> bool:
        widget = QApplication.focusWidget()
        return widget is not None and block.isAncestorOf(widget)

    def _go_back_into(self, block: FieldBlock | ResultBlock) -> None:
        """Go where one was before everything was hidden, or into the first field of the pane that is shown now.

        Qt gives the focus of what is hidden to the next thing that takes it, outside of the form.
        """
        if block.isHidden():
            fields = (item for part in self._parts for slot in part.slots for item in slot.fields)
            block = next((item for item in fields if not item.isHidden()), block)
        (block.table if isinstance(block, ResultBlock) else block.field.text).setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange_beside(self, row: int) -> int:
        several = any(len(part.slots) != 1 for part in self._parts)
        level = len({len(part.slots) for part in self._parts}) == 1
        for column, part in enumerate(self._parts):
            self._place(part.head, row, column)
            self._place(part.initiatives, row + 1, column)
            widgets = [item for slot in part.slots for item in slot.widgets[0 if several else 1 :]]
            if level:
                for offset, widget in enumerate(widgets):
                    self._place(widget, row + 2 + offset, column)
            else:
                flow = QVBoxLayout()
                flow.setSpacing(_ROW_GAP_PX)
                for widget in widgets:
                    flow.addWidget(widget)
                    widget.show()
                flow.addStretch(1)
                self._grid.addLayout(flow, row + 2, column)
        return self._grid.rowCount()

    def _arrange_below(self, row: int) -> int:
        wanted = {Panes.COUNCIL: self._parts[:1], Panes.CITY: self._parts[1:]}.get(self._panes, self._parts)
        for part in wanted:
            slots = part.slots
            widgets = [item for slot in slots for item in slot.widgets[0 if len(slots) != 1 else 1 :]]
            for widget in (part.head, part.initiatives, *widgets):
                self._place(widget, row, 0)
                row += 1
        return row

    def _place(self, widget: QWidget, row: int, column: int) -> None:
        self._grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop)
        widget.show()

    def _order_tabs(self) -> None:
        """Tab goes field by field: roles, the council, then the city slot by slot."""
        stops: list[QWidget] = [
            block.table if isinstance(block, ResultBlock) else block.field.text for block in self.blocks()
        ]
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

    # --- hearing ------------------------------------------------------------------------------------------------

    def _on_block_focused(self, block: FieldBlock | ResultBlock) -> None:
        self._focused = block
        self._entered = True
        self.field_focused.emit(block.key)
        self._reveal(block)

    def _reveal(self, block: QWidget) -> None:
        """Scroll a block into view; of one taller than the view its upper end."""
        top = block.mapTo(self._body, block.rect().topLeft()).y()
        height = min(block.height(), self._scroll.viewport().height())
        self._scroll.ensureVisible(0, top + height, 0, theme.STEP)
        self._scroll.ensureVisible(0, top, 0, theme.STEP)

    def _on_cursor_moved(self, rect: QRect) -> None:
        field = self.sender()
        if isinstance(field, QWidget):
            point = field.mapTo(self._body, rect.center())
            self._scroll.ensureVisible(0, point.y(), 0, rect.height() + theme.STEP)

    def _on_confirm_asked(self, block: FieldBlock) -> None:
        self.confirm_asked.emit(block.key)

    def _on_up_clicked(self) -> None:
        self.step_asked.emit(-1)

    def _on_down_clicked(self) -> None:
        self.step_asked.emit(1)


def _empty(layout: QLayout) -> None:
    """Take everything out of ``layout``; widgets stay where they are, inner layouts go."""
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        if inner is not None:
            _empty(inner)
            inner.deleteLater()
