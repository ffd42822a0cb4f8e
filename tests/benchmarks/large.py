"""A large plan for benchmarks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.builders import small_plan
from welfare_desktop.domain.model import ActivityGoal, BasicGoal
from welfare_desktop.operations.opening import create_from
from welfare_desktop.storage.store import Operation


def large_file(path: Path, activities: int) -> Path:
    """Make a data file of ``activities`` activities below 50 activity goals."""
    plan = small_plan()
    first = plan.basic_goals[0].activity_goals[0].activities[0]
    basic_goals = []
    for basic in range(5):
        goals = []
        for goal in range(10):
            items = tuple(
                replace(first, number=number + 1, title=f"{first.title}{basic}-{goal}-{number}")
                for number in range(activities // 50)
            )
            goals.append(ActivityGoal(goal + 1, f"活動目標{basic}-{goal}", items))
        basic_goals.append(BasicGoal(basic + 1, f"基本目標{basic}", tuple(goals)))
    create_from(replace(plan, basic_goals=tuple(basic_goals)), path, Operation("new", "作成", "試験")).close()
    return path
