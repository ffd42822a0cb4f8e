"""The print preview: the very pages the printer and the PDF get, with what is to be known before they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from welfare_desktop.domain.completeness import fill_matrix
from welfare_desktop.domain.errors import Cancelled, WelfareError
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.page_ranges import read_page_range
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.years import compact_era, fiscal_label
from welfare_desktop.operations.previewing import PaperKind, Preview, Scope, prepare_preview
from welfare_desktop.operations.printing import REDUCED_MM, departments_print_task, sheet_file, write_document
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.tasks import Written
from welfare_desktop.paper.painter import paint, prepare

from ..parts import theme
from ..parts.asking import tell_error
from ..parts.banner import Banners, Notice, Tone
from ..parts.controls import ChoiceBox, FittedLabel, NoteLabel, TypedLine, push_button
from ..parts.jobs import Jobs
from ..settings import Settings
from .page_view import ZOOMS, Fit, PageView
from .paper_options import PaperOptions
from .privacy import PrivacyGate
from .saving_place import SavingPlace

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_WIDTH_PX, _HEIGHT_PX = 1120, 704
_NOTES, _DONE = "notes", "done"
_PDF = "PDF (*.pdf)"
_FITS = (("幅に合わせる", Fit.WIDTH), ("ページ全体", Fit.PAGE))


class PrintPreview(QDialog):
    """The papers of one year on screen, to the printer and into a PDF.

    ``kind`` is the paper to begin with (None: the one shown last), ``scope`` what its overview is of.
    ``confirmed`` are findings of personal data somebody has looked at.  ``asked_field`` is the field (a key and a line
    from 0, or None) a person wants to go to instead; the window is closed then.
    """

    def __init__(
        self,
        parent: QWidget | None,
        session: Session,
        year: int,
        settings: Settings,
        confirmed: set[str],
        *,
        kind: PaperKind | None = None,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._kind, self._scope = kind, scope
        self._session = session
        self._year = year
        self._settings = settings
        self._preview: Preview | None = None
        self._stale = self._leaving = False
        self.asked_field: tuple[FieldKey, int | None] | None = None
        self.jobs = Jobs(self)
        self._place = SavingPlace(self, settings, session.path.parent)
        self.banners = Banners(self)
        # Nothing can be typed into the report while this window is open: there is nothing to save.
        self.gate = PrivacyGate(session, self.jobs, self.banners, confirmed, tuple, self)
        self.gate.field_asked.connect(self._on_field_asked)
        self.gate.asked.connect(self._calm)
        self.setWindowTitle(f"印刷プレビュー ― {fiscal_label(year)}")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(min(_WIDTH_PX, screen.width()), min(_HEIGHT_PX, screen.height() - 40))
        self._lay_out()
        self._make_shortcuts()
        self._on_options_changed()

    # --- making -------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        # As the list of sheets: a department that owes nothing in this year has none.
        plan = self._session.plan((self._year, self._year + 1))
        departments = {department.name for department in plan.departments}
        owing = [name for name in fill_matrix(plan, self._year) if name in departments]
        self.options = PaperOptions(owing, self._settings, kind=self._kind, scope=self._scope)
        self.options.changed.connect(self._on_options_changed)
        self.options.paper_changed.connect(self._on_paper_changed)
        self.view = PageView()
        self.view.page_changed.connect(self._on_page_changed)
        self.view.zoom_changed.connect(self._on_zoom_changed)
        self.blank = NoteLabel(colour=theme.SECOND, size_px=theme.TEXT_PX)
        self.blank.setContentsMargins(32, 32, 32, 32)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.blank)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._make_bar())
        right.addWidget(self.stack, 1)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFixedWidth(1)
        line.setStyleSheet(f"background: {theme.SEPARATOR}; border: none;")
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.options)
        body.addWidget(line)
        body.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banners)
        column.addLayout(body, 1)
        column.addWidget(self._make_foot())

    def _make_bar(self) -> QWidget:
        bar = QWidget()
        bar.setFixedHeight(42)
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme.FORM_MARGIN, 0, theme.FORM_MARGIN, 0)
        row.setSpacing(theme.STEP)
        self.page = TypedLine("1")
        self.page.setAccessibleName("見ている枚")
        self.page.setFixedWidth(48)
        self.page.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.page.returnPressed.connect(self._on_page_entered)
        self.count = FittedLabel("枚目", colour=theme.SECOND)
        row.addWidget(push_button("前へ", self._on_previous_clicked, kind="small", name="前の枚"))
        row.addWidget(push_button("次へ", self._on_next_clicked, kind="small", name="次の枚"))
        row.addWidget(self.page)
        row.addWidget(self.count)
        row.addStretch(1)
        label = QLabel("表示")
        self.zoom = ChoiceBox("表示の大きさ")
        for words, fit in _FITS:
            self.zoom.addItem(words, fit)
        for percent in ZOOMS:
            self.zoom.addItem(f"{percent} %", percent)
        self.zoom.activated.connect(self._on_zoom_chosen)
        label.setBuddy(self.zoom)
        self.percent = FittedLabel(colour=theme.SECOND)
        row.addWidget(self.percent)
        row.addWidget(label)
        row.addWidget(self.zoom)
        row.addWidget(push_button("−", self._on_smaller_clicked, kind="small", name="小さく", tip="小さく（Ctrl+-）"))
        row.addWidget(push_button("＋", self._on_larger_clicked, kind="small", name="大きく", tip="大きく（Ctrl++）"))
        remembered = next((place for place, (_, fit) in enumerate(_FITS) if fit.value == self._settings.paper_zoom), 0)
        self.zoom.setCurrentIndex(remembered)
        self.view.set_fit(_FITS[remembered][1])
        return bar

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(theme.FORM_MARGIN, theme.STEP, theme.FORM_MARGIN, theme.STEP)
        row.setSpacing(theme.STEP)
        self.about = NoteLabel(colour=theme.SECOND)
        row.addWidget(self.about, 1)
        row.addWidget(push_button("閉じる", self.reject))
        self.save_button = push_button("PDF に保存…", self.save_pdf, tip="PDF に保存（Ctrl+S）")
        self.print_button = push_button("印刷…", self.print_pages, kind="primary", tip="印刷（Ctrl+P）")
        row.addWidget(self.save_button)
        row.addWidget(self.print_button)
        return foot

    def _make_shortcuts(self) -> None:
        for keys, run in (
            ("Ctrl+P", self.print_pages),
            ("Ctrl+S", self.save_pdf),
            ("Ctrl++", self._on_larger_clicked),
            ("Ctrl+;", self._on_larger_clicked),  # + without Shift on a Japanese keyboard
            ("Ctrl+-", self._on_smaller_clicked),
            ("Ctrl+PgDown", self._on_next_clicked),
            ("Ctrl+PgUp", self._on_previous_clicked),
            ("F6", self._on_other_side),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(run)

    # --- laying out ---------------------------------------------------------------------------------------------

    def _on_options_changed(self) -> None:
        """Lay the chosen document out anew; what is being laid out is no longer wanted."""
        self.gate.dismiss()
        if self.jobs.busy:
            self._stale = True
            self.jobs.stop()
            return
        wanted = self.options.wanted
        if wanted is None:
            self._show_blank("印刷する担当課を、左の一覧から選んでください。")
            return
        try:
            work = prepare_preview(self._session, self._year, wanted)
        except WelfareError as error:
            self._show_blank(f"{error.message}{error.next_step}")
            return
        self.jobs.start("ページを組んでいます", work, self._on_laid_out, self._on_not_laid_out)

    def _on_laid_out(self, preview: Preview) -> None:
        if self._leaving or self._again():
            return
        self._preview = preview
        self.stack.setCurrentWidget(self.view)
        self._on_paper_changed()
        self._tell_notes(preview)
        self._show_ready(True)

    def _on_not_laid_out(self, error: WelfareError) -> None:
        if self._leaving or self._again():
            return
        words = "やめました。" if isinstance(error, Cancelled) else f"{error.message}{error.next_step}"
        self._show_blank(f"{words}\n左で選び直すと、もう一度ページを組みます。")

    def _again(self) -> bool:
        """Whether something else was chosen meanwhile; it is laid out then."""
        again, self._stale = self._stale, False
        if again:
            self._on_options_changed()
        return again

    def _show_blank(self, words: str) -> None:
        self._preview = None
        self.blank.setText(words)
        self.stack.setCurrentWidget(self.blank)
        self.banners.dismiss(_NOTES)
        self.count.setText("枚目")
        self.about.setText("")
        self._show_ready(False)

    def _show_ready(self, ready: bool) -> None:
        for widget in (self.print_button, self.save_button, self.page, self.zoom):
            widget.setEnabled(ready)

    def _tell_notes(self, preview: Preview) -> None:
        """Show what the layout had to do and what is not finished."""
        if not preview.notes:
            self.banners.dismiss(_NOTES)
            return
        title = "印刷の前に知っておくこと"
        self.banners.show_notice(Notice(_NOTES, Tone.ATTENTION, title, "\n".join(preview.notes)))

    def _on_paper_changed(self) -> None:
        """Show the pages on the paper chosen."""
        preview = self._preview
        if preview is None:
            return
        page = preview.document.pages[0]
        own = (page.width_mm, page.height_mm)
        self.view.show_pages(preview.document.pages, REDUCED_MM if self._reduced else own)
        self.options.describe(preview)
        size = "A4 横に縮小" if self._reduced else "A3 横" if preview.reducible else "A4 横"
        points = f"本文 {preview.size_pt:g} ポイント"
        self.about.setText(f"{self.options.kind.label}　{size}　{self.view.count} 枚　{points}")

    @property
    def _reduced(self) -> bool:
        return self.options.reduced and self._preview is not None and self._preview.reducible

    # --- looking ------------------------------------------------------------------------------------------------

    def _on_page_changed(self, position: int) -> None:
        if not self.page.hasFocus() or not self.page.isModified():
            self.page.setText(str(position + 1))
        number = self._preview.document.pages[position].number if self._preview and self.view.count else None
        printed = f"　（－ {number} －）" if number is not None and self.options.kind is PaperKind.OFFICIAL else ""
        self.count.setText(f"枚目 ／ {self.view.count} 枚{printed}")
        self.count.updateGeometry()

    def _on_page_entered(self) -> None:
        try:
            wanted = read_page_range(self.page.text(), self.view.count)
        except WelfareError:
            wanted = None
        self.page.setModified(False)
        if wanted is not None:
            self.view.go_to_page(wanted[0])
        self.page.setText(str(self.view.current + 1))
        self.page.selectAll()

    def _on_previous_clicked(self) -> None:
        self.view.go_to_page(self.view.current - 1)

    def _on_next_clicked(self) -> None:
        self.view.go_to_page(self.view.current + 1)

    def _on_zoom_chosen(self, row: int) -> None:
        chosen = self.zoom.itemData(row)
        if isinstance(chosen, Fit):
            self._settings.paper_zoom = chosen.value
            self.view.set_fit(chosen)
        else:
            self.view.set_zoom(chosen)

    def _on_zoom_changed(self, percent: int) -> None:
        self.percent.setText(f"{percent} %" if self.view.fit is not None else "")
        self.percent.updateGeometry()
        if self.view.fit is None:
            self.zoom.setCurrentIndex(max(self.zoom.findData(percent), 0))

    def _on_smaller_clicked(self) -> None:
        self.view.zoom_by(-1)

    def _on_larger_clicked(self) -> None:
        self.view.zoom_by(1)

    def _on_other_side(self) -> None:
        """Go from the options to the pages and back."""
        if self.view.hasFocus():
            self.options.focus_first()
        else:
            self.view.setFocus()

    # --- going out ----------------------------------------------------------------------------------------------

    def _range(self) -> range | None:
        """Return the sheets asked for, None for all; raises InvalidValue, told below the range."""
        try:
            wanted = read_page_range(self.options.pages.text(), self.view.count)
        except WelfareError as error:
            self.options.refuse_pages(f"{error.message}{error.next_step}")
            raise
        self.options.refuse_pages("")
        return wanted

    def _fail(self, error: WelfareError) -> None:
        if not self._leaving:
            tell_error(self, error, "書き出せませんでした")

    def print_pages(self) -> None:
        """Print: personal data looked at, the printer's own dialog, then the pages."""
        if self._preview is not None and not self.jobs.busy:
            self._check(self._ask_printer)

    def _check(self, go_on: Callable[[], None]) -> None:
        """Let a person look at personal data before texts go out; an overview holds none."""
        if self.options.kind is PaperKind.OVERVIEW:
            go_on()
        else:
            self.gate.check(self._year, go_on, self._fail)

    def _ask_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        preview = self._preview
        if preview is None:
            return
        try:
            wanted = self._range()
        except WelfareError:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(preview.document.title)
        prepare(printer, preview.document.pages[0], REDUCED_MM if self._reduced else None)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle("印刷")
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, True)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintCurrentPage, True)
        dialog.setMinMax(1, self.view.count)
        if wanted is not None:
            dialog.setPrintRange(QPrintDialog.PrintRange.PageRange)
            dialog.setFromTo(wanted[0] + 1, wanted[-1] + 1)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = self._chosen_range(dialog.printRange(), printer)
        dialog.deleteLater()
        if accepted:
            self._print(preview, printer, chosen)

    def _chosen_range(self, kind: object, printer: QPrinter) -> range | None:
        """Return the sheets chosen in the printer's dialog, None for all."""
        from PySide6.QtPrintSupport import QPrintDialog

        if kind is QPrintDialog.PrintRange.CurrentPage:
            return range(self.view.current, self.view.current + 1)
        first, last = printer.fromPage(), printer.toPage()
        if kind is not QPrintDialog.PrintRange.PageRange or not first:
            return None
        return range(max(first - 1, 0), min(max(last, first), self.view.count))

    def _print(self, preview: Preview, printer: QPrinter, chosen: range | None) -> None:
        def work(progress: Progress) -> int:
            try:
                paint(preview.document, printer, chosen, progress)
            except BaseException:
                printer.abort()
                raise
            return len(chosen) if chosen is not None else len(preview.document.pages)

        def finish(count: int) -> None:
            self._tell("印刷に出しました", f"{count} 枚", printer.printerName())

        self.jobs.start("印刷しています", work, finish, self._fail)

    def save_pdf(self) -> None:
        """Save as PDF: personal data looked at, the place asked for, then the pages."""
        if self._preview is not None and not self.jobs.busy:
            self._check(self._ask_pdf)

    def _ask_pdf(self) -> None:
        if self._preview is None:
            return
        if self.options.each:
            self._save_each()
            return
        preview, reduced = self._preview, self._reduced
        try:
            wanted = self._range()
        except WelfareError:
            return
        name = f"{self.options.kind.label.replace(' ', '')}_{compact_era(self._year)}{'_A4' if reduced else ''}.pdf"
        asked = self._place.ask_file("PDF に保存", name, _PDF)
        if asked is None:
            return
        target, force = asked

        def work(progress: Progress) -> Written:
            return write_document(
                preview.document, target, page_range=wanted, reduced=reduced, force=force, progress=progress
            )

        self.jobs.start("PDF を作っています", work, self._on_written, self._fail)

    def _save_each(self) -> None:
        """Save one PDF per department into a folder."""
        wanted = self.options.wanted
        if wanted is None:
            return
        year = self._year
        asked = self._place.ask_folder(
            "PDF を入れるフォルダー", lambda folder: [sheet_file(folder, year, name) for name in wanted.names]
        )
        if asked is None:
            return
        folder, force = asked
        try:
            task = departments_print_task(
                self._session,
                self._year,
                folder,
                names=wanted.names,
                present=wanted.present,
                each=True,
                family=wanted.family,
                force=force,
            )
        except WelfareError as error:
            self._fail(error)
            return
        self.jobs.start(task.title, task.run, self._on_written, self._fail)

    def _on_written(self, written: Written) -> None:
        first = written.files[0]
        self._place.remember(first.parent)
        more = f" ほか {len(written.files) - 1} 件" if len(written.files) > 1 else ""
        self._tell("PDF を保存しました", f"{first.name}{more}　{written.pages} 枚", str(first.parent))

    def _tell(self, title: str, text: str, detail: str) -> None:
        def dismiss() -> None:
            self.banners.dismiss(_DONE)
            self._calm(False)

        self.banners.show_notice(Notice(_DONE, Tone.INFO, title, text, detail, (("閉じる", dismiss),)))
        self._calm(True)

    def _calm(self, asked: bool) -> None:
        """Leave the filled button to a banner that waits for an answer: one next step at a time."""
        self.print_button.setObjectName("" if asked else "primary")
        self.print_button.style().unpolish(self.print_button)
        self.print_button.style().polish(self.print_button)

    def _on_field_asked(self, key: FieldKey, line: int | None) -> None:
        self.asked_field = (key, line)
        self.reject()

    # --- leaving ------------------------------------------------------------------------------------------------

    def done(self, result: int) -> None:
        """Qt: stop what is running and remember the choices."""
        self._leaving = True
        self.jobs.stop()
        self.options.keep(self._settings)
        super().done(result)
