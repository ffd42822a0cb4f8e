"""Why a file is not read, each reason with its code, its sentence and the next step.

A refused file is never half read: nothing of it reaches the store.  Codes are stable; logs carry them, screens show
the sentence.
"""

from __future__ import annotations

from enum import Enum

from welfare_desktop.domain.errors import FileRefused

_SAFE = "何も取り込んでいません。"
_RESAVE = "元の PC の Excel で開き、「名前を付けて保存」で .xlsx にして、もう一度送ってもらってください。"
_AGAIN = "送り直してもらうか、別の控えを選んでください。"
_LOOK = "Excel で開いて、要らない行・列・シートを消してから保存し直してもらってください。"
_ASK = "送った人に、このファイルを何で作ったかを確かめてください。"


class Refusal(Enum):
    """One reason: code, sentence (may name ``{detail}``), next step."""

    NOT_FOUND = ("W-330", "ファイルが見つからないか、開けません。", "場所と読み取りの権限を確かめてください。")
    FOLDER = ("W-331", "フォルダーです。ファイルではありません。", "フォルダーの中のファイルを選んでください。")
    NOT_A_PLAIN_FILE = ("W-332", "ショートカットや特別なファイルです。", "元のファイルそのものを選んでください。")
    EMPTY = ("W-333", "中身が空（0 バイト）です。", _AGAIN)
    TOO_LARGE = ("W-334", "ファイルが大きすぎます（{detail}）。", _LOOK)
    LOCK_FILE = (
        "W-335",
        "表計算ソフトが開いている間だけ作る目印のファイル（~$ や .~lock で始まる名前）です。",
        "目印の付かない同じ名前のファイルを選んでください。",
    )
    PASSWORD = (
        "W-336",
        "パスワード付きで開けません。",
        "Excel でパスワードを外して保存し、もう一度送ってもらってください。",
    )
    OLD_EXCEL = ("W-337", "古い形式（.xls）です。", "Excel で開き、.xlsx で保存し直してもらってください。")
    OPEN_DOCUMENT = (
        "W-338",
        "OpenDocument 形式（.ods）です。",
        "「名前を付けて保存」で .xlsx を選んで保存し直してもらってください。",
    )
    PLAIN_TEXT = (
        "W-339",
        "文字だけのファイル（.csv など）です。記入欄の目印が入っていません。",
        "配った .xlsx のまま保存して、送り直してもらってください。",
    )
    OTHER_KIND = ("W-340", "{detail}です。この形は読めません。", "配った .xlsx のファイルを選んでください。")
    MACROS = ("W-341", "マクロが入っています。", "マクロの無い .xlsx で保存し直してもらってください。")
    BINARY_WORKBOOK = (
        "W-342",
        "Excel バイナリ形式（.xlsb）です。",
        "Excel で開き、.xlsx で保存し直してもらってください。",
    )
    CUT_SHORT = ("W-343", "ファイルが途中で切れているか、壊れています。", _AGAIN)
    DAMAGED_PART = ("W-344", "ファイルの中の部品が壊れています。", _AGAIN)
    TOO_MANY_PARTS = ("W-345", "ファイルの中の部品が多すぎます（{detail}）。", _LOOK)
    TOO_LARGE_INSIDE = ("W-346", "広げると大きくなりすぎるファイルです（{detail}）。", _ASK)
    BAD_PART_NAME = ("W-347", "ファイルの中に、許されない名前の部品があります。", _ASK)
    DOUBLED_PART = ("W-348", "ファイルの中に、同じ名前の部品が二つあります。", _RESAVE)
    ENCRYPTED_PART = ("W-349", "ファイルの中が暗号化されています。", "暗号化をやめて、もう一度送ってもらってください。")
    UNKNOWN_COMPRESSION = ("W-350", "ファイルの縮め方が Excel のものではありません。", _RESAVE)
    DTD = ("W-351", "ファイルの中に、Excel が書かない宣言（DTD）があります。", _ASK)
    NOT_UTF8 = ("W-352", "ファイルの中の文字コードが UTF-8 ではありません。", _RESAVE)
    MALFORMED = ("W-353", "ファイルの中の XML が壊れています。", _AGAIN)
    TOO_DEEP = ("W-354", "ファイルの中の入れ子が深すぎます。", _ASK)
    MISSING_PART = ("W-355", "ブックに必要な部品がありません。", _AGAIN)
    FAR_CELL = ("W-356", "表の範囲を超えた遠くのセルに何か入っています（{detail}）。", _LOOK)
    TOO_MANY_CELLS = ("W-357", "文字の入ったセルが多すぎます（{detail}）。", _LOOK)
    TOO_MANY_STRINGS = ("W-358", "文字列が多すぎます（{detail}）。", _LOOK)
    HUGE_RANGE = (
        "W-359",
        "結合やリンクの範囲が広すぎます（{detail}）。",
        "結合やリンクを外して保存し直してもらってください。",
    )
    LONG_TEXT = ("W-360", "一つのセルの文が長すぎます（{detail}）。", "文を分けて保存し直してもらってください。")
    CONTRADICTION = ("W-361", "ブックの中の記録どうしが合いません。", _RESAVE)
    TIME = ("W-362", "決めた時間（{detail}）で読み終わりませんでした。", _LOOK)
    MEMORY = ("W-363", "読むのに必要なメモリーが多すぎます。", _LOOK)
    DIED = ("W-364", "読み取りの途中で止まりました。", _RESAVE)
    NOT_OURS = (
        "W-365",
        "このプログラムが書き出したファイルではありません（記入欄の目印がありません）。",
        "配ったファイルに記入して、送り直してもらってください。",
    )
    TWO_IDENTITIES = (
        "W-366",
        "別々の用紙のシートが一つのブックに入っています。",
        "用紙ごとに別のファイルのまま送り直してもらってください。",
    )
    PACKAGE_CHANGED = (
        "W-367",
        "受渡しファイルの中身が、書き出したときと違っています。",
        "書き出し直したものを送ってもらってください。",
    )
    NEWER_PACKAGE = (
        "W-368",
        "新しい版のプログラムが書いた受渡しファイルです。",
        "このプログラムを新しくしてから取り込んでください。",
    )

    @property
    def code(self) -> str:
        """The stable code."""
        return str(self.value[0])

    def error(self, place: str = "", detail: str = "") -> FileRefused:
        """Return the error to raise; ``place`` is a part of the file, ``sheet!cell`` or empty."""
        _, message, next_step = self.value
        return FileRefused(message.format(detail=detail) + _SAFE, code=self.code, where=place, next_step=next_step)
