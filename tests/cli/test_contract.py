"""What every command promises: its exit status, one JSON object, errors that say what to do, nothing changed."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run, no_window
from tests.unprivileged import ROOT
from welfare_desktop import __version__
from welfare_desktop.cli.main import COMMANDS, build_parser, main
from welfare_desktop.storage.opening import schema_version

STATUS = "1-1-1/council/status@2018"


def execute(*arguments: object, stdin: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    """Run ``python main.py`` as a script would, with the environment's habits against it."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C", "PYTHONIOENCODING": "", **settings}
    return subprocess.run(
        [sys.executable, "main.py", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        input=stdin,
        capture_output=True,
        check=False,
    )


class TestHelp:
    def test_lists_every_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["--help"], no_window)
        assert caught.value.code == 0
        shown = capsys.readouterr().out
        for command in COMMANDS:
            assert re.search(rf"^    {command.name}( |$)", shown, re.MULTILINE), command.name
            assert command.help in shown

    @pytest.mark.parametrize("command", [command.name for command in COMMANDS])
    def test_of_a_command_is_japanese(self, command: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main([command, "--help"], no_window)
        assert caught.value.code == 0
        shown = capsys.readouterr().out
        assert "--json" in shown or "COMMAND" in shown or "種類" in shown
        for english in ("usage:", "options:", "positional arguments", "show this help"):
            assert english not in shown

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["--version"], no_window)
        assert caught.value.code == 0
        assert capsys.readouterr().out == f"welfare_desktop {__version__}\n"

    def test_names_are_unique(self) -> None:
        assert len({command.name for command in COMMANDS}) == len(COMMANDS)
        build_parser()


BAD_LINES: list[tuple[tuple[str, ...], str]] = [
    ((), "COMMAND を指定"),
    (("no-such-command",), "no-such-command"),
    (("dump",), "--db を指定"),
    (("get", "--db", "x"), "ADDRESS を指定"),
    (("set", "--db", "x", STATUS), "TEXT を指定"),
    (("get", "--db", "x", STATUS, "--colour", "red"), "--colour"),
    (("get", "--db"), "--db の後に値がありません"),
    (("history", "--db", "x", "--limit", "many"), "--limit 1以上の数"),
    (("history", "--db", "x", "--limit", "0"), "--limit 1以上の数"),
    (("set", "--db", "x", STATUS, "-文"), "- で始まる文は -- の後に"),
    (("get", "--d", "x", STATUS), "--d"),
    (("dump", "--db", "x", "--js"), "--js"),
]


class TestBadLines:
    @pytest.mark.parametrize(("arguments", "words"), BAD_LINES)
    def test_are_refused_in_japanese(self, run: Run, arguments: tuple[str, ...], words: str) -> None:
        ran = run(*arguments)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("エラー W-001: コマンドの書き方が違います（")
        assert words in ran.err
        assert "--help" in ran.err
        assert ran.err.count("\n") == 1

    @pytest.mark.parametrize(("arguments", "words"), BAD_LINES)
    def test_are_refused_as_json(self, run: Run, arguments: tuple[str, ...], words: str) -> None:
        ran = run(*arguments[:1], "--json", *arguments[1:])
        assert ran.err == ""
        assert ran.error["code"] == "W-001"
        assert ran.out.count("\n") == 1

    def test_json_as_text_is_text(self, run: Run, db: Path) -> None:
        ran = run("set", "--db", db, "1-1-1/title", "--", "--json")
        assert ran.status == 0
        assert "保存しました" in ran.out
        assert run("get", "--db", db, "1-1-1/title").out == "--json\n"


def commands_on_a_file(db: Path) -> list[tuple[str, ...]]:
    """One line of every command that only reads or edits a data file."""
    return [
        ("dump", "--db", str(db)),
        ("get", "--db", str(db), STATUS),
        ("set", "--db", str(db), STATUS, "書けない。"),
        ("history", "--db", str(db)),
        ("backup", "--db", str(db)),
        ("verify", "--db", str(db)),
        ("status", "--db", str(db), "--year", "2018"),
        ("check", "--db", str(db), "--year", "2018"),
        ("conflicts", "--db", str(db)),
        ("rollover", "--db", str(db), "--to", "2019"),
        ("search", "--db", str(db), "文"),
    ]


class TestBytesThatAreNoText:
    """A shell hands bytes that are no UTF-8 over as lone surrogates."""

    @pytest.mark.parametrize(
        "line",
        [
            ("set", "--db", "DB", "1-1-1/council/status@2018", "文", "--who", "\udcff"),
            ("set", "--db", "DB", "1-1-1/council/status@2018", "\udcff"),
            ("structure", "rename", "--db", "DB", "1-1-1", "名前", "--why", "\udcff"),
            ("print", "overview", "--db", "DB", "--year", "2018", "OUT", "--department", "\udcff"),
            ("new", "OUT", "--who", "\udcff"),
        ],
    )
    def test_are_refused_in_plain_words(self, run: Run, db: Path, tmp_path: Path, line: tuple[str, ...]) -> None:
        out, before = tmp_path / "out.welfare", run("dump", "--db", db).out
        where = {"DB": str(db), "OUT": str(out)}
        error = run(*(where.get(word, word) for word in line), "--json").error
        assert error["code"] == "W-112" and error["next"]
        assert run("dump", "--db", db).out == before
        assert not out.exists()


