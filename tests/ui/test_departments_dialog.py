"""The register of departments in the window: by keyboard, with history, nothing typed is lost, all of it undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import Boxes, choose
from welfare_desktop.operations.department_register import register, remove_department
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.ui.parts.asking import LineDialog
from welfare_desktop.ui.parts.controls import ChoiceBox
from welfare_desktop.ui.structure.departments_register import DepartmentsRegister, RenameDialog


@pytest.fixture
def box(session: Session, qtbot: QtBot) -> DepartmentsRegister:
    """The register of the small plan, shown."""
    made = DepartmentsRegister(None, session, 2019)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def rows(box: DepartmentsRegister) -> list[tuple[str, str, str]]:
    model = box.table.model()
    found = [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    return [(name, former, used) for name, former, used in found]


def test_where_each_department_answers_is_counted(box: DepartmentsRegister) -> None:
    assert rows(box) == [("地域福祉課", "", "2 か所"), ("協働推進課", "", "2 か所")]


def test_added_moved_and_removed_by_keyboard(box: DepartmentsRegister, session: Session, qtbot: QtBot) -> None:
    qtbot.keyClicks(box.fresh, "xyz")
    qtbot.keyClick(box.fresh, Qt.Key.Key_Return)
    assert rows(box)[2] == ("xyz", "", "使っていません") and box.fresh.text() == ""
    assert box.isVisible()  # Enter adds, it does not close
    box._on_up_clicked()
    assert [name for name, _, _ in rows(box)] == ["地域福祉課", "xyz", "協働推進課"]
    assert box.table.chosen_row() == 1
    box.remove()
    assert len(rows(box)) == 2
    for _ in range(3):
        session.undo()
    assert len(register(session)) == 2


@pytest.mark.parametrize(
    ("name", "words"), [("", "空"), ("地域福祉課", "もうあります"), ("協働推進課", "もうあります")]
)
def test_a_name_that_cannot_be_is_said_and_stays(box: DepartmentsRegister, qtbot: QtBot, name: str, words: str) -> None:
    box.fresh.setText(name)
    qtbot.keyClick(box.fresh, Qt.Key.Key_Return)
    assert words in box.error.text() and box.error.isVisible()
    assert box.fresh.text() == name and len(rows(box)) == 2


def test_one_in_use_is_not_removed_and_the_reason_is_said(box: DepartmentsRegister) -> None:
    box.table.selectRow(1)
    box.remove()
    assert "記入欄 2 か所" in box.error.text()
    assert len(rows(box)) == 2


def test_a_typed_name_is_not_lost_on_closing(box: DepartmentsRegister, session: Session) -> None:
    box.fresh.setText("防災課")
    box._on_close_clicked()
    assert not box.isVisible()
    assert [item.name for item in register(session)][-1] == "防災課"


def test_renamed_from_a_year_on_with_the_former_name_shown(box: DepartmentsRegister, session: Session) -> None:
    def act(asked: QDialog) -> None:
        assert isinstance(asked, RenameDialog)
        assert asked.name.text() == "地域福祉課" and asked.years.currentData() == 2019
        assert "平成30年度までの報告書には" in asked.note.text()
        for name, words in (("　", "空"), ("協働推進課", "もうあります")):
            asked.name.setText(name)
            asked._on_done_clicked()
            assert asked.isVisible() and words in asked.error.text() and asked.name.text() == name
        asked.name.setText("福祉総務課")
        asked._on_done_clicked()

    box.table.selectRow(0)
    with Boxes(act):
        box.rename()
    assert rows(box)[0] == ("福祉総務課", "地域福祉課（平成30年度まで）", "2 か所")

    def again(asked: QDialog) -> None:
        assert isinstance(asked, RenameDialog)
        assert asked.years.itemData(0) == 2019  # no year before the present name
        asked.reject()

    with Boxes(again):
        box.rename()
    session.undo()
    assert register(session)[0].name == "地域福祉課"


def test_a_closed_year_that_would_print_the_new_name_asks_for_a_reason(
    box: DepartmentsRegister, session: Session
) -> None:
    close_year(session, 2019)

    def act(asked: QDialog) -> None:
        assert isinstance(asked, RenameDialog)
        asked.name.setText("福祉総務課")
        asked.choose_year(2019)
        asked._on_done_clicked()

    def reason(asked: QDialog) -> None:
        assert isinstance(asked, LineDialog)
        asked._on_done_clicked()
        assert "空" in asked.error.text()
        asked.line.setText("組織改正の反映漏れ")
        asked._on_done_clicked()

    box.table.selectRow(0)
    with Boxes(act, reason):
        box.rename()
    assert session.history(limit=1)[0].why == "組織改正の反映漏れ"


def test_everything_in_it_has_a_name(box: DepartmentsRegister) -> None:
    for kind in (QPushButton, QLineEdit, QTableView, ChoiceBox):
        for widget in box.findChildren(kind):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None
            assert interface.text(QAccessible.Text.Name), widget


def test_the_form_and_the_filter_follow(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    choose(window, "1-1-1")

    def act(register_box: QDialog) -> None:
        assert isinstance(register_box, DepartmentsRegister)
        register_box.fresh.setText("防災課")
        register_box.add()
        register_box.accept()

    with Boxes(act):
        window.action("departments").trigger()
    names = [window._department_box.itemText(row) for row in range(window._department_box.count())]
    assert "防災課" in names
    remove_department(window.desk.session, register(window.desk.session)[-1].id)
    names = [window._department_box.itemText(row) for row in range(window._department_box.count())]
    assert "防災課" not in names
