"""Files that are broken, foreign or mean harm: each is refused with a code, its place and the next step.

Every case goes the whole way: private copy, reading process, answer.  Afterwards the same process must still read a
sound file.  ``WELFARE_FAULTS`` multiplies the bit flips and cuts (1 in CI).
"""

from __future__ import annotations

import bz2
import os
import random
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.exchange import department_sample as sample
from tests.faults import hostile
from tests.faults.hostile import (
    BOOK,
    ENTRY,
    TYPES,
    Entry,
    added,
    cell,
    changed_entry,
    entries,
    named,
    ole,
    pack,
    replaced,
    row_after,
    unpacked,
    with_parts,
)
from welfare_desktop.domain.errors import FileRefused
from welfare_desktop.domain.merging.returned import ReturnedFile
from welfare_desktop.domain.values import values_of
from welfare_desktop.exchange.guard.limits import DEFAULT_LIMITS, Limits
from welfare_desktop.exchange.guard.refusals import Refusal
from welfare_desktop.exchange.package import PackageIdentity, package_bytes
from welfare_desktop.exchange.returned import ReturnedReader

MANY = int(os.environ.get("WELFARE_FAULTS", "1"))
MEBIBYTE = 1024 * 1024
DTD = b'<!DOCTYPE x [<!ENTITY a "b">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
SHEET = "記入"
Build = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Case:
    """One bad file: how it is made, the code it must get, and what its place must look like."""

    name: str
    build: Build
    code: str
    place: str = ""
    file_name: str = "返送.xlsx"
    limits: Limits = DEFAULT_LIMITS


def constant(content: bytes) -> Build:
    return lambda _: content


def after_declaration(text: bytes) -> Build:
    """Put ``text`` where a document type stands."""
    return lambda data: b'<?xml version="1.0"?>' + text + re.sub(rb"^<\?xml[^>]*\?>\s*", b"", data)


def many_parts(count: int) -> Build:
    return lambda content: pack([*entries(unpacked(content)), *(Entry(b"x/%d.bin" % n, b"") for n in range(count))])


def cut(share: float) -> Build:
    return lambda content: content[: int(len(content) * share)]


def flipped(part: str) -> Build:
    """Flip one bit in the packed bytes of a part."""

    def build(content: bytes) -> bytes:
        place = content.index(part.encode()) + len(part) + 40
        return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]

    return build


