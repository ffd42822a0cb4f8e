"""Findings beside the form: at their lines, in the headings and the panel; applied and put aside from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import block, choose, enter, stored, table
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.ui.main_window import MainWindow

_STATUS = "2-4-1/city/status@2018"


def rules(window: MainWindow) -> list[str]:
    window.bench.proofreader.look_now()
    return [note.finding.rule for note in window.bench.proofreader.notes]


def test_findings_stand_at_their_lines_in_the_heading_and_in_the_panel(
    windows: Windows, report_file: Path, qtbot: QtBot
) -> None:
    window = windows.open(report_file)
    choose(window, "2-4-1")
    qtbot.waitUntil(lambda: bool(window.bench.proofreader.notes))
    assert rules(window) == ["unit_mismatch", "name_variation", *["half_width_colon"] * 3]
    assert block(window, _STATUS).mark.text() == "要確認 3"
    assert sorted(block(window, _STATUS).field._line_marks) == [1, 2, 3]
    assert table(window, "2-4-1/council/results@2018").mark.text() == "要確認 2"

    def words() -> list[str]:
        return [button.text() for button in window.bench.context.findChildren(QPushButton)]

    qtbot.waitUntil(lambda: words().count("欄へ") == 5)
    assert "直す F4" in words()
    choose(window, "2-4-2")
    assert block(window, "2-4-2/city/status@2018").mark.text() == "記入済"


def test_a_proposal_is_applied_where_one_is_and_can_be_undone(
    windows: Windows, report_file: Path, qtbot: QtBot
) -> None:
    window = windows.open(report_file)
    choose(window, "2-4-1")
    assert len(rules(window)) == 5
    before = stored(window, _STATUS)
    enter(window, _STATUS).go_to_line(2)
    window.action("apply_proposal").trigger()
    after = stored(window, _STATUS)
    assert after[2] == before[2].replace(":", "：")
    assert (after[1], after[3]) == (before[1], before[3])
    assert block(window, _STATUS).lines == after
    assert len(rules(window)) == 4
    window.action("undo").trigger()
    assert stored(window, _STATUS) == before
    assert len(rules(window)) == 5


def test_text_typed_a_moment_ago_is_saved_before_a_proposal_is_applied(
    windows: Windows, report_file: Path, qtbot: QtBot
) -> None:
    window = windows.open(report_file)
    choose(window, "2-4-1")
    assert len(rules(window)) == 5
    editor = enter(window, _STATUS)
    editor.go_to_line(0)
    qtbot.keyClicks(editor, "xyz")
    window.action("apply_proposal").trigger()
    assert stored(window, _STATUS)[0].endswith("xyz")
    assert "：" in "".join(stored(window, _STATUS))


def test_a_finding_is_put_aside_only_with_a_reason(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    choose(window, "2-4-1")
    assert "name_variation" in rules(window)
    proofreader = window.bench.proofreader
    note = next(item for item in proofreader.notes if item.finding.rule == "name_variation")
    with pytest.raises(InvalidValue):
        proofreader.ignore(note, " ")
    proofreader.ignore(note, "正しい名称です")
    assert "name_variation" not in rules(window)
    window.close()
    again = windows.open(report_file)
    choose(again, "2-4-1")
    assert "name_variation" not in rules(again)


def test_blank_fields_and_drafts_are_no_findings(windows: Windows, make_file: Callable[..., Path]) -> None:
    window = windows.open(make_file())
    choose(window, "1-1-2")
    assert not {"blank", "draft"} & set(rules(window))


def test_a_goal_shows_no_findings(windows: Windows, report_file: Path) -> None:
    window = windows.open(report_file)
    choose(window, "2-4-1")
    assert rules(window)
    window.desk.tree.choose(window.desk.session.resolve("2-4/title").owner_id)
    assert window.bench.proofreader.notes == ()
