"""The merge window on the real report: files come back, are looked at, decided by keyboard, taken in, taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.operations.returned import KEY, SHEET, TEXT, fill, find_row
from tests.ui.conftest import Windows
from tests.ui.driving import answering, block, choose, enter
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.sign_offs import state_key_of
from welfare_desktop.ui.merging.field_chooser import FieldChooser
from welfare_desktop.ui.merging.review import Shown, TypingDialog
from welfare_desktop.ui.merging.table import Column, paragraphs
from welfare_desktop.ui.merging.window import MergeWindow
from welfare_desktop.ui.parts.jobs import ProgressDialog
from welfare_desktop.ui.settings import Settings

_YEAR = 2019
_FIELD = "1-1-3/city.2/status@2019"
_CELL = ("1-1 ③", "実施状況")


def sent(session: Session, department: str) -> Path:
    return session.path.parent / "sent" / f"R1_{department}.xlsx"


@pytest.fixture
def box(office: Session, qtbot: QtBot, tmp_path: Path) -> Iterator[MergeWindow]:
    window = MergeWindow(None, office, Settings(tmp_path / "settings" / "settings.json"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    yield window
    with answering(1):
        window.reject()
    window.deleteLater()


@pytest.fixture
def give(box: MergeWindow, qtbot: QtBot) -> Callable[..., None]:
    """Hand files to the window and wait until they are read."""

    def read(*paths: Path) -> None:
        box.read(paths)
        qtbot.waitUntil(lambda: not box.jobs.busy, timeout=60_000)
        box.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is box)

    return read


def press(box: MergeWindow, qtbot: QtBot, key: Qt.Key) -> None:
    box.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is box)
    qtbot.keyClick(box.page.table, key)


def cell(box: MergeWindow, row: int, column: Column) -> str:
    return str(box.page.table.differences.index(row, column).data())


def lines(session: Session, address: str = _FIELD) -> tuple[str, ...]:
    key = session.resolve(address)
    return tuple(session.shown(key, session.value(key)))


def without_key(office: Session, text: str) -> Path:
    """A sheet with a text in a row whose hidden key somebody deleted."""
    path = sent(office, "協働推進課")
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    row = find_row(sheet, "1-1 ③", "実施状況")
    sheet.cell(row, TEXT).value = text
    sheet.cell(row, KEY).value = None
    workbook.save(path)
    return path


def conflict(office: Session) -> Path:
    """One department and the office write the same field."""
    office.enter(office.resolve(_FIELD), "事務局の文。")
    return fill(sent(office, "協働推進課"), {_CELL: "課の文。"})


def test_nothing_is_offered_before_files_are_there(box: MergeWindow) -> None:
    assert not box.take.isEnabled()
    assert "ファイルを加える" in box.obstacle.text()
    assert not any(button.isEnabled() for button in box.page.verbs)
    assert not box.save.isEnabled()
    assert not box.undo.isEnabled()


def test_files_are_looked_at_decided_by_keyboard_taken_in_and_taken_back(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "壊れた.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    path = conflict(office)
    good = fill(sent(office, "学校教育課"), {("1-2 ①", "実施状況"): "自動で入る文。"})
    before, bytes_before = dump_text(office.plan()), office.path.read_bytes()
    give(path, good, broken)
    assert office.path.read_bytes() == bytes_before
    assert box.page.files.topLevelItemCount() == 4
    broken_row = box.page.files.topLevelItem(3)
    assert broken_row is not None
    assert "壊れた.xlsx\n" in broken_row.text(0)
    assert len(broken_row.text(0)) > len("壊れた.xlsx\n")
    assert len(box.page.table.differences.rows) == 1
    assert "1 件" in box.obstacle.text()
    assert not box.take.isEnabled()
    assert "まだ決めていません" in cell(box, 0, Column.RESULT)
    assert "追加 課の文。" in cell(box, 0, Column.THEIRS)
    assert "追加 事務局の文。" in cell(box, 0, Column.OURS)
    press(box, qtbot, Qt.Key.Key_2)
    assert "担当課を採る" in cell(box, 0, Column.RESULT)
    assert box.take.isEnabled()
    assert dump_text(office.plan()) == before
    box.take.click()
    assert lines(office) == ("課の文。",)
    assert lines(office, "1-2-1/city/status@2019") == ("自動で入る文。",)
    assert box.tabs.currentIndex() == 2
    assert "壊れた.xlsx: 読めませんでした" in box.log.toPlainText()
    assert "担当課を採る" in box.log.toPlainText()
    assert not box.take.isEnabled()
    with answering(0) as asked:
        box.undo.click()
    assert asked == ["この取込みを取り消しますか"]
    assert dump_text(office.plan()) == before
    assert box.take.isEnabled()


@pytest.mark.parametrize(
    ("key", "expected", "word"),
    [
        (Qt.Key.Key_1, ("事務局の文。",), "事務局を残す"),
        (Qt.Key.Key_3, ("事務局の文。", "課の文。"), "両方を入れる"),
        (Qt.Key.Key_5, ("事務局の文。",), "あとで決める"),
    ],
)
def test_keys_decide(
    box: MergeWindow,
    office: Session,
    give: Callable[..., None],
    qtbot: QtBot,
    key: Qt.Key,
    expected: tuple[str, ...],
    word: str,
) -> None:
    from welfare_desktop.operations.deciding import open_questions

    give(conflict(office))
    press(box, qtbot, key)
    assert word in cell(box, 0, Column.RESULT)
    box.take.click()
    assert lines(office) == expected
    assert len(open_questions(office)) == (1 if key == Qt.Key.Key_5 else 0)


def test_typing_decides(box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot) -> None:
    give(conflict(office))

    def type_it() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, TypingDialog)
        assert dialog.text.toPlainText() == "事務局の文。"
        dialog.text.setPlainText("二人で\n決めた文。")
        dialog.done_button.click()

    QTimer.singleShot(0, type_it)
    press(box, qtbot, Qt.Key.Key_4)
    assert "手で直した" in cell(box, 0, Column.RESULT)
    box.take.click()
    assert lines(office) == ("二人で", "決めた文。")


def test_several_answers_are_gone_through(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot
) -> None:
    names = ("地域福祉課", "高齢福祉課")
    paths = [fill(sent(office, name), {("2-1 ①", "実施状況"): f"{name}の文。"}) for name in names]
    give(*paths)
    assert len(box.page.table.differences.rows) == 1
    seen = []
    for _ in range(3):
        press(box, qtbot, Qt.Key.Key_2)
        assert box.review is not None
        seen.append(box.review.result(box.page.table.differences.rows[0]))
    assert {*seen} == {("地域福祉課の文。",), ("高齢福祉課の文。",)}
    assert seen[0] == seen[2]
    assert "R1_地域福祉課.xlsx" in cell(box, 0, Column.THEIRS)


def test_filters_files_and_the_next_conflict(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot
) -> None:
    good = fill(sent(office, "学校教育課"), {("1-2 ①", "実施状況"): "自動で入る文。"})
    give(conflict(office), good)
    page = box.page
    shown = list(Shown)
    page.filters.button(shown.index(Shown.ALL)).click()
    assert len(page.table.differences.rows) == 2
    page.filters.button(shown.index(Shown.REVIEW)).click()
    assert page.table.differences.rows == []
    assert not any(button.isEnabled() for button in page.verbs)
    press(box, qtbot, Qt.Key.Key_F8)
    assert page.shown is Shown.LOOK
    assert box.review is not None
    assert box.review.is_open(page.table.differences.rows[page.table.currentIndex().row()])
    page.filters.button(shown.index(Shown.ALL)).click()
    second = page.files.topLevelItem(2)
    assert second is not None
    page.files.setCurrentItem(second)
    assert [row.group.value for row in page.table.differences.rows] == ["automatic"]


def test_decisions_go_on_when_more_files_come(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot
) -> None:
    give(conflict(office))
    press(box, qtbot, Qt.Key.Key_1)
    give(fill(sent(office, "学校教育課"), {("1-2 ①", "実施状況"): "自動で入る文。"}))
    assert box.page.files.topLevelItemCount() == 3
    assert "事務局を残す" in cell(box, 0, Column.RESULT)
    assert box.take.isEnabled()


def test_an_edit_in_between_is_told_and_planned_anew(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot
) -> None:
    give(conflict(office))
    press(box, qtbot, Qt.Key.Key_2)
    office.enter(office.resolve("1-1-1/title"), "変わった題名")
    with answering(0) as asked:
        box.take.click()
    assert asked == ["取り込めませんでした"]
    assert lines(office) == ("事務局の文。",)
    box.take.click()
    assert lines(office) == ("課の文。",)


def test_only_broken_files_cannot_be_taken_in(box: MergeWindow, give: Callable[..., None], tmp_path: Path) -> None:
    broken = tmp_path / "壊れた.xlsx"
    broken.write_bytes(b"nothing")
    give(broken)
    assert not box.take.isEnabled()
    assert box.obstacle.text() == "読めたファイルがありません。"


def test_closing_asks_about_decisions(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot
) -> None:
    give(conflict(office))
    press(box, qtbot, Qt.Key.Key_2)
    with answering(0) as asked:
        box.close()
    assert asked == ["取り込まずに閉じますか"]
    assert box.isVisible()


def drop(target: QWidget, *paths: Path) -> bool:
    """Drag files over a widget and let them go; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    given = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    over = QDragEnterEvent(QPoint(5, 5), *given)
    QApplication.sendEvent(target, over)
    event = QDropEvent(QPointF(5, 5), *given)
    if over.isAccepted():
        QApplication.sendEvent(target, event)
    return over.isAccepted()


