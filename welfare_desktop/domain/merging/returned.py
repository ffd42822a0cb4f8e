"""What a file that came back says, before anybody decided anything about it.

A reader finds values by their hidden keys and reports everything else: cells it could not take as they are, text that
stands where no key says what it is, remarks to the office.  Whatever somebody typed is in exactly one of these places.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from welfare_desktop.domain.model import Lines


class FileKind(StrEnum):
    """What was exported."""

    DEPARTMENT = "department"
    OFFICIAL = "official"
    FLAT = "flat"
    PACKAGE = "package"

    @property
    def label(self) -> str:
        """The Japanese name."""
        return {
            "department": "担当課の記入用紙",
            "official": "報告書の形",
            "flat": "一覧表",
            "package": "受渡しファイル",
        }[self.value]


@dataclass(frozen=True, slots=True)
class ReturnedValue:
    """One value found under its key.

    ``field`` is a ``FieldKey.text``.  ``lines`` is the text in canonical form.  ``item`` is the indicator the row
    answers (``none``: no indicator), empty where the row holds the whole field; ``part`` is (first line, number of
    lines) of the exported text the row stands for, None where it stands for all.  ``number`` and ``unit`` are what
    the number cell says, both empty where it is blank and None where the row has none.  ``untouched`` says that the
    row still is what was exported.  ``certain`` is False where the column was recognised by its heading only: never
    better than review.  ``place`` is ``sheet!cell``.
    """

    field: str
    lines: Lines
    item: str = ""
    part: tuple[int, int] | None = None
    number: str | None = None
    unit: str | None = None
    untouched: bool = False
    certain: bool = True
    place: str = ""


@dataclass(frozen=True, slots=True)
class PackagedValue:
    """One value of a package: ``field`` is a ``FieldKey.text``, ``json`` its value as ``domain.fields`` writes it."""

    field: str
    json: object


@dataclass(frozen=True, slots=True)
class CellFinding:
    """A cell that needs a person: ``code`` is stable, ``message`` Japanese, ``shown`` what the cell shows.

    ``field`` and ``item`` say what the cell would have been the value of, where that is known.  ``taken`` is True when
    the value was taken all the same (and is only worth a look), False when it was not.
    """

    code: str
    sheet: str
    cell: str
    message: str
    shown: str = ""
    field: str = ""
    item: str = ""
    taken: bool = False


#: What 提出状態 says as a workbook goes out, and once the department is done.
STATE_AS_SENT, STATE_DONE = "作成中", "完成"


class UnmatchedReason(StrEnum):
    """Why a text has no field."""

    NO_KEY = "no_key"
    DAMAGED_KEY = "damaged_key"
    DOUBLED_KEY = "doubled_key"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        """A Japanese sentence."""
        return {
            "no_key": "行に見出しの番号（隠れた目印）がありません。",
            "damaged_key": "行の目印が壊れています。",
            "doubled_key": "同じ目印の行が二つ以上あります。",
            "outside": "記入欄の外に書かれています。",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A text whose field a person must choose.

    ``wording`` is what stands beside it in the row, to propose a field by; ``field`` and ``item`` are known where only
    the key is doubled, or where the text stands in the row of one field but outside its cells.
    """

    reason: UnmatchedReason
    sheet: str
    cell: str
    lines: Lines
    wording: Lines = ()
    field: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something written to the office, not into the report: 連絡事項, a cell comment, who filled the sheet in.

    ``name`` is ``note`` (of one row), ``comment``, ``text_box``, ``writer``, ``phone``, ``state``, ``head`` or
    ``message``.
    """

    name: str
    text: str
    sheet: str = ""
    cell: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Something about the whole file that does not stop it from being read; Japanese, with a stable code."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """Everything one file says.

    ``export_id`` is empty when the file does not say which export it was: then nothing of it may be automatic.
    ``missing`` lists (field, item) that were exported and did not come back: never a deletion.  ``undecided`` are the
    fields of a package whose sender has not decided yet what this office had sent him.
    """

    kind: FileKind
    export_id: str = ""
    dataset_id: str = ""
    based_on: str = ""
    department_id: str = ""
    department: str = ""
    year: int = 0
    base_revision: int = 0
    made_on: str = ""
    values: tuple[ReturnedValue, ...] = ()
    packaged: tuple[PackagedValue, ...] = ()
    findings: tuple[CellFinding, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    remarks: tuple[Remark, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    problems: tuple[FileProblem, ...] = ()
    undecided: tuple[str, ...] = ()
