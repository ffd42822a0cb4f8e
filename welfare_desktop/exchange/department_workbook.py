"""Writes the workbook a department fills in: instructions, one entry sheet, and who it is.

Everything needed to take it back travels inside, hidden: the key of every row, the name of every column, and the
identity sheet with a hash of every value as it went out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.domain.measuring import PAPER_FAMILY, TextMeasurer
from welfare_desktop.domain.merging.lines import Value
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.official_form import edition_label
from welfare_desktop.domain.progress import Progress, Unwatched
from welfare_desktop.domain.text import canonical_lines

from .department_instructions import Cover, write_instructions
from .department_rows import WIDTHS, WRITING_PT, Form, FormRow, department_form
from .department_style import FAINT, HEAD, HEAD_WRITE, READ, UNUSED, WRITE, Paint, Paints, fit_to_width
from .files import replacing
from .keyed_sheet import EXPORT_STAMP, READ_HEADINGS, ROLE_HEADINGS, STATE_WORDS
from .keys import Identity, column_id, row_hash, texts_of, write_identity
from .returned_rows import reference_hash
from .sheet_paper import set_footer
from .workbook_style import new_workbook

SHEET = "記入"
TITLE_ROW, HEAD_ROW, FIRST_ROW = 2, 3, 4
COLUMNS = tuple(WIDTHS)
_AT = {name: number for number, name in enumerate(COLUMNS, start=1)}
_LETTER = {name: get_column_letter(number) for name, number in _AT.items()}
_HEADINGS: Mapping[str, str] = {
    **READ_HEADINGS,
    **ROLE_HEADINGS,
}
#: What a unit may be chosen from; others can be typed.
_UNITS = ("回", "件", "人", "校", "地区", "グループ", "団体", "箇所", "事業所", "％")
_HIDDEN = Paint(size_pt=6.0, framed=False, wrap=False)
#: A formula holds 8,192 characters, and a text in it 255 (of UTF-16: half of that is always safe).
_LONGEST_COMPARED, _PIECE = 3000, 120
_STATES = tuple(
    zip(
        STATE_WORDS,
        (("FBE4E1", "A3241C"), ("FFF1D6", "7A4B00"), ("E0F0E5", "1B6A3B"), ("E9EDF0", "4A535C")),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class DepartmentOptions:
    """How a department's workbook is made: what the office says in it, its date (for the properties), and the type."""

    cover: Cover = field(default_factory=Cover)
    made_on: dt.date | None = None
    family: str = PAPER_FAMILY


def write_department(
    plan: Plan,
    owner: str,
    year: int,
    path: Path,
    *,
    measurer: TextMeasurer,
    identity: Identity,
    options: DepartmentOptions | None = None,
    progress: Progress | None = None,
    force: bool = False,
) -> Mapping[str, Value]:
    """Write the workbook of ``owner`` for fiscal ``year`` and return what every exported field says.

    ``owner`` is a department's present name (or 市社会福祉協議会, 未割当, as in ``domain.completeness``).  The result maps
    ``FieldKey.text`` to the value in the form that is merged, blank fields included: it is the base to keep under the
    export id, and its keys are all the sender may answer.  Raises TargetInTheWay as ``files.replacing`` does.
    """
    with replacing(path, force=force) as fresh:
        workbook, base = department_workbook(
            plan, owner, year, measurer=measurer, identity=identity, options=options, progress=progress
        )
        workbook.save(fresh)
    return base


def department_workbook(
    plan: Plan,
    owner: str,
    year: int,
    *,
    measurer: TextMeasurer,
    identity: Identity,
    options: DepartmentOptions | None = None,
    progress: Progress | None = None,
) -> tuple[Workbook, Mapping[str, Value]]:
    """Build the workbook of :func:`write_department` in memory."""
    options = options or DepartmentOptions()
    watch = progress or Unwatched()
    watch.step(0, 2, owner)
    form = department_form(plan, owner, year, measurer, options.family)
    shown = next((item.name_in(year) for item in plan.departments if item.name == owner), owner)
    workbook = new_workbook(f"{shown} 記入用紙（{edition_label(year)}）", options.made_on)
    paints = Paints(workbook, options.family)
    scope = f"{form.activities} 活動・{form.fields} 欄（「{SHEET}」シート）"
    write_instructions(workbook, paints, measurer, options.family, shown, year, options.cover, scope)
    entry = _EntrySheet(workbook.create_sheet(SHEET), paints, form)
    watch.step(1, 2, owner)
    entry.write(f"担当課：{shown}", edition_label(year), options.cover, identity.export_id)
    set_footer(entry.sheet, options.family, f"{shown} 記入用紙", "－ &P ／ &N －", edition_label(year))
    own = [*texts_of(workbook.worksheets[0]), *entry.own]
    write_identity(workbook, identity, entry.hashes, own, (entry.sheet, len(COLUMNS) + 1))
    watch.step(2, 2, "保存")
    return workbook, form.base