def test_files_and_folders_can_be_dropped(box: MergeWindow, office: Session, qtbot: QtBot) -> None:
    folder = office.path.parent / "sent"
    names = sorted(folder.glob("*.xlsx"))
    (folder / "~$R1_協働推進課.xlsx").write_bytes(b"mark of Excel")
    (folder / "写真.jpg").write_bytes(b"no sheet")
    assert drop(box, folder, names[0])
    qtbot.waitUntil(lambda: box.review is not None, timeout=60_000)
    assert box.counted.text() == f"{len(names)} ファイル"
    assert box.take.isEnabled()


def test_reading_many_files_can_be_stopped_and_leaves_nothing(box: MergeWindow, office: Session, qtbot: QtBot) -> None:
    names = sorted((office.path.parent / "sent").glob("*.xlsx"))
    before = office.path.read_bytes()
    box.read(names)
    dialog = box.findChild(ProgressDialog)
    assert dialog is not None
    dialog.stopped.emit()
    qtbot.waitUntil(lambda: not box.jobs.busy, timeout=60_000)
    assert box.review is None
    assert not box.take.isEnabled()
    assert box.page.files.topLevelItemCount() == 0
    assert office.path.read_bytes() == before
    box.read(names[:1])
    qtbot.waitUntil(lambda: box.review is not None, timeout=60_000)
    assert box.counted.text() == "1 ファイル"


