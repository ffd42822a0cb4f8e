"""Names of values inside workbooks: hidden keys, hidden column ids and the identity sheet.

A workbook that goes out is edited by people and by Excel: rows are sorted, columns moved, sheets renamed.  So nothing
in it is ever found by position.  Three things travel inside instead, the same for department, official and flat
workbooks:

- a hidden *key column*: every row carries the keys of the values in it (:func:`make_key`), each with check
  characters, because dragging a cell down counts the last digit up and turns one key into another;
- a hidden *column-id row*: every column that matters carries its name (:func:`column_id`);
- the very hidden *identity sheet* ``_id`` (:func:`write_identity`): which export this was, and a hash of every value
  as it went out, so that a reader can tell "not touched" without knowing the base.  An entry sheet carries a copy of it
  in its hidden first row: people move that sheet into a workbook of their own, or take out sheets they did not make.

A row's key normally means the role columns (``text``, ``number``, ``unit``, ``none``, ``note``).  A workbook with
several fields in one row (the official layout) names the column in the key: ``make_key(field, column="city.status")``
belongs to the column with ``column_id("city.status")``.

A value that is spread over several rows (a line per row in the flat workbook, （続き） rows in the official one) gives
each row a *part*: ``part=(start, count)`` says that the row shows ``count`` of the field's lines from ``start`` on.

No secret is involved: hashes and checks find accidents, and tampering that forgets them.  What decides is the base
that the exporter keeps in its store under the export id.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from welfare_desktop.domain.fields import FieldKey, key_from_text
from welfare_desktop.domain.merging.lines import Value as Value
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.text import canonical_lines

from .cell_text import from_cell
from .guard.cells import CellKind, number_cell

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

IDENTITY_SHEET = "_id"
_KEY_MARK = "w1"
_COLUMN_MARK = "w1c"
_IDENTITY_MARK = "w1id"
_LONGEST_ID = 100
#: Every mark begins with one of these: most texts can be told from keys by one letter.
_FIRST_LETTERS = ("w", "ｗ")
_HASH_ROW = "hash"
_SHEET_ROW = "sheet"
_OWN_ROW = "own"
_SHOWN_ROW = "shown"
_SEAL_ROW = "seal"
#: A cell holds so many hashes of texts, and so much of a copy; less than the 32,767 characters it may hold.
_HASHES_IN_A_CELL, _COPY_IN_A_CELL = 500, 30_000
_COPY_MARK, _LARGEST_COPY = "w1i", 8 * 1024 * 1024
_COPY = re.compile(r"w1i\|(\d{1,4})\|([0-9A-Za-z+/=]+)")
_KEEP_SENTENCE = "このシートは取込みのときに使います。消したり書き換えたりしないでください。"
#: Without I, L, O and U: what is read aloud or typed again stays unambiguous.
_CHECK_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ITEM = re.compile(r"[0-9a-z-]{0,64}")
_COLUMN = re.compile(r"[a-z0-9_.-]{0,64}")
_PART = re.compile(r"(\d{1,5})\+(\d{1,5})")

Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WorkbookKey:
    """What one hidden key says.

    ``item`` is the indicator's id where the row holds only the results answering it (:data:`UNLINKED`: those
    answering none), empty where the row holds the whole field.  ``part`` is (first line, number of lines) where the
    row holds some of the field's lines, None where it holds all.  ``column`` names the column with the value; empty
    means the role columns.
    """

    field: FieldKey
    item: str = ""
    part: Part | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which export a workbook is.  ``department_id`` and ``department`` are empty where it is for nobody special.

    ``kind`` is ``department``, ``official`` or ``flat``; ``made_on`` an ISO date; ``base_revision`` the revision of
    the data when it was exported.
    """

    kind: str
    export_id: str
    dataset_id: str
    year: int
    base_revision: int
    made_on: str
    department_id: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class IdentitySheet:
    """What a reader found on an identity sheet.

    ``hashes`` maps a key as written to (hash of the value, hash of what stood beside it for reference or empty);
    ``sheets`` maps the names of the sheets the workbook had to :func:`sheet_hash`.  ``own`` are the :func:`text_hash`
    of what the program itself wrote outside the rows with keys, empty where that was not noted; ``shown`` those of every
    text the workbook had.  ``sealed`` is False when the sheet was changed after it had been written; its content is then
    a hint only.
    """

    identity: Identity
    hashes: Mapping[str, tuple[str, str]]
    sheets: Mapping[str, str]
    sealed: bool
    own: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()


