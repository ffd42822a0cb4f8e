"""Hidden keys, column ids and the identity sheet."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from welfare_desktop.domain.fields import FIELDS, FieldKey, Owner
from welfare_desktop.domain.model import Actor
from welfare_desktop.exchange.keys import (
    IDENTITY_SHEET,
    Identity,
    WorkbookKey,
    column_id,
    identity_rows,
    is_identity,
    join_keys,
    looks_like_key,
    make_key,
    read_column_id,
    read_identity,
    read_key,
    row_hash,
    sheet_hash,
    split_keys,
    value_hash,
    write_identity,
)

IDENTITY = Identity("department", "export-1", "dataset-1", 2019, 12, "2020-04-01", "department-1", "地域福祉課")
HASHES = {"w1|a": ("0011", "22"), "w1|b": ("33", "")}


@st.composite
def field_keys(draw: st.DrawFn) -> FieldKey:
    spec = draw(st.sampled_from(FIELDS))
    actor = draw(st.sampled_from(Actor)) if spec.owner is Owner.ACTOR else None
    year = draw(st.integers(1000, 9999)) if spec.yearly else None
    return FieldKey(spec.owner, str(draw(st.uuids())), spec.name, actor, year)


KEYS = st.builds(
    WorkbookKey,
    field_keys(),
    st.sampled_from(["", "none"]) | st.uuids().map(str),
    st.none() | st.tuples(st.integers(0, 99999), st.integers(0, 99999)),
    st.sampled_from(["", "city.status", "title", "council.results"]),
)


def written(key: WorkbookKey) -> str:
    return make_key(key.field, item=key.item, part=key.part, column=key.column)


@given(KEYS)
@settings(max_examples=300)
def test_keys_read_back_whatever_a_mailer_did_to_their_width(key: WorkbookKey) -> None:
    text = written(key)
    assert read_key(text) == key
    assert looks_like_key(text)
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    assert unicodedata.normalize("NFKC", wide) == text
    assert read_key(f" {wide}　") == key
    assert looks_like_key(wide)


@given(KEYS, st.data())
@settings(max_examples=300)
def test_a_key_changed_in_one_place_is_no_key(key: WorkbookKey, data: st.DataObject) -> None:
    text = written(key)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789abcdefXYZ|-"))
    changed = text[:place] + other + text[place + 1 :]
    if unicodedata.normalize("NFKC", changed) != text and changed.upper() != text.upper():
        assert read_key(changed) is None


def test_dragging_a_key_down_does_not_make_another_one() -> None:
    key = make_key(FieldKey(Owner.SLOT, "12", "status", None, 2018))
    assert key.endswith(key[-4:])
    assert read_key(key + "1") is None
    assert read_key(key.replace("2018", "2019")) is None


@pytest.mark.parametrize("text", ["", "w1", "w1|", "書いた。", "w1|slot:1/status@2018|||", "w1|x|y|z|a|BBBB", "|" * 9])
def test_other_text_is_no_key(text: str) -> None:
    assert read_key(text) is None
    assert read_column_id(text) is None


def test_a_cell_can_hold_several_keys() -> None:
    keys = [make_key(FieldKey(Owner.SLOT, str(number), "status", None, 2018)) for number in range(3)]
    assert split_keys(join_keys(keys)) == tuple(keys)
    assert split_keys("") == ()


def test_column_ids_read_back() -> None:
    assert read_column_id(column_id("city.status")) == "city.status"
    assert read_column_id(column_id("export.3f2a-1")) == "export.3f2a-1"
    assert read_column_id(column_id("text")[:-1]) is None
    assert read_column_id("x" * 500 + "|") is None
    assert not looks_like_key(column_id("text"))


def test_the_identity_sheet_reads_back() -> None:
    sheet = read_identity(identity_rows(IDENTITY, HASHES, {"記入": "44"}))
    assert sheet is not None
    assert (sheet.identity, dict(sheet.hashes), dict(sheet.sheets), sheet.sealed) == (
        IDENTITY,
        HASHES,
        {"記入": "44"},
        True,
    )


def test_an_identity_without_department_reads_back() -> None:
    plain = replace(IDENTITY, kind="official", department_id="", department="")
    sheet = read_identity(identity_rows(plain, {}, {}))
    assert sheet is not None
    assert (sheet.identity, sheet.sealed) == (plain, True)


@pytest.mark.parametrize("row", range(1, 12))
def test_any_changed_row_breaks_the_seal(row: int) -> None:
    rows = identity_rows(IDENTITY, HASHES, {"記入": "44"})
    rows[row] = (*rows[row][:-1], rows[row][-1] + "1")
    sheet = read_identity(rows)
    assert sheet is not None
    assert not sheet.sealed


def test_what_is_no_identity_sheet_or_lacks_what_it_must_say() -> None:
    rows = identity_rows(IDENTITY, HASHES, {})
    assert read_identity([]) is None
    assert read_identity([("記入欄",)]) is None
    assert read_identity([row for row in rows if row[0] != "year"]) is None
    assert read_identity([(row[0], "x") if row[0] == "year" else row for row in rows]) is None
    assert is_identity(rows[0][0])
    assert not is_identity(None)


def test_a_written_identity_sheet_is_very_hidden_text() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["一", 2, 0.5, None, "=A1", True])
    write_identity(book, IDENTITY, HASHES)
    buffer = io.BytesIO()
    book.save(buffer)
    sheet = openpyxl.load_workbook(buffer)[IDENTITY_SHEET]
    assert sheet.sheet_state == "veryHidden"
    found = read_identity(sheet.iter_rows(values_only=True))
    assert found is not None and found.sealed
    assert found.sheets == {"Sheet": sheet_hash(["一", "2", "0.5", "TRUE"])}


def test_hashes_tell_what_matters() -> None:
    assert value_hash(("a", "b")) != value_hash(("a\nb",))
    assert value_hash("a") != value_hash(("a",))
    assert row_hash(("a",)) == value_hash(("a",))
    assert row_hash(("a",), "", "人") == row_hash(("a",))
    assert row_hash(("a",), "1", "人") != row_hash(("a",), "1", "回")
    assert sheet_hash(["・b ", "a", " "]) == sheet_hash(["a", "b"])
