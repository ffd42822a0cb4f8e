"""The plan's register of departments (担当課): adding, renaming with history, ordering, taking out.

Every verb is one step of undo.  A department that anything speaks of stays; renamed, it keeps its former names, so that
reports of earlier years print them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from welfare_desktop.domain.errors import ClosedReport, InvalidValue
from welfare_desktop.domain.fields import Change, FieldKey, Owner
from welfare_desktop.domain.model import Department, Lines, Plan
from welfare_desktop.domain.text import canonical_line, folded
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.storage.mentions import department_is_mentioned
from welfare_desktop.storage.store import Applied

from .session import Session, new_id
from .structure import position_of, require_department_name

_NOTHING_CHANGED = "何も変わっていません。"


@dataclass(frozen=True, slots=True)
class Registered:
    """A department of the register: ``slots`` counts the slots it answers, ``former`` says its earlier names.

    ``since`` is the first fiscal year of the plan that prints its present name.
    """

    id: str
    name: str
    former: Lines
    slots: int
    since: int


def register(session: Session) -> list[Registered]:
    """Return all departments of the plan in order."""
    plan = session.plan(())
    counts: Counter[str] = Counter(
        department.id
        for _, _, activity in plan.walk()
        for part in activity.parts
        for slot in part.slots
        for department in slot.departments
    )
    return [
        Registered(
            item.id,
            item.name,
            tuple(f"{name}（{fiscal_label(year)}まで）" for name, year in item.former),
            counts[item.id],
            max((year + 1 for _, year in item.former), default=plan.first_year),
        )
        for item in plan.departments
    ]


def department_called(session: Session, name: str) -> Registered:
    """Return the department with a name, in any width of letters; raises InvalidValue when there is none."""
    items = register(session)
    found = next((item for item in items if folded(item.name) == folded(canonical_line(name))), None)
    if found is None:
        raise InvalidValue(
            f"「{name}」という担当課は計画にありません。",
            code="W-166",
            where=name[:80],
            next_step=f"担当課の名前を確かめてください。{_NOTHING_CHANGED}",
        )
    return found


def _departments_key(plan: Plan) -> FieldKey:
    return FieldKey(Owner.PLAN, plan.id, "departments")


def _order(plan: Plan) -> Lines:
    return tuple(item.id for item in plan.departments)


def _free_name(plan: Plan, text: str, own: Department | None = None) -> str:
    """Return ``text`` as a department's name; raises InvalidValue when it is empty or taken."""
    wanted = canonical_line(text)
    taken = next((item for item in plan.departments if item is not own and folded(item.name) == folded(wanted)), None)
    if not wanted or taken is not None:
        raise InvalidValue(
            "担当課の名前が空です。" if taken is None else f"担当課「{taken.name}」はもうあります。",
            code="W-143",
            next_step=f"別の名前を入れてください。{_NOTHING_CHANGED}",
        )
    require_department_name(wanted)
    return wanted


def add_department(session: Session, name: str) -> tuple[Applied, str]:
    """Add a department at the end; return what was done and its id.  Raises InvalidValue for a name it cannot have."""
    plan = session.plan(())
    wanted = _free_name(plan, name)
    department_id = new_id()
    before = _order(plan)
    changes = [
        Change(_departments_key(plan), before, (*before, department_id)),
        Change(FieldKey(Owner.DEPARTMENT, department_id, "name"), "", wanted),
    ]
    return session.apply(changes, kind="structure", label=f"担当課の追加（{wanted}）"), department_id


def rename_department(
    session: Session, department_id: str, name: str, from_year: int, *, why: str = ""
) -> Applied | None:
    """Rename a department from fiscal ``from_year`` on; reports of earlier years keep the old name.

    From the year on that its present name began with, that name is corrected: no year prints it any more.  None when it has that name already.  Raises InvalidValue for an empty name, one that is taken, or a year before
    an earlier renaming, and ClosedReport without ``why`` where a closed year would print the new name.
    """
    plan = session.plan(())
    department = plan.departments[position_of(_order(plan), department_id)]
    wanted = canonical_line(name)
    if wanted == department.name:
        return None
    _free_name(plan, wanted, department)
    if department.former and from_year - 1 < department.former[-1][1]:
        name_before, last_year = department.former[-1]
        raise InvalidValue(
            f"前の改称（{fiscal_label(last_year)}まで「{name_before}」）より前の年度です。",
            code="W-144",
            next_step=f"それより後の年度を選んでください。{_NOTHING_CHANGED}",
        )
    former = department.former
    used = department.former[-1][1] + 1 < from_year if department.former else plan.first_year < from_year
    if used:  # a name no year of the plan has used leaves no trace on paper
        former = (*former, (department.name, from_year - 1))
    if not why:
        _require_same_names(session, department, Department(wanted, department_id, former))
    changes = [Change(FieldKey(Owner.DEPARTMENT, department_id, "name"), department.name, wanted)]
    if former != department.former:
        changes.append(Change(FieldKey(Owner.DEPARTMENT, department_id, "former"), department.former, former))
    label = f"担当課名の変更（{department.name} → {wanted}）"
    return session.apply(changes, kind="structure", label=label, why=why)


def _require_same_names(session: Session, before: Department, after: Department) -> None:
    """Refuse to print another name in the report of a closed year without a reason."""
    altered = [year for year in sorted(session.closed_years()) if before.name_in(year) != after.name_in(year)]
    if altered:
        years = "、".join(fiscal_label(year) for year in altered)
        raise ClosedReport(
            f"{years}は確定しています。その報告書をもう一度作ると、新しい名前が印刷されます。",
            where=years,
            next_step="改称した年度を確かめるか、理由を入れてください（履歴に残ります）。まだ何も変わっていません。",
        )


def move_department(session: Session, department_id: str, step: int) -> Applied | None:
    """Move a department ``step`` places (-1: up) in the register; None at its end."""
    plan = session.plan(())
    before = _order(plan)
    to = position_of(before, department_id) + step
    if not 0 <= to < len(before):
        return None
    rest = [item for item in before if item != department_id]
    after = (*rest[:to], department_id, *rest[to:])
    return session.apply([Change(_departments_key(plan), before, after)], kind="structure", label="担当課の並べ替え")


def remove_department(session: Session, department_id: str) -> Applied:
    """Take a department out of the register that nothing speaks of.

    Raises InvalidValue when it answers a slot, or a file was handed out to it.
    """
    plan = session.plan(())
    item = register(session)[position_of(_order(plan), department_id)]
    sent = session.look(lambda db: department_is_mentioned(db, department_id))
    if item.slots or sent:
        words = f"記入欄 {item.slots} か所の担当です" if item.slots else "記入用紙を書き出したことがあります"
        raise InvalidValue(
            f"「{item.name}」は消せません。{words}。",
            code="W-125",
            where=item.name,
            next_step=f"先に、その記入欄の担当課を変えてください。{_NOTHING_CHANGED}"
            if item.slots
            else f"使わない課は、記入欄の担当から外しておけば印刷されません。{_NOTHING_CHANGED}",
        )
    before = _order(plan)
    after = tuple(one for one in before if one != department_id)
    label = f"担当課の削除（{item.name}）"
    return session.apply([Change(_departments_key(plan), before, after)], kind="structure", label=label)
