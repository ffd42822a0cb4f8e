"""How well a piece of text fits a column, judged by its wording alone.

Scores are small numbers found by damaging the real report in every thinkable way and looking at what goes wrong; only
their differences mean anything.  A score never decides alone: ``alignment`` weighs it against the order of columns.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from welfare_desktop.domain.model import NONE_MARKS

from .columns import Column, Shape


class Look(StrEnum):
    """What a piece of text looks like."""

    TITLE = "title"
    PAST = "past"
    FUTURE = "future"
    SENTENCE = "sentence"
    PHRASE = "phrase"
    NEW_PHRASE = "new phrase"
    TARGET = "target"
    COUNTED = "counted"
    FIGURE = "figure"
    NONE = "none"
    NAME = "name"
    NOTE = "note"


_CIRCLED = "①-⑳㉑-㉟㊱-㊿"
TITLE_START = re.compile(rf"([{_CIRCLED}⑴-⒇❶-❿])[\s.．、]*")
_BRACKETED_END = re.compile(r"[(（][^()（）]*[)）]。?$")
_PAST = re.compile(r"(?:ました|でした|[しいっ]た|んだ)$")
_FUTURE = re.compile(r"(?:ます|ません|です|する|行う|図る|努める|進める|いく|予定|まいります)$")
_TAG = re.compile(r"【(?:新規|再掲|拡充|継続)】")
_UNIT = r"[^\d\s、。,.()（）のをにがはで]"
_FIGURE = re.compile(
    rf"(?:[(（])?(?:約|延べ|のべ|計|合計|全|▲|△|[+−-])?\d[\d,.]*(?:[/~〜～-]\d[\d,.]*)?{_UNIT}{{0,6}}(?:以上|以下|程度)?(?:[×xX]\d+{_UNIT}{{0,6}})?[)）]?"
)
_TARGET = re.compile(
    r"(?:[HRS]\d{1,2}\(\d{4}\)|(?:令和|平成)(?:元|\d+)(?:\(\d{4}\))?年度?まで|毎年|隔年|年各?\d|各\S{0,5}年\d|毎月|月\d+回|\d+\D{0,6}以上|\d+\D{0,6}以下)"
)
_LABELLED_NUMBER = re.compile(rf"\D{{2,}}\d[\d,.]*{_UNIT}{{0,6}}$")
_COUNTED = re.compile(r"(?<![HRS]\d)(?<![HRS]\d\d)\([^()]*\d[^()]*\)$|[::]\d[\d,.]*\D{0,6}$")
_NAME = re.compile(
    r"[^\s\d。、,.()（）]{1,14}(?:課|室|係|局|部|班|署|所|館|支所|センター|事務所|委員会|本部|園)(?:[(（].{1,14}[)）])?"
)
_NOT_A_NAME = re.compile(r"を|への|による|との|から|[^障]が")
_NOTE = re.compile(r"[※○●◎■□◆◇▲△☆★]|[(（].*[)）]$")

_BY_SHAPE: dict[Look, dict[Shape, float]] = {
    Look.TITLE: {Shape.TITLE: 4.0, Shape.PHRASES: -2.0, Shape.SENTENCES: -2.0, Shape.MEASURES: -2.0, Shape.NAMES: -4.0},
    Look.PAST: {Shape.TITLE: -4.0, Shape.PHRASES: -1.5, Shape.SENTENCES: 1.2, Shape.MEASURES: -1.5, Shape.NAMES: -4.0},
    Look.FUTURE: {
        Shape.TITLE: -4.0,
        Shape.PHRASES: -1.5,
        Shape.SENTENCES: 1.2,
        Shape.MEASURES: -1.8,
        Shape.NAMES: -4.0,
    },
    Look.SENTENCE: {
        Shape.TITLE: -4.0,
        Shape.PHRASES: -0.8,
        Shape.SENTENCES: 1.0,
        Shape.MEASURES: -1.2,
        Shape.NAMES: -4.0,
    },
    Look.PHRASE: {
        Shape.TITLE: -2.0,
        Shape.PHRASES: 1.0,
        Shape.SENTENCES: -0.3,
        Shape.MEASURES: -0.3,
        Shape.NAMES: -2.5,
    },
    Look.NEW_PHRASE: {
        Shape.TITLE: -4.0,
        Shape.PHRASES: 0.8,
        Shape.SENTENCES: -0.5,
        Shape.MEASURES: -0.5,
        Shape.NAMES: -4.0,
    },
    Look.TARGET: {
        Shape.TITLE: -4.0,
        Shape.PHRASES: -1.0,
        Shape.SENTENCES: -0.6,
        Shape.MEASURES: 1.3,
        Shape.NAMES: -4.0,
    },
    Look.COUNTED: {
        Shape.TITLE: -4.0,
        Shape.PHRASES: -0.3,
        Shape.SENTENCES: -0.1,
        Shape.MEASURES: 1.1,
        Shape.NAMES: -4.0,
    },
    Look.FIGURE: {
        Shape.TITLE: -4.0,
        Shape.PHRASES: -1.5,
        Shape.SENTENCES: -1.0,
        Shape.MEASURES: 1.3,
        Shape.NAMES: -4.0,
    },
    Look.NONE: {Shape.TITLE: -4.0, Shape.PHRASES: 0.0, Shape.SENTENCES: 0.2, Shape.MEASURES: 1.0, Shape.NAMES: -0.5},
    Look.NAME: {Shape.TITLE: -3.0, Shape.PHRASES: -1.5, Shape.SENTENCES: -1.5, Shape.MEASURES: -1.5, Shape.NAMES: 3.0},
    Look.NOTE: {Shape.TITLE: -3.0, Shape.PHRASES: 0.0, Shape.SENTENCES: 0.0, Shape.MEASURES: 0.0, Shape.NAMES: -3.0},
}
_STATUS = (Column.COUNCIL_STATUS, Column.CITY_STATUS)
_PLANNED = (Column.COUNCIL_PLANNED, Column.CITY_PLANNED)
_INDICATORS = (Column.COUNCIL_INDICATORS, Column.CITY_INDICATORS)
_RESULTS = (Column.COUNCIL_RESULTS, Column.CITY_RESULTS)
_INITIATIVES = (Column.COUNCIL_INITIATIVES, Column.CITY_INITIATIVES)
#: What tells columns of one shape apart.
_EXTRA: dict[Look, dict[tuple[Column, ...], float]] = {
    Look.PAST: {_STATUS: 0.8, _PLANNED: -0.8},
    Look.FUTURE: {_STATUS: -0.6, _PLANNED: 0.8},
    Look.TARGET: {_INDICATORS: 0.7, _RESULTS: -0.5},
    Look.COUNTED: {_INDICATORS: -0.4, _RESULTS: 0.7},
    Look.FIGURE: {(Column.COUNCIL_RESULTS, Column.CITY_INDICATORS): -0.2, (Column.CITY_RESULTS,): 0.3},
    Look.NONE: {_RESULTS: 0.5},
    Look.PHRASE: {_INITIATIVES: 0.1},
    Look.NEW_PHRASE: {_INITIATIVES: 1.0},
}
#: Words that speak for one of the columns of phrases.
_WORDS: tuple[tuple[re.Pattern[str], tuple[Column, ...]], ...] = (
    (re.compile("参加|声かけ|あいさつ|住民|登録|協力|利用|積極|日ごろ|若い"), (Column.RESIDENTS,)),
    (re.compile("関係機関|関係者|団体|連携|情報共有|情報の共有|施設|法人|リーダー"), (Column.ORGANIZATIONS,)),
    (re.compile("支援|周知|啓発|講座|助成|検討"), _INITIATIVES),
)
_WORD_WORTH = 0.4
_LONGEST_NAME = 14
_LONGEST_TARGET = 60
#: A cell that holds nothing but a figure answers an indicator; it is none.
_LONE_FIGURE = {
    Column.COUNCIL_INDICATORS: -1.0,
    Column.COUNCIL_RESULTS: 1.0,
    Column.CITY_INDICATORS: -1.0,
    Column.CITY_RESULTS: 1.0,
}


def is_department_name(text: str) -> bool:
    """Whether ``text`` reads like the name of a department: short, without particles, ending in 課, 館 …"""
    return len(text) <= 30 and _NAME.fullmatch(text) is not None and _NOT_A_NAME.search(text) is None


@lru_cache(maxsize=4096)
def look_of(text: str) -> Look:
    """Return what ``text`` (one piece, without bullet) looks like."""
    if TITLE_START.match(text):
        return Look.TITLE
    if text in NONE_MARKS or text in ("-", "ー", "‐", "なし"):
        return Look.NONE
    plain = unicodedata.normalize("NFKC", text)
    if _FIGURE.fullmatch(plain):
        return Look.FIGURE
    if is_department_name(text):
        return Look.NAME
    core = _without_brackets(plain)
    if "。" in plain or _PAST.search(core):
        return _sentence_look(core)
    if _NOTE.match(text):
        return Look.NOTE
    return _phrase_look(plain)


def _without_brackets(text: str) -> str:
    """Return ``text`` without the brackets and full stops that end it, so that its last word can be seen."""
    core = text.rstrip("。 ")
    while (shorter := _BRACKETED_END.sub("", core).rstrip("。 ")) and shorter != core:
        core = shorter
    return core


def _sentence_look(core: str) -> Look:
    if _PAST.search(core):
        return Look.PAST
    return Look.FUTURE if _FUTURE.search(core) else Look.SENTENCE


def _phrase_look(plain: str) -> Look:
    if _COUNTED.search(plain):
        return Look.COUNTED
    if _TARGET.search(plain) and len(plain) <= _LONGEST_TARGET:
        return Look.TARGET
    if _TAG.search(plain):
        return Look.NEW_PHRASE
    if _LABELLED_NUMBER.search(plain) and len(plain) <= _LONGEST_TARGET // 2:
        return Look.FIGURE
    return Look.PHRASE


_ROWS: dict[Look, tuple[float, ...]] = {}


def _row_of(look: Look) -> tuple[float, ...]:
    scores = []
    for column in Column:
        score = _BY_SHAPE[look][column.shape]
        score += sum(extra for columns, extra in _EXTRA.get(look, {}).items() if column in columns)
        scores.append(score)
    return tuple(scores)


_ROWS.update({look: _row_of(look) for look in Look})


@lru_cache(maxsize=4096)
def scores_of(text: str) -> tuple[float, ...]:
    """Return the fit of one piece of text to each of the fourteen columns."""
    look = look_of(text)
    if look not in (Look.PHRASE, Look.NEW_PHRASE):
        return _ROWS[look]
    scores = list(_ROWS[look])
    if len(text) > _LONGEST_NAME:
        scores[Column.DEPARTMENTS] = -4.0
    for words, columns in _WORDS:
        if words.search(text):
            for column in columns:
                scores[column] += _WORD_WORTH
    return tuple(scores)


def whole_cell_scores(text: str, pieces: Sequence[str]) -> dict[Column, float]:
    """Return what a cell says as a whole: a lone figure is a result; among phrases, plans are long and roles short."""
    if len(pieces) == 1 and look_of(pieces[0]) is Look.FIGURE:
        return _LONE_FIGURE
    size = max(-1.5, min(1.5, math.log(max(len(text), 1)) - 3.9))
    return {
        Column.RESIDENTS: -0.15 * size,
        Column.ORGANIZATIONS: -0.45 * size,
        Column.COUNCIL_INITIATIVES: 0.45 * size,
        Column.CITY_INITIATIVES: 0.25 * size,
    }
