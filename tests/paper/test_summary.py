"""The committee's summary on paper: figures that can be read without colour, nothing cut, one page where it fits."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from welfare_desktop.domain.differences import Change, Segment, character_difference
from welfare_desktop.domain.edition_changes import EditionChange
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.measuring import PAPER_FAMILY
from welfare_desktop.domain.model import Actor, Plan
from welfare_desktop.domain.summarising import (
    EditionNotes,
    GoalTally,
    MissedTarget,
    NewMeasure,
    Outcome,
    PlanBesideDone,
    Summary,
    Tally,
    summarise,
)
from welfare_desktop.domain.text import shown_line
from welfare_desktop.paper.drawing import Pen
from welfare_desktop.paper.measurer import QtMeasurer
from welfare_desktop.paper.page import Box, Page, Rule, Run, describe
from welfare_desktop.paper.painter import picture, write_pdf
from welfare_desktop.paper.summary import ADDED, REMOVED, SummaryPaper, lay_out_summary
from welfare_desktop.paper.summary_bars import LOOKS, unit_for

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
NOTES = EditionNotes("第2版", "初版 5月20日", dt.date(2019, 6, 10), "○○会")


@pytest.fixture(scope="module")
def measurer(qt_measurer: QtMeasurer) -> QtMeasurer:
    return qt_measurer


def goal(number: int, council: dict[Outcome, int], city: dict[Outcome, int], title: str = "人材の育成") -> GoalTally:
    return GoalTally(1, "ひとづくり", f"1-{number}", title, Tally(council), Tally(city))


def change(before: str, after: str) -> EditionChange:
    return EditionChange("1-1②", Actor.CITY, "平成30年度実施状況", character_difference(before, after), ("地域福祉課",))


ALL = {outcome: number for number, outcome in enumerate(Outcome, start=3)}
SUMMARY = Summary(
    "計画実施状況報告",
    2018,
    (goal(1, ALL, {Outcome.MISSED: 2}), goal(2, {}, {Outcome.ACHIEVED: 3})),
    (MissedTarget("1-1②", Actor.COUNCIL, "会議", "毎年 4回", ("会議 3回",), 75),),
    1,
    (change("講座を開きます。", "講座を2回開きました。"), change("", "足しました。"), change("消しました。", "")),
    (NewMeasure("1-1①", Actor.COUNCIL, "親子講座", "講座の開催"), NewMeasure("1-1②", Actor.CITY, "配食")),
    (PlanBesideDone("1-1①", "担い手", Actor.CITY, ("地域福祉課",), ("広げます。",), ("広げました。", "※ 注")),),
    False,
)


def runs(pages: Sequence[Page]) -> Iterator[Run]:
    return (run for page in pages for run in page.runs)


def text_of(pages: Sequence[Page]) -> str:
    return squeezed("".join(run.text for run in runs(pages)))


def squeezed(text: str) -> str:
    return "".join(text.split())


def boxes(pages: Sequence[Page], name: str) -> list[Box]:
    return [box for page in pages for box in page.boxes if box.name.removesuffix("（続き）") == name]


def cell_text(pages: Sequence[Page], name: str) -> str:
    return squeezed("".join(run.text for box in boxes(pages, name) for run in box.runs))


def lay_out(measurer: QtMeasurer, summary: Summary = SUMMARY, notes: EditionNotes = NOTES) -> SummaryPaper:
    return lay_out_summary(summary, measurer=measurer, notes=notes)


def assert_inside(pages: Sequence[Page], measurer: QtMeasurer) -> None:
    """No text leaves its frame sideways or its page downwards."""
    pen = Pen(measurer, PAPER_FAMILY)
    for page in pages:
        for box in page.boxes:
            for run in box.runs:
                assert box.x_mm - 0.1 <= run.x_mm
                assert run.x_mm + pen.width_mm(run.text.rstrip(), run.font) <= box.x_mm + box.width_mm + 0.4, box.name
                assert 8.0 < run.baseline_mm < 292.0
        assert all(max(rule.y1_mm, rule.y2_mm) < 284.0 for rule in page.rules)
        assert all(fill.y_mm + fill.height_mm < 281.0 for fill in page.fills)


def test_every_segment_says_its_mark_and_number(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer).pages
    bar = boxes(pages, "1-1/council/bar")[0]
    assert [run.text for run in bar.runs] == [f"{LOOKS[outcome].mark}{ALL[outcome]}" for outcome in Outcome]
    assert cell_text(pages, "1-1/council/share") == f"{ALL[Outcome.ACHIEVED]}／33"
    assert cell_text(pages, "1-2/council/share") == "—"
    assert cell_text(pages, "1-2/council/bar") == ""


def test_outcomes_are_told_apart_without_colour() -> None:
    assert len({look.mark for look in LOOKS.values()}) == len(Outcome)
    patterns = {(look.slant, brightness(look.tint) // 24) for look in LOOKS.values()}
    assert len(patterns) == len(Outcome)
    for look in LOOKS.values():
        assert abs(brightness(look.tint) - brightness(look.text)) > 110


def brightness(colour: str) -> int:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return (299 * red + 587 * green + 114 * blue) // 1000


def test_bars_are_as_long_as_their_numbers(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer).pages
    bar = boxes(pages, "1-1/council/bar")[0]
    inside = [
        fill
        for fill in pages[0].fills
        if bar.y_mm <= fill.y_mm
        and fill.y_mm + fill.height_mm <= bar.y_mm + bar.height_mm
        and bar.x_mm <= fill.x_mm
        and fill.x_mm + fill.width_mm <= bar.x_mm + bar.width_mm
    ]
    units = [fill.width_mm / ALL[outcome] for fill, outcome in zip(inside, Outcome, strict=True)]
    assert units == pytest.approx([units[0]] * len(units))


def test_strokes_stay_in_their_segment_and_off_the_numbers(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer).pages
    page, pen = pages[0], Pen(measurer, PAPER_FAMILY)
    strokes = {look.stroke for look in LOOKS.values() if look.slant is not None}
    bars = [box for box in page.boxes if box.name.endswith("/bar")]
    hatched = [rule for rule in page.rules if rule.colour in strokes]
    assert len(hatched) > 20
    for rule in hatched:
        assert any(
            fill.x_mm - 1e-6 <= min(rule.x1_mm, rule.x2_mm)
            and max(rule.x1_mm, rule.x2_mm) <= fill.x_mm + fill.width_mm + 1e-6
            and fill.y_mm - 1e-6 <= min(rule.y1_mm, rule.y2_mm)
            and max(rule.y1_mm, rule.y2_mm) <= fill.y_mm + fill.height_mm + 1e-6
            for fill in page.fills
        )
    for box in bars:
        for run in box.runs:
            right = run.x_mm + pen.width_mm(run.text, run.font)
            for rule in hatched:
                if box.y_mm < rule.y1_mm < box.y_mm + box.height_mm:
                    assert max(rule.x1_mm, rule.x2_mm) <= run.x_mm or min(rule.x1_mm, rule.x2_mm) >= right


def test_numbers_too_wide_for_their_segment_stand_beside_the_bar(measurer: QtMeasurer) -> None:
    crowded = goal(1, {Outcome.ACHIEVED: 190, Outcome.MISSED: 1, Outcome.NO_RESULT: 2}, {Outcome.UNDER_WAY: 1})
    pages = lay_out(measurer, replace(SUMMARY, goals=(crowded,))).pages
    bar = boxes(pages, "1-1/council/bar")[0]
    assert [run.text for run in bar.runs] == ["●190", "▼1", "－2"]
    assert all(run.x_mm > bar.runs[0].x_mm + 30 for run in bar.runs[1:])
    assert_inside(pages, measurer)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 400), min_size=6, max_size=6), min_size=1, max_size=6))
def test_bars_and_their_numbers_never_leave_their_column(measurer: QtMeasurer, counts: list[list[int]]) -> None:
    goals = tuple(goal(n, dict(zip(Outcome, row, strict=True)), {}) for n, row in enumerate(counts, start=1))
    pages = tuple(lay_out(measurer, replace(SUMMARY, goals=goals)).pages)
    assert_inside(pages, measurer)
    for item, row in zip(goals, counts, strict=True):
        shown = {run.text for run in boxes(pages, f"{item.label}/council/bar")[0].runs}
        assert shown == {f"{LOOKS[o].mark}{count}" for o, count in zip(Outcome, row, strict=True) if count}


def test_a_scale_for_no_targets_at_all(measurer: QtMeasurer) -> None:
    assert unit_for(Pen(measurer, PAPER_FAMILY), [Tally(), Tally()], 100.0) == 100.0
    assert unit_for(Pen(measurer, PAPER_FAMILY), [], 100.0) == 100.0


def test_totals_stand_on_top(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer).pages
    assert cell_text(pages, "total/missed") == "▼未達7／38社協5市2"


def test_changes_are_marked_by_stroke_and_weight(measurer: QtMeasurer) -> None:
    page = lay_out(measurer).pages[0]
    box = boxes([page], "changes/1/text")[0]
    assert squeezed("".join(run.text for run in box.runs)) == "".join(s.text for s in SUMMARY.changes[0].segments)  # type: ignore[index]
    for segment in SUMMARY.changes[0].segments:  # type: ignore[index]
        if segment.change is Change.SAME:
            continue
        run = next(run for run in box.runs if run.text == segment.text)
        rule = next(rule for rule in page.rules if is_under(rule, run))
        if segment.change is Change.REMOVED:
            assert (run.colour, run.font.bold) == (REMOVED, False)
            assert rule.y1_mm < run.baseline_mm
        else:
            assert (run.colour, run.font.bold) == (ADDED, True)
            assert rule.y1_mm > run.baseline_mm


def is_under(rule: Rule, run: Run) -> bool:
    near = abs(rule.y1_mm - run.baseline_mm) < 2.0
    return near and rule.colour == run.colour and rule.x1_mm == pytest.approx(run.x_mm)


def test_a_long_change_is_broken_with_its_marks(measurer: QtMeasurer) -> None:
    long = EditionChange(
        "1-1①", None, "活動名", (Segment(Change.REMOVED, "古" * 150), Segment(Change.ADDED, "新" * 150)), ()
    )
    page = lay_out(measurer, replace(SUMMARY, changes=(long,))).pages[0]
    box = boxes([page], "changes/1/text")[0]
    assert "".join(run.text for run in box.runs) == "古" * 150 + "新" * 150
    for run in box.runs:
        assert any(is_under(rule, run) for rule in page.rules)
    assert cell_text([page], "changes/1/actor") == "共通"


def test_the_editions_are_named(measurer: QtMeasurer) -> None:
    text = text_of(lay_out(measurer).pages)
    assert "前回以降の変更点（初版5月20日→第2版）3件" in text
    assert "平成30年度実績（第2版）" in text
    assert "令和元年6月10日作成○○会" in text
    plain = text_of(lay_out(measurer, notes=EditionNotes()).pages)
    assert "前回以降の変更点3件" in plain


def test_empty_sections_say_so(measurer: QtMeasurer) -> None:
    empty = Summary("報告", 2018, (), (), 0, None, (), (), True)
    paper = lay_out(measurer, empty)
    text = text_of(paper.pages)
    for sentence in (
        empty.goals_sentence,
        empty.changes_sentence,
        empty.missed_sentence,
        empty.new_sentence,
        empty.beside_sentence,
    ):
        assert squeezed(sentence) in text
    assert len(paper.pages) == 1
    assert "変わったところはありません" in text_of(lay_out(measurer, replace(empty, changes=())).pages)


def test_a_missed_target_shows_how_far_it_got(measurer: QtMeasurer) -> None:
    missed = (
        SUMMARY.missed[0],
        replace(SUMMARY.missed[0], percent=None, results=(), reason="中止のため"),
    )
    pages = lay_out(measurer, replace(SUMMARY, missed=missed)).pages
    assert cell_text(pages, "missed/1/percent") == "75％"
    assert cell_text(pages, "missed/2/percent") == "—"
    assert cell_text(pages, "missed/2/result") == "—（判定の理由：中止のため）"


def test_plan_and_done_stand_beside_each_other(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer).pages
    assert cell_text(pages, "beside/1/planned") == "・広げます。"
    assert cell_text(pages, "beside/1/done") == "・広げました。※注"
    assert cell_text(pages, "beside/1/owners") == "市（地域福祉課）"
    left, right = boxes(pages, "beside/1/planned")[0], boxes(pages, "beside/1/done")[0]
    assert left.y_mm == right.y_mm
    assert left.x_mm + left.width_mm == pytest.approx(right.x_mm)
    blank = replace(SUMMARY, beside=(replace(SUMMARY.beside[0], done=()),))
    assert cell_text(lay_out(measurer, blank).pages, "beside/1/done") == "（記載なし）"


def test_a_row_taller_than_a_column_flows_on(measurer: QtMeasurer) -> None:
    lines = tuple(f"{number}番目の予定について関係団体と協議を進めます。" * 2 for number in range(150))
    summary = replace(SUMMARY, beside=(replace(SUMMARY.beside[0], planned=lines), SUMMARY.beside[0]))
    pages = lay_out(measurer, summary).pages
    assert len(pages) > 1
    assert cell_text(pages, "beside/1/planned") == squeezed("".join(shown_line(line) for line in lines))
    assert "1-1①（続き）" in cell_text(pages, "beside/1/title")
    assert f"概要{len(pages)}" in text_of(pages[-1:])
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    # Every column that goes on says again what it shows.
    for page in pages[1:]:
        assert "（続き）" in "".join(box.runs[0].text for box in page.boxes if box.name == "beside")
    assert_inside(pages, measurer)


def test_many_goals_go_on_in_the_next_column(measurer: QtMeasurer) -> None:
    goals = tuple(goal(number, ALL, ALL, f"{number}番目の目標" * 6) for number in range(1, 80))
    pages = tuple(lay_out(measurer, replace(SUMMARY, goals=goals)).pages)
    assert len(pages) > 2
    for item in goals:
        assert cell_text(pages, f"{item.label}/title") == squeezed(item.label + item.title)
    assert_inside(pages, measurer)


lines = st.lists(
    st.text(st.sampled_from("あ漢字、。（）「」ーABC12・※【新規】𠮷 "), min_size=1, max_size=90), max_size=30
)


@settings(max_examples=25, deadline=None)
@given(planned=lines, done=lines, words=lines)
def test_nothing_is_ever_cut(measurer: QtMeasurer, planned: list[str], done: list[str], words: list[str]) -> None:
    rows = tuple(
        PlanBesideDone("1-1①", "担い手", Actor.CITY, tuple(words[:3]), tuple(planned), tuple(done)) for _ in range(4)
    )
    summary = replace(
        SUMMARY,
        beside=rows,
        new_measures=tuple(NewMeasure("1-1①", Actor.CITY, text, text) for text in words),
        changes=tuple(change(text, text + "末") for text in words),
        missed=tuple(MissedTarget("1-1①", Actor.CITY, text, text, (text,), 50) for text in words),
    )
    pages = tuple(lay_out(measurer, summary).pages)
    assert_inside(pages, measurer)
    for number in range(1, 5):
        for name, texts in (("planned", planned), ("done", done)):
            shown = squeezed("".join(shown_line(text) for text in texts)) or "（記載なし）"
            assert cell_text(pages, f"beside/{number}/{name}") == shown
    for number, text in enumerate(words, start=1):
        assert squeezed(text) in cell_text(pages, f"new/{number}")
        assert cell_text(pages, f"changes/{number}/text") == squeezed(text + "末")
        assert cell_text(pages, f"missed/{number}/result") == squeezed(text)


def test_the_real_report_fits_one_page_and_loses_nothing(
    measurer: QtMeasurer, real_plan: Plan, pdf_pages: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    numbers = itertools.count()
    plan = with_ids(real_plan, lambda: f"id{next(numbers)}")
    paper = lay_out(measurer, summarise(plan, 2018), EditionNotes())
    assert len(paper.pages) == 1
    assert_inside(paper.pages, measurer)
    for year in (2018, 2019):
        summary = summarise(plan, year)
        target = tmp_path / f"{year}.pdf"
        write_pdf(lay_out(measurer, summary), target)
        printed = squeezed("".join(pdf_pages(target)))
        texts = [text for row in summary.beside for text in (*row.planned, *row.done)]
        texts += [item.text for item in summary.new_measures]
        texts += [text for item in summary.missed for text in (item.indicator, *item.results)]
        texts += [text for item in summary.goals for text in (item.title, item.basic_title)]
        assert [text for text in texts if squeezed(text) not in printed] == []


def test_golden_layout(measurer: QtMeasurer) -> None:
    """The layout as text; ``WELFARE_GOLDEN=write`` writes it anew after a wanted change."""
    drawn = "".join(describe(page) for page in lay_out(measurer).pages)
    path = GOLDEN / "summary.txt"
    if os.environ.get("WELFARE_GOLDEN") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_a_picture_of_a_bar_shows_its_patterns(measurer: QtMeasurer) -> None:
    """Hatched segments are neither all tint nor all stroke, plain ones have one colour beside their number."""
    page = lay_out(measurer).pages[0]
    dots = 150.0
    image = picture(page, dots)
    bar = boxes([page], "1-1/council/bar")[0]
    top, bottom = bar.y_mm, bar.y_mm + bar.height_mm
    segments = [f for f in page.fills if top <= f.y_mm < bottom and bar.x_mm <= f.x_mm < bar.x_mm + bar.width_mm]
    for fill, outcome in zip(segments, Outcome, strict=True):
        shades = {
            image.pixelColor(round(x * dots / 25.4), round((fill.y_mm + 0.6 + step) * dots / 25.4)).lightness() // 24
            for x in (fill.x_mm + 0.5, fill.x_mm + 0.9)
            for step in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
        }
        assert (len(shades) > 1) == (LOOKS[outcome].slant is not None), outcome
