"""Reading the real report: every cell in its field, every line cut where it ends, every doubt told."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.exchange.report_source import (
    ROWS,
    activities,
    all_text,
    characters,
    lines_at,
    source_cells,
    without_bullets,
    without_tags,
)
from welfare_desktop.domain.errors import NotAReport
from welfare_desktop.domain.model import NONE_MARKS, Actor, EntryState, state_of
from welfare_desktop.exchange import report_text as report_text_package
from welfare_desktop.exchange.reading import Reading
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.exchange.report_text.findings import Code

#: Lines per field: residents, organizations; council initiatives, status, planned, indicators, results; city
#: initiatives; then for each city slot its departments, status, planned, indicators, results.
EXPECTED = {
    "1-1-1": ((2, 1, 5, 9, 8, 1, 4, 4), (("地域福祉課", 2, 2, 1, 1),)),
    "1-1-2": ((1, 1, 2, 3, 3, 2, 3, 2), (("地域福祉課", 1, 1, 1, 1),)),
    "1-1-3": (
        (1, 1, 5, 4, 4, 1, 1, 3),
        (("地域福祉課", 1, 1, 1, 1), ("協働推進課", 1, 1, 0, 0), ("ふるさと産業振興課", 1, 1, 0, 0)),
    ),
    "1-2-1": ((3, 2, 4, 4, 4, 1, 5, 4), (("地域福祉課 学校教育課 社会教育課", 4, 4, 1, 1),)),
    "1-2-2": ((1, 1, 3, 2, 2, 1, 1, 2), (("地域福祉課 学校教育課", 2, 2, 1, 1),)),
    "1-2-3": ((1, 1, 3, 3, 3, 1, 4, 1), (("地域福祉課 学校教育課", 2, 2, 1, 1),)),
    "1-2-4": ((2, 1, 4, 5, 5, 1, 1, 6), (("障がい福祉課 都市計画課", 4, 2, 1, 2),)),
    "1-3-1": ((2, 3, 6, 5, 5, 2, 1, 2), (("ふるさと産業振興課", 1, 1, 1, 1),)),
    "1-3-2": ((2, 2, 3, 3, 1, 1, 1, 1), (("地域福祉課", 1, 1, 1, 1),)),
    "2-1-1": ((2, 1, 4, 5, 5, 2, 2, 5), (("地域福祉課 高齢福祉課 協働推進課", 2, 2, 1, 1),)),
    "2-1-2": ((3, 1, 7, 7, 7, 3, 3, 6), (("地域福祉課 高齢福祉課 子育て保健課 協働推進課", 3, 3, 1, 1),)),
    "2-2-1": ((3, 1, 5, 8, 5, 2, 2, 2), (("高齢福祉課 地域福祉課", 1, 1, 1, 1),)),
    "2-2-2": ((3, 1, 4, 4, 4, 3, 3, 7), (("こども未来課 中央図書館 子育て保健課", 9, 5, 1, 1),)),
    "2-2-3": ((2, 1, 2, 3, 3, 1, 1, 3), (("障がい福祉課", 2, 2, 1, 1),)),
    "2-2-4": ((3, 2, 3, 4, 3, 1, 1, 6), (("地域福祉課", 1, 1, 1, 1),)),
    "2-3-1": ((5, 3, 4, 5, 5, 1, 1, 2), (("高齢福祉課", 3, 3, 1, 1),)),
    "2-3-2": ((3, 1, 3, 2, 2, 1, 1, 4), (("高齢福祉課", 2, 2, 1, 1),)),
    "2-3-3": ((2, 1, 6, 6, 6, 2, 3, 4), (("地域福祉課 高齢福祉課", 4, 4, 1, 1),)),
    "2-4-1": ((4, 2, 2, 2, 2, 2, 2, 4), (("防災危機管理課 地域福祉課", 4, 2, 1, 1),)),
    "2-4-2": ((1, 4, 5, 7, 8, 2, 2, 1), (("防災危機管理課 地域福祉課", 2, 2, 1, 1),)),
    "2-5-1": ((5, 3, 2, 2, 2, 2, 1, 6), (("", 1, 2, 1, 1),)),
    "2-5-2": ((3, 2, 2, 2, 2, 1, 1, 2), (("", 2, 2, 1, 1),)),
    "2-5-3": ((3, 2, 2, 2, 3, 1, 1, 1), (("", 2, 2, 1, 1), ("地域福祉課", 1, 1, 0, 0))),
    "2-6-1": ((1, 2, 3, 4, 4, 1, 1, 4), (("地域福祉課", 1, 1, 1, 1),)),
    "2-6-2": ((1, 1, 6, 4, 4, 2, 2, 1), (("地域福祉課", 1, 1, 1, 1),)),
    "2-6-3": ((3, 1, 2, 2, 2, 1, 1, 1), (("地域福祉課", 1, 1, 1, 1),)),
    "3-1-1": ((4, 3, 4, 4, 4, 4, 3, 3), (("", 8, 4, 1, 1),)),
    "3-1-2": (
        (4, 1, 6, 4, 4, 2, 0, 6),
        (("地域福祉課 高齢福祉課 障がい福祉課 健康増進課 子育て保健課", 7, 7, 1, 2),),
    ),
    "3-1-3": ((1, 1, 3, 3, 3, 1, 1, 3), (("地域福祉課 高齢福祉課 介護保険課 障がい福祉課", 2, 3, 1, 1),)),
    "3-1-4": (
        (2, 1, 2, 1, 1, 1, 1, 3),
        (
            (
                "地域福祉課 高齢福祉課 介護保険課 障がい福祉課 協働推進課 子育て保健課 健康増進課",
                3,
                3,
                1,
                1,
            ),
        ),
    ),
}
_ONCE = (
    "residents_role",
    "organizations_role",
    "council.initiatives",
    "council.status",
    "council.planned",
    "council.indicators",
    "council.results",
    "city.initiatives",
)
_PER_SLOT = ("city.status", "city.planned", "city.indicators", "city.results")


@pytest.fixture(scope="module")
def reading(report_text: str) -> Reading:
    return read_report_text(report_text, "status_report_h30.txt")


class TestStructure:
    def test_what_the_plan_is_called_and_covers(self, reading: Reading) -> None:
        assert reading.year == 2018
        assert reading.plan.title == "山口市地域福祉計画・山口市地域福祉活動計画"
        assert (reading.plan.first_year, reading.plan.last_year) == (2018, 2022)

    def test_counts(self, reading: Reading) -> None:
        goals = [goal for basic in reading.plan.basic_goals for goal in basic.activity_goals]
        assert (len(reading.plan.basic_goals), len(goals), len(list(reading.plan.walk()))) == (3, 10, 30)
        assert [len(basic.activity_goals) for basic in reading.plan.basic_goals] == [3, 6, 1]

    def test_departments_in_order_of_first_appearance(self, reading: Reading) -> None:
        assert [department.name for department in reading.plan.departments] == [
            "地域福祉課",
            "協働推進課",
            "ふるさと産業振興課",
            "学校教育課",
            "社会教育課",
            "障がい福祉課",
            "都市計画課",
            "高齢福祉課",
            "子育て保健課",
            "こども未来課",
            "中央図書館",
            "防災危機管理課",
            "健康増進課",
            "介護保険課",
        ]

    def test_nothing_has_an_identifier_yet(self, reading: Reading) -> None:
        plan = reading.plan
        assert {plan.id, plan.dataset_id, *(one.id for one in plan.departments)} == {""}
        for basic, goal, activity in plan.walk():
            assert {basic.id, goal.id, activity.id} == {""}
            assert {slot.id for part in activity.parts for slot in part.slots} == {""}

    def test_the_vision_loses_only_the_spaces_of_its_line_ends(self, reading: Reading, report_text: str) -> None:
        cell = report_text.split("\n")[7].split("\t")[0]
        assert reading.plan.vision == characters(without_tags(cell))

    def test_titles_are_those_of_the_body(self, reading: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        found = activities(reading.plan)
        for line, (address, slot) in ROWS.items():
            if slot == 0:
                assert f"{'①②③④'[int(address[-1]) - 1]} {found[address].title}" == lines[line - 1].split("\t")[0]

    def test_page_numbers_stay_on_the_contents_page(self, reading: Reading) -> None:
        for basic, goal, activity in reading.plan.walk():
            assert not any(title[-1].isdigit() for title in (basic.title, goal.title, activity.title))

    def test_headings_missing_in_the_body_come_from_the_contents_page(self, reading: Reading) -> None:
        goals = {(basic.number, goal.number): goal.title for basic, goal, _ in reading.plan.walk()}
        assert goals[1, 2] == "福祉教育の推進とユニバーサルデザインの啓発"
        assert goals[2, 2] == "地域交流の場づくり"


class TestFields:
    @pytest.mark.parametrize("address", EXPECTED)
    def test_lines_per_field_and_departments(self, reading: Reading, address: str) -> None:
        activity = activities(reading.plan)[address]
        once = tuple(len(lines_at(activity, column, 0)) for column in _ONCE)
        slots = tuple(
            (
                " ".join(lines_at(activity, "city.departments", index)),
                *(len(lines_at(activity, column, index)) for column in _PER_SLOT),
            )
            for index in range(len(activity.city.slots))
        )
        assert (once, slots) == EXPECTED[address]
        assert len(activity.council.slots) == 1
        assert activity.council.slots[0].departments == ()

    def test_every_cell_is_whole_in_its_field(self, reading: Reading, report_text: str) -> None:
        """All characters of each cell, in order, without its bullets: nothing lost, nothing moved, nothing added."""
        found = activities(reading.plan)
        cells = list(source_cells(report_text))
        assert len(cells) == 424
        for cell in cells:
            stored = "".join(lines_at(found[cell.activity], cell.column, cell.slot))
            wanted = cell.text[2:] if cell.column == "title" else without_bullets(cell.text)
            assert characters(stored) == characters(wanted), (cell.line, cell.column)

    def test_nothing_is_in_the_plan_that_is_not_in_the_source(self, reading: Reading, report_text: str) -> None:
        wanted: Counter[str] = Counter()
        for cell in source_cells(report_text):
            text = cell.text[2:] if cell.column == "title" else cell.text
            wanted.update(character for character in characters(text) if character != "・")
        assert all_text(reading.plan) == wanted

    def test_every_bullet_begins_a_line(self, reading: Reading, report_text: str) -> None:
        """Where the source has bullets, the number of lines is that of bullets, and of ※ and ○ notes."""
        found = activities(reading.plan)
        bulleted = 0
        for cell in source_cells(report_text):
            marks = (" " + cell.text).count(" ・") + cell.text.count(" ※") + cell.text.count(" ○")
            if (" " + cell.text).count(" ・") and cell.column != "title":
                bulleted += 1
                assert len(lines_at(found[cell.activity], cell.column, cell.slot)) == marks, (cell.line, cell.column)
        assert bulleted == 187

    def test_every_full_stop_ends_a_line_or_goes_on_without_a_space(self, reading: Reading, report_text: str) -> None:
        found = activities(reading.plan)
        for cell in source_cells(report_text):
            if cell.column.endswith((".status", ".planned")):
                ends = cell.text.count("。 ")
                lines = lines_at(found[cell.activity], cell.column, cell.slot)
                inside = sum(line.count("。 ") for line in lines)
                # Only a bracket that stands apart goes on after full stop and space.
                assert inside == cell.text.count("。 (上記")
                assert len(lines) >= ends - inside

    def test_lines_are_as_they_are_stored(self, reading: Reading) -> None:
        for address, activity in activities(reading.plan).items():
            for column in (*_ONCE, *_PER_SLOT):
                for slot in range(len(activity.city.slots) if column in _PER_SLOT else 1):
                    for line in lines_at(activity, column, slot):
                        assert line == line.strip(), (address, column)
                        assert not line.startswith("・")

    def test_the_number_of_lines_is_told(self, reading: Reading) -> None:
        total = sum(sum(once) + sum(sum(slot[1:]) for slot in slots) for once, slots in EXPECTED.values())
        assert reading.lines == total == 882


class TestShortFacts:
    """Single cells that are easily read wrong; the text is cut out of the source."""

    def line(self, reading: Reading, place: str, column: str, index: int, slot: int = 0) -> str:
        return lines_at(activities(reading.plan)[place], column, slot)[index]

    def test_a_dash_is_kept_and_is_not_blank(self, reading: Reading) -> None:
        dashes = []
        for address, activity in activities(reading.plan).items():
            for part in activity.parts:
                for slot in part.slots:
                    lines = tuple(result.text for result in slot.results.get(2018, ()))
                    if state_of(lines) is EntryState.NONE:
                        assert lines[0] in NONE_MARKS
                        dashes.append((address, part.actor))
        city, council = Actor.CITY, Actor.COUNCIL
        assert dashes == [
            ("1-1-3", council),
            ("1-1-3", city),
            ("1-3-1", city),
            ("2-6-2", city),
            ("2-6-3", city),
            ("3-1-4", council),
        ]

    def test_a_blank_cell_has_no_year(self, reading: Reading) -> None:
        city = activities(reading.plan)["1-1-3"].city
        assert [sorted(slot.results) for slot in city.slots] == [[2018], [], []]
        assert activities(reading.plan)["3-1-2"].council.slots[0].results == {}

    def test_several_targets_may_stand_in_one_bullet(self, reading: Reading) -> None:
        line = self.line(reading, "1-1-2", "council.indicators", 0)
        assert line == "地区社協連絡研修会 年2回以上 市市連研修会 年2回 交流会 年1回"

    def test_labels_and_figures_separated_by_single_spaces(self, reading: Reading) -> None:
        lines = lines_at(activities(reading.plan)["2-2-1"], "council.status", 0)
        assert [line.split(" ")[1:] for line in lines[1:]] == [
            ["7サロン"], ["269サロン"], ["42サロン"], ["年6回"], ["215件"], ["128人参加"], [],
        ]  # fmt: skip

    def test_counts_under_a_label_stay_with_it(self, reading: Reading) -> None:
        lines = lines_at(activities(reading.plan)["2-2-2"], "council.indicators", 0)
        assert [line.split(" ")[-1] for line in lines] == ["年1回", "放課後児童クラブ16", "年5件"]

    def test_a_sub_label_stays_with_its_label(self, reading: Reading) -> None:
        lines = lines_at(activities(reading.plan)["2-4-1"], "council.indicators", 0)
        assert [line.split(" ")[1:] for line in lines] == [["取組地区", "年1回"], ["地区社協数", "25地区社協"]]

    def test_brackets_of_either_width_hold_their_spaces(self, reading: Reading) -> None:
        assert self.line(reading, "2-2-2", "council.status", 1).endswith("(参加者 21人)")
        assert self.line(reading, "2-4-2", "council.results", 1).endswith("(小郡地域 1回・阿東地域 1回)")

    def test_a_bracket_standing_apart_stays_with_its_sentence(self, reading: Reading) -> None:
        assert self.line(reading, "2-1-1", "council.planned", 1).endswith("。 (上記以外の20地区)")

    def test_notes_are_lines_with_their_mark(self, reading: Reading) -> None:
        lines = lines_at(activities(reading.plan)["1-3-2"], "council.initiatives", 0)
        assert [line[0] for line in lines[1:]] == ["※", "○"]

    def test_a_space_inside_a_word_is_left_alone(self, reading: Reading) -> None:
        assert self.line(reading, "1-2-4", "city.planned", 0).endswith("いきま す。")

    def test_an_unclosed_bracket_holds_nothing_together(self, reading: Reading) -> None:
        assert len(lines_at(activities(reading.plan)["2-1-2"], "city.planned", 0)) == 3
        assert self.line(reading, "2-1-2", "city.planned", 1).startswith("「")

    def test_lone_figures_are_results(self, reading: Reading) -> None:
        found = activities(reading.plan)
        figures = {"2-1-1": "44.1%", "2-3-2": "161%", "2-5-1": "15箇所", "3-1-1": "4回", "2-2-2": "81,526人"}
        assert {address: lines_at(found[address], "city.results", 0)[0] for address in figures} == figures

    def test_targets_are_left_to_the_wording(self, reading: Reading) -> None:
        for activity in activities(reading.plan).values():
            for part in activity.parts:
                for slot in part.slots:
                    assert all(indicator.targets is None for indicator in slot.indicators)


class TestWarnings:
    def test_every_doubt_is_told_once_with_its_line(self, reading: Reading) -> None:
        assert [(warning.code, warning.line) for warning in reading.warnings] == [
            ("R-111", 37),
            ("R-403", 40),
            ("R-404", 57),
            ("R-111", 63),
            ("R-402", 64),
            ("R-401", 86),
            ("R-201", 94),
            ("R-301", 94),
            ("R-201", 95),
            ("R-301", 95),
            ("R-201", 96),
            ("R-301", 96),
            ("R-114", 105),
            ("R-201", 115),
            ("R-301", 115),
            ("R-201", 116),
            ("R-202", 116),
            ("R-407", 122),
        ]

    def test_messages_say_where_and_what_was_done(self, reading: Reading) -> None:
        told = {(warning.code, warning.line): warning.message for warning in reading.warnings}
        assert "2-5①" in told["R-301", 94] and "未割当" in told["R-301", 94]
        assert "「担当課」" in told["R-201", 95] and "内容から" in told["R-201", 95]
        assert "「市社会福祉協議会の実績」" in told["R-201", 116]
        assert "福祉員の活動の強化" in told["R-114", 105] and "福祉員活動の強化" in told["R-114", 105]
        assert all(warning.cell is None for warning in reading.warnings)


class TestNotAReport:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            " \n\t\n\r\n",
            "お知らせ\n令和元年度の総会を開きます。\n① 受付\n② 開会\n",
            "<html><body><h1>山口市</h1><ul><li>実施状況</li></ul></body></html>",
            "\n".join("\t".join(f"項目{row}{cell}" for cell in range(14)) for row in range(30)),
            "\n".join("① 項目\t" + "\t".join(f"値{row}{cell}" for cell in range(14)) for row in range(30)),
            "科目\t平成30年度実績\t令和元年度予定\t増減\t備考\n" + "会費\t1,000円\t2,000円\t▲5\tなし\n" * 20,
            "山口市地域福祉計画実施状況報告(平成30年度実施状況・令和元年度実施予定)\n",
            "活動名\t住民、地域の役割\t関係機関の役割\n",
            "\t" * 100_000,
            "① \t" + "x\t" * 300,
            "あ" * 100_000,
        ],
    )
    def test_other_texts_are_refused(self, text: str) -> None:
        with pytest.raises(NotAReport) as caught:
            read_report_text(text, "何か.txt")
        assert caught.value.where == "何か.txt"
        assert caught.value.next_step

    def test_a_report_without_any_year_is_refused(self, report_text: str) -> None:
        rows = report_text.split("\n")[57:58]
        with pytest.raises(NotAReport) as caught:
            read_report_text("基本目標2 あ\n活動目標1 い\n" + rows[0], "無題.txt")
        assert caught.value.code == "W-313"

    def test_a_text_far_too_long_is_refused_before_it_is_read(self) -> None:
        with pytest.raises(NotAReport):
            read_report_text("あ" * 20_000_001)

    def test_so_are_more_rows_than_any_plan_has(self, report_text: str) -> None:
        with pytest.raises(NotAReport):
            read_report_text("a\tb\tc\n" * 20_001 + report_text)


class TestCodes:
    def test_every_code_is_explained_and_every_explanation_is_used(self) -> None:
        explained = re.findall(r"^(R-\d{3})  \S", report_text_package.__doc__ or "", re.MULTILINE)
        assert explained == [code.value for code in Code]
        source = "".join(
            path.read_text(encoding="utf-8") for path in Path(report_text_package.__path__[0]).glob("*.py")
        )
        assert not [code.name for code in Code if f"Code.{code.name}" not in source]

    def test_texts_that_choke_a_careless_reader_are_refused(self) -> None:
        """One sign a hundred thousand times: what backtracks or searches again for every one never comes back."""
        for text in (
            "①" * 300_000,
            "① " * 150_000,
            "(" * 300_000,
            "<ul " * 80_000,
            "基本目標" * 80_000,
            "1 " * 150_000,
        ):
            with pytest.raises(NotAReport):
                read_report_text(text)
        for text in ("目次\n① あ" + "." * 300_000, "・" * 300_000, " ・" * 150_000, "9" * 300_000, "\ufffd" * 300_000):
            with pytest.raises(NotAReport):
                read_report_text(text)
