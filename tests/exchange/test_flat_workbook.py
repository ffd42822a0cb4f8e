"""The flat workbook and its CSV: one value a cell, numbers as numbers, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd  # type: ignore[import-untyped]  # ships no annotations
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.libreoffice import convert, pdf_text
from tests.paper.sample import WELFARE, YEAR, activity, plain, sample_plan, shapes, slot, texts_of
from welfare_desktop.domain.errors import Cancelled, TargetInTheWay
from welfare_desktop.domain.model import Entry, Plan
from welfare_desktop.exchange.cell_text import from_cell
from welfare_desktop.exchange.flat_rows import COLUMNS, FIELD_WORDS, FlatTable, flat_rows
from welfare_desktop.exchange.flat_workbook import (
    FlatOptions,
    csv_text,
    disarmed,
    flat_workbook,
    write_csv,
    write_flat,
)
from welfare_desktop.exchange.keys import Identity, read_identity, read_key, value_hash
from welfare_desktop.exchange.report_text import read_report_text

IDENTITY = Identity(
    "flat", "01234567-89ab-4cde-8f01-23456789abcd", "f0000000-0000-4000-8000-00000000000f", YEAR, 7, "2020-05-20"
)
HOSTILE = ("=1+1", "+81-83", "-5度", "@所", "＝全角", "－", "'引用", "1-2", "\t=tab", 'a"b,c', "TRUE", "007")


@pytest.fixture(scope="module")
def real_plan(report_text: str) -> Plan:
    return read_report_text(report_text).plan


@pytest.fixture(scope="module")
def real_file(real_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("flat") / "flat.xlsx"
    write_flat(real_plan, 2018, path)
    return path


def test_pandas_reads_every_line_of_the_real_report(real_plan: Plan, real_file: Path) -> None:
    table = pd.read_excel(real_file, sheet_name="本文")
    assert sorted(table["内容"]) == sorted(texts_of(real_plan, 2018))
    for heading in ("年度（西暦）", "基本目標", "活動目標", "活動", "行"):
        assert table[heading].dtype == "int64"
    assert set(table["項目"]) == set(FIELD_WORDS.values())
    assert set(table["実施主体"].dropna()) == {"社協", "市"}
    planned = table[table["項目"] == "実施予定"]
    assert set(planned["年度（西暦）"]) == {2019}
    assert set(planned["年度"]) == {"令和元年度"}
    assert len(table[["基本目標", "活動目標", "活動"]].drop_duplicates()) == 30
    assert (table["新規"] == "○").sum() == table["内容"].str.contains("【新規】").sum()


def test_pandas_reads_the_figures_of_the_real_report_as_numbers(real_plan: Plan, real_file: Path) -> None:
    table = pd.read_excel(real_file, sheet_name="指標")
    for heading in ("目標値", "実績値", "達成率（％）"):
        assert pd.api.types.is_numeric_dtype(table[heading])
    row = table[table["指標"].str.contains("登録者数", na=False)].iloc[0]
    assert (row["目標値"], row["目標単位"], row["目標年度"], row["種類"]) == (250, "人", 2020, "年度指定")
    told = "\n".join(table["実績の文言"].dropna())
    for _, _, one in real_plan.walk():
        for part in one.parts:
            for one_slot in part.slots:
                for item in one_slot.results.get(2018, ()):
                    assert item.text in told
    indicators = {i.text for _, _, one in real_plan.walk() for p in one.parts for s in p.slots for i in s.indicators}
    assert set(table["指標"].dropna()) == indicators


def test_no_cell_is_merged_headers_lists_filters(real_file: Path) -> None:
    workbook = openpyxl.load_workbook(real_file)
    assert workbook.sheetnames == ["本文", "指標", "選択肢", "説明"]
    for name in ("本文", "指標"):
        sheet = workbook[name]
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
        assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS[FlatTable(name)]]
        lists = sheet.data_validations.dataValidation
        assert lists
        for listed in lists:
            assert listed.type == "list"
            source = workbook["選択肢"]
            area = str(listed.formula1).split("!")[1].replace("$", "")
            words = {cell[0].value for cell in source[area]}
            column = str(listed.sqref).split(":")[0].rstrip("0123456789")
            assert {cell.value for cell in sheet[column][1:]} <= words | {None}
    assert workbook.properties.creator == "welfare_desktop"


def test_text_stays_text(tmp_path: Path) -> None:
    plan = sample_plan((activity(1, "=1+1", council=[slot(1, (), HOSTILE)], city=[slot(2, (WELFARE,), HOSTILE)]),))
    path = tmp_path / "hostile.xlsx"
    write_flat(plan, YEAR, path)
    sheet = openpyxl.load_workbook(path)["本文"]
    column = [item.heading for item in COLUMNS[FlatTable.TEXTS]].index("内容") + 1
    texts = [sheet.cell(row, column) for row in range(2, 2 + len(HOSTILE))]
    assert [cell.value for cell in texts] == list(HOSTILE)
    assert {cell.data_type for cell in texts} == {"s"}
    assert all(cell.number_format == "@" and cell.quotePrefix for cell in texts)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "＝1", "－1", "\t=1", "\r=1", " =1", "\u3000=1", "\ufeff=1"])
def test_csv_begins_nothing_a_spreadsheet_would_run(text: str) -> None:
    assert disarmed(text) == f"'{text}"


@given(st.text(max_size=30))
def test_csv_changes_nothing_but_a_dangerous_beginning(text: str) -> None:
    safe = disarmed(text)
    assert safe.removeprefix("'") == text.removeprefix("'")
    assert not safe.lstrip().startswith(("=", "+", "@")) or safe.startswith("'")


def test_csv_of_the_real_report(real_plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    write_csv(real_plan, 2018, path, FlatTable.TEXTS)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    table = pd.read_csv(path)
    assert sorted(text.removeprefix("'") for text in table["内容"]) == sorted(texts_of(real_plan, 2018))
    assert table["年度（西暦）"].dtype == "int64"
    figures = pd.read_csv(io.StringIO(csv_text(real_plan, 2018, FlatTable.FIGURES)))
    assert pd.api.types.is_numeric_dtype(figures["目標値"])


def test_csv_quotes_what_it_must() -> None:
    plan = sample_plan((activity(1, '名,"前"', council=[slot(1, (), HOSTILE)], city=[]),))
    rows = list(csv.reader(io.StringIO(csv_text(plan, YEAR, FlatTable.TEXTS))))
    texts = [row[11] for row in rows[1 : 1 + len(HOSTILE)]]
    assert [text.removeprefix("'") for text in texts] == [text.removeprefix("'") for text in HOSTILE]
    assert all(row[5] == '名,"前"' for row in rows[1 : 1 + len(HOSTILE)])
    assert "－" in texts


def test_all_years_hold_every_entry_once() -> None:
    item = plain(1, 1)
    later = replace(
        item.council.slots[0],
        status={YEAR: Entry(("一年目。",)), YEAR + 1: Entry(("二年目。",))},
        planned={YEAR + 1: Entry(("予定。",), draft=True)},
    )
    plan = sample_plan((replace(item, council=replace(item.council, slots=(later,))),))
    rows = [row.values for row in flat_rows(plan, None, FlatTable.TEXTS) if row.values[3] == 1 and row.values[2] == 1]
    found = [(row[0], row[9], row[11], row[14]) for row in rows if row[6] == "社協"]
    assert found == [
        (None, "取組み（計画）", "集まりの開催【新規】", None),
        (YEAR, "実施状況", "一年目。", None),
        (YEAR + 1, "実施状況", "二年目。", None),
        (YEAR + 1, "実施予定", "予定。", "○"),
        (None, "主な活動指標", "集まり 年2回", None),
        (YEAR, "実績", "集まり 2回", None),
    ]


def test_what_was_not_judged_stands_with_its_indicator_or_alone() -> None:
    rows = [row.values for row in flat_rows(sample_plan((shapes(),)), YEAR, FlatTable.FIGURES)]
    seedlings = next(row for row in rows if row[9] == "苗 H32(2020) 500株")
    assert (seedlings[17], seedlings[21]) == ("—", "実績なし")
    lone = replace(plain(1, 1), city=replace(plain(1, 1).city, slots=(slot(5, (), results=["出前講座 3回"]),)))
    alone = [row.values for row in flat_rows(sample_plan((lone,)), YEAR, FlatTable.FIGURES) if row.values[6] == "市"]
    assert (alone[0][9], alone[0][17]) == (None, "出前講座 3回")


def test_numbers_are_written_as_they_are(tmp_path: Path) -> None:
    item = activity(
        1,
        "活動",
        council=[
            slot(
                1,
                (),
                indicators=["加入率 H34(2022) 70.5%", "来場者 年10,000人"],
                results=["加入率 44.1%", "来場者 12,345人"],
            )
        ],
        city=[],
    )
    path = tmp_path / "numbers.xlsx"
    write_flat(sample_plan((item,)), YEAR, path)
    table = pd.read_excel(path, sheet_name="指標")
    own = table[table["指標"].notna() & (table["活動名"] == "活動")]
    assert list(own["目標値"]) == [70.5, 10000]
    assert list(own["実績値"]) == [44.1, 12345]


def test_keys_name_every_line(tmp_path: Path) -> None:
    workbook = flat_workbook(sample_plan(), YEAR, options=FlatOptions(identity=IDENTITY))
    path = tmp_path / "keyed.xlsx"
    workbook.save(path)
    again = openpyxl.load_workbook(path)
    sheet = again["本文"]
    found = read_identity(again["_id"].iter_rows(values_only=True))
    assert found is not None
    assert found.sealed
    keys = [str(sheet.cell(row, 16).value) for row in range(2, sheet.max_row + 1)]
    assert set(keys) == set(found.hashes)
    for row, text in enumerate(keys, start=2):
        key = read_key(text)
        assert key is not None
        assert key.part == (int(str(sheet.cell(row, 11).value)) - 1, 1)
        assert found.hashes[text][0] == value_hash((from_cell(sheet.cell(row, 12).value),))
    assert sheet.column_dimensions["P"].hidden
    assert "_id" not in flat_workbook(sample_plan(), YEAR).sheetnames


def test_an_existing_file_is_kept_and_stopping_stops(tmp_path: Path) -> None:
    target = tmp_path / "flat.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(TargetInTheWay):
        write_flat(sample_plan(), YEAR, target)
    with pytest.raises(TargetInTheWay):
        write_csv(sample_plan(), YEAR, target, FlatTable.TEXTS)

    class Stopper:
        def step(self, done: int, total: int, label: str) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_flat(sample_plan(), YEAR, target, progress=Stopper(), force=True)
    assert target.read_bytes() == b"old"


def test_hidden_keys_are_not_printed(tmp_path: Path) -> None:
    path = tmp_path / "flat.xlsx"
    write_flat(sample_plan(), YEAR, path, options=FlatOptions(identity=IDENTITY))
    text = re.sub(r"\s", "", "".join(pdf_text(convert(path, "pdf", tmp_path / "out"))))
    assert "集まりを開きました。" in text
    assert "w1" not in text


def test_it_survives_libreoffice(tmp_path: Path) -> None:
    path = tmp_path / "flat.xlsx"
    # LibreOffice itself does not escape _x000D_ when it saves; that text is left to the other tests.
    plan = sample_plan((activity(1, "=1+1", council=[slot(1, (), HOSTILE)], city=[]), plain(2, 2)))
    write_flat(plan, YEAR, path, options=FlatOptions(identity=IDENTITY))
    again = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "out"))
    before = openpyxl.load_workbook(path)
    for name in ("本文", "指標"):
        rows = [[cell.value for cell in row] for row in before[name].iter_rows()]
        assert [
            [cell.value for cell in row] for row in again[name].iter_rows(max_row=len(rows), max_col=len(rows[0]))
        ] == rows
