"""One row of a returned workbook: its value, or why a person has to look at it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import Kind, Owner
from welfare_desktop.domain.merging.returned import (
    CellFinding,
    FileProblem,
    Remark,
    ReturnedValue,
    Unmatched,
    UnmatchedReason,
)
from welfare_desktop.domain.model import NONE_MARKS, Lines
from welfare_desktop.domain.numbers import format_decimal, read_quantity
from welfare_desktop.domain.official_form import CONTINUED
from welfare_desktop.domain.text import canonical_lines

from .guard.cells import Cell, CellKind, Place, Sheet, write_place
from .keyed_sheet import (
    HEADINGS,
    KEY_COLUMN,
    READ_HEADINGS,
    REFERENCE_ROLES,
    ROLE_HEADINGS,
    STATE_COLUMN,
    STATE_WORDS,
    FoundKey,
    KeyedRow,
    KeyedSheet,
    reply_rows,
)
from .keys import (
    IdentitySheet,
    WorkbookKey,
    is_identity_copy,
    looks_like_key,
    read_column_id,
    read_key,
    row_hash,
    text_hash,
    value_hash,
)

_DASHES = frozenset("-ー‐‑–−─ｰ")
_HEADED = re.compile("〔[^〔〕]*〕")
_NUMBERED = re.compile(r"(?:[①-⑳㉑-㉟㊱-㊿]|\(\d+\))\s*")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_UNREADABLE = {
    CellKind.FORMULA: ("M-101", "式が入っています。値は取り込みませんでした。"),
    CellKind.ERROR: ("M-102", "エラー値（{shown}）になっています。取り込みませんでした。"),
    CellKind.DATE: ("M-103", "数字や文が日付に変わっています（{shown}）。取り込みませんでした。"),
    CellKind.BOOLEAN: ("M-104", "{shown} という真偽の値になっています。取り込みませんでした。"),
}
#: What a heading, a unit that is proposed or a state says is nobody's answer.
_NOBODYS = frozenset({*HEADINGS, *READ_HEADINGS.values(), *STATE_WORDS})
#: A sheet somebody added with more cells than this is a table of his own, and is told of as a whole.
_MOST_IN_A_SHEET, _LONGEST_COPY = 60, 32_767
#: Columns that are no place to write in: no text is looked for there when a row has no key.
_NOT_WRITTEN_IN = frozenset({*REFERENCE_ROLES, KEY_COLUMN, STATE_COLUMN, "unit"})


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One value with the key it was found under and where its row stands."""

    key: WorkbookKey
    written: str
    value: ReturnedValue
    sheet: str
    cell: str


