"""Commands that write files for people: workbooks, texts and papers."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from .command import Answer, Command, add_db, add_force, add_year, grouped, run_kind

if TYPE_CHECKING:
    from welfare_desktop.operations.session import Session
    from welfare_desktop.operations.tasks import Task, Written

Writer = Callable[[argparse.Namespace], "Written"]
Prepare = Callable[["Session", argparse.Namespace], "Task"]


def _add_output(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)
    add_force(parser)


def _add_target(parser: argparse.ArgumentParser, form: str) -> None:
    _add_output(parser)
    parser.add_argument("target", metavar="OUT", help=f"書き出す先（{form}）")


def _written(verb: str, write: Writer) -> Callable[[argparse.Namespace], Answer]:
    """Return the run function of a command whose result is files."""

    def run(arguments: argparse.Namespace) -> Answer:
        done = write(arguments)
        pages = f"（{done.pages} ページ）" if done.pages else ""
        lines = [f"{verb}: {path}{pages}" for path in done.files]
        data = {"files": [str(path) for path in done.files], "pages": done.pages, "notes": list(done.notes)}
        return Answer(data, (*lines, *done.notes))

    return run


def _task_run(prepare: Prepare, *, read_only: bool = False) -> Writer:
    """Return what opens the data file, prepares a task and runs it."""

    def write(arguments: argparse.Namespace) -> Written:
        from welfare_desktop.operations.opening import open_file
        from welfare_desktop.operations.tasks import perform

        with closing(open_file(Path(arguments.db), who=arguments.who, read_only=read_only)) as session:
            return perform(session, prepare(session, arguments))

    return write


def _official(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.exporting import official_task

    return official_task(session, arguments.year, Path(arguments.target), force=arguments.force)


def _flat(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.exporting import flat_task

    return flat_task(session, arguments.year, Path(arguments.target), force=arguments.force)


def _text(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.exporting import text_task

    return text_task(session, arguments.year, Path(arguments.target), force=arguments.force)


def _departments(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.exporting import departments_task
    from welfare_desktop.operations.office import OfficeWords

    folder = Path(arguments.target)
    contact = None if arguments.contact is None else "\n".join(arguments.contact)
    words = OfficeWords(arguments.deadline, contact, arguments.maker, dict(arguments.reference))
    names, force = arguments.department, arguments.force
    return departments_task(session, arguments.year, folder, names=names, words=words, force=force)


def _package(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.exporting import package_task

    return package_task(session, arguments.year, Path(arguments.target), force=arguments.force)


def _plan(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.plan_files import plan_file_task

    return plan_file_task(session, Path(arguments.target), following=arguments.next, force=arguments.force)


def _add_plan(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_force(parser)
    parser.add_argument("target", metavar="OUT", help="書き出す先（TOML）")
    parser.add_argument("--next", action="store_true", help="次の計画期間のひな形にする（廃止したものは入れない）")


def _summary(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.exporting import summary_task

    return summary_task(session, arguments.year, Path(arguments.target), force=arguments.force)


def _template(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.exporting import template_task

    return template_task(
        session, arguments.year, Path(arguments.template), Path(arguments.target), force=arguments.force
    )


def _print_official(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.printing import official_print_task

    return official_print_task(
        session,
        arguments.year,
        Path(arguments.target),
        family=arguments.font,
        pages=arguments.pages,
        reduced=arguments.a4,
        force=arguments.force,
    )


def _print_departments(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.printing import departments_print_task

    return departments_print_task(
        session,
        arguments.year,
        Path(arguments.target),
        names=arguments.department,
        present=arguments.present,
        each=arguments.each,
        family=arguments.font,
        force=arguments.force,
    )


def _print_summary(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.printing import summary_print_task

    return summary_print_task(
        session,
        arguments.year,
        Path(arguments.target),
        family=arguments.font,
        pages=arguments.pages,
        reduced=arguments.a4,
        force=arguments.force,
    )


def _print_overview(session: Session, arguments: argparse.Namespace) -> Task:
    from welfare_desktop.operations.printing_overview import overview_print_task

    return overview_print_task(
        session,
        arguments.year,
        Path(arguments.target),
        path=arguments.goal,
        department=arguments.department,
        family=arguments.font,
        pages=arguments.pages,
        force=arguments.force,
    )


def _add_departments(parser: argparse.ArgumentParser, form: str) -> None:
    _add_target(parser, form)
    parser.add_argument(
        "--department", action="append", default=[], metavar="NAME", help="この課だけ（何度でも書けます。省くとすべて）"
    )


def _reference(text: str) -> tuple[str, str]:
    """Read 課名=番号; raises ArgumentTypeError."""
    name, sign, number = text.partition("=")
    if not sign or not name.strip():
        raise argparse.ArgumentTypeError(f"課名=番号 の形で書いてください: {text}")
    return name.strip(), number.strip()


def _add_department_workbooks(parser: argparse.ArgumentParser) -> None:
    _add_departments(parser, "フォルダー")
    parser.add_argument(
        "--deadline", metavar="日", help="提出期限（例: 2020-04-24、令和2年4月24日）。保存ファイルに残る"
    )
    parser.add_argument("--contact", action="append", metavar="行", help="返送先・問合せ（何度でも書けます）。残る")
    parser.add_argument("--maker", metavar="名前", help="作成者。残る")
    parser.add_argument(
        "--reference", action="append", default=[], type=_reference, metavar="課名=番号", help="整理番号。残る"
    )


def _add_template(parser: argparse.ArgumentParser) -> None:
    _add_target(parser, "様式と同じ .xlsx か .xlsm")
    parser.add_argument(
        "--template", required=True, metavar="FILE", help="{{1-1-3/city.2/status}} のような目印を入れた Excel の様式"
    )


def _add_font(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--font", metavar="名前", help="字体（省くと同梱の BIZ UDPゴシック）")


def _add_pages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pages", default="", metavar="3-5", help="この範囲の枚数だけ（最初の枚が 1。省くとすべて）")


def _add_print(parser: argparse.ArgumentParser) -> None:
    _add_target(parser, "PDF")
    _add_font(parser)
    _add_pages(parser)
    parser.add_argument("--a4", action="store_true", help="A4 に縮めた読むための写しにする（71 %%）")


def _add_print_overview(parser: argparse.ArgumentParser) -> None:
    _add_target(parser, "PDF")
    _add_font(parser)
    _add_pages(parser)
    parser.add_argument("--goal", default="", metavar="2-4", help="この目標だけ（2 や 2-4。省くと計画全体）")
    parser.add_argument("--department", metavar="NAME", help="この課だけを数える（省くとすべて）")


def _add_print_departments(parser: argparse.ArgumentParser) -> None:
    _add_departments(parser, "PDF。--each ならフォルダー")
    parser.add_argument("--present", action="store_true", help="記入欄に今の内容を印刷する（省くと手書き用の罫線）")
    parser.add_argument("--each", action="store_true", help="課ごとに一つの PDF にする")
    _add_font(parser)


def _export(name: str, words: str, form: str, prepare: Prepare, *, read_only: bool = False) -> Command:
    run = _written("書き出しました", _task_run(prepare, read_only=read_only))
    return Command(name, words, lambda parser: _add_target(parser, form), run)


EXPORTS = (
    _export("official", "A3 様式の Excel", "Excel", _official),
    _export("flat", "一つの値に一つの枠の一覧表", "Excel か CSV", _flat),
    _export("text", "読み上げ用のテキスト", "テキスト", _text, read_only=True),
    _export("package", "ほかの PC の本ソフトへ渡すファイル", "受渡しファイル", _package),
    _export("summary", "委員会向けの概要", "Excel", _summary, read_only=True),
    Command(
        "departments",
        "担当課ごとの記入用紙",
        _add_department_workbooks,
        _written("書き出しました", _task_run(_departments)),
    ),
    Command(
        "plan",
        "計画の構成（new --plan で使える計画ファイル）",
        _add_plan,
        _written("書き出しました", _task_run(_plan, read_only=True)),
    ),
    Command(
        "template",
        "用意した様式（Excel）に書き込む",
        _add_template,
        _written("書き出しました", _task_run(_template, read_only=True)),
    ),
)
_PDF = "PDF を作りました"
PRINTS = (
    Command("official", "A3 の報告書", _add_print, _written(_PDF, _task_run(_print_official, read_only=True))),
    Command(
        "departments",
        "担当課別シート",
        _add_print_departments,
        _written(_PDF, _task_run(_print_departments, read_only=True)),
    ),
    Command(
        "summary",
        "委員会向けの概要",
        _add_print,
        _written(_PDF, _task_run(_print_summary, read_only=True)),
    ),
    Command(
        "overview",
        "進み具合の一覧（担当課 × 目標、指標の達成）",
        _add_print_overview,
        _written(_PDF, _task_run(_print_overview, read_only=True)),
    ),
)


COMMANDS = (
    Command("export", "ファイルに書き出す", grouped(EXPORTS), run_kind),
    Command("print", "紙のための PDF を作る", grouped(PRINTS), run_kind),
)
