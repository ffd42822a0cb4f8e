"""Reading the official workbook back: own files whole, files of other hands as far as their content allows."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.exchange.libreoffice import convert
from tests.paper.sample import (
    LIBRARY,
    NORTH,
    PARKS,
    SOUTH,
    WELFARE,
    YEAR,
    activity,
    plain,
    sample_plan,
    shapes,
    slot,
)
from welfare_desktop.domain.errors import ExchangeError, NotAReport
from welfare_desktop.domain.model import (
    Activity,
    Entry,
    Indicator,
    Judgement,
    JudgementOverride,
    Plan,
    Result,
    Slot,
    Target,
    TargetKind,
)
from welfare_desktop.domain.text import canonical_lines
from welfare_desktop.exchange.keys import Identity
from welfare_desktop.exchange.official_lines import read_items, read_names
from welfare_desktop.exchange.official_reading import read_official_workbook
from welfare_desktop.exchange.official_workbook import OfficialOptions, official_workbook, write_official
from welfare_desktop.exchange.reading import Reading
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.operations.dumping import dump
from welfare_desktop.paper.measurer import QtMeasurer
from welfare_desktop.paper.official import lay_out

IDENTITY = Identity(
    "official", "01234567-89ab-4cde-8f01-23456789abcd", "f0000000-0000-4000-8000-00000000000f", YEAR, 7, "2020-05-20"
)


@pytest.fixture(scope="module")
def measurer() -> QtMeasurer:
    return QtMeasurer()


@pytest.fixture(scope="module")
def real_plan(report_text: str) -> Plan:
    return read_report_text(report_text).plan


def said(plan: Plan) -> dict[str, Any]:
    """What a dump says apart from which data file it is of."""
    content = dump(plan)
    del content["dataset_id"]
    return content


def texts(plan: Plan, year: int = YEAR) -> list[Any]:
    """All the report prints of a plan, in order."""
    found: list[Any] = [plan.title, plan.vision, [item.name for item in plan.departments]]
    for basic, goal, item in plan.walk():
        found += [basic.title, goal.title, item.number, item.title, item.residents_role, item.organizations_role]
        for part in item.parts:
            found.append(part.initiatives)
            for one in part.slots:
                entries = (one.status.get(year, Entry()).lines, one.planned.get(year + 1, Entry()).lines)
                figures = ([i.text for i in one.indicators], [r.text for r in one.results.get(year, ())])
                found.append((one.department_names, *entries, *figures))
    return found


def write(measurer: QtMeasurer, plan: Plan, path: Path, year: int = YEAR, identity: Identity | None = None) -> Path:
    pages = lay_out(plan, year, measurer=measurer).plan
    options = OfficialOptions(identity=identity)
    write_official(plan, year, path, measurer=measurer, pages=pages, options=options, force=True)
    return path


def changed(path: Path, change: Callable[[Workbook], None]) -> Path:
    """Edit a workbook as a person or a program would, and return it."""
    workbook = openpyxl.load_workbook(path)
    change(workbook)
    workbook.save(path)
    return path


def with_first_activity(plan: Plan, activity: Activity) -> Plan:
    basic = plan.basic_goals[0]
    goal = basic.activity_goals[0]
    goal = replace(goal, activities=(activity, *goal.activities[1:]))
    basic = replace(basic, activity_goals=(goal, *basic.activity_goals[1:]))
    return replace(plan, basic_goals=(basic, *plan.basic_goals[1:]))


def codes(reading: Reading) -> list[str]:
    return sorted({warning.code for warning in reading.warnings})


def tall(number: int, items: int) -> Activity:
    entries = [f"{n}回目の集まりを開き、顔の見える関係づくりを進めました。" for n in range(items)]
    city = [slot(920 + number, (), entries[: items // 2]), slot(930 + number, (PARKS,), entries)]
    return activity(
        number, f"長い活動{number}", council=[slot(900 + number, (), entries)], city=city, identity=900 + number
    )


# --- own files ----------------------------------------------------------------------------------------------------


def test_the_real_report_comes_back_whole(real_plan: Plan, measurer: QtMeasurer, tmp_path: Path) -> None:
    reading = read_official_workbook(write(measurer, real_plan, tmp_path / "real.xlsx", 2018))
    assert said(reading.plan) == said(real_plan)
    assert reading.year == 2018
    assert reading.warnings == ()
    assert reading.lines > 800


@pytest.mark.parametrize("identity", [None, IDENTITY])
def test_the_sample_comes_back_whole_with_and_without_keys(
    measurer: QtMeasurer, tmp_path: Path, identity: Identity | None
) -> None:
    plan = sample_plan((plain(1, 1), shapes(), tall(3, 70), plain(4, 4)))
    reading = read_official_workbook(write(measurer, plan, tmp_path / "a.xlsx", identity=identity))
    assert said(reading.plan) == said(plan)
    assert reading.warnings == ()


def test_one_item_longer_than_a_row_comes_back_as_one(measurer: QtMeasurer, tmp_path: Path) -> None:
    item = activity(
        1, "活動", council=[slot(1, (), ["あ" * 40_000, "次の行です。"])], city=[slot(2, (WELFARE,), ["短い"])]
    )
    plan = sample_plan((item,))
    assert said(read_official_workbook(write(measurer, plan, tmp_path / "a.xlsx")).plan) == said(plan)


def test_what_the_layout_does_not_show_comes_back_too(measurer: QtMeasurer, tmp_path: Path) -> None:
    target = Target("100人", TargetKind.LEVEL, Decimal("120"), "人", "≥", None)
    item = plain(1, 1)
    city = replace(
        item.city.slots[0],
        departments=(replace(WELFARE, former=(("旧福祉課", YEAR),)),),
        indicators=(Indicator("参加者 100人", "i1", (target,)), Indicator("満足度", "i2")),
        results={YEAR: (Result("96人", "r1", "i2", Decimal("95.5"), "％"), Result("別の結果", "r2", ""))},
        overrides={YEAR: (JudgementOverride("i1", 0, Judgement.ACHIEVED, "委員会で認めた"),)},
        planned={YEAR + 1: Entry(("続けます。",), draft=True)},
    )
    plan = sample_plan((replace(item, city=replace(item.city, slots=(city,))),))
    plan = replace(plan, departments=(city.departments[0], *plan.departments[1:]))
    back = read_official_workbook(write(measurer, plan, tmp_path / "a.xlsx")).plan
    assert said(back) == said(plan)
    first = back.basic_goals[0].activity_goals[0].activities[0].city.slots[0]
    assert first.planned[YEAR + 1].draft
    assert first.departments[0].former == (("旧福祉課", YEAR),)
    assert first.departments[0].name == "福祉課"
    assert (first.results[YEAR][0].link, first.results[YEAR][1].link) == (first.indicators[1].id, "")


TEXTS = st.lists(
    st.text(
        alphabet="地域の集いを開き、ました。・※○—(1回)=+-@_x000D𠮷㈱①【新規】〔〕 　'\"<&ABC", min_size=1, max_size=25
    ).filter(lambda text: canonical_lines(text) == (text,)),
    max_size=4,
)


@st.composite
def slots(draw: st.DrawFn, council: bool) -> list[Slot]:
    found = []
    for number in range(draw(st.integers(0 if council else 1, 3))):
        departments = draw(
            st.lists(st.sampled_from([NORTH, SOUTH] if council else [WELFARE, PARKS, LIBRARY]), unique=True)
        )
        texts = [draw(TEXTS) for _ in range(4)]
        found.append(slot(number, departments if not council else (), *texts))
    return found


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    activities = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        texts = [draw(TEXTS) for _ in range(4)]
        activities.append(
            activity(
                number,
                draw(
                    st.text(alphabet="交わり①(続き)・の場 づくり", min_size=1, max_size=12).filter(
                        lambda t: t.strip(" ・") == t
                    )
                ),
                council=draw(slots(council=True)),
                city=draw(slots(council=False)),
                initiatives=(texts[0], texts[1]),
                roles=(texts[2], texts[3]),
            )
        )
    return sample_plan(activities)


@given(plan=plans())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_plan_comes_back_whole(measurer: QtMeasurer, tmp_path: Path, plan: Plan) -> None:
    path = write(measurer, plan, tmp_path / "any.xlsx")
    assert texts(read_official_workbook(path).plan) == texts(plan)


def test_libreoffice_in_between_changes_nothing(real_plan: Plan, measurer: QtMeasurer, tmp_path: Path) -> None:
    path = write(measurer, real_plan, tmp_path / "real.xlsx", 2018)
    reading = read_official_workbook(convert(path, "xlsx", tmp_path / "again"))
    assert said(reading.plan) == said(real_plan)
    assert reading.warnings == ()


def test_the_visible_sheets_alone_say_nearly_all(real_plan: Plan, measurer: QtMeasurer, tmp_path: Path) -> None:
    def strip(workbook: Workbook) -> None:
        del workbook["_plan"]
        for sheet in workbook.worksheets[1:]:
            sheet.delete_cols(15, 2)

    path = changed(write(measurer, real_plan, tmp_path / "real.xlsx", 2018), strip)
    assert said(read_official_workbook(path).plan) == said(real_plan)
    path = changed(write(measurer, sample_plan(), tmp_path / "sample.xlsx"), strip)
    reading = read_official_workbook(path)
    assert said(reading.plan)["basic_goals"] == said(sample_plan())["basic_goals"]
    assert codes(reading) == ["R-507"]


# --- own files, edited --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["実績なし", "担当課と協議しました。", "実施状況を確認しました。", "活動名簿を作りました。"]
)
def test_words_of_labels_in_the_first_row_are_text(measurer: QtMeasurer, tmp_path: Path, words: str) -> None:
    """The row under the header was once taken for a part of it, and lost without a word."""
    plan = sample_plan()
    first = plan.basic_goals[0].activity_goals[0].activities[0]
    held = replace(first.council.slots[0], status={YEAR: Entry((words,))}, results={YEAR: (Result("実績なし"),)})
    changed_plan = with_first_activity(plan, replace(first, council=replace(first.council, slots=(held,))))
    reading = read_official_workbook(write(measurer, changed_plan, tmp_path / "a.xlsx"))
    assert texts(reading.plan) == texts(changed_plan)


@pytest.mark.parametrize(
    ("status", "planned"), [("令和3(2021)年度", "令和4(2022)年度"), ("2021年度", "2022年度"), ("R3", "R4")]
)
def test_years_however_they_are_written(measurer: QtMeasurer, tmp_path: Path, status: str, planned: str) -> None:
    def relabel(workbook: Workbook) -> None:
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and len(cell.value) < 20:
                        text = re.sub(r"^\S+年度(\s*実施状況)", rf"{status}\1", cell.value)
                        cell.value = re.sub(r"^\S+年度(\s*実施予定)", rf"{planned}\1", text)

    path = changed(write(measurer, sample_plan(), tmp_path / "a.xlsx"), relabel)
    assert read_official_workbook(path).year == 2021


def test_edits_win_over_the_hidden_sheet(measurer: QtMeasurer, tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook["1-1"]
        sheet["E7"].value = "・新しい文です。\n行頭の点を忘れた行です。"
        sheet["A7"].value = "① 改めた名前"
        sheet["G7"].value = "・集まり 年9回"
        sheet["A3"].value = "活動目標1　改めた目標"

    plan = sample_plan()
    reading = read_official_workbook(changed(write(measurer, plan, tmp_path / "a.xlsx"), edit))
    goal = reading.plan.basic_goals[0].activity_goals[0]
    first = goal.activities[0]
    assert goal.title == "改めた目標"
    assert first.title == "改めた名前"
    assert first.council.slots[0].status[YEAR].lines == ("新しい文です。", "行頭の点を忘れた行です。")
    assert first.council.slots[0].indicators[0].text == "集まり 年9回"
    assert codes(reading) == ["R-509"]


def test_rows_inserted_moved_columns_and_renamed_sheets_change_nothing(measurer: QtMeasurer, tmp_path: Path) -> None:
    plan = sample_plan((plain(1, 1), plain(2, 2)))

    def rearrange(workbook: Workbook) -> None:
        sheet = workbook["1-1"]
        sheet.title = "花と緑"
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(8)
        sheet.insert_rows(1, 2)
        # 実績 before 主な活動指標, the departments first of all.
        for row in range(1, sheet.max_row + 1):
            values = [sheet.cell(row, column).value for column in range(1, 17)]
            order = [0, 1, 2, 3, 4, 5, 7, 6, 8, 9, 11, 10, 12, 13, 14, 15]
            for column, source in enumerate(order, start=1):
                sheet.cell(row, column).value = values[source]

    path = changed(write(measurer, plan, tmp_path / "a.xlsx", identity=IDENTITY), rearrange)
    reading = read_official_workbook(path)
    assert said(reading.plan) == said(plan)


def test_a_damaged_hidden_sheet_is_told_and_ignored(measurer: QtMeasurer, tmp_path: Path) -> None:
    def damage(workbook: Workbook) -> None:
        workbook["_plan"]["A4"].value = '{"year": 1999}'

    plan = sample_plan((plain(1, 1),))
    reading = read_official_workbook(changed(write(measurer, plan, tmp_path / "a.xlsx"), damage))
    assert "R-512" in codes(reading)
    assert said(reading.plan)["basic_goals"] == said(plan)["basic_goals"]


# --- files of other hands -----------------------------------------------------------------------------------------

HEADER = (
    ("活動名", "住民、地域の役割", "関係機関の役割", "活動目標の実現に向けた取組み"),
    ("市社会福祉協議会の取組み", "市の取組み"),
)
LABELS = ("", "平成29年度実施状況", "平成30年度実施予定", "主な活動指標", "29年度実績")


def typed(sheet: Worksheet, top: int, rows: Sequence[Sequence[str | None]]) -> int:
    """Type a header and rows as an office would, initiatives without a label; returns the next free row."""
    for column, text in zip((1, 2, 3, 4), HEADER[0], strict=True):
        sheet.cell(top, column).value = text
    sheet.cell(top + 1, 4).value, sheet.cell(top + 1, 9).value = HEADER[1]
    for column, label in enumerate((*LABELS, LABELS[0], "担当課", *LABELS[1:]), start=4):
        sheet.cell(top + 2, column).value = label or None
    for column in (1, 2, 3):
        sheet.merge_cells(start_row=top, start_column=column, end_row=top + 2, end_column=column)
    sheet.merge_cells(start_row=top, start_column=4, end_row=top, end_column=14)
    sheet.merge_cells(start_row=top + 1, start_column=4, end_row=top + 1, end_column=8)
    sheet.merge_cells(start_row=top + 1, start_column=9, end_row=top + 1, end_column=14)
    for offset, row in enumerate(rows):
        for column, typed_text in enumerate(row, start=1):
            sheet.cell(top + 3 + offset, column).value = typed_text
    return top + 3 + len(rows)


def by_hand() -> Workbook:
    """Last year's report typed by hand on one sheet, with what people do to such sheets."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "H29報告"
    sheet["A1"].value = "見本市地域福祉計画実施状況報告（平成29年度実施状況・平成30年度実施予定）"
    sheet["A3"].value = "基本目標１　交わるまち"
    sheet["A4"].value = "活動目標１　花と緑の交わり"
    after = typed(
        sheet,
        5,
        [
            (
                "① 花を育てる\n活動",
                "・花の世話",
                None,
                "・苗の配布",
                "・花を植えま\n　した。\n・二回目も\n植えました。",
                "・続けます。",
                "・花植え 年2回",
                "2回",
                "・支援",
                "福祉課",
                "・支援しました。",
                "・支援します。",
                "・支援 年1回",
                "—",
            ),
            (
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                "公園緑地課、\n中央図書館",
                "・苗を届けました。　・土も届けました。",
                None,
                None,
                None,
            ),
            (None,) * 14,
            (
                "② 読書の会",
                None,
                None,
                None,
                "会を開きました。\n三回です。",
                None,
                None,
                None,
                None,
                "中央図書館",
                None,
                None,
                None,
                None,
            ),
        ],
    )
    sheet.merge_cells(start_row=8, start_column=1, end_row=9, end_column=1)
    sheet.cell(after, 1).value = "※ 数は三月末のものです。"
    sheet.cell(after + 2, 1).value = "活動目標2　学びの輪"
    typed(
        sheet,
        after + 3,
        [("1. 学びの会", None, None, None, "・学びました。", None, None, None, None, None, None, None, None, None)],
    )
    return workbook