def check_characters(text: str) -> str:
    """Return four characters that change when any part of ``text`` does (one accident in a million passes)."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    return "".join(_CHECK_ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))


def make_key(field: FieldKey, *, item: str = "", part: Part | None = None, column: str = "") -> str:
    """Return the hidden key of a value; see :class:`WorkbookKey` for the arguments."""
    shown_part = f"{part[0]}+{part[1]}" if part else ""
    body = "|".join((_KEY_MARK, field.text, item, shown_part, column))
    return f"{body}|{check_characters(body)}"


def read_key(text: str) -> WorkbookKey | None:
    """Read back :func:`make_key`; None when it is no key of this program, or a damaged one."""
    body, _, check = _plain(text).rpartition("|")
    pieces = body.split("|")
    if len(pieces) != 5 or pieces[0] != _KEY_MARK or check.upper() != check_characters(body):
        return None
    _, field_text, item, part_text, column = pieces
    part = _PART.fullmatch(part_text)
    if (part_text and part is None) or not _ITEM.fullmatch(item) or not _COLUMN.fullmatch(column):
        return None
    try:
        field = key_from_text(field_text)
    except ValueError:
        return None
    return WorkbookKey(field, item, (int(part[1]), int(part[2])) if part else None, column)


def join_keys(keys: Iterable[str]) -> str:
    """Return the content of a key cell that holds several keys."""
    return " ".join(keys)


def split_keys(text: str) -> tuple[str, ...]:
    """Return the keys of one key cell, damaged ones included."""
    return tuple(_plain(text).split())


def looks_like_key(text: str) -> bool:
    """Whether ``text`` was a key once: then a failing check means damage, not somebody's own text."""
    return text.lstrip().startswith(_FIRST_LETTERS) and _plain(text[:20]).startswith(_KEY_MARK + "|")


def column_id(name: str) -> str:
    """Return the hidden id of a column called ``name`` (a role, or the name used in keys)."""
    body = f"{_COLUMN_MARK}|{name}"
    return f"{body}|{check_characters(body)}"


def read_column_id(text: str) -> str | None:
    """Read back :func:`column_id`; None for anything else."""
    if len(text) > _LONGEST_ID or not text.lstrip().startswith(_FIRST_LETTERS):
        return None
    body, _, check = _plain(text).rpartition("|")
    mark, _, name = body.partition("|")
    if mark != _COLUMN_MARK or check.upper() != check_characters(body) or not _COLUMN.fullmatch(name) or not name:
        return None
    return name


def value_hash(value: Value) -> str:
    """Return the hash of a value in canonical form (16 hexadecimal digits)."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def row_hash(lines: Lines, number: str = "", unit: str = "") -> str:
    """Return the hash of a row that shows text and, for results, a number with its unit."""
    return value_hash((*lines, f"\x1f{number}\x1f{unit}") if number else lines)


def sheet_hash(texts: Iterable[str]) -> str:
    """Return a hash of what a sheet's cells show, in any order: sorting a sheet says nothing new."""
    return value_hash(tuple(sorted("\n".join(canonical_lines(text)) for text in texts if text.strip())))


def text_hash(text: str) -> str:
    """Return a short hash of what one cell shows (8 hexadecimal digits), whatever its white space."""
    return sheet_hash((text,))[:8]


def identity_rows(
    identity: Identity,
    hashes: Mapping[str, tuple[str, str]],
    sheets: Mapping[str, str],
    own: Iterable[str] = (),
    shown: Iterable[str] = (),
) -> list[tuple[str, ...]]:
    """Return the rows of an identity sheet, all text so that no program reads a number or a date into it."""
    body = [(entry.name, str(getattr(identity, entry.name))) for entry in fields(identity)]
    rows: list[tuple[str, ...]] = [(_IDENTITY_MARK, _KEEP_SENTENCE), *body]
    rows += [(_SHEET_ROW, name, content) for name, content in sheets.items()]
    for name, texts in ((_OWN_ROW, sorted(own)), (_SHOWN_ROW, sorted(shown))):
        for start in range(0, len(texts), _HASHES_IN_A_CELL):
            rows.append((name, " ".join(texts[start : start + _HASHES_IN_A_CELL])))
    rows += [(_HASH_ROW, key, value, reference) for key, (value, reference) in hashes.items()]
    return [*rows, (_SEAL_ROW, _seal(rows[1:]))]


