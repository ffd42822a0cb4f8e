"""The outside of a file: what kind it is, and the parts of a zip container, each proved before it is used.

Nothing a container says about itself is believed: sizes are counted while unpacking, checksums computed, the name in
front of each part compared with the one in the directory, and no two parts may share bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from .limits import MEBIBYTE, Limits
from .refusals import Refusal

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8_NAME = 0x800
_CHUNK = 256 * 1024

#: What other files begin with, and what a clerk calls them.
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "写真などの画像"),
    (b"GIF8", "画像"),
    (b"II*\x00", "画像（TIFF）"),
    (b"MM\x00*", "画像（TIFF）"),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00", "Windows のショートカット"),
    (b"MZ", "実行プログラム"),
    (b"Rar!", "圧縮ファイル（RAR）"),
    (b"7z\xbc\xaf\x27\x1c", "圧縮ファイル（7z）"),
    (b"\x1f\x8b", "圧縮ファイル（gzip）"),
    (b"SQLite format 3\x00", "データベースのファイル"),
    (b"{\\rtf", "リッチテキスト"),
)
#: Parts that tell what a zip container is, when it is no workbook.
_OTHER_CONTAINERS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "Word の文書（.docx）"),
    ("ppt/presentation.xml", "PowerPoint の文書（.pptx）"),
    ("index/document.iwa", "Numbers の表"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: ``data`` packed by ``method`` (0 stored, 8 deflated), with the size and checksum it must have."""

    name: str
    data: memoryview
    method: int
    size: int
    crc: int


class Container:
    """The parts of a zip file by name; names compare without regard to case, as Excel does."""

    def __init__(self, parts: Mapping[str, Part], limits: Limits) -> None:
        self._parts = {part.name.casefold(): part for part in parts.values()}
        self._limits = limits

    @property
    def names(self) -> tuple[str, ...]:
        """All part names as written, in the order of the directory."""
        return tuple(part.name for part in self._parts.values())

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    def read(self, name: str) -> bytes:
        """Return a part unpacked, after proving its size and checksum; raises FileRefused."""
        part = self._parts.get(name.casefold())
        if part is None:
            raise Refusal.MISSING_PART.error(name)
        data = bytes(part.data) if part.method == zipfile.ZIP_STORED else _inflated(part, self._limits)
        if len(data) > self._limits.part_bytes:
            raise _too_large_inside(part.name, self._limits)
        if len(data) != part.size or zlib.crc32(data) != part.crc:
            raise Refusal.DAMAGED_PART.error(part.name)
        return data


def _too_large_inside(name: str, limits: Limits) -> Exception:
    return Refusal.TOO_LARGE_INSIDE.error(name, f"一つの部品は {limits.part_bytes // MEBIBYTE} MB まで")


