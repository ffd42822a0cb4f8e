"""The rows of a department's entry sheet, before any workbook exists: what is asked, what stands beside it, how high.

One row per field: 実施状況 and 実施予定 of every slot, then a row for each indicator's 実績.  A row can be at most 409 points
high; longer text goes on in further rows （続き）, the department's own text with keys that say which lines they hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from welfare_desktop.domain.completeness import owners_of
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.line_breaking import line_ends, widths_of
from welfare_desktop.domain.linking import propose_links, targets_of
from welfare_desktop.domain.measuring import FontSpec, TextMeasurer
from welfare_desktop.domain.merging.assembling import UNLINKED, item_lines, shown_quantity
from welfare_desktop.domain.merging.forms import merge_value
from welfare_desktop.domain.merging.lines import Value, is_none_mark, plain_text
from welfare_desktop.domain.model import (
    NONE_MARKS,
    Activity,
    ActorPart,
    Entry,
    Indicator,
    Lines,
    Plan,
    Result,
    Slot,
    in_use,
)
from welfare_desktop.domain.official_form import ACTOR_LABELS, CONTINUED, sections
from welfare_desktop.domain.targets import describe_target
from welfare_desktop.domain.text import circled, shown_line
from welfare_desktop.domain.years import fiscal_label

from .keys import Part, make_key
from .official_sheet import CELL_EXTRA_PT, LINE_FACTOR, SIZE_PT, TALLEST_ROW_PT, inner_mm

#: Column widths in Excel's units, by column name; the sketch they come from lost none of 11,188 characters.
WIDTHS: Mapping[str, float] = {
    "key": 10,
    "row": 7.5,
    "activity": 19,
    "item": 15,
    "reference1": 36,
    "reference2": 36,
    "text": 58,
    "number": 10,
    "unit": 9.5,
    "none": 10.5,
    "note": 22,
    "state": 9,
}
#: What is written is a little larger than what stands beside it.
WRITING_PT = 10.0
OTHER_RESULTS = "（上記以外の実績）"
_TEXT_ROW_PT, _RESULT_ROW_PT = 96.0, 44.0
_DRAFT = "（下書き。確かめて直してください）"


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of the sheet.

    ``key`` is empty in a row that only goes on with the reference text.  ``lines`` is the text to start from, ``mark``
    the 「—」 already chosen; ``number`` and ``unit`` are for 実績 rows, ``unit`` also as a proposal where there is no
    number.  ``leading`` marks the first row of a slot, ``counts`` the first row of a field, ``draft`` one whose text
    nobody has confirmed.
    """

    key: str
    field: FieldKey
    item: str
    row: str
    activity: str
    label: str
    reference1: str
    reference2: str
    lines: Lines = ()
    mark: str = ""
    number: str = ""
    unit: str = ""
    results: bool = False
    leading: bool = False
    counts: bool = True
    draft: bool = False
    height_pt: float = 0.0

    @property
    def references(self) -> Lines:
        """The cells beside the input cells, in the order their hash is taken in."""
        return (self.row, self.activity, self.label, self.reference1, self.reference2)


@dataclass(frozen=True, slots=True)
class Form:
    """A department's sheet: its rows, the number of its activities, what every exported field says."""

    rows: tuple[FormRow, ...]
    activities: int
    base: Mapping[str, Value]

    @property
    def fields(self) -> int:
        """How many fields are to be filled in."""
        return sum(row.counts for row in self.rows)


def department_form(plan: Plan, owner: str, year: int, measurer: TextMeasurer, family: str) -> Form:
    """Return the form of ``owner`` for fiscal ``year``.

    ``owner`` is a department's present name, or as in ``domain.completeness`` 市社会福祉協議会 or 未割当 for slots without a
    department.
    """
    ruler = _Ruler(measurer, family)
    rows: list[FormRow] = []
    base: dict[str, Value] = {}
    activities = set()
    for number, (label, activity, part, slot) in enumerate(_slots_of(plan, owner, year), start=1):
        activities.add(activity.id or label)
        asked = _slot_rows(plan, owner, year, label, activity, part, slot)
        for place, row in enumerate(asked):
            numbered = replace(row, row=f"{number}-{place + 1}", leading=place == 0)
            rows += ruler.fitted(numbered)
        for key, value in _values(slot, year):
            base[key.text] = merge_value(value)
    return Form(tuple(rows), len(activities), base)


