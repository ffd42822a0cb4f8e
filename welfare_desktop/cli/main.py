"""Parsing the command line and printing the answer.

Text goes to stdout in Japanese, errors to stderr as ``エラー CODE: what, where, what to do next``.  With ``--json``
exactly one JSON object is printed on stdout, on errors too.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from welfare_desktop import __version__
from welfare_desktop.domain.errors import WelfareError

from . import fields, files, merging, outputs, progress, safety, structure, targets, years
from .command import LEFT, REFUSED, Answer, Command, OpenWindow
from .parsing import Parser

COMMANDS: tuple[Command, ...] = (
    *files.COMMANDS,
    *fields.COMMANDS,
    *structure.COMMANDS,
    *targets.COMMANDS,
    *outputs.COMMANDS,
    *merging.COMMANDS,
    *safety.COMMANDS,
    *progress.COMMANDS,
    *years.COMMANDS,
)


#: Arguments that are words to keep or look for; the others are file names, in which any bytes may stand, or are checked.
_WORDS = (
    "text",
    "title",
    "name",
    "rename",
    "vision",
    "empty",
    "add",
    "set",
    "query",
    "replace",
    "unit",
    "why",
    "reason",
    "who",
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = Parser(prog="main.py", description="地域福祉計画 実施状況入力。コマンドなしで起動すると画面が開きます。")
    parser.add_argument("--version", action="version", version=f"welfare_desktop {__version__}", help="版を見る")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=Parser, title="コマンド"
    )
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help, epilog=command.details)
        command.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="結果を JSON で出す")
        sub.set_defaults(run=command.run)
    return parser


def main(arguments: Sequence[str], open_window: OpenWindow) -> int:
    """Run one command and return its exit status; ``open_window`` is what ``gui`` does."""
    _speak_utf8(sys.stdout)
    _speak_utf8(sys.stderr)
    # What a warning says is for the log of the window; without a listener Python would print it among the answers.
    logging.getLogger("welfare_desktop").addHandler(logging.NullHandler())
    as_json = _wants_json(arguments)
    try:
        parsed = build_parser().parse_args(list(arguments))
        parsed.open_window = open_window
        for name in _WORDS:
            str(getattr(parsed, name, "")).encode()  # else what is no text would be dropped without a word
        answer: Answer = parsed.run(parsed)
    except WelfareError as error:
        return _refuse(error, as_json)
    except UnicodeEncodeError:  # bytes of the command line that are no UTF-8
        return _refuse(_no_text(), as_json)
    except KeyboardInterrupt:
        return _refuse(_interrupted(), as_json)
    except Exception as error:  # noqa: BLE001 - a bug must still answer in the agreed form, without texts in the log
        return _refuse(_bug(error), as_json)
    try:
        return _print(answer, as_json)
    except KeyboardInterrupt:  # a long answer somebody has seen enough of
        _let_go(sys.stdout)
        return answer.status


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether ``--json`` is asked for, also on a line that cannot be read; what follows ``--`` is text."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _print(answer: Answer, as_json: bool) -> int:
    """Print ``answer`` and return the exit status: its own, or LEFT where it could not be told."""
    for note in answer.notes if not as_json else ():
        _tell(f"注意: {note}")
    for error in answer.errors if not as_json else ():
        _tell(str(error))
    words = answer.raw if answer.raw is not None else "".join(f"{line}\n" for line in answer.lines)
    if as_json and answer.raw is None:
        words = _json_line(answer.data)
    try:
        _put(words)
    except BrokenPipeError:  # the reader (head, less) had enough
        _let_go(sys.stdout)
    except OSError as failure:
        _let_go(sys.stdout)
        _tell(str(_untold(failure)))
        return LEFT
    return answer.status


def _json_line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True) + "\n"


def _put(words: str) -> None:
    """Write to stdout at once; raises OSError where nothing can be written there, also when it was closed."""
    if not words:
        return
    if sys.stdout is None:
        raise OSError("stdout is closed")
    sys.stdout.write(words)
    sys.stdout.flush()


def _tell(words: str) -> None:
    """Say a line on stderr; where that cannot be written either, the exit status must do."""
    if sys.stderr is None:  # print would take stdout instead, where a script expects something else
        return
    try:
        print(words, file=sys.stderr, flush=True)
    except OSError:
        _let_go(sys.stderr)


def _let_go(stream: TextIO | None) -> None:
    """Send what is still buffered nowhere: Python would try again at the end and complain in English."""
    if stream is None:
        return
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _refuse(error: WelfareError, as_json: bool) -> int:
    fields_of_error: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "where": error.where,
        "next": error.next_step,
    }
    try:
        if as_json:
            _put(_json_line({"error": fields_of_error}))
            return REFUSED
    except OSError:
        _let_go(sys.stdout)
    _tell(str(error))
    return REFUSED


def _interrupted() -> WelfareError:
    return WelfareError(
        "中止しました。途中までの変更は残していません。",
        code="W-900",
        next_step="終わる間際に止めたときは、済んでいることがあります。history で確かめてください。",
    )


def _untold(error: OSError) -> WelfareError:
    return WelfareError(
        "処理は済みましたが、結果を標準出力に書き出せませんでした。",
        code="W-002",
        where=error.strerror or "標準出力",
        next_step="出力先の空きと書き込みの許可を確かめてください。変更する操作だったときは、済んでいるのでもう一度行う必要はありません。",
    )


def _no_text() -> WelfareError:
    return WelfareError(
        "指定した文字の中に、文字として読めないものがあります。",
        code="W-112",
        next_step="UTF-8 で書いてください。保存済みの内容は無事です。",
    )


def _bug(error: Exception) -> WelfareError:
    """Return what to say of an error nobody meant; the log gets places, never texts of the report."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    logging.getLogger(__name__).error("%s at %s", type(error).__name__, places)
    return WelfareError(
        f"プログラムの誤りで止まりました（{type(error).__name__}）。保存済みの内容は無事です。",
        code="W-999",
        where=places,
        next_step="この行を添えて知らせてください。",
    )


def _speak_utf8(stream: TextIO | None) -> None:
    """Print UTF-8 with LF whatever the system's habits, so that a pipe gets the same bytes everywhere."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
