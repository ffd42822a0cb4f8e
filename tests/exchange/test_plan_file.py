"""Plan files: the bundled plan, what others may write by hand, and what is refused where."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.report_source import activities, lines_at
from tests.strategies import identifiers, lines_of_text
from welfare_desktop.domain.errors import ExchangeError
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.matching import lay_over
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Plan,
    Result,
    Slot,
    Target,
    TargetKind,
)
from welfare_desktop.domain.text import canonical_lines
from welfare_desktop.exchange.plan_file import read_plan_file, write_plan_file
from welfare_desktop.exchange.plan_file_writing import is_figure
from welfare_desktop.exchange.report_text import read_report_text
from welfare_desktop.paths import resource

T = TypeVar("T")
BUNDLED = resource("plans", "yamaguchi_2018-2022.toml")


@pytest.fixture(scope="module")
def bundled() -> Plan:
    return read_plan_file(BUNDLED)


@pytest.fixture(scope="module")
def imported(report_text: str) -> Plan:
    return read_report_text(report_text).plan


class TestBundledPlan:
    def test_counts(self, bundled: Plan) -> None:
        goals = [goal for basic in bundled.basic_goals for goal in basic.activity_goals]
        assert (len(bundled.basic_goals), len(goals), len(list(bundled.walk())), len(bundled.departments)) == (
            3,
            10,
            30,
            14,
        )
        assert (bundled.first_year, bundled.last_year) == (2018, 2022)

    def test_structure_departments_and_indicators_are_those_the_report_gives(
        self, bundled: Plan, imported: Plan
    ) -> None:
        assert (bundled.title, bundled.vision) == (imported.title, imported.vision)
        assert bundled.departments == imported.departments
        assert [(basic.number, basic.title) for basic in bundled.basic_goals] == [
            (basic.number, basic.title) for basic in imported.basic_goals
        ]
        ours, theirs = activities(bundled), activities(imported)
        assert list(ours) == list(theirs)
        for address, activity in ours.items():
            other = theirs[address]
            assert (activity.number, activity.title) == (other.number, other.title)
            for part, its in zip(activity.parts, other.parts, strict=True):
                assert [(slot.department_names, slot.indicators) for slot in part.slots] == [
                    (slot.department_names, slot.indicators) for slot in its.slots
                ]

    def test_results_are_equal_or_left_out(self, bundled: Plan, imported: Plan) -> None:
        given_results = 0
        theirs = activities(imported)
        for address, activity in activities(bundled).items():
            for part, its in zip(activity.parts, theirs[address].parts, strict=True):
                for slot, other in zip(part.slots, its.slots, strict=True):
                    if slot.results:
                        given_results += 1
                        assert slot.results == other.results
                    elif other.results:
                        assert not all(is_figure(result.text) for result in other.results[2018])
        assert given_results == 54

    def test_no_narrative_is_in_it(self, bundled: Plan) -> None:
        for activity in activities(bundled).values():
            assert activity.residents_role == activity.organizations_role == ()
            for part in activity.parts:
                assert part.initiatives == ()
                assert all(not slot.status and not slot.planned for slot in part.slots)
        written = [line for line in BUNDLED.read_text(encoding="utf-8").split("\n") if not line.startswith("#")]
        assert not any("。" in line for line in written)

    def test_it_is_what_the_program_writes(self, bundled: Plan, imported: Plan) -> None:
        text = BUNDLED.read_text(encoding="utf-8")
        assert write_plan_file(bundled, (2018,)) == text
        assert write_plan_file(imported, (2018,)) == text

    def test_the_report_can_be_laid_over_it(self, bundled: Plan, imported: Plan) -> None:
        """Nothing in the plan contradicts the report: importing fills blanks only."""
        new_id = identifiers()
        laid = lay_over(with_ids(bundled, new_id), imported, new_id)
        assert (laid.matched, laid.unmatched) == (30, 0)
        assert not laid.differences
        assert not laid.added

    def test_targets_are_left_to_the_wording(self, bundled: Plan) -> None:
        assert all(
            indicator.targets is None
            for activity in activities(bundled).values()
            for part in activity.parts
            for slot in part.slots
            for indicator in slot.indicators
        )

    def test_the_header_explains_itself_in_both_languages(self) -> None:
        head = BUNDLED.read_text(encoding="utf-8").split("\nformat", 1)[0]
        assert "計画ファイル" in head and "Plan file" in head
        for name in (
            "first_year",
            "basic_goal",
            "activity_goal",
            "council",
            "city",
            "indicators",
            "targets",
            "results",
        ):
            assert name in head


HAND_WRITTEN = """
format = "welfare-plan/1"
title = "架空町地域福祉計画"
first_year = 2023
last_year = 2027