@pytest.fixture
def hand_reading(tmp_path: Path) -> Reading:
    path = tmp_path / "hand.xlsx"
    by_hand().save(path)
    return read_official_workbook(path)


def test_a_report_typed_by_hand_is_read_by_its_labels(hand_reading: Reading) -> None:
    plan = hand_reading.plan
    assert (plan.title, hand_reading.year) == ("見本市地域福祉計画", 2017)
    assert [(b.number, g.number, g.title) for b in plan.basic_goals for g in b.activity_goals] == [
        (1, 1, "花と緑の交わり"),
        (1, 2, "学びの輪"),
    ]
    first, second = plan.basic_goals[0].activity_goals[0].activities
    assert (first.title, second.title) == ("花を育てる活動", "読書の会")
    assert first.residents_role == ("花の世話",)
    assert first.council.initiatives == ("苗の配布",)
    assert first.city.initiatives == ("支援",)
    assert first.council.slots[0].planned[2018].lines == ("続けます。",)
    assert [item.text for item in first.council.slots[0].indicators] == ["花植え 年2回"]
    assert [item.text for item in first.council.slots[0].results[2017]] == ["2回"]
    assert [item.text for item in first.city.slots[0].results[2017]] == ["—"]
    assert [slot.department_names for slot in first.city.slots] == [("福祉課",), ("公園緑地課", "中央図書館")]
    third = plan.basic_goals[0].activity_goals[1].activities[0]
    assert (third.number, third.title) == (1, "学びの会")


