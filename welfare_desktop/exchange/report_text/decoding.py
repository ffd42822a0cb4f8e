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
_MOST_BYTES = 60_000_000
#: At most one unreadable character among this many; more means another encoding or no text.
_READABLE = 200


def decode_report(data: bytes, name: str) -> str:
    """Return the text of ``data``: UTF-8 or UTF-16 with or without mark, or else Shift_JIS as Windows writes it.

    A few damaged bytes, or a character cut off at the end, become U+FFFD, which the reader warns about.  Raises
    NotAReport for what is no text; ``name`` is the file's name for the message.
    """
    for start, kind in _KNOWN:
        if data.startswith(start):
            raise NotAReport(
                f"これは{kind}で、文字データではありません。何も取り込んでいません。",
                code="W-311",
                where=name,
                next_step="文字データ（.txt）を選んでください。",
            )
    if len(data) > _MOST_BYTES:
        raise _unreadable(name)
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _with_losses(data, name)


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if b"\0" in data:
        return ()
    return ("utf-8-sig", "cp932")


def _with_losses(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = [data.decode("utf-16", errors="replace")]
    else:
        candidates = [data.decode(encoding, errors="replace") for encoding in ("utf-8-sig", "cp932")]
    best = min(candidates, key=lambda text: text.count("\ufffd"))
    if b"\0" in data and best.count("\0") * _READABLE > len(best):
        raise _unreadable(name)
    if best.count("\ufffd") * _READABLE > len(best) + _READABLE:
        raise _unreadable(name)
    return best


def _unreadable(name: str) -> NotAReport:
    return NotAReport(
        "文字データとして読めません。何も取り込んでいません。",
        code="W-311",
        where=name,
        next_step="UTF-8かシフトJISで保存し直した文字データを選んでください。",
    )
