"""Commands on single fields: reading, setting, history."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

from .command import Answer, Command, add_db, count_of, standard_input


def _address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADDRESS", help="例: 1-1-3/city.2/status@2018")


def _get_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    _address(parser)


def _get(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.editing import view
    from welfare_desktop.operations.opening import open_file

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        field = view(session, arguments.address)
    data = {
        "address": field.address,
        "lines": list(field.lines),
        "state": field.state.value,
        "revision": field.revision,
    }
    return Answer(data, field.lines, notes=session.opening_notes)


def _set_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    _address(parser)
    parser.add_argument("text", metavar="TEXT", help="行を改行でつないだ文字。- なら標準入力から読む")
    parser.add_argument("--why", default="", metavar="理由", help="履歴に残す理由")


def _set(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.editing import set_field
    from welfare_desktop.operations.opening import open_file

    text = standard_input() if arguments.text == "-" else arguments.text
    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        field = set_field(session, arguments.address, text, arguments.why)
    words = f"{field.address} を保存しました。版 {field.revision}"
    return Answer({"address": field.address, "revision": field.revision}, (words,), notes=session.opening_notes)


def _history_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help="この欄だけ（省くとすべて）")
    parser.add_argument("--limit", type=count_of, metavar="N", help="新しい方から N 件")


def _history(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.editing import changes_of
    from welfare_desktop.operations.opening import open_file

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        changes = changes_of(session, arguments.address, arguments.limit)
    data: list[dict[str, Any]] = [
        {
            "address": item.address,
            "before": list(item.before),
            "after": list(item.after),
            "who": item.who,
            "when": item.when,
            "why": item.why,
            "what": item.label,
            "revision": item.revision,
        }
        for item in changes
    ]
    lines = []
    for item in changes:
        lines.append(f"{item.when} {item.who} {item.address} {item.label}{f'（{item.why}）' if item.why else ''}")
        if item.before == item.after:
            lines.append("  （文は同じ）")
            continue
        lines += [f"  － {line}" for line in item.before] + [f"  ＋ {line}" for line in item.after]
    return Answer({"changes": data}, tuple(lines) or ("まだ変更はありません。",), notes=session.opening_notes)


def _phrases_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("--department", metavar="名前", help="この担当課の定型文（「共通」か、省くとすべての一覧）")
    changes = parser.add_mutually_exclusive_group()
    changes.add_argument("--add", metavar="文", help="一つ加える")
    changes.add_argument(
        "--set", metavar="TEXT", help="全部を入れ替える。行を改行でつないだ文字、- なら標準入力から読む"
    )


def _phrases(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.phrases import SHARED, add_phrase, list_called, phrase_lists, set_phrases

    changes = arguments.add is not None or arguments.set is not None
    with closing(open_file(Path(arguments.db), who=arguments.who, read_only=not changes)) as session:
        if changes:
            chosen = list_called(session, arguments.department or SHARED)
            if arguments.add is not None:
                add_phrase(session, chosen.department_id, arguments.add)
            else:
                text = standard_input() if arguments.set == "-" else arguments.set
                set_phrases(session, {chosen.department_id: tuple(text.splitlines())})
        name = arguments.department or (SHARED if changes else None)
        lists = [list_called(session, name)] if name else list(phrase_lists(session))
    lines = [f"{item.name}: {line}" for item in lists for line in item.lines]
    data = {"phrases": [{"name": item.name, "lines": list(item.lines)} for item in lists]}
    return Answer(data, tuple(lines) or ("定型文はまだありません。",))


COMMANDS = (
    Command("get", "一つの欄を見る", _get_arguments, _get),
    Command("set", "一つの欄を書き換える", _set_arguments, _set),
    Command("history", "誰がいつ何を変えたか", _history_arguments, _history),
    Command("phrases", "定型文を見る、加える、入れ替える", _phrases_arguments, _phrases),
)
