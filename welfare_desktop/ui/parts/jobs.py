"""Long work off the window's thread, with progress after 0.6 s and a way to stop it.

The work is a function over a snapshot: it is given a ``Progress``, touches no widget and no open data file, and
returns a value.  The window hears of the end on its own thread.  One job runs at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import Cancelled, WelfareError
from welfare_desktop.domain.progress import Progress

from . import theme
from .controls import ElidedLabel, FittedLabel, push_button

T = TypeVar("T")
#: Work that ends sooner shows no progress; a dialog that only flashes up says nothing.
PATIENCE_MS = 600


class _Relay(QObject):
    """The progress a job is given: stepped on the job's thread, heard on the window's."""

    stepped = Signal(int, int, str)

    def __init__(self) -> None:
        super().__init__()
        self._stop = Event()

    def stop(self) -> None:
        """Make the job's next step raise Cancelled."""
        self._stop.set()

    def step(self, done: int, total: int, label: str) -> None:
        """Progress: tell, or stop."""
        if self._stop.is_set():
            raise Cancelled
        self.stepped.emit(done, total, label)


class _Worker(QThread, Generic[T]):
    """Runs the work and keeps what came of it until the window's thread asks."""

    def __init__(self, work: Callable[[Progress], T], relay: _Relay) -> None:
        super().__init__()
        self._work = work
        self._relay = relay
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Qt: on the job's thread."""
        try:
            self.result = self._work(self._relay)
        except BaseException as error:  # noqa: BLE001 - handed to the window's thread, which shows or re-raises it
            self.error = error


class _Running:
    """The job that runs, apart from the window: Qt ends the whole program when it deletes a thread that still runs."""

    def __init__(self) -> None:
        self.worker: _Worker[object] | None = None
        self.relay: _Relay | None = None

    def end(self) -> None:
        """Stop the job and wait for it."""
        if self.worker is not None and self.relay is not None:
            self.relay.stop()
            self.worker.wait()


class ProgressDialog(QDialog):
    """What is being done, how far it is, and やめる."""

    stopped = Signal()

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(480)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.DIALOG_MARGIN] * 4)
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(title, size_px=theme.TEXT_PX, bold=True), 1)
        self._count = FittedLabel(colour=theme.SECOND)
        head.addWidget(self._count)
        column.addLayout(head)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(14)
        self._bar.setAccessibleName(title)
        column.addWidget(self._bar)
        foot = QHBoxLayout()
        self._label = ElidedLabel(colour=theme.SECOND)
        foot.addWidget(self._label)
        self._stop = push_button("やめる", self._on_stop_clicked)
        foot.addWidget(self._stop)
        column.addLayout(foot)

    def show_step(self, done: int, total: int, label: str) -> None:
        """Show how far the work is."""
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        self._count.setText(f"{total} のうち {done}")
        self._count.updateGeometry()
        self._label.setText(label)

    def _on_stop_clicked(self) -> None:
        self._stop.setEnabled(False)
        self._label.setText("止めています…")
        self.stopped.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: closing the box means stopping; it goes away when the work has stopped."""
        event.ignore()
        self._on_stop_clicked()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc stops."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_stop_clicked()
            return
        super().keyPressEvent(event)


class Jobs(QObject):
    """Runs one long work at a time for a window.

    ``ended`` follows every job, whatever came of it.
    """

    ended = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._running = running = _Running()
        self._dropped = False
        self._dialog: ProgressDialog | None = None
        self._finish: Callable[[object], object] | None = None
        self._fail: Callable[[WelfareError], None] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_timeout)
        # Whatever takes the window away or ends the program, the job ends first.  By then this object may be gone.
        window.destroyed.connect(lambda: running.end())
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.stop)

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._running.worker is not None

    def start(
        self,
        title: str,
        work: Callable[[Progress], T],
        finish: Callable[[T], object],
        fail: Callable[[WelfareError], None],
        *,
        quiet: bool = False,
    ) -> None:
        """Run ``work`` and call ``finish`` with its value, or ``fail`` with what stopped it, on this thread.

        A ``quiet`` job shows no progress: whoever started it goes on working and is shown the result when it is there.
        While another job runs nothing is started: what is being done is shown at once instead.
        An error that is no WelfareError is a bug and is raised here, where the crash dialog hears of it.
        """
        if self.busy:
            self._on_patience_timeout()
            return
        self._running.relay = relay = _Relay()
        self._dialog = ProgressDialog(title, self._window)
        self._dialog.stopped.connect(relay.stop)
        relay.stepped.connect(self._dialog.show_step)
        worker: _Worker[T] = _Worker(work, relay)
        self._dropped = False
        self._running.worker = worker  # type: ignore[assignment]  # kept as object; finish knows the type
        self._finish = finish  # type: ignore[assignment]
        self._fail = fail
        worker.finished.connect(self._on_worker_finished)
        if not quiet:
            self._patience.start()
        worker.start()

    def stop(self) -> None:
        """Stop the running job and wait for it; ``finish`` is not called, even if the work was done by then."""
        self._dropped = True
        self._running.end()

    def _on_patience_timeout(self) -> None:
        if self._dialog is not None:
            self._dialog.show()

    def _on_worker_finished(self) -> None:
        worker, finish, fail, dialog = self._running.worker, self._finish, self._fail, self._dialog
        assert worker is not None and finish is not None and fail is not None and dialog is not None
        self._patience.stop()
        self._running.worker = self._running.relay = self._finish = self._fail = self._dialog = None
        dialog.hide()
        dialog.deleteLater()
        worker.deleteLater()
        self.ended.emit()
        if worker.error is None:
            if not self._dropped:
                finish(worker.result)
        elif isinstance(worker.error, WelfareError):
            fail(worker.error)
        else:
            raise worker.error
