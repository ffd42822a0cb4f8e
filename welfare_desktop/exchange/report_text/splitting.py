"""From the text of a cell to its lines: one bullet, note or sub-item each.

Three kinds of cell exist.  Where bullets (・) stand, they decide, and only notes (※, ○ …) begin a line of their own.
Where the source marked items (line ends), these decide.  Elsewhere items are separated by nothing but a space, and a
space also stands inside an item (``活動支援 269サロン``): then wording decides, and the result says how sure it is.

No character but white space, bullets and marks is ever dropped, and nothing is rewritten.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.text import BULLET, canonical_line

from .columns import Shape
from .scoring import is_department_name
from .tokens import Gap, Token, tokens_of


class Doubt(StrEnum):
    """Why a cut (or its absence) is not certain."""

    SUB_LABEL = "sub label"  # a short word before a figure was taken as part of the item before it
    LIST_OF_COUNTS = "list of counts"  # words ending in a bare number were taken as one item
    BROKEN_WORD = "broken word"  # a space stands inside a sentence; no cut was made there
    LOOSE_NOTE = "loose note"  # a bracket standing alone was kept with the item before it
    LOOSE_FIGURE = "loose figure"  # a figure after a full stop was kept with the sentence before it
    BARE_WORDS = "bare words"  # very short words separated by spaces were cut
    BEGUN_TWICE = "begun twice"  # a line holds nothing but how the next one begins


@dataclass(frozen=True, slots=True)
class SplitCell:
    """The lines of one cell and what was doubtful about the cuts, without repetition, in order."""

    lines: Lines
    doubts: tuple[Doubt, ...] = ()


_MARKS = "※○●◎■□◆◇▲△★☆"
_NOTE_START = re.compile(rf"[{_MARKS}](?![0-9０-９])")
_ONLY_MARK = re.compile(rf"[{_MARKS}①-⑳⑴-⒇]|[(（]?[0-9０-９]{{1,2}}[)）]|\d{{1,2}}[.．]")
_BRACKET_ONLY = re.compile(r"[(（][^()（）]*[)）]。?")
_BRACKET_AND_PARTICLE = re.compile(r"[(（][^()（）]*[)）][のをにへはがとで等]")
_ENDS_SENTENCE = re.compile(r"。[」』)）]?$|。[(（][^()（）]*[)）]$")
_UNIT = r"[^\d\s、。をにのがはで()]{0,6}"
#: A number, also a negative one, a fraction or a range.
_FIGURE = r"[▲△+−-]?\d[\d,.]*(?:[/~〜～:-]\d[\d,.]*)?"
_MEASURE = re.compile(
    r"[HRS]\d{1,2}\(\d{4}\)(?:年度)?(?:まで)?[~〜～]?|(?:令和|平成)(?:元|\d{1,2})(?:\(\d{4}\))?年度?(?:まで)?[~〜～]?"
    rf"|(?:毎|隔|各)?(?:年度?|月|週)?(?:各|に|約|延べ|のべ|全|計|合計)?{_FIGURE}{_UNIT}(?:[×xX]\d+{_UNIT})?"
    r"|毎年|隔年|各\S{1,5}年\d+\S{0,6}"
)
_COUNTED_WORD = re.compile(r"[^\d(]{1,12}\d+")
_FRAGMENT = re.compile(r"[ぁ-ん]{1,4}[。、]|など|ほか|等|す|ます|した|ました|する")
_UNFINISHED = re.compile(r"(?:[、をにがはの・]|及び|並びに|又は|または|して|[いしりきれ]ま)$")
#: What separates departments besides white space.
BETWEEN_NAMES = re.compile(r"[、，,／/;；・]+")
#: Where one name ends and the next begins without anything between: 地域福祉課学校教育課.
_GLUED_NAMES = re.compile(r"(?<=\S課)(?=[^\s課題長程税員目外内別金]\S*課$)")
#: Endings of department names that a space cut off.
_SUFFIXES = ("課", "室", "係", "館")
_SUB_LABEL_LENGTH = 6
_BARE_WORD_LENGTH = 3


def split_cell(text: str, shape: Shape) -> SplitCell:
    """Cut the ``text`` of a cell (with the marks of ``cells``) into lines, as its column's ``shape`` suggests."""
    tokens = tokens_of(text)
    if shape is Shape.TITLE:
        return SplitCell(_lines([_joined(text, tokens)]) if tokens else ())
    bulleted = any(token.gap is Gap.BULLET for token in tokens) or text.lstrip().startswith(BULLET)
    cut = _Cutter(text, tokens, bulleted, shape)
    lines = _lines(cut.items())
    if any(_begun_twice(before, after) for before, after in pairwise(lines)):
        cut.doubts.append(Doubt.BEGUN_TWICE)
    return SplitCell(lines, tuple(dict.fromkeys(cut.doubts)))


def _begun_twice(before: str, after: str) -> bool:
    return after.startswith(before) and after != before and not before.endswith("。")


