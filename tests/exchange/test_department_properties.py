"""What people do to a sheet without writing anything must not look like writing, in every combination."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange import department_sample as sample
from welfare_desktop.domain.merging.assembling import assemble, contributions_of
from welfare_desktop.domain.merging.lines import plain_text
from welfare_desktop.domain.merging.returned import ReturnedFile
from welfare_desktop.exchange.department_reading import read_keyed_workbook
from welfare_desktop.exchange.guard.cells import Cell, CellKind, Sheet, Workbook
from welfare_desktop.exchange.guard.limits import DEFAULT_LIMITS
from welfare_desktop.exchange.guard.prescan import prescan
from welfare_desktop.exchange.guard.workbook import read_workbook
from welfare_desktop.exchange.keyed_sheet import keyed_sheet
from welfare_desktop.exchange.keys import read_key

THOROUGH = settings(max_examples=1000, deadline=None)
SHUFFLES = st.randoms(use_true_random=False)


@cache
def form() -> sample.Exported:
    return sample.exported()


@cache
def workbook() -> Workbook:
    """The entry sheet and the identity sheet, which is all that matters here."""
    whole = read_workbook(prescan(form().content, DEFAULT_LIMITS), DEFAULT_LIMITS)
    return Workbook(tuple(sheet for sheet in whole.sheets if sheet.name != "はじめに"))


def changes(returned: ReturnedFile) -> dict[str, tuple[str, ...]]:
    assembled = assemble(form().base, returned)
    found = contributions_of("export-1", "", form().base, assembled.values)
    return {item.field: tuple(plain_text(line) for line in item.value) for item in found}


def rearranged(sheet: Sheet, dice: random.Random) -> Sheet:
    """Rows in another order with empty ones between, columns in another order, under another name.

    The heading stays above the table, as Excel's sorting leaves it.
    """
    last_row = max(row for row, _ in sheet.cells)
    data = list(range(4, last_row + 1))
    places = sorted(dice.sample(range(4, last_row + 20), len(data)))
    dice.shuffle(data)
    rows = {1: 1, 2: 2, 3: 3, **dict(zip(data, places, strict=True))}
    columns = list(range(1, 20))
    dice.shuffle(columns)
    moved = {(rows[row], columns[column - 1]): cell for (row, column), cell in sheet.cells.items()}
    return Sheet(dice.choice(["記入", "Sheet1", "記入 (2)"]), dict(sorted(moved.items())))


def with_entry(change: Sheet) -> Workbook:
    return Workbook(tuple(change if sheet.name == "記入" else sheet for sheet in workbook().sheets))


@given(SHUFFLES)
@THOROUGH
def test_inserting_sorting_and_moving_changes_nothing(dice: random.Random) -> None:
    entry = next(sheet for sheet in workbook().sheets if sheet.name == "記入")
    sheets = [rearranged(sheet, dice) if sheet is entry else sheet for sheet in workbook().sheets]
    dice.shuffle(sheets)
    returned = read_keyed_workbook(Workbook(tuple(sheets)))
    assert changes(returned) == {}
    assert (returned.findings, returned.unmatched, returned.missing, returned.problems) == ((), (), (), ())


WORDS = st.text(st.sampled_from("あいうえ亜12 ・※\n　=@"), min_size=0, max_size=12)


@given(SHUFFLES, st.dictionaries(st.integers(0, 11), WORDS, max_size=5))
@THOROUGH
def test_every_typed_text_arrives_wherever_its_row_went(dice: random.Random, typed: dict[int, str]) -> None:
    entry = next(sheet for sheet in workbook().sheets if sheet.name == "記入")
    found = keyed_sheet(entry)
    (column,) = found.columns["text"]
    keyed = [row for row in found.rows if row.keys]
    cells = dict(entry.cells)
    answers: dict[tuple[str, str], str] = {}
    for place, text in typed.items():
        row = keyed[place % len(keyed)]
        key = read_key(row.keys[0].text)
        assert key is not None
        cells.pop((row.number, column), None)
        if text.strip():
            cells[row.number, column] = Cell(CellKind.TEXT, text)
        answers[key.field.text, key.item] = text
    returned = read_keyed_workbook(with_entry(rearranged(Sheet("記入", cells), dice)))
    values = {(value.field, value.item): value for value in returned.values}
    asked = {(finding.field, finding.item) for finding in returned.findings}
    for name, text in answers.items():
        wanted = sample_lines(text)
        assert name in values or (name in asked and wanted)
        if name in values and not values[name].untouched:
            assert values[name].lines == wanted
    untouched = {name for name in values if name not in answers}
    assert all(values[name].untouched for name in untouched)


def sample_lines(text: str) -> tuple[str, ...]:
    """The lines of a text, worked out apart from the program: no bullet, no outer space, no empty line."""
    return tuple(line for raw in text.split("\n") if (line := raw.strip(" 　").lstrip("・ 　")))


@given(SHUFFLES, st.integers(1, 6))
@THOROUGH
def test_rows_taken_out_are_missing_and_nothing_else(dice: random.Random, count: int) -> None:
    entry = next(sheet for sheet in workbook().sheets if sheet.name == "記入")
    keyed = [row for row in keyed_sheet(entry).rows if row.keys]
    gone = dice.sample(keyed, count)
    numbers = {row.number for row in gone}
    cells = {place: cell for place, cell in entry.cells.items() if place[0] not in numbers}
    returned = read_keyed_workbook(with_entry(replace(entry, cells=cells)))
    keys = [read_key(row.keys[0].text) for row in gone]
    assert set(returned.missing) == {(key.field.text, key.item) for key in keys if key}
    assert changes(returned) == {}


# --- typed in the wrong place -----------------------------------------------------------------------------------------


@cache
def whole() -> Workbook:
    """All sheets, the instructions too."""
    return read_workbook(prescan(form().content, DEFAULT_LIMITS), DEFAULT_LIMITS)


def without(sheet: Sheet, rows: set[int], columns: set[int]) -> Sheet:
    """The sheet without what stands in these rows and columns."""
    kept = {place: cell for place, cell in sheet.cells.items() if place[0] not in rows and place[1] not in columns}
    return Sheet(sheet.name, kept)


def typed_at(damaged: Workbook, name: str, place: tuple[int, int], cell: Cell) -> ReturnedFile:
    sheets = (
        Sheet(sheet.name, {**sheet.cells, place: cell}) if sheet.name == name else sheet for sheet in damaged.sheets
    )
    return read_keyed_workbook(Workbook(tuple(sheets)))


def said(returned: ReturnedFile) -> str:
    """Everything a person is shown of a file, whatever list it is in."""
    texts = [line for value in returned.values for line in (*value.lines, value.number or "", value.unit or "")]
    texts += [finding.shown for finding in returned.findings]
    texts += [line for item in returned.unmatched for line in (*item.lines, *item.wording)]
    return "\n".join((*texts, *(remark.text for remark in returned.remarks)))


@pytest.mark.parametrize(("rows", "columns"), [(set(), set()), (set(), {1}), ({1}, set()), ({1}, {1})])
def test_whatever_cell_somebody_types_into_his_words_are_told(rows: set[int], columns: set[int]) -> None:
    """Beside the table, above it, into cells a row does not use, into the instructions, with hidden marks taken out."""
    sheets = (without(sheet, rows, columns) if sheet.name == "記入" else sheet for sheet in whole().sheets)
    damaged = Workbook(tuple(sheets))
    lost = []
    sheets_swept = (("記入", 15), ("はじめに", 6))
    for name, width in sheets_swept[:1] if rows or columns else sheets_swept:
        sheet = next(sheet for sheet in damaged.sheets if sheet.name == name)
        height = max(row for row, _ in sheet.cells) + 3
        for place in ((row, column) for row in range(1, height) for column in range(1, width)):
            if rows and place == (3, 7):
                continue  # neither id nor heading says where the answers stand: the whole sheet is told of
            for kind, text in ((CellKind.TEXT, "誰かの言葉"), (CellKind.NUMBER, "731954")):
                if text not in said(typed_at(damaged, name, place, Cell(kind, text))):
                    lost.append((name, place, kind))
    assert lost == [], lost[:40]


@pytest.mark.parametrize(("rows", "columns"), [(set(), {1}), ({1}, {1}), ({1}, set())])
def test_taking_out_hidden_marks_invents_nothing(rows: set[int], columns: set[int]) -> None:
    sheets = (without(sheet, rows, columns) if sheet.name == "記入" else sheet for sheet in whole().sheets)
    returned = read_keyed_workbook(Workbook(tuple(sheets)))
    assert changes(returned) == {}
    assert (returned.findings, returned.unmatched) == ((), ())