[[basic_goal]]
title = "支え合う町"

  [[basic_goal.activity_goal]]
  title = "見守り"

    [[basic_goal.activity_goal.activity]]
    title = "声かけ"
    residents_role = ["・あいさつ運動"]
    city_initiatives = ["講座の開催【新規】"]

      [[basic_goal.activity_goal.activity.city]]
      departments = ["福祉課", "図書館"]
      indicators = ["講座 年2回", { text = "登録者 R7 250人", targets = [{ value = "300" }] }]
      results.2023 = ["—"]
      status.2023 = ["開いた。"]
      planned.2024 = ["開く。"]

      [[basic_goal.activity_goal.activity.city]]
      departments = ["市民課"]
      results.2023 = [{ text = "4回", value = "4", unit = "回" }]

    [[basic_goal.activity_goal.activity]]
    number = 5
    title = "防災"

[[basic_goal]]
number = 4
title = "つながる町"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "計画.toml"
    path.write_text(text, encoding="utf-8")
    return path


class TestByHand:
    def test_another_municipality(self, tmp_path: Path) -> None:
        plan = read_plan_file(written(tmp_path, HAND_WRITTEN))
        assert (plan.title, plan.vision, plan.first_year, plan.last_year) == ("架空町地域福祉計画", "", 2023, 2027)
        assert [basic.number for basic in plan.basic_goals] == [1, 4]
        first, second = plan.basic_goals[0].activity_goals[0].activities
        assert (first.number, second.number, second.title) == (1, 5, "防災")
        assert first.residents_role == ("あいさつ運動",)
        assert first.city.initiatives == ("講座の開催【新規】",)
        assert [slot.department_names for slot in first.city.slots] == [("福祉課", "図書館"), ("市民課",)]
        assert [department.name for department in plan.departments] == ["福祉課", "図書館", "市民課"]
        assert first.city.slots[0].status == {2023: Entry(("開いた。",))}
        assert first.city.slots[0].planned == {2024: Entry(("開く。",))}
        assert first.city.slots[0].results == {2023: (Result("—"),)}
        assert first.city.slots[1].results == {2023: (Result("4回", value=Decimal(4), unit="回"),)}

    def test_what_is_left_out_is_one_empty_slot_each(self, tmp_path: Path) -> None:
        second = read_plan_file(written(tmp_path, HAND_WRITTEN)).basic_goals[0].activity_goals[0].activities[1]
        assert (second.council.slots, second.city.slots) == ((Slot(),), (Slot(),))

    def test_a_corrected_target_keeps_what_the_wording_says_else(self, tmp_path: Path) -> None:
        plan = read_plan_file(written(tmp_path, HAND_WRITTEN))
        indicator = plan.basic_goals[0].activity_goals[0].activities[0].city.slots[0].indicators[1]
        assert indicator.targets is not None
        (target,) = indicator.targets
        assert (target.value, target.unit, target.fiscal_year, target.kind) == (
            Decimal(300),
            "人",
            2025,
            TargetKind.BY_YEAR,
        )

    @pytest.mark.parametrize(
        ("inside", "kind", "value", "year"),
        [
            ('value = "12"', TargetKind.LEVEL, Decimal(12), None),
            ('value = "12", fiscal_year = 2025', TargetKind.BY_YEAR, Decimal(12), 2025),
            ('value = "0.5", unit = "％", comparator = "≤", kind = "annual"', TargetKind.ANNUAL, Decimal("0.5"), None),
            ('wording = "充実"', TargetKind.QUALITATIVE, None, None),
        ],
    )
    def test_a_target_where_the_wording_has_none(
        self, tmp_path: Path, inside: str, kind: TargetKind, value: Decimal | None, year: int | None
    ) -> None:
        text = HAND_WRITTEN.replace("登録者 R7 250人", "相談体制の充実").replace('value = "300"', inside)
        indicator = read_plan_file(written(tmp_path, text)).basic_goals[0].activity_goals[0].activities[0].city.slots[0]
        targets = indicator.indicators[1].targets
        assert targets is not None
        assert (targets[0].kind, targets[0].value, targets[0].fiscal_year) == (kind, value, year)

    def test_no_target_at_all(self, tmp_path: Path) -> None:
        text = HAND_WRITTEN.replace('targets = [{ value = "300" }]', "targets = []")
        slot = read_plan_file(written(tmp_path, text)).basic_goals[0].activity_goals[0].activities[0].city.slots[0]
        assert slot.indicators[1].targets == ()

    def test_departments_with_earlier_names(self, tmp_path: Path) -> None:
        text = HAND_WRITTEN.replace(
            "first_year",
            'departments = ["市民課", { name = "福祉課", former = [{ name = "民生課", last_year = 2020 }] }, "図書館"]\nfirst_year',
        )
        plan = read_plan_file(written(tmp_path, text))
        assert [department.name for department in plan.departments] == ["市民課", "福祉課", "図書館"]
        assert plan.departments[1].name_in(2019) == "民生課"
        slot = plan.basic_goals[0].activity_goals[0].activities[0].city.slots[0]
        assert slot.departments[0] == plan.departments[1]

    def test_windows_line_ends_and_mark(self, tmp_path: Path) -> None:
        path = tmp_path / "a.toml"
        path.write_bytes(b"\xef\xbb\xbf" + HAND_WRITTEN.replace("\n", "\r\n").encode())
        assert read_plan_file(path) == read_plan_file(written(tmp_path, HAND_WRITTEN))


