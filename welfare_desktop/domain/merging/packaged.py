"""What of a package (受渡しファイル) is an edit: it holds the whole plan, and its sender changed a few fields of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from welfare_desktop.domain import fields
from welfare_desktop.domain.fields import key_from_text

from .forms import merge_value
from .lines import Value
from .returned import PackagedValue

#: What packages said of each field, as it stands in them and as it is compared.
Known = dict[str, tuple[object, Value]]


@dataclass(frozen=True, slots=True)
class PackageEdits:
    """The fields of a package that say something else than its sender began with.

    ``values`` maps ``FieldKey.text`` to what they say; ``same`` is how many fields came back as they were.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    same: int = 0


def edits_of(base: Mapping[str, Value], packaged: Iterable[PackagedValue], known: Known | None = None) -> PackageEdits:
    """Return what ``packaged`` says otherwise than ``base``.

    A field its owner no longer has there came back blank; one whose owner is not there at all is missing, which is
    never a deletion.  ``known`` remembers from one package to the next what does not differ between them.
    """
    memory: Known = {} if known is None else known
    edited: dict[str, Value] = {}
    came: set[str] = set()
    for entry in packaged:
        came.add(entry.field)
        before = memory.get(entry.field)
        if before is None or before[0] != entry.json:
            kind = key_from_text(entry.field).spec.kind
            before = memory[entry.field] = (entry.json, merge_value(fields.from_json(kind, entry.json)))
        value = before[1]
        if value != base.get(entry.field, "" if isinstance(value, str) else ()):
            edited[entry.field] = value
    same = len(came) - len(edited)
    gone = [name for name, value in base.items() if value and name not in came]
    owners = {key_from_text(name).owner_id for name in came} if gone else set()
    for name in gone:
        if key_from_text(name).owner_id in owners:
            edited[name] = "" if isinstance(base[name], str) else ()
    return PackageEdits(edited, same)
