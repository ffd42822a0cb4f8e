"""The official report: page plan, type size, notes, and what stands where on the sample's pages."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from welfare_desktop.domain.errors import Cancelled
from welfare_desktop.domain.measuring import PAPER_FAMILY, width_mm
from welfare_desktop.domain.model import Activity, Plan
from welfare_desktop.domain.official_form import CONTINUED
from welfare_desktop.paper.measurer import QtMeasurer
from welfare_desktop.paper.official import OfficialPaper, PaperFont, lay_out
from welfare_desktop.paper.official_layout import COLUMN_MM, MARGIN_MM, TABLE_END_MM
from welfare_desktop.paper.page import Box, Page, describe

from .sample import PARKS, WELFARE, YEAR, activity, plain, sample_plan, shapes, slot

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
SENTENCE = "地域の集まりを開き、顔の見える関係づくりを進めました。"


def laid_out(measurer: QtMeasurer, plan: Plan, **options: object) -> OfficialPaper:
    return lay_out(plan, YEAR, measurer=measurer, **options)  # type: ignore[arg-type]


def filled(number: int, lines: int) -> Activity:
    """An activity whose council status takes about two printed lines for each of ``lines`` items."""
    entries = [f"{n}回目の{SENTENCE}" for n in range(lines)]
    return activity(
        number, f"長い活動{number}", council=[slot(900 + number, (), entries)], city=[], identity=900 + number
    )


def check_golden(name: str, pages: Sequence[Page]) -> None:
    """Compare a layout with the one on file; ``WELFARE_GOLDEN=write`` writes it anew after a wanted change."""
    drawn = "\n".join(describe(page) for page in pages)
    path = GOLDEN / name
    if os.environ.get("WELFARE_GOLDEN") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def cells(page: Page) -> list[Box]:
    """The boxes of the table's body."""
    return [box for box in page.boxes if re.match(r"\d+-\d+-\d+/", box.name)]


def text_of(box: Box) -> str:
    return "".join(run.text for run in box.runs)


def test_the_sample_is_set_as_on_file(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan(), made_on=dt.date(2020, 5, 20), maker="見本市社会福祉協議会")
    check_golden("official_sample.txt", paper.pages)


def test_rows_taller_than_a_page_are_set_as_on_file(qt_measurer: QtMeasurer) -> None:
    entries = [f"{n}回目の{SENTENCE}" for n in range(12)]
    city = [slot(1, (WELFARE, PARKS), entries), slot(2, (), entries[:3])]
    long = activity(2, "長い活動", council=[slot(3, (), entries[:5])], city=city, initiatives=(entries[:4], ()))
    paper = laid_out(qt_measurer, sample_plan((plain(1, 1), long)), font=PaperFont(sizes_pt=(24.0,)))
    check_golden("official_large_print.txt", paper.pages[1:])


def test_a_bullet_is_never_left_alone(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan((shapes(),)), font=PaperFont(sizes_pt=(24.0,)))
    assert not [run for page in paper.pages for run in page.runs if run.text.strip() == "・"]


def test_what_is_printed_lies_in_its_frame_and_on_the_page(qt_measurer: QtMeasurer) -> None:
    for sizes in ((8.5,), (24.0,)):
        paper = laid_out(qt_measurer, sample_plan(), font=PaperFont(sizes_pt=sizes))
        for page in paper.pages:
            for box in page.boxes:
                assert box.x_mm >= 0
                assert box.x_mm + box.width_mm <= page.width_mm
                for run in box.runs:
                    right = run.x_mm + width_mm(qt_measurer, run.text.rstrip(), run.font)
                    assert box.x_mm - 1e-6 <= run.x_mm, (box.name, run.text)
                    assert right <= box.x_mm + box.width_mm + 0.05, (box.name, run.text)
                    assert box.y_mm - 0.6 <= run.baseline_mm - 0.88 * run.font.em_mm, (box.name, run.text)
                    assert run.baseline_mm + 0.12 * run.font.em_mm <= box.y_mm + box.height_mm + 0.6, box.name


