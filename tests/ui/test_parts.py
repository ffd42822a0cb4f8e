"""The smaller parts of the window, each on its own: jobs, settings, crashes, words, wrapping, pending text."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.builders import small_plan
from tests.unprivileged import ROOT
from welfare_desktop.domain.errors import EditConflict, InvalidValue, StoreError, WelfareError
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Entry, EntryState
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.values import values_of
from welfare_desktop.operations.opening import open_file
from welfare_desktop.operations.session import Session, new_id
from welfare_desktop.ui.beside.history_text import spoken_time, summary
from welfare_desktop.ui.beside.last_year import beside
from welfare_desktop.ui.crash import CrashHook
from welfare_desktop.ui.form.blanks import all_fields, fields_in_state
from welfare_desktop.ui.form.pending import Pending
from welfare_desktop.ui.parts import theme
from welfare_desktop.ui.parts.jobs import Jobs
from welfare_desktop.ui.parts.wrapping import wrap
from welfare_desktop.ui.settings import Settings, load_settings

# --- jobs ---------------------------------------------------------------------------------------------------------


class Ends:
    """Takes note of how a job ended, and on which thread."""

    def __init__(self) -> None:
        self.value: object = None
        self.error: WelfareError | None = None
        self.thread: threading.Thread | None = None

    def finish(self, value: object) -> None:
        """The job's value."""
        self.value, self.thread = value, threading.current_thread()

    def fail(self, error: WelfareError) -> None:
        """What stopped it."""
        self.error, self.thread = error, threading.current_thread()


@pytest.fixture
def jobs(qtbot: QtBot) -> Jobs:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = Jobs(window)
    window.setProperty("kept", True)
    made.setProperty("window", window)
    return made


def test_work_runs_elsewhere_and_ends_here(jobs: Jobs, qtbot: QtBot) -> None:
    ends, where = Ends(), []

    def work(progress: Progress) -> int:
        where.append(threading.current_thread())
        progress.step(1, 2, "半分")
        return 42

    with qtbot.waitSignal(jobs.ended):
        jobs.start("仕事", work, ends.finish, ends.fail)
        assert jobs.busy
    assert (ends.value, ends.thread) == (42, threading.main_thread())
    assert where[0] is not threading.main_thread()
    assert not jobs.busy


def test_work_that_is_stopped_ends_with_a_sentence_and_changes_nothing(jobs: Jobs, qtbot: QtBot) -> None:
    ends, begun, go_on = Ends(), threading.Event(), threading.Event()

    def work(progress: Progress) -> int:
        begun.set()
        go_on.wait(30)
        progress.step(1, 2, "次")
        return 1

    with qtbot.waitSignal(jobs.ended):
        jobs.start("仕事", work, ends.finish, ends.fail)
        assert begun.wait(30)
        dialog = jobs._dialog
        assert dialog is not None
        dialog.show_step(3, 9, "三つ目")
        dialog.close()
        go_on.set()
    assert ends.value is None
    assert ends.error is not None and ends.error.code == "W-900"


def test_work_that_fails_says_why(jobs: Jobs, qtbot: QtBot) -> None:
    ends = Ends()

    def work(_progress: Progress) -> int:
        raise StoreError("書けません。", code="W-201")

    with qtbot.waitSignal(jobs.ended):
        jobs.start("仕事", work, ends.finish, ends.fail)
    assert ends.error is not None and ends.error.code == "W-201"


def test_a_bug_in_the_work_is_raised_where_the_crash_box_hears_it(jobs: Jobs, qtbot: QtBot) -> None:
    ends = Ends()

    def work(_progress: Progress) -> int:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as raised, qtbot.waitSignal(jobs.ended):
        jobs.start("仕事", work, ends.finish, ends.fail)
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]
    assert ends.error is None and not jobs.busy


def test_a_second_job_is_not_begun_but_the_first_is_shown(jobs: Jobs, qtbot: QtBot) -> None:
    """A verb pressed twice made the program stumble over its own running job."""
    ends, go_on, begun = Ends(), threading.Event(), []
    with qtbot.waitSignal(jobs.ended):
        jobs.start("一", lambda _progress: go_on.wait(30), ends.finish, ends.fail)
        jobs.start("二", lambda _progress: begun.append(2), ends.finish, ends.fail)
        assert jobs._dialog is not None and jobs._dialog.isVisible()
        assert jobs._dialog.windowTitle() == "一"
        go_on.set()
    assert not begun and ends.value is True


