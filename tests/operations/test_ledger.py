"""The ledger: what could not be read, what went to and fro, who says to be done; and all of it on paper."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.operations.returned import fill, merge, sent
from welfare_desktop.domain.completeness import fill_matrix, total
from welfare_desktop.domain.merging.returned import FileKind
from welfare_desktop.operations.exporting import package_task
from welfare_desktop.operations.finishing import declare_complete, declared_complete
from welfare_desktop.operations.ledger import LedgerRow, LedgerState, exchanged, ledger, unread_files
from welfare_desktop.operations.list_sheets import Sheet, sheet_paper
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.opening import new_from_package
from welfare_desktop.operations.overview import figures_of
from welfare_desktop.operations.printing import write_document
from welfare_desktop.operations.reading_back import read_files
from welfare_desktop.operations.reminding import (
    HEADINGS,
    exchanged_cells,
    ledger_cells,
    ledger_sheet,
    log_sheet,
    reminder_sheet,
    unread_cells,
)
from welfare_desktop.operations.reviewing import Review
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.sign_offs import state_key_of
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.unmerging import undo_merge
from welfare_desktop.operations.year_work import close_year

_YEAR = 2019
_DAY = date(2020, 4, 28)


def row_of(session: Session, department: str) -> LedgerRow:
    return next(row for row in ledger(session, _YEAR, _DAY) if row.department == department)


def broken(session: Session, name: str) -> Path:
    path = session.path.parent / name
    path.write_bytes(b"PK\x03\x04 nothing")
    return path


def declared(session: Session, department: str, state: str = "完成") -> Path:
    """A department's sheet that says how far it is."""
    path = sent(session, department)
    workbook = load_workbook(path)
    cell = next(cell for row in workbook["はじめに"].iter_rows() for cell in row if cell.value == "作成中")
    cell.value = state
    workbook.save(path)
    return path


def test_what_could_not_be_read_stands_in_the_ledger_with_reason_and_next_step(office: Session) -> None:
    good = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "届いた。"})
    done = merge(office, broken(office, "【回答】都市計画課.xlsx"), good, broken(office, "無題.xlsx"))
    assert row_of(office, "都市計画課").state is LedgerState.UNREADABLE
    cells = ledger_cells(row_of(office, "都市計画課"), _DAY)
    assert "【回答】都市計画課.xlsx" in cells
    assert "読めない" in cells
    assert cells[-1].endswith("。")
    assert row_of(office, "協働推進課").state is LedgerState.RETURNED
    unknown = [item for item in unread_files(office) if not item.department]
    assert [item.file_name for item in unknown] == ["無題.xlsx"]
    assert len(unread_cells(unknown[0])) == len(HEADINGS)
    merge(office, fill(sent(office, "都市計画課"), {}))
    assert row_of(office, "都市計画課").state is LedgerState.RETURNED
    assert done.merge_id is not None
    undo_merge(office, done.merge_id)
    assert unread_files(office) == []


def test_everything_that_went_to_and_fro(office: Session, tmp_path: Path) -> None:
    perform(office, package_task(office, _YEAR, tmp_path / "北部支所.welfarepkg"))
    merge(office, sent(office, "協働推進課"), broken(office, "壊れた.xlsx"))
    found = exchanged(office)
    assert [item.at for item in found] == sorted((item.at for item in found), reverse=True)
    assert {item.file_name for item in found if not item.out} == {"R1_協働推進課.xlsx", "壊れた.xlsx"}
    assert len([item for item in found if item.out]) == 15
    assert {len(exchanged_cells(item)) for item in found} == {len(HEADINGS)}
    assert any(item.kind == "受渡しファイル" and item.out for item in found)