def sharing(strings: bytes) -> Build:
    """Give the workbook shared strings."""

    def build(content: bytes) -> bytes:
        parts = unpacked(content)
        parts["xl/sharedStrings.xml"] = b"<sst>" + strings + b"</sst>"
        parts[hostile.BOOK_RELATIONS] = parts[hostile.BOOK_RELATIONS].replace(
            b"</Relationships>",
            b'<Relationship Id="s" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        return pack(entries(parts))

    return build


def without_types(more: dict[str, bytes]) -> Build:
    """Leave out what makes a zip file an Office file, and put something else in."""

    def build(content: bytes) -> bytes:
        parts = {**unpacked(content), **more}
        del parts[TYPES]
        return pack(entries(parts))

    return build


def stylesheet_gone(content: bytes) -> bytes:
    parts = unpacked(content)
    del parts["xl/styles.xml"]
    return pack(entries(parts))


def relation(kind: bytes, target: bytes) -> Build:
    """Let the entry sheet point to a part that is not there."""

    def build(content: bytes) -> bytes:
        parts = unpacked(content)
        parts["xl/worksheets/_rels/sheet2.xml.rels"] = (
            b'<Relationships xmlns="x"><Relationship Id="r" Type="http://x/' + kind + b'" Target="' + target + b'"/>'
            b"</Relationships>"
        )
        return pack(entries(parts))

    return build


def open_document(kind: bytes) -> Build:
    return constant(pack([Entry(b"mimetype", kind, method=0), Entry(b"content.xml", b"<x/>")]))


def rows(count: int) -> bytes:
    return b"".join(b'<row r="%d"><c r="A%d" t="str"><v>x</v></c></row>' % (n, n) for n in range(1000, 1000 + count))


CONTAINER = [
    Case("empty", constant(b""), "W-333"),
    Case("one byte", constant(b"P"), "W-339"),
    Case("zeros", constant(b"\x00" * 5000), "W-343"),
    Case("too large", constant(b"PK\x03\x04" + b"\x00" * (20 * MEBIBYTE)), "W-334"),
    Case("lock file", constant(b"\x06yamada" + b" " * 158), "W-335", file_name="~$返送.xlsx"),
    Case("lock file of LibreOffice", constant(b",yamada,pc,22.04.2020 10:00;"), "W-335", file_name=".~lock.返送.xlsx#"),
    Case("password", ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), "W-336"),
    Case("xls", ole("Root Entry", "Workbook"), "W-337", file_name="返送.xls"),
    Case("very old xls", ole("Root Entry", "Book"), "W-337", file_name="返送.xls"),
    Case("xls renamed to xlsx", ole("Root Entry", "Workbook"), "W-337"),
    Case("doc", ole("Root Entry", "WordDocument"), "W-340"),
    Case("other compound file", ole("Root Entry", "Contents"), "W-340"),
    Case("ods", open_document(b"application/vnd.oasis.opendocument.spreadsheet"), "W-338", file_name="返送.ods"),
    Case("odt", open_document(b"application/vnd.oasis.opendocument.text"), "W-340"),
    Case("csv", constant("番号,記入欄\n1,書いた\n".encode()), "W-339", file_name="返送.csv"),
    Case("csv in Shift_JIS", constant("番号,記入欄\r\n1,書いた\r\n".encode("cp932")), "W-339"),
    Case("csv in UTF-16", constant("番号\t記入欄\n".encode("utf-16")), "W-339"),
    Case("pdf", constant(b"%PDF-1.7\n%\xe2\xe3"), "W-340", file_name="返送.pdf"),
    Case("photo", constant(b"\xff\xd8\xff\xe0" + b"\x00" * 50), "W-340"),
    Case("png", constant(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50), "W-340"),
    Case("shortcut", constant(b"\x4c\x00\x00\x00\x01\x14\x02\x00" + b"\x00" * 50), "W-340"),
    Case("program", constant(b"MZ" + b"\x00" * 200), "W-340"),
    Case("rar", constant(b"Rar!\x1a\x07\x01\x00"), "W-340"),
    Case("web page saved as xls", constant(b"<html><table><tr><td>1</td></tr></table></html>"), "W-340"),
    Case("xml of 2003", constant(b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'), "W-340"),
    Case("docx", constant(pack([Entry(TYPES.encode(), b"<Types/>"), Entry(b"word/document.xml", b"<d/>")])), "W-340"),
    Case("pptx", constant(pack([Entry(b"ppt/presentation.xml", b"<d/>")])), "W-340"),
    Case("zip of files", constant(pack([Entry("返送.xlsx".encode(), b"x")])), "W-340", file_name="返送.zip"),
    Case("empty zip", constant(pack([])), "W-343"),
    Case(
        "program before the zip", lambda content: pack(entries(unpacked(content)), prefix=b"MZ" + b"\x00" * 60), "W-340"
    ),
    Case("macros", added(xl__vbaProject_dot_bin=b"\x00"), "W-341"),
    Case("macro sheet", added(xl__macrosheets__sheet1_dot_xml=b"<x/>"), "W-341"),
    Case("macros by type", with_parts(types=replaced(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")), "W-341"),
    Case("xlsb", added(xl__workbook_dot_bin=b"\x00"), "W-342", file_name="返送.xlsb"),
    Case("cut in half", cut(0.5), "W-343"),
    Case("last byte gone", lambda content: content[:-1], "W-343"),
    Case("first header only", lambda content: content[:30], "W-343"),
    Case("a piece taken out", lambda content: content[:3000] + content[3500:], "W-343", r"\S+"),
    Case("bit flipped in a sheet", flipped(ENTRY), "W-344", ENTRY),
    Case("wrong checksum", changed_entry(ENTRY, crc=1), "W-344", ENTRY),
    Case("smaller than it says", changed_entry(ENTRY, size=10**6), "W-344", ENTRY),
    Case("larger than it says", changed_entry(ENTRY, size=10), "W-344", ENTRY),
    Case(
        "rubbish after the packed bytes",
        changed_entry(ENTRY, packed=hostile.deflated(b"<a/>") + b"more"),
        "W-344",
        ENTRY,
    ),
    Case("packed bytes end early", changed_entry(ENTRY, packed=hostile.deflated(b"x" * 9999)[:5]), "W-344", ENTRY),
    Case("stored but shorter", changed_entry(ENTRY, method=0, packed=b"<a/>"), "W-344", ENTRY),
    Case("501 parts", many_parts(501), "W-345"),
    Case("50,000 parts", many_parts(50_000), "W-345"),
    Case("a part of 41 MB", added(xl__big_dot_bin=b"\x00" * (41 * MEBIBYTE)), "W-346", "xl/big.bin"),
    Case(
        "a part of 41 MB that says it is empty",
        lambda content: pack([*entries(unpacked(content)), Entry(b"xl/big.bin", b"\x00" * (41 * MEBIBYTE), size=0)]),
        "W-346",
        "xl/big.bin",
    ),
    Case(
        "130 MB in parts of 26",
        lambda content: pack(
            [*entries(unpacked(content)), *(Entry(b"%d.bin" % n, b"\x00" * (26 * MEBIBYTE)) for n in range(5))]
        ),
        "W-346",
    ),
    Case("path upwards", named(b"../evil.xml"), "W-347", r"\.\./evil\.xml"),
    Case("path upwards inside", named(b"xl/../../evil.xml"), "W-347", r"xl/\.\./\.\./evil\.xml"),
    Case("absolute path", named(b"/etc/evil"), "W-347", "/etc/evil"),
    Case("drive", named(b"C:/evil.xml"), "W-347", "C:/evil.xml"),
    Case("backslashes", named(b"xl\\evil.xml"), "W-347", r"xl\\evil\.xml"),
    Case("null in a name", named(b"xl/a\x00.xml"), "W-347", r"xl/a\?\.xml"),
    Case("line break in a name", named(b"xl/a\n.xml"), "W-347", r"xl/a\?\.xml"),
    Case("the same part twice", named(ENTRY.encode(), b"<x/>"), "W-348", ENTRY),
    Case("the same part in capitals", named(ENTRY.upper().encode(), b"<x/>"), "W-348", ENTRY.upper()),
    Case("encrypted part", changed_entry(ENTRY, flags=0x801), "W-349", ENTRY),
    Case("strongly encrypted part", changed_entry(ENTRY, flags=0x840), "W-349", ENTRY),
    Case("bzip2", changed_entry(ENTRY, method=12, packed=bz2.compress(b"<x/>")), "W-350", ENTRY),
    Case("lzma", changed_entry(ENTRY, method=14, packed=b"x"), "W-350", ENTRY),
    Case("parts that share bytes", hostile.overlapping, "W-343", r"\S+"),
    Case("another name before the bytes", changed_entry(ENTRY, local_name=b"xl/worksheets/sheet9.xml"), "W-343", ENTRY),
    Case("bytes beyond the directory", changed_entry(ENTRY, offset=10**6), "W-343", r"\S*"),
]

XML = [
    Case("document type in a sheet", with_parts(entry=after_declaration(DTD)), "W-351", ENTRY),
    Case("entities that multiply", with_parts(book=after_declaration(LAUGHS)), "W-351", BOOK),
    Case("entity from outside", with_parts(entry=after_declaration(OUTSIDE)), "W-351", ENTRY),
    Case(
        "document type from outside",
        with_parts(entry=after_declaration(b'<!DOCTYPE x SYSTEM "http://x/y">')),
        "W-351",
        ENTRY,
    ),
    Case("document type in the types", with_parts(types=after_declaration(DTD)), "W-351", re.escape(TYPES)),
    Case("document type in relations", with_parts(relations=after_declaration(DTD)), "W-351", hostile.BOOK_RELATIONS),
    Case(
        "document type in a part nobody reads",
        added(customXml__item1_dot_xml=DTD + b"<x/>"),
        "W-351",
        "customXml/item1.xml",
    ),
    Case("UTF-16", with_parts(entry=lambda data: data.decode().encode("utf-16")), "W-352", ENTRY),
    Case("UTF-16 without a mark", with_parts(entry=lambda data: data.decode().encode("utf-16-le")), "W-352", ENTRY),
    Case("UTF-32", with_parts(entry=lambda data: data.decode().encode("utf-32")), "W-352", ENTRY),
    Case(
        "Shift_JIS as it says",
        with_parts(entry=lambda data: b'<?xml version="1.0" encoding="Shift_JIS"?><worksheet/>'),
        "W-352",
        ENTRY,
    ),
    Case(
        "bytes that are no UTF-8",
        with_parts(entry=replaced(b"</sheetData>", b"\xff\xfe\x80</sheetData>")),
        "W-352",
        ENTRY,
    ),
    Case("half of a pair", with_parts(entry=replaced(b"</sheetData>", b"\xed\xa0\x80</sheetData>")), "W-352", ENTRY),
    Case("a tag not closed", with_parts(entry=replaced(b"</worksheet>", b"")), "W-353", ENTRY + r" \d+ 行"),
    Case("two roots", with_parts(entry=lambda data: data + b"<worksheet/>"), "W-353", ENTRY + r" \d+ 行"),
    Case("an empty part", with_parts(entry=b""), "W-353", ENTRY + r" \d+ 行"),
    Case(
        "a null character",
        with_parts(entry=replaced(b"</sheetData>", b"\x00</sheetData>")),
        "W-353",
        ENTRY + r" \d+ 行",
    ),
    Case(
        "a control character",
        with_parts(entry=replaced(b"</sheetData>", b"&#7;</sheetData>")),
        "W-353",
        ENTRY + r" \d+ 行",
    ),
    Case(
        "an unknown entity",
        with_parts(entry=replaced(b"</sheetData>", b"&x;</sheetData>")),
        "W-353",
        ENTRY + r" \d+ 行",
    ),
    Case(
        "an unknown prefix",
        with_parts(entry=replaced(b"</sheetData>", b"<x:y/></sheetData>")),
        "W-353",
        ENTRY + r" \d+ 行",
    ),
    Case("100,000 levels", added(x_dot_xml=b"<a>" * 100_000 + b"</a>" * 100_000), "W-354", "x.xml"),
]

STRUCTURE = [
    Case("no types", with_parts(types=None), "W-340"),
    Case("neither workbook nor package", without_types({"manifest.json": b"{}"}), "W-355", re.escape(TYPES)),
    Case("no workbook", with_parts(book=None), "W-355", BOOK),
    Case("no root relations", with_parts(root=None), "W-355", r"_rels/\.rels"),
    Case("a sheet is gone", with_parts(entry=None), "W-355", ENTRY),
    Case("styles are gone", stylesheet_gone, "W-355", "xl/styles.xml"),
    Case("a drawing is gone", relation(b"drawing", b"../drawings/drawing1.xml"), "W-355", "xl/drawings/drawing1.xml"),
    Case("comments are gone", relation(b"comments", b"/xl/comments9.xml"), "W-355", "xl/comments9.xml"),
    Case("a relation that leaves the file", relation(b"comments", b"../../../../etc/passwd"), "W-355", r"\S+"),
    Case(
        "the workbook is elsewhere",
        with_parts(root=replaced(b"<Relationship ", b'<Relationship TargetMode="External" ', 9)),
        "W-355",
        r"_rels/\.rels",
    ),
    Case("no sheets", with_parts(book=lambda data: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", data)), "W-355", BOOK),
    Case("a sheet without a part", with_parts(book=replaced(b"rId2", b"rId99")), "W-361", SHEET),
    Case("two sheets of one name", with_parts(book=replaced("はじめに".encode(), SHEET.encode())), "W-361", BOOK),
    Case("a place that is none", with_parts(entry=replaced(b'r="G10"', b'r="??10"')), "W-361", rf"{SHEET}!\?\?10"),
    Case("a place in another row", with_parts(entry=replaced(b'r="G10"', b'r="G11"')), "W-361", f"{SHEET}!G11"),
    Case("a place twice", with_parts(entry=replaced(b'r="G10"', b'r="F10"')), "W-361", f"{SHEET}!F10"),
    Case("rows that go back", with_parts(entry=row_after(b'<row r="4"/>')), "W-361", f"{SHEET}!4"),
    Case("a row number that is none", with_parts(entry=row_after(b'<row r="x"/>')), "W-361", f"{SHEET}!x"),
    Case(
        "a style that is not there",
        with_parts(entry=cell(b'<c r="G10" s="99999"><v>1</v></c>')),
        "W-361",
        f"{SHEET}!G10",
    ),
    Case(
        "a style that is no number", with_parts(entry=cell(b'<c r="G10" s="-1"><v>1</v></c>')), "W-361", f"{SHEET}!G10"
    ),
    Case(
        "a string that is not there",
        with_parts(entry=cell(b'<c r="G10" t="s"><v>99999</v></c>')),
        "W-361",
        f"{SHEET}!G10",
    ),
    Case(
        "a string before the first", with_parts(entry=cell(b'<c r="G10" t="s"><v>-1</v></c>')), "W-361", f"{SHEET}!G10"
    ),
    Case(
        "a string number of 5,000 digits",
        with_parts(entry=cell(b'<c r="G10" t="s"><v>' + b"9" * 5000 + b"</v></c>")),
        "W-361",
        f"{SHEET}!G10",
    ),
    Case("an unknown kind of cell", with_parts(entry=cell(b'<c r="G10" t="x"><v>1</v></c>')), "W-361", f"{SHEET}!G10"),
    Case(
        "the farthest cell",
        with_parts(entry=row_after(b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>')),
        "W-356",
        f"{SHEET}!XFD1048576",
    ),
    Case(
        "column 201",
        with_parts(entry=row_after(b'<row r="99"><c r="GS99" t="str"><v>x</v></c></row>')),
        "W-356",
        f"{SHEET}!GS99",
    ),
    Case(
        "row 20,001",
        with_parts(entry=row_after(b'<row r="20001"><c r="A20001"><v>1</v></c></row>')),
        "W-356",
        f"{SHEET}!A20001",
    ),
    Case(
        "beyond any sheet",
        with_parts(entry=row_after(b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>')),
        "W-361",
        f"{SHEET}!A1048577",
    ),
    Case(
        "too many cells",
        with_parts(entry=row_after(rows(3000))),
        "W-357",
        rf"{SHEET}!A\d+",
        limits=replace(DEFAULT_LIMITS, cells=2000),
    ),
    Case("200,001 strings", sharing(b"<si><t>a</t></si>" * 200_001), "W-358"),
    Case(
        "a merged sheet",
        with_parts(
            entry=replaced(
                b"<dataValidations",
                b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><dataValidations',
            )
        ),
        "W-359",
        f"{SHEET}!A1:XFD1048576",
    ),
    Case(
        "a link over 60,000 cells",
        with_parts(
            entry=replaced(
                b"<dataValidations", b'<hyperlinks><hyperlink ref="A1:C20000"/></hyperlinks><dataValidations'
            )
        ),
        "W-359",
        f"{SHEET}!A1:C20000",
    ),
    Case(
        "a merged range that is none",
        with_parts(
            entry=replaced(b"<dataValidations", b'<mergeCells><mergeCell ref="A:B"/></mergeCells><dataValidations')
        ),
        "W-361",
        f"{SHEET}!A:B",
    ),
    Case(
        "32,768 characters in a cell",
        with_parts(entry=cell(b'<c r="G10" t="str"><v>' + b"a" * 32_768 + b"</v></c>")),
        "W-360",
        f"{SHEET}!G10",
    ),
    Case(
        "40 MB in an attribute",
        with_parts(entry=cell(b'<c r="' + b"9" * (39 * MEBIBYTE) + b'"/>')),
        "W-361",
        rf"{SHEET}!9+",
    ),
    Case(
        "no keys at all",
        with_parts(
            entry=lambda data: re.sub(rb"w1[ci|][^<]*", b"x", data),
            book=lambda data: re.sub(rb'<sheet [^>]*name="_id"[^>]*/>', b"", data),
        ),
        "W-365",
    ),
]

PROCESS = [
    Case(
        "too slow",
        with_parts(entry=row_after(rows(200_000))),
        "W-362",
        limits=replace(DEFAULT_LIMITS, time_s=0.01, rows=10**6),
    ),
    Case(
        "too much memory",
        sharing(b"".join(b"<si><t>%0150d</t></si>" % n for n in range(190_000))),
        "W-363",
        limits=replace(DEFAULT_LIMITS, memory_bytes=96 * MEBIBYTE),
    ),
]

CASES = [*CONTAINER, *XML, *STRUCTURE, *PROCESS]


@pytest.fixture(scope="module")
def form() -> sample.Exported:
    return sample.exported()


@pytest.fixture(scope="module")
def readers() -> Iterator[dict[Limits, ReturnedReader]]:
    opened: dict[Limits, ReturnedReader] = {}
    yield opened
    for reader in opened.values():
        reader.close()


def refusal(reader: ReturnedReader, path: Path) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        reader.read(path)
    return refused.value


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_bad_file_is_refused_with_code_place_and_next_step(
    case: Case, form: sample.Exported, readers: dict[Limits, ReturnedReader], tmp_path: Path
) -> None:
    reader = readers.setdefault(case.limits, ReturnedReader(case.limits))
    content = case.build(form.content)
    path = sample.write(tmp_path, content, case.file_name)
    error = refusal(reader, path)
    assert re.fullmatch(case.code, error.code), error
    assert re.fullmatch(re.escape(case.file_name) + (f" {case.place}" if case.place else ""), error.where), error.where
    assert error.message.endswith("何も取り込んでいません。")
    assert error.next_step.endswith("。")
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_there_are_enough_of_them_and_every_reason_has_one() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    seen = {case.code for case in CASES}
    elsewhere = {"W-330", "W-331", "W-332", "W-364", "W-366", "W-367", "W-368"}
    assert {reason.code for reason in Refusal} - seen - elsewhere == set()


def test_a_sound_file_is_still_read_after_all_of_them(form: sample.Exported, tmp_path: Path) -> None:
    good = sample.write(tmp_path, form.content, "good.xlsx")
    with ReturnedReader() as reader:
        first = reader.read(good)
        for case in (CONTAINER[0], CONTAINER[35], XML[1], STRUCTURE[12]):
            refusal(reader, sample.write(tmp_path, case.build(form.content), case.file_name))
            assert reader.read(good) == first


def test_places_that_are_no_files(form: sample.Exported, tmp_path: Path) -> None:
    target = sample.write(tmp_path, form.content, "target.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "link.xlsx").symlink_to(target)
    os.mkfifo(tmp_path / "pipe.xlsx")
    with socket.socket(socket.AF_UNIX) as server, ReturnedReader() as reader:
        server.bind(str(tmp_path / "socket.xlsx"))
        codes = {
            name: refusal(reader, tmp_path / f"{name}.xlsx").code
            for name in ("folder", "link", "pipe", "socket", "nowhere")
        }
    assert codes == {"folder": "W-331", "link": "W-332", "pipe": "W-332", "socket": "W-330", "nowhere": "W-330"}


def test_the_reading_process_falls_alone(form: sample.Exported, tmp_path: Path) -> None:
    good = sample.write(tmp_path, form.content, "good.xlsx")
    with ReturnedReader() as reader:
        first = reader.read(good)
        process = reader._process._process
        assert process is not None
        process.kill()
        process.wait()
        assert refusal(reader, good).code == "W-364"
        assert reader.read(good) == first


# --- damage anywhere ------------------------------------------------------------------------------------------------


def told(returned: ReturnedFile) -> bool:
    """Whether a reading says of itself that something is not as it should be."""
    return bool(returned.findings or returned.unmatched or returned.missing or returned.problems)


def silent_differences(content: bytes, damaged: Iterator[bytes]) -> tuple[int, int, list[int]]:
    """Count damaged copies that are refused or told of, and those read to the very same values; list the others."""
    sound = sample.read(content)
    refused = same = 0
    silent = []
    for number, bytes_ in enumerate(damaged):
        try:
            returned = sample.read(bytes_)
        except FileRefused:
            refused += 1
            continue
        if returned == sound:
            same += 1
        elif told(returned):
            refused += 1
        else:
            silent.append(number)
    return refused, same, silent


def flips(content: bytes, count: int, dice: random.Random) -> Iterator[bytes]:
    for _ in range(count):
        place, bit = dice.randrange(len(content)), dice.randrange(8)
        yield content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :]


def cuts(content: bytes, count: int, dice: random.Random) -> Iterator[bytes]:
    for number in range(count):
        start = dice.randrange(1, len(content))
        end = dice.randrange(start, len(content)) if number % 2 else len(content)
        yield content[:start] + content[end:]


@pytest.mark.parametrize("kind", ["workbook", "package"])
def test_no_flipped_bit_and_no_cut_changes_a_value_silently(kind: str, form: sample.Exported) -> None:
    content = form.content
    if kind == "package":
        identity = PackageIdentity("export-1", "dataset-1", "", 2019, 1, "2020-04-01")
        content = package_bytes(values_of(form.plan), identity)
    dice = random.Random(20190401)
    for name, count, damaged in (
        ("flips", 150 * MANY, flips(content, 150 * MANY, dice)),
        ("cuts", 40 * MANY, cuts(content, 40 * MANY, dice)),
    ):
        refused, same, silent = silent_differences(content, damaged)
        print(f"{kind}: {count} {name}: {refused} refused or told, {same} read the same, {len(silent)} silent")
        assert silent == []
        assert refused + same == count
