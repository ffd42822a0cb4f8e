"""The tree: lean model, counts, outlines brought in row by row, and what the view makes of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Windows
from tests.ui.driving import choose
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Entry
from welfare_desktop.ui.parts.marks import Mark
from welfare_desktop.ui.structure.tree_model import COUNT_ROLE, MARK_ROLE, NUMBER_ROLE, Count, OutlineRow, TreeModel
from welfare_desktop.ui.structure.tree_view import PlanTree

Outline = list[list[OutlineRow]]


def outline(*shape: tuple[int, ...]) -> Outline:
    """An outline with one basic goal per tuple, holding goals with so many activities."""
    levels: Outline = [[], [], []]
    for b, goals in enumerate(shape, start=1):
        levels[0].append((f"b{b}", "", b, f"基本目標の題名{b}", None, None))
        for a, count in enumerate(goals, start=1):
            levels[1].append((f"b{b}a{a}", f"b{b}", a, f"活動目標の題名{a}", None, None))
            for n in range(1, count + 1):
                levels[2].append((f"b{b}a{a}n{n}", f"b{b}a{a}", n, f"活動の題名{n}", None, None))
    return levels


def read(model: TreeModel, parent: QModelIndex | None = None) -> list[object]:
    """The tree as the view sees it, all rows fetched: [id, [children]] nested."""
    parent = parent or QModelIndex()
    while model.canFetchMore(parent):
        model.fetchMore(parent)
    found: list[object] = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        outline_row = model.row_of(index)
        assert outline_row is not None
        found.append((outline_row[0], outline_row[2], outline_row[3], read(model, index)))
    return found


def wanted(levels: Outline, level: int = 0, parent: str = "") -> list[object]:
    if level == 3:
        return []
    return [(row[0], row[2], row[3], wanted(levels, level + 1, row[0])) for row in levels[level] if row[1] == parent]


def test_the_model_keeps_qts_rules() -> None:
    model = TreeModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.load(outline((3, 2), (1,), ()))
    model.set_counts({"b1a1n1": Count(1, 6)})
    model.update_outline(outline((2, 3), (1, 1)))
    assert read(model) == wanted(outline((2, 3), (1, 1)))


def test_texts_for_the_delegate_and_for_screen_readers() -> None:
    model = TreeModel()
    model.load(outline((2,)))
    model.set_counts({"b1a1n1": Count(0, 6, draft=2), "b1a1n2": Count(0, 6)})
    marks = [model.index_of(name).data(MARK_ROLE) for name in ("b1a1n1", "b1a1n2", "b1a1")]
    assert marks == [Mark.HALF, Mark.RING, Mark.HALF], "a draft is work begun, as the form's head says"
    model.set_counts({"b1a1n1": Count(5, 6), "b1a1n2": Count(6, 6)})
    activity = model.index_of("b1a1n1")
    assert (activity.data(), activity.data(NUMBER_ROLE)) == ("活動の題名1", "①")
    assert (activity.data(COUNT_ROLE), activity.data(MARK_ROLE)) == ("5/6", Mark.HALF)
    assert activity.data(Qt.ItemDataRole.AccessibleTextRole) == "活動1 活動の題名1 6欄のうち5欄 記入中"
    goal = model.index_of("b1a1")
    assert (goal.data(NUMBER_ROLE), goal.data(COUNT_ROLE)) == ("1", "91%")


def test_one_count_is_carried_up_and_only_its_rows_are_repainted(qtbot: QtBot) -> None:
    model = TreeModel()
    model.load(outline((2, 1), (1,)))
    model.set_counts({row[0]: Count(0, 4) for row in outline((2, 1), (1,))[2]})
    changed: list[str] = []
    model.dataChanged.connect(lambda first, *_: changed.append(str(model.row_of(first)[0])))  # type: ignore[index]
    model.set_count("b1a1n1", Count(4, 4, attention=1))
    assert changed == ["b1a1n1", "b1a1", "b1"]
    assert model.index_of("b1").data(COUNT_ROLE) == "33%"
    assert model.index_of("b1a1n1").data(MARK_ROLE) is Mark.TRIANGLE
    assert model.index_of("b1").data(MARK_ROLE) is Mark.HALF
    assert "要確認1件" in str(model.index_of("b1").data(Qt.ItemDataRole.ToolTipRole))
    assert model.total() == Count(4, 16, 1, 0)
    changed.clear()
    model.set_count("b1a1n1", Count(4, 4, attention=1))
    model.set_count("not there", Count(1, 1))
    assert changed == []


def test_what_is_retired_is_left_out_with_everything_below() -> None:
    levels = outline((2,), (1,))
    levels[0][1] = ("b2", "", 2, "廃止", 2019, None)
    levels[2][0] = ("b1a1n1", "b1a1", 1, "廃止", 2020, None)
    model = TreeModel()
    model.load(levels, 2018)
    assert len(model.activity_ids()) == 3
    model.update_outline(levels, 2019)
    assert model.activity_ids() == ["b1a1n1", "b1a1n2"]
    model.update_outline(levels, 2020)
    assert model.activity_ids() == ["b1a1n2"]
    model.update_outline(levels, 2018)
    assert read(model) == wanted(levels)


def test_what_begins_later_is_left_out_until_then() -> None:
    levels = outline((2,), (1,))
    levels[0][1] = ("b2", "", 2, "後から", None, 2019)
    levels[2][0] = ("b1a1n1", "b1a1", 1, "一年だけ", 2019, 2018)
    model = TreeModel()
    model.load(levels, 2018)
    assert model.activity_ids() == ["b1a1n1", "b1a1n2"]
    model.update_outline(levels, 2019)
    assert model.activity_ids() == ["b1a1n2", "b2a1n1"]


def test_the_next_activity_lies_over_group_borders() -> None:
    model = TreeModel()
    model.load(outline((2, 0, 1), (), (1,)))
    ids = model.activity_ids()
    assert [model.neighbour(item, 1) for item in ids] == [*ids[1:], None]
    assert [model.neighbour(item, -1) for item in ids] == [None, *ids[:-1]]


def test_what_lies_below_a_goal_comes_in_print_order() -> None:
    levels = outline((2, 1), (1,))
    levels[1].sort(reverse=True)
    levels[2].sort(reverse=True)
    model = TreeModel()
    model.load(levels)
    assert [row[0] for row in model.activities_below("b1")] == ["b1a2n1", "b1a1n2", "b1a1n1"]
    assert [row[0] for row in model.activities_below("b1a1")] == ["b1a1n2", "b1a1n1"]
    assert model.activities_below("nothing") == []


def test_wide_groups_are_given_in_parts_and_found_all_the_same() -> None:
    model = TreeModel()
    model.load(outline((5000,)))
    goal = model.index_of("b1a1")
    assert model.rowCount(goal) < 1000
    assert model.canFetchMore(goal)
    last = model.index_of("b1a1n5000")
    assert last.row() == 4999
    assert model.rowCount(goal) == 5000
    assert len(model.activity_ids()) == 5000


@st.composite
def two_outlines(draw: st.DrawFn) -> tuple[Outline, Outline]:
    """An outline, and one made from it by moving, dropping, adding and renaming rows."""
    first = outline(*draw(st.lists(st.lists(st.integers(0, 4), max_size=4).map(tuple), max_size=4)))
    rng = random.Random(draw(st.integers(0, 2**32)))
    second: Outline = [[row for row in first[0] if rng.random() > 0.2], [], []]
    second[0] += [(f"new{n}", "", 90 + n, "新しい", None, None) for n in range(rng.randint(0, 2))]
    rng.shuffle(second[0])
    for level in (1, 2):
        parents = [row[0] for row in second[level - 1]]
        for row in first[level]:
            if parents and rng.random() > 0.2:
                parent = row[1] if row[1] in parents and rng.random() > 0.4 else rng.choice(parents)
                second[level].append((row[0], parent, rng.randint(1, 9), row[3] * rng.randint(1, 2), None, None))
        for n in range(rng.randint(0, 2) if parents else 0):
            second[level].append((f"new{level}{n}", rng.choice(parents), 80 + n, "新しい", None, None))
        rng.shuffle(second[level])
    return first, second


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pair=two_outlines())
def test_any_outline_can_follow_any_other_without_a_reset(pair: tuple[Outline, Outline], qapp: object) -> None:
    first, second = pair
    model = TreeModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.load(first)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    held = {row[0]: QPersistentModelIndex(model.index_of(row[0])) for rows in first for row in rows}
    model.update_outline(second)
    assert read(model) == wanted(second)
    assert resets == []
    for row_id, index in held.items():
        present = any(row[0] == row_id for rows in second for row in rows)
        if index.isValid():
            assert present
            assert model.row_of(index)[0] == row_id  # type: ignore[index]


# --- the view -----------------------------------------------------------------------------------------------------


def test_choosing_says_which_row_and_keeps_it_through_a_new_outline(qtbot: QtBot) -> None:
    view = PlanTree()
    qtbot.addWidget(view)
    model = TreeModel()
    model.load(outline((3, 2)))
    view.show_model(model)
    view.show()
    chosen: list[tuple[str, int]] = []
    view.chosen.connect(lambda row_id, level: chosen.append((row_id, level)))
    assert view.choose("b1a2n2")
    assert not view.choose("nowhere")
    levels = outline((3, 3), (1,))
    levels[2].reverse()
    model.update_outline(levels)
    assert chosen == [("b1a2n2", 2)]
    assert view.currentIndex().data(NUMBER_ROLE) == "②"
    assert view.isExpanded(model.index_of("b1a2"))


def test_enter_goes_on_and_arrows_move(qtbot: QtBot) -> None:
    view = PlanTree()
    qtbot.addWidget(view)
    model = TreeModel()
    model.load(outline((3,)))
    view.show_model(model)
    view.show()
    view.choose("b1a1n1")
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert model.row_of(view.currentIndex())[0] == "b1a1n2"  # type: ignore[index]
    with qtbot.waitSignal(view.entered):
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_long_titles_take_two_lines_short_ones_one(qtbot: QtBot) -> None:
    view = PlanTree()
    qtbot.addWidget(view)
    levels = outline((2,))
    levels[2][0] = ("b1a1n1", "b1a1", 1, "とても長い題名なので二行に分けて見せるしかない活動の題名", None, None)
    model = TreeModel()
    model.load(levels)
    view.show_model(model)
    view.resize(260, 500)
    view.show()
    qtbot.waitUntil(lambda: view.visualRect(model.index_of("b1a1n1")).height() == 46)
    assert view.visualRect(model.index_of("b1a1n2")).height() == 28


def test_a_large_plan_is_shown_in_uniform_rows(qtbot: QtBot) -> None:
    view = PlanTree()
    qtbot.addWidget(view)
    model = TreeModel()
    model.load(outline(*(tuple(100 for _ in range(20)) for _ in range(5))))
    view.show_model(model)
    view.show()
    assert view.uniformRowHeights()
    assert view.choose("b5a20n100")
    assert view.visualRect(view.currentIndex()).isValid()


@pytest.mark.parametrize("number", [1, 60])
def test_counts_follow_changes_of_activities_that_are_not_in_the_form(
    windows: Windows, report_file: Path, number: int
) -> None:
    """A few are read one by one, many at once are counted with all others; both say what the file says."""
    window = windows.open(report_file)
    choose(window, "1-1-1")
    session = window.desk.session
    slots = [slot for _, _, item in session.plan(()).walk() for slot in (*item.council.slots, *item.city.slots)]
    keys = [FieldKey(Owner.SLOT, slot.id, "status", None, 2018) for slot in slots[2 : 2 + number]]
    before = window.desk.fill
    session.apply([Change(key, session.value(key), Entry()) for key in keys], kind="edit", label="空にする")
    assert window.desk.fills == session.fills(2018)
    assert window.desk.fill.blank == before.blank + len(keys)
    window.verbs.run("undo")
    assert window.desk.fill == before
