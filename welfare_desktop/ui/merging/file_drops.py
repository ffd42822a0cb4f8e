"""Files that are dropped anywhere on a window, on its editors too, which would write the file's address into the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

_DROPS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


def files_in(data: QMimeData) -> list[Path]:
    """Return the files and folders that are being dragged; none where text or a link is."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class FileDrops(QObject):
    """Takes files dropped on ``window``; ``wanted`` says whether they can be taken now, ``take`` takes them."""

    def __init__(self, window: QWidget, wanted: Callable[[], bool], take: Callable[[Sequence[Path]], object]) -> None:
        super().__init__(window)
        self._wanted = wanted
        self._take = take
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: what happens on the window."""
        if event.type() not in _DROPS or not isinstance(event, QDropEvent):
            return False
        paths = files_in(event.mimeData())
        if not paths:
            return False
        if not self._wanted():
            event.ignore()
            return True
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            # The program the files come from waits until this returns.
            QTimer.singleShot(0, self, lambda: self._take(paths))
        return True
