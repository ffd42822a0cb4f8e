"""Changing what a plan is made of: slots (記入欄), departments (担当課), goals and activities.

Every verb is one step of undo.  Nothing that a year has used is deleted: an empty slot can be taken out, a used one
can only be retired from a year on.
"""

from __future__ import annotations

from collections.abc import Sequence

from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import CHILD_OF, Change, FieldKey, Owner, Value
from welfare_desktop.domain.model import Actor, Department, Lines
from welfare_desktop.domain.text import canonical_line, canonical_lines, folded
from welfare_desktop.domain.values import slot_values
from welfare_desktop.storage.store import Applied

from .session import Session, new_id, require_activity

_NOTHING_CHANGED = "何も変わっていません。"


# --- slots --------------------------------------------------------------------------------------------------------


def slots_key(activity_id: str, actor: Actor) -> FieldKey:
    """Return the key of the list of slots of one actor's part."""
    return FieldKey(Owner.ACTOR, activity_id, "slots", actor)


def _ids(session: Session, key: FieldKey) -> Lines:
    value = session.value(key)
    assert isinstance(value, tuple)
    return tuple(str(item) for item in value)


def add_slot(
    session: Session, activity_id: str, actor: Actor, department_ids: Lines = (), *, at: int | None = None
) -> tuple[Applied, str]:
    """Add an empty slot before position ``at`` (None: at the end); return what was done and the slot's id."""
    key = slots_key(activity_id, actor)
    before = _ids(session, key)
    position = len(before) if at is None else at
    slot_id = new_id()
    changes = [Change(key, before, (*before[:position], slot_id, *before[position:]))]
    if department_ids:
        changes.append(Change(FieldKey(Owner.SLOT, slot_id, "departments"), (), department_ids))
    return session.apply(changes, kind="structure", label="記入欄の追加"), slot_id


def move_slot(session: Session, activity_id: str, actor: Actor, slot_id: str, to: int) -> Applied | None:
    """Move a slot to position ``to`` (from 0) among its actor's slots; None when it is there already."""
    key = slots_key(activity_id, actor)
    before = _ids(session, key)
    rest = [item for item in before if item != slot_id]
    after = (*rest[:to], slot_id, *rest[to:])
    if after == before:
        return None
    return session.apply([Change(key, before, after)], kind="structure", label="記入欄の並べ替え")


def split_slot(session: Session, activity_id: str, actor: Actor, slot_id: str) -> Applied:
    """Give each department of a slot a slot of its own.

    What was written stays with the first department, because nobody but the office can tell whose it is.
    Raises InvalidValue when there are not two departments to part.
    """
    departments_key = FieldKey(Owner.SLOT, slot_id, "departments")
    departments = _ids(session, departments_key)
    if len(departments) < 2:
        raise InvalidValue(
            "この記入欄の担当課は一つなので分けられません。",
            code="W-140",
            next_step=f"先に担当課を加えてください。{_NOTHING_CHANGED}",
        )
    key = slots_key(activity_id, actor)
    before = _ids(session, key)
    fresh = [new_id() for _ in departments[1:]]
    position = _position(before, slot_id) + 1
    changes = [
        Change(key, before, (*before[:position], *fresh, *before[position:])),
        Change(departments_key, departments, departments[:1]),
    ]
    for slot, department in zip(fresh, departments[1:], strict=True):
        changes.append(Change(FieldKey(Owner.SLOT, slot, "departments"), (), (department,)))
    return session.apply(changes, kind="structure", label="記入欄を担当課ごとに分割")


def remove_slot(session: Session, activity_id: str, actor: Actor, slot_id: str) -> Applied:
    """Take an empty slot out; raises InvalidValue when anything is written in it or it is the actor's only one."""
    activity = require_activity(session, activity_id)
    slots = activity.part(actor).slots
    slot = slots[_position([item.id for item in slots], slot_id)]
    written = [key for key, value in slot_values(slot) if key.name != "departments" and value != key.spec.default]
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
    before = _ids(session, key)
    after = tuple(item for item in before if item != slot_id)
    return session.apply([Change(key, before, after)], kind="structure", label="記入欄の削除")


def _position(ids: Sequence[str], wanted: str) -> int:
    """Return where ``wanted`` stands; raises UnknownAddress when it left the structure meanwhile."""
    if wanted not in ids:
        raise UnknownAddress(
            "この項目は計画の構成からなくなっています。",
            code="W-121",
            next_step=f"開き直してから選び直してください。{_NOTHING_CHANGED}",
        )
    return list(ids).index(wanted)


# --- departments --------------------------------------------------------------------------------------------------


def departments_of(session: Session) -> tuple[Department, ...]:
    """Return all departments of the plan in order."""
    return session.plan(()).departments