def test_cells_do_not_overlap_and_fill_their_table(qt_measurer: QtMeasurer) -> None:
    for sizes in ((8.5,), (24.0,)):
        paper = laid_out(qt_measurer, sample_plan(), font=PaperFont(sizes_pt=sizes))
        for page in paper.pages[paper.contents_pages :]:
            boxes = cells(page)
            top = min(box.y_mm for box in boxes)
            bottom = max(box.y_mm + box.height_mm for box in boxes)
            assert bottom <= TABLE_END_MM + 1e-6
            area = sum(box.width_mm * box.height_mm for box in boxes)
            assert area == pytest.approx(sum(COLUMN_MM) * (bottom - top), rel=1e-6)
            # Equal area and no overlap per column: cells of one column lie one below the other.
            for column in {box.x_mm for box in boxes}:
                edges = sorted((box.y_mm, box.y_mm + box.height_mm) for box in boxes if box.x_mm == column)
                assert all(a[1] == pytest.approx(b[0]) for a, b in pairwise(edges))


def test_every_page_has_its_headings_borders_and_number(qt_measurer: QtMeasurer) -> None:
    plan = sample_plan((filled(1, 90), filled(2, 5)))
    paper = laid_out(qt_measurer, plan)
    pages = paper.pages[paper.contents_pages :]
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        names = [box.name for box in page.boxes]
        assert page.number == number
        assert f"－ {number} －" in text_of(page.boxes[names.index("footer")])
        for field in ("title", "residents_role", "actions", "council", "city", "city/departments", "council/results"):
            assert f"header/{field}" in names
        boxes = cells(page)
        left, right = MARGIN_MM, MARGIN_MM + sum(COLUMN_MM)
        for edge in (min(box.y_mm for box in boxes), max(box.y_mm + box.height_mm for box in boxes)):
            closed = [r for r in page.rules if r.y1_mm == r.y2_mm and abs(r.y1_mm - edge) < 1e-6]
            assert any(r.x1_mm <= left + 1e-6 and r.x2_mm >= right - 1e-6 for r in closed)
    headings = [text_of(box) for page in pages for box in page.boxes if box.name == "activity_goal"]
    assert not headings[0].endswith(CONTINUED)
    assert headings[1].endswith(CONTINUED)


def test_a_cut_activity_names_itself_again_and_loses_no_line(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan((filled(1, 90),)))
    parts = [
        text_of(box)
        for page in paper.pages
        for box in cells(page)
        if box.name.removesuffix(CONTINUED) == f"1-1-1/council/status@{YEAR}"
    ]
    assert len(parts) > 1
    assert "".join(parts) == "".join(f"・{n}回目の{SENTENCE}" for n in range(90))
    titles = [text_of(box) for page in paper.pages for box in cells(page) if box.name == f"1-1-1/title{CONTINUED}"]
    assert titles == ["①（続き）長い活動1"] * (len(parts) - 1)


def test_departments_are_named_again_with_the_continuation_mark(qt_measurer: QtMeasurer) -> None:
    entries = [f"{n}回目の{SENTENCE}" for n in range(40)]
    city = [slot(1, (WELFARE, PARKS), entries), slot(2, (), entries)]
    paper = laid_out(qt_measurer, sample_plan((activity(1, "長い活動", council=[], city=city),)))
    boxes = [box for page in paper.pages for box in cells(page)]
    first = [text_of(box) for box in boxes if box.name.startswith("1-1-1/city/departments")]
    assert len(first) > 1
    assert first == ["福祉課公園緑地課", *["福祉課公園緑地課（続き）"] * (len(first) - 1)]
    # Nobody is responsible for the second slot: on paper its place stays empty, also when it goes on.
    second = [text_of(box) for box in boxes if box.name.startswith("1-1-1/city.2/departments")]
    assert len(second) > 1
    assert set(second) == {""}


