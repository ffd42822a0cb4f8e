"""Makes the text of a PDF written by Qt copy out as what was written, and takes the clock out of it.

Qt tells a PDF reader which letter a glyph stands for by looking the glyph up in the font: the lowest letter wins.  In
many Japanese fonts a 漢字 shares its glyph with a Kangxi radical, so 人 copies out as ⼈; letters beyond U+FFFF copy out
as nothing.  The painter knows which letters it drew, so the tables are corrected by an incremental update: new objects
and a new cross-reference section at the end of the file, everything before stays as it is.
"""

from __future__ import annotations

import datetime as dt
import mmap
import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_FONT = re.compile(
    rb"(\d+) 0 obj\n<< /Type /Font\n/Subtype /Type0\n.*?/DescendantFonts \[(\d+) 0 R\]\n/ToUnicode (\d+) 0 R", re.DOTALL
)
_DESCENDANT = rb"\n%d 0 obj\n<< /Type /Font\n[^>]*>>\n/FontDescriptor (\d+) 0 R"
_DESCRIPTOR = rb"\n%d 0 obj\n<< /Type /FontDescriptor\n[^>]*?/FontFile2 (\d+) 0 R"
_FONT_FILE = rb"\n%d 0 obj\n<<\n[^>]*?/Filter /FlateDecode\n>>\nstream\n"
_STREAM = rb"\n%d 0 obj\n<< /Length (\d+) >>\nstream\n"
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> (?:\[([^\]]*)\]|<([0-9A-Fa-f]+)>)")
_TRAILER = re.compile(rb"trailer\n<<\n/Size (\d+) \n(.*?)>>\nstartxref\n(\d+) \n%%EOF", re.DOTALL)
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")
#: How far from either end of the file the document information and the trailer stand.
_EDGE = 1 << 16

#: For every font in order of first use, the text of every glyph in order of first use, .notdef left out.
GlyphTexts = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Font:
    """A font of the file: its number of glyphs, where its table of letters stands, and what that says."""

    glyphs: int
    table: int
    letters: Mapping[int, str]


def finish_pdf(path: Path, made_on: dt.date | None, drawn: GlyphTexts) -> None:
    """Set the document's date to ``made_on`` (None: no date) and correct its tables of letters from ``drawn``.

    A file whose fonts do not match ``drawn`` one by one keeps the tables it has: a wrong correction would be worse.
    """
    with path.open("r+b") as file:
        with mmap.mmap(file.fileno(), 0) as data:
            _set_dates(data, made_on)
            addition = _update(data, drawn)
        if addition:
            file.seek(0, 2)
            file.write(addition)


def _set_dates(data: mmap.mmap, made_on: dt.date | None) -> None:
    """Overwrite both dates with texts of the same length, so that nothing in the file moves."""
    for match in list(_DATE.finditer(data[:_EDGE])):
        length = match.end() - match.start()
        stamp = b""
        if made_on is not None:
            stamp = b"/%s (D:%sZ)" % (match[1], made_on.strftime("%Y%m%d000000").encode())
        if len(stamp) <= length:
            data[match.start() : match.end()] = stamp.ljust(length)


def _update(data: mmap.mmap, drawn: GlyphTexts) -> bytes:
    fonts = list(_fonts(data))
    trailer = _TRAILER.search(data, max(0, len(data) - _EDGE))
    if trailer is None or [font.glyphs - 1 for font in fonts] != [len(texts) for texts in drawn]:
        return b""
    objects: list[tuple[int, bytes]] = []
    for font, texts in zip(fonts, drawn, strict=True):
        wanted = dict(enumerate(texts, start=1))
        if any(font.letters.get(glyph) != text for glyph, text in wanted.items()):
            objects.append((font.table, _table(wanted)))
    if not objects:
        return b""
    return _appended(len(data), objects, trailer)


def _appended(size: int, objects: Sequence[tuple[int, bytes]], trailer: re.Match[bytes]) -> bytes:
    body, entries = b"", b""
    for number, stream in sorted(objects):
        entries += b"%d 1\n%010d 00000 n \n" % (number, size + len(body))
        body += b"%d 0 obj\n<< /Length %d >>\nstream\n%sendstream\nendobj\n" % (number, len(stream), stream)
    return b"%sxref\n%strailer\n<<\n/Size %s \n/Prev %s\n%s>>\nstartxref\n%d \n%%%%EOF\n" % (
        body,
        entries,
        trailer[1],
        trailer[3],
        trailer[2],
        size + len(body),
    )


def _fonts(data: mmap.mmap) -> Iterator[_Font]:
    """Yield the fonts in order of their object numbers, which is the order of first use."""
    found = {int(match[1]): (int(match[2]), int(match[3])) for match in _FONT.finditer(data)}
    for _, (descendant, table) in sorted(found.items()):
        stream = re.search(_STREAM % table, data)
        if stream is not None:
            text = data[stream.end() : stream.end() + int(stream[1])]
            yield _Font(_glyph_count(data, descendant), table, dict(_letters(text)))


def _glyph_count(data: mmap.mmap, descendant: int) -> int:
    """Return the number of glyphs of a font as its embedded file tells it; 0 where that cannot be found out."""
    number = descendant
    match: re.Match[bytes] | None = None
    for pattern in (_DESCENDANT, _DESCRIPTOR):
        match = re.search(pattern % number, data)
        if match is None:
            return 0
        number = int(match[1])
    match = re.search(_FONT_FILE % number, data)
    if match is None:
        return 0
    end = data.find(b"endstream", match.end())
    return _glyphs_in_file(zlib.decompressobj().decompress(data[match.end() : end]))


def _glyphs_in_file(font: bytes) -> int:
    """Return the glyph count in a TrueType file's ``maxp`` table."""
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"maxp":
            count: int = struct.unpack_from(">H", font, offset + 4)[0]
            return count
    return 0


def _letters(table: bytes) -> Iterator[tuple[int, str]]:
    for first, last, listed, start in _RANGE.findall(table.partition(b"beginbfrange")[2]):
        glyphs = range(int(first, 16), int(last, 16) + 1)
        if start:
            yield from ((glyph, chr(int(start, 16) + offset)) for offset, glyph in enumerate(glyphs))
        else:
            codes = re.findall(rb"<([0-9A-Fa-f]+)>", listed)
            yield from ((glyph, _decoded(code)) for glyph, code in zip(glyphs, codes, strict=False))


def _decoded(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be", "replace")


def _table(letters: Mapping[int, str]) -> bytes:
    lines = [
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    ]
    known = [(glyph, text) for glyph, text in letters.items() if text]
    # A block holds at most 100 entries.
    for begin in range(0, len(known), 100):
        block = known[begin : begin + 100]
        lines.append(b"%d beginbfchar\n" % len(block))
        lines += [
            b"<%04X> <%s>\n" % (glyph, text.encode("utf-16-be", "surrogatepass").hex().upper().encode())
            for glyph, text in block
        ]
        lines.append(b"endbfchar\n")
    lines.append(b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
    return b"".join(lines)
