"""From the bytes of a file to text, whatever program wrote it."""

from __future__ import annotations

import codecs

from welfare_desktop.domain.errors import NotAReport

#: What the first bytes say about files people take for the report.
_KNOWN = (
    (b"PK\x03\x04", "Excelなどの圧縮されたファイル"),
    (b"%PDF", "PDFファイル"),
    (b"\xd0\xcf\x11\xe0", "古い形式かパスワード付きのOfficeファイル"),
    (b"SQLite format 3", "データベースファイル"),
    (b"\x89PNG", "画像ファイル"),
    (b"\xff\xd8\xff", "画像ファイル"),
    (b"GIF8", "画像ファイル"),
    (b"\x1f\x8b", "圧縮ファイル"),
    (b"{\\rtf", "リッチテキストファイル"),
)
#: What to do where another file than the text is the way.
_INSTEAD = {
    b"\xd0\xcf\x11\xe0": "Excelで開き、パスワードを付けずに「Excelブック（.xlsx）」で保存し直したファイルを選んでください。",
    b"%PDF": "PDFは読めません。元のExcelファイルか、PDFから取り出した文字データ（.txt）を選んでください。",
}
_MOST_BYTES = 60_000_000
#: At most one unreadable character among this many; more means that this is no text.
_READABLE = 200
#: More than one zero byte among this many shows UTF-16; fewer are stray control characters.
_FEW_ZEROS = 500


def decode_report(data: bytes, name: str) -> str:
    """Return the text of ``data``: UTF-8, UTF-16, or else Shift_JIS as Windows writes it, EUC, or JIS.

    A few damaged bytes, or a character cut off at the end, become U+FFFD, which the reader warns about.  Raises
    NotAReport for what is no text; ``name`` is the file's name for the message.
    """
    for start, kind in _KNOWN:
        if data.startswith(start):
            raise NotAReport(
                f"これは{kind}で、文字データではありません。何も取り込んでいません。",
                code="W-311",
                where=name,
                next_step=_INSTEAD.get(start, "文字データ（.txt）を選んでください。"),
            )
    if len(data) > _MOST_BYTES:
        raise _unreadable(name)
    text = _decoded(data)
    if _losses(text) * _READABLE > len(text) + _READABLE:
        raise _unreadable(name)
    return text


def _decoded(data: bytes) -> str:
    encodings = _encodings(data)
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return min((data.decode(encoding, errors="replace") for encoding in encodings), key=_losses)


def _encodings(data: bytes) -> tuple[str, ...]:
    """Return the encodings ``data`` may be in, likeliest first; only UTF-16 has many zero bytes."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    zeros = data[::2].count(0), data[1::2].count(0)
    if sum(zeros) * _FEW_ZEROS > len(data):
        return ("utf-16-be",) if zeros[0] > zeros[1] else ("utf-16-le",)
    if b"\x1b$" in data:
        return ("iso2022_jp", "iso2022_jp_3", "iso2022_jp_2004")
    return ("utf-8-sig", "cp932", "euc_jis_2004")


def _losses(text: str) -> int:
    return text.count("\ufffd") + text.count("\0") + text.count("\x1b")


def _unreadable(name: str) -> NotAReport:
    return NotAReport(
        "文字データとして読めません。何も取り込んでいません。",
        code="W-311",
        where=name,
        next_step="UTF-8かシフトJISで保存し直した文字データを選んでください。",
    )