def test_a_package_to_a_branch_office_has_a_row_of_its_own(office: Session, tmp_path: Path) -> None:
    """Sent, answered on an older one, returned, returned twice; the branch itself awaits nothing."""

    def send() -> Path:
        perform(office, package_task(office, _YEAR, tmp_path / "北部支所.welfarepkg", force=True))
        return tmp_path / "北部支所.welfarepkg"

    def row() -> LedgerRow:
        return next(row for row in ledger(office, _YEAR, _DAY) if row.kind is FileKind.PACKAGE)

    others = len(ledger(office, _YEAR, _DAY))
    first = send()
    assert (row().department, row().state, len(ledger(office, _YEAR, _DAY))) == (
        "北部支所",
        LedgerState.SENT,
        others + 1,
    )
    cells = ledger_cells(row(), _DAY)
    assert (cells[0], cells[6], len(cells)) == ("北部支所（受渡しファイル）", "未提出", len(HEADINGS))
    merge(office, broken(office, "北部支所（直し）.welfarepkg"), sent(office, "協働推進課"))
    assert row().state is LedgerState.UNREADABLE
    with closing(new_from_package(tmp_path / "支所.welfare", first, who="北部支所")) as branch:
        perform(branch, package_task(branch, _YEAR, tmp_path / "返信.welfarepkg"))
        assert [item for item in ledger(branch) if item.kind is FileKind.PACKAGE] == []
        latest = send()
        assert len(row().sent) == 2
        done = merge(office, tmp_path / "返信.welfarepkg")
        assert row().state is LedgerState.OLD_VERSION
        assert "前に渡した" in ledger_cells(row(), _DAY)[-1]
        merge(branch, latest)
        perform(branch, package_task(branch, _YEAR, tmp_path / "返信2.welfarepkg"))
    merge(office, tmp_path / "返信2.welfarepkg")
    assert (row().state, [item.latest for item in row().arrivals]) == (LedgerState.TWICE, [False, True])
    assert done.merge_id is not None
    undo_merge(office, done.merge_id)
    assert row().state is LedgerState.RETURNED
    figures = figures_of(office, _YEAR)
    assert all(work.sheet is None or work.sheet.kind is FileKind.DEPARTMENT for work in figures.works.values())


def test_a_sheet_that_says_done_offers_to_say_so_with_what_is_blank(office: Session) -> None:
    done = merge(office, declared(office, "協働推進課"), sent(office, "学校教育課"))
    offered = declared_complete(office, done.plan.files)
    assert [item.department for item in offered] == ["協働推進課"]
    cells = fill_matrix(office.plan(), _YEAR)["協働推進課"]
    fill_now = total(cells.values())
    assert (offered[0].blank, offered[0].draft) == (fill_now.blank, fill_now.draft)
    assert "欄" in offered[0].remark
    declare_complete(office, offered)
    assert office.value(state_key_of("", offered[0].department_id, _YEAR)) == ("完了",)
    assert declared_complete(office, done.plan.files) == []
    office.undo()
    assert [item.department for item in declared_complete(office, done.plan.files)] == ["協働推進課"]
    close_year(office, _YEAR)
    assert declared_complete(office, done.plan.files) == []


def pages_of(session: Session, sheet: Sheet, target: Path) -> str:
    """What a printed list says, read from its PDF."""
    write_document(sheet_paper(session, sheet), target)
    read = subprocess.run(["pdftotext", "-layout", str(target), "-"], capture_output=True, check=True)
    return "".join(read.stdout.decode().split())


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_ledger_reminders_and_log_on_paper(office: Session, tmp_path: Path) -> None:
    good = fill(sent(office, "協働推進課"), {("1-1 ③", "実施状況"): "届いた。"})
    review = Review(office, plan_merge(office, read_files([good, broken(office, "都市計画課.xlsx")])))
    apply_merge(office, review.plan)
    rows = ledger(office, _YEAR, _DAY)
    text = pages_of(office, ledger_sheet([ledger_cells(row, _DAY) for row in rows], _DAY), tmp_path / "台帳.pdf")
    assert "提出台帳" in text
    for row in rows:
        for cell in ledger_cells(row, _DAY):
            assert "".join(cell.split())[:8] in text
    text = pages_of(office, reminder_sheet(rows, _DAY), tmp_path / "督促.pdf")
    assert "督促の一覧" in text
    assert "13件" in text
    assert "協働推進課" not in text
    assert "都市計画課" in text
    log = review.log()
    text = pages_of(office, log_sheet(log, _DAY), tmp_path / "記録.pdf")
    for line in log:
        assert "".join(line.split())[:20] in text
