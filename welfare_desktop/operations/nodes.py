"""Changing the goals and activities of a plan: adding, naming, numbering, moving, retiring, taking out.

Every verb is one step of undo.  What any year has used, or anybody has written, is never taken out: it can only be
retired (廃止) from a year on, and earlier years keep it.  ``why`` is wanted where the report of a closed year would
change (:class:`~welfare_desktop.domain.errors.ClosedReport`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from welfare_desktop.domain.errors import InvalidValue, UnknownAddress
from welfare_desktop.domain.fields import CHILD_OF, Change, FieldKey, Owner, Value
from welfare_desktop.domain.model import Activity, ActivityGoal, Actor, BasicGoal, Lines, Plan
from welfare_desktop.domain.numbering import new_numbers, room_for, with_inserted
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.domain.usage import Usage, activities_of, ids_of, usage_of
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.storage.mentions import is_mentioned
from welfare_desktop.storage.store import Applied

from .session import Session, new_id
from .structure import child_ids, position_of, slots_key

_NOTHING_CHANGED = "何も変わっていません。"
_CHILDREN_FIELD = {Owner.PLAN: "basic_goals", Owner.BASIC_GOAL: "activity_goals", Owner.ACTIVITY_GOAL: "activities"}
#: The kind of thing a goal or activity stands below.
PARENT_OF = {Owner.BASIC_GOAL: Owner.PLAN, Owner.ACTIVITY_GOAL: Owner.BASIC_GOAL, Owner.ACTIVITY: Owner.ACTIVITY_GOAL}
#: What a goal or activity is called on screen.
WORDS = {Owner.BASIC_GOAL: "基本目標", Owner.ACTIVITY_GOAL: "活動目標", Owner.ACTIVITY: "活動"}
_MOST_NUMBERS = 999

#: A goal or activity of the tree.
Standing = BasicGoal | ActivityGoal | Activity


@dataclass(frozen=True, slots=True)
class Node:
    """A goal or activity where it stands: its kind, its parent's id, its siblings in order and its place among them.

    ``numbers`` are the siblings' numbers, ``path`` the numbers on paper (``1-2-3``).
    """

    owner: Owner
    item: Standing
    parent_id: str
    siblings: Lines
    numbers: tuple[int, ...]
    path: str

    @property
    def id(self) -> str:
        """The id of the goal or activity."""
        return self.item.id

    @property
    def place(self) -> int:
        """The place among the siblings, from 0."""
        return self.siblings.index(self.item.id)

    @property
    def words(self) -> str:
        """Its name as a person reads it: ``活動 1-2-3 ふれあい``."""
        return f"{WORDS[self.owner]} {self.path} {self.item.title}"


def all_nodes(plan: Plan) -> list[Node]:
    """Return every goal and activity of ``plan`` in print order."""
    found: list[Node] = []

    def take(owner: Owner, items: Sequence[Standing], parent_id: str, path: str) -> None:
        ids, numbers = tuple(item.id for item in items), tuple(item.number for item in items)
        for item in items:
            here = f"{path}{item.number}"
            found.append(Node(owner, item, parent_id, ids, numbers, here))
            if isinstance(item, BasicGoal):
                take(Owner.ACTIVITY_GOAL, item.activity_goals, item.id, f"{here}-")
            elif isinstance(item, ActivityGoal):
                take(Owner.ACTIVITY, item.activities, item.id, f"{here}-")

    take(Owner.BASIC_GOAL, plan.basic_goals, plan.id, "")
    return found


def find_node(session: Session, node_id: str) -> Node:
    """Return a goal or activity by id; raises UnknownAddress when it left the structure meanwhile."""
    node = next((item for item in all_nodes(session.plan(())) if item.id == node_id), None)
    if node is None:
        raise UnknownAddress(
            "この項目は計画の構成からなくなっています。",
            code="W-121",
            next_step=f"左の一覧から選び直してください。{_NOTHING_CHANGED}",
        )
    return node


def node_at(session: Session, path: str) -> Node:
    """Return the goal or activity with the numbers ``path`` (``1``, ``1-2``, ``1-2-3``); raises UnknownAddress."""
    node = next((item for item in all_nodes(session.plan(())) if item.path == path.strip()), None)
    if node is None:
        raise UnknownAddress(
            "この番号の目標や活動はありません。",
            code="W-122",
            where=path[:80],
            next_step=f"例: 1（基本目標）、1-2（活動目標）、1-2-3（活動）。{_NOTHING_CHANGED}",
        )
    return node


def children_key(owner: Owner, owner_id: str) -> FieldKey:
    """Return the key of the list of what stands below a plan or goal."""
    return FieldKey(owner, owner_id, _CHILDREN_FIELD[owner])


def _numbers(session: Session, child: Owner, ids: Sequence[str]) -> list[int]:
    values = (session.value(FieldKey(child, item, "number")) for item in ids)
    return [value if isinstance(value, int) else 0 for value in values]


# --- adding and naming --------------------------------------------------------------------------------------------


def add_node(
    session: Session,
    owner: Owner,
    owner_id: str,
    title: str,
    *,
    at: int | None = None,
    from_year: int | None = None,
    why: str = "",
) -> tuple[Applied, str]:
    """Add a goal or activity below ``owner`` at position ``at`` (from 0; None: at the end).

    It is reported from fiscal ``from_year`` on (None: in every year).  What follows moves on by as many numbers as it
    must; an activity starts with one slot per actor.  Returns what was done and the new id.  Raises InvalidValue for
    an empty title and a year outside the plan's.
    """
    key = children_key(owner, owner_id)
    wanted = _title(title)
    start = _start(session, from_year)
    before = child_ids(session, key)
    child = CHILD_OF[(owner, key.name)]
    place = len(before) if at is None else max(0, min(at, len(before)))
    old = _numbers(session, child, before)
    numbers = with_inserted(old, place)
    node_id = new_id()
    after = (*before[:place], node_id, *before[place:])
    changes: list[Change] = [
        Change(key, before, after),
        Change(FieldKey(child, node_id, "number"), 0, numbers[place]),
        Change(FieldKey(child, node_id, "title"), "", wanted),
    ]
    if start is not None:
        changes.append(Change(FieldKey(child, node_id, "reported_from"), None, start))
    moved_on = zip(before[place:], old[place:], numbers[place + 1 :], strict=True)
    changes += [Change(FieldKey(child, item, "number"), was, now) for item, was, now in moved_on if was != now]
    if child is Owner.ACTIVITY:
        changes += [Change(slots_key(node_id, actor), (), (new_id(),)) for actor in Actor]
    return session.apply(changes, kind="structure", label=f"{WORDS[child]}の追加（{wanted}）", why=why), node_id


def rename_node(session: Session, node_id: str, title: str, *, why: str = "") -> Applied | None:
    """Give a goal or activity another title; None when it has that title.  Raises InvalidValue for an empty one."""
    node = find_node(session, node_id)
    wanted = _title(title)
    if wanted == node.item.title:
        return None
    change = Change(FieldKey(node.owner, node_id, "title"), node.item.title, wanted)
    label = f"{WORDS[node.owner]}の名前の変更（{node.item.title} → {wanted}）"
    return session.apply([change], kind="structure", label=label, why=why)


def _title(text: str) -> str:
    title = canonical_line(text)
    if not title:
        raise InvalidValue("名前が空です。", code="W-110", next_step=f"名前を入れてください。{_NOTHING_CHANGED}")
    return title


# --- numbers ------------------------------------------------------------------------------------------------------


def set_number(session: Session, node_id: str, number: int, *, why: str = "") -> Applied | None:
    """Give a goal or activity another number; its place stays.  None when it has that number.

    Raises InvalidValue for a number that a sibling has, or that would print the siblings out of order.
    """
    node = find_node(session, node_id)
    if number == node.item.number:
        return None
    lowest, highest = room_for(node.numbers, node.place)
    highest = _MOST_NUMBERS if highest is None else highest
    if not lowest <= number <= highest:
        room = f"{lowest}から{highest}まで" if lowest <= highest else "ほかの番号にはできません"
        raise InvalidValue(
            f"番号{number}にはできません。前後の{WORDS[node.owner]}の番号の間（{room}）です。",
            code="W-123",
            next_step=f"並べ替えるか、番号を1から振り直してください。{_NOTHING_CHANGED}",
        )
    change = Change(FieldKey(node.owner, node_id, "number"), node.item.number, number)
    label = f"{WORDS[node.owner]}の番号の変更（{node.item.number} → {number}）"
    return session.apply([change], kind="structure", label=label, why=why)


def renumber(session: Session, owner: Owner, owner_id: str, *, why: str = "") -> Applied | None:
    """Number what stands below a plan or goal 1, 2, 3 … in its order; None when it is numbered so."""
    key = children_key(owner, owner_id)
    child = CHILD_OF[(owner, key.name)]
    changes = _counted(session, child, child_ids(session, key))
    if not changes:
        return None
    return session.apply(changes, kind="structure", label=f"{WORDS[child]}の番号の振り直し", why=why)


def _counted(session: Session, child: Owner, ids: Sequence[str]) -> list[Change]:
    present = dict(zip(ids, _numbers(session, child, ids), strict=True))
    return [
        Change(FieldKey(child, item, "number"), present[item], number)
        for item, number in new_numbers(ids, present).items()
    ]


# --- moving -------------------------------------------------------------------------------------------------------


def move_node(
    session: Session, owner: Owner, from_id: str, node_id: str, to_id: str, at: int, *, why: str = ""
) -> Applied | None:
    """Move a goal or activity to position ``at`` below ``to_id`` and number its old and new siblings from 1 on.

    ``owner`` is the kind of both parents, ``from_id`` the present one.  Everything written in it stays with it.  None
    when it stands there already.  Raises UnknownAddress when it left ``from_id`` meanwhile.
    """
    source, target = children_key(owner, from_id), children_key(owner, to_id)
    child = CHILD_OF[(owner, source.name)]
    old = child_ids(session, source)
    position_of(old, node_id)
    rest = tuple(item for item in old if item != node_id)
    if from_id == to_id:
        after = (*rest[:at], node_id, *rest[at:])
        if after == old:
            return None
        changes = [Change(source, old, after), *_counted(session, child, after)]
    else:
        present = child_ids(session, target)
        after = (*present[:at], node_id, *present[at:])
        changes = [Change(source, old, rest), Change(target, present, after)]
        changes += [*_counted(session, child, rest), *_counted(session, child, after)]
    return session.apply(changes, kind="structure", label=f"{WORDS[child]}の移動と番号の付け直し", why=why)


def shift_node(session: Session, node_id: str, step: int, *, why: str = "") -> Applied | None:
    """Move a goal or activity ``step`` places (-1: up) among its siblings; None at the end of them."""
    node = find_node(session, node_id)
    to = node.place + step
    if not 0 <= to < len(node.siblings):
        return None
    return move_node(session, PARENT_OF[node.owner], node.parent_id, node_id, node.parent_id, to, why=why)


def move_below(session: Session, node_id: str, parent_id: str, at: int, *, why: str = "") -> Applied | None:
    """Move a goal or activity to position ``at`` below another parent of the same kind, or within its own."""
    node = find_node(session, node_id)
    return move_node(session, PARENT_OF[node.owner], node.parent_id, node_id, parent_id, at, why=why)


# --- retiring and taking out --------------------------------------------------------------------------------------


def retire(session: Session, owner: Owner, owner_id: str, from_year: int | None, why: str = "") -> Applied | None:
    """Say that a goal, activity or slot is no longer reported from fiscal ``from_year`` on (None: is again).

    Earlier years keep it.  None when nothing changed.  Raises InvalidValue for a year outside the plan's (before,
    everything it ever reported would vanish), or not after the year it is reported from.
    """
    key = FieldKey(owner, owner_id, "retired_from")
    before = session.value(key)
    if before == from_year:
        return None
    _require_plan_year(session, from_year)
    _require_order(session.value(FieldKey(owner, owner_id, "reported_from")), from_year)
    label = "廃止の取消し" if from_year is None else f"{fiscal_label(from_year)}からの廃止"
    return session.apply([Change(key, before, from_year)], kind="structure", label=label, why=why)


def retire_node(session: Session, node_id: str, from_year: int | None, *, why: str = "") -> Applied | None:
    """Retire a goal or activity as :func:`retire` does; raises UnknownAddress when it is gone."""
    return retire(session, find_node(session, node_id).owner, node_id, from_year, why)


def _require_plan_year(session: Session, year: int | None) -> None:
    plan = session.plan(())
    if year is not None and not plan.first_year <= year <= plan.last_year:
        raise InvalidValue(
            f"{fiscal_label(year)}は計画の期間"
            f"（{fiscal_label(plan.first_year)}～{fiscal_label(plan.last_year)}）の外です。",
            code="W-150",
            where=str(year),
            next_step=f"期間の中の年度を選んでください。{_NOTHING_CHANGED}",
        )


def _require_order(reported_from: Value, retired_from: Value) -> None:
    """Refuse what would be reported in no year at all."""
    if isinstance(reported_from, int) and isinstance(retired_from, int) and retired_from <= reported_from:
        raise InvalidValue(
            f"{fiscal_label(reported_from)}から載せて{fiscal_label(retired_from)}から廃止すると、"
            "どの年度の報告書にも載りません。",
            code="W-153",
            next_step=f"載せ始める年度より後の年度から廃止してください。{_NOTHING_CHANGED}",
        )


# --- reporting from a year on -------------------------------------------------------------------------------------


def _start(session: Session, from_year: int | None) -> int | None:
    """Return the year something is reported from as it is kept: None where that is the plan's first year."""
    _require_plan_year(session, from_year)
    return None if from_year == session.plan(()).first_year else from_year