class TestFilesThatCannotBeUsed:
    @pytest.mark.parametrize("index", range(11))
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("ない.welfare", "W-205"),
            ("ない/計画.welfare", "W-205"),
            ("文書.txt", "W-206"),
            (".", "W-206"),
            ("", "W-206"),
        ],
    )
    def test_are_refused_and_left(self, run: Run, tmp_path: Path, index: int, name: str, code: str) -> None:
        (tmp_path / "文書.txt").write_text("大事な文書" * 500, encoding="utf-8")
        target = tmp_path / name if name else Path()
        command = commands_on_a_file(target)[index]
        as_text, as_json = run(*command), run(*command, "--json")
        assert as_json.error["code"] == code
        assert as_text.status == 2
        assert as_text.err.startswith(f"エラー {code}: ")
        assert as_json.error["message"] in as_text.err
        assert as_json.error["next"] in as_text.err
        assert as_text.out == as_json.err == ""
        assert [item.name for item in tmp_path.iterdir()] == ["文書.txt"]
        assert (tmp_path / "文書.txt").read_text(encoding="utf-8") == "大事な文書" * 500

    def test_damaged(self, run: Run, db: Path) -> None:
        with closing(sqlite3.connect(db, isolation_level=None)) as connection:
            connection.execute("UPDATE activity SET title = '傷'")
        before = db.read_bytes()
        for command in commands_on_a_file(db):
            ran = run(*command, "--json")
            if command[0] == "verify":
                assert ran.status == 1
                assert ran.data == {"ok": False, "problems": ["本文が最後に保存したときの内容と一致しません。"]}
            else:
                assert ran.error["code"] == "W-230"
        assert db.read_bytes() == before

    def test_newer(self, run: Run, db: Path) -> None:
        with closing(sqlite3.connect(db)) as connection:
            connection.execute(f"PRAGMA user_version = {schema_version() + 1}")
        before = db.read_bytes()
        ran = run("get", "--db", db, STATUS)
        assert (ran.status, ran.out) == (0, "開いた。\n数えた。\n")
        assert ran.err.startswith("注意: 新しい版")
        assert run("get", "--db", db, STATUS, "--json").err == ""
        for command in ("set", "rollover", "backup", "verify"):
            line = next(item for item in commands_on_a_file(db) if item[0] == command)
            assert run(*line, "--json").error["code"].startswith("W-22")
        assert db.read_bytes() == before


class TestWhatIsSaidOnDepartmentSheets:
    WORDS = ("--deadline", "2020-04-24", "--contact", "係", "--maker", "社協")

    def test_is_kept_once_the_sheets_are_there(self, run: Run, db: Path, tmp_path: Path) -> None:
        assert run("export", "departments", "--db", db, "--year", "2018", tmp_path / "out", *self.WORDS).status == 0
        assert run("status", "--db", db, "--year", "2018", "--json").data["deadline"] == "令和2年4月24日（金）"
        assert len(list((tmp_path / "out").iterdir())) > 0

    def test_changes_nothing_where_the_sheets_cannot_be_written(self, run: Run, db: Path, tmp_path: Path) -> None:
        """It was stored before the folder was tried: refused, and changed all the same."""
        before = db.read_bytes()
        line = ("export", "departments", "--db", db, "--year", "2018", tmp_path / "ない" / "out", *self.WORDS)
        assert run(*line, "--json").error["next"]
        unknown = ("export", "departments", "--db", db, "--year", "2018", tmp_path / "out", "--reference", "ない課=1")
        assert run(*unknown, "--json").error["code"] == "W-166"
        assert db.read_bytes() == before
        assert not (tmp_path / "out").exists()


