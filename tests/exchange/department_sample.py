"""A department's workbook for tests: every kind of row, and helpers to edit it as people do."""

from __future__ import annotations

import io
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.merging.assembling import Assembled, assemble, contributions_of
from welfare_desktop.domain.merging.lines import Value, plain_text
from welfare_desktop.domain.merging.returned import ReturnedFile
from welfare_desktop.domain.model import (
    Activity,
    ActivityGoal,
    Actor,
    ActorPart,
    BasicGoal,
    Department,
    Entry,
    Indicator,
    Plan,
    Result,
    Slot,
)
from welfare_desktop.exchange.department_instructions import Cover
from welfare_desktop.exchange.department_workbook import SHEET, DepartmentOptions, department_workbook
from welfare_desktop.exchange.guard.limits import DEFAULT_LIMITS
from welfare_desktop.exchange.guard.worker import read_bytes
from welfare_desktop.exchange.keys import Identity, read_column_id, read_key
from welfare_desktop.paper.measurer import QtMeasurer

YEAR = 2019
OWNER = "地域福祉課"


def ids(seed: int = 7) -> Callable[[], str]:
    """A source of identifiers that gives the same ones every time."""
    dice = random.Random(seed)
    return lambda: str(uuid.UUID(int=dice.getrandbits(128), version=4))


def sample_plan() -> Plan:
    """Two activities with four slots of 地域福祉課: blank, filled, drafted, 「—」, and one to three indicators."""
    welfare, school = Department(OWNER), Department("学校教育課")
    several = (
        Indicator("登録者数 H32(2020) 250人", "i1"),
        Indicator("講座 年2回", "i2"),
        Indicator("情報の提供", "i3"),
    )
    filled = Slot(
        (welfare,),
        {2018: Entry(("支えた。", "広めた。")), 2019: Entry(("一つ目。", "二つ目。", "三つ目。"))},
        {2019: Entry(("支える。",)), 2020: Entry(("続ける。",), draft=True)},
        several,
        {
            2018: (Result("登録者 44人"), Result("講座 2回"), Result("その他の催し")),
            2019: (
                Result("登録者 60人", link="i1", value=Decimal(60), unit="人"),
                Result("講座を開いた", link="i2"),
                Result("別の実績"),
            ),
        },
    )
    shared = Slot(
        (welfare, school), {2018: Entry(("行った。",))}, {2019: Entry(("行う。",))}, (Indicator("催し 年1回", "i4"),)
    )
    dashed = Slot(
        (welfare,),
        {2019: Entry(("—",))},
        {},
        (Indicator("点検 毎年1回", "i5"), Indicator("訪問 年10件", "i6")),
        {2019: (Result("—"),)},
    )
    plain = Slot((welfare,), {2018: Entry(("=1+1 のような文", "※注 _x000D_ 付き"))})
    other = Slot((school,), {2019: Entry(("ほかの課の文",))})
    council = ActorPart(Actor.COUNCIL, (), (Slot(),))
    first = Activity(
        1, "担い手の確保", council=council, city=ActorPart(Actor.CITY, ("講座【新規】",), (filled, shared))
    )
    second = Activity(2, "団体間の交流", council=council, city=ActorPart(Actor.CITY, (), (dashed, plain, other)))
    goal = ActivityGoal(1, "活動の推進", (first, second))
    plan = Plan("計画", "理念", 2018, 2022, (welfare, school), (BasicGoal(1, "ひとづくり", (goal,)),))
    return with_ids(plan, ids())


def identity_of(plan: Plan, export_id: str = "export-1", kind: str = "department") -> Identity:
    """The identity of an export of 地域福祉課."""
    department = next(item for item in plan.departments if item.name == OWNER)
    return Identity(kind, export_id, "dataset-1", YEAR, 12, "2020-04-01", department.id, OWNER)


@dataclass(frozen=True)
class Exported:
    """A department's workbook as it went out."""

    plan: Plan
    content: bytes
    base: Mapping[str, Value]


def exported(plan: Plan | None = None, export_id: str = "export-1") -> Exported:
    """The sample as a workbook."""
    plan = plan or sample_plan()
    workbook, base = department_workbook(
        plan,
        OWNER,
        YEAR,
        measurer=QtMeasurer(),
        identity=identity_of(plan, export_id),
        options=DepartmentOptions(Cover("令和2年4月24日（金）", ("社会福祉協議会", "電話 000-0000"), "R1-01")),
    )
    buffer = io.BytesIO()
    workbook.save(buffer)
    return Exported(plan, buffer.getvalue(), base)


def slot_field(plan: Plan, slot: int, name: str, year: int = YEAR) -> str:
    """The name of a field of the n-th slot of the city (counted from 0 over all activities)."""
    slots = [item for _, _, activity in plan.walk() for item in activity.city.slots]
    return FieldKey(Owner.SLOT, slots[slot].id, name, None, year).text


class EditedSheet:
    """The entry sheet, edited through what a person sees: columns by their ids, rows by their fields."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.columns: dict[str, int] = {
            name: cell.column
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and (name := read_column_id(cell.value))
        }

    def row(self, field: str, item: str = "") -> int:
        """The row that holds a field, or the results of one indicator."""
        for row in range(1, self.sheet.max_row + 1):
            key = read_key(str(self.sheet.cell(row, self.columns["key"]).value))
            if key and key.field.text == field and key.item == item:
                return row
        raise LookupError(field)

    def put(self, field: str, value: object, *, column: str = "text", item: str = "") -> str:
        """Type ``value`` into the row of a field; returns the cell."""
        cell = self.sheet.cell(self.row(field, item), self.columns[column])
        cell.value = value  # type: ignore[assignment]  # openpyxl takes whatever Excel does
        return cell.coordinate


@contextmanager
def editing(content: bytes) -> Iterator[tuple[openpyxl.Workbook, EditedSheet, list[bytes]]]:
    """Open a workbook, let it be edited, and put what was saved into the list."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    saved: list[bytes] = []
    yield workbook, EditedSheet(workbook[SHEET]), saved
    buffer = io.BytesIO()
    workbook.save(buffer)
    saved.append(buffer.getvalue())


def read(content: bytes) -> ReturnedFile:
    """Read a returned file in this process."""
    return read_bytes(content, DEFAULT_LIMITS)


def edits(sample: Exported, content: bytes) -> dict[str, tuple[str, ...]]:
    """What came back changed, as plain lines by field."""
    assembled = assembled_of(sample, content)
    found = contributions_of("export-1", "", sample.base, assembled.values)
    return {item.field: tuple(plain_text(line) for line in item.value) for item in found}


def assembled_of(sample: Exported, content: bytes) -> Assembled:
    """The whole values of a returned file."""
    return assemble(sample.base, read(content))


def write(folder: Path, content: bytes, name: str = "地域福祉課.xlsx") -> Path:
    """Save a workbook as a file."""
    path = folder / name
    path.write_bytes(content)
    return path