def test_files_dropped_on_the_main_window_are_taken_in(
    sent_report: Path, windows: Windows, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "plan.welfare"
    shutil.copyfile(sent_report / "plan.welfare", path)
    back = fill(sent_report / "sent" / "R1_協働推進課.xlsx", {_CELL: "落とした文。"}, tmp_path / "戻り.xlsx")
    window = windows.open(path)
    window.bench.show_year(_YEAR)
    choose(window, "1-1-3")
    editor = enter(window, _FIELD)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(back))])
    assert not editor.canInsertFromMimeData(data)
    timer = QTimer(window)
    seen: list[str] = []

    def drive() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, MergeWindow) or box.jobs.busy:
            return
        seen.append(box.counted.text())
        if box.merge_id is not None:
            timer.stop()
            box.reject()
        elif box.take.isEnabled():
            box.take.click()

    timer.timeout.connect(drive)
    timer.start(0)
    assert drop(window, back)
    qtbot.waitUntil(lambda: not timer.isActive(), timeout=60_000)
    qtbot.waitUntil(lambda: block(window, _FIELD).lines == ("落とした文。",))
    assert "1 ファイル" in seen
    window.action("merge").setEnabled(False)
    assert not drop(window, back)


def test_the_log_is_saved(
    box: MergeWindow,
    office: Session,
    give: Callable[..., None],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(conflict(office))
    press(box, qtbot, Qt.Key.Key_5)
    box.take.click()
    target = tmp_path / "記録.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    box.save.click()
    text = target.read_text(encoding="utf-8-sig")
    assert "R1_協働推進課.xlsx" in text
    assert "あとで決める衝突" in text


def test_what_was_put_off_is_decided_later_without_files(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot, tmp_path: Path
) -> None:
    from welfare_desktop.operations.deciding import open_questions

    give(conflict(office))
    press(box, qtbot, Qt.Key.Key_5)
    box.take.click()
    later = MergeWindow(None, office, Settings(tmp_path / "settings" / "settings.json"))
    later.show()
    assert later.counted.text() == "前の取込みで残った差分"
    assert not later.take.isEnabled()
    later.page.take_theirs()
    assert later.take.isEnabled()
    later.take.click()
    assert lines(office) == ("課の文。",)
    assert open_questions(office) == []
    assert later.page.table.differences.rows == []
    later.reject()
    later.deleteLater()


def test_an_earlier_merge_is_taken_back(
    box: MergeWindow, office: Session, give: Callable[..., None], tmp_path: Path
) -> None:
    before = dump_text(office.plan())
    for text in ("一度目の文。", "二度目の文。"):
        give(fill(sent(office, "学校教育課"), {("1-2 ①", "実施状況"): text}))
        box.page.take_theirs()
        box.take.click()
    later = MergeWindow(None, office, Settings(tmp_path / "settings" / "settings.json"))
    later.show()
    assert later.past.count() == 2
    for left in (1, 0):
        with answering(0):
            later.undo.click()
        assert later.past.count() == left
    assert not later.undo.isEnabled()
    assert dump_text(office.plan()) == before
    later.reject()
    later.deleteLater()


def test_a_file_open_for_viewing_takes_nothing_in(office: Session, qtbot: QtBot, tmp_path: Path) -> None:
    viewed = open_file(office.path, read_only=True)
    window = MergeWindow(None, viewed, Settings(tmp_path / "settings" / "settings.json"))
    qtbot.addWidget(window)
    window.read([sent(office, "協働推進課")])
    assert not window.jobs.busy
    assert not window.add.isEnabled()
    assert "閲覧だけ" in window.obstacle.text()
    window.reject()
    viewed.close()


def test_the_verbs_open_it_and_the_form_shows_what_came_in(
    sent_report: Path, windows: Windows, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.welfare"
    shutil.copyfile(sent_report / "plan.welfare", path)
    back = fill(sent_report / "sent" / "R1_協働推進課.xlsx", {_CELL: "窓から入った文。"}, tmp_path / "戻り.xlsx")
    window = windows.open(path)
    window.bench.show_year(_YEAR)
    choose(window, "1-1-3")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args, **_kwargs: ([str(back)], ""))

    def drive() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, MergeWindow):
            return
        if box.merge_id is not None:
            timer.stop()
            box.reject()
        elif box.take.isEnabled() and not box.jobs.busy:
            box.take.click()

    timer = QTimer()
    timer.timeout.connect(drive)
    timer.start(0)
    window.action("merge").trigger()
    assert block(window, _FIELD).lines == ("窓から入った文。",)
    with answering(-1) as asked:
        window.action("ledger").trigger()
    assert asked == ["戻ってきたファイルの取込み"]


