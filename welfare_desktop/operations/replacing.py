"""Replacing words in many fields at once: shown line by line first, then done as one step of undo after a backup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from welfare_desktop.domain.addresses import address_of, places
from welfare_desktop.domain.closing import is_printed_every_year
from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey, Owner, Value, lines_of, parse_text
from welfare_desktop.domain.model import Entry
from welfare_desktop.domain.searching import Span, occurrences_of
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.storage import backups
from welfare_desktop.storage.store import Applied

from .session import Session, new_id


@dataclass(frozen=True, slots=True)
class Replacement:
    """One line in which words would be replaced; ``number`` counts from 1.

    ``spans`` are the words in ``before``, ``new_spans`` what stands in their place in ``after``; an empty ``after`` takes
    the line out.  ``refused`` says in Japanese why it cannot be done, empty where it can.
    """

    key: FieldKey
    address: str
    number: int
    before: str
    after: str
    spans: tuple[Span, ...]
    new_spans: tuple[Span, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was done: the step, the copy of the file before it, how many words in how many fields."""

    applied: Applied
    backup: Path
    places: int
    fields: int


def plan_replacement(
    session: Session, words: str, new_words: str, keys: Iterable[FieldKey], *, exact: bool = False
) -> tuple[Replacement, ...]:
    """Return every line of ``keys`` in which ``words`` stand, with what it would become; nothing is changed.

    Widths, kana and case are not told apart unless ``exact``.  Raises InvalidValue without words to look for.
    """
    if not words.strip():
        raise InvalidValue("置き換える前のことばが入っていません。", code="W-167", next_step="ことばを入れてください。")
    where = places(session.plan(()))
    closed = session.closed_years()
    found: list[Replacement] = []
    for key in dict.fromkeys(keys):
        value = session.value(key)
        lines = lines_of(value)
        spans = [occurrences_of(line, words, exact=exact) for line in lines]
        if not any(spans):
            continue
        refused = session.why_locked(key).removesuffix("。") or _refusal(key, closed)
        for number, (line, line_spans) in enumerate(zip(lines, spans, strict=True), start=1):
            if line_spans:
                after, new_spans = _replaced(line, line_spans, new_words)
                after = canonical_line(after) and after
                why = refused or _unstorable(key, value, lines, {number: after})
                found.append(Replacement(key, address_of(key, where), number, line, after, line_spans, new_spans, why))
    return tuple(found)


def _replaced(line: str, spans: Sequence[Span], new_words: str) -> tuple[str, tuple[Span, ...]]:
    text, new_spans, last = "", [], 0
    for start, end in spans:
        text += line[last:start]
        new_spans.append((len(text), len(text) + len(new_words)))
        text += new_words
        last = end
    return text + line[last:], tuple(new_spans)


def _refusal(key: FieldKey, closed: frozenset[int]) -> str:
    if key.owner is Owner.DEPARTMENT:
        return "担当課の名前は、担当課を変える画面で直します（前の名前を残すため）"
    if closed and is_printed_every_year(key):
        if key.name == "title":
            return "確定した年度の報告にも出る題名です。題名を変える画面で、理由を入れて直します"
        return "確定した年度の報告書にも出ます。この欄で、理由を入れて直します"
    return ""


def _unstorable(key: FieldKey, value: Value, lines: Sequence[str], new: dict[int, str]) -> str:
    try:
        _changed(key, value, lines, new)
    except InvalidValue as error:
        return error.message
    return ""


def _changed(key: FieldKey, value: Value, lines: Sequence[str], new: dict[int, str]) -> Value:
    wanted = [new.get(number, line) for number, line in enumerate(lines, start=1)]
    after = parse_text(key, [line for line in wanted if line], value, new_id)
    if isinstance(after, Entry) and isinstance(value, Entry):
        after = replace(after, draft=value.draft)  # a draft with another word in it is still nobody's word
    return after


def replace_words(session: Session, chosen: Sequence[Replacement]) -> Replaced | None:
    """Do what was planned, as one step of undo, after a backup; None when nothing that can be done was chosen.

    Raises InvalidValue when a line changed since it was planned or a year was closed, StoreError when the backup fails;
    then nothing changed.
    """
    by_key: dict[FieldKey, list[Replacement]] = {}
    for item in chosen:
        if not item.refused:
            by_key.setdefault(item.key, []).append(item)
    changes = []
    for key, items in by_key.items():
        value = session.value(key)
        lines = lines_of(value)
        for item in items:
            if item.number > len(lines) or lines[item.number - 1] != item.before:
                raise InvalidValue(
                    "一覧を作ったあとで文が変わっています。何も置き換えていません。",
                    code="W-168",
                    where=item.address,
                    next_step="もう一度探してから置き換えてください。",
                )
        after = _changed(key, value, lines, {item.number: item.after for item in items})
        if after != value:
            changes.append(Change(key, value, after))
    if not changes:
        return None
    backup = backups.back_up(session.path)
    count = sum(len(item.spans) for items in by_key.values() for item in items)
    applied = session.apply(changes, kind="replace", label=f"ことばの置換え（{count}か所）")
    return Replaced(applied, backup, count, len(changes))
