"""Tables that paint paragraphs: what was measured is what is painted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView
from pytestqt.qtbot import QtBot

from welfare_desktop.ui.parts.cell_table import CellTable, plain
from welfare_desktop.ui.parts.marked_text import Para, Row
from welfare_desktop.ui.worklist.marked_table import MarkedTable

_TEXT = "見守りの研修を開き、地区ごとに対象の方を確かめました。"


def marked() -> MarkedTable:
    table = MarkedTable("一覧", ("文",), (-1,))
    table.show_rows([Row(((Para(_TEXT),),))])
    return table


def cells() -> CellTable:
    table = CellTable(("文",), (1,), "一覧")
    table.show_rows(1, lambda _row, _column: (plain(_TEXT),))
    return table


def ink_below(table: QTableView, height: int, width: int) -> bool:
    """Paint the first cell into a place with room below ``height``; whether anything dark stands there."""
    index = table.model().index(0, 0)
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, width, height + 60)
    image = QImage(option.rect.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    table.itemDelegate().paint(painter, option, index)
    painter.end()
    rows = range(height, image.height())
    return any(image.pixelColor(x, y).lightness() < 128 for y in rows for x in range(image.width()))


@pytest.mark.parametrize("make", [marked, cells])
def test_no_line_is_painted_below_the_row(make: Callable[[], QTableView], qtbot: QtBot) -> None:
    """The grid line makes a cell narrower than its column: a text that only just fitted lost its last line."""
    table = make()
    qtbot.addWidget(table)
    table.show()
    for width in range(120, 180):
        table.resize(width, 200)
        cell = table.visualRect(table.model().index(0, 0))
        assert not ink_below(table, table.rowHeight(0), cell.width()), width