def test_line_breaks_by_hand_are_joined_and_told(hand_reading: Reading) -> None:
    first, second = hand_reading.plan.basic_goals[0].activity_goals[0].activities
    assert first.council.slots[0].status[2017].lines == ("花を植えました。", "二回目も植えました。")
    assert first.city.slots[1].status[2017].lines == ("苗を届けました。", "土も届けました。")
    # Without any bullet a line is an item.
    assert second.council.slots[0].status[2017].lines == ("会を開きました。", "三回です。")
    joined = [warning for warning in hand_reading.warnings if warning.code == "R-508"]
    assert [warning.cell for warning in joined] == ["H29報告!E8"]


def test_what_is_doubtful_or_left_out_is_told_with_its_cell(hand_reading: Reading) -> None:
    assert {"R-503", "R-508", "R-511", "R-513"} <= set(codes(hand_reading))
    loose = [warning for warning in hand_reading.warnings if warning.code == "R-511"]
    assert [warning.cell for warning in loose] == ["H29報告!A12"]
    assert "数は三月末" in loose[0].message
    assert all(warning.code.startswith("R-5") and warning.line is None for warning in hand_reading.warnings)


def test_missing_and_doubled_columns_are_told(measurer: QtMeasurer, tmp_path: Path) -> None:
    def take_out(workbook: Workbook) -> None:
        sheet = workbook["1-1"]
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet["L6"].value = "令和元年度実施状況"

    plan = sample_plan((plain(1, 1),))
    reading = read_official_workbook(changed(write(measurer, plan, tmp_path / "a.xlsx"), take_out))
    assert {"R-501", "R-502"} <= set(codes(reading))
    first = reading.plan.basic_goals[0].activity_goals[0].activities[0]
    assert first.city.slots[0].planned == {}
    assert first.city.slots[0].status[YEAR].lines == ("後援しました。",)