def begin(session: Session, owner: Owner, owner_id: str, from_year: int | None, why: str = "") -> Applied | None:
    """Report a goal, activity or slot from fiscal ``from_year`` on only, or (None) in every year; None when it is so.

    Earlier reports are made without it.  Raises InvalidValue for a year outside the plan's, or not before the year it
    is retired from.
    """
    key = FieldKey(owner, owner_id, "reported_from")
    before, start = session.value(key), _start(session, from_year)
    if before == start:
        return None
    _require_order(start, session.value(FieldKey(owner, owner_id, "retired_from")))
    label = "掲載を計画の最初からに戻す" if start is None else f"{fiscal_label(start)}からの掲載"
    return session.apply([Change(key, before, start)], kind="structure", label=label, why=why)


def begin_node(session: Session, node_id: str, from_year: int | None, *, why: str = "") -> Applied | None:
    """Report a goal or activity as :func:`begin` does; raises UnknownAddress when it is gone."""
    return begin(session, find_node(session, node_id).owner, node_id, from_year, why)


def usage(session: Session, node_id: str) -> Usage:
    """Return what stands in a goal or activity, in every year; raises UnknownAddress when it is gone."""
    plan = session.plan()
    node = next((item for item in all_nodes(plan) if item.id == node_id), None) or find_node(session, node_id)
    return usage_of(activities_of(node.item))


def remove_node(session: Session, node_id: str, *, why: str = "") -> Applied:
    """Take a goal or activity out that nobody has written in, with everything empty below it.

    Raises InvalidValue when anything stands in it in any year, or a file that was handed out or came back speaks of
    it; such a thing can be retired instead.
    """
    node = find_node(session, node_id)
    used = usage(session, node_id)
    sent = session.look(lambda db: is_mentioned(db, tuple(ids_of(node.item))))
    if used or sent:
        words = "、".join(part for part in (used.words, "書き出したファイル" if sent else "") if part)
        raise InvalidValue(
            f"「{node.item.title}」は消せません。次のものがあります: {words}。",
            code="W-124",
            where=node.path,
            next_step=f"使わなくなる年度から廃止してください。それまでの年度には残ります。{_NOTHING_CHANGED}",
        )
    key = children_key(PARENT_OF[node.owner], node.parent_id)
    before = child_ids(session, key)
    after = tuple(item for item in before if item != node_id)
    label = f"{WORDS[node.owner]}の削除（{node.item.title}）"
    return session.apply([Change(key, before, after)], kind="structure", label=label, why=why)
