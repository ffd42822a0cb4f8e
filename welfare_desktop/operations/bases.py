"""What a returned file is compared with: the export it answers, as this data file remembers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from welfare_desktop.domain.merging.packaged import Known, edits_of
from welfare_desktop.domain.merging.resolving import Contribution
from welfare_desktop.domain.merging.returned import FileKind, ReturnedFile
from welfare_desktop.domain.progress import Progress
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.merge_records import ExportRecord

from .opening import open_file
from .reading_back import ReadFile, reading
from .session import Session
from .tracking import ORIGIN, origin_of, origins, seen_by


class Bases:
    """The exports of one data file, each looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._exports: dict[str, ExportRecord | None] = {}
        self._origin: ExportRecord | None = None
        self._looked = False
        self._standing: frozenset[str] | None = None

    def export(self, export_id: str) -> ExportRecord | None:
        """Return an export by its id; None where this data file knows of none."""
        if export_id not in self._exports:
            self._exports[export_id] = self._found(export_id) if export_id else None
        return self._exports[export_id]

    def _found(self, export_id: str) -> ExportRecord | None:
        record = self._session.look(lambda database: merge_records.export(database, export_id))
        if record is None or record.kind != ORIGIN:
            return record
        return replace(record, seen=seen_by(self._session, record))

    @property
    def origin(self) -> ExportRecord | None:
        """What the main office said last; None where this is the main office."""
        if not self._looked:
            newest = origin_of(self._session)
            self._origin, self._looked = newest and self.export(newest.id), True
        return self._origin

    def of(self, returned: ReturnedFile) -> ExportRecord | None:
        """Return the export a file is compared with: its own, or for a package the one its sender began from.

        A package of the main office is compared with the one before it.
        """
        own = self.export(returned.export_id)
        if _is_of_main_office(returned) and not self._stands(own):
            return self.origin
        return own or self.export(returned.based_on)

    def _stands(self, own: ExportRecord | None) -> bool:
        """Whether a file is known here, and the merge that brought what it says was not taken back."""
        if own is None or own.kind != ORIGIN:
            return own is not None
        if self._standing is None:
            self._standing = frozenset(item.id for item in origins(self._session))
        return own.id in self._standing

    def is_old(self, returned: ReturnedFile) -> bool:
        """Whether a package of the main office is older than the one this copy took in last."""
        if not _is_of_main_office(returned) or self._stands(self.export(returned.export_id)):
            return False
        return self.origin is not None and returned.base_revision < self.origin.revision

    def took_in(self, returned: ReturnedFile, contributions: Iterable[Contribution]) -> None:
        """Let a package of the main office be what the next one of the same merge is compared with."""
        known = self._stands(self.export(returned.export_id))
        if known or not _is_of_main_office(returned) or self.origin is None or self.is_old(returned):
            return
        seen = dict(self.origin.seen)
        for item in contributions:
            seen[item.field] = seen.get(item.field, frozenset()) | {item.id}
        base = edits_of({}, returned.packaged).values
        revision = returned.base_revision
        self._origin = replace(self.origin, id=returned.export_id, revision=revision, base=base, seen=seen)


def _is_of_main_office(returned: ReturnedFile) -> bool:
    return returned.kind is FileKind.PACKAGE and not returned.based_on


def without_the_rest(session: Session, files: Iterable[ReadFile]) -> Iterator[ReadFile]:
    """Leave of every package what its sender edited: a thousand of them are then together in little memory.

    A package that answers no export known here stays whole, and so does one of the main office: all it says is what
    this copy's own packages are compared with from then on.  ``session`` may be one for viewing only.
    """
    bases = Bases(session)
    known: Known = {}
    for item in files:
        returned = item.returned
        base = bases.of(returned) if returned is not None and returned.based_on and item.edits is None else None
        if returned is None or base is None:
            yield item
        else:
            edits = edits_of(base.base, returned.packaged, known)
            yield replace(item, returned=replace(returned, packaged=()), edits=edits)


def read_edits(store: Path, paths: Sequence[Path], progress: Progress | None = None) -> list[ReadFile]:
    """Read files that came back, of packages what was edited; it looks into the data file through a door of its own.

    So it may run beside whoever has the data file ``store`` open.  Nothing is proved again that its opening proved.
    """
    with closing(open_file(store, read_only=True, check=False)) as session:
        return list(without_the_rest(session, reading(paths, progress)))
