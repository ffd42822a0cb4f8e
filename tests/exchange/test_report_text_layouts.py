"""The real report as other programs and other offices write it: other labels, line ends, marks and signs.

Met by reading reports that people made up: every one of these put text into the wrong place or lost it once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest

from tests.exchange.report_source import activities
from welfare_desktop.domain.errors import NotAReport
from welfare_desktop.domain.model import Plan
from welfare_desktop.exchange.reading import Reading
from welfare_desktop.exchange.report_text import decode_report, read_report_text


@pytest.fixture(scope="module")
def whole(report_text: str) -> Reading:
    return read_report_text(report_text)


def codes(reading: Reading) -> Counter[str]:
    return Counter(warning.code for warning in reading.warnings)


def told(reading: Reading, code: str) -> list[tuple[int | None, str]]:
    return [(warning.line, warning.message) for warning in reading.warnings if warning.code == code]


def texts(plan: Plan) -> list[object]:
    """Return what a plan says but its years."""
    return [
        (
            activity.title,
            activity.residents_role,
            activity.organizations_role,
            [
                (
                    part.initiatives,
                    [
                        (
                            slot.department_names,
                            [entry.lines for entry in slot.status.values()],
                            [entry.lines for entry in slot.planned.values()],
                            [indicator.text for indicator in slot.indicators],
                            [[result.text for result in results] for results in slot.results.values()],
                        )
                        for slot in part.slots
                    ],
                )
                for part in activity.parts
            ],
        )
        for _, _, activity in plan.walk()
    ]


def is_row(line: str) -> bool:
    return line.count("\t") > 8 and ("・" in line or "<ul" in line)


def in_cells(text: str, change: Callable[[str], str]) -> str:
    return "\n".join(
        "\t".join(change(cell) for cell in line.split("\t")) if is_row(line) else line for line in text.split("\n")
    )


class TestLabels:
    """A header that is not recognised is read as an activity, and everything below it moves on by one."""

    @pytest.mark.parametrize(
        ("status", "planned", "results", "year"),
        [
            ("令和元（2019）年度実施状況", "令和2（2020）年度実施予定", "令和元（2019）年度実績", 2019),
            ("令和元年度(2019年度)実施状況", "令和2年度(2020年度)実施予定", "元年度実績", 2019),
            ("2019(令和元)年度実施状況", "2020(令和2)年度実施予定", "2019年度実績", 2019),
            ("平成31年度(令和元年度)実施状況", "令和2年度実施予定", "平成31年度(令和元年度)実績", 2019),
            ("Ｒ２年度実施状況", "Ｒ３年度実施予定", "Ｒ２実績", 2020),
            ("R2実施状況", "R3実施予定", "R2実績", 2020),
            ("令和二年度実施状況", "令和三年度実施予定", "二年度実績", 2020),
            ("平成二十九年度実施状況", "平成三十年度実施予定", "二十九年度実績", 2017),
            ("㋿5年度取組状況", "㋿6年度取組予定", "5年度実績値", 2023),
            ("令和５年度実施状況（実績）", "令和６年度実施予定（計画）", "令和５年度実績", 2023),
        ],
    )
    def test_years_however_they_are_written(
        self, whole: Reading, report_text: str, status: str, planned: str, results: str, year: int
    ) -> None:
        text = report_text.replace("令和元年度実施予定", "X").replace("平成30年度実施状況", status)
        found = read_report_text(text.replace("X", planned).replace("30年度実績", results))
        assert found.year == year
        assert texts(found.plan) == texts(whole.plan)
        assert (found.plan.title, codes(found)) == (whole.plan.title, codes(whole))

    def test_labels_of_another_office(self, whole: Reading, report_text: str) -> None:
        text = report_text.replace("市社会福祉協議会の取組み\t", "○○市社協の取り組み\t").replace(
            "市の取組み\t", "○○市の取組\t"
        )
        text = text.replace("主な活動指標", "数値目標").replace("\t担当課\t", "\t所管課\t")
        assert read_report_text(text).plan == whole.plan

    def test_an_unknown_label_is_told(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        lines[26] = lines[26].replace("担当課", "主管グループ")
        found = read_report_text("\n".join(lines))
        assert found.plan == whole.plan
        assert [(line, "「主管グループ」" in words) for line, words in told(found, "R-107")] == [(27, True)]

    @pytest.mark.parametrize(
        ("title", "name", "year"),
        [
            ("令和２年度 みなと市地域福祉計画 実施状況報告書", "みなと市地域福祉計画", 2020),
            ("みなと市地域福祉計画（令和元（2019）年度）進捗状況報告", "みなと市地域福祉計画", 2019),
        ],
    )
    def test_a_year_that_only_the_title_tells(self, report_text: str, title: str, name: str, year: int) -> None:
        body = "\n".join(report_text.split("\n")[22:32])
        body = body.replace("平成30年度", "").replace("令和元年度", "").replace("30年度実績", "実績")
        found = read_report_text(f"{title}\n\n{body}")
        assert (found.year, found.plan.title) == (year, name)
        assert [line for line, _ in told(found, "R-102")] == [1]


class TestLineEndsInCells:
    def test_at_every_bullet(self, whole: Reading, report_text: str) -> None:
        found = read_report_text(in_cells(report_text, lambda cell: re.sub(r" (?=・)", "\n", cell)))
        assert found.plan == whole.plan
        assert told(found, "R-206")[0] == (29, "行の途中に改行があったため、56行目までを前の行につなげて読みました。")

    def test_other_line_ends_than_between_rows(self, whole: Reading, report_text: str) -> None:
        text = in_cells(report_text, lambda cell: re.sub(r" (?=・)", "\r", cell)).replace("\n", "\r\n")
        assert read_report_text(text).plan == whole.plan

    def test_as_a_spreadsheet_copies_them(self, whole: Reading, report_text: str) -> None:
        def quoted(cell: str) -> str:
            lines = re.split(r" (?=・)", re.sub("<ul[^>]*> ", "", cell))
            return '"' + "\n".join(lines).replace('"', '""') + '"' if len(lines) > 1 else lines[0]

        text = in_cells(report_text, quoted)
        found = read_report_text(text)
        assert found.plan == whole.plan
        assert "R-206" not in codes(found)
        line = next(number for number, words in enumerate(text.split("\n"), 1) if words.startswith("③ 民生委員"))
        broken = text.split("\n")
        broken[line - 1] = broken[line - 1].replace("③ 民生委員", "③ 民\ufffd委員")
        assert (line, "R-106") in [(one.line, one.code) for one in read_report_text("\n".join(broken)).warnings]

    def test_one_quotation_mark_is_text(self, report_text: str) -> None:
        found = read_report_text(report_text.replace("\t・地域福祉活動等への", '\t"・地域福祉活動等への', 1))
        assert activities(found.plan)["1-1-1"].residents_role[0].startswith('"')

    def test_separated_by_commas(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        text = "\n".join(
            ",".join(f'"{cell}"' for cell in re.sub(r'<ul[^>]*>|"', "", line).split("\t")) for line in lines
        )
        found = read_report_text(text)
        assert found.plan == read_report_text(re.sub(r'<ul[^>]*>|"', "", report_text)).plan
        assert codes(found)["R-105"] == 1
        assert len(activities(found.plan)) == len(activities(whole.plan))

    def test_a_drawn_table(self, whole: Reading, report_text: str) -> None:
        lines = [f"| {line.replace(chr(9), ' | ')} |" if "\t" in line else line for line in report_text.split("\n")]
        lines[27:27] = ["|" + "---|" * 14]
        assert read_report_text("\n".join(lines)).plan == whole.plan


class TestSigns:
    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text.replace("主な活動指標", "主な\u200b活動指標").replace("担当課\t", "担当課\u200b\t"),
            lambda text: text.replace("基本目標", "基本目標\u200b").replace("活動目標", "活動目標\u200b"),
            lambda text: text.replace("\t", "\t\ufeff"),
            lambda text: text.replace("\t", "\t\u202a"),
            lambda text: text.replace(" ・", " \u200b・").replace("・", "・\u2060"),
            lambda text: text.replace("市", "市\x07").replace("課", "\x1f課"),
        ],
        ids=["in labels", "in headings", "byte order marks", "directions", "around bullets", "controls"],
    )
    def test_what_nobody_sees_moves_nothing(
        self, whole: Reading, report_text: str, change: Callable[[str], str]
    ) -> None:
        assert read_report_text(change(report_text)).plan == whole.plan

    def test_a_line_of_nothing_is_no_text(self, whole: Reading, report_text: str) -> None:
        assert read_report_text(report_text + "\n\ufeff\n\u200b\n").plan == whole.plan

    @pytest.mark.parametrize("space", ["\u3000", "\u00a0", "\u2009"])
    def test_spaces_of_any_width(self, whole: Reading, report_text: str, space: str) -> None:
        found = read_report_text(report_text.replace(" ", space))
        assert str(texts(found.plan)).replace(repr(space)[1:-1], " ") == str(texts(whole.plan))
        assert codes(found)["R-302"] == codes(found)["R-207"] == 0

    @pytest.mark.parametrize("written", ["({}) ", "（{}）", "{}. ", "{}　"])
    def test_activities_numbered_in_another_way(self, whole: Reading, report_text: str, written: str) -> None:
        text = report_text
        for number, circled in enumerate("①②③④", 1):
            text = text.replace(f"{circled} ", written.format(number))
        found = read_report_text(text)
        assert found.plan == whole.plan
        assert [line for line, _ in told(found, "R-110")] == [28]

    def test_all_signs_made_plain(self, whole: Reading, report_text: str) -> None:
        found = read_report_text(unicodedata.normalize("NFKC", report_text))
        assert list(activities(found.plan)) == list(activities(whole.plan))
        assert activities(found.plan)["1-1-1"] is not None
        assert [activity.title for activity in activities(found.plan).values()] == [
            activity.title for activity in activities(whole.plan).values()
        ]


class TestHeadings:
    @pytest.mark.parametrize(
        ("basic", "goal"),
        [("## 基本目標{} ", "### 活動目標{} "), ("【基本目標{}】", "「活動目標{}」"), ("■基本目標{}：", "＜活動目標{}＞ "), ("基本目標\t{}\t", "活動目標\t{}\t")],
    )  # fmt: skip
    def test_decorated(self, whole: Reading, report_text: str, basic: str, goal: str) -> None:
        text = re.sub(r"(?m)^基本目標(\d) ", lambda match: basic.format(match[1]), report_text)
        text = re.sub(r"(?m)^活動目標(\d) ", lambda match: goal.format(match[1]), text)
        assert read_report_text(text).plan == whole.plan

    def test_numbered_with_the_goal_above(self, whole: Reading, report_text: str) -> None:
        text = report_text.replace("\n活動目標1 ", "\n活動目標1-1 ").replace("\n活動目標6 ", "\n活動目標２－６ ")
        assert [goal.title for _, goal, _ in read_report_text(text).plan.walk()] == [
            goal.title for _, goal, _ in whole.plan.walk()
        ]

    def test_a_second_name_for_a_goal_is_told(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        lines[23] = "活動目標1 べつの名前"
        found = read_report_text("\n".join(lines))
        assert found.plan == whole.plan
        assert [line for line, words in told(found, "R-114") if "「べつの名前」" in words] == [24]

    def test_repeated_on_the_next_page(self, report_text: str) -> None:
        """Also without a contents page: ① after it begins the next goal, not the same one again."""
        lines = report_text.split("\n")
        body = [*lines[:4], *lines[20:]]
        plain = read_report_text("\n".join(body))
        at = body.index(lines[30])
        found = read_report_text("\n".join([*body[:at], "", lines[22], "", *lines[24:27], *body[at:]]))
        assert found.plan == plain.plan

    def test_a_title_that_does_not_name_the_plan_is_told(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        lines[32] = "別冊：各年度の取組状況の詳細に関する報告"
        found = read_report_text("\n".join(lines))
        assert found.plan == whole.plan
        assert (33, True) in [(line, lines[32] in words) for line, words in told(found, "R-107")]


class TestDepartments:
    @pytest.mark.parametrize("mark", ["—", "－", "-", "なし"])
    def test_none_is_no_department(self, report_text: str, mark: str) -> None:
        lines = report_text.split("\n")
        lines[27] = lines[27].replace("\t地域福祉課\t", f"\t{mark}\t")
        found = read_report_text("\n".join(lines))
        assert activities(found.plan)["1-1-1"].city.slots[0].department_names == ()
        assert [line for line, words in told(found, "R-301") if f"「{mark}」" in words] == [28]
        assert mark not in [department.name for department in found.plan.departments]

    def test_a_mark_before_the_name_makes_no_other_department(self, whole: Reading, report_text: str) -> None:
        found = read_report_text(report_text.replace("\t地域福祉課", "\t◎地域福祉課"))
        assert found.plan == whole.plan
        assert codes(found)["R-302"] > 0

    def test_names_without_anything_between(self, whole: Reading, report_text: str) -> None:
        found = read_report_text(report_text.replace("地域福祉課 学校教育課", "地域福祉課学校教育課"))
        assert found.plan == whole.plan
        assert codes(found)["R-302"] == 3

    @pytest.mark.parametrize("name", ["企画課題推進室", "総務課長会", "市民税課税課"])
    def test_a_name_is_not_cut(self, report_text: str, name: str) -> None:
        lines = report_text.split("\n")
        lines[27] = lines[27].replace("\t地域福祉課\t", f"\t{name}\t")
        found = read_report_text("\n".join(lines))
        assert activities(found.plan)["1-1-1"].city.slots[0].department_names == (name,)


class TestTwice:
    def test_the_file_twice_is_read_once(self, whole: Reading, report_text: str) -> None:
        found = read_report_text(f"{report_text}\n\n\ufeff{report_text}")
        assert found.plan == whole.plan
        assert codes(found)["R-208"] == len(activities(whole.plan))
        assert codes(found)["R-115"] == codes(whole)["R-115"]

    def test_two_years_in_one_file_are_refused(self, report_text: str) -> None:
        later = report_text.replace("令和元年度", "令和２年度").replace("平成30年度", "令和元年度")
        with pytest.raises(NotAReport) as refused:
            read_report_text(f"{report_text}\n{later}", "report.txt")
        assert (refused.value.code, refused.value.where) == ("W-313", "report.txt")
        assert "平成30年度と令和元年度" in refused.value.message

    def test_labels_of_the_years_gone_wrong_are_no_second_report(self, whole: Reading, report_text: str) -> None:
        text = report_text.replace("令和元年度実施予定", "平成30年度実施予定")
        assert read_report_text(text).year in (2017, 2018)


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["euc_jis_2004", "iso2022_jp_2004", "utf-16", "utf-16-be"])
    def test_other_encodings(self, whole: Reading, report_text: str, encoding: str) -> None:
        text = report_text if encoding.startswith("utf") else report_text.replace("—", "―").replace("～", "〜")
        data = text.encode(encoding)
        assert read_report_text(decode_report(data, "")).plan == read_report_text(text).plan

    def test_a_stray_zero_byte_is_no_utf_16(self, whole: Reading, report_text: str) -> None:
        data = report_text.replace("地域", "地\0域", 3).encode()
        assert read_report_text(decode_report(data, "")).plan == whole.plan


class TestWholeRows:
    """A row with all its cells stays as it stands, though some of it reads like another column."""

    def test_measures_that_read_like_results(self, whole: Reading, report_text: str) -> None:
        lines = report_text.split("\n")
        cells = lines[28].split("\t")
        assert len(cells) == 14
        cells[7], cells[8] = "—", "・移動支援との連携(年4回) ・居場所づくりの開催支援(3箇所) ・就労準備の周知(年9回)"
        lines[28] = "\t".join(cells)
        activity = activities(read_report_text("\n".join(lines)).plan)["1-1-2"]
        assert [result.text for result in activity.council.slots[0].results[2018]] == ["—"]
        assert len(activity.city.initiatives) == 3

    @pytest.mark.parametrize("figure", ["▲41件", "年3～5回", "1/2以上", "約40％", "−3人"])
    def test_figures_stay_with_their_words(self, report_text: str, figure: str) -> None:
        lines = report_text.split("\n")
        cells = lines[27].split("\t")
        cells[12] = f"相談の件数 {figure}"
        lines[27] = "\t".join(cells)
        (indicator,) = activities(read_report_text("\n".join(lines)).plan)["1-1-1"].city.slots[0].indicators
        assert indicator.text == f"相談の件数 {figure}"


class TestTablesLaidOutDifferently:
    def test_rows_out_of_order_stay_in_their_goal(self, report_text: str) -> None:
        """Without a contents page ① below ② once began a goal of its own."""
        lines = report_text.split("\n")
        body = [*lines[:4], *lines[20:]]
        plain = read_report_text("\n".join(body))
        at = body.index(lines[37])
        body[at], body[at + 1] = body[at + 1], body[at]
        assert read_report_text("\n".join(body)).plan == plain.plan

    def test_cells_wrapped_at_the_width_of_a_column(self, whole: Reading, report_text: str) -> None:
        def wrapped(cell: str) -> str:
            return cell if "<" in cell else "\n".join(cell[at : at + 24] for at in range(0, len(cell), 24))

        lines = report_text.split("\n")
        at = next(index for index, line in enumerate(lines) if line.startswith("① 福祉体験学習"))
        lines[at : at + 3] = ["\t".join(map(wrapped, line.split("\t"))) for line in lines[at : at + 3]]
        found, before = (activities(reading.plan) for reading in (read_report_text("\n".join(lines)), whole))
        assert list(found) == list(before)
        for address in ("1-2-1", "1-2-2", "1-2-3"):
            slots, kept = found[address].city.slots, before[address].city.slots
            assert [slot.department_names for slot in slots] == [slot.department_names for slot in kept]
            assert found[address].title == before[address].title
            assert "".join(found[address].residents_role) == "".join(before[address].residents_role)

    def test_a_name_cut_by_a_line_end(self, whole: Reading, report_text: str) -> None:
        text = report_text.replace("地域福祉課 学校教育課 社会教育課", "地域福\n祉課 学校教育課\n社会教育課")
        assert read_report_text(text).plan == whole.plan

    def test_the_labels_say_whose_columns_come_first(self, whole: Reading, report_text: str) -> None:
        lines = []
        for line in report_text.split("\n"):
            if "市社会福祉協議会の取組み\t" in line:
                line = line.replace("市社会福祉協議会の取組み", "X").replace(
                    "\t市の取組み", "\t市社会福祉協議会の取組み"
                )
                line = line.replace("X", "市の取組み")
            lines.append(line)
        text = "\n".join(lines)
        assert read_report_text(text).plan == whole.plan, "labels alone move nothing"
