"""Verbs of the window that write files for others: workbooks, texts, forms, packages; and the print preview.

Each saves what is typed, lets a person look at personal data, asks where to, runs off the window's thread and tells how
it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.years import compact_era, fiscal_label

from ..bench import Bench
from ..parts.asking import ask, tell_error
from ..parts.banner import Banners, Notice, Tone
from ..parts.jobs import Jobs
from .privacy import PrivacyGate
from .saving_place import SavingPlace

if TYPE_CHECKING:  # imported late at run time: the first paint needs none of it
    from welfare_desktop.operations.office import OfficeWords
    from welfare_desktop.operations.previewing import PaperKind, Scope
    from welfare_desktop.operations.session import Session
    from welfare_desktop.operations.tasks import Task, Written

    from ..main_window import MainWindow


class Prepare(Protocol):
    """Makes the task of writing a year's document; see ``operations.exporting``."""

    def __call__(self, session: Session, year: int, target: Path, /, *, force: bool) -> Task:
        """Take a snapshot of ``session`` and return what is to be done with it."""


@dataclass(frozen=True, slots=True)
class _Output:
    """One kind of file: what the dialog is called, the name proposed, the filters, what writes it.

    ``published`` ones are looked through for personal data first.
    """

    title: str
    name: str
    filters: str
    prepare: Callable[[], Prepare]
    published: bool = True


def _official() -> Prepare:
    from welfare_desktop.operations.exporting import official_task

    return official_task


def _flat() -> Prepare:
    from welfare_desktop.operations.exporting import flat_task

    return flat_task


def _text() -> Prepare:
    from welfare_desktop.operations.exporting import text_task

    return text_task


def _summary() -> Prepare:
    from welfare_desktop.operations.exporting import summary_task

    return summary_task


def _package() -> Prepare:
    from welfare_desktop.operations.exporting import package_task

    return package_task


_WORKBOOK = "Excel ブック (*.xlsx)"
_TEMPLATES = "Excel の様式 (*.xlsx *.xlsm *.xltx *.xltm)"
OUTPUTS = {
    "export_official": _Output("A3 公式様式に書き出す", "実施状況報告_{}.xlsx", _WORKBOOK, _official),
    "export_flat": _Output("一覧表を書き出す", "一覧表_{}.xlsx", f"{_WORKBOOK};;CSV (*.csv)", _flat),
    "export_text": _Output("読み上げ用テキストを書き出す", "読み上げ用_{}.txt", "テキスト (*.txt)", _text),
    "export_summary": _Output("委員会向け概要を書き出す", "概要_{}.xlsx", _WORKBOOK, _summary),
    "export_package": _Output(
        "受渡しファイルを書き出す", "受渡し_{}.welfarepkg", "受渡しファイル (*.welfarepkg)", _package, published=False
    ),
}