def test_work_that_was_done_when_it_was_stopped_finishes_nothing(jobs: Jobs, qtbot: QtBot) -> None:
    """A window that is being left must not be given results any more."""
    ends, done = Ends(), threading.Event()
    with qtbot.waitSignal(jobs.ended):
        jobs.start("仕事", lambda _progress: done.set(), ends.finish, ends.fail)
        assert done.wait(30)
        jobs.stop()
    assert ends.thread is None and not jobs.busy


_ENDING = """
import sys, threading
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from welfare_desktop.ui.parts.jobs import Jobs
app = QApplication([])
window = QWidget()
window.show()
begun, ended = threading.Event(), []
def work(progress):
    begun.set()
    try:
        while True:
            progress.step(1, 2, "")
    finally:
        ended.append(True)
jobs = Jobs(window)
jobs.start("仕事", work, print, print)
assert begun.wait(30)
if sys.argv[1] == "window":
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
else:
    QTimer.singleShot(0, window.close if sys.argv[1] == "close" else app.quit)
    app.exec()
sys.exit(0 if ended else 1)
"""


@pytest.mark.parametrize("how", ["window", "close", "quit"])
def test_a_job_ends_before_its_window_or_the_program(how: str) -> None:
    """Qt ends the whole process when it deletes a thread that still runs; the first window closed did so."""
    ran = subprocess.run([sys.executable, "-c", _ENDING, how], cwd=ROOT, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()


# --- settings -----------------------------------------------------------------------------------------------------


def test_settings_come_back_with_their_types(tmp_path: Path) -> None:
    chosen = load_settings(tmp_path / "new")
    chosen.who, chosen.maximized, chosen.text_scale_percent = "事務局", True, 150
    chosen.remember_file(tmp_path / "一.welfare")
    chosen.remember_file(tmp_path / "二.welfare")
    chosen.remember_file(tmp_path / "一.welfare")
    back = load_settings(tmp_path / "new")
    assert (back.who, back.maximized, back.text_scale_percent) == ("事務局", True, 150)
    assert [Path(name).stem for name in back.recent_files] == ["一", "二"]
    assert back.last_file() is None
    (tmp_path / "一.welfare").touch()
    assert back.last_file() == tmp_path / "一.welfare"


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"maximized": "false", "recent_files": [1], "text_scale_percent": 37, "who": 5}'],
)
def test_damaged_settings_mean_the_defaults(tmp_path: Path, content: str) -> None:
    (tmp_path / "settings.json").write_text(content, encoding="utf-8")
    back, plain = vars(load_settings(tmp_path)), vars(Settings())
    assert {name: value for name, value in back.items() if name != "path"} == {
        name: value for name, value in plain.items() if name != "path"
    }


def test_settings_that_cannot_be_written_disturb_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    chosen = load_settings(tmp_path / "file" / "below")
    chosen.save()
    Settings().save()
    assert (tmp_path / "file").read_bytes() == b""


def test_settings_are_readable_json(tmp_path: Path) -> None:
    chosen = load_settings(tmp_path)
    chosen.save()
    data = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    assert data["window_width_px"] == 1366 and "path" not in data


# --- crashes ------------------------------------------------------------------------------------------------------


def test_a_crash_is_logged_without_texts_and_told_once(tmp_path: Path) -> None:
    told: list[str] = []

    def tell(words: str) -> None:
        told.append(words)
        _raise_into(hook, "中で")

    hook = CrashHook(tell)
    hook.write_to(tmp_path / "log")
    _raise_into(hook, "秘密の文")
    _raise_into(hook, "次の文")
    assert len(told) == 2
    assert all("ValueError at test_parts.py:" in words and "_raise_into" in words for words in told)
    log = (tmp_path / "log" / "welfare.log").read_text(encoding="utf-8")
    assert len(log.splitlines()) == 4
    assert "文" not in log and "中で" not in log


