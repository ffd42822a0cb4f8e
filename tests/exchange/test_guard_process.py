"""The reading process: started in every shape of the program, bounded, and silent about what files say."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.exchange import department_sample as sample
from welfare_desktop import paths
from welfare_desktop.domain.errors import FileRefused
from welfare_desktop.exchange.guard.limits import DEFAULT_LIMITS
from welfare_desktop.exchange.guard.process import ReadingProcess
from welfare_desktop.exchange.returned import ReturnedReader, read_returned
from welfare_desktop.exchange.returned_json import from_json, to_json


@pytest.fixture(scope="module")
def form() -> sample.Exported:
    return sample.exported()


def stand_in(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let the reading process be another program: a real one, that misbehaves."""
    monkeypatch.setattr(paths, "reading_process_command", lambda: [sys.executable, "-c", program])


READY = "import sys; sys.stdin.readline(); print('{}', flush=True); sys.stdin.readline(); "


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(3)", "W-364"),
        (READY + "raise SystemExit(3)", "W-364"),
        (READY + "print('no json')", "W-364"),
        (READY + "print('[]')", "W-364"),
        (READY + "print('{\"refused\": {}}')", "W-364"),
        (READY + 'print(\'{"returned": {"kind": "official"}}\')', "W-364"),
        (READY + "print('{\"returned\": 1}')", "W-364"),
        (READY + "import os; os.abort()", "W-364"),
    ],
)
def test_a_process_that_misbehaves_is_a_file_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, form: sample.Exported, tmp_path: Path, program: str, code: str
) -> None:
    path = sample.write(tmp_path, form.content)
    stand_in(monkeypatch, program)
    with ReturnedReader() as reader:
        for _ in range(2):
            with pytest.raises(FileRefused) as refused:
                reader.read(path)
            assert refused.value.code == code
        monkeypatch.undo()
        reader.close()
        assert reader.read(path)[0].export_id == "export-1"


def test_a_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/welfare/welfare")
    assert paths.reading_process_command() == ["/opt/welfare/welfare", paths.READING_PROCESS]


def test_the_process_hears_neither_environment_nor_current_folder(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    done = subprocess.run(
        paths.reading_process_command(),
        input=b"",
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": str(tmp_path / "json.py")},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_the_process_can_write_no_file(tmp_path: Path) -> None:
    command = paths.reading_process_command()
    target = tmp_path / "written"
    program = (
        "from welfare_desktop.exchange.guard.bounds import bound_this_process; bound_this_process(10**9); "
        f"file = open({str(target)!r}, 'w'); file.write('x' * 100); file.close()"
    )
    done = subprocess.run([*command[:-1], command[-1].split("from ")[0] + program], capture_output=True, check=False)
    assert done.returncode != 0
    assert not target.exists() or not target.stat().st_size


def test_answers_read_back_as_they_were(form: sample.Exported) -> None:
    with sample.editing(form.content) as (workbook, sheet, saved):
        sheet.put(sample.slot_field(form.plan, 1, "status"), "=1+1")
        sheet.put(sample.slot_field(form.plan, 1, "planned", 2020), "書いた。", column="note")
        sheet.sheet["N5"].value = "外"
        sheet.sheet.delete_rows(4)
        workbook.create_sheet("追加")["A1"].value = "別紙"
    returned = sample.read(saved[0])
    assert returned.findings and returned.unmatched and returned.missing and returned.problems and returned.remarks
    assert from_json(json.loads(json.dumps(to_json(returned)))) == returned


def test_closing_twice_and_without_reading_is_fine() -> None:
    process = ReadingProcess(DEFAULT_LIMITS)
    process.close()
    process.close()


def test_logs_hold_codes_counts_and_cells_but_no_text_and_no_name(
    form: sample.Exported, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "秘密の文"
    with sample.editing(form.content) as (_, sheet, saved):
        sheet.put(sample.slot_field(form.plan, 1, "status"), secret)
        sheet.put(sample.slot_field(form.plan, 0, "status"), f'="{secret}"')
        sheet.sheet["N5"].value = secret
    good = sample.write(tmp_path, saved[0], f"{secret}.xlsx")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{secret}.txt", secret)
    bad = sample.write(tmp_path, buffer.getvalue(), f"{secret}2.xlsx")
    with caplog.at_level(logging.DEBUG):
        read_returned(good)
        with pytest.raises(FileRefused):
            read_returned(bad)
    assert "W-340" in caplog.text
    assert "M-101 at G4" in caplog.text
    assert "export-1" in caplog.text
    assert secret not in caplog.text
