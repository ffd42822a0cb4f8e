"""Commands that keep data safe: copies, bringing them back, proving a file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from .command import DONE, LEFT, Answer, Command, add_db, add_force


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("--to", metavar="FILE", help="控えの名前（省くと「控え」フォルダーに日時の名前で）")
    add_force(parser)


def _backup(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.backing_up import back_up

    target = Path(arguments.to) if arguments.to else None
    made = back_up(Path(arguments.db), target, force=arguments.force)
    return Answer({"file": str(made)}, (f"控えを作り、中身を確かめました: {made}",))


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", metavar="BACKUP", help="戻す控え")
    add_db(parser)
    parser.add_argument("--dry-run", action="store_true", help="いつの控えで何が違うかを見るだけで、戻さない")


def _restore(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.backing_up import restore

    if arguments.dry_run:
        return _preview(arguments)
    kept = restore(Path(arguments.backup), Path(arguments.db))
    words = [f"{arguments.db} を控えから戻しました。"]
    if kept is not None:
        words.append(f"戻す前のファイルはここにあります: {kept}")
    return Answer({"file": arguments.db, "kept": str(kept) if kept else None}, tuple(words))


def _preview(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.backing_up import preview_restore

    found = preview_restore(Path(arguments.backup), Path(arguments.db))
    last = found.last_change.isoformat(timespec="seconds") if found.last_change else None
    words = [f"控えの最後の変更: {last or 'なし'}", f"控え: {_counted(found.counts)}"]
    present = found.present_counts
    words.append(f"今のファイル: {_counted(present)}" if present is not None else "今のファイル: ないか、読めません")
    words.append(f"違う欄: {len(found.differing)}")
    words += [f"  {address}" for address in found.differing]
    data = {
        "last_change": last,
        "counts": dict(found.counts),
        "present_counts": None if present is None else dict(present),
        "differing": list(found.differing),
    }
    return Answer(data, tuple(words))


def _counted(counts: Mapping[str, int]) -> str:
    return f"活動 {counts['activities']}、記入欄 {counts['slots']}、{counts['lines']} 行"


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument(
        "--rescue-to", metavar="FILE", help="壊れていたら、読めるところを新しいファイルに救い出す（元のファイルは残す）"
    )


def _verify(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.backing_up import verify

    problems = verify(Path(arguments.db))
    if problems and arguments.rescue_to:
        return _rescue(arguments, problems)
    words = tuple(problems) or ("中身は最後に保存したときと一致しています。",)
    return Answer({"ok": not problems, "problems": problems}, words, LEFT if problems else DONE)


def _rescue(arguments: argparse.Namespace, problems: list[str]) -> Answer:
    from welfare_desktop.operations.backing_up import rescue

    done = rescue(Path(arguments.db), Path(arguments.rescue_to), who=arguments.who)
    words = [*problems, f"読めるところを {done.path} に救い出しました。元のファイルはそのままです。"]
    words.append(
        "すべてそろっています。" if done.complete else "そろっていないところがあります。控えと見比べてください。"
    )
    if not done.history_kept:
        words.append("これまでの履歴は移せませんでした。")
    words += [f"確かめてください: {address}" for address in done.doubtful]
    rescued = {
        "file": str(done.path),
        "complete": done.complete,
        "history_kept": done.history_kept,
        "doubtful": list(done.doubtful),
    }
    return Answer({"ok": False, "problems": problems, "rescued": rescued}, tuple(words), LEFT)


COMMANDS = (
    Command("backup", "控えを作る", _backup_arguments, _backup),
    Command("restore", "控えから戻す", _restore_arguments, _restore),
    Command("verify", "中身が無事かを確かめる", _verify_arguments, _verify),
)
