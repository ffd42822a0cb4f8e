"""The preview of a paper that needs no choices: look, print, or save as PDF."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.progress import Progress
from welfare_desktop.operations.printing import write_document
from welfare_desktop.operations.tasks import Written
from welfare_desktop.paper.kept_pages import Laid, keep
from welfare_desktop.paper.painter import paint, prepare

from ..parts import theme
from ..parts.asking import tell_error
from ..parts.controls import FittedLabel, NoteLabel, push_button
from ..parts.jobs import Jobs
from ..settings import Settings
from .page_view import PageView
from .saving_place import SavingPlace

_WIDTH_PX, _HEIGHT_PX = 1120, 704


class ListPreview(QDialog):
    """The pages of ``document``; a PDF is proposed under ``name`` in ``folder``."""

    def __init__(self, parent: QWidget | None, document: Laid, name: str, settings: Settings, folder: Path) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._document = keep(document)
        self._name = name
        self._leaving = False
        self.jobs = Jobs(self)
        self._place = SavingPlace(self, settings, folder)
        self.setWindowTitle(f"印刷プレビュー ― {document.title}")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(_WIDTH_PX, screen.width()), min(_HEIGHT_PX, screen.height() - 40))
        self.view = PageView()
        page = self._document.pages[0]
        self.view.show_pages(self._document.pages, (page.width_mm, page.height_mm))
        self.view.page_changed.connect(self._on_page_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.FORM_MARGIN, theme.STEP, theme.FORM_MARGIN, theme.STEP)
        foot.setSpacing(theme.STEP)
        self.count = FittedLabel(colour=theme.SECOND)
        foot.addWidget(self.count)
        self.about = NoteLabel(colour=theme.SECOND)
        foot.addWidget(self.about, 1, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(push_button("閉じる", self.reject))
        foot.addWidget(push_button("PDF に保存…", self.save_pdf, tip="PDF に保存（Ctrl+S）"))
        self.print_button = push_button("印刷…", self.print_pages, kind="primary", tip="印刷（Ctrl+P）")
        self.print_button.setDefault(True)
        foot.addWidget(self.print_button)
        column.addLayout(foot)
        for keys, run in (("Ctrl+P", self.print_pages), ("Ctrl+S", self.save_pdf)):
            QShortcut(QKeySequence(keys), self).activated.connect(run)
        self._on_page_changed(0)
        self.view.setFocus()

    def _on_page_changed(self, position: int) -> None:
        self.count.setText(f"A4 横　{position + 1} 枚目 ／ {self.view.count} 枚")
        self.count.updateGeometry()

    def _fail(self, error: WelfareError) -> None:
        if not self._leaving:
            tell_error(self, error, "書き出せませんでした")

    def print_pages(self) -> None:
        """Print: the printer's own dialog, then the pages."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        if self.jobs.busy:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._document.title)
        prepare(printer, self._document.pages[0], None)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle("印刷")
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, True)
        dialog.setMinMax(1, self.view.count)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        ranged = dialog.printRange() is QPrintDialog.PrintRange.PageRange and printer.fromPage() > 0
        dialog.deleteLater()
        if not accepted:
            return
        first, last = printer.fromPage(), min(max(printer.toPage(), printer.fromPage()), self.view.count)
        chosen = range(first - 1, last) if ranged else None

        def work(progress: Progress) -> int:
            try:
                paint(self._document, printer, chosen, progress)
            except BaseException:
                printer.abort()
                raise
            return len(chosen) if chosen is not None else len(self._document.pages)

        self.jobs.start("印刷しています", work, self._on_printed, self._fail)

    def _on_printed(self, count: int) -> None:
        self.about.setText(f"{count} 枚を印刷に出しました。")

    def save_pdf(self) -> None:
        """Save as PDF: the place asked for, then the pages."""
        if self.jobs.busy:
            return
        asked = self._place.ask_file("PDF に保存", self._name, "PDF (*.pdf)")
        if asked is None:
            return
        target, force = asked

        def work(progress: Progress) -> Written:
            return write_document(self._document, target, force=force, progress=progress)

        self.jobs.start("PDF を作っています", work, self._on_written, self._fail)

    def _on_written(self, written: Written) -> None:
        self._place.remember(written.files[0].parent)
        self.about.setText(f"PDF を保存しました。{written.files[0].name}　{written.pages} 枚")

    def done(self, result: int) -> None:
        """Qt: nothing runs on behind a closed window."""
        self._leaving = True
        self.jobs.stop()
        super().done(result)
