"""Numbers as people type them: read strictly, written plainly, and found inside a sentence.

Two readings on purpose.  A number cell is read *strictly* (:func:`read_decimal`, :func:`read_quantity`): what is not
plainly a number is refused with a sentence, never guessed, because a wrong figure in a report is worse than a
question.  Running text is *searched* (:func:`find_quantities`): every "number and unit" pair in it, with positions in
the text as typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from .errors import InvalidValue

PERCENT = "％"
#: A figure with more digits than this is a slip of the keyboard (and more than a workbook cell keeps exactly).
MAX_DIGITS = 15

#: Full-width signs that only differ in width, one character for one: positions in the text stay true.  Not NFKC as a
#: whole: that would also turn ① into 1, ² into 2 and ½ into three characters.
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,  # ideographic space
    0x2212: 0x2D,  # minus sign
    0x301C: 0x7E,  # wave dash
    0x223C: 0x7E,
    0x2715: 0x2A,  # multiplication signs
    0xD7: 0x2A,
}
_STRICT = re.compile(r"(?P<number>-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?) ?(?P<percent>%?)")
_LOOSE = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
_TRIANGLE = re.compile("[▲△▼▽]")
_APPROXIMATE = re.compile("約|およそ|おおよそ|概ね|おおむね|程度|ぐらい|くらい|前後|余り|弱$|強$|数[十百千]|[~?]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; ``unit`` is empty where none was written, ``％`` for a percentage."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A quantity found in a text, at ``text[start:end]``; the number alone ends at ``number_end``."""

    value: Decimal
    unit: str
    start: int
    number_end: int
    end: int


def half_width(text: str) -> str:
    """Return ``text`` with full-width digits, letters and signs as half-width ones, character for character."""
    return text.translate(_WIDTH)


def read_decimal(text: str) -> Decimal:
    """Read the one number ``text`` consists of; a percent sign is accepted and dropped.

    Full-width digits (１２), grouping commas (81,526) and decimals (44.1) are numbers.  Anything else (▲5, 約140,
    5人, ①, 1e5, an empty cell) raises InvalidValue W-101 with a sentence saying what to type instead.
    """
    return read_quantity(text).value


def read_quantity(text: str) -> Quantity:
    """Read a number cell: like :func:`read_decimal`, with unit ``％`` where a percent sign was typed."""
    plain = half_width(text).strip()
    match = _STRICT.fullmatch(plain)
    if match is None:
        raise _not_a_number(text.strip(), plain)
    if sum(ch.isdigit() for ch in match["number"]) > MAX_DIGITS:
        raise InvalidValue(
            f"「{_shortened(text)}」は数字が多すぎます（{MAX_DIGITS}けたまで）。",
            code="W-101",
            next_step="けた数を確かめてください。",
        )
    return Quantity(Decimal(match["number"].replace(",", "")), PERCENT if match["percent"] else "")


def _not_a_number(typed: str, plain: str) -> InvalidValue:
    """Say in one sentence why ``typed`` is no number and what to do."""
    if not plain:
        return InvalidValue(
            "数が入っていません。", code="W-101", next_step="数を入れるか、「—」（該当なし）にしてください。"
        )
    if re.fullmatch("[0-9]+(?:,[0-9]+)+", plain):
        return InvalidValue(
            f"「{_shortened(typed)}」は数として読めません。",
            code="W-101",
            next_step="けたの区切り（,）の位置を確かめてください。",
        )
    inside = _LOOSE.findall(plain)
    only = format_decimal(Decimal(inside[0].replace(",", ""))) if len(inside) == 1 and len(inside[0]) < 20 else ""
    if _TRIANGLE.search(plain):
        why, step = "は負の数か減った数か決められません。", "負の数なら -5 のように入れてください。"
    elif not only:
        why, step = "は数として読めません。", "数を一つだけ入れるか、判定を手で決めてください。"
    elif _APPROXIMATE.search(plain):
        why, step = "は数として読めません。", f"{only} と入れるか、判定を手で決めてください。"
    elif re.fullmatch(r"[0-9,]+(?:\.[0-9]+)? ?[^0-9,.\s]+", plain):
        why, step = "には数でない文字が付いています。", f"{only} と入れ、単位は単位の欄に入れてください。"
    else:
        why, step = "は数として読めません。", f"{only} と入れるか、判定を手で決めてください。"
    return InvalidValue(f"「{_shortened(typed)}」{why}", code="W-101", next_step=step)


