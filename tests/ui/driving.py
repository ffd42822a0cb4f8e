"""Driving the window in tests: choosing, going into fields, composing, answering boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from welfare_desktop.ui.form.field_block import FieldBlock
from welfare_desktop.ui.form.line_editor import LineText
from welfare_desktop.ui.form.result_block import ResultBlock
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.parts.asking import AskDialog


def choose(window: MainWindow, path: str) -> None:
    """Choose an activity by its address, such as 2-4-1."""
    key = window.desk.session.resolve(f"{path}/title")
    window.desk.tree.choose(key.owner_id)


def block(window: MainWindow, address: str) -> FieldBlock:
    """The block of a text field of the activity shown."""
    found = window.bench.form.block_of(window.desk.session.resolve(address))
    assert isinstance(found, FieldBlock)
    return found


def table(window: MainWindow, address: str) -> ResultBlock:
    """The table that shows the results at ``address``, of the activity shown."""
    found = window.bench.form.block_of(window.desk.session.resolve(address))
    assert isinstance(found, ResultBlock)
    return found


def enter(window: MainWindow, address: str) -> LineText:
    """Go into a text field and return its editor."""
    assert window.bench.form.focus_key(window.desk.session.resolve(address))
    focus = QApplication.focusWidget()
    assert isinstance(focus, LineText)
    return focus


def compose(editor: LineText, preedit: str, commit: str = "") -> None:
    """Send what an input method sends: the open composition, and text it confirms."""
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QCoreApplication.sendEvent(editor, event)


def stored(window: MainWindow, address: str) -> tuple[str, ...]:
    """The lines the data file holds at ``address``."""
    session = window.desk.session
    key = session.resolve(address)
    return tuple(session.shown(key, session.value(key)))


def press(box: QDialog, words: str) -> None:
    """Press the button of ``box`` that says ``words``."""
    next(button for button in box.findChildren(QPushButton) if button.text() == words).click()


class Answering:
    """Presses the button of boxes as they come up."""

    def __init__(self, answer: int) -> None:
        self._answer = answer
        self.asked: list[str] = []
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin to look for boxes."""
        self._timer.start()

    def stop(self) -> None:
        """Stop looking."""
        self._timer.stop()

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, AskDialog):
            self.asked.append(box.windowTitle())
            buttons = {box.buttons.id(button): button for button in box.buttons.buttons()}
            if self._answer in buttons:
                buttons[self._answer].click()
            else:  # a box nobody answers would hold the run for good
                box.reject()
        elif isinstance(box, QDialog) and self._answer < 0:
            self.asked.append(box.windowTitle())
            box.reject()


@contextmanager
def answering(answer: int) -> Iterator[list[str]]:
    """Answer every box that comes up with button ``answer``; yields the titles of the boxes."""
    watching = Answering(answer)
    watching.start()
    try:
        yield watching.asked
    finally:
        watching.stop()


class Boxes:
    """Handles the modal boxes that come up, one after another, each by its own function.

    A function that fails closes its box, so that the failure is told instead of waited out.
    """

    def __init__(self, *steps: Callable[[QDialog], None]) -> None:
        self._steps = list(steps)
        self._seen: list[QDialog] = []
        self._failure: BaseException | None = None
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look)

    def __enter__(self) -> Boxes:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()
        if self._failure is not None:
            raise self._failure
        assert not self._steps, "a box did not come up"

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QDialog) or (box in self._seen and self._failure is None):
            return
        if self._failure is not None or not self._steps:
            self._failure = self._failure or AssertionError(f"an unexpected box: {box.windowTitle()}")
            box.reject()
            return
        self._seen.append(box)
        # Not from within the timer's own call: a box that opens another one would wait for it forever.
        QTimer.singleShot(0, partial(self._run, self._steps.pop(0), box))

    def _run(self, step: Callable[[QDialog], None], box: QDialog) -> None:
        try:
            step(box)
        except BaseException as error:  # noqa: BLE001 - told when the block ends
            self._failure = error