def _raise_into(hook: CrashHook, text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        kind, error, trace = sys.exc_info()
        assert kind is not None and error is not None
        hook(kind, error, trace)


_INTERRUPTED = """
import signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from welfare_desktop.ui.crash import CrashHook
signal.signal(signal.SIGINT, signal.default_int_handler)  # what starts the tests may ignore it
sys.excepthook = CrashHook(print)
app = QApplication([])
window = QWidget()
window.show()
QTimer.singleShot(0, lambda: signal.raise_signal(signal.SIGINT))
app.exec()
print(window.isVisible())
"""


def test_an_interrupt_from_the_terminal_closes_the_window() -> None:
    """It printed a traceback, and the window stayed."""
    command = [sys.executable, "-c", _INTERRUPTED]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert (ran.returncode, ran.stdout.strip()) == (0, b"False"), ran.stderr.decode()
    assert b"Traceback" not in ran.stderr


def test_an_error_with_words_of_its_own_is_told_in_them(tmp_path: Path) -> None:
    """A file that became unreadable while something was shown was told as a fault of the program."""
    told: list[str] = []
    known: list[WelfareError] = []
    hook = CrashHook(told.append, known.append)
    error = StoreError("読めません。", code="W-204")
    hook(StoreError, error, None)
    assert (told, known) == ([], [error])
    hook(ValueError, ValueError("本文"), None)
    assert len(told) == 1 and "ValueError" in told[0]


def test_a_log_that_cannot_be_written_does_not_hide_the_crash(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "file").write_bytes(b"")
    hook = CrashHook(told.append)
    hook.write_to(tmp_path / "file")
    _raise_into(hook, "x")
    assert len(told) == 1


def test_the_log_starts_anew_when_it_has_grown(tmp_path: Path) -> None:
    (tmp_path / "welfare.log").write_bytes(b"x" * 600_000)
    hook = CrashHook(lambda _words: None)
    hook.write_to(tmp_path)
    _raise_into(hook, "x")
    assert (tmp_path / "welfare.log").stat().st_size < 1000
    assert (tmp_path / "welfare.old.log").stat().st_size == 600_000


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((), ("一", "二"), "2行を記入"),
        (("一",), (), "1行を削除"),
        (("一", "二"), ("一", "三"), "2行目を変更"),
        (("一", "二"), ("三", "四"), "2行を変更"),
        (("一",), ("一", "二", "三"), "2行を追加"),
        (("一", "二", "三"), ("一",), "2行を削除"),
        (("一",), ("一",), "状態を変更"),
        ((), (), "変更なし"),
    ],
)
def test_changes_in_few_words(before: tuple[str, ...], after: tuple[str, ...], words: str) -> None:
    assert summary(before, after) == words


def test_times_as_people_say_them() -> None:
    at = datetime(2026, 4, 12, 14, 5).astimezone()
    assert spoken_time(at, date(2026, 4, 12)) == "今日 14:05"
    assert spoken_time(at.astimezone(UTC), date(2026, 4, 13)) == "昨日 14:05"
    assert spoken_time(at, date(2026, 5, 1)) == "4月12日 14:05"
    assert spoken_time(at, date(2027, 5, 1)) == "2026年4月12日"


# --- wrapping -----------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(text=st.text(st.sampled_from("地域福祉計画、。𠮷e\u0301ab 12①\n"), max_size=60), width=st.integers(40, 300))
def test_wrapped_lines_lose_nothing_and_fit(text: str, width: int) -> None:
    font = theme.font(theme.SMALL_PX)
    lines = wrap(text, font, width)
    assert "".join(lines) == text.replace("\n", "")
    metrics = QFontMetricsF(font)
    assert all(metrics.horizontalAdvance(line.rstrip()) <= width + 1 for line in lines)
    assert wrap(text, font, width, 2)[-1].endswith("…") is (len(lines) > 2)


# --- beside and blank ---------------------------------------------------------------------------------------------