def test_the_ledger_tells_who_is_missing(
    box: MergeWindow,
    office: Session,
    give: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(fill(sent(office, "学校教育課"), {("1-2 ①", "実施状況"): "届いた。"}))
    box.take.click()
    box.tabs.setCurrentWidget(box.ledger)
    table = box.ledger.table
    assert table.rowCount() == 14
    box.ledger.missing.click()
    assert table.rowCount() == 13
    target = tmp_path / "督促.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    box.ledger.remind.click()
    rows = target.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 14
    assert not any("学校教育課" in row for row in rows)
    late = (datetime.now().astimezone().date() - date(2020, 4, 24)).days
    assert f"{late} 日過ぎています" in rows[1]


def with_chooser(act: Callable[[FieldChooser], None]) -> None:
    """Do something in the chooser once it is there."""

    timer = QTimer(QApplication.instance())

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, FieldChooser):
            return
        timer.stop()
        timer.deleteLater()
        try:
            act(dialog)
        finally:  # a test that fails must not wait for ever
            dialog.close()

    timer.timeout.connect(look)
    timer.start(0)


def test_a_text_without_a_field_is_given_one_by_keyboard(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot
) -> None:
    before, old = dump_text(office.plan()), lines(office)
    give(without_key(office, "鍵のない文。"))
    assert "欄を選んでください" in cell(box, 0, Column.RESULT)
    assert "1-1 ③" in cell(box, 0, Column.PLACE)
    visible = [button.text() for button in box.page.verbs if not button.isHidden()]
    assert visible == ["入れない 1", "あとで決める 5", "欄を選ぶ… 6"]
    assert box.take.isEnabled()

    def choose_first(dialog: FieldChooser) -> None:
        assert "1-1③" in dialog.list.item(0).text()
        assert "実施状況（令和元年度）" in dialog.list.item(0).text()
        qtbot.keyClick(dialog.filter, Qt.Key.Key_Return)

    with_chooser(choose_first)
    press(box, qtbot, Qt.Key.Key_6)
    assert "選んだ欄に入ります" in cell(box, 0, Column.RESULT)
    assert "追加 鍵のない文。" in cell(box, 0, Column.RESULT)
    assert dump_text(office.plan()) == before
    box.take.click()
    assert lines(office) == (*old, "鍵のない文。")
    assert "欄を選んだ文" in box.log.toPlainText()
    with answering(0):
        box.undo.click()
    assert dump_text(office.plan()) == before