def _slots_of(plan: Plan, owner: str, year: int) -> Iterator[tuple[str, Activity, ActorPart, Slot]]:
    for section in sections(plan, year):
        for activity in section.activities:
            for part in activity.parts:
                for slot in part.slots:
                    if in_use(slot, year) and owner in owners_of(part, slot):
                        yield f"{section.key[0]}-{section.key[1]} {circled(activity.number)}", activity, part, slot


def _own(slot: Slot, name: str, year: int) -> FieldKey:
    return FieldKey(Owner.SLOT, slot.id, name, None, year)


def _values(slot: Slot, year: int) -> Iterator[tuple[FieldKey, Entry | tuple[Result, ...]]]:
    yield _own(slot, "status", year), slot.status.get(year, Entry())
    yield _own(slot, "planned", year + 1), slot.planned.get(year + 1, Entry())
    yield _own(slot, "results", year), slot.results.get(year, ())


def _slot_rows(
    plan: Plan, owner: str, year: int, label: str, activity: Activity, part: ActorPart, slot: Slot
) -> list[FormRow]:
    partners = "、".join(item.name_in(year) for item in slot.departments if item.name != owner)
    title = f"{label}\n{activity.title}" + (f"\n（共同：{partners}）" if partners else "")
    this, following, last = fiscal_label(year), fiscal_label(year + 1), fiscal_label(year - 1)
    status, planned = slot.status.get(year, Entry()), slot.planned.get(year + 1, Entry())
    own = _headed(f"{last}実施状況", slot.status.get(year - 1, Entry()).lines)
    if year <= plan.first_year:
        own = "（この計画の初年度です）"
    promised = _headed(f"{this}実施予定", slot.planned.get(year, Entry()).lines, "（昨年度提出）")
    rows = [
        _entry_row(_own(slot, "status", year), title, f"{this}\n実施状況", own, promised, status),
        _entry_row(
            _own(slot, "planned", year + 1),
            title,
            f"{following}\n実施予定",
            _headed(f"{ACTOR_LABELS[part.actor]}（計画）", part.initiatives),
            f"（上の行の{this}実施予定を参照）",
            planned,
        ),
    ]
    return [*rows, *_result_rows(plan, slot, year, title)]


def _headed(heading: str, lines: Lines, remark: str = "") -> str:
    return "\n".join((f"【{heading}】{remark}", *(shown_line(line) for line in lines)))


def _entry_row(key: FieldKey, title: str, label: str, first: str, second: str, entry: Entry) -> FormRow:
    draft = entry.draft and bool(entry.lines)
    lines, mark = _text_and_mark(entry.lines)
    label += f"\n{_DRAFT}" if draft else ""
    return FormRow(make_key(key), key, "", "", title, label, first, second, lines, mark, draft=draft)


def _text_and_mark(lines: Lines) -> tuple[Lines, str]:
    """Return the text for the input cell and the mark for 該当なし."""
    return ((), lines[0]) if len(lines) == 1 and lines[0] in NONE_MARKS else (lines, "")


def _result_rows(plan: Plan, slot: Slot, year: int, title: str) -> Iterator[FormRow]:
    """Yield a row per indicator, and one for results that answer none where there are any.

    A slot with one indicator shows all its results there, as the report does; then the row is the whole field.
    """
    key = _own(slot, "results", year)
    value = merge_value(slot.results.get(year, ()))
    assert not isinstance(value, str)
    years = (plan.first_year, plan.last_year)
    last = _last_results(slot, year - 1)
    several = len(slot.indicators) > 1
    for number, indicator in enumerate(slot.indicators):
        item = indicator.id if several else ""
        row = _result_row(key, title, year, item, _asked(indicator, years), last[number], item_lines(value, item))
        yield replace(row, unit=row.unit or _usual_unit(indicator, years))
    if len(slot.indicators) == 1:
        return
    item = UNLINKED if several else ""
    others = item_lines(value, item)
    # A lone 「—」 stands in every indicator's row already.
    if last[-1] or any(not (several and is_none_mark(line)) for line in others):
        yield _result_row(key, title, year, item, OTHER_RESULTS, last[-1], others)


