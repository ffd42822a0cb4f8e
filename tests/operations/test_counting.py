"""What needs a person in a year: looked through activity by activity, it is what proofreading the whole year finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from welfare_desktop.domain.errors import EditConflict, InvalidValue
from welfare_desktop.domain.findings import SAID_BY_FIELDS, Finding, asks_for_a_look
from welfare_desktop.domain.progress import Unwatched
from welfare_desktop.operations import structure
from welfare_desktop.operations.checking import (
    apply_suggestion,
    apply_suggestions,
    check_year,
    ignore,
    notice_again,
    resume_rule,
    stop_rule,
    stopped_rules,
)
from welfare_desktop.operations.counting import Attention, YearWatch
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.year_work import close_year

_STATUS = "2-4-1/city/status@2018"


@pytest.fixture
def report(report_session: Session) -> Session:
    """Here every test works on the real report."""
    return report_session


@pytest.fixture
def watch(report: Session) -> Iterator[YearWatch]:
    watching = YearWatch(report, 2018)
    _finish(watching)
    yield watching
    watching.close()


def _finish(watch: YearWatch) -> None:
    while watch.look_at_some(0.05):
        pass
    assert watch.complete


def _whole(session: Session) -> tuple[Finding, ...]:
    return tuple(item for item in check_year(session, 2018).findings if item.rule not in SAID_BY_FIELDS)


def test_looking_a_little_at_a_time_finds_what_looking_at_once_finds(report: Session, watch: YearWatch) -> None:
    assert watch.findings() == _whole(report)
    assert sum(item.findings for item in watch.attention().values()) == sum(map(asks_for_a_look, _whole(report)))


def test_a_job_finds_the_same(report: Session) -> None:
    watch = YearWatch(report, 2018)
    assert watch.waiting
    watch.take(watch.prepare()(Unwatched()))
    assert watch.complete
    assert watch.findings() == _whole(report)


def test_what_changed_while_a_job_ran_waits(report: Session) -> None:
    watch = YearWatch(report, 2018)
    job = watch.prepare()
    report.enter(report.resolve(_STATUS), "あとから打った文を行います。")
    watch.take(job(Unwatched()))
    assert watch.waiting == 1
    _finish(watch)
    assert watch.findings() == _whole(report)


def test_only_the_activity_one_edits_waits(report: Session, watch: YearWatch) -> None:
    report.enter(report.resolve(_STATUS), "訓練を行います。")
    assert watch.waiting == 1
    _finish(watch)
    assert watch.findings() == _whole(report)
    report.undo()
    _finish(watch)
    assert watch.findings() == _whole(report)


def test_a_year_that_is_not_looked_at_makes_nothing_wait(report: Session, watch: YearWatch) -> None:
    report.enter(report.resolve("2-4-1/city/status@2021"), "ずっと先の文です。")
    assert watch.waiting == 0


def test_usage_of_the_whole_report_is_followed(report: Session, watch: YearWatch) -> None:
    for number, spelling in enumerate(("3か所で開催", "4か所で開催", "5か所で開催"), start=1):
        report.enter(report.resolve(f"1-1-{number}/council/status@2018"), [spelling + "しました。"] * 4)
    _finish(watch)
    assert watch.findings() == _whole(report)
    assert any(item.rule == "unit_spelling" for item in watch.findings())
    while report.undo():
        pass
    _finish(watch)
    assert watch.findings() == _whole(report)


def test_an_old_form_is_found_when_the_new_one_is_written_elsewhere(report: Session, watch: YearWatch) -> None:
    report.enter(report.resolve("1-1-1/council/status@2018"), "學習会を開きました。")
    _finish(watch)
    report.enter(report.resolve("3-1-1/council/status@2018"), "学習会を開きました。")
    _finish(watch)
    assert watch.findings() == _whole(report)
    assert any(item.rule == "old_form" and "學" in item.text for item in watch.findings())


def test_structure_is_followed(report: Session, watch: YearWatch) -> None:
    activity = report.plan(()).basic_goals[0].activity_goals[0].activities[0]
    structure.add_slot(report, activity.id, activity.parts[1].actor)
    _finish(watch)
    assert watch.findings() == _whole(report)
    report.undo()
    _finish(watch)
    assert watch.findings() == _whole(report)


def test_a_department_counts_what_it_owes(report: Session, watch: YearWatch) -> None:
    found = watch.findings("社会課") + watch.findings("地域福祉課") + watch.findings("市社会福祉協議会")
    assert found
    assert set(found) < set(watch.findings())
    assert watch.attention("そのような課はない") == {}


def test_what_is_put_aside_or_stopped_is_not_counted(report: Session, watch: YearWatch) -> None:
    finding = next(item for item in watch.findings() if asks_for_a_look(item))
    before = sum(item.findings for item in watch.attention().values())
    ignore(report, 2018, finding, "このままでよい")
    assert sum(item.findings for item in watch.attention().values()) == before - 1
    assert watch.ignored() == ((finding, "このままでよい"),)
    notice_again(report, 2018, finding)
    assert sum(item.findings for item in watch.attention().values()) == before
    count = sum(1 for item in watch.findings() if item.rule == finding.rule)
    stop_rule(report, finding.rule)
    assert watch.findings() == _whole(report)
    assert watch.stopped() == {finding.rule: count}
    assert finding.rule not in {item.rule for item in watch.findings()}
    assert stopped_rules(report) == {finding.rule}
    assert finding in check_year(report, 2018, stopped_too=True).findings
    assert resume_rule(report, finding.rule) is not None
    assert resume_rule(report, finding.rule) is None
    assert watch.findings() == _whole(report)


def test_there_is_no_other_rule_to_stop(report: Session) -> None:
    with pytest.raises(InvalidValue):
        stop_rule(report, "no_such_rule")


def test_one_activity_is_known_at_once(report: Session) -> None:
    watch = YearWatch(report, 2018)
    key = report.resolve("2-4-1/title")
    assert watch.of_activity(key.owner_id)
    assert watch.of_activity("not there") == ()
    report.enter(report.resolve(_STATUS), "訓練を行います。")
    assert any(item.text == "訓練を行います。" for item in watch.of_activity(key.owner_id))


def test_attention_adds_up() -> None:
    assert Attention(1, 0) + Attention(2, 3) == Attention(3, 3)


# --- doing what is proposed ---------------------------------------------------------------------------------------


def _certain(session: Session) -> list[Finding]:
    return [item for item in check_year(session, 2018).findings if item.certain]


def test_what_is_certain_is_put_right_in_one_step(report: Session) -> None:
    certain = _certain(report)
    assert len(certain) > 1
    before = {str(item.address): report.value(report.resolve(str(item.address))) for item in certain}
    corrected = apply_suggestions(report, certain)
    assert corrected.applied is not None
    assert {*corrected.done, *corrected.left} == set(certain)
    for item in corrected.done:
        value = report.value(report.resolve(str(item.address)))
        assert item.suggestion in report.shown(report.resolve(str(item.address)), value)
    assert report.undo() is not None
    assert {name: report.value(report.resolve(name)) for name in before} == before


def test_a_line_that_changed_is_left(report: Session) -> None:
    certain = _certain(report)
    first = certain[0]
    report.enter(report.resolve(str(first.address)), "まったく別の文です。")
    corrected = apply_suggestions(report, [first])
    assert corrected.applied is None
    assert corrected.left == (first,)
    with pytest.raises(EditConflict):
        apply_suggestion(report, first)


def test_of_two_findings_in_a_line_the_second_is_left(report: Session) -> None:
    report.enter(report.resolve(_STATUS), ["参加者:3人、開催:2回", "参加者:3人、開催:2回"])
    found = [item for item in check_year(report, 2018).findings if str(item.address) == _STATUS]
    removing = next(item for item in found if item.removes_line)
    colons = [item for item in found if item.suggestion]
    corrected = apply_suggestions(report, [*colons, removing])
    assert removing in corrected.left
    assert len(corrected.done) == len({item.line for item in colons})


def test_nothing_is_put_right_in_a_closed_year(report: Session) -> None:
    certain = _certain(report)
    close_year(report, 2018)
    with pytest.raises(InvalidValue):
        apply_suggestions(report, certain)
