"""How the department workbook looks: grey to read, pale yellow to write in, nothing told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side
from openpyxl.worksheet.properties import PageSetupProperties

from .cell_text import TEXT_FORMAT, put_text
from .workbook_style import font

if TYPE_CHECKING:
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet

BAND, WHITE, READ, WRITE, HEAD, HEAD_WRITE = "3B5A6E", "FFFFFF", "F3F5F7", "FFF6D6", "DAE3EA", "F5DC8F"
LABEL, UNUSED = "DAE1E8", "ECECEC"
TEXT, FAINT = "1D2329", "767F87"
_LINE, _WRITE_LINE, _STRONG = "B5BCC3", "A8791E", "6F7A83"

Horizontal = Literal["left", "center", "right"]
Vertical = Literal["top", "center"]


@dataclass(frozen=True, slots=True)
class Paint:
    """One kind of cell.  ``unlocked`` cells are the ones to write in; ``strong_top`` begins a new slot."""

    fill: str = WHITE
    size_pt: float = 9.0
    bold: bool = False
    colour: str = TEXT
    horizontal: Horizontal = "left"
    vertical: Vertical = "top"
    unlocked: bool = False
    framed: bool = True
    strong_top: bool = False
    hatched: bool = False
    number_format: str = TEXT_FORMAT
    wrap: bool = True
    indent: int = 0


class Paints:
    """Hands out the style of each kind of cell, made once for a workbook."""

    def __init__(self, workbook: Workbook, family: str) -> None:
        self._family = family
        self._model = workbook.create_sheet("style")
        workbook.remove(self._model)
        self._made: dict[Paint, StyleArray] = {}

    def put(self, sheet: Worksheet, row: int, column: int, paint: Paint, text: str = "") -> Cell:
        """Give a cell its look and its text, and return it."""
        cell: Any = sheet.cell(row, column)
        cell._style = self._of(paint)
        put_text(cell, text)
        result: Cell = cell
        return result

    def _of(self, paint: Paint) -> StyleArray:
        if paint not in self._made:
            cell: Any = Cell(self._model, row=1, column=1)
            cell.font = font(self._family, paint.size_pt, paint.bold, paint.colour)
            cell.alignment = Alignment(
                horizontal=paint.horizontal, vertical=paint.vertical, wrap_text=paint.wrap, indent=paint.indent
            )
            # LibreOffice draws a hatch as flat grey, so the grey alone has to say it, too.
            if paint.hatched:
                cell.fill = PatternFill("lightUp", fgColor="FFBBBBBB", bgColor=f"FF{paint.fill}")
            else:
                cell.fill = PatternFill("solid", fgColor=f"FF{paint.fill}")
            if paint.framed:
                side = Side(style="thin", color=f"FF{_WRITE_LINE if paint.unlocked else _LINE}")
                top = Side(style="medium", color=f"FF{_STRONG}") if paint.strong_top else side
                cell.border = Border(left=side, right=side, top=top, bottom=side)
            cell.number_format = paint.number_format
            cell.protection = Protection(locked=not paint.unlocked)
            self._made[paint] = cell._style
        return self._made[paint]


#: The footer stands inside the lower margin; with less room for it LibreOffice cuts all but the tops of its letters.
_MARGINS_MM = {"left": 12.0, "right": 12.0, "top": 12.0, "bottom": 14.0, "header": 5.0, "footer": 6.0}


def fit_to_width(sheet: Worksheet, orientation: Literal["portrait", "landscape"]) -> None:
    """Print a sheet on A4 as wide as the paper and as many pages long as it needs."""
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = orientation
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for side, millimetres in _MARGINS_MM.items():
        setattr(sheet.page_margins, side, millimetres / 25.4)
