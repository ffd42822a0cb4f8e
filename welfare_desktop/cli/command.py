"""What a command is, and what it answers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from welfare_desktop.domain.errors import InvalidValue, WelfareError

#: Exit status: done; done and something is left for a person; refused, nothing was changed.
DONE, LEFT, REFUSED = 0, 1, 2
#: More than anybody types into a field; stdin may be a device that never ends.
_MOST_BYTES = 16 * 1024 * 1024


class OpenWindow(Protocol):
    """Opens the window and returns the exit status; handed down, because the two front ends do not know each other."""

    def __call__(self, db: Path | None, *, who: str, smoke_test: bool, screenshot: Path | None) -> int:
        """Show the window for ``db`` (None: the file worked on last); see ``ui.app.run_gui``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: ``data`` for ``--json``, ``lines`` (Japanese) for people, and its exit status.

    ``raw`` is written as it is instead of either, for commands whose result is a document; ``notes`` are said beside
    it to people only, and so are ``errors``, where ``data`` says more of a refusal than that it is one.
    """

    data: dict[str, Any]
    lines: tuple[str, ...] = ()
    status: int = DONE
    raw: str | None = None
    notes: tuple[str, ...] = ()
    errors: tuple[WelfareError, ...] = ()


def error_json(error: WelfareError) -> dict[str, str]:
    """Return what ``--json`` says of an error."""
    return {"code": error.code, "message": error.message, "where": error.where, "next": error.next_step}


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, one Japanese line of help, its arguments and what it does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Answer]
    details: str = field(default="")


def add_db(parser: argparse.ArgumentParser) -> None:
    """Add ``--db`` and ``--who``, which every command on a data file takes."""
    parser.add_argument("--db", required=True, metavar="DB", help="保存ファイル（.welfare）")
    add_who(parser)


def add_who(parser: argparse.ArgumentParser) -> None:
    """Add ``--who``, the name written into the history."""
    parser.add_argument("--who", default="", metavar="名前", help="履歴に残す入力者の名前（省くとパソコンの利用者名）")


def add_why(parser: argparse.ArgumentParser) -> None:
    """Add ``--why``, without which nothing changes what is printed for a closed year."""
    parser.add_argument("--why", default="", metavar="理由", help="確定した年度の報告書も変わるときに要る。履歴に残る")


def add_force(parser: argparse.ArgumentParser) -> None:
    """Add ``--force``, without which no command overwrites a file."""
    parser.add_argument("--force", action="store_true", help="同じ名前のファイルがあれば置き換える")


def add_year(parser: argparse.ArgumentParser) -> None:
    """Add ``--year``, the fiscal year a command is about."""
    parser.add_argument("--year", required=True, type=year_of, metavar="Y", help="年度（西暦、例: 2018）")


def year_of(text: str) -> int:
    """Read a Gregorian fiscal year of four digits; raises ArgumentTypeError."""
    if not text.isdecimal() or len(text) != 4:
        raise argparse.ArgumentTypeError(f"年度は西暦4桁で書いてください: {text}")
    return int(text)


def count_of(text: str) -> int:
    """Read a count of at least 1, in any width of digits."""
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"1以上の数を書いてください: {text}")
    return int(text)


def standard_input() -> str:
    """Return all of stdin as text; raises InvalidValue where there is none, or it is no UTF-8."""
    if sys.stdin is None:
        raise InvalidValue(
            "標準入力がないので、文を読めません。",
            code="W-151",
            next_step="文を引数に書くか、ファイルから渡してください。何も変わっていません。",
        )
    try:
        given = sys.stdin.buffer.read(_MOST_BYTES + 1)
        if len(given) > _MOST_BYTES:
            raise InvalidValue(
                "標準入力が大きすぎて、一つの欄の文とは思えません。",
                code="W-151",
                where=f"{_MOST_BYTES // 1024 // 1024} MB より多い",
                next_step="渡すものを確かめてください。何も変わっていません。",
            )
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValue(
            "標準入力の文字が UTF-8 ではありません。",
            code="W-151",
            where=f"{error.start} バイト目",
            next_step="UTF-8 で渡してください。何も変わっていません。",
        ) from error
    except OSError as error:
        raise InvalidValue(
            "標準入力を読めません。",
            code="W-151",
            where=error.strerror or "標準入力",
            next_step="渡すものを確かめてください。何も変わっていません。",
        ) from error


def grouped(commands: tuple[Command, ...]) -> Callable[[argparse.ArgumentParser], None]:
    """Return what adds ``commands`` below one command, whose ``run`` is then :func:`run_kind`."""

    def add(parser: argparse.ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", metavar="種類", required=True, parser_class=type(parser))
        for command in commands:
            sub = kinds.add_parser(command.name, help=command.help, description=command.help)
            command.add_arguments(sub)
            sub.add_argument("--json", action="store_true", help="結果を JSON で出す")
            sub.set_defaults(run_kind=command.run)

    return add


def run_kind(arguments: argparse.Namespace) -> Answer:
    """Run the one of :func:`grouped` commands that was named."""
    answer: Answer = arguments.run_kind(arguments)
    return answer
