"""Changing the slots (記入欄) of an activity and who answers them.

Every verb is one step of undo.  Nothing that a year has used is deleted: an empty slot can be taken out, a used one
can only be retired from a year on.  ``why`` is wanted where the report of a closed year would change
(:class:`~welfare_desktop.domain.errors.ClosedReport`).
"""

from __future__ import annotations

from collections.abc import Sequence

from welfare_desktop.domain.completeness import UNASSIGNED
from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Actor, Department, Lines
from welfare_desktop.domain.text import canonical_lines, folded
from welfare_desktop.domain.usage import FRAME
from welfare_desktop.domain.values import slot_values
from welfare_desktop.storage.store import Applied

from .session import Session, new_id, require_activity

_NOTHING_CHANGED = "何も変わっていません。"


# --- slots --------------------------------------------------------------------------------------------------------


def slots_key(activity_id: str, actor: Actor) -> FieldKey:
    """Return the key of the list of slots of one actor's part."""
    return FieldKey(Owner.ACTOR, activity_id, "slots", actor)


def child_ids(session: Session, key: FieldKey) -> Lines:
    """Return the ids a list of children or departments holds, in order."""
    value = session.value(key)
    assert isinstance(value, tuple)
    return tuple(str(item) for item in value)


def add_slot(
    session: Session,
    activity_id: str,
    actor: Actor,
    department_ids: Lines = (),
    *,
    at: int | None = None,
    from_year: int | None = None,
    why: str = "",
) -> tuple[Applied, str]:
    """Add an empty slot before position ``at`` (None: at the end), reported from fiscal ``from_year`` on (None: always).

    Returns what was done and the slot's id.
    """
    key = slots_key(activity_id, actor)
    before = child_ids(session, key)
    position = len(before) if at is None else at
    slot_id = new_id()
    changes = [Change(key, before, (*before[:position], slot_id, *before[position:]))]
    if department_ids:
        changes.append(Change(FieldKey(Owner.SLOT, slot_id, "departments"), (), department_ids))
    if from_year is not None:
        changes.append(Change(FieldKey(Owner.SLOT, slot_id, "reported_from"), None, from_year))
    return session.apply(changes, kind="structure", label="記入欄の追加", why=why), slot_id


def move_slot(
    session: Session, activity_id: str, actor: Actor, slot_id: str, to: int, *, why: str = ""
) -> Applied | None:
    """Move a slot to position ``to`` (from 0) among its actor's slots; None when it is there already."""
    key = slots_key(activity_id, actor)
    before = child_ids(session, key)
    rest = [item for item in before if item != slot_id]
    after = (*rest[:to], slot_id, *rest[to:])
    if after == before:
        return None
    return session.apply([Change(key, before, after)], kind="structure", label="記入欄の並べ替え", why=why)


def split_slot(session: Session, activity_id: str, actor: Actor, slot_id: str, *, why: str = "") -> Applied:
    """Give each department of a slot a slot of its own.

    What was written stays with the first department, because nobody but the office can tell whose it is.
    Raises InvalidValue when there are not two departments to part.
    """
    departments_key = FieldKey(Owner.SLOT, slot_id, "departments")
    departments = child_ids(session, departments_key)
    if len(departments) < 2:
        raise InvalidValue(
            "この記入欄の担当課は一つなので分けられません。",
            code="W-140",
            next_step=f"先に担当課を加えてください。{_NOTHING_CHANGED}",
        )
    key = slots_key(activity_id, actor)
    before = child_ids(session, key)
    fresh = [new_id() for _ in departments[1:]]
    position = position_of(before, slot_id) + 1
    changes = [
        Change(key, before, (*before[:position], *fresh, *before[position:])),
        Change(departments_key, departments, departments[:1]),
    ]
    for slot, department in zip(fresh, departments[1:], strict=True):
        changes.append(Change(FieldKey(Owner.SLOT, slot, "departments"), (), (department,)))
    return session.apply(changes, kind="structure", label="記入欄を担当課ごとに分割", why=why)


