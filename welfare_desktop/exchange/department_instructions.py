"""The first sheet of the department workbook: what to do, in plain words, and who filled it in."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from welfare_desktop.domain.line_breaking import line_ends, widths_of
from welfare_desktop.domain.measuring import FontSpec, TextMeasurer
from welfare_desktop.domain.merging.returned import STATE_AS_SENT, STATE_DONE
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.years import fiscal_label

from .department_style import BAND, LABEL, READ, UNUSED, WRITE, Paint, Paints, fit_to_width
from .keyed_sheet import REPLY_MARK
from .keys import column_id
from .official_sheet import CELL_EXTRA_PT, LINE_FACTOR, inner_mm

SHEET = "はじめに"
_WIDTHS = {"A": 2.8, "B": 24.0, "C": 84.0, "D": 3.0}
_SIZE_PT = 11.0
_LINE_PT, _GAP_PT = 25.0, 8.0
_STEPS = (
    "画面の上に黄色い帯「保護ビュー」が出たら、［編集を有効にする］を押してください。押すまでは入力できません。",
    "下の見出しの［記入］を押し、淡い黄色の欄だけに書いてください。ほかの欄は書き換わらないように保護してあります（パスワードはありません）。",
    "1行に1項目を書きます。欄の中で行を変えるときは［Alt］を押しながら［Enter］です。行の頭の「・」は、あってもなくてもかまいません。",
    "状態が「下書き」の欄には、前の年度の予定などから作った案が入っています。確かめて、違うところを直してください。",
    "実施状況は「～しました。」、実施予定は「～します。」の形で書いてください。",
    "書くことが無いときは「該当なし」の欄で「—」を選んでください。空いたままの欄は、まだ書いていないものとして後日うかがいます。",
    "実績は、数字だけを「数値」の欄に入れてください（全角でもかまいません）。単位は「単位」の欄で選ぶか、書いてください。",
    "書き終えたら「提出状態」を「完成」にして保存し、返送してください。途中のものを送っていただいてもかまいません。",
)
_STATES = (STATE_AS_SENT, STATE_DONE)
#: Reply cells: name in the hidden mark, label, what stands there at first.
_REPLIES = (
    ("writer", "記入者の氏名", ""),
    ("phone", "電話（内線）", ""),
    ("state", "提出状態", _STATES[0]),
    ("head", "所属長の確認", ""),
    ("message", "全体への連絡事項", ""),
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the office says to a department; empty parts are left out.

    ``deadline`` is shown as it stands (``令和2年4月24日（金）``), ``contact`` says where to send the file and whom to ask,
    ``reference`` is the sheet's 整理番号.
    """

    deadline: str = ""
    contact: Lines = ()
    reference: str = ""


def write_instructions(
    workbook: Workbook,
    paints: Paints,
    measurer: TextMeasurer,
    family: str,
    department: str,
    year: int,
    cover: Cover,
    scope: str,
) -> None:
    """Add the sheet; ``scope`` says how much is to be filled in."""
    sheet = workbook.create_sheet(SHEET)
    writer = _Writer(sheet, paints, measurer, family)
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
    writer.title(f"実施状況報告　記入のお願い（{fiscal_label(year)}実施状況・{fiscal_label(year + 1)}実施予定）")
    for label, text in (
        ("担当課", department),
        ("整理番号", cover.reference),
        ("提出期限", cover.deadline),
        ("返送方法", "このファイルに書き込んで保存し、そのまま返送してください（ファイル名は変えてもかまいません）。"),
        ("返送先・問合せ", "\n".join(cover.contact)),
        ("記入する欄", scope),
    ):
        if text:
            writer.pair(label, text, bold=label in ("担当課", "提出期限"))
    writer.band("記入の手順")
    for number, step in enumerate(_STEPS, start=1):
        writer.pair(str(number), step, centred=True)
    writer.band("色の意味")
    writer.pair("入力する欄", "淡い黄色の欄・茶色の枠", fill=WRITE)
    meaning = "灰色の欄。昨年度の内容と計画書の内容です（直したいことは「連絡事項」に書いてください）。"
    writer.pair("参考", meaning, fill=READ)
    writer.pair("入力しない欄", "濃い灰色（斜線）の欄。その行では使いません。", fill=UNUSED)
    writer.band("記入者")
    for name, label, first in _REPLIES:
        writer.reply(name, label, first)
    _finish(sheet, writer.row - 1)


def _finish(sheet: Worksheet, last_row: int) -> None:
    sheet.column_dimensions["D"].hidden = True
    sheet.sheet_view.showGridLines = False
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    fit_to_width(sheet, "portrait")
    sheet.print_area = f"B1:C{last_row}"


class _Writer:
    """Writes from the top down."""

    def __init__(self, sheet: Worksheet, paints: Paints, measurer: TextMeasurer, family: str) -> None:
        self._sheet = sheet
        self._paints = paints
        self._advances = measurer.advances(family, bold=False)
        self._room = inner_mm(_WIDTHS["C"]) / FontSpec(family, _SIZE_PT).em_mm - 2
        self._pitch_pt = _SIZE_PT * LINE_FACTOR * measurer.metrics(family).line
        self.row = 1

    def title(self, text: str) -> None:
        paint = Paint(size_pt=15.0, bold=True, vertical="center", framed=False, wrap=False)
        self._paints.put(self._sheet, self.row, 2, paint, text)
        self._next(34.0)

    def band(self, text: str) -> None:
        self._next(_GAP_PT)
        paint = Paint(BAND, 12.0, bold=True, colour="FFFFFF", vertical="center", framed=False, wrap=False, indent=1)
        for column, shown in ((2, text), (3, "")):
            self._paints.put(self._sheet, self.row, column, paint, shown)
        self._next(_LINE_PT)

    def pair(self, label: str, text: str, *, bold: bool = False, centred: bool = False, fill: str = READ) -> None:
        head = Paint(
            fill,
            _SIZE_PT,
            bold=True,
            horizontal="center" if centred else "left",
            vertical="center",
            hatched=fill == UNUSED,
            indent=0 if centred else 1,
        )
        self._paints.put(self._sheet, self.row, 2, head, label)
        body = Paint(size_pt=_SIZE_PT, bold=bold, vertical="center", indent=1)
        self._paints.put(self._sheet, self.row, 3, body, text)
        lines = sum(self._lines(line) for line in text.split("\n"))
        self._next(max(_LINE_PT, lines * self._pitch_pt + CELL_EXTRA_PT + 6.0))

    def reply(self, name: str, label: str, first: str) -> None:
        self._paints.put(
            self._sheet, self.row, 2, Paint(LABEL, _SIZE_PT, bold=True, vertical="center", indent=1), label
        )
        answer = Paint(WRITE, _SIZE_PT, vertical="center", unlocked=True, indent=1)
        cell = self._paints.put(self._sheet, self.row, 3, answer, first)
        if name == "state":
            choices = DataValidation(type="list", formula1=f'"{",".join(_STATES)}"', allow_blank=True)
            choices.add(cell.coordinate)
            self._sheet.add_data_validation(choices)
        mark = Paint(size_pt=6.0, framed=False, wrap=False)
        self._paints.put(self._sheet, self.row, 4, mark, column_id(REPLY_MARK + name))
        self._next(_LINE_PT if name != "message" else 3 * _LINE_PT)

    def _lines(self, text: str) -> int:
        return len(line_ends(text, widths_of(text, self._advances), self._room, self._room))

    def _next(self, height_pt: float) -> None:
        self._sheet.row_dimensions[self.row].height = height_pt
        self.row += 1
