"""What all workbooks of this program look like, and the document properties they carry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop import __version__
from welfare_desktop.domain.measuring import GRID_FAMILY

from .cell_text import TEXT_FORMAT, put_text

#: openpyxl's own form of a whole cell style, for which its annotations have no name.
StyleArray = Any

PROGRAM = "welfare_desktop"
#: With this as Normal style a digit is exactly 7 pixels wide, so columns are as wide in LibreOffice as in Excel.
GRID_PT = 10.5
#: Shows nothing of whatever the cell holds: LibreOffice prints some texts of hidden columns into the margin.
INVISIBLE_FORMAT = ";;;"
#: Shift_JIS: tells Excel that the font is a Japanese one.
_JAPANESE = 128
_MODERN = 3

BorderStyle = Literal["thin", "medium", "dotted", "hair"] | None
Horizontal = Literal["left", "center", "right"]
Vertical = Literal["top", "center"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks; borders are left, right, top, bottom."""

    family: str
    size_pt: float = 9.0
    bold: bool = False
    horizontal: Horizontal = "left"
    vertical: Vertical = "top"
    wrap: bool = True
    shrink: bool = False
    fill: str = ""
    borders: tuple[BorderStyle, BorderStyle, BorderStyle, BorderStyle] = (None, None, None, None)
    number_format: str = TEXT_FORMAT
    colour: str = "000000"
    indent: int = 0


def font(family: str, size_pt: float, bold: bool = False, colour: str = "000000") -> Font:
    """Return a Japanese font that does not follow the theme."""
    return Font(name=family, sz=size_pt, b=bold, charset=_JAPANESE, family=_MODERN, color=f"FF{colour}")


def new_workbook(title: str, made_on: dt.date | None) -> Workbook:
    """Return an empty workbook, without a sheet, that says what it is and which program made it, and no person."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    usual = font(GRID_FAMILY, GRID_PT)
    # The first font is the one of cells without a style; left alone it would be Calibri.
    tables: Any = workbook
    tables._fonts = IndexedList([usual])
    tables._named_styles["Normal"].font = usual
    properties = workbook.properties
    properties.creator = properties.lastModifiedBy = PROGRAM
    properties.title = title
    properties.version = __version__
    properties.description = None
    moment = dt.datetime.combine(made_on or dt.date(2000, 1, 1), dt.time(), dt.UTC).replace(tzinfo=None)
    properties.created = properties.modified = moment
    return workbook


class Styles:
    """Hands out the style of a look, made once for a workbook: setting a cell's parts one by one takes ten times as long."""

    def __init__(self, workbook: Workbook) -> None:
        self._model = workbook.create_sheet("style")
        workbook.remove(self._model)
        self._made: dict[Look, StyleArray] = {}

    def of(self, look: Look) -> StyleArray:
        """Return the style for ``look``; cells may share it as long as nobody changes their parts afterwards."""
        if look not in self._made:
            cell: Any = Cell(self._model, row=1, column=1)
            cell.font = font(look.family, look.size_pt, look.bold, look.colour)
            cell.alignment = Alignment(
                horizontal=look.horizontal,
                vertical=look.vertical,
                wrap_text=look.wrap,
                shrink_to_fit=look.shrink,
                indent=look.indent,
            )
            if look.fill:
                cell.fill = PatternFill("solid", fgColor=f"FF{look.fill}")
            left, right, top, bottom = (Side(style=style) if style else Side() for style in look.borders)
            cell.border = Border(left=left, right=right, top=top, bottom=bottom)
            cell.number_format = look.number_format
            # Shows that the cell is text even where it looks like a formula, and keeps it text when edited.
            cell.quotePrefix = look.number_format == TEXT_FORMAT
            self._made[look] = cell._style
        return self._made[look]


def put_styled(
    sheet: Worksheet, row: int, column: int, style: StyleArray, value: str | int | float | None = ""
) -> None:
    """Give a cell its style and its value; text stays text whatever it begins with, a number is a number."""
    cell: Any = sheet.cell(row, column)
    cell._style = style
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value


def frame(sheet: Worksheet, styles: Styles, look: Look, area: tuple[int, int, int, int], text: str) -> None:
    """Write ``text`` into an area (first row, first column, last row, last column), merged and framed as a whole.

    Every cell of the area gets the borders of its own edges: Excel draws a merged cell's frame from them.
    """
    first_row, first, last_row, last = area
    left, right, top, bottom = look.borders
    for row in range(first_row, last_row + 1):
        for column in range(first, last + 1):
            edges = (
                left if column == first else None,
                right if column == last else None,
                top if row == first_row else None,
                bottom if row == last_row else None,
            )
            shown = text if (row, column) == (first_row, first) else ""
            put_styled(sheet, row, column, styles.of(replace(look, borders=edges)), shown)
    if (first_row, first) != (last_row, last):
        # merge_cells() would restyle the edges one by one.
        sheet.merged_cells.ranges.add(CellRange(min_row=first_row, min_col=first, max_row=last_row, max_col=last))
