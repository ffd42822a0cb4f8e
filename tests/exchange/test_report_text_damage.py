"""The real report, damaged as text taken out of a PDF and passed around in an office gets damaged.

Whatever is done to it: no unexpected error, no character of a cell lost, and what is not damaged reads as before.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.report_source import (
    COLUMNS,
    DAMAGED_ROWS,
    ROWS,
    activities,
    all_text,
    characters,
    lines_at,
    text_of,
    without_tags,
)
from welfare_desktop.domain.errors import NotAReport
from welfare_desktop.domain.model import Plan
from welfare_desktop.exchange.reading import Reading
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.exchange.report_text.columns import Column

#: Lines of the source (from 0) that hold title, contents page, and the body.
FIRST_TITLE, CONTENTS, BODY = slice(0, 4), slice(4, 18), slice(18, None)
#: Rows that are damaged cell by cell: bulleted, listed, short and long ones, and two that lost a cell already.
TRIED_ROWS = (28, 39, 47, 58, 64, 78, 95, 105, 116, 121)
UL = '<ul style="list-style-type: none">'


@pytest.fixture(scope="module")
def whole(report_text: str) -> Reading:
    return read_report_text(report_text)


def is_header(line: str) -> bool:
    return (
        "\t" in line
        and re.search("担当課\t|主な活動指標|市の取組み\t|地域の役割|実現に向けた取組み\t", line) is not None
        and "・" not in line
    )


def is_heading(line: str) -> bool:
    return re.match(r"(基本目標|活動目標)[0-9]", line) is not None


def codes(reading: Reading) -> Counter[str]:
    return Counter(warning.code for warning in reading.warnings)


def differing(one: Plan, other: Plan) -> list[str]:
    left, right = activities(one), activities(other)
    return [address for address in sorted(left | right) if left.get(address) != right.get(address)]


class TestFormOfTheFile:
    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("Windows line ends", lambda text: text.replace("\n", "\r\n")),
            ("old Mac line ends", lambda text: text.replace("\n", "\r")),
            ("byte order mark", lambda text: "\ufeff" + text),
            ("page breaks", lambda text: text.replace("\n\n", "\n\x0c\n")),
            ("page breaks for blank lines", lambda text: text.replace("\n\n", "\x0c")),
            ("no blank lines", lambda text: re.sub(r"\n+", "\n", text)),
            ("double spacing", lambda text: text.replace("\n", "\n\n")),
            ("tabs as spaces", lambda text: text.replace("\t", "    ")),
            ("tabs as two spaces", lambda text: text.replace("\t", "  ")),
            ("tabs as bars", lambda text: text.replace("\t", "|")),
            ("a table of bars", lambda text: re.sub(r"(?m)^(.*\t.*)$", lambda row: "| " + row[1].replace("\t", " | ") + " |", text)),
            ("tabs written out", lambda text: text.replace("\t", "\\t")),
            ("empty cells at the end cut off", lambda text: re.sub(r"(?m)\t+$", "", text)),
            ("lines stripped", lambda text: "\n".join(line.strip() for line in text.split("\n"))),
            ("no table headers", lambda text: "\n".join(line for line in text.split("\n") if not is_header(line))),
            ("no tags", lambda text: text.replace(UL + " ", "")),
            ("tags with items", lambda text: re.sub(rf"{UL} ([^\t]*)", r"<ul><li>\1</li></ul>", text)),
            ("tags everywhere", lambda text: re.sub(r"(?m)(^|(?<=\t))・([^\t\n]*)", rf"{UL} ・\2 ", text)),
            ("other bullets", lambda text: re.sub(r"(?m)(^|(?<=[\t ]))・", "•", text)),
            ("half-width bullets", lambda text: re.sub(r"(?m)(^|(?<=[\t ]))・", "･", text)),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )  # fmt: skip
    def test_the_same_plan_is_read(
        self, whole: Reading, report_text: str, name: str, change: Callable[[str], str]
    ) -> None:
        assert read_report_text(change(report_text)).plan == whole.plan

    def test_another_separator_is_told(self, report_text: str) -> None:
        assert codes(read_report_text(report_text.replace("\t", "|")))["R-105"] == 1

    def test_other_bullets_are_told_once(self, report_text: str) -> None:
        assert codes(read_report_text(re.sub(r"(?m)(^|(?<=[\t ]))・", "•", report_text)))["R-104"] == 1

    def test_without_any_separator_no_character_is_lost(self, whole: Reading, report_text: str) -> None:
        """Every tab a single space: most cells are found by their wording, and all text is somewhere."""
        found = read_report_text(report_text.replace("\t", " "))
        assert all_text(found.plan) == all_text(whole.plan)
        assert list(activities(found.plan)) == list(activities(whole.plan))
        same = total = 0
        for address, activity in activities(whole.plan).items():
            for column in COLUMNS:
                total += 1
                same += lines_at(activity, column, 0) == lines_at(activities(found.plan)[address], column, 0)
        assert same / total > 0.75
        assert codes(found)["R-203"] > 20

    def test_unreadable_characters_are_told_and_kept(self, report_text: str) -> None:
        lines = report_text.split("\n")
        lines[27] = lines[27].replace("担い手", "担い\ufffd", 1).replace("積極的", "積極\ufffd")
        found = read_report_text("\n".join(lines))
        assert ("R-106", 28) in [(warning.code, warning.line) for warning in found.warnings]
        assert "\ufffd" in activities(found.plan)["1-1-1"].title
        assert "\ufffd" in activities(found.plan)["1-1-1"].residents_role[0]


class TestMissingParts:
    def test_without_a_title(self, whole: Reading, report_text: str) -> None:
        found = read_report_text("\n".join(line for line in report_text.split("\n") if "実施状況報告(" not in line))
        assert found.year == 2018
        assert codes(found)["R-101"] == 1
        assert differing(found.plan, whole.plan) == []

    def test_without_a_contents_page(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        found = read_report_text("\n".join(lines[FIRST_TITLE] + lines[BODY]))
        assert differing(found.plan, whole.plan) == []
        assert found.plan.vision == ""
        assert codes(found)["R-103"] == 1
        titles = {(basic.number, goal.number): goal.title for basic, goal, _ in found.plan.walk()}
        assert titles[1, 2] == titles[2, 2] == "（名称不明）"
        assert codes(found)["R-113"] == 2

    def test_without_any_heading(self, whole: Reading, report_text: str) -> None:
        found = read_report_text("\n".join(line for line in report_text.split("\n") if not is_heading(line)))
        assert found.plan == whole.plan
        assert (codes(found)["R-111"], codes(found)["R-112"]) == (10, 3)

    def test_without_headings_and_contents_numbering_still_parts_the_goals(self, report_text: str) -> None:
        lines = [line for line in report_text.split("\n") if not is_heading(line)]
        found = read_report_text("\n".join(lines[FIRST_TITLE] + lines[BODY]))
        (basic,) = found.plan.basic_goals
        assert [len(goal.activities) for goal in basic.activity_goals] == [3, 4, 2, 2, 4, 3, 2, 3, 3, 4]

    @pytest.mark.parametrize(("number", "written"), [(1, "１"), (1, "一 "), (2, "Ⅱ"), (3, "（3）"), (3, "3．")])
    def test_numbers_of_goals_in_other_writing(
        self, whole: Reading, report_text: str, number: int, written: str
    ) -> None:
        text = re.sub(rf"(基本目標|活動目標){number} ", rf"\g<1>{written}　", report_text)
        assert text != report_text
        assert read_report_text(text).plan == whole.plan

    @pytest.mark.parametrize("title", ["110番の普及", "一人ひとりを支える"])
    def test_a_name_that_begins_like_a_number(self, report_text: str, title: str) -> None:
        text = report_text.replace("活動目標3 企業の社会貢献活動や福祉施設の地域貢献活動の推進", f"活動目標3 {title}")
        titles = [goal.title for basic in read_report_text(text).plan.basic_goals for goal in basic.activity_goals]
        assert titles[2] == title
        unnumbered = read_report_text(text.replace(f"活動目標3 {title}", f"活動目標 {title}")).plan
        assert unnumbered.basic_goals[0].activity_goals[2].title == title

    def test_only_the_contents_page(self, report_text: str) -> None:
        found = read_report_text("\n".join(report_text.split("\n")[:18]))
        assert (len(list(found.plan.walk())), found.lines) == (30, 0)
        assert codes(found) == {"R-116": 3}

    def test_a_row_that_is_gone_leaves_an_empty_activity(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        del lines[77]
        found = read_report_text("\n".join(lines))
        assert differing(found.plan, whole.plan) == ["2-3-2"]
        assert activities(found.plan)["2-3-2"].title == activities(whole.plan)["2-3-2"].title
        assert ("R-116", 13) in [(warning.code, warning.line) for warning in found.warnings]

    @pytest.mark.parametrize("part", range(3, 100, 8))
    def test_a_file_cut_off(self, whole: Reading, report_text: str, part: int) -> None:
        text = report_text[: len(report_text) * part // 100]
        try:
            found = read_report_text(text)
        except NotAReport:
            assert part < 5
            return
        assert not all_text(found.plan, titles=False) - (all_text(whole.plan) + Counter(UL))
        complete = [address for address, last in _last_lines().items() if len(text.split("\n")) > last]
        assert not set(complete) & set(differing(found.plan, whole.plan))

    @pytest.mark.parametrize("part", range(4, 100, 8))
    def test_a_file_without_its_beginning(self, report_text: str, part: int) -> None:
        begin = len(report_text) * part // 100
        found = read_report_text(report_text[begin:], "h30.txt")
        assert found.year == 2018
        first_line = report_text[:begin].count("\n") + 1
        body = report_text.split("\n")[max(first_line, 24) :]
        assert not _wanted(body, _titles(report_text)) - all_text(found.plan)


class TestOtherYears:
    @pytest.mark.parametrize(
        ("status", "planned", "short", "year"),
        [
            ("令和元年度", "令和2年度", "元年度", 2019),
            ("令和２年度", "令和３年度", "２年度", 2020),
            ("平成31年度", "令和2年度", "31年度", 2019),
            ("平成29年度", "平成30年度", "29年度", 2017),
            ("2021年度", "2022年度", "2021年度", 2021),
            ("R4年度", "R5年度", "R4年度", 2022),
        ],
    )
    def test_the_year_is_that_of_the_labels(
        self, report_text: str, status: str, planned: str, short: str, year: int
    ) -> None:
        body = report_text.replace("令和元年度実施予定", "X実施予定").replace("平成30年度実施状況", f"{status}実施状況")
        text = body.replace("X実施予定", f"{planned}実施予定").replace("30年度実績", f"{short}実績")
        found = read_report_text(text)
        assert found.year == year
        assert "R-102" not in codes(found)
        council = activities(found.plan)["1-1-1"].council.slots[0]
        assert (list(council.status), list(council.planned), list(council.results)) == ([year], [year + 1], [year])
        assert found.plan.first_year == year

    def test_one_label_of_another_year_is_told_and_outvoted(self, report_text: str) -> None:
        lines = report_text.split("\n")
        lines[26] = lines[26].replace("平成30年度実施状況", "平成28年度実施状況", 1)
        found = read_report_text("\n".join(lines))
        assert found.year == 2018
        assert ("R-102", 27) in [(warning.code, warning.line) for warning in found.warnings]

    def test_the_file_name_is_the_last_hint(self, report_text: str) -> None:
        rows = "\n".join(report_text.split("\n")[27:30])
        for name, year in (("report_h30.txt", 2018), ("R2 実施状況.txt", 2020), ("2021年度.txt", 2021)):
            found = read_report_text(rows, name)
            assert found.year == year
            assert codes(found)["R-102"] == 1

    def test_the_last_year_of_the_plan_without_a_far_target(self, report_text: str) -> None:
        plan = read_report_text(re.sub(r"H3[24]\(20\d\d\)", "", report_text)).plan
        assert (plan.first_year, plan.last_year) == (2018, 2022)
        assert read_report_text(report_text.replace("H34(2022)", "H36(2024)")).plan.last_year == 2024


class TestHeaders:
    def test_labels_in_any_order_change_nothing(self, whole: Reading, report_text: str) -> None:
        lines = ["\t".join(reversed(line.split("\t"))) if is_header(line) else line for line in report_text.split("\n")]
        assert differing(read_report_text("\n".join(lines)).plan, whole.plan) == []

    def test_missing_labels_change_nothing(self, whole: Reading, report_text: str) -> None:
        text = report_text.replace("担当課\t", "\t").replace("主な活動指標\t30年度実績", "\t")
        assert differing(read_report_text(text).plan, whole.plan) == []

    @pytest.mark.parametrize("extra", [1, 3])
    def test_wider_tables_change_nothing(self, whole: Reading, report_text: str, extra: int) -> None:
        lines = [line + "\t" * extra if "\t" in line else line for line in report_text.split("\n")]
        assert read_report_text("\n".join(lines)).plan == whole.plan

    def test_a_repeated_header_does_not_part_a_goal(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        text = "\n".join([*lines[:78], "", *lines[73:76], *lines[78:]])
        assert read_report_text(text).plan == whole.plan


def columns_of(line: int) -> tuple[str, ...]:
    return DAMAGED_ROWS.get(line, COLUMNS)


class TestColumnOrder:
    """Somebody laid the table out in another order; labels do not help, so content decides."""

    @pytest.mark.parametrize(
        "order",
        [
            [0, 1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 11, 12, 13],
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 9],
            [0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 11, 10, 12, 13],
            [0, 1, 2, 3, 4, 5, 7, 6, 8, 9, 10, 11, 13, 12],
            [0, 1, 2, 3, 6, 7, 4, 5, 8, 9, 12, 13, 10, 11],
            [0, 1, 2, 8, 9, 10, 11, 12, 13, 3, 4, 5, 6, 7],
            [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1, 2],
            [0, 1, 2, 9, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13],
        ],
    )
    def test_moved_columns(self, whole: Reading, report_text: str, order: list[int]) -> None:
        lines = report_text.split("\n")
        for line in ROWS:
            cells = dict(zip(columns_of(line), lines[line - 1].split("\t"), strict=False))
            lines[line - 1] = "\t".join(cells.get(COLUMNS[place], "") for place in order)
        found = read_report_text("\n".join(lines))
        assert differing(found.plan, whole.plan) == []
        assert codes(found)["R-205"] == 1

    def test_the_usual_order_is_not_doubted(self, whole: Reading) -> None:
        assert "R-205" not in codes(whole)


@dataclass(frozen=True, slots=True)
class _Outcome:
    column: str
    right: bool
    told: bool
    lost: Counter[str]


class TestOneCell:
    """One cell of one row damaged, every cell of every row in turn, each in a small report of its own."""

    def outcomes(self, report_text: str, damage: Callable[[list[str], int], list[str]], drops: bool) -> list[_Outcome]:
        lines = report_text.split("\n")
        found = []
        for line in TRIED_ROWS:
            cells = lines[line - 1].split("\t")
            columns = columns_of(line)
            for place in [at for at, cell in enumerate(cells) if cell.strip()]:
                row = damage(list(cells), place)
                header = max(at for at in range(line) if is_header(lines[at]))
                reading = read_report_text("\n".join([*lines[header - 2 : header + 1], "\t".join(row)]), "h30.txt")
                (_, _, activity) = next(iter(reading.plan.walk()))
                kept = [at for at in range(len(columns)) if cells[at].strip() and not (drops and at == place)]
                right = all(
                    characters("".join(lines_at(activity, columns[at], 0)))
                    == characters(re.sub(r"(^|(?<=\s))・", "", without_tags(cells[at]))).lstrip("①②③④")
                    for at in kept
                )
                lost = Counter(
                    character
                    for cell in row
                    for character in characters(without_tags(cell))
                    if character not in "・①②③④"
                ) - all_text(reading.plan)
                told = any(
                    warning.code in ("R-118", "R-201", "R-202", "R-203", "R-204", "R-209")
                    for warning in reading.warnings
                )
                found.append(_Outcome(columns[place], right, told, lost))
        return found

    def test_a_lost_cell_shifts_the_row(self, report_text: str) -> None:
        outcomes = self.outcomes(report_text, lambda cells, at: [*cells[:at], *cells[at + 1 :], ""], drops=True)
        assert len(outcomes) == 138
        assert not any(outcome.lost for outcome in outcomes)
        assert sum(outcome.right for outcome in outcomes) / len(outcomes) > 0.8
        assert all(outcome.told for outcome in outcomes if not outcome.right)
        clear = [outcome for outcome in outcomes if outcome.column in ("title", "city.departments", "council.results")]
        assert all(outcome.right for outcome in clear)

    def test_an_emptied_cell_shifts_nothing(self, report_text: str) -> None:
        outcomes = self.outcomes(report_text, lambda cells, at: [*cells[:at], "", *cells[at + 1 :]], drops=True)
        assert sum(outcome.right for outcome in outcomes) / len(outcomes) > 0.97
        assert not any(outcome.lost for outcome in outcomes)

    def test_an_inserted_empty_cell_shifts_nothing(self, report_text: str) -> None:
        outcomes = self.outcomes(report_text, lambda cells, at: [*cells[:at], "", *cells[at:]], drops=False)
        assert sum(outcome.right for outcome in outcomes) / len(outcomes) > 0.97
        assert not any(outcome.lost for outcome in outcomes)

    def test_a_lost_separator_loses_nothing(self, report_text: str) -> None:
        def join(cells: list[str], at: int) -> list[str]:
            return [*cells[: at - 1], f"{cells[at - 1]} {cells[at]}", *cells[at + 1 :]] if at else cells

        outcomes = self.outcomes(report_text, join, drops=False)
        assert not any(outcome.lost for outcome in outcomes)
        assert sum(outcome.right for outcome in outcomes) / len(outcomes) > 0.6

    def test_a_cell_written_twice_loses_nothing(self, report_text: str) -> None:
        outcomes = self.outcomes(report_text, lambda cells, at: [*cells[: at + 1], *cells[at:]], drops=False)
        # The same department twice in one slot is one department.
        assert not any(outcome.lost for outcome in outcomes if outcome.column != "city.departments")


class TestRows:
    @pytest.mark.parametrize("line", [28, 57, 94])
    def test_a_row_broken_anywhere(self, whole: Reading, report_text: str, line: int) -> None:
        lines = report_text.split("\n")
        row = lines[line - 1]
        for at in range(4, len(row) - 1, 97):
            found = read_report_text("\n".join([*lines[: line - 1], row[:at], row[at:], *lines[line:]]))
            assert found.plan == whole.plan, at
            assert ("R-206", line + 1) in [(warning.code, warning.line) for warning in found.warnings]

    def test_a_row_broken_between_cells(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        cells = lines[57].split("\t")
        lines[57:58] = ["\t".join(cells[:6]), "\t".join(cells[6:])]
        assert read_report_text("\n".join(lines)).plan == whole.plan

    def test_two_rows_in_one_line(self, whole: Reading, report_text: str) -> None:
        for between in ("\t", ""):
            lines = report_text.split("\n")
            lines[76:78] = [lines[76].rstrip("\t") + between + lines[77]]
            found = read_report_text("\n".join(lines))
            assert found.plan == whole.plan
            assert codes(found)["R-210"] == 1

    def test_a_title_that_lost_its_number(self, whole: Reading, report_text: str) -> None:
        found = read_report_text(report_text.replace("\n② 認知症", "\n認知症"))
        assert differing(found.plan, whole.plan) == []

    def test_a_title_that_is_lost(self, whole: Reading, report_text: str) -> None:
        found = read_report_text(re.sub(r"\n② 認知症[^\t]*", "\n", report_text))
        assert differing(found.plan, whole.plan) == []
        assert ("R-118", 78) in [(warning.code, warning.line) for warning in found.warnings]

    def test_a_title_grown_together_with_the_next_cell(self, whole: Reading, report_text: str) -> None:
        for joint in ("", " "):
            text = re.sub(r"(\n② 認知症[^\t]*)\t", rf"\g<1>{joint}", report_text)
            found = read_report_text(text)
            assert differing(found.plan, whole.plan) == []
            assert codes(found)["R-203"] == 1

    def test_a_title_behind_the_first_cell(self, whole: Reading, report_text: str) -> None:
        text = re.sub(r"\n(② 認知症[^\t]*)\t([^\t]*)", r"\n\2\t\1", report_text)
        found = read_report_text(text)
        assert differing(found.plan, whole.plan) == []
        assert codes(found)["R-205"] == 1

    def test_a_row_twice_is_read_once(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        lines.insert(78, lines[77])
        found = read_report_text("\n".join(lines))
        assert found.plan == whole.plan
        assert ("R-208", 79) in [(warning.code, warning.line) for warning in found.warnings]

    def test_a_number_written_wrong(self, whole: Reading, report_text: str) -> None:
        found = read_report_text(report_text.replace("\n② 認知症", "\n⑤ 認知症"))
        assert differing(found.plan, whole.plan) == []
        assert ("R-115", 78) in [(warning.code, warning.line) for warning in found.warnings]

    def test_text_below_a_row_goes_to_its_activity(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        lines.insert(78, "※ 表の外の注です。")
        found = read_report_text("\n".join(lines))
        assert differing(found.plan, whole.plan) == ["2-3-2"]
        assert codes(found)["R-207"] + codes(found)["R-206"] == 1
        assert Counter("表の外注です") <= all_text(found.plan) - all_text(whole.plan)

    def test_page_numbers_are_no_text(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        lines.insert(66, "－ 5 －")
        found = read_report_text("\n".join(lines))
        assert found.plan == whole.plan
        assert ("R-109", 67) in [(warning.code, warning.line) for warning in found.warnings]

    def test_words_before_the_title_are_told_whole(self, whole: Reading, report_text: str) -> None:
        found = read_report_text("資料1 令和元年11月\n" + report_text)
        assert found.plan == whole.plan
        (warning,) = [warning for warning in found.warnings if warning.code == "R-107"]
        assert "資料1 令和元年11月" in warning.message

    def test_departments_with_other_separators_and_twice(self, report_text: str) -> None:
        text = report_text.replace("地域福祉課 学校教育課 社会教育課", "地域福祉課、学校教育課・社会教育課／地域福祉課")
        found = read_report_text(text)
        names = activities(found.plan)["1-2-1"].city.slots[0].department_names
        assert names == ("地域福祉課", "学校教育課", "社会教育課")
        assert codes(found)["R-303"] == 1

    def test_an_odd_department_is_kept_and_told(self, report_text: str) -> None:
        found = read_report_text(report_text.replace("\t地域福祉課\t・補助金交付", "\t関係各課など\t・補助金交付"))
        assert activities(found.plan)["1-1-2"].city.slots[0].department_names == ("関係各課など",)
        assert codes(found)["R-302"] == 1


# --- random damage ----------------------------------------------------------------------------------------------


def _titles(report_text: str) -> list[str]:
    lines = report_text.split("\n")
    return [lines[line - 1].split("\t")[0] for line, (_, slot) in ROWS.items() if slot == 0]


def _last_lines() -> dict[str, int]:
    return {address: line for line, (address, _) in ROWS.items()}


def _wanted(lines: list[str], titles: list[str]) -> Counter[str]:
    """Every character that the cells of ``lines`` hold beside bullets, tags and the titles of activities."""
    found: Counter[str] = Counter()
    for line in lines:
        if not line.strip() or is_heading(line) or is_header(line) or "実施状況報告(" in line:
            continue
        for cell in line.split("\t"):
            text = without_tags(cell)
            for title in titles:
                text = text.removeprefix(title)
            text = re.sub(r"^[ -~]*>|<u?l?(?: [ -~]*)?$", "", text)
            found.update(character for character in characters(text) if character not in "・①②③④")
    return found


Damage = Callable[[list[str], int, int], list[str]]


def _cell(change: Callable[[list[str], int], list[str]]) -> Damage:
    def damage(lines: list[str], line: int, place: int) -> list[str]:
        cells = lines[line].split("\t")
        return [*lines[:line], "\t".join(change(cells, place % len(cells))), *lines[line + 1 :]]

    return damage


def _broken(lines: list[str], line: int, place: int) -> list[str]:
    at = place * 7 % (len(lines[line]) + 1)
    return [*lines[:line], lines[line][:at], lines[line][at:], *lines[line + 1 :]]


def _cut_end(lines: list[str], line: int, place: int) -> list[str]:
    return [*lines[:line], lines[line][: place * 11 % (len(lines[line]) + 1)], *lines[line + 1 :]]


def _cut_start(lines: list[str], line: int, place: int) -> list[str]:
    return [*lines[:line], lines[line][place * 11 % (len(lines[line]) + 1) :], *lines[line + 1 :]]


def _joined(lines: list[str], line: int, place: int) -> list[str]:
    if line + 1 >= len(lines) or "\t" not in lines[line + 1] or is_header(lines[line + 1]):
        return lines
    return [*lines[:line], lines[line] + lines[line + 1], *lines[line + 2 :]]


DAMAGES: dict[str, Damage] = {
    "cell lost": _cell(lambda cells, at: cells[:at] + cells[at + 1 :]),
    "cell twice": _cell(lambda cells, at: cells[: at + 1] + cells[at:]),
    "empty cell": _cell(lambda cells, at: [*cells[:at], "", *cells[at:]]),
    "tab lost": _cell(lambda cells, at: [*cells[: at - 1], cells[at - 1] + cells[at], *cells[at + 1 :]] if at else cells),
    "tab a space": _cell(
        lambda cells, at: [*cells[: at - 1], f"{cells[at - 1]} {cells[at]}", *cells[at + 1 :]] if at else cells
    ),
    "cells swapped": _cell(
        lambda cells, at: [*cells[: at - 1], cells[at], cells[at - 1], *cells[at + 1 :]] if at else cells
    ),
    "line lost": lambda lines, line, place: lines[:line] + lines[line + 1 :],
    "line twice": lambda lines, line, place: lines[: line + 1] + lines[line:],
    "line broken": _broken,
    "lines joined": _joined,
    "line cut": _cut_end,
    "line begun late": _cut_start,
}  # fmt: skip


@cache
def _sections(report_path: Path) -> tuple[list[str], list[str], list[str]]:
    """Head and body of a shorter report, of four goals with all kinds of cells, and the titles of all activities."""
    text = report_path.read_text(encoding="utf-8")
    lines = text.split("\n")
    return lines[:18], [*lines[18:33], *lines[41:49], *lines[59:66], *lines[107:117]], _titles(text)


_OF_TAGS = '<ul style="list-style-type: none">'


def _untold(found: Reading, body: list[str], titles: list[str]) -> list[str]:
    """The characters that are neither in the plan nor told of.

    What stands there twice, word for word, is read once and told (R-208); so is a department named twice in a slot.
    Words outside of any table are told whole, and so is what is no department.  Pieces of a tag that was broken are no
    text.
    """
    lost = _wanted(body, titles) - all_text(found.plan)
    lost = Counter({character: number for character, number in lost.items() if character not in _OF_TAGS})
    for warning in found.warnings:
        if warning.code == "R-208" and ("1回だけ" in warning.message or "ない行だけ" in warning.message):
            named = [
                text_of(item) for item in activities(found.plan).values() if f"「{item.title}」" in warning.message
            ]
            lost -= sum(named, Counter[str]())
    told = "".join(
        warning.message for warning in found.warnings if warning.code in ("R-107", "R-109", "R-208", "R-301", "R-303")
    )
    return [character for character in lost if character not in told]


class TestRandomDamage:
    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        damages=st.lists(
            st.tuples(st.sampled_from(sorted(DAMAGES)), st.integers(0, 999), st.integers(0, 999)),
            min_size=1,
            max_size=8,
        ),
        with_contents=st.booleans(),
    )
    def test_nothing_is_lost(self, report_path: Path, damages: list[tuple[str, int, int]], with_contents: bool) -> None:
        head, body, titles = _sections(report_path)
        for name, line, place in damages:
            rows = [index for index, text in enumerate(body) if "\t" in text and not is_header(text)]
            if rows:
                body = DAMAGES[name](body, rows[line % len(rows)], place)
        try:
            found = read_report_text("\n".join([*(head if with_contents else head[:4]), *body]))
        except NotAReport:
            assert not any(len(line) > 600 for line in body)
            return
        assert _untold(found, body, titles) == []

    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.text(
            st.sampled_from("\t\n ・①②【新規】(回)年2019年度実施状況予定。課ますましたH30%<ul>—基本目標活"),
            max_size=300,
        )
    )
    def test_any_soup_of_the_reports_own_signs(self, text: str) -> None:
        with contextlib.suppress(NotAReport):
            read_report_text(text)

    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=300))
    def test_any_text(self, text: str) -> None:
        with pytest.raises(NotAReport):
            read_report_text(text)


def test_columns_are_those_of_the_source() -> None:
    assert len(COLUMNS) == len(Column)