def write_identity(
    workbook: Workbook,
    identity: Identity,
    hashes: Mapping[str, tuple[str, str]],
    own: Iterable[str] = (),
    copy_in: tuple[Worksheet, int] | None = None,
) -> None:
    """Add the very hidden identity sheet, after all others.

    ``hashes`` maps every key written into the workbook to (:func:`value_hash` of its value in canonical form, hash
    of the reference text beside it or empty).  ``own`` are texts the program wrote outside the rows with keys: anything
    else found there later was typed by somebody.  A copy goes into the first row of a sheet, behind the column it is given
    with in ``copy_in``.
    """
    texts = {other.title: list(texts_of(other)) for other in workbook.worksheets}
    others = {title: sheet_hash(found) for title, found in texts.items()}
    shown = {text_hash(text) for text in {text for found in texts.values() for text in found}}
    rows = identity_rows(identity, hashes, others, {text_hash(text) for text in own}, shown)
    sheet = workbook.create_sheet(IDENTITY_SHEET)
    sheet.sheet_state = "veryHidden"
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            _put_text(sheet, number, column, text)
    sheet.protection.sheet = True
    if copy_in is not None:
        for column, text in enumerate(identity_copy(rows), start=copy_in[1] + 1):
            _put_text(copy_in[0], 1, column, text)


def _put_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"


def identity_copy(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows of an identity sheet as the texts of a few cells."""
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass"), 6)
    text = base64.b64encode(packed).decode("ascii")
    pieces = (text[start : start + _COPY_IN_A_CELL] for start in range(0, len(text), _COPY_IN_A_CELL))
    return [f"{_COPY_MARK}|{number}|{piece}" for number, piece in enumerate(pieces)]


def is_identity_copy(text: str) -> bool:
    """Whether a cell holds a part of :func:`identity_copy`."""
    return text.startswith(_COPY_MARK + "|")


def read_identity_copy(texts: Iterable[str]) -> IdentitySheet | None:
    """Read back :func:`identity_copy`, in whatever order its cells come; None when it is not whole or not as written."""
    pieces = {int(piece[1]): piece[2] for text in texts if (piece := _COPY.fullmatch(text.strip()))}
    try:
        packed = base64.b64decode("".join(pieces[number] for number in sorted(pieces)), validate=True)
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(packed, _LARGEST_COPY)
        rows = json.loads(data) if unpacking.eof else None
    except (ValueError, zlib.error, RecursionError):
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    found = read_identity(rows)
    return found if found is not None and found.sealed else None


def texts_of(sheet: Worksheet) -> Iterator[str]:
    """Yield what the cells of a sheet show, as the reader of returned files sees it; formulas show nothing yet."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and cell.data_type != "f" and not cell.is_date:
                yield _shown(cell.value)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return from_cell(value)
    if isinstance(value, bool):
        return str(value).upper()
    return number_cell(str(value), CellKind.NUMBER, from_1904=False).text


def is_identity(first_cell: object) -> bool:
    """Whether a sheet whose first cell holds ``first_cell`` is an identity sheet, whatever its name."""
    return isinstance(first_cell, str) and _plain(first_cell) == _IDENTITY_MARK


def read_identity(rows: Iterable[Sequence[object]]) -> IdentitySheet | None:
    """Read an identity sheet from its rows of cell values; None when what it must say cannot be read."""
    texts = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    cut = [_without_trailing_blanks(row) for row in texts]
    filled = [row for row in cut if row]
    if not filled or not is_identity(filled[0][0]):
        return None
    special = (_HASH_ROW, _SHEET_ROW, _OWN_ROW, _SHOWN_ROW, _SEAL_ROW)
    names = {row[0]: row[1] if len(row) > 1 else "" for row in filled[1:] if row[0] not in special}
    hashes = {
        row[1]: (row[2], row[3] if len(row) > 3 else "") for row in filled if row[0] == _HASH_ROW and len(row) > 2
    }
    sheets = {row[1]: row[2] for row in filled if row[0] == _SHEET_ROW and len(row) > 2}
    own, shown = _hashes_in(filled, _OWN_ROW), _hashes_in(filled, _SHOWN_ROW)
    seals = [row[1] for row in filled if row[0] == _SEAL_ROW and len(row) > 1]
    content = [row for row in filled[1:] if row[0] != _SEAL_ROW]
    try:
        identity = Identity(
            names["kind"],
            names["export_id"],
            names["dataset_id"],
            int(names["year"]),
            int(names["base_revision"]),
            names["made_on"],
            names["department_id"],
            names["department"],
        )
    except (KeyError, ValueError):
        return None
    return IdentitySheet(identity, hashes, sheets, seals == [_seal(content)], own, shown)


def _hashes_in(rows: Iterable[Sequence[str]], name: str) -> frozenset[str]:
    return frozenset(text for row in rows if row[0] == name and len(row) > 1 for text in row[1].split())


def _seal(rows: Iterable[Sequence[str]]) -> str:
    content = [list(_without_trailing_blanks(row)) for row in rows]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _without_trailing_blanks(row: Sequence[str]) -> tuple[str, ...]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return tuple(row[:end])


def _plain(text: str) -> str:
    """Undo what a spreadsheet or a mailer may have done to ASCII: full-width forms and outer spaces."""
    return unicodedata.normalize("NFKC", text).strip()