def _last_results(slot: Slot, year: int) -> list[Lines]:
    """Return a year's results for each indicator and, at the end, those that seem to answer none; for reading only."""
    results = slot.results.get(year, ())
    if len(slot.indicators) == 1:
        return [tuple(result.text for result in results), ()]
    found: list[list[str]] = [[] for _ in range(len(slot.indicators) + 1)]
    for result, index in zip(results, propose_links(slot.indicators, results), strict=True):
        found[-1 if index is None else index].append(result.text)
    return [tuple(texts) for texts in found]


def _asked(indicator: Indicator, years: tuple[int, int]) -> str:
    targets = [f"【目標】{describe_target(target)}" for target in targets_of(indicator, years)]
    return "\n".join(("【主な活動指標】", indicator.text, *targets))


def _usual_unit(indicator: Indicator, years: tuple[int, int]) -> str:
    return next((target.unit for target in targets_of(indicator, years) if target.unit), "")


def _result_row(
    key: FieldKey, title: str, year: int, item: str, asked: str, last: Sequence[str], own: Lines
) -> FormRow:
    number, unit = shown_quantity(own)
    lines, mark = _text_and_mark(tuple(plain_text(line) for line in own))
    before = "\n".join((f"【{fiscal_label(year - 1)}実績】", *last))
    label = f"{fiscal_label(year)}\n実績"
    written = make_key(key, item=item)
    return FormRow(written, key, item, "", title, label, asked, before, lines, mark, number, unit, results=True)


# --- heights -------------------------------------------------------------------------------------------------------


class _Ruler:
    """Knows how many lines a text takes in a column, and cuts what is too high for one row."""

    def __init__(self, measurer: TextMeasurer, family: str) -> None:
        self._advances = measurer.advances(family, bold=False)
        self._line = LINE_FACTOR * measurer.metrics(family).line
        self._family = family

    def fitted(self, row: FormRow) -> Iterator[FormRow]:
        """Yield ``row`` with its height, or as many rows as its texts need."""
        ones = self._chunks(row.reference1.split("\n"), "reference1")
        others = self._chunks(row.reference2.split("\n"), "reference2")
        # Results are put together by indicator, not by line: their text stays in one cell.
        own = [list(row.lines)] if row.results else self._chunks(row.lines, "text")
        least = _RESULT_ROW_PT if row.results else _TEXT_ROW_PT
        start = 0
        for place, (one, other, mine) in enumerate(zip_longest(ones, others, own, fillvalue=())):
            continued = place > 0
            part: Part | None = (start, len(mine)) if len(own) > 1 and mine else None
            start += len(mine)
            piece = replace(
                row,
                key=make_key(row.field, item=row.item, part=part) if not continued or mine else "",
                row=row.row + (f"\n{CONTINUED}" if continued else ""),
                reference1="\n".join(one),
                reference2="\n".join(other),
                lines=tuple(mine),
                mark="" if continued else row.mark,
                number="" if continued else row.number,
                unit="" if continued else row.unit,
                leading=row.leading and not continued,
                counts=not continued,
            )
            yield replace(piece, height_pt=self._height(piece, 0.0 if continued else least))

    def _height(self, row: FormRow, least: float) -> float:
        texts = {
            "activity": row.activity,
            "item": row.label,
            "reference1": row.reference1,
            "reference2": row.reference2,
            "text": "\n".join(row.lines),
        }
        needs = (
            sum(self._lines(line, name) for line in text.split("\n")) * _size_pt(name) for name, text in texts.items()
        )
        return min(max(round(max(needs) * self._line + CELL_EXTRA_PT, 2), least), TALLEST_ROW_PT)

    def _lines(self, text: str, column: str) -> int:
        room = inner_mm(WIDTHS[column]) / FontSpec(self._family, _size_pt(column)).em_mm
        return len(line_ends(text, widths_of(text, self._advances), room, room))

    def _chunks(self, lines: Sequence[str], column: str) -> list[list[str]]:
        """Group lines so that each group fits a row; a line longer than a row has one of its own."""
        groups: list[list[str]] = [[]]
        most = int((TALLEST_ROW_PT - CELL_EXTRA_PT) / (_size_pt(column) * self._line))
        room = most
        for line in lines:
            need = self._lines(line, column)
            if need > room and groups[-1]:
                groups.append([])
                room = most
            groups[-1].append(line)
            room -= need
        return groups


def _size_pt(column: str) -> float:
    return WRITING_PT if column == "text" else SIZE_PT
