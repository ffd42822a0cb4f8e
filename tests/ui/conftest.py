"""A dressed application, data files, and a window on them; everything real, nothing kept between tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.builders import small_plan
from welfare_desktop.domain.model import Plan
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.paths import resource
from welfare_desktop.storage.store import Operation
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts import theme
from welfare_desktop.ui.program import Program
from welfare_desktop.ui.settings import Settings


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application with the program's fonts, palette and style sheet."""
    if not qapp.styleSheet():
        theme.dress(qapp, resource("fonts"))
    yield qapp
    QApplication.clipboard().clear()


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[..., Path]:
    """Make a data file of a plan (the small one) and return where it is."""

    def make(plan: Plan | None = None, name: str = "plan.welfare") -> Path:
        path = tmp_path / name
        create_from(plan or small_plan(), path, Operation("new", "作成", "試験")).close()
        return path

    return make


@pytest.fixture
def session(make_file: Callable[..., Path]) -> Iterator[Session]:
    """The small plan, open."""
    opened = open_file(make_file(), who="試験")
    yield opened
    opened.close()


class Windows:
    """Opens main windows as the program does, and closes them when the test is over."""

    def __init__(self, qtbot: QtBot, settings: Settings) -> None:
        self._qtbot = qtbot
        self.settings = settings
        self.programs: list[Program] = []

    def open(self, path: Path, width_px: int = 1366, height_px: int = 768) -> MainWindow:
        """Open ``path`` in a window of its own program, filled and shown."""
        program = Program(self.settings, "試験")
        self.programs.append(program)
        window = program.open(path)
        assert window is not None
        return self.ready(window, width_px, height_px)

    def ready(self, window: MainWindow, width_px: int = 1366, height_px: int = 768) -> MainWindow:
        """Wait until ``window`` is filled, at the wanted size and active."""
        window.resize(width_px, height_px)
        window.activateWindow()
        window.after_first_paint()
        self._qtbot.waitExposed(window)
        self._qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        return window

    def close_all(self) -> None:
        """Close what is still open, without asking."""
        for program in self.programs:
            window = program.window
            if window is not None and not window.has_left:
                window.verbs.jobs.stop()
                window.let_go()
            for widget in (window, program.ways.window if program.has_ways else None):
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()


@pytest.fixture
def windows(qtbot: QtBot, tmp_path: Path) -> Iterator[Windows]:
    """Windows with settings of their own."""
    opened = Windows(qtbot, Settings(tmp_path / "settings" / "settings.json"))
    yield opened
    opened.close_all()
