"""From the rows of one activity to its text by column: cells become lines, and every doubt becomes a warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from welfare_desktop.domain.model import NONE_MARKS, Lines
from welfare_desktop.domain.text import SPACES, circled

from .alignment import Part
from .cells import Cell
from .columns import Column
from .findings import Code, Findings, quoted
from .laying import LaidRow
from .scanning import Loose
from .scoring import is_department_name, scores_of
from .splitting import BETWEEN_NAMES, Doubt, split_cell, split_names
from .structure import Unit
from .tokens import tokens_of

_DOUBTS = {
    Doubt.SUB_LABEL: (Code.SUB_LABEL, "数字の前の短い語を、その前の項目の一部とみなしました"),
    Doubt.LIST_OF_COUNTS: (Code.LIST_OF_COUNTS, "数で終わる語の並びを、1つの項目とみなしました"),
    Doubt.BROKEN_WORD: (Code.BROKEN_WORD, "文の途中に空白があります。分けずにそのまま残しました"),
    Doubt.LOOSE_NOTE: (Code.LOOSE_NOTE, "離れて書かれた（ ）書きを、前の項目に続けました"),
    Doubt.LOOSE_FIGURE: (Code.LOOSE_FIGURE, "文の後の数字を、前の項目に続けました"),
    Doubt.BARE_WORDS: (Code.BARE_WORDS, "空白で区切られた短い語を、別々の項目にしました"),
    Doubt.BEGUN_TWICE: (Code.BEGUN_TWICE, "次の行の書き出しだけの行があります。そのまま残しました"),
}
_OWN_SLOT = frozenset({Column.DEPARTMENTS, Column.CITY_STATUS, Column.CITY_PLANNED})
_CITY_SLOT = _OWN_SLOT | {Column.CITY_INDICATORS, Column.CITY_RESULTS}
#: Where text may go that stood outside of the table, or among departments without being one.
_FOR_LOOSE = (
    Column.CITY_INITIATIVES,
    Column.CITY_STATUS,
    Column.CITY_PLANNED,
    Column.CITY_INDICATORS,
    Column.CITY_RESULTS,
)
#: What may stand before a department that leads.
_MARKS_OF_NAMES = "◎○●◯☆★■□◆◇▲△※＊*"
#: What stands in the column where there is no department.
_NO_NAME = NONE_MARKS | {"-", "−", "ー", "–", "─", "なし", "該当なし", "未定", "未記入"}
#: No department is called something longer.
_LONGEST_NAME = 30

Texts = dict[Column, list[str]]


@dataclass(slots=True)
class Draft:
    """The lines of one activity by column: those it has once, and those of each city slot in order."""

    shared: Texts = field(default_factory=lambda: defaultdict(list))
    slots: list[Texts] = field(default_factory=list)

    def lines(self, column: Column) -> Lines:
        """Return the lines of a column that the activity has once."""
        return tuple(self.shared.get(column, ()))


def draft_of(unit: Unit, findings: Findings) -> Draft:
    """Return the text of ``unit``, every character of its rows included."""
    basic, goal, number = unit.address
    drafter = _Drafter(f"{basic}-{goal}{circled(number)}", findings)
    for row in unit.rows:
        drafter.add(row)
    return drafter.finish()


class _Drafter:
    def __init__(self, place: str, findings: Findings) -> None:
        self._draft = Draft()
        self._place = place
        self._findings = findings
        self._slot_lines: list[int] = []
        self._told: list[Texts] = []

    def add(self, row: LaidRow) -> None:
        """Take one row."""
        self._tell_alignment(row)
        slot = self._slot_for(row)
        columns: set[Column] = set()
        for part in row.alignment.parts:
            if row.begins and part is row.title:
                continue
            if part.column in columns and part.whole:
                self._tell(
                    Code.CELLS_JOINED, f"「{part.column.label}」に2つのセルの文を続けて入れました", part.cell.line
                )
            columns.add(part.column)
            self._add_part(part, slot)
        for loose in row.loose:
            self._add_loose(loose, slot)

    def finish(self) -> Draft:
        """Return the draft, after telling which city slots have no department."""
        for slot, line in zip(self._draft.slots, self._slot_lines, strict=True):
            if not slot.get(Column.DEPARTMENTS) and not any(slot is told for told in self._told):
                self._tell(Code.NO_DEPARTMENT, "担当課を読み取れないため、未割当にしました", line)
        return self._draft

    def _slot_for(self, row: LaidRow) -> Texts:
        """Return the city slot ``row`` fills: a new one where it brings its own department or entries."""
        slots = self._draft.slots
        if slots:
            filled = any(slots[-1].values())
            own = row.columns & _OWN_SLOT
            same_after_break = row.after_header and Column.DEPARTMENTS not in row.columns
            if not filled or not own or same_after_break:
                return slots[-1]
        slots.append(defaultdict(list))
        self._slot_lines.append(row.line)
        return slots[-1]

    def _add_part(self, part: Part, slot: Texts) -> None:
        if part.column is Column.TITLE:
            self._tell(
                Code.LOOSE_TEXT, f"{quoted(part.text)}を「{Column.RESIDENTS.label}」に入れました", part.cell.line
            )
            self._add_lines(Column.RESIDENTS, part.text, part.cell.line, slot)
        elif part.column is Column.DEPARTMENTS:
            self._add_departments(part.text, part.cell.line, slot)
        else:
            self._add_lines(part.column, part.text, part.cell.line, slot)

    def _add_lines(self, column: Column, text: str, line: int, slot: Texts) -> None:
        cut = split_cell(text, column.shape)
        target = slot if column in _CITY_SLOT else self._draft.shared
        target[column] += cut.lines
        for doubt in cut.doubts:
            code, message = _DOUBTS[doubt]
            self._tell(code, f"「{column.label}」で{message}", line)

    def _add_departments(self, text: str, line: int, slot: Texts) -> None:
        names = slot[Column.DEPARTMENTS]
        written_names = split_names(text)
        if len(written_names) > len(tokens_of(text)) and not BETWEEN_NAMES.search(text):
            listed = "".join(quoted(name) for name in written_names)
            self._tell(Code.ODD_DEPARTMENT, f"続けて書かれた担当課を{listed}に分けました", line)
        for written in written_names:
            if written in _NO_NAME:
                self._tell(Code.NO_DEPARTMENT, f"担当課の欄に{quoted(written)}とあるため、未割当にしました", line)
                self._told.append(slot)
                continue
            name = written.lstrip(_MARKS_OF_NAMES + SPACES) or written
            if name != written:
                self._tell(
                    Code.ODD_DEPARTMENT, f"{quoted(written)}の印を除いた{quoted(name)}を担当課とみなしました", line
                )
            if name in names:
                self._tell(Code.DEPARTMENT_TWICE, f"担当課{quoted(name)}が2回書かれています。1回にしました", line)
            elif is_department_name(name):
                names.append(name)
            elif len(name) <= _LONGEST_NAME and "。" not in name:
                names.append(name)
                self._tell(Code.ODD_DEPARTMENT, f"{quoted(name)}を担当課の名称として読みました", line)
            else:
                column = _likeliest(name)
                self._tell(Code.LOOSE_TEXT, f"担当課にあった{quoted(name)}を「{column.label}」に入れました", line)
                self._add_lines(column, name, line, slot)

    def _add_loose(self, loose: Loose, slot: Texts) -> None:
        column = _likeliest(loose.text)
        self._tell(Code.LOOSE_TEXT, f"表の外にある{quoted(loose.text)}を「{column.label}」に入れました", loose.line)
        self._add_lines(column, loose.text, loose.line, slot)

    # --- warnings -----------------------------------------------------------------------------------------------

    def _tell(self, code: Code, what: str, line: int) -> None:
        self._findings.add(code, f"{self._place}：{what}。", line)

    def _tell_alignment(self, row: LaidRow) -> None:
        alignment = row.alignment
        if not alignment.parts:
            return
        first = alignment.parts[0].column
        lost = [column for column in alignment.lost if first is Column.TITLE or column > first]
        if lost:
            self._tell(
                Code.SHIFTED,
                f"{_labels(lost)}の欄が行から欠け、後の欄がずれていたため、内容から割り当てました",
                row.line,
            )
        if alignment.missing and first is Column.TITLE:
            self._tell(
                Code.ROW_ENDS_EARLY, f"行が途中で終わっています。{_labels(alignment.missing)}は空欄にしました", row.line
            )
        for part, rival in alignment.unsure:
            self._tell(
                Code.UNSURE,
                f"{quoted(part.text)}を「{part.column.label}」に入れました（「{rival.label}」の可能性もあります）",
                part.cell.line,
            )
        cut: dict[Cell, list[Part]] = defaultdict(list)
        for part in alignment.parts:
            if not part.whole:
                cut[part.cell].append(part)
        for parts in cut.values():
            self._tell(
                Code.CELL_CUT, f"1つのセルにあった{_labels(_columns(parts))}の文を分けました", parts[0].cell.line
            )


def _likeliest(text: str) -> Column:
    """Return the column of the city that ``text`` reads like."""
    fits = [scores_of(token.text) for token in tokens_of(text)]
    return max(_FOR_LOOSE, key=lambda column: sum(fit[column] for fit in fits))


def _columns(parts: Sequence[Part]) -> list[Column]:
    return [part.column for part in parts]


def _labels(columns: Iterable[Column]) -> str:
    return "".join(f"「{column.label}」" for column in columns)