def test_blank_and_none_look_different(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan((shapes(),)))
    found = {box.name: box for page in paper.pages for box in cells(page)}
    dash = found[f"1-1-2/city/results@{YEAR}"]
    middle = dash.runs[0].x_mm + width_mm(qt_measurer, "—", dash.runs[0].font) / 2
    assert text_of(dash) == "—"
    assert middle == pytest.approx(dash.x_mm + dash.width_mm / 2)
    assert text_of(found["1-1-2/organizations_role"]) == ""


def test_tags_are_bold_and_whole(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan())
    tags = [run for page in paper.pages for run in page.runs if "【" in run.text]
    assert {run.text for run in tags} == {"【新規】", "【再掲】"}
    assert all(run.font.bold for run in tags)


def test_page_numbers_of_the_contents_are_those_of_the_pages(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan((filled(1, 30), filled(2, 60), filled(3, 30), plain(4, 4))))
    listed = {
        tuple(int(part) for part in box.name.removesuffix("/page").split("-")): int(text_of(box))
        for page in paper.pages[: paper.contents_pages]
        for box in page.boxes
        if box.name.endswith("/page")
    }
    first: dict[tuple[int, ...], int] = {}
    for page in paper.pages[paper.contents_pages :]:
        for box in cells(page):
            if box.name.endswith("/title"):
                first[tuple(int(part) for part in box.name.removesuffix("/title").split("-"))] = page.number or 0
    assert listed == first == dict(paper.page_of)
    assert max(first.values()) > 3


def test_an_activity_goes_over_whole_when_it_fits_on_an_empty_page(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan((filled(1, 20), filled(2, 20))))
    assert paper.page_of[(1, 1, 1)] == 1
    assert paper.page_of[(1, 1, 2)] == 2
    assert (1, 1, 2) in paper.plan.starts_page
    names = [box.name for page in paper.pages for box in cells(page)]
    assert not any(CONTINUED in name for name in names)


def test_one_that_fits_no_page_begins_below_the_others_if_eight_lines_fit(qt_measurer: QtMeasurer) -> None:
    assert laid_out(qt_measurer, sample_plan((filled(1, 5), filled(2, 60)))).page_of[(1, 1, 2)] == 1
    assert laid_out(qt_measurer, sample_plan((filled(1, 26), filled(2, 60)))).page_of[(1, 1, 2)] == 2


def test_no_page_is_left_empty_before_a_first_activity_that_only_fits_an_untitled_page(
    qt_measurer: QtMeasurer,
) -> None:
    for lines in range(26, 32):
        paper = laid_out(qt_measurer, sample_plan((filled(1, lines),)))
        assert all(cells(page) for page in paper.pages[paper.contents_pages :])
        assert paper.page_of[(1, 1, 1)] == 1


def test_a_size_step_is_taken_only_to_keep_a_goal_on_its_pages_and_told(qt_measurer: QtMeasurer) -> None:
    usual = laid_out(qt_measurer, sample_plan((filled(1, 25),)))
    assert (usual.size_pt, usual.notes) == (8.5, ())
    sizes = {}
    for lines in range(25, 45):
        paper = laid_out(qt_measurer, sample_plan((filled(1, lines),)))
        sizes[paper.size_pt] = paper
        if paper.size_pt < 8.5:
            assert "1-1" in paper.notes[0]
            assert f"{paper.size_pt:g}" in paper.notes[0]
            assert paper.plan.first_page[(1, 2)] <= 3
    assert set(sizes) == {8.5, 8.0, 7.5}


def test_wanted_pages_hold_a_goal_where_it_was_or_say_that_they_cannot(qt_measurer: QtMeasurer) -> None:
    def pages(paper: OfficialPaper) -> int:
        return paper.plan.first_page[(1, 2)] - 1

    def small(plan: Plan) -> OfficialPaper:
        return laid_out(qt_measurer, plan, font=PaperFont(sizes_pt=(7.5,)))

    plans = (sample_plan(tuple(filled(n, lines) for n in range(1, 10))) for lines in range(4, 20))
    plan = next(plan for plan in plans if 2 < pages(small(plan)) < pages(laid_out(qt_measurer, plan)))
    usual = laid_out(qt_measurer, plan)
    assert (usual.size_pt, usual.notes) == (8.5, ())
    kept = laid_out(qt_measurer, plan, wanted_pages={(1, 1): pages(usual) - 1})
    assert kept.size_pt < 8.5
    assert pages(kept) < pages(usual)
    grown = laid_out(qt_measurer, plan, wanted_pages={(1, 1): 1})
    assert grown.size_pt == 8.5
    assert pages(grown) == pages(usual)
    assert "ページが増えました" in grown.notes[0]