def _shortened(typed: str) -> str:
    text = " ".join(typed.split())
    return text if len(text) <= 30 else text[:30] + "…"


def format_decimal(value: Decimal, grouped: bool = True) -> str:
    """Write ``value`` in plain digits: ``81,526`` for people, ``81526`` with ``grouped`` false; never an exponent."""
    if value == 0:
        return "0"
    text = f"{value:{',' if grouped else ''}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_quantity(value: Decimal, unit: str) -> str:
    """Write a value with its unit for the screen: ``81,526人``, ``44.1％``."""
    return format_decimal(value) + unit


# --- units ------------------------------------------------------------------------------------------------------

_COUNT_OF_PLACES = ("箇所", "個所", "か所", "カ所", "ヵ所", "ヶ所", "ケ所", "ｹ所", "かしょ", "カショ")
#: Units that count the same thing; the first of each group stands for it when units are compared.
_SAME_UNIT = (
    _COUNT_OF_PLACES,
    (PERCENT, "%", "パーセント"),
    ("人", "名"),
    ("社", "企業"),
    ("回", "度"),
    ("か月", "ヶ月", "カ月", "ヵ月", "箇月", "ケ月"),
    ("km", "キロメートル"),
)
#: Words that count what a report counts, by what they count.
_WORDS = """
    回 度 件 号 通 事例 ケース 点 ポイント 倍 種 種類 項目 テーマ コース
    人 名 世帯 戸 組 人日 グループ 団体 法人 企業 社 事業者 事業所 事業 チーム クラブ サロン
    校 園 学校 学級 教室 講座 会場 館 室 所 施設 拠点 店 店舗 窓口 機関
    地区 地区社協 地区協議 地区社会福祉協議会 協議会 委員会 ブロック 地域 学区 校区 圏域 行政区 町内会 自治会 市町村 市町 市 町 村 路線
    台 枚 部 冊 本 個 箱 便 食 食分 円 ページ 頁 か国語
    日 泊 週 時間 分 か月 m km ㎞ ㎡ kg
"""
#: A longer word wins over a shorter one.
KNOWN_UNITS = frozenset(_WORDS.split()).union(*_SAME_UNIT)
#: Known units by their first character, longest first.
_BY_FIRST = {
    first: tuple(sorted((unit for unit in KNOWN_UNITS if unit[0] == first), key=len, reverse=True))
    for first in {unit[0] for unit in KNOWN_UNITS}
}
_CANONICAL_UNIT = {word: group[0] for group in _SAME_UNIT for word in group}
#: What may be a unit nobody listed: a run of kanji, katakana or signs of measure.
_UNIT_RUN = re.compile("[々〆一-鿿㐀-䶿豈-﫿ァ-ヺーｦ-ﾟヶヵ㎏㎞㎡%％‰a-zA-Z]+")
#: What follows a unit without being part of it: 年10回開催, 128人参加.
_AFTER_UNIT = re.compile(
    "(?:以上|以下|以内|未満|超|程度|前後|余り?|ずつ|参加|出席|開催|実施|発行|点検|作成|設置|支援|配置|訪問|増加|減少|増|減|認定|養成|"
    "指定|登録|更新|掲載|受講|修了|利用|派遣|配布|交付|対応|推薦|受入|受け入れ|達成|維持|継続|新設|開設|新規|目標|予定|見込|実績|目|分|間|"
    "当|中|内|台数|弱|強|で|の|を|に|が|と|は|も|へ|や|以|ほか|他|延べ|うち)"
)
_MULTIPLIERS = {"千": 1000, "万": 10_000, "億": 100_000_000}
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
#: A number in running text: not part of a word (P32, 第2), a list (1,2) or a telephone number.
_NUMBER = re.compile(
    rf"(?=[0-9])(?<![0-9A-Za-z第№])(?<![0-9][-/:.,])(?:{_DIGITS}[億万千])*(?:{_DIGITS}|(?<=[億万千]))(?![0-9])(?![-/:.,][0-9])"
)
_PART = re.compile(f"({_DIGITS})([億万千]?)")


