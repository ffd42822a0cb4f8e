"""The history of one field as a person reads it: who, when, in what way, before and after; and bringing it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from welfare_desktop.domain.addresses import spoken
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey, Value
from welfare_desktop.domain.model import Entry, Lines
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.store import Applied, Connection

from .session import Session

#: What the kinds of operations are called where only the kind is of interest.
_KINDS = {
    "new": "作成",
    "edit": "入力",
    "import": "報告書の読込み",
    "merge": "取込み",
    "decide": "衝突の解決",
    "assign": "対応不明の文の割当て",
    "undo-merge": "取込みの取消し",
    "rollover": "年度更新",
    "confirm": "下書きの確定",
    "replace": "校正",
    "restore": "前の文に戻す",
    "undo": "元に戻す",
    "redo": "やり直す",
    "structure": "構成の変更",
}


@dataclass(frozen=True, slots=True)
class Past:
    """One change of a field: the lines before and after as a person reads them, and the former value itself.

    ``kind`` says in Japanese in what way it was changed, ``label`` what was done as a whole; ``senders`` name who sent
    what a merge brought in.  ``state`` says what changed where the lines are the same, empty elsewhere.
    """

    at: datetime
    who: str
    why: str
    label: str
    kind: str
    senders: Lines
    before: Lines
    after: Lines
    former: Value
    state: str


def past_of(session: Session, key: FieldKey, limit: int | None = None) -> list[Past]:
    """Return the history of ``key``, newest first; ``limit`` None means all of it."""
    rows = session.history(key, limit)
    senders = _senders(session, key) if any(row.kind == "merge" for row in rows) else {}
    found = []
    for row in rows:
        before = tuple(session.shown(key, row.change.before))
        after = tuple(session.shown(key, row.change.after))
        state = _state_words(row.change) if before == after else ""
        kind = _KINDS.get(row.kind, row.label)
        who_sent = senders.get(row.operation_id, ())
        found.append(Past(row.at, row.who, row.why, row.label, kind, who_sent, before, after, row.change.before, state))
    return found


def _senders(session: Session, key: FieldKey) -> dict[int, Lines]:
    """Return by operation who sent what came into ``key``."""

    def read(database: Connection) -> dict[int, Lines]:
        found = {}
        for merge in merge_records.merges(database):
            if merge.operation_id is not None:
                brought = merge_records.contributions(database, [key.text], merge.id)
                found[merge.operation_id] = tuple(dict.fromkeys(item.source for item in brought))
        return found

    return session.look(read)


def _state_words(change: Change) -> str:
    """Say what changed in a field whose lines are the same."""
    before, after = change.before, change.after
    if isinstance(before, Entry) and isinstance(after, Entry) and before.draft != after.draft:
        return "下書きを確定した（文は同じ）" if before.draft else "下書きに戻した（文は同じ）"
    return "文は同じ（目標・数値・結び付きなどの変更）"


def restore_former(session: Session, key: FieldKey, former: Value, at: datetime) -> Applied | None:
    """Bring back what ``key`` said before a change made ``at``, as one step of undo; None when it says that already.

    Raises InvalidValue in a closed year, EditConflict or StoreError; then nothing changed.
    """
    current = session.value(key)
    if current == former:
        return None
    if key.spec.required and former == key.spec.default:
        raise InvalidValue(
            f"「{spoken(key)}」は空にできません。この変更の前には、まだ何もありませんでした。",
            code="W-155",
            where=spoken(key),
            next_step="加えたこと自体を取り消すときは「元に戻す」か、消す・廃止するを使ってください。何も変わっていません。",
        )
    local = at.astimezone()
    why = f"{local.year}年{local.month}月{local.day}日 {local.hour}:{local.minute:02} の変更の前の文"
    label = f"{spoken(key)}を前の文に戻す"
    return session.apply([Change(key, current, former)], kind="restore", label=label, why=why)