def test_numbers_missing_in_headings_are_recovered(tmp_path: Path) -> None:
    workbook = by_hand()
    sheet = workbook.worksheets[0]
    sheet["A3"].value = sheet["A4"].value = None
    path = tmp_path / "hand.xlsx"
    workbook.save(path)
    reading = read_official_workbook(path)
    goals = [(b.number, g.number) for b in reading.plan.basic_goals for g in b.activity_goals]
    assert goals == [(1, 1), (1, 2)]
    assert {"R-504", "R-516"} <= set(codes(reading))


def test_a_title_without_number_and_one_twice(tmp_path: Path) -> None:
    workbook = by_hand()
    sheet = workbook.worksheets[0]
    sheet["A11"].value = "① 読書の会"
    path = tmp_path / "twice.xlsx"
    workbook.save(path)
    assert "R-505" in codes(read_official_workbook(path))
    sheet["A11"].value = "読書の会"
    workbook.save(path)
    reading = read_official_workbook(path)
    assert "R-506" in codes(reading)
    assert reading.plan.basic_goals[0].activity_goals[0].activities[1].title == "読書の会"


def test_the_contents_sheet_adds_what_the_tables_lack(measurer: QtMeasurer, tmp_path: Path) -> None:
    def drop(workbook: Workbook) -> None:
        del workbook["_plan"]
        del workbook["1-2"]
        workbook["1-1"]["A2"].value = None

    plan = sample_plan()
    reading = read_official_workbook(changed(write(measurer, plan, tmp_path / "a.xlsx"), drop))
    assert "R-510" in codes(reading)
    names = [
        (b.number, b.title, g.number, g.title, len(g.activities))
        for b in reading.plan.basic_goals
        for g in b.activity_goals
    ]
    assert names[0][1] == "交わるまち"
    assert names[1][2:] == (2, "学びの輪", 2)
    assert reading.plan.vision == plan.vision