def set_departments(session: Session, slot_id: str, names: Sequence[str] | str) -> Applied | None:
    """Set which departments answer a slot, by name and in order; a name not known yet is added to the plan.

    None when nothing changed.  Raises InvalidValue when a department is named twice.
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
    known = {department.name: department.id for department in plan.departments}
    changes: list[Change] = []
    fresh = {name: new_id() for name in wanted if name not in known}
    if fresh:
        before = tuple(department.id for department in plan.departments)
        after = (*before, *fresh.values())
        changes.append(Change(FieldKey(Owner.PLAN, plan.id, "departments"), before, after))
        changes += [Change(FieldKey(Owner.DEPARTMENT, item, "name"), "", name) for name, item in fresh.items()]
    key = FieldKey(Owner.SLOT, slot_id, "departments")
    before = _ids(session, key)
    after = tuple({**known, **fresh}[name] for name in wanted)
    if before == after:
        return None
    changes.append(Change(key, before, after))
    return session.apply(changes, kind="structure", label="担当課の変更")


def rename_department(session: Session, department_id: str, name: str, from_year: int) -> Applied | None:
    """Rename a department from fiscal ``from_year`` on; reports of earlier years keep the old name.

    None when it has that name already.  Raises InvalidValue for an empty name, one that is taken, or a year before
    an earlier renaming.
    """
    plan = session.plan(())
    department = plan.departments[_position([item.id for item in plan.departments], department_id)]
    wanted = canonical_line(name)
    if wanted == department.name:
        return None
    if not wanted or any(folded(item.name) == folded(wanted) for item in plan.departments if item is not department):
        raise InvalidValue(
            f"担当課の名前「{wanted}」は使えません（空か、ほかの課と同じ）。",
            code="W-143",
            next_step=f"別の名前を入れてください。{_NOTHING_CHANGED}",
        )
    if department.former and from_year - 1 < department.former[-1][1]:
        raise InvalidValue(
            f"前の改称（{department.former[-1][1]}年度まで「{department.former[-1][0]}」）より前の年度です。",
            code="W-144",
            next_step=f"それより後の年度を選んでください。{_NOTHING_CHANGED}",
        )
    former = department.former
    if from_year > plan.first_year:  # a name no year of the plan has used leaves no trace on paper
        former = (*former, (department.name, from_year - 1))
    changes = [Change(FieldKey(Owner.DEPARTMENT, department_id, "name"), department.name, wanted)]
    if former != department.former:
        changes.append(Change(FieldKey(Owner.DEPARTMENT, department_id, "former"), department.former, former))
    return session.apply(changes, kind="structure", label=f"担当課名の変更（{department.name} → {wanted}）")


# --- goals and activities -----------------------------------------------------------------------------------------

_CHILDREN_FIELD = {Owner.PLAN: "basic_goals", Owner.BASIC_GOAL: "activity_goals", Owner.ACTIVITY_GOAL: "activities"}


def children_key(owner: Owner, owner_id: str) -> FieldKey:
    """Return the key of the list of what stands below a plan or goal."""
    return FieldKey(owner, owner_id, _CHILDREN_FIELD[owner])


def add_node(session: Session, owner: Owner, owner_id: str, title: str) -> tuple[Applied, str]:
    """Add a goal or activity at the end of those below ``owner``; an activity starts with one slot per actor.

    Returns what was done and the new id.  Raises InvalidValue for an empty title.
    """
    key = children_key(owner, owner_id)
    wanted = _title(title)
    before = _ids(session, key)
    child = CHILD_OF[(owner, key.name)]
    numbers = [session.value(FieldKey(child, item, "number")) for item in before]
    number = max((item for item in numbers if isinstance(item, int)), default=0) + 1
    node_id = new_id()
    changes: list[Change] = [
        Change(key, before, (*before, node_id)),
        Change(FieldKey(child, node_id, "number"), 0, number),
        Change(FieldKey(child, node_id, "title"), "", wanted),
    ]
    if child is Owner.ACTIVITY:
        changes += [Change(slots_key(node_id, actor), (), (new_id(),)) for actor in Actor]
    label = f"{FieldKey(child, node_id, 'title').spec.label}の追加"
    return session.apply(changes, kind="structure", label=label), node_id


def move_node(session: Session, owner: Owner, from_id: str, node_id: str, to_id: str, at: int) -> Applied:
    """Move a goal or activity to position ``at`` below ``to_id`` and number its old and new siblings from 1 on.

    ``owner`` is the kind of both parents, ``from_id`` the present one.
    """
    source, target = children_key(owner, from_id), children_key(owner, to_id)
    child = CHILD_OF[(owner, source.name)]
    old = _ids(session, source)
    rest = tuple(item for item in old if item != node_id)
    if from_id == to_id:
        after = (*rest[:at], node_id, *rest[at:])
        changes = [Change(source, old, after)] if after != old else []
        lists = [after]
    else:
        present = _ids(session, target)
        after = (*present[:at], node_id, *present[at:])
        changes = [Change(source, old, rest), Change(target, present, after)]
        lists = [rest, after]
    for siblings in lists:
        for number, item in enumerate(siblings, start=1):
            key = FieldKey(child, item, "number")
            before = session.value(key)
            if before != number:
                changes.append(Change(key, before, number))
    return session.apply(changes, kind="structure", label="並べ替えと番号の付け直し")


def retire(session: Session, owner: Owner, owner_id: str, from_year: int | None, why: str = "") -> Applied | None:
    """Say that a goal, activity or slot is no longer reported from fiscal ``from_year`` on (None: is again).

    Earlier years keep it.  None when nothing changed.
    """
    key = FieldKey(owner, owner_id, "retired_from")
    before: Value = session.value(key)
    if before == from_year:
        return None
    label = "廃止の取消し" if from_year is None else f"{from_year}年度からの廃止"
    return session.apply([Change(key, before, from_year)], kind="structure", label=label, why=why)


def _title(text: str) -> str:
    title = canonical_line(text)
    if not title:
        raise InvalidValue("名前が空です。", code="W-110", next_step=f"名前を入れてください。{_NOTHING_CHANGED}")
    return title
