"""What a workbook that came back says: every value under its key, and everything else somebody typed.

The same reader serves department, official and flat workbooks, because all of them carry the keys of ``keys``.  Rows may
have been sorted, hidden, inserted, copied or taken out, columns moved, sheets renamed; nothing is found by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from welfare_desktop.domain.merging.returned import (
    FileKind,
    FileProblem,
    Remark,
    ReturnedFile,
    ReturnedValue,
    Unmatched,
    UnmatchedReason,
)
from welfare_desktop.domain.official_form import CONTINUED
from welfare_desktop.domain.text import canonical_lines

from .guard.cells import CellKind, Sheet, Workbook, write_place
from .guard.refusals import Refusal
from .keyed_sheet import KeyedSheet, keyed_sheet, reply_rows
from .keys import (
    Identity,
    IdentitySheet,
    is_identity,
    is_identity_copy,
    read_identity,
    read_identity_copy,
    read_key,
    sheet_hash,
)
from .returned_rows import FoundRow, Reading

_NOT_HASHED = (CellKind.FORMULA, CellKind.DATE)


def read_keyed_workbook(workbook: Workbook) -> ReturnedFile:
    """Return what ``workbook`` says; raises FileRefused when it is no file of this program or two of them in one."""
    written = _identity(workbook)
    found = _copied(workbook) or written if written is None or not written.sealed else written
    sheets = [keyed_sheet(sheet) for sheet in workbook.sheets if not is_identity(sheet.text(1, 1))]
    keyed = [sheet for sheet in sheets if sheet.keyed]
    if found is None and not any(sheet.stamps or any(row.keys for row in sheet.rows) for sheet in keyed):
        raise Refusal.NOT_OURS.error()
    stamps: frozenset[str] = frozenset().union(*(sheet.stamps for sheet in keyed))
    identity, problems = _trusted(found, stamps)
    if found is not written and written is not None:
        problems.append(_changed())
    reading = Reading(found)
    for sheet in keyed:
        reading.read(sheet)
    problems += reading.problems
    problems += _other_sheets(sheets, keyed, found)
    if reading.knows_own:
        for item in sheets:
            if item not in keyed:
                reading.report_typed(item.sheet)
    remarks = [*reading.remarks, *_replies(workbook), *_comments(workbook)]
    reading.report_rest((item.sheet for item in sheets), remarks)
    values, doubled = _single(reading.values)
    missing = _missing(found, values, doubled, reading)
    if missing:
        problems.append(FileProblem("M-206", f"配った行のうち {len(missing)} 行がありません。元の値のまま残します。"))
    return ReturnedFile(
        kind=FileKind(identity.kind) if identity.kind in set(FileKind) else _guess_kind(reading.values),
        export_id=identity.export_id,
        dataset_id=identity.dataset_id,
        department_id=identity.department_id,
        department=identity.department,
        year=identity.year,
        base_revision=identity.base_revision,
        made_on=identity.made_on,
        values=tuple(_in_export_order(values, found)),
        findings=tuple(reading.findings),
        unmatched=(*reading.unmatched, *doubled),
        remarks=tuple(remarks),
        missing=missing,
        problems=tuple(problems),
    )


# --- which export ------------------------------------------------------------------------------------------------


def _identity(workbook: Workbook) -> IdentitySheet | None:
    found = [read_identity(_grid(sheet)) for sheet in workbook.sheets if is_identity(sheet.text(1, 1))]
    readable = [sheet for sheet in found if sheet is not None]
    if len({sheet.identity.export_id for sheet in readable}) > 1:
        raise Refusal.TWO_IDENTITIES.error()
    return next((sheet for sheet in readable if sheet.sealed), readable[0] if readable else None)


def _copied(workbook: Workbook) -> IdentitySheet | None:
    """Return what the copy in an entry sheet says; None where there is none, or several say different things."""
    found = {
        tuple(cell.text for _, cell in sorted(sheet.cells.items()) if is_identity_copy(cell.text))
        for sheet in workbook.sheets
    }
    copies = found - {()}
    return read_identity_copy(copies.pop()) if len(copies) == 1 else None


def _grid(sheet: Sheet) -> Iterator[list[str]]:
    """Yield an identity sheet's rows; it is four columns wide."""
    for row in range(1, max(place[0] for place in sheet.cells) + 1):
        yield [sheet.text(row, column) for column in range(1, 5)]


def _trusted(found: IdentitySheet | None, stamps: frozenset[str]) -> tuple[Identity, list[FileProblem]]:
    """Return the identity as far as it can be believed, and what is wrong with it."""
    if len(stamps) > 1 or (found is not None and found.sealed and stamps - {found.identity.export_id}):
        raise Refusal.TWO_IDENTITIES.error()
    if found is None:
        message = "どの版の用紙かを示す目印のシートがありません。"
        message += "配ったときの控えと比べます。" if stamps else "自動では入れず、一つずつ確かめます。"
        lost = FileProblem("M-201", message)
        return Identity("", next(iter(stamps), ""), "", 0, 0, ""), [lost]
    if found.sealed or found.identity.export_id in stamps:
        return found.identity, [] if found.sealed else [_changed()]
    return replace(found.identity, export_id=next(iter(stamps), "")), [_changed()]


