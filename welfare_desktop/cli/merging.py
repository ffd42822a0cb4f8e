"""Commands of merging: taking files in, conflicts, settling them, taking a merge back."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from welfare_desktop.domain.errors import WelfareError

from .command import DONE, LEFT, REFUSED, Answer, Command, add_db, add_why, error_json, standard_input

if TYPE_CHECKING:
    from welfare_desktop.domain.merging.loose import LooseText
    from welfare_desktop.operations.loose_edits import OpenText
    from welfare_desktop.operations.merging import FileOutcome
    from welfare_desktop.operations.session import Session

_LABELS = {
    "new": "新規",
    "same": "変更なし",
    "automatic": "自動",
    "review": "見直し",
    "conflict": "衝突",
    "unmatched": "対応不明",
    "out_of_scope": "範囲外",
}
#: How many fields a text without one is proposed.
_PROPOSED = 3
_LEFT = ("review", "conflict", "unmatched", "out_of_scope")


def _named(name: str) -> Path:
    """Read the name of a file or folder; an empty one would mean the folder the command runs in."""
    if not name.strip():
        raise argparse.ArgumentTypeError("ファイルの名前が空です")
    return Path(name)


def _merge_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=_named, help="戻ってきたファイル、またはそのフォルダー"
    )
    parser.add_argument("--dry-run", action="store_true", help="下調べだけで、何も書かない")
    parser.add_argument("--complete", action="store_true", help="「完成」で戻ってきた担当課を完了にする")
    add_why(parser)


def _merge(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.finishing import declare_complete, declared_complete
    from welfare_desktop.operations.merging import apply_merge, plan_merge
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.reading_back import reading, returned_files

    with closing(open_file(Path(arguments.db), who=arguments.who, read_only=arguments.dry_run)) as session:
        plan = plan_merge(session, reading(returned_files(arguments.files)))
        with session.because(arguments.why):
            merge_id = None if arguments.dry_run else apply_merge(session, plan).merge_id
        declared = declared_complete(session, plan.files)
        if arguments.complete and merge_id is not None:
            declare_complete(session, declared)
    done = arguments.complete and merge_id is not None
    data: dict[str, Any] = {
        "merge_id": merge_id,
        "files": [_file(item) for item in plan.files],
        "declared": [
            {
                "department": item.department,
                "year": item.year,
                "blank": item.blank,
                "draft": item.draft,
                "complete": done,
            }
            for item in declared
        ],
    }
    refused = [item.error for item in plan.files if item.error is not None]
    if len(refused) == len(plan.files):
        # Nothing was done, so this is an error like any other; what is wrong with which file is said all the same.
        data["error"] = error_json(refused[0] if len(refused) == 1 else _nothing_read(len(refused)))
        return Answer(data, status=REFUSED, errors=tuple(refused))
    lines = [line for item in plan.files for line in _file_lines(item)]
    words = "完了にしました" if done else "「完成」で戻っています（--complete で完了にします）"
    lines += [f"{item.department}: {words}。{item.remark}" for item in declared]
    if merge_id is not None:
        lines.append(f"取り込みました。取消しの番号: {merge_id}")
    return Answer(data, tuple(lines), _status(plan.files))


def _nothing_read(count: int) -> WelfareError:
    return WelfareError(
        f"選んだ {count} 個のファイルは、どれも取り込めませんでした。何も変わっていません。",
        code="M-221",
        next_step="ファイルごとの理由を見て、選び直してください。",
    )


def _status(files: tuple[FileOutcome, ...]) -> int:
    left = any(item.error is not None or any(item.counts.get(name) for name in _LEFT) for item in files)
    return LEFT if left else DONE


def _file(item: FileOutcome) -> dict[str, Any]:
    data: dict[str, Any] = {
        "file": str(item.path),
        "kind": item.kind or None,
        "department": item.department or None,
        **{name: item.counts.get(name, 0) for name in _LABELS},
        "error": None if item.error is None else error_json(item.error),
        "notes": [
            {"code": note.code, "place": note.place, "message": note.message, "text": note.text} for note in item.notes
        ],
        "texts": [_text(text, text.id[:8]) for text in item.loose],
    }
    return data


def _text(text: LooseText, identifier: str) -> dict[str, Any]:
    one = text.unmatched
    return {"id": identifier, "place": f"{one.sheet}!{one.cell}", "reason": one.reason.value, "value": list(one.lines)}


def _file_lines(item: FileOutcome) -> list[str]:
    if item.error is not None:
        return [f"{item.path.name}: 読めませんでした。{item.error.message} {item.error.next_step} [{item.error.code}]"]
    counts = "、".join(f"{label} {item.counts[name]}" for name, label in _LABELS.items() if item.counts.get(name))
    lines = [f"{item.path.name} {item.department}: {counts or '中身がありません'}"]
    lines += [f"  {note.place} {note.message} {note.text} [{note.code}]" for note in item.notes]
    return lines


def _conflicts_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("--review", action="store_true", help="見直しの要る欄も出す")


def _conflicts(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.deciding import open_questions
    from welfare_desktop.operations.loose_edits import open_texts
    from welfare_desktop.operations.opening import open_file

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        questions = open_questions(session, review=arguments.review)
        texts = [(item, _proposals(session, item)) for item in open_texts(session)]
    data = [
        {
            "id": item.id,
            "address": item.address,
            "kind": item.kind.value,
            "base": list(item.base),
            "current": list(item.current),
            "candidates": [{"value": list(one.lines), "source": one.source} for one in item.candidates],
            "notes": list(item.notes),
        }
        for item in questions
    ]
    lines = []
    for item in questions:
        lines.append(f"{item.id} {item.address} {item.label}（{item.kind.label}） {' '.join(item.notes)}")
        lines += [f"  今　: {line}" for line in item.current]
        for number, one in enumerate(item.candidates, start=1):
            lines += [f"  {number}. {one.source}: {line}" for line in one.lines or ("（空）",)]
    for text, proposals in texts:
        lines.append(f"{text.id} 対応不明（{text.received.file_name} {text.place}）")
        lines += [f"  文　: {line}" for line in text.text.unmatched.lines]
        lines += [f"  候補: {place['address']} {place['label']}" for place in proposals]
    data_of_texts = [
        {**_text(item.text, item.id), "file": item.received.file_name, "proposals": places} for item, places in texts
    ]
    return Answer(
        {"conflicts": data, "texts": data_of_texts},
        tuple(lines) or ("未解決の衝突はありません。",),
        LEFT if questions or texts else DONE,
    )


def _proposals(session: Session, item: OpenText) -> list[dict[str, str]]:
    """Return the likeliest fields of a text."""
    from welfare_desktop.domain.fields import key_from_text
    from welfare_desktop.operations.loose_edits import places_for

    found = places_for(session, item.text, item.received.year, item.received.export_id)[:_PROPOSED]
    return [
        {"address": session.address(key_from_text(place.field)), "label": f"{place.title} {place.label}"}
        for place in found
    ]


def _resolve_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("conflict", metavar="CONFLICT", help="conflicts が示す番号")
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--current", action="store_true", help="今の内容のままにする")
    group.add_argument("--base", action="store_true", help="配ったときの内容に戻す")
    group.add_argument("--candidate", type=int, metavar="N", help="N 番目の候補にする（1 から）")
    group.add_argument("--both", action="store_true", help="今の内容に、返ってきた行を加える")
    group.add_argument("--text", metavar="TEXT", help="この文にする。- なら標準入力から読む")
    group.add_argument("--field", metavar="ADDRESS", help="対応不明の文を、この欄の文として取り込む")
    group.add_argument("--drop", action="store_true", help="対応不明の文を、どの欄にも入れない")
    add_why(parser)


def _resolve(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.deciding import Choice, decide
    from welfare_desktop.operations.loose_edits import assign
    from welfare_desktop.operations.opening import open_file

    if arguments.field is not None or arguments.drop:
        with closing(open_file(Path(arguments.db), who=arguments.who)) as session, session.because(arguments.why):
            key = None if arguments.drop else session.resolve(arguments.field)
            assign(session, arguments.conflict, key)
        words = "どの欄にも入れないことにしました" if arguments.drop else f"{arguments.field} に取り込みました"
        return Answer({"id": arguments.conflict}, (f"対応不明の文 {arguments.conflict} を{words}。",))
    text = standard_input() if arguments.text == "-" else arguments.text
    choice = Choice(arguments.current, arguments.base, arguments.candidate, text, both=arguments.both)
    with closing(open_file(Path(arguments.db), who=arguments.who)) as session, session.because(arguments.why):
        decide(session, arguments.conflict, choice)
    return Answer({"id": arguments.conflict}, (f"衝突 {arguments.conflict} を解決しました。",))


def _undo_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("merge_id", metavar="MERGE_ID", help="merge が示した番号")
    add_why(parser)


def _undo(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.opening import open_file
    from welfare_desktop.operations.unmerging import undo_merge

    with closing(open_file(Path(arguments.db), who=arguments.who)) as session, session.because(arguments.why):
        stay = undo_merge(session, arguments.merge_id)
    lines = ["取込みを取り消しました。"]
    lines += [f"  {address}: 取込みのあとで決めた内容なので残しました。" for address in stay]
    return Answer({"merge_id": arguments.merge_id, "kept": list(stay)}, tuple(lines), LEFT if stay else DONE)


COMMANDS = (
    Command("merge", "戻ってきたファイルを取り込む", _merge_arguments, _merge),
    Command("conflicts", "未解決の衝突を見る", _conflicts_arguments, _conflicts),
    Command("resolve", "衝突を一つ解決する", _resolve_arguments, _resolve),
    Command("undo-merge", "取込みを丸ごと取り消す", _undo_arguments, _undo),
)