def test_dates_and_formulas_are_read_as_shown_and_told(measurer: QtMeasurer, tmp_path: Path) -> None:
    def spoil(workbook: Workbook) -> None:
        cell = workbook["1-1"]["H7"]
        cell.value = dt.date(2020, 1, 2)
        cell.number_format = "yyyy/m/d"

    reading = read_official_workbook(changed(write(measurer, sample_plan((plain(1, 1),)), tmp_path / "a.xlsx"), spoil))
    told = next(warning for warning in reading.warnings if warning.code == "R-517")
    assert told.cell == "1-1!H7"


def test_years_that_disagree_are_told(measurer: QtMeasurer, tmp_path: Path) -> None:
    def mix(workbook: Workbook) -> None:
        workbook["1-2"]["E6"].value = "平成30年度実施状況"

    reading = read_official_workbook(changed(write(measurer, sample_plan(), tmp_path / "a.xlsx"), mix))
    assert reading.year == YEAR
    assert "R-515" in codes(reading)


@pytest.mark.parametrize("name", ["報告_H29.xlsx", "report 2017.xlsx"])
def test_the_year_may_stand_in_the_name_only(tmp_path: Path, name: str) -> None:
    workbook = by_hand()
    for row in workbook.worksheets[0].iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                text = cell.value.replace("平成29年度", "").replace("平成30年度", "").replace("29年度", "")
                cell.value = text
    path = tmp_path / name
    workbook.save(path)
    reading = read_official_workbook(path)
    assert (reading.year, "R-515" in codes(reading)) == (2017, True)
    nameless = path.rename(tmp_path / "a.xlsx")
    with pytest.raises(NotAReport) as caught:
        read_official_workbook(nameless)
    assert caught.value.code == "W-313"


