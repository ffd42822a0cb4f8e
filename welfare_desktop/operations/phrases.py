"""Reusable lines (定型文): those of a department, those all share, and the lines used last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Lines, Plan
from welfare_desktop.domain.text import canonical_lines, folded
from welfare_desktop.storage.store import Applied

from .session import Session

#: What the shared list is called.
SHARED = "共通"
LAST_USED = "最近の文"
#: How many of the newest changes are looked through for lines used last.
_LOOKED_THROUGH = 200


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line that can be inserted; ``source`` is a department's name, 共通, or 最近の文."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class PhraseList:
    """The phrases of a department, or (``department_id`` None) those all share."""

    department_id: str | None
    name: str
    lines: Lines


def phrases_key(plan: Plan, department_id: str | None) -> FieldKey:
    """Return the key of the phrases of a department, or of those shared by all (None)."""
    if department_id is None:
        return FieldKey(Owner.PLAN, plan.id, "phrases")
    return FieldKey(Owner.DEPARTMENT, department_id, "phrases")


def phrase_lists(session: Session) -> tuple[PhraseList, ...]:
    """Return every list there is, the shared one first, then the departments' in the plan's order."""
    plan, notes = session.plan(()), session.notes()
    names: list[tuple[str | None, str]] = [(None, SHARED), *((item.id, item.name) for item in plan.departments)]
    return tuple(PhraseList(item, name, notes.get(phrases_key(plan, item), ())) for item, name in names)


def list_called(session: Session, name: str) -> PhraseList:
    """Return the list of the department called ``name``, or the shared one (共通); raises InvalidValue for another."""
    lists = phrase_lists(session)
    found = next((item for item in lists if item.name == name), None)
    if found is None:
        raise InvalidValue(
            f"「{name}」という担当課はありません。",
            code="W-164",
            where=name,
            next_step=f"次のどれかにしてください: {'、'.join(item.name for item in lists)}。何も変わっていません。",
        )
    return found


def set_phrases(session: Session, wanted: Mapping[str | None, Lines]) -> Applied | None:
    """Store the phrases of several lists (by department id, None: shared) as one step; None when nothing changed.

    A line that stands twice in a list is kept once.
    """
    plan = session.plan(())
    changes = []
    for department_id, lines in wanted.items():
        key = phrases_key(plan, department_id)
        before, after = session.value(key), tuple(dict.fromkeys(canonical_lines(lines)))
        if before != after:
            changes.append(Change(key, before, after))
    if not changes:
        return None
    return session.apply(changes, kind="phrases", label="定型文の編集")


def add_phrase(session: Session, department_id: str | None, line: str) -> Applied | None:
    """Add ``line`` to a list; None when it is there already.  Raises InvalidValue for an empty line."""
    fresh = canonical_lines(line)
    if not fresh:
        raise InvalidValue(
            "空の行は定型文にできません。", code="W-163", next_step="文のある行に入ってから、もう一度選んでください。"
        )
    held = session.value(phrases_key(session.plan(()), department_id))
    assert isinstance(held, tuple)
    return set_phrases(session, {department_id: (*(str(item) for item in held), *fresh)})


def offered(session: Session, department_ids: Lines, last_used: int = 5) -> tuple[Phrase, ...]:
    """Return what can be inserted: the departments' phrases, the shared ones, then the lines this person used last.

    ``department_ids`` empty means the council or a slot without a department.  No line stands twice.
    """
    lists = {item.department_id: item for item in phrase_lists(session)}
    wanted = [lists[item] for item in (*department_ids, None) if item in lists]
    found: dict[str, Phrase] = {}
    for item in wanted:
        for line in item.lines:
            found.setdefault(line, Phrase(line, item.name))
    recent = [line for line in _used_last(session, last_used + len(found)) if line not in found][:last_used]
    return (*found.values(), *(Phrase(line, LAST_USED) for line in recent))


def _used_last(session: Session, count: int) -> Lines:
    """Return the lines this person wrote last, newest first."""
    lines: dict[str, None] = {}
    for row in session.history(limit=_LOOKED_THROUGH):
        if row.kind != "edit" or row.who != session.who or row.change.key.name not in ("status", "planned"):
            continue
        before = session.shown(row.change.key, row.change.before)
        lines.update(
            dict.fromkeys(line for line in session.shown(row.change.key, row.change.after) if line not in before)
        )
        if len(lines) >= count:
            break
    return tuple(lines)[:count]


def matching(phrases: tuple[Phrase, ...], typed: str) -> tuple[Phrase, ...]:
    """Return the phrases that hold every word typed, whatever its width, case or kana; all of them for nothing."""
    words = folded(typed).split()
    return tuple(phrase for phrase in phrases if all(word in folded(phrase.text) for word in words))