def _changed() -> FileProblem:
    return FileProblem("M-202", "目印のシートが書き換えられています。")


def _guess_kind(values: Iterable[FoundRow]) -> FileKind:
    rows = list(values)
    if any(row.key.column for row in rows):
        return FileKind.OFFICIAL
    return FileKind.FLAT if any(row.key.part for row in rows) else FileKind.DEPARTMENT


def _other_sheets(
    sheets: Sequence[KeyedSheet], keyed: Sequence[KeyedSheet], found: IdentitySheet | None
) -> Iterator[FileProblem]:
    """Tell of sheets without keys that say anything they did not say when they went out."""
    if found is None or not found.sealed:
        return
    for sheet in (item.sheet for item in sheets if item not in keyed):
        shown = sheet_hash(cell.text for cell in sheet.cells.values() if cell.kind not in _NOT_HASHED)
        if not sheet.cells or shown in found.sheets.values() or any(reply_rows(sheet)):
            continue
        if sheet.name in found.sheets:
            message = f"シート「{sheet.name}」が書き換えられています。このシートからは取り込みません。"
            yield FileProblem("M-207", message)
        else:
            message = f"シート「{sheet.name}」は配ったときに無かったものです。中の文は取り込みません。"
            yield FileProblem("M-205", message)


# --- the file as a whole -----------------------------------------------------------------------------------------


def _single(rows: Sequence[FoundRow]) -> tuple[list[FoundRow], list[Unmatched]]:
    """Return the rows whose key is theirs alone, and the others as unmatched where they say anything new.

    A copied row that was not touched decides nothing.  The rest of one long line that goes on in a further row has
    its key, too.
    """
    groups: dict[str, list[FoundRow]] = {}
    for row in rows:
        previous = groups.setdefault(row.written, [])
        lines = row.value.lines
        if previous and row.key.part and lines and lines[0].startswith(CONTINUED):
            first = previous[-1]
            whole = (*first.value.lines[:-1], first.value.lines[-1] + lines[0].removeprefix(CONTINUED), *lines[1:])
            previous[-1] = replace(first, value=replace(first.value, lines=whole))
        else:
            previous.append(row)
    kept: list[FoundRow] = []
    doubled: list[Unmatched] = []
    for group in groups.values():
        if len(group) == 1 or all(row.value.untouched for row in group):
            kept.append(group[0])
            continue
        for row in group:
            said = row.value.lines or ((row.value.number or "") + (row.value.unit or ""),)
            if not row.value.untouched and any(said):
                doubled.append(
                    Unmatched(
                        UnmatchedReason.DOUBLED_KEY, row.sheet, row.cell, said, (), row.value.field, row.value.item
                    )
                )
    return kept, doubled


def _in_export_order(rows: Iterable[FoundRow], found: IdentitySheet | None) -> Iterator[ReturnedValue]:
    """Yield values in the order they were exported in, however the rows are sorted now."""
    places = {written: number for number, written in enumerate(found.hashes)} if found else {}
    for row in sorted(rows, key=lambda row: places.get(row.written, len(places))):
        yield row.value


def _missing(
    found: IdentitySheet | None, kept: Sequence[FoundRow], doubled: Sequence[Unmatched], reading: Reading
) -> tuple[tuple[str, str], ...]:
    if found is None or not found.sealed:
        return ()
    here = {row.written for row in kept} | {row.written for row in reading.values} | reading.unread
    keys = (read_key(written) for written in found.hashes if written not in here)
    known = {(entry.field, entry.item) for entry in doubled}
    return tuple(
        dict.fromkeys((key.field.text, key.item) for key in keys if key and (key.field.text, key.item) not in known)
    )


def _replies(workbook: Workbook) -> Iterator[Remark]:
    for sheet in workbook.sheets:
        for name, row, cells in reply_rows(sheet):
            # The label stands left of the answer; an answer moved elsewhere in the row is still the last cell.
            answers = cells[1:]
            text = "\n".join(line for _, cell in answers for line in canonical_lines(cell.text))
            if text:
                yield Remark(name, text, sheet.name, write_place(row, answers[-1][0]))


def _comments(workbook: Workbook) -> Iterator[Remark]:
    for sheet in workbook.sheets:
        for place, text in sheet.comments:
            yield Remark("comment", "\n".join(canonical_lines(text)), sheet.name, place)
        for text in sheet.boxes:
            yield Remark("text_box", "\n".join(canonical_lines(text)), sheet.name)
