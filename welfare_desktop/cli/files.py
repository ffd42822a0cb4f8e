"""Commands that make, read and open data files."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from welfare_desktop.domain.years import fiscal_label

from .command import DONE, LEFT, Answer, Command, OpenWindow, add_db, add_force, add_who, add_why


def _gui_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", metavar="DB", help="開く保存ファイル（省くと最初の画面から）")
    add_who(parser)
    parser.add_argument("--smoke-test", action="store_true", help="画面が描かれたら 0 で終わる")
    parser.add_argument("--screenshot", metavar="PNG", help="画面を PNG に保存する")


def _gui(arguments: argparse.Namespace) -> Answer:
    open_window: OpenWindow = arguments.open_window
    status = open_window(
        Path(arguments.db) if arguments.db else None,
        who=arguments.who,
        smoke_test=arguments.smoke_test,
        screenshot=Path(arguments.screenshot) if arguments.screenshot else None,
    )
    return Answer({"screenshot": arguments.screenshot}, status=status)


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="DB", help="作る保存ファイル")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--plan", metavar="FILE", help="計画ファイル（TOML）。省くと同梱の計画")
    source.add_argument("--package", metavar="FILE", help="受渡しファイルから作る（支所などで）")
    source.add_argument("--empty", metavar="名称", help="計画の名称だけを決めて、一から作る（年度も要る）")
    parser.add_argument("--first-year", default="", metavar="年度", help="--empty の最初の年度（令和6、R6、2024）")
    parser.add_argument("--last-year", default="", metavar="年度", help="--empty の最後の年度")
    add_who(parser)
    add_force(parser)


def _new(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.importing import counts_of
    from welfare_desktop.operations.opening import new_empty, new_file, new_from_package
    from welfare_desktop.operations.plan_settings import PlanWords

    path = Path(arguments.target)
    plan_file = Path(arguments.plan) if arguments.plan else None
    if arguments.empty is not None:
        words_of = PlanWords(arguments.empty, "", arguments.first_year, arguments.last_year)
        made = new_empty(path, words_of, who=arguments.who, force=arguments.force)
    elif arguments.package:
        made = new_from_package(path, Path(arguments.package), who=arguments.who, force=arguments.force)
    else:
        made = new_file(path, plan_file, who=arguments.who, force=arguments.force)
    with closing(made) as session:
        plan = session.plan()
    counts = counts_of(plan)
    words = f"{path} を作りました。{plan.title}（活動 {counts['activities']}、記入欄 {counts['slots']}）"
    return Answer({"file": str(path), "dataset_id": plan.dataset_id, "counts": counts}, (words,))


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="報告書（文字データ、または A3 様式の Excel）")
    add_db(parser)
    parser.add_argument("--dry-run", action="store_true", help="読むだけで、何も書かない")
    add_why(parser)
    parser.add_argument("--strict", action="store_true", help="確かめることがあれば 1 で終わる")


def _import(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.importing import import_report

    done = import_report(
        Path(arguments.file), Path(arguments.db), who=arguments.who, dry_run=arguments.dry_run, why=arguments.why
    )
    warnings = [
        {
            name: value
            for name, value in (
                ("code", item.code),
                ("line", item.line),
                ("cell", item.cell),
                ("message", item.message),
            )
            if value is not None
        }
        for item in done.warnings
    ]
    counts = done.counts
    verb = "読めます（まだ書いていません）" if arguments.dry_run else "読み込みました"
    lines = [
        f"{fiscal_label(done.year)}の報告書を{verb}。基本目標 {counts['basic_goals']}、活動目標 {counts['activity_goals']}、"
        f"活動 {counts['activities']}、担当課 {counts['departments']}、記入欄 {counts['slots']}、{counts['lines']} 行。"
        f"書き込む欄 {done.filled}。"
    ]
    if warnings:
        lines.append(f"確かめてください（{len(warnings)} 件）:")
        lines += [f"  {_place(item.line, item.cell)}{item.message} [{item.code}]" for item in done.warnings]
    data = {"year": done.year, "counts": counts, "filled": done.filled, "warnings": warnings}
    return Answer(data, tuple(lines), LEFT if arguments.strict and warnings else DONE)


def _place(line: int | None, cell: str | None) -> str:
    if line is not None:
        return f"{line} 行目: "
    return f"{cell}: " if cell else ""


def _dump(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.dumping import dump_text
    from welfare_desktop.operations.opening import open_file

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        return Answer({}, raw=dump_text(session.plan()), notes=session.opening_notes)


COMMANDS = (
    Command("gui", "画面を開く", _gui_arguments, _gui),
    Command("new", "計画から保存ファイルを作る", _new_arguments, _new),
    Command("import-report", "報告書を読み込む", _import_arguments, _import),
    Command("dump", "中身をすべて JSON で書き出す", add_db, _dump),
)
