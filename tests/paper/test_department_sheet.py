"""Department sheets: only a department's own entries, all of them, with room to write."""

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

from tests.builders import small_plan
from welfare_desktop.domain.errors import Cancelled, InvalidValue
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Lines,
    Plan,
    Result,
    Slot,
)
from welfare_desktop.domain.text import shown_line
from welfare_desktop.paper.department_sheet import DepartmentPaper, lay_out_department, lay_out_departments
from welfare_desktop.paper.department_sheet_content import OfficeNotes, SheetMode, sheet_content, sheet_owners
from welfare_desktop.paper.department_sheet_flow import LEAST_RULED, RULED_MM
from welfare_desktop.paper.department_sheet_page import COLUMN_X_MM, FIGURE_X_MM, TABLE_END_MM
from welfare_desktop.paper.measurer import QtMeasurer
from welfare_desktop.paper.page import Box, Page, describe
from welfare_desktop.paper.painter import write_pdf

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
WELFARE = Department("地域福祉課", "d1")
CIVIC = Department("協働推進課", "d2", (("市民活動課", 2018),))
OFFICE = OfficeNotes("令和2年4月24日（金）", ("○○会 地域係", "電話 000-000-0000"), "R1-01", "○○会")


@pytest.fixture(scope="module")
def measurer(qt_measurer: QtMeasurer) -> QtMeasurer:
    return qt_measurer


def slot(words: str, *departments: Department, **changes: object) -> Slot:
    """A slot with text of two years, two indicators and results that answer them."""
    made = Slot(
        departments,
        {2018: Entry((f"{words}を行いました。", "※ 注記です。")), 2019: Entry((f"{words}を続けました。",))},
        {2019: Entry((f"{words}を続けます。",)), 2020: Entry((f"{words}を広げます。",), draft=True)},
        (Indicator(f"{words}研修 年2回 交流会 H32(2020) 30人", f"{words}1"), Indicator(f"{words}調査", f"{words}2")),
        {2018: (Result(f"{words}研修 1回", link=f"{words}1"), Result(f"{words}その他", link=""))},
        id=f"s{words}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def plan_of(*slots: Slot, first_year: int = 2018, initiatives: Lines = ("広報紙での周知【新規】",)) -> Plan:
    """A plan with one activity whose city part holds ``slots``."""
    council = ActorPart(Actor.COUNCIL, ("講座の開催",), (slot("社協の講座"),))
    activity = Activity(1, "担い手の確保", (), (), council, ActorPart(Actor.CITY, initiatives, slots))
    goal = BasicGoal(1, "ひとづくり", (ActivityGoal(2, "人材の育成", (activity,)),))
    return Plan("福祉計画", "理念", first_year, 2022, (WELFARE, CIVIC), (goal,), dataset_id="data")


def text_of(pages: Sequence[Page]) -> str:
    """All text in reading order, without the breaks the layout put in."""
    return "".join(run.text for page in pages for run in page.runs).replace("　", "").replace(" ", "")


def squeezed(text: str) -> str:
    return "".join(text.split())


def boxes(pages: Sequence[Page], name: str) -> Iterator[Box]:
    return (box for page in pages for box in page.boxes if box.name.removesuffix("（続き）") == name)


def cell_text(pages: Sequence[Page], name: str) -> str:
    """The text of one cell over all pages."""
    return squeezed("".join(run.text for box in boxes(pages, name) for run in box.runs))


def expected(lines: Lines) -> str:
    return squeezed("".join(shown_line(line) for line in lines))


def lay_out(measurer: QtMeasurer, plan: Plan, name: str = "地域福祉課", **changes: object) -> DepartmentPaper:
    options: dict[str, object] = {"office": OFFICE} | changes
    return lay_out_department(plan, name, 2019, measurer=measurer, **options)  # type: ignore[arg-type]


def test_last_year_stands_beside_the_space_for_this_year(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE))).pages
    assert cell_text(pages, "1-2-1/city/status@2018") == "・相談を行いました。※注記です。"
    assert cell_text(pages, "1-2-1/city/planned@2019") == "・相談を続けます。"
    assert cell_text(pages, "1-2-1/city/initiatives") == "・広報紙での周知【新規】"
    assert cell_text(pages, "1-2-1/city/status@2019") == "該当なし（—）"
    assert cell_text(pages, "1-2-1/city/planned@2020") == "該当なし（—）昨年度の予定と同じ"