class TestTheProgramItself:
    def test_prints_utf8_with_lf_whatever_the_system_says(self, db: Path) -> None:
        ran = execute("get", "--db", db, STATUS)
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert ran.stdout == "開いた。\n数えた。\n".encode()

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a session may have no screen")
    @pytest.mark.parametrize("arguments", [(), ("gui",), ("gui", "--json")])
    def test_without_a_screen_no_window_is_tried(self, arguments: tuple[str, ...]) -> None:
        """Qt would abort, in English."""
        ran = execute(*arguments, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
        assert (ran.returncode, b"W-003" in ran.stdout) == (2, "--json" in arguments)
        assert ran.stderr.decode().startswith("" if "--json" in arguments else "エラー W-003: ")

    def test_a_smoke_test_needs_no_screen(self) -> None:
        ran = execute("gui", "--smoke-test", DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
        assert ran.returncode == 0

    def test_refuses_with_2_on_stderr(self, tmp_path: Path) -> None:
        ran = execute("get", "--db", tmp_path / "ない.welfare", STATUS)
        assert (ran.returncode, ran.stdout) == (2, b"")
        assert ran.stderr.decode("utf-8").startswith("エラー W-205: ファイルがありません。（")

    def test_one_json_object_on_success_and_on_refusal(self, db: Path) -> None:
        done = execute("set", "--db", db, STATUS, "-", "--json", stdin="・標準入力から。\r\n".encode())
        assert done.returncode == 0
        assert set(json.loads(done.stdout)) == {"address", "revision"}
        refused = execute("set", "--db", db, STATUS, "-", "--json", stdin=b"\xff\xfe")
        assert refused.returncode == 2
        assert json.loads(refused.stdout)["error"]["code"] == "W-151"
        assert execute("get", "--db", db, STATUS).stdout == "標準入力から。\n".encode()

    def test_a_reader_that_had_enough_is_no_failure(self, db: Path) -> None:
        with subprocess.Popen(
            [sys.executable, "main.py", "dump", "--db", str(db)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.close()
            assert b"Traceback" not in process.stderr.read()

    @pytest.mark.parametrize(("closing_one", "status", "said"), [(1, 1, "エラー W-002"), (2, 0, "")])
    def test_a_closed_stream_is_no_failure_of_the_program(
        self, db: Path, closing_one: int, status: int, said: str
    ) -> None:
        ran = subprocess.run(
            ["sh", "-c", f'exec "$@" {closing_one}>&-', "sh", sys.executable, "main.py", "get", "--db", db, STATUS],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert ran.returncode == status
        assert ran.stderr.decode().startswith(said) and b"Traceback" not in ran.stderr
        assert bool(ran.stdout) == (closing_one == 2)

    @pytest.mark.parametrize("options", [(), ("--json",)])
    def test_an_error_goes_nowhere_but_to_stderr(self, options: tuple[str, ...]) -> None:
        """Without a stderr, print would take stdout."""
        line = [sys.executable, "main.py", "get", "--db", "ない.welfare", STATUS, *options]
        ran = subprocess.run(["sh", "-c", 'exec "$@" 2>&-', "sh", *line], cwd=ROOT, capture_output=True, check=False)
        assert (ran.returncode, bool(ran.stdout)) == (2, bool(options))

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that takes nothing is Linux's")
    @pytest.mark.parametrize("options", [(), ("--json",)])
    def test_an_answer_that_cannot_be_told_is_left_for_a_person(self, db: Path, options: tuple[str, ...]) -> None:
        line = [sys.executable, "main.py", "set", "--db", str(db), STATUS, "書けた。", *options]
        with Path("/dev/full").open("wb") as full:
            ran = subprocess.run(line, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
        assert ran.returncode == 1
        assert ran.stderr.decode().startswith("エラー W-002: 処理は済みましたが") and ran.stderr.count(b"\n") == 1
        assert execute("get", "--db", db, STATUS).stdout == "書けた。\n".encode()

    def test_text_from_a_stdin_that_is_closed_or_endless(self, db: Path) -> None:
        before = execute("get", "--db", db, STATUS).stdout
        for source in ("<&-", "</dev/zero"):
            line = [sys.executable, "main.py", "set", "--db", str(db), STATUS, "-"]
            ran = subprocess.run(
                ["sh", "-c", f'exec "$@" {source}', "sh", *line], cwd=ROOT, capture_output=True, check=False
            )
            assert ran.returncode == 2
            assert ran.stderr.decode().startswith("エラー W-151: 標準入力が")
        assert execute("get", "--db", db, STATUS).stdout == before

    def test_stdin_that_is_no_text_is_refused_by_every_command_that_reads_it(self, run: Run, db: Path) -> None:
        assert run("resolve", "--db", db, "1", "--text", "-", "--json", stdin=b"\xff").error["code"] == "W-151"

    def test_an_interrupt_waits_until_nothing_is_being_loaded(self, tmp_path: Path) -> None:
        """Qt's bindings abort the process when one comes while they are loaded."""
        (tmp_path / "loaded.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhole = True\n")
        program = (
            "import signal, sys, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nfrom welfare_desktop.cli.stopping import stop_between_imports\n"
            f"stop_between_imports()\nsys.path.insert(0, {str(tmp_path)!r})\n"
            "try:\n    import loaded\n    time.sleep(20)\nexcept KeyboardInterrupt:\n    print(loaded.whole)\n"
        )
        command = [sys.executable, "-c", program]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"True\n", b"")

    def test_a_bug_still_answers_without_telling_texts(
        self, run: Run, db: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(*_arguments: object) -> None:
            raise RuntimeError("本文の一節")

        monkeypatch.setattr("welfare_desktop.operations.editing.view", broken)
        ran = run("get", "--db", db, STATUS, "--json")
        assert ran.error["code"] == "W-999"
        assert "RuntimeError" in ran.error["message"]
        assert "本文の一節" not in ran.out + caplog.text
        assert "test_contract.py" in ran.error["where"]