def test_typing_narrows_the_fields_and_another_can_be_chosen_again(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot
) -> None:
    give(without_key(office, "別の欄の文。"))

    def choose_other(dialog: FieldChooser) -> None:
        everything = dialog.list.count()
        qtbot.keyClicks(dialog.filter, "1-2")
        dialog.filter.setText("1-2① 実施予定 学校教育課")
        assert 0 < dialog.list.count() < everything
        qtbot.keyClick(dialog.filter, Qt.Key.Key_Down)
        dialog.filter.setText("どこにもない欄")
        assert not dialog.take.isEnabled()
        dialog.filter.setText("1-2① 実施予定 学校教育課")
        dialog.take.click()

    with_chooser(choose_other)
    press(box, qtbot, Qt.Key.Key_6)
    assert "1-2①" in cell(box, 0, Column.PLACE)
    with_chooser(lambda dialog: dialog.none.click())
    press(box, qtbot, Qt.Key.Key_6)
    assert "入れません（決めました）" in cell(box, 0, Column.RESULT)
    press(box, qtbot, Qt.Key.Key_5)
    assert "欄を選んでください" in cell(box, 0, Column.RESULT)
    with_chooser(lambda dialog: dialog.reject())
    press(box, qtbot, Qt.Key.Key_6)
    assert "欄を選んでください" in cell(box, 0, Column.RESULT)


def test_a_text_put_off_is_offered_later_without_files(
    box: MergeWindow, office: Session, give: Callable[..., None], qtbot: QtBot, tmp_path: Path
) -> None:
    old = lines(office)
    give(without_key(office, "あとで決める文。"))
    box.take.click()
    later = MergeWindow(None, office, Settings(tmp_path / "settings" / "settings.json"))
    later.show()
    qtbot.waitUntil(lambda: later.page.table.chosen() == [0])
    assert not later.take.isEnabled()
    with_chooser(lambda dialog: dialog.take.click())
    later.page.choose_field()
    assert later.take.isEnabled()
    assert lines(office) == old
    later.take.click()
    assert lines(office) == (*old, "あとで決める文。")
    assert later.page.table.differences.rows == []
    later.reject()
    later.deleteLater()


