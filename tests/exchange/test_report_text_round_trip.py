"""Arbitrary plans written in the source's form, in each of its bullet styles, read back equal."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from welfare_desktop.domain.text import circled
from welfare_desktop.domain.years import fiscal_label, short_label
from welfare_desktop.exchange.report_text import read_report_text

STYLES = ("・", "ul", "ul・", "li", "space")
_TOPICS = (
    "見守り活動", "福祉員研修会", "ボランティア講座", "子育てサロン", "防災訓練", "民生委員・児童委員協議会",
    "情報紙", "「あいサポート運動」", "小・中学校の福祉教育", "コーディネーター(第2層)", "ICTの活用",
)  # fmt: skip
_DEPARTMENTS = (
    "地域福祉課",
    "高齢福祉課",
    "障がい福祉課",
    "こども未来課",
    "中央図書館",
    "ふるさと産業振興課",
    "協働推進課",
    "北部総合支所",
)
_UNITS = ("回", "人", "件", "校", "地区社協", "グループ", "％")


def phrases() -> st.SearchStrategy[str]:
    ends = ("への参加", "の推進", "の開催支援", "の周知・啓発【新規】", "との連携", "の開催【再掲】")
    return st.builds("{}{}".format, st.sampled_from(_TOPICS), st.sampled_from(ends))


def sentences(ends: Sequence[str]) -> st.SearchStrategy[str]:
    notes = st.sampled_from(["", "", "", "(3回、延べ45人)", "（仮称）"])
    return st.builds("{}{}{}".format, st.sampled_from(_TOPICS), st.sampled_from(ends), notes)


PAST = ("を開催しました。", "を行いました。", "の支援に努めました。", "に参加し、情報を共有しました。")
FUTURE = ("を開催します。", "を行います。", "の支援に努めます。", "に参加し、情報を共有していきます。")


def indicators(year: int) -> st.SearchStrategy[str]:
    number = st.integers(1, 9999)
    targets = st.one_of(
        st.builds("年{}{}".format, number, st.sampled_from(_UNITS)),
        st.builds("年{}{}以上".format, number, st.sampled_from(_UNITS)),
        st.builds(f"H{year - 1986}({year + 2}) {{:,}}{{}}".format, number, st.sampled_from(_UNITS)),
        st.just("隔年1回"),
    )
    return st.builds("{}数 {}".format, st.sampled_from(_TOPICS), targets)


def results() -> st.SearchStrategy[Lines]:
    counted = st.builds("{}({:,}{})".format, st.sampled_from(_TOPICS), st.integers(0, 9999), st.sampled_from(_UNITS))
    return st.one_of(lines(counted, least=1), st.just(("—",)))


def lines(item: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[Lines]:
    return st.lists(item, min_size=least, max_size=4, unique=True).map(tuple)


@st.composite
def slots(draw: st.DrawFn, year: int, names: st.SearchStrategy[Lines], least: int) -> Slot:
    status, planned = draw(lines(sentences(PAST), least)), draw(lines(sentences(FUTURE), least))
    found = draw(lines(indicators(year), least))
    answers = draw(results()) if found else ()
    return Slot(
        tuple(Department(name) for name in draw(names)),
        {year: Entry(status)} if status else {},
        {year + 1: Entry(planned)} if planned else {},
        tuple(Indicator(text) for text in found),
        {year: tuple(Result(text) for text in answers)} if answers else {},
    )


@st.composite
def activities(draw: st.DrawFn, year: int, number: int, title: str, least: int) -> Activity:
    names = st.lists(st.sampled_from(_DEPARTMENTS), min_size=1, max_size=3, unique=True).map(tuple)
    first = draw(slots(year, names, least))
    others = draw(st.lists(slots(year, names, 1), max_size=2))
    return Activity(
        number,
        title,
        draw(lines(phrases(), least)),
        draw(lines(phrases(), least)),
        ActorPart(Actor.COUNCIL, draw(lines(phrases(), least)), (draw(slots(year, st.just(()), least)),)),
        ActorPart(Actor.CITY, draw(lines(phrases(), least)), (first, *others)),
    )


@st.composite
def plans(draw: st.DrawFn, year: int, least: int) -> Plan:
    """A plan as a report of ``year`` shows it; ``least`` is the fewest lines of a field (0 or 1)."""
    serial = 0
    basics = []
    for basic in range(1, draw(st.integers(1, 2)) + 1):
        goals = []
        for goal in range(1, draw(st.integers(1, 2)) + 1):
            found = []
            for number in range(1, draw(st.integers(1, 3)) + 1):
                serial += 1
                title = f"{_TOPICS[serial % len(_TOPICS)]}その{chr(0x3042 + serial)}"
                found.append(draw(activities(year, number, title, 1 if serial == 1 else least)))
            goals.append(ActivityGoal(goal, f"活動の目標{chr(0x3042 + 10 * basic + goal)}づくり", tuple(found)))
        basics.append(BasicGoal(basic, f"支え合いの基本{chr(0x3042 + basic)}づくり", tuple(goals)))
    used: dict[str, Department] = {}
    for basic_goal in basics:
        for activity_goal in basic_goal.activity_goals:
            for activity in activity_goal.activities:
                for slot in activity.city.slots:
                    used.update({department.name: department for department in slot.departments})
    years = [
        year + 2
        for basic_goal in basics
        for activity_goal in basic_goal.activity_goals
        for activity in activity_goal.activities
        for part in activity.parts
        for slot in part.slots
        for indicator in slot.indicators
        if f"({year + 2})" in indicator.text
    ]
    last = max(years, default=year + 4)
    return Plan("某市地域福祉計画", "だれもが安心して暮らせるまち", year, last, tuple(used.values()), tuple(basics))


# --- writing ----------------------------------------------------------------------------------------------------


def cell(found: Lines, style: str) -> str:
    if not found or found == ("—",):
        return "".join(found)
    bulleted = " ".join(f"・{line}" for line in found)
    return {
        "・": bulleted,
        "ul": f'<ul style="list-style-type: none"> {" ".join(found)} ',
        "ul・": f'<ul style="list-style-type: none"> {bulleted} ',
        "li": "<ul>" + "".join(f"<li>{line}</li>" for line in found) + "</ul>",
        "space": " ".join(found),
    }[style]


def slot_cells(slot: Slot, year: int, style: str) -> list[str]:
    status = slot.status[year].lines if year in slot.status else ()
    planned = slot.planned[year + 1].lines if year + 1 in slot.planned else ()
    texts = (
        status,
        planned,
        tuple(indicator.text for indicator in slot.indicators),
        tuple(result.text for result in slot.results.get(year, ())),
    )
    return [cell(text, style) for text in texts]


def rows(activity: Activity, year: int, style: str, extra: int) -> list[str]:
    first, *others = activity.city.slots
    cells = [
        f"{circled(activity.number)} {activity.title}",
        cell(activity.residents_role, style),
        cell(activity.organizations_role, style),
        cell(activity.council.initiatives, style),
        *slot_cells(activity.council.slots[0], year, style),
        cell(activity.city.initiatives, style),
        " ".join(first.department_names),
        *slot_cells(first, year, style),
    ]
    found = ["\t".join(cells + [""] * extra)]
    for slot in others:
        found.append(
            "\t".join([""] * 9 + [" ".join(slot.department_names), *slot_cells(slot, year, style)] + [""] * extra)
        )
    return found


def header(year: int, extra: int) -> list[str]:
    status, planned, short = (
        f"{fiscal_label(year)}実施状況",
        f"{fiscal_label(year + 1)}実施予定",
        f"{short_label(year)}実績",
    )
    labels = [status, planned, "主な活動指標", short, "担当課", status, planned, "主な活動指標", short]
    return [
        "\t".join(["活動名", "活動目標の実現に向けた取組み"] + [""] * (12 + extra)),
        "\t".join(["", "住民、地域の役割", "関係機関の役割", "市社会福祉協議会の取組み"] + [""] * (10 + extra)),
        "\t".join([""] * 3 + labels + [""] * (2 + extra)),
    ]


def report(plan: Plan, year: int, style: str, extra: int, with_contents: bool) -> str:
    title = f"{plan.title}実施状況報告({fiscal_label(year)}実施状況・{fiscal_label(year + 1)}実施予定)"
    found = [title, ""]
    if with_contents:
        found += ["目 次", "", "理 念\t基本目標\t活動目標\t取 組 み"]
        vision = plan.vision
        for basic in plan.basic_goals:
            for index, goal in enumerate(basic.activity_goals):
                name = f"{basic.number} {basic.title}" if index == 0 else ""
                titles = " ".join(f"{circled(one.number)} {one.title}" for one in goal.activities)
                pages = " ".join("1" for _ in goal.activities)
                found.append(f"{vision}\t{name}\t{goal.number} {goal.title}\t{titles} {pages}")
                vision = ""
        found += ["", title]
    for basic in plan.basic_goals:
        found += ["", f"基本目標{basic.number} {basic.title}"]
        for goal in basic.activity_goals:
            found += ["", f"活動目標{goal.number} {goal.title}", "", *header(year, extra)]
            for activity in goal.activities:
                found += rows(activity, year, style, extra)
    return "\n".join(found)


YEARS = st.integers(2018, 2030)


class TestRoundTrip:
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        data=st.data(), year=YEARS, style=st.sampled_from(STYLES), extra=st.integers(0, 3), with_contents=st.booleans()
    )
    def test_full_plans(self, data: st.DataObject, year: int, style: str, extra: int, with_contents: bool) -> None:
        plan = data.draw(plans(year, 1))
        text = report(plan, year, style, extra, with_contents)
        found = read_report_text(text)
        assert found.year == year
        assert found.plan.basic_goals == plan.basic_goals
        assert found.plan.departments == plan.departments
        assert (found.plan.title, found.plan.first_year, found.plan.last_year) == (plan.title, year, plan.last_year)
        assert found.plan.vision == (plan.vision if with_contents else "")
        assert {warning.code for warning in found.warnings} <= {"R-103", "R-202"}

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data(), year=YEARS, style=st.sampled_from(STYLES))
    def test_plans_with_empty_fields(self, data: st.DataObject, year: int, style: str) -> None:
        plan = data.draw(plans(year, 0))
        assert read_report_text(report(plan, year, style, 0, True)).plan.basic_goals == plan.basic_goals
