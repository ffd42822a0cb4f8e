"""Reading the command line: argparse in Japanese, whose complaints are errors like all others."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from welfare_desktop.domain.errors import WelfareError

#: What argparse says, and how we say it.
_COMPLAINTS: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (?P<names>.+)", "{names} を指定してください"),
    (r"unrecognized arguments: (?P<names>.+)", "{names} という指定はありません"),
    (
        r"argument (?P<name>[^:]+): invalid choice: (?P<value>.+?) \(choose from (?P<choices>.+)\)",
        "{name} の {value} は選べません。選べるのは {choices}",
    ),
    (r"argument (?P<name>[^:]+): invalid \w+ value: (?P<value>.+)", "{name} の {value} は数ではありません"),
    (r"argument (?P<name>[^:]+): expected one argument", "{name} の後に値がありません"),
    (r"argument (?P<name>[^:]+): expected at least one argument", "{name} の後に値がありません"),
    (
        r"argument (?P<name>[^:]+): not allowed with argument (?P<other>.+)",
        "{name} と {other} は一緒に指定できません",
    ),
    (r"argument (?P<name>[^:]+): ignored explicit argument (?P<value>.+)", "{name} に値（{value}）は付けられません"),
    (r"argument (?P<name>[^:]+): (?P<words>.+)", "{name} {words}"),
    (r"one of the arguments (?P<names>.+) is required", "{names} のどれか一つを指定してください"),
)


class UsageError(WelfareError):
    """A command line that is not one."""

    default_code = "W-001"


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "使い方: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser that speaks Japanese and takes options only as they are written in full."""

    def __init__(self, **settings: Any) -> None:
        # An abbreviated --js would not be seen where --json decides how an error is told.
        settings |= {"allow_abbrev": False, "add_help": False, "formatter_class": _Formatter}
        super().__init__(**settings)
        self._positionals.title = "引数"
        self._optionals.title = "指定"
        self.add_argument("-h", "--help", action="help", help="この説明を見る")

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of ending the program."""
        raise UsageError(
            f"コマンドの書き方が違います（{_in_japanese(message)}）。",
            where=self.prog,
            next_step=f"{self.prog} --help を見てください。- で始まる文は -- の後に書きます。何も変わっていません。",
        )


def _in_japanese(message: str) -> str:
    for pattern, words in _COMPLAINTS:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match is not None:
            return words.format(**match.groupdict())
    return message