def split_names(text: str) -> Lines:
    """Cut the ``text`` of a 担当課 cell into names.

    Between whole names 、 and ／ separate too, and so does ・, and the end of a name that another one follows; a piece
    that is no list of names stays as it is.
    """
    names: list[str] = []
    for token in tokens_of(text):
        pieces = [piece for piece in BETWEEN_NAMES.split(token.text) if piece]
        if names and (token.text in _SUFFIXES or (token.gap is Gap.JOINT and _is_cut(names[-1], token.text))):
            names[-1] += token.text
        elif len(pieces) > 1 and all(is_department_name(piece) for piece in pieces):
            names += pieces
        else:
            names += _unglued(token.text)
    return _lines(names)


def _is_cut(before: str, after: str) -> bool:
    """Whether a line end stands inside a name: neither half is one, or not both."""
    both = is_department_name(before) and is_department_name(after)
    return not both and is_department_name(before + after)


def _unglued(text: str) -> list[str]:
    pieces = _GLUED_NAMES.split(text)
    return pieces if all(is_department_name(piece) for piece in pieces) else [text]


def _lines(items: list[str]) -> Lines:
    return tuple(line for item in items if (line := canonical_line(item)))


def _joined(text: str, tokens: Sequence[Token]) -> str:
    return text[tokens[0].start : tokens[-1].end].replace("\n", " ").replace("\x1e", "").replace("\x1f", " ")


class _Cutter:
    """Joins the pieces of one cell to items, and notes what it was not sure about."""

    def __init__(self, text: str, tokens: Sequence[Token], bulleted: bool, shape: Shape) -> None:
        self.doubts: list[Doubt] = []
        self._text = text
        self._tokens = tokens
        self._bulleted = bulleted
        self._shape = shape
        self._in_counts = False

    def items(self) -> list[str]:
        """Return the items in order."""
        items: list[str] = []
        for index, token in enumerate(self._tokens):
            if index == 0 or self._begins_item(index):
                items.append(token.text)
            elif token.gap is Gap.JOINT:
                items[-1] += token.text
            else:
                items[-1] += self._text[self._tokens[index - 1].end : token.start] + token.text
        return items

    def _begins_item(self, index: int) -> bool:
        token, last = self._tokens[index], self._tokens[index - 1].text
        if token.gap in (Gap.BULLET, Gap.LINE, Gap.LIST) or _NOTE_START.match(token.text):
            return True
        if token.gap is Gap.JOINT:
            return _ENDS_SENTENCE.search(last) is not None and not _BRACKET_ONLY.fullmatch(token.text)
        if self._bulleted:
            return self._same_item(Doubt.BROKEN_WORD if _FRAGMENT.fullmatch(token.text) else None)
        if _ONLY_MARK.fullmatch(last) or _ONLY_MARK.fullmatch(token.text):
            return _ONLY_MARK.fullmatch(last) is None
        return self._begins_after_space(index, unicodedata.normalize("NFKC", token.text), last)

    def _begins_after_space(self, index: int, word: str, last: str) -> bool:
        after_sentence = _ENDS_SENTENCE.search(last) is not None
        if _BRACKET_ONLY.fullmatch(word) or (not after_sentence and _BRACKET_AND_PARTICLE.match(word)):
            return self._same_item(Doubt.LOOSE_NOTE if after_sentence else None)
        if _MEASURE.fullmatch(word):
            return self._same_item(Doubt.LOOSE_FIGURE if after_sentence else None)
        if after_sentence:
            return True
        if _FRAGMENT.fullmatch(word) or _UNFINISHED.search(last):
            return self._same_item(Doubt.BROKEN_WORD)
        if self._shape is Shape.MEASURES and self._belongs_to_label(index, word, last):
            return False
        bare = len(word) <= _BARE_WORD_LENGTH and not word.endswith("。")
        if bare and not self._measure_follows(index):
            self.doubts.append(Doubt.BARE_WORDS)
        return True

    def _belongs_to_label(self, index: int, word: str, last: str) -> bool:
        """Whether a word belongs to the label before it: ``児童館2`` under a heading, ``取組地区`` before a figure."""
        counted = _COUNTED_WORD.fullmatch(word) is not None
        after_label = not re.search(r"\d", last)
        if counted and (after_label or self._in_counts):
            self._in_counts = True
            self.doubts.append(Doubt.LIST_OF_COUNTS)
            return True
        self._in_counts = False
        if after_label and len(word) <= _SUB_LABEL_LENGTH and not counted and self._measure_follows(index):
            self.doubts.append(Doubt.SUB_LABEL)
            return True
        return False

    def _measure_follows(self, index: int) -> bool:
        if index + 1 == len(self._tokens):
            return False
        word = unicodedata.normalize("NFKC", self._tokens[index + 1].text)
        return _MEASURE.fullmatch(word) is not None or _BRACKET_ONLY.fullmatch(word) is not None

    def _same_item(self, doubt: Doubt | None) -> bool:
        if doubt is not None:
            self.doubts.append(doubt)
        return False
