"""Lists of goals, activities, slots and departments in a package: what it no longer holds, what was moved here too.

A missing thing is never a deletion.  The office that sent the package may have taken it out while it was empty there; here
it may have been written in since, and nobody was asked.  And a thing stands in one list: where both offices moved it, or
the receiver moved what the sender had added, it stays where the receiver has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from welfare_desktop.domain.fields import CHILD_OF, FieldKey, Owner, key_from_text
from welfare_desktop.domain.model import Lines

from .lines import Value

_LISTS = tuple({f"/{name}" for _, name in CHILD_OF})
#: Fields that make up the place itself rather than what was written into it.
_FRAME = frozenset({"number", "title", "name", "reported_from", "retired_from", "departments"})


def with_kept(
    values: Mapping[str, Value], base: Mapping[str, Value], current: Mapping[str, Value], *, empty_too: bool
) -> tuple[dict[str, Value], list[FieldKey]]:
    """Return ``values`` (what a package says otherwise than ``base``) with the things put back that would be lost.

    ``current`` is what this data file says; all three map ``FieldKey.text`` to values.  ``empty_too`` keeps what is empty
    here as well: only the office a copy began from may take that out, and only what holds nothing it did not know of.
    The second value are the fields that name what was put back (title, of a department its name, of a slot its
    departments).
    """
    lists = [name for name in values if is_list(name)]
    gone = {item for name in lists for item in _ids(base, name) if item not in _ids(values, name)}
    if not gone:
        return dict(values), []
    placed = _list_of({**base, **values})
    lost = {item for item in _list_of(current) if item in gone and item not in placed}
    if not empty_too:
        known = frozenset(_list_of(base))
        below = _below(current)
        filled = _filled(current, _FRAME)
        lost = {item for item in lost if any(one in filled or one not in known for one in _all_below([item], below))}
    found: dict[str, Value] = dict(values)
    names: list[FieldKey] = []
    for name in sorted(lists):
        back = [item for item in _ids(base, name) if item in lost and item not in _ids(values, name)]
        if back:
            found[name] = _put_back(_ids(values, name), _ids(base, name), frozenset(back))
            names += [title_key(key_from_text(name), item) for item in back]
    return found, names


def without_moved(
    values: Mapping[str, Value], base: Mapping[str, Value], current: Mapping[str, Value]
) -> tuple[dict[str, Value], list[FieldKey]]:
    """Return ``values`` (see :func:`with_kept`) without what they put into a list while it was moved to another one here.

    Nor do they move anything into what is not here (any more).  Who loses a move has not moved at all: what goes in
    nowhere goes out nowhere.  The second value are the fields that name what stays where it is.
    """
    found: dict[str, Value] = dict(values)
    names: list[FieldKey] = []
    lists = sorted(name for name in values if is_list(name))
    added = {name: [item for item in _ids(values, name) if item not in _ids(base, name)] for name in lists}
    if not any(added.values()):
        return found, names
    here, before = _list_of(current), _list_of(base)
    standing = standing_in(current, values, base)
    stays: set[str] = set()
    for name, items in added.items():
        there = key_from_text(name).owner_id in standing
        elsewhere = [item for item in items if item in here and not (there and here[item] in (name, before.get(item)))]
        if elsewhere:
            stays.update(elsewhere)
            found[name] = tuple(item for item in _ids(values, name) if item not in elsewhere)
            names += [title_key(key_from_text(name), item) for item in elsewhere]
    for name in lists:
        back = frozenset(item for item in _ids(base, name) if item in stays and item not in _ids(found, name))
        if back:
            found[name] = _put_back(_ids(found, name), _ids(base, name), back)
    return found, names


def taken_in(current: Mapping[str, Value], values: Mapping[str, Value], base: Mapping[str, Value]) -> dict[str, Value]:
    """Return ``current`` with what ``values`` say otherwise than ``base``: where things stand and what is written.

    Good enough to tell what the next package of the same merge would move, lose or write into; not for its texts.
    """
    found = dict(current)
    here = _list_of(current) if any(map(is_list, values)) else {}
    for name, value in values.items():
        if not is_list(name):
            if value:
                found[name] = value
            continue
        new, old = _ids(values, name), _ids(base, name)
        came = [item for item in new if item not in old]  # what stood there before may have been moved here
        for item in came:
            if here.get(item, name) != name:
                found[here[item]] = tuple(one for one in _ids(found, here[item]) if one != item)
        gone = frozenset(old).difference(new)
        found[name] = tuple(dict.fromkeys([item for item in _ids(found, name) if item not in gone] + came))
    return found


def straightened(
    wanted: Mapping[str, Value], current: Mapping[str, Value], *, own_name: Callable[[FieldKey], bool] | None = None
) -> dict[str, Lines]:
    """Return those lists of ``wanted`` that cannot be written as they are, as they can be: a thing stands in one list.

    ``wanted`` is what is about to be written over ``current``.  What would stand in two lists stays where it is now.
    What would stand in none though something is written in it or below it is put back where it stands now; ``own_name``
    says of a title or name whether it counts as written.
    """
    after = {**current, **wanted}
    here, then = _list_of(current), _lists_of(after)
    found: dict[str, Lines] = {}
    for item, names in then.items():
        stays = here[item] if here.get(item) in names else min(names)
        for name in names:
            if name != stays:
                found[name] = tuple(one for one in found.get(name, _ids(after, name)) if one != item)
    lost = [item for item in here if item not in then]
    if not lost:
        return found
    below, filled = _below(after), _filled(after, _FRAME)
    for item in lost:
        below.setdefault(key_from_text(here[item]).owner_id, []).append(item)
    if own_name is not None:
        for item in _all_below(lost, below).intersection(here):
            key = title_key(key_from_text(here[item]), item)
            if key.owner is not Owner.SLOT and after.get(key.text) and own_name(key):
                filled.add(item)
    kept = frozenset(item for item in lost if not filled.isdisjoint(_all_below([item], below)))
    for name in sorted({here[item] for item in kept}):
        found[name] = _put_back(found.get(name, _ids(after, name)), _ids(current, name), kept)
    return found


def standing_in(
    current: Mapping[str, Value], values: Mapping[str, Value] | None = None, base: Mapping[str, Value] | None = None
) -> set[str]:
    """Return the ids of everything that stands in ``current``, or below it in what ``values`` add to ``base``.

    What ``values`` list as ``base`` did is not brought by them: here it may have been taken out.
    """
    below = _below(current)
    for name in values or ():
        if is_list(name):
            added = set(_ids(values or {}, name)).difference(_ids(base or {}, name))
            below.setdefault(key_from_text(name).owner_id, []).extend(sorted(added))
    return _all_below({key_from_text(name).owner_id for name in current if name.startswith(f"{Owner.PLAN}:")}, below)


def is_list(name: str) -> bool:
    """Whether a field is a list of things; the departments of a slot only name some."""
    if not name.endswith(_LISTS):
        return False
    key = key_from_text(name)
    return (key.owner, key.name) in CHILD_OF


def _list_of(values: Mapping[str, Value]) -> dict[str, str]:
    """Return the list each thing stands in."""
    return {item: name for name in values if is_list(name) for item in _ids(values, name)}


def _lists_of(values: Mapping[str, Value]) -> dict[str, list[str]]:
    """Return the lists each thing stands in."""
    found: dict[str, list[str]] = {}
    for name in values:
        if is_list(name):
            for item in dict.fromkeys(_ids(values, name)):
                found.setdefault(item, []).append(name)
    return found


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


def _below(values: Mapping[str, Value]) -> dict[str, list[str]]:
    """Return what stands below each thing; below an activity the slots of both actors."""
    found: dict[str, list[str]] = {}
    for name in values:
        if is_list(name):
            found.setdefault(key_from_text(name).owner_id, []).extend(_ids(values, name))
    return found


def _filled(values: Mapping[str, Value], frame: frozenset[str]) -> set[str]:
    """Return the ids of what holds anything besides ``frame``, and of departments that a slot names."""
    found: set[str] = set()
    for name, value in values.items():
        if not value or is_list(name):
            continue
        key = key_from_text(name)
        if key.name == "departments":
            found.update(value)
        if key.name not in frame:
            found.add(key.owner_id)
    return found


def _all_below(items: Iterable[str], below: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(items)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += below.get(one, ())
    return found


def title_key(parent: FieldKey, item: str) -> FieldKey:
    """Return the field that names ``item`` of the list ``parent``: title, of a department its name, of a slot its owners."""
    child = CHILD_OF[(parent.owner, parent.name)]
    return FieldKey(child, item, {Owner.DEPARTMENT: "name", Owner.SLOT: "departments"}.get(child, "title"))
