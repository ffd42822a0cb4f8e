"""History in words: when, and what changed, as short as a side panel needs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from difflib import SequenceMatcher


def spoken_time(at: datetime, today: date) -> str:
    """Return ``今日 14:31``, ``昨日 9:05``, ``4月12日 9:05`` or ``2019年4月12日`` for a local time."""
    local = at.astimezone()
    clock = f"{local.hour}:{local.minute:02}"
    days = (today - local.date()).days
    if days == 0:
        return f"今日 {clock}"
    if days == 1:
        return f"昨日 {clock}"
    if local.year == today.year:
        return f"{local.month}月{local.day}日 {clock}"
    return f"{local.year}年{local.month}月{local.day}日"


def summary(before: Sequence[str], after: Sequence[str]) -> str:
    """Return what happened to a field in a few words: ``2行目を変更``, ``4行を追加``."""
    if not before:
        return f"{len(after)}行を記入" if after else "変更なし"
    if not after:
        return f"{len(before)}行を削除"
    changed: list[int] = []
    added = removed = 0
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, before, after, False).get_opcodes():
        if tag == "equal":
            continue
        both = min(old_end - old_start, new_end - new_start)
        changed += range(new_start + 1, new_start + both + 1)
        added += max(new_end - new_start - both, 0)
        removed += max(old_end - old_start - both, 0)
    words = []
    if len(changed) == 1:
        words.append(f"{changed[0]}行目を変更")
    elif changed:
        words.append(f"{len(changed)}行を変更")
    if added:
        words.append(f"{added}行を追加")
    if removed:
        words.append(f"{removed}行を削除")
    return "、".join(words) or "状態を変更"