def test_headings_name_the_years(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE))).pages
    text = text_of(pages)
    for heading in (
        "平成30年度実施状況",
        "令和元年度実施予定（昨年度提出）",
        "令和元年度実施状況",
        "令和2年度実施予定",
        "平成30年度実績",
        "令和元年度実績（数値と単位を記入）",
    ):
        assert heading in text


def test_office_notes_stand_on_the_sheet(measurer: QtMeasurer) -> None:
    paper = lay_out(measurer, plan_of(slot("相談", WELFARE)), made_on=dt.date(2020, 4, 1))
    text = text_of(paper.pages)
    for words in ("地域福祉課", "令和2年4月24日（金）", "○○会地域係", "電話000-000-0000", "整理番号R1-01"):
        assert words in text
    assert "令和2年4月1日作成○○会" in text


def test_a_long_contact_is_broken_and_none_of_it_is_cut(measurer: QtMeasurer) -> None:
    contact = tuple(f"{number}番目の係 " + "内線一二三四五六七八九〇" * 4 for number in range(1, 5))
    notes = replace(OFFICE, contact=contact, deadline="令和2年4月24日（金）午後5時15分まで（郵送の場合は当日消印有効）")
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE)), office=notes).pages
    assert cell_text(pages[:1], "contact") == squeezed("".join(contact))
    assert cell_text(pages[:1], "deadline") == squeezed(notes.deadline)
    assert_inside(pages)


def test_targets_are_said_by_the_program_with_era_years(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE))).pages
    targets = ["".join(run.text for run in box.runs) for box in boxes(pages, "1-2-1/city/targets")]
    assert targets == ["相談研修 毎年 2回", "交流会 令和2(2020)年度 30人", "数値目標なし", "—"]
    answers = ["".join(run.text for run in box.runs) for box in boxes(pages, "1-2-1/city/results@2019")]
    assert answers == ["回実績なし", "人実績なし", "実績なし", "実績なし"]
    # The wording stays as it was typed.
    assert "相談研修年2回交流会H32(2020)30人" in text_of(pages)


def test_last_results_stand_beside_the_indicator_they_answer(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE))).pages
    shown = [squeezed("".join(run.text for run in box.runs)) for box in boxes(pages, "1-2-1/city/results@2018")]
    assert shown == ["・相談研修1回", "（記載なし）", "・相談その他"]
    wordings = [squeezed("".join(run.text for run in box.runs)) for box in boxes(pages, "1-2-1/city/indicators")]
    assert wordings[-1] == "（上記以外の実績）"


def test_a_lone_dash_answers_every_indicator(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE, results={2018: (Result("—"),)}))).pages
    shown = ["".join(run.text for run in box.runs) for box in boxes(pages, "1-2-1/city/results@2018")]
    assert shown == ["—", "—"]


def test_a_slot_without_figures_has_no_table_for_them(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE, indicators=(), results={}))).pages
    assert "指標と実績" not in text_of(pages)


def test_the_first_year_of_a_plan_has_no_last_year(measurer: QtMeasurer) -> None:
    plan = plan_of(slot("相談", WELFARE, status={}, planned={}, results={}), first_year=2019)
    pages = lay_out(measurer, plan).pages
    sentence = "計画の初年度のため、前年度の記載はありません。"
    assert cell_text(pages, "1-2-1/city/status@2018") == sentence
    assert cell_text(pages, "1-2-1/city/planned@2019") == sentence
    assert "（計画の初年度）" in cell_text(pages, "1-2-1/city/results@2018")


def test_a_year_without_entries_is_not_taken_for_the_first_one(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE, status={}, planned={}, results={}))).pages
    assert cell_text(pages, "1-2-1/city/status@2018") == "（記載なし）"


def test_only_the_departments_own_slots(measurer: QtMeasurer) -> None:
    plan = plan_of(slot("相談", WELFARE), slot("他課の仕事", CIVIC), slot("担当なし"))
    text = text_of(lay_out(measurer, plan).pages)
    assert "相談" in text
    assert "他課の仕事" not in text
    assert "担当なし" not in text
    assert "社協の講座" not in text
    # The address tells the second slot from the first.
    assert list(boxes(lay_out(measurer, plan, "協働推進課").pages, "1-2-1/city.2/status@2019"))


