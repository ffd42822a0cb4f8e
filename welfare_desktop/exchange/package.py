"""The package (受渡しファイル): all field values of one data file, for merging into another copy of the program.

A zip with two JSON parts.  ``content.json`` holds the values by ``FieldKey.text`` in the order they can be stored;
``manifest.json`` says which export this is and carries the hash of the content and of itself.  Nobody edits a package
by hand, so anything that does not prove itself is refused as a whole.  Equal content gives equal bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from welfare_desktop.domain import fields
from welfare_desktop.domain.fields import FieldKey, Kind, key_from_text
from welfare_desktop.domain.merging.returned import FileKind, PackagedValue, ReturnedFile

from .files import write_bytes
from .guard.container import Container
from .guard.refusals import Refusal

MANIFEST, CONTENT = "manifest.json", "content.json"
_FORMAT, _VERSION = "welfare-package", 1
#: The earliest moment a zip file can name: packages made at different times must not differ for that.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_INTEGERS = frozenset({Kind.NUMBER, Kind.YEAR})


@dataclass(frozen=True, slots=True)
class PackageIdentity:
    """Which export a package is.

    ``based_on`` is the export this copy of the data began with, or last took in (empty: it began here): the receiver
    compares with what that export said.  ``made_on`` is an ISO date, ``year`` the fiscal year in work.  ``undecided``
    are the fields (``FieldKey.text``) in which the sender has not decided yet what that export brought: what they say
    is no answer to it.
    """

    export_id: str
    dataset_id: str
    based_on: str
    year: int
    base_revision: int
    made_on: str
    undecided: tuple[str, ...] = ()


def write_package(
    values: Iterable[tuple[FieldKey, fields.Value]], identity: PackageIdentity, path: Path, *, force: bool = False
) -> None:
    """Write ``values`` (``domain.values.values_of``) to ``path``; raises TargetInTheWay as ``files.replacing`` does."""
    write_bytes(path, package_bytes(values, identity), force=force)


def package_bytes(values: Iterable[tuple[FieldKey, fields.Value]], identity: PackageIdentity) -> bytes:
    """Return a package as bytes, the same for the same values and identity."""
    content = _json([[key.text, fields.to_json(value)] for key, value in values])
    manifest: dict[str, Any] = {
        "format": f"{_FORMAT}/{_VERSION}",
        "export_id": identity.export_id,
        "dataset_id": identity.dataset_id,
        "based_on": identity.based_on,
        "year": identity.year,
        "base_revision": identity.base_revision,
        "made_on": identity.made_on,
        "parts": {CONTENT: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}},
    }
    if identity.undecided:
        manifest["undecided"] = list(identity.undecided)
    manifest["seal"] = _seal(manifest)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in ((MANIFEST, _json(manifest)), (CONTENT, content)):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, data, compresslevel=6)
    return buffer.getvalue()


def is_package(container: Container) -> bool:
    """Whether a container is a package and no workbook."""
    return MANIFEST in container and CONTENT in container


def read_package_content(container: Container, proved: dict[str, Any]) -> ReturnedFile:
    """Return what a proved container says; raises FileRefused when anything in it is not as it was written.

    ``proved`` holds by field what packages read before said, and learns from this one: packages of one plan differ in
    a few values only, and what was proved once need not be proved again.
    """
    manifest = _parsed(container.read(MANIFEST), MANIFEST)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), str):
        raise Refusal.PACKAGE_CHANGED.error(MANIFEST)
    name, _, version = manifest["format"].partition("/")
    if name != _FORMAT:
        raise Refusal.OTHER_KIND.error(detail="圧縮フォルダー（.zip）")
    if version != str(_VERSION):
        raise (Refusal.NEWER_PACKAGE if version.isdecimal() else Refusal.PACKAGE_CHANGED).error(MANIFEST)
    if manifest.pop("seal", None) != _seal(manifest):
        raise Refusal.PACKAGE_CHANGED.error(MANIFEST)
    content = container.read(CONTENT)
    try:
        proof = manifest["parts"][CONTENT]
        if proof != {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}:
            raise Refusal.PACKAGE_CHANGED.error(CONTENT)
        return ReturnedFile(
            kind=FileKind.PACKAGE,
            export_id=str(manifest["export_id"]),
            dataset_id=str(manifest["dataset_id"]),
            based_on=str(manifest["based_on"]),
            year=int(manifest["year"]),
            base_revision=int(manifest["base_revision"]),
            made_on=str(manifest["made_on"]),
            undecided=tuple(str(name) for name in manifest.get("undecided", ())),
            packaged=tuple(_packaged(_parsed(content, CONTENT), proved)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal.PACKAGE_CHANGED.error(MANIFEST) from error


def _packaged(content: Any, proved: dict[str, Any]) -> Iterable[PackagedValue]:
    seen: set[str] = set()
    for text, value in content:
        known = proved.get(text, seen)  # the set equals no value
        if text in seen or (known != value and not _fits(key_from_text(text).spec.kind, value)):
            raise Refusal.PACKAGE_CHANGED.error(CONTENT)
        seen.add(text)
        if known != value:
            known = proved[text] = value
        # The one proved before, not the one that equals it: in JSON true equals 1.
        yield PackagedValue(text, known)


def _fits(kind: Kind, value: Any) -> bool:
    """Whether a value comes back as it was written: a hash proves who wrote it no more than that."""
    if kind is Kind.LINE:
        return isinstance(value, str)
    if kind in _INTEGERS:
        return isinstance(value, int) and not isinstance(value, bool)
    try:
        return bool(fields.to_json(fields.from_json(kind, value)) == value)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError):
        return False


def _parsed(part: bytes, name: str) -> Any:
    try:
        return json.loads(part.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refusal.PACKAGE_CHANGED.error(name) from error


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _seal(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(_json(manifest)).hexdigest()
