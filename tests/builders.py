"""Small plans for tests that need no real report."""

from __future__ import annotations

from decimal import Decimal

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


def small_plan() -> Plan:
    """A plan of one goal with two activities; the first has two city slots and a corrected target."""
    welfare, civic = Department("地域福祉課"), Department("協働推進課")
    first = Activity(
        1,
        "担い手の確保と育成の支援",
        ("参加する",),
        ("共有する",),
        ActorPart(
            Actor.COUNCIL,
            ("講座の開催【新規】",),
            (
                Slot(
                    status={2018: Entry(("開いた。", "数えた。"))},
                    planned={2019: Entry(("開く。",))},
                    indicators=(Indicator("講座 年2回"),),
                    results={2018: (Result("講座(2回)"),)},
                ),
            ),
        ),
        ActorPart(
            Actor.CITY,
            (),
            (
                Slot(
                    (welfare,),
                    {2018: Entry(("支えた。",))},
                    {2019: Entry(("支える。",), draft=True)},
                    (Indicator("登録者 250人", targets=(Target("250人", TargetKind.LEVEL, Decimal(250), "人", "≥"),)),),
                    {2018: (Result("—"),)},
                ),
                Slot((civic,)),
            ),
        ),
    )
    second = Activity(
        2,
        "団体間の交流促進",
        council=ActorPart(Actor.COUNCIL, (), (Slot(),)),
        city=ActorPart(Actor.CITY, (), (Slot((welfare, civic)),)),
    )
    goal = ActivityGoal(1, "活動の推進", (first, second))
    return Plan("計画", "理念の文", 2018, 2022, (welfare, civic), (BasicGoal(1, "ひとづくり", (goal,)),))
