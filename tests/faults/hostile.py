"""Builds files that are broken or mean harm, byte by byte where no library would write them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

Parts = dict[str, bytes]
ENTRY = "xl/worksheets/sheet2.xml"
BOOK, TYPES = "xl/workbook.xml", "[Content_Types].xml"
BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True)
class Entry:
    """One part of a zip file; whatever is given overrides what would be true."""

    name: bytes
    data: bytes
    method: int = 8
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    flags: int = 0x800
    local_name: bytes | None = None
    offset: int | None = None
    written: bool = True


def pack(entries: Iterable[Entry], *, prefix: bytes = b"") -> bytes:
    """Write a zip file without asking whether it makes sense."""
    body, directory, count = bytearray(prefix), bytearray(), 0
    for entry in entries:
        packed = entry.packed
        if packed is None:
            packed = deflated(entry.data) if entry.method == 8 else entry.data
        size = len(entry.data) if entry.size is None else entry.size
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        offset = len(body) if entry.offset is None else entry.offset
        common = struct.pack("<4H3L", entry.flags, entry.method, 0, 0x21, crc, len(packed), size)
        if entry.written:
            name = entry.name if entry.local_name is None else entry.local_name
            body += b"PK\x03\x04" + struct.pack("<H", 20) + common + struct.pack("<2H", len(name), 0) + name + packed
        directory += b"PK\x01\x02" + struct.pack("<2H", 20, 20) + common
        directory += struct.pack("<5H2L", len(entry.name), 0, 0, 0, 0, 0, offset) + entry.name
        count += 1
    start = len(body)
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, min(count, 65535), min(count, 65535), len(directory), start, 0)
    return bytes(body + directory + end)


def deflated(data: bytes) -> bytes:
    """Return ``data`` as a raw deflate stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def unpacked(content: bytes) -> Parts:
    """Return the parts of a sound workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def entries(parts: Mapping[str, bytes]) -> list[Entry]:
    """Return parts as zip entries."""
    return [Entry(name.encode(), data) for name, data in parts.items()]


def with_parts(**changes: Callable[[bytes], bytes] | bytes | None) -> Callable[[bytes], bytes]:
    """Return a builder that changes parts (``entry``, ``book``, ``types``, ``relations``, ``strings``) of a workbook."""
    names = {"entry": ENTRY, "book": BOOK, "types": TYPES, "relations": BOOK_RELATIONS, "root": "_rels/.rels"}

    def build(content: bytes) -> bytes:
        parts = unpacked(content)
        for short, change in changes.items():
            name = names[short]
            if change is None:
                del parts[name]
            else:
                parts[name] = change if isinstance(change, bytes) else change(parts[name])
        return pack(entries(parts))

    return build


def replaced(old: bytes, new: bytes, count: int = 1) -> Callable[[bytes], bytes]:
    """Return a change of one part's bytes; what is to be replaced must be there."""

    def change(data: bytes) -> bytes:
        assert old in data, old
        return data.replace(old, new, count)

    return change


def cell(inner: bytes, place: bytes = b"G10") -> Callable[[bytes], bytes]:
    """Return a change that replaces the cell at ``place`` of the entry sheet; ``inner`` is the whole element."""

    def change(data: bytes) -> bytes:
        start = data.index(b'<c r="' + place + b'"')
        end = min(found for mark in (b"/>", b"</c>") if (found := data.find(mark, start)) >= 0)
        end += 2 if data[end : end + 2] == b"/>" else 4
        return data[:start] + inner + data[end:]

    return change


def row_after(rows: bytes) -> Callable[[bytes], bytes]:
    """Return a change that adds rows at the end of the entry sheet."""
    return replaced(b"</sheetData>", rows + b"</sheetData>")


def added(**more: bytes) -> Callable[[bytes], bytes]:
    """Return a builder that adds parts; ``__`` in a name stands for a slash, ``_dot_`` for a dot."""

    def build(content: bytes) -> bytes:
        named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
        return pack(entries({**unpacked(content), **named}))

    return build


def changed_entry(name: str, **changes: object) -> Callable[[bytes], bytes]:
    """Return a builder that lies about one part in the zip directory."""

    def build(content: bytes) -> bytes:
        found = entries(unpacked(content))
        return pack(replace(entry, **changes) if entry.name == name.encode() else entry for entry in found)  # type: ignore[arg-type]

    return build


def named(name: bytes, data: bytes = b"x") -> Callable[[bytes], bytes]:
    """Return a builder that adds one part under any name."""
    return lambda content: pack([*entries(unpacked(content)), Entry(name, data)])


def ole(*streams: str) -> Callable[[bytes], bytes]:
    """Return a builder for a file in the old compound format that names these streams."""
    body = b"".join(stream.encode("utf-16-le").ljust(64, b"\x00") for stream in streams)
    return lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + body


def overlapping(content: bytes) -> bytes:
    """Two parts that share their bytes: a small file that unpacks to any size."""
    found = entries(unpacked(content))
    first = found[0]
    return pack([*found, replace(first, name=b"xl/again.xml", offset=0, written=False)])