def test_a_shared_slot_names_the_others_as_they_were_called(measurer: QtMeasurer) -> None:
    plan = plan_of(slot("相談", WELFARE, CIVIC))
    assert "共同：協働推進課" in text_of(lay_out(measurer, plan).pages)
    old = lay_out_department(plan, "地域福祉課", 2018, measurer=measurer)
    assert "共同：市民活動課" in text_of(old.pages)


def test_a_renamed_department_gets_the_name_of_the_year(measurer: QtMeasurer) -> None:
    plan = plan_of(slot("相談", CIVIC))
    paper = lay_out_department(plan, "協働推進課", 2018, measurer=measurer)
    assert cell_text(paper.pages, "department") == "市民活動課"
    assert "協働推進課" not in text_of(paper.pages)


@pytest.mark.parametrize("level", ["slot", "activity", "activity_goal", "basic_goal"])
def test_what_is_retired_gets_no_sheet(measurer: QtMeasurer, level: str) -> None:
    retired = 2019
    plan = plan_of(slot("相談", WELFARE, retired_from=retired if level == "slot" else None))
    basic = plan.basic_goals[0]
    goal = basic.activity_goals[0]
    activity = goal.activities[0]
    if level == "activity":
        goal = replace(goal, activities=(replace(activity, retired_from=retired),))
    if level == "activity_goal":
        goal = replace(goal, retired_from=retired)
    basic = replace(basic, activity_goals=(goal,), retired_from=retired if level == "basic_goal" else None)
    plan = replace(plan, basic_goals=(basic,))
    assert sheet_owners(plan, 2018) == ("地域福祉課",)
    assert sheet_owners(plan, 2019) == ()
    assert sheet_content(plan, "地域福祉課", 2019).bands == ()
    text = text_of(lay_out(measurer, plan).pages)
    assert "この年度に担当する記入欄はありません。" in text
    assert "相談" not in text


def test_the_office_and_the_unassigned_are_asked_for_by_name(measurer: QtMeasurer) -> None:
    plan = plan_of(slot("相談", WELFARE), slot("担当なし"))
    assert sheet_owners(plan, 2019) == ("地域福祉課",)
    assert "社協の講座" in text_of(lay_out(measurer, plan, "市社会福祉協議会").pages)
    assert "市社会福祉協議会の取組み（計画）" in text_of(lay_out(measurer, plan, "市社会福祉協議会").pages)
    assert "担当なし" in text_of(lay_out(measurer, plan, "未割当").pages)


def test_every_sheet_counts_its_own_pages(measurer: QtMeasurer) -> None:
    many = tuple(slot(f"事業{number}", WELFARE) for number in range(7))
    plan = plan_of(*many, slot("催し", CIVIC))
    paper = lay_out_departments(plan, ("地域福祉課", "協働推進課"), 2019, measurer=measurer)
    numbers = [page.number for page in paper.pages]
    first = paper.first_pages["協働推進課"]
    assert first > 1
    assert numbers == [*range(1, first + 1), *range(1, len(paper.pages) - first + 1)]
    assert f"{first}/{first}" in text_of([paper.pages[first - 1]])
    assert "1/1" in text_of([paper.pages[first]])
    single = lay_out_department(plan, "協働推進課", 2019, measurer=measurer)
    assert [describe(page) for page in single.pages] == [describe(page) for page in paper.pages[first:]]


def test_blank_sheets_have_lines_for_the_pen(measurer: QtMeasurer) -> None:
    pages = lay_out(measurer, plan_of(slot("相談", WELFARE), slot("見守り", WELFARE))).pages
    for page in pages:
        for box in page.boxes:
            if box.name.endswith(("status@2019", "planned@2020")):
                inside = [
                    rule
                    for rule in page.rules
                    if rule.dotted
                    and box.x_mm < rule.x1_mm < rule.x2_mm < box.x_mm + box.width_mm
                    and box.y_mm < rule.y1_mm < box.y_mm + box.height_mm
                ]
                assert len(inside) >= LEAST_RULED
                heights = sorted(rule.y1_mm for rule in inside)
                assert all(b - a == pytest.approx(RULED_MM) for a, b in itertools.pairwise(heights))


