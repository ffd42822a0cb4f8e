"""What the sheets of a year just opened say of themselves: nobody has filled in what was only drafted."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.exchange.libreoffice import convert
from tests.operations.returned import SHEET, entry_rows, fill, sent
from welfare_desktop.domain.fields import Owner
from welfare_desktop.domain.model import Entry
from welfare_desktop.operations.exporting import departments_task
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.tasks import perform

_STATE = 12
_ROW = ("1-1 ③", "実施状況")


def _states(path: Path, folder: Path) -> tuple[str, list[str]]:
    """The line above the table and the states, as a spreadsheet works them out."""
    sheet = load_workbook(convert(path, "xlsx", folder))[SHEET]
    computed = load_workbook(folder / path.name, data_only=True)[SHEET]
    return str(computed.cell(2, _STATE).value), [str(computed.cell(row, _STATE).value) for row in entry_rows(sheet)]


@pytest.mark.component
def test_a_draft_is_one_until_its_text_is_changed(office: Session, tmp_path: Path) -> None:
    path = sent(office, "協働推進課")
    told, before = _states(path, tmp_path / "sent_out")
    drafts = before.count("下書き")
    assert drafts > 1
    assert f"下書き {drafts} ／" in told
    back = fill(path, {_ROW: "確かめて直した文。"}, tmp_path / "back.xlsx")
    told, after = _states(back, tmp_path / "back")
    assert after.count("下書き") == drafts - 1
    assert after.count("記入済") == before.count("記入済") + 1


@pytest.mark.component
def test_any_draft_is_compared_as_it_is_written(office: Session, tmp_path: Path) -> None:
    """A formula has its own signs, and a text in it 255 characters at most."""
    key = office.resolve("1-1-3/city.2/status@2019")
    assert key.owner is Owner.SLOT
    value = office.value(key)
    assert isinstance(value, Entry) and value.draft
    text = ('「"」と""', "=1+1", "&CHAR(10)&", "_x000D_ 100%", "長い一行。" * 60, "𠮷" * 200)
    office.edit(key, Entry(text, draft=True))
    perform(office, departments_task(office, 2019, tmp_path / "again", names=["協働推進課"]))
    path = tmp_path / "again" / "R1_協働推進課.xlsx"
    _, states = _states(path, tmp_path / "out")
    back = fill(path, {_ROW: "書き直した文。"}, tmp_path / "back.xlsx")
    _, after = _states(back, tmp_path / "back")
    assert states.count("下書き") == after.count("下書き") + 1
