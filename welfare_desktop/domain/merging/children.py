"""Lists of goals, activities, slots and departments in a package: what it no longer holds, what was moved here too.

A missing thing is never a deletion.  The office that sent the package may have taken it out while it was empty there; here
it may have been written in since, and nobody was asked.  And a thing stands in one list: where both offices moved it, or
the receiver moved what the sender had added, it stays where the receiver has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from welfare_desktop.domain.fields import CHILD_OF, FieldKey, Owner, key_from_text
from welfare_desktop.domain.model import Lines

from .lines import Value

_LISTS = tuple({f"/{name}" for _, name in CHILD_OF})
#: Fields that make up the place itself rather than what was written into it.
_FRAME = frozenset({"number", "title", "name", "retired_from", "departments"})


def with_kept(
    values: Mapping[str, Value], base: Mapping[str, Value], current: Mapping[str, Value], *, empty_too: bool
) -> tuple[dict[str, Value], list[FieldKey]]:
    """Return ``values`` (what a package says otherwise than ``base``) with the things put back that would be lost.

    ``current`` is what this data file says; all three map ``FieldKey.text`` to values.  ``empty_too`` keeps what is empty
    here as well: only the office a copy began from may take that out.  The second value are the fields that name what was
    put back (title, of a department its name, of a slot its departments).
    """
    lists = [name for name in values if name.endswith(_LISTS) and _is_list(name)]
    gone = {item for name in lists for item in _ids(base, name) if item not in _ids(values, name)}
    if not gone:
        return dict(values), []
    placed = _list_of({**base, **values})
    lost = {item for item in _list_of(current) if item in gone and item not in placed}
    kept = lost if empty_too else {item for item in lost if _written(item, current)}
    found: dict[str, Value] = dict(values)
    names: list[FieldKey] = []
    for name in sorted(lists):
        back = [item for item in _ids(base, name) if item in kept and item not in _ids(values, name)]
        if back:
            found[name] = _put_back(_ids(values, name), _ids(base, name), frozenset(back))
            names += [_title_key(key_from_text(name), item) for item in back]
    return found, names


def without_moved(
    values: Mapping[str, Value], base: Mapping[str, Value], current: Mapping[str, Value]
) -> tuple[dict[str, Value], list[FieldKey]]:
    """Return ``values`` (see :func:`with_kept`) without what they put into a list while it was moved to another one here.

    The second value are the fields that name what stays where it is.
    """
    found: dict[str, Value] = dict(values)
    names: list[FieldKey] = []
    added = {
        name: [item for item in _ids(values, name) if item not in _ids(base, name)]
        for name in sorted(values)
        if name.endswith(_LISTS)
    }
    if not any(added.values()):
        return found, names
    here, before = _list_of(current), _list_of(base)
    for name, items in added.items():
        elsewhere = [item for item in items if here.get(item, name) not in (name, before.get(item))]
        if elsewhere:
            found[name] = tuple(item for item in _ids(values, name) if item not in elsewhere)
            names += [_title_key(key_from_text(name), item) for item in elsewhere]
    return found, names


def in_two_lists(changed: Mapping[str, Value], current: Mapping[str, Value]) -> list[FieldKey]:
    """Return the fields that name what would stand in two lists once ``changed`` is written over ``current``."""
    lists = [name for name in changed if name.endswith(_LISTS) and _is_list(name)]
    if not lists:
        return []
    where: dict[str, str] = {}
    found = []
    for name, value in {**current, **changed}.items():
        if not name.endswith(_LISTS) or not _is_list(name) or isinstance(value, str):
            continue
        for item in value:
            if where.setdefault(item, name) != name:
                found.append(_title_key(key_from_text(name), item))
    return found


def _list_of(values: Mapping[str, Value]) -> dict[str, str]:
    """Return the list each thing stands in."""
    return {item: name for name in values if name.endswith(_LISTS) for item in _ids(values, name) if _is_list(name)}


def _is_list(name: str) -> bool:
    """Whether a field is a list of things; the departments of a slot only name some."""
    key = key_from_text(name)
    return (key.owner, key.name) in CHILD_OF


def _ids(values: Mapping[str, Value], name: str) -> Lines:
    value = values.get(name, ())
    return value if isinstance(value, tuple) else ()


def _put_back(value: Lines, base: Lines, back: frozenset[str]) -> Lines:
    """Return ``value`` with ``back`` each behind what stood before it in ``base``."""
    found = list(value)
    for place, item in enumerate(base):
        if item in back:
            before = next((other for other in reversed(base[:place]) if other in found), None)
            found.insert(0 if before is None else found.index(before) + 1, item)
    return tuple(found)


def _written(item: str, current: Mapping[str, Value]) -> bool:
    """Whether anything is written in a thing or below it."""
    below: dict[str, list[str]] = {}
    filled: set[str] = set()
    for name, value in current.items():
        key = key_from_text(name)
        if (key.owner, key.name) in CHILD_OF:
            below.setdefault(key.owner_id, []).extend(_ids(current, name))
        elif key.name == "departments" and item in value:
            return True
        elif value and key.name not in _FRAME:
            filled.add(key.owner_id)
    return any(one in filled for one in _all_below([item], below))


def _all_below(items: Iterable[str], below: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(items)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += below.get(one, ())
    return found


def _title_key(parent: FieldKey, item: str) -> FieldKey:
    child = CHILD_OF[(parent.owner, parent.name)]
    return FieldKey(child, item, {Owner.DEPARTMENT: "name", Owner.SLOT: "departments"}.get(child, "title"))