class _EntrySheet:
    """Writes the sheet 記入 from top to bottom."""

    def __init__(self, sheet: Worksheet, paints: Paints, form: Form) -> None:
        self.sheet = sheet
        self.hashes: dict[str, tuple[str, str]] = {}
        #: What stands outside the rows with keys, and the units proposed in them.
        self.own: list[str] = [*_HEADINGS.values()]
        self._paints = paints
        self._form = form
        self._last = FIRST_ROW + max(len(form.rows), 1) - 1

    def write(self, department: str, edition: str, cover: Cover, export_id: str) -> None:
        self._ids(export_id)
        self._title(department, edition, cover)
        self._headings()
        for number, row in enumerate(self._form.rows, start=FIRST_ROW):
            self._row(number, row)
        self._choices()
        self._colours()
        self._set_up()

    def _put(self, row: int, name: str, paint: Paint, text: str = "") -> Any:
        return self._paints.put(self.sheet, row, _AT[name], paint, text)

    def _ids(self, export_id: str) -> None:
        for name in COLUMNS:
            self._put(1, name, _HIDDEN, column_id(name))
            self.sheet.column_dimensions[_LETTER[name]].width = WIDTHS[name]
        # Should the sheet be moved into another file, it still says where it came from.
        self._paints.put(self.sheet, 1, len(COLUMNS) + 1, _HIDDEN, column_id(EXPORT_STAMP + export_id))
        self.sheet.row_dimensions[1].hidden = True
        self.sheet.column_dimensions[_LETTER["key"]].hidden = True

    def _title(self, department: str, edition: str, cover: Cover) -> None:
        plain = Paint(size_pt=11.0, bold=True, vertical="center", framed=False, wrap=False)
        self._put(TITLE_ROW, "row", plain, department)
        self.own.append(department)
        deadline = f"　提出期限：{cover.deadline}" if cover.deadline else ""
        self._put(TITLE_ROW, "reference1", plain, edition + deadline)
        self.own.append(edition + deadline)
        count = self._put(TITLE_ROW, "state", Paint(horizontal="right", vertical="center", framed=False, wrap=False))
        states = f"{_LETTER['state']}{FIRST_ROW}:{_LETTER['state']}{self._last}"
        done = f'COUNTIF({states},"記入済")+COUNTIF({states},"該当なし")'
        drafts = f'&"、下書き "&COUNTIF({states},"下書き")' if any(row.draft for row in self._form.rows) else ""
        count.value = f'="記入済 "&({done}){drafts}&" ／ 全 {self._form.fields} 欄"'
        self.sheet.row_dimensions[TITLE_ROW].height = 24.0

    def _headings(self) -> None:
        for name, heading in _HEADINGS.items():
            fill = HEAD_WRITE if name in ROLE_HEADINGS else HEAD
            self._put(HEAD_ROW, name, Paint(fill, bold=True), heading)
        self.sheet.row_dimensions[HEAD_ROW].height = 34.0

    def _row(self, number: int, row: FormRow) -> None:
        top = row.leading
        self._put(number, "key", _HIDDEN, row.key)
        centre = Paint(READ, 10.0, bold=True, horizontal="center", vertical="center", strong_top=top)
        self._put(number, "row", centre, row.row)
        colour = Paint().colour if top else FAINT
        self._put(number, "activity", Paint(READ, bold=top, colour=colour, strong_top=top), row.activity)
        self._put(number, "item", Paint(READ, bold=True, strong_top=top), row.label)
        self._put(number, "reference1", Paint(READ, strong_top=top), row.reference1)
        self._put(number, "reference2", Paint(READ, strong_top=top), row.reference2)
        self._inputs(number, row)
        self.sheet.row_dimensions[number].height = row.height_pt
        self.own += (row.unit,) if row.key else (*row.references, *row.lines)
        if row.key:
            shown = canonical_lines(row.lines) or ((row.mark,) if row.mark else ())
            reference = reference_hash(row.references)
            self.hashes[row.key] = (row_hash(shown, row.number, row.unit if row.number else ""), reference)

    def _inputs(self, number: int, row: FormRow) -> None:
        top = row.leading
        write = Paint(WRITE, unlocked=True, strong_top=top)
        unused = Paint(UNUSED, hatched=True, strong_top=top)
        text = Paint(WRITE, size_pt=WRITING_PT, unlocked=True, strong_top=top)
        self._put(number, "text", text if row.key else unused, "\n".join(row.lines))
        figure = Paint(
            WRITE, horizontal="right", vertical="center", unlocked=True, strong_top=top, number_format="General"
        )
        centre = Paint(WRITE, horizontal="center", vertical="center", unlocked=True, strong_top=top)
        figures = row.results and row.counts
        cell = self._put(number, "number", figure if figures else unused)
        if figures and row.number:
            cell.value = Decimal(row.number)
        self._put(number, "unit", centre if figures else unused, row.unit if figures else "")
        self._put(number, "none", centre if row.counts else unused, row.mark)
        self._put(number, "note", write if row.counts else unused)
        state = self._put(number, "state", Paint(READ, horizontal="center", vertical="center", strong_top=top))
        if row.counts:
            state.value = _state_formula(number, "\n".join(row.lines) if row.draft else "")

    def _choices(self) -> None:
        for name, choices, others in (("none", ("—",), False), ("unit", _UNITS, True)):
            listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            listed.showErrorMessage = not others
            listed.errorTitle, listed.error = "該当なし", "「—」を選ぶか、空のままにしてください。"
            listed.add(f"{_LETTER[name]}{FIRST_ROW}:{_LETTER[name]}{self._last}")
            self.sheet.add_data_validation(listed)

    def _colours(self) -> None:
        area = f"{_LETTER['state']}{FIRST_ROW}:{_LETTER['state']}{self._last}"
        for word, (fill, colour) in _STATES:
            look = DifferentialStyle(Font(color=f"FF{colour}"), fill=PatternFill("solid", bgColor=f"FF{fill}"))
            rule = Rule("cellIs", dxf=look, operator="equal", formula=[f'"{word}"'])
            self.sheet.conditional_formatting.add(area, rule)

    def _set_up(self) -> None:
        sheet = self.sheet
        sheet.freeze_panes = f"{_LETTER['reference1']}{FIRST_ROW}"
        sheet.auto_filter.ref = f"{_LETTER['row']}{HEAD_ROW}:{_LETTER['state']}{self._last}"
        sheet.sheet_view.showGridLines = False
        protection = sheet.protection
        protection.sheet = protection.objects = True
        # False means allowed: a clerk may widen, filter and sort, but not break the form by accident.
        protection.formatColumns = protection.formatRows = protection.autoFilter = protection.sort = False
        fit_to_width(sheet, "landscape")
        sheet.print_title_rows = f"{TITLE_ROW}:{HEAD_ROW}"
        sheet.print_area = f"{_LETTER['row']}{TITLE_ROW}:{_LETTER['state']}{self._last}"


def _state_formula(number: int, draft: str) -> str:
    """Return what works out the state of a row; ``draft`` is the unconfirmed text it starts with, "" for none.

    A draft is one until somebody changes it: else a sheet nobody has read would call itself filled in.
    """
    text, figure, none = (f"{_LETTER[name]}{number}" for name in ("text", "number", "none"))
    filled = (
        f'IF(EXACT({text},{_quoted(draft)}),"下書き","記入済")' if 0 < len(draft) <= _LONGEST_COMPARED else '"記入済"'
    )
    return f'=IF(TRIM({text}&{figure})<>"",{filled},IF({none}<>"","該当なし","未記入"))'


def _quoted(text: str) -> str:
    """Return ``text`` as a formula says it: in pieces a spreadsheet takes (255 characters), line ends by number."""
    lines = text.split("\n")
    pieces = [[line[at : at + _PIECE] for at in range(0, len(line), _PIECE)] for line in lines]
    said = ("&".join('"' + piece.replace('"', '""') + '"' for piece in line) or '""' for line in pieces)
    return "&CHAR(10)&".join(said)
