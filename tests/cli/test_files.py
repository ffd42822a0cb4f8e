"""``new``, ``import-report``, ``dump``, ``backup``, ``restore`` and ``verify``."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from welfare_desktop.operations.opening import open_file

STATUS = "1-1-1/council/status@2018"


class TestNew:
    def test_from_the_bundled_plan(self, run: Run, tmp_path: Path) -> None:
        data = run("new", tmp_path / "a.db", "--json").data
        assert Path(data["file"]) == tmp_path / "a.db"
        assert data["counts"]["activities"] == 30
        assert run("verify", "--db", tmp_path / "a.db").status == 0

    def test_overwrites_nothing_without_force(self, run: Run, db: Path) -> None:
        before = db.read_bytes()
        assert run("new", db, "--json").error["code"] == "W-207"
        assert db.read_bytes() == before
        assert run("new", db, "--force").status == 0
        assert db.read_bytes() != before

    @pytest.mark.parametrize("name", ["ない/a.db", "x" * 300])
    def test_a_place_that_cannot_be(self, run: Run, tmp_path: Path, name: str) -> None:
        assert run("new", tmp_path / name, "--json").error["next"]
        assert list(tmp_path.iterdir()) == []

    def test_a_plan_file_that_is_none(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "計画.toml").write_text("title = ", encoding="utf-8")
        for plan in (tmp_path / "計画.toml", tmp_path / "ない.toml"):
            assert run("new", tmp_path / "a.db", "--plan", plan, "--json").error["message"]
        assert not (tmp_path / "a.db").exists()


class TestImport:
    def test_the_real_report(self, run: Run, tmp_path: Path, report_path: Path) -> None:
        data = run("import-report", report_path, "--db", tmp_path / "a.db", "--json").data
        assert set(data["counts"]) == {
            "basic_goals",
            "activity_goals",
            "activities",
            "departments",
            "slots",
            "lines",
            "targets",
        }
        assert data["counts"]["activities"] == 30
        assert data["warnings"]
        for warning in data["warnings"]:
            assert {"code", "message"} <= set(warning) <= {"code", "message", "line", "cell"}
        again = run("import-report", report_path, "--db", tmp_path / "a.db")
        assert again.status == 0
        assert "書き込む欄 0" in again.out

    def test_strict_leaves_the_warnings_to_a_person(self, run: Run, tmp_path: Path, report_path: Path) -> None:
        ran = run("import-report", report_path, "--db", tmp_path / "a.db", "--strict")
        assert ran.status == 1
        assert (tmp_path / "a.db").exists()

    def test_a_dry_run_writes_nothing(self, run: Run, tmp_path: Path, report_path: Path) -> None:
        ran = run("import-report", report_path, "--db", tmp_path / "a.db", "--dry-run")
        assert ran.status == 0
        assert "まだ書いていません" in ran.out
        assert list(tmp_path.iterdir()) == []

    def test_what_is_no_report(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "文書.txt").write_text("こんにちは", encoding="utf-8")
        ran = run("import-report", tmp_path / "文書.txt", "--db", tmp_path / "a.db", "--json")
        assert ran.error["code"].startswith("W-3")
        assert not (tmp_path / "a.db").exists()


class TestDump:
    def test_the_same_bytes_for_the_same_content(self, run: Run, db: Path, tmp_path: Path) -> None:
        first = run("dump", "--db", db).out
        assert run("dump", "--db", db, "--json").out == first
        run("set", "--db", db, STATUS, "一時。")
        assert run("dump", "--db", db).out != first
        run("set", "--db", db, STATUS, "開いた。\n数えた。")
        assert run("dump", "--db", db).out == first, "history is not content"
        copy = tmp_path / "写し.welfare"
        run("backup", "--db", db, "--to", copy)
        assert run("dump", "--db", copy).out == first

    def test_canonical_form(self, run: Run, db: Path) -> None:
        out = run("dump", "--db", db).out
        data = json.loads(out)
        assert json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n" == out
        assert set(data) == {"format", "dataset_id", "plan", "departments", "basic_goals"}
        assert data["format"] == "welfare-dump/1"
        assert data["departments"] == ["地域福祉課", "協働推進課"]
        activity = data["basic_goals"][0]["activity_goals"][0]["activities"][0]
        assert activity["residents_role"] == ["参加する"]
        council, city = activity["council"], activity["city"]
        assert set(council) == {"initiatives", "slots", "indicators", "results", "judgements"}
        assert council["slots"][0]["status"] == {"2018": ["開いた。", "数えた。"]}
        assert council["slots"][0]["planned"] == {"2019": ["開く。"]}
        assert council["results"]["2018"] == [
            {"slot": 1, "text": "講座(2回)", "indicator": 0, "value": "2", "unit": "回"}
        ]
        assert city["slots"][1] == {"departments": ["協働推進課"], "status": {}, "planned": {}}
        assert city["results"]["2018"][0]["text"] == "—", "empty on purpose is kept apart from blank"
        assert city["indicators"][0]["targets"] == [
            {
                "wording": "250人",
                "kind": "level",
                "value": "250",
                "unit": "人",
                "comparator": "≥",
                "fiscal_year": None,
            }
        ]

    def test_every_line_can_be_read_by_its_address(self, run: Run, db: Path) -> None:
        data = json.loads(run("dump", "--db", db).out)
        for number, activity in enumerate(data["basic_goals"][0]["activity_goals"][0]["activities"], 1):
            for actor in ("council", "city"):
                for index, slot in enumerate(activity[actor]["slots"], 1):
                    for field in ("status", "planned"):
                        for year, lines in slot[field].items():
                            address = f"1-1-{number}/{actor}.{index}/{field}@{year}"
                            assert run("get", "--db", db, address, "--json").data["lines"] == lines


class TestSafety:
    def test_backup_and_restore(self, run: Run, db: Path) -> None:
        before = run("dump", "--db", db).out
        copy = Path(run("backup", "--db", db, "--json").data["file"])
        assert copy.parent.name == "控え"
        run("set", "--db", db, STATUS, "後の内容。")
        data = run("restore", copy, "--db", db, "--json").data
        assert run("dump", "--db", db).out == before
        assert run("get", "--db", data["kept"], STATUS).out == "後の内容。\n"

    def test_restore_can_be_looked_at_first(self, run: Run, db: Path) -> None:
        copy = run("backup", "--db", db, "--json").data["file"]
        run("set", "--db", db, STATUS, "後の内容。")
        before = db.read_bytes()
        data = run("restore", copy, "--db", db, "--dry-run", "--json").data
        assert set(data) == {"last_change", "counts", "present_counts", "differing"}
        assert data["differing"] == [STATUS]
        shown = run("restore", copy, "--db", db, "--dry-run")
        assert shown.status == 0
        assert "違う欄: 1\n" in shown.out and STATUS in shown.out
        assert db.read_bytes() == before

    def test_backup_to_a_name(self, run: Run, db: Path, tmp_path: Path) -> None:
        target = tmp_path / "写し.welfare"
        assert run("backup", "--db", db, "--to", target, "--json").data == {"file": str(target)}
        assert run("backup", "--db", db, "--to", target, "--json").error["code"] == "W-207"
        assert run("backup", "--db", db, "--to", target, "--force").status == 0

    def test_a_damaged_copy_is_refused(self, run: Run, db: Path, tmp_path: Path) -> None:
        copy = Path(run("backup", "--db", db, "--json").data["file"])
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("UPDATE activity SET title = '傷'")
        before = db.read_bytes()
        assert run("restore", copy, "--db", db, "--json").error["code"] == "W-230"
        assert db.read_bytes() == before

    def test_not_under_an_open_window(self, run: Run, db: Path) -> None:
        copy = run("backup", "--db", db, "--json").data["file"]
        with closing(open_file(db, who="山口", exclusive=True)):
            error = run("restore", copy, "--db", db, "--json").error
            assert error["code"] == "W-211"
            assert "山口" in error["message"]
            assert run("set", "--db", db, STATUS, "単独の変更はできる。").status == 0
            assert run("new", db, "--force", "--json").error["code"] == "W-211"

    def test_verify(self, run: Run, db: Path) -> None:
        sound = run("verify", "--db", db, "--json")
        assert (sound.status, sound.data) == (0, {"ok": True, "problems": []})
        assert "一致しています" in run("verify", "--db", db).out
        with closing(sqlite3.connect(db, isolation_level=None)) as connection:
            connection.execute("UPDATE operation SET who = 'x'")
        spoiled = run("verify", "--db", db, "--json")
        assert spoiled.status == 1
        assert spoiled.data["ok"] is False
        assert run("get", "--db", db, STATUS).status == 0, "the content is still proved"

    def test_rescue(self, run: Run, db: Path, tmp_path: Path) -> None:
        before = run("dump", "--db", db).out
        target = tmp_path / "救出.welfare"
        assert run("verify", "--db", db, "--rescue-to", target).status == 0
        assert not target.exists(), "nothing is rescued of what is sound"
        with closing(sqlite3.connect(db, isolation_level=None)) as connection:
            connection.execute("UPDATE slot_entry SET text = '傷'")
        ran = run("verify", "--db", db, "--rescue-to", target, "--json")
        assert ran.status == 1
        assert ran.data["ok"] is False
        assert ran.data["rescued"] == {"file": str(target), "complete": True, "history_kept": True, "doubtful": []}
        assert run("dump", "--db", target).out == before
        assert run("verify", "--db", db, "--rescue-to", target, "--json").error["code"] == "W-207"