def test_other_workbooks_are_no_reports(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    workbook = Workbook()
    workbook.worksheets[0]["A1"].value = "活動名簿"
    workbook.save(path)
    with pytest.raises(NotAReport):
        read_official_workbook(path)
    path.write_bytes(b"PK\x03\x04 no workbook at all")
    with pytest.raises(ExchangeError):
        read_official_workbook(path)
    with pytest.raises(ExchangeError):
        read_official_workbook(tmp_path / "missing.xlsx")


# --- lines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lines", "joined"),
    [
        ("・一つ\n・二つ", ("一つ", "二つ"), 0),
        ("・一つ\nめの続き\n・二つ", ("一つめの続き", "二つ"), 1),
        ("・一つ\n※注記\n○小見出し\n—", ("一つ", "※注記", "○小見出し", "—"), 0),
        ("一つ\n二つ", ("一つ", "二つ"), 0),
        ("・一つ ・二つ　・三つ", ("一つ", "二つ", "三つ"), 0),
        ("・行いました。・続けました。", ("行いました。", "続けました。"), 0),
        ("● 一つ\n･二つ", ("一つ", "二つ"), 0),
        ("・山・川の会", ("山・川の会",), 0),
        ("・ABC\ndef", ("ABC def",), 1),
        ("", (), 0),
    ],
)
def test_cells_of_other_hands(text: str, lines: tuple[str, ...], joined: int) -> None:
    found = read_items(text, own=False)
    assert (found.lines, found.joined) == (lines, joined)


def test_names_of_departments() -> None:
    assert read_names("福祉課\n公園緑地課（続き）") == (("福祉課", "公園緑地課"), True)
    assert read_names("福祉課、公園緑地課／中央図書館 市民課") == (
        ("福祉課", "公園緑地課", "中央図書館", "市民課"),
        False,
    )
    assert read_names("福祉課\n（続き）") == (("福祉課",), True)
    assert read_names("北部 支所\n福祉・人権課", own=True) == (("北部 支所", "福祉・人権課"), False)


def test_the_workbook_in_memory_is_the_one_on_disk(measurer: QtMeasurer) -> None:
    plan = sample_plan()
    workbook = official_workbook(plan, YEAR, measurer=measurer, pages=lay_out(plan, YEAR, measurer=measurer).plan)
    extras = "".join(str(cell.value) for (cell,) in workbook["_plan"].iter_rows(min_row=4, max_col=1))
    assert json.loads(extras)["last_year"] == 2022