def test_present_text_takes_the_place_of_the_lines(measurer: QtMeasurer) -> None:
    results = {2019: (Result("研修 3回", link="相談1"), Result("交流会 中止", link="相談1"))}
    plan = plan_of(slot("相談", WELFARE, results=results))
    pages = lay_out(measurer, plan, mode=SheetMode.PRESENT).pages
    assert cell_text(pages, "1-2-1/city/status@2019") == "・相談を続けました。該当なし（—）"
    assert cell_text(pages, "1-2-1/city/planned@2020").startswith("【下書き（未確定）】・相談を広げます。")
    assert cell_text(pages, "1-2-1/city/results@2019").startswith("・研修3回・交流会中止実績なし")
    blank = text_of(lay_out(measurer, plan).pages)
    assert "相談を続けました" not in blank
    assert "研修3回" not in blank


def ticks(page: Page) -> int:
    """How many boxes are ticked: a tick is the only slanted line of a sheet."""
    return sum(rule.x1_mm != rule.x2_mm and rule.y1_mm != rule.y2_mm for rule in page.rules) // 2


def test_boxes_are_ticked_only_for_what_is_known(measurer: QtMeasurer) -> None:
    none = Entry(("—",))
    same = {2019: Entry(("続けます。",)), 2020: Entry(("続けます。",))}
    filled = slot("相談", WELFARE, status={2019: none}, planned=same, results={2019: (Result("－"),)}, indicators=())
    assert ticks(lay_out(measurer, plan_of(filled), mode=SheetMode.PRESENT).pages[0]) == 3
    assert ticks(lay_out(measurer, plan_of(filled)).pages[0]) == 0
    unlike = slot("相談", WELFARE, status={}, planned={}, results={})
    assert ticks(lay_out(measurer, plan_of(unlike), mode=SheetMode.PRESENT).pages[0]) == 0


def assert_inside(pages: Sequence[Page]) -> None:
    """No text leaves its page, and none of the table's leaves the table."""
    for page in pages:
        for box in page.boxes:
            in_table = "/" in box.name and not box.name.startswith(("header", "label"))
            for run in box.runs:
                assert 5.0 < run.x_mm < page.width_mm - 5.0
                assert 5.0 < run.baseline_mm < page.height_mm - 3.0
                if in_table:
                    assert box.y_mm < run.baseline_mm < box.y_mm + box.height_mm + 1e-6
                    assert box.y_mm + box.height_mm < TABLE_END_MM + 0.01


def test_a_text_taller_than_a_page_flows_on(measurer: QtMeasurer) -> None:
    long = tuple(f"{number}番目の取組みについて、関係する団体と協議しながら進めました。" for number in range(120))
    plan = plan_of(slot("相談", WELFARE, status={2018: Entry(long)}), slot("見守り", WELFARE))
    pages = lay_out(measurer, plan).pages
    assert len(pages) >= 4
    assert cell_text(pages, "1-2-1/city/status@2018") == expected(long)
    assert_inside(pages)
    # The label is said again where the text goes on, and the space to write goes on beside it.
    assert [squeezed("".join(run.text for run in box.runs)) for box in boxes(pages, "1-2-1/title")][1] == (
        "011-2①（続き）担い手の確保"
    )
    written = list(boxes(pages, "1-2-1/city/status@2019"))
    assert len(written) == len(list(boxes(pages, "1-2-1/city/status@2018")))


def test_indicators_taller_than_a_page_flow_on(measurer: QtMeasurer) -> None:
    wording = "とても長い指標の名前を持つ研修会" * 200 + " 年2回"
    many = tuple(Indicator(f"{number}番の会 年{number}回", f"i{number}") for number in range(1, 60))
    plan = plan_of(slot("相談", WELFARE, indicators=(Indicator(wording, "i"), *many), results={}))
    pages = lay_out(measurer, plan).pages
    assert cell_text(pages, "1-2-1/city/indicators") == squeezed(wording + "".join(item.text for item in many))
    assert "毎年59回" in cell_text(pages, "1-2-1/city/targets")
    assert "指標と実績（続き）" in text_of(pages)
    assert_inside(pages)


