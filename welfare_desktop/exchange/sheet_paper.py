"""How sheets are printed: A3 landscape, margins, footers."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.domain.measuring import MM_PER_POINT

A3_PAPER = 8
_A3_HEIGHT_MM = 297.0
_MARGINS_MM = {"left": 10.0, "right": 10.0, "top": 10.0, "bottom": 14.5, "header": 5.0, "footer": 7.0}
_FOOTER_PT = 8


def set_up_a3(sheet: Worksheet) -> None:
    """Set a sheet to A3 landscape with the margins of the printed report, and to a view without grid lines."""
    sheet.page_setup.paperSize = A3_PAPER
    sheet.page_setup.orientation = "landscape"
    sheet.print_options.horizontalCentered = True
    for side, millimetres in _MARGINS_MM.items():
        setattr(sheet.page_margins, side, millimetres / 25.4)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 85


def printable_pt() -> float:
    """Return the height of an A3 landscape sheet between its margins."""
    return (_A3_HEIGHT_MM - _MARGINS_MM["top"] - _MARGINS_MM["bottom"]) / MM_PER_POINT


def set_footer(sheet: Worksheet, family: str, left: str, middle: str, right: str) -> None:
    """Set the footer; ``middle`` may hold the spreadsheet's own codes (``&P``), the other two are plain text."""
    footer = sheet.oddFooter
    assert footer is not None  # every sheet made here has one
    for part, text in (
        (footer.left, left.replace("&", "&&")),
        (footer.center, middle),
        (footer.right, right.replace("&", "&&")),
    ):
        if text:
            part.text = text
            part.font = f"{family},Regular"
            part.size = _FOOTER_PT
