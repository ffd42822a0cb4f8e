"""Whatever is done to a file, the report of a closed year says the same, unless a person gave a reason."""

from __future__ import annotations

import contextlib
import random
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import small_plan
from welfare_desktop.domain.completeness import WorkState
from welfare_desktop.domain.errors import ClosedReport, WelfareError
from welfare_desktop.domain.fields import FieldKey, Kind, Owner
from welfare_desktop.domain.model import Activity, Actor, Entry, Indicator, Judgement, Result, Slot
from welfare_desktop.domain.rolling import DraftStyle
from welfare_desktop.domain.values import values_of
from welfare_desktop.exchange.read_aloud import read_aloud
from welfare_desktop.exchange.reading import Reading
from welfare_desktop.operations import department_register, field_history, measures, nodes, structure
from welfare_desktop.operations.deciding import Choice, decide
from welfare_desktop.operations.department_work import declare
from welfare_desktop.operations.dumping import dump_text
from welfare_desktop.operations.exporting import package_task
from welfare_desktop.operations.importing import import_into
from welfare_desktop.operations.merge_state import conflict_id, open_states
from welfare_desktop.operations.merging import apply_merge, plan_merge
from welfare_desktop.operations.opening import create_from, new_from_package, open_file
from welfare_desktop.operations.plan_settings import PlanWords, set_plan
from welfare_desktop.operations.reading_back import reading
from welfare_desktop.operations.replacing import plan_replacement, replace_words
from welfare_desktop.operations.rolling import confirm_drafts, drafts_in, roll_over
from welfare_desktop.operations.session import Session
from welfare_desktop.operations.sign_offs import SIGNED
from welfare_desktop.operations.tasks import perform
from welfare_desktop.operations.unmerging import undo_merge
from welfare_desktop.operations.year_work import close_year
from welfare_desktop.storage.merge_records import merges
from welfare_desktop.storage.store import Operation

CLOSED = 2018
YEARS = (2017, 2018, 2019, 2020)
SIGNER = "協働推進課"