def test_last_year_and_the_plan_stand_beside_a_status() -> None:
    plan = with_ids(small_plan(), new_id)
    values = dict(values_of(plan))
    council = plan.basic_goals[0].activity_goals[0].activities[0].council.slots[0]
    status = next(key for key in values if key.owner_id == council.id and key.name == "status")
    later = FieldKey(status.owner, status.owner_id, "status", None, 2019)
    assert [(item.title, item.lines) for item in beside(values, later)] == [
        ("前年度（平成30年度）の実施状況", ("開いた。", "数えた。")),
        ("昨年立てた令和元年度の予定", ("開く。",)),
    ]
    planned = FieldKey(status.owner, status.owner_id, "planned", None, 2020)
    assert [item.lines for item in beside(values, planned)] == [("開く。",)]
    assert beside(values, FieldKey(status.owner, status.owner_id, "indicators")) == ()


def test_blank_fields_in_the_order_of_the_form() -> None:
    activity = with_ids(small_plan(), new_id).basic_goals[0].activity_goals[0].activities[0]
    assert [key.name for key in all_fields(activity, 2018)] == ["status", "planned", "results"] * 2 + [
        "status",
        "planned",
    ]
    blank = list(fields_in_state(activity, 2018, None, EntryState.BLANK))
    assert [(key.name, key.year) for key in blank] == [("status", 2018), ("planned", 2019)]
    assert list(fields_in_state(activity, 2018, "地域福祉課", EntryState.BLANK)) == []
    assert [key.name for key in fields_in_state(activity, 2018, None, EntryState.DRAFT)] == ["planned"]


# --- pending text -------------------------------------------------------------------------------------------------


@pytest.fixture
def pending(session: Session) -> Pending:
    made = Pending(session)
    made.setProperty("session", session)
    return made


def key_of(session: Session) -> FieldKey:
    return session.resolve("1-1-1/council/status@2018")


def test_text_is_held_until_it_is_saved(session: Session, pending: Pending, qtbot: QtBot) -> None:
    key = key_of(session)
    start = session.value(key)
    pending.note_lines(key, ("一",), start)
    pending.note_lines(key, ("一", "二"), Entry(("not the start",)))
    assert len(pending) == 1
    with qtbot.waitSignal(pending.saved):
        assert pending.save_all() == ()
    assert session.value(key) == Entry(("一", "二"))
    assert len(pending) == 0
    assert pending.save(key) is None


def test_nothing_is_saved_by_the_clock_while_somebody_composes(
    session: Session, pending: Pending, qtbot: QtBot
) -> None:
    composing = [True]
    pending.watch_composition(lambda: composing[0])
    key = key_of(session)
    pending.note_lines(key, ("一",), session.value(key))
    pending._on_idle_timeout()
    assert len(pending) == 1
    assert pending._idle.isActive()
    composing[0] = False
    pending._on_idle_timeout()
    assert session.value(key) == Entry(("一",))


def test_what_somebody_else_wrote_first_is_not_overwritten_unless_said(session: Session, pending: Pending) -> None:
    key = key_of(session)
    start = session.value(key)
    other = open_file(session.path, who="別の人")
    other.enter(key, "先に")
    other.close()
    pending.note_lines(key, ("後から",), start)
    (left,) = pending.save_all()
    assert isinstance(left.error, EditConflict)
    assert pending.failing_since is not None and len(pending.failures()) == 1
    assert session.value(key) == Entry(("先に",))
    assert pending.overwrite(key) is None
    assert session.value(key) == Entry(("後から",))
    assert pending.failing_since is None


def test_what_is_given_up_is_forgotten(session: Session, pending: Pending) -> None:
    key = key_of(session)
    pending.note_lines(key, ("一",), session.value(key))
    pending.refuse(key, ("r1", "number"), "約3", InvalidValue("x"))
    assert len(pending) == 1
    pending.drop(key)
    assert len(pending) == 1
    pending.accept(key, ("r1", "number"))
    assert len(pending) == 0
    pending.note_lines(key, ("一",), session.value(key))
    pending.abandon()
    assert len(pending) == 0


def test_a_copy_takes_over_what_is_held(
    session: Session, pending: Pending, make_file: Callable[..., Path], qtbot: QtBot
) -> None:
    key = key_of(session)
    pending.note_lines(key, ("一",), session.value(key))
    pending.refuse(key, ("r1", "number"), "約3", InvalidValue("x"))
    other = Pending(session)
    other.take_over(pending)
    assert other.typed(key) is not None and len(other.refused(key)) == 1
    other.save_all()
    assert session.value(key) == Entry(("一",))
