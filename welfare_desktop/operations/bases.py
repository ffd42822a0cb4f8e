"""What a returned file is compared with: the export it answers, as this data file remembers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from welfare_desktop.domain.merging.packaged import Known, edits_of
from welfare_desktop.domain.merging.returned import FileKind, ReturnedFile
from welfare_desktop.domain.progress import Progress
from welfare_desktop.storage import merge_records
from welfare_desktop.storage.merge_records import ExportRecord

from .opening import open_file
from .reading_back import ReadFile, reading
from .session import Session
from .tracking import origin_of


class Bases:
    """The exports of one data file, each looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._exports: dict[str, ExportRecord | None] = {}

    def export(self, export_id: str) -> ExportRecord | None:
        """Return an export by its id; None where this data file knows of none."""
        if export_id not in self._exports:
            self._exports[export_id] = (
                self._session.look(lambda database: merge_records.export(database, export_id)) if export_id else None
            )
        return self._exports[export_id]

    def of(self, returned: ReturnedFile) -> ExportRecord | None:
        """Return the export a file is compared with: its own, or for a package the one its sender began from."""
        own = self.export(returned.export_id)
        if own is not None or returned.kind is not FileKind.PACKAGE:
            return own
        return self.export(returned.based_on) if returned.based_on else origin_of(self._session)


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
