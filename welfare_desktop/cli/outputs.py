"""Commands that write files for people: workbooks, texts and papers."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from .command import Answer, Command, add_db, add_force, add_year

if TYPE_CHECKING:
    from welfare_desktop.operations.tasks import Written

Writer = Callable[[argparse.Namespace], "Written"]


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


def _official(arguments: argparse.Namespace) -> Written:
    from welfare_desktop.operations.exporting import official_task
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.tasks import perform

    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        return perform(session, official_task(session, arguments.year, Path(arguments.target), force=arguments.force))


def _print_official(arguments: argparse.Namespace) -> Written:
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.printing import official_print_task
    from welfare_desktop.operations.tasks import perform

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        task = official_print_task(
            session, arguments.year, Path(arguments.target), family=arguments.font, force=arguments.force
        )
        return perform(session, task)


def _add_print_official(parser: argparse.ArgumentParser) -> None:
    _add_target(parser, "PDF")
    parser.add_argument("--font", metavar="名前", help="字体（省くと同梱の BIZ UDPゴシック）")


EXPORTS = (
    Command(
        "official",
        "A3 様式の Excel",
        lambda parser: _add_target(parser, "Excel"),
        _written("書き出しました", _official),
    ),
)
PRINTS = (Command("official", "A3 の報告書", _add_print_official, _written("PDF を作りました", _print_official)),)


def _group(commands: tuple[Command, ...]) -> Callable[[argparse.ArgumentParser], None]:
    """Return what adds ``commands`` below one command."""

    def add(parser: argparse.ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", metavar="種類", required=True, parser_class=type(parser))
        for command in commands:
            sub = kinds.add_parser(command.name, help=command.help, description=command.help)
            command.add_arguments(sub)
            sub.add_argument("--json", action="store_true", help="結果を JSON で出す")
            sub.set_defaults(run_kind=command.run)

    return add


def _run_kind(arguments: argparse.Namespace) -> Answer:
    answer: Answer = arguments.run_kind(arguments)
    return answer


COMMANDS = (
    Command("export", "ファイルに書き出す", _group(EXPORTS), _run_kind),
    Command("print", "紙のための PDF を作る", _group(PRINTS), _run_kind),
)
