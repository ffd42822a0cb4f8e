"""``get``, ``set`` and ``history``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

STATUS = "1-1-1/council/status@2018"
BLANK = "1-1-1/city.2/status@2018"


class TestGet:
    def test_lines_for_people(self, run: Run, db: Path) -> None:
        assert run("get", "--db", db, STATUS).out == "開いた。\n数えた。\n"
        blank = run("get", "--db", db, BLANK)
        assert (blank.status, blank.out) == (0, "")

    @pytest.mark.parametrize(
        ("address", "lines", "state"),
        [
            (STATUS, ["開いた。", "数えた。"], "entered"),
            (BLANK, [], "blank"),
            ("1-1-1/city/planned@2019", ["支える。"], "draft"),
            ("1-1-1/city/results@2018", ["—"], "none"),
            ("1-1-2/city/departments", ["地域福祉課", "協働推進課"], "entered"),
            ("1-1-1/council/indicators", ["講座 年2回"], "entered"),
            ("plan/vision", ["理念の文"], "entered"),
        ],
    )
    def test_json(self, run: Run, db: Path, address: str, lines: list[str], state: str) -> None:
        data = run("get", "--db", db, address, "--json").data
        assert set(data) == {"address", "lines", "state", "revision"}
        assert (data["address"], data["lines"], data["state"]) == (address, lines, state)
        assert isinstance(data["revision"], int)

    @pytest.mark.parametrize(
        "address", ["9-9-9/title", "1-1-1/city.9/status@2018", "1-1-1/colour", "", "1-1-1/council.0/status@2018"]
    )
    def test_an_address_of_nothing(self, run: Run, db: Path, address: str) -> None:
        error = run("get", "--db", db, address, "--json").error
        assert error["code"] == "W-120"
        assert error["where"] == address


class TestSet:
    def test_prints_the_revision(self, run: Run, db: Path) -> None:
        data = run("set", "--db", db, BLANK, "・一つ目。\n\n・二つ目。", "--json").data
        assert set(data) == {"address", "revision"}
        found = run("get", "--db", db, BLANK, "--json").data
        assert found["lines"] == ["一つ目。", "二つ目。"]
        assert found["revision"] == data["revision"]
        again = run("set", "--db", db, BLANK, "三つ目。", "--json").data
        assert again["revision"] > data["revision"]

    def test_for_people(self, run: Run, db: Path) -> None:
        ran = run("set", "--db", db, BLANK, "書いた。")
        assert ran.status == 0
        assert BLANK in ran.out
        assert "保存しました" in ran.out

    @pytest.mark.parametrize(
        ("stdin", "lines"),
        [
            ("一。\r\n二。\r\n", ["一。", "二。"]),
            ("\ufeff先頭の印。", ["先頭の印。"]),
            ("", []),
            ("—\n", ["—"]),
            ("𠮷田と﨑", ["𠮷田と﨑"]),
        ],
    )
    def test_from_standard_input(self, run: Run, db: Path, stdin: str, lines: list[str]) -> None:
        assert run("set", "--db", db, STATUS, "-", stdin=stdin.encode()).status == 0
        assert run("get", "--db", db, STATUS, "--json").data["lines"] == lines

    def test_standard_input_that_is_no_utf8(self, run: Run, db: Path) -> None:
        before = db.read_bytes()
        error = run("set", "--db", db, STATUS, "-", "--json", stdin="表計算".encode("cp932")).error
        assert error["code"] == "W-151"
        assert db.read_bytes() == before

    @pytest.mark.parametrize(
        ("address", "text", "code"),
        [
            ("1-1-1/title", "", "W-110"),
            ("1-1-1/title", "一\n二", "W-113"),
            ("plan/first_year", "いつか", "W-101"),
            ("plan/last_year", "2000", "W-147"),
            ("1-1-1/council/status@1999", "文", "W-150"),
            ("1-1-1/city/departments", "課\n課", "W-142"),
            ("9-9-9/title", "文", "W-120"),
        ],
    )
    def test_what_cannot_be_set_changes_nothing(self, run: Run, db: Path, address: str, text: str, code: str) -> None:
        before = db.read_bytes()
        assert run("set", "--db", db, address, text, "--json").error["code"] == code
        assert db.read_bytes() == before

    def test_odd_text_is_kept_as_it_is(self, run: Run, db: Path) -> None:
        text = "'; DROP TABLE slot; -- \" \\ %s {x} <b> ㈱①２０１８"
        run("set", "--db", db, STATUS, text)
        assert run("get", "--db", db, STATUS).out == text + "\n"


class TestHistory:
    def test_json(self, run: Run, db: Path) -> None:
        run("set", "--db", db, STATUS, "二。", "--who", "山口", "--why", "訂正")
        changes = run("history", "--db", db, STATUS, "--json").data["changes"]
        assert {"address", "before", "after", "who", "when", "why"} <= set(changes[0])
        newest = changes[0]
        assert (newest["address"], newest["before"], newest["after"]) == (STATUS, ["開いた。", "数えた。"], ["二。"])
        assert (newest["who"], newest["why"]) == ("山口", "訂正")
        assert len(changes) == 2

    def test_for_people(self, run: Run, db: Path) -> None:
        run("set", "--db", db, STATUS, "二。", "--who", "山口", "--why", "訂正")
        shown = run("history", "--db", db, STATUS, "--limit", 1).out
        assert "山口" in shown and "訂正" in shown
        assert "  － 開いた。\n  － 数えた。\n  ＋ 二。\n" in shown

    def test_of_the_whole_file(self, run: Run, db: Path) -> None:
        everything = run("history", "--db", db, "--json").data["changes"]
        assert len(everything) > 20
        assert run("history", "--db", db, "--limit", 3, "--json").data["changes"] == everything[:3]

    def test_of_a_field_nobody_touched(self, run: Run, db: Path) -> None:
        ran = run("history", "--db", db, BLANK)
        assert (ran.status, ran.out) == (0, "まだ変更はありません。\n")

    @pytest.mark.parametrize("limit", ["0", "-5", "x"])
    def test_a_limit_that_is_none(self, run: Run, db: Path, limit: str) -> None:
        assert run("history", "--db", db, f"--limit={limit}", "--json").error["code"] == "W-001"


class TestSameText:
    def test_a_confirmed_draft_is_not_shown_twice(self, run: Run, db: Path) -> None:
        run("confirm", "--db", db, "--year", 2018, "1-1-1/city/planned@2019")
        lines = run("history", "--db", db, "1-1-1/city/planned@2019", "--limit", 1).out.splitlines()
        assert len(lines) == 2 and lines[1] == "  （文は同じ）"


class TestPhrases:
    def test_added_replaced_and_listed(self, run: Run, db: Path) -> None:
        assert "まだありません" in run("phrases", "--db", db).out
        data = run("phrases", "--db", db, "--add", "・周知を図った。", "--json").data
        assert data == {"phrases": [{"name": "共通", "lines": ["周知を図った。"]}]}
        text = "一つ目。\n二つ目。\n一つ目。".encode()
        run("phrases", "--db", db, "--department", "協働推進課", "--set", "-", stdin=text)
        lists = {item["name"]: item["lines"] for item in run("phrases", "--db", db, "--json").data["phrases"]}
        assert lists == {"共通": ["周知を図った。"], "地域福祉課": [], "協働推進課": ["一つ目。", "二つ目。"]}
        assert (
            run("phrases", "--db", db, "--department", "協働推進課").out
            == "協働推進課: 一つ目。\n協働推進課: 二つ目。\n"
        )

    def test_an_unknown_department_is_refused(self, run: Run, db: Path) -> None:
        before = db.read_bytes()
        error = run("phrases", "--db", db, "--department", "ない課", "--add", "文", "--json").error
        assert (error["code"], error["where"]) == ("W-164", "ない課")
        assert db.read_bytes() == before