@dataclass(slots=True)
class Reading:
    """What has been read so far."""

    identity: IdentitySheet | None
    values: list[FoundRow] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    findings: list[CellFinding] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    #: Every line that was read as part of a value, and what whole cells say that were read or are as they were sent.
    lines: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    _by_reference: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note which row is recognised by what stands beside its input cells, should its key be lost."""
        if self.identity is not None and self.identity.sealed:
            references = Counter(reference for _, reference in self.identity.hashes.values() if reference)
            self._by_reference = {
                reference: written
                for written, (_, reference) in self.identity.hashes.items()
                if references[reference] == 1
            }

    def written_beside(self, reference: str) -> str:
        """Return the key that went out beside these reference cells, empty where it is not known."""
        return self._by_reference.get(reference, "")

    @property
    def knows_own(self) -> bool:
        """Whether it is known what the program itself wrote outside the rows with keys."""
        return self.identity is not None and self.identity.sealed and bool(self.identity.own)

    def typed(self, cell: Cell) -> bool:
        """Whether somebody typed what a cell outside the rows with keys shows; only where :attr:`knows_own`."""
        if cell.kind is CellKind.FORMULA or not cell.text.strip() or cell.text.strip() in _NOBODYS:
            return False
        return self.identity is not None and text_hash(cell.text) not in self.identity.own

    def was_shown(self, cell: Cell) -> bool:
        """Whether the workbook said the same somewhere when it went out; False where that is not known."""
        return self.identity is not None and self.identity.sealed and text_hash(cell.text) in self.identity.shown

    def report_typed(self, sheet: Sheet) -> None:
        """Report what is typed into a sheet without keys, but for the answers in reply cells; only where known."""
        replies = {(row, column) for _, row, cells in reply_rows(sheet) for column, _ in cells[1:]}
        found = [
            (place, cell)
            for place, cell in sorted(sheet.cells.items())
            if place not in replies and self.typed(cell) and read_column_id(cell.text) is None
        ]
        if len(found) <= _MOST_IN_A_SHEET:
            for place, cell in found:
                beside = tuple(other.text for at, other in found if at[0] == place[0] and at != place)
                lines = canonical_lines(cell.text)
                if lines:
                    at = write_place(*place)
                    self.unmatched.append(Unmatched(UnmatchedReason.OUTSIDE, sheet.name, at, lines, beside))
            return
        shown = "\n".join(cell.text for _, cell in found)
        message = f"記入用紙ではないシートに {len(found)} のセルが書かれています。ここに写しを残します。"
        self.findings.append(
            CellFinding("M-112", sheet.name, write_place(*found[0][0]), message, shown[:_LONGEST_COPY])
        )

    def report_rest(self, sheets: Iterable[Sheet], remarks: Iterable[Remark]) -> None:
        """Report what sheets say that they did not say when they went out and that nothing read so far holds.

        So nothing anybody typed is dropped without a word, wherever he typed it.  Where it is not known what went out,
        all of it is told, as a copy to look through.
        """
        sealed = self.identity is not None and self.identity.sealed
        shown = self.identity.shown if self.identity is not None and sealed else frozenset()
        if sealed and not shown:
            return  # sent by a version that did not note it
        told = self._told(remarks)
        for sheet in sheets:
            rest = [
                (place, cell)
                for place, cell in sheet.cells.items()
                if cell.text not in self.texts
                and not _is_mark(cell)
                and any(line not in told for line in canonical_lines(cell.text))
                and text_hash(cell.text) not in shown
            ]
            self.findings += _rest_told(sheet, sorted(rest, key=lambda item: item[0]), known=bool(shown))

    def _told(self, remarks: Iterable[Remark]) -> set[str]:
        """Return every line that a value holds or that somebody will see."""
        lines = set(self.lines)
        lines.update(line for item in self.unmatched for line in item.lines)
        lines.update(line for item in self.findings for line in canonical_lines(item.shown))
        lines.update(line for item in remarks for line in canonical_lines(item.text))
        return lines

    def read(self, sheet: KeyedSheet) -> None:
        """Read one sheet that holds keys."""
        if not sheet.certain:
            text = f"シート「{sheet.sheet.name}」の列の目印が消えています。見出しの語で列を見分けたので、一つずつ確かめてください。"
            self.problems.append(FileProblem("M-203", text))
        roles = bool(sheet.columns.get("text"))
        if not roles and not any(key.key and key.key.column in sheet.columns for row in sheet.rows for key in row.keys):
            text = f"シート「{sheet.sheet.name}」の列の目印も見出しも見つかりません。中の文は取り込みませんでした。"
            self.problems.append(FileProblem("M-204", text))
            return
        for row in sheet.rows:
            RowReader(self, sheet, row).read(roles)


class RowReader:
    """Reads one row of one sheet."""

    def __init__(self, reading: Reading, sheet: KeyedSheet, row: KeyedRow) -> None:
        self._reading = reading
        self._sheet = sheet
        self._row = row

    def read(self, roles: bool) -> None:
        """Read the row; ``roles``: the sheet has one field a row, in the role columns."""
        keys = [found for found in self._row.keys if found.key is not None]
        own = [found for found in keys if found.key and not found.key.column]
        if roles and len(own) == 1:
            self._read_roles(own[0])
            self._report_beside(own[0])
        elif roles:
            self._report_strange()
        named = [found for found in keys if found.key and found.key.column]
        for found in named:
            self._read_named(found)
        if not roles:
            taken = {found.key.column for found in named if found.key}
            if self._row.number > self._sheet.first_keyed_row or self._row.keys:
                self._report_unkeyed(tuple(name for name in self._sheet.columns if name not in taken))
        self._report_outside()

    # one field in a named column

    def _read_named(self, found: FoundKey) -> None:
        key = found.key
        assert key is not None
        cells = self._cells(key.column)
        if len({(cell.kind, cell.text) for _, cell in cells}) > 1:
            self._report_copies(found, cells)
            return
        column, cell = cells[0] if cells else (self._column_of(key.column), None)
        lines = self._text(cell, column, key)
        if lines is None:
            self._reading.unread.add(found.text)
            return
        expected = self._expected(found.text)
        lines = _without_layout(key, lines, expected)
        untouched = expected[0] == _hash_of(key, lines)
        self._keep(found, ReturnedValue(key.field.text, lines, key.item, key.part, untouched=untouched), column)

    # one field in the role columns

    def _read_roles(self, found: FoundKey) -> None:
        key = found.key
        assert key is not None
        for cells in (self._cells(name) for name in ROLE_HEADINGS):
            if len({(cell.kind, cell.text) for _, cell in cells}) > 1:
                self._report_copies(found, cells)
                return
        self._remark(key)
        expected = self._expected(found.text)
        self._check_reference(key, expected[1])
        text_column, text_cell = self._cell("text")
        lines = self._text(text_cell, text_column, key)
        mark = self._none_mark(key)
        if lines is None or mark is None:
            self._reading.unread.add(found.text)
            if lines:
                message = "同じ行に読めないセルがあるので、この文も取り込みませんでした。"
                self._find("M-111", text_column, message, key, "\n".join(lines))
            return
        amount = self._amount(key) if self._has_numbers(key) else ("", "")
        chosen = self._chosen(lines, mark, amount or ("", ""), expected[0])
        if chosen is None:
            self._reading.unread.add(found.text)
            shown = "\n".join((*lines, "".join(amount or ()))).strip()
            message = "「該当なし」と記入の両方があります。どちらか決まるまで取り込みません。"
            self._find("M-107", self._cell("none")[0], message, key, shown)
            return
        # A number that cannot be read leaves the number as it was; the text beside it is taken.
        number, unit = amount if amount and self._has_numbers(key) else (None, None)
        same = amount is not None and expected[0] == row_hash(chosen, *amount)
        value = ReturnedValue(key.field.text, chosen, key.item, key.part, number, unit, untouched=same)
        self._keep(found, value, text_column)

    def _has_numbers(self, key: WorkbookKey) -> bool:
        return key.field.spec.kind is Kind.RESULTS and "number" in self._sheet.columns

    def _chosen(self, lines: Lines, mark: str, amount: tuple[str, str], expected: str) -> Lines | None:
        """Decide between text and 「—」 where both stand in the row: what was exported is not what was answered.

        None where both are answers.
        """
        if not mark:
            return lines
        if not lines and not amount[0]:
            return (mark,)
        if expected == row_hash((mark,)):
            return lines
        return (mark,) if expected == row_hash(lines) and not amount[0] else None

    def _none_mark(self, key: WorkbookKey) -> str | None:
        """Return the mark chosen as 該当なし, empty for none, None where it cannot be told."""
        column, cell = self._cell("none")
        if cell is None:
            return ""
        text = cell.text.strip()
        self._reading.lines.add(text)
        if cell.kind is CellKind.TEXT and text in NONE_MARKS:
            return text
        if cell.kind is CellKind.TEXT and text in _DASHES:
            return "—"
        self._find(
            "M-106",
            column,
            "「該当なし」の欄に「—」でないものが入っています。この行は取り込みませんでした。",
            key,
            text,
        )
        return None

    def _amount(self, key: WorkbookKey) -> tuple[str, str] | None:
        """Return number and unit, both empty where there is no number, None where it cannot be read."""
        number_column, number = self._cell("number")
        unit_column, unit = self._cell("unit")
        if number is None:
            return "", ""
        if number.kind in _UNREADABLE:
            self._find_unreadable(number, number_column, key)
            return None
        if unit is not None and unit.kind in _UNREADABLE:
            self._find_unreadable(unit, unit_column, key)
            return None
        try:
            quantity = read_quantity(number.text)
        except InvalidValue as error:
            self._find("M-105", number_column, f"{error.message}{error.next_step}", key, number.text)
            return None
        shown_unit = "".join(canonical_lines(unit.text)) if unit else ""
        self._reading.lines.update(line for one in (number, unit) if one for line in canonical_lines(one.text))
        return format_decimal(quantity.value, grouped=False), quantity.unit or shown_unit

    # what is common

    def _text(self, cell: Cell | None, column: int, key: WorkbookKey) -> Lines | None:
        """Return a cell's lines, None where it holds what cannot be taken for somebody's words."""
        if cell is None:
            return ()
        if cell.kind in _UNREADABLE:
            self._find_unreadable(cell, column, key)
            return None
        if _CONTROLS.search(cell.text):
            message = "目に見えない制御文字が入っていたので、除いて取り込みます。"
            self._find("M-108", column, message, key, taken=True)
        lines = canonical_lines(cell.text)
        self._reading.lines.update(lines)
        self._reading.texts.add(cell.text)
        return lines

    def _keep(self, found: FoundKey, value: ReturnedValue, column: int) -> None:
        assert found.key is not None
        cell = write_place(self._row.number, column) if column else f"{self._row.number}"
        placed = replace(value, place=f"{self._sheet.sheet.name}!{cell}", certain=self._sheet.certain)
        self._reading.values.append(FoundRow(found.key, found.text, placed, self._sheet.sheet.name, cell))

    def _expected(self, written: str) -> tuple[str, str]:
        """Return the hashes the row had when it was exported, empty where that is not known."""
        identity = self._reading.identity
        return identity.hashes.get(written, ("", "")) if identity and identity.sealed else ("", "")

    def _cells(self, name: str) -> list[tuple[int, Cell]]:
        columns = self._sheet.columns.get(name, ())
        return [(column, self._row.cells[column]) for column in columns if column in self._row.cells]

    def _cell(self, name: str) -> tuple[int, Cell | None]:
        cells = self._cells(name)
        return cells[0] if cells else (self._column_of(name), None)

    def _column_of(self, name: str) -> int:
        return next(iter(self._sheet.columns.get(name, ())), 0)

    def _find(
        self, code: str, column: int, message: str, key: WorkbookKey | None, shown: str = "", *, taken: bool = False
    ) -> None:
        place = write_place(self._row.number, column) if column else str(self._row.number)
        name, item = (key.field.text, key.item) if key else ("", "")
        self._reading.findings.append(
            CellFinding(code, self._sheet.sheet.name, place, message, shown, name, item, taken)
        )

    def _find_unreadable(self, cell: Cell, column: int, key: WorkbookKey) -> None:
        code, message = _UNREADABLE[cell.kind]
        self._find(code, column, message.format(shown=cell.text[:40]), key, cell.text)

    def _remark(self, key: WorkbookKey) -> None:
        column, cell = self._cell("note")
        if cell is not None:
            place = write_place(self._row.number, column)
            text = "\n".join(canonical_lines(cell.text))
            self._reading.remarks.append(Remark("note", text, self._sheet.sheet.name, place, key.field.text))

    def _check_reference(self, key: WorkbookKey, expected: str) -> None:
        """Say it when somebody wrote into what stands beside the input cells for reference."""
        if not expected or not all(name in self._sheet.columns for name in REFERENCE_ROLES):
            return
        cells = [self._cell(name) for name in REFERENCE_ROLES]
        if reference_hash(cell.text if cell else "" for _, cell in cells) != expected:
            here = [(column, cell) for column, cell in cells if cell is not None]
            identity = self._reading.identity
            sent = identity.shown if identity is not None else frozenset()
            # Of what stands there, show what did not stand anywhere when the file went out.
            changed = [item for item in here if sent and text_hash(item[1].text) not in sent] or here
            column = changed[0][0] if changed else self._column_of("reference1")
            message = "参考の欄が書き換えられています。記入欄ではないので取り込みません。"
            self._find("M-109", column, message, key, "\n".join(cell.text for _, cell in changed))
        else:
            self._reading.texts.update(cell.text for _, cell in cells if cell is not None)

    # what has no field

    def _report_beside(self, found: FoundKey) -> None:
        """Report what is typed in cells of a row with a key that the row does not use."""
        key = found.key
        assert key is not None
        if not self._has_numbers(key):
            unused = [*self._cells("number"), *self._cells("unit")]
        else:
            # A unit alone may be the one that was proposed.
            unused = [] if self._cells("number") else self._typed("unit")
        for column, cell in (*unused, *self._typed(STATE_COLUMN), *self._typed(KEY_COLUMN)):
            self._unmatched(UnmatchedReason.OUTSIDE, column, canonical_lines(cell.text), (), key)

    def _typed(self, name: str) -> list[tuple[int, Cell]]:
        if not self._reading.knows_own:
            return []
        return [(column, cell) for column, cell in self._cells(name) if self._reading.typed(cell)]

    def _report_strange(self) -> None:
        """Report what is typed in a row of the entry sheet that has lost its key, never had one, or has several."""
        about = self._recognised()
        as_sent = about is not None and self._is_as_sent(about)
        before = len(self._reading.unmatched)
        if not as_sent:
            self._report_unkeyed(tuple(ROLE_HEADINGS), about.key if about else None)
        if len(self._reading.unmatched) > before or not self._reading.knows_own:
            return
        names = (*REFERENCE_ROLES, *ROLE_HEADINGS) if as_sent else REFERENCE_ROLES if about else ()
        looked_at = {column for name in names for column in self._sheet.columns.get(name, ())}
        known = {column for columns in self._sheet.columns.values() for column in columns}
        below = self._row.number >= self._sheet.first_keyed_row
        for column, cell in sorted(self._row.cells.items()):
            # What stands in columns nobody exported is told for every row from the first one on.
            elsewhere = below and column not in known
            new = self._reading.typed(cell) and not self._reading.was_shown(cell)
            if new and not elsewhere and column not in looked_at:
                self._unmatched(UnmatchedReason.NO_KEY, column, canonical_lines(cell.text), ())

    def _recognised(self) -> FoundKey | None:
        """Return the key a row without any, or with a damaged one, went out with, by what stands beside its input cells."""
        if any(found.key for found in self._row.keys) or not all(
            name in self._sheet.columns for name in REFERENCE_ROLES
        ):
            return None
        texts = [self._cell(name)[1] for name in REFERENCE_ROLES]
        written = self._reading.written_beside(reference_hash(cell.text if cell else "" for cell in texts))
        key = read_key(written) if written else None
        return FoundKey(written, key) if key is not None else None

    def _is_as_sent(self, found: FoundKey) -> bool:
        """Whether the input cells still say what they said when the row went out."""
        texts = {name: cell.text.strip() for name in ROLE_HEADINGS for cell in [self._cell(name)[1]] if cell}
        if texts.get("note") or (texts.get("text") and texts.get("none")):
            return False
        if not texts.get("number") and self._typed("unit"):
            return False
        lines = canonical_lines(texts.get("text", "")) or canonical_lines(texts.get("none", ""))
        number, unit = texts.get("number", ""), texts.get("unit", "") if texts.get("number") else ""
        return self._expected(found.text)[0] == row_hash(lines, number, unit)

    def _report_unkeyed(self, names: Sequence[str], about: WorkbookKey | None = None) -> None:
        """Report what stands in columns meant for writing, in a row that does not say what it is about."""
        if any(found.key is None for found in self._row.keys):
            reason = UnmatchedReason.DAMAGED_KEY
        else:
            reason = UnmatchedReason.OUTSIDE if self._row.keys else UnmatchedReason.NO_KEY
        wanted = {
            column for name in names if name not in _NOT_WRITTEN_IN for column in self._sheet.columns.get(name, ())
        }
        for column in sorted(wanted & self._row.cells.keys()):
            cell = self._row.cells[column]
            # Headings and labels repeated after a break are the program's own.
            if cell.text.strip() in HEADINGS or not self._is_somebodys(cell):
                continue
            wording = tuple(other.text for place, other in sorted(self._row.cells.items()) if place != column)
            self._unmatched(reason, column, canonical_lines(cell.text), wording, about)

    def _is_somebodys(self, cell: Cell) -> bool:
        if self._reading.knows_own:
            return self._reading.typed(cell)
        return cell.kind is not CellKind.FORMULA and CONTINUED not in cell.text

    def _report_outside(self) -> None:
        """Report text in columns nobody exported, from the first row with a key on."""
        if self._row.number < self._sheet.first_keyed_row:
            return
        known = {column for columns in self._sheet.columns.values() for column in columns}
        if not all(name in self._sheet.columns for name in REFERENCE_ROLES):
            # Other sheets have columns without an id, but every exported column has a heading.
            known |= self._sheet.headed_columns
        keys = [found.key for found in self._row.keys if found.key is not None]
        about = keys[0] if len(keys) == 1 else None
        for column, cell in sorted(self._row.cells.items()):
            if column not in known and cell.kind is not CellKind.FORMULA:
                self._unmatched(UnmatchedReason.OUTSIDE, column, canonical_lines(cell.text), (), about)

    def _report_copies(self, found: FoundKey, cells: Sequence[tuple[int, Cell]]) -> None:
        """Report copies of one column that say different things."""
        self._reading.unread.add(found.text)
        for column, cell in cells:
            self._unmatched(UnmatchedReason.DOUBLED_KEY, column, canonical_lines(cell.text), (), found.key)

    def _unmatched(
        self, reason: UnmatchedReason, column: int, lines: Lines, wording: Lines, key: WorkbookKey | None = None
    ) -> None:
        if lines:
            place = write_place(self._row.number, column)
            name, item = (key.field.text, key.item) if key else ("", "")
            self._reading.unmatched.append(Unmatched(reason, self._sheet.sheet.name, place, lines, wording, name, item))


def _rest_told(sheet: Sheet, rest: Sequence[tuple[Place, Cell]], *, known: bool) -> Iterator[CellFinding]:
    """Tell of cells that are no place to write in, a row at a time; ``known``: they are certainly not as they were sent."""
    rows: dict[int, list[tuple[Place, Cell]]] = {}
    for place, cell in rest:
        rows.setdefault(place[0], []).append((place, cell))
    message = "記入欄ではないセルに書かれています。取り込みません。"
    groups = list(rows.values())
    if not known or len(groups) > _MOST_IN_A_SHEET:
        groups = [list(rest)] if rest else []
        message = (
            f"記入欄ではない {len(rest)} のセルが書き換えられています。ここに写しを残します。"
            if known
            else "記入欄のほかに書き足された文を見分けられません。ここに写しを残すので、目を通してください。"
        )
    for group in groups:
        shown = "\n".join(cell.text for _, cell in group)[:_LONGEST_COPY]
        yield CellFinding("M-112", sheet.name, write_place(*group[0][0]), message, shown)


def _is_mark(cell: Cell) -> bool:
    """Whether a cell holds what the program alone reads or works out."""
    text = cell.text
    return cell.kind is CellKind.FORMULA or looks_like_key(text) or is_identity_copy(text) or bool(read_column_id(text))


def reference_hash(texts: Iterable[str]) -> str:
    """Return the hash of the cells beside the input cells, in the order of :data:`REFERENCE_ROLES`."""
    return value_hash(tuple("\n".join(canonical_lines(text)) for text in texts))


def _hash_of(key: WorkbookKey, lines: Lines) -> str:
    return value_hash("".join(lines)) if key.field.spec.kind is Kind.LINE else value_hash(lines)


def _without_layout(key: WorkbookKey, lines: Lines, expected: tuple[str, str]) -> Lines:
    """Drop what the official layout prints before a value: an activity's number, the names of the council's branches."""
    if expected[0] == _hash_of(key, lines) or not lines:
        return lines
    if key.field.owner is Owner.ACTIVITY and key.field.name == "title":
        return (_NUMBERED.sub("", lines[0], count=1), *lines[1:])
    if key.field.name == "status" and key.column.startswith("council.") and _HEADED.fullmatch(lines[0]):
        return lines[1:]
    return lines
