"""The overview on paper: every count is on it, nothing leaves its frame, wide plans are parted into groups of columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.completeness import Fill
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.measuring import PAPER_FAMILY
from welfare_desktop.domain.model import ActivityGoal, Plan
from welfare_desktop.domain.overview import Overview, facts_of, overview
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.paper.drawing import Pen
from welfare_desktop.paper.measurer import QtMeasurer
from welfare_desktop.paper.overview import BEGUN, BLANK, DONE, DRAFTED, OverviewNotes, lay_out_overview, mark_of
from welfare_desktop.paper.page import Page
from welfare_desktop.paper.painter import write_pdf

NOTES = OverviewNotes(("記入済みの欄 50%",), {"": ("0/3", "—")}, dt.date(2019, 5, 20), "○○会")


@pytest.fixture(scope="module")
def measurer(qt_measurer: QtMeasurer) -> QtMeasurer:
    return qt_measurer


def identified(plan: Plan) -> Plan:
    numbers = iter(range(100_000))
    return with_ids(plan, lambda: f"id-{next(numbers)}")


def real(report_path: Path) -> Overview:
    plan = identified(read_report_text(report_path.read_text(encoding="utf-8")).plan)
    return overview(facts_of(plan, 2018))


def wide(goals: int) -> Overview:
    """The overview of a plan with many goals of long titles."""
    plan = small_plan()
    basic = plan.basic_goals[0]
    items = tuple(
        ActivityGoal(number, "とても長い題の活動目標" * 4, basic.activity_goals[0].activities)
        for number in range(1, goals + 1)
    )
    return overview(facts_of(identified(replace(plan, basic_goals=(replace(basic, activity_goals=items),))), 2018))


def texts(pages: Sequence[Page]) -> str:
    return "".join(run.text for page in pages for run in page.runs)


def assert_inside(pages: Sequence[Page], measurer: QtMeasurer) -> None:
    pen = Pen(measurer, PAPER_FAMILY)
    for page in pages:
        for box in page.boxes:
            assert box.x_mm + box.width_mm <= page.width_mm - 11.9, box.name
            for run in box.runs:
                assert box.x_mm - 0.1 <= run.x_mm, (box.name, run.text)
                end = run.x_mm + pen.width_mm(run.text.rstrip(), run.font)
                assert end <= box.x_mm + box.width_mm + 0.4, (box.name, run.text)
                assert 8.0 < run.baseline_mm < 202.0


def test_the_real_plan_holds_every_count(measurer: QtMeasurer, report_path: Path) -> None:
    view = real(report_path)
    paper = lay_out_overview(view, measurer=measurer, notes=NOTES)
    assert_inside(paper.pages, measurer)
    said = texts(paper.pages)
    for row in view.rows:
        assert row.name in said
        assert f"{row.fill.entered}/{row.fill.expected}" in said
    for judgement, count in view.judged.items():
        assert f"{judgement.label} {count}" in said
    assert len(paper.pages) == 2


@pytest.mark.parametrize("goals", [1, 9, 11, 40])
def test_wide_plans_keep_every_column(measurer: QtMeasurer, goals: int) -> None:
    view = wide(goals)
    paper = lay_out_overview(view, measurer=measurer, notes=NOTES)
    assert_inside(paper.pages, measurer)
    heads = {box.name for page in paper.pages for box in page.boxes if box.name.startswith("header/")}
    assert {f"header/{column.label}" for column in view.columns} <= heads
    assert {"header/計", "header/割合", "header/状態", "header/提出"} <= heads


def test_nothing_asked_is_said(measurer: QtMeasurer) -> None:
    view = overview(facts_of(replace(small_plan(), basic_goals=()), 2018))
    paper = lay_out_overview(view, measurer=measurer)
    assert "求める欄は、ここにはありません" in texts(paper.pages)
    assert len(paper.pages) == 1


def test_marks_differ_in_shape() -> None:
    assert mark_of(Fill()) == ""
    assert mark_of(Fill(2, 2)) == DONE
    assert mark_of(Fill(2, 1, 1)) == DRAFTED
    assert mark_of(Fill(2, 1, 0, 1)) == BEGUN
    assert mark_of(Fill(2, 0, 0, 2)) == BLANK
    assert len({DONE, DRAFTED, BEGUN, BLANK}) == 4


def test_the_pdf_holds_its_letters(
    measurer: QtMeasurer, report_path: Path, tmp_path: Path, pdf_pages: Callable[[Path], list[str]]
) -> None:
    view = real(report_path)
    paper = lay_out_overview(view, measurer=measurer, notes=NOTES)
    target = tmp_path / "overview.pdf"
    write_pdf(paper, target)
    squeezed = "".join("".join(pdf_pages(target)).split())
    assert "進み具合の一覧平成30年度" in squeezed
    assert all("".join(row.name.split()) in squeezed for row in view.rows)
