"""The print preview on the real report: the pages of the printer, what is told beforehand, PDF and printer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import answering
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.previewing import PaperKind
from welfare_desktop.operations.session import Session
from welfare_desktop.paper.painter import picture
from welfare_desktop.ui.output.page_view import Fit, PageView
from welfare_desktop.ui.output.paper_options import japanese_families
from welfare_desktop.ui.output.print_preview import PrintPreview
from welfare_desktop.ui.settings import Settings, load_settings

_STATUS = "3-1-1/city/status@2018"


@pytest.fixture
def report(report_file: Path) -> Iterator[Session]:
    session = open_file(report_file, who="試験")
    yield session
    session.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings" / "settings.json")


@pytest.fixture
def preview_of(qtbot: QtBot, settings: Settings) -> Iterator[Callable[..., PrintPreview]]:
    """Open the preview on a session and wait until its pages are there."""
    made: list[PrintPreview] = []

    def make(session: Session, year: int = 2018) -> PrintPreview:
        box = PrintPreview(None, session, year, settings, set())
        made.append(box)
        box.show()
        settle(qtbot, box)
        return box

    yield make
    for box in made:
        box.reject()
        box.deleteLater()


def settle(qtbot: QtBot, box: PrintPreview) -> None:
    """Wait until nothing is being laid out or written."""
    qtbot.waitUntil(lambda: not box.jobs.busy and not box.options._soon.isActive(), timeout=60_000)


def kind(box: PrintPreview, wanted: PaperKind) -> None:
    """Choose a document as a click does."""
    box.options.kinds.button(tuple(PaperKind).index(wanted)).click()


def saves_to(monkeypatch: pytest.MonkeyPatch, target: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))


def test_it_shows_the_pages_the_printer_gets(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot
) -> None:
    box = preview_of(report)
    assert box.view.count == 13
    assert box.count.text() == "枚目 ／ 13 枚"
    document = box._preview
    assert document is not None
    shown = box.view._picture(4).toImage().convertToFormat(QImage.Format.Format_RGB32)
    expected = picture(document.document.pages[4], shown.width() / 420 * 25.4)
    assert abs(shown.width() - expected.width()) <= 1
    # Two renderings of one page at one size: dark where the other is dark.
    step = 7
    differing = sum(
        abs((shown.pixel(x, y) & 0xFF) - (expected.pixel(x, y) & 0xFF)) > 128
        for x in range(0, expected.width() - 1, step)
        for y in range(0, expected.height() - 1, step)
    )
    assert differing < expected.width() * expected.height() / step**2 / 50


def test_keys_and_the_line_go_from_page_to_page(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot
) -> None:
    box = preview_of(report)
    view = box.view
    view.set_fit(Fit.PAGE)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert (view.current, box.page.text()) == (2, "3")
    assert "－ 2 －" in box.count.text()
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.current == 12
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.current == 11
    box.page.setText("５")
    qtbot.keyClick(box.page, Qt.Key.Key_Return)
    assert (view.current, box.page.text()) == (4, "5")
    box.page.setText("99")
    qtbot.keyClick(box.page, Qt.Key.Key_Return)
    assert (view.current, box.page.text()) == (4, "5")
    assert "5 枚目" in view.accessibleDescription()


def test_the_page_in_sight_stays_when_the_size_changes(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot
) -> None:
    box = preview_of(report)
    box.view.go_to_page(6)
    for change in (lambda: box.view.set_zoom(200), lambda: box.view.zoom_by(-1), lambda: box.view.set_fit(Fit.PAGE)):
        change()
        assert box.view.current == 6
    assert box.view.zoom_percent < 100
    box.resize(box.width() - 200, box.height() - 100)
    qtbot.wait(0)
    assert box.view.current == 6
    box.view.set_zoom(100)
    assert box.zoom.currentText() == "100 %"
    assert box.view._page_px.width() == round(420 * 96 / 25.4)


def test_what_is_kept_painted_does_not_grow_with_the_document(
    report: Session, preview_of: Callable[..., PrintPreview]
) -> None:
    view: PageView = preview_of(report).view
    view.set_zoom(200)
    for position in range(view.count):
        view._picture(position)
    assert len(view._painted) <= 5


def test_department_sheets_are_chosen_one_by_one(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot
) -> None:
    box = preview_of(report)
    kind(box, PaperKind.DEPARTMENTS)
    settle(qtbot, box)
    everyone = box.view.count
    assert len(box.options.names()) == 14
    box.options.choose_departments(("中央図書館",))
    settle(qtbot, box)
    assert 0 < box.view.count < everyone
    assert not box.options.papers.button(1).isVisible()
    box.options.modes.button(1).click()
    settle(qtbot, box)
    document = box._preview
    assert document is not None
    text = "".join(run.text for page in document.document.pages for run in page.runs)
    status = next(iter(report.plan((2018,)).walk()))[2].city.slots[0].status[2018].lines
    assert status and "中央図書館" in text
    box.options.choose_departments(())
    settle(qtbot, box)
    assert box.stack.currentWidget() is box.blank and "担当課" in box.blank.text()
    assert not box.print_button.isEnabled() and not box.save_button.isEnabled()
    kind(box, PaperKind.SUMMARY)
    settle(qtbot, box)
    assert box.print_button.isEnabled() and "委員会向け概要" in box.about.text()


def test_choosing_while_pages_are_laid_out_ends_with_the_last_choice(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot
) -> None:
    box = preview_of(report)
    for wanted in (PaperKind.DEPARTMENTS, PaperKind.SUMMARY, PaperKind.DEPARTMENTS, PaperKind.OFFICIAL):
        kind(box, wanted)
    settle(qtbot, box)
    qtbot.waitUntil(lambda: box._preview is not None and box._preview.document.title.startswith(box_title(report)))
    assert box.view.count == 13


def box_title(session: Session) -> str:
    return session.plan(()).title


def test_reducing_says_what_becomes_of_the_type_and_goes_into_the_pdf(
    report: Session,
    preview_of: Callable[..., PrintPreview],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = preview_of(report)
    box.options.papers.button(1).click()
    assert "約 6 ポイント" in box.options.paper_note.text() and box.options.paper_note.isVisible()
    assert "A4 横に縮小" in box.about.text()
    box.options.pages.setText("２～４")
    target = tmp_path / "out"
    saves_to(monkeypatch, target)
    box.save_pdf()
    qtbot.waitUntil(lambda: "done" in box.banners.topics(), timeout=60_000)
    pages = PdfReader(target.with_suffix(".pdf")).pages
    assert len(pages) == 3
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [297, 210]


def test_a_range_the_document_does_not_have_is_told_at_the_line(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = preview_of(report)
    box.options.pages.setText("3-99")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: pytest.fail("asked where to"))
    box.save_pdf()
    settle(qtbot, box)
    assert "13 枚" in box.options.pages_error.text() and box.options.pages_error.isVisible()
    assert box.options.pages.text() == "3-99"


def test_the_real_printer_dialog_gets_range_and_paper(
    report: Session,
    preview_of: Callable[..., PrintPreview],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = preview_of(report)
    target = tmp_path / "printed.pdf"
    seen: dict[str, object] = {}

    def accept(dialog: QPrintDialog) -> int:
        printer = dialog.printer()
        seen["paper"] = printer.pageLayout().fullRectPoints().size().toTuple()
        seen["range"] = (dialog.printRange(), dialog.fromPage(), dialog.toPage(), dialog.maxPage())
        seen["name"] = printer.docName()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(target))
        printer.setFromTo(dialog.fromPage(), dialog.toPage())
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    box.options.pages.setText("3-4")
    box.print_button.click()
    qtbot.waitUntil(lambda: "done" in box.banners.topics(), timeout=60_000)
    assert seen["range"] == (QPrintDialog.PrintRange.PageRange, 3, 4, 13)
    assert seen["paper"] == (1191, 842) and box_title(report) in str(seen["name"])
    assert len(PdfReader(target).pages) == 2


def test_stopping_the_printer_dialog_prints_nothing(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = preview_of(report)
    monkeypatch.setattr(QPrintDialog, "exec", lambda _self: int(QDialog.DialogCode.Rejected))
    box.print_pages()
    settle(qtbot, box)
    assert box.banners.topics() == ()


def test_one_pdf_for_each_department_all_or_none(
    report: Session,
    preview_of: Callable[..., PrintPreview],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = preview_of(report)
    kind(box, PaperKind.DEPARTMENTS)
    box.options.choose_departments(("中央図書館", "都市計画課"))
    box.options.splits.button(1).click()
    settle(qtbot, box)
    folder = tmp_path / "sheets"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kwargs: str(folder))
    box.save_pdf()
    qtbot.waitUntil(lambda: "done" in box.banners.topics(), timeout=60_000)
    assert sorted(path.name for path in folder.iterdir()) == ["H30_中央図書館.pdf", "H30_都市計画課.pdf"]


def test_notes_of_the_layout_and_drafts_are_shown_before_printing(
    report: Session, preview_of: Callable[..., PrintPreview]
) -> None:
    key = report.resolve(_STATUS)
    report.enter(key, "外字\ue000のある文。")
    box = preview_of(report)
    assert box.banners.topics() == ("notes",)
    document = box._preview
    assert document is not None and any("U+E000" in note for note in document.notes)


def test_personal_data_is_asked_about_before_it_leaves(
    report: Session,
    preview_of: Callable[..., PrintPreview],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = report.resolve(_STATUS)
    report.enter(key, "一行目。\n連絡先は 083-900-0000 です。")
    box = preview_of(report)
    target = tmp_path / "out.pdf"
    saves_to(monkeypatch, target)
    box.save_pdf()
    qtbot.waitUntil(lambda: "privacy" in box.banners.topics(), timeout=60_000)
    settle(qtbot, box)
    assert not target.exists() and box.print_button.objectName() == ""
    bar = box.banners._bars["privacy"]
    assert "3-1① 市｜実施状況 2行目" in bar.accessibleName()
    answer = {button.text(): button for button in bar.findChildren(type(box.print_button))}
    answer["確かめた、続ける"].click()
    qtbot.waitUntil(target.exists, timeout=60_000)
    settle(qtbot, box)
    assert "privacy" not in box.banners.topics()
    target.unlink()
    box.save_pdf()
    qtbot.waitUntil(target.exists, timeout=60_000)
    settle(qtbot, box)
    assert "privacy" not in box.banners.topics()


def test_going_to_the_field_closes_the_preview(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot
) -> None:
    key = report.resolve(_STATUS)
    report.enter(key, "一行目。\n連絡先は 083-900-0000 です。")
    box = preview_of(report)
    box.print_pages()
    qtbot.waitUntil(lambda: "privacy" in box.banners.topics(), timeout=60_000)
    settle(qtbot, box)
    bar = box.banners._bars["privacy"]
    next(item for item in bar.findChildren(type(box.print_button)) if item.text() == "欄へ移る").click()
    assert box.asked_field == (key, 1) and not box.isVisible()


def test_choices_are_remembered_on_this_pc(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot, settings: Settings
) -> None:
    box = preview_of(report)
    fonts = japanese_families()
    assert fonts and "BIZ UDPGothic" not in fonts and not any(name.startswith("@") for name in fonts)
    box.options.fonts.setCurrentIndex(1)
    box.options.fonts.activated.emit(1)
    settle(qtbot, box)
    document = box._preview
    assert document is not None
    assert {run.font.family for run in document.document.pages[3].runs} == {fonts[0]}
    box.options.papers.button(1).click()
    kind(box, PaperKind.SUMMARY)
    settle(qtbot, box)
    box.reject()
    assert settings.path is not None
    again = load_settings(settings.path.parent)
    assert (again.paper_family, again.paper_reduced, again.paper_kind) == (fonts[0], True, "summary")
    second = PrintPreview(None, report, 2018, again, set())
    assert second.options.fonts.currentData() == fonts[0] and second.options.reduced
    assert second.options.kind is PaperKind.SUMMARY
    second.reject()
    second.deleteLater()


def test_closing_while_pages_are_laid_out_stops_it(report: Session, settings: Settings, qtbot: QtBot) -> None:
    box = PrintPreview(None, report, 2018, settings, set())
    box.show()
    assert box.jobs.busy
    box.reject()
    qtbot.waitUntil(lambda: not box.jobs.busy)
    assert box._preview is None
    box.deleteLater()


def test_everything_has_a_name_and_the_buttons_their_keys(
    report: Session, preview_of: Callable[..., PrintPreview], qtbot: QtBot
) -> None:
    box = preview_of(report)
    for widget in (box.view, box.page, box.zoom, box.options.pages, box.options.fonts, box.options.departments):
        assert widget.accessibleName(), widget
    # Keys reach the active window only, and another test's window may still be going away.
    box.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is box)
    box.view.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_F6)
    focus = box.focusWidget()
    assert box.options.isAncestorOf(focus)
    shown = box.view.zoom_percent
    qtbot.keyClick(box, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert box.view.zoom_percent < shown


@pytest.mark.parametrize("size", [(1120, 697), (911, 512)])
def test_it_fits_small_screens(report: Session, preview_of: Callable[..., PrintPreview], size: tuple[int, int]) -> None:
    box = preview_of(report)
    box.resize(*size)
    assert (box.width(), box.height()) == size
    assert box.view.height() > 250 and box.print_button.isVisible()
    corner = box.print_button.mapTo(box, box.print_button.rect().bottomRight())
    assert box.rect().contains(corner)


def test_ctrl_p_opens_it_for_the_year_shown_with_what_is_typed(
    windows: Windows, report_file: Path, qtbot: QtBot
) -> None:
    window = windows.open(report_file)
    window.bench.show_year(2019)
    titles: list[str] = []
    watch = QTimer()
    watch.setInterval(0)

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, PrintPreview) and box._preview is not None and not box.jobs.busy:
            titles.append(box.windowTitle())
            watch.stop()
            box.reject()

    watch.timeout.connect(look)
    watch.start()
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert titles == ["印刷プレビュー ― 令和元年度"]


def test_an_old_pdf_is_replaced_only_when_asked(
    report: Session,
    preview_of: Callable[..., PrintPreview],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = preview_of(report)
    target = tmp_path / "old.pdf"
    target.write_bytes(b"old")
    answers = iter([(str(target), ""), ("", "")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: next(answers))
    with answering(0) as asked:
        box.save_pdf()
        settle(qtbot, box)
    assert asked == ["同じ名前のファイルがあります"] and target.read_bytes() == b"old"
    saves_to(monkeypatch, target)
    with answering(1):
        box.save_pdf()
        qtbot.waitUntil(lambda: "done" in box.banners.topics(), timeout=60_000)
    assert target.read_bytes().startswith(b"%PDF")