class TestRefused:
    @pytest.mark.parametrize(
        ("old", "new", "code", "place", "words"),
        [
            ('format = "welfare-plan/1"', "", "W-342", "", "format"),
            ("welfare-plan/1", "welfare-plan/9", "W-342", "", "welfare-plan/1"),
            ('title = "架空町地域福祉計画"', "", "W-342", "", "title"),
            ('title = "架空町地域福祉計画"', 'title = ""', "W-342", "", "空です"),
            ('title = "架空町地域福祉計画"', "title = 5", "W-342", "", "文字列"),
            ('title = "架空町地域福祉計画"', f'title = "{"あ" * 100_001}"', "W-342", "", "長すぎ"),
            ("first_year = 2023", 'first_year = "2023"', "W-342", "", "整数"),
            ("first_year = 2023", "first_year = true", "W-342", "", "整数"),
            ("first_year = 2023", "first_year = 23", "W-342", "", "1950"),
            ("first_year = 2023", "first_year = 2030", "W-342", "", "前です"),
            ("last_year = 2027", "last_year = 2099", "W-342", "", "50年"),
            ("last_year = 2027", "", "W-342", "", "last_year"),
            ("last_year = 2027", "last_year = 2027\nlast_year = 2028", "W-341", "6行目", "TOML"),
            ("last_year = 2027", "last_year = 2027\nremark = 1", "W-342", "", "remark"),
            ('title = "声かけ"', "", "W-342", "13行目から 基本目標1＞活動目標1＞活動1", "title"),
            ('title = "声かけ"', 'titel = "声かけ"', "W-342", "13行目から 基本目標1＞活動目標1＞活動1", "title"),
            ('title = "声かけ"', 'title = "声かけ"\nremarks = "x"', "W-342", "13行目から", "remarks"),
            ('title = "声かけ"', 'title = "声\\nかけ"', "W-342", "13行目から", "改行"),
            ("number = 5", "number = 1", "W-342", "29行目から 基本目標1＞活動目標1＞活動2", "番号1"),
            ("number = 5", "number = 0", "W-342", "活動2", "number"),
            ("number = 5", 'number = "5"', "W-342", "活動2", "整数"),
            ("number = 5", "number = 5.0", "W-342", "活動2", "整数"),
            ("number = 4", "number = 1", "W-342", "33行目から 基本目標2", "番号1"),
            ('"福祉課", "図書館"', '"福祉課", "福祉課"', "W-342", "18行目から 基本目標1＞活動目標1＞活動1＞市の記入欄1", "2回"),
            ('departments = ["福祉課", "図書館"]', 'departments = "福祉課"', "W-342", "18行目から", "一覧"),
            ('departments = ["福祉課", "図書館"]', 'departments = ["福祉課", 3]', "W-342", "18行目から", "文字列"),
            ('departments = ["福祉課", "図書館"]', 'departments = ["福祉課", ""]', "W-342", "18行目から", "空です"),
            ("first_year = 2023", 'departments = ["福祉課", "福祉課"]\nfirst_year = 2023', "W-342", "", "2回"),
            ("first_year = 2023", 'departments = ["福祉課"]\nfirst_year = 2023', "W-342", "市の記入欄1", "図書館"),
            ('results.2023 = ["—"]', 'results = ["—"]', "W-342", "市の記入欄1", "年度"),
            ('results.2023 = ["—"]', 'results.1999 = ["—"]', "W-342", "市の記入欄1", "1999"),
            ('results.2023 = ["—"]', 'results.今年 = ["—"]', "W-341", "", "TOML"),
            ('results.2023 = ["—"]', 'results."今年" = ["—"]', "W-342", "市の記入欄1", "今年"),
            ('results.2023 = ["—"]', 'results.2023 = "—"', "W-342", "市の記入欄1", "一覧"),
            ('value = "4"', "value = 4", "W-342", "市の記入欄2", "文字列"),
            ('value = "4"', 'value = "４"', "W-342", "市の記入欄2", "数では"),
            ('value = "4"', 'value = "1e9"', "W-342", "市の記入欄2", "数では"),
            ('value = "4"', 'value = "NaN"', "W-342", "市の記入欄2", "数では"),
            ('value = "300"', 'value = "300", kind = "yearly"', "W-342", "市の記入欄1", "yearly"),
            ('value = "300"', 'value = "300", comparator = ">"', "W-342", "市の記入欄1", ">"),
            ('value = "300"', 'value = "300", years = 3', "W-342", "市の記入欄1", "years"),
            ("[[basic_goal.activity_goal]]", "[basic_goal.activity_goal]", "W-342", "基本目標1", "二重"),
            ("[[basic_goal]]", "[basic_goal]", "W-341", "", "TOML"),
            ("架空町", "架空町\\q", "W-341", "3行目", "TOML"),
            ('["・あいさつ運動"]', '["・あいさつ運動"', "W-341", "", "TOML"),
        ],
    )  # fmt: skip
    def test_with_line_place_and_a_way_out(
        self, tmp_path: Path, old: str, new: str, code: str, place: str, words: str
    ) -> None:
        assert old in HAND_WRITTEN
        path = written(tmp_path, HAND_WRITTEN.replace(old, new, 1))
        with pytest.raises(ExchangeError) as caught:
            read_plan_file(path)
        error = caught.value
        assert error.code == code
        assert error.where.startswith("計画.toml")
        assert place in error.where
        assert words in error.message + error.next_step
        assert error.next_step

    def test_no_goal_at_all(self, tmp_path: Path) -> None:
        head = HAND_WRITTEN.split("[[", 1)[0]
        with pytest.raises(ExchangeError) as caught:
            read_plan_file(written(tmp_path, head))
        assert "基本目標がありません" in caught.value.message

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ExchangeError) as caught:
            read_plan_file(tmp_path / "ない.toml")
        assert caught.value.code == "W-340"

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ExchangeError) as caught:
            read_plan_file(tmp_path)
        assert caught.value.code == "W-340"

    @pytest.mark.parametrize(
        "data",
        [
            HAND_WRITTEN.replace("—", "―").encode("cp932"),
            b"\x89PNG\r\n\x1a\n\0\0",
            b"PK\x03\x04\x80",
            b"a = " + b"[" * 5_000 + b"]" * 5_000,
            b"a = " + b"9" * 6_000,
            b"x" * 20_000_001,
            "山口市地域福祉計画\t実施状況\n".encode(),
        ],
        ids=["cp932", "picture", "zip", "deep", "long number", "huge", "a report"],
    )
    def test_what_is_no_plan_file(self, tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "計画.toml"
        path.write_bytes(data)
        with pytest.raises(ExchangeError) as caught:
            read_plan_file(path)
        assert caught.value.code == "W-341"

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(line=st.integers(0, 33), other=st.integers(0, 33), keep=st.integers(0, 60))
    def test_lines_moved_cut_or_doubled_never_surprise(self, tmp_path: Path, line: int, other: int, keep: int) -> None:
        lines = HAND_WRITTEN.split("\n")
        for changed in (
            [*lines[:line], *lines[line + 1 :]],
            [*lines[: line + 1], *lines[line:]],
            [*lines[:line], lines[line][:keep], *lines[line + 1 :]],
            [*lines[:line], lines[other], *lines[line + 1 :]],
        ):
            try:
                plan = read_plan_file(written(tmp_path, "\n".join(changed)))
            except ExchangeError as error:
                assert error.code in ("W-341", "W-342")  # noqa: PT017 - either outcome is right, and both are looked at
            else:
                assert plan.basic_goals


# --- round trip -------------------------------------------------------------------------------------------------

TEXTS = lines_of_text(1).filter(lambda line: canonical_lines(line) == (line,))
LINES = st.lists(TEXTS, max_size=3).map(tuple)
VALUES = st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(lambda value: value.normalize() + 0)
FIRST, LAST = 2018, 2022


def by_year(value: st.SearchStrategy[T], last: int) -> st.SearchStrategy[dict[int, T]]:
    return st.dictionaries(st.integers(FIRST, last), value, max_size=2).map(lambda found: dict(sorted(found.items())))


@st.composite
def file_slots(draw: st.DrawFn, departments: tuple[Department, ...]) -> Slot:
    targets = st.builds(
        Target,
        TEXTS,
        st.sampled_from(TargetKind),
        st.none() | VALUES,
        lines_of_text(),
        st.sampled_from("=≥≤"),
        st.none() | st.integers(2000, 2030),
    )
    corrected = st.none() | st.lists(targets, max_size=2).map(tuple)
    indicators = st.lists(st.builds(Indicator, TEXTS, targets=corrected), max_size=2).map(tuple)
    answers = st.lists(
        st.builds(Result, TEXTS, value=st.none() | VALUES, unit=st.none() | TEXTS), min_size=1, max_size=2
    )
    entries = LINES.filter(bool).map(Entry)
    chosen = st.lists(st.sampled_from(departments), max_size=3, unique=True) if departments else st.just([])
    return Slot(
        tuple(draw(chosen)),
        draw(by_year(entries, LAST)),
        draw(by_year(entries, LAST + 1)),
        draw(indicators),
        draw(by_year(answers.map(tuple), LAST)),
        retired_from=draw(st.none() | st.integers(2018, 2023)),
    )


@st.composite
def file_plans(draw: st.DrawFn) -> Plan:
    """A plan with everything a plan file can hold."""
    names = draw(st.lists(TEXTS, max_size=4, unique=True))
    former = st.lists(st.tuples(TEXTS, st.integers(2000, 2017)), max_size=2, unique_by=lambda pair: pair[1])
    departments = tuple(
        Department(name, former=tuple(sorted(draw(former), key=lambda pair: pair[1]))) for name in names
    )

    def numbers(least: int) -> list[int]:
        return sorted(draw(st.lists(st.integers(1, 99), min_size=least, max_size=2, unique=True)))

    def part(actor: Actor, most: int) -> ActorPart:
        slots = draw(st.lists(file_slots(departments), min_size=1, max_size=most))
        return ActorPart(actor, draw(LINES), tuple(slots))

    retired = st.none() | st.integers(2018, 2023)
    basics = []
    for basic in numbers(1):
        goals = []
        for goal in numbers(0):
            found = tuple(
                Activity(
                    number,
                    draw(TEXTS),
                    draw(LINES),
                    draw(LINES),
                    part(Actor.COUNCIL, 1),
                    part(Actor.CITY, 2),
                    retired_from=draw(retired),
                )
                for number in numbers(0)
            )
            goals.append(ActivityGoal(goal, draw(TEXTS), found, retired_from=draw(retired)))
        basics.append(BasicGoal(basic, draw(TEXTS), tuple(goals), retired_from=draw(retired)))
    return Plan(draw(TEXTS), draw(lines_of_text()), FIRST, LAST, departments, tuple(basics))


class TestRoundTrip:
    @settings(
        max_examples=100,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(plan=file_plans())
    def test_any_plan(self, tmp_path: Path, plan: Plan) -> None:
        text = write_plan_file(plan, texts=True)
        assert tomllib.loads(text)["format"] == "welfare-plan/1"
        assert read_plan_file(written(tmp_path, text)) == plan

    def test_the_whole_real_report(self, tmp_path: Path, imported: Plan) -> None:
        assert read_plan_file(written(tmp_path, write_plan_file(imported, texts=True))) == imported

    def test_without_texts_only_figures_of_the_years_asked_for(self, imported: Plan, tmp_path: Path) -> None:
        bare = read_plan_file(written(tmp_path, write_plan_file(imported)))
        assert not any(lines_at(one, "city.results", 0) for one in activities(bare).values())
        assert read_plan_file(written(tmp_path, write_plan_file(imported, (2018,)))) == read_plan_file(BUNDLED)

    @pytest.mark.parametrize("text", ["44.1%", "—", "講座(2回)", "協力校 9校", "役員会へ出席 5回"])
    def test_figures(self, text: str) -> None:
        assert is_figure(text)

    @pytest.mark.parametrize("text", ["支援を実施", "3校で花壇づくりを行いました", "3回開催した。", "1" + "あ" * 60])
    def test_words(self, text: str) -> None:
        assert not is_figure(text)

    def test_lists_wider_than_a_line_stand_item_by_item(self, imported: Plan) -> None:
        for line in write_plan_file(imported, texts=True).split("\n"):
            assert not re.match(r'.{80,}", "', line)