@cache
def _office(closed: bool) -> tuple[bytes, ...]:
    """Return an office's file and two packages a branch changed: all it could, and entries alone.

    The file has either 2018 ``closed``, or 2019 signed off by a department.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        session = create_from(small_plan(), folder / "a.welfare", Operation("new", "作成", "山口"))
        roll_over(session, 2019, DraftStyle.TURNED)
        perform(session, package_task(session, 2019, folder / "out.zip"))
        if closed:
            close_year(session, CLOSED)
        else:
            for slot in _slots(session):
                if any(item.name == SIGNER for item in slot.departments):
                    session.enter(FieldKey(Owner.SLOT, slot.id, "status", None, 2019), "した。")
                    session.enter(FieldKey(Owner.SLOT, slot.id, "planned", None, 2020), "する。")
                    session.enter(FieldKey(Owner.SLOT, slot.id, "results", None, 2019), "講座 2回")
            declare(session, SIGNER, 2019, WorkState.CLOSED)
        session.close()
        branch = new_from_package(folder / "b.welfare", folder / "out.zip", who="支所")
        plan = branch.plan(())
        for _, _, activity in plan.walk():
            for slot in activity.city.slots:
                for field, year in (("status", 2018), ("status", 2019), ("planned", 2020), ("planned", 2019)):
                    branch.enter(FieldKey(Owner.SLOT, slot.id, field, None, year), f"支所{field}{year}。")
        perform(branch, package_task(branch, 2019, folder / "entries.zip"))
        for _, _, activity in plan.walk():
            branch.enter(FieldKey(Owner.ACTIVITY, activity.id, "title"), f"{activity.title}（支所）")
            branch.enter(FieldKey(Owner.ACTOR, activity.id, "initiatives", Actor.CITY), "支所の取組み")
        department_register.rename_department(branch, plan.departments[0].id, "支所の課", 2018)
        perform(branch, package_task(branch, 2019, folder / "back.zip"))
        branch.close()
        return tuple((folder / item).read_bytes() for item in ("a.welfare", "back.zip", "entries.zip"))


def _printed(session: Session) -> object:
    """Return what the report of the closed year says; with none, what the report holds of who signed off."""
    if CLOSED in session.closed_years():
        return read_aloud(session.plan(), CLOSED)
    signed_id = next(key.owner_id for key, said in session.notes().items() if key.name == "state" and SIGNED in said)
    return sorted(
        (slot.id, said)
        for slot in _slots(session)
        if (said := _said_in_2019(slot)) and any(item.id == signed_id for item in slot.departments)
    )


def _said_in_2019(slot: Slot) -> tuple[tuple[str, ...], ...]:
    entries = (slot.status.get(2019, Entry()).lines, slot.planned.get(2020, Entry()).lines)
    said = (*entries, tuple(item.text for item in slot.results.get(2019, ())))
    return said if any(said) else ()


def _slots(session: Session) -> list[Slot]:
    return [slot for _, _, item in session.plan().walk() for part in item.parts for slot in part.slots]


def _any_text(session: Session, chance: random.Random) -> object:
    keys = [key for key, _ in values_of(session.plan())]
    slots = [
        FieldKey(Owner.SLOT, slot.id, field, None, year)
        for slot in _slots(session)
        for field in ("status", "planned", "results")
        for year in YEARS
    ]
    return session.enter(chance.choice(keys + slots), chance.choice(["別の文。", "", "講座 年3回", "2019"]))


def _structure(session: Session, chance: random.Random) -> object:
    standing = nodes.all_nodes(session.plan(()))
    node = chance.choice(standing)
    other = chance.choice(standing)
    year = chance.choice([None, *YEARS])
    moves: list[Callable[[], object]] = [
        lambda: nodes.rename_node(session, node.id, "別の名前"),
        lambda: nodes.set_number(session, node.id, chance.randint(1, 9)),
        lambda: nodes.shift_node(session, node.id, chance.choice([-1, 1])),
        lambda: nodes.move_below(session, node.id, other.id, 0),
        lambda: nodes.retire_node(session, node.id, year),
        lambda: nodes.remove_node(session, node.id),
        lambda: nodes.begin_node(session, node.id, year),
        lambda: nodes.add_node(session, nodes.PARENT_OF[node.owner], node.parent_id, "加えた", from_year=year),
        lambda: nodes.renumber(session, nodes.PARENT_OF[node.owner], node.parent_id),
        lambda: set_plan(session, PlanWords("別の計画", "別の理念", "2018", "2022")),
        lambda: set_plan(session, PlanWords("計画", "理念の文", str(chance.choice(YEARS)), "2025")),
    ]
    return chance.choice(moves)()


def _slots_and_departments(session: Session, chance: random.Random) -> object:
    plan = session.plan(())
    activity = chance.choice([item for _, _, item in plan.walk()])
    actor = chance.choice(list(Actor))
    slots = activity.part(actor).slots
    slot, department = chance.choice(slots), chance.choice(plan.departments)
    moves: list[Callable[[], object]] = [
        lambda: structure.add_slot(session, activity.id, actor, from_year=chance.choice([None, *YEARS])),
        lambda: nodes.begin(session, Owner.SLOT, slot.id, chance.choice([None, *YEARS])),
        lambda: structure.move_slot(session, activity.id, actor, slot.id, 0),
        lambda: structure.split_slot(session, activity.id, actor, slot.id),
        lambda: structure.remove_slot(session, activity.id, actor, slot.id),
        lambda: structure.set_departments(session, slot.id, chance.choice([[], ["新しい課"], [department.name]])),
        lambda: nodes.retire(session, Owner.SLOT, slot.id, chance.choice([None, *YEARS])),
        lambda: department_register.add_department(session, "新しい課"),
        lambda: department_register.rename_department(session, department.id, "改めた課", chance.choice(YEARS)),
        lambda: department_register.move_department(session, department.id, 1),
        lambda: department_register.remove_department(session, department.id),
    ]
    return chance.choice(moves)()


def _measures(session: Session, chance: random.Random) -> object:
    found = [
        (measures.Place(item.id, part.actor, slot.id), slot)
        for _, _, item in session.plan().walk()
        for part in item.parts
        for slot in part.slots
        if slot.indicators
    ]
    place, slot = chance.choice(found)
    year = chance.choice(YEARS)
    results = slot.results.get(year, ()) or (Result("なし", id="none"),)
    moves: list[Callable[[], object]] = [
        lambda: measures.correct_targets(session, place, slot.indicators[0].id, []),
        lambda: measures.correct_targets(session, place, slot.indicators[0].id, None),
        lambda: measures.link_result(session, place, year, results[0].id, ""),
        lambda: measures.confirm_links(session, place, year),
        lambda: measures.set_number(session, place, year, results[0].id, "７"),
        lambda: measures.set_judgement(session, place, year, slot.indicators[0].id, 0, Judgement.ACHIEVED, "訳"),
    ]
    return chance.choice(moves)()


def _years(session: Session, chance: random.Random) -> object:
    year = chance.choice(YEARS)
    moves: list[Callable[[], object]] = [
        lambda: roll_over(session, year, chance.choice(list(DraftStyle)), close_finished=chance.random() < 0.3),
        lambda: confirm_drafts(session, drafts_in(session, year)),
        lambda: declare(
            session, chance.choice([SIGNER, "地域福祉課"]), year, chance.choice([None, WorkState.COMPLETE])
        ),
        session.undo,
        session.redo,
    ]
    return chance.choice(moves)()


def _words(session: Session, chance: random.Random) -> object:
    keys = [key for key, _ in values_of(session.plan())]
    return replace_words(session, plan_replacement(session, chance.choice(["る", "動", "座", "地域"]), "✕", keys))


def _history(session: Session, chance: random.Random) -> object:
    lists = (Kind.CHILDREN, Kind.NOTE)  # nobody can bring those back singly
    rows = [row for row in session.history() if row.change.key.spec.kind not in lists]
    row = chance.choice(rows)
    return field_history.restore_former(session, row.change.key, row.change.before, row.at)


def _report(session: Session, chance: random.Random) -> object:
    """Read a report that says something wherever the file says nothing."""
    plan = small_plan()
    goal = plan.basic_goals[0].activity_goals[0]
    second = goal.activities[1]
    said = Slot(
        plan.departments,
        status={chance.choice(YEARS): Entry(("読んだ。",))},
        planned={chance.choice(YEARS): Entry(("読む。",))},
        indicators=(Indicator("読んだ指標 年9回"),),
    )
    full = replace(second, city=replace(second.city, slots=(replace(said, indicators=()),)))
    extra: tuple[Activity, ...] = ()
    if chance.random() < 0.5:
        city = replace(second.city, initiatives=("読",), slots=(said,))
        full = replace(second, residents_role=("読んだ役割",), city=city)
        extra = (replace(second, number=3, title="読んで加わる活動"),)
    laid = replace(goal, activities=(goal.activities[0], full, *extra))
    plan = replace(plan, basic_goals=(replace(plan.basic_goals[0], activity_goals=(laid,)),))
    return import_into(session, Reading(plan, chance.choice(YEARS), ()), "報告書の読込み")


def _merge(session: Session, chance: random.Random) -> object:
    path = session.path.with_name(chance.choice(["back.zip", "entries.zip"]))
    done = [item.id for item in session.look(merges) if item.undone_at is None]
    if done and chance.random() < 0.4:
        return undo_merge(session, done[0])
    waiting = open_states(session)
    if waiting and chance.random() < 0.6:
        return decide(session, conflict_id(waiting[0].key.text), Choice(candidate=1))
    return apply_merge(session, plan_merge(session, reading([path])))


DEEDS: tuple[Callable[[Session, random.Random], object], ...] = (
    _any_text,
    _structure,
    _slots_and_departments,
    _measures,
    _years,
    _words,
    _history,
    _report,
    _merge,
)


def _opened(folder: Path, closed: bool) -> Session:
    for name, content in zip(("a.welfare", "back.zip", "entries.zip"), _office(closed), strict=True):
        (folder / name).write_bytes(content)
    return open_file(folder / "a.welfare", who="山口")


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.booleans(), st.lists(st.tuples(st.integers(0, len(DEEDS) - 1), st.integers(0, 10_000)), min_size=1, max_size=12)
)
def test_without_a_reason_nothing_changes_what_is_closed(closed: bool, sequence: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        session = _opened(Path(name), closed)
        try:
            before = _printed(session)
            for which, seed in sequence:
                with contextlib.suppress(WelfareError):  # refused: then nothing changed
                    DEEDS[which](session, random.Random(seed))
                assert _printed(session) == before, (DEEDS[which].__name__, seed)
        finally:
            session.close()


def _take_in_package(session: Session) -> object:
    return apply_merge(session, plan_merge(session, reading([session.path.with_name("back.zip")])))


def _take_in_report(session: Session) -> object:
    plan = small_plan()
    goal = plan.basic_goals[0].activity_goals[0]
    told = replace(goal.activities[1], residents_role=("読んだ役割",))
    laid = replace(goal, activities=(goal.activities[0], told))
    plan = replace(plan, basic_goals=(replace(plan.basic_goals[0], activity_goals=(laid,)),))
    return import_into(session, Reading(plan, 2019, ()), "報告書の読込み")


@pytest.mark.parametrize("deed", [_take_in_package, _take_in_report])
def test_with_a_reason_it_is_done_and_the_reason_is_kept(tmp_path: Path, deed: Callable[[Session], object]) -> None:
    session = _opened(tmp_path, closed=True)
    before = _printed(session)
    with pytest.raises(ClosedReport):
        deed(session)
    assert _printed(session) == before
    with session.because("訂正のため"):
        deed(session)
    assert _printed(session) != before
    assert session.history(limit=1)[0].why == "訂正のため"
    assert session.problems() == []
    session.close()


def test_what_was_done_for_a_reason_is_taken_back_and_done_again(tmp_path: Path) -> None:
    session = _opened(tmp_path, closed=True)
    before = _printed(session)
    _, _, activity = next(session.plan(()).walk())
    session.enter(FieldKey(Owner.ACTIVITY, activity.id, "residents_role"), "見守る。", why="訂正のため")
    after = _printed(session)
    session.undo()
    assert _printed(session) == before != after
    session.redo()
    assert _printed(session) == after
    session.close()


def test_a_signed_slot_is_handed_to_others_with_a_reason_only(tmp_path: Path) -> None:
    session = _opened(tmp_path, closed=False)
    slot = next(item for item in _slots(session) if any(one.name == SIGNER for one in item.departments))
    with pytest.raises(ClosedReport, match=SIGNER):
        structure.set_departments(session, slot.id, ["地域福祉課"])
    assert structure.set_departments(session, slot.id, ["地域福祉課"], why="担当替え") is not None
    session.close()


def _handed_over(session: Session, slot_id: str, why: str = "") -> object:
    return structure.set_departments(session, slot_id, [SIGNER], why=why)


def test_a_slot_with_texts_is_handed_to_who_signed_off_with_a_reason_only(tmp_path: Path) -> None:
    """What it says would stand in a report somebody signed without it; a slot that says nothing adds nothing."""
    session = _opened(tmp_path, closed=False)
    others = [item for item in _slots(session) if item.departments and SIGNER not in {d.name for d in item.departments}]
    session.edit(FieldKey(Owner.SLOT, others[0].id, "status", None, 2019), Entry(("した。",)))
    with pytest.raises(ClosedReport, match=SIGNER):
        _handed_over(session, others[0].id)
    assert _handed_over(session, others[0].id, why="担当替え") is not None
    session.close()


def test_a_report_adds_no_text_for_who_signed_off(tmp_path: Path) -> None:
    """Neither in a slot it makes for them: undoing that could not be allowed either."""
    session = _opened(tmp_path, closed=False)
    plan = small_plan()
    goal = plan.basic_goals[0].activity_goals[0]
    said = Slot((next(item for item in plan.departments if item.name == SIGNER),), status={2019: Entry(("読んだ。",))})
    new = replace(
        goal.activities[1], number=7, title="読んで加わる", city=replace(goal.activities[1].city, slots=(said,))
    )
    laid = replace(goal, activities=(*goal.activities, new))
    read = Reading(replace(plan, basic_goals=(replace(plan.basic_goals[0], activity_goals=(laid,)),)), 2019, ())
    before = dump_text(session.plan())
    with pytest.raises(WelfareError, match="W-169"):
        import_into(session, read, "報告書の読込み")
    assert dump_text(session.plan()) == before
    session.close()


def test_a_new_slot_of_who_signed_off_comes_in_without_its_texts(tmp_path: Path) -> None:
    """A package goes on: the activity a branch added is there, and the text is told of with its place."""
    session = _opened(tmp_path, closed=False)
    perform(session, package_task(session, 2019, tmp_path / "out.zip"))
    with contextlib.closing(new_from_package(tmp_path / "branch.welfare", tmp_path / "out.zip", who="支所")) as branch:
        goal = next(goal for _, goal, _ in branch.plan(()).walk())
        nodes.add_node(branch, Owner.ACTIVITY_GOAL, goal.id, "支所の活動")
        new = next(item for _, _, item in branch.plan(()).walk() if item.title == "支所の活動")
        signer = next(item.id for item in branch.plan(()).departments if item.name == SIGNER)
        structure.add_slot(branch, new.id, Actor.CITY, (signer,))
        made = next(item for _, _, item in branch.plan().walk() if item.id == new.id).city.slots[-1]
        branch.edit(FieldKey(Owner.SLOT, made.id, "status", None, 2019), Entry(("支所がした。",)))
        branch.edit(FieldKey(Owner.SLOT, made.id, "status", None, 2020), Entry(("支所がする。",)))
        perform(branch, package_task(branch, 2019, tmp_path / "new.zip"))
    done = apply_merge(session, plan_merge(session, reading([tmp_path / "new.zip"])))
    assert [note.text for note in done.plan.files[0].notes if note.code == "M-211"] == ["支所がした。"]
    slot = next(item for item in _slots(session) if item.id == made.id)
    assert (slot.status.get(2019, Entry()).lines, slot.status[2020].lines) == ((), ("支所がする。",))
    session.close()


def _all_said(session: Session) -> object:
    notes = {key.text: lines for key, lines in session.notes().items() if lines}
    return dump_text(session.plan()), notes


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from([_any_text, _structure, _slots_and_departments, _measures, _words, _report]),
            st.integers(0, 10_000),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_all_of_it_is_taken_back_and_done_again(
    sequence: list[tuple[Callable[[Session, random.Random], object], int]],
) -> None:
    with tempfile.TemporaryDirectory() as name, contextlib.closing(_opened(Path(name), closed=False)) as session:
        before = _all_said(session)
        with session.because("試験"):
            for deed, seed in sequence:
                with contextlib.suppress(WelfareError):
                    deed(session, random.Random(seed))
            after = _all_said(session)
            while session.undo() is not None:
                pass
            assert _all_said(session) == before
            while session.redo() is not None:
                pass
        assert _all_said(session) == after
        assert session.problems() == []


def test_a_year_closed_by_somebody_else_meanwhile_is_not_changed_by_undoing(tmp_path: Path) -> None:
    session = _opened(tmp_path, closed=False)
    _, _, activity = next(session.plan(()).walk())
    session.enter(FieldKey(Owner.ACTIVITY, activity.id, "title"), "新しい題")
    with contextlib.closing(open_file(session.path, who="別の人")) as other:
        close_year(other, CLOSED)
    with pytest.raises(ClosedReport):
        session.undo()
    with session.because("訂正のため"):
        assert session.undo() is not None
    session.close()