def test_a_person_may_start_a_page_before_an_activity(qt_measurer: QtMeasurer) -> None:
    plan = sample_plan()
    assert laid_out(qt_measurer, plan).page_of[(1, 1, 3)] == 1
    paper = laid_out(qt_measurer, plan, start_page=frozenset({(1, 1, 3)}))
    assert paper.page_of[(1, 1, 3)] == 2
    assert paper.size_pt == 8.5


def test_several_council_slots_say_whose_they_are(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan())
    found = {box.name: text_of(box) for page in paper.pages for box in cells(page)}
    assert found[f"1-1-2/council/status@{YEAR}"].startswith("〔北部支所〕・北の")
    assert found[f"1-1-2/council.2/status@{YEAR}"].startswith("〔南部支所〕・南の")


def test_what_is_retired_is_not_printed(qt_measurer: QtMeasurer) -> None:
    plan = sample_plan((plain(1, 1), replace(plain(2, 2), retired_from=YEAR), plain(3, 3)))
    assert (1, 1, 2) not in laid_out(qt_measurer, plan).page_of


def test_an_empty_plan_still_gives_a_contents_page(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, replace(sample_plan(), basic_goals=()))
    assert len(paper.pages) == paper.contents_pages == 1


def test_a_long_contents_goes_on_over_pages(qt_measurer: QtMeasurer) -> None:
    paper = laid_out(qt_measurer, sample_plan(tuple(plain(n, n) for n in range(1, 91))))
    assert paper.contents_pages > 1
    rows = [
        box.name for page in paper.pages[: paper.contents_pages] for box in page.boxes if box.name.endswith("/page")
    ]
    assert len(rows) == len(set(rows)) == len(paper.page_of)
    second = {box.name: text_of(box) for box in paper.pages[1].boxes}
    assert second["1/title"].endswith(CONTINUED)
    assert second["1-1/title"].endswith(CONTINUED)
    for page in paper.pages[: paper.contents_pages]:
        assert max(rule.y2_mm for rule in page.rules) <= 282.5 + 1e-6


def test_unconfirmed_drafts_and_letters_without_a_font_are_told(qt_measurer: QtMeasurer) -> None:
    item = plain(1, 1)
    drafted = replace(item.city.slots[0], planned={YEAR + 1: replace(item.city.slots[0].planned[YEAR + 1], draft=True)})
    strange = replace(item, title="外字\U00100000の活動", city=replace(item.city, slots=(drafted,)))
    paper = laid_out(qt_measurer, sample_plan((strange,)))
    notes = paper.notes
    assert any("下書きが 1 欄" in note for note in notes)
    assert any("U+100000" in note for note in notes)
    feet = [text_of(box) for page in paper.pages[paper.contents_pages :] for box in page.boxes if box.name == "footer"]
    assert feet and all("下書き 1 欄を含みます" in foot for foot in feet)  # a draft that was printed looks like one


def test_stopping_stops(qt_measurer: QtMeasurer) -> None:
    class Stopper:
        def step(self, done: int, total: int, label: str) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        laid_out(qt_measurer, sample_plan(), progress=Stopper())


def test_another_font_is_measured_as_itself(qt_measurer: QtMeasurer) -> None:
    wide = qt_measurer.advances("BIZ UDGothic", False)
    assert wide["あ"] == pytest.approx(1.0, abs=0.01)
    assert qt_measurer.advances(PAPER_FAMILY, False)["2"] < 0.8
    paper = laid_out(qt_measurer, sample_plan(), font=PaperFont("BIZ UDGothic"))
    assert {run.font.family for page in paper.pages for run in page.runs} == {"BIZ UDGothic"}
