"""A list of the window to the printer or into a PDF, looked at first."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from welfare_desktop.operations.list_sheets import Sheet, SheetText, sheet_paper
from welfare_desktop.operations.session import Session

from ..parts import theme
from ..parts.marked_text import Row
from ..settings import Settings
from .list_preview import ListPreview


def sheet_rows(rows: list[Row]) -> list[list[list[SheetText]]]:
    """Return rows of a table as they are printed."""
    return [
        [
            [
                SheetText(para.text, para.spans, para.struck, small=para.size_px <= theme.NOTE_PX, bold=para.bold)
                for para in cell
            ]
            for cell in row.cells
        ]
        for row in rows
    ]


def print_list(window: QWidget, session: Session, settings: Settings, sheet: Sheet) -> None:
    """Show the pages of a list; from there they are printed or saved."""
    name = f"{sheet.title.replace('　', '_').replace(' ', '')}.pdf"
    box = ListPreview(window, sheet_paper(session, sheet), name, settings, session.path.parent)
    box.exec()
    box.deleteLater()
