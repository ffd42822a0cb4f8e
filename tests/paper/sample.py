"""A small made-up plan with every shape a printed report has: several slots, notes, tags, dashes, empty cells."""

from __future__ import annotations

from collections.abc import Sequence

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
)

YEAR = 2019
WELFARE = Department("福祉課", id="d0000000-0000-4000-8000-000000000001")
PARKS = Department("公園緑地課", id="d0000000-0000-4000-8000-000000000002")
LIBRARY = Department("中央図書館", id="d0000000-0000-4000-8000-000000000003")
NORTH = Department("北部支所", id="d0000000-0000-4000-8000-000000000004")
SOUTH = Department("南部支所", id="d0000000-0000-4000-8000-000000000005")


def slot(
    number: int,
    departments: Sequence[Department] = (),
    status: Sequence[str] = (),
    planned: Sequence[str] = (),
    indicators: Sequence[str] = (),
    results: Sequence[str] = (),
) -> Slot:
    """A slot with entries of the sample's year; ``number`` makes its identifier."""
    return Slot(
        departments=tuple(departments),
        status={YEAR: Entry(tuple(status))} if status else {},
        planned={YEAR + 1: Entry(tuple(planned))} if planned else {},
        indicators=tuple(
            Indicator(text, id=f"a{number:07d}-0000-4000-8000-{n:012d}") for n, text in enumerate(indicators)
        ),
        results={
            YEAR: tuple(Result(text, id=f"b{number:07d}-0000-4000-8000-{n:012d}") for n, text in enumerate(results))
        }
        if results
        else {},
        id=f"c{number:07d}-0000-4000-8000-000000000000",
    )


def activity(
    number: int,
    title: str,
    *,
    council: Sequence[Slot],
    city: Sequence[Slot],
    initiatives: tuple[Sequence[str], Sequence[str]] = ((), ()),
    roles: tuple[Sequence[str], Sequence[str]] = ((), ()),
    identity: int = 0,
) -> Activity:
    """An activity; ``initiatives`` are the council's and the city's, ``roles`` the residents' and organizations'."""
    return Activity(
        number,
        title,
        tuple(roles[0]),
        tuple(roles[1]),
        ActorPart(Actor.COUNCIL, tuple(initiatives[0]), tuple(council)),
        ActorPart(Actor.CITY, tuple(initiatives[1]), tuple(city)),
        id=f"e{identity or number:07d}-0000-4000-8000-000000000000",
    )


def plain(number: int, identity: int) -> Activity:
    """An activity with a line in every cell."""
    return activity(
        number,
        f"見本の活動その{number}",
        council=[
            slot(10 * identity, (), ["集まりを開きました。"], ["集まりを開きます。"], ["集まり 年2回"], ["集まり 2回"])
        ],
        city=[slot(10 * identity + 1, (WELFARE,), ["後援しました。"], ["後援します。"], ["参加者 100人"], ["96人"])],
        initiatives=(["集まりの開催【新規】"], ["集まりの支援"]),
        roles=(["集まりへの参加"], ["会場の提供"]),
        identity=identity,
    )


def shapes() -> Activity:
    """An activity with three slots of the city, two of the council, notes, a dash, blanks and letters seldom seen."""
    return activity(
        2,
        "公園と図書館を使った多世代の交わりの場づくりとその広がりを支える仕組み",
        council=[
            slot(
                201,
                (NORTH,),
                ["北の公園で花を植えました。(2回、延べ40人)"],
                ["続けます。"],
                ["花植え 年2回"],
                ["花植え 2回"],
            ),
            slot(202, (SOUTH,), ["南の公園で体操の会を始めました。"], ["体操の会を毎月開きます。"]),
        ],
        city=[
            slot(
                203,
                (WELFARE, PARKS),
                ["花の苗を届けました。", "※苗は県の事業による。"],
                ["届けます。"],
                ["苗 H32(2020) 500株"],
                ["—"],
            ),
            slot(
                204, (LIBRARY,), ["○お話し会を開きました。", "=1+1", "+81-3", "-5度", "@所"], ["_x000D_ も文字です。"]
            ),
            slot(205, (), [], ["辻󠄀さんと𠮷野さんの集い"]),
        ],
        initiatives=(["花いっぱい運動(公園の花植え【新規】、図書館の花植え【再掲】)"], ["苗の配布", "お話し会"]),
        roles=(["花の世話"], []),
        identity=2,
    )


def sample_plan(activities: Sequence[Activity] = ()) -> Plan:
    """The sample; ``activities`` replace those of goal 1-1."""
    first = tuple(activities) or (plain(1, 1), shapes(), plain(3, 3))
    goals = (
        ActivityGoal(1, "花と緑の交わり", first, id="f0000000-0000-4000-8000-000000000011"),
        ActivityGoal(2, "学びの輪", (plain(1, 4), plain(2, 5)), id="f0000000-0000-4000-8000-000000000012"),
    )
    later = (ActivityGoal(1, "暮らしの守り", (plain(1, 6),), id="f0000000-0000-4000-8000-000000000021"),)
    return Plan(
        "見本市地域福祉計画",
        "誰もが顔見知りになり、花のあるまちで笑って暮らせる地域づくり",
        2018,
        2022,
        (WELFARE, PARKS, LIBRARY, NORTH, SOUTH),
        (
            BasicGoal(1, "交わるまち", goals, id="f0000000-0000-4000-8000-000000000001"),
            BasicGoal(
                2,
                "安心して住みつづけられるまちの仕組みと支え手の広がり",
                later,
                id="f0000000-0000-4000-8000-000000000002",
            ),
        ),
        id="f0000000-0000-4000-8000-000000000000",
        dataset_id="f0000000-0000-4000-8000-00000000000f",
    )


def texts_of(plan: Plan, year: int) -> list[str]:
    """Every stored text the report of ``year`` prints, titles left out."""
    found: list[str] = []
    for _, _, item in plan.walk():
        found += [*item.residents_role, *item.organizations_role]
        for part in item.parts:
            found += part.initiatives
            for one in part.slots:
                found += one.status.get(year, Entry()).lines
                found += one.planned.get(year + 1, Entry()).lines
                found += [indicator.text for indicator in one.indicators]
                found += [result.text for result in one.results.get(year, ())]
    return found