def remove_slot(session: Session, activity_id: str, actor: Actor, slot_id: str, *, why: str = "") -> Applied:
    """Take an empty slot out; raises InvalidValue when anything is written in it or it is the actor's only one."""
    activity = require_activity(session, activity_id)
    slots = activity.part(actor).slots
    slot = slots[position_of([item.id for item in slots], slot_id)]
    written = [key for key, value in slot_values(slot) if key.name not in FRAME and value != key.spec.default]
    if written:
        raise InvalidValue(
            "この記入欄には記入があるので消せません。",
            code="W-141",
            next_step=f"先に内容をほかの欄へ移すか、使わなくなる年度から廃止してください。{_NOTHING_CHANGED}",
        )
    if len(slots) == 1:
        raise InvalidValue(
            f"{actor.label}の記入欄はこれ一つなので消せません。",
            code="W-146",
            next_step=f"先に記入欄を加えてください。{_NOTHING_CHANGED}",
        )
    key = slots_key(activity_id, actor)
    before = child_ids(session, key)
    after = tuple(item for item in before if item != slot_id)
    return session.apply([Change(key, before, after)], kind="structure", label="記入欄の削除", why=why)


def position_of(ids: Sequence[str], wanted: str) -> int:
    """Return where ``wanted`` stands; raises UnknownAddress when it left the structure meanwhile."""
    if wanted not in ids:
        raise UnknownAddress(
            "この項目は計画の構成からなくなっています。",
            code="W-121",
            next_step=f"開き直してから選び直してください。{_NOTHING_CHANGED}",
        )
    return list(ids).index(wanted)


# --- who answers --------------------------------------------------------------------------------------------------


def departments_of(session: Session) -> tuple[Department, ...]:
    """Return all departments of the plan in order."""
    return session.plan(()).departments


def require_department_name(name: str) -> None:
    """Refuse the names under which the council itself and slots nobody answers are counted."""
    reserved = next((item for item in (Actor.COUNCIL.label, UNASSIGNED) if folded(item) == folded(name)), None)
    if reserved is not None:
        raise InvalidValue(
            f"「{reserved}」は担当課の名前にできません。一覧で別の意味に使っています。",
            code="W-143",
            where=name,
            next_step=f"別の名前を入れてください。{_NOTHING_CHANGED}",
        )


def set_departments(session: Session, slot_id: str, names: Sequence[str] | str, *, why: str = "") -> Applied | None:
    """Set which departments answer a slot, by name and in order; a name not known yet is added to the plan.

    None when nothing changed.  Raises InvalidValue when a department is named twice, or has a name it cannot have.
    """
    wanted = canonical_lines(names)
    seen: set[str] = set()
    for name in wanted:
        if folded(name) in seen:
            raise InvalidValue(
                f"担当課「{name}」が二度書かれています。",
                code="W-142",
                next_step=f"どちらかを消してください。{_NOTHING_CHANGED}",
            )
        seen.add(folded(name))
    plan = session.plan(())
    # A name typed in another width is the department that is there, not a second one.
    known = {folded(department.name): department.id for department in plan.departments}
    known |= {department.name: department.id for department in plan.departments}
    changes: list[Change] = []
    fresh = {name: new_id() for name in wanted if name not in known and folded(name) not in known}
    for name in fresh:
        require_department_name(name)
    if fresh:
        before = tuple(department.id for department in plan.departments)
        after = (*before, *fresh.values())
        changes.append(Change(FieldKey(Owner.PLAN, plan.id, "departments"), before, after))
        changes += [Change(FieldKey(Owner.DEPARTMENT, item, "name"), "", name) for name, item in fresh.items()]
    key = FieldKey(Owner.SLOT, slot_id, "departments")
    before = child_ids(session, key)
    found = {**known, **fresh}
    after = tuple(found[name] if name in found else found[folded(name)] for name in wanted)
    if before == after:
        return None
    changes.append(Change(key, before, after))
    return session.apply(changes, kind="structure", label="担当課の変更", why=why)