def test_changed_words_are_marked_and_spoken(box: MergeWindow, office: Session, give: Callable[..., None]) -> None:
    old = lines(office)[0]
    office.enter(office.resolve(_FIELD), old + "（年12回）")
    give(fill(sent(office, "協働推進課"), {_CELL: "また、" + old}))
    row = box.page.table.differences.rows[0]
    assert box.review is not None
    ours = [item for item in paragraphs(box.review, row, Column.OURS) if item.sign]
    theirs = [item for item in paragraphs(box.review, row, Column.THEIRS) if item.sign]
    assert [item.text[start:end] for item in ours for start, end in item.changed] == ["（年12回）"]
    assert [(item.sign, item.text[start:end]) for item in theirs for start, end in item.changed] == [("＋", "また、")]
    assert "変わった語 （年12回）" in cell(box, 0, Column.OURS)


def test_differences_of_one_department(box: MergeWindow, office: Session, give: Callable[..., None]) -> None:
    other = fill(sent(office, "学校教育課"), {("1-2 ①", "実施状況"): "自動で入る文。"})
    give(conflict(office), other)
    page = box.page
    page.filters.button(list(Shown).index(Shown.ALL)).click()
    names = [page.departments.itemText(number) for number in range(page.departments.count())]
    assert names[0] == "すべての担当課"
    assert {"協働推進課", "学校教育課"} == set(names[1:])
    page.departments.setCurrentIndex(names.index("学校教育課"))
    page.departments.activated.emit(names.index("学校教育課"))
    assert [row.group.value for row in page.table.differences.rows] == ["automatic"]
    page.next_conflict()
    assert page.departments.currentIndex() == 0
    assert any(row.group.value == "conflict" for row in page.table.differences.rows)


def test_a_sheet_that_says_done_is_asked_about(box: MergeWindow, office: Session, give: Callable[..., None]) -> None:
    path = sent(office, "協働推進課")
    workbook = load_workbook(path)
    cell_of_state = next(one for row in workbook["はじめに"].iter_rows() for one in row if one.value == "作成中")
    cell_of_state.value = "完成"
    workbook.save(path)
    give(path)
    key = state_key_of("", next(one.id for one in office.plan(()).departments if one.name == "協働推進課"), _YEAR)
    with answering(1) as asked:
        box.take.click()
    assert asked == ["「完成」で返ってきた担当課を「完了」にしますか"]
    assert office.value(key) == ()
    give(path)
    with answering(0):
        box.take.click()
    assert office.value(key) == ("完了",)
    give(path)
    box.take.click()
    assert box.merge_id is not None


def test_the_ledger_shows_what_could_not_be_read_and_prints(
    box: MergeWindow, office: Session, give: Callable[..., None], tmp_path: Path
) -> None:
    broken = tmp_path / "学校教育課_送付.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    unknown = tmp_path / "無題.xlsx"
    unknown.write_bytes(b"PK\x03\x04 nothing")
    give(fill(sent(office, "協働推進課"), {_CELL: "届いた。"}), broken, unknown)
    box.take.click()
    box.tabs.setCurrentWidget(box.ledger)
    view = box.ledger
    model = view.table.model()
    rows = [[str(model.index(row, place).data()) for place in range(8)] for row in range(model.rowCount())]
    school = next(row for row in rows if row[0] == "学校教育課")
    assert school[5:7] == ["学校教育課_送付.xlsx", "読めない"]
    assert rows[-1][5] == "無題.xlsx"
    view.everything.click()
    assert view.table.rowCount() == len(rows) + 14 + 3
    view.missing.click()
    assert view.table.item(0, 0) is not None
    for button in (view.print_all, view.print_reminders, box.print_button):
        assert button.isEnabled()
        with answering(-1) as asked:
            button.click()
        assert len(asked) == 1
        assert asked[0].startswith("印刷プレビュー")
