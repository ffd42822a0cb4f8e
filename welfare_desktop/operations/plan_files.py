"""Plan files out of a data file: the structure to begin another data file with, or the next plan period."""

from __future__ import annotations

from pathlib import Path

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.next_period import next_period, structure_only
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.years import fiscal_label

from .session import Session
from .tasks import Task, Written


def plan_file_task(session: Session, target: Path, *, following: bool = False, force: bool = False) -> Task:
    """Prepare writing the plan's structure as a plan file (TOML), with roles, initiatives and indicators.

    ``following`` makes it the pattern of the next plan period (see ``domain.next_period``).  Raises InvalidValue for
    a plan without any goal, which would be no plan file; running raises TargetInTheWay.
    """
    plan = next_period(session.plan()) if following else structure_only(session.plan(()))
    if not plan.basic_goals:
        raise InvalidValue(
            "この計画には、書き出す基本目標がありません。",
            code="W-126",
            where=plan.title,
            next_step="基本目標を加えてから書き出してください。ファイルは作っていません。",
        )
    period = f"{fiscal_label(plan.first_year)}～{fiscal_label(plan.last_year)}"

    def run(_progress: Progress) -> Written:
        from welfare_desktop.exchange.files import write_bytes
        from welfare_desktop.exchange.plan_file import write_plan_file

        write_bytes(target, write_plan_file(plan, texts=True).encode(), force=force)
        return Written(
            (target,), 0, (f"計画の期間は{period}です。名称と期間は、作ったあとで「計画の設定」で直せます。",)
        )

    return Task("計画ファイルを書き出しています", run)
