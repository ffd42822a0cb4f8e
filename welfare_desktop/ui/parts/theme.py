"""Colours, type sizes, fonts and the style sheet: everything that decides how the window looks, in one place.

Sizes are logical pixels: at 150 % the system multiplies them.  Every pair of colours used for text has a contrast of
at least 4.5; borders of fields have at least 3.  Shape and word always go with a colour (see ``ui.parts.marks``).
The style sheet selects by object name or class only: a rule on a parent would tint every label below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

FAMILY = "BIZ UDPGothic"
#: Where the bundled font is missing a character (𠮷 …) or the font itself, these are asked in turn.
FALLBACKS = ("BIZ UDPゴシック", "Yu Gothic UI", "Meiryo UI", "IPAexGothic", "Noto Sans CJK JP")

# Colours --------------------------------------------------------------------------------------------------------
TEXT = "#1D2329"
SECOND = "#4A535C"
PLACEHOLDER = "#5B656E"
ACCENT = "#1B5A99"
ACCENT_DARK = "#14487C"
GOOD = "#1B6A3B"
ATTENTION = "#7D5000"
BAD = "#A3241C"
DRAFT = "#62449A"
NEUTRAL = "#57616A"
FIELD_BORDER = "#7C8791"
SEPARATOR = "#D0D6DC"
WINDOW = "#F2F4F6"
FIELD = "#FFFFFF"
BAND = "#E9EDF0"
GUTTER = "#EEF1F4"
ACCENT_TINT = "#DCE8F5"
GOOD_TINT = "#E0F0E5"
ATTENTION_TINT = "#FFF1CF"
BAD_TINT = "#FBE4E1"
COUNCIL = "#2F5D7C"
COUNCIL_TINT = "#E4EDF3"
CITY = "#4C6130"
CITY_TINT = "#EAEFE1"
INSERTED = "#CFEBD8"
REMOVED = "#FBDAD6"
FOUND = "#FFE08A"
SCROLL_HANDLE = "#8F9AA3"

#: The same names for who needs more contrast: black, white, and dark colours only; 7 or more instead of 4.5.
HIGH_CONTRAST = {
    "TEXT": "#000000",
    "SECOND": "#1A1A1A",
    "PLACEHOLDER": "#333333",
    "ACCENT": "#00317A",
    "ACCENT_DARK": "#001F52",
    "GOOD": "#00461B",
    "ATTENTION": "#5A3300",
    "BAD": "#8A0000",
    "DRAFT": "#3D1A78",
    "NEUTRAL": "#2B2B2B",
    "FIELD_BORDER": "#000000",
    "SEPARATOR": "#404040",
    "WINDOW": "#FFFFFF",
    "FIELD": "#FFFFFF",
    "BAND": "#EAEAEA",
    "GUTTER": "#F2F2F2",
    "ACCENT_TINT": "#CFE3FF",
    "GOOD_TINT": "#DFF5E4",
    "ATTENTION_TINT": "#FFF1C2",
    "BAD_TINT": "#FFE1DD",
    "COUNCIL": "#123A57",
    "COUNCIL_TINT": "#E4EDF3",
    "CITY": "#2C3D14",
    "CITY_TINT": "#EAEFE1",
    "INSERTED": "#B5EBC4",
    "REMOVED": "#FFC9C2",
    "FOUND": "#FFE066",
    "SCROLL_HANDLE": "#404040",
}

# Type: size → line pitch.  BIZ UD has no leading of its own; without these pitches Japanese lines touch. ---------
TEXT_PX = 14
SMALL_PX = 13
NOTE_PX = 12
TITLE_PX = 18
PANE_TITLE_PX = 15
PITCH = {12: 17, 13: 19, 14: 20, 15: 22, 18: 25, 20: 28}

# Rhythm ---------------------------------------------------------------------------------------------------------
STEP = 8
HALF = 4
FORM_MARGIN = 12
DIALOG_MARGIN = 16
TOOL_HEIGHT = 32
BUTTON_HEIGHT = 30
SMALL_BUTTON_HEIGHT = 24
TREE_WIDTH = 260
CONTEXT_WIDTH = 260
MIN_TREE = 200
MIN_PANE = 360
MIN_CONTEXT = 240
#: Below this window width the context panel folds away; F9 brings it back.
FOLD_BELOW = 1200
#: From this pane width on the indicator table has columns of its own for 目標 and 前年度実績.
WIDE_PANE = 520


def use(colours: Mapping[str, str]) -> None:
    """Draw with other colours from now on; called before anything that draws is imported, because some keep a colour.

    Raises KeyError for a name that is no colour of this module.
    """
    for name, value in colours.items():
        if not str(globals()[name]).startswith("#"):
            raise KeyError(name)
        globals()[name] = value


def load_fonts(folder: Path) -> str:
    """Register the bundled fonts of ``folder`` and return the family to use.

    A missing or unreadable file is no reason not to start: the machine's own copy or a fallback is used then.
    """
    for name in ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf"):
        path = folder / name
        if path.is_file():
            QFontDatabase.addApplicationFont(str(path))
    return FAMILY


@cache
def font(size_px: int = TEXT_PX, *, bold: bool = False) -> QFont:
    """Return the window's font at ``size_px`` logical pixels; shared, so it is not to be changed."""
    result = QFont([FAMILY, *FALLBACKS])
    result.setPixelSize(size_px)
    result.setBold(bold)
    return result