class OutputFlows(QObject):
    """The verbs of one window that write files for others."""

    def __init__(self, window: MainWindow, jobs: Jobs, banners: Banners, bench: Bench) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._banners = banners
        self._bench = bench
        self._place = SavingPlace(window, window.settings, bench.session.path.parent)
        #: Findings of personal data a person has looked at, by fingerprint, while the window is open.
        self._confirmed: set[str] = set()
        self.gate = PrivacyGate(bench.session, jobs, banners, self._confirmed, bench.finish_and_save, self)
        self.gate.field_asked.connect(self.go_to_line)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        found: dict[str, Callable[[], object]] = {name: _Late(self._export, output) for name, output in OUTPUTS.items()}
        found["export_departments"] = self.export_departments
        found["export_template"] = self.export_template
        found["preview"] = self.preview
        return found

    def go_to_line(self, key: FieldKey, line: int | None) -> None:
        """Go into a field and, where there is one, to a line (from 0) of it."""
        self._bench.go_to(key)
        if line is not None:
            self._bench.form.focus_key(key, line)

    def _fail(self, error: WelfareError) -> None:
        tell_error(self._window, error, "書き出せませんでした")

    # --- one file -----------------------------------------------------------------------------------------------

    def _export(self, output: _Output) -> None:
        if not self._ready():
            return
        year = self._bench.desk.year

        def go_on() -> None:
            target = self._place.ask_file(output.title, output.name.format(compact_era(year)), output.filters)
            if target is not None:
                self._write(output.prepare(), year, *target)

        if output.published:
            self.gate.check(year, go_on, self._fail)
        else:
            go_on()

    def write_file(self, title: str, proposed: str, filters: str, prepare: Prepare) -> None:
        """Ask where a file goes that is no year's report, and write it."""
        if self._ready():
            target = self._place.ask_file(title, proposed, filters)
            if target is not None:
                self._write(prepare, self._bench.desk.year, *target)

    def export_template(self) -> None:
        """Fill an office's own workbook: choose it, choose where the filled one goes."""
        if not self._ready():
            return
        year = self._bench.desk.year

        def go_on() -> None:
            title = "書き込む様式（目印を入れた Excel）を選ぶ"
            name, _ = QFileDialog.getOpenFileName(self._window, title, self._place.folder(), _TEMPLATES)
            if not name:
                return
            template = Path(name)
            suffix = {".xltx": ".xlsx", ".xltm": ".xlsm"}.get(template.suffix.lower(), template.suffix.lower())
            proposed = f"{template.stem}_{compact_era(year)}{suffix}"
            target = self._place.ask_file("様式に書き込んで保存する", proposed, f"Excel ブック (*{suffix})")
            if target is None:
                return
            from welfare_desktop.operations.exporting import template_task

            def prepare(session: Session, of_year: int, path: Path, *, force: bool) -> Task:
                return template_task(session, of_year, template, path, force=force)

            self._write(prepare, year, *target)

        self.gate.check(year, go_on, self._fail)

    def _ready(self) -> bool:
        """Save what is typed; False when nothing can be written now."""
        if self._jobs.busy:
            return False
        if not self._bench.finish_and_save():
            return True
        text = "保存できていない文があります。書き出すファイルには、最後に保存した内容が入ります。"
        return ask(self._window, "保存できていません", text, ("戻る", "このまま書き出す"), tone=Tone.ATTENTION) == 1

    def _write(self, prepare: Prepare, year: int, target: Path, force: bool) -> None:
        """Take the snapshot, run the task in the background, record it, tell it."""
        self._bench.finish_and_save()
        session = self._bench.session
        self._place.remember(target.parent)
        try:
            task = prepare(session, year, target, force=force)
        except WelfareError as error:
            self._fail(error)
            return

        def finish(written: Written) -> None:
            try:
                task.finish(session)
            except WelfareError as error:
                self._fail(error)
                return
            self.tell_written(written)

        self._jobs.start(task.title, task.run, finish, self._fail)

    def tell_written(self, written: Written) -> None:
        """Say what was written, where, and what there is to know about it."""
        first = written.files[0]
        count = f" ほか {len(written.files) - 1} 件" if len(written.files) > 1 else ""
        few = len(written.notes) <= 2
        notes = "".join(written.notes) if few else f"{written.notes[0]}お知らせが {len(written.notes) - 1} 件あります。"
        actions: list[tuple[str, Callable[[], object]]] = [("フォルダーを開く", _Late(_open_folder, first.parent))]
        if not few:
            actions.insert(0, ("お知らせを見る…", _Late(self._show_notes, written.notes)))
        actions.append(("閉じる", _Late(self._banners.dismiss, "done")))
        text = f"{first.name}{count}　{notes}".rstrip()
        self._banners.show_notice(Notice("done", Tone.INFO, "書き出しました", text, str(first.parent), tuple(actions)))

    def _show_notes(self, notes: Sequence[str]) -> None:
        from ..parts.notes_dialog import NotesDialog

        box = NotesDialog(self._window, "書き出しのお知らせ", notes)
        box.exec()
        box.deleteLater()

    # --- the departments ----------------------------------------------------------------------------------------

    def export_departments(self) -> None:
        """Hand out the departments' workbooks: to whom, until when, into which folder."""
        from welfare_desktop.domain.completeness import fill_matrix, total
        from welfare_desktop.operations.office import chosen_owners, office_words, set_office

        from .department_export import DepartmentExportDialog

        if not self._ready():
            return
        session, year = self._bench.session, self._bench.desk.year
        plan = session.plan((year, year + 1))
        cells = fill_matrix(plan, year)
        fills = {name: total(cells[name].values()) for name in chosen_owners(plan, year, ())}

        def take(_names: Sequence[str], words: OfficeWords) -> None:
            set_office(session, year, words)

        title = f"担当課の記入用紙を書き出す（{fiscal_label(year)}）"
        box = DepartmentExportDialog(self._window, title, fills, office_words(session, year), take)
        department = self._bench.desk.department
        if department in fills:
            box.choose((department,))
        accepted, names = box.exec(), box.names()
        box.deleteLater()
        if accepted:
            self._hand_out(year, names)

    def _hand_out(self, year: int, names: Sequence[str]) -> None:
        from welfare_desktop.operations.exporting import department_file, departments_task

        def targets_in(folder: Path) -> list[Path]:
            return [department_file(folder, year, name) for name in names]

        asked = self._place.ask_folder("記入用紙を入れるフォルダー", targets_in)
        if asked is None:
            return
        folder, force = asked

        def prepare(session: Session, of_year: int, _target: Path, *, force: bool) -> Task:
            return departments_task(session, of_year, folder, names=names, force=force)

        self._write(prepare, year, folder / "記入用紙", force)

    # --- paper --------------------------------------------------------------------------------------------------

    def preview(self, kind: PaperKind | None = None, scope: Scope | None = None) -> None:
        """Show the papers of the year shown as they come out of the printer, ``kind`` first (None: the last one).

        ``scope`` says what an overview is of.
        """
        from .print_preview import PrintPreview

        if not self._ready():
            return
        box = PrintPreview(
            self._window,
            self._bench.session,
            self._bench.desk.year,
            self._window.settings,
            self._confirmed,
            kind=kind,
            scope=scope,
        )
        box.exec()
        asked = box.asked_field
        box.deleteLater()
        if asked is not None:
            self.go_to_line(*asked)


class _Late:
    """A function with what it is to be given."""

    def __init__(self, run: Callable[..., object], *given: object) -> None:
        self._run = run
        self._given = given

    def __call__(self) -> object:
        return self._run(*self._given)


def _open_folder(folder: Path) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
