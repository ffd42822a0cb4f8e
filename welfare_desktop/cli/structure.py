"""Commands on what a plan is made of: goals and activities, departments, the plan's own settings."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from welfare_desktop.domain.errors import InvalidValue

from .command import Answer, Command, add_db, add_why, count_of, grouped, run_kind, year_of

if TYPE_CHECKING:
    from welfare_desktop.operations.session import Session

#: Does one thing to an open data file; returns data and words.
Work = Callable[["Session", argparse.Namespace], tuple[dict[str, Any], str]]
_PATH = "番号（1 基本目標、1-2 活動目標、1-2-3 活動）"


def _run(work: Work) -> Callable[[argparse.Namespace], Answer]:
    def run(arguments: argparse.Namespace) -> Answer:
        from welfare_desktop.operations.opening import open_file

        with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
            data, words = work(session, arguments)
        return Answer(data, (words,), notes=session.opening_notes)

    return run


def _node(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_why(parser)
    parser.add_argument("path", metavar="番号", help=_PATH)


def _standing(session: Session, node_id: str) -> tuple[dict[str, Any], str]:
    """Return where something stands now."""
    from welfare_desktop.operations.nodes import find_node

    node = find_node(session, node_id)
    data = {
        "path": node.path,
        "title": node.item.title,
        "reported_from": node.item.reported_from,
        "retired_from": node.item.retired_from,
    }
    return data, node.words


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_why(parser)
    parser.add_argument("parent", metavar="番号", help="plan（基本目標を加える）、1（活動目標を）、1-2（活動を）")
    parser.add_argument("title", metavar="名前", help="目標や活動の名前")
    parser.add_argument("--at", type=count_of, metavar="N", help="N 番目に（省くと最後に）")
    parser.add_argument(
        "--from", dest="from_year", type=year_of, metavar="Y", help="この年度の報告から載せる（西暦。省くと最初から）"
    )


def _add(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.domain.fields import Owner
    from welfare_desktop.operations.nodes import add_node, node_at

    owner, owner_id = Owner.PLAN, session.plan(()).id
    if arguments.parent != "plan":
        above = node_at(session, arguments.parent)
        owner, owner_id = above.owner, above.id
    if owner is Owner.ACTIVITY:
        raise InvalidValue(
            "活動の下には加えられません。",
            code="W-128",
            where=arguments.parent,
            next_step="活動目標の番号（1-2 など）を指定してください。何も変わっていません。",
        )
    at = None if arguments.at is None else arguments.at - 1
    _, node_id = add_node(
        session, owner, owner_id, arguments.title, at=at, from_year=arguments.from_year, why=arguments.why
    )
    data, words = _standing(session, node_id)
    return data, f"加えました: {words}"


def _rename_arguments(parser: argparse.ArgumentParser) -> None:
    _node(parser)
    parser.add_argument("title", metavar="名前", help="新しい名前")


def _rename(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.operations.nodes import node_at, rename_node

    node = node_at(session, arguments.path)
    rename_node(session, node.id, arguments.title, why=arguments.why)
    data, words = _standing(session, node.id)
    return data, f"名前を変えました: {words}"


def _move_arguments(parser: argparse.ArgumentParser) -> None:
    _node(parser)
    parser.add_argument("--below", metavar="番号", help="移す先の目標（省くと今の目標の中で）")
    parser.add_argument("--at", type=count_of, metavar="N", help="N 番目に（省くと最後に）")


def _move(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.domain.fields import Owner
    from welfare_desktop.operations.nodes import PARENT_OF, children_key, move_below, node_at
    from welfare_desktop.operations.structure import child_ids

    node = node_at(session, arguments.path)
    to_id = node.parent_id
    if arguments.below is not None:
        above = node_at(session, arguments.below)
        to_id = above.id
        if above.owner is not PARENT_OF[node.owner] or node.owner is Owner.BASIC_GOAL:
            raise InvalidValue(
                f"{node.words}は、そこへは移せません。",
                code="W-129",
                where=arguments.below,
                next_step="活動は活動目標（1-2 など）へ、活動目標は基本目標（1 など）へ移せます。何も変わっていません。",
            )
    others = [item for item in child_ids(session, children_key(PARENT_OF[node.owner], to_id)) if item != node.id]
    at = len(others) if arguments.at is None else min(arguments.at - 1, len(others))
    move_below(session, node.id, to_id, at, why=arguments.why)
    data, words = _standing(session, node.id)
    return data, f"移しました: {words}"


def _begin_arguments(parser: argparse.ArgumentParser) -> None:
    _node(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--from", dest="from_year", type=year_of, metavar="Y", help="この年度の報告から載せる（西暦）")
    which.add_argument("--always", action="store_true", help="計画の最初から載せる")


def _begin(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.domain.years import fiscal_label
    from welfare_desktop.operations.nodes import begin_node, node_at

    node = node_at(session, arguments.path)
    begin_node(session, node.id, None if arguments.always else arguments.from_year, why=arguments.why)
    data, words = _standing(session, node.id)
    when = "計画の最初から" if arguments.always else f"{fiscal_label(arguments.from_year)}から"
    return data, f"{when}載せます: {words}"


def _retire_arguments(parser: argparse.ArgumentParser) -> None:
    _node(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--from", dest="from_year", type=year_of, metavar="Y", help="この年度から廃止する（西暦）")
    which.add_argument("--back", action="store_true", help="廃止を取り消す")


def _retire(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.domain.years import fiscal_label
    from welfare_desktop.operations.nodes import node_at, retire_node

    node = node_at(session, arguments.path)
    retire_node(session, node.id, None if arguments.back else arguments.from_year, why=arguments.why)
    data, words = _standing(session, node.id)
    done = "廃止を取り消しました" if arguments.back else f"{fiscal_label(arguments.from_year)}から廃止しました"
    return data, f"{done}: {words}"


def _remove(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.operations.nodes import node_at, remove_node

    node = node_at(session, arguments.path)
    remove_node(session, node.id, why=arguments.why)
    return {"path": node.path, "title": node.item.title}, f"消しました: {node.words}"


def _renumber_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_why(parser)
    parser.add_argument("parent", metavar="番号", help="plan（基本目標を）、1（活動目標を）、1-2（活動を）振り直す")


def _renumber(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.domain.fields import Owner
    from welfare_desktop.operations.nodes import node_at, renumber

    if arguments.parent == "plan":
        renumber(session, Owner.PLAN, session.plan(()).id, why=arguments.why)
    else:
        above = node_at(session, arguments.parent)
        if above.owner is not Owner.ACTIVITY:
            renumber(session, above.owner, above.id, why=arguments.why)
    return {"parent": arguments.parent}, "番号を1から振り直しました。"


def _settings_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_why(parser)
    parser.add_argument("--title", metavar="名称", help="計画の名称")
    parser.add_argument("--vision", metavar="理念", help="計画の理念")
    parser.add_argument("--first-year", metavar="年度", help="最初の年度（令和6、R6、2024）")
    parser.add_argument("--last-year", metavar="年度", help="最後の年度")


def _settings(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.operations.plan_settings import PlanWords, plan_words, set_plan

    now = plan_words(session.plan(()))
    given = (arguments.title, arguments.vision, arguments.first_year, arguments.last_year)
    present = (now.title, now.vision, now.first_year, now.last_year)
    title, vision, first, last = (was if new is None else new for new, was in zip(given, present, strict=True))
    set_plan(session, PlanWords(title, vision, first, last), why=arguments.why)
    plan = session.plan(())
    data = {"title": plan.title, "vision": plan.vision, "first_year": plan.first_year, "last_year": plan.last_year}
    return data, f"{plan.title}（{plan.first_year}～{plan.last_year}年度）"


def _department_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_why(parser)
    parser.add_argument("name", metavar="課名", help="担当課の名前")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--add", action="store_true", help="一覧に加える")
    which.add_argument("--rename", metavar="新しい名前", help="名前を変える（--from が要る）")
    which.add_argument("--remove", action="store_true", help="使っていない課を消す")
    parser.add_argument(
        "--from", dest="from_year", type=year_of, metavar="Y", help="新しい名前を使う最初の年度（西暦）"
    )


def _department(session: Session, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from welfare_desktop.operations import department_register as registered

    if arguments.add:
        registered.add_department(session, arguments.name)
        return {"name": arguments.name}, f"担当課を加えました: {arguments.name}"
    item = registered.department_called(session, arguments.name)
    if arguments.remove:
        registered.remove_department(session, item.id)
        return {"name": item.name}, f"担当課を消しました: {item.name}"
    if arguments.from_year is None:
        raise InvalidValue(
            "新しい名前を使う最初の年度（--from）がありません。",
            code="W-001",
            where=item.name,
            next_step="--from 2020 のように指定してください。それより前の報告書には前の名前が残ります。",
        )
    registered.rename_department(session, item.id, arguments.rename, arguments.from_year, why=arguments.why)
    return {
        "name": arguments.rename,
        "former": item.name,
    }, f"担当課の名前を変えました: {item.name} → {arguments.rename}"


KINDS = (
    Command("add", "目標や活動を加える", _add_arguments, _run(_add)),
    Command("rename", "名前を変える", _rename_arguments, _run(_rename)),
    Command("move", "並べ替える、別の目標へ移す（番号を付け直す）", _move_arguments, _run(_move)),
    Command("renumber", "番号を1から振り直す", _renumber_arguments, _run(_renumber)),
    Command("begin", "ある年度から載せる", _begin_arguments, _run(_begin)),
    Command("retire", "ある年度から廃止する", _retire_arguments, _run(_retire)),
    Command("remove", "どの年度も使っていないものを消す", _node, _run(_remove)),
    Command("department", "担当課を加える、名前を変える、消す", _department_arguments, _run(_department)),
    Command("plan", "計画の名称・理念・期間を変える", _settings_arguments, _run(_settings)),
)
COMMANDS = (Command("structure", "計画の構成（目標・活動・担当課・期間）を変える", grouped(KINDS), run_kind),)
