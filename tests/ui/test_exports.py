"""Every file the window writes for others, on the real report: asked for, written whole, remembered, refused clearly."""

from __future__ import annotations

import csv
import errno
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import answering, choose, compose, enter, stored
from welfare_desktop.domain.errors import Cancelled
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.operations.ledger import ledger
from welfare_desktop.operations.office import OfficeWords
from welfare_desktop.ui.main_window import MainWindow
from welfare_desktop.ui.output.department_export import DepartmentExportDialog
from welfare_desktop.ui.parts.jobs import ProgressDialog
from welfare_desktop.ui.parts.notes_dialog import NotesDialog
from welfare_desktop.ui.verbs import EXPORTS

_STATUS = "3-1-1/city/status@2018"


def saves_to(monkeypatch: pytest.MonkeyPatch, target: Path, chosen: str = "") -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), chosen))


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.verbs.jobs.busy, timeout=60_000)


def written(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until a file was told to be written."""
    qtbot.waitUntil(lambda: "done" in window.banners.topics(), timeout=60_000)
    idle(window, qtbot)


def answer(window: MainWindow, topic: str, text: str) -> None:
    """Press a button of a banner."""
    bar = window.banners._bars[topic]
    next(button for button in bar.findChildren(QPushButton) if button.text() == text).click()


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        ("export_official", "report.xlsx"),
        ("export_flat", "flat.xlsx"),
        ("export_text", "text.txt"),
        ("export_summary", "summary.xlsx"),
        ("export_package", "package.welfarepkg"),
    ],
)
def test_each_verb_writes_its_file(
    windows: Windows,
    report_file: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    name: str,
) -> None:
    window = windows.open(report_file)
    target = tmp_path / name
    saves_to(monkeypatch, target.with_suffix(""))
    window.action(verb).trigger()
    written(window, qtbot)
    assert target.stat().st_size > 1000
    if target.suffix == ".txt":
        assert target.read_text(encoding="utf-8").startswith(window.desk.plan.title)
    else:
        assert zipfile.is_zipfile(target)
    assert windows.settings.output_folder == str(tmp_path)


def test_the_flat_table_goes_out_as_csv_where_that_is_chosen(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    saves_to(monkeypatch, tmp_path / "flat.xlsx", "CSV (*.csv)")
    window.action("export_flat").trigger()
    written(window, qtbot)
    assert sorted(path.name for path in tmp_path.glob("flat*")) == ["flat.csv", "flat_指標.csv"]
    rows = list(csv.reader((tmp_path / "flat.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) > 500


def test_the_toolbar_offers_every_export(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    button = window._bar.widgetForAction(window.action("export_official"))
    assert isinstance(button, QToolButton)
    menu = button.menu()
    assert menu is not None
    assert [action.data() for action in menu.actions()] == list(EXPORTS)
    assert len(EXPORTS) == 7


def test_what_is_typed_and_composed_goes_into_the_file(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    choose(window, "3-1-1")
    editor = enter(window, _STATUS)
    compose(editor, "", "打ったばかりの")
    compose(editor, "文です")
    target = tmp_path / "text.txt"
    saves_to(monkeypatch, target)
    window.action("export_text").trigger()
    written(window, qtbot)
    assert "打ったばかりの文です" in target.read_text(encoding="utf-8")


# --- departments ----------------------------------------------------------------------------------------------------


def drive_departments(monkeypatch: pytest.MonkeyPatch, drive: Callable[[DepartmentExportDialog], object]) -> None:
    """Let ``drive`` act on the departments' dialog when it comes up; it returns whether the dialog was accepted."""

    def show(box: DepartmentExportDialog) -> int:
        box.show()
        drive(box)
        return box.result()

    monkeypatch.setattr(DepartmentExportDialog, "exec", show)


def press(box: DepartmentExportDialog, text: str) -> None:
    next(button for button in box.findChildren(QPushButton) if button.text() == text).click()


def test_the_departments_get_their_workbooks_with_what_the_office_says(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    folder = tmp_path / "配布"
    folder.mkdir()

    def drive(box: DepartmentExportDialog) -> None:
        assert len(box.names()) == 14
        box.deadline.setText("R2.4.24")
        assert box.day.text() == "→ 令和2年4月24日（金）"
        box.contact.setPlainText("社会福祉協議会 地域福祉係\n電話でお尋ねください")
        box.maker.setText("事務局")
        box.choose(("中央図書館", "都市計画課"))
        box._item(box.names().index("中央図書館"), 2)
        for row in range(box.table.rowCount()):
            if box._item(row, 0).text() == "中央図書館":
                box._item(row, 2).setText("図-1")
        press(box, "フォルダーを選んで書き出す…")

    drive_departments(monkeypatch, drive)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kwargs: str(folder))
    window.action("export_departments").trigger()
    written(window, qtbot)
    assert sorted(path.name for path in folder.iterdir()) == ["H30_中央図書館.xlsx", "H30_都市計画課.xlsx"]
    book = openpyxl.load_workbook(folder / "H30_中央図書館.xlsx")
    cover = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    assert "令和2年4月24日（金）" in cover and "地域福祉係" in cover and "図-1" in cover
    session = window.desk.session
    assert stored(window, "plan/deadline@2018") == ("R2.4.24",)
    library = next(item for item in session.plan(()).departments if item.name == "中央図書館")
    assert session.value(FieldKey(Owner.DEPARTMENT, library.id, "reference", None, 2018)) == ("図-1",)
    sent = {row.department for row in ledger(session, 2018) if row.sent}
    assert sent == {"中央図書館", "都市計画課"}
    window.action("undo").trigger()
    assert stored(window, "plan/deadline@2018") == () and stored(window, "plan/contact") == ()


def test_nobody_chosen_is_said_in_the_dialog_and_nothing_is_stored(
    windows: Windows, report_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)

    def drive(box: DepartmentExportDialog) -> None:
        box.deadline.setText("いつか")
        assert "日付として読めません" in box.day.text()
        box.choose(())
        press(box, "フォルダーを選んで書き出す…")
        assert box.error.isVisible() and box.isVisible()
        assert box.deadline.text() == "いつか"
        press(box, "やめる")

    drive_departments(monkeypatch, drive)
    window.action("export_departments").trigger()
    assert stored(window, "plan/deadline@2018") == ()


def test_stopping_the_departments_leaves_no_file_and_no_ledger(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    folder = tmp_path / "配布"
    folder.mkdir()
    (folder / "H30_中央図書館.xlsx").write_bytes(b"old")
    drive_departments(monkeypatch, lambda box: press(box, "フォルダーを選んで書き出す…"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kwargs: str(folder))
    told: list[object] = []
    monkeypatch.setattr("welfare_desktop.ui.output.flows.tell_error", lambda _parent, error, _title: told.append(error))
    with answering(1) as asked:
        window.action("export_departments").trigger()
    assert asked == ["同じ名前のファイルがあります"]
    window.verbs.jobs.stop()
    idle(window, qtbot)
    assert isinstance(told[0], Cancelled)
    assert [path.name for path in folder.iterdir()] == ["H30_中央図書館.xlsx"]
    assert (folder / "H30_中央図書館.xlsx").read_bytes() == b"old"
    assert not any(row.sent for row in ledger(window.desk.session, 2018))


# --- what stands in the way -----------------------------------------------------------------------------------------


def test_a_file_open_in_excel_a_missing_folder_and_a_full_disk_leave_the_old_file(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    target = tmp_path / "report.xlsx"
    target.write_bytes(b"old")
    mark = tmp_path / "~$report.xlsx"
    mark.write_bytes(b"")
    saves_to(monkeypatch, target)
    told: list[str] = []
    monkeypatch.setattr(
        "welfare_desktop.ui.output.flows.tell_error", lambda _parent, error, _title: told.append(error.code)
    )
    with answering(1):
        window.action("export_official").trigger()
        qtbot.waitUntil(lambda: told == ["W-323"], timeout=60_000)
    mark.unlink()

    saves_to(monkeypatch, tmp_path / "no such folder" / "report.xlsx")
    window.action("export_official").trigger()
    qtbot.waitUntil(lambda: told == ["W-323", "W-321"], timeout=60_000)

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    saves_to(monkeypatch, target)
    monkeypatch.setattr("welfare_desktop.exchange.files.os.fsync", full)
    with answering(1):
        window.action("export_text").trigger()
        qtbot.waitUntil(lambda: told == ["W-323", "W-321", "W-324"], timeout=60_000)
    assert target.read_bytes() == b"old"
    assert not list(tmp_path.glob(".wd-*"))
    assert "done" not in window.banners.topics()


def test_a_stopped_export_leaves_the_old_file(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    target = tmp_path / "report.xlsx"
    target.write_bytes(b"old")
    saves_to(monkeypatch, target)
    told: list[object] = []
    monkeypatch.setattr("welfare_desktop.ui.output.flows.tell_error", lambda _parent, error, _title: told.append(error))
    asked: list[str] = []

    def replace(*_args: object, **_kwargs: object) -> int:
        asked.append("replace")
        return 1

    monkeypatch.setattr("welfare_desktop.ui.output.saving_place.ask", replace)
    window.action("export_official").trigger()
    # First the look at personal data, then the question, then the writing, which is stopped at once.
    qtbot.waitUntil(lambda: bool(asked), timeout=60_000)
    window.verbs.jobs.stop()
    qtbot.waitUntil(lambda: bool(told), timeout=60_000)
    assert isinstance(told[0], Cancelled) and target.read_bytes() == b"old"


def test_long_work_shows_how_far_it_is_and_can_be_stopped(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    drive_departments(monkeypatch, lambda box: press(box, "フォルダーを選んで書き出す…"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kwargs: str(tmp_path))
    told: list[object] = []
    monkeypatch.setattr("welfare_desktop.ui.output.flows.tell_error", lambda _parent, error, _title: told.append(error))
    monkeypatch.setattr("welfare_desktop.ui.parts.jobs.PATIENCE_MS", 0)
    window.verbs.jobs._patience.setInterval(0)
    window.action("export_departments").trigger()
    dialogs = window.findChildren(ProgressDialog)
    assert len(dialogs) == 1
    qtbot.waitUntil(lambda: "のうち" in dialogs[0]._count.text(), timeout=60_000)
    assert dialogs[0].isVisible()
    qtbot.keyClick(dialogs[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(told), timeout=60_000)
    assert isinstance(told[0], Cancelled)
    assert not list(tmp_path.glob("*.xlsx")) and not list(tmp_path.glob(".wd-*"))


def test_an_old_file_is_replaced_only_when_asked(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    target = tmp_path / "text.txt"
    target.write_bytes(b"old")
    answers = iter([(str(tmp_path / "text"), ""), ("", "")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: next(answers))
    with answering(0) as asked:
        window.action("export_text").trigger()
        idle(window, qtbot)
        qtbot.waitUntil(lambda: bool(asked))
    assert asked == ["同じ名前のファイルがあります"] and target.read_bytes() == b"old"
    saves_to(monkeypatch, target)
    with answering(1):
        window.action("export_text").trigger()
        written(window, qtbot)
    assert target.read_bytes() != b"old"


# --- an office's own template ---------------------------------------------------------------------------------------


def test_a_template_is_filled_and_what_it_could_not_take_is_listed(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    book = openpyxl.Workbook()
    sheet = book.create_sheet("様式")
    for row, text in enumerate(("{{年度}}", "{{1-1-3/title}}", "{{1-1-3/city.3/departments}}", "{{9-9-9/title}}"), 1):
        sheet.cell(row, 1, text)
    sheet.cell(5, 1, "{{9-9-8/title}}")
    template = tmp_path / "様式.xlsx"
    book.save(template)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_kwargs: (str(template), ""))
    target = tmp_path / "様式_H30.xlsx"
    saves_to(monkeypatch, target)
    window.action("export_template").trigger()
    written(window, qtbot)
    filled = openpyxl.load_workbook(target)["様式"]
    texts = [filled.cell(row, 1).value for row in range(1, 6)]
    departments = [item.name for item in list(window.desk.session.plan().walk())[2][2].city.slots[2].departments]
    assert texts == ["平成30年度", "新たな財源の確保", "\n".join(departments), "{{9-9-9/title}}", "{{9-9-8/title}}"]
    seen: list[int] = []
    monkeypatch.setattr(NotesDialog, "exec", lambda box: seen.append(box.table.model().rowCount()))
    answer(window, "done", "お知らせを見る…")
    assert seen == [3]


# --- personal data --------------------------------------------------------------------------------------------------


def test_personal_data_is_looked_at_before_anything_is_published(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.open(report_file)
    session = window.desk.session
    session.enter(session.resolve(_STATUS), "一行目。\n電話は 083-900-0000 です。")
    target = tmp_path / "text.txt"
    saves_to(monkeypatch, target)
    window.action("export_text").trigger()
    qtbot.waitUntil(lambda: "privacy" in window.banners.topics(), timeout=60_000)
    idle(window, qtbot)
    assert not target.exists()
    answer(window, "privacy", "欄へ移る")
    assert window.bench.activity is not None and window.bench.activity.title == "相談支援体制の充実"
    editor = QApplication.focusWidget()
    assert editor is window.bench.form.block_of(session.resolve(_STATUS)).field.text  # type: ignore[union-attr]
    assert window.bench.form.current_line() == 1
    # Another number is typed while the question stands: it is asked about as well.
    qtbot.keyClicks(editor, " 083-900-1111 ")
    answer(window, "privacy", "確かめた、続ける")
    idle(window, qtbot)
    qtbot.waitUntil(lambda: "privacy" in window.banners.topics() or target.exists(), timeout=60_000)
    assert not target.exists()
    answer(window, "privacy", "確かめた、続ける")
    written(window, qtbot)
    assert "privacy" not in window.banners.topics()
    assert "083-900-1111" in target.read_text(encoding="utf-8")
    saves_to(monkeypatch, tmp_path / "again.txt")
    window.action("export_text").trigger()
    qtbot.waitUntil((tmp_path / "again.txt").exists, timeout=60_000)
    idle(window, qtbot)
    assert "privacy" not in window.banners.topics()


def test_a_read_only_file_can_be_exported_but_hands_nothing_out(
    windows: Windows, report_file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = windows.open(report_file)
    second = windows.open(report_file)
    assert second.desk.session.read_only and not first.desk.session.read_only
    assert not second.action("export_departments").isEnabled()
    assert not second.action("export_package").isEnabled()
    target = tmp_path / "report.xlsx"
    saves_to(monkeypatch, target)
    second.action("export_official").trigger()
    written(second, qtbot)
    assert target.is_file()


def test_a_year_in_which_nobody_writes_says_how_to_change_that(qtbot: QtBot) -> None:
    box = DepartmentExportDialog(None, "書き出す", {}, OfficeWords(), lambda _names, _words: None)
    qtbot.addWidget(box)
    box.show()
    next(button for button in box.findChildren(QPushButton) if "フォルダー" in button.text()).click()
    assert "担当課を決めて" in box.error.text() and box.isVisible()