def colour(name: str) -> QColor:
    """Return a colour of this module for painting."""
    return QColor(name)


def palette() -> QPalette:
    """Return the palette that Fusion draws with."""
    result = QPalette()
    role = QPalette.ColorRole
    for which, name in (
        (role.Window, WINDOW),
        (role.Base, FIELD),
        (role.AlternateBase, GUTTER),
        (role.Button, FIELD),
        (role.Text, TEXT),
        (role.WindowText, TEXT),
        (role.ButtonText, TEXT),
        (role.ToolTipBase, FIELD),
        (role.ToolTipText, TEXT),
        (role.Highlight, ACCENT),
        (role.HighlightedText, FIELD),
        (role.PlaceholderText, PLACEHOLDER),
        (role.Link, ACCENT),
        (role.Accent, ACCENT),
        (role.Mid, FIELD_BORDER),
    ):
        result.setColor(which, QColor(name))
    for which in (role.Text, role.WindowText, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(PLACEHOLDER))
    return result


def style_sheet() -> str:
    """Return the application's style sheet."""
    return f"""
QMenuBar {{ background: {FIELD}; padding: 0 4px; }}
QMenuBar::item {{ padding: 3px 10px; background: transparent; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {ACCENT_TINT}; color: {TEXT}; }}
QMenu {{ background: {FIELD}; border: 1px solid {FIELD_BORDER}; padding: 4px 0; }}
QMenu::item {{ padding: 5px 28px 5px 28px; }}
QMenu::item:disabled {{ color: {PLACEHOLDER}; }}
QMenu::separator {{ height: 1px; background: {SEPARATOR}; margin: 4px 8px; }}
QToolTip {{ background: {FIELD}; color: {TEXT}; border: 1px solid {FIELD_BORDER}; padding: 4px; }}
QPushButton {{ background: {FIELD}; color: {TEXT}; border: 1px solid {FIELD_BORDER}; border-radius: 3px;
  min-height: 28px; padding: 0 12px; }}
QPushButton:hover {{ background: {ACCENT_TINT}; }}
QPushButton:pressed, QPushButton:checked {{ background: {ACCENT_TINT}; border-color: {ACCENT}; }}
QPushButton:focus {{ border: 2px solid {ACCENT}; min-height: 26px; padding: 0 11px; }}
QPushButton:disabled {{ color: {PLACEHOLDER}; background: {WINDOW}; border-color: {SEPARATOR}; }}
QPushButton#primary {{ background: {ACCENT}; color: {FIELD}; border: 1px solid {ACCENT}; font-weight: bold; }}
QPushButton#primary:hover, QPushButton#primary:pressed {{ background: {ACCENT_DARK}; }}
QPushButton#primary:focus {{ border: 2px solid {TEXT}; }}
QPushButton#primary:disabled {{ background: {BAND}; color: {PLACEHOLDER}; border-color: {SEPARATOR}; }}
QPushButton#small {{ min-height: 20px; padding: 0 8px; font-size: {SMALL_PX}px; }}
QPushButton#small:focus {{ min-height: 18px; padding: 0 7px; }}
QPushButton#flat {{ border: none; background: transparent; min-height: 24px; padding: 0 6px; }}
QPushButton#flat:hover {{ background: {ACCENT_TINT}; }}
QPushButton#flat:focus {{ border: 2px solid {ACCENT}; min-height: 20px; padding: 0 4px; }}
QLineEdit, QPlainTextEdit {{ background: {FIELD}; border: 1px solid {FIELD_BORDER}; border-radius: 2px; padding: 3px 6px;
  selection-background-color: {ACCENT}; selection-color: {FIELD}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {ACCENT}; padding: 2px 5px; }}
QTreeView, QListView {{ background: {FIELD}; border: none; outline: none; }}
QListWidget {{ border: 1px solid {FIELD_BORDER}; border-radius: 2px; }}
QListWidget:focus {{ border: 2px solid {ACCENT}; }}
QListWidget::item {{ padding: 4px 6px; }}
QListWidget::item:selected {{ background: {ACCENT_TINT}; color: {TEXT}; }}
QTableView {{ background: {FIELD}; border: 1px solid {SEPARATOR}; gridline-color: {SEPARATOR}; outline: none; }}
QHeaderView {{ background: {BAND}; border: none; }}
QHeaderView::section {{ background: {BAND}; color: {TEXT}; border: none; border-right: 1px solid {SEPARATOR};
  border-bottom: 1px solid {FIELD_BORDER}; padding: 0 6px; font-size: {SMALL_PX}px; font-weight: bold; }}
QScrollBar:vertical {{ background: {BAND}; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {SCROLL_HANDLE}; min-height: 32px; border-radius: 4px; margin: 1px 2px; }}
QScrollBar:horizontal {{ background: {BAND}; height: 12px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {SCROLL_HANDLE}; min-width: 32px; border-radius: 4px; margin: 2px 1px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
QSplitter::handle {{ background: {SEPARATOR}; }}
QStatusBar {{ background: {FIELD}; border-top: 1px solid {SEPARATOR}; }}
QStatusBar::item {{ border: none; }}
QStatusBar[failed="true"] {{ background: {BAD_TINT}; }}
#treeBand {{ background: {BAND}; }}
QTabBar#workTabs::tab {{ background: {BAND}; border: 1px solid {SEPARATOR}; border-bottom: none; padding: 4px 14px;
  margin-right: 2px; font-size: {TEXT_PX}px; }}
QTabBar#workTabs::tab:selected {{ background: {FIELD}; border-top: 3px solid {ACCENT}; font-weight: bold; }}
QTabBar#workTabs::tab:focus {{ border: 2px solid {ACCENT}; }}
#filterStrip {{ background: {ATTENTION_TINT}; border-bottom: 1px solid {SEPARATOR}; }}
#workLine {{ background: {SEPARATOR}; }}
QToolBar#verbs {{ background: {WINDOW}; border: none; border-bottom: 1px solid {SEPARATOR}; spacing: 8px;
  padding: 0 8px; }}
QToolBar#verbs QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 3px;
  padding: 0 8px; min-height: 30px; }}
QToolBar#verbs QToolButton[popupMode="2"] {{ padding-right: 20px; }}
QToolBar#verbs QToolButton::menu-indicator {{ subcontrol-origin: padding; subcontrol-position: right center; right: 6px; }}
QToolBar#verbs QToolButton#qt_toolbar_ext_button {{ padding: 0; border: none; background: {ACCENT_TINT}; }}
QToolBar#verbs QToolButton:hover {{ background: {ACCENT_TINT}; }}
QToolBar#verbs QToolButton:focus {{ border: 2px solid {ACCENT}; padding: 0 7px; min-height: 28px; }}
"""


def dress(app: QApplication, fonts_folder: Path) -> None:
    """Give ``app`` the program's style, palette, fonts and style sheet."""
    app.setStyle("Fusion")
    load_fonts(fonts_folder)
    app.setFont(font())
    app.setPalette(palette())
    app.setStyleSheet(style_sheet())
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus, True)