line = st.text(st.sampled_from("あ漢字、。（）「」ーABC123 ・※○【新規】𠮷"), min_size=1, max_size=120).map(
    lambda text: f"始{text.strip()}終"
)


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.lists(line, max_size=25), min_size=5, max_size=5),
    count=st.integers(1, 4),
    mode=st.sampled_from(SheetMode),
)
def test_nothing_is_ever_cut(measurer: QtMeasurer, texts: list[list[str]], count: int, mode: SheetMode) -> None:
    status, planned, now, following, results = (tuple(lines) for lines in texts)
    filled = Slot(
        (WELFARE,),
        {2018: Entry(status), 2019: Entry(now)},
        {2019: Entry(planned), 2020: Entry(following)},
        tuple(Indicator(text, f"i{number}") for number, text in enumerate(results)),
        {2018: tuple(Result(text) for text in status), 2019: tuple(Result(text) for text in results)},
    )
    pages = tuple(lay_out(measurer, plan_of(*(filled,) * count, initiatives=planned), mode=mode).pages)
    assert_inside(pages)
    fields = {"status@2018": status, "planned@2019": planned}
    if mode is SheetMode.PRESENT:
        fields |= {"status@2019": now, "planned@2020": following}
    for number in range(1, count + 1):
        path = "1-2-1/city" + (f".{number}" if number > 1 else "")
        for field, lines in fields.items():
            if lines:
                assert expected(lines) in cell_text(pages, f"{path}/{field}")
        assert cell_text(pages, f"{path}/indicators").startswith(squeezed("".join(results)))
        answers = cell_text(pages, f"{path}/results@2018")
        assert all(expected((text,)) in answers for text in status)


def test_real_department_sheets_lose_nothing(
    measurer: QtMeasurer, real_plan: Plan, pdf_pages: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    numbers = itertools.count()
    plan = with_ids(real_plan, lambda: f"id{next(numbers)}")
    owners = sheet_owners(plan, 2019)
    assert len(owners) == 14
    paper = lay_out_departments(plan, owners, 2019, measurer=measurer)
    target = tmp_path / "sheets.pdf"
    write_pdf(paper, target)
    printed = pdf_pages(target)
    starts = [*paper.first_pages.values(), len(printed)]
    assert list(paper.first_pages) == list(owners)
    for owner, (first, end) in zip(owners, itertools.pairwise(starts), strict=True):
        sheet = squeezed("".join(printed[first:end]))
        for band in sheet_content(plan, owner, 2019).bands:
            figures = [text for item in band.figures for text in (item.wording, *item.last)]
            for text in (*band.initiatives, *band.last_status, *band.last_planned, *figures, band.title):
                assert squeezed(text) in sheet, (owner, band.label, text)
    assert_inside(paper.pages)


def test_a_long_job_can_be_stopped(measurer: QtMeasurer) -> None:
    class Impatient:
        def step(self, done: int, total: int, label: str) -> None:
            assert total == 2
            if done:
                raise Cancelled

    plan = plan_of(slot("相談", WELFARE), slot("催し", CIVIC))
    with pytest.raises(Cancelled):
        lay_out_departments(plan, ("地域福祉課", "協働推進課"), 2019, measurer=measurer, progress=Impatient())


def test_no_department_at_all_is_refused(measurer: QtMeasurer) -> None:
    with pytest.raises(InvalidValue, match="担当課がありません"):
        lay_out_departments(plan_of(), (), 2019, measurer=measurer)


@pytest.mark.parametrize("mode", SheetMode)
def test_golden_layout(measurer: QtMeasurer, mode: SheetMode) -> None:
    """The layout as text; ``WELFARE_GOLDEN=write`` writes it anew after a wanted change."""
    plan = plan_of(slot("相談", WELFARE, CIVIC), slot("見守り", WELFARE))
    paper = lay_out(measurer, plan, mode=mode, made_on=dt.date(2020, 4, 1))
    drawn = "".join(describe(page) for page in paper.pages)
    path = GOLDEN / f"department_sheet_{mode}.txt"
    if os.environ.get("WELFARE_GOLDEN") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_the_small_plan_of_other_tests_prints(measurer: QtMeasurer) -> None:
    paper = lay_out_department(small_plan(), "協働推進課", 2019, measurer=measurer)
    assert [page.number for page in paper.pages] == [1]
    assert FIGURE_X_MM[0] == COLUMN_X_MM[0]
    assert FIGURE_X_MM[-1] == COLUMN_X_MM[-1]