def canonical_unit(unit: str) -> str:
    """Return the unit that stands for ``unit`` when units are compared: ヵ所 and か所 are 箇所, 名 is 人, % is ％."""
    word = unit.strip()
    if word in _CANONICAL_UNIT:
        return _CANONICAL_UNIT[word]
    word = unicodedata.normalize("NFKC", word)
    return _CANONICAL_UNIT.get(word, word)


def same_unit(one: str, other: str) -> bool:
    """Tell whether two units count the same thing."""
    return canonical_unit(one) == canonical_unit(other)


def unit_at(text: str, position: int) -> str:
    """Return the unit written at ``text[position:]``, directly after a number; empty where none is.

    A run of kanji or katakana is a unit as a whole, unless it starts with a known unit that is followed by what
    happened (回開催, 人参加).
    """
    if position < len(text) and text[position] in "%％":
        return text[position]
    known = _longest_known(text, position)
    run = _UNIT_RUN.match(text, position)
    if run is None:
        return known
    if not known:
        return _cut_at_comparison(run[0])
    rest = text[position + len(known) : run.end()]
    return known if not rest or _AFTER_UNIT.match(rest) else run[0]


def _longest_known(text: str, position: int) -> str:
    words = _BY_FIRST.get(text[position : position + 1], ())
    return next((word for word in words if text.startswith(word, position)), "")


def _cut_at_comparison(run: str) -> str:
    """Drop 以上 and its like from the end of a unit that nobody listed."""
    return re.split("以上|以下|以内|未満|超|程度|前後", run, maxsplit=1)[0]


def find_quantities(text: str) -> tuple[FoundQuantity, ...]:
    """Return every number of ``text`` with the unit written after it, in order, with positions in ``text``.

    Numbers that are part of a word (P32, 第2層), of a date (3月21日), of a telephone number or of a fraction are not
    returned.  A single space may stand before the unit.
    """
    plain = half_width(text)
    found = []
    for match in _NUMBER.finditer(plain):
        number_end = match.end()
        if _is_date(plain, match.start(), number_end):
            continue
        unit = unit_at(text, number_end)
        end = number_end + len(unit)
        if not unit and plain[number_end : number_end + 1] == " ":
            unit = _longest_known(text, number_end + 1)
            end = number_end + 1 + len(unit) if unit else number_end
        found.append(FoundQuantity(_value_of(match[0]), unit, match.start(), number_end, end))
    return tuple(found)


#: What before or after a number says that it is no exact one, or that nobody can tell its sign.
_VAGUE_BEFORE = re.compile("(?:約|およそ|おおよそ|概ね|おおむね|ほぼ|[▲△▼▽]|(?:^|[\\s(、:~])-|[0-9][^0-9\\s]{0,4}~) ?$")
_VAGUE_AFTER = re.compile(
    "程度|ぐらい|くらい|前後|余り|余(?![剰暇裕地])|弱|強(?![い化調度制固])|~[0-9]|か(?=[0-9])|[?？]"
)


def is_vague(text: str, found: FoundQuantity) -> bool:
    """Tell whether a number found in ``text`` is no exact one: 約100, 5人程度, ▲5, 10～20人.

    Nobody should guess such a number; a person says which one is meant.
    """
    plain = half_width(text)
    before, after = plain[: found.start], plain[found.end :]
    return bool(_VAGUE_BEFORE.search(before) or _VAGUE_AFTER.match(after))


def _is_date(plain: str, start: int, end: int) -> bool:
    """Whether the number at ``plain[start:end]`` counts in a calendar: 平成30年, 2月, 3月21日, but not 152日."""
    following = plain[end : end + 1]
    if following == "年":
        return plain[end : end + 2] != "年間"
    if following == "月":
        return plain[end : end + 2] != "月間"
    return following == "日" and plain[start - 1 : start] == "月"


def _value_of(written: str) -> Decimal:
    """Return what digits with 億, 万 and 千 between them amount to: 1万2,000 is 12000."""
    parts = [(Decimal(digits.replace(",", "")), multiplier) for digits, multiplier in _PART.findall(written)]
    if len(parts) == 1 and not parts[0][1]:
        return parts[0][0]
    amount = sum((value * _MULTIPLIERS.get(multiplier, 1) for value, multiplier in parts), start=Decimal(0))
    return Decimal(format_decimal(amount, grouped=False))