def _inflated(part: Part, limits: Limits) -> bytes:
    """Unpack piece by piece, so that a small part cannot become gigabytes before anybody counts."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    size = 0
    packed: bytes | memoryview = part.data
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(packed, _CHUNK)
            packed = unpacker.unconsumed_tail
            if not piece and not packed and not unpacker.eof:
                raise Refusal.DAMAGED_PART.error(part.name)
            size += len(piece)
            if size > limits.part_bytes:
                raise _too_large_inside(part.name, limits)
            pieces.append(piece)
    except zlib.error as error:
        raise Refusal.DAMAGED_PART.error(part.name) from error
    if unpacker.unused_data:
        raise Refusal.DAMAGED_PART.error(part.name)
    return b"".join(pieces)


def open_container(data: bytes, limits: Limits, *, macros: bool = False) -> Container:
    """Return the parts of a file's bytes; raises FileRefused for everything that is no sound, plain zip file.

    ``macros`` lets a workbook with programs pass: an office's own template, whose programs are only carried along.
    """
    _recognise(data)
    if data.count(_DIRECTORY_ENTRY) > 2 * limits.parts:
        raise Refusal.TOO_MANY_PARTS.error(detail=f"{limits.parts} 個まで")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            directory = archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error) as error:
        raise Refusal.CUT_SHORT.error() from error
    files = [entry for entry in entries if not (entry.orig_filename.endswith("/") and entry.file_size == 0)]
    if len(files) > limits.parts:
        raise Refusal.TOO_MANY_PARTS.error(detail=f"{limits.parts} 個まで")
    parts: dict[str, Part] = {}
    seen: set[str] = set()
    for entry in files:
        _check_name(entry.orig_filename)
        if entry.orig_filename.casefold() in seen:
            raise Refusal.DOUBLED_PART.error(entry.orig_filename)
        seen.add(entry.orig_filename.casefold())
        if entry.flag_bits & _ENCRYPTED:
            raise Refusal.ENCRYPTED_PART.error(entry.orig_filename)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refusal.UNKNOWN_COMPRESSION.error(entry.orig_filename)
    end = 0
    view = memoryview(data)
    for entry in sorted(files, key=lambda entry: entry.header_offset):
        start = _data_start(data, entry)
        if entry.header_offset < end or start + entry.compress_size > directory:
            raise Refusal.CUT_SHORT.error(entry.orig_filename)
        end = start + entry.compress_size
        packed = view[start:end]
        parts[entry.filename] = Part(entry.filename, packed, entry.compress_type, entry.file_size, entry.CRC)
    ordered = {entry.filename: parts[entry.filename] for entry in files}
    container = Container(ordered, limits)
    _check_kind(container, macros)
    return container


def _recognise(data: bytes) -> None:
    if data.startswith(_OLE):
        raise _ole_refusal(data)
    for start, kind in _OTHER_KINDS:
        if data.startswith(start):
            raise Refusal.OTHER_KIND.error(detail=kind)
    if data.startswith(_ZIP):
        return
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        raise Refusal.OTHER_KIND.error(detail="Web ページの形（HTML）")
    if b'progid="excel.sheet"' in head or b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise Refusal.OTHER_KIND.error(detail="Excel 2003 の XML 形式")
    if _looks_like_text(data[:4096]):
        raise Refusal.PLAIN_TEXT.error()
    raise Refusal.CUT_SHORT.error()


def _ole_refusal(data: bytes) -> Exception:
    """An OLE file names its streams in UTF-16: an encrypted workbook looks nothing like an old one."""

    def names(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if names("EncryptedPackage") or names("EncryptionInfo"):
        return Refusal.PASSWORD.error()
    if names("Workbook") or names("Book"):
        return Refusal.OLD_EXCEL.error()
    if names("WordDocument"):
        return Refusal.OTHER_KIND.error(detail="古い Word の文書（.doc）")
    return Refusal.OTHER_KIND.error(detail="古い Office の形式")


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    controls = sum(byte < 32 and byte not in b"\t\r\n\x1a\x0c" for byte in head)
    return controls == 0


def _check_name(name: str) -> None:
    pieces = name.split("/")
    # Whatever would leave the folder, or mean two things on two systems.
    if not name or "\\" in name or ":" in name or "" in pieces or "." in pieces or ".." in pieces:
        raise Refusal.BAD_PART_NAME.error(_printable(name))
    if not name.isprintable():
        raise Refusal.BAD_PART_NAME.error(_printable(name))


def _printable(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:80]


def _data_start(data: bytes, entry: zipfile.ZipInfo) -> int:
    """Return where a part's bytes begin, after comparing what stands before them with the directory."""
    header = data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size:
        raise Refusal.CUT_SHORT.error(entry.orig_filename)
    magic, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = entry.header_offset + _LOCAL_HEADER.size
    name = data[start : start + name_length].decode("utf-8" if flags & _UTF8_NAME else "cp437", "replace")
    if magic != _ZIP or flags & _ENCRYPTED or method != entry.compress_type or name != entry.orig_filename:
        raise Refusal.CUT_SHORT.error(entry.orig_filename)
    return int(start + name_length + extra_length)


def _check_kind(container: Container, macros: bool) -> None:
    """Say what a container is that is neither a workbook nor a package, and refuse programs inside."""
    names = {name.casefold() for name in container.names}
    if not macros and any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise Refusal.MACROS.error()
    if "xl/workbook.bin" in names:
        raise Refusal.BINARY_WORKBOOK.error()
    if "mimetype" in names:
        kind = container.read("mimetype")
        if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            raise Refusal.OPEN_DOCUMENT.error()
        raise Refusal.OTHER_KIND.error(detail="OpenDocument の文書")
    for part, kind_name in _OTHER_CONTAINERS:
        if part in names:
            raise Refusal.OTHER_KIND.error(detail=kind_name)
    if "[content_types].xml" not in names and "manifest.json" not in names:
        raise Refusal.OTHER_KIND.error(detail="圧縮フォルダー（.zip）")
