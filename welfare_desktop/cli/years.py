"""Commands of the yearly round: opening and closing years, drafts, proofreading, searching."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from welfare_desktop.domain.years import fiscal_label

from .command import DONE, LEFT, Answer, Command, add_db, add_year, year_of

if TYPE_CHECKING:
    from welfare_desktop.operations.session import Session


def _rollover_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("--to", required=True, type=year_of, metavar="Y", help="開く年度（西暦）")
    styles = parser.add_mutually_exclusive_group()
    styles.add_argument("--draft-status", action="store_true", help="予定の文から実施状況の下書きを作る（文末を直す）")
    styles.add_argument("--as-planned", action="store_true", help="予定の文をそのまま下書きにする")
    parser.add_argument("--close", action="store_true", help="前の年度を確定して鍵をかける")
    parser.add_argument("--dry-run", action="store_true", help="下書きを見るだけで、何も書かない")
    parser.add_argument("--strict", action="store_true", help="確かめることがあれば 1 で終わる")


def _rollover(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.domain.rolling import DraftStyle
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.rolling import preview_rollover, roll_over

    style = DraftStyle.BLANK
    if arguments.draft_status or arguments.as_planned:
        style = DraftStyle.TURNED if arguments.draft_status else DraftStyle.AS_PLANNED
    with closing(open_file(Path(arguments.db), who=arguments.who, read_only=arguments.dry_run)) as session:
        if arguments.dry_run:
            rollover, changed = preview_rollover(session, arguments.to, style), False
        else:
            rollover, applied = roll_over(session, arguments.to, style, close_finished=arguments.close)
            changed = applied is not None
    warnings = [
        {"address": str(item.address), "line": item.line, "message": item.message} for item in rollover.warnings
    ]
    drafts = [
        {"address": str(draft.address), "lines": [line.drafted for line in draft.lines]} for draft in rollover.drafts
    ]
    data = {"year": rollover.year, "drafts": len(drafts), "draft_fields": drafts, "warnings": warnings}
    label = fiscal_label(rollover.year)
    if changed:
        lines = [f"{label}を開きました。下書き {len(drafts)} 欄。始める前の控えも作りました。"]
    elif arguments.dry_run:
        lines = [f"{label}を開くと、下書きが {len(drafts)} 欄できます。何も変わっていません。"]
    else:
        lines = [f"{label}はもう開いています。何も変わっていません。"]
    lines += [f"  {item.address} {item.line or ''}: {item.message}" for item in rollover.warnings]
    return Answer(data, tuple(lines), LEFT if arguments.strict and warnings else DONE)


def _close_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)
    parser.add_argument("--strict", action="store_true", help="未記入や下書きが残っていれば 1 で終わる")


def _close(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.year_work import close_year, unfinished

    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        left = unfinished(session, arguments.year)
        changed = close_year(session, arguments.year) is not None
    data = {
        "year": arguments.year,
        "closed": True,
        "changed": changed,
        "left": {"blank": left.blank, "draft": left.draft, "conflicts": left.conflicts},
    }
    said = "を確定して鍵をかけました。" if changed else "は確定しています。何も変わっていません。"
    lines = [f"{fiscal_label(arguments.year)}{said}"]
    lines += [f"残っているもの: {left.words}"] if left.words else []
    return Answer(data, tuple(lines), LEFT if arguments.strict and left.words else DONE)


def _unlock_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)
    parser.add_argument("--reason", required=True, metavar="理由", help="鍵を外す理由（履歴に残る）")


def _unlock(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.year_work import unlock_year

    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        changed = unlock_year(session, arguments.year, arguments.reason) is not None
    said = "の鍵を外しました。" if changed else "に鍵はかかっていません。何も変わっていません。"
    data = {"year": arguments.year, "closed": False, "changed": changed}
    return Answer(data, (f"{fiscal_label(arguments.year)}{said}",))


def _confirm_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)
    parser.add_argument("address", nargs="*", metavar="ADDRESS", help="確定する欄（省くと、その年度の下書きすべて）")


def _confirm(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.rolling import confirm_drafts, drafts_in
    from welfare_desktop.operations.year_work import require_plan_year

    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        require_plan_year(session.plan(()), arguments.year)
        drafts = drafts_in(session, arguments.year)
        wanted = [session.resolve(address) for address in arguments.address]
        chosen = [key for key in drafts if not wanted or key in wanted]
        confirm_drafts(session, chosen)
        addresses = [session.address(key) for key in chosen]
    others = [address for address, key in zip(arguments.address, wanted, strict=True) if key not in drafts]
    left = len(drafts) - len(chosen)
    data = {"year": arguments.year, "confirmed": addresses, "no_draft": others, "left": left}
    lines = [f"下書き {len(addresses)} 欄を確定しました。残りの下書き {left} 欄。"]
    lines += [f"  {address}: {fiscal_label(arguments.year)}の報告の下書きではありません。" for address in others]
    return Answer(data, tuple(lines), LEFT if others else DONE)


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_year(parser)
    parser.add_argument("--all-rules", action="store_true", help="画面で止めた規則も調べる")


def _check(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.checking import check_year, words_of
    from welfare_desktop.operations.opening import open_file

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        checked = check_year(session, arguments.year, stopped_too=arguments.all_rules)
    findings = [
        {
            "rule": item.rule,
            "severity": item.severity.value,
            "address": str(item.address),
            "line": item.line,
            "message": item.message,
            "suggestion": item.suggestion,
        }
        for item in checked.findings
    ]
    lines = [
        f"{item.address} {f'{item.line} 行目' if item.line else ''}: {item.message} [{item.severity.label}]"
        for item in checked.findings
    ]
    data = {"findings": findings, "ignored": len(checked.ignored), "stopped_rules": list(checked.stopped)}
    return Answer(data, (*lines, words_of(checked)), LEFT if findings else DONE)


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("query", metavar="ことば", help="全角・半角、ひらがな・カタカナを区別せずに探す")
    parser.add_argument("--any", action="store_true", help="空白で区切ったことばのどれかを含む欄を探す")
    parser.add_argument("--replace", metavar="新しいことば", help="見つかったことばを置き換える（先に控えを作る）")
    parser.add_argument(
        "--exact", action="store_true", help="置き換えるとき、全角・半角、かな、大文字・小文字を区別する"
    )
    parser.add_argument("--dry-run", action="store_true", help="置換えを見るだけで、何も書かない")


def _search(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.domain.searching import Mode
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.searching import Finder

    mode = Mode.ANY if arguments.any else Mode.ALL
    writes = arguments.replace is not None and not arguments.dry_run
    with closing(open_file(Path(arguments.db), who=arguments.who, read_only=not writes)) as session:
        if arguments.replace is not None:
            return _replace(session, arguments)
        hits, complete = Finder(session).search(arguments.query, mode)
    data = {
        "hits": [{"address": hit.address, "line": hit.number, "text": hit.line} for hit in hits],
        "complete": complete,
    }
    lines = [f"{hit.address} {hit.number} 行目: {hit.line}" for hit in hits]
    lines.append(f"{len(hits)} 行{'' if complete else '（ほかにもあります）'}")
    return Answer(data, tuple(lines))


def _replace(session: Session, arguments: argparse.Namespace) -> Answer:
    """Replace the words (the whole query, spaces included) wherever they stand; what a closed year prints is left."""
    from welfare_desktop.operations.replacing import plan_replacement, replace_words
    from welfare_desktop.operations.searching import Finder

    keys = Finder(session).fields_with(arguments.query)
    planned = plan_replacement(session, arguments.query, arguments.replace, keys, exact=arguments.exact)
    done = [item for item in planned if not item.refused]
    left = [item for item in planned if item.refused]
    replaced = None if arguments.dry_run else replace_words(session, done)
    data = {
        "replaced": [
            {"address": item.address, "line": item.number, "before": item.before, "after": item.after} for item in done
        ],
        "left": [{"address": item.address, "line": item.number, "why": item.refused} for item in left],
        "backup": str(replaced.backup) if replaced is not None else None,
    }
    lines = [f"{item.address} {item.number} 行目: {item.before} → {item.after}" for item in done]
    lines += [f"{item.address} {item.number} 行目: 変えません（{item.refused}）" for item in left]
    verb = "行を置き換えました" if replaced is not None else "行が変わります。何も書いていません"
    lines.append(f"{len(done)} {verb}。" if done else "置き換えるところはありません。何も変わっていません。")
    if replaced is not None:
        lines.append(f"控え: {replaced.backup}")
    return Answer(data, tuple(lines), LEFT if left else DONE)


COMMANDS = (
    Command("rollover", "年度を開く（年度更新）", _rollover_arguments, _rollover),
    Command("confirm", "下書きを確定する", _confirm_arguments, _confirm),
    Command("close", "年度を確定して鍵をかける", _close_arguments, _close),
    Command("unlock", "確定した年度の鍵を外す", _unlock_arguments, _unlock),
    Command("check", "校正する", _check_arguments, _check),
    Command("search", "すべての年度と欄から探す。置き換えもできる", _search_arguments, _search),
)
